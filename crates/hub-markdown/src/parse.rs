//! From pulldown-cmark's events to the tree. The only place that knows the Markdown library.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag};

use crate::ast::{Align, Block, Inline, Item, plain};
use crate::formulas::{self, Is, Passage};
use crate::link;

/// Containers nested deeper than this are shown flat: the tree is walked by recursion.
const MAX_DEPTH: usize = 32;

/// Longest language label, in characters.
const MAX_LANGUAGE: usize = 32;

/// A block that stands directly in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopBlock {
    /// Where the line begins on which it begins, in bytes.
    pub start: usize,
    /// The block.
    pub block: Block,
}

/// Tables, struck out text, task lists, footnotes and dollar math.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_MATH);

/// Reads Markdown. Any text has a tree.
pub fn parse(text: &str) -> Vec<TopBlock> {
    let passages = formulas::find(text, OPTIONS);
    // Masking changed what stands around: then nothing is masked.
    with_passages(text, &passages).or_else(|| with_passages(text, &[])).unwrap_or_default()
}

/// Reads a text whose passages are known. Nothing when one of them did not end up in text.
fn with_passages(text: &str, passages: &[Passage]) -> Option<Vec<TopBlock>> {
    let masked = formulas::masked(text, passages);
    let mut builder = Builder { passages: passages.iter(), ..Builder::default() };
    for (event, range) in Parser::new_ext(&masked, OPTIONS).into_offset_iter() {
        builder.place = range.start;
        match event {
            Event::Text(piece) if builder.has_passage_before(range.end) => {
                builder.text_with_passages(text, &piece, range)?;
            }
            event => builder.event(event),
        }
    }
    builder.passages.as_slice().is_empty().then(|| builder.finish(text))
}

/// What is open, innermost last. Closing a frame hands its content to the one below.
#[derive(Default)]
struct Builder<'a> {
    /// Those that come yet.
    passages: std::slice::Iter<'a, Passage>,
    frames: Vec<Frame>,
    /// Containers that are open but shown flat, because they lie too deep.
    flat: usize,
    /// Where the current event begins, in bytes.
    place: usize,
    top: Vec<(usize, Block)>,
    /// Inlines that came without a container.
    loose: Vec<Inline>,
}

struct Frame {
    kind: Kind,
    start: usize,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    text: String,
}

enum Kind {
    Paragraph,
    Heading(u8),
    Quote,
    Code(String),
    Html,
    List(Option<u64>, Vec<Item>),
    Item(Option<bool>),
    Footnote(String),
    Table { columns: Vec<Align>, head: Vec<Vec<Inline>>, rows: Vec<Vec<Vec<Inline>>> },
    Row { head: bool, cells: Vec<Vec<Inline>> },
    Cell,
    Strong,
    Emphasis,
    Strike,
    Link(String),
    Image(String),
}

