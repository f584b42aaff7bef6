//! The one state machine of an authorization. Pure: it owns no clock, socket or store, so every row of its table can be
//! walked in a test.
//!
//! ```text
//! Idle -> Pending -> Exchanging -> Connected | Failed
//!                              \-> OtherAccount -> Exchanging
//! ```
//! Only one waits at a time. An answer is believed once, when its state and address are those that are waited for; any
//! other answer changes nothing.

use hub_contract::authorize::{AuthorizeView, AuthorizeWay};
use hub_contract::id::ConnectionId;
use hub_contract::{ErrorCode, HubError, PlatformId, UtcMs};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::answer::{Answer, NoAnswer, Outcome, scheme_address};
use super::proof::is_same;

/// What is waited for. The keychain holds it for the case that the program ends before the browser answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Pending {
    #[zeroize(skip)]
    pub(super) connection: ConnectionId,
    #[zeroize(skip)]
    pub(super) way: AuthorizeWay,
    /// Where the answer comes back, letter by letter; empty for a device.
    pub(super) redirect: String,
    /// Where the browser was sent: the only one whose answer counts.
    pub(super) issuer: String,
    /// The origin that the connection's secrets are bound to. When it changes, the answer is another platform's.
    pub(super) origin: String,
    /// Tells this attempt from every other one.
    pub(super) state: String,
    /// Absent where PKCE is switched off, and for a device.
    pub(super) verifier: Option<String>,
    /// The address for the browser.
    pub(super) url: String,
    pub(super) user_code: Option<String>,
    #[zeroize(skip)]
    pub(super) expires_at: UtcMs,
}

impl std::fmt::Debug for Pending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pending").field("connection", &self.connection).field("way", &self.way).finish_non_exhaustive()
    }
}

/// How far it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Flow {
    #[default]
    Idle,
    Pending(Pending),
    Exchanging {
        connection: ConnectionId,
    },
    /// Another account than before answered.
    OtherAccount {
        connection: ConnectionId,
        before: String,
        now: String,
    },
    Connected {
        connection: ConnectionId,
        account: Option<String>,
        list_error: Option<HubError>,
    },
    Failed {
        connection: ConnectionId,
        error: HubError,
    },
}

/// What an answer that was believed leads to.
#[derive(Debug)]
pub(super) enum Next {
    /// The code has to be exchanged, once.
    Exchange { pending: Box<Pending>, code: SecretString },
    /// The owner said no.
    Refused,
}

impl Flow {
    /// Begins to wait. Whatever was before is given up: an answer to it no longer has a state that is waited for.
    pub(super) fn begin(&mut self, pending: Pending) {
        *self = Self::Pending(pending);
    }

    /// Takes an answer.
    ///
    /// # Errors
    /// Why it is not believed; the flow stays as it was.
    pub(super) fn answer(&mut self, answer: Answer) -> Result<Next, HubError> {
        let pending = match self {
            Self::Pending(pending) => pending,
            // A second copy of an answer that was believed, or an answer nobody asked for.
            Self::Failed { error, .. } if is_expiry(error) => return Err(expired()),
            _ => return Err(nothing_waits()),
        };
        let comes_back_here = pending.redirect == answer.address
            || (pending.way == AuthorizeWay::DeepLink && answer.address == scheme_address());
        if pending.way == AuthorizeWay::Device || !comes_back_here {
            return Err(of_other_address());
        }
        if !is_same(&pending.state, answer.state.expose_secret()) {
            return Err(of_other_browser());
        }
        if answer.issuer.is_some_and(|issuer| issuer.trim_end_matches('/') != pending.issuer) {
            return Err(of_other_address());
        }
        let pending = pending.clone();
        let connection = pending.connection.clone();
        match answer.outcome {
            Outcome::Allowed { code } => {
                *self = Self::Exchanging { connection };
                Ok(Next::Exchange { pending: Box::new(pending), code })
            }
            Outcome::Refused { error, words } => {
                *self = Self::Failed { connection, error: refused(&error, words) };
                Ok(Next::Refused)
            }
        }
    }

    /// The device was let in: true for the one who may go on.
    pub(super) fn device_allowed(&mut self, state: &str) -> bool {
        match self {
            Self::Pending(pending) if is_same(&pending.state, state) => {
                *self = Self::Exchanging { connection: pending.connection.clone() };
                true
            }
            _ => false,
        }
    }

    /// True while this very attempt is waited for.
    pub(super) fn waits_for(&self, state: &str) -> bool {
        matches!(self, Self::Pending(pending) if is_same(&pending.state, state))
    }

