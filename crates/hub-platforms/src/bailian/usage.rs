//! Token counts: one entry a model that took part (`usage.models[]`, `wire/cloud-llm.md` 2.3).

use hub_contract::run::Usage;

use crate::json::{Value, lenient_u64};

/// The counts of all models together; `None` where the frame tells none.
pub(super) fn of(document: &Value) -> Option<Usage> {
    let models = document.pointer("/usage/models")?.as_array()?;
    let sum = |name: &str| {
        let counts: Vec<u64> = models.iter().filter_map(|model| lenient_u64(model.get(name)?)).collect();
        (!counts.is_empty()).then(|| counts.into_iter().fold(0, u64::saturating_add))
    };
    let usage = Usage { input: sum("input_tokens"), output: sum("output_tokens"), ..Usage::default() };
    (usage != Usage::default()).then_some(usage)
}

#[cfg(test)]
mod tests {
    use crate::json::json;

    use super::*;

    #[test]
    fn models_are_added_up_and_nothing_is_not_zero() {
        let usage = of(&json!({"usage": {"models": [
            {"model_id": "a", "input_tokens": 40, "output_tokens": 8}, {"input_tokens": "2", "output_tokens": 1}
        ]}}));
        assert_eq!(usage, Some(Usage { input: Some(42), output: Some(9), ..Usage::default() }));
        for nothing in [json!({"usage": null}), json!({"usage": {}}), json!({"usage": {"models": []}}), json!({})] {
            assert_eq!(of(&nothing), None, "{nothing}");
        }
    }
}
