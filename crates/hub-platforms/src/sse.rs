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
    /// A line whose end has not come yet; of a `data:` line only its value.
    line: Vec<u8>,
    /// How many bytes of that line stand before what is in `line`; 0 while it is not known to be a `data:` line.
    prefix: usize,
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
            prefix: 0,
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
            // Every event ends with an empty line, which needs no search.
            let end = if matches!(first, b'\n' | b'\r') { Some(0) } else { memchr::memchr2(b'\n', b'\r', rest) };
            let Some(end) = end else {
                return self.hold(rest);
            };
            let (part, ending) = rest.split_at(end);
            if self.holds() {
                self.hold(part)?;
                self.end_held_line(items);
            } else {
                self.refuse_large(part)?;
                self.take_line(part, items);
            }
            self.after_cr = ending.first() == Some(&b'\r');
            rest = ending.get(1..).unwrap_or_default();
        }
        Ok(())
    }

    /// The end of the stream: what stands there without a line end or a blank line is handed over, its frame marked as
    /// [`cut`](Frame::cut).
    pub fn finish(mut self, items: &mut Vec<Item>) {
        if self.holds() {
            self.end_held_line(items);
        }
        if self.open {
            self.frame.cut = true;
            self.end_frame(items);
        }
    }

    /// True in the middle of a line.
    fn holds(&self) -> bool {
        self.prefix > 0 || !self.line.is_empty()
    }

    fn refuse_large(&self, part: &[u8]) -> Result<(), TooLarge> {
        let event = self.prefix + self.line.len() + self.frame.data.len() + part.len();
        if event > self.limit { Err(TooLarge) } else { Ok(()) }
    }

    /// Keeps a part of a line for later. Nearly all that is kept is data, so its value is put where it will stay.
    fn hold(&mut self, part: &[u8]) -> Result<(), TooLarge> {
        self.refuse_large(part)?;
        let mut part = part;
        if !self.holds()
            && let Some(value) = part.strip_prefix(b"data:").filter(|value| !value.is_empty())
        {
            let value = value.strip_prefix(b" ").unwrap_or(value);
            self.prefix = part.len() - value.len();
            self.at_start = false;
            part = value;
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn end_held_line(&mut self, items: &mut Vec<Item>) {
        if std::mem::take(&mut self.prefix) > 0 {
            let value = std::mem::take(&mut self.line);
            let value = String::from_utf8(value).unwrap_or_else(|error| text(error.as_bytes()).into_owned());
            return self.add_data(Cow::Owned(value));
        }
        let line = std::mem::take(&mut self.line);
        self.take_line(&line, items);
        self.line = line;
        self.line.clear();
    }

    /// Takes a whole line. Only whole values are decoded: a character is never cut by a chunk border.
    fn take_line(&mut self, line: &[u8], items: &mut Vec<Item>) {
        let mut line = line;
        if std::mem::take(&mut self.at_start) {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        // Nearly every line is one.
        if let Some(value) = line.strip_prefix(b"data:") {
            return self.add_data(text(value.strip_prefix(b" ").unwrap_or(value)));
        }
        match line.first() {
            None if self.open => return self.end_frame(items),
            None => return,
            Some(b'{' | b'[') => {
                return items.push(Item::Stray { name: String::new(), value: text(line).into_owned() });
            }
            Some(_) => {}
        }
        let (name, value) = match memchr::memchr(b':', line) {
            Some(colon) => (line.get(..colon).unwrap_or_default(), line.get(colon + 1..).unwrap_or_default()),
            None => (line, Default::default()),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"" => items.push(Item::Comment(text(value).into_owned())),
            // Without a colon.
            b"data" => self.add_data(text(value)),
            b"event" => {
                self.frame.name = text(value).into_owned();
                self.open = true;
            }
            b"id" => {
                self.frame.id = text(value).into_owned();
                self.open = true;
            }
            b"retry" => {}
            _ => items.push(Item::Stray { name: text(name).into_owned(), value: text(value).into_owned() }),
        }
    }

    fn add_data(&mut self, value: Cow<'_, str>) {
        if self.data_lines == 0 {
            self.frame.data = value.into_owned();
        } else {
            self.frame.data.push('\n');
            self.frame.data.push_str(&value);
        }
        self.data_lines += 1;
        self.open = true;
    }

    fn end_frame(&mut self, items: &mut Vec<Item>) {
        self.open = false;
        self.data_lines = 0;
        items.push(Item::Frame(std::mem::take(&mut self.frame)));
    }
}

/// Bytes as text; what is no text becomes U+FFFD.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    // Nearly all of it is text, which is seen faster than looked through for what is none.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

#[cfg(test)]
mod tests;
