//! Accepting a bundle: who signed it, when, for whom, what it would change; and putting it in place, all or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use hub_contract::bundle::{BundleChange, BundleView, ImportBundleRequest};
use hub_contract::id::{ConnectionId, GroupId, ModelId, PlanId};
use hub_contract::progress::ProgressStep;
use hub_contract::secret::SecretHint;
use hub_contract::{ErrorCode, HubError, UtcMs};
use hub_store::{AgentRow, ConnectionRow, GroupRow, ManagedRows, MemberRow, PlanRow};
use hub_vault::Credential as VaultCredential;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::content::{self, Content};
use super::diff::{Managed, diff};
use super::envelope::{self, ContentKind, Header, MAX_BYTES, Opened, succession_statement};
use super::fault::{content as content_fault, invalid};
use super::fingerprint;
use super::lock::{self, Key};
use super::signature::VerifyingKey;
use crate::connections::has_credentials;
use crate::hub::blocking;
use crate::membership::{self, Membership};
use crate::progress::Shown;
use crate::secrets::{origin_of, secret_id};
use crate::{Hub, Result, names};

/// How far two clocks may differ, in milliseconds.
const SKEW: UtcMs = 10 * 60_000;

/// How the person who imports decided.
pub(super) struct Choices {
    pub(super) passphrase: Option<SecretString>,
    pub(super) trust: Option<String>,
    pub(super) apply: bool,
    pub(super) restore_older: bool,
}

/// A bundle that was proven and may be put in place.
struct Accepted {
    header: Header,
    key: VerifyingKey,
    trusted: bool,
    installed: bool,
    digest: String,
    content: Content,
}

impl Hub {
    /// Reads a bundle, proves it and says what it would change; with `apply` it is put in place. What came in earlier
    /// bundles and is not in this one goes; what the person has to himself stays.
    ///
    /// # Errors
    /// `bundle_invalid` with a hint: damaged, locked, for somebody else, not valid yet or any more, or holding what cannot be.
    /// `bundle_untrusted`: the key is not trusted, or belongs to another Hub. `bundle_older`. `invalid_request` in a Hub that
    /// has agents or people of its own. `not_found` when there is no file. Nothing has changed then.
    pub async fn bundle_import(&self, request: ImportBundleRequest) -> Result<BundleView> {
        let (path, content) = (request.path.clone(), request.content);
        let file = blocking(move || match content {
            Some(content) => decoded(&content),
            None => read(Path::new(&path)),
        })
        .await??;
        let choices = Choices {
            passphrase: request.passphrase.as_ref().map(|passphrase| SecretString::from(passphrase.expose())),
            trust: request.trust,
            apply: request.apply,
            restore_older: request.restore_older,
        };
        self.take_in(file, &choices).await
    }

    /// The same with the bundle's bytes.
    pub(super) async fn take_in(&self, file: Vec<u8>, choices: &Choices) -> Result<BundleView> {
        // One at a time: each decides by what the one before it left.
        let _alone = self.inner.importing.lock().await;
        let shown = self.inner.board.begin();
        let accepted = self.accepted(file, choices, &shown).await?;
        let before = self.managed().await?;
        let after = self.planned(&accepted, &before).await?;
        let mut changes = diff(&before, &after);
        changes.extend(accepted.content.credentials.iter().filter(|_| !accepted.installed).map(|credential| {
            let connection = accepted.content.connections.iter().find(|one| one.id.as_str() == credential.connection);
            BundleChange {
                change: "add".to_owned(),
                kind: "credential".to_owned(),
                name: connection.map(|one| one.name.clone()).unwrap_or_default(),
                danger: false,
                fields: Vec::new(),
            }
        }));
        let mut view = BundleView {
            issuer: accepted.header.issuer.name.clone(),
            fingerprint: accepted.key.fingerprint(),
            trusted: accepted.trusted,
            serial: accepted.header.serial,
            created_at: accepted.header.created_at,
            not_after: accepted.header.not_after,
            member: accepted.content.member.as_ref().map(|member| member.name.clone()),
            agents: u32::try_from(accepted.content.agents.len()).unwrap_or(u32::MAX),
            credentials: u32::try_from(accepted.content.credentials.len()).unwrap_or(u32::MAX),
            installed: accepted.installed,
            credentials_needed: without_credential(&after.connections),
            look_alikes: accepted.content.look_alikes(),
            changes,
        };
        if !choices.apply || accepted.installed {
            return Ok(view);
        }
        if !accepted.trusted {
            return Err(untrusted(&accepted.key, "bundle_first_time", choices));
        }
        shown.at(ProgressStep::Apply);
        self.put_in_place(&accepted, &before, after).await?;
        view.installed = true;
        Ok(view)
    }

