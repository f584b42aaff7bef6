//! Base URLs: what the form proposes for what was typed. Pure; nothing is guessed at run time.
//!
//! Rules: `wire/cloud-llm.md` 0.7. An operation pasted along (`/chat/completions`) goes, a doubled version becomes one,
//! an address without a path gets `/v1` where the platform's interface stands below it, everything else stays.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hub_contract::PlatformId;
use hub_contract::connection::{AddressCheck, AddressNote};
use url::{Host, Url};

use crate::dialect;

/// What the form shows below an address. With `as_typed` nothing is guessed: the path stays, whatever it is.
pub(crate) fn check(platform: PlatformId, text: &str, as_typed: bool) -> AddressCheck {
    let mut notes = Vec::new();
    let after = propose(platform, text, as_typed, &mut notes).unwrap_or_default();
    let final_url = if after.is_empty() { String::new() } else { dialect::of(platform).chat_url(&after) };
    AddressCheck { before: text.to_owned(), after, final_url, notes }
}

/// `scheme://host:port`, the port always written; `None` for what is no http address.
pub(crate) fn origin(base_url: &str) -> Option<String> {
    let url = Url::parse(base_url.trim()).ok()?;
    if !is_http(&url) {
        return None;
    }
    Some(format!("{}://{}:{}", url.scheme(), url.host_str()?, url.port_or_known_default()?))
}

/// `base` with the operation's path behind its own path; a query of the base (Azure's `api-version`) stays last.
pub(crate) fn join(base_url: &str, operation: &str) -> String {
    let (base, query) = match base_url.trim().split_once('?') {
        Some((base, query)) => (base, Some(query)),
        None => (base_url.trim(), None),
    };
    let base = base.trim_end_matches('/');
    let (operation, own_query) = match operation.split_once('?') {
        Some((operation, query)) => (operation, Some(query)),
        None => (operation, None),
    };
    let queries: Vec<&str> = query.into_iter().chain(own_query).filter(|query| !query.is_empty()).collect();
    if queries.is_empty() { format!("{base}{operation}") } else { format!("{base}{operation}?{}", queries.join("&")) }
}

/// `scheme://host:port` of a proxy's address, without a user name or password; `None` for what is no proxy address.
pub(crate) fn shown_proxy(proxy_url: &str) -> Option<String> {
    let url = Url::parse(proxy_url).ok()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{}{port}", url.scheme(), url.host_str()?))
}

/// True for hosts of this computer, which no proxy is asked for.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
        None => false,
    }
}

/// True for hosts on this computer or in its own network, where plain http is usual.
pub(crate) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name.trim_end_matches('.')),
        Some(Host::Ipv4(ip)) => is_local_ip(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => is_local_ip(IpAddr::V6(ip)),
        None => false,
    }
}

fn propose(platform: PlatformId, text: &str, as_typed: bool, notes: &mut Vec<AddressNote>) -> Option<String> {
    let typed = text.trim();
    if typed.is_empty() {
        notes.push(AddressNote::Empty);
        return None;
    }
    if typed.contains(char::is_whitespace) {
        notes.push(AddressNote::Spaces);
        return None;
    }
    let Some((scheme, _)) = typed.split_once("://") else {
        notes.push(AddressNote::NoScheme);
        return None;
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        notes.push(AddressNote::OtherScheme);
        return None;
    }
    let Some(url) = Url::parse(typed).ok().filter(Url::has_host) else {
        notes.push(AddressNote::NotAnAddress);
        return None;
    };
    if holds_credentials(&url) {
        notes.push(AddressNote::Credentials);
        return None;
    }
    if url.scheme() == "http" && !is_local(&url) {
        notes.push(AddressNote::PlainHttp);
    }

    let mut path = url.path().trim_end_matches('/').to_owned();
    let closing_slash = typed.ends_with('/');
    if typed.len() != text.len() || closing_slash || url.fragment().is_some() {
        notes.push(AddressNote::Trimmed);
    }
    if !as_typed {
        mend(platform, &url, &mut path, notes);
    }

    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = url.query().filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}://{}{port}{path}{query}", url.scheme(), url.host_str()?))
}

