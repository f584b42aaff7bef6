//! Tools of an agent: called in one chunk, answered in a later one whose role is `tool`.

use hub_contract::run::{Step, StepKind, StepState};

use crate::json::{Value, lenient_u64, member};

/// More calls in one answer are not kept.
const MOST_CALLS: usize = 256;

/// The tools of one answer, in the order they were called.
#[derive(Debug, Default)]
pub(super) struct Tools {
    steps: Vec<Step>,
}

impl Tools {
    /// Takes the calls of a message; the step of each, as far as it is known.
    pub(super) fn call(&mut self, message: &Value) -> Vec<Step> {
        let calls = message.get("tool_calls").and_then(Value::as_array);
        calls.into_iter().flatten().filter_map(|call| self.take(call)).collect()
    }

    /// Takes what a tool answered: its step. Without an id it is the oldest one's that still runs.
    pub(super) fn answer(&mut self, message: &Value, output: String) -> Option<Step> {
        let id = member(message, "tool_call_id");
        let place = self
            .steps
            .iter()
            .position(|step| id.map_or(step.state == StepState::Running, |id| step.id == id))
            .or_else(|| self.begin(id.unwrap_or_default(), "tool"))?;
        let step = self.steps.get_mut(place)?;
        step.state = StepState::Done;
        step.output = Some(output).filter(|output| !output.is_empty());
        step.ms = message.get("time_cost").and_then(lenient_u64).or(step.ms);
        Some(step.clone())
    }

    /// The end of the answer: what still runs ends like this.
    pub(super) fn finish(&mut self, state: StepState) -> Vec<Step> {
        let running = self.steps.iter_mut().filter(|step| step.state == StepState::Running);
        running
            .map(|step| {
                step.state = state;
                step.clone()
            })
            .collect()
    }

    fn take(&mut self, call: &Value) -> Option<Step> {
        let function = call.get("function").unwrap_or(call);
        let id = member(call, "id").unwrap_or_default();
        let known = self.steps.iter().rposition(|step| {
            if id.is_empty() {
                step.state == StepState::Running && function.get("name").is_none()
            } else {
                step.id == id
            }
        });
        let name = member(function, "name").or_else(|| member(function, "desc")).unwrap_or("tool");
        let place = known.or_else(|| self.begin(id, name))?;
        let step = self.steps.get_mut(place)?;
        let more = match function.get("arguments") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(whole) => whole.to_string(),
        };
        if !more.is_empty() {
            step.input.get_or_insert_default().push_str(&more);
        }
        Some(step.clone())
    }

    fn begin(&mut self, id: &str, title: &str) -> Option<usize> {
        let place = self.steps.len();
        if place >= MOST_CALLS {
            return None;
        }
        self.steps.push(Step {
            id: if id.is_empty() { format!("call-{place}") } else { id.to_owned() },
            parent: None,
            title: title.to_owned(),
            kind: StepKind::Tool,
            state: StepState::Running,
            input: None,
            output: None,
            ms: None,
        });
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    fn call(id: &str, name: &str, arguments: &str) -> Value {
        json!({"tool_calls": [{"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}]})
    }

    #[test]
    fn answers_find_their_calls() {
        let mut tools = Tools::default();
        tools.call(&call("c1", "weather", "{\"city\":"));
        tools.call(&json!({"tool_calls": [{"function": {"arguments": "\"X\"}"}}]}));
        tools.call(&call("c2", "news", "{}"));
        let news = tools.answer(&json!({"tool_call_id": "c2"}), "n".to_owned()).expect("known");
        assert_eq!((news.title.as_str(), news.output.as_deref()), ("news", Some("n")));
        let weather = tools.answer(&json!({"time_cost": "120"}), "w".to_owned()).expect("the one that runs");
        assert_eq!((weather.id.as_str(), weather.input.as_deref()), ("c1", Some("{\"city\":\"X\"}")));
        assert_eq!((weather.state, weather.ms), (StepState::Done, Some(120)));
        let stray = tools.answer(&json!({}), "s".to_owned()).expect("a step of its own");
        assert_eq!((stray.id.as_str(), stray.title.as_str()), ("call-2", "tool"));
        assert_eq!(tools.finish(StepState::Failed), []);
    }
}
