//! Reads the address that an answer comes back on, whoever wrote it: a platform, another program, or nobody good.

use std::ffi::OsString;

use secrecy::SecretString;
use url::form_urlencoded;

use hub_contract::authorize::{COZE_PATH, SCHEME};

/// Longest address that is looked at, in bytes. What a platform sends has a few hundred.
const LONGEST: usize = 8 * 1024;
/// Longest code or state, in bytes.
const LONGEST_VALUE: usize = 2 * 1024;
/// Longest text of a refusal that is shown, in characters.
const LONGEST_WORDS: usize = 200;

/// An answer, read but not believed: its state still has to be the one that is waited for.
#[derive(Debug)]
pub(super) struct Answer {
    /// The address without its query.
    pub(super) address: String,
    pub(super) state: SecretString,
    /// Who says to have answered (RFC 9207), where it is said.
    pub(super) issuer: Option<String>,
    pub(super) outcome: Outcome,
}

/// What the account's owner decided.
#[derive(Debug)]
pub(super) enum Outcome {
    Allowed { code: SecretString },
    Refused { error: String, words: Option<String> },
}

/// Why an address is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// It asks for something else than to finish an authorization. There is nothing else that a link may ask for.
    Foreign,
    /// It would be one, but it is not as any platform writes it.
    Malformed,
}

/// The address of the program's scheme that answers come back on.
pub(super) fn scheme_address() -> String {
    format!("{SCHEME}:{COZE_PATH}")
}

/// The link that a program was started with, if it was: the one and only argument, and of the program's scheme. Browsers
/// hand over exactly that; a link among other arguments was put there by somebody else.
pub fn link_in(arguments: &[OsString]) -> Option<String> {
    let [only] = arguments else { return None };
    let text = only.to_str()?;
    text.strip_prefix(SCHEME).is_some_and(|rest| rest.starts_with(':')).then(|| text.to_owned())
}

/// Reads an address letter by letter: what had to be tidied up first is no answer of a platform.
///
/// # Errors
/// [`NoAnswer`].
pub(super) fn read(text: &str) -> Result<Answer, NoAnswer> {
    if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(NoAnswer::Malformed);
    }
    let (address, query) = text.split_once('?').ok_or(NoAnswer::Foreign)?;
    if address.starts_with(SCHEME) && address != scheme_address() {
        return Err(NoAnswer::Foreign);
    }
    let parameters = Parameters::read(query)?;
    let state = SecretString::from(parameters.value("state").ok_or(NoAnswer::Malformed)?);
    let outcome = match (parameters.value("code"), parameters.text("error")) {
        (Some(code), None) => Outcome::Allowed { code: SecretString::from(code) },
        (None, Some(error)) => {
            Outcome::Refused { error, words: parameters.text("error_description").filter(|words| !words.is_empty()) }
        }
        _ => return Err(NoAnswer::Malformed),
    };
    Ok(Answer { address: address.to_owned(), state, issuer: parameters.text("iss"), outcome })
}

/// The parameters of a query, each name at most once.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(query: &str) -> Result<Self, NoAnswer> {
        // A fragment never reaches a server, so nobody who answers properly sends one.
        if query.contains('#') || !is_percent_encoded(query) {
            return Err(NoAnswer::Malformed);
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            // First or last wins? Neither: two readers must not read two answers. `state[]` is the same in disguise.
            if name.contains('[') || pairs.iter().any(|(known, _)| *known == name) {
                return Err(NoAnswer::Malformed);
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A value of the characters that codes and states are made of.
    fn value(&self, name: &str) -> Option<String> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=:|".contains(&byte);
        let value = self.raw(name)?;
        (!value.is_empty() && value.len() <= LONGEST_VALUE && value.bytes().all(allowed)).then(|| value.to_owned())
    }

    /// A text for people: plain, short, and without anything that turns the reading direction.
    fn text(&self, name: &str) -> Option<String> {
        let shown = |c: &char| !c.is_control() && !is_invisible(*c);
        Some(self.raw(name)?.chars().filter(shown).take(LONGEST_WORDS).collect())
    }
}

