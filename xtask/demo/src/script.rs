//! What the demo's Hub holds: the accounts of a manufacturing company, and what its people asked.

use hub_contract::PlatformId;
use hub_contract::platform::{Label, Language};
use hub_sim::{Profile, Scenario};

use crate::clock::days;

/// An account of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Account {
    SiliconFlow,
    DeepSeek,
    Intranet,
}

impl Account {
    pub(crate) const ALL: [Self; 3] = [Self::SiliconFlow, Self::DeepSeek, Self::Intranet];

    pub(crate) fn platform(self) -> PlatformId {
        match self {
            Self::SiliconFlow => PlatformId::Siliconflow,
            Self::DeepSeek => PlatformId::Deepseek,
            Self::Intranet => PlatformId::OpenaiCompatible,
        }
    }

    pub(crate) fn profile(self) -> Profile {
        match self {
            Self::SiliconFlow => Profile::SiliconFlow,
            Self::DeepSeek => Profile::DeepSeek,
            Self::Intranet => Profile::Compatible,
        }
    }

    /// The key in hub-sim's line of addresses.
    pub(crate) fn name_in_sim(self) -> &'static str {
        match self {
            Self::SiliconFlow => "siliconflow",
            Self::DeepSeek => "deepseek",
            Self::Intranet => "compatible",
        }
    }

    /// Where the quick simulator of this account is mounted.
    pub(crate) fn mount(self) -> &'static str {
        match self {
            Self::SiliconFlow => "/siliconflow",
            Self::DeepSeek => "/deepseek",
            Self::Intranet => "/compatible",
        }
    }

    pub(crate) fn path(self) -> String {
        format!("{}/v1", self.mount())
    }

    pub(crate) fn title(self, language: Language) -> &'static str {
        let label = match self {
            Self::SiliconFlow => both("硅基流动", "SiliconFlow"),
            Self::DeepSeek => both("深度求索", "DeepSeek"),
            Self::Intranet => both("内网 vLLM", "Intranet vLLM"),
        };
        label.get(language)
    }

    /// How many of its models are enabled.
    pub(crate) fn enabled(self) -> usize {
        match self {
            Self::SiliconFlow => 6,
            Self::DeepSeek => 2,
            Self::Intranet => 3,
        }
    }
}

/// A conversation of the demo.
pub(crate) struct Conversation {
    /// When it was held.
    pub(crate) minutes_ago: i64,
    pub(crate) account: Account,
    /// Which of the account's enabled models, counted round.
    pub(crate) model: usize,
    /// A name a person gave it; absent keeps the first words of the question.
    pub(crate) title: Option<Label>,
    pub(crate) pinned: bool,
    /// What happens to its answers; absent is an answer that fits the question.
    pub(crate) scenario: Option<fn() -> Scenario>,
    pub(crate) questions: &'static [Label],
}

pub(crate) const fn both(zh: &'static str, en: &'static str) -> Label {
    Label { zh, en }
}

const fn talk(minutes_ago: i64, account: Account, model: usize, questions: &'static [Label]) -> Conversation {
    Conversation { minutes_ago, account, model, title: None, pinned: false, scenario: None, questions }
}

/// Oldest first, so that ids and times rise together.
pub(crate) const CONVERSATIONS: &[Conversation] = &[
    talk(
        days(20),
        Account::Intranet,
        0,
        &[both("保养周期与润滑油型号怎么选？", "How do I choose service intervals and lubricants?")],
    ),
    talk(
        days(17),
        Account::SiliconFlow,
        2,
        &[both(
            "把这段话翻译成英文：返修率按工单数计，不按件数计。",
            "Translate into Chinese: the repair rate counts orders, not pieces.",
        )],
    ),
    talk(
        days(14),
        Account::SiliconFlow,
        1,
        &[both("整理 10 月客诉分类，按批次列出客户", "List October's complaints by batch and customer")],
    ),
    talk(
        days(11),
        Account::DeepSeek,
        1,
        &[both("9.11 和 9.9 哪个大？说明理由", "Which is larger, 9.11 or 9.9? Say why")],
    ),
    talk(
        days(9),
        Account::Intranet,
        1,
        &[both(
            "安排两天的苏州出差行程，周四上午拜访客户",
            "Plan a two-day trip to Suzhou with a customer visit on Thursday morning",
        )],
    ),
    talk(
        days(6),
        Account::SiliconFlow,
        3,
        &[both("评审这段 Rust 代码：循环里反复分配内存", "Review this Rust code: it allocates inside the loop")],
    ),
    Conversation {
        scenario: Some(|| Scenario::Cut),
        ..talk(days(4), Account::SiliconFlow, 0, &[both("E37 报警的处理步骤", "Steps for alarm E37")])
    },
    Conversation {
        scenario: Some(|| Scenario::NoBalance),
        ..talk(
            days(2),
            Account::DeepSeek,
            0,
            &[both("替代轴承 6205 的供应商有哪些？", "Which suppliers replace bearing 6205?")],
        )
    },
    Conversation {
        minutes_ago: days(1) + 90,
        account: Account::DeepSeek,
        model: 1,
        title: Some(both("保内外判定口径", "What counts as under warranty")),
        pinned: true,
        scenario: None,
        questions: &[both(
            "写一条 SQL 查询：上季度每条产线的返修工单，只计保内",
            "Write an SQL query: last quarter's repair orders by line, under warranty only",
        )],
    },
    talk(
        days(1),
        Account::SiliconFlow,
        4,
        &[both("整理今天质量例会的会议纪要", "Write the minutes of today's quality meeting")],
    ),
    talk(
        35,
        Account::DeepSeek,
        1,
        &[
            both(
                "上季度三条产线的返修率分别是多少？给出计算口径",
                "What were the repair rates of the three lines last quarter? Say how they are counted",
            ),
            both("B 线批次涉及哪些客户？", "Which customers are affected by the line B batch?"),
        ],
    ),
];
