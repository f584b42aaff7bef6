//! How an answer ended, where that is not simply "finished". Partial text stays above; an error never replaces it.

use hub_contract::conversation::{MessageState, Notice};
use hub_contract::run::FinishReason;
use hub_contract::{HubError, PlatformId};
use yew::prelude::*;

use super::super::look::platform_name;
use super::AnswerActions;
use crate::components::{Button, ButtonKind, ButtonSize, Icon, IconName};
use crate::format;
use crate::state::chat::{Phase, SharedMessage};
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct EndProps {
    pub(super) message: SharedMessage,
    pub(super) phase: Phase,
    pub(super) platform: Option<PlatformId>,
    pub(super) actions: AnswerActions,
}

#[component]
pub(super) fn End(props: &EndProps) -> Html {
    let t = use_texts();
    let message = &props.message;
    let kept = message.text.chars().count();
    let facts = message.body.facts.as_ref();
    let connection = facts.map(|facts| facts.connection.as_str()).filter(|name| !name.is_empty());
    let platform = match (props.platform, connection) {
        (Some(PlatformId::OpenaiCompatible), Some(name)) => name.to_owned(),
        (Some(id), _) => platform_name(id, t.language()).to_owned(),
        (None, _) => t.get("error-the-platform"),
    };
    let kept_words = || match kept {
        0 => t.get("chat-kept-none"),
        _ => t.with("chat-kept", &[("n", format::count(kept as u64).into())]),
    };
    match &message.state {
        MessageState::Finished { reason: FinishReason::Length } => tells(IconName::Alert, t.get("chat-ended-length")),
        MessageState::Finished { reason: FinishReason::Filtered } => {
            tells(IconName::Alert, t.get("chat-ended-filtered"))
        }
        // The platform's own dialect may have said so already.
        MessageState::Finished { .. } if is_empty(message) && message.body.notices.is_empty() => {
            tells(IconName::Info, t.with("chat-ended-empty", &[("platform", platform.into())]))
        }
        MessageState::Finished { .. } => html! {},
        MessageState::Cancelled { confirmed } => {
            let words = if *confirmed { t.get("chat-stopped-confirmed") } else { t.get("chat-stopped-here") };
            tells(IconName::Stop, words)
        }
        MessageState::Truncated { error } => {
            let why = match error {
                Some(error) => t.error_of(error, connection).title,
                // Facts are written when a run ends: without them the program ended first.
                None if facts.is_none() => t.get("chat-orphaned-why"),
                None => t.with("chat-interrupted-why", &[("platform", platform.into())]),
            };
            let advice = t.with("chat-sentences", &[("first", why.into()), ("second", kept_words().into())]);
            let title = t.get("chat-interrupted");
            html! { <Note {title} {advice} message={message.clone()} actions={props.actions.clone()} /> }
        }
        MessageState::Streaming if props.phase == Phase::Orphaned => {
            let why = t.get("chat-orphaned-why");
            let advice = t.with("chat-sentences", &[("first", why.into()), ("second", kept_words().into())]);
            let title = t.get("chat-interrupted");
            html! { <Note {title} {advice} message={message.clone()} actions={props.actions.clone()} /> }
        }
        MessageState::Streaming => html! {},
        MessageState::Failed { error } => {
            let words = t.error_of(error, connection);
            let title = t.with("chat-failed", &[("what", words.title.into())]);
            html! {
                <Note
                    {title}
                    advice={words.advice}
                    error={Some(error.clone())}
                    message={message.clone()}
                    actions={props.actions.clone()}
                />
            }
        }
    }
}

fn is_empty(message: &SharedMessage) -> bool {
    let body = &message.body;
    message.text.trim().is_empty()
        && body.parts.is_empty()
        && body.outputs.is_empty()
        && body.files.is_empty()
        && body.need_input.is_none()
}

fn tells(icon: IconName, words: String) -> Html {
    html! { <p class="ended"><Icon name={icon} /><span>{ words }</span></p> }
}

#[derive(Properties, PartialEq)]
struct NoteProps {
    title: AttrValue,
    advice: AttrValue,
    /// It failed, in contrast to being cut off.
    #[prop_or_default]
    error: Option<HubError>,
    message: SharedMessage,
    actions: AnswerActions,
}

#[component]
fn Note(props: &NoteProps) -> Html {
    let t = use_texts();
    let failed = props.error.is_some();
    let id = &props.message.id;
    let retry = {
        let (regenerate, id) = (props.actions.regenerate.clone(), id.clone());
        Callback::from(move |()| regenerate.emit(id.clone()))
    };
    let details = {
        let (details, id) = (props.actions.details.clone(), id.clone());
        Callback::from(move |()| details.emit(id.clone()))
    };
    let edit = props.actions.edit_connection.clone().filter(|_| failed);
    html! {
        <div class={classes!("note", failed.then_some("bad"))}>
            <Icon name={if failed { IconName::Error } else { IconName::Alert }} />
            <div class="grow">
                <p class="strong">{ &props.title }</p>
                if !props.advice.is_empty() { <p>{ &props.advice }</p> }
                <div class="acts">
                    if props.actions.can_ask {
                        <Button
                            label={t.get("action-retry")}
                            icon={IconName::Refresh}
                            size={ButtonSize::Small}
                            onclick={retry}
                        />
                    }
                    if let Some(edit) = edit {
                        <Button label={t.get("chat-edit-connection")} size={ButtonSize::Small} onclick={edit} />
                    }
                    <Button
                        label={t.get("chat-details")}
                        kind={ButtonKind::Quiet}
                        size={ButtonSize::Small}
                        onclick={details}
                    />
                </div>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct NoticesProps {
    pub(super) notices: Vec<Notice>,
}

/// What was worth knowing on the way.
#[component]
pub(super) fn Notices(props: &NoticesProps) -> Html {
    let t = use_texts();
    html! {
        { for props.notices.iter().map(|notice| {
            let key = format!("notice-{}", notice.code.replace('_', "-"));
            let facts: Vec<(&str, hub_text::Value<'_>)> =
                notice.facts.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
            tells(IconName::Info, t.find(&key, &facts).unwrap_or_else(|| notice.message.clone()))
        }) }
    }
}
