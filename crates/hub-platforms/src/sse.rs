//! A decoder for server-sent events: bytes in, frames out. It does no I/O, looks at every byte once, holds at most one
//! event, and gives the same frames however the bytes were cut.
//!
//! Written for what servers really send (`wire/cloud-llm.md` 0.2, `wire/agents.md` 3): any line end, a byte-order mark,
//! no space after the colon, no blank line at the end. Two things the standard drops are handed on because platforms
//! speak through them: comments, and lines that are no field of an event.

use std::borrow::Cow;

/// UTF-8 for U+FEFF: some servers write it first.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One thing that the stream said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// An event.
    Frame(Frame),
    /// A comment, without its colon and one leading space. Keep-alives look like this.
    Comment(String),
    /// A line outside the standard: a field with a name of its own (`error: {…}`) or bare JSON (`{"error":…}`, with an
    /// empty name). It ends no event and belongs to none.
    Stray {
        /// The name before the colon; empty for bare JSON.
        name: String,
        /// What follows, without one leading space.
        value: String,
    },
}

/// One event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// The `event:` line; empty when there is none.
    pub name: String,
    /// The `data:` lines, joined with line feeds; empty when there are none.
    pub data: String,
    /// The `id:` line; empty when there is none.
    pub id: String,
    /// True when the stream ended before the blank line that closes the event, so it may be cut in the middle.
    pub cut: bool,
}

/// An event, or a line on its way to one, is larger than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// The decoder of one stream.
#[derive(Debug)]
pub struct Decoder {
    limit: usize,
    line: Vec<u8>,
    frame: Frame,
    /// An `event:`, `data:` or `id:` line came since the last blank one.
    open: bool,
    data_lines: usize,
    at_start: bool,
    after_cr: bool,
}

impl Decoder {
    /// A decoder for events of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            frame: Frame::default(),
            open: false,
            data_lines: 0,
            at_start: true,
            after_cr: false,
        }
    }

    /// Takes the next bytes and appends to `items` what they complete.
    ///
    /// # Errors
    /// [`TooLarge`] when an event exceeds the limit; what came before it is in `items`. The stream cannot go on then.
    pub fn push(&mut self, bytes: &[u8], items: &mut Vec<Item>) -> Result<(), TooLarge> {
        let mut rest = bytes;
        while let Some((&first, behind)) = rest.split_first() {
            // The line feed of a CR LF pair, possibly cut from its CR.
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                rest = behind;
                continue;
            }
            let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                return self.hold(rest);
            };
            let (part, ending) = rest.split_at(end);
            self.hold(part)?;
            self.end_line(items);
            self.after_cr = ending.first() == Some(&b'\r');
            rest = ending.get(1..).unwrap_or_default();
        }
        Ok(())
    }

    /// The end of the stream: what stands there without a line end or a blank line is handed over, its frame marked as
    /// [`cut`](Frame::cut).
    pub fn finish(mut self, items: &mut Vec<Item>) {
        if !self.line.is_empty() {
            self.end_line(items);
        }
        if self.open {
            self.frame.cut = true;
            self.end_frame(items);
        }
    }

    fn hold(&mut self, part: &[u8]) -> Result<(), TooLarge> {
        if self.line.len() + self.frame.data.len() + part.len() > self.limit {
            return Err(TooLarge);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn end_line(&mut self, items: &mut Vec<Item>) {
        let held = std::mem::take(&mut self.line);
        let mut bytes = held.as_slice();
        if std::mem::take(&mut self.at_start) {
            bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        }
        // Only whole lines are decoded: a character is never cut by a chunk border.
        let line = String::from_utf8_lossy(bytes);
        // A NUL is in no text that people write, and ends texts early elsewhere.
        let line = if line.contains('\0') { Cow::Owned(line.replace('\0', "\u{FFFD}")) } else { line };
        self.take_line(&line, items);
        self.line = held;
        self.line.clear();
    }

    fn take_line(&mut self, line: &str, items: &mut Vec<Item>) {
        if line.is_empty() {
            if self.open {
                self.end_frame(items);
            }
            return;
        }
        if line.starts_with(['{', '[']) {
            items.push(Item::Stray { name: String::new(), value: line.to_owned() });
            return;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "" => items.push(Item::Comment(value.to_owned())),
            "data" => {
                if self.data_lines > 0 {
                    self.frame.data.push('\n');
                }
                self.frame.data.push_str(value);
                self.data_lines += 1;
                self.open = true;
            }
            "event" => {
                value.clone_into(&mut self.frame.name);
                self.open = true;
            }
            "id" => {
                value.clone_into(&mut self.frame.id);
                self.open = true;
            }
            "retry" => {}
            _ => items.push(Item::Stray { name: name.to_owned(), value: value.to_owned() }),
        }
    }

    fn end_frame(&mut self, items: &mut Vec<Item>) {
        self.open = false;
        self.data_lines = 0;
        items.push(Item::Frame(std::mem::take(&mut self.frame)));
    }
}

#[cfg(test)]
mod tests;
