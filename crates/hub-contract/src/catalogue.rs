//! The platform catalogue: one entry a platform, one card a place on the page. Forms, guides, cards and `hub platforms`
//! are drawn from here and from nowhere else.

use crate::PlatformId;
use crate::platform::{Card, ConnectedAs, FieldKind, FieldSpec, GuideStep, HistoryKept, Label, PlatformSpec, Section};

/// Key of the address field in forms.
pub const BASE_URL: &str = "base_url";
/// Key of the usual secret field.
pub const API_KEY: &str = "api_key";
/// Key of a personal or service token.
pub const TOKEN: &str = "token";
/// Key of an OAuth client's id.
pub const CLIENT_ID: &str = "client_id";
/// Key of an OAuth client's secret; only some kinds of clients have one.
pub const CLIENT_SECRET: &str = "client_secret";

/// Key of the fingerprint of a service app's public key.
pub const KEY_ID: &str = "key_id";
/// Key of a service app's private key, as PEM.
pub const PRIVATE_KEY: &str = "private_key";

/// The entry of a platform.
pub fn spec(id: PlatformId) -> &'static PlatformSpec {
    match id {
        PlatformId::Coze => &COZE,
        PlatformId::Appbuilder => &APPBUILDER,
        PlatformId::Dify => &DIFY,
        PlatformId::Studio53 => &STUDIO53,
        PlatformId::Yuanqi => &YUANQI,
        PlatformId::Fastgpt => &FASTGPT,
        PlatformId::Bailian => &BAILIAN,
        PlatformId::Ark => &ARK,
        PlatformId::Openai => &OPENAI,
        PlatformId::Siliconflow => &SILICONFLOW,
        PlatformId::Deepseek => &DEEPSEEK,
        PlatformId::OpenaiCompatible => &OPENAI_COMPATIBLE,
    }
}

/// True where models of an account can be enabled, beside its apps or alone.
pub fn offers_models(id: PlatformId) -> bool {
    spec(id).connected_as == ConnectedAs::Models || matches!(id, PlatformId::Bailian | PlatformId::Ark)
}

/// Who keeps what was said in a conversation with an app of that platform. Models are sent it everywhere.
pub fn history_kept(id: PlatformId) -> HistoryKept {
    match id {
        PlatformId::Coze | PlatformId::Bailian => HistoryKept::There,
        PlatformId::Appbuilder | PlatformId::Dify | PlatformId::Studio53 | PlatformId::Fastgpt => {
            HistoryKept::ThereAlone
        }
        PlatformId::Yuanqi
        | PlatformId::Ark
        | PlatformId::Openai
        | PlatformId::Siliconflow
        | PlatformId::Deepseek
        | PlatformId::OpenaiCompatible => HistoryKept::Here,
    }
}

/// The fields of which at least one has to be filled in. Empty where every field says by itself whether it is required.
pub fn one_of(id: PlatformId) -> &'static [&'static str] {
    match id {
        // A token, or a client by which a person authorises the account.
        PlatformId::Coze => &[TOKEN, CLIENT_ID],
        _ => &[],
    }
}

/// The thirteen cards, in the order of the page.
pub const CARDS: &[Card] = &[
    card(Section::AgentPlatforms, &COZE),
    card(Section::AgentPlatforms, &APPBUILDER),
    card(Section::AgentPlatforms, &DIFY),
    card(Section::AgentPlatforms, &STUDIO53),
    card(Section::AgentPlatforms, &YUANQI),
    card(Section::AgentPlatforms, &FASTGPT),
    card(Section::CloudPlatforms, &BAILIAN),
    card(Section::CloudPlatforms, &ARK),
    Card {
        section: Section::CloudPlatforms,
        platform: PlatformId::Appbuilder,
        name: both("百度千帆 AppBuild", "Baidu Qianfan AppBuild"),
        monogram: "千",
    },
    card(Section::ModelPlatforms, &OPENAI),
    card(Section::ModelPlatforms, &SILICONFLOW),
    card(Section::ModelPlatforms, &DEEPSEEK),
    card(Section::ModelPlatforms, &OPENAI_COMPATIBLE),
];

const fn card(section: Section, spec: &PlatformSpec) -> Card {
    Card { section, platform: spec.id, name: spec.name, monogram: spec.monogram }
}

const fn both(zh: &'static str, en: &'static str) -> Label {
    Label { zh, en }
}

const fn address(label: Label, placeholder: &'static str) -> FieldSpec {
    FieldSpec { key: BASE_URL, kind: FieldKind::Address, label, required: true, placeholder, max_chars: 2048 }
}

