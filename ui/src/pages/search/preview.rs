//! The passage in its place: the question and the answer around a hit.

use hub_contract::catalogue;
use hub_contract::command::ShowConversation;
use hub_contract::conversation::{MessageView, Role, SearchHit, ShowConversationRequest};
use yew::prelude::*;

use super::super::chat::TargetMark;
use super::hit::when;
use crate::components::{Button, ButtonKind, ButtonSize, ErrorBanner, IconName, MonogramSize, Skeleton};
use crate::markdown::{Markdown, language_of, marked};
use crate::state::{Loadable, use_load, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct PreviewProps {
    pub(super) hit: SearchHit,
    /// What was searched for.
    pub(super) text: AttrValue,
    pub(super) open: Callback<()>,
}

/// The question and the answer around a hit.
#[component]
pub(super) fn Preview(props: &PreviewProps) -> Html {
    let t = use_texts();
    let hit = &props.hit;
    let detail = use_load::<ShowConversation>(ShowConversationRequest {
        id: hit.conversation.clone(),
        through: hit.message.clone(),
        last: None,
    });
    let platform = hit.platform.map(|platform| catalogue::spec(platform).name.get(t.language()).to_owned());
    let about = [Some(hit.target_name.clone()), platform, Some(when(hit.at))];
    let about = about.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    html! {
        <section class="res-view" aria-label={t.get("search-preview")}>
            <div class="row res-head">
                <TargetMark name={hit.target_name.clone()} platform={hit.platform} size={MonogramSize::S24} />
                <div class="grow">
                    <div class="strong clip" title={hit.title.clone()}>{ &hit.title }</div>
                    <div class="help clip" title={about.clone()}>{ &about }</div>
                </div>
                <Button
                    label={t.get("search-open")}
                    kind={ButtonKind::Default}
                    size={ButtonSize::Small}
                    trailing={IconName::Arrow}
                    onclick={props.open.clone()}
                />
            </div>
            <div class="thread">
                { match &detail.state {
                    Loadable::Loading => html! { <Skeleton /> },
                    Loadable::Failed(error) => {
                        html! { <ErrorBanner error={error.clone()} on_retry={detail.reload.clone()} /> }
                    }
                    Loadable::Ready(detail) => {
                        around(&detail.messages, hit).iter().map(|message| passage_of(message, &props.text)).collect()
                    }
                } }
            </div>
        </section>
    }
}

/// The message that was found with the one it belongs to: an answer's question, a question's answer.
fn around<'a>(messages: &'a [MessageView], hit: &SearchHit) -> &'a [MessageView] {
    let place = hit.message.as_ref().and_then(|id| messages.iter().position(|message| message.id == *id)).unwrap_or(0);
    let is_answer = messages.get(place).is_some_and(|message| message.role == Role::Assistant);
    let from = if is_answer { place.saturating_sub(1) } else { place };
    let to = (from + 2).min(messages.len());
    messages.get(from..to).unwrap_or_default()
}

fn passage_of(message: &MessageView, text: &AttrValue) -> Html {
    match message.role {
        Role::User => {
            html! { <div class="ask" lang={language_of(&message.text)}>{ marked(&message.text, text) }</div> }
        }
        Role::Assistant => html! { <Markdown text={message.text.clone()} highlight={text.clone()} /> },
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::{MessageBody, MessageState};
    use hub_contract::run::FinishReason;

    use super::*;

    fn message(id: &str, role: Role) -> MessageView {
        MessageView {
            id: id.into(),
            conversation: "c".into(),
            parent: None,
            role,
            state: MessageState::Finished { reason: FinishReason::Stop },
            text: String::new(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: 0,
        }
    }

    #[test]
    fn a_hit_is_shown_with_its_question_or_answer() {
        let messages = [
            message("q1", Role::User),
            message("a1", Role::Assistant),
            message("q2", Role::User),
            message("a2", Role::Assistant),
        ];
        let ids = |found: Option<&str>| -> Vec<String> {
            let hit = SearchHit {
                conversation: "c".into(),
                title: String::new(),
                target_name: String::new(),
                platform: None,
                message: found.map(Into::into),
                role: Role::User,
                passage: Vec::new(),
                at: 0,
            };
            around(&messages, &hit).iter().map(|message| message.id.0.clone()).collect()
        };
        assert_eq!(ids(Some("a2")), ["q2", "a2"]);
        assert_eq!(ids(Some("q1")), ["q1", "a1"]);
        assert_eq!(ids(None), ["q1", "a1"], "only the title matches");
        assert_eq!(ids(Some("gone")), ["q1", "a1"]);
    }
}
