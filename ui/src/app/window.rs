//! The whole window: what stands in the way first, then the rail and the page.

use hub_contract::command::TellPageReady;
use hub_contract::data::PageReady;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::keys::use_shortcuts;
use super::leaving::Leaving;
use super::managed::ManagedLine;
use super::opened::OpenedBundle;
use super::rail::Rail;
use crate::components::{Banner, Button, ButtonSize, ToastHost, Tone};
use crate::ipc;
use crate::pages::agents::AgentsPage;
use crate::pages::blocked::BlockedPage;
use crate::pages::chat::{ChatPage, ComparePage};
use crate::pages::members::MembersPage;
use crate::pages::models::ModelsPage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::onboarding::OnboardingPage;
use crate::pages::platforms::PlatformsPage;
use crate::pages::search::SearchPage;
use crate::pages::settings::SettingsPage;
use crate::pages::view_as::ViewingLine;
use crate::route::Route;
use crate::state::{use_info, use_prefs, use_texts};

#[component]
pub(super) fn HubWindow() -> Html {
    let info = use_info().info;
    let prefs = use_prefs();
    let route = use_route::<Route>().unwrap_or(Route::NotFound);
    use_shortcuts();
    {
        let prefs = prefs.clone();
        use_effect_with(route.clone(), move |route| {
            if route.is_worth_returning_to() {
                let path = route.to_path();
                prefs.change(move |preferences| preferences.last_page = Some(path));
            }
        });
    }
    use_effect_with(prefs.language(), |language| {
        let ready = PageReady { language: *language };
        // The shell shows the window on this call; if it is lost, the shell's own timer does.
        spawn_local(async move { drop(ipc::call::<TellPageReady>(ready).await) });
    });

    if let Some(error) = &info.blocked {
        return html! { <><BlockedPage error={error.clone()} /><Leaving /></> };
    }
    let page = match route {
        Route::Home => html! { <HomeRedirect /> },
        Route::Welcome => html! { <OnboardingPage /> },
        route => html! { <Framed {route} /> },
    };
    html! {
        <div class="window">
            <RecoveredNotice />
            <ViewingLine />
            { page }
            <ToastHost />
            <OpenedBundle />
            <Leaving />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct FramedProps {
    route: Route,
}

/// The rail with the page beside it.
#[component]
fn Framed(props: &FramedProps) -> Html {
    let page = match &props.route {
        Route::Chat => html! { <ChatPage conversation={None::<String>} /> },
        Route::Conversation { conversation } => html! { <ChatPage conversation={Some(conversation.clone())} /> },
        Route::Comparison { comparison } => html! { <ComparePage comparison={comparison.clone()} /> },
        Route::Search => html! { <SearchPage /> },
        Route::Agents => html! { <AgentsPage /> },
        Route::AddAgent { connection } => html! { <AgentsPage add={Some(connection.clone())} /> },
        Route::Platforms => html! { <PlatformsPage /> },
        Route::AddModels => html! { <PlatformsPage add_models=true /> },
        Route::Models => html! { <ModelsPage connection={None::<String>} /> },
        Route::ModelsOf { connection } => html! { <ModelsPage connection={Some(connection.clone())} /> },
        Route::Members => html! { <MembersPage /> },
        Route::Settings => html! { <SettingsPage section={None::<String>} /> },
        Route::SettingsSection { section } => html! { <SettingsPage section={Some(section.clone())} /> },
        Route::Home | Route::Welcome | Route::NotFound => html! { <NotFoundPage /> },
    };
    html! {
        <>
            <ManagedLine route={props.route.clone()} />
            <div class="app">
                <Rail route={props.route.clone()} />
                { page }
            </div>
        </>
    }
}

/// Goes on to the first page of an empty Hub, or to where the window was left.
#[component]
fn HomeRedirect() -> Html {
    let info = use_info().info;
    let prefs = use_prefs();
    let preferences = prefs.preferences();
    let last = preferences.last_page.as_deref().and_then(Route::recognize).filter(Route::is_worth_returning_to);
    let to = if info.is_empty && !preferences.onboarded { Route::Welcome } else { last.unwrap_or(Route::Chat) };
    html! { <Redirect<Route> {to} /> }
}

/// Says once that the preferences were lost to a damaged file.
#[component]
fn RecoveredNotice() -> Html {
    let t = use_texts();
    let prefs = use_prefs();
    let seen = use_state_eq(|| false);
    if *seen || !prefs.recovered() {
        return html! {};
    }
    let dismiss = {
        let seen = seen.clone();
        Callback::from(move |()| seen.set(true))
    };
    html! {
        <div class="window-notice">
            <Banner tone={Tone::Warn} title={t.get("recovered-title")} advice={t.get("recovered-advice")}>
                <div class="acts"><Button label={t.get("action-got-it")} size={ButtonSize::Small} onclick={dismiss} /></div>
            </Banner>
        </div>
    }
}
