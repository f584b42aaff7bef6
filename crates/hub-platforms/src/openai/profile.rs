//! What differs between the vendors of the family, as data.

use hub_contract::PlatformId;

/// One vendor's way of speaking it.
#[derive(Debug)]
pub(crate) struct OpenAi {
    /// Every call is refused without a key, the model list too.
    pub(super) key_required: bool,
    /// Where the models are listed.
    pub(super) models_path: &'static str,
    /// There may be no such list.
    pub(super) may_lack_list: bool,
    /// Where the interface stands, below which address of the connection.
    pub(super) base: fn(&str) -> String,
    /// That list holds nothing but models for chats.
    pub(super) lists_chat_only: bool,
    /// May keep a connection silent for minutes before the first byte.
    pub(super) thinks_silently: bool,
}

impl OpenAi {
    /// The vendor's profile; `None` for platforms without models.
    pub(crate) fn of(platform: PlatformId) -> Option<&'static Self> {
        match platform {
            PlatformId::Openai => Some(&OPENAI),
            PlatformId::Siliconflow => Some(&SILICONFLOW),
            PlatformId::Deepseek => Some(&DEEPSEEK),
            PlatformId::OpenaiCompatible => Some(&COMPATIBLE),
            PlatformId::Bailian => Some(&BAILIAN),
            PlatformId::Ark => Some(&ARK),
            _ => None,
        }
    }
}

/// OpenAI.
pub(crate) static OPENAI: OpenAi = OpenAi {
    key_required: true,
    models_path: "/models",
    may_lack_list: false,
    base: str::to_owned,
    lists_chat_only: false,
    thinks_silently: false,
};

/// SiliconFlow.
pub(crate) static SILICONFLOW: OpenAi = OpenAi {
    key_required: true,
    // Without the filter it lists image, speech and embedding models too.
    models_path: "/models?type=text&sub_type=chat",
    may_lack_list: false,
    base: str::to_owned,
    lists_chat_only: true,
    thinks_silently: false,
};

/// DeepSeek.
pub(crate) static DEEPSEEK: OpenAi = OpenAi {
    key_required: true,
    models_path: "/models",
    may_lack_list: false,
    base: str::to_owned,
    lists_chat_only: true,
    // It may hold a connection for ten minutes before it starts.
    thinks_silently: true,
};

/// Any other server of the family.
pub(crate) static COMPATIBLE: OpenAi = OpenAi {
    key_required: false,
    models_path: "/models",
    may_lack_list: true,
    base: str::to_owned,
    lists_chat_only: false,
    thinks_silently: false,
};

/// Bailian's models; its apps speak a language of their own.
static BAILIAN: OpenAi = OpenAi {
    key_required: true,
    models_path: "/models",
    may_lack_list: true,
    base: crate::bailian::models_base,
    lists_chat_only: false,
    thinks_silently: false,
};

/// Ark's models; its bots speak a language of their own.
static ARK: OpenAi = OpenAi {
    key_required: true,
    models_path: "/models",
    may_lack_list: true,
    base: str::to_owned,
    lists_chat_only: false,
    thinks_silently: false,
};
