//! Apps of an account: listed, picked, made agents and asked.

use std::collections::BTreeMap;

use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::connection::{CatalogRequest, ConnectRequest, ConnectionView};
use hub_contract::conversation::{MessageState, Target};
use hub_contract::model::CatalogKind;
use hub_contract::run::FinishReason;
use hub_contract::secret::SecretInput;
use hub_contract::{PlatformId, catalogue};
use hub_sim::appbuilder::{APP, FLOW};
use hub_sim::openai::TEST_KEY;
use hub_sim::{AppBuilderOptions, AppBuilderSim};

use crate::home::Home;

async fn connected(home: &Home, sim: &AppBuilderSim) -> ConnectionView {
    let request = ConnectRequest {
        platform: PlatformId::Appbuilder,
        name: None,
        base_url: Some(sim.base_url()),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([(catalogue::API_KEY.to_owned(), SecretInput::new(TEST_KEY))]),
        proxy: None,
        verify: true,
        allow_plain_http: false,
        as_typed: false,
    };
    home.hub.connection_add(request).await.unwrap()
}

fn listing(connection: &ConnectionView, search: Option<&str>) -> CatalogRequest {
    CatalogRequest { connection: connection.id.clone(), search: search.map(str::to_owned), refresh: false }
}

#[tokio::test]
async fn an_account_lists_its_apps_and_a_picked_one_is_asked() {
    let home = Home::new().await;
    let sim = AppBuilderSim::start(AppBuilderOptions::default()).await.unwrap();
    let connection = connected(&home, &sim).await;

    let listed = home.hub.catalog_list(listing(&connection, None)).await.unwrap();
    assert!(listed.fetched_at.is_some(), "it was never fetched, so the platform is asked");
    assert!(listed.items.iter().any(|item| item.remote_id == FLOW), "the second page: {:?}", listed.items);
    let app = listed.items.iter().find(|item| item.remote_id == APP).expect("the published app").clone();
    assert_eq!(app.kind, CatalogKind::Bot);
    let asked = sim.requests().len();
    let found = home.hub.catalog_list(listing(&connection, Some(&app.name))).await.unwrap();
    assert!(found.items.iter().any(|item| item.remote_id == APP));
    let none = home.hub.catalog_list(listing(&connection, Some("no such name"))).await.unwrap();
    assert_eq!(none.items, []);
    assert_eq!(sim.requests().len(), asked, "a search looks at the stored list");

    let request = AddAgentRequest {
        source: AgentSource::Remote { connection: connection.id, remote_id: Some(APP.to_owned()), workflow: false },
        name: String::new(),
        group: None,
        description: String::new(),
        plans: Vec::new(),
        groups: Vec::new(),
    };
    let agent = home.hub.agent_add(request).await.unwrap();
    assert_eq!(agent.name, app.name, "left empty, the platform's name is used");

    let sent = home.ask(&Target::Agent { agent: agent.id }, "北京天气").await.unwrap();
    home.frames(&sent.run, 0).await;
    let answer = home.answer(&sent.conversation.id).await;
    assert_eq!(answer.state, MessageState::Finished { reason: FinishReason::Stop });
    assert!(!answer.text.is_empty());
}

#[tokio::test]
async fn a_catalogue_that_cannot_be_fetched_again_stays() {
    let home = Home::new().await;
    let sim = AppBuilderSim::start(AppBuilderOptions::default()).await.unwrap();
    let connection = connected(&home, &sim).await;
    let first = home.hub.catalog_list(listing(&connection, None)).await.unwrap();

    sim.platform().change(|options| options.keys.clear());
    let again = CatalogRequest { refresh: true, ..listing(&connection, None) };
    assert!(home.hub.catalog_list(again).await.is_err());
    assert_eq!(home.hub.catalog_list(listing(&connection, None)).await.unwrap(), first);
    assert!(first.items.iter().any(|item| item.remote_id == APP));
}
