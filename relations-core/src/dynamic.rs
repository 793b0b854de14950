//! Repositories of models that are known by their metadata only: for routes, tools, and whatever else is told at run time what to
//! read and write.

mod blocks;
mod body;
mod key;
mod rows;
mod target;
mod write;
use crate::driver::Connection;
use crate::error::{Error, ErrorKind, ProblemCode, Problems, Result};
pub use crate::filter::Guards;
use crate::filter::{FilterReader, Parts};
use crate::model::{ModelMetadata, RelationMetadata};
use crate::query::{Condition, fields_equal};
use crate::value::Value;
pub use blocks::DynamicBlocks;
pub use body::DynamicBody;
pub use key::DynamicKey;
pub use rows::{DynamicRow, DynamicRows};
use std::fmt;

/// What a [`Repository`](crate::Repository) does, for a model that is known by its metadata only.
///
/// Rows come as what can be serialised, filters as query strings, and data as JSON. [`guarded`](DynamicRepository::guarded) keeps
/// rows back at every level. [`related`](DynamicRepository::related) is the same for what a relation leads to from one row.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// use relations::dynamic::{DynamicBody, DynamicKey, DynamicRepository};
///
/// let customers = DynamicRepository::new(&db, Customer::metadata());
/// let key = DynamicKey::from_texts(Customer::metadata(), &["1"]).unwrap();
/// let orders = customers.related(&key, Customer::metadata().relation("orders").unwrap()).await?;
/// assert_eq!(orders.count(None).await?, 2);
///
/// let body = DynamicBody::from_json(br#"{"total": 5}"#);
/// let created = orders.create(body).await?;
/// assert_eq!(created.rows.len(), 1);
/// assert_eq!(orders.count(None).await?, 3);
/// # Ok(()) });
/// ```
#[derive(Clone)]
pub struct DynamicRepository<'c> {
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    guards: Guards,
    /// The relation whose targets these are, and the row that they belong to.
    of: Option<Source>,
    /// The version that rows must have which are written.
    expected: Option<Value>,
}

/// The row from which a relation is followed.
#[derive(Debug, Clone)]
struct Source {
    relation: &'static RelationMetadata,
    /// What its targets hold; `None` where it is null.
    key: Option<Vec<Value>>,
    /// The keys of the targets, where a guard says which links count.
    linked: Option<Vec<Value>>,
}

impl fmt::Debug for DynamicRepository<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicRepository")
            .field("model", &self.model.name)
            .field("relation", &self.of.as_ref().map(|of| of.relation.name))
            .finish_non_exhaustive()
    }
}

/// A run-time filter of a model that is known by its metadata only.
#[derive(Debug, Clone)]
pub struct DynamicFilter {
    parts: Parts,
    /// Whether it has a limit of its own, and not only that of the budget.
    is_limited: bool,
    after: Option<String>,
}

/// A `where` of a model that is known by its metadata only.
#[derive(Debug, Clone)]
pub struct DynamicWhere {
    condition: Option<Condition>,
}

impl DynamicFilter {
    /// Everything of a model.
    pub fn new(model: &'static ModelMetadata) -> Self {
        DynamicFilter {
            parts: Parts::new(model),
            is_limited: false,
            after: None,
        }
    }

    /// Reads the parameters `filter` of a query string; see [`Filter::from_query`](crate::Filter::from_query).
    ///
    /// # Errors
    /// `InvalidFilter`, with all that is wrong in [`Error::problems`].
    pub fn from_query(
        reader: &FilterReader,
        model: &'static ModelMetadata,
        query: &str,
    ) -> Result<Self> {
        let (parts, is_limited) = reader.parts_of_query(model, query)?;
        if let Some((_, side)) = &parts.seek {
            let mut problems = Problems::default();
            problems.at_key(side.key(), |problems| {
                let message =
                    "the cursor of a list is a parameter of its own, not a part of the filter";
                problems.add(ProblemCode::NotAllowed, message);
            });
            let what = format!("the filter of `{}`", model.name);
            problems.finish((), ErrorKind::InvalidFilter, &what)?;
        }
        Ok(DynamicFilter {
            parts,
            is_limited,
            after: None,
        })
    }

    /// At most this many rows, whatever it asks for.
    pub fn with_limit(mut self, rows: u64) -> Self {
        self.parts.limit = Some(rows);
        self.is_limited = true;
        self
    }

