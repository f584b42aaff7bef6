//! What a bundle holds: data and nothing else. No field is a path, a command, HTML or a script; whatever is not in these
//! types is refused. Members of every type stand in alphabetical order, which makes the JSON canonical.

use std::collections::{BTreeMap, BTreeSet};

use hub_contract::agent::AgentSource;
use hub_contract::id::{AgentId, ConnectionId, GroupId, MemberId, ModelId, PlanId};
use hub_contract::platform::FieldKind;
use hub_contract::{HubError, PlatformId, UtcMs, catalogue};
use hub_store::AppFacts;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::fault::content as fault;
use crate::connections::{accepted_address, checked_fields};
use crate::secrets::origin_of;
use crate::{icon, names};

/// Most agents of a bundle.
pub(super) const MOST_AGENTS: usize = 5_000;
/// Most of everything else.
const MOST_OTHERS: usize = 5_000;
/// Longest text that is no name, in characters.
const TEXT_MAX: usize = 100_000;
/// Longest id that a Hub gives.
const ID_MAX: usize = 64;

/// Everything in a bundle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub(super) agents: Vec<Agent>,
    pub(super) connections: Vec<Connection>,
    pub(super) credentials: Vec<Credential>,
    pub(super) groups: Vec<Named<GroupId>>,
    pub(super) member: Option<Member>,
    pub(super) models: Vec<Model>,
    pub(super) plans: Vec<Named<PlanId>>,
}

/// A plan or a user group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named<Id> {
    pub(super) id: Id,
    pub(super) name: String,
}

/// The member that a bundle is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) groups: Vec<GroupId>,
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) plan: Option<PlanId>,
    pub(super) until: Option<UtcMs>,
}

/// A connection without credentials and without the operator's own way to the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Connection {
    pub(super) base_url: String,
    pub(super) fields: BTreeMap<String, String>,
    pub(super) id: ConnectionId,
    pub(super) name: String,
    pub(super) plain_http_allowed: bool,
    pub(super) platform: PlatformId,
}

/// A model that agents stand on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    pub(super) connection: ConnectionId,
    pub(super) id: ModelId,
}

/// An agent; it is switched on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agent {
    #[serde(serialize_with = "canonical")]
    pub(super) app: AppFacts,
    pub(super) created_at: UtcMs,
    pub(super) description: String,
    pub(super) group: Option<String>,
    pub(super) groups: Vec<GroupId>,
    pub(super) icon: Option<String>,
    pub(super) id: AgentId,
    pub(super) name: String,
    pub(super) plans: Vec<PlanId>,
    pub(super) platform: PlatformId,
    pub(super) position: u32,
    #[serde(serialize_with = "canonical")]
    pub(super) source: AgentSource,
}

/// A credential of a connection. Wiped when it goes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub(super) struct Credential {
    pub(super) connection: String,
    pub(super) field: String,
    pub(super) origin: String,
    pub(super) value: String,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credential({}/{})", self.connection, self.field)
    }
}

impl Content {
    /// Reads a content and checks everything that could be wrong in it.
    ///
    /// # Errors
    /// `bundle_invalid` with the hint `bundle_content` and what is wrong.
    pub(super) fn read(json: &[u8]) -> Result<Self, HubError> {
        // Only the place of a fault is told: the text beside it may hold a credential.
        let content: Self = serde_json::from_slice(json)
            .map_err(|error| fault(format!("it cannot be read at byte {} of its content", error.column())))?;
        content.check()?;
        Ok(content)
    }

    /// Names that mix letters which look alike.
    pub(super) fn look_alikes(&self) -> Vec<String> {
        let names = self.agents.iter().map(|agent| &agent.name).chain(self.plans.iter().map(|plan| &plan.name));
        let names = names.chain(self.groups.iter().map(|group| &group.name));
        let names = names.chain(self.connections.iter().map(|connection| &connection.name));
        names.filter(|name| names::mixes_scripts(name)).cloned().collect()
    }

