//! What is asked of values inside columns of JSON.

use crate::query::condition::Operator;
use crate::query::pattern::Pattern;
use crate::value::Value;

/// What is asked of the value at a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PathTest {
    /// A text, a number or a truth value.
    Compare(Operator, Value),
    Like(Pattern),
    IsNull {
        negated: bool,
    },
}

/// What a value at a path is compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Text,
    Bool,
    Int,
    Float,
}

impl Scalar {
    /// Of a value that a path is compared with.
    pub(crate) fn of(value: &Value) -> Scalar {
        match value {
            Value::Bool(_) => Scalar::Bool,
            Value::Int(_) => Scalar::Int,
            Value::Float(_) => Scalar::Float,
            _ => Scalar::Text,
        }
    }
}

/// The parts of a path, or why it is none.
pub(crate) fn parts(path: &str) -> Result<Vec<PathPart<'_>>, &'static str> {
    const LONGEST: usize = 500;
    if path.len() > LONGEST {
        return Err("a path has at most 500 bytes");
    }
    path.split('.').map(PathPart::new).collect()
}

/// A key of an object, or a position in a list.
pub(crate) enum PathPart<'p> {
    Key(&'p str),
    Position(u32),
}

impl<'p> PathPart<'p> {
    fn new(part: &'p str) -> Result<PathPart<'p>, &'static str> {
        if part.is_empty() {
            return Err("a part of the path is empty");
        }
        // The databases differ in how they read such keys.
        if part.contains(|sign: char| matches!(sign, '"' | '\\' | '\'') || sign.is_control()) {
            return Err("a part of the path has a quote, a backslash or a control character");
        }
        // MariaDB finds nothing by it, whatever its quotes.
        if part.starts_with('-') {
            return Err("a part of the path begins with a hyphen, by which MariaDB finds nothing");
        }
        if !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return Ok(PathPart::Key(part));
        }
        match part.parse::<u32>() {
            Ok(position) if position <= i32::MAX as u32 => Ok(PathPart::Position(position)),
            _ => Err("a position of the path is too large"),
        }
    }
}
