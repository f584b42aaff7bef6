//! The whole page when the Hub cannot be opened: another program has it, or the database is newer or damaged.

use hub_contract::command::OpenDataDir;
use hub_contract::{ErrorCode, HubError};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{Button, ButtonKind, ErrorBanner, Icon, IconName, IconSize};
use crate::ipc;
use crate::state::{use_info, use_texts};

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
                <p class="help">{ t.with("data-kept-in", &[("path", info.info.data_dir.as_str().into())]) }</p>
                <div class="row end">
                    <Button label={t.get("action-open-folder")} icon={IconName::Folder} onclick={open} />
                    <Button label={t.get("action-check-again")} kind={ButtonKind::Primary} onclick={info.reload} />
                </div>
            </div>
        </main>
    }
}
