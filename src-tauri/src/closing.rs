//! Closing the window. The page is asked first: it lets what was just chosen reach the disk, and asks the person when
//! answers are still being written. Only then the window goes, and the program with it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use hub_contract::HubError;
use hub_contract::data::{CloseRequest, CloseView};
use tauri::{AppHandle, Manager, Runtime};

use crate::state::Shell;

/// A page that says nothing for so long hangs, and the window closes without it. Runs keep their text in any case.
const PATIENCE: Duration = Duration::from_secs(10);
/// Tells the page that somebody wants to close the window; it answers with the command `window_close`.
const ASK: &str = "dispatchEvent(new Event('hub-close'))";

/// How far the closing of the window is.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    /// A page is there that hears [`ASK`].
    page_listens: AtomicBool,
    /// The page has agreed.
    is_agreed: AtomicBool,
    /// How often the page was asked, and how often it was when it answered last.
    asked: AtomicU64,
    answered: AtomicU64,
}

impl Closing {
    /// The page is there and hears when it is asked.
    pub(crate) fn page_listens(&self) {
        self.page_listens.store(true, Ordering::SeqCst);
    }

    fn page_is_gone(&self) {
        self.page_listens.store(false, Ordering::SeqCst);
    }

    /// Notes that the page is asked now; `None` when it need not be or cannot be.
    fn ask(&self) -> Option<u64> {
        let may_ask = self.page_listens.load(Ordering::SeqCst) && !self.is_agreed.load(Ordering::SeqCst);
        may_ask.then(|| self.asked.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn answer(&self) {
        self.answered.store(self.asked.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    fn is_answered(&self, ask: u64) -> bool {
        self.answered.load(Ordering::SeqCst) >= ask
    }

    fn agree(&self) {
        self.is_agreed.store(true, Ordering::SeqCst);
    }
}

/// Asks the page whether the window may close; false when there is no page to ask or it has agreed already.
pub(crate) fn asks_page<R: Runtime>(app: &AppHandle<R>) -> bool {
    let (Some(shell), Some(window)) = (app.try_state::<Shell>(), app.get_webview_window("main")) else { return false };
    let Some(ask) = shell.closing.ask() else { return false };
    if let Err(error) = window.eval(ASK) {
        tracing::warn!("the page cannot be asked before the window closes: {error}");
        return false;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if !app.state::<Shell>().closing.is_answered(ask) {
            tracing::warn!("the page does not answer; the window closes without it");
            close(&app);
        }
    });
    true
}

/// The page is being loaded, so it hears nothing until it is ready again.
pub(crate) fn page_is_gone<R: Runtime>(app: &AppHandle<R>) {
    if let Some(shell) = app.try_state::<Shell>() {
        shell.closing.page_is_gone();
    }
}

/// Closes the window, unless answers are being written that were not given up.
pub(crate) async fn window_close<R: Runtime>(app: AppHandle<R>, request: CloseRequest) -> Result<CloseView, HubError> {
    let shell = app.state::<Shell>();
    shell.closing.answer();
    let active = match shell.hub() {
        Ok(hub) if !request.stop_runs => hub.runs_list(()).await?.len(),
        // They are stopped and stored when the program ends.
        _ => 0,
    };
    if active == 0 {
        close(&app);
    }
    Ok(CloseView { active: u32::try_from(active).unwrap_or(u32::MAX) })
}

fn close<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Shell>().closing.agree();
    if let Some(window) = app.get_webview_window("main")
        && let Err(error) = window.destroy()
    {
        tracing::warn!("the window does not close: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_that_listens_is_asked_and_only_until_it_agrees() {
        let closing = Closing::default();
        assert_eq!(closing.ask(), None, "no page yet");
        closing.page_listens();
        assert_eq!(closing.ask(), Some(1));
        closing.page_is_gone();
        assert_eq!(closing.ask(), None, "it is being loaded");
        closing.page_listens();
        closing.agree();
        assert_eq!(closing.ask(), None);
    }

    #[test]
    fn an_answer_counts_for_every_time_it_was_asked_before() {
        let closing = Closing::default();
        closing.page_listens();
        let first = closing.ask().unwrap();
        let second = closing.ask().unwrap();
        assert!(!closing.is_answered(first));
        closing.answer();
        assert!(closing.is_answered(first) && closing.is_answered(second));
        let third = closing.ask().unwrap();
        assert!(!closing.is_answered(third), "an older answer is none to a new question");
    }
}