const fn secret(key: &'static str, label: Label, required: bool) -> FieldSpec {
    FieldSpec { key, kind: FieldKind::Secret, label, required, placeholder: "", max_chars: 8192 }
}

const fn text(key: &'static str, label: Label, required: bool, placeholder: &'static str) -> FieldSpec {
    FieldSpec { key, kind: FieldKind::Text, label, required, placeholder, max_chars: 256 }
}

const fn step(zh: &'static str, en: &'static str) -> GuideStep {
    GuideStep { text: both(zh, en), link: None }
}

const fn linked(zh: &'static str, en: &'static str, link: &'static str) -> GuideStep {
    GuideStep { text: both(zh, en), link: Some(link) }
}

const KEY: Label = both("API Key", "API key");
const ENDPOINT: Label = both("API endpoint 地址", "API endpoint");

const MODEL_FIELDS: &[FieldSpec] = &[secret(API_KEY, KEY, true), address(ENDPOINT, "https://")];

const COZE: PlatformSpec = PlatformSpec {
    id: PlatformId::Coze,
    name: both("扣子", "Coze"),
    about: both("整体授权，再挑选智能体和工作流", "Authorized as a whole, then pick bots and workflows"),
    monogram: "扣",
    tint: 1,
    connected_as: ConnectedAs::Whole,
    base_url: "https://api.coze.cn",
    fields: &[
        // A token, or an authorization by the client; what is missing is told when neither is there.
        secret(TOKEN, both("个人或服务访问令牌", "Personal or service token"), false),
        text(CLIENT_ID, both("客户端 ID", "Client ID"), false, ""),
        secret(CLIENT_SECRET, both("客户端密钥", "Client secret"), false),
        text(KEY_ID, both("公钥指纹（服务类应用）", "Public key fingerprint (service app)"), false, ""),
        secret(PRIVATE_KEY, both("私钥 PEM（服务类应用）", "Private key, PEM (service app)"), false),
        address(both("API 地址（.cn、.com 或自建）", "API address (.cn, .com or your own)"), "https://api.coze.cn"),
    ],
    guide: &[
        step("在扣子发布智能体，发布平台勾选「API」", "Publish the bot on Coze and tick the API channel"),
        linked(
            "在扣子开放平台的授权页面创建 OAuth 应用，客户端类型选「Web 后端应用」",
            "On Coze's authorization page create an OAuth app of the type Web backend",
            "https://www.coze.cn/open/oauth/apps",
        ),
        step("粘贴重定向 URL，生成客户端密钥", "Paste the redirect URLs and generate a client secret"),
        step("勾选所需权限，保存", "Tick the permissions and save"),
        linked(
            "也可以不创建应用，直接填写个人或服务访问令牌",
            "Or create no app and enter a personal or service token",
            "https://www.coze.cn/open/oauth/pats",
        ),
    ],
};

const APPBUILDER: PlatformSpec = PlatformSpec {
    id: PlatformId::Appbuilder,
    name: both("千帆 AppBuilder", "Qianfan AppBuilder"),
    about: both("整体授权，再挑选应用", "Authorized as a whole, then pick apps"),
    monogram: "AB",
    tint: 3,
    connected_as: ConnectedAs::Whole,
    base_url: "https://qianfan.baidubce.com/v2",
    fields: &[secret(API_KEY, KEY, true)],
    guide: &[
        linked(
            "打开千帆控制台的 API Key 页面，创建 API Key，服务选「千帆 AppBuilder」",
            "Open Qianfan's API key page and create a key for the service AppBuilder",
            "https://console.bce.baidu.com/iam/#/iam/apikey/list",
        ),
        step("复制 API Key，粘贴到右侧", "Copy the key and paste it on the right"),
    ],
};

const DIFY: PlatformSpec = PlatformSpec {
    id: PlatformId::Dify,
    name: both("Dify", "Dify"),
    about: both("逐一添加应用，支持自建和内网地址", "One app at a time, self-hosted and LAN addresses too"),
    monogram: "Df",
    tint: 2,
    connected_as: ConnectedAs::OneByOne,
    base_url: "https://api.dify.ai/v1",
    fields: &[
        address(both("后端服务 API", "Backend service API"), "https://api.dify.ai/v1"),
        secret(API_KEY, both("API 密钥", "API key"), true),
    ],
    guide: &[
        linked(
            "在 Dify「工作室」创建并发布应用",
            "Create and publish the app in Dify's Studio",
            "https://cloud.dify.ai/apps",
        ),
        step(
            "打开应用的「访问 API」，复制 API 服务器地址",
            "Open API Access of the app and copy the API server address",
        ),
        step("点「API 密钥」创建密钥并复制", "Create an API key and copy it"),
    ],
};

