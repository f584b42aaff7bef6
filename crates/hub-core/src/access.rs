//! The one rule of who may use which agent. Default deny. Pure: whoever asks brings the facts and the time.
//!
//! A holder may use an agent when it is switched on and one of the holder's plans that has not ended, or one of the holder's
//! groups, is among its grants. An agent without grants is the operator's alone. A plan that has ended grants nothing.

use hub_contract::UtcMs;
use hub_contract::id::{GroupId, PlanId};

/// Who wants to use an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// The operator: uses every agent that is switched on.
    Operator,
    /// Somebody who has plans and groups: a member, or whoever a bundle was made for.
    Holder(Holdings),
}

/// What somebody has that can open an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Plans.
    pub plans: Vec<HeldPlan>,
    /// User groups.
    pub groups: Vec<GroupId>,
}

/// A plan that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPlan {
    /// Which.
    pub plan: PlanId,
    /// Its last moment; `None` means it does not end.
    pub until: Option<UtcMs>,
}

/// An agent, as far as the rule looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// Whether it is switched on.
    pub enabled: bool,
    /// Plans that open it.
    pub plans: &'a [PlanId],
    /// User groups that it is open to.
    pub groups: &'a [GroupId],
}

/// What the rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes, because of this.
    Allowed(Why),
    /// No, because of this.
    Denied(WhyNot),
}

/// What opens an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is the operator who asks.
    Operator,
    /// This plan.
    Plan(PlanId),
    /// This user group.
    Group(GroupId),
}

/// What keeps an agent closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhyNot {
    /// It is switched off.
    Disabled,
    /// The plan that would open it has ended.
    Expired {
        /// Which; the one that ended last, if several did.
        plan: PlanId,
        /// Its last moment.
        until: UtcMs,
    },
    /// Nothing that the holder has is among its grants.
    NotGranted,
}

