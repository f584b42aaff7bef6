//! The token endpoint: codes that are good once, access tokens that end, refresh tokens that rotate and whose reuse ends
//! everything that came of them, device codes that wait for a person.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::service::{self, SERVICE};
use super::{Account, CLIENT, CLIENT_SECRET, CozeOptions, PKCE_CLIENT};
use crate::openai::fields::Fields;
use crate::{Recorded, Reply};

/// What was granted.
#[derive(Debug, Default)]
pub(super) struct Grants {
    codes: Vec<Code>,
    families: Vec<Family>,
    issued: u32,
    device: Device,
    /// Ids of assertions that were shown.
    assertions: BTreeSet<String>,
}

/// A code that a browser carried away.
#[derive(Debug)]
struct Code {
    code: String,
    request: CodeRequest,
    account: Account,
    used: bool,
}

/// What a code was asked for with; the exchange has to repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CodeRequest {
    pub(super) client: String,
    pub(super) redirect: String,
    pub(super) challenge: Option<String>,
    /// `S256`, or `plain`, which is what the real server takes where nothing is said.
    pub(super) method: String,
}

/// The tokens that came of one authorization.
#[derive(Debug)]
struct Family {
    account: Account,
    client: String,
    /// The access token that is good now.
    access: Option<String>,
    /// The refresh token that is good now.
    refresh: Option<String>,
    /// The ones before.
    used: Vec<String>,
}

/// What became of the device code.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Device {
    #[default]
    NotStarted,
    Waiting,
    Confirmed,
    Denied,
    /// Asks to be looked at less often, once.
    Hurried,
}

impl Grants {
    /// Whose access token it is, if it is good now.
    pub(super) fn account(&self, token: &str) -> Option<Account> {
        self.families.iter().find(|family| family.access.as_deref() == Some(token)).map(|family| family.account)
    }

    /// Ends the access tokens, as time does.
    pub(super) fn expire(&mut self) {
        self.families.iter_mut().for_each(|family| family.access = None);
    }

    /// Ends everything, as the owner can on the console.
    pub(super) fn revoke(&mut self) {
        self.families.clear();
    }

    /// The person decides about the device code.
    pub(super) fn decide_device(&mut self, device: Device) {
        self.device = device;
    }

    /// A code, as a finished consent hands it out.
    pub(super) fn code(&mut self, request: CodeRequest, account: Account) -> String {
        let code = format!("code_SIM_{:04}", self.codes.len() + 1);
        self.codes.push(Code { code: code.clone(), request, account, used: false });
        code
    }

    /// An access and a refresh token, as a finished authorization of that client leaves them.
    pub(super) fn issue(&mut self, client: &str, account: Account) -> (String, String) {
        let (access, refresh) = self.next_tokens();
        self.families.push(Family {
            account,
            client: client.to_owned(),
            access: Some(access.clone()),
            refresh: Some(refresh.clone()),
            used: Vec::new(),
        });
        (access, refresh)
    }

    /// `POST /api/permission/oauth2/device/code`.
    pub(super) fn start_device(&mut self, request: &Recorded, options: &CozeOptions) -> Reply {
        if !is_client(&text(&request.json(), "client_id")) {
            return refused(401, "invalid_client", "sim: there is no such client");
        }
        self.device = Device::Waiting;
        Reply::json(
            200,
            &json!({ "device_code": "dc_SIM", "user_code": "ABCD-1234", "expires_in": 300,
                "interval": options.device_interval.as_secs(),
                "verification_uri": "https://www.example.invalid/device" }),
        )
    }

    /// `POST /api/permission/oauth2/token`.
    pub(super) fn token(&mut self, request: &Recorded, options: &CozeOptions) -> Reply {
        let body = request.json();
        let (client, grant_type) = (text(&body, "client_id"), text(&body, "grant_type"));
        if grant_type == "urn:ietf:params:oauth:grant-type:jwt-bearer" {
            return self.sign_in(request, &body, options);
        }
        if !is_client(&client) {
            return refused(401, "invalid_client", "sim: there is no such client");
        }
        let is_device = grant_type == "urn:ietf:params:oauth:grant-type:device_code";
        let secret = request.header("authorization");
        // Only the web client has a secret, and it must show it; a device shows nothing.
        if client == CLIENT && !is_device && secret != Some(&format!("Bearer {CLIENT_SECRET}")) {
            return refused(401, "invalid_client", "sim: the client secret is missing or wrong");
        }
        match grant_type.as_str() {
            "authorization_code" => self.redeem(&client, &body, options),
            "refresh_token" => self.rotate(&client, &text(&body, "refresh_token"), options),
            _ if is_device => self.look_at_device(&client, &body, options),
            _ => refused(400, "unsupported_grant_type", "sim: no such grant type"),
        }
    }

