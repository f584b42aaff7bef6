//! The list column: search, agents by group, models, conversations.

mod ages;
mod archived;
mod row;
mod windowed;

use std::rc::Rc;

use hub_contract::PlatformId;
use hub_contract::agent::{Access, AgentView};
use hub_contract::conversation::{ConversationView, Target};
use hub_contract::id::ConversationId;
use hub_contract::model::ModelView;
use yew::prelude::*;
use yew_router::prelude::*;

use self::ages::{Line, lines};
use self::archived::Archived;
use self::row::ConversationRow;
use self::windowed::Windowed;
use super::conversations::Conversations;
use super::export::ExportDialog;
use super::look::{TargetMark, model_platform};
use crate::components::{
    ErrorBanner, Icon, IconName, IconSize, ListColumn, MonogramSize, NavLink, Skeleton, SkeletonShape,
};
use crate::dom;
use crate::route::Route;
use crate::state::{Loadable, use_connections, use_list_column, use_prefs, use_texts};

/// So many models are shown without being asked for.
const FEW_MODELS: usize = 4;

#[derive(Properties, PartialEq)]
pub(super) struct ChatListProps {
    pub(super) agents: Rc<Vec<AgentView>>,
    pub(super) models: Rc<Vec<ModelView>>,
    pub(super) conversations: Conversations,
    /// The conversation on the screen.
    pub(super) shown: Option<ConversationId>,
    /// Whom the conversation on the screen, or a new one, is held with.
    pub(super) target: Option<Target>,
    /// A changed conversation, for the page's head.
    pub(super) changed: Callback<ConversationView>,
}

#[component]
pub(super) fn ChatList(props: &ChatListProps) -> Html {
    let t = use_texts();
    let list = use_list_column();
    let key = if dom::is_mac() { "⌘ K" } else { "Ctrl K" };
    let head = html! {
        <div class="row">
            <NavLink class="input search sm grow search-link" to={Route::Search} title={t.get("chat-search-all")}>
                <Icon name={IconName::Search} />
                <span class="grow">{ t.get("chat-search") }</span>
                <kbd>{ key }</kbd>
            </NavLink>
            <NavLink class="ib" to={Route::Chat} title={t.get("chat-new")} onclick={list.close_overlay.clone()}>
                <Icon name={IconName::Edit} />
                <span class="vh">{ t.get("chat-new") }</span>
            </NavLink>
        </div>
    };
    html! {
        <ListColumn label={t.get("chat-list")} {head}>
            <Agents agents={props.agents.clone()} target={props.target.clone()} />
            <Models models={props.models.clone()} target={props.target.clone()} />
            <ConversationRows
                conversations={props.conversations.clone()}
                shown={props.shown.clone()}
                changed={props.changed.clone()}
            />
        </ListColumn>
    }
}

#[derive(Properties, PartialEq)]
struct AgentsProps {
    agents: Rc<Vec<AgentView>>,
    target: Option<Target>,
}

/// The agents that may be used, by group; those without a group come last.
#[component]
fn Agents(props: &AgentsProps) -> Html {
    let t = use_texts();
    let choose = use_choose();
    let usable: Vec<&AgentView> =
        props.agents.iter().filter(|agent| agent.enabled && agent.access == Access::Allowed).collect();
    let mut groups: Vec<Option<&str>> = Vec::new();
    for agent in &usable {
        if !groups.contains(&agent.group.as_deref()) {
            groups.push(agent.group.as_deref());
        }
    }
    groups.sort_by_key(Option::is_none);
    html! {
        { for groups.into_iter().map(|group| html! {
            <Fold label={group.map_or_else(|| t.get("chat-agents"), str::to_owned)}>
                { for usable.iter().filter(|agent| agent.group.as_deref() == group).map(|agent| {
                    let target = Target::Agent { agent: agent.id.clone() };
                    html! {
                        <TargetRow
                            name={agent.name.clone()}
                            platform={agent.platform}
                            target={target.clone()}
                            current={props.target.as_ref() == Some(&target)}
                            onclick={choose.reform(move |()| target.clone())}
                        />
                    }
                }) }
            </Fold>
        }) }
    }
}

#[derive(Properties, PartialEq)]
struct ModelsProps {
    models: Rc<Vec<ModelView>>,
    target: Option<Target>,
}

#[component]
fn Models(props: &ModelsProps) -> Html {
    let t = use_texts();
    let choose = use_choose();
    let connections = use_connections();
    if props.models.is_empty() {
        return html! {};
    }
    html! {
        <Fold label={t.get("chat-models")} count={props.models.len()} open={props.models.len() <= FEW_MODELS}>
            { for props.models.iter().map(|model| {
                let target = Target::Model { connection: model.connection.clone(), model: model.id.clone() };
                let platform = model_platform(&connections, &model.connection);
                html! {
                    <TargetRow
                        name={model.id.0.clone()}
                        {platform}
                        target={target.clone()}
                        current={props.target.as_ref() == Some(&target)}
                        onclick={choose.reform(move |()| target.clone())}
                    />
                }
            }) }
        </Fold>
    }
}

