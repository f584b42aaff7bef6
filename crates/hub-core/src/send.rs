//! Asking: a question becomes a stored question, a stored empty answer and a run.

use hub_contract::conversation::{
    AttachmentInput, ConversationView, FileView, MessageBody, MessageState, MessageView, RegenerateRequest, Role,
    RunFacts, SendRequest, Sent, Target,
};
use hub_contract::id::{ConnectionId, ConversationId, MessageId, ModelId, RunId};
use hub_contract::run::{ActiveRun, FinishReason};
use hub_contract::{ErrorCode, HubError};
use hub_platforms::{Attachment, Endpoint, PastMessage, Turn};
use hub_store::{ConnectionRow, ConversationRow, ModelRow};

use crate::runs::Job;
use crate::title::title_of;
use crate::{Hub, Result, history};

/// Longest question, in bytes.
const QUESTION_MAX: usize = 1024 * 1024;
/// Largest file sent along, in bytes.
const FILE_MAX: usize = 20 * 1024 * 1024;

/// Whom a question goes to.
struct Addressee {
    row: ConnectionRow,
    model: ModelRow,
    endpoint: Endpoint,
}

impl Hub {
    /// Asks a question. When this returns, the question is stored and the run goes on by itself; until then nothing was
    /// stored and nothing was sent, so an error leaves the text with the person.
    ///
    /// # Errors
    /// `invalid_request` for an empty question, `conversation_busy` while the conversation has a run, `not_found` when
    /// the model or connection is gone, `credential_missing`, `too_large`, the vault's and the store's errors.
    pub async fn chat_send(&self, request: SendRequest) -> Result<Sent> {
        if request.text.trim().is_empty() && request.attachments.is_empty() {
            return Err(HubError::new(ErrorCode::InvalidRequest, "the question is empty").hint("question_empty"));
        }
        if request.text.len() > QUESTION_MAX {
            return Err(HubError::new(ErrorCode::TooLarge, "the question is too long").hint("question_long"));
        }
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
        let attachments = self.keep_files(request.attachments).await?;

        let before = match &known {
            Some(row) => self.branch_to(&row.id, request.parent.as_ref()).await?,
            None => Vec::new(),
        };
        let now = self.now();
        let (conversation, is_new) = match known {
            Some(row) => (row, false),
            None => (self.new_conversation(&request.text, &attachments, target, &addressee), true),
        };
        let question = MessageView {
            id: MessageId(self.inner.ids.new_id()),
            conversation: conversation.id.clone(),
            parent: before.last().map(|message| message.id.clone()),
            role: Role::User,
            state: MessageState::Finished { reason: FinishReason::Stop },
            text: request.text,
            body: MessageBody { inputs: request.inputs, ..MessageBody::default() },
            attachments,
            siblings: Vec::new(),
            created_at: now,
        };
        self.ask(conversation, is_new, before, question, true, addressee).await
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
        let mut before = self.branch_to(&conversation.id, Some(&question_id)).await?;
        let question = before.pop().ok_or_else(missing)?;
        self.ask(conversation, false, before, question, false, addressee).await
    }

