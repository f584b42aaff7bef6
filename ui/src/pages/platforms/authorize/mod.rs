//! 授权: lets the Hub into the account behind a connection, with the browser, a code or a pasted address.

mod registration;
mod under_way;

use hub_contract::authorize::{AuthorizeView, AuthorizeWay};
use hub_contract::catalogue::CLIENT_SECRET;
use hub_contract::connection::ConnectionView;
use yew::prelude::*;
use yew_router::prelude::*;

use self::under_way::{UnderWay, use_authorization};
use super::connect::next_page;
use super::guide::Guide;
use crate::components::{
    Banner, Button, ButtonKind, ButtonSize, CheckMark, Checkbox, Choice, CopyLine, Dialog, DialogSize, ErrorBanner,
    IconName, MonogramSize, PlatformMonogram, Select, Status, StatusKind, TextField, Tone,
};
use crate::state::use_texts;

pub(super) use registration::Registration;

/// The ways, in the order they are offered.
const WAYS: [(AuthorizeWay, &str, &str); 4] = [
    (AuthorizeWay::DeepLink, "deep_link", "authorize-way-link"),
    (AuthorizeWay::Loopback, "loopback", "authorize-way-loopback"),
    (AuthorizeWay::Device, "device", "authorize-way-device"),
    (AuthorizeWay::Paste, "paste", "authorize-way-paste"),
];

#[derive(Properties, PartialEq)]
pub(super) struct AuthorizeDialogProps {
    pub connection: ConnectionView,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn AuthorizeDialog(props: &AuthorizeDialogProps) -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let connection = &props.connection;
    let under_way = use_authorization(&connection.id);
    let way = use_state_eq(|| AuthorizeWay::DeepLink);
    let without_pkce = use_state_eq(|| false);

