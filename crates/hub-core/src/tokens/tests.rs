use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

use hub_contract::catalogue::{CLIENT_ID, CLIENT_SECRET};
use hub_contract::connection::ConnectRequest;
use hub_contract::secret::{SecretHint, SecretInput};
use hub_contract::settings::VaultMode;
use hub_contract::{PlatformId, RunEvent};
use hub_platforms::{App, ChatSignal, Turn};
use hub_sim::{CozeOptions, CozeSim, Gate, Reply, ScriptedServer, coze};

use super::*;
use crate::secrets::{origin_of, secret_id};
use crate::{Hub, HubOptions};

const MINUTE: UtcMs = 60 * 1000;

/// A clock that a test sets.
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> UtcMs {
        self.0.load(Ordering::SeqCst)
    }
}

struct Home {
    hub: Hub,
    clock: Arc<SetClock>,
    connection: ConnectionId,
    _folder: tempfile::TempDir,
}

impl Home {
    /// A Hub whose Coze account was authorised with these tokens 10 minutes before the first one ends.
    async fn authorised(base_url: &str, access: &str, refresh: &str) -> Self {
        hub_platforms::install_crypto();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(crate::SystemClock.now())));
        let options = HubOptions {
            vault: Some(VaultMode::Session),
            clock: clock.clone(),
            ..HubOptions::new(folder.path().join("hub"), "0.0.0")
        };
        let hub = Hub::open(options).await.unwrap();
        let request = ConnectRequest {
            platform: PlatformId::Coze,
            name: None,
            base_url: Some(base_url.to_owned()),
            fields: BTreeMap::from([(CLIENT_ID.to_owned(), coze::CLIENT.to_owned())]),
            secrets: BTreeMap::from([(CLIENT_SECRET.to_owned(), SecretInput::new(coze::CLIENT_SECRET))]),
            proxy: None,
            verify: false,
            allow_plain_http: false,
            as_typed: false,
        };
        let connection = hub.connection_add(request).await.unwrap().id;
        let home = Self { hub, clock, connection, _folder: folder };
        home.keep(access, refresh).await;
        home
    }

    async fn keep(&self, access: &str, refresh: &str) {
        let now = self.clock.now();
        let granted = TokenGrant {
            access_token: SecretString::from(access),
            refresh_token: Some(SecretString::from(refresh)),
            expires_at: Some(now + 10 * MINUTE),
        };
        let mut row = self.hub.connection_row(&self.connection).await.unwrap();
        let secret = Authorization::of(&granted, now).secret().unwrap();
        let origin = origin_of(&row.base_url).unwrap();
        self.hub.inner.vault.put(&secret_id(&row.id, AUTHORIZATION), &origin, &secret).await.unwrap();
        row.secrets.insert(AUTHORIZATION.to_owned(), SecretHint { last4: None, saved_at: now, last_test: None });
        self.hub.inner.store.update_connection(row).await.unwrap();
    }

    fn pass(&self, time: UtcMs) {
        self.clock.0.fetch_add(time, Ordering::SeqCst);
    }

    async fn endpoint(&self) -> Endpoint {
        let row = self.hub.connection_row(&self.connection).await.unwrap();
        self.hub.endpoint(&row).await.unwrap()
    }

    async fn source(&self) -> Arc<dyn TokenSource> {
        self.endpoint().await.token.expect("an authorised account")
    }

    async fn stored(&self) -> Authorization {
        let row = self.hub.connection_row(&self.connection).await.unwrap();
        let origin = origin_of(&row.base_url).unwrap();
        let stored = self.hub.inner.vault.get(&secret_id(&row.id, AUTHORIZATION), &origin).await.unwrap();
        serde_json::from_str(stored.expect("a secret").expose_secret()).unwrap()
    }

    /// Asks the bot and returns how that ended.
    async fn ask(&self) -> RunEvent {
        let app = App { id: Some(coze::BOT.to_owned()), ..App::default() };
        let turn = Turn { app, text: "Hi".to_owned(), user: "person-1".to_owned(), ..Turn::default() };
        let mut chat = self.hub.inner.platforms.chat(self.endpoint().await, turn);
        let mut last = None;
        while let Some(signal) = chat.next().await {
            if let ChatSignal::Event(event) = signal {
                last = Some(event);
            }
        }
        last.expect("an end")
    }
}

async fn authorised() -> (CozeSim, Home) {
    let sim = CozeSim::start(CozeOptions::default()).await.unwrap();
    let (access, refresh) = sim.platform().authorize();
    let home = Home::authorised(&sim.base_url(), &access, &refresh).await;
    (sim, home)
}

