//! A Hub with one connection to a simulated platform.

use std::collections::BTreeMap;

use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::connection::ConnectRequest;
use hub_contract::conversation::{ConversationDetail, SendRequest, Sent, ShowConversationRequest, Target};
use hub_contract::id::{ConnectionId, ConversationId};
use hub_contract::run::AttachRunRequest;
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_contract::{HubError, PlatformId, RunEvent};
use hub_core::{Hub, HubOptions};
use serde_json::Value;

use crate::support::limits;

/// A Hub with one connection.
pub(crate) struct Desk {
    pub(crate) hub: Hub,
    pub(crate) connection: ConnectionId,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) async fn connect(platform: PlatformId, base_url: &str, field: &str, secret: &str) -> Self {
        hub_core::install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let options =
            HubOptions { vault: Some(VaultMode::Session), limits: limits(), ..HubOptions::new(folder.path(), "0.0.0") };
        let hub = Hub::open(options).await.unwrap();
        let request = ConnectRequest {
            platform,
            name: None,
            base_url: Some(base_url.to_owned()),
            fields: BTreeMap::new(),
            secrets: BTreeMap::from([(field.to_owned(), SecretInput::new(secret))]),
            proxy: None,
            verify: false,
            allow_plain_http: true,
            as_typed: true,
        };
        let connection = hub.connection_add(request).await.unwrap().id;
        Self { hub, connection, _folder: folder }
    }

    pub(crate) async fn agent(&self, remote_id: Option<&str>, workflow: bool) -> Result<Target, HubError> {
        let request = AddAgentRequest {
            name: remote_id.unwrap_or("Agent").to_owned(),
            group: None,
            description: String::new(),
            source: AgentSource::Remote {
                connection: self.connection.clone(),
                remote_id: remote_id.map(str::to_owned),
                workflow,
            },
            plans: Vec::new(),
            groups: Vec::new(),
        };
        Ok(Target::Agent { agent: self.hub.agent_add(request).await?.id })
    }

    pub(crate) async fn ask(
        &self,
        target: Option<&Target>,
        conversation: Option<&ConversationId>,
        text: &str,
        inputs: Value,
    ) -> Result<Sent, HubError> {
        let request = SendRequest {
            conversation: conversation.cloned(),
            target: target.cloned(),
            parent: None,
            text: text.to_owned(),
            attachments: Vec::new(),
            inputs: inputs.as_object().cloned().unwrap_or_default().into_iter().collect(),
            answer: BTreeMap::new(),
        };
        self.hub.chat_send(request).await
    }

    /// Every event of a run, once it has ended.
    pub(crate) async fn events(&self, sent: &Sent) -> Vec<RunEvent> {
        let mut events = Vec::new();
        let request = AttachRunRequest { run: sent.run.clone(), from_seq: 0 };
        self.hub.run_attach(request, |frame| events.push(frame.event)).await.unwrap();
        events
    }

    pub(crate) async fn notices(&self, sent: &Sent) -> Vec<String> {
        let notice = |event| match event {
            RunEvent::Notice { code, .. } => Some(code),
            _ => None,
        };
        self.events(sent).await.into_iter().filter_map(notice).collect()
    }

    pub(crate) async fn show(&self, conversation: &ConversationId) -> ConversationDetail {
        let request = ShowConversationRequest { id: conversation.clone(), through: None, last: None };
        self.hub.conversation_show(request).await.unwrap()
    }
}
