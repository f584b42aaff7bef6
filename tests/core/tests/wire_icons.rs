//! Icons of agents: what a platform names is data from outside. It is fetched once, without a credential, from where it
//! may lie, and becomes a small PNG or nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail like tests"
)]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::agent::{
    AddAgentRequest, AgentSource, AgentView, IconChoice, ListAgentsRequest, SetAgentIconRequest,
};
use hub_contract::connection::ConnectRequest;
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;
use hub_contract::{ErrorCode, HubError, PlatformId, catalogue};
use hub_core::{Hub, HubOptions};
use hub_platforms::{Endpoint, Limits, Network, Platforms, Proxy, Reason, Resolver, Resolving};
use hub_sim::dify::{App, Mode};
use hub_sim::icons::picture;
use hub_sim::{
    CozeOptions, CozeSim, DifyOptions, DifySim, Log, ProxyKind, ProxyServer, Recorded, Recorder, Reply, Script,
    ScriptedServer, TEST_KEY,
};
use image::{DynamicImage, GrayImage, ImageFormat};
use secrecy::SecretString;
use serde_json::json;

/// Where a Dify of these tests says that its icon is, unless a test says something else.
const ICON: &str = "/files/icon";
const KEY: &str = "sk-test-icons-0000";
/// Most bytes of an icon that is kept.
const KEPT: usize = 16 * 1024;

#[tokio::test]
async fn every_kind_of_picture_becomes_a_small_png() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let office = Office::with(image(picture("a", format))).await;
        let agent = office.add().await;
        assert_eq!(agent.icon_error, None, "{format:?}");
        let icon = kept(&agent);
        assert_eq!((icon.width(), icon.height()), (128, 128), "{format:?}");
    }
    // The name and the type that a server gives do not count.
    let lying = Reply::status(200).header("content-type", "text/html").send(picture("b", ImageFormat::WebP));
    assert_eq!(kept(&Office::with(lying).await.add().await).width(), 128);
}

#[tokio::test]
async fn an_icon_is_fetched_once_without_any_credential_and_never_again() {
    let office = Office::with(image(picture("a", ImageFormat::Png))).await;
    let agent = office.add().await;
    for _ in 0..3 {
        let listed = office.hub.agents_list(ListAgentsRequest::default()).await.unwrap();
        assert_eq!(listed[0].icon, agent.icon, "what is shown is what is stored");
    }
    let office = office.reopened().await;
    assert_eq!(office.hub.agents_list(ListAgentsRequest::default()).await.unwrap()[0].icon, agent.icon);
    let fetched = office.fetched();
    assert_eq!(fetched.len(), 1, "{fetched:?}");
    for name in ["authorization", "cookie", "referer", "proxy-authorization", "x-api-key", "api-key"] {
        assert_eq!(fetched[0].header(name), None, "{name}");
    }
    let asked = office.server.requests().into_iter().filter(|request| request.path.starts_with("/v1/"));
    assert!(asked.into_iter().all(|request| request.header("authorization").is_some()), "the platform itself gets it");
}

#[tokio::test]
async fn what_cannot_be_an_icon_is_no_reason_not_to_add() {
    let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("https://x.example")</script></svg>"#;
    let flat: DynamicImage = GrayImage::new(4_100, 4_100).into();
    let bomb = file(&flat, ImageFormat::Png);
    assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());
    for (what, reply, hint) in [
        ("a page", Reply::html(200, "<!doctype html><title>Sign in</title>"), "icon_kind"),
        ("a page that calls itself a picture", image("<!doctype html>"), "icon_kind"),
        ("an SVG", Reply::status(200).header("content-type", "image/svg+xml").send(svg), "icon_kind"),
        ("nothing", image(""), "icon_kind"),
        ("half a picture", image(picture("a", ImageFormat::Png)[..900].to_vec()), "icon_kind"),
        ("a decompression bomb", image(bomb), "icon_size"),
        ("an address that has ended", Reply::text(403, "expired"), "icon_gone"),
    ] {
        let agent = Office::with(reply).await.add().await;
        let error = agent.icon_error.unwrap_or_else(|| panic!("{what} became an icon"));
        assert_eq!((agent.icon, error.detail.hint.as_deref()), (None, Some(hint)), "{what}");
    }
}

