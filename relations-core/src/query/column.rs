//! Typed columns, and the predicates and orders they make.

use crate::model::{FieldMetadata, Model};
use crate::query::computed::{Either, Operand};
use crate::query::condition::{Condition, Operator};
use crate::query::expression::Expression;
use crate::query::order::Order;
use crate::query::pattern::Pattern;
use crate::query::predicate::Predicate;
use crate::value::{ColumnType, IntoField};
use std::fmt;
use std::marker::PhantomData;

/// A column of `M` that holds a `T`, such as `Supplier::NAME`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// // WHERE "name" LIKE .. AND ("city" = .. OR "city" IS NULL)
/// let asked = Customer::NAME.like("F%") & (Customer::CITY.eq("Asgard") | Customer::CITY.is_null());
/// let customers = CustomerRepository::new(&db);
/// let found = customers.find().filter(asked).order_by(Customer::NAME.desc()).await?;
/// assert_eq!(found[0].name, "Freya");
/// # Ok(()) });
/// ```
pub struct Column<M, T> {
    at: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Model, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", M::NAME, self.field().name)
    }
}

impl<M, T> Column<M, T> {
    /// For the derive.
    #[doc(hidden)]
    pub const fn new(at: usize) -> Self {
        Column {
            at,
            types: PhantomData,
        }
    }
}

impl<M: Model, T> Column<M, T> {
    /// What the model says of this column.
    pub fn field(&self) -> &'static FieldMetadata {
        &M::metadata().fields[self.at]
    }
}

impl<M: Model, T: ColumnType> Column<M, T> {
    /// Equal to the value.
    pub fn eq<K>(self, value: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Eq, value)
    }

    /// Not equal to the value. Leaves out rows where the column is NULL.
    pub fn ne<K>(self, value: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Ne, value)
    }

    /// Greater than the value.
    pub fn gt<K>(self, value: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Gt, value)
    }

    /// Greater than the value, or equal to it.
    pub fn ge<K>(self, value: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Ge, value)
    }

    /// Less than the value.
    pub fn lt<K>(self, value: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Lt, value)
    }

    /// Less than the value, or equal to it.
    pub fn le<K>(self, value: impl Operand<M, T::Base, K>) -> Predicate<M> {
        self.compare(Operator::Le, value)
    }

    /// From `low` to `high`, both included.
    pub fn between(
        self,
        low: impl IntoField<T::Base>,
        high: impl IntoField<T::Base>,
    ) -> Predicate<M> {
        Predicate::new(Condition::Between {
            field: self.field(),
            low: low.into_field().into_value(),
            high: high.into_field().into_value(),
        })
    }

    /// One of the values; an empty list matches nothing. The whole list is one parameter, except for floats, decimals,
    /// times and JSON on databases that cannot pass them as JSON: there each value is one, and the database limits
    /// their number.
    pub fn in_<V: IntoField<T::Base>>(self, values: impl IntoIterator<Item = V>) -> Predicate<M> {
        self.list(values, false)
    }

    /// None of the values; an empty list matches everything. Leaves out rows where the column is NULL, unless the
    /// list is empty.
    pub fn not_in<V: IntoField<T::Base>>(
        self,
        values: impl IntoIterator<Item = V>,
    ) -> Predicate<M> {
        self.list(values, true)
    }

    /// NULL.
    pub fn is_null(self) -> Predicate<M> {
        Predicate::new(Condition::IsNull {
            field: self.field(),
            negated: false,
        })
    }

    /// Not NULL.
    pub fn is_not_null(self) -> Predicate<M> {
        Predicate::new(Condition::IsNull {
            field: self.field(),
            negated: true,
        })
    }

    /// Sorts by this column, smallest first, NULL before all values.
    pub fn asc(self) -> Order<M> {
        Order::new(self.field(), false)
    }

    /// Sorts by this column, largest first, NULL after all values.
    pub fn desc(self) -> Order<M> {
        Order::new(self.field(), true)
    }

    fn compare<K>(self, operator: Operator, value: impl Operand<M, T::Base, K>) -> Predicate<M> {
        Predicate::new(match value.into_operand().0 {
            Either::Value(value) => Condition::Compare {
                field: self.field(),
                operator,
                value,
            },
            Either::Computed(right) => Condition::Computed {
                left: Expression::Field(self.field()),
                operator,
                right,
            },
        })
    }

    fn list<V: IntoField<T::Base>>(
        self,
        values: impl IntoIterator<Item = V>,
        negated: bool,
    ) -> Predicate<M> {
        let values = values
            .into_iter()
            .map(|value| value.into_field().into_value())
            .collect();
        Predicate::new(Condition::In {
            field: self.field(),
            values,
            negated,
        })
    }
}

