//! What a model says to a chat, before it is cut into chunks for a platform.

use serde_json::{Value, json};

use super::Scenario;
use super::answer::{answer_to, is_chinese};
use super::catalogue::ReasoningIn;
use super::chat::ChatRequest;
use super::fields::Fields;
use super::tokens::tokens;

/// One answer: small pieces in order, then why it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completion {
    /// Reasoning comes before everything else.
    pub(crate) deltas: Vec<Delta>,
    pub(crate) finish: &'static str,
    /// Reasoning that is counted but not shown.
    pub(crate) hidden_reasoning: usize,
}

/// One piece of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delta {
    Reasoning(String),
    Text(String),
    Refusal(String),
    /// A tool call's id and name.
    ToolCall {
        index: usize,
        id: &'static str,
        name: &'static str,
    },
    /// More of a tool call's arguments.
    Arguments {
        index: usize,
        text: String,
    },
}

impl Completion {
    /// What the model of that chat says in that scenario.
    pub(crate) fn of(chat: &ChatRequest, scenario: &Scenario) -> Self {
        let mut completion = match scenario {
            Scenario::Tools => Self::tools(chat),
            Scenario::Refusal => Self::refusal(chat),
            Scenario::Empty => Self::said("", ""),
            Scenario::Echo => Self::said("", &echo(chat)),
            Scenario::Text { text, reasoning } => Self::said(reasoning.as_deref().unwrap_or_default(), text),
            Scenario::Long => {
                let answer = answer_to(&chat.question);
                Self::said(answer.reasoning, &[answer.text; 6].join("\n\n---\n\n"))
            }
            _ if chat.images().next().is_some() => Self::said("", &about_images(chat)),
            _ => {
                let answer = answer_to(&chat.question);
                Self::said(answer.reasoning, answer.text)
            }
        };
        completion.finish = match scenario {
            Scenario::Filtered => "content_filter",
            Scenario::Length => "length",
            _ => completion.finish,
        };
        if matches!(scenario, Scenario::Filtered | Scenario::Length) {
            completion.deltas.truncate(completion.deltas.len() / 2);
        }
        completion.reasoned_by(chat).at_most(chat.max_tokens)
    }

    /// How many tokens it has: one for each piece, and what is hidden.
    pub(crate) fn tokens(&self) -> usize {
        self.deltas.len() + self.hidden_reasoning
    }

    /// How many of them are reasoning.
    pub(crate) fn reasoning_tokens(&self) -> usize {
        let shown = self.deltas.iter().filter(|delta| matches!(delta, Delta::Reasoning(_))).count();
        shown + self.hidden_reasoning
    }

    fn said(reasoning: &str, text: &str) -> Self {
        let reasoning = tokens(reasoning).into_iter().map(Delta::Reasoning);
        let deltas = reasoning.chain(tokens(text).into_iter().map(Delta::Text)).collect();
        Self { deltas, finish: "stop", hidden_reasoning: 0 }
    }