    /// Gives up what has waited too long; its verifier is gone then. True when something was given up.
    pub(super) fn expire(&mut self, now: UtcMs) -> bool {
        match self {
            Self::Pending(pending) if pending.expires_at <= now => {
                *self = Self::Failed { connection: pending.connection.clone(), error: expired() };
                true
            }
            _ => false,
        }
    }

    /// Ends an attempt that failed.
    pub(super) fn fail(&mut self, connection: &ConnectionId, error: HubError) {
        *self = Self::Failed { connection: connection.clone(), error };
    }

    /// Whether the person of this connection may give it up, or put away how it ended. What is being exchanged goes on:
    /// its code is spent anyway.
    pub(super) fn can_be_cancelled_by(&self, connection: &ConnectionId) -> bool {
        self.connection() == Some(connection) && !matches!(self, Self::Exchanging { .. })
    }

    /// The person wants the account that answered: true for the one who may go on.
    pub(super) fn replace(&mut self, connection: &ConnectionId) -> bool {
        match self {
            Self::OtherAccount { connection: asked, .. } if asked == connection => {
                *self = Self::Exchanging { connection: connection.clone() };
                true
            }
            _ => false,
        }
    }

    /// How far the authorization of this connection is.
    pub(super) fn view(&self, connection: &ConnectionId) -> AuthorizeView {
        if self.connection() != Some(connection) {
            return AuthorizeView::Idle;
        }
        match self {
            Self::Idle => AuthorizeView::Idle,
            Self::Pending(pending) => AuthorizeView::Pending {
                way: pending.way,
                url: pending.url.clone(),
                user_code: pending.user_code.clone(),
                expires_at: pending.expires_at,
                refused: None,
            },
            Self::Exchanging { .. } => AuthorizeView::Exchanging,
            Self::OtherAccount { before, now, .. } => {
                AuthorizeView::OtherAccount { before: before.clone(), now: now.clone() }
            }
            Self::Connected { account, list_error, .. } => {
                AuthorizeView::Connected { account: account.clone(), list_error: list_error.clone() }
            }
            Self::Failed { error, .. } => AuthorizeView::Failed { error: error.clone() },
        }
    }

    /// Whose it is.
    pub(super) fn connection(&self) -> Option<&ConnectionId> {
        match self {
            Self::Idle => None,
            Self::Pending(pending) => Some(&pending.connection),
            Self::Exchanging { connection }
            | Self::OtherAccount { connection, .. }
            | Self::Connected { connection, .. }
            | Self::Failed { connection, .. } => Some(connection),
        }
    }
}

/// What is told about an address that is no answer.
pub(super) fn no_answer(why: NoAnswer) -> HubError {
    match why {
        NoAnswer::Foreign => about("the link asks for nothing that links can do", "authorize_foreign_link"),
        NoAnswer::Malformed => about("the address is not as a platform writes it", "authorize_malformed"),
    }
}

/// The browser, or the device, was waited for too long.
pub(super) fn expired() -> HubError {
    again("the authorization was waited for too long", EXPIRED)
}

/// What was waited for cannot be gone on with.
pub(super) fn start_again() -> HubError {
    again("what the answer belongs to is gone", "authorize_start_again")
}

/// The owner of the account said no, or the platform in the owner's place.
pub(super) fn refused(error: &str, words: Option<String>) -> HubError {
    // `access_deny` is how Coze spells it in places.
    let mut refusal = if error.starts_with("access_den") {
        again("the account's owner refused", "authorize_denied")
    } else {
        again("the platform refused the authorization", "authorize_refused")
    };
    refusal.detail.platform_code = Some(error.to_owned());
    refusal.detail.text = words;
    refusal
}

const EXPIRED: &str = "authorize_expired";

fn is_expiry(error: &HubError) -> bool {
    error.detail.hint.as_deref() == Some(EXPIRED)
}

fn nothing_waits() -> HubError {
    about("nothing waits for this answer", "authorize_nothing_waits")
}

fn of_other_browser() -> HubError {
    about("the answer belongs to another attempt", "authorize_other_browser")
}

fn of_other_address() -> HubError {
    about("the answer came back another way than it was asked for", "authorize_other_address")
}

fn about(message: &str, hint: &str) -> HubError {
    named(HubError::new(ErrorCode::InvalidRequest, message).hint(hint))
}

fn again(message: &str, hint: &str) -> HubError {
    named(HubError::new(ErrorCode::Reauthorize, message).hint(hint))
}

fn named(mut error: HubError) -> HubError {
    error.detail.platform = Some(PlatformId::Coze);
    error
}

#[cfg(test)]
mod tests {
    use super::super::answer;
    use super::*;

