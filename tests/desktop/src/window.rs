//! The program's window, and what a person does with it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::driver::{AUTOMATION, Driver, Session};
use crate::marked::{Environment, Process, kill, processes_of, spawn};
use crate::programs::{Program, program};
use crate::target::Target;
use crate::until;

const FIND: &str = include_str!("page/find.js");
/// Where a program lets itself be inspected.
const INSPECTOR: &str = "WEBKIT_INSPECTOR_SERVER";
/// How WebDriver marks an element in JSON (W3C WebDriver 12.1).
pub(crate) const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How the program is started.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Another data directory than the machine's usual one.
    pub data_dir: Option<PathBuf>,
    /// Where secrets are kept, as `--vault` takes it; absent leaves it to the Hub.
    pub vault: Option<&'static str>,
    /// Opens a passphrase vault.
    pub passphrase: Option<String>,
    /// Without the session bus of the machine, so that it cannot notice another instance.
    pub without_bus: bool,
    /// A file that the program is asked to open, as file managers hand it over.
    pub file: Option<PathBuf>,
}

impl Start {
    pub(crate) fn on(&self, machine: &Environment) -> Environment {
        let mut environment = machine.clone();
        // Without a graphics card the accelerated way paints nothing.
        environment.set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        if let Some(passphrase) = &self.passphrase {
            environment.set("HUB_PASSPHRASE", passphrase);
        }
        if self.without_bus {
            environment.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        }
        environment
    }

    pub(crate) fn arguments(&self, usual: &Path) -> Vec<String> {
        let data_dir = self.data_dir.as_deref().unwrap_or(usual).display().to_string();
        let mut arguments = vec!["--data-dir".to_owned(), data_dir];
        if let Some(vault) = self.vault {
            arguments.extend(["--vault".to_owned(), vault.to_owned()]);
        }
        arguments.extend(self.file.as_ref().map(|file| file.display().to_string()));
        arguments
    }
}

/// An open window. The program runs on when this is dropped, until its machine ends; a person ends it with
/// [`crate::Machine::close`].
#[derive(Debug)]
pub struct Window {
    session: Session,
    environment: Environment,
    home: PathBuf,
    program: u32,
    /// The first one is the program's parent; later ones took over.
    drivers: Vec<Driver>,
}

impl Window {
    pub(crate) async fn open(environment: Environment, binary: &Path, arguments: &[String]) -> Result<Self> {
        let driver = Driver::start(&environment).await?;
        let session = Session::new(driver.begin(binary, arguments).await?);
        let home = environment.home().to_owned();
        let name = name_of(binary);
        let program = processes_of(&home)
            .into_iter()
            .find(|process| process.parent == driver.id() && process.name == name)
            .context("the driver started no program")?;
        Ok(Self { session, environment, home, program: program.pid, drivers: vec![driver] })
    }

    /// Hands a link to the system, which opens it with the program that it is registered for.
    pub(crate) fn hand_over(environment: &Environment, link: &str) -> Result<()> {
        // It stays as long as the program that it starts.
        spawn(environment.command("xdg-open").arg(link).stderr(Stdio::null())).map(drop)
    }

    /// The window of a program that a link starts, not a driver.
    pub(crate) async fn of_link(mut environment: Environment, link: &str) -> Result<Self> {
        let inspector = format!("127.0.0.1:{}", TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port());
        environment.set(INSPECTOR, &inspector);
        environment.set(AUTOMATION, "true");
        Self::hand_over(&environment, link)?;
        let home = environment.home().to_owned();
        let name = name_of(&program(Program::Desktop)?);
        let program = until("the program that the link starts", async || {
            Ok(processes_of(&home).into_iter().find(|process| process.name == name))
        })
        .await?;
        let driver = Driver::start_for(&environment, &inspector).await?;
        let client = until("its window to be driven", async || Ok(driver.take_over().await.ok())).await?;
        let session = Session::new(client);
        Ok(Self { session, environment, home, program: program.pid, drivers: vec![driver] })
    }

