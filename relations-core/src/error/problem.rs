//! What is wrong with a filter or with data: each thing with its place, all of them together.

use crate::error::{Error, ErrorKind};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::fmt;

/// One thing that is wrong with a run-time filter or with JSON data, from [`Error::problems`].
///
/// It serialises as `{"path", "code", "message", "allowed"}`, for the details of an HTTP response.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::ProblemCode;
/// let error = CustomerRepository::new(&db).find_with(r#"{"where": {"nmae": "Freya"}}"#).await.unwrap_err();
/// let problem = &error.problems()[0];
/// assert_eq!((problem.path(), problem.code()), ("where.nmae", ProblemCode::UnknownProperty));
/// assert_eq!(problem.allowed()[0], "name"); // the closest first
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub(crate) path: String,
    pub(crate) code: ProblemCode,
    pub(crate) message: String,
    pub(crate) allowed: Vec<String>,
}

/// The kind of a [`Problem`].
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::ProblemCode;
/// let filter = r#"{"limit": -1, "include": ["invoices"]}"#;
/// let error = CustomerRepository::new(&db).find_with(filter).await.unwrap_err();
/// let codes: Vec<ProblemCode> = error.problems().iter().map(|problem| problem.code()).collect();
/// assert_eq!(codes, [ProblemCode::InvalidValue, ProblemCode::UnknownRelation]);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemCode {
    /// The text is not JSON, or not a query string.
    Syntax,
    /// A key, a property or a relation is given twice.
    Duplicate,
    /// A filter has no such part.
    UnknownKey,
    /// The model has no such property.
    UnknownProperty,
    /// The model has no such relation, or it may not be included.
    UnknownRelation,
    /// There is no such operator, or not for this property.
    UnknownOperator,
    /// The value is of another type than is needed here.
    WrongType,
    /// The value is of the right type, and still cannot be taken.
    InvalidValue,
    /// The filter asks for more than its [`Budget`](crate::Budget) allows.
    OverBudget,
    /// What is given has no place here.
    NotAllowed,
    /// A required property is missing.
    Missing,
    /// The data names a relation. Its rows are written through the repository of the relation.
    NavigationalProperty,
    /// Data contradicts the key that a relation imposes.
    ConstraintMismatch,
}

impl ProblemCode {
    /// The code as a word, such as `unknown_property`.
    pub fn as_str(self) -> &'static str {
        match self {
            ProblemCode::Syntax => "syntax",
            ProblemCode::Duplicate => "duplicate",
            ProblemCode::UnknownKey => "unknown_key",
            ProblemCode::UnknownProperty => "unknown_property",
            ProblemCode::UnknownRelation => "unknown_relation",
            ProblemCode::UnknownOperator => "unknown_operator",
            ProblemCode::WrongType => "wrong_type",
            ProblemCode::InvalidValue => "invalid_value",
            ProblemCode::OverBudget => "over_budget",
            ProblemCode::NotAllowed => "not_allowed",
            ProblemCode::Missing => "missing",
            ProblemCode::NavigationalProperty => "navigational_property",
            ProblemCode::ConstraintMismatch => "constraint_mismatch",
        }
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Problem {
    /// Where it is, such as `include[0].scope.where.nmae`; empty for the whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its kind.
    pub fn code(&self) -> ProblemCode {
        self.code
    }

    /// What is wrong, without the path.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The names that are allowed there, the closest first; empty if the problem is not a name.
    pub fn allowed(&self) -> &[String] {
        &self.allowed
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        match self.allowed.as_slice() {
            [] => Ok(()),
            [only] => write!(f, "; expected `{only}`"),
            names => write!(f, "; expected one of `{}`", names.join("`, `")),
        }
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut problem = serializer.serialize_struct("Problem", 4)?;
        problem.serialize_field("path", &self.path)?;
        problem.serialize_field("code", self.code.as_str())?;
        problem.serialize_field("message", &self.message)?;
        problem.serialize_field("allowed", &self.allowed)?;
        problem.end()
    }
}

/// The number that is listed at most; a text that has more is not worth a longer answer.
const MOST: usize = 50;

/// The longest piece of foreign text that a message repeats, in characters.
const LONGEST: usize = 40;

/// A step of a path.
#[cfg_attr(not(feature = "serde_json"), allow(dead_code))] // Only columns of JSON have problems within a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Key(String),
    Item(usize),
}

/// Collects problems, and knows where it is.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    path: String,
    list: Vec<Problem>,
    unlisted: usize,
}

impl Problems {
    /// Goes to a key of the current place; [`leave`](Problems::leave) takes what this gives.
    pub(crate) fn enter_key(&mut self, key: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(&shortened(key));
        length
    }

