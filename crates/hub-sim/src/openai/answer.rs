//! The demo's answers, chosen by the words of the question.

/// A prepared answer and the reasoning before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) reasoning: &'static str,
    pub(crate) text: &'static str,
}

/// The answer that fits a question, in its language.
pub(crate) fn answer_to(question: &str) -> Answer {
    let lower = question.to_lowercase();
    let topic = TOPICS.iter().find(|topic| topic.words.iter().any(|word| lower.contains(word)));
    let (zh, en) = topic.map_or(DEFAULT, |topic| topic.files);
    split(if is_chinese(question) { zh } else { en })
}

/// Whether a text has Chinese characters.
pub(crate) fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// The line between reasoning and answer in an answer's file.
const DIVIDER: &str = "\n=====\n";

struct Topic {
    words: &'static [&'static str],
    /// Chinese, English.
    files: (&'static str, &'static str),
}

macro_rules! answers {
    ($name:literal) => {
        (include_str!(concat!("answers/zh/", $name, ".md")), include_str!(concat!("answers/en/", $name, ".md")))
    };
}

const DEFAULT: (&str, &str) = answers!("default");

/// In the order in which they are tried: what is asked to be done comes before what it is about.
const TOPICS: &[Topic] = &[
    Topic { words: &["翻译", "译成", "译为", "translat"], files: answers!("translation") },
    Topic { words: &["纪要", "会议", "minutes", "meeting"], files: answers!("minutes") },
    Topic { words: &["行程", "出差", "旅行", "trip", "itinerary", "travel"], files: answers!("trip") },
    Topic { words: &["评审", "审查", "代码", "review", "code"], files: answers!("review") },
    Topic { words: &["批次", "客户", "batch", "customers"], files: answers!("batch") },
    Topic { words: &["返修", "产线", "repair", "b 线", "line b"], files: answers!("repair-rate") },
    Topic { words: &["sql", "查询", "数据库", "query", "database"], files: answers!("sql") },
];

fn split(file: &'static str) -> Answer {
    match file.split_once(DIVIDER) {
        Some((reasoning, text)) => Answer { reasoning, text: text.trim_end() },
        None => Answer { reasoning: "", text: file },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_question_choose_the_answer_and_its_language_the_language() {
        let repair = answer_to("上季度三条产线的返修率分别是多少？给出计算口径和一段能复现的 SQL。");
        assert!(repair.text.contains("1.83%") && repair.text.contains("```sql"), "{}", repair.text);
        assert!(answer_to("Translate the notice about the repair rate").text.starts_with("## Translation"));
        assert!(answer_to("And which customers got that batch?").text.contains("four customers"));
        assert!(answer_to("hi").text.contains("demo model"));
        assert!(answer_to("你好").text.contains("演示模型"));
    }

    #[test]
    fn every_answer_has_reasoning_and_rich_text_in_both_languages() {
        for (zh, en) in TOPICS.iter().map(|topic| topic.files).chain([DEFAULT]) {
            for file in [zh, en] {
                let answer = split(file);
                assert!(answer.reasoning.chars().count() > 30, "{file}");
                assert!(answer.text.contains("|---|") && answer.text.contains("**"), "{}", answer.text);
            }
            assert!(is_chinese(split(zh).reasoning));
            assert!(split(en).reasoning.starts_with(|c: char| c.is_ascii_uppercase()), "{en}");
        }
    }
}
