//! A document that grows. Finished blocks are never looked at again; only the last one is read anew when text arrives,
//! so the work is linear in the text and a finished block never changes on the screen.
//!
//! Two things of Markdown need the whole text: link definitions and footnotes. [`Document::finish`] therefore reads the
//! text once more, and replaces the blocks that come out differently.

use std::rc::Rc;

use hub_markdown::ast::Block;
use hub_markdown::parse;

/// A text that grows, with its blocks.
#[derive(Debug, Clone, Default)]
pub struct Document {
    text: String,
    blocks: Vec<Rc<Block>>,
    /// How many of the blocks are finished.
    settled: usize,
    /// Where the first block that is not finished begins, in bytes.
    open: usize,
    /// Set while the last block is a code block whose fence is open.
    fence: Option<Fence>,
    finished: bool,
    parsed: u64,
}

/// An open code fence at the left edge.
#[derive(Debug, Clone)]
struct Fence {
    mark: char,
    language: String,
    /// Where the code begins, in bytes.
    body: usize,
}

impl Document {
    /// The blocks. A block that did not change is the same `Rc` as before.
    pub fn blocks(&self) -> &[Rc<Block>] {
        &self.blocks
    }

    /// The whole text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Makes the document hold this text. A text that goes on where the old one ended costs only what is new.
    pub fn set(&mut self, text: &str, finished: bool) {
        match text.strip_prefix(self.text.as_str()) {
            Some("") => {}
            Some(more) if !self.finished => self.append(more, !finished),
            _ => {
                *self = Self {
                    text: text.to_owned(),
                    parsed: self.parsed,
                    blocks: std::mem::take(&mut self.blocks),
                    ..Self::default()
                };
                if !finished {
                    self.read_open_part();
                }
            }
        }
        if finished {
            self.finish();
        }
    }

    /// How many bytes were given to the parser in all.
    pub fn parsed_bytes(&self) -> u64 {
        self.parsed
    }

    fn append(&mut self, more: &str, read: bool) {
        let line = self.text.rfind('\n').map_or(0, |at| at + 1);
        self.text.push_str(more);
        if !read {
            return;
        }
        match &self.fence {
            Some(fence) if self.stays_code(fence, line) => self.extend_code(),
            _ => self.read_open_part(),
        }
    }

    /// Reads the whole text once: definitions that come late hold for all of it.
    fn finish(&mut self) {
        if self.finished {
            return;
        }
        self.finished = true;
        self.parsed += self.text.len() as u64;
        let whole = parse(&self.text).into_iter().map(|top| top.block).collect();
        self.put(0, whole);
    }

    fn read_open_part(&mut self) {
        let tail = self.text.get(self.open..).unwrap_or_default();
        self.parsed += tail.len() as u64;
        let read = parse(tail);

        // A line that may still grow can turn out to belong to the block before it, so it finishes nothing.
        let complete = tail.rfind('\n').map_or(0, |at| at + 1);
        let mut open = read.iter().rev().map(|top| top.start).find(|start| *start < complete).unwrap_or(0);
        if let Some(next) = read.iter().find(|top| top.start >= complete)
            && ends_with_blank_line(tail.get(..complete).unwrap_or_default())
            && read.iter().rev().find(|top| top.start < complete).is_some_and(|top| ends_at_blank_line(&top.block))
        {
            open = next.start;
        }
        let settles = read.iter().filter(|top| top.start < open).count();
        let alone = read.len() - settles == 1;
        let from = self.settled;
        self.put(from, read.into_iter().map(|top| top.block).collect());
        self.settled += settles;
        self.open += open;
        self.fence = if alone { self.open_fence() } else { None };
    }

    /// Puts blocks in place from there on; those that are equal keep their identity.
    fn put(&mut self, from: usize, blocks: Vec<Block>) {
        let count = from + blocks.len();
        for (index, block) in (from..).zip(blocks) {
            match self.blocks.get_mut(index) {
                Some(old) if **old == block => {}
                Some(old) => *old = Rc::new(block),
                None => self.blocks.push(Rc::new(block)),
            }
        }
        self.blocks.truncate(count);
    }

    fn open_fence(&self) -> Option<Fence> {
        let tail = self.text.get(self.open..)?;
        let mark = tail.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let body = tail.find('\n')? + 1;
        let fence = match self.blocks.last().map(Rc::as_ref) {
            Some(Block::Code { language, text }) if !tail.contains('\r') => {
                Fence { mark, language: language.clone(), body: self.open + body }
            }
            _ => return None,
        };
        // Only while every line so far is code: the fence that closes is not.
        self.stays_code(&fence, fence.body).then_some(fence)
    }

    /// True when no line from there on could close the fence or be written otherwise than it stands.
    fn stays_code(&self, fence: &Fence, from: usize) -> bool {
        let lines = self.text.get(from.max(fence.body)..).unwrap_or_default();
        !lines.contains(['\r', '\0'])
            && lines.split('\n').all(|line| !line.trim_start_matches(' ').starts_with(fence.mark))
            && !lines.rsplit('\n').next().is_some_and(|last| !last.is_empty() && last.trim().is_empty())
    }

    fn extend_code(&mut self) {
        let Some(fence) = &self.fence else { return };
        let body = self.text.get(fence.body..).unwrap_or_default();
        let text = body.strip_suffix('\n').unwrap_or(body).to_owned();
        if let Some(last) = self.blocks.last_mut() {
            *last = Rc::new(Block::Code { language: fence.language.clone(), text });
        }
    }
}

/// Whether a blank line ends such a block once something else stands after it. Lists and footnotes may go on.
fn ends_at_blank_line(block: &Block) -> bool {
    !matches!(block, Block::List { .. } | Block::Footnote { .. })
}

fn ends_with_blank_line(text: &str) -> bool {
    text.strip_suffix('\n')
        .and_then(|lines| lines.rsplit('\n').next().filter(|_| lines.contains('\n')))
        .is_some_and(|last| last.trim().is_empty())
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
