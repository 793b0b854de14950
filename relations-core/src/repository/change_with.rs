//! Changing and deleting the rows that a run-time filter says, on repositories and through relations.

use crate::driver::{Connection, Pending};
use crate::error::{ErrorKind, ProblemCode, Problems, Result};
use crate::filter::{FilterReader, IntoFilter};
use crate::graph;
use crate::model::Model;
use crate::query::{Condition, Predicate, Side};
use crate::repository::Repository;
use crate::repository::has_many::HasManyRepository;
use crate::repository::through::HasManyThroughRepository;
use crate::typed::{HasManyThrough, Relation, kinds};
use crate::write::{Drafted, IntoPatch, LeaveKey};

impl<M: Model, C: Connection> Repository<M, C> {
    /// Changes the rows for which the `where` of a run-time filter is true. Gives the number of rows. One statement.
    ///
    /// # Errors
    /// `InvalidFilter` before any statement: as for [`find_with`](Repository::find_with), and where the filter has no condition,
    /// which would change every row, or has anything else than a `where`. Those of [`patch_by_id`](Repository::patch_by_id).
    pub fn patch_with(
        &self,
        patch: impl IntoPatch<M>,
        filter: impl IntoFilter<M>,
    ) -> Pending<'_, u64>
    where
        M: Drafted,
    {
        let (patch, rows) = (self.patch(patch), rows_of(filter, &self.connection));
        Box::pin(async move { patch.of_filter().filter(rows?).await })
    }

    /// Deletes the rows for which the `where` of a run-time filter is true. Gives the number of rows. One statement.
    ///
    /// # Errors
    /// `InvalidFilter` as for [`patch_with`](Repository::patch_with), `ForeignKeyViolation` where another row still refers to one
    /// of them.
    pub fn delete_with(&self, filter: impl IntoFilter<M>) -> Pending<'_, u64>
    where
        M: Drafted,
    {
        let (delete, rows) = (self.delete(), rows_of(filter, &self.connection));
        Box::pin(async move { delete.of_filter().filter(rows?).await })
    }
}

macro_rules! of_many {
    ($($repository:ident [$($bound:tt)*] takes [$($patch:tt)*];)*) => { $(
        impl<'c, R: $($bound)*, C: Connection> $repository<'c, R, C> {
            /// Changes the targets of this source for which the `where` of a run-time filter is true, as
            /// [`Repository::patch_with`] does.
            ///
            /// # Errors
            /// Those of [`Repository::patch_with`].
            pub fn patch_with(
                &self,
                patch: impl $($patch)*,
                filter: impl IntoFilter<R::Target>,
            ) -> Pending<'c, u64>
            where
                R::Target: Drafted,
            {
                let (patch, rows) = (self.patch(patch), rows_of(filter, self.connection));
                Box::pin(async move { patch.of_filter().filter(rows?).await })
            }

            /// Deletes the targets of this source for which the `where` of a run-time filter is true, as `delete` does. Gives the
            /// number of targets that were deleted.
            ///
            /// # Errors
            /// Those of [`Repository::delete_with`].
            pub fn delete_with(&self, filter: impl IntoFilter<R::Target>) -> Pending<'c, u64>
            where
                R::Target: Drafted,
            {
                let (delete, rows) = (self.delete(), rows_of(filter, self.connection));
                Box::pin(async move { delete.of_filter().filter(rows?).await })
            }
        }
    )* };
}

of_many! {
    HasManyRepository [Relation<Kind = kinds::HasMany>] takes [LeaveKey<R::KeyTo>];
    HasManyThroughRepository [HasManyThrough] takes [IntoPatch<R::Target> + LeaveKey<R::KeyTo>];
}

/// The rows that a filter says, if it says nothing else.
fn rows_of<M: Model>(
    filter: impl IntoFilter<M>,
    connection: &dyn Connection,
) -> Result<Predicate<M>> {
    let reader = FilterReader::allowing(connection.inclusion_resolvers());
    let parts = filter.into_filter(&reader)?.parts;
    // A filter that is ready was read without this connection.
    graph::checked(connection, &parts)?;
    let mut problems = Problems::default();
    for (key, is_given) in [
        ("fields", parts.fields.is_some()),
        ("order", !parts.order.is_empty()),
        ("limit", parts.limit.is_some()),
        ("offset", parts.offset.is_some()),
        ("after", matches!(parts.seek, Some((_, Side::After)))),
        ("before", matches!(parts.seek, Some((_, Side::Before)))),
        ("include", !parts.includes.is_empty()),
    ] {
        if is_given {
            problems.at_key(key, |problems| {
                let message = "it has no place here: all rows that `where` says are written";
                problems.add(ProblemCode::NotAllowed, message);
            });
        }
    }
    let condition = parts.condition.filter(|condition| !is_open(condition));
    if condition.is_none() {
        problems.at_key("where", |problems| {
            let message = "a condition is required, or every row would be written";
            problems.add(ProblemCode::Missing, message);
        });
    }
    let what = format!("the filter of `{}`", M::NAME);
    let condition = problems.finish(condition, ErrorKind::InvalidFilter, &what);
    let condition = condition.map_err(|error| error.of_model(M::NAME))?;
    Ok(Predicate::new(condition.expect("its lack is a problem")))
}

/// Whether it keeps no row out: `{}`, `{"and": []}`.
fn is_open(condition: &Condition) -> bool {
    matches!(condition, Condition::All(parts) if parts.iter().all(is_open))
}
