//! Tests and saves a connection form.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::{Connect, EditConnection, EnableModels, TestConnection, TryConnection};
use hub_contract::connection::{ConnectionView, EnableModelsRequest, TestConnectionRequest, TestReport};
use hub_contract::id::ConnectionId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::address;
use super::form::{Form, FormAction, Phase};
use super::next::{next_page, waits_for_authorization};
use crate::ipc;
use crate::state::{Toast, use_connections, use_info, use_texts, use_toasts};

/// What the buttons of the form do.
#[derive(Clone, PartialEq)]
pub(super) struct Submit {
    /// Tests what the form holds.
    pub test: Callback<()>,
    /// Tests and saves.
    pub save: Callback<()>,
    /// Saves without a test.
    pub save_anyway: Callback<()>,
}

/// The ways to submit a form. After a save the dialog closes; a new connection goes on to its models or agents.
#[hook]
pub(super) fn use_submit(
    form: UseReducerHandle<Form>,
    on_close: Callback<()>,
    on_authorize: Callback<ConnectionId>,
) -> Submit {
    let t = use_texts();
    let connections = use_connections();
    let toasts = use_toasts();
    let info = use_info();
    let navigator = use_navigator();

    let own_name = form.spec.name.get(t.language());
    let finish = {
        let dispatch = form.dispatcher();
        Callback::from(move |(saved, was_new): (Result<ConnectionView, HubError>, bool)| match saved {
            Err(error) => dispatch.dispatch(FormAction::Failed(error)),
            Ok(connection) => {
                toasts.show(Toast::done(t.with("connect-saved", &[("name", connection.name.as_str().into())])));
                let unauthorized = waits_for_authorization(&connection).then(|| connection.id.clone());
                let next = (was_new && unauthorized.is_none()).then(|| next_page(&connection));
                connections.put(connection);
                info.reload.emit(());
                on_close.emit(());
                if let Some(id) = unauthorized {
                    on_authorize.emit(id);
                }
                if let (Some(navigator), Some(next)) = (&navigator, next) {
                    navigator.push(&next);
                }
            }
        })
    };
    let save = |verify: bool| {
        let (form, finish) = (form.clone(), finish.clone());
        Callback::from(move |()| {
            let (form, finish) = (form.clone(), finish.clone());
            spawn_local(async move {
                if form.phase != Phase::Typing {
                    return;
                }
                let Some(ready) = ready(&form).await else { return };
                form.dispatch(FormAction::Phase(Phase::Saving));
                finish.emit((save_form(&ready, own_name, verify).await, ready.editing.is_none()));
            });
        })
    };
    let test = {
        let form = form.clone();
        Callback::from(move |()| {
            let form = form.clone();
            spawn_local(async move {
                if form.phase != Phase::Typing {
                    return;
                }
                let Some(ready) = ready(&form).await else { return };
                form.dispatch(FormAction::Phase(Phase::Testing));
                form.dispatch(FormAction::Tested(test_form(&ready).await));
            });
        })
    };
    Submit { test, save: save(true), save_anyway: save(false) }
}

/// Shows every fault; the form as it can be submitted when there is none. An address that was typed a moment ago is looked
/// at first; where something else would be used than was typed, that is shown before it is used.
async fn ready(form: &UseReducerHandle<Form>) -> Option<Rc<Form>> {
    form.dispatch(FormAction::Submitted);
    let mut now = Rc::new((**form).clone());
    if now.has_address() && now.current_check().is_none() {
        let check = match address::check(now.spec.id, now.address(), now.keeps_address()).await {
            Ok(check) => check,
            Err(error) => {
                form.dispatch(FormAction::Failed(error));
                return None;
            }
        };
        let is_as_typed = check.after == check.before;
        form.dispatch(FormAction::Checked(check.clone()));
        now = now.reduce(FormAction::Checked(check));
        if !is_as_typed {
            return None;
        }
    }
    now.is_complete().then_some(now)
}

/// `own_name` is the name of a new connection that was given none.
async fn save_form(form: &Form, own_name: &str, verify: bool) -> Result<ConnectionView, HubError> {
    let Some(editing) = &form.editing else {
        let mut request = form.connect(verify);
        request.name.get_or_insert_with(|| own_name.to_owned());
        let connection = ipc::call::<Connect>(request).await?;
        return Ok(enable_typed(form, connection).await);
    };
    ipc::call::<EditConnection>(form.edit(editing, verify)).await
}

/// Enables the models that were typed into the form. The connection is saved by then, so a failure here is not one of
/// saving: the models page shows which models are enabled.
async fn enable_typed(form: &Form, mut connection: ConnectionView) -> ConnectionView {
    let models = form.typed_models();
    if models.is_empty() {
        return connection;
    }
    let request = EnableModelsRequest { connection: connection.id.clone(), models, enabled: true };
    if let Ok(enabled) = ipc::call::<EnableModels>(request).await {
        let own = enabled.iter().filter(|model| model.connection == connection.id && model.enabled).count();
        connection.models_enabled = u32::try_from(own).unwrap_or(u32::MAX);
    }
    connection
}

async fn test_form(form: &Form) -> Result<TestReport, HubError> {
    match &form.editing {
        Some(connection) if !form.is_dirty() => {
            ipc::call::<TestConnection>(TestConnectionRequest { id: connection.id.clone(), deep: false }).await
        }
        _ => ipc::call::<TryConnection>(form.connect(true)).await,
    }
}
