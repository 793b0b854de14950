//! Paths into columns of JSON, and the predicates that they make.
//!
//! The comparisons are written out here as for columns, not made by a macro for both: the compiler shows their signatures to
//! whoever compares with a value of another type.

use crate::model::{FieldMetadata, Model};
use crate::query::column::Column;
use crate::query::condition::{Condition, Operator};
use crate::query::order::{Order, OrderBy};
use crate::query::path::PathTest;
use crate::query::pattern::Pattern;
use crate::query::predicate::Predicate;
use crate::value::{ColumnType, JsonColumn, Value};
use std::fmt;
use std::marker::PhantomData;

/// A value inside a column of JSON, such as `Customer::ADDRESS.path("city")`.
///
/// The parts of a path stand between points, `"lines.0.price"`: each is the key of an object or, where it consists of digits, a
/// position in a list, counted from 0. Whatever has a point in its key cannot be reached. A part is not empty, does not begin with a
/// hyphen, and has no quotes, backslashes or control characters; else the query fails as `InvalidValue` before its statement runs.
///
/// - A path that leads nowhere and one that leads to JSON's `null` are both *null*, as is any path of a column that is NULL. As with
///   columns, no comparison with null is true or false, and only [`is_null`](JsonPath::is_null) finds it.
/// - A value equals one of its own type only: the text `"5"` is not the number 5. Numbers are compared by value, 5 equals 5.0.
///   [`ne`](JsonPath::ne) and [`not_like`](JsonPath::not_like) find values of other types, too; `gt`, `lt` and the like do not.
/// - Texts are compared as the database compares the column's: by code points on SQLite and MySQL, by the database's collation on
///   PostgreSQL.
///
/// # Examples
/// ```
/// # use relations_core as relations;
/// # use relations_derive::Model;
/// # use relations_core::Predicate;
/// #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// struct Customer {
///     #[model(id, generated)]
///     id: i64,
///     settings: serde_json::Value, // or `#[model(json)]` and a type of your own
/// }
///
/// let dark: Predicate<Customer> = Customer::SETTINGS.path("theme.name").eq("dark");
/// let large = Customer::SETTINGS.path("font.size").ge(14);
/// # let _ = dark & large;
/// ```
pub struct JsonPath<M> {
    field: &'static FieldMetadata,
    path: String,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for JsonPath<M> {
    fn clone(&self) -> Self {
        JsonPath {
            field: self.field,
            path: self.path.clone(),
            model: PhantomData,
        }
    }
}

impl<M> fmt::Debug for JsonPath<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.field.name, self.path)
    }
}

/// A text, a number or a truth value, as JSON has them.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonScalar(pub(crate) Value);

macro_rules! scalars {
    ($($ty:ty, |$value:ident| $convert:expr;)*) => { $(
        impl From<$ty> for JsonScalar {
            fn from($value: $ty) -> Self {
                JsonScalar($convert)
            }
        }
    )* };
}

scalars! {
    &str, |value| Value::Text(value.to_owned());
    String, |value| Value::Text(value);
    &String, |value| Value::Text(value.clone());
    bool, |value| Value::Bool(value);
    i32, |value| Value::Int(value.into());
    i64, |value| Value::Int(value);
    u32, |value| Value::Int(value.into());
    f64, |value| Value::Float(value);
}

impl<M: Model, T: ColumnType<Base: JsonColumn>> Column<M, T> {
    /// The value at a path into the JSON of this column, to be compared.
    pub fn path(self, path: impl Into<String>) -> JsonPath<M> {
        JsonPath {
            field: self.field(),
            path: path.into(),
            model: PhantomData,
        }
    }
}

impl<M: Model> JsonPath<M> {
    /// The value at a path from here.
    pub fn path(mut self, path: impl AsRef<str>) -> JsonPath<M> {
        self.path.push('.');
        self.path.push_str(path.as_ref());
        self
    }

    /// Equal to the value.
    pub fn eq(self, value: impl Into<JsonScalar>) -> Predicate<M> {
        self.compare(Operator::Eq, value)
    }

    /// Not equal to the value, and not null.
    pub fn ne(self, value: impl Into<JsonScalar>) -> Predicate<M> {
        self.compare(Operator::Ne, value)
    }

