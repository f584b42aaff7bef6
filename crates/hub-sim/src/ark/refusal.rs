//! What the platform says when it refuses.

use serde_json::{Value, json};

use crate::{Reply, Scenario};

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    BadKey,
    NoSuchPath,
    NoBalance,
    Forbidden,
    RateLimited,
    ServerError,
    Overloaded,
    /// There is no such bot, model or endpoint.
    Unknown(String),
    /// A parameter is missing.
    Missing(&'static str),
    /// A parameter is wrong.
    Invalid(&'static str, String),
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
            Scenario::ContextTooLong => Self::Invalid("messages", "the context length is exceeded".to_owned()),
            _ => return None,
        })
    }

    /// The refusal as the platform writes it; `id` is the request's.
    pub(super) fn reply(&self, id: &str) -> Reply {
        if *self == Self::NoSuchPath {
            return Reply::text(404, "404 page not found");
        }
        Reply::json(self.status(), &self.document(id))
    }

    /// The error document alone, for errors inside a stream.
    pub(super) fn document(&self, id: &str) -> Value {
        let (code, message) = match self {
            Self::BadKey => ("AuthenticationError".to_owned(), "the API key is not known".to_owned()),
            Self::NoSuchPath => ("NotFound".to_owned(), "there is nothing at this path".to_owned()),
            Self::NoBalance => ("AccountOverdueError".to_owned(), "the account has an overdue balance".to_owned()),
            Self::Forbidden => ("AccessDenied".to_owned(), "the key may not do this".to_owned()),
            Self::RateLimited => {
                ("RateLimitExceeded.EndpointRPMExceeded".to_owned(), "60 of 60 requests used".to_owned())
            }
            Self::ServerError => ("InternalServiceError".to_owned(), "something broke in the server".to_owned()),
            Self::Overloaded => ("ServerOverloaded".to_owned(), "the model is overloaded".to_owned()),
            Self::Unknown(id) => ("InvalidEndpointOrModel.NotFound".to_owned(), format!("{id} does not exist")),
            Self::Missing(param) => (format!("MissingParameter.{param}"), format!("`{param}` is missing")),
            Self::Invalid(param, why) => (format!("InvalidParameter.{param}"), why.clone()),
        };
        let param = match self {
            Self::Missing(param) | Self::Invalid(param, _) => param,
            _ => "",
        };
        json!({ "error": {
            "code": code, "message": format!("sim: {message}. Request id: {id}"), "param": param, "type": self.kind(),
        }})
    }

    fn status(&self) -> u16 {
        match self {
            Self::Missing(_) | Self::Invalid(..) => 400,
            Self::BadKey => 401,
            Self::NoBalance | Self::Forbidden => 403,
            Self::NoSuchPath | Self::Unknown(_) => 404,
            Self::RateLimited | Self::Overloaded => 429,
            Self::ServerError => 500,
        }
    }

    fn kind(&self) -> &'static str {
        match self.status() {
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "NotFound",
            429 => "TooManyRequests",
            500 => "InternalServerError",
            _ => "BadRequest",
        }
    }
}
