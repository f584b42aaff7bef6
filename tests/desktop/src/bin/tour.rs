//! The demo in the real window, picture by picture: every page and important state, in both languages and themes, at the
//! usual and the smallest size. After all pictures it fails when it saw text that is cut off or faint, or targets that
//! are too small to hit, and lists each.
//!
//! `tour DIR [--stream]`; the programs come from the environment, as for tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use hub_tests_desktop::{
    Fault, Keychain, Machine, MachineOptions, Program, Start, Window, button, dialog, field, look_for_faults, program,
    until,
};
use serde_json::json;

const PASSPHRASE: &str = "demo";
const SIZES: [(u32, u32); 2] = [(1280, 800), (900, 640)];

#[tokio::main]
async fn main() -> ExitCode {
    match tour().await {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for (fault, pictures) in &faults {
                eprintln!("{fault} [{}]", pictures.join(", "));
            }
            eprintln!("{} faults", faults.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

/// Every fault with the pictures that show it.
type Faults = BTreeMap<String, Vec<String>>;

async fn tour() -> Result<Faults> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("usage: tour DIR [--stream]")?);
    let stream = arguments.any(|argument| argument == "--stream");
    std::fs::create_dir_all(&folder)?;
    let mut faults = Faults::new();
    for language in ["zh", "en"] {
        first_start(&folder, language, &mut faults).await?;
        filled_hub(&folder, language, stream, &mut faults).await?;
    }
    Ok(faults)
}

/// What somebody sees who has nothing yet.
async fn first_start(folder: &Path, language: &'static str, faults: &mut Faults) -> Result<()> {
    let machine = Machine::start(options(language)).await?;
    let window = machine.open(Start { vault: Some("session"), ..Start::default() }).await?;
    painted(&window).await?;
    let mut album = Album { machine: &machine, window: &window, folder, language, faults };
    for (page, path) in [
        ("onboarding", "/welcome"),
        ("chat-nothing-connected", "/chat"),
        ("platforms-empty", "/platforms"),
        ("models-empty", "/models"),
        ("agents", "/agents"),
        ("search-empty", "/search"),
    ] {
        album.page(page, path).await?;
    }
    machine.close(window).await
}

/// What somebody sees who has used it for weeks.
async fn filled_hub(folder: &Path, language: &'static str, stream: bool, faults: &mut Faults) -> Result<()> {
    let machine = Machine::start(options(language)).await?;
    let _simulator = fill(&machine, language).await?;
    let window = machine
        .open(Start { vault: Some("passphrase"), passphrase: Some(PASSPHRASE.to_owned()), ..Start::default() })
        .await?;
    painted(&window).await?;
    let mut album = Album { machine: &machine, window: &window, folder, language, faults };

    for (page, path) in [
        ("platforms", "/platforms"),
        ("choose-models", "/platforms/add-models"),
        ("models", "/models"),
        ("members", "/members"),
        ("chat-new", "/chat"),
        ("settings-appearance", "/settings/appearance"),
        ("settings-chat", "/settings/chat"),
        ("settings-network", "/settings/network"),
        ("settings-keychain", "/settings/keychain"),
        ("settings-data", "/settings/data"),
        ("settings-shortcuts", "/settings/shortcuts"),
        ("settings-about", "/settings/about"),
    ] {
        album.page(page, path).await?;
    }
    let words = album.words();
    album.page("search", &format!("/search?q={}", words.search)).await?;
    for (page, title) in [("chat-answered", words.rich), ("chat-interrupted", words.cut), ("chat-failed", words.failed)]
    {
        album.conversation(page, title).await?;
    }
    album.connection_form().await?;
    if stream {
        album.frames().await?;
    }
    machine.close(window).await
}

fn options(language: &str) -> MachineOptions {
    let language = if language == "zh" { "zh_CN.UTF-8" } else { "en_US.UTF-8" };
    MachineOptions { screen: (1280, 800), keychain: Keychain::None, language }
}

/// Starts the simulator and fills the machine's Hub.
async fn fill(machine: &Machine, language: &str) -> Result<Simulator> {
    let addresses = machine.home().join("simulator.json");
    let mut command = machine.command(program(Program::Sim)?);
    command.args(["--port", "0", "--tokens-per-second", "40", "--until-stdin-closes", "--print-port-to"]);
    let child = command.arg(&addresses).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    let simulator = Simulator(child);
    until("the simulator", async || Ok(std::fs::read_to_string(&addresses).ok().filter(|line| line.ends_with('\n'))))
        .await?;
    let status = machine
        .command(program(Program::Demo)?)
        .env("HUB_PASSPHRASE", PASSPHRASE)
        .args(["--lang", if language == "zh" { "zh-CN" } else { "en" }])
        .arg("--data-dir")
        .arg(machine.data_dir())
        .arg("--sim-json")
        .arg(&addresses)
        .status()?;
    ensure!(status.success(), "the Hub could not be filled");
    Ok(simulator)
}

struct Simulator(Child);

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn painted(window: &Window) -> Result<()> {
    until("the first page", async || Ok((!window.text().await?.trim().is_empty()).then_some(()))).await
}

/// Takes the pictures of one window.
struct Album<'a> {
    machine: &'a Machine,
    window: &'a Window,
    folder: &'a Path,
    language: &'static str,
    faults: &'a mut Faults,
}

struct Words {
    search: &'static str,
    rich: &'static str,
    cut: &'static str,
    failed: &'static str,
    add: &'static str,
    platform: &'static str,
    address: &'static str,
    close: &'static str,
    message: &'static str,
    question: &'static str,
}

