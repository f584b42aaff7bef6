//! What happens to a chat or a workflow's run.

use crate::Gate;

/// What happens to a chat. In the text of the question a scenario is chosen by `sim:` and its name.
#[derive(Debug, Clone)]
pub enum CozeScenario {
    /// `sim:ok`: reasoning, the answer that fits the question, follow-up questions, usage.
    Answer,
    /// `sim:tools`: something from the bot's knowledge, a tool call, two answers and a card.
    Tools,
    /// `sim:ask`: a tool call that waits for its output.
    Ask,
    /// `sim:files`: an answer of a text and an image.
    Files,
    /// `sim:fail`: half an answer, then `chat.failed`, `error` and `done`.
    FailMidway,
    /// `sim:bare`: nothing but a failed chat that holds code and words only.
    FailBare,
    /// `sim:filtered`: an answer that content rules end.
    Filtered,
    /// `sim:empty`: a complete chat without any answer.
    Empty,
    /// `sim:unknown`: events and message types that nobody documented around an answer.
    Unknown,
    /// `sim:cut`: half an answer, then the connection is closed in the middle of an event.
    Cut,
    /// `sim:stall`: half an answer, then nothing, with the connection open.
    Stall,
    /// `sim:alive`: comments only, until the client goes away.
    KeepAlives,
    /// `sim:html`: a proxy's page at 502.
    Html,
    /// `sim:` and a number: the failure of that code as JSON at status 200.
    Code(u32),
    /// Half an answer, then the test's gate, then the other half.
    Held(Gate),
}

impl CozeScenario {
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
            "tools" => Self::Tools,
            "ask" => Self::Ask,
            "files" => Self::Files,
            "fail" => Self::FailMidway,
            "bare" => Self::FailBare,
            "filtered" => Self::Filtered,
            "empty" => Self::Empty,
            "unknown" => Self::Unknown,
            "cut" => Self::Cut,
            "stall" => Self::Stall,
            "alive" => Self::KeepAlives,
            "html" => Self::Html,
            number => Self::Code(number.parse().ok()?),
        })
    }
}
