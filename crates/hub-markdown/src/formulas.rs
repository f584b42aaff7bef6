//! Where formulas stand in Markdown, as far as the Markdown library cannot tell. It knows dollar signs, but takes some
//! prices for formulas; it takes the backslash off `\(…\)` and `\[…\]` and reads what lies between as Markdown; and it
//! sees a list in a formula whose second line begins with a plus.
//!
//! The text is read twice: once to find these passages, by the library itself, so that code and addresses are left alone;
//! then with every passage masked by as many bytes that mean nothing, so that places in both texts are the same.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A passage that the library is not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Where, in bytes.
    pub(crate) range: Range<usize>,
    /// What it is.
    pub(crate) is: Is,
}

/// What a passage is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Is {
    /// A formula: its source, and whether it stands on lines of its own.
    Formula(String, bool),
    /// A formula on lines of its own that has no end yet.
    Open,
    /// A dollar sign that stands for money.
    Dollar,
}

/// The passages of a text, in order, none within another.
pub(crate) fn find(text: &str, options: Options) -> Vec<Passage> {
    if !text.contains('$') && !text.contains("\\(") && !text.contains("\\[") {
        return Vec::new();
    }
    let mut finder = Finder {
        text,
        blocks: Vec::new(),
        round: None,
        square: None,
        until: 0,
        no_brackets: 0,
        no_dollars: 0,
        found: Vec::new(),
    };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        finder.event(&event, range);
    }
    finder.found
}

/// The text with its passages masked. What stands in for one is punctuation at both ends, as formulas are for Markdown's
/// rules, and spaces between, so that it cannot be part of an address.
pub(crate) fn masked(text: &str, passages: &[Passage]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for Passage { range, .. } in passages {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push(',');
        if range.len() > 1 {
            out.extend(std::iter::repeat_n(' ', range.len() - 2));
            out.push(',');
        }
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

struct Finder<'a> {
    text: &'a str,
    /// The blocks that are open, innermost last.
    blocks: Vec<Open>,
    /// Where the last `\(` of this block stands that has no end yet.
    round: Option<usize>,
    /// Where the last `\[` stands.
    square: Option<usize>,
    /// The end of what was found outside the library's order.
    until: usize,
    /// Up to there it is known that nothing closes a `\[`.
    no_brackets: usize,
    /// The same for `$$`.
    no_dollars: usize,
    found: Vec<Passage>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Lines of text: a paragraph or a heading.
    Lines,
    Quote,
    /// Code and HTML, where nothing is a formula.
    Verbatim,
    Other,
}

impl Finder<'_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                if let Some(block) = block(tag) {
                    self.blocks.push(block);
                    self.forget();
                }
            }
            Event::End(tag) if !is_inline(*tag) => {
                self.blocks.pop();
                self.forget();
            }
            _ if range.start < self.until || self.blocks.last() == Some(&Open::Verbatim) => {}
            Event::Text(_) => self.text(range.start),
            Event::InlineMath(source) if is_money(source, self.byte(range.end)) => {
                self.push(range.start..range.start + 1, Is::Dollar);
                self.push(range.end - 1..range.end, Is::Dollar);
            }
            _ => {}
        }
    }

    /// Looks at what text begins with: marks of formulas begin a piece of their own.
    fn text(&mut self, at: usize) {
        match self.byte(at) {
            Some(b'$') if self.byte(at + 1) == Some(b'$') && self.byte(at + 2) != Some(b'$') => {
                self.lines_from(at, Mark::Dollars);
            }
            Some(b'[') if self.is_escaped(at) && !self.lines_from(at - 1, Mark::Brackets) => self.square = Some(at - 1),
            Some(b'(') if self.is_escaped(at) => self.round = Some(at - 1),
            Some(b']') if self.is_escaped(at) => {
                if let Some(open) = self.square.take() {
                    self.formula(open..at + 1, true);
                }
            }
            Some(b')') if self.is_escaped(at) => {
                if let Some(open) = self.round.take() {
                    self.formula(open..at + 1, false);
                }
            }
            _ => {}
        }
    }

    /// A formula that begins a line of the document itself goes on to its end, whatever its lines begin with; false when
    /// it is none. Until its end comes it is shown as it is written.
    fn lines_from(&mut self, at: usize, mark: Mark) -> bool {
        let before = self.text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
        let begins_line = before.is_empty() || before.ends_with('\n');
        if self.blocks != [Open::Lines] || !begins_line || *self.hopeless(mark) > at {
            return false;
        }
        match end_of_lines(self.text, at + 2, mark) {
            End::At(end) => {
                self.until = end;
                self.formula(at..end, true);
            }
            End::Open => {
                self.until = self.text.len();
                let written = self.text.get(at..).unwrap_or_default().trim_end();
                self.push(at..at + written.len(), Is::Open);
            }
            End::None(until) => *self.hopeless(mark) = until,
        }
        self.until > at
    }

    fn formula(&mut self, range: Range<usize>, display: bool) {
        let inside = self.text.get(range.start + 2..range.end - 2).unwrap_or_default();
        let quotes = self.blocks.iter().filter(|block| **block == Open::Quote).count();
        let source = without_quote_marks(inside, quotes).trim().to_owned();
        if !source.is_empty() {
            self.push(range, Is::Formula(source, display));
        }
    }

    fn push(&mut self, range: Range<usize>, is: Is) {
        while self.found.last().is_some_and(|last| last.range.start >= range.start) {
            self.found.pop();
        }
        if self.found.last().is_none_or(|last| last.range.end <= range.start) {
            self.found.push(Passage { range, is });
        }
    }

    /// A formula does not go on in another block.
    fn forget(&mut self) {
        (self.round, self.square) = (None, None);
    }

    fn hopeless(&mut self, mark: Mark) -> &mut usize {
        match mark {
            Mark::Brackets => &mut self.no_brackets,
            Mark::Dollars => &mut self.no_dollars,
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn is_escaped(&self, at: usize) -> bool {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
    }
}

/// What encloses a formula on lines of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Brackets,
    Dollars,
}

