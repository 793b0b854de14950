//! Queries: the builder that repositories and scopes share, and the operations it ends in.

use crate::driver::{
    AnyRow, Connection, InTransaction, Number, Pending, Session, Work, compiled_once,
};
use crate::error::Result;
use crate::model::Model;
use crate::query::{
    Cursor, IntoCursor, IntoOrder, IntoPredicate, Lock, Plan, Seek, Side, Strategy, with_ties,
};
use crate::sql;
use crate::typed::find_one::not_found;
use crate::typed::include::{Include, Vacant};
use crate::typed::page::{NumberedPage, Page, page, page_at};
use crate::typed::select::{Select, Selection};
use crate::typed::stream::RowStream;
use crate::typed::tree::{Root, Tree, find};
use std::fmt;
use std::marker::PhantomData;

/// A query for rows of `M`, from `repository.find()` or within a scope.
///
/// `filter`, `order_by`, `limit` and `offset` keep its type, so it can be built conditionally; `include` adds a slot to
/// the rows it gives. Rows come by the order asked for, ties and rows without an order by id.
///
/// A query takes one statement, plus one for each included relation that is not joined or is counted, and for a polymorphic
/// one as many as models are referred to. To-many relations are never joined. A `has_one` is joined unless its
/// scope has a limit or an offset, a `belongs_to` only where at most 20 rows are asked for; no more than 30 relations are. A list of keys beyond 8 MiB takes further statements, but for PostgreSQL. Where a
/// constraint turns out to be missing, or a target to be gone, all of them run once more, in a more careful way.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let customers = CustomerRepository::new(&db);
/// let rows = customers
///     .find()
///     .filter(Customer::CITY.eq("Asgard"))
///     .include(Customer::ORDERS.order_by(Order::TOTAL.desc()).limit(1))
///     .await?;
/// assert_eq!(rows[0].name, "Freya"); // the fields of the customer
/// assert_eq!(rows[0].orders[0].total, 9); // and a slot for what was included
///
/// assert_eq!(customers.find().count().await?, 2);
/// assert!(customers.find().filter(Customer::NAME.eq("Loki")).first().await?.is_none());
/// # Ok(()) });
/// ```
#[must_use = "a query does nothing until one of `all`, `first`, `get`, `count`, `exists` is awaited"]
pub struct Query<M: Model, T, C> {
    pub(crate) connection: C,
    pub(crate) plan: Plan,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M: Model, T, C: Clone> Clone for Query<M, T, C> {
    fn clone(&self) -> Self {
        Query {
            connection: self.connection.clone(),
            plan: self.plan.clone(),
            types: PhantomData,
        }
    }
}

impl<M: Model, T, C> fmt::Debug for Query<M, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").field("plan", &self.plan).finish()
    }
}

impl<M: Model, C> Query<M, Root<M>, C> {
    pub(crate) fn new(connection: C) -> Self {
        Query {
            connection,
            plan: Plan::new(M::metadata()),
            types: PhantomData,
        }
    }
}

impl<M: Model, T: Tree<Model = M>, C> Query<M, T, C> {
    /// Locks the rows that it finds until the transaction ends: others that lock, change or delete them wait; those who read do not.
    /// Included rows are not locked, and `count` and `exists` lock nothing.
    ///
    /// On SQLite there is nothing to lock: a transaction that is not read-only is the one that writes, from its beginning on.
    ///
    /// # Errors
    /// `Conflict`, which is retryable, where another transaction waits for this one, or has the row for longer than the server waits.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// db.transaction(async |tx| {
    ///     let orders = OrderRepository::new(&tx);
    ///     let order = orders.find().filter(Order::TOTAL.eq(5)).for_update().get().await?;
    ///     orders.patch_by_id(order.id, Order::patch().total(order.total * 2)).await
    /// }).await?;
    /// assert!(OrderRepository::new(&db).find().filter(Order::TOTAL.eq(10)).exists().await?);
    /// # Ok(()) });
    /// ```
    pub fn for_update(mut self) -> Self
    where
        C: InTransaction,
    {
        self.plan.lock = Some(Lock::Wait);
        self
    }

