//! `hub bundle`: configuration on its way to the people who may use it.

use std::io::IsTerminal;

use hub_contract::bundle::{
    Audience, BundleChange, BundleView, CheckBundleRequest, ExportBundleRequest, FollowBundleRequest,
    ImportBundleRequest, MembershipView, PublishBundleRequest,
};
use hub_contract::id::ConnectionId;
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, HubError};
use hub_core::Hub;

use super::data::{agreed, whole_path};
use super::people::{group_ids, member_id, plan_ids};
use crate::args::{Bundle, BundleWhat, ImportBundle};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::progress;
use crate::secrets;
use crate::session::{Access, Session};

pub(super) async fn run(command: Bundle, session: &Session, output: &Output) -> Result<()> {
    match command {
        Bundle::Export { out, what } => {
            let path = whole_path(&out)?;
            let passphrase = new_passphrase(&what, output)?;
            let made = writing(session, output, async |hub| {
                let made = described(&hub, what).await?;
                let request = ExportBundleRequest { path, passphrase, ..made };
                Ok(progress::shown(&hub, output, hub.bundle_export(request)).await?)
            });
            tell_made(&made.await?, output)
        }
        Bundle::Publish { address, what } => {
            let address = whole_path(address.as_ref())?;
            let passphrase = new_passphrase(&what, output)?;
            let made = writing(session, output, async |hub| {
                let made = described(&hub, what).await?;
                let request = PublishBundleRequest {
                    address,
                    audience: made.audience,
                    credentials_of: made.credentials_of,
                    passphrase,
                    recipients: made.recipients,
                    not_after: made.not_after,
                    issuer: made.issuer,
                };
                Ok(progress::shown(&hub, output, hub.bundle_publish(request)).await?)
            });
            tell_made(&made.await?, output)
        }
        Bundle::Inspect { file, passphrase_stdin } => {
            let path = whole_path(&file)?;
            let passphrase = if passphrase_stdin { Some(secrets::passphrase_from_stdin()?) } else { None };
            let request =
                ImportBundleRequest { path, content: None, passphrase, trust: None, apply: false, restore_older: true };
            tell_preview(&look(request, session, output).await?, output)
        }
        Bundle::Import(request) => import(request, session, output).await,
        Bundle::Follow { address, every, passphrase_stdin } => {
            let address = if address.starts_with("https://") { address } else { whole_path(address.as_ref())? };
            let passphrase = if passphrase_stdin { Some(secrets::passphrase_from_stdin()?) } else { None };
            let request = FollowBundleRequest { address, passphrase, every_minutes: every };
            tell_status(writing(session, output, async |hub| Ok(hub.bundle_follow(request).await?)).await?, output)
        }
        Bundle::Unfollow => {
            let request = FollowBundleRequest { address: String::new(), passphrase: None, every_minutes: 0 };
            tell_status(writing(session, output, async |hub| Ok(hub.bundle_follow(request).await?)).await?, output)
        }
        Bundle::Check { yes, trust } => {
            let request = CheckBundleRequest { apply: yes, trust };
            let found = writing(session, output, async |hub| {
                Ok(progress::shown(&hub, output, hub.bundle_check(request)).await?)
            })
            .await?;
            match found {
                Some(view) if yes => tell_imported(&view, output),
                Some(view) => tell_preview(&view, output),
                None => {
                    output.say("cli-bundle-no-news", &[]);
                    Ok(())
                }
            }
        }
        Bundle::Status => {
            let status = session.with(Access::Reading, async |hub| Ok(hub.membership_read(()).await?)).await?;
            tell_status(status, output)
        }
        Bundle::Keys => {
            let keys = writing(session, output, async |hub| Ok(hub.bundle_keys(()).await?)).await?;
            if output.is_json() {
                return output.object(&keys);
            }
            if let Some(fingerprint) = keys.fingerprint {
                output.say("cli-bundle-fingerprint", &[("fingerprint", fingerprint.into())]);
            }
            output.text(&format!("{}\n", keys.recipient))
        }
        Bundle::NewKey => {
            let keys = writing(session, output, async |hub| Ok(hub.bundle_new_key().await?)).await?;
            if output.is_json() {
                return output.object(&keys);
            }
            output.say("cli-bundle-fingerprint", &[("fingerprint", keys.fingerprint.unwrap_or_default().into())]);
            Ok(())
        }
    }
}

