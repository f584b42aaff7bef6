//! Serves all simulators on one port, for the demo and for tests that run the real binaries.

mod log_page;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use hub_sim::openai::TEST_KEY;
use hub_sim::{
    AppBuilderOptions, AppBuilderPlatform, ArkOptions, ArkPlatform, BailianOptions, BailianPlatform, CozeOptions,
    CozePlatform, DifyOptions, DifyPlatform, FastGptOptions, FastGptPlatform, OpenAiOptions, OpenAiPlatform, Pace,
    Profile, Router, ScriptedServer, Studio53Options, Studio53Platform, YuanqiOptions, YuanqiPlatform,
};
use log_page::LogPage;

/// The key that the demo uses.
const DEMO_KEY: &str = "sk-demo-0000-hub-desktop";

/// Simulated platforms on 127.0.0.1. Prints one JSON line with their base URLs, then serves until it is told to stop by
/// SIGTERM, Ctrl-C or the end of stdin.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How fast answers come; 0 is without pauses.
    #[arg(long, default_value_t = 45, value_name = "N")]
    tokens_per_second: u32,
    /// Pause before the first token, in milliseconds.
    #[arg(long, default_value_t = 350, value_name = "MS")]
    first_token_ms: u64,
    /// A key to accept; may be given several times. These are no secrets.
    #[arg(long = "key", value_name = "K", default_values_t = [DEMO_KEY.to_owned(), TEST_KEY.to_owned()])]
    keys: Vec<String>,
    /// File for the line with the base URLs; `stdout` prints it.
    #[arg(long, value_name = "FILE", default_value = "stdout")]
    print_port_to: PathBuf,
    /// End when stdin closes, so that no simulator outlives what started it.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let log_page = LogPage::default();
    let router =
        Profile::ALL.into_iter().fold(Router::new().mount("/_sim/log", log_page.clone()), |router, profile| {
            router.mount(&format!("/{}", profile.name()), OpenAiPlatform::new(options(profile, &arguments)))
        });
    let router = router
        .mount("/dify", DifyPlatform::new(dify_options(&arguments)))
        .mount("/coze", CozePlatform::new(coze_options(&arguments)))
        .mount("/appbuilder", AppBuilderPlatform::new(appbuilder_options(&arguments)))
        .mount("/fastgpt", FastGptPlatform::new(FastGptOptions::default()))
        .mount("/studio53", Studio53Platform::new(Studio53Options::default()));
    let router = with_apps(router, &arguments);
    let server = ScriptedServer::start_on(arguments.port, router)
        .await
        .with_context(|| format!("cannot listen on 127.0.0.1:{}", arguments.port))?;
    log_page.shows(server.log());
    // Before the addresses are out: who reads them may already send a signal.
    let signals = Signals::listen()?;
    print_addresses(&server, &arguments.print_port_to)?;
    tokio::select! {
        () = stdin_closed(), if arguments.until_stdin_closes => {}
        () = signals.received() => {}
    }
    Ok(())
}

fn options(profile: Profile, arguments: &Arguments) -> OpenAiOptions {
    let mut options = OpenAiOptions::new(profile);
    // The compatible server needs no key, as most on one's own machine.
    if profile != Profile::Compatible {
        options.keys.clone_from(&arguments.keys);
    }
    options.tokens_per_second = Some(arguments.tokens_per_second).filter(|rate| *rate > 0);
    options.first_token = Duration::from_millis(arguments.first_token_ms);
    options
}

fn dify_options(arguments: &Arguments) -> DifyOptions {
    let mut options = DifyOptions::default();
    // The demo's keys open the chat; `app-test-<mode>` opens the others.
    options.apps.extend(arguments.keys.iter().map(|key| hub_sim::dify::App::new(key, hub_sim::dify::Mode::Chat)));
    options.tokens_per_second = Some(arguments.tokens_per_second).filter(|rate| *rate > 0);
    options.first_token = Duration::from_millis(arguments.first_token_ms);
    options
}

