//! What the person sits at.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::browser::Browser;
use crate::bus::Bus;
use crate::marked::{Environment, end_all, spawn};
use crate::programs::{Program, program};
use crate::screen::Screen;
use crate::window::{Start, Window};
use crate::{keychain, until};

/// How often a picture is taken anew while it still changes. A caret blinks and a ring turns for ever: then any moment
/// is as good as another.
const STILL_TRIES: u32 = 20;

/// Which keychain a machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keychain {
    /// A real one, unlocked.
    Unlocked,
    /// No service at all; for Hubs that keep their secrets elsewhere.
    None,
}

/// How a machine is set up.
#[derive(Debug, Clone)]
pub struct MachineOptions {
    /// Size of the screen, in pixels.
    pub screen: (u32, u32),
    /// The keychain.
    pub keychain: Keychain,
    /// The system's language, as `LANG` names it.
    pub language: &'static str,
}

impl Default for MachineOptions {
    /// An English machine with an unlocked keychain.
    fn default() -> Self {
        Self { screen: (1280, 800), keychain: Keychain::Unlocked, language: "en_US.UTF-8" }
    }
}

/// A running machine. Everything on it ends when it is dropped.
#[derive(Debug)]
pub struct Machine {
    environment: Environment,
    screen: Screen,
    _bus: Bus,
    // Last: fields are dropped in order, and the folder can only go when nobody writes there.
    home: Home,
}

impl Machine {
    /// Sets a machine up.
    ///
    /// # Errors
    /// A program is missing or does not start.
    pub async fn start(options: MachineOptions) -> Result<Self> {
        let home = Home::make()?;
        let mut environment = Environment::new(home.path());
        environment.set("LANG", options.language);
        let screen = Screen::start(&mut environment, options.screen)?;
        let bus = Bus::start(&mut environment)?;
        if options.keychain == Keychain::Unlocked {
            keychain::unlock(&environment).await?;
        }
        Ok(Self { environment, screen, _bus: bus, home })
    }

    /// The home directory.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The usual data directory of a test.
    pub fn data_dir(&self) -> PathBuf {
        self.home().join("hub")
    }

    /// Starts the program and waits for its window.
    ///
    /// # Errors
    /// The program or its driver does not start.
    pub async fn open(&self, start: Start) -> Result<Window> {
        let arguments = start.arguments(&self.data_dir());
        Window::open(start.on(&self.environment), &program(Program::Desktop)?, &arguments).await
    }

    /// Clicks the cross of the window.
    ///
    /// # Errors
    /// There is no window.
    pub fn ask_to_close(&self) -> Result<()> {
        anyhow::ensure!(self.screen.close_windows()? > 0, "no window understands that it shall close");
        Ok(())
    }

    /// Clicks the cross of the window and waits until the program has ended.
    ///
    /// # Errors
    /// There is no window, or the program does not end.
    pub async fn close(&self, window: Window) -> Result<()> {
        self.ask_to_close()?;
        self.see_end(window).await
    }

    /// Waits until the program has ended.
    ///
    /// # Errors
    /// It does not end.
    pub async fn see_end(&self, window: Window) -> Result<()> {
        until("the program to end", async || Ok((!window.is_running()).then_some(()))).await?;
        drop(window);
        Ok(())
    }

    /// Starts the program without a driver, as a second start beside an open window, and waits for its end.
    ///
    /// # Errors
    /// It does not start or does not end.
    pub async fn run_beside(&self, start: &Start) -> Result<ExitStatus> {
        let mut command = start.on(&self.environment).command(program(Program::Desktop)?);
        let mut child = spawn(command.args(start.arguments(&self.data_dir())).stderr(Stdio::null()))?;
        let status = until("the second start to end", async || Ok(child.try_wait()?)).await;
        if status.is_err() {
            let _ = child.kill();
        }
        status
    }

    /// Gives the person a browser, and the system somebody to hand web addresses to.
    ///
    /// # Errors
    /// The system takes none.
    pub fn install_browser(&self) -> Result<()> {
        Browser::install(&self.environment)
    }

