//! An answer: name, steps, reasoning, text, files, sources, follow-ups, actions. In this order, always.

mod actions;
mod end;
mod extras;
mod feedback;
mod folds;
mod outputs;

use hub_contract::PlatformId;
use hub_contract::conversation::{MessageState, Target};
use hub_contract::id::MessageId;
use yew::prelude::*;

use self::actions::Actions;
pub(super) use self::actions::{Versions, keep_focus_on_versions};
use self::end::{End, Notices};
use self::extras::{Files, FollowUps, Sources};
pub(super) use self::feedback::Rating;
use self::folds::{Reasoning, Seconds, Steps};
use self::outputs::Outputs;
use super::inputs::{Waiting, waits_for};
use super::look::{TargetMark, clock, platform_name};
use super::session::{OtherWords, Question};
use crate::components::MonogramSize;
use crate::dom;
use crate::markdown::Markdown;
use crate::state::chat::{Followed, Phase, SharedMessage, phase};
use crate::state::use_texts;

/// What can be done with an answer. All of these stay the same while a page is shown.
#[derive(Clone, PartialEq)]
pub(super) struct AnswerActions {
    pub(super) regenerate: Callback<MessageId>,
    /// Asks an earlier question in other words.
    pub(super) edit: Callback<OtherWords>,
    /// Begins a conversation with what was said up to an answer.
    pub(super) branch: Callback<MessageId>,
    pub(super) show_version: Callback<MessageId>,
    pub(super) details: Callback<MessageId>,
    pub(super) ask: Callback<String>,
    /// Answers what the platform waits for.
    pub(super) reply: Callback<Question>,
    pub(super) rating: Rating,
    pub(super) edit_connection: Option<Callback<()>>,
    /// False when the agent or model is gone, or an answer is coming: nothing can be asked now.
    pub(super) can_ask: bool,
    /// False when the agent or model is gone. A question that is being answered can be edited.
    pub(super) can_edit: bool,
}

/// Whose answers these are.
#[derive(Clone, PartialEq)]
pub(super) struct Speaker {
    pub(super) name: AttrValue,
    pub(super) platform: Option<PlatformId>,
    pub(super) target: Target,
}

#[derive(Properties, PartialEq)]
pub(super) struct AnswerProps {
    pub(super) message: SharedMessage,
    pub(super) speaker: Speaker,
    /// The run that lets it grow.
    #[prop_or_default]
    pub(super) run: Option<Followed>,
    /// The last of the branch: its actions are always shown, its follow-ups can be asked.
    pub(super) last: bool,
    pub(super) actions: AnswerActions,
}

#[component]
pub(super) fn Answer(props: &AnswerProps) -> Html {
    let t = use_texts();
    let message = &props.message;
    let phase = phase(message, props.run.is_some());
    let growing = matches!(phase, Phase::Waiting | Phase::Reasoning | Phase::Answering);
    let body = &message.body;
    let now = dom::now();
    let mut about = Vec::new();
    if let Some(platform) = props.speaker.platform {
        about.push(platform_name(platform, t.language()).to_owned());
    }
    if let Some(connection) = body
        .facts
        .as_ref()
        .map(|facts| facts.connection.clone())
        .filter(|name| !about.contains(name) && !name.is_empty())
    {
        about.push(connection);
    }
    about.push(clock(message.created_at, now, dom::utc_offset_minutes(now)));
    let unfinished = !matches!(message.state, MessageState::Finished { .. } | MessageState::Streaming);
    html! {
        <article
            id={format!("m-{}", message.id)}
            class={classes!("ans", props.last.then_some("is-last"))}
            aria-label={t.with("chat-answer-of", &[("name", props.speaker.name.as_str().into())])}
            aria-busy={growing.then_some("true")}
        >
            <TargetMark
                name={props.speaker.name.clone()}
                platform={props.speaker.platform}
                target={props.speaker.target.clone()}
                size={MonogramSize::S24}
            />
            <div class="ans-in">
                <div
                    class="ans-name"
                >
                    <span class="clip" title={props.speaker.name.clone()}>{ &props.speaker.name }</span><span class="dim">{ about.join(" · ") }</span>
                </div>
                if !body.steps.is_empty() { <Steps steps={body.steps.clone()} {growing} /> }
                if !body.reasoning.is_empty() {
                    <Reasoning
                        text={body.reasoning.clone()}
                        since={props.run.as_ref().and_then(|run| run.reasoning_since)}
                        ms={body.reasoning_ms}
                        under_way={phase == Phase::Reasoning}
                    />
                }
                if phase == Phase::Waiting && body.steps.is_empty() {
                    <p
                        class="waiting"
                    >
                        <span class="st wait">{ t.get("chat-waiting") }</span>
                        <Seconds since={message.created_at} from={3} />
                    </p>
                }
                if !message.text.is_empty() { <Markdown text={message.text.clone()} finished={!growing} /> }
                { for body.parts.iter().map(|part| html! {
                    <div
                        class="ans-part"
                        key={part.part.clone()}
                    >
                        <Markdown text={part.text.clone()} finished={!growing} />
                    </div>
                }) }
                if !body.outputs.is_empty() { <Outputs outputs={body.outputs.clone()} /> }
                <Files files={body.files.clone()} />
                <Sources sources={body.sources.clone()} />
                <Notices notices={body.notices.clone()} />
                // What comes and goes here has a frame that stays: the parts above find their place by what follows them,
                // and Yew tells them too late when that is new.
                <div class="frameless">
                    if let Some(need) = &body.need_input {
                        <Waiting
                            need={need.clone()}
                            open={props.last && props.actions.can_ask && waits_for(message).is_some()}
                            reply={props.actions.reply.clone()}
                        />
                    }
                    if !growing {
                        <End
                            message={message.clone()}
                            {phase}
                            platform={props.speaker.platform}
                            actions={props.actions.clone()}
                        />
                        if props.last && !unfinished && props.actions.can_ask {
                            <FollowUps questions={body.suggestions.clone()} ask={props.actions.ask.clone()} />
                        }
                        <Actions message={message.clone()} actions={props.actions.clone()} />
                    }
                </div>
            </div>
        </article>
    }
}
