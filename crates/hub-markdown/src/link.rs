//! Which links may be opened, and where bare addresses begin and end in a text.

use crate::ast::Inline;

/// Longest address that is made a link, in bytes.
const MAX_URL: usize = 4096;

/// The address if it may be opened: http, https and mailto only, and without spaces or control characters.
pub fn openable(url: &str) -> Option<&str> {
    let url = url.trim();
    let clean = url.len() <= MAX_URL && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    (clean && (has_scheme(url, "https://") || has_scheme(url, "http://") || has_scheme(url, "mailto:"))).then_some(url)
}

/// The host that an address really leads to, for people to see before they open it.
pub fn host(url: &str) -> String {
    let after_scheme = match url.split_once("://") {
        Some((_, rest)) => rest,
        None => return url.trim_start_matches("mailto:").split('?').next().unwrap_or_default().to_owned(),
    };
    let authority = after_scheme.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // `https://good.example@evil.example` leads to the part after the last `@`.
    authority.rsplit('@').next().unwrap_or_default().to_owned()
}

/// Cuts bare web addresses out of a text and makes them links.
pub(crate) fn linkify(text: &str, into: &mut Vec<Inline>) {
    let mut rest = text;
    while let Some((start, end)) = find_address(rest) {
        let (before, from) = rest.split_at(start);
        let (url, after) = from.split_at(end - start);
        if !before.is_empty() {
            into.push(Inline::Text(before.to_owned()));
        }
        into.push(Inline::Link { url: url.to_owned(), content: vec![Inline::Text(url.to_owned())] });
        rest = after;
    }
    if !rest.is_empty() {
        into.push(Inline::Text(rest.to_owned()));
    }
}

fn has_scheme(url: &str, scheme: &str) -> bool {
    url.len() > scheme.len() && url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Start and end of the first bare address. Ends before anything that is not ASCII: Chinese is written without a space.
fn find_address(text: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("http")) {
        let start = from + found;
        let tail = text.get(start..).unwrap_or_default();
        let glued =
            text.get(..start).and_then(|before| before.chars().next_back()).is_some_and(|c| c.is_ascii_alphanumeric());
        let scheme = ["https://", "http://"].into_iter().find(|scheme| tail.starts_with(scheme));
        if let (Some(scheme), false) = (scheme, glued) {
            let ends = |c: char| !c.is_ascii() || c.is_whitespace() || c.is_control() || "<>\"`{}|\\^".contains(c);
            let length = tail.find(ends).unwrap_or(tail.len()).min(MAX_URL);
            let length = without_closing_marks(tail.get(..length).unwrap_or_default());
            if length > scheme.len() {
                return Some((start, start + length));
            }
        }
        from = start + "http".len();
    }
    None
}

/// Marks at the end belong to the sentence; a closing bracket too unless the address opened it.
fn without_closing_marks(url: &str) -> usize {
    let mut url = url;
    loop {
        let shorter = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if inner.matches('(').count() <= inner.matches(')').count() => inner,
            _ => shorter.strip_suffix(']').unwrap_or(shorter),
        };
        if shorter.len() == url.len() {
            return url.len();
        }
        url = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_and_mail_addresses_are_opened() {
        for good in ["https://example.com", "HTTP://example.com/a?b#c", "mailto:a@example.com"] {
            assert_eq!(openable(good), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "//example.com",
            "/x",
            "https://",
            "https://a b",
            "vbscript:x",
            "java\nscript:x",
        ] {
            assert_eq!(openable(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_host_is_the_real_one() {
        assert_eq!(host("https://good.example@evil.example/good.example"), "evil.example");
        assert_eq!(host("https://a.example:8443?x=/b"), "a.example:8443");
        assert_eq!(host("mailto:a@example.com?subject=x"), "a@example.com");
    }

    #[test]
    fn bare_addresses_end_where_the_sentence_goes_on() {
        let urls = |text: &str| -> Vec<String> {
            let mut out = Vec::new();
            linkify(text, &mut out);
            assert_eq!(crate::ast::plain(&out), text, "nothing is lost");
            out.into_iter().filter_map(|i| if let Inline::Link { url, .. } = i { Some(url) } else { None }).collect()
        };
        assert_eq!(urls("见 https://example.com/a，然后"), ["https://example.com/a"]);
        assert_eq!(urls("(see http://example.com/a_(b).)"), ["http://example.com/a_(b)"]);
        assert_eq!(urls("xhttp://no http:// https://. done"), Vec::<String>::new());
        assert_eq!(urls("https://a.example, https://b.example."), ["https://a.example", "https://b.example"]);
    }
}
