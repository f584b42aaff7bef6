//! The state of a connection form. Pure: what was typed, what is wrong with it, and the requests that come of it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hub_contract::catalogue::{self, BASE_URL};
use hub_contract::connection::{
    AddressCheck, AddressNote, ConnectRequest, ConnectionView, EditConnectionRequest, ProxyChoice, TestReport,
};
use hub_contract::id::ModelId;
use hub_contract::platform::{FieldKind, FieldSpec, PlatformSpec};
use hub_contract::secret::SecretInput;
use hub_contract::settings::ProxySetting;
use hub_contract::{HubError, PlatformId};
use yew::Reducible;

use super::advanced::all_fields;
use crate::pages::proxy::{ProxyDraft, ProxyFault};

/// What the form holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    /// The platform's fields and guide.
    pub spec: &'static PlatformSpec,
    /// The connection that is edited; absent for a new one.
    pub editing: Option<Rc<ConnectionView>>,
    /// The connection's name.
    pub name: String,
    /// What was typed, by field. A secret that is kept has no entry.
    pub values: BTreeMap<String, String>,
    /// Ids of models to enable at once, as typed.
    pub models: String,
    /// Whose proxy it uses.
    pub proxy: ProxyMode,
    /// The proxy of its own.
    pub proxy_draft: ProxyDraft,
    /// The operator accepts plain http to a public host.
    pub allow_plain_http: bool,
    /// The operator wants a new address as typed: nothing is completed or removed.
    pub as_typed: bool,
    /// What is known of the address as it stands.
    pub check: Option<AddressCheck>,
    /// Fields that were left; their faults are shown.
    pub left: BTreeSet<String>,
    /// The form was submitted; every fault is shown.
    pub submitted: bool,
    /// What goes on.
    pub phase: Phase,
    /// How the last test ended.
    pub tested: Option<Result<TestReport, HubError>>,
    /// Why saving failed.
    pub failure: Option<HubError>,
}

/// What a form is doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    Typing,
    Testing,
    Saving,
}

/// Whose proxy a connection uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProxyMode {
    /// The Hub's setting.
    Hub,
    /// None at all.
    None,
    /// One of its own.
    Own,
}

impl ProxyMode {
    fn of(setting: Option<&ProxySetting>) -> Self {
        match setting {
            None | Some(ProxySetting::System) => Self::Hub,
            Some(ProxySetting::None) => Self::None,
            Some(ProxySetting::Custom { .. }) => Self::Own,
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It must be filled in.
    Missing,
    /// Its address cannot be used.
    Address(AddressNote),
    /// Plain http to a public host waits for the tick.
    PlainHttp,
}

/// What happens to a form.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FormAction {
    Name(String),
    Models(String),
    /// A field was typed into; `None` keeps the stored secret.
    Typed(String, Option<String>),
    /// A field was left.
    Left(String),
    Proxy(ProxyMode, ProxyDraft),
    AllowPlainHttp(bool),
    AsTyped(bool),
    Checked(AddressCheck),
    Submitted,
    Phase(Phase),
    Tested(Result<TestReport, HubError>),
    Failed(HubError),
}

impl Form {
    /// An empty form, or that of a connection.
    pub(super) fn new(platform: PlatformId, editing: Option<ConnectionView>) -> Self {
        let spec = catalogue::spec(platform);
        let mut values = BTreeMap::new();
        for field in all_fields(spec) {
            let stored = editing.as_ref().is_some_and(|connection| has_secret(connection, field.key));
            if stored {
                continue;
            }
            let first = match (field.kind, &editing) {
                (FieldKind::Address, Some(connection)) => connection.base_url.clone(),
                (FieldKind::Address, None) => spec.base_url.to_owned(),
                (_, Some(connection)) => connection.fields.get(field.key).cloned().unwrap_or_default(),
                (_, None) => String::new(),
            };
            values.insert(field.key.to_owned(), first);
        }
        Self {
            spec,
            name: editing.as_ref().map(|connection| connection.name.clone()).unwrap_or_default(),
            proxy: ProxyMode::of(editing.as_ref().and_then(|connection| connection.proxy.as_ref())),
            proxy_draft: ProxyDraft::of(editing.as_ref().and_then(|connection| connection.proxy.as_ref())),
            allow_plain_http: editing.as_ref().is_some_and(|connection| connection.plain_http_allowed),
            as_typed: false,
            editing: editing.map(Rc::new),
            values,
            models: String::new(),
            check: None,
            left: BTreeSet::new(),
            submitted: false,
            phase: Phase::Typing,
            tested: None,
            failure: None,
        }
    }

