//! The body of a chat request. Only what the operator set is sent: several servers refuse parameters they do not know.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hub_contract::conversation::Role;
use hub_contract::{ErrorCode, HubError};
use serde_json::{Map, Value, json};

use crate::dialect::{Call, Learned, Refused, Shape};
use crate::limits::Limits;
use crate::text_files;
use crate::turn::{Attachment, Turn};

/// Members of a body that parameters cannot replace.
const RESERVED: &[&str] = &["model", "messages", "stream", "stream_options", "n"];

/// Builds the body of a chat request.
///
/// # Errors
/// `invalid_request` without a model; `unsupported_file` and `too_large` for attachments.
pub(super) fn body(turn: &Turn, limits: &Limits, learned: &Learned) -> Result<Value, HubError> {
    let model = turn.model.as_ref().filter(|model| !model.as_str().is_empty());
    let model = model.ok_or_else(|| HubError::new(ErrorCode::InvalidRequest, "No model was chosen.").field("model"))?;

    let mut body = parameters(&turn.parameters, learned);
    body.insert("model".to_owned(), json!(model.as_str()));
    body.insert("messages".to_owned(), Value::Array(messages(turn, limits)?));
    body.insert("stream".to_owned(), json!(true));
    if !learned.contains(&Shape::NoStreamOptions) {
        body.insert("stream_options".to_owned(), json!({ "include_usage": true }));
    }
    Ok(Value::Object(body))
}

/// Another shape for a body that was refused because of a member it names.
pub(super) fn reshape(call: &Call, refused: &Refused, learned: &Learned) -> Option<Learned> {
    if !matches!(refused.status, 400 | 422) {
        return None;
    }
    let body = call.body.json()?;
    let said = &refused.said;
    let names = |member: &str| {
        body.get(member).is_some()
            && [&said.param, &said.message].into_iter().flatten().any(|words| words.contains(member))
    };
    let shape = if names("stream_options") {
        Shape::NoStreamOptions
    } else if names("max_tokens") {
        Shape::MaxCompletionTokens
    } else if names("max_completion_tokens") {
        Shape::MaxTokens
    } else {
        return None;
    };
    let mut learned = learned.clone();
    match shape {
        // Refused both ways: the next try would be the first one again.
        Shape::MaxTokens if learned.contains(&Shape::MaxCompletionTokens) => return None,
        Shape::MaxCompletionTokens if learned.contains(&Shape::MaxTokens) => return None,
        _ => {}
    }
    learned.insert(shape).then_some(learned)
}

fn parameters(parameters: &Value, learned: &Learned) -> Map<String, Value> {
    let mut body = Map::new();
    for (name, value) in parameters.as_object().into_iter().flatten() {
        let name = match name.as_str() {
            "max_tokens" if learned.contains(&Shape::MaxCompletionTokens) => "max_completion_tokens",
            "max_completion_tokens" if learned.contains(&Shape::MaxTokens) => "max_tokens",
            name if RESERVED.contains(&name) => continue,
            name => name,
        };
        if !value.is_null() {
            body.insert(name.to_owned(), value.clone());
        }
    }
    body
}

fn messages(turn: &Turn, limits: &Limits) -> Result<Vec<Value>, HubError> {
    let mut messages = Vec::with_capacity(turn.history.len() + 2);
    if let Some(system) = turn.system.as_deref().filter(|system| !system.trim().is_empty()) {
        messages.push(json!({ "role": "system", "content": system }));
    }
    for past in &turn.history {
        let role = match past.role {
            Role::User => "user",
            Role::Assistant => "assistant",
        };
        messages.push(json!({ "role": role, "content": content(&past.text, &past.attachments, limits)? }));
    }
    messages.push(json!({ "role": "user", "content": content(&turn.text, &turn.attachments, limits)? }));
    Ok(messages)
}

/// A plain text as long as there is no image: several servers refuse lists of parts.
fn content(text: &str, attachments: &[Attachment], limits: &Limits) -> Result<Value, HubError> {
    let mut text = text.to_owned();
    let mut images = Vec::new();
    for attachment in attachments {
        text_files::refuse_large(attachment, limits)?;
        if is_image(&attachment.mime) {
            let url = format!("data:{};base64,{}", attachment.mime, STANDARD.encode(&attachment.bytes));
            images.push(json!({ "type": "image_url", "image_url": { "url": url } }));
        } else {
            text_files::append(&mut text, attachment, limits)?;
        }
    }
    if images.is_empty() {
        return Ok(Value::String(text));
    }
    let text = (!text.is_empty()).then(|| json!({ "type": "text", "text": text }));
    Ok(Value::Array(text.into_iter().chain(images).collect()))
}

