//! What somebody sees who has used it for weeks.

use crate::{Target, button, checkbox, dialog, field, link, option, radio, region, tab, until};
use anyhow::Result;
use hub_contract::platform::Language;
use hub_contract::{PlatformId, catalogue};

use super::album::{Album, Faults};
use super::{Look, demo};

/// How many frames of a streamed answer are taken.
const FRAMES: u32 = 12;

/// Beginnings of questions of the demo, and what is typed during the tour.
struct Words {
    rich: &'static str,
    reasoned: &'static str,
    cut: &'static str,
    failed: &'static str,
    search: &'static str,
    agent: &'static str,
    workflow: &'static str,
    report: &'static str,
    /// What its form asks for first, and what is filled in there.
    topic: &'static str,
    stopped: &'static str,
    member: &'static str,
    plan: &'static str,
    group: &'static str,
    question: &'static str,
    /// By how many characters the page grows from one frame to the next, so that the frames show the reasoning and the
    /// answer.
    growth: usize,
}

const ZH: Words = Words {
    rich: "上季度三条产线的返修率",
    reasoned: "9.11 和 9.9",
    cut: "E37 报警的处理步骤",
    failed: "替代轴承 6205",
    search: "返修",
    agent: "报销助手",
    workflow: "返修周报",
    report: "A 线与 B 线的返修率",
    topic: "主题",
    stopped: "C 线上周停机的原因",
    member: "陈晓",
    plan: "标准版",
    group: "售后组",
    question: "B 线的返修率为什么高？列出三个原因",
    growth: 40,
};
const EN: Words = Words {
    rich: "What were the repair rates",
    reasoned: "Which is larger",
    cut: "Steps for alarm E37",
    failed: "Which suppliers replace",
    search: "repair",
    agent: "Expenses",
    workflow: "Weekly repair report",
    report: "Repair rates of lines A and B",
    topic: "Topic",
    stopped: "Why line C stood still last week",
    member: "Chen Xiao",
    plan: "Standard",
    group: "Service team",
    question: "Why is the repair rate of line B high? Name three causes",
    growth: 90,
};

pub(crate) async fn tour(look: &Look, language: Language, faults: &mut Faults) -> Result<()> {
    let machine = demo::machine(language).await?;
    let _platforms = demo::fill(&machine, language).await?;
    let window = machine.open(demo::start()).await?;
    let album = Album::begin(&machine, &window, language, look, faults).await?;
    let mut tour = Tour { album, language };
    tour.platforms().await?;
    tour.form().await?;
    tour.models().await?;
    tour.people().await?;
    tour.conversations().await?;
    tour.versions().await?;
    tour.comparing().await?;
    tour.put_away().await?;
    tour.searching().await?;
    tour.settings().await?;
    tour.streaming(look.wants_frames()).await?;
    machine.close(window).await
}

struct Tour<'a> {
    album: Album<'a>,
    language: Language,
}

