//! No code, verifier, state or token in any log, error or file.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub_contract::authorize::AuthorizeView;
use hub_sim::coze::{self, Consent};
use tracing_subscriber::fmt::MakeWriter;

use crate::browser;
use crate::desk::{Desk, MINUTE, failure};

/// Everything that was written to a log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn o29_no_log_error_or_file_holds_a_secret_of_the_way() {
    let lines = Lines::default();
    let logging =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).with_ansi(false);
    let _ = logging.try_init();
    let (desk, mut said, mut secrets) = (Desk::new().await, String::new(), Vec::new());
    let mut note = |link: &str| {
        for name in ["state", "code"] {
            secrets.extend(browser::parameter(link, name));
        }
    };
    // Good, used twice, wrong, late, refused, exchanged in vain, refreshed, revoked.
    let link = desk.link().await;
    note(&link);
    said += &format!("{:?}", desk.hub.authorize_link(&link).await);
    said += &format!("{:?}", desk.hub.authorize_link(&link).await);
    for change in ["state=", "code="] {
        let link = desk.link().await;
        note(&link);
        said += &format!("{:?}", desk.hub.authorize_link(&link.replace(change, &format!("{change}x"))).await);
    }
    let late = desk.link().await;
    note(&late);
    desk.clock.pass(11 * MINUTE);
    said += &format!("{:?} {:?}", desk.hub.authorize_link(&late).await, desk.state().await);
    desk.sim.platform().change(|options| options.consent = Consent::Denies);
    said += &format!("{:?}", desk.authorize().await);
    desk.sim.platform().expire_token();
    said += &format!("{:?}", desk.test().await);
    desk.sim.platform().revoke();
    said += &format!("{:?} {:?}", desk.test().await, desk.card().await);

    let exchanged = desk.sim.requests_to("/api/permission/oauth2/token");
    secrets.extend(exchanged.iter().filter_map(|sent| Some(sent.json()["code_verifier"].as_str()?.to_owned())));
    secrets.extend((1..=3).flat_map(|n| [format!("czu_SIM_{n:04}"), format!("rt_SIM_{n:04}")]));
    secrets.push(coze::CLIENT_SECRET.to_owned());
    assert!(exchanged.len() >= 3 && secrets.len() > 12, "the ways were gone");
    desk.hub.close().await;

    let (logged, files) = (lines.text(), files(desk.folder.path()));
    assert!(!files.is_empty());
    // Views name the address to open, which holds the state: those are for the page. What failed holds nothing.
    for secret in &secrets {
        for secret in [secret.clone(), STANDARD.encode(secret)] {
            assert!(!said.contains(&secret), "an error tells {secret}");
            assert!(!logged.contains(&secret), "a log tells {secret}");
            for (name, bytes) in &files {
                let held = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!held, "{name} holds {secret}");
            }
        }
    }
}

#[tokio::test]
async fn o30_a_panic_in_the_middle_of_an_exchange_tells_nothing() {
    let desk = Desk::new().await;
    let link = desk.link().await;
    let told = Arc::new(Mutex::new(String::new()));
    let hook = Arc::clone(&told);
    std::panic::set_hook(Box::new(move |panic| {
        let trace = std::backtrace::Backtrace::force_capture();
        hook.lock().unwrap().push_str(&format!("{panic}\n{trace}"));
    }));
    // Between the answer of the platform and the vault.
    let log = desk.sim.log().clone();
    desk.clock.break_when(move || log.requests().iter().any(|sent| sent.path.ends_with("/oauth2/token")));
    let view = desk.hub.authorize_link(&link).await.unwrap();
    let _ = std::panic::take_hook();
    let AuthorizeView::Failed { error } = &view else { panic!("it broke: {view:?}") };
    assert_eq!(error.code, hub_contract::ErrorCode::Internal);
    let told = format!("{} {view:?}", told.lock().unwrap());
    assert!(told.contains("the clock broke"), "{told}");
    for name in ["state", "code"] {
        assert!(!told.contains(&browser::parameter(&link, name).unwrap()), "{name}");
    }
    // And the next attempt works.
    assert_eq!(failure(view), "");
    assert!(matches!(desk.authorize().await, AuthorizeView::Connected { .. }));
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found
}
