use hub_contract::ErrorCode;
use hub_contract::conversation::{
    AttachmentInput, EditQuestionRequest, MessageState, MessageView, RegenerateRequest, SendRequest, Sent,
    ShowConversationRequest, ShowEarlierRequest,
};
use hub_contract::id::{ConversationId, MessageId};
use hub_sim::{Gate, Scenario};
use serde_json::Value;

use crate::home::Home;

/// Asks and waits for the whole answer.
async fn asked(home: &Home, sent: Sent) -> Sent {
    home.events(&sent.run).await;
    sent
}

/// A conversation of two questions, answered "one" and "two".
async fn conversation(home: &Home) -> (Sent, Sent) {
    let target = home.ready().await;
    home.sim.next(Scenario::Text { text: "one".into(), reasoning: None });
    let first = asked(home, home.ask(&target, "first?").await.unwrap()).await;
    home.sim.next(Scenario::Text { text: "two".into(), reasoning: None });
    let second = asked(home, home.ask_again(&first.conversation.id, "second?").await.unwrap()).await;
    (first, second)
}

fn edit(message: &MessageId, text: &str) -> EditQuestionRequest {
    EditQuestionRequest { message: message.clone(), text: text.to_owned() }
}

async fn texts(home: &Home, conversation: &ConversationId) -> Vec<String> {
    home.show(conversation).await.messages.into_iter().map(|message| message.text).collect()
}