    /// Waits until the program has asked for the browser, and goes on there.
    ///
    /// # Errors
    /// It does not ask, or there is no browser.
    pub async fn browser(&self) -> Result<Browser> {
        Browser::open_what_was_asked(&self.environment).await
    }

    /// Waits until the program has asked for the browser, and opens nothing; answers the address.
    ///
    /// # Errors
    /// It does not ask.
    pub async fn leave_browser_closed(&self) -> Result<String> {
        Browser::address_asked_for(&self.environment).await
    }

    /// Hands a link to the system, as a browser does.
    ///
    /// # Errors
    /// Nobody opens it.
    pub fn open_link(&self, link: &str) -> Result<()> {
        Window::hand_over(&self.environment, link)
    }

    /// The same where the program does not run: the window that the link opens.
    ///
    /// # Errors
    /// Nobody opens it, or no window comes.
    pub async fn window_of_link(&self, link: &str) -> Result<Window> {
        Window::of_link(Start::default().on(&self.environment), link).await
    }

    /// A program on this machine.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        self.environment.command(program)
    }

    /// Locks the keychain, as a screen lock or another program may.
    ///
    /// # Errors
    /// There is none.
    pub fn lock_keychain(&self) -> Result<()> {
        keychain::lock(&self.environment)
    }

    /// Puts something on the clipboard, as another program does when a person copies.
    ///
    /// # Errors
    /// The clipboard takes nothing.
    pub fn copy(&self, mime: &str, content: &[u8]) -> Result<()> {
        let mut command = self.command("xclip");
        command.args(["-selection", "clipboard", "-in", "-target", mime]);
        // It stays behind to hand the content out, so its streams would never end.
        let mut copy = spawn(command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()))?;
        copy.stdin.take().context("xclip takes nothing")?.write_all(content)?;
        anyhow::ensure!(copy.wait()?.success(), "nothing could be copied");
        Ok(())
    }

    /// The window as a person sees it, as a PNG: the upper left of the screen, once it stands still.
    ///
    /// # Errors
    /// The screen cannot be read.
    pub async fn picture(&self, size: (u32, u32)) -> Result<Vec<u8>> {
        // Not through the driver: WebKit answers it only with a next frame, which a page at rest never paints.
        let mut before = self.picture_now(size)?;
        for _ in 0..STILL_TRIES {
            tokio::time::sleep(Duration::from_millis(40)).await;
            let now = self.picture_now(size)?;
            if now == before {
                break;
            }
            before = now;
        }
        Ok(before)
    }

    /// The screen at this moment.
    ///
    /// # Errors
    /// The screen cannot be read.
    pub fn picture_now(&self, size: (u32, u32)) -> Result<Vec<u8>> {
        self.screen.picture(&self.environment, size)
    }

    /// Waits until the keychain asks for its password, and types it.
    ///
    /// # Errors
    /// It does not ask.
    pub async fn unlock_keychain(&self) -> Result<()> {
        keychain::answer(&self.environment, true).await
    }

    /// Waits until the keychain asks for its password, and refuses.
    ///
    /// # Errors
    /// It does not ask.
    pub async fn refuse_keychain(&self) -> Result<()> {
        keychain::answer(&self.environment, false).await
    }

    /// Writes a picture of the screen to the folder that `HUB_TEST_SHOTS` names, if it names one.
    pub fn keep_picture(&self, test: &str) {
        let Some(folder) = std::env::var_os("HUB_TEST_SHOTS").map(PathBuf::from) else { return };
        let Ok(picture) = self.picture_now(self.screen.size()) else { return };
        let file = folder.join(format!("{test}.png"));
        if std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&file, picture)).is_ok() {
            eprintln!("the screen as it was: {}", file.display());
        }
    }
}

/// A home directory, and the end of everything that was started with it.
#[derive(Debug)]
struct Home {
    folder: TempDir,
}

impl Home {
    fn make() -> Result<Self> {
        // Short, because sockets in it may have paths of 107 bytes at most.
        let folder = tempfile::Builder::new().prefix("hub-").tempdir().context("no home directory")?;
        std::fs::create_dir_all(folder.path().join("tmp"))?;
        Ok(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        end_all(self.path());
    }
}
