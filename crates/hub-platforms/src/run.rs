//! Drives one question to its end: shape, repeats, the body's nature, frames, timers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hub_contract::run::{FinishReason, RemoteIds};
use hub_contract::{ErrorCode, HubError, RunEvent};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::blame::Blame;
use crate::chat::{ChatSignal, RequestFacts, Signals};
use crate::dialect::{self, Call, Dialect, Progress, Reader, Refused};
use crate::endpoint::Endpoint;
use crate::learned::Memory;
use crate::limits::Limits;
use crate::reason::Reason;
use crate::sniff::{Nature, Sniffer};
use crate::sse::{Decoder, Item};
use crate::transport::{Answer, Body, Failure, Transport};
use crate::turn::Turn;
use crate::{error_body, inquiry, json, token};

/// How much of a page that is no answer is read for its words, in bytes.
const PAGE_BEGINNING: usize = 16 * 1024;
/// More calls before a question than any turn needs: its files, its conversation, its app.
const MOST_PREPARATIONS: usize = 64;
/// How much of a refusal is read, in bytes.
const REFUSAL_BEGINNING: usize = 256 * 1024;

/// Asks and sends signals until the run has ended. Exactly one ending event is sent, last.
pub(crate) async fn drive(
    transport: Arc<Transport>,
    memory: Arc<Memory>,
    endpoint: Endpoint,
    mut turn: Turn,
    signals: Signals,
) {
    if turn.fresh_id.is_empty() {
        turn.fresh_id = uuid::Uuid::new_v4().simple().to_string();
    }
    let mut run = Run {
        limits: *transport.limits(),
        blame: Blame::of(&endpoint),
        remote: RemoteIds::default(),
        delivered: false,
        facts: RequestFacts::default(),
        sent_at: Instant::now(),
        last_content: Instant::now(),
        noticed: false,
        transport,
        memory,
        endpoint,
        signals,
    };
    if let Err(error) = run.answer(turn).await {
        let error = run.blame.complete(error, &run.facts);
        run.signals.event(RunEvent::Failed { error }).await;
    }
}

struct Run {
    transport: Arc<Transport>,
    memory: Arc<Memory>,
    endpoint: Endpoint,
    limits: Limits,
    blame: Blame,
    signals: Signals,
    facts: RequestFacts,
    /// What the platform calls this run, as far as it said.
    remote: RemoteIds,
    /// Something of the answer was handed over, so that the question may not be asked again.
    delivered: bool,
    sent_at: Instant,
    last_content: Instant,
    noticed: bool,
}

impl Run {
    /// Ok when an ending event was sent.
    async fn answer(&mut self, mut turn: Turn) -> Result<(), HubError> {
        let dialect = dialect::for_turn(self.endpoint.platform, &turn);
        token::take(&mut self.endpoint).await?;
        self.blame = Blame::of(&self.endpoint);
        let mut mended = Mended::default();
        loop {
            let Err(error) = self.attempt(dialect, &mut turn).await else {
                return Ok(());
            };
            if self.delivered || !self.mend(&error, &mut turn, &mut mended).await? {
                return Err(error);
            }
            self.facts.retries += 1;
        }
    }

    /// Asks once. An answer that begins with a failure is an error here, so that it can be mended.
    async fn attempt(&mut self, dialect: &dyn Dialect, turn: &mut Turn) -> Result<(), HubError> {
        self.prepare(dialect, turn).await?;
        let mut answer = self.ask(dialect, turn).await?;
        if dialect.pauses_long() {
            answer.body.allow_silence(self.limits.silence_long);
        }
        let mut reader = dialect.reader(&self.endpoint, turn);
        let mut ending = Vec::new();
        match self.nature(&mut answer.body).await? {
            (Nature::Stream, begun) => {
                self.read_stream(&mut answer.body, begun, reader.as_mut(), &mut ending).await?;
            }
            (Nature::Document, begun) => {
                self.read_document(&mut answer.body, begun, reader.as_mut(), &mut ending).await?;
            }
            (Nature::Page, begun) => return Err(self.page(&mut answer.body, begun).await),
        }
        drop(answer);
        if matches!(ending.last(), Some(ChatSignal::Event(RunEvent::Finished { reason: FinishReason::Stop }))) {
            self.suggest(dialect, turn).await;
        }
        self.hand_over(ending).await;
        Ok(())
    }

