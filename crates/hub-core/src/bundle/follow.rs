//! Keeping a team up to date: the operator publishes bundles into a folder; members follow that folder, or an HTTPS address
//! under which somebody serves one of its files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hub_contract::bundle::{
    Audience, BundleView, CheckBundleRequest, ExportBundleRequest, FollowBundleRequest, FollowView, MembershipView,
    PublishBundleRequest,
};
use hub_contract::{ErrorCode, HubError, UtcMs};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::envelope::{self, MAX_BYTES};
use super::import::{Choices, read, without_credential};
use super::signature::VerifyingKey;
use super::signer::{FOLLOW_PASSPHRASE, ORIGIN};
use crate::hub::blocking;
use crate::membership::Membership;
use crate::schedule::{self, Rhythm};
use crate::{Hub, Result};

/// The setting that says what is followed.
const KEY: &str = "bundle_follow";
/// The same for the place that the administrator has named, so that the person's own comes back without it.
const MANAGED_KEY: &str = "bundle_follow_managed";
/// How often that place is looked at, in minutes, until the person says otherwise.
const MANAGED_EVERY: u32 = 60;
const ENDING: &str = "hubbundle";

/// How long after the start the place is first looked at, and how often it is asked whether it is time.
const RHYTHM: Rhythm = Rhythm { first: Duration::from_secs(10), every: Duration::from_secs(60) };

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Followed {
    address: String,
    every_minutes: u32,
    /// A passphrase for its bundles is in the vault.
    has_passphrase: bool,
    checked_at: Option<UtcMs>,
    error: Option<HubError>,
    /// The serial of a newer bundle that waits there.
    newer: Option<u64>,
}

impl Followed {
    /// A place that nobody has looked at yet.
    fn new(address: &str, every_minutes: u32) -> Self {
        Self {
            address: address.to_owned(),
            every_minutes,
            has_passphrase: false,
            checked_at: None,
            error: None,
            newer: None,
        }
    }
}

/// Looks at the followed place now and then, and imports nothing: a person sees the changes first.
pub(crate) fn schedule(hub: &Hub) {
    schedule::repeat(
        hub,
        "the look at the followed place",
        RHYTHM,
        |hub| async move { hub.bundle_check_when_due().await },
    );
}

impl Hub {
    /// Writes a bundle into a folder that members follow, under a name of its audience, in place of the one before it.
    ///
    /// # Errors
    /// As [`Hub::bundle_export`]; `invalid_request` with the hint `bundle_address` when there is no such folder.
    pub async fn bundle_publish(&self, request: PublishBundleRequest) -> Result<BundleView> {
        let folder = PathBuf::from(&request.address);
        if !folder.is_dir() {
            return Err(no_place());
        }
        let path = folder.join(format!("{}.{ENDING}", file_stem(&request.audience)));
        self.bundle_export(ExportBundleRequest {
            path: path.display().to_string(),
            audience: request.audience,
            credentials_of: request.credentials_of,
            passphrase: request.passphrase,
            recipients: request.recipients,
            not_after: request.not_after,
            issuer: request.issuer,
        })
        .await
    }

    /// Follows a place for newer bundles of the Hub that manages this one. Nothing is fetched yet.
    ///
    /// # Errors
    /// `invalid_request` with the hint `bundle_address` for what is neither a folder nor an HTTPS address; `forbidden` where
    /// the administrator has named another place; the vault's errors.
    pub async fn bundle_follow(&self, request: FollowBundleRequest) -> Result<Option<MembershipView>> {
        let address = request.address.trim();
        self.inner.policy.refuse_following(address)?;
        if address.is_empty() {
            if self.follows_with_passphrase().await? {
                self.inner.vault.remove(FOLLOW_PASSPHRASE).await?;
            }
            self.inner.store.set_setting(self.follow_key(), &serde_json::Value::Null).await?;
            return self.membership_read(()).await;
        }
        let is_managed = self.inner.policy.bundle_path.is_some();
        if !is_managed && !is_https(address) && !Path::new(address).is_dir() {
            return Err(no_place());
        }
        if let Some(passphrase) = &request.passphrase {
            let secret = SecretString::from(passphrase.expose());
            self.inner.vault.put(FOLLOW_PASSPHRASE, ORIGIN, &secret).await?;
        }
        let has_passphrase = request.passphrase.is_some();
        let followed = Followed { has_passphrase, ..Followed::new(address, request.every_minutes) };
        self.store_followed(&followed).await?;
        self.membership_read(()).await
    }

