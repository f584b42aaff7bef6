//! What becomes of an address: before, after and the final URL, with remarks in words.

use gloo_timers::future::TimeoutFuture;
use hub_contract::command::CheckAddress;
use hub_contract::connection::{AddressCheck, AddressNote, CheckAddressRequest};
use hub_contract::{HubError, PlatformId};
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::Address;
use crate::ipc;
use crate::state::use_texts;

/// How long the typing must rest before the address is looked at, in milliseconds.
const REST: u32 = 150;

/// Looks at an address. Nothing is sent anywhere.
pub(super) async fn check(platform: PlatformId, address: &str, as_typed: bool) -> Result<AddressCheck, HubError> {
    ipc::call::<CheckAddress>(CheckAddressRequest { platform, base_url: address.to_owned(), as_typed }).await
}

/// Looks at the address while it is typed.
#[hook]
pub(super) fn use_address_check(
    platform: PlatformId,
    address: String,
    as_typed: bool,
    on_check: Callback<AddressCheck>,
) {
    let newest = use_mut_ref(|| (String::new(), false));
    use_effect_with((platform, address, as_typed), move |(platform, address, as_typed)| {
        let (platform, wanted) = (*platform, (address.clone(), *as_typed));
        newest.borrow_mut().clone_from(&wanted);
        spawn_local(async move {
            TimeoutFuture::new(REST).await;
            if *newest.borrow() != wanted {
                return;
            }
            // A refused call leaves the address unchecked; submitting asks again and shows why.
            if let Ok(found) = check(platform, &wanted.0, wanted.1).await
                && *newest.borrow() == wanted
            {
                on_check.emit(found);
            }
        });
    });
}

#[derive(Properties, PartialEq)]
pub(super) struct AddressOutcomeProps {
    pub check: Option<AddressCheck>,
}

/// Before, after, final URL. What blocks stands at the field itself, so it is left out here.
#[component]
pub(super) fn AddressOutcome(props: &AddressOutcomeProps) -> Html {
    let t = use_texts();
    let Some(check) = props.check.as_ref().filter(|check| !check.after.is_empty()) else {
        // The line stands there from the beginning: a form that grows while somebody types moves its buttons.
        return html! { <dl class="address"><dt>{ t.get("address-final") }</dt><dd>{ "—" }</dd></dl> };
    };
    // Plain http has a tick of its own below.
    let is_mended = |note: &&AddressNote| !note.blocks() && **note != AddressNote::PlainHttp;
    let mended: Vec<String> = check.notes.iter().filter(is_mended).map(|note| note_words(*note, &t)).collect();
    html! {
        <dl class="address" aria-live="polite">
            if check.after != check.before {
                <dt>{ t.get("address-before") }</dt><dd><Address url={check.before.clone()} /></dd>
                <dt>{ t.get("address-after") }</dt><dd><Address url={check.after.clone()} /></dd>
            }
            <dt>{ t.get("address-final") }</dt><dd class="final"><Address url={check.final_url.clone()} /></dd>
            { for mended.into_iter().map(|words| html! { <dd class="notes">{ words }</dd> }) }
        </dl>
    }
}

/// A remark in words: what is wrong and what to do, or what was mended.
pub(super) fn note_words(note: AddressNote, t: &Texts) -> String {
    match note {
        AddressNote::Empty => t.get("address-empty"),
        AddressNote::Spaces => t.get("address-spaces"),
        AddressNote::NoScheme => t.get("address-no-scheme"),
        AddressNote::OtherScheme => t.get("address-other-scheme"),
        AddressNote::Credentials => t.get("address-credentials"),
        AddressNote::NotAnAddress => t.get("address-not-an-address"),
        AddressNote::PlainHttp => t.get("address-plain-http"),
        AddressNote::Trimmed => t.get("address-trimmed"),
        AddressNote::OperationRemoved => t.get("address-operation-removed"),
        AddressNote::VersionDoubled => t.get("address-version-doubled"),
        AddressNote::VersionAdded => t.get("address-version-added"),
    }
}
