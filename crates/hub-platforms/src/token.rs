//! The credential port: access tokens that end and are exchanged for newer ones.

use std::fmt::Debug;
use std::pin::Pin;

use hub_contract::{HubError, UtcMs};
use secrecy::SecretString;

use crate::endpoint::Endpoint;

/// Key of the access token among an endpoint's secrets.
pub const ACCESS_TOKEN: &str = "access_token";

/// Yields a token, or why there is none.
pub type Token<'a> = Pin<Box<dyn Future<Output = Result<SecretString, HubError>> + Send + 'a>>;

/// Where the access token of an account comes from. The core answers from the keychain and exchanges tokens there.
pub trait TokenSource: Debug + Send + Sync {
    /// The token to use now; one that is about to end is exchanged before.
    fn current(&self) -> Token<'_>;

    /// A newer one than `refused`, which the platform no longer takes. However many ask at once, one exchange is made,
    /// and what it brought is stored before anybody uses it.
    fn refresh(&self, refused: &SecretString) -> Token<'_>;
}

/// What is exchanged for a token.
#[derive(Debug, Clone)]
pub enum TokenRequest {
    /// The code that a browser brought back.
    Code {
        /// The code.
        code: SecretString,
        /// The redirect address that the code was sent to, letter by letter.
        redirect_uri: String,
        /// The PKCE verifier, for clients without a secret.
        verifier: Option<SecretString>,
    },
    /// A refresh token. On platforms that rotate it, it is dead as soon as they answer.
    Refresh {
        /// The refresh token.
        refresh_token: SecretString,
    },
    /// Nothing: a service app signs for its token with its private key.
    Service {
        /// The time to sign.
        now: UtcMs,
        /// An id that was never used.
        id: String,
    },
    /// The code that a device was given and that a person may have confirmed by now.
    Device {
        /// The device code.
        device_code: SecretString,
    },
}

impl TokenRequest {
    /// What must not be seen of it.
    pub(crate) fn secrets(&self) -> Vec<&SecretString> {
        match self {
            Self::Code { code, verifier, .. } => std::iter::once(code).chain(verifier).collect(),
            Self::Refresh { refresh_token } => vec![refresh_token],
            Self::Device { device_code } => vec![device_code],
            Self::Service { .. } => Vec::new(),
        }
    }
}

/// What a token endpoint granted. `Debug` shows no token.
#[derive(Debug, Clone)]
pub struct TokenGrant {
    /// The token that calls carry.
    pub access_token: SecretString,
    /// What the next one is exchanged for; absent where the grant cannot be renewed.
    pub refresh_token: Option<SecretString>,
    /// When the access token ends by the platform's clock; absent where it does not say.
    pub expires_at: Option<UtcMs>,
}

/// Puts the current token into the endpoint, where its tokens come from a source.
pub(crate) async fn take(endpoint: &mut Endpoint) -> Result<(), HubError> {
    if let Some(source) = endpoint.token.clone() {
        let token = source.current().await?;
        endpoint.secrets.insert(ACCESS_TOKEN.to_owned(), token);
    }
    Ok(())
}

/// Puts a newer token into the endpoint. False where its credential is none that could be renewed.
pub(crate) async fn renew(endpoint: &mut Endpoint) -> Result<bool, HubError> {
    let Some(source) = endpoint.token.clone() else {
        return Ok(false);
    };
    let Some(refused) = endpoint.secrets.get(ACCESS_TOKEN).cloned() else {
        return Ok(false);
    };
    let token = source.refresh(&refused).await?;
    endpoint.secrets.insert(ACCESS_TOKEN.to_owned(), token);
    Ok(true)
}
