//! Plays a scenario: from a checked chat to the reply on the socket.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::chat::ChatRequest;
use super::chunk::ChunkWriter;
use super::completion::Completion;
use super::refusal::Refusal;
use super::{OpenAiOptions, Profile, Scenario};
use crate::{Action, Framing, Reply};

/// Pace of [`Scenario::Slow`].
const SLOW: u32 = 4;
/// Pace of [`Scenario::Endless`] where the options give none: a flood would only fill the socket.
const ENDLESS: u32 = 100;
/// Pause between the comments of [`Scenario::KeepAlives`].
const KEEP_ALIVE_EVERY: Duration = Duration::from_millis(100);

/// What is answered to a chat. `number` counts the platform's answers.
pub(crate) fn reply_to(
    chat: &ChatRequest,
    scenario: &Scenario,
    options: &OpenAiOptions,
    number: u64,
) -> Result<Reply, Refusal> {
    if let Some(refusal) = refusal_of(scenario) {
        return Err(refusal);
    }
    if let Some(reply) = page_of(scenario) {
        return Ok(reply);
    }
    let completion = Completion::of(chat, scenario);
    let writer = ChunkWriter::new(options.profile, options.quirks.usage, chat, number);
    let performance = Performance { scenario, options, completion: &completion, writer: &writer };
    let reply = if chat.stream { performance.streamed() } else { performance.whole() };
    Ok(match scenario {
        Scenario::HeldBeforeHead(gate) => reply.before_head(Action::Wait(gate.clone())),
        Scenario::After(pause) => reply.before_head(Action::Delay(*pause)),
        _ => reply,
    })
}

/// The scenarios in which the platform refuses.
fn refusal_of(scenario: &Scenario) -> Option<Refusal> {
    Some(match scenario {
        Scenario::BadKey => Refusal::BadKey,
        Scenario::NoBalance => Refusal::NoBalance,
        Scenario::Forbidden => Refusal::Forbidden,
        Scenario::RateLimited { retry_after } => Refusal::RateLimited { retry_after: retry_after.clone() },
        Scenario::ServerError => Refusal::ServerError,
        Scenario::Overloaded => Refusal::Overloaded,
        Scenario::ContextTooLong => Refusal::ContextTooLong,
        _ => return None,
    })
}

/// The scenarios in which something else than the platform answers, or nothing.
fn page_of(scenario: &Scenario) -> Option<Reply> {
    Some(match scenario {
        Scenario::Silence => Reply::silence(),
        Scenario::Html => {
            Reply::html(502, "<html><head><title>502</title></head><body><h1>502 Bad Gateway</h1></body></html>")
        }
        Scenario::SignInPage => {
            Reply::html(200, "<!doctype html><html><body><form>Sign in to the guest network</form></body></html>")
        }
        Scenario::Redirect { location } => Reply::redirect(307, location),
        _ => return None,
    })
}

struct Performance<'a> {
    scenario: &'a Scenario,
    options: &'a OpenAiOptions,
    completion: &'a Completion,
    writer: &'a ChunkWriter<'a>,
}