const STUDIO53: PlatformSpec = PlatformSpec {
    id: PlatformId::Studio53,
    name: both("53AI Studio", "53AI Studio"),
    about: both("逐一添加智能体和工作流", "Bots and workflows, one at a time"),
    monogram: "53",
    tint: 4,
    connected_as: ConnectedAs::OneByOne,
    base_url: "https://api.53ai.com",
    fields: &[
        address(both("服务地址", "Service address"), "https://api.53ai.com"),
        secret("secret", both("密钥", "Secret"), true),
    ],
    guide: &[
        linked(
            "打开 53AI 的「设置 - 企业信息」，创建密钥",
            "In 53AI open Settings, Company and create a secret",
            "https://chat.53ai.com",
        ),
        step("复制密钥，粘贴到右侧", "Copy the secret and paste it on the right"),
    ],
};

const YUANQI: PlatformSpec = PlatformSpec {
    id: PlatformId::Yuanqi,
    name: both("腾讯元器", "Tencent Yuanqi"),
    about: both("逐一添加智能体", "Agents, one at a time"),
    monogram: "元",
    tint: 5,
    connected_as: ConnectedAs::OneByOne,
    base_url: "https://yuanqi.tencent.com/openapi/v1/agent",
    fields: &[
        text("assistant_id", both("智能体 ID", "Assistant ID"), true, ""),
        secret("token", both("Token", "Token"), true),
        address(both("服务地址", "Service address"), "https://yuanqi.tencent.com/openapi/v1/agent"),
    ],
    guide: &[
        linked(
            "在元器「我的创建」中发布智能体，等待审核通过",
            "Publish the agent under My creations and wait for the review",
            "https://yuanqi.tencent.com/my-creation/agent",
        ),
        step("点「调用 API」，复制智能体 ID 和 Token", "Open Call API and copy assistant ID and token"),
    ],
};

const FASTGPT: PlatformSpec = PlatformSpec {
    id: PlatformId::Fastgpt,
    name: both("FastGPT", "FastGPT"),
    about: both("逐一添加应用，支持自建和内网地址", "One app at a time, self-hosted and LAN addresses too"),
    monogram: "FG",
    tint: 6,
    connected_as: ConnectedAs::OneByOne,
    base_url: "https://cloud.fastgpt.cn/api",
    fields: &[
        address(both("API 根地址", "API root"), "https://cloud.fastgpt.cn/api"),
        secret(API_KEY, both("API 密钥", "API key"), true),
        text("app_id", both("应用 ID", "App ID"), false, ""),
    ],
    guide: &[
        linked(
            "在 FastGPT「工作台」打开应用",
            "Open the app in FastGPT's workbench",
            "https://cloud.fastgpt.cn/dashboard/apps",
        ),
        step(
            "在「发布渠道 - API 访问」新建密钥，复制密钥和 API 根地址",
            "Under Publish, API access create a key; copy it and the API root",
        ),
    ],
};

const BAILIAN: PlatformSpec = PlatformSpec {
    id: PlatformId::Bailian,
    name: both("阿里百炼", "Alibaba Bailian"),
    about: both("逐一添加应用，也可启用模型", "One app at a time, and its models"),
    monogram: "百",
    tint: 4,
    connected_as: ConnectedAs::OneByOne,
    base_url: "https://dashscope.aliyuncs.com/api/v1",
    fields: &[
        text("app_id", both("应用 ID（只用模型时留空）", "App ID (empty for models only)"), false, ""),
        secret(API_KEY, KEY, true),
        text("workspace", both("业务空间 ID", "Workspace ID"), false, ""),
        address(both("服务地址（按地域）", "Service address (by region)"), "https://dashscope.aliyuncs.com/api/v1"),
    ],
    guide: &[
        linked(
            "在百炼「应用管理」发布应用，复制卡片上的应用 ID",
            "Publish the app under App management and copy its app ID",
            "https://bailian.console.aliyun.com/",
        ),
        step("在「API-KEY」页面创建并复制 API Key", "Create and copy a key on the API-KEY page"),
    ],
};

