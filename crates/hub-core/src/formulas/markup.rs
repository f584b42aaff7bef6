//! From the reader's markup to the tree. An element, attribute or value that is not on the list does not come through;
//! styles become classes of the page's own, since its policy allows no style attribute.

use hub_contract::math::{MathAttribute, MathElement, MathTag};

/// Most elements of one formula.
const MOST: usize = 4_000;
/// Deepest nesting. The page reads and draws by recursion, and its JSON may be 128 levels deep, two for each element.
const DEEPEST: usize = 48;
/// Longest value of an attribute, in bytes.
const LONGEST_VALUE: usize = 32;

/// What a piece of a style means, and the page's class for it.
const CLASSES: &[(&str, &str)] = &[
    ("text-align: left", "to-start"),
    ("text-align: right", "to-end"),
    ("padding-left: 0", "tight-start"),
    ("padding-right: 0", "tight-end"),
    ("padding-left:1em", "apart"),
    ("border-left", "line-left"),
    ("border-right", "line-right"),
    ("border-top", TOP_LINE),
    ("width: 100%", "wide"),
    ("width: 50%", "side"),
];

/// Marks of words, which are elements of HTML, and the page's class for what they mean.
const MARKS: &[(&str, Option<&str>)] = &[
    ("b", Some("strong")),
    ("i", Some("slanted")),
    ("em", Some("slanted")),
    ("code", Some("mono")),
    ("a", None),
    ("s", None),
    ("span", None),
    ("u", None),
];

const TOP_LINE: &str = "line-top";
const BOTTOM_LINE: &str = "line-bottom";
const STRUCK: &str = "struck";

/// The one element that the markup is. Nothing where the markup is not well formed, too large or too deep.
pub(super) fn element(markup: &str) -> Option<MathElement> {
    let mut open: Vec<Open> = Vec::new();
    let mut rest = markup.trim();
    let mut count = 0;
    loop {
        let (text, from) = rest.split_once('<')?;
        if !text.is_empty() {
            open.last_mut()?.element.text.push_str(&unescaped(text)?);
        }
        let (inside, after) = from.split_once('>')?;
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            let closed = open.pop().filter(|open| open.name == name)?;
            match open.last_mut() {
                Some(parent) => parent.take(closed),
                None => return Some(closed.whole()).filter(|root| root.tag == MathTag::Math && rest.trim().is_empty()),
            }
            continue;
        }
        count += 1;
        if count > MOST || open.len() >= DEEPEST {
            return None;
        }
        let (inside, is_empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let begun = Open::begin(inside)?;
        match open.last_mut() {
            Some(parent) if is_empty => parent.take(begun),
            _ => open.push(begun),
        }
    }
}

/// An element that has begun.
struct Open<'a> {
    /// Its name in the markup.
    name: &'a str,
    element: MathElement,
}

impl<'a> Open<'a> {
    /// What the page has no element for is a row of what it holds.
    fn begin(inside: &'a str) -> Option<Self> {
        let (name, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
        let mut attributes = Vec::new();
        let mut classes = Vec::new();
        while let Some((key, value)) = rest.split_once("=\"") {
            let (value, after) = value.split_once('"')?;
            rest = after;
            let key = key.trim();
            match MathAttribute::of(key) {
                None if key == "style" => classes.extend(classes_of(value)),
                None if name == "menclose" => classes.push(STRUCK),
                None | Some(MathAttribute::Class) => {}
                Some(attribute) if is_plain(value) => attributes.push((attribute, value.to_owned())),
                Some(_) => {}
            }
        }
        let tag = MathTag::of(name).unwrap_or(MathTag::Mrow);
        let mut element = MathElement { tag, attributes, text: String::new(), children: Vec::new() };
        classes.into_iter().for_each(|class| add_class(&mut element, class));
        Some(Self { name, element })
    }

    /// Takes an element in. Marks of words are not MathML: their words are the text of what they stand in.
    fn take(&mut self, child: Open<'_>) {
        if self.name != "mtext" && !MARKS.iter().any(|(mark, _)| *mark == self.name) {
            self.element.children.push(child.whole());
            return;
        }
        self.element.text.push_str(&child.element.text);
        if let Some((_, Some(class))) = MARKS.iter().find(|(mark, _)| *mark == child.name) {
            add_class(&mut self.element, class);
        }
    }

    /// The element, now that all is in it.
    fn whole(self) -> MathElement {
        let mut element = self.element;
        // The page draws either: space between elements is no text.
        if !element.children.is_empty() {
            element.text.clear();
        }
        if element.tag == MathTag::Mtable {
            closing_line(&mut element);
        }
        element
    }
}

/// A line after the last row comes as a row of its own with nothing in it, which would be as high as the others.
fn closing_line(table: &mut MathElement) {
    let is_line = |row: &MathElement| row.children.iter().all(|cell| cell.children.is_empty() && has_top_line(cell));
    if table.children.len() > 1 && table.children.last().is_some_and(is_line) {
        table.children.pop();
        add_class(table, BOTTOM_LINE);
    }
}

fn has_top_line(cell: &MathElement) -> bool {
    let is_line = |(name, value): &(MathAttribute, String)| *name == MathAttribute::Class && value.contains(TOP_LINE);
    cell.attributes.iter().any(is_line)
}

fn add_class(element: &mut MathElement, class: &str) {
    match element.attributes.iter_mut().find(|(name, _)| *name == MathAttribute::Class) {
        Some((_, classes)) => {
            classes.push(' ');
            classes.push_str(class);
        }
        None => element.attributes.push((MathAttribute::Class, class.to_owned())),
    }
}

/// Every class that a formula may carry: whatever draws one has a style for each.
#[cfg(test)]
pub(crate) fn all_classes() -> impl Iterator<Item = &'static str> {
    let marks = MARKS.iter().filter_map(|(_, class)| *class);
    CLASSES.iter().map(|(_, class)| *class).chain(marks).chain([BOTTOM_LINE, STRUCK])
}

