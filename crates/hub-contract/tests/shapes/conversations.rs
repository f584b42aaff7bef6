//! Conversations, messages and search.

use std::collections::BTreeMap;

use hub_contract::PlatformId;
use hub_contract::conversation::*;
use hub_contract::run::{FinishReason, RemoteIds};
use serde_json::json;

use crate::runs::{file, need_input, outputs, remote, source, step, usage};
use crate::{errors, shape, words};

pub(crate) fn model() -> Target {
    Target::Model { connection: "k".into(), model: "deepseek-chat".into() }
}

pub(crate) fn conversation() -> ConversationView {
    ConversationView {
        id: "c".into(),
        title: "返修率为什么上升".into(),
        target: model(),
        target_name: "deepseek-chat".into(),
        platform: Some(PlatformId::Deepseek),
        usable: true,
        pinned: true,
        archived: false,
        created_at: 1,
        updated_at: 2,
        run: Some("r".into()),
        comparison: Some("v".into()),
    }
}

fn attachment() -> FileView {
    FileView { id: "ab12".into(), name: "图.png".into(), mime: "image/png".into(), bytes: 2_048 }
}

fn facts() -> RunFacts {
    RunFacts {
        connection: "DeepSeek".into(),
        model: Some("deepseek-chat".into()),
        method: "POST".into(),
        url: "https://api.example.com/chat/completions".into(),
        status: Some(200),
        http: Some("HTTP/1.1".into()),
        request_id: Some("req-1".into()),
        proxy: Some("http://127.0.0.1:3128".into()),
        retries: 1,
        first_byte_ms: Some(210),
        first_text_ms: Some(820),
        total_ms: Some(6_120),
        history_sent: 8,
        history_not_sent: 12,
    }
}

fn notice() -> Notice {
    let facts = BTreeMap::from([("n".into(), "12".into())]);
    Notice { code: "history_cut".into(), facts, message: "12 earlier messages were not sent".into() }
}

fn answer() -> MessageView {
    MessageView {
        id: "m-2".into(),
        conversation: "c".into(),
        parent: Some("m-1".into()),
        role: Role::Assistant,
        state: MessageState::Finished { reason: FinishReason::Stop },
        text: "**三个原因**".into(),
        body: body(),
        attachments: vec![attachment()],
        siblings: vec!["m-2".into(), "m-3".into()],
        created_at: 3,
    }
}

fn question() -> MessageView {
    MessageView {
        id: "m-1".into(),
        conversation: "c".into(),
        parent: None,
        role: Role::User,
        state: MessageState::Finished { reason: FinishReason::Stop },
        text: "为什么？".into(),
        body: MessageBody::default(),
        attachments: Vec::new(),
        siblings: Vec::new(),
        created_at: 2,
    }
}

pub(crate) fn sent() -> Sent {
    Sent { run: "r".into(), conversation: conversation(), question: question(), answer: answer() }
}

fn body() -> MessageBody {
    MessageBody {
        reasoning: "先看数据".into(),
        reasoning_ms: Some(6_000),
        part: Some("p-1".into()),
        parts: vec![AnswerPart { part: "p-2".into(), text: "第二个回答".into() }],
        steps: vec![step()],
        sources: vec![source()],
        files: vec![file()],
        outputs: outputs(),
        suggestions: vec!["还有呢？".into()],
        need_input: Some(need_input()),
        notices: vec![notice()],
        usage: Some(usage()),
        facts: Some(facts()),
        remote: remote(),
        inputs: BTreeMap::from([("machine".into(), json!("A"))]),
        answer: BTreeMap::from([("city".into(), json!("上海"))]),
        overflow: Some("cd34".into()),
        copied_from: Some("m0".into()),
    }
}

#[test]
fn whom_and_what() {
    shape(&[model(), Target::Agent { agent: "a".into() }]);
    let bare = ConversationView {
        platform: None,
        run: None,
        comparison: None,
        usable: false,
        pinned: false,
        ..conversation()
    };
    shape(&[conversation(), bare]);
    words(&[Role::User, Role::Assistant]);
}

#[test]
fn messages() {
    shape(&[answer(), question()]);
    shape(&[body(), MessageBody::default()]);
    shape(&[
        MessageState::Streaming,
        MessageState::Finished { reason: FinishReason::Length },
        MessageState::Failed { error: errors::full() },
        MessageState::Cancelled { confirmed: true },
        MessageState::Truncated { error: Some(errors::minimal()) },
        MessageState::Truncated { error: None },
    ]);
    shape(&[AnswerPart { part: "p".into(), text: "t".into() }]);
    shape(&[notice(), Notice { code: "quiet".into(), facts: BTreeMap::new(), message: "nothing new".into() }]);
    shape(&[facts(), RunFacts::default()]);
    shape(&[attachment()]);
    shape(&[AttachmentInput { name: "a.png".into(), mime: "image/png".into(), base64: "AAAA".into() }]);
}

