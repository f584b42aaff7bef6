//! The way through proxies. Hosts of this computer are never asked for from one, so the hosts here are names that no
//! resolver knows: what arrives, came through the proxy.

use hub_contract::connection::{EditConnectionRequest, ProxyChoice};
use hub_contract::secret::SecretInput;
use hub_contract::settings::{EditSettingsRequest, ProxySetting};
use hub_contract::{ErrorCode, RunEvent};
use hub_platforms::{Endpoint, Network, Proxy};
use hub_sim::{Proxied, ProxyKind, ProxyServer, Recorder, Reply, ScriptedServer};
use secrecy::SecretString;

use crate::child;
use crate::dialects::{Dialect, speaking};
use crate::hub::{Desk, answer, connect, ready};
use crate::support::*;
use crate::tls::Company;

const LOGIN: &str = "user:pass word";
const FAR: &str = "http://llm.example";

fn through(dialect: &Dialect, base: &str, proxy: &str, login: Option<(&str, &str)>) -> Endpoint {
    let (user, password) = login.unwrap_or_default();
    let custom = Proxy::Custom {
        url: proxy.to_owned(),
        user: user.to_owned(),
        password: login.map(|_| SecretString::from(password)),
    };
    Endpoint { network: Network { proxy: custom, ca_file: None }, ..dialect.endpoint(base) }
}

#[tokio::test]
async fn s46_every_kind_of_proxy_with_and_without_a_login() {
    let company = Company::new();
    for dialect in speaking(46) {
        let plain = serve(Reply::sse_body(dialect.answer("plain"))).await;
        let identity = company.ca.issue(&["llm.example"]).unwrap();
        let secure = ScriptedServer::start_tls(&identity, Reply::sse_body(dialect.answer("secure"))).await.unwrap();
        for login in [None, Some(("user", "pass word"))] {
            for kind in
                [ProxyKind::Http, ProxyKind::Https(company.ca.issue(&["127.0.0.1"]).unwrap()), ProxyKind::Socks5]
            {
                for (base, server, text) in
                    [(FAR, plain.address(), "plain"), ("https://llm.example", secure.address(), "secure")]
                {
                    let proxy = ProxyServer::start(kind.clone(), login.map(|_| LOGIN), server).await.unwrap();
                    let mut endpoint = through(dialect, base, &proxy.url(), login);
                    endpoint.network.ca_file = Some(company.file.path().to_owned());
                    let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
                    asked.stopped(text);
                    assert_eq!(asked.facts.proxy.as_deref(), Some(proxy.url().as_str()), "told without a password");
                    let seen = proxy.seen();
                    assert!(seen.iter().all(|proxied| proxied.let_through), "{seen:?}");
                    assert_eq!(seen[0].login.is_some(), login.is_some(), "{kind:?} {seen:?}");
                    assert!(seen[0].target.contains("llm.example"), "the proxy resolves the name: {seen:?}");
                }
            }
        }
        for request in plain.requests().iter().chain(&secure.requests()) {
            assert_eq!(request.header("proxy-authorization"), None, "the platform is not told the proxy's password");
        }
    }
}

