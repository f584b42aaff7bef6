//! The test of the Hub's proxy: a connection that goes out through it is tested.

use hub_contract::HubError;
use hub_contract::command::TestConnection;
use hub_contract::connection::{ConnectionView, TestConnectionRequest, TestReport};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Banner, Button, ErrorBanner, IconName, Tone};
use crate::ipc;
use crate::state::{use_connections, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct ProxyTestProps {
    /// The form differs from what is saved, and only that can be tested.
    pub unsaved: bool,
    /// The button that saves.
    pub children: Html,
}

/// The foot of the proxy's form. Nothing else is asked over the network than what a connection's own test asks.
#[component]
pub(super) fn ProxyTest(props: &ProxyTestProps) -> Html {
    let t = use_texts();
    let connections = use_connections();
    let busy = use_state_eq(|| false);
    let outcome = use_state(|| None::<(String, Result<TestReport, HubError>)>);
    let through = connections.all().iter().find(|connection| goes_out(connection));
    let reason = match through {
        _ if props.unsaved => Some(t.get("proxy-test-unsaved")),
        None => Some(t.get("proxy-test-nobody")),
        Some(_) => None,
    };
    let test = {
        let through = through.map(|connection| (connection.id.clone(), connection.name.clone()));
        let (busy, outcome) = (busy.clone(), outcome.clone());
        Callback::from(move |()| {
            let Some((id, name)) = through.clone() else { return };
            let (busy, outcome) = (busy.clone(), outcome.clone());
            busy.set(true);
            outcome.set(None);
            spawn_local(async move {
                let tested = ipc::call::<TestConnection>(TestConnectionRequest { id, deep: false }).await;
                outcome.set(Some((name, tested)));
                busy.set(false);
            });
        })
    };
    let shown = (*outcome).as_ref().map(|(name, tested)| match tested {
        Ok(TestReport { error: None, .. }) => html! {
            <Banner tone={Tone::Ok} title={t.with("proxy-test-passed", &[("name", name.as_str().into())])} />
        },
        Ok(TestReport { error: Some(error), .. }) | Err(error) => html! {
            <ErrorBanner error={error.clone()} connection={Some(AttrValue::from(name.clone()))} />
        },
    });
    html! {
        <>
            { shown.unwrap_or_default() }
            <div class="row">
                { props.children.clone() }
                <Button
                    label={t.get("action-test")}
                    name={t.get("proxy-test")}
                    icon={IconName::Test}
                    reason={reason.map(AttrValue::from)}
                    busy={busy.then(|| AttrValue::from(t.get("testing")))}
                    onclick={test}
                />
            </div>
        </>
    }
}

/// Uses the Hub's proxy and has an address for it: those of this computer are always reached directly.
fn goes_out(connection: &ConnectionView) -> bool {
    let host = connection.base_url.split_once("://").map_or("", |(_, rest)| rest);
    connection.proxy.is_none() && !["localhost", "127.", "[::1]"].iter().any(|local| host.starts_with(local))
}

#[cfg(test)]
mod tests {
    use hub_contract::PlatformId;
    use hub_contract::settings::ProxySetting;

    use super::goes_out;
    use crate::pages::platforms::test_connection as connection;

    #[test]
    fn only_what_uses_the_hubs_proxy_can_test_it() {
        let of = |base_url: &str| {
            let mut one = connection("c-1", PlatformId::Deepseek, 0);
            one.base_url = base_url.into();
            one
        };
        assert!(goes_out(&of("https://api.example.com/v1")) && goes_out(&of("http://dify.lan/v1")));
        for local in ["http://127.0.0.1:9/v1", "http://localhost:8080/v1", "http://[::1]/v1"] {
            assert!(!goes_out(&of(local)), "{local}");
        }
        let own =
            hub_contract::connection::ConnectionView { proxy: Some(ProxySetting::None), ..of("https://a.example") };
        assert!(!goes_out(&own), "it has one of its own");
    }
}
