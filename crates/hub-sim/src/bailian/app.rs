//! Apps, and questions to them, checked as the platform checks them.

use serde_json::Value;

use super::refusal::Refusal;
use crate::openai::fields::Fields;

/// An app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: AppKind,
    /// The workspace it stands in; `None` for the default one.
    pub workspace: Option<String>,
    /// Variables that every question has to bring.
    pub required: Vec<String>,
}

/// Kinds of apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppKind {
    /// Thinks, looks things up and answers.
    Agent,
    /// Goes from node to node.
    Workflow,
}

impl App {
    /// An app of the default workspace without variables.
    pub fn new(id: &str, kind: AppKind) -> Self {
        Self { id: id.to_owned(), kind, workspace: None, required: Vec::new() }
    }
}

/// A question that was not refused.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) session: Option<String>,
    /// How many messages came along instead of a session.
    pub(super) messages: usize,
    /// Pieces instead of the whole text each time.
    pub(super) incremental: bool,
    pub(super) thoughts: bool,
    /// Nodes tell what they say.
    pub(super) node_messages: bool,
}

impl Question {
    /// Reads and checks a body.
    pub(super) fn check(body: &Value, app: &App) -> Result<Self, Refusal> {
        let (input, parameters) = (body.field("input"), body.field("parameters"));
        let messages = input.field("messages").as_array().map(Vec::as_slice).unwrap_or_default();
        let text = match messages.last() {
            Some(last) if last.field("role") == "user" => last.field("content").as_str().unwrap_or_default(),
            Some(_) => return Err(Refusal::Invalid("the last message must be of role `user`".to_owned())),
            None => input.field("prompt").as_str().unwrap_or_default(),
        };
        let missing = app.required.iter().find(|name| input.field("biz_params").get(name.as_str()).is_none());
        if let Some(name) = missing {
            return Err(Refusal::Invalid(format!("`biz_params.{name}` is missing")));
        }
        if text.trim().is_empty() {
            return Err(Refusal::NoQuestion);
        }
        for name in ["image_list", "file_list"] {
            let mut files = input.field(name).as_array().into_iter().flatten();
            if files.any(|file| !file.as_str().is_some_and(|url| url.starts_with("http"))) {
                return Err(Refusal::Invalid(format!("`{name}` must hold public addresses")));
            }
        }
        let flag = |name: &str| *parameters.field(name) == true;
        Ok(Self {
            text: text.to_owned(),
            // Messages count for more than a session.
            session: input.field("session_id").as_str().filter(|_| messages.is_empty()).map(str::to_owned),
            messages: messages.len(),
            incremental: flag("incremental_output"),
            thoughts: flag("has_thoughts"),
            node_messages: parameters.field("flow_stream_mode") == "message_format",
        })
    }
}
