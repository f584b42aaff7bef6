//! What the form of new agents holds, and the requests that come of it. Pure.

use std::rc::Rc;

use hub_contract::agent::{AddAgentRequest, AgentSource};
use hub_contract::id::{ConnectionId, ModelId};
use hub_contract::model::{CatalogItem, CatalogKind};
use hub_contract::{ErrorCode, HubError};
use serde_json::Value;
use yew::Reducible;

use super::super::grants::Granted;
use super::flow::Flow;

/// What the form holds. Nothing typed is lost when the core refuses it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct AddForm {
    /// The connection, once one is chosen, with what is asked for it.
    pub chosen: Option<(ConnectionId, Flow)>,
    /// What was picked is being named.
    pub naming: bool,
    /// The app's id, where the form asks for it.
    pub remote_id: String,
    /// It is a workflow, as far as the operator says.
    pub workflow: bool,
    /// The model of a prompt; empty takes the first.
    pub model: String,
    pub prompt: String,
    /// Parameters as JSON text.
    pub parameters: String,
    /// The group of all of them.
    pub group: String,
    /// Who may use all of them.
    pub granted: Granted,
    /// The agents to add.
    pub drafts: Vec<Draft>,
    /// They are being added.
    pub busy: bool,
}

/// One agent to add.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Draft {
    /// Its id there; empty where the form has one agent only.
    pub remote_id: String,
    pub workflow: bool,
    pub name: String,
    pub description: String,
    /// Why it was not added.
    pub error: Option<HubError>,
}

/// What happens to the form. Drafts are meant by their place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AddAction {
    Choose(Option<(ConnectionId, Flow)>),
    /// Picks an item of the account, or leaves it again.
    Toggle(CatalogItem),
    Naming(bool),
    RemoteId(String),
    Workflow(bool),
    Model(String),
    Prompt(String),
    Parameters(String),
    Group(String),
    Grants(Granted),
    Name(usize, String),
    Description(usize, String),
    /// The first draft is being added.
    Adding,
    /// The first draft was added.
    Added,
    /// The first draft was refused; the others wait.
    Refused(HubError),
}

impl AddForm {
    /// The flow of the chosen connection.
    pub(super) fn flow(&self) -> Option<Flow> {
        self.chosen.as_ref().map(|(_, flow)| *flow)
    }

    /// Whether an item of the account is picked.
    pub(super) fn has_picked(&self, remote_id: &str) -> bool {
        self.flow() == Some(Flow::Pick) && self.drafts.iter().any(|draft| draft.remote_id == remote_id)
    }

    /// True when closing would lose something.
    pub(super) fn is_dirty(&self) -> bool {
        let typed = [&self.remote_id, &self.prompt, &self.parameters, &self.group];
        typed.iter().any(|text| !text.trim().is_empty())
            || self.granted != Granted::default()
            || self.drafts.iter().any(|draft| !draft.name.is_empty() || !draft.description.is_empty())
    }

    /// The request that adds the first draft; `first_model` stands in while no model was chosen.
    ///
    /// # Errors
    /// What the core would refuse, at the same field: a prompt without a name, parameters that are no JSON object.
    pub(super) fn request(&self, first_model: Option<&str>) -> Result<Option<AddAgentRequest>, HubError> {
        let (Some((connection, flow)), Some(draft)) = (&self.chosen, self.drafts.first()) else { return Ok(None) };
        let connection = connection.clone();
        let source = match flow {
            Flow::Pick => {
                AgentSource::Remote { connection, remote_id: Some(draft.remote_id.clone()), workflow: draft.workflow }
            }
            Flow::App { asks_id } => AgentSource::Remote {
                connection,
                remote_id: Some(self.remote_id.trim().to_owned()).filter(|id| *asks_id && !id.is_empty()),
                workflow: self.workflow,
            },
            Flow::Prompt => {
                if draft.name.trim().is_empty() {
                    return Err(refusal("name"));
                }
                let model = if self.model.is_empty() { first_model.unwrap_or_default() } else { &self.model };
                AgentSource::Prompt {
                    connection,
                    model: ModelId::from(model),
                    prompt: self.prompt.clone(),
                    parameters: parameters(&self.parameters)?,
                }
            }
        };
        Ok(Some(AddAgentRequest {
            source,
            name: draft.name.clone(),
            group: Some(self.group.clone()).filter(|group| !group.trim().is_empty()),
            description: draft.description.clone(),
            plans: self.granted.plans.clone(),
            groups: self.granted.groups.clone(),
        }))
    }
}