impl Builder<'_> {
    fn has_passage_before(&self, place: usize) -> bool {
        self.passages.as_slice().first().is_some_and(|next| next.range.start < place)
    }

    /// A piece of text with what is masked in it. Nothing when that does not lie in it as a whole.
    fn text_with_passages(&mut self, text: &str, piece: &str, range: Range<usize>) -> Option<()> {
        let is_verbatim = |frame: &Frame| matches!(frame.kind, Kind::Code(_) | Kind::Html);
        if piece.len() != range.len() || self.frames.last().is_some_and(is_verbatim) {
            return None;
        }
        let mut from = range.start;
        while self.has_passage_before(range.end) {
            let passage = self.passages.next()?;
            self.text(text.get(from..passage.range.start)?);
            let written = text.get(passage.range.clone())?;
            from = passage.range.end;
            match &passage.is {
                Is::Formula(source, display) => {
                    self.inline(Inline::Math { source: source.clone(), display: *display });
                }
                Is::Open => self.inline(Inline::OpenMath(written.to_owned())),
                Is::Dollar => self.text(written),
            }
        }
        self.text(text.get(from..range.end)?);
        Some(())
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(_) if self.flat > 0 => self.flat -= 1,
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.inline(Inline::Code(code.into_string())),
            Event::InlineMath(source) => self.inline(Inline::Math { source: source.trim().to_owned(), display: false }),
            Event::DisplayMath(source) => self.inline(Inline::Math { source: source.trim().to_owned(), display: true }),
            Event::Html(html) => self.text(&html),
            // The one tag that models write where Markdown has no other way: a line break in a table cell.
            Event::InlineHtml(html) if matches!(&*html, "<br>" | "<br/>" | "<br />") => self.inline(Inline::Break),
            Event::InlineHtml(html) => self.text(&html),
            Event::FootnoteReference(label) => self.inline(Inline::FootnoteRef(label.into_string())),
            Event::SoftBreak | Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(self.place, Block::Rule),
            Event::TaskListMarker(done) => {
                if let Some(Frame { kind: Kind::Item(state), .. }) =
                    self.frames.iter_mut().rev().find(|frame| matches!(frame.kind, Kind::Item(_)))
                {
                    *state = Some(done);
                }
            }
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        // Parts of a table or list follow their parent, so that nothing ends up where it cannot stand.
        let part = matches!(tag, Tag::Item | Tag::TableHead | Tag::TableRow | Tag::TableCell);
        if self.flat > 0 || (!part && self.frames.len() >= MAX_DEPTH) {
            if matches!(tag, Tag::Paragraph | Tag::Item | Tag::TableRow | Tag::CodeBlock(_)) {
                self.inline(Inline::Break);
            }
            self.flat += 1;
            return;
        }
        let kind = match tag {
            Tag::Paragraph => Kind::Paragraph,
            Tag::Heading { level, .. } => Kind::Heading(level_number(level)),
            Tag::BlockQuote(_) => Kind::Quote,
            Tag::CodeBlock(CodeBlockKind::Indented) => Kind::Code(String::new()),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Kind::Code(language(&info)),
            Tag::HtmlBlock | Tag::MetadataBlock(_) => Kind::Html,
            Tag::List(start) => Kind::List(start, Vec::new()),
            Tag::Item => Kind::Item(None),
            Tag::FootnoteDefinition(label) => Kind::Footnote(label.into_string()),
            Tag::Table(columns) => {
                Kind::Table { columns: columns.into_iter().map(align).collect(), head: Vec::new(), rows: Vec::new() }
            }
            Tag::TableHead => Kind::Row { head: true, cells: Vec::new() },
            Tag::TableRow => Kind::Row { head: false, cells: Vec::new() },
            Tag::TableCell => Kind::Cell,
            Tag::Strong => Kind::Strong,
            Tag::Strikethrough => Kind::Strike,
            Tag::Link { dest_url, .. } => Kind::Link(dest_url.into_string()),
            Tag::Image { dest_url, .. } => Kind::Image(dest_url.into_string()),
            // Emphasis, and extensions that are not switched on.
            _ => Kind::Emphasis,
        };
        self.frames.push(Frame {
            kind,
            start: self.place,
            blocks: Vec::new(),
            inlines: Vec::new(),
            text: String::new(),
        });
    }

    fn close(&mut self) {
        let Some(mut frame) = self.frames.pop() else { return };
        let in_link = self.frames.iter().any(|frame| matches!(frame.kind, Kind::Link(_) | Kind::Image(_)));
        frame.settle_text(in_link || matches!(frame.kind, Kind::Link(_) | Kind::Image(_)));
        let Frame { kind, start, mut blocks, inlines, text } = frame;
        match kind {
            Kind::Paragraph => self.block(start, Block::Paragraph(inlines)),
            Kind::Heading(level) => self.block(start, Block::Heading { level, content: inlines }),
            Kind::Code(language) => {
                let text = text.strip_suffix('\n').map(str::to_owned).unwrap_or(text);
                self.block(start, Block::Code { language, text });
            }
            Kind::Html => self.block(start, Block::Html(text.trim_end_matches('\n').to_owned())),
            Kind::Quote => {
                settle_blocks(&mut blocks, inlines);
                self.block(start, Block::Quote(blocks));
            }
            Kind::Footnote(label) => {
                settle_blocks(&mut blocks, inlines);
                self.block(start, Block::Footnote { label, content: blocks });
            }
            Kind::List(first, items) => self.block(start, Block::List { start: first, items }),
            Kind::Item(done) => {
                settle_blocks(&mut blocks, inlines);
                if let Some(Frame { kind: Kind::List(_, items), .. }) = self.frames.last_mut() {
                    items.push(Item { done, content: blocks });
                }
            }
            Kind::Cell => {
                if let Some(Frame { kind: Kind::Row { cells, .. }, .. }) = self.frames.last_mut() {
                    cells.push(inlines);
                }
            }
            Kind::Row { head: is_head, cells } => {
                if let Some(Frame { kind: Kind::Table { head, rows, .. }, .. }) = self.frames.last_mut() {
                    if is_head {
                        *head = cells;
                    } else {
                        rows.push(cells);
                    }
                }
            }
            Kind::Table { mut columns, head, rows } => {
                numbers_to_the_end(&mut columns, &rows);
                self.block(start, Block::Table { columns, head, rows });
            }
            Kind::Strong => self.inline(Inline::Strong(inlines)),
            Kind::Emphasis => self.inline(Inline::Emphasis(inlines)),
            Kind::Strike => self.inline(Inline::Strike(inlines)),
            Kind::Link(url) => match link::openable(&url) {
                Some(url) => self.inline(Inline::Link { url: url.to_owned(), content: inlines }),
                None => {
                    let shown = plain(&inlines);
                    inlines.into_iter().for_each(|inline| self.inline(inline));
                    if !url.is_empty() && shown != url {
                        self.text(&format!(" ({url})"));
                    }
                }
            },
            Kind::Image(url) => self.inline(Inline::Image { url, alt: plain(&inlines) }),
        }
    }

    fn text(&mut self, text: &str) {
        match self.frames.last_mut() {
            Some(frame) => frame.text.push_str(text),
            None => self.loose.push(Inline::Text(text.to_owned())),
        }
    }

    fn inline(&mut self, inline: Inline) {
        let in_link = self.frames.iter().any(|frame| matches!(frame.kind, Kind::Link(_) | Kind::Image(_)));
        match self.frames.last_mut() {
            Some(frame) if matches!(frame.kind, Kind::Code(_) | Kind::Html) => {
                frame.text.push_str(&plain(std::slice::from_ref(&inline)));
            }
            Some(frame) => {
                frame.settle_text(in_link);
                frame.inlines.push(inline);
            }
            None => self.loose.push(inline),
        }
    }

    fn block(&mut self, start: usize, block: Block) {
        self.settle_loose();
        match self.frames.last_mut() {
            None => self.top.push((start, block)),
            Some(frame) => {
                frame.settle_text(false);
                let inlines = std::mem::take(&mut frame.inlines);
                settle_blocks(&mut frame.blocks, inlines);
                frame.blocks.push(block);
            }
        }
    }

    fn settle_loose(&mut self) {
        if !self.loose.is_empty() {
            let content = std::mem::take(&mut self.loose);
            self.top.push((self.place, Block::Paragraph(content)));
        }
    }

    fn finish(mut self, text: &str) -> Vec<TopBlock> {
        while !self.frames.is_empty() {
            self.close();
        }
        self.settle_loose();
        let line_start = |place: usize| text.get(..place).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        self.top.into_iter().map(|(place, block)| TopBlock { start: line_start(place), block }).collect()
    }
}

