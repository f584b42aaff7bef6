//! Signing in to an account: what a browser is sent to ask, what a device is given, and whose account answered.

use secrecy::SecretString;

/// What a browser is sent to ask for.
#[derive(Debug, Clone)]
pub struct AuthorizeAsk {
    /// Where the answer goes, letter by letter as it is registered with the app.
    pub redirect_uri: String,
    /// What the answer has to bring back.
    pub state: SecretString,
    /// The PKCE challenge, made with S256. There is no other method here, so none can be talked down to `plain`.
    pub challenge: Option<String>,
}

/// What a device was given. `Debug` shows no code.
#[derive(Debug, Clone)]
pub struct DeviceGrant {
    /// What the device exchanges.
    pub device_code: SecretString,
    /// What the person types in.
    pub user_code: String,
    /// The page for it.
    pub url: String,
    /// How long it is good, in seconds.
    pub expires_in: u64,
    /// How long to wait between two looks, in seconds.
    pub interval: u64,
}

/// Whose account a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountInfo {
    /// Its id, which stays when the person changes the name.
    pub id: String,
    /// The name that a person knows it by.
    pub name: String,
}
