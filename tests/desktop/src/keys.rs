//! What a person does who has no mouse: every key goes to wherever the focus is.

use anyhow::{Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::json;

use crate::target::Target;
use crate::window::{ELEMENT, Window};

/// WebDriver's code points for keys without a letter (W3C WebDriver 17.4.2).
pub const TAB: char = '\u{E004}';
/// Enter.
pub const ENTER: char = '\u{E007}';
/// Escape.
pub const ESCAPE: char = '\u{E00C}';
const CONTROL: char = '\u{E009}';

/// No page has so many stops: who has not arrived by then goes round.
const STOPS: usize = 200;

impl Window {
    /// Presses one key after the other and lets each go.
    ///
    /// # Errors
    /// The driver has no keyboard.
    pub async fn keys(&self, keys: impl IntoIterator<Item = char>) -> Result<()> {
        let pressed = keys.into_iter().fold(KeyActions::new("keyboard".into()), |actions, key| {
            actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key })
        });
        Ok(self.client().perform_actions(pressed).await?)
    }

    /// Replaces what stands in the field with the focus.
    ///
    /// # Errors
    /// The driver has no keyboard.
    pub async fn overwrite(&self, text: &str) -> Result<()> {
        let all = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: CONTROL })
            .then(KeyAction::Down { value: 'a' })
            .then(KeyAction::Up { value: 'a' })
            .then(KeyAction::Up { value: CONTROL });
        self.client().perform_actions(all).await?;
        self.keys(text.chars()).await
    }

    /// Presses Tab until the focus is there.
    ///
    /// # Errors
    /// It is not there, or Tab never comes to it.
    pub async fn reach(&self, target: &Target) -> Result<()> {
        self.finds(target).await?;
        for _ in 0..STOPS {
            if self.has_focus(target).await? {
                return Ok(());
            }
            self.keys([TAB]).await?;
        }
        bail!("{target} cannot be reached with Tab")
    }

    /// Whether the focus is there now.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn has_focus(&self, target: &Target) -> Result<bool> {
        let Ok(element) = self.look(target).await? else { return Ok(false) };
        let focused = "return document.activeElement === arguments[0];";
        // Drawn anew between being found and being asked: it has no focus then.
        let answer = self.run(focused, vec![json!({ ELEMENT: *element.element_id() })]).await;
        Ok(answer.is_ok_and(|answer| answer == true))
    }
}
