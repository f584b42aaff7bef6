//! Which route an app takes. `GET /info` tells its mode; servers before 1.0 leave it out, and then the app is found out
//! by calls that only the right kind of app accepts (`wire/agents.md` 10).

use hub_contract::HubError;
use serde_json::json;

use super::{call, request};
use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Endpoint;
use crate::json::{Value, member};
use crate::percent::encoded;
use crate::turn::{App, Turn};

/// Stands in [`App::mode`] while an app that does not tell its mode is found out.
const TRYING_CHAT: &str = "?chat";
const TRYING_WORKFLOW: &str = "?workflow";
/// A run that never was: stopping it does nothing, but only a workflow app agrees to.
const NO_RUN: &str = "00000000-0000-4000-8000-000000000000";

/// What is known about the way an app works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Nobody asked yet.
    Nothing,
    /// It does not say; a call of this route is tried.
    Trying(Route),
    /// Where it is asked.
    Route(Route),
}

/// Where an app is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// `chat`, `agent-chat`, `advanced-chat`, `agent`.
    Chat,
    /// `completion`.
    Completion,
    /// `workflow`.
    Workflow,
}

impl Route {
    /// Where the app is asked; a guess from its kind while its mode is not known.
    pub(super) fn of(app: &App) -> Self {
        match known(app) {
            Known::Route(route) => route,
            Known::Nothing | Known::Trying(_) if app.workflow => Self::Workflow,
            Known::Nothing | Known::Trying(_) => Self::Chat,
        }
    }

    /// The path of a question.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Chat => "/chat-messages",
            Self::Completion => "/completion-messages",
            Self::Workflow => "/workflows/run",
        }
    }

    /// The path that stops a task.
    pub(super) fn stop_path(self, task: &str) -> String {
        let task = encoded(task);
        match self {
            Self::Chat | Self::Completion => format!("{}/{task}/stop", self.path()),
            Self::Workflow => format!("/workflows/tasks/{task}/stop"),
        }
    }
}

/// What an app's mode tells.
pub(super) fn known(app: &App) -> Known {
    match app.mode.as_deref() {
        None => Known::Nothing,
        Some(TRYING_CHAT) => Known::Trying(Route::Chat),
        Some(TRYING_WORKFLOW) => Known::Trying(Route::Workflow),
        Some("workflow") => Known::Route(Route::Workflow),
        Some("completion") => Known::Route(Route::Completion),
        // Every mode that came so far beside those two is asked like a chat.
        Some(_) => Known::Route(Route::Chat),
    }
}

/// The call that finds out more, as long as the route is not known.
pub(super) fn preparation(endpoint: &Endpoint, turn: &Turn) -> Result<Option<Call>, HubError> {
    match known(&turn.app) {
        Known::Nothing => call(endpoint, Method::Get, "/info", CallBody::Nothing).map(Some),
        Known::Trying(Route::Chat) => conversations(endpoint, &turn.user).map(Some),
        Known::Trying(_) => no_run(endpoint, &turn.user).map(Some),
        Known::Route(_) => Ok(None),
    }
}

/// Takes what that call brought, `None` for its refusal. False when the route is known already.
pub(super) fn prepare(turn: &mut Turn, document: Option<&Value>) -> bool {
    let mode = match (known(&turn.app), document) {
        (Known::Route(_), _) => return false,
        (Known::Nothing, document) => match document.and_then(|document| member(document, "mode")) {
            Some(mode) => mode,
            None if turn.app.workflow => "workflow",
            None => TRYING_CHAT,
        },
        (Known::Trying(Route::Chat), Some(_)) => "chat",
        (Known::Trying(Route::Chat), None) => TRYING_WORKFLOW,
        (Known::Trying(_), Some(_)) => "workflow",
        (Known::Trying(_), None) => "completion",
    };
    turn.app.mode = Some(mode.to_owned());
    true
}

/// A list that chats have and others refuse.
pub(super) fn conversations(endpoint: &Endpoint, user: &str) -> Result<Call, HubError> {
    let path = format!("/conversations?limit=1&user={}", encoded(request::user(user)));
    call(endpoint, Method::Get, &path, CallBody::Nothing)
}

/// Stops a run that never was, which workflows take and others refuse.
pub(super) fn no_run(endpoint: &Endpoint, user: &str) -> Result<Call, HubError> {
    let body = CallBody::Json(json!({ "user": request::user(user) }));
    call(endpoint, Method::Post, &Route::Workflow.stop_path(NO_RUN), body)
}
