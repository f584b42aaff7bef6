//! Managed configuration: each key of the policy on every path that it concerns, and which files are obeyed at all. What the
//! text of a policy means is proven in `hub-core` (`policy/parse.rs`).
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends there"
)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hub_contract::bundle::{Audience, CheckBundleRequest, FollowBundleRequest, PublishBundleRequest};
use hub_contract::connection::{
    CatalogRequest, ConnectRequest, EditConnectionRequest, EnableModelsRequest, ProxyChoice, TestConnectionRequest,
};
use hub_contract::conversation::{ExportConversationRequest, ExportFormat, ListConversationsRequest, Target};
use hub_contract::data::{BackupRequest, CheckState, DoctorCheck, MoveRequest, RestoreRequest};
use hub_contract::id::ModelId;
use hub_contract::policy::SettingKey;
use hub_contract::secret::SecretInput;
use hub_contract::settings::{EditSettingsRequest, ProxySetting, UnlockVaultRequest, VaultMode};
use hub_contract::{ErrorCode, HubError, PlatformId};
use hub_core::{Hub, HubOptions, PolicyPlace};
use hub_sim::openai::TEST_KEY;
use hub_sim::{OpenAiOptions, OpenAiSim, Profile};
use hub_tests_core::namespaces::has_namespaces;
use hub_tests_core::team::{PASSPHRASE, Place, Team, connect, hint, hub_command, question};
use serde_json::{Value, json};

/// A policy that this user owns, in a folder of its own, as root's would be.
fn written(folder: &Path, text: &str) -> PolicyPlace {
    let file = folder.join("policy.json");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    PolicyPlace::owned_by(&file, fs::metadata(&file).unwrap().uid())
}

async fn managed(policy: &Value) -> Place {
    let text = policy.to_string();
    Place::with(|folder, options| options.policy = written(folder, &text)).await
}

fn refused<T: std::fmt::Debug>(result: Result<T, HubError>, expected: &str) -> HubError {
    let error = result.unwrap_err();
    assert_eq!((error.code, hint(&error)), (ErrorCode::Forbidden, expected), "{error}");
    error
}

