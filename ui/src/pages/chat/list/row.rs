//! One conversation in the list, with what can be done to it.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::command::{EditConversation, RemoveConversation};
use hub_contract::conversation::{ConversationView, EditConversationRequest};
use hub_contract::id::ConversationId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::super::menu::{MenuButton, MenuItem};
use crate::components::{Icon, IconName, IconSize, NavLink};
use crate::route::Route;
use crate::state::{Toast, use_list_column, use_texts, use_toasts};
use crate::{dom, format, ipc};

/// A deleted conversation can be had back for so long, in milliseconds; its note is shown for about that time.
const UNDO: u32 = 8_000;
/// Longest title, in characters.
const MAX_TITLE: &str = "120";

#[derive(Properties, PartialEq)]
pub(super) struct ConversationRowProps {
    pub(super) conversation: ConversationView,
    /// Those that were asked the same together with it: what is done here is done to all of them.
    #[prop_or_default]
    pub(super) others: Vec<ConversationView>,
    pub(super) current: bool,
    pub(super) put: Callback<ConversationView>,
    pub(super) forget: Callback<ConversationId>,
    pub(super) changed: Callback<ConversationView>,
    pub(super) export: Callback<ConversationView>,
}

#[component]
pub(super) fn ConversationRow(props: &ConversationRowProps) -> Html {
    let t = use_texts();
    let toasts = use_toasts();
    let navigator = use_navigator();
    let close_overlay = use_list_column().close_overlay;
    let renaming = use_state_eq(|| false);
    let one = &props.conversation;

    let edit = {
        let (put, changed) = (props.put.clone(), props.changed.clone());
        let ids: Vec<_> = all(props).map(|one| one.id.clone()).collect();
        Callback::from(move |edit: Edit| {
            let requests: Vec<_> = ids.iter().map(|id| edit.clone().request(id.clone())).collect();
            let (put, changed) = (put.clone(), changed.clone());
            spawn_local(async move {
                for request in requests {
                    if let Ok(view) = ipc::call::<EditConversation>(request).await {
                        changed.emit(view.clone());
                        put.emit(view);
                    }
                }
            });
        })
    };
    let leave = {
        let current = props.current;
        Callback::from(move |()| {
            if let Some(navigator) = navigator.as_ref().filter(|_| current) {
                navigator.push(&Route::Chat);
            }
        })
    };

    if *renaming {
        let done = {
            let (renaming, edit, old) = (renaming.clone(), edit, one.title.clone());
            Callback::from(move |title: Option<String>| {
                renaming.set(false);
                if let Some(title) =
                    title.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty() && *title != old)
                {
                    edit.emit(Edit::Title(title));
                }
            })
        };
        return html! { <RenameField title={one.title.clone()} {done} /> };
    }

    let note = {
        let toasts = toasts.clone();
        move |text: String, icon: IconName, undo: Callback<()>| {
            toasts.show(Toast { icon, undo: Some(undo), ..Toast::done(text) });
        }
    };
    let archive = {
        let (edit, leave, note) = (edit.clone(), leave.clone(), note.clone());
        let words = t.with("chat-archived", &[("title", one.title.as_str().into())]);
        Callback::from(move |()| {
            edit.emit(Edit::Archived(true));
            leave.emit(());
            note(words.clone(), IconName::Folder, edit.reform(|()| Edit::Archived(false)));
        })
    };
    let delete = {
        let (all, put, forget) = (all(props).cloned().collect::<Vec<_>>(), props.put.clone(), props.forget.clone());
        let words = t.with("chat-deleted", &[("title", one.title.as_str().into())]);
        Callback::from(move |()| {
            let kept = Rc::new(Cell::new(false));
            for one in &all {
                forget.emit(one.id.clone());
                remove_later(one.clone(), Rc::clone(&kept), put.clone());
            }
            leave.emit(());
            let (all, put) = (all.clone(), put.clone());
            let undo = Callback::from(move |()| {
                kept.set(true);
                all.iter().for_each(|one| put.emit(one.clone()));
            });
            note(words.clone(), IconName::Trash, undo);
        })
    };
    let item = |icon, key: String, onclick: Callback<()>| MenuItem { icon, label: key.into(), bad: false, onclick };
    let rename = {
        let renaming = renaming.clone();
        Callback::from(move |()| renaming.set(true))
    };
    let pinned = one.pinned;
    let pin_words = if pinned { t.get("chat-unpin") } else { t.get("chat-pin") };
    let export = {
        let (export, one) = (props.export.clone(), one.clone());
        Callback::from(move |()| export.emit(one.clone()))
    };
    let mut items = vec![item(IconName::Edit, t.get("chat-rename"), rename)];
    if one.archived {
        items.push(item(IconName::Folder, t.get("chat-unarchive"), edit.reform(|()| Edit::Archived(false))));
    } else {
        items.push(item(IconName::Pin, pin_words, edit.reform(move |()| Edit::Pinned(!pinned))));
        items.push(item(IconName::Folder, t.get("chat-archive"), archive));
    }
    // Each is written out by itself, once it goes on alone.
    if props.others.is_empty() {
        items.push(item(IconName::Download, t.get("chat-export"), export));
    }
    items.push(MenuItem { icon: IconName::Trash, label: t.get("chat-delete").into(), bad: true, onclick: delete });
    let now = dom::now();
    let when = format::when(one.updated_at, now, dom::utc_offset_minutes(now), &t);
    html! {
        <div class={classes!("list-row", "conversation", props.current.then_some("is-on"))}>
            <NavLink
                class="grow clip"
                to={route(props)}
                current={props.current}
                title={one.title.clone()}
                onclick={close_overlay}
            >
                { &one.title }
            </NavLink>
            if !props.others.is_empty() {
                <Icon name={IconName::Columns} size={IconSize::S14} />
            }
            if all(props).any(|one| one.run.is_some()) {
                <span class="st wait"><span class="vh">{ t.get("chat-answering") }</span></span>
            } else if one.pinned {
                <Icon name={IconName::Pin} size={IconSize::S14} />
            } else {
                <span class="meta">{ when }</span>
            }
            <MenuButton label={t.with("chat-actions-for", &[("title", one.title.as_str().into())])} {items} />
        </div>
    }
}