/// Guesses the path that was meant, and tells each guess.
fn mend(platform: PlatformId, url: &Url, path: &mut String, notes: &mut Vec<AddressNote>) {
    if remove_operation(platform, url, path) {
        notes.push(AddressNote::OperationRemoved);
    }
    if remove_doubled_version(path) {
        notes.push(AddressNote::VersionDoubled);
    }
    if path.is_empty() && stands_below_v1(platform) {
        path.push_str("/v1");
        notes.push(AddressNote::VersionAdded);
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// A user name, a password, or a query member that is a key by its name.
fn holds_credentials(url: &Url) -> bool {
    const KEY_NAMES: &[&str] = &["key", "api_key", "api-key", "apikey", "token", "access_token", "access-token"];
    !url.username().is_empty()
        || url.password().is_some()
        || url.query_pairs().any(|(name, _)| KEY_NAMES.contains(&name.to_ascii_lowercase().as_str()))
}

fn remove_operation(platform: PlatformId, url: &Url, path: &mut String) -> bool {
    let before = path.len();
    // Longest first: `/chat/completions` also ends in `/completions`.
    for operation in operations(platform, url) {
        if let Some(rest) = path.strip_suffix(operation) {
            path.truncate(rest.trim_end_matches('/').len());
            break;
        }
    }
    // Ark's bots stand beside its models: `…/api/v3/bots` and `…/api/v3` mean the same account.
    if is_ark(platform, url)
        && let Some(rest) = path.strip_suffix("/bots")
    {
        path.truncate(rest.len());
    }
    path.len() != before
}

fn operations(platform: PlatformId, url: &Url) -> &'static [&'static str] {
    const MODELS: &[&str] = &["/chat/completions", "/completions", "/responses", "/models", "/embeddings"];
    match platform {
        PlatformId::Openai | PlatformId::Siliconflow | PlatformId::Deepseek | PlatformId::OpenaiCompatible => MODELS,
        PlatformId::Coze => &["/v3/chat", "/v1/workflow/stream_run", "/v1/workflow/run"],
        PlatformId::Appbuilder => &["/app/conversation/runs", "/app/conversation", "/app"],
        PlatformId::Dify => &["/chat-messages", "/completion-messages", "/workflows/run"],
        PlatformId::Fastgpt => &["/v1/chat/completions", "/v2/chat/completions", "/v1/chat", "/v2/chat", "/v1", "/v2"],
        PlatformId::Studio53 => &["/v3/chat-messages", "/v3/workflows/run", "/v3"],
        _ if is_ark(platform, url) => &["/chat/completions"],
        _ => &[],
    }
}

fn is_ark(platform: PlatformId, url: &Url) -> bool {
    platform == PlatformId::Ark || url.host_str().is_some_and(|host| host.ends_with(".volces.com"))
}

fn remove_doubled_version(path: &mut String) -> bool {
    let mut removed = false;
    while let Some((rest, last)) = path.rsplit_once('/') {
        let same_again = rest.rsplit_once('/').is_some_and(|(_, before)| before == last);
        if !is_version(last) || !same_again {
            break;
        }
        path.truncate(rest.len());
        removed = true;
    }
    removed
}

/// `v1`, `v3`, `v1beta`, `v2.1`.
fn is_version(segment: &str) -> bool {
    let Some(rest) = segment.strip_prefix('v') else {
        return false;
    };
    rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-')
}

/// Platforms whose whole interface stands below `/v1` of a host that is given without a path.
fn stands_below_v1(platform: PlatformId) -> bool {
    matches!(
        platform,
        PlatformId::Openai
            | PlatformId::Siliconflow
            | PlatformId::Deepseek
            | PlatformId::OpenaiCompatible
            | PlatformId::Dify
    )
}

/// Names that only a local network resolves: single labels and the suffixes reserved for that.
fn is_local_name(name: &str) -> bool {
    const SUFFIXES: &[&str] = &[".local", ".localhost", ".internal", ".home.arpa"];
    !name.contains('.') || SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// True for this computer, private networks and those that only links or overlays have.
pub(crate) fn is_local_ip(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_local_ipv4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_local_ipv4(ip),
            None => is_local_ipv6(ip),
        },
    }
}

fn is_local_ipv4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b); // RFC 6598, used by overlay networks
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || shared
}

