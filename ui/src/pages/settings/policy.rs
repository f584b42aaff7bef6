//! The mark at what only the administrator of this computer can change. It stands at just those settings.

use hub_contract::policy::PolicyView;
use hub_text::Texts;
use yew::prelude::*;

use super::row::Row;
use crate::components::{Badge, Card, IconName};

pub(super) fn mark(t: &Texts) -> Html {
    html! { <Badge text={t.get("policy-managed")} icon={IconName::Lock} /> }
}

/// A locked setting: what it is set to, in place of its form.
pub(super) fn locked(title: String, value: String, t: &Texts) -> Html {
    let value = if value.is_empty() { t.get("policy-nothing") } else { value };
    html! { <Card flush=true><Row {title} help={value}>{ mark(t) }</Row></Card> }
}

/// What writes something out of the Hub: its button, or the mark where exports are switched off.
pub(super) fn export(policy: &PolicyView, button: Html, t: &Texts) -> Html {
    if policy.disable_export { mark(t) } else { button }
}

/// The only hosts that may be connected to, where there are such.
pub(super) fn hosts(policy: &PolicyView, t: &Texts) -> Html {
    let Some(hosts) = &policy.allowed_hosts else { return html! {} };
    let named = if hosts.is_empty() { t.get("policy-no-hosts") } else { hosts.join(" · ") };
    locked(t.get("policy-hosts"), named, t)
}
