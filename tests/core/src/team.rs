//! An operator's Hub with people and agents, and Hubs of members, for the suites `access` and `bundle`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hub_contract::agent::{AddAgentRequest, AgentSource, AgentView, ListAgentsRequest, ViewAs};
use hub_contract::bundle::{Audience, BundleView, ExportBundleRequest, ImportBundleRequest};
use hub_contract::connection::{CatalogRequest, ConnectRequest, EnableModelsRequest};
use hub_contract::conversation::{SendRequest, Sent, Target};
use hub_contract::id::{AgentId, ConnectionId, ConversationId, GroupId, MemberId, ModelId, PlanId};
use hub_contract::people::{AddMemberRequest, AddNamedRequest};
use hub_contract::run::AttachRunRequest;
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_contract::{HubError, PlatformId, UtcMs};
use hub_core::{Clock, Hub, HubOptions};
use hub_sim::openai::TEST_KEY;
use hub_sim::{OpenAiOptions, OpenAiSim, Profile};
use tempfile::TempDir;

/// Where the clocks of tests begin: before the clock of whatever computer runs them, which the program `hub` has.
pub const NOW: UtcMs = 1_700_000_000_000;
/// A day, in milliseconds.
pub const DAY: UtcMs = 24 * 60 * 60 * 1000;
/// Locks the bundles of tests.
pub const PASSPHRASE: &str = "four words of a test";

/// A clock that a test sets.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Moves it to that time.
    pub fn set(&self, now: UtcMs) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UtcMs {
        self.0.load(Ordering::SeqCst)
    }
}

/// An open Hub in a folder of its own.
#[derive(Debug)]
pub struct Place {
    /// The Hub.
    pub hub: Hub,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Where it lies, and where a test may put files.
    pub folder: TempDir,
}

impl Place {
    /// A new one.
    pub async fn new() -> Self {
        Self::with(|_, _| ()).await
    }

    /// A new one, opened in another way; what is changed gets the folder around the Hub.
    pub async fn with(change: impl FnOnce(&Path, &mut HubOptions)) -> Self {
        hub_core::install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock(AtomicI64::new(NOW)));
        let mut options = HubOptions {
            vault: Some(VaultMode::Session),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            scheduled_work: false,
            ..HubOptions::new(folder.path().join("hub"), "0.0.0")
        };
        change(folder.path(), &mut options);
        Self { hub: Hub::open(options).await.unwrap(), clock, folder }
    }

    /// A path beside the Hub.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The agents as the person here sees them.
    pub async fn agents(&self) -> Vec<AgentView> {
        self.agents_as(ViewAs::Operator).await
    }

    /// The agents as somebody else sees them.
    pub async fn agents_as(&self, view: ViewAs) -> Vec<AgentView> {
        self.hub.agents_list(ListAgentsRequest { view }).await.unwrap()
    }

    /// Asks a question of an agent.
    ///
    /// # Errors
    /// The core's.
    pub async fn ask(&self, agent: &AgentId, text: &str) -> Result<Sent, HubError> {
        self.hub.chat_send(question(Some(Target::Agent { agent: agent.clone() }), None, text)).await
    }

    /// Goes on with a conversation.
    ///
    /// # Errors
    /// The core's.
    pub async fn ask_again(&self, conversation: &ConversationId, text: &str) -> Result<Sent, HubError> {
        self.hub.chat_send(question(None, Some(conversation.clone()), text)).await
    }

    /// Waits for the end of a run.
    pub async fn finish(&self, sent: &Sent) {
        self.hub.run_attach(AttachRunRequest { run: sent.run.clone(), from_seq: 0 }, |_| {}).await.unwrap();
    }

    /// Reads a bundle, and imports it when `trust` names its fingerprint.
    ///
    /// # Errors
    /// The core's.
    pub async fn import(&self, file: &Path, trust: Option<&str>) -> Result<BundleView, HubError> {
        self.hub.bundle_import(ImportBundleRequest { trust: trust.map(str::to_owned), apply: true, ..read(file) }).await
    }

    /// Imports a locked bundle.
    ///
    /// # Errors
    /// The core's.
    pub async fn import_with(&self, file: &Path, trust: &str, passphrase: &str) -> Result<BundleView, HubError> {
        self.hub
            .bundle_import(ImportBundleRequest {
                trust: Some(trust.to_owned()),
                apply: true,
                passphrase: Some(SecretInput::new(passphrase)),
                ..read(file)
            })
            .await
    }

    /// Says what a bundle would change.
    ///
    /// # Errors
    /// The core's.
    pub async fn preview(&self, file: &Path) -> Result<BundleView, HubError> {
        self.hub.bundle_import(read(file)).await
    }
}

/// A request that only reads.
pub fn read(file: &Path) -> ImportBundleRequest {
    ImportBundleRequest {
        path: file.display().to_string(),
        content: None,
        passphrase: None,
        trust: None,
        apply: false,
        restore_older: false,
    }
}

/// An operator with three agents on a simulated platform: `备件` for the plan, `报价` for the group, `董事会` without grants.
#[derive(Debug)]
pub struct Team {
    /// The operator's Hub.
    pub hq: Place,
    /// The platform.
    pub sim: OpenAiSim,
    /// Its connection.
    pub connection: ConnectionId,
    /// The enabled model.
    pub model: ModelId,
    /// The plan 专业版.
    pub plan: PlanId,
    /// The group 销售.
    pub group: GroupId,
    /// 李雷: has the plan for 30 days, and the group.
    pub member: MemberId,
    /// Open by the plan.
    pub parts: AgentId,
    /// Open by the group.
    pub quotes: AgentId,
    /// Without grants.
    pub board: AgentId,
}

