//! The messages: the one part of the page that scrolls. It follows a growing answer until the person scrolls away. Of a long
//! conversation only what is near the view is in the page.

use std::rc::Rc;

use hub_contract::conversation::{Role, Target};
use hub_contract::id::MessageId;
use hub_contract::platform::HistoryKept;
use hub_contract::{PlatformId, catalogue};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

use super::answer::{Answer, AnswerActions, Speaker};
use super::days::{self, Day};
use super::look::platform_name;
use super::mounted::Mounted;
use super::mounting::use_mounting;
use super::question::AskedQuestion;
use super::scroll::Follow;
use super::viewport::{flash, is_whole, show_message, stick, take_focus, to_end};
use crate::components::{Button, ButtonSize, IconName};
use crate::dom;
use crate::state::chat::{SharedMessage, Thread};
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct ThreadViewProps {
    pub(super) thread: Thread,
    pub(super) speaker: Speaker,
    pub(super) actions: AnswerActions,
    /// A message to show and mark: one that was searched for.
    #[prop_or_default]
    pub(super) found: Option<MessageId>,
    pub(super) days: Rc<Vec<Day>>,
    /// What the person goes to.
    #[prop_or_default]
    pub(super) goal: Option<Goal>,
}

/// What the person goes to. Going there again is another goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Goal {
    /// A message; absent for the start of the conversation, whichever message that is.
    pub(super) message: Option<MessageId>,
    pub(super) number: u32,
}

