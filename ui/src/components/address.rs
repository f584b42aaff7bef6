//! An address that breaks after its slashes, not in the middle of a word.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct AddressProps {
    pub url: AttrValue,
}

#[component]
pub fn Address(props: &AddressProps) -> Html {
    html! {
        <span class="mono address-text">
            { for parts(&props.url).into_iter().map(|part| html! { <>{ part.to_owned() }<wbr /></> }) }
        </span>
    }
}

/// The parts between which a line may break: scheme and host together, then a path segment each.
fn parts(url: &str) -> Vec<&str> {
    let path = url.find("://").map_or(0, |scheme| scheme + 3);
    let mut parts = Vec::new();
    let mut rest = url;
    let mut searched = path;
    while let Some(slash) = rest.get(searched..).and_then(|tail| tail.find('/')) {
        let (part, tail) = rest.split_at(searched + slash + 1);
        parts.push(part);
        rest = tail;
        searched = 0;
    }
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn lines_break_after_slashes_of_the_path() {
        assert_eq!(
            parts("https://a.example:8/v1/chat/completions"),
            ["https://a.example:8/", "v1/", "chat/", "completions"]
        );
        assert_eq!(parts("no scheme"), ["no scheme"]);
        assert_eq!(parts(""), Vec::<&str>::new());
    }
}