    /// As [`for_update`](Query::for_update), without the rows that another transaction has locked: so several workers take tasks of one
    /// table, each its own. A limit counts the rows that are taken.
    pub fn skip_locked(mut self) -> Self
    where
        C: InTransaction,
    {
        self.plan.lock = Some(Lock::Skip);
        self
    }

    /// As [`for_update`](Query::for_update), but where another transaction has a row, it is the error `Conflict` at once.
    pub fn no_wait(mut self) -> Self
    where
        C: InTransaction,
    {
        self.plan.lock = Some(Lock::NoWait);
        self
    }
}

impl<M: Model, C> Query<M, Root<M>, C> {
    /// Reads values instead of rows: a column, what is computed from columns, an aggregate, or a tuple of those; see [`Select`].
    pub fn select<S: Selection<M>>(self, selection: S) -> Select<M, S::Row, C> {
        Select::new(self.connection, self.plan, selection)
    }
}

impl<M: Model, T: Tree<Model = M>, C> Query<M, T, C> {
    /// Keeps the rows for which the predicate is true; `None` keeps all. Further filters apply as well.
    pub fn filter(mut self, predicate: impl IntoPredicate<M>) -> Self {
        if let Some(predicate) = predicate.into_predicate() {
            self.plan.add_condition(predicate.condition);
        }
        self
    }

    /// Sorts the rows; further orders break the ties of earlier ones.
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        let plan = &mut self.plan;
        plan.add_order(order.into_order().by);
        if let Some(seek) = plan.seek.take() {
            plan.seek = Some(Box::new(seek.of_order(plan.model, &plan.order)));
        }
        self
    }

    /// Gives at most this many rows, counted after the offset. In a scope: at most this many targets of each source.
    pub fn limit(mut self, rows: u64) -> Self {
        self.plan.limit = Some(rows);
        self
    }

    /// Skips this many rows. In a scope: this many of each source.
    pub fn offset(mut self, rows: u64) -> Self {
        self.plan.offset = Some(rows);
        self
    }

    /// Loads a relation with the rows: `include(Supplier::ACCOUNT)`.
    ///
    /// The rows become `SupplierWith<..>`, with the slot `account`. A relation is included once; what else is wanted
    /// of it goes into [`Relation::scope`](crate::Relation::scope).
    pub fn include<I: Include<M, T>>(mut self, relation: I) -> Query<M, I::Tree, C>
    where
        I::Was: Vacant,
    {
        std::sync::Arc::make_mut(&mut self.plan.includes).push(relation.into_plan());
        Query {
            connection: self.connection,
            plan: self.plan,
            types: PhantomData,
        }
    }
}

impl<'c, M: Model, T: Tree<Model = M>, C: Connection> Query<M, T, &'c C> {
    /// Gives the rows one after the other, with no more than some thousand in memory, whatever their number.
    ///
    /// They are loaded in blocks of 1,000, each by a statement of its own, and the includes of a block as those of any query. A block
    /// goes on after the last row of the one before, in the order of the query: by an index over the columns of the order and the
    /// id, where there is one. Between blocks no connection is held, so a stream may be read slowly, or dropped at any time. Rows
    /// that others add or remove meanwhile may be there or not; all others come once. In
    /// `db.snapshot().transaction(..)` all blocks see the same moment.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// let customers = CustomerRepository::new(&db);
    /// let mut stream = customers.find().include(Customer::ORDERS).stream();
    /// while let Some(customer) = stream.try_next().await? {
    ///     println!("{}: {}", customer.name, customer.orders.len());
    /// }
    ///
    /// let mut lines = customers.find().stream().json_lines();
    /// let first = lines.try_next().await?.unwrap();
    /// assert_eq!(first, "{\"id\":1,\"name\":\"Freya\",\"city\":\"Asgard\"}\n");
    /// # Ok(()) });
    /// ```
    pub fn stream(self) -> RowStream<'c, T> {
        RowStream::new(self.connection, self.plan)
    }
}

