//! The line below an answer: what can be done with it, which version it is, and what it took.

use gloo_timers::callback::Timeout;
use hub_contract::conversation::{MessageState, MessageView};
use hub_contract::id::MessageId;
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::super::look::seconds;
use super::feedback::Feedback;
use super::{AnswerActions, outputs};
use crate::components::{IconButton, IconName, IconSize};
use crate::state::chat::SharedMessage;
use crate::state::use_texts;
use crate::{dom, format};

/// How long the copy button says that it has copied, in milliseconds.
const COPIED: u32 = 1_600;

#[derive(Properties, PartialEq)]
pub(super) struct ActionsProps {
    pub(super) message: SharedMessage,
    pub(super) actions: AnswerActions,
}

#[component]
pub(super) fn Actions(props: &ActionsProps) -> Html {
    let t = use_texts();
    let copied = use_state_eq(|| false);
    let timer = use_mut_ref(|| None::<Timeout>);
    let message = &props.message;
    let copy = {
        let (message, copied) = (message.clone(), copied.clone());
        Callback::from(move |()| {
            let (message, copied, timer) = (message.clone(), copied.clone(), timer.clone());
            spawn_local(async move {
                if dom::copy(&copy_text(&message)).await {
                    copied.set(true);
                    *timer.borrow_mut() = Some(Timeout::new(COPIED, move || copied.set(false)));
                }
            });
        })
    };
    let on_this = |callback: &Callback<_>| {
        let (callback, id) = (callback.clone(), message.id.clone());
        Callback::from(move |()| callback.emit(id.clone()))
    };
    let (copy_icon, copy_label) =
        if *copied { (IconName::Check, t.get("chat-copied")) } else { (IconName::Copy, t.get("chat-copy")) };
    let stats = stats(message, &t);
    html! {
        <div class="usage">
            <span class="acts">
                <IconButton icon={copy_icon} label={copy_label} onclick={copy} disabled={copy_text(message).is_empty()} />
                if props.actions.can_ask {
                    <IconButton
                        icon={IconName::Refresh}
                        label={t.get("chat-regenerate")}
                        onclick={on_this(&props.actions.regenerate)}
                    />
                }
                <IconButton
                    icon={IconName::Branch}
                    label={t.get("chat-branch")}
                    onclick={on_this(&props.actions.branch)}
                />
                if matches!(message.state, MessageState::Finished { .. }) {
                    <Feedback message={message.id.clone()} rating={props.actions.rating.clone()} />
                }
                <IconButton
                    icon={IconName::Info}
                    label={t.get("chat-details")}
                    onclick={on_this(&props.actions.details)}
                />
            </span>
            <Versions message={message.clone()} show={props.actions.show_version.clone()} />
            if !stats.is_empty() {
                <span class="stats">
                    { for stats.iter().enumerate().map(|(place, fact)| html! {
                        <span class={classes!((place > 0).then_some("sep"))}>{ fact }</span>
                    }) }
                </span>
            }
        </div>
    }
}

/// The class of the button that goes to the version before.
const BEFORE: &str = "is-before";
/// The class of the button that goes to the version after.
const AFTER: &str = "is-after";

/// Notes which of the two buttons has the focus, and gives it to that one of another version once it has been drawn: the
/// message around it is another one then.
pub(in super::super) fn keep_focus_on_versions() -> impl FnOnce(MessageId) {
    let held = dom::focused()
        .and_then(|element| [BEFORE, AFTER].into_iter().find(|class| element.class_list().contains(class)));
    move |message| {
        let Some(class) = held else { return };
        Timeout::new(0, move || {
            let able = |class: &str| format!("#m-{message} .versions .{class}:not(:disabled)");
            if !dom::focus_first(&able(class)) {
                dom::focus_first(&able("ib"));
            }
        })
        .forget();
    }
}

#[derive(Properties, PartialEq)]
pub(in super::super) struct VersionsProps {
    pub(in super::super) message: SharedMessage,
    pub(in super::super) show: Callback<MessageId>,
}

/// Goes between messages at the same place of the tree.
#[component]
pub(in super::super) fn Versions(props: &VersionsProps) -> Html {
    let t = use_texts();
    let siblings = &props.message.siblings;
    let Some(place) = siblings.iter().position(|id| *id == props.message.id).filter(|_| siblings.len() > 1) else {
        return html! {};
    };
    let step = |to: Option<usize>, icon: IconName, class: &'static str, label: String| {
        let id = to.and_then(|to| siblings.get(to)).cloned();
        let show = props.show.clone();
        let disabled = id.is_none();
        let onclick = Callback::from(move |()| {
            if let Some(id) = id.clone() {
                show.emit(id);
            }
        });
        html! { <IconButton {icon} icon_size={IconSize::S14} {class} {label} {disabled} {onclick} /> }
    };
    let of = [("n", (place + 1).into()), ("of", siblings.len().into())];
    html! {
        <span class="row row-4 versions" role="group" aria-label={t.with("chat-version-of", &of)}>
            { step(place.checked_sub(1), IconName::Left, BEFORE, t.get("chat-version-before")) }
            <span aria-hidden="true">{ format!("{} / {}", place + 1, siblings.len()) }</span>
            { step(Some(place + 1), IconName::Right, AFTER, t.get("chat-version-after")) }
        </span>
    }
}

/// The answer as it is pasted elsewhere: its text and its further parts, or its results; never its reasoning.
fn copy_text(message: &MessageView) -> String {
    let parts = message.body.parts.iter().map(|part| part.text.as_str());
    let texts = std::iter::once(message.text.as_str()).chain(parts).filter(|text| !text.is_empty());
    let text = texts.collect::<Vec<_>>().join("\n\n");
    if text.is_empty() { outputs::copy_text(&message.body.outputs) } else { text }
}

/// Times and counts. What the platform did not report is absent, never 0.
fn stats(message: &MessageView, t: &Texts) -> Vec<String> {
    let facts = message.body.facts.as_ref();
    let usage = message.body.usage.as_ref();
    let time = |ms: u64| hub_text::Value::from(seconds(ms, t.language()));
    let count = |tokens: u64| hub_text::Value::from(format::count(tokens));
    let first = facts.and_then(|facts| facts.first_text_ms).map(|ms| t.with("chat-first-text", &[("time", time(ms))]));
    let total = facts.and_then(|facts| facts.total_ms).map(|ms| t.with("chat-total", &[("time", time(ms))]));
    let sent = usage.and_then(|usage| usage.input).map(|n| t.with("chat-tokens-in", &[("n", count(n))]));
    let received = usage.and_then(|usage| usage.output).map(|n| t.with("chat-tokens-out", &[("n", count(n))]));
    [first, total, sent, received].into_iter().flatten().collect()
}
