//! `@` and a name: whom a question is for. What is typed is pure; the list below it is drawn from that.

use hub_text::Texts;
use yew::prelude::*;

use super::candidates::{Candidate, found, in_a_row};

/// The id of the list, for the field that opens it.
pub(super) const LIST_ID: &str = "mention-list";

/// An `@` at the beginning of a word, with what follows it up to the caret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention {
    /// Where the `@` is, in bytes.
    at: usize,
    /// The name so far.
    name: String,
}

impl Mention {
    /// The one that the caret stands in, if there is one. The caret is in UTF-16 units, as the page counts.
    fn of(text: &str, caret: u32) -> Option<Self> {
        let before = text.get(..byte_at(text, caret))?;
        let at = before.rfind(char::is_whitespace).map_or(0, |space| {
            space + before.get(space..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        });
        // Chinese input methods type the wide one.
        let name = before.get(at..)?.strip_prefix(['@', '＠'])?;
        (!name.contains(['@', '＠'])).then(|| Self { at, name: name.to_owned() })
    }
}

/// The list of those who may be meant: what is typed, and which of them is chosen by the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct MentionList {
    mention: Option<Mention>,
    /// The person closed the list of this `@`.
    closed: bool,
    place: usize,
}

impl MentionList {
    /// The list after something was typed.
    pub(super) fn typed(&self, text: &str, caret: u32) -> Self {
        let mention = Mention::of(text, caret);
        let is_same = mention.as_ref().zip(self.mention.as_ref()).is_some_and(|(new, old)| new.at == old.at);
        Self { mention, closed: self.closed && is_same, place: 0 }
    }

    /// The list after Escape: closed until another `@`.
    pub(super) fn closed(&self) -> Self {
        Self { closed: true, ..self.clone() }
    }

    /// The list with another one chosen.
    pub(super) fn moved(&self, key: &str, count: usize) -> Self {
        let last = count.saturating_sub(1);
        let place = match key {
            "ArrowUp" if self.place == 0 => last,
            "ArrowUp" => self.place - 1,
            _ if self.place >= last => 0,
            _ => self.place + 1,
        };
        Self { place, ..self.clone() }
    }

    /// Those who may be meant; nobody while the list is closed.
    pub(super) fn found(&self, candidates: &[Candidate]) -> Vec<Candidate> {
        let mention = self.mention.as_ref().filter(|_| !self.closed);
        mention.map(|mention| found(candidates, &mention.name).cloned().collect()).unwrap_or_default()
    }

    /// Which of them is chosen.
    pub(super) fn place(&self) -> usize {
        self.place
    }

    /// The text without the `@` and the name.
    pub(super) fn without(&self, text: &str) -> String {
        let rest = self.mention.as_ref().and_then(|mention| {
            let (before, after) = text.split_at_checked(mention.at)?;
            let after = after.strip_prefix(['@', '＠'])?.strip_prefix(&mention.name)?;
            let after = if before.is_empty() { after.trim_start() } else { after };
            Some(format!("{before}{after}"))
        });
        rest.unwrap_or_else(|| text.to_owned())
    }
}

/// The id of an entry of the list.
pub(super) fn entry_id(place: usize) -> String {
    format!("mention-{place}")
}

/// The list. The field keeps the focus, so that one types on. `choose` hears who is meant, and whether as well as another.
pub(super) fn list(
    t: &Texts,
    found: &[Candidate],
    place: usize,
    foot: String,
    choose: &Callback<(Candidate, bool)>,
) -> Html {
    let stay = Callback::from(|event: MouseEvent| event.prevent_default());
    let entry = |(at, one): (usize, &Candidate)| {
        let (choose, chosen) = (choose.clone(), one.clone());
        let onclick = Callback::from(move |event: MouseEvent| {
            choose.emit((chosen.clone(), event.ctrl_key() || event.meta_key()));
        });
        let is_on = at == place;
        html! {
            <div
                id={entry_id(at)}
                class={classes!("list-row", is_on.then_some("is-on"))}
                role="option"
                aria-selected={if is_on { "true" } else { "false" }}
                {onclick}
            >
                { in_a_row(one, t.language()) }
            </div>
        }
    };
    html! {
        <div class="menu picker mention" onmousedown={stay}>
            <div id={LIST_ID} class="picker-list" role="listbox" aria-label={t.get("chat-pick")}>
                { for found.iter().enumerate().map(entry) }
            </div>
            <p class="help">{ foot }</p>
        </div>
    }
}

