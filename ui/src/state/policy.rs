//! What the administrator of this computer has decided.

use std::rc::Rc;

use hub_contract::command::ReadPolicy;
use hub_contract::policy::PolicyView;
use yew::prelude::*;

use super::use_load;

/// The policy; nothing is managed until it was read. The core refuses what it forbids, whatever a page shows.
#[hook]
pub fn use_policy() -> Rc<PolicyView> {
    use_load::<ReadPolicy>(()).state.ready().cloned().unwrap_or_default()
}
