//! The texts of the language shown. They stand in a file beside the page, so the page carries no words and loads those of
//! one language only.

use std::future::Future;
use std::ops::Deref;
use std::rc::Rc;

use hub_contract::platform::Language;
use hub_text::Texts;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::dom;

/// The texts of one language. Cheap to clone; two are equal when their language is.
#[derive(Debug, Clone)]
pub struct SharedTexts(Rc<Texts>);

impl SharedTexts {
    /// Fetches the texts of that language: the request is sent at once, before the answer is waited for. There are none
    /// only where the page itself is not whole.
    pub fn fetch(language: Language) -> impl Future<Output = Option<Self>> {
        let path = format!("/texts/{}.ftl", language.tag());
        let response = dom::window().map(|window| JsFuture::from(window.fetch_with_str(&path)));
        async move {
            let source = text_of(response?).await.ok()??;
            Some(Self::read(language, Some(source)))
        }
    }

    /// No texts: every key shows itself.
    pub fn none(language: Language) -> Self {
        Self::read(language, None)
    }

    fn read(language: Language, source: Option<String>) -> Self {
        Self(Rc::new(Texts::read(language, source)))
    }
}

impl Deref for SharedTexts {
    type Target = Texts;

    fn deref(&self) -> &Texts {
        &self.0
    }
}

impl PartialEq for SharedTexts {
    fn eq(&self, other: &Self) -> bool {
        self.language() == other.language()
    }
}

async fn text_of(response: JsFuture) -> Result<Option<String>, JsValue> {
    let response: web_sys::Response = response.await?.dyn_into()?;
    if !response.ok() {
        return Ok(None);
    }
    Ok(JsFuture::from(response.text()?).await?.as_string())
}
