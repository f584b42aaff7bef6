//! The demo's agent platforms: accounts and apps of the same company, offered as agents in groups, with conversations.

use std::collections::BTreeMap;

use anyhow::Context;
use hub_contract::PlatformId;
use hub_contract::agent::{AddAgentRequest, AgentSource, AgentView};
use hub_contract::authorize::{RELAY, redirect_addresses};
use hub_contract::connection::{ConnectRequest, ConnectionView, EnableModelsRequest};
use hub_contract::conversation::Target;
use hub_contract::platform::{Label, Language};
use hub_contract::secret::SecretInput;
use hub_core::Hub;
use hub_sim::dify::{App, Mode};
use hub_sim::{
    AppBuilderOptions, AppBuilderPlatform, ArkOptions, ArkPlatform, BailianOptions, BailianPlatform, CozeOptions,
    CozePlatform, DifyOptions, DifyPlatform, FastGptOptions, FastGptPlatform, Router, Welcome, YuanqiOptions,
    YuanqiPlatform,
};

use serde_json::json;

use crate::KEY;
use crate::clock::{DemoClock, days};
use crate::script::both;

/// The key of the report's app, at the running simulator too.
const REPORT_KEY: &str = "app-test-workflow";
/// The values of its choice.
const TONES: [&str; 2] = ["short", "long"];

/// An account of an agent platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Account {
    Coze,
    AppBuilder,
    DifyService,
    DifyReports,
    FastGpt,
    Yuanqi,
    Bailian,
    Ark,
}

impl Account {
    const ALL: [Self; 8] = [
        Self::Coze,
        Self::AppBuilder,
        Self::DifyService,
        Self::DifyReports,
        Self::FastGpt,
        Self::Yuanqi,
        Self::Bailian,
        Self::Ark,
    ];

    fn platform(self) -> PlatformId {
        match self {
            Self::Coze => PlatformId::Coze,
            Self::AppBuilder => PlatformId::Appbuilder,
            Self::DifyService | Self::DifyReports => PlatformId::Dify,
            Self::FastGpt => PlatformId::Fastgpt,
            Self::Yuanqi => PlatformId::Yuanqi,
            Self::Bailian => PlatformId::Bailian,
            Self::Ark => PlatformId::Ark,
        }
    }

    /// The key in hub-sim's line of addresses, and the path below a server where its simulator stands.
    fn in_sim(self) -> (&'static str, &'static str) {
        match self {
            Self::Coze => ("coze", "/coze"),
            Self::AppBuilder => ("appbuilder", "/appbuilder/v2"),
            Self::DifyService | Self::DifyReports => ("dify", "/dify/v1"),
            Self::FastGpt => ("fastgpt", "/fastgpt/api"),
            Self::Yuanqi => ("yuanqi", "/yuanqi/openapi/v1/agent"),
            Self::Bailian => ("bailian", "/bailian/api/v1"),
            Self::Ark => ("ark", "/ark/api/v3"),
        }
    }

    fn name(self) -> Label {
        match self {
            Self::Coze => both("扣子团队空间", "Coze team space"),
            Self::AppBuilder => both("千帆 AppBuilder", "Qianfan AppBuilder"),
            Self::DifyService => both("售后知识库", "Service knowledge"),
            Self::DifyReports => both("返修周报", "Weekly repair report"),
            Self::FastGpt => both("备件查询", "Spare parts"),
            Self::Yuanqi => both("新人问答", "Newcomers' questions"),
            Self::Bailian => both("阿里百炼", "Alibaba Bailian"),
            Self::Ark => both("火山方舟", "Volcano Ark"),
        }
    }

    fn fields(self) -> BTreeMap<String, String> {
        match self {
            Self::Yuanqi => BTreeMap::from([("assistant_id".to_owned(), hub_sim::yuanqi::ASSISTANT.to_owned())]),
            _ => BTreeMap::new(),
        }
    }

    fn secrets(self) -> BTreeMap<String, SecretInput> {
        let (field, value) = match self {
            Self::Coze | Self::Yuanqi => ("token", KEY),
            Self::DifyReports => ("api_key", REPORT_KEY),
            Self::FastGpt => ("api_key", hub_sim::fastgpt::TEST_KEY),
            _ => ("api_key", KEY),
        };
        BTreeMap::from([(field.to_owned(), SecretInput::new(value))])
    }
}

/// One agent and what people asked it.
struct Agent {
    account: Account,
    remote_id: Option<&'static str>,
    workflow: bool,
    name: Label,
    group: Label,
    description: Label,
    asked: &'static [Question],
}

/// Something that was asked.
struct Question {
    minutes_ago: i64,
    text: Label,
    /// Of a workflow.
    inputs: &'static [(&'static str, Label)],
}

const SERVICE: Label = both("售后", "Service");
const QUALITY: Label = both("质量", "Quality");
const OFFICE: Label = both("行政", "Office");

