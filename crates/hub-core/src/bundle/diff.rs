//! What a bundle would change, as people read it.

use std::collections::BTreeMap;

use hub_contract::agent::AgentSource;
use hub_contract::bundle::{BundleChange, BundleFieldChange};
use hub_store::{AgentRow, ConnectionRow, GroupRow, MemberRow, PlanRow};

use crate::secrets::origin_of;

/// Everything that bundles bring, as it is or as it would be.
#[derive(Debug, Clone, Default)]
pub(super) struct Managed {
    pub(super) plans: Vec<PlanRow>,
    pub(super) groups: Vec<GroupRow>,
    pub(super) members: Vec<MemberRow>,
    pub(super) connections: Vec<ConnectionRow>,
    /// By connection: ids of models that are enabled.
    pub(super) models: BTreeMap<String, Vec<String>>,
    pub(super) agents: Vec<AgentRow>,
}

/// A thing as it is compared: its id, its name and its other fields in words.
struct Item {
    id: String,
    name: String,
    fields: BTreeMap<&'static str, String>,
}

/// What differs, in the order in which people read it.
pub(super) fn diff(before: &Managed, after: &Managed) -> Vec<BundleChange> {
    let mut changes = Vec::new();
    compare("connection", &connections(before), &connections(after), &mut changes);
    compare("model", &models(before), &models(after), &mut changes);
    compare("agent", &agents(before), &agents(after), &mut changes);
    compare("plan", &plans(before), &plans(after), &mut changes);
    compare("group", &groups(before), &groups(after), &mut changes);
    compare("member", &members(before), &members(after), &mut changes);
    changes
}

fn compare(kind: &str, before: &[Item], after: &[Item], changes: &mut Vec<BundleChange>) {
    let line = |change: &str, name: &str, fields| BundleChange {
        change: change.to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        danger: false,
        fields,
    };
    let old: BTreeMap<&str, &Item> = before.iter().map(|item| (item.id.as_str(), item)).collect();
    let new: BTreeMap<&str, &Item> = after.iter().map(|item| (item.id.as_str(), item)).collect();
    for item in after {
        let Some(earlier) = old.get(item.id.as_str()) else {
            changes.push(line("add", &item.name, Vec::new()));
            continue;
        };
        let fields = changed_fields(earlier, item);
        if !fields.is_empty() {
            let danger = fields.iter().any(|field| {
                field.field == "base_url" && origin_of(&field.before).ok() != origin_of(&field.after).ok()
            });
            changes.push(BundleChange { danger, ..line("change", &item.name, fields) });
        }
    }
    for item in before.iter().filter(|item| !new.contains_key(item.id.as_str())) {
        changes.push(line("remove", &item.name, Vec::new()));
    }
}

fn changed_fields(before: &Item, after: &Item) -> Vec<BundleFieldChange> {
    let name = std::iter::once(("name", &before.name, &after.name));
    let none = String::new();
    let keys = before.fields.keys().chain(after.fields.keys().filter(|key| !before.fields.contains_key(*key)));
    let others =
        keys.map(|key| (*key, before.fields.get(key).unwrap_or(&none), after.fields.get(key).unwrap_or(&none)));
    name.chain(others)
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| BundleFieldChange {
            field: field.to_owned(),
            before: before.clone(),
            after: after.clone(),
        })
        .collect()
}

fn connections(of: &Managed) -> Vec<Item> {
    let item = |row: &ConnectionRow| Item {
        id: row.id.0.clone(),
        name: row.name.clone(),
        fields: BTreeMap::from([
            ("platform", row.platform.to_string()),
            ("base_url", row.base_url.clone()),
            ("fields", row.fields.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")),
            ("plain_http_allowed", row.plain_http_allowed.to_string()),
        ]),
    };
    of.connections.iter().map(item).collect()
}

fn models(of: &Managed) -> Vec<Item> {
    let all = of.models.iter().flat_map(|(connection, models)| {
        models.iter().map(move |model| Item {
            id: format!("{connection}/{model}"),
            name: model.clone(),
            fields: BTreeMap::new(),
        })
    });
    all.collect()
}

fn agents(of: &Managed) -> Vec<Item> {
    let plans: BTreeMap<&str, &str> = of.plans.iter().map(|row| (row.id.as_str(), row.name.as_str())).collect();
    let groups: BTreeMap<&str, &str> = of.groups.iter().map(|row| (row.id.as_str(), row.name.as_str())).collect();
    let item = |row: &AgentRow| {
        let open_to = row.plans.iter().filter_map(|id| plans.get(id.as_str()));
        let open_to = open_to.chain(row.groups.iter().filter_map(|id| groups.get(id.as_str())));
        let mut fields = BTreeMap::from([
            ("group", row.group.clone().unwrap_or_default()),
            ("description", row.description.clone()),
            ("grants", open_to.copied().collect::<Vec<_>>().join(", ")),
            ("opening", row.app.opening.clone()),
            ("suggestions", row.app.suggestions.join("\n")),
            ("inputs", serde_json::to_string(&row.app.inputs).unwrap_or_default()),
            ("mode", row.app.mode.clone().unwrap_or_default()),
            ("icon", row.icon.clone().unwrap_or_default()),
            ("connection", row.source.connection().0.clone()),
            ("position", row.position.to_string()),
        ]);
        match &row.source {
            AgentSource::Remote { remote_id, workflow, .. } => {
                fields.insert("remote_id", remote_id.clone().unwrap_or_default());
                fields.insert("workflow", workflow.to_string());
            }
            AgentSource::Prompt { model, prompt, parameters, .. } => {
                fields.insert("model", model.0.clone());
                fields.insert("prompt", prompt.clone());
                fields.insert("parameters", parameters.to_string());
            }
        }
        Item { id: row.id.0.clone(), name: row.name.clone(), fields }
    };
    of.agents.iter().map(item).collect()
}

fn plans(of: &Managed) -> Vec<Item> {
    let item = |row: &PlanRow| Item { id: row.id.0.clone(), name: row.name.clone(), fields: BTreeMap::new() };
    of.plans.iter().map(item).collect()
}

fn groups(of: &Managed) -> Vec<Item> {
    let item = |row: &GroupRow| Item { id: row.id.0.clone(), name: row.name.clone(), fields: BTreeMap::new() };
    of.groups.iter().map(item).collect()
}

fn members(of: &Managed) -> Vec<Item> {
    let item = |row: &MemberRow| {
        let names = |ids: &mut dyn Iterator<Item = &str>| ids.collect::<Vec<_>>().join(", ");
        Item {
            id: row.id.0.clone(),
            name: row.name.clone(),
            fields: BTreeMap::from([
                ("plan", row.plan.as_ref().map(|plan| plan.0.clone()).unwrap_or_default()),
                ("until", row.until.map(|until| until.to_string()).unwrap_or_default()),
                ("groups", names(&mut row.groups.iter().map(|group| group.as_str()))),
            ]),
        }
    };
    of.members.iter().map(item).collect()
}
