//! An operator's Hub that has something to hand out.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use hub_contract::PlatformId;
use hub_contract::agent::{AddAgentRequest, AgentSource, EditAgentRequest, ListAgentsRequest};
use hub_contract::connection::{ConnectRequest, EnableModelsRequest};
use hub_contract::id::PlanId;
use hub_contract::people::{AddMemberRequest, AddNamedRequest};
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_core::{Hub, HubOptions};
use hub_sim::OpenAiSim;
use hub_sim::openai::TEST_KEY;
use hub_tests_desktop::{Machine, Program, Start, program};
use serde_json::Value;

use crate::seed::MODEL;

/// Locks the operator's vault.
const VAULT: &str = "the vault of an operator";
/// Locks the bundles.
pub(crate) const PASSPHRASE: &str = "four words of a test";
/// An address that is reserved for documentation (RFC 5737): no network leads there.
const FAR: &str = "https://203.0.113.7/v1";

pub(crate) const LI: &str = "Li Lei";
pub(crate) const HAN: &str = "Han Mei";
/// An agent on the simulated platform, which answers.
pub(crate) const NEAR_AGENT: &str = "Spare parts";
pub(crate) const FAR_AGENT: &str = "Head office";

/// The operator's data directory, with two agents that two members may use.
pub(crate) struct Office {
    pub(crate) data_dir: PathBuf,
}

impl Office {
    pub(crate) async fn open(machine: &Machine, sim: &OpenAiSim) -> Result<Self> {
        hub_core::install_crypto();
        let office = Self { data_dir: machine.home().join("office") };
        let hub = office.hub().await?;
        let plan = hub.plan_add(AddNamedRequest { name: "Service".into() }).await?.id;
        for name in [LI, HAN] {
            let plan = Some(plan.clone());
            hub.member_add(AddMemberRequest { name: name.into(), plan, until: None, groups: Vec::new() }).await?;
        }
        offer(&hub, NEAR_AGENT, &sim.base_url(), &plan).await?;
        offer(&hub, FAR_AGENT, FAR, &plan).await?;
        hub.close().await;
        Ok(office)
    }

    async fn hub(&self) -> Result<Hub> {
        let options = HubOptions {
            vault: Some(VaultMode::Passphrase),
            passphrase: Some(VAULT.into()),
            ..HubOptions::new(&self.data_dir, "0.0.0-test")
        };
        Ok(Hub::open(options).await?)
    }

    pub(crate) async fn rename(&self, agent: &str, name: &str) -> Result<()> {
        let hub = self.hub().await?;
        let agents = hub.agents_list(ListAgentsRequest::default()).await?;
        let known = agents.iter().find(|one| one.name == agent).context("no such agent")?;
        let renamed = EditAgentRequest {
            id: known.id.clone(),
            name: Some(name.to_owned()),
            group: None,
            description: None,
            enabled: None,
            prompt: None,
            plans: None,
            groups: None,
        };
        hub.agent_edit(renamed).await?;
        hub.close().await;
        Ok(())
    }

    /// Writes a bundle and answers what `hub` told of it.
    pub(crate) fn export(&self, machine: &Machine, member: &str, file: &Path, with_secrets: bool) -> Result<Value> {
        let file = file.display().to_string();
        let mut arguments = vec!["bundle", "export", &file, "--for-member", member];
        if with_secrets {
            arguments.extend(["--with-secrets", "--passphrase-stdin"]);
        }
        hub(machine, &self.data_dir, &arguments, PASSPHRASE)
    }

    /// How its window is opened.
    pub(crate) fn start(&self) -> Start {
        let data_dir = Some(self.data_dir.clone());
        Start { data_dir, vault: Some("passphrase"), passphrase: Some(VAULT.to_owned()), ..Start::default() }
    }
}

/// A connection to that address, and an agent on it.
async fn offer(hub: &Hub, name: &str, address: &str, plan: &PlanId) -> Result<()> {
    let request = ConnectRequest {
        platform: PlatformId::Openai,
        name: Some(format!("Account of {name}")),
        base_url: Some(address.to_owned()),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([("api_key".into(), SecretInput::new(TEST_KEY))]),
        proxy: None,
        verify: false,
        allow_plain_http: false,
        as_typed: false,
    };
    let connection = hub.connection_add(request).await?.id;
    let models = EnableModelsRequest { connection: connection.clone(), models: vec![MODEL.into()], enabled: true };
    hub.models_enable(models).await?;
    let source = AgentSource::Prompt {
        connection,
        model: MODEL.into(),
        prompt: format!("You are {name}."),
        parameters: serde_json::json!({}),
    };
    let (plans, description) = (vec![plan.clone()], format!("{name} helps"));
    hub.agent_add(AddAgentRequest { source, name: name.into(), group: None, description, plans, groups: Vec::new() })
        .await?;
    Ok(())
}

/// Runs `hub --json` on a data directory; answers the last line that it printed.
pub(crate) fn hub(machine: &Machine, data_dir: &Path, arguments: &[&str], stdin: &str) -> Result<Value> {
    let mut command = machine.command(program(Program::Hub)?);
    command.arg("--data-dir").arg(data_dir).args(["--vault", "passphrase", "--json"]).args(arguments);
    command.env("HUB_PASSPHRASE", VAULT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    // One that does not read it closes it; that is no fault.
    drop(child.stdin.take().context("no stdin")?.write_all(stdin.as_bytes()));
    let output = child.wait_with_output()?;
    let told = String::from_utf8(output.stdout)?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "hub {}: {told}{said}", arguments.join(" "));
    Ok(serde_json::from_str(told.lines().last().unwrap_or("null"))?)
}