    const LATER: UtcMs = 1_000;

    fn pending(way: AuthorizeWay, redirect: &str) -> Pending {
        Pending {
            connection: "c".into(),
            way,
            redirect: redirect.to_owned(),
            issuer: "https://www.coze.cn".to_owned(),
            origin: "https://api.coze.cn:443".to_owned(),
            state: "state-1".to_owned(),
            verifier: Some("verifier-1".to_owned()),
            url: "https://www.coze.cn/authorize".to_owned(),
            user_code: None,
            expires_at: LATER,
        }
    }

    fn waiting() -> Flow {
        let mut flow = Flow::default();
        flow.begin(pending(AuthorizeWay::DeepLink, "https://relay.example/coze"));
        flow
    }

    fn answered(flow: &mut Flow, text: &str) -> Result<Next, String> {
        flow.answer(answer::read(text).unwrap()).map_err(|error| error.detail.hint.unwrap_or_default())
    }

    const GOOD: &str = "dev.hubdesktop.hub:/oauth/coze?code=c1&state=state-1";

    #[test]
    fn a_good_answer_is_believed_once() {
        let mut flow = waiting();
        assert!(matches!(answered(&mut flow, GOOD), Ok(Next::Exchange { .. })));
        assert_eq!(flow.view(&"c".into()), AuthorizeView::Exchanging);
        assert_eq!(answered(&mut flow, GOOD).unwrap_err(), "authorize_nothing_waits");
        assert_eq!(flow.view(&"other".into()), AuthorizeView::Idle);
    }

    #[test]
    fn wrong_answers_change_nothing() {
        for (wrong, hint) in [
            ("dev.hubdesktop.hub:/oauth/coze?code=c1&state=state-2", "authorize_other_browser"),
            ("http://127.0.0.1:17643/oauth/coze?code=c1&state=state-1", "authorize_other_address"),
            ("https://relay.example/coze/?code=c1&state=state-1", "authorize_other_address"),
            (
                "dev.hubdesktop.hub:/oauth/coze?code=c1&state=state-1&iss=https%3A%2F%2Fevil.example",
                "authorize_other_address",
            ),
        ] {
            let mut flow = waiting();
            assert_eq!(answered(&mut flow, wrong).unwrap_err(), hint, "{wrong}");
            assert_eq!(flow, waiting(), "{wrong}");
        }
    }

    #[test]
    fn a_pasted_address_of_the_relay_and_the_right_issuer_are_answers_too() {
        for right in [
            "https://relay.example/coze?code=c1&state=state-1",
            "dev.hubdesktop.hub:/oauth/coze?code=c1&state=state-1&iss=https%3A%2F%2Fwww.coze.cn%2F",
        ] {
            assert!(answered(&mut waiting(), right).is_ok(), "{right}");
        }
    }

    #[test]
    fn time_ends_it_with_its_verifier() {
        let mut flow = waiting();
        assert!(!flow.expire(LATER - 1) && flow.expire(LATER) && !flow.expire(LATER));
        assert_eq!(flow, Flow::Failed { connection: "c".into(), error: expired() });
        assert_eq!(answered(&mut flow, GOOD).unwrap_err(), "authorize_expired");
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let mut flow = waiting();
        let refused = answered(&mut flow, "dev.hubdesktop.hub:/oauth/coze?error=access_denied&state=state-1");
        assert!(matches!(refused, Ok(Next::Refused)));
        let AuthorizeView::Failed { error } = flow.view(&"c".into()) else { panic!("it was refused") };
        assert_eq!(error.detail.hint.as_deref(), Some("authorize_denied"));
    }

    #[test]
    fn a_device_is_answered_by_nobody_else() {
        let mut flow = Flow::default();
        flow.begin(pending(AuthorizeWay::Device, ""));
        assert_eq!(answered(&mut flow, "?code=c1&state=state-1").unwrap_err(), "authorize_other_address");
        assert!(!flow.device_allowed("state-2") && flow.device_allowed("state-1") && !flow.device_allowed("state-1"));
    }

    #[test]
    fn cancelling_is_for_the_one_who_waits_and_not_in_the_middle_of_an_exchange() {
        assert!(waiting().can_be_cancelled_by(&"c".into()) && !waiting().can_be_cancelled_by(&"other".into()));
        assert!(!Flow::Exchanging { connection: "c".into() }.can_be_cancelled_by(&"c".into()));
    }

    #[test]
    fn no_secret_is_shown() {
        let flow = format!("{:?}", waiting());
        assert!(!flow.contains("state-1") && !flow.contains("verifier-1"), "{flow}");
    }
}
