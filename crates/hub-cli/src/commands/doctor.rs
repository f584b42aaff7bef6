//! `hub doctor`: the Hub's own state.

use hub_contract::data::CheckState;

use crate::failure::{Failure, Result, Status};
use crate::output::Output;
use crate::session::{Access, Session};

/// Ends with the status of the first broken check.
pub(super) async fn doctor(session: &Session, output: &Output) -> Result<()> {
    let report = session
        .with(Access::Reading, async |hub| {
            if let Err(failure) = session.unlock(&hub, output).await {
                // The report says so; without a passphrase the rest can still be looked at.
                output.failure(&failure);
            }
            Ok(hub.doctor(()).await?)
        })
        .await?;
    output.list(&report.checks, &["check", "state", "fact"], |check| {
        let state = match check.state {
            CheckState::Ok => "cli-check-ok",
            CheckState::Warn => "cli-check-warn",
            CheckState::Fail => "cli-check-fail",
        };
        vec![
            output.texts().get(&format!("cli-check-{}", check.id.replace('_', "-"))),
            output.texts().get(state),
            check.fact.clone(),
        ]
    })?;
    if !output.is_json() {
        report.checks.iter().filter_map(|check| check.error.as_ref()).for_each(|error| output.say_error(error));
    }
    let broken = report.checks.iter().find(|check| check.state == CheckState::Fail);
    match broken.map(|check| check.error.as_ref().map_or(Status::Failed, Status::of)) {
        Some(status) => Err(Failure::Told(status)),
        None => Ok(()),
    }
}
