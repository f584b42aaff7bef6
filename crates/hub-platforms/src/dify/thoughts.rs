//! `agent_thought`: what an agent thought and which tools it used. The same id comes several times, growing.

use std::collections::BTreeSet;

use hub_contract::run::{Step, StepKind, StepState};

use crate::json::{self, Value, member};

/// Thoughts whose words were told as reasoning.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    told: BTreeSet<String>,
}

impl Thoughts {
    /// Words that lead to a tool and are not in the answer. A thought without a tool is the answer itself, and agents
    /// that call functions stream the words before a tool as answer too.
    pub(super) fn reasoning<'v>(&mut self, thought: &'v Value, answer: &str) -> Option<&'v str> {
        let words = member(thought, "thought").filter(|words| !words.trim().is_empty())?;
        member(thought, "tool")?;
        let id = member(thought, "id")?;
        (!answer.contains(words.trim()) && self.told.insert(id.to_owned())).then_some(words)
    }
}

/// The tools of a thought, each a step.
pub(super) fn steps(thought: &Value) -> Vec<Step> {
    let (Some(id), Some(tools)) = (member(thought, "id"), member(thought, "tool")) else {
        return Vec::new();
    };
    let tools: Vec<&str> = tools.split(';').filter(|tool| !tool.is_empty()).collect();
    let input = Spoken::of(thought, "tool_input");
    let observation = Spoken::of(thought, "observation");
    let step = |(place, tool): (usize, &&str)| {
        let output = observation.about(tool, tools.len());
        Step {
            id: if tools.len() == 1 { id.to_owned() } else { format!("{id}/{place}") },
            parent: None,
            title: (*tool).to_owned(),
            kind: if tool.starts_with("dataset_") { StepKind::Retrieval } else { StepKind::Tool },
            state: if output.is_some() { StepState::Done } else { StepState::Running },
            input: input.about(tool, tools.len()),
            output,
            ms: None,
        }
    };
    tools.iter().enumerate().map(step).collect()
}

/// A text that often is JSON with a member for each tool.
struct Spoken<'v> {
    text: Option<&'v str>,
    by_tool: Option<Value>,
}

impl<'v> Spoken<'v> {
    fn of(thought: &'v Value, name: &str) -> Self {
        let text = member(thought, name);
        let by_tool = text.filter(|text| text.starts_with('{')).and_then(|text| json::parse(text).ok());
        Self { text, by_tool }
    }

    fn about(&self, tool: &str, tools: usize) -> Option<String> {
        match self.by_tool.as_ref().and_then(|by_tool| by_tool.get(tool)) {
            Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            Some(Value::Null) => None,
            Some(value) => Some(value.to_string()),
            None if tools == 1 => self.text.map(str::to_owned),
            None => None,
        }
    }
}
