//! What a person thinks of an answer, told to the platform.

use hub_contract::conversation::{FeedbackRequest, Role};
use hub_contract::{ErrorCode, HubError};
use hub_platforms::Opinion;

use crate::{Hub, Result};

impl Hub {
    /// Tells the platform what a person thinks of an answer.
    ///
    /// # Errors
    /// `not_found` when the message is gone, is no answer, or the platform has no call for it (hint `no_feedback`);
    /// what the way or the platform said.
    pub async fn feedback_send(&self, request: FeedbackRequest) -> Result<()> {
        let missing = || HubError::new(ErrorCode::NotFound, "no such answer").hint("message_gone");
        let answer = self.inner.store.message(&request.message).await?.ok_or_else(missing)?;
        if answer.role != Role::Assistant {
            return Err(missing());
        }
        let conversation = self.conversation_row(&answer.conversation).await?;
        let to = self.addressee(&conversation.target).await?;
        let opinion = Opinion { helpful: request.helpful, reason: request.reason };
        let asker = to.asker(&self.inner.store.person().await?);
        self.inner.platforms.feedback(&to.endpoint, &asker, &answer.body.remote, &opinion).await
    }
}
