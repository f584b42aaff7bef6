//! Branches of a conversation on platforms that keep conversations themselves: one that can be told what was said is
//! given a conversation for each branch, one that cannot goes on in the one it has, and the person is told so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may panic")]

#[allow(dead_code, reason = "other suites use the rest")]
#[path = "wire/desk.rs"]
mod desk;
#[allow(dead_code, unused_macros, unused_imports, reason = "shared with the platforms' tests")]
#[path = "wire/support.rs"]
mod support;

use hub_contract::PlatformId;
use hub_contract::catalogue::{API_KEY, TOKEN, history_kept};
use hub_contract::conversation::{EditQuestionRequest, RegenerateRequest, Sent, Target};
use hub_contract::id::MessageId;
use hub_contract::platform::HistoryKept;
use hub_platforms::capabilities::{Capabilities, Support};
use hub_sim::dify::{Mode, TEST_KEY as DIFY_KEY};
use hub_sim::openai::TEST_KEY;
use hub_sim::{CozeOptions, CozeSim, DifyOptions, DifySim, Recorded, coze};
use serde_json::{Value, json};

use crate::desk::Desk;

const NONE: [&str; 0] = [];

async fn with_coze() -> (CozeSim, Desk, Target) {
    let sim = CozeSim::start(CozeOptions::default()).await.unwrap();
    let desk = Desk::connect(PlatformId::Coze, &sim.base_url(), TOKEN, TEST_KEY).await;
    let bot = desk.agent(Some(coze::BOT), false).await.unwrap();
    (sim, desk, bot)
}

async fn with_dify() -> (DifySim, Desk, Target) {
    let sim = DifySim::start(DifyOptions::default()).await.unwrap();
    let key = DIFY_KEY.replace("chat", Mode::Chat.short());
    let desk = Desk::connect(PlatformId::Dify, &sim.base_url(), API_KEY, &key).await;
    let app = desk.agent(None, false).await.unwrap();
    (sim, desk, app)
}

