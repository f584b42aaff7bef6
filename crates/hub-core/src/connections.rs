//! Connections: made, changed, tested, removed.

use std::collections::BTreeMap;

use hub_contract::authorize::Authorized;
use hub_contract::catalogue;
use hub_contract::connection::{
    AddressCheck, AddressNote, CheckAddressRequest, ConnectRequest, ConnectionState, ConnectionView, DependentAgents,
    EditConnectionRequest, ProxyChoice, RemoveConnectionRequest, SecretState, SetSecretRequest, TestConnectionRequest,
    TestReport,
};
use hub_contract::id::ConnectionId;
use hub_contract::platform::{FieldKind, PlatformSpec};
use hub_contract::policy::SettingKey;
use hub_contract::secret::SecretHint;
use hub_contract::settings::{ProxySetting, VaultMode};
use hub_contract::{ErrorCode, HubError, PlatformId};
use hub_platforms::Platforms;
use hub_store::ConnectionRow;
use secrecy::{ExposeSecret, SecretString};

use crate::authorize;
use crate::secrets::{cleaned, origin_of, secret_id};
use crate::settings::{check_proxy, proxy_origin};
use crate::tokens::AUTHORIZATION;
use crate::{Hub, Result, names};

/// A connection as a form describes it, with the secrets that are not in the vault yet.
struct Draft {
    row: ConnectionRow,
    entered: BTreeMap<String, SecretString>,
    /// A new password of a proxy of its own.
    proxy_password: Option<SecretString>,
}

impl Hub {
    /// The connections, in the order they were made.
    ///
    /// # Errors
    /// The store's errors.
    pub async fn connections_list(&self, (): ()) -> Result<Vec<ConnectionView>> {
        let mut views = Vec::new();
        let enabled = self.inner.store.enabled_models().await?;
        let agents = self.inner.store.agents().await?;
        for row in self.inner.store.connections().await? {
            let models = enabled.iter().filter(|model| model.connection == row.id).count();
            let agents = agents.iter().filter(|agent| *agent.source.connection() == row.id).count();
            views.push(self.connection_view(row, models, agents).await);
        }
        Ok(views)
    }

    /// Looks at an address while it is typed. Nothing is sent anywhere.
    ///
    /// # Errors
    /// None today; a result because every command has one.
    pub async fn address_check(&self, request: CheckAddressRequest) -> Result<AddressCheck> {
        Ok(Platforms::check_address(request.platform, &request.base_url, request.as_typed))
    }

    /// Makes a connection. With `verify` it is tested first, and a failed test saves nothing.
    ///
    /// # Errors
    /// `invalid_request` with field and hint for a form that cannot be right, the platform's error for a failed test, the
    /// vault's errors.
    pub async fn connection_add(&self, request: ConnectRequest) -> Result<ConnectionView> {
        self.refuse_member()?;
        let verify = request.verify;
        let draft = self.drafted(request).await?;
        self.save_tested(draft, verify, false).await
    }

    /// Tests what a form holds; saves nothing. A refused test is a report, not an error.
    ///
    /// # Errors
    /// `invalid_request` with field and hint for a form that cannot be right.
    pub async fn connection_try(&self, request: ConnectRequest) -> Result<TestReport> {
        let Draft { row, entered, proxy_password } = self.drafted(request).await?;
        Ok(self.report(&self.endpoint_with(&row, entered, proxy_password).await?).await)
    }

