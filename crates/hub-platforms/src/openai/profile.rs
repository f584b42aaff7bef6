//! What differs between the vendors of the family, as data.

use hub_contract::PlatformId;

/// One vendor's way of speaking it.
#[derive(Debug)]
pub(crate) struct OpenAi {
    pub(super) platform: PlatformId,
    /// Every call is refused without a key, the model list too.
    pub(super) key_required: bool,
    /// Where the models are listed.
    pub(super) models_path: &'static str,
    /// That list holds nothing but models for chats.
    pub(super) lists_chat_only: bool,
    /// May keep a connection silent for minutes before the first byte.
    pub(super) thinks_silently: bool,
}

impl OpenAi {
    /// The vendor's profile; `None` for platforms that speak another language.
    pub(crate) fn of(platform: PlatformId) -> Option<&'static Self> {
        PROFILES.iter().find(|profile| profile.platform == platform)
    }
}

const PROFILES: &[OpenAi] = &[
    OpenAi {
        platform: PlatformId::Openai,
        key_required: true,
        models_path: "/models",
        lists_chat_only: false,
        thinks_silently: false,
    },
    OpenAi {
        platform: PlatformId::Siliconflow,
        key_required: true,
        // Without the filter it lists image, speech and embedding models too.
        models_path: "/models?type=text&sub_type=chat",
        lists_chat_only: true,
        thinks_silently: false,
    },
    OpenAi {
        platform: PlatformId::Deepseek,
        key_required: true,
        models_path: "/models",
        lists_chat_only: true,
        // It may hold a connection for ten minutes before it starts.
        thinks_silently: true,
    },
    OpenAi {
        platform: PlatformId::OpenaiCompatible,
        key_required: false,
        models_path: "/models",
        lists_chat_only: false,
        thinks_silently: false,
    },
];
