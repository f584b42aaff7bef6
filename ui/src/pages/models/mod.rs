//! Models: the connections at the left, the models of one at the right.

mod catalog;
mod connections;
mod pane;
mod rows;
mod table;
mod type_in;

use hub_contract::catalogue;
use hub_contract::connection::ConnectionView;
use yew::prelude::*;
use yew_router::prelude::*;

use self::connections::ConnectionList;
use self::pane::ModelsPane;
use crate::components::{Button, ButtonKind, Empty, ErrorBanner, IconName, Skeleton, SkeletonShape};
use crate::pages::platforms::connect::ConnectDialog;
use crate::route::Route;
use crate::state::{Connections, Loadable, use_connections, use_texts};

#[derive(Properties, PartialEq)]
pub struct ModelsPageProps {
    /// The connection whose models are shown; absent takes the first.
    pub connection: Option<String>,
}

#[component]
pub fn ModelsPage(props: &ModelsPageProps) -> Html {
    let connections = use_connections();
    let adding = use_state_eq(|| None);
    let current = current(&connections, props.connection.as_deref()).cloned();
    let content = match (&connections.list, &current) {
        (Loadable::Loading, _) => html! { <div class="page"><Skeleton shape={SkeletonShape::Rows} /></div> },
        (Loadable::Failed(error), _) => {
            let connections = connections.clone();
            let again = Callback::from(move |()| connections.reload());
            html! { <div class="page"><ErrorBanner error={error.clone()} on_retry={again} /></div> }
        }
        (Loadable::Ready(_), None) => html! { <div class="page"><NothingConnected /></div> },
        (Loadable::Ready(_), Some(connection)) => html! {
            <ModelsPane key={connection.id.as_str()} connection={connection.clone()} />
        },
    };
    let add = {
        let adding = adding.clone();
        Callback::from(move |platform| adding.set(Some(platform)))
    };
    let close = {
        let adding = adding.clone();
        Callback::from(move |()| adding.set(None))
    };
    html! {
        <>
            <ConnectionList current={current.map(|connection| connection.id)} on_add={add} />
            <main class="main" tabindex="-1" data-region="main">{ content }</main>
            if let Some(platform) = *adding { <ConnectDialog {platform} on_close={close} /> }
        </>
    }
}

/// The connections that offer models.
fn of_models(connections: &Connections) -> impl Iterator<Item = &ConnectionView> {
    connections.all().iter().filter(|connection| catalogue::offers_models(connection.platform))
}

/// The wanted connection, or the first when it is not there.
fn current<'a>(connections: &'a Connections, wanted: Option<&str>) -> Option<&'a ConnectionView> {
    let found = of_models(connections).find(|connection| Some(connection.id.as_str()) == wanted);
    found.or_else(|| of_models(connections).next())
}

#[component]
fn NothingConnected() -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let add = Callback::from(move |()| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::AddModels);
        }
    });
    html! {
        <div class="models-nothing">
            <Empty icon={IconName::Model} title={t.get("models-empty-title")} about={t.get("models-empty-about")}>
                <Button label={t.get("models-empty-action")} kind={ButtonKind::Primary} onclick={add} />
            </Empty>
        </div>
    }
}
