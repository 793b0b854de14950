//! Selections: values of rows or of groups, instead of whole rows.

use crate::driver::{Connection, Pending};
use crate::error::Result;
use crate::model::Model;
use crate::query::{
    Column, Computed, Condition, Expression, Groups, IntoComputed, IntoOrder, IntoPredicate, Plan,
    Selected, SelectedColumn,
};
use crate::raw::{FromRow, fetch};
use crate::sql;
use crate::typed::find_one::not_found;
use crate::value::ColumnType;
use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

/// Values of the rows that a query keeps, or of their groups: from [`Query::select`](crate::Query::select).
///
/// The limit and the offset are of the rows that come, after groups are made and repeated ones left out. They come in the order of the
/// query; groups by [`order_by`](Select::order_by), ties and groups without an order by what they are made by.
///
/// A filter by related rows repeats none, so that sums count each row once.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let orders = OrderRepository::new(&db);
/// let totals = orders.find().select((Order::ID, Order::TOTAL)).all().await?;
/// assert_eq!(totals.iter().map(|(_, total)| *total).collect::<Vec<i64>>(), [5, 9]);
///
/// // SELECT "t0"."customer_id", SUM("t0"."total") .. GROUP BY "t0"."customer_id" HAVING SUM("t0"."total") > $1
/// let of_customers = orders
///     .find()
///     .select((Order::CUSTOMER_ID, Order::TOTAL.sum()))
///     .group_by(Order::CUSTOMER_ID)
///     .having(Order::TOTAL.sum().gt(5))
///     .order_by(Order::TOTAL.sum().desc());
/// let of_customers: Vec<(i64, Option<i64>)> = of_customers.all().await?;
/// assert_eq!(of_customers.len(), 1);
/// assert_eq!(of_customers[0].1, Some(14));
/// # Ok(()) });
/// ```
#[must_use = "a selection does nothing until `all`, `first`, or `all_as` is awaited"]
pub struct Select<M, R, C> {
    connection: C,
    selected: Selected,
    types: PhantomData<fn() -> (M, R)>,
}

impl<M, R, C> fmt::Debug for Select<M, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Select")
            .field("selected", &self.selected)
            .finish_non_exhaustive()
    }
}

/// A value with a name, for a struct with `#[derive(FromRow)]`.
#[derive(Debug)]
pub struct Named<V> {
    value: V,
    name: &'static str,
}

/// One value of a [`Select`]: a column of `M`, what is computed from columns, or an aggregate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected of a `{M}`",
    label = "expected a column of `{M}`, what is computed from columns, or an aggregate"
)]
pub trait SelectValue<M> {
    /// Its type.
    type Type: ColumnType;
    #[doc(hidden)]
    fn into_selected(self) -> SelectedValue;
}

/// What is selected.
#[doc(hidden)]
#[derive(Debug)]
pub struct SelectedValue(SelectedColumn);

/// What [`Query::select`](crate::Query::select) takes: one value, or a tuple of one to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a selection of `{M}`",
    label = "expected a column of `{M}`, what is computed from columns, an aggregate, or a tuple of those"
)]
pub trait Selection<M> {
    /// Its type, or a tuple of their types.
    type Row: SelectedRow;
    #[doc(hidden)]
    fn into_values(self) -> Vec<SelectedValue>;
}

/// What a selection gives for a row: a value, or a tuple of values.
pub trait SelectedRow: Sized + Send + 'static {
    /// What is read of the row.
    #[doc(hidden)]
    type Read: FromRow;
    #[doc(hidden)]
    fn of(read: Self::Read) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> SelectedRow for T {
    type Read = (T,);

    fn of((value,): (T,)) -> T {
        value
    }
}

// Each type has its own impl, since one for all would overlap with that of tuples.
macro_rules! alone {
    ($($on:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: ColumnType> Selection<M> for $on {
            type Row = T;

            fn into_values(self) -> Vec<SelectedValue> {
                vec![self.into_selected()]
            }
        }
    )* };
}

alone! { Column<M, T> Computed<M, T> Computed<Groups<M>, T> }

