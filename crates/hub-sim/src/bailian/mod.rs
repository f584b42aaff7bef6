//! 阿里百炼: agent and workflow apps with sessions, and models in compatible mode (wire document `cloud-llm.md`, 2).
//!
//! Refuses what the platform refuses: another key, an unknown app (inside a 200, as it does), an app of another
//! workspace, no question, a session it does not know. The question chooses a [`Scenario`] by a word such as `sim:429`.

mod app;
mod frames;
mod refusal;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backlog::Backlog;
use crate::openai::TEST_KEY;
use crate::play::{self, Pace};
use crate::{OpenAiOptions, OpenAiPlatform, Profile, Recorded, Reply, Responder, Scenario, SimModel};
use app::Question;
pub use app::{App, AppKind};
use refusal::Refusal;

/// The agent app that every simulator has.
pub const AGENT: &str = "app-demo-01";
/// The workflow app that every simulator has.
pub const WORKFLOW: &str = "app-demo-02";

/// How the simulated platform behaves.
#[derive(Debug, Clone)]
pub struct BailianOptions {
    /// Keys that are accepted.
    pub keys: Vec<String>,
    /// Apps that can be asked.
    pub apps: Vec<App>,
    /// Sends the whole text in every frame, whatever is asked for.
    pub cumulative: bool,
    /// Answers 404 to the list of models.
    pub no_model_list: bool,
    /// How fast answers come.
    pub pace: Pace,
}

impl Default for BailianOptions {
    fn default() -> Self {
        Self {
            keys: vec![TEST_KEY.to_owned()],
            apps: vec![App::new(AGENT, AppKind::Agent), App::new(WORKFLOW, AppKind::Workflow)],
            cumulative: false,
            no_model_list: false,
            pace: Pace::default(),
        }
    }
}

/// The platform, to be served by a [`crate::ScriptedServer`] or mounted on a [`crate::Router`]. Apps stand below
/// `/api/v1`, models below `/compatible-mode/v1`.
#[derive(Debug)]
pub struct BailianPlatform {
    options: BailianOptions,
    models: OpenAiPlatform,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    backlog: Backlog,
    /// App and session of every conversation that is known.
    sessions: HashSet<(String, String)>,
    answered: u64,
}

impl BailianPlatform {
    /// A platform with these options.
    pub fn new(options: BailianOptions) -> Self {
        let mut models = OpenAiOptions::new(Profile::OpenAi);
        models.keys.clone_from(&options.keys);
        models.models = vec![SimModel::chat("qwen-demo"), SimModel::chat("qwen-demo-vl").with_vision()];
        models.quirks.no_list = options.no_model_list;
        models.tokens_per_second = options.pace.per_second;
        models.first_token = options.pace.first;
        Self { options, models: OpenAiPlatform::new(models), state: Mutex::default() }
    }

    /// The next question to an app gets this scenario.
    pub fn next(&self, scenario: Scenario) {
        self.state().backlog.push(scenario);
    }

    /// Every session is forgotten, as after an hour of silence.
    pub fn forget_sessions(&self) {
        self.state().sessions.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, request: &Recorded, app: &str) -> Reply {
        let mut state = self.state();
        state.answered += 1;
        let number = state.answered;
        drop(state);
        let streams = request.header("x-dashscope-sse").is_some_and(|value| value == "enable");
        self.answer(request, app, streams, number)
            .unwrap_or_else(|refusal| refusal.reply(&frames::request_id(number), streams))
    }

    fn answer(&self, request: &Recorded, app: &str, streams: bool, number: u64) -> Result<Reply, Refusal> {
        let key = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        if !self.options.keys.iter().any(|accepted| Some(accepted.as_str()) == key) {
            return Err(Refusal::BadKey);
        }
        let app = self.options.apps.iter().find(|known| known.id == app).ok_or(Refusal::NoSuchApp)?;
        if app.workspace.as_deref() != request.header("x-dashscope-workspace") {
            return Err(Refusal::OtherWorkspace);
        }
        let mut question = Question::check(&request.json(), app)?;
        let mut state = self.state();
        match question.session.take() {
            Some(session) if state.sessions.contains(&(app.id.clone(), session.clone())) => {
                question.session = Some(session);
            }
            Some(_) => return Err(Refusal::NoSuchSession),
            None => {
                let session = format!("s-sim{number:04}");
                state.sessions.insert((app.id.clone(), session.clone()));
                question.session = Some(session);
            }
        }
        let scenario = state.backlog.next(&question.text);
        drop(state);
        if let Some(refusal) = Refusal::of(&scenario) {
            return Err(refusal);
        }
        let written = frames::Answer { app, question: &question, scenario: &scenario, number };
        Ok(match play::page_of(&scenario) {
            Some(page) => page,
            None if streams => play::play(written.frames(self.options.cumulative), &scenario, self.options.pace),
            None => Reply::json(200, &written.whole()),
        })
    }
}

impl Responder for BailianPlatform {
    fn respond(&self, request: &Recorded) -> Reply {
        if let Some(path) = request.path.strip_prefix("/compatible-mode") {
            return self.models.respond(&Recorded { path: path.to_owned(), ..request.clone() });
        }
        let app = request.path.strip_prefix("/api/v1/apps/").and_then(|rest| rest.strip_suffix("/completion"));
        match (request.method.as_str(), app) {
            ("POST", Some(app)) => self.ask(request, app),
            _ => Reply::text(404, "404 page not found"),
        }
    }
}

impl Responder for Arc<BailianPlatform> {
    fn respond(&self, request: &Recorded) -> Reply {
        self.as_ref().respond(request)
    }
}
