//! The models of the four platforms.

use serde_json::{Value, json};

use super::Profile;
use super::fields::Fields;

/// A model that the simulator offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimModel {
    /// Its id, as listed and as asked.
    pub id: String,
    /// What it is for. Only chat models answer chats.
    pub kind: ModelKind,
    /// Where its reasoning stands, if it reasons.
    pub reasoning: ReasoningIn,
    /// Whether it takes images.
    pub vision: bool,
    /// `created`; left out when `None`.
    pub created: Option<i64>,
    /// `owned_by`
    pub owned_by: String,
    /// `shutdown_date`; left out when `None`.
    pub shutdown_date: Option<String>,
}

/// What a model is for: `sub_type` at SiliconFlow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelKind {
    /// Chats.
    Chat,
    /// Vectors.
    Embedding,
    /// Orders search results.
    Reranker,
    /// Pictures from text.
    Image,
    /// Text from speech.
    Speech,
}

/// Where the reasoning of a model stands in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasoningIn {
    /// It does not reason.
    None,
    /// Only counted in usage (OpenAI's chat completions).
    Usage,
    /// `delta.reasoning_content` (DeepSeek, SiliconFlow, llama.cpp).
    ReasoningContent,
    /// `delta.reasoning` (Ollama, vLLM).
    Reasoning,
    /// `<think>…</think>` at the start of the content, cut over chunks.
    ThinkTags,
}

impl SimModel {
    /// A chat model without reasoning.
    pub fn chat(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind: ModelKind::Chat,
            reasoning: ReasoningIn::None,
            vision: false,
            created: Some(1_750_000_000),
            owned_by: String::new(),
            shutdown_date: None,
        }
    }

    /// The same, reasoning there.
    pub fn reasoning(self, reasoning: ReasoningIn) -> Self {
        Self { reasoning, ..self }
    }

    /// The same, taking images.
    pub fn with_vision(self) -> Self {
        Self { vision: true, ..self }
    }

    /// The same, for something else than chats.
    pub fn of_kind(self, kind: ModelKind) -> Self {
        Self { kind, ..self }
    }

    fn created(self, created: Option<i64>) -> Self {
        Self { created, ..self }
    }

    fn owned_by(self, owner: &str) -> Self {
        Self { owned_by: owner.to_owned(), ..self }
    }

    fn shut_down_on(self, date: &str) -> Self {
        Self { shutdown_date: Some(date.to_owned()), ..self }
    }

    /// Its item in the list.
    pub(crate) fn item(&self) -> Value {
        let mut item = json!({ "id": self.id, "object": "model", "owned_by": self.owned_by });
        if let Some(created) = self.created {
            item.set("created", created);
        }
        if let Some(date) = &self.shutdown_date {
            item.set("shutdown_date", date.as_str());
        }
        item
    }

    /// `type` and `sub_type` of SiliconFlow's filter.
    pub(crate) fn filter_words(&self) -> (&'static str, &'static str) {
        match self.kind {
            ModelKind::Chat => ("text", "chat"),
            ModelKind::Embedding => ("text", "embedding"),
            ModelKind::Reranker => ("text", "reranker"),
            ModelKind::Image => ("image", "text-to-image"),
            ModelKind::Speech => ("audio", "speech-to-text"),
        }
    }
}

/// What a platform offers by default.
pub(crate) fn models_of(profile: Profile) -> Vec<SimModel> {
    match profile {
        Profile::OpenAi => openai(),
        Profile::SiliconFlow => siliconflow(),
        Profile::DeepSeek => deepseek(),
        Profile::Compatible => compatible(),
    }
}

/// Chat and other models mixed and without types, as the real list.
fn openai() -> Vec<SimModel> {
    let model = |id: &str| SimModel::chat(id).owned_by("openai");
    let other = |id: &str, kind| model(id).of_kind(kind);
    vec![
        model("gpt-demo").with_vision(),
        model("gpt-demo-mini").with_vision().created(Some(1_752_000_000)),
        model("gpt-demo-text"),
        model("o-demo").with_vision().reasoning(ReasoningIn::Usage).created(Some(1_755_000_000)),
        model("gpt-demo-2024").shut_down_on("2027-01-14").created(Some(1_715_000_000)),
        other("text-embedding-demo", ModelKind::Embedding),
        other("whisper-demo", ModelKind::Speech),
        other("gpt-image-demo", ModelKind::Image),
    ]
}

/// Ids with slashes and tiers, `created: 0`, empty owners.
fn siliconflow() -> Vec<SimModel> {
    let model = |id: &str| SimModel::chat(id).created(Some(0));
    let reasoning = |id: &str| model(id).reasoning(ReasoningIn::ReasoningContent);
    vec![
        reasoning("deepseek-ai/DeepSeek-V3.1"),
        reasoning("deepseek-ai/DeepSeek-R1"),
        reasoning("Qwen/Qwen3-235B-A22B"),
        reasoning("Qwen/Qwen3-32B"),
        reasoning("Qwen/Qwen3-8B"),
        model("Qwen/Qwen2.5-72B-Instruct"),
        model("Qwen/Qwen2.5-VL-72B-Instruct").with_vision(),
        reasoning("zai-org/GLM-4.5"),
        reasoning("zai-org/GLM-4.5V").with_vision(),
        model("moonshotai/Kimi-K2-Instruct"),
        model("internlm/internlm2_5-7b-chat"),
        model("Pro/deepseek-ai/DeepSeek-V3"),
        model("LoRA/Qwen/Qwen2.5-7B-Instruct"),
        model("BAAI/bge-m3").of_kind(ModelKind::Embedding),
        model("BAAI/bge-reranker-v2-m3").of_kind(ModelKind::Reranker),
        model("Kwai-Kolors/Kolors").of_kind(ModelKind::Image),
        model("FunAudioLLM/SenseVoiceSmall").of_kind(ModelKind::Speech),
    ]
}

/// Items without `created`.
fn deepseek() -> Vec<SimModel> {
    let model = |id: &str| SimModel::chat(id).created(None).owned_by("deepseek");
    let reasoning = |id: &str| model(id).reasoning(ReasoningIn::ReasoningContent);
    vec![
        reasoning("deepseek-v4-flash"),
        reasoning("deepseek-v4-pro"),
        model("deepseek-chat"),
        reasoning("deepseek-reasoner"),
    ]
}

/// What runs on machines of one's own: a file path as id, each spelling of reasoning once.
fn compatible() -> Vec<SimModel> {
    let model = |id: &str| SimModel::chat(id).owned_by("library");
    vec![
        model("qwen3:8b").reasoning(ReasoningIn::Reasoning),
        model("deepseek-r1:7b").reasoning(ReasoningIn::ThinkTags),
        model("gemma3:12b").with_vision(),
        model("/models/qinghe-sft-7b.gguf").owned_by("llamacpp"),
        model("nomic-embed-text:latest").of_kind(ModelKind::Embedding),
    ]
}
