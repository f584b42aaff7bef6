//! Files. The platform only takes addresses: images go as data, everything else into its store in three steps (ask for
//! a place, put the file there, ask for its address). How far a file is stands in `Attachment::uploaded`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hub_contract::{ErrorCode, HubError};
use serde_json::json;

use super::{app, call, not_fastgpt, request};
use crate::dialect::{Call, CallBody, Method};
use crate::endpoint::Endpoint;
use crate::json::{Value, member};
use crate::limits::Limits;
use crate::remote_url::resolved;
use crate::turn::{Attachment, Turn};

/// Headers that a store asks for. Others cannot be sent, and none was seen.
const STORE_HEADERS: &[&str] = &[
    "content-type",
    "content-disposition",
    "x-amz-meta-content-disposition",
    "x-amz-meta-origin-filename",
    "x-amz-meta-upload-time",
    "x-amz-acl",
];

/// The next call on the way of a file; `None` when every file has an address.
pub(super) fn next(endpoint: &Endpoint, turn: &Turn, limits: &Limits) -> Result<Option<Call>, HubError> {
    let Some(attachment) = turn.attachments.iter().find(|attachment| !has_address(attachment)) else {
        return Ok(None);
    };
    if attachment.bytes.len() > limits.attachment_bytes {
        return Err(unfit(ErrorCode::TooLarge, attachment, "is larger than an attachment may be", "attachment_size"));
    }
    let Some(id) = app::id(endpoint, &turn.app) else {
        let why = "cannot be uploaded without the app ID";
        return Err(unfit(ErrorCode::UnsupportedFile, attachment, why, "file_upload_app_id").field(app::APP_ID));
    };
    let Some(place) = place(attachment) else {
        let body = json!({ "filename": attachment.name, "appId": id, "chatId": request::chat_id(turn) });
        return call(endpoint, Method::Post, "/core/chat/file/presignChatFilePostUrl", CallBody::Json(body)).map(Some);
    };
    if place.get("stored") == Some(&Value::Bool(true)) {
        let body = json!({ "key": place.get("key"), "appId": id });
        return call(endpoint, Method::Post, "/core/chat/file/presignChatFileGetUrl", CallBody::Json(body)).map(Some);
    }
    let url = member(&place, "url").and_then(|url| resolved(&endpoint.base_url, super::INTERFACE, url));
    let headers = STORE_HEADERS.iter().filter_map(|name| {
        let headers = place.get("headers")?.as_object()?;
        let (_, value) = headers.iter().find(|(asked, _)| asked.eq_ignore_ascii_case(name))?;
        Some((*name, value.as_str()?.to_owned()))
    });
    let headers: Vec<_> = headers.filter(|(name, _)| *name != "content-type").collect();
    Ok(Some(Call {
        method: Method::Put,
        url: url.ok_or_else(not_fastgpt)?,
        // The address itself is the permission; the app's key is none of the store's business.
        credential: None,
        headers,
        body: CallBody::Bytes { mime: mime(attachment, &place), bytes: attachment.bytes.clone() },
        streams: false,
    }))
}

/// True while a file is on its way.
pub(super) fn is_going_on(turn: &Turn) -> bool {
    turn.attachments.iter().any(|attachment| place(attachment).is_some())
}

/// Takes the answer to the last call.
pub(super) fn take(turn: &mut Turn, document: &Value) -> Result<(), HubError> {
    let Some(attachment) = turn.attachments.iter_mut().find(|attachment| !has_address(attachment)) else {
        return Ok(());
    };
    let data = document.get("data").unwrap_or(&Value::Null);
    attachment.uploaded = Some(match place(attachment) {
        None => {
            member(data, "url").ok_or_else(not_fastgpt)?;
            data.to_string()
        }
        Some(place) if place.get("stored") == Some(&Value::Bool(true)) => {
            data.as_str().filter(|url| url.starts_with("http")).ok_or_else(not_fastgpt)?.to_owned()
        }
        Some(place) => after_storing(&place),
    });
    Ok(())
}

/// The store took the file and said nothing.
pub(super) fn stored(turn: &mut Turn) -> bool {
    let attachment = turn.attachments.iter_mut().find(|attachment| place(attachment).is_some());
    let Some((attachment, place)) = attachment.and_then(|attachment| {
        let place = place(attachment)?;
        Some((attachment, place))
    }) else {
        return false;
    };
    attachment.uploaded = Some(after_storing(&place));
    true
}

/// Newer servers gave the address together with the place.
fn after_storing(place: &Value) -> String {
    match member(place, "previewUrl").filter(|url| url.starts_with("http")) {
        Some(url) => url.to_owned(),
        None => json!({ "key": place.get("key"), "stored": true }).to_string(),
    }
}

/// The place in the store that was handed out for a file.
fn place(attachment: &Attachment) -> Option<Value> {
    let text = attachment.uploaded.as_deref()?;
    text.starts_with('{').then(|| serde_json::from_str(text).ok())?
}

fn has_address(attachment: &Attachment) -> bool {
    attachment.mime.starts_with("image/") || attachment.uploaded.as_deref().is_some_and(|text| !text.starts_with('{'))
}

/// An image as the address of itself.
pub(super) fn data_url(attachment: &Attachment) -> String {
    format!("data:{};base64,{}", attachment.mime, STANDARD.encode(&attachment.bytes))
}

fn mime(attachment: &Attachment, place: &Value) -> String {
    let headers = place.get("headers").and_then(Value::as_object).into_iter().flatten();
    let asked =
        headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-type")).find_map(|(_, value)| value.as_str());
    let mime = asked.unwrap_or(&attachment.mime);
    if mime.is_empty() { "application/octet-stream".to_owned() } else { mime.to_owned() }
}

fn unfit(code: ErrorCode, attachment: &Attachment, why: &str, hint: &str) -> HubError {
    let mut error = HubError::new(code, format!("The file {} {why}.", attachment.name)).hint(hint);
    error.detail.text = Some(attachment.name.clone());
    error
}