#[diagnostic::do_not_recommend]
impl<M, V: SelectValue<M>> Selection<M> for Named<V> {
    type Row = V::Type;

    fn into_values(self) -> Vec<SelectedValue> {
        vec![self.into_selected()]
    }
}

impl<M: Model, T: ColumnType> SelectValue<M> for Column<M, T> {
    type Type = T;

    fn into_selected(self) -> SelectedValue {
        SelectedValue(SelectedColumn {
            expression: Expression::Field(self.field()),
            name: Some(Cow::Borrowed(self.field().name)),
        })
    }
}

impl<M: Model, T: ColumnType> SelectValue<M> for Computed<M, T> {
    type Type = T;

    fn into_selected(self) -> SelectedValue {
        unnamed(self.expression)
    }
}

impl<M: Model, T: ColumnType> SelectValue<M> for Computed<Groups<M>, T> {
    type Type = T;

    fn into_selected(self) -> SelectedValue {
        unnamed(self.expression)
    }
}

impl<M, V: SelectValue<M>> SelectValue<M> for Named<V> {
    type Type = V::Type;

    fn into_selected(self) -> SelectedValue {
        let mut selected = self.value.into_selected();
        selected.0.name = Some(Cow::Borrowed(self.name));
        selected
    }
}

fn unnamed(expression: Expression) -> SelectedValue {
    SelectedValue(SelectedColumn {
        expression,
        name: None,
    })
}

impl<M, T> Computed<M, T> {
    /// The value under this name, which a struct with `#[derive(FromRow)]` has for its field.
    pub fn named(self, name: &'static str) -> Named<Self> {
        Named { value: self, name }
    }
}

impl<M, T> Column<M, T> {
    /// The value under this name, which a struct with `#[derive(FromRow)]` has for its field.
    pub fn named(self, name: &'static str) -> Named<Self> {
        Named { value: self, name }
    }
}

macro_rules! selections {
    ($($($value:ident $at:tt)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($value: ColumnType),*> SelectedRow for ($($value,)*) {
            type Read = Self;

            fn of(read: Self) -> Self {
                read
            }
        }

        #[diagnostic::do_not_recommend]
        impl<M, $($value: SelectValue<M>),*> Selection<M> for ($($value,)*) {
            type Row = ($($value::Type,)*);

            fn into_values(self) -> Vec<SelectedValue> {
                vec![$(self.$at.into_selected()),*]
            }
        }
    )* };
}

selections! {
    A 0;
    A 0 B 1;
    A 0 B 1 D 2;
    A 0 B 1 D 2 E 3;
    A 0 B 1 D 2 E 3 F 4;
    A 0 B 1 D 2 E 3 F 4 G 5;
    A 0 B 1 D 2 E 3 F 4 G 5 H 6;
    A 0 B 1 D 2 E 3 F 4 G 5 H 6 I 7;
}

/// What groups are made by: a column, what is computed from columns without values, or a tuple of them.
pub trait GroupKeys<M> {
    #[doc(hidden)]
    fn into_keys(self) -> Vec<SelectedValue>;
}

impl<M: Model, T: ColumnType> GroupKeys<M> for Column<M, T> {
    fn into_keys(self) -> Vec<SelectedValue> {
        vec![unnamed(self.into_computed().expression)]
    }
}

impl<M: Model, T: ColumnType> GroupKeys<M> for Computed<M, T> {
    fn into_keys(self) -> Vec<SelectedValue> {
        vec![unnamed(self.expression)]
    }
}

impl<M, A: GroupKeys<M>, B: GroupKeys<M>> GroupKeys<M> for (A, B) {
    fn into_keys(self) -> Vec<SelectedValue> {
        let mut keys = self.0.into_keys();
        keys.extend(self.1.into_keys());
        keys
    }
}

impl<M, A: GroupKeys<M>, B: GroupKeys<M>, D: GroupKeys<M>> GroupKeys<M> for (A, B, D) {
    fn into_keys(self) -> Vec<SelectedValue> {
        ((self.0, self.1), self.2).into_keys()
    }
}

