//! Conversations: listed, shown, changed, removed, searched, written out.

use std::collections::HashSet;
use std::time::Instant;

use hub_contract::conversation::{
    ConversationDetail, ConversationView, EditConversationRequest, ExportConversationRequest, Exported,
    ListConversationsRequest, MessageState, MessageView, SearchReply, SearchRequest, ShowConversationRequest,
    ShowEarlierRequest, Target,
};
use hub_contract::id::{AgentId, ConversationId};
use hub_contract::{ErrorCode, HubError};
use hub_store::ConversationRow;

use crate::access::decide;
use crate::branches::missing;
use crate::membership::offer;
use crate::{Hub, Result, export};

/// Longest title a person may give, in characters.
const TITLE_MAX: usize = 200;
/// Longest draft kept, in bytes.
const DRAFT_MAX: usize = 1024 * 1024;
/// Most messages that come at once from above another.
const EARLIER_MAX: u32 = 1_000;

impl Hub {
    /// The conversations, newest first.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn conversations_list(&self, request: ListConversationsRequest) -> Result<Vec<ConversationView>> {
        let enabled = self.inner.store.enabled_models().await?;
        let agents = self.inner.store.agents().await?;
        let (viewer, now) = (self.viewer().await?, self.now());
        let open: HashSet<&AgentId> =
            agents.iter().filter(|row| decide(&viewer, offer(row), now).is_allowed()).map(|row| &row.id).collect();
        let rows = self.inner.store.conversations(request).await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let usable = match &row.target {
                    Target::Agent { agent } => open.contains(agent),
                    Target::Model { connection, .. } if self.is_managed(connection) => false,
                    Target::Model { connection, model } => {
                        enabled.iter().any(|row| row.connection == *connection && row.id == *model)
                    }
                };
                self.conversation_view(row, usable)
            })
            .collect())
    }

    /// A conversation with one branch of its messages, or the end of that. Answers that are growing are shown as they
    /// stand in memory.
    ///
    /// # Errors
    /// `not_found`; the store's errors.
    pub async fn conversation_show(&self, request: ShowConversationRequest) -> Result<ConversationDetail> {
        let row = self.conversation_row(&request.id).await?;
        let (before, mut messages) = match request.last {
            Some(last) => self.inner.store.branch_end(&row.id, request.through.as_ref(), last as usize).await?,
            None => (0, self.inner.store.branch(&row.id, request.through.as_ref()).await?),
        };
        self.bring_up_to_now(&mut messages).await?;
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        let draft = row.draft.clone();
        let usable = self.is_usable(&row).await?;
        Ok(ConversationDetail { conversation: self.conversation_view(row, usable), before, messages, draft })
    }

    /// What stands above a message on the way from the first one, oldest first: the nearest, at most so many.
    ///
    /// # Errors
    /// `not_found` for a message that is gone; the store's errors.
    pub async fn conversation_earlier(&self, request: ShowEarlierRequest) -> Result<Vec<MessageView>> {
        let count = request.count.min(EARLIER_MAX) as usize;
        let mut messages = self.inner.store.messages_above(&request.message, count).await?.ok_or_else(missing)?;
        self.bring_up_to_now(&mut messages).await?;
        Ok(messages)
    }

    /// Growing answers become what they are in memory.
    async fn bring_up_to_now(&self, messages: &mut [MessageView]) -> Result<()> {
        for message in messages {
            if let Some(mut now) = self.inner.runs.answer_now(&message.id) {
                now.siblings = std::mem::take(&mut message.siblings);
                *message = now;
            } else if matches!(message.state, MessageState::Streaming) {
                // Its run ended between the two reads, or the program ended in the middle: what is stored is what there is.
                if let Some(mut stored) = self.inner.store.message(&message.id).await? {
                    stored.siblings = std::mem::take(&mut message.siblings);
                    if matches!(stored.state, MessageState::Streaming) {
                        stored.state = MessageState::Truncated { error: None };
                    }
                    *message = stored;
                }
            }
        }
        Ok(())
    }

    /// Changes a conversation.
    ///
    /// # Errors
    /// `not_found`; `invalid_request` for an empty or too long title.
    pub async fn conversation_edit(&self, request: EditConversationRequest) -> Result<ConversationView> {
        let mut row = self.conversation_row(&request.id).await?;
        if let Some(title) = request.title {
            let title: String = title.trim().chars().filter(|c| !c.is_control()).collect();
            if title.is_empty() || title.chars().count() > TITLE_MAX {
                return Err(HubError::new(ErrorCode::InvalidRequest, "the title is empty or too long").hint("title"));
            }
            row.title = title;
        }
        if let Some(draft) = request.draft {
            if draft.len() > DRAFT_MAX {
                return Err(HubError::new(ErrorCode::TooLarge, "the draft is too long").hint("question_long"));
            }
            row.draft = draft;
        }
        row.pinned = request.pinned.unwrap_or(row.pinned);
        row.archived = request.archived.unwrap_or(row.archived);
        self.inner.store.update_conversation(row.clone()).await?;
        let usable = self.is_usable(&row).await?;
        Ok(self.conversation_view(row, usable))
    }

    /// Removes a conversation for good; a run in it is stopped first.
    ///
    /// # Errors
    /// `not_found`; the store's errors.
    pub async fn conversation_remove(&self, id: ConversationId) -> Result<()> {
        let row = self.conversation_row(&id).await?;
        self.inner.runs.stop_conversation(&row.id).await;
        self.inner.store.remove_conversation(&row.id).await?;
        Ok(())
    }

    /// Writes a conversation out, the newest branch, from what is stored.
    ///
    /// # Errors
    /// As [`Hub::conversation_show`].
    pub async fn conversation_export(&self, request: ExportConversationRequest) -> Result<Exported> {
        self.inner.policy.refuse_export()?;
        let detail =
            self.conversation_show(ShowConversationRequest { id: request.id, through: None, last: None }).await?;
        export::export(detail, request.format).await
    }

    /// Searches all messages and titles; one character is enough.
    ///
    /// # Errors
    /// The store's errors. An empty text finds nothing.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchReply> {
        let began = Instant::now();
        let text = request.text.trim();
        if text.is_empty() {
            return Ok(SearchReply { hits: Vec::new(), total: 0, ms: 0 });
        }
        let limit = if request.limit == 0 { 50 } else { request.limit.min(1000) };
        let mut reply = self.inner.store.search(text, limit, request.filter).await?;
        reply.ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(reply)
    }

    pub(crate) async fn conversation_row(&self, id: &ConversationId) -> Result<ConversationRow> {
        self.inner
            .store
            .conversation(id)
            .await?
            .ok_or_else(|| HubError::new(ErrorCode::NotFound, "no such conversation").hint("conversation_missing"))
    }

    pub(crate) fn conversation_view(&self, row: ConversationRow, usable: bool) -> ConversationView {
        ConversationView {
            run: self.inner.runs.of_conversation(&row.id),
            id: row.id,
            title: row.title,
            target: row.target,
            target_name: row.target_name,
            platform: row.platform,
            usable,
            pinned: row.pinned,
            archived: row.archived,
            created_at: row.created_at,
            updated_at: row.updated_at,
            comparison: row.comparison,
        }
    }

    pub(crate) async fn is_usable(&self, row: &ConversationRow) -> Result<bool> {
        match &row.target {
            Target::Agent { agent } => match self.inner.store.agent(agent).await? {
                Some(agent) => Ok(decide(&self.viewer().await?, offer(&agent), self.now()).is_allowed()),
                None => Ok(false),
            },
            Target::Model { connection, .. } if self.is_managed(connection) => Ok(false),
            Target::Model { connection, model } => {
                let models = self.inner.store.models(connection).await?;
                Ok(models.iter().any(|row| row.id == *model && row.enabled))
            }
        }
    }
}
