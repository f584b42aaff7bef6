//! The messages: the one part of the page that scrolls. It follows a growing answer until the person scrolls away. Of a long
//! conversation only what is near the view is in the page.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::conversation::{Role, Target};
use hub_contract::id::MessageId;
use hub_contract::platform::HistoryKept;
use hub_contract::{PlatformId, catalogue};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::answer::{Answer, AnswerActions, Speaker};
use super::look::platform_name;
use super::mounted::Mounted;
use super::mounting::use_mounting;
use super::question::AskedQuestion;
use super::scroll::Follow;
use crate::components::{Button, ButtonSize, IconName};
use crate::dom;
use crate::state::chat::Thread;
use crate::state::use_texts;

/// How long a message that was found is marked, in milliseconds.
const FLASH: u32 = 1_800;

#[derive(Properties, PartialEq)]
pub(super) struct ThreadViewProps {
    pub(super) thread: Thread,
    pub(super) speaker: Speaker,
    pub(super) actions: AnswerActions,
    /// A message to show and mark: one that was searched for.
    #[prop_or_default]
    pub(super) found: Option<MessageId>,
}

#[component]
pub(super) fn ThreadView(props: &ThreadViewProps) -> Html {
    let t = use_texts();
    let view = use_node_ref();
    let content = use_node_ref();
    let follow = use_mut_ref(Follow::default);
    let away = use_state_eq(|| false);
    let messages = &props.thread.messages;

    let mounting = use_mounting(&view, &follow, messages, || {
        let found = props.found.as_ref().and_then(|found| messages.iter().position(|message| message.id == *found));
        found.map_or(Mounted::at_end(messages.len()), |place| Mounted::around(place, messages.len()))
    });
    {
        // Growth is noticed after layout and before paint: one writer, at most once a frame.
        let (view, content, follow) = (view.clone(), content.clone(), Rc::clone(&follow));
        let moved = use_mut_ref(Callback::noop);
        *moved.borrow_mut() = mounting.moved.clone();
        use_effect_with((), move |()| {
            let observer = content.cast::<Element>().and_then(|content| {
                let callback = Closure::<dyn FnMut()>::new(move || {
                    stick(&view, &follow);
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
        let (view, follow) = (view.clone(), Rc::clone(&follow));
        let is_asked = props.thread.run.is_some();
        let last_question =
            messages.iter().rev().find(|message| message.role == Role::User).map(|message| message.id.clone());
        let first_time = use_mut_ref(|| true);
        let found = props.found.clone();
        use_effect_with(last_question, move |_| {
            let first_time = first_time.replace(false);
            if (first_time && found.is_none()) || (!first_time && is_asked) {
                to_end(&view, &follow);
            }
        });
    }
    {
        let (view, follow, away) = (view.clone(), Rc::clone(&follow), away.setter());
        let ready = props.found.as_ref().is_some_and(|found| props.thread.find(found).is_some());
        use_effect_with((props.found.clone(), ready), move |(found, ready)| {
            let timer = found.as_ref().filter(|_| *ready).and_then(|found| {
                let place = show_message(&view, found)?;
                follow.borrow_mut().went_to(f64::from(place.1));
                away.set(true);
                let _ = place.0.class_list().add_1("flash");
                Some(Timeout::new(FLASH, move || drop(place.0.class_list().remove_1("flash"))))
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
        let (view, follow, away) = (view.clone(), Rc::clone(&follow), away.clone());
        Callback::from(move |()| {
            to_end(&view, &follow);
            away.set(false);
        })
    };
    let last = messages.last().map(|message| message.id.clone());
    // The first question begins anew there too.
    let shared = remembers_all(&props.speaker)
        .map(|platform| t.with("chat-edit-shared", &[("platform", platform_name(platform, t.language()).into())]));
    let shared = shared.map(AttrValue::from);
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
                    <div ref={mounting.above} class="left-out" aria-hidden="true"></div>
                    { for messages.get(mounting.range).unwrap_or_default().iter().map(|message| match message.role {
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
                    }) }
                    <div ref={mounting.below} class="left-out is-below" aria-hidden="true"></div>
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

fn stick(view: &NodeRef, follow: &Rc<std::cell::RefCell<Follow>>) {
    if follow.borrow().sticks() {
        to_end(view, follow);
    }
}

/// Goes to the end, and stays there while it grows.
pub(super) fn to_end(view: &NodeRef, follow: &Rc<std::cell::RefCell<Follow>>) {
    if let Some(element) = view.cast::<Element>() {
        element.set_scroll_top(element.scroll_height());
        follow.borrow_mut().went_to_end(f64::from(element.scroll_top()));
    }
}

/// Brings a message to the upper part of the view; answers it with the new position.
fn show_message(view: &NodeRef, id: &MessageId) -> Option<(Element, i32)> {
    const ABOVE: f64 = 72.0;
    let view = view.cast::<HtmlElement>()?;
    let message = dom::document()?.get_element_by_id(&format!("m-{id}"))?;
    let offset = message.get_bounding_client_rect().top() - view.get_bounding_client_rect().top();
    view.set_scroll_top((f64::from(view.scroll_top()) + offset - ABOVE) as i32);
    let top = view.scroll_top();
    Some((message, top))
}
