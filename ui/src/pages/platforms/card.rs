//! One card of the platform page.

use hub_contract::PlatformId;
use hub_contract::catalogue;
use hub_contract::connection::ConnectionView;
use hub_contract::platform::{Card, ConnectedAs, Section};
use yew::prelude::*;

use super::card_state::{Attention, CardState};
use super::{Open, TestsUnderWay};
use crate::components::{Badge, Button, ButtonKind, ButtonSize, IconName, PlatformMonogram, Status};
use crate::state::{use_connections, use_prefs, use_texts};

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
    let actions = if spec.built {
        html! { <Actions {card} {name} own={own.into_iter().cloned().collect::<Vec<_>>()} attention={state.attention.clone()} {testing} tests={props.tests.clone()} on_open={props.on_open.clone()} /> }
    } else {
        html! { <LaterActions {card} {name} on_open={props.on_open.clone()} /> }
    };
    html! {
        <article class={classes!("card", "pcard", state.attention.is_some().then_some("attn"))} aria-label={name}>
            <div class="id">
                <PlatformMonogram platform={card.platform} card={Some(card)} />
                <div class="grow">
                    <div class="nm">{ name }</div>
                    <Status kind={state.kind} text={state.text} />
                </div>
            </div>
            <div class="acts">{ actions }</div>
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
    let platform = props.card.platform;
    let named = |key: String| format!("{key} · {}", props.name);
    let manage = props.on_open.reform(move |()| Open::Manage(platform));
    let add = props.on_open.reform(move |()| Open::Connect(platform));
    let test = {
        let (tests, ids) = (props.tests.clone(), props.own.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
        Callback::from(move |()| tests.run(ids.clone()))
    };
    if props.own.is_empty() {
        let (label, icon) = match catalogue::spec(platform).connected_as {
            ConnectedAs::Whole => (t.get("action-authorize"), None),
            ConnectedAs::OneByOne | ConnectedAs::Models => (t.get("action-add"), Some(IconName::Plus)),
        };
        return html! {
            <Button
                name={named(label.clone())}
                {label}
                {icon}
                size={ButtonSize::Small}
                onclick={add}
            />
        };
    }
    let first = match &props.attention {
        Some(Attention::Failed) => html! {
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
        None => html! {},
    };
    let calm = props.attention.is_none();
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
            <Button
                label={t.get("action-add")}
                name={named(t.get("action-add"))}
                icon={IconName::Plus}
                kind={ButtonKind::Quiet}
                size={ButtonSize::Small}
                onclick={add}
            />
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
                <Button
                    label={t.get("action-why")}
                    name={named(t.get("action-why"))}
                    kind={ButtonKind::Link}
                    size={ButtonSize::Small}
                    onclick={manage}
                />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LaterActionsProps {
    card: Card,
    name: AttrValue,
    on_open: Callback<Open>,
}

/// The actions of a platform that this version cannot talk to yet: they show its guide and say so.
#[component]
fn LaterActions(props: &LaterActionsProps) -> Html {
    let t = use_texts();
    let card = props.card;
    let spec = catalogue::spec(card.platform);
    let show = props.on_open.reform(move |()| Open::Later(card));
    let shares_account = card.platform == PlatformId::Appbuilder && card.section == Section::CloudPlatforms;
    let named = |key: String| format!("{key} · {}", props.name);
    html! {
        <>
            if spec.connected_as == ConnectedAs::Whole {
                <Button
                    label={t.get("action-authorize")}
                    name={named(t.get("action-authorize"))}
                    size={ButtonSize::Small}
                    onclick={show}
                />
            } else {
                <Button
                    label={t.get("action-manage")}
                    name={named(t.get("action-manage"))}
                    size={ButtonSize::Small}
                    reason={t.get("manage-none")}
                />
                <Button
                    label={t.get("action-add")}
                    name={named(t.get("action-add"))}
                    icon={IconName::Plus}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    onclick={show}
                />
            }
            <span class="grow"></span>
            if shares_account {
                <Badge text={t.get("shared-account")} tone="line" icon={IconName::Link} title={t.get("shared-account-about")} />
            }
            <Badge text={t.get("later")} tone="line" title={t.get("not-built")} />
        </>
    }
}
