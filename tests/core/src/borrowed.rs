//! JSON as values that borrow their texts: what parsing a line costs at least, for benches.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A value whose texts lie in the line, except where an escape had to be resolved.
#[derive(Debug, Clone, PartialEq)]
pub enum Borrowed<'a> {
    /// `null`.
    Null,
    /// `true` and `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Borrowed<'a>>),
    /// An object, its members in their order.
    Object(Vec<(Cow<'a, str>, Borrowed<'a>)>),
}

impl<'de> Deserialize<'de> for Borrowed<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Builder)
    }
}

struct Builder;

impl<'de> Visitor<'de> for Builder {
    type Value = Borrowed<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Borrowed::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Borrowed::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Borrowed::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Borrowed::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Borrowed::Number(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Borrowed::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Borrowed::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            list.push(entry);
        }
        Ok(Borrowed::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut object = Vec::new();
        while let Some(Borrowed::Text(name)) = members.next_key()? {
            object.push((name, members.next_value()?));
        }
        Ok(Borrowed::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_borrowed_where_nothing_has_to_be_resolved() {
        let parsed: Borrowed<'_> = serde_json::from_str(r#"{"a":["plain","es\ncaped",1,null,true]}"#).unwrap();
        let Borrowed::Object(members) = parsed else { panic!("an object") };
        let Borrowed::List(list) = &members[0].1 else { panic!("a list") };
        assert!(matches!(&list[0], Borrowed::Text(Cow::Borrowed("plain"))));
        assert!(matches!(&list[1], Borrowed::Text(Cow::Owned(text)) if text == "es\ncaped"));
        assert_eq!(list[2..], [Borrowed::Number(1.0), Borrowed::Null, Borrowed::Bool(true)]);
    }
}
