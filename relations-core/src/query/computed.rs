//! What is computed from columns, with its type.

use crate::model::Model;
use crate::query::column::Column;
use crate::query::condition::{Condition, Operator};
use crate::query::expression::{Expression, Function, Operation};
use crate::query::order::Order;
use crate::query::predicate::Predicate;
use crate::value::{ColumnType, IntoField, Value};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A value of type `T` that the database computes for each row of `M`, from its columns.
///
/// It stands wherever a column stands: in predicates, in orders, as the other side of a comparison; and in patches, as the new value
/// of a field.
///
/// | | gives |
/// |---|---|
/// | `add` `sub` `mul` `div` | numbers: `i8` to `i64`, `u8` to `u32`, `f64`. Integers are computed with 64 bits |
/// | `lower` `upper` | text. SQLite changes ASCII letters only; PostgreSQL and MySQL go by the column's collation |
/// | `length` | the number of characters of a text, not of bytes |
/// | `coalesce` | the first that is not NULL |
/// | `year` `month` `day` | the part of a date or a time, of `chrono`, `time` or `jiff`, as `i64`. Of a moment in UTC |
/// | `to_text` `to_f64` `to_i64` | an integer as text or as float; a float without its fraction |
///
/// What computes with NULL gives NULL, and its type is an `Option`. Of a division an `Option` comes too: divided by zero is NULL on every
/// database. Integers are divided as Rust divides them, without a remainder.
///
/// An integer beyond 64 bits is [`InvalidValue`](crate::ErrorKind::InvalidValue), never another number; so is one that its column
/// does not hold, where a patch stores it. A float that becomes infinite is refused by PostgreSQL and MySQL, and is infinite on SQLite.
/// Decimals are not computed with, since SQLite has no exact type for them; they are compared, and `coalesce` takes them.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let orders = OrderRepository::new(&db);
/// // WHERE "t0"."total" * $1 > $2 + ..
/// let found = orders.find().filter(Order::TOTAL.mul(2).gt(Order::ID.add(10))).await?;
/// assert_eq!(found.iter().map(|order| order.total).collect::<Vec<_>>(), [9]);
///
/// let customers = CustomerRepository::new(&db);
/// let shortest_first = customers.find().order_by(Customer::NAME.length().asc()).await?;
/// assert_eq!(shortest_first[0].name, "Hel");
/// # Ok(()) });
/// ```
pub struct Computed<M, T> {
    pub(crate) expression: Expression,
    types: PhantomData<fn() -> (M, T)>,
}

// Not derived, which would ask the same of `M`.
impl<M, T> Clone for Computed<M, T> {
    fn clone(&self) -> Self {
        Computed::new(self.expression.clone())
    }
}

impl<M, T> fmt::Debug for Computed<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

/// The types that expressions compute with, and what comes of NULL: `T` and `Option<T>`.
///
/// This trait is sealed.
pub trait Nullness: ColumnType + sealed::Sealed {
    /// `U`, which may be NULL where this type may.
    type As<U: Nullness<Base = U>>: Nullness<Base = U>;
    /// This type, which may be NULL where `U` may.
    type Or<U: Nullness<Base = Self::Base>>: Nullness<Base = Self::Base>;
    /// This type, which may be NULL.
    type OrNull: Nullness<Base = Self::Base>;
}

/// Numbers that expressions compute with.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "a database does not compute with `{Self}`",
    label = "no number to compute with",
    note = "it computes with `i8` to `i64`, `u8` to `u32`, and `f64`"
)]
pub trait Number: Nullness<Base = Self> {
    /// What many of them add up to: `i64` of integers.
    type Sum: Nullness<Base = Self::Sum>;
}

/// Integers that expressions compute with.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an integer to compute with")]
pub trait Integer: Number {}

