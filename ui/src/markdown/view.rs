//! From the tree to nodes. Everything that grows is keyed by its place: Yew lines up lists without keys from their end,
//! which would write every node anew when one is added.

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{Key, VList, VNode};

use super::code::CodeBlock;
use super::copy::with_sources;
use super::highlight::marked;
use super::math::{Formulas, formula, use_formulas};
use super::stream::Document;
use super::web::{RemoteImage, WebLink};
use hub_markdown::ast::{Align, Block, Inline, Item};

/// A longer text is cut into nodes of about this many characters. A full one never changes again, so a selection in it
/// survives while the text grows.
const CHARS: usize = 96;

#[derive(Properties, PartialEq)]
pub struct MarkdownProps {
    /// The text so far.
    pub text: AttrValue,
    /// Nothing more comes.
    #[prop_or(true)]
    pub finished: bool,
    /// Words to mark.
    #[prop_or_default]
    pub highlight: Option<AttrValue>,
}

/// A Markdown text. While it grows, only its last block is read and drawn anew.
#[component]
pub fn Markdown(props: &MarkdownProps) -> Html {
    let document = use_mut_ref(Document::default);
    let mut document = document.borrow_mut();
    document.set(&props.text, props.finished);
    let blocks = document.blocks().iter().map(|block| {
        html! { <TopBlock block={SharedBlock(Rc::clone(block))} highlight={props.highlight.clone()} /> }
    });
    html! { <div class="prose" lang={language_of(&props.text)} oncopy={with_sources}>{ keyed(blocks) }</div> }
}

/// Two are equal when they are the same one.
#[derive(Clone)]
struct SharedBlock(Rc<Block>);

impl PartialEq for SharedBlock {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
struct TopBlockProps {
    block: SharedBlock,
    highlight: Option<AttrValue>,
}

#[component]
fn TopBlock(props: &TopBlockProps) -> Html {
    let formulas = use_formulas(&props.block.0);
    Painter { highlight: props.highlight.as_deref(), formulas: &formulas.borrow() }.block(&props.block.0)
}

/// A block as it is drawn.
#[cfg(test)]
pub(super) fn drawn(block: &Block, formulas: &Formulas) -> Html {
    Painter { highlight: None, formulas }.block(block)
}

/// Puts nodes after each other, each keyed by its place.
pub(super) fn keyed(nodes: impl IntoIterator<Item = Html>) -> Html {
    let children = nodes
        .into_iter()
        .enumerate()
        .map(|(place, node)| VNode::from(VList::with_children(vec![node], Some(Key::from(place)))))
        .collect();
    VNode::from(VList::with_children(children, None))
}

struct Painter<'a> {
    highlight: Option<&'a str>,
    formulas: &'a Formulas,
}

