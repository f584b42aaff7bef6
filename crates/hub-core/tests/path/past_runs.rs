//! What was run earlier with a workflow.

use std::collections::BTreeMap;

use hub_contract::agent::{AddAgentRequest, AgentSource, EditAgentRequest};
use hub_contract::connection::ConnectRequest;
use hub_contract::conversation::{AttachmentInput, MessageState, RegenerateRequest, SendRequest, Sent, Target};
use hub_contract::id::{AgentId, ConversationId, MessageId};
use hub_contract::past_run::{ListPastRunsRequest, PastRun, PastRuns};
use hub_contract::run::{FinishReason, StopRunRequest};
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, PlatformId, catalogue};
use hub_sim::{DifyOptions, DifySim};
use serde_json::{Value, json};

use crate::home::Home;

const KEY: &str = "app-test-workflow";

struct Reports {
    home: Home,
    agent: AgentId,
    _sim: DifySim,
}

impl Reports {
    async fn new() -> Self {
        Self::of(KEY).await
    }

    /// The app of a key.
    async fn of(key: &str) -> Self {
        let home = Home::new().await;
        let sim = DifySim::start(DifyOptions::default()).await.unwrap();
        let request = ConnectRequest {
            platform: PlatformId::Dify,
            base_url: Some(sim.base_url()),
            secrets: BTreeMap::from([(catalogue::API_KEY.to_owned(), SecretInput::new(key))]),
            ..home.request(key)
        };
        let connection = home.hub.connection_add(request).await.unwrap().id;
        let request = AddAgentRequest {
            source: AgentSource::Remote { connection, remote_id: None, workflow: false },
            name: "Report".to_owned(),
            group: None,
            description: String::new(),
            plans: Vec::new(),
            groups: Vec::new(),
        };
        let agent = home.hub.agent_add(request).await.unwrap().id;
        Self { home, agent, _sim: sim }
    }

    async fn begin(&self, conversation: Option<&ConversationId>, inputs: &[(&str, Value)]) -> Sent {
        let target = conversation.is_none().then(|| Target::Agent { agent: self.agent.clone() });
        let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.send(SendRequest { conversation: conversation.cloned(), target, inputs, ..nothing() }).await
    }

    async fn send(&self, request: SendRequest) -> Sent {
        self.home.hub.chat_send(request).await.unwrap()
    }

    /// Runs it to its end.
    async fn run(&self, conversation: Option<&ConversationId>, inputs: &[(&str, Value)]) -> Sent {
        let sent = self.begin(conversation, inputs).await;
        self.home.frames(&sent.run, 0).await;
        sent
    }

    async fn page(&self, limit: u32, before: Option<MessageId>) -> PastRuns {
        let request = ListPastRunsRequest { agent: self.agent.clone(), limit, before };
        self.home.hub.past_runs_list(request).await.unwrap()
    }

    async fn runs(&self) -> Vec<PastRun> {
        self.page(0, None).await.runs
    }
}

fn nothing() -> SendRequest {
    SendRequest {
        conversation: None,
        target: None,
        parent: None,
        text: String::new(),
        attachments: Vec::new(),
        inputs: BTreeMap::new(),
        answer: BTreeMap::new(),
    }
}

fn answers(runs: &[PastRun]) -> Vec<&MessageId> {
    runs.iter().map(|run| &run.answer).collect()
}

#[tokio::test]
async fn runs_tell_how_they_ended_and_what_was_filled_in() {
    let reports = Reports::new().await;
    let finished = reports.run(None, &[("topic", json!("Line A")), ("points", json!(3)), ("table", json!(true))]).await;
    let id = &finished.conversation.id;
    let failed = reports.run(Some(id), &[("topic", json!("sim:failed"))]).await;
    let going_on = reports.begin(None, &[("topic", json!("sim:endless"))]).await;

    let runs = reports.runs().await;
    assert_eq!(answers(&runs), [&going_on.answer.id, &failed.answer.id, &finished.answer.id], "newest first");
    assert_eq!(runs[0].state, MessageState::Streaming);
    let MessageState::Failed { error } = &runs[1].state else { panic!("{:?}", runs[1]) };
    assert!(!error.message.is_empty());
    let last = &runs[2];
    assert_eq!(last.state, MessageState::Finished { reason: FinishReason::Stop });
    assert_eq!((last.text.as_str(), &last.conversation), ("Line A · 3", id));
    assert_eq!(json!(last.inputs), json!({"topic": "Line A", "points": 3, "table": true}));
    let facts = reports.home.show(id).await.messages.remove(1).body.facts.expect("facts");
    assert!(facts.total_ms.is_some() && last.duration_ms == facts.total_ms, "{last:?}");

    reports.home.hub.run_stop(StopRunRequest { run: going_on.run.clone() }).await.unwrap();
    reports.home.frames(&going_on.run, 0).await;
    assert!(matches!(reports.runs().await[0].state, MessageState::Cancelled { .. }));
    let again = reports.home.hub.chat_regenerate(RegenerateRequest { message: finished.answer.id }).await.unwrap();
    reports.home.frames(&again.run, 0).await;
    let runs = reports.runs().await;
    assert_eq!((runs.len(), &runs[0].answer, runs[0].text.as_str()), (4, &again.answer.id, "Line A · 3"));
}

