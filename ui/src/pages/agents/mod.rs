//! The agents: what the operator offers under a name, by group.

mod add;
mod basics;
mod edit;
mod grants;
mod groups;
mod icon_field;
mod list;
mod remove;
mod seen;
mod start;
mod table;
mod try_chat;
mod why;

use hub_contract::agent::AgentView;
use hub_contract::id::{AgentId, ConnectionId};
use yew::prelude::*;
use yew_router::prelude::*;

pub(crate) use self::basics::fault as field_fault;

use self::add::AddDialog;
use self::edit::EditDialog;
use self::grants::use_grant_names;
use self::groups::GroupTab;
use self::list::{ready, use_agents};
use self::remove::RemoveDialog;
use self::seen::SeenAgents;
use self::start::StartPage;
use self::table::AgentTable;
use crate::components::{
    Button, ButtonKind, Empty, ErrorBanner, IconName, PageHead, SearchField, SkeletonShape, Tab, Tabs, loaded_view,
};
use crate::pages::view_as::ViewAsDialog;
use crate::route::Route;
use crate::state::{Shared, use_connections, use_membership, use_texts, use_viewing};

/// The dialog that is open, at most one.
#[derive(Debug, Clone, PartialEq)]
enum Open {
    /// The form of new agents, of that connection if one is chosen already.
    Add(Option<ConnectionId>),
    Edit(AgentId),
    Remove(AgentId),
    /// The list of those through whose eyes the page can be seen.
    ViewAs,
}

#[derive(Properties, PartialEq)]
pub struct AgentsPageProps {
    /// Opens with the form of a new agent of this connection.
    #[prop_or_default]
    pub add: Option<String>,
}

/// The agents: the operator's table, or what somebody else sees of it.
#[component]
pub fn AgentsPage(props: &AgentsPageProps) -> Html {
    if use_viewing().whom().is_some() {
        html! { <SeenAgents /> }
    } else {
        html! { <OwnAgents add={props.add.clone()} /> }
    }
}

