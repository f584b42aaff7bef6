//! What the platforms say when they refuse, each in its own shape.

use serde_json::{Value, json};

use super::Profile;
use crate::Reply;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    NoKey,
    BadKey,
    Forbidden,
    NoBalance,
    NoSuchPath,
    WrongMethod,
    NoSuchModel(String),
    /// The model is not one for chats.
    NotAChatModel(String),
    ContextTooLong,
    RateLimited {
        retry_after: Option<String>,
    },
    ServerError,
    Overloaded,
    /// A parameter is missing, wrong or not known.
    Invalid {
        param: &'static str,
        code: Option<&'static str>,
        message: String,
    },
}

impl Refusal {
    pub(crate) fn invalid(param: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { param, code: None, message: message.into() }
    }

    pub(crate) fn unsupported(param: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { param, code: Some("unsupported_parameter"), message: message.into() }
    }

    /// The refusal as this platform writes it.
    pub(crate) fn reply(&self, profile: Profile) -> Reply {
        let reply = match profile {
            Profile::OpenAi => self.openai(),
            Profile::DeepSeek => self.deepseek(),
            Profile::SiliconFlow => self.siliconflow(),
            Profile::Compatible => self.compatible(),
        };
        match self {
            Self::RateLimited { retry_after: Some(value) } => reply.header("retry-after", value.as_str()),
            _ => reply,
        }
    }

    /// The error document alone, for errors inside a stream.
    pub(crate) fn document(&self, profile: Profile) -> Value {
        match profile {
            Profile::OpenAi => openai_error(self.text(), self.openai_type(), self.param(), self.openai_code()),
            Profile::DeepSeek => openai_error(self.text(), self.deepseek_type(), None, Some("invalid_request_error")),
            Profile::SiliconFlow => {
                json!({ "code": self.siliconflow_code(), "message": self.text(), "data": null })
            }
            Profile::Compatible => {
                json!({ "error": {
                    "code": self.compatible_status(), "message": self.text(), "type": self.compatible_type(),
                }})
            }
        }
    }

    fn openai(&self) -> Reply {
        let status = match self {
            Self::NoBalance => 429,
            other => other.usual_status(),
        };
        let reply = Reply::json(status, &self.document(Profile::OpenAi));
        match self {
            Self::RateLimited { .. } => reply
                .header("x-ratelimit-limit-requests", "60")
                .header("x-ratelimit-remaining-requests", "0")
                .header("x-ratelimit-reset-requests", "1s"),
            Self::NoBalance => reply.header("x-should-retry", "false"),
            _ => reply,
        }
    }

    fn deepseek(&self) -> Reply {
        let status = match self {
            Self::NoSuchModel(_) | Self::NotAChatModel(_) => 400,
            Self::Invalid { .. } => 422,
            other => other.usual_status(),
        };
        Reply::json(status, &self.document(Profile::DeepSeek))
    }

    /// Four different kinds of body.
    fn siliconflow(&self) -> Reply {
        match self {
            Self::NoKey | Self::BadKey => Reply::json(401, &json!("Invalid token")),
            Self::NoSuchPath | Self::WrongMethod => Reply::text(404, "404 page not found"),
            Self::NoSuchModel(_) | Self::NotAChatModel(_) => Reply::json(400, &self.document(Profile::SiliconFlow)),
            Self::RateLimited { .. } => Reply::json(429, &json!({ "message": self.text(), "data": null })),
            // Its balance error is a 403 with a code of its own.
            Self::NoBalance => Reply::json(403, &self.document(Profile::SiliconFlow)),
            other => Reply::json(other.usual_status(), &self.document(Profile::SiliconFlow)),
        }
    }

    fn compatible(&self) -> Reply {
        Reply::json(self.compatible_status(), &self.document(Profile::Compatible))
    }

