//! What a stateless model is sent of the conversation so far: the newest turns that fit.

use hub_contract::conversation::{MessageState, MessageView, Role};

/// What is assumed of a model whose platform does not tell its window, in tokens.
const USUAL_WINDOW: u64 = 64_000;

/// The messages to send along, oldest first, and how many are left out.
#[derive(Debug, PartialEq)]
pub(crate) struct History<'a> {
    pub(crate) sent: Vec<&'a MessageView>,
    pub(crate) not_sent: u32,
}

/// Chooses from the messages before the question. `window` is the model's in tokens, `limit` the operator's in
/// messages (0 means none). Three quarters of the window are for what is sent, the rest for the answer.
pub(crate) fn choose<'a>(
    before: &'a [MessageView],
    question_chars: &str,
    window: Option<u64>,
    limit: u32,
) -> History<'a> {
    let usable: Vec<&MessageView> = usable(before);
    let mut room = (window.unwrap_or(USUAL_WINDOW) / 4 * 3).saturating_sub(tokens(question_chars));
    let limit = if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let mut sent: Vec<&MessageView> = Vec::new();
    for message in usable.iter().rev().take(limit) {
        let size = tokens(&message.text);
        if size > room {
            break;
        }
        room -= size;
        sent.push(message);
    }
    // A history begins with a question: an answer without it confuses models and some servers refuse it.
    while sent.last().is_some_and(|message| message.role == Role::Assistant) {
        sent.pop();
    }
    sent.reverse();
    let not_sent = u32::try_from(usable.len() - sent.len()).unwrap_or(u32::MAX);
    History { sent, not_sent }
}

/// Questions with their answers; a question whose answer has no text is left out with it, so that roles alternate.
fn usable(before: &[MessageView]) -> Vec<&MessageView> {
    let mut usable: Vec<&MessageView> = Vec::new();
    for message in before {
        let empty_answer = message.role == Role::Assistant
            && (message.text.is_empty() || matches!(message.state, MessageState::Streaming));
        if empty_answer {
            if usable.last().is_some_and(|last| last.role == Role::User) {
                usable.pop();
            }
            continue;
        }
        usable.push(message);
    }
    usable
}

/// A careful estimate: a token holds about four Latin characters, but one of Chinese.
fn tokens(text: &str) -> u64 {
    let (mut wide, mut narrow) = (0_u64, 0_u64);
    for c in text.chars() {
        if c.is_ascii() {
            narrow += 1;
        } else {
            wide += 1;
        }
    }
    wide + narrow.div_ceil(4) + 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub_contract::conversation::MessageBody;
    use hub_contract::run::FinishReason;

    fn message(role: Role, text: &str) -> MessageView {
        MessageView {
            id: text.into(),
            conversation: "c".into(),
            parent: None,
            role,
            state: MessageState::Finished { reason: FinishReason::Stop },
            text: text.into(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: 0,
        }
    }

    fn texts(history: &History<'_>) -> Vec<String> {
        history.sent.iter().map(|message| message.text.clone()).collect()
    }

    #[test]
    fn everything_is_sent_while_it_fits() {
        let before = [message(Role::User, "q1"), message(Role::Assistant, "a1")];
        let history = choose(&before, "q2", None, 0);
        assert_eq!(texts(&history), ["q1", "a1"]);
        assert_eq!(history.not_sent, 0);
    }

    #[test]
    fn the_oldest_go_first_and_are_counted() {
        let long = "长".repeat(60);
        let before = [
            message(Role::User, &long),
            message(Role::Assistant, "a1"),
            message(Role::User, "q2"),
            message(Role::Assistant, "a2"),
        ];
        let history = choose(&before, "q3", Some(80), 0);
        assert_eq!(texts(&history), ["q2", "a2"], "a1 without its question is not sent");
        assert_eq!(history.not_sent, 2);
    }

    #[test]
    fn the_operators_limit_counts_messages() {
        let before = [
            message(Role::User, "q1"),
            message(Role::Assistant, "a1"),
            message(Role::User, "q2"),
            message(Role::Assistant, "a2"),
        ];
        assert_eq!(texts(&choose(&before, "q3", None, 3)), ["q2", "a2"]);
    }

    #[test]
    fn a_question_without_an_answer_is_left_out() {
        let before = [message(Role::User, "q1"), message(Role::Assistant, ""), message(Role::User, "q2")];
        assert_eq!(texts(&choose(&before, "q3", None, 0)), ["q2"]);
    }
}
