//! `hub backup`, `hub restore` and `hub move`: copies of the whole Hub.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use hub_contract::data::{BackupRequest, BackupView, MoveRequest, RestoreRequest, RestoreView};
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, HubError};

use crate::args::{Move, Restore};
use crate::failure::{Failure, Result};
use crate::output::{Output, say_line};
use crate::progress;
use crate::secrets;
use crate::session::{Access, Session};

pub(super) async fn backup(out: PathBuf, session: &Session, output: &Output) -> Result<()> {
    let request = BackupRequest { path: Some(whole_path(&out)?) };
    let view = session
        .with(Access::Reading, async |hub| Ok(progress::shown(&hub, output, hub.backup_make(request)).await?))
        .await?;
    tell_written(&view, output)
}

pub(super) async fn move_hub(request: Move, session: &Session, output: &Output) -> Result<()> {
    let path = whole_path(&request.out)?;
    let passphrase = if request.passphrase_stdin {
        secrets::passphrase_from_stdin()?
    } else {
        secrets::new_file_passphrase(output)?
    };
    let view = session
        .with(Access::Writing, async |hub| {
            session.unlock(&hub, output).await?;
            Ok(progress::shown(&hub, output, hub.hub_move(MoveRequest { path, passphrase })).await?)
        })
        .await?;
    tell_written(&view, output)
}

/// Says what the file holds, asks a person who sits there, and puts it in place. A script is not asked: what was there is
/// kept, and restoring that undoes it.
pub(super) async fn restore(request: Restore, session: &Session, output: &Output) -> Result<()> {
    let path = whole_path(&request.file)?;
    let mut passphrase = if request.passphrase_stdin { Some(secrets::passphrase_from_stdin()?) } else { None };
    let asks = !request.yes && !request.passphrase_stdin && std::io::stdin().is_terminal();
    let run = async |apply: bool, passphrase: Option<SecretInput>| {
        session.restore(RestoreRequest { path: path.clone(), apply, passphrase }, output).await
    };

    // The passphrase is only asked for once the file has turned out to need one.
    let apply_at_once = !request.preview && !asks;
    let mut first = run(apply_at_once, passphrase.clone()).await;
    if passphrase.is_none() && first.as_ref().is_err_and(needs_passphrase) {
        passphrase = Some(secrets::file_passphrase(output)?);
        first = run(apply_at_once, passphrase.clone()).await;
    }
    let view = first?;
    if request.preview || apply_at_once {
        return tell_restored(&view, output);
    }
    say_contents(&view, output);
    if !agreed("cli-restore-ask", output)? {
        output.say("cli-restore-not", &[]);
        return Ok(());
    }
    tell_restored(&run(true, passphrase).await?, output)
}

fn tell_written(view: &BackupView, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(view);
    }
    output.say("cli-backed-up", &[("bytes", view.bytes.into())]);
    if view.missing_files > 0 {
        output.say("cli-files-missing", &[("n", view.missing_files.into())]);
    }
    output.text(&format!("{}\n", view.path))
}

fn tell_restored(view: &RestoreView, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(view);
    }
    match &view.undo {
        None => {
            say_contents(view, output);
            Ok(())
        }
        Some(undo) => {
            if view.credentials_needed {
                output.say("cli-copy-without-credentials", &[]);
            }
            output.say("cli-restored", &[]);
            output.text(&format!("{undo}\n"))
        }
    }
}

fn say_contents(view: &RestoreView, output: &Output) {
    output.say("cli-copy-made", &[("time", output.time(view.made_at).into())]);
    output.say(
        "cli-copy-holds",
        &[
            ("connections", view.connections.into()),
            ("conversations", view.conversations.into()),
            ("messages", view.messages.into()),
            ("files", view.files.into()),
        ],
    );
    if view.credentials > 0 {
        output.say("cli-copy-credentials", &[("n", view.credentials.into())]);
    }
    if view.missing_files > 0 {
        output.say("cli-files-missing", &[("n", view.missing_files.into())]);
    }
    if view.credentials_needed {
        output.say("cli-copy-without-credentials", &[]);
    }
}

/// Asks a question that a person answers with yes or no.
pub(super) fn agreed(question: &str, output: &Output) -> Result<bool> {
    say_line(&output.texts().get(question));
    let mut answer = String::new();
    let read = std::io::stderr().flush().and_then(|()| std::io::stdin().read_line(&mut answer));
    read.map_err(|error| Failure::of_io("terminal", &error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "是"))
}

fn needs_passphrase(failure: &Failure) -> bool {
    let needs = |error: &HubError| {
        error.code == ErrorCode::InvalidRequest && error.detail.hint.as_deref() == Some("move_passphrase_needed")
    };
    matches!(failure, Failure::Hub(error) if needs(error))
}

/// The core works in its own directory; the person means theirs.
pub(super) fn whole_path(path: &Path) -> Result<String> {
    let whole = std::path::absolute(path).map_err(|error| Failure::of_io(path.display().to_string(), &error))?;
    Ok(whole.display().to_string())
}
