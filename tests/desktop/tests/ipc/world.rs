//! A program without a window: everything behind the page is real.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hub_contract::command::{Connect, EnableModels, RunDoctor, Send};
use hub_contract::connection::{ConnectRequest, ConnectionView, EnableModelsRequest};
use hub_contract::conversation::{SendRequest, Sent, Target};
use hub_contract::id::RunId;
use hub_contract::run::RunFrame;
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_contract::{Command, PlatformId};
use hub_core::{Hub, HubOptions};
use hub_desktop::{Arguments, Shell};
use hub_sim::{OpenAiOptions, OpenAiSim, Profile};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponseBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{Manager, WebviewWindow, WebviewWindowBuilder};
use tempfile::TempDir;

/// No call takes this long; one that does is stuck.
const GUARD: Duration = Duration::from_secs(30);
/// A model that the simulator offers.
pub(crate) const MODEL: &str = "gpt-demo";

type Frames = Arc<Mutex<Vec<(u32, usize, RunFrame)>>>;

/// The program.
pub(crate) struct World {
    pub(crate) sim: OpenAiSim,
    main: WebviewWindow<MockRuntime>,
    frames: Frames,
    _folder: TempDir,
}

impl World {
    /// A new Hub whose secrets stay in memory, beside a simulated OpenAI.
    pub(crate) async fn start() -> Self {
        hub_core::install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let options =
            HubOptions { vault: Some(VaultMode::Session), ..HubOptions::new(folder.path().join("hub"), "0.0.0-test") };
        let hub = Hub::open(options).await;
        // A folder that does not exist: what would open it for the person has to fail instead.
        let arguments = Arguments { data_dir: folder.path().join("gone"), vault: Some(VaultMode::Session) };
        let frames = Frames::default();
        let heard = frames.clone();
        let app = hub_desktop::with_commands(mock_builder())
            .channel_interceptor(move |_, channel, index, body| {
                let InvokeResponseBody::Json(frame) = body else { return true };
                let frame = serde_json::from_str(frame).expect("channels carry frames of runs");
                heard.lock().unwrap_or_else(PoisonError::into_inner).push((channel.0, index, frame));
                true
            })
            .manage(Shell::new(hub, arguments))
            .build(hub_desktop::context())
            .unwrap();
        let main = WebviewWindowBuilder::new(&app, "main", Default::default()).build().unwrap();
        let sim = OpenAiSim::start(OpenAiOptions::new(Profile::OpenAi)).await.unwrap();
        // The window's runtime lives as long as the app handle it holds.
        Self { sim, main, frames, _folder: folder }
    }

    /// A second window of the same program, with that label.
    pub(crate) fn other_window(&self, label: &str) -> WebviewWindow<MockRuntime> {
        WebviewWindowBuilder::new(self.main.app_handle(), label, Default::default()).build().unwrap()
    }

    /// Calls a command as the page does, with all its arguments.
    pub(crate) async fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        invoke(self.main.clone(), command, arguments).await
    }

    /// Calls a command of the contract and expects an answer.
    pub(crate) async fn call<C: Command>(&self, request: C::Request) -> C::Reply {
        let request = serde_json::to_value(request).unwrap();
        let arguments = json!({ "request": request });
        let reply = self.invoke(C::NAME, arguments).await.unwrap_or_else(|error| panic!("{}: {error}", C::NAME));
        serde_json::from_value(reply).unwrap_or_else(|error| panic!("the reply of {}: {error}", C::NAME))
    }

    /// The frames that came through that channel: each with its place in the channel.
    pub(crate) fn frames_of(&self, channel: u32) -> Vec<(usize, RunFrame)> {
        let frames = self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        frames.iter().filter(|(id, ..)| *id == channel).map(|(_, index, frame)| (*index, frame.clone())).collect()
    }

    /// Waits until a channel has brought at least so many frames.
    pub(crate) async fn wait_for_frames(&self, channel: u32, count: usize) {
        let waited = tokio::time::timeout(GUARD, async {
            while self.frames_of(channel).len() < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("channel {channel} brought {} frames", self.frames_of(channel).len()));
    }

    /// A connection to the simulated OpenAI with one enabled model.
    pub(crate) async fn connect(&self) -> (ConnectionView, Target) {
        let secret = SecretInput::new(hub_sim::openai::TEST_KEY);
        let connection = self
            .call::<Connect>(ConnectRequest {
                platform: PlatformId::Openai,
                name: None,
                base_url: Some(self.sim.base_url()),
                fields: BTreeMap::new(),
                secrets: BTreeMap::from([("api_key".to_owned(), secret)]),
                proxy: None,
                verify: true,
                allow_plain_http: false,
                as_typed: false,
            })
            .await;
        let models = vec![MODEL.into()];
        self.call::<EnableModels>(EnableModelsRequest { connection: connection.id.clone(), models, enabled: true })
            .await;
        let target = Target::Model { connection: connection.id.clone(), model: MODEL.into() };
        (connection, target)
    }

    /// Asks a question in a new conversation.
    pub(crate) async fn ask(&self, target: &Target, text: &str) -> Sent {
        self.call::<Send>(SendRequest {
            conversation: None,
            target: Some(target.clone()),
            parent: None,
            text: text.to_owned(),
            attachments: Vec::new(),
            inputs: BTreeMap::new(),
            answer: BTreeMap::new(),
        })
        .await
    }

    /// Follows a run on a channel until it ends.
    pub(crate) async fn follow(&self, run: &RunId, from_seq: u64, channel: u32) -> Result<Value, Value> {
        let request = json!({ "run": run, "from_seq": from_seq });
        self.invoke("run_attach", json!({ "request": request, "events": format!("__CHANNEL__:{channel}") })).await
    }

    /// The program still answers.
    pub(crate) async fn still_works(&self) {
        assert!(!self.call::<RunDoctor>(()).await.checks.is_empty());
    }
}

/// Calls a command from a window.
pub(crate) async fn invoke(
    window: WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let url = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    // It waits on its thread, without a limit of its own.
    let answer = tokio::task::spawn_blocking(move || get_ipc_response(&window, request));
    let answer = tokio::time::timeout(GUARD, answer).await.unwrap_or_else(|_| panic!("{command} does not answer"));
    answer.unwrap().map(|body| body.deserialize().unwrap())
}
