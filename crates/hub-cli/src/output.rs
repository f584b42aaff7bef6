//! What people and programs get to read: results on stdout, one JSON object a line with `--json`; messages for people on
//! stderr, in their language.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use hub_contract::HubError;
use hub_contract::conversation::MessageState;
use hub_text::{Texts, Value};
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;
use crate::table;

/// Where a command's words and results go.
#[derive(Debug)]
pub(crate) struct Output {
    texts: Texts,
    json: bool,
}

impl Output {
    pub(crate) fn new(texts: Texts, json: bool) -> Self {
        Self { texts, json }
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One JSON object on a line of its own.
    pub(crate) fn object(&self, value: &impl Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_string(value).map_err(|error| HubError::internal(error.to_string()))?;
        line.push('\n');
        write_out(line.as_bytes())
    }

    /// A list: an object a line with `--json`, else a table. An empty one is nothing on stdout, and a word to people.
    pub(crate) fn list<T: Serialize>(
        &self,
        items: &[T],
        heading: &[&str],
        row: impl Fn(&T) -> Vec<String>,
    ) -> Result<(), Failure> {
        if self.json {
            return items.iter().try_for_each(|item| self.object(item));
        }
        if items.is_empty() {
            self.say("cli-empty-list", &[]);
            return Ok(());
        }
        let heading: Vec<String> = heading.iter().map(|key| self.texts.get(&format!("cli-column-{key}"))).collect();
        let rows: Vec<Vec<String>> = items.iter().map(row).collect();
        write_out(table::lay_out(&heading, &rows).as_bytes())
    }

    /// A result for people or for a pipe, as it is; without control characters on a terminal.
    pub(crate) fn text(&self, text: &str) -> Result<(), Failure> {
        if std::io::stdout().is_terminal() {
            write_out(for_terminal(text).as_bytes())
        } else {
            write_out(text.as_bytes())
        }
    }

    /// A message for people.
    pub(crate) fn say(&self, key: &str, arguments: &[(&str, Value<'_>)]) {
        say_line(&self.texts.with(key, arguments));
    }

    /// An error in words: what happened, what to do, the platform's own words and the request id.
    pub(crate) fn say_error(&self, error: &HubError) {
        let words = self.texts.error(error);
        say_line(&words.title);
        if !words.advice.is_empty() {
            say_line(&words.advice);
        }
        let detail = &error.detail;
        let mut facts = vec![("cli-error-code", error.code.as_str().to_owned())];
        facts.extend(detail.field.clone().map(|field| ("cli-error-field", field)));
        facts.extend(detail.host.clone().map(|host| ("cli-error-host", host)));
        facts.extend(detail.status.map(|status| ("cli-error-status", status.to_string())));
        facts.extend(detail.platform_code.clone().map(|code| ("cli-error-platform-code", code)));
        facts.extend(detail.text.clone().map(|text| ("cli-error-text", text)));
        facts.extend(detail.request_id.clone().map(|id| ("cli-error-request-id", id)));
        for (key, what) in facts {
            say_line(&format!("  {}", self.texts.with(key, &[("what", what.into())])));
        }
    }

    /// Tells a failure and gives its exit status. Programs get the error on stdout as `{"error": …}`.
    pub(crate) fn failure(&self, failure: &Failure) -> ExitCode {
        match failure {
            Failure::Hub(error) => {
                self.say_error(error);
                if self.json {
                    drop(self.object(&json!({ "error": error })));
                }
            }
            Failure::Usage { text, what } => self.say(text, &[("what", what.as_str().into())]),
            Failure::Io { what, error } => {
                self.say("cli-io", &[("what", what.as_str().into()), ("error", error.as_str().into())]);
            }
            Failure::Told(_) => {}
        }
        ExitCode::from(failure.status() as u8)
    }

    /// A moment as this computer's clock shows it.
    pub(crate) fn time(&self, at: hub_contract::UtcMs) -> String {
        let Ok(moment) = jiff::Timestamp::from_millisecond(at) else {
            return at.to_string();
        };
        moment.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// How far an answer is, in a word; empty when it is complete.
    pub(crate) fn state(&self, state: &MessageState) -> String {
        let key = match state {
            MessageState::Finished { .. } => return String::new(),
            MessageState::Streaming => "cli-state-streaming",
            MessageState::Failed { .. } => "cli-state-failed",
            MessageState::Cancelled { .. } => "cli-state-cancelled",
            MessageState::Truncated { .. } => "cli-state-truncated",
        };
        self.texts.get(key)
    }
}

/// Writes to stdout at once. A reader that went away is an error like any other.
pub(crate) fn write_out(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| Failure::of_io("stdout", &error))
}

/// A line on stderr. Nobody reading it is no reason to stop.
pub(crate) fn say_line(line: &str) {
    drop(writeln!(std::io::stderr(), "{}", for_terminal(line)));
}

/// Without what would move the cursor, colour the terminal or turn the reading direction.
pub(crate) fn for_terminal(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => true,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        other => !other.is_control(),
    };
    text.chars().filter(|c| harmless(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_cannot_drive_the_terminal() {
        assert_eq!(for_terminal("a\u{1b}]0;title\u{7}b\n\tc\u{202e}d\u{9b}2J"), "a]0;titleb\n\tcd2J");
    }
}