/// Awaiting a query gives all rows, as [`all`](Query::all) does.
impl<'c, M: Model, T: Tree<Model = M>, C: Connection> IntoFuture for Query<M, T, &'c C> {
    type Output = Result<Vec<T::Output>>;
    type IntoFuture = Pending<'c, Vec<T::Output>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(find::<T>(self.connection, self.plan, false))
    }
}

impl<M: Model, T: Tree<Model = M>, C: Connection> Query<M, T, C> {
    /// Keeps the rows that come after the row of this cursor in the order of the query. `None` keeps all.
    ///
    /// The cursor is one of the same order, from [`cursor_of`](Query::cursor_of) or a [`Page`]. Its row need not be there
    /// any more. Where an offset counts all rows that it passes over, a cursor finds its place by an index over the columns of the order and the
    /// id, if there is one: `index` of the model's schema.
    ///
    /// ```
    /// # use relations_core::{Column, Connection, Model, Query, Result, Root};
    /// # async fn page<M: Model + Clone, C: Connection + Clone>(query: Query<M, Root<M>, C>, created: Column<M, i64>) -> Result<()> {
    /// let query = query.order_by(created.desc()).limit(20);
    /// let page = query.clone().page().await?;
    /// let next = query.after(page.next).page().await?;
    /// # let _ = next; Ok(())
    /// # }
    /// ```
    pub fn after(self, cursor: impl IntoCursor) -> Self {
        self.seek(cursor.into_cursor(), Side::After)
    }

    /// Keeps the rows that come before the row of this cursor in the order of the query. `None` keeps all.
    ///
    /// They come in the order of the query, and a limit keeps the last of them, those next to the cursor; an offset passes over rows
    /// from there.
    pub fn before(self, cursor: impl IntoCursor) -> Self {
        self.seek(cursor.into_cursor(), Side::Before)
    }

    fn seek(mut self, cursor: Option<Cursor>, side: Side) -> Self {
        let plan = &mut self.plan;
        let seek = |cursor| Box::new(Seek::new(cursor, side, plan.model, &plan.order));
        plan.seek = cursor.map(seek);
        self
    }

    /// The place of a row in the order of the query.
    ///
    /// # Errors
    /// `InvalidValue` where a column of the order holds what JSON cannot, which is a float that is not a finite number.
    pub fn cursor_of(&self, row: &M) -> Result<Cursor> {
        let model = M::metadata();
        let order = with_ties(model, &self.plan.order);
        Cursor::new(model, &order, |field| row.column_value(field).as_value())
    }

    /// Gives a page of as many rows as the limit says, with cursors for the pages next to it.
    ///
    /// Loads one row more than the limit, to see whether there is a further page. Without a limit all rows are one page.
    ///
    /// # Errors
    /// Those of [`all`](Query::all) and of [`cursor_of`](Query::cursor_of).
    pub async fn page(self) -> Result<Page<T::Output>> {
        page::<T>(&self.connection, self.plan).await
    }

    /// Gives the page of this number, from 1, with how many rows there are in all. A page behind the last has no rows, and tells the
    /// number of all the same.
    ///
    /// It takes the place of limit, offset and cursor. One statement, and one for each include that is not joined; one more where a
    /// page behind the first is empty. The database counts all rows that the filters keep, and passes over those of the pages before: where nobody asks
    /// for a number, [`page`](Query::page) takes as long wherever it is.
    ///
    /// # Errors
    /// `InvalidValue` where the number or the size is 0; those of [`all`](Query::all).
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// let page = CustomerRepository::new(&db).find().order_by(Customer::NAME.asc()).page_at(1, 1).await?;
    /// // SELECT .., (SELECT COUNT(*) FROM "customer" AS "t0") FROM "customer" AS "t0" ORDER BY .. LIMIT 1 OFFSET 0
    /// assert_eq!((page.rows.len(), page.total, page.pages()), (1, 2, 2));
    /// # Ok(()) });
    /// ```
    pub async fn page_at(self, number: u64, size: u64) -> Result<NumberedPage<T::Output>> {
        page_at::<T>(&self.connection, self.plan, number, size).await
    }