/// How many bytes the first so many UTF-16 units are.
fn byte_at(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    let is_before = |c: &char| {
        let fits = left >= c.len_utf16();
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    text.chars().take_while(is_before).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::Target;

    use super::*;

    fn name_in(text: &str) -> Option<String> {
        let caret = u32::try_from(text.encode_utf16().count()).unwrap();
        Mention::of(text, caret).map(|mention| mention.name)
    }

    fn candidate(name: &str) -> Candidate {
        let target = Target::Agent { agent: name.into() };
        Candidate { target, name: name.to_owned().into(), platform: None, connection: "Service".into(), form: false }
    }

    #[test]
    fn an_at_sign_begins_a_name_only_at_the_beginning_of_a_word() {
        for (text, name) in [
            ("@", Some("")),
            ("@cl", Some("cl")),
            ("ask @cl", Some("cl")),
            ("第一行\n@售后", Some("售后")),
            ("你好\u{3000}＠售", Some("售")),
            ("wang@example.com", None),
            ("write to wang@example.com", None),
            ("mail @wang@example.com", None),
            ("@cl ", None),
            ("@cl and more", None),
            ("", None),
        ] {
            assert_eq!(name_in(text).as_deref(), name, "{text:?}");
        }
    }

    #[test]
    fn the_caret_is_counted_as_the_page_does() {
        let text = "🦀 @cl, please";
        assert_eq!(Mention::of(text, 6).map(|mention| (mention.at, mention.name)), Some((5, "cl".into())));
        assert_eq!(Mention::of(text, 4).map(|mention| mention.name).as_deref(), Some(""));
        assert_eq!(Mention::of(text, 3), None, "before it");
        assert_eq!(Mention::of("@", 900).map(|mention| mention.name).as_deref(), Some(""));
    }

    #[test]
    fn a_closed_list_stays_closed_for_its_sign_only() {
        let all = [candidate("Claims"), candidate("Sales")];
        let list = MentionList::default().typed("@cl", 3);
        assert_eq!(list.found(&all).len(), 1);
        let closed = list.closed();
        assert!(closed.found(&all).is_empty());
        assert!(closed.typed("@cla", 4).found(&all).is_empty());
        assert_eq!(closed.typed("@cla @s", 7).found(&all).len(), 2, "Sales, and the group Service of both");
        assert_eq!(closed.typed("cla", 3).typed("@", 1).found(&all).len(), 2);
    }

    #[test]
    fn keys_go_round_in_the_list() {
        let list = MentionList::default().typed("@", 1);
        assert_eq!(list.moved("ArrowUp", 3).place(), 2);
        assert_eq!(list.moved("ArrowDown", 3).moved("ArrowDown", 3).moved("ArrowDown", 3).place(), 0);
        assert_eq!(list.moved("ArrowDown", 3).typed("@s", 2).place(), 0, "what is typed begins at the top");
        assert_eq!(list.moved("ArrowDown", 0).place(), 0);
    }

    #[test]
    fn the_name_leaves_the_text_and_nothing_else_does() {
        let without = |text: &str, caret| MentionList::default().typed(text, caret).without(text);
        assert_eq!(without("@cl", 3), "");
        assert_eq!(without("@cl  why?", 3), "why?");
        assert_eq!(without("please @cl, why?", 10), "please , why?");
        assert_eq!(without("售后 ＠售 好", 5), "售后  好");
        assert_eq!(MentionList::default().typed("@cl", 3).without("other"), "other", "it was changed meanwhile");
    }
}
