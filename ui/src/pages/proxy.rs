//! The fields of a proxy: address, user name, password. The Hub's setting and a connection's own ask for the same.

use hub_contract::connection::SecretState;
use hub_contract::secret::SecretInput;
use hub_contract::settings::ProxySetting;
use hub_text::Texts;
use yew::prelude::*;

use crate::components::{SecretField, TextField};
use crate::state::use_texts;

/// A proxy as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyDraft {
    /// The address.
    pub url: String,
    /// The user name.
    pub user: String,
    /// The password; `None` keeps the stored one.
    pub password: Option<String>,
    /// The address that a stored password belongs to.
    stored_for: Option<String>,
}

/// What is wrong with a proxy's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyFault {
    Missing,
    Scheme,
    Credentials,
}

impl ProxyDraft {
    /// A stored proxy, or an empty draft for any other setting.
    pub fn of(setting: Option<&ProxySetting>) -> Self {
        match setting {
            Some(ProxySetting::Custom { url, user, has_password }) => Self {
                url: url.clone(),
                user: user.clone(),
                password: (!has_password).then(String::new),
                stored_for: has_password.then(|| url.clone()),
            },
            _ => Self { password: Some(String::new()), ..Self::default() },
        }
    }

    /// What is wrong with the address.
    pub fn fault(&self) -> Option<ProxyFault> {
        let url = self.url.trim();
        if url.is_empty() {
            return Some(ProxyFault::Missing);
        }
        let known = url.split_once("://").filter(|(scheme, host)| {
            matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "socks5" | "socks5h") && !host.is_empty()
        });
        match known {
            None => Some(ProxyFault::Scheme),
            Some((_, rest)) if rest.contains('@') => Some(ProxyFault::Credentials),
            Some(_) => None,
        }
    }

    /// The setting. Whether a password is stored is the core's to know.
    pub fn setting(&self) -> ProxySetting {
        ProxySetting::Custom { url: self.url.trim().to_owned(), user: self.user.trim().to_owned(), has_password: false }
    }

    /// The password, when it was typed.
    pub fn typed_password(&self) -> Option<SecretInput> {
        self.password.clone().map(SecretInput::new)
    }

    /// Whether a password is stored for the address as it stands. For another address it is dropped.
    fn keeps_password(&self) -> bool {
        self.stored_for.as_deref().is_some_and(|stored| stored == self.url.trim())
    }
}

impl ProxyFault {
    /// What to do about it.
    pub fn words(self, t: &Texts) -> String {
        match self {
            Self::Missing => t.get("proxy-missing"),
            Self::Scheme => t.get("proxy-scheme"),
            Self::Credentials => t.get("proxy-credentials"),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ProxyFieldsProps {
    pub draft: ProxyDraft,
    pub onchange: Callback<ProxyDraft>,
    /// What is wrong with the address, once it is to be shown.
    #[prop_or_default]
    pub error: Option<AttrValue>,
}

/// The fields.
#[component]
pub fn ProxyFields(props: &ProxyFieldsProps) -> Html {
    let t = use_texts();
    let draft = &props.draft;
    let keeps = draft.keeps_password();
    let change = |change: fn(&mut ProxyDraft, String)| {
        let draft = draft.clone();
        props.onchange.reform(move |typed: String| {
            let mut draft = draft.clone();
            change(&mut draft, typed);
            draft
        })
    };
    let set_password = {
        let draft = draft.clone();
        props.onchange.reform(move |password: Option<String>| ProxyDraft { password, ..draft.clone() })
    };
    let password = if keeps { draft.password.clone() } else { Some(draft.password.clone().unwrap_or_default()) };
    html! {
        <>
            <TextField
                id="proxy-url"
                label={t.get("proxy-url")}
                value={draft.url.clone()}
                placeholder="socks5://127.0.0.1:1080"
                mono=true
                max_chars={2048}
                error={props.error.clone()}
                oninput={change(|draft, typed| draft.url = typed)}
            />
            <TextField
                id="proxy-user"
                label={t.get("proxy-user")}
                value={draft.user.clone()}
                optional=true
                max_chars={256}
                oninput={change(|draft, typed| draft.user = typed)}
            />
            <SecretField
                id="proxy-password"
                label={t.get("proxy-password")}
                placeholder={Some(AttrValue::default())}
                value={password.map(AttrValue::from)}
                stored={keeps.then_some(SecretState { has_secret: true, hint: None })}
                optional=true
                max_chars={1024}
                oninput={set_password}
            />
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> ProxyDraft {
        ProxyDraft { url: url.into(), ..ProxyDraft::default() }
    }

    #[test]
    fn proxy_addresses_are_looked_at_before_they_are_saved() {
        assert_eq!(at("http://127.0.0.1:8080").fault(), None);
        assert_eq!(at(" SOCKS5://proxy:1080 ").fault(), None);
        assert_eq!(at("").fault(), Some(ProxyFault::Missing));
        assert_eq!(at("127.0.0.1:8080").fault(), Some(ProxyFault::Scheme));
        assert_eq!(at("ftp://proxy:1").fault(), Some(ProxyFault::Scheme));
        assert_eq!(at("http://li:secret@proxy:1").fault(), Some(ProxyFault::Credentials));
    }

    #[test]
    fn a_stored_password_is_kept_for_its_own_address_only() {
        let url = "http://proxy:1".to_owned();
        let stored = ProxySetting::Custom { url, user: "li".into(), has_password: true };
        let mut draft = ProxyDraft::of(Some(&stored));
        assert!(draft.keeps_password() && draft.typed_password().is_none());
        draft.url = "http://other:1".into();
        assert!(!draft.keeps_password());
    }
}
