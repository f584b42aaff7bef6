//! Which members, plans and user groups are shown. Pure.

use hub_contract::UtcMs;
use hub_contract::people::MemberView;

use super::named::Named;
use super::people::People;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filter {
    pub text: String,
    /// Only members whose plan has ended.
    pub expired: bool,
}

/// Whether the member's plan has ended.
pub(super) fn has_expired(member: &MemberView, now: UtcMs) -> bool {
    member.until.is_some_and(|until| until < now)
}

/// How many members have a plan that has ended.
pub(super) fn expired_count(people: &People, now: UtcMs) -> usize {
    people.members.iter().filter(|member| has_expired(member, now)).count()
}

/// The places of the members whose name, plan or user group holds the text, whatever its case.
pub(super) fn shown_members(people: &People, filter: &Filter, now: UtcMs) -> Vec<usize> {
    let wanted = filter.text.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&wanted);
    let is_shown = |member: &MemberView| {
        (!filter.expired || has_expired(member, now))
            && (wanted.is_empty()
                || holds(&member.name)
                || people.plan_of(member).is_some_and(holds)
                || people.groups_of(member).any(holds))
    };
    people.members.iter().enumerate().filter(|(_, member)| is_shown(member)).map(|(place, _)| place).collect()
}

/// The plans or user groups whose name holds the text, whatever its case.
pub(super) fn shown_named(all: &[Named], text: &str) -> Vec<Named> {
    let wanted = text.trim().to_lowercase();
    all.iter().filter(|named| named.name.to_lowercase().contains(&wanted)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UtcMs = 1_000;

    fn people() -> People {
        let named = |id: &str, name: &str| Named { id: id.into(), name: name.into(), members: 0, agents: 0 };
        let member = |name: &str, plan: Option<&str>, until: Option<UtcMs>, groups: &[&str]| MemberView {
            id: name.into(),
            name: name.into(),
            plan: plan.map(Into::into),
            until,
            groups: groups.iter().map(|group| (*group).into()).collect(),
        };
        People::new(
            vec![
                member("陈晓", Some("p"), Some(NOW), &["g"]),
                member("David", Some("p"), Some(NOW - 1), &[]),
                member("何静", None, None, &["gone"]),
            ],
            vec![named("p", "标准版")],
            vec![named("g", "Service")],
        )
    }

    fn found(text: &str, expired: bool) -> Vec<usize> {
        shown_members(&people(), &Filter { text: text.into(), expired }, NOW)
    }

    #[test]
    fn members_are_found_by_name_plan_and_group() {
        assert_eq!(found("", false), [0, 1, 2]);
        assert_eq!(found(" dav", false), [1]);
        assert_eq!(found("标准", false), [0, 1]);
        assert_eq!(found("SERVICE", false), [0]);
        assert_eq!(found("nobody", false), Vec::<usize>::new());
    }

    #[test]
    fn a_plan_ends_after_its_last_moment() {
        assert_eq!(found("", true), [1]);
        assert_eq!(expired_count(&people(), NOW), 1);
    }
}