impl Team {
    /// A new one.
    pub async fn new() -> Self {
        Self::at(Place::new().await).await
    }

    /// The same in a Hub that was opened in another way.
    pub async fn at(hq: Place) -> Self {
        let sim = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await.unwrap();
        let connection = connect(&hq.hub, &sim).await;
        let request = CatalogRequest { connection: connection.clone(), search: None, refresh: true };
        let catalog = hq.hub.catalog_list(request).await.unwrap();
        let model: ModelId = catalog.items.iter().find(|item| item.chats).unwrap().remote_id.as_str().into();
        let enable = EnableModelsRequest { connection: connection.clone(), models: vec![model.clone()], enabled: true };
        hq.hub.models_enable(enable).await.unwrap();
        let plan = hq.hub.plan_add(AddNamedRequest { name: "专业版".to_owned() }).await.unwrap().id;
        let group = hq.hub.group_add(AddNamedRequest { name: "销售".to_owned() }).await.unwrap().id;
        let member = hq
            .hub
            .member_add(AddMemberRequest {
                name: "李雷".to_owned(),
                plan: Some(plan.clone()),
                until: Some(NOW + 30 * DAY),
                groups: vec![group.clone()],
            })
            .await
            .unwrap()
            .id;
        let add = async |name: &str, plans: Vec<PlanId>, groups: Vec<GroupId>| {
            let source = AgentSource::Prompt {
                connection: connection.clone(),
                model: model.clone(),
                prompt: format!("You are {name}, of the inner circle."),
                parameters: serde_json::json!({ "temperature": 0.2 }),
            };
            let request = AddAgentRequest {
                source,
                name: name.to_owned(),
                group: Some("客户".to_owned()),
                description: format!("{name} helps"),
                plans,
                groups,
            };
            hq.hub.agent_add(request).await.unwrap().id
        };
        let parts = add("备件", vec![plan.clone()], Vec::new()).await;
        let quotes = add("报价", Vec::new(), vec![group.clone()]).await;
        let board = add("董事会", Vec::new(), Vec::new()).await;
        Self { connection, model, plan, group, member, parts, quotes, board, hq, sim }
    }

    /// Writes a bundle for 李雷 without credentials.
    pub async fn export(&self, name: &str) -> (PathBuf, BundleView) {
        let path = self.hq.path(name);
        let view = self.hq.hub.bundle_export(self.plain(&path)).await.unwrap();
        (path, view)
    }

    /// Writes a bundle for 李雷 with the key, locked by [`PASSPHRASE`].
    pub async fn export_locked(&self, name: &str) -> (PathBuf, BundleView) {
        let path = self.hq.path(name);
        let view = self.hq.hub.bundle_export(self.locked(&path)).await.unwrap();
        (path, view)
    }

    /// Asks for a bundle for 李雷 without credentials.
    pub fn plain(&self, path: &Path) -> ExportBundleRequest {
        ExportBundleRequest {
            path: path.display().to_string(),
            audience: Audience::Member { member: self.member.clone() },
            credentials_of: Vec::new(),
            passphrase: None,
            recipients: Vec::new(),
            not_after: None,
            issuer: None,
        }
    }

    /// Asks for a bundle for 李雷 with the key.
    pub fn locked(&self, path: &Path) -> ExportBundleRequest {
        ExportBundleRequest {
            credentials_of: vec![self.connection.clone()],
            passphrase: Some(SecretInput::new(PASSPHRASE)),
            ..self.plain(path)
        }
    }

    /// 李雷's Hub, with everything imported.
    pub async fn li(&self) -> Place {
        let (file, made) = self.export_locked("li.hubbundle").await;
        let place = Place::new().await;
        place.import_with(&file, &made.fingerprint, PASSPHRASE).await.unwrap();
        place
    }
}

/// Connects a Hub to a simulated platform.
pub async fn connect(hub: &Hub, sim: &OpenAiSim) -> ConnectionId {
    let request = ConnectRequest {
        proxy: None,
        platform: PlatformId::Deepseek,
        name: None,
        base_url: Some(sim.base_url()),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([("api_key".to_owned(), SecretInput::new(TEST_KEY))]),
        verify: true,
        allow_plain_http: false,
        as_typed: false,
    };
    hub.connection_add(request).await.unwrap().id
}

/// A question, to somebody or in a conversation.
pub fn question(target: Option<Target>, conversation: Option<ConversationId>, text: &str) -> SendRequest {
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

/// The program `hub` on a data directory, with a passphrase vault, apart from this machine's settings.
pub fn hub_command(data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(crate::hub_program());
    command.arg("--data-dir").arg(data_dir).args(["--vault", "passphrase"]).args(arguments);
    command.env_clear().env("LANG", "en_US.UTF-8").env("HOME", data_dir.parent().unwrap()).env("TZ", "UTC");
    command.env("HUB_PASSPHRASE", "the vault of a test").env("TMPDIR", data_dir.parent().unwrap());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a run of `hub` left: its exit status, stdout and stderr.
pub fn hub(data_dir: &Path, arguments: &[&str], stdin: &str) -> (i32, String, String) {
    use std::io::Write;
    let mut child = hub_command(data_dir, arguments).spawn().unwrap();
    // A program that does not read its stdin closes it; that is no fault.
    drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// What an error refines its words with.
pub fn hint(error: &HubError) -> &str {
    error.detail.hint.as_deref().unwrap_or_default()
}
