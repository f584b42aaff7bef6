//! Reads a conversation: its end first, then what stands above that, a stretch at a time, so that the page is never busy
//! for long.

use hub_contract::HubError;
use hub_contract::command::{ShowConversation, ShowEarlier};
use hub_contract::conversation::{ConversationDetail, MessageView, ShowConversationRequest, ShowEarlierRequest};
use hub_contract::id::{ConversationId, MessageId};

use super::mounted::BLOCK;
use crate::ipc;

/// Messages of the end: those that the page draws at first, and one block more.
const END: u32 = 4 * BLOCK as u32;
/// Messages of a stretch above it.
const STRETCH: u32 = 10 * BLOCK as u32;
/// What is read above a message that was searched for before it is shown.
const ABOVE_FOUND: usize = 3 * BLOCK;

/// The end of a branch: the one through a message, or the one that was written or chosen last.
pub(super) async fn show_end(id: ConversationId, through: Option<MessageId>) -> Result<ConversationDetail, HubError> {
    ipc::call::<ShowConversation>(ShowConversationRequest { id, through, last: Some(END) }).await
}

/// The branch through a message from some way above it, and all to the end.
pub(super) async fn show(id: ConversationId, message: MessageId) -> Result<ConversationDetail, HubError> {
    let mut detail = show_end(id, Some(message.clone())).await?;
    // The stretches in the order they are read, each above the one before.
    let mut stretches = Vec::new();
    let mut above = place_in(&detail.messages, &message);
    while detail.before > 0 && above.is_none_or(|above| above < ABOVE_FOUND) {
        let newest = stretches.last().unwrap_or(&detail.messages);
        let Some(first) = newest.first().map(|first: &MessageView| first.id.clone()) else { break };
        let request = ShowEarlierRequest { message: first, count: detail.before };
        let earlier = ipc::call::<ShowEarlier>(request).await?;
        if earlier.is_empty() {
            break;
        }
        detail.before = detail.before.saturating_sub(earlier.len() as u32);
        above = above.map(|above| above + earlier.len()).or_else(|| place_in(&earlier, &message));
        stretches.push(earlier);
    }
    let end = std::mem::take(&mut detail.messages);
    detail.messages = stretches.into_iter().rev().flatten().chain(end).collect();
    Ok(detail)
}

/// Tells what stands above a message, from there to the first one, a stretch at a time.
pub(super) async fn read_above(first: MessageId, read: impl Fn(Vec<MessageView>)) -> Result<(), HubError> {
    let mut first = first;
    loop {
        let earlier = ipc::call::<ShowEarlier>(ShowEarlierRequest { message: first, count: STRETCH }).await?;
        let Some(next) = earlier.first() else { return Ok(()) };
        let (next, is_first) = (next.id.clone(), next.parent.is_none());
        read(earlier);
        if is_first {
            return Ok(());
        }
        first = next;
    }
}

fn place_in(messages: &[MessageView], id: &MessageId) -> Option<usize> {
    messages.iter().position(|message| message.id == *id)
}