/// On a terminal the changes are shown and the fingerprint is compared before anything changes. Elsewhere nobody can be
/// asked: a key that is not trusted yet then needs `--trust`.
async fn import(asked: ImportBundle, session: &Session, output: &Output) -> Result<()> {
    let path = whole_path(&asked.file)?;
    let passphrase = if asked.passphrase_stdin { Some(secrets::passphrase_from_stdin()?) } else { None };
    let asks = !asked.yes && !asked.passphrase_stdin && std::io::stdin().is_terminal();
    let mut request = ImportBundleRequest {
        path,
        content: None,
        passphrase,
        trust: asked.trust,
        apply: false,
        restore_older: asked.restore_older,
    };
    if asks {
        let view = look_asking(&mut request, session, output).await?;
        say_preview(&view, output);
        if view.installed || !agreed("cli-bundle-ask", output)? {
            output.say("cli-restore-not", &[]);
            return Ok(());
        }
        if !view.trusted {
            // The question names the fingerprint; agreeing to it is what trusting means.
            output.say("cli-bundle-fingerprint", &[("fingerprint", view.fingerprint.as_str().into())]);
            if !agreed("cli-bundle-ask-trust", output)? {
                output.say("cli-restore-not", &[]);
                return Ok(());
            }
            request.trust = Some(view.fingerprint);
        }
    }
    request.apply = true;
    let view =
        writing(session, output, async |hub| Ok(progress::shown(&hub, output, hub.bundle_import(request)).await?))
            .await?;
    tell_imported(&view, output)
}

/// Opens the Hub for itself, and its vault.
async fn writing<T, Work>(session: &Session, output: &Output, work: impl FnOnce(Hub) -> Work) -> Result<T>
where
    Work: Future<Output = Result<T>>,
{
    session
        .with(Access::Writing, async |hub| {
            session.unlock(&hub, output).await?;
            work(hub).await
        })
        .await
}

/// Says what a bundle would change; the vault is only opened for a bundle that is locked for this Hub's own key.
async fn look(request: ImportBundleRequest, session: &Session, output: &Output) -> Result<BundleView> {
    session
        .with(Access::Reading, async |hub| match hub.bundle_import(request.clone()).await {
            Err(error) if error.code == ErrorCode::KeychainLocked => {
                session.unlock(&hub, output).await?;
                Ok(progress::shown(&hub, output, hub.bundle_import(request)).await?)
            }
            other => Ok(other?),
        })
        .await
}

/// The passphrase is only asked for once the bundle has turned out to need one.
async fn look_asking(request: &mut ImportBundleRequest, session: &Session, output: &Output) -> Result<BundleView> {
    match look(request.clone(), session, output).await {
        Err(Failure::Hub(error)) if needs_passphrase(&error) => {
            request.passphrase = Some(secrets::bundle_passphrase(output)?);
            look(request.clone(), session, output).await
        }
        other => other,
    }
}

fn needs_passphrase(error: &HubError) -> bool {
    error.detail.hint.as_deref() == Some("bundle_passphrase_needed")
}

fn new_passphrase(what: &BundleWhat, output: &Output) -> Result<Option<SecretInput>> {
    match (what.passphrase_stdin, what.with_secrets && what.recipients.is_empty()) {
        (true, _) => secrets::passphrase_from_stdin().map(Some),
        (false, true) => secrets::new_bundle_passphrase(output).map(Some),
        (false, false) => Ok(None),
    }
}

