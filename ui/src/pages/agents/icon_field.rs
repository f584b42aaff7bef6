//! The icon of an agent: from the platform, from a file, or none. Nothing happens before the form is saved.

use hub_contract::agent::{AgentSource, AgentView, IconChoice};
use hub_contract::{ErrorCode, HubError};
use web_sys::{File, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::components::{Button, ButtonSize, Field, Monogram, MonogramSize};
use crate::pages::chat::{Attached, files_of, glyph, read_file, tint};
use crate::state::use_texts;

/// Largest file, in bytes; the core has the same limit.
const LARGEST: f64 = 1024.0 * 1024.0;
/// What the picker offers; the core looks at the bytes.
const KINDS: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// Another icon that was chosen, with what is shown of it until it is saved.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chosen {
    pub icon: IconChoice,
    /// The file as a data URL.
    pub preview: Option<AttrValue>,
}

#[derive(Properties, PartialEq)]
pub(super) struct IconFieldProps {
    pub agent: AgentView,
    /// What is to become of the icon; absent leaves it.
    pub chosen: Option<Chosen>,
    #[prop_or_default]
    pub error: Option<AttrValue>,
    pub onchange: Callback<Option<Chosen>>,
}

#[component]
pub(super) fn IconField(props: &IconFieldProps) -> Html {
    let t = use_texts();
    let agent = &props.agent;
    let refused = use_state_eq(|| None::<Refused>);
    let picker = use_node_ref();
    let choose = |icon: Option<IconChoice>| {
        let (onchange, refused) = (props.onchange.clone(), refused.setter());
        Callback::from(move |()| {
            refused.set(None);
            onchange.emit(icon.clone().map(|icon| Chosen { icon, preview: None }));
        })
    };
    let pick = {
        let picker = picker.clone();
        Callback::from(move |()| {
            if let Some(input) = picker.cast::<HtmlElement>() {
                input.click();
            }
        })
    };
    let onpick = {
        let (picker, refused, onchange) = (picker.clone(), refused.setter(), props.onchange.clone());
        Callback::from(move |_: Event| {
            let Some(input) = picker.cast::<HtmlInputElement>() else { return };
            let file = files_of(input.files()).into_iter().next();
            input.set_value("");
            let Some(file) = file else { return };
            let wrong = Refused::of(&file.type_(), file.size());
            refused.set(wrong);
            if wrong.is_none() {
                take(&file, onchange.clone());
            }
        })
    };
    let will_read = props.chosen.as_ref().is_some_and(|chosen| chosen.icon == IconChoice::Platform);
    let shown = match &props.chosen {
        Some(chosen) if !will_read => chosen.preview.clone(),
        _ => agent.icon.clone().map(AttrValue::from),
    };
    let help = if will_read { t.get("agent-icon-will-read") } else { t.get("agent-icon-about") };
    let error = refused.as_ref().map(|refused| {
        let words = t.error(&refused.error());
        AttrValue::from(format!("{} {}", words.title, words.advice))
    });
    html! {
        <Field
            label={t.get("agent-icon")}
            control="agent-icon"
            optional=true
            help={Some(AttrValue::from(help))}
            error={error.or_else(|| props.error.clone())}
        >
            <div class="row row-12 wrap">
                <Monogram
                    glyph={glyph(&agent.name)}
                    tint={tint(agent.id.as_str())}
                    picture={shown.clone()}
                    size={MonogramSize::S48}
                />
                <input
                    ref={picker}
                    type="file"
                    accept={KINDS.join(",")}
                    hidden=true
                    tabindex="-1"
                    aria-hidden="true"
                    onchange={onpick}
                />
                <Button id="agent-icon" label={t.get("agent-icon-choose")} size={ButtonSize::Small} onclick={pick} />
                if matches!(agent.source, Some(AgentSource::Remote { .. })) {
                    <Button
                        label={t.get("agent-icon-from-platform")}
                        size={ButtonSize::Small}
                        onclick={choose(Some(IconChoice::Platform))}
                    />
                }
                if shown.is_some() {
                    <Button
                        label={t.get("agent-icon-remove")}
                        size={ButtonSize::Small}
                        onclick={choose(agent.icon.is_some().then_some(IconChoice::Nothing))}
                    />
                }
            </div>
        </Field>
    }
}

/// Why a file was not taken. The core would refuse it too, but only when the form is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    Kind,
    Size,
}

impl Refused {
    fn of(mime: &str, size: f64) -> Option<Self> {
        if !KINDS.contains(&mime) {
            Some(Self::Kind)
        } else if size > LARGEST {
            Some(Self::Size)
        } else {
            None
        }
    }

    fn error(self) -> HubError {
        match self {
            Self::Kind => HubError::new(ErrorCode::UnsupportedFile, "no picture").hint("icon_kind"),
            Self::Size => HubError::new(ErrorCode::TooLarge, "too large").hint("icon_size"),
        }
    }
}

/// Reads a file and chooses it.
fn take(file: &File, onchange: Callback<Option<Chosen>>) {
    let chosen = move |Attached { input, .. }: Attached| {
        let preview = Some(format!("data:{};base64,{}", input.mime, input.base64).into());
        onchange.emit(Some(Chosen { icon: IconChoice::File { base64: input.base64 }, preview }));
    };
    read_file(file, Callback::from(chosen));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_refused_by_its_kind_and_its_size() {
        assert_eq!(Refused::of("image/webp", LARGEST), None);
        assert_eq!(Refused::of("image/svg+xml", 10.0), Some(Refused::Kind));
        assert_eq!(Refused::of("image/png", LARGEST + 1.0), Some(Refused::Size));
    }
}
