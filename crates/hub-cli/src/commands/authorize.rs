//! `hub authorize`: lets the Hub into an account, with the browser of this computer, of another one, or with a code.

use std::io::BufRead;

use hub_contract::authorize::{AuthorizeRequest, AuthorizeView, AuthorizeWay, FinishAuthorizeRequest};
use hub_contract::id::ConnectionId;
use hub_contract::secret::SecretInput;
use hub_core::Hub;

use crate::args::Authorize;
use crate::failure::{Failure, Result, Status};
use crate::output::Output;
use crate::session::{Access, Session, connection_id};

pub(super) async fn authorize(request: Authorize, session: &Session, output: &Output) -> Result<()> {
    let way = match (request.device, request.paste) {
        (true, _) => AuthorizeWay::Device,
        (_, true) => AuthorizeWay::Paste,
        _ => AuthorizeWay::Loopback,
    };
    session
        .with(Access::Writing, async |hub| {
            session.unlock(&hub, output).await?;
            let connection = connection_id(&hub, &request.connection).await?;
            let begin = AuthorizeRequest { connection: connection.clone(), way, without_pkce: request.no_pkce };
            let waiting = hub.authorize_begin(begin).await?;
            tell_where(&waiting, way, output)?;
            let ended = tokio::select! {
                ended = ended(&hub, &connection, way) => ended,
                _ = tokio::signal::ctrl_c() => {
                    hub.authorize_cancel(connection.clone()).await?;
                    output.say("cli-authorize-given-up", &[]);
                    Err(Failure::Told(Status::Failed))
                }
            }?;
            let ended = match ended {
                AuthorizeView::OtherAccount { .. } if request.replace => {
                    let finish =
                        FinishAuthorizeRequest { connection: connection.clone(), address: None, replace: true };
                    hub.authorize_finish(finish).await?
                }
                ended => ended,
            };
            let told = tell_end(&ended, output);
            hub.authorize_cancel(connection).await?;
            told
        })
        .await
}

/// The address goes to stdout: scripts open it themselves.
fn tell_where(waiting: &AuthorizeView, way: AuthorizeWay, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(waiting);
    }
    let AuthorizeView::Pending { url, user_code, .. } = waiting else { return Ok(()) };
    match user_code {
        Some(code) => output.say("cli-authorize-open-code", &[("code", code.as_str().into())]),
        None => output.say("cli-authorize-open", &[]),
    }
    output.text(&format!("{url}\n"))?;
    output.say(if way == AuthorizeWay::Paste { "cli-authorize-paste" } else { "cli-authorize-waiting" }, &[]);
    Ok(())
}

async fn ended(hub: &Hub, connection: &ConnectionId, way: AuthorizeWay) -> Result<AuthorizeView> {
    if way == AuthorizeWay::Paste {
        let address = Some(pasted_line().await?);
        let finish = FinishAuthorizeRequest { connection: connection.clone(), address, replace: false };
        return Ok(hub.authorize_finish(finish).await?);
    }
    Ok(hub.authorize_ended(connection.clone()).await?)
}

/// One line of stdin, read beside the async threads so that Ctrl-C is still heard.
async fn pasted_line() -> Result<SecretInput> {
    let (sender, line) = tokio::sync::oneshot::channel();
    // A thread of its own: a read that nobody answers must not keep the program from ending.
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_line(&mut text);
        let _ = sender.send(read.map(|_| SecretInput::new(text)));
    });
    match line.await {
        Ok(Ok(secret)) => Ok(secret),
        Ok(Err(error)) => Err(Failure::of_io("stdin", &error)),
        Err(_) => Err(Failure::usage("cli-no-secret", "stdin")),
    }
}

fn tell_end(ended: &AuthorizeView, output: &Output) -> Result<()> {
    if let AuthorizeView::Failed { error } = ended {
        return Err(error.clone().into());
    }
    if output.is_json() {
        output.object(ended)?;
    }
    match ended {
        AuthorizeView::Connected { account, list_error } => {
            match account {
                Some(account) => output.say("cli-authorized", &[("account", account.as_str().into())]),
                None => output.say("cli-authorized-unnamed", &[]),
            }
            if let Some(error) = list_error {
                output.say("cli-authorized-list-failed", &[]);
                output.say_error(error);
            }
            Ok(())
        }
        AuthorizeView::OtherAccount { before, now } => {
            let accounts = [("before", before.as_str().into()), ("now", now.as_str().into())];
            output.say("cli-authorize-other-account", &accounts);
            Err(Failure::Told(Status::Failed))
        }
        _ => Err(Failure::Told(Status::Failed)),
    }
}
