//! The types of rows with slots, by the names of their relations.

use crate::model::{Model, NotIncluded, Shared};
use crate::typed::at::At;
use crate::typed::include::WithSlot;
use crate::typed::kind::Kind;
use crate::typed::polymorphic::{BelongsToAny, Polymorphic};
use crate::typed::relation::Relation;
use std::sync::Arc;

/// The type of a row with included relations, for the signatures of functions and the fields of structs:
/// `row!(Customer { address, orders { manufacturers } })`.
///
/// Relations that are not named are not included. `orders { manufacturers }` stands for
/// `.include(Customer::ORDERS.include(Order::MANUFACTURERS))`. Where a slot holds something else than a plain include gives,
/// its type is written out: `orders: Counted<Vec<Order>>`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations_core::row;
/// fn summary(row: &row!(Customer { orders { customer } })) -> String {
///     format!("{}: {}", row.name, row.orders.len())
/// }
///
/// let customers = CustomerRepository::new(&db);
/// let query = customers.find().include(Customer::ORDERS.include(Order::CUSTOMER));
/// let rows: Vec<row!(Customer { orders { customer } })> = query.await?;
/// assert_eq!(summary(&rows[0]), "Freya: 2");
/// # Ok(()) });
/// ```
#[macro_export]
macro_rules! row {
    ($model:path) => { $model };
    ($model:path { $($slots:tt)* }) => {
        $crate::__private::row_type!($model; <$model as $crate::__private::Model>::With; $($slots)*)
    };
}

/// The row type `$with` of `$model` with further slots.
#[doc(hidden)]
#[macro_export]
macro_rules! __row {
    ($model:ty; $with:ty;) => { $with };
    ($model:ty; $with:ty; $slot:ident : $held:ty $(, $($more:tt)*)?) => {
        $crate::__private::row_type!(
            $model;
            $crate::__private::RowWithSlot<
                $with,
                { $crate::__private::has_relation::<$model>(::core::stringify!($slot)) },
                $held,
            >;
            $($($more)*)?
        )
    };
    ($model:ty; $with:ty; $slot:ident $({ $($nested:tt)* })? $(, $($more:tt)*)?) => {
        $crate::__private::row_type!(
            $model;
            $with;
            $slot: $crate::__private::PlainSlot<
                $model,
                { $crate::__private::relation_at::<$model>(::core::stringify!($slot)) },
                $crate::__private::row_target!(
                    $crate::__private::TargetAt<
                        $model,
                        { $crate::__private::relation_at::<$model>(::core::stringify!($slot)) },
                    >;
                    $({ $($nested)* })?
                ),
            >
            $(, $($more)*)?
        )
    };
}

/// A target, with slots where some are wanted.
#[doc(hidden)]
#[macro_export]
macro_rules! __row_target {
    ($target:ty;) => { $target };
    ($target:ty; { $($nested:tt)* }) => {
        $crate::__private::row_type!($target; <$target as $crate::__private::Model>::With; $($nested)*)
    };
}

/// The rows `W` with a slot of the type `V`.
pub type RowWithSlot<W, const AT: usize, V> = <W as WithSlot<At<AT>, V>>::Output;

/// The relation at a position.
type RelationAt<M, const AT: usize> =
    <<M as Model>::With as WithSlot<At<AT>, NotIncluded>>::Relation;

/// What the relation at a position leads to.
pub type TargetAt<M, const AT: usize> = <RelationAt<M, AT> as Slotted>::Target;

/// What a plain include of the relation at a position gives, when `T` is loaded for each target.
pub type PlainSlot<M, const AT: usize, T> = <RelationAt<M, AT> as Slotted>::Slot<T>;

/// Stands for a relation that is less visible than its model, whose type the row's public type cannot name.
#[derive(Debug)]
pub struct LessVisible;

/// A relation of any kind.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`row!` cannot name what this relation gives, since it is less visible than its model",
    label = "write the type of its slot: `name: Type`"
)]
pub trait Slotted {
    type Target;
    type Slot<T: Shared>: Shared;
}

impl<R: Relation> Slotted for R {
    type Target = R::Target;
    type Slot<T: Shared> = <R::Kind as Kind<R>>::Slot<T>;
}

impl<R: Polymorphic> Slotted for BelongsToAny<R> {
    type Target = R::Target;
    type Slot<T: Shared> = Option<Arc<R::Target>>;
}
