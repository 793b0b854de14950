//! Which rows: conditions on the columns of a model.

use crate::query::condition::Condition;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

/// A condition on the rows of `M`, combined by `&`, `|` and `!`.
///
/// A row is kept when the condition is true. As in SQL, comparing with a NULL column is neither true nor false, so
/// `ne` and `not_in` leave such rows out, and so does `!`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::Predicate;
/// /// What a form asked for; an empty one finds all.
/// fn asked(name: Option<&str>, city: Option<&str>) -> Option<Predicate<Customer>> {
///     let name = name.map(|name| Customer::NAME.like(format!("{name}%")));
///     let city = city.map(|city| Customer::CITY.eq(city));
///     [name, city].into_iter().flatten().reduce(|all, one| all & one)
/// }
///
/// let customers = CustomerRepository::new(&db);
/// assert_eq!(customers.find().filter(asked(Some("F"), None)).count().await?, 1);
/// assert_eq!(customers.find().filter(asked(None, None)).count().await?, 2);
///
/// // A predicate can ask about related rows, and be negated.
/// let without_large = !Customer::ORDERS.some(Order::TOTAL.gt(8));
/// assert_eq!(customers.find().filter(without_large).get().await?.name, "Hel");
/// # Ok(()) });
/// ```
#[must_use = "a predicate does nothing until a query takes it"]
pub struct Predicate<M> {
    pub(crate) condition: Condition,
    /// How many conditions are nested in each other, at most.
    depth: usize,
    model: PhantomData<fn() -> M>,
}

/// Conditions that are nested more deeply are refused. Whoever walks through a condition calls himself for each level, and so do
/// the databases, so without an end a long chain would overflow a stack.
const DEEPEST: usize = 200;

// Not derived, which would ask the same of `M`.
impl<M> Clone for Predicate<M> {
    fn clone(&self) -> Self {
        Predicate {
            condition: self.condition.clone(),
            depth: self.depth,
            model: PhantomData,
        }
    }
}

impl<M> PartialEq for Predicate<M> {
    fn eq(&self, other: &Self) -> bool {
        self.condition == other.condition
    }
}

impl<M> fmt::Debug for Predicate<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt(f)
    }
}

impl<M> Predicate<M> {
    pub(crate) fn new(condition: Condition) -> Predicate<M> {
        let depth = condition.depth();
        Predicate::nested(condition, depth)
    }

    /// With a condition of that depth.
    pub(crate) fn nested(condition: Condition, depth: usize) -> Predicate<M> {
        let condition = match depth > DEEPEST {
            true => Condition::TooDeep,
            false => condition,
        };
        Predicate {
            condition,
            depth: depth.min(DEEPEST + 1),
            model: PhantomData,
        }
    }

    /// How many conditions are nested in each other, at most.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// Both in one list, into which lists of the same kind are merged: a chain of any length is one level deep.
    fn joined(
        self,
        other: Predicate<M>,
        list: fn(Vec<Condition>) -> Condition,
        parts: fn(Condition) -> Result<Vec<Condition>, Condition>,
    ) -> Predicate<M> {
        let mut depth = 0;
        let mut parts = |predicate: Predicate<M>| match parts(predicate.condition) {
            Ok(parts) => {
                depth = depth.max(predicate.depth);
                parts
            }
            Err(condition) => {
                depth = depth.max(predicate.depth + 1);
                vec![condition]
            }
        };
        let mut all = parts(self);
        all.append(&mut parts(other));
        Predicate::nested(list(all), depth)
    }
}

/// What `filter` takes: a predicate on `M`, or an `Option` of one, where `None` keeps every row.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::Predicate;
/// # use relations::query::IntoPredicate;
/// /// A form of the program's own, which a query takes as it is.
/// struct Search {
///     city: Option<String>,
/// }
///
/// impl IntoPredicate<Customer> for Search {
///     fn into_predicate(self) -> Option<Predicate<Customer>> {
///         self.city.map(|city| Customer::CITY.eq(city))
///     }
/// }
///
/// let search = Search { city: Some("Asgard".to_owned()) };
/// assert_eq!(CustomerRepository::new(&db).find().filter(search).count().await?, 1);
/// # Ok(()) });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a predicate on `{M}`",
    label = "expected a predicate on `{M}`",
    note = "build it from a column of `{M}`, and combine predicates by `&`, `|` and `!`"
)]
pub trait IntoPredicate<M> {
    /// The predicate, if there is one.
    fn into_predicate(self) -> Option<Predicate<M>>;
}

#[diagnostic::do_not_recommend]
impl<M> IntoPredicate<M> for Predicate<M> {
    fn into_predicate(self) -> Option<Predicate<M>> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoPredicate<M> for Option<Predicate<M>> {
    fn into_predicate(self) -> Option<Predicate<M>> {
        self
    }
}

impl<M> BitAnd for Predicate<M> {
    type Output = Predicate<M>;

    fn bitand(self, other: Predicate<M>) -> Predicate<M> {
        self.joined(other, Condition::All, |condition| match condition {
            Condition::All(parts) => Ok(parts),
            other => Err(other),
        })
    }
}

impl<M> BitAnd<Option<Predicate<M>>> for Predicate<M> {
    type Output = Predicate<M>;

    /// `None` adds no condition.
    fn bitand(self, other: Option<Predicate<M>>) -> Predicate<M> {
        match other {
            Some(other) => self & other,
            None => self,
        }
    }
}

impl<M> BitOr for Predicate<M> {
    type Output = Predicate<M>;

    fn bitor(self, other: Predicate<M>) -> Predicate<M> {
        self.joined(other, Condition::Any, |condition| match condition {
            Condition::Any(parts) => Ok(parts),
            other => Err(other),
        })
    }
}

impl<M> BitOr<Option<Predicate<M>>> for Predicate<M> {
    type Output = Predicate<M>;

    /// `None` adds no alternative.
    fn bitor(self, other: Option<Predicate<M>>) -> Predicate<M> {
        match other {
            Some(other) => self | other,
            None => self,
        }
    }
}

impl<M> Not for Predicate<M> {
    type Output = Predicate<M>;

    fn not(self) -> Predicate<M> {
        match self.condition {
            // Of NULL, which is neither true nor false, twice nothing is nothing, too.
            Condition::Not(inner) => Predicate::nested(*inner, self.depth - 1),
            condition => Predicate::nested(Condition::Not(Box::new(condition)), self.depth + 1),
        }
    }
}
