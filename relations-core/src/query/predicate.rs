//! Which rows: conditions on the columns of a model.

use crate::query::condition::Condition;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

/// A condition on the rows of `M`, combined by `&`, `|` and `!`.
///
/// A row is kept when the condition is true. As in SQL, comparing with a NULL column is neither true nor false, so
/// `ne` and `not_in` leave such rows out, and so does `!`.
#[must_use = "a predicate does nothing until a query takes it"]
pub struct Predicate<M> {
    pub(crate) condition: Condition,
    model: PhantomData<fn() -> M>,
}

// Not derived, which would ask the same of `M`.
impl<M> Clone for Predicate<M> {
    fn clone(&self) -> Self {
        Predicate::new(self.condition.clone())
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
        Predicate {
            condition,
            model: PhantomData,
        }
    }
}

/// What `filter` takes: a predicate on `M`, or an `Option` of one, of which `None` asks nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a predicate on `{M}`",
    label = "expected a predicate on `{M}`",
    note = "build it from a column of `{M}`"
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
        Predicate::new(self.condition.and(other.condition))
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
        Predicate::new(self.condition.or(other.condition))
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
        Predicate::new(Condition::Not(Box::new(self.condition)))
    }
}
