//! Why an agent is open or closed to somebody, in words. Pure.

use hub_contract::agent::{Access, AgentView, OpenedBy};
use hub_text::Texts;

use crate::{dom, format};

/// What opens or closes the agent to whoever it is looked at as.
pub(super) fn why(agent: &AgentView, t: &Texts) -> String {
    why_at(agent, dom::utc_offset_minutes, t)
}

fn why_at(agent: &AgentView, offset_minutes: impl Fn(hub_contract::UtcMs) -> i32, t: &Texts) -> String {
    let list = |names: &[String]| names.join(&t.get("list-or"));
    match (&agent.access, &agent.opened_by) {
        (Access::Allowed, Some(OpenedBy::Plan(name))) => t.with("why-plan", &[("name", name.as_str().into())]),
        (Access::Allowed, Some(OpenedBy::Group(name))) => t.with("why-group", &[("name", name.as_str().into())]),
        (Access::Allowed, None) => String::new(),
        (Access::Disabled, _) => t.get("why-disabled"),
        (Access::Expired { plan, until }, _) => {
            let day = format::file_date(*until, offset_minutes(*until));
            t.with("why-expired", &[("name", plan.as_str().into()), ("day", day.into())])
        }
        (Access::Locked { plans, groups }, _) => match (plans.is_empty(), groups.is_empty()) {
            (true, true) => t.get("why-operator-only"),
            (false, true) => t.with("why-needs-plan", &[("plans", list(plans).into())]),
            (true, false) => t.with("why-needs-group", &[("groups", list(groups).into())]),
            (false, false) => {
                t.with("why-needs-either", &[("plans", list(plans).into()), ("groups", list(groups).into())])
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::platform::Language;

    use super::super::groups::tests::agent;
    use super::*;

    fn words(access: Access, opened_by: Option<OpenedBy>) -> String {
        let agent = AgentView { access, opened_by, ..agent("1", None) };
        why_at(&agent, |_| 0, &Texts::new(Language::ZhCn))
    }

    fn locked(plans: &[&str], groups: &[&str]) -> String {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        words(Access::Locked { plans: owned(plans), groups: owned(groups) }, None)
    }

    #[test]
    fn every_reason_has_its_words() {
        assert_eq!(words(Access::Allowed, Some(OpenedBy::Plan("标准版".into()))), "订阅等级「标准版」已授权");
        assert_eq!(words(Access::Allowed, Some(OpenedBy::Group("售后组".into()))), "用户分组「售后组」已授权");
        assert_eq!(words(Access::Disabled, None), "智能体已停用");
        assert_eq!(locked(&["专业版"], &["质量部"]), "需要专业版，或加入质量部");
        assert_eq!(locked(&["标准版", "专业版"], &[]), "需要标准版或专业版");
        assert_eq!(locked(&[], &["质量部"]), "需要加入质量部");
        assert_eq!(locked(&[], &[]), "没有授权给任何人，仅运营者可见");
        assert_eq!(words(Access::Expired { plan: "标准版".into(), until: 0 }, None), "「标准版」已于 1970-01-01 到期");
    }
}
