use hub_contract::ErrorCode;
use hub_contract::conversation::{MessageState, RegenerateRequest, Role, SearchRequest};
use hub_contract::run::{RunEvent, StopRunRequest};
use hub_sim::{Gate, Scenario};

use crate::home::Home;

fn text(events: &[RunEvent]) -> String {
    let deltas = events.iter().filter_map(|event| match event {
        RunEvent::Text { delta, .. } => Some(delta.as_str()),
        _ => None,
    });
    deltas.collect()
}

fn one_start_one_end(events: &[RunEvent]) {
    assert!(matches!(events.first(), Some(RunEvent::Started { .. })), "a run starts with started");
    assert_eq!(events.iter().filter(|event| matches!(event, RunEvent::Started { .. })).count(), 1);
    assert_eq!(events.iter().filter(|event| event.ends_run()).count(), 1, "a run ends once");
    assert!(events.last().is_some_and(RunEvent::ends_run), "nothing comes after the end");
}

#[tokio::test]
async fn an_answer_streams_to_the_page_and_to_the_disk() {
    let home = Home::new().await;
    let target = home.ready().await;
    home.sim.next(Scenario::Text { text: "你好，世界 🌏".repeat(50), reasoning: None });
    let sent = home.ask(&target, "说点什么").await.unwrap();
    let events = home.events(&sent.run).await;
    one_start_one_end(&events);
    assert_eq!(text(&events), "你好，世界 🌏".repeat(50));
    let answer = home.answer(&sent.conversation.id).await;
    assert_eq!(answer.text, "你好，世界 🌏".repeat(50));
    assert!(matches!(answer.state, MessageState::Finished { .. }));
    let facts = answer.body.facts.unwrap();
    assert_eq!(facts.status, Some(200));
    assert!(facts.first_text_ms.is_some() && facts.total_ms.is_some());

    let home = home.reopen().await;
    assert_eq!(home.answer(&sent.conversation.id).await.text, "你好，世界 🌏".repeat(50), "it is on the disk");
}

#[tokio::test]
async fn the_history_is_sent_along() {
    let home = Home::new().await;
    let target = home.ready().await;
    home.sim.next(Scenario::Text { text: "first answer".into(), reasoning: None });
    let sent = home.ask(&target, "first question").await.unwrap();
    home.events(&sent.run).await;
    let again = home.ask_again(&sent.conversation.id, "second question").await.unwrap();
    home.events(&again.run).await;
    let body = home.sim.chats().pop().unwrap();
    let said: Vec<_> = body["messages"].as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap()).collect();
    assert_eq!(said, ["first question", "first answer", "second question"]);
}

#[tokio::test]
async fn a_page_that_attaches_late_gets_everything_from_where_it_was() {
    let home = Home::new().await;
    let target = home.ready().await;
    let gate = Gate::new();
    home.sim.next(Scenario::Held(gate.clone()));
    let sent = home.ask(&target, "hold on").await.unwrap();
    gate.reached().await;
    gate.open();
    let all = home.frames(&sent.run, 0).await;
    assert!(all.iter().enumerate().all(|(place, frame)| frame.seq == place as u64), "numbered without gaps");
    let late = home.frames(&sent.run, 2).await;
    assert_eq!(late.as_slice(), &all[2..], "the rest comes again, the same");
}

#[tokio::test]
async fn stop_closes_the_socket_and_keeps_the_text() {
    let home = Home::new().await;
    let target = home.ready().await;
    let gate = Gate::new();
    home.sim.next(Scenario::Held(gate.clone()));
    let sent = home.ask(&target, "stop me").await.unwrap();
    gate.reached().await;
    wait_for_text(&home, &sent.conversation.id).await;
    home.hub.run_stop(StopRunRequest { run: sent.run.clone() }).await.unwrap();
    let events = home.events(&sent.run).await;
    one_start_one_end(&events);
    assert!(matches!(events.last(), Some(RunEvent::Cancelled { confirmed: false })), "no stop call: not confirmed");
    let answer = home.answer(&sent.conversation.id).await;
    assert!(matches!(answer.state, MessageState::Cancelled { .. }));
    assert!(!answer.text.is_empty(), "what was received stays");
    let chat = home.sim.requests().pop().unwrap();
    let end = home.sim.wait_for_end(chat.connection).await.unwrap();
    assert!(end.by.is_client(), "the server saw us close the socket");
}

#[tokio::test]
async fn a_cut_stream_is_named_and_keeps_its_text() {
    let home = Home::new().await;
    let target = home.ready().await;
    for scenario in [Scenario::Cut, Scenario::Reset] {
        home.sim.next(scenario);
        let sent = home.ask(&target, "cut").await.unwrap();
        let events = home.events(&sent.run).await;
        one_start_one_end(&events);
        assert!(matches!(events.last(), Some(RunEvent::Truncated { .. })), "{:?}", events.last());
        let answer = home.answer(&sent.conversation.id).await;
        assert!(matches!(answer.state, MessageState::Truncated { .. }));
        assert!(!answer.text.is_empty());
    }
}