    /// Everything that is decided before anything changes.
    async fn accepted(&self, file: Vec<u8>, choices: &Choices, shown: &Shown) -> Result<Accepted> {
        shown.at(ProgressStep::Verify);
        let file = Arc::new(file);
        let proven = Arc::clone(&file);
        let (header, key, digest) = blocking(move || -> Result<_> {
            let Opened { header, key, .. } = envelope::open(&proven)?;
            Ok((header, key, hex(&Sha256::digest(proven.as_slice()))))
        })
        .await??;
        // It is shown before anything else is, and may not pretend to be another Hub.
        if names::checked(&header.issuer.name, "issuer").ok().as_deref() != Some(header.issuer.name.as_str()) {
            return Err(content_fault("the name of its Hub cannot be shown"));
        }
        let membership = self.membership();
        let by_policy = self.inner.policy.trusted_issuer_keys.contains(&key);
        let trusted = by_policy && is_same_hub(membership.as_ref(), &header)
            || trusts(membership.as_ref(), &header, &key, choices)?;
        self.refuse_untimely(&header)?;
        let installed = match &membership {
            Some(known) if known.issuer == header.issuer.id => age(known, &header, &digest, choices)?,
            _ => false,
        };
        if membership.is_none() {
            self.refuse_operator().await?;
        }
        if let Some(known) = &membership
            && known.member.is_some()
            && known.member != header.audience.member
        {
            return Err(invalid("it was made for another member", "bundle_somebody_else"));
        }
        shown.at(ProgressStep::Lock);
        let json = self.unlocked(file, &header, choices).await?;
        shown.at(ProgressStep::Verify);
        let content = blocking(move || Content::read(&json)).await??;
        if content.member.as_ref().map(|member| &member.id) != header.audience.member.as_ref() {
            return Err(content_fault("it says two things about whom it is for"));
        }
        Ok(Accepted { header, key, trusted, installed, digest, content })
    }

    fn refuse_untimely(&self, header: &Header) -> Result<()> {
        let now = self.now();
        if header.created_at > now.saturating_add(SKEW) {
            return Err(invalid("it is dated in the future", "bundle_tomorrow"));
        }
        if header.not_after.is_some_and(|end| end < now) {
            return Err(invalid("it is no longer accepted", "bundle_expired"));
        }
        Ok(())
    }

    /// A Hub with agents or people of its own is an operator's, and a bundle would take them away.
    async fn refuse_operator(&self) -> Result<()> {
        let store = &self.inner.store;
        let is_empty = store.agents().await?.is_empty()
            && store.plans().await?.is_empty()
            && store.groups().await?.is_empty()
            && store.members().await?.is_empty();
        if is_empty {
            return Ok(());
        }
        let error = HubError::new(ErrorCode::InvalidRequest, "this Hub has agents or people of its own");
        Err(error.hint("bundle_operator_hub"))
    }

    async fn unlocked(&self, file: Arc<Vec<u8>>, header: &Header, choices: &Choices) -> Result<Zeroizing<Vec<u8>>> {
        let key = match header.content {
            ContentKind::Plain => None,
            ContentKind::Passphrase => {
                let missing = || invalid("it is locked by a passphrase", "bundle_passphrase_needed");
                self.inner.guesses.refuse_hurry(self.now())?;
                Some(Key::Passphrase(choices.passphrase.clone().ok_or_else(missing)?))
            }
            ContentKind::Recipients => {
                let missing = || invalid("it is locked for somebody else", "bundle_not_for_you");
                Some(Key::Own(self.identity().await?.ok_or_else(missing)?))
            }
        };
        let guessed = matches!(key, Some(Key::Passphrase(_)));
        let opened = blocking(move || -> Result<Zeroizing<Vec<u8>>> {
            let content = envelope::open(&file)?.content;
            match &key {
                None => Ok(Zeroizing::new(content.to_vec())),
                Some(key) => lock::open(content, key),
            }
        })
        .await?;
        if guessed {
            self.inner.guesses.note(opened.is_ok(), self.now());
        }
        opened
    }

