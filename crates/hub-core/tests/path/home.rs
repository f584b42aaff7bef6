//! A Hub of a test in a folder of its own, with a simulated platform beside it.

use std::collections::BTreeMap;

use hub_contract::connection::{CatalogRequest, ConnectRequest, ConnectionView, EnableModelsRequest};
use hub_contract::conversation::{ConversationDetail, MessageView, SendRequest, Sent, ShowConversationRequest, Target};
use hub_contract::id::{ConversationId, ModelId, RunId};
use hub_contract::run::{AttachRunRequest, RunEvent, RunFrame};
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_contract::{HubError, PlatformId};
use hub_core::{Hub, HubOptions};
use hub_sim::openai::TEST_KEY;
use hub_sim::{OpenAiOptions, OpenAiSim, Profile};

pub(crate) struct Home {
    pub(crate) hub: Hub,
    pub(crate) sim: OpenAiSim,
    pub(crate) folder: tempfile::TempDir,
}

impl Home {
    pub(crate) async fn new() -> Self {
        hub_core::install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let sim = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await.unwrap();
        Self { hub: open(&folder).await, sim, folder }
    }

    /// Closes the Hub and opens it again, as quitting and starting the program does. Secrets in memory are gone.
    pub(crate) async fn reopen(mut self) -> Self {
        self.hub.close().await;
        drop(std::mem::replace(&mut self.hub, other(&self.folder).await));
        self
    }

    pub(crate) fn request(&self, key: &str) -> ConnectRequest {
        ConnectRequest {
            platform: PlatformId::Deepseek,
            name: None,
            base_url: Some(self.sim.base_url()),
            fields: BTreeMap::new(),
            secrets: BTreeMap::from([("api_key".to_owned(), SecretInput::new(key))]),
            proxy: None,
            verify: true,
            allow_plain_http: false,
            as_typed: false,
        }
    }

    pub(crate) async fn connect(&self) -> ConnectionView {
        self.hub.connection_add(self.request(TEST_KEY)).await.unwrap()
    }

    /// Connects and enables the first model that chats.
    pub(crate) async fn ready(&self) -> Target {
        let connection = self.connect().await;
        let model = self.first_model(&connection).await;
        let enable =
            EnableModelsRequest { connection: connection.id.clone(), models: vec![model.clone()], enabled: true };
        self.hub.models_enable(enable).await.unwrap();
        Target::Model { connection: connection.id, model }
    }

    pub(crate) async fn first_model(&self, connection: &ConnectionView) -> ModelId {
        let request = CatalogRequest { connection: connection.id.clone(), search: None, refresh: true };
        let catalog = self.hub.catalog_list(request).await.unwrap();
        catalog.items.iter().find(|item| item.chats).expect("a model that chats").remote_id.as_str().into()
    }

    pub(crate) async fn ask(&self, target: &Target, text: &str) -> Result<Sent, HubError> {
        self.hub.chat_send(question(Some(target.clone()), None, text)).await
    }

    pub(crate) async fn ask_again(&self, conversation: &ConversationId, text: &str) -> Result<Sent, HubError> {
        self.hub.chat_send(question(None, Some(conversation.clone()), text)).await
    }

    /// Every event of a run, from the first to the last.
    pub(crate) async fn events(&self, run: &RunId) -> Vec<RunEvent> {
        self.frames(run, 0).await.into_iter().map(|frame| frame.event).collect()
    }

    pub(crate) async fn frames(&self, run: &RunId, from_seq: u64) -> Vec<RunFrame> {
        let mut frames = Vec::new();
        let request = AttachRunRequest { run: run.clone(), from_seq };
        self.hub.run_attach(request, |frame| frames.push(frame)).await.unwrap();
        frames
    }

    pub(crate) async fn show(&self, conversation: &ConversationId) -> ConversationDetail {
        self.hub
            .conversation_show(ShowConversationRequest { id: conversation.clone(), through: None, last: None })
            .await
            .unwrap()
    }

    pub(crate) async fn answer(&self, conversation: &ConversationId) -> MessageView {
        self.show(conversation).await.messages.pop().expect("an answer")
    }
}

async fn open(folder: &tempfile::TempDir) -> Hub {
    let options = HubOptions { vault: Some(VaultMode::Session), ..HubOptions::new(folder.path().join("hub"), "0.0.0") };
    Hub::open(options).await.unwrap()
}

/// The lock is released when the closed Hub's last thread ends: a condition, awaited with a guard.
async fn other(folder: &tempfile::TempDir) -> Hub {
    let began = std::time::Instant::now();
    loop {
        let options =
            HubOptions { vault: Some(VaultMode::Session), ..HubOptions::new(folder.path().join("hub"), "0.0.0") };
        match Hub::open(options).await {
            Ok(hub) => return hub,
            Err(error) => {
                assert!(began.elapsed().as_secs() < 30, "the Hub cannot be opened again: {error}");
                tokio::task::yield_now().await;
            }
        }
    }
}

fn question(target: Option<Target>, conversation: Option<ConversationId>, text: &str) -> SendRequest {
    SendRequest {
        conversation,
        target,
        parent: None,
        text: text.to_owned(),
        attachments: Vec::new(),
        inputs: BTreeMap::new(),
        answer: BTreeMap::new(),
    }
}
