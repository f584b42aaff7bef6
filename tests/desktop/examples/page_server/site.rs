//! What the browser gets: files of the page, and answers of the bridge.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use hub_sim::{Coding, Recorded, Reply, Responder};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::bridge::Bridge;

const BRIDGE: &str = include_str!("bridge.js");
/// The page's own start, which must find the bridge.
const FIRST_SCRIPT: &str = "<script type=\"module\"";

/// Answers the browser.
pub(crate) struct Site {
    dist: PathBuf,
    bridge: Bridge,
}

impl Site {
    pub(crate) fn new(dist: PathBuf, bridge: Bridge) -> Self {
        Self { dist, bridge }
    }

    fn answer(&self, request: &Recorded) -> Result<Reply> {
        let path = request.path.as_str();
        let Some(what) = path.strip_prefix("/bridge/") else { return self.file(path) };
        // A page from elsewhere cannot send this without being asked whether it may.
        if request.header("x-hub-bridge").is_none() {
            return Ok(Reply::text(403, "only the page itself calls the bridge"));
        }
        let answer = match what {
            "invoke" => self.bridge.call(read(request)?)?,
            "frames" => self.bridge.frames(&read(request)?),
            _ => return Ok(Reply::text(404, "no such call")),
        };
        Ok(Reply::json(200, &answer))
    }

    /// A file of the page; every other path is one of the page's own.
    fn file(&self, path: &str) -> Result<Reply> {
        if path == "/bridge.js" {
            return Ok(page_file("js", BRIDGE.as_bytes().to_vec()));
        }
        let inside = path.trim_start_matches('/');
        let is_plain = !inside.is_empty() && inside.split('/').all(|part| !part.starts_with('.'));
        let file = self.dist.join(inside);
        if is_plain && file.is_file() {
            let kind = Path::new(inside).extension().unwrap_or_default().to_string_lossy().into_owned();
            return Ok(page_file(&kind, std::fs::read(file)?));
        }
        let index = std::fs::read_to_string(self.dist.join("index.html")).context("the page is not built")?;
        let bridge = format!("<script src=\"/bridge.js\"></script>\n  {FIRST_SCRIPT}");
        Ok(page_file("html", index.replacen(FIRST_SCRIPT, &bridge, 1).into_bytes()))
    }
}

impl Responder for Site {
    fn respond(&self, request: &Recorded) -> Reply {
        // The bridge waits on its thread.
        tokio::task::block_in_place(|| self.answer(request))
            .unwrap_or_else(|error| Reply::json(500, &json!({ "outcome": { "error": format!("{error:#}") } })))
    }
}

fn read<T: DeserializeOwned>(request: &Recorded) -> Result<T> {
    serde_json::from_slice(&request.body).context("not a call")
}

fn page_file(kind: &str, content: Vec<u8>) -> Reply {
    let kind = match kind {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Reply::text(200, content).with_header("content-type", kind).coding(Coding::Gzip)
}
