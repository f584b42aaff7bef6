//! Reads what the first paint needs, then renders.

use hub_contract::HubError;
use hub_contract::command::{ReadAppInfo, ReadPreferences};
use hub_contract::data::AppInfo;
use hub_contract::platform::Language;
use hub_contract::settings::{Preferences, PreferencesView};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::window::HubWindow;
use crate::components::ErrorBanner;
use crate::state::{
    ConnectionsProvider, IconsProvider, InfoProvider, ListProvider, MembershipProvider, PrefsProvider, SharedTexts,
    ToastsProvider, ViewingProvider, apply_to_root,
};
use crate::{dom, ipc};

/// Starts the page: preferences first, so that the first paint has the right language, theme and size.
pub fn start() {
    spawn_local(async {
        let view = ipc::call::<ReadPreferences>(()).await.unwrap_or_else(|_| without_shell());
        apply_to_root(&view, view.system_dark);
        let texts = SharedTexts::fetch(view.language);
        let info = ipc::call::<ReadAppInfo>(()).await;
        let texts = texts.await.unwrap_or_else(|| SharedTexts::none(view.language));
        yew::Renderer::<App>::with_props(AppProps { view, texts, info }).render();
    });
}

/// What holds when the shell does not answer: the browser's language and theme.
fn without_shell() -> PreferencesView {
    let language = dom::window().and_then(|window| window.navigator().language());
    PreferencesView {
        preferences: Preferences::default(),
        language: language.and_then(|tag| Language::parse(&tag)).unwrap_or(Language::En),
        system_dark: dom::matches_media("(prefers-color-scheme: dark)"),
        recovered: false,
    }
}

#[derive(Properties, PartialEq)]
struct AppProps {
    view: PreferencesView,
    texts: SharedTexts,
    info: Result<AppInfo, HubError>,
}

#[component]
fn App(props: &AppProps) -> Html {
    let page = match &props.info {
        Ok(info) => html! {
            <InfoProvider info={info.clone()}>
                <ConnectionsProvider>
                    <MembershipProvider>
                        <ToastsProvider>
                            <ListProvider>
                                <ViewingProvider>
                                    <IconsProvider><BrowserRouter><HubWindow /></BrowserRouter></IconsProvider>
                                </ViewingProvider>
                            </ListProvider>
                        </ToastsProvider>
                    </MembershipProvider>
                </ConnectionsProvider>
            </InfoProvider>
        },
        Err(error) => html! { <main class="blocked"><ErrorBanner error={error.clone()} /></main> },
    };
    html! { <PrefsProvider view={props.view.clone()} texts={props.texts.clone()}>{ page }</PrefsProvider> }
}
