//! Signing in to Coze (`wire/agents.md` 4.1 to 4.4): the address for the browser, the codes for a device, the account.

use hub_contract::catalogue::CLIENT_ID;
use hub_contract::{ErrorCode, HubError};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use crate::address;
use crate::authorize::{AccountInfo, AuthorizeAsk, DeviceGrant};
use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Endpoint;
use crate::error_body;
use crate::json::{self, Value, lenient_u64, member};

const AUTHORIZE: &str = "/api/permission/oauth2/authorize";
const DEVICE: &str = "/api/permission/oauth2/device/code";
/// Where nothing else is said: the standard's interval and Coze's documented life of a code, in seconds.
const INTERVAL: u64 = 5;
const EXPIRES_IN: u64 = 300;

/// The address to open in the browser.
///
/// # Errors
/// `credential_missing` without a client id; `invalid_request` for a base URL that is none.
pub(super) fn url(endpoint: &Endpoint, ask: &AuthorizeAsk) -> Result<String, HubError> {
    let client = client_id(endpoint)?;
    let mut url = Url::parse(&address::join(&browser_base(&endpoint.base_url), AUTHORIZE))
        .map_err(|_| HubError::new(ErrorCode::InvalidRequest, "The address is none.").hint("address_not_an_address"))?;
    let mut query = url.query_pairs_mut();
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", client)
        .append_pair("redirect_uri", &ask.redirect_uri)
        .append_pair("state", ask.state.expose_secret());
    if let Some(challenge) = &ask.challenge {
        query.append_pair("code_challenge", challenge).append_pair("code_challenge_method", "S256");
    }
    drop(query);
    Ok(url.into())
}

/// The call that gets codes for a device.
///
/// # Errors
/// `credential_missing` without a client id.
pub(super) fn device_call(endpoint: &Endpoint) -> Result<Call, HubError> {
    Ok(Call {
        method: Method::Post,
        url: address::join(&endpoint.base_url, DEVICE),
        credential: None,
        headers: Vec::new(),
        body: CallBody::Json(json!({ "client_id": client_id(endpoint)? })),
        streams: false,
    })
}

/// Reads the codes.
///
/// # Errors
/// `bad_answer` where there are none.
pub(super) fn read_device(document: &Value) -> Result<DeviceGrant, HubError> {
    let given = document.get("data").filter(|data| data.is_object()).unwrap_or(document);
    let found = member(given, "device_code").zip(member(given, "verification_uri"));
    // Documented as a number, shown as text.
    let user_code = given.get("user_code").and_then(json::text_of);
    let (Some((device_code, page)), Some(user_code)) = (found, user_code) else {
        return Err(HubError::new(ErrorCode::BadAnswer, "Coze gave no device code."));
    };
    let mut url =
        Url::parse(page).map_err(|_| HubError::new(ErrorCode::BadAnswer, "Coze named no page for the device code."))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(HubError::new(ErrorCode::BadAnswer, "Coze named a page that no browser opens."));
    }
    url.query_pairs_mut().append_pair("user_code", &user_code);
    let seconds = |name, usual| given.get(name).and_then(lenient_u64).unwrap_or(usual);
    Ok(DeviceGrant {
        device_code: SecretString::from(device_code),
        user_code,
        url: url.into(),
        expires_in: seconds("expires_in", EXPIRES_IN),
        interval: seconds("interval", INTERVAL),
    })
}

/// The path that tells whose token it is.
pub(super) const ACCOUNT: &str = "/v1/users/me";

/// Reads it.
///
/// # Errors
/// `bad_answer` where it names nobody.
pub(super) fn read_account(document: &Value) -> Result<AccountInfo, HubError> {
    let data = document.get("data").unwrap_or(document);
    let id = data.get("user_id").and_then(json::text_of);
    let id = id.ok_or_else(|| HubError::new(ErrorCode::BadAnswer, "Coze did not say whose account it is."))?;
    let name = ["nick_name", "user_name"].iter().find_map(|name| member(data, name)).and_then(error_body::shown);
    Ok(AccountInfo { name: name.unwrap_or_else(|| id.clone()), id })
}

