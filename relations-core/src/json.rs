//! JSON as it was written: keys in their order, also those given twice, and numbers with all their digits.

mod column;
mod convert;
mod number;

#[cfg(feature = "serde_json")]
use crate::error::Step;
use crate::error::{ProblemCode, Problems, shortened};
#[cfg(feature = "serde_json")]
pub use column::json_from_text;
pub use column::list_from_json;
pub(crate) use convert::{Misfit, from_value, from_value_in, to_value, to_value_in};
pub(crate) use number::float;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JsonValue {
    Null,
    Bool(bool),
    Int(i128),
    /// A number of so few digits that the float stands for it alone, or one that came as a float.
    Float(f64),
    /// Any other number, as it was written.
    Digits(String),
    Text(String),
    List(Vec<JsonValue>),
    Map(Vec<(String, JsonValue)>),
}

/// Values are nested so deeply at most. What reads them goes as deep, so that no text can exhaust the stack. The deepest
/// filter that a budget allows takes about 80 levels.
pub(crate) const DEEPEST: usize = 96;

/// What a parser says of a text that nests more deeply.
pub(crate) const TOO_DEEP: &str = "it is nested too deeply";

impl JsonValue {
    pub(crate) fn from_json(text: &str) -> Result<JsonValue, String> {
        let (short, long) = number::without_long(text);
        let mut deserializer = serde_json::Deserializer::from_str(&short);
        let term = Seed(DEEPEST).deserialize(&mut deserializer);
        let term = term.and_then(|term| deserializer.end().map(|()| term));
        let mut term = term.map_err(|error| error.to_string())?;
        number::put_back(&mut term, &long);
        Ok(term)
    }

    /// From a value that is there already. It may be nested as deeply as it likes.
    pub(crate) fn from_value(value: serde_json::Value) -> Result<JsonValue, String> {
        let term = Seed(DEEPEST).deserialize(value);
        term.map_err(|error| error.to_string())
    }

    /// "a list", for messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            JsonValue::Null => "null".into(),
            JsonValue::Bool(value) => format!("`{value}`"),
            JsonValue::Int(value) => format!("`{value}`"),
            // As serde_json writes it: 1e20, not a hundred trillions.
            JsonValue::Float(value) => format!("`{value:?}`"),
            JsonValue::Digits(written) => format!("`{}`", shortened(written)),
            JsonValue::Text(text) => format!("\"{}\"", shortened(text)),
            JsonValue::List(_) => "a list".into(),
            JsonValue::Map(_) => "an object".into(),
        }
    }

    /// A key that some object in it has twice.
    #[cfg(feature = "serde_json")]
    pub(crate) fn repeated_key(&self) -> Option<&str> {
        match self {
            JsonValue::List(terms) => terms.iter().find_map(JsonValue::repeated_key),
            JsonValue::Map(entries) => {
                let mut seen = HashSet::with_capacity(entries.len());
                let twice = entries.iter().find(|(key, _)| !seen.insert(key.as_str()));
                let inner = || entries.iter().find_map(|(_, term)| term.repeated_key());
                twice.map(|(key, _)| key.as_str()).or_else(inner)
            }
            _ => None,
        }
    }

    /// A number that serde_json would round, and where it stands.
    #[cfg(feature = "serde_json")]
    pub(crate) fn long_number(&self) -> Option<(Vec<Step>, String)> {
        let within = |step: Step, term: &JsonValue| {
            let (mut steps, written) = term.long_number()?;
            steps.insert(0, step);
            Some((steps, written))
        };
        match self {
            JsonValue::List(terms) => {
                let mut terms = terms.iter().enumerate();
                terms.find_map(|(at, term)| within(Step::Item(at), term))
            }
            JsonValue::Map(entries) => {
                let mut entries = entries.iter();
                entries.find_map(|(key, term)| within(Step::Key(key.clone()), term))
            }
            JsonValue::Int(number) if self.clone().into_json().is_none() => {
                Some((Vec::new(), number.to_string()))
            }
            JsonValue::Digits(written) if self.clone().into_json().is_none() => {
                Some((Vec::new(), written.clone()))
            }
            _ => None,
        }
    }

    /// The same as a value of serde_json; none where that has no such number.
    pub(crate) fn into_json(self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match self {
            JsonValue::Null => Value::Null,
            JsonValue::Bool(value) => Value::Bool(value),
            JsonValue::Int(value) => match serde_json::Number::from_i128(value) {
                Some(value) => Value::Number(value),
                None => long_number(&value.to_string())?,
            },
            JsonValue::Float(value) => Value::Number(serde_json::Number::from_f64(value)?),
            JsonValue::Digits(written) => long_number(&written)?,
            JsonValue::Text(text) => Value::String(text),
            JsonValue::List(terms) => {
                let values = terms.into_iter().map(JsonValue::into_json);
                Value::Array(values.collect::<Option<_>>()?)
            }
            JsonValue::Map(entries) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(key, term)| Some((key, term.into_json()?)));
                Value::Object(entries.collect::<Option<_>>()?)
            }
        })
    }
}

