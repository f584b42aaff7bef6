//! What stands in the fields of a form, what is wrong with it, and the JSON that comes of it. Pure.

use std::collections::BTreeMap;

use hub_contract::conversation::AttachmentInput;
use hub_contract::run::InputField;
use serde_json::{Number, Value, json};

use super::super::attach::Attached;

/// What stands in one field.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Entry {
    /// Everything that is typed or chosen as text; a number too, until it is sent.
    Text(String),
    Tick(bool),
    Files(Vec<Attached>),
}

/// What stands in a form, by field.
pub(in super::super) type Values = BTreeMap<String, Entry>;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Fault {
    /// It must be filled in.
    Missing,
    /// A number is wanted.
    NotANumber,
    /// It is longer than so many characters.
    TooLong(u32),
}

/// A form that is ready to be sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Filled {
    pub(in super::super) values: BTreeMap<String, Value>,
    /// The files; in the values stand their names.
    pub(in super::super) files: Vec<AttachmentInput>,
}

/// Kinds of fields, as far as they are drawn differently. What is not known is a line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Text,
    Paragraph,
    Number,
    Select,
    Checkbox,
    /// One file or several.
    Files {
        several: bool,
    },
}

impl Kind {
    pub(in super::super) fn of(field: &InputField) -> Self {
        match field.kind.as_str() {
            "paragraph" => Self::Paragraph,
            "number" => Self::Number,
            // Nothing could be chosen, so it is typed.
            "select" if !field.options.is_empty() => Self::Select,
            "checkbox" => Self::Checkbox,
            "file" => Self::Files { several: false },
            "files" => Self::Files { several: true },
            _ => Self::Text,
        }
    }
}

/// What the fields begin with: what was sent the last time, or the platform's defaults. Files are chosen anew.
pub(in super::super) fn first_values(fields: &[InputField], sent: Option<&BTreeMap<String, Value>>) -> Values {
    let first = |field: &InputField| {
        let value = sent.and_then(|sent| sent.get(&field.name)).or(field.default.as_ref());
        match Kind::of(field) {
            Kind::Checkbox => Entry::Tick(value.is_some_and(is_true)),
            Kind::Files { .. } => Entry::Files(Vec::new()),
            Kind::Text | Kind::Paragraph | Kind::Number | Kind::Select => {
                Entry::Text(value.map(as_text).unwrap_or_default())
            }
        }
    };
    fields.iter().map(|field| (field.name.clone(), first(field))).collect()
}

/// What is wrong with that field.
pub(in super::super) fn fault(field: &InputField, values: &Values) -> Option<Fault> {
    match values.get(&field.name) {
        None => field.required.then_some(Fault::Missing),
        Some(Entry::Tick(_)) => None,
        Some(Entry::Files(files)) => (field.required && files.is_empty()).then_some(Fault::Missing),
        Some(Entry::Text(text)) if text.trim().is_empty() => {
            // What the platform fills in by itself may stay empty, as the core sees it too.
            (field.required && field.default.is_none()).then_some(Fault::Missing)
        }
        Some(Entry::Text(text)) => {
            let most = field.max_chars.filter(|most| text.chars().count() > *most as usize);
            let bad = Kind::of(field) == Kind::Number && number(text).is_none();
            bad.then_some(Fault::NotANumber).or(most.map(Fault::TooLong))
        }
    }
}

/// The values as JSON, by kind. Empty fields are left out, except where that would bring a default back.
pub(in super::super) fn filled(fields: &[InputField], values: &Values) -> Filled {
    let mut filled = Filled::default();
    for field in fields {
        let value = match values.get(&field.name) {
            None => None,
            Some(Entry::Tick(on)) => Some(Value::Bool(*on)),
            Some(Entry::Files(files)) => {
                let names: Vec<String> = files.iter().map(|file| filled.add(&file.input)).collect();
                match (Kind::of(field), names.as_slice()) {
                    (_, []) => None,
                    (Kind::Files { several: true }, _) => Some(json!(names)),
                    (_, [first, ..]) => Some(json!(first)),
                }
            }
            Some(Entry::Text(text)) if text.trim().is_empty() => {
                let was_emptied = field.default.is_some() && !field.required && Kind::of(field) != Kind::Number;
                was_emptied.then(|| json!(""))
            }
            Some(Entry::Text(text)) if Kind::of(field) == Kind::Number => number(text).map(Value::Number),
            Some(Entry::Text(text)) => Some(json!(text)),
        };
        filled.values.extend(value.map(|value| (field.name.clone(), value)));
    }
    filled
}

impl Filled {
    /// Takes a file and answers the name that no other file has: the values mean files by their names.
    fn add(&mut self, file: &AttachmentInput) -> String {
        let (stem, ending) = match file.name.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (file.name.as_str(), String::new()),
        };
        let is_free = |name: &String| !self.files.iter().any(|known| known.name == *name);
        let numbered = (2..).map(|n| format!("{stem} ({n}){ending}"));
        let name = std::iter::once(file.name.clone()).chain(numbered).find(is_free).unwrap_or_default();
        self.files.push(AttachmentInput { name: name.clone(), ..file.clone() });
        name
    }
}

/// A value in words, for a field or a list.
pub(in super::super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().map(as_text).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => text == "true" || text == "1",
        _ => false,
    }
}

