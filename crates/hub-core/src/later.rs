//! Commands whose turn comes with a later version. They are in the list already, so that every room has its place; they
//! answer `not_built`, and pages and `hub` say exactly that.

use hub_contract::bundle::{AuthorizeRequest, AuthorizeView, FinishAuthorizeRequest};
use hub_contract::id::ConnectionId;
use hub_contract::{ErrorCode, HubError};

use crate::{Hub, Result};

macro_rules! later {
    ($($name:ident($request:ty) -> $reply:ty;)+) => {
        impl Hub {$(
            /// Not built yet.
            ///
            /// # Errors
            /// Always `not_built`.
            pub async fn $name(&self, _: $request) -> Result<$reply> {
                Err(HubError::new(ErrorCode::NotBuilt, concat!(stringify!($name), " comes with a later version")))
            }
        )+}
    };
}

later! {
    authorize_begin(AuthorizeRequest) -> AuthorizeView;
    authorize_state(ConnectionId) -> AuthorizeView;
    authorize_finish(FinishAuthorizeRequest) -> AuthorizeView;
    authorize_cancel(ConnectionId) -> ();
}
