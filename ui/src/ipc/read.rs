//! Reads JSON into the contract's types with little code.
//!
//! serde's derives write one reader for a type and a source. With serde_json's own source each of them carries the
//! syntax of JSON, and a second way for structures written as arrays; over a hundred types these were a tenth of the
//! page. Here the text is parsed once into a [`Value`], and a type only picks what it needs out of that.

use std::fmt::{self, Display};
use std::vec;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Number, Value};

/// Reads a value out of JSON text.
///
/// # Errors
/// The text is no JSON, or does not fit the type; says where.
pub(super) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    T::deserialize(Source(parse(text)?))
}

/// Why a text could not be read, for a developer.
#[derive(Debug)]
pub(super) struct Unreadable(String);

impl Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    #[cold]
    #[inline(never)]
    fn custom<T: Display>(words: T) -> Self {
        Self(words.to_string())
    }
}

fn parse(text: &str) -> Result<Value, Unreadable> {
    serde_json::from_str(text).map_err(de::Error::custom)
}

/// A parsed value, as what serde's derives read from.
struct Source(Value);

// What does not depend on the type that is read stands here, once, and never in the readers.
impl Source {
    #[inline(never)]
    fn text(self) -> Result<String, Unreadable> {
        match self.0 {
            Value::String(text) => Ok(text),
            other => Err(Self(other).not("a string")),
        }
    }

    #[inline(never)]
    fn number(self) -> Result<Number, Unreadable> {
        match self.0 {
            Value::Number(number) => Ok(number),
            other => Err(Self(other).not("a number")),
        }
    }

    #[inline(never)]
    fn items(self) -> Result<Items, Unreadable> {
        match self.0 {
            Value::Array(items) => Ok(Items(items.into_iter())),
            other => Err(Self(other).not("a list")),
        }
    }

    #[inline(never)]
    fn fields(self) -> Result<Fields, Unreadable> {
        match self.0 {
            Value::Object(fields) => Ok(Fields::new(fields)),
            other => Err(Self(other).not("an object")),
        }
    }

    /// Says the kind of the value only: the value itself may be long, or nobody's business.
    #[cold]
    fn not(self, wanted: &str) -> Unreadable {
        let kind = match self.0 {
            Value::Null => "null",
            Value::Bool(_) => "a yes or no",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Unreadable(format!("{kind} is not {wanted}"))
    }
}

impl<'de> Deserializer<'de> for Source {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => visit_number(&number, visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields::new(fields)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            other => Err(Self(other).not("a yes or no")),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visit_number(&self.number()?, visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.items()?)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_map(self.fields()?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_map(visitor)
    }

    /// Only variants without content: in the contract, one with content names its variant in a field.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.text()?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i8 i16 i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct }
}

fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, Unreadable> {
    if let Some(value) = number.as_u64() {
        visitor.visit_u64(value)
    } else if let Some(value) = number.as_i64() {
        visitor.visit_i64(value)
    } else {
        visitor.visit_f64(number.as_f64().unwrap_or_default())
    }
}

/// The items of a list.
struct Items(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        self.0.next().map(|item| seed.deserialize(Source(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The fields of an object.
struct Fields {
    rest: <Map<String, Value> as IntoIterator>::IntoIter,
    /// Of the field whose name was asked for last.
    value: Value,
}

impl Fields {
    fn new(fields: Map<String, Value>) -> Self {
        Self { rest: fields.into_iter(), value: Value::Null }
    }

    #[inline(never)]
    fn next_name(&mut self) -> Option<Source> {
        let (name, value) = self.rest.next()?;
        self.value = value;
        Some(Source(Value::String(name)))
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        self.next_name().map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        seed.deserialize(Source(self.value.take()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hub_contract::conversation::MessageState;
    use hub_contract::run::{RunEvent, RunFrame};
    use hub_contract::settings::Preferences;
    use hub_contract::{ErrorCode, HubError};
    use serde::{Deserialize, Serialize};

    use super::*;

    /// One of everything that the contract's types are made of.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        name: Name,
        flag: bool,
        small: u8,
        signed: i32,
        large: u64,
        part: f64,
        absent: Option<String>,
        #[serde(default)]
        left_out: Vec<u32>,
        list: Vec<Shape>,
        pairs: Vec<(Kind, String)>,
        map: BTreeMap<Name, Value>,
        nothing: (),
    }

    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(transparent)]
    struct Name(String);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        RoundOne,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Shape {
        Dot,
        Box { width: u32, deep: Option<f64> },
    }

    fn sample() -> Sample {
        Sample {
            name: Name("\u{e9} \"\n\u{1f600}".to_owned()),
            flag: true,
            small: 255,
            signed: -7,
            large: u64::MAX,
            part: 0.1,
            absent: None,
            left_out: Vec::new(),
            list: vec![Shape::Dot, Shape::Box { width: 3, deep: Some(2.0) }],
            pairs: vec![(Kind::RoundOne, "a".to_owned())],
            map: BTreeMap::from([(Name("k".to_owned()), serde_json::json!([1, -1, 1.5, "x", null, { "y": false }]))]),
            nothing: (),
        }
    }

    #[test]
    fn whatever_the_contract_is_made_of_is_read_as_it_was_written() {
        let text = serde_json::to_string(&sample()).unwrap();
        assert_eq!(from_str::<Sample>(&text).unwrap(), sample());
        let text = text.replace("\"left_out\":[],", "\"later_version\":{\"a\":[1]},");
        assert_eq!(from_str::<Sample>(&text).unwrap(), sample(), "a field may be missing, another unknown");
    }

    #[test]
    fn the_contracts_own_types_are_read() {
        let frame: RunFrame = from_str(r#"{"run":"r","seq":3,"event":{"type":"text","delta":"hello"}}"#).unwrap();
        assert!(matches!(frame.event, RunEvent::Text { delta, .. } if delta == "hello"));
        assert!(matches!(from_str(r#"{"state":"streaming"}"#).unwrap(), MessageState::Streaming));
        let preferences = Preferences::default();
        assert_eq!(from_str::<Preferences>(&serde_json::to_string(&preferences).unwrap()).unwrap(), preferences);
        let error = HubError::new(ErrorCode::BadCredential, "no").field("api_key");
        assert_eq!(from_str::<HubError>(&serde_json::to_string(&error).unwrap()).unwrap(), error);
        from_str::<()>("null").unwrap();
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_repeated() {
        let words = |text: &str| from_str::<Name>(text).unwrap_err().to_string();
        assert_eq!(words("{\"secret\":1}"), "an object is not a string");
        assert!(from_str::<Vec<u8>>("[1, 256]").is_err(), "256 is no u8");
        assert!(from_str::<u32>("-1").is_err());
        assert!(from_str::<u32>("1.5").is_err());
        assert!(from_str::<Kind>("\"square\"").is_err());
        assert!(from_str::<Shape>(r#"{"type":"box"}"#).unwrap_err().to_string().contains("width"));
        assert!(from_str::<bool>("tru").is_err());
        assert!(from_str::<Vec<u8>>("null").is_err());
    }
}
