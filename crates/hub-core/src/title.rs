//! Titles of conversations: the first words of the question, never an error and never a second model call.

/// Longest title, in characters.
const MAX: usize = 40;

/// The title for a first question.
pub(crate) fn title_of(question: &str) -> String {
    let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words: String = line.chars().filter(|c| !c.is_control()).collect();
    if words.chars().count() <= MAX {
        return words;
    }
    let cut: String = words.chars().take(MAX).collect();
    // Latin words stay whole where a space is near the cut.
    match cut.rfind(' ') {
        Some(space) if space > cut.len() / 2 => cut.get(..space).unwrap_or(&cut).to_owned() + "…",
        _ => cut + "…",
    }
}

/// The title of a conversation that branches off from one with this title.
pub(crate) fn title_of_branch(title: &str) -> String {
    let numbered = title.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    match numbered.and_then(|(words, number)| Some((words, number.parse::<u32>().ok()?.checked_add(1)?))) {
        Some((words, next)) => format!("{words} ({next})"),
        None => format!("{title} (2)"),
    }
}

#[cfg(test)]
mod tests {
    use super::{title_of, title_of_branch};

    #[test]
    fn branches_are_numbered() {
        assert_eq!(title_of_branch("返修率"), "返修率 (2)");
        assert_eq!(title_of_branch("返修率 (2)"), "返修率 (3)");
        assert_eq!(title_of_branch("f(x) (y)"), "f(x) (y) (2)");
    }

    #[test]
    fn titles_are_the_first_words() {
        assert_eq!(title_of("\n  上季度三条产线的返修率？\n第二行"), "上季度三条产线的返修率？");
        assert_eq!(
            title_of("Summarise the changes of version four for our customers, shortest first"),
            "Summarise the changes of version four…"
        );
        assert_eq!(title_of(&"长".repeat(60)), format!("{}…", "长".repeat(40)));
    }
}
