//! 数据: where it lies, how much there is, backups, and the way to another computer.

use hub_contract::HubError;
use hub_contract::command::{OpenDataDir, ReadData};
use hub_contract::data::DataView;
use hub_contract::settings::VaultMode;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::backups::Backups;
use super::keychain::backend_words;
use super::moving::Moving;
use crate::components::{
    Button, ButtonKind, ButtonSize, Card, CopyLine, ErrorBanner, Icon, IconName, IconSize, SectionHead, SkeletonShape,
    loaded_view,
};
use crate::state::{use_load, use_texts};
use crate::{format, ipc};

#[component]
pub(super) fn DataSection() -> Html {
    let data = use_load::<ReadData>(());
    let reload = data.reload.clone();
    loaded_view(&data, SkeletonShape::Lines, |data| {
        html! {
            <>
                <Secrets data={(**data).clone()} />
                <Place data={(**data).clone()} />
                <Backups data={(**data).clone()} reload={reload.clone()} />
                <Moving data={(**data).clone()} {reload} />
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
        (t.with("data-files", &[("n", data.files.into())]), format::bytes(data.files_bytes)),
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
