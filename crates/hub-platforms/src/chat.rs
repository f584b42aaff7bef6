//! A chat call as its caller sees it: signals one after the other.

use std::pin::Pin;

use hub_contract::RunEvent;
use hub_contract::run::RemoteIds;
use tokio::sync::mpsc;

/// What a chat yields. An event never is `Started` or `Cancelled`; exactly one event that ends the run comes last.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatSignal {
    /// Something for the reader.
    Event(RunEvent),
    /// What the platform calls conversation, message and task, as far as it just said.
    Remote(RemoteIds),
    /// What was sent where. May come more than once; the last one holds.
    Facts(RequestFacts),
}

/// The request behind an answer, for the details panel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestFacts {
    /// HTTP method.
    pub method: String,
    /// The address, without its query.
    pub url: String,
    /// HTTP status.
    pub status: Option<u16>,
    /// HTTP version, for example `HTTP/1.1`.
    pub http: Option<String>,
    /// The platform's id of this request.
    pub request_id: Option<String>,
    /// The proxy that was used, as `scheme://host:port`; absent without one.
    pub proxy: Option<String>,
    /// How often the call was repeated.
    pub retries: u32,
    /// From sending to the first byte of the body, in milliseconds.
    pub first_byte_ms: Option<u64>,
}

type Driver = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A chat call that is going on. It moves only while [`next`](Self::next) is awaited, and dropping it closes the
/// socket at once.
pub struct Chat {
    driver: Option<Driver>,
    signals: mpsc::Receiver<ChatSignal>,
}

impl Chat {
    /// The next signal; `None` after the event that ended the run. May be dropped while waiting without losing one.
    pub async fn next(&mut self) -> Option<ChatSignal> {
        loop {
            let Some(driver) = self.driver.as_mut() else {
                return self.signals.recv().await;
            };
            tokio::select! {
                biased;
                signal = self.signals.recv() => return signal,
                () = driver => self.driver = None,
            }
        }
    }

    /// A chat whose signals `drive` sends.
    pub(crate) fn driven<F>(drive: impl FnOnce(Signals) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // One place: the driver waits until each signal is taken, so a slow reader slows the socket down.
        let (sender, signals) = mpsc::channel(1);
        Self { driver: Some(Box::pin(drive(Signals(sender)))), signals }
    }
}

impl std::fmt::Debug for Chat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chat").field("going_on", &self.driver.is_some()).finish_non_exhaustive()
    }
}

/// The end of a chat at which its driver speaks.
pub(crate) struct Signals(mpsc::Sender<ChatSignal>);

impl Signals {
    /// Hands a signal over and waits until it is taken. Without a reader the driver is dropped too, so a failure to
    /// send has no one to be told to.
    pub(crate) async fn send(&self, signal: ChatSignal) {
        let _ = self.0.send(signal).await;
    }

    /// Hands an event over.
    pub(crate) async fn event(&self, event: RunEvent) {
        self.send(ChatSignal::Event(event)).await;
    }
}
