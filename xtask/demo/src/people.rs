//! The demo's plans, user groups and members, and which agents are granted to whom.

use std::collections::BTreeMap;

use anyhow::Context;
use hub_contract::agent::{EditAgentRequest, ListAgentsRequest};
use hub_contract::id::{GroupId, PlanId};
use hub_contract::people::{AddMemberRequest, AddNamedRequest};
use hub_contract::platform::{Label, Language};
use hub_core::{Clock, Hub};

use crate::clock::{DemoClock, days};
use crate::script::both;

const TRIAL: Label = both("体验版", "Trial");
const STANDARD: Label = both("标准版", "Standard");
const PROFESSIONAL: Label = both("专业版", "Professional");
const PLANS: [Label; 3] = [TRIAL, STANDARD, PROFESSIONAL];

const SERVICE: Label = both("售后组", "Service team");
const QUALITY: Label = both("质量部", "Quality");
const SUPPLY: Label = both("采购与供应链", "Purchasing");
const PARTNERS: Label = both("外部服务商", "Partners");
const GROUPS: [Label; 4] = [SERVICE, QUALITY, SUPPLY, PARTNERS];

/// Somebody.
struct Member {
    name: Label,
    plan: Option<Label>,
    /// In how many days from now the plan ends; below zero it has.
    ends_in: Option<i64>,
    groups: &'static [Label],
}

const fn member(name: Label, plan: Option<Label>, ends_in: Option<i64>, groups: &'static [Label]) -> Member {
    Member { name, plan, ends_in, groups }
}

const MEMBERS: &[Member] = &[
    member(both("陈晓", "Chen Xiao"), Some(STANDARD), Some(38), &[SERVICE]),
    member(both("林若溪", "Emma Lindqvist"), Some(PROFESSIONAL), Some(219), &[QUALITY]),
    member(both("周启明", "Omar Haddad"), Some(PROFESSIONAL), Some(219), &[SERVICE, QUALITY]),
    member(both("吴昊", "Wu Hao"), Some(STANDARD), Some(-23), &[SUPPLY]),
    member(both("何静", "Grace Okafor"), Some(TRIAL), None, &[]),
    member(both("沈一帆", "Lucas Moreau"), Some(STANDARD), Some(53), &[PARTNERS]),
    member(both("赵敏", "Zhao Min"), Some(TRIAL), None, &[SERVICE]),
    member(both("David Brown", "David Brown"), Some(STANDARD), Some(53), &[PARTNERS]),
    member(both("梁思远", "Priya Raman"), Some(PROFESSIONAL), Some(219), &[SUPPLY]),
    member(both("许可", "Anna Kowalska"), Some(STANDARD), Some(-54), &[QUALITY]),
    member(both("李想", "Jonas Weber"), None, None, &[SERVICE, SUPPLY, PARTNERS]),
];

/// An agent and who may use it. Agents that are not named here stay the operator's.
struct Grant {
    agent: Label,
    plans: &'static [Label],
    groups: &'static [Label],
}

const GRANTS: &[Grant] = &[
    Grant {
        agent: both("售后知识助手", "Service assistant"), plans: &[STANDARD, PROFESSIONAL], groups: &[SERVICE]
    },
    Grant { agent: both("备件查询", "Spare parts"), plans: &[], groups: &[SERVICE, PARTNERS] },
    Grant { agent: both("质检报告解读", "Inspection reports"), plans: &[PROFESSIONAL], groups: &[QUALITY] },
    Grant { agent: both("返修周报", "Weekly repair report"), plans: &[], groups: &[QUALITY] },
    Grant { agent: both("标准检索", "Standards"), plans: &[STANDARD, PROFESSIONAL], groups: &[] },
    Grant { agent: both("报销助手", "Expenses"), plans: &PLANS, groups: &[] },
    Grant { agent: both("会议纪要", "Minutes"), plans: &[STANDARD], groups: &[SUPPLY] },
    Grant { agent: both("新人问答", "Newcomers' questions"), plans: &[TRIAL], groups: &[] },
];

/// Adds everybody and grants the agents, which are there already.
pub(crate) async fn fill(hub: &Hub, clock: &DemoClock, language: Language) -> anyhow::Result<()> {
    clock.set_back(days(17));
    let mut plans: BTreeMap<&str, PlanId> = BTreeMap::new();
    for plan in PLANS {
        let name = plan.get(language);
        plans.insert(name, hub.plan_add(AddNamedRequest { name: name.to_owned() }).await?.id);
    }
    let mut groups: BTreeMap<&str, GroupId> = BTreeMap::new();
    for group in GROUPS {
        let name = group.get(language);
        groups.insert(name, hub.group_add(AddNamedRequest { name: name.to_owned() }).await?.id);
    }
    let plan_of = |plan: &Label| plans.get(plan.get(language)).cloned().context("a plan of the demo");
    let group_of = |group: &Label| groups.get(group.get(language)).cloned().context("a group of the demo");

    clock.set_back(0);
    let now = clock.now();
    for member in MEMBERS {
        let request = AddMemberRequest {
            name: member.name.get(language).to_owned(),
            plan: member.plan.as_ref().map(plan_of).transpose()?,
            until: member.ends_in.map(|ends_in| now + days(ends_in) * 60_000),
            groups: member.groups.iter().map(group_of).collect::<anyhow::Result<_>>()?,
        };
        hub.member_add(request).await?;
    }
    let agents = hub.agents_list(ListAgentsRequest::default()).await?;
    for grant in GRANTS {
        let name = grant.agent.get(language);
        let agent = agents.iter().find(|agent| agent.name == name).with_context(|| format!("the agent {name}"))?;
        hub.agent_edit(EditAgentRequest {
            id: agent.id.clone(),
            name: None,
            group: None,
            description: None,
            prompt: None,
            enabled: None,
            plans: Some(grant.plans.iter().map(plan_of).collect::<anyhow::Result<_>>()?),
            groups: Some(grant.groups.iter().map(group_of).collect::<anyhow::Result<_>>()?),
        })
        .await?;
    }
    Ok(())
}