    /// Changes a connection. Another scheme, host or port drops the stored secrets, so that no key ever reaches a host
    /// it was not entered for; then the request has to bring them again.
    ///
    /// # Errors
    /// As [`Hub::connection_add`], and `not_found`.
    pub async fn connection_edit(&self, request: EditConnectionRequest) -> Result<ConnectionView> {
        let only_secrets = request.name.is_none()
            && request.base_url.is_none()
            && request.fields.is_empty()
            && request.allow_plain_http.is_none();
        if !only_secrets {
            self.refuse_managed(&request.id)?;
        }
        let mut row = self.connection_row(&request.id).await?;
        let spec = catalogue::spec(row.platform);
        if let Some(name) = request.name.as_deref() {
            row.name = names::checked(name, "name")?;
        }
        if let Some(allow) = request.allow_plain_http {
            row.plain_http_allowed = allow;
        }
        let mut dropped = Vec::new();
        if let Some(text) = request.base_url.as_deref() {
            let base_url = accepted_address(spec, text, request.as_typed, row.plain_http_allowed)?;
            self.refuse_host(&base_url)?;
            if origin_of(&base_url)? != origin_of(&row.base_url)? {
                dropped = row.secrets.keys().cloned().collect();
                row.secrets.clear();
                row.last_test = None;
            }
            row.base_url = base_url;
        }
        if !request.fields.is_empty() {
            let mut fields = row.fields.clone();
            fields.extend(request.fields);
            row.fields = checked_fields(spec, &fields)?;
        }
        let had_password = has_password(row.proxy.as_ref());
        let mut proxy_password = None;
        if let Some(choice) = request.proxy {
            (row.proxy, proxy_password) = self.chosen_proxy(choice, row.proxy.as_ref())?;
        }
        let entered = cleaned(spec, &request.secrets, false)?;
        row.secrets.extend(hints(&entered, self.now()));
        let draft = Draft { row, entered, proxy_password };
        let view = self.save_tested(draft, request.verify, true).await?;
        if had_password && !has_password(view.proxy.as_ref()) {
            self.inner.vault.remove(&secret_id(&view.id, "proxy")).await?;
        }
        for field in dropped.iter().filter(|field| !view.secrets.get(*field).is_some_and(|known| known.has_secret)) {
            self.inner.vault.remove(&secret_id(&view.id, field)).await?;
        }
        Ok(view)
    }

    /// Stores a secret of an existing connection.
    ///
    /// # Errors
    /// As [`Hub::connection_edit`].
    pub async fn connection_set_secret(&self, request: SetSecretRequest) -> Result<ConnectionView> {
        self.connection_edit(EditConnectionRequest {
            id: request.id,
            name: None,
            base_url: None,
            fields: BTreeMap::new(),
            secrets: BTreeMap::from([(request.field, request.secret)]),
            proxy: None,
            allow_plain_http: None,
            as_typed: false,
            verify: request.verify,
        })
        .await
    }

    /// Tests a connection: its cheapest call, or with `deep` the whole way. A refused test is a report, not an error.
    ///
    /// # Errors
    /// `not_found` when there is no such connection.
    pub async fn connection_test(&self, request: TestConnectionRequest) -> Result<TestReport> {
        let mut row = self.connection_row(&request.id).await?;
        let report = match request.deep {
            true => self.deep_report(&row).await,
            false => match self.endpoint(&row).await {
                Ok(endpoint) => self.report(&endpoint).await,
                Err(error) => TestReport::failed(self.now(), error),
            },
        };
        self.note_test(&mut row, &report);
        self.inner.store.update_connection(row).await?;
        Ok(report)
    }

    /// Removes a connection with its models and secrets. Conversations stay readable.
    ///
    /// # Errors
    /// `not_found`; the vault's errors, and then nothing was removed.
    pub async fn connection_remove(&self, request: RemoveConnectionRequest) -> Result<()> {
        self.refuse_managed(&request.id)?;
        let row = self.connection_row(&request.id).await?;
        let standing = self.agents_on(&row.id).await?;
        if standing > 0 && request.agents == DependentAgents::Refuse {
            let message = format!("{standing} agents stand on this connection");
            return Err(HubError::new(ErrorCode::InvalidRequest, message).hint("agents_depend"));
        }
        self.inner.runs.stop_connection(&row.id).await;
        for field in row.secrets.keys() {
            self.inner.vault.remove(&secret_id(&row.id, field)).await?;
        }
        if has_password(row.proxy.as_ref()) {
            self.inner.vault.remove(&secret_id(&row.id, "proxy")).await?;
        }
        if row.secrets.contains_key(AUTHORIZATION) {
            authorize::forget(&self.inner.store, &row.id).await?;
        }
        self.authorize_cancel(row.id.clone()).await?;
        self.inner.store.remove_connection(&row.id, request.agents).await?;
        Ok(())
    }