    /// Looks into the followed place for the newest bundle that is this Hub's, and says what it would change; with `apply` it
    /// is imported. Nothing newer is no error.
    ///
    /// # Errors
    /// `not_found` with the hint `bundle_not_followed` or `bundle_gone`; as [`Hub::bundle_import`].
    pub async fn bundle_check(&self, request: CheckBundleRequest) -> Result<Option<BundleView>> {
        let not_followed = || HubError::new(ErrorCode::NotFound, "no place is followed").hint("bundle_not_followed");
        let followed = self.followed().await?.ok_or_else(not_followed)?;
        let looked = self.look(&followed, request).await;
        let newer = match &looked {
            Ok(Some(view)) if !view.installed => Some(view.serial),
            Ok(_) => None,
            // What was seen before may still be there.
            Err(_) => followed.newer,
        };
        let noted = Followed { checked_at: Some(self.now()), error: looked.as_ref().err().cloned(), newer, ..followed };
        self.store_followed(&noted).await?;
        looked
    }

    /// The same, without importing, if the place is followed by the clock and it is time. Answers whether it was.
    ///
    /// # Errors
    /// As [`Hub::bundle_check`].
    pub async fn bundle_check_when_due(&self) -> Result<bool> {
        let Some(followed) = self.followed().await?.filter(|followed| followed.every_minutes > 0) else {
            return Ok(false);
        };
        let every = UtcMs::from(followed.every_minutes) * 60_000;
        // A clock that was set back does not put it off.
        let elapsed = followed.checked_at.map(|at| self.now() - at);
        if elapsed.is_some_and(|elapsed| (0..every).contains(&elapsed)) {
            return Ok(false);
        }
        self.bundle_check(CheckBundleRequest::default()).await.map(|_| true)
    }

