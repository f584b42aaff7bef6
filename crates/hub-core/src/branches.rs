//! Messages are a tree: a question asked in other words stands beside the earlier one, a branch can be chosen, and it
//! can become a conversation of its own.

use hub_contract::conversation::{
    ConversationDetail, ConversationView, EditQuestionRequest, MessageBody, MessageState, MessageView, Role, Sent,
    ShowConversationRequest,
};
use hub_contract::id::{ConversationId, MessageId};
use hub_contract::{ErrorCode, HubError};
use hub_store::ConversationRow;

use crate::asking::Asked;
use crate::send::refuse_long;
use crate::title::title_of_branch;
use crate::{Hub, Result};

impl Hub {
    /// Asks an earlier question in other words; the earlier one stays beside it. A run in the conversation is stopped
    /// first, and its text stays.
    ///
    /// # Errors
    /// `not_found` for a question that is gone, and as [`Hub::chat_send`].
    pub async fn chat_edit(&self, request: EditQuestionRequest) -> Result<Sent> {
        let earlier = self.message_of(&request.message, Role::User).await?;
        refuse_long(&request.text)?;
        if request.text.trim().is_empty() && earlier.attachments.is_empty() && earlier.body.inputs.is_empty() {
            return Err(HubError::new(ErrorCode::InvalidRequest, "the question is empty").hint("question_empty"));
        }
        let conversation = self.conversation_row(&earlier.conversation).await?;
        let addressee = self.addressee(&conversation.target).await?;
        self.inner.platforms.refuse_cut_off(&addressee.endpoint).await?;
        self.inner.runs.stop_conversation(&conversation.id).await;
        self.refuse_busy(&conversation.id)?;

        let before = match &earlier.parent {
            Some(parent) => self.branch_to(&conversation.id, Some(parent)).await?,
            None => Vec::new(),
        };
        let question = MessageView {
            id: MessageId(self.inner.ids.new_id()),
            text: request.text,
            body: MessageBody { inputs: earlier.body.inputs, ..MessageBody::default() },
            siblings: Vec::new(),
            created_at: self.now(),
            ..earlier
        };
        let answer = Default::default();
        self.ask(Asked { conversation, is_new: false, before, question, question_is_new: true, answer }, addressee)
            .await
    }

    /// Shows the branch through a message, now and whenever its conversation is opened.
    ///
    /// # Errors
    /// `not_found`; the store's errors.
    pub async fn branch_choose(&self, message: MessageId) -> Result<ConversationDetail> {
        let chosen = self.inner.store.message(&message).await?.ok_or_else(missing)?;
        self.inner.store.choose_branch(&message, self.now()).await?;
        self.conversation_show(ShowConversationRequest { id: chosen.conversation, through: Some(message), last: None })
            .await
    }

    /// Begins a conversation with what was said up to an answer. The earlier conversation stays as it is.
    ///
    /// # Errors
    /// `not_found` for an answer that is gone, `conversation_busy` while it grows; the store's errors.
    pub async fn conversation_branch(&self, answer: MessageId) -> Result<ConversationView> {
        let last = self.message_of(&answer, Role::Assistant).await?;
        let earlier = self.conversation_row(&last.conversation).await?;
        let branch = self.branch_to(&earlier.id, Some(&answer)).await?;
        if branch.iter().any(|message| matches!(message.state, MessageState::Streaming)) {
            return Err(HubError::new(ErrorCode::ConversationBusy, "an answer is still coming").hint("busy_here"));
        }
        let now = self.now();
        let row = ConversationRow {
            id: ConversationId(self.inner.ids.new_id()),
            title: title_of_branch(&earlier.title),
            pinned: false,
            archived: false,
            draft: String::new(),
            comparison: None,
            created_at: now,
            updated_at: now,
            ..earlier
        };
        let mut copies: Vec<MessageView> = Vec::with_capacity(branch.len());
        for message in branch {
            let copied_from = Some(message.id);
            copies.push(MessageView {
                id: MessageId(self.inner.ids.new_id()),
                conversation: row.id.clone(),
                parent: copies.last().map(|above| above.id.clone()),
                body: MessageBody { copied_from, ..message.body },
                siblings: Vec::new(),
                ..message
            });
        }
        self.inner.store.insert_messages(Some(row.clone()), copies, now).await?;
        let usable = self.is_usable(&row).await?;
        Ok(self.conversation_view(row, usable))
    }

    async fn message_of(&self, id: &MessageId, role: Role) -> Result<MessageView> {
        self.inner.store.message(id).await?.filter(|message| message.role == role).ok_or_else(missing)
    }
}

pub(crate) fn missing() -> HubError {
    HubError::new(ErrorCode::NotFound, "no such message").hint("message_gone")
}
