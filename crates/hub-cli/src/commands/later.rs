//! Commands whose turn comes with a later version. They are understood and handed to the core, which says so.

use hub_contract::bundle::{AuthorizeRequest, AuthorizeWay};

use crate::args::Authorize;
use crate::failure::Result;
use crate::session::{Access, Session, connection_id};

pub(super) async fn authorize(request: Authorize, session: &Session) -> Result<()> {
    let way = match (request.device, request.paste) {
        (true, _) => AuthorizeWay::Device,
        (_, true) => AuthorizeWay::Paste,
        _ => AuthorizeWay::Loopback,
    };
    session
        .with(Access::Writing, async |hub| {
            let connection = connection_id(&hub, &request.connection).await?;
            hub.authorize_begin(AuthorizeRequest { connection, way }).await?;
            Ok(())
        })
        .await
}
