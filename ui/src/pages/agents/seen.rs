//! The agents as somebody else sees them: which are open, which are locked, and why.

use hub_contract::agent::{Access, AgentView};
use hub_contract::command::ListAgents;
use hub_contract::conversation::Target;
use hub_contract::id::AgentId;
use hub_text::Texts;
use yew::prelude::*;

use super::groups::group_names;
use super::try_chat::use_try_chat;
use super::why::why;
use crate::components::{
    Badge, Button, ButtonSize, Card, Empty, IconName, MonogramSize, PageHead, Segment, Segments, SkeletonShape,
    loaded_view,
};
use crate::pages::chat::TargetMark;
use crate::pages::view_as::as_whom;
use crate::state::{use_icons_of, use_load, use_texts, use_viewing};

/// Which of them are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    All,
    Open,
    Closed,
}

impl Shown {
    fn holds(self, agent: &AgentView) -> bool {
        match self {
            Self::All => true,
            Self::Open => is_open(agent),
            Self::Closed => !is_open(agent),
        }
    }
}

/// The agents page through somebody else's eyes.
#[component]
pub(super) fn SeenAgents() -> Html {
    let t = use_texts();
    let viewing = use_viewing();
    let agents = use_load::<ListAgents>(viewing.agents());
    use_icons_of(&agents.state);
    let shown = use_state_eq(Shown::default);
    let try_chat = use_try_chat();
    let whom = viewing.whom().map(|viewed| as_whom(viewed, &t)).unwrap_or_default();
    let content = loaded_view(&agents, SkeletonShape::Rows, |all| {
        let count = |which: Shown| all.iter().filter(|agent| which.holds(agent)).count();
        let segment = |which: Shown, key: &str| Segment::new(which, t.with(key, &[("n", count(which).into())]));
        let segments = vec![
            segment(Shown::All, "seen-all"),
            segment(Shown::Open, "seen-open"),
            segment(Shown::Closed, "seen-closed"),
        ];
        let onchange = {
            let shown = shown.clone();
            Callback::from(move |which| shown.set(which))
        };
        let listed: Vec<&AgentView> = all.iter().filter(|agent| shown.holds(agent)).collect();
        html! {
            <>
                <div class="toolbar">
                    <Segments<Shown> label={t.get("seen-which")} {segments} value={*shown} {onchange} />
                </div>
                if listed.is_empty() {
                    <Empty icon={IconName::Agent} title={t.get("seen-none")} />
                } else {
                    { by_group(&listed, &try_chat, &t) }
                }
            </>
        }
    });
    html! {
        <main class="main" tabindex="-1" data-region="main">
            <div class="page"><div class="page-in">
                <PageHead title={t.get("agents-title")} about={t.with("seen-about", &[("whom", whom.into())])} />
                { content }
            </div></div>
        </main>
    }
}

fn is_open(agent: &AgentView) -> bool {
    agent.access == Access::Allowed
}

/// The agents below the names of their groups, those without a group last.
fn by_group(agents: &[&AgentView], try_chat: &Callback<AgentId>, t: &Texts) -> Html {
    let owned: Vec<AgentView> = agents.iter().map(|agent| (*agent).clone()).collect();
    let groups = group_names(&owned);
    let has_groups = !groups.is_empty();
    let sections = groups.into_iter().map(Some).chain([None]);
    sections
        .map(|group| {
            let own: Vec<&&AgentView> = agents.iter().filter(|agent| agent.group == group).collect();
            if own.is_empty() {
                return html! {};
            }
            let title = group.unwrap_or_else(|| t.get("agents-tab-ungrouped"));
            html! {
                <section class="seen-group" aria-label={title.clone()}>
                    if has_groups { <h2 class="label">{ &title }</h2> }
                    <Card flush=true>
                        <ul class="seen">{ for own.iter().map(|agent| row(agent, try_chat, t)) }</ul>
                    </Card>
                </section>
            }
        })
        .collect()
}

fn row(agent: &AgentView, try_chat: &Callback<AgentId>, t: &Texts) -> Html {
    let open = is_open(agent);
    let onclick = {
        let id = agent.id.clone();
        try_chat.reform(move |()| id.clone())
    };
    let named =
        t.with("agents-of-row", &[("action", t.get("agents-try").into()), ("name", agent.name.as_str().into())]);
    html! {
        <li key={agent.id.as_str()} class={(!open).then_some("is-locked")}>
            <TargetMark
                name={agent.name.clone()}
                platform={agent.platform}
                target={Target::Agent { agent: agent.id.clone() }}
                size={MonogramSize::S36}
            />
            <div class="grow clip">
                <div class="strong clip" title={agent.name.clone()}>{ &agent.name }</div>
                if !agent.description.is_empty() {
                    <div class="help clip" title={agent.description.clone()}>{ &agent.description }</div>
                }
            </div>
            <span class="why">{ why(agent, t) }</span>
            if open {
                <Button label={t.get("agents-try")} name={named} size={ButtonSize::Small} {onclick} />
            } else {
                <Badge text={t.get("seen-locked")} tone="line" icon={IconName::Lock} />
            }
        </li>
    }
}
