//! One of those who were asked: a conversation of its own beside the others, with its own stop, retry and error.

use std::rc::Rc;

use hub_contract::conversation::{ConversationView, Sent};
use hub_contract::id::{ConversationId, MessageId};
use yew::prelude::*;

use super::super::answer::{AnswerActions, Speaker};
use super::super::details::Details;
use super::super::look::TargetMark;
use super::super::session::{Question, use_session};
use super::super::thread::ThreadView;
use super::super::{use_edit_connection, use_rating};
use crate::components::{
    Badge, Button, ButtonSize, ErrorBanner, IconButton, IconName, MonogramSize, Skeleton, SkeletonShape,
};
use crate::state::chat::last_answer;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct ColumnProps {
    pub(super) conversation: ConversationView,
    /// The last question to all, once one was asked while the page is shown.
    pub(super) sent: Option<Rc<Sent>>,
    /// This one was chosen already.
    pub(super) chosen: bool,
    pub(super) on_continue: Callback<ConversationId>,
    pub(super) changed: Callback<ConversationView>,
}

#[component]
pub(super) fn Column(props: &ColumnProps) -> Html {
    let t = use_texts();
    let one = &props.conversation;
    let session = use_session(Some(one.id.clone()), None, None, props.changed.clone());
    {
        let take = session.sent.clone();
        use_effect_with(props.sent.clone(), move |sent| {
            if let Some(sent) = sent {
                take.emit((**sent).clone());
            }
        });
    }
    {
        // The answer may have ended after all columns were read and before this one was: nobody follows it to its end.
        let read = session.thread.as_ref().map(|thread| thread.conversation.clone());
        let told = one.run.is_some();
        let changed = props.changed.clone();
        use_effect_with(session.generation, move |_| {
            if let Some(read) = read.filter(|read| told && read.run.is_none()) {
                changed.emit(read);
            }
        });
    }
    let detailed = use_state(|| None::<MessageId>);
    let show_details = {
        let detailed = detailed.setter();
        use_callback((), move |id: MessageId, ()| detailed.set(Some(id)))
    };
    let close_details = {
        let detailed = detailed.setter();
        use_callback((), move |(), ()| detailed.set(None))
    };
    let ask = use_callback(session.ask.clone(), |text: String, ask: &Callback<Question>| {
        ask.emit(Question { text, ..Question::default() });
    });
    let rating = use_rating(one.platform);
    let edit_connection = use_edit_connection(Some(&one.target));
    let thread = session.thread.as_ref();
    let run = thread.and_then(|thread| thread.run.as_ref());
    let actions = AnswerActions {
        regenerate: session.regenerate.clone(),
        edit: session.edit.clone(),
        branch: session.branch.clone(),
        show_version: session.show_version.clone(),
        details: show_details,
        ask,
        reply: session.ask.clone(),
        rating,
        edit_connection,
        can_ask: one.usable && thread.is_some_and(|thread| thread.run.is_none()),
        // The question is the same for all.
        can_edit: false,
    };
    let name: AttrValue = one.target_name.clone().into();
    let speaker = Speaker { name: name.clone(), platform: one.platform, target: one.target.clone() };
    let named = [("name", hub_text::Value::from(one.target_name.as_str()))];
    let go_on = {
        let (on_continue, id) = (props.on_continue.clone(), one.id.clone());
        Callback::from(move |()| on_continue.emit(id.clone()))
    };
    let details = (*detailed).as_ref().zip(thread).map(|(id, thread)| {
        let message = thread.find(id).or_else(|| last_answer(thread)).cloned();
        let growing = message.as_ref().is_some_and(|message| thread.run_of(&message.id).is_some());
        html! { <Details {message} {growing} speaker={speaker.clone()} on_close={close_details.clone()} /> }
    });
    let middle = match (thread, session.opening.error()) {
        (Some(thread), _) => html! {
            <ThreadView key={session.generation.to_string()} thread={thread.clone()} {speaker} {actions} days={Rc::default()} />
        },
        (None, Some(error)) => html! {
            <div class="view-frame"><div class="thread">
                <ErrorBanner error={error.clone()} on_retry={session.reopen.clone()} />
            </div></div>
        },
        (None, None) => html! {
            <div class="view-frame"><div class="thread"><Skeleton shape={SkeletonShape::Lines} /></div></div>
        },
    };
    html! {
        <section class="column" aria-label={name.clone()}>
            <header class="column-head">
                <TargetMark {name} platform={one.platform} target={one.target.clone()} size={MonogramSize::S24} />
                <h2 class="clip grow" title={one.target_name.clone()}>{ &one.target_name }</h2>
                if let Some(run) = run {
                    <IconButton
                        icon={IconName::Stop}
                        label={t.with("compare-stop", &named)}
                        disabled={run.stopping}
                        onclick={session.stop.clone()}
                    />
                }
                if props.chosen { <Badge text={t.get("compare-chosen")} /> }
                <Button
                    label={t.get("compare-continue")}
                    name={t.with("compare-continue-with", &named)}
                    size={ButtonSize::Small}
                    onclick={go_on}
                />
            </header>
            { middle }
            <div class="column-foot">
                if let Some(error) = &session.problem { <ErrorBanner error={error.clone()} /> }
                if !one.usable { <p class="help">{ t.with("chat-unusable", &named) }</p> }
            </div>
            { for details }
        </section>
    }
}