impl Tour<'_> {
    async fn platforms(&mut self) -> Result<()> {
        self.click(self.album.rail("nav-platforms")).await?;
        self.album.state("platforms").await?;
        self.click(self.on_card("action-edit", PlatformId::Coze)).await?;
        self.album.state("form-coze").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.on_card("action-add", PlatformId::Dify)).await?;
        self.album.state("form-dify").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.on_card("action-manage", PlatformId::Deepseek)).await?;
        self.album.state("manage").await?;
        self.click(self.button("action-close").last()).await?;
        self.click(self.button("pick-title")).await?;
        self.album.state("choose-models").await
    }

    /// The form of a platform: empty, with an address that needs a word, and with a server that is not there.
    async fn form(&mut self) -> Result<()> {
        let name = catalogue::spec(PlatformId::OpenaiCompatible).name.get(self.language);
        self.click(button(name).inside(dialog(&self.album.word("pick-title")))).await?;
        self.album.state("form-empty").await?;
        let address = field(self.address_label());
        self.album.window.fill(&address, "http://llm.example.com/v1/v1/chat/completions").await?;
        self.album.window.sees("http://llm.example.com/v1/chat/completions").await?;
        self.album.state("form-address").await?;
        // The discard port: nothing listens there.
        self.album.window.fill(&address, "http://127.0.0.1:9/v1").await?;
        self.album.window.sees("http://127.0.0.1:9/v1/chat/completions").await?;
        self.click(self.button("action-save")).await?;
        self.album.window.finds(&self.button("connect-save-anyway")).await?;
        self.album.state("form-refused").await?;
        self.click(self.button("action-cancel")).await?;
        self.album.state("form-unsaved").await?;
        self.click(self.button("action-discard")).await
    }

    async fn models(&mut self) -> Result<()> {
        self.click(self.album.rail("nav-models")).await?;
        self.album.state("models").await?;
        self.click(checkbox(&self.album.word("models-select-all")).first()).await?;
        self.album.state("models-selected").await?;
        self.click(self.button("models-choose-none")).await?;
        let search = self.album.texts.with("models-search", &[("n", "".into())]);
        let search = field(search.split_whitespace().next().unwrap_or_default());
        self.album.window.fill(&search, "no such model").await?;
        self.album.state("models-filtered").await?;
        self.click(self.button("models-clear-filter")).await?;
        self.click(self.button("models-type-in")).await?;
        self.album.state("models-type-in").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.button("action-edit-connection")).await?;
        self.album.state("form-edit").await?;
        self.click(self.button("proxy")).await?;
        self.click(radio(&self.album.word("connect-proxy-own"))).await?;
        self.album.state("form-proxy").await?;
        self.click(radio(&self.album.word("connect-proxy-hub"))).await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.button("delete-action")).await?;
        self.album.state("delete").await?;
        self.click(self.button("action-cancel")).await
    }

    async fn people(&mut self) -> Result<()> {
        self.click(self.album.rail("nav-agents")).await?;
        self.album.state("agents").await?;
        let words = self.words();
        self.click(self.of_agent("action-edit", words.agent)).await?;
        self.album.state("agent-edit").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.of_agent("action-delete", words.agent)).await?;
        self.album.state("agent-delete").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.button("agents-add")).await?;
        self.album.state("agent-add").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.of_agent("agents-try", words.agent)).await?;
        self.album.state("chat-agent").await?;
        self.click(self.album.rail("nav-agents")).await?;
        self.click(self.of_agent("agents-try", words.workflow)).await?;
        self.album.state("chat-workflow").await?;
        let topic = self.album.texts.with("input-required", &[("label", words.topic.into())]);
        self.album.window.fill(&field(&topic), words.stopped).await?;
        self.click(self.button("inputs-run")).await?;
        self.click(self.button("chat-stop")).await?;
        self.album.window.misses(&self.button("chat-stop")).await?;
        self.open(words.report).await?;
        self.album.state("chat-outputs").await?;
        self.click(self.button("runs-title")).await?;
        self.album.window.sees(words.stopped).await?;
        self.album.state("runs").await?;
        self.members().await?;
        self.grants().await?;
        self.view_as().await
    }

    /// Members, plans and user groups with their forms, and what a removal says.
    async fn members(&mut self) -> Result<()> {
        let words = self.words();
        self.click(self.album.rail("nav-members")).await?;
        self.album.window.finds(&self.of_agent("action-edit", words.member)).await?;
        self.album.state("members").await?;
        self.album
            .window
            .fill(&field(&self.album.texts.with("members-search", &[("n", "11".into())])), "nobody")
            .await?;
        self.album.state("members-none-found").await?;
        self.click(self.button("action-clear")).await?;
        self.click(self.of_agent("action-edit", words.member)).await?;
        self.album.state("member-edit").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.of_agent("action-delete", words.member)).await?;
        self.album.state("member-delete").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(tab(&self.of_kind("named-tab", "plan"))).await?;
        self.album.state("plans").await?;
        self.click(button(&self.of_kind("named-add", "plan")).first()).await?;
        self.album.window.fill(&field(&self.album.word("agent-name")), words.plan).await?;
        self.album.state("plan-taken").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.button("action-discard")).await?;
        self.click(tab(&self.of_kind("named-tab", "group"))).await?;
        self.album.state("groups").await?;
        self.click(self.of_agent("action-delete", words.group)).await?;
        self.album.state("group-delete").await?;
        self.click(self.button("action-cancel")).await
    }

    /// Who may use an agent, in its form.
    async fn grants(&mut self) -> Result<()> {
        self.click(self.album.rail("nav-agents")).await?;
        self.click(self.of_agent("action-edit", self.words().agent)).await?;
        self.album.window.finds(&checkbox(self.words().plan)).await?;
        self.click(checkbox(self.words().group)).await?;
        self.album.state("agent-grants").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.button("action-discard")).await
    }

    /// The Hub through a member's eyes.
    async fn view_as(&mut self) -> Result<()> {
        self.click(self.button("view-as-open")).await?;
        let member = button(self.words().member);
        self.album.window.finds(&member).await?;
        self.album.state("view-as-choose").await?;
        self.click(member).await?;
        self.album.window.finds(&self.button("view-as-end")).await?;
        self.album.state("view-as-agents").await?;
        self.click(self.album.rail("nav-chat")).await?;
        self.click(link(&self.album.word("chat-new"))).await?;
        self.album.state("view-as-chat").await?;
        self.click(self.button("view-as-end")).await
    }

    async fn conversations(&mut self) -> Result<()> {
        let words = self.words();
        self.click(self.album.rail("nav-chat")).await?;
        self.click(link(&self.album.word("chat-new"))).await?;
        self.album.state("chat-new").await?;
        self.open(words.rich).await?;
        self.album.state("chat-answered").await?;
        self.click(self.button("chat-details").last()).await?;
        self.album.state("chat-details").await?;
        self.open(words.cut).await?;
        self.album.state("chat-interrupted").await?;
        self.open(words.failed).await?;
        self.album.state("chat-failed").await?;
        self.open(words.reasoned).await?;
        let thought = self.album.texts.with("chat-thought-for", &[("time", "".into())]);
        self.click(button(thought.trim()).last()).await?;
        self.album.state("chat-reasoning").await
    }

    /// A question in other words, and the earlier one beside it.
    async fn versions(&mut self) -> Result<()> {
        self.open(self.words().reasoned).await?;
        self.click(self.button("chat-edit-question").last()).await?;
        self.album.window.fill(&field(&self.album.word("chat-edit-question")), self.words().question).await?;
        self.album.state("chat-edit").await?;
        self.click(self.button("chat-send").first()).await?;
        self.album.window.finds(&self.button("chat-version-before").first()).await?;
        self.click(self.button("chat-stop")).await?;
        self.album.window.misses(&self.button("chat-stop")).await?;
        self.album.state("chat-versions").await
    }

    /// Several are asked at once: before, with their answers, and after one was chosen.
    async fn comparing(&mut self) -> Result<()> {
        // A new conversation is with whoever was talked to last; a form cannot be asked beside others.
        self.click(self.album.rail("nav-agents")).await?;
        self.click(self.of_agent("agents-try", self.words().agent)).await?;
        for n in [2, 3] {
            self.click(self.button("several-add")).await?;
            let list = region(&self.album.word("several-add"));
            self.click(button("").inside(list).first()).await?;
            self.album.window.sees(&self.album.texts.with("several-title", &[("n", n.into())])).await?;
        }
        self.album.state("compare-new").await?;
        let all = self.album.texts.with("several-all", &[("n", 3.into())]);
        let message = self.album.texts.with("chat-message-to", &[("name", all.into())]);
        self.album.window.fill(&field(&message), self.words().question).await?;
        self.click(self.button("chat-send")).await?;
        self.album.window.finds(&self.button("compare-continue").first()).await?;
        self.album.moving_state("compare-answering").await?;
        self.click(self.button("chat-stop")).await?;
        self.album.window.misses(&self.button("chat-stop")).await?;
        self.album.state("compare").await?;
        self.click(self.button("compare-continue").first()).await?;
        self.click(link(&self.album.word("compare-show"))).await?;
        self.album.window.sees(&self.album.word("compare-over")).await?;
        self.album.state("compare-chosen").await
    }

    /// Written into files, and put into the archive.
    async fn put_away(&mut self) -> Result<()> {
        let actions = self.album.texts.with("chat-actions-for", &[("title", self.words().cut.into())]);
        let actions = button(actions.trim_end_matches(['”', '」'])).first();
        self.click(actions.clone()).await?;
        self.click(option(&self.album.word("chat-export"))).await?;
        self.album.state("export").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(actions).await?;
        self.click(option(&self.album.word("chat-archive"))).await?;
        self.click(self.button("chat-archived-list")).await?;
        self.album.state("chat-archived").await?;
        self.click(self.button("chat-archived-list")).await
    }

    async fn searching(&mut self) -> Result<()> {
        self.click(link(&self.album.word("chat-search"))).await?;
        self.album.state("search-empty").await?;
        self.album.window.fill(&field(&self.album.word("chat-search-all")), self.words().search).await?;
        self.album.window.finds(&region(&self.album.word("search-results"))).await?;
        self.album.state("search").await?;
        self.album.window.press("\u{E00C}").await
    }

    async fn settings(&mut self) -> Result<()> {
        for section in ["appearance", "chat", "network", "keychain", "data", "shortcuts", "about"] {
            self.album.page(&format!("settings-{section}"), &format!("/settings/{section}")).await?;
        }
        self.copies().await
    }

    /// A backup, what is in it, and the file for another computer.
    async fn copies(&mut self) -> Result<()> {
        self.album.window.go("/settings/data").await?;
        self.click(self.button("backup-now")).await?;
        let restore = self.album.texts.with("restore-named", &[("name", "".into())]);
        let restore = button(restore.trim()).first();
        self.album.window.finds(&restore).await?;
        self.album.state("backup-made").await?;
        self.click(restore).await?;
        self.album.window.finds(&self.button("restore-apply")).await?;
        self.album.state("restore-preview").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.button("move-open")).await?;
        self.album.state("move").await?;
        self.click(self.button("action-cancel")).await?;
        self.click(self.button("take-over-open")).await?;
        self.album.state("take-over").await?;
        self.click(self.button("action-cancel")).await
    }

    /// An answer while it grows, and the same stopped; with frames, twelve pictures of its growth come first.
    async fn streaming(&mut self, frames: bool) -> Result<()> {
        self.click(self.album.rail("nav-agents")).await?;
        self.click(self.of_agent("agents-try", self.words().agent)).await?;
        let message = self.album.texts.with("chat-message-to", &[("name", "".into())]);
        self.album.window.fill(&field(message.trim()), self.words().question).await?;
        self.click(self.button("chat-send")).await?;
        if frames {
            self.frames().await?;
        }
        self.album.window.finds(&self.button("chat-stop")).await?;
        self.album.moving_state("chat-streaming").await?;
        self.click(self.button("chat-stop")).await?;
        self.album.window.misses(&self.button("chat-stop")).await?;
        self.album.state("chat-stopped").await
    }

    async fn frames(&mut self) -> Result<()> {
        let mut length = 0;
        for number in 1..=FRAMES {
            length = until("the answer to grow", async || {
                let now = self.album.window.text().await?.chars().count();
                Ok((now > length + self.words().growth).then_some(now))
            })
            .await?;
            self.album.frame("stream", number).await?;
        }
        Ok(())
    }

    async fn open(&self, title: &str) -> Result<()> {
        self.click(link(title).inside(region(&self.album.word("chat-list")))).await
    }

    async fn click(&self, target: Target) -> Result<()> {
        self.album.window.click(&target).await
    }

    fn button(&self, key: &str) -> Target {
        button(&self.album.word(key))
    }

    /// A button of a platform's card; its name says whose.
    fn on_card(&self, action: &str, platform: PlatformId) -> Target {
        button(&format!("{} · {}", self.album.word(action), catalogue::spec(platform).name.get(self.language)))
    }

    /// A button of an agent's row; its name says whose.
    fn of_agent(&self, action: &str, name: &str) -> Target {
        let named = self
            .album
            .texts
            .with("agents-of-row", &[("action", self.album.word(action).into()), ("name", name.into())]);
        button(&named)
    }

    fn of_kind(&self, key: &str, kind: &'static str) -> String {
        self.album.texts.with(key, &[("kind", kind.into())])
    }

    fn address_label(&self) -> &'static str {
        let fields = catalogue::spec(PlatformId::OpenaiCompatible).fields.iter();
        let address = fields.into_iter().find(|field| field.key == catalogue::BASE_URL);
        address.map(|field| field.label.get(self.language)).unwrap_or_default()
    }

    fn words(&self) -> &'static Words {
        match self.language {
            Language::ZhCn => &ZH,
            Language::En => &EN,
        }
    }
}
