//! 网络与代理: the proxy, a further certificate authority, and the relay page of authorizations.

use hub_contract::HubError;
use hub_contract::authorize::RELAY;
use hub_contract::catalogue;
use hub_contract::command::{EditSettings, ReadSettings};
use hub_contract::policy::SettingKey;
use hub_contract::settings::{EditSettingsRequest, ProxySetting, Settings};
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::policy;
use super::proxy_test::ProxyTest;
use crate::components::{
    Button, ButtonKind, Card, ErrorBanner, SectionHead, Segment, Segments, SkeletonShape, TextField, loaded_view,
};
use crate::ipc;
use crate::pages::proxy::{ProxyDraft, ProxyFields};
use crate::state::{Toast, use_connections, use_load, use_policy, use_prefs, use_texts, use_toasts};

#[component]
pub(super) fn NetworkSection() -> Html {
    let t = use_texts();
    let policy = use_policy();
    let settings = use_load::<ReadSettings>(());
    let put = settings.put.clone();
    html! {
        <>
            { loaded_view(&settings, SkeletonShape::Lines, |settings| html! {
                <>
                    if policy.locks(SettingKey::Proxy) {
                        { policy::locked(t.get("proxy"), proxy_words(&settings.proxy, &t), &t) }
                    } else {
                        <ProxyForm settings={(**settings).clone()} put={put.clone()} />
                    }
                    if policy.locks(SettingKey::CaFile) {
                        { policy::locked(t.get("ca-file"), settings.ca_file.clone().unwrap_or_default(), &t) }
                    } else {
                        <CaForm settings={(**settings).clone()} put={put.clone()} />
                    }
                    if policy.locks(SettingKey::Relay) {
                        { policy::locked(t.get("relay"), relay_words(&settings.relay), &t) }
                    } else {
                        <RelayForm settings={(**settings).clone()} put={put.clone()} />
                    }
                </>
            }) }
            { policy::hosts(&policy, &t) }
            <Reasons />
        </>
    }
}

fn proxy_words(proxy: &ProxySetting, t: &Texts) -> String {
    match proxy {
        ProxySetting::System => t.get("proxy-system"),
        ProxySetting::None => t.get("proxy-none"),
        ProxySetting::Custom { url, .. } => url.clone(),
    }
}

fn relay_words(relay: &str) -> String {
    if relay.is_empty() { RELAY.to_owned() } else { relay.to_owned() }
}

/// Which kind of proxy is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    System,
    None,
    Custom,
}

#[derive(Properties, PartialEq)]
struct SettingsFormProps {
    settings: Settings,
    put: Callback<Settings>,
}

#[component]
fn ProxyForm(props: &SettingsFormProps) -> Html {
    let t = use_texts();
    let saved_mode = match &props.settings.proxy {
        ProxySetting::System => Mode::System,
        ProxySetting::None => Mode::None,
        ProxySetting::Custom { .. } => Mode::Custom,
    };
    let mode = use_state_eq(|| saved_mode);
    let draft = {
        let saved = ProxyDraft::of(Some(&props.settings.proxy));
        use_state_eq(move || saved)
    };
    let save = use_save(props.put.clone());

    let fault = (*mode == Mode::Custom).then(|| draft.fault()).flatten();
    let error = fault.filter(|_| *save.tried).map(|fault| fault.words(&t));
    let blamed = save.failure.as_ref().and_then(|failure| failure.detail.field.clone());
    let submit = {
        let (mode, draft, save) = (*mode, (*draft).clone(), save.clone());
        Callback::from(move |()| {
            save.tried.set(true);
            if fault.is_some() {
                return;
            }
            let (proxy, proxy_password) = match mode {
                Mode::System => (ProxySetting::System, None),
                Mode::None => (ProxySetting::None, None),
                Mode::Custom => (draft.setting(), draft.typed_password()),
            };
            save.run.emit(EditSettingsRequest { proxy: Some(proxy), proxy_password, ..Default::default() });
        })
    };
    let modes = vec![
        Segment::new(Mode::System, t.get("proxy-system")),
        Segment::new(Mode::None, t.get("proxy-none")),
        Segment::new(Mode::Custom, t.get("proxy-custom")),
    ];
    let about = match *mode {
        Mode::System => t.get("proxy-system-about"),
        Mode::None => t.get("proxy-none-about"),
        Mode::Custom => t.get("proxy-custom-about"),
    };
    let set_draft = {
        let draft = draft.clone();
        Callback::from(move |typed| draft.set(typed))
    };
    let set_mode = {
        let mode = mode.clone();
        Callback::from(move |chosen| mode.set(chosen))
    };
    let onsubmit = submit.reform(|event: SubmitEvent| event.prevent_default());
    let unsaved = *mode != saved_mode || *draft != ProxyDraft::of(Some(&props.settings.proxy));
    html! {
        <Card label={t.get("proxy")}>
            <form class="set-form" novalidate=true {onsubmit}>
                <div class="field">
                    <span class="label">{ t.get("proxy") }</span>
                    <div><Segments<Mode> label={t.get("proxy")} segments={modes} value={*mode} onchange={set_mode} /></div>
                    <p class="help">{ about }</p>
                </div>
                if *mode == Mode::Custom {
                    <ProxyFields
                        draft={(*draft).clone()}
                        error={error.or_else(|| blamed.is_some().then(|| t.get("proxy-scheme"))).map(AttrValue::from)}
                        onchange={set_draft}
                    />
                }
                if let Some(error) = &save.failure { <ErrorBanner error={error.clone()} /> }
                <ProxyTest {unsaved}><SaveButton save={save.clone()} kind={ButtonKind::Primary} /></ProxyTest>
            </form>
        </Card>
    }
}

