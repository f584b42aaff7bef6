//! What a body is, by its first character.

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Events.
    Stream,
    /// One JSON document.
    Document,
    /// A web page.
    Page,
}

/// Waits for the first character that is neither white space nor a byte-order mark.
#[derive(Debug, Default)]
pub(crate) struct Sniffer {
    mark: Vec<u8>,
}

impl Sniffer {
    /// Takes bytes; the nature and the bytes from the first character on, once it came. White space before it is of no
    /// use in any of the three.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Option<(Nature, Vec<u8>)> {
        self.mark.extend_from_slice(bytes);
        let begun = self.mark.trim_ascii_start();
        let begun = begun.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(begun).trim_ascii_start();
        let nature = match begun.first() {
            None => {
                self.mark.clear();
                return None;
            }
            // A byte-order mark that may still become whole.
            Some(0xEF) if begun.len() < 3 => return None,
            Some(b'{' | b'[' | b'"') => Nature::Document,
            Some(b'<') => Nature::Page,
            Some(_) => Nature::Stream,
        };
        Some((nature, begun.to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nature(chunks: &[&str]) -> Option<(Nature, Vec<u8>)> {
        let mut sniffer = Sniffer::default();
        chunks.iter().find_map(|chunk| sniffer.push(chunk.as_bytes()))
    }

    #[test]
    fn q36_the_first_character_tells() {
        for (body, expected) in [
            ("data: {}", Nature::Stream),
            (": keep-alive", Nature::Stream),
            ("event: error", Nature::Stream),
            ("{\"error\":1}", Nature::Document),
            ("\"Invalid token\"", Nature::Document),
            ("[]", Nature::Document),
            ("<!DOCTYPE html>", Nature::Page),
        ] {
            for before in ["", "\n\n", "\u{FEFF}", "\u{FEFF}\r\n"] {
                let text = format!("{before}{body}");
                assert_eq!(nature(&[&text]), Some((expected, body.as_bytes().to_vec())), "{text:?}");
            }
        }
        assert_eq!(nature(&["\n", " ", "\n"]), None);
        assert_eq!(nature(&["\n", "\n{"]), Some((Nature::Document, b"{".to_vec())));
    }

    #[test]
    fn a_byte_order_mark_may_be_cut() {
        let mut sniffer = Sniffer::default();
        assert_eq!(sniffer.push(b"\xEF"), None);
        assert_eq!(sniffer.push(b"\xBB"), None);
        assert_eq!(sniffer.push(b"\xBFd"), Some((Nature::Stream, b"d".to_vec())));
    }
}
