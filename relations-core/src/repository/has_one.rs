//! The repository of a `has_one`: the target of one source.

use super::write::{self, Change, Create, Write, insert, not_returned};
use crate::connection::{Connection, Operation, Session};
use crate::draft::{Changes, FillKey, IntoDraft, LeaveKey, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::key::Key;
use crate::metadata::FieldMetadata;
use crate::model::Model;
use crate::predicate::Condition;
use crate::query::{FindOne, Missing, Models, Pending, Query, Root, by_id, fields_equal};
use crate::relation::{HasOne, Relation};
use crate::statement::{self, describe_key};
use crate::value::Value;
use std::fmt;
use std::marker::PhantomData;

/// The target that one source has through a `has_one`, from `suppliers.account(id)`.
///
/// The source's key is in every statement and in every new row; nothing here can reach another source's target.
pub struct HasOneRepository<'c, R: Relation, C> {
    connection: &'c C,
    key: Option<R::Key>,
}

impl<R: Relation, C> Clone for HasOneRepository<'_, R, C> {
    fn clone(&self) -> Self {
        HasOneRepository {
            connection: self.connection,
            key: self.key.clone(),
        }
    }
}

impl<R: Relation, C> fmt::Debug for HasOneRepository<'_, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HasOneRepository")
            .field("relation", &R::metadata().path())
            .finish_non_exhaustive()
    }
}

impl<'c, R: HasOne, C: Connection> HasOneRepository<'c, R, C> {
    pub(super) fn new(connection: &'c C, key: Option<R::Key>) -> Self {
        HasOneRepository { connection, key }
    }

    /// Creates the target; the key is filled in. One statement; on MySQL without `RETURNING` two.
    ///
    /// # Errors
    /// `AlreadyExists` where the source has its target, also when two callers create at once;
    /// `ForeignKeyViolation` where there is no such source; `ConstraintMismatch`, before any statement, where the draft
    /// holds another key or the source's key is null; and those of [`Repository::create`](crate::Repository::create).
    pub fn create(
        &self,
        draft: impl FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
    ) -> Pending<'c, R::Target> {
        let (this, values) = (self.clone(), draft.into_values());
        Box::pin(async move {
            let values = this.constrained(values)?;
            let create = Create::<R::Target> {
                values,
                through: Some(R::metadata()),
                model: PhantomData,
            };
            let result = this.connection.run(create).await;
            result.map_err(|error| this.name_key(error))
        })
    }

    /// Gives the draft with the key filled in, for a [`create`](crate::Repository::create) later on. No statement runs.
    ///
    /// # Errors
    /// `ConstraintMismatch` where the draft holds another key, or the source's key is null.
    pub fn build(
        &self,
        draft: impl FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
    ) -> Result<Built<R::Target>> {
        let values = self.constrained(draft.into_values())?;
        Ok(Built {
            values,
            model: PhantomData,
        })
    }

    /// Makes the draft the target: creates it, or gives the target that is there all its values, columns that the draft
    /// leaves out becoming NULL or their default; the id stays. One statement; on MySQL up to four.
    ///
    /// # Errors
    /// Those of [`create`](HasOneRepository::create) but `AlreadyExists`, which is left for other unique values.
    pub fn set(
        &self,
        draft: impl FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
    ) -> Pending<'c, R::Target> {
        let (this, values) = (self.clone(), draft.into_values());
        Box::pin(async move {
            let values = this.constrained(values)?;
            let condition = this.condition().ok_or_else(null_key::<R>)?;
            let set = Set::<R> {
                values,
                condition,
                relation: PhantomData,
            };
            this.connection
                .run(set)
                .await
                .map_err(|error| this.name_key(error))
        })
    }

    /// Finds the target: await it for an `Option`, or add `.filter(..)`, `.include(..)`, `.get()`. One statement, and
    /// one for each include that is not joined; none where the source's key is null.
    pub fn find(&self) -> FindOne<'c, R::Target, Root<R::Target>, C> {
        let mut query = Query::new(self.connection);
        let what = match &self.key {
            Some(key) => format!("for the {}", self.describe(key)),
            None => "for a null key".to_owned(),
        };
        if let Some(condition) = self.condition() {
            query.plan.add_condition(condition);
        }
        // Without the unique constraint there may be two rows, of which the first by id is taken.
        query.plan.order = by_id(R::Target::metadata());
        let missing = Missing {
            relation: Some(R::metadata()),
            what,
            null_key: self.key.is_none(),
        };
        FindOne { query, missing }
    }

    /// Gives the target. One statement.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self) -> Result<R::Target> {
        self.find().get().await
    }

    /// Changes fields of the target. Gives the number of rows: 1, or 0 where there is none. One statement.
    ///
    /// # Errors
    /// `EmptyPatch` where nothing is set, `ConstraintMismatch` where the patch holds another key, and those of
    /// [`Repository::patch_by_id`](crate::Repository::patch_by_id).
    pub fn patch(&self, patch: impl LeaveKey<R::KeyTo>) -> Pending<'c, u64> {
        let (this, values) = (self.clone(), patch.into_values());
        Box::pin(async move {
            for (field, own) in this.key_fields() {
                this.check(&values, field, &own)?;
            }
            let Some(condition) = this.condition() else {
                return Ok(0);
            };
            let through = Some(R::metadata());
            write::patch::<R::Target, C>(this.connection, values, Some(condition), through).await
        })
    }

    /// Deletes the target. Gives the number of rows: 1, or 0 where there is none. One statement.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where another row still refers to it.
    pub async fn delete(&self) -> Result<u64> {
        let Some(condition) = self.condition() else {
            return Ok(0);
        };
        write::delete::<R::Target, C>(self.connection, Some(condition), None).await
    }

    /// The condition that a row is this source's target; `None` where the key is null.
    fn condition(&self) -> Option<Condition> {
        let key = self.key.clone()?;
        Some(fields_equal(
            R::metadata().target_fields(),
            key.into_values(),
        ))
    }

    /// The fields that hold the key, each with its value here.
    fn key_fields(&self) -> Vec<(&'static FieldMetadata, Value)> {
        let values = self.key.clone().map(Key::into_values).unwrap_or_default();
        R::metadata()
            .target_fields()
            .into_iter()
            .zip(values)
            .collect()
    }

    /// The values with the key filled in.
    fn constrained(&self, mut values: Values) -> Result<Values> {
        if self.key.is_none() {
            return Err(null_key::<R>());
        }
        for (field, own) in self.key_fields() {
            self.check(&values, field, &own)?;
            let at = R::Target::FIELDS
                .iter()
                .position(|other| other.name == field.name);
            let at = at.expect("the key is a field of the target");
            values.0.retain(|(other, _)| *other != at);
            values.0.push((at, own));
        }
        Ok(values)
    }

    /// Refuses a value for a key field that is not this source's.
    fn check(&self, values: &Values, field: &FieldMetadata, own: &Value) -> Result<()> {
        let at = R::Target::FIELDS
            .iter()
            .position(|other| other.name == field.name);
        match at.and_then(|at| values.get(at)) {
            Some(given) if given != own => {
                let message = format!(
                    "`{}` is {} through `{}`, and the data says {}",
                    field.name,
                    own.display(),
                    R::metadata().path(),
                    given.display()
                );
                let error = Error::new(ErrorKind::ConstraintMismatch, message);
                Err(error.of_model(R::Target::NAME).of_relation(R::metadata()))
            }
            _ => Ok(()),
        }
    }

    /// "`Supplier` with `id` 7"
    fn describe(&self, key: &R::Key) -> String {
        let relation = R::metadata();
        let values = key.clone().into_values();
        format!(
            "`{}` with {}",
            relation.source().name,
            describe_key(relation.key_from, &values)
        )
    }

    /// Adds the key to an error of this relation.
    fn name_key(&self, error: Error) -> Error {
        match (&self.key, error.relation()) {
            (Some(key), Some(name)) if name == R::metadata().name => {
                error.with_context(&self.describe(key))
            }
            _ => error,
        }
    }
}

