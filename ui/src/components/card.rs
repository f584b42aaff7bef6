//! A card: a hairline around one thing.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// What it is about, for readers that do not see it.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Rows go to its edges.
    #[prop_or_default]
    pub flush: bool,
    #[prop_or_default]
    pub class: Classes,
    pub children: Html,
}

#[component]
pub fn Card(props: &CardProps) -> Html {
    html! {
        <section
            class={classes!("card", props.flush.then_some("flush"), props.class.clone())}
            aria-label={props.label.clone()}
        >
            { props.children.clone() }
        </section>
    }
}
