//! An error where it happened: what happened, what to do, and the facts in a fold.

use hub_contract::{ErrorCode, HubError, catalogue};
use hub_text::Texts;
use yew::prelude::*;
use yew_router::prelude::*;

use super::banner::{Banner, Tone};
use super::button::{Button, ButtonKind, ButtonSize};
use super::copy_line::CopyButton;
use crate::route::Route;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub struct ErrorBannerProps {
    pub error: HubError,
    /// The name of the connection it is about.
    #[prop_or_default]
    pub connection: Option<AttrValue>,
    /// Tries again; no button without it.
    #[prop_or_default]
    pub on_retry: Option<Callback<()>>,
    /// Further actions.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn ErrorBanner(props: &ErrorBannerProps) -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let words = t.error_of(&props.error, props.connection.as_deref());
    let facts = facts(&props.error, &t);
    let copied = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    let here = use_route::<Route>();
    let settings = cured_in_settings(props.error.code)
        .map(|section| Route::SettingsSection { section: section.to_owned() })
        .filter(|cure| here.as_ref() != Some(cure))
        .zip(navigator)
        .map(|(cure, navigator)| Callback::from(move |()| navigator.push(&cure)));
    html! {
        <Banner tone={Tone::Bad} title={words.title} advice={words.advice}>
            <div class="acts">
                if let Some(retry) = &props.on_retry {
                    <Button label={t.get("action-retry")} size={ButtonSize::Small} onclick={retry} />
                }
                if let Some(settings) = settings {
                    <Button label={t.get("action-open-settings")} size={ButtonSize::Small} onclick={settings} />
                }
                { props.children.clone() }
            </div>
            <details class="error-details">
                <summary>{ t.get("error-details") }</summary>
                <dl class="kv">
                    { for facts.iter().map(|(name, value)| html! { <><dt>{ name }</dt><dd class="mono">{ value }</dd></> }) }
                </dl>
                <CopyButton text={copied} label={t.get("error-copy-details")} kind={ButtonKind::Quiet} />
            </details>
        </Banner>
    }
}

/// The section of the settings where such an error can be cured.
fn cured_in_settings(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::Tls | ErrorCode::Proxy => Some("network"),
        ErrorCode::KeychainLocked
        | ErrorCode::KeychainAbsent
        | ErrorCode::KeychainNoCollection
        | ErrorCode::KeychainAmbiguous => Some("keychain"),
        _ => None,
    }
}

/// The facts behind an error with their names, as far as they are known.
fn facts(error: &HubError, t: &Texts) -> Vec<(String, String)> {
    let detail = &error.detail;
    let code = error.code.as_str().to_owned();
    let platform = detail.platform.map(|id| catalogue::spec(id).name.get(t.language()).to_owned());
    let known = [
        (t.get("error-fact-code"), Some(code)),
        (t.get("error-fact-platform"), platform),
        (t.get("error-fact-host"), detail.host.clone()),
        (t.get("error-fact-status"), detail.status.map(|status| status.to_string())),
        (t.get("error-fact-platform-code"), detail.platform_code.clone()),
        (t.get("error-fact-request-id"), detail.request_id.clone()),
        (t.get("error-fact-words"), detail.text.clone()),
        (t.get("error-fact-message"), Some(error.message.clone())),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?))).collect()
}

#[cfg(test)]
mod tests {
    use hub_contract::platform::Language;

    use super::*;

    #[test]
    fn only_known_facts_are_listed() {
        let mut error = HubError::new(ErrorCode::RateLimited, "too many");
        error.detail.status = Some(429);
        error.detail.request_id = Some("req-1".into());
        let facts = facts(&error, &Texts::new(Language::En));
        let values: Vec<&str> = facts.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["rate_limited", "429", "req-1", "too many"]);
    }
}
