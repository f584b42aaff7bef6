//! A new passphrase: long enough and typed twice.

use yew::prelude::*;

use crate::components::SecretField;
use crate::state::use_texts;

/// Shortest passphrase, in characters. The core has the last word.
const SHORTEST: usize = 8;

/// What is wrong with a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PassphraseFault {
    Short,
    Different,
}

/// What is wrong with a passphrase that is chosen now, or that opens something (`is_new` false): then it is typed once.
pub(super) fn passphrase_fault(passphrase: &str, repeated: &str, is_new: bool) -> Option<PassphraseFault> {
    let shortest = if is_new { SHORTEST } else { 1 };
    if passphrase.chars().count() < shortest {
        Some(PassphraseFault::Short)
    } else {
        (is_new && passphrase != repeated).then_some(PassphraseFault::Different)
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct PassphraseFieldsProps {
    pub passphrase: UseStateHandle<String>,
    pub repeated: UseStateHandle<String>,
    /// It is chosen now, so it is typed twice.
    pub is_new: bool,
    /// What is wrong, once it is to be shown.
    pub fault: Option<PassphraseFault>,
    /// What happens when it is forgotten.
    pub lost: AttrValue,
}

/// The fields for a passphrase.
#[component]
pub(super) fn PassphraseFields(props: &PassphraseFieldsProps) -> Html {
    let t = use_texts();
    let typed = |state: &UseStateHandle<String>| {
        let state = state.clone();
        Callback::from(move |text: Option<String>| state.set(text.unwrap_or_default()))
    };
    let error_of =
        |wanted: PassphraseFault, words: String| (props.fault == Some(wanted)).then(|| AttrValue::from(words));
    html! {
        <>
            <SecretField
                id="passphrase"
                label={t.get("passphrase")}
                help={Some(AttrValue::from(t.get("passphrase-about")))}
                placeholder={Some(AttrValue::default())}
                value={Some(AttrValue::from((*props.passphrase).clone()))}
                error={error_of(PassphraseFault::Short, t.with("passphrase-short", &[("n", SHORTEST.into())]))}
                oninput={typed(&props.passphrase)}
            />
            if props.is_new {
                <SecretField
                    id="passphrase-again"
                    label={t.get("passphrase-again")}
                    help={Some(props.lost.clone())}
                    placeholder={Some(AttrValue::default())}
                    value={Some(AttrValue::from((*props.repeated).clone()))}
                    error={error_of(PassphraseFault::Different, t.get("passphrase-different"))}
                    oninput={typed(&props.repeated)}
                />
            }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_passphrase_is_long_enough_and_typed_twice() {
        assert_eq!(passphrase_fault("short", "short", true), Some(PassphraseFault::Short));
        assert_eq!(passphrase_fault("long enough", "long enouhg", true), Some(PassphraseFault::Different));
        assert_eq!(
            passphrase_fault("密码短语要够长才行", "密码短语要够长才行", true),
            None,
            "characters count, not bytes"
        );
    }

    #[test]
    fn opening_an_old_vault_asks_once() {
        assert_eq!(passphrase_fault("old", "", false), None);
        assert_eq!(passphrase_fault("", "", false), Some(PassphraseFault::Short));
    }
}
