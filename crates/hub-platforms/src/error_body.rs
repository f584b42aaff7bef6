//! What a platform says when it fails, out of the many shapes it is said in (`wire/cloud-llm.md` 0.4).

use crate::json::{self, Value};

/// Longest text that is shown, in characters.
const LONGEST_TEXT: usize = 500;

/// What was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The words, as plain text.
    pub(crate) message: Option<String>,
    /// The code, as text.
    pub(crate) code: Option<String>,
    /// The kind of failure beside the code (`type`).
    pub(crate) kind: Option<String>,
    /// The parameter that is blamed.
    pub(crate) param: Option<String>,
    /// The request's id.
    pub(crate) request_id: Option<String>,
    /// Where it was found, since number codes mean something else in each.
    pub(crate) shape: Shape,
}

/// Shapes of failures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{"error": …}` and its kin.
    Error,
    /// `{"code": …, "message": …}`.
    Code,
    /// `{"base_resp": {"status_code": …}}`.
    BaseResp,
    /// Plain text or a JSON string.
    #[default]
    Text,
    /// A web page.
    Html,
}

/// Reads the body of a failed call; something can be said of any body.
pub(crate) fn read(body: &[u8]) -> Said {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{FEFF}').trim();
    let text = only_frame(text).unwrap_or(text);
    if let Ok(document) = json::parse(text) {
        if let Some(said) = in_document(&document).or_else(|| loosely(&document)) {
            return said;
        }
        if let Value::String(words) = document {
            return Said { message: shown(&words), ..Said::default() };
        }
    }
    let shape = if text.starts_with('<') { Shape::Html } else { Shape::Text };
    Said { message: shown(text), shape, ..Said::default() }
}

/// The data of a refusal that came as an event of a stream (Bailian).
fn only_frame(text: &str) -> Option<&str> {
    if !["event:", "data:", "id:", ":"].iter().any(|start| text.starts_with(start)) {
        return None;
    }
    text.lines().find_map(|line| line.strip_prefix("data:")).map(str::trim)
}

/// The failure inside a document that may also be a success; `None` when it tells of none.
pub(crate) fn in_document(document: &Value) -> Option<Said> {
    error_member(document)
        .or_else(|| typed_error(document))
        .or_else(|| error_type(document))
        .or_else(|| base_resp(document))
        .or_else(|| code_and_message(document))
        .or_else(|| error_code(document))
        .map(|said| Said { request_id: said.request_id.or_else(|| request_id(document)), ..said })
}

/// At most 500 characters of plain text: tags and their contents that nobody reads are taken out, white space is made
/// single. `None` when nothing is left.
pub(crate) fn shown(text: &str) -> Option<String> {
    let plain = if text.trim_start().starts_with('<') { without_tags(text) } else { text.to_owned() };
    let mut short: String = String::new();
    for word in plain.split_whitespace() {
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
        if short.len() > LONGEST_TEXT * 4 {
            break;
        }
    }
    if short.chars().count() > LONGEST_TEXT {
        short = short.chars().take(LONGEST_TEXT - 1).chain(['…']).collect();
    }
    (!short.is_empty()).then_some(short)
}

/// `error` as object, text or list; null, false and an empty text are no failure.
fn error_member(document: &Value) -> Option<Said> {
    let mut error = document.get("error")?;
    if let Value::Array(errors) = error {
        error = errors.first()?;
    }
    match error {
        Value::Object(_) => Some(Said {
            message: json::member(error, "message").or_else(|| json::member(error, "msg")).and_then(shown),
            code: error.get("code").and_then(json::text_of),
            kind: error.get("type").and_then(json::text_of),
            param: error.get("param").and_then(json::text_of),
            request_id: request_id(error),
            shape: Shape::Error,
        }),
        Value::String(words) if !words.is_empty() => Some(Said {
            message: json::member(document, "message")
                .filter(|_| words.len() < 32)
                .and_then(shown)
                .or_else(|| shown(words)),
            code: document.get("code").and_then(json::text_of),
            shape: Shape::Error,
            ..Said::default()
        }),
        _ => None,
    }
}