#[tokio::test]
async fn an_error_inside_the_stream_fails_the_run_and_keeps_the_text() {
    let home = Home::new().await;
    let target = home.ready().await;
    home.sim.next(Scenario::ErrorInStream);
    let sent = home.ask(&target, "fail").await.unwrap();
    let events = home.events(&sent.run).await;
    one_start_one_end(&events);
    assert!(matches!(events.last(), Some(RunEvent::Failed { .. })));
    assert!(!home.answer(&sent.conversation.id).await.text.is_empty());
    assert_eq!(home.show(&sent.conversation.id).await.conversation.title, "fail", "a title is never an error");
}

#[tokio::test]
async fn a_refused_key_in_a_chat_turns_the_card_amber_and_back() {
    use hub_contract::connection::ConnectionState;
    let home = Home::new().await;
    let target = home.ready().await;
    home.sim.next(Scenario::BadKey);
    let sent = home.ask(&target, "hi").await.unwrap();
    let events = home.events(&sent.run).await;
    assert!(
        matches!(events.last(), Some(RunEvent::Failed { error }) if error.code == ErrorCode::BadCredential),
        "{:?}",
        events.last()
    );
    let state = home.hub.connections_list(()).await.unwrap().remove(0).state;
    assert!(matches!(state, ConnectionState::Attention { .. }));
    let sent = home.ask(&target, "hi again").await.unwrap();
    home.events(&sent.run).await;
    assert_eq!(home.hub.connections_list(()).await.unwrap().remove(0).state, ConnectionState::Ready);
}