#[component]
pub(super) fn ThreadView(props: &ThreadViewProps) -> Html {
    let t = use_texts();
    let view = use_node_ref();
    let content = use_node_ref();
    let away = use_state_eq(|| false);
    let messages = &props.thread.messages;

    let (before, count) = (props.thread.before, props.thread.count());
    let place_of = |id: &MessageId| props.thread.place_of(id);
    let follow = use_mut_ref(|| {
        let mut follow = Follow::default();
        if props.found.as_ref().and_then(place_of).is_some() {
            follow.sets_out();
        }
        follow
    });
    let mounting = use_mounting(&view, &follow, before, messages, || {
        props.found.as_ref().and_then(place_of).map_or(Mounted::at_end(count), |place| Mounted::around(place, count))
    });
    let reaches_the_end = mounting.reaches_the_end;
    {
        // Growth is noticed after layout and before paint: one writer, at most once a frame.
        let (view, content, follow) = (view.clone(), content.clone(), Rc::clone(&follow));
        let away = away.setter();
        let moved = use_mut_ref(Callback::noop);
        *moved.borrow_mut() = mounting.moved.clone();
        use_effect_with((), move |()| {
            let observer = content.cast::<Element>().and_then(|content| {
                let callback = Closure::<dyn FnMut()>::new(move || {
                    stick(&view, &follow);
                    // Another branch may be so short that nothing scrolls, and nothing tells of a scroll either.
                    if is_whole(&view) {
                        away.set(false);
                    }
                    // What came is not as high as was thought, or the window is larger now.
                    let moved = moved.borrow().clone();
                    moved.emit(());
                });
                let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
                observer.observe(&content);
                Some((observer, callback))
            });
            move || {
                if let Some((observer, callback)) = observer {
                    observer.disconnect();
                    drop(callback);
                }
            }
        });
    }
    {
        // The person's own question is always worth seeing. Who looks at another version stays where it stands.
        let (view, follow, bring_last) = (view.clone(), Rc::clone(&follow), mounting.bring_last.clone());
        let is_asked = props.thread.run.is_some();
        let last_question =
            messages.iter().rev().find(|message| message.role == Role::User).map(|message| message.id.clone());
        let first_time = use_mut_ref(|| true);
        let found = props.found.clone();
        use_effect_with(last_question, move |_| {
            let first_time = first_time.replace(false);
            if (first_time && found.is_none()) || (!first_time && is_asked) {
                if !reaches_the_end {
                    bring_last.emit(());
                }
                to_end(&view, &follow);
            }
        });
    }
    {
        let (view, follow, away) = (view.clone(), Rc::clone(&follow), away.setter());
        let ready = props.found.as_ref().is_some_and(|found| props.thread.find(found).is_some());
        use_effect_with((props.found.clone(), ready), move |(found, ready)| {
            let timer = found.as_ref().filter(|_| *ready).and_then(|found| {
                let Some(message) = show_message(&view, found, &follow) else {
                    follow.borrow_mut().gave_up();
                    return None;
                };
                away.set(true);
                Some(flash(message))
            });
            move || drop(timer)
        });
    }
    {
        let (view, follow, away, bring) = (view.clone(), Rc::clone(&follow), away.setter(), mounting.bring.clone());
        let reached = use_mut_ref(|| None::<Goal>);
        // The start is gone to once it was read.
        let wanted = props.goal.as_ref().and_then(|goal| match &goal.message {
            Some(message) => Some(message.clone()),
            None => messages.first().filter(|_| before == 0).map(|first| first.id.clone()),
        });
        let place = wanted.as_ref().and_then(place_of);
        let ready = place.is_some_and(|place| mounting.range.contains(&place));
        // Until then each stretch that was read may be the one.
        let waits_above = (!ready).then_some(before);
        use_effect_with((props.goal.clone(), ready, waits_above), move |(goal, ready, _)| {
            let goal = goal.as_ref().filter(|goal| reached.borrow().as_ref() != Some(*goal));
            let timer = goal.zip(wanted.zip(place)).and_then(|(goal, (wanted, place))| {
                if !ready {
                    follow.borrow_mut().sets_out();
                    bring.emit(place);
                    return None;
                }
                *reached.borrow_mut() = Some(goal.clone());
                let Some(message) = show_message(&view, &wanted, &follow) else {
                    follow.borrow_mut().gave_up();
                    return None;
                };
                take_focus(&message);
                // Taking the focus may have moved the view.
                show_message(&view, &wanted, &follow);
                away.set(true);
                Some(flash(message))
            });
            move || drop(timer)
        });
    }

    let onscroll = {
        let (view, follow, away, moved) = (view.clone(), Rc::clone(&follow), away.setter(), mounting.moved);
        Callback::from(move |_: Event| {
            let Some(element) = view.cast::<Element>() else { return };
            let top = f64::from(element.scroll_top());
            let left = f64::from(element.scroll_height()) - top - f64::from(element.client_height());
            follow.borrow_mut().scrolled(top, left);
            away.set(follow.borrow().is_away());
            moved.emit(());
        })
    };
    let onwheel = {
        let follow = Rc::clone(&follow);
        Callback::from(move |event: WheelEvent| {
            if event.delta_y() < 0.0 {
                follow.borrow_mut().gesture_up();
            }
        })
    };
    let onkeydown = {
        let follow = Rc::clone(&follow);
        Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "PageUp" | "Home" | "ArrowUp") {
                follow.borrow_mut().gesture_up();
            }
        })
    };
    let onpointerdown = {
        let follow = Rc::clone(&follow);
        Callback::from(move |_: PointerEvent| follow.borrow_mut().hold(true))
    };
    {
        // The pointer may be let go of anywhere.
        let follow = Rc::clone(&follow);
        use_effect_with((), move |()| {
            let listeners = dom::window().map(|window| {
                ["pointerup", "pointercancel"].map(|kind| {
                    let follow = Rc::clone(&follow);
                    dom::Listener::new(&window, kind, move |_| follow.borrow_mut().hold(false))
                })
            });
            move || drop(listeners)
        });
    }
    let jump = {
        let (view, follow, away, bring_last) = (view.clone(), Rc::clone(&follow), away.clone(), mounting.bring_last);
        Callback::from(move |()| {
            if !reaches_the_end {
                // They come a moment later, and the end is followed from here on.
                bring_last.emit(());
            }
            to_end(&view, &follow);
            away.set(false);
        })
    };
    let now = dom::now();
    let last = messages.last().map(|message| message.id.clone());
    // The first question begins anew there too.
    let shared = remembers_all(&props.speaker)
        .map(|platform| t.with("chat-edit-shared", &[("platform", platform_name(platform, t.language()).into())]));
    let shared = shared.map(AttrValue::from);
    let row = |message: &SharedMessage| match message.role {
        Role::User => html! {
            <AskedQuestion
                key={message.id.0.clone()}
                message={message.clone()}
                before_editing={shared.clone().filter(|_| message.parent.is_some())}
                actions={props.actions.clone()}
            />
        },
        Role::Assistant => html! {
            <Answer
                key={message.id.0.clone()}
                message={message.clone()}
                speaker={props.speaker.clone()}
                run={props.thread.run_of(&message.id).cloned()}
                last={last.as_ref() == Some(&message.id)}
                actions={props.actions.clone()}
            />
        },
    };
    let drawn = (before..).zip(messages).filter(|(place, _)| mounting.range.contains(place));
    let rows = drawn.flat_map(|(place, message)| {
        [days::above(&props.days, place, now, &t), Some(row(message))].into_iter().flatten()
    });
    html! {
        <div class="view-frame">
            <div
                ref={view}
                class="view"
                tabindex="0"
                role="region"
                aria-label={t.get("chat-messages")}
                {onscroll}
                {onwheel}
                {onkeydown}
                {onpointerdown}
            >
                <div ref={content} class="thread">
                    <div key="above" ref={mounting.above} class="left-out" aria-hidden="true"></div>
                    { for rows }
                    <div key="below" ref={mounting.below} class="left-out is-below" aria-hidden="true"></div>
                </div>
            </div>
            if *away {
                <Button
                    class="jump"
                    label={t.get("chat-to-latest")}
                    icon={IconName::ToDown}
                    size={ButtonSize::Small}
                    onclick={jump}
                />
            }
        </div>
    }
}

/// The platform, where it keeps one conversation for all branches of this one.
fn remembers_all(speaker: &Speaker) -> Option<PlatformId> {
    let platform = speaker.platform.filter(|_| matches!(speaker.target, Target::Agent { .. }))?;
    (catalogue::history_kept(platform) == HistoryKept::ThereAlone).then_some(platform)
}
