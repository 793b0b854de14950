//! A part of a statement in the user's own words.

use crate::model::Model;
use crate::query::{Computed, Condition, Expression, Fragment, IntoComputed, Predicate};
use crate::raw::text::{AssertSqlSafe, IntoBound};
use crate::value::{ColumnType, Kind};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A part of a statement in your own words, for what no method says: a predicate, or a value to compare, sort and patch by.
///
/// The text is part of the program; `{}` stands for a part, which is a column or what is computed ([`with`](SqlFragment::with)), or a
/// value ([`bind`](SqlFragment::bind)), in their order. So nothing from outside gets into the SQL, and columns have the name that the
/// statement gives their table. `{{` and `}}` are braces. `?` and `$` cannot stand in it, not even within quotes: bind such a text.
///
/// What it means is the database's. Whether it is a condition, or a value of the type that is said, nobody checks before it runs.
///
/// # Errors
/// Statements with it are [`InvalidFilter`](crate::ErrorKind::InvalidFilter) where there are more or fewer parts than `{}`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// use relations::query::SqlFragment;
///
/// let orders = OrderRepository::new(&db);
/// // WHERE ("t0"."total" % 2 = 1)
/// let odd = SqlFragment::new("{} % {} = 1").with(Order::TOTAL).bind(2).predicate();
/// assert_eq!(orders.find().filter(odd).count().await?, 2);
///
/// // Any value it gives can be compared and sorted by.
/// let last_digit = SqlFragment::new("{} % 10").with(Order::TOTAL).value::<i64>();
/// let order = orders.find().order_by(last_digit.desc()).first().await?;
/// assert_eq!(order.map(|order| order.total), Some(9));
/// # Ok(()) });
/// ```
#[must_use = "a fragment does nothing until `predicate()` or `value()` makes something of it"]
pub struct SqlFragment<M> {
    text: Arc<str>,
    parts: Vec<Expression>,
    model: PhantomData<fn() -> M>,
}

/// A text that is part of the program, or [`AssertSqlSafe`].
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the text of a fragment",
    label = "expected a `&'static str` or `AssertSqlSafe(..)`",
    note = "a text that was made at run time may carry SQL from outside: bind values by `.bind(..)`, and say `AssertSqlSafe(text)` where there is none in it"
)]
pub trait IntoFragment: sealed::Sealed {
    #[doc(hidden)]
    fn into_text(self) -> Arc<str>;
}

mod sealed {
    pub trait Sealed {}
}

impl sealed::Sealed for &'static str {}

impl IntoFragment for &'static str {
    fn into_text(self) -> Arc<str> {
        self.into()
    }
}

impl<T: Into<String>> sealed::Sealed for AssertSqlSafe<T> {}

impl<T: Into<String>> IntoFragment for AssertSqlSafe<T> {
    fn into_text(self) -> Arc<str> {
        self.0.into().into()
    }
}

impl<M> fmt::Debug for SqlFragment<M> {
    /// Shows the text, and no values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlFragment")
            .field("text", &self.text)
            .finish_non_exhaustive()
    }
}

impl<M: Model> SqlFragment<M> {
    /// A fragment of this text.
    pub fn new(text: impl IntoFragment) -> SqlFragment<M> {
        SqlFragment {
            text: text.into_text(),
            parts: Vec::new(),
            model: PhantomData,
        }
    }

    /// The column for the next `{}`, or what is computed.
    pub fn with(mut self, part: impl IntoComputed<M>) -> Self {
        self.parts.push(part.into_computed().expression);
        self
    }

    /// The value for the next `{}`: of any type that a column can have, `&str`, or an `Option`.
    pub fn bind(mut self, value: impl IntoBound) -> Self {
        let (value, kind) = value.into_bound();
        self.parts.push(Expression::value(value, kind));
        self
    }

    /// The condition that it is.
    pub fn predicate(self) -> Predicate<M> {
        Predicate::new(Condition::Fragment(self.of_kind(Kind::Bool)))
    }

    /// The value that it gives: of type `T`, an `Option` where it may be NULL.
    pub fn value<T: ColumnType>(self) -> Computed<M, T> {
        Computed::new(Expression::Fragment(self.of_kind(T::KIND)))
    }

    fn of_kind(self, kind: Kind) -> Fragment {
        Fragment {
            text: self.text,
            parts: self.parts,
            kind,
        }
    }
}
