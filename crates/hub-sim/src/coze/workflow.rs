//! Runs of workflows: numbered events, results of the last node, a question in between.

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{ASKING_WORKFLOW, CozeOptions, CozeScenario, WORKFLOW};
use crate::openai::fields::Fields;
use crate::{Action, Recorded, Reply};

/// The name of the question that the asking workflow waits with.
pub(super) const EVENT: &str = "ev/1";

/// `POST /v1/workflow/stream_run`.
pub(super) fn run(request: &Recorded, options: &CozeOptions) -> Result<Reply, Refusal> {
    let body = request.json();
    let parameters = body.field("parameters");
    let scenario = parameters.field("name").as_str().and_then(CozeScenario::in_text);
    let mut run = Run::new(options);
    match (body.field("workflow_id").as_str().unwrap_or_default(), scenario) {
        (WORKFLOW, Some(CozeScenario::Code(code))) => {
            run.event("Error", json!({ "error_code": code, "error_message": "sim: asked for" }));
        }
        (WORKFLOW, Some(CozeScenario::Cut)) => {
            run.event("Message", message("Out", 0, false, "第一段"));
            run.reply = run.reply.then(Action::Close);
        }
        (WORKFLOW, _) => {
            let name = parameters.field("name").as_str().filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| Refusal::bad("Missing required parameters: name"))?;
            run.event("Message", message("Out", 0, false, "第一段"));
            run.beat();
            run.event("Message", message("Out", 1, true, "第二段"));
            let results = json!({ "greeting": format!("你好，{name}"), "count": parameters.field("count"), "ok": false,
                "note": "", "zero": 0 });
            run.event("Message", message("End", 0, true, &results.to_string()));
            run.event("Done", json!({ "debug_url": "https://example.invalid/run?x=1" }));
        }
        (ASKING_WORKFLOW, _) => {
            run.event("Message", message("Ask", 0, true, "哪个城市？"));
            run.event(
                "Interrupt",
                json!({ "interrupt_data": { "data": "", "event_id": EVENT, "type": 2 }, "node_title": "Ask" }),
            );
        }
        _ => return Err(Refusal::new(4200, "there is no such workflow, or it is not published")),
    }
    Ok(run.reply)
}

/// `POST /v1/workflow/stream_resume`.
pub(super) fn resume(request: &Recorded, options: &CozeOptions) -> Result<Reply, Refusal> {
    let body = request.json();
    let fits = body.field("workflow_id") == ASKING_WORKFLOW
        && body.field("event_id") == EVENT
        && body.field("interrupt_type") == 2;
    if !fits {
        return Err(Refusal::bad("nothing waits for this"));
    }
    let city = body.field("resume_data").as_str().unwrap_or_default().to_owned();
    let mut run = Run::new(options);
    run.event("Message", message("Answer", 0, true, &format!("{city}：晴")));
    run.event("Done", json!({}));
    Ok(run.reply)
}

fn message(node: &str, number: u32, finished: bool, content: &str) -> Value {
    json!({ "content": content, "content_type": "text", "node_is_finish": finished, "node_title": node,
        "node_seq_id": number.to_string(), "node_id": format!("n_{node}"),
        "usage": { "token_count": 7, "input_count": 3, "output_count": 4 } })
}

struct Run {
    reply: Reply,
    next: u32,
}

impl Run {
    fn new(options: &CozeOptions) -> Self {
        Self { reply: Reply::event_stream().delay(options.first_token), next: 0 }
    }

    fn event(&mut self, name: &str, data: Value) {
        self.send(&format!("event: {name}\ndata: {data}\n\n"));
    }

    /// A keep-alive. The transcript of the wire document has one without data, which cozepy takes for a broken event.
    fn beat(&mut self) {
        self.event("PING", json!({}));
    }

    fn send(&mut self, frame: &str) {
        let reply = std::mem::replace(&mut self.reply, Reply::nothing());
        self.reply = reply.send(format!("id: {}\n{frame}", self.next));
        self.next += 1;
    }
}
