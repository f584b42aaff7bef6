//! A question: a bubble at the right with the files that went along.

use hub_contract::id::MessageId;
use yew::prelude::*;

use super::answer::Versions;
use super::inputs::SentInputs;
use crate::components::{CopyButton, Icon, IconName, IconSize};
use crate::format;
use crate::markdown::language_of;
use crate::state::chat::SharedMessage;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct AskedQuestionProps {
    pub(super) message: SharedMessage,
    pub(super) show_version: Callback<MessageId>,
}

#[component]
pub(super) fn AskedQuestion(props: &AskedQuestionProps) -> Html {
    let t = use_texts();
    let message = &props.message;
    html! {
        <div id={format!("m-{}", message.id)} class="asked" role="group" aria-label={t.get("chat-question")}>
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
            if !message.text.is_empty() { <div class="ask" lang={language_of(&message.text)}>{ &message.text }</div> }
            <SentInputs inputs={message.body.inputs.clone()} open={message.text.is_empty()} />
            <div class="asked-acts">
                if !message.text.is_empty() {
                    <CopyButton
                        text={message.text.clone()}
                        label={t.get("chat-copy")}
                        kind={crate::components::ButtonKind::Quiet}
                    />
                }
                <Versions message={message.clone()} show={props.show_version.clone()} />
            </div>
        </div>
    }
}
