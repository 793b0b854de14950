//! JSON as it was written: keys in their order, also those given twice, and integers of any column type exactly.

mod convert;
use crate::error::{ProblemCode, Problems, shortened};
pub(crate) use convert::{Misfit, from_value, to_value};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Term {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Term>),
    Map(Vec<(String, Term)>),
}

/// Values are nested so deeply at most. What reads them goes as deep, so that no text can exhaust the stack. The deepest
/// filter that a budget allows takes about 80 levels.
pub(crate) const DEEPEST: usize = 96;

/// What a parser says of a text that nests more deeply.
pub(crate) const TOO_DEEP: &str = "it is nested too deeply";

impl Term {
    pub(crate) fn from_json(text: &str) -> Result<Term, String> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let term = Seed(DEEPEST).deserialize(&mut deserializer);
        let term = term.and_then(|term| deserializer.end().map(|()| term));
        term.map_err(|error| error.to_string())
    }

    /// From a value that is there already. It may be nested as deeply as it likes.
    pub(crate) fn from_value(value: serde_json::Value) -> Result<Term, String> {
        let term = Seed(DEEPEST).deserialize(value);
        term.map_err(|error| error.to_string())
    }

    /// "a list", for messages.
    pub(crate) fn describe(&self) -> String {
        match self {
            Term::Null => "null".into(),
            Term::Bool(value) => format!("`{value}`"),
            Term::Int(value) => format!("`{value}`"),
            Term::Float(value) => format!("`{value}`"),
            Term::Text(text) => format!("\"{}\"", shortened(text)),
            Term::List(_) => "a list".into(),
            Term::Map(_) => "an object".into(),
        }
    }

    /// A key that some object in it has twice.
    #[cfg(feature = "serde_json")]
    pub(crate) fn repeated_key(&self) -> Option<&str> {
        match self {
            Term::List(terms) => terms.iter().find_map(Term::repeated_key),
            Term::Map(entries) => {
                let mut seen = HashSet::with_capacity(entries.len());
                let twice = entries.iter().find(|(key, _)| !seen.insert(key.as_str()));
                let inner = || entries.iter().find_map(|(_, term)| term.repeated_key());
                twice.map(|(key, _)| key.as_str()).or_else(inner)
            }
            _ => None,
        }
    }

    /// The same as a value of serde_json; none where that has no such number.
    pub(crate) fn into_json(self) -> Option<serde_json::Value> {
        use serde_json::Value;
        Some(match self {
            Term::Null => Value::Null,
            Term::Bool(value) => Value::Bool(value),
            Term::Int(value) => Value::Number(serde_json::Number::from_i128(value)?),
            Term::Float(value) => Value::Number(serde_json::Number::from_f64(value)?),
            Term::Text(text) => Value::String(text),
            Term::List(terms) => {
                let values = terms.into_iter().map(Term::into_json);
                Value::Array(values.collect::<Option<_>>()?)
            }
            Term::Map(entries) => {
                let entries = entries.into_iter();
                let entries = entries.map(|(key, term)| Some((key, term.into_json()?)));
                Value::Object(entries.collect::<Option<_>>()?)
            }
        })
    }
}

/// Notes the keys that are given twice.
pub(crate) fn check_keys(entries: &[(String, Term)], problems: &mut Problems) {
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
pub(crate) fn check_all_keys(term: &Term, problems: &mut Problems) {
    match term {
        Term::List(terms) => {
            for (at, term) in terms.iter().enumerate() {
                problems.at_item(at, |problems| check_all_keys(term, problems));
            }
        }
        Term::Map(entries) => {
            check_keys(entries, problems);
            for (key, term) in entries {
                problems.at_key(key, |problems| check_all_keys(term, problems));
            }
        }
        _ => {}
    }
}

fn number_term(text: &str) -> Result<Term, String> {
    if let Ok(number) = text.parse() {
        return Ok(Term::Int(number));
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Term::Float(number)),
        _ => Err("number out of range".into()),
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
    type Value = Term;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Term, D::Error> {
        match self.0.checked_sub(1) {
            Some(depth) => deserializer.deserialize_any(Seed(depth)),
            None => Err(D::Error::custom(TOO_DEEP)),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Term, D::Error> {
        Seed(DEEPEST).deserialize(deserializer)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Term;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Term, E> {
        Ok(Term::Null)
    }

    fn visit_none<E>(self) -> Result<Term, E> {
        Ok(Term::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Term, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Term, E> {
        Ok(Term::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Term, E> {
        Ok(Term::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Term, E> {
        Ok(Term::Int(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Term, E> {
        Ok(Term::Int(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Term, E> {
        Ok(Term::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Term, E> {
        Ok(Term::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Term, E> {
        Ok(Term::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Term, A::Error> {
        let mut terms = Vec::new();
        while let Some(term) = list.next_element_seed(Seed(self.0))? {
            terms.push(term);
        }
        Ok(Term::List(terms))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Term, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == NUMBER && entries.is_empty() && *KEEPS_DIGITS {
                let text: String = map.next_value()?;
                return number_term(&text).map_err(A::Error::custom);
            }
            entries.push((key, map.next_value_seed(Seed(self.0))?));
        }
        Ok(Term::Map(entries))
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Term::Null => serializer.serialize_unit(),
            Term::Bool(value) => serializer.serialize_bool(*value),
            Term::Int(value) => match (i64::try_from(*value), u64::try_from(*value)) {
                (Ok(value), _) => serializer.serialize_i64(value),
                (_, Ok(value)) => serializer.serialize_u64(value),
                _ => serializer.serialize_i128(*value),
            },
            Term::Float(value) => serializer.serialize_f64(*value),
            Term::Text(text) => serializer.serialize_str(text),
            Term::List(terms) => serializer.collect_seq(terms),
            Term::Map(entries) => {
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
        let term = Term::from_json(r#"{"a": 18446744073709551615, "a": [null, 1.5]}"#);
        let list = Term::List(vec![Term::Null, Term::Float(1.5)]);
        let entries = vec![
            ("a".to_owned(), Term::Int(u64::MAX.into())),
            ("a".to_owned(), list),
        ];
        assert_eq!(term, Ok(Term::Map(entries)));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(Term::from_json(&deep(DEEPEST)).is_ok());
        assert!(Term::from_json(&deep(DEEPEST + 1)).is_err());
        assert!(Term::from_json(&deep(1_000_000)).is_err());
        let mut value = serde_json::Value::Null;
        for _ in 0..DEEPEST {
            value = serde_json::Value::Array(vec![value]);
        }
        assert_eq!(Term::from_value(value), Err(TOO_DEEP.to_owned()));
    }

    #[test]
    fn text_after_the_value_is_refused() {
        assert!(Term::from_json("{} {}").is_err());
        assert!(Term::from_json("").is_err());
    }
}
