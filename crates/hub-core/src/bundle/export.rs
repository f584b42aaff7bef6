//! Making a bundle: what its audience may use, and nothing else.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use hub_contract::agent::AgentSource;
use hub_contract::bundle::{
    Audience, BundleConnection, BundleContents, BundleCredential, BundleView, ExportBundleRequest,
};
use hub_contract::id::{ConnectionId, GroupId, PlanId};
use hub_contract::platform::FieldKind;
use hub_contract::progress::ProgressStep;
use hub_contract::{ErrorCode, HubError, catalogue};
use hub_store::{AgentRow, ConnectionRow, StoreError};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::content::{Agent, Connection, Content, Credential, MOST_AGENTS, Member, Model, Named};
use super::envelope::{self, AudienceIds, ContentKind, FORMAT, Header};
use super::lock::{self, Lock};
use crate::access::{HeldPlan, Holdings, Viewer, decide};
use crate::hub::blocking;
use crate::membership::offer;
use crate::names::checked;
use crate::people::each_once;
use crate::progress::Shown;
use crate::secrets::{origin_of, secret_id};
use crate::tokens::AUTHORIZATION;
use crate::{Hub, Result};

/// Whoever finds the file may guess for years.
const SHORTEST_PASSPHRASE: usize = 8;

/// A bundle that was made.
pub(super) struct Made {
    pub(super) file: Vec<u8>,
    pub(super) view: BundleView,
}

impl Hub {
    /// What a bundle for that audience would hold, and whose credentials could go along. Nothing is written.
    ///
    /// # Errors
    /// `invalid_request` for nobody as audience; `not_found`; `forbidden` for a member; `too_large`.
    pub async fn bundle_contents(&self, request: Audience) -> Result<BundleContents> {
        self.refuse_member()?;
        let (audience, viewer) = self.audience(&request).await?;
        let content = self.content(&audience, &viewer).await?;
        let mut connections = Vec::with_capacity(content.connections.len());
        for connection in &content.connections {
            let row = self.connection_row(&connection.id).await?;
            let stands = content.agents.iter().filter(|agent| *agent.source.connection() == connection.id);
            connections.push(BundleConnection {
                agents: stands.map(|agent| agent.name.clone()).collect(),
                credential: credential_of(&row),
                id: row.id,
                name: row.name,
                platform: row.platform,
            });
        }
        let agents = u32::try_from(content.agents.len()).unwrap_or(u32::MAX);
        Ok(BundleContents { agents, connections, issuer: self.issuer_name().await? })
    }

    /// Writes a bundle with what its audience may use.
    ///
    /// # Errors
    /// `invalid_request` with a hint for nobody as audience, a name that cannot be kept, credentials without a lock, a short passphrase or a key that is
    /// none; `not_found`; `forbidden` for a member and where exports are switched off; `too_large`; `credential_missing` when the signing key is gone;
    /// `disk_full`; the vault's errors. What had the file's name stays then.
    pub async fn bundle_export(&self, request: ExportBundleRequest) -> Result<BundleView> {
        let path = request.path.clone();
        let shown = self.inner.board.begin();
        let made = self.bundle(request, &shown).await?;
        shown.at(ProgressStep::Write);
        self.write_bundle(Path::new(&path), made.file).await?;
        Ok(made.view)
    }

    pub(super) async fn write_bundle(&self, path: &Path, file: Vec<u8>) -> Result<()> {
        let (store, path) = (self.inner.store.clone(), path.to_owned());
        blocking(move || -> std::result::Result<_, StoreError> {
            let mut new = store.new_file(&path)?;
            new.write_all(&file)?;
            new.keep()
        })
        .await??;
        Ok(())
    }

