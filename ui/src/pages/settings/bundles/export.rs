//! The export wizard: for whom, which credentials, how it is locked; then what to hand over.

use hub_contract::HubError;
use hub_contract::bundle::{BundleContents, BundleView};
use hub_contract::command::{ExportBundle, ListGroups, ListMembers, ListPlans, PublishBundle, ReadBundleContents};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::export_form::{ExportForm, Lock, Place};
use super::export_steps::{self, People};
use crate::components::{
    Button, ButtonKind, Dialog, DialogSize, ErrorBanner, Icon, IconName, IconSize, Skeleton, SkeletonShape,
};
use crate::pages::settings::moving::proposed_path;
use crate::pages::work_progress::WorkProgress;
use crate::state::{use_info, use_load, use_prefs, use_texts};
use crate::{dom, format, ipc};

#[derive(Properties, PartialEq)]
pub(super) struct ExportDialogProps {
    /// Where it is written.
    pub place: Place,
    pub on_close: Callback<()>,
}

/// How far the wizard is.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Audience,
    Contents(BundleContents),
    Seal(BundleContents),
    Done(BundleView),
}

#[component]
pub(super) fn ExportDialog(props: &ExportDialogProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let data_dir = use_info().info.data_dir.clone();
    let form = {
        let place = props.place;
        use_reducer(move || ExportForm { place, path: first_path(place, &data_dir), ..ExportForm::default() })
    };
    let members = use_load::<ListMembers>(());
    let plans = use_load::<ListPlans>(());
    let groups = use_load::<ListGroups>(());
    let passphrase = use_state_eq(String::new);
    let repeated = use_state_eq(String::new);
    let step = use_state_eq(|| Step::Audience);
    let tried = use_state_eq(|| false);
    let busy = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);

    let missing = form.missing(&passphrase, &repeated);
    let next = {
        let (form, step, tried) = (form.clone(), step.clone(), tried.clone());
        let (busy, failure, passphrase) = (busy.clone(), failure.clone(), passphrase.clone());
        Callback::from(move |()| {
            let Some(audience) = form.audience().filter(|_| !*busy) else {
                tried.set(true);
                return;
            };
            let (step, failure) = (step.clone(), failure.clone());
            match &*step {
                Step::Audience => {
                    let (busy, tried, dispatch) = (busy.clone(), tried.clone(), form.dispatcher());
                    busy.set(true);
                    failure.set(None);
                    spawn_local(async move {
                        match ipc::call::<ReadBundleContents>(audience).await {
                            Ok(contents) => {
                                let known = contents.clone();
                                dispatch.dispatch(Box::new(move |form: &mut ExportForm| form.keep_only(&known)));
                                tried.set(false);
                                step.set(Step::Contents(contents));
                            }
                            Err(error) => failure.set(Some(error)),
                        }
                        busy.set(false);
                    });
                }
                Step::Contents(contents) => {
                    let (known, contents) = (contents.clone(), contents.clone());
                    form.dispatch(Box::new(move |form: &mut ExportForm| form.keep_only(&known)));
                    step.set(Step::Seal(contents));
                }
                Step::Seal(_) if missing.is_some() => tried.set(true),
                Step::Seal(_) => {
                    let (form, busy, typed) = ((*form).clone(), busy.clone(), (*passphrase).clone());
                    busy.set(true);
                    failure.set(None);
                    spawn_local(async move {
                        let made = match form.place {
                            Place::File => ipc::call::<ExportBundle>(form.export(audience, &typed, dom::now())).await,
                            Place::Folder => {
                                ipc::call::<PublishBundle>(form.publish(audience, &typed, dom::now())).await
                            }
                        };
                        match made {
                            Ok(view) => step.set(Step::Done(view)),
                            Err(error) => failure.set(Some(error)),
                        }
                        busy.set(false);
                    });
                }
                Step::Done(_) => {}
            }
        })
    };
    let back = {
        let (step, failure) = (step.clone(), failure.clone());
        Callback::from(move |()| {
            failure.set(None);
            match &*step {
                Step::Seal(contents) => step.set(Step::Contents(contents.clone())),
                _ => step.set(Step::Audience),
            }
        })
    };
    let title = match props.place {
        Place::File => t.get("bundle-export-title"),
        Place::Folder => t.get("bundle-publish-title"),
    };
    let mark = html! { <Icon name={IconName::Bundle} size={IconSize::S20} /> };
    if let Step::Done(made) = &*step {
        return html! {
            <Dialog
                {title}
                size={DialogSize::Medium}
                {mark}
                on_close={props.on_close.clone()}
                close_label={Some(AttrValue::from(t.get("action-close")))}
            >
                { export_steps::done(&form, made, &t) }
            </Dialog>
        };
    }
    let content = match (&*step, members.state.ready(), plans.state.ready(), groups.state.ready()) {
        (Step::Contents(contents), ..) => export_steps::contents(&form, contents, language, &t),
        (Step::Seal(_), ..) => export_steps::seal(&form, &passphrase, &repeated, missing.filter(|_| *tried), &t),
        (_, Some(members), Some(plans), Some(groups)) => {
            export_steps::audience(&form, &People { members, plans, groups }, *tried, &t)
        }
        _ => match [members.state.error(), plans.state.error(), groups.state.error()].into_iter().flatten().next() {
            Some(error) => html! { <ErrorBanner error={error.clone()} /> },
            None => html! { <Skeleton shape={SkeletonShape::Lines} /> },
        },
    };
    let label = match &*step {
        Step::Seal(_) => t.get("bundle-write"),
        _ => t.get("bundle-next"),
    };
    let is_empty = matches!(&*step, Step::Contents(contents) if contents.agents == 0);
    html! {
        <Dialog
            {title}
            size={DialogSize::Medium}
            {mark}
            busy={*busy}
            dirty={form.lock == Lock::Passphrase && !passphrase.is_empty()}
            on_close={props.on_close.clone()}
            on_submit={Some(next)}
            foot_left={html! {
                if *step != Step::Audience {
                    <Button label={t.get("action-back")} kind={ButtonKind::Quiet} disabled={*busy} onclick={back} />
                }
            }}
            primary={html! {
                <Button
                    {label}
                    kind={ButtonKind::Primary}
                    submit=true
                    disabled={is_empty}
                    busy={busy.then(|| AttrValue::from(t.get("bundle-busy")))}
                />
            }}
        >
            { content }
            if *busy { <WorkProgress /> }
            if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> }
        </Dialog>
    }
}

/// Beside the data; a folder that members reach is only known to the operator.
fn first_path(place: Place, data_dir: &str) -> String {
    let now = dom::now();
    match place {
        Place::File => proposed_path(data_dir, &format::file_date(now, dom::utc_offset_minutes(now)), "hubbundle"),
        Place::Folder => String::new(),
    }
}
