//! The relay page as a file: what it may do, by its own policy. That a browser goes through it is in `e2e`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::authorize::{COZE_PATH, RELAY, SCHEME};
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("../../../../relay/index.html");
/// How the project publishes it.
const WORKFLOW: &str = include_str!("../../../../.github/workflows/relay.yml");
const RELEASE: &str = include_str!("../../../../.github/workflows/release.yml");

#[test]
fn the_relay_loads_and_sends_nothing_and_runs_its_own_script_only() {
    let policy = between(PAGE, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let expected = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(between(PAGE, "<script>", "</script>")),
        hash(between(PAGE, "<style>", "</style>")),
    );
    assert_eq!(policy, expected, "a changed script or style needs its hash in the policy");
    assert_eq!(PAGE.matches("<script").count(), 1);
    for foreign in
        ["http://", "https://", "src=", "fetch(", "XMLHttpRequest", "sendBeacon", "innerHTML", "localStorage"]
    {
        assert!(!PAGE.contains(foreign), "{foreign}");
    }
}

#[test]
fn the_relay_goes_to_the_address_that_the_hub_waits_at() {
    assert!(PAGE.contains(&format!("var SCHEME = \"{SCHEME}:{COZE_PATH}\";")));
    for word in ["已同意授权", "Open", "lang=\"en\"", "<noscript>", "no-referrer"] {
        assert!(PAGE.contains(word), "{word}");
    }
}

#[test]
fn a_release_publishes_the_relay_at_the_default_address() {
    let (host, path) = RELAY.strip_prefix("https://").and_then(|rest| rest.split_once('/')).expect("an https address");
    assert!(WORKFLOW.contains(&format!("cp relay/index.html site/{path}/index.html")), "{path}");
    assert!(WORKFLOW.contains(&format!("${{RELAY_HOST:-{host}}}/{path}")), "{host}");
    assert!(RELEASE.contains("uses: ./.github/workflows/relay.yml"));
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).expect(from);
    rest.split_once(to).expect(to).0
}
