//! 钥匙串: where secrets are kept, whether it works, and the passphrase.

use hub_contract::HubError;
use hub_contract::command::{CheckVault, EditSettings, ReadData, UnlockVault};
use hub_contract::data::VaultView;
use hub_contract::policy::SettingKey;
use hub_contract::secret::SecretInput;
use hub_contract::settings::{EditSettingsRequest, UnlockVaultRequest, VaultMode};
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::passphrase::{PassphraseFields, passphrase_fault};
use super::policy;
use crate::components::{
    Badge, Button, ButtonKind, Card, ErrorBanner, Icon, IconName, IconSize, SkeletonShape, loaded_view,
};
use crate::ipc;
use crate::state::{Toast, use_info, use_load, use_policy, use_texts, use_toasts, vault_word};

#[component]
pub(super) fn KeychainSection() -> Html {
    let t = use_texts();
    let policy = use_policy();
    let data = use_load::<ReadData>(());
    let newer = use_state(|| None::<VaultView>);
    let info = use_info();
    let on_change = {
        let newer = newer.clone();
        Callback::from(move |view| {
            newer.set(Some(view));
            info.reload.emit(());
        })
    };
    loaded_view(&data, SkeletonShape::Lines, |data| {
        let vault = (*newer).clone().unwrap_or_else(|| data.vault.clone());
        // Another mode begins the choice anew.
        let mode = vault_word(vault.mode);
        // A closed passphrase file is still to be opened.
        let is_locked = policy.locks(SettingKey::Vault) && vault.error.is_none();
        html! {
            <>
                <VaultState vault={vault.clone()} on_change={on_change.clone()} />
                if is_locked {
                    { policy::locked(t.get("vault-where"), mode_words(vault.mode, &t), &t) }
                } else {
                    <VaultChoice key={mode} {vault} {on_change} />
                }
            </>
        }
    })
}

#[derive(Properties, PartialEq)]
struct VaultProps {
    vault: VaultView,
    on_change: Callback<VaultView>,
}

