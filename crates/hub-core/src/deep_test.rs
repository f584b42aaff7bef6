//! The connection doctor: walks from this computer to a stopped answer and says where the way ends.
//!
//! The way to the server and the credential cost nothing. What comes behind needs real questions, so they are asked of
//! whoever is enabled first, in few words, at most twice: one answer is read to its end, and where the platform has a
//! call that stops answers, another one is stopped. Nothing of it is stored as a conversation.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hub_contract::connection::TestReport;
use hub_contract::conversation::Target;
use hub_contract::deep_test::{TestRemark, TestStage, TestStep, TestStepState};
use hub_contract::run::{RemoteIds, RunEvent};
use hub_contract::{ErrorCode, HubError};
use hub_platforms::{ChatSignal, Endpoint, Platforms, Stopped, Turn};
use hub_store::ConnectionRow;

use crate::addressee::{Addressee, missing_input};
use crate::{Hub, Result};

/// What is asked. Every model has an answer to it, and a short one.
const QUESTION: &str = "Hi";
/// How long the platform's stop call may take.
const STOP_WAIT: Duration = Duration::from_secs(10);

impl Hub {
    /// Walks the whole way of a connection.
    pub(crate) async fn deep_report(&self, row: &ConnectionRow) -> TestReport {
        let mut report = TestReport {
            at: self.now(),
            ok: false,
            latency_ms: None,
            key_verified: None,
            models: None,
            error: None,
            steps: Vec::new(),
        };
        self.walk(row, &mut report).await;
        let reached = report.steps.len();
        report.steps.extend(TestStage::ALL.into_iter().skip(reached).map(TestStep::not_reached));
        report.error = report.steps.iter().find_map(|step| step.error.clone());
        report.ok = report.error.is_none();
        report
    }

    /// Appends steps in the order of the stages until one fails.
    async fn walk(&self, row: &ConnectionRow, report: &mut TestReport) {
        // Without secrets: how far the way leads must be told even where the keychain is locked.
        let bare = match self.endpoint_with(row, BTreeMap::new(), None).await {
            Ok(endpoint) => endpoint,
            Err(error) => return report.steps.push(TestStep::failed(TestStage::Dns, None, error)),
        };
        report.steps = in_order(self.inner.platforms.walk(&bare).await);
        if has_failed(&report.steps) {
            return;
        }
        let tested = match self.endpoint(row).await {
            Ok(endpoint) => self.inner.platforms.test(&endpoint).await.map(|tested| (tested, endpoint)),
            Err(error) => Err(error),
        };
        let endpoint = match tested {
            Ok((tested, endpoint)) => {
                let step = TestStep::passed(TestStage::Credential, Some(tested.latency_ms));
                let proven = tested.key_verified != Some(false);
                report.steps.push(if proven { step } else { step.remarking(TestRemark::KeyNotProven) });
                report.latency_ms = Some(tested.latency_ms);
                report.key_verified = tested.key_verified;
                report.models = tested.models;
                endpoint
            }
            Err(error) => return report.steps.push(TestStep::failed(TestStage::Credential, None, error)),
        };
        match self.somebody_to_ask(row).await {
            Ok(Ok(to)) => self.question(&endpoint, to, &mut report.steps).await,
            Ok(Err(nobody)) => {
                let rest = [TestStage::FirstToken, TestStage::Stream, TestStage::Stop];
                report.steps.extend(rest.map(|stage| TestStep::skipped(stage, nobody)));
            }
            Err(error) => report.steps.push(TestStep::failed(TestStage::FirstToken, None, error)),
        }
    }

    /// The first enabled model or agent of the connection that can be asked with a text alone.
    async fn somebody_to_ask(&self, row: &ConnectionRow) -> Result<std::result::Result<Addressee, TestRemark>> {
        let models = self.inner.store.models(&row.id).await?;
        if let Some(model) = models.into_iter().find(|model| model.enabled) {
            let target = Target::Model { connection: row.id.clone(), model: model.id };
            return Ok(Ok(self.addressee(&target).await?));
        }
        let mut nobody = TestRemark::NobodyToAsk;
        for agent in self.inner.store.agents().await? {
            if !agent.enabled || *agent.source.connection() != row.id {
                continue;
            }
            let to = self.addressee(&Target::Agent { agent: agent.id }).await?;
            if missing_input(&to.inputs, &BTreeMap::new()).is_none() {
                return Ok(Ok(to));
            }
            nobody = TestRemark::NeedsInputs;
        }
        Ok(Err(nobody))
    }

    async fn question(&self, endpoint: &Endpoint, to: Addressee, steps: &mut Vec<TestStep>) {
        let turn = match self.short_turn(&to).await {
            Ok(turn) => turn,
            Err(error) => return steps.push(TestStep::failed(TestStage::FirstToken, None, error)),
        };
        let Some(first) = self.whole_answer(endpoint, turn.clone(), steps).await else {
            return;
        };
        let stop = match Platforms::can_stop(endpoint, &turn.asker(), &first) {
            true => self.stopped_answer(endpoint, turn).await,
            false => TestStep::skipped(TestStage::Stop, TestRemark::NoStopCall),
        };
        steps.push(stop);
    }

