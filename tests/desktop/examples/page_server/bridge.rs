//! The other end of the page's bridge: the program's own commands on Tauri's mock runtime.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use hub_core::Hub;
use hub_desktop::{Arguments, Shell};
use serde::Deserialize;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{WebviewWindow, WebviewWindowBuilder};

/// How long a page waits for frames before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);

/// A program without a window: everything behind the page is real.
#[derive(Clone)]
pub(crate) struct Bridge {
    window: WebviewWindow<MockRuntime>,
    feeds: Arc<Feeds>,
}

/// A command with its arguments, as the page calls it.
#[derive(Debug, Deserialize)]
pub(crate) struct Call {
    command: String,
    arguments: Value,
    /// Where its frames go.
    channel: Option<u32>,
}

/// A page that wants what came through a channel from there on.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    channel: u32,
    from: usize,
}

/// What came through channels, and how the commands that hold them ended.
#[derive(Debug, Default)]
struct Feeds {
    open: Mutex<HashMap<u32, Feed>>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Feed {
    frames: Vec<Value>,
    outcome: Option<Value>,
}

impl Bridge {
    /// The commands of a Hub.
    pub(crate) fn new(hub: Hub, arguments: Arguments) -> Result<Self> {
        let feeds = Arc::new(Feeds::default());
        let heard = Arc::clone(&feeds);
        let app = hub_desktop::with_commands(mock_builder())
            .channel_interceptor(move |_, channel, _, body| {
                if let InvokeResponseBody::Json(frame) = body {
                    let frame = serde_json::from_str(frame).unwrap_or_default();
                    heard.change(channel.0, |feed| feed.frames.push(frame));
                }
                true
            })
            .manage(Shell::new(Ok(hub), arguments))
            .build(hub_desktop::context())?;
        // The window holds the app that it belongs to.
        let window = WebviewWindowBuilder::new(&app, "main", Default::default()).build()?;
        Ok(Self { window, feeds })
    }

    /// Calls a command. One with a channel is started, and its outcome comes after its frames. Waits on its thread.
    pub(crate) fn call(&self, call: Call) -> Result<Value> {
        let Some(channel) = call.channel else {
            return Ok(json!({ "outcome": self.run(call)? }));
        };
        let this = self.clone();
        std::thread::spawn(move || {
            let outcome = this.run(call).unwrap_or_else(|error| json!({ "error": error.to_string() }));
            this.feeds.change(channel, |feed| feed.outcome = Some(outcome));
        });
        Ok(json!({ "outcome": null }))
    }

    fn run(&self, call: Call) -> Result<Value> {
        let request = InvokeRequest {
            cmd: call.command,
            callback: CallbackFn(0),
            error: CallbackFn(1),
            url: if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" }.parse()?,
            body: InvokeBody::Json(call.arguments),
            headers: Default::default(),
            invoke_key: INVOKE_KEY.to_owned(),
        };
        Ok(match get_ipc_response(&self.window, request) {
            Ok(reply) => json!({ "reply": reply.deserialize::<Value>()? }),
            Err(error) => json!({ "error": error }),
        })
    }

    /// What came through a channel, as soon as there is something. Waits on its thread.
    pub(crate) fn frames(&self, wanted: &Wanted) -> Value {
        self.feeds.wait(wanted)
    }
}

impl Feeds {
    fn change(&self, channel: u32, change: impl FnOnce(&mut Feed)) {
        change(self.lock().entry(channel).or_default());
        self.changed.notify_all();
    }

    fn wait(&self, wanted: &Wanted) -> Value {
        let is_quiet = |open: &mut HashMap<u32, Feed>| {
            open.get(&wanted.channel).is_none_or(|feed| feed.frames.len() <= wanted.from && feed.outcome.is_none())
        };
        let waited = self.changed.wait_timeout_while(self.lock(), PATIENCE, is_quiet);
        let (mut open, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let feed = open.entry(wanted.channel).or_default();
        let frames = feed.frames.split_off(wanted.from.min(feed.frames.len()));
        // What was handed out is not asked for again: only its number counts from now on.
        feed.frames.resize(wanted.from + frames.len(), Value::Null);
        let outcome = feed.outcome.clone();
        if outcome.is_some() {
            open.remove(&wanted.channel);
        }
        json!({ "frames": frames, "outcome": outcome })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Feed>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
