//! Operations that write, shared by repositories and constrained repositories.

use crate::driver::{Connection, Pending};
use crate::error::Result;
use crate::model::{Model, RelationMetadata, into_models};
use crate::query::{Condition, Predicate, Values, Which};
use crate::value::{ColumnType, IntoField, Value};
use crate::write::{Data, Returning, Stale, Versioned, Wanted, changes, delete, patch};
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

/// Says which rows an update or delete is for.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "this does not say which rows",
    label = "which rows?",
    note = "add `.filter(..)`, or `.all_rows()` for every row of the table"
)]
pub trait SaysWhich: sealed::Sealed {}

/// Keeps others from implementing `SaysWhich`, so that it can grow.
mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for Restricted {}

impl SaysWhich for Restricted {}

/// An update or delete that does not say yet which rows. The compiler names it where one is awaited: add `.filter(..)`, or `.all_rows()`
/// for every row.
#[derive(Debug)]
pub struct NeedsFilterOrAllRows;

/// An update or delete that says which rows.
#[derive(Debug)]
pub struct Restricted;

/// Changes fields of some rows, from [`Repository::patch`](crate::Repository::patch).
///
/// It says which rows by [`filter`](Patch::filter) or [`all_rows`](Patch::all_rows); only then it can be awaited, for
/// the number of rows.
#[must_use = "a patch does nothing until `filter(..)` or `all_rows()` is awaited"]
pub struct Patch<'c, M, C, S> {
    connection: &'c C,
    values: Result<Values>,
    which: Which,
    through: Option<&'static RelationMetadata>,
    types: PhantomData<fn() -> (M, S)>,
}

/// Deletes some rows, from [`Repository::delete`](crate::Repository::delete).
///
/// It says which rows by [`filter`](Delete::filter) or [`all_rows`](Delete::all_rows); only then it can be awaited, for
/// the number of rows.
#[must_use = "a delete does nothing until `filter(..)` or `all_rows()` is awaited"]
pub struct Delete<'c, M, C, S> {
    connection: &'c C,
    which: Which,
    expected: Option<Value>,
    types: PhantomData<fn() -> (M, S)>,
}

impl<M, C, S> fmt::Debug for Patch<'_, M, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patch")
            .field("condition", &self.which.condition)
            .finish_non_exhaustive()
    }
}

impl<M, C, S> fmt::Debug for Delete<'_, M, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delete")
            .field("condition", &self.which.condition)
            .finish_non_exhaustive()
    }
}

impl<'c, M: Model, C> Patch<'c, M, C, NeedsFilterOrAllRows> {
    pub(super) fn new(connection: &'c C, patch: Data) -> Self {
        Patch {
            connection,
            values: patch.read(&Wanted::patch(M::metadata())),
            which: Which::default(),
            through: None,
            types: PhantomData,
        }
    }

    /// Of the rows that a relation leads to from one source.
    pub(super) fn of_relation(
        connection: &'c C,
        values: Result<Values>,
        condition: Condition,
        relation: &'static RelationMetadata,
    ) -> Self {
        Patch {
            connection,
            values,
            which: condition.into(),
            through: Some(relation),
            types: PhantomData,
        }
    }

    /// Changes every row: of the table, or of those that the relation leads to.
    pub fn all_rows(self) -> Patch<'c, M, C, Restricted> {
        Patch {
            connection: self.connection,
            values: self.values,
            which: self.which,
            through: self.through,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C, S> Patch<'c, M, C, S> {
    /// Whose rows a run-time filter says.
    pub(super) fn of_filter(mut self) -> Self {
        self.which = self.which.of_filter();
        self
    }

    /// Changes only rows for which the predicate is true; further filters apply as well.
    pub fn filter(self, predicate: Predicate<M>) -> Patch<'c, M, C, Restricted> {
        Patch {
            connection: self.connection,
            values: self.values,
            which: self.which.and(predicate.condition),
            through: self.through,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C> Delete<'c, M, C, NeedsFilterOrAllRows> {
    pub(super) fn new(connection: &'c C) -> Self {
        Delete {
            connection,
            which: Which::default(),
            expected: None,
            types: PhantomData,
        }
    }

    /// Of the rows that a relation leads to from one source.
    pub(super) fn of_relation(connection: &'c C, condition: Condition) -> Self {
        Delete {
            connection,
            which: condition.into(),
            expected: None,
            types: PhantomData,
        }
    }

    /// Deletes every row: of the table, or of those that the relation leads to.
    pub fn all_rows(self) -> Delete<'c, M, C, Restricted> {
        Delete {
            connection: self.connection,
            which: self.which,
            expected: self.expected,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C, S> Delete<'c, M, C, S> {
    /// Whose rows a run-time filter says.
    pub(super) fn of_filter(mut self) -> Self {
        self.which = self.which.of_filter();
        self
    }

    /// Deletes the rows for which the predicate is true; further filters apply as well.
    pub fn filter(self, predicate: Predicate<M>) -> Delete<'c, M, C, Restricted> {
        Delete {
            connection: self.connection,
            which: self.which.and(predicate.condition),
            expected: self.expected,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, C, S> Delete<'c, M, C, S> {
    /// Deletes rows only at this version. Where there are such rows and none of them is at it, awaiting the delete gives `Stale`,
    /// and nothing is deleted; that takes one statement more.
    pub fn if_version(mut self, version: impl IntoField<M::Version>) -> Self
    where
        M: Versioned,
    {
        self.expected = Some(version.into_field().into_value());
        self
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> Patch<'c, M, C, S> {
    /// Changes the rows and gives them as they are then, in the order of their ids. One transaction of three statements.
    ///
    /// # Errors
    /// Those of awaiting the patch.
    pub fn returning(self) -> Pending<'c, Vec<M>> {
        let (connection, through) = (self.connection, self.through);
        Box::pin(async move {
            let values = changes(M::metadata(), self.values?)?;
            let returning = Returning {
                model: M::metadata(),
                stale: Stale::new(M::metadata(), &values, self.which.condition.as_ref()),
                which: self.which,
                through,
                values: Some(values),
            };
            returning.run_on(connection).await.map(into_models)
        })
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> Delete<'c, M, C, S> {
    /// Deletes the rows and gives them as they were, in the order of their ids. One transaction of two statements.
    ///
    /// # Errors
    /// Those of awaiting the delete.
    pub fn returning(self) -> Pending<'c, Vec<M>> {
        let returning = Returning {
            model: M::metadata(),
            stale: Stale::of(M::metadata(), self.expected, self.which.condition.as_ref()),
            which: self.which,
            through: None,
            values: None,
        };
        let deleting = returning.run_on(self.connection);
        Box::pin(async move { deleting.await.map(into_models) })
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> IntoFuture for Patch<'c, M, C, S> {
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        let (model, connection) = (M::metadata(), self.connection);
        patch(connection, model, self.values, self.which, self.through)
    }
}

impl<'c, M: Model, C: Connection, S: SaysWhich> IntoFuture for Delete<'c, M, C, S> {
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        delete(self.connection, M::metadata(), self.which, self.expected)
    }
}
