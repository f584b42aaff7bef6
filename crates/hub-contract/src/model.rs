//! Models and the other things an account can offer.

use serde::{Deserialize, Serialize};

use crate::UtcMs;
use crate::id::{ConnectionId, ModelId};

/// A model of a connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelView {
    /// Its connection.
    pub connection: ConnectionId,
    /// Its id, as the platform writes it.
    pub id: ModelId,
    /// Whether it can be chatted with.
    pub enabled: bool,
    /// Typed in by the operator: not in the platform's list.
    pub typed_in: bool,
    /// What the platform tells of it.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// The day the platform will switch it off, as it writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shutdown_date: Option<String>,
}

/// What a platform tells of a model. Absent means it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capabilities {
    /// It thinks before it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<bool>,
    /// It takes images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vision: Option<bool>,
    /// Its context window, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
}

/// What kind of thing an account offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CatalogKind {
    /// A model.
    Model,
    /// A bot or chat app.
    Bot,
    /// A workflow app.
    Workflow,
}

/// One thing an account offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogItem {
    /// Its id there.
    pub remote_id: String,
    /// What it is.
    pub kind: CatalogKind,
    /// Its name; models have their id.
    pub name: String,
    /// Its description there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For models: capabilities.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// For models: the day it is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shutdown_date: Option<String>,
    /// False for models that cannot chat as far as their id tells (embedding, speech, image…); listed behind a switch.
    #[serde(default = "yes")]
    pub chats: bool,
    /// For models: already enabled here.
    #[serde(default)]
    pub enabled: bool,
}

/// A catalogue as last fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CatalogView {
    /// Whose.
    pub connection: ConnectionId,
    /// When it was fetched; absent when only typed-in models are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched_at: Option<UtcMs>,
    /// What there is, in the platform's order, typed-in models last.
    pub items: Vec<CatalogItem>,
}

fn yes() -> bool {
    true
}
