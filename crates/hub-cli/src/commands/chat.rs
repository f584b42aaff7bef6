//! `hub chat`: asks, streams the answer, and stops it on Ctrl-C.

use std::io::{IsTerminal, Read};
use std::path::Path;

use base64::Engine as _;
use hub_contract::HubError;
use hub_contract::conversation::{AttachmentInput, SendRequest};
use hub_contract::id::{ConversationId, RunId};
use hub_contract::run::{AttachRunRequest, FinishReason, RunEvent, StepState, StopRunRequest, Usage};
use hub_core::Hub;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::args::Chat;
use crate::failure::{Failure, Result, Status};
use crate::output::{Output, for_terminal, write_out};
use crate::session::{Access, Session, target};

pub(super) async fn chat(request: Chat, session: &Session, output: &Output) -> Result<()> {
    let text = match request.message.clone() {
        Some(text) => text,
        None => from_stdin()?,
    };
    let attachments = request.attachments.iter().map(|path| attachment(path)).collect::<Result<Vec<_>>>()?;
    session
        .with(Access::Writing, async |hub| {
            let target = target(&hub, request.agent.as_deref(), request.model.as_ref()).await?;
            session.unlock(&hub, output).await?;
            let sent = hub
                .chat_send(SendRequest {
                    conversation: request.conversation.map(ConversationId),
                    target,
                    parent: None,
                    text,
                    attachments,
                    inputs: values(request.inputs),
                    answer: values(request.answers),
                })
                .await?;
            let mut screen = Screen::new();
            follow(&hub, sent.run, &mut screen, output).await?;
            if !output.is_json() {
                output.say("cli-conversation", &[("id", sent.conversation.id.as_str().into())]);
            }
            screen.outcome(output)
        })
        .await
}

/// Shows the run until it has ended. Ctrl-C (and a reader of stdout that goes away) stops it, here and on the platform;
/// what was received is stored. A second Ctrl-C does not wait for that.
async fn follow(hub: &Hub, run: RunId, screen: &mut Screen, output: &Output) -> Result<()> {
    let (events, mut coming) = mpsc::unbounded_channel();
    let following = tokio::spawn({
        let (hub, attach) = (hub.clone(), AttachRunRequest { run: run.clone(), from_seq: 0 });
        async move { hub.run_attach(attach, move |frame| drop(events.send(frame.event))).await }
    });
    let mut interrupts = Interrupts::listen();
    let mut stopping = None;
    loop {
        let is_read = tokio::select! {
            event = coming.recv() => match event {
                Some(event) => screen.show(event, output).is_ok(),
                None => break,
            },
            () = interrupts.next() => {
                if stopping.is_some() {
                    return Err(Failure::Told(Status::Failed));
                }
                false
            }
        };
        if !is_read && stopping.is_none() {
            let (hub, run) = (hub.clone(), run.clone());
            stopping = Some(tokio::spawn(async move { hub.run_stop(StopRunRequest { run }).await }));
        }
    }
    following.await.map_err(|_| HubError::internal("following the run ended early"))??;
    Ok(())
}

/// Ctrl-C and requests to end, from now on. None is lost between two looks.
#[cfg(unix)]
struct Interrupts {
    pressed: Option<tokio::signal::unix::Signal>,
    terminated: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Interrupts {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self { pressed: signal(SignalKind::interrupt()).ok(), terminated: signal(SignalKind::terminate()).ok() }
    }

    async fn next(&mut self) {
        async fn of(signal: &mut Option<tokio::signal::unix::Signal>) {
            match signal {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        }
        tokio::select! {
            () = of(&mut self.pressed) => {}
            () = of(&mut self.terminated) => {}
        }
    }
}

/// Ctrl-C, from now on.
#[cfg(windows)]
struct Interrupts {
    pressed: Option<tokio::signal::windows::CtrlC>,
}

#[cfg(windows)]
impl Interrupts {
    fn listen() -> Self {
        Self { pressed: tokio::signal::windows::ctrl_c().ok() }
    }

    async fn next(&mut self) {
        match &mut self.pressed {
            Some(pressed) => drop(pressed.recv().await),
            None => std::future::pending().await,
        }
    }
}

/// What has been shown, and how it ended.
struct Screen {
    to_terminal: bool,
    /// The answer that is being written: its part and its text so far.
    part: Option<String>,
    text: String,
    reasons: bool,
    usage: Option<Usage>,
    end: Option<RunEvent>,
}

impl Screen {
    fn new() -> Self {
        let to_terminal = std::io::stdout().is_terminal();
        Self { to_terminal, part: None, text: String::new(), reasons: false, usage: None, end: None }
    }

    /// An error means that nobody reads stdout any more.
    fn show(&mut self, event: RunEvent, output: &Output) -> Result<()> {
        let written = if output.is_json() { output.object(&event) } else { self.in_words(&event, output) };
        if event.ends_run() {
            self.end = Some(event);
        }
        written
    }