impl Reducible for AddForm {
    type Action = AddAction;

    fn reduce(self: Rc<Self>, action: AddAction) -> Rc<Self> {
        let mut form = (*self).clone();
        match action {
            AddAction::Choose(chosen) => {
                form.drafts = drafts(chosen.as_ref(), &form);
                form.chosen = chosen;
                form.naming = false;
                form.model.clear();
            }
            AddAction::Toggle(item) => match form.drafts.iter().position(|draft| draft.remote_id == item.remote_id) {
                Some(place) => drop(form.drafts.remove(place)),
                None => form.drafts.push(Draft {
                    remote_id: item.remote_id,
                    workflow: item.kind == CatalogKind::Workflow,
                    name: item.name,
                    description: item.description.unwrap_or_default(),
                    error: None,
                }),
            },
            AddAction::Naming(naming) => form.naming = naming,
            AddAction::RemoteId(id) => form.remote_id = id,
            AddAction::Workflow(workflow) => form.workflow = workflow,
            AddAction::Model(model) => form.model = model,
            AddAction::Prompt(prompt) => form.prompt = prompt,
            AddAction::Parameters(parameters) => form.parameters = parameters,
            AddAction::Group(group) => form.group = group,
            AddAction::Grants(granted) => form.granted = granted,
            AddAction::Name(place, name) => {
                if let Some(draft) = form.drafts.get_mut(place) {
                    draft.name = name;
                }
            }
            AddAction::Description(place, description) => {
                if let Some(draft) = form.drafts.get_mut(place) {
                    draft.description = description;
                }
            }
            AddAction::Adding => {
                form.busy = true;
                form.drafts.iter_mut().for_each(|draft| draft.error = None);
            }
            AddAction::Added => {
                if !form.drafts.is_empty() {
                    form.drafts.remove(0);
                }
            }
            AddAction::Refused(error) => {
                form.busy = false;
                if let Some(draft) = form.drafts.first_mut() {
                    draft.error = Some(error);
                }
            }
        }
        Rc::new(form)
    }
}

/// The drafts that a connection begins with: none where they are picked, else one, with what was typed already.
fn drafts(chosen: Option<&(ConnectionId, Flow)>, before: &AddForm) -> Vec<Draft> {
    match chosen {
        None | Some((_, Flow::Pick)) => Vec::new(),
        Some(_) => {
            let typed = before.drafts.first().filter(|_| before.flow() != Some(Flow::Pick));
            vec![typed.map_or_else(Draft::default, |draft| Draft { error: None, ..draft.clone() })]
        }
    }
}

/// The JSON object that was typed; nothing typed is no parameters.
fn parameters(text: &str) -> Result<Value, HubError> {
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).ok().filter(Value::is_object).ok_or_else(|| refusal("parameters"))
}

