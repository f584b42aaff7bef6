//! What the platform says when it refuses.

use serde_json::{Value, json};

use crate::{Reply, Scenario};

/// Why a question is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    BadKey,
    NoSuchApp,
    OtherWorkspace,
    NoQuestion,
    NoSuchSession,
    NoBalance,
    Forbidden,
    RateLimited,
    ServerError,
    Overloaded,
    ContextTooLong,
    /// Content rules refuse the question.
    Inspected,
    /// A parameter is wrong.
    Invalid(String),
}

impl Refusal {
    /// The refusal of a scenario in which the platform refuses.
    pub(super) fn of(scenario: &Scenario) -> Option<Self> {
        Some(match scenario {
            Scenario::BadKey => Self::BadKey,
            Scenario::NoBalance => Self::NoBalance,
            Scenario::Forbidden => Self::Forbidden,
            Scenario::RateLimited { .. } => Self::RateLimited,
            Scenario::ServerError => Self::ServerError,
            Scenario::Overloaded => Self::Overloaded,
            Scenario::ContextTooLong => Self::ContextTooLong,
            Scenario::Refusal => Self::Inspected,
            _ => return None,
        })
    }

    /// The refusal as the platform writes it. Where a stream was asked for, only some have a status of their own.
    pub(super) fn reply(&self, id: &str, streams: bool) -> Reply {
        match self {
            Self::BadKey => Reply::json(401, &self.document(id)),
            Self::RateLimited if streams => {
                Reply::status(429).header("content-type", "text/event-stream;charset=UTF-8").send(self.frame(id))
            }
            _ if streams => Reply::event_stream().send(self.frame(id)),
            _ => Reply::json(self.status(), &self.document(id)),
        }
    }

    /// The refusal as an event, for failures inside a stream.
    pub(super) fn frame(&self, id: &str) -> String {
        format!("id:1\nevent:error\n:HTTP_STATUS/{}\ndata:{}\n\n", self.status(), self.document(id))
    }

    fn document(&self, id: &str) -> Value {
        let (code, message) = match self {
            Self::BadKey => ("InvalidApiKey", "the API key is not known"),
            Self::NoSuchApp => ("InvalidParameter", "AppId is not valid"),
            Self::OtherWorkspace => ("App.AccessDenied", "the app belongs to another workspace"),
            Self::NoQuestion => ("BadRequest.EmptyInput", "`prompt` is empty"),
            Self::NoSuchSession => ("InvalidParameter", "session_id is invalid or expired"),
            Self::NoBalance => ("Arrearage", "the account has an overdue balance"),
            Self::Forbidden => ("AccessDenied", "the key may not do this"),
            Self::RateLimited => ("Throttling.RateQuota", "too many calls"),
            Self::ServerError => ("InternalError.Algo", "something broke in the server"),
            Self::Overloaded => ("RequestTimeOut", "the app had no time to answer"),
            Self::ContextTooLong => ("BadRequest.TooLarge", "the question is too long"),
            Self::Inspected => ("DataInspectionFailed", "content rules refuse the question"),
            Self::Invalid(why) => ("InvalidParameter", why.as_str()),
        };
        json!({ "code": code, "message": format!("sim: {message}"), "request_id": id })
    }

    fn status(&self) -> u16 {
        match self {
            Self::BadKey => 401,
            Self::OtherWorkspace | Self::Forbidden => 403,
            Self::Overloaded => 408,
            Self::ContextTooLong => 413,
            Self::RateLimited => 429,
            Self::ServerError => 500,
            Self::NoSuchApp
            | Self::NoQuestion
            | Self::NoSuchSession
            | Self::NoBalance
            | Self::Inspected
            | Self::Invalid(_) => 400,
        }
    }
}
