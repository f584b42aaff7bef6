//! One question to several at once. Everybody is asked in an ordinary conversation; the comparison only ties these.

use std::collections::HashSet;

use hub_contract::comparison::{COMPARED_MAX, CompareRequest, Compared, ComparisonView, Whom};
use hub_contract::conversation::{SendRequest, Sent, Target};
use hub_contract::id::{ComparisonId, ConversationId};
use hub_contract::{ErrorCode, HubError};
use hub_store::ConversationRow;

use crate::{Hub, Result};

impl Hub {
    /// Asks several at once. Who cannot be asked is found first, so that an error leaves the text with the person: then
    /// nothing was stored and nobody was asked. The error's field tells whom it is about, by the place in the request.
    /// After that the question is stored for all of them at once, and only then the runs begin, each by itself.
    ///
    /// # Errors
    /// `invalid_request` for fewer than two, more than four, or the same one twice; as [`Hub::chat_send`] for each.
    pub async fn chat_compare(&self, request: CompareRequest) -> Result<Compared> {
        let CompareRequest { whom, text, attachments } = request;
        let to = |conversation, target| SendRequest {
            conversation,
            target,
            parent: None,
            text: text.clone(),
            attachments: attachments.clone(),
            inputs: Default::default(),
            answer: Default::default(),
        };
        let (comparison, requests): (_, Vec<SendRequest>) = match whom {
            Whom::Targets(targets) => {
                refuse_number(&targets)?;
                let requests = targets.into_iter().map(|target| to(None, Some(target)));
                (ComparisonId(self.inner.ids.new_id()), requests.collect())
            }
            Whom::Comparison(id) => {
                let open = self.still_asked(&id).await?;
                let requests = open.into_iter().map(|conversation| to(Some(conversation), None));
                (id, requests.collect())
            }
        };

        let mut ready = Vec::with_capacity(requests.len());
        for (place, request) in requests.into_iter().enumerate() {
            let (mut asked, addressee) = self.asked(request).await.map_err(|error| error.field(&place.to_string()))?;
            asked.conversation.comparison = Some(comparison.clone());
            ready.push(self.ready(asked, addressee).await?);
        }
        self.store_asked(&ready).await?;
        let begun: Vec<Sent> = ready.into_iter().map(|one| self.begin(one)).collect();
        let mut sent = Vec::with_capacity(begun.len());
        for one in begun {
            sent.push(self.with_siblings(one).await?);
        }
        Ok(Compared { comparison, sent })
    }

    /// A comparison with its conversations, also those that were put away.
    ///
    /// # Errors
    /// `not_found` when none of them is left; the store's errors.
    pub async fn comparison_show(&self, id: ComparisonId) -> Result<ComparisonView> {
        let mut conversations = Vec::new();
        let rows = self.compared(&id).await?;
        let draft = rows.first().map(|row| row.draft.clone()).unwrap_or_default();
        for row in rows {
            let usable = self.is_usable(&row).await?;
            conversations.push(self.conversation_view(row, usable));
        }
        Ok(ComparisonView { id, conversations, draft })
    }

    /// Goes on with one conversation of a comparison. The others are put away with what they hold; what is still
    /// answered there is answered to its end. Another one can be chosen later.
    ///
    /// # Errors
    /// `not_found` for a conversation that is gone or that was never compared; the store's errors.
    pub async fn comparison_choose(&self, chosen: ConversationId) -> Result<ComparisonView> {
        let comparison = self.conversation_row(&chosen).await?.comparison.ok_or_else(missing)?;
        self.inner.store.choose_compared(&chosen).await?;
        self.comparison_show(comparison).await
    }

    /// Those of a comparison that a further question goes to: all that were not put away and may still be asked.
    async fn still_asked(&self, id: &ComparisonId) -> Result<Vec<ConversationId>> {
        let mut open = Vec::new();
        for row in self.compared(id).await? {
            if !row.archived && self.is_usable(&row).await? {
                open.push(row.id);
            }
        }
        match open.is_empty() {
            false => Ok(open),
            true => Err(HubError::new(ErrorCode::InvalidRequest, "nobody is left to be asked").hint("target_missing")),
        }
    }

    async fn compared(&self, id: &ComparisonId) -> Result<Vec<ConversationRow>> {
        let rows = self.inner.store.compared(id).await?;
        if rows.is_empty() { Err(missing()) } else { Ok(rows) }
    }
}

/// # Errors
/// `invalid_request` for too few, too many, or the same one twice: another answer by the same one is what asking again
/// gives, and two columns of one name could not be told apart.
fn refuse_number(targets: &[Target]) -> Result<()> {
    let refused = |message, hint| Err(HubError::new(ErrorCode::InvalidRequest, message).hint(hint));
    match targets.len() {
        0 | 1 => refused("a comparison asks at least two", "compare_few"),
        n if n > COMPARED_MAX => refused("a comparison asks at most four", "compare_many"),
        n if targets.iter().collect::<HashSet<_>>().len() < n => refused("somebody is asked twice", "compare_twice"),
        _ => Ok(()),
    }
}

fn missing() -> HubError {
    HubError::new(ErrorCode::NotFound, "no such comparison").hint("conversation_missing")
}
