//! Reading filters under your own limits, and what repositories take for a filter.

use crate::error::{ErrorKind, ProblemCode, Problems, Result};
use crate::filter::budget::Budget;
use crate::filter::read::Reader;
use crate::filter::{Filter, Parts, Where, query_string};
use crate::json::JsonValue;
use crate::model::{Model, ModelMetadata};
use crate::query::{Condition, Predicate};
use crate::resolver::{Allowed, InclusionResolvers};

/// Reads filters, and bounds how much they may ask for.
///
/// [`repository.filter_reader()`](crate::Repository::filter_reader) gives one that also knows which relations may be included
/// on its connection, and the names of registered resolvers.
///
/// # Examples
/// ```
/// # use relations_derive::Model;
/// # use relations_core::{Budget, Filter, FilterReader, Result};
/// # #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # fn main() -> Result<()> {
/// let reader = FilterReader::new().budget(Budget::default().limit(100));
/// let filter: Filter<Customer> = reader.query("filter[where][name]=Thor")?;
/// assert_eq!(filter, Filter::new().limit(100).filter(Customer::NAME.eq("Thor")));
/// assert!(reader.json::<Customer>(r#"{"limit": 1000}"#).is_err());
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct FilterReader {
    budget: Budget,
    allowed: Allowed,
}

impl FilterReader {
    /// A reader with the default budget. All declared relations may be included, except those with `include = false`.
    pub fn new() -> Self {
        FilterReader::default()
    }

    /// A reader that knows which relations may be included.
    pub(crate) fn allowing(resolvers: &InclusionResolvers) -> Self {
        FilterReader {
            budget: Budget::default(),
            allowed: resolvers.allowed(),
        }
    }

    /// How much a filter may ask for.
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Reads a filter from JSON text.
    ///
    /// # Errors
    /// `InvalidFilter`, with all that is wrong in [`Error::problems`](crate::Error::problems).
    pub fn json<M: Model>(&self, text: &str) -> Result<Filter<M>> {
        self.filter(&self.parsed::<M>(text, "filter")?)
    }

    /// Reads a filter from JSON.
    ///
    /// # Errors
    /// Those of [`json`](FilterReader::json).
    pub fn value<M: Model>(&self, value: serde_json::Value) -> Result<Filter<M>> {
        self.filter(&converted::<M>(value, "filter")?)
    }

    /// Reads a filter from the parameters `filter` of a query string; see [`Filter::from_query`].
    ///
    /// # Errors
    /// Those of [`json`](FilterReader::json).
    pub fn query<M: Model>(&self, query: &str) -> Result<Filter<M>> {
        self.filter(&self.of_query(M::metadata(), query, "filter")?)
    }

    /// Reads a `where` from JSON text.
    ///
    /// # Errors
    /// Those of [`json`](FilterReader::json).
    pub fn where_json<M: Model>(&self, text: &str) -> Result<Where<M>> {
        self.rows(&self.parsed::<M>(text, "where")?)
    }

    /// Reads a `where` from JSON.
    ///
    /// # Errors
    /// Those of [`json`](FilterReader::json).
    pub fn where_value<M: Model>(&self, value: serde_json::Value) -> Result<Where<M>> {
        self.rows(&converted::<M>(value, "where")?)
    }

    /// Reads a `where` from the parameters `where` of a query string.
    ///
    /// # Errors
    /// Those of [`json`](FilterReader::json).
    pub fn where_query<M: Model>(&self, query: &str) -> Result<Where<M>> {
        self.rows(&self.of_query(M::metadata(), query, "where")?)
    }

    pub(super) fn filter<M: Model>(&self, term: &JsonValue) -> Result<Filter<M>> {
        let (parts, _) = self.parts(M::metadata(), term)?;
        Ok(Filter::from_parts(parts))
    }

    /// The parts, and whether they have a limit of their own.
    fn parts(&self, model: &'static ModelMetadata, term: &JsonValue) -> Result<(Parts, bool)> {
        let mut reader = Reader::new(&self.budget, &self.allowed);
        let mut parts = reader.parts(term, model, 0);
        let is_limited = parts.limit.is_some();
        parts.limit = parts.limit.or(self.budget.limit);
        finish(model, reader.problems, (parts, is_limited), "filter")
    }

    pub(super) fn rows<M: Model>(&self, term: &JsonValue) -> Result<Where<M>> {
        self.condition(M::metadata(), term).map(Where::new)
    }

