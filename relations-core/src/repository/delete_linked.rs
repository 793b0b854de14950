//! A delete of targets that one source is linked to.

use crate::driver::{Connection, Pending};
use crate::error::Result;
use crate::query::{Condition, Predicate, Which};
use crate::repository::patch::{NeedsFilterOrAllRows, Restricted};
use crate::typed::HasManyThrough;
use crate::value::{ColumnType, IntoField, Value};
use crate::write::{UnlinkAndDelete, Versioned};
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

/// Unlinks targets of one source, and deletes those that no other source is linked to, from
/// [`HasManyThroughRepository::delete`](crate::HasManyThroughRepository::delete).
///
/// It says which by [`filter`](DeleteLinked::filter) or [`all_rows`](DeleteLinked::all_rows); only then it can be awaited,
/// for the number of targets that were deleted, or `ForeignKeyViolation` where another row still refers to one of them or to
/// its link; then nothing is unlinked either.
#[must_use = "a delete does nothing until `filter(..)` or `all_rows()` is awaited"]
pub struct DeleteLinked<'c, R, C, S> {
    pub(super) connection: &'c C,
    pub(super) which: Which,
    pub(super) of_links: Condition,
    pub(super) expected: Option<Value>,
    pub(super) types: PhantomData<fn() -> (R, S)>,
}

impl<R, C, S> fmt::Debug for DeleteLinked<'_, R, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeleteLinked")
            .field("condition", &self.which.condition)
            .finish_non_exhaustive()
    }
}

impl<'c, R: HasManyThrough, C> DeleteLinked<'c, R, C, NeedsFilterOrAllRows> {
    /// All targets of the source.
    pub fn all_rows(self) -> DeleteLinked<'c, R, C, Restricted> {
        self.restricted()
    }
}

impl<'c, R: HasManyThrough, C, S> DeleteLinked<'c, R, C, S> {
    /// Whose targets a run-time filter says.
    pub(super) fn of_filter(mut self) -> Self {
        self.which = self.which.of_filter();
        self
    }

    /// Only targets for which the predicate is true; further filters apply as well.
    pub fn filter(mut self, predicate: Predicate<R::Target>) -> DeleteLinked<'c, R, C, Restricted> {
        self.which = self.which.and(predicate.condition);
        self.restricted()
    }

    pub(super) fn restricted(self) -> DeleteLinked<'c, R, C, Restricted> {
        DeleteLinked {
            connection: self.connection,
            which: self.which,
            of_links: self.of_links,
            expected: self.expected,
            types: PhantomData,
        }
    }
}

impl<'c, R: HasManyThrough, C, S> DeleteLinked<'c, R, C, S> {
    /// Only targets at this version; see [`Delete::if_version`](crate::Delete::if_version). Where it gives `Stale`, nothing is unlinked either.
    pub fn if_version(mut self, version: impl IntoField<<R::Target as Versioned>::Version>) -> Self
    where
        R::Target: Versioned,
    {
        self.expected = Some(version.into_field().into_value());
        self
    }
}

impl<'c, R, C, S> IntoFuture for DeleteLinked<'c, R, C, S>
where
    R: HasManyThrough,
    C: Connection,
    S: super::SaysWhich,
{
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if self
                .which
                .condition
                .as_ref()
                .is_some_and(Condition::is_never)
            {
                return Ok(0);
            }
            let delete = UnlinkAndDelete {
                relation: R::metadata(),
                which: self.which,
                of_links: self.of_links,
                expected: self.expected,
            };
            delete.run_on(self.connection).await
        })
    }
}
