//! The page in a plain browser: serves the built page, a bridge over HTTP in the place of the window's, and one model
//! whose answer is scripted. Listens on this computer only.
//!
//! `page_server --dist DIR --port PORT [--data-dir DIR --vault passphrase] [--lines N] [--chunks K] [--rate R]`. Without a
//! data directory it is an empty Hub; its vault's passphrase comes in HUB_PASSPHRASE. The first line of output is the address.

mod bridge;
mod site;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use hub_contract::PlatformId;
use hub_contract::connection::{ConnectRequest, EnableModelsRequest};
use hub_contract::settings::VaultMode;
use hub_core::{Hub, HubOptions};
use hub_desktop::Arguments;
use hub_sim::ScriptedServer;
use hub_tests_desktop::scripted::{Answer, MODEL};

use bridge::Bridge;
use site::Site;

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let model = ScriptedServer::start(options.answer.platform()).await?;
    let scratch = tempfile::tempdir()?;
    let data_dir = options.data_dir.unwrap_or_else(|| scratch.path().join("hub"));
    let passphrase = std::env::var("HUB_PASSPHRASE").ok().filter(|_| options.vault == VaultMode::Passphrase);
    hub_core::install_crypto();
    let hub = Hub::open(HubOptions {
        vault: Some(options.vault),
        passphrase: passphrase.map(Into::into),
        ..HubOptions::new(&data_dir, env!("CARGO_PKG_VERSION"))
    })
    .await?;
    connect(&hub, &model.base_url()).await?;
    let bridge = Bridge::new(hub, Arguments { data_dir, vault: Some(options.vault) })?;
    let server = ScriptedServer::start_on(options.port, Site::new(options.dist, bridge)).await?;
    println!("{}", server.base_url());
    tokio::signal::ctrl_c().await.context("nothing says when to end")
}

async fn connect(hub: &Hub, address: &str) -> Result<()> {
    let connection = hub
        .connection_add(ConnectRequest {
            platform: PlatformId::OpenaiCompatible,
            name: Some("Scripted".to_owned()),
            base_url: Some(format!("{address}/v1")),
            fields: BTreeMap::new(),
            secrets: BTreeMap::new(),
            proxy: None,
            verify: true,
            allow_plain_http: false,
            as_typed: false,
        })
        .await?;
    let models = vec![MODEL.into()];
    hub.models_enable(EnableModelsRequest { connection: connection.id, models, enabled: true }).await?;
    Ok(())
}

struct Options {
    dist: PathBuf,
    port: u16,
    data_dir: Option<PathBuf>,
    vault: VaultMode,
    answer: Answer,
}

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let answer = Answer::default();
        let mut options = Self { dist: "dist".into(), port: 0, data_dir: None, vault: VaultMode::Session, answer };
        while let Some(name) = words.next() {
            let value = words.next().with_context(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--dist" => options.dist = value.into(),
                "--port" => options.port = value.parse()?,
                "--data-dir" => options.data_dir = Some(value.into()),
                "--vault" if value == "passphrase" => options.vault = VaultMode::Passphrase,
                "--lines" => options.answer.lines = value.parse()?,
                "--chunks" => options.answer.chunks = value.parse()?,
                "--rate" => options.answer.rate = value.parse()?,
                _ => bail!("there is no option {name} {value}"),
            }
        }
        Ok(options)
    }
}