    async fn short_turn(&self, to: &Addressee) -> Result<Turn> {
        Ok(Turn {
            model: to.model.clone(),
            app: to.app.clone(),
            system: to.prompt.clone(),
            text: QUESTION.to_owned(),
            parameters: to.parameters.clone(),
            user: self.inner.store.person().await?,
            ..Turn::default()
        })
    }

    /// Reads one answer to its end and tells two steps of it. Gives the platform's ids of it, unless it failed.
    async fn whole_answer(&self, endpoint: &Endpoint, turn: Turn, steps: &mut Vec<TestStep>) -> Option<RemoteIds> {
        let began = Instant::now();
        let mut first = None;
        let mut remote = RemoteIds::default();
        let mut chat = self.inner.platforms.chat(endpoint.clone(), turn);
        while let Some(signal) = chat.next().await {
            match signal {
                ChatSignal::Remote(ids) => remote.merge(ids),
                ChatSignal::Event(event) if is_content(&event) => {
                    first.get_or_insert_with(|| milliseconds(began));
                }
                ChatSignal::Event(event) => {
                    let Some(end) = end_of(event) else { continue };
                    let whole = Some(milliseconds(began));
                    match (first, end) {
                        (None, Err(error)) => steps.push(TestStep::failed(TestStage::FirstToken, whole, error)),
                        (None, Ok(())) => steps.push(TestStep::failed(TestStage::FirstToken, whole, empty())),
                        (Some(ms), Err(error)) => {
                            steps.push(TestStep::passed(TestStage::FirstToken, Some(ms)));
                            steps.push(TestStep::failed(TestStage::Stream, whole, error));
                        }
                        (Some(ms), Ok(())) => {
                            steps.push(TestStep::passed(TestStage::FirstToken, Some(ms)));
                            steps.push(TestStep::passed(TestStage::Stream, whole));
                            return Some(remote);
                        }
                    }
                    return None;
                }
                ChatSignal::Facts(_) => {}
            }
        }
        None
    }

    /// Asks again and stops the answer as soon as it begins.
    async fn stopped_answer(&self, endpoint: &Endpoint, turn: Turn) -> TestStep {
        let asker = turn.asker();
        let mut remote = RemoteIds::default();
        let mut chat = self.inner.platforms.chat(endpoint.clone(), turn);
        let mut begun = false;
        while let Some(signal) = chat.next().await {
            match signal {
                ChatSignal::Remote(ids) => remote.merge(ids),
                ChatSignal::Event(event) if is_content(&event) => begun = true,
                ChatSignal::Event(event) => match end_of(event) {
                    Some(Err(error)) => return TestStep::failed(TestStage::Stop, None, error),
                    Some(Ok(())) => return TestStep::skipped(TestStage::Stop, TestRemark::TooQuickToStop),
                    None => {}
                },
                ChatSignal::Facts(_) => {}
            }
            if begun && Platforms::can_stop(endpoint, &asker, &remote) {
                break;
            }
        }
        let began = Instant::now();
        let stopped = tokio::time::timeout(STOP_WAIT, self.inner.platforms.stop(endpoint, &asker, &remote)).await;
        drop(chat);
        let ms = Some(milliseconds(began));
        match stopped {
            Ok(Stopped::Confirmed) => TestStep::passed(TestStage::Stop, ms),
            Ok(Stopped::Unconfirmed) | Err(_) => {
                let mut error = HubError::new(ErrorCode::PlatformError, "The platform did not confirm the stop.");
                error.detail.platform = Some(endpoint.platform);
                TestStep::failed(TestStage::Stop, ms, error.hint("stop_unconfirmed"))
            }
        }
    }
}

/// The steps with those that were left out before a failure: a stage that could not even be tried was not reached.
fn in_order(walked: Vec<TestStep>) -> Vec<TestStep> {
    let mut walked = walked.into_iter().peekable();
    let mut steps = Vec::new();
    for stage in TestStage::ALL {
        match walked.peek() {
            None => break,
            Some(step) if step.stage == stage => steps.extend(walked.next()),
            Some(_) => steps.push(TestStep::not_reached(stage)),
        }
    }
    steps
}

fn has_failed(steps: &[TestStep]) -> bool {
    steps.iter().any(|step| step.state == TestStepState::Failed)
}

/// Something for the reader. What was mended or repeated on the way is not.
fn is_content(event: &RunEvent) -> bool {
    !event.ends_run() && !matches!(event, RunEvent::Notice { .. } | RunEvent::Usage(_))
}

/// How an answer ended; `None` while it goes on.
fn end_of(event: RunEvent) -> Option<Result<()>> {
    match event {
        RunEvent::Finished { .. } => Some(Ok(())),
        RunEvent::Failed { error } | RunEvent::Truncated { error: Some(error) } => Some(Err(error)),
        RunEvent::Truncated { error: None } => {
            Some(Err(HubError::new(ErrorCode::Connect, "The answer ended without the platform's end.")))
        }
        _ => None,
    }
}

fn empty() -> HubError {
    HubError::new(ErrorCode::BadAnswer, "The answer is empty.").hint("empty_answer")
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