fn typed_error(document: &Value) -> Option<Said> {
    (json::member(document, "type")? == "error").then(|| fields(document, "message", "code", Shape::Error))
}

fn error_type(document: &Value) -> Option<Said> {
    let kind = json::member(document, "error_type")?;
    Some(Said { kind: Some(kind.to_owned()), ..fields(document, "error_message", "error_code", Shape::Error) })
}

fn base_resp(document: &Value) -> Option<Said> {
    let response = document.get("base_resp")?;
    (!is_success(response.get("status_code")?)).then(|| fields(response, "status_msg", "status_code", Shape::BaseResp))
}

/// `code` with `message` or `msg`; a document with choices is an answer, whatever else it holds.
fn code_and_message(document: &Value) -> Option<Said> {
    let code = document.get("code")?;
    if is_success(code) || document.get("choices").is_some() {
        return None;
    }
    let name = if document.get("message").is_some() { "message" } else { "msg" };
    document.get(name)?;
    // FastGPT names its numbers.
    let kind = json::member(document, "statusText").map(str::to_owned);
    Some(Said { kind, ..fields(document, name, "code", Shape::Code) })
}

fn error_code(document: &Value) -> Option<Said> {
    let code = document.get("error_code")?;
    (!is_success(code)).then(|| fields(document, "error_msg", "error_code", Shape::Code))
}

/// For bodies that are known to be failures: FastAPI's `detail`, or words without any code.
fn loosely(document: &Value) -> Option<Said> {
    if let Some(detail) = document.get("detail") {
        let words = match detail {
            Value::String(words) => words.clone(),
            other => other.to_string(),
        };
        return Some(Said { message: shown(&words), shape: Shape::Error, ..Said::default() });
    }
    let words = json::member(document, "message").or_else(|| json::member(document, "msg"))?;
    Some(Said {
        message: shown(words),
        code: document.get("code").and_then(json::text_of),
        request_id: request_id(document),
        shape: Shape::Code,
        ..Said::default()
    })
}

fn fields(document: &Value, message: &str, code: &str, shape: Shape) -> Said {
    Said {
        message: json::member(document, message).and_then(shown),
        code: document.get(code).and_then(json::text_of),
        param: document.get("param").and_then(json::text_of),
        shape,
        ..Said::default()
    }
}

/// Coze keeps it in `detail`.
fn request_id(document: &Value) -> Option<String> {
    ["request_id", "requestId"]
        .iter()
        .find_map(|name| json::member(document, name))
        .or_else(|| json::member(document.get("detail")?, "logid"))
        .map(str::to_owned)
}

fn is_success(code: &Value) -> bool {
    match code {
        Value::Null => true,
        Value::String(code) => matches!(code.as_str(), "" | "0" | "200" | "Success"),
        Value::Number(code) => matches!(code.as_i64(), Some(0 | 200 | 20000)),
        _ => false,
    }
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        text.push_str(before);
        text.push(' ');
        rest = match ["script", "style"].iter().find(|name| is_tag(tag, name)) {
            Some(name) => tag.to_ascii_lowercase().find(&format!("</{name}")).and_then(|end| tag.get(end..)),
            None => Some(tag),
        }
        .and_then(|tag| tag.split_once('>'))
        .map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    text
}