    pub(crate) fn client(&self) -> fantoccini::Client {
        self.session.client()
    }

    // What a person sees.

    /// Waits until these words can be read on the page.
    ///
    /// # Errors
    /// They do not appear; the error quotes the page.
    pub async fn sees(&self, words: &str) -> Result<()> {
        let seen = until("", async || Ok(self.text().await?.contains(words).then_some(()))).await;
        self.or_the_page(seen, &format!("the words \"{words}\"")).await
    }

    /// Waits until these words can no longer be read.
    ///
    /// # Errors
    /// They stay.
    pub async fn sees_no_more(&self, words: &str) -> Result<()> {
        let gone = until("", async || Ok((!self.text().await?.contains(words)).then_some(()))).await;
        self.or_the_page(gone, &format!("the words \"{words}\" to go away")).await
    }

    /// Waits until that is there.
    ///
    /// # Errors
    /// It does not appear.
    pub async fn finds(&self, target: &Target) -> Result<()> {
        self.element(target).await.map(drop)
    }

    /// Waits until that is gone.
    ///
    /// # Errors
    /// It stays.
    pub async fn misses(&self, target: &Target) -> Result<()> {
        let gone = until("", async || Ok(self.look(target).await?.is_err().then_some(()))).await;
        self.or_the_page(gone, &format!("{target} to go away")).await
    }

