//! Thoughts that stand in the answer itself, between `<think>` and `</think>`, however the tags are cut.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";
/// How much of an answer without an opening tag is remembered for a closing one, in bytes.
const LONGEST_UNOPENED: usize = 256 * 1024;

/// A stretch of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// More text.
    Text(String),
    /// More of the thoughts.
    Thought(String),
    /// All text so far was these thoughts: the server had opened the tag itself.
    WasThought(String),
}

/// Tells thoughts and text apart.
#[derive(Debug, Default)]
pub(crate) struct ThinkTags {
    state: State,
    /// What may be the beginning of a tag.
    held: String,
    /// The text so far, as long as a closing tag without an opening one may come.
    unopened: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Only white space so far: an opening tag counts here and nowhere else.
    #[default]
    Start,
    /// Just behind a tag, where white space is of no use.
    ThoughtStart,
    Thought,
    TextStart,
    /// Text of an answer that did not begin with a tag.
    Unopened,
    /// Text in which tags are text.
    Text,
}

impl ThinkTags {
    /// Takes more of the answer.
    pub(crate) fn push(&mut self, delta: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = std::mem::take(&mut self.held);
        rest.push_str(delta);
        while !rest.is_empty() {
            rest = self.step(rest, &mut pieces);
        }
        pieces
    }

    /// The end of the answer: what was held back is what it looks like.
    pub(crate) fn finish(&mut self) -> Vec<Piece> {
        let held = std::mem::take(&mut self.held);
        if held.is_empty() {
            return Vec::new();
        }
        vec![if self.is_thinking() { Piece::Thought(held) } else { Piece::Text(held) }]
    }

    /// True between an opening tag and its closing one.
    pub(crate) fn is_thinking(&self) -> bool {
        matches!(self.state, State::ThoughtStart | State::Thought)
    }

    /// Thoughts come in a member of their own: from now on tags are text.
    pub(crate) fn give_up(&mut self) {
        if matches!(self.state, State::Start | State::Unopened) {
            self.state = State::Text;
            self.unopened.clear();
        }
    }

    /// Handles the beginning of `rest` and returns what is left of it.
    fn step(&mut self, rest: String, pieces: &mut Vec<Piece>) -> String {
        match self.state {
            State::Start => {
                let begun = rest.trim_start();
                if let Some(behind) = begun.strip_prefix(OPEN) {
                    self.state = State::ThoughtStart;
                    return behind.to_owned();
                }
                if OPEN.starts_with(begun) {
                    self.held = rest;
                    return String::new();
                }
                self.state = State::Unopened;
                rest
            }
            State::ThoughtStart | State::TextStart => {
                let begun = rest.trim_start();
                if !begun.is_empty() {
                    self.state = if self.state == State::ThoughtStart { State::Thought } else { State::Text };
                }
                begun.to_owned()
            }
            State::Thought => match rest.split_once(CLOSE) {
                Some((thought, behind)) => {
                    if !thought.is_empty() {
                        pieces.push(Piece::Thought(thought.to_owned()));
                    }
                    self.state = State::TextStart;
                    behind.to_owned()
                }
                None => {
                    let thought = self.hold_tail(rest);
                    if !thought.is_empty() {
                        pieces.push(Piece::Thought(thought));
                    }
                    String::new()
                }
            },
            State::Unopened => self.step_unopened(rest, pieces),
            State::Text => {
                pieces.push(Piece::Text(rest));
                String::new()
            }
        }
    }

    fn step_unopened(&mut self, rest: String, pieces: &mut Vec<Piece>) -> String {
        // Nearly every piece of text is far from any tag.
        if memchr::memchr(b'<', rest.as_bytes()).is_none() {
            self.tell_unopened(rest, pieces);
            return String::new();
        }
        let Some((before, behind)) = rest.split_once(CLOSE) else {
            let text = self.hold_tail(rest);
            self.tell_unopened(text, pieces);
            return String::new();
        };
        let thoughts = std::mem::take(&mut self.unopened) + before;
        if is_quoted(&thoughts) {
            self.state = State::Text;
            return rest;
        }
        let behind = behind.to_owned();
        pieces.push(Piece::WasThought(thoughts));
        self.state = State::TextStart;
        behind
    }

    fn tell_unopened(&mut self, text: String, pieces: &mut Vec<Piece>) {
        if text.is_empty() {
            return;
        }
        self.unopened.push_str(&text);
        pieces.push(Piece::Text(text));
        if self.unopened.len() > LONGEST_UNOPENED {
            self.unopened = String::new();
            self.state = State::Text;
        }
    }

