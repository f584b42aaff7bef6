//! Names that an operator gives: every way in refuses the same ones, each with its own words and with the field to mend.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends there"
)]

use std::collections::BTreeMap;

use hub_contract::agent::{AddAgentRequest, AgentSource, EditAgentRequest};
use hub_contract::connection::{ConnectRequest, EditConnectionRequest};
use hub_contract::people::{AddMemberRequest, AddNamedRequest, EditGroupRequest, EditMemberRequest, EditPlanRequest};
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, HubError, PlatformId};
use hub_sim::openai::TEST_KEY;
use hub_tests_core::team::Team;

/// What can be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Plan,
    Group,
    Member,
    Agent,
    Connection,
}

const ALL: [Named; 5] = [Named::Plan, Named::Group, Named::Member, Named::Agent, Named::Connection];

/// Adds one of that name, or gives the team's own one that name.
async fn name(team: &Team, what: Named, name: &str, is_new: bool) -> Result<(), HubError> {
    let hub = &team.hq.hub;
    let name = name.to_owned();
    match (what, is_new) {
        (Named::Plan, true) => hub.plan_add(AddNamedRequest { name }).await.map(drop),
        (Named::Plan, false) => hub.plan_edit(EditPlanRequest { id: team.plan.clone(), name }).await.map(drop),
        (Named::Group, true) => hub.group_add(AddNamedRequest { name }).await.map(drop),
        (Named::Group, false) => hub.group_edit(EditGroupRequest { id: team.group.clone(), name }).await.map(drop),
        (Named::Member, is_new) => {
            let member = AddMemberRequest { name, plan: None, until: None, groups: Vec::new() };
            match is_new {
                true => hub.member_add(member).await.map(drop),
                false => hub.member_edit(EditMemberRequest { id: team.member.clone(), member }).await.map(drop),
            }
        }
        (Named::Agent, true) => {
            let source = AgentSource::Prompt {
                connection: team.connection.clone(),
                model: team.model.clone(),
                prompt: String::new(),
                parameters: serde_json::Value::Null,
            };
            let request = AddAgentRequest {
                source,
                name,
                group: None,
                description: String::new(),
                plans: Vec::new(),
                groups: Vec::new(),
            };
            hub.agent_add(request).await.map(drop)
        }
        (Named::Agent, false) => {
            let request = EditAgentRequest {
                id: team.parts.clone(),
                name: Some(name),
                group: None,
                description: None,
                prompt: None,
                enabled: None,
                plans: None,
                groups: None,
            };
            hub.agent_edit(request).await.map(drop)
        }
        (Named::Connection, true) => {
            let request = ConnectRequest {
                proxy: None,
                platform: PlatformId::Deepseek,
                name: Some(name),
                base_url: Some(team.sim.base_url()),
                fields: BTreeMap::new(),
                secrets: BTreeMap::from([("api_key".to_owned(), SecretInput::new(TEST_KEY))]),
                verify: false,
                allow_plain_http: false,
                as_typed: false,
            };
            hub.connection_add(request).await.map(drop)
        }
        (Named::Connection, false) => {
            let request = EditConnectionRequest {
                id: team.connection.clone(),
                name: Some(name),
                base_url: None,
                fields: BTreeMap::new(),
                secrets: BTreeMap::new(),
                proxy: None,
                allow_plain_http: None,
                as_typed: false,
                verify: false,
            };
            hub.connection_edit(request).await.map(drop)
        }
    }
}

/// Everything that has a name, as the lists tell it.
async fn names(team: &Team) -> Vec<String> {
    let hub = &team.hq.hub;
    let mut all: Vec<String> = hub.plans_list(()).await.unwrap().into_iter().map(|plan| plan.name).collect();
    all.extend(hub.groups_list(()).await.unwrap().into_iter().map(|group| group.name));
    all.extend(hub.members_list(()).await.unwrap().into_iter().map(|member| member.name));
    all.extend(team.hq.agents().await.into_iter().map(|agent| agent.name));
    all.extend(hub.connections_list(()).await.unwrap().into_iter().map(|connection| connection.name));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_nobody_could_tell_apart_are_refused_everywhere() {
    let team = Team::new().await;
    let before = names(&team).await;
    let endless = "长".repeat(10_000);
    let bad = [
        (endless.as_str(), ErrorCode::TooLarge, "text_long"),
        ("\u{202e}orP", ErrorCode::InvalidRequest, "name_characters"),
        ("a\u{2067}b\u{2069}", ErrorCode::InvalidRequest, "name_characters"),
        ("Pro\u{200b}", ErrorCode::InvalidRequest, "name_characters"),
        ("P\u{feff}ro", ErrorCode::InvalidRequest, "name_characters"),
        ("P\u{2060}ro", ErrorCode::InvalidRequest, "name_characters"),
        ("Pro\u{7}", ErrorCode::InvalidRequest, "name_characters"),
    ];
    for what in ALL {
        for (given, code, hint) in bad {
            for is_new in [true, false] {
                let short: String = given.chars().take(8).collect();
                let error = name(&team, what, given, is_new).await.unwrap_err();
                let told = (error.code, error.detail.hint.as_deref(), error.detail.field.as_deref());
                assert_eq!(told, (code, Some(hint), Some("name")), "{what:?} {short:?}, new: {is_new}");
            }
        }
    }
    assert_eq!(names(&team).await, before, "nothing of a refused name stays");
}

/// Plans, user groups and members are chosen by their names. Agents and connections stand in lists with what is behind them,
/// and platforms give many apps one name: those may share it.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_twice_is_refused_where_names_are_chosen_by() {
    let team = Team::new().await;
    for (what, taken) in [(Named::Plan, "专业版"), (Named::Group, "销售"), (Named::Member, "李雷")] {
        for same in [taken.to_owned(), format!("  {taken} ")] {
            let error = name(&team, what, &same, true).await.unwrap_err();
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::InvalidRequest, Some("name_taken")));
        }
        name(&team, what, "Other Name", true).await.unwrap();
        let error = name(&team, what, "other  name", false).await.unwrap_err();
        assert_eq!(error.detail.hint.as_deref(), Some("name_taken"), "{what:?}: case and spaces do not matter");
        name(&team, what, taken, false).await.unwrap();
    }
    for what in [Named::Agent, Named::Connection] {
        name(&team, what, "两个", true).await.unwrap();
        name(&team, what, "两个", true).await.unwrap();
    }
    assert_eq!(names(&team).await.iter().filter(|name| *name == "两个").count(), 4);
}