    fn condition(
        &self,
        model: &'static ModelMetadata,
        term: &JsonValue,
    ) -> Result<Option<Condition>> {
        let mut reader = Reader::new(&self.budget, &self.allowed);
        let condition = reader.condition(term, model, 0);
        finish(model, reader.problems, condition, "where")
    }

    /// The filter of a query string, of a model that is known by its metadata only; and whether it has a limit.
    pub(crate) fn parts_of_query(
        &self,
        model: &'static ModelMetadata,
        query: &str,
    ) -> Result<(Parts, bool)> {
        self.parts(model, &self.of_query(model, query, "filter")?)
    }

    /// The `where` of a query string; nothing where it gives none.
    pub(crate) fn condition_of_query(
        &self,
        model: &'static ModelMetadata,
        query: &str,
    ) -> Result<Option<Condition>> {
        self.condition(model, &self.of_query(model, query, "where")?)
    }

    fn parsed<M: Model>(&self, text: &str, what: &str) -> Result<JsonValue> {
        let mut problems = Problems::default();
        self.check_length(text, &mut problems);
        if problems.is_empty() {
            match JsonValue::from_json(text) {
                Ok(term) => return Ok(term),
                Err(why) => problems.add(ProblemCode::Syntax, format!("it is not JSON: {why}")),
            }
        }
        finish(M::metadata(), problems, JsonValue::Null, what)
    }

    fn of_query(
        &self,
        model: &'static ModelMetadata,
        query: &str,
        what: &str,
    ) -> Result<JsonValue> {
        let mut problems = Problems::default();
        self.check_length(query, &mut problems);
        let mut term = None;
        if problems.is_empty() {
            term = query_string::read(query, what, &mut problems);
        }
        let term = term.unwrap_or(JsonValue::Map(Vec::new()));
        finish(model, problems, term, what)
    }

    fn check_length(&self, text: &str, problems: &mut Problems) {
        if text.len() > self.budget.text {
            let message = format!("at most {} bytes", self.budget.text);
            problems.add(ProblemCode::OverBudget, message);
        }
    }
}

fn converted<M: Model>(value: serde_json::Value, what: &str) -> Result<JsonValue> {
    let mut problems = Problems::default();
    match JsonValue::from_value(value) {
        Ok(term) => return Ok(term),
        Err(why) => problems.add(ProblemCode::OverBudget, why),
    }
    finish(M::metadata(), problems, JsonValue::Null, what)
}

fn finish<T>(model: &'static ModelMetadata, problems: Problems, made: T, what: &str) -> Result<T> {
    let what = format!("the {what} of `{}`", model.name);
    let finished = problems.finish(made, ErrorKind::InvalidFilter, &what);
    finished.map_err(|error| error.of_model(model.name))
}

/// What `find_with` and its like take: a [`Filter`] or a [`Where`], by value or by reference, a [`Predicate`], or JSON,
/// as text or as a `serde_json::Value`.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a filter of `{M}`",
    label = "expected a `Filter<{M}>`, a `Where<{M}>`, or JSON"
)]
pub trait IntoFilter<M: Model>: sealed::Sealed<M> {
    #[doc(hidden)]
    fn into_filter(self, reader: &FilterReader) -> Result<Filter<M>>;
}

/// Keeps others from implementing `IntoFilter`, so that it can grow.
mod sealed {
    pub trait Sealed<M> {}
}

macro_rules! into_filter {
    ($($ty:ty: |$this:ident, $reader:ident| $filter:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model> IntoFilter<M> for $ty {
            fn into_filter(self, $reader: &FilterReader) -> Result<Filter<M>> {
                let $this = self;
                $filter
            }
        }

        impl<M> sealed::Sealed<M> for $ty {}
    )* };
}

into_filter! {
    Filter<M>: |filter, _reader| Ok(filter);
    &Filter<M>: |filter, _reader| Ok(filter.clone());
    Where<M>: |rows, _reader| Ok(rows.into());
    &Where<M>: |rows, _reader| Ok(rows.clone().into());
    Predicate<M>: |predicate, _reader| Ok(Where::from(predicate).into());
    &str: |text, reader| reader.json(text);
    String: |text, reader| reader.json(&text);
    &String: |text, reader| reader.json(text);
    serde_json::Value: |value, reader| reader.value(value);
    &serde_json::Value: |value, reader| reader.value(value.clone());
}