impl Frame {
    /// Text arrives in pieces; it is joined first, so that addresses are found whole.
    fn settle_text(&mut self, in_link: bool) {
        if self.text.is_empty() || matches!(self.kind, Kind::Code(_) | Kind::Html) {
            return;
        }
        let text = std::mem::take(&mut self.text);
        if in_link {
            self.inlines.push(Inline::Text(text));
        } else {
            link::linkify(&text, &mut self.inlines);
        }
    }
}

/// Inlines between blocks, as in tight lists, are a paragraph of their own.
fn settle_blocks(blocks: &mut Vec<Block>, inlines: Vec<Inline>) {
    if !inlines.is_empty() {
        blocks.push(Block::Paragraph(inlines));
    }
}

/// A column whose filled cells are all numbers stands at the end, unless the author chose otherwise.
fn numbers_to_the_end(columns: &mut [Align], rows: &[Vec<Vec<Inline>>]) {
    for (index, column) in columns.iter_mut().enumerate().filter(|(_, column)| **column == Align::Start) {
        let mut cells =
            rows.iter().filter_map(|row| row.get(index)).map(|cell| plain(cell)).filter(|cell| !cell.trim().is_empty());
        let mut any = false;
        if cells.by_ref().inspect(|_| any = true).all(|cell| is_number(&cell)) && any {
            *column = Align::End;
        }
    }
}

