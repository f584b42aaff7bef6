//! The table of agents: what each is, where it comes from, who may use it, whether it is on, and what can be done with it.
//! Only the rows near the view are in the page, so thousands stay quick.

use std::collections::HashMap;
use std::rc::Rc;

use hub_contract::agent::{AgentSource, AgentView};
use hub_contract::catalogue;
use hub_contract::conversation::Target;
use hub_contract::id::AgentId;
use hub_text::Texts;
use yew::prelude::*;

use super::Open;
use super::grants::granted_badges;
use super::try_chat::use_try_chat;
use crate::components::{
    Button, ButtonSize, IconButtonProps, IconName, MonogramSize, Switch, platform_monogram, use_rows_in_view,
};
use crate::pages::chat::TargetMark;
use crate::state::{Membership, Shared, use_connections, use_membership, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct AgentTableProps {
    pub agents: Shared<Vec<AgentView>>,
    /// The places of the agents to show.
    pub shown: Vec<usize>,
    /// What plans and user groups are called, by id.
    pub grant_names: Rc<HashMap<String, String>>,
    pub on_open: Callback<Open>,
    pub on_enable: Callback<(AgentId, bool)>,
}

#[component]
pub(super) fn AgentTable(props: &AgentTableProps) -> Html {
    let t = use_texts();
    let membership = use_membership();
    let total = props.shown.len();
    let drawn = use_rows_in_view(total);
    let agent_at = |place: &usize| props.agents.get(*place);
    let switched = props.shown.iter().filter_map(agent_at).any(|agent| !is_managed(agent, &membership));
    let rows = props.shown.iter().enumerate().skip(drawn.range.start).take(drawn.range.len());
    let rows = rows.filter_map(|(index, place)| Some((index, *place, agent_at(place)?)));
    html! {
        <div class="rows-scroll" ref={drawn.scroller} tabindex="0" role="region" aria-label={t.get("agents-table")}>
            <table class="table rows-table agents-table" aria-rowcount={(total + 1).to_string()}>
                <thead>
                    <tr>
                        <th>{ t.get("agents-column-name") }</th>
                        <th class="from">{ t.get("agents-column-platform") }</th>
                        <th class="who">{ t.get("grants-title") }</th>
                        <th class="on">if switched { { t.get("agents-column-enabled") } }</th>
                        <th class="act"><span class="vh">{ t.get("agents-column-actions") }</span></th>
                    </tr>
                </thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.above}></td></tr>
                    { for rows.map(|(index, place, agent)| html! {
                        <AgentRow
                            key={agent.id.as_str()}
                            {index}
                            agent={AgentAt { agents: props.agents.clone(), place }}
                            grant_names={Rc::clone(&props.grant_names)}
                            on_open={props.on_open.clone()}
                            on_enable={props.on_enable.clone()}
                        />
                    }) }
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.below}></td></tr>
                </tbody>
            </table>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct AgentRowProps {
    index: usize,
    agent: AgentAt,
    grant_names: Rc<HashMap<String, String>>,
    on_open: Callback<Open>,
    on_enable: Callback<(AgentId, bool)>,
}

#[component]
fn AgentRow(props: &AgentRowProps) -> Html {
    let t = use_texts();
    let connections = use_connections();
    let try_chat = use_try_chat();
    let membership = use_membership();
    let Some(agent) = props.agent.get() else { return html! {} };
    let managed = is_managed(agent, &membership);
    let platform = catalogue::spec(agent.platform).name.get(t.language());
    let connection = agent.source.as_ref().and_then(|source| connections.find(source.connection()));
    let connection = connection.map(|one| one.name.as_str()).filter(|name| *name != platform);
    let about = about(agent, &t);
    let from = [Some(platform), connection].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let named =
        |words: String| t.with("agents-of-row", &[("action", words.into()), ("name", agent.name.as_str().into())]);
    let on_id = |callback: Callback<AgentId>| {
        let id = agent.id.clone();
        Callback::from(move |()| callback.emit(id.clone()))
    };
    let enable = {
        let id = agent.id.clone();
        props.on_enable.reform(move |on: bool| (id.clone(), on))
    };
    let act = |icon: IconName, key: &str, open: fn(AgentId) -> Open| {
        IconButtonProps::usual(icon, named(t.get(key)), on_id(props.on_open.reform(open))).draw()
    };
    let off = (!agent.enabled).then(|| AttrValue::from(t.get("agents-try-off")));
    html! {
        <tr aria-rowindex={(props.index + 2).to_string()}>
            <td>
                <div class="row row-12">
                    <TargetMark
                        name={agent.name.clone()}
                        platform={agent.platform}
                        target={Target::Agent { agent: agent.id.clone() }}
                        size={MonogramSize::S36}
                    />
                    <div class="clip">
                        <div class="strong clip" title={agent.name.clone()}>{ &agent.name }</div>
                        <div class="help clip" title={about.clone()}>{ about.clone() }</div>
                    </div>
                </div>
            </td>
            <td class="from">
                <div class="row">
                    { platform_monogram(agent.platform, MonogramSize::S20) }
                    <span class="clip" title={from}>
                        { platform }
                        if let Some(connection) = connection { <span class="dim">{ format!(" · {connection}") }</span> }
                    </span>
                </div>
            </td>
            <td class="who">{ granted_badges(agent, &props.grant_names, &t) }</td>
            <td class="on">
                if !managed {
                    <Switch
                        label={t.with("agents-switch", &[("name", agent.name.as_str().into())])}
                        on={agent.enabled}
                        onchange={enable}
                    />
                }
            </td>
            <td class="act">
                <div class="row row-4 end">
                    <Button
                        label={t.get("agents-try")}
                        name={named(t.get("agents-try"))}
                        size={ButtonSize::Small}
                        reason={off}
                        onclick={on_id(try_chat)}
                    />
                    if !managed {
                        { act(IconName::Edit, "action-edit", Open::Edit) }
                        { act(IconName::Trash, "action-delete", Open::Remove) }
                    }
                </div>
            </td>
        </tr>
    }
}

/// An agent in its list, since agents are large. It is the same one when nothing about it differs, in whatever list.
struct AgentAt {
    agents: Shared<Vec<AgentView>>,
    place: usize,
}

impl AgentAt {
    fn get(&self) -> Option<&AgentView> {
        self.agents.get(self.place)
    }
}

impl PartialEq for AgentAt {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.agents == other.agents || self.get() == other.get()
    }
}

