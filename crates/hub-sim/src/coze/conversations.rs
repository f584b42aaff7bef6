//! Conversations: one running chat each, what stops it, what it waits for, and the files that go along.

use serde_json::json;

use super::chat::{Answer, Question};
use super::platform::State;
use super::refusal::Refusal;
use super::{Account, CozeScenario, catalogue};
use crate::openai::fields::Fields;
use crate::{Gate, Recorded, Reply};

/// A conversation and its last chat.
#[derive(Debug)]
pub(super) struct Conversation {
    of: Account,
    bot: String,
    /// The last chat: over once its end was passed.
    chat: String,
    end: Gate,
    /// It waits for outputs of tools.
    waits: bool,
}

impl State {
    /// `POST /v3/chat`.
    pub(super) fn chat(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
        let question = Question::check(request)?;
        catalogue::check_bot(&question.bot)?;
        // Clients write the name without a value where there is no conversation yet.
        let conversation = request.query_value("conversation_id").filter(|id| !id.is_empty()).map(str::to_owned);
        self.begin(account, question, conversation)
    }

    /// `POST /v1/workflows/chat`.
    pub(super) fn chat_with_flow(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
        let question = Question::of_flow(request)?;
        let body = request.json();
        let conversation = body.field("conversation_id").as_str().filter(|id| !id.is_empty()).map(str::to_owned);
        self.begin(account, question, conversation)
    }

    fn begin(&mut self, account: Account, question: Question, conversation: Option<String>) -> Result<Reply, Refusal> {
        if question.files.iter().any(|file| self.files.get(file) != Some(&account)) {
            return Err(Refusal::bad("a file is not known or not yours"));
        }
        let conversation = match conversation {
            Some(id) => {
                if !self.own(account, &id)?.end.was_reached() {
                    return Err(Refusal::new(4016, "the conversation has a running chat"));
                }
                id
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
    pub(super) fn cancel(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
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

    /// `POST /v3/chat/submit_tool_outputs`.
    pub(super) fn submit(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
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

    /// `POST /v1/files/upload`.
    pub(super) fn upload(&mut self, account: Account, request: &Recorded) -> Result<Reply, Refusal> {
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

    /// A conversation of that account; others do not exist for it.
    pub(super) fn own(&mut self, account: Account, id: &str) -> Result<&mut Conversation, Refusal> {
        let conversation = self.conversations.get_mut(id).filter(|conversation| conversation.of == account);
        conversation.ok_or_else(|| Refusal::new(4002, "there is no such conversation"))
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