    async fn ask(
        &self,
        conversation: ConversationRow,
        is_new: bool,
        before: Vec<MessageView>,
        question: MessageView,
        question_is_new: bool,
        to: Addressee,
    ) -> Result<Sent> {
        let settings = self.settings_now();
        let chosen = history::choose(&before, &question.text, to.model.capabilities.context, settings.history_limit);
        let mut turn = Turn {
            model: Some(to.model.id.clone()),
            system: None,
            history: Vec::with_capacity(chosen.sent.len()),
            text: question.text.clone(),
            attachments: self.read_files(&question.attachments).await?,
            inputs: question.body.inputs.clone(),
            answer: Default::default(),
            remote: before
                .iter()
                .rev()
                .find(|m| m.role == Role::Assistant)
                .map(|m| m.body.remote.clone())
                .unwrap_or_default(),
            parameters: serde_json::Value::Null,
            user: self.inner.store.person().await?,
        };
        for message in &chosen.sent {
            turn.history.push(PastMessage {
                role: message.role,
                text: message.text.clone(),
                attachments: self.read_files(&message.attachments).await?,
            });
        }
        let facts = RunFacts {
            connection: to.row.name.clone(),
            model: Some(to.model.id.0.clone()),
            history_sent: u32::try_from(chosen.sent.len()).unwrap_or(u32::MAX),
            history_not_sent: chosen.not_sent,
            ..RunFacts::default()
        };

        let now = self.now();
        let answer = MessageView {
            id: MessageId(self.inner.ids.new_id()),
            conversation: conversation.id.clone(),
            parent: Some(question.id.clone()),
            role: Role::Assistant,
            state: MessageState::Streaming,
            text: String::new(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: now,
        };
        let mut new_messages = Vec::new();
        if question_is_new {
            new_messages.push(question.clone());
        }
        new_messages.push(answer.clone());
        self.inner.store.insert_messages(is_new.then(|| conversation.clone()), new_messages, now).await?;

        let active = ActiveRun {
            run: RunId(self.inner.ids.new_id()),
            conversation: conversation.id.clone(),
            message: answer.id.clone(),
        };
        self.inner.runs.begin(Job {
            active: active.clone(),
            connection: to.row.id.clone(),
            answer: answer.clone(),
            platforms: self.inner.platforms.clone(),
            endpoint: to.endpoint,
            turn,
            facts,
        });
        let mut view: ConversationView = self.conversation_view(conversation, true);
        view.updated_at = now;
        Ok(Sent { run: active.run, conversation: view, question, answer })
    }

    fn new_conversation(
        &self,
        text: &str,
        attachments: &[FileView],
        target: Target,
        to: &Addressee,
    ) -> ConversationRow {
        let now = self.now();
        let mut title = title_of(text);
        if title.is_empty() {
            title = attachments.first().map(|file| file.name.clone()).unwrap_or_default();
        }
        ConversationRow {
            id: ConversationId(self.inner.ids.new_id()),
            title,
            target,
            target_name: to.model.id.0.clone(),
            platform: Some(to.row.platform),
            pinned: false,
            archived: false,
            draft: String::new(),
            created_at: now,
            updated_at: now,
        }
    }

    async fn addressee(&self, target: &Target) -> Result<Addressee> {
        let (connection, model) = match target {
            Target::Agent { .. } => return Err(HubError::new(ErrorCode::NotBuilt, "agents come with a later version")),
            Target::Model { connection, model } => (connection, model),
        };
        let row = self.connection_row(connection).await?;
        let model = self.enabled_model(connection, model).await?;
        let endpoint = self.endpoint(&row).await?;
        Ok(Addressee { row, model, endpoint })
    }

    async fn enabled_model(&self, connection: &ConnectionId, model: &ModelId) -> Result<ModelRow> {
        let models = self.inner.store.models(connection).await?;
        models
            .into_iter()
            .find(|row| row.id == *model && row.enabled)
            .ok_or_else(|| HubError::new(ErrorCode::NotFound, "the model is not enabled").hint("model_not_enabled"))
    }

    fn refuse_busy(&self, conversation: &ConversationId) -> Result<()> {
        match self.inner.runs.of_conversation(conversation) {
            Some(_) => Err(HubError::new(ErrorCode::ConversationBusy, "an answer is still coming").hint("busy_here")),
            None => Ok(()),
        }
    }

    /// The branch from the root to that message (or to its newest leaf), without what follows it.
    async fn branch_to(&self, conversation: &ConversationId, to: Option<&MessageId>) -> Result<Vec<MessageView>> {
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

    async fn read_files(&self, files: &[FileView]) -> Result<Vec<Attachment>> {
        let mut read = Vec::with_capacity(files.len());
        for file in files {
            let bytes = self.inner.store.read_file(&file.id).await?;
            read.push(Attachment { name: file.name.clone(), mime: file.mime.clone(), bytes: bytes.into() });
        }
        Ok(read)
    }
}
