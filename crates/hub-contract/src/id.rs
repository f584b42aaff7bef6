//! Identifiers. Each is an opaque string; the types only keep one kind from being taken for another.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    )+};
}

id! {
    /// One account or endpoint on a platform.
    ConnectionId;
    /// A model as its platform names it. Opaque: may hold `/`, `:`, `.` or a whole file path.
    ModelId;
    /// An agent of this Hub.
    AgentId;
    /// A plan (订阅等级).
    PlanId;
    /// A user group (用户分组).
    GroupId;
    /// A member.
    MemberId;
    /// A conversation.
    ConversationId;
    /// One question that was asked several at once.
    ComparisonId;
    /// A message of a conversation.
    MessageId;
    /// One run: one question on its way to one answer.
    RunId;
    /// A stored file: the SHA-256 of its bytes in lower-case hex.
    FileId;
}
