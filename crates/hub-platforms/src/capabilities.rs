//! What each platform can do through this program, and why not where it cannot. The table of `docs/platforms.md` is
//! made from here ([`markdown`]), and a test holds the two together.
//!
//! Facts: the wire documents. "Not offered" is said of the platform's interface as far as it is documented, "not here"
//! of this program.

use hub_contract::PlatformId;

use Support::{NotHere, NotOffered, Yes};

/// Whether a platform can do something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It can.
    Yes,
    /// The platform does not offer it, for this reason.
    NotOffered(&'static str),
    /// The platform offers it, but this program does not use it, for this reason.
    NotHere(&'static str),
}

/// Everything a platform may be able to do. A new member has to be told for every platform before this compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// Lists the apps or models of the account.
    pub catalog: Support,
    /// Tells about an app: name, opening text, questions to begin with.
    pub app_info: Support,
    /// Chats with apps that were built there.
    pub chat_apps: Support,
    /// Runs workflow apps.
    pub workflows: Support,
    /// Chats with models directly.
    pub models: Support,
    /// Describes the input variables of an app.
    pub input_variables: Support,
    /// Takes values for input variables.
    pub inputs: Support,
    /// Remembers a conversation, so that only the question is sent.
    pub remote_history: Support,
    /// Is sent the history by this program where it does not remember.
    pub client_history: Support,
    /// Text as it is written.
    pub streaming: Support,
    /// Reasoning apart from the text.
    pub reasoning: Support,
    /// Several answers in one run.
    pub several_answers: Support,
    /// Takes a text back or replaces it.
    pub replaced_text: Support,
    /// Tool calls.
    pub tool_steps: Support,
    /// The answers of those tools.
    pub tool_results: Support,
    /// Nodes of a workflow as they run.
    pub node_steps: Support,
    /// Where an answer comes from.
    pub sources: Support,
    /// Files that the platform made.
    pub generated_files: Support,
    /// Typed results of a workflow.
    pub outputs: Support,
    /// Questions to go on with.
    pub suggestions: Support,
    /// Waits for an answer in the middle of a run.
    pub need_input: Support,
    /// Token counts.
    pub usage: Support,
    /// Images with a question.
    pub images: Support,
    /// Text files with a question.
    pub text_files: Support,
    /// Other documents with a question.
    pub documents: Support,
    /// Stops a run on its side.
    pub stop: Support,
    /// Takes an opinion of an answer.
    pub feedback: Support,
}

