//! Which agents are shown: those of a tab that hold what is searched for. Pure.

use std::collections::{BTreeSet, HashMap};

use hub_contract::agent::{AgentSource, AgentView};
use hub_contract::connection::ConnectionView;

/// A tab of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum GroupTab {
    /// Every agent.
    #[default]
    All,
    /// Those of one group.
    Group(String),
    /// Those that are in no group.
    Ungrouped,
}

impl GroupTab {
    /// A name that no other tab has, whatever the groups are called.
    pub(super) fn id(&self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Group(name) => format!("group:{name}"),
            Self::Ungrouped => "ungrouped".to_owned(),
        }
    }

    fn holds(&self, agent: &AgentView) -> bool {
        match self {
            Self::All => true,
            Self::Group(name) => agent.group.as_ref() == Some(name),
            Self::Ungrouped => agent.group.is_none(),
        }
    }
}

/// The tabs with how many agents each shows: all, the groups in the order of their first agents, then the rest. Without
/// groups there is only the first.
pub(super) fn tabs(agents: &[AgentView]) -> Vec<(GroupTab, usize)> {
    let mut counts = HashMap::<Option<&str>, usize>::new();
    for agent in agents {
        *counts.entry(agent.group.as_deref()).or_default() += 1;
    }
    let count = |group: Option<&str>| counts.get(&group).copied().unwrap_or_default();
    let groups = group_names(agents).into_iter().map(|name| (count(Some(&name)), name));
    let mut tabs = vec![(GroupTab::All, agents.len())];
    tabs.extend(groups.map(|(count, name)| (GroupTab::Group(name), count)));
    if tabs.len() > 1 && count(None) > 0 {
        tabs.push((GroupTab::Ungrouped, count(None)));
    }
    tabs
}

/// The tab, or the first one where it is gone with its last agent.
pub(super) fn current(tab: &GroupTab, tabs: &[(GroupTab, usize)]) -> GroupTab {
    tabs.iter().find(|(known, _)| known == tab).map(|(known, _)| known.clone()).unwrap_or_default()
}

/// The groups, in the order of their first agents.
pub(super) fn group_names(agents: &[AgentView]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for group in agents.iter().filter_map(|agent| agent.group.as_ref()) {
        if !names.contains(group) {
            names.push(group.clone());
        }
    }
    names
}

/// From how many platforms the agents come.
pub(super) fn platform_count(agents: &[AgentView]) -> usize {
    agents.iter().map(|agent| agent.platform).collect::<BTreeSet<_>>().len()
}

/// What each agent is found by, in lower case: its name, description, id and connection, a line each. Made once for a list,
/// since thousands of texts take longer to prepare than to look through.
pub(super) fn search_texts(agents: &[AgentView], connections: &[ConnectionView]) -> Vec<String> {
    let name_of: HashMap<_, _> = connections.iter().map(|one| (&one.id, one.name.as_str())).collect();
    let text = |agent: &AgentView| {
        let source = agent.source.as_ref();
        let connection = source.and_then(|source| name_of.get(source.connection()).copied());
        let id = source.and_then(|source| match source {
            AgentSource::Remote { remote_id, .. } => remote_id.as_deref(),
            AgentSource::Prompt { model, .. } => Some(model.as_str()),
        });
        let lines = [Some(agent.name.as_str()), Some(agent.description.as_str()), id, connection];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase()
    };
    agents.iter().map(text).collect()
}

/// The places of the agents of a tab that are found by the text, whatever its case. `texts` are those of [`search_texts`].
pub(super) fn shown(agents: &[AgentView], texts: &[String], tab: &GroupTab, search: &str) -> Vec<usize> {
    let wanted = search.trim().to_lowercase();
    let holds = |agent: &AgentView, text: &str| tab.holds(agent) && (wanted.is_empty() || text.contains(&wanted));
    let all = agents.iter().zip(texts).enumerate();
    all.filter(|(_, (agent, text))| holds(agent, text)).map(|(place, _)| place).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use hub_contract::PlatformId;
    use hub_contract::agent::Access;

    use super::*;

    pub(in crate::pages::agents) fn agent(id: &str, group: Option<&str>) -> AgentView {
        AgentView {
            id: id.into(),
            name: format!("agent {id}"),
            group: group.map(str::to_owned),
            description: String::new(),
            icon: None,
            icon_error: None,
            source: Some(AgentSource::Remote {
                connection: "c-1".into(),
                remote_id: Some(format!("bot-{id}")),
                workflow: false,
            }),
            platform: PlatformId::Dify,
            enabled: true,
            access: Access::Allowed,
            opened_by: None,
            plans: Vec::new(),
            groups: Vec::new(),
            opening: String::new(),
            suggestions: Vec::new(),
            inputs: Vec::new(),
            position: 0,
            created_at: 0,
        }
    }

    #[test]
    fn tabs_follow_the_order_of_the_agents_and_count_them() {
        let agents = [agent("1", Some("售后")), agent("2", None), agent("3", Some("质量")), agent("4", Some("售后"))];
        let named = |name: &str| GroupTab::Group(name.to_owned());
        assert_eq!(
            tabs(&agents),
            [(GroupTab::All, 4), (named("售后"), 2), (named("质量"), 1), (GroupTab::Ungrouped, 1)]
        );
        assert_eq!(group_names(&agents), ["售后", "质量"]);
    }

    #[test]
    fn without_groups_there_is_nothing_to_choose_between() {
        assert_eq!(tabs(&[agent("1", None)]), [(GroupTab::All, 1)]);
    }

    #[test]
    fn a_tab_that_is_gone_gives_way_to_all() {
        let tabs = tabs(&[agent("1", Some("a"))]);
        assert_eq!(current(&GroupTab::Group("a".into()), &tabs), GroupTab::Group("a".into()));
        assert_eq!(current(&GroupTab::Group("b".into()), &tabs), GroupTab::All);
    }

    #[test]
    fn a_group_may_be_called_like_a_fixed_tab() {
        assert_ne!(GroupTab::Group("all".into()).id(), GroupTab::All.id());
    }

    #[test]
    fn agents_are_found_by_name_id_and_connection_inside_the_tab() {
        let agents = [agent("1", Some("a")), agent("2", None)];
        let mut connection = crate::pages::platforms::test_connection("c-1", PlatformId::Dify, 0);
        connection.name = "青禾内网".into();
        let texts = search_texts(&agents, &[connection]);
        let shown = |tab: GroupTab, search: &str| shown(&agents, &texts, &tab, search);
        assert_eq!(shown(GroupTab::All, "BOT-2"), [1]);
        assert_eq!(shown(GroupTab::All, "青禾"), [0, 1]);
        assert_eq!(shown(GroupTab::Ungrouped, "agent"), [1]);
        assert_eq!(shown(GroupTab::All, "  "), [0, 1]);
        assert!(shown(GroupTab::All, "nothing").is_empty());
    }

    #[test]
    fn platforms_are_counted_once() {
        assert_eq!(platform_count(&[agent("1", None), agent("2", None)]), 1);
        assert_eq!(platform_count(&[]), 0);
    }
}
