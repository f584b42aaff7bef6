//! Why this program connects to the network.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Every reason to connect. The transport sends nothing without one, so what is not in this list does not happen; and
/// each of them is something that a person started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A person asked a question.
    Chat,
    /// A person stopped an answer, and the platform is told.
    Stop,
    /// A person tests a connection, or saves one and has it tested.
    ConnectionTest,
    /// A person opens or refreshes the list of what an account offers.
    Catalog,
    /// A person adds an agent, and the platform is asked what the app behind it is.
    App,
    /// A person adds an agent, or asks for the app's picture again, and the picture is fetched.
    Icon,
    /// A person said what they think of an answer, and the platform is told.
    Feedback,
    /// A person lets the Hub into an account.
    Authorize,
    /// An account's access token has to be exchanged for a newer one, for one of the reasons above.
    Token,
    /// A person follows a place for bundles, and it is looked at.
    Bundle,
}

impl Reason {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Chat,
        Self::Stop,
        Self::ConnectionTest,
        Self::Catalog,
        Self::App,
        Self::Icon,
        Self::Feedback,
        Self::Authorize,
        Self::Token,
        Self::Bundle,
    ];

    /// The reason in one word, for logs and tests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Stop => "stop",
            Self::ConnectionTest => "connection_test",
            Self::Catalog => "catalog",
            Self::App => "app",
            Self::Icon => "icon",
            Self::Feedback => "feedback",
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Bundle => "bundle",
        }
    }
}

/// How many calls were made for which reason since the program began.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    calls: Mutex<BTreeMap<Reason, u64>>,
}

impl Tally {
    pub(crate) fn count(&self, reason: Reason) {
        *self.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(reason).or_default() += 1;
    }

    pub(crate) fn calls(&self) -> BTreeMap<Reason, u64> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
