//! The query for one row, and the error of a row that is not there.

use crate::driver::{Connection, Pending};
use crate::error::{Error, ErrorKind, Missing, Result};
use crate::model::{Key, Model, ModelMetadata, RelationMetadata};
use crate::query::{IntoPredicate, Plan, fields_equal};
use crate::sql::describe_key;
use crate::typed::include::{Include, Vacant};
use crate::typed::query::{Exists, Query, find_one, first_statement};
use crate::typed::tree::{Root, Tree};
use crate::value::Value;
use std::fmt;
use std::future::IntoFuture;

/// A query for one row that its key identifies, from `find_by_id` or a relation's `find`. Await it for an `Option`.
#[must_use = "a query does nothing until it is awaited"]
pub struct FindOne<'c, M: Model, T, C> {
    pub(crate) query: Query<M, T, &'c C>,
    pub(crate) sought: Sought,
}

impl<'c, M: Model, C> FindOne<'c, M, Root<M>, C> {
    /// The row of the query that has this id, where the query follows a relation from the source with this key.
    pub(crate) fn by_id(
        mut query: Query<M, Root<M>, &'c C>,
        id: M::Id,
        of: Option<(&'static RelationMetadata, Option<Vec<Value>>)>,
    ) -> Self {
        let id = id.into_values();
        let sought = Sought {
            id: Some(SoughtId::of(&id)),
            of,
        };
        let condition = fields_equal(M::metadata().id_fields(), id);
        query.plan.add_condition(condition);
        FindOne { query, sought }
    }
}

/// Who is missing when there is no row, and under which keys. The message is made when it is needed.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    /// The id that was asked for.
    pub(crate) id: Option<SoughtId>,
    /// The relation that was followed, and the source's key, which may be null.
    pub(crate) of: Option<(&'static RelationMetadata, Option<Vec<Value>>)>,
}

/// An id, kept for an error that hardly any call ends with: one of a single number takes no memory of its own.
#[derive(Debug, Clone)]
pub(crate) enum SoughtId {
    One(Value),
    Several(Vec<Value>),
}

impl SoughtId {
    fn of(values: &[Value]) -> SoughtId {
        match values {
            [value] => SoughtId::One(value.clone()),
            values => SoughtId::Several(values.to_vec()),
        }
    }

    fn values(&self) -> &[Value] {
        match self {
            SoughtId::One(value) => std::slice::from_ref(value),
            SoughtId::Several(values) => values,
        }
    }
}

impl Sought {
    /// Whether there cannot be a row, since the source's key is null.
    fn is_certain(&self) -> bool {
        matches!(self.of, Some((_, None)))
    }

    /// The error of the row that is not there. Asks whether the source is, where it was found by its relation.
    async fn error(
        &self,
        model: &'static ModelMetadata,
        connection: &dyn Connection,
    ) -> Result<Error> {
        if let Some((relation, Some(key))) = &self.of {
            let source = relation.source();
            let mut plan = Plan::new(source);
            plan.add_condition(fields_equal(relation.source_fields(), key.clone()));
            let exists = Exists { plan, single: true };
            if !exists.run_on(connection).await? {
                let what = format!("has {}", describe_key(relation.key_from, key));
                return Ok(not_found(source.name, &what).of_missing(Missing::Source));
            }
        }
        Ok(self.target_error(model))
    }

    fn target_error(&self, model: &'static ModelMetadata) -> Error {
        let names: Vec<&str> = model.id_fields().map(|field| field.name).collect();
        let id = self.id.as_ref().map(|id| describe_key(&names, id.values()));
        let Some((relation, key)) = &self.of else {
            let id = id.unwrap_or_default();
            return not_found(model.name, &format!("has {id}"));
        };
        let source = key.as_ref().map_or("a null key".to_owned(), |key| {
            let key = describe_key(relation.key_from, key);
            format!("the `{}` with {key}", relation.source().name)
        });
        let with = id.map_or(String::new(), |id| format!("with {id} "));
        no_target(relation, &format!("{with}for {source}"))
    }
}

impl<M: Model, T, C> fmt::Debug for FindOne<'_, M, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindOne")
            .field("plan", &self.query.plan)
            .finish()
    }
}

impl<'c, M: Model, T: Tree<Model = M>, C> FindOne<'c, M, T, C> {
    /// Finds the row only if the predicate is true for it; `None` asks nothing.
    pub fn filter(self, predicate: impl IntoPredicate<M>) -> Self {
        FindOne {
            query: self.query.filter(predicate),
            ..self
        }
    }

    /// Loads a relation with the row, as [`Query::include`] does.
    pub fn include<I: Include<M, T>>(self, relation: I) -> FindOne<'c, M, I::Tree, C>
    where
        I::Was: Vacant,
    {
        FindOne {
            query: self.query.include(relation),
            sought: self.sought,
        }
    }
}

impl<M: Model, T: Tree<Model = M>, C: Connection> FindOne<'_, M, T, C> {
    /// Gives the row.
    ///
    /// # Errors
    /// `NotFound` when there is none, and those of [`Query::all`].
    pub async fn get(self) -> Result<T::Output> {
        let FindOne { query, sought } = self;
        let connection = query.connection;
        let found = match sought.is_certain() {
            true => None,
            false => find_one(query).await?,
        };
        match found {
            Some(row) => Ok(row),
            None => Err(sought.error(M::metadata(), connection).await?),
        }
    }

    /// Whether there is a row. One statement; includes are not loaded.
    ///
    /// # Errors
    /// `InvalidValue` where the database cannot hold the key.
    pub async fn exists(self) -> Result<bool> {
        if self.sought.is_certain() {
            return Ok(false);
        }
        let plan = self.query.plan;
        let exists = Exists { plan, single: true };
        exists.run_on(self.query.connection).await
    }

    /// The text of the first statement: that of the row itself, with joined includes.
    ///
    /// # Errors
    /// `InvalidValue` where the database cannot hold the key.
    pub fn to_sql(&self) -> Result<String> {
        first_statement(&self.query.plan, self.query.connection, true)
    }

    async fn find(self) -> Result<Option<T::Output>> {
        match self.sought.is_certain() {
            true => Ok(None),
            false => find_one(self.query).await,
        }
    }
}

impl<'c, M: Model, T: Tree<Model = M>, C: Connection> IntoFuture for FindOne<'c, M, T, C> {
    type Output = Result<Option<T::Output>>;
    type IntoFuture = Pending<'c, Option<T::Output>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.find())
    }
}

/// "no `Supplier` has `id` 7"
pub(crate) fn not_found(model: &'static str, what: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("no `{model}` {what}"))
        .of_model(model)
        .of_missing(Missing::Target)
}

/// "`Supplier.account`: no `Account` for the `Supplier` with `id` 7"
pub(crate) fn no_target(relation: &'static RelationMetadata, what: &str) -> Error {
    let target = relation.target().name;
    let message = format!("`{}`: no `{target}` {what}", relation.path());
    Error::new(ErrorKind::NotFound, message)
        .of_model(target)
        .of_relation(relation.name)
        .of_missing(Missing::Target)
}
