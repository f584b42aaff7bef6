//! The operation guide of a platform: numbered steps with links to its console.

use hub_contract::platform::Label;
use hub_contract::{PlatformId, catalogue};
use yew::prelude::*;

use crate::components::{CopyLine, ExternalLink};
use crate::state::{use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct GuideProps {
    pub platform: PlatformId,
}

#[component]
pub(super) fn Guide(props: &GuideProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let spec = catalogue::spec(props.platform);
    let words = |label: Label| label.get(language);
    html! {
        <section class="guide" aria-label={t.get("guide-title")}>
            <h3>{ t.get("guide-title") }</h3>
            <ol class="steps">
                { for spec.guide.iter().map(|step| html! {
                    <li>
                        { words(step.text) }
                        if let Some(link) = step.link {
                            <ConsoleLink link={link} />
                        }
                    </li>
                }) }
            </ol>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ConsoleLinkProps {
    link: AttrValue,
}

/// The console's address: opened in the browser, or copied where the browser is another one.
#[component]
fn ConsoleLink(props: &ConsoleLinkProps) -> Html {
    let t = use_texts();
    html! {
        <>
            <div><ExternalLink url={props.link.clone()}>{ t.get("guide-open") }</ExternalLink></div>
            <CopyLine text={props.link.clone()} label={t.get("guide-address")} />
        </>
    }
}
