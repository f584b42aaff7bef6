//! Tokens that end: one refresh for all, lost answers, wrong clocks.

use hub_contract::ErrorCode;
use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::authorize::AuthorizeView;
use hub_contract::connection::ConnectionState;
use hub_contract::conversation::{SendRequest, Target};
use hub_contract::run::{AttachRunRequest, RunEvent};
use hub_sim::coze;
use serde_json::json;

use crate::browser;
use crate::desk::{Desk, MINUTE, account};

const DAY: i64 = 24 * 60 * MINUTE;

#[tokio::test]
async fn o14_twenty_refusals_at_once_are_one_refresh() {
    let desk = Desk::new().await;
    account(desk.authorize().await);
    desk.sim.platform().expire_token();
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let (hub, id) = (desk.hub.clone(), desk.connection.clone());
            tokio::spawn(async move {
                let request = hub_contract::connection::TestConnectionRequest { id, deep: false };
                hub.connection_test(request).await.unwrap().ok
            })
        })
        .collect();
    for one in asked {
        assert!(one.await.unwrap());
    }
    assert_eq!(desk.exchanges("refresh_token"), 1);
}

/// The answer to a refresh is lost before it is stored: what a kill -9 in between leaves. The simulator has rotated, the
/// Hub has the dead token.
#[tokio::test]
async fn o15_a_lost_rotation_asks_to_authorize_again_and_never_loops() {
    let desk = Desk::new().await;
    account(desk.authorize().await);
    let lost = json!({ "grant_type": "refresh_token", "client_id": coze::CLIENT, "refresh_token": "rt_SIM_0001" });
    let bearer = format!("Bearer {}", coze::CLIENT_SECRET);
    let url = format!("{}/api/permission/oauth2/token", desk.sim.base_url());
    assert_eq!(browser::post(&url, &bearer, &lost).await.status, 200);
    let desk = desk.start_again().await;
    let before = desk.exchanges("refresh_token");

    let report = desk.test().await;
    assert_eq!(report.error.unwrap().code, ErrorCode::Reauthorize);
    assert_eq!(desk.exchanges("refresh_token") - before, 1, "the old token is tried once");
    let ConnectionState::Attention { error } = desk.card().await.state else { panic!("the card says so") };
    assert_eq!(error.code, ErrorCode::Reauthorize);
    account(desk.authorize().await);
    assert!(desk.test().await.ok);
}

#[tokio::test]
async fn o18_a_clock_that_is_a_day_wrong_does_not_hinder_a_chat() {
    for wrong in [DAY, -DAY] {
        let desk = Desk::new().await;
        desk.clock.pass(wrong);
        account(desk.authorize().await);
        let agent = agent(&desk).await;
        for _ in 0..2 {
            assert!(matches!(ask(&desk, &agent).await, RunEvent::Finished { .. }), "{wrong}");
        }
        assert_eq!(desk.exchanges("refresh_token"), 0, "a wrong clock does not make every call an exchange");
        desk.sim.platform().expire_token();
        assert!(matches!(ask(&desk, &agent).await, RunEvent::Finished { .. }), "{wrong}");
    }
}

#[tokio::test]
async fn an_authorization_that_ended_is_told_and_nothing_else_breaks() {
    let desk = Desk::new().await;
    account(desk.authorize().await);
    let agent = agent(&desk).await;
    desk.sim.platform().revoke();
    let RunEvent::Failed { error } = ask(&desk, &agent).await else { panic!("it was revoked") };
    assert_eq!(error.code, ErrorCode::Reauthorize);
    let card = desk.card().await;
    assert!(matches!(&card.state, ConnectionState::Attention { error } if error.code == ErrorCode::Reauthorize));
    assert_eq!((card.agents, card.authorized.and_then(|known| known.account).as_deref()), (1, Some("李雷")));
    assert_eq!(desk.state().await, connected("李雷"), "how the last authorization ended is no news");
    account(desk.authorize().await);
    assert!(matches!(ask(&desk, &agent).await, RunEvent::Finished { .. }));
    assert!(matches!(desk.card().await.state, ConnectionState::Ready));
}

fn connected(account: &str) -> AuthorizeView {
    AuthorizeView::Connected { account: Some(account.to_owned()), list_error: None }
}

async fn agent(desk: &Desk) -> Target {
    let source = AgentSource::Remote {
        connection: desk.connection.clone(),
        remote_id: Some(coze::BOT.to_owned()),
        workflow: false,
    };
    let request = AddAgentRequest {
        source,
        name: "报销助手".to_owned(),
        group: None,
        description: String::new(),
        plans: Vec::new(),
        groups: Vec::new(),
    };
    Target::Agent { agent: desk.hub.agent_add(request).await.unwrap().id }
}

async fn ask(desk: &Desk, target: &Target) -> RunEvent {
    let request = SendRequest {
        conversation: None,
        target: Some(target.clone()),
        parent: None,
        text: "你好".to_owned(),
        attachments: Vec::new(),
        inputs: Default::default(),
        answer: Default::default(),
    };
    let sent = desk.hub.chat_send(request).await.unwrap();
    let mut last = None;
    let attach = AttachRunRequest { run: sent.run, from_seq: 0 };
    desk.hub.run_attach(attach, |frame| last = Some(frame.event)).await.unwrap();
    last.expect("an end")
}
