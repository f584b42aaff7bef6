//! 数据: where it lies, how much there is, and a backup now.

use hub_contract::HubError;
use hub_contract::command::{ListBackups, MakeBackup, OpenDataDir, ReadData};
use hub_contract::data::{BackupRequest, BackupView, DataView};
use hub_contract::settings::VaultMode;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::keychain::backend_words;
use super::row::Row;
use crate::components::{
    Banner, Button, ButtonKind, ButtonSize, Card, CopyLine, ErrorBanner, Icon, IconName, IconSize, SectionHead,
    SkeletonShape, Tone, loaded_view,
};
use crate::state::{use_load, use_texts};
use crate::{dom, format, ipc};

#[component]
pub(super) fn DataSection() -> Html {
    let data = use_load::<ReadData>(());
    let reload = data.reload.clone();
    loaded_view(&data, SkeletonShape::Lines, |data| {
        html! {
            <>
                <Secrets data={(**data).clone()} />
                <Place data={(**data).clone()} />
                <Backups data={(**data).clone()} {reload} />
            </>
        }
    })
}

#[derive(Properties, PartialEq)]
struct DataProps {
    data: DataView,
}

/// Where secrets are: never among the data.
#[component]
fn Secrets(props: &DataProps) -> Html {
    let t = use_texts();
    let vault = &props.data.vault;
    let about = match vault.mode {
        VaultMode::Keychain => t.get("data-secrets-keychain"),
        VaultMode::Session => t.get("data-secrets-session"),
        VaultMode::Passphrase => t.get("data-secrets-passphrase"),
    };
    html! {
        <Card flush=true>
            <div class="set wide">
                <div class="row row-12">
                    <span class="okc"><Icon name={IconName::ShieldOk} size={IconSize::S20} /></span>
                    <div>
                        <div class="strong">{ about }</div>
                        <p class="help">
                            { t.with("vault-facts", &[("backend", backend_words(vault, &t).into()), ("n", vault.secrets.into())]) }
                        </p>
                    </div>
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Place(props: &DataProps) -> Html {
    let t = use_texts();
    let data = &props.data;
    let failure = use_state(|| None::<HubError>);
    let open = {
        let failure = failure.clone();
        Callback::from(move |()| {
            let failure = failure.clone();
            spawn_local(async move { failure.set(ipc::call::<OpenDataDir>(()).await.err()) });
        })
    };
    let facts = [
        (t.get("data-database"), format::bytes(data.database_bytes)),
        (t.get("data-files"), format::bytes(data.files_bytes)),
        (t.with("data-backups", &[("n", data.backups.into())]), format::bytes(data.backups_bytes)),
        (
            t.get("data-messages"),
            t.with(
                "data-messages-in",
                &[
                    ("messages", format::count(data.messages).into()),
                    ("conversations", format::count(data.conversations).into()),
                ],
            ),
        ),
    ];
    html! {
        <>
            <SectionHead title={t.get("data-place")}>
                <Button
                    label={t.get("action-open-folder")}
                    icon={IconName::Folder}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    onclick={open}
                />
            </SectionHead>
            <CopyLine text={data.data_dir.clone()} label={t.get("data-place")} />
            <dl class="facts">
                { for facts.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }) }
            </dl>
            if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct BackupsProps {
    data: DataView,
    reload: Callback<()>,
}

#[component]
fn Backups(props: &BackupsProps) -> Html {
    let t = use_texts();
    let busy = use_state_eq(|| false);
    let outcome = use_state(|| None::<Result<BackupView, HubError>>);
    let backups = use_load::<ListBackups>(());
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
    html! {
        <>
            <SectionHead title={t.get("backup")} about={last} />
            <Card flush=true>
                <Row title={t.get("backup-title")} help={t.get("backup-about")}>
                    <Button
                        label={t.get("backup-now")}
                        busy={busy.then(|| AttrValue::from(t.get("backup-busy")))}
                        onclick={make}
                    />
                </Row>
                // Without the list the newest backup still stands above.
                { for backups.state.ready().into_iter().flat_map(|list| list.iter().take(5)).map(|backup| html! {
                    <BackupRow key={backup.path.as_str()} backup={backup.clone()} />
                }) }
            </Card>
            { match &*outcome {
                Some(Ok(made)) => html! {
                    <Banner
                        tone={Tone::Ok}
                        title={t.with("backup-done", &[("size", format::bytes(made.bytes).into())])}
                        advice={made.path.clone()}
                    />
                },
                Some(Err(error)) => html! { <ErrorBanner error={error.clone()} /> },
                None => html! {},
            } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct BackupRowProps {
    backup: BackupView,
}

#[component]
fn BackupRow(props: &BackupRowProps) -> Html {
    let backup = &props.backup;
    let made = format::date_time(backup.made_at, dom::now(), dom::utc_offset_minutes(backup.made_at));
    html! {
        <div class="set">
            <div class="mono clip" title={backup.path.clone()}>{ file_name(&backup.path) }</div>
            <span class="help nowrap">{ format!("{made} · {}", format::bytes(backup.bytes)) }</span>
        </div>
    }
}

/// The last part of a path; all backups made here lie in one folder.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn file_names_are_found_on_every_system() {
        assert_eq!(file_name("/data/backups/a.hubbackup"), "a.hubbackup");
        assert_eq!(file_name(r"C:\Hub\backups\b.hubbackup"), "b.hubbackup");
        assert_eq!(file_name("c"), "c");
    }
}
