//! What a bot did for its answer: the tools of its plugins, told when they are done (`bot_usage.action_details[]`).

use hub_contract::run::{Step, StepKind, StepState};

use crate::json::{Value, lenient_u64, member};

/// More steps of one answer are not kept.
const MOST_STEPS: usize = 256;

/// The steps that a chunk accounts for.
pub(super) fn steps(document: &Value) -> Vec<Step> {
    let actions = document.pointer("/bot_usage/action_details").and_then(Value::as_array);
    let tools = actions.into_iter().flatten().flat_map(|action| {
        let tools = action.get("tool_details").and_then(Value::as_array);
        tools.into_iter().flatten().map(move |tool| (action, tool))
    });
    tools.take(MOST_STEPS).enumerate().map(|(place, (action, tool))| step(place, action, tool)).collect()
}

fn step(place: usize, action: &Value, tool: &Value) -> Step {
    let plugin = member(action, "name").unwrap_or_default();
    let name = member(tool, "name").unwrap_or(plugin);
    let searches = [plugin, name].iter().any(|name| name.contains("search") || name.contains("knowledge"));
    let time = |name: &str| tool.get(name).and_then(lenient_u64);
    Step {
        id: format!("action-{place}"),
        parent: None,
        title: if name.is_empty() { "?" } else { name }.to_owned(),
        kind: if searches { StepKind::Retrieval } else { StepKind::Tool },
        state: StepState::Done,
        input: said(tool.get("input")),
        output: said(tool.get("output")),
        ms: time("completed_at")
            .zip(time("created_at"))
            .and_then(|(end, begin)| end.checked_sub(begin))
            .map(|seconds| seconds.saturating_mul(1000)),
    }
}

/// A text as it is, everything else as JSON; nothing where there is nothing in it.
fn said(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Object(members) if members.is_empty() => None,
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn every_tool_of_every_action_is_a_step() {
        let told = steps(&json!({"bot_usage": {"action_details": [
            {"name": "content_plugin", "tool_details": [
                {"name": "search", "input": {"q": "x"}, "output": {}, "created_at": 100, "completed_at": "102"}
            ]},
            {"name": "calculator", "tool_details": [{"input": "1+1", "output": 2}]},
            {"name": "nothing"},
        ]}}));
        let [search, sum] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!((search.title.as_str(), search.kind, search.ms), ("search", StepKind::Retrieval, Some(2000)));
        assert_eq!((search.input.as_deref(), search.output.as_deref()), (Some("{\"q\":\"x\"}"), None));
        assert_eq!((sum.title.as_str(), sum.kind, sum.ms), ("calculator", StepKind::Tool, None));
        assert_eq!((sum.input.as_deref(), sum.output.as_deref()), (Some("1+1"), Some("2")));
        assert_eq!(steps(&json!({"bot_usage": {"action_details": null}})), []);
    }
}
