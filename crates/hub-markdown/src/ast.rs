//! What an answer's Markdown becomes: a small tree that says what is shown, with nothing in it that could be run.

/// A block of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading.
    Heading {
        /// From 1 to 6.
        level: u8,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A code block, without its last line break.
    Code {
        /// First word of the info string; empty when there is none.
        language: String,
        /// The code.
        text: String,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// The first number; absent for bullets.
        start: Option<u64>,
        /// Its items.
        items: Vec<Item>,
    },
    /// A table.
    Table {
        /// One for each column.
        columns: Vec<Align>,
        /// The heads of the columns.
        head: Vec<Vec<Inline>>,
        /// The rows.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A footnote where it was written.
    Footnote {
        /// Its label.
        label: String,
        /// Its text.
        content: Vec<Block>,
    },
    /// Raw HTML: shown as the text that it is.
    Html(String),
    /// A line across.
    Rule,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// For tasks: whether it is done.
    pub done: Option<bool>,
    /// What it holds.
    pub content: Vec<Block>,
}

/// How a column stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// At the start of the line.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// At the end: numbers.
    End,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text.
    Text(String),
    /// Code.
    Code(String),
    /// Strong.
    Strong(Vec<Inline>),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// A link whose scheme may be opened.
    Link {
        /// Where it leads.
        url: String,
        /// What is shown.
        content: Vec<Inline>,
    },
    /// A picture, which is not fetched.
    Image {
        /// Where it lies.
        url: String,
        /// What it shows, in words.
        alt: String,
    },
    /// LaTeX, kept as source.
    Math {
        /// The source, without what encloses it.
        source: String,
        /// Stands on lines of its own.
        display: bool,
    },
    /// A formula on lines of its own that has no end yet, as it is written.
    OpenMath(String),
    /// A reference to a footnote.
    FootnoteRef(String),
    /// A line break. A single line break in the source counts: people and models mean it.
    Break,
}

/// The text of inlines without any marks.
pub fn plain(inlines: &[Inline]) -> String {
    let mut text = String::new();
    collect(inlines, &mut text);
    text
}

fn collect(inlines: &[Inline], text: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(piece) | Inline::Code(piece) | Inline::OpenMath(piece) => text.push_str(piece),
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. } => collect(content, text),
            Inline::Image { alt, .. } => text.push_str(alt),
            Inline::Math { source, .. } => text.push_str(source),
            Inline::FootnoteRef(label) => text.push_str(label),
            Inline::Break => text.push(' '),
        }
    }
}
