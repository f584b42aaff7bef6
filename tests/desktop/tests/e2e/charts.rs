//! The four flow charts of the product's specification, walked in the window in its own language: Coze, Dify, Volcano Ark
//! and DeepSeek. Each ends in the end state that its chart draws.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use hub_contract::authorize::{COZE_PATH, SCHEME};
use hub_contract::people::AddNamedRequest;
use hub_contract::settings::EditSettingsRequest;
use hub_core::{Hub, HubOptions};
use hub_sim::coze::{self, CozeOptions, CozeSim};
use hub_sim::openai::TEST_KEY;
use hub_sim::{
    ArkOptions, ArkPlatform, DifyOptions, DifyPlatform, OpenAiOptions, OpenAiSim, Profile, Reply, ScriptedServer,
    TestCa, ark, dify,
};
use hub_tests_desktop::{
    Machine, MachineOptions, Start, Target, Window, at_machine, button, checkbox, dialog, field, link, region, row,
    until,
};

/// 订阅等级
const PLAN: &str = "专业版";
/// 用户分组
const GROUP: &str = "客服部";
const RELAY: &str = include_str!("../../../../relay/index.html");
/// Where the program keeps its data when nobody says otherwise: links come to that Hub.
const USUAL: &str = ".local/share/hub-desktop";

fn chinese() -> MachineOptions {
    MachineOptions { language: "zh_CN.UTF-8", ..MachineOptions::default() }
}

fn rail(page: &str) -> Target {
    link(page).inside(region("主导航"))
}

/// A card of the platform page.
fn card(platform: &str) -> Target {
    hub_tests_desktop::article(platform)
}

/// From the first page to the empty form of a platform.
async fn open_form(window: &Window, action: &str, platform: &str) -> Result<()> {
    window.click(&button("选择平台")).await?;
    window.click(&button(&format!("{action} · {platform}"))).await?;
    window.finds(&dialog(&format!("接入{platform}"))).await
}

/// A Hub with a plan and a user group, as the permissions of an agent want them.
async fn with_plan_and_group(machine: &Machine) -> Result<()> {
    hub_core::install_crypto();
    let hub = Hub::open(HubOptions::new(machine.data_dir(), "0.0.0-test")).await?;
    hub.plan_add(AddNamedRequest { name: PLAN.into() }).await?;
    hub.group_add(AddNamedRequest { name: GROUP.into() }).await?;
    hub.close().await;
    Ok(())
}

/// 填写基础信息, 配置权限, then 保存.
async fn name_the_agent(window: &Window, name: &str, group: &str, description: &str) -> Result<()> {
    window.finds(&dialog("添加智能体")).await?;
    window.fill(&field("名称"), name).await?;
    window.fill(&field("分组"), group).await?;
    window.fill(&field("描述"), description).await?;
    window.click(&checkbox(PLAN)).await?;
    window.click(&checkbox(GROUP)).await?;
    window.click(&button("添加 1 个智能体")).await?;
    window.sees(&format!("已添加「{name}」")).await?;
    // The names of plans and groups are read beside the agents.
    until("the plan and the group in the agent's row", async || {
        let granted = window.text_of(&row(name)).await?;
        Ok((granted.contains(PLAN) && granted.contains(GROUP)).then_some(()))
    })
    .await?;
    Ok(())
}

/// What the chart for Coze needs around the window: the platform over HTTPS, and the relay page at an address of its own.
struct CozeAccount {
    sim: CozeSim,
    /// Serves the page as long as it lives.
    _relay: ScriptedServer,
    usual: PathBuf,
}

impl CozeAccount {
    async fn new(machine: &Machine) -> Result<Self> {
        let ca = TestCa::new()?;
        let identity = ca.issue(&["127.0.0.1"])?;
        let relay = ScriptedServer::start_tls(&identity, |_: &hub_sim::Recorded| Reply::html(200, RELAY)).await?;
        let address = format!("{}{COZE_PATH}", relay.base_url());
        let options = CozeOptions { redirects: vec![address.clone()], ..CozeOptions::default() };
        let sim = CozeSim::start_tls(&identity, options).await?;
        let authority = machine.home().join("company-ca.pem");
        std::fs::write(&authority, ca.pem())?;
        let usual = machine.home().join(USUAL);
        hub_core::install_crypto();
        let hub = Hub::open(HubOptions::new(&usual, "0.0.0-test")).await?;
        hub.settings_edit(EditSettingsRequest {
            ca_file: Some(authority.display().to_string()),
            relay: Some(address),
            ..EditSettingsRequest::default()
        })
        .await?;
        hub.close().await;
        machine.install_browser()?;
        Ok(Self { sim, _relay: relay, usual })
    }

    fn start(&self) -> Start {
        Start { data_dir: Some(self.usual.clone()), ..Start::default() }
    }

    /// 点击扣子卡片「授权」, 填写客户端和客户端密钥, 点击「确定」; the page that the browser is sent to.
    async fn begin(&self, machine: &Machine, window: &Window) -> Result<String> {
        open_form(window, "授权", "扣子").await?;
        window.fill(&field("客户端 ID"), coze::CLIENT).await?;
        window.fill(&field("客户端密钥"), coze::CLIENT_SECRET).await?;
        window.fill(&field("API 地址"), &self.sim.base_url()).await?;
        window.click(&button("保存")).await?;
        window.finds(&dialog("授权 · 扣子")).await?;
        window.click(&button("授权")).await?;
        window.sees("等待授权").await?;
        machine.browser().await?.sent_to(SCHEME).await
    }
}

