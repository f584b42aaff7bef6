//! Completes errors with what only the caller knows: which platform, which host, which request; and takes credentials
//! out of every text of the other side.

use std::collections::BTreeMap;

use hub_contract::{HubError, PlatformId, RunEvent};
use secrecy::SecretString;
use url::Url;

use crate::chat::{ChatSignal, RequestFacts};
use crate::endpoint::Endpoint;
use crate::error_body;
use crate::redact::redact;

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
        Self { platform: endpoint.platform, host, secrets: endpoint.secrets.clone() }
    }

    /// The error with everything that is known; what it says itself stays.
    pub(crate) fn complete(&self, mut error: HubError, facts: &RequestFacts) -> HubError {
        let detail = &mut error.detail;
        detail.platform.get_or_insert(self.platform);
        detail.host = detail.host.take().or_else(|| self.host.clone());
        detail.status = detail.status.or(facts.status);
        detail.request_id = detail.request_id.take().or_else(|| facts.request_id.clone());
        detail.text = detail.text.take().and_then(|text| error_body::shown(&redact(&text, &self.secrets)));
        detail.platform_code = detail.platform_code.take().map(|code| redact(&code, &self.secrets));
        error.message = redact(&error.message, &self.secrets);
        error
    }

    /// A signal whose error, if it has one, is complete.
    pub(crate) fn signal(&self, signal: ChatSignal, facts: &RequestFacts) -> ChatSignal {
        match signal {
            ChatSignal::Event(RunEvent::Failed { error }) => {
                ChatSignal::Event(RunEvent::Failed { error: self.complete(error, facts) })
            }
            ChatSignal::Event(RunEvent::Truncated { error: Some(error) }) => {
                ChatSignal::Event(RunEvent::Truncated { error: Some(self.complete(error, facts)) })
            }
            other => other,
        }
    }
}
