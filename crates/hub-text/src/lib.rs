//! Every word that people read, in zh-CN and en: Fluent files under `texts/`, one pair an area, embedded at build time
//! or, for the page in its window, handed over by it.
//!
//! Texts of the Fluent files carry no markup; isolation marks are off because texts stand beside each other in one
//! language. A missing key shows the key itself, and a test compares the key sets and the arguments of both languages.
#![deny(missing_docs)]

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use hub_contract::platform::Language;
use hub_contract::progress::{Progress, ProgressStep};
use hub_contract::{HubError, PlatformId, catalogue};
use unic_langid::langid;

pub use fluent_bundle::FluentValue as Value;

/// The texts of one language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.language.tag())
    }
}

/// An error in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorText {
    /// What happened and whose fault it is: one sentence.
    pub title: String,
    /// What to do next: one or two sentences; empty where there is nothing to do.
    pub advice: String,
}

#[cfg(feature = "embedded")]
macro_rules! areas {
    ($language:literal) => {
        [
            include_str!(concat!("../texts/", $language, "/common.ftl")),
            include_str!(concat!("../texts/", $language, "/errors.ftl")),
            include_str!(concat!("../texts/", $language, "/platforms.ftl")),
            include_str!(concat!("../texts/", $language, "/models.ftl")),
            include_str!(concat!("../texts/", $language, "/agents.ftl")),
            include_str!(concat!("../texts/", $language, "/people.ftl")),
            include_str!(concat!("../texts/", $language, "/chat.ftl")),
            include_str!(concat!("../texts/", $language, "/settings.ftl")),
            include_str!(concat!("../texts/", $language, "/bundles.ftl")),
            #[cfg(feature = "terminal")]
            include_str!(concat!("../texts/", $language, "/cli.ftl")),
        ]
    };
}

impl Texts {
    /// The embedded texts of that language.
    #[cfg(feature = "embedded")]
    pub fn new(language: Language) -> Self {
        let areas = match language {
            Language::ZhCn => areas!("zh-CN"),
            Language::En => areas!("en"),
        };
        Self::read(language, areas.map(str::to_owned))
    }

    /// Reads the texts of that language out of Fluent files. A line that Fluent does not understand is left out (tested
    /// not to be).
    pub fn read(language: Language, files: impl IntoIterator<Item = String>) -> Self {
        let id = match language {
            Language::ZhCn => langid!("zh-CN"),
            Language::En => langid!("en"),
        };
        let mut bundle = FluentBundle::new(vec![id]);
        bundle.set_use_isolating(false);
        for file in files {
            let resource = match FluentResource::try_new(file) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// The language of these texts.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text of a key; the key itself when there is none.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a key with its arguments filled in.
    pub fn with(&self, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
        self.find(key, arguments).unwrap_or_else(|| key.to_owned())
    }

    /// The text of a key, if there is one.
    pub fn find(&self, key: &str, arguments: &[(&str, Value<'_>)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut filled = FluentArgs::new();
        for (name, value) in arguments {
            filled.set((*name).to_owned(), value.clone());
        }
        let mut faults = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&filled), &mut faults).into_owned();
        Some(if self.language == Language::ZhCn && !arguments.is_empty() { without_han_gaps(text) } else { text })
    }

    /// An error in words: `error-<code>` and `error-<code>-advice`, or the more exact `error-hint-<hint>` pair where
    /// the error carries a hint that has words. Both may use `$platform`, `$host` and `$seconds`.
    pub fn error(&self, error: &HubError) -> ErrorText {
        self.error_of(error, None)
    }

    /// An error of a connection in words. Where the platform's name says nothing, because any server can stand behind
    /// it, the connection's own name stands in its place.
    pub fn error_of(&self, error: &HubError, connection: Option<&str>) -> ErrorText {
        let platform = match (error.detail.platform, connection) {
            (Some(PlatformId::OpenaiCompatible), Some(name)) if !name.is_empty() => name.to_owned(),
            (Some(id), _) => catalogue::spec(id).name.get(self.language).to_owned(),
            (None, _) => self.get("error-the-platform"),
        };
        let host = error.detail.host.clone().unwrap_or_else(|| self.get("error-the-server"));
        let seconds = error.detail.retry_after_ms.map_or(0, |ms| ms.div_ceil(1000));
        let arguments: [(&str, Value<'_>); 3] =
            [("platform", platform.into()), ("host", host.into()), ("seconds", seconds.into())];

        let code = error.code.as_str().replace('_', "-");
        let hint = error.detail.hint.as_deref().map(|hint| hint.replace('_', "-"));
        let words = |suffix: &str| {
            hint.as_deref()
                .and_then(|hint| self.find(&format!("error-hint-{hint}{suffix}"), &arguments))
                .or_else(|| self.find(&format!("error-{code}{suffix}"), &arguments))
                .unwrap_or_default()
        };
        ErrorText { title: words(""), advice: words("-advice") }
    }

    /// How far long work is, in words.
    pub fn progress(&self, progress: &Progress) -> String {
        let step = self.get(match progress.step {
            ProgressStep::Collect => "progress-collect",
            ProgressStep::Lock => "progress-lock",
            ProgressStep::Write => "progress-write",
            ProgressStep::Verify => "progress-verify",
            ProgressStep::PutAside => "progress-put-aside",
            ProgressStep::Apply => "progress-apply",
        });
        match progress.percent() {
            Some(percent) => {
                self.with("progress-percent", &[("step", step.into()), ("percent", u32::from(percent).into())])
            }
            None => step,
        }
    }
}

/// Chinese has a space between Han and Latin, never between Han and Han. Texts are written with a space around names,
/// which may be either.
fn without_han_gaps(text: String) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_gap = |place: usize| {
        let beside = |place: Option<usize>| place.and_then(|place| characters.get(place)).copied().is_some_and(is_han);
        beside(place.checked_sub(1)) && beside(place.checked_add(1))
    };
    if !characters.iter().enumerate().any(|(place, c)| *c == ' ' && is_gap(place)) {
        return text;
    }
    characters.iter().enumerate().filter(|(place, c)| **c != ' ' || !is_gap(*place)).map(|(_, c)| *c).collect()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