    /// Makes the calls that have to be answered before the question can be asked.
    async fn prepare(&mut self, dialect: &dyn Dialect, turn: &mut Turn) -> Result<(), HubError> {
        for _ in 0..MOST_PREPARATIONS {
            let Some(call) = dialect.preparation(&self.endpoint, turn, &self.limits)? else {
                return Ok(());
            };
            let transport = Arc::clone(&self.transport);
            match inquiry::document(Reason::Chat, &transport, &self.endpoint, &call).await {
                Ok(document) => dialect.prepare(turn, &document)?,
                Err(error) if dialect.prepare_refused(turn, &error) => {}
                Err(error) => return Err(error),
            }
        }
        Err(HubError::new(ErrorCode::Internal, "The question is never ready to be asked."))
    }

    /// Mends what may be mended once: a conversation that the platform forgot, a token that ended, a mode that changed.
    /// True when the question is worth asking again.
    async fn mend(&mut self, error: &HubError, turn: &mut Turn, mended: &mut Mended) -> Result<bool, HubError> {
        match error.code {
            ErrorCode::ConversationGone if turn.remote.conversation.is_some() && !mended.conversation => {
                mended.conversation = true;
                turn.remote = RemoteIds::default();
                self.signals
                    .event(RunEvent::Notice {
                        code: "conversation_gone".to_owned(),
                        facts: BTreeMap::new(),
                        message: "The platform no longer knows this conversation; a new one was begun there."
                            .to_owned(),
                    })
                    .await;
                Ok(true)
            }
            ErrorCode::BadCredential if !mended.token => {
                mended.token = true;
                let renewed = token::renew(&mut self.endpoint).await?;
                self.blame = Blame::of(&self.endpoint);
                Ok(renewed)
            }
            ErrorCode::WrongMode if turn.app.mode.is_some() && !mended.mode => {
                mended.mode = true;
                turn.app.mode = None;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Asks for questions to go on with. Their failing is no failure of the answer.
    async fn suggest(&mut self, dialect: &dyn Dialect, turn: &Turn) {
        let Some(call) = dialect.suggestions_call(&self.endpoint, &turn.asker(), &self.remote) else {
            return;
        };
        let transport = Arc::clone(&self.transport);
        let asked = inquiry::document(Reason::Chat, &transport, &self.endpoint, &call);
        if let Ok(Ok(document)) = timeout(self.limits.suggestions, asked).await {
            let questions = dialect.read_suggestions(&document);
            if !questions.is_empty() {
                self.signals.event(RunEvent::Suggestions { questions }).await;
            }
        }
    }

    /// Sends the question until a server takes it: in another shape, or again where it was not even looked at.
    async fn ask(&mut self, dialect: &dyn Dialect, turn: &Turn) -> Result<Answer, HubError> {
        let mut learned = self.memory.of(&self.endpoint);
        let slow_start = dialect.starts_slowly(&self.endpoint);
        let mut repeats = 0;
        loop {
            let call = dialect.chat_call(&self.endpoint, turn, &self.limits, &learned)?;
            let sent = self.send(&call, slow_start).await;
            self.tell_facts().await;
            let (error, wait) = match sent {
                Ok(answer) if (200..300).contains(&answer.status) => {
                    self.memory.learn(&self.endpoint, learned);
                    return Ok(answer);
                }
                Ok(mut answer) => {
                    let body = answer.body.beginning(REFUSAL_BEGINNING).await;
                    let refused = Refused { status: answer.status, said: error_body::read(&body) };
                    if let Some(other) = dialect.reshape(&call, &refused, &learned) {
                        learned = other;
                        self.facts.retries += 1;
                        continue;
                    }
                    let mut error = dialect.refusal(&refused);
                    error.detail.retry_after_ms =
                        answer.retry_after.and_then(|wait| u64::try_from(wait.as_millis()).ok());
                    let again = dialect.repeats_refused() && was_not_run(&answer, &error, !body.is_empty());
                    let wait = again.then_some(answer.retry_after.unwrap_or_else(|| self.usual_wait(repeats)));
                    (error, wait)
                }
                Err(failure) => {
                    let again = !failure.may_have_run && could_not_connect(&failure.error);
                    (failure.error, again.then(|| self.usual_wait(repeats)))
                }
            };
            match wait.filter(|wait| *wait <= self.limits.repeat_wait_max && repeats < self.limits.repeats) {
                Some(wait) => self.wait_to_repeat(wait, &error).await,
                None => return Err(error),
            }
            repeats += 1;
            self.facts.retries += 1;
        }
    }

    async fn send(&mut self, call: &Call, slow_start: bool) -> Result<Answer, Failure> {
        let transport = Arc::clone(&self.transport);
        let network = self.endpoint.network.clone();
        self.sent_at = Instant::now();
        let mut sending = Box::pin(transport.send(Reason::Chat, &network, call, slow_start));
        let sent = loop {
            tokio::select! {
                sent = &mut sending => break sent,
                () = sleep_until(self.notice_at()) => self.notice_silence().await,
            }
        };
        drop(sending);
        let facts = match &sent {
            Ok(answer) => &answer.facts,
            Err(failure) => &failure.facts,
        };
        self.facts = RequestFacts { retries: self.facts.retries, ..facts.clone() };
        sent
    }

    /// Tells a stream from a document and from a page by its first character; content types lie too often.
    async fn nature(&mut self, body: &mut Body) -> Result<(Nature, Vec<u8>), HubError> {
        let mut sniffer = Sniffer::default();
        loop {
            let next = self.next(body, None).await;
            if self.facts.first_byte_ms.is_none() && body.has_begun() {
                self.facts.first_byte_ms = u64::try_from(self.sent_at.elapsed().as_millis()).ok();
                self.tell_facts().await;
            }
            match next {
                Next::Bytes(bytes) => {
                    if let Some(found) = sniffer.push(&bytes) {
                        return Ok(found);
                    }
                }
                Next::End | Next::Woken => return Ok((Nature::Stream, Vec::new())),
                Next::Broken(error) => return Err(error),
            }
        }
    }

    /// What ends the answer goes to `ending`, all before it is handed over.
    async fn read_stream(
        &mut self,
        body: &mut Body,
        begun: Vec<u8>,
        reader: &mut dyn Reader,
        ending: &mut Vec<ChatSignal>,
    ) -> Result<(), HubError> {
        let mut decoder = Decoder::new(self.limits.event_bytes);
        let mut items = Vec::new();
        let mut complete_until = None;
        let mut was_stream = begun.is_empty();
        let first_words: Vec<u8> = begun.iter().take(PAGE_BEGINNING).copied().collect();
        let mut next = Next::Bytes(begun);
        let broken = loop {
            match next {
                Next::Bytes(bytes) => {
                    let pushed = decoder.push(&bytes, &mut items);
                    was_stream |= items.iter().any(|item| !is_stray(item));
                    match self.take_items(&mut items, reader, ending).await? {
                        Progress::Over => return Ok(()),
                        Progress::Complete => {
                            complete_until.get_or_insert_with(|| Instant::now() + self.limits.grace);
                        }
                        Progress::Going => {}
                    }
                    if pushed.is_err() {
                        break Some(too_large_event());
                    }
                }
                Next::End => break None,
                // The answer is complete and its connection only stays open.
                Next::Woken => break None,
                Next::Broken(error) => break Some(error),
            }
            next = self.next(body, complete_until).await;
        };
        if broken.is_none() {
            decoder.finish(&mut items);
            was_stream |= items.iter().any(|item| !is_stray(item));
            if self.take_items(&mut items, reader, ending).await? == Progress::Over {
                return Ok(());
            }
            if !was_stream {
                return Err(not_a_stream(&first_words));
            }
        }
        let mut last = Vec::new();
        match broken {
            // A frame that is too large is no accident on the way: the answer cannot be had at all.
            Some(error) if error.code == ErrorCode::TooLarge => {
                reader.end(None, &mut last);
                if let Some(ChatSignal::Event(event)) = last.last_mut()
                    && !matches!(event, RunEvent::Finished { .. })
                {
                    *event = RunEvent::Failed { error };
                }
            }
            broken => reader.end(broken, &mut last),
        }
        self.tell(last, ending).await
    }

    /// One JSON document: an error, or the whole answer of a server that does not stream.
    async fn read_document(
        &mut self,
        body: &mut Body,
        mut document: Vec<u8>,
        reader: &mut dyn Reader,
        ending: &mut Vec<ChatSignal>,
    ) -> Result<(), HubError> {
        let broken = loop {
            match self.next(body, None).await {
                Next::Bytes(bytes) if document.len() + bytes.len() > self.limits.document_bytes => {
                    return Err(
                        HubError::new(ErrorCode::TooLarge, "The answer is larger than allowed.").hint("answer_size")
                    );
                }
                Next::Bytes(bytes) => document.extend_from_slice(&bytes),
                Next::End | Next::Woken => break None,
                Next::Broken(error) => break Some(error),
            }
        };
        let text = String::from_utf8_lossy(&document);
        match (json::parse(text.trim_start_matches('\u{FEFF}')), broken) {
            (Ok(document), _) => {
                let mut told = Vec::new();
                if document.is_string() {
                    return Err(not_a_stream(text.as_bytes()));
                }
                reader.document(&document, &mut told);
                self.tell(told, ending).await
            }
            (Err(_), Some(error)) => Err(error),
            (Err(_), None) => {
                let mut error = HubError::new(ErrorCode::BadAnswer, "The answer is no JSON.").hint("bad_json");
                error.detail.text = error_body::shown(&text);
                Err(error)
            }
        }
    }

    async fn page(&mut self, body: &mut Body, begun: Vec<u8>) -> HubError {
        let mut page = begun;
        while page.len() < PAGE_BEGINNING {
            let Next::Bytes(bytes) = self.next(body, None).await else {
                break;
            };
            page.extend_from_slice(&bytes);
        }
        not_a_stream(&page).hint("html")
    }

    async fn take_items(
        &mut self,
        items: &mut Vec<Item>,
        reader: &mut dyn Reader,
        ending: &mut Vec<ChatSignal>,
    ) -> Result<Progress, HubError> {
        let mut progress = Progress::Going;
        for item in items.drain(..) {
            let mut told = Vec::new();
            progress = reader.item(&item, &mut told);
            self.tell(told, ending).await?;
            if progress == Progress::Over {
                break;
            }
        }
        Ok(progress)
    }

    /// Hands signals over, and keeps the one that ends the run for the caller. A failure before anything was handed
    /// over is an error: asking again may mend it.
    async fn tell(&mut self, signals: Vec<ChatSignal>, ending: &mut Vec<ChatSignal>) -> Result<(), HubError> {
        for signal in signals {
            match without_nul(signal) {
                ChatSignal::Event(RunEvent::Failed { error }) if !self.delivered => return Err(error),
                ChatSignal::Event(event) if event.ends_run() => ending.push(ChatSignal::Event(event)),
                signal => self.hand_over(vec![signal]).await,
            }
        }
        Ok(())
    }

    async fn hand_over(&mut self, signals: Vec<ChatSignal>) {
        for signal in signals {
            match &signal {
                ChatSignal::Event(_) => {
                    self.last_content = Instant::now();
                    self.noticed = false;
                    self.delivered = true;
                }
                ChatSignal::Remote(remote) => self.remote.merge(remote.clone()),
                ChatSignal::Facts(_) => {}
            }
            self.signals.send(self.blame.signal(signal, &self.facts)).await;
        }
    }

    async fn tell_facts(&mut self) {
        let facts = ChatSignal::Facts(self.facts.clone());
        self.signals.send(self.blame.signal(facts, &self.facts)).await;
    }

    /// What comes next of the body, or the wake-up at `until`.
    async fn next(&mut self, body: &mut Body, until: Option<Instant>) -> Next {
        loop {
            tokio::select! {
                biased;
                next = body.next() => return match next {
                    Ok(Some(bytes)) => Next::Bytes(bytes),
                    Ok(None) => Next::End,
                    Err(error) => Next::Broken(error),
                },
                () = sleep_until(until.unwrap_or_else(far_away)), if until.is_some() => return Next::Woken,
                () = sleep_until(self.notice_at()) => self.notice_silence().await,
            }
        }
    }

    fn notice_at(&self) -> Instant {
        if self.noticed { far_away() } else { self.last_content + self.limits.no_content }
    }

    /// Alive, or not yet given up, but nothing new for the reader: said once a stretch.
    async fn notice_silence(&mut self) {
        self.noticed = true;
        let seconds = self.limits.no_content.as_secs();
        self.signals
            .event(RunEvent::Notice {
                code: "no_content".to_owned(),
                facts: BTreeMap::from([("seconds".to_owned(), seconds.to_string())]),
                message: format!("Nothing new for {seconds} seconds."),
            })
            .await;
    }

    fn usual_wait(&self, repeats: u32) -> Duration {
        self.limits.repeat_wait.saturating_mul(2u32.saturating_pow(repeats)).min(self.limits.repeat_wait_max)
    }

    async fn wait_to_repeat(&mut self, wait: Duration, error: &HubError) {
        let seconds = wait.as_secs_f64().ceil() as u64;
        self.signals
            .event(RunEvent::Notice {
                code: "repeating".to_owned(),
                facts: BTreeMap::from([
                    ("seconds".to_owned(), seconds.to_string()),
                    ("reason".to_owned(), error.code.as_str().to_owned()),
                ]),
                message: format!("The question is sent again in {seconds} seconds: {}", error.code.as_str()),
            })
            .await;
        sleep(wait).await;
    }
}

/// What was mended already.
#[derive(Debug, Default)]
struct Mended {
    conversation: bool,
    token: bool,
    mode: bool,
}

enum Next {
    Bytes(Vec<u8>),
    End,
    Broken(HubError),
    Woken,
}

/// The server says that it did not begin: too many requests, overloaded, or a time-out of its own that it explains.
fn was_not_run(answer: &Answer, error: &HubError, has_body: bool) -> bool {
    let refused = match answer.status {
        429 | 503 => true,
        408 => has_body,
        _ => false,
    };
    // No balance and a model that does not exist stay so.
    let passing = matches!(error.code, ErrorCode::RateLimited | ErrorCode::Overloaded);
    refused && passing && answer.should_retry != Some(false)
}

/// The connection could not be made, for a reason that may pass.
fn could_not_connect(error: &HubError) -> bool {
    matches!(error.code, ErrorCode::Connect | ErrorCode::Dns | ErrorCode::Offline)
}

/// A NUL is in no text that people write, and ends texts early elsewhere: in databases, in files, on the screen.
fn without_nul(signal: ChatSignal) -> ChatSignal {
    let clean = |text: String| if text.contains('\0') { text.replace('\0', "\u{FFFD}") } else { text };
    match signal {
        ChatSignal::Event(RunEvent::Text { delta, part }) => {
            ChatSignal::Event(RunEvent::Text { delta: clean(delta), part })
        }
        ChatSignal::Event(RunEvent::Reasoning { delta, part }) => {
            ChatSignal::Event(RunEvent::Reasoning { delta: clean(delta), part })
        }
        ChatSignal::Event(RunEvent::Replace { text, part }) => {
            ChatSignal::Event(RunEvent::Replace { text: clean(text), part })
        }
        other => other,
    }
}

fn is_stray(item: &Item) -> bool {
    matches!(item, Item::Stray { .. })
}

fn not_a_stream(beginning: &[u8]) -> HubError {
    let mut error = HubError::new(ErrorCode::NotStream, "The server answered, but not with an answer stream.");
    error.detail.text = error_body::shown(&String::from_utf8_lossy(beginning));
    error
}

fn too_large_event() -> HubError {
    HubError::new(ErrorCode::TooLarge, "One event of the answer is larger than allowed.").hint("event_size")
}

fn far_away() -> Instant {
    Instant::now() + Duration::from_secs(24 * 60 * 60)
}
