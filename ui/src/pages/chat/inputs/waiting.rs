//! What a platform waits for, under its answer: fields to fill in, options to choose, or only a question that is answered
//! in the composer.

use std::collections::BTreeMap;
use std::rc::Rc;

use hub_contract::run::{InputField, NeedInput};
use serde_json::{Value, json};
use yew::prelude::*;

use super::super::session::Question;
use super::form::{InputForm, focus_field};
use super::state::{InputsAction, InputsState};
use super::values::{Filled, Kind};
use crate::components::{Button, ButtonKind, Icon, IconName};
use crate::markdown::Markdown;
use crate::state::use_texts;

/// Begins the ids of its controls; only the last answer of a branch can wait.
const ID: &str = "waiting";

#[derive(Properties, PartialEq)]
pub(in super::super) struct WaitingProps {
    pub(in super::super) need: NeedInput,
    /// It can be answered now.
    pub(in super::super) open: bool,
    pub(in super::super) reply: Callback<Question>,
}

#[component]
pub(in super::super) fn Waiting(props: &WaitingProps) -> Html {
    let t = use_texts();
    let prompt = (!props.need.prompt.trim().is_empty()).then(|| {
        html! { <Markdown text={props.need.prompt.clone()} finished=true /> }
    });
    if !props.open {
        return prompt.unwrap_or_default();
    }
    html! {
        <section class="card waiting-form" aria-label={t.get("chat-needs-input")}>
            <p class="label"><Icon name={IconName::Edit} />{ t.get("chat-needs-input") }</p>
            { prompt.unwrap_or_default() }
            <WaitingForm need={props.need.clone()} reply={props.reply.clone()} />
        </section>
    }
}

/// What is drawn: fields, and buttons that send them with a choice.
#[derive(Debug, Clone, PartialEq)]
struct Shape {
    fields: Vec<InputField>,
    /// Its options are the buttons.
    choice: Option<InputField>,
}

impl Shape {
    /// Of a choice the first field with options becomes buttons; of a form a last one without a label, which is what
    /// is done with the form.
    fn of(need: &NeedInput) -> Self {
        let mut fields = need.fields.clone();
        let place = if need.kind == "choice" {
            fields.iter().position(|field| !field.options.is_empty())
        } else {
            let is_action = |field: &InputField| Kind::of(field) == Kind::Select && field.label.trim().is_empty();
            fields.last().is_some_and(is_action).then(|| fields.len() - 1)
        };
        let choice = place.map(|place| fields.remove(place));
        Self { fields, choice }
    }
}

#[derive(Properties, PartialEq)]
struct WaitingFormProps {
    need: NeedInput,
    reply: Callback<Question>,
}

#[component]
fn WaitingForm(props: &WaitingFormProps) -> Html {
    let t = use_texts();
    let shape = use_memo(props.need.clone(), Shape::of);
    let state = {
        let fields = Rc::new(shape.fields.clone());
        use_reducer(move || InputsState::new(fields, None))
    };
    let sending = use_state_eq(|| false);
    if props.need.fields.is_empty() {
        return html! { <p class="help">{ t.get("chat-needs-text") }</p> };
    }
    let send = {
        let (state, sending, reply, shape) = (state.clone(), sending.clone(), props.reply.clone(), Rc::clone(&shape));
        Callback::from(move |chosen: Option<String>| {
            if *sending {
                return;
            }
            let Some(filled) = state.filled() else {
                state.dispatch(InputsAction::Submitted);
                focus_field(ID, state.first_fault().unwrap_or_default());
                return;
            };
            sending.set(true);
            let sending = sending.clone();
            let (answer, attachments) = answer(&shape, filled, chosen);
            reply.emit(Question {
                answer,
                attachments,
                done: Callback::from(move |_| sending.set(false)),
                ..Question::default()
            });
        })
    };
    let onsubmit = {
        let (send, has_choice) = (send.clone(), shape.choice.is_some());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            // With several buttons Enter says nothing about which one is meant.
            if !has_choice {
                send.emit(None);
            }
        })
    };
    let buttons = match &shape.choice {
        Some(choice) => choice
            .options
            .iter()
            .map(|option| {
                let chosen = option.clone();
                html! {
                    <Button
                        label={option.clone()}
                        disabled={*sending}
                        onclick={send.reform(move |()| Some(chosen.clone()))}
                    />
                }
            })
            .collect::<Html>(),
        None => html! {
            <Button
                label={t.get("chat-send")}
                icon={IconName::Send}
                kind={ButtonKind::Primary}
                submit=true
                disabled={*sending}
            />
        },
    };
    html! {
        <form class="col gap-12" novalidate=true {onsubmit}>
            if !shape.fields.is_empty() { <InputForm id={ID} {state} disabled={*sending} /> }
            <div class="row wrap">{ buttons }</div>
        </form>
    }
}

/// The answer by field. It always says something: a form whose fields all may stay empty is answered with an empty one.
fn answer(
    shape: &Shape,
    filled: Filled,
    chosen: Option<String>,
) -> (BTreeMap<String, Value>, Vec<hub_contract::conversation::AttachmentInput>) {
    let mut answer = filled.values;
    if let (Some(choice), Some(chosen)) = (&shape.choice, chosen) {
        answer.insert(choice.name.clone(), json!(chosen));
    }
    if let (true, Some(first)) = (answer.is_empty(), shape.fields.first()) {
        answer.insert(first.name.clone(), json!(""));
    }
    (answer, filled.files)
}

#[cfg(test)]
mod tests {
    use super::super::values::tests::field;
    use super::*;

    fn select(name: &str, label: &str, options: &[&str]) -> InputField {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        InputField { options, label: label.into(), ..field(name, "select") }
    }

    fn need(kind: &str, fields: Vec<InputField>) -> NeedInput {
        NeedInput { id: "n".into(), kind: kind.into(), prompt: "?".into(), fields }
    }

    fn names(shape: &Shape) -> (Vec<&str>, Option<&str>) {
        (
            shape.fields.iter().map(|field| field.name.as_str()).collect(),
            shape.choice.as_ref().map(|choice| choice.name.as_str()),
        )
    }

    #[test]
    fn a_choice_is_buttons_and_a_form_is_fields() {
        let choice = Shape::of(&need("choice", vec![field("why", "text"), select("pick", "选择", &["甲", "乙"])]));
        assert_eq!(names(&choice), (vec!["why"], Some("pick")));
        let form = Shape::of(&need("form", vec![field("a", "text"), select("b", "等级", &["一"])]));
        assert_eq!(names(&form), (vec!["a", "b"], None));
        let with_action = Shape::of(&need("form", vec![field("a", "text"), select("action", "", &["同意", "退回"])]));
        assert_eq!(names(&with_action), (vec!["a"], Some("action")));
        let text = Shape::of(&need("text", vec![field("answer", "paragraph")]));
        assert_eq!(names(&text), (vec!["answer"], None));
    }

    #[test]
    fn the_answer_has_the_fields_and_the_choice() {
        let shape = Shape::of(&need("form", vec![field("a", "text"), select("action", "", &["同意"])]));
        let filled = Filled { values: BTreeMap::from([("a".to_owned(), json!("x"))]), files: Vec::new() };
        let (chosen, _) = answer(&shape, filled, Some("同意".into()));
        assert_eq!(json!(chosen), json!({"a": "x", "action": "同意"}));
    }

    #[test]
    fn an_answer_is_never_nothing() {
        let shape = Shape::of(&need("form", vec![field("a", "text")]));
        assert_eq!(json!(answer(&shape, Filled::default(), None).0), json!({"a": ""}));
    }
}
