use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use hub_contract::platform::Language;
use hub_contract::{ErrorCode, HubError};

use super::Texts;

/// Key -> the arguments its text uses.
fn keys(areas: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for area in areas {
        let resource = fluent_syntax::parser::parse(*area).expect("every text file is understood whole");
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let mut arguments = BTreeSet::new();
                if let Some(pattern) = &message.value {
                    collect(pattern, &mut arguments);
                }
                let key = message.id.name.to_owned();
                assert!(keys.insert(key.clone(), arguments).is_none(), "{key} stands twice");
            }
        }
    }
    keys
}

fn collect(pattern: &Pattern<&str>, arguments: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                arguments.insert(id.name.to_owned());
            }
            Expression::Inline(_) => {}
            Expression::Select { selector, variants } => {
                if let InlineExpression::VariableReference { id } = selector {
                    arguments.insert(id.name.to_owned());
                }
                variants.iter().for_each(|variant| collect(&variant.value, arguments));
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_keys_and_arguments() {
    let zh = keys(&areas!("zh-CN"));
    let en = keys(&areas!("en"));
    let only = |a: &BTreeMap<String, BTreeSet<String>>, b: &BTreeMap<String, BTreeSet<String>>| -> Vec<String> {
        a.keys().filter(|key| !b.contains_key(*key)).cloned().collect()
    };
    assert_eq!(only(&zh, &en), Vec::<String>::new(), "keys without English words");
    assert_eq!(only(&en, &zh), Vec::<String>::new(), "keys without Chinese words");
    for (key, arguments) in &zh {
        assert_eq!(Some(arguments), en.get(key), "the languages use other arguments in {key}");
    }
}

#[test]
fn every_error_code_has_words_and_advice() {
    for language in [Language::ZhCn, Language::En] {
        let texts = Texts::new(language);
        for code in ErrorCode::ALL {
            let words = texts.error(&HubError::new(*code, "x"));
            assert!(!words.title.is_empty(), "{} has no {} sentence", code.as_str(), language.tag());
            assert!(!words.advice.is_empty(), "{} has no {} advice", code.as_str(), language.tag());
        }
    }
}

#[test]
fn every_step_of_a_deep_test_has_words() {
    use hub_contract::deep_test::{TestRemark, TestStage, TestStepState};
    let stages = TestStage::ALL.iter().map(|stage| format!("test-stage-{}", stage.as_str()));
    let remarks = TestRemark::ALL.iter().map(|remark| format!("test-remark-{}", remark.as_str()));
    let states = TestStepState::ALL.iter().map(|state| format!("test-state-{}", state.as_str()));
    for key in stages.chain(states).chain(remarks).map(|key| key.replace('_', "-")) {
        for language in [Language::ZhCn, Language::En] {
            assert!(Texts::new(language).find(&key, &[]).is_some(), "{key} has no {} words", language.tag());
        }
    }
}

#[test]
fn numbers_and_names_are_filled_in() {
    let texts = Texts::new(Language::En);
    let mut error = HubError::new(ErrorCode::BadCredential, "x");
    error.detail.platform = Some(hub_contract::PlatformId::Deepseek);
    assert!(texts.error(&error).title.contains("DeepSeek"), "the sentence names the platform");
}

#[test]
fn errors_of_an_address_of_ones_own_name_the_connection() {
    let texts = Texts::new(Language::En);
    let mut error = HubError::new(ErrorCode::RateLimited, "x");
    error.detail.platform = Some(hub_contract::PlatformId::OpenaiCompatible);
    assert!(texts.error_of(&error, Some("Intranet vLLM")).title.contains("Intranet vLLM"));
    assert_eq!(texts.error_of(&error, Some("")), texts.error(&error), "without a name the platform is named");
    error.detail.platform = Some(hub_contract::PlatformId::Deepseek);
    assert!(texts.error_of(&error, Some("Ours")).title.contains("DeepSeek"), "a platform has a name of its own");
}

#[test]
fn chinese_has_no_gap_between_han_and_han() {
    let texts = Texts::new(Language::ZhCn);
    let title = |platform| {
        let mut error = HubError::new(ErrorCode::QuotaExhausted, "x");
        error.detail.platform = Some(platform);
        texts.error(&error).title
    };
    assert_eq!(title(hub_contract::PlatformId::Deepseek), "深度求索的账号余额或额度已用完。");
    assert_eq!(title(hub_contract::PlatformId::Openai), "OpenAI 的账号余额或额度已用完。");
}

#[test]
fn the_page_reads_the_same_words_out_of_one_file() {
    for (language, areas) in [(Language::ZhCn, areas!("zh-CN")), (Language::En, areas!("en"))] {
        let (embedded, handed_over) = (Texts::new(language), Texts::read(language, [areas.join("\n")]));
        for key in keys(&areas).into_keys() {
            assert!(embedded.find(&key, &[]).is_some());
            assert_eq!(handed_over.find(&key, &[]), embedded.find(&key, &[]), "{key}");
        }
    }
}
