//! The page in the browser: who asks, for which redirect address, and what the person says.
//!
//! As on the real platform, nothing is sent to an address that is not registered letter by letter.

use url::form_urlencoded::{Serializer, parse};

use super::oauth::{CodeRequest, Grants, is_client};
use super::{Account, CozeOptions, PKCE_CLIENT};
use crate::{Recorded, Reply};

/// What the person in front of the consent page does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Consent {
    /// Allows it, signed in as the account that owns everything.
    #[default]
    Allows,
    /// Allows it, signed in as the other account.
    AllowsAsStranger,
    /// Says no.
    Denies,
}

/// `GET /api/permission/oauth2/authorize`.
pub(super) fn answer(request: &Recorded, options: &CozeOptions, grants: &mut Grants) -> Reply {
    let asked =
        |name: &str| parse(request.query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let client = asked("client_id").unwrap_or_default();
    let redirect = asked("redirect_uri").unwrap_or_default();
    let state = asked("state").unwrap_or_default();
    let challenge = asked("code_challenge");
    if !is_client(&client) {
        return Reply::html(400, "sim: there is no such client");
    }
    if !options.redirects.contains(&redirect) {
        return Reply::html(400, "sim: redirect_uri is not registered");
    }
    if asked("response_type").as_deref() != Some("code") || state.is_empty() {
        return Reply::html(400, "sim: response_type must be code, and state is required");
    }
    if client == PKCE_CLIENT && challenge.is_none() {
        return Reply::html(400, "sim: this client needs a code_challenge");
    }
    let method = asked("code_challenge_method").unwrap_or_else(|| "plain".to_owned());
    if !matches!(method.as_str(), "plain" | "S256") {
        return Reply::html(400, "sim: code_challenge_method must be plain or S256");
    }
    let account = match options.consent {
        Consent::Allows => Account::Owner,
        Consent::AllowsAsStranger => Account::Stranger,
        Consent::Denies => {
            let query = [
                ("error", "access_denied"),
                ("error_description", "<script>alert(1)</script> sim: no"),
                ("state", &state),
            ];
            return back(&redirect, &query);
        }
    };
    let code = grants.code(CodeRequest { client, redirect: redirect.clone(), challenge, method }, account);
    back(&redirect, &[("code", &code), ("state", &state)])
}

fn back(redirect: &str, query: &[(&str, &str)]) -> Reply {
    let query = Serializer::new(String::new()).extend_pairs(query).finish();
    Reply::redirect(302, format!("{redirect}?{query}"))
}
