//! One question to several at once: stored for all before anybody is asked, each on its own afterwards.

use hub_contract::comparison::{CompareRequest, Compared, Whom};
use hub_contract::conversation::{AttachmentInput, ConversationView, ListConversationsRequest, MessageState, Target};
use hub_contract::id::{ComparisonId, ConversationId};
use hub_contract::{ErrorCode, HubError};
use hub_sim::{Gate, OpenAiOptions, OpenAiSim, Profile, Scenario};

use crate::home::Home;

/// A Hub with two platforms, and a model of each.
struct Two {
    home: Home,
    other: OpenAiSim,
    targets: Vec<Target>,
}

impl Two {
    async fn new() -> Self {
        let mut home = Home::new().await;
        let first = home.ready().await;
        let other = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await.unwrap();
        let sim = std::mem::replace(&mut home.sim, other);
        let second = home.ready().await;
        let other = std::mem::replace(&mut home.sim, sim);
        Self { home, other, targets: vec![first, second] }
    }

    async fn compare(&self, whom: Whom, text: &str) -> Result<Compared, HubError> {
        let file = AttachmentInput { name: "a.txt".into(), mime: "text/plain".into(), base64: "6L+U5L+u".into() };
        let request = CompareRequest { whom, text: text.to_owned(), attachments: vec![file] };
        self.home.hub.chat_compare(request).await
    }

    async fn begin(&self) -> Result<Compared, HubError> {
        self.compare(Whom::Targets(self.targets.clone()), "which is better?").await
    }

    async fn ended(&self, compared: &Compared) {
        for one in &compared.sent {
            self.home.events(&one.run).await;
        }
    }

    async fn texts(&self, conversation: &ConversationId) -> Vec<String> {
        self.home.show(conversation).await.messages.into_iter().map(|message| message.text).collect()
    }

    async fn shown(&self, id: &ComparisonId) -> Vec<ConversationView> {
        self.home.hub.comparison_show(id.clone()).await.unwrap().conversations
    }

    async fn listed(&self) -> Vec<ConversationId> {
        let list = self.home.hub.conversations_list(ListConversationsRequest::default()).await.unwrap();
        list.into_iter().map(|one| one.id).collect()
    }
}

fn ids(conversations: &[ConversationView]) -> Vec<ConversationId> {
    conversations.iter().map(|one| one.id.clone()).collect()
}

fn text(text: &str) -> Scenario {
    Scenario::Text { text: text.into(), reasoning: None }
}

#[tokio::test]
async fn one_question_goes_to_all_and_each_answers_in_a_conversation_of_its_own() {
    let two = Two::new().await;
    two.home.sim.next(text("the first"));
    two.other.next(text("the second"));
    let compared = two.begin().await.unwrap();
    two.ended(&compared).await;
    let shown = two.shown(&compared.comparison).await;
    assert_eq!(shown.iter().map(|one| one.target.clone()).collect::<Vec<_>>(), two.targets, "in the order asked");
    assert!(shown.iter().all(|one| one.comparison.as_ref() == Some(&compared.comparison)));
    assert_eq!(two.texts(&shown[0].id).await, ["which is better?", "the first"]);
    assert_eq!(two.texts(&shown[1].id).await, ["which is better?", "the second"]);
    for sim in [&two.home.sim, &two.other] {
        assert!(sim.chats().pop().unwrap().to_string().contains("返修"), "the file went along");
    }

    let mut two = two;
    two.home = two.home.reopen().await;
    assert_eq!(ids(&two.shown(&compared.comparison).await), ids(&shown), "they stay together");
}

#[tokio::test]
async fn the_question_is_stored_for_all_while_nobody_has_answered() {
    let two = Two::new().await;
    let (first, second) = (Gate::new(), Gate::new());
    two.home.sim.next(Scenario::HeldBeforeHead(first.clone()));
    two.other.next(Scenario::HeldBeforeHead(second.clone()));
    let compared = two.begin().await.unwrap();
    for one in &compared.sent {
        assert_eq!(two.texts(&one.conversation.id).await, ["which is better?", ""]);
        assert_eq!(one.question.siblings, std::slice::from_ref(&one.question.id));
    }
    let shown = two.shown(&compared.comparison).await;
    assert!(shown.iter().all(|one| one.run.is_some()), "both are asked at the same time");
    let busy = two.compare(Whom::Comparison(compared.comparison.clone()), "and now?").await.unwrap_err();
    assert_eq!(busy.code, ErrorCode::ConversationBusy);
    first.open();
    second.open();
    two.ended(&compared).await;
}

