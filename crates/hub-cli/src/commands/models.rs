//! `hub catalog` and `hub models`.

use std::collections::BTreeMap;

use hub_contract::connection::{CatalogRequest, EnableModelsRequest};
use hub_contract::id::ModelId;
use hub_contract::model::{Capabilities, CatalogKind, ModelView};

use crate::args::{Catalog, Models, SwitchModels};
use crate::failure::Result;
use crate::output::Output;
use crate::session::{Access, Session, connection_id};

pub(super) async fn catalog(request: Catalog, session: &Session, output: &Output) -> Result<()> {
    // Fetching stores the list; beside a running window the stored one is shown.
    let access = if request.refresh { Access::Writing } else { Access::Either };
    let view = session
        .with(access, async |hub| {
            let connection = connection_id(&hub, &request.connection).await?;
            session.unlock(&hub, output).await?;
            let asked = CatalogRequest { connection, search: request.search, refresh: request.refresh };
            Ok(hub.catalog_list(asked).await?)
        })
        .await?;
    output.list(&view.items, &["id", "kind", "abilities", "enabled"], |item| {
        let kind = match item.kind {
            CatalogKind::Model if item.chats => "cli-kind-model",
            CatalogKind::Model => "cli-kind-other-model",
            CatalogKind::Bot => "cli-kind-bot",
            CatalogKind::Workflow => "cli-kind-workflow",
        };
        vec![
            item.remote_id.clone(),
            output.texts().get(kind),
            abilities(&item.capabilities, output),
            if item.enabled { output.texts().get("cli-yes") } else { String::new() },
        ]
    })
}

pub(super) async fn run(command: Models, session: &Session, output: &Output) -> Result<()> {
    match command {
        Models::List => list(session, output).await,
        Models::Enable(request) => switch(request, true, session, output).await,
        Models::Disable(request) => switch(request, false, session, output).await,
    }
}

async fn list(session: &Session, output: &Output) -> Result<()> {
    let (models, names) = session
        .with(Access::Reading, async |hub| {
            let names = hub.connections_list(()).await?.into_iter().map(|one| (one.id, one.name));
            Ok((hub.models_list(()).await?, names.collect::<BTreeMap<_, _>>()))
        })
        .await?;
    output.list(&models, &["model", "connection", "name", "abilities"], |model| {
        vec![
            model.id.to_string(),
            model.connection.to_string(),
            names.get(&model.connection).cloned().unwrap_or_default(),
            abilities(&model.capabilities, output),
        ]
    })
}

/// With `--json` the models that were named, as they are now.
async fn switch(request: SwitchModels, enabled: bool, session: &Session, output: &Output) -> Result<()> {
    let asked: Vec<ModelId> = request.models.iter().map(|model| ModelId(model.trim().to_owned())).collect();
    let all: Vec<ModelView> = session
        .with(Access::Writing, async |hub| {
            let connection = connection_id(&hub, &request.connection).await?;
            let models = asked.clone();
            Ok(hub.models_enable(EnableModelsRequest { connection, models, enabled }).await?)
        })
        .await?;
    if output.is_json() {
        return all.iter().filter(|model| asked.contains(&model.id)).try_for_each(|model| output.object(model));
    }
    let count = all.iter().filter(|model| model.enabled).count();
    output.say("cli-models-enabled", &[("n", count.into())]);
    Ok(())
}

fn abilities(capabilities: &Capabilities, output: &Output) -> String {
    let mut words = Vec::new();
    if capabilities.reasoning == Some(true) {
        words.push(output.texts().get("cli-ability-reasoning"));
    }
    if capabilities.vision == Some(true) {
        words.push(output.texts().get("cli-ability-vision"));
    }
    words.extend(capabilities.context.map(|tokens| tokens.to_string()));
    words.join(" ")
}
