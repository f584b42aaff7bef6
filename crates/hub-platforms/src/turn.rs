//! One question with everything that a platform may need to answer it.

use std::collections::BTreeMap;

use bytes::Bytes;
use hub_contract::conversation::Role;
use hub_contract::id::ModelId;
use hub_contract::run::RemoteIds;
use serde_json::Value;

/// A question. What a platform has no place for is left out of its request.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// The model, where the platform offers models.
    pub model: Option<ModelId>,
    /// The role prompt.
    pub system: Option<String>,
    /// What was said before, oldest first, for platforms that remember nothing.
    pub history: Vec<PastMessage>,
    /// The question.
    pub text: String,
    /// Files that belong to it.
    pub attachments: Vec<Attachment>,
    /// Input variables of an app.
    pub inputs: BTreeMap<String, Value>,
    /// The answer to what the platform asked for (`need_input`).
    pub answer: BTreeMap<String, Value>,
    /// What the platform remembers this conversation by.
    pub remote: RemoteIds,
    /// Parameters as the platform names them, for example `temperature`; an object or null.
    pub parameters: Value,
    /// An opaque local id of the person, for platforms that keep people apart.
    pub user: String,
}

/// An earlier message.
#[derive(Debug, Clone)]
pub struct PastMessage {
    /// Whose.
    pub role: Role,
    /// What was said.
    pub text: String,
    /// Files that belong to it.
    pub attachments: Vec<Attachment>,
}

/// A file that goes along with a question. `Debug` shows its size, not its bytes.
#[derive(Clone)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its type, for example `image/png`.
    pub mime: String,
    /// What is in it.
    pub bytes: Bytes,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment")
            .field("name", &self.name)
            .field("mime", &self.mime)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}
