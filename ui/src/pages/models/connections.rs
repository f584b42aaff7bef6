//! The list column: connections that offer models, and platforms that can be added.

use hub_contract::PlatformId;
use hub_contract::catalogue::{self, CARDS};
use hub_contract::connection::{ConnectionState, ConnectionView};
use hub_contract::id::ConnectionId;
use hub_contract::platform::Section;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{
    Icon, IconButton, IconName, IconSize, ListColumn, MonogramSize, NavLink, PlatformMonogram, Status, StatusKind,
};
use crate::route::Route;
use crate::state::{use_connections, use_list_column, use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct ConnectionListProps {
    pub current: Option<ConnectionId>,
    pub on_add: Callback<PlatformId>,
}

#[component]
pub(super) fn ConnectionList(props: &ConnectionListProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let connections = use_connections();
    let navigator = use_navigator();
    let close = use_list_column().close_overlay;
    let pick = Callback::from(move |()| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::AddModels);
        }
    });
    let own: Vec<&ConnectionView> = super::of_models(&connections).collect();
    // Any number of compatible servers may be added; the others are offered until they are there.
    let can_add = CARDS.iter().filter(|card| {
        card.section == Section::ModelPlatforms
            && (card.platform == PlatformId::OpenaiCompatible
                || !own.iter().any(|connection| connection.platform == card.platform))
    });
    let head = html! {
        <div class="list-title">
            <h2 class="grow">{ t.get("models-platforms") }</h2>
            <IconButton icon={IconName::Plus} label={t.get("pick-title")} onclick={pick} />
        </div>
    };
    html! {
        <ListColumn label={t.get("models-platforms")} {head}>
            { for own.iter().map(|connection| html! {
                <NavLink
                    key={connection.id.as_str()}
                    class="list-row two"
                    to={Route::ModelsOf { connection: connection.id.0.clone() }}
                    current={props.current.as_ref() == Some(&connection.id)}
                    onclick={close.clone()}
                >
                    <PlatformMonogram platform={connection.platform} size={MonogramSize::S24} />
                    <div class="grow">
                        <div class="clip">{ &connection.name }</div>
                        <SubLine connection={(*connection).clone()} />
                    </div>
                </NavLink>
            }) }
            <div class="group-label">{ t.get("models-can-add") }</div>
            { for can_add.map(|card| {
                let platform = card.platform;
                html! {
                    <button type="button" class="list-row" onclick={props.on_add.reform(move |_: MouseEvent| platform)}>
                        if platform == PlatformId::OpenaiCompatible {
                            <span class="mg s line" aria-hidden="true"><Icon name={IconName::Plus} size={IconSize::S14} /></span>
                        } else {
                            <PlatformMonogram {platform} size={MonogramSize::S24} />
                        }
                        <span class="grow clip" title={catalogue::spec(platform).name.get(language)}>
                            { catalogue::spec(platform).name.get(language) }
                        </span>
                        if platform != PlatformId::OpenaiCompatible {
                            <span class="meta">{ t.get("status-not-connected") }</span>
                        }
                    </button>
                }
            }) }
        </ListColumn>
    }
}

#[derive(Properties, PartialEq)]
struct SubLineProps {
    connection: ConnectionView,
}

/// What stands below a connection's name: how many models, or what is wrong.
#[component]
fn SubLine(props: &SubLineProps) -> Html {
    let t = use_texts();
    let connection = &props.connection;
    match &connection.state {
        ConnectionState::Attention { .. } => html! {
            <Status kind={StatusKind::Bad} text={t.get("status-failed")} />
        },
        ConnectionState::CredentialMissing => html! {
            <Status kind={StatusKind::Warn} text={t.get("status-key-missing")} />
        },
        ConnectionState::Untested | ConnectionState::Ready => html! {
            <div class="sub clip">{ t.with("status-models", &[("n", connection.models_enabled.into())]) }</div>
        },
    }
}
