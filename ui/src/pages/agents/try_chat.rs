//! 试聊: a new conversation with an agent.

use hub_contract::conversation::Target;
use hub_contract::id::AgentId;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::route::Route;
use crate::state::use_prefs;

/// Begins a conversation with an agent.
#[hook]
pub(super) fn use_try_chat() -> Callback<AgentId> {
    let prefs = use_prefs();
    let navigator = use_navigator();
    Callback::from(move |agent: AgentId| {
        // The chat page begins with whom was asked last.
        prefs.change(move |preferences| preferences.last_target = Some(Target::Agent { agent }));
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Chat);
        }
    })
}
