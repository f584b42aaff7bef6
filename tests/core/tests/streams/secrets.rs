//! What a server, a proxy or a page repeats of a credential is told nowhere; and no call is made without a reason.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::PlatformId;
use hub_contract::run::RemoteIds;
use hub_platforms::{Asker, Network, Proxy, Reason, Stopped};
use hub_sim::{Reply, Script};

use crate::dialects::speaking;
use crate::support::*;

#[tokio::test]
async fn s36_s41_a_credential_that_is_repeated_is_told_nowhere() {
    let pages =
        [KEY.to_owned(), format!("<p>Bearer {KEY}</p>"), format!("{{\"message\":\"{KEY}\",\"code\":\"{KEY}\"}}")];
    for dialect in speaking(41) {
        let mut replies: Vec<Reply> = pages
            .iter()
            .flat_map(|page| [200, 401, 404, 500].map(|status| Reply::html(status, page.clone())))
            .map(|reply| reply.header("x-request-id", KEY))
            .collect();
        replies.push(Reply::redirect(307, format!("https://{KEY}.example/{KEY}?{KEY}")));
        replies.push(Reply::sse_body(dialect.says("kept") + &dialect.fails(KEY)).header("x-request-id", KEY));
        replies.push(Reply::sse_body(format!("data: {{{KEY}\n\n")));
        replies.push(Reply::raw(format!("HTTP/9.9 {KEY}\r\n\r\n")));
        for reply in replies {
            let server = serve(reply.clone()).await;
            let endpoint = dialect.endpoint(&server.base_url());
            let asked = ask_of(&platforms(limits()), endpoint.clone(), dialect.turn()).await;
            assert!(!format!("{:?} {:?}", asked.events, asked.facts).contains(KEY), "{reply:?}: {asked:?}");
            let tested = platforms(limits()).test(&endpoint).await;
            assert!(!format!("{tested:?}").contains(KEY), "{reply:?}: {tested:?}");
            assert!(!format!("{endpoint:?}").contains(KEY), "nor by looking at the connection");
        }
    }
}

#[tokio::test]
async fn s46_a_proxys_password_that_is_repeated_is_told_nowhere() {
    const PASSWORD: &str = "a password of the proxy";
    let header = STANDARD.encode(format!("me:{PASSWORD}"));
    for dialect in speaking(46) {
        for status in [200, 403, 407, 502] {
            let proxy = serve(Reply::html(status, format!("<h1>{PASSWORD} or Basic {header}</h1>"))).await;
            let mut endpoint = dialect.endpoint("http://llm.example");
            let custom =
                Proxy::Custom { url: proxy.base_url(), user: "me".to_owned(), password: Some(PASSWORD.into()) };
            endpoint.network = Network { proxy: custom, ca_file: None };
            let asked = ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
            let told = format!("{:?} {:?}", asked.events, asked.facts);
            assert!(!told.contains(PASSWORD) && !told.contains(&header), "{told}");
            assert!(told.contains("…"), "something was taken out: {told}");
        }
    }
}

#[tokio::test]
async fn every_call_is_counted_for_its_reason() {
    for dialect in speaking(43) {
        let later = || Reply::text(503, "later");
        let server =
            serve(Script::new().next(later()).next(later()).otherwise(Reply::sse_body(dialect.answer("a")))).await;
        let platforms = platforms(limits());
        assert_eq!(platforms.calls(), BTreeMap::new(), "nothing is sent by itself");
        let endpoint = dialect.endpoint(&server.base_url());
        ask_of(&platforms, endpoint.clone(), dialect.turn()).await.stopped("a");
        assert_eq!(platforms.calls(), BTreeMap::from([(Reason::Chat, 3)]), "repeats count");
        platforms.catalog(&endpoint).await.expect_err("no list");
        let lists_nothing = matches!(dialect.platform, PlatformId::Yuanqi | PlatformId::Fastgpt);
        let listed = if lists_nothing { None } else { Some((Reason::Catalog, 1)) };
        assert_eq!(platforms.calls(), listed.into_iter().chain([(Reason::Chat, 3)]).collect());
        drop(platforms.test(&endpoint).await);
        let stopped = platforms.stop(&endpoint, &Asker::default(), &RemoteIds::default()).await;
        assert_eq!(stopped, Stopped::Unconfirmed, "there is no such call, so none is made");
        let calls = platforms.calls();
        assert!(calls[&Reason::ConnectionTest] >= 1);
        let total: u64 = calls.values().sum();
        assert_eq!(total, server.requests().len() as u64, "there is no request without a reason");
        assert!(Reason::ALL.iter().all(|reason| !reason.as_str().is_empty()));
    }
}
