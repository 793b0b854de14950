//! Finding by run-time filters, on repositories and through relations.

use crate::driver::{Connection, Pending};
use crate::error::{Error, ErrorKind, ProblemCode, Problems};
use crate::filter::{Filter, FilterReader, IntoFilter};
use crate::graph::{Graph, graphs};
use crate::model::{IntoKey, Key, Model};
use crate::query::{Side, fields_equal};
use crate::repository::Repository;
use crate::repository::constraint::Constraint;
use crate::repository::has_many::HasManyRepository;
use crate::repository::has_one::HasOneRepository;
use crate::repository::through::HasManyThroughRepository;
use crate::typed::{HasManyThrough, HasOne, Page, Relation, kinds};

impl<M: Model, C: Connection> Repository<M, C> {
    /// Reads filters of this model, and knows which relations may be included on this connection; see [`FilterReader`].
    pub fn filter_reader(&self) -> FilterReader {
        FilterReader::allowing(self.connection.inclusion_resolvers())
    }

    /// Finds rows by a run-time filter: a [`Filter`], a [`Where`](crate::Where), or JSON. Statements are those of a typed
    /// [`Query`](crate::Query) that asks for the same.
    ///
    /// # Errors
    /// `InvalidFilter` before any statement, with all that is wrong in [`Error::problems`]: whatever does not fit the model, and
    /// relations that may not be included. `Resolver` where a registered resolver failed, and those of
    /// [`Query::all`](crate::Query::all) but `DanglingKey`: a graph shows such a target as missing. `Timeout` where it took longer
    /// than the connection's limit for run-time filters.
    pub fn find_with(&self, filter: impl IntoFilter<M>) -> Pending<'_, Vec<Graph<M>>> {
        graphs(&self.connection, None).all(filter)
    }

    /// Finds a page by a run-time filter: the rows, and the cursors for its `after` and `before`. As
    /// [`Query::page`](crate::Query::page), it loads one row more than the limit.
    ///
    /// # Errors
    /// Those of [`find_with`](Repository::find_with); `InvalidFilter` also where a cursor is of another order or another model. `InvalidValue`
    /// where a column of the order holds what no cursor can.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// use relations::Filter;
    ///
    /// let orders = OrderRepository::new(&db);
    /// let first = orders.page_with(r#"{"order": "total DESC", "limit": 1}"#).await?;
    /// assert_eq!(first.rows[0].total, 9);
    /// let next = Filter::from_json(r#"{"order": "total DESC", "limit": 1}"#)?.after(first.next);
    /// let second = orders.page_with(next).await?; // as `"after": ".."` in JSON
    /// assert_eq!(second.rows[0].total, 5);
    /// assert!(second.previous.is_some());
    /// # Ok(()) });
    /// ```
    pub fn page_with(&self, filter: impl IntoFilter<M>) -> Pending<'_, Page<Graph<M>>> {
        graphs(&self.connection, None).page(filter)
    }

    /// Finds the first row by a run-time filter.
    ///
    /// # Errors
    /// Those of [`find_with`](Repository::find_with).
    pub fn find_first_with(&self, filter: impl IntoFilter<M>) -> Pending<'_, Option<Graph<M>>> {
        graphs(&self.connection, None).first(filter)
    }

    /// Finds the row with this id, and includes what a run-time filter says.
    ///
    /// # Errors
    /// Those of [`find_with`](Repository::find_with); `InvalidFilter` also where the filter has a `where`, `order`, `offset` or
    /// a `limit` of 0, since the id says which row.
    pub fn find_by_id_with(
        &self,
        id: impl IntoKey<M::Id>,
        filter: impl IntoFilter<M>,
    ) -> Pending<'_, Option<Graph<M>>> {
        let id = id.into_key().into_values();
        let condition = fields_equal(M::metadata().id_fields(), id);
        let filter = filter.into_filter(&self.filter_reader());
        let filter = filter.and_then(of_one_row);
        Box::pin(async move {
            let found = graphs(&self.connection, Some(condition)).single();
            Ok(found.all(filter?).await?.pop())
        })
    }

    /// Counts the rows that [`find_with`](Repository::find_with) gives, within `limit` and `offset` if given. One statement;
    /// includes are not loaded.
    ///
    /// # Errors
    /// `InvalidFilter` as for [`find_with`](Repository::find_with), `InvalidValue` where the database cannot hold a value that
    /// the filter compares with.
    pub fn count_with(&self, filter: impl IntoFilter<M>) -> Pending<'_, u64> {
        graphs(&self.connection, None).count(filter)
    }
}