    /// What came in earlier bundles, as it stands now.
    async fn managed(&self) -> Result<Managed> {
        let Some(membership) = self.membership() else {
            return Ok(Managed::default());
        };
        let store = &self.inner.store;
        let connections = store.connections().await?;
        let mut models: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for model in store.enabled_models().await? {
            if membership.connections.contains(&model.connection) {
                models.entry(model.connection.0).or_default().push(model.id.0);
            }
        }
        Ok(Managed {
            plans: store.plans().await?,
            groups: store.groups().await?,
            members: store.members().await?,
            connections: connections.into_iter().filter(|row| membership.connections.contains(&row.id)).collect(),
            models,
            agents: store.agents().await?,
        })
    }

    /// What the bundle would make of it.
    async fn planned(&self, accepted: &Accepted, before: &Managed) -> Result<Managed> {
        let now = self.now();
        let content = &accepted.content;
        let all = self.inner.store.connections().await?;
        let is_managed = |id: &ConnectionId| before.connections.iter().any(|row| row.id == *id);
        let mut connections = Vec::with_capacity(content.connections.len());
        for new in &content.connections {
            let old = all.iter().find(|row| row.id == new.id);
            if old.is_some_and(|row| !is_managed(&row.id)) {
                return Err(content_fault("it would change a connection of your own"));
            }
            connections.push(planned_connection(new, old, content, now)?);
        }
        let mut models: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for model in &content.models {
            models.entry(model.connection.0.clone()).or_default().push(model.id.0.clone());
        }
        let created = |at: usize| accepted.header.created_at.saturating_add(UtcMs::try_from(at).unwrap_or_default());
        Ok(Managed {
            plans: content.plans.iter().enumerate().map(|(at, plan)| plan_row(plan, created(at))).collect(),
            groups: content.groups.iter().enumerate().map(|(at, group)| group_row(group, created(at))).collect(),
            members: content.member.iter().map(|member| member_row(member, created(0))).collect(),
            connections,
            models,
            agents: content.agents.iter().map(agent_row).collect(),
        })
    }

    /// Credentials first, because the vault can refuse; then everything else in one transaction. When that fails the vault is
    /// as it was.
    async fn put_in_place(&self, accepted: &Accepted, before: &Managed, after: Managed) -> Result<()> {
        let kept: BTreeSet<&ConnectionId> = after.connections.iter().map(|row| &row.id).collect();
        let removed: Vec<&ConnectionRow> = before.connections.iter().filter(|row| !kept.contains(&row.id)).collect();
        let moved = |row: &&ConnectionRow| {
            after
                .connections
                .iter()
                .any(|new| new.id == row.id && origin_of(&new.base_url).ok() != origin_of(&row.base_url).ok())
        };
        for row in before.connections.iter().filter(|row| !kept.contains(&row.id) || moved(row)) {
            self.inner.runs.stop_connection(&row.id).await;
        }
        let new: Vec<VaultCredential> = accepted.content.credentials.iter().map(vault_credential).collect();
        let new_ids: Vec<String> = new.iter().map(|credential| credential.id.clone()).collect();
        let dropped: Vec<String> = before
            .connections
            .iter()
            .filter(|row| !kept.contains(&row.id) || moved(row))
            .flat_map(|row| row.secrets.keys().map(|field| secret_id(&row.id, field)))
            .filter(|id| !new_ids.contains(id))
            .collect();

        let earlier = if new_ids.is_empty() { Vec::new() } else { self.inner.vault.take_out(&new_ids).await? };
        let stored = match self.inner.vault.put_in(new).await {
            Ok(()) => {
                let membership = self.new_membership(accepted);
                let rows = self.rows(after, &removed, &membership)?;
                self.inner.store.replace_managed(rows).await.map(|()| membership).map_err(HubError::from)
            }
            Err(error) => Err(error.into()),
        };
        let membership = match stored {
            Ok(membership) => membership,
            Err(error) => {
                self.put_back(&new_ids, earlier).await;
                return Err(error);
            }
        };
        self.set_membership(Some(membership));
        for id in dropped {
            // It is bound to its old address and no row names it any more, so staying is no danger.
            if let Err(error) = self.inner.vault.remove(&id).await {
                tracing::warn!(%error, "a credential of a connection that is gone stays in the vault");
            }
        }
        Ok(())
    }