fn is_tag(tag: &str, name: &str) -> bool {
    tag.get(1..=name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let said = read(body.as_bytes());
        (said.message, said.code, said.kind)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn q43_q44_every_shape_is_read() {
        for (body, message, code, kind) in [
            (r#"{"error":{"message":"m","type":"t","param":null,"code":"c"}}"#, some("m"), some("c"), some("t")),
            (r#"{"error":{"message":"m","code":400,"param":{"a":1}}}"#, some("m"), some("400"), None),
            (r#"{"error":{"message":"m","code":"1113"}}"#, some("m"), some("1113"), None),
            (r#"{"error":{"message":"m","code":null}}"#, some("m"), None, None),
            (r#"{"error":"words"}"#, some("words"), None, None),
            (r#"{"error":[{"message":"first","code":"c"},{"message":"second"}]}"#, some("first"), some("c"), None),
            (r#"{"type":"error","message":"m","code":"c"}"#, some("m"), some("c"), None),
            (r#"{"error_type":"t","error_message":"m"}"#, some("m"), None, some("t")),
            (r#"{"code":20012,"message":"m","data":null}"#, some("m"), some("20012"), None),
            (r#"{"code":"InvalidApiKey","msg":"m"}"#, some("m"), some("InvalidApiKey"), None),
            (r#"{"message":"TPM limit reached.","data":null}"#, some("TPM limit reached."), None, None),
            (r#"{"error_code":110,"error_msg":"m"}"#, some("m"), some("110"), None),
            (r#"{"base_resp":{"status_code":1008,"status_msg":"m"}}"#, some("m"), some("1008"), None),
            (r#"{"detail":"Not authenticated"}"#, some("Not authenticated"), None, None),
            (r#""Invalid token""#, some("Invalid token"), None, None),
            ("404 page not found", some("404 page not found"), None, None),
            ("\n\n\n{\"error\":\"late\"}", some("late"), None, None),
            ("", None, None, None),
        ] {
            assert_eq!(told(body), (message, code, kind), "{body}");
        }
    }

    #[test]
    fn successes_tell_of_no_failure() {
        for body in [
            r#"{"code":20000,"message":"OK","status":true,"data":{}}"#,
            r#"{"code":"","message":""}"#,
            r#"{"code":"Success","message":"ok"}"#,
            r#"{"code":"200","message":"ok"}"#,
            r#"{"error":null,"choices":[]}"#,
            r#"{"base_resp":{"status_code":0,"status_msg":"success"},"choices":[]}"#,
            r#"{"choices":[],"code":7,"message":"not a failure"}"#,
            "[]",
            "7",
        ] {
            assert_eq!(in_document(&serde_json::from_str(body).expect("JSON")), None, "{body}");
        }
    }

    #[test]
    fn a_refusal_may_be_an_event() {
        let frame =
            "event:error\n:HTTP_STATUS/429\ndata:{\"code\":\"Throttling\",\"message\":\"m\",\"request_id\":\"r\"}\n\n";
        let said = read(frame.as_bytes());
        assert_eq!((said.message, said.code, said.request_id), (some("m"), some("Throttling"), some("r")));
        assert_eq!(told("data: \nnothing"), (None, None, None));
    }

    #[test]
    fn request_ids_are_read_in_every_spelling() {
        assert_eq!(read(br#"{"code":"X","message":"m","requestId":"r-1"}"#).request_id, some("r-1"));
        assert_eq!(read(br#"{"code":"X","message":"m","request_id":"r-2"}"#).request_id, some("r-2"));
        assert_eq!(read(br#"{"code":7,"msg":"m","detail":{"logid":"l-3"}}"#).request_id, some("l-3"));
    }

    #[test]
    fn q44_a_web_page_becomes_its_words() {
        let page = "<!DOCTYPE html><html><head><style>a{b:c}</style><script>var x = '<b>';</script>\
                    <title>502 Bad Gateway</title></head><body><h1>502  Bad\nGateway</h1></body></html>";
        let said = read(page.as_bytes());
        assert_eq!(said.shape, Shape::Html);
        assert_eq!(said.message.as_deref(), Some("502 Bad Gateway 502 Bad Gateway"));
    }

    #[test]
    fn long_texts_are_cut_at_500_characters() {
        let said = read("界".repeat(2000).as_bytes());
        assert_eq!(said.message.expect("words").chars().count(), 500);
        assert_eq!(read("<".repeat(100_000).as_bytes()).message, None);
    }
}