    /// All words on the page as they are shown; with an open dialog, only its words.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn text(&self) -> Result<String> {
        let script = "const open = [...document.querySelectorAll('dialog[open]')].at(-1);
                      return (open ?? document.body)?.innerText ?? '';";
        Ok(self.run(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    /// The words within one part of the page.
    ///
    /// # Errors
    /// It is not there.
    pub async fn text_of(&self, target: &Target) -> Result<String> {
        let element = self.element(target).await?;
        let text = self.run("return arguments[0].innerText;", vec![json!({ ELEMENT: *element.element_id() })]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// What stands in a field.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn value_of(&self, target: &Target) -> Result<String> {
        Ok(self.element(target).await?.prop("value").await?.unwrap_or_default())
    }

    /// The path of the page that is open.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn path(&self) -> Result<String> {
        Ok(self.run("return location.pathname;", vec![]).await?.as_str().unwrap_or_default().to_owned())
    }

    // What a person does.

    /// Clicks that, as soon as it is there and can be clicked.
    ///
    /// # Errors
    /// It cannot be clicked.
    pub async fn click(&self, target: &Target) -> Result<()> {
        let mut last = String::new();
        let clicked = until("", async || match self.look(target).await? {
            Err(problem) => {
                last = problem;
                Ok(None)
            }
            // It may have been drawn anew, or moved behind something, since it was found.
            Ok(element) => match self.click_once(&element).await {
                Ok(true) => Ok(Some(())),
                Ok(false) => {
                    last = "it moved away from under the pointer".to_owned();
                    Ok(None)
                }
                Err(error) => {
                    last = error.to_string();
                    Ok(None)
                }
            },
        })
        .await;
        self.or_the_page(clicked, &format!("a click on {target} ({last})")).await
    }

    /// False when the click fell beside it, as where the page moves between aiming and pressing.
    async fn click_once(&self, element: &Element) -> Result<bool> {
        let aimed = json!({ ELEMENT: *element.element_id() });
        let watch = "const [aimed] = arguments;
                     const seen = event => { if (event.composedPath().includes(aimed)) window.hubClick.hit = true; };
                     window.hubClick?.end();
                     window.hubClick = { hit: false, end: () => removeEventListener('click', seen, true) };
                     addEventListener('click', seen, true);";
        self.run(watch, vec![aimed]).await?;
        element.click().await?;
        // A page that was left by the click knows nothing of it any more.
        let hit = self.run("window.hubClick?.end(); return window.hubClick?.hit ?? true;", vec![]).await;
        Ok(hit.ok().and_then(|hit| hit.as_bool()).unwrap_or(true))
    }

    /// Clicks what ends the program. The page does it by itself a moment later: a driver that clicks takes the end for a
    /// crash.
    ///
    /// # Errors
    /// It is not there.
    pub async fn click_to_end(&self, target: &Target) -> Result<()> {
        let element = self.element(target).await?;
        let script = "const [target] = arguments; setTimeout(() => target.click(), 100);";
        self.run(script, vec![json!({ ELEMENT: *element.element_id() })]).await?;
        Ok(())
    }

    /// Replaces what stands in a field by typing.
    ///
    /// # Errors
    /// It cannot be typed into.
    pub async fn fill(&self, target: &Target, text: &str) -> Result<()> {
        // Everything chosen, then deleted, by keys: clearing through the driver tells the page nothing. A modifier holds
        // until the end of one call.
        self.type_into(target, "\u{E009}a").await?;
        self.type_into(target, &format!("\u{E017}{text}")).await?;
        let typed = until("", async || Ok((self.value_of(target).await? == text).then_some(()))).await;
        self.or_the_page(typed, &format!("{target} to hold what was typed")).await
    }

    /// Types into a field, after what is there.
    ///
    /// # Errors
    /// It cannot be typed into.
    pub async fn type_into(&self, target: &Target, keys: &str) -> Result<()> {
        let typed = until("", async || match self.look(target).await? {
            Ok(element) => Ok(element.send_keys(keys).await.ok()),
            Err(_) => Ok(None),
        })
        .await;
        self.or_the_page(typed, &format!("{target} to take keys")).await
    }

    /// Moves the pointer into the corner, away from everything that shows more below it.
    ///
    /// # Errors
    /// The driver has no pointer.
    pub async fn point_away(&self) -> Result<()> {
        let corner = PointerAction::MoveTo { duration: None, x: 1.0, y: 1.0 };
        Ok(self.session.client().perform_actions(MouseActions::new("mouse".into()).then(corner)).await?)
    }

    /// Presses keys wherever the focus is, with WebDriver's code points for keys that have no letter.
    ///
    /// # Errors
    /// Nothing has the focus.
    pub async fn press(&self, keys: &str) -> Result<()> {
        self.session.client().active_element().await?.send_keys(keys).await?;
        Ok(())
    }

    /// Chooses one of a list.
    ///
    /// # Errors
    /// There is no such list or choice.
    pub async fn choose(&self, target: &Target, choice: &str) -> Result<()> {
        self.element(target).await?.select_by_label(choice).await?;
        Ok(())
    }

    /// Makes the window another size, in pixels of the page.
    ///
    /// # Errors
    /// It stays as it is.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.session.client().set_window_rect(0, 0, width, height).await?;
        let resized = until("", async || {
            let size = self.run("return [innerWidth, innerHeight];", vec![]).await?;
            Ok((size == json!([width, height])).then_some(()))
        });
        resized.await.with_context(|| format!("the window does not become {width}x{height}"))
    }

    /// Opens one of the program's pages by its path, where clicking through to it is not what is shown.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn go(&self, path: &str) -> Result<()> {
        let script = "history.pushState(null, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'));";
        self.run(script, vec![json!(path)]).await?;
        Ok(())
    }

