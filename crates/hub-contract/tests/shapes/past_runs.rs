//! What was run earlier.

use std::collections::BTreeMap;

use hub_contract::conversation::MessageState;
use hub_contract::past_run::*;
use hub_contract::run::FinishReason;
use serde_json::json;

use crate::{errors, shape};

#[test]
fn earlier_runs() {
    let first = ListPastRunsRequest { agent: "a".into(), limit: 0, before: None };
    shape(&[ListPastRunsRequest { limit: 20, before: Some("m-2".into()), ..first.clone() }, first]);
    let finished = PastRun {
        conversation: "c".into(),
        answer: "m-4".into(),
        state: MessageState::Finished { reason: FinishReason::Stop },
        at: 3,
        duration_ms: Some(6_120),
        text: "A 线的返修率 · 3".into(),
        inputs: BTreeMap::from([("topic".into(), json!("A 线的返修率")), ("points".into(), json!(3))]),
    };
    let failed = PastRun {
        state: MessageState::Failed { error: errors::full() },
        duration_ms: None,
        text: String::new(),
        inputs: BTreeMap::new(),
        ..finished.clone()
    };
    shape(&[finished.clone(), failed]);
    shape(&[PastRuns { runs: vec![finished], older: Some("m-4".into()) }, PastRuns::default()]);
}
