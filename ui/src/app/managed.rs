//! The line above every page of a member's Hub that says who manages it, and what waits to be looked at.

use hub_contract::command::ReadPolicy;
use yew::prelude::*;

use crate::components::{Icon, IconName, NavLink};
use crate::route::{Area, Route};
use crate::state::{use_connections, use_load, use_membership, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct ManagedLineProps {
    pub route: Route,
}

#[component]
pub(super) fn ManagedLine(props: &ManagedLineProps) -> Html {
    let t = use_texts();
    let (membership, connections) = (use_membership(), use_connections());
    let policy = use_load::<ReadPolicy>(());
    {
        // The followed place is looked at by the clock; what was found there is read when the person goes on.
        // A credential that was entered is not missing any more.
        let (reload, reload_policy) = (membership.reload.clone(), policy.reload.clone());
        use_effect_with((props.route.clone(), connections.list.clone()), move |_| {
            reload.emit(());
            reload_policy.emit(());
        });
    }
    let Some(view) = membership.view() else {
        return match policy.state.ready().filter(|policy| policy.bundle_waits) {
            Some(_) => line(IconName::Bundle, t.get("policy-bundle"), bundles(), t.get("policy-bundle-look")),
            None => html! {},
        };
    };
    let newer = view.follows.as_ref().and_then(|follows| follows.newer);
    let chats = props.route.area() == Some(Area::Chat);
    // Somebody who chats needs to know only what is missing or new.
    if chats && newer.is_none() && view.credentials_needed.is_empty() {
        return html! {};
    }
    let by = [("issuer", view.issuer.as_str().into())];
    let (icon, words) = match newer {
        Some(serial) => (IconName::Bundle, t.with("bundle-newer", &[("serial", serial.to_string().into())])),
        None if !view.credentials_needed.is_empty() => {
            let names = view.credentials_needed.join(&t.get("bundle-comma"));
            (IconName::Key, t.with("bundle-needed", &[("names", names.into())]))
        }
        None => (IconName::Shield, t.get("bundle-read-only")),
    };
    let words = format!("{} · {words}", t.with("bundle-managed", &by));
    let (to, action) = match newer {
        None if !view.credentials_needed.is_empty() => (Route::Platforms, t.get("bundle-needed-open")),
        Some(_) => (bundles(), t.get("bundle-newer-look")),
        None => (bundles(), t.get("bundle-managed-more")),
    };
    line(icon, words, to, action)
}

fn line(icon: IconName, words: String, to: Route, action: String) -> Html {
    html! {
        <div class="managed" role="status">
            <Icon name={icon} />
            <span class="grow clip" title={words.clone()}>{ words }</span>
            <NavLink {to} class="btn link sm">{ action }</NavLink>
        </div>
    }
}

fn bundles() -> Route {
    Route::SettingsSection { section: "bundles".to_owned() }
}
