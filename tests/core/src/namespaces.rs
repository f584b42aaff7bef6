//! Whether this computer lets a test have a network or an `/etc` of its own. Containers often do not.

use std::process::{Command, Stdio};

const ADMINISTERED: &str = "HUB_TEST_ADMINISTERED";

/// Runs a program on a computer with this one's settings and a policy beside them: its `/etc` is a copy that only that
/// program sees. The caller adds the program and its arguments; `$HUB_TEST_ADMINISTERED` is set for it.
pub fn administered(policy: &str) -> Command {
    const ETC: &str = r#"
        etc=$(mktemp -d) && { cp -a /etc/. "$etc" 2>/dev/null; mkdir -p "$etc/hub-desktop"; } &&
        chmod 0755 "$etc/hub-desktop" && printf '%s' "$HUB_TEST_POLICY" > "$etc/hub-desktop/policy.json" &&
        chmod 0644 "$etc/hub-desktop/policy.json" && mount --bind "$etc" /etc && "$0" "$@"
        status=$?; umount /etc; rm -rf "$etc"; exit $status
    "#;
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", ETC]);
    command.env(ADMINISTERED, "1").env("HUB_TEST_POLICY", policy).stdin(Stdio::null());
    command
}

/// True for a program that [`administered`] runs.
pub fn is_administered() -> bool {
    std::env::var_os(ADMINISTERED).is_some()
}

/// True where `unshare` with those arguments works. Otherwise the test says that it shows nothing here, unless
/// `HUB_TEST_NAMESPACES=needed` makes that a failure.
///
/// # Panics
/// Then.
pub fn has_namespaces(test: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user"]).args(arguments).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    let works = command.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success());
    assert!(
        works || std::env::var("HUB_TEST_NAMESPACES").as_deref() != Ok("needed"),
        "{test}: this computer gives no namespaces"
    );
    if !works {
        eprintln!("{test} is not shown here: this computer gives no namespaces");
    }
    works
}
