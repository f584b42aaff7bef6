//! A JSON document as readers see it. It is like `serde_json::Value` but for one thing: the documents of one answer have
//! the same few shapes over and over, so the next one is put where the last one stood, and names and texts find room.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Number;

/// Any JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Value>),
    Object(Object),
}

/// The members of an object in the order they were sent. Of several with one name the last one holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object(Vec<(String, Value)>);

impl Value {
    /// The member of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// What stands at a place like `/choices/0/usage`. Names are taken as they are, without escapes.
    pub(crate) fn pointer(&self, place: &str) -> Option<&Self> {
        place.split('/').skip(1).try_fold(self, |value, step| match value {
            Self::Object(object) => object.get(step),
            Self::Array(list) => list.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    pub(crate) fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    pub(crate) fn as_array(&self) -> Option<&Vec<Self>> {
        if let Self::Array(list) = self { Some(list) } else { None }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    pub(crate) fn as_f64(&self) -> Option<f64> {
        if let Self::Number(number) = self { number.as_f64() } else { None }
    }

    pub(crate) fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.as_u64() } else { None }
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    pub(crate) fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl Object {
    /// The member of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.into_iter()
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(name, _)| name)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'o> IntoIterator for &'o Object {
    type Item = (&'o String, &'o Value);
    type IntoIter = std::iter::Map<std::slice::Iter<'o, (String, Value)>, fn(&'o (String, Value)) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

/// Equal objects have equal members; in which order they were sent does not count.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.keys().chain(other.keys()).all(|name| self.get(name) == other.get(name))
    }
}

/// As JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(list) => list.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut value = Self::Null;
        InPlace(&mut value).deserialize(deserializer)?;
        Ok(value)
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == Some(other)
    }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::Number(number) => Self::Number(number),
            serde_json::Value::String(text) => Self::String(text),
            serde_json::Value::Array(list) => Self::Array(list.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(object) => {
                Self::Object(Object(object.into_iter().map(|(name, value)| (name, Self::from(value))).collect()))
            }
        }
    }
}

/// As the contract and requests have it.
impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::String(text.clone()),
            Value::Array(list) => list.iter().map(Self::from).collect(),
            Value::Object(object) => {
                object.into_iter().map(|(name, value)| (name.clone(), Self::from(value))).collect()
            }
        }
    }
}

/// Puts a value where that one stood, and says of JSON what `serde_json::Value` says.
pub(super) struct InPlace<'v>(pub(super) &'v mut Value);

impl<'de> DeserializeSeed<'de> for InPlace<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for InPlace<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        *self.0 = Value::Null;
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        *self.0 = Value::Bool(value);
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        *self.0 = Value::Number(value.into());
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        *self.0 = Value::Number(value.into());
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        *self.0 = Number::from_f64(value).map_or(Value::Null, Value::Number);
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        match self.0 {
            Value::String(text) => value.clone_into(text),
            other => *other = Value::String(value.to_owned()),
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        if !self.0.is_array() {
            *self.0 = Value::Array(Vec::new());
        }
        let Value::Array(list) = self.0 else { return Ok(()) };
        let mut length = 0;
        loop {
            if list.len() == length {
                list.push(Value::Null);
            }
            let Some(place) = list.get_mut(length) else { break };
            if entries.next_element_seed(InPlace(place))?.is_none() {
                break;
            }
            length += 1;
        }
        list.truncate(length);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        if !self.0.is_object() {
            *self.0 = Value::Object(Object::default());
        }
        let Value::Object(Object(object)) = self.0 else { return Ok(()) };
        let mut length = 0;
        loop {
            if object.len() == length {
                object.push(Default::default());
            }
            let Some((name, value)) = object.get_mut(length) else { break };
            if members.next_key_seed(NameInPlace(name))?.is_none() {
                break;
            }
            members.next_value_seed(InPlace(value))?;
            length += 1;
        }
        object.truncate(length);
        Ok(())
    }
}

struct NameInPlace<'n>(&'n mut String);

impl<'de> DeserializeSeed<'de> for NameInPlace<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameInPlace<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        if self.0 != value {
            value.clone_into(self.0);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{Documents, parse};
    use super::*;

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<u64>().prop_map(serde_json::Value::from),
            any::<i32>().prop_map(|quarters| (f64::from(quarters) / 4.0).into()),
            "\\PC{0,6}".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
                prop::collection::btree_map("[a-e]", inner, 0..5).prop_map(|object| object.into_iter().collect()),
            ]
        })
    }

    #[test]
    fn of_members_with_one_name_the_last_one_holds() {
        let mut documents = Documents::default();
        for text in [r#"{"a":1,"b":2}"#, r#"{"a":1,"a":{"c":[1,2]}}"#, r#"{"a":{"c":[3],"c":[4]}}"#, "{}"] {
            let parsed = documents.parse(text).unwrap();
            assert_eq!(parsed, Value::from(serde_json::from_str::<serde_json::Value>(text).unwrap()), "{text}");
            documents.give_back(parsed);
        }
    }

    #[test]
    fn what_has_to_be_mended_leaves_nothing_behind() {
        let mut documents = Documents::default();
        documents.give_back(Value::from(json!({"a": {"b": [1, 2, 3]}, "c": "text", "d": null})));
        for text in ["{\"a\":1}\n{\"b\":2}", r#"{"a":"\ud83d"}"#, r#"{"a":NaN}"#, "[1]", "\"x\"", "1"] {
            let parsed = documents.parse(text).unwrap();
            assert_eq!(parsed, parse(text).unwrap(), "{text}");
            documents.give_back(parsed);
        }
        assert!(documents.parse("{").is_err());
    }

    #[test]
    fn places_are_found_or_not_there() {
        let document = Value::from(json!({"choices": [{"usage": {"total": 3}}], "": 1}));
        assert_eq!(document.pointer("/choices/0/usage/total").and_then(Value::as_u64), Some(3));
        for nowhere in ["/choices/1", "/choices/x", "/choices/0/usage/total/0", "/none"] {
            assert_eq!(document.pointer(nowhere), None, "{nowhere}");
        }
        assert_eq!(document.pointer(""), Some(&document));
    }

    proptest! {
        #[test]
        fn nothing_is_left_of_the_document_before(all in prop::collection::vec(any_json(), 1..6)) {
            let mut documents = Documents::default();
            for document in all {
                let parsed = documents.parse(&document.to_string()).unwrap();
                prop_assert_eq!(&parsed, &Value::from(document.clone()));
                prop_assert_eq!(serde_json::Value::from(&parsed), document.clone());
                prop_assert_eq!(parse(&parsed.to_string()).unwrap(), parsed.clone());
                documents.give_back(parsed);
            }
        }
    }
}
