//! Fills a scratch Hub for the demo, the tour and people without a key: connections, models, agents, members and weeks of
//! conversations, all made through [`hub_core::Hub`], so that the demo cannot show what the product does not do.
//!
//! The conversations are held with a simulator of this process that answers at once; then the connections are turned to
//! the slower one the demo runs on.

mod agents;
mod clock;
mod people;
mod script;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Parser;
use hub_contract::PlatformId;
use hub_contract::connection::CatalogRequest;
use hub_contract::connection::{
    ConnectRequest, ConnectionView, EditConnectionRequest, EnableModelsRequest, TestConnectionRequest,
};
use hub_contract::conversation::{EditConversationRequest, SendRequest, Target};
use hub_contract::id::ConversationId;
use hub_contract::platform::Language;
use hub_contract::run::AttachRunRequest;
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_core::{Hub, HubOptions};
use hub_sim::{OpenAiOptions, OpenAiPlatform, Profile, Router, ScriptedServer};

use agents::AgentPlatforms;
use clock::DemoClock;
use script::{Account, CONVERSATIONS};

/// The one key that the demo's simulators accept.
const KEY: &str = "sk-demo-0000-hub-desktop";

#[derive(Parser)]
#[command(about = "Fills a scratch Hub for the demo. The vault's passphrase comes in HUB_PASSPHRASE.")]
struct Arguments {
    /// The Hub to fill; it must be empty.
    #[arg(long)]
    data_dir: PathBuf,
    /// The line that hub-sim printed: its base URLs as JSON, in a file.
    #[arg(long)]
    sim_json: PathBuf,
    /// The language of the conversations.
    #[arg(long, default_value = "zh-CN")]
    lang: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let language = Language::parse(&arguments.lang).context("--lang takes zh-CN or en")?;
    let passphrase = std::env::var("HUB_PASSPHRASE").context("HUB_PASSPHRASE is not set")?;
    let line = std::fs::read_to_string(&arguments.sim_json).context("the simulator's addresses")?;
    let running: BTreeMap<String, String> = serde_json::from_str(line.trim()).context("the simulator's addresses")?;

    hub_core::install_crypto();
    let clock = Arc::new(DemoClock::now());
    let hub = Hub::open(HubOptions {
        vault: Some(VaultMode::Passphrase),
        passphrase: Some(passphrase.into()),
        clock: clock.clone(),
        ..HubOptions::new(&arguments.data_dir, env!("CARGO_PKG_VERSION"))
    })
    .await?;
    if !hub.connections_list(()).await?.is_empty() {
        bail!("the Hub in {} is not empty", arguments.data_dir.display());
    }

    let quick = QuickSimulators::start(language).await?;
    clock.set_back(clock::days(21));
    let mut accounts = BTreeMap::new();
    for account in Account::ALL {
        let base = format!("{}{}", quick.server.base_url(), account.path());
        accounts.insert(account, connect(&hub, account, &base, language).await?);
    }
    for talk in CONVERSATIONS {
        clock.set_back(talk.minutes_ago);
        if let (Some(scenario), Some(platform)) = (talk.scenario, quick.platforms.get(&talk.account)) {
            platform.next(scenario());
        }
        hold(&hub, talk, &accounts, language).await?;
    }

    let apps = AgentPlatforms::fill(&hub, &clock, &quick.server.base_url(), language).await?;
    people::fill(&hub, &clock, language).await?;

    clock.set_back(0);
    for (account, connection) in &accounts {
        let address =
            running.get(account.name_in_sim()).with_context(|| format!("no {} address", account.name_in_sim()))?;
        turn_to(&hub, connection, address, key_of(*account)).await?;
    }
    apps.turn_to(&hub, &running).await?;
    broken_connection(&hub, language).await?;
    hub.close().await;
    Ok(())
}

/// A simulator for every account that answers without pauses.
struct QuickSimulators {
    server: ScriptedServer,
    platforms: BTreeMap<Account, Arc<OpenAiPlatform>>,
}

impl QuickSimulators {
    async fn start(language: Language) -> anyhow::Result<Self> {
        let mut router = Router::new();
        let mut platforms = BTreeMap::new();
        for account in Account::ALL {
            let platform = Arc::new(OpenAiPlatform::new(OpenAiOptions::new(account.profile()).with_key(KEY)));
            router = router.mount(account.mount(), platform.clone());
            platforms.insert(account, platform);
        }
        let router = agents::quick(router, language);
        Ok(Self { server: ScriptedServer::start(router).await.context("the quick simulators")?, platforms })
    }
}

