//! Follows a run over a channel of the bridge.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use hub_contract::command::AttachRun;
use hub_contract::id::RunId;
use hub_contract::run::{AttachRunRequest, RunFrame};
use hub_contract::{Command, HubError};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::order::Ordered;
use super::{bridge, read, reject};

/// Re-attaches to a run: hands every frame from `from_seq` on to `on_frame`, in order, and answers when the run has ended
/// and its last frame was handed over. Dropping the future detaches; the run goes on without the page.
///
/// # Errors
/// The shell's error when the run is unknown, or the bridge's.
pub async fn attach(run: RunId, from_seq: u64, on_frame: impl FnMut(RunFrame) + 'static) -> Result<(), HubError> {
    let channel = Channel::open(on_frame);
    let arguments =
        Arguments { request: AttachRunRequest { run, from_seq }, events: format!("__CHANNEL__:{}", channel.id) };
    let arguments = serde_json::to_string(&arguments).map_err(reject::unreadable)?;
    bridge::invoke(AttachRun::NAME, &arguments).await.map_err(|text| reject::error(AttachRun::NAME, &text))?;
    channel.finished().await;
    Ok(())
}

/// An open channel. Dropping it takes its callback back.
struct Channel {
    id: u32,
    progress: Rc<RefCell<Progress>>,
    callback: Option<Closure<dyn FnMut(JsValue)>>,
}

#[derive(Default)]
struct Progress {
    frames: Ordered<Option<RunFrame>>,
    waiting: Option<Waker>,
}

impl Channel {
    fn open(mut on_frame: impl FnMut(RunFrame) + 'static) -> Self {
        let progress = Rc::new(RefCell::new(Progress::default()));
        let shared = Rc::clone(&progress);
        let callback = Closure::<dyn FnMut(JsValue)>::new(move |raw: JsValue| {
            let ready = shared.borrow_mut().take(&bridge::text_of(&raw));
            ready.into_iter().for_each(&mut on_frame);
            let waker = {
                let mut progress = shared.borrow_mut();
                if progress.frames.is_done() { progress.waiting.take() } else { None }
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        });
        let id = bridge::transform_callback(callback.as_ref().unchecked_ref(), false);
        Self { id, progress, callback: Some(callback) }
    }

    async fn finished(&self) {
        poll_fn(|context| {
            let mut progress = self.progress.borrow_mut();
            if progress.frames.is_done() {
                return Poll::Ready(());
            }
            progress.waiting = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        bridge::unregister_callback(self.id);
        // The channel may be dropped while its callback runs, so the closure itself goes in a later task.
        if let Some(callback) = self.callback.take() {
            spawn_local(async move { drop(callback) });
        }
    }
}

impl Progress {
    /// Reads `{message, index}` or `{end, index}` and answers with the frames that are due.
    fn take(&mut self, raw: &str) -> Vec<RunFrame> {
        let Ok(place) = read::from_str::<Place>(raw) else { return Vec::new() };
        if place.end {
            self.frames.close(place.index);
            return Vec::new();
        }
        // A frame that cannot be read still takes its place, or the ones after it would wait for ever.
        let frame = read::from_str::<Content>(raw).ok().map(|content| content.message);
        self.frames.push(place.index, frame).into_iter().flatten().collect()
    }
}

/// The arguments of a command that streams.
#[derive(Serialize)]
struct Arguments {
    request: AttachRunRequest,
    events: String,
}

/// Where a channel message stands among the others.
#[derive(Deserialize)]
struct Place {
    index: u64,
    #[serde(default)]
    end: bool,
}

/// What a channel message holds.
#[derive(Deserialize)]
struct Content {
    message: RunFrame,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(index: u64, delta: &str) -> String {
        format!(
            r#"{{"index":{index},"message":{{"run":"r","seq":{index},"event":{{"type":"text","delta":"{delta}"}}}}}}"#
        )
    }

    #[test]
    fn a_large_frame_that_comes_late_is_put_in_its_place() {
        let mut progress = Progress::default();
        assert_eq!(progress.take(&text(0, "a")).len(), 1);
        assert!(progress.take(&text(2, "c")).is_empty());
        assert!(progress.take(r#"{"end":true,"index":3}"#).is_empty());
        assert!(!progress.frames.is_done(), "frame 1 is still fetched");
        let seqs: Vec<u64> = progress.take(&text(1, "b")).iter().map(|frame| frame.seq).collect();
        assert_eq!(seqs, vec![1, 2]);
        assert!(progress.frames.is_done());
    }

    #[test]
    fn nonsense_is_ignored() {
        let mut progress = Progress::default();
        assert!(progress.take("null").is_empty());
        assert!(progress.take(r#"{"message":{}}"#).is_empty());
    }

    #[test]
    fn an_unreadable_frame_does_not_stop_the_ones_after_it() {
        let mut progress = Progress::default();
        assert!(progress.take(r#"{"index":0,"message":{"unknown":1}}"#).is_empty());
        assert_eq!(progress.take(&text(1, "b")).len(), 1);
    }
}
