//! Plays a scenario as a stream.

use std::time::Duration;

use serde_json::{Value, json};

use super::frames::Frames;
use super::{DifyOptions, Mode, Scenario};
use crate::openai::answer_to;
use crate::{Action, Gate, Reply};

/// One answer to be played.
#[derive(Debug)]
pub(super) struct Performance<'a> {
    pub(super) frames: Frames,
    pub(super) scenario: Scenario,
    pub(super) options: &'a DifyOptions,
    pub(super) question: String,
    pub(super) inputs: Value,
    /// Opened when the task is stopped.
    pub(super) stopped: Gate,
}

impl Performance<'_> {
    pub(super) fn reply(&self) -> Reply {
        let frames = &self.frames;
        let mut actions = vec![Frames::ping()];
        if !self.options.first_token.is_zero() {
            actions.push(Action::Delay(self.options.first_token));
        }
        if self.scenario == Scenario::PingsOnly {
            actions.extend((0..5).map(|_| Frames::ping()));
            return stream(actions);
        }
        actions.extend(frames.begin(&self.inputs));
        let answer = self.answer();
        let deltas = pieces(&answer);
        let first = deltas.get(..deltas.len() / 2).unwrap_or_default();
        let say = |deltas: &[String]| -> Vec<Action> {
            let gap = self.options.tokens_per_second.map(|rate| Duration::from_secs(1) / rate.max(1));
            let delta = |delta: &String| gap.map(Action::Delay).into_iter().chain([frames.text(delta)]);
            deltas.iter().flat_map(delta).collect()
        };
        match self.scenario {
            Scenario::Form if frames.mode.is_drawn() => {
                actions.extend(say(first));
                actions.push(frames.node("node_finished", "llm", "llm", None));
                actions.extend(frames.form(&format!("ft-{}", frames.ids.run)));
            }
            Scenario::Endless => {
                actions.extend(say(first));
                actions.push(Action::Wait(self.stopped.clone()));
                // A stopped run ends like a complete one.
                actions.extend(self.ending(&answer));
            }
            Scenario::Failed => actions.extend(self.failure()),
            Scenario::QuotaMidway => {
                actions.extend(say(first));
                actions.push(frames.error("provider_quota_exceeded", "sim: the quota is used up"));
            }
            Scenario::Cut => {
                actions.extend(say(first));
                actions.push(Action::Close);
            }
            Scenario::Replace => {
                actions.extend(say(first));
                let name = if frames.mode == Mode::Workflow { "text_replace" } else { "message_replace" };
                let event =
                    json!({ "answer": "[removed]", "reason": "output_moderation", "data": { "text": "[removed]" } });
                actions.push(frames.event(name, event));
                actions.extend(self.ending("[removed]"));
            }
            _ => {
                actions.extend(say(&deltas));
                if self.scenario == Scenario::File {
                    let file = json!({ "id": "f-1", "type": "image", "belongs_to": "assistant",
                        "url": "/files/tools/f-1.png?sign=synthetic" });
                    actions.push(frames.event("message_file", file));
                }
                actions.extend(self.ending(&answer));
            }
        }
        stream(actions)
    }

    /// What comes after a form was answered.
    pub(super) fn resumed(&self, form: &str, action: &str, inputs: &Value) -> Reply {
        let frames = &self.frames;
        let mut actions = vec![Frames::ping()];
        // The snapshot still has the form and its pause.
        actions.extend(frames.form(form));
        actions.push(
            frames.event("human_input_form_filled", json!({ "data": { "node_id": "ask", "action_id": action } })),
        );
        let answer = format!("{action}: {}", inputs.get("note").and_then(Value::as_str).unwrap_or_default());
        actions.push(frames.text(&answer));
        actions.extend(self.ending(&answer));
        stream(actions)
    }

    fn answer(&self) -> String {
        let text = answer_to(&self.question);
        match self.scenario {
            Scenario::Empty => String::new(),
            Scenario::Think => format!("<think>{}</think>\n\n{}", text.reasoning, text.text),
            _ => text.text.to_owned(),
        }
    }

    fn ending(&self, answer: &str) -> Vec<Action> {
        let frames = &self.frames;
        let sources = self.scenario == Scenario::Sources;
        match frames.mode {
            Mode::Chat | Mode::Agent | Mode::Completion => vec![frames.message_end(sources)],
            Mode::Chatflow => vec![
                frames.node("node_finished", "llm", "llm", None),
                frames.message_end(sources),
                frames.workflow_finished("succeeded", &json!({ "answer": answer }), None),
            ],
            Mode::Workflow => vec![
                frames.node("node_finished", "llm", "llm", None),
                frames.workflow_finished(
                    "succeeded",
                    &json!({ "summary": answer, "count": 0, "done": false, "note": "" }),
                    None,
                ),
            ],
        }
    }

    fn failure(&self) -> Vec<Action> {
        let frames = &self.frames;
        let why = "sim: the model answered 500";
        if !frames.mode.is_drawn() {
            return vec![frames.error("completion_request_error", why)];
        }
        let mut actions = vec![
            frames.node("node_finished", "llm", "llm", Some(why)),
            frames.workflow_finished("failed", &json!({}), Some(why)),
        ];
        if frames.mode == Mode::Chatflow {
            actions.push(frames.error("invalid_param", why));
        }
        actions
    }
}

fn stream(actions: Vec<Action>) -> Reply {
    actions.into_iter().fold(Reply::event_stream().header("x-accel-buffering", "no"), Reply::then)
}

/// Pieces of about a token.
fn pieces(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(4).map(|piece| piece.iter().collect()).collect()
}
