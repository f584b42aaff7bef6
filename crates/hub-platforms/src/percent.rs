//! Percent encoding of what others name: ids in paths, people in queries.

/// The text with everything encoded that has a meaning in a path or a query (RFC 3986's unreserved characters stay).
pub(crate) fn encoded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => safe.push(char::from(byte)),
            _ => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn nothing_can_leave_its_place() {
        assert_eq!(encoded("11111111-2222_~."), "11111111-2222_~.");
        assert_eq!(encoded("a/b?c=d&e#f g+"), "a%2Fb%3Fc%3Dd%26e%23f%20g%2B");
        assert_eq!(encoded("人"), "%E4%BA%BA");
    }
}
