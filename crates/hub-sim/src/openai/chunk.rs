//! The JSON of answers: chunks of a stream and whole completions, as each platform writes them.

use serde_json::{Value, json};

use super::chat::ChatRequest;
use super::completion::{Completion, Delta};
use super::fields::Fields;
use super::tokens::tokens;
use super::{Profile, ReasoningIn, UsageIn};

/// Writes the JSON of one answer.
#[derive(Debug)]
pub(crate) struct ChunkWriter<'a> {
    profile: Profile,
    chat: &'a ChatRequest,
    usage: UsageIn,
    prompt_tokens: usize,
    id: String,
    created: u64,
}

impl<'a> ChunkWriter<'a> {
    /// `number` makes the answer's id and time, so that they are the same in every run.
    pub(crate) fn new(profile: Profile, usage: UsageIn, chat: &'a ChatRequest, number: u64) -> Self {
        let prompt_tokens = tokens(&chat.prompt_text()).len() + 4 * chat.messages().count();
        let id = match profile {
            Profile::OpenAi | Profile::Compatible => format!("chatcmpl-sim{number:04}"),
            Profile::DeepSeek | Profile::SiliconFlow => format!("sim-{number:04}"),
        };
        Self { profile, chat, usage, prompt_tokens, id, created: 1_760_000_000 + number }
    }

    /// The first chunk: a role and no text.
    pub(crate) fn opening(&self) -> Value {
        let delta = match self.profile {
            Profile::OpenAi => json!({ "role": "assistant", "content": "", "refusal": null }),
            Profile::DeepSeek if self.shows_reasoning() => {
                json!({ "role": "assistant", "content": null, "reasoning_content": "" })
            }
            Profile::DeepSeek => json!({ "role": "assistant", "content": "" }),
            Profile::SiliconFlow => {
                json!({ "role": "assistant", "content": "", "reasoning_content": null })
            }
            Profile::Compatible => json!({ "role": "assistant", "content": null }),
        };
        self.chunk(delta, None, 0, 0)
    }

    /// The chunk of the piece at `index`.
    pub(crate) fn piece(&self, completion: &Completion, index: usize) -> Option<Value> {
        let delta = completion.deltas.get(index)?;
        // Reasoning comes first.
        let reasoning = completion.deltas.partition_point(|delta| matches!(delta, Delta::Reasoning(_)));
        Some(self.chunk(self.delta(delta), None, index + 1, reasoning.min(index + 1)))
    }

    /// The chunks that end a whole answer, and the usage if it was asked for.
    pub(crate) fn ending(&self, completion: &Completion) -> Vec<Value> {
        let delta = match self.profile {
            Profile::OpenAi | Profile::Compatible => json!({}),
            Profile::DeepSeek => json!({ "content": "", "reasoning_content": null }),
            Profile::SiliconFlow => {
                json!({ "content": "", "reasoning_content": null, "role": "assistant" })
            }
        };
        let mut last = self.chunk(delta, Some(completion.finish), completion.tokens(), completion.reasoning_tokens());
        if self.usage == UsageIn::LastChoice {
            last.set("usage", self.usage_of(completion.tokens(), completion.reasoning_tokens()));
        }
        let mut chunks = vec![last];
        if self.usage == UsageIn::OwnChunk && self.chat.include_usage {
            let mut own = self.frame("chat.completion.chunk", json!([]));
            own.set("usage", self.usage_of(completion.tokens(), completion.reasoning_tokens()));
            chunks.push(own);
        }
        chunks
    }

    /// The whole answer as one document.
    pub(crate) fn whole(&self, completion: &Completion) -> Value {
        let mut message = json!({
            "role": "assistant",
            "content": self.joined(completion, |delta| matches!(delta, Delta::Text(_))),
        });
        if let Some(key) = self.reasoning_key() {
            message.set(key, self.joined(completion, |delta| matches!(delta, Delta::Reasoning(_))));
        }
        if self.profile == Profile::OpenAi {
            message.set("refusal", self.joined(completion, |delta| matches!(delta, Delta::Refusal(_))));
        }
        let calls = tool_calls(completion);
        if !calls.is_empty() {
            message.set("tool_calls", calls);
        }
        let choice = json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": completion.finish });
        let mut document = self.frame("chat.completion", json!([choice]));
        if self.usage != UsageIn::Nowhere {
            document.set("usage", self.usage_of(completion.tokens(), completion.reasoning_tokens()));
        }
        document
    }

