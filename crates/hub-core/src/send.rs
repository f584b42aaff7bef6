//! What a person asks for becomes a question to somebody; what cannot be asked is refused before anything is stored.

use std::collections::BTreeMap;

use hub_contract::conversation::{
    AttachmentInput, FileView, MessageBody, MessageState, MessageView, RegenerateRequest, Role, SendRequest, Sent,
    Target,
};
use hub_contract::id::{ConversationId, MessageId};
use hub_contract::run::{FinishReason, InputField, NeedInput};
use hub_contract::{ErrorCode, HubError};
use hub_store::ConversationRow;
use serde_json::Value;

use crate::addressee::{Addressee, missing_input};
use crate::asking::{Asked, waits_for};
use crate::title::title_of;
use crate::{Hub, Result};

/// Longest question, in bytes.
const QUESTION_MAX: usize = 1024 * 1024;
/// Largest file sent along, in bytes.
const FILE_MAX: usize = 20 * 1024 * 1024;

impl Hub {
    /// Asks a question. When this returns, the question is stored and the run goes on by itself; until then nothing was
    /// stored and nothing was sent, so an error leaves the text with the person.
    ///
    /// # Errors
    /// `invalid_request` for an empty question, `conversation_busy` while the conversation has a run, `not_found` when
    /// the model or connection is gone, `credential_missing`, `offline`, `too_large`, the vault's and the store's errors.
    pub async fn chat_send(&self, request: SendRequest) -> Result<Sent> {
        let (asked, addressee) = self.asked(request).await?;
        self.ask(asked, addressee).await
    }

    /// The question of a request, and whom it goes to. Of this only the files are stored.
    pub(crate) async fn asked(&self, request: SendRequest) -> Result<(Asked, Addressee)> {
        let says_nothing = request.text.trim().is_empty()
            && request.attachments.is_empty()
            && request.inputs.is_empty()
            && request.answer.is_empty();
        refuse_long(&request.text)?;
        let known = match &request.conversation {
            Some(id) => Some(self.conversation_row(id).await?),
            None => None,
        };
        let target = match (&known, request.target) {
            (Some(row), _) => row.target.clone(),
            (None, Some(target)) => target,
            (None, None) => {
                return Err(HubError::new(ErrorCode::InvalidRequest, "nobody is asked").hint("target_missing"));
            }
        };
        if let Some(row) = &known {
            self.refuse_busy(&row.id)?;
        }
        let addressee = self.addressee(&target).await?;
        self.inner.platforms.refuse_cut_off(&addressee.endpoint).await?;
        // A workflow whose variables may all stay empty is run with nothing.
        if says_nothing && !addressee.app.workflow {
            return Err(HubError::new(ErrorCode::InvalidRequest, "the question is empty").hint("question_empty"));
        }
        let attachments = self.keep_files(request.attachments).await?;

        let before = match &known {
            Some(row) => self.branch_to(&row.id, request.parent.as_ref()).await?,
            None => Vec::new(),
        };
        let waits_for = before.last().and_then(waits_for);
        if waits_for.is_none() {
            // Chat apps take their variables once, workflows with every run.
            let first = addressee.app.workflow || before.is_empty();
            refuse_missing(&addressee.inputs, if first { Some(&request.inputs) } else { None })?;
        }
        let text = match request.text.trim() {
            "" if !request.answer.is_empty() => in_words(waits_for, &request.answer),
            _ => request.text,
        };
        let now = self.now();
        let (conversation, is_new) = match known {
            Some(row) => (row, false),
            None => (self.new_conversation(&text, &request.inputs, &attachments, target, &addressee), true),
        };
        let question = MessageView {
            id: MessageId(self.inner.ids.new_id()),
            conversation: conversation.id.clone(),
            parent: before.last().map(|message| message.id.clone()),
            role: Role::User,
            state: MessageState::Finished { reason: FinishReason::Stop },
            text,
            body: MessageBody { inputs: request.inputs, answer: request.answer.clone(), ..MessageBody::default() },
            attachments,
            siblings: Vec::new(),
            created_at: now,
        };
        let asked = Asked { conversation, is_new, before, question, question_is_new: true, answer: request.answer };
        Ok((asked, addressee))
    }

    /// Asks for another answer to the same question. The earlier answer stays as a sibling.
    ///
    /// # Errors
    /// As [`Hub::chat_send`].
    pub async fn chat_regenerate(&self, request: RegenerateRequest) -> Result<Sent> {
        let missing = || HubError::new(ErrorCode::NotFound, "no such message").hint("message_gone");
        let answer = self.inner.store.message(&request.message).await?.ok_or_else(missing)?;
        let question_id = match (answer.role, answer.parent) {
            (Role::Assistant, Some(parent)) => parent,
            (Role::User, _) => answer.id,
            (Role::Assistant, None) => return Err(missing()),
        };
        let conversation = self.conversation_row(&answer.conversation).await?;
        self.refuse_busy(&conversation.id)?;
        let addressee = self.addressee(&conversation.target).await?;
        self.inner.platforms.refuse_cut_off(&addressee.endpoint).await?;
        let mut before = self.branch_to(&conversation.id, Some(&question_id)).await?;
        let question = before.pop().ok_or_else(missing)?;
        let answer = question.body.answer.clone();
        let asked = Asked { conversation, is_new: false, before, question, question_is_new: false, answer };
        self.ask(asked, addressee).await
    }

