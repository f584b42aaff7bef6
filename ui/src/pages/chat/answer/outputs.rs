//! The typed results of a workflow. `0`, `false` and an empty text are results too.

use hub_contract::run::Output;
use serde_json::Value;
use yew::prelude::*;

use crate::components::{ButtonKind, CopyButton};
use crate::markdown::{CodeBlock, Markdown};
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct OutputsProps {
    pub(super) outputs: Vec<Output>,
}

#[component]
pub(super) fn Outputs(props: &OutputsProps) -> Html {
    let t = use_texts();
    html! {
        <dl class="outputs" aria-label={t.get("chat-outputs")}>
            { for props.outputs.iter().map(|output| html! {
                <OutputRow key={output.name.clone()} output={output.clone()} />
            }) }
        </dl>
    }
}

#[derive(Properties, PartialEq)]
struct OutputRowProps {
    output: Output,
}

#[component]
fn OutputRow(props: &OutputRowProps) -> Html {
    let t = use_texts();
    let output = &props.output;
    let label = output.label.as_ref().unwrap_or(&output.name);
    let shown = Shown::of(&output.value);
    let copy = match &shown {
        // A code block has a copy button of its own.
        Shown::Code(_) => html! {},
        Shown::Text(text) | Shown::Plain(text) => html! {
            <CopyButton
                text={text.clone()}
                label={t.with("action-copy-named", &[("name", label.as_str().into())])}
                kind={ButtonKind::Quiet}
            />
        },
        Shown::EmptyText => html! {},
    };
    html! {
        <div class="output">
            <dt>
                <span class="clip" title={output.name.clone()}>{ label }</span>
                if let Some(kind) = &output.kind { <span class="dim">{ kind }</span> }
                <span class="grow"></span>
                { copy }
            </dt>
            <dd>
                { match shown {
                    Shown::Text(text) => html! { <Markdown {text} finished=true /> },
                    Shown::Plain(text) => html! { <span class="mono">{ text }</span> },
                    Shown::Code(text) => html! { <CodeBlock language="json" {text} /> },
                    Shown::EmptyText => html! { <span class="dim">{ t.get("chat-output-empty") }</span> },
                } }
            </dd>
        </div>
    }
}

/// How a value is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Text(String),
    /// A number, a truth or nothing at all, as it is written.
    Plain(String),
    /// An object or a list.
    Code(String),
    EmptyText,
}

impl Shown {
    fn of(value: &Value) -> Self {
        match value {
            Value::String(text) if text.is_empty() => Self::EmptyText,
            Value::String(text) => match structured(text) {
                Some(inside) => Self::Code(pretty(&inside)),
                None => Self::Text(text.clone()),
            },
            Value::Object(_) | Value::Array(_) => Self::Code(pretty(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Plain(value.to_string()),
        }
    }
}

/// The results as they are pasted elsewhere.
pub(super) fn copy_text(outputs: &[Output]) -> String {
    let line = |output: &Output| {
        let label = output.label.as_ref().unwrap_or(&output.name);
        let value = output.value.as_str().map_or_else(|| pretty(&output.value), str::to_owned);
        format!("{label}: {value}")
    };
    outputs.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The object or list that a text holds; many workflows hand structures on as text.
fn structured(text: &str) -> Option<Value> {
    let begins = text.trim_start().starts_with(['{', '[']);
    begins.then(|| serde_json::from_str(text).ok()).flatten()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_that_is_a_value_is_hidden() {
        assert_eq!(Shown::of(&json!(0)), Shown::Plain("0".into()));
        assert_eq!(Shown::of(&json!(false)), Shown::Plain("false".into()));
        assert_eq!(Shown::of(&json!(null)), Shown::Plain("null".into()));
        assert_eq!(Shown::of(&json!("")), Shown::EmptyText);
        assert_eq!(Shown::of(&json!("好")), Shown::Text("好".into()));
    }

    #[test]
    fn structures_are_code_even_where_they_come_as_text() {
        let code = Shown::Code("{\n  \"a\": 1\n}".into());
        assert_eq!(Shown::of(&json!({"a": 1})), code);
        assert_eq!(Shown::of(&json!("{\"a\":1}")), code);
        assert_eq!(Shown::of(&json!("[not json")), Shown::Text("[not json".into()));
    }

    #[test]
    fn results_are_copied_with_their_labels() {
        let output = |name: &str, value: Value| Output { name: name.into(), label: None, kind: None, value };
        assert_eq!(copy_text(&[output("n", json!(0)), output("s", json!(""))]), "n: 0\ns: ");
    }
}
