//! The platforms: their wire languages and the one HTTP transport.
//!
//! Two halves that know nothing of each other. A *dialect* is pure: it turns a question into calls and frames into
//! events, and owns no socket, clock or thread. The *transport* is the only place with sockets: timeouts, proxy,
//! certificates, size caps, redaction and repeats live there. [`Platforms`] puts the two together.
#![deny(missing_docs)]

mod address;
mod allowed_hosts;
mod answer_text;
mod appbuilder;
mod ark;
mod authorize;
mod bailian;
mod blame;
pub mod capabilities;
mod chat;
mod coze;
mod credential;
mod dialect;
mod dify;
mod endpoint;
mod error_body;
mod exchange;
mod fastgpt;
mod fetch;
mod icon;
mod inquiry;
mod json;
mod learned;
mod limits;
mod openai;
mod percent;
mod platforms;
mod queue;
mod reach;
mod reason;
mod redact;
mod remote_url;
pub mod replay;
mod report;
mod resolver;
mod run;
mod sniff;
pub mod sse;
mod status;
mod studio53;
mod text_files;
mod think;
mod token;
mod transport;
mod turn;
mod yuanqi;

pub use allowed_hosts::AllowedHosts;
pub use authorize::{AccountInfo, AuthorizeAsk, DeviceGrant};
pub use chat::{Chat, ChatSignal, RequestFacts};
pub use endpoint::{Endpoint, Network, Proxy};
pub use limits::Limits;
pub use platforms::{Platforms, Stopped, Tested};
pub use reason::Reason;
pub use resolver::{Resolver, Resolving};
pub use token::{ACCESS_TOKEN, Token, TokenGrant, TokenRequest, TokenSource};
pub use transport::install_crypto;
pub use turn::{App, AppInfo, Asker, Attachment, Opinion, PastMessage, Turn};
