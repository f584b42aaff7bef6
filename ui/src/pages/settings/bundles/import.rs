//! Importing a bundle: which file, what it would change and who signed it, then all of it or nothing.

use std::rc::Rc;

use hub_contract::bundle::{BundleView, CheckBundleRequest, ImportBundleRequest};
use hub_contract::command::{CheckBundle, ImportBundle};
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, HubError};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::preview::Preview;
use crate::components::{
    Banner, Button, ButtonKind, ButtonSize, CopyLine, Dialog, DialogSize, ErrorBanner, Icon, IconName, IconSize,
    SecretField, Skeleton, SkeletonShape, TextField, Tone,
};
use crate::ipc;
use crate::pages::work_progress::WorkProgress;
use crate::state::{use_connections, use_info, use_membership, use_texts};

/// Where the bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFrom {
    /// In a file whose path is still to be entered.
    File,
    /// In the followed place.
    Followed,
}

/// A bundle that the person has handed to the window.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenBundle {
    /// Where it lies, or what it is called.
    pub path: String,
    /// Its bytes in base64, where the page was not told where it lies.
    pub content: Option<Rc<str>>,
}

#[derive(Properties, PartialEq)]
pub struct ImportDialogProps {
    pub from: ImportFrom,
    /// With [`ImportFrom::File`]: the file that is looked into at once.
    #[prop_or_default]
    pub given: Option<GivenBundle>,
    /// Closes it after an import.
    pub on_done: Callback<()>,
    pub on_close: Callback<()>,
}

/// How far the dialog is.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Which file, and its passphrase.
    File,
    /// What it would change; nothing has changed yet.
    Preview(BundleView),
    /// The followed place has nothing newer.
    NoNews,
    /// It is in place.
    Done(BundleView),
}

