//! The apps of a simulated Dify.

use serde_json::{Value, json};

/// How an app works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A chat with one model.
    Chat,
    /// A chat whose model uses tools.
    Agent,
    /// A chat drawn as a workflow.
    Chatflow,
    /// One text in, one text out.
    Completion,
    /// A form in, typed results out.
    Workflow,
}

impl Mode {
    /// All five.
    pub const ALL: [Self; 5] = [Self::Chat, Self::Agent, Self::Chatflow, Self::Completion, Self::Workflow];

    /// Its name in the keys of the simulator.
    pub fn short(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Agent => "agent",
            Self::Chatflow => "chatflow",
            Self::Completion => "completion",
            Self::Workflow => "workflow",
        }
    }

    /// Its name in `/info`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Agent => "agent-chat",
            Self::Chatflow => "advanced-chat",
            Self::Completion => "completion",
            Self::Workflow => "workflow",
        }
    }

    pub(super) fn is_chat(self) -> bool {
        matches!(self, Self::Chat | Self::Agent | Self::Chatflow)
    }

    pub(super) fn is_drawn(self) -> bool {
        matches!(self, Self::Chatflow | Self::Workflow)
    }
}

/// One app.
#[derive(Debug, Clone)]
pub struct App {
    /// Its only key.
    pub key: String,
    /// How it works.
    pub mode: Mode,
    /// Its name.
    pub name: String,
    /// Input variables, as `user_input_form` lists them.
    pub form: Vec<Value>,
    /// What it says first.
    pub opening: String,
    /// Questions to begin with.
    pub suggestions: Vec<String>,
    /// Where its icon lies, below the place of installation; without one it has an emoji.
    pub icon: Option<String>,
}

impl App {
    /// An app of that mode; workflows ask for a `topic`, completions for a `query`.
    pub fn new(key: &str, mode: Mode) -> Self {
        let form = match mode {
            Mode::Workflow => vec![
                json!({"paragraph": {"label": "Topic", "variable": "topic", "required": true, "max_length": 2000, "default": ""}}),
                json!({"select": {"label": "Tone", "variable": "tone", "required": false, "options": ["short", "long"], "default": "short"}}),
                json!({"number": {"label": "Points", "variable": "points", "required": false}}),
                json!({"checkbox": {"label": "Table", "variable": "table", "required": false}}),
                json!({"file": {"label": "Document", "variable": "doc", "required": false}}),
            ],
            Mode::Completion => {
                vec![json!({"paragraph": {"label": "Query", "variable": "query", "required": true, "default": ""}})]
            }
            _ => Vec::new(),
        };
        let name = format!("Demo {}", mode.short());
        let opening = format!("Hello from {name}");
        let suggestions = vec!["What can you do?".to_owned()];
        Self { key: key.to_owned(), mode, name, form, opening, suggestions, icon: None }
    }

    /// The first required variable that `inputs` lacks.
    pub(super) fn missing_input(&self, inputs: &Value) -> Option<String> {
        let fields = self.form.iter().filter_map(|item| item.as_object()?.values().next());
        let required = fields.filter(|field| field.get("required") == Some(&Value::Bool(true)));
        let mut names = required.filter_map(|field| field.get("variable").and_then(Value::as_str));
        names.find(|name| inputs.get(*name).is_none_or(|value| value.is_null() || value == "")).map(str::to_owned)
    }
}