    let begin = {
        let (begin, asked) = (under_way.begin.clone(), (*way, *without_pkce));
        Callback::from(move |()| begin.emit(asked))
    };
    let on_close = {
        // How it ended is put away with the dialog; what still waits goes on, so that an answer finds it.
        let (is_over, cancel) = (!under_way.view.is_under_way(), under_way.cancel.clone());
        props.on_close.reform(move |()| {
            if is_over {
                cancel.emit(());
            }
        })
    };
    let go_on = {
        let (on_close, next) = (on_close.clone(), next_page(connection));
        Callback::from(move |()| {
            on_close.emit(());
            if let Some(navigator) = &navigator {
                navigator.push(&next);
            }
        })
    };
    let primary = match &under_way.view {
        AuthorizeView::Idle | AuthorizeView::Failed { .. } => html! {
            <Button
                label={t.get("action-authorize")}
                kind={ButtonKind::Primary}
                busy={under_way.busy.then(|| AttrValue::from(t.get("authorize-opening")))}
                onclick={begin}
            />
        },
        AuthorizeView::Pending { .. } => html! {
            <Button label={t.get("authorize-give-up")} onclick={under_way.cancel.clone()} />
        },
        AuthorizeView::Exchanging => html! {},
        AuthorizeView::OtherAccount { .. } => html! {
            <>
                <Button label={t.get("authorize-keep")} onclick={under_way.cancel.clone()} />
                <Button
                    label={t.get("authorize-replace")}
                    kind={ButtonKind::Primary}
                    busy={under_way.busy.then(|| AttrValue::from(t.get("saving")))}
                    onclick={under_way.replace.clone()}
                />
            </>
        },
        AuthorizeView::Connected { .. } => html! {
            <Button label={t.get("authorize-go-on")} kind={ButtonKind::Primary} onclick={go_on} />
        },
    };
    html! {
        <Dialog
            title={t.with("authorize-title", &[("name", connection.name.as_str().into())])}
            size={DialogSize::Large}
            mark={html! { <PlatformMonogram platform={connection.platform} size={MonogramSize::S24} /> }}
            bare_body=true
            {on_close}
            {primary}
        >
            <div class="two-col">
                <div class="aside">
                    <Guide platform={connection.platform} />
                    <Registration />
                </div>
                <div class="form">
                    if matches!(under_way.view, AuthorizeView::Idle | AuthorizeView::Failed { .. }) {
                        <Ways
                            way={*way}
                            on_way={let way = way.clone(); Callback::from(move |chosen| way.set(chosen))}
                            has_secret={connection.secrets.get(CLIENT_SECRET).is_some_and(|secret| secret.has_secret)}
                            without_pkce={*without_pkce}
                            on_without_pkce={let switch = without_pkce.clone(); Callback::from(move |off| switch.set(off))}
                        />
                    }
                    <Outcome under_way={under_way.clone()} />
                    if let Some(error) = &under_way.error { <ErrorBanner error={error.clone()} /> }
                </div>
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct WaysProps {
    way: AuthorizeWay,
    on_way: Callback<AuthorizeWay>,
    /// Only a client with a secret can do without PKCE.
    has_secret: bool,
    without_pkce: bool,
    on_without_pkce: Callback<bool>,
}

/// How the answer comes back.
#[component]
fn Ways(props: &WaysProps) -> Html {
    let t = use_texts();
    let value = WAYS.iter().find(|(way, ..)| *way == props.way).map_or("", |(_, value, _)| *value);
    let choices = WAYS
        .iter()
        .map(|(_, value, words)| Choice { value: AttrValue::Static(value), label: t.get(words).into() })
        .collect::<Vec<_>>();
    let onchange = props.on_way.clone();
    let onchange = Callback::from(move |chosen: String| {
        if let Some((way, ..)) = WAYS.iter().find(|(_, value, _)| *value == chosen) {
            onchange.emit(*way);
        }
    });
    html! {
        <>
            <Select
                id="authorize-way"
                label={t.get("authorize-way")}
                {value}
                {choices}
                {onchange}
                help={Some(AttrValue::from(t.get("authorize-way-about")))}
            />
            if props.has_secret && props.way != AuthorizeWay::Device {
                <Checkbox
                    label={t.get("authorize-without-pkce")}
                    help={Some(AttrValue::from(t.get("authorize-without-pkce-about")))}
                    checked={CheckMark::from(props.without_pkce)}
                    onchange={props.on_without_pkce.clone()}
                />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct OutcomeProps {
    under_way: UnderWay,
}

/// Where it stands, in words.
#[component]
fn Outcome(props: &OutcomeProps) -> Html {
    let t = use_texts();
    match &props.under_way.view {
        AuthorizeView::Idle => html! {},
        AuthorizeView::Pending { way, url, user_code, refused, .. } => html! {
            <>
                <div role="status"><Status kind={StatusKind::Wait} text={t.get("authorize-waiting")} /></div>
                if let Some(code) = user_code {
                    <p>{ t.get("authorize-type-code") }</p>
                    <CopyLine text={code.clone()} label={t.get("authorize-code")} />
                }
                <p>{ t.get("authorize-not-open") }</p>
                <CopyLine text={url.clone()} label={t.get("authorize-page")} />
                <div>
                    <Button
                        label={t.get("authorize-reopen")}
                        icon={IconName::Link}
                        size={ButtonSize::Small}
                        onclick={let (reopen, url) = (props.under_way.reopen.clone(), url.clone()); Callback::from(move |()| reopen.emit(url.clone()))}
                    />
                </div>
                if *way != AuthorizeWay::Device { <Paste under_way={props.under_way.clone()} /> }
                if let Some(refused) = refused { <ErrorBanner error={refused.clone()} /> }
            </>
        },
        AuthorizeView::Exchanging => html! {
            <div role="status"><Status kind={StatusKind::Wait} text={t.get("authorize-exchanging")} /></div>
        },
        AuthorizeView::OtherAccount { before, now } => html! {
            <Banner
                tone={Tone::Warn}
                title={t.with("authorize-other", &[("now", now.as_str().into())])}
                advice={t.with("authorize-other-advice", &[("before", before.as_str().into()), ("now", now.as_str().into())])}
            />
        },
        AuthorizeView::Connected { account, list_error } => html! {
            <>
                <Banner
                    tone={Tone::Ok}
                    title={t.get("authorize-done")}
                    advice={account.as_ref().map(|account| t.with("authorize-account", &[("account", account.as_str().into())])).unwrap_or_default()}
                />
                if let Some(error) = list_error {
                    <Banner tone={Tone::Warn} title={t.get("authorize-list-failed")} />
                    <ErrorBanner error={error.clone()} />
                }
            </>
        },
        AuthorizeView::Failed { error } => html! { <ErrorBanner error={error.clone()} /> },
    }
}

/// The way that always works: the address out of the browser's address bar.
#[component]
fn Paste(props: &OutcomeProps) -> Html {
    let t = use_texts();
    let address = use_state_eq(String::new);
    let oninput = {
        let address = address.clone();
        Callback::from(move |text| address.set(text))
    };
    let send = {
        let (paste, address) = (props.under_way.paste.clone(), address.clone());
        Callback::from(move |()| {
            paste.emit((*address).clone());
            address.set(String::new());
        })
    };
    html! {
        <>
            <TextField
                id="authorize-paste"
                label={t.get("authorize-paste")}
                value={(*address).clone()}
                help={Some(AttrValue::from(t.get("authorize-paste-about")))}
                optional=true
                mono=true
                max_chars={8192}
                {oninput}
            />
            <div>
                <Button
                    label={t.get("authorize-paste-send")}
                    size={ButtonSize::Small}
                    disabled={address.trim().is_empty() || props.under_way.busy}
                    onclick={send}
                />
            </div>
        </>
    }
}
