//! An answer as HTML, out of the same tree that the window draws. Every element and attribute that can be written stands
//! here; all that came from outside is text or a value, escaped.

use std::fmt::Write as _;

use hub_contract::math::{FormulaSource, MathElement};
use hub_markdown::ast::{Align, Block, Inline, Item};
use hub_markdown::{openable, parse};

use super::html::escape;
use crate::formulas::Reader;

/// So many formulas of one file are drawn; after them their source stands there. A drawn one is many times as long.
const MOST_FORMULAS_OF_A_FILE: usize = 20_000;

/// Writes the answers of one file.
pub(super) struct Painter {
    reader: Reader,
    /// How many more formulas are drawn.
    pub(super) formulas_left: usize,
}

impl Painter {
    pub(super) fn new() -> Self {
        Self { reader: Reader::new(), formulas_left: MOST_FORMULAS_OF_A_FILE }
    }

    /// Markdown as HTML: raw HTML stays text, and nothing is fetched.
    pub(super) fn markdown(&mut self, text: &str, out: &mut String) {
        for top in parse(text) {
            self.block(&top.block, out);
        }
    }

    fn blocks(&mut self, blocks: &[Block], out: &mut String) {
        blocks.iter().for_each(|block| self.block(block, out));
    }

    fn block(&mut self, block: &Block, out: &mut String) {
        match block {
            Block::Paragraph(content) => self.within("p", content, out),
            // The file's own headings are `h1` and `h2`.
            Block::Heading { level, content } => match level {
                1 | 2 => self.within("h3", content, out),
                3 => self.within("h4", content, out),
                4 => self.within("h5", content, out),
                _ => self.within("h6", content, out),
            },
            Block::Code { language, text } => code(language, text, out),
            Block::Quote(content) => {
                out.push_str("<blockquote>\n");
                self.blocks(content, out);
                out.push_str("</blockquote>");
            }
            Block::List { start, items } => {
                let _ = match start {
                    Some(first) => writeln!(out, "<ol start=\"{first}\">"),
                    None => writeln!(out, "<ul>"),
                };
                items.iter().for_each(|item| self.item(item, out));
                out.push_str(if start.is_some() { "</ol>" } else { "</ul>" });
            }
            Block::Table { columns, head, rows } => self.table(columns, head, rows, out),
            Block::Footnote { label, content } => {
                let _ = write!(out, "<div class=\"footnote\"><span>{}</span><div>", escape(label));
                self.blocks(content, out);
                out.push_str("</div></div>");
            }
            Block::Html(text) => {
                let _ = write!(out, "<p class=\"as-written\">{}</p>", escape(text));
            }
            Block::Rule => out.push_str("<hr>"),
        }
        out.push('\n');
    }

    fn item(&mut self, item: &Item, out: &mut String) {
        out.push_str("<li>");
        match item.done {
            Some(true) => out.push_str("<input type=\"checkbox\" disabled checked> "),
            Some(false) => out.push_str("<input type=\"checkbox\" disabled> "),
            None => {}
        }
        // What is only a line is no paragraph of its own.
        match item.content.as_slice() {
            [Block::Paragraph(content)] => self.inlines(content, out),
            [Block::Paragraph(content), rest @ ..] => {
                self.inlines(content, out);
                out.push('\n');
                self.blocks(rest, out);
            }
            content => self.blocks(content, out),
        }
        out.push_str("</li>\n");
    }

    fn table(&mut self, columns: &[Align], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], out: &mut String) {
        out.push_str("<table><thead>");
        self.row("th", columns, head, out);
        out.push_str("</thead><tbody>\n");
        rows.iter().for_each(|row| self.row("td", columns, row, out));
        out.push_str("</tbody></table>");
    }

    fn row(&mut self, tag: &str, columns: &[Align], cells: &[Vec<Inline>], out: &mut String) {
        out.push_str("<tr>");
        for (index, cell) in cells.iter().enumerate() {
            let class = match columns.get(index) {
                Some(Align::End) => " class=\"num\"",
                Some(Align::Center) => " class=\"c\"",
                Some(Align::Start) | None => "",
            };
            let _ = write!(out, "<{tag}{class}>");
            self.inlines(cell, out);
            let _ = write!(out, "</{tag}>");
        }
        out.push_str("</tr>\n");
    }

    fn within(&mut self, tag: &str, content: &[Inline], out: &mut String) {
        let _ = write!(out, "<{tag}>");
        self.inlines(content, out);
        let _ = write!(out, "</{tag}>");
    }

    fn inlines(&mut self, content: &[Inline], out: &mut String) {
        content.iter().for_each(|inline| self.inline(inline, out));
    }

    fn inline(&mut self, inline: &Inline, out: &mut String) {
        let _ = match inline {
            Inline::Text(text) => write!(out, "{}", escape(text)),
            Inline::Code(text) => write!(out, "<code>{}</code>", escape(text)),
            Inline::Strong(content) => return self.within("strong", content, out),
            Inline::Emphasis(content) => return self.within("em", content, out),
            Inline::Strike(content) => return self.within("s", content, out),
            Inline::Link { url, content } => {
                let _ = write!(out, "<a href=\"{}\">", escape(url));
                self.inlines(content, out);
                write!(out, "</a>")
            }
            // A picture is not fetched: its words lead to it.
            Inline::Image { url, alt } => {
                let words = escape(if alt.is_empty() { url } else { alt });
                match openable(url) {
                    Some(url) => write!(out, "<a href=\"{}\">{words}</a>", escape(url)),
                    None => write!(out, "{words}"),
                }
            }
            Inline::Math { source, display } => return self.formula(source, *display, out),
            Inline::OpenMath(text) => write!(out, "<code class=\"math display\">{}</code>", escape(text)),
            Inline::FootnoteRef(label) => write!(out, "<sup>{}</sup>", escape(label)),
            Inline::Break => writeln!(out, "<br>"),
        };
    }

    /// A formula as the window shows it: drawn where it is understood, else its source.
    fn formula(&mut self, source: &str, display: bool, out: &mut String) {
        let class = if display { "math display" } else { "math" };
        let asked = FormulaSource { source: source.to_owned(), display };
        let read = self.formulas_left.checked_sub(1).and_then(|left| {
            self.formulas_left = left;
            self.reader.read(&asked)
        });
        let source = escape(source);
        let _ = match read {
            Some(read) => {
                let _ = write!(out, "<span class=\"{class}\" data-source=\"{source}\">");
                element(&read, out);
                write!(out, "</span>")
            }
            None => write!(out, "<code class=\"{class}\">{source}</code>"),
        };
    }
}

/// Code with the name of its language above it, as in the window.
fn code(language: &str, text: &str, out: &mut String) {
    let (language, text) = (escape(language), escape(text));
    let _ = if language.is_empty() {
        write!(out, "<pre><code>{text}</code></pre>")
    } else {
        write!(
            out,
            "<figure><figcaption>{language}</figcaption><pre><code class=\"language-{language}\">{text}</code></pre>\
             </figure>"
        )
    };
}

/// An element of a formula. Its name and those of its attributes are words of the contract's lists.
fn element(element: &MathElement, out: &mut String) {
    let tag = element.tag.as_str();
    let _ = write!(out, "<{tag}");
    for (attribute, value) in &element.attributes {
        let _ = write!(out, " {}=\"{}\"", attribute.as_str(), escape(value));
    }
    out.push('>');
    if element.children.is_empty() {
        out.push_str(&escape(&element.text));
    }
    element.children.iter().for_each(|child| self::element(child, out));
    let _ = write!(out, "</{tag}>");
}