async fn connect(hub: &Hub, account: Account, base_url: &str, language: Language) -> anyhow::Result<ConnectionView> {
    let connection = hub
        .connection_add(ConnectRequest {
            platform: account.platform(),
            name: Some(account.title(language).to_owned()),
            base_url: Some(base_url.to_owned()),
            fields: BTreeMap::new(),
            secrets: key_of(account),
            proxy: None,
            verify: true,
            allow_plain_http: false,
            as_typed: false,
        })
        .await?;
    let catalog =
        hub.catalog_list(CatalogRequest { connection: connection.id.clone(), search: None, refresh: true }).await?;
    let models: Vec<_> = catalog.items.iter().filter(|item| item.chats).take(account.enabled()).collect();
    let models = models.into_iter().map(|item| item.remote_id.as_str().into()).collect();
    hub.models_enable(EnableModelsRequest { connection: connection.id.clone(), models, enabled: true }).await?;
    Ok(connection)
}

/// Holds one conversation: its questions in turn, each answer to its end.
async fn hold(
    hub: &Hub,
    talk: &script::Conversation,
    accounts: &BTreeMap<Account, ConnectionView>,
    language: Language,
) -> anyhow::Result<()> {
    let connection = accounts.get(&talk.account).context("every account is connected")?;
    let models = hub.models_list(()).await?;
    let of_account: Vec<_> = models.iter().filter(|model| model.connection == connection.id).collect();
    let model = of_account.get(talk.model % of_account.len().max(1)).context("an enabled model")?;
    let mut target = Some(Target::Model { connection: connection.id.clone(), model: model.id.clone() });
    let mut conversation = None;
    for question in talk.questions {
        conversation = Some(ask(hub, conversation, target.take(), question.get(language), BTreeMap::new()).await?);
    }
    let id = conversation.context("a conversation has a question")?;
    let title = talk.title.map(|title| title.get(language).to_owned());
    if title.is_some() || talk.pinned {
        hub.conversation_edit(EditConversationRequest {
            id,
            title,
            pinned: Some(talk.pinned),
            archived: None,
            draft: None,
        })
        .await?;
    }
    Ok(())
}

/// Asks, and waits for the end of the answer. A new conversation needs whom it is with.
async fn ask(
    hub: &Hub,
    conversation: Option<ConversationId>,
    target: Option<Target>,
    text: &str,
    inputs: BTreeMap<String, serde_json::Value>,
) -> anyhow::Result<ConversationId> {
    let sent = hub
        .chat_send(SendRequest {
            conversation,
            target,
            parent: None,
            text: text.to_owned(),
            attachments: Vec::new(),
            inputs,
            answer: BTreeMap::new(),
        })
        .await?;
    hub.run_attach(AttachRunRequest { run: sent.run, from_seq: 0 }, |_| {}).await?;
    Ok(sent.conversation.id)
}

/// Gives a connection the address of the running simulator. That is another origin, so its secrets are entered again.
async fn turn_to(
    hub: &Hub,
    connection: &ConnectionView,
    base_url: &str,
    secrets: BTreeMap<String, SecretInput>,
) -> anyhow::Result<()> {
    hub.connection_edit(EditConnectionRequest {
        id: connection.id.clone(),
        name: None,
        base_url: Some(base_url.to_owned()),
        fields: BTreeMap::new(),
        secrets,
        proxy: None,
        allow_plain_http: None,
        as_typed: false,
        verify: true,
    })
    .await?;
    Ok(())
}

/// One connection that does not work, so that the demo shows what that looks like: a server that is switched off.
async fn broken_connection(hub: &Hub, language: Language) -> anyhow::Result<()> {
    let name = match language {
        Language::ZhCn => "本机 Ollama",
        Language::En => "Local Ollama",
    };
    let connection = hub
        .connection_add(ConnectRequest {
            platform: PlatformId::OpenaiCompatible,
            name: Some(name.to_owned()),
            // The discard port: nothing listens there.
            base_url: Some("http://127.0.0.1:9/v1".to_owned()),
            fields: BTreeMap::new(),
            secrets: BTreeMap::new(),
            proxy: None,
            verify: false,
            allow_plain_http: false,
            as_typed: false,
        })
        .await?;
    hub.connection_test(TestConnectionRequest { id: connection.id, deep: false }).await?;
    Ok(())
}

fn key_of(account: Account) -> BTreeMap<String, SecretInput> {
    match account.profile() {
        Profile::Compatible => BTreeMap::new(),
        _ => BTreeMap::from([("api_key".to_owned(), SecretInput::new(KEY))]),
    }
}
