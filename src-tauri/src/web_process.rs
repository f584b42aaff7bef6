//! The page runs in a process of its own, which can die alone: it crashes, or the system ends it to get memory back.
//! Runs go on in this process, so a fresh page finds everything; without it the person would look at a dead window.

#[cfg(target_os = "linux")]
use std::collections::VecDeque;
#[cfg(target_os = "linux")]
use std::time::{Duration, Instant};

/// A page that dies this often within [`SPAN`] dies of its own content: loading it for ever would only burn the battery.
#[cfg(target_os = "linux")]
const MOST: usize = 5;
#[cfg(target_os = "linux")]
const SPAN: Duration = Duration::from_secs(60);

/// Loads the page again whenever its process died. On Linux neither wry nor Tauri hands the signal on.
#[cfg(target_os = "linux")]
pub(crate) fn revive(window: &tauri::WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    window.with_webview(|webview| {
        let deaths = std::cell::RefCell::new(VecDeque::new());
        webview.inner().connect_web_process_terminated(move |view, reason| {
            tracing::warn!("the page's process ended: {reason:?}");
            if may_load_again(&mut deaths.borrow_mut(), Instant::now()) {
                view.reload();
            }
        });
    })
}

/// WebView2 starts its renderer again by itself and shows a page that offers to reload; macOS: [`revive_all`].
#[cfg(not(target_os = "linux"))]
pub(crate) fn revive(_: &tauri::WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// The same where Tauri has it for the whole program.
pub(crate) fn revive_all(builder: tauri::Builder<tauri::Wry>) -> tauri::Builder<tauri::Wry> {
    #[cfg(target_os = "macos")]
    let builder = builder.on_web_content_process_terminate(|webview| {
        tracing::warn!("the page's process ended");
        let _ = webview.reload();
    });
    builder
}

/// Notes a death and says whether to load again.
#[cfg(target_os = "linux")]
fn may_load_again(deaths: &mut VecDeque<Instant>, now: Instant) -> bool {
    deaths.retain(|death| now.duration_since(*death) < SPAN);
    deaths.push_back(now);
    deaths.len() <= MOST
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_keeps_dying_is_left_alone_for_a_while() {
        let mut deaths = VecDeque::new();
        let start = Instant::now();
        for _ in 0..MOST {
            assert!(may_load_again(&mut deaths, start));
        }
        assert!(!may_load_again(&mut deaths, start + Duration::from_secs(1)));
        assert!(may_load_again(&mut deaths, start + 2 * SPAN), "long ago is forgotten");
    }
}