    /// At most this many rows, unless it has a limit of its own.
    pub fn or_limit(self, rows: u64) -> Self {
        match self.is_limited {
            true => self,
            false => self.with_limit(rows),
        }
    }

    /// Only rows that follow a cursor, in the same order. An offset was passed over before the cursor, and does not count again.
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self.parts.offset = None;
        self
    }

    /// How many rows it has at most.
    pub fn limit(&self) -> Option<u64> {
        self.parts.limit
    }

    /// Whether it has a condition.
    pub fn has_where(&self) -> bool {
        self.parts.condition.is_some()
    }

    /// Its condition alone.
    pub fn to_where(&self) -> DynamicWhere {
        DynamicWhere {
            condition: self.parts.condition.clone(),
        }
    }
}

impl DynamicWhere {
    /// Reads the parameters `where` of a query string.
    ///
    /// # Errors
    /// `InvalidFilter`, with all that is wrong in [`Error::problems`].
    pub fn from_query(
        reader: &FilterReader,
        model: &'static ModelMetadata,
        query: &str,
    ) -> Result<Self> {
        let condition = reader.condition_of_query(model, query)?;
        let condition = condition.filter(|condition| *condition != Condition::always());
        Ok(DynamicWhere { condition })
    }

    /// Whether it is every row.
    pub fn is_empty(&self) -> bool {
        self.condition.is_none()
    }
}

impl<'c> DynamicRepository<'c> {
    /// The repository of a model. No statement runs.
    pub fn new(connection: &'c dyn Connection, model: &'static ModelMetadata) -> Self {
        DynamicRepository {
            connection,
            model,
            guards: Guards::new(),
            of: None,
            expected: None,
        }
    }

    /// The same, which changes, replaces and deletes rows only at this version; it goes before one in the data. See
    /// [`Delete::if_version`](crate::Delete::if_version). Where the model has no version, it says nothing.
    pub fn at_version(mut self, version: i64) -> Self {
        self.expected = Some(Value::Int(version));
        self
    }

    /// All rows of the model that the guards allow, whatever relation leads to the rows of this one.
    pub fn of_model(&self) -> Self {
        DynamicRepository {
            of: None,
            ..self.clone()
        }
    }

    /// The same, in which only rows that the guards allow are seen or written. What `create`, `patch` and their like have written
    /// is looked at afterwards, so run them in a transaction, and roll back on an error.
    pub fn guarded(mut self, guards: Guards) -> Self {
        self.guards = guards;
        self
    }

    /// The model of its rows.
    pub fn model(&self) -> &'static ModelMetadata {
        self.model
    }

    /// Reads filters, and knows which relations may be included on this connection.
    pub fn filter_reader(&self) -> FilterReader {
        FilterReader::allowing(self.connection.inclusion_resolvers())
    }

    /// The condition of its rows, beside another.
    fn condition(&self, other: Option<Condition>) -> Option<Condition> {
        let condition = match &self.of {
            Some(source) => Some(Condition::beside(other, source.targets())),
            None => other,
        };
        self.guards.beside(self.model, condition)
    }

    /// The condition of the row with a key.
    fn of_key(&self, key: &DynamicKey) -> Option<Condition> {
        self.condition(Some(fields_equal(
            self.model.id_fields(),
            key.values.clone(),
        )))
    }

    /// A `where` that a caller gave, on the rows of this repository.
    fn of_where(&self, rows: Option<&DynamicWhere>) -> Result<Option<Condition>> {
        let asked = rows.and_then(|rows| rows.condition.clone());
        let mut parts = Parts::new(self.model);
        parts.condition = asked.clone();
        crate::graph::checked(self.connection, &parts)?;
        let mut problems = Problems::default();
        let asked = asked.map(|asked| self.guards.inside(asked, &mut problems));
        problems.finish((), ErrorKind::InvalidFilter, self.described())?;
        Ok(self.condition(asked))
    }

    fn described(&self) -> String {
        format!("the filter of `{}`", self.model.name)
    }

    /// That there is no such row, of the repository or of the relation.
    fn not_found(&self) -> Error {
        match &self.of {
            Some(source) => crate::typed::no_target(source.relation, "is there"),
            None => crate::typed::not_found(self.model.name, "has this id"),
        }
    }
}