#[tokio::test]
async fn the_chart_for_coze() -> Result<()> {
    at_machine("the_chart_for_coze", chinese(), async |machine| {
        let account = CozeAccount::new(machine).await?;
        let window = machine.open(account.start()).await?;
        let link = account.begin(machine, &window).await?;
        machine.open_link(&link)?;
        window.sees("授权成功").await?;
        window.sees("李雷").await?;
        window.click(&button("关闭")).await?;
        // 接入成功，显示为“已接入”，编辑 / 删除。
        window.click(&rail("平台")).await?;
        window.finds(&button("编辑 · 扣子")).await?;
        window.finds(&button("删除 · 扣子")).await?;
        let shown = window.text_of(&card("扣子")).await?;
        ensure!(shown.contains("已接入"), "the card says {shown}");
        machine.close(window).await
    })
    .await
}

/// The same chart where the program was closed while the person was in the browser.
#[tokio::test]
async fn the_chart_for_coze_with_the_program_closed_meanwhile() -> Result<()> {
    at_machine("the_chart_for_coze_with_the_program_closed_meanwhile", chinese(), async |machine| {
        let account = CozeAccount::new(machine).await?;
        let window = machine.open(account.start()).await?;
        let link = account.begin(machine, &window).await?;
        machine.close(window).await?;
        let window = machine.window_of_link(&link).await?;
        window.click(&rail("平台")).await?;
        window.finds(&button("编辑 · 扣子")).await?;
        let shown = window.text_of(&card("扣子")).await?;
        ensure!(shown.contains("已接入"), "the card says {shown}");
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn the_chart_for_dify() -> Result<()> {
    at_machine("the_chart_for_dify", chinese(), async |machine| {
        let sim = ScriptedServer::start(DifyPlatform::new(DifyOptions::default())).await?;
        with_plan_and_group(machine).await?;
        let window = machine.open(Start::default()).await?;
        open_form(&window, "添加", "Dify").await?;
        window.fill(&field("后端服务 API"), &format!("{}/v1", sim.base_url())).await?;
        window.fill(&field("API 密钥"), dify::TEST_KEY).await?;
        window.click(&button("保存")).await?;
        name_the_agent(&window, "售后问答", "客户服务", "回答保修与退换的问题").await?;
        // 接入成功，显示为“编辑 / 删除”。
        let agent = row("售后问答");
        window.finds(&button("编辑「售后问答」").inside(agent.clone())).await?;
        window.finds(&button("删除「售后问答」").inside(agent)).await?;
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn the_chart_for_volcano_ark() -> Result<()> {
    at_machine("the_chart_for_volcano_ark", chinese(), async |machine| {
        let sim = ScriptedServer::start(ArkPlatform::new(ArkOptions::default())).await?;
        with_plan_and_group(machine).await?;
        let window = machine.open(Start::default()).await?;
        open_form(&window, "添加", "火山方舟").await?;
        window.fill(&field("API Key"), TEST_KEY).await?;
        window.fill(&field("Bot ID"), ark::BOT).await?;
        window.fill(&field("服务地址"), &format!("{}/api/v3", sim.base_url())).await?;
        window.click(&button("保存")).await?;
        name_the_agent(&window, "行业周报", "市场", "每周汇总行业新闻").await?;
        // 接入成功，显示为“已接入*个应用”。
        window.click(&rail("平台")).await?;
        window.finds(&card("火山方舟")).await?;
        let shown = window.text_of(&card("火山方舟")).await?;
        ensure!(shown.contains("已接入 1 个应用"), "the card says {shown}");
        machine.close(window).await
    })
    .await
}

#[tokio::test]
async fn the_chart_for_deepseek() -> Result<()> {
    at_machine("the_chart_for_deepseek", chinese(), async |machine| {
        let sim = OpenAiSim::start(OpenAiOptions::new(Profile::DeepSeek)).await?;
        let window = machine.open(Start::default()).await?;
        window.click(&button("选择平台")).await?;
        // 点击「通用大模型-添加」: that button says what it opens to somebody who cannot see where it stands.
        window.click(&button("选择模型接入")).await?;
        window.finds(&dialog("选择模型接入")).await?;
        window.click(&button("深度求索")).await?;
        window.finds(&dialog("接入深度求索")).await?;
        window.fill(&field("API Key"), TEST_KEY).await?;
        window.fill(&field("API endpoint 地址"), &sim.base_url()).await?;
        window.click(&button("保存")).await?;
        // 启用模型.
        window.click(&button("获取列表")).await?;
        window.click(&checkbox("deepseek-chat")).await?;
        window.click(&button("启用 1")).await?;
        // 完成大模型接入配置.
        window.click(&rail("平台")).await?;
        window.finds(&card("深度求索")).await?;
        let shown = window.text_of(&card("深度求索")).await?;
        ensure!(shown.contains("1 个模型已启用"), "the card says {shown}");
        machine.close(window).await
    })
    .await
}
