//! A future that ends when its owner lets it go.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use wasm_bindgen_futures::spawn_local;

type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Work under way. Dropping it drops the future: following a run then detaches from it.
pub(super) struct Task(Rc<RefCell<Slot>>);

struct Slot {
    /// Empty while it is polled, and after its end.
    work: Option<Work>,
    let_go: bool,
}

impl Task {
    /// Begins the work.
    pub(super) fn spawn(work: impl Future<Output = ()> + 'static) -> Self {
        let slot = Rc::new(RefCell::new(Slot { work: Some(Box::pin(work)), let_go: false }));
        let shared = Rc::clone(&slot);
        spawn_local(poll_fn(move |context| {
            let Some(mut work) = shared.borrow_mut().work.take() else { return Poll::Ready(()) };
            let polled = work.as_mut().poll(context);
            let mut slot = shared.borrow_mut();
            if polled.is_pending() && !slot.let_go {
                slot.work = Some(work);
                return Poll::Pending;
            }
            Poll::Ready(())
        }));
        Self(slot)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let mut slot = self.0.borrow_mut();
        slot.let_go = true;
        let work = slot.work.take();
        drop(slot);
        drop(work);
    }
}