#[tokio::test]
async fn fifty_megabytes_are_cut_off() {
    const PIECE: usize = 64 * 1024;
    let piece = bytes::Bytes::from(vec![0x89; PIECE]);
    let endless = (0..50 * 1024 * 1024 / PIECE).fold(image(""), |reply, _| reply.send(piece.clone()));
    let office = Office::with(endless).await;
    let error = office.add().await.icon_error.expect("no icon");
    assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::TooLarge, Some("icon_size")));
    let cut =
        |log: &Log| log.connections().iter().any(|one| one.end.is_some_and(|end| end.by.is_client())).then_some(());
    office.server.log().wait_for("the end from here, long before all was sent", cut).await.unwrap();
}

#[tokio::test]
async fn a_silent_icon_does_not_hold_the_agent_up_for_long() {
    let limits = Limits { icon: Duration::from_millis(200), ..Limits::default() };
    let server = ScriptedServer::start(Reply::silence()).await.unwrap();
    let error = platforms(limits, Lookup::Fails).icon(&endpoint(&server.base_url()), ICON).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Silence);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let secret = Recorder::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        for location in [format!("{}/latest/meta-data", secret.base_url()), "/files/other".to_owned()] {
            let office = Office::with(Reply::redirect(status, location)).await;
            let error = office.add().await.icon_error.expect("no icon");
            assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::Redirected, Some("icon_redirected")));
            assert_eq!(office.fetched().len(), 1);
        }
    }
    assert_eq!((secret.connections(), secret.received()), (0, Vec::new()));
}

/// V14: what counts is where a name leads, and how an address is written does not matter.
#[tokio::test]
async fn private_addresses_are_not_even_connected_to() {
    let secret = Recorder::start().await.unwrap();
    let port = secret.address().port();
    let base = format!("http://platform.example:{port}");
    for ip in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "10.0.0.1", "169.254.169.254", "0.0.0.0"] {
        let platforms = platforms(Limits::default(), Lookup::To(ip.parse().unwrap()));
        let error = platforms.icon(&endpoint(&base), &format!("http://icons.example:{port}/a.png")).await.unwrap_err();
        assert_eq!(error.detail.hint.as_deref(), Some("icon_address"), "{ip}: {error:?}");
    }
    for told in [
        format!("http://127.0.0.1:{port}/a.png"),
        format!("http://2130706433:{port}/a.png"),
        format!("http://[::ffff:127.0.0.1]:{port}/a.png"),
        format!("http://localhost:{port}/a.png"),
        format!("http://user:word@icons.example:{port}/a.png"),
        "file:///etc/passwd".to_owned(),
    ] {
        let error = platforms(Limits::default(), Lookup::To([127, 0, 0, 1].into()))
            .icon(&endpoint(&base), &told)
            .await
            .unwrap_err();
        assert_eq!(error.detail.hint.as_deref(), Some("icon_address"), "{told}: {error:?}");
    }
    assert_eq!((secret.connections(), secret.received()), (0, Vec::new()));
    // The same recorder is found at the connection's own address, which the operator chose.
    let own = platforms(Limits::default(), Lookup::To([127, 0, 0, 1].into()));
    own.icon(&endpoint(&base), "/a.png").await.unwrap_err();
    assert_eq!(secret.connections(), 1, "so the lines above can fail");
}

#[tokio::test]
async fn an_https_connection_has_no_http_icon() {
    let platforms = platforms(Limits::default(), Lookup::Fails);
    let error = platforms.icon(&endpoint("https://platform.example"), "http://icons.example/a.png").await.unwrap_err();
    assert_eq!(error.detail.hint.as_deref(), Some("icon_address"));
    assert_eq!(platforms.calls(), BTreeMap::new(), "nothing was sent");
}