#[tokio::test]
async fn one_that_fails_leaves_the_others_alone() {
    let two = Two::new().await;
    two.home.sim.next(Scenario::BadKey);
    two.other.next(text("I am here"));
    let compared = two.begin().await.unwrap();
    two.ended(&compared).await;
    let failed = two.home.answer(&compared.sent[0].conversation.id).await;
    assert!(matches!(failed.state, MessageState::Failed { .. }), "{:?}", failed.state);
    assert_eq!(two.home.answer(&compared.sent[1].conversation.id).await.text, "I am here");
}

#[tokio::test]
async fn who_cannot_be_asked_is_found_before_anything_is_stored_or_sent() {
    let two = Two::new().await;
    let gone = Target::Agent { agent: "nobody".into() };
    let many = (0..5).map(|n| Target::Agent { agent: n.to_string().into() }).collect();
    let twice = vec![two.targets[0].clone(), two.targets[0].clone()];
    for (targets, hint, field) in [
        (vec![two.targets[0].clone(), gone], "agent_gone", Some("1")),
        (vec![two.targets[0].clone()], "compare_few", None),
        (many, "compare_many", None),
        (twice, "compare_twice", None),
    ] {
        let refused = two.compare(Whom::Targets(targets), "?").await.unwrap_err();
        assert_eq!((refused.detail.hint.as_deref(), refused.detail.field.as_deref()), (Some(hint), field));
    }
    let empty = CompareRequest { whom: Whom::Targets(two.targets.clone()), text: " ".into(), attachments: Vec::new() };
    let refused = two.home.hub.chat_compare(empty).await.unwrap_err();
    assert_eq!(refused.detail.hint.as_deref(), Some("question_empty"));
    let missing = two.compare(Whom::Comparison("none".into()), "?").await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::NotFound);
    assert_eq!((two.listed().await, two.home.sim.chats().len() + two.other.chats().len()), (Vec::new(), 0));
}

#[tokio::test]
async fn a_further_question_goes_to_all_until_one_is_chosen() {
    let two = Two::new().await;
    let compared = two.begin().await.unwrap();
    two.ended(&compared).await;
    let further = two.compare(Whom::Comparison(compared.comparison.clone()), "and why?").await.unwrap();
    two.ended(&further).await;
    let all = ids(&two.shown(&compared.comparison).await);
    for id in &all {
        assert_eq!(two.home.show(id).await.messages.len(), 4);
    }

    let chosen = two.home.hub.comparison_choose(all[1].clone()).await.unwrap();
    assert_eq!(chosen.conversations.iter().map(|one| one.archived).collect::<Vec<_>>(), [true, false]);
    assert_eq!(two.listed().await, [all[1].clone()], "the list has the one that goes on");
    assert_eq!(two.texts(&all[0]).await.len(), 4, "nothing of the other is lost");
    let only = two.compare(Whom::Comparison(compared.comparison.clone()), "go on").await.unwrap();
    assert_eq!(only.sent.iter().map(|one| &one.conversation.id).collect::<Vec<_>>(), [&all[1]]);
    two.ended(&only).await;

    two.home.hub.comparison_choose(all[0].clone()).await.unwrap();
    assert_eq!(two.listed().await, [all[0].clone()], "another one can be chosen later");
}

#[tokio::test]
async fn what_branches_off_is_compared_no_more() {
    let two = Two::new().await;
    let compared = two.begin().await.unwrap();
    two.ended(&compared).await;
    let branch = two.home.hub.conversation_branch(compared.sent[0].answer.id.clone()).await.unwrap();
    assert_eq!(branch.comparison, None);
    let refused = two.home.hub.comparison_choose(branch.id).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    for one in ids(&two.shown(&compared.comparison).await) {
        two.home.hub.conversation_remove(one).await.unwrap();
    }
    let gone = two.home.hub.comparison_show(compared.comparison).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}
