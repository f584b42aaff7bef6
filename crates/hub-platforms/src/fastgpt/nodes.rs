//! What the nodes of an app report: which one runs, and at the end what each used and found.

use hub_contract::run::{Output, Source, Step, StepKind, StepState, Usage};

use crate::error_body;
use crate::json::{Value, lenient_u64, member};

/// More nodes are not kept; a loop may have thousands.
const MOST_NODES: usize = 4096;
/// How deep nodes may stand inside each other.
const DEEPEST: usize = 16;
/// Members that hold the results of nodes inside a node.
const INSIDE: &[&str] = &["pluginDetail", "toolDetail", "loopDetail", "childrenResponses"];

/// The nodes of one answer. Only their names are told while they run, one after the other.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    steps: Vec<Step>,
    results: Vec<Value>,
    /// The results came all together, so those that came one by one are among them.
    whole: bool,
}

impl Nodes {
    /// True when none reported.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.results.is_empty()
    }

    /// `flowNodeStatus`: a node runs, so the one before it is done.
    pub(super) fn running(&mut self, document: &Value) -> Vec<Step> {
        let Some(name) = member(document, "name") else {
            return Vec::new();
        };
        if self.steps.last().is_some_and(|last| last.title == name && last.state == StepState::Running)
            || self.steps.len() >= MOST_NODES
        {
            return Vec::new();
        }
        let mut changed = self.close_last();
        let step = Step {
            id: format!("node-{}", self.steps.len()),
            parent: None,
            title: name.to_owned(),
            kind: StepKind::Node,
            state: StepState::Running,
            input: None,
            output: None,
            ms: None,
        };
        self.steps.push(step.clone());
        changed.push(step);
        changed
    }

    /// `flowNodeResponse`: the result of one node.
    pub(super) fn result(&mut self, result: &Value) -> Vec<Step> {
        if self.whole {
            return Vec::new();
        }
        self.results.push(result.clone());
        self.settle(result).into_iter().collect()
    }

    /// `flowResponses`: the results of all nodes.
    pub(super) fn results(&mut self, results: &Value) -> Vec<Step> {
        let Some(results) = results.as_array() else {
            return Vec::new();
        };
        self.whole = true;
        self.results.clone_from(results);
        results.iter().filter_map(|result| self.settle(result)).collect()
    }

    /// The end: the last node is done, or failed with the answer.
    pub(super) fn finish(&mut self, state: StepState) -> Vec<Step> {
        let open = self.steps.iter_mut().filter(|step| step.state == StepState::Running);
        let close = |step: &mut Step| {
            step.state = state;
            step.clone()
        };
        open.map(close).collect()
    }

    /// Tokens of all models; FastGPT's own `usage` is always 1.
    pub(super) fn usage(&self) -> Option<Usage> {
        let mut usage = Usage::default();
        each(&self.results, 0, &mut |node| {
            add(&mut usage.input, node.get("inputTokens"));
            add(&mut usage.output, node.get("outputTokens"));
            // Before version 4.8 there was only a sum.
            if node.get("inputTokens").is_none() {
                add(&mut usage.total, node.get("tokens"));
            }
        });
        if usage.input.is_some() || usage.output.is_some() {
            let parts = usage.input.unwrap_or(0) + usage.output.unwrap_or(0);
            usage.total = Some(usage.total.unwrap_or(0) + parts);
        }
        (usage != Usage::default()).then_some(usage)
    }

    /// Passages that the answer was made from, without repeats.
    pub(super) fn sources(&self) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        each(&self.results, 0, &mut |node| {
            for quote in node.get("quoteList").and_then(Value::as_array).into_iter().flatten() {
                if let Some(source) = source(quote)
                    && !sources.iter().any(|known| known.title == source.title && known.quote == source.quote)
                {
                    sources.push(source);
                }
            }
        });
        sources
    }

    /// The results of a plugin.
    pub(super) fn outputs(&self) -> Vec<Output> {
        let plugin = self.results.iter().rev().find(|node| member(node, "moduleType") == Some("pluginOutput"));
        let outputs = plugin.and_then(|node| node.get("pluginOutput")).and_then(Value::as_object).into_iter().flatten();
        let output = |(name, value): (&String, &Value)| Output {
            name: name.clone(),
            label: None,
            kind: None,
            value: value.into(),
        };
        outputs.map(output).collect()
    }

    fn close_last(&mut self) -> Vec<Step> {
        match self.steps.last_mut() {
            Some(last) if last.state == StepState::Running => {
                last.state = StepState::Done;
                vec![last.clone()]
            }
            _ => Vec::new(),
        }
    }

    /// What a result tells about a node that ran before the reader's eyes.
    fn settle(&mut self, result: &Value) -> Option<Step> {
        let name = member(result, "moduleName")?;
        let step = self.steps.iter_mut().find(|step| step.title == name && step.ms.is_none())?;
        let error = result.get("error").or_else(|| result.get("errorText")).filter(|error| !error.is_null());
        let seconds = result.get("runningTime").and_then(Value::as_f64).filter(|time| (0.0..1e9).contains(time));
        step.ms = Some((seconds.unwrap_or(0.0) * 1000.0).round() as u64);
        step.state = if error.is_some() { StepState::Failed } else { StepState::Done };
        step.kind = match member(result, "moduleType") {
            Some("datasetSearchNode" | "datasetConcatNode") => StepKind::Retrieval,
            Some("tools" | "tool" | "pluginModule" | "httpRequest468") => StepKind::Tool,
            _ => StepKind::Node,
        };
        step.output = error.map(|error| error.as_str().map_or_else(|| error.to_string(), str::to_owned));
        step.output = step.output.as_deref().and_then(error_body::shown);
        Some(step.clone())
    }
}

fn each(nodes: &[Value], depth: usize, visit: &mut dyn FnMut(&Value)) {
    for node in nodes {
        visit(node);
        if depth < DEEPEST {
            for name in INSIDE {
                if let Some(inside) = node.get(name).and_then(Value::as_array) {
                    each(inside, depth + 1, visit);
                }
            }
        }
    }
}

fn add(sum: &mut Option<u64>, count: Option<&Value>) {
    if let Some(count) = count.and_then(lenient_u64) {
        *sum = Some(sum.unwrap_or(0).saturating_add(count));
    }
}

fn source(quote: &Value) -> Option<Source> {
    let words: Vec<&str> = ["q", "a"].iter().filter_map(|name| member(quote, name)).collect();
    let score = match quote.get("score") {
        Some(Value::Array(scores)) => scores.first().and_then(|score| score.get("value")).and_then(Value::as_f64),
        Some(score) => score.as_f64(),
        None => None,
    };
    Some(Source {
        title: member(quote, "sourceName").or_else(|| member(quote, "id"))?.to_owned(),
        url: member(quote, "sourceId").filter(|url| url.starts_with("http")).map(str::to_owned),
        quote: (!words.is_empty()).then(|| words.join("\n")),
        score,
    })
}
