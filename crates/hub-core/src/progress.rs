//! How far the long work of this Hub is, for whoever waits for it.

use hub_contract::progress::{Progress, ProgressStep};
use hub_store::Tell;
use tokio::sync::watch;

use crate::{Hub, Result};

/// Where long work is written up. One piece at a time is shown; copies are made one at a time anyway.
#[derive(Debug, Default)]
pub(crate) struct Board(watch::Sender<Option<Progress>>);

/// A piece of long work that is shown. When it is dropped, nothing is.
#[derive(Debug)]
pub(crate) struct Shown {
    sender: watch::Sender<Option<Progress>>,
}

impl Board {
    pub(crate) fn begin(&self) -> Shown {
        Shown { sender: self.0.clone() }
    }
}

impl Shown {
    /// A step that is not counted begins.
    pub(crate) fn at(&self, step: ProgressStep) {
        self.sender.send_replace(Some(Progress::at(step)));
    }

    /// For work on other threads.
    pub(crate) fn tell(&self) -> Tell {
        let sender = self.sender.clone();
        Tell::to(move |progress| {
            sender.send_replace(Some(progress));
        })
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.sender.send_replace(None);
    }
}

impl Hub {
    /// How far the long work is that goes on now.
    ///
    /// # Errors
    /// None today; a result because every command has one.
    pub async fn progress_read(&self, (): ()) -> Result<Option<Progress>> {
        Ok(*self.inner.board.0.borrow())
    }

    /// The same as it changes, for a terminal.
    pub fn progress(&self) -> watch::Receiver<Option<Progress>> {
        self.inner.board.0.subscribe()
    }
}