fn last_said(home: &Home) -> Vec<String> {
    let body: Value = home.sim.chats().pop().unwrap();
    body["messages"].as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_question_in_other_words_stands_beside_the_earlier_one() {
    let home = Home::new().await;
    let (first, second) = conversation(&home).await;
    home.sim.next(Scenario::Text { text: "other two".into(), reasoning: None });
    let edited = home.hub.chat_edit(edit(&second.question.id, "second, please?")).await.unwrap();
    assert_eq!(edited.question.siblings, [second.question.id.clone(), edited.question.id.clone()]);
    assert_eq!(edited.answer.siblings, std::slice::from_ref(&edited.answer.id));
    let edited = asked(&home, edited).await;
    assert_eq!(last_said(&home), ["first?", "one", "second, please?"], "the earlier words are not sent");
    let id = &first.conversation.id;
    assert_eq!(texts(&home, id).await, ["first?", "one", "second, please?", "other two"]);

    let chosen = home.hub.branch_choose(second.question.id.clone()).await.unwrap();
    assert_eq!(chosen.messages.last().map(|last| last.text.as_str()), Some("two"));
    let home = home.reopen().await;
    assert_eq!(texts(&home, id).await, ["first?", "one", "second?", "two"], "the choice is remembered");
    assert_eq!(home.show(id).await.messages[2].siblings, edited.question.siblings);
}

#[tokio::test]
async fn the_end_of_a_branch_comes_first_and_what_stands_above_it_when_it_is_asked_for() {
    let home = Home::new().await;
    let (first, second) = conversation(&home).await;
    let whole = home.show(&first.conversation.id).await;
    assert_eq!((whole.before, whole.messages.len()), (0, 4));
    let end = |last| ShowConversationRequest { id: first.conversation.id.clone(), through: None, last: Some(last) };
    let shown = home.hub.conversation_show(end(1)).await.unwrap();
    assert_eq!((shown.before, &shown.messages[..]), (3, &whole.messages[3..]));
    assert_eq!(home.hub.conversation_show(end(80)).await.unwrap(), whole);

    let above = async |message: &MessageId, count| {
        home.hub.conversation_earlier(ShowEarlierRequest { message: message.clone(), count }).await
    };
    assert_eq!(above(&second.answer.id, 2).await.unwrap(), whole.messages[1..3]);
    assert_eq!(above(&second.answer.id, u32::MAX).await.unwrap(), whole.messages[..3]);
    assert_eq!(above(&first.question.id, 10).await.unwrap(), []);
    assert_eq!(above(&"none".into(), 10).await.unwrap_err().code, ErrorCode::NotFound);

    let gate = Gate::new();
    home.sim.next(Scenario::Held(gate.clone()));
    let third = home.ask_again(&first.conversation.id, "third?").await.unwrap();
    gate.reached().await;
    let growing = home.hub.conversation_show(end(1)).await.unwrap();
    assert_eq!(growing.before, 5);
    assert!(matches!(growing.messages[0].state, MessageState::Streaming), "{:?}", growing.messages);
    assert_eq!(above(&third.answer.id, 1).await.unwrap()[0].text, "third?");
}

#[tokio::test]
async fn the_first_question_can_be_asked_in_other_words() {
    let home = Home::new().await;
    let (first, _) = conversation(&home).await;
    let edited = asked(&home, home.hub.chat_edit(edit(&first.question.id, "really first?")).await.unwrap()).await;
    assert_eq!(edited.question.parent, None);
    assert_eq!(last_said(&home), ["really first?"]);
    assert_eq!(home.show(&first.conversation.id).await.messages.len(), 2);
    assert_eq!(home.hub.conversations_list(Default::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn files_go_along_with_the_other_words() {
    let home = Home::new().await;
    let target = home.ready().await;
    let picture = AttachmentInput { name: "a.txt".into(), mime: "text/plain".into(), base64: "6L+U5L+u".into() };
    let request: SendRequest = serde_json::from_value(serde_json::json!({
        "target": target, "text": "read it", "attachments": [picture]
    }))
    .unwrap();
    let sent = asked(&home, home.hub.chat_send(request).await.unwrap()).await;
    let edited = asked(&home, home.hub.chat_edit(edit(&sent.question.id, "read it again")).await.unwrap()).await;
    assert_eq!(edited.question.attachments, sent.question.attachments);
    let said = home.sim.chats().pop().unwrap().to_string();
    assert!(said.contains("返修") && said.contains("read it again"), "{said}");
}

#[tokio::test]
async fn editing_what_is_answered_stops_it_first_and_keeps_its_text() {
    let home = Home::new().await;
    let target = home.ready().await;
    let gate = Gate::new();
    home.sim.next(Scenario::Held(gate.clone()));
    let sent = home.ask(&target, "wrong words").await.unwrap();
    gate.reached().await;
    let edited = asked(&home, home.hub.chat_edit(edit(&sent.question.id, "right words")).await.unwrap()).await;
    let stopped = home.hub.branch_choose(sent.question.id.clone()).await.unwrap();
    assert!(matches!(stopped.messages[1].state, MessageState::Cancelled { .. }), "{:?}", stopped.messages[1].state);
    let now = home.hub.branch_choose(edited.question.id.clone()).await.unwrap();
    assert!(matches!(now.messages[1].state, MessageState::Finished { .. }));
}

#[tokio::test]
async fn what_cannot_be_edited_is_told_and_nothing_is_sent() {
    let home = Home::new().await;
    let (first, _) = conversation(&home).await;
    let sent = home.sim.chats().len();
    for (message, text, code) in [
        (&first.question.id, "  ", ErrorCode::InvalidRequest),
        (&first.answer.id, "an answer is no question", ErrorCode::NotFound),
        (&MessageId::from("none"), "gone", ErrorCode::NotFound),
    ] {
        assert_eq!(home.hub.chat_edit(edit(message, text)).await.unwrap_err().code, code, "{text}");
    }
    assert_eq!(home.sim.chats().len(), sent);
    assert_eq!(texts(&home, &first.conversation.id).await, ["first?", "one", "second?", "two"]);
}

#[tokio::test]
async fn a_branch_becomes_a_conversation_of_its_own() {
    let home = Home::new().await;
    let (first, second) = conversation(&home).await;
    let branch = home.hub.conversation_branch(first.answer.id.clone()).await.unwrap();
    assert_eq!((branch.title.as_str(), branch.usable), ("first? (2)", true));
    assert_eq!(texts(&home, &branch.id).await, ["first?", "one"]);
    let copies = home.show(&branch.id).await.messages;
    let origins: Vec<_> = copies.iter().map(|copy| copy.body.copied_from.clone()).collect();
    assert_eq!(origins, [Some(first.question.id.clone()), Some(first.answer.id.clone())]);
    assert!(copies.iter().all(|copy| copy.siblings == [copy.id.clone()]));

    asked(&home, home.ask_again(&branch.id, "otherwise?").await.unwrap()).await;
    assert_eq!(last_said(&home), ["first?", "one", "otherwise?"]);
    assert_eq!(texts(&home, &first.conversation.id).await, ["first?", "one", "second?", "two"], "it stays as it is");
    home.hub.conversation_remove(first.conversation.id.clone()).await.unwrap();
    assert_eq!(home.show(&branch.id).await.messages.len(), 4, "it needs the other one no more");

    let question = home.hub.conversation_branch(second.question.id.clone()).await;
    assert_eq!(question.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_growing_answer_does_not_branch_off() {
    let home = Home::new().await;
    let target = home.ready().await;
    let gate = Gate::new();
    home.sim.next(Scenario::Held(gate.clone()));
    let sent = home.ask(&target, "wait").await.unwrap();
    gate.reached().await;
    let refused = home.hub.conversation_branch(sent.answer.id.clone()).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::ConversationBusy);
    gate.open();
    home.events(&sent.run).await;
    home.hub.conversation_branch(sent.answer.id).await.unwrap();
}

#[tokio::test]
async fn a_question_on_an_older_branch_shows_that_branch_from_then_on() {
    let home = Home::new().await;
    let (first, second) = conversation(&home).await;
    let again = RegenerateRequest { message: second.answer.id.clone() };
    asked(&home, home.hub.chat_regenerate(again).await.unwrap()).await;
    let parent = second.answer.id.clone();
    let request: SendRequest = serde_json::from_value(serde_json::json!({
        "conversation": first.conversation.id, "parent": parent, "text": "after two"
    }))
    .unwrap();
    asked(&home, home.hub.chat_send(request).await.unwrap()).await;
    let shown: Vec<MessageView> = home.show(&first.conversation.id).await.messages;
    assert_eq!(shown[3].id, second.answer.id);
    assert_eq!(shown[4].text, "after two");
}