fn refusal(field: &str) -> HubError {
    HubError::new(ErrorCode::InvalidRequest, format!("{field} cannot be used")).hint(field).field(field)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(flow: Flow) -> AddForm {
        after(AddForm::default(), [AddAction::Choose(Some(("c-1".into(), flow)))])
    }

    fn after(form: AddForm, actions: impl IntoIterator<Item = AddAction>) -> AddForm {
        actions.into_iter().fold(form, |form, action| (*Rc::new(form).reduce(action)).clone())
    }

    fn item(id: &str, kind: CatalogKind) -> CatalogItem {
        CatalogItem {
            remote_id: id.into(),
            kind,
            name: format!("name of {id}"),
            description: Some("about".into()),
            capabilities: Default::default(),
            shutdown_date: None,
            chats: true,
            enabled: false,
        }
    }

    #[test]
    fn what_is_picked_is_named_and_added_one_after_the_other() {
        let form = after(
            form(Flow::Pick),
            [
                AddAction::Toggle(item("a", CatalogKind::Bot)),
                AddAction::Toggle(item("b", CatalogKind::Workflow)),
                AddAction::Toggle(item("gone", CatalogKind::Bot)),
                AddAction::Toggle(item("gone", CatalogKind::Bot)),
                AddAction::Name(1, "我的流程".into()),
                AddAction::Group(" 售后 ".into()),
                AddAction::Grants(Granted { plans: vec!["p".into()], groups: vec!["g".into()] }),
            ],
        );
        assert!(form.has_picked("b") && !form.has_picked("gone"));
        let first = form.request(None).unwrap().unwrap();
        assert_eq!(first.name, "name of a");
        assert_eq!(first.description, "about");
        let form = after(form, [AddAction::Added]);
        let second = form.request(None).unwrap().unwrap();
        assert_eq!(second.name, "我的流程");
        assert_eq!((second.plans, second.groups), (vec!["p".into()], vec!["g".into()]), "all get the same grants");
        assert_eq!(
            second.source,
            AgentSource::Remote { connection: "c-1".into(), remote_id: Some("b".into()), workflow: true }
        );
        assert_eq!(after(form, [AddAction::Added]).request(None), Ok(None), "all are added");
    }

    #[test]
    fn an_app_may_go_without_name_and_id() {
        let app = form(Flow::App { asks_id: true });
        let request = app.request(None).unwrap().unwrap();
        assert_eq!(
            request.source,
            AgentSource::Remote { connection: "c-1".into(), remote_id: None, workflow: false },
            "the platform knows both"
        );
        let typed = after(app, [AddAction::RemoteId(" bot-1 ".into()), AddAction::Workflow(true)]);
        assert_eq!(
            typed.request(None).unwrap().unwrap().source,
            AgentSource::Remote { connection: "c-1".into(), remote_id: Some("bot-1".into()), workflow: true }
        );
    }

    #[test]
    fn a_prompt_needs_a_name_and_parameters_that_are_an_object() {
        let prompt = after(form(Flow::Prompt), [AddAction::Prompt("你是翻译".into())]);
        assert_eq!(prompt.request(Some("m")).unwrap_err().detail.field.as_deref(), Some("name"));
        let named = after(prompt, [AddAction::Name(0, "翻译".into()), AddAction::Parameters("[1]".into())]);
        assert_eq!(named.request(Some("m")).unwrap_err().detail.field.as_deref(), Some("parameters"));
        let whole = after(named, [AddAction::Parameters("{\"temperature\": 0}".into())]);
        let AgentSource::Prompt { model, parameters, .. } = whole.request(Some("m")).unwrap().unwrap().source else {
            panic!("a prompt")
        };
        assert_eq!((model.as_str(), parameters), ("m", json!({"temperature": 0})));
    }

    #[test]
    fn nothing_typed_is_lost_by_a_refusal_or_another_connection() {
        let typed = after(
            form(Flow::App { asks_id: false }),
            [AddAction::Name(0, "a".into()), AddAction::Description(0, "d".into()), AddAction::Adding],
        );
        let refused = after(typed, [AddAction::Refused(refusal("name"))]);
        assert!(!refused.busy && refused.drafts[0].error.is_some());
        let moved = after(refused, [AddAction::Choose(Some(("c-2".into(), Flow::Prompt)))]);
        assert_eq!((moved.drafts[0].name.as_str(), moved.drafts[0].description.as_str()), ("a", "d"));
        assert_eq!(moved.drafts[0].error, None);
    }

    #[test]
    fn picks_do_not_become_the_app_of_another_connection() {
        let picked = after(form(Flow::Pick), [AddAction::Toggle(item("a", CatalogKind::Bot))]);
        let moved = after(picked, [AddAction::Choose(Some(("c-2".into(), Flow::App { asks_id: false })))]);
        assert_eq!(moved.drafts, [Draft::default()]);
    }
}
