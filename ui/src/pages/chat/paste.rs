//! A long text that was pasted is offered as a file. It stands in the field until the person says so: nothing that was
//! pasted is ever anywhere else but in the field or among the attachments. Pure, but for the bar that offers it.

use hub_text::Texts;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, ButtonSize, Icon, IconName, IconSize};
use crate::format;

/// Texts of more characters than this are offered.
const LONG: usize = 8_000;
/// Texts of more bytes than this are not: models, which read a file as a part of the question, take no more.
const LARGEST: usize = 2 * 1024 * 1024;

/// The text as the field holds it, if it is long enough to be offered as a file.
///
/// Every platform takes a text file: where it has no upload, the file goes along as a part of the question.
pub(super) fn worth_a_file(text: &str) -> Option<String> {
    // A field keeps line feeds alone.
    let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    (text.len() <= LARGEST && text.chars().nth(LONG).is_some()).then_some(text)
}

/// What remains in the field without the text that was pasted; `None` once it does not stand there whole.
pub(super) fn without(written: &str, pasted: &str) -> Option<String> {
    written.split_once(pasted).map(|(before, after)| format!("{before}{after}"))
}

/// The name of the file: another one than those that go along already, because some apps tell files apart by it.
pub(super) fn file_name<'a>(taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let name = |number: u32| if number == 1 { "pasted.txt".to_owned() } else { format!("pasted-{number}.txt") };
    (1..).map(name).find(|name| taken.clone().all(|other| other != name)).unwrap_or_default()
}

/// The quiet bar that offers it.
pub(super) fn offer(t: &Texts, pasted: &str, attach: Callback<()>, keep: Callback<()>) -> Html {
    let characters = format::count(pasted.chars().count() as u64);
    html! {
        <div class="paste-offer" role="status">
            <Icon name={IconName::File} size={IconSize::S14} />
            <span class="grow">{ t.with("chat-paste-long", &[("n", characters.into())]) }</span>
            <Button label={t.get("chat-paste-attach")} size={ButtonSize::Small} onclick={attach} />
            <Button
                label={t.get("chat-paste-keep")}
                kind={ButtonKind::Quiet}
                size={ButtonSize::Small}
                onclick={keep}
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_offered_by_their_characters() {
        assert_eq!(worth_a_file(&"a".repeat(8_000)), None);
        assert!(worth_a_file(&"a".repeat(8_001)).is_some());
        assert_eq!(worth_a_file(&"字".repeat(8_000)), None, "24,000 bytes are 8,000 characters");
        assert!(worth_a_file(&"字".repeat(8_001)).is_some());
        assert_eq!(worth_a_file(&"a".repeat(LARGEST + 1)), None);
    }

    #[test]
    fn it_is_found_in_the_field_although_the_clipboard_ends_lines_otherwise() {
        let pasted = worth_a_file(&"line\r\n".repeat(2_000)).unwrap();
        let written = format!("Read this: {}", "line\n".repeat(2_000));
        assert_eq!(without(&written, &pasted).as_deref(), Some("Read this: "));
    }

    #[test]
    fn only_what_was_pasted_leaves_the_field() {
        assert_eq!(without("before pasted after", "pasted").as_deref(), Some("before  after"));
        assert_eq!(without("pasted pasted", "pasted").as_deref(), Some(" pasted"), "one of two");
        assert_eq!(without("past", "pasted"), None, "it was changed meanwhile");
    }

    #[test]
    fn every_file_has_a_name_of_its_own() {
        assert_eq!(file_name([].into_iter()), "pasted.txt");
        assert_eq!(file_name(["a.png"].into_iter()), "pasted.txt");
        assert_eq!(file_name(["pasted.txt", "pasted-2.txt"].into_iter()), "pasted-3.txt");
    }
}