const ARK: PlatformSpec = PlatformSpec {
    id: PlatformId::Ark,
    name: both("火山方舟", "Volcano Ark"),
    about: both("逐一添加应用，也可启用模型", "One app at a time, and its models"),
    monogram: "火",
    tint: 5,
    connected_as: ConnectedAs::OneByOne,
    base_url: "https://ark.cn-beijing.volces.com/api/v3",
    fields: &[
        secret(API_KEY, KEY, true),
        text("bot_id", both("Bot ID（只用模型时留空）", "Bot ID (empty for models only)"), false, "bot-"),
        address(both("服务地址", "Service address"), "https://ark.cn-beijing.volces.com/api/v3"),
    ],
    guide: &[
        step("在火山引擎「应用实验室」创建、编排并发布应用", "Create and publish the app in Volcano Engine's app lab"),
        linked(
            "在「系统管理 - API Key 管理」创建 API Key",
            "Create a key under System management, API keys",
            "https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey",
        ),
        step("在「应用实验室 - 我的应用」复制 Bot ID", "Copy the bot ID under App lab, My apps"),
    ],
};

const OPENAI: PlatformSpec = PlatformSpec {
    id: PlatformId::Openai,
    name: both("OpenAI", "OpenAI"),
    about: both("OpenAI 的模型", "OpenAI's models"),
    monogram: "OA",
    tint: 6,
    connected_as: ConnectedAs::Models,
    base_url: "https://api.openai.com/v1",
    fields: MODEL_FIELDS,
    guide: &[
        linked(
            "在 OpenAI 平台打开 API keys 页面",
            "Open the API keys page of the OpenAI platform",
            "https://platform.openai.com/api-keys",
        ),
        step("创建密钥并复制，粘贴到右侧", "Create a key, copy it and paste it on the right"),
    ],
};

const SILICONFLOW: PlatformSpec = PlatformSpec {
    id: PlatformId::Siliconflow,
    name: both("硅基流动", "SiliconFlow"),
    about: both("硅基流动上的开源模型", "Open models on SiliconFlow"),
    monogram: "硅",
    tint: 2,
    connected_as: ConnectedAs::Models,
    base_url: "https://api.siliconflow.cn/v1",
    fields: MODEL_FIELDS,
    guide: &[
        linked(
            "打开硅基流动的「API 密钥」页面",
            "Open SiliconFlow's API keys page",
            "https://cloud.siliconflow.cn/account/ak",
        ),
        step("新建密钥并复制，粘贴到右侧", "Create a key, copy it and paste it on the right"),
    ],
};

const DEEPSEEK: PlatformSpec = PlatformSpec {
    id: PlatformId::Deepseek,
    name: both("深度求索", "DeepSeek"),
    about: both("深度求索的对话与推理模型", "DeepSeek's chat and reasoning models"),
    monogram: "深",
    tint: 1,
    connected_as: ConnectedAs::Models,
    base_url: "https://api.deepseek.com/v1",
    fields: MODEL_FIELDS,
    guide: &[
        linked(
            "打开深度求索开放平台的「API Keys」页面",
            "Open the API keys page of DeepSeek's platform",
            "https://platform.deepseek.com/api_keys",
        ),
        step("点「创建 API Key」，复制密钥，粘贴到右侧", "Create an API key, copy it and paste it on the right"),
    ],
};

const OPENAI_COMPATIBLE: PlatformSpec = PlatformSpec {
    id: PlatformId::OpenaiCompatible,
    name: both("兼容 OpenAI 的地址", "OpenAI-compatible"),
    about: both(
        "Ollama、vLLM、llama.cpp 或任意兼容 OpenAI 接口的服务",
        "Ollama, vLLM, llama.cpp or any server that speaks OpenAI's interface",
    ),
    monogram: "{ }",
    tint: 0,
    connected_as: ConnectedAs::Models,
    base_url: "",
    fields: &[address(ENDPOINT, "http://localhost:11434/v1"), secret(API_KEY, KEY, false)],
    guide: &[
        step(
            "填写服务的地址，例如 http://localhost:11434/v1",
            "Enter the server's address, for example http://localhost:11434/v1",
        ),
        step("需要密钥时填写，不需要就留空", "Enter a key if the server wants one, else leave it empty"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirteen_cards_show_twelve_platforms() {
        assert_eq!(CARDS.len(), 13, "the seed names thirteen cards");
        for id in PlatformId::ALL {
            assert!(CARDS.iter().any(|card| card.platform == *id), "{id} has no card");
            assert_eq!(spec(*id).id, *id, "the table is mixed up");
            assert!(!spec(*id).guide.is_empty(), "{id} has no operation guide");
        }
    }

    #[test]
    fn ids_are_the_same_in_text_and_json() {
        for id in PlatformId::ALL {
            assert_eq!(serde_json::to_string(id).unwrap(), format!("\"{id}\""));
            assert_eq!(PlatformId::parse(id.as_str()), Some(*id));
        }
        for code in crate::ErrorCode::ALL {
            assert_eq!(serde_json::to_string(code).unwrap(), format!("\"{}\"", code.as_str()));
        }
    }
}
