//! How each platform with agents says what every dialect says.
//!
//! The answers name no conversation, message or task: what a run does with those is the suite `wire`'s, and a row that
//! counts requests must not be disturbed by a stop or by a call for follow-ups.

use hub_contract::PlatformId;
use hub_contract::catalogue::API_KEY;
use hub_contract::run::RemoteIds;
use hub_platforms::App;

use crate::dialects::{Asks, Dialect, Said};

const NO_TOKEN: &str = "a connection of this platform has a key and no token that could be renewed";
const BY_NAME: &str = "its counts stand elsewhere than the family's; the suite `wire` reads them from its transcripts";
const TYPED: &str = "the row's other types are those of the OpenAI family's content; here a text is a text or nothing";
const ASKED_ONCE: &str =
    "an agent may have run and done something, so a refused question is never sent again by itself";
const OWN_STATUS: &str =
    "its errors have numbers and words of their own beside the status; the suite `wire` has the table";
const ONE_ANSWER: &str = "it gives one answer, whose index tells nothing";
const SEVERAL_ENDS: &str =
    "an app of several nodes ends several answers, so a text behind an end belongs to the next one";
const MAKES_CONVERSATION: &str =
    "a conversation is made by a call before the question, which the row's one reply cannot answer";

pub(crate) const COZE: Dialect = Dialect {
    name: "coze",
    platform: PlatformId::Coze,
    base_path: "",
    chat_path: "/v3/chat",
    secrets: &["token"],
    fields: &[],
    text: |literal| Said {
        event: "conversation.message.delta",
        data: format!(r#"{{"id":"m1","role":"assistant","type":"answer","content_type":"text","content":{literal}}}"#),
    },
    finish: || Said { event: "conversation.chat.completed", data: r#"{"status":"completed"}"#.to_owned() },
    failure: |literal| Said { event: "error", data: format!(r#"{{"code":5000,"msg":{literal}}}"#) },
    finishes: &["event:done\ndata:\"[DONE]\"\n\n", "event: done\ndata: [DONE]\n\n", "event:done\n\n"],
    asks: Asks::App {
        app: || app("bot-1"),
        remote: RemoteIds::default,
        facts: r#"{"code":0,"data":{"bot_id":"bot-1","name":"A"}}"#,
    },
    left_out: &[(41, OWN_STATUS), (52, BY_NAME), (53, TYPED)],
};

pub(crate) const APPBUILDER: Dialect = Dialect {
    name: "appbuilder",
    platform: PlatformId::Appbuilder,
    base_path: "/v2",
    chat_path: "/v2/app/conversation/runs",
    secrets: &[API_KEY],
    fields: &[],
    text: |literal| Said { event: "", data: format!(r#"{{"answer":{literal},"is_completion":false,"content":[]}}"#) },
    finish: || Said { event: "", data: r#"{"answer":"","is_completion":true,"content":[]}"#.to_owned() },
    failure: |literal| Said { event: "", data: format!(r#"{{"code":"InternalError","message":{literal}}}"#) },
    finishes: &["data: [DONE]\n\n"],
    asks: Asks::App {
        app: || app("app-1"),
        remote: || RemoteIds { conversation: Some("c-1".to_owned()), ..RemoteIds::default() },
        facts: r#"{"id":"app-1","name":"A"}"#,
    },
    left_out: &[
        (19, MAKES_CONVERSATION),
        (22, MAKES_CONVERSATION),
        (41, OWN_STATUS),
        (46, MAKES_CONVERSATION),
        (48, MAKES_CONVERSATION),
        (52, BY_NAME),
        (53, TYPED),
        (58, MAKES_CONVERSATION),
        (59, MAKES_CONVERSATION),
        (60, MAKES_CONVERSATION),
        (61, MAKES_CONVERSATION),
        (62, NO_TOKEN),
        (64, MAKES_CONVERSATION),
    ],
};

pub(crate) const DIFY: Dialect = Dialect {
    name: "dify",
    platform: PlatformId::Dify,
    base_path: "/v1",
    chat_path: "/v1/chat-messages",
    secrets: &[API_KEY],
    fields: &[],
    text: |literal| Said { event: "", data: format!(r#"{{"event":"message","answer":{literal}}}"#) },
    finish: || Said { event: "", data: r#"{"event":"message_end","metadata":{}}"#.to_owned() },
    failure: |literal| Said {
        event: "",
        data: format!(r#"{{"event":"error","status":500,"code":"internal_server_error","message":{literal}}}"#),
    },
    finishes: &["event: ping\n\n", "data: [DONE]\n\n"],
    asks: Asks::App {
        app: || App { mode: Some("chat".to_owned()), ..App::default() },
        remote: RemoteIds::default,
        facts: r#"{"name":"A","mode":"chat","user_input_form":[]}"#,
    },
    left_out: &[(41, OWN_STATUS), (52, BY_NAME), (53, TYPED), (62, NO_TOKEN)],
};

pub(crate) const STUDIO53: Dialect = Dialect {
    name: "studio53",
    platform: PlatformId::Studio53,
    base_path: "",
    chat_path: "/v3/chat-messages",
    secrets: &["secret"],
    asks: Asks::App { app: || app("b-1"), remote: RemoteIds::default, facts: r#"[{"bot_id":"b-1","name":"A"}]"# },
    ..DIFY
};

pub(crate) const YUANQI: Dialect = Dialect {
    name: "yuanqi",
    platform: PlatformId::Yuanqi,
    base_path: "/openapi/v1/agent",
    chat_path: "/openapi/v1/agent/chat/completions",
    secrets: &["token"],
    fields: &[("assistant_id", "as-1")],
    text: |literal| Said {
        event: "",
        data: format!(r#"{{"choices":[{{"index":0,"delta":{{"role":"assistant","content":{literal}}}}}]}}"#),
    },
    finish: || Said { event: "", data: r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#.to_owned() },
    failure: |literal| Said { event: "", data: format!(r#"{{"error":{{"message":{literal},"code":"sim_500"}}}}"#) },
    finishes: &["data:[DONE]\n\n", "data: [DONE] \n\n"],
    asks: Asks::App { app: App::default, remote: RemoteIds::default, facts: "" },
    left_out: &[(42, ASKED_ONCE), (43, ASKED_ONCE), (50, ONE_ANSWER), (53, TYPED), (62, NO_TOKEN)],
};

pub(crate) const FASTGPT: Dialect = Dialect {
    name: "fastgpt",
    platform: PlatformId::Fastgpt,
    base_path: "/api",
    chat_path: "/api/v1/chat/completions",
    secrets: &[API_KEY],
    fields: &[],
    text: |literal| Said {
        event: "answer",
        data: format!(r#"{{"choices":[{{"index":0,"delta":{{"content":{literal}}},"finish_reason":null}}]}}"#),
    },
    finish: || Said {
        event: "answer",
        data: r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#.to_owned(),
    },
    failure: |literal| Said { event: "error", data: format!(r#"{{"code":500,"statusText":"","message":{literal}}}"#) },
    finishes: &["event: answer\ndata: [DONE]\n\n", "data: [DONE]\n\n"],
    asks: Asks::App { app: App::default, remote: RemoteIds::default, facts: "" },
    left_out: &[(29, SEVERAL_ENDS), (41, OWN_STATUS), (50, ONE_ANSWER), (52, BY_NAME), (53, TYPED), (62, NO_TOKEN)],
};

pub(crate) const BAILIAN: Dialect = Dialect {
    name: "bailian",
    platform: PlatformId::Bailian,
    base_path: "/api/v1",
    chat_path: "/api/v1/apps/app-1/completion",
    secrets: &[API_KEY],
    fields: &[("app_id", "app-1")],
    text: |literal| Said {
        event: "result",
        data: format!(r#"{{"output":{{"finish_reason":"null","text":{literal}}}}}"#),
    },
    finish: || Said { event: "result", data: r#"{"output":{"finish_reason":"stop","text":""}}"#.to_owned() },
    failure: |literal| Said { event: "error", data: format!(r#"{{"code":"InternalError","message":{literal}}}"#) },
    finishes: &["data: [DONE]\n\n"],
    asks: Asks::App { app: || app("app-1"), remote: RemoteIds::default, facts: "" },
    left_out: &[(41, OWN_STATUS), (42, ASKED_ONCE), (43, ASKED_ONCE), (52, BY_NAME), (53, TYPED), (62, NO_TOKEN)],
};

pub(crate) const ARK: Dialect = Dialect {
    name: "ark",
    platform: PlatformId::Ark,
    base_path: "/api/v3",
    chat_path: "/api/v3/bots/chat/completions",
    fields: &[("bot_id", "bot-1")],
    asks: Asks::App { app: || app("bot-1"), remote: RemoteIds::default, facts: "" },
    left_out: &[(42, ASKED_ONCE), (43, ASKED_ONCE), (62, NO_TOKEN)],
    ..crate::dialects::OPENAI
};

fn app(id: &str) -> App {
    App { id: Some(id.to_owned()), ..App::default() }
}