fn is_local_ipv6(ip: Ipv6Addr) -> bool {
    ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use hub_contract::connection::AddressNote as Note;
    use proptest::prelude::*;

    use super::*;

    fn compatible(text: &str) -> AddressCheck {
        check(PlatformId::OpenaiCompatible, text, false)
    }

    #[test]
    fn q54_proposals_of_the_table() {
        for (typed, after) in [
            ("https://api.openai.com", "https://api.openai.com/v1"),
            ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
            ("https://api.deepseek.com", "https://api.deepseek.com/v1"),
            ("https://api.siliconflow.cn/v1/chat/completions", "https://api.siliconflow.cn/v1"),
            ("https://open.bigmodel.cn/api/paas/v4", "https://open.bigmodel.cn/api/paas/v4"),
            ("https://open.bigmodel.cn/api/coding/paas/v4", "https://open.bigmodel.cn/api/coding/paas/v4"),
            ("https://ark.cn-beijing.volces.com/api/v3", "https://ark.cn-beijing.volces.com/api/v3"),
            ("https://ark.cn-beijing.volces.com/api/v3/bots", "https://ark.cn-beijing.volces.com/api/v3"),
            ("https://dashscope.aliyuncs.com/compatible-mode/v1", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
            (
                "https://ws1.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1",
                "https://ws1.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1",
            ),
            ("https://qianfan.baidubce.com/v2", "https://qianfan.baidubce.com/v2"),
            ("http://localhost:11434", "http://localhost:11434/v1"),
            ("http://127.0.0.1:1234/", "http://127.0.0.1:1234/v1"),
            ("https://openrouter.ai/api", "https://openrouter.ai/api"),
            (
                "https://generativelanguage.googleapis.com/v1beta/openai/",
                "https://generativelanguage.googleapis.com/v1beta/openai",
            ),
            (
                "https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
                "https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
            ),
            ("https://r.openai.azure.com/openai/v1", "https://r.openai.azure.com/openai/v1"),
        ] {
            let check = compatible(typed);
            assert_eq!(check.after, after, "{typed}");
            assert!(check.is_usable(), "{typed}: {:?}", check.notes);
        }
    }

    #[test]
    fn the_query_stays_behind_the_operation() {
        assert_eq!(
            compatible("https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21").final_url,
            "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"
        );
        assert_eq!(join("https://h/v1?a=1", "/models?type=text"), "https://h/v1/models?a=1&type=text");
    }

    #[test]
    fn each_mend_is_told() {
        for (typed, after, notes) in [
            (" https://h.example/v1\n", "https://h.example/v1", vec![Note::Trimmed]),
            ("https://h.example/v1/v1", "https://h.example/v1", vec![Note::VersionDoubled]),
            ("https://h.example/v1/v1/", "https://h.example/v1", vec![Note::Trimmed, Note::VersionDoubled]),
            (
                "https://h.example/v1/v1/chat/completions",
                "https://h.example/v1",
                vec![Note::OperationRemoved, Note::VersionDoubled],
            ),
            (
                "https://h.example/chat/completions",
                "https://h.example/v1",
                vec![Note::OperationRemoved, Note::VersionAdded],
            ),
            ("https://h.example", "https://h.example/v1", vec![Note::VersionAdded]),
            ("https://h.example/gateway/llm", "https://h.example/gateway/llm", vec![]),
            ("https://h.example/v1#top", "https://h.example/v1", vec![Note::Trimmed]),
        ] {
            let check = compatible(typed);
            assert_eq!((check.after.as_str(), &check.notes), (after, &notes), "{typed}");
        }
    }

    #[test]
    fn as_typed_guesses_nothing_and_still_refuses_what_cannot_be() {
        let as_typed = |text| check(PlatformId::OpenaiCompatible, text, true);
        for (typed, after, notes) in [
            ("https://h.example", "https://h.example", vec![]),
            ("https://h.example/v1/v1", "https://h.example/v1/v1", vec![]),
            ("https://h.example/models", "https://h.example/models", vec![]),
            (" https://h.example/api/ ", "https://h.example/api", vec![Note::Trimmed]),
            ("http://h.example", "http://h.example", vec![Note::PlainHttp]),
        ] {
            let check = as_typed(typed);
            assert_eq!((check.after.as_str(), &check.notes), (after, &notes), "{typed}");
            assert_eq!(check.final_url, format!("{after}/chat/completions"), "{typed}");
        }
        assert_eq!(as_typed("h.example/v1").notes, [Note::NoScheme]);
        assert_eq!(as_typed("https://li:secret@h.example").notes, [Note::Credentials]);
    }

    #[test]
    fn bad_addresses_say_what_is_wrong() {
        for (typed, note) in [
            ("", Note::Empty),
            (" \n ", Note::Empty),
            ("https://h.example /v1", Note::Spaces),
            ("https://h.exa\nmple/v1", Note::Spaces),
            ("api.openai.com/v1", Note::NoScheme),
            ("localhost:11434", Note::NoScheme),
            ("ftp://h.example/v1", Note::OtherScheme),
            ("file:///etc/passwd", Note::OtherScheme),
            ("https://", Note::NotAnAddress),
            ("https://h.example:99999/v1", Note::NotAnAddress),
            ("https://user:pw@h.example/v1", Note::Credentials),
            ("https://user@h.example/v1", Note::Credentials),
            ("https://h.example/v1?api_key=abc", Note::Credentials),
        ] {
            let check = compatible(typed);
            assert_eq!(check.notes, vec![note], "{typed}");
            assert!(!check.is_usable(), "{typed}");
            assert_eq!((check.after.as_str(), check.final_url.as_str()), ("", ""), "{typed}");
        }
    }

    #[test]
    fn plain_http_is_told_for_public_hosts_only() {
        for local in [
            "http://localhost:11434/v1",
            "http://127.0.0.1/v1",
            "http://127.8.9.1/v1",
            "http://[::1]:8080/v1",
            "http://10.1.2.3/v1",
            "http://172.31.0.1/v1",
            "http://192.168.1.5:8000/v1",
            "http://169.254.1.1/v1",
            "http://100.100.1.1/v1",
            "http://[fd00::5]/v1",
            "http://[fe80::5]/v1",
            "http://[::ffff:192.168.1.5]/v1",
            "http://gpu-box/v1",
            "http://gpu-box.local/v1",
        ] {
            assert_eq!(compatible(local).notes, vec![], "{local}");
        }
        for public in [
            "http://api.example.com/v1",
            "http://8.8.8.8/v1",
            "http://172.32.0.1/v1",
            "http://100.128.0.1/v1",
            "http://[2001:db8::1]/v1",
            "http://local.example.com/v1",
        ] {
            let check = compatible(public);
            assert_eq!(check.notes, vec![Note::PlainHttp], "{public}");
            assert!(check.is_usable(), "the operator may allow {public}");
        }
    }

    #[test]
    fn a_sub_path_of_dify_stays_and_v1_is_not_doubled() {
        let dify = |text| check(PlatformId::Dify, text, false).after;
        assert_eq!(dify("http://dify.corp.example:8080/tools/dify/v1"), "http://dify.corp.example:8080/tools/dify/v1");
        assert_eq!(dify("http://localhost"), "http://localhost/v1");
        assert_eq!(dify("https://api.dify.ai/v1/chat-messages"), "https://api.dify.ai/v1");
        assert_eq!(check(PlatformId::Coze, "https://api.coze.cn", false).after, "https://api.coze.cn");
        assert_eq!(check(PlatformId::Coze, "https://api.coze.com/v3/chat", false).after, "https://api.coze.com");
        let runs = "https://qianfan.baidubce.com/v2/app/conversation/runs";
        assert_eq!(check(PlatformId::Appbuilder, runs, false).after, "https://qianfan.baidubce.com/v2");
    }

    #[test]
    fn an_origin_always_has_its_port() {
        assert_eq!(origin("https://api.openai.com/v1").as_deref(), Some("https://api.openai.com:443"));
        assert_eq!(origin("http://[::1]:8080/v1").as_deref(), Some("http://[::1]:8080"));
        assert_eq!(origin("https://H.Example/v1").as_deref(), Some("https://h.example:443"));
        assert_eq!(origin("ftp://h/v1"), None);
        assert_eq!(origin("nonsense"), None);
    }

    proptest! {
        #[test]
        fn a_proposal_is_its_own_proposal(text in "https?://[a-z]{1,8}(\\.[a-z]{2,5}){0,2}(:[1-9][0-9]{1,3})?(/[a-z0-9./-]{0,12}){0,4}") {
            let once = compatible(&text).after;
            if !once.is_empty() {
                prop_assert_eq!(compatible(&once).after, once);
            }
        }

        #[test]
        fn nothing_typed_makes_it_fail(text in "\\PC{0,60}") {
            let check = compatible(&text);
            prop_assert_eq!(check.is_usable(), !check.after.is_empty());
        }
    }
}
