//! The dialects under test, each by how it writes what every dialect says. A further dialect joins by a line in
//! [`DIALECTS`].

use std::collections::BTreeMap;

use hub_contract::PlatformId;
use hub_contract::catalogue::API_KEY;
use hub_contract::run::RemoteIds;
use hub_platforms::{App, Endpoint, Network, Proxy, Turn};
use hub_sim::Reply;
use secrecy::SecretString;

use crate::platforms;
use crate::support::{self, Asked, KEY};

/// All dialects under test.
pub(crate) const DIALECTS: &[Dialect] = &[
    OPENAI,
    platforms::COZE,
    platforms::APPBUILDER,
    platforms::DIFY,
    platforms::STUDIO53,
    platforms::YUANQI,
    platforms::FASTGPT,
    platforms::BAILIAN,
    platforms::ARK,
];

pub(crate) const OPENAI: Dialect = Dialect {
    name: "openai",
    platform: PlatformId::OpenaiCompatible,
    base_path: "/v1",
    chat_path: "/v1/chat/completions",
    secrets: &[API_KEY],
    fields: &[],
    text: |literal| Said {
        event: "",
        data: format!(r#"{{"choices":[{{"index":0,"delta":{{"content":{literal}}}}}]}}"#),
    },
    finish: || Said { event: "", data: r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#.to_owned() },
    failure: |literal| Said { event: "", data: format!(r#"{{"error":{{"message":{literal},"code":500}}}}"#) },
    finishes: &[
        "data:[DONE]\n\n",
        "data: [DONE] \n\n",
        "data: \"[DONE]\"\n\n",
        "data:\"[DONE]\"\n\n",
        "data: [DONE]\ndata:\n\n",
        "event: done\ndata: [DONE]\n\n",
        "event: done\n\n",
    ],
    asks: Asks::Model("demo"),
    left_out: &[(62, "a connection of this family has a key and no token that could be renewed")],
};

/// How a platform family speaks, as far as the rows need it.
pub(crate) struct Dialect {
    pub(crate) name: &'static str,
    pub(crate) platform: PlatformId,
    /// What the base URL has behind host and port.
    pub(crate) base_path: &'static str,
    /// Where a question goes.
    pub(crate) chat_path: &'static str,
    /// Its secret fields.
    pub(crate) secrets: &'static [&'static str],
    /// Its fields that are not secret.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// Says a text that is given as a JSON literal, quotes included, and put in as it is.
    pub(crate) text: fn(&str) -> Said,
    /// Says that the answer is complete.
    pub(crate) finish: fn() -> Said,
    /// Says that the platform failed, with that message (a JSON literal).
    pub(crate) failure: fn(&str) -> Said,
    /// Further ways to write what comes behind [`finish`](Self::finish), whole.
    pub(crate) finishes: &'static [&'static str],
    /// Who is asked.
    pub(crate) asks: Asks,
    /// Rows that cannot apply, and why.
    pub(crate) left_out: &'static [(u8, &'static str)],
}

/// Who answers on a platform.
pub(crate) enum Asks {
    /// A model of this name.
    Model(&'static str),
    /// An app.
    App {
        app: fn() -> App,
        /// What has to be known before the first question can be asked.
        remote: fn() -> RemoteIds,
        /// What the platform tells about the app; empty where it is not asked.
        facts: &'static str,
    },
}

/// One event, not yet written in any style.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) event: &'static str,
    pub(crate) data: String,
}

/// The dialects that a row applies to.
pub(crate) fn speaking(row: u8) -> impl Iterator<Item = &'static Dialect> {
    DIALECTS.iter().filter(move |dialect| dialect.left_out.iter().all(|(left_out, _)| *left_out != row))
}

impl Dialect {
    /// The frame of a text.
    pub(crate) fn says(&self, text: &str) -> String {
        (self.text)(&serde_json::json!(text).to_string()).frame()
    }

    /// The frame of a text that is given as a JSON literal.
    pub(crate) fn says_literally(&self, literal: &str) -> String {
        (self.text)(literal).frame()
    }

    /// The frame that completes an answer.
    pub(crate) fn ends(&self) -> String {
        (self.finish)().frame()
    }

    /// The frame of a failure.
    pub(crate) fn fails(&self, message: &str) -> String {
        (self.failure)(&serde_json::json!(message).to_string()).frame()
    }

    /// A whole answer.
    pub(crate) fn answer(&self, text: &str) -> String {
        self.says(text) + &self.ends()
    }

    /// A connection to a server at `http://host:port`.
    pub(crate) fn endpoint(&self, server: &str) -> Endpoint {
        Endpoint {
            platform: self.platform,
            base_url: format!("{server}{}", self.base_path),
            fields: self.fields(),
            secrets: self.secrets.iter().map(|field| ((*field).to_owned(), SecretString::from(KEY))).collect(),
            token: None,
            network: Network { proxy: Proxy::None, ca_file: None },
        }
    }

    /// A question.
    pub(crate) fn turn(&self) -> Turn {
        match self.asks {
            Asks::Model(model) => Turn { model: Some(model.into()), ..support::turn() },
            Asks::App { app, remote, .. } => Turn { model: None, app: app(), remote: remote(), ..support::turn() },
        }
    }

    /// Its fields that are not secret.
    pub(crate) fn fields(&self) -> BTreeMap<String, String> {
        self.fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    /// Asks a server that gives this one answer.
    pub(crate) async fn ask(&self, reply: Reply) -> Asked {
        let server = support::serve(reply).await;
        self.ask_at(&server.base_url()).await
    }

    /// Asks a server for the stream with this body.
    pub(crate) async fn ask_stream(&self, body: impl Into<bytes::Bytes>) -> Asked {
        self.ask(Reply::sse_body(body)).await
    }

    /// Asks a server within the usual limits.
    pub(crate) async fn ask_at(&self, server: &str) -> Asked {
        support::ask_of(&support::platforms(support::limits()), self.endpoint(server), self.turn()).await
    }
}

impl Said {
    /// As the standard writes it.
    pub(crate) fn frame(&self) -> String {
        let name = if self.event.is_empty() { String::new() } else { format!("event: {}\n", self.event) };
        format!("{name}data: {}\n\n", self.data)
    }
}