    /// Which other Hub manages this one, and where its newer bundles are looked for.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn membership_read(&self, (): ()) -> Result<Option<MembershipView>> {
        let Some(membership) = self.membership() else {
            return Ok(None);
        };
        let member = match &membership.member {
            Some(id) => self.inner.store.member(id).await?.map(|row| row.name),
            None => None,
        };
        let mut connections = self.inner.store.connections().await?;
        connections.retain(|row| membership.connections.contains(&row.id));
        let follows = self.followed().await?.map(|followed| FollowView {
            address: followed.address,
            every_minutes: followed.every_minutes,
            checked_at: followed.checked_at,
            error: followed.error,
            newer: followed.newer,
        });
        Ok(Some(MembershipView {
            fingerprint: VerifyingKey::parse(&membership.key)?.fingerprint(),
            issuer: membership.issuer_name,
            serial: membership.serial,
            created_at: membership.created_at,
            imported_at: membership.imported_at,
            member,
            connections: connections.iter().map(|row| row.id.clone()).collect(),
            credentials_needed: without_credential(&connections),
            follows,
        }))
    }

    async fn look(&self, followed: &Followed, request: CheckBundleRequest) -> Result<Option<BundleView>> {
        let membership = self.membership();
        let file = if is_https(&followed.address) {
            let network = self.network(None, "").await?;
            self.inner.platforms.fetch(&followed.address, &network, MAX_BYTES).await?
        } else {
            let (place, known) = (PathBuf::from(&followed.address), membership.clone());
            let trusted = self.inner.policy.trusted_issuer_keys.clone();
            match blocking(move || newest(&place, known.as_ref(), &trusted)).await?? {
                Some(file) => file,
                None => return Ok(None),
            }
        };
        let passphrase = match followed.has_passphrase {
            true => self.inner.vault.get(FOLLOW_PASSPHRASE, ORIGIN).await?,
            false => None,
        };
        let CheckBundleRequest { apply, trust } = request;
        let choices = Choices { passphrase, trust, apply, restore_older: false };
        let view = self.take_in(file, &choices).await?;
        let news = membership.is_none_or(|known| view.serial > known.serial);
        Ok(news.then_some(view))
    }

    /// Whether a newer bundle was seen in the followed place.
    pub(crate) async fn bundle_waits(&self) -> Result<bool> {
        Ok(self.followed().await?.is_some_and(|followed| followed.newer.is_some()))
    }

    pub(super) async fn follows_with_passphrase(&self) -> Result<bool> {
        Ok(self.followed().await?.is_some_and(|followed| followed.has_passphrase))
    }

    async fn followed(&self) -> Result<Option<Followed>> {
        let stored = self.inner.store.setting(self.follow_key()).await?;
        let stored: Option<Followed> = stored.and_then(|value| serde_json::from_value(value).ok()).flatten();
        Ok(match &self.inner.policy.bundle_path {
            None => stored,
            Some(path) => {
                let known = stored.filter(|stored| stored.address == *path);
                Some(known.unwrap_or_else(|| Followed::new(path, MANAGED_EVERY)))
            }
        })
    }

    async fn store_followed(&self, followed: &Followed) -> Result<()> {
        let value = serde_json::to_value(followed).map_err(|error| HubError::internal(error.to_string()))?;
        Ok(self.inner.store.set_setting(self.follow_key(), &value).await?)
    }

    fn follow_key(&self) -> &'static str {
        if self.inner.policy.bundle_path.is_some() { MANAGED_KEY } else { KEY }
    }
}

/// The newest bundle of a folder that was made for this Hub. Files that are none are passed over: other people's lie there
/// too. A Hub that has imported nothing yet takes those that `trusted` keys signed, if there are such keys. An administrator
/// may also name one file.
fn newest(place: &Path, known: Option<&Membership>, trusted: &[VerifyingKey]) -> Result<Option<Vec<u8>>> {
    if place.is_file() {
        return read(place).map(Some);
    }
    let gone = |_| HubError::new(ErrorCode::NotFound, "the followed folder cannot be read").hint("bundle_gone");
    let mut found: Option<(u64, Vec<u8>)> = None;
    for entry in std::fs::read_dir(place).map_err(gone)?.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        let Ok(file) = read(&path) else { continue };
        let Ok(opened) = envelope::open(&file) else { continue };
        let header = &opened.header;
        let is_ours = match known {
            None => trusted.is_empty() || trusted.contains(&opened.key),
            Some(known) => {
                known.issuer == header.issuer.id
                    && known.member == header.audience.member
                    && (known.member.is_some()
                        || known.plans == header.audience.plans && known.groups == header.audience.groups)
            }
        };
        if is_ours && found.as_ref().is_none_or(|(serial, _)| *serial < header.serial) {
            found = Some((header.serial, file));
        }
    }
    Ok(found.map(|(_, file)| file))
}

/// Ids only: they are no path, whatever they are called.
fn file_stem(audience: &Audience) -> String {
    match audience {
        Audience::Member { member } => format!("member-{member}"),
        Audience::Grants { plans, groups } => {
            let mut ids: Vec<&str> = plans.iter().map(|plan| plan.as_str()).collect();
            ids.extend(groups.iter().map(|group| group.as_str()));
            ids.sort_unstable();
            let digest = Sha256::digest(ids.join("\n"));
            let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("grants-{short}")
        }
    }
}

fn is_https(address: &str) -> bool {
    address.starts_with("https://")
}

fn no_place() -> HubError {
    let error = HubError::new(ErrorCode::InvalidRequest, "neither a folder nor an HTTPS address");
    error.hint("bundle_address").field("address")
}
