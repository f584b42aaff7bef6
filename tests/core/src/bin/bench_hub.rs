//! A large Hub in the core: 2,000 agents, 200 user groups, 5,000 members: `cargo xtask bench hub`.
//!
//! `bench_hub --fill DATA_DIR` only makes it, for the window.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use hub_contract::agent::{AgentSource, ListAgentsRequest, ViewAs};
use hub_contract::bundle::{Audience, ExportBundleRequest, ImportBundleRequest};
use hub_contract::id::{AgentId, ConnectionId, GroupId, MemberId, ModelId, PlanId};
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_contract::{PlatformId, UtcMs};
use hub_core::{Hub, HubOptions};
use hub_store::{AgentRow, AppFacts, ConnectionRow, GroupRow, ManagedRows, MemberRow, PlanRow, Store, StoreOptions};
use hub_tests_core::figures::{Figures, median, percentile};

const AGENTS: usize = 2_000;
const GROUPS: usize = 200;
const MEMBERS: usize = 5_000;
const RUNS: usize = 100;
const CREATED: UtcMs = 1_700_000_000_000;

#[tokio::main]
async fn main() -> Result<()> {
    hub_core::install_crypto();
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == "--fill") {
        return fill(&PathBuf::from(arguments.next().context("bench_hub --fill DATA_DIR")?)).await;
    }
    let folder = tempfile::tempdir()?;
    let data_dir = folder.path().join("operator");
    fill(&data_dir).await?;
    let hub = open(&data_dir).await?;
    let mut figures = Figures::new("hub");

    let mut times = Vec::new();
    for run in 0..RUNS {
        let view = match run % 3 {
            0 => ViewAs::Member { member: MemberId(format!("m-{}", run * 37 % MEMBERS)) },
            1 => ViewAs::Group { group: GroupId(format!("g-{}", run * 7 % GROUPS)) },
            _ => ViewAs::Plan { plan: PlanId("p-0".to_owned()) },
        };
        let began = Instant::now();
        let agents = hub.agents_list(ListAgentsRequest { view }).await?;
        times.push(millis(began));
        ensure!(agents.len() == AGENTS, "every agent is listed, open or locked");
    }
    figures.add("view_as_median_ms", median(&times), None);
    figures.add("view_as_p95_ms", percentile(&times, 0.95), Some(10.0));

    let path = folder.path().join("all.hubbundle");
    let export = || ExportBundleRequest {
        path: path.display().to_string(),
        audience: Audience::Grants {
            plans: Vec::new(),
            groups: (0..GROUPS).map(|group| GroupId(format!("g-{group}"))).collect(),
        },
        credentials_of: Vec::new(),
        passphrase: Some(SecretInput::new("a passphrase of a bench")),
        recipients: Vec::new(),
        not_after: None,
        issuer: None,
    };
    let began = Instant::now();
    let made = hub.bundle_export(export()).await?;
    figures.add("export_2000_agents_ms", millis(began), Some(2_000.0));
    ensure!(made.agents as usize == AGENTS, "all agents are in it");
    figures.add("bundle_bytes", std::fs::metadata(&path)?.len() as f64, None);

    let member = open(&folder.path().join("member")).await?;
    let began = Instant::now();
    let imported = member
        .bundle_import(ImportBundleRequest {
            path: path.display().to_string(),
            content: None,
            passphrase: Some(SecretInput::new("a passphrase of a bench")),
            trust: Some(made.fingerprint),
            apply: true,
            restore_older: false,
        })
        .await?;
    figures.add("import_2000_agents_ms", millis(began), Some(2_000.0));
    ensure!(imported.installed, "it is in place");
    figures.print();
    member.close().await;
    hub.close().await;
    Ok(())
}

async fn open(data_dir: &std::path::Path) -> Result<Hub> {
    let options = HubOptions {
        vault: Some(VaultMode::Session),
        scheduled_work: false,
        ..HubOptions::new(data_dir, env!("CARGO_PKG_VERSION"))
    };
    Hub::open(options).await.context("the Hub opens")
}

async fn fill(data_dir: &std::path::Path) -> Result<()> {
    let store = Store::open(StoreOptions { data_dir: data_dir.to_owned(), now: CREATED, hub_id: "bench".to_owned() })?;
    let connection = ConnectionId("c".to_owned());
    let rows = ManagedRows {
        plans: (0..5).map(plan).collect(),
        groups: (0..GROUPS).map(group).collect(),
        members: (0..MEMBERS).map(member).collect(),
        agents: (0..AGENTS).map(|number| agent(number, &connection)).collect(),
        connections: vec![ConnectionRow {
            id: connection.clone(),
            platform: PlatformId::Openai,
            name: "Work".to_owned(),
            base_url: "https://host.example/v1".to_owned(),
            fields: Default::default(),
            secrets: Default::default(),
            proxy: None,
            plain_http_allowed: false,
            last_test: None,
            catalog_at: None,
            created_at: CREATED,
        }],
        removed_connections: Vec::new(),
        models: vec![(connection, vec![ModelId("gpt".to_owned())])],
        setting: ("bench".to_owned(), true.into()),
    };
    store.replace_managed(rows).await?;
    store.close().await;
    Ok(())
}

fn plan(number: usize) -> PlanRow {
    let name = format!("plan {number}");
    PlanRow { id: PlanId(format!("p-{number}")), name_key: name.clone(), name, created_at: CREATED }
}

fn group(number: usize) -> GroupRow {
    let name = format!("group {number}");
    GroupRow { id: GroupId(format!("g-{number}")), name_key: name.clone(), name, created_at: CREATED }
}

fn member(number: usize) -> MemberRow {
    let name = format!("member {number}");
    MemberRow {
        id: MemberId(format!("m-{number}")),
        name_key: name.clone(),
        name,
        plan: Some(PlanId(format!("p-{}", number % 5))),
        until: None,
        groups: (0..3).map(|place| GroupId(format!("g-{}", (number * 3 + place) % GROUPS))).collect(),
        created_at: CREATED,
    }
}

fn agent(number: usize, connection: &ConnectionId) -> AgentRow {
    AgentRow {
        id: AgentId(format!("a-{number}")),
        name: format!("agent {number}"),
        group: Some(format!("tab {}", number % 20)),
        description: "Answers questions about parts, prices and deliveries.".to_owned(),
        icon: None,
        platform: PlatformId::Openai,
        source: AgentSource::Prompt {
            connection: connection.clone(),
            model: ModelId("gpt".to_owned()),
            prompt: "You know every part of the machine. ".repeat(20),
            parameters: serde_json::json!({ "temperature": 0.2 }),
        },
        app: AppFacts::default(),
        enabled: true,
        plans: vec![PlanId(format!("p-{}", number % 5))],
        groups: vec![GroupId(format!("g-{}", number % GROUPS))],
        position: u32::try_from(number).unwrap_or(u32::MAX),
        created_at: CREATED,
    }
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}
