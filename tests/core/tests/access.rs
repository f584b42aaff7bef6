//! The suite `access`: every path that reaches an agent asks the one rule. The rule itself is proven in `hub-core`
//! (`access.rs`); here each path is walked by somebody who may and by somebody who may not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends there"
)]

use hub_contract::ErrorCode;
use hub_contract::agent::{Access, AgentSource, EditAgentRequest, ListAgentsRequest, OpenedBy, ViewAs};
use hub_contract::bundle::Audience;
use hub_contract::comparison::{CompareRequest, Whom};
use hub_contract::connection::{CatalogRequest, EnableModelsRequest};
use hub_contract::conversation::{
    FeedbackRequest, ListConversationsRequest, RegenerateRequest, SearchRequest, ShowConversationRequest, Target,
};
use hub_contract::id::{AgentId, ConversationId};
use hub_contract::past_run::ListPastRunsRequest;
use hub_contract::people::{
    AddMemberRequest, AddNamedRequest, EditMemberRequest, GrantsPreview, PreviewGrantsRequest, RemovePlanRequest,
};
use hub_tests_core::team::{DAY, NOW, PASSPHRASE, Place, Team, hint, hub, question};

fn names(agents: &[hub_contract::agent::AgentView]) -> Vec<&str> {
    agents.iter().filter(|agent| agent.access == Access::Allowed).map(|agent| agent.name.as_str()).collect()
}

fn edit(id: &AgentId) -> EditAgentRequest {
    EditAgentRequest {
        prompt: None,
        id: id.clone(),
        name: None,
        group: None,
        description: None,
        enabled: None,
        plans: None,
        groups: None,
    }
}

