//! The hosts that may be connected to, where an administrator has named them. Pure.

use reqwest::Url;

/// A list of hosts. A host that is in none of its entries is not connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedHosts {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// In lower case. For `*.example.com` it is `.example.com`.
    host: String,
    /// All hosts below that name, not the name itself.
    below: bool,
    port: Option<u16>,
}

impl AllowedHosts {
    /// Reads entries: `host`, `*.domain` for everything below a domain, each with or without `:port`. IPv6 addresses stand in
    /// brackets. No entry at all allows no host.
    ///
    /// # Errors
    /// The first entry that is none.
    pub fn parse<'e>(entries: impl IntoIterator<Item = &'e str>) -> Result<Self, String> {
        let entries = entries.into_iter().map(|text| Entry::parse(text).ok_or_else(|| text.to_owned()));
        Ok(Self { entries: entries.collect::<Result<_, _>>()? })
    }

    /// Whether the host of `url` may be connected to.
    pub(crate) fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        // The dot at the end says "from the root of all names" and names the same host.
        let host = host.trim_end_matches('.');
        self.entries.iter().any(|entry| entry.holds(host, url.port_or_known_default()))
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        let below = text.starts_with("*.");
        let name = text.strip_prefix("*.").unwrap_or(text);
        // What a URL takes as host and port, and nothing beside them. Its parser also writes names as they travel.
        let url = Url::parse(&format!("http://{name}/")).ok()?;
        let port = name.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let host = url.host_str()?;
        let tail = port.map(|port: u16| format!(":{port}")).unwrap_or_default();
        let is_whole = !host.contains('*') && url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_plain = name.to_lowercase().strip_suffix(&tail).is_some_and(|typed| {
            // A name in other letters than Latin ones is written in another way by the parser.
            typed == host || !typed.is_ascii()
        });
        (is_whole && is_plain && url.username().is_empty() && url.password().is_none()).then(|| Self {
            host: if below { format!(".{host}") } else { host.to_owned() },
            below,
            port,
        })
    }

    fn holds(&self, host: &str, port: Option<u16>) -> bool {
        let named = if self.below { host.ends_with(&self.host) && host != self.host } else { host == self.host };
        named && self.port.is_none_or(|own| Some(own) == port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(entry: &str, url: &str) -> bool {
        AllowedHosts::parse([entry]).unwrap().allows(&url.parse().unwrap())
    }

    #[test]
    fn a_host_is_allowed_by_its_own_entry_only() {
        for (entry, url, expected) in [
            ("api.example.com", "https://api.example.com/v1", true),
            ("API.Example.com", "https://api.example.COM./v1", true),
            ("api.example.com", "https://api.example.com.evil.test/", false),
            ("api.example.com", "https://evilapi.example.com/", false),
            ("api.example.com", "https://api.example.com@evil.test/", false),
            ("*.example.com", "https://a.b.example.com/", true),
            ("*.example.com", "https://example.com/", false),
            ("*.example.com", "https://badexample.com/", false),
            ("api.example.com:8443", "https://api.example.com:8443/", true),
            ("api.example.com:443", "https://api.example.com/", true),
            ("api.example.com:8443", "https://api.example.com/", false),
            ("api.example.com", "http://api.example.com:81/", true),
            ("127.0.0.1", "http://127.0.0.1:11434/", true),
            ("127.0.0.1", "http://2130706433/", true),
            ("[::1]:8080", "http://[::1]:8080/", true),
            ("[::1]", "http://[::2]/", false),
            ("例子.测试", "https://xn--fsqu00a.xn--0zwm56d/", true),
        ] {
            assert_eq!(allows(entry, url), expected, "{entry} for {url}");
        }
    }

    #[test]
    fn what_is_no_host_is_no_entry() {
        for entry in
            ["", "*", "*.", "a*.example.com", "https://a.example", "a.example/path", "a@b.example", "a.example:x"]
        {
            assert_eq!(AllowedHosts::parse([entry]), Err(entry.to_owned()));
        }
    }

    #[test]
    fn an_empty_list_allows_nothing() {
        assert!(!AllowedHosts::default().allows(&"https://a.example".parse().unwrap()));
    }
}