    /// Text, then two calls whose arguments come interleaved.
    fn tools(chat: &ChatRequest) -> Self {
        let (text, first, second) = if is_chinese(&chat.question) {
            ("先查返修工单，再查产线台账。", r#"{"quarter":"2026Q3","line":"B 线"}"#, r#"{"quarter":"2026Q3"}"#)
        } else {
            (
                "First the repair orders, then the line ledger.",
                r#"{"quarter":"2026Q3","line":"B"}"#,
                r#"{"quarter":"2026Q3"}"#,
            )
        };
        let mut deltas: Vec<_> = tokens(text).into_iter().map(Delta::Text).collect();
        deltas.push(Delta::ToolCall { index: 0, id: "call_sim_a", name: "query_repair_orders" });
        deltas.push(Delta::ToolCall { index: 1, id: "call_sim_b", name: "query_line_ledger" });
        let mut first = tokens(first).into_iter();
        let mut second = tokens(second).into_iter();
        loop {
            let pair = (first.next(), second.next());
            deltas.extend(pair.0.clone().map(|text| Delta::Arguments { index: 0, text }));
            deltas.extend(pair.1.clone().map(|text| Delta::Arguments { index: 1, text }));
            if pair == (None, None) {
                break;
            }
        }
        Self { deltas, finish: "tool_calls", hidden_reasoning: 0 }
    }

    fn refusal(chat: &ChatRequest) -> Self {
        let text = if is_chinese(&chat.question) {
            "这个请求我不能协助。"
        } else {
            "I can't help with that request."
        };
        let deltas = tokens(text).into_iter().map(Delta::Refusal).collect();
        Self { deltas, finish: "stop", hidden_reasoning: 0 }
    }

    /// Puts the reasoning where this model has it.
    fn reasoned_by(mut self, chat: &ChatRequest) -> Self {
        let is_reasoning = |delta: &Delta| matches!(delta, Delta::Reasoning(_));
        match chat.model.reasoning {
            _ if !chat.thinks() => self.deltas.retain(|delta| !is_reasoning(delta)),
            ReasoningIn::ReasoningContent | ReasoningIn::Reasoning => {}
            ReasoningIn::None => self.deltas.retain(|delta| !is_reasoning(delta)),
            ReasoningIn::Usage => {
                self.hidden_reasoning = self.reasoning_tokens();
                self.deltas.retain(|delta| !is_reasoning(delta));
            }
            ReasoningIn::ThinkTags => {
                let count = self.reasoning_tokens();
                if count > 0 {
                    let rest = self.deltas.split_off(count);
                    let thought: Vec<_> = self.deltas.iter().map(Delta::text).collect();
                    // The tags are cut, as small models do it.
                    let marked = ["<th", "ink>\n"].into_iter().chain(thought).chain(["\n</thi", "nk>\n\n"]);
                    self.deltas = marked.map(|text| Delta::Text(text.to_owned())).chain(rest).collect();
                }
            }
        }
        self
    }

    fn at_most(mut self, max_tokens: Option<u64>) -> Self {
        let limit = max_tokens.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
        if self.tokens() > limit {
            self.deltas.truncate(limit.saturating_sub(self.hidden_reasoning));
            self.finish = "length";
        }
        self
    }
}

impl Delta {
    /// Its text; a tool call's id and name are none.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Reasoning(text) | Self::Text(text) | Self::Refusal(text) | Self::Arguments { text, .. } => text,
            Self::ToolCall { .. } => "",
        }
    }
}

/// What was received, as a code block.
fn echo(chat: &ChatRequest) -> String {
    let messages: Vec<Value> = chat.messages().map(|message| echo_message(message.field("content"), message)).collect();
    let mut received = chat.body.clone();
    received.set("messages", messages);
    format!("```json\n{}\n```", serde_json::to_string_pretty(&received).unwrap_or_default())
}

fn echo_message(content: &Value, message: &Value) -> Value {
    match content {
        Value::Array(parts) => {
            let kinds: Vec<_> = parts.iter().map(|part| part.field("type").clone()).collect();
            json!({ "role": message.field("role"), "parts": kinds })
        }
        other => {
            json!({ "role": message.field("role"), "characters": other.as_str().map(|text| text.chars().count()) })
        }
    }
}

/// A plain statement of what came: this model sees no pictures.
fn about_images(chat: &ChatRequest) -> String {
    let chinese = is_chinese(&chat.question);
    let rows: String = chat
        .images()
        .enumerate()
        .map(|(index, url)| match url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")) {
            Some((mime, data)) => {
                format!("| {} | `{mime}` | {} |\n", index + 1, decoded_length(data))
            }
            None => format!("| {} | URL | – |\n", index + 1),
        })
        .collect();
    if chinese {
        format!(
            "收到的图片：\n\n| 序号 | 类型 | 字节 |\n|---:|---|---:|\n{rows}\n演示模型看不懂图片的内容，但**图片已经完整送达**。"
        )
    } else {
        format!(
            "Received:\n\n| No. | Type | Bytes |\n|---:|---|---:|\n{rows}\nThe demo model cannot see pictures, but **they arrived whole**."
        )
    }
}

