//! A window with one line of text, made by the same libraries: what `cargo xtask bench start` measures the program beside.

use tauri::http::header::CONTENT_TYPE;
use tauri::http::{HeaderValue, Response};
use tauri::test::{mock_context, noop_assets};
use tauri::{WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><title>empty</title><h1>Nothing but a window</h1>";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = "empty://localhost/".parse()?;
    let app = tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            let mut page = Response::new(PAGE.as_bytes());
            page.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
            page
        })
        .setup(move |app| {
            WebviewWindowBuilder::new(app, "main", WebviewUrl::CustomProtocol(address))
                .title("hub.desktop empty")
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .build(mock_context(noop_assets()))?;
    app.run(|_, _| ());
    Ok(())
}
