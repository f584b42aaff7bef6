//! What a platform that keeps conversations remembers of a branch, and whether that is what the person sees.
//!
//! Here messages are a tree; there they are a line. A question on another branch would be read after turns that do not
//! stand before it. A platform that can be told what was said is given a conversation for each branch; the others go on
//! in their one conversation, and the person is told so.

use hub_contract::catalogue::history_kept;
use hub_contract::conversation::{MessageView, Role};
use hub_contract::platform::HistoryKept;
use hub_contract::run::{RemoteIds, RunEvent};
use hub_store::ConversationRow;

use crate::addressee::Addressee;
use crate::asking::waits_for;
use crate::{Hub, Result};

/// By which ids a question goes on, and what is worth knowing about that.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Recalled {
    pub(crate) remote: RemoteIds,
    pub(crate) notice: Option<RunEvent>,
}

impl Hub {
    /// By which ids a question after those messages goes on.
    ///
    /// # Errors
    /// The store's errors.
    pub(crate) async fn recalled(
        &self,
        conversation: &ConversationRow,
        before: &[MessageView],
        to: &Addressee,
    ) -> Result<Recalled> {
        let Some(last) = before.iter().rev().find(|message| message.role == Role::Assistant) else {
            return Ok(Recalled::default());
        };
        let goes_on = Recalled { remote: last.body.remote.clone(), notice: None };
        let Some(remote) = &last.body.remote.conversation else {
            return Ok(goes_on);
        };
        // What the platform waits for, it waits for in its own conversation.
        if before.last().and_then(waits_for).is_some() {
            return Ok(goes_on);
        }
        let kept = self.inner.store.answers_kept_in(&conversation.id, remote).await?;
        let elsewhere = kept.iter().any(|id| before.iter().all(|message| message.id != *id));
        if !elsewhere && last.body.copied_from.is_none() {
            return Ok(goes_on);
        }
        Ok(match history_kept(to.connection.platform) {
            HistoryKept::Here => goes_on,
            HistoryKept::There => Recalled {
                remote: RemoteIds::default(),
                notice: Some(notice(
                    "branch_begun",
                    "this branch has a conversation of its own on the platform; what was said before went along",
                )),
            },
            HistoryKept::ThereAlone => Recalled {
                notice: Some(notice(
                    "branch_shared",
                    "the platform keeps one conversation for all branches and may remember what stands on another one",
                )),
                ..goes_on
            },
        })
    }
}

fn notice(code: &str, message: &str) -> RunEvent {
    RunEvent::Notice { code: code.to_owned(), facts: Default::default(), message: message.to_owned() }
}
