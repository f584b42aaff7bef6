//! Where questions are written. The text stays in the text area itself: undo is the native one, and a re-render never
//! disturbs an input method.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::conversation::Target;
use hub_contract::id::ConversationId;
use hub_contract::settings::SendKey;
use hub_text::Texts;
use web_sys::{DragEvent, Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::attach::{Refused, files_of};
use super::attached::use_attachments;
use super::candidates::Candidate;
use super::draft::use_draft;
use super::history::{PromptHistory, questions};
use super::keys::{Composition, EnterMeans};
use super::mention::{self, MentionList};
use super::paste;
use super::session::{Begun, Question};
use super::text_area::{Caret, fit, press_of, put, use_composition};
use crate::components::{ErrorBanner, Icon, IconButton, IconName, IconSize};
use crate::dom;
use crate::state::chat::SharedMessage;
use crate::state::{use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct ComposerProps {
    /// The conversation, once there is one.
    pub(super) conversation: Option<ConversationId>,
    /// What had been begun when it was opened.
    pub(super) begun: Begun,
    pub(super) placeholder: AttrValue,
    /// Nobody is there to be asked.
    #[prop_or_default]
    pub(super) disabled: bool,
    /// Images can go along; absent when the platform says that the model cannot see.
    pub(super) images: bool,
    pub(super) running: bool,
    pub(super) stopping: bool,
    pub(super) problem: Option<HubError>,
    /// The messages on the screen, when they are asked for: a growing answer does not draw the composer anew.
    pub(super) messages: Callback<(), Vec<SharedMessage>>,
    /// Who can be asked instead, with `@`.
    pub(super) candidates: Rc<[Candidate]>,
    pub(super) on_target: Callback<Target>,
    /// Somebody is asked as well; absent where nobody can be.
    #[prop_or_default]
    pub(super) on_also: Option<Callback<Target>>,
    /// A conversation belongs to one agent: with another one a new one begins.
    pub(super) on_begin: Callback<Begun>,
    pub(super) on_ask: Callback<Question>,
    pub(super) on_stop: Callback<()>,
}

#[component]
pub(super) fn Composer(props: &ComposerProps) -> Html {
    let t = use_texts();
    let send_key = use_prefs().preferences().send_key;
    let area = use_node_ref();
    let picker = use_node_ref();
    let empty = use_state_eq(|| props.begun.text.trim().is_empty());
    let sending = use_state_eq(|| false);
    let attachments = use_attachments(props.begun.files.clone());
    // A long text that was pasted just now, and may become a file.
    let pasted = use_state_eq(|| None::<AttrValue>);
    let over = use_state_eq(|| false);
    let history = use_mut_ref(PromptHistory::default);
    let mention = use_state_eq(MentionList::default);
    let composition = use_mut_ref(Composition::default);
    let draft = use_draft(props.conversation.clone());

    {
        let (area, text) = (area.clone(), props.begun.text.clone());
        use_effect_with((), move |()| put(&area, &text));
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

    let can_send = !props.disabled && !props.running && !*sending && (!*empty || !attachments.is_empty());
    let send = {
        let (area, empty, sending, attachments) = (area.clone(), empty.clone(), sending.clone(), attachments.clone());
        let (pasted, history) = (pasted.setter(), Rc::clone(&history));
        let (on_ask, draft) = (props.on_ask.clone(), draft.clone());
        Callback::from(move |()| {
            let Some(element) = area.cast::<HtmlTextAreaElement>().filter(|_| can_send) else { return };
            sending.set(true);
            draft.cancel();
            let (text, files) = (element.value(), attachments.inputs());
            let done = {
                let (area, empty, sending, attachments) =
                    (area.clone(), empty.clone(), sending.clone(), attachments.clone());
                let (pasted, history, draft) = (pasted.clone(), Rc::clone(&history), draft.clone());
                Callback::from(move |stored: bool| {
                    sending.set(false);
                    if stored {
                        put(&area, "");
                        empty.set(true);
                        attachments.clear();
                        pasted.set(None);
                        history.borrow_mut().leave();
                    } else if let Some(element) = area.cast::<HtmlTextAreaElement>() {
                        // The text stays with the person, on the disk too.
                        draft.changed(element.value());
                    }
                })
            };
            on_ask.emit(Question { text, attachments: files, done, ..Question::default() });
        })
    };

    let oninput = {
        let (area, empty, draft, attachments) = (area.clone(), empty.clone(), draft.clone(), attachments.clone());
        let (pasted, history, mention) = (pasted.clone(), Rc::clone(&history), mention.clone());
        Callback::from(move |event: InputEvent| {
            let text = dom::value_of(&event);
            if let Some(element) = area.cast::<HtmlTextAreaElement>() {
                mention.set(mention.typed(&text, Caret::of(&element).end));
            }
            // A paste tells itself whether something came; WebKit reports an input even where nothing did.
            if event.input_type() != "insertFromPaste" {
                attachments.refuse(None);
            }
            if pasted.as_ref().is_some_and(|pasted| paste::without(&text, pasted).is_none()) {
                pasted.set(None);
            }
            history.borrow_mut().leave();
            empty.set(text.trim().is_empty());
            fit(&area);
            draft.changed(text);
        })
    };
    let mentioned = mention.found(&props.candidates);
    {
        let id = mention::entry_id(mention.place());
        use_effect_with(mention.place(), move |_| {
            if let Some(entry) = dom::document().and_then(|document| document.get_element_by_id(&id)) {
                dom::keep_in_view(&entry);
            }
        });
    }
    let choose = {
        let (area, empty, mention, draft) = (area.clone(), empty.clone(), mention.clone(), draft.clone());
        let (attachments, exists) = (attachments.clone(), props.conversation.is_some());
        let (on_target, on_begin) = (props.on_target.clone(), props.on_begin.clone());
        let on_also = props.on_also.clone();
        Callback::from(move |(one, also): (Candidate, bool)| {
            let Some(element) = area.cast::<HtmlTextAreaElement>() else { return };
            let text = mention.without(&element.value());
            mention.set(MentionList::default());
            match on_also.as_ref().filter(|_| also) {
                Some(on_also) => on_also.emit(one.target),
                None => on_target.emit(one.target),
            }
            if exists {
                // What was begun here goes along, and is no draft of this conversation any more.
                draft.changed(String::new());
                on_begin.emit(Begun { text: text.into(), files: attachments.all() });
            } else {
                put(&area, &text);
                empty.set(text.trim().is_empty());
            }
        })
    };
    let onkeydown = {
        let (composition, send, on_stop, running) =
            (Rc::clone(&composition), send.clone(), props.on_stop.clone(), props.running);
        let (area, empty, history, messages) = (area.clone(), empty.clone(), history, props.messages.clone());
        let (mention, mentioned, choose) = (mention.clone(), mentioned.clone(), choose.clone());
        let adds = props.on_also.is_some();
        Callback::from(move |event: KeyboardEvent| {
            let press = press_of(&event);
            if composition.borrow().owns(press) {
                return;
            }
            let key = event.key();
            let also = adds && press.is_modified() && key == "Enter";
            if let Some(chosen) = mentioned.get(mention.place()).filter(|_| press.is_plain() || also) {
                match key.as_str() {
                    "ArrowUp" | "ArrowDown" => mention.set(mention.moved(&key, mentioned.len())),
                    "Enter" | "Tab" => choose.emit((chosen.clone(), also)),
                    "Escape" => mention.set(mention.closed()),
                    _ => return,
                }
                event.prevent_default();
                return;
            }
            let step = area.cast::<HtmlTextAreaElement>().and_then(|element| {
                let step = history.borrow().step(&key, press, Caret::of(&element))?;
                history.borrow_mut().go(step, &questions(&messages.emit(())), &element.value())
            });
            match key.as_str() {
                _ if step.is_some() => {
                    let text = step.unwrap_or_default();
                    put(&area, &text);
                    empty.set(text.trim().is_empty());
                }
                "Enter" if composition.borrow().enter(press, send_key) == EnterMeans::Send => send.emit(()),
                "Escape" if running => on_stop.emit(()),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let onblur = {
        let (composition, draft, mention) = (Rc::clone(&composition), draft.clone(), mention.clone());
        Callback::from(move |_: FocusEvent| {
            mention.set(mention.closed());
            composition.borrow_mut().leave();
            draft.store();
        })
    };
    let images = props.images;
    let onpaste = {
        let (attachments, pasted) = (attachments.clone(), pasted.setter());
        Callback::from(move |event: Event| {
            use wasm_bindgen::JsCast;
            let data = event.dyn_ref::<web_sys::ClipboardEvent>().and_then(web_sys::ClipboardEvent::clipboard_data);
            let files = files_of(data.as_ref().and_then(web_sys::DataTransfer::files));
            if !files.is_empty() {
                event.prevent_default();
                if images {
                    attachments.take(&files);
                }
                return;
            }
            let text = data.and_then(|data| data.get_data("text/plain").ok());
            let is_nothing = text.as_ref().is_some_and(String::is_empty);
            attachments.refuse(is_nothing.then_some(Refused::NotHanded));
            pasted.set(text.and_then(|text| paste::worth_a_file(&text)).map(AttrValue::from));
        })
    };
    let attach_pasted = {
        let (area, empty, attachments) = (area.clone(), empty.clone(), attachments.clone());
        let (pasted, draft) = (pasted.clone(), draft.clone());
        Callback::from(move |()| {
            let Some(text) = (*pasted).clone() else { return };
            let (area, empty, offer, draft) = (area.clone(), empty.clone(), pasted.setter(), draft.clone());
            let whole = text.clone();
            // It leaves the field when it is among the attachments, not before.
            let done = Callback::from(move |()| {
                let written = area.cast::<HtmlTextAreaElement>().map(|element| element.value());
                if let Some(rest) = written.and_then(|written| paste::without(&written, &whole)) {
                    put(&area, &rest);
                    empty.set(rest.trim().is_empty());
                    draft.changed(rest);
                }
                offer.set(None);
                dom::focus(&area);
            });
            attachments.take_text(&text, done);
        })
    };
    let keep_pasted = {
        let (area, pasted) = (area.clone(), pasted.setter());
        Callback::from(move |()| {
            pasted.set(None);
            dom::focus(&area);
        })
    };
    let ondragover = {
        let over = over.clone();
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
        let (over, attachments) = (over.clone(), attachments.clone());
        Callback::from(move |event: DragEvent| {
            over.set(false);
            if !brings_files(&event) {
                return;
            }
            event.prevent_default();
            let mut files = files_of(event.data_transfer().and_then(|data| data.files()));
            // The window opens it, wherever it is dropped.
            files.retain(|file| !dom::is_bundle(file));
            if images && !files.is_empty() {
                attachments.take(&files);
            }
        })
    };
    let onpick = {
        let (picker, attachments) = (picker.clone(), attachments.clone());
        Callback::from(move |_: Event| {
            if let Some(input) = picker.cast::<HtmlInputElement>() {
                attachments.take(&files_of(input.files()));
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
    let refused = attachments.refused();
    let mention_foot = match (&props.conversation, &props.on_also) {
        (Some(_), _) => "chat-mention-begins",
        (None, Some(_)) if dom::is_mac() => "several-mention-meta",
        (None, Some(_)) => "several-mention-ctrl",
        (None, None) => "chat-mention-about",
    };
    let is_listed = !mentioned.is_empty();
    html! {
        <div class="compose-wrap">
            if let Some(error) = &props.problem {
                <div class="compose-problem"><ErrorBanner error={error.clone()} /></div>
            }
            if let Some(text) = &*pasted {
                { paste::offer(&t, text, attach_pasted, keep_pasted) }
            }
            <div class={classes!("composer", over.then_some("is-over"))} {ondragover} {ondragleave} {ondrop}>
                if is_listed {
                    { mention::list(&t, &mentioned, mention.place(), t.get(mention_foot), &choose) }
                }
                { attachments.chips(&t) }
                <textarea
                    ref={area}
                    class="text"
                    rows="1"
                    placeholder={props.placeholder.clone()}
                    aria-label={props.placeholder.clone()}
                    aria-controls={is_listed.then_some(mention::LIST_ID)}
                    aria-activedescendant={is_listed.then(|| mention::entry_id(mention.place()))}
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
                <span class={classes!(refused.is_some().then_some("bad"))}>{ hint(refused, send_key, &t) }</span>
                if draft.is_stored() { <span>{ t.get("chat-draft-saved") }</span> }
            </div>
        </div>
    }
}

/// Why a file was not taken, or which key sends.
fn hint(refused: Option<Refused>, send_key: SendKey, t: &Texts) -> String {
    t.get(match (refused, send_key) {
        (Some(Refused::NotAnImage), _) => "chat-attach-not-image",
        (Some(Refused::TooLarge), _) => "chat-attach-large",
        (Some(Refused::TooMany), _) => "chat-attach-many",
        (Some(Refused::NotHanded), _) => "chat-attach-not-handed",
        (None, SendKey::Enter) => "chat-hint-enter",
        (None, SendKey::ModEnter) if dom::is_mac() => "chat-hint-meta-enter",
        (None, SendKey::ModEnter) => "chat-hint-ctrl-enter",
    })
}

fn brings_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|data| data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}