/// Notes the keys that are given twice.
pub(crate) fn check_keys(entries: &[(String, JsonValue)], problems: &mut Problems) {
    let mut seen = HashSet::with_capacity(entries.len());
    for (key, _) in entries {
        if !seen.insert(key.as_str()) {
            problems.at_key(key, |problems| {
                let message = format!("`{}` is given twice", shortened(key));
                problems.add(ProblemCode::Duplicate, message);
            });
        }
    }
}

/// Notes them at every depth.
pub(crate) fn check_all_keys(term: &JsonValue, problems: &mut Problems) {
    match term {
        JsonValue::List(terms) => {
            for (at, term) in terms.iter().enumerate() {
                problems.at_item(at, |problems| check_all_keys(term, problems));
            }
        }
        JsonValue::Map(entries) => {
            check_keys(entries, problems);
            for (key, term) in entries {
                problems.at_key(key, |problems| check_all_keys(term, problems));
            }
        }
        _ => {}
    }
}

/// A number of more digits than 64 bits have, as serde_json has it here; none where it would be another number.
fn long_number(written: &str) -> Option<serde_json::Value> {
    match *KEEPS_DIGITS {
        true => serde_json::from_str(written).ok(),
        false => number::float(written).map(serde_json::Value::from),
    }
}

/// How serde_json hands over a number where some crate of the program turned its `arbitrary_precision` on.
const NUMBER: &str = "$serde_json::private::Number";

/// Whether it did.
static KEEPS_DIGITS: LazyLock<bool> = LazyLock::new(|| {
    let number = serde_json::from_str::<serde_json::Value>("0.10");
    number.is_ok_and(|number| number.to_string().ends_with('0'))
});

/// Reads a term that is nested so deeply at most.
struct Seed(usize);

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = JsonValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonValue, D::Error> {
        match self.0.checked_sub(1) {
            Some(depth) => deserializer.deserialize_any(Seed(depth)),
            None => Err(D::Error::custom(TOO_DEEP)),
        }
    }
}

impl<'de> serde::Deserialize<'de> for JsonValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonValue, D::Error> {
        Seed(DEEPEST).deserialize(deserializer)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = JsonValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<JsonValue, E> {
        Ok(JsonValue::Null)
    }

    fn visit_none<E>(self) -> Result<JsonValue, E> {
        Ok(JsonValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<JsonValue, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<JsonValue, E> {
        Ok(JsonValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<JsonValue, E> {
        Ok(JsonValue::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<JsonValue, E> {
        Ok(JsonValue::Int(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<JsonValue, E> {
        Ok(JsonValue::Int(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsonValue, E> {
        Ok(JsonValue::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<JsonValue, E> {
        Ok(JsonValue::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<JsonValue, E> {
        Ok(JsonValue::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<JsonValue, A::Error> {
        let mut terms = Vec::new();
        while let Some(term) = list.next_element_seed(Seed(self.0))? {
            terms.push(term);
        }
        Ok(JsonValue::List(terms))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == NUMBER && entries.is_empty() && *KEEPS_DIGITS {
                let text: String = map.next_value()?;
                return Ok(number::number(&text));
            }
            entries.push((key, map.next_value_seed(Seed(self.0))?));
        }
        Ok(JsonValue::Map(entries))
    }
}

impl Serialize for JsonValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            JsonValue::Null => serializer.serialize_unit(),
            JsonValue::Bool(value) => serializer.serialize_bool(*value),
            JsonValue::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_i128(*value),
            },
            JsonValue::Float(value) => serializer.serialize_f64(*value),
            JsonValue::Digits(written) => match number::float(written) {
                Some(value) => serializer.serialize_f64(value),
                None => Err(S::Error::custom(format!(
                    "{written} has more digits than a float holds"
                ))),
            },
            JsonValue::Text(text) => serializer.serialize_str(text),
            JsonValue::List(terms) => serializer.collect_seq(terms),
            JsonValue::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, term) in entries {
                    map.serialize_entry(key, term)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_given_twice_and_large_integers_are_kept() {
        let term = JsonValue::from_json(r#"{"a": 18446744073709551615, "a": [null, 1.5]}"#);
        let list = JsonValue::List(vec![JsonValue::Null, JsonValue::Float(1.5)]);
        let entries = vec![
            ("a".to_owned(), JsonValue::Int(u64::MAX.into())),
            ("a".to_owned(), list),
        ];
        assert_eq!(term, Ok(JsonValue::Map(entries)));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(JsonValue::from_json(&deep(DEEPEST)).is_ok());
        assert!(JsonValue::from_json(&deep(DEEPEST + 1)).is_err());
        assert!(JsonValue::from_json(&deep(1_000_000)).is_err());
        let mut value = serde_json::Value::Null;
        for _ in 0..DEEPEST {
            value = serde_json::Value::Array(vec![value]);
        }
        assert_eq!(JsonValue::from_value(value), Err(TOO_DEEP.to_owned()));
    }

    #[test]
    fn text_after_the_value_is_refused() {
        assert!(JsonValue::from_json("{} {}").is_err());
        assert!(JsonValue::from_json("").is_err());
    }
}
