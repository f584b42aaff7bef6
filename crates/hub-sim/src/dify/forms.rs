//! Forms that runs wait for: answered by whom they were shown to, then followed.

use serde_json::{Value, json};

use super::Scenario;
use super::app::App;
use super::frames::{Frames, Ids};
use super::performance::Performance;
use super::platform::{State, text};
use super::refusal::Refusal;
use crate::openai::fields::Fields;
use crate::{Gate, Recorded, Reply};

/// A form that a run waits for.
#[derive(Debug)]
pub(super) struct Form {
    ids: Ids,
    user: String,
    answer: Option<(String, Value)>,
}

impl Form {
    /// One that nobody has answered.
    pub(super) fn new(ids: Ids, user: String) -> Self {
        Self { ids, user, answer: None }
    }
}

impl State {
    /// `POST /form/human_input/{token}`: good once, for the person who was asked.
    pub(super) fn submit(&mut self, token: &str, request: &Recorded) -> Result<Reply, Refusal> {
        let body = request.json();
        let form = self.forms.get_mut(token).filter(|form| form.user == text(&body, "user")).ok_or(Refusal::NoForm)?;
        if form.answer.is_some() {
            return Err(Refusal::FormSubmitted);
        }
        let action = text(&body, "action");
        if !matches!(action.as_str(), "yes" | "no") {
            return Err(Refusal::Invalid(format!("sim: there is no action `{action}`")));
        }
        let inputs = body.field("inputs").clone();
        form.answer = Some((action.clone(), inputs.clone()));
        self.answered.push((token.to_owned(), action, inputs));
        Ok(Reply::json(200, &json!({})))
    }

    /// `GET /workflow/{run}/events`: what comes after the answer.
    pub(super) fn events(&self, app: &App, run: &str, request: &Recorded) -> Result<Reply, Refusal> {
        let token = format!("ft-{run}");
        let form = self.forms.get(&token).filter(|form| Some(form.user.as_str()) == request.query_value("user"));
        let form = form.ok_or(Refusal::NoRun)?;
        let (action, inputs) = form.answer.clone().ok_or(Refusal::NoRun)?;
        let performance = Performance {
            frames: Frames { ids: form.ids.clone(), mode: app.mode },
            scenario: Scenario::Answer,
            options: &self.options,
            question: String::new(),
            inputs: Value::Null,
            stopped: Gate::new(),
        };
        Ok(performance.resumed(&token, &action, &inputs))
    }
}
