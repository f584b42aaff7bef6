//! Questions and uploads.

use hub_contract::{ErrorCode, HubError};
use serde_json::{Map, Value, json};

use super::call;
use super::mode::Route;
use crate::dialect::{Call, CallBody, FormFile, Method};
use crate::endpoint::Endpoint;
use crate::json::{self, member};
use crate::limits::Limits;
use crate::turn::{Attachment, Turn};

/// Extensions that Dify takes as documents; what else is no image, audio or video is `custom`.
const DOCUMENTS: &[&str] = &[
    "txt",
    "md",
    "markdown",
    "mdx",
    "pdf",
    "html",
    "htm",
    "xlsx",
    "xls",
    "vtt",
    "properties",
    "doc",
    "docx",
    "csv",
    "eml",
    "msg",
    "pptx",
    "ppt",
    "xml",
    "epub",
];

/// The body of a question.
pub(super) fn body(route: Route, turn: &Turn) -> Value {
    let (mut inputs, rest) = inputs(turn);
    let mut body = Map::new();
    match route {
        Route::Chat => {
            body.insert("query".to_owned(), json!(turn.text));
            // The app's titles are its own; a title there would cost the operator a second model call.
            body.insert("auto_generate_name".to_owned(), json!(false));
            if let Some(conversation) = &turn.remote.conversation {
                body.insert("conversation_id".to_owned(), json!(conversation));
            }
        }
        // Its template usually has a variable of that name; apps without it leave it alone.
        Route::Completion if !turn.text.is_empty() => {
            body.insert("query".to_owned(), json!(turn.text));
            inputs.entry("query").or_insert_with(|| json!(turn.text));
        }
        Route::Completion | Route::Workflow => {}
    }
    if !rest.is_empty() {
        body.insert("files".to_owned(), Value::Array(rest));
    }
    body.insert("inputs".to_owned(), Value::Object(inputs));
    body.insert("response_mode".to_owned(), json!("streaming"));
    body.insert("user".to_owned(), json!(user(&turn.user)));
    Value::Object(body)
}

/// The person's name for Dify. Files, conversations and stops belong to it, so it is the same in every call.
pub(crate) fn user(user: &str) -> &str {
    if user.is_empty() { "hub-desktop" } else { user }
}

/// The next upload; `None` when every attachment is there.
pub(super) fn upload(endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
    let form = upload_form(turn, limits)?;
    form.map(|form| call(endpoint, Method::Post, "/files/upload", form)).transpose()
}

/// What the next upload sends: the file, and whose it is.
pub(crate) fn upload_form(turn: &Turn, limits: &Limits) -> Result<Option<CallBody>, HubError> {
    let Some(attachment) = turn.attachments.iter().find(|attachment| attachment.uploaded.is_none()) else {
        return Ok(None);
    };
    if attachment.bytes.len() > limits.attachment_bytes {
        let words = format!("The file {} is larger than an attachment may be.", attachment.name);
        let mut error = HubError::new(ErrorCode::TooLarge, words).hint("attachment_size");
        error.detail.text = Some(attachment.name.clone());
        return Err(error);
    }
    // Without a type Dify answers 415.
    let mime = if attachment.mime.is_empty() { "application/octet-stream" } else { &attachment.mime };
    let file = FormFile {
        field: "file",
        name: attachment.name.clone(),
        mime: mime.to_owned(),
        bytes: attachment.bytes.clone(),
    };
    Ok(Some(CallBody::Form { fields: vec![("user", user(&turn.user).to_owned())], file }))
}

/// Takes the id of an upload.
pub(crate) fn uploaded(turn: &mut Turn, document: &json::Value) -> Result<(), HubError> {
    let id = member(document, "id").ok_or_else(|| {
        HubError::new(ErrorCode::BadAnswer, "The platform took the file but gave it no id.").hint("other_platform")
    })?;
    if let Some(attachment) = turn.attachments.iter_mut().find(|attachment| attachment.uploaded.is_none()) {
        attachment.uploaded = Some(id.to_owned());
    }
    Ok(())
}

/// The input variables, and the files that belong to none of them. A value that is the name of an attachment, or a list
/// of such names, is the file itself.
pub(crate) fn inputs(turn: &Turn) -> (Map<String, Value>, Vec<Value>) {
    let mut used = vec![false; turn.attachments.len()];
    let mut file = |name: &Value| {
        let place = turn.attachments.iter().position(|attachment| name.as_str() == Some(&attachment.name))?;
        if let Some(used) = used.get_mut(place) {
            *used = true;
        }
        turn.attachments.get(place).map(file_object)
    };
    let mut inputs = Map::new();
    for (name, value) in &turn.inputs {
        let files = match value {
            Value::String(_) => file(value),
            Value::Array(names) if !names.is_empty() => {
                names.iter().map(&mut file).collect::<Option<Vec<_>>>().map(Value::Array)
            }
            _ => None,
        };
        inputs.insert(name.clone(), files.unwrap_or_else(|| value.clone()));
    }
    let unused = turn.attachments.iter().zip(&used).filter(|(_, used)| !**used);
    let rest = unused.map(|(attachment, _)| file_object(attachment)).collect();
    (inputs, rest)
}

fn file_object(attachment: &Attachment) -> Value {
    json!({
        "type": kind(attachment),
        "transfer_method": "local_file",
        "upload_file_id": attachment.uploaded.as_deref().unwrap_or_default(),
    })
}

fn kind(attachment: &Attachment) -> &'static str {
    let extension = attachment.name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match attachment.mime.split('/').next().unwrap_or_default() {
        "image" => "image",
        "audio" => "audio",
        "video" => "video",
        _ if extension.is_some_and(|extension| DOCUMENTS.contains(&extension.as_str())) => "document",
        _ => "custom",
    }
}