/// The conversations of the row.
fn all(props: &ConversationRowProps) -> impl Iterator<Item = &ConversationView> {
    std::iter::once(&props.conversation).chain(&props.others)
}

/// Where the row leads: to its conversation, or to all of them side by side.
fn route(props: &ConversationRowProps) -> Route {
    let one = &props.conversation;
    match one.comparison.as_ref().filter(|_| !props.others.is_empty()) {
        Some(comparison) => Route::Comparison { comparison: comparison.0.clone() },
        None => Route::Conversation { conversation: one.id.0.clone() },
    }
}

/// One change to a conversation.
#[derive(Debug, Clone)]
enum Edit {
    Title(String),
    Pinned(bool),
    Archived(bool),
}

impl Edit {
    fn request(self, id: ConversationId) -> EditConversationRequest {
        let mut request = EditConversationRequest { id, title: None, pinned: None, archived: None, draft: None };
        match self {
            Self::Title(title) => request.title = Some(title),
            Self::Pinned(pinned) => request.pinned = Some(pinned),
            Self::Archived(archived) => request.archived = Some(archived),
        }
        request
    }
}

/// Removes it for good when the way back is over. If the window closes before, it is kept: nothing is lost by accident.
fn remove_later(one: ConversationView, kept: Rc<Cell<bool>>, put: Callback<ConversationView>) {
    let timer = Timeout::new(UNDO, move || {
        if !kept.get() {
            spawn_local(async move {
                if ipc::call::<RemoveConversation>(one.id.clone()).await.is_err() {
                    put.emit(one);
                }
            });
        }
    });
    timer.forget();
}

#[derive(Properties, PartialEq)]
struct RenameFieldProps {
    title: AttrValue,
    /// The new title, or nothing when it was given up.
    done: Callback<Option<String>>,
}

#[component]
fn RenameField(props: &RenameFieldProps) -> Html {
    let t = use_texts();
    let node = use_node_ref();
    // The field loses the focus when it goes, which must not count as a second answer.
    let done = {
        let (answered, done) = (use_mut_ref(|| false), props.done.clone());
        Callback::from(move |title: Option<String>| {
            if !answered.replace(true) {
                done.emit(title);
            }
        })
    };
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(input) = node.cast::<web_sys::HtmlInputElement>() {
                let _ = input.focus();
                input.select();
            }
        });
    }
    let onkeydown = {
        let done = done.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.is_composing() || event.key_code() == 229 {
                return;
            }
            match event.key().as_str() {
                "Enter" => done.emit(Some(dom::value_of(&event))),
                "Escape" => done.emit(None),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onblur = done.reform(|event: FocusEvent| Some(dom::value_of(&event)));
    html! {
        <div class="list-row">
            <div class="input sm grow">
                <input
                    ref={node}
                    value={props.title.clone()}
                    maxlength={MAX_TITLE}
                    aria-label={t.get("chat-rename-field")}
                    {onkeydown}
                    {onblur}
                />
            </div>
        </div>
    }
}
