//! Runs and their events.

use std::collections::BTreeMap;

use hub_contract::RunEvent;
use hub_contract::run::*;
use serde_json::json;

use crate::{errors, shape, words};

pub(crate) fn remote() -> RemoteIds {
    RemoteIds { conversation: Some("rc".into()), message: Some("rm".into()), task: Some("rt".into()) }
}

pub(crate) fn step() -> Step {
    Step {
        id: "s-1".into(),
        parent: Some("s-0".into()),
        title: "查询备件".into(),
        kind: StepKind::Tool,
        state: StepState::Done,
        input: Some(r#"{"q":"泵"}"#.into()),
        output: Some("3".into()),
        ms: Some(120),
    }
}

pub(crate) fn source() -> Source {
    Source {
        title: "维修手册".into(),
        url: Some("https://host.example/manual".into()),
        quote: Some("更换密封".into()),
        score: Some(0.82),
    }
}

pub(crate) fn file() -> RemoteFile {
    RemoteFile { name: "报告.pdf".into(), url: "https://host.example/f".into(), mime: Some("application/pdf".into()) }
}

pub(crate) fn outputs() -> Vec<Output> {
    let full = Output { name: "n".into(), label: Some("数量".into()), kind: Some("number".into()), value: json!(0) };
    vec![full, Output { name: "empty".into(), label: None, kind: None, value: json!("") }]
}

pub(crate) fn need_input() -> NeedInput {
    NeedInput { id: "node-1".into(), kind: "form".into(), prompt: "哪一台？".into(), fields: vec![field()] }
}

pub(crate) fn field() -> InputField {
    InputField {
        name: "machine".into(),
        label: "设备".into(),
        kind: "select".into(),
        required: true,
        options: vec!["A".into(), "B".into()],
        default: Some(json!("A")),
        max_chars: Some(40),
    }
}

pub(crate) fn usage() -> Usage {
    Usage { input: Some(1_284), output: Some(512), total: Some(1_796), cached: Some(1_024), reasoning: Some(128) }
}

fn facts() -> BTreeMap<String, String> {
    BTreeMap::from([("n".into(), "12".into())])
}

#[test]
fn events() {
    let part = || Some("p-1".to_owned());
    shape(&[
        RunEvent::Started { run: "r".into(), conversation: "c".into(), message: "m".into(), remote: remote() },
        RunEvent::Started {
            run: "r".into(),
            conversation: "c".into(),
            message: "m".into(),
            remote: RemoteIds::default(),
        },
        RunEvent::Text { delta: "你".into(), part: part() },
        RunEvent::Text { delta: "好".into(), part: None },
        RunEvent::Reasoning { delta: "想".into(), part: part() },
        RunEvent::Reasoning { delta: "想".into(), part: None },
        RunEvent::Replace { text: "你好".into(), part: part() },
        RunEvent::Replace { text: "你好".into(), part: None },
        RunEvent::Step(step()),
        RunEvent::Sources { items: vec![source()] },
        RunEvent::File(file()),
        RunEvent::Outputs { items: outputs() },
        RunEvent::Suggestions { questions: vec!["还有呢？".into()] },
        RunEvent::NeedInput(need_input()),
        RunEvent::Notice { code: "history_cut".into(), facts: facts(), message: "12 were not sent".into() },
        RunEvent::Notice { code: "quiet".into(), facts: BTreeMap::new(), message: "nothing new".into() },
        RunEvent::Usage(usage()),
        RunEvent::Finished { reason: FinishReason::Stop },
        RunEvent::Failed { error: errors::full() },
        RunEvent::Cancelled { confirmed: false },
        RunEvent::Truncated { error: Some(errors::minimal()) },
        RunEvent::Truncated { error: None },
    ]);
    shape(&[RunFrame { run: "r".into(), seq: 7, event: RunEvent::Text { delta: "a".into(), part: None } }]);
    words(&[FinishReason::Stop, FinishReason::Length, FinishReason::Filtered, FinishReason::NeedsInput]);
}

#[test]
fn parts_of_events() {
    shape(&[remote(), RemoteIds::default()]);
    let bare = Step {
        id: "s".into(),
        parent: None,
        title: "t".into(),
        kind: StepKind::Node,
        state: StepState::Running,
        input: None,
        output: None,
        ms: None,
    };
    shape(&[step(), bare]);
    words(&[StepKind::Tool, StepKind::Node, StepKind::Retrieval]);
    words(&[StepState::Running, StepState::Done, StepState::Failed]);
    shape(&[source(), Source { title: "t".into(), url: None, quote: None, score: None }]);
    shape(&[file(), RemoteFile { name: "f".into(), url: "https://host.example/f".into(), mime: None }]);
    shape(&outputs());
    shape(&[
        need_input(),
        NeedInput { id: String::new(), kind: "text".into(), prompt: "?".into(), fields: Vec::new() },
    ]);
    shape(&[field(), serde_json::from_str(r#"{"name": "a", "label": "A", "kind": "text"}"#).unwrap()]);
    shape(&[usage(), Usage::default()]);
}

#[test]
fn requests() {
    shape(&[AttachRunRequest { run: "r".into(), from_seq: 7 }, serde_json::from_str(r#"{"run": "r"}"#).unwrap()]);
    shape(&[StopRunRequest { run: "r".into() }]);
    shape(&[ActiveRun { run: "r".into(), conversation: "c".into(), message: "m".into() }]);
}