impl Performance<'_> {
    fn streamed(&self) -> Reply {
        let mut actions = Vec::new();
        if self.options.profile == Profile::DeepSeek {
            actions.push(comment());
        }
        actions.extend(pause(self.options.first_token));
        actions.push(frame(&self.writer.opening()));
        let count = self.completion.deltas.len();
        let half = count / 2;
        match self.scenario {
            Scenario::ErrorInStream => {
                actions.extend(self.pieces(0, half));
                actions.extend(self.error());
            }
            Scenario::Cut => {
                actions.extend(self.pieces(0, half));
                actions.push(Action::Close);
            }
            Scenario::Reset => {
                actions.extend(self.pieces(0, half));
                actions.push(Action::Reset);
            }
            Scenario::Stall => {
                actions.extend(self.pieces(0, half));
                actions.push(Action::HoldOpen);
            }
            Scenario::Endless => actions.push(Action::Repeat(self.pieces(0, count), None)),
            Scenario::KeepAlives => {
                actions.push(Action::Repeat(vec![comment(), Action::Delay(KEEP_ALIVE_EVERY)], None));
            }
            Scenario::Empty => actions.extend(self.done()),
            Scenario::Held(gate) => {
                actions.extend(self.pieces(0, half));
                actions.push(Action::Wait(gate.clone()));
                actions.extend(self.pieces(half, count));
                actions.extend(self.ending());
            }
            _ => {
                actions.extend(self.pieces(0, count));
                actions.extend(self.ending());
            }
        }
        actions.into_iter().fold(Reply::event_stream().header("cache-control", "no-cache"), Reply::then)
    }

    /// The pieces of the answer from one place to another, each after its pause.
    fn pieces(&self, from: usize, to: usize) -> Vec<Action> {
        let per_second = match self.scenario {
            Scenario::Slow => Some(SLOW),
            Scenario::Endless => self.options.tokens_per_second.or(Some(ENDLESS)),
            _ => self.options.tokens_per_second,
        };
        let gap = per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.max(1));
        let pieces = (from..to).filter_map(|index| self.writer.piece(self.completion, index));
        pieces.flat_map(|piece| pause(gap).into_iter().chain([frame(&piece)])).collect()
    }

    fn ending(&self) -> Vec<Action> {
        let mut actions: Vec<_> = self.writer.ending(self.completion).iter().map(frame).collect();
        actions.extend(self.done());
        actions
    }

    fn done(&self) -> Option<Action> {
        (!self.options.quirks.no_done).then(|| Action::Send(Bytes::from_static(b"data: [DONE]\n\n")))
    }

    /// An error inside the 200 stream, in the platform's own manner.
    fn error(&self) -> Vec<Action> {
        let document = Refusal::ServerError.document(self.options.profile);
        match self.options.profile {
            Profile::OpenAi => vec![Action::Send(format!("event: error\ndata: {document}\n\n").into())],
            Profile::DeepSeek | Profile::SiliconFlow => vec![frame(&document)],
            // vLLM says [DONE] after an error.
            Profile::Compatible => std::iter::once(frame(&document)).chain(self.done()).collect(),
        }
    }

    fn whole(&self) -> Reply {
        let wait = Action::Delay(self.options.first_token);
        let document = self.writer.whole(self.completion).to_string();
        let reply = Reply::status(200).header("content-type", "application/json");
        let length = document.len() as u64;
        let half = document.as_bytes().get(..document.len() / 2).map(Bytes::copy_from_slice).unwrap_or_default();
        match self.scenario {
            Scenario::Cut => reply.framing(Framing::Declared(length)).send(half).close(),
            Scenario::Reset => reply.framing(Framing::Declared(length)).send(half).reset(),
            Scenario::Stall | Scenario::Endless | Scenario::KeepAlives => {
                reply.framing(Framing::Declared(length)).send(half).hold_open()
            }
            Scenario::Held(gate) => {
                let rest = document.as_bytes().get(half.len()..).map(Bytes::copy_from_slice).unwrap_or_default();
                reply.send(half).wait(gate).send(rest)
            }
            Scenario::ErrorInStream => reply.send(Refusal::ServerError.document(self.options.profile).to_string()),
            // It keeps the connection alive with empty lines before the document.
            _ if self.options.profile == Profile::DeepSeek => reply.send("\n\n\n").then(wait).send(document),
            _ => reply.before_head(wait).send(document),
        }
    }
}

fn frame(data: &Value) -> Action {
    Action::Send(format!("data: {data}\n\n").into())
}

fn comment() -> Action {
    Action::Send(Bytes::from_static(b": keep-alive\n\n"))
}

fn pause(length: Duration) -> Option<Action> {
    (!length.is_zero()).then_some(Action::Delay(length))
}
