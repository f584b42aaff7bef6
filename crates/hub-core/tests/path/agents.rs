//! Agents that stand on a model: added, asked, switched off, left without their connection.

use hub_contract::ErrorCode;
use hub_contract::agent::{
    Access, AddAgentRequest, AgentSource, AgentView, EditAgentRequest, EditPrompt, ListAgentsRequest, ModelAddress,
};
use hub_contract::connection::{DependentAgents, RemoveConnectionRequest};
use hub_contract::conversation::{FeedbackRequest, MessageState, Target};
use hub_contract::id::AgentId;
use serde_json::json;

use crate::home::Home;

const PROMPT: &str = "You answer in one word.";

fn on(target: &Target, name: &str) -> AddAgentRequest {
    let Target::Model { connection, model } = target.clone() else { panic!("a model") };
    let source =
        AgentSource::Prompt { connection, model, prompt: PROMPT.to_owned(), parameters: json!({"temperature": 0.25}) };
    AddAgentRequest {
        source,
        name: name.to_owned(),
        group: Some(" Service ".to_owned()),
        description: String::new(),
        plans: Vec::new(),
        groups: Vec::new(),
    }
}

async fn added(home: &Home) -> AgentView {
    let target = home.ready().await;
    home.hub.agent_add(on(&target, "一字")).await.unwrap()
}

fn switched(id: &AgentId, enabled: bool) -> EditAgentRequest {
    EditAgentRequest {
        id: id.clone(),
        name: None,
        group: None,
        description: None,
        enabled: Some(enabled),
        prompt: None,
        plans: None,
        groups: None,
    }
}

async fn listed(home: &Home) -> Vec<AgentView> {
    home.hub.agents_list(ListAgentsRequest::default()).await.unwrap()
}

#[tokio::test]
async fn an_agent_is_asked_with_its_prompt_and_parameters() {
    let home = Home::new().await;
    let agent = added(&home).await;
    assert_eq!((agent.group.as_deref(), &agent.access), (Some("Service"), &Access::Allowed));

    let sent = home.ask(&Target::Agent { agent: agent.id.clone() }, "Colour of the sky?").await.unwrap();
    home.frames(&sent.run, 0).await;
    let answer = home.answer(&sent.conversation.id).await;
    assert!(matches!(answer.state, MessageState::Finished { .. }), "{answer:?}");
    assert_eq!(sent.conversation.target_name, "一字");
    let asked = home.sim.chats().pop().expect("asked");
    assert_eq!(asked["messages"][0], json!({"role": "system", "content": PROMPT}));
    assert_eq!(asked["temperature"], json!(0.25));
    assert!(home.hub.conversations_list(Default::default()).await.unwrap()[0].usable);
}

#[tokio::test]
async fn prompt_model_and_parameters_are_changed_and_hold_for_the_next_question() {
    let home = Home::new().await;
    let agent = added(&home).await;
    let change =
        |prompt: EditPrompt| EditAgentRequest { enabled: None, prompt: Some(prompt), ..switched(&agent.id, true) };
    let changed = EditPrompt {
        model: None,
        prompt: Some("  Answer in verse.\n".to_owned()),
        parameters: Some(json!({ "temperature": 0.25 })),
    };
    let view = home.hub.agent_edit(change(changed)).await.unwrap();
    let Some(AgentSource::Prompt { prompt, parameters, model, connection }) = view.source.clone() else {
        panic!("a model with a prompt")
    };
    assert_eq!((prompt.as_str(), &parameters), ("Answer in verse.", &json!({ "temperature": 0.25 })));
    assert_eq!(listed(&home).await, std::slice::from_ref(&view), "it is stored");
    // What is not named stays; a model that is not enabled and parameters that are none are refused and change nothing.
    let same = home.hub.agent_edit(change(EditPrompt::default())).await.unwrap();
    assert_eq!(same, view);
    for (wrong, field) in [
        (EditPrompt { parameters: Some(json!([1])), ..EditPrompt::default() }, Some("parameters")),
        (
            EditPrompt {
                model: Some(ModelAddress { connection, model: "not-enabled".into() }),
                ..EditPrompt::default()
            },
            None,
        ),
    ] {
        let refused = home.hub.agent_edit(change(wrong)).await.unwrap_err();
        assert_eq!(refused.detail.field.as_deref(), field, "{refused:?}");
    }
    assert_eq!(listed(&home).await, [view], "{model}");
}