/// The filter, if it does not say which row.
fn of_one_row<M: Model>(filter: Filter<M>) -> Result<Filter<M>, Error> {
    let mut problems = Problems::default();
    let parts = &filter.parts;
    let given = [
        ("where", parts.condition.is_some()),
        ("order", !parts.order.is_empty()),
        // A budget may want a limit.
        ("limit", parts.limit == Some(0)),
        ("offset", parts.offset.is_some()),
        ("after", matches!(parts.seek, Some((_, Side::After)))),
        ("before", matches!(parts.seek, Some((_, Side::Before)))),
    ];
    for (key, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
        problems.at_key(key, |problems| {
            let message = "it has no place here, since the id says which row";
            problems.add(ProblemCode::NotAllowed, message);
        });
    }
    let what = format!("the filter of `{}`", M::NAME);
    let checked = problems.finish(filter, ErrorKind::InvalidFilter, &what);
    checked.map_err(|error| error.of_model(M::NAME))
}

impl<'c, R: HasOne, C: Connection> HasOneRepository<'c, R, C> {
    /// Finds the target by a run-time filter: only if its `where` is true for it, with what it includes.
    ///
    /// # Errors
    /// Those of [`Repository::find_with`].
    pub fn find_with(
        &self,
        filter: impl IntoFilter<R::Target>,
    ) -> Pending<'c, Option<Graph<R::Target>>> {
        graphs(self.connection, Some(self.constraint.condition())).first(filter)
    }
}

macro_rules! of_many {
    ($($repository:ident [$($bound:tt)*] |$constraint:ident| $condition:expr;)*) => { $(
        impl<'c, R: $($bound)*, C: Connection> $repository<'c, R, C> {
            /// Finds targets of this source by a run-time filter, as [`Repository::find_with`] does.
            ///
            /// # Errors
            /// Those of [`Repository::find_with`].
            pub fn find_with(
                &self,
                filter: impl IntoFilter<R::Target>,
            ) -> Pending<'c, Vec<Graph<R::Target>>> {
                let $constraint: &Constraint<R> = &self.constraint;
                let targets = graphs(self.connection, Some($condition));
                targets.through(R::metadata()).all(filter)
            }

            /// Finds a page of this source's targets by a run-time filter, as [`Repository::page_with`] does.
            ///
            /// # Errors
            /// Those of [`Repository::page_with`].
            pub fn page_with(
                &self,
                filter: impl IntoFilter<R::Target>,
            ) -> Pending<'c, Page<Graph<R::Target>>> {
                let $constraint: &Constraint<R> = &self.constraint;
                let targets = graphs(self.connection, Some($condition));
                targets.through(R::metadata()).page(filter)
            }

            /// Finds the first target of this source by a run-time filter.
            ///
            /// # Errors
            /// Those of [`Repository::find_with`].
            pub fn find_first_with(
                &self,
                filter: impl IntoFilter<R::Target>,
            ) -> Pending<'c, Option<Graph<R::Target>>> {
                let $constraint: &Constraint<R> = &self.constraint;
                let targets = graphs(self.connection, Some($condition));
                targets.through(R::metadata()).first(filter)
            }

            /// Counts targets of this source by a run-time filter, as [`Repository::count_with`] does.
            ///
            /// # Errors
            /// Those of [`Repository::count_with`].
            pub fn count_with(&self, filter: impl IntoFilter<R::Target>) -> Pending<'c, u64> {
                let $constraint: &Constraint<R> = &self.constraint;
                graphs(self.connection, Some($condition)).count(filter)
            }
        }
    )* };
}

of_many! {
    HasManyRepository [Relation<Kind = kinds::HasMany>] |constraint| constraint.condition();
    HasManyThroughRepository [HasManyThrough] |constraint| constraint.linked();
}
