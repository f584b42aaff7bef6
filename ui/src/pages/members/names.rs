//! What is wrong with a name while it is typed: what the core would refuse, told before it is asked. Pure.

use hub_contract::{ErrorCode, HubError, name};

/// The fault of a name beside the names of the others.
pub(super) fn fault<'a>(typed: &str, others: impl IntoIterator<Item = &'a str>) -> Option<HubError> {
    let wanted = match name::checked(typed, "name") {
        Ok(checked) => name::key(&checked),
        Err(error) => return Some(error),
    };
    let is_taken = others.into_iter().any(|other| name::key(other) == wanted);
    let taken = || HubError::new(ErrorCode::InvalidRequest, "the name is taken").hint("name_taken").field("name");
    is_taken.then(taken)
}

/// The fault to show: what the core refused, else what is wrong with what was typed. An untouched field shows nothing
/// until it is saved.
pub(super) fn shown(refused: Option<&HubError>, fault: Option<HubError>, typed: bool) -> Option<HubError> {
    let refused = refused.filter(|error| error.detail.field.as_deref() == Some("name"));
    refused.cloned().or(fault.filter(|_| typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(typed: &str) -> Option<String> {
        fault(typed, ["专业版", "Pro Plan"]).and_then(|error| error.detail.hint)
    }

    #[test]
    fn names_are_refused_as_the_core_refuses_them() {
        assert_eq!(hint("体验版"), None);
        assert_eq!(hint("  ").as_deref(), Some("name"));
        assert_eq!(hint(" pro  plan").as_deref(), Some("name_taken"), "case and spaces do not make another name");
        assert_eq!(hint("Pro\u{200b}").as_deref(), Some("name_characters"));
        assert_eq!(hint(&"长".repeat(10_000)).as_deref(), Some("text_long"));
    }

    #[test]
    fn an_untouched_field_shows_nothing_until_it_is_refused() {
        let empty = || fault("", []);
        assert_eq!(shown(None, empty(), false), None);
        assert!(shown(empty().as_ref(), None, false).is_some());
        let elsewhere = HubError::new(ErrorCode::InvalidRequest, "x").field("until");
        assert_eq!(shown(Some(&elsewhere), None, true), None);
    }
}