/// The request without its file and its passphrase.
async fn described(hub: &Hub, what: BundleWhat) -> Result<ExportBundleRequest> {
    let audience = match what.for_member {
        Some(member) => Audience::Member { member: member_id(hub, &member).await? },
        None => Audience::Grants {
            plans: plan_ids(hub, what.for_plans).await?,
            groups: group_ids(hub, what.for_groups).await?,
        },
    };
    let credentials_of: Vec<ConnectionId> = match what.with_secrets {
        true => hub.connections_list(()).await?.into_iter().map(|connection| connection.id).collect(),
        false => Vec::new(),
    };
    Ok(ExportBundleRequest {
        path: String::new(),
        audience,
        credentials_of,
        passphrase: None,
        recipients: what.recipients,
        not_after: what.not_after,
        issuer: what.from,
    })
}

fn tell_made(view: &BundleView, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(view);
    }
    output.say("cli-bundle-made", &[("agents", view.agents.into()), ("credentials", view.credentials.into())]);
    output.say("cli-bundle-fingerprint", &[("fingerprint", view.fingerprint.as_str().into())]);
    Ok(())
}

fn tell_imported(view: &BundleView, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(view);
    }
    output.say("cli-bundle-imported", &[("issuer", view.issuer.as_str().into()), ("agents", view.agents.into())]);
    say_needed(&view.credentials_needed, output);
    Ok(())
}

fn tell_preview(view: &BundleView, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(view);
    }
    say_preview(view, output);
    Ok(())
}

fn say_preview(view: &BundleView, output: &Output) {
    let made = [
        ("issuer", view.issuer.as_str().into()),
        ("time", output.time(view.created_at).into()),
        ("serial", view.serial.to_string().into()),
    ];
    output.say("cli-bundle-from", &made);
    output.say("cli-bundle-fingerprint", &[("fingerprint", view.fingerprint.as_str().into())]);
    if !view.trusted {
        output.say("cli-bundle-not-trusted", &[]);
    }
    if view.changes.is_empty() {
        output.say("cli-bundle-no-changes", &[]);
    }
    view.changes.iter().for_each(|change| say_change(change, output));
    for name in &view.look_alikes {
        output.say("cli-bundle-look-alike", &[("name", name.as_str().into())]);
    }
    say_needed(&view.credentials_needed, output);
}

fn say_change(change: &BundleChange, output: &Output) {
    let key = match change.change.as_str() {
        "add" => "cli-bundle-add",
        "remove" => "cli-bundle-remove",
        _ => "cli-bundle-change",
    };
    output.say(key, &[("kind", change.kind.as_str().into()), ("name", change.name.as_str().into())]);
    for field in &change.fields {
        let what = [
            ("field", field.field.as_str().into()),
            ("before", field.before.as_str().into()),
            ("after", field.after.as_str().into()),
        ];
        output.say("cli-bundle-field", &what);
    }
    if change.danger {
        output.say("cli-bundle-danger", &[]);
    }
}

fn say_needed(connections: &[String], output: &Output) {
    for name in connections {
        output.say("cli-bundle-credential-needed", &[("name", name.as_str().into())]);
    }
}

fn tell_status(status: Option<MembershipView>, output: &Output) -> Result<()> {
    if output.is_json() {
        return status.iter().try_for_each(|status| output.object(status));
    }
    let Some(status) = status else {
        output.say("cli-bundle-own", &[]);
        return Ok(());
    };
    output.say(
        "cli-bundle-managed",
        &[("issuer", status.issuer.into()), ("time", output.time(status.imported_at).into())],
    );
    output.say("cli-bundle-fingerprint", &[("fingerprint", status.fingerprint.into())]);
    if let Some(follows) = status.follows {
        output.say("cli-bundle-follows", &[("address", follows.address.into())]);
        if let Some(error) = follows.error {
            output.say_error(&error);
        }
    }
    say_needed(&status.credentials_needed, output);
    Ok(())
}