    fn check(&self) -> Result<(), HubError> {
        let sizes =
            [self.connections.len(), self.credentials.len(), self.groups.len(), self.models.len(), self.plans.len()];
        if self.agents.len() > MOST_AGENTS || sizes.iter().any(|size| *size > MOST_OTHERS) {
            return Err(fault("it holds more than any Hub has"));
        }
        let plans = each_once("plan", self.plans.iter().map(|plan| plan.id.as_str()))?;
        let groups = each_once("group", self.groups.iter().map(|group| group.id.as_str()))?;
        each_once("agent", self.agents.iter().map(|agent| agent.id.as_str()))?;
        each_once("connection", self.connections.iter().map(|connection| connection.id.as_str()))?;
        distinct_names("plan", self.plans.iter().map(|plan| plan.name.as_str()))?;
        distinct_names("group", self.groups.iter().map(|group| group.name.as_str()))?;
        let origins = self.connections.iter().map(check_connection).collect::<Result<BTreeMap<_, _>, _>>()?;
        let models: BTreeSet<&Model> = self.models.iter().collect();
        if let Some(member) = &self.member {
            is_id("member", member.id.as_str())?;
            is_name("member", &member.name)?;
            known("plan", member.plan.iter().map(PlanId::as_str), &plans)?;
            known("group", member.groups.iter().map(GroupId::as_str), &groups)?;
        }
        for model in &self.models {
            known("connection", std::iter::once(model.connection.as_str()), &origins)?;
            is_text("model", model.id.as_str())?;
        }
        for agent in &self.agents {
            check_agent(agent, &models)?;
            known("plan", agent.plans.iter().map(PlanId::as_str), &plans)?;
            known("group", agent.groups.iter().map(GroupId::as_str), &groups)?;
            known("connection", std::iter::once(agent.source.connection().as_str()), &origins)?;
        }
        self.credentials.iter().try_for_each(|credential| check_credential(credential, self, &origins))
    }
}

/// A type of the contract, whose members stand in another order, as canonical JSON.
fn canonical<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    // A JSON object of `serde_json` keeps its members in alphabetical order.
    serde_json::to_value(value).map_err(S::Error::custom)?.serialize(serializer)
}

/// A connection's id and origin.
fn check_connection(connection: &Connection) -> Result<(&str, String), HubError> {
    is_name("connection", &connection.name)?;
    let spec = catalogue::spec(connection.platform);
    let address = accepted_address(spec, &connection.base_url, true, connection.plain_http_allowed);
    if address.ok().as_deref() != Some(connection.base_url.as_str()) {
        return Err(fault(format!("the address of {} cannot be used", connection.name)));
    }
    if checked_fields(spec, &connection.fields).ok().as_ref() != Some(&connection.fields) {
        return Err(fault(format!("the fields of {} cannot be right", connection.name)));
    }
    Ok((connection.id.as_str(), origin_of(&connection.base_url)?))
}

fn check_agent(agent: &Agent, models: &BTreeSet<&Model>) -> Result<(), HubError> {
    is_name("agent", &agent.name)?;
    agent.group.iter().try_for_each(|group| is_name("group of agents", group))?;
    let texts = [&agent.description, &agent.app.opening].into_iter().chain(&agent.app.suggestions);
    texts.chain(&agent.app.mode).try_for_each(|text| is_text("agent", text))?;
    if agent.app.suggestions.len() > 10 || agent.app.inputs.len() > 100 {
        return Err(fault(format!("{} has more questions or variables than an agent may have", agent.name)));
    }
    if agent.icon.as_deref().is_some_and(|icon| !icon::is_small(icon)) {
        return Err(fault(format!("the icon of {} is no small picture", agent.name)));
    }
    match &agent.source {
        AgentSource::Remote { remote_id, .. } => remote_id.iter().try_for_each(|id| is_text("agent", id)),
        AgentSource::Prompt { connection, model, prompt, parameters } => {
            is_text("agent", prompt)?;
            if !parameters.is_object() && !parameters.is_null() {
                return Err(fault(format!("the parameters of {} are none", agent.name)));
            }
            let model = Model { connection: connection.clone(), id: model.clone() };
            if models.contains(&model) {
                Ok(())
            } else {
                Err(fault(format!("{} stands on a model that is not there", agent.name)))
            }
        }
    }
}