    /// Holds back an end of `rest` that may be the beginning of a closing tag.
    fn hold_tail(&mut self, rest: String) -> String {
        let cut = (1..CLOSE.len())
            .rev()
            .filter_map(|length| CLOSE.get(..length))
            .find_map(|beginning| rest.strip_suffix(beginning).map(str::len));
        match cut {
            Some(at) => {
                let (told, held) = rest.split_at(at);
                held.clone_into(&mut self.held);
                told.to_owned()
            }
            None => rest,
        }
    }
}

/// True when a closing tag behind `before` is only talked about: in a code span, in an open fence, after its own
/// opening tag.
fn is_quoted(before: &str) -> bool {
    before.ends_with('`') || before.matches("```").count() % 2 == 1 || before.contains(OPEN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// (thoughts, text) as a reader sees them in the end.
    fn read(deltas: &[&str]) -> (String, String) {
        let mut tags = ThinkTags::default();
        let mut pieces: Vec<Piece> = deltas.iter().flat_map(|delta| tags.push(delta)).collect();
        pieces.extend(tags.finish());
        let mut thoughts = String::new();
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(more) => text += &more,
                Piece::Thought(more) => thoughts += &more,
                Piece::WasThought(all) => {
                    thoughts = all;
                    text.clear();
                }
            }
        }
        (thoughts, text)
    }

    #[test]
    fn q12_tags_cut_anywhere() {
        for (deltas, thoughts, text) in [
            (&["<th", "ink>plan</thi", "nk>answer"][..], "plan", "answer"),
            (&["<th", "ink>\n先想", "一想</thi", "nk>\n\n答案 a<b 成立"], "先想一想", "答案 a<b 成立"),
            (&["\n", "<think>", "</think>", "\n\n", "hi"], "", "hi"),
            (&["<think>never closed</thi"], "never closed</thi", ""),
            (&["<thin", "g> is a tag"], "", "<thing> is a tag"),
            (&["<thi"], "", "<thi"),
            (&["a </th", "ink-ish"], "", "a </think-ish"),
        ] {
            assert_eq!(read(deltas), (thoughts.to_owned(), text.to_owned()), "{deltas:?}");
        }
    }

    #[test]
    fn q13_tags_inside_the_answer_are_text() {
        assert_eq!(read(&["Write <think>x</thi", "nk> so"]), (String::new(), "Write <think>x</think> so".to_owned()));
        assert_eq!(
            read(&["Use `<think>` and `</think>` so"]),
            (String::new(), "Use `<think>` and `</think>` so".to_owned())
        );
        let fenced = "```\n<think>\n</think>\n```\n";
        assert_eq!(read(&[fenced]), (String::new(), fenced.to_owned()));
        let later = "<think>a</think>text </think> and <think>more";
        assert_eq!(read(&[later]), ("a".to_owned(), "text </think> and <think>more".to_owned()));
    }

    #[test]
    fn q14_a_closing_tag_alone_makes_what_came_before_thoughts() {
        assert_eq!(read(&["plan</think>answer"]), ("plan".to_owned(), "answer".to_owned()));
        assert_eq!(read(&["pl", "an\n</th", "ink>\n\nanswer"]), ("plan\n".to_owned(), "answer".to_owned()));
        assert_eq!(read(&["</think>\nanswer"]), (String::new(), "answer".to_owned()));
    }

    #[test]
    fn thoughts_in_a_member_of_their_own_make_tags_text() {
        let mut tags = ThinkTags::default();
        tags.give_up();
        assert_eq!(tags.push("<think>"), vec![Piece::Text("<think>".to_owned())]);
    }

    proptest! {
        #[test]
        fn any_cut_reads_the_same(
            text in "(<think>)?[a-z<>/ `\n世]{0,20}(</think>)?[a-z<\n]{0,8}(</think>)?[a-z]{0,4}",
            cuts in prop::collection::vec(1usize..6, 1..20),
        ) {
            let characters: Vec<char> = text.chars().collect();
            let mut rest = characters.as_slice();
            let mut deltas = Vec::new();
            for size in cuts.iter().cycle() {
                if rest.is_empty() { break; }
                let (delta, behind) = rest.split_at((*size).min(rest.len()));
                deltas.push(delta.iter().collect::<String>());
                rest = behind;
            }
            let deltas: Vec<&str> = deltas.iter().map(String::as_str).collect();
            prop_assert_eq!(read(&deltas), read(&[&text]));
        }
    }
}
