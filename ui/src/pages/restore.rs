//! Putting a backup, or what was moved from another computer, in place of everything: first what the file holds, then
//! the confirmation, then the way back.

use hub_contract::command::RestoreBackup;
use hub_contract::data::{BackupKind, BackupView, RestoreRequest, RestoreView};
use hub_contract::secret::SecretInput;
use hub_contract::{ErrorCode, HubError};
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::work_progress::WorkProgress;
use crate::components::{
    Badge, Banner, Button, ButtonKind, ButtonSize, CopyLine, Dialog, ErrorBanner, SecretField, TextField, Tone,
};
use crate::state::use_texts;
use crate::{dom, format, ipc};

/// Which file is restored.
#[derive(Debug, Clone, PartialEq)]
pub enum RestoreFrom {
    /// One of the Hub's own backups.
    Backup(BackupView),
    /// A file whose path is still to be entered.
    Anywhere,
    /// The same, and it is what another computer wrote.
    Move,
}

impl RestoreFrom {
    fn path(&self) -> Option<&str> {
        match self {
            Self::Backup(backup) => Some(&backup.path),
            Self::Anywhere | Self::Move => None,
        }
    }

    /// Whether the file is known to be locked by a passphrase.
    fn is_locked(&self) -> bool {
        match self {
            Self::Backup(backup) => is_sealed(&backup.path),
            Self::Anywhere => false,
            Self::Move => true,
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct BackupRowProps {
    pub backup: BackupView,
    pub on_restore: Callback<RestoreFrom>,
}

/// One backup of the list, with the way to restore it.
#[component]
pub fn BackupRow(props: &BackupRowProps) -> Html {
    let t = use_texts();
    let backup = &props.backup;
    let made = format::date_time(backup.made_at, dom::now(), dom::utc_offset_minutes(backup.made_at));
    let restore = {
        let from = RestoreFrom::Backup(backup.clone());
        props.on_restore.reform(move |()| from.clone())
    };
    html! {
        <div class="set">
            <div>
                <div class="row">
                    <span>{ &made }</span>
                    <Badge text={kind_words(backup.kind, &t)} tone="line" />
                    <span class="help nowrap">{ format::bytes(backup.bytes) }</span>
                </div>
                <p class="help mono clip" title={backup.path.clone()}>{ file_name(&backup.path) }</p>
            </div>
            <Button
                label={t.get("restore-open")}
                name={t.with("restore-named", &[("name", file_name(&backup.path).into())])}
                kind={ButtonKind::Quiet}
                size={ButtonSize::Small}
                onclick={restore}
            />
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct RestoreDialogProps {
    pub from: RestoreFrom,
    pub on_close: Callback<()>,
}

/// How far the dialog is.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Which file, and its passphrase.
    File,
    /// What it holds; nothing has changed yet.
    Preview(RestoreView),
    /// It is in place.
    Done(RestoreView),
    /// It was taken back.
    Undone,
}

#[component]
pub fn RestoreDialog(props: &RestoreDialogProps) -> Html {
    let t = use_texts();
    let path = {
        let first = props.from.path().unwrap_or_default().to_owned();
        use_state_eq(move || first)
    };
    // `None` until the file asks for it.
    let passphrase = {
        let first = props.from.is_locked().then(String::new);
        use_state_eq(move || first)
    };
    let step = use_state_eq(|| Step::File);
    let busy = use_state_eq(|| false);
    let tried = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);

    let run = {
        let (step, busy, failure) = (step.clone(), busy.clone(), failure.clone());
        let (passphrase, typed) = (passphrase.clone(), passphrase.as_ref().filter(|typed| !typed.is_empty()).cloned());
        move |path: String, apply: bool, then: fn(RestoreView) -> Step| {
            let (step, busy, failure, passphrase) = (step.clone(), busy.clone(), failure.clone(), passphrase.clone());
            let typed = typed.clone().map(SecretInput::new);
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                match ipc::call::<RestoreBackup>(RestoreRequest { path, apply, passphrase: typed }).await {
                    Ok(view) => step.set(then(view)),
                    Err(error) if needs_passphrase(&error) && passphrase.is_none() => {
                        passphrase.set(Some(String::new()))
                    }
                    Err(error) => failure.set(Some(error)),
                }
                busy.set(false);
            });
        }
    };
    {
        let look = run.clone();
        let known = props.from.path().filter(|_| !props.from.is_locked()).map(str::to_owned);
        use_effect_with((), move |()| {
            if let Some(path) = known {
                look(path, false, Step::Preview);
            }
        });
    }
    let title = match &props.from {
        RestoreFrom::Move => t.get("take-over-title"),
        RestoreFrom::Backup(_) | RestoreFrom::Anywhere => t.get("restore-title"),
    };
    let error = html! { if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> } };
    match &*step {
        Step::File => {
            let is_pathless = path.trim().is_empty();
            let is_locked = passphrase.as_ref().is_some_and(String::is_empty);
            let submit = {
                let (run, tried, path) = (run.clone(), tried.clone(), path.trim().to_owned());
                Callback::from(move |()| {
                    tried.set(true);
                    if !is_pathless && !is_locked {
                        run(path.clone(), false, Step::Preview);
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
            let path_missing = (*tried && is_pathless).then(|| AttrValue::from(t.get("file-path-missing")));
            let passphrase_missing = (*tried && is_locked).then(|| AttrValue::from(t.get("passphrase-missing")));
            html! {
                <Dialog
                    {title}
                    busy={*busy}
                    on_close={props.on_close.clone()}
                    on_submit={Some(submit)}
                    primary={html! {
                        <Button
                            label={t.get("restore-look")}
                            kind={ButtonKind::Primary}
                            submit=true
                            busy={busy.then(|| AttrValue::from(t.get("restore-looking")))}
                        />
                    }}
                >
                    if props.from == RestoreFrom::Move { <p>{ t.get("take-over-how") }</p> }
                    if let Some(known) = props.from.path() {
                        <CopyLine text={known.to_owned()} label={t.get("file-path")} />
                    } else {
                        <TextField
                            id="restore-path"
                            label={t.get("file-path")}
                            help={Some(AttrValue::from(t.get("restore-path-about")))}
                            value={(*path).clone()}
                            mono=true
                            max_chars={4096}
                            error={path_missing}
                            oninput={set_path}
                        />
                    }
                    if let Some(typed) = &*passphrase {
                        <SecretField
                            id="restore-passphrase"
                            label={t.get("passphrase")}
                            help={Some(AttrValue::from(t.get("restore-passphrase-about")))}
                            placeholder={Some(AttrValue::default())}
                            value={Some(AttrValue::from(typed.clone()))}
                            error={passphrase_missing}
                            oninput={set_passphrase}
                        />
                    }
                    if *busy { <WorkProgress /> }
                    { error }
                </Dialog>
            }
        }
        Step::Preview(view) => {
            let apply = {
                let (run, path) = (run.clone(), path.trim().to_owned());
                Callback::from(move |()| run(path.clone(), true, Step::Done))
            };
            html! {
                <Dialog
                    {title}
                    busy={*busy}
                    on_close={props.on_close.clone()}
                    primary={html! {
                        <Button
                            label={t.get("restore-apply")}
                            kind={ButtonKind::Danger}
                            busy={busy.then(|| AttrValue::from(t.get("restore-busy")))}
                            onclick={apply}
                        />
                    }}
                >
                    <Contents view={view.clone()} />
                    <Banner tone={Tone::Warn} title={t.get("restore-replaces")} advice={t.get("restore-kept")} />
                    if *busy { <WorkProgress /> }
                    { error }
                </Dialog>
            }
        }
        Step::Done(view) => {
            let undo = view.undo.clone().filter(|undo| is_backup(undo));
            let take_back = undo.clone().map(|undo| {
                let run = run.clone();
                html! {
                    <Button
                        label={t.get("restore-undo")}
                        busy={busy.then(|| AttrValue::from(t.get("restore-undoing")))}
                        onclick={Callback::from(move |()| run(undo.clone(), true, |_| Step::Undone))}
                    />
                }
            });
            let kept = if undo.is_some() { t.get("restore-undo-about") } else { t.get("restore-aside-about") };
            html! {
                <Dialog
                    {title}
                    busy={*busy}
                    on_close={Callback::from(|()| dom::reload())}
                    close_label={Some(AttrValue::from(t.get("restore-go-on")))}
                    foot_left={take_back.unwrap_or_default()}
                >
                    <Banner tone={Tone::Ok} title={t.get("restore-done")} advice={kept} />
                    if let Some(undo) = &view.undo { <CopyLine text={undo.clone()} label={t.get("file-path")} /> }
                    if view.credentials_needed { <Banner tone={Tone::Warn} title={t.get("copy-without-credentials")} /> }
                    if *busy { <WorkProgress /> }
                    { error }
                </Dialog>
            }
        }
        Step::Undone => html! {
            <Dialog
                {title}
                on_close={Callback::from(|()| dom::reload())}
                close_label={Some(AttrValue::from(t.get("restore-go-on")))}
            >
                <Banner tone={Tone::Ok} title={t.get("restore-undone")} />
            </Dialog>
        },
    }
}

#[derive(Properties, PartialEq)]
struct ContentsProps {
    view: RestoreView,
}

/// What a file holds.
#[component]
fn Contents(props: &ContentsProps) -> Html {
    let t = use_texts();
    let view = &props.view;
    let made = format::date_time(view.made_at, dom::now(), dom::utc_offset_minutes(view.made_at));
    let facts = [
        (t.get("copy-made"), made),
        (t.get("copy-connections"), format::count(view.connections)),
        (t.get("copy-conversations"), format::count(view.conversations)),
        (t.get("copy-messages"), format::count(view.messages)),
        (t.get("copy-files"), format::count(view.files)),
        (t.get("copy-credentials"), format::count(view.credentials)),
    ];
    html! {
        <>
            <dl class="facts in-3">
                { for facts.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }) }
            </dl>
            if view.missing_files > 0 {
                <Banner tone={Tone::Warn} title={t.with("copy-files-missing", &[("n", view.missing_files.into())])} />
            }
            if view.credentials_needed {
                <Banner tone={Tone::Warn} title={t.get("copy-without-credentials")} />
            }
        </>
    }
}

fn kind_words(kind: BackupKind, t: &Texts) -> String {
    match kind {
        BackupKind::Asked => t.get("backup-kind-asked"),
        BackupKind::Automatic => t.get("backup-kind-automatic"),
        BackupKind::Undo => t.get("backup-kind-undo"),
        BackupKind::Migration => t.get("backup-kind-migration"),
        BackupKind::Move => t.get("backup-kind-move"),
    }
}

fn needs_passphrase(error: &HubError) -> bool {
    error.code == ErrorCode::InvalidRequest && error.detail.hint.as_deref() == Some("move_passphrase_needed")
}

/// The last part of a path; all backups made here lie in one folder.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A file with credentials.
fn is_sealed(path: &str) -> bool {
    path.ends_with(".hubmove")
}

/// Whether what was put aside can be restored; a database that could not be opened lies in a folder.
fn is_backup(path: &str) -> bool {
    path.ends_with(".hubbackup") || is_sealed(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_found_on_every_system() {
        assert_eq!(file_name("/data/backups/a.hubbackup"), "a.hubbackup");
        assert_eq!(file_name(r"C:\Hub\backups\b.hubbackup"), "b.hubbackup");
        assert_eq!(file_name("c"), "c");
    }

    #[test]
    fn only_a_backup_can_be_taken_back() {
        assert!(is_backup("/h/backups/undo-20260921-141320.hubbackup"));
        assert!(is_backup("/h/backups/undo-20260921-141320.hubmove"));
        assert!(!is_backup("/h/backups/aside-1790000000000"), "the damaged database lies in a folder");
    }

    #[test]
    fn a_locked_file_is_known_by_its_error() {
        let error = HubError::new(ErrorCode::InvalidRequest, "locked");
        assert!(!needs_passphrase(&error));
        assert!(needs_passphrase(&error.hint("move_passphrase_needed")));
    }
}
