//! Where questions are written. The text stays in the text area itself: undo is the native one, and a re-render never
//! disturbs an input method.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::HubError;
use hub_contract::command::EditConversation;
use hub_contract::conversation::EditConversationRequest;
use hub_contract::id::ConversationId;
use hub_contract::settings::SendKey;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, Event, File, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::attach::{Attached, Refused, check, files_of, read};
use super::keys::{Composition, EnterMeans, EnterPress};
use super::session::Question;
use crate::components::{ErrorBanner, Icon, IconButton, IconName, IconSize};
use crate::state::{use_prefs, use_texts};
use crate::{dom, format, ipc};

/// A draft is stored when nothing was typed for so long, in milliseconds.
const DRAFT_AFTER: u32 = 700;

#[derive(Properties, PartialEq)]
pub(super) struct ComposerProps {
    /// The conversation, once there is one.
    pub(super) conversation: Option<ConversationId>,
    /// What had been typed when it was opened.
    pub(super) draft: AttrValue,
    pub(super) placeholder: AttrValue,
    /// Nobody is there to be asked.
    #[prop_or_default]
    pub(super) disabled: bool,
    /// Images can go along; absent when the platform says that the model cannot see.
    pub(super) images: bool,
    pub(super) running: bool,
    pub(super) stopping: bool,
    pub(super) problem: Option<HubError>,
    pub(super) on_ask: Callback<Question>,
    pub(super) on_stop: Callback<()>,
}

