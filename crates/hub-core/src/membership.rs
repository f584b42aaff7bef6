//! Whose configuration this Hub has: its own operator's, or that of another Hub, imported from its bundles. In the second
//! case the person here is a member: what came in a bundle is read-only, and the access rule decides what may be used.

use std::collections::BTreeSet;

use hub_contract::id::{ConnectionId, GroupId, MemberId, PlanId};
use hub_contract::{ErrorCode, HubError, UtcMs};
use hub_store::{AgentRow, Store};
use serde::{Deserialize, Serialize};

use crate::access::{Decision, HeldPlan, Holdings, Offer, Viewer, WhyNot, decide};
use crate::people::viewer_of;
use crate::{Hub, Result};

/// The setting that holds it; absent in an operator's Hub.
pub(crate) const KEY: &str = "membership";

/// What the last imported bundle made of this Hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Membership {
    /// The random id of the Hub that issues the bundles.
    pub(crate) issuer: String,
    /// Its name.
    pub(crate) issuer_name: String,
    /// Its public key, as minisign writes it.
    pub(crate) key: String,
    /// The serial of the installed bundle.
    pub(crate) serial: u64,
    /// The SHA-256 of the installed bundle, in hex.
    pub(crate) digest: String,
    /// When that bundle was made.
    pub(crate) created_at: UtcMs,
    /// When it was imported.
    pub(crate) imported_at: UtcMs,
    /// When it stops being accepted for an import.
    pub(crate) not_after: Option<UtcMs>,
    /// The member it was made for; without one it was made for everybody with these plans and groups.
    pub(crate) member: Option<MemberId>,
    /// The plans it was made for.
    pub(crate) plans: Vec<PlanId>,
    /// The user groups it was made for.
    pub(crate) groups: Vec<GroupId>,
    /// The connections that came in it. All others are the person's own.
    pub(crate) connections: BTreeSet<ConnectionId>,
}

/// Reads it from the store.
pub(crate) async fn load(store: &Store) -> Result<Option<Membership>> {
    match store.setting(KEY).await? {
        Some(value) if !value.is_null() => serde_json::from_value(value)
            .map(Some)
            .map_err(|error| HubError::new(ErrorCode::DatabaseDamaged, format!("the membership is damaged: {error}"))),
        _ => Ok(None),
    }
}

impl Hub {
    /// The membership, if this is a member's Hub.
    pub(crate) fn membership(&self) -> Option<Membership> {
        // A thread that panicked while it held the lock left the old value or the new one, both whole.
        self.inner.membership.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub(crate) fn set_membership(&self, membership: Option<Membership>) {
        *self.inner.membership.write().unwrap_or_else(std::sync::PoisonError::into_inner) = membership;
    }

    /// As whom the access rule sees the person who has this Hub open.
    pub(crate) async fn viewer(&self) -> Result<Viewer> {
        let Some(membership) = self.membership() else {
            return Ok(Viewer::Operator);
        };
        if let Some(member) = &membership.member {
            return self.as_member(member).await;
        }
        let plans = membership.plans.into_iter().map(|plan| HeldPlan { plan, until: None }).collect();
        Ok(Viewer::Holder(Holdings { plans, groups: membership.groups }))
    }

    /// What the rule sees of a member.
    pub(crate) async fn as_member(&self, id: &MemberId) -> Result<Viewer> {
        let missing = || HubError::new(ErrorCode::NotFound, "no such member").hint("member_gone");
        let row = self.inner.store.member(id).await?.ok_or_else(missing)?;
        Ok(viewer_of(&row))
    }

    /// Refuses an agent that the person here may not use.
    ///
    /// # Errors
    /// `forbidden`, `expired_grant`.
    pub(crate) async fn refuse_closed(&self, agent: &AgentRow) -> Result<()> {
        match decide(&self.viewer().await?, offer(agent), self.now()) {
            Decision::Allowed(_) => Ok(()),
            Decision::Denied(why) => Err(refusal(&why)),
        }
    }

    /// Refuses to change configuration that came in a bundle.
    ///
    /// # Errors
    /// `forbidden` with the hint `managed`.
    pub(crate) fn refuse_member(&self) -> Result<()> {
        match self.membership() {
            None => Ok(()),
            Some(_) => {
                Err(HubError::new(ErrorCode::Forbidden, "another Hub manages this configuration").hint("managed"))
            }
        }
    }

    /// The same for one connection: a member's own ones stay the member's own.
    ///
    /// # Errors
    /// `forbidden` with the hint `managed`.
    pub(crate) fn refuse_managed(&self, connection: &ConnectionId) -> Result<()> {
        if self.is_managed(connection) { self.refuse_member() } else { Ok(()) }
    }

    /// Whether a connection came in a bundle. Its models carry no grants, so they are the operator's alone.
    pub(crate) fn is_managed(&self, connection: &ConnectionId) -> bool {
        self.membership().is_some_and(|membership| membership.connections.contains(connection))
    }
}

/// An agent as the rule sees it.
pub(crate) fn offer(agent: &AgentRow) -> Offer<'_> {
    Offer { enabled: agent.enabled, plans: &agent.plans, groups: &agent.groups }
}

fn refusal(why: &WhyNot) -> HubError {
    match why {
        WhyNot::Disabled => HubError::new(ErrorCode::Forbidden, "the agent is switched off").hint("agent_off"),
        WhyNot::NotGranted => HubError::new(ErrorCode::Forbidden, "no plan or group of yours opens the agent"),
        WhyNot::Expired { .. } => HubError::new(ErrorCode::ExpiredGrant, "the plan that opens the agent has ended"),
    }
}