#[tokio::test]
async fn one_run_a_conversation_and_many_at_once() {
    let home = Home::new().await;
    let target = home.ready().await;
    let gates: Vec<Gate> = (0..20).map(|_| Gate::new()).collect();
    let mut runs = Vec::new();
    for gate in &gates {
        home.sim.next(Scenario::Held(gate.clone()));
        runs.push(home.ask(&target, "many").await.unwrap());
        gate.reached().await;
    }
    assert_eq!(home.hub.runs_list(()).await.unwrap().len(), 20);
    let busy = home.ask_again(&runs[0].conversation.id, "too early").await.unwrap_err();
    assert_eq!(busy.code, ErrorCode::ConversationBusy);
    gates.iter().for_each(Gate::open);
    for sent in &runs {
        one_start_one_end(&home.events(&sent.run).await);
    }
    assert!(home.hub.runs_list(()).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_next_question_can_be_asked_as_soon_as_the_end_is_heard() {
    let home = Home::new().await;
    let target = home.ready().await;
    let mut sent = home.ask(&target, "first").await.unwrap();
    for _ in 0..50 {
        home.events(&sent.run).await;
        sent = home.ask_again(&sent.conversation.id, "next").await.unwrap();
    }
    home.events(&sent.run).await;
}

#[tokio::test]
async fn deleting_what_runs_stops_it_first() {
    let home = Home::new().await;
    let target = home.ready().await;
    let gate = Gate::new();
    home.sim.next(Scenario::Held(gate.clone()));
    let sent = home.ask(&target, "delete me").await.unwrap();
    gate.reached().await;
    home.hub.conversation_remove(sent.conversation.id.clone()).await.unwrap();
    assert!(home.hub.runs_list(()).await.unwrap().is_empty());
    assert!(home.hub.conversations_list(Default::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn another_answer_is_a_sibling() {
    let home = Home::new().await;
    let target = home.ready().await;
    let sent = home.ask(&target, "again").await.unwrap();
    home.events(&sent.run).await;
    let other = home.hub.chat_regenerate(RegenerateRequest { message: sent.answer.id.clone() }).await.unwrap();
    home.events(&other.run).await;
    let detail = home.show(&sent.conversation.id).await;
    assert_eq!(detail.messages.len(), 2);
    assert_eq!(detail.messages[1].siblings, [sent.answer.id, other.answer.id]);
    let body = home.sim.chats().pop().unwrap();
    assert_eq!(body["messages"].as_array().unwrap().len(), 1, "the question is asked once");
}

#[tokio::test]
async fn closing_with_a_run_keeps_what_came() {
    let home = Home::new().await;
    let target = home.ready().await;
    let gate = Gate::new();
    home.sim.next(Scenario::Held(gate.clone()));
    let sent = home.ask(&target, "quit").await.unwrap();
    gate.reached().await;
    wait_for_text(&home, &sent.conversation.id).await;
    let home = home.reopen().await;
    let answer = home.answer(&sent.conversation.id).await;
    assert!(!answer.text.is_empty());
    assert!(matches!(answer.state, MessageState::Cancelled { .. }));
}

#[tokio::test]
async fn what_was_said_is_found() {
    let home = Home::new().await;
    let target = home.ready().await;
    home.sim.next(Scenario::Text { text: "密封圈的问题出在八月那一批".into(), reasoning: None });
    let sent = home.ask(&target, "返修率为什么高？").await.unwrap();
    home.events(&sent.run).await;
    for (words, role) in [("密封圈", Role::Assistant), ("批", Role::Assistant), ("返修", Role::User)] {
        let reply = home.hub.search(SearchRequest { text: words.into(), ..SearchRequest::default() }).await.unwrap();
        let hit = reply.hits.iter().find(|hit| hit.role == role && hit.message.is_some());
        let hit = hit.unwrap_or_else(|| panic!("{words} is not found: {reply:?}"));
        assert_eq!(hit.passage.get(1).map(String::as_str), Some(words));
    }
}

#[tokio::test]
async fn a_conversation_is_written_out_from_data() {
    use hub_contract::conversation::{ExportConversationRequest, ExportFormat};
    let home = Home::new().await;
    let target = home.ready().await;
    home.sim.next(Scenario::Text { text: "**bold** <script>alert(1)</script>".into(), reasoning: None });
    let sent = home.ask(&target, "write me out").await.unwrap();
    home.events(&sent.run).await;
    for (format, holds) in [
        (ExportFormat::Md, "**bold**"),
        (ExportFormat::Json, "\"role\": \"assistant\""),
        (ExportFormat::Html, "&lt;script&gt;"),
    ] {
        let request = ExportConversationRequest { id: sent.conversation.id.clone(), format };
        let out = home.hub.conversation_export(request).await.unwrap();
        assert!(out.text.contains(holds), "{}", out.text);
    }
}

#[tokio::test]
async fn a_conversation_is_written_out_with_its_formulas() {
    use hub_contract::conversation::{ExportConversationRequest, ExportFormat};
    let home = Home::new().await;
    let target = home.ready().await;
    let text =
        "由 $a^2$ 得\n\n\\[\n\\frac{1}{2}\n\\]\n\n单价 $5 到 $6。\n\n`$x$` 与 $\\unknown$。\n\n```rust\nlet a;\n```";
    home.sim.next(Scenario::Text { text: text.into(), reasoning: None });
    let sent = home.ask(&target, "how much is $x$?").await.unwrap();
    home.events(&sent.run).await;
    let request = ExportConversationRequest { id: sent.conversation.id.clone(), format: ExportFormat::Html };
    let file = home.hub.conversation_export(request).await.unwrap().text;
    for holds in [
        "<div class=\"question\">how much is $x$?</div>",
        "<math><msup><mi>a</mi><mn>2</mn></msup></math>",
        "<math display=\"block\"",
        "<mfrac><mn>1</mn><mn>2</mn></mfrac>",
        "<p>单价 $5 到 $6。</p>",
        "<p><code>$x$</code> 与 <code class=\"math\">\\unknown</code>。</p>",
        "<figcaption>rust</figcaption>",
    ] {
        assert!(file.contains(holds), "{holds} in {file}");
    }
    assert_eq!(file.matches("<math").count(), 2, "{file}");
    // Nothing that a browser would fetch or run.
    for word in ["src=", "url(", "<link", "<script", "@import", "http:", "https:"] {
        assert!(!file.contains(word), "{word} in {file}");
    }
}

#[tokio::test]
async fn conversations_are_written_into_files_of_a_folder() {
    use hub_contract::conversation::{ExportFormat, WriteConversationRequest};
    let home = Home::new().await;
    let target = home.ready().await;
    let sent = home.ask(&target, "write/me?").await.unwrap();
    home.events(&sent.run).await;
    let folder = home.folder.path().join("deep/exports");
    let write = async |folder: String| {
        let id = sent.conversation.id.clone();
        home.hub.conversation_write(WriteConversationRequest { id, format: ExportFormat::Md, folder }).await
    };
    let first = write(folder.display().to_string()).await.unwrap();
    let second = write(folder.display().to_string()).await.unwrap();
    assert_eq!(first.path, folder.join("write_me_.md").display().to_string());
    assert_eq!(second.path, folder.join("write_me_ (2).md").display().to_string());
    let text = std::fs::read_to_string(&first.path).unwrap();
    assert!(text.starts_with("# write/me?\n"), "{text}");
    assert_eq!(text.len() as u64, first.bytes);
    let error = write("exports".into()).await.unwrap_err();
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::InvalidRequest, Some("folder_path")));
}

async fn wait_for_text(home: &Home, conversation: &hub_contract::id::ConversationId) {
    let began = std::time::Instant::now();
    while home.answer(conversation).await.text.is_empty() {
        assert!(began.elapsed().as_secs() < 30, "no text came");
        tokio::task::yield_now().await;
    }
}
