//! Another computer: everything in one locked file, and taking over such a file.

use hub_contract::HubError;
use hub_contract::command::MoveHub;
use hub_contract::data::{BackupView, DataView, MoveRequest};
use hub_contract::secret::SecretInput;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::passphrase::{PassphraseFields, passphrase_fault};
use super::policy;
use super::row::Row;
use crate::components::{
    Banner, Button, ButtonKind, Card, CopyLine, Dialog, ErrorBanner, SectionHead, TextField, Tone,
};
use crate::pages::restore::{RestoreDialog, RestoreFrom};
use crate::pages::work_progress::WorkProgress;
use crate::state::{use_policy, use_texts};
use crate::{dom, format, ipc};

#[derive(Properties, PartialEq)]
pub(super) struct MovingProps {
    pub data: DataView,
    /// Reads the sizes again.
    pub reload: Callback<()>,
}

/// Which dialog is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Move,
    TakeOver,
}

#[component]
pub(super) fn Moving(props: &MovingProps) -> Html {
    let t = use_texts();
    let policy = use_policy();
    let open = use_state_eq(|| None::<Open>);
    let show = |what: Option<Open>| {
        let open = open.clone();
        Callback::from(move |()| open.set(what))
    };
    html! {
        <>
            <SectionHead title={t.get("move")} />
            <Card flush=true>
                <Row title={t.get("move-title")} help={t.get("move-about")}>
                    { policy::export(&policy, html! { <Button label={t.get("move-open")} onclick={show(Some(Open::Move))} /> }, &t) }
                </Row>
                <Row title={t.get("take-over-title")} help={t.get("take-over-about")}>
                    <Button label={t.get("take-over-open")} onclick={show(Some(Open::TakeOver))} />
                </Row>
            </Card>
            { match *open {
                Some(Open::Move) => html! {
                    <MoveDialog data={props.data.clone()} on_made={props.reload.clone()} on_close={show(None)} />
                },
                Some(Open::TakeOver) => html! { <RestoreDialog from={RestoreFrom::Move} on_close={show(None)} /> },
                None => html! {},
            } }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct MoveDialogProps {
    data: DataView,
    on_made: Callback<()>,
    on_close: Callback<()>,
}

/// Writes everything for another computer.
#[component]
fn MoveDialog(props: &MoveDialogProps) -> Html {
    let t = use_texts();
    let data = &props.data;
    let path = {
        let now = dom::now();
        let proposed = proposed_path(&data.data_dir, &format::file_date(now, dom::utc_offset_minutes(now)), "hubmove");
        use_state_eq(move || proposed)
    };
    let passphrase = use_state_eq(String::new);
    let repeated = use_state_eq(String::new);
    let tried = use_state_eq(|| false);
    let busy = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    let made = use_state(|| None::<BackupView>);

    if let Some(made) = &*made {
        return html! {
            <Dialog title={t.get("move-title")} close_label={Some(AttrValue::from(t.get("action-close")))} on_close={props.on_close.clone()}>
                <Banner
                    tone={Tone::Ok}
                    title={t.with("move-done", &[("size", format::bytes(made.bytes).into())])}
                    advice={t.get("move-next")}
                />
                if made.missing_files > 0 {
                    <Banner tone={Tone::Warn} title={t.with("copy-files-missing", &[("n", made.missing_files.into())])} />
                }
                <CopyLine text={made.path.clone()} label={t.get("file-path")} />
            </Dialog>
        };
    }
    let fault = passphrase_fault(&passphrase, &repeated, true);
    let is_pathless = path.trim().is_empty();
    let submit = {
        let (path, passphrase) = (path.trim().to_owned(), (*passphrase).clone());
        let (tried, busy, failure, made) = (tried.clone(), busy.clone(), failure.clone(), made.clone());
        let on_made = props.on_made.clone();
        Callback::from(move |()| {
            tried.set(true);
            if fault.is_some() || is_pathless || *busy {
                return;
            }
            let (path, passphrase) = (path.clone(), SecretInput::new(passphrase.clone()));
            let (busy, failure, made, on_made) = (busy.clone(), failure.clone(), made.clone(), on_made.clone());
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                match ipc::call::<MoveHub>(MoveRequest { path, passphrase }).await {
                    Ok(view) => {
                        on_made.emit(());
                        made.set(Some(view));
                    }
                    Err(error) => failure.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let set_path = {
        let path = path.clone();
        Callback::from(move |typed| path.set(typed))
    };
    let missing = (*tried && is_pathless).then(|| AttrValue::from(t.get("file-path-missing")));
    html! {
        <Dialog
            title={t.get("move-title")}
            busy={*busy}
            dirty={!passphrase.is_empty()}
            on_close={props.on_close.clone()}
            on_submit={Some(submit)}
            primary={html! {
                <Button
                    label={t.get("move-write")}
                    kind={ButtonKind::Primary}
                    submit=true
                    busy={busy.then(|| AttrValue::from(t.get("move-busy")))}
                />
            }}
        >
            <p>{ t.with("move-holds", &[
                ("conversations", format::count(data.conversations).into()),
                ("messages", format::count(data.messages).into()),
                ("files", format::count(data.files).into()),
                ("credentials", format::count(data.vault.secrets.into()).into()),
            ]) }</p>
            <Banner tone={Tone::Warn} title={t.get("move-credentials")} advice={t.get("move-credentials-advice")} />
            <TextField
                id="move-path"
                label={t.get("file-path")}
                value={(*path).clone()}
                mono=true
                max_chars={4096}
                error={missing}
                oninput={set_path}
            />
            <PassphraseFields
                passphrase={passphrase.clone()}
                repeated={repeated.clone()}
                is_new=true
                fault={fault.filter(|_| *tried)}
                lost={t.get("move-lost")}
            />
            if *busy { <WorkProgress /> }
            if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> }
        </Dialog>
    }
}

/// A name for the file, beside the data. Paths of Windows are known by their separators.
pub(super) fn proposed_path(data_dir: &str, date: &str, ending: &str) -> String {
    let separator = if data_dir.contains('\\') && !data_dir.contains('/') { '\\' } else { '/' };
    let folder = data_dir.trim_end_matches(separator);
    format!("{folder}{separator}hub-{date}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::proposed_path;

    #[test]
    fn the_proposed_file_lies_where_the_system_expects_it() {
        assert_eq!(proposed_path("/home/li/hub", "2026-09-21", "hubmove"), "/home/li/hub/hub-2026-09-21.hubmove");
        assert_eq!(
            proposed_path(r"C:\Users\Li\Hub", "2026-09-21", "hubmove"),
            r"C:\Users\Li\Hub\hub-2026-09-21.hubmove"
        );
    }
}