    /// What stands in a field; `None` while a stored secret is kept.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// The address as typed.
    pub(super) fn address(&self) -> &str {
        self.value(BASE_URL).unwrap_or_default()
    }

    /// Whether nothing is guessed about the address: it is wanted as typed, or it is the stored one, which is complete.
    pub(super) fn keeps_address(&self) -> bool {
        self.as_typed || self.editing.as_ref().is_some_and(|connection| connection.base_url == self.address().trim())
    }

    /// Whether an address was typed, which is looked at before it is used.
    pub(super) fn has_address(&self) -> bool {
        !self.address().trim().is_empty()
    }

    /// The check, if it is of the address as it stands.
    pub(super) fn current_check(&self) -> Option<&AddressCheck> {
        self.check.as_ref().filter(|check| check.before == self.address())
    }

    /// Whether the address leads to another origin than the stored secret belongs to.
    pub(super) fn origin_changes(&self) -> bool {
        let Some(connection) = &self.editing else { return false };
        let address = self.current_check().map_or(self.address(), |check| check.after.as_str());
        origin(address) != origin(&connection.base_url)
    }

    /// Whether a stored secret is kept in that field.
    pub(super) fn keeps_secret(&self, key: &str) -> bool {
        let stored = self.editing.as_ref().is_some_and(|connection| has_secret(connection, key));
        stored && self.value(key).is_none()
    }

    /// What is wrong with a field, whether it is shown or not.
    pub(super) fn fault(&self, field: &FieldSpec) -> Option<Fault> {
        let typed = self.value(field.key).unwrap_or_default().trim();
        match field.kind {
            FieldKind::Address if typed.is_empty() => field.required.then_some(Fault::Missing),
            FieldKind::Address => {
                let check = self.current_check()?;
                let blocking = check.notes.iter().copied().find(|note| note.blocks());
                let plain = check.notes.contains(&AddressNote::PlainHttp) && !self.allow_plain_http;
                blocking.map(Fault::Address).or(plain.then_some(Fault::PlainHttp))
            }
            FieldKind::Secret => {
                let kept = self.keeps_secret(field.key) && !self.origin_changes();
                (field.required && typed.is_empty() && !kept).then_some(Fault::Missing)
            }
            FieldKind::Text => (field.required && typed.is_empty()).then_some(Fault::Missing),
        }
    }

    /// What is wrong with a field, once it was left or the form was submitted.
    pub(super) fn shown_fault(&self, field: &FieldSpec) -> Option<Fault> {
        let fault = self.fault(field)?;
        // A missing tick is asked for at once: it stands right below the address.
        let shown = self.submitted || self.left.contains(field.key) || fault == Fault::PlainHttp;
        shown.then_some(fault)
    }

    /// What is wrong with the proxy of its own.
    pub(super) fn proxy_fault(&self) -> Option<ProxyFault> {
        self.proxy_draft.fault().filter(|_| self.proxy == ProxyMode::Own)
    }

    /// True when nothing is wrong and the address was looked at as it stands.
    pub(super) fn is_complete(&self) -> bool {
        (!self.has_address() || self.current_check().is_some())
            && all_fields(self.spec).all(|field| self.fault(&field).is_none())
            && self.proxy_fault().is_none()
    }

    /// True when closing would lose something.
    pub(super) fn is_dirty(&self) -> bool {
        let first = Self::new(self.spec.id, self.editing.as_deref().cloned());
        self.values != first.values
            || self.name != first.name
            || !self.models.trim().is_empty()
            || self.proxy_changes(&first)
    }

    fn proxy_changes(&self, first: &Self) -> bool {
        self.proxy != first.proxy || (self.proxy == ProxyMode::Own && self.proxy_draft != first.proxy_draft)
    }

    fn proxy_choice(&self) -> ProxyChoice {
        match self.proxy {
            ProxyMode::Hub => ProxyChoice::Hub,
            ProxyMode::None => ProxyChoice::Own { proxy: ProxySetting::None, password: None },
            ProxyMode::Own => {
                ProxyChoice::Own { proxy: self.proxy_draft.setting(), password: self.proxy_draft.typed_password() }
            }
        }
    }

    /// The models to enable at once: one a line or separated by commas.
    pub(super) fn typed_models(&self) -> Vec<ModelId> {
        let mut seen = BTreeSet::new();
        let ids = self.models.split(['\n', ',', '，', '、']).map(str::trim).filter(|id| !id.is_empty());
        ids.filter(|id| seen.insert((*id).to_owned())).map(ModelId::from).collect()
    }

