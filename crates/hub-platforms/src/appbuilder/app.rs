//! What an account owns, and what AppBuilder tells about one app (`wire/cloud-llm.md` 1.2).

use hub_contract::model::{Capabilities, CatalogItem, CatalogKind};
use hub_contract::{ErrorCode, HubError};
use serde_json::json;

use crate::dialect::CatalogPage;
use crate::json::{self, Value, member};
use crate::turn::AppInfo;

/// Largest page that the interface gives.
const PAGE_SIZE: u32 = 100;
/// Longest list of questions to begin with.
const MOST_SUGGESTIONS: usize = 10;

/// Asks for a page; without a marker for the first one.
pub(super) fn list_body(page: Option<&str>) -> serde_json::Value {
    match page {
        Some(marker) => json!({ "maxKeys": PAGE_SIZE, "marker": marker }),
        None => json!({ "maxKeys": PAGE_SIZE }),
    }
}

/// Reads a page. Apps that are not published cannot be called and are left out.
///
/// # Errors
/// `bad_answer` where the document holds no list.
pub(super) fn read_list(document: &Value) -> Result<CatalogPage, HubError> {
    let apps = match document.get("data") {
        Some(Value::Array(apps)) => apps.as_slice(),
        Some(Value::Null) => &[],
        _ => return Err(HubError::new(ErrorCode::BadAnswer, "The answer holds no list.").hint("no_list")),
    };
    let items = apps.iter().filter(|app| is_true(app.get("isPublished"))).filter_map(item).collect();
    let more = is_true(document.get("isTruncated"));
    let next = member(document, "nextMarker").filter(|next| more && member(document, "marker") != Some(next));
    Ok(CatalogPage { items, next: next.map(str::to_owned) })
}

/// Reads what is told about an app.
pub(super) fn read(document: &Value) -> AppInfo {
    let questions = document.get("exampleQueries").and_then(Value::as_array).into_iter().flatten();
    AppInfo {
        name: member(document, "name").map(str::to_owned),
        description: member(document, "description").map(str::to_owned),
        icon_url: None,
        opening: member(document, "prologue").unwrap_or_default().to_owned(),
        suggestions: questions
            .filter_map(Value::as_str)
            .filter(|question| !question.trim().is_empty())
            .take(MOST_SUGGESTIONS)
            .map(str::to_owned)
            .collect(),
        ..AppInfo::default()
    }
}

fn item(app: &Value) -> Option<CatalogItem> {
    let remote_id = app.get("id").and_then(json::text_of)?;
    Some(CatalogItem {
        name: member(app, "name").unwrap_or(&remote_id).to_owned(),
        remote_id,
        // Chat flows are chats too.
        kind: CatalogKind::Bot,
        description: member(app, "description").map(str::to_owned),
        capabilities: Capabilities::default(),
        shutdown_date: None,
        chats: true,
        enabled: false,
    })
}

/// Written as a text in the documents and as a truth value by the programs.
fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}
