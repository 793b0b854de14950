//! Finding rows of one model.
//!
//! A query of a repository on `&Db` or `&Tx` keeps that reference, and so outlives the repository; with any other connection, known
//! or not, it borrows it from the repository. Both are called `find`: the one stands on `Repository`, where only references
//! fit, the other on what every repository dereferences to.

use crate::driver::Connection;
use crate::model::{IntoKey, Key, Model};
use crate::query::fields_equal;
use crate::repository::Repository;
use crate::typed::{FindOne, Query, Root, Sought};
use crate::value::Value;
use std::fmt;
use std::marker::PhantomData;

/// What a [`Repository`] with a connection of its own finds rows by. It dereferences to this.
pub struct Finder<M, C> {
    pub(super) connection: C,
    pub(super) model: PhantomData<fn() -> M>,
}

impl<M: Model, C> fmt::Debug for Finder<M, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finder")
            .field("model", &M::NAME)
            .finish_non_exhaustive()
    }
}

pub(super) fn by_id<M: Model, C: Connection>(
    connection: &C,
    id: Vec<Value>,
) -> Query<M, Root<M>, &C> {
    let mut query = Query::new(connection);
    let condition = fields_equal(M::metadata().id_fields(), id);
    query.plan.add_condition(condition);
    query
}

fn find_by_id<M: Model, C: Connection>(
    connection: &C,
    id: Vec<Value>,
) -> FindOne<'_, M, Root<M>, C> {
    let sought = Sought {
        id: Some(id.clone()),
        of: None,
    };
    FindOne {
        query: by_id(connection, id),
        sought,
    }
}

impl<'c, M: Model, C: Connection> Repository<M, &'c C> {
    /// Starts a query for rows; it ends in `all`, `first`, `get`, `count` or `exists`.
    ///
    /// It borrows the database or transaction, and not the repository, so it can be kept:
    /// `let orders = OrderRepository::new(&db).find();`.
    pub fn find(&self) -> Query<M, Root<M>, &'c C> {
        Query::new(self.connection)
    }

    /// Finds the row with this id: await it for an `Option`, or add `.include(..)`, `.get()`. One statement, and one
    /// for each include that is not joined.
    pub fn find_by_id(&self, id: impl IntoKey<M::Id>) -> FindOne<'c, M, Root<M>, C> {
        find_by_id(self.connection, id.into_key().into_values())
    }
}

impl<M: Model, C: Connection> Finder<M, C> {
    /// Starts a query for rows; it ends in `all`, `first`, `get`, `count` or `exists`. It borrows the repository, whose connection may
    /// be its own.
    pub fn find(&self) -> Query<M, Root<M>, &C> {
        Query::new(&self.connection)
    }

    /// Finds the row with this id: await it for an `Option`, or add `.include(..)`, `.get()`. One statement, and one
    /// for each include that is not joined.
    pub fn find_by_id(&self, id: impl IntoKey<M::Id>) -> FindOne<'_, M, Root<M>, C> {
        find_by_id(&self.connection, id.into_key().into_values())
    }
}
