//! Completes errors with what only the caller knows: which platform, which host, which request; and takes credentials
//! out of every text of the other side.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::{HubError, PlatformId, RunEvent};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::chat::{ChatSignal, RequestFacts};
use crate::endpoint::{Endpoint, Proxy};
use crate::error_body;
use crate::redact::redact;

/// Longest id of a request that is told, in characters.
const LONGEST_REQUEST_ID: usize = 200;

/// Whom errors of a call are about.
#[derive(Debug)]
pub(crate) struct Blame {
    platform: PlatformId,
    host: Option<String>,
    secrets: BTreeMap<String, SecretString>,
}

impl Blame {
    pub(crate) fn of(endpoint: &Endpoint) -> Self {
        let host = Url::parse(&endpoint.base_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let mut secrets = endpoint.secrets.clone();
        if let Proxy::Custom { user, password: Some(password), .. } = &endpoint.network.proxy {
            // As it is, and as it stands in the header that a proxy may repeat.
            let header = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
            secrets.insert(" proxy password".to_owned(), password.clone());
            secrets.insert(" proxy header".to_owned(), header.into());
        }
        Self { platform: endpoint.platform, host, secrets }
    }

    /// The error with everything that is known; what it says itself stays.
    pub(crate) fn complete(&self, mut error: HubError, facts: &RequestFacts) -> HubError {
        let detail = &mut error.detail;
        detail.platform.get_or_insert(self.platform);
        detail.host = detail.host.take().or_else(|| self.host.clone());
        detail.status = detail.status.or(facts.status);
        let request_id = detail.request_id.take().or_else(|| facts.request_id.clone());
        detail.request_id = request_id.map(|id| self.request_id(&id));
        detail.text = detail.text.take().and_then(|text| error_body::shown(&redact(&text, &self.secrets)));
        detail.platform_code = detail.platform_code.take().map(|code| redact(&code, &self.secrets));
        error.message = redact(&error.message, &self.secrets);
        error
    }

    /// A signal whose error, if it has one, is complete, and whose facts tell no credential.
    pub(crate) fn signal(&self, signal: ChatSignal, facts: &RequestFacts) -> ChatSignal {
        match signal {
            ChatSignal::Facts(mut facts) => {
                facts.request_id = facts.request_id.map(|id| self.request_id(&id));
                ChatSignal::Facts(facts)
            }
            ChatSignal::Event(RunEvent::Failed { error }) => {
                ChatSignal::Event(RunEvent::Failed { error: self.complete(error, facts) })
            }
            ChatSignal::Event(RunEvent::Truncated { error: Some(error) }) => {
                ChatSignal::Event(RunEvent::Truncated { error: Some(self.complete(error, facts)) })
            }
            other => other,
        }
    }

    /// An id as the other side gave it, which may be anything.
    fn request_id(&self, id: &str) -> String {
        redact(id, &self.secrets).chars().filter(|c| !c.is_control()).take(LONGEST_REQUEST_ID).collect()
    }
}
