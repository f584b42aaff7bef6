//! Platforms: which there are, how each is connected and what its form asks for. The table itself is [`crate::catalogue`].

use serde::{Deserialize, Serialize};

/// The twelve platforms (AppBuilder shows a card in two sections, which makes thirteen cards).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlatformId {
    /// 扣子
    Coze,
    /// 千帆 AppBuilder
    Appbuilder,
    /// Dify
    Dify,
    /// 53AI Studio
    Studio53,
    /// 腾讯元器
    Yuanqi,
    /// FastGPT
    Fastgpt,
    /// 阿里百炼
    Bailian,
    /// 火山方舟
    Ark,
    /// OpenAI
    Openai,
    /// 硅基流动
    Siliconflow,
    /// 深度求索
    Deepseek,
    /// Any server that speaks OpenAI's chat completions.
    OpenaiCompatible,
}

impl PlatformId {
    /// All platforms, in the order of the page.
    pub const ALL: &[PlatformId] = &[
        Self::Coze,
        Self::Appbuilder,
        Self::Dify,
        Self::Studio53,
        Self::Yuanqi,
        Self::Fastgpt,
        Self::Bailian,
        Self::Ark,
        Self::Openai,
        Self::Siliconflow,
        Self::Deepseek,
        Self::OpenaiCompatible,
    ];

    /// The id as text, for example `openai-compatible`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coze => "coze",
            Self::Appbuilder => "appbuilder",
            Self::Dify => "dify",
            Self::Studio53 => "studio53",
            Self::Yuanqi => "yuanqi",
            Self::Fastgpt => "fastgpt",
            Self::Bailian => "bailian",
            Self::Ark => "ark",
            Self::Openai => "openai",
            Self::Siliconflow => "siliconflow",
            Self::Deepseek => "deepseek",
            Self::OpenaiCompatible => "openai-compatible",
        }
    }

    /// The platform of that id, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|platform| platform.as_str() == text)
    }
}

impl std::fmt::Display for PlatformId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The two languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `zh_CN.UTF-8` or `en-GB`; `None` for other languages.
    pub fn parse(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        if tag.starts_with("zh") {
            Some(Self::ZhCn)
        } else if tag.starts_with("en") {
            Some(Self::En)
        } else {
            None
        }
    }
}

/// A short text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

impl Label {
    /// The text in that language.
    pub fn get(self, language: Language) -> &'static str {
        match language {
            Language::ZhCn => self.zh,
            Language::En => self.en,
        }
    }
}

/// The three bands of the platform page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// 智能体平台
    AgentPlatforms,
    /// 云计算平台
    CloudPlatforms,
    /// 大模型平台, headed 通用大模型
    ModelPlatforms,
}

/// How a platform is connected, which decides its card's words and actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectedAs {
    /// Authorised as a whole, then agents are picked.
    Whole,
    /// One app at a time.
    OneByOne,
    /// A key for models.
    Models,
}

/// Who keeps what was said in a conversation with an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryKept {
    /// The Hub, which sends it along with every question.
    Here,
    /// The platform; a new conversation there can be told what was said before.
    There,
    /// The platform alone: a new conversation there knows nothing, and in an old one no turn can be taken back.
    ThereAlone,
}

/// What a form field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// A secret: never shown again after saving.
    Secret,
    /// The base URL.
    Address,
}

/// One field of a connection form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FieldSpec {
    /// Key in [`crate::connection::ConnectRequest`]; `base_url` for the address.
    pub key: &'static str,
    /// What it takes.
    pub kind: FieldKind,
    /// Its label.
    pub label: Label,
    /// Whether it must be filled in.
    pub required: bool,
    /// An example, shown while the field is empty.
    pub placeholder: &'static str,
    /// Longest accepted text, in characters.
    pub max_chars: usize,
}

/// One step of the operation guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GuideStep {
    /// What to do there.
    pub text: Label,
    /// The console page where it is done.
    pub link: Option<&'static str>,
}

/// All that the catalogue knows of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlatformSpec {
    /// The platform.
    pub id: PlatformId,
    /// Its name.
    pub name: Label,
    /// One line that says what it is.
    pub about: Label,
    /// Glyph of the neutral monogram: at most two Latin letters or one Han character.
    pub monogram: &'static str,
    /// Tint of the monogram, 1 to 6; 0 is the outlined one.
    pub tint: u8,
    /// How it is connected.
    pub connected_as: ConnectedAs,
    /// The address that the form starts with; empty where there is no usual one.
    pub base_url: &'static str,
    /// What the form asks for, in order.
    pub fields: &'static [FieldSpec],
    /// The operation guide.
    pub guide: &'static [GuideStep],
}

/// One card of the platform page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The band it stands in.
    pub section: Section,
    /// Its platform.
    pub platform: PlatformId,
    /// Its name there; AppBuilder has another one in its second band.
    pub name: Label,
    /// Its glyph there.
    pub monogram: &'static str,
}
