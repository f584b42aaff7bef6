//! One window of the tour: at each stop its pictures are taken and looked at, or the rules of accessibility are asked.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Axe, Machine, Target, Window, link, look_for_faults, region, until};
use anyhow::Result;
use hub_contract::platform::Language;
use hub_text::Texts;
use serde_json::json;

use super::Look;

/// Width and height of the window: the usual and the smallest one.
pub(super) const SIZES: [(u32, u32); 2] = [USUAL, (900, 640)];
pub(super) const USUAL: (u32, u32) = (1280, 800);
const THEMES: [&str; 2] = ["light", "dark"];

/// A caret that blinks would make two pictures of the same thing differ.
const STILL_CARET: &str = "
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { caret-color: transparent !important; }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
";
const THEME: &str = "document.documentElement.dataset.theme = arguments[0];";
const TEXT_SIZE: &str = "document.documentElement.style.setProperty('font-size', arguments[0]);";
/// What is drawn, as far as its structure tells; skeletons stand for what still loads.
const DRAWN: &str = "
    const loading = document.querySelectorAll('.sk, [aria-busy=\"true\"]').length;
    return loading ? null : document.body.innerHTML;
";

/// Every fault with the stops that show it.
#[derive(Debug, Default)]
pub struct Faults {
    found: BTreeMap<String, Vec<String>>,
    stops: usize,
}

/// The pictures of one window.
pub(crate) struct Album<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) window: &'a Window,
    pub(crate) texts: Texts,
    look: &'a Look,
    faults: &'a mut Faults,
}

impl<'a> Album<'a> {
    /// Begins when the window shows something.
    pub(crate) async fn begin(
        machine: &'a Machine,
        window: &'a Window,
        language: Language,
        look: &'a Look,
        faults: &'a mut Faults,
    ) -> Result<Self> {
        until("the first page", async || Ok((!window.text().await?.trim().is_empty()).then_some(()))).await?;
        window.run(STILL_CARET, vec![]).await?;
        Ok(Self { machine, window, texts: Texts::new(language), look, faults })
    }

    /// The words of that key, in the window's language.
    pub(crate) fn word(&self, key: &str) -> String {
        self.texts.get(key)
    }

    /// A page's entry in the rail.
    pub(crate) fn rail(&self, key: &str) -> Target {
        link(&self.word(key)).inside(region(&self.word("nav-main")))
    }

    /// Opens a page by its path and takes its pictures.
    pub(crate) async fn page(&mut self, name: &str, path: &str) -> Result<()> {
        self.window.go(path).await?;
        self.state(name).await
    }

    /// What is shown now, at rest; after its pictures also with text of twice the size, which is only looked at.
    pub(crate) async fn state(&mut self, name: &str) -> Result<()> {
        self.window.point_away().await?;
        for size in self.look.sizes() {
            self.window.resize(size.0, size.1).await?;
            for theme in THEMES {
                self.window.run(THEME, vec![json!(theme)]).await?;
                self.settled().await?;
                match self.look {
                    Look::Pictures { folder, .. } => {
                        let picture = self.machine.picture(*size).await?;
                        self.keep(folder, name, theme, *size, &picture).await?;
                    }
                    Look::Rules(axe) => self.ask(axe, name, theme).await?,
                }
            }
        }
        if let Look::Pictures { .. } = self.look {
            self.enlarged(name).await?;
        }
        self.as_usual().await
    }

    /// What is shown now and does not rest, such as an answer that grows.
    pub(crate) async fn moving_state(&mut self, name: &str) -> Result<()> {
        for size in self.look.sizes() {
            self.window.resize(size.0, size.1).await?;
            for theme in THEMES {
                self.window.run(THEME, vec![json!(theme)]).await?;
                self.painted().await?;
                match self.look {
                    Look::Pictures { folder, .. } => {
                        let picture = self.machine.picture_now(*size)?;
                        self.keep(folder, name, theme, *size, &picture).await?;
                    }
                    Look::Rules(axe) => self.ask(axe, name, theme).await?,
                }
            }
        }
        self.as_usual().await
    }

    /// One picture of a series, in the window's usual look.
    pub(crate) async fn frame(&mut self, name: &str, number: u32) -> Result<()> {
        let Look::Pictures { folder, .. } = self.look else { return Ok(()) };
        self.painted().await?;
        let file = format!("{name}.{}.{number:02}.png", self.language());
        Ok(std::fs::write(folder.join(file), self.machine.picture_now(USUAL)?)?)
    }

    async fn keep(&mut self, folder: &Path, name: &str, theme: &str, size: (u32, u32), picture: &[u8]) -> Result<()> {
        let file = format!("{name}.{}.{theme}.{}.png", self.language(), size.0);
        std::fs::write(folder.join(&file), picture)?;
        for fault in look_for_faults(self.window).await? {
            self.faults.note(&fault.to_string(), &file);
        }
        Ok(())
    }

    async fn ask(&mut self, axe: &Axe, name: &str, theme: &str) -> Result<()> {
        self.faults.stops += 1;
        for fault in axe.ask(self.window).await? {
            self.faults.note(&fault.to_string(), &format!("{name}.{}.{theme}", self.language()));
        }
        Ok(())
    }

    /// Only text grows, so targets are as large as before.
    async fn enlarged(&mut self, name: &str) -> Result<()> {
        self.window.resize(USUAL.0, USUAL.1).await?;
        self.window.run(TEXT_SIZE, vec![json!("200%")]).await?;
        self.settled().await?;
        for fault in look_for_faults(self.window).await? {
            self.faults.note(&fault.to_string(), &format!("{name}.{} at 200 %", self.language()));
        }
        Ok(())
    }

    async fn as_usual(&self) -> Result<()> {
        self.window.run(TEXT_SIZE, vec![json!("")]).await?;
        self.window.run(THEME, vec![json!("light")]).await?;
        self.window.resize(USUAL.0, USUAL.1).await
    }

    /// Waits until nothing loads and two frames in a row are drawn from the same page.
    async fn settled(&self) -> Result<()> {
        let mut before = serde_json::Value::Null;
        until("the page to settle", async || {
            self.painted().await?;
            let now = self.window.run(DRAWN, vec![]).await?;
            let same = !now.is_null() && now == before;
            before = now;
            Ok(same.then_some(()))
        })
        .await
    }

    /// Waits for the next frame to be on the screen.
    async fn painted(&self) -> Result<()> {
        let frame = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.window.run_async(frame, vec![]).await?;
        Ok(())
    }

    fn language(&self) -> &'static str {
        match self.texts.language() {
            Language::ZhCn => "zh",
            Language::En => "en",
        }
    }
}

impl Faults {
    /// Nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How often the rules of accessibility were asked.
    pub fn stops(&self) -> usize {
        self.stops
    }

    /// A fault, and the stop that shows it.
    pub fn note(&mut self, fault: &str, picture: &str) {
        self.found.entry(fault.to_owned()).or_default().push(picture.to_owned());
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (fault, pictures) in &self.found {
            let first = pictures.first().map(String::as_str).unwrap_or_default();
            match pictures.len() {
                0 | 1 => writeln!(f, "{fault} [{first}]")?,
                more => writeln!(f, "{fault} [{first} and {} more]", more - 1)?,
            }
        }
        writeln!(f, "{} faults", self.found.len())
    }
}