#[test]
fn an_old_message_without_a_body_can_be_read() {
    let stored = r#"{"id": "m", "conversation": "c", "role": "user", "state": {"state": "streaming"},
                     "text": "t", "created_at": 1}"#;
    let message: MessageView = serde_json::from_str(stored).unwrap();
    assert_eq!(message.body, MessageBody::default());
    assert_eq!(message.body.remote, RemoteIds::default());
}

#[test]
fn asking() {
    shape(&[
        SendRequest {
            conversation: Some("c".into()),
            target: Some(model()),
            parent: Some("m".into()),
            text: "为什么？".into(),
            attachments: vec![AttachmentInput { name: "a".into(), mime: "text/plain".into(), base64: String::new() }],
            inputs: BTreeMap::from([("n".into(), json!(0))]),
            answer: BTreeMap::from([("machine".into(), json!(["A"]))]),
        },
        serde_json::from_str(r#"{"text": "?"}"#).unwrap(),
    ]);
    shape(&[RegenerateRequest { message: "m".into() }]);
    shape(&[EditQuestionRequest { message: "m".into(), text: "何时？".into() }]);
    shape(&[sent()]);
    shape(&[
        FeedbackRequest { message: "m".into(), helpful: Some(false), reason: Some("过时".into()) },
        serde_json::from_str(r#"{"message": "m"}"#).unwrap(),
    ]);
}

#[test]
fn looking_at_them() {
    shape(&[
        ListConversationsRequest { target: Some(model()), archived: true, limit: 20, before: Some(9) },
        ListConversationsRequest::default(),
    ]);
    shape(&[
        ShowConversationRequest { id: "c".into(), through: Some("m".into()), last: Some(80) },
        serde_json::from_str(r#"{"id": "c"}"#).unwrap(),
    ]);
    shape(&[
        ConversationDetail {
            conversation: conversation(),
            before: 9_920,
            messages: vec![question(), answer()],
            draft: "还没写".into(),
        },
        ConversationDetail { conversation: conversation(), before: 0, messages: Vec::new(), draft: String::new() },
    ]);
    shape(&[ShowEarlierRequest { message: "m".into(), count: 250 }]);
    shape(&[
        EditConversationRequest {
            id: "c".into(),
            title: Some("t".into()),
            pinned: Some(true),
            archived: Some(false),
            draft: Some(String::new()),
        },
        serde_json::from_str(r#"{"id": "c"}"#).unwrap(),
    ]);
    words(&[ExportFormat::Md, ExportFormat::Json, ExportFormat::Html]);
    shape(&[ExportConversationRequest { id: "c".into(), format: ExportFormat::Html }]);
    shape(&[Exported { name: "返修率.md".into(), text: "# 返修率".into() }]);
    shape(&[WriteConversationRequest { id: "c".into(), format: ExportFormat::Md, folder: "/home/li/exports".into() }]);
    shape(&[WrittenConversation { path: "/home/li/exports/返修率.md".into(), bytes: 12 }]);
}

#[test]
fn search() {
    let hit = SearchHit {
        conversation: "c".into(),
        title: "返修率".into(),
        target_name: "deepseek-chat".into(),
        platform: Some(PlatformId::Deepseek),
        message: Some("m".into()),
        role: Role::User,
        passage: vec!["为什么".into(), "返修".into(), "率上升".into()],
        at: 4,
    };
    let by_title = SearchHit { platform: None, message: None, passage: Vec::new(), ..hit.clone() };
    shape(&[hit.clone(), by_title]);
    shape(&[SearchReply { hits: vec![hit], total: 1_000, ms: 7 }, SearchReply { hits: Vec::new(), total: 0, ms: 0 }]);
    let filter = SearchFilter {
        target: Some(Target::Agent { agent: "a".into() }),
        kind: Some(SearchKind::Answer),
        since: Some(1),
        until: Some(2),
        without_archived: true,
    };
    shape(&[SearchKind::Question, SearchKind::Answer, SearchKind::Title]);
    shape(&[filter.clone(), SearchFilter::default()]);
    shape(&[
        SearchRequest { text: "修".into(), limit: 20, filter },
        serde_json::from_str(r#"{"text": "修"}"#).unwrap(),
        serde_json::from_str(r#"{"text": "修", "filter": {"kind": "title"}}"#).unwrap(),
    ]);
}
