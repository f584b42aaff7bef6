//! Formulas on the page. The core reads LaTeX; what it hands over is drawn as MathML, element by element. Until then, and
//! where it is not understood, the source stands there.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use hub_contract::command::ReadFormulas;
use hub_contract::math::{
    FormulaSource, LONGEST_FORMULA, MOST_FORMULA_BYTES, MOST_FORMULAS, MathElement, ReadFormulasRequest,
};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew::virtual_dom::VTag;

use crate::ipc;
use hub_markdown::ast::{Block, Inline};

/// So many formulas are remembered for blocks that come into view again.
const REMEMBERED: usize = 4_096;
/// So many of one block are read; a block is drawn as a whole.
const MOST_OF_A_BLOCK: usize = 1_000;

/// The formulas of a block, as far as they are read; nothing for one that was not understood.
pub(super) type Formulas = HashMap<FormulaSource, Option<Rc<MathElement>>>;

thread_local! {
    static KNOWN: RefCell<Formulas> = RefCell::default();
    static WANTED: RefCell<Wanted> = RefCell::default();
}

/// What is asked for, and who waits for it.
#[derive(Default)]
struct Wanted {
    /// What goes into the next requests.
    next: Vec<FormulaSource>,
    /// Those and the ones on their way: none is asked for twice.
    asked: HashSet<FormulaSource>,
    waiting: Vec<(Vec<FormulaSource>, Callback<()>)>,
}

/// The formulas of a block, which is drawn again when more of them are read.
#[hook]
pub(super) fn use_formulas(block: &Block) -> Rc<RefCell<Formulas>> {
    let held = use_mut_ref(Formulas::default);
    let update = use_force_update();
    let mut missing = Vec::new();
    in_block(block, &mut missing);
    if !missing.is_empty() {
        let mut held = held.borrow_mut();
        KNOWN.with_borrow(|known| {
            missing.retain(|formula| {
                if let Some(read) = known.get(formula) {
                    held.insert(formula.clone(), read.clone());
                }
                !held.contains_key(formula)
            });
        });
    }
    use_effect_with(missing, move |missing| {
        if !missing.is_empty() {
            want(missing.clone(), Callback::from(move |()| update.force_update()));
        }
    });
    held
}

/// Draws a formula: as MathML when it is read, else its source.
pub(super) fn formula(source: &str, display: bool, formulas: &Formulas) -> Html {
    let class = classes!("math", display.then_some("display"));
    let asked = FormulaSource { source: source.to_owned(), display };
    match formulas.get(&asked) {
        // One that stands alone scrolls by keys, so it takes the focus. What is copied is its source.
        Some(Some(read)) => html! {
            <span {class} tabindex={display.then_some("0")} data-source={asked.source}>{ drawn(read) }</span>
        },
        _ => html! { <code {class}>{ source.to_owned() }</code> },
    }
}

fn drawn(element: &MathElement) -> Html {
    let mut tag = VTag::new(element.tag.as_str());
    for (attribute, value) in &element.attributes {
        tag.add_attribute(attribute.as_str(), value.clone());
    }
    if element.children.is_empty() {
        tag.add_child(html! { { element.text.clone() } });
    } else {
        tag.add_children(element.children.iter().map(drawn));
    }
    tag.into()
}

/// Asks for formulas, together with those that other blocks ask for in the same turn.
fn want(formulas: Vec<FormulaSource>, then: Callback<()>) {
    if WANTED.with_borrow_mut(|wanted| wanted.add(formulas, then)) {
        spawn_local(async {
            TimeoutFuture::new(0).await;
            ask(WANTED.with_borrow_mut(|wanted| std::mem::take(&mut wanted.next))).await;
        });
    }
}

async fn ask(mut formulas: Vec<FormulaSource>) {
    while !formulas.is_empty() {
        let rest = formulas.split_off(in_one_request(&formulas));
        // What could not be asked now is asked again when it comes into view again.
        if let Ok(read) = ipc::call::<ReadFormulas>(ReadFormulasRequest { formulas: formulas.clone() }).await {
            remember(formulas.iter().cloned().zip(read.into_iter().map(|formula| formula.map(Rc::new))));
        }
        let ready = WANTED.with_borrow_mut(|wanted| wanted.answered(&formulas));
        ready.iter().for_each(|then| then.emit(()));
        formulas = rest;
    }
}

impl Wanted {
    /// Adds what somebody waits for; true when these are the first of the next request.
    fn add(&mut self, formulas: Vec<FormulaSource>, then: Callback<()>) -> bool {
        let is_first = self.next.is_empty();
        for formula in &formulas {
            if self.asked.insert(formula.clone()) {
                self.next.push(formula.clone());
            }
        }
        self.waiting.push((formulas, then));
        is_first && !self.next.is_empty()
    }

    /// Takes note of an answer; hands back those who wait for nothing more.
    fn answered(&mut self, formulas: &[FormulaSource]) -> Vec<Callback<()>> {
        for formula in formulas {
            self.asked.remove(formula);
        }
        let waits = |(formulas, _): &(Vec<FormulaSource>, Callback<()>)| {
            formulas.iter().any(|formula| self.asked.contains(formula))
        };
        let (waiting, ready) = std::mem::take(&mut self.waiting).into_iter().partition(waits);
        self.waiting = waiting;
        let ready: Vec<(Vec<FormulaSource>, Callback<()>)> = ready;
        ready.into_iter().map(|(_, then)| then).collect()
    }
}

/// How many of the first formulas go into one request; at least one.
fn in_one_request(formulas: &[FormulaSource]) -> usize {
    let mut bytes = 0;
    let fits = |formula: &&FormulaSource| {
        bytes += formula.source.len();
        bytes <= MOST_FORMULA_BYTES
    };
    formulas.iter().take(MOST_FORMULAS).take_while(fits).count().max(1)
}

fn remember(read: impl Iterator<Item = (FormulaSource, Option<Rc<MathElement>>)>) {
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.extend(read);
    });
}

/// The formulas of a block that are worth asking for.
pub(super) fn in_block(block: &Block, into: &mut Vec<FormulaSource>) {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => in_inlines(content, into),
        Block::Quote(content) | Block::Footnote { content, .. } => {
            content.iter().for_each(|block| in_block(block, into))
        }
        Block::List { items, .. } => {
            items.iter().flat_map(|item| &item.content).for_each(|block| in_block(block, into));
        }
        Block::Table { head, rows, .. } => {
            head.iter().chain(rows.iter().flatten()).for_each(|cell| in_inlines(cell, into));
        }
        Block::Code { .. } | Block::Html(_) | Block::Rule => {}
    }
}

fn in_inlines(inlines: &[Inline], into: &mut Vec<FormulaSource>) {
    for inline in inlines {
        match inline {
            Inline::Math { source, display } if source.len() <= LONGEST_FORMULA && into.len() < MOST_OF_A_BLOCK => {
                into.push(FormulaSource { source: source.clone(), display: *display });
            }
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. } => in_inlines(content, into),
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "math_tests.rs"]
mod tests;
