//! What an account offers: workspaces, then the published bots, workflows and chat flows of each (`wire/agents.md` 4.5).
//!
//! The listing is one walk; its place travels in the page marker. Coze's documents name the page differently, and a
//! server that does not know the name repeats its first page for ever: a page without anything new is the last one.

use hub_contract::model::{Capabilities, CatalogItem, CatalogKind};
use hub_contract::{ErrorCode, HubError};
use serde_json::json;

use super::{chat_flow, with_query};
use crate::dialect::CatalogPage;
use crate::json::{self, Value, lenient_u64, member};

const PAGE_SIZE: &str = "50";

/// The path that asks for a page; the first one without a marker.
pub(super) fn path(page: Option<&str>) -> String {
    let place = Place::of(page);
    let number = place.page.to_string();
    let workspace = place.workspaces.first().map_or("", String::as_str);
    match place.stage {
        Stage::Workspaces => with_query("/v1/workspaces", &[("page_num", &number), ("page_size", PAGE_SIZE)]),
        Stage::Bots => with_query(
            "/v1/bots",
            &[
                ("workspace_id", workspace),
                ("publish_status", "published_online"),
                // The channel "API": what is published elsewhere only cannot be called.
                ("connector_id", "1024"),
                ("page_num", &number),
                ("page_index", &number),
                ("page_size", PAGE_SIZE),
            ],
        ),
        Stage::Workflows => workflows_path(workspace, "workflow", &number),
        Stage::ChatFlows => workflows_path(workspace, "chatflow", &number),
    }
}

fn workflows_path(workspace: &str, mode: &str, number: &str) -> String {
    with_query(
        "/v1/workflows",
        &[
            ("workspace_id", workspace),
            ("workflow_mode", mode),
            ("publish_status", "published_online"),
            ("page_num", number),
            ("page_size", PAGE_SIZE),
        ],
    )
}

/// Reads the page that `page` asked for.
///
/// # Errors
/// `bad_answer` where the document holds no list.
pub(super) fn read(page: Option<&str>, known: &[CatalogItem], document: &Value) -> Result<CatalogPage, HubError> {
    let place = Place::of(page);
    let data = document.get("data").unwrap_or(document);
    match place.stage {
        Stage::Workspaces => read_workspaces(place, data),
        Stage::Bots => read_bots(place, known, data),
        Stage::Workflows | Stage::ChatFlows => read_workflows(place, known, data),
    }
}

/// A workspace whose bots or workflows may not be listed is passed over: personal accounts list only their own.
pub(super) fn after_refused(page: Option<&str>, error: &HubError) -> Option<CatalogPage> {
    let place = Place::of(page);
    let passing = matches!(error.code, ErrorCode::PermissionDenied | ErrorCode::NotFound | ErrorCode::InvalidRequest);
    (passing && place.stage != Stage::Workspaces)
        .then(|| CatalogPage { items: Vec::new(), next: place.next_stage().map(Place::marker) })
}

fn read_workspaces(mut place: Place, data: &Value) -> Result<CatalogPage, HubError> {
    let before = place.workspaces.len();
    for id in list(data, "workspaces")?.iter().filter_map(|workspace| workspace.get("id").and_then(json::text_of)) {
        if !place.workspaces.contains(&id) {
            place.workspaces.push(id);
        }
    }
    let found = place.workspaces.len();
    let more = found > before && data.get("total_count").and_then(lenient_u64).is_some_and(|all| all > found as u64);
    let next = if more { Some(Place { page: place.page + 1, ..place }) } else { place.next_stage() };
    Ok(CatalogPage { items: Vec::new(), next: next.map(Place::marker) })
}

fn read_bots(place: Place, known: &[CatalogItem], data: &Value) -> Result<CatalogPage, HubError> {
    let listed = list(data, "items")?;
    let published = |bot: &&Value| bot.get("is_published").and_then(Value::as_bool) != Some(false);
    let bots = listed.iter().filter(published).filter_map(|bot| item(bot, CatalogKind::Bot, "id", "name"));
    let more = |seen| data.get("total").and_then(lenient_u64).is_none_or(|total| total > seen);
    Ok(page_of(place, known, bots, listed.len(), more))
}