    fn sign_in(&mut self, request: &Recorded, body: &Value, options: &CozeOptions) -> Reply {
        if let Err(why) = service::check(request, options.service_key.as_deref(), &mut self.assertions) {
            return refused(401, "invalid_client", &format!("sim: the assertion is not believed: {why}"));
        }
        if !(900..=86_399).contains(&body.field("duration_seconds").as_u64().unwrap_or_default()) {
            return refused(400, "invalid_request", "sim: duration_seconds");
        }
        let (access, _) = self.issue(SERVICE, Account::Owner);
        granted(&access, None, options)
    }

    fn redeem(&mut self, client: &str, body: &Value, options: &CozeOptions) -> Reply {
        let code = text(body, "code");
        let Some(known) = self.codes.iter_mut().find(|known| known.code == code && !known.used) else {
            return refused(400, "invalid_request", "invalid request: code");
        };
        // Spent, whatever else is wrong.
        known.used = true;
        let (request, account) = (known.request.clone(), known.account);
        if request.client != client || request.redirect != text(body, "redirect_uri") {
            return refused(400, "invalid_grant", "sim: another client or redirect address");
        }
        let verifier = text(body, "code_verifier");
        let proven = match &request.challenge {
            None => true,
            Some(challenge) if request.method == "S256" => {
                (43..=128).contains(&verifier.len())
                    && *challenge == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
            }
            Some(challenge) => *challenge == verifier,
        };
        if !proven {
            return refused(400, "invalid_grant", "sim: the verifier does not fit the challenge");
        }
        let (access, refresh) = self.issue(client, account);
        granted(&access, Some(&refresh), options)
    }

    fn rotate(&mut self, client: &str, token: &str, options: &CozeOptions) -> Reply {
        if self.families.iter().any(|family| family.used.iter().any(|used| used == token)) {
            // Somebody has a copy: nobody keeps anything.
            self.families.retain(|family| !family.used.iter().any(|used| used == token));
            return refused(400, "invalid_request", "invalid request: refresh_token");
        }
        let (access, refresh) = self.next_tokens();
        let family =
            self.families.iter_mut().find(|family| family.refresh.as_deref() == Some(token) && family.client == client);
        let Some(family) = family else {
            return refused(400, "invalid_request", "invalid request: refresh_token");
        };
        family.used.extend(family.refresh.replace(refresh.clone()));
        family.access = Some(access.clone());
        granted(&access, Some(&refresh), options)
    }

    fn look_at_device(&mut self, client: &str, body: &Value, options: &CozeOptions) -> Reply {
        let told = |code: &str| {
            Reply::json(400, &json!({ "error_code": code, "error": code, "error_message": "sim: not yet" }))
        };
        if text(body, "device_code") != "dc_SIM" {
            return refused(400, "expired_token", "sim: there is no such device code");
        }
        match self.device {
            Device::Waiting => told("authorization_pending"),
            Device::Hurried => {
                self.device = Device::Waiting;
                told("slow_down")
            }
            Device::Denied => refused(400, "access_denied", "sim: the person said no"),
            Device::NotStarted => refused(400, "expired_token", "sim: there is no such device code"),
            Device::Confirmed => {
                self.device = Device::NotStarted;
                let (access, refresh) = self.issue(client, Account::Owner);
                granted(&access, Some(&refresh), options)
            }
        }
    }

    fn next_tokens(&mut self) -> (String, String) {
        self.issued += 1;
        (format!("czu_SIM_{:04}", self.issued), format!("rt_SIM_{:04}", self.issued))
    }
}

pub(super) fn is_client(client: &str) -> bool {
    matches!(client, CLIENT | PKCE_CLIENT)
}

fn granted(access: &str, refresh: Option<&str>, options: &CozeOptions) -> Reply {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    // A point in time, where the standard has a duration.
    let expires_in = options.expires_in.clone().unwrap_or_else(|| json!((now + options.token_lifetime).as_secs()));
    Reply::json(
        200,
        &json!({ "access_token": access, "expires_in": expires_in, "refresh_token": refresh, "token_type": "Bearer" }),
    )
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    let body: Value = json!({ "error_code": code, "error_message": message });
    Reply::json(status, &body)
}

fn text(body: &Value, name: &str) -> String {
    body.field(name).as_str().unwrap_or_default().to_owned()
}