impl Album<'_> {
    fn words(&self) -> Words {
        if self.language == "zh" {
            Words {
                search: "返修",
                rich: "上季度三条产线的返修率",
                cut: "E37 报警的处理步骤",
                failed: "替代轴承 6205",
                add: "添加",
                platform: "OpenAI",
                address: "API endpoint 地址",
                close: "关闭",
                message: "发消息给",
                question: "B 线返修率为什么高？",
            }
        } else {
            Words {
                search: "repair",
                rich: "What were the repair rates",
                cut: "Steps for alarm E37",
                failed: "Which suppliers replace",
                add: "Add",
                platform: "OpenAI",
                address: "API endpoint",
                close: "Close",
                message: "Message",
                question: "Why is the repair rate of line B high?",
            }
        }
    }

    async fn page(&mut self, name: &str, path: &str) -> Result<()> {
        self.window.go(path).await?;
        self.pictures(name).await
    }

    async fn conversation(&mut self, name: &str, title: &str) -> Result<()> {
        self.window.go("/chat").await?;
        let row = format!(
            "return [...document.querySelectorAll('a, [role=option], .list-row')].find(e => e.innerText.includes({}))?.click() !== undefined || true",
            json!(title)
        );
        until("the conversation in the list", async || {
            self.window.run(&row, vec![]).await?;
            Ok(self.window.path().await?.starts_with("/chat/").then_some(()))
        })
        .await?;
        self.pictures(name).await?;
        // The size in which the list is an overlay would hide the rows for the next one.
        self.window.resize(SIZES[0].0, SIZES[0].1).await
    }

    /// The form of a platform, empty and with an address that needs a word.
    async fn connection_form(&mut self) -> Result<()> {
        let words = self.words();
        self.window.resize(SIZES[0].0, SIZES[0].1).await?;
        self.window.go("/platforms").await?;
        let card = format!("{} {}", words.add, words.platform);
        let opened = self.window.click(&button(&card).first()).await;
        if opened.is_err() {
            self.window.go("/platforms/add-models").await?;
            self.window.click(&button(words.platform).first()).await?;
        }
        self.window.finds(&dialog(words.platform)).await?;
        self.pictures("connection-form").await?;
        self.window.resize(SIZES[0].0, SIZES[0].1).await?;
        self.window.fill(&field(words.address), "http://llm.example.com/v1/chat/completions").await?;
        self.window.sees("/chat/completions").await?;
        self.pictures("connection-form-address").await?;
        self.window.resize(SIZES[0].0, SIZES[0].1).await?;
        self.window.click(&button(words.close).first()).await.ok();
        Ok(())
    }

    /// Twelve frames of one streamed answer.
    async fn frames(&mut self) -> Result<()> {
        let words = self.words();
        self.window.reload().await?;
        painted(self.window).await?;
        self.window.go("/chat").await?;
        self.window.type_into(&field(words.message), words.question).await?;
        self.window.press("\u{E007}").await?;
        let mut length = 0;
        for frame in 1..=12 {
            length = until("the answer to grow", async || {
                let now = self.window.text().await?.chars().count();
                Ok((now > length).then_some(now))
            })
            .await
            .unwrap_or(length);
            let picture = self.machine.picture_now(SIZES[0])?;
            std::fs::write(self.folder.join(format!("stream.{}.{frame:02}.png", self.language)), picture)?;
        }
        Ok(())
    }

    /// What is shown now, in both themes and sizes, with the checks; in the large size also at 200 % text.
    async fn pictures(&mut self, name: &str) -> Result<()> {
        for (width, height) in SIZES {
            self.window.resize(width, height).await?;
            for theme in ["light", "dark"] {
                self.window.run("document.documentElement.dataset.theme = arguments[0];", vec![json!(theme)]).await?;
                self.settled().await?;
                let picture = format!("{name}.{}.{theme}.{width}.png", self.language);
                std::fs::write(self.folder.join(&picture), self.machine.picture((width, height)).await?)?;
                self.note(look_for_faults(self.window).await?, &picture);
            }
        }
        self.window.run("document.documentElement.dataset.theme = 'light';", vec![]).await?;
        self.window.resize(SIZES[0].0, SIZES[0].1).await?;
        self.window.run("document.documentElement.style.setProperty('font-size', '200%');", vec![]).await?;
        self.settled().await?;
        let enlarged = look_for_faults(self.window).await?;
        self.note(enlarged.into_iter().filter(|fault| fault.kind != "small").collect(), &format!("{name} at 200 %"));
        self.window.run("document.documentElement.style.removeProperty('font-size');", vec![]).await?;
        Ok(())
    }

    /// Waits until two looks in a row find the same page.
    async fn settled(&self) -> Result<()> {
        let look = "return document.body.innerHTML.length + ':' + document.querySelectorAll('.sk').length;";
        let mut before = serde_json::Value::Null;
        until("the page to settle", async || {
            let frame =
                "const done = arguments[arguments.length - 1]; requestAnimationFrame(() => setTimeout(done, 120));";
            self.window.run_async(frame, vec![]).await?;
            let now = self.window.run(look, vec![]).await?;
            let same = now == before;
            before = now;
            Ok(same.then_some(()))
        })
        .await
    }

    fn note(&mut self, found: Vec<Fault>, picture: &str) {
        for fault in found {
            self.faults.entry(fault.to_string()).or_default().push(picture.to_owned());
        }
    }
}