const AGENTS: &[Agent] = &[
    Agent {
        account: Account::DifyService,
        remote_id: None,
        workflow: false,
        name: both("售后知识助手", "Service assistant"),
        group: SERVICE,
        description: both("按保修政策和维修手册回答", "Answers from the warranty policy and the manuals"),
        asked: &[Question {
            minutes_ago: days(3),
            text: both("E37 报警怎么处理？按步骤说明", "How is alarm E37 handled? Step by step"),
            inputs: &[],
        }],
    },
    Agent {
        account: Account::FastGpt,
        remote_id: None,
        workflow: false,
        name: both("备件查询", "Spare parts"),
        group: SERVICE,
        description: both("型号、库存和替代件", "Types, stock and replacements"),
        asked: &[],
    },
    Agent {
        account: Account::Bailian,
        remote_id: Some(hub_sim::bailian::AGENT),
        workflow: false,
        name: both("质检报告解读", "Inspection reports"),
        group: QUALITY,
        description: both("读检测报告，指出不合格项", "Reads inspection reports and names what fails"),
        asked: &[],
    },
    Agent {
        account: Account::DifyReports,
        remote_id: None,
        workflow: true,
        name: both("返修周报", "Weekly repair report"),
        group: QUALITY,
        description: both("填主题和口径，生成周报", "Fill in topic and tone, get the report"),
        asked: &[Question {
            minutes_ago: days(1) + 30,
            text: both("", ""),
            inputs: &[
                ("topic", both("A 线与 B 线的返修率", "Repair rates of lines A and B")),
                ("tone", both("short", "short")),
            ],
        }],
    },
    Agent {
        account: Account::Ark,
        remote_id: Some(hub_sim::ark::BOT),
        workflow: false,
        name: both("标准检索", "Standards"),
        group: QUALITY,
        description: both("查国标和行标条款，带出处", "Finds clauses of standards, with sources"),
        asked: &[],
    },
    Agent {
        account: Account::Coze,
        remote_id: Some(hub_sim::coze::BOT),
        workflow: false,
        name: both("报销助手", "Expenses"),
        group: OFFICE,
        description: both("差旅报销问答", "Questions about travel expenses"),
        asked: &[Question {
            minutes_ago: 180,
            text: both(
                "安排两天的苏州出差行程，住宿标准是多少？",
                "Plan a two-day trip to Suzhou; what may a hotel cost?",
            ),
            inputs: &[],
        }],
    },
    Agent {
        account: Account::Coze,
        remote_id: Some("7002"),
        workflow: false,
        name: both("会议纪要", "Minutes"),
        group: OFFICE,
        description: both("整理会议记录", "Turns notes into minutes"),
        asked: &[],
    },
    Agent {
        account: Account::AppBuilder,
        remote_id: Some(hub_sim::appbuilder::APP),
        workflow: false,
        name: both("制度问答", "Company rules"),
        group: OFFICE,
        description: both("考勤、请假和采购制度", "Attendance, leave and purchasing"),
        asked: &[],
    },
    Agent {
        account: Account::Yuanqi,
        remote_id: None,
        workflow: false,
        name: both("新人问答", "Newcomers' questions"),
        group: OFFICE,
        description: both("入职第一周常见问题", "The first week's usual questions"),
        asked: &[],
    },
];

/// Accounts that were connected, to be turned to the running simulators.
#[derive(Debug)]
pub(crate) struct AgentPlatforms(BTreeMap<Account, ConnectionView>);

/// Simulators that answer without pauses, on a router that has others already.
pub(crate) fn quick(router: Router, language: Language) -> Router {
    let keys = vec![KEY.to_owned()];
    let dify = DifyOptions { apps: dify_apps(language), ..DifyOptions::default() };
    let mut fastgpt = FastGptOptions::default();
    for app in &mut fastgpt.apps {
        let welcome = both(
            "说出型号，我查库存和替代件。\n[轴承 6205 有货吗？]\n[B 线的密封圈用什么替代？]",
            "Tell me a type and I look up stock and replacements.\n[Is bearing 6205 in stock?]\n[What replaces the seals of line B?]",
        );
        app.welcome = welcome.get(language).to_owned();
    }
    let yuanqi = YuanqiOptions {
        assistants: vec![(hub_sim::yuanqi::ASSISTANT.to_owned(), KEY.to_owned())],
        ..YuanqiOptions::default()
    };
    let coze = CozeOptions {
        tokens: keys.clone(),
        // So that the account can be authorised by hand too, with the client that the simulator knows.
        redirects: redirect_addresses(RELAY).to_vec(),
        welcome: welcome(language),
        ..CozeOptions::default()
    };
    router
        .mount("/coze", CozePlatform::new(coze))
        .mount(
            "/appbuilder",
            AppBuilderPlatform::new(AppBuilderOptions {
                keys: keys.clone(),
                welcome: welcome(language),
                ..AppBuilderOptions::default()
            }),
        )
        .mount("/dify", DifyPlatform::new(dify))
        .mount("/fastgpt", FastGptPlatform::new(fastgpt))
        .mount("/yuanqi", YuanqiPlatform::new(yuanqi))
        .mount("/bailian", BailianPlatform::new(BailianOptions { keys: keys.clone(), ..BailianOptions::default() }))
        .mount("/ark", ArkPlatform::new(ArkOptions { keys, ..ArkOptions::default() }))
}

