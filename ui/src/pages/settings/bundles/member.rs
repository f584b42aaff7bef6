//! A member's side: who manages this Hub, which credentials are the member's own to bring, and the place that is followed.

use hub_contract::bundle::MembershipView;
use yew::prelude::*;

use super::follow::Following;
use super::import::{ImportDialog, ImportFrom};
use super::preview::date_time;
use crate::components::{Banner, Button, Card, CopyLine, IconName, NavLink, Tone};
use crate::pages::settings::row::Row;
use crate::route::Route;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct MemberPartProps {
    pub view: MembershipView,
}

#[component]
pub(super) fn MemberPart(props: &MemberPartProps) -> Html {
    let t = use_texts();
    let view = &props.view;
    let importing = use_state_eq(|| None::<ImportFrom>);
    let show = |what: Option<ImportFrom>| {
        let importing = importing.clone();
        Callback::from(move |()| importing.set(what))
    };
    let facts = [
        (t.get("bundle-for"), view.member.clone().unwrap_or_else(|| t.get("bundle-for-grants"))),
        (t.get("bundle-serial"), view.serial.to_string()),
        (t.get("bundle-made"), date_time(view.created_at)),
        (t.get("bundle-imported-at"), date_time(view.imported_at)),
    ];
    let needed = view.credentials_needed.join(&t.get("bundle-comma"));
    html! {
        <>
            <Card flush=true>
                <Row
                    title={t.with("bundle-managed", &[("issuer", view.issuer.as_str().into())])}
                    help={t.get("bundle-managed-about")}
                >
                    <Button label={t.get("bundle-import-open")} onclick={show(Some(ImportFrom::File))} />
                </Row>
            </Card>
            <dl class="facts">
                { for facts.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd class="clip">{ value }</dd></div> }) }
            </dl>
            <CopyLine tag={t.get("bundle-fingerprint")} text={view.fingerprint.clone()} label={t.get("bundle-fingerprint")} />
            if !needed.is_empty() {
                <Banner
                    tone={Tone::Warn}
                    icon={IconName::Key}
                    title={t.with("bundle-needed", &[("names", needed.into())])}
                    advice={t.get("bundle-needed-own")}
                >
                    <div class="acts"><NavLink class="btn sm" to={Route::Platforms}>{ t.get("bundle-needed-open") }</NavLink></div>
                </Banner>
            }
            <Following follows={view.follows.clone()} on_look={show(Some(ImportFrom::Followed))} />
            if let Some(from) = *importing { <ImportDialog {from} on_done={show(None)} on_close={show(None)} /> }
        </>
    }
}