/// Types that hold a date.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no year, month and day",
    label = "no date",
    note = "a `NaiveDate`, a `NaiveDateTime` or a `DateTime<Utc>` has them, and the types like them of `time` and `jiff`"
)]
pub trait Dated: Nullness<Base = Self> {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! nullness {
    ($($ty:ty $(=> $sum:ty)? $(, $of:ident)*;)*) => { $(
        impl sealed::Sealed for $ty {}

        #[diagnostic::do_not_recommend]
        impl Nullness for $ty {
            type As<U: Nullness<Base = U>> = U;
            type Or<U: Nullness<Base = $ty>> = U;
            type OrNull = Option<$ty>;
        }

        $(
            impl Number for $ty {
                type Sum = $sum;
            }
        )?

        $(impl $of for $ty {})*
    )* };
}

nullness! {
    i8 => i64, Integer;
    i16 => i64, Integer;
    i32 => i64, Integer;
    i64 => i64, Integer;
    u8 => i64, Integer;
    u16 => i64, Integer;
    u32 => i64, Integer;
    f64 => f64;
    u64;
    f32;
    String;
}

#[cfg(feature = "chrono")]
nullness! {
    chrono::NaiveDate, Dated;
    chrono::NaiveDateTime, Dated;
    chrono::DateTime<chrono::Utc>, Dated;
}

#[cfg(feature = "chrono")]
nullness! {
    chrono::NaiveTime;
}

#[cfg(feature = "time")]
nullness! {
    time::Date, Dated;
    time::PrimitiveDateTime, Dated;
    time::OffsetDateTime, Dated;
    time::UtcDateTime, Dated;
    time::Time;
}

#[cfg(feature = "jiff")]
nullness! {
    jiff::civil::Date, Dated;
    jiff::civil::DateTime, Dated;
    jiff::Timestamp, Dated;
    jiff::civil::Time;
}

#[cfg(feature = "rust_decimal")]
nullness! {
    rust_decimal::Decimal;
}

impl<T> sealed::Sealed for Option<T> {}

#[diagnostic::do_not_recommend]
impl<T: Nullness<Base = T, OrNull = Option<T>>> Nullness for Option<T> {
    type As<U: Nullness<Base = U>> = U::OrNull;
    type Or<U: Nullness<Base = T>> = Option<T>;
    type OrNull = Option<T>;
}

/// Says that an [`Operand`] is a value of the program.
#[derive(Debug)]
pub struct AsValue;

/// Says that an [`Operand`] is a column, or computed from columns.
#[derive(Debug)]
pub struct AsComputed;

/// What a column of type `T` is compared and computed with: a value, another column of the same model and type, or what is computed from
/// them.
///
/// The compiler finds `K` by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given for a field of type `{T}`",
    label = "expected a value for `{T}`, or a column of `{M}` of that type",
    note = "rows where a column is NULL are found by `is_null()`, the others by `is_not_null()`"
)]
pub trait Operand<M, T, K> {
    /// The type, which is an `Option` where it may be NULL.
    type Type: ColumnType;
    #[doc(hidden)]
    fn into_operand(self) -> Given;
}

/// A value, or how to compute one.
#[doc(hidden)]
#[derive(Debug)]
pub struct Given(pub(crate) Either);

#[derive(Debug)]
pub(crate) enum Either {
    Value(Value),
    Computed(Expression),
}

impl<M, T> From<Computed<M, T>> for Given {
    fn from(computed: Computed<M, T>) -> Given {
        Given(Either::Computed(computed.expression))
    }
}

impl Given {
    pub(crate) fn of<T: ColumnType>(value: T) -> Given {
        Given(Either::Value(value.into_value()))
    }

    fn into_expression<T: ColumnType>(self) -> Expression {
        match self.0 {
            Either::Value(value) => Expression::value(value, T::KIND),
            Either::Computed(expression) => expression,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType, V: IntoField<T>> Operand<M, T, AsValue> for V {
    type Type = T;

    fn into_operand(self) -> Given {
        Given::of(self.into_field())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, B, T: ColumnType<Base = B>> Operand<M, B, AsComputed> for Column<M, T> {
    type Type = T;

    fn into_operand(self) -> Given {
        Given(Either::Computed(Expression::Field(self.field())))
    }
}

#[diagnostic::do_not_recommend]
impl<M, B, T: ColumnType<Base = B>> Operand<M, B, AsComputed> for Computed<M, T> {
    type Type = T;

    fn into_operand(self) -> Given {
        self.into()
    }
}

/// A column of `M`, or what is computed from columns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column of `{M}`, nor computed from one",
    label = "expected a column of `{M}`, or what is computed from columns"
)]
pub trait IntoComputed<M> {
    /// The type of the value.
    type Type: ColumnType;
    #[doc(hidden)]
    fn into_computed(self) -> Computed<M, Self::Type>;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: ColumnType> IntoComputed<M> for Column<M, T> {
    type Type = T;

    fn into_computed(self) -> Computed<M, T> {
        Computed::new(Expression::Field(self.field()))
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: ColumnType> IntoComputed<M> for Computed<M, T> {
    type Type = T;

    fn into_computed(self) -> Computed<M, T> {
        self
    }
}

impl<M, T> Computed<M, T> {
    pub(crate) fn new(expression: Expression) -> Self {
        Computed {
            expression: expression.bounded(),
            types: PhantomData,
        }
    }

    fn call<U>(self, function: Function) -> Computed<M, U> {
        let of = Box::new(self.expression);
        Computed::new(Expression::Call { function, of })
    }
}

impl<M, T: ColumnType> Computed<M, T> {
    /// `=`
    pub fn eq<K>(self, other: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Eq, other)
    }

    /// `<>`
    pub fn ne<K>(self, other: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Ne, other)
    }

    /// `>`
    pub fn gt<K>(self, other: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Gt, other)
    }

    /// `>=`
    pub fn ge<K>(self, other: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Ge, other)
    }

    /// `<`
    pub fn lt<K>(self, other: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Lt, other)
    }

    /// `<=`
    pub fn le<K>(self, other: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Le, other)
    }

