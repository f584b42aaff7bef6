//! Adds the drafts of a form, one after the other.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::agent::AgentView;
use hub_contract::command::AddAgent;
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::super::try_chat::use_try_chat;
use super::form::{AddAction, AddForm};
use crate::ipc;
use crate::state::{Toast, ToastAction, use_texts, use_toasts};

/// What was added, and whose icon could not be taken over: the initials stay there, and all else works.
fn note(added: &[AgentView], t: &Texts) -> String {
    let without_icon: Vec<&HubError> = added.iter().filter_map(|agent| agent.icon_error.as_ref()).collect();
    match (added, without_icon.as_slice()) {
        ([only], []) => t.with("agent-added", &[("name", only.name.as_str().into())]),
        ([only], [error, ..]) => {
            let why = t.error(error).title;
            t.with("agent-added-no-icon", &[("name", only.name.as_str().into()), ("why", why.into())])
        }
        (several, []) => t.with("agents-added", &[("n", several.len().into())]),
        (several, missing) => {
            t.with("agents-added-no-icon", &[("n", several.len().into()), ("missing", missing.len().into())])
        }
    }
}

/// Adds every draft. A refused one stays with its error and the rest waits; what was added stays added. When all are
/// there the dialog closes and a note offers a first conversation.
#[hook]
pub(super) fn use_submit(
    form: UseReducerHandle<AddForm>,
    first_model: Option<String>,
    on_added: Callback<()>,
    on_close: Callback<()>,
) -> Callback<()> {
    let t = use_texts();
    let toasts = use_toasts();
    let try_chat = use_try_chat();
    // A dialog that stays open after a refusal still knows what it had added before.
    let added = use_mut_ref(Vec::<AgentView>::new);
    let done = {
        let added = Rc::clone(&added);
        Callback::from(move |()| {
            let added = added.take();
            let text = note(&added, &t);
            let action = added.first().map(|agent| ToastAction {
                label: t.get("agents-try"),
                run: {
                    let (try_chat, id) = (try_chat.clone(), agent.id.clone());
                    Callback::from(move |()| try_chat.emit(id.clone()))
                },
            });
            toasts.show(Toast { action, ..Toast::done(text) });
        })
    };
    Callback::from(move |()| {
        if form.busy || form.drafts.is_empty() {
            return;
        }
        let dispatch = form.dispatcher();
        let (mut rest, first_model) = ((*form).clone(), first_model.clone());
        let (added, done) = (Rc::clone(&added), done.clone());
        let (on_added, on_close) = (on_added.clone(), on_close.clone());
        dispatch.dispatch(AddAction::Adding);
        spawn_local(async move {
            loop {
                let reply = match rest.request(first_model.as_deref()) {
                    Ok(None) => break,
                    Ok(Some(request)) => ipc::call::<AddAgent>(request).await,
                    Err(error) => Err(error),
                };
                match reply {
                    Ok(agent) => {
                        added.borrow_mut().push(agent);
                        rest = (*Rc::new(rest).reduce(AddAction::Added)).clone();
                        dispatch.dispatch(AddAction::Added);
                    }
                    Err(error) => {
                        dispatch.dispatch(AddAction::Refused(error));
                        if !added.borrow().is_empty() {
                            on_added.emit(());
                        }
                        return;
                    }
                }
            }
            on_close.emit(());
            on_added.emit(());
            done.emit(());
        });
    })
}
