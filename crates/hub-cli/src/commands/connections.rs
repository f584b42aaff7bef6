//! `hub connections`: list, test, edit, set a secret, remove.

use std::collections::BTreeMap;

use hub_contract::PlatformId;
use hub_contract::connection::{
    ConnectionState, ConnectionView, EditConnectionRequest, RemoveConnectionRequest, SetSecretRequest,
    TestConnectionRequest, TestReport,
};
use hub_contract::deep_test::TestStep;
use hub_contract::id::ConnectionId;
use hub_contract::{ErrorCode, HubError};
use hub_core::Hub;
use hub_text::Texts;

use super::connect;
use crate::args::{Connections, EditConnection};
use crate::failure::{Failure, Result, Status};
use crate::output::Output;
use crate::session::{Access, Session, connection_id};

pub(super) async fn run(command: Connections, session: &Session, output: &Output) -> Result<()> {
    match command {
        Connections::List => list(session, output).await,
        Connections::Test { connection, deep } => test(&connection, deep, session, output).await,
        Connections::Edit(request) => edit(request, session, output).await,
        Connections::SetSecret { connection, secret_field, secret, no_verify } => {
            let view = session
                .with(Access::Writing, async |hub| {
                    let id = connection_id(&hub, &connection).await?;
                    let platform = platform_of(&hub, &id).await?;
                    let mut entered = connect::entered(platform, secret_field.as_deref(), &secret, output)?;
                    let Some((field, secret)) = entered.pop_first() else {
                        return Err(Failure::usage("cli-no-secret", platform.as_str()));
                    };
                    session.unlock(&hub, output).await?;
                    Ok(hub.connection_set_secret(SetSecretRequest { id, field, secret, verify: !no_verify }).await?)
                })
                .await?;
            connect::print(&view, output)
        }
        Connections::Remove { connection, agents } => {
            session
                .with(Access::Writing, async |hub| {
                    let id = connection_id(&hub, &connection).await?;
                    session.unlock(&hub, output).await?;
                    Ok(hub.connection_remove(RemoveConnectionRequest { id, agents }).await?)
                })
                .await?;
            output.say("cli-removed", &[("what", connection.into())]);
            Ok(())
        }
    }
}

async fn list(session: &Session, output: &Output) -> Result<()> {
    let connections = session.with(Access::Reading, async |hub| Ok(hub.connections_list(()).await?)).await?;
    output.list(&connections, &["id", "platform", "name", "address", "models", "state"], |connection| {
        vec![
            connection.id.to_string(),
            connection.platform.to_string(),
            connection.name.clone(),
            connection.base_url.clone(),
            connection.models_enabled.to_string(),
            state(connection, output),
        ]
    })
}

async fn test(connection: &str, deep: bool, session: &Session, output: &Output) -> Result<()> {
    let report = session
        .with(Access::Writing, async |hub| {
            let id = connection_id(&hub, connection).await?;
            session.unlock(&hub, output).await?;
            Ok(hub.connection_test(TestConnectionRequest { id, deep }).await?)
        })
        .await?;
    if output.is_json() {
        output.object(&report)?;
    } else {
        say_steps(&report, output)?;
    }
    match &report.error {
        Some(error) => {
            output.say_error(error);
            Err(Failure::Told(Status::of(error)))
        }
        None => {
            connect::say_report(&report, output);
            Ok(())
        }
    }
}

/// A line for each step of a deep test.
fn say_steps(report: &TestReport, output: &Output) -> Result<()> {
    if report.steps.is_empty() {
        return Ok(());
    }
    let texts = output.texts();
    let lines: String = report.steps.iter().map(|step| step_line(step, texts)).collect();
    output.text(&lines)
}

fn step_line(step: &TestStep, texts: &Texts) -> String {
    let word = |prefix: &str, name: &str| texts.get(&format!("{prefix}-{}", name.replace('_', "-")));
    let (stage, state) = (word("test-stage", step.stage.as_str()), word("test-state", step.state.as_str()));
    let mut parts = vec![format!("{stage}: {state}")];
    parts.extend(step.ms.map(|ms| format!("{ms} ms")));
    parts.extend(step.error.as_ref().map(|error| texts.error(error).title));
    parts.extend(step.remark.map(|remark| word("test-remark", remark.as_str())));
    parts.join(" · ") + "\n"
}

async fn edit(request: EditConnection, session: &Session, output: &Output) -> Result<()> {
    let with_secret = request.secret.secret_stdin || request.secret.secret_file.is_some();
    let view = session
        .with(Access::Writing, async |hub| {
            let id = connection_id(&hub, &request.connection).await?;
            let secrets = if with_secret {
                connect::entered(platform_of(&hub, &id).await?, None, &request.secret, output)?
            } else {
                BTreeMap::new()
            };
            session.unlock(&hub, output).await?;
            let edited = EditConnectionRequest {
                id,
                name: request.name,
                base_url: request.base_url,
                fields: request.fields.into_iter().collect(),
                secrets,
                proxy: None,
                allow_plain_http: request.allow_plain_http.then_some(true),
                as_typed: false,
                verify: !request.no_verify,
            };
            Ok(hub.connection_edit(edited).await?)
        })
        .await?;
    if matches!(view.state, ConnectionState::CredentialMissing) {
        output.say("cli-secret-dropped", &[("id", view.id.as_str().into())]);
    }
    connect::print(&view, output)
}

async fn platform_of(hub: &Hub, id: &ConnectionId) -> Result<PlatformId> {
    let connections = hub.connections_list(()).await?;
    let found = connections.into_iter().find(|connection| connection.id == *id);
    let gone = || HubError::new(ErrorCode::NotFound, "no such connection").hint("connection_gone");
    Ok(found.ok_or_else(gone)?.platform)
}

fn state(connection: &ConnectionView, output: &Output) -> String {
    match &connection.state {
        ConnectionState::Untested => output.texts().get("cli-state-untested"),
        ConnectionState::Ready => output.texts().get("cli-state-ready"),
        ConnectionState::CredentialMissing => output.texts().get("cli-state-no-credential"),
        ConnectionState::Attention { error } => output.texts().error(error).title,
    }
}