#[tokio::test]
async fn an_agent_that_is_off_is_not_asked_and_its_conversation_stays() {
    let home = Home::new().await;
    let agent = added(&home).await;
    let target = Target::Agent { agent: agent.id.clone() };
    let sent = home.ask(&target, "Hi").await.unwrap();
    home.frames(&sent.run, 0).await;

    let off = home.hub.agent_edit(switched(&agent.id, false)).await.unwrap();
    assert_eq!(off.access, Access::Disabled);
    let refused = home.ask(&target, "Hi again").await.unwrap_err();
    assert_eq!((refused.code, refused.detail.hint.as_deref()), (ErrorCode::Forbidden, Some("agent_off")));
    assert_eq!(home.sim.chats().len(), 1, "nothing was sent");
    assert!(!home.hub.conversations_list(Default::default()).await.unwrap()[0].usable);

    home.hub.agent_remove(agent.id.clone()).await.unwrap();
    assert_eq!(listed(&home).await, []);
    assert_eq!(home.show(&sent.conversation.id).await.messages.len(), 2);
    let refused = home.ask(&target, "Hi again").await.unwrap_err();
    assert_eq!(refused.detail.hint.as_deref(), Some("agent_gone"));
}

#[tokio::test]
async fn a_connection_with_agents_goes_only_when_their_fate_is_told() {
    let home = Home::new().await;
    let agent = added(&home).await;
    let id = home.hub.connections_list(()).await.unwrap()[0].id.clone();
    let remove = |agents| home.hub.connection_remove(RemoveConnectionRequest { id: id.clone(), agents });

    let refused = remove(DependentAgents::Refuse).await.unwrap_err();
    assert_eq!(refused.detail.hint.as_deref(), Some("agents_depend"));
    assert_eq!(home.hub.connections_list(()).await.unwrap()[0].agents, 1);

    remove(DependentAgents::Disable).await.unwrap();
    let left = listed(&home).await;
    assert_eq!((left.len(), left[0].enabled), (1, false));
    let refused = home.hub.agent_edit(switched(&agent.id, true)).await.unwrap_err();
    assert_eq!(refused.detail.hint.as_deref(), Some("connection_gone"), "it cannot be switched on without one");
}

#[tokio::test]
async fn what_cannot_be_an_agent_is_refused_with_the_field() {
    let home = Home::new().await;
    let target = home.ready().await;
    for (name, hint) in [("   ", "name"), ("\u{7}", "name_characters"), (&"长".repeat(101), "text_long")] {
        let refused = home.hub.agent_add(on(&target, name)).await.unwrap_err();
        assert_eq!((refused.detail.hint.as_deref(), refused.detail.field.as_deref()), (Some(hint), Some("name")));
    }
    let mut strange = on(&target, "a");
    if let AgentSource::Prompt { parameters, .. } = &mut strange.source {
        *parameters = json!([1]);
    }
    let refused = home.hub.agent_add(strange).await.unwrap_err();
    assert_eq!(refused.detail.field.as_deref(), Some("parameters"));
    assert_eq!(listed(&home).await, []);
}

#[tokio::test]
async fn feedback_that_the_platform_does_not_take_says_so() {
    let home = Home::new().await;
    let target = home.ready().await;
    let sent = home.ask(&target, "Hi").await.unwrap();
    home.frames(&sent.run, 0).await;
    let request = FeedbackRequest { message: sent.answer.id.clone(), helpful: Some(true), reason: None };
    let refused = home.hub.feedback_send(request).await.unwrap_err();
    assert_eq!(refused.detail.hint.as_deref(), Some("no_feedback"));
    let of_a_question = FeedbackRequest { message: sent.question.id, helpful: Some(true), reason: None };
    assert_eq!(home.hub.feedback_send(of_a_question).await.unwrap_err().detail.hint.as_deref(), Some("message_gone"));
}
