//! The connections of a platform: each with its address, its state and its actions.

use hub_contract::connection::{ConnectionState, ConnectionView};
use hub_contract::{PlatformId, catalogue};
use yew::prelude::*;
use yew_router::prelude::*;

use super::way::way;
use super::{Open, TestsUnderWay};
use crate::components::{
    Button, ButtonKind, ButtonSize, Dialog, DialogSize, Empty, ErrorBanner, IconName, MonogramSize, PlatformMonogram,
    Status, StatusKind,
};
use crate::pages::connection_uses::Uses;
use crate::pages::connection_words::{secret_words, test_words};
use crate::route::Route;
use crate::state::{use_connections, use_info, use_membership, use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct ManageDialogProps {
    pub platform: PlatformId,
    pub tests: TestsUnderWay,
    pub on_open: Callback<Open>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn ManageDialog(props: &ManageDialogProps) -> Html {
    let t = use_texts();
    let connections = use_connections();
    let membership = use_membership();
    let platform = props.platform;
    let name = catalogue::spec(platform).name.get(use_prefs().language());
    let own = connections.of(platform);
    let nobody = own.is_empty();
    html! {
        <Dialog
            title={t.with("manage-title", &[("name", name.into())])}
            size={DialogSize::Medium}
            mark={html! { <PlatformMonogram {platform} size={MonogramSize::S24} /> }}
            on_close={props.on_close.clone()}
            close_label={t.get("action-close")}
            bare_body=true
            primary={html! {
                if membership.view().is_none() {
                    <Button
                        label={t.get("action-add-connection")}
                        icon={IconName::Plus}
                        onclick={props.on_open.reform(move |()| Open::Connect(platform))}
                    />
                }
            }}
        >
            if nobody {
                <Empty icon={IconName::Platform} title={t.get("manage-empty")} />
            }
            <div class="conn-list">
                { for own.into_iter().map(|connection| html! {
                    <ConnectionRow
                        key={connection.id.as_str()}
                        connection={connection.clone()}
                        tests={props.tests.clone()}
                        on_open={props.on_open.clone()}
                    />
                }) }
                if !nobody {
                    <p class="conn help">{ t.get("way-about") }</p>
                }
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct ConnectionRowProps {
    connection: ConnectionView,
    tests: TestsUnderWay,
    on_open: Callback<Open>,
}

#[component]
fn ConnectionRow(props: &ConnectionRowProps) -> Html {
    let t = use_texts();
    let vault = use_info().vault_word();
    let navigator = use_navigator();
    let connection = &props.connection;
    let id = connection.id.clone();
    let named =
        |words: String| t.with("agents-of-row", &[("action", words.into()), ("name", connection.name.as_str().into())]);
    let testing = props.tests.has(&id);
    let (kind, words) = if testing { (StatusKind::Wait, t.get("testing")) } else { test_words(connection, &t) };
    let uses = Uses::of(connection);
    let apps = uses.apps.then(|| {
        let count = t.with("status-agents", &[("n", connection.agents.into())]);
        (count, t.get("agents-add"), Route::AddAgent { connection: id.0.clone() })
    });
    let models = uses.models.then(|| {
        let count = t.with("status-models", &[("n", connection.models_enabled.into())]);
        (count, t.get("action-models"), Route::ModelsOf { connection: id.0.clone() })
    });
    // What came in a bundle is reached through its agents only, and stays as it came.
    let managed = use_membership().manages(&id);
    let ways: Vec<_> = apps.into_iter().chain(models).collect();
    let go_on = |to: &Route| {
        let (navigator, to) = (navigator.clone(), to.clone());
        Callback::from(move |()| {
            if let Some(navigator) = &navigator {
                navigator.push(&to);
            }
        })
    };
    let test = {
        let (tests, id) = (props.tests.clone(), id.clone());
        Callback::from(move |()| tests.run(vec![id.clone()]))
    };
    let walk = {
        let (tests, id) = (props.tests.clone(), id.clone());
        Callback::from(move |()| tests.walk(id.clone()))
    };
    let edit = {
        let id = id.clone();
        props.on_open.reform(move |()| Open::Edit(id.clone()))
    };
    let delete = props.on_open.reform(move |()| Open::Delete(id.clone()));
    html! {
        <div class="conn">
            <div class="grow">
                <div class="nm clip">{ &connection.name }</div>
                <div class="help mono clip" title={connection.final_url.clone()}>{ &connection.final_url }</div>
                <div class="row row-16 wrap">
                    <Status {kind} text={words} />
                    { for ways.iter().map(|(count, ..)| html! { <span class="help">{ count }</span> }) }
                    <span class="help">{ secret_words(connection, vault, &t) }</span>
                </div>
            </div>
            <div class="row row-4">
                { for ways.iter().filter(|_| !managed).map(|(_, action, to)| html! {
                    <Button label={action.clone()} name={named(action.clone())} size={ButtonSize::Small} onclick={go_on(to)} />
                }) }
                <Button label={t.get("action-test")} name={named(t.get("action-test"))} kind={ButtonKind::Quiet} size={ButtonSize::Small} disabled={testing} onclick={test} />
                <Button label={t.get("action-walk")} name={named(t.get("action-walk"))} kind={ButtonKind::Quiet} size={ButtonSize::Small} disabled={testing} onclick={walk} />
                <Button label={t.get("action-edit")} name={named(t.get("action-edit"))} kind={ButtonKind::Quiet} size={ButtonSize::Small} onclick={edit} />
                if !managed {
                    <Button label={t.get("action-delete")} name={named(t.get("action-delete"))} kind={ButtonKind::Quiet} size={ButtonSize::Small} onclick={delete} />
                }
            </div>
            { for connection.last_test.iter().filter(|_| !testing).map(|report| way(report, &t)) }
            if let ConnectionState::Attention { error } = &connection.state {
                <ErrorBanner error={error.clone()} connection={Some(AttrValue::from(connection.name.clone()))} />
            }
        </div>
    }
}
