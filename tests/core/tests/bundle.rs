//! The suite `bundle`: rows B1 to B18, through the core and through the program `hub`.
//!
//! `HUB_TEST_FULL=1` runs the counts as written; without it at least 5 % of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends there"
)]

#[path = "bundle/forge.rs"]
mod forge;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forge::{Forger, content, content_of, header_of, locked, with};
use hub_contract::agent::{
    Access, AddAgentRequest, AgentSource, AgentView, EditAgentRequest, IconChoice, SetAgentIconRequest, ViewAs,
};
use hub_contract::bundle::{
    Audience, BundleCredential, CheckBundleRequest, ExportBundleRequest, FollowBundleRequest, ImportBundleRequest,
    PublishBundleRequest,
};
use hub_contract::connection::{
    ConnectionState, DependentAgents, EditConnectionRequest, RemoveConnectionRequest, SetSecretRequest,
};
use hub_contract::id::{GroupId, PlanId};
use hub_contract::people::{AddMemberRequest, AddNamedRequest, EditMemberRequest, RemoveGroupRequest};
use hub_contract::secret::SecretInput;
use hub_contract::settings::EditSettingsRequest;
use hub_contract::{ErrorCode, HubError};
use hub_sim::icons::picture;
use hub_sim::openai::TEST_KEY;
use hub_sim::{OpenAiOptions, OpenAiSim, Profile, Reply, ScriptedServer, TestCa};
use hub_tests_core::team::{DAY, NOW, PASSPHRASE, Place, Team, hint, hub, hub_command, read};
use image::ImageFormat;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// `count` with `HUB_TEST_FULL=1`, else 5 % of it.
fn rounds(count: usize) -> usize {
    if std::env::var_os("HUB_TEST_FULL").is_some_and(|full| full == "1") { count } else { count.div_ceil(20) }
}

/// The bytes of the database, in one number.
fn database(place: &Place) -> Vec<u8> {
    let mut digest = Sha256::new();
    for name in ["hub.db", "hub.db-wal"] {
        digest.update(fs::read(place.path("hub").join(name)).unwrap_or_default());
    }
    digest.finalize().to_vec()
}

fn write(place: &Place, bytes: &[u8]) -> PathBuf {
    let path = place.path("given.hubbundle");
    fs::write(&path, bytes).unwrap();
    path
}

fn code_and_hint(error: &HubError) -> (ErrorCode, &str) {
    (error.code, hint(error))
}

