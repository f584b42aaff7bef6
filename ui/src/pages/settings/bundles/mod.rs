//! 配置包: what the operator hands out, and what a member's Hub has and follows.

mod diff;
mod export;
mod export_form;
mod export_steps;
mod follow;
mod import;
mod keys;
mod member;
mod preview;

use yew::prelude::*;

use self::export::ExportDialog;
use self::export_form::Place;
pub use self::import::{GivenBundle, ImportDialog, ImportFrom};
use self::keys::Keys;
use self::member::MemberPart;
use super::policy;
use super::row::Row;
use crate::components::{Button, ButtonKind, Card, ErrorBanner, Skeleton, SkeletonShape};
use crate::state::{Loadable, use_membership, use_policy, use_texts};

#[component]
pub(super) fn BundlesSection() -> Html {
    let membership = use_membership();
    match membership.read() {
        Loadable::Loading => html! { <Skeleton shape={SkeletonShape::Lines} /> },
        Loadable::Failed(error) => {
            html! { <ErrorBanner error={error.clone()} on_retry={membership.reload.clone()} /> }
        }
        Loadable::Ready(view) => match view.as_ref() {
            Some(view) => html! { <><MemberPart view={view.clone()} /><Keys /></> },
            None => html! { <><OperatorPart /><Keys /></> },
        },
    }
}

/// Which dialog of the operator is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Export(Place),
    Import(ImportFrom),
}

#[component]
fn OperatorPart() -> Html {
    let t = use_texts();
    let policy = use_policy();
    let open = use_state_eq(|| None::<Open>);
    let show = |what: Option<Open>| {
        let open = open.clone();
        Callback::from(move |()| open.set(what))
    };
    html! {
        <>
            if let Some(path) = &policy.bundle_path {
                <Card flush=true>
                    <Row title={t.get("policy-bundle")} help={path.clone()}>
                        <div class="row row-12">
                            { policy::mark(&t) }
                            <Button
                                label={t.get("policy-bundle-look")}
                                onclick={show(Some(Open::Import(ImportFrom::Followed)))}
                            />
                        </div>
                    </Row>
                </Card>
            }
            <Card flush=true>
                <Row title={t.get("bundle-export-title")} help={t.get("bundle-export-about")}>
                    { policy::export(&policy, html! {
                        <Button
                            label={t.get("bundle-export-open")}
                            kind={ButtonKind::Primary}
                            onclick={show(Some(Open::Export(Place::File)))}
                        />
                    }, &t) }
                </Row>
                <Row title={t.get("bundle-publish-title")} help={t.get("bundle-publish-about")}>
                    { policy::export(&policy, html! {
                        <Button label={t.get("bundle-publish-open")} onclick={show(Some(Open::Export(Place::Folder)))} />
                    }, &t) }
                </Row>
                <Row title={t.get("bundle-import-title")} help={t.get("bundle-import-about")}>
                    <Button label={t.get("bundle-import-open")} onclick={show(Some(Open::Import(ImportFrom::File)))} />
                </Row>
            </Card>
            { match *open {
                Some(Open::Export(place)) => html! { <ExportDialog {place} on_close={show(None)} /> },
                Some(Open::Import(from)) => html! {
                    <ImportDialog {from} on_done={show(None)} on_close={show(None)} />
                },
                None => html! {},
            } }
        </>
    }
}