pub(super) fn client_id(endpoint: &Endpoint) -> Result<&str, HubError> {
    let client = endpoint.fields.get(CLIENT_ID).map(|id| id.trim()).filter(|id| !id.is_empty());
    client.ok_or_else(|| HubError::new(ErrorCode::CredentialMissing, "The account has no client ID.").field(CLIENT_ID))
}

/// Browsers sign in at `www.` of the name whose `api.` the calls go to; servers of one's own have one name.
fn browser_base(base_url: &str) -> String {
    match base_url.split_once("://") {
        Some((scheme, rest)) => match rest.strip_prefix("api.") {
            Some(name) => format!("{scheme}://www.{name}"),
            None => base_url.to_owned(),
        },
        None => base_url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::endpoint;
    use super::*;

    fn account() -> Endpoint {
        let mut account = endpoint("https://api.coze.cn", &[]);
        account.fields.insert(CLIENT_ID.to_owned(), " 42 ".to_owned());
        account
    }

    #[test]
    fn the_browser_is_sent_to_www_with_s256_or_nothing() {
        let mut ask = AuthorizeAsk {
            redirect_uri: "https://relay.example/a#b".to_owned(),
            state: SecretString::from("s 1"),
            challenge: Some("c-1".to_owned()),
        };
        let sent = url(&account(), &ask).unwrap();
        assert_eq!(
            sent,
            "https://www.coze.cn/api/permission/oauth2/authorize?response_type=code&client_id=42\
             &redirect_uri=https%3A%2F%2Frelay.example%2Fa%23b&state=s+1&code_challenge=c-1&code_challenge_method=S256"
        );
        ask.challenge = None;
        assert!(!url(&account(), &ask).unwrap().contains("challenge"));
        assert_eq!(
            url(&endpoint("https://api.coze.cn", &[]), &ask).unwrap_err().code,
            ErrorCode::CredentialMissing,
            "an app without an id cannot be asked for"
        );
    }

    #[test]
    fn a_server_of_ones_own_is_its_own_browser_host() {
        assert_eq!(browser_base("http://127.0.0.1:9"), "http://127.0.0.1:9");
        assert_eq!(browser_base("https://api.coze.com"), "https://www.coze.com");
    }

    #[test]
    fn device_codes_in_both_spellings() {
        for (user_code, text) in [(json!("ABCD-1234"), "ABCD-1234"), (json!(1234), "1234")] {
            let answer = json!({ "device_code": "d", "user_code": user_code,
                "verification_uri": "https://www.coze.cn/device" });
            let given = read_device(&answer.into()).unwrap();
            assert_eq!((given.user_code.as_str(), given.expires_in, given.interval), (text, 300, 5));
            assert_eq!(given.url, format!("https://www.coze.cn/device?user_code={text}"));
        }
        for wrong in [json!({}), json!({ "device_code": "d", "user_code": "u", "verification_uri": "file:///etc" })] {
            assert_eq!(read_device(&wrong.clone().into()).unwrap_err().code, ErrorCode::BadAnswer, "{wrong}");
        }
    }

    #[test]
    fn an_account_has_an_id_and_the_name_people_know() {
        let read = |data: serde_json::Value| {
            read_account(&json!({ "code": 0, "data": data }).into()).map(|who| (who.id, who.name))
        };
        let named = json!({ "user_id": "7", "user_name": "li", "nick_name": "李雷" });
        assert_eq!(read(named).unwrap(), ("7".to_owned(), "李雷".to_owned()));
        assert_eq!(read(json!({ "user_id": 7 })).unwrap(), ("7".to_owned(), "7".to_owned()));
        assert_eq!(read(json!({})).unwrap_err().code, ErrorCode::BadAnswer);
    }
}
