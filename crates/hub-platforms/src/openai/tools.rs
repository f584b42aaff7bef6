//! Tool calls out of their deltas. Vendors disagree on which delta belongs to which call.

use hub_contract::run::{Step, StepKind, StepState};

use crate::json::{Value, lenient_u64, member};

/// More calls in one answer are not kept.
const MOST_CALLS: usize = 256;
/// Nor are more arguments of all calls of one answer, in bytes.
const MOST_ARGUMENTS: usize = 1024 * 1024;

/// The calls of one answer, in the order they began.
#[derive(Debug, Default)]
pub(super) struct ToolCalls {
    calls: Vec<ToolCall>,
    /// How much of arguments they have together, in bytes.
    taken: usize,
}

#[derive(Debug, Default)]
struct ToolCall {
    index: Option<u64>,
    id: Option<String>,
    name: String,
    arguments: String,
    told: bool,
}

impl ToolCalls {
    /// True when the answer calls no tool.
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Takes a delta; a step for each call whose name became known.
    pub(super) fn take(&mut self, delta: &Value) -> Vec<Step> {
        for entry in delta.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
            self.take_call(entry, entry.get("function").unwrap_or(entry));
        }
        // The older spelling: one call, no list.
        if let Some(function) = delta.get("function_call").filter(|function| function.is_object()) {
            self.take_call(&Value::Null, function);
        }
        let began = self.calls.iter_mut().enumerate().filter(|(_, call)| !call.told && !call.name.is_empty());
        began
            .map(|(place, call)| {
                call.told = true;
                call.step(place, StepState::Running)
            })
            .collect()
    }

    /// The end of the answer: every call with its whole arguments.
    pub(super) fn finish(&mut self, state: StepState) -> Vec<Step> {
        std::mem::take(&mut self.calls).iter().enumerate().map(|(place, call)| call.step(place, state)).collect()
    }

    fn take_call(&mut self, entry: &Value, function: &Value) {
        let is_full = self.taken >= MOST_ARGUMENTS;
        let Some(call) = self.call_of(entry, function) else {
            return;
        };
        if call.id.is_none() {
            call.id = member(entry, "id").map(str::to_owned);
        }
        // Some repeat the name in every delta; none sends it in pieces.
        if call.name.is_empty()
            && let Some(name) = member(function, "name")
        {
            name.clone_into(&mut call.name);
        }
        let before = call.arguments.len();
        match function.get("arguments") {
            _ if is_full => {}
            Some(Value::String(more)) => call.arguments.push_str(more),
            Some(Value::Null) | None => {}
            Some(whole) => call.arguments.push_str(&whole.to_string()),
        }
        self.taken += call.arguments.len() - before;
    }

    /// The call that a delta belongs to: the one with its id, else the one at its index, else the last one.
    fn call_of(&mut self, entry: &Value, function: &Value) -> Option<&mut ToolCall> {
        let index = entry.get("index").and_then(lenient_u64);
        let known = match (member(entry, "id"), index) {
            (Some(id), _) => self
                .calls
                .iter()
                .rposition(|call| call.id.as_deref() == Some(id))
                // An id that comes after the first delta of its call.
                .or_else(|| {
                    self.calls.iter().rposition(|call| call.id.is_none() && call.index == index && index.is_some())
                }),
            (None, Some(index)) => self.calls.iter().rposition(|call| call.index == Some(index)),
            (None, None) => self.calls.len().checked_sub(1).filter(|_| !self.begins_another(function)),
        };
        let place = match known {
            Some(place) => place,
            None if self.calls.len() < MOST_CALLS => {
                self.calls.push(ToolCall { index, ..ToolCall::default() });
                self.calls.len() - 1
            }
            None => return None,
        };
        self.calls.get_mut(place)
    }

    /// Without id and index, a name after whole arguments is another call.
    fn begins_another(&self, function: &Value) -> bool {
        member(function, "name").is_some()
            && self.calls.last().is_some_and(|last| serde_json::from_str::<Value>(&last.arguments).is_ok())
    }
}

impl ToolCall {
    fn step(&self, place: usize, state: StepState) -> Step {
        let id = self.id.clone().unwrap_or_else(|| format!("call-{place}"));
        let input = (state != StepState::Running && !self.arguments.is_empty()).then(|| self.arguments.clone());
        let title = if self.name.is_empty() { id.clone() } else { self.name.clone() };
        Step { id, parent: None, title, kind: StepKind::Tool, state, input, output: None, ms: None }
    }
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    /// (id, name, arguments) of every call, and how many steps told that one began.
    fn calls(deltas: &[Value]) -> (Vec<(String, String, String)>, usize) {
        let mut tools = ToolCalls::default();
        let began = deltas.iter().map(|calls| tools.take(&json!({"tool_calls": calls})).len()).sum();
        let done = tools.finish(StepState::Done);
        (done.into_iter().map(|step| (step.id, step.title, step.input.unwrap_or_default())).collect(), began)
    }