    /// The request that makes or tries the connection.
    pub(super) fn connect(&self, verify: bool) -> ConnectRequest {
        ConnectRequest {
            platform: self.spec.id,
            name: some(self.name.trim()),
            base_url: some(&self.confirmed_address()),
            fields: self.texts(),
            secrets: self.secrets(),
            proxy: Some(self.proxy_choice()).filter(|choice| *choice != ProxyChoice::Hub),
            verify,
            allow_plain_http: self.allow_plain_http,
            as_typed: self.as_typed,
        }
    }

    /// The request that changes the connection, with only what changed.
    pub(super) fn edit(&self, connection: &ConnectionView, verify: bool) -> EditConnectionRequest {
        let first = Self::new(self.spec.id, Some(connection.clone()));
        let address = self.confirmed_address();
        let name = self.name.trim();
        EditConnectionRequest {
            id: connection.id.clone(),
            name: some(name).filter(|name| *name != connection.name),
            base_url: some(&address).filter(|address| *address != connection.base_url),
            fields: self.texts().into_iter().filter(|(key, text)| connection.fields.get(key) != Some(text)).collect(),
            secrets: self.secrets(),
            proxy: self.proxy_changes(&first).then(|| self.proxy_choice()),
            allow_plain_http: Some(self.allow_plain_http).filter(|allow| *allow != connection.plain_http_allowed),
            as_typed: self.as_typed,
            verify,
        }
    }

    /// The address that the operator saw as the outcome and confirmed by saving.
    fn confirmed_address(&self) -> String {
        self.current_check().map_or_else(|| self.address().trim().to_owned(), |check| check.after.clone())
    }

    fn texts(&self) -> BTreeMap<String, String> {
        let fields = self.spec.fields.iter().filter(|field| field.kind == FieldKind::Text);
        fields.filter_map(|field| Some((field.key.to_owned(), self.value(field.key)?.trim().to_owned()))).collect()
    }

    fn secrets(&self) -> BTreeMap<String, SecretInput> {
        let fields = self.spec.fields.iter().filter(|field| field.kind == FieldKind::Secret);
        fields
            .filter_map(|field| Some((field.key, self.value(field.key)?)))
            .filter(|(_, secret)| !secret.is_empty())
            .map(|(key, secret)| (key.to_owned(), SecretInput::new(secret)))
            .collect()
    }
}

impl Reducible for Form {
    type Action = FormAction;

