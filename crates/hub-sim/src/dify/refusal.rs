//! What a simulated Dify refuses, in Dify's words and shapes.

use serde_json::json;

use crate::Reply;

/// A refused call.
#[derive(Debug, Clone)]
pub(super) enum Refusal {
    NoKey,
    NoSuchPath,
    NotChatApp,
    NotWorkflowApp,
    AppUnavailable,
    Invalid(String),
    NoConversation,
    NoMessage,
    NoRun,
    NoForm,
    FormSubmitted,
    SuggestionsOff,
    FileTooLarge,
    UnsupportedFile,
    FileDenied,
    TooManyRequests,
    Quota,
    ApiDisabled,
    ServerError,
}

impl Refusal {
    pub(super) fn reply(self) -> Reply {
        if matches!(self, Self::NoSuchPath) {
            return Reply::html(404, "<!doctype html><html><title>404 Not Found</title><h1>Not Found</h1></html>");
        }
        let (status, code, message) = self.parts();
        let reply = Reply::json(status, &json!({ "code": code, "message": message, "status": status }));
        match status {
            401 => reply.header("www-authenticate", "Bearer realm=\"api\""),
            429 => reply.header("retry-after", "1"),
            _ => reply,
        }
    }

    fn parts(self) -> (u16, &'static str, String) {
        let (status, code, message) = match self {
            Self::NoKey => (401, "unauthorized", "sim: the access token is invalid"),
            Self::NoSuchPath => (404, "not_found", "sim: no such path"),
            Self::NotChatApp => (400, "not_chat_app", "sim: the app's mode does not match this route"),
            Self::NotWorkflowApp => (400, "not_workflow_app", "sim: the app's mode does not match this route"),
            Self::AppUnavailable => (400, "app_unavailable", "sim: the app is unavailable"),
            Self::Invalid(message) => return (400, "invalid_param", message),
            Self::NoConversation => (404, "not_found", "Conversation Not Exists."),
            Self::NoMessage => (404, "not_found", "Message Not Exists."),
            Self::NoRun => (404, "not_found", "sim: there is no such workflow run"),
            Self::NoForm => (404, "not_found", "sim: there is no such form"),
            Self::FormSubmitted => (412, "human_input_form_submitted", "sim: this form was submitted already"),
            Self::SuggestionsOff => (400, "bad_request", "sim: suggested questions are off"),
            Self::FileTooLarge => (413, "file_too_large", "sim: the file is too large"),
            Self::UnsupportedFile => (415, "unsupported_file_type", "sim: the file has no type that is allowed"),
            Self::FileDenied => (403, "file_access_denied", "sim: the file belongs to somebody else"),
            Self::TooManyRequests => (429, "too_many_requests", "sim: too many requests at once"),
            Self::Quota => (400, "provider_quota_exceeded", "sim: the quota of the model provider is used up"),
            Self::ApiDisabled => (403, "forbidden", "The app's API service has been disabled."),
            Self::ServerError => (500, "internal_server_error", "sim: something broke in the server"),
        };
        (status, code, message.to_owned())
    }
}
