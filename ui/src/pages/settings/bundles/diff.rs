//! What a bundle would change, line by line. Plain functions: a bundle may hold thousands of lines.

use hub_contract::bundle::{BundleChange, BundleFieldChange};
use hub_text::Texts;
use yew::prelude::*;

use crate::components::{Badge, IconName};

/// Lines shown at once. Nobody compares more, and the counts above tell how many there are.
const SHOWN: usize = 200;
/// Characters of a text before it is cut.
const LONGEST: usize = 160;
/// Fields whose text says something to a person; of the others only the name is shown.
const READABLE: [&str; 10] =
    ["name", "platform", "base_url", "group", "description", "grants", "opening", "suggestions", "model", "prompt"];

/// Which lines are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Filter {
    #[default]
    All,
    Added,
    Changed,
    Removed,
}

impl Filter {
    pub(super) const EACH: [Self; 4] = [Self::All, Self::Added, Self::Changed, Self::Removed];

    pub(super) fn count(self, changes: &[BundleChange]) -> usize {
        changes.iter().filter(|change| self.holds(change)).count()
    }

    fn holds(self, change: &BundleChange) -> bool {
        match self {
            Self::All => true,
            Self::Added => change.change == "add",
            Self::Changed => change.change == "change",
            Self::Removed => change.change == "remove",
        }
    }
}

/// The lines of a filter, dangerous ones first.
pub(super) fn lines(changes: &[BundleChange], filter: Filter, t: &Texts) -> Html {
    let mut shown: Vec<&BundleChange> = changes.iter().filter(|change| filter.holds(change)).collect();
    shown.sort_by_key(|change| !change.danger);
    let more = shown.len().saturating_sub(SHOWN);
    html! {
        <ul class="difflist" aria-label={t.get("bundle-changes")}>
            { for shown.into_iter().take(SHOWN).map(|change| line(change, t)) }
            if more > 0 { <li class="diff dim">{ t.with("bundle-more-changes", &[("n", more.into())]) }</li> }
        </ul>
    }
}

fn line(change: &BundleChange, t: &Texts) -> Html {
    let (class, sign) = match change.change.as_str() {
        "add" => ("add", "+"),
        "remove" => ("del", "−"),
        _ => ("chg", "~"),
    };
    let what = t.with("bundle-change", &[("change", change.change.as_str().into())]);
    let kind = t.with("bundle-kind", &[("kind", change.kind.as_str().into())]);
    let silent: Vec<String> =
        change.fields.iter().filter(|field| !is_readable(field)).map(|field| field_name(&field.field, t)).collect();
    html! {
        <li class="diff-item">
            <div class="diff">
                <span class={classes!("sg", class)} role="img" aria-label={what}>{ sign }</span>
                <span><span class="strong">{ &change.name }</span>{ " " }<span class="dim">{ kind }</span></span>
                if change.danger { <Badge tone="bad" icon={IconName::Alert} text={t.get("bundle-danger")} /> }
            </div>
            if !change.fields.is_empty() {
                <dl class="chg-rows">
                    { for change.fields.iter().filter(|field| is_readable(field)).map(|field| html! {
                        <><dt>{ field_name(&field.field, t) }</dt><dd>{ before_after(field) }</dd></>
                    }) }
                    if !silent.is_empty() {
                        <dt>{ t.get("bundle-also") }</dt><dd>{ silent.join(&t.get("bundle-comma")) }</dd>
                    }
                    if change.danger {
                        <dt>{ t.with("bundle-kind", &[("kind", "credential".into())]) }</dt>
                        <dd class="badc">{ t.get("bundle-danger-about") }</dd>
                    }
                </dl>
            }
        </li>
    }
}

fn before_after(field: &BundleFieldChange) -> Html {
    html! {
        <>
            if !field.before.is_empty() { <del>{ short(&field.before) }</del>{ " " } }
            if !field.after.is_empty() { <ins>{ short(&field.after) }</ins> }
        </>
    }
}

fn is_readable(field: &BundleFieldChange) -> bool {
    READABLE.contains(&field.field.as_str())
}

fn field_name(field: &str, t: &Texts) -> String {
    t.with("bundle-field", &[("field", field.into())])
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(what: &str) -> BundleChange {
        BundleChange {
            change: what.into(),
            kind: "agent".into(),
            name: "备件".into(),
            danger: false,
            fields: Vec::new(),
        }
    }

    #[test]
    fn each_line_is_counted_under_what_happens() {
        let changes = ["add", "add", "change", "remove"].map(change);
        let counts = Filter::EACH.map(|filter| filter.count(&changes));
        assert_eq!(counts, [4, 2, 1, 1]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(short("短"), "短");
        let long = "长".repeat(LONGEST + 1);
        assert_eq!(short(&long), format!("{}…", "长".repeat(LONGEST)));
    }
}
