//! WebKitWebDriver, talked to directly: the proxy that Tauri offers in between drops a request now and then.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::marked::{Environment, spawn};
use crate::until;

/// Tells the program that its window may be driven.
pub(crate) const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// A running driver; it holds one program at most.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    address: String,
}

/// The connection to a driven window: another one once the page's process died. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    client: Arc<Mutex<Client>>,
}

impl Driver {
    /// Starts a driver that will start the program.
    pub(crate) async fn start(environment: &Environment) -> Result<Self> {
        Self::with(environment, &[]).await
    }

    /// Starts a driver for a program that runs: `inspector` is the address that its first driver gave it.
    pub(crate) async fn start_for(environment: &Environment, inspector: &str) -> Result<Self> {
        Self::with(environment, &[format!("--target={inspector}")]).await
    }

    async fn with(environment: &Environment, arguments: &[String]) -> Result<Self> {
        // Between finding a port and using it another program may take it; the driver then ends, and the next one is tried.
        until("a driver with a port of its own", async || {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            let mut command = environment.command("WebKitWebDriver");
            command.args(["--host=127.0.0.1", &format!("--port={port}")]).args(arguments);
            command.env(AUTOMATION, "true").stderr(Stdio::null());
            let mut driver = Self { process: spawn(&mut command)?, address: format!("http://127.0.0.1:{port}") };
            Ok(driver.answers().await?.then_some(driver))
        })
        .await
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Starts the program.
    pub(crate) async fn begin(&self, binary: &Path, arguments: &[String]) -> Result<Client> {
        self.connect(json!({ "binary": binary, "args": arguments })).await
    }

    /// Takes over the program that runs.
    pub(crate) async fn take_over(&self) -> Result<Client> {
        self.connect(json!({})).await
    }

    /// Starts WebKit's own browser, which ends with its driver.
    pub(crate) async fn browse(&self) -> Result<Client> {
        let capabilities = serde_json::Map::from_iter([("acceptInsecureCerts".to_owned(), json!(true))]);
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.address).await;
        client.context("no browser can be driven")
    }

    async fn connect(&self, options: Value) -> Result<Client> {
        let capabilities = serde_json::Map::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&self.address).await;
        let client = client.context("the program has no window that can be driven")?;
        // The window stays when the client goes: it ends with the program.
        client.persist().await?;
        Ok(client)
    }

    /// False when it ended instead.
    async fn answers(&mut self) -> Result<bool> {
        let address = self.address.trim_start_matches("http://").to_owned();
        let process = &mut self.process;
        until("the driver to listen", async || {
            if process.try_wait()?.is_some() {
                return Ok(Some(false));
            }
            Ok(tokio::net::TcpStream::connect(&address).await.is_ok().then_some(true))
        })
        .await
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Session {
    pub(crate) fn new(client: Client) -> Self {
        Self { client: Arc::new(Mutex::new(client)) }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn replace(&self, client: Client) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = client;
    }
}