    fn delta(&self, delta: &Delta) -> Value {
        let mut value = match delta {
            Delta::Text(text) => json!({ "content": text }),
            Delta::Reasoning(text) => match self.reasoning_key() {
                Some("reasoning") => json!({ "content": "", "reasoning": text }),
                _ => json!({ "content": null, "reasoning_content": text }),
            },
            // Only OpenAI has a field for it.
            Delta::Refusal(text) if self.profile == Profile::OpenAi => json!({ "refusal": text }),
            Delta::Refusal(text) => json!({ "content": text }),
            Delta::ToolCall { index, id, name } => json!({ "tool_calls": [{
                "index": index, "id": id, "type": "function", "function": { "name": name, "arguments": "" },
            }]}),
            Delta::Arguments { index, text } => {
                json!({ "tool_calls": [{ "index": index, "function": { "arguments": text } }] })
            }
        };
        let counterpart = matches!(self.profile, Profile::DeepSeek | Profile::SiliconFlow);
        if counterpart && self.shows_reasoning() && matches!(delta, Delta::Text(_)) {
            value.set("reasoning_content", Value::Null);
        }
        if self.profile == Profile::SiliconFlow {
            value.set("role", "assistant");
        }
        value
    }

    fn chunk(&self, delta: Value, finish: Option<&str>, completion_tokens: usize, reasoning: usize) -> Value {
        let mut choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
        if matches!(self.profile, Profile::OpenAi | Profile::DeepSeek) {
            choice.set("logprobs", Value::Null);
        }
        let mut chunk = self.frame("chat.completion.chunk", json!([choice]));
        match self.usage {
            UsageIn::EveryChunk => chunk.set("usage", self.usage_of(completion_tokens, reasoning)),
            UsageIn::OwnChunk if !self.chat.include_usage => {}
            UsageIn::OwnChunk | UsageIn::LastChoice => chunk.set("usage", Value::Null),
            UsageIn::Nowhere => {}
        }
        chunk
    }

    fn frame(&self, object: &str, choices: Value) -> Value {
        let mut frame = json!({
            "id": self.id, "object": object, "created": self.created, "model": self.chat.model.id, "choices": choices,
        });
        let fingerprint = match self.profile {
            Profile::OpenAi => "fp_sim",
            Profile::DeepSeek => "fp_ds_sim",
            Profile::SiliconFlow => "",
            Profile::Compatible => return frame,
        };
        frame.set("system_fingerprint", fingerprint);
        if self.profile == Profile::OpenAi {
            frame.set("service_tier", "default");
        }
        frame
    }

    fn usage_of(&self, completion_tokens: usize, reasoning: usize) -> Value {
        let mut usage = json!({
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": self.prompt_tokens + completion_tokens,
        });
        match self.profile {
            Profile::OpenAi | Profile::DeepSeek => {
                usage.set("prompt_tokens_details", json!({ "cached_tokens": 0 }));
                usage.set("completion_tokens_details", json!({ "reasoning_tokens": reasoning }));
            }
            Profile::SiliconFlow | Profile::Compatible => {}
        }
        if self.profile == Profile::DeepSeek {
            usage.set("prompt_cache_hit_tokens", 0);
            usage.set("prompt_cache_miss_tokens", self.prompt_tokens);
        }
        usage
    }

    fn shows_reasoning(&self) -> bool {
        self.reasoning_key().is_some()
    }

    fn reasoning_key(&self) -> Option<&'static str> {
        match self.chat.model.reasoning {
            ReasoningIn::ReasoningContent => Some("reasoning_content"),
            ReasoningIn::Reasoning => Some("reasoning"),
            ReasoningIn::None | ReasoningIn::Usage | ReasoningIn::ThinkTags => None,
        }
    }

    /// All pieces of one kind as one text; null if there are none.
    fn joined(&self, completion: &Completion, wanted: fn(&Delta) -> bool) -> Value {
        let mut pieces = completion.deltas.iter().filter(|delta| wanted(delta)).map(Delta::text).peekable();
        if pieces.peek().is_none() { Value::Null } else { pieces.collect::<String>().into() }
    }
}

fn tool_calls(completion: &Completion) -> Vec<Value> {
    let calls = completion.deltas.iter().filter_map(|delta| match delta {
        Delta::ToolCall { index, id, name } => Some((*index, *id, *name)),
        _ => None,
    });
    calls
        .map(|(wanted, id, name)| {
            let arguments: String = completion
                .deltas
                .iter()
                .filter(|delta| matches!(delta, Delta::Arguments { index, .. } if *index == wanted))
                .map(Delta::text)
                .collect();
            json!({ "id": id, "type": "function", "function": { "name": name, "arguments": arguments } })
        })
        .collect()
}