/// What the bots of Coze and the app of AppBuilder say first.
fn welcome(language: Language) -> Welcome {
    let words = |zh, en| both(zh, en).get(language).to_owned();
    Welcome {
        opening: words("你好，考勤、差旅和报销的事都可以问我。", "Ask me about working hours, travel and expenses."),
        questions: vec![
            words("二等座能报吗？", "Is a second-class seat refunded?"),
            words("住宿标准是多少？", "What may a hotel cost?"),
        ],
    }
}

/// The service assistant and the weekly report, as their makers set them up.
fn dify_apps(language: Language) -> Vec<App> {
    let words = |zh, en| both(zh, en).get(language);
    let mut service = App::new(KEY, Mode::Chat);
    service.opening = words(
        "你好，我按保修政策和维修手册回答，并给出出处。",
        "I answer from the warranty policy and the manuals, with sources.",
    )
    .to_owned();
    service.suggestions = vec![
        words("E37 报警怎么处理？", "How is alarm E37 handled?").to_owned(),
        words("返修率按件数还是工单数计？", "Does the repair rate count pieces or orders?").to_owned(),
    ];
    service.icon = Some("/files/service.png?sign=demo".to_owned());
    let mut report = App::new(REPORT_KEY, Mode::Workflow);
    report.opening = words("填好主题，一分钟出周报。", "Fill in a topic; the report takes a minute.").to_owned();
    report.suggestions.clear();
    let topic = words("主题", "Topic");
    let tone = words("详略", "Length");
    let points = words("要点数", "Points");
    let table = words("附对比表", "With a table");
    report.form = vec![
        json!({"paragraph": {"label": topic, "variable": "topic", "required": true, "max_length": 2000, "default": ""}}),
        json!({"select": {"label": tone, "variable": "tone", "required": false, "options": TONES, "default": "short"}}),
        json!({"number": {"label": points, "variable": "points", "required": false}}),
        json!({"checkbox": {"label": table, "variable": "table", "required": false}}),
    ];
    vec![service, report]
}

impl AgentPlatforms {
    /// Connects every account at the simulators below `server` and adds the agents.
    pub(crate) async fn fill(hub: &Hub, clock: &DemoClock, server: &str, language: Language) -> anyhow::Result<Self> {
        clock.set_back(days(19));
        let mut connections = BTreeMap::new();
        for account in Account::ALL {
            let address = format!("{server}{}", account.in_sim().1);
            let connection = connect(hub, account, &address, language).await;
            connections.insert(
                account,
                connection.with_context(|| format!("connecting {}", account.name().get(Language::En)))?,
            );
        }
        if let Some(bailian) = connections.get(&Account::Bailian) {
            let models = vec!["qwen-plus".into()];
            hub.models_enable(EnableModelsRequest { connection: bailian.id.clone(), models, enabled: true }).await?;
        }
        for agent in AGENTS {
            clock.set_back(days(18));
            let connection = connections.get(&agent.account).context("every account is connected")?;
            let added = add(hub, agent, connection, language).await;
            let added = added.with_context(|| format!("adding {}", agent.name.get(Language::En)))?;
            for asked in agent.asked {
                clock.set_back(asked.minutes_ago);
                let target = Target::Agent { agent: added.id.clone() };
                let inputs =
                    asked.inputs.iter().map(|(name, value)| ((*name).to_owned(), value.get(language).into())).collect();
                crate::ask(hub, None, Some(target), asked.text.get(language), inputs).await?;
            }
        }
        Ok(Self(connections))
    }

    /// Gives every account the address of the running simulators.
    pub(crate) async fn turn_to(&self, hub: &Hub, running: &BTreeMap<String, String>) -> anyhow::Result<()> {
        for (account, connection) in &self.0 {
            let name = account.in_sim().0;
            let address = running.get(name).with_context(|| format!("no {name} address"))?;
            crate::turn_to(hub, connection, address, account.secrets()).await?;
        }
        Ok(())
    }
}

async fn connect(hub: &Hub, account: Account, base_url: &str, language: Language) -> anyhow::Result<ConnectionView> {
    let request = ConnectRequest {
        platform: account.platform(),
        name: Some(account.name().get(language).to_owned()),
        base_url: Some(base_url.to_owned()),
        fields: account.fields(),
        secrets: account.secrets(),
        proxy: None,
        verify: true,
        allow_plain_http: false,
        as_typed: false,
    };
    Ok(hub.connection_add(request).await?)
}

async fn add(hub: &Hub, agent: &Agent, connection: &ConnectionView, language: Language) -> anyhow::Result<AgentView> {
    let source = AgentSource::Remote {
        connection: connection.id.clone(),
        remote_id: agent.remote_id.map(str::to_owned),
        workflow: agent.workflow,
    };
    let request = AddAgentRequest {
        source,
        name: agent.name.get(language).to_owned(),
        group: Some(agent.group.get(language).to_owned()),
        description: agent.description.get(language).to_owned(),
        plans: Vec::new(),
        groups: Vec::new(),
    };
    Ok(hub.agent_add(request).await?)
}