    /// Makes a bundle in memory.
    pub(super) async fn bundle(&self, request: ExportBundleRequest, shown: &Shown) -> Result<Made> {
        self.inner.policy.refuse_export()?;
        shown.at(ProgressStep::Collect);
        self.refuse_member()?;
        let lock = locked_by(&request)?;
        if lock.is_none() && !request.credentials_of.is_empty() {
            return Err(refused("credentials need a lock", "bundle_needs_lock", "passphrase"));
        }
        let issuer = request.issuer.as_deref().map(|name| checked(name, "issuer")).transpose()?;
        let (audience, viewer) = self.audience(&request.audience).await?;
        let mut content = self.content(&audience, &viewer).await?;
        content.credentials = self.carried(&content, &request.credentials_of).await?;

        // Large enough from the start, so that no copy of a credential stays behind in memory.
        let room = 6 * content.credentials.iter().map(|one| one.value.len() + 512).sum::<usize>();
        let mut json = Zeroizing::new(Vec::with_capacity(room + 4096 * (content.agents.len() + 64)));
        serde_json::to_writer(&mut *json, &content).map_err(|error| HubError::internal(error.to_string()))?;
        // What would be refused is not handed out.
        let content = Content::read(&json)?;
        let signer = self.signer(issuer).await?;
        let header = Header {
            audience,
            content: match &lock {
                None => ContentKind::Plain,
                Some(Lock::Passphrase(_)) => ContentKind::Passphrase,
                Some(Lock::Recipients(_)) => ContentKind::Recipients,
            },
            created_at: self.now(),
            format: FORMAT,
            issuer: signer.issuer,
            not_after: request.not_after,
            serial: signer.serial,
        };
        let view = BundleView {
            issuer: header.issuer.name.clone(),
            fingerprint: signer.key.verifying()?.fingerprint(),
            trusted: true,
            serial: header.serial,
            created_at: header.created_at,
            not_after: header.not_after,
            member: content.member.as_ref().map(|member| member.name.clone()),
            agents: u32::try_from(content.agents.len()).unwrap_or(u32::MAX),
            credentials: u32::try_from(content.credentials.len()).unwrap_or(u32::MAX),
            installed: false,
            credentials_needed: Vec::new(),
            look_alikes: content.look_alikes(),
            changes: Vec::new(),
        };
        shown.at(ProgressStep::Lock);
        let file = blocking(move || -> Result<Vec<u8>> {
            match &lock {
                None => envelope::seal(&header, &json, &signer.key),
                Some(lock) => envelope::seal(&header, &lock::lock(&json, lock)?, &signer.key),
            }
        })
        .await??;
        Ok(Made { file, view })
    }

    async fn audience(&self, asked: &Audience) -> Result<(AudienceIds, Viewer)> {
        match asked {
            Audience::Member { member } => {
                let viewer = self.as_member(member).await?;
                Ok((AudienceIds { groups: Vec::new(), member: Some(member.clone()), plans: Vec::new() }, viewer))
            }
            Audience::Grants { plans, groups } => {
                if plans.is_empty() && groups.is_empty() {
                    return Err(refused("nobody was chosen", "bundle_audience_empty", "audience"));
                }
                for plan in plans {
                    self.plan_row(plan).await?;
                }
                for group in groups {
                    self.group_row(group).await?;
                }
                let (plans, groups) = (each_once(plans.clone()), each_once(groups.clone()));
                let held = plans.iter().map(|plan| HeldPlan { plan: plan.clone(), until: None }).collect();
                let viewer = Viewer::Holder(Holdings { plans: held, groups: groups.clone() });
                Ok((AudienceIds { groups, member: None, plans }, viewer))
            }
        }
    }

    /// What the audience may use, by the access rule, and what that stands on. Names of plans and groups that are not the
    /// audience's own do not leave the Hub.
    async fn content(&self, audience: &AudienceIds, viewer: &Viewer) -> Result<Content> {
        let now = self.now();
        let connections = self.inner.store.connections().await?;
        let stands = |row: &AgentRow| connections.iter().any(|connection| connection.id == *row.source.connection());
        let rows = self.inner.store.agents().await?;
        let open: Vec<AgentRow> =
            rows.into_iter().filter(|row| decide(viewer, offer(row), now).is_allowed() && stands(row)).collect();
        if open.len() > MOST_AGENTS {
            return Err(HubError::new(ErrorCode::TooLarge, "more agents than a bundle may hold").hint("bundle_large"));
        }
        let member = match &audience.member {
            Some(id) => self.inner.store.member(id).await?,
            None => None,
        };
        let (own_plans, own_groups): (BTreeSet<PlanId>, BTreeSet<GroupId>) = match &member {
            Some(member) => (member.plan.iter().cloned().collect(), member.groups.iter().cloned().collect()),
            None => (audience.plans.iter().cloned().collect(), audience.groups.iter().cloned().collect()),
        };
        let plans = self.inner.store.plans().await?.into_iter();
        let groups = self.inner.store.groups().await?.into_iter();
        let used: BTreeSet<&ConnectionId> = open.iter().map(|agent| agent.source.connection()).collect();
        let models: BTreeSet<Model> = open.iter().filter_map(model_behind).collect();
        Ok(Content {
            connections: connections.into_iter().filter(|row| used.contains(&row.id)).map(connection).collect(),
            credentials: Vec::new(),
            groups: groups
                .filter(|row| own_groups.contains(&row.id))
                .map(|row| Named { id: row.id, name: row.name })
                .collect(),
            member: member.map(|row| Member {
                groups: row.groups,
                id: row.id,
                name: row.name,
                plan: row.plan,
                until: row.until,
            }),
            models: models.into_iter().collect(),
            plans: plans
                .filter(|row| own_plans.contains(&row.id))
                .map(|row| Named { id: row.id, name: row.name })
                .collect(),
            agents: open.into_iter().map(|row| agent(row, &own_plans, &own_groups)).collect(),
        })
    }