#[component]
fn CaForm(props: &SettingsFormProps) -> Html {
    let t = use_texts();
    let path = {
        let saved = props.settings.ca_file.clone().unwrap_or_default();
        use_state_eq(move || saved)
    };
    let save = use_save(props.put.clone());
    let onsubmit = {
        let (path, save) = ((*path).clone(), save.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let ca_file = Some(path.trim().to_owned());
            save.run.emit(EditSettingsRequest { ca_file, ..Default::default() });
        })
    };
    let oninput = {
        let path = path.clone();
        Callback::from(move |text| path.set(text))
    };
    html! {
        <Card label={t.get("ca-file")}>
            <form class="set-form" novalidate=true {onsubmit}>
                <TextField
                    id="ca-file"
                    label={t.get("ca-file")}
                    help={Some(AttrValue::from(t.get("ca-file-about")))}
                    value={(*path).clone()}
                    optional=true
                    mono=true
                    max_chars={4096}
                    {oninput}
                />
                if let Some(error) = &save.failure { <ErrorBanner error={error.clone()} /> }
                <div class="row"><SaveButton save={save.clone()} kind={ButtonKind::Default} /></div>
            </form>
        </Card>
    }
}

/// The page that Coze's answer comes back through; an operator may host it.
#[component]
fn RelayForm(props: &SettingsFormProps) -> Html {
    let t = use_texts();
    let relay = {
        let saved = props.settings.relay.clone();
        use_state_eq(move || saved)
    };
    let save = use_save(props.put.clone());
    let onsubmit = {
        let (relay, save) = ((*relay).clone(), save.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            save.run.emit(EditSettingsRequest { relay: Some(relay.trim().to_owned()), ..Default::default() });
        })
    };
    let oninput = {
        let relay = relay.clone();
        Callback::from(move |text| relay.set(text))
    };
    html! {
        <Card label={t.get("relay")}>
            <form class="set-form" novalidate=true {onsubmit}>
                <TextField
                    id="relay"
                    label={t.get("relay")}
                    help={Some(AttrValue::from(t.get("relay-about")))}
                    value={(*relay).clone()}
                    placeholder={RELAY}
                    optional=true
                    mono=true
                    max_chars={2048}
                    {oninput}
                />
                if let Some(error) = &save.failure { <ErrorBanner error={error.clone()} /> }
                <div class="row"><SaveButton save={save.clone()} kind={ButtonKind::Default} /></div>
            </form>
        </Card>
    }
}

#[derive(Properties, PartialEq)]
struct SaveButtonProps {
    save: Save,
    kind: ButtonKind,
}

#[component]
fn SaveButton(props: &SaveButtonProps) -> Html {
    let t = use_texts();
    let busy = props.save.busy.then(|| AttrValue::from(t.get("saving")));
    html! { <Button label={t.get("action-save")} kind={props.kind} submit=true {busy} /> }
}

/// Saving one form of settings.
#[derive(Clone, PartialEq)]
struct Save {
    run: Callback<EditSettingsRequest>,
    busy: bool,
    failure: Option<HubError>,
    /// Somebody tried to save, so faults are shown.
    tried: UseStateHandle<bool>,
}

#[hook]
fn use_save(put: Callback<Settings>) -> Save {
    let t = use_texts();
    let toasts = use_toasts();
    let busy = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    let tried = use_state_eq(|| false);
    let run = {
        let (busy, failure) = (busy.clone(), failure.clone());
        Callback::from(move |request: EditSettingsRequest| {
            let (busy, failure, put) = (busy.clone(), failure.clone(), put.clone());
            let (t, toasts) = (t.clone(), toasts.clone());
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                match ipc::call::<EditSettings>(request).await {
                    Ok(settings) => {
                        put.emit(settings);
                        toasts.show(Toast::done(t.get("settings-saved")));
                    }
                    Err(error) => failure.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    Save { run, busy: *busy, failure: (*failure).clone(), tried }
}

/// Everything that this program may connect to, and why.
#[component]
fn Reasons() -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let connections = use_connections();
    html! {
        <>
            <SectionHead title={t.get("network-reasons")} about={t.get("network-reasons-about")} />
            <Card flush=true>
                if connections.all().is_empty() {
                    <div class="set wide"><p class="help">{ t.get("network-nothing") }</p></div>
                }
                { for connections.all().iter().map(|connection| html! {
                    <div class="set" key={connection.id.as_str()}>
                        <div>
                            <div>{ &connection.name }</div>
                            <p class="help mono">{ &connection.base_url }</p>
                        </div>
                        <span class="help">{ catalogue::spec(connection.platform).name.get(language) }</span>
                    </div>
                }) }
            </Card>
        </>
    }
}
