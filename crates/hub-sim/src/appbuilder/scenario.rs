//! What happens to a run.

/// What happens to a run. In the text of the question a scenario is chosen by `sim:` and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppBuilderScenario {
    /// `sim:ok`: retrieval, reasoning, an answer with a reference, follow-up questions, usage.
    Answer,
    /// `sim:ask`: a function that waits for its output.
    Ask,
    /// `sim:form`: a chat flow that asks for something.
    Form,
    /// `sim:code`: the code interpreter at work, with a file and a picture.
    Code,
    /// `sim:fail`: half an answer, then a component fails.
    Fail,
    /// `sim:recover`: a component fails and the answer goes on.
    Recover,
    /// `sim:empty`: a complete run without any answer.
    Empty,
    /// `sim:unknown`: events that nobody documented around an answer.
    Unknown,
    /// `sim:json`: a failure as JSON at status 200.
    Json,
    /// `sim:whole`: the whole answer as one document, though a stream was asked for.
    Whole,
    /// `sim:cut`: half an answer, then the connection is closed in the middle of an event.
    Cut,
    /// `sim:stall`: half an answer, then nothing, with the connection open.
    Stall,
    /// `sim:html`: a proxy's page at 502.
    Html,
    /// `sim:` and a status: refused with it.
    Status(u16),
}

impl AppBuilderScenario {
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
            "ask" => Self::Ask,
            "form" => Self::Form,
            "code" => Self::Code,
            "fail" => Self::Fail,
            "recover" => Self::Recover,
            "empty" => Self::Empty,
            "unknown" => Self::Unknown,
            "json" => Self::Json,
            "whole" => Self::Whole,
            "cut" => Self::Cut,
            "stall" => Self::Stall,
            "html" => Self::Html,
            status => Self::Status(status.parse().ok().filter(|status| (400..600).contains(status))?),
        })
    }
}
