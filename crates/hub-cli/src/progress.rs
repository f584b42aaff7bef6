//! How far long work is, on one line of a terminal that a person sits at. Scripts see nothing of it.

use std::future::Future;
use std::io::{IsTerminal, Write};

use hub_core::Hub;

use crate::output::Output;

/// Back to the beginning of the line, and nothing on it.
const CLEAR: &str = "\r\u{1b}[K";

/// Waits for the work and shows how far it is.
pub(crate) async fn shown<T>(hub: &Hub, output: &Output, work: impl Future<Output = T>) -> T {
    if output.is_json() || !std::io::stderr().is_terminal() {
        return work.await;
    }
    let mut progress = hub.progress();
    let mut work = std::pin::pin!(work);
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            Ok(()) = progress.changed() => {
                let now = *progress.borrow_and_update();
                draw(&now.map(|progress| output.texts().progress(&progress)).unwrap_or_default());
            }
        }
    };
    draw("");
    done
}

/// Nobody seeing it is no reason to stop.
fn draw(words: &str) {
    let mut terminal = std::io::stderr();
    drop(write!(terminal, "{CLEAR}{words}").and_then(|()| terminal.flush()));
}