    /// The connection that a form describes, checked.
    async fn drafted(&self, request: ConnectRequest) -> Result<Draft> {
        let spec = catalogue::spec(request.platform);
        let typed = request.base_url.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let typed = typed.unwrap_or(spec.base_url);
        let base_url = accepted_address(spec, typed, request.as_typed, request.allow_plain_http)?;
        self.refuse_host(&base_url)?;
        let entered = cleaned(spec, &request.secrets, true)?;
        let fields = checked_fields(spec, &request.fields)?;
        refuse_without_credential(spec, &fields, &entered)?;
        let (proxy, proxy_password) = match request.proxy {
            Some(choice) => self.chosen_proxy(choice, None)?,
            None => (None, None),
        };
        let now = self.now();
        let row = ConnectionRow {
            id: ConnectionId(self.inner.ids.new_id()),
            platform: request.platform,
            name: self.free_name(spec, request.name.as_deref().unwrap_or_default()).await?,
            base_url,
            fields,
            secrets: hints(&entered, now),
            proxy,
            plain_http_allowed: request.allow_plain_http,
            last_test: None,
            catalog_at: None,
            created_at: now,
        };
        Ok(Draft { row, entered, proxy_password })
    }

    /// Refuses an address that calls would be refused for anyway, while its form can still say so.
    fn refuse_host(&self, base_url: &str) -> Result<()> {
        self.inner.platforms.refuse_host(base_url).map_err(|error| error.field("base_url"))
    }

    fn chosen_proxy(
        &self,
        choice: ProxyChoice,
        before: Option<&ProxySetting>,
    ) -> Result<(Option<ProxySetting>, Option<SecretString>)> {
        if matches!(choice, ProxyChoice::Own { .. }) {
            self.inner.policy.refuse_locked(SettingKey::Proxy)?;
        }
        chosen_proxy(choice, before)
    }

    pub(crate) async fn connection_row(&self, id: &ConnectionId) -> Result<ConnectionRow> {
        self.inner
            .store
            .connection(id)
            .await?
            .ok_or_else(|| HubError::new(ErrorCode::NotFound, "no such connection").hint("connection_gone"))
    }

    /// Notes how a test or call of a connection ended, for its card.
    pub(crate) fn note_test(&self, row: &mut ConnectionRow, report: &TestReport) {
        row.last_test = Some(report.clone());
        for hint in row.secrets.values_mut() {
            hint.last_test = Some(Box::new(report.clone()));
        }
    }

    /// Tests with the secrets at hand if asked to, puts the secrets into the vault, then saves the row: a row without
    /// its secret can be mended, a secret without its row would be lost.
    async fn save_tested(&self, draft: Draft, verify: bool, exists: bool) -> Result<ConnectionView> {
        let Draft { mut row, entered, proxy_password } = draft;
        if verify {
            let mut secrets = entered.clone();
            if exists {
                // The authorization is the account's own; the endpoint finds it by itself.
                let kept = |field: &&String| !entered.contains_key(*field) && *field != AUTHORIZATION;
                for field in row.secrets.keys().filter(kept) {
                    let kept = self.inner.vault.get(&secret_id(&row.id, field), &origin_of(&row.base_url)?).await?;
                    secrets.extend(kept.map(|secret| (field.clone(), secret)));
                }
            }
            let missing = catalogue::spec(row.platform)
                .fields
                .iter()
                .any(|field| field.kind == FieldKind::Secret && field.required && !secrets.contains_key(field.key));
            let missing = missing || (row.fields.contains_key(catalogue::CLIENT_ID) && !may_be_called(&row));
            if missing {
                // A changed address without its key, or a client that is yet to be authorised: saved as "credential
                // missing", there is nothing to test with.
                row.last_test = None;
            } else {
                let endpoint = self.endpoint_with(&row, secrets, proxy_password.clone()).await?;
                let report = self.report(&endpoint).await;
                self.note_test(&mut row, &report);
                if let Some(error) = report.error {
                    return Err(error);
                }
            }
        }
        let origin = origin_of(&row.base_url)?;
        for (field, secret) in &entered {
            self.inner.vault.put(&secret_id(&row.id, field), &origin, secret).await?;
        }
        if let (Some(password), Some(ProxySetting::Custom { url, .. })) = (&proxy_password, &row.proxy) {
            self.inner.vault.put(&secret_id(&row.id, "proxy"), &proxy_origin(url), password).await?;
        }
        if exists {
            self.inner.store.update_connection(row.clone()).await?;
        } else {
            self.inner.store.insert_connection(row.clone()).await?;
        }
        let enabled = self.inner.store.enabled_models().await?;
        let models = enabled.iter().filter(|model| model.connection == row.id).count();
        let agents = self.agents_on(&row.id).await?;
        Ok(self.connection_view(row, models, agents).await)
    }