#[component]
pub(super) fn Composer(props: &ComposerProps) -> Html {
    let t = use_texts();
    let send_key = use_prefs().preferences().send_key;
    let area = use_node_ref();
    let picker = use_node_ref();
    let empty = use_state_eq(|| props.draft.trim().is_empty());
    let sending = use_state_eq(|| false);
    let attached = use_state(Vec::<Attached>::new);
    let refused = use_state_eq(|| None::<Refused>);
    let over = use_state_eq(|| false);
    let composition = use_mut_ref(Composition::default);
    let draft = use_draft(props.conversation.clone());

    {
        let (area, text) = (area.clone(), props.draft.clone());
        use_effect_with((), move |()| {
            if let Some(element) = area.cast::<HtmlTextAreaElement>() {
                element.set_value(&text);
                fit(&area);
            }
        });
    }
    {
        // A field that cannot be used yet, because the models are still being read, takes no focus.
        let area = area.clone();
        use_effect_with(props.disabled, move |disabled| {
            if !disabled {
                dom::focus(&area);
            }
        });
    }

    use_composition(&area, &composition);

    let can_send = !props.disabled && !props.running && !*sending && (!*empty || !attached.is_empty());
    let send = {
        let (area, empty, sending, attached, refused) =
            (area.clone(), empty.clone(), sending.clone(), attached.clone(), refused.clone());
        let (on_ask, draft) = (props.on_ask.clone(), draft.clone());
        Callback::from(move |()| {
            let Some(element) = area.cast::<HtmlTextAreaElement>().filter(|_| can_send) else { return };
            sending.set(true);
            draft.cancel();
            let done = {
                let (area, empty, sending, attached, refused, draft) =
                    (area.clone(), empty.clone(), sending.clone(), attached.clone(), refused.clone(), draft.clone());
                Callback::from(move |stored: bool| {
                    sending.set(false);
                    let Some(element) = area.cast::<HtmlTextAreaElement>() else { return };
                    if stored {
                        element.set_value("");
                        fit(&area);
                        empty.set(true);
                        attached.set(Vec::new());
                        refused.set(None);
                    } else {
                        // The text stays with the person, on the disk too.
                        draft.changed(element.value());
                    }
                })
            };
            on_ask.emit(Question {
                text: element.value(),
                attachments: attached.iter().map(|one| one.input.clone()).collect(),
                done,
                ..Question::default()
            });
        })
    };

    let take_files = {
        let (attached, refused, images) = (attached.clone(), refused.clone(), props.images);
        let all = use_mut_ref(Vec::<Attached>::new);
        *all.borrow_mut() = (*attached).clone();
        Callback::from(move |files: Vec<File>| {
            if !images {
                return;
            }
            refused.set(None);
            let already = all.borrow().len();
            for (place, file) in files.iter().enumerate() {
                match check(&file.type_(), file.size(), already + place) {
                    Err(why) => refused.set(Some(why)),
                    Ok(()) => {
                        let (attached, all) = (attached.clone(), Rc::clone(&all));
                        read(
                            file,
                            Callback::from(move |one: Attached| {
                                all.borrow_mut().push(one);
                                attached.set(all.borrow().clone());
                            }),
                        );
                    }
                }
            }
        })
    };

    let oninput = {
        let (area, empty, draft, refuse) = (area.clone(), empty.clone(), draft.clone(), refused.setter());
        Callback::from(move |event: InputEvent| {
            let text = dom::value_of(&event);
            // A paste tells itself whether something came; WebKit reports an input even where nothing did.
            if event.input_type() != "insertFromPaste" {
                refuse.set(None);
            }
            empty.set(text.trim().is_empty());
            fit(&area);
            draft.changed(text);
        })
    };
    let onkeydown = {
        let (composition, send, on_stop, running) =
            (Rc::clone(&composition), send.clone(), props.on_stop.clone(), props.running);
        Callback::from(move |event: KeyboardEvent| {
            let means = composition.borrow().enter(press_of(&event), send_key);
            match event.key().as_str() {
                "Enter" if means == EnterMeans::Send => {
                    event.prevent_default();
                    send.emit(());
                }
                "Escape" if running && means != EnterMeans::InputMethod => {
                    event.prevent_default();
                    on_stop.emit(());
                }
                _ => {}
            }
        })
    };
    let onblur = {
        let (composition, draft) = (Rc::clone(&composition), draft.clone());
        Callback::from(move |_: FocusEvent| {
            composition.borrow_mut().leave();
            draft.store();
        })
    };
    let onpaste = {
        let (take_files, refuse) = (take_files.clone(), refused.setter());
        Callback::from(move |event: Event| {
            use wasm_bindgen::JsCast;
            let data = event.dyn_ref::<web_sys::ClipboardEvent>().and_then(web_sys::ClipboardEvent::clipboard_data);
            let files = files_of(data.as_ref().and_then(web_sys::DataTransfer::files));
            if !files.is_empty() {
                event.prevent_default();
                take_files.emit(files);
            } else {
                let nothing = data.is_some_and(|data| data.get_data("text/plain").is_ok_and(|text| text.is_empty()));
                refuse.set(nothing.then_some(Refused::NotHanded));
            }
        })
    };
    let ondragover = {
        let (over, images) = (over.clone(), props.images);
        Callback::from(move |event: DragEvent| {
            // Text that is dragged belongs to the text area itself.
            if brings_files(&event) {
                event.prevent_default();
                over.set(images);
            }
        })
    };
    let ondragleave = {
        let over = over.clone();
        Callback::from(move |_: DragEvent| over.set(false))
    };
    let ondrop = {
        let (over, take_files) = (over.clone(), take_files.clone());
        Callback::from(move |event: DragEvent| {
            over.set(false);
            if !brings_files(&event) {
                return;
            }
            event.prevent_default();
            let mut files = files_of(event.data_transfer().and_then(|data| data.files()));
            // The window opens it, wherever it is dropped.
            files.retain(|file| !dom::is_bundle(file));
            if !files.is_empty() {
                take_files.emit(files);
            }
        })
    };
    let onpick = {
        let picker = picker.clone();
        Callback::from(move |_: Event| {
            if let Some(input) = picker.cast::<HtmlInputElement>() {
                take_files.emit(files_of(input.files()));
                input.set_value("");
            }
        })
    };
    let pick = {
        let picker = picker.clone();
        Callback::from(move |()| {
            if let Some(input) = picker.cast::<HtmlElement>() {
                input.click();
            }
        })
    };
    let remove = |place: usize| {
        let attached = attached.clone();
        Callback::from(move |()| {
            attached
                .set(attached.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| one.clone()).collect());
        })
    };
    let hint = match (*refused, send_key) {
        (Some(Refused::NotAnImage), _) => t.get("chat-attach-not-image"),
        (Some(Refused::TooLarge), _) => t.get("chat-attach-large"),
        (Some(Refused::TooMany), _) => t.get("chat-attach-many"),
        (Some(Refused::NotHanded), _) => t.get("chat-attach-not-handed"),
        (None, SendKey::Enter) => t.get("chat-hint-enter"),
        (None, SendKey::ModEnter) if dom::is_mac() => t.get("chat-hint-meta-enter"),
        (None, SendKey::ModEnter) => t.get("chat-hint-ctrl-enter"),
    };
    html! {
        <div class="compose-wrap">
            if let Some(error) = &props.problem {
                <div class="compose-problem"><ErrorBanner error={error.clone()} /></div>
            }
            <div class={classes!("composer", over.then_some("is-over"))} {ondragover} {ondragleave} {ondrop}>
                if !attached.is_empty() {
                    <div class="attach">
                        { for attached.iter().enumerate().map(|(place, one)| html! {
                            <span class="chip">
                                <Icon name={IconName::Image} size={IconSize::S14} />
                                <span class="clip">{ &one.input.name }</span>
                                <span class="dim">{ format::bytes(one.bytes) }</span>
                                <IconButton
                                    icon={IconName::Close}
                                    icon_size={IconSize::S12}
                                    label={t.with("chat-attach-remove", &[("name", one.input.name.as_str().into())])}
                                    onclick={remove(place)}
                                />
                            </span>
                        }) }
                    </div>
                }
                <textarea
                    ref={area}
                    class="text"
                    rows="1"
                    placeholder={props.placeholder.clone()}
                    aria-label={props.placeholder.clone()}
                    disabled={props.disabled}
                    {oninput}
                    {onkeydown}
                    {onblur}
                    {onpaste}
                />
                <div class="bar">
                    if props.images {
                        <input
                            ref={picker}
                            type="file"
                            accept="image/*"
                            multiple=true
                            hidden=true
                            tabindex="-1"
                            aria-hidden="true"
                            onchange={onpick}
                        />
                        <IconButton
                            icon={IconName::Clip}
                            label={t.get("chat-attach")}
                            onclick={pick}
                            disabled={props.disabled}
                        />
                    }
                    <span class="grow"></span>
                    if props.running {
                        <button
                            type="button"
                            class="btn sm send"
                            aria-disabled={props.stopping.then_some("true")}
                            onclick={props.on_stop.reform(|_: MouseEvent| ())}
                        >
                            <Icon name={IconName::Stop} size={IconSize::S14} />
                            { if props.stopping { t.get("chat-stopping") } else { t.get("chat-stop") } }
                        </button>
                    } else {
                        <button
                            type="button"
                            class="btn sm primary send"
                            disabled={!can_send}
                            onclick={send.reform(|_: MouseEvent| ())}
                        >
                            <Icon name={IconName::Send} size={IconSize::S14} />
                            { t.get("chat-send") }
                        </button>
                    }
                </div>
            </div>
            <div class="hint">
                <span class={classes!(refused.is_some().then_some("bad"))}>{ hint }</span>
                if draft.is_stored() { <span>{ t.get("chat-draft-saved") }</span> }
            </div>
        </div>
    }
}