fn decoded_length(base64: &str) -> usize {
    let padding = base64.bytes().rev().take_while(|byte| *byte == b'=').count();
    (base64.len() / 4 * 3).saturating_sub(padding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openai::{OpenAiOptions, Profile, SimModel};

    fn chat(model: SimModel, body: Value) -> ChatRequest {
        let mut options = OpenAiOptions::new(Profile::Compatible);
        let mut body = body;
        body["model"] = model.id.clone().into();
        options.models = vec![model];
        ChatRequest::check(body.to_string().as_bytes(), &options).unwrap()
    }

    fn ask(model: SimModel, text: &str) -> ChatRequest {
        chat(model, json!({ "messages": [{ "role": "user", "content": text }] }))
    }

    fn joined(completion: &Completion, wanted: fn(&Delta) -> bool) -> String {
        completion.deltas.iter().filter(|delta| wanted(delta)).map(Delta::text).collect()
    }

    #[test]
    fn reasoning_stands_where_the_model_has_it() {
        let answer = answer_to("repair");
        let model = || SimModel::chat("m");
        let of = |reasoning| Completion::of(&ask(model().reasoning(reasoning), "repair"), &Scenario::Answer);
        let is_reasoning = |delta: &Delta| matches!(delta, Delta::Reasoning(_));
        let is_text = |delta: &Delta| matches!(delta, Delta::Text(_));

        let shown = of(ReasoningIn::ReasoningContent);
        assert_eq!(joined(&shown, is_reasoning), answer.reasoning);
        assert_eq!(joined(&shown, is_text), answer.text);

        let hidden = of(ReasoningIn::Usage);
        assert_eq!(joined(&hidden, is_reasoning), "");
        assert_eq!(hidden.reasoning_tokens(), shown.reasoning_tokens());

        let tagged = of(ReasoningIn::ThinkTags);
        let expected = format!("<think>\n{}\n</think>\n\n{}", answer.reasoning, answer.text);
        assert_eq!(joined(&tagged, is_text), expected);
        assert!(tagged.deltas.iter().all(|delta| !delta.text().contains("think>")), "the tags are cut");

        let off = chat(
            model().reasoning(ReasoningIn::Reasoning),
            json!({ "messages": [{ "role": "user", "content": "repair" }], "enable_thinking": false }),
        );
        assert_eq!(Completion::of(&off, &Scenario::Answer).reasoning_tokens(), 0);
    }

    #[test]
    fn max_tokens_cut_the_answer() {
        let request = chat(
            SimModel::chat("m"),
            json!({ "messages": [{ "role": "user", "content": "repair" }], "max_tokens": 5 }),
        );
        let completion = Completion::of(&request, &Scenario::Answer);
        assert_eq!((completion.tokens(), completion.finish), (5, "length"));
    }

    #[test]
    fn tool_calls_come_interleaved_and_whole() {
        let completion = Completion::of(&ask(SimModel::chat("m"), "sim:tools"), &Scenario::Tools);
        let arguments = |wanted: usize| -> String {
            let pieces = completion.deltas.iter().filter_map(|delta| match delta {
                Delta::Arguments { index, text } if *index == wanted => Some(text.as_str()),
                _ => None,
            });
            pieces.collect()
        };
        assert_eq!(serde_json::from_str::<Value>(&arguments(0)).unwrap()["line"], "B");
        assert_eq!(serde_json::from_str::<Value>(&arguments(1)).unwrap()["quarter"], "2026Q3");
        let order: Vec<_> = completion
            .deltas
            .iter()
            .filter_map(|delta| match delta {
                Delta::Arguments { index, .. } => Some(*index),
                _ => None,
            })
            .collect();
        assert!(order.starts_with(&[0, 1, 0, 1]), "{order:?}");
        assert_eq!(completion.finish, "tool_calls");
    }

    #[test]
    fn pictures_are_counted_in_bytes() {
        let request = chat(
            SimModel::chat("m").with_vision(),
            json!({ "messages": [{ "role": "user", "content": [
                { "type": "text", "text": "What is this?" },
                { "type": "image_url", "image_url": { "url": "data:image/png;base64,AAECAw==" } },
            ]}]}),
        );
        let text = joined(&Completion::of(&request, &Scenario::Answer), |_| true);
        assert!(text.contains("| 1 | `image/png` | 4 |"), "{text}");
    }
}