fn null_key<R: Relation>() -> Error {
    let message = format!("`{}`: the source's key is null", R::metadata().path());
    let error = Error::new(ErrorKind::ConstraintMismatch, message);
    error.of_model(R::Target::NAME).of_relation(R::metadata())
}

/// A draft whose relation has filled in the key, from [`HasOneRepository::build`].
pub struct Built<M> {
    values: Values,
    model: PhantomData<fn() -> M>,
}

// Not derived, which would ask the same of `M`.
impl<M> Clone for Built<M> {
    fn clone(&self) -> Self {
        Built {
            values: self.values.clone(),
            model: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Built<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoDraft<M> for Built<M> {}

impl<M> Changes for Built<M> {
    fn into_values(self) -> Values {
        self.values
    }
}

/// Creates or changes the one row.
struct Set<R: Relation> {
    values: Values,
    condition: Condition,
    relation: PhantomData<fn() -> R>,
}

impl<R: Relation> Operation for Set<R> {
    type Output = R::Target;

    async fn run<S: Session>(self, session: &mut S) -> Result<R::Target> {
        let result = if session.dialect().is_mysql() {
            self.in_steps(session).await
        } else {
            self.at_once(session).await
        };
        match result {
            Ok(row) => Ok(row),
            Err(error) => {
                let change = Change::Values(self.values);
                let (model, through) = (R::Target::metadata(), Some(R::metadata()));
                Err(Write {
                    model,
                    through,
                    change,
                }
                .explain(error, session)
                .await)
            }
        }
    }
}

impl<R: Relation> Set<R> {
    async fn at_once<S: Session>(&self, session: &mut S) -> Result<R::Target> {
        let key = R::metadata().target_fields();
        let model = R::Target::metadata();
        let statement = statement::insert_or_update(model, &self.values, &key, session.dialect())?;
        let Models(mut rows) = session.fetch(statement, Models(Vec::new())).await?;
        rows.pop().ok_or_else(not_returned::<R::Target>)
    }

    /// For MySQL: updates, and inserts where there was no row. Not in a transaction, where two callers would block each
    /// other; who loses the race to insert finds the other's row and updates it.
    async fn in_steps<S: Session>(&self, session: &mut S) -> Result<R::Target> {
        let (model, dialect) = (R::Target::metadata(), session.dialect());
        let changes = statement::overwrite(model, &self.values, &self.condition, dialect)?;
        for last_try in [false, true] {
            if session.execute(changes.clone()).await?.rows > 0 {
                let row = statement::select_by_fields(model, self.condition.clone(), dialect)?;
                let Models(mut rows) = session.fetch(row, Models(Vec::new())).await?;
                return rows.pop().ok_or_else(not_returned::<R::Target>);
            }
            match insert::<R::Target, S>(&self.values, session).await {
                Err(error) if error.is_already_exists() && !last_try => {}
                result => return result,
            }
        }
        Err(not_returned::<R::Target>())
    }
}
