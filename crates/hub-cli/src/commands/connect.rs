//! `hub connect`: a connection is tested, then saved.

use std::collections::BTreeMap;

use hub_contract::PlatformId;
use hub_contract::catalogue;
use hub_contract::connection::{ConnectRequest, ConnectionView, TestReport};
use hub_contract::platform::{FieldKind, FieldSpec};
use hub_contract::secret::SecretInput;

use crate::args::{Connect, SecretSource};
use crate::failure::{Failure, Result};
use crate::output::Output;
use crate::secrets;
use crate::session::{Access, Session};

pub(super) async fn connect(request: Connect, session: &Session, output: &Output) -> Result<()> {
    let field = secret_behind(request.platform, request.fields.iter().map(|(key, _)| key.as_str()));
    let secrets = entered(request.platform, field, &request.secret, output)?;
    let own_name = || catalogue::spec(request.platform).name.get(output.texts().language()).to_owned();
    let request = ConnectRequest {
        platform: request.platform,
        name: request.name.or_else(|| Some(own_name())),
        base_url: request.base_url,
        fields: request.fields.into_iter().collect(),
        secrets,
        proxy: None,
        verify: !request.no_verify,
        allow_plain_http: request.allow_plain_http,
        as_typed: false,
    };
    let view = session
        .with(Access::Writing, async |hub| {
            session.unlock(&hub, output).await?;
            Ok(hub.connection_add(request).await?)
        })
        .await?;
    print(&view, output)
}

/// The secret field that belongs to the fields given: the first one behind the last of them in the form. An account with
/// a client ID brings the client's secret, one without brings a token.
fn secret_behind<'k>(platform: PlatformId, given: impl Iterator<Item = &'k str>) -> Option<&'static str> {
    let fields = catalogue::spec(platform).fields;
    let last = given.filter_map(|key| fields.iter().position(|field| field.key == key)).max()?;
    fields.iter().skip(last).find(|field| field.kind == FieldKind::Secret).map(|field| field.key)
}

/// The secret for a field of a platform: the named one, or the first that it has. Asked for on a terminal when no flag
/// says where it comes from.
pub(super) fn entered(
    platform: PlatformId,
    field: Option<&str>,
    source: &SecretSource,
    output: &Output,
) -> Result<BTreeMap<String, SecretInput>> {
    let spec = catalogue::spec(platform);
    let mut fields = spec.fields.iter().filter(|known| known.kind == FieldKind::Secret);
    let known = match field {
        Some(key) => fields.find(|known| known.key == key),
        None => fields.next(),
    };
    let Some(known) = known else {
        return match field {
            Some(key) => Err(Failure::usage("cli-no-such-field", key)),
            None => Ok(BTreeMap::new()),
        };
    };
    let secret = match secrets::given(source)? {
        Some(secret) => Some(secret),
        None => ask(known, output)?,
    };
    Ok(secret.map(|secret| (known.key.to_owned(), secret)).into_iter().collect())
}

/// Says what was saved: the id on stdout for scripts, the rest for people.
pub(super) fn print(view: &ConnectionView, output: &Output) -> Result<()> {
    if output.is_json() {
        return output.object(view);
    }
    let arguments = [("name", view.name.as_str().into()), ("url", view.final_url.as_str().into())];
    output.say("cli-saved", &arguments);
    if let Some(report) = &view.last_test {
        say_report(report, output);
    }
    output.text(&format!("{}\n", view.id))
}

/// A passed test in words.
pub(super) fn say_report(report: &TestReport, output: &Output) {
    let arguments =
        [("ms", report.latency_ms.unwrap_or_default().into()), ("models", report.models.unwrap_or_default().into())];
    output.say(if report.models.is_some() { "cli-test-ok-models" } else { "cli-test-ok" }, &arguments);
    if report.key_verified == Some(false) {
        output.say("cli-key-not-verified", &[]);
    }
}

fn ask(field: &FieldSpec, output: &Output) -> Result<Option<SecretInput>> {
    let label = field.label.get(output.texts().language());
    match secrets::ask(output, label)? {
        Some(secret) => Ok((!secret.expose().is_empty()).then_some(secret)),
        None if field.required => Err(Failure::usage("cli-no-secret", label)),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_belongs_to_the_fields_given() {
        for (platform, given, field) in [
            (PlatformId::Coze, &[][..], None),
            (PlatformId::Coze, &["client_id"][..], Some("client_secret")),
            (PlatformId::Yuanqi, &["assistant_id"][..], Some("token")),
            (PlatformId::Bailian, &["workspace", "app_id"][..], None),
            (PlatformId::Openai, &["unknown"][..], None),
        ] {
            assert_eq!(secret_behind(platform, given.iter().copied()), field, "{platform} {given:?}");
        }
    }
}
