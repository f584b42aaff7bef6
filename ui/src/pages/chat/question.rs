//! A question: a bubble at the right with the files that went along, and the field in which it is asked in other words.

use gloo_timers::callback::Timeout;
use hub_contract::id::MessageId;
use yew::prelude::*;

use super::answer::{AnswerActions, Versions};
use super::inputs::SentInputs;
use super::other_words::OtherWordsField;
use super::session::OtherWords;
use crate::components::{ButtonKind, CopyButton, Icon, IconButton, IconName, IconSize};
use crate::markdown::language_of;
use crate::state::chat::SharedMessage;
use crate::state::use_texts;
use crate::{dom, format};

#[derive(Properties, PartialEq)]
pub(super) struct AskedQuestionProps {
    pub(super) message: SharedMessage,
    /// What to know before it is asked in other words.
    #[prop_or_default]
    pub(super) before_editing: Option<AttrValue>,
    pub(super) actions: AnswerActions,
}

#[component]
pub(super) fn AskedQuestion(props: &AskedQuestionProps) -> Html {
    let t = use_texts();
    let editing = use_state_eq(|| false);
    let message = &props.message;
    // A run's variables and what a form was answered with are no words.
    let can_edit = props.actions.can_edit && !message.text.is_empty() && message.body.answer.is_empty();
    let edit = {
        let editing = editing.clone();
        Callback::from(move |()| editing.set(true))
    };
    let done = {
        let (editing, send, id) = (editing.clone(), props.actions.edit.clone(), message.id.clone());
        Callback::from(move |(text, done): (Option<String>, Callback<bool>)| {
            let Some(text) = text else {
                editing.set(false);
                focus_soon(&id, ".edit-question");
                return;
            };
            let (editing, question) = (editing.clone(), id.clone());
            let done = Callback::from(move |stored: bool| {
                done.emit(stored);
                if stored {
                    editing.set(false);
                }
            });
            send.emit(OtherWords { question, text, done });
        })
    };
    let has_versions = message.siblings.len() > 1;
    html! {
        <div
            id={format!("m-{}", message.id)}
            class={classes!("asked", editing.then_some("is-edited"))}
            role="group"
            aria-label={t.get("chat-question")}
        >
            if !message.attachments.is_empty() {
                <div class="attach">
                    { for message.attachments.iter().map(|file| html! {
                        <span class="chip">
                            <Icon
                                name={if file.mime.starts_with("image/") { IconName::Image } else { IconName::File }}
                                size={IconSize::S14}
                            />
                            <span class="clip">{ &file.name }</span>
                            <span class="dim">{ format::bytes(file.bytes) }</span>
                        </span>
                    }) }
                </div>
            }
            // Frames that stay, for what comes and goes: as in an answer.
            <div class="frameless">
                if *editing {
                    <OtherWordsField text={message.text.clone()} note={props.before_editing.clone()} {done} />
                } else if !message.text.is_empty() {
                    <div class="ask" lang={language_of(&message.text)}>{ &message.text }</div>
                }
            </div>
            <SentInputs inputs={message.body.inputs.clone()} open={message.text.is_empty()} />
            <div class={classes!("asked-acts", has_versions.then_some("has-versions"))}>
                if !*editing {
                    if !message.text.is_empty() {
                        <CopyButton text={message.text.clone()} label={t.get("chat-copy")} kind={ButtonKind::Quiet} />
                    }
                    if can_edit {
                        <IconButton
                            icon={IconName::Edit}
                            class="edit-question"
                            label={t.get("chat-edit-question")}
                            onclick={edit}
                        />
                    }
                    <Versions message={message.clone()} show={props.actions.show_version.clone()} />
                }
            </div>
        </div>
    }
}

/// Gives the focus to a part of a message once it has been drawn.
fn focus_soon(message: &MessageId, part: &str) {
    let selector = format!("#m-{message} {part}");
    Timeout::new(0, move || {
        dom::focus_first(&selector);
    })
    .forget();
}