fn read_workflows(place: Place, known: &[CatalogItem], data: &Value) -> Result<CatalogPage, HubError> {
    let listed = list(data, "items")?;
    let chats = place.stage == Stage::ChatFlows;
    let workflows = listed.iter().filter_map(|entry| {
        let workflow = item(entry, CatalogKind::Workflow, "workflow_id", "workflow_name")?;
        Some(if chats { as_chat_flow(workflow) } else { workflow })
    });
    let more = |_| data.get("has_more").and_then(Value::as_bool) == Some(true);
    Ok(page_of(place, known, workflows, listed.len(), more))
}

/// A chat flow is chatted with like a bot.
fn as_chat_flow(workflow: CatalogItem) -> CatalogItem {
    CatalogItem { remote_id: chat_flow::remote_id(&workflow.remote_id), kind: CatalogKind::Bot, ..workflow }
}

fn page_of(
    place: Place,
    known: &[CatalogItem],
    items: impl Iterator<Item = CatalogItem>,
    listed: usize,
    more: impl Fn(u64) -> bool,
) -> CatalogPage {
    let is_known = |item: &CatalogItem| known.iter().any(|k| k.kind == item.kind && k.remote_id == item.remote_id);
    let items: Vec<CatalogItem> = items.filter(|item| !is_known(item)).collect();
    let seen = place.seen + listed as u64;
    let next = if !items.is_empty() && more(seen) {
        Some(Place { page: place.page + 1, seen, ..place })
    } else {
        place.next_stage()
    };
    CatalogPage { items, next: next.map(Place::marker) }
}

fn item(entry: &Value, kind: CatalogKind, id: &str, name: &str) -> Option<CatalogItem> {
    let remote_id = entry.get(id).and_then(json::text_of)?;
    Some(CatalogItem {
        name: member(entry, name).unwrap_or(&remote_id).to_owned(),
        remote_id,
        kind,
        description: member(entry, "description").map(str::to_owned),
        capabilities: Capabilities::default(),
        shutdown_date: None,
        chats: true,
        enabled: false,
    })
}

/// A list that may be missing or null when it is empty.
fn list<'v>(data: &'v Value, name: &str) -> Result<&'v [Value], HubError> {
    match data.get(name) {
        Some(Value::Array(entries)) => Ok(entries),
        Some(Value::Null) => Ok(&[]),
        None if data.is_object() && (data.get("total").is_some() || data.get("has_more").is_some()) => Ok(&[]),
        _ => Err(HubError::new(ErrorCode::BadAnswer, "The answer holds no list.").hint("no_list")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Workspaces,
    Bots,
    Workflows,
    ChatFlows,
}

/// Where the walk is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    stage: Stage,
    page: u64,
    /// How many entries this list told so far.
    seen: u64,
    /// While workspaces are listed: those found; afterwards: those still to be looked into, the present one first.
    workspaces: Vec<String>,
}

impl Place {
    fn of(page: Option<&str>) -> Self {
        page.and_then(Self::parse).unwrap_or(Self {
            stage: Stage::Workspaces,
            page: 1,
            seen: 0,
            workspaces: Vec::new(),
        })
    }

    fn parse(marker: &str) -> Option<Self> {
        let marker: Value = serde_json::from_str(marker).ok()?;
        let stage = match member(&marker, "stage")? {
            "workspaces" => Stage::Workspaces,
            "bots" => Stage::Bots,
            "workflows" => Stage::Workflows,
            "chat_flows" => Stage::ChatFlows,
            _ => return None,
        };
        let number = |name| marker.get(name).and_then(Value::as_u64);
        let workspaces = marker.get("workspaces")?.as_array()?.iter().filter_map(json::text_of).collect();
        Some(Self { stage, page: number("page")?, seen: number("seen")?, workspaces })
    }