    fn call(id: &str, name: &str, arguments: &str) -> (String, String, String) {
        (id.to_owned(), name.to_owned(), arguments.to_owned())
    }

    #[test]
    fn q15_without_an_index_a_new_id_is_a_new_call() {
        let (done, began) = calls(&[
            json!([{"id": "a", "function": {"name": "f", "arguments": "{}"}}]),
            json!([{"id": "b", "function": {"name": "g", "arguments": "{\"x\""}}]),
            json!([{"function": {"arguments": ":1}"}}]),
        ]);
        assert_eq!(done, [call("a", "f", "{}"), call("b", "g", "{\"x\":1}")]);
        assert_eq!(began, 2);
        let (done, _) = calls(&[
            json!([{"function": {"name": "f", "arguments": "{}"}}]),
            json!([{"function": {"name": "g", "arguments": "{}"}}]),
        ]);
        assert_eq!(done, [call("call-0", "f", "{}"), call("call-1", "g", "{}")]);
    }

    #[test]
    fn q16_a_new_id_at_the_same_index_is_a_new_call() {
        let (done, _) = calls(&[
            json!([{"index": 0, "id": "c1", "function": {"name": "f", "arguments": "{\"a\":1}"}}]),
            json!([{"index": 0, "id": "c2", "function": {"name": "g", "arguments": "{\"b\""}}]),
            json!([{"index": 0, "function": {"arguments": ":2}"}}]),
        ]);
        assert_eq!(done, [call("c1", "f", "{\"a\":1}"), call("c2", "g", "{\"b\":2}")]);
    }

    #[test]
    fn q17_an_empty_id_keeps_the_first() {
        let (done, began) = calls(&[
            json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}]),
            json!([{"index": 0, "id": "", "function": {"name": null, "arguments": "}"}}]),
            json!([{"index": 0, "id": null, "function": {"arguments": null}}]),
        ]);
        assert_eq!((done, began), (vec![call("a", "f", "{}")], 1));
    }

    #[test]
    fn q18_indices_may_begin_at_one_and_have_gaps() {
        let (done, _) = calls(&[
            json!([{"index": 1, "id": "a", "function": {"name": "f", "arguments": "1"}}, {"index": 7, "id": "b", "function": {"name": "g"}}]),
            json!([{"index": 7, "function": {"arguments": "2"}}, {"index": "1", "function": {"arguments": "3"}}]),
        ]);
        assert_eq!(done, [call("a", "f", "13"), call("b", "g", "2")]);
    }

    #[test]
    fn q19_whole_arguments_as_an_object() {
        let (done, _) = calls(&[json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": {"a": 1}}}])]);
        assert_eq!(done, [call("a", "f", "{\"a\":1}")]);
    }

    #[test]
    fn q20_a_late_name_is_waited_for() {
        let mut tools = ToolCalls::default();
        assert_eq!(
            tools.take(&json!({"tool_calls": [{"index": 0, "id": "a", "function": {"arguments": "{}"}}]})),
            vec![]
        );
        let began = tools.take(&json!({"tool_calls": [{"index": 0, "function": {"name": "f"}}]}));
        assert_eq!(began.len(), 1);
        assert_eq!((began[0].title.as_str(), began[0].state), ("f", StepState::Running));
    }

    #[test]
    fn q21_a_repeated_name_is_not_joined() {
        let (done, began) = calls(&[
            json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}]),
            json!([{"index": 0, "id": "a", "function": {"name": "f", "arguments": "}"}}]),
        ]);
        assert_eq!((done, began), (vec![call("a", "f", "{}")], 1));
    }

    #[test]
    fn the_older_spelling_is_one_call() {
        let mut tools = ToolCalls::default();
        tools.take(&json!({"function_call": {"name": "f", "arguments": "{\"a\":"}}));
        tools.take(&json!({"function_call": {"arguments": "1}"}}));
        let done = tools.finish(StepState::Done);
        assert_eq!(done.len(), 1);
        assert_eq!(done[0].input.as_deref(), Some("{\"a\":1}"));
    }
}