    /// One of these values, each of which is a parameter of its own. An empty list finds nothing.
    pub fn in_<V: IntoField<T::Base>>(self, values: impl IntoIterator<Item = V>) -> Predicate<M> {
        let is = |value: V| {
            let value = Either::Value(value.into_field().into_value());
            self.clone().compared(Operator::Eq, Given(value))
        };
        Predicate::new(Condition::Any(values.into_iter().map(is).collect()))
    }

    /// `IS NULL`
    pub fn is_null(self) -> Predicate<M> {
        Predicate::new(Condition::ComputedIsNull {
            expression: self.expression,
            negated: false,
        })
    }

    /// `IS NOT NULL`
    pub fn is_not_null(self) -> Predicate<M> {
        Predicate::new(Condition::ComputedIsNull {
            expression: self.expression,
            negated: true,
        })
    }

    /// Sorts ascending, NULL first. An order by what is computed has no cursor.
    pub fn asc(self) -> Order<M> {
        Order::computed(Arc::new(self.expression), false)
    }

    /// Sorts descending, NULL last. An order by what is computed has no cursor.
    pub fn desc(self) -> Order<M> {
        Order::computed(Arc::new(self.expression), true)
    }

    /// This value, or the other where it is NULL.
    pub fn coalesce<K, V: Operand<M, T::Base, K>>(self, other: V) -> Computed<M, V::Type> {
        let other = other.into_operand().into_expression::<T>();
        Computed::new(Expression::Coalesce(
            Box::new(self.expression),
            Box::new(other),
        ))
    }

    fn compare<K>(self, operator: Operator, other: impl Operand<M, T::Base, K>) -> Predicate<M> {
        Predicate::new(self.compared(operator, other.into_operand()))
    }

    pub(super) fn compared(self, operator: Operator, other: Given) -> Condition {
        Condition::Computed {
            left: self.expression,
            operator,
            right: other.into_expression::<T>(),
        }
    }
}

/// What a computation of a column of type `T` with an operand gives.
type With<M, T, V, K> =
    Computed<M, <T as Nullness>::Or<<V as Operand<M, <T as ColumnType>::Base, K>>::Type>>;

#[allow(clippy::should_implement_trait)] // The operators cannot leave it to the compiler which kind of operand it is.
impl<M, T: Nullness<Base: Number>> Computed<M, T> {
    /// The sum.
    pub fn add<K, V>(self, other: V) -> With<M, T, V, K>
    where
        V: Operand<M, T::Base, K, Type: Nullness<Base = T::Base>>,
    {
        self.arithmetic(Operation::Add, other.into_operand())
    }

    /// The difference.
    pub fn sub<K, V>(self, other: V) -> With<M, T, V, K>
    where
        V: Operand<M, T::Base, K, Type: Nullness<Base = T::Base>>,
    {
        self.arithmetic(Operation::Sub, other.into_operand())
    }

    /// The product.
    pub fn mul<K, V>(self, other: V) -> With<M, T, V, K>
    where
        V: Operand<M, T::Base, K, Type: Nullness<Base = T::Base>>,
    {
        self.arithmetic(Operation::Mul, other.into_operand())
    }

    /// The quotient; of integers without a remainder. NULL where it is divided by zero.
    pub fn div<K>(self, other: impl Operand<M, T::Base, K>) -> Computed<M, T::OrNull> {
        self.arithmetic(Operation::Div, other.into_operand())
    }

    fn arithmetic<U>(self, operation: Operation, other: Given) -> Computed<M, U> {
        Computed::new(Expression::Arithmetic {
            operation,
            kind: T::KIND,
            left: Box::new(self.expression),
            right: Box::new(other.into_expression::<T>()),
        })
    }
}

impl<M, T: Nullness<Base: Integer>> Computed<M, T> {
    /// The digits as a text.
    pub fn to_text(self) -> Computed<M, T::As<String>> {
        self.call(Function::ToText)
    }

    /// The nearest float.
    pub fn to_f64(self) -> Computed<M, T::As<f64>> {
        self.call(Function::ToFloat)
    }
}

impl<M, T: Nullness<Base = f64>> Computed<M, T> {
    /// The integer that is left without the fraction: 2 of 2.7, and -2 of -2.7. For floats that an `i64` holds.
    pub fn to_i64(self) -> Computed<M, T::As<i64>> {
        self.call(Function::ToInteger)
    }
}

