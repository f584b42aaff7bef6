//! Access tokens that end, refresh tokens that are good once, device codes that wait for a person.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{CLIENT, CLIENT_SECRET, CODE, CozeOptions};
use crate::openai::fields::Fields;
use crate::{Recorded, Reply};

/// What was granted.
#[derive(Debug, Default)]
pub(super) struct Grants {
    issued: u32,
    /// The access token that is good now.
    access: Option<String>,
    /// The refresh token that is good now; the ones before are dead.
    refresh: Option<String>,
    code_used: bool,
    /// What the person did with the device code.
    device: Device,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Device {
    #[default]
    NotStarted,
    Waiting,
    Confirmed,
}

impl Grants {
    /// Whether an access token is good now.
    pub(super) fn accepts(&self, token: &str) -> bool {
        self.access.as_deref() == Some(token)
    }

    /// Ends the access token, as time does.
    pub(super) fn expire(&mut self) {
        self.access = None;
    }

    /// Ends everything, as the owner can on the console.
    pub(super) fn revoke(&mut self) {
        self.access = None;
        self.refresh = None;
    }

    /// The person confirms the device code.
    pub(super) fn confirm_device(&mut self) {
        self.device = Device::Confirmed;
    }

    /// An access and a refresh token, as a finished authorization leaves them.
    pub(super) fn issue(&mut self) -> (String, String) {
        self.issued += 1;
        let (access, refresh) = (format!("czu_SIM_{:04}", self.issued), format!("rt_SIM_{:04}", self.issued));
        self.access = Some(access.clone());
        self.refresh = Some(refresh.clone());
        (access, refresh)
    }

    /// `POST /api/permission/oauth2/device/code`.
    pub(super) fn start_device(&mut self, request: &Recorded) -> Reply {
        if request.json().field("client_id") != CLIENT {
            return refused(401, "invalid_client", "sim: there is no such client");
        }
        self.device = Device::Waiting;
        Reply::json(
            200,
            &json!({ "device_code": "dc_SIM", "user_code": "ABCD-1234", "expires_in": 300, "interval": 5,
                "verification_uri": "https://www.example.invalid/device" }),
        )
    }

    /// `POST /api/permission/oauth2/token`.
    pub(super) fn token(&mut self, request: &Recorded, options: &CozeOptions) -> Reply {
        let body = request.json();
        if body.field("client_id") != CLIENT {
            return refused(401, "invalid_client", "sim: there is no such client");
        }
        let secret = request.header("authorization");
        let is_device = body.field("grant_type") == "urn:ietf:params:oauth:grant-type:device_code";
        // A client with a verifier or a device has no secret; the web client must show its own.
        let proven = secret == Some(&format!("Bearer {CLIENT_SECRET}")) || body.get("code_verifier").is_some();
        if !proven && !is_device {
            return refused(401, "invalid_client", "sim: the client secret is missing or wrong");
        }
        match body.field("grant_type").as_str().unwrap_or_default() {
            "authorization_code" if body.field("code") == CODE && !self.code_used => {
                self.code_used = true;
                self.granted(options)
            }
            "authorization_code" => refused(400, "invalid_request", "invalid request: code"),
            "refresh_token" => match body.field("refresh_token").as_str() {
                Some(token) if self.refresh.as_deref() == Some(token) => self.granted(options),
                _ => refused(400, "invalid_request", "invalid request: refresh_token"),
            },
            _ if is_device => match (body.field("device_code") == "dc_SIM", &self.device) {
                (true, Device::Confirmed) => self.granted(options),
                (true, Device::Waiting) => Reply::json(
                    400,
                    &json!({ "error_code": "authorization_pending", "error": "authorization_pending",
                        "error_message": "sim: not yet" }),
                ),
                _ => refused(400, "expired_token", "sim: there is no such device code"),
            },
            _ => refused(400, "unsupported_grant_type", "sim: no such grant type"),
        }
    }

    fn granted(&mut self, options: &CozeOptions) -> Reply {
        let (access, refresh) = self.issue();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // A point in time, where the standard has a duration.
        let expires_in = (now + options.token_lifetime).as_secs();
        Reply::json(
            200,
            &json!({ "access_token": access, "expires_in": expires_in, "refresh_token": refresh, "token_type": "Bearer" }),
        )
    }
}

fn refused(status: u16, code: &str, message: &str) -> Reply {
    let body: Value = json!({ "error_code": code, "error_message": message });
    Reply::json(status, &body)
}
