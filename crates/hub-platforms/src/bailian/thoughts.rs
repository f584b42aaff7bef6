//! What an app does on its way: its reasoning, and the tools and knowledge it uses (`thoughts[]`, `wire/cloud-llm.md`
//! 2.3). A frame may hold the newest thought alone, or all of them again.

use hub_contract::RunEvent;
use hub_contract::run::{Step, StepKind, StepState};

use super::steps::Steps;
use crate::chat::ChatSignal;
use crate::json::{Joiner, Value, member};

/// More thoughts of one answer are not kept.
const MOST_THOUGHTS: usize = 256;

/// The thoughts of one answer.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    known: Vec<Thought>,
    joiner: Joiner,
}

#[derive(Debug, Default)]
struct Thought {
    kind: String,
    name: String,
    action: String,
    /// Reasoning: the text so far. Others: what goes into the tool.
    text: String,
    observation: Option<String>,
}

impl Thoughts {
    /// Takes the thoughts of a frame.
    pub(super) fn take(&mut self, output: &Value, steps: &mut Steps, signals: &mut Vec<ChatSignal>) {
        let mut from = 0;
        for entry in output.get("thoughts").and_then(Value::as_array).into_iter().flatten() {
            let kind = member(entry, "action_type").unwrap_or_default();
            // What the app answers stands in the answer's own text.
            if kind == "response" {
                continue;
            }
            let Some(place) = self.place_of(entry, kind, from) else {
                return;
            };
            from = place + 1;
            let Some(thought) = self.known.get_mut(place) else {
                return;
            };
            if kind == "reasoning" {
                let more = thought.reason(member(entry, "thought").unwrap_or_default());
                let delta = self.joiner.push(&more);
                say(delta, signals);
            } else {
                thought.act(entry);
                steps.tell(thought.step(place), signals);
            }
        }
    }

    /// The end: a character of which only one half came.
    pub(super) fn finish(&mut self, signals: &mut Vec<ChatSignal>) {
        let delta = self.joiner.finish();
        say(delta, signals);
    }

    /// The known thought that an entry goes on with, from `from` on, else a new one.
    fn place_of(&mut self, entry: &Value, kind: &str, from: usize) -> Option<usize> {
        let name = member(entry, "action_name").unwrap_or_default();
        let action = member(entry, "action").unwrap_or_default();
        let observation = observation(entry);
        let same = |known: &Thought| {
            (known.kind.as_str(), known.name.as_str(), known.action.as_str()) == (kind, name, action)
                && (known.observation.is_none() || known.observation == observation)
        };
        if let Some(place) = self.known.iter().skip(from).position(same) {
            return Some(from + place);
        }
        if self.known.len() >= MOST_THOUGHTS {
            return None;
        }
        let (kind, name, action) = (kind.to_owned(), name.to_owned(), action.to_owned());
        self.known.push(Thought { kind, name, action, ..Thought::default() });
        Some(self.known.len() - 1)
    }
}

impl Thought {
    /// What is new of a reasoning that comes in pieces or whole.
    fn reason(&mut self, said: &str) -> String {
        let more = match said.strip_prefix(self.text.as_str()) {
            Some(more) if !self.text.is_empty() => more,
            _ => said,
        };
        self.text.push_str(more);
        more.to_owned()
    }

    fn act(&mut self, entry: &Value) {
        let stream = member(entry, "action_input_stream").unwrap_or_default();
        match entry.get("action_input") {
            Some(Value::Object(input)) if !input.is_empty() => self.text = Value::Object(input.clone()).to_string(),
            Some(Value::String(input)) if !input.is_empty() => input.clone_into(&mut self.text),
            _ if stream.starts_with(&self.text) => stream.clone_into(&mut self.text),
            _ => self.text.push_str(stream),
        }
        self.observation = observation(entry).or(self.observation.take());
    }

