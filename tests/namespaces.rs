//! Whether this computer lets a test have a network or an `/etc` of its own. Containers often do not.

use std::process::{Command, Stdio};

/// True where `unshare` with those arguments works. Otherwise the test says that it shows nothing here, unless
/// `HUB_TEST_NAMESPACES=needed` makes that a failure.
pub(crate) fn has_namespaces(test: &str, arguments: &[&str]) -> bool {
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
