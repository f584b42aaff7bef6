//! The state of the export wizard. Pure: what was chosen, what is missing, and the requests that come of it.

use std::collections::BTreeSet;
use std::rc::Rc;

use hub_contract::UtcMs;
use hub_contract::bundle::{Audience, BundleContents, BundleCredential, ExportBundleRequest, PublishBundleRequest};
use hub_contract::id::{ConnectionId, GroupId, MemberId, PlanId};
use hub_contract::secret::SecretInput;
use yew::prelude::*;

use crate::pages::settings::passphrase::{PassphraseFault, passphrase_fault};

const DAY: UtcMs = 24 * 60 * 60 * 1000;

/// Who it is for: one person, or everybody with certain plans and groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum For {
    #[default]
    Member,
    Grants,
}

/// Where it is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// A file to hand over.
    #[default]
    File,
    /// A folder that members follow.
    Folder,
}

/// What locks it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Lock {
    Open,
    #[default]
    Passphrase,
    Recipients,
}

/// Why the wizard cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    Passphrase(PassphraseFault),
    Recipients,
    Path,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ExportForm {
    pub kind: For,
    pub member: Option<MemberId>,
    pub plans: BTreeSet<PlanId>,
    pub groups: BTreeSet<GroupId>,
    pub credentials: BTreeSet<ConnectionId>,
    pub lock: Lock,
    pub recipients: String,
    /// How many days it is accepted; 0 is without end.
    pub days: u32,
    pub place: Place,
    pub path: String,
    /// What readers know this Hub by.
    pub issuer: String,
}

/// What an input does to the form.
pub(super) type Change = Box<dyn FnOnce(&mut ExportForm)>;

impl Reducible for ExportForm {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut form = (*self).clone();
        change(&mut form);
        Rc::new(form)
    }
}

impl ExportForm {
    /// Nobody chosen is no audience.
    pub(super) fn audience(&self) -> Option<Audience> {
        match self.kind {
            For::Member => self.member.clone().map(|member| Audience::Member { member }),
            For::Grants if self.plans.is_empty() && self.groups.is_empty() => None,
            For::Grants => Some(Audience::Grants {
                plans: self.plans.iter().cloned().collect(),
                groups: self.groups.iter().cloned().collect(),
            }),
        }
    }

    /// Forgets ticks of connections that the audience does not have.
    pub(super) fn keep_only(&mut self, contents: &BundleContents) {
        let portable = |id: &ConnectionId| {
            contents
                .connections
                .iter()
                .any(|connection| connection.id == *id && connection.credential == BundleCredential::Key)
        };
        self.credentials.retain(portable);
        if self.issuer.is_empty() {
            contents.issuer.clone_into(&mut self.issuer);
        }
        if self.must_be_locked() && self.lock == Lock::Open {
            self.lock = Lock::Passphrase;
        }
    }

    /// Credentials only travel locked.
    pub(super) fn must_be_locked(&self) -> bool {
        !self.credentials.is_empty()
    }

    pub(super) fn missing(&self, passphrase: &str, repeated: &str) -> Option<Missing> {
        let unlocked = match self.lock {
            Lock::Open => None,
            Lock::Passphrase => passphrase_fault(passphrase, repeated, true).map(Missing::Passphrase),
            Lock::Recipients => self.keys().is_empty().then_some(Missing::Recipients),
        };
        unlocked.or_else(|| self.path.trim().is_empty().then_some(Missing::Path))
    }

    pub(super) fn export(&self, audience: Audience, passphrase: &str, now: UtcMs) -> ExportBundleRequest {
        ExportBundleRequest {
            path: self.path.trim().to_owned(),
            audience,
            credentials_of: self.credentials.iter().cloned().collect(),
            passphrase: (self.lock == Lock::Passphrase).then(|| SecretInput::new(passphrase)),
            recipients: if self.lock == Lock::Recipients { self.keys() } else { Vec::new() },
            not_after: (self.days > 0).then(|| now + UtcMs::from(self.days) * DAY),
            issuer: Some(self.issuer.trim().to_owned()).filter(|name| !name.is_empty()),
        }
    }

    pub(super) fn publish(&self, audience: Audience, passphrase: &str, now: UtcMs) -> PublishBundleRequest {
        let ExportBundleRequest { path, audience, credentials_of, passphrase, recipients, not_after, issuer } =
            self.export(audience, passphrase, now);
        PublishBundleRequest { address: path, audience, credentials_of, passphrase, recipients, not_after, issuer }
    }

    fn keys(&self) -> Vec<String> {
        self.recipients.split_whitespace().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::PlatformId;
    use hub_contract::bundle::BundleConnection;

    use super::*;

    fn contents(credential: BundleCredential) -> BundleContents {
        let connection = BundleConnection {
            id: "c".into(),
            name: "Dify".into(),
            platform: PlatformId::Dify,
            credential,
            agents: Vec::new(),
        };
        BundleContents { agents: 1, connections: vec![connection], issuer: "Hub".into() }
    }

    #[test]
    fn nobody_is_no_audience() {
        let mut form = ExportForm::default();
        assert_eq!(form.audience(), None);
        form.kind = For::Grants;
        assert_eq!(form.audience(), None);
        form.plans.insert("p".into());
        assert_eq!(form.audience(), Some(Audience::Grants { plans: vec!["p".into()], groups: Vec::new() }));
    }

    #[test]
    fn credentials_travel_locked_and_only_where_they_can() {
        let mut form = ExportForm { lock: Lock::Open, ..ExportForm::default() };
        form.credentials.insert("c".into());
        form.keep_only(&contents(BundleCredential::Key));
        assert_eq!((form.credentials.len(), form.lock), (1, Lock::Passphrase));
        form.keep_only(&contents(BundleCredential::Account));
        assert!(form.credentials.is_empty());
    }

    #[test]
    fn what_locks_it_is_asked_for_before_the_path() {
        let mut form = ExportForm::default();
        assert_eq!(form.missing("", ""), Some(Missing::Passphrase(PassphraseFault::Short)));
        form.lock = Lock::Recipients;
        assert_eq!(form.missing("", ""), Some(Missing::Recipients));
        form.recipients = "age1abc\n age1def ".into();
        assert_eq!(form.missing("", ""), Some(Missing::Path));
        form.path = " /tmp/b.hubbundle ".into();
        assert_eq!(form.missing("", ""), None);
    }

    #[test]
    fn a_request_has_only_what_was_chosen() {
        let mut form = ExportForm { path: " /tmp/b ".into(), days: 2, ..ExportForm::default() };
        form.recipients = "age1abc".into();
        let audience = Audience::Member { member: "m".into() };
        let request = form.export(audience.clone(), "four words", 10);
        assert_eq!((request.path.as_str(), request.not_after), ("/tmp/b", Some(10 + 2 * DAY)));
        assert!(request.passphrase.is_some() && request.recipients.is_empty());
        form.lock = Lock::Recipients;
        form.days = 0;
        let request = form.publish(audience, "four words", 10);
        assert_eq!((request.passphrase, request.not_after), (None, None));
        assert_eq!(request.recipients, ["age1abc"]);
    }
}