impl<M: Model, T: ColumnType<Base = String>> Column<M, T> {
    /// Matches the pattern: `%` stands for any text, `_` for any character, `\` takes the next character literally. It
    /// is case-sensitive on every database.
    pub fn like(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern))
    }

    /// Does not match the pattern.
    pub fn not_like(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern).negated(true))
    }

    /// Matches the pattern without regard to case. SQLite folds only the letters of ASCII.
    pub fn ilike(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern).ignoring_case(true))
    }

    /// Does not match the pattern, without regard to case.
    pub fn not_ilike(self, pattern: impl Into<String>) -> Predicate<M> {
        self.like_pattern(Pattern::new(pattern).negated(true).ignoring_case(true))
    }

    /// Has a part that matches the regular expression; it is case-sensitive on every database.
    ///
    /// Patterns consist of what all databases understand alike: literals, `.` for any character, `^` and `$` for the
    /// start and the end of the text, `|`, groups `( )` and `(?: )`, classes such as `[a-z]`, `[^,]` and
    /// `[[:alpha:]]`, `\d \w \s \D \W \S`, `\n \r \t`, signs after a `\`, and the quantifiers `* + ? {2} {2,} {2,5}`. Named
    /// classes and `\d`, `\w`, `\s` know the characters of ASCII only; all else takes a character beyond ASCII for one.
    /// A line break is a character like any other.
    ///
    /// With any other pattern the query fails as `InvalidValue` before its statement runs. So it does where matching
    /// could take long: with more than ten quantifiers, or `*`, `+` or a count behind a group that has one in it.
    /// MariaDB gives up on a text that takes very many tries, such as thousands of `a` for `a*a*a*b`, and counts it as
    /// one that does not match.
    ///
    /// ```
    /// # use relations_core::{Column, Model, Predicate};
    /// # fn of<M: Model>(phone: Column<M, String>) -> Predicate<M> {
    /// phone.regexp(r"^\+46[ -]?\d{2,3}")
    /// # }
    /// ```
    pub fn regexp(self, pattern: impl Into<String>) -> Predicate<M> {
        self.regexp_pattern(Pattern::new(pattern))
    }

    /// Has no part that matches the regular expression.
    pub fn not_regexp(self, pattern: impl Into<String>) -> Predicate<M> {
        self.regexp_pattern(Pattern::new(pattern).negated(true))
    }

    /// Has a part that matches the regular expression without regard to case. Beyond ASCII the database decides which
    /// letters are upper and lower case of each other: it differs for a few such as `ß` and `ı`, and PostgreSQL goes by
    /// the collation of the column.
    pub fn iregexp(self, pattern: impl Into<String>) -> Predicate<M> {
        self.regexp_pattern(Pattern::new(pattern).ignoring_case(true))
    }

    /// Has no part that matches the regular expression, without regard to case.
    pub fn not_iregexp(self, pattern: impl Into<String>) -> Predicate<M> {
        self.regexp_pattern(Pattern::new(pattern).negated(true).ignoring_case(true))
    }

    fn like_pattern(self, pattern: Pattern) -> Predicate<M> {
        let field = self.field();
        Predicate::new(Condition::Like { field, pattern })
    }

    fn regexp_pattern(self, pattern: Pattern) -> Predicate<M> {
        let field = self.field();
        Predicate::new(Condition::Regexp { field, pattern })
    }
}