fn coze_options(arguments: &Arguments) -> CozeOptions {
    CozeOptions {
        tokens: arguments.keys.clone(),
        tokens_per_second: Some(arguments.tokens_per_second).filter(|rate| *rate > 0),
        first_token: Duration::from_millis(arguments.first_token_ms),
        ..CozeOptions::default()
    }
}

fn appbuilder_options(arguments: &Arguments) -> AppBuilderOptions {
    AppBuilderOptions {
        keys: arguments.keys.clone(),
        tokens_per_second: Some(arguments.tokens_per_second).filter(|rate| *rate > 0),
        first_token: Duration::from_millis(arguments.first_token_ms),
        ..AppBuilderOptions::default()
    }
}

/// Addresses of the platforms with apps, below the server's own.
const APP_PLATFORMS: [(&str, &str); 3] =
    [("bailian", "/bailian/api/v1"), ("ark", "/ark/api/v3"), ("yuanqi", "/yuanqi/openapi/v1/agent")];

fn with_apps(router: Router, arguments: &Arguments) -> Router {
    let pace = Pace {
        per_second: Some(arguments.tokens_per_second).filter(|rate| *rate > 0),
        first: Duration::from_millis(arguments.first_token_ms),
    };
    let keys = arguments.keys.clone();
    let mut yuanqi = YuanqiOptions { pace, ..YuanqiOptions::default() };
    let assistant = hub_sim::yuanqi::ASSISTANT.to_owned();
    yuanqi.assistants.extend(keys.iter().map(|key| (assistant.clone(), key.clone())));
    router
        .mount("/bailian", BailianPlatform::new(BailianOptions { keys: keys.clone(), pace, ..Default::default() }))
        .mount("/ark", ArkPlatform::new(ArkOptions { keys, pace, ..Default::default() }))
        .mount("/yuanqi", YuanqiPlatform::new(yuanqi))
}

fn print_addresses(server: &ScriptedServer, to: &Path) -> anyhow::Result<()> {
    let base = server.base_url();
    let addresses: serde_json::Map<_, _> = Profile::ALL
        .into_iter()
        .map(|profile| (profile.name().to_owned(), format!("{base}/{}/v1", profile.name()).into()))
        .chain([("dify".to_owned(), format!("{base}/dify/v1").into())])
        .chain([("coze".to_owned(), format!("{base}/coze").into())])
        .chain([("appbuilder".to_owned(), format!("{base}/appbuilder/v2").into())])
        .chain([("fastgpt".to_owned(), format!("{base}/fastgpt/api").into())])
        .chain([("studio53".to_owned(), format!("{base}/studio53").into())])
        .chain(APP_PLATFORMS.map(|(name, path)| (name.to_owned(), format!("{base}{path}").into())))
        .chain([("log".to_owned(), format!("{base}/_sim/log").into())])
        .collect();
    let line = format!("{}\n", serde_json::Value::from(addresses));
    if to == Path::new("stdout") {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(line.as_bytes())?;
        stdout.flush()?;
        return Ok(());
    }
    // Under another name first: whoever waits for the file finds it whole.
    let part = to.with_extension("part");
    std::fs::write(&part, line)
        .and_then(|()| std::fs::rename(&part, to))
        .with_context(|| format!("cannot write {}", to.display()))
}

async fn stdin_closed() {
    let (sender, closed) = tokio::sync::oneshot::channel();
    // A thread of its own: a read from stdin cannot be cancelled and would keep the runtime from ending.
    std::thread::spawn(move || {
        let mut ignored = [0; 1024];
        while matches!(std::io::stdin().lock().read(&mut ignored), Ok(1..)) {}
        // Nobody listens any more when a signal came first.
        let _ = sender.send(());
    });
    // Fails only if the thread died, and then stdin is not read any more either.
    let _ = closed.await;
}

/// SIGTERM and Ctrl-C, listened for from the moment this exists.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C, listened for from the moment this exists.
#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn received(mut self) {
        self.interrupt.recv().await;
    }
}