/// The others of the same comparison that stand in the same row.
fn compared_with(one: &ConversationView, rows: &[ConversationView]) -> Vec<ConversationView> {
    let is_other = |row: &&ConversationView| row.id != one.id && row.comparison == one.comparison;
    match one.comparison {
        Some(_) => rows.iter().filter(is_other).cloned().collect(),
        None => Vec::new(),
    }
}

fn is_shown(one: &ConversationView, rows: &[ConversationView], shown: Option<&ConversationId>) -> bool {
    shown.is_some_and(|id| one.id == *id || compared_with(one, rows).iter().any(|other| other.id == *id))
}

/// Begins a new conversation with somebody, and remembers whom.
#[hook]
fn use_choose() -> Callback<Target> {
    let prefs = use_prefs();
    let navigator = use_navigator();
    let close = use_list_column().close_overlay;
    Callback::from(move |target: Target| {
        prefs.change(move |preferences| preferences.last_target = Some(target));
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Chat);
        }
        close.emit(());
    })
}

#[derive(Properties, PartialEq)]
struct FoldProps {
    label: AttrValue,
    #[prop_or_default]
    count: Option<usize>,
    #[prop_or(true)]
    open: bool,
    children: Html,
}

#[component]
fn Fold(props: &FoldProps) -> Html {
    let chosen = use_state_eq(|| None::<bool>);
    let open = chosen.unwrap_or(props.open);
    let onclick = Callback::from(move |_: MouseEvent| chosen.set(Some(!open)));
    html! {
        <>
            <button type="button" class="group-label" aria-expanded={if open { "true" } else { "false" }} {onclick}>
                <span class="grow clip">{ &props.label }</span>
                if let Some(count) = props.count { <span>{ count }</span> }
                <Icon name={if open { IconName::Down } else { IconName::Right }} size={IconSize::S14} />
            </button>
            if open { { props.children.clone() } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct TargetRowProps {
    name: AttrValue,
    platform: Option<PlatformId>,
    target: Target,
    current: bool,
    onclick: Callback<()>,
}

#[component]
fn TargetRow(props: &TargetRowProps) -> Html {
    html! {
        <button
            type="button"
            class="list-row"
            title={props.name.clone()}
            aria-current={props.current.then_some("true")}
            onclick={props.onclick.reform(|_: MouseEvent| ())}
        >
            <TargetMark
                name={props.name.clone()}
                platform={props.platform}
                target={props.target.clone()}
                size={MonogramSize::S20}
            />
            <span class="grow clip">{ &props.name }</span>
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct ConversationRowsProps {
    conversations: Conversations,
    shown: Option<ConversationId>,
    changed: Callback<ConversationView>,
}

#[component]
fn ConversationRows(props: &ConversationRowsProps) -> Html {
    let t = use_texts();
    let exporting = use_state(|| None::<ConversationView>);
    let rows = match &props.conversations.list {
        Loadable::Loading => return html! { <div class="list-note"><Skeleton shape={SkeletonShape::Lines} /></div> },
        Loadable::Failed(error) => {
            return html! {
                <div
                    class="list-note"
                >
                    <ErrorBanner error={error.clone()} on_retry={props.conversations.reload.clone()} />
                </div>
            };
        }
        Loadable::Ready(rows) => Rc::clone(rows),
    };
    let now = dom::now();
    let lines = Rc::new(lines(&rows, now, dom::utc_offset_minutes(now)));
    let list_version = format!("{:p}", Rc::as_ptr(&rows));
    let version = format!("{list_version}{}", props.shown.as_ref().map_or("", |id| id.as_str()));
    let count = lines.len();
    let export = {
        let exporting = exporting.clone();
        Callback::from(move |one: ConversationView| exporting.set(Some(one)))
    };
    let close = {
        let exporting = exporting.clone();
        Callback::from(move |()| exporting.set(None))
    };
    let row = {
        let (conversations, shown, changed) = (props.conversations.clone(), props.shown.clone(), props.changed.clone());
        let (t, export) = (t.clone(), export.clone());
        Callback::from(move |place: usize| match lines.get(place) {
            Some(Line::Heading(age)) => html! {
                <h3 key={age.words()} class="group-label rows-heading">{ t.get(age.words()) }</h3>
            },
            Some(Line::Conversation(place)) => match rows.get(*place) {
                None => html! {},
                Some(one) => html! {
                    <ConversationRow
                        key={one.id.0.clone()}
                        conversation={one.clone()}
                        others={compared_with(one, &rows)}
                        current={is_shown(one, &rows, shown.as_ref())}
                        put={conversations.put.clone()}
                        forget={conversations.forget.clone()}
                        changed={changed.clone()}
                        export={export.clone()}
                    />
                },
            },
            None => html! {},
        })
    };
    html! {
        <>
            <h2 class="group-label"><span class="grow">{ t.get("chat-conversations") }</span></h2>
            if count == 0 {
                <p class="list-note help">{ t.get("chat-conversations-none") }</p>
            } else {
                <Windowed {count} {row} {version} />
            }
            <Fold label={t.get("chat-archived-list")} open=false>
                <Archived
                    version={list_version}
                    shown={props.shown.clone()}
                    put={props.conversations.put.clone()}
                    changed={props.changed.clone()}
                    {export}
                />
            </Fold>
            if let Some(one) = &*exporting {
                <ExportDialog conversation={one.clone()} on_close={close} />
            }
        </>
    }
}
