//! LaTeX becomes a tree of MathML. What is written may be long, deep or nonsense: it is bounded before it is read, it is
//! read on a stack of its own, and what is not understood stays the source that it is.

mod markup;

#[cfg(test)]
pub(crate) use markup::all_classes;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hub_contract::math::{
    Formula, FormulaSource, LONGEST_FORMULA, MOST_FORMULA_BYTES, MOST_FORMULAS, MathElement, ReadFormulasRequest,
};
use hub_contract::{ErrorCode, HubError};
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::{Hub, Result};

/// Most braces and brackets that are open at once. The reader goes down by recursion.
const DEEPEST: usize = 200;

/// The stack that the reader goes down on, in bytes. The longest formula without a brace, one short command after the
/// other, has room on it.
const STACK: usize = 64 * 1024 * 1024;

/// Commands that the reader does not know itself, in terms of those that it knows.
const COMMANDS: &[(&str, &str)] = &[
    ("boxed", r"\begin{array}{|c|}\hline {\displaystyle #1} \\ \hline \end{array}"),
    ("fbox", r"\begin{array}{|c|}\hline \text{#1} \\ \hline \end{array}"),
];

impl Hub {
    /// Reads formulas, in order; one that is not understood is absent.
    ///
    /// # Errors
    /// `too_large` for more than is read at once.
    pub async fn formulas_read(&self, request: ReadFormulasRequest) -> Result<Vec<Formula>> {
        let bytes: usize = request.formulas.iter().map(|formula| formula.source.len()).sum();
        if request.formulas.len() > MOST_FORMULAS || bytes > MOST_FORMULA_BYTES {
            return Err(HubError::new(ErrorCode::TooLarge, "too many formulas at once"));
        }
        on_a_large_stack(move || {
            let reader = Reader::new();
            request.formulas.iter().map(|formula| reader.read(formula)).collect()
        })
        .await
    }
}

/// Does work in which formulas are read, on a thread with the stack that it takes.
///
/// # Errors
/// `internal` where there is no thread, or the work ends without an end.
pub(crate) async fn on_a_large_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (done, result) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("formulas".to_owned())
        .stack_size(STACK)
        // Whoever asked may have gone.
        .spawn(move || drop(done.send(work())))
        .map_err(|error| HubError::internal(error.to_string()))?;
    result.await.map_err(|_| HubError::internal("the reader of formulas ended".to_owned()))
}

/// Reads formulas on the stack that it is called on, which has to be a large one.
pub(crate) struct Reader(Option<LatexToMathML>);

impl Reader {
    pub(crate) fn new() -> Self {
        let macros = COMMANDS.iter().map(|(name, means)| ((*name).to_owned(), (*means).to_owned())).collect();
        Self(LatexToMathML::new(MathCoreConfig { macros, ..MathCoreConfig::default() }).ok())
    }

    /// A formula as a tree; absent where it is not understood.
    pub(crate) fn read(&self, formula: &FormulaSource) -> Formula {
        let reader = self.0.as_ref()?;
        // A reader that panics has understood nothing.
        catch_unwind(AssertUnwindSafe(|| read(reader, formula))).ok().flatten()
    }
}

fn read(reader: &LatexToMathML, formula: &FormulaSource) -> Option<MathElement> {
    let source = formula.source.as_str();
    if source.len() > LONGEST_FORMULA || depth(source) > DEEPEST || source.contains(turns_around) {
        return None;
    }
    let display = if formula.display { MathDisplay::Block } else { MathDisplay::Inline };
    let convert = |source: &str| reader.convert_with_local_state(source, display).ok();
    // A number of its own is only known within an equation.
    let numbered = || source.contains(r"\tag").then(|| format!(r"\begin{{equation*}}{source}\end{{equation*}}"));
    let read = convert(source).or_else(|| convert(&numbered()?))?;
    markup::element(&read.mathml)
}

/// How many braces and brackets are open at once.
fn depth(source: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0_usize);
    for c in source.chars() {
        match c {
            '{' | '[' | '(' => open += 1,
            '}' | ']' | ')' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

/// Characters that show others in another order than they stand, and those that show nothing.
fn turns_around(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || c.is_control() && !c.is_ascii_whitespace()
}

#[cfg(test)]
mod tests;
