//! Aggregates: one value of many rows.

use crate::model::Model;
use crate::query::column::Column;
use crate::query::computed::{Computed, IntoComputed, Nullness, Number};
use crate::query::expression::{Aggregate, AggregateFunction, Expression};
use crate::value::ColumnType;
use std::fmt;
use std::marker::PhantomData;

/// The groups of rows of `M`, as [`group_by`](crate::Select::group_by) makes them; without it, all rows are one group.
///
/// [`Computed<Groups<M>, T>`](Computed) is a value of each group: an aggregate such as `Order::TOTAL.sum()`, a column that the groups are made
/// by (`Order::COUNTRY.of_group()`), or what is computed from those.
///
/// | aggregate | gives |
/// |---|---|
/// | `count` | the number of values that are not NULL, as `i64`; [`count_rows`](crate::query::count_rows) that of rows |
/// | `count_distinct` | the number of different values |
/// | `sum` | `Option<i64>` of integers, `Option<f64>` of floats |
/// | `avg` | `Option<f64>` |
/// | `min` `max` | the column's type as an `Option`: of numbers, texts, dates, times and decimals |
///
/// NULL is left out. Where no value is left, `count` is 0 and the others are `None`. A sum of integers beyond 64 bits is
/// [`InvalidValue`](crate::ErrorKind::InvalidValue), never another number.
pub struct Groups<M>(PhantomData<fn() -> M>);

impl<M> fmt::Debug for Groups<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Groups")
    }
}

/// The number of rows of each group.
pub fn count_rows<M: Model>() -> Computed<Groups<M>, i64> {
    Computed::new(aggregate(AggregateFunction::Count, None))
}

/// What the sum of a column of type `T` is.
pub(crate) type SumOf<T> = <<<T as ColumnType>::Base as Number>::Sum as Nullness>::OrNull;

fn aggregate(function: AggregateFunction, of: Option<Expression>) -> Expression {
    Expression::Aggregate(Aggregate::new(function, of))
}

macro_rules! aggregates {
    ($($on:ident)*) => { $(
        impl<M: Model, T: ColumnType> $on<M, T> {
            /// The number of values that are not NULL; see [`Groups`].
            pub fn count(self) -> Computed<Groups<M>, i64> {
                self.aggregate(AggregateFunction::Count)
            }

            /// The number of different values that are not NULL; see [`Groups`].
            pub fn count_distinct(self) -> Computed<Groups<M>, i64> {
                self.aggregate(AggregateFunction::CountDistinct)
            }

            /// The value of a group that is made by it; see [`Groups`].
            pub fn of_group(self) -> Computed<Groups<M>, T> {
                Computed::new(self.into_computed().expression)
            }

            fn aggregate<U>(self, function: AggregateFunction) -> Computed<Groups<M>, U> {
                let of = self.into_computed().expression;
                Computed::new(aggregate(function, Some(of)))
            }
        }

        impl<M: Model, T: Nullness<Base: Number>> $on<M, T> {
            /// The sum of all that are not NULL; see [`Groups`].
            pub fn sum(self) -> Computed<Groups<M>, SumOf<T>> {
                self.aggregate(AggregateFunction::Sum)
            }

            /// The mean of all that are not NULL; see [`Groups`].
            pub fn avg(self) -> Computed<Groups<M>, Option<f64>> {
                self.aggregate(AggregateFunction::Average)
            }
        }

        impl<M: Model, T: Nullness> $on<M, T> {
            /// The least value; see [`Groups`].
            pub fn min(self) -> Computed<Groups<M>, T::OrNull> {
                self.aggregate(AggregateFunction::Min)
            }

            /// The greatest value; see [`Groups`].
            pub fn max(self) -> Computed<Groups<M>, T::OrNull> {
                self.aggregate(AggregateFunction::Max)
            }
        }
    )* };
}

aggregates! { Column Computed }