fn classes_of(style: &str) -> impl Iterator<Item = &'static str> {
    CLASSES.iter().filter(move |(piece, _)| style.contains(piece)).map(|(_, class)| *class)
}

fn is_plain(value: &str) -> bool {
    value.len() <= LONGEST_VALUE
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '%' | '-' | '+'))
}

/// Characters as they are meant. Nothing for an entity that the reader does not write.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('&') {
        out.push_str(before);
        let (entity, after) = from.split_once(';')?;
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" | "#39" => '\'',
            "nbsp" => '\u{a0}',
            other => char::from_u32(u32::from_str_radix(other.strip_prefix("#x")?, 16).ok()?)?,
        });
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(element: &MathElement, into: &mut Vec<MathTag>) {
        into.push(element.tag);
        element.children.iter().for_each(|child| tags(child, into));
    }

    fn class(element: &MathElement) -> &str {
        let class = element.attributes.iter().find(|(name, _)| *name == MathAttribute::Class);
        class.map_or("", |(_, classes)| classes.as_str())
    }

    #[test]
    fn only_what_is_on_the_list_comes_through() {
        let root = element(
            "<math display=\"block\" onload=\"x()\"><script src=\"x\">alert(1)</script><mi href=\"javascript:x\" \
             mathvariant=\"normal\">a&lt;b</mi><mspace width=\"1em\" style=\"background:url(x)\" class=\"y\"/></math>",
        )
        .unwrap();
        let mut found = Vec::new();
        tags(&root, &mut found);
        assert_eq!(found, [MathTag::Math, MathTag::Mrow, MathTag::Mi, MathTag::Mspace]);
        assert_eq!(root.attributes, [(MathAttribute::Display, "block".to_owned())]);
        assert_eq!(root.children[1].attributes, [(MathAttribute::Mathvariant, "normal".to_owned())]);
        assert_eq!(root.children[1].text, "a<b");
        assert_eq!(root.children[2].attributes, [(MathAttribute::Width, "1em".to_owned())]);
    }

    #[test]
    fn what_is_not_well_formed_is_no_formula() {
        for bad in [
            "",
            "x",
            "<math>",
            "<math></mi>",
            "<math><a></b></math>",
            "<mi>x</mi>",
            "<math>&unknown;</math>",
            "<math></math>x",
        ] {
            assert_eq!(element(bad), None, "{bad}");
        }
        let deep = format!("<math>{}{}</math>", "<mrow>".repeat(100), "</mrow>".repeat(100));
        assert_eq!(element(&deep), None);
        let wide = format!("<math>{}</math>", "<mspace/>".repeat(5_000));
        assert_eq!(element(&wide), None);
    }

    #[test]
    fn styles_are_classes_and_marks_of_words_are_words() {
        let root =
            element("<math><mtd style=\"text-align: left;justify-items: start;padding-right: 0;\"></mtd></math>");
        assert_eq!(class(&root.unwrap().children[0]), "to-start tight-end");
        let root = element("<math><mtext>a <b>b<i>c</i></b></mtext><mtext><a href=\"x\">d</a></mtext></math>").unwrap();
        assert_eq!(root.children[0].text, "a bc");
        assert_eq!(class(&root.children[0]), "strong");
        assert_eq!((root.children[1].text.as_str(), class(&root.children[1])), ("d", ""));
    }

    #[test]
    fn a_line_below_a_table_is_no_row() {
        let row = |style: &str, text: &str| format!("<mtr><mtd style=\"{style}\">{text}</mtd></mtr>");
        let table = |rows: &str| element(&format!("<math><mtable>{rows}</mtable></math>")).unwrap().children.remove(0);
        let lined = table(&(row("", "<mi>x</mi>") + &row("border-top: 1px;", "")));
        assert_eq!((lined.children.len(), class(&lined)), (1, BOTTOM_LINE));
        let open = table(&(row("", "<mi>x</mi>") + &row("", "")));
        assert_eq!((open.children.len(), class(&open)), (2, ""));
    }
}