    /// The credentials of the chosen connections that are in the bundle. Tokens of an authorised account are never among
    /// them: they rotate, and shared ones die.
    async fn carried(&self, content: &Content, chosen: &[ConnectionId]) -> Result<Vec<Credential>> {
        let mut carried = Vec::new();
        for connection in content.connections.iter().filter(|connection| chosen.contains(&connection.id)) {
            let row = self.connection_row(&connection.id).await?;
            let origin = origin_of(&row.base_url)?;
            for field in portable_secrets(&row) {
                let secret = self.inner.vault.get(&secret_id(&row.id, field), &origin).await?;
                carried.extend(secret.map(|secret| Credential {
                    connection: row.id.0.clone(),
                    field: field.to_owned(),
                    origin: origin.clone(),
                    value: secret.expose_secret().to_owned(),
                }));
            }
        }
        Ok(carried)
    }
}

/// The stored secrets that may travel.
fn portable_secrets(row: &ConnectionRow) -> impl Iterator<Item = &'static str> {
    let fields = catalogue::spec(row.platform).fields.iter();
    let secrets = fields.filter(|field| field.kind == FieldKind::Secret && field.key != AUTHORIZATION);
    secrets.map(|field| field.key).filter(|key| row.secrets.contains_key(*key))
}

fn credential_of(row: &ConnectionRow) -> BundleCredential {
    // A client's secret alone calls nothing: it belongs to the account that was authorised with it.
    if row.secrets.contains_key(AUTHORIZATION) {
        BundleCredential::Account
    } else if portable_secrets(row).next().is_some() {
        BundleCredential::Key
    } else {
        BundleCredential::None
    }
}

fn locked_by(request: &ExportBundleRequest) -> Result<Option<Lock>> {
    if let Some(passphrase) = request.passphrase.as_ref() {
        if passphrase.expose().chars().count() < SHORTEST_PASSPHRASE {
            return Err(refused("the passphrase is too short", "passphrase_short", "passphrase"));
        }
        return Ok(Some(Lock::Passphrase(SecretString::from(passphrase.expose()))));
    }
    let recipients = request.recipients.iter().map(|text| lock::recipient(text)).collect::<Result<Vec<_>>>()?;
    Ok(if recipients.is_empty() { None } else { Some(Lock::Recipients(recipients)) })
}

fn connection(row: ConnectionRow) -> Connection {
    Connection {
        base_url: row.base_url,
        fields: row.fields,
        id: row.id,
        name: row.name,
        plain_http_allowed: row.plain_http_allowed,
        platform: row.platform,
    }
}

fn model_behind(agent: &AgentRow) -> Option<Model> {
    match &agent.source {
        AgentSource::Prompt { connection, model, .. } => {
            Some(Model { connection: connection.clone(), id: model.clone() })
        }
        AgentSource::Remote { .. } => None,
    }
}

fn agent(row: AgentRow, plans: &BTreeSet<PlanId>, groups: &BTreeSet<GroupId>) -> Agent {
    Agent {
        app: row.app,
        created_at: row.created_at,
        description: row.description,
        group: row.group,
        groups: row.groups.into_iter().filter(|group| groups.contains(group)).collect(),
        icon: row.icon,
        id: row.id,
        name: row.name,
        plans: row.plans.into_iter().filter(|plan| plans.contains(plan)).collect(),
        platform: row.platform,
        position: row.position,
        source: row.source,
    }
}

fn refused(message: &str, hint: &str, field: &str) -> HubError {
    HubError::new(ErrorCode::InvalidRequest, message).hint(hint).field(field)
}
