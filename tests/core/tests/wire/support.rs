//! Asks one question of a scripted server and keeps all that happened.

use std::collections::BTreeMap;
use std::time::Duration;

use hub_contract::catalogue::API_KEY;
use hub_contract::id::ModelId;
use hub_contract::run::{FinishReason, RemoteIds, Step, Usage};
use hub_contract::{ErrorCode, HubError, PlatformId, RunEvent};
use hub_platforms::{Chat, ChatSignal, Endpoint, Limits, Network, Platforms, Proxy, RequestFacts, Turn};
use hub_sim::{Reply, Responder, ScriptedServer};
use secrecy::SecretString;

/// A transcript of the wire document.
macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("transcripts/", $name))
    };
}
pub(crate) use transcript;

/// The key that every question carries.
pub(crate) const KEY: &str = "sk-test-0123456789";

/// The product's limits, with short waits before repeats.
pub(crate) fn limits() -> Limits {
    Limits { repeat_wait: Duration::from_millis(1), ..Limits::default() }
}

pub(crate) fn platforms(limits: Limits) -> Platforms {
    hub_platforms::install_crypto();
    Platforms::new(limits)
}

pub(crate) async fn serve(responder: impl Responder) -> ScriptedServer {
    ScriptedServer::start(responder).await.expect("a free port")
}

pub(crate) fn endpoint(platform: PlatformId, base_url: &str) -> Endpoint {
    Endpoint {
        platform,
        base_url: base_url.to_owned(),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([(API_KEY.to_owned(), SecretString::from(KEY))]),
        token: None,
        network: Network { proxy: Proxy::None, ca_file: None },
    }
}

pub(crate) fn compatible(server: &ScriptedServer) -> Endpoint {
    endpoint(PlatformId::OpenaiCompatible, &format!("{}/v1", server.base_url()))
}

pub(crate) fn turn() -> Turn {
    Turn { model: Some(ModelId::from("demo")), text: "Hi".to_owned(), ..Turn::default() }
}

/// All that came of one question.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) events: Vec<RunEvent>,
    pub(crate) remote: RemoteIds,
    pub(crate) facts: RequestFacts,
}

/// Asks an OpenAI-compatible server that gives this one answer.
pub(crate) async fn ask(reply: Reply) -> Asked {
    let server = serve(reply).await;
    ask_of(&platforms(limits()), compatible(&server), turn()).await
}

/// Asks for the answer with this body, as an event stream.
pub(crate) async fn ask_stream(body: &str) -> Asked {
    ask(Reply::sse_body(body.to_owned())).await
}

/// Asks for a stream of these chunks and `[DONE]`.
pub(crate) async fn ask_chunks(chunks: &[&str]) -> Asked {
    ask(Reply::sse(chunks.iter().copied().chain(["[DONE]"]))).await
}

pub(crate) async fn ask_of(platforms: &Platforms, endpoint: Endpoint, turn: Turn) -> Asked {
    finish(platforms.chat(endpoint, turn)).await
}

pub(crate) async fn finish(mut chat: Chat) -> Asked {
    let mut asked = Asked::default();
    while let Some(signal) = chat.next().await {
        match signal {
            ChatSignal::Event(event) => asked.events.push(event),
            ChatSignal::Remote(remote) => asked.remote.merge(remote),
            ChatSignal::Facts(facts) => asked.facts = facts,
        }
    }
    let ends = asked.events.iter().filter(|event| event.ends_run()).count();
    assert_eq!(ends, 1, "exactly one event ends a run: {:?}", asked.events);
    assert!(asked.events.last().is_some_and(RunEvent::ends_run), "it comes last: {:?}", asked.events);
    asked
}

impl Asked {
    /// The answer as a reader sees it in the end.
    pub(crate) fn text(&self) -> String {
        self.events.iter().fold(String::new(), |text, event| match event {
            RunEvent::Text { delta, .. } => text + delta,
            RunEvent::Replace { text, .. } => text.clone(),
            _ => text,
        })
    }

    pub(crate) fn reasoning(&self) -> String {
        let deltas = self.events.iter().filter_map(|event| match event {
            RunEvent::Reasoning { delta, .. } => Some(delta.as_str()),
            _ => None,
        });
        deltas.collect()
    }

    /// Each step as it was told last, as (id, title, input).
    pub(crate) fn steps(&self) -> Vec<(&str, &str, &str)> {
        let mut last: Vec<&Step> = Vec::new();
        for event in &self.events {
            let RunEvent::Step(step) = event else {
                continue;
            };
            match last.iter_mut().find(|known| known.id == step.id) {
                Some(known) => *known = step,
                None => last.push(step),
            }
        }
        last.iter()
            .map(|step| (step.id.as_str(), step.title.as_str(), step.input.as_deref().unwrap_or_default()))
            .collect()
    }

    /// (input, output, total) of the only usage event.
    pub(crate) fn usage(&self) -> Option<(Option<u64>, Option<u64>, Option<u64>)> {
        self.full_usage().map(|usage| (usage.input, usage.output, usage.total))
    }

    pub(crate) fn full_usage(&self) -> Option<&Usage> {
        let mut all = self.events.iter().filter_map(|event| match event {
            RunEvent::Usage(usage) => Some(usage),
            _ => None,
        });
        let first = all.next();
        assert!(all.next().is_none(), "counts are told once");
        first
    }

    pub(crate) fn end(&self) -> &RunEvent {
        self.events.last().expect("an ending event")
    }

    pub(crate) fn notices(&self) -> Vec<&str> {
        let notices = self.events.iter().filter_map(|event| match event {
            RunEvent::Notice { code, .. } => Some(code.as_str()),
            _ => None,
        });
        notices.collect()
    }

    #[track_caller]
    pub(crate) fn finished(&self, text: &str, reason: FinishReason) {
        assert_eq!((self.text().as_str(), self.end()), (text, &RunEvent::Finished { reason }), "{:?}", self.events);
    }

    #[track_caller]
    pub(crate) fn stopped(&self, text: &str) {
        self.finished(text, FinishReason::Stop);
    }

    /// The error of a failed run, whose text stayed.
    #[track_caller]
    pub(crate) fn failed(&self, text: &str, code: ErrorCode) -> &HubError {
        assert_eq!(self.text(), text, "what was received stays");
        match self.end() {
            RunEvent::Failed { error } => {
                assert_eq!(error.code, code, "{error:?}");
                error
            }
            other => panic!("not failed: {other:?}"),
        }
    }

    /// The error of a run that was cut off, if it is known.
    #[track_caller]
    pub(crate) fn truncated(&self, text: &str) -> Option<&HubError> {
        assert_eq!(self.text(), text, "what was received stays");
        match self.end() {
            RunEvent::Truncated { error } => error.as_ref(),
            other => panic!("not truncated: {other:?}"),
        }
    }
}