    /// Loads the page anew.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.session.client().refresh().await?)
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// The page does not answer, or the script throws.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.session.client().execute(script, arguments).await?)
    }

    /// Runs a script that calls its last argument when it is done.
    ///
    /// # Errors
    /// The page does not answer, or the script throws.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.session.client().execute_async(script, arguments).await?)
    }

    // What happens to a program.

    /// Processor time that the process with the page has used so far, in seconds.
    ///
    /// # Errors
    /// There is no such process.
    pub fn page_seconds(&self) -> Result<f64> {
        /// What the kernel counts in (`getconf CLK_TCK`).
        const TICKS_PER_SECOND: f64 = 100.0;
        let page = self.page_process().context("no process shows the page")?;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", page.pid))?;
        // The name before it may hold anything.
        let fields = stat.rsplit_once(')').map(|(_, fields)| fields.split_whitespace()).context("no state")?;
        let used: Vec<f64> = fields.skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
        Ok(used.iter().sum::<f64>() / TICKS_PER_SECOND)
    }

    /// Whether the program runs.
    pub fn is_running(&self) -> bool {
        processes_of(&self.home).iter().any(|process| process.pid == self.program)
    }

    /// Ends the program as a power cut does, and waits until it is gone.
    ///
    /// # Errors
    /// It does not end.
    pub async fn kill(self) -> Result<()> {
        kill("KILL", &[self.program]);
        until("the program to end", async || Ok((!self.is_running()).then_some(()))).await
    }

    /// Ends the process that shows the page, waits for the next one and looks at that.
    ///
    /// # Errors
    /// There is none, it does not end, or nobody starts another one.
    pub async fn kill_page(&mut self) -> Result<()> {
        let page = self.page_process().context("no process shows the page")?;
        kill("KILL", &[page.pid]);
        until("another process for the page", async || {
            Ok(self.page_process().filter(|process| process.pid != page.pid))
        })
        .await?;
        self.look_again().await
    }

    /// The driver gave its session up with the process. Another one takes the window over.
    async fn look_again(&mut self) -> Result<()> {
        let environment = std::fs::read_to_string(format!("/proc/{}/environ", self.program))?;
        let inspector = environment.split('\0').find_map(|entry| entry.strip_prefix(INSPECTOR)?.strip_prefix('='));
        let driver = Driver::start_for(&self.environment, inspector.context("the program cannot be driven")?).await?;
        let client = until("the new page to be driven", async || Ok(driver.take_over().await.ok())).await?;
        self.session.replace(client);
        self.drivers.push(driver);
        Ok(())
    }

    /// The process that shows the page.
    fn page_process(&self) -> Option<Process> {
        let processes = processes_of(&self.home);
        processes
            .into_iter()
            .find(|process| process.parent == self.program && process.name.starts_with("WebKitWebProc"))
    }

    async fn element(&self, target: &Target) -> Result<Element> {
        let mut last = String::new();
        let found = until("", async || match self.look(target).await? {
            Ok(element) => Ok(Some(element)),
            Err(problem) => {
                last = problem;
                Ok(None)
            }
        })
        .await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => {
                self.or_the_page(Err::<(), _>(error), &format!("{target} ({last})")).await?;
                bail!("{target} is not there")
            }
        }
    }

    /// The element, or what is wrong with the search.
    pub(crate) async fn look(&self, target: &Target) -> Result<Result<Element, String>> {
        let found = match self.session.client().execute(FIND, vec![serde_json::to_value(target)?]).await {
            // Drawn anew between being found and being told.
            Err(error) if error.to_string().contains("Stale element") => {
                return Ok(Err("it was drawn anew".to_owned()));
            }
            found => found?,
        };
        if let Some(id) = found.pointer(&format!("/element/{ELEMENT}")).and_then(Value::as_str) {
            return Ok(Ok(Element::from_element_id(self.session.client(), id.to_owned().into())));
        }
        let problem = found.get("problem").and_then(Value::as_str);
        ensure!(problem.is_some(), "the search answered {found}");
        Ok(Err(problem.unwrap_or_default().to_owned()))
    }

    /// Adds what the page shows to an error.
    async fn or_the_page<T>(&self, outcome: Result<T>, what: &str) -> Result<T> {
        match outcome {
            Ok(value) => Ok(value),
            Err(error) => {
                let page = self.text().await.unwrap_or_else(|error| format!("(no answer: {error})"));
                Err(error.context(format!("{what} did not come. The page shows:\n{page}")))
            }
        }
    }
}

/// The name of a program's process, as the kernel keeps it.
fn name_of(program: &Path) -> String {
    program.file_name().unwrap_or_default().to_string_lossy().chars().take(15).collect()
}
