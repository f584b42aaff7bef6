//! What happens to a chat.

use std::time::Duration;

use crate::Gate;

/// What happens to a chat. In the text of the last user message a scenario is chosen by `sim:` and its name.
#[derive(Debug, Clone)]
pub enum Scenario {
    /// `sim:ok`: the answer that fits the question.
    Answer,
    /// Exactly this answer, with this reasoning before it.
    Text {
        /// The answer.
        text: String,
        /// The reasoning; shown only by models that have some.
        reasoning: Option<String>,
    },
    /// `sim:echo`: a list of what was received: roles, lengths, parts, parameters.
    Echo,
    /// `sim:tools`: text, then two tool calls, interleaved.
    Tools,
    /// `sim:refusal`: a refusal in its own field.
    Refusal,
    /// `sim:long`: an answer of about 2,000 tokens.
    Long,
    /// `sim:endless`: text until the client goes away.
    Endless,
    /// `sim:slow`: the answer at 4 tokens a second, whatever the options say.
    Slow,
    /// `sim:401`
    BadKey,
    /// `sim:402`: no balance, in the platform's own way (429 `insufficient_quota` at OpenAI).
    NoBalance,
    /// `sim:403`
    Forbidden,
    /// `sim:429`, with `retry-after: 1`
    RateLimited {
        /// The value of `retry-after`, if any: seconds, a date or nonsense.
        retry_after: Option<String>,
    },
    /// `sim:busy`: 429 with `retry-after: 1` at the first asking, an answer at the second.
    BusyOnce,
    /// `sim:500`
    ServerError,
    /// `sim:503`
    Overloaded,
    /// `sim:context`: the question does not fit the model.
    ContextTooLong,
    /// `sim:filtered`: an answer that ends with `content_filter`.
    Filtered,
    /// `sim:length`: an answer that ends with `length`.
    Length,
    /// `sim:error`: half an answer, then an error in the platform's shape inside the 200 stream.
    ErrorInStream,
    /// `sim:cut`: half an answer, then the connection is closed.
    Cut,
    /// `sim:reset`: half an answer, then the connection is reset.
    Reset,
    /// `sim:empty`: a stream with a role and `[DONE]` and nothing else.
    Empty,
    /// `sim:silence`: the request is read and nothing is answered.
    Silence,
    /// `sim:stall`: half an answer, then nothing, with the connection open.
    Stall,
    /// `sim:alive`: comments only, ten a second, until the client goes away.
    KeepAlives,
    /// `sim:html`: a proxy's page at 502.
    Html,
    /// `sim:page`: a sign-in page at 200.
    SignInPage,
    /// `sim:redirect`: 307 to another place.
    Redirect {
        /// Where.
        location: String,
    },
    /// Half an answer, then the test's gate, then the other half.
    Held(Gate),
    /// Nothing until the test opens the gate, then the answer.
    HeldBeforeHead(Gate),
    /// The answer after this pause.
    After(Duration),
}

impl Scenario {
    /// The scenario that a text asks for by `sim:` and a name.
    pub fn in_text(text: &str) -> Option<Self> {
        let name = text.split_once("sim:")?.1;
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        Self::named(name.get(..end)?)
    }

    /// The scenario of that name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ok" => Self::Answer,
            "echo" => Self::Echo,
            "tools" => Self::Tools,
            "refusal" => Self::Refusal,
            "long" => Self::Long,
            "endless" => Self::Endless,
            "slow" => Self::Slow,
            "401" => Self::BadKey,
            "402" => Self::NoBalance,
            "403" => Self::Forbidden,
            "429" => Self::RateLimited { retry_after: Some("1".to_owned()) },
            "busy" => Self::BusyOnce,
            "500" => Self::ServerError,
            "503" => Self::Overloaded,
            "context" => Self::ContextTooLong,
            "filtered" => Self::Filtered,
            "length" => Self::Length,
            "error" => Self::ErrorInStream,
            "cut" => Self::Cut,
            "reset" => Self::Reset,
            "empty" => Self::Empty,
            "silence" => Self::Silence,
            "stall" => Self::Stall,
            "alive" => Self::KeepAlives,
            "html" => Self::Html,
            "page" => Self::SignInPage,
            "redirect" => Self::Redirect { location: "https://elsewhere.example.invalid/v1".to_owned() },
            _ => return None,
        })
    }
}