/// Image types that every server with vision takes.
fn is_image(mime: &str) -> bool {
    matches!(mime, "image/png" | "image/jpeg" | "image/webp" | "image/gif")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use hub_contract::id::ModelId;

    use super::*;
    use crate::dialect::CallBody;
    use crate::dialect::Method;
    use crate::error_body::Said;
    use crate::turn::PastMessage;

    fn turn(text: &str) -> Turn {
        Turn { model: Some(ModelId::from("m")), text: text.to_owned(), ..Turn::default() }
    }

    fn file(name: &str, mime: &str, bytes: &'static [u8]) -> Attachment {
        Attachment { name: name.to_owned(), mime: mime.to_owned(), bytes: Bytes::from_static(bytes), uploaded: None }
    }

    fn built(turn: &Turn) -> Value {
        body(turn, &Limits::default(), &Learned::new()).expect("a body")
    }

    #[test]
    fn q50_texts_are_plain_strings() {
        let mut turn = turn("问题");
        turn.system = Some("You help.".to_owned());
        turn.history = vec![
            PastMessage { role: Role::User, text: "a".into(), attachments: vec![] },
            PastMessage { role: Role::Assistant, text: "b".into(), attachments: vec![] },
        ];
        turn.parameters = json!({"temperature": 0.2, "stream": false, "model": "other", "top_p": null});
        assert_eq!(
            built(&turn),
            json!({
                "model": "m", "stream": true, "stream_options": {"include_usage": true}, "temperature": 0.2,
                "messages": [
                    {"role": "system", "content": "You help."},
                    {"role": "user", "content": "a"},
                    {"role": "assistant", "content": "b"},
                    {"role": "user", "content": "问题"},
                ]
            })
        );
    }

    #[test]
    fn q55_a_model_id_is_opaque() {
        for id in ["Pro/deepseek-ai/DeepSeek-V3", "gemma3:4b", "/models/demo.gguf", "a@b"] {
            let turn = Turn { model: Some(ModelId::from(id)), ..turn("x") };
            assert_eq!(built(&turn)["model"], json!(id));
        }
        let error = body(&Turn::default(), &Limits::default(), &Learned::new()).expect_err("no model");
        assert_eq!(error.code, ErrorCode::InvalidRequest);
    }

    #[test]
    fn images_are_data_urls_and_texts_are_inlined() {
        let mut turn = turn("look");
        turn.attachments =
            vec![file("a.png", "image/png", b"\x89PNG"), file("n.md", "text/markdown", b"# x\n```\ncode\n```")];
        let content = &built(&turn)["messages"][0]["content"];
        assert_eq!(content[0]["text"], json!("look\n\nn.md\n````\n# x\n```\ncode\n```\n````"));
        assert_eq!(content[1], json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}));
    }

    #[test]
    fn other_files_are_refused_by_name() {
        for (attachment, code) in [
            (file("a.pdf", "application/pdf", b"%PDF"), ErrorCode::UnsupportedFile),
            (file("a.bin", "application/octet-stream", b"\xff\x00"), ErrorCode::UnsupportedFile),
            (file("a.txt", "text/plain", b"a\0b"), ErrorCode::UnsupportedFile),
        ] {
            let turn = Turn { attachments: vec![attachment.clone()], ..turn("x") };
            let error = body(&turn, &Limits::default(), &Learned::new()).expect_err("refused");
            assert_eq!(error.code, code);
            assert!(error.message.contains(&attachment.name));
        }
        let limits = Limits { attachment_bytes: 3, ..Limits::default() };
        let turn = Turn { attachments: vec![file("a.png", "image/png", b"1234")], ..turn("x") };
        assert_eq!(body(&turn, &limits, &Learned::new()).expect_err("large").code, ErrorCode::TooLarge);
    }

    #[test]
    fn q48_q49_a_refused_member_is_left_out_or_renamed_once() {
        let turn = Turn { parameters: json!({"max_tokens": 5}), ..turn("x") };
        let refused = |message: &str| Refused {
            status: 400,
            said: Said { message: Some(message.to_owned()), ..Said::default() },
        };
        let call = |learned: &Learned| Call {
            method: Method::Post,
            url: String::new(),
            credential: None,
            headers: Vec::new(),
            body: CallBody::Json(body(&turn, &Limits::default(), learned).expect("a body")),
            streams: true,
        };
        let first = call(&Learned::new());
        let without =
            reshape(&first, &refused("Unrecognized: stream_options"), &Learned::new()).expect("another shape");
        assert_eq!(call(&without).body.json().expect("a body").get("stream_options"), None);
        let said = "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        let renamed = reshape(&first, &refused(said), &without).expect("another shape");
        let second = call(&renamed);
        assert_eq!(second.body.json().expect("a body").get("max_completion_tokens"), Some(&json!(5)));
        assert_eq!(second.body.json().expect("a body").get("max_tokens"), None);
        assert_eq!(reshape(&second, &refused("max_completion_tokens is unknown"), &renamed), None, "no way back");
        assert_eq!(reshape(&first, &refused("the model is wrong"), &Learned::new()), None);
        assert_eq!(reshape(&first, &Refused { status: 500, ..refused("stream_options") }, &Learned::new()), None);
    }
}