#[component]
pub fn ImportDialog(props: &ImportDialogProps) -> Html {
    let t = use_texts();
    let (info, connections, membership) = (use_info(), use_connections(), use_membership());
    let from = props.from;
    let given = props.given.clone();
    let path = {
        let first = given.as_ref().map(|given| given.path.clone()).unwrap_or_default();
        use_state_eq(move || first)
    };
    // `None` until the file asks for it.
    let passphrase = use_state_eq(|| None::<String>);
    let older = use_state_eq(|| false);
    let compared = use_state_eq(|| false);
    let step = use_state_eq(|| Step::File);
    let busy = use_state_eq(|| false);
    let tried = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);

    let ask = {
        let (path, passphrase) = (path.trim().to_owned(), passphrase.clone());
        let content = given.as_ref().and_then(|given| given.content.clone());
        let (step, busy, failure, older) = (step.clone(), busy.clone(), failure.clone(), older.clone());
        move |apply: bool, trust: Option<String>, restore_older: bool| {
            let (step, busy, failure, passphrase) = (step.clone(), busy.clone(), failure.clone(), passphrase.clone());
            let (info, connections, membership) = (info.clone(), connections.clone(), membership.clone());
            let typed = passphrase.as_ref().filter(|typed| !typed.is_empty()).cloned().map(SecretInput::new);
            let file = ImportBundleRequest {
                path: path.clone(),
                content: content.as_deref().map(str::to_owned),
                passphrase: typed,
                trust,
                apply,
                restore_older,
            };
            older.set(restore_older);
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                match read(from, file).await {
                    Ok(None) => step.set(Step::NoNews),
                    Ok(Some(view)) if apply => {
                        connections.reload();
                        info.reload.emit(());
                        membership.reload.emit(());
                        step.set(Step::Done(view));
                    }
                    Ok(Some(view)) => step.set(Step::Preview(view)),
                    Err(error) if needs_passphrase(&error) && passphrase.is_none() && from == ImportFrom::File => {
                        passphrase.set(Some(String::new()));
                    }
                    Err(error) => failure.set(Some(error)),
                }
                busy.set(false);
            });
        }
    };
    let looks_at_once = from == ImportFrom::Followed || given.is_some();
    {
        let ask = ask.clone();
        use_effect_with((), move |()| {
            if looks_at_once {
                ask(false, None, false);
            }
        });
    }
    let problem = failure.as_ref().map(|error| {
        let go_back = {
            let ask = ask.clone();
            Callback::from(move |()| ask(false, None, true))
        };
        html! {
            <ErrorBanner error={error.clone()}>
                if error.code == ErrorCode::BundleOlder && from == ImportFrom::File {
                    <Button label={t.get("bundle-older-anyway")} size={ButtonSize::Small} onclick={go_back} />
                }
            </ErrorBanner>
        }
    });
    let mark = html! { <Icon name={IconName::Bundle} size={IconSize::S20} /> };
    let close_label = Some(AttrValue::from(t.get("action-close")));
    match &*step {
        Step::File if from == ImportFrom::Followed => html! {
            <Dialog title={t.get("bundle-check-title")} {mark} {close_label} on_close={props.on_close.clone()}>
                { problem.unwrap_or_else(|| html! { <Skeleton shape={SkeletonShape::Lines} /> }) }
            </Dialog>
        },
        Step::File => {
            let is_pathless = path.trim().is_empty();
            let is_locked = passphrase.as_ref().is_some_and(String::is_empty);
            let submit = {
                let (ask, tried, is_busy) = (ask.clone(), tried.clone(), *busy);
                Callback::from(move |()| {
                    tried.set(true);
                    if !is_pathless && !is_locked && !is_busy {
                        ask(false, None, false);
                    }
                })
            };
            let set_path = {
                let path = path.clone();
                Callback::from(move |typed| path.set(typed))
            };
            let set_passphrase = {
                let passphrase = passphrase.clone();
                Callback::from(move |typed: Option<String>| passphrase.set(Some(typed.unwrap_or_default())))
            };
            html! {
                <Dialog
                    title={t.get("bundle-import-title")}
                    {mark}
                    busy={*busy}
                    on_close={props.on_close.clone()}
                    on_submit={Some(submit)}
                    primary={html! {
                        <Button
                            label={t.get("bundle-look")}
                            kind={ButtonKind::Primary}
                            submit=true
                            busy={busy.then(|| AttrValue::from(t.get("bundle-looking")))}
                        />
                    }}
                >
                    if let Some(given) = &given {
                        <CopyLine text={given.path.clone()} label={t.get("file-path")} />
                    } else {
                        <TextField
                            id="bundle-path"
                            label={t.get("file-path")}
                            help={Some(AttrValue::from(t.get("bundle-path-about")))}
                            value={(*path).clone()}
                            mono=true
                            max_chars={4096}
                            error={(*tried && is_pathless).then(|| AttrValue::from(t.get("file-path-missing")))}
                            oninput={set_path}
                        />
                    }
                    if let Some(typed) = &*passphrase {
                        <SecretField
                            id="bundle-passphrase"
                            label={t.get("passphrase")}
                            help={Some(AttrValue::from(t.get("bundle-passphrase-about")))}
                            placeholder={Some(AttrValue::default())}
                            value={Some(AttrValue::from(typed.clone()))}
                            error={(*tried && is_locked).then(|| AttrValue::from(t.get("passphrase-missing")))}
                            autofocus=true
                            oninput={set_passphrase}
                        />
                    }
                    if *busy { <WorkProgress /> }
                    { problem.unwrap_or_default() }
                </Dialog>
            }
        }
        Step::NoNews => html! {
            <Dialog title={t.get("bundle-check-title")} {mark} {close_label} on_close={props.on_close.clone()}>
                <Banner tone={Tone::Ok} title={t.get("bundle-no-news")} />
            </Dialog>
        },
        Step::Preview(view) => {
            let trust = (!view.trusted).then(|| view.fingerprint.clone());
            let apply = {
                let restore_older = *older;
                Callback::from(move |()| ask(true, trust.clone(), restore_older))
            };
            let set_compared = {
                let compared = compared.clone();
                Callback::from(move |is_same| compared.set(is_same))
            };
            let unproven = !view.trusted && !*compared;
            let primary = html! {
                if !view.installed {
                    <Button
                        label={t.with("bundle-apply", &[("n", view.changes.len().into())])}
                        kind={ButtonKind::Primary}
                        reason={unproven.then(|| AttrValue::from(t.get("bundle-compare-first")))}
                        busy={busy.then(|| AttrValue::from(t.get("bundle-applying")))}
                        onclick={apply}
                    />
                }
            };
            html! {
                <Dialog
                    title={t.get("bundle-import-title")}
                    size={DialogSize::Medium}
                    {mark}
                    busy={*busy}
                    on_close={props.on_close.clone()}
                    foot_left={html! { <span class="help">{ t.get("bundle-all-or-nothing") }</span> }}
                    {primary}
                >
                    <Preview view={view.clone()} compared={*compared} on_compared={set_compared} />
                    if *busy { <WorkProgress /> }
                    { problem.unwrap_or_default() }
                </Dialog>
            }
        }
        Step::Done(view) => html! {
            <Dialog
                title={t.get("bundle-import-title")}
                {mark}
                on_close={props.on_done.clone()}
                close_label={Some(AttrValue::from(t.get("restore-go-on")))}
            >
                <Banner
                    tone={Tone::Ok}
                    title={t.with("bundle-imported", &[("issuer", view.issuer.as_str().into()), ("n", view.agents.into())])}
                />
                if !view.credentials_needed.is_empty() {
                    <Banner
                        tone={Tone::Warn}
                        icon={IconName::Key}
                        title={t.with("bundle-needed", &[("names", view.credentials_needed.join(&t.get("bundle-comma")).into())])}
                        advice={t.get("bundle-needed-where")}
                    />
                }
            </Dialog>
        },
    }
}

/// Looks at a bundle or imports it. Absent when the followed place has nothing newer.
async fn read(from: ImportFrom, file: ImportBundleRequest) -> Result<Option<BundleView>, HubError> {
    match from {
        ImportFrom::File => ipc::call::<ImportBundle>(file).await.map(Some),
        ImportFrom::Followed => {
            ipc::call::<CheckBundle>(CheckBundleRequest { apply: file.apply, trust: file.trust }).await
        }
    }
}

fn needs_passphrase(error: &HubError) -> bool {
    error.detail.hint.as_deref() == Some("bundle_passphrase_needed")
}