    /// Gives all rows.
    ///
    /// # Errors
    /// `Decode` where a column does not fit its field, `DanglingKey` where a required key refers to no row,
    /// `InvalidValue` where the database cannot hold a value that the query compares with, `InvalidFilter` where a cursor is none
    /// of the query's order.
    pub async fn all(self) -> Result<Vec<T::Output>> {
        find::<T>(&self.connection, self.plan, false).await
    }

    /// Gives the first row, if there is one.
    ///
    /// # Errors
    /// Those of [`all`](Query::all).
    pub async fn first(mut self) -> Result<Option<T::Output>> {
        if self.plan.counts_from_end() {
            // A limit of one would keep the last of them.
            return Ok(self.all().await?.into_iter().next());
        }
        if let Some(seek) = &mut self.plan.seek {
            seek.counts_from_cursor = false;
        }
        self.plan.limit = Some(self.plan.limit.unwrap_or(1).min(1));
        Ok(self.all().await?.pop())
    }

    /// Gives the first row.
    ///
    /// # Errors
    /// `NotFound` when there is none, and those of [`all`](Query::all).
    pub async fn get(self) -> Result<T::Output> {
        self.first()
            .await?
            .ok_or_else(|| not_found(M::NAME, "matches the query"))
    }

    /// Counts the rows, within `limit` and `offset` if given. One statement; includes are not loaded.
    ///
    /// # Errors
    /// `InvalidValue` as for [`all`](Query::all).
    pub async fn count(self) -> Result<u64> {
        Count { plan: self.plan }.run_on(&self.connection).await
    }

    /// Whether there is a row. One statement; includes are not loaded.
    ///
    /// # Errors
    /// `InvalidValue` as for [`all`](Query::all).
    pub async fn exists(self) -> Result<bool> {
        let plan = self.plan;
        let exists = Exists {
            plan,
            single: false,
        };
        exists.run_on(&self.connection).await
    }

    /// The text of the query's first statement: that of the rows themselves, with joined includes.
    ///
    /// # Errors
    /// `InvalidValue` as for [`all`](Query::all).
    pub fn to_sql(&self) -> Result<String> {
        first_statement(&self.plan, &self.connection, false)
    }
}

pub(crate) fn first_statement(
    plan: &Plan,
    connection: &dyn Connection,
    single: bool,
) -> Result<String> {
    let (mut plan, dialect) = (plan.clone(), connection.dialect());
    plan.decide(Strategy::Fast, single);
    Ok(sql::select(&plan, single, dialect)?.sql.to_string())
}

/// The row of a query whose condition holds for one row at most.
pub(crate) async fn find_one<M: Model, T: Tree<Model = M>, C: Connection>(
    query: Query<M, T, &C>,
) -> Result<Option<T::Output>> {
    let found = find::<T>(query.connection, query.plan, true).await?;
    Ok(found.into_iter().next())
}

pub(crate) struct Count {
    pub(crate) plan: Plan,
}

compiled_once!(Count => u64);

impl Work for Count {
    type Output = u64;

    fn is_read_only(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<u64> {
        if self.plan.is_empty() {
            return Ok(0);
        }
        let statement = sql::count(&self.plan, session.dialect())?;
        Number::of(statement, session).await
    }
}

pub(crate) struct Exists {
    pub(crate) plan: Plan,
    /// Whether the condition holds for one row at most.
    pub(crate) single: bool,
}

compiled_once!(Exists => bool);

impl Work for Exists {
    type Output = bool;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        self.single && self.plan.is_short(true)
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<bool> {
        if self.plan.is_empty() {
            return Ok(false);
        }
        let statement = sql::exists(&self.plan, session.dialect())?;
        AnyRow::of(statement, session).await
    }
}
