//! Addresses that a platform hands out: complete, or below the place where it is installed.

use url::Url;

/// The complete address of what a platform calls `url`. `interface` is the path below the place of installation at which
/// the base URL stands (`/v1`, `/api`), so that a relative address works below a sub-path too. `None` for what is no
/// http address.
pub(crate) fn resolved(base_url: &str, interface: &str, url: &str) -> Option<String> {
    let url = url.trim();
    if let Ok(complete) = Url::parse(url) {
        return (matches!(complete.scheme(), "http" | "https") && complete.has_host()).then(|| complete.into());
    }
    if url.is_empty() {
        return None;
    }
    let base = Url::parse(base_url.trim()).ok()?;
    let root = base.path().trim_end_matches('/');
    let root = root.strip_suffix(interface).unwrap_or(root);
    let path = url.trim_start_matches('/');
    let below_root = !root.is_empty() && path.starts_with(&format!("{}/", root.trim_start_matches('/')));
    let path = if below_root { format!("/{path}") } else { format!("{root}/{path}") };
    base.join(&path).ok().map(String::from)
}

/// The last part of an address's path, for files without a name.
pub(crate) fn file_name(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let last = url.path_segments()?.next_back().filter(|last| !last.is_empty())?;
    Some(last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_stand_below_the_installation() {
        for (base, url, complete) in [
            ("http://10.0.3.12:8080/v1", "/files/a.png?sign=x", "http://10.0.3.12:8080/files/a.png?sign=x"),
            ("http://h/tools/dify/v1", "/files/a.png", "http://h/tools/dify/files/a.png"),
            ("http://h/tools/dify/v1", "/tools/dify/files/a.png", "http://h/tools/dify/files/a.png"),
            ("http://h/dify", "files/a.png", "http://h/dify/files/a.png"),
            ("http://h/v1", "https://cdn.example/x.png", "https://cdn.example/x.png"),
        ] {
            assert_eq!(resolved(base, "/v1", url).as_deref(), Some(complete), "{base} {url}");
        }
    }

    #[test]
    fn other_schemes_are_no_addresses() {
        for url in ["", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"] {
            assert_eq!(resolved("http://h/v1", "/v1", url), None, "{url}");
        }
    }

    #[test]
    fn a_file_has_the_name_of_its_address() {
        assert_eq!(file_name("http://h/files/tools/f-1.png?sign=x").as_deref(), Some("f-1.png"));
        assert_eq!(file_name("http://h/"), None);
    }
}
