//! 手动填写: ids of models that the platform's list does not hold.

use hub_contract::id::ModelId;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, Field};
use crate::dom;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct TypeInDialogProps {
    pub on_enable: Callback<Vec<ModelId>>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn TypeInDialog(props: &TypeInDialogProps) -> Html {
    let t = use_texts();
    let text = use_state(String::new);
    let ids = split(&text);
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| text.set(dom::value_of(&event)))
    };
    let submit = {
        let (ids, on_enable, on_close) = (ids.clone(), props.on_enable.clone(), props.on_close.clone());
        Callback::from(move |()| {
            if !ids.is_empty() {
                on_enable.emit(ids.clone());
                on_close.emit(());
            }
        })
    };
    let reason = ids.is_empty().then(|| AttrValue::from(t.get("type-in-none")));
    html! {
        <Dialog
            title={t.get("type-in-title")}
            dirty={!text.trim().is_empty()}
            on_close={props.on_close.clone()}
            on_submit={Some(submit)}
            primary={html! {
                <Button
                    label={t.with("models-enable-n", &[("n", ids.len().into())])}
                    kind={ButtonKind::Primary}
                    submit=true
                    {reason}
                />
            }}
        >
            <Field label={t.get("type-in-label")} control="type-in" help={Some(AttrValue::from(t.get("type-in-about")))}>
                <textarea
                    id="type-in"
                    class="area mono"
                    value={(*text).clone()}
                    autofocus=true
                    spellcheck="false"
                    aria-describedby="type-in-help"
                    {oninput}
                />
            </Field>
        </Dialog>
    }
}

/// One id a line; commas are not split here because an id may hold one.
fn split(text: &str) -> Vec<ModelId> {
    let mut ids: Vec<ModelId> = Vec::new();
    for id in text.lines().map(str::trim).filter(|id| !id.is_empty()) {
        if !ids.iter().any(|known| known.as_str() == id) {
            ids.push(ModelId::from(id));
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_id_a_line_without_repeats() {
        let ids: Vec<String> = split(" a/b:1 \n\na/b:1\nC:\\models\\m.gguf").into_iter().map(|id| id.0).collect();
        assert_eq!(ids, ["a/b:1", "C:\\models\\m.gguf"]);
    }
}
