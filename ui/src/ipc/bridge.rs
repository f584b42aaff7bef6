//! The window's bridge in JavaScript terms: JSON text in, JSON text out.

use js_sys::JSON;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = invoke)]
    async fn raw_invoke(command: &str, arguments: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = transformCallback)]
    pub(super) fn transform_callback(callback: &JsValue, once: bool) -> u32;
    #[wasm_bindgen(js_namespace = ["window", "__TAURI_INTERNALS__"], js_name = unregisterCallback)]
    pub(super) fn unregister_callback(id: u32);
}

/// Calls a command. Both the reply and the rejection come back as JSON text.
pub(super) async fn invoke(command: &str, arguments: &str) -> Result<String, String> {
    if !is_there() {
        return Err("\"the window's bridge is missing\"".to_owned());
    }
    let arguments = JSON::parse(arguments).map_err(|fault| text_of(&fault))?;
    match raw_invoke(command, arguments).await {
        Ok(reply) => Ok(text_of(&reply)),
        Err(rejection) => Err(text_of(&rejection)),
    }
}

/// The value as JSON; what JSON does not know, such as `undefined`, as `null`.
pub(super) fn text_of(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|text| text.as_string()).unwrap_or_else(|| "null".to_owned())
}

fn is_there() -> bool {
    let window = js_sys::global();
    js_sys::Reflect::has(&window, &JsValue::from_str("__TAURI_INTERNALS__")).unwrap_or(false)
}