    fn usual_status(&self) -> u16 {
        match self {
            Self::NoKey | Self::BadKey => 401,
            Self::NoBalance => 402,
            Self::Forbidden => 403,
            Self::NoSuchPath | Self::NoSuchModel(_) => 404,
            Self::WrongMethod => 405,
            Self::NotAChatModel(_) | Self::ContextTooLong | Self::Invalid { .. } => 400,
            Self::RateLimited { .. } => 429,
            Self::ServerError => 500,
            Self::Overloaded => 503,
        }
    }

    fn compatible_status(&self) -> u16 {
        self.usual_status()
    }

    fn openai_type(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "requests",
            Self::NoBalance => "insufficient_quota",
            Self::ServerError | Self::Overloaded => "server_error",
            _ => "invalid_request_error",
        }
    }

    fn openai_code(&self) -> Option<&'static str> {
        match self {
            Self::BadKey => Some("invalid_api_key"),
            Self::Forbidden => Some("unsupported_country_region_territory"),
            Self::NoBalance => Some("insufficient_quota"),
            Self::NoSuchModel(_) => Some("model_not_found"),
            Self::ContextTooLong => Some("context_length_exceeded"),
            Self::RateLimited { .. } => Some("rate_limit_exceeded"),
            Self::Overloaded => Some("server_is_overloaded"),
            Self::Invalid { code, .. } => *code,
            _ => None,
        }
    }

    fn deepseek_type(&self) -> &'static str {
        match self {
            Self::NoKey | Self::BadKey => "authentication_error",
            Self::NoBalance => "unknown_error",
            Self::RateLimited { .. } => "rate_limit_error",
            Self::ServerError | Self::Overloaded => "service_unavailable_error",
            _ => "invalid_request_error",
        }
    }

    fn siliconflow_code(&self) -> u32 {
        match self {
            Self::NoSuchModel(_) | Self::NotAChatModel(_) => 20012,
            Self::NoBalance => 30001,
            Self::Overloaded => 50505,
            Self::ServerError => 50000,
            _ => 20015,
        }
    }

    fn compatible_type(&self) -> &'static str {
        match self {
            Self::NoKey | Self::BadKey => "authentication_error",
            Self::Forbidden => "permission_error",
            Self::NoSuchPath | Self::NoSuchModel(_) => "not_found_error",
            Self::ContextTooLong => "exceed_context_size_error",
            Self::ServerError => "server_error",
            Self::Overloaded => "unavailable_error",
            _ => "invalid_request_error",
        }
    }

    fn param(&self) -> Option<&'static str> {
        match self {
            Self::Invalid { param, .. } => Some(param),
            Self::ContextTooLong => Some("messages"),
            _ => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::NoKey => "sim: the request has no API key".to_owned(),
            // OpenAI echoes a masked key; a client must not trust that it is masked well.
            Self::BadKey => "sim: the API key sk-te**********0000 is not known here".to_owned(),
            Self::Forbidden => "sim: this account may not use the service from where it is".to_owned(),
            Self::NoBalance => "sim: the balance of this account is used up".to_owned(),
            Self::NoSuchPath => "sim: there is nothing at this path".to_owned(),
            Self::WrongMethod => "sim: this path does not take this method".to_owned(),
            Self::NoSuchModel(model) => format!("sim: there is no model `{model}`"),
            Self::NotAChatModel(model) => format!("sim: `{model}` is not a chat model"),
            Self::ContextTooLong => "sim: the messages have 140000 tokens, the model takes 128000".to_owned(),
            Self::RateLimited { .. } => "sim: 60 of 60 requests used this minute".to_owned(),
            Self::ServerError => "sim: something broke in the server".to_owned(),
            Self::Overloaded => "sim: the model is overloaded".to_owned(),
            Self::Invalid { message, .. } => format!("sim: {message}"),
        }
    }
}

fn openai_error(message: String, kind: &str, param: Option<&str>, code: Option<&str>) -> Value {
    json!({ "error": { "message": message, "type": kind, "param": param, "code": code } })
}