    fn reduce(self: Rc<Self>, action: FormAction) -> Rc<Self> {
        let mut form = (*self).clone();
        match action {
            FormAction::Name(name) => form.name = name,
            FormAction::Models(models) => form.models = models,
            FormAction::Typed(key, value) => {
                form.tested = None;
                form.failure = None;
                match value {
                    Some(value) => form.values.insert(key, value),
                    None => form.values.remove(&key),
                };
            }
            FormAction::Proxy(mode, draft) => {
                form.tested = None;
                form.failure = None;
                form.proxy = mode;
                form.proxy_draft = draft;
            }
            FormAction::Left(key) => {
                form.left.insert(key);
            }
            FormAction::AllowPlainHttp(allow) => form.allow_plain_http = allow,
            FormAction::AsTyped(as_typed) => {
                form.as_typed = as_typed;
                form.check = None;
            }
            FormAction::Checked(check) => form.check = Some(check),
            FormAction::Submitted => form.submitted = true,
            FormAction::Phase(phase) => {
                form.phase = phase;
                if phase != Phase::Typing {
                    form.tested = None;
                    form.failure = None;
                }
            }
            FormAction::Tested(outcome) => {
                form.phase = Phase::Typing;
                form.tested = Some(outcome);
            }
            // Everything typed stays as it is.
            FormAction::Failed(error) => {
                form.phase = Phase::Typing;
                form.failure = Some(error);
            }
        }
        Rc::new(form)
    }
}

fn has_secret(connection: &ConnectionView, key: &str) -> bool {
    connection.secrets.get(key).is_some_and(|secret| secret.has_secret)
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Scheme, host and port, with the port always written.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.trim().split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    let usual = if scheme == "https" { "443" } else { "80" };
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.chars().all(|c| c.is_ascii_digit()));
    Some(if has_port { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{usual}") })
}

#[cfg(test)]
mod tests {
    use hub_contract::ErrorCode;
    use hub_contract::catalogue::API_KEY;
    use hub_contract::connection::SecretState;

    use super::super::super::card_state::tests::connection;
    use super::*;

    fn typed(form: Form, key: &str, value: &str) -> Form {
        let next = Rc::new(form).reduce(FormAction::Typed(key.into(), Some(value.into())));
        (*next).clone()
    }

    fn checked(form: Form, after: &str, notes: &[AddressNote]) -> Form {
        let check = AddressCheck {
            before: form.address().to_owned(),
            after: after.into(),
            final_url: format!("{after}/chat/completions"),
            notes: notes.to_vec(),
        };
        (*Rc::new(form).reduce(FormAction::Checked(check))).clone()
    }

    fn field(form: &Form, key: &str) -> &'static FieldSpec {
        form.spec.fields.iter().find(|field| field.key == key).unwrap()
    }

    fn with_key() -> ConnectionView {
        let mut saved = connection("1", PlatformId::Deepseek, 1);
        saved.secrets.insert(API_KEY.into(), SecretState { has_secret: true, hint: None });
        saved
    }

    #[test]
    fn a_new_form_starts_with_the_catalogues_address() {
        let form = Form::new(PlatformId::Deepseek, None);
        assert_eq!(form.address(), "https://api.deepseek.com/v1");
        assert!(!form.is_dirty());
        assert!(!form.is_complete(), "the key is missing and the address was not looked at");
    }

    #[test]
    fn faults_are_shown_only_after_the_field_was_left() {
        let form = Form::new(PlatformId::Deepseek, None);
        let key = field(&form, API_KEY);
        assert_eq!(form.fault(key), Some(Fault::Missing));
        assert_eq!(form.shown_fault(key), None);
        let form = Rc::new(form).reduce(FormAction::Left(API_KEY.into()));
        assert_eq!(form.shown_fault(key), Some(Fault::Missing));
    }

    #[test]
    fn the_confirmed_address_is_saved_not_the_typed_one() {
        let form = typed(Form::new(PlatformId::OpenaiCompatible, None), BASE_URL, "http://localhost:8080/");
        let form = checked(form, "http://localhost:8080/v1", &[AddressNote::Trimmed, AddressNote::VersionAdded]);
        assert!(form.is_complete(), "the key may stay empty");
        assert_eq!(form.connect(true).base_url.as_deref(), Some("http://localhost:8080/v1"));
        assert!(form.connect(true).secrets.is_empty());
    }

    #[test]
    fn an_address_that_is_wanted_as_typed_is_looked_at_anew_and_saved_so() {
        let form = typed(Form::new(PlatformId::OpenaiCompatible, None), BASE_URL, "http://localhost:8080");
        let form = checked(form, "http://localhost:8080/v1", &[AddressNote::VersionAdded]);
        let form = Rc::new(form).reduce(FormAction::AsTyped(true));
        assert!(!form.is_complete(), "the look at what was guessed does not count");
        let form = checked((*form).clone(), "http://localhost:8080", &[]);
        let request = form.connect(true);
        assert!(request.as_typed);
        assert_eq!(request.base_url.as_deref(), Some("http://localhost:8080"));
    }

    #[test]
    fn nothing_is_guessed_about_a_stored_address() {
        let mut saved = with_key();
        saved.base_url = "https://host.example".into();
        let form = Form::new(PlatformId::Deepseek, Some(saved));
        assert!(form.keeps_address() && !form.as_typed);
        assert!(!typed(form, BASE_URL, "https://other.example").keeps_address());
    }

    #[test]
    fn a_check_of_an_older_address_does_not_count() {
        let form = checked(Form::new(PlatformId::OpenaiCompatible, None), "", &[AddressNote::Empty]);
        let form = typed(form, BASE_URL, "http://localhost:1/v1");
        assert!(form.current_check().is_none());
        assert!(!form.is_complete());
    }

    #[test]
    fn plain_http_to_a_public_host_needs_the_tick() {
        let form = typed(Form::new(PlatformId::OpenaiCompatible, None), BASE_URL, "http://example.com/v1");
        let form = checked(form, "http://example.com/v1", &[AddressNote::PlainHttp]);
        assert_eq!(form.shown_fault(field(&form, BASE_URL)), Some(Fault::PlainHttp));
        let form = Rc::new(form).reduce(FormAction::AllowPlainHttp(true));
        assert!(form.is_complete());
        assert!(form.connect(true).allow_plain_http);
    }

    #[test]
    fn a_failed_save_keeps_everything_typed() {
        let form = typed(Form::new(PlatformId::Deepseek, None), API_KEY, "sk-test-1");
        let failed = Rc::new(form.clone()).reduce(FormAction::Failed(HubError::new(ErrorCode::BadCredential, "x")));
        assert_eq!(failed.values, form.values);
        assert_eq!(failed.phase, Phase::Typing);
    }

    #[test]
    fn editing_keeps_the_stored_secret_until_it_is_replaced() {
        let saved = with_key();
        let form = checked(Form::new(PlatformId::Deepseek, Some(saved.clone())), &saved.base_url, &[]);
        assert!(form.keeps_secret(API_KEY));
        assert!(form.is_complete());
        let request = form.edit(&saved, true);
        assert!(request.secrets.is_empty() && request.base_url.is_none() && request.name.is_none());
    }

    #[test]
    fn another_origin_asks_for_the_key_again() {
        let form = Form::new(PlatformId::Deepseek, Some(with_key()));
        let same = typed(form.clone(), BASE_URL, "https://api.example.com:443/v2");
        let same = checked(same, "https://api.example.com:443/v2", &[]);
        assert!(!same.origin_changes(), "only the path differs");
        let other = typed(form, BASE_URL, "https://api.example.com:8443/v1");
        let other = checked(other, "https://api.example.com:8443/v1", &[]);
        assert!(other.origin_changes());
        assert_eq!(other.fault(field(&other, API_KEY)), Some(Fault::Missing));
    }

    fn through(form: &Form, mode: ProxyMode, url: &str) -> Form {
        let mut draft = form.proxy_draft.clone();
        draft.url = url.into();
        (*Rc::new(form.clone()).reduce(FormAction::Proxy(mode, draft))).clone()
    }

    #[test]
    fn a_proxy_of_its_own_needs_an_address_and_goes_with_the_request() {
        let form = filled(PlatformId::Deepseek);
        assert_eq!(form.connect(true).proxy, None, "the Hub's setting holds");
        assert!(!through(&form, ProxyMode::Own, "").is_complete());
        let own = through(&form, ProxyMode::Own, "http://proxy:8080");
        assert!(own.is_complete() && own.is_dirty());
        let Some(ProxyChoice::Own { proxy: ProxySetting::Custom { url, .. }, .. }) = own.connect(true).proxy else {
            panic!("{:?}", own.connect(true).proxy)
        };
        assert_eq!(url, "http://proxy:8080");
        let none = through(&own, ProxyMode::None, "");
        assert!(none.is_complete(), "an address that is not used is not asked for");
    }

    #[test]
    fn an_edit_tells_the_proxy_only_when_it_changed() {
        let mut saved = with_key();
        saved.proxy =
            Some(ProxySetting::Custom { url: "http://proxy:8080".into(), user: "li".into(), has_password: true });
        let form = checked(Form::new(PlatformId::Deepseek, Some(saved.clone())), &saved.base_url, &[]);
        assert!(!form.is_dirty());
        assert_eq!(form.edit(&saved, true).proxy, None);
        assert_eq!(through(&form, ProxyMode::Hub, "").edit(&saved, true).proxy, Some(ProxyChoice::Hub));
    }

    #[test]
    fn model_ids_are_split_and_not_repeated() {
        let mut form = Form::new(PlatformId::Openai, None);
        form.models = "a, b\nb，org/c:1 ".into();
        let ids: Vec<String> = form.typed_models().into_iter().map(|id| id.0).collect();
        assert_eq!(ids, ["a", "b", "org/c:1"]);
    }

    /// A form with every required field filled in and the address looked at.
    fn filled(platform: PlatformId) -> Form {
        let mut form = Form::new(platform, None);
        for field in catalogue::spec(platform).fields.iter().filter(|field| field.required) {
            if field.kind != FieldKind::Address || form.address().is_empty() {
                form =
                    typed(form, field.key, if field.kind == FieldKind::Address { "https://a.example/v1" } else { "x" });
            }
        }
        let address = form.address().to_owned();
        checked(form, &address, &[])
    }

    #[test]
    fn every_platform_wants_its_required_fields_and_no_others() {
        for platform in PlatformId::ALL.iter().copied() {
            let form = filled(platform);
            assert!(form.is_complete(), "{platform}: nothing else is required");
            for field in form.spec.fields.iter().filter(|field| field.required) {
                let without = typed(form.clone(), field.key, " ");
                assert!(!without.is_complete(), "{platform}: {} is required", field.key);
            }
        }
    }

    #[test]
    fn an_address_under_more_may_be_emptied_or_changed() {
        let form = filled(PlatformId::Appbuilder);
        assert_eq!(form.connect(true).base_url.as_deref(), Some(form.spec.base_url));
        let emptied = typed(form.clone(), BASE_URL, "");
        assert!(emptied.is_complete(), "the usual address is used then");
        assert_eq!(emptied.connect(true).base_url, None);
        let own = checked(typed(form, BASE_URL, "https://own.example/agent"), "https://own.example/agent", &[]);
        assert_eq!(own.connect(true).base_url.as_deref(), Some("https://own.example/agent"));
    }
}