    pub(crate) async fn report(&self, endpoint: &hub_platforms::Endpoint) -> TestReport {
        let at = self.now();
        match self.inner.platforms.test(endpoint).await {
            Ok(tested) => TestReport {
                at,
                ok: true,
                latency_ms: Some(tested.latency_ms),
                key_verified: tested.key_verified,
                models: tested.models,
                error: None,
                steps: Vec::new(),
            },
            Err(error) => TestReport::failed(at, error),
        }
    }

    async fn connection_view(&self, row: ConnectionRow, models: usize, agents: usize) -> ConnectionView {
        let mut secrets = BTreeMap::new();
        let mut missing = false;
        for field in catalogue::spec(row.platform).fields.iter().filter(|field| field.kind == FieldKind::Secret) {
            let hint = row.secrets.get(field.key);
            // In session mode a noted secret is gone after a restart; asking the memory is no prompt.
            let held = match (hint, self.inner.vault.mode()) {
                (None, _) => false,
                (Some(_), VaultMode::Session) => match origin_of(&row.base_url) {
                    Ok(origin) => {
                        matches!(self.inner.vault.get(&secret_id(&row.id, field.key), &origin).await, Ok(Some(_)))
                    }
                    Err(_) => false,
                },
                (Some(_), VaultMode::Keychain | VaultMode::Passphrase) => true,
            };
            missing |= !held && (field.required || hint.is_some());
            secrets.insert(field.key.to_owned(), SecretState { has_secret: held, hint: hint.cloned() });
        }
        missing |= signs_in(row.platform) && !may_be_called(&row);
        let authorized = match row.secrets.get(AUTHORIZATION) {
            Some(hint) => {
                let account = authorize::known(&self.inner.store, &row.id).await.unwrap_or_default();
                Some(Authorized { account: account.map(|account| account.name), at: hint.saved_at })
            }
            None => None,
        };
        let state = match &row.last_test {
            _ if missing => ConnectionState::CredentialMissing,
            None => ConnectionState::Untested,
            Some(TestReport { error: Some(error), .. }) => ConnectionState::Attention { error: error.clone() },
            Some(_) => ConnectionState::Ready,
        };
        ConnectionView {
            final_url: Platforms::final_url(row.platform, &row.base_url),
            id: row.id,
            platform: row.platform,
            name: row.name,
            base_url: row.base_url,
            fields: row.fields,
            secrets,
            authorized,
            state,
            models_enabled: u32::try_from(models).unwrap_or(u32::MAX),
            agents: u32::try_from(agents).unwrap_or(u32::MAX),
            catalog_at: row.catalog_at,
            last_test: row.last_test,
            proxy: row.proxy,
            plain_http_allowed: row.plain_http_allowed,
            created_at: row.created_at,
        }
    }

    /// The name asked for; without one the platform's. That one, in whatever language, gets a number when it is taken.
    async fn free_name(&self, spec: &PlatformSpec, asked: &str) -> Result<String> {
        let own = match asked.trim() {
            "" => spec.name.zh,
            asked if asked == spec.name.zh || asked == spec.name.en => asked,
            asked => return names::checked(asked, "name"),
        };
        let taken: Vec<String> = self.inner.store.connections().await?.into_iter().map(|row| row.name).collect();
        let free = (1..=taken.len() + 1)
            .map(|n| if n == 1 { own.to_owned() } else { format!("{own} {n}") })
            .find(|name| !taken.contains(name));
        Ok(free.unwrap_or_else(|| own.to_owned()))
    }
}

fn hints(secrets: &BTreeMap<String, SecretString>, now: hub_contract::UtcMs) -> BTreeMap<String, SecretHint> {
    secrets.iter().map(|(field, secret)| (field.clone(), SecretHint::of(secret.expose_secret(), now))).collect()
}

/// Whether everything is stored that a call needs, as far as the row tells.
pub(crate) fn has_credentials(row: &ConnectionRow) -> bool {
    let fields = catalogue::spec(row.platform).fields.iter();
    let mut required = fields.filter(|field| field.kind == FieldKind::Secret && field.required);
    required.all(|field| row.secrets.contains_key(field.key)) && (!signs_in(row.platform) || may_be_called(row))
}

/// True for platforms that are called with a token or an authorised account, whichever there is.
fn signs_in(platform: PlatformId) -> bool {
    let fields = catalogue::spec(platform).fields;
    fields.iter().any(|field| field.key == catalogue::CLIENT_ID)
        && fields.iter().any(|field| field.key == catalogue::TOKEN)
}

