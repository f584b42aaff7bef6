//! Removes a member, a plan or a user group: says what hangs on it and what happens to that.

use hub_contract::HubError;
use hub_contract::agent::{AgentView, ListAgentsRequest};
use hub_contract::command::{ListAgents, RemoveMember};
use hub_contract::people::MemberView;
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::named::{Kind, Named};
use super::people::People;
use crate::components::{Button, ButtonKind, Dialog, ErrorBanner, IconName};
use crate::ipc;
use crate::state::{Toast, use_load, use_texts, use_toasts};

/// So many of those that are concerned are named; the others are counted.
const NAMED: usize = 6;

/// What is removed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Removal {
    Member(MemberView),
    Named(Kind, Named),
}

impl Removal {
    fn name(&self) -> &str {
        match self {
            Self::Member(member) => &member.name,
            Self::Named(_, named) => &named.name,
        }
    }

    /// What it is, as the texts choose by it.
    fn word(&self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Named(kind, _) => kind.word(),
        }
    }

    async fn run(self) -> Result<(), HubError> {
        match self {
            Self::Member(member) => ipc::call::<RemoveMember>(member.id).await,
            // What the dialog did not tell of is not taken along: then the core refuses it.
            Self::Named(kind, named) => kind.remove(named.id.clone(), named.is_used()).await,
        }
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct RemoveDialogProps {
    pub removal: Removal,
    pub people: People,
    pub on_changed: Callback<()>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn RemoveDialog(props: &RemoveDialogProps) -> Html {
    let t = use_texts();
    let toasts = use_toasts();
    let agents = use_load::<ListAgents>(ListAgentsRequest::default());
    let busy = use_state_eq(|| false);
    let error = use_state(|| None::<HubError>);
    let removal = &props.removal;
    let remove = {
        let (busy, error, toasts, removal) = (busy.clone(), error.clone(), toasts, removal.clone());
        let (on_changed, on_close) = (props.on_changed.clone(), props.on_close.clone());
        let done = t.with("agent-removed", &[("name", removal.name().into())]);
        Callback::from(move |()| {
            let (busy, error, toasts, removal) = (busy.clone(), error.clone(), toasts.clone(), removal.clone());
            let (on_changed, on_close, done) = (on_changed.clone(), on_close.clone(), done.clone());
            busy.set(true);
            spawn_local(async move {
                let reply = removal.run().await;
                busy.set(false);
                // Also after a refusal: something hangs on it that this page did not know of.
                on_changed.emit(());
                match reply {
                    Ok(()) => {
                        on_close.emit(());
                        toasts.show(Toast { icon: IconName::Trash, ..Toast::done(done) });
                    }
                    Err(fault) => error.set(Some(fault)),
                }
            });
        })
    };
    let of = [("kind", removal.word().into())];
    html! {
        <Dialog
            title={t.with("agent-remove-title", &[("name", removal.name().into())])}
            busy={*busy}
            on_close={props.on_close.clone()}
            primary={html! {
                <Button
                    label={t.with("people-remove-action", &of)}
                    kind={ButtonKind::Danger}
                    busy={busy.then(|| AttrValue::from(t.get("deleting")))}
                    onclick={remove}
                />
            }}
        >
            { consequences(removal, &props.people, agents.state.ready().map_or(&[], |all| all.as_slice()), &t) }
            if let Some(error) = &*error { <ErrorBanner error={error.clone()} /> }
        </Dialog>
    }
}

/// What the removal changes, with the names of those that are concerned.
fn consequences(removal: &Removal, people: &People, agents: &[AgentView], t: &Texts) -> Html {
    let Removal::Named(kind, named) = removal else {
        return html! { <p>{ t.get("member-remove-about") }</p> };
    };
    let of = |n: u32| [("kind", kind.word().into()), ("n", n.into())];
    if !named.is_used() {
        return html! { <p>{ t.with("named-remove-unused", &of(0)) }</p> };
    }
    html! {
        <ul class="col">
            if named.members > 0 {
                <li>
                    { t.with("named-remove-members", &of(named.members)) }
                    <p class="help">{ some_of(&members_with(people, *kind, named), t) }</p>
                </li>
            }
            if named.agents > 0 {
                <li>
                    { t.with("named-remove-agents", &of(named.agents)) }
                    <p class="help">{ some_of(&agents_opened_by(agents, *kind, named), t) }</p>
                </li>
            }
        </ul>
    }
}

fn members_with<'a>(people: &'a People, kind: Kind, named: &Named) -> Vec<&'a str> {
    let has = |member: &MemberView| match kind {
        Kind::Plan => member.plan.as_ref().is_some_and(|plan| plan.0 == named.id),
        Kind::Group => member.groups.iter().any(|group| group.0 == named.id),
    };
    people.members.iter().filter(|member| has(member)).map(|member| member.name.as_str()).collect()
}

fn agents_opened_by<'a>(agents: &'a [AgentView], kind: Kind, named: &Named) -> Vec<&'a str> {
    let is_opened = |agent: &AgentView| match kind {
        Kind::Plan => agent.plans.iter().any(|plan| plan.0 == named.id),
        Kind::Group => agent.groups.iter().any(|group| group.0 == named.id),
    };
    agents.iter().filter(|agent| is_opened(agent)).map(|agent| agent.name.as_str()).collect()
}

/// The first names, and how many more there are.
fn some_of(names: &[&str], t: &Texts) -> String {
    let first = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(&t.get("list-comma"));
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => t.with("list-more", &[("names", first.into()), ("n", more.into())]),
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::platform::Language;

    use super::*;

    #[test]
    fn a_long_list_names_the_first_and_counts_the_rest() {
        let t = Texts::new(Language::En);
        assert_eq!(some_of(&["A", "B"], &t), "A, B");
        let many = ["A", "B", "C", "D", "E", "F", "G", "H"];
        assert_eq!(some_of(&many, &t), "A, B, C, D, E, F and 2 more");
    }

    #[test]
    fn those_who_lose_it_are_found() {
        let named = Named { id: "g".into(), name: "Service".into(), members: 1, agents: 0 };
        let member = |name: &str, groups: &[&str]| MemberView {
            id: name.into(),
            name: name.into(),
            plan: Some("g".into()),
            until: None,
            groups: groups.iter().map(|group| (*group).into()).collect(),
        };
        let people = People::new(vec![member("in", &["g"]), member("out", &["h"])], Vec::new(), vec![named.clone()]);
        assert_eq!(members_with(&people, Kind::Group, &named), ["in"], "a plan with the same id is another thing");
    }
}