    fn in_words(&mut self, event: &RunEvent, output: &Output) -> Result<()> {
        match event {
            RunEvent::Text { delta, part } => {
                self.begin_part(part.as_deref())?;
                self.text.push_str(delta);
                self.write(delta)
            }
            RunEvent::Replace { text, part } => {
                self.begin_part(part.as_deref())?;
                let rest = text.strip_prefix(self.text.as_str()).map(str::to_owned);
                self.text.clone_from(text);
                match rest {
                    Some(rest) => self.write(&rest),
                    None => {
                        self.write("\n")?;
                        output.say("cli-replaced", &[]);
                        self.write(text)
                    }
                }
            }
            RunEvent::Reasoning { .. } if !self.reasons => {
                self.reasons = true;
                output.say("cli-reasoning", &[]);
                Ok(())
            }
            RunEvent::Step(step) => {
                let key = match step.state {
                    StepState::Running => return Ok(()),
                    StepState::Done => "cli-step-done",
                    StepState::Failed => "cli-step-failed",
                };
                output.say(key, &[("title", step.title.as_str().into())]);
                Ok(())
            }
            RunEvent::Sources { items } => {
                for source in items {
                    let url = source.url.as_deref().unwrap_or_default();
                    output.say("cli-source", &[("title", source.title.as_str().into()), ("url", url.into())]);
                }
                Ok(())
            }
            RunEvent::File(file) => {
                output.say("cli-file", &[("name", file.name.as_str().into()), ("url", file.url.as_str().into())]);
                Ok(())
            }
            RunEvent::Outputs { items } => items.iter().try_for_each(|item| {
                let value = match &item.value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                self.write(&format!("{}: {value}\n", item.label.as_deref().unwrap_or(&item.name)))
            }),
            RunEvent::Suggestions { questions } => {
                for question in questions {
                    output.say("cli-suggestion", &[("question", question.as_str().into())]);
                }
                Ok(())
            }
            RunEvent::NeedInput(need) => {
                output.say("cli-need-input", &[("prompt", need.prompt.as_str().into())]);
                for field in &need.fields {
                    let arguments = [("name", field.name.as_str().into()), ("label", field.label.as_str().into())];
                    output.say("cli-need-field", &arguments);
                }
                Ok(())
            }
            RunEvent::Notice { code, facts, message } => {
                let facts: Vec<(&str, hub_text::Value<'_>)> =
                    facts.iter().map(|(name, fact)| (name.as_str(), fact.as_str().into())).collect();
                let words = output.texts().find(&format!("notice-{}", code.replace('_', "-")), &facts);
                output.say("cli-notice", &[("text", words.unwrap_or_else(|| message.clone()).into())]);
                Ok(())
            }
            RunEvent::Usage(usage) => {
                self.usage = Some(usage.clone());
                Ok(())
            }
            RunEvent::Started { .. } | RunEvent::Reasoning { .. } => Ok(()),
            RunEvent::Finished { .. }
            | RunEvent::Failed { .. }
            | RunEvent::Cancelled { .. }
            | RunEvent::Truncated { .. } => {
                if self.text.is_empty() || self.text.ends_with('\n') {
                    Ok(())
                } else {
                    self.write("\n")
                }
            }
        }
    }

    fn begin_part(&mut self, part: Option<&str>) -> Result<()> {
        if self.part.as_deref() == part {
            return Ok(());
        }
        let between = if self.text.is_empty() { "" } else { "\n\n" };
        self.part = part.map(str::to_owned);
        self.text.clear();
        self.write(between)
    }

    fn write(&self, text: &str) -> Result<()> {
        if self.to_terminal { write_out(for_terminal(text).as_bytes()) } else { write_out(text.as_bytes()) }
    }

    /// Says how the run ended. Only an answer that the platform called complete is a success.
    fn outcome(&self, output: &Output) -> Result<()> {
        let result = match &self.end {
            Some(RunEvent::Finished { reason }) => {
                match reason {
                    FinishReason::Length => output.say("cli-ended-length", &[]),
                    FinishReason::Filtered => output.say("cli-ended-filtered", &[]),
                    FinishReason::Stop | FinishReason::NeedsInput => {}
                }
                Ok(())
            }
            Some(RunEvent::Failed { error }) => {
                output.say_error(error);
                Err(Failure::Told(Status::of(error)))
            }
            Some(RunEvent::Cancelled { confirmed }) => {
                output.say(if *confirmed { "cli-stopped" } else { "cli-stopped-here" }, &[]);
                Err(Failure::Told(Status::Failed))
            }
            Some(RunEvent::Truncated { error }) => {
                output.say("cli-ended-truncated", &[]);
                if let Some(error) = error {
                    output.say_error(error);
                }
                Err(Failure::Told(Status::Failed))
            }
            _ => Err(Failure::Told(Status::Failed)),
        };
        if let (false, Some(usage)) = (output.is_json(), &self.usage) {
            say_usage(usage, output);
        }
        result
    }
}

fn say_usage(usage: &Usage, output: &Output) {
    let count = |tokens: Option<u64>| tokens.map_or_else(|| "–".to_owned(), |tokens| tokens.to_string());
    output.say("cli-usage", &[("input", count(usage.input).into()), ("output", count(usage.output).into())]);
}

fn from_stdin() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(|error| Failure::of_io("stdin", &error))?;
    // What `echo` adds is not part of the question.
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn attachment(path: &Path) -> Result<AttachmentInput> {
    let bytes = std::fs::read(path).map_err(|error| Failure::of_io(path.display().to_string(), &error))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let base64 = base64::engine::general_purpose::STANDARD.encode(bytes);
    Ok(AttachmentInput { mime: mime_of(&name).to_owned(), name, base64 })
}

fn mime_of(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("pdf") => "application/pdf",
        Some("txt" | "log") => "text/plain",
        Some("md") => "text/markdown",
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

fn values(pairs: Vec<(String, String)>) -> std::collections::BTreeMap<String, Value> {
    pairs.into_iter().map(|(key, value)| (key, Value::String(value))).collect()
}