    /// Goes to an item of the current place; [`leave`](Problems::leave) takes what this gives.
    pub(crate) fn enter_item(&mut self, item: usize) -> usize {
        let length = self.path.len();
        self.path.push_str(&format!("[{item}]"));
        length
    }

    /// Goes back.
    pub(crate) fn leave(&mut self, place: usize) {
        self.path.truncate(place);
    }

    /// Goes to a key of the current place, and comes back.
    pub(crate) fn at_key<T>(&mut self, key: &str, inner: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.enter_key(key);
        let result = inner(self);
        self.leave(place);
        result
    }

    /// Goes to an item of the current place, and comes back.
    pub(crate) fn at_item<T>(&mut self, item: usize, inner: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.enter_item(item);
        let result = inner(self);
        self.leave(place);
        result
    }

    /// Goes through several keys and items, and comes back.
    pub(crate) fn at_steps<T>(&mut self, steps: &[Step], inner: impl FnOnce(&mut Self) -> T) -> T {
        let place = self.path.len();
        for step in steps {
            match step {
                Step::Key(key) => self.enter_key(key),
                Step::Item(item) => self.enter_item(*item),
            };
        }
        let result = inner(self);
        self.leave(place);
        result
    }

    /// Notes a problem of the current place.
    pub(crate) fn add(&mut self, code: ProblemCode, message: impl Into<String>) {
        self.expected(code, message, std::iter::empty::<&str>(), "");
    }

    /// Notes a problem with a name, and the names there are.
    pub(crate) fn expected<'n>(
        &mut self,
        code: ProblemCode,
        message: impl Into<String>,
        allowed: impl IntoIterator<Item = &'n str>,
        given: &str,
    ) {
        if self.list.len() == MOST {
            self.unlisted += 1;
            return;
        }
        let mut allowed: Vec<String> = allowed.into_iter().map(str::to_owned).collect();
        let given: Vec<char> = given.chars().take(LONGEST).collect();
        allowed.sort_by_cached_key(|name| distance(&given, name));
        self.list.push(Problem {
            path: self.path.clone(),
            code,
            message: message.into(),
            allowed,
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether there is nothing but problems of this kind.
    pub(crate) fn are_all(&self, code: ProblemCode) -> bool {
        self.unlisted == 0 && self.list.iter().all(|problem| problem.code == code)
    }

    /// What was made, unless there were problems. `what` is "the filter of `Customer`".
    pub(crate) fn finish<T>(
        self,
        made: T,
        kind: ErrorKind,
        what: impl fmt::Display,
    ) -> Result<T, Error> {
        if self.is_empty() {
            return Ok(made);
        }
        let mut message = format!("{what} is invalid");
        let is_single = self.list.len() == 1;
        for problem in &self.list {
            let before = if is_single { ": " } else { "\n  " };
            message.push_str(&format!("{before}{problem}"));
        }
        if self.unlisted > 0 {
            message.push_str(&format!("\n  and {} more", self.unlisted));
        }
        Err(Error::new(kind, message).with_problems(self.list))
    }
}

/// A foreign text as far as a message repeats it.
pub(crate) fn shortened(text: &str) -> String {
    let clean = |character: char| match character {
        character if character.is_control() => '\u{fffd}',
        character => character,
    };
    let mut short: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

/// How many characters must be added, taken away or exchanged to make one name of the other.
fn distance(given: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=given.len()).collect();
    for (at, character) in name.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (column, other) in given.iter().enumerate() {
            let is_same = other.eq_ignore_ascii_case(&character);
            let exchanged = diagonal + usize::from(!is_same);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[given.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_has_its_path_and_the_closest_name_first() {
        let mut problems = Problems::default();
        problems.at_key("include", |problems| {
            problems.at_item(0, |problems| {
                problems.at_key("nmae", |problems| {
                    let names = ["id", "balance", "name"];
                    problems.expected(ProblemCode::UnknownProperty, "no", names, "nmae");
                });
            });
        });
        let error = problems
            .finish((), ErrorKind::InvalidFilter, "the filter")
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the filter is invalid: include[0].nmae: no; expected one of `name`, `id`, `balance`"
        );
        assert_eq!(error.problems()[0].allowed(), ["name", "id", "balance"]);
    }

    #[test]
    fn many_problems_are_counted() {
        let mut problems = Problems::default();
        for _ in 0..60 {
            problems.add(ProblemCode::WrongType, "wrong");
        }
        let error = problems
            .finish((), ErrorKind::InvalidFilter, "the filter")
            .unwrap_err();
        assert_eq!(error.problems().len(), 50);
        assert!(error.to_string().ends_with("and 10 more"), "{error}");
    }
}
