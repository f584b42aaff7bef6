//! Writes conversations into files: this one, those with the same agent or model, or all.

use std::cell::Cell;
use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::{ListConversations, WriteConversation};
use hub_contract::conversation::{
    ConversationView, ExportFormat, ListConversationsRequest, Target, WriteConversationRequest,
};
use hub_contract::id::ConversationId;
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{
    Banner, Button, ButtonKind, Choice, CopyLine, Dialog, ErrorBanner, Progress, Select, TextField, Tone,
};
use crate::ipc;
use crate::state::{use_info, use_texts};

/// More conversations than anybody has.
const ALL: u32 = 1_000_000;

/// Which conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    This,
    SameTarget,
    All,
}

const WHICH: [(&str, Which); 3] = [("this", Which::This), ("same", Which::SameTarget), ("all", Which::All)];
const FORMATS: [(&str, ExportFormat); 3] =
    [("md", ExportFormat::Md), ("json", ExportFormat::Json), ("html", ExportFormat::Html)];

/// How far it is.
#[derive(Debug, Clone, Default, PartialEq)]
struct Progressed {
    of: usize,
    written: usize,
    /// Where the last one lies.
    path: String,
    /// For how many it did not work, and why for the last of them.
    failed: usize,
    error: Option<HubError>,
}

#[derive(Debug, Clone, PartialEq)]
enum Phase {
    Asking,
    Writing(Progressed),
    Done(Progressed),
}

#[derive(Properties, PartialEq)]
pub(super) struct ExportDialogProps {
    /// The one that it was opened from.
    pub(super) conversation: ConversationView,
    pub(super) on_close: Callback<()>,
}

#[component]
pub(super) fn ExportDialog(props: &ExportDialogProps) -> Html {
    let t = use_texts();
    let which = use_state_eq(|| WHICH[0]);
    let format = use_state_eq(|| FORMATS[0]);
    let proposed = proposed_folder(&use_info().info.data_dir);
    let folder = use_state_eq(move || proposed);
    let phase = use_state_eq(|| Phase::Asking);
    let stopped = use_memo((), |()| Cell::new(false));

    let submit = {
        let (one, which, format, folder) = (props.conversation.clone(), which.1, format.1, folder.trim().to_owned());
        let (phase, stopped) = (phase.setter(), Rc::clone(&stopped));
        Callback::from(move |()| {
            if folder.is_empty() {
                return;
            }
            let (one, folder, phase, stopped) = (one.clone(), folder.clone(), phase.clone(), Rc::clone(&stopped));
            stopped.set(false);
            phase.set(Phase::Writing(Progressed::default()));
            spawn_local(async move {
                let show = |now: &Progressed| phase.set(Phase::Writing(now.clone()));
                let done = write_all(&one, which, format, &folder, &stopped, show).await;
                phase.set(Phase::Done(done));
            });
        })
    };
    let title = t.get("export-write");
    let now = match &*phase {
        Phase::Done(done) => {
            let close = Some(AttrValue::from(t.get("action-close")));
            return html! {
                <Dialog {title} close_label={close} on_close={props.on_close.clone()}>{ outcome(done, &folder, &t) }</Dialog>
            };
        }
        Phase::Writing(now) => Some(now),
        Phase::Asking => None,
    };
    let primary = match now {
        Some(_) => {
            let stop = Callback::from(move |()| stopped.set(true));
            html! { <Button label={t.get("chat-stop")} kind={ButtonKind::Primary} onclick={stop} /> }
        }
        None => html! {
            <Button
                label={t.get("export-write")}
                kind={ButtonKind::Primary}
                submit=true
                disabled={folder.trim().is_empty()}
            />
        },
    };
    let body = match now {
        Some(now) => html! {
            <>
                <p role="status">{ t.with("export-writing", &[("n", now.written.into()), ("of", now.of.into())]) }</p>
                <Progress label={t.get("export-write")} value={count(now.written + now.failed)} max={count(now.of)} />
            </>
        },
        None => {
            let choose_which = {
                let which = which.clone();
                Callback::from(move |word: String| {
                    WHICH.into_iter().filter(|(name, _)| *name == word).for_each(|chosen| which.set(chosen));
                })
            };
            let choose_format = {
                let format = format.clone();
                Callback::from(move |word: String| {
                    FORMATS.into_iter().filter(|(name, _)| *name == word).for_each(|chosen| format.set(chosen));
                })
            };
            let set_folder = {
                let folder = folder.clone();
                Callback::from(move |typed| folder.set(typed))
            };
            html! {
                <>
                    <Select
                        id="export-which"
                        label={t.get("export-which")}
                        value={which.0}
                        choices={choices_of_which(&props.conversation, &t)}
                        onchange={choose_which}
                    />
                    <Select
                        id="export-format"
                        label={t.get("export-format")}
                        value={format.0}
                        choices={choices_of_format()}
                        onchange={choose_format}
                        help={t.get(about(format.1))}
                    />
                    <TextField
                        id="export-folder"
                        label={t.get("export-folder")}
                        value={(*folder).clone()}
                        mono=true
                        max_chars={4096}
                        oninput={set_folder}
                    />
                </>
            }
        }
    };
    html! {
        <Dialog {title} busy={now.is_some()} on_close={props.on_close.clone()} on_submit={Some(submit)} {primary}>
            { body }
        </Dialog>
    }
}

