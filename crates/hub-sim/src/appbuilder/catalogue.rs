//! The apps of the account.

use serde_json::{Value, json};

use super::{APP, AppBuilderOptions, DRAFT_APP, FLOW};
use crate::openai::fields::Fields;
use crate::{Recorded, Welcome};

/// id, name, description, type, published.
const APPS: &[(&str, &str, &str, &str, bool)] = &[
    (APP, "报销助手", "差旅报销问答", "agent", true),
    (DRAFT_APP, "草稿", "", "agent", false),
    (FLOW, "入职流程", "工作流", "chatflow", true),
];

/// `POST /v2/app?Action=DescribeApps`: the marker is the number of the next entry.
pub(super) fn list(request: &Recorded, options: &AppBuilderOptions) -> Value {
    let body = request.json();
    let size = body.field("maxKeys").as_u64().map_or(10, |size| size as usize).clamp(1, options.page_size);
    let from = match body.field("marker").as_str() {
        Some(marker) if !options.repeats_marker => marker.trim_start_matches("mk-").parse().unwrap_or(0),
        _ => 0,
    };
    let more = options.repeats_marker || from + size < APPS.len();
    let data: Vec<Value> = APPS
        .iter()
        .skip(from)
        .take(size)
        .enumerate()
        .map(|(place, (id, name, description, kind, published))| {
            // Written in both ways.
            let published = if place % 2 == 0 { json!(published) } else { json!(published.to_string()) };
            json!({ "id": id, "name": name, "description": description, "appType": kind, "isPublished": published,
                "updateTime": 1_760_000_000 })
        })
        .collect();
    let next = if more { format!("mk-{}", from + size) } else { String::new() };
    json!({ "requestId": "req-sim", "marker": body.field("marker").as_str().unwrap_or_default(), "isTruncated": more, "nextMarker": next,
        "maxKeys": size, "data": data })
}

/// `POST /v2/app?Action=DescribeApp`.
pub(super) fn describe(id: &str, welcome: &Welcome) -> Option<Value> {
    let (id, name, description, ..) = APPS.iter().find(|app| app.0 == id)?;
    Some(json!({ "requestId": "req-sim", "id": id, "name": name, "description": description,
        "instruction": "not for members", "prologue": welcome.opening,
        "exampleQueries": welcome.questions,
        "followUpQueries": { "type": "default" }, "components": [] }))
}

/// Whether an app can be run.
pub(super) fn is_published(id: &str) -> bool {
    APPS.iter().any(|app| app.0 == id && app.4)
}
