//! What is being typed, and its way to the disk.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::command::EditConversation;
use hub_contract::conversation::EditConversationRequest;
use hub_contract::id::ConversationId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::ipc;

/// A draft is stored when nothing was typed for so long, in milliseconds.
const DRAFT_AFTER: u32 = 700;

/// The draft of one conversation.
#[derive(Clone)]
pub(super) struct Draft {
    conversation: Option<ConversationId>,
    waiting: Rc<RefCell<Waiting>>,
    stored: UseStateHandle<bool>,
}

#[derive(Default)]
struct Waiting {
    text: Option<String>,
    timer: Option<Timeout>,
}

/// The draft of a conversation; without one nothing is stored.
#[hook]
pub(super) fn use_draft(conversation: Option<ConversationId>) -> Draft {
    let waiting = use_mut_ref(Waiting::default);
    let stored = use_state_eq(|| false);
    let draft = Draft { conversation, waiting, stored };
    {
        // Another conversation is shown: what was typed last has not waited long enough yet.
        let draft = draft.clone();
        use_effect_with(draft.conversation.clone(), move |_| move || draft.store());
    }
    draft
}

impl Draft {
    /// The text is another one; it is stored a moment later.
    pub(super) fn changed(&self, text: String) {
        self.stored.set(false);
        let draft = self.clone();
        let mut waiting = self.waiting.borrow_mut();
        waiting.text = Some(text);
        waiting.timer = Some(Timeout::new(DRAFT_AFTER, move || {
            // A timer must not be cancelled from inside its own call.
            if let Some(timer) = draft.waiting.borrow_mut().timer.take() {
                timer.forget();
            }
            draft.store();
        }));
    }

    /// The question goes: there is no draft any more.
    pub(super) fn cancel(&self) {
        *self.waiting.borrow_mut() = Waiting::default();
        self.stored.set(false);
    }

    /// Stores what waits, now.
    pub(super) fn store(&self) {
        let text = {
            let mut waiting = self.waiting.borrow_mut();
            waiting.timer = None;
            waiting.text.take()
        };
        let (Some(text), Some(id)) = (text, self.conversation.clone()) else { return };
        let (stored, empty) = (self.stored.clone(), text.is_empty());
        let request = EditConversationRequest { id, title: None, pinned: None, archived: None, draft: Some(text) };
        spawn_local(async move {
            // A draft that could not be stored is still in the field.
            stored.set(ipc::call::<EditConversation>(request).await.is_ok() && !empty);
        });
    }

    /// Whether what stands in the field is on the disk.
    pub(super) fn is_stored(&self) -> bool {
        *self.stored
    }
}
