//! `hub platforms`: the catalogue, what each platform needs, and what is connected.

use hub_contract::catalogue;
use hub_contract::connection::ConnectionView;
use hub_contract::platform::{FieldSpec, PlatformSpec};
use hub_contract::{PlatformId, platform::FieldKind};
use serde::Serialize;

use crate::failure::Result;
use crate::output::Output;
use crate::session::{Access, Session};

pub(super) async fn list(session: &Session, output: &Output) -> Result<()> {
    let connections = session.with(Access::Reading, async |hub| Ok(hub.connections_list(()).await?)).await?;
    let language = output.texts().language();
    let entries: Vec<Entry<'_>> = PlatformId::ALL
        .iter()
        .map(|id| {
            let spec = catalogue::spec(*id);
            Entry {
                id: spec.id,
                name: spec.name.get(language),
                about: spec.about.get(language),
                base_url: spec.base_url,
                fields: fields(spec, language),
                connections: connected(&connections, *id),
            }
        })
        .collect();
    output.list(&entries, &["id", "name", "fields", "connected"], |entry| {
        let needs: Vec<String> =
            entry.fields.iter().map(|field| field.key.to_owned() + if field.required { "" } else { "?" }).collect();
        let connected = entry.connections.iter().map(|one| one.name).collect::<Vec<_>>().join(", ");
        vec![entry.id.to_string(), entry.name.to_owned(), needs.join(" "), connected]
    })
}

#[derive(Serialize)]
struct Entry<'a> {
    id: PlatformId,
    name: &'a str,
    about: &'a str,
    base_url: &'a str,
    fields: Vec<Field<'a>>,
    connections: Vec<Connected<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    key: &'a str,
    kind: FieldKind,
    label: &'a str,
    required: bool,
}

#[derive(Serialize)]
struct Connected<'a> {
    id: &'a str,
    name: &'a str,
}

fn fields(spec: &'static PlatformSpec, language: hub_contract::platform::Language) -> Vec<Field<'static>> {
    let field = |field: &FieldSpec| Field {
        key: field.key,
        kind: field.kind,
        label: field.label.get(language),
        required: field.required,
    };
    spec.fields.iter().map(field).collect()
}

fn connected(connections: &[ConnectionView], platform: PlatformId) -> Vec<Connected<'_>> {
    let of_platform = connections.iter().filter(|connection| connection.platform == platform);
    of_platform.map(|connection| Connected { id: connection.id.as_str(), name: &connection.name }).collect()
}
