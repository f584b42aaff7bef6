//! One card of the platform page.

use hub_contract::PlatformId;
use hub_contract::catalogue;
use hub_contract::connection::ConnectionView;
use hub_contract::platform::{Card, ConnectedAs, Section};
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use super::card_state::{Attention, CardState};
use super::{Open, TestsUnderWay};
use crate::components::{Badge, Button, ButtonKind, ButtonSize, IconName, PlatformMonogram, Status};
use crate::route::Route;
use crate::state::{use_connections, use_membership, use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct PlatformCardProps {
    pub card: Card,
    pub tests: TestsUnderWay,
    pub on_open: Callback<Open>,
}

#[component]
pub(super) fn PlatformCard(props: &PlatformCardProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let connections = use_connections();
    let card = props.card;
    let spec = catalogue::spec(card.platform);
    let own = connections.of(card.platform);
    let testing = own.iter().any(|connection| props.tests.has(&connection.id));
    let state = CardState::of(spec, &own, testing, &t);
    let name = card.name.get(language);
    let own: Vec<ConnectionView> = own.into_iter().cloned().collect();
    html! {
        <article class={classes!("card", "pcard", state.attention.is_some().then_some("attn"))} aria-label={name}>
            <div class="id">
                <PlatformMonogram platform={card.platform} card={Some(card)} />
                <div class="grow">
                    <div class="nm">{ name }</div>
                    <Status kind={state.kind} text={state.text} />
                </div>
            </div>
            <div class="acts">
                <Actions
                    {card}
                    {name}
                    {own}
                    attention={state.attention}
                    {testing}
                    tests={props.tests.clone()}
                    on_open={props.on_open.clone()}
                />
            </div>
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct ActionsProps {
    card: Card,
    name: AttrValue,
    own: Vec<ConnectionView>,
    attention: Option<Attention>,
    testing: bool,
    tests: TestsUnderWay,
    on_open: Callback<Open>,
}

/// The actions of a platform that can be connected.
#[component]
fn Actions(props: &ActionsProps) -> Html {
    let t = use_texts();
    let is_member = use_membership().view().is_some();
    let platform = props.card.platform;
    let named = |key: String| format!("{key} · {}", props.name);
    let manage = props.on_open.reform(move |()| Open::Manage(platform));
    let add = props.on_open.reform(move |()| Open::Connect(platform));
    let test = {
        let (tests, ids) = (props.tests.clone(), props.own.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
        Callback::from(move |()| tests.run(ids.clone()))
    };
    if props.own.is_empty() && is_member {
        return html! {};
    }
    if props.own.is_empty() {
        let (label, icon) = match catalogue::spec(platform).connected_as {
            ConnectedAs::Whole => (t.get("action-authorize"), None),
            ConnectedAs::OneByOne | ConnectedAs::Models => (t.get("action-add"), Some(IconName::Plus)),
        };
        return html! {
            <>
                <Button
                    name={named(label.clone())}
                    {label}
                    {icon}
                    size={ButtonSize::Small}
                    onclick={add}
                />
                <SharedAccount card={props.card} />
            </>
        };
    }
    let first = match &props.attention {
        Some(Attention::Failed | Attention::ListFailed) => html! {
            <Button
                label={t.get("action-retry")}
                name={named(t.get("action-retry"))}
                icon={IconName::Refresh}
                size={ButtonSize::Small}
                onclick={test.clone()}
            />
        },
        Some(Attention::KeyMissing(id)) => {
            let id = id.clone();
            html! {
                <Button
                    label={t.get("action-enter-key")}
                    name={named(t.get("action-enter-key"))}
                    icon={IconName::Key}
                    size={ButtonSize::Small}
                    onclick={props.on_open.reform(move |()| Open::Edit(id.clone()))}
                />
            }
        }
        Some(Attention::Unauthorized(id) | Attention::AuthorizeAgain(id)) => {
            let id = id.clone();
            html! {
                <Button
                    label={t.get("action-authorize")}
                    name={named(t.get("action-authorize"))}
                    icon={IconName::Key}
                    size={ButtonSize::Small}
                    onclick={props.on_open.reform(move |()| Open::Authorize(id.clone()))}
                />
            }
        }
        None => html! {},
    };
    let calm = props.attention.is_none();
    if let ([only], ConnectedAs::Whole) = (props.own.as_slice(), catalogue::spec(platform).connected_as) {
        return html! {
            <>
                { first }
                <OnlyAccount name={props.name.clone()} connection={only.clone()} {calm} on_open={props.on_open.clone()} />
                if !calm {
                    <span class="grow"></span>
                    <Why name={props.name.clone()} onclick={manage} />
                }
                <SharedAccount card={props.card} />
            </>
        };
    }
    html! {
        <>
            { first }
            <Button
                label={t.get("action-manage")}
                name={named(t.get("action-manage"))}
                kind={if calm { ButtonKind::Default } else { ButtonKind::Quiet }}
                size={ButtonSize::Small}
                onclick={manage.clone()}
            />
            if !is_member {
                <Button
                    label={t.get("action-add")}
                    name={named(t.get("action-add"))}
                    icon={IconName::Plus}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    onclick={add}
                />
            }
            if calm {
                <Button
                    label={t.get("action-test")}
                    name={named(t.get("action-test"))}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    disabled={props.testing}
                    onclick={test}
                />
            } else {
                <span class="grow"></span>
                <Why name={props.name.clone()} onclick={manage} />
            }
            <SharedAccount card={props.card} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct OnlyAccountProps {
    name: AttrValue,
    connection: ConnectionView,
    calm: bool,
    on_open: Callback<Open>,
}

/// The actions of the one account of a platform that is authorized as a whole: its agents, and the account itself at once.
#[component]
fn OnlyAccount(props: &OnlyAccountProps) -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let named = |key: String| format!("{key} · {}", props.name);
    let agents = Callback::from(move |()| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Agents);
        }
    });
    let managed = use_membership().manages(&props.connection.id);
    let (edit, delete) = (Open::Edit(props.connection.id.clone()), Open::Delete(props.connection.id.clone()));
    html! {
        <>
            if props.calm {
                <Button
                    label={t.with("status-agents", &[("n", props.connection.agents.into())])}
                    name={named(t.with("status-agents", &[("n", props.connection.agents.into())]))}
                    size={ButtonSize::Small}
                    onclick={agents}
                />
            }
            <Button
                label={t.get("action-edit")}
                name={named(t.get("action-edit"))}
                kind={ButtonKind::Quiet}
                size={ButtonSize::Small}
                onclick={props.on_open.reform(move |()| edit.clone())}
            />
            if !managed {
                <Button
                    label={t.get("action-delete")}
                    name={named(t.get("action-delete"))}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    onclick={props.on_open.reform(move |()| delete.clone())}
                />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct WhyProps {
    name: AttrValue,
    onclick: Callback<()>,
}

/// The way from a state that needs attention to its reason.
#[component]
fn Why(props: &WhyProps) -> Html {
    let t = use_texts();
    html! {
        <Button
            label={t.get("action-why")}
            name={format!("{} · {}", t.get("action-why"), props.name)}
            kind={ButtonKind::Link}
            size={ButtonSize::Small}
            onclick={props.onclick.clone()}
        />
    }
}

#[derive(Properties, PartialEq)]
struct SharedAccountProps {
    card: Card,
}

/// AppBuilder stands in two bands with one account; the second card says so.
#[component]
fn SharedAccount(props: &SharedAccountProps) -> Html {
    let t = use_texts();
    if props.card.platform != PlatformId::Appbuilder || props.card.section != Section::CloudPlatforms {
        return html! {};
    }
    html! {
        <>
            <span class="grow"></span>
            <Badge text={t.get("shared-account")} tone="line" icon={IconName::Link} title={t.get("shared-account-about")} />
        </>
    }
}
