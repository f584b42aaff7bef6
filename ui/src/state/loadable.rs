//! The one type for what a page loads.

use hub_contract::HubError;

/// Something that is being loaded, is there, or could not be loaded.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Loadable<T> {
    /// Nothing has come yet.
    #[default]
    Loading,
    /// It is there; while it is loaded again, the old one stays.
    Ready(T),
    /// It could not be loaded.
    Failed(HubError),
}

impl<T> Loadable<T> {
    /// The value, if it is there.
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }

    /// The error, if it failed.
    pub fn error(&self) -> Option<&HubError> {
        match self {
            Self::Failed(error) => Some(error),
            Self::Loading | Self::Ready(_) => None,
        }
    }

    /// True until something has come.
    pub fn is_loading(&self) -> bool {
        matches!(self, Self::Loading)
    }
}

impl<T> From<Result<T, HubError>> for Loadable<T> {
    fn from(result: Result<T, HubError>) -> Self {
        match result {
            Ok(value) => Self::Ready(value),
            Err(error) => Self::Failed(error),
        }
    }
}