/// Whole numbers stay whole.
fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    text.parse::<i64>().map(Number::from).ok().or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn field(name: &str, kind: &str) -> InputField {
        InputField {
            name: name.into(),
            label: format!("Label {name}"),
            kind: kind.into(),
            required: false,
            options: Vec::new(),
            default: None,
            max_chars: None,
        }
    }

    fn required(name: &str, kind: &str) -> InputField {
        InputField { required: true, ..field(name, kind) }
    }

    fn file(name: &str) -> Attached {
        let input = AttachmentInput { name: name.into(), mime: "text/plain".into(), base64: "YQ==".into() };
        Attached { input, bytes: 1 }
    }

    fn text(value: &str) -> Entry {
        Entry::Text(value.into())
    }

    #[test]
    fn every_kind_becomes_its_own_json() {
        let mut choice = field("choice", "select");
        choice.options = vec!["a".into(), "b".into()];
        let fields = [
            field("line", "text"),
            field("long", "paragraph"),
            field("whole", "number"),
            field("part", "number"),
            choice,
            field("tick", "checkbox"),
            field("one", "file"),
            field("many", "files"),
            field("new kind", "hologram"),
        ];
        let values: Values = [
            ("line", text("x")),
            ("long", text("a\nb")),
            ("whole", text(" 0 ")),
            ("part", text("-1.5")),
            ("choice", text("b")),
            ("tick", Entry::Tick(false)),
            ("one", Entry::Files(vec![file("a.txt")])),
            ("many", Entry::Files(vec![file("a.txt"), file("b.txt")])),
            ("new kind", text("typed")),
        ]
        .into_iter()
        .map(|(name, entry)| (name.to_owned(), entry))
        .collect();
        assert!(fields.iter().all(|field| fault(field, &values).is_none()));
        let filled = filled(&fields, &values);
        assert_eq!(
            json!(filled.values),
            json!({
                "line": "x", "long": "a\nb", "whole": 0, "part": -1.5, "choice": "b", "tick": false,
                "one": "a.txt", "many": ["a (2).txt", "b.txt"], "new kind": "typed",
            })
        );
        let names: Vec<&str> = filled.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.txt", "a (2).txt", "b.txt"], "a value means one file by its name");
    }

    #[test]
    fn what_is_empty_is_left_out_but_an_emptied_default_is_said() {
        let mut with_default = field("greeting", "text");
        with_default.default = Some(json!("hello"));
        let fields = [field("line", "text"), field("n", "number"), field("f", "files"), with_default];
        let mut values = first_values(&fields, None);
        assert_eq!(values["greeting"], text("hello"));
        assert_eq!(json!(filled(&fields, &values).values), json!({"greeting": "hello"}));
        values.insert("greeting".into(), text(""));
        assert_eq!(json!(filled(&fields, &values).values), json!({"greeting": ""}));
    }

    #[test]
    fn required_fields_are_missed_and_a_tick_never_is() {
        let fields = [required("line", "text"), required("f", "file"), required("t", "checkbox")];
        let values = first_values(&fields, None);
        let faults: Vec<_> = fields.iter().map(|field| fault(field, &values)).collect();
        assert_eq!(faults, [Some(Fault::Missing), Some(Fault::Missing), None]);
        let spaces: Values = [("line".to_owned(), text("  "))].into();
        assert_eq!(fault(&fields[0], &spaces), Some(Fault::Missing));
        let mut filled_there = required("line", "text");
        filled_there.default = Some(json!("x"));
        assert_eq!(fault(&filled_there, &spaces), None, "the platform has a value for it");
    }

    #[test]
    fn numbers_and_lengths_are_checked() {
        let number = field("n", "number");
        let typed = |value: &str| Values::from([("n".to_owned(), text(value))]);
        assert_eq!(fault(&number, &typed("twelve")), Some(Fault::NotANumber));
        assert_eq!(fault(&number, &typed("NaN")), Some(Fault::NotANumber));
        assert_eq!(fault(&number, &typed("1e3")), None);
        let short = InputField { max_chars: Some(2), ..field("n", "text") };
        assert_eq!(fault(&short, &typed("备件库")), Some(Fault::TooLong(2)));
        assert_eq!(fault(&short, &typed("备件")), None);
    }

    #[test]
    fn the_last_values_come_before_the_defaults() {
        let mut line = field("line", "text");
        line.default = Some(json!("default"));
        let fields = [line, field("n", "number"), field("t", "checkbox"), field("f", "file")];
        let sent = BTreeMap::from([
            ("line".to_owned(), json!("last")),
            ("n".to_owned(), json!(0)),
            ("t".to_owned(), json!(true)),
            ("f".to_owned(), json!("a.txt")),
        ]);
        let values = first_values(&fields, Some(&sent));
        assert_eq!(values["line"], text("last"));
        assert_eq!(values["n"], text("0"));
        assert_eq!(values["t"], Entry::Tick(true));
        assert_eq!(values["f"], Entry::Files(Vec::new()), "the bytes are not here any more");
    }

    #[test]
    fn a_select_without_options_is_typed() {
        assert_eq!(Kind::of(&field("s", "select")), Kind::Text);
    }
}
