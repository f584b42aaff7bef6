//! Text files that go along as a part of the question: the one way every platform takes a file.

use hub_contract::{ErrorCode, HubError};

use crate::limits::Limits;
use crate::turn::Attachment;

/// The text with the files behind it, for platforms that take nothing but text.
///
/// # Errors
/// `unsupported_file` with the hint `text_files_only` for what is no text, `too_large`.
pub(crate) fn text_with(text: &str, attachments: &[Attachment], limits: &Limits) -> Result<String, HubError> {
    let mut text = text.to_owned();
    for attachment in attachments {
        refuse_large(attachment, limits)?;
        append(&mut text, attachment, limits).map_err(|error| match error.code {
            ErrorCode::UnsupportedFile => error.hint("text_files_only"),
            _ => error,
        })?;
    }
    Ok(text)
}

/// Refuses a file that is larger than any attachment may be.
///
/// # Errors
/// `too_large`.
pub(crate) fn refuse_large(attachment: &Attachment, limits: &Limits) -> Result<(), HubError> {
    if attachment.bytes.len() > limits.attachment_bytes {
        let why = "is larger than an attachment may be";
        return Err(unfit(ErrorCode::TooLarge, attachment, why, "attachment_size"));
    }
    Ok(())
}

/// Puts a text file behind the text, under its name.
///
/// # Errors
/// `unsupported_file` for what is no text, `too_large`.
pub(crate) fn append(text: &mut String, attachment: &Attachment, limits: &Limits) -> Result<(), HubError> {
    let words = std::str::from_utf8(&attachment.bytes).ok().filter(|words| !words.contains('\0'));
    let Some(words) = words.filter(|_| may_be_text(&attachment.mime)) else {
        return Err(unfit(ErrorCode::UnsupportedFile, attachment, "is neither an image nor a text", "attachment_type"));
    };
    if words.len() > limits.inlined_text_bytes {
        return Err(unfit(
            ErrorCode::TooLarge,
            attachment,
            "is too long to go along with a question",
            "attachment_size",
        ));
    }
    let words = words.trim_start_matches('\u{FEFF}');
    // A fence longer than any in the file, so that the file cannot end it.
    let fence = "`".repeat(longest_run(words, '`').max(2) + 1);
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    let end = if words.ends_with('\n') { "" } else { "\n" };
    text.push_str(&format!("{}\n{fence}\n{words}{end}{fence}", attachment.name));
    Ok(())
}

fn unfit(code: ErrorCode, attachment: &Attachment, why: &str, hint: &str) -> HubError {
    let mut error = HubError::new(code, format!("The file {} {why}.", attachment.name)).hint(hint);
    error.detail.text = Some(attachment.name.clone());
    error
}

/// Types of texts; `application/octet-stream` and an unknown type count when the bytes are text.
fn may_be_text(mime: &str) -> bool {
    let mime = mime.split(';').next().unwrap_or_default().trim();
    mime.starts_with("text/")
        || matches!(
            mime,
            "" | "application/octet-stream"
                | "application/json"
                | "application/xml"
                | "application/yaml"
                | "application/x-yaml"
                | "application/toml"
                | "application/javascript"
                | "application/typescript"
                | "application/x-sh"
                | "application/sql"
                | "image/svg+xml"
        )
        || mime.ends_with("+json")
        || mime.ends_with("+xml")
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn file(name: &str, mime: &str, bytes: &'static [u8]) -> Attachment {
        Attachment { name: name.to_owned(), mime: mime.to_owned(), bytes: Bytes::from_static(bytes), uploaded: None }
    }

    #[test]
    fn texts_stand_below_the_question_and_nothing_else_does() {
        let limits = Limits::default();
        let files = [file("a.csv", "text/csv", b"x,y"), file("b.txt", "", b"z\n")];
        assert_eq!(text_with("Q", &files, &limits).expect("texts"), "Q\n\na.csv\n```\nx,y\n```\n\nb.txt\n```\nz\n```");
        let error = text_with("Q", &[file("a.png", "image/png", b"\x89PNG")], &limits).expect_err("a picture");
        assert_eq!((error.code, error.detail.hint.as_deref()), (ErrorCode::UnsupportedFile, Some("text_files_only")));
        let small = Limits { attachment_bytes: 2, ..limits };
        assert_eq!(text_with("Q", &files, &small).expect_err("large").code, ErrorCode::TooLarge);
    }
}
