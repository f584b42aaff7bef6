//! A Hub of a test, connected to one server.

use std::collections::BTreeMap;

use hub_contract::HubError;
use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::connection::{ConnectRequest, EditConnectionRequest, EnableModelsRequest};
use hub_contract::conversation::{ConversationDetail, MessageView, SendRequest, Sent, ShowConversationRequest, Target};
use hub_contract::id::{ConversationId, ModelId, RunId};
use hub_contract::run::{AttachRunRequest, RunEvent};
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_core::{Hub, HubOptions};
use hub_sim::Reply;

use crate::dialects::{Asks, Dialect};
use crate::support::{KEY, limits, serve};

/// Longest wait for something that a test expects, in seconds. It only decides how long a failing test takes.
pub(crate) const GUARD: u64 = 30;

pub(crate) struct Desk {
    pub(crate) hub: Hub,
    pub(crate) target: Target,
    _folder: Option<tempfile::TempDir>,
}

impl Desk {
    /// A new Hub in a folder of its own, with a connection that was not tested.
    pub(crate) async fn new(dialect: &Dialect, server: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = options(folder.path());
        Self { _folder: Some(folder), ..Self::open(options, dialect, server).await }
    }

    /// A Hub with these options, and a connection that was not tested.
    pub(crate) async fn open(options: HubOptions, dialect: &Dialect, server: &str) -> Self {
        hub_core::install_crypto();
        let hub = Hub::open(options).await.unwrap();
        let target = ready(&hub, dialect, connect(dialect, server)).await;
        Self { hub, target, _folder: None }
    }

    pub(crate) async fn ask(&self, text: &str) -> Sent {
        self.hub.chat_send(question(&self.target, text)).await.unwrap()
    }

    /// Every event of a run, from the first to the last.
    pub(crate) async fn hear(&self, run: &RunId) -> Vec<RunEvent> {
        let mut events = Vec::new();
        let request = AttachRunRequest { run: run.clone(), from_seq: 0 };
        self.hub.run_attach(request, |frame| events.push(frame.event)).await.unwrap();
        one_start_one_end(&events);
        events
    }

    pub(crate) async fn ask_and_hear(&self, text: &str) -> Vec<RunEvent> {
        let sent = self.ask(text).await;
        self.hear(&sent.run).await
    }

    /// Waits until the answer of a run has text.
    pub(crate) async fn wait_for_text(&self, conversation: &ConversationId) {
        let began = std::time::Instant::now();
        while answer(&self.hub, conversation).await.text.is_empty() {
            assert!(began.elapsed().as_secs() < GUARD, "no text came");
            tokio::task::yield_now().await;
        }
    }
}

/// The product's options for a data directory, with secrets in memory and short waits before repeats.
pub(crate) fn options(data_dir: &std::path::Path) -> HubOptions {
    HubOptions { vault: Some(VaultMode::Session), limits: limits(), ..HubOptions::new(data_dir.join("hub"), "0.0.0") }
}

pub(crate) fn connect(dialect: &Dialect, server: &str) -> ConnectRequest {
    ConnectRequest {
        platform: dialect.platform,
        name: None,
        base_url: Some(format!("{server}{}", dialect.base_path)),
        fields: dialect.fields(),
        secrets: dialect.secrets.iter().map(|field| ((*field).to_owned(), SecretInput::new(KEY))).collect(),
        proxy: None,
        verify: false,
        allow_plain_http: false,
        as_typed: false,
    }
}

/// Makes the connection, without a test, and readies whom the dialect asks on it.
pub(crate) async fn ready(hub: &Hub, dialect: &Dialect, connect: ConnectRequest) -> Target {
    match &dialect.asks {
        Asks::Model(model) => {
            let connection = hub.connection_add(connect).await.unwrap().id;
            let model = ModelId::from(*model);
            let models = vec![model.clone()];
            let enable = EnableModelsRequest { connection: connection.clone(), models, enabled: true };
            hub.models_enable(enable).await.unwrap();
            Target::Model { connection, model }
        }
        Asks::App { app, facts, .. } => {
            // The platform tells about an app before it becomes an agent, and the row's server says nothing but answers.
            let telling = serve(Reply::json(200, &serde_json::from_str(facts).unwrap_or_default())).await;
            let base_url = Some(format!("{}{}", telling.base_url(), dialect.base_path));
            let first = ConnectRequest { base_url, ..connect.clone() };
            let connection = hub.connection_add(first).await.unwrap().id;
            let app = app();
            let add = AddAgentRequest {
                source: AgentSource::Remote { connection: connection.clone(), remote_id: app.id, workflow: false },
                name: "A".to_owned(),
                group: None,
                description: String::new(),
                plans: Vec::new(),
                groups: Vec::new(),
            };
            let agent = hub.agent_add(add).await.unwrap().id;
            let moved = EditConnectionRequest {
                id: connection,
                name: None,
                base_url: connect.base_url,
                fields: BTreeMap::new(),
                secrets: connect.secrets,
                proxy: None,
                allow_plain_http: Some(connect.allow_plain_http),
                as_typed: connect.as_typed,
                verify: false,
            };
            hub.connection_edit(moved).await.unwrap();
            Target::Agent { agent }
        }
    }
}

pub(crate) fn question(target: &Target, text: &str) -> SendRequest {
    SendRequest {
        conversation: None,
        target: Some(target.clone()),
        parent: None,
        text: text.to_owned(),
        attachments: Vec::new(),
        inputs: BTreeMap::new(),
        answer: BTreeMap::new(),
    }
}

pub(crate) async fn answer(hub: &Hub, conversation: &ConversationId) -> MessageView {
    show(hub, conversation).await.unwrap().messages.pop().expect("an answer")
}

pub(crate) async fn show(hub: &Hub, conversation: &ConversationId) -> Result<ConversationDetail, HubError> {
    hub.conversation_show(ShowConversationRequest { id: conversation.clone(), through: None, last: None }).await
}

pub(crate) fn text(events: &[RunEvent]) -> String {
    events.iter().map(|event| if let RunEvent::Text { delta, .. } = event { delta.as_str() } else { "" }).collect()
}

fn one_start_one_end(events: &[RunEvent]) {
    assert!(matches!(events.first(), Some(RunEvent::Started { .. })), "a run starts with started");
    assert_eq!(events.iter().filter(|event| matches!(event, RunEvent::Started { .. })).count(), 1);
    assert_eq!(events.iter().filter(|event| event.ends_run()).count(), 1, "a run ends once");
    assert!(events.last().is_some_and(RunEvent::ends_run), "nothing comes after the end");
}
