//! Chromium without a display, driven by chromedriver, with what its own tools measure.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::until;

/// A running browser. It ends with its driver.
#[derive(Debug)]
pub struct Chromium {
    driver: Child,
    /// Its page.
    pub page: Client,
}

/// A command of the DevTools protocol, which chromedriver hands on.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl Chromium {
    /// Starts one with nothing in its cache, in English.
    ///
    /// # Errors
    /// Chromium or chromedriver is missing (Debian: `chromium chromium-driver`), or does not start.
    pub async fn start() -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver does not start: Debian's packages chromium and chromium-driver have it")?;
        let arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,800", "--lang=en-US"];
        let options = json!({ "args": arguments });
        let capabilities = serde_json::Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let address = format!("http://127.0.0.1:{port}");
        let page = until("the browser", async || {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            Ok(builder.capabilities(capabilities.clone()).connect(&address).await.ok())
        });
        let mut driver = driver;
        match page.await {
            Ok(page) => Ok(Self { driver, page }),
            Err(error) => {
                let _ = driver.kill();
                let _ = driver.wait();
                Err(error)
            }
        }
    }

    /// Sends a command of the DevTools protocol.
    ///
    /// # Errors
    /// The browser refuses it.
    pub async fn tell(&self, command: &'static str, parameters: Value) -> Result<Value> {
        Ok(self.page.issue_cmd(DevTools { command, parameters }).await?)
    }

    /// One of the page's metrics, after `Performance.enable`.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn metric(&self, name: &str) -> Result<f64> {
        let answer = self.tell("Performance.getMetrics", json!({})).await?;
        let metrics = answer.get("metrics").and_then(Value::as_array).context("no metrics")?;
        let metric = metrics.iter().find(|metric| metric.get("name").is_some_and(|found| found == name));
        metric.and_then(|metric| metric.get("value")?.as_f64()).with_context(|| format!("no metric {name}"))
    }

    /// Resident memory of the largest process that draws pages, in MiB.
    ///
    /// # Errors
    /// There is no such process.
    pub fn renderer_mib(&self) -> Result<f64> {
        let mut family = vec![self.driver.id()];
        let mut largest: Option<f64> = None;
        let processes: Vec<_> = std::fs::read_dir("/proc")?
            .filter_map(|entry| entry.ok()?.file_name().to_string_lossy().parse::<u32>().ok())
            .filter_map(|pid| Some((pid, parent(pid)?)))
            .collect();
        while let Some(parent) = family.pop() {
            for (child, _) in processes.iter().filter(|(_, of)| *of == parent) {
                family.push(*child);
                let folder = Path::new("/proc").join(child.to_string());
                let line = std::fs::read(folder.join("cmdline")).unwrap_or_default();
                if String::from_utf8_lossy(&line).contains("--type=renderer") {
                    largest = [largest, resident_mib(&folder)].into_iter().flatten().reduce(f64::max);
                }
            }
        }
        largest.context("no process draws a page")
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()))
    }
}

fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before it may hold anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn resident_mib(process: &Path) -> Option<f64> {
    let status = std::fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1024.0)
}