/// A credential may only go where its connection goes: a bundle cannot send one somewhere else.
fn check_credential(
    credential: &Credential,
    content: &Content,
    origins: &BTreeMap<&str, String>,
) -> Result<(), HubError> {
    let connection = content.connections.iter().find(|connection| connection.id.as_str() == credential.connection);
    let is_field = connection.is_some_and(|connection| {
        let fields = catalogue::spec(connection.platform).fields;
        fields.iter().any(|field| field.key == credential.field && field.kind == FieldKind::Secret)
    });
    let goes_there = origins.get(credential.connection.as_str()) == Some(&credential.origin);
    let usable = !credential.value.is_empty() && credential.value.chars().all(|c| c.is_ascii_graphic());
    if is_field && goes_there && usable { Ok(()) } else { Err(fault("a credential belongs to no connection of it")) }
}

fn each_once<'a>(what: &str, ids: impl Iterator<Item = &'a str>) -> Result<BTreeSet<&'a str>, HubError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        is_id(what, id)?;
        if !seen.insert(id) {
            return Err(fault(format!("a {what} is in it twice")));
        }
    }
    Ok(seen)
}

fn distinct_names<'a>(what: &str, all: impl Iterator<Item = &'a str>) -> Result<(), HubError> {
    let mut seen = BTreeSet::new();
    for name in all {
        is_name(what, name)?;
        if !seen.insert(names::key(name)) {
            return Err(fault(format!("two of its {what}s have one name")));
        }
    }
    Ok(())
}

/// Ids are looked up in either kind of collection.
trait Holds {
    fn holds(&self, id: &str) -> bool;
}

impl Holds for BTreeSet<&str> {
    fn holds(&self, id: &str) -> bool {
        self.contains(id)
    }
}

impl Holds for BTreeMap<&str, String> {
    fn holds(&self, id: &str) -> bool {
        self.contains_key(id)
    }
}

fn known<'a>(what: &str, mut ids: impl Iterator<Item = &'a str>, all: &impl Holds) -> Result<(), HubError> {
    if ids.all(|id| all.holds(id)) { Ok(()) } else { Err(fault(format!("it names a {what} that is not in it"))) }
}

fn is_id(what: &str, id: &str) -> Result<(), HubError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !id.is_empty() && id.len() <= ID_MAX && id.chars().all(plain) {
        Ok(())
    } else {
        Err(fault(format!("the id of a {what} is none")))
    }
}

fn is_name(what: &str, name: &str) -> Result<(), HubError> {
    if names::checked(name, "name").ok().as_deref() == Some(name) {
        Ok(())
    } else {
        Err(fault(format!("the name of a {what} cannot be shown")))
    }
}