/// How the place fares, with a button that tries it.
#[component]
fn VaultState(props: &VaultProps) -> Html {
    let t = use_texts();
    let busy = use_state_eq(|| false);
    let refused = use_state(|| None::<HubError>);
    let vault = &props.vault;
    let check = {
        let (busy, refused, on_change) = (busy.clone(), refused.clone(), props.on_change.clone());
        Callback::from(move |()| {
            let (busy, refused, on_change) = (busy.clone(), refused.clone(), on_change.clone());
            busy.set(true);
            refused.set(None);
            spawn_local(async move {
                match ipc::call::<CheckVault>(()).await {
                    Ok(view) => on_change.emit(view),
                    Err(error) => refused.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let (tone, state, icon) = if vault.error.is_some() {
        (Some("bad"), t.get("vault-unusable"), IconName::Alert)
    } else if vault.unused {
        (None, t.get("vault-unused"), IconName::Clock)
    } else {
        (Some("ok"), t.get("vault-usable"), IconName::Check)
    };
    let title = mode_words(vault.mode, &t);
    html! {
        <>
            <Card flush=true>
                <div class="set">
                    <div class="row row-12">
                        <Icon name={IconName::Lock} size={IconSize::S20} />
                        <div>
                            <div class="strong">{ title }</div>
                            <p class="help">
                                { t.with("vault-facts", &[("backend", backend_words(vault, &t).into()), ("n", vault.secrets.into())]) }
                            </p>
                        </div>
                    </div>
                    <div class="row row-12">
                        <Badge text={state} {tone} icon={Some(icon)} />
                        <Button
                            label={t.get("vault-check")}
                            icon={IconName::Refresh}
                            busy={busy.then(|| AttrValue::from(t.get("testing")))}
                            onclick={check}
                        />
                    </div>
                </div>
                if vault.mode == VaultMode::Keychain {
                    <div class="set wide"><p class="help">{ t.get("vault-check-about") }</p></div>
                }
            </Card>
            if let Some(error) = vault.error.as_ref().or((*refused).as_ref()) { <ErrorBanner error={error.clone()} /> }
        </>
    }
}

fn mode_words(mode: VaultMode, t: &Texts) -> String {
    match mode {
        VaultMode::Keychain => t.get("vault-in-keychain"),
        VaultMode::Session => t.get("vault-in-session"),
        VaultMode::Passphrase => t.get("vault-in-file"),
    }
}

/// The three places to choose from.
#[component]
fn VaultChoice(props: &VaultProps) -> Html {
    let t = use_texts();
    let toasts = use_toasts();
    let now = props.vault.mode;
    let chosen = use_state_eq(|| now);
    let passphrase = use_state_eq(String::new);
    let repeated = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    let tried = use_state_eq(|| false);

    let is_new = now != VaultMode::Passphrase;
    let fault = (*chosen == VaultMode::Passphrase).then(|| passphrase_fault(&passphrase, &repeated, is_new)).flatten();
    let submit = {
        let (chosen, passphrase, on_change) = (*chosen, (*passphrase).clone(), props.on_change.clone());
        let (busy, failure, tried) = (busy.clone(), failure.clone(), tried.clone());
        let (t, toasts) = (t.clone(), toasts.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tried.set(true);
            if fault.is_some() || *busy {
                return;
            }
            let (passphrase, on_change) = (passphrase.clone(), on_change.clone());
            let (busy, failure, t, toasts) = (busy.clone(), failure.clone(), t.clone(), toasts.clone());
            busy.set(true);
            failure.set(None);
            spawn_local(async move {
                match keep_in(chosen, passphrase).await {
                    Ok(view) => {
                        toasts.show(Toast::done(t.get("settings-saved")));
                        on_change.emit(view);
                    }
                    Err(error) => failure.set(Some(error)),
                }
                busy.set(false);
            });
        })
    };
    let options = [
        (VaultMode::Keychain, t.get("vault-keychain"), t.get("vault-keychain-about")),
        (VaultMode::Session, t.get("vault-session"), t.get("vault-session-about")),
        (VaultMode::Passphrase, t.get("vault-passphrase"), t.get("vault-passphrase-about")),
    ];
    // An open file needs no passphrase.
    let asks = *chosen == VaultMode::Passphrase && (is_new || props.vault.error.is_some());
    let action = match (*chosen == now, *chosen) {
        (true, VaultMode::Passphrase) => asks.then(|| t.get("vault-unlock")),
        (true, _) => None,
        (false, _) => Some(t.get("vault-move")),
    };
    html! {
        <Card label={t.get("vault-where")}>
            <form class="set-form" novalidate=true onsubmit={submit}>
                <fieldset class="choice">
                    <legend class="label">{ t.get("vault-where") }</legend>
                    { for options.into_iter().map(|(mode, label, about)| {
                        let on = *chosen == mode;
                        let choose = {
                            let chosen = chosen.clone();
                            Callback::from(move |_: Event| chosen.set(mode))
                        };
                        html! {
                            <label class={on.then_some("on")}>
                                <input type="radio" name="vault-mode" checked={on} onchange={choose} />
                                <span class={classes!("box", "radio", on.then_some("on"))} aria-hidden="true"></span>
                                <span>{ label }<small>{ about }</small></span>
                            </label>
                        }
                    }) }
                </fieldset>
                if asks {
                    <PassphraseFields
                        passphrase={passphrase.clone()}
                        repeated={repeated.clone()}
                        {is_new}
                        fault={fault.filter(|_| *tried)}
                        lost={t.get("passphrase-lost")}
                    />
                }
                if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> }
                if let Some(action) = action {
                    <div class="row">
                        <Button label={action} kind={ButtonKind::Primary} submit=true busy={busy.then(|| AttrValue::from(t.get("saving")))} />
                    </div>
                }
            </form>
        </Card>
    }
}

/// Where exactly: the keychain's own name, or what stands in for one.
pub(super) fn backend_words(vault: &VaultView, t: &Texts) -> String {
    match vault.mode {
        VaultMode::Keychain => vault.backend.clone(),
        VaultMode::Session => t.get("vault-backend-session"),
        VaultMode::Passphrase => t.get("vault-backend-passphrase"),
    }
}

/// Keeps secrets there from now on; what is stored moves along. Answers with how the new place fares.
async fn keep_in(mode: VaultMode, passphrase: String) -> Result<VaultView, HubError> {
    if mode == VaultMode::Passphrase {
        return ipc::call::<UnlockVault>(UnlockVaultRequest { passphrase: SecretInput::new(passphrase) }).await;
    }
    ipc::call::<EditSettings>(EditSettingsRequest { vault: Some(mode), ..Default::default() }).await?;
    Ok(ipc::call::<ReadData>(()).await?.vault)
}