    fn new_conversation(
        &self,
        text: &str,
        inputs: &BTreeMap<String, Value>,
        attachments: &[FileView],
        target: Target,
        to: &Addressee,
    ) -> ConversationRow {
        let now = self.now();
        let file = || attachments.first().map(|file| file.name.clone());
        let title = Some(title_of(text))
            .filter(|title| !title.is_empty())
            .or_else(|| first_words(&to.inputs, inputs))
            .or_else(file)
            .unwrap_or_else(|| to.name.clone());
        ConversationRow {
            id: ConversationId(self.inner.ids.new_id()),
            title,
            target,
            target_name: to.name.clone(),
            platform: Some(to.connection.platform),
            pinned: false,
            archived: false,
            draft: String::new(),
            comparison: None,
            created_at: now,
            updated_at: now,
        }
    }

    pub(crate) fn refuse_busy(&self, conversation: &ConversationId) -> Result<()> {
        match self.inner.runs.of_conversation(conversation) {
            Some(_) => Err(HubError::new(ErrorCode::ConversationBusy, "an answer is still coming").hint("busy_here")),
            None => Ok(()),
        }
    }

    /// The branch from the root to that message (or to its newest leaf), without what follows it.
    pub(crate) async fn branch_to(
        &self,
        conversation: &ConversationId,
        to: Option<&MessageId>,
    ) -> Result<Vec<MessageView>> {
        let mut branch = self.inner.store.branch(conversation, to).await?;
        if let Some(to) = to {
            let place = branch
                .iter()
                .position(|message| message.id == *to)
                .ok_or_else(|| HubError::new(ErrorCode::NotFound, "no such message").hint("message_gone"))?;
            branch.truncate(place + 1);
        }
        Ok(branch)
    }

    async fn keep_files(&self, inputs: Vec<AttachmentInput>) -> Result<Vec<FileView>> {
        use base64::Engine as _;
        let mut files = Vec::new();
        for input in inputs {
            let bytes = base64::engine::general_purpose::STANDARD.decode(input.base64.as_bytes()).map_err(|_| {
                HubError::new(ErrorCode::InvalidRequest, "the file did not arrive whole").hint("file_broken")
            })?;
            if bytes.len() > FILE_MAX {
                return Err(HubError::new(ErrorCode::TooLarge, "the file is too large").hint("file_large"));
            }
            files.push(self.inner.store.put_file(&input.name, &input.mime, bytes).await?);
        }
        Ok(files)
    }
}

/// # Errors
/// `too_large` for a question longer than is kept.
pub(crate) fn refuse_long(question: &str) -> Result<()> {
    match question.len() > QUESTION_MAX {
        true => Err(HubError::new(ErrorCode::TooLarge, "the question is too long").hint("question_long")),
        false => Ok(()),
    }
}

fn refuse_missing(fields: &[InputField], given: Option<&BTreeMap<String, Value>>) -> Result<()> {
    match given.and_then(|given| missing_input(fields, given)) {
        Some(field) => Err(HubError::new(ErrorCode::InputRequired, format!("{} has to be filled in", field.label))
            .hint("input_missing")
            .field(&field.name)),
        None => Ok(()),
    }
}

/// The title of a run that has no text: the first variable that says something in words.
fn first_words(fields: &[InputField], inputs: &BTreeMap<String, Value>) -> Option<String> {
    let values = fields.iter().filter_map(|field| inputs.get(&field.name)?.as_str());
    values.map(title_of).find(|title| !title.is_empty())
}

/// What a person answered to a form, as the question that stands in the conversation.
fn in_words(asked: Option<&NeedInput>, answer: &BTreeMap<String, Value>) -> String {
    let label = |name: &str| {
        let field = asked.and_then(|asked| asked.fields.iter().find(|field| field.name == name));
        field.map_or(name, |field| field.label.as_str()).to_owned()
    };
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match answer.iter().collect::<Vec<_>>().as_slice() {
        [(_, only)] => value(only),
        several => several
            .iter()
            .map(|(name, given)| format!("{}: {}", label(name), value(given)))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(name: &str) -> InputField {
        InputField {
            name: name.to_owned(),
            label: name.to_owned(),
            kind: "text".to_owned(),
            required: false,
            options: Vec::new(),
            default: None,
            max_chars: None,
        }
    }

    #[test]
    fn a_run_without_a_text_is_called_by_its_first_words() {
        let fields = [field("number"), field("empty"), field("topic"), field("tone")];
        let inputs =
            [("tone", json!("轻松")), ("number", json!(3)), ("empty", json!(" ")), ("topic", json!("秋季新品\n…"))];
        let inputs: BTreeMap<String, Value> =
            inputs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(first_words(&fields, &inputs).as_deref(), Some("秋季新品"), "in the order of the form");
        assert_eq!(first_words(&fields[..2], &inputs), None, "a number says nothing");
    }
}