/// Two questions in one conversation, both answered.
async fn two_turns(desk: &Desk, target: &Target) -> (Sent, Sent) {
    let first = desk.ask(Some(target), None, "差旅标准？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&first).await, NONE);
    let second = desk.ask(None, Some(&first.conversation.id), "二等座？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&second).await, NONE, "one branch is what the platform knows");
    (first, second)
}

async fn edit(desk: &Desk, message: &MessageId, text: &str) -> Sent {
    desk.hub.chat_edit(EditQuestionRequest { message: message.clone(), text: text.to_owned() }).await.unwrap()
}

async fn regenerate(desk: &Desk, message: &MessageId) -> Sent {
    desk.hub.chat_regenerate(RegenerateRequest { message: message.clone() }).await.unwrap()
}

#[test]
fn the_catalogue_knows_who_remembers() {
    for platform in PlatformId::ALL {
        let remembers = Capabilities::of(*platform).remote_history == Support::Yes;
        assert_eq!(history_kept(*platform) != HistoryKept::Here, remembers, "{platform}");
    }
}

fn coze_conversation(chat: &Recorded) -> Option<String> {
    chat.query_value("conversation_id").map(str::to_owned)
}

fn coze_told(chat: &Recorded) -> Vec<String> {
    let body = chat.json();
    let messages = body["additional_messages"].as_array().cloned().unwrap_or_default();
    messages.iter().map(|message| message["content"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn coze_is_given_a_conversation_for_each_branch() {
    let (sim, desk, bot) = with_coze().await;
    let (first, second) = two_turns(&desk, &bot).await;

    let edited = edit(&desk, &second.question.id, "商务座？").await;
    assert_eq!(desk.notices(&edited).await, ["branch_begun"]);
    let chats = sim.requests_to("/v3/chat");
    assert_eq!(coze_conversation(&chats[2]), None);
    let told = coze_told(&chats[2]);
    assert_eq!((told.len(), told[0].as_str(), told[2].as_str()), (3, "差旅标准？", "商务座？"), "{told:?}");
    let facts = desk.show(&first.conversation.id).await.messages[3].body.facts.clone().unwrap();
    assert_eq!((facts.history_sent, facts.history_not_sent), (2, 0));

    let third = desk.ask(None, Some(&first.conversation.id), "住宿？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&third).await, NONE, "the branch goes on in its own conversation");
    desk.hub.branch_choose(second.answer.id.clone()).await.unwrap();
    let other = desk.ask(None, Some(&first.conversation.id), "一等座？", json!({})).await;
    // Without a parent a question follows the branch that is shown.
    let other = other.unwrap();
    assert_eq!(other.question.parent.as_ref(), Some(&second.answer.id));
    assert_eq!(desk.notices(&other).await, NONE);
    let chats = sim.requests_to("/v3/chat");
    assert_ne!(coze_conversation(&chats[3]), coze_conversation(&chats[4]), "each branch in its own");
    assert_eq!(coze_conversation(&chats[4]), coze_conversation(&chats[1]));
}

#[tokio::test]
async fn the_first_question_in_other_words_begins_anew_without_a_word() {
    let (sim, desk, bot) = with_coze().await;
    let (first, _) = two_turns(&desk, &bot).await;
    let edited = edit(&desk, &first.question.id, "报销标准？").await;
    assert_eq!(desk.notices(&edited).await, NONE);
    assert_eq!(coze_told(&sim.requests_to("/v3/chat")[2]), ["报销标准？"]);
    let again = regenerate(&desk, &edited.answer.id).await;
    assert_eq!(desk.notices(&again).await, NONE);
    assert_eq!(coze_conversation(&sim.requests_to("/v3/chat")[3]), None);
}

#[tokio::test]
async fn dify_goes_on_in_its_one_conversation_and_that_is_told() {
    let (sim, desk, app) = with_dify().await;
    let (first, second) = two_turns(&desk, &app).await;
    let edited = edit(&desk, &second.question.id, "商务座？").await;
    assert_eq!(desk.notices(&edited).await, ["branch_shared"]);
    let again = regenerate(&desk, &edited.answer.id).await;
    assert_eq!(desk.notices(&again).await, ["branch_shared"]);

    let asked: Vec<Value> = sim
        .requests()
        .iter()
        .filter(|request| request.path.ends_with("/chat-messages"))
        .map(|request| request.json()["conversation_id"].clone())
        .collect();
    assert_eq!(asked.len(), 4);
    assert!(asked[1].is_string() && asked[2] == asked[1] && asked[3] == asked[1], "{asked:?}");
    let kept = desk.show(&first.conversation.id).await;
    assert_eq!(kept.messages[3].body.notices[0].code, "branch_shared", "it stands with the answer");
    assert_eq!(kept.messages[3].siblings.len(), 2);
}

#[tokio::test]
async fn a_conversation_that_branched_off_shares_no_memory_where_that_can_be() {
    let (sim, desk, bot) = with_coze().await;
    let (first, _) = two_turns(&desk, &bot).await;
    let branch = desk.hub.conversation_branch(first.answer.id.clone()).await.unwrap();
    let asked = desk.ask(None, Some(&branch.id), "一等座？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&asked).await, ["branch_begun"]);
    let chats = sim.requests_to("/v3/chat");
    assert_eq!(coze_conversation(&chats[2]), None);
    assert_eq!(coze_told(&chats[2]).len(), 3);
    let next = desk.ask(None, Some(&branch.id), "餐补？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&next).await, NONE);

    let (_sim, desk, app) = with_dify().await;
    let (first, _) = two_turns(&desk, &app).await;
    let branch = desk.hub.conversation_branch(first.answer.id.clone()).await.unwrap();
    let asked = desk.ask(None, Some(&branch.id), "一等座？", json!({})).await.unwrap();
    assert_eq!(desk.notices(&asked).await, ["branch_shared"]);
}