fn is_number(cell: &str) -> bool {
    let cell = cell.trim().trim_start_matches(['+', '-', '−', '¥', '￥', '$', '€', '£', '~', '≈']);
    let cell = cell.trim_end_matches(['%', '‰']).trim_end();
    cell.starts_with(|c: char| c.is_ascii_digit())
        && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '))
}

fn align(alignment: Alignment) -> Align {
    match alignment {
        Alignment::None | Alignment::Left => Align::Start,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::End,
    }
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

fn language(info: &str) -> String {
    info.split([' ', '\t', ',', '{']).next().unwrap_or_default().chars().take(MAX_LANGUAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<Block> {
        parse(text).into_iter().map(|top| top.block).collect()
    }

    fn text(text: &str) -> Inline {
        Inline::Text(text.to_owned())
    }

    #[test]
    fn html_is_only_text() {
        assert_eq!(blocks("<script>alert(1)</script>"), [Block::Html("<script>alert(1)</script>".into())]);
        assert_eq!(blocks("a <img src=x onerror=y> b"), [Block::Paragraph(vec![text("a <img src=x onerror=y> b")])]);
    }

    #[test]
    fn links_that_may_not_be_opened_are_text() {
        assert_eq!(
            blocks("[x](javascript:alert(1))"),
            [Block::Paragraph(vec![text("x"), text(" (javascript:alert(1))")])]
        );
        assert_eq!(
            blocks("[x](https://example.com)"),
            [Block::Paragraph(vec![Inline::Link { url: "https://example.com".into(), content: vec![text("x")] }])]
        );
    }

    #[test]
    fn a_column_of_numbers_stands_at_the_end() {
        let columns = |text: &str| match blocks(text).into_iter().next() {
            Some(Block::Table { columns, .. }) => columns,
            other => panic!("not a table: {other:?}"),
        };
        assert_eq!(
            columns("|产线|出货|率|\n|---|---|---|\n|A|8,120|1.19%|\n|B||−0.21|"),
            [Align::Start, Align::End, Align::End]
        );
        assert_eq!(columns("|a|b|\n|:--:|--|\n|1|x1|"), [Align::Center, Align::Start]);
        assert_eq!(columns("|a|\n|--|"), [Align::Start]);
    }

    #[test]
    fn pictures_are_not_fetched_but_named() {
        assert_eq!(
            blocks("![a *b*](https://x.example/p.png)"),
            [Block::Paragraph(vec![Inline::Image { url: "https://x.example/p.png".into(), alt: "a b".into() }])]
        );
    }

    #[test]
    fn tasks_footnotes_math_and_line_breaks() {
        assert_eq!(
            blocks("- [x] done\n- [ ] open"),
            [Block::List {
                start: None,
                items: vec![
                    Item { done: Some(true), content: vec![Block::Paragraph(vec![text("done")])] },
                    Item { done: Some(false), content: vec![Block::Paragraph(vec![text("open")])] },
                ],
            }]
        );
        assert_eq!(
            blocks("甲[^1]\n乙 $x^2$\n\n[^1]: 注"),
            [
                Block::Paragraph(vec![
                    text("甲"),
                    Inline::FootnoteRef("1".into()),
                    Inline::Break,
                    text("乙 "),
                    Inline::Math { source: "x^2".into(), display: false },
                ]),
                Block::Footnote { label: "1".into(), content: vec![Block::Paragraph(vec![text("注")])] },
            ]
        );
    }

    #[test]
    fn deep_nesting_is_shown_flat_and_keeps_its_text() {
        fn depth(blocks: &[Block]) -> usize {
            blocks
                .iter()
                .map(|block| match block {
                    Block::Quote(inner) => 1 + depth(inner),
                    Block::List { items, .. } => 1 + items.iter().map(|item| depth(&item.content)).max().unwrap_or(0),
                    _ => 1,
                })
                .max()
                .unwrap_or(0)
        }
        let deep = format!("{}inside", "> ".repeat(500));
        let tree = blocks(&deep);
        assert!(depth(&tree) <= MAX_DEPTH + 1);
        assert!(format!("{tree:?}").contains("inside"));
        let list: String = (0..200).map(|level| format!("{}- l{level}\n", "  ".repeat(level))).collect();
        let tree = blocks(&list);
        assert!(depth(&tree) <= MAX_DEPTH + 1);
        assert!(format!("{tree:?}").contains("l199"));
    }
}