fn is_text(what: &str, text: &str) -> Result<(), HubError> {
    if text.chars().count() <= TEXT_MAX { Ok(()) } else { Err(fault(format!("a text of a {what} is too long"))) }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn whole() -> Value {
        json!({
            "agents": [{
                "app": { "opening": "", "suggestions": [], "inputs": [], "mode": null },
                "created_at": 1, "description": "", "group": null, "groups": ["g"], "icon": null, "id": "a",
                "name": "Parts", "plans": ["p"], "platform": "openai", "position": 0,
                "source": { "type": "prompt", "connection": "c", "model": "m", "prompt": "x", "parameters": {} },
            }],
            "connections": [{
                "base_url": "https://host.example/v1", "fields": {}, "id": "c", "name": "Work",
                "plain_http_allowed": false, "platform": "openai",
            }],
            "credentials": [{
                "connection": "c", "field": "api_key", "origin": "https://host.example:443", "value": "sk-test-0",
            }],
            "groups": [{ "id": "g", "name": "Sales" }],
            "member": { "groups": ["g"], "id": "m", "name": "Li", "plan": "p", "until": null },
            "models": [{ "connection": "c", "id": "m" }],
            "plans": [{ "id": "p", "name": "Pro" }],
        })
    }

    fn read(value: &Value) -> Result<Content, HubError> {
        Content::read(value.to_string().as_bytes())
    }

    fn with(path: &str, value: Value) -> Value {
        let mut changed = whole();
        *changed.pointer_mut(path).unwrap() = value;
        changed
    }

    #[test]
    fn a_whole_content_is_read_and_written_canonically() {
        let mut value = whole();
        let origin = origin_of("https://host.example/v1").unwrap();
        value["credentials"][0]["origin"] = json!(origin);
        let content = read(&value).unwrap();
        let written = serde_json::to_string(&content).unwrap();
        let sorted: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(written, sorted.to_string());
        assert!(!format!("{content:?}").contains("sk-test-0"));
    }

    #[test]
    fn what_cannot_be_right_is_refused() {
        let twice = whole()["plans"][0].clone();
        let same_name = json!([{ "id": "p", "name": "Pro" }, { "id": "q", "name": "PRO" }]);
        for (path, value) in [
            ("/agents/0/id", json!("../../x")),
            ("/agents/0/id", json!("C:\\x")),
            ("/agents/0/id", json!("")),
            ("/plans/0/id", json!("\\\\srv\\share")),
            ("/agents/0/icon", json!("file:///etc/passwd")),
            ("/agents/0/icon", json!("https://host.example/a.png")),
            ("/agents/0/icon", json!("data:image/svg+xml;base64,AAAA")),
            ("/agents/0/icon", json!(format!("data:image/png;base64,{}", "A".repeat(60_000)))),
            ("/agents/0/name", json!("Pa\u{202e}rts")),
            ("/agents/0/name", json!("x".repeat(10_000))),
            ("/agents/0/description", json!("x".repeat(200_000))),
            ("/agents/0/groups/0", json!("nobody")),
            ("/agents/0/plans/0", json!("nobody")),
            ("/agents/0/source/connection", json!("nobody")),
            ("/agents/0/source/model", json!("another")),
            ("/agents/0/source/parameters", json!([1])),
            ("/connections/0/base_url", json!("file:///etc/passwd")),
            ("/connections/0/base_url", json!("http://host.example/v1")),
            ("/connections/0/base_url", json!("https://user:secret@host.example/v1")),
            ("/connections/0/fields", json!({ "command": "rm" })),
            ("/connections/0/platform", json!("nobody")),
            ("/credentials/0/origin", json!("https://elsewhere.example:443")),
            ("/credentials/0/field", json!("authorization")),
            ("/member/plan", json!("nobody")),
            ("/models/0/connection", json!("nobody")),
            ("/plans", json!([twice.clone(), twice])),
            ("/plans", same_name),
        ] {
            let refused = read(&with(path, value.clone())).unwrap_err();
            assert_eq!(refused.detail.hint.as_deref(), Some("bundle_content"), "{path} = {value}");
        }
        let mut unknown = whole();
        unknown["script"] = json!("x");
        read(&unknown).unwrap_err();
    }

    #[test]
    fn too_many_and_too_deep_are_refused() {
        let agents = vec![whole()["agents"][0].clone(); MOST_AGENTS + 1];
        read(&with("/agents", json!(agents))).unwrap_err();
        Content::read("[".repeat(1_000_000).as_bytes()).unwrap_err();
    }
}
