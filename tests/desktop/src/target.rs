//! What a person means by "the button Save": a role and a name.

use serde::Serialize;

/// Something on the page, by what it is and how it is called: its accessible name, as assistive technology would say it.
/// Meant is the one with exactly this name, else the one whose name contains it. Hidden ones, and those behind an open
/// dialog, do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    role: &'static str,
    name: String,
    /// Which of several, from 0 or, below zero, from the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    which: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inside: Option<Box<Target>>,
}

impl Target {
    fn new(role: &'static str, name: &str) -> Self {
        Self { role, name: name.to_owned(), which: None, inside: None }
    }

    /// The first of several.
    #[must_use]
    pub fn first(mut self) -> Self {
        self.which = Some(0);
        self
    }

    /// The last of several.
    #[must_use]
    pub fn last(mut self) -> Self {
        self.which = Some(-1);
        self
    }

    /// Only within that part of the page.
    #[must_use]
    pub fn inside(mut self, part: Target) -> Self {
        self.inside = Some(Box::new(part));
        self
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} \"{}\"", self.role, self.name)?;
        match &self.inside {
            Some(part) => write!(f, " in {part}"),
            None => Ok(()),
        }
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident)+) => {$(
        $(#[$doc])*
        pub fn $role(name: &str) -> Target {
            Target::new(stringify!($role), name)
        }
    )+};
}

roles! {
    /// A button, or the summary of a fold.
    button
    /// A link of the page itself or to the outside.
    link
    /// A field for text.
    field
    /// A checkbox or a switch.
    checkbox
    /// One of several round ones, or a segment.
    radio
    /// A tab.
    tab
    /// An entry of a list or a menu that can be chosen.
    option
    /// A heading.
    heading
    /// An open dialog, by its title.
    dialog
    /// A message that wants attention.
    alert
    /// A named part of the page.
    region
    /// A row of a list or a table.
    row
    /// A message of a conversation.
    article
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_reads_like_a_sentence() {
        let target = button("Save").inside(dialog("Add a connection"));
        assert_eq!(target.to_string(), "button \"Save\" in dialog \"Add a connection\"");
    }
}