#[tokio::test]
async fn a_run_that_the_program_left_behind_is_interrupted() {
    let reports = Reports::new().await;
    let going_on = reports.begin(None, &[("topic", json!("sim:endless"))]).await;
    assert_eq!(reports.runs().await[0].state, MessageState::Streaming);
    let Reports { home, agent, _sim } = reports;
    let reports = Reports { home: home.reopen().await, agent, _sim };
    let runs = reports.runs().await;
    assert_eq!(answers(&runs), [&going_on.answer.id]);
    assert!(!matches!(runs[0].state, MessageState::Streaming | MessageState::Finished { .. }), "{:?}", runs[0].state);
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let reports = Reports::new().await;
    let mut all = Vec::new();
    for number in 0..5 {
        all.insert(0, reports.run(None, &[("topic", json!(format!("Topic {number}")))]).await.answer.id);
    }
    let first = reports.page(2, None).await;
    let second = reports.page(2, first.older.clone()).await;
    let third = reports.page(2, second.older.clone()).await;
    assert_eq!(third.older, None);
    let together: Vec<_> = [first, second, third].into_iter().flat_map(|page| page.runs).collect();
    assert_eq!(answers(&together), all.iter().collect::<Vec<_>>());
    assert_eq!(reports.page(5, None).await.older, None, "a full page is not followed by an empty one");
}

#[tokio::test]
async fn a_run_that_waited_for_the_person_is_one_from_its_beginning() {
    let reports = Reports::new().await;
    let waiting = reports.run(None, &[("topic", json!("sim:form"))]).await;
    let runs = reports.runs().await;
    assert_eq!(runs[0].state, MessageState::Finished { reason: FinishReason::NeedsInput });

    let answer = BTreeMap::from([("note".to_owned(), json!("thanks")), ("action".to_owned(), json!("Send"))]);
    let request = SendRequest { conversation: Some(waiting.conversation.id.clone()), answer, ..nothing() };
    let went_on = reports.send(request).await;
    reports.home.frames(&went_on.run, 0).await;
    let runs = reports.runs().await;
    assert_eq!(answers(&runs), [&went_on.answer.id]);
    assert_eq!(runs[0].state, MessageState::Finished { reason: FinishReason::Stop });
    assert_eq!((runs[0].text.as_str(), json!(runs[0].inputs)), ("sim:form", json!({"topic": "sim:form"})));
}

#[tokio::test]
async fn files_stand_among_the_inputs_by_their_names() {
    let reports = Reports::new().await;
    let file = AttachmentInput { name: "a.txt".into(), mime: "text/plain".into(), base64: "YQ==".into() };
    let inputs = BTreeMap::from([("topic".to_owned(), json!("Line A")), ("doc".to_owned(), json!("a.txt"))]);
    let target = Some(Target::Agent { agent: reports.agent.clone() });
    let sent = reports.send(SendRequest { target, attachments: vec![file], inputs, ..nothing() }).await;
    reports.home.frames(&sent.run, 0).await;
    let runs = reports.runs().await;
    assert_eq!(runs[0].text, "Line A · a.txt");
    assert!(!json!(runs).to_string().contains("YQ=="));
}

#[tokio::test]
async fn of_an_app_that_is_asked_in_words_after_its_form_only_the_form_is_a_run() {
    let reports = Reports::of("app-test-completion").await;
    let first = reports.run(None, &[("query", json!("Line A"))]).await;
    let request =
        SendRequest { conversation: Some(first.conversation.id.clone()), text: "and line B?".into(), ..nothing() };
    let sent = reports.send(request).await;
    reports.home.frames(&sent.run, 0).await;
    assert_eq!(answers(&reports.runs().await), [&first.answer.id]);
}

#[tokio::test]
async fn an_agent_that_is_gone_or_switched_off_tells_nothing() {
    let reports = Reports::new().await;
    reports.run(None, &[("topic", json!("Line A"))]).await;
    let list = async || {
        let request = ListPastRunsRequest { agent: reports.agent.clone(), limit: 0, before: None };
        reports.home.hub.past_runs_list(request).await.map_err(|error| error.code)
    };
    let off = EditAgentRequest {
        id: reports.agent.clone(),
        name: None,
        group: None,
        description: None,
        enabled: Some(false),
        prompt: None,
        plans: None,
        groups: None,
    };
    reports.home.hub.agent_edit(off).await.unwrap();
    assert_eq!(list().await, Err(ErrorCode::Forbidden));
    reports.home.hub.agent_remove(reports.agent.clone()).await.unwrap();
    assert_eq!(list().await, Err(ErrorCode::NotFound));
}
