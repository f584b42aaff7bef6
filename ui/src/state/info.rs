//! What this program is and whether its Hub can be used.

use std::rc::Rc;

use hub_contract::command::ReadAppInfo;
use hub_contract::data::AppInfo;
use hub_contract::settings::VaultMode;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::ipc;

/// The program's facts, with a way to read them again.
#[derive(Clone, PartialEq)]
pub struct HubInfo {
    /// The facts.
    pub info: Rc<AppInfo>,
    /// Reads them again.
    pub reload: Callback<()>,
}

impl HubInfo {
    /// Where secrets are kept, as the texts choose by it.
    pub fn vault_word(&self) -> &'static str {
        vault_word(self.info.vault)
    }
}

/// A place for secrets, as the texts choose by it.
pub fn vault_word(mode: VaultMode) -> &'static str {
    match mode {
        VaultMode::Keychain => "keychain",
        VaultMode::Session => "session",
        VaultMode::Passphrase => "passphrase",
    }
}

/// The program's facts. Only below an [`InfoProvider`].
#[hook]
pub fn use_info() -> HubInfo {
    use_context::<HubInfo>().unwrap_or_else(|| HubInfo {
        info: Rc::new(AppInfo {
            version: String::new(),
            data_dir: String::new(),
            is_empty: false,
            vault: VaultMode::default(),
            blocked: None,
        }),
        reload: Callback::noop(),
    })
}

#[derive(Properties, PartialEq)]
pub struct InfoProviderProps {
    pub info: AppInfo,
    pub children: Html,
}

#[component]
pub fn InfoProvider(props: &InfoProviderProps) -> Html {
    let info = {
        let first = props.info.clone();
        use_state(move || Rc::new(first))
    };
    let reload = {
        let info = info.clone();
        use_callback((), move |(), ()| {
            let info = info.clone();
            spawn_local(async move {
                if let Ok(newer) = ipc::call::<ReadAppInfo>(()).await {
                    info.set(Rc::new(newer));
                }
            });
        })
    };
    let context = HubInfo { info: (*info).clone(), reload };
    html! { <ContextProvider<HubInfo> context={context}>{ props.children.clone() }</ContextProvider<HubInfo>> }
}
