//! The whole page when the Hub cannot be opened: another program has it, or the database is newer or damaged.

use hub_contract::command::{ListBackups, OpenDataDir, StartAnew};
use hub_contract::{ErrorCode, HubError};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{
    Button, ButtonKind, Card, Dialog, ErrorBanner, Icon, IconName, IconSize, SectionHead, SkeletonShape, loaded_view,
};
use crate::pages::restore::{BackupRow, RestoreDialog, RestoreFrom};
use crate::state::{use_info, use_load, use_texts};
use crate::{dom, ipc};

#[derive(Properties, PartialEq)]
pub struct BlockedPageProps {
    pub error: HubError,
}

#[component]
pub fn BlockedPage(props: &BlockedPageProps) -> Html {
    let t = use_texts();
    let info = use_info();
    let title = match props.error.code {
        ErrorCode::InstanceRunning => t.get("blocked-running"),
        ErrorCode::DatabaseNewer => t.get("blocked-newer"),
        ErrorCode::DatabaseDamaged => t.get("blocked-damaged"),
        _ => t.get("blocked-other"),
    };
    let open = Callback::from(|()| {
        spawn_local(async {
            // The path stands on the page, so a failure leaves nobody without it.
            let _ = ipc::call::<OpenDataDir>(()).await;
        });
    });
    html! {
        <main class="blocked">
            <div class="blocked-in">
                <div class="mark"><Icon name={IconName::Hub} size={IconSize::S24} /></div>
                <h1>{ title }</h1>
                <ErrorBanner error={props.error.clone()} />
                if props.error.code == ErrorCode::DatabaseDamaged { <Rescue /> }
                <p class="help">{ t.with("data-kept-in", &[("path", info.info.data_dir.as_str().into())]) }</p>
                <div class="row end">
                    <Button label={t.get("action-open-folder")} icon={IconName::Folder} onclick={open} />
                    <Button label={t.get("action-check-again")} kind={ButtonKind::Primary} onclick={info.reload} />
                </div>
            </div>
        </main>
    }
}

/// The ways out of a damaged database: a backup, or an empty Hub. Either way the damaged one is kept.
#[component]
fn Rescue() -> Html {
    let t = use_texts();
    let backups = use_load::<ListBackups>(());
    let restoring = use_state_eq(|| None::<RestoreFrom>);
    let starting = use_state_eq(|| false);
    let restore = {
        let restoring = restoring.clone();
        Callback::from(move |from| restoring.set(Some(from)))
    };
    let close = {
        let restoring = restoring.clone();
        Callback::from(move |()| restoring.set(None))
    };
    let show_start = |shown: bool| {
        let starting = starting.clone();
        Callback::from(move |()| starting.set(shown))
    };
    html! {
        <>
            <SectionHead title={t.get("restore-title")} about={t.get("rescue-about")} />
            <Card flush=true>
                { loaded_view(&backups, SkeletonShape::Lines, |list| html! {
                    <>
                        if list.is_empty() { <div class="set wide"><p class="help">{ t.get("backup-none") }</p></div> }
                        { for list.iter().map(|backup| html! {
                            <BackupRow key={backup.path.as_str()} backup={backup.clone()} on_restore={restore.clone()} />
                        }) }
                    </>
                }) }
            </Card>
            <div class="row">
                <Button label={t.get("restore-file")} onclick={restore.reform(|()| RestoreFrom::Anywhere)} />
                <Button label={t.get("start-anew-open")} kind={ButtonKind::Quiet} onclick={show_start(true)} />
            </div>
            if let Some(from) = &*restoring { <RestoreDialog from={from.clone()} on_close={close} /> }
            if *starting { <StartAnewDialog on_close={show_start(false)} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct StartAnewDialogProps {
    on_close: Callback<()>,
}

/// Begins with an empty Hub.
#[component]
fn StartAnewDialog(props: &StartAnewDialogProps) -> Html {
    let t = use_texts();
    let busy = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    let start = {
        let (busy, failure) = (busy.clone(), failure.clone());
        Callback::from(move |()| {
            let (busy, failure) = (busy.clone(), failure.clone());
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                match ipc::call::<StartAnew>(()).await {
                    Ok(_) => dom::reload(),
                    Err(error) => {
                        failure.set(Some(error));
                        busy.set(false);
                    }
                }
            });
        })
    };
    html! {
        <Dialog
            title={t.get("start-anew-title")}
            busy={*busy}
            on_close={props.on_close.clone()}
            primary={html! {
                <Button
                    label={t.get("start-anew")}
                    kind={ButtonKind::Danger}
                    busy={busy.then(|| AttrValue::from(t.get("restore-busy")))}
                    onclick={start}
                />
            }}
        >
            <p>{ t.get("start-anew-empty") }</p>
            <p>{ t.get("start-anew-kept") }</p>
            if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> }
        </Dialog>
    }
}