fn outcome(done: &Progressed, folder: &str, t: &Texts) -> Html {
    let tone = if done.written > 0 && done.written == done.of { Tone::Ok } else { Tone::Warn };
    let words = t.with("export-done", &[("n", done.written.into()), ("of", done.of.into())]);
    html! {
        <>
            <Banner {tone} title={words} />
            if let Some(error) = &done.error { <ErrorBanner error={error.clone()} /> }
            if done.written == 1 {
                <CopyLine text={done.path.clone()} label={t.get("file-path")} />
            } else if done.written > 1 {
                <CopyLine text={folder.trim().to_owned()} label={t.get("export-folder")} />
            }
        </>
    }
}

fn choices_of_which(one: &ConversationView, t: &Texts) -> Vec<Choice> {
    let words = |which| match which {
        Which::This => t.with("export-this", &[("title", one.title.as_str().into())]),
        Which::SameTarget => t.with("export-same", &[("name", one.target_name.as_str().into())]),
        Which::All => t.get("export-all"),
    };
    WHICH.into_iter().map(|(name, which)| Choice { value: name.into(), label: words(which).into() }).collect()
}

fn choices_of_format() -> Vec<Choice> {
    let name = |format| match format {
        ExportFormat::Md => "Markdown",
        ExportFormat::Json => "JSON",
        ExportFormat::Html => "HTML",
    };
    FORMATS.into_iter().map(|(word, format)| Choice { value: word.into(), label: name(format).into() }).collect()
}

fn about(format: ExportFormat) -> &'static str {
    match format {
        ExportFormat::Md => "export-about-md",
        ExportFormat::Json => "export-about-json",
        ExportFormat::Html => "export-about-html",
    }
}

/// Writes one after the other, so that it can be stopped between two; what is written stays.
async fn write_all(
    one: &ConversationView,
    which: Which,
    format: ExportFormat,
    folder: &str,
    stopped: &Cell<bool>,
    show: impl Fn(&Progressed),
) -> Progressed {
    let ids = match chosen(one, which).await {
        Ok(ids) => ids,
        Err(error) => return Progressed { error: Some(error), ..Progressed::default() },
    };
    let mut now = Progressed { of: ids.len(), ..Progressed::default() };
    for id in ids {
        if stopped.get() {
            break;
        }
        let request = WriteConversationRequest { id, format, folder: folder.to_owned() };
        match ipc::call::<WriteConversation>(request).await {
            Ok(written) => {
                now.written += 1;
                now.path = written.path;
            }
            Err(error) => {
                now.failed += 1;
                now.error = Some(error);
                // What fails at first fails for all: the folder is wrong or the disk is full.
                if now.written == 0 {
                    break;
                }
            }
        }
        show(&now);
    }
    now
}

async fn chosen(one: &ConversationView, which: Which) -> Result<Vec<ConversationId>, HubError> {
    let target: Option<Target> = match which {
        Which::This => return Ok(vec![one.id.clone()]),
        Which::SameTarget => Some(one.target.clone()),
        Which::All => None,
    };
    let mut ids = Vec::new();
    for archived in [false, true] {
        let request = ListConversationsRequest { target: target.clone(), archived, limit: ALL, before: None };
        ids.extend(ipc::call::<ListConversations>(request).await?.into_iter().map(|one| one.id));
    }
    Ok(ids)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A folder beside the data. Paths of Windows are known by their separators.
fn proposed_folder(data_dir: &str) -> String {
    let separator = if data_dir.contains('\\') && !data_dir.contains('/') { '\\' } else { '/' };
    format!("{}{separator}exports", data_dir.trim_end_matches(separator))
}

#[cfg(test)]
mod tests {
    use super::proposed_folder;

    #[test]
    fn the_proposed_folder_lies_beside_the_data() {
        assert_eq!(proposed_folder("/home/li/hub/"), "/home/li/hub/exports");
        assert_eq!(proposed_folder(r"C:\Users\Li\Hub"), r"C:\Users\Li\Hub\exports");
    }
}