/// True where such a connection has one of them, or the key of a service app.
fn may_be_called(row: &ConnectionRow) -> bool {
    [catalogue::TOKEN, catalogue::PRIVATE_KEY, AUTHORIZATION].iter().any(|key| row.secrets.contains_key(*key))
}

fn about(platform: PlatformId, mut error: HubError) -> HubError {
    error.detail.platform = Some(platform);
    error
}

/// The address to store, or why it cannot be used.
pub(crate) fn accepted_address(
    spec: &PlatformSpec,
    text: &str,
    as_typed: bool,
    allow_plain_http: bool,
) -> Result<String> {
    let check = Platforms::check_address(spec.id, text, as_typed);
    let fault = |hint: &str| {
        let error = HubError::new(ErrorCode::InvalidRequest, "the address cannot be used").hint(hint);
        Err(about(spec.id, error.field(catalogue::BASE_URL)))
    };
    if let Some(note) = check.notes.iter().find(|note| note.blocks()) {
        return fault(match note {
            AddressNote::Empty => "address_empty",
            AddressNote::Spaces => "address_spaces",
            AddressNote::NoScheme => "address_no_scheme",
            AddressNote::OtherScheme => "address_other_scheme",
            AddressNote::Credentials => "address_credentials",
            _ => "address_not_an_address",
        });
    }
    if check.notes.contains(&AddressNote::PlainHttp) && !allow_plain_http {
        return fault("address_plain_http");
    }
    if check.after.is_empty() {
        return fault("address_not_an_address");
    }
    Ok(check.after)
}

/// The proxy that a form chose, and its password when that is new. A stored password is kept for the same address only.
fn chosen_proxy(
    choice: ProxyChoice,
    before: Option<&ProxySetting>,
) -> Result<(Option<ProxySetting>, Option<SecretString>)> {
    let ProxyChoice::Own { mut proxy, password } = choice else { return Ok((None, None)) };
    let mut new = None;
    if let ProxySetting::Custom { url, has_password, .. } = &mut proxy {
        check_proxy(url)?;
        *has_password = match password {
            Some(typed) => {
                new = Some(SecretString::from(typed.expose())).filter(|typed| !typed.expose_secret().is_empty());
                new.is_some()
            }
            None => {
                matches!(before, Some(ProxySetting::Custom { url: old, has_password: true, .. }) if old == url)
            }
        };
    }
    Ok((Some(proxy), new))
}

fn has_password(proxy: Option<&ProxySetting>) -> bool {
    matches!(proxy, Some(ProxySetting::Custom { has_password: true, .. }))
}

/// Of a token and a client one is needed; a client's secret belongs to a client.
fn refuse_without_credential(
    spec: &PlatformSpec,
    fields: &BTreeMap<String, String>,
    secrets: &BTreeMap<String, SecretString>,
) -> Result<()> {
    let one_of = catalogue::one_of(spec.id);
    let given = |field: &&str| fields.contains_key(*field) || secrets.contains_key(*field);
    if one_of.is_empty() || one_of.iter().any(given) {
        return Ok(());
    }
    let lone_secret = secrets.contains_key(catalogue::CLIENT_SECRET);
    let field = if lone_secret { catalogue::CLIENT_ID } else { catalogue::TOKEN };
    let error = HubError::new(ErrorCode::InvalidRequest, "neither a token nor a client is given");
    Err(about(spec.id, error.hint("token_or_client").field(field)))
}

pub(crate) fn checked_fields(
    spec: &PlatformSpec,
    fields: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let mut checked = BTreeMap::new();
    for (key, value) in fields {
        let known = spec.fields.iter().find(|field| field.key == key && field.kind == FieldKind::Text);
        let Some(known) = known else {
            return Err(HubError::new(ErrorCode::InvalidRequest, "no such field").hint("field_unknown").field(key));
        };
        let value = value.trim();
        if value.chars().count() > known.max_chars {
            return Err(HubError::new(ErrorCode::InvalidRequest, "the text is too long").hint("field_long").field(key));
        }
        if !value.is_empty() {
            checked.insert(key.clone(), value.to_owned());
        }
    }
    for field in spec.fields.iter().filter(|field| field.kind == FieldKind::Text && field.required) {
        if !checked.contains_key(field.key) {
            return Err(HubError::new(ErrorCode::InvalidRequest, "a field is empty")
                .hint("field_empty")
                .field(field.key));
        }
    }
    Ok(checked)
}