/// What came in a bundle is changed where it came from.
fn is_managed(agent: &AgentView, membership: &Membership) -> bool {
    agent.source.as_ref().is_some_and(|source| membership.manages(source.connection()))
}

/// What stands below a name: its kind where that is not a chat app, then what it is for.
fn about(agent: &AgentView, t: &Texts) -> String {
    let (kind, behind) = match &agent.source {
        Some(AgentSource::Remote { workflow: true, .. }) => (Some(t.get("agents-kind-workflow")), None),
        Some(AgentSource::Prompt { model, .. }) => (Some(t.get("agents-kind-prompt")), Some(model.as_str())),
        Some(AgentSource::Remote { workflow: false, .. }) | None => (None, None),
    };
    let about = Some(agent.description.as_str()).filter(|text| !text.is_empty()).or(behind);
    [kind.as_deref(), about].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use hub_contract::platform::Language;

    use super::super::groups::tests::agent;
    use super::*;

    #[test]
    fn workflows_and_prompts_say_what_they_are() {
        let t = Texts::new(Language::ZhCn);
        let mut one = agent("1", None);
        assert_eq!(about(&one, &t), "");
        one.source = Some(AgentSource::Remote { connection: "c".into(), remote_id: None, workflow: true });
        one.description = "输出差异表".into();
        assert_eq!(about(&one, &t), "工作流 · 输出差异表");
        one.source = Some(AgentSource::Prompt {
            connection: "c".into(),
            model: "deepseek-chat".into(),
            prompt: String::new(),
            parameters: serde_json::Value::Null,
        });
        one.description = String::new();
        assert_eq!(about(&one, &t), "提示词智能体 · deepseek-chat");
    }
}
