//! What happens to a question.

/// What happens to a question. Its text, or an input variable, chooses by `sim:` and a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// The answer that fits the question.
    Answer,
    /// `sim:think`: reasoning in tags in front of the answer.
    Think,
    /// `sim:sources`: with retrieved passages.
    Sources,
    /// `sim:file`: with a file.
    File,
    /// `sim:replace`: moderation puts another text in place of the answer.
    Replace,
    /// `sim:form`: the run waits for a form (chatflows and workflows).
    Form,
    /// `sim:endless`: half an answer, the rest when it is stopped.
    Endless,
    /// `sim:failed`: the model behind the app fails.
    Failed,
    /// `sim:quota`: half an answer, then the quota is used up.
    QuotaMidway,
    /// `sim:cut`: half an answer, then the connection is closed.
    Cut,
    /// `sim:empty`: an end without an answer.
    Empty,
    /// `sim:alive`: pings only, then the end of the stream.
    PingsOnly,
    /// `sim:429`
    TooManyRequests,
    /// `sim:busy`: 429 at the first asking, an answer at the second.
    BusyOnce,
    /// `sim:400quota`: refused for the quota before anything.
    Quota,
    /// `sim:403`: the API of the app is switched off.
    ApiDisabled,
    /// `sim:500`
    ServerError,
}

impl Scenario {
    /// The scenario that a text asks for.
    pub fn in_text(text: &str) -> Option<Self> {
        let name = text.split_once("sim:")?.1;
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        Some(match name.get(..end)? {
            "ok" => Self::Answer,
            "think" => Self::Think,
            "sources" => Self::Sources,
            "file" => Self::File,
            "replace" => Self::Replace,
            "form" => Self::Form,
            "endless" => Self::Endless,
            "failed" => Self::Failed,
            "quota" => Self::QuotaMidway,
            "cut" => Self::Cut,
            "empty" => Self::Empty,
            "alive" => Self::PingsOnly,
            "429" => Self::TooManyRequests,
            "busy" => Self::BusyOnce,
            "400quota" => Self::Quota,
            "403" => Self::ApiDisabled,
            "500" => Self::ServerError,
            _ => return None,
        })
    }
}
