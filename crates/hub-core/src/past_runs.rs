//! What was run earlier with an agent that is asked by a form, so that it can be looked at and run again.

use std::collections::BTreeMap;

use hub_contract::conversation::MessageState;
use hub_contract::past_run::{ListPastRunsRequest, PastRun, PastRuns};
use hub_contract::run::InputField;
use hub_store::{PastRunRow, PastRunsOf};
use serde_json::Value;

use crate::{Hub, Result};

/// How many runs a page has when nobody says.
const LISTED: u32 = 50;
/// Most runs on a page.
const LISTED_MAX: u32 = 200;
/// Longest text of a run, in characters: two lines of a narrow list.
const TEXT_MAX: usize = 120;

impl Hub {
    /// What was run earlier with an agent in this Hub's conversations, newest first, archived ones included. Of a chat app
    /// only the questions that brought variables are runs.
    ///
    /// # Errors
    /// `not_found` for an agent that is gone, or a page that begins before a run that is gone; `forbidden` or
    /// `expired_grant` for an agent that the person may not use; the store's errors.
    pub async fn past_runs_list(&self, request: ListPastRunsRequest) -> Result<PastRuns> {
        let agent = self.agent_row(&request.agent).await?;
        self.refuse_closed(&agent).await?;
        let limit = if request.limit == 0 { LISTED } else { request.limit.min(LISTED_MAX) };
        let of = PastRunsOf {
            agent: agent.id,
            // One more tells whether there are older ones.
            limit: limit + 1,
            before: request.before,
            only_with_inputs: !agent.source.is_workflow(),
        };
        let mut rows = self.inner.store.past_runs(of).await?;
        let has_older = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let older = rows.last().filter(|_| has_older).map(|last| last.answer.clone());
        let mut runs = Vec::with_capacity(rows.len());
        for row in rows {
            runs.push(self.past_run(row, &agent.app.inputs).await?);
        }
        Ok(PastRuns { runs, older })
    }

    async fn past_run(&self, row: PastRunRow, fields: &[InputField]) -> Result<PastRun> {
        let PastRunRow { conversation, answer, state, created_at, total_ms, text, inputs } = row;
        let text = in_short(fields, &inputs).unwrap_or_else(|| cut(&text));
        let run = PastRun { conversation, answer, state, at: created_at, duration_ms: total_ms, text, inputs };
        if run.state != MessageState::Streaming {
            return Ok(run);
        }
        if let Some(now) = self.inner.runs.answer_now(&run.answer) {
            return Ok(PastRun { state: now.state, ..run });
        }
        // It ended between the two reads, or the program ended in the middle of it.
        let stored = self.inner.store.message(&run.answer).await?;
        let ended = stored.filter(|message| message.state != MessageState::Streaming);
        let duration_ms = ended.as_ref().and_then(|message| message.body.facts.as_ref()?.total_ms).or(run.duration_ms);
        let state = ended.map_or(MessageState::Truncated { error: None }, |message| message.state);
        Ok(PastRun { state, duration_ms, ..run })
    }
}

/// The values that say something without their labels, in the order of the form; then those of fields that it no longer
/// has. A tick or an empty field says nothing.
fn in_short(fields: &[InputField], inputs: &BTreeMap<String, Value>) -> Option<String> {
    let known = fields.iter().filter_map(|field| inputs.get(&field.name));
    let gone = inputs.iter().filter(|(name, _)| !fields.iter().any(|field| field.name == **name));
    let values = known.chain(gone.map(|(_, value)| value)).filter_map(in_words);
    Some(cut(&values.collect::<Vec<_>>().join(" · "))).filter(|text| !text.is_empty())
}

fn in_words(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null | Value::Bool(_) => return None,
        Value::Array(items) => items.iter().filter_map(in_words).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

/// One line that is not too long.
fn cut(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        // A character has at most four bytes: the rest of a long text is not looked at.
        if words.len() > 4 * TEXT_MAX {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    match words.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => words.get(..end).unwrap_or(&words).to_owned() + "…",
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(name: &str) -> InputField {
        InputField {
            name: name.to_owned(),
            label: name.to_owned(),
            kind: "text".to_owned(),
            required: false,
            options: Vec::new(),
            default: None,
            max_chars: None,
        }
    }

    fn inputs(values: &[(&str, Value)]) -> BTreeMap<String, Value> {
        values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn a_run_is_told_by_its_values_in_the_order_of_the_form() {
        let given = inputs(&[
            ("b", json!("second\n line")),
            ("a", json!("first")),
            ("files", json!(["x.pdf", "y.pdf"])),
            ("gone", json!(0)),
            ("tick", json!(true)),
            ("empty", json!(" ")),
        ]);
        let fields = ["tick", "a", "b", "empty", "files"].map(field);
        assert_eq!(in_short(&fields, &given).as_deref(), Some("first · second line · x.pdf, y.pdf · 0"));
        assert_eq!(in_short(&fields, &inputs(&[("tick", json!(false)), ("a", json!(null))])), None);
    }

    #[test]
    fn a_long_value_is_cut() {
        let long = in_short(&[], &inputs(&[("a", json!("长".repeat(5_000)))])).unwrap_or_default();
        assert_eq!(long, "长".repeat(TEXT_MAX) + "…");
        let exact = "长".repeat(TEXT_MAX);
        assert_eq!(in_short(&[], &inputs(&[("a", json!(exact))])), Some(exact));
    }
}