fn exchanges(sim: &CozeSim) -> Vec<String> {
    let requests = sim.requests_to("/api/permission/oauth2/token");
    requests.iter().map(|request| request.json()["refresh_token"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn a_good_token_is_used_as_it_is() {
    let (sim, home) = authorised().await;
    home.pass(5 * MINUTE);
    assert!(matches!(home.ask().await, RunEvent::Finished { .. }));
    assert_eq!(exchanges(&sim), Vec::<String>::new());
}

#[tokio::test]
async fn a_token_that_is_about_to_end_is_exchanged_before_the_run_and_stored_before_its_use() {
    let (sim, home) = authorised().await;
    home.pass(7 * MINUTE);
    assert!(matches!(home.ask().await, RunEvent::Finished { .. }));
    assert_eq!(exchanges(&sim), ["rt_SIM_0001"]);
    let chat = &sim.requests_to("/v3/chat")[0];
    assert_eq!(chat.header("authorization"), Some("Bearer czu_SIM_0002"));
    assert_eq!(home.stored().await.refresh_token.as_deref(), Some("rt_SIM_0002"));
}

#[tokio::test]
async fn a_token_that_ends_during_a_run_is_exchanged_once_and_the_question_asked_again() {
    let (sim, home) = authorised().await;
    for round in 1..=2 {
        sim.platform().expire_token();
        assert!(matches!(home.ask().await, RunEvent::Finished { .. }));
        assert_eq!(exchanges(&sim).len(), round);
        assert_eq!(sim.requests_to("/v3/chat").len(), 2 * round);
    }
    assert_eq!(exchanges(&sim), ["rt_SIM_0001", "rt_SIM_0002"], "the token rotates");
}

#[tokio::test]
async fn two_refusals_at_once_make_one_exchange() {
    let (sim, home) = authorised().await;
    sim.platform().expire_token();
    let refused = SecretString::from("czu_SIM_0001");
    let (one, two) = (home.source().await, home.source().await);
    let (first, second) = tokio::join!(one.refresh(&refused), two.refresh(&refused));
    assert_eq!(first.unwrap().expose_secret(), "czu_SIM_0002");
    assert_eq!(second.unwrap().expose_secret(), "czu_SIM_0002");
    assert_eq!(exchanges(&sim), ["rt_SIM_0001"]);

    sim.platform().expire_token();
    let (first, second) = tokio::join!(home.ask(), home.ask());
    assert!(matches!((first, second), (RunEvent::Finished { .. }, RunEvent::Finished { .. })));
    assert_eq!(exchanges(&sim).len(), 2);
}

#[tokio::test]
async fn a_list_is_asked_for_again_with_a_newer_token_too() {
    let (sim, home) = authorised().await;
    sim.platform().expire_token();
    let items = home.hub.inner.platforms.catalog(&home.endpoint().await).await.unwrap();
    assert_eq!(items.len(), 7);
    assert_eq!(exchanges(&sim).len(), 1);
}

#[tokio::test]
async fn a_revoked_authorization_asks_for_a_new_one() {
    let (sim, home) = authorised().await;
    sim.platform().revoke();
    let RunEvent::Failed { error } = home.ask().await else { panic!("it was revoked") };
    assert_eq!((error.code, error.detail.platform), (ErrorCode::Reauthorize, Some(PlatformId::Coze)));
    assert!(!format!("{error:?}").contains("rt_SIM"), "{error:?}");
    assert_eq!(exchanges(&sim).len(), 1, "what is dead is not tried again");
}

#[tokio::test]
async fn a_dropped_run_does_not_lose_the_answer_to_its_exchange() {
    let gate = Gate::new();
    let answer = r#"{"access_token":"czu_NEW","refresh_token":"rt_NEW","expires_in":4000000000}"#;
    let reply = Reply::status(200).header("content-type", "application/json").wait(&gate).send(answer);
    let server = ScriptedServer::start(reply).await.unwrap();
    let home = Home::authorised(&server.base_url(), "czu_OLD", "rt_OLD").await;
    let source = home.source().await;
    let refused = SecretString::from("czu_OLD");
    tokio::select! {
        _ = source.refresh(&refused) => panic!("the answer was held back"),
        requests = server.wait_for_requests(1) => assert_eq!(requests.unwrap().len(), 1),
    }
    gate.open();
    assert_eq!(source.current().await.unwrap().expose_secret(), "czu_NEW");
    assert_eq!(home.stored().await.refresh_token.as_deref(), Some("rt_NEW"));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn while_a_token_is_good_a_failed_exchange_is_no_failure() {
    let server = ScriptedServer::start(Reply::text(502, "bad gateway")).await.unwrap();
    let home = Home::authorised(&server.base_url(), "czu_OLD", "rt_OLD").await;
    home.pass(7 * MINUTE);
    assert_eq!(home.source().await.current().await.unwrap().expose_secret(), "czu_OLD");
    home.pass(4 * MINUTE);
    assert_eq!(home.source().await.current().await.expect_err("it has ended").code, ErrorCode::BadAnswer);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_wrong_clock_does_not_make_every_call_an_exchange() {
    let granted = TokenGrant { access_token: SecretString::from("a"), refresh_token: None, expires_at: Some(900_000) };
    let ahead = Authorization::of(&granted, 100 * MINUTE);
    assert!(!ahead.is_due(100 * MINUTE + SHORTEST_USE - 1));
    assert!(ahead.is_due(100 * MINUTE + SHORTEST_USE));
    let right = Authorization::of(&granted, 0);
    assert!(!right.is_due(900_000 - EARLY - 1) && right.is_due(900_000 - EARLY));
    assert!(!right.has_ended(899_999) && right.has_ended(900_000));
}
