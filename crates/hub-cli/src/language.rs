//! Which language to speak: `--lang`, else the environment's.

use std::ffi::OsString;

use hub_contract::platform::Language;

/// Looks for `--lang` before the arguments are parsed, because the words of a wrong line depend on it.
pub(crate) fn choose(arguments: impl Iterator<Item = OsString>) -> Language {
    let arguments: Vec<String> = arguments.map(|argument| argument.to_string_lossy().into_owned()).collect();
    asked(&arguments).unwrap_or_else(|| {
        // As gettext does: the first that is set and not empty counts, whatever it says.
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok());
        of_locale(set.into_iter().find(|value| !value.is_empty()).as_deref())
    })
}

fn asked(arguments: &[String]) -> Option<Language> {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--" => return None,
            "--lang" => return rest.next().and_then(|tag| Language::parse(tag)),
            other => {
                if let Some(tag) = other.strip_prefix("--lang=") {
                    return Language::parse(tag);
                }
            }
        }
    }
    None
}

/// Chinese for Chinese, English for everybody else.
fn of_locale(locale: Option<&str>) -> Language {
    locale.and_then(Language::parse).unwrap_or(Language::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_wins_wherever_it_stands() {
        let asked = |line: &str| asked(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(asked("hub --lang zh-CN doctor"), Some(Language::ZhCn));
        assert_eq!(asked("hub doctor --lang=en"), Some(Language::En));
        assert_eq!(asked("hub chat -- --lang en"), None);
        assert_eq!(asked("hub doctor --lang"), None);
    }

    #[test]
    fn locales_of_other_languages_get_english() {
        assert_eq!(of_locale(Some("zh_CN.UTF-8")), Language::ZhCn);
        assert_eq!(of_locale(Some("de_DE.UTF-8")), Language::En);
        assert_eq!(of_locale(Some("C.UTF-8")), Language::En);
        assert_eq!(of_locale(None), Language::En);
    }
}
