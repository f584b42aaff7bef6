//! A file from an address that a person chose. No credential goes along.

use hub_contract::{ErrorCode, HubError};

use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Network;
use crate::reason::Reason;
use crate::transport::Transport;

/// Fetches a file of at most `limit` bytes, once. Redirects are not followed, as nowhere.
pub(crate) async fn file(
    transport: &Transport,
    url: &str,
    network: &Network,
    limit: usize,
) -> Result<Vec<u8>, HubError> {
    let call = Call {
        method: Method::Get,
        url: url.to_owned(),
        credential: None,
        headers: Vec::new(),
        body: CallBody::Nothing,
        streams: false,
    };
    let mut answer = transport.send(Reason::Bundle, network, &call, false).await.map_err(|failure| failure.error)?;
    if answer.status != 200 {
        let mut error = HubError::new(ErrorCode::NotFound, "there is no file at the address").hint("bundle_gone");
        error.detail.status = Some(answer.status);
        return Err(error);
    }
    answer.body.whole(limit).await
}