#[tokio::test]
async fn s46_a_wrong_login_is_the_proxys_fault_and_is_told_without_it() {
    let company = Company::new();
    for dialect in speaking(46) {
        let server = serve(Reply::sse_body(dialect.answer("a"))).await;
        for kind in [ProxyKind::Http, ProxyKind::Socks5] {
            for base in [FAR, "https://llm.example"] {
                for login in [None, Some(("user", "secret-of-the-proxy"))] {
                    let proxy = ProxyServer::start(kind.clone(), Some(LOGIN), server.address()).await.unwrap();
                    let mut endpoint = through(dialect, base, &proxy.url(), login);
                    endpoint.network.ca_file = Some(company.file.path().to_owned());
                    let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
                    asked.failed("", ErrorCode::Proxy);
                    assert_eq!(asked.facts.proxy.as_deref(), Some(proxy.url().as_str()));
                    let told = format!("{:?} {:?}", asked.events, asked.facts);
                    assert!(!told.contains("secret-of-the-proxy") && !told.contains("c2VjcmV0"), "{told}");
                }
            }
        }
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn s46_a_proxy_that_answers_a_page_is_named() {
    for dialect in speaking(46) {
        let page = "<html><h1>Sign in to the network</h1></html>";
        for (reply, code) in
            [(Reply::html(407, page), ErrorCode::Proxy), (Reply::html(200, page), ErrorCode::NotStream)]
        {
            let proxy = serve(reply).await;
            let endpoint = through(dialect, FAR, &proxy.base_url(), None);
            let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
            let detail = asked.failed("", code).detail.clone();
            assert_eq!(asked.facts.proxy.as_deref(), Some(proxy.base_url().as_str()));
            assert!(!detail.text.unwrap_or_default().contains('<'));
        }
        // For https the page comes in place of the tunnel: as a refusal, or as bytes that are no TLS.
        for (reply, code) in [(Reply::html(407, page), ErrorCode::Proxy), (Reply::html(200, page), ErrorCode::Tls)] {
            let proxy = serve(reply).await;
            let endpoint = through(dialect, "https://llm.example", &proxy.base_url(), None);
            let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
            asked.failed("", code);
            assert_eq!(asked.facts.proxy.as_deref(), Some(proxy.base_url().as_str()));
            for request in proxy.requests() {
                assert!(request.header("authorization").is_none(), "no key travels outside of the tunnel");
            }
        }
    }
}

#[tokio::test]
async fn s46_a_proxy_that_is_not_there_is_told() {
    for dialect in speaking(46) {
        let gone = serve(Reply::nothing()).await.base_url();
        for scheme in ["http", "socks5h"] {
            let endpoint = through(dialect, FAR, &gone.replace("http", scheme), None);
            let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
            let error = match asked.end() {
                RunEvent::Failed { error } => error,
                other => panic!("{other:?}"),
            };
            assert!(matches!(error.code, ErrorCode::Proxy | ErrorCode::Connect), "{error:?}");
            assert!(asked.facts.proxy.is_some());
        }
    }
}

/// The environment is the process's own, so each is another process.
#[tokio::test]
async fn s46_the_systems_proxies_count_unless_they_are_switched_off() {
    const NAME: &str = "proxies::s46_the_systems_proxies_count_unless_they_are_switched_off";
    if let Some(task) = child::task() {
        let [name, setting, base] = task.split(' ').collect::<Vec<_>>()[..] else { panic!("{task}") };
        let dialect = speaking(46).find(|dialect| dialect.name == name).unwrap();
        let mut endpoint = dialect.endpoint(base);
        endpoint.network.proxy = if setting == "system" { Proxy::System } else { Proxy::None };
        let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
        child::say("text", asked.text());
        child::say("proxy", asked.facts.proxy.unwrap_or_default());
        return;
    }
    for dialect in speaking(46) {
        let server = serve(Reply::sse_body(dialect.answer("a"))).await;
        let http = ProxyServer::start(ProxyKind::Http, Some(LOGIN), server.address()).await.unwrap();
        let socks = ProxyServer::start(ProxyKind::Socks5, None, server.address()).await.unwrap();
        let with_login = http.url().replace("://", "://user:pass%20word@");
        let local = server.base_url();
        for (variables, setting, base, text, proxy) in [
            (vec![("http_proxy", with_login.clone())], "system", FAR, "a", http.url()),
            (vec![("ALL_PROXY", socks.url())], "system", FAR, "a", socks.url()),
            (
                vec![("http_proxy", with_login.clone()), ("no_proxy", "llm.example".into())],
                "system",
                FAR,
                "",
                String::new(),
            ),
            (vec![("http_proxy", with_login.clone())], "none", FAR, "", String::new()),
            (vec![("http_proxy", with_login.clone())], "system", local.as_str(), "a", String::new()),
        ] {
            let mut command = child::command(NAME, &format!("{} {setting} {base}", dialect.name));
            for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
                command.env_remove(name).env_remove(name.to_uppercase());
            }
            command.envs(variables.clone());
            let said = child::run(command).await;
            assert_eq!((said["text"].as_str(), said["proxy"].as_str()), (text, proxy.as_str()), "{variables:?} {base}");
        }
        let logins: Vec<Proxied> = http.seen();
        assert_eq!(logins.len(), 1, "{logins:?}");
    }
}

/// The Hub's proxy, then none, then another one, then one of the connection's own: each holds for the next question.
#[tokio::test]
async fn s46_a_changed_proxy_holds_for_the_next_question() {
    for dialect in speaking(46) {
        let server = serve(Reply::sse_body(dialect.answer("a"))).await;
        let first = ProxyServer::start(ProxyKind::Http, None, server.address()).await.unwrap();
        let second = ProxyServer::start(ProxyKind::Socks5, Some(LOGIN), server.address()).await.unwrap();
        let own = ProxyServer::start(ProxyKind::Http, Some("me:secret-of-mine"), server.address()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::open(crate::hub::options(folder.path()), dialect, &server.base_url()).await;
        let far = hub_contract::connection::ConnectRequest { allow_plain_http: true, ..connect(dialect, FAR) };
        desk.target = ready(&desk.hub, dialect, far).await;
        let far = desk.hub.connections_list(()).await.unwrap().pop().unwrap().id;

        let custom = |url: String, user: &str| ProxySetting::Custom { url, user: user.to_owned(), has_password: false };
        for (proxy, password, proxied) in [
            (custom(first.url(), ""), None, Some(first.url())),
            (ProxySetting::None, None, None),
            (custom(second.url(), "user"), Some("pass word"), Some(second.url())),
            (custom(first.url(), ""), None, Some(first.url())),
        ] {
            let proxy_password = password.map(SecretInput::new);
            let edit = EditSettingsRequest { proxy: Some(proxy), proxy_password, ..Default::default() };
            desk.hub.settings_edit(edit).await.unwrap();
            let sent = desk.ask("through what?").await;
            desk.hear(&sent.run).await;
            let answer = answer(&desk.hub, &sent.conversation.id).await;
            assert_eq!(answer.text, if proxied.is_some() { "a" } else { "" }, "{:?}", answer.state);
            assert_eq!(answer.body.facts.unwrap().proxy, proxied);
        }

        let choice =
            ProxyChoice::Own { proxy: custom(own.url(), "me"), password: Some(SecretInput::new("secret-of-mine")) };
        let edit = EditConnectionRequest {
            id: far,
            name: None,
            base_url: None,
            fields: Default::default(),
            secrets: Default::default(),
            proxy: Some(choice),
            allow_plain_http: None,
            as_typed: false,
            verify: false,
        };
        let view = desk.hub.connection_edit(edit).await.unwrap();
        assert!(!serde_json::to_string(&view).unwrap().contains("secret-of-mine"));
        let sent = desk.ask("and now?").await;
        desk.hear(&sent.run).await;
        assert_eq!(answer(&desk.hub, &sent.conversation.id).await.body.facts.unwrap().proxy, Some(own.url()));
    }
}

#[tokio::test]
async fn s47_plain_http_to_a_far_host_needs_a_word() {
    for dialect in speaking(47) {
        let server = Recorder::start().await.unwrap();
        let desk = Desk::new(dialect, &server.base_url()).await;
        let error = desk.hub.connection_add(connect(dialect, FAR)).await.expect_err("plain http");
        assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::InvalidRequest, Some("address_plain_http")));
        let allowed = hub_contract::connection::ConnectRequest { allow_plain_http: true, ..connect(dialect, FAR) };
        assert!(desk.hub.connection_add(allowed).await.unwrap().plain_http_allowed);
        assert_eq!(server.connections(), 0);
    }
}