impl<M, T: Nullness<Base = String>> Computed<M, T> {
    /// The text in small letters: on SQLite ASCII letters only.
    pub fn lower(self) -> Computed<M, T> {
        self.call(Function::Lower)
    }

    /// The text in capital letters: on SQLite ASCII letters only.
    pub fn upper(self) -> Computed<M, T> {
        self.call(Function::Upper)
    }

    /// The number of characters.
    pub fn length(self) -> Computed<M, T::As<i64>> {
        self.call(Function::Length)
    }
}

impl<M, T: Nullness<Base: Dated>> Computed<M, T> {
    /// The year.
    pub fn year(self) -> Computed<M, T::As<i64>> {
        self.call(Function::Year)
    }

    /// The month, from 1.
    pub fn month(self) -> Computed<M, T::As<i64>> {
        self.call(Function::Month)
    }

    /// The day of the month, from 1.
    pub fn day(self) -> Computed<M, T::As<i64>> {
        self.call(Function::Day)
    }
}

impl<M: Model, T: ColumnType> Column<M, T> {
    /// The column's value, or the other where it is NULL; see [`Computed`].
    pub fn coalesce<K, V: Operand<M, T::Base, K>>(self, other: V) -> Computed<M, V::Type> {
        self.into_computed().coalesce(other)
    }
}

#[allow(clippy::should_implement_trait)] // The operators cannot leave it to the compiler which kind of operand it is.
impl<M: Model, T: Nullness<Base: Number>> Column<M, T> {
    /// The sum; see [`Computed`]. In a patch the database adds to what is stored then, so that none of two callers is lost.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// let orders = OrderRepository::new(&db);
    /// let dearer = Order::patch().total(Order::TOTAL.add(1));
    /// assert_eq!(orders.patch(dearer).filter(Order::TOTAL.lt(9)).await?, 1);
    /// # Ok(()) });
    /// ```
    pub fn add<K, V>(self, other: V) -> With<M, T, V, K>
    where
        V: Operand<M, T::Base, K, Type: Nullness<Base = T::Base>>,
    {
        self.into_computed().add(other)
    }

    /// The difference; see [`Computed`].
    pub fn sub<K, V>(self, other: V) -> With<M, T, V, K>
    where
        V: Operand<M, T::Base, K, Type: Nullness<Base = T::Base>>,
    {
        self.into_computed().sub(other)
    }

    /// The product; see [`Computed`].
    pub fn mul<K, V>(self, other: V) -> With<M, T, V, K>
    where
        V: Operand<M, T::Base, K, Type: Nullness<Base = T::Base>>,
    {
        self.into_computed().mul(other)
    }

    /// The quotient, of integers without a remainder, and NULL where it is divided by zero; see [`Computed`].
    pub fn div<K>(self, other: impl Operand<M, T::Base, K>) -> Computed<M, T::OrNull> {
        self.into_computed().div(other)
    }
}

impl<M: Model, T: Nullness<Base: Integer>> Column<M, T> {
    /// The digits as a text; see [`Computed`].
    pub fn to_text(self) -> Computed<M, T::As<String>> {
        self.into_computed().to_text()
    }

    /// The nearest float; see [`Computed`].
    pub fn to_f64(self) -> Computed<M, T::As<f64>> {
        self.into_computed().to_f64()
    }
}

impl<M: Model, T: Nullness<Base = f64>> Column<M, T> {
    /// The integer that is left without the fraction; see [`Computed`].
    pub fn to_i64(self) -> Computed<M, T::As<i64>> {
        self.into_computed().to_i64()
    }
}

impl<M: Model, T: Nullness<Base = String>> Column<M, T> {
    /// The text in small letters: on SQLite ASCII letters only; see [`Computed`].
    pub fn lower(self) -> Computed<M, T> {
        self.into_computed().lower()
    }

    /// The text in capital letters: on SQLite ASCII letters only; see [`Computed`].
    pub fn upper(self) -> Computed<M, T> {
        self.into_computed().upper()
    }

    /// The number of characters; see [`Computed`].
    pub fn length(self) -> Computed<M, T::As<i64>> {
        self.into_computed().length()
    }
}

impl<M: Model, T: Nullness<Base: Dated>> Column<M, T> {
    /// The year; see [`Computed`].
    pub fn year(self) -> Computed<M, T::As<i64>> {
        self.into_computed().year()
    }

    /// The month, from 1; see [`Computed`].
    pub fn month(self) -> Computed<M, T::As<i64>> {
        self.into_computed().month()
    }

    /// The day of the month, from 1; see [`Computed`].
    pub fn day(self) -> Computed<M, T::As<i64>> {
        self.into_computed().day()
    }
}