#[component]
fn OwnAgents(props: &AgentsPageProps) -> Html {
    let t = use_texts();
    let agents = use_agents();
    let (connections, membership) = (use_connections(), use_membership());
    let navigator = use_navigator();
    let open = {
        let first = props.add.clone().map(|connection| Open::Add(Some(ConnectionId(connection))));
        use_state(move || first)
    };
    let show = {
        let open = open.clone();
        Callback::from(move |dialog: Open| open.set(Some(dialog)))
    };
    let close = {
        let (open, came_to_add) = (open.clone(), props.add.is_some());
        Callback::from(move |()| {
            open.set(None);
            if let Some(navigator) = navigator.as_ref().filter(|_| came_to_add) {
                navigator.replace(&Route::Agents);
            }
        })
    };
    let all = ready(&agents.list);
    let add = show.reform(|()| Open::Add(None));
    let about = if all.is_empty() {
        t.get("agents-about")
    } else {
        let platforms = groups::platform_count(&all);
        t.with("agents-count", &[("n", all.len().into()), ("platforms", platforms.into())])
    };
    let content = loaded_view(&agents.list, SkeletonShape::Rows, |agents_now| {
        if agents_now.is_empty() {
            html! { <StartPage on_add={add.clone()} /> }
        } else {
            html! {
                <Grouped agents={Shared::from(agents_now)} on_open={show.clone()} on_enable={agents.enable.clone()} />
            }
        }
    });
    let find = |id: &AgentId| all.iter().find(|agent| agent.id == *id).cloned();
    let names = groups::group_names(&all);
    let dialog = match &*open {
        Some(Open::Add(connection)) => html! {
            <AddDialog
                connection={connection.clone()}
                agents={(*all).clone()}
                on_added={agents.changed.clone()}
                on_close={close}
            />
        },
        Some(Open::Edit(id)) => find(id).map_or_else(Html::default, |agent| {
            html! { <EditDialog {agent} groups={names} on_saved={agents.changed.clone()} on_close={close} /> }
        }),
        Some(Open::Remove(id)) => find(id).map_or_else(Html::default, |agent| {
            html! { <RemoveDialog {agent} on_removed={agents.changed.clone()} on_close={close} /> }
        }),
        Some(Open::ViewAs) => html! { <ViewAsDialog on_close={close} /> },
        None => html! {},
    };
    let view_as = show.reform(|()| Open::ViewAs);
    let content = html! {
        <>
            <PageHead title={t.get("agents-title")} {about}>
                if !all.is_empty() && membership.view().is_none() {
                    <Button label={t.get("view-as-open")} icon={IconName::Eye} onclick={view_as} />
                }
                // A member adds agents from connections of his own only.
                if !all.is_empty() && connections.all().iter().any(|one| !membership.manages(&one.id)) {
                    <Button
                        label={t.get("agents-add")}
                        icon={IconName::Plus}
                        kind={ButtonKind::Primary}
                        onclick={add}
                    />
                }
            </PageHead>
            if let Some(error) = &agents.failure {
                <div class="agents-error"><ErrorBanner error={error.clone()} /></div>
            }
            { content }
        </>
    };
    html! {
        <main class="main" tabindex="-1" data-region="main">
            // A table scrolls below its head; everything else scrolls with it.
            if all.is_empty() {
                <div class="page"><div class="page-in">{ content }</div></div>
            } else {
                <div class="rows-page">{ content }</div>
            }
            { dialog }
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct GroupedProps {
    agents: Shared<Vec<AgentView>>,
    on_open: Callback<Open>,
    on_enable: Callback<(AgentId, bool)>,
}

/// Tabs by group, search and the table.
#[component]
fn Grouped(props: &GroupedProps) -> Html {
    let t = use_texts();
    let connections = use_connections();
    let grant_names = use_grant_names();
    let chosen = use_state_eq(GroupTab::default);
    let search = use_state_eq(String::new);
    let tabs = use_memo(props.agents.clone(), |agents| groups::tabs(agents));
    let texts =
        use_memo((props.agents.clone(), connections.list.ready().map(Shared::from)), |(agents, connections)| {
            groups::search_texts(agents, connections.as_deref().map_or(&[], Vec::as_slice))
        });
    let current = groups::current(&chosen, &tabs);
    let shown = groups::shown(&props.agents, &texts, &current, &search);
    let label = |tab: &GroupTab| match tab {
        GroupTab::All => t.get("agents-tab-all"),
        GroupTab::Group(name) => name.clone(),
        GroupTab::Ungrouped => t.get("agents-tab-ungrouped"),
    };
    let drawn =
        tabs.iter().map(|(tab, count)| Tab { id: tab.id().into(), label: label(tab).into(), count: Some(*count) });
    let drawn: Vec<Tab> = drawn.collect();
    let choose = {
        let chosen = chosen.clone();
        Callback::from(move |id: AttrValue| {
            if let Some((tab, _)) = tabs.iter().find(|(tab, _)| *tab.id() == *id) {
                chosen.set(tab.clone());
            }
        })
    };
    let oninput = {
        let search = search.clone();
        Callback::from(move |text: String| search.set(text))
    };
    html! {
        <>
            if drawn.len() > 1 {
                <div class="agents-tabs">
                    <Tabs label={t.get("agents-tabs")} tabs={drawn} current={current.id()} onchange={choose} />
                </div>
            }
            <div class="toolbar">
                <SearchField class="w-280" label={t.get("agents-search")} value={(*search).clone()} {oninput} />
            </div>
            if shown.is_empty() {
                <Empty
                    icon={IconName::Search}
                    title={t.with("agents-none-found", &[("text", search.as_str().into())])}
                />
            } else {
                <AgentTable agents={props.agents.clone()} {shown} {grant_names} on_open={props.on_open.clone()} on_enable={props.on_enable.clone()} />
            }
        </>
    }
}
