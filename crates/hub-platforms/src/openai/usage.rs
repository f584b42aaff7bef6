//! Token counts, wherever a vendor puts them.

use hub_contract::run::Usage;

use super::first_choice;
use crate::json::{Value, lenient_u64};

/// The counts of a chunk: at the top, in its first choice (Moonshot) or under `x_groq`. Where several chunks have
/// some, the last one holds: they are running totals.
pub(super) fn of(document: &Value) -> Option<Usage> {
    let places = [
        document.get("usage"),
        first_choice(document).and_then(|choice| choice.get("usage")),
        document.pointer("/x_groq/usage"),
    ];
    places.into_iter().flatten().find_map(read)
}

fn read(usage: &Value) -> Option<Usage> {
    if !usage.is_object() {
        return None;
    }
    let count = |places: &[&str]| places.iter().find_map(|place| lenient_u64(usage.pointer(place)?));
    let usage = Usage {
        input: count(&["/prompt_tokens", "/input_tokens"]),
        output: count(&["/completion_tokens", "/output_tokens"]),
        total: count(&["/total_tokens"]),
        cached: count(&["/prompt_tokens_details/cached_tokens", "/prompt_cache_hit_tokens"]),
        reasoning: count(&["/completion_tokens_details/reasoning_tokens"]),
    };
    (usage != Usage::default()).then_some(usage)
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn q9_counts_are_found_in_every_place() {
        let usage = json!({"prompt_tokens": 3.0, "completion_tokens": "4", "total_tokens": 7});
        let expected = Some(Usage { input: Some(3), output: Some(4), total: Some(7), ..Usage::default() });
        for document in [
            json!({"usage": usage}),
            json!({"choices": [{"usage": usage}]}),
            json!({"x_groq": {"usage": usage}, "usage": null}),
        ] {
            assert_eq!(of(&document), expected, "{document}");
        }
        assert_eq!(of(&json!({"usage": null})), None);
        assert_eq!(of(&json!({"usage": {}})), None);
    }

    #[test]
    fn deepseek_names_cached_tokens_twice() {
        let usage = json!({"usage": {"prompt_tokens": 14, "prompt_cache_hit_tokens": 5,
            "completion_tokens_details": {"reasoning_tokens": 22}}});
        let usage = of(&usage).expect("counts");
        assert_eq!((usage.cached, usage.reasoning, usage.output), (Some(5), Some(22), None));
    }
}