async fn usable(place: &Place, conversation: &ConversationId) -> bool {
    let listed = place.hub.conversations_list(ListConversationsRequest::default()).await.unwrap();
    listed.into_iter().find(|one| one.id == *conversation).unwrap().usable
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_says_who_may_and_why() {
    let team = Team::new().await;
    assert_eq!(names(&team.hq.agents().await), ["备件", "报价", "董事会"], "the operator uses all");

    let member = team.hq.agents_as(ViewAs::Member { member: team.member.clone() }).await;
    assert_eq!(names(&member), ["备件", "报价"]);
    assert_eq!(member[0].opened_by, Some(OpenedBy::Plan("专业版".to_owned())));
    assert_eq!(member[1].opened_by, Some(OpenedBy::Group("销售".to_owned())));
    assert_eq!(member[2].access, Access::Locked { plans: Vec::new(), groups: Vec::new() });

    let plan = team.hq.agents_as(ViewAs::Plan { plan: team.plan.clone() }).await;
    assert_eq!(names(&plan), ["备件"]);
    let locked = Access::Locked { plans: Vec::new(), groups: vec!["销售".to_owned()] };
    assert_eq!(plan[1].access, locked, "names only");
    assert_eq!(names(&team.hq.agents_as(ViewAs::Group { group: team.group.clone() }).await), ["报价"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_of_grants_counts_as_the_rule_decides() {
    let team = Team::new().await;
    let hq = &team.hq.hub;
    let late = AddMemberRequest {
        name: "韩梅梅".to_owned(),
        plan: Some(team.plan.clone()),
        until: Some(NOW - DAY),
        groups: Vec::new(),
    };
    hq.member_add(late).await.unwrap();
    let of = u32::try_from(hq.members_list(()).await.unwrap().len()).unwrap();
    let preview =
        async |plans: Vec<_>, groups: Vec<_>| hq.grants_preview(PreviewGrantsRequest { plans, groups }).await.unwrap();

    let nobody = preview(Vec::new(), Vec::new()).await;
    assert_eq!(nobody, GrantsPreview { of, ..GrantsPreview::default() }, "without grants it is the operator's alone");
    let by_plan = preview(vec![team.plan.clone()], Vec::new()).await;
    assert_eq!(by_plan.expired, 1, "a plan that has ended opens nothing");
    assert!(by_plan.members > 0 && !by_plan.names.contains(&"韩梅梅".to_owned()), "{by_plan:?}");
    let by_both = preview(vec![team.plan.clone()], vec![team.group.clone()]).await;
    assert!(by_both.members >= by_plan.members && by_both.members <= of, "{by_both:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_for_somebody_else_tells_no_prompt_no_grants_and_no_other_people() {
    let team = Team::new().await;
    for agent in team.hq.agents_as(ViewAs::Member { member: team.member.clone() }).await {
        let told = serde_json::to_string(&agent).unwrap();
        assert!(!told.contains("inner circle") && !told.contains("temperature"), "{told}");
        assert!(!told.contains(team.member.as_str()) && !told.contains("李雷"), "{told}");
        assert!(agent.plans.is_empty() && agent.groups.is_empty());
        assert!(matches!(agent.source, Some(AgentSource::Prompt { .. })), "a chat has to know what it is");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_of_somebody_who_is_gone_is_not_found() {
    let team = Team::new().await;
    for view in [
        ViewAs::Member { member: "nobody".into() },
        ViewAs::Plan { plan: "nobody".into() },
        ViewAs::Group { group: "nobody".into() },
    ] {
        let refused = team.hq.hub.agents_list(ListAgentsRequest { view }).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_has_ended_opens_nothing_and_there_is_no_other_one_instead() {
    let team = Team::new().await;
    team.hq.clock.set(NOW + 30 * DAY + 1);
    let member = team.hq.agents_as(ViewAs::Member { member: team.member.clone() }).await;
    assert_eq!(names(&member), ["报价"], "the group still opens its own");
    assert_eq!(member[0].access, Access::Expired { plan: "专业版".to_owned(), until: NOW + 30 * DAY });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_switched_off_is_closed_to_everybody() {
    let team = Team::new().await;
    team.hq.hub.agent_edit(EditAgentRequest { enabled: Some(false), ..edit(&team.parts) }).await.unwrap();
    let member = team.hq.agents_as(ViewAs::Member { member: team.member.clone() }).await;
    assert_eq!((member[0].access.clone(), names(&member)), (Access::Disabled, vec!["报价"]));
    let refused = team.hq.ask(&team.parts, "hi").await.unwrap_err();
    assert_eq!((refused.code, hint(&refused)), (ErrorCode::Forbidden, "agent_off"));
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_follow_edits_and_removals() {
    let team = Team::new().await;
    let as_member = || team.hq.agents_as(ViewAs::Member { member: team.member.clone() });
    let granted = EditAgentRequest { groups: Some(vec![team.group.clone()]), ..edit(&team.board) };
    assert_eq!(team.hq.hub.agent_edit(granted).await.unwrap().groups, std::slice::from_ref(&team.group));
    assert_eq!(names(&as_member().await), ["备件", "报价", "董事会"]);

    let plan = team.plan.clone();
    let used = team.hq.hub.plan_remove(RemovePlanRequest { id: plan.clone(), even_if_used: false }).await.unwrap_err();
    assert_eq!((hint(&used), used.detail.text.as_deref()), ("in_use", Some("members: 1, agents: 1")));
    team.hq.hub.plan_remove(RemovePlanRequest { id: plan, even_if_used: true }).await.unwrap();
    assert_eq!(names(&as_member().await), ["报价", "董事会"]);
    let li = team.hq.hub.members_list(()).await.unwrap().remove(0);
    assert_eq!((li.plan, li.until), (None, None), "the end went with the plan");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_asks_what_he_may_and_nothing_else() {
    let team = Team::new().await;
    let li = team.li().await;
    assert_eq!(names(&li.agents().await), ["备件", "报价"]);
    let sent = li.ask(&team.parts, "stock?").await.unwrap();
    li.finish(&sent).await;
    assert_eq!(team.sim.chats().len(), 1);

    let absent = li.ask(&team.board, "hi").await.unwrap_err();
    assert_eq!(absent.code, ErrorCode::NotFound, "what he may not use did not even travel");
    li.clock.set(NOW + 31 * DAY);
    let ended = li.ask(&team.parts, "stock?").await.unwrap_err();
    assert_eq!(ended.code, ErrorCode::ExpiredGrant);
    let sent = li.ask(&team.quotes, "price?").await.unwrap();
    li.finish(&sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_to_several_asks_the_rule_for_each_of_them() {
    let team = Team::new().await;
    let li = team.li().await;
    let compare = async |whom: Whom| {
        li.hub.chat_compare(CompareRequest { whom, text: "stock?".to_owned(), attachments: Vec::new() }).await
    };
    let agent = |agent: &AgentId| Target::Agent { agent: agent.clone() };
    let with = async |other: Target| compare(Whom::Targets(vec![agent(&team.parts), other])).await;
    assert_eq!(with(agent(&team.board)).await.unwrap_err().code, ErrorCode::NotFound);
    let model = Target::Model { connection: team.connection.clone(), model: team.model.clone() };
    assert_eq!(hint(&with(model).await.unwrap_err()), "managed_model");
    assert_eq!(team.sim.chats().len(), 0, "the one that he may use was not asked either");

    let compared = with(agent(&team.quotes)).await.unwrap();
    for sent in &compared.sent {
        li.finish(sent).await;
    }
    li.clock.set(NOW + 31 * DAY);
    let further = compare(Whom::Comparison(compared.comparison.clone())).await.unwrap();
    assert_eq!(further.sent.len(), 1, "the plan has ended, the group still opens its own");
    assert_eq!(further.sent[0].conversation.target, agent(&team.quotes));
    li.finish(&further.sent[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_not_reached_by_a_part_of_its_id() {
    let team = Team::new().await;
    let li = team.li().await;
    let part = AgentId(team.parts.as_str().chars().take(8).collect());
    assert_eq!(li.ask(&part, "hi").await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(li.ask(&AgentId(format!("agent-{}", team.parts)), "hi").await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_opens_by_its_id_but_goes_on_only_while_the_rule_allows() {
    let team = Team::new().await;
    let li = team.li().await;
    let sent = li.ask(&team.parts, "stock?").await.unwrap();
    li.finish(&sent).await;
    let id = sent.conversation.id;
    assert!(usable(&li, &id).await);

    li.clock.set(NOW + 31 * DAY);
    assert!(!usable(&li, &id).await, "the list says so");
    let shown =
        li.hub.conversation_show(ShowConversationRequest { id: id.clone(), through: None, last: None }).await.unwrap();
    assert!(!shown.conversation.usable && shown.messages.len() == 2, "it can be read");
    assert_eq!(li.ask_again(&id, "more?").await.unwrap_err().code, ErrorCode::ExpiredGrant);
    let again = RegenerateRequest { message: sent.answer.id };
    assert_eq!(li.hub.chat_regenerate(again).await.unwrap_err().code, ErrorCode::ExpiredGrant);
    assert_eq!(team.sim.chats().len(), 1, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_what_was_said_and_opens_nothing() {
    let team = Team::new().await;
    let li = team.li().await;
    let sent = li.ask(&team.parts, "flange in stock?").await.unwrap();
    li.finish(&sent).await;
    li.clock.set(NOW + 31 * DAY);
    let found = li.hub.search(SearchRequest { text: "flange".to_owned(), ..SearchRequest::default() }).await.unwrap();
    assert_eq!(found.hits[0].conversation, sent.conversation.id);
    assert_eq!(li.ask_again(&found.hits[0].conversation, "more").await.unwrap_err().code, ErrorCode::ExpiredGrant);
    let none = li.hub.search(SearchRequest { text: "董事会".to_owned(), ..SearchRequest::default() }).await.unwrap();
    assert_eq!(none.hits.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_runs_are_told_only_of_what_may_be_used() {
    let team = Team::new().await;
    let li = team.li().await;
    let sent = li.ask(&team.parts, "stock?").await.unwrap();
    li.finish(&sent).await;
    let list = async |place: &Place, agent: &AgentId| {
        let request = ListPastRunsRequest { agent: agent.clone(), limit: 0, before: None };
        place.hub.past_runs_list(request).await
    };
    assert_eq!(list(&li, &team.parts).await.unwrap().runs, [], "a question in words is no run of a form");
    assert_eq!(list(&li, &team.board).await.unwrap_err().code, ErrorCode::NotFound);
    li.clock.set(NOW + 31 * DAY);
    assert_eq!(list(&li, &team.parts).await.unwrap_err().code, ErrorCode::ExpiredGrant);
    assert_eq!(list(&li, &team.quotes).await.unwrap().runs, [], "the group still opens its own");
    team.hq.hub.agent_edit(EditAgentRequest { enabled: Some(false), ..edit(&team.parts) }).await.unwrap();
    assert_eq!(hint(&list(&team.hq, &team.parts).await.unwrap_err()), "agent_off");
}

#[tokio::test(flavor = "multi_thread")]
async fn feedback_asks_the_rule_before_the_platform() {
    let team = Team::new().await;
    let li = team.li().await;
    let sent = li.ask(&team.parts, "stock?").await.unwrap();
    li.finish(&sent).await;
    li.clock.set(NOW + 31 * DAY);
    let request = FeedbackRequest { message: sent.answer.id, helpful: Some(true), reason: None };
    assert_eq!(li.hub.feedback_send(request).await.unwrap_err().code, ErrorCode::ExpiredGrant);
}

#[tokio::test(flavor = "multi_thread")]
async fn models_behind_agents_are_not_the_members_to_use_directly() {
    let team = Team::new().await;
    let li = team.li().await;
    assert_eq!(li.hub.models_list(()).await.unwrap(), []);
    let target = Target::Model { connection: team.connection.clone(), model: team.model.clone() };
    let refused = li.hub.chat_send(question(Some(target), None, "hi")).await.unwrap_err();
    assert_eq!((refused.code, hint(&refused)), (ErrorCode::Forbidden, "managed_model"));
    let catalog = CatalogRequest { connection: team.connection.clone(), search: None, refresh: true };
    assert_eq!(li.hub.catalog_list(catalog).await.unwrap_err().code, ErrorCode::Forbidden);
    let enable = EnableModelsRequest { connection: team.connection.clone(), models: vec!["x".into()], enabled: true };
    assert_eq!(li.hub.models_enable(enable).await.unwrap_err().code, ErrorCode::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_does_not_look_through_other_eyes() {
    let team = Team::new().await;
    let li = team.li().await;
    let view = ViewAs::Plan { plan: team.plan.clone() };
    let refused = li.hub.agents_list(ListAgentsRequest { view }).await.unwrap_err();
    assert_eq!((refused.code, hint(&refused)), (ErrorCode::Forbidden, "managed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_holds_exactly_what_its_audience_may_use() {
    let team = Team::new().await;
    let hq = &team.hq.hub;
    let free = hq.plan_add(AddNamedRequest { name: "免费版".to_owned() }).await.unwrap().id;
    let han =
        AddMemberRequest { name: "韩梅梅".to_owned(), plan: Some(free.clone()), until: None, groups: Vec::new() };
    let han = hq.member_add(han).await.unwrap().id;
    let text = async |audience| {
        let path = team.hq.path("b.hubbundle");
        let request = hub_contract::bundle::ExportBundleRequest { audience, ..team.plain(&path) };
        let view = hq.bundle_export(request).await.unwrap();
        (view.agents, std::fs::read_to_string(path).unwrap())
    };
    let (agents, li) = text(Audience::Member { member: team.member.clone() }).await;
    assert!(agents == 2 && li.contains("备件") && li.contains("报价"));
    assert!(!li.contains("董事会") && !li.contains("韩梅梅") && !li.contains("免费版"), "{li}");
    let (agents, plan) = text(Audience::Grants { plans: vec![team.plan.clone()], groups: Vec::new() }).await;
    assert!(agents == 1 && plan.contains("备件") && !plan.contains("报价") && !plan.contains("销售"), "{plan}");
    let (agents, nothing) = text(Audience::Member { member: han }).await;
    assert!(agents == 0 && !nothing.contains("deepseek"), "not even a connection: {nothing}");
    let ended = hub_contract::people::EditMemberRequest {
        id: team.member.clone(),
        member: AddMemberRequest {
            name: "李雷".to_owned(),
            plan: Some(team.plan.clone()),
            until: Some(NOW - 1),
            groups: Vec::new(),
        },
    };
    hq.member_edit(EditMemberRequest { ..ended }).await.unwrap();
    assert_eq!(text(Audience::Member { member: team.member.clone() }).await.0, 0, "an ended plan grants nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_asks_the_same_rule() {
    let team = Team::new().await;
    // The program has the computer's clock.
    let long = AddMemberRequest {
        name: "李雷".to_owned(),
        plan: Some(team.plan.clone()),
        until: Some(1_000),
        groups: vec![team.group.clone()],
    };
    team.hq.clock.set(0);
    let edited = EditMemberRequest { id: team.member.clone(), member: long };
    team.hq.hub.member_edit(edited).await.unwrap();
    let (file, made) = team.export_locked("li.hubbundle").await;
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("hub");
    let file = file.display().to_string();
    let import = ["bundle", "import", &file, "--trust", &made.fingerprint, "--passphrase-stdin", "--json"];
    let (status, _, said) = hub(&data_dir, &import, PASSPHRASE);
    assert_eq!(status, 0, "{said}");

    let (_, listed, _) = hub(&data_dir, &["agents", "list"], "");
    assert!(listed.contains("user group 销售") && listed.contains("plan 专业版 ended 1970-01-01"), "{listed}");
    let (status, answer, said) = hub(&data_dir, &["chat", "--agent", team.quotes.as_str(), "price?"], "");
    assert!(status == 0 && !answer.is_empty(), "{said}");
    let (status, told, _) = hub(&data_dir, &["chat", "--agent", team.parts.as_str(), "--json", "stock?"], "");
    assert!(status == 1 && told.contains("expired_grant"), "{told}");
    let model = format!("{}/{}", team.connection, team.model);
    let (status, told, _) = hub(&data_dir, &["chat", "--model", &model, "--json", "hi"], "");
    assert!(status == 1 && told.contains("forbidden"), "{told}");
    let (status, told, _) = hub(&data_dir, &["agents", "list", "--as-plan", "专业版", "--json"], "");
    assert!(status == 1 && told.contains("forbidden"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_cannot_be_is_refused_whole() {
    let team = Team::new().await;
    let hq = &team.hq.hub;
    let li = AddMemberRequest { name: "李雷".to_owned(), plan: None, until: None, groups: Vec::new() };
    let stray = AddMemberRequest { name: "新".to_owned(), groups: vec!["nobody".into()], ..li.clone() };
    assert_eq!(hq.member_add(stray).await.unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(hq.members_list(()).await.unwrap().len(), 1, "nothing of a refused member stays");
    let endless = AddMemberRequest { name: "新".to_owned(), until: Some(1), ..li };
    assert_eq!(hint(&hq.member_add(endless).await.unwrap_err()), "until_without_plan");
}
