//! The platform: who may ask what, and what it remembers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;

use super::conversations::Conversation;
use super::oauth::{CodeRequest, Device, Grants};
use super::refusal::Refusal;
use super::{Account, CLIENT, CozeOptions, CozeScenario, catalogue, consent, workflow};
use crate::openai::fields::Fields;
use crate::{Recorded, Reply, Responder};

/// Coze, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`].
#[derive(Debug)]
pub struct CozePlatform {
    state: Mutex<State>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) options: CozeOptions,
    pub(super) scenarios: VecDeque<CozeScenario>,
    grants: Grants,
    pub(super) conversations: HashMap<String, Conversation>,
    /// Uploaded files and whose they are.
    pub(super) files: HashMap<String, Account>,
    issued: u64,
}

impl CozePlatform {
    /// A platform with these options.
    pub fn new(options: CozeOptions) -> Self {
        Self {
            state: Mutex::new(State {
                options,
                scenarios: VecDeque::new(),
                grants: Grants::default(),
                conversations: HashMap::new(),
                files: HashMap::new(),
                issued: 0,
            }),
        }
    }

    /// The next chat gets this scenario, the one after that the next of them.
    pub fn next(&self, scenario: CozeScenario) {
        self.state().scenarios.push_back(scenario);
    }

    /// Changes the options from the next request on.
    pub fn change(&self, change: impl FnOnce(&mut CozeOptions)) {
        change(&mut self.state().options);
    }

    /// An access and a refresh token, as a finished authorization leaves them.
    pub fn authorize(&self) -> (String, String) {
        self.state().grants.issue(CLIENT, Account::Owner)
    }

    /// A code for the web client, as a finished consent without PKCE hands it out.
    pub fn code(&self, redirect: &str) -> String {
        let request = CodeRequest {
            client: CLIENT.to_owned(),
            redirect: redirect.to_owned(),
            challenge: None,
            method: String::new(),
        };
        self.state().grants.code(request, Account::Owner)
    }

    /// Ends the access token, as time does.
    pub fn expire_token(&self) {
        self.state().grants.expire();
    }

    /// Ends access and refresh token, as the owner can on the console.
    pub fn revoke(&self) {
        self.state().grants.revoke();
    }

    /// The person confirms the device code.
    pub fn confirm_device(&self) {
        self.state().grants.decide_device(Device::Confirmed);
    }

    /// The person refuses the device code.
    pub fn deny_device(&self) {
        self.state().grants.decide_device(Device::Denied);
    }

    /// The device code ends.
    pub fn forget_device(&self) {
        self.state().grants.decide_device(Device::NotStarted);
    }

    /// The next look at the device code is told to come less often.
    pub fn slow_device_down(&self) {
        self.state().grants.decide_device(Device::Hurried);
    }

    /// Forgets every conversation.
    pub fn forget_conversations(&self) {
        self.state().conversations.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Responder for CozePlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        let mut state = self.state();
        let number = state.number();
        let reply = state.answer(request).unwrap_or_else(|refusal| refusal.reply());
        reply.header("x-tt-logid", format!("SIMLOG{number:04}"))
    }
}

impl State {
    fn answer(&mut self, request: &Recorded) -> Result<Reply, Refusal> {
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/api/permission/oauth2/token") => return Ok(self.grants.token(request, &self.options)),
            ("POST", "/api/permission/oauth2/device/code") => {
                return Ok(self.grants.start_device(request, &self.options));
            }
            ("GET", "/api/permission/oauth2/authorize") => {
                return Ok(consent::answer(request, &self.options, &mut self.grants));
            }
            // The address is signed; a token has no business here.
            ("GET", path) if path.starts_with("/icons/") => return Ok(catalogue::icon(path)),
            _ => {}
        }
        let account = self.account(request)?;
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["v1", "users", "me"]) => catalogue::user(account, &self.options),
            ("GET", ["v1", "workspaces"]) if self.options.closed_lists => {
                Err(Refusal::new(4101, "the token lacks listWorkspace"))
            }
            ("GET", ["v1", "workspaces"]) => Ok(Reply::json(200, &catalogue::workspaces(request, &self.options))),
            ("GET", ["v1", "bots"]) => Ok(Reply::json(200, &catalogue::bots(request, &self.options)?)),
            ("GET", ["v1", "workflows"]) => Ok(Reply::json(200, &catalogue::workflows(request, &self.options)?)),
            ("GET", ["v1", "bots", id]) => Ok(Reply::json(200, &catalogue::bot(id, &self.options.welcome)?)),
            ("GET", ["v1", "workflows", id]) => Ok(Reply::json(200, &catalogue::workflow(id)?)),
            ("POST", ["v3", "chat"]) => self.chat(account, request),
            ("POST", ["v1", "workflows", "chat"]) => self.chat_with_flow(account, request),
            ("POST", ["v3", "chat", "cancel"]) => self.cancel(account, request),
            ("POST", ["v3", "chat", "submit_tool_outputs"]) => self.submit(account, request),
            ("POST", ["v1", "files", "upload"]) => self.upload(account, request),
            ("POST", ["v1", "workflow", "stream_run"]) => workflow::run(request, &self.options),
            ("POST", ["v1", "workflow", "stream_resume"]) => workflow::resume(request, &self.options),
            ("POST" | "DELETE", ["v1", "conversations", conversation, "messages", _, "feedback"]) => {
                self.own(account, conversation)?;
                if request.method == "POST"
                    && !matches!(request.json().field("feedback_type").as_str(), Some("like" | "unlike"))
                {
                    return Err(Refusal::bad("feedback_type must be like or unlike"));
                }
                Ok(Reply::json(200, &json!({ "code": 0, "msg": "" })))
            }
            _ => Ok(Reply::text(404, "404 page not found")),
        }
    }

    fn account(&self, request: &Recorded) -> Result<Account, Refusal> {
        let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let token = token.ok_or_else(|| Refusal::new(4100, "there is no token"))?;
        if let Some(account) = self.grants.account(token) {
            Ok(account)
        } else if self.options.tokens.iter().any(|known| known == token) {
            Ok(Account::Owner)
        } else if self.options.strangers.iter().any(|known| known == token) {
            Ok(Account::Stranger)
        } else {
            Err(Refusal::new(4100, "the token is wrong or has ended"))
        }
    }

    /// A number that was never used before.
    pub(super) fn number(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }
}
