//! What comes with an answer beside its text: files, sources, questions to go on with.

use hub_contract::run::{RemoteFile, Source};
use yew::prelude::*;

use crate::components::{Icon, IconName, IconSize};
use crate::markdown::{WebLink, host};
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct FilesProps {
    pub(super) files: Vec<RemoteFile>,
}

/// Files on the platform's side: nothing is fetched until the person asks.
#[component]
pub(super) fn Files(props: &FilesProps) -> Html {
    let t = use_texts();
    if props.files.is_empty() {
        return html! {};
    }
    html! {
        <div class="sources" role="group" aria-label={t.get("chat-files")}>
            { for props.files.iter().map(|file| html! {
                <WebLink url={file.url.clone()} class="source">
                    <Icon name={IconName::File} size={IconSize::S14} />
                    <span class="clip">{ &file.name }</span>
                    <span class="dim nowrap">{ t.with("chat-file-from", &[("host", host(&file.url).into())]) }</span>
                </WebLink>
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct SourcesProps {
    pub(super) sources: Vec<Source>,
}

/// Where an answer comes from, in the platform's order.
#[component]
pub(super) fn Sources(props: &SourcesProps) -> Html {
    let t = use_texts();
    if props.sources.is_empty() {
        return html! {};
    }
    html! {
        <div class="sources" role="group" aria-label={t.get("chat-sources")}>
            { for props.sources.iter().enumerate().map(|(place, source)| {
                let inner = html! {
                    <>
                        <span class="cite">{ place + 1 }</span>
                        <span class="clip">{ &source.title }</span>
                    </>
                };
                match &source.url {
                    Some(url) => html! { <WebLink url={url.clone()} class="source">{ inner }</WebLink> },
                    None => html! { <span class="source" title={source.quote.clone()}>{ inner }</span> },
                }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct FollowUpsProps {
    pub(super) questions: Vec<String>,
    pub(super) ask: Callback<String>,
}

/// Questions to go on with.
#[component]
pub(super) fn FollowUps(props: &FollowUpsProps) -> Html {
    let t = use_texts();
    if props.questions.is_empty() {
        return html! {};
    }
    html! {
        <div class="follow" role="group" aria-label={t.get("chat-follow-ups")}>
            { for props.questions.iter().map(|question| {
                let onclick = {
                    let (ask, question) = (props.ask.clone(), question.clone());
                    Callback::from(move |_: MouseEvent| ask.emit(question.clone()))
                };
                html! { <button type="button" class="chip" {onclick}>{ question }</button> }
            }) }
        </div>
    }
}
