//! Runs that wait for a form, and go on when it was answered.

use std::collections::BTreeMap;

use hub_contract::run::{FinishReason, NeedInput};
use hub_contract::{ErrorCode, RunEvent};
use hub_platforms::Turn;
use hub_sim::dify::{DifySim, Mode};
use serde_json::{Value, json};

use crate::support::*;
use crate::{app_of, sim, turn_of};

/// The form that a run waits for, and its conversation.
async fn waiting(sim: &DifySim, mode: Mode, word: &str) -> (NeedInput, Asked) {
    let turn = Turn {
        text: "sim:form".to_owned(),
        inputs: BTreeMap::from([("topic".to_owned(), json!("sim:form"))]),
        ..turn_of(word)
    };
    let asked = ask_of(&platforms(limits()), app_of(sim, mode), turn).await;
    asked.finished(&asked.text(), FinishReason::NeedsInput);
    let form = asked.events.iter().find_map(|event| match event {
        RunEvent::NeedInput(form) => Some(form.clone()),
        _ => None,
    });
    (form.expect("a form"), asked)
}

fn answer(form: &NeedInput, word: &str, fields: &[(&str, Value)]) -> Turn {
    let answer = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Turn { text: String::new(), waits_for: Some(form.clone()), answer, ..turn_of(word) }
}

#[tokio::test]
async fn a_form_is_answered_and_the_run_followed() {
    for (mode, word) in [(Mode::Workflow, "workflow"), (Mode::Chatflow, "advanced-chat")] {
        let sim = sim().await;
        let (form, first) = waiting(&sim, mode, word).await;
        assert_eq!(form.prompt, "Send it?", "places for fields are no text");
        let fields: Vec<_> = form.fields.iter().map(|field| (field.name.as_str(), field.kind.as_str())).collect();
        assert_eq!(fields, [("note", "paragraph"), ("action", "select")]);
        assert_eq!(form.fields[1].options, ["Send", "Discard"]);

        let turn = answer(&form, word, &[("note", json!("thanks")), ("action", json!("Send"))]);
        let turn = Turn { remote: first.remote, ..turn };
        let asked = ask_of(&platforms(limits()), app_of(&sim, mode), turn).await;
        asked.stopped("yes: thanks");
        let (_, action, inputs) = sim.answered_forms().remove(0);
        assert_eq!((action.as_str(), inputs), ("yes", json!({"note": "thanks"})));
        let events = sim.requests().into_iter().find(|request| request.path.ends_with("/events")).expect("followed");
        assert_eq!(events.method, "GET");
        assert_eq!(events.query, "user=local-1&include_state_snapshot=true&continue_on_pause=true");
    }
}

#[tokio::test]
async fn an_answer_that_had_arrived_already_is_followed_all_the_same() {
    let sim = sim().await;
    let (form, _) = waiting(&sim, Mode::Workflow, "workflow").await;
    let platforms = platforms(limits());
    for _ in 0..2 {
        let turn = answer(&form, "workflow", &[("note", json!("a")), ("action", json!("no"))]);
        ask_of(&platforms, app_of(&sim, Mode::Workflow), turn).await.stopped("no: a");
    }
    assert_eq!(sim.answered_forms().len(), 1, "the first answer counts");
}

#[tokio::test]
async fn what_to_do_must_be_said_where_there_is_a_choice() {
    let sim = sim().await;
    let (form, _) = waiting(&sim, Mode::Workflow, "workflow").await;
    let before = sim.requests().len();
    for action in [None, Some("Burn")] {
        let fields: Vec<_> = action.iter().map(|action| ("action", json!(action))).collect();
        let asked =
            ask_of(&platforms(limits()), app_of(&sim, Mode::Workflow), answer(&form, "workflow", &fields)).await;
        assert_eq!(asked.failed("", ErrorCode::InputRequired).detail.field.as_deref(), Some("action"));
    }
    assert_eq!(sim.requests().len(), before, "nothing was sent");
}

#[tokio::test]
async fn somebody_else_cannot_answer() {
    let sim = sim().await;
    let (form, _) = waiting(&sim, Mode::Workflow, "workflow").await;
    let turn = Turn { user: "local-2".to_owned(), ..answer(&form, "workflow", &[("action", json!("Send"))]) };
    let asked = ask_of(&platforms(limits()), app_of(&sim, Mode::Workflow), turn).await;
    assert_eq!(asked.failed("", ErrorCode::NotFound).detail.hint.as_deref(), Some("form_gone"));
}