    async fn put_back(&self, new_ids: &[String], earlier: Vec<VaultCredential>) {
        let known: BTreeSet<String> = earlier.iter().map(|credential| credential.id.clone()).collect();
        if let Err(error) = self.inner.vault.put_in(earlier).await {
            tracing::warn!(%error, "a credential could not be put back");
        }
        for id in new_ids.iter().filter(|id| !known.contains(*id)) {
            if let Err(error) = self.inner.vault.remove(id).await {
                tracing::warn!(%error, "a credential of a bundle that was not imported stays in the vault");
            }
        }
    }

    fn new_membership(&self, accepted: &Accepted) -> Membership {
        let Header { issuer, audience, .. } = &accepted.header;
        Membership {
            issuer: issuer.id.clone(),
            issuer_name: issuer.name.clone(),
            key: accepted.key.text(),
            serial: accepted.header.serial,
            digest: accepted.digest.clone(),
            created_at: accepted.header.created_at,
            imported_at: self.now(),
            not_after: accepted.header.not_after,
            member: audience.member.clone(),
            plans: audience.plans.clone(),
            groups: audience.groups.clone(),
            connections: accepted.content.connections.iter().map(|connection| connection.id.clone()).collect(),
        }
    }

    fn rows(&self, after: Managed, removed: &[&ConnectionRow], membership: &Membership) -> Result<ManagedRows> {
        let membership = serde_json::to_value(membership).map_err(|error| HubError::internal(error.to_string()))?;
        Ok(ManagedRows {
            plans: after.plans,
            groups: after.groups,
            members: after.members,
            agents: after.agents,
            models: after
                .connections
                .iter()
                .map(|row| {
                    let models = after.models.get(row.id.as_str()).cloned().unwrap_or_default();
                    (row.id.clone(), models.into_iter().map(ModelId).collect())
                })
                .collect(),
            connections: after.connections,
            removed_connections: removed.iter().map(|row| row.id.clone()).collect(),
            setting: (membership::KEY.to_owned(), membership),
        })
    }
}

/// A trusted key speaks for its own Hub only.
fn is_same_hub(known: Option<&Membership>, header: &Header) -> bool {
    known.is_none_or(|known| known.issuer == header.issuer.id)
}

/// Whether the key is trusted: it is the installed Hub's, or follows it, or the person has compared its fingerprint.
fn trusts(known: Option<&Membership>, header: &Header, key: &VerifyingKey, choices: &Choices) -> Result<bool> {
    let compared = match &choices.trust {
        None => false,
        Some(typed) if fingerprint::is_same(typed, &key.fingerprint()) => true,
        Some(_) => return Err(untrusted(key, "bundle_trust_differs", choices)),
    };
    let Some(known) = known else {
        return Ok(compared);
    };
    if !is_same_hub(Some(known), header) {
        return Err(untrusted(key, "bundle_other_hub", choices));
    }
    if known.key == key.text() || follows(known, header) || compared {
        return Ok(true);
    }
    if choices.apply { Err(untrusted(key, "bundle_key_changed", choices)) } else { Ok(false) }
}

/// Whether the key that is trusted here has signed that this one follows it.
fn follows(known: &Membership, header: &Header) -> bool {
    let Some(succession) = header.issuer.succeeds.as_ref().filter(|succession| succession.key == known.key) else {
        return false;
    };
    let statement = succession_statement(&header.issuer.id, &header.issuer.key);
    let earlier = VerifyingKey::parse(&known.key);
    earlier.is_ok_and(|earlier| earlier.verify(&succession.signature, statement.as_bytes()).is_ok())
}

/// Whether exactly this bundle is installed.
///
/// # Errors
/// `bundle_older`; `bundle_invalid` for another bundle with the same serial.
fn age(known: &Membership, header: &Header, digest: &str, choices: &Choices) -> Result<bool> {
    if header.serial < known.serial && !choices.restore_older {
        let message = format!("its serial is {}, the installed one's is {}", header.serial, known.serial);
        return Err(HubError::new(ErrorCode::BundleOlder, message));
    }
    if header.serial == known.serial && digest != known.digest {
        return Err(invalid("another bundle has the same serial", "bundle_serial_twice"));
    }
    Ok(header.serial == known.serial)
}