/// Every `%` begins two hexadecimal digits.
fn is_percent_encoded(query: &str) -> bool {
    query.split('%').skip(1).all(|rest| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2)
}

/// Zero-width characters and those that turn the direction of reading.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const HERE: &str = "dev.hubdesktop.hub:/oauth/coze";

    fn fault(text: &str) -> NoAnswer {
        read(text).expect_err(text)
    }

    #[test]
    fn an_answer_is_read() {
        let answer = read(&format!("{HERE}?code=code_A-1&state=s_1&iss=https%3A%2F%2Fwww.coze.cn")).unwrap();
        assert_eq!((answer.address.as_str(), answer.state.expose_secret()), (HERE, "s_1"));
        assert_eq!(answer.issuer.as_deref(), Some("https://www.coze.cn"));
        assert!(matches!(answer.outcome, Outcome::Allowed { code } if code.expose_secret() == "code_A-1"));
    }

    #[test]
    fn words_of_a_refusal_are_short_and_plain() {
        let words = format!("%E2%80%AE%3Cscript%3E%00{}", "x".repeat(300));
        let answer = read(&format!("{HERE}?error=access_denied&error_description={words}&state=s")).unwrap();
        let Outcome::Refused { error, words } = answer.outcome else { panic!("it was refused") };
        assert_eq!(error, "access_denied");
        let words = words.unwrap();
        assert!(words.starts_with("<script>x") && words.chars().count() == 200, "{words}");
    }

    #[test]
    fn nothing_but_an_answer_is_one() {
        for foreign in [
            "dev.hubdesktop.hub:/import?config=x",
            "dev.hubdesktop.hub:/provider?baseUrl=https%3A%2F%2Fa.example",
            "dev.hubdesktop.hub:/oauth/dify?code=a&state=b",
            "dev.hubdesktop.hub:/oauth/coze/more?code=a&state=b",
            "dev.hubdesktop.hub://user@oauth/coze?code=a&state=b",
            "dev.hubdesktop.hub:/oauth/coze",
            "--version",
        ] {
            assert_eq!(fault(foreign), NoAnswer::Foreign, "{foreign}");
        }
    }

    #[test]
    fn malformed_answers_are_refused_whole() {
        let long = format!("{HERE}?code={}&state=b", "a".repeat(1 << 20));
        let value = format!("{HERE}?code={}&state=b", "a".repeat(LONGEST_VALUE + 1));
        for malformed in [
            long.as_str(),
            &value,
            &format!("{HERE}?code=a"),
            &format!("{HERE}?state=b"),
            &format!("{HERE}?code=a&state="),
            &format!("{HERE}?code=a&state=b&state=c"),
            &format!("{HERE}?code=a&state[]=b"),
            &format!("{HERE}?code=a&error=x&state=b"),
            &format!("{HERE}?code=a%00&state=b"),
            &format!("{HERE}?code=a%23&state=b"),
            &format!("{HERE}?code=a%0d%0ax&state=b"),
            &format!("{HERE}?code=a%zz&state=b"),
            &format!("{HERE}?code=a%4&state=b"),
            &format!("{HERE}?code=a&state=b#c"),
            &format!("{HERE}?code=a b&state=b"),
            &format!("{HERE}?code=a\0&state=b"),
            &format!("{HERE}?code=码&state=b"),
        ] {
            assert_eq!(fault(malformed), NoAnswer::Malformed, "{}", malformed.get(..80).unwrap_or(malformed));
        }
    }

    #[test]
    fn another_spelling_of_the_address_is_another_address() {
        for other in
            ["DEV.hubdesktop.hub:/oauth/coze?code=a&state=b", "http://127.0.0.1:17643/oauth/Coze?code=a&state=b"]
        {
            assert_ne!(read(other).unwrap().address, HERE, "what waits compares letter by letter");
        }
    }
}