enum End {
    /// It ends there.
    At(usize),
    /// The text ends before.
    Open,
    /// It does not end before the paragraph does, there.
    None(usize),
}

fn end_of_lines(text: &str, from: usize, mark: Mark) -> End {
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let is_first = at == from;
        let trimmed = line.trim_start();
        if !is_first
            && (is_blank(line) && line.ends_with('\n') || trimmed.starts_with("```") || trimmed.starts_with("~~~"))
        {
            return End::None(at);
        }
        if let Some(end) = end_in_line(line, mark) {
            return End::At(at + end);
        }
        at += line.len();
    }
    End::Open
}

fn end_in_line(line: &str, mark: Mark) -> Option<usize> {
    let mut bytes = line.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let next = bytes.peek().map(|(_, byte)| *byte);
        match (byte, next) {
            (b'\\', Some(b']')) if mark == Mark::Brackets => return Some(at + 2),
            (b'$', Some(b'$')) if mark == Mark::Dollars => return Some(at + 2),
            // Whatever comes after a backslash belongs to it.
            (b'\\', Some(_)) => drop(bytes.next()),
            _ => {}
        }
    }
    None
}

fn without_quote_marks(source: &str, quotes: usize) -> String {
    let unmarked = |line: &'_ str| -> String {
        let mut line = line;
        for _ in 0..quotes {
            let Some(rest) = line.trim_start().strip_prefix('>') else { break };
            line = rest;
        }
        line.to_owned()
    };
    match source.split_once('\n') {
        Some((first, rest)) if quotes > 0 => {
            std::iter::once(first.to_owned()).chain(rest.split('\n').map(unmarked)).collect::<Vec<_>>().join("\n")
        }
        _ => source.to_owned(),
    }
}

/// Whether what stands between two dollar signs is part of a sentence with two prices in it.
fn is_money(source: &str, next: Option<u8>) -> bool {
    let has_word = || {
        let letters = source.chars().zip(source.chars().skip(1));
        letters.into_iter().any(|(a, b)| a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
            || source.chars().any(|c| c.is_alphabetic() && matches!(c, '\u{2e80}'..))
    };
    next.is_some_and(|byte| byte.is_ascii_digit())
        || source.starts_with(|c: char| c.is_ascii_digit())
            && !source.contains(['\\', '^', '_', '=', '{'])
            && has_word()
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// What a block is; nothing for what stands within lines.
fn block(tag: &Tag<'_>) -> Option<Open> {
    match tag {
        Tag::Paragraph | Tag::Heading { .. } => Some(Open::Lines),
        Tag::BlockQuote(_) => Some(Open::Quote),
        Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::MetadataBlock(_) => Some(Open::Verbatim),
        tag if is_inline(tag.to_end()) => None,
        _ => Some(Open::Other),
    }
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}

#[cfg(test)]
#[path = "formulas_tests.rs"]
mod tests;
