//! Hands commands over: one arm for every entry of the contract's list, made from the list itself, so that a command
//! without an answer does not compile. Access control ran before this (the app manifest and the capability).

use std::future::Future;

use hub_contract::run::{AttachRunRequest, RunFrame};
use hub_contract::{Command, ErrorCode, HubError};
use hub_core::Hub;
use tauri::ipc::{Channel, Invoke, InvokeBody, InvokeError, JavaScriptChannelId};
use tauri::{AppHandle, Manager, Runtime};

use crate::state::Shell;
use crate::{closing, links, opening, page, preferences, unopened};

/// Tauri's invoke handler. Answers false for names that are not in the list.
pub(crate) fn dispatch<R: Runtime>(invoke: Invoke<R>) -> bool {
    use hub_contract::command::*;
    macro_rules! answer {
        // These two work without an open Hub as well.
        (Core backups_list $command:ident) => {
            shell::<$command, R, _>(invoke, unopened::backups_list)
        };
        (Core backup_restore $command:ident) => {
            shell::<$command, R, _>(invoke, unopened::backup_restore)
        };
        (Core $name:ident $command:ident) => {
            core::<$command, R, _>(invoke, |hub, request| async move { hub.$name(request).await })
        };
        (Streams $name:ident $command:ident) => {
            follow_run(invoke)
        };
        (Shell $name:ident $command:ident) => {
            shell::<$command, R, _>(invoke, |app, request| async move { own::$name(app, request).await })
        };
    }
    macro_rules! arms {
        ($($answers:ident $name:ident $command:ident;)+) => {{
            let name = invoke.message.command().to_owned();
            match name.as_str() {
                $(stringify!($name) => answer!($answers $name $command),)+
                _ => return false,
            }
        }};
    }
    hub_contract::with_commands!(arms);
    true
}

/// The shell's own commands, by their names.
mod own {
    pub(super) use super::closing::window_close;
    pub(super) use super::links::{data_dir_open, link_open};
    pub(super) use super::opening::bundle_opened;
    pub(super) use super::page::{app_info, page_failed, page_ready};
    pub(super) use super::preferences::{preferences_read, preferences_write};
    pub(super) use super::unopened::hub_start_anew;
}

fn core<C, R, F>(invoke: Invoke<R>, answer: impl FnOnce(Hub, C::Request) -> F + Send + 'static)
where
    C: Command<Request: Send, Reply: Send>,
    R: Runtime,
    F: Future<Output = Result<C::Reply, HubError>> + Send + 'static,
{
    let request = request::<C, R>(&invoke);
    let hub = invoke.message.webview_ref().state::<Shell>().hub();
    invoke.resolver.respond_async(async move { reply::<C>(answer(hub.map_err(refusal)?, request?).await) });
}

fn shell<C, R, F>(invoke: Invoke<R>, answer: impl FnOnce(AppHandle<R>, C::Request) -> F + Send + 'static)
where
    C: Command<Request: Send, Reply: Send>,
    R: Runtime,
    F: Future<Output = Result<C::Reply, HubError>> + Send + 'static,
{
    let request = request::<C, R>(&invoke);
    let app = invoke.message.webview_ref().app_handle().clone();
    invoke.resolver.respond_async(async move { reply::<C>(answer(app, request?).await) });
}

fn follow_run<R: Runtime>(invoke: Invoke<R>) {
    let request = request::<hub_contract::command::AttachRun, R>(&invoke);
    let hub = invoke.message.webview_ref().state::<Shell>().hub();
    let channel = argument(&invoke, "events").as_str().and_then(|id| id.parse::<JavaScriptChannelId>().ok());
    let webview = invoke.message.webview();
    invoke.resolver.respond_async(async move {
        let channel: Channel<RunFrame> =
            channel.ok_or_else(|| refusal(bad_arguments("events is no channel")))?.channel_on(webview);
        let request: AttachRunRequest = request?;
        // A page that is gone cannot be sent to; the run does not care.
        let followed = hub.map_err(refusal)?.run_attach(request, move |frame| drop(channel.send(frame))).await;
        reply::<hub_contract::command::AttachRun>(followed)
    });
}

fn request<C: Command, R: Runtime>(invoke: &Invoke<R>) -> Result<C::Request, InvokeError> {
    serde_json::from_value(argument(invoke, "request").clone())
        // serde's message may quote the value, which may be a secret: only the place of the fault is told.
        .map_err(|_| refusal(bad_arguments(&format!("the request of {} is malformed", C::NAME))))
}

fn argument<'a, R: Runtime>(invoke: &'a Invoke<R>, name: &str) -> &'a serde_json::Value {
    match invoke.message.payload() {
        InvokeBody::Json(arguments) => arguments.get(name).unwrap_or(&serde_json::Value::Null),
        InvokeBody::Raw(_) => &serde_json::Value::Null,
    }
}

fn bad_arguments(message: &str) -> HubError {
    HubError::new(ErrorCode::InvalidRequest, message).hint("arguments")
}

fn reply<C: Command>(answer: Result<C::Reply, HubError>) -> Result<serde_json::Value, InvokeError> {
    let value = answer.map_err(refusal)?;
    serde_json::to_value(value).map_err(|error| refusal(HubError::internal(error.to_string())))
}

fn refusal(error: HubError) -> InvokeError {
    InvokeError::from(error)
}