    fn marker(self) -> String {
        let stage = match self.stage {
            Stage::Workspaces => "workspaces",
            Stage::Bots => "bots",
            Stage::Workflows => "workflows",
            Stage::ChatFlows => "chat_flows",
        };
        json!({ "stage": stage, "page": self.page, "seen": self.seen, "workspaces": self.workspaces }).to_string()
    }

    /// The first page of what comes next; `None` at the end of the walk.
    fn next_stage(mut self) -> Option<Self> {
        let stage = match self.stage {
            Stage::Workspaces => Stage::Bots,
            Stage::Bots => Stage::Workflows,
            Stage::Workflows => Stage::ChatFlows,
            Stage::ChatFlows => {
                self.workspaces.remove(0);
                Stage::Bots
            }
        };
        (!self.workspaces.is_empty()).then_some(Self { stage, page: 1, seen: 0, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn known(ids: &[&str]) -> Vec<CatalogItem> {
        ids.iter().filter_map(|id| item(&json!({ "id": id }), CatalogKind::Bot, "id", "name")).collect()
    }

    #[test]
    fn the_walk_goes_through_every_workspace() {
        let first = read(None, &[], &json!({"data": {"total_count": 2, "workspaces": [{"id": "w1"}, {"id": "w2"}]}}));
        let mut marker = first.expect("workspaces").next;
        let mut paths = Vec::new();
        while let Some(place) = marker {
            paths.push(path(Some(&place)));
            let empty = json!({"data": {"items": [], "total": 0, "has_more": false}});
            marker = read(Some(&place), &[], &empty).expect("an empty list").next;
        }
        let asked: Vec<_> = paths.iter().map(|path| path.split_once("&p").map_or("", |(asked, _)| asked)).collect();
        assert_eq!(
            asked,
            [
                "/v1/bots?workspace_id=w1",
                "/v1/workflows?workspace_id=w1&workflow_mode=workflow",
                "/v1/workflows?workspace_id=w1&workflow_mode=chatflow",
                "/v1/bots?workspace_id=w2",
                "/v1/workflows?workspace_id=w2&workflow_mode=workflow",
                "/v1/workflows?workspace_id=w2&workflow_mode=chatflow",
            ]
        );
    }

    #[test]
    fn a_page_without_anything_new_is_the_last_one() {
        let place = Place { stage: Stage::Bots, page: 2, seen: 2, workspaces: vec!["w".to_owned()] };
        let repeated = json!({"data": {"items": [{"id": "1"}, {"id": "2"}], "total": 9}});
        let page = read(Some(&place.clone().marker()), &known(&["1", "2"]), &repeated).expect("a page");
        assert!(page.items.is_empty());
        assert!(page.next.expect("the workflows").contains("workflows"));
        let page = read(Some(&place.marker()), &known(&["1"]), &repeated).expect("a page");
        assert_eq!(page.items.len(), 1);
        assert!(page.next.expect("the next page").contains("\"page\":3"));
    }

    #[test]
    fn only_workspaces_may_not_be_passed_over() {
        let refused = HubError::new(ErrorCode::PermissionDenied, "no");
        assert_eq!(after_refused(None, &refused), None);
        let place = Place { stage: Stage::ChatFlows, page: 1, seen: 0, workspaces: vec!["w".into(), "v".into()] };
        let rest = after_refused(Some(&place.clone().marker()), &refused).expect("the next workspace");
        assert!(rest.next.expect("a marker").contains("bots"));
        assert_eq!(after_refused(Some(&place.marker()), &HubError::new(ErrorCode::BadCredential, "no")), None);
    }

    #[test]
    fn what_is_no_list_is_told() {
        for document in [json!({}), json!({"data": {}}), json!({"data": "x"}), json!([])] {
            assert_eq!(read(None, &[], &document).expect_err("no list").code, ErrorCode::BadAnswer);
        }
    }
}
