//! Workspaces, bots and workflows.

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{ASKING_WORKFLOW, Account, BOT, CHAT_FLOW, CozeOptions, DRAFT_BOT, WORKFLOW};
use crate::{Recorded, Reply, Welcome, icons};

const WORKSPACES: &[(&str, &str)] = &[("6001", "个人空间"), ("6002", "团队空间"), ("6003", "旧空间")];

/// An address that is signed, and no longer good. It is relative because a simulator does not know its own.
const ICON: &str = "/icons/expired.png?sign=1";
/// When everything was changed last, in seconds.
const UPDATED: u64 = 1_760_000_000;

/// id, name, description, workspace.
const BOTS: &[(&str, &str, &str, &str)] = &[
    (BOT, "报销助手", "差旅报销问答", "6001"),
    ("7002", "会议纪要", "整理会议记录", "6001"),
    ("7003", "翻译", "中英互译", "6001"),
    ("7004", "团队问答", "团队知识库", "6002"),
];

const WORKFLOWS: &[(&str, &str, &str, &str)] =
    &[(WORKFLOW, "问候", "按姓名问候", "6001"), (ASKING_WORKFLOW, "城市天气", "先问城市", "6002")];

/// Workflows that hold a conversation.
const CHAT_FLOWS: &[(&str, &str, &str, &str)] = &[(CHAT_FLOW, "选型顾问", "按级别推荐产品", "6001")];

/// An icon, or that its address has ended.
pub(super) fn icon(path: &str) -> Reply {
    if ICON.starts_with(path) { Reply::text(403, "the signature has ended") } else { icons::reply(path) }
}

/// `GET /v1/users/me`.
pub(super) fn user(account: Account, options: &CozeOptions) -> Result<Reply, Refusal> {
    if options.hides_account {
        return Err(Refusal::new(4101, "the token lacks a permission"));
    }
    let (id, name) = match account {
        Account::Owner => ("9001", "李雷"),
        Account::Stranger => ("9002", "韩梅梅"),
    };
    Ok(Reply::json(200, &json!({ "code": 0, "data": { "user_id": id, "user_name": "user", "nick_name": name } })))
}

/// `GET /v1/workspaces`.
pub(super) fn workspaces(request: &Recorded, options: &CozeOptions) -> Value {
    let all: Vec<Value> = WORKSPACES
        .iter()
        .map(|(id, name)| {
            json!({ "id": id, "name": name, "icon_url": ICON, "role_type": "owner", "workspace_type": "team",
                "enterprise_id": "" })
        })
        .collect();
    let total = all.len();
    json!({ "code": 0, "msg": "", "data": { "total_count": total, "workspaces": page(all, request, options) } })
}

/// `GET /v1/bots`.
pub(super) fn bots(request: &Recorded, options: &CozeOptions) -> Result<Value, Refusal> {
    let all = of_workspace(BOTS, request, options, |(id, name, description, _)| {
        json!({ "id": id, "name": name, "description": description, "is_published": true, "icon_url": ICON,
            "updated_at": UPDATED, "published_at": UPDATED, "owner_user_id": "5001", "folder_id": "0" })
    })?;
    let total = all.len();
    Ok(json!({ "code": 0, "data": { "items": page(all, request, options), "total": total } }))
}

/// `GET /v1/workflows`.
pub(super) fn workflows(request: &Recorded, options: &CozeOptions) -> Result<Value, Refusal> {
    let kind = match request.query_value("workflow_mode") {
        Some("chatflow") => CHAT_FLOWS,
        _ => WORKFLOWS,
    };
    let all = of_workspace(kind, request, options, |(id, name, description, _)| entry(id, name, description))?;
    let more = page_number(request) * size(request, options) < all.len();
    Ok(json!({ "code": 0, "data": { "items": page(all, request, options), "has_more": more } }))
}

