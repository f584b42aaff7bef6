//! The Hub's own state, and ids.

use hub_contract::data::*;
use hub_contract::id::*;
use hub_contract::platform::Language;
use hub_contract::secret::SecretInput;
use hub_contract::settings::VaultMode;

use crate::{errors, shape, words};

fn vault() -> VaultView {
    VaultView {
        mode: VaultMode::Keychain,
        backend: "Secret Service".into(),
        secrets: 4,
        error: Some(errors::full()),
        unused: true,
    }
}

#[test]
fn ids_are_strings() {
    fn is_a_string<T: serde::Serialize>(id: T) {
        assert_eq!(serde_json::to_value(id).unwrap(), "an-id");
    }
    is_a_string(ConnectionId::from("an-id"));
    is_a_string(ModelId::from("an-id"));
    is_a_string(AgentId::from("an-id"));
    is_a_string(PlanId::from("an-id"));
    is_a_string(GroupId::from("an-id"));
    is_a_string(MemberId::from("an-id"));
    is_a_string(ConversationId::from("an-id"));
    is_a_string(MessageId::from("an-id"));
    is_a_string(RunId::from("an-id"));
    is_a_string(FileId::from("an-id"));
}

#[test]
fn what_is_open() {
    let info = |blocked| AppInfo {
        version: "0.1.0".into(),
        data_dir: "/home/li/我的 Hub".into(),
        is_empty: false,
        vault: VaultMode::Passphrase,
        blocked,
    };
    shape(&[info(Some(errors::minimal())), info(None)]);
    let bare = VaultView { error: None, unused: false, ..vault() };
    shape(&[vault(), bare.clone()]);
    let data = |last_backup, vault| DataView {
        data_dir: "/home/li/我的 Hub".into(),
        database_bytes: 4_096,
        files: 3,
        files_bytes: 2_048,
        backups_bytes: 8_192,
        backups: 2,
        last_backup,
        backup_error: last_backup.is_none().then(errors::minimal),
        conversations: 12,
        messages: 96,
        vault,
    };
    shape(&[data(Some(5), vault()), data(None, bare)]);
}

#[test]
fn closing_the_window() {
    shape(&[CloseRequest { stop_runs: true }, CloseRequest { stop_runs: false }]);
    shape(&[CloseView { active: 2 }]);
}

#[test]
fn the_doctor() {
    words(&[CheckState::Ok, CheckState::Warn, CheckState::Fail]);
    let check = |state, error| DoctorCheck { id: "keychain".into(), state, fact: "Secret Service".into(), error };
    let both = [check(CheckState::Fail, Some(errors::minimal())), check(CheckState::Ok, None)];
    shape(&both);
    shape(&[DoctorReport { checks: both.to_vec() }, DoctorReport { checks: Vec::new() }]);
}

#[test]
fn copies() {
    shape(&[BackupRequest { path: Some("/tmp/hub.db".into()) }, BackupRequest { path: None }]);
    words(&[BackupKind::Asked, BackupKind::Automatic, BackupKind::Undo, BackupKind::Migration, BackupKind::Move]);
    shape(&[BackupView {
        path: "/tmp/a.hubbackup".into(),
        bytes: 4_096,
        made_at: 5,
        kind: BackupKind::Automatic,
        missing_files: 0,
    }]);
    shape(&[
        RestoreRequest { path: "/tmp/a.hubmove".into(), apply: true, passphrase: Some(SecretInput::new("p")) },
        serde_json::from_str(r#"{"path": "/tmp/a.hubbackup"}"#).unwrap(),
    ]);
    shape(&[StartAnewView { aside: "/home/li/我的 Hub/backups/aside-5".into() }]);
    let restored = |undo| RestoreView {
        kind: BackupKind::Move,
        made_at: 5,
        connections: 2,
        conversations: 12,
        messages: 96,
        files: 3,
        missing_files: 0,
        credentials: 2,
        credentials_needed: false,
        undo,
    };
    shape(&[restored(Some("/home/li/hub/backups/undo.hubbackup".into())), restored(None)]);
    shape(&[MoveRequest { path: "/tmp/hub.move".into(), passphrase: SecretInput::new("p") }]);
}

#[test]
fn the_window() {
    shape(&[OpenLinkRequest { url: "https://host.example/".into() }]);
    shape(&[PageReady { language: Language::En }]);
    shape(&[PageFailed { place: "2778 < 2070".into() }]);
}