impl Painter<'_> {
    fn blocks(&self, blocks: &[Block]) -> Html {
        keyed(blocks.iter().map(|block| self.block(block)))
    }

    fn block(&self, block: &Block) -> Html {
        match block {
            Block::Paragraph(content) => html! { <p>{ self.inlines(content) }</p> },
            Block::Heading { level, content } => self.heading(*level, content),
            Block::Code { language, text } => {
                html! { <CodeBlock language={language.clone()} text={text.clone()} /> }
            }
            Block::Quote(content) => html! { <blockquote>{ self.blocks(content) }</blockquote> },
            Block::List { start: None, items } => html! { <ul>{ self.items(items) }</ul> },
            Block::List { start: Some(first), items } => {
                html! { <ol start={first.to_string()}>{ self.items(items) }</ol> }
            }
            Block::Table { columns, head, rows } => self.table(columns, head, rows),
            Block::Footnote { label, content } => html! {
                <div class="footnote"><span class="cite">{ label }</span><div>{ self.blocks(content) }</div></div>
            },
            Block::Html(text) => html! { <p class="as-written">{ text }</p> },
            Block::Rule => html! { <hr /> },
        }
    }

    /// The page's own headings are `h1` and `h2`, so those of an answer begin at `h3`.
    fn heading(&self, level: u8, content: &[Inline]) -> Html {
        let content = self.inlines(content);
        match level {
            1 => html! { <h3 class="h-1">{ content }</h3> },
            2 => html! { <h3>{ content }</h3> },
            3 => html! { <h4>{ content }</h4> },
            4 => html! { <h5>{ content }</h5> },
            _ => html! { <h6>{ content }</h6> },
        }
    }

    fn items(&self, items: &[Item]) -> Html {
        keyed(items.iter().map(|item| match item.done {
            None => html! { <li>{ self.blocks(&item.content) }</li> },
            Some(done) => html! {
                <li class="task">
                    <input type="checkbox" checked={done} disabled={true} />
                    <div>{ self.blocks(&item.content) }</div>
                </li>
            },
        }))
    }

    fn table(&self, columns: &[Align], head: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>]) -> Html {
        let class = |index: usize| match columns.get(index) {
            Some(Align::End) => Some("num"),
            Some(Align::Center) => Some("c"),
            Some(Align::Start) | None => None,
        };
        let heads = head.iter().enumerate().map(|(index, cell)| {
            html! { <th scope="col" class={classes!(class(index))}>{ self.inlines(cell) }</th> }
        });
        let row = |cells: &Vec<Vec<Inline>>| {
            let cells = cells.iter().enumerate().map(|(index, cell)| {
                html! { <td class={classes!(class(index))}>{ self.inlines(cell) }</td> }
            });
            html! { <tr>{ keyed(cells) }</tr> }
        };
        html! {
            // Scrolls by keys, so it takes the focus.
            <div class="scroll" tabindex="0">
                <table class="table">
                    <thead><tr>{ keyed(heads) }</tr></thead>
                    <tbody>{ keyed(rows.iter().map(row)) }</tbody>
                </table>
            </div>
        }
    }

    fn inlines(&self, content: &[Inline]) -> Html {
        keyed(content.iter().map(|inline| self.inline(inline)))
    }

    fn inline(&self, inline: &Inline) -> Html {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Code(code) => html! { <code>{ self.text(code) }</code> },
            Inline::Strong(content) => html! { <strong class="strong">{ self.inlines(content) }</strong> },
            Inline::Emphasis(content) => html! { <em>{ self.inlines(content) }</em> },
            Inline::Strike(content) => html! { <s>{ self.inlines(content) }</s> },
            Inline::Link { url, content } => html! { <WebLink url={url.clone()}>{ self.inlines(content) }</WebLink> },
            Inline::Image { url, alt } => html! { <RemoteImage url={url.clone()} alt={alt.clone()} /> },
            Inline::Math { source, display } => formula(source, *display, self.formulas),
            Inline::OpenMath(text) => html! { <code class="math display">{ text }</code> },
            Inline::FootnoteRef(label) => html! { <sup class="cite">{ label }</sup> },
            Inline::Break => html! { <br /> },
        }
    }

    fn text(&self, text: &str) -> Html {
        if let Some(query) = self.highlight {
            return marked(text, query);
        }
        if text.len() <= CHARS {
            return html! { { text.to_owned() } };
        }
        let mut nodes = Vec::new();
        let mut piece = String::new();
        for (place, c) in text.chars().enumerate() {
            if place > 0 && place % CHARS == 0 {
                nodes.push(html! { { std::mem::take(&mut piece) } });
            }
            piece.push(c);
        }
        nodes.push(html! { { piece } });
        keyed(nodes)
    }
}

/// `zh` or `en` by what the text begins with: it decides line height, glyph shapes and the voice of a screen reader.
pub fn language_of(text: &str) -> &'static str {
    let (mut han, mut latin) = (0, 0);
    for c in text.chars().take(400) {
        if matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}') {
            han += 1;
        } else if c.is_ascii_alphabetic() {
            latin += 1;
        }
    }
    // A Han character says about as much as four Latin letters.
    if han * 4 >= latin && han > 0 { "zh-CN" } else { "en" }
}

#[cfg(test)]
mod tests {
    use super::language_of;

    #[test]
    fn the_language_is_what_most_of_the_text_is() {
        assert_eq!(language_of("建议先复核 B 线批次 B2608-114"), "zh-CN");
        assert_eq!(language_of("Version 4.2 makes three changes (三处) that customers will notice"), "en");
        assert_eq!(language_of(""), "en");
    }
}
