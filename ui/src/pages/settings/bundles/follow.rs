//! The place where a member's Hub looks for newer bundles, and how often.

use hub_contract::HubError;
use hub_contract::bundle::{FollowBundleRequest, FollowView, MembershipView};
use hub_contract::command::FollowBundle;
use hub_contract::secret::SecretInput;
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{
    Banner, Button, ButtonKind, ButtonSize, Card, Choice, Dialog, ErrorBanner, IconName, SecretField, SectionHead,
    Select, TextField, Tone,
};
use crate::pages::settings::policy;
use crate::pages::settings::row::Row;
use crate::state::{use_membership, use_policy, use_texts};
use crate::{dom, format, ipc};

/// How often a place can be looked at, in minutes; 0 is only when somebody asks.
const RHYTHMS: [u32; 4] = [0, 60, 360, 1440];
/// The one that is proposed: a team learns of a change within the working day.
const PROPOSED: u32 = 60;

#[derive(Properties, PartialEq)]
pub(super) struct FollowingProps {
    pub follows: Option<FollowView>,
    /// Looks there now and shows what is found.
    pub on_look: Callback<()>,
}

#[component]
pub(super) fn Following(props: &FollowingProps) -> Html {
    let t = use_texts();
    let membership = use_membership();
    let is_managed = use_policy().bundle_path.is_some();
    let open = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    let set_open = |to: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(to))
    };
    let stop = {
        let (failure, put) = (failure.clone(), membership.put.clone());
        Callback::from(move |()| {
            let (failure, put) = (failure.clone(), put.clone());
            let nothing = FollowBundleRequest { address: String::new(), passphrase: None, every_minutes: 0 };
            spawn_local(async move {
                match ipc::call::<FollowBundle>(nothing).await {
                    Ok(view) => put.emit(view),
                    Err(error) => failure.set(Some(error)),
                }
            });
        })
    };
    let saved = {
        let (open, put) = (open.clone(), membership.put.clone());
        Callback::from(move |view: Option<MembershipView>| {
            open.set(false);
            put.emit(view);
        })
    };
    let rows = match &props.follows {
        None => html! {
            <Row title={t.get("bundle-follow-title")} help={t.get("bundle-follow-about")}>
                <Button label={t.get("bundle-follow-open")} onclick={set_open(true)} />
            </Row>
        },
        Some(follows) => html! {
            <Row title={follows.address.clone()} help={rhythm_and_last_look(follows, &t)}>
                <div class="row row-4">
                    if is_managed { { policy::mark(&t) } }
                    <Button label={t.get("bundle-check-now")} size={ButtonSize::Small} onclick={props.on_look.clone()} />
                    <Button
                        label={t.get("bundle-follow-change")}
                        kind={ButtonKind::Quiet}
                        size={ButtonSize::Small}
                        onclick={set_open(true)}
                    />
                    if !is_managed {
                        <Button label={t.get("bundle-unfollow")} kind={ButtonKind::Quiet} size={ButtonSize::Small} onclick={stop} />
                    }
                </div>
            </Row>
        },
    };
    let newer = props.follows.as_ref().and_then(|follows| follows.newer);
    let last_failure = props.follows.as_ref().and_then(|follows| follows.error.clone());
    html! {
        <>
            <SectionHead title={t.get("bundle-follow")} />
            <Card flush=true>{ rows }</Card>
            if let Some(serial) = newer {
                <Banner
                    tone={Tone::Ok}
                    icon={IconName::Bundle}
                    title={t.with("bundle-newer", &[("serial", serial.to_string().into())])}
                >
                    <div class="acts">
                        <Button label={t.get("bundle-newer-look")} size={ButtonSize::Small} onclick={props.on_look.clone()} />
                    </div>
                </Banner>
            }
            if let Some(error) = failure.as_ref().cloned().or(last_failure) { <ErrorBanner {error} /> }
            if *open { <FollowDialog follows={props.follows.clone()} on_saved={saved} on_close={set_open(false)} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FollowDialogProps {
    follows: Option<FollowView>,
    on_saved: Callback<Option<MembershipView>>,
    on_close: Callback<()>,
}

/// Which place, how often, and what opens its bundles.
#[component]
fn FollowDialog(props: &FollowDialogProps) -> Html {
    let t = use_texts();
    let address = {
        let first = props.follows.as_ref().map(|follows| follows.address.clone()).unwrap_or_default();
        use_state_eq(move || first)
    };
    let every = {
        let first = props.follows.as_ref().map_or(PROPOSED, |follows| follows.every_minutes);
        use_state_eq(move || first)
    };
    let passphrase = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let tried = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    let is_empty = address.trim().is_empty();
    let submit = {
        let request = FollowBundleRequest {
            address: address.trim().to_owned(),
            passphrase: Some(&*passphrase)
                .filter(|typed| !typed.is_empty())
                .map(|typed| SecretInput::new(typed.as_str())),
            every_minutes: *every,
        };
        let (busy, tried, failure, on_saved) = (busy.clone(), tried.clone(), failure.clone(), props.on_saved.clone());
        Callback::from(move |()| {
            tried.set(true);
            if request.address.is_empty() || *busy {
                return;
            }
            let (busy, failure, on_saved, request) = (busy.clone(), failure.clone(), on_saved.clone(), request.clone());
            busy.set(true);
            spawn_local(async move {
                match ipc::call::<FollowBundle>(request).await {
                    Ok(view) => on_saved.emit(view),
                    Err(error) => failure.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let mut rhythms = RHYTHMS.to_vec();
    if !rhythms.contains(&*every) {
        rhythms.push(*every);
    }
    let choices = rhythms
        .into_iter()
        .map(|minutes| Choice { value: minutes.to_string().into(), label: rhythm_words(minutes, &t).into() });
    let set_every = {
        let every = every.clone();
        Callback::from(move |chosen: String| every.set(chosen.parse().unwrap_or(PROPOSED)))
    };
    let set_address = {
        let address = address.clone();
        Callback::from(move |typed| address.set(typed))
    };
    let set_passphrase = {
        let passphrase = passphrase.clone();
        Callback::from(move |typed: Option<String>| passphrase.set(typed.unwrap_or_default()))
    };
    html! {
        <Dialog
            title={t.get("bundle-follow-title")}
            busy={*busy}
            on_close={props.on_close.clone()}
            on_submit={Some(submit)}
            primary={html! {
                <Button
                    label={t.get("action-save")}
                    kind={ButtonKind::Primary}
                    submit=true
                    busy={busy.then(|| AttrValue::from(t.get("saving")))}
                />
            }}
        >
            <TextField
                id="follow-address"
                label={t.get("bundle-follow-address")}
                help={Some(AttrValue::from(t.get("bundle-follow-address-about")))}
                value={(*address).clone()}
                mono=true
                max_chars={4096}
                error={(*tried && is_empty).then(|| AttrValue::from(t.get("bundle-follow-missing")))}
                oninput={set_address}
            />
            <Select
                id="follow-every"
                label={t.get("bundle-follow-every")}
                help={Some(AttrValue::from(t.get("bundle-follow-every-about")))}
                value={every.to_string()}
                choices={choices.collect::<Vec<_>>()}
                onchange={set_every}
            />
            <SecretField
                id="follow-passphrase"
                label={t.get("passphrase")}
                help={Some(AttrValue::from(t.get("bundle-follow-passphrase")))}
                placeholder={Some(AttrValue::default())}
                optional=true
                value={Some(AttrValue::from((*passphrase).clone()))}
                oninput={set_passphrase}
            />
            if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> }
        </Dialog>
    }
}

fn rhythm_and_last_look(follows: &FollowView, t: &Texts) -> String {
    let rhythm = rhythm_words(follows.every_minutes, t);
    let looked = match follows.checked_at {
        Some(at) => {
            let when = format::when(at, dom::now(), dom::utc_offset_minutes(at), t);
            t.with("bundle-checked", &[("when", when.into())])
        }
        None => t.get("bundle-never-checked"),
    };
    format!("{rhythm} · {looked}")
}

fn rhythm_words(minutes: u32, t: &Texts) -> String {
    match minutes {
        0 => t.get("bundle-every-never"),
        1440 => t.get("bundle-every-day"),
        60 => t.get("bundle-every-hour"),
        hours if hours.is_multiple_of(60) => t.with("bundle-every-hours", &[("n", (hours / 60).into())]),
        minutes => t.with("bundle-every-minutes", &[("n", minutes.into())]),
    }
}