    fn step(&self, place: usize) -> Step {
        let retrieves = self.kind == "agentRag" || self.action == "rag";
        let names = [self.name.as_str(), self.action.as_str(), self.kind.as_str()];
        Step {
            id: format!("thought-{place}"),
            parent: None,
            title: names.into_iter().find(|name| !name.is_empty()).unwrap_or("?").to_owned(),
            kind: if retrieves { StepKind::Retrieval } else { StepKind::Tool },
            state: if self.observation.is_some() { StepState::Done } else { StepState::Running },
            input: Some(self.text.clone()).filter(|input| !input.is_empty()),
            output: self.observation.clone(),
            ms: None,
        }
    }
}

fn observation(entry: &Value) -> Option<String> {
    match entry.get("observation")? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::String(_) | Value::Null => None,
        other => Some(other.to_string()),
    }
}

fn say(delta: String, signals: &mut Vec<ChatSignal>) {
    if !delta.is_empty() {
        signals.push(ChatSignal::Event(RunEvent::Reasoning { delta, part: None }));
    }
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    fn told(frames: &[Value]) -> (String, Vec<Step>) {
        let (mut thoughts, mut steps, mut signals) = (Thoughts::default(), Steps::default(), Vec::new());
        for frame in frames {
            thoughts.take(&json!({ "thoughts": frame }), &mut steps, &mut signals);
        }
        thoughts.finish(&mut signals);
        let (mut reasoning, mut last) = (String::new(), Vec::<Step>::new());
        for signal in signals {
            match signal {
                ChatSignal::Event(RunEvent::Reasoning { delta, .. }) => reasoning.push_str(&delta),
                ChatSignal::Event(RunEvent::Step(step)) => match last.iter_mut().find(|known| known.id == step.id) {
                    Some(known) => *known = step,
                    None => last.push(step),
                },
                _ => {}
            }
        }
        (reasoning, last)
    }

    #[test]
    fn pieces_and_whole_thoughts_say_the_same() {
        let reason = |text: &str| json!({"action_type": "reasoning", "action_name": "思考过程", "thought": text});
        let call = |input: &str, seen: &str| json!({"action_type": "api", "action_name": "天气", "action_input_stream": input, "observation": seen});
        let pieces =
            [json!([reason("先想")]), json!([reason("再查")]), json!([call("{\"a\"", "")]), json!([call(":1}", "晴")])];
        let whole = [
            json!([reason("先想")]),
            json!([reason("先想再查")]),
            json!([reason("先想再查"), call("{\"a\"", "")]),
            json!([reason("先想再查"), call("{\"a\":1}", "晴")]),
            json!([reason("先想再查"), call("{\"a\":1}", "晴")]),
            Value::Null,
        ];
        for frames in [pieces.as_slice(), whole.as_slice()] {
            let (reasoning, steps) = told(frames);
            assert_eq!(reasoning, "先想再查");
            let [step] = steps.as_slice() else { panic!("one step: {steps:?}") };
            assert_eq!((step.title.as_str(), step.kind, step.state), ("天气", StepKind::Tool, StepState::Done));
            assert_eq!((step.input.as_deref(), step.output.as_deref()), (Some("{\"a\":1}"), Some("晴")));
        }
    }

    #[test]
    fn a_second_call_of_a_tool_is_another_step() {
        let call = |seen: &str| json!([{"action_type": "api", "action_name": "天气", "observation": seen}]);
        let (_, steps) = told(&[call(""), call("晴"), call(""), call("雨")]);
        assert_eq!(steps.iter().map(|step| step.output.as_deref()).collect::<Vec<_>>(), [Some("晴"), Some("雨")]);
    }

    #[test]
    fn knowledge_is_a_step_and_never_text() {
        let (reasoning, steps) = told(&[json!([
            {"action_type": "agentRag", "action_name": "知识检索", "action": "rag", "action_input": {}, "observation": "[]"},
            {"action_type": "response", "response": "答"},
        ])]);
        assert_eq!((reasoning.as_str(), steps.len(), steps[0].kind), ("", 1, StepKind::Retrieval));
    }
}
