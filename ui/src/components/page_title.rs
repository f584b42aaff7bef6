//! Titles of pages and of their sections.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PageHeadProps {
    pub title: AttrValue,
    /// One sentence below the title.
    #[prop_or_default]
    pub about: AttrValue,
    /// What stands at the right: search and actions.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn PageHead(props: &PageHeadProps) -> Html {
    html! {
        <header class="page-head">
            <div class="grow">
                <h1>{ &props.title }</h1>
                if !props.about.is_empty() { <p>{ &props.about }</p> }
            </div>
            { props.children.clone() }
        </header>
    }
}

#[derive(Properties, PartialEq)]
pub struct SectionHeadProps {
    pub title: AttrValue,
    #[prop_or_default]
    pub about: AttrValue,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// What stands at the right.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn SectionHead(props: &SectionHeadProps) -> Html {
    html! {
        <div class="sec-head">
            <h2 id={props.id.clone()}>{ &props.title }</h2>
            <p class="grow">{ &props.about }</p>
            { props.children.clone() }
        </div>
    }
}
