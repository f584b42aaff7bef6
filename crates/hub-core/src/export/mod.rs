//! Conversations written out from data: Markdown, JSON, and one HTML file that needs nothing else.

mod answer;
mod html;
mod write;

use std::fmt::Write as _;

use hub_contract::HubError;
use hub_contract::conversation::{ConversationDetail, ExportFormat, Exported, MessageState, MessageView, Role};

use crate::{Result, formulas};

pub(crate) async fn export(detail: ConversationDetail, format: ExportFormat) -> Result<Exported> {
    let name = file_name(&detail.conversation.title);
    let (ending, text) = match format {
        ExportFormat::Md => ("md", markdown(&detail)),
        ExportFormat::Json => {
            ("json", serde_json::to_string_pretty(&detail).map_err(|error| HubError::internal(error.to_string()))?)
        }
        ExportFormat::Html => ("html", formulas::on_a_large_stack(move || html::page(&detail)).await?),
    };
    Ok(Exported { name: format!("{name}.{ending}"), text })
}

fn markdown(detail: &ConversationDetail) -> String {
    let mut out = format!("# {}\n", detail.conversation.title);
    for message in &detail.messages {
        let who = speaker(detail, message);
        let _ = write!(out, "\n## {who}\n\n{}\n", message.text);
        for part in &message.body.parts {
            let _ = write!(out, "\n{}\n", part.text);
        }
        if !message.body.sources.is_empty() {
            out.push('\n');
            for (n, source) in message.body.sources.iter().enumerate() {
                let _ = writeln!(out, "[{}]: {} {}", n + 1, source.title, source.url.as_deref().unwrap_or_default());
            }
        }
        if let Some(state) = state_word(message) {
            let _ = write!(out, "\n*{state}*\n");
        }
    }
    out
}

fn speaker(detail: &ConversationDetail, message: &MessageView) -> String {
    match message.role {
        Role::User => "User".to_owned(),
        Role::Assistant => detail.conversation.target_name.clone(),
    }
}

fn state_word(message: &MessageView) -> Option<&'static str> {
    match message.state {
        MessageState::Finished { .. } => None,
        MessageState::Streaming => Some("still answering"),
        MessageState::Failed { .. } => Some("failed"),
        MessageState::Cancelled { .. } => Some("stopped"),
        MessageState::Truncated { .. } => Some("interrupted"),
    }
}

/// A name that every file system takes.
fn file_name(title: &str) -> String {
    let name: String =
        title
            .chars()
            .map(|c| {
                if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                    '_'
                } else {
                    c
                }
            })
            .take(60)
            .collect();
    let name = name.trim_matches([' ', '.']);
    if name.is_empty() { "conversation".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_every_file_system() {
        assert_eq!(file_name("a/b: c?"), "a_b_ c_");
        assert_eq!(file_name("  ... "), "conversation");
    }
}
