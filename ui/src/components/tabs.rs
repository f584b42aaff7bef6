//! Tabs with a count, and arrow keys.

use yew::prelude::*;

use super::segments::move_on_arrows;

/// One tab.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// What it stands for.
    pub id: AttrValue,
    /// Its words.
    pub label: AttrValue,
    /// How many things it shows.
    pub count: Option<usize>,
}

#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// What is divided here.
    pub label: AttrValue,
    pub tabs: Vec<Tab>,
    pub current: AttrValue,
    pub onchange: Callback<AttrValue>,
}

#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    html! {
        <div class="tabs" role="tablist" aria-label={props.label.clone()} onkeydown={move_on_arrows()}>
            { for props.tabs.iter().map(|tab| {
                let chosen = tab.id == props.current;
                let id = tab.id.clone();
                html! {
                    <button
                        type="button"
                        role="tab"
                        class="tab"
                        aria-selected={if chosen { "true" } else { "false" }}
                        tabindex={if chosen { "0" } else { "-1" }}
                        onclick={props.onchange.reform(move |_: MouseEvent| id.clone())}
                    >
                        { &tab.label }
                        if let Some(count) = tab.count { <span class="n">{ count }</span> }
                    </button>
                }
            }) }
        </div>
    }
}