#[tokio::test]
async fn another_host_is_reached_through_the_connections_proxy_and_gets_no_credential() {
    let icons = ScriptedServer::start(image(picture("a", ImageFormat::Png))).await.unwrap();
    let proxy = ProxyServer::start(ProxyKind::Http, Some("me:word"), icons.address()).await.unwrap();
    let network = Network {
        proxy: Proxy::Custom { url: proxy.url(), user: "me".to_owned(), password: Some("word".into()) },
        ca_file: None,
    };
    let endpoint = Endpoint { network, ..endpoint("http://platform.example") };
    let platforms = platforms(Limits::default(), Lookup::Fails);
    platforms.icon(&endpoint, "http://icons.example/a.png?sign=x").await.unwrap();
    assert_eq!(proxy.seen()[0].target, "http://icons.example/a.png?sign=x");
    let request = &icons.requests()[0];
    for name in ["authorization", "cookie", "referer"] {
        assert_eq!(request.header(name), None, "{name}");
    }
    assert!(!format!("{request:?}").contains(KEY));
    assert_eq!(platforms.calls(), BTreeMap::from([(Reason::Icon, 1)]));
    // Not even a proxy is asked for a private one.
    platforms.icon(&endpoint, "http://10.0.0.1/a.png").await.unwrap_err();
    assert_eq!(proxy.seen().len(), 1);
}

#[tokio::test]
async fn an_icon_is_read_again_chosen_from_a_file_and_taken_away() {
    let office = Office::with(Reply::text(404, "gone")).await;
    let agent = office.add().await;
    assert_eq!(agent.icon, None);
    let set = async |icon| office.hub.agent_set_icon(SetAgentIconRequest { id: agent.id.clone(), icon }).await;

    let refused = set(IconChoice::Platform).await.unwrap_err();
    assert_eq!((refused.detail.hint.as_deref(), refused.detail.field.as_deref()), (Some("icon_gone"), Some("icon")));
    let own = IconChoice::File { base64: STANDARD.encode(file(&DynamicImage::new_rgba8(300, 100), ImageFormat::WebP)) };
    let changed = set(own).await.unwrap();
    assert_eq!((kept(&changed).width(), kept(&changed).height()), (128, 43));
    for (bytes, hint) in [(b"<svg/>".to_vec(), "icon_kind"), (vec![0; 1024 * 1024 + 1], "icon_size")] {
        let refused = set(IconChoice::File { base64: STANDARD.encode(bytes) }).await.unwrap_err();
        assert_eq!((refused.detail.hint.as_deref(), refused.detail.field.as_deref()), (Some(hint), Some("icon")));
    }
    assert_eq!(office.hub.agents_list(ListAgentsRequest::default()).await.unwrap(), [changed], "it stayed");
    assert_eq!(set(IconChoice::Nothing).await.unwrap().icon, None);

    office.script.push_on(ICON, image(picture("b", ImageFormat::Png)));
    assert_eq!(kept(&set(IconChoice::Platform).await.unwrap()).width(), 128);
    let nobody = SetAgentIconRequest { id: "nobody".into(), icon: IconChoice::Nothing };
    assert_eq!(office.hub.agent_set_icon(nobody).await.unwrap_err().code, ErrorCode::NotFound);
}

#[tokio::test]
async fn icons_of_the_simulated_platforms() {
    let mut app = App::new(KEY, Mode::Chat);
    app.icon = Some("/files/face.png".to_owned());
    let dify = DifySim::start(DifyOptions { apps: vec![app], ..DifyOptions::default() }).await.unwrap();
    let home = Home::new().await;
    assert_eq!(kept(&home.added(PlatformId::Dify, &dify.base_url(), catalogue::API_KEY, KEY, None).await).width(), 128);
    let coze = CozeSim::start(CozeOptions::default()).await.unwrap();
    let bot = Some(hub_sim::coze::BOT);
    assert_eq!(kept(&home.added(PlatformId::Coze, &coze.base_url(), "token", TEST_KEY, bot).await).width(), 128);
    let icon = coze.requests().into_iter().find(|request| request.path.starts_with("/icons/")).expect("fetched");
    assert_eq!(icon.header("authorization"), None);
}

/// A Hub with a Dify whose icon is whatever a test says.
struct Office {
    hub: Hub,
    home: Home,
    server: ScriptedServer,
    script: Script,
}

impl Office {
    async fn with(icon: Reply) -> Self {
        let script = Script::new()
            .always("/v1/info", Reply::json(200, &json!({ "name": "A", "description": "", "mode": "chat" })))
            .always("/v1/parameters", Reply::json(200, &json!({})))
            .always("/v1/site", Reply::json(200, &json!({ "title": "A", "icon_url": ICON })))
            .always(ICON, icon);
        let server = ScriptedServer::start(script.clone()).await.unwrap();
        let home = Home::new().await;
        Self { hub: home.hub.clone(), home, server, script }
    }

