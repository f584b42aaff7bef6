//! One row of a settings card: what it is, one sentence of help, the control.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct RowProps {
    pub title: AttrValue,
    #[prop_or_default]
    pub help: AttrValue,
    /// The control.
    pub children: Html,
}

#[component]
pub(super) fn Row(props: &RowProps) -> Html {
    html! {
        <div class="set">
            <div>
                <div>{ &props.title }</div>
                if !props.help.is_empty() { <p class="help">{ &props.help }</p> }
            </div>
            { props.children.clone() }
        </div>
    }
}