/// What people see of agents.
fn shown(agents: &[AgentView]) -> Vec<Value> {
    let tell = |agent: &AgentView| {
        json!({
            "id": agent.id, "name": agent.name, "group": agent.group, "description": agent.description,
            "icon": agent.icon, "opening": agent.opening, "suggestions": agent.suggestions, "inputs": agent.inputs,
            "platform": agent.platform, "opened_by": agent.opened_by, "source": agent.source,
        })
    };
    agents.iter().filter(|agent| agent.access == Access::Allowed).map(tell).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn b01_a_changed_byte_anywhere_is_refused_and_changes_nothing() {
    let team = Team::new().await;
    let (path, made) = team.export("b.hubbundle").await;
    let whole = fs::read(path).unwrap();
    let flips = rounds(10_000);
    for hundred in 0..flips.div_ceil(100) {
        let place = Place::new().await;
        let before = database(&place);
        for flip in hundred * 100..(hundred * 100 + 100).min(flips) {
            let mut changed = whole.clone();
            // Spread over the file, every bit of it in turn.
            let at = flip * whole.len() / flips;
            changed[at] ^= 1 << (flip % 8);
            let refused = place.import(&write(&place, &changed), Some(&made.fingerprint)).await.unwrap_err();
            // A changed key has another fingerprint than the trusted one, and a signature that is not its own.
            assert_eq!(refused.code, ErrorCode::BundleInvalid, "byte {at}: {refused}");
        }
        assert_eq!(database(&place), before);
        let imported = place.import(&write(&place, &whole), Some(&made.fingerprint)).await.unwrap();
        assert!(imported.installed && place.agents().await.len() == 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b01_the_program_refuses_changed_bytes_too() {
    let team = Team::new().await;
    let (path, made) = team.export("b.hubbundle").await;
    let whole = fs::read(path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, file) = (folder.path().join("hub"), folder.path().join("b.hubbundle"));
    let arguments = ["bundle", "import", file.to_str().unwrap(), "--trust", &made.fingerprint, "--yes", "--json"];
    for at in [0, 40, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&file, changed).unwrap();
        let (status, told, _) = hub(&data_dir, &arguments, "");
        assert!(status == 1 && told.contains("bundle_invalid"), "byte {at}: {told}");
        assert_eq!(hub(&data_dir, &["agents", "list", "--json"], "").1, "");
    }
    fs::write(&file, whole).unwrap();
    let (status, _, said) = hub(&data_dir, &arguments, "");
    assert_eq!(status, 0, "the untouched file imports: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn b02_a_bundle_that_is_cut_short_is_refused() {
    let team = Team::new().await;
    let (path, made) = team.export_locked("b.hubbundle").await;
    let whole = fs::read(path).unwrap();
    let place = Place::new().await;
    let ends = (0..whole.len()).filter(|end| end % 1024 == 0 || *end < 64 || *end + 64 > whole.len());
    for end in ends.collect::<Vec<_>>() {
        let cut = write(&place, &whole[..end]);
        let refused = place.import_with(&cut, &made.fingerprint, PASSPHRASE).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_damaged"), "{end} bytes");
    }
    assert_eq!(place.agents().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn b03_wrong_passphrases_are_told_like_damage_and_soon_have_to_wait() {
    let team = Team::new().await;
    let (path, made) = team.export_locked("b.hubbundle").await;
    let place = Place::new().await;
    let mut told = Vec::new();
    for _ in 0..5 {
        told.push(place.import_with(&path, &made.fingerprint, "not these words").await.unwrap_err());
    }
    assert_eq!(code_and_hint(&told[0]), (ErrorCode::BundleInvalid, "bundle_locked"));
    assert!(told.iter().all(|error| *error == told[0]));
    let hurried = place.import_with(&path, &made.fingerprint, PASSPHRASE).await.unwrap_err();
    assert_eq!(code_and_hint(&hurried), (ErrorCode::BundleInvalid, "bundle_wait"));
    place.clock.set(NOW + i64::try_from(hurried.detail.retry_after_ms.unwrap()).unwrap());

    // Signed by its own Hub and damaged before that: the same words.
    let whole = fs::read(&path).unwrap();
    let forger = Forger::in_the_name_of(&whole);
    let mut damaged = content_of(&whole).to_vec();
    *damaged.last_mut().unwrap() ^= 1;
    let file = place.path("damaged.hubbundle");
    fs::write(&file, forger.sign(&damaged)).unwrap();
    let request = ImportBundleRequest { passphrase: Some(SecretInput::new(PASSPHRASE)), ..read(&file) };
    assert_eq!(place.hub.bundle_import(request).await.unwrap_err(), told[0]);
    place.clock.set(NOW + DAY);
    place.import_with(&path, &made.fingerprint, PASSPHRASE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn b04_a_key_is_trusted_by_a_person_and_never_by_itself() {
    let team = Team::new().await;
    let (path, made) = team.export("b.hubbundle").await;
    let place = Place::new().await;
    let preview = place.preview(&path).await.unwrap();
    assert!(!preview.trusted && preview.changes.iter().all(|change| change.change == "add"));
    assert_eq!((preview.fingerprint.as_str(), preview.member.as_deref()), (made.fingerprint.as_str(), Some("李雷")));
    let refused = place.import(&path, None).await.unwrap_err();
    assert_eq!(code_and_hint(&refused), (ErrorCode::BundleUntrusted, "bundle_first_time"));
    assert_eq!(refused.detail.text, Some(made.fingerprint.clone()), "what the person has to compare");
    let other = place.import(&path, Some("babab-babab-babab-babab-babab-babab")).await.unwrap_err();
    assert_eq!(code_and_hint(&other), (ErrorCode::BundleUntrusted, "bundle_trust_differs"));
    assert_eq!(place.agents().await, []);

    // `--yes` answers the question about the changes, not the one about the key.
    let folder = tempfile::tempdir().unwrap();
    let (data_dir, file) = (folder.path().join("hub"), path.display().to_string());
    let (status, told, _) = hub(&data_dir, &["bundle", "import", &file, "--yes", "--json"], "");
    assert!(status == 1 && told.contains("bundle_untrusted"), "{told}");

    // Unsigned: the signature's lines are gone.
    let whole = fs::read(&path).unwrap();
    let header = header_of(&whole).to_string();
    let unsigned = [b"HUBBUNDLE\n".as_slice(), header.as_bytes(), b"\n", content_of(&whole)].concat();
    let unsigned = place.import(&write(&place, &unsigned), Some(&made.fingerprint)).await.unwrap_err();
    assert_eq!(unsigned.code, ErrorCode::BundleInvalid);
    let spoken = made.fingerprint.to_uppercase().replace('-', " ");
    place.import(&path, Some(&spoken)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_another_key_is_a_hard_stop_unless_the_old_one_vouches_for_it() {
    let team = Team::new().await;
    let li = team.li().await;
    let (path, first) = team.export("b.hubbundle").await;
    // Somebody takes the Hub's name and id.
    let whole = fs::read(&path).unwrap();
    let forged = write(&li, &Forger::in_the_name_of(&whole).sign(content_of(&whole)));
    let refused = li.import(&forged, None).await.unwrap_err();
    assert_eq!(code_and_hint(&refused), (ErrorCode::BundleUntrusted, "bundle_key_changed"));
    assert!(!li.preview(&forged).await.unwrap().trusted);
    // Another Hub altogether: no fingerprint helps.
    let elsewhere = Team::new().await;
    let (other, made) = elsewhere.export("b.hubbundle").await;
    for trust in [None, Some(made.fingerprint.as_str())] {
        let refused = li.import(&other, trust).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleUntrusted, "bundle_other_hub"));
    }

    // A new key that the old one signed is followed, and the one after it as well.
    for name in ["second", "third"] {
        let keys = team.hq.hub.bundle_new_key().await.unwrap();
        assert_ne!(keys.fingerprint.as_deref(), Some(first.fingerprint.as_str()));
        team.hq.hub.plan_add(AddNamedRequest { name: name.to_owned() }).await.unwrap();
        let (next, _) = team.export("b.hubbundle").await;
        assert!(li.import(&next, None).await.unwrap().trusted);
    }
    // One that missed a key compares once more.
    let late = Place::new().await;
    late.import(&path, None).await.unwrap_err();
    let (next, made) = team.export("b.hubbundle").await;
    late.import(&next, Some(&made.fingerprint)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn b05_a_new_key_in_the_followed_place_asks_for_its_fingerprint() {
    let team = Team::new().await;
    let li = team.li().await;
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = team.export("b.hubbundle").await;
    let whole = fs::read(&path).unwrap();
    let by_a_new_key = Forger::in_the_name_of(&whole).sign(content_of(&whole));
    fs::write(folder.path().join("li.hubbundle"), by_a_new_key).unwrap();
    let address = folder.path().display().to_string();
    li.hub.bundle_follow(FollowBundleRequest { address, passphrase: None, every_minutes: 0 }).await.unwrap();

    let found = li.hub.bundle_check(CheckBundleRequest::default()).await.unwrap().unwrap();
    assert!(!found.trusted && !found.installed);
    let import = |trust: Option<&str>| CheckBundleRequest { apply: true, trust: trust.map(str::to_owned) };
    for (trust, why) in [(None, "bundle_key_changed"), (Some("babab"), "bundle_trust_differs")] {
        let refused = li.hub.bundle_check(import(trust)).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleUntrusted, why));
    }
    let done = li.hub.bundle_check(import(Some(&found.fingerprint))).await.unwrap().unwrap();
    assert!(done.trusted && done.installed);
    assert_eq!(li.hub.membership_read(()).await.unwrap().unwrap().fingerprint, found.fingerprint);
}

#[tokio::test(flavor = "multi_thread")]
async fn b06_an_older_bundle_is_refused_unless_it_is_asked_for() {
    let team = Team::new().await;
    let (old, _) = team.export("old.hubbundle").await;
    let (new, made) = team.export("new.hubbundle").await;
    let place = Place::new().await;
    place.import(&new, Some(&made.fingerprint)).await.unwrap();
    let refused = place.import(&old, None).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::BundleOlder);
    assert_eq!(place.preview(&old).await.unwrap_err().code, ErrorCode::BundleOlder);
    let request = ImportBundleRequest { apply: true, restore_older: true, ..read(&old) };
    let view = place.hub.bundle_import(request).await.unwrap();
    assert!(view.installed && view.serial < made.serial);
    assert_eq!(place.hub.membership_read(()).await.unwrap().unwrap().serial, view.serial);
}

#[tokio::test(flavor = "multi_thread")]
async fn b07_the_last_day_and_the_clock_are_looked_at() {
    let team = Team::new().await;
    let path = team.hq.path("b.hubbundle");
    let request = ExportBundleRequest { not_after: Some(NOW + DAY), ..team.plain(&path) };
    let made = team.hq.hub.bundle_export(request).await.unwrap();
    let place = Place::new().await;
    let trust = Some(made.fingerprint.as_str());
    for (now, expected) in
        [(NOW + DAY + 1, "bundle_expired"), (NOW - 10 * 60_000 - 1, "bundle_tomorrow"), (NOW - DAY, "bundle_tomorrow")]
    {
        place.clock.set(now);
        let refused = place.import(&path, trust).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, expected));
    }
    // Two clocks may differ a little.
    place.clock.set(NOW - 9 * 60_000);
    place.import(&path, trust).await.unwrap();
    // What was imported in time stays.
    place.clock.set(NOW + 40 * DAY);
    assert_eq!(place.agents().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_a_newer_format_asks_for_a_newer_version() {
    let place = Place::new().await;
    let mut forger = Forger::new();
    forger.header["format"] = json!(2);
    forger.header["something_new"] = json!({});
    let file = write(&place, &forger.sign(content().to_string().as_bytes()));
    let refused = place.preview(&file).await.unwrap_err();
    assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_newer_format"));
}

#[tokio::test(flavor = "multi_thread")]
async fn b09_work_without_end_is_refused_before_it_is_begun() {
    let place = Place::new().await;
    let mut forger = Forger::new();
    forger.header["content"] = json!("passphrase");
    let possible = locked(content().to_string().as_bytes(), PASSPHRASE, 2);
    let text = String::from_utf8_lossy(&possible[..200]).into_owned();
    let line = text.lines().find(|line| line.starts_with("-> scrypt ")).unwrap();
    for work in ["30", "63", "19"] {
        // A terabyte of memory would end the test.
        let asked = format!("{} {work}", line.strip_suffix(" 2").unwrap());
        let at = text.find(line).unwrap();
        let endless = [&possible[..at], asked.as_bytes(), &possible[at + line.len()..]].concat();
        let file = write(&place, &forger.sign(&endless));
        let request = ImportBundleRequest { passphrase: Some(SecretInput::new(PASSPHRASE)), ..read(&file) };
        let refused = place.hub.bundle_import(request).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_work"), "2^{work}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b10_what_is_too_large_too_many_or_too_deep_is_refused() {
    let place = Place::new().await;
    let huge = place.path("huge.hubbundle");
    fs::File::create(&huge).unwrap().set_len(10 * 1024 * 1024 * 1024).unwrap();
    assert_eq!(place.preview(&huge).await.unwrap_err().code, ErrorCode::BundleInvalid);

    let forger = Forger::new();
    let agent = content()["agents"][0].clone();
    let many: Vec<Value> = (0..5_001)
        .map(|number| {
            let mut one = agent.clone();
            one["id"] = json!(format!("a-{number}"));
            one
        })
        .collect();
    let long = "x".repeat(10 * 1024 * 1024);
    for (what, content) in [
        ("agents", with("/agents", json!(many)).to_string()),
        ("a long text", with("/agents/0/description", json!(long)).to_string()),
        ("a long name", with("/plans/0/name", json!("n".repeat(10_000))).to_string()),
        ("depth", "[".repeat(1_000_000)),
        (
            "depth inside",
            with("/agents/0/source/parameters", json!({}))
                .to_string()
                .replace("\"parameters\":{}", &format!("\"parameters\":{}", "{\"a\":".repeat(100_000))),
        ),
    ] {
        let file = write(&place, &forger.sign(content.as_bytes()));
        let refused = place.preview(&file).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_content"), "{what}");
    }
    // A folder, a device and nothing at all.
    for path in [place.path("hub"), PathBuf::from("/dev/zero"), place.path("nothing")] {
        assert_eq!(place.preview(&path).await.unwrap_err().code, ErrorCode::NotFound, "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b11_what_does_not_hold_together_is_refused_and_look_alikes_are_named() {
    let place = Place::new().await;
    let forger = Forger::new();
    let agent = content()["agents"][0].clone();
    let plan = content()["plans"][0].clone();
    for (what, content) in [
        ("an agent twice", with("/agents", json!([agent, agent]))),
        ("a plan twice", with("/plans", json!([plan, plan]))),
        ("a name twice", with("/plans", json!([plan, { "id": "q", "name": " pro".trim() }]))),
        ("a group that is not there", with("/agents/0/groups", json!(["g"]))),
        ("a plan that is not there", with("/member/plan", json!("q"))),
        ("a connection that is not there", with("/agents/0/source/connection", json!("d"))),
        ("a name that turns the direction", with("/agents/0/name", json!("\u{202e}straP"))),
        ("a name that is not seen", with("/agents/0/name", json!("Pa\u{200b}rts"))),
        ("another member", with("/member/id", json!("n"))),
        ("an unknown field", with("/plans/0", json!({ "id": "p", "name": "Pro", "command": "x" }))),
    ] {
        let file = write(&place, &forger.sign(content.to_string().as_bytes()));
        let refused = place.preview(&file).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_content"), "{what}");
    }
    let mut disguised = Forger::new();
    disguised.header["issuer"]["name"] = json!("\u{202e}QH");
    let file = write(&place, &disguised.sign(content().to_string().as_bytes()));
    assert_eq!(code_and_hint(&place.preview(&file).await.unwrap_err()), (ErrorCode::BundleInvalid, "bundle_content"));
    // Cyrillic letters between Latin ones can be meant honestly: they are pointed out.
    let file = write(&place, &forger.sign(with("/agents/0/name", json!("Pаrts")).to_string().as_bytes()));
    assert_eq!(place.preview(&file).await.unwrap().look_alikes, ["Pаrts"]);
    let file = write(&place, &forger.sign(content().to_string().as_bytes()));
    assert_eq!(place.preview(&file).await.unwrap().look_alikes, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_another_host_is_shown_in_red_and_gets_no_stored_credential() {
    let team = Team::new().await;
    let li = team.li().await;
    let elsewhere = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await.unwrap();
    let moved = EditConnectionRequest {
        id: team.connection.clone(),
        name: None,
        base_url: Some(elsewhere.base_url()),
        fields: BTreeMap::new(),
        secrets: BTreeMap::new(),
        proxy: None,
        allow_plain_http: None,
        as_typed: false,
        verify: false,
    };
    team.hq.hub.connection_edit(moved).await.unwrap();
    let (path, _) = team.export("moved.hubbundle").await;
    let preview = li.preview(&path).await.unwrap();
    let change = preview.changes.iter().find(|change| change.kind == "connection").unwrap();
    assert!(change.danger && change.fields[0].field == "base_url", "{change:?}");
    assert_eq!(
        (change.fields[0].before.clone(), change.fields[0].after.clone()),
        (team.sim.base_url(), elsewhere.base_url())
    );
    assert_eq!(preview.credentials_needed.len(), 1);
    li.import(&path, None).await.unwrap();
    let connection = li.hub.connections_list(()).await.unwrap().remove(0);
    assert_eq!(connection.state, ConnectionState::CredentialMissing);
    assert_eq!(li.ask(&team.parts, "hi").await.unwrap_err().code, ErrorCode::CredentialMissing);
    assert_eq!(elsewhere.requests().len(), 0, "the key of the first host never went to the second");
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_a_bundle_does_not_touch_the_persons_own_connection() {
    let team = Team::new().await;
    let place = Place::new().await;
    let own = hub_tests_core::team::connect(&place.hub, &team.sim).await;
    let mut swapped = content();
    for path in ["/connections/0/id", "/agents/0/source/connection", "/models/0/connection"] {
        *swapped.pointer_mut(path).unwrap() = json!(own);
    }
    let forger = Forger::new();
    let file = write(&place, &forger.sign(swapped.to_string().as_bytes()));
    let refused = place.preview(&file).await.unwrap_err();
    assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_content"));
    // Beside it there is room.
    let (path, made) = team.export("b.hubbundle").await;
    place.import(&path, Some(&made.fingerprint)).await.unwrap();
    let connections = place.hub.connections_list(()).await.unwrap();
    assert_eq!(connections.len(), 2);
    let kept = connections.iter().find(|connection| connection.id == own).unwrap();
    assert_eq!(kept.base_url, team.sim.base_url());
}

#[tokio::test(flavor = "multi_thread")]
async fn b13_no_field_is_a_path() {
    let place = Place::new().await;
    let forger = Forger::new();
    for path in ["../../x", "C:\\x", "\\\\srv\\share", "file:///etc/passwd", "/etc/passwd", "a\0b", "~/x"] {
        for place_of in [
            "/agents/0/id",
            "/plans/0/id",
            "/connections/0/id",
            "/member/id",
            "/agents/0/icon",
            "/connections/0/base_url",
        ] {
            let file = write(&place, &forger.sign(with(place_of, json!(path)).to_string().as_bytes()));
            let refused = place.preview(&file).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::BundleInvalid, "{place_of} = {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b14_an_import_that_is_killed_is_done_or_has_not_begun() {
    let team = Team::new().await;
    let (path, made) = team.export_locked("b.hubbundle").await;
    let file = path.display().to_string();
    let arguments = ["bundle", "import", &file, "--trust", &made.fingerprint, "--passphrase-stdin"];
    // How long one takes tells where to kill; it decides nothing.
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    assert_eq!(hub(&folder.path().join("hub"), &arguments, PASSPHRASE).0, 0);
    let whole = began.elapsed();
    let kills = u32::try_from(rounds(100)).unwrap();
    for kill in 0..kills {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("hub");
        assert_eq!(hub(&data_dir, &["agents", "list"], "").0, 0, "the Hub is there before");
        let mut child = hub_command(&data_dir, &arguments).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSPHRASE.as_bytes()).unwrap();
        wait_or_kill(&mut child, whole * kill / kills);
        let (status, listed, said) = hub(&data_dir, &["agents", "list", "--json"], "");
        assert_eq!(status, 0, "{said}");
        let agents = listed.lines().count();
        let managed = hub(&data_dir, &["bundle", "status", "--json"], "").1;
        let connections = hub(&data_dir, &["connections", "list", "--json"], "").1.lines().count();
        assert!(
            (agents, connections, managed.is_empty()) == (0, 0, true)
                || (agents, connections, managed.is_empty()) == (2, 1, false),
            "half of it: {agents} agents, {connections} connections, {managed}"
        );
        assert_eq!(hub(&data_dir, &arguments, PASSPHRASE).0, 0, "and it can be done again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn b15_the_same_bundle_again_changes_nothing() {
    let team = Team::new().await;
    let li = team.li().await;
    let path = team.hq.path("li.hubbundle");
    let before = database(&li);
    let fingerprint = li.hub.membership_read(()).await.unwrap().unwrap().fingerprint;
    let again = li.import_with(&path, &fingerprint, PASSPHRASE).await.unwrap();
    assert!(again.installed && again.changes.is_empty(), "{again:?}");
    assert_eq!(database(&li), before);
    // The same serial over other content is no bundle of one Hub.
    let whole = fs::read(&path).unwrap();
    let forged = write(&li, &Forger::in_the_name_of(&whole).sign(b"other"));
    assert_eq!(li.import(&forged, None).await.unwrap_err().code, ErrorCode::BundleUntrusted);
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_the_credentials_of_a_bundle_lie_nowhere_but_in_the_vault() {
    let team = Team::new().await;
    let (path, made) = team.export_locked("b.hubbundle").await;
    assert!(!contains(&fs::read(&path).unwrap(), TEST_KEY), "the bundle itself is locked");
    let unlocked = ExportBundleRequest { passphrase: None, ..team.locked(&path) };
    assert_eq!(hint(&team.hq.hub.bundle_export(unlocked).await.unwrap_err()), "bundle_needs_lock");

    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("hub");
    let file = path.display().to_string();
    let mut command = hub_command(
        &data_dir,
        &["bundle", "import", &file, "--trust", &made.fingerprint, "--passphrase-stdin", "--json"],
    );
    let mut child = command.env("HUB_LOG", "trace").spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSPHRASE.as_bytes()).unwrap();
    let ran = child.wait_with_output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for (what, text) in [("stdout", &ran.stdout), ("the log", &ran.stderr)] {
        assert!(!contains(text, TEST_KEY) && !contains(text, PASSPHRASE), "{what}");
    }
    let (status, answer, said) = hub(&data_dir, &["chat", "--agent", team.quotes.as_str(), "hi"], "");
    assert!(status == 0 && !answer.is_empty(), "the credential works: {said}");
    let mut looked_at = 0;
    for_each_file(folder.path(), &mut |path| {
        looked_at += 1;
        let bytes = fs::read(path).unwrap();
        assert!(!contains(&bytes, TEST_KEY) && !contains(&bytes, PASSPHRASE), "{}", path.display());
    });
    assert!(looked_at > 2, "the database and the vault at least");
    // A member sees that there is one, and no character of it.
    let told = hub(&data_dir, &["connections", "list", "--json"], "").1;
    assert!(told.contains("\"has_secret\":true") && !told.contains("last4"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_bundle_would_hold_is_told_before_it_is_written() {
    let team = Team::new().await;
    let hub = &team.hq.hub;
    let open = |plans: Vec<PlanId>, groups: Vec<GroupId>| Audience::Grants { plans, groups };
    let all = hub.bundle_contents(Audience::Member { member: team.member.clone() }).await.unwrap();
    let [connection] = all.connections.as_slice() else { panic!("{all:?}") };
    assert_eq!((all.agents, connection.agents.as_slice()), (2, ["备件".to_owned(), "报价".to_owned()].as_slice()));
    assert_eq!((&connection.id, connection.credential), (&team.connection, BundleCredential::Key));
    let of_the_plan = hub.bundle_contents(open(vec![team.plan.clone()], Vec::new())).await.unwrap();
    assert_eq!(of_the_plan.connections[0].agents, ["备件"]);
    let nobody = hub.bundle_contents(open(Vec::new(), Vec::new())).await.unwrap_err();
    assert_eq!(code_and_hint(&nobody), (ErrorCode::InvalidRequest, "bundle_audience_empty"));
    // What is told is what is written.
    let (_, made) = team.export_locked("b.hubbundle").await;
    assert_eq!((made.agents, made.credentials), (all.agents, 1));
    assert_eq!(hub.bundle_keys(()).await.unwrap().fingerprint, Some(made.fingerprint));
}

#[tokio::test(flavor = "multi_thread")]
async fn members_read_who_sent_it_and_the_name_is_kept_for_the_next_one() {
    let team = Team::new().await;
    let path = team.hq.path("named.hubbundle");
    let named = |name: &str| ExportBundleRequest { issuer: Some(name.to_owned()), ..team.plain(&path) };
    let hidden = team.hq.hub.bundle_export(named("示例\u{202e}制造")).await.unwrap_err();
    assert_eq!((hidden.code, hidden.detail.field.as_deref()), (ErrorCode::InvalidRequest, Some("issuer")));
    team.hq.hub.bundle_export(named(" 示例制造 ")).await.unwrap();
    let audience = team.plain(&path).audience;
    assert_eq!(team.hq.hub.bundle_contents(audience).await.unwrap().issuer, "示例制造");
    let made = team.hq.hub.bundle_export(team.plain(&path)).await.unwrap();
    let place = Place::new().await;
    place.import(&path, Some(&made.fingerprint)).await.unwrap();
    assert_eq!(place.hub.membership_read(()).await.unwrap().unwrap().issuer, "示例制造");
}

#[tokio::test(flavor = "multi_thread")]
async fn b17_what_was_exported_is_what_is_imported() {
    let team = Team::new().await;
    let file = IconChoice::File { base64: STANDARD.encode(picture("parts", ImageFormat::Png)) };
    let set_icon = SetAgentIconRequest { id: team.parts.clone(), icon: file };
    team.hq.hub.agent_set_icon(set_icon).await.unwrap();
    let li = team.li().await;
    assert!(li.agents().await.iter().any(|agent| agent.id == team.parts && agent.icon.is_some()));
    let at_the_operator = team.hq.agents_as(ViewAs::Member { member: team.member.clone() }).await;
    assert_eq!(shown(&li.agents().await), shown(&at_the_operator));
    let sent = li.ask(&team.parts, "stock?").await.unwrap();
    li.finish(&sent).await;
    let asked = team.sim.chats().pop().unwrap();
    assert_eq!(asked["messages"][0]["content"], "You are 备件, of the inner circle.");
    assert_eq!(asked["temperature"], 0.2);

    // A fresh export of the same has nothing to change.
    let (path, _) = team.export("again.hubbundle").await;
    assert_eq!(li.preview(&path).await.unwrap().changes, []);
    // Everything that can change is told, and done.
    let hq = &team.hq.hub;
    let renamed = EditAgentRequest {
        prompt: None,
        id: team.parts.clone(),
        name: Some("零件".to_owned()),
        group: None,
        description: None,
        enabled: None,
        plans: None,
        groups: None,
    };
    hq.agent_edit(renamed).await.unwrap();
    hq.group_remove(RemoveGroupRequest { id: team.group.clone(), even_if_used: true }).await.unwrap();
    let (path, _) = team.export("again.hubbundle").await;
    let changes = li.preview(&path).await.unwrap().changes;
    let lines: Vec<(&str, &str, &str)> =
        changes.iter().map(|one| (one.change.as_str(), one.kind.as_str(), one.name.as_str())).collect();
    let expected = [
        ("change", "agent", "零件"),
        ("remove", "agent", "报价"),
        ("remove", "group", "销售"),
        ("change", "member", "李雷"),
    ];
    assert_eq!(lines, expected);
    li.import(&path, None).await.unwrap();
    assert_eq!(
        shown(&li.agents().await),
        shown(&team.hq.agents_as(ViewAs::Member { member: team.member.clone() }).await)
    );
    let kept = li.hub.conversation_show(hub_contract::conversation::ShowConversationRequest {
        id: sent.conversation.id,
        through: None,
        last: None,
    });
    assert_eq!(kept.await.unwrap().messages.len(), 2, "conversations stay");
}

#[tokio::test(flavor = "multi_thread")]
async fn b18_a_members_hub_is_read_only_but_for_his_own_credential() {
    let team = Team::new().await;
    let (path, made) = team.export("b.hubbundle").await;
    let li = Place::new().await;
    li.import(&path, Some(&made.fingerprint)).await.unwrap();
    let hub = &li.hub;
    let managed = hub.membership_read(()).await.unwrap().unwrap();
    assert_eq!((managed.member.as_deref(), managed.fingerprint), (Some("李雷"), made.fingerprint));
    assert_eq!(managed.credentials_needed.len(), 1);
    assert_eq!(managed.connections, std::slice::from_ref(&team.connection));
    assert_eq!(team.hq.hub.membership_read(()).await.unwrap(), None);

    let edit = EditAgentRequest {
        prompt: None,
        id: team.parts.clone(),
        name: Some("x".to_owned()),
        group: None,
        description: None,
        enabled: None,
        plans: None,
        groups: None,
    };
    let source = AgentSource::Remote { connection: team.connection.clone(), remote_id: None, workflow: false };
    let add = AddAgentRequest {
        source,
        name: "x".to_owned(),
        group: None,
        description: String::new(),
        plans: Vec::new(),
        groups: Vec::new(),
    };
    let person = AddMemberRequest { name: "x".to_owned(), plan: None, until: None, groups: Vec::new() };
    let remove = RemoveConnectionRequest { id: team.connection.clone(), agents: DependentAgents::Remove };
    let move_away = EditConnectionRequest {
        id: team.connection.clone(),
        name: None,
        base_url: Some("https://elsewhere.example/v1".to_owned()),
        fields: BTreeMap::new(),
        secrets: BTreeMap::new(),
        proxy: None,
        allow_plain_http: None,
        as_typed: false,
        verify: false,
    };
    let refusals = [
        hub.agent_add(add).await.map(drop),
        hub.agent_edit(edit).await.map(drop),
        hub.agent_set_icon(SetAgentIconRequest { id: team.parts.clone(), icon: IconChoice::Nothing }).await.map(drop),
        hub.agent_remove(team.parts.clone()).await,
        hub.plan_add(AddNamedRequest { name: "x".to_owned() }).await.map(drop),
        hub.group_add(AddNamedRequest { name: "x".to_owned() }).await.map(drop),
        hub.member_add(person.clone()).await.map(drop),
        hub.member_edit(EditMemberRequest { id: team.member.clone(), member: person }).await.map(drop),
        hub.member_remove(team.member.clone()).await,
        hub.connection_remove(remove).await,
        hub.connection_edit(move_away).await.map(drop),
        hub.bundle_export(team.plain(&li.path("x"))).await.map(drop),
        hub.bundle_contents(team.plain(&li.path("x")).audience).await.map(drop),
        hub.bundle_new_key().await.map(drop),
    ];
    for (number, refused) in refusals.into_iter().enumerate() {
        let refused = refused.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::Forbidden, "managed"), "number {number}");
    }
    let own = SetSecretRequest {
        id: team.connection.clone(),
        field: "api_key".to_owned(),
        secret: SecretInput::new(TEST_KEY),
        verify: true,
    };
    hub.connection_set_secret(own).await.unwrap();
    assert_eq!(hub.membership_read(()).await.unwrap().unwrap().credentials_needed, Vec::<String>::new());
    let sent = li.ask(&team.parts, "hi").await.unwrap();
    li.finish(&sent).await;
    // The next bundle leaves it where it is.
    let (path, _) = team.export("next.hubbundle").await;
    li.import(&path, None).await.unwrap();
    li.ask(&team.quotes, "hi").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_for_somebody_else_is_refused() {
    let team = Team::new().await;
    let li = team.li().await;
    let han =
        AddMemberRequest { name: "韩梅梅".to_owned(), plan: None, until: None, groups: vec![team.group.clone()] };
    let han = team.hq.hub.member_add(han).await.unwrap().id;
    let path = team.hq.path("han.hubbundle");
    let request = ExportBundleRequest { audience: Audience::Member { member: han }, ..team.plain(&path) };
    team.hq.hub.bundle_export(request).await.unwrap();
    let refused = li.import(&path, None).await.unwrap_err();
    assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_somebody_else"));
    // An operator's own Hub is not overwritten.
    let refused = team.hq.import(&path, None).await.unwrap_err();
    assert_eq!(code_and_hint(&refused), (ErrorCode::InvalidRequest, "bundle_operator_hub"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_locked_for_one_hub_opens_in_that_hub_only() {
    let team = Team::new().await;
    let (mine, other) = (Place::new().await, Place::new().await);
    let recipient = mine.hub.bundle_keys(()).await.unwrap().recipient;
    assert_eq!(mine.hub.bundle_keys(()).await.unwrap().recipient, recipient, "it stays the same");
    other.hub.bundle_keys(()).await.unwrap();
    let path = team.hq.path("b.hubbundle");
    let request = ExportBundleRequest { passphrase: None, recipients: vec![recipient], ..team.locked(&path) };
    let made = team.hq.hub.bundle_export(request).await.unwrap();
    for place in [&other, &Place::new().await] {
        let refused = place.import(&path, Some(&made.fingerprint)).await.unwrap_err();
        assert_eq!(code_and_hint(&refused), (ErrorCode::BundleInvalid, "bundle_not_for_you"));
    }
    mine.import(&path, Some(&made.fingerprint)).await.unwrap();
    let sent = mine.ask(&team.parts, "hi").await.unwrap();
    mine.finish(&sent).await;
    let bad = ExportBundleRequest { recipients: vec!["age1nobody".to_owned()], ..team.plain(&path) };
    assert_eq!(hint(&team.hq.hub.bundle_export(bad).await.unwrap_err()), "bundle_recipient");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_folder_keeps_a_member_up_to_date() {
    let team = Team::new().await;
    let li = team.li().await;
    let folder = tempfile::tempdir().unwrap();
    let address = folder.path().display().to_string();
    let publish = || PublishBundleRequest {
        address: address.clone(),
        audience: Audience::Member { member: team.member.clone() },
        credentials_of: vec![team.connection.clone()],
        passphrase: Some(SecretInput::new(PASSPHRASE)),
        recipients: Vec::new(),
        not_after: None,
        issuer: None,
    };
    let follow = FollowBundleRequest {
        address: address.clone(),
        passphrase: Some(SecretInput::new(PASSPHRASE)),
        every_minutes: 60,
    };
    assert_eq!(li.hub.bundle_check(CheckBundleRequest::default()).await.unwrap_err().code, ErrorCode::NotFound);
    let followed = li.hub.bundle_follow(follow).await.unwrap().unwrap().follows.unwrap();
    assert_eq!((followed.address.as_str(), followed.every_minutes, followed.checked_at), (address.as_str(), 60, None));
    assert_eq!(li.hub.bundle_check(CheckBundleRequest::default()).await.unwrap(), None, "an empty folder");

    fs::write(folder.path().join("notes.hubbundle"), "not one").unwrap();
    let renamed = EditAgentRequest {
        prompt: None,
        id: team.parts.clone(),
        name: Some("零件".to_owned()),
        group: None,
        description: None,
        enabled: None,
        plans: None,
        groups: None,
    };
    team.hq.hub.agent_edit(renamed).await.unwrap();
    let made = team.hq.hub.bundle_publish(publish()).await.unwrap();
    // By the clock: an hour after the last look, and not before.
    assert!(!li.hub.bundle_check_when_due().await.unwrap());
    li.clock.set(NOW + 60 * 60_000);
    assert!(li.hub.bundle_check_when_due().await.unwrap());
    let waiting = li.hub.membership_read(()).await.unwrap().unwrap().follows.unwrap();
    assert_eq!((waiting.newer, waiting.checked_at), (Some(made.serial), Some(NOW + 60 * 60_000)));
    let news = li.hub.bundle_check(CheckBundleRequest::default()).await.unwrap().unwrap();
    assert!(!news.installed && news.changes.iter().any(|change| change.name == "零件"));
    assert_eq!(li.agents().await[0].name, "备件", "looking changes nothing");
    let done = li.hub.bundle_check(CheckBundleRequest { apply: true, trust: None }).await.unwrap().unwrap();
    assert!(done.installed && done.serial == made.serial);
    assert_eq!(li.agents().await[0].name, "零件");
    assert_eq!(
        li.hub.bundle_check(CheckBundleRequest { apply: true, trust: None }).await.unwrap(),
        None,
        "nothing newer"
    );
    // The one before it is replaced, not kept beside it.
    team.hq.hub.bundle_publish(publish()).await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    let none = FollowBundleRequest { address: String::new(), passphrase: None, every_minutes: 0 };
    assert_eq!(li.hub.bundle_follow(none).await.unwrap().unwrap().follows, None);
    for address in ["http://host.example/b.hubbundle", "/no/such/folder"] {
        let follow = FollowBundleRequest { address: address.to_owned(), passphrase: None, every_minutes: 0 };
        assert_eq!(hint(&li.hub.bundle_follow(follow).await.unwrap_err()), "bundle_address");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_address_is_fetched_over_https() {
    let team = Team::new().await;
    let li = team.li().await;
    let (path, made) = team.export("next.hubbundle").await;
    let ca = TestCa::new().unwrap();
    let identity = ca.issue(&["127.0.0.1"]).unwrap();
    let file = fs::read(path).unwrap();
    let server = ScriptedServer::start_tls(&identity, Reply::text(200, file)).await.unwrap();
    let follow = FollowBundleRequest {
        address: format!("{}/li.hubbundle", server.base_url()),
        passphrase: None,
        every_minutes: 0,
    };
    li.hub.bundle_follow(follow).await.unwrap();
    // A server that nobody vouches for is not believed, and the person sees why nothing came.
    let refused = li.hub.bundle_check(CheckBundleRequest { apply: true, trust: None }).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Tls);
    let told = li.hub.membership_read(()).await.unwrap().unwrap().follows.unwrap();
    assert_eq!(told.error.unwrap().code, ErrorCode::Tls);
    let trusted = li.path("ca.pem");
    fs::write(&trusted, ca.pem()).unwrap();
    let settings = EditSettingsRequest { ca_file: Some(trusted.display().to_string()), ..Default::default() };
    li.hub.settings_edit(settings).await.unwrap();
    let view = li.hub.bundle_check(CheckBundleRequest { apply: true, trust: None }).await.unwrap().unwrap();
    assert!(view.installed && view.serial == made.serial);
    assert_eq!(server.requests().len(), 1);

    let gone = ScriptedServer::start_tls(&identity, Reply::text(404, "nothing here")).await.unwrap();
    let follow = FollowBundleRequest { address: gone.base_url(), passphrase: None, every_minutes: 0 };
    li.hub.bundle_follow(follow).await.unwrap();
    let refused = li.hub.bundle_check(CheckBundleRequest { apply: true, trust: None }).await.unwrap_err();
    assert_eq!(code_and_hint(&refused), (ErrorCode::NotFound, "bundle_gone"));
}

/// Waits for the program so long, then kills it.
fn wait_or_kill(child: &mut std::process::Child, patience: Duration) {
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() >= patience {
            child.kill().unwrap();
            child.wait().unwrap();
            return;
        }
        std::thread::yield_now();
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn for_each_file(folder: &Path, look: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { for_each_file(&path, look) } else { look(&path) }
    }
}
