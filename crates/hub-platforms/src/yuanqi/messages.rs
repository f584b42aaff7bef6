//! The messages of a question: texts only, roles alternating, beginning and ending with the person, at most 40.

use hub_contract::HubError;
use hub_contract::conversation::Role;
use serde_json::{Value, json};

use crate::limits::Limits;
use crate::text_files;
use crate::turn::Turn;

/// The platform takes no more messages.
const MOST: usize = 40;

/// The messages of a question.
#[derive(Debug)]
pub(super) struct Messages {
    /// As they are sent, oldest first.
    pub(super) sent: Value,
    /// How many earlier ones are not.
    pub(super) left_out: usize,
}

/// Builds the messages of a question.
///
/// # Errors
/// `unsupported_file` and `too_large`: files can only be given as public addresses, so texts alone go along.
pub(super) fn of(turn: &Turn, limits: &Limits) -> Result<Messages, HubError> {
    let mut texts: Vec<(Role, String)> = Vec::with_capacity(turn.history.len() + 1);
    for past in &turn.history {
        add(&mut texts, past.role, text_files::text_with(&past.text, &past.attachments, limits)?);
    }
    add(&mut texts, Role::User, text_files::text_with(&turn.text, &turn.attachments, limits)?);
    let left_out = surplus(texts.iter().map(|(role, _)| *role));
    let sent = texts.iter().skip(left_out).map(|(role, text)| {
        let role = match role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        json!({ "role": role, "content": [{ "type": "text", "text": text }] })
    });
    Ok(Messages { sent: sent.collect(), left_out })
}

/// How many earlier messages a question leaves out.
pub(super) fn left_out(turn: &Turn) -> usize {
    of(turn, &Limits { attachment_bytes: usize::MAX, inlined_text_bytes: usize::MAX, ..Limits::default() })
        .map_or(0, |messages| messages.left_out)
}

/// Neighbours of one role become one message; a message that says nothing is none.
fn add(texts: &mut Vec<(Role, String)>, role: Role, text: String) {
    if text.trim().is_empty() {
        return;
    }
    match texts.last_mut() {
        Some((last, said)) if *last == role => {
            said.push_str("\n\n");
            said.push_str(&text);
        }
        _ => texts.push((role, text)),
    }
}

/// How many of the oldest go, so that few enough are left and a person speaks first.
fn surplus(roles: impl ExactSizeIterator<Item = Role>) -> usize {
    let least = roles.len().saturating_sub(MOST);
    least + roles.skip(least).take_while(|role| *role == Role::Assistant).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::PastMessage;

    fn built(history: &[(Role, &str)]) -> (Vec<String>, usize) {
        let past =
            |(role, text): &(Role, &str)| PastMessage { role: *role, text: (*text).to_owned(), attachments: vec![] };
        let turn = Turn { history: history.iter().map(past).collect(), text: "Q".to_owned(), ..Turn::default() };
        let messages = of(&turn, &Limits::default()).expect("messages");
        assert_eq!(left_out(&turn), messages.left_out);
        let list = messages.sent.as_array().expect("a list");
        for (place, message) in list.iter().enumerate() {
            assert_eq!(message["role"], if place % 2 == 0 { "user" } else { "assistant" }, "roles alternate");
        }
        (
            list.iter().map(|message| message["content"][0]["text"].as_str().expect("a text").to_owned()).collect(),
            messages.left_out,
        )
    }

    #[test]
    fn roles_are_made_to_alternate() {
        let (user, assistant) = (Role::User, Role::Assistant);
        assert_eq!(built(&[]), (vec!["Q".to_owned()], 0));
        assert_eq!(built(&[(user, "a"), (assistant, "b")]).0, ["a", "b", "Q"]);
        assert_eq!(built(&[(assistant, "hello"), (user, "a"), (assistant, " "), (user, "c")]).0, ["a\n\nc\n\nQ"]);
    }

    #[test]
    fn the_newest_forty_go_and_a_person_speaks_first() {
        let texts: Vec<String> = (0..60).map(|n| n.to_string()).collect();
        let role = |n: usize| if n.is_multiple_of(2) { Role::User } else { Role::Assistant };
        let history: Vec<_> = texts.iter().enumerate().map(|(n, text)| (role(n), text.as_str())).collect();
        let (sent, left_out) = built(&history);
        assert_eq!((sent.len(), sent[0].as_str(), left_out), (39, "22", 22));
        assert_eq!(sent.last().map(String::as_str), Some("Q"));
    }
}
