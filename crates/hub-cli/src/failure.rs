//! Why a command did not do what it was asked, and the exit status that says so.

use hub_contract::{ErrorCode, HubError};

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The core's error.
    Hub(Box<HubError>),
    /// The line asks for something that cannot be: a text key and its argument.
    Usage {
        /// Key in `hub-text`.
        text: &'static str,
        /// Fills `$what`.
        what: String,
    },
    /// A file or the terminal failed.
    Io {
        /// Which.
        what: String,
        /// How.
        error: String,
    },
    /// It has been told already, by an event or a table.
    Told(Status),
}

/// The exit statuses of `hub`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// The operation failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// The Hub's own state prevents it.
    OwnState = 3,
}

impl Status {
    /// What an error of the core ends `hub` with.
    pub(crate) fn of(error: &HubError) -> Self {
        if error.code.is_own_state() {
            Self::OwnState
        } else if error.code == ErrorCode::InvalidRequest && error.detail.status.is_none() {
            // Found by the core before anything was sent: the line or the secret cannot be right.
            Self::Usage
        } else {
            Self::Failed
        }
    }
}

impl Failure {
    pub(crate) fn usage(text: &'static str, what: impl Into<String>) -> Self {
        Self::Usage { text, what: what.into() }
    }

    pub(crate) fn of_io(what: impl Into<String>, error: &std::io::Error) -> Self {
        Self::Io { what: what.into(), error: error.to_string() }
    }

    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Hub(error) => Status::of(error),
            Self::Usage { .. } => Status::Usage,
            Self::Io { .. } => Status::Failed,
            Self::Told(status) => *status,
        }
    }
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        Self::Hub(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_follow_whose_matter_it_is() {
        let status = |code| Status::of(&HubError::new(code, ""));
        assert_eq!(status(ErrorCode::BadCredential), Status::Failed);
        assert_eq!(status(ErrorCode::NotBuilt), Status::Failed);
        assert_eq!(status(ErrorCode::KeychainLocked), Status::OwnState);
        assert_eq!(status(ErrorCode::InstanceRunning), Status::OwnState);
        assert_eq!(status(ErrorCode::InvalidRequest), Status::Usage);
        let mut refused = HubError::new(ErrorCode::InvalidRequest, "");
        refused.detail.status = Some(400);
        assert_eq!(Status::of(&refused), Status::Failed, "the platform refused it, not the line");
    }
}