impl<M: Model, R, C> Select<M, R, C> {
    pub(super) fn new(connection: C, plan: Plan, selection: impl Selection<M, Row = R>) -> Self {
        let columns = selection.into_values().into_iter();
        let mut selected = Selected {
            plan,
            columns: columns.map(|value| value.0).collect(),
            distinct: false,
            keys: Vec::new(),
            having: None,
            order: Vec::new(),
        };
        if selected.is_grouped() {
            selected.plan.forget_own_order();
        }
        Select {
            connection,
            selected,
            types: PhantomData,
        }
    }

    /// Leaves out what came before. Rows then come in the order asked for, ties by the values themselves. What they are sorted by is
    /// among the values.
    pub fn distinct(mut self) -> Self {
        // What the relation is sorted by need not be among the values.
        self.selected.plan.forget_own_order();
        self.selected.distinct = true;
        self
    }

    /// Makes groups of the rows in which these are equal. Each gives one row.
    pub fn group_by(mut self, keys: impl GroupKeys<M>) -> Self {
        let keys = keys.into_keys().into_iter().map(|key| key.0.expression);
        self.selected.keys.extend(keys);
        self.selected.plan.forget_own_order();
        self
    }

    /// Keeps the groups for which the predicate is true; further ones apply as well.
    pub fn having(mut self, predicate: impl IntoPredicate<Groups<M>>) -> Self {
        if let Some(predicate) = predicate.into_predicate() {
            let having = self.selected.having.take();
            self.selected.having = Some(Condition::beside(having, predicate.condition));
        }
        self
    }

    /// Sorts groups, by aggregates or by what they are made by (`Order::COUNTRY.asc()`); without groups, rows.
    pub fn order_by(mut self, order: impl IntoOrder<Groups<M>>) -> Self {
        let order = order.into_order().by;
        self.selected.order.extend(order.parts());
        self
    }

    /// Keeps this many at most.
    pub fn limit(mut self, rows: u64) -> Self {
        self.selected.plan.limit = Some(rows);
        self
    }

    /// Passes over this many.
    pub fn offset(mut self, rows: u64) -> Self {
        self.selected.plan.offset = Some(rows);
        self
    }
}

impl<M: Model, R: SelectedRow, C: Connection> Select<M, R, C> {
    /// All of them, as tuples, or as values where one was selected alone. One statement.
    ///
    /// # Errors
    /// `InvalidFilter` where a value of a group is neither an aggregate nor named by `group_by`; `InvalidValue` where an integer has more
    /// than 64 bits.
    pub async fn all(self) -> Result<Vec<R>> {
        let read = self.all_as::<R::Read>().await?;
        Ok(read.into_iter().map(R::of).collect())
    }

    /// All of them, as structs with `#[derive(FromRow)]`, by the names of fields; what is computed has one by
    /// [`named`](crate::query::Computed::named).
    ///
    /// # Errors
    /// Those of [`all`](Select::all), and `Decode` where a name or a type does not fit.
    pub async fn all_as<T: FromRow>(self) -> Result<Vec<T>> {
        let statement = sql::values(&self.selected, self.connection.dialect())?;
        fetch(&self.connection, statement).await
    }

    /// The first of them, if there is one. Without `group_by` aggregates always give one.
    ///
    /// # Errors
    /// Those of [`all`](Select::all).
    pub async fn first(mut self) -> Result<Option<R>> {
        let limit = self.selected.plan.limit.unwrap_or(1);
        self.selected.plan.limit = Some(Ord::min(limit, 1));
        Ok(self.all().await?.into_iter().next())
    }

    /// The first of them.
    ///
    /// # Errors
    /// `NotFound` where there is none, and those of [`all`](Select::all).
    pub async fn get(self) -> Result<R> {
        self.first()
            .await?
            .ok_or_else(|| not_found(M::NAME, "matches the query"))
    }
}

/// Awaiting a selection gives all of it, as [`all`](Select::all) does.
impl<'c, M: Model, R: SelectedRow, C: Connection> IntoFuture for Select<M, R, &'c C> {
    type Output = Result<Vec<R>>;
    type IntoFuture = Pending<'c, Vec<R>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.all())
    }
}
