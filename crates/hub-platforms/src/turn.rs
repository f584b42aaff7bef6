//! One question with everything that a platform may need to answer it.

use std::collections::BTreeMap;

use bytes::Bytes;
use hub_contract::conversation::Role;
use hub_contract::id::ModelId;
use hub_contract::run::{InputField, NeedInput, RemoteIds};
use serde_json::Value;

/// A question. What a platform has no place for is left out of its request.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// The model, where the platform offers models.
    pub model: Option<ModelId>,
    /// The app, where the platform offers apps.
    pub app: App,
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
    /// What the platform waits for since its last answer.
    pub waits_for: Option<NeedInput>,
    /// The answer to it, by field.
    pub answer: BTreeMap<String, Value>,
    /// What the platform remembers this conversation by.
    pub remote: RemoteIds,
    /// Parameters as the platform names them, for example `temperature`; an object or null.
    pub parameters: Value,
    /// An opaque local id of the person, for platforms that keep people apart.
    pub user: String,
    /// A name that was never used before, for platforms whose clients name conversations and answers. Empty is the usual
    /// case: the run makes one.
    pub fresh_id: String,
}

/// A bot, app or workflow of a platform.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct App {
    /// Its id there; absent where the credential alone means one app.
    pub id: Option<String>,
    /// True for workflow apps: a form in, typed results out.
    pub workflow: bool,
    /// The platform's own word for how it works, as [`AppInfo::mode`] told; absent where nobody asked yet.
    pub mode: Option<String>,
}

/// What a platform tells about an app. Empty where it does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AppInfo {
    /// Its name there.
    pub name: Option<String>,
    /// Its description there.
    pub description: Option<String>,
    /// Where its picture is, as the platform writes it: complete or below its place of installation.
    pub icon_url: Option<String>,
    /// What it says first.
    pub opening: String,
    /// Questions to begin with.
    pub suggestions: Vec<String>,
    /// Input variables.
    pub inputs: Vec<InputField>,
    /// True for workflow apps.
    pub workflow: bool,
    /// The platform's own word for how it works, to be kept in [`App::mode`].
    pub mode: Option<String>,
}

/// Who asks which app: what every call about a run needs beside the ids of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asker {
    /// The app.
    pub app: App,
    /// The model, where the platform offers models.
    pub model: Option<ModelId>,
    /// The local id of the person, as in [`Turn::user`].
    pub user: String,
}

/// What a person thinks of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opinion {
    /// Helpful or not; absent takes it back.
    pub helpful: Option<bool>,
    /// Why.
    pub reason: Option<String>,
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
    /// What the platform calls it, once it was uploaded for this turn.
    pub uploaded: Option<String>,
}

impl Turn {
    /// Who asks which app.
    pub fn asker(&self) -> Asker {
        Asker { app: self.app.clone(), model: self.model.clone(), user: self.user.clone() }
    }
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment")
            .field("name", &self.name)
            .field("mime", &self.mime)
            .field("bytes", &self.bytes.len())
            .field("uploaded", &self.uploaded)
            .finish()
    }
}