impl Decision {
    /// Whether the agent may be used.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

/// Says whether somebody may use an agent at that time.
pub fn decide(viewer: &Viewer, offer: Offer<'_>, now: UtcMs) -> Decision {
    if !offer.enabled {
        return Decision::Denied(WhyNot::Disabled);
    }
    let Viewer::Holder(held) = viewer else {
        return Decision::Allowed(Why::Operator);
    };
    let has_ended = |plan: &&HeldPlan| plan.until.is_some_and(|until| until < now);
    let granted = || held.plans.iter().filter(|held| offer.plans.contains(&held.plan));
    if let Some(held) = granted().find(|plan| !has_ended(plan)) {
        return Decision::Allowed(Why::Plan(held.plan.clone()));
    }
    if let Some(group) = held.groups.iter().find(|group| offer.groups.contains(group)) {
        return Decision::Allowed(Why::Group(group.clone()));
    }
    let ended = granted().filter_map(|held| Some((held.until?, &held.plan))).max();
    Decision::Denied(match ended {
        Some((until, plan)) => WhyNot::Expired { plan: plan.clone(), until },
        None => WhyNot::NotGranted,
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const NOW: UtcMs = 1_000;

    fn plans(numbers: &[u8]) -> Vec<PlanId> {
        numbers.iter().map(|number| PlanId(format!("plan-{number}"))).collect()
    }

    fn groups(numbers: &[u8]) -> Vec<GroupId> {
        numbers.iter().map(|number| GroupId(format!("group-{number}"))).collect()
    }

    fn holder(held: &[(u8, Option<UtcMs>)], of: &[u8]) -> Viewer {
        let plans = held.iter().map(|(plan, until)| HeldPlan { plan: PlanId(format!("plan-{plan}")), until: *until });
        Viewer::Holder(Holdings { plans: plans.collect(), groups: groups(of) })
    }

    fn ask(viewer: &Viewer, enabled: bool, by_plan: &[u8], by_group: &[u8], now: UtcMs) -> Decision {
        decide(viewer, Offer { enabled, plans: &plans(by_plan), groups: &groups(by_group) }, now)
    }

    fn held() -> impl Strategy<Value = Vec<(u8, Option<UtcMs>)>> {
        vec((0_u8..6, proptest::option::of(0_i64..2_000)), 0..4)
    }

    fn some() -> impl Strategy<Value = Vec<u8>> {
        vec(0_u8..6, 0..4)
    }

    proptest! {
        #[test]
        fn what_is_switched_off_is_closed_to_everybody(held in held(), of in some(), by_plan in some(), by_group in some()) {
            let off = Decision::Denied(WhyNot::Disabled);
            prop_assert_eq!(ask(&Viewer::Operator, false, &by_plan, &by_group, NOW), off.clone());
            prop_assert_eq!(ask(&holder(&held, &of), false, &by_plan, &by_group, NOW), off);
        }

        #[test]
        fn the_operator_uses_whatever_is_switched_on(by_plan in some(), by_group in some(), now in 0_i64..2_000) {
            prop_assert_eq!(ask(&Viewer::Operator, true, &by_plan, &by_group, now), Decision::Allowed(Why::Operator));
        }

        #[test]
        fn without_grants_nobody_but_the_operator_gets_in(held in held(), of in some(), now in 0_i64..2_000) {
            prop_assert_eq!(ask(&holder(&held, &of), true, &[], &[], now), Decision::Denied(WhyNot::NotGranted));
        }

        /// The rule in one line of sets, beside the code.
        #[test]
        fn a_holder_gets_in_exactly_by_a_running_plan_or_a_group(
            held in held(), of in some(), by_plan in some(), by_group in some(), now in 0_i64..2_000,
        ) {
            let by_running_plan =
                held.iter().any(|(plan, until)| by_plan.contains(plan) && until.is_none_or(|until| now <= until));
            let expected = by_running_plan || of.iter().any(|group| by_group.contains(group));
            let said = ask(&holder(&held, &of), true, &by_plan, &by_group, now);
            prop_assert_eq!(said.is_allowed(), expected);
            // What is named as the reason is held and granted.
            match said {
                Decision::Allowed(Why::Plan(plan)) => prop_assert!(plans(&by_plan).contains(&plan)),
                Decision::Allowed(Why::Group(group)) => {
                    prop_assert!(groups(&by_group).contains(&group) && groups(&of).contains(&group));
                }
                Decision::Denied(WhyNot::Expired { plan, until }) => {
                    prop_assert!(until < now && plans(&by_plan).contains(&plan));
                }
                Decision::Denied(WhyNot::NotGranted) => {
                    prop_assert!(!held.iter().any(|(plan, _)| by_plan.contains(plan)));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }

        #[test]
        fn more_holdings_never_close_and_more_time_never_opens(
            held in held(), of in some(), by_plan in some(), by_group in some(), more in 0_u8..6, now in 0_i64..2_000,
        ) {
            let before = ask(&holder(&held, &of), true, &by_plan, &by_group, now).is_allowed();
            let richer: Vec<u8> = of.iter().copied().chain([more]).collect();
            prop_assert!(!before || ask(&holder(&held, &richer), true, &by_plan, &by_group, now).is_allowed());
            let later = ask(&holder(&held, &of), true, &by_plan, &by_group, now + 500).is_allowed();
            prop_assert!(before || !later);
        }
    }

    #[test]
    fn a_plan_holds_through_its_last_moment() {
        let member = holder(&[(1, Some(NOW))], &[]);
        let by_plan = Decision::Allowed(Why::Plan(PlanId("plan-1".to_owned())));
        assert_eq!(ask(&member, true, &[1], &[], NOW), by_plan);
        let ended = WhyNot::Expired { plan: PlanId("plan-1".to_owned()), until: NOW };
        assert_eq!(ask(&member, true, &[1], &[], NOW + 1), Decision::Denied(ended));
    }

    #[test]
    fn a_group_opens_what_an_ended_plan_no_longer_does() {
        let member = holder(&[(1, Some(0))], &[2]);
        let by_group = Decision::Allowed(Why::Group(GroupId("group-2".to_owned())));
        assert_eq!(ask(&member, true, &[1], &[2], NOW), by_group);
    }

    #[test]
    fn ids_are_compared_whole() {
        let member = holder(&[(1, None)], &[1]);
        assert_eq!(ask(&member, true, &[11], &[11], NOW), Decision::Denied(WhyNot::NotGranted));
    }
}
