//! The platform: who may ask what, and what it remembers.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;

use super::chat::{Answer, Question};
use super::oauth::{CodeRequest, Device, Grants};
use super::refusal::Refusal;
use super::{Account, CLIENT, CozeOptions, CozeScenario, catalogue, consent, workflow};
use crate::openai::fields::Fields;
use crate::{Gate, Recorded, Reply, Responder};

/// Coze, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`].
#[derive(Debug)]
pub struct CozePlatform {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    options: CozeOptions,
    scenarios: VecDeque<CozeScenario>,
    grants: Grants,
    conversations: HashMap<String, Conversation>,
    /// Uploaded files and whose they are.
    files: HashMap<String, Account>,
    issued: u64,
}

#[derive(Debug)]
struct Conversation {
    of: Account,
    bot: String,
    /// The last chat: over once its end was passed.
    chat: String,
    end: Gate,
    /// It waits for outputs of tools.
    waits: bool,
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
            ("GET", ["v1", "bots", id]) => Ok(Reply::json(200, &catalogue::bot(id)?)),
            ("GET", ["v1", "workflows", id]) => Ok(Reply::json(200, &catalogue::workflow(id)?)),
            ("POST", ["v3", "chat"]) => self.chat(account, request),
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

    fn chat(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
        let question = Question::check(request)?;
        catalogue::check_bot(&question.bot)?;
        if question.files.iter().any(|file| self.files.get(file) != Some(&account)) {
            return Err(Refusal::bad("a file is not known or not yours"));
        }
        // Clients write the name without a value where there is no conversation yet.
        let conversation = match request.query_value("conversation_id").filter(|id| !id.is_empty()) {
            Some(id) => {
                if !self.own(account, id)?.end.was_reached() {
                    return Err(Refusal::new(4016, "the conversation has a running chat"));
                }
                id.to_owned()
            }
            None => format!("8{:03}", self.number()),
        };
        let scenario = self.scenarios.pop_front().or_else(|| CozeScenario::in_text(&question.text));
        let scenario = scenario.unwrap_or(CozeScenario::Answer);
        let chat = format!("9{:03}", self.number());
        let end = open_gate();
        let remembered = Conversation {
            of: account,
            bot: question.bot.clone(),
            chat: chat.clone(),
            end: end.clone(),
            waits: matches!(scenario, CozeScenario::Ask),
        };
        self.conversations.insert(conversation.clone(), remembered);
        let answer =
            Answer { conversation: &conversation, chat: &chat, bot: &question.bot, options: &self.options, end };
        Ok(answer.reply(&scenario, &question.text))
    }

    /// Logical only: what is on its way goes on coming.
    fn cancel(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
        let body = request.json();
        let id = body.field("conversation_id").as_str().unwrap_or_default();
        let conversation = self.own(account, id)?;
        if body.field("chat_id") != conversation.chat.as_str() {
            return Err(Refusal::new(4001, "there is no such chat"));
        }
        if conversation.end.was_reached() {
            return Err(Refusal::new(4104, "the chat is over"));
        }
        conversation.end = reached_gate();
        Ok(Reply::json(200, &json!({ "code": 0, "msg": "", "data": { "status": "canceled" } })))
    }

    fn submit(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
        let id = request.query_value("conversation_id").unwrap_or_default().to_owned();
        let conversation = self.own(account, &id)?;
        if request.query_value("chat_id") != Some(&conversation.chat) || !std::mem::take(&mut conversation.waits) {
            return Err(Refusal::bad("no chat waits for this"));
        }
        conversation.end = open_gate();
        let (chat, bot, end) = (conversation.chat.clone(), conversation.bot.clone(), conversation.end.clone());
        let body = request.json();
        let outputs: Vec<&str> = body
            .field("tool_outputs")
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|output| output.field("output").as_str())
            .collect();
        let answer = Answer { conversation: &id, chat: &chat, bot: &bot, options: &self.options, end };
        Ok(answer.after_tools(&outputs.join(", ")))
    }

    fn upload(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
        let form = String::from_utf8_lossy(&request.body);
        if !form.contains("name=\"file\"") {
            return Err(Refusal::new(4300, "there is no file"));
        }
        let id = format!("f{:04}", self.number());
        self.files.insert(id.clone(), account);
        Ok(Reply::json(
            200,
            &json!({ "code": 0, "data": { "id": id, "bytes": request.body.len(), "file_name": "file" } }),
        ))
    }

    fn own(&mut self, account: Account, id: &str) -> Result<&mut Conversation, Refusal> {
        let conversation = self.conversations.get_mut(id).filter(|conversation| conversation.of == account);
        conversation.ok_or_else(|| Refusal::new(4002, "there is no such conversation"))
    }

    fn number(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }
}

/// A gate that only tells whether a reply came to its end.
fn open_gate() -> Gate {
    let gate = Gate::new();
    gate.open();
    gate
}

fn reached_gate() -> Gate {
    let gate = open_gate();
    gate.mark_reached();
    gate
}