fn brings_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|data| data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

/// How a key was pressed.
pub(super) fn press_of(event: &KeyboardEvent) -> EnterPress {
    EnterPress {
        composing: event.is_composing(),
        code: event.key_code(),
        shift: event.shift_key(),
        ctrl: event.ctrl_key(),
        meta: event.meta_key(),
        alt: event.alt_key(),
    }
}

/// Listens to the input method; Yew has no names for its events.
#[hook]
pub(super) fn use_composition(area: &NodeRef, composition: &Rc<RefCell<Composition>>) {
    let (area, composition) = (area.clone(), Rc::clone(composition));
    use_effect_with((), move |()| {
        let listeners = area.cast::<HtmlElement>().map(|element| {
            let begins = Rc::clone(&composition);
            let start = dom::Listener::new(&element, "compositionstart", move |_| begins.borrow_mut().start());
            let end = dom::Listener::new(&element, "compositionend", move |_| {
                composition.borrow_mut().end();
                let composition = Rc::clone(&composition);
                Timeout::new(0, move || composition.borrow_mut().next_task()).forget();
            });
            (start, end)
        });
        move || drop(listeners)
    });
}

/// Makes the text area as high as its text; the style sheet stops it at eight lines.
pub(super) fn fit(area: &NodeRef) {
    let Some(element) = area.cast::<HtmlElement>() else { return };
    dom::set_style(area, "height", "auto");
    let height = element.scroll_height();
    dom::set_style(area, "height", &format!("{height}px"));
}

/// What is being typed, and its way to the disk.
#[derive(Clone)]
struct Draft {
    conversation: Option<ConversationId>,
    waiting: Rc<RefCell<Waiting>>,
    stored: UseStateHandle<bool>,
}

#[derive(Default)]
struct Waiting {
    text: Option<String>,
    timer: Option<Timeout>,
}

#[hook]
fn use_draft(conversation: Option<ConversationId>) -> Draft {
    let waiting = use_mut_ref(Waiting::default);
    let stored = use_state_eq(|| false);
    let draft = Draft { conversation, waiting, stored };
    {
        // Another conversation is shown: what was typed last has not waited long enough yet.
        let draft = draft.clone();
        use_effect_with(draft.conversation.clone(), move |_| move || draft.store());
    }
    draft
}

impl Draft {
    fn changed(&self, text: String) {
        self.stored.set(false);
        let draft = self.clone();
        let mut waiting = self.waiting.borrow_mut();
        waiting.text = Some(text);
        waiting.timer = Some(Timeout::new(DRAFT_AFTER, move || {
            // A timer must not be cancelled from inside its own call.
            if let Some(timer) = draft.waiting.borrow_mut().timer.take() {
                timer.forget();
            }
            draft.store();
        }));
    }

    /// The question goes: there is no draft any more.
    fn cancel(&self) {
        *self.waiting.borrow_mut() = Waiting::default();
        self.stored.set(false);
    }

    fn store(&self) {
        let text = {
            let mut waiting = self.waiting.borrow_mut();
            waiting.timer = None;
            waiting.text.take()
        };
        let (Some(text), Some(id)) = (text, self.conversation.clone()) else { return };
        let (stored, empty) = (self.stored.clone(), text.is_empty());
        let request = EditConversationRequest { id, title: None, pinned: None, archived: None, draft: Some(text) };
        spawn_local(async move {
            // A draft that could not be stored is still in the field.
            stored.set(ipc::call::<EditConversation>(request).await.is_ok() && !empty);
        });
    }

    fn is_stored(&self) -> bool {
        *self.stored
    }
}
