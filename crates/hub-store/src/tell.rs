//! Telling how far long work is.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use hub_contract::progress::{Progress, ProgressStep};

/// Told less often than this many bytes, nobody sees a difference.
const STRIDE: u64 = 1024 * 1024;

/// Who is told how far long work is. The default tells nobody.
#[derive(Clone, Default)]
pub struct Tell(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Tell {
    /// Tells through a function, from whichever thread works.
    pub fn to(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    /// Tells how far it is.
    pub fn say(&self, progress: Progress) {
        if let Some(tell) = &self.0 {
            tell(progress);
        }
    }

    /// Tells that a step which is not counted begins.
    pub fn begin(&self, step: ProgressStep) {
        self.say(Progress::at(step));
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Tell" } else { "Tell(nobody)" })
    }
}

/// Counts the bytes that go through a reader or a writer, and tells.
#[derive(Debug)]
pub struct Counted<T> {
    inner: T,
    progress: Progress,
    told: u64,
    tell: Tell,
}

impl<T> Counted<T> {
    /// Counts towards `total` bytes, and tells that the step begins.
    pub fn new(inner: T, step: ProgressStep, total: u64, tell: Tell) -> Self {
        let progress = Progress { step, done: 0, total };
        tell.say(progress);
        Self { inner, progress, told: 0, tell }
    }

    /// What the bytes went through.
    pub fn into_inner(self) -> T {
        self.inner
    }

    fn count(&mut self, bytes: usize) {
        let Progress { done, total, .. } = &mut self.progress;
        *done = done.saturating_add(bytes as u64).min(*total);
        if *done - self.told >= STRIDE || *done == *total && self.told < *done {
            self.told = *done;
            self.tell.say(self.progress);
        }
    }
}

impl<T: Read> Read for Counted<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.inner.read(buffer)?;
        self.count(bytes);
        Ok(bytes)
    }
}

impl<T: Write> Write for Counted<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let bytes = self.inner.write(buffer)?;
        self.count(bytes);
        Ok(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn it_tells_the_beginning_every_stride_and_the_end_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&told);
        let tell = Tell::to(move |progress| list.lock().unwrap().push(progress.done));
        let total = 2 * STRIDE + 10;
        let bytes = io::repeat(0).take(total + 5);
        let mut counted = Counted::new(bytes, ProgressStep::Verify, total, tell);
        io::copy(&mut counted, &mut io::sink()).unwrap();
        let told = told.lock().unwrap();
        assert_eq!((told.first(), told.last()), (Some(&0), Some(&total)));
        assert!((3..=4).contains(&told.len()), "{told:?}");
        assert!(told.is_sorted_by(|one, next| one < next), "{told:?}");
    }
}