async fn check(hub: &Hub) -> DoctorCheck {
    hub.doctor(()).await.unwrap().checks.into_iter().find(|check| check.id == "policy").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_the_hub_where_exports_are_switched_off() {
    let team = Team::at(managed(&json!({ "disableExport": true })).await).await;
    let (hub, path) = (&team.hq.hub, team.hq.path("out"));
    let asked = team.hq.ask(&team.parts, "How long?").await.unwrap();
    team.hq.finish(&asked).await;
    let file = || path.display().to_string();

    for format in [ExportFormat::Md, ExportFormat::Json, ExportFormat::Html] {
        let conversation = ExportConversationRequest { id: asked.conversation.id.clone(), format };
        refused(hub.conversation_export(conversation).await, "policy_export");
    }
    refused(hub.bundle_export(team.plain(&path)).await, "policy_export");
    refused(hub.bundle_export(team.locked(&path)).await, "policy_export");
    let publish = PublishBundleRequest {
        address: team.hq.folder.path().display().to_string(),
        audience: Audience::Member { member: team.member.clone() },
        credentials_of: Vec::new(),
        passphrase: None,
        recipients: Vec::new(),
        not_after: None,
        issuer: None,
    };
    refused(hub.bundle_publish(publish).await, "policy_export");
    let moving = MoveRequest { path: file(), passphrase: SecretInput::new(PASSPHRASE) };
    refused(hub.hub_move(moving).await, "policy_export");
    refused(hub.backup_make(BackupRequest { path: Some(file()) }).await, "policy_export");
    let left: Vec<_> = fs::read_dir(team.hq.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "the Hub and its policy: {left:?}");

    // What keeps the data safe goes on, and so does its undoing.
    let kept = hub.backup_make(BackupRequest { path: None }).await.unwrap();
    let restore = RestoreRequest { path: kept.path, apply: true, passphrase: None };
    assert_eq!(hub.backup_restore(restore).await.unwrap().conversations, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_are_not_allowed_hear_nothing() {
    let sim = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let open = async |policy: PolicyPlace| {
        hub_core::install_crypto();
        let mut options = HubOptions::new(folder.path().join("hub"), "0.0.0");
        (options.policy, options.scheduled_work) = (policy, false);
        options.vault = Some(VaultMode::Passphrase);
        let hub = Hub::open(options).await.unwrap();
        hub.vault_unlock(UnlockVaultRequest { passphrase: SecretInput::new(PASSPHRASE) }).await.unwrap();
        hub
    };
    // Connected before there was a policy.
    let host = "127.0.0.1".to_owned();
    assert!(sim.base_url().contains(&host));
    let hub = open(written(folder.path(), &json!({ "allowedHosts": ["elsewhere.example", host] }).to_string())).await;
    let connection = connect(&hub, &sim).await;
    let catalog = |refresh| CatalogRequest { connection: connection.clone(), search: None, refresh };
    let listed = hub.catalog_list(catalog(true)).await.unwrap();
    let model: ModelId = listed.items.iter().find(|item| item.chats).unwrap().remote_id.as_str().into();
    let enable = EnableModelsRequest { connection: connection.clone(), models: vec![model.clone()], enabled: true };
    hub.models_enable(enable).await.unwrap();
    let target = Target::Model { connection: connection.clone(), model };
    hub.close().await;
    drop(hub);
    let heard = sim.requests().len();
    assert!(heard > 0, "an allowed host is called");

    let hub = open(written(folder.path(), &json!({ "allowedHosts": ["elsewhere.example"] }).to_string())).await;
    let error = refused(hub.chat_send(question(Some(target), None, "Hello")).await, "policy_host");
    assert_eq!(error.detail.host.as_deref(), Some(host.as_str()));
    let listed = hub.conversations_list(ListConversationsRequest::default()).await.unwrap();
    assert!(listed.is_empty(), "the text stays in the composer");
    refused(hub.catalog_list(catalog(true)).await, "policy_host");
    for deep in [false, true] {
        let test = TestConnectionRequest { id: connection.clone(), deep };
        let report = hub.connection_test(test).await.unwrap();
        let error = report.error.or_else(|| report.steps.into_iter().find_map(|step| step.error)).unwrap();
        assert_eq!(hint(&error), "policy_host");
    }
    let new = ConnectRequest {
        proxy: None,
        platform: PlatformId::Deepseek,
        name: None,
        base_url: Some(sim.base_url()),
        fields: Default::default(),
        secrets: [("api_key".to_owned(), SecretInput::new(TEST_KEY))].into(),
        verify: false,
        allow_plain_http: false,
        as_typed: false,
    };
    let error = refused(hub.connection_try(new.clone()).await, "policy_host");
    assert_eq!(error.detail.field.as_deref(), Some("base_url"));
    refused(hub.connection_add(new).await, "policy_host");
    let follow =
        FollowBundleRequest { address: format!("https://{host}/b.hubbundle"), passphrase: None, every_minutes: 0 };
    hub.bundle_follow(follow).await.unwrap();
    refused(hub.bundle_check(CheckBundleRequest::default()).await, "policy_host");
    assert_eq!(sim.requests().len(), heard, "nothing was sent");
    hub.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn locked_settings_refuse_and_hold_the_value_that_was_given() {
    let place = managed(&json!({ "lockedSettings": [
        { "setting": "proxy", "value": { "mode": "none" } },
        { "setting": "history_limit", "value": 4 },
        "relay",
    ] }))
    .await;
    let settings = place.hub.settings_read(()).await.unwrap();
    assert_eq!((&settings.proxy, settings.history_limit), (&ProxySetting::None, 4));
    for (request, field) in [
        (EditSettingsRequest { proxy: Some(ProxySetting::System), ..Default::default() }, "proxy"),
        (EditSettingsRequest { proxy_password: Some(SecretInput::new("word")), ..Default::default() }, "proxy"),
        (
            EditSettingsRequest { history_limit: Some(9), ca_file: Some(String::new()), ..Default::default() },
            "history_limit",
        ),
        (EditSettingsRequest { relay: Some("https://relay.example/".to_owned()), ..Default::default() }, "relay"),
    ] {
        let error = refused(place.hub.settings_edit(request).await, "policy_setting");
        assert_eq!(error.detail.field.as_deref(), Some(field));
    }
    let after = place.hub.settings_edit(EditSettingsRequest { vault: Some(VaultMode::Session), ..Default::default() });
    assert_eq!(after.await.unwrap().history_limit, 4, "what is not locked can be changed beside it");

    // A proxy of a connection's own would be a way around the Hub's.
    let sim = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await.unwrap();
    let id = connect(&place.hub, &sim).await;
    let edit = EditConnectionRequest {
        id,
        name: None,
        base_url: None,
        fields: Default::default(),
        secrets: Default::default(),
        proxy: Some(ProxyChoice::Own { proxy: ProxySetting::System, password: None }),
        allow_plain_http: None,
        as_typed: false,
        verify: false,
    };
    refused(place.hub.connection_edit(edit).await, "policy_setting");

    let view = place.hub.policy_read(()).await.unwrap();
    assert_eq!(view.locked_settings, [SettingKey::Proxy, SettingKey::HistoryLimit, SettingKey::Relay]);
    assert!(view.allowed_hosts.is_none() && !view.disable_export, "one key locks nothing else");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_is_not_changed_by_an_argument_either() {
    let folder = tempfile::tempdir().unwrap();
    let policy = json!({ "lockedSettings": [{ "setting": "vault", "value": "session" }] }).to_string();
    let options = |vault| HubOptions {
        vault,
        scheduled_work: false,
        policy: written(folder.path(), &policy),
        ..HubOptions::new(folder.path().join("hub"), "0.0.0")
    };
    refused(Hub::open(options(Some(VaultMode::Passphrase))).await, "policy_setting");
    let hub = Hub::open(options(None)).await.unwrap();
    assert_eq!(hub.app_info().await.unwrap().vault, VaultMode::Session);
    let unlock = UnlockVaultRequest { passphrase: SecretInput::new(PASSPHRASE) };
    refused(hub.vault_unlock(unlock).await, "policy_setting");
    let edit = EditSettingsRequest { vault: Some(VaultMode::Keychain), ..Default::default() };
    refused(hub.settings_edit(edit).await, "policy_setting");
    hub.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_the_administrator_names_is_offered_and_needs_no_question() {
    let team = Team::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (file, made) = team.export("li.hubbundle").await;
    let key = issuer_key(&file);
    for path in [folder.path().to_owned(), folder.path().join("li.hubbundle")] {
        fs::copy(&file, folder.path().join("li.hubbundle")).unwrap();
        let li = managed(&json!({ "bundlePath": path, "trustedIssuerKeys": [key] })).await;
        assert!(!li.hub.policy_read(()).await.unwrap().bundle_waits, "nobody has looked yet");
        assert!(li.hub.bundle_check_when_due().await.unwrap(), "it is followed without being asked");
        let view = li.hub.policy_read(()).await.unwrap();
        assert!(view.bundle_waits && view.trusted_issuer_keys == [made.fingerprint.clone()]);
        assert!(li.agents().await.is_empty(), "a person sees it first");
        let done = li.hub.bundle_check(CheckBundleRequest { apply: true, trust: None }).await.unwrap().unwrap();
        assert!(done.trusted && done.installed && done.serial == made.serial);
        assert_eq!(li.agents().await.len(), 2);
        let follows = li.hub.membership_read(()).await.unwrap().unwrap().follows.unwrap();
        assert_eq!(Path::new(&follows.address), path);
        for address in ["", "https://other.example/b.hubbundle"] {
            let follow = FollowBundleRequest { address: address.to_owned(), passphrase: None, every_minutes: 0 };
            refused(li.hub.bundle_follow(follow).await, "policy_bundle_path");
        }
        let rarely = FollowBundleRequest { address: follows.address, passphrase: None, every_minutes: 1440 };
        let follows = li.hub.bundle_follow(rarely).await.unwrap().unwrap().follows.unwrap();
        assert_eq!(follows.every_minutes, 1440, "how often is the person's own");
    }

    // Without the key the person compares a fingerprint, as ever; and the key speaks for its own bundles only.
    let li = managed(&json!({ "bundlePath": folder.path() })).await;
    let error = li.hub.bundle_check(CheckBundleRequest { apply: true, trust: None }).await.unwrap_err();
    assert_eq!(hint(&error), "bundle_first_time");
    let other = Team::new().await;
    let stranger = other.export("b.hubbundle").await.0;
    let li = managed(&json!({ "trustedIssuerKeys": [key] })).await;
    assert_eq!(hint(&li.import(&stranger, None).await.unwrap_err()), "bundle_first_time");
    assert!(li.import(&file, None).await.unwrap().installed);
    assert_eq!(hint(&li.import(&stranger, None).await.unwrap_err()), "bundle_other_hub");
}

/// The key that the first line of JSON in a bundle names.
fn issuer_key(bundle: &Path) -> String {
    let text = fs::read(bundle).unwrap();
    let header = text.split(|byte| *byte == b'\n').nth(5).unwrap();
    serde_json::from_slice::<Value>(header).unwrap()["issuer"]["key"].as_str().unwrap().to_owned()
}

/// A policy that forbids, in a file as `change` leaves it.
async fn with_file(change: impl FnOnce(&Path, PolicyPlace) -> PolicyPlace) -> Place {
    Place::with(|folder, options| {
        let place = written(folder, r#"{"disableExport":true}"#);
        options.policy = change(folder, place);
    })
    .await
}

fn mode(path: PathBuf, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_others_can_write_is_not_obeyed_and_this_is_told() {
    let group = with_file(|folder, place| {
        mode(folder.join("policy.json"), 0o664);
        place
    });
    let world = with_file(|folder, place| {
        mode(folder.join("policy.json"), 0o646);
        place
    });
    let open_folder = with_file(|folder, place| {
        mode(folder.to_owned(), 0o777);
        place
    });
    let other_owner = with_file(|folder, place| {
        let file = folder.join("policy.json");
        // Root gives it away; anybody else expects it to be root's.
        match chown(&file, Some(65534), None) {
            Ok(()) => place,
            Err(_) => PolicyPlace::owned_by(file, 0),
        }
    });
    for place in [group.await, world.await, open_folder.await, other_owner.await] {
        let view = place.hub.policy_read(()).await.unwrap();
        assert!(!view.disable_export && view.file.is_some());
        assert_eq!(hint(view.error.as_ref().unwrap()), "policy_untrusted");
        let check = check(&place.hub).await;
        assert_eq!((check.state, hint(check.error.as_ref().unwrap())), (CheckState::Warn, "policy_untrusted"));
    }
    let sound = with_file(|_, place| place).await;
    assert!(sound.hub.policy_read(()).await.unwrap().disable_export, "the same file, protected");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_or_unknown_is_told_and_no_policy_is_no_fault() {
    let none = Place::with(|folder, options| options.policy = PolicyPlace::owned_by(folder.join("none.json"), 0)).await;
    let nothing = check(&none.hub).await;
    assert_eq!((nothing.state, nothing.fact.as_str(), nothing.error), (CheckState::Ok, "none", None));

    let unknown = managed(&json!({ "disableExports": true, "disableUpdates": true })).await;
    let told = check(&unknown.hub).await;
    assert!(told.fact.ends_with("; disableUpdates; unknown: disableExports"), "{}", told.fact);
    assert_eq!(hint(told.error.as_ref().unwrap()), "policy_unknown");

    // All settings are locked then, so no argument chooses another vault.
    let damaged = Place::with(|folder, options| (options.policy, options.vault) = (written(folder, "{"), None)).await;
    let view = damaged.hub.policy_read(()).await.unwrap();
    assert_eq!(hint(view.error.as_ref().unwrap()), "policy_damaged");
    assert!(view.disable_export && view.allowed_hosts == Some(Vec::new()));
    let folder = Place::with(|folder, options| {
        fs::create_dir(folder.join("policy.json")).unwrap();
        let owner = fs::metadata(folder).unwrap().uid();
        (options.policy, options.vault) = (PolicyPlace::owned_by(folder.join("policy.json"), owner), None);
    })
    .await;
    assert!(folder.hub.policy_read(()).await.unwrap().disable_export, "what cannot be read holds strictly");
}

/// The program on a computer with that policy: a view of the file system in which `/etc` holds nothing else.
fn hub_under(policy: &Path, mode: &str, data_dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    const ETC: &str = r#"
        mount -t tmpfs tmpfs /etc && mkdir /etc/hub-desktop && cp "$1" /etc/hub-desktop/policy.json &&
        chmod "$2" /etc/hub-desktop/policy.json && shift 2 && exec "$@"
    "#;
    let hub = hub_command(data_dir, arguments);
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", ETC, "sh"]).arg(policy).arg(mode);
    command.arg(hub.get_program()).args(hub.get_args());
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.envs(hub.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.stdin(Stdio::null()).output().expect("unshare");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
async fn the_program_obeys_the_policy_of_its_computer() {
    if !has_namespaces("the_program_obeys_the_policy_of_its_computer", &["--mount"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (policy, data_dir) = (folder.path().join("given.json"), folder.path().join("hub"));
    fs::write(&policy, json!({ "disableExport": true }).to_string()).unwrap();
    let backup = folder.path().join("a.hubbackup").display().to_string();
    let run = |mode: &str, arguments: &[&str]| hub_under(&policy, mode, &data_dir, arguments);

    let (status, _, stderr) = run("0644", &["backup", &backup]);
    assert_eq!(status, 1, "{stderr}");
    assert!(stderr.contains("Managed by your administrator"), "{stderr}");
    // Anybody may write it, and nothing of it holds.
    let (status, stdout, stderr) = run("0666", &["doctor", "--json"]);
    assert_eq!(status, 0, "{stderr}");
    let checks: Vec<Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = checks.iter().find(|check| check["id"] == "policy").unwrap();
    assert_eq!(told["error"]["detail"]["hint"], "policy_untrusted");
    let (status, _, stderr) = run("0666", &["backup", &backup]);
    assert_eq!(status, 0, "{stderr}");

    fs::write(&policy, json!({ "lockedSettings": ["vault"] }).to_string()).unwrap();
    let (status, _, stderr) = run("0644", &["doctor"]);
    assert_eq!(status, 1, "--vault is no way around the lock: {stderr}");
}