    /// A value of the same type, and greater.
    pub fn gt(self, value: impl Into<JsonScalar>) -> Predicate<M> {
        self.compare(Operator::Gt, value)
    }

    /// A value of the same type, and greater or equal.
    pub fn ge(self, value: impl Into<JsonScalar>) -> Predicate<M> {
        self.compare(Operator::Ge, value)
    }

    /// A value of the same type, and less.
    pub fn lt(self, value: impl Into<JsonScalar>) -> Predicate<M> {
        self.compare(Operator::Lt, value)
    }

    /// A value of the same type, and less or equal.
    pub fn le(self, value: impl Into<JsonScalar>) -> Predicate<M> {
        self.compare(Operator::Le, value)
    }

    /// From `low` to `high`, both included.
    pub fn between(self, low: impl Into<JsonScalar>, high: impl Into<JsonScalar>) -> Predicate<M> {
        self.clone().ge(low) & self.le(high)
    }

    /// One of the values, each of which is a parameter; an empty list matches nothing.
    pub fn in_<V: Into<JsonScalar>>(self, values: impl IntoIterator<Item = V>) -> Predicate<M> {
        Predicate::new(Condition::Any(self.each(Operator::Eq, values)))
    }

    /// None of the values, and not null; an empty list matches everything.
    pub fn not_in<V: Into<JsonScalar>>(self, values: impl IntoIterator<Item = V>) -> Predicate<M> {
        Predicate::new(Condition::All(self.each(Operator::Ne, values)))
    }

    /// A text that matches the pattern; see [`Column::like`].
    pub fn like(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern))
    }

    /// Not null, and no text that matches the pattern.
    pub fn not_like(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern).negated(true))
    }

    /// A text that matches the pattern without regard to case; see [`Column::ilike`].
    pub fn ilike(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern).ignoring_case(true))
    }

    /// Not null, and no text that matches the pattern without regard to case.
    pub fn not_ilike(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern).negated(true).ignoring_case(true))
    }

    /// Null: the path leads nowhere, or to JSON's `null`, or the column is NULL.
    pub fn is_null(self) -> Predicate<M> {
        Predicate::new(self.test(PathTest::IsNull { negated: false }))
    }

    /// Not null.
    pub fn is_not_null(self) -> Predicate<M> {
        Predicate::new(self.test(PathTest::IsNull { negated: true }))
    }

    fn each<V: Into<JsonScalar>>(
        &self,
        operator: Operator,
        values: impl IntoIterator<Item = V>,
    ) -> Vec<Condition> {
        let values = values.into_iter();
        let tests = values.map(|value| PathTest::Compare(operator, value.into().0));
        tests.map(|test| self.test(test)).collect()
    }

    /// Sorts by the value, the least first.
    ///
    /// Values of different types are sorted by the type, on every database alike: null, `false`, `true`, numbers, texts, and last lists and
    /// objects, which are not compared among themselves. Numbers are sorted by value, on MySQL as floats; texts as the database
    /// compares them, see [`JsonPath`]. Pages by cursors take no such order.
    ///
    /// # Examples
    /// ```
    /// # use relations_core as relations;
    /// # use relations_derive::Model;
    /// # use relations_core::Order;
    /// # #[derive(Debug, Model)]
    /// # #[model(crate = "relations_core")]
    /// # struct Customer { #[model(id, generated)] id: i64, settings: serde_json::Value }
    /// let order: Order<Customer> = Customer::SETTINGS.path("font.size").desc();
    /// # let _ = order;
    /// ```
    pub fn asc(self) -> Order<M> {
        Order::of(OrderBy::at_path(self.field, &self.path, false))
    }

    /// Sorts by the value, the greatest first; see [`asc`](JsonPath::asc).
    pub fn desc(self) -> Order<M> {
        Order::of(OrderBy::at_path(self.field, &self.path, true))
    }

    fn compare(self, operator: Operator, value: impl Into<JsonScalar>) -> Predicate<M> {
        Predicate::new(self.test(PathTest::Compare(operator, value.into().0)))
    }

    fn like_pattern(self, pattern: Pattern) -> Predicate<M> {
        Predicate::new(self.test(PathTest::Like(pattern)))
    }

    fn test(&self, test: PathTest) -> Condition {
        Condition::Path {
            field: self.field,
            path: self.path.clone(),
            test,
        }
    }
}
