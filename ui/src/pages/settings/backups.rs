//! The backups: what they are, one more now, and putting one in place.

use hub_contract::HubError;
use hub_contract::command::{ListBackups, MakeBackup};
use hub_contract::data::{BackupRequest, BackupView, DataView};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::row::Row;
use crate::components::{Banner, Button, ButtonKind, ButtonSize, Card, ErrorBanner, SectionHead, Tone};
use crate::pages::restore::{BackupRow, RestoreDialog, RestoreFrom};
use crate::pages::work_progress::WorkProgress;
use crate::state::{use_load, use_texts};
use crate::{dom, format, ipc};

/// So many are shown until all are asked for.
const SHOWN: usize = 5;

#[derive(Properties, PartialEq)]
pub(super) struct BackupsProps {
    pub data: DataView,
    /// Reads the sizes again.
    pub reload: Callback<()>,
}

#[component]
pub(super) fn Backups(props: &BackupsProps) -> Html {
    let t = use_texts();
    let busy = use_state_eq(|| false);
    let outcome = use_state(|| None::<Result<BackupView, HubError>>);
    let backups = use_load::<ListBackups>(());
    let all = use_state_eq(|| false);
    let restoring = use_state_eq(|| None::<RestoreFrom>);
    let make = {
        let (busy, outcome, reload) = (busy.clone(), outcome.clone(), props.reload.clone());
        let reload_list = backups.reload.clone();
        Callback::from(move |()| {
            let (busy, outcome) = (busy.clone(), outcome.clone());
            let (reload, reload_list) = (reload.clone(), reload_list.clone());
            busy.set(true);
            outcome.set(None);
            spawn_local(async move {
                let made = ipc::call::<MakeBackup>(BackupRequest { path: None }).await;
                let is_made = made.is_ok();
                outcome.set(Some(made));
                busy.set(false);
                if is_made {
                    reload.emit(());
                    reload_list.emit(());
                }
            });
        })
    };
    let last = match props.data.last_backup {
        Some(at) => {
            let when = format::when(at, dom::now(), dom::utc_offset_minutes(at), &t);
            t.with("backup-last", &[("when", when.into())])
        }
        None => t.get("backup-none"),
    };
    let restore = {
        let restoring = restoring.clone();
        Callback::from(move |from| restoring.set(Some(from)))
    };
    let close = {
        let restoring = restoring.clone();
        Callback::from(move |()| restoring.set(None))
    };
    let show_all = {
        let all = all.clone();
        Callback::from(move |()| all.set(true))
    };
    // Without the list the newest backup still stands above.
    let list: &[BackupView] = backups.state.ready().map_or(&[], |list| list.as_slice());
    let shown = if *all { list.len() } else { SHOWN };
    html! {
        <>
            <SectionHead title={t.get("backup")} about={last} />
            if let Some(error) = &props.data.backup_error {
                <Banner
                    tone={Tone::Warn}
                    title={t.with("backup-automatic-failed", &[("why", t.error(error).title.into())])}
                    advice={t.error(error).advice}
                />
            }
            <Card flush=true>
                <Row title={t.get("backup-title")} help={t.get("backup-about")}>
                    <Button
                        label={t.get("backup-now")}
                        busy={busy.then(|| AttrValue::from(t.get("backup-busy")))}
                        onclick={make}
                    />
                </Row>
                if *busy { <div class="set wide"><WorkProgress /></div> }
                { for list.iter().take(shown).map(|backup| html! {
                    <BackupRow key={backup.path.as_str()} backup={backup.clone()} on_restore={restore.clone()} />
                }) }
                if list.len() > shown {
                    <div class="set wide">
                        <div class="row">
                            <Button
                                label={t.with("backup-show-all", &[("n", list.len().into())])}
                                kind={ButtonKind::Link}
                                size={ButtonSize::Small}
                                onclick={show_all}
                            />
                        </div>
                    </div>
                }
                <Row title={t.get("restore-file-title")} help={t.get("restore-file-about")}>
                    <Button label={t.get("restore-file")} onclick={restore.reform(|()| RestoreFrom::Anywhere)} />
                </Row>
            </Card>
            { match &*outcome {
                Some(Ok(made)) => html! {
                    <>
                        <Banner
                            tone={Tone::Ok}
                            title={t.with("backup-done", &[("size", format::bytes(made.bytes).into())])}
                            advice={made.path.clone()}
                        />
                        if made.missing_files > 0 {
                            <Banner tone={Tone::Warn} title={t.with("copy-files-missing", &[("n", made.missing_files.into())])} />
                        }
                    </>
                },
                Some(Err(error)) => html! { <ErrorBanner error={error.clone()} /> },
                None => html! {},
            } }
            if let Some(from) = &*restoring { <RestoreDialog from={from.clone()} on_close={close} /> }
        </>
    }
}