    async fn add(&self) -> AgentView {
        let base = format!("{}/v1", self.server.base_url());
        self.home.added(PlatformId::Dify, &base, catalogue::API_KEY, KEY, None).await
    }

    fn fetched(&self) -> Vec<Recorded> {
        self.server.requests().into_iter().filter(|request| request.path.starts_with("/files/")).collect()
    }

    /// After the program ended and began again.
    async fn reopened(self) -> Self {
        self.hub.close().await;
        let Self { hub, home, server, script } = self;
        drop(hub);
        let Home { hub, folder } = home;
        drop(hub);
        let home = Home::open(folder).await;
        Self { hub: home.hub.clone(), home, server, script }
    }
}

struct Home {
    hub: Hub,
    folder: tempfile::TempDir,
}

impl Home {
    async fn new() -> Self {
        hub_core::install_crypto();
        Self::open(tempfile::tempdir().unwrap()).await
    }

    /// The lock is released when a closed Hub's last thread ends: a condition, awaited with a guard.
    async fn open(folder: tempfile::TempDir) -> Self {
        let began = std::time::Instant::now();
        loop {
            let options = HubOptions { vault: Some(VaultMode::Session), ..HubOptions::new(folder.path(), "0.0.0") };
            match Hub::open(options).await {
                Ok(hub) => return Self { hub, folder },
                Err(error) => assert!(began.elapsed().as_secs() < 30, "{error}"),
            }
            tokio::task::yield_now().await;
        }
    }

    async fn added(&self, platform: PlatformId, base: &str, field: &str, key: &str, app: Option<&str>) -> AgentView {
        let request = ConnectRequest {
            platform,
            name: None,
            base_url: Some(base.to_owned()),
            fields: BTreeMap::new(),
            secrets: BTreeMap::from([(field.to_owned(), SecretInput::new(key))]),
            proxy: None,
            verify: true,
            allow_plain_http: false,
            as_typed: false,
        };
        let connection = self.hub.connection_add(request).await.unwrap().id;
        let request = AddAgentRequest {
            source: AgentSource::Remote { connection, remote_id: app.map(str::to_owned), workflow: false },
            name: "A".to_owned(),
            group: None,
            description: String::new(),
            plans: Vec::new(),
            groups: Vec::new(),
        };
        self.hub.agent_add(request).await.unwrap()
    }
}

/// What names lead to.
#[derive(Debug, Clone, Copy)]
enum Lookup {
    To(IpAddr),
    Fails,
}

impl Resolver for Lookup {
    fn resolve(&self, _: &str) -> Resolving {
        let lookup = *self;
        Box::pin(async move {
            match lookup {
                Self::To(ip) => Ok(vec![ip]),
                Self::Fails => Err(std::io::ErrorKind::NotFound.into()),
            }
        })
    }
}

fn platforms(limits: Limits, lookup: Lookup) -> Platforms {
    hub_platforms::install_crypto();
    Platforms::with_resolver(limits, Arc::new(lookup))
}

fn endpoint(base_url: &str) -> Endpoint {
    Endpoint {
        platform: PlatformId::Coze,
        base_url: base_url.to_owned(),
        fields: BTreeMap::new(),
        secrets: BTreeMap::from([("token".to_owned(), SecretString::from(KEY))]),
        token: None,
        network: Network { proxy: Proxy::None, ca_file: None },
    }
}

fn image(bytes: impl Into<bytes::Bytes>) -> Reply {
    Reply::status(200).header("content-type", "image/png").send(bytes)
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The icon that is kept: a PNG within the limits.
#[track_caller]
fn kept(agent: &AgentView) -> DynamicImage {
    let refused: Option<&HubError> = agent.icon_error.as_ref();
    let icon = agent.icon.as_deref().unwrap_or_else(|| panic!("no icon: {refused:?}"));
    let bytes = STANDARD.decode(icon.strip_prefix("data:image/png;base64,").expect("a PNG")).unwrap();
    assert!(bytes.len() <= KEPT, "{} bytes", bytes.len());
    let icon = image::load_from_memory_with_format(&bytes, ImageFormat::Png).unwrap();
    assert!(icon.width() <= 128 && icon.height() <= 128);
    icon
}
