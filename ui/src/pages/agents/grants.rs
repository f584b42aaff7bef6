//! 谁可以使用: which plans and user groups open an agent, and how many members that is.

use std::collections::HashMap;
use std::rc::Rc;

use hub_contract::agent::AgentView;
use hub_contract::command::{ListGroups, ListPlans, PreviewGrants};
use hub_contract::id::{GroupId, PlanId};
use hub_contract::people::{GrantsPreview, PreviewGrantsRequest};
use hub_text::Texts;
use yew::prelude::*;

use crate::components::{Badge, ErrorBanner, Icon, IconName, NavLink, Tick, TickList, badge};
use crate::format;
use crate::route::Route;
use crate::state::{use_load, use_texts};

/// So many grants of an agent are named in its row; the others are counted.
const GRANTS_NAMED: usize = 2;

/// The grants of an agent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Granted {
    pub plans: Vec<PlanId>,
    pub groups: Vec<GroupId>,
}

impl Granted {
    /// The grants that an agent has.
    pub(super) fn of(agent: &AgentView) -> Self {
        Self { plans: agent.plans.clone(), groups: agent.groups.clone() }
    }

    fn is_empty(&self) -> bool {
        self.plans.is_empty() && self.groups.is_empty()
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct GrantsProps {
    pub granted: Granted,
    pub onchange: Callback<Granted>,
}

/// The plans and user groups to tick, and below them who that opens the agent to.
#[component]
pub(super) fn Grants(props: &GrantsProps) -> Html {
    let t = use_texts();
    let plans = use_load::<ListPlans>(());
    let groups = use_load::<ListGroups>(());
    let granted = &props.granted;
    let request = PreviewGrantsRequest { plans: granted.plans.clone(), groups: granted.groups.clone() };
    let preview = use_load::<PreviewGrants>(request);
    // The last numbers stay until the next ones come, so that nothing jumps while boxes are ticked.
    let last = use_mut_ref(|| None::<Rc<GrantsPreview>>);
    if let Some(newer) = preview.state.ready() {
        *last.borrow_mut() = Some(Rc::clone(newer));
    }
    let told = last.borrow().clone();
    let tick = |id: &str, name: &str, members: u32| Tick {
        id: id.to_owned(),
        label: name.to_owned().into(),
        about: t.with("people-count", &[("n", members.into())]).into(),
    };
    let plan_ticks: Vec<Tick> = plans
        .state
        .ready()
        .map_or_else(Vec::new, |all| all.iter().map(|plan| tick(plan.id.as_str(), &plan.name, plan.members)).collect());
    let group_ticks: Vec<Tick> = groups.state.ready().map_or_else(Vec::new, |all| {
        all.iter().map(|group| tick(group.id.as_str(), &group.name, group.members)).collect()
    });
    let set_plans = {
        let granted = granted.clone();
        props
            .onchange
            .reform(move |ids: Vec<String>| Granted { plans: ids.into_iter().map(PlanId).collect(), ..granted.clone() })
    };
    let set_groups = {
        let granted = granted.clone();
        props.onchange.reform(move |ids: Vec<String>| Granted {
            groups: ids.into_iter().map(GroupId).collect(),
            ..granted.clone()
        })
    };
    let is_loaded = !plans.state.is_loading() && !groups.state.is_loading();
    let nothing_to_grant = is_loaded && plan_ticks.is_empty() && group_ticks.is_empty();
    html! {
        <section class="grants" aria-label={t.get("grants-title")}>
            <h3 class="label">{ t.get("grants-title") }</h3>
            if let Some(error) = plans.state.error().or(groups.state.error()) {
                <ErrorBanner error={error.clone()} />
            } else if nothing_to_grant {
                <p class="help">
                    { t.get("grants-nobody") }
                    <NavLink to={Route::Members} class="btn link sm">{ t.get("grants-to-members") }</NavLink>
                </p>
            } else {
                <div class="grants-lists">
                    <TickList
                        label={t.get("members-column-plan")}
                        ticks={plan_ticks}
                        ticked={granted.plans.iter().map(|plan| plan.0.clone()).collect::<Vec<_>>()}
                        empty={t.get("grants-no-plans")}
                        onchange={set_plans}
                    />
                    <TickList
                        label={t.get("members-column-groups")}
                        ticks={group_ticks}
                        ticked={granted.groups.iter().map(|group| group.0.clone()).collect::<Vec<_>>()}
                        empty={t.get("member-no-groups")}
                        onchange={set_groups}
                    />
                </div>
            }
            <p class="grants-preview" role="status">{ preview_line(granted, told.as_deref(), &t) }</p>
        </section>
    }
}

/// Who may use an agent with these grants.
fn preview_line(granted: &Granted, told: Option<&GrantsPreview>, t: &Texts) -> Html {
    if granted.is_empty() {
        return html! { <><Icon name={IconName::Lock} />{ t.get("grants-operator-only") }</> };
    }
    let Some(told) = told else { return html! {} };
    let mut words = t.with(
        "grants-members",
        &[("shown", format::count(told.members.into()).into()), ("of", format::count(told.of.into()).into())],
    );
    if told.expired > 0 {
        words = format!("{words} {}", t.with("grants-expired", &[("n", told.expired.into())]));
    }
    html! { <><Icon name={IconName::People} />{ words }</> }
}

/// What plans and user groups are called, by id.
#[hook]
pub(super) fn use_grant_names() -> Rc<HashMap<String, String>> {
    let plans = use_load::<ListPlans>(());
    let groups = use_load::<ListGroups>(());
    let (plans, groups) = (plans.state.ready().cloned(), groups.state.ready().cloned());
    (*use_memo((plans, groups), |(plans, groups)| {
        let plans = plans.iter().flat_map(|all| all.iter()).map(|plan| (plan.id.0.clone(), plan.name.clone()));
        let groups = groups.iter().flat_map(|all| all.iter()).map(|group| (group.id.0.clone(), group.name.clone()));
        Rc::new(plans.chain(groups).collect::<HashMap<_, _>>())
    }))
    .clone()
}

/// Who may use an agent, in its row.
pub(super) fn granted_badges(agent: &AgentView, names: &HashMap<String, String>, t: &Texts) -> Html {
    if agent.plans.is_empty() && agent.groups.is_empty() {
        return html! { <Badge text={t.get("agents-operator-only")} tone="line" icon={IconName::Lock} /> };
    }
    let ids = agent.plans.iter().map(|plan| &plan.0).chain(agent.groups.iter().map(|group| &group.0));
    let named: Vec<&str> = ids.filter_map(|id| Some(names.get(id)?.as_str())).collect();
    html! {
        <div class="row row-4" title={named.join(&t.get("list-comma"))}>
            { for named.iter().take(GRANTS_NAMED).map(|name| badge((*name).to_owned())) }
            if named.len() > GRANTS_NAMED { { badge(format!("+{}", named.len() - GRANTS_NAMED)) } }
        </div>
    }
}