impl Capabilities {
    /// The capabilities of a platform.
    pub fn of(platform: PlatformId) -> &'static Self {
        match platform {
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

    /// Every capability with the words of its row, in the order of the table.
    pub fn rows(&self) -> [(&'static str, Support); 27] {
        [
            ("Lists the account's apps or models", self.catalog),
            ("Tells about an app (opening, first questions)", self.app_info),
            ("Chat apps, bots, agents", self.chat_apps),
            ("Workflow apps", self.workflows),
            ("Models asked directly", self.models),
            ("Describes input variables", self.input_variables),
            ("Takes input variables", self.inputs),
            ("Remembers the conversation", self.remote_history),
            ("Is sent the history", self.client_history),
            ("Text as it is written", self.streaming),
            ("Reasoning", self.reasoning),
            ("Several answers in one run", self.several_answers),
            ("Replaced text", self.replaced_text),
            ("Tool calls", self.tool_steps),
            ("Tool results", self.tool_results),
            ("Workflow nodes", self.node_steps),
            ("Sources", self.sources),
            ("Generated files", self.generated_files),
            ("Typed outputs of workflows", self.outputs),
            ("Follow-up questions", self.suggestions),
            ("Waits for an answer", self.need_input),
            ("Token counts", self.usage),
            ("Images with a question", self.images),
            ("Text files with a question", self.text_files),
            ("Other documents with a question", self.documents),
            ("Stop on its side", self.stop),
            ("Feedback", self.feedback),
        ]
    }
}

/// The table as Markdown: capabilities by platform, then the reasons.
pub fn markdown() -> String {
    let platforms: Vec<_> = PlatformId::ALL.iter().map(|id| (*id, Capabilities::of(*id).rows())).collect();
    let mut text = String::from("| |");
    for (id, _) in &platforms {
        text.push_str(&format!(" {id} |"));
    }
    text.push_str(&format!("\n|---|{}\n", "---|".repeat(platforms.len())));
    for (place, (capability, _)) in OPENAI.rows().iter().enumerate() {
        text.push_str(&format!("| {capability} |"));
        for (_, rows) in &platforms {
            let mark = rows.get(place).map_or("", |(_, support)| match support {
                Yes => "yes",
                NotOffered(_) => "–",
                NotHere(_) => "not here",
            });
            text.push_str(&format!(" {mark} |"));
        }
        text.push('\n');
    }
    for (id, rows) in &platforms {
        text.push_str(&format!("\n### {id}\n\n"));
        for (capability, support) in rows {
            match support {
                Yes => {}
                NotOffered(reason) => {
                    text.push_str(&format!("- {capability}: not offered by the platform. {reason}.\n"))
                }
                NotHere(reason) => text.push_str(&format!("- {capability}: not supported here. {reason}.\n")),
            }
        }
    }
    text
}

const REMEMBERS: Support = NotOffered("It remembers conversations itself");
const NO_MEMORY: Support = NotOffered("It remembers nothing; the history goes along with every question");
const NO_APPS: Support = NotOffered("It offers models, not apps");
const NO_WORKFLOWS: Support = NotOffered("Its interface has no workflow apps");
const ONLY_APPS: Support = NotOffered("Its interface offers apps, not models");
const ONE_ANSWER: Support = NotOffered("A run has one answer");
const ONLY_ADDS: Support = NotOffered("Text is only ever added");
const BY_ADDRESS: Support = NotOffered("It takes files only as public addresses, and a file on this computer has none");

const COZE: Capabilities = Capabilities {
    catalog: Yes,
    app_info: Yes,
    chat_apps: Yes,
    workflows: Yes,
    models: ONLY_APPS,
    input_variables: Yes,
    inputs: Yes,
    remote_history: Yes,
    client_history: REMEMBERS,
    streaming: Yes,
    reasoning: Yes,
    several_answers: Yes,
    replaced_text: Yes,
    tool_steps: Yes,
    tool_results: Yes,
    node_steps: Yes,
    sources: Yes,
    generated_files: Yes,
    outputs: Yes,
    suggestions: Yes,
    need_input: Yes,
    usage: Yes,
    images: Yes,
    text_files: Yes,
    documents: Yes,
    stop: Yes,
    feedback: Yes,
};

const APPBUILDER: Capabilities = Capabilities {
    catalog: Yes,
    app_info: Yes,
    chat_apps: Yes,
    workflows: NotOffered("Its chatflows are chats; nothing is run as a form"),
    models: NotHere("Qianfan's models speak OpenAI's language at the same address; connect them as openai-compatible"),
    input_variables: NotOffered("The description of an app holds no list of its variables"),
    inputs: Yes,
    remote_history: Yes,
    client_history: REMEMBERS,
    streaming: Yes,
    reasoning: Yes,
    several_answers: ONE_ANSWER,
    replaced_text: ONLY_ADDS,
    tool_steps: Yes,
    tool_results: Yes,
    node_steps: Yes,
    sources: Yes,
    generated_files: Yes,
    outputs: NotOffered("An answer is text and files"),
    suggestions: Yes,
    need_input: Yes,
    usage: Yes,
    images: Yes,
    text_files: Yes,
    documents: Yes,
    stop: NotOffered("No call for it is documented; closing the connection ends the answer here"),
    feedback: Yes,
};

const DIFY: Capabilities = Capabilities {
    catalog: Yes,
    app_info: Yes,
    chat_apps: Yes,
    workflows: Yes,
    models: ONLY_APPS,
    input_variables: Yes,
    inputs: Yes,
    remote_history: Yes,
    client_history: REMEMBERS,
    streaming: Yes,
    reasoning: Yes,
    several_answers: ONE_ANSWER,
    replaced_text: Yes,
    tool_steps: Yes,
    tool_results: Yes,
    node_steps: Yes,
    sources: Yes,
    generated_files: Yes,
    outputs: Yes,
    suggestions: Yes,
    need_input: Yes,
    usage: Yes,
    images: Yes,
    text_files: Yes,
    documents: Yes,
    stop: Yes,
    feedback: Yes,
};

const STUDIO53: Capabilities = Capabilities {
    catalog: Yes,
    app_info: Yes,
    chat_apps: Yes,
    workflows: Yes,
    models: ONLY_APPS,
    input_variables: Yes,
    inputs: Yes,
    remote_history: Yes,
    client_history: REMEMBERS,
    streaming: Yes,
    reasoning: NotOffered("No event for it is known"),
    several_answers: ONE_ANSWER,
    replaced_text: ONLY_ADDS,
    tool_steps: NotOffered("No event for it is known"),
    tool_results: NotOffered("No event for it is known"),
    node_steps: Yes,
    sources: NotOffered("No event for it is known"),
    generated_files: Yes,
    outputs: Yes,
    suggestions: NotOffered("Only questions to begin with are known, no follow-up ones"),
    need_input: NotOffered("No event for it is known"),
    usage: Yes,
    images: Yes,
    text_files: Yes,
    documents: Yes,
    stop: NotOffered("No call for it is known; closing the connection ends the answer here"),
    feedback: NotOffered("No call for it is known"),
};

const YUANQI: Capabilities = Capabilities {
    catalog: NotOffered("One token is one agent, and no call lists agents"),
    app_info: NotOffered("No call tells about an agent"),
    chat_apps: Yes,
    workflows: NO_WORKFLOWS,
    models: ONLY_APPS,
    input_variables: NotOffered("No call tells about an agent"),
    inputs: Yes,
    remote_history: NO_MEMORY,
    client_history: Yes,
    streaming: Yes,
    reasoning: Yes,
    several_answers: ONE_ANSWER,
    replaced_text: ONLY_ADDS,
    tool_steps: Yes,
    tool_results: Yes,
    node_steps: NotOffered("Its steps are tools"),
    sources: NotOffered("No member for it is documented"),
    generated_files: NotOffered("Files stand in the text as links"),
    outputs: NO_WORKFLOWS,
    suggestions: NotOffered("No member for it is documented"),
    need_input: NotOffered("A question of the agent is an ordinary answer"),
    usage: Yes,
    images: BY_ADDRESS,
    text_files: Yes,
    documents: BY_ADDRESS,
    stop: NotOffered("No call for it is documented; closing the connection ends the answer here"),
    feedback: NotOffered("No call for it is documented"),
};

const FASTGPT: Capabilities = Capabilities {
    catalog: Yes,
    app_info: Yes,
    chat_apps: Yes,
    workflows: Yes,
    models: ONLY_APPS,
    input_variables: Yes,
    inputs: Yes,
    remote_history: Yes,
    client_history: REMEMBERS,
    streaming: Yes,
    reasoning: Yes,
    several_answers: ONE_ANSWER,
    replaced_text: ONLY_ADDS,
    tool_steps: Yes,
    tool_results: Yes,
    node_steps: Yes,
    sources: Yes,
    generated_files: NotOffered("Files stand in the text as links"),
    outputs: Yes,
    suggestions: Yes,
    need_input: Yes,
    usage: Yes,
    images: Yes,
    text_files: Yes,
    documents: Yes,
    stop: Yes,
    feedback: Yes,
};

const BAILIAN: Capabilities = Capabilities {
    catalog: Yes,
    app_info: NotOffered("Apps are described to the console's own sign-in, not to an API key"),
    chat_apps: Yes,
    workflows: Yes,
    models: Yes,
    input_variables: NotOffered("Apps are described to the console's own sign-in, not to an API key"),
    inputs: Yes,
    remote_history: Yes,
    client_history: Yes,
    streaming: Yes,
    reasoning: Yes,
    several_answers: ONE_ANSWER,
    replaced_text: Yes,
    tool_steps: Yes,
    tool_results: Yes,
    node_steps: Yes,
    sources: Yes,
    generated_files: NotOffered("Files stand in the text as links"),
    outputs: NotOffered("A workflow answers with text"),
    suggestions: NotOffered("No member for it is documented"),
    need_input: NotOffered("A question of a workflow is an ordinary answer"),
    usage: Yes,
    images: NotOffered("Its apps take files only as public addresses; its models take images"),
    text_files: Yes,
    documents: BY_ADDRESS,
    stop: NotOffered("No call for it is documented; closing the connection ends the answer here"),
    feedback: NotOffered("No call for it is documented"),
};

const ARK: Capabilities = Capabilities {
    catalog: Yes,
    app_info: NotOffered("No call tells about a bot"),
    chat_apps: Yes,
    workflows: NO_WORKFLOWS,
    models: Yes,
    input_variables: NotOffered("No call tells about a bot"),
    inputs: NotOffered("A bot takes messages only"),
    remote_history: NO_MEMORY,
    client_history: Yes,
    streaming: Yes,
    reasoning: Yes,
    several_answers: ONE_ANSWER,
    replaced_text: ONLY_ADDS,
    tool_steps: Yes,
    tool_results: Yes,
    node_steps: NO_WORKFLOWS,
    sources: Yes,
    generated_files: NotOffered("Files stand in the text as links"),
    outputs: NO_WORKFLOWS,
    suggestions: NotOffered("No member for it is documented"),
    need_input: NotOffered("A question of the bot is an ordinary answer"),
    usage: Yes,
    images: Yes,
    text_files: Yes,
    documents: NotOffered("A chat takes texts and images"),
    stop: NotOffered("No call for it is documented; closing the connection ends the answer"),
    feedback: NotOffered("No call for it is documented"),
};

const OPENAI: Capabilities = Capabilities {
    catalog: Yes,
    app_info: NO_APPS,
    chat_apps: NO_APPS,
    workflows: NO_APPS,
    models: Yes,
    input_variables: NO_APPS,
    inputs: NO_APPS,
    remote_history: NO_MEMORY,
    client_history: Yes,
    streaming: Yes,
    reasoning: NotOffered("Chat completions only count it"),
    several_answers: ONE_ANSWER,
    replaced_text: ONLY_ADDS,
    tool_steps: Yes,
    tool_results: NotOffered("Tools are called by name, and whoever asks would have to run them"),
    node_steps: NO_APPS,
    sources: Yes,
    generated_files: NotOffered("Chat completions answer with text"),
    outputs: NO_APPS,
    suggestions: NotOffered("No member for it is documented"),
    need_input: NotOffered("A question of the model is an ordinary answer"),
    usage: Yes,
    images: Yes,
    text_files: Yes,
    documents: NotHere("Only some models take them, each in another way; texts go along as text"),
    stop: NotOffered("Closing the connection ends the answer"),
    feedback: NotOffered("No call for it is documented"),
};

const SILICONFLOW: Capabilities = Capabilities {
    reasoning: Yes,
    sources: NotOffered("No member for it is documented"),
    documents: NotOffered("A chat takes texts and images"),
    ..OPENAI
};

const DEEPSEEK: Capabilities = Capabilities {
    reasoning: Yes,
    sources: NotOffered("No member for it is documented"),
    images: NotOffered("Its models take text only"),
    documents: NotOffered("Its models take text only"),
    ..OPENAI
};

const OPENAI_COMPATIBLE: Capabilities = Capabilities {
    reasoning: Yes,
    // An open `<think>` that is closed late turns text into reasoning.
    replaced_text: Yes,
    ..OPENAI
};

#[cfg(test)]
mod tests {
    use hub_contract::catalogue;

    use super::*;

    #[test]
    fn the_table_agrees_with_what_is_built() {
        for id in PlatformId::ALL {
            let capabilities = Capabilities::of(*id);
            assert_eq!(capabilities.models == Yes, catalogue::offers_models(*id), "{id}");
            let remembers = [capabilities.remote_history, capabilities.client_history];
            assert!(remembers.contains(&Yes), "{id} must know what was said before in one way or the other");
            for (capability, support) in capabilities.rows() {
                if let NotOffered(reason) | NotHere(reason) = support {
                    assert!(!reason.is_empty() && !reason.ends_with('.'), "{id}, {capability}: {reason}");
                }
            }
        }
    }
}