/// `GET /v1/bots/{id}`.
pub(super) fn bot(id: &str, welcome: &Welcome) -> Result<Value, Refusal> {
    if id == DRAFT_BOT {
        return Err(Refusal::new(4015, "the bot is not published to the API"));
    }
    let (id, name, description, _) =
        BOTS.iter().find(|bot| bot.0 == id).ok_or_else(|| Refusal::new(4200, "there is no such bot"))?;
    Ok(json!({ "code": 0, "data": {
        "bot_id": id, "name": name, "description": description, "bot_mode": 0, "icon_url": format!("/icons/{id}.png?sign=2"),
        "onboarding_info": { "prologue": welcome.opening, "suggested_questions": welcome.questions },
    }}))
}

/// `GET /v1/workflows/{id}`.
pub(super) fn workflow(id: &str) -> Result<Value, Refusal> {
    let mut known = WORKFLOWS.iter().chain(CHAT_FLOWS);
    let (id, name, description, _) =
        known.find(|known| known.0 == id).ok_or_else(|| Refusal::new(4200, "there is no such workflow"))?;
    let parameters = match *id {
        WORKFLOW => json!({ "name": { "type": "string", "description": "姓名", "required": true },
            "count": { "type": "integer" } }),
        CHAT_FLOW => json!({ "USER_INPUT": { "type": "string", "required": true },
            "CONVERSATION_NAME": { "type": "string", "required": true },
            "level": { "type": "integer", "description": "级别", "required": true } }),
        _ => json!({}),
    };
    Ok(json!({ "code": 0, "data": {
        "workflow_detail": entry(id, name, description),
        "input": { "parameters": parameters },
    }}))
}

fn entry(id: &str, name: &str, description: &str) -> Value {
    json!({ "workflow_id": id, "workflow_name": name, "description": description, "icon_url": ICON, "app_id": "0",
        "created_at": UPDATED, "updated_at": UPDATED })
}

/// Whether a bot can be called.
pub(super) fn check_bot(id: &str) -> Result<(), Refusal> {
    match id {
        DRAFT_BOT => Err(Refusal::new(4015, "the bot is not published to the API")),
        id if BOTS.iter().any(|bot| bot.0 == id) => Ok(()),
        _ => Err(Refusal::new(4006, "there is no such bot")),
    }
}

/// Whether a chat flow can be called with these parameters.
pub(super) fn check_chat_flow(id: &str, parameters: &Value) -> Result<(), Refusal> {
    if !CHAT_FLOWS.iter().any(|known| known.0 == id) {
        return Err(Refusal::new(4200, "there is no such chat flow, or it is not published"));
    }
    let parameters = parameters.as_object().ok_or_else(|| Refusal::bad("parameters are missing"))?;
    match parameters.get("level") {
        Some(Value::Number(_)) => Ok(()),
        _ => Err(Refusal::bad("Missing required parameters: level")),
    }
}

fn of_workspace(
    all: &[(&str, &str, &str, &str)],
    request: &Recorded,
    options: &CozeOptions,
    entry: impl Fn(&(&str, &str, &str, &str)) -> Value,
) -> Result<Vec<Value>, Refusal> {
    let workspace = request.query_value("workspace_id").unwrap_or_default();
    if !WORKSPACES.iter().any(|(id, _)| *id == workspace) {
        return Err(Refusal::new(4200, "there is no such workspace"));
    }
    if options.closed_workspace && workspace == "6002" {
        return Err(Refusal::new(4101, "the workspace belongs to somebody else"));
    }
    Ok(all.iter().filter(|known| known.3 == workspace).map(entry).collect())
}

fn page(all: Vec<Value>, request: &Recorded, options: &CozeOptions) -> Vec<Value> {
    let size = size(request, options);
    let number = if options.ignores_pages { 1 } else { page_number(request) };
    all.into_iter().skip((number - 1) * size).take(size).collect()
}

/// Clients name it in two ways (wire document, 0.3).
fn page_number(request: &Recorded) -> usize {
    number(request, "page_num").max(number(request, "page_index"))
}

fn size(request: &Recorded, options: &CozeOptions) -> usize {
    number(request, "page_size").clamp(1, options.page_size)
}

fn number(request: &Recorded, name: &str) -> usize {
    request.query_value(name).and_then(|value| value.parse().ok()).unwrap_or(1)
}
