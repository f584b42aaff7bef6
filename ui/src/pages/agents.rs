//! The agents. While there is none, the page says what is missing and offers the one next action.

use hub_contract::agent::{AgentView, ListAgentsRequest};
use hub_contract::command::ListAgents;
use hub_contract::connection::ConnectionView;
use hub_contract::platform::{ConnectedAs, Section};
use hub_contract::{ErrorCode, catalogue};
use yew::prelude::*;

use crate::components::{
    Card, Empty, IconName, MonogramSize, NavLink, PageHead, PlatformMonogram, SectionHead, SkeletonShape, loaded_view,
};
use crate::route::Route;
use crate::state::{Loadable, use_connections, use_load, use_prefs, use_texts};

#[component]
pub fn AgentsPage() -> Html {
    let t = use_texts();
    let connections = use_connections();
    let agents = use_load::<ListAgents>(ListAgentsRequest::default());
    let start = html! { <StartPage connections={connections.all().to_vec()} /> };
    let content = match &agents.state {
        // Until agents are built the core says so; the start page is what there is to show.
        Loadable::Failed(error) if error.code == ErrorCode::NotBuilt => start,
        _ => loaded_view(&agents, SkeletonShape::Rows, |agents| {
            if agents.is_empty() { start } else { agents.iter().map(agent_row).collect() }
        }),
    };
    html! {
        <main class="main" tabindex="-1" data-region="main">
            <div class="page"><div class="page-in">
                <PageHead title={t.get("agents-title")} about={t.get("agents-about")} />
                { content }
            </div></div>
        </main>
    }
}

fn agent_row(agent: &AgentView) -> Html {
    html! {
        <div class="list-row two" key={agent.id.as_str()}>
            <PlatformMonogram platform={agent.platform} size={MonogramSize::S36} />
            <div class="grow"><div class="clip strong">{ &agent.name }</div><div class="sub clip">{ &agent.description }</div></div>
        </div>
    }
}

/// What is missing, step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// Nothing is connected.
    Connection,
    /// Models are connected, none is enabled.
    EnabledModel,
    /// Models can be chatted with; only agents are missing.
    Agents,
}

fn missing(connections: &[ConnectionView]) -> Missing {
    if connections.is_empty() {
        Missing::Connection
    } else if connections.iter().all(|connection| connection.models_enabled == 0) {
        Missing::EnabledModel
    } else {
        Missing::Agents
    }
}

#[derive(Properties, PartialEq)]
struct StartPageProps {
    connections: Vec<ConnectionView>,
}

#[component]
fn StartPage(props: &StartPageProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let missing = missing(&props.connections);
    let (title, about, action, to) = match missing {
        Missing::Connection => (
            t.get("agents-empty-title"),
            t.get("agents-empty-connect"),
            t.get("agents-action-connect"),
            Route::Platforms,
        ),
        Missing::EnabledModel => {
            (t.get("agents-empty-title"), t.get("agents-empty-enable"), t.get("agents-action-enable"), Route::Models)
        }
        Missing::Agents => {
            (t.get("agents-empty-title"), t.get("agents-empty-chat"), t.get("agents-action-chat"), Route::Chat)
        }
    };
    let platforms = catalogue::CARDS.iter().filter(|card| {
        card.section == Section::AgentPlatforms && catalogue::spec(card.platform).connected_as != ConnectedAs::Models
    });
    html! {
        <div class="agents-start">
            <Card>
                <Empty icon={IconName::Agent} {title} {about}>
                    <NavLink to={to} class="btn primary">{ action }</NavLink>
                </Empty>
            </Card>
            <ol class="strip" aria-label={t.get("agents-how")}>
                <li><h3>{ t.get("agents-step-create") }</h3><p>{ t.get("agents-step-create-about") }</p></li>
                <li><h3>{ t.get("agents-step-copy") }</h3><p>{ t.get("agents-step-copy-about") }</p></li>
                <li><h3>{ t.get("agents-step-paste") }</h3><p>{ t.get("agents-step-paste-about") }</p></li>
            </ol>
            <SectionHead title={t.get("section-agent-platforms")} about={t.get("agents-platforms-about")} />
            <div class="ghosts">
                { for platforms.map(|card| html! {
                    <div class="ghost">
                        <PlatformMonogram platform={card.platform} card={Some(*card)} />
                        <div class="grow">
                            <div class="nm clip">{ card.name.get(language) }</div>
                            <div class="about">{ catalogue::spec(card.platform).about.get(language) }</div>
                        </div>
                    </div>
                }) }
            </div>
        </div>
    }
}
