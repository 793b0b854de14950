//! Creating several rows.

use crate::driver::{Connection, Pending};
use crate::error::{Error, Result};
use crate::model::{Model, RelationMetadata, into_models};
use crate::query::Values;
use crate::write::{Create, CreatedNew, create_new};
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

/// Rows to be created, from [`Repository::create_all`](crate::Repository::create_all). Await it for the rows.
#[must_use = "nothing is created until it is awaited"]
pub struct CreateAll<'c, M, C> {
    connection: &'c C,
    rows: Result<Vec<Values>>,
    through: Option<&'static RelationMetadata>,
    /// The source, for errors of its relation.
    source: Option<String>,
    model: PhantomData<fn() -> M>,
}

/// Rows to be created, but for those that are there, from [`CreateAll::ignore_existing`]. Await it for a list in the order of the drafts:
/// the row as it is stored, or `None` where it was left out.
#[must_use = "nothing is created until it is awaited"]
#[derive(Debug)]
pub struct CreateMissing<'c, M, C>(CreateAll<'c, M, C>);

impl<M, C> fmt::Debug for CreateAll<'_, M, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateAll")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'c, M: Model, C: Connection> CreateAll<'c, M, C> {
    pub(super) fn new(
        connection: &'c C,
        rows: Result<Vec<Values>>,
        through: Option<&'static RelationMetadata>,
        source: Option<String>,
    ) -> Self {
        CreateAll {
            connection,
            rows,
            through,
            source,
            model: PhantomData,
        }
    }

    /// Leaves out rows that are there already: those of which the id or a unique value is taken, also by a draft before them. Rows drafted
    /// with such a row are left out with it. Every other error is an error as before, and then no row is created.
    ///
    /// One transaction. On PostgreSQL and SQLite it takes as many statements as [`create_all`](crate::Repository::create_all): which rows
    /// were left out is told by the unique values that the drafts give and the model knows. A draft that has such a value in common with
    /// one before it waits for a further statement. Where it cannot be told, since a constraint is not known to the model or
    /// a trigger changes the values, all is undone, and done again with a statement for each row.
    ///
    /// On MariaDB the rows are sent as `create_all` sends them. Where a value of some is taken, a statement for each unique key asks of which,
    /// and the others are sent again; by halves, where another one is taken than the model knows. On MySQL it is two statements a row.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// use relations_core::WithId;
    ///
    /// let customers = CustomerRepository::new(&db); // Thor has the id 1
    /// let drafts = [("Thor", 1), ("Sif", 70)].map(|(name, id)| Customer::draft().name(name).with_id(id));
    /// let created = customers.create_all(drafts).ignore_existing().await?;
    /// assert!(created[0].is_none());
    /// assert_eq!(created[1].as_ref().unwrap().name, "Sif");
    /// # Ok(()) });
    /// ```
    pub fn ignore_existing(self) -> CreateMissing<'c, M, C> {
        CreateMissing(self)
    }
}

/// The error with the source, where it is about the relation.
fn named(error: Error, through: Option<&'static RelationMetadata>, source: Option<&str>) -> Error {
    match (source, through, error.relation()) {
        (Some(source), Some(through), Some(name)) if name == through.name => {
            error.with_context(source)
        }
        _ => error,
    }
}

impl<'c, M: Model, C: Connection> IntoFuture for CreateAll<'c, M, C> {
    type Output = Result<Vec<M>>;
    type IntoFuture = Pending<'c, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let create = Create {
                model: M::metadata(),
                rows: self.rows?,
                through: self.through,
            };
            let created = create.run_on(self.connection).await.map(into_models);
            created.map_err(|error| named(error, self.through, self.source.as_deref()))
        })
    }
}

impl<'c, M: Model, C: Connection> IntoFuture for CreateMissing<'c, M, C> {
    type Output = Result<Vec<Option<M>>>;
    type IntoFuture = Pending<'c, Vec<Option<M>>>;

    fn into_future(self) -> Self::IntoFuture {
        let CreateMissing(all) = self;
        Box::pin(async move {
            let created = create_new(all.connection, M::metadata(), all.rows?, all.through);
            let created = created.await.map(in_order);
            created.map_err(|error| named(error, all.through, all.source.as_deref()))
        })
    }
}

fn in_order<M: Model>(created: CreatedNew) -> Vec<Option<M>> {
    let mut rows = into_models::<M>(created.rows).into_iter();
    let mut places = Vec::with_capacity(created.are_created.len());
    for is_created in created.are_created {
        places.push(match is_created {
            true => rows.next(),
            false => None,
        });
    }
    places
}