fn untrusted(key: &VerifyingKey, hint: &str, choices: &Choices) -> HubError {
    let mut error = HubError::new(ErrorCode::BundleUntrusted, "the key of the bundle is not trusted here").hint(hint);
    // What a person compares with is not handed to whoever just guessed.
    error.detail.text = choices.trust.is_none().then(|| key.fingerprint());
    error
}

fn planned_connection(
    new: &content::Connection,
    old: Option<&ConnectionRow>,
    content: &Content,
    now: UtcMs,
) -> Result<ConnectionRow> {
    let same_origin = match old {
        Some(old) => origin_of(&old.base_url)? == origin_of(&new.base_url)?,
        None => false,
    };
    // Another host never gets a credential that was entered for the one before it.
    let kept = old.filter(|_| same_origin);
    let mut secrets = kept.map(|row| row.secrets.clone()).unwrap_or_default();
    for credential in content.credentials.iter().filter(|credential| credential.connection == new.id.0) {
        // Not even the last characters of the operator's key are a member's to see.
        secrets.insert(credential.field.clone(), SecretHint { last4: None, saved_at: now, last_test: None });
    }
    Ok(ConnectionRow {
        id: new.id.clone(),
        platform: new.platform,
        name: new.name.clone(),
        base_url: new.base_url.clone(),
        fields: new.fields.clone(),
        secrets,
        proxy: old.and_then(|row| row.proxy.clone()),
        plain_http_allowed: new.plain_http_allowed,
        last_test: kept.and_then(|row| row.last_test.clone()),
        catalog_at: old.and_then(|row| row.catalog_at),
        created_at: old.map_or(now, |row| row.created_at),
    })
}

fn plan_row(plan: &content::Named<PlanId>, created_at: UtcMs) -> PlanRow {
    PlanRow { id: plan.id.clone(), name: plan.name.clone(), name_key: names::key(&plan.name), created_at }
}

fn group_row(group: &content::Named<GroupId>, created_at: UtcMs) -> GroupRow {
    GroupRow { id: group.id.clone(), name: group.name.clone(), name_key: names::key(&group.name), created_at }
}

fn member_row(member: &content::Member, created_at: UtcMs) -> MemberRow {
    MemberRow {
        id: member.id.clone(),
        name: member.name.clone(),
        name_key: names::key(&member.name),
        plan: member.plan.clone(),
        until: member.until,
        groups: member.groups.clone(),
        created_at,
    }
}

fn agent_row(agent: &content::Agent) -> AgentRow {
    AgentRow {
        id: agent.id.clone(),
        name: agent.name.clone(),
        group: agent.group.clone(),
        description: agent.description.clone(),
        icon: agent.icon.clone(),
        platform: agent.platform,
        source: agent.source.clone(),
        app: agent.app.clone(),
        enabled: true,
        plans: agent.plans.clone(),
        groups: agent.groups.clone(),
        position: agent.position,
        created_at: agent.created_at,
    }
}

fn vault_credential(credential: &content::Credential) -> VaultCredential {
    VaultCredential {
        id: secret_id(&ConnectionId(credential.connection.clone()), &credential.field),
        origin: credential.origin.clone(),
        value: SecretString::from(credential.value.as_str()),
    }
}

/// Names of connections that cannot be used without a credential of the person's own.
pub(super) fn without_credential(connections: &[ConnectionRow]) -> Vec<String> {
    connections.iter().filter(|row| !has_credentials(row)).map(|row| row.name.clone()).collect()
}

/// The whole file, if it is not larger than a bundle may be.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let gone = || HubError::new(ErrorCode::NotFound, "the bundle cannot be read").hint("bundle_gone").field("path");
    let file = File::open(path).map_err(|_| gone())?;
    if !file.metadata().map_err(|_| gone())?.is_file() {
        return Err(gone());
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|_| gone())?;
    if bytes.len() > MAX_BYTES { Err(invalid("it is larger than 64 MB", "bundle_damaged")) } else { Ok(bytes) }
}

/// The bytes that a page was handed, if they are no more than a bundle may have.
fn decoded(content: &str) -> Result<Vec<u8>> {
    use base64::Engine as _;
    if content.len() / 4 > MAX_BYTES / 3 + 1 {
        return Err(invalid("it is larger than 64 MB", "bundle_damaged"));
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(content);
    bytes.map_err(|_| invalid("its content is no base64", "bundle_damaged"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
