//! Which rows: conditions on the columns of a model.

use crate::metadata::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::value::Value;
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

/// A condition without the model's type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Compare {
        field: &'static FieldMetadata,
        operator: Operator,
        value: Value,
    },
    Between {
        field: &'static FieldMetadata,
        low: Value,
        high: Value,
    },
    In {
        field: &'static FieldMetadata,
        values: Vec<Value>,
        negated: bool,
    },
    Like {
        field: &'static FieldMetadata,
        pattern: String,
        negated: bool,
        ignore_case: bool,
    },
    Regexp {
        field: &'static FieldMetadata,
        pattern: String,
        negated: bool,
        ignore_case: bool,
    },
    IsNull {
        field: &'static FieldMetadata,
        negated: bool,
    },
    /// How many of the row's targets meet a condition; without one, how many there are.
    Related {
        relation: &'static RelationMetadata,
        quantifier: Quantifier,
        condition: Option<Box<Condition>>,
    },
    /// The row is the target of a link from the source with this key.
    Linked {
        relation: &'static RelationMetadata,
        key: Vec<Value>,
    },
    /// No link leads to the row.
    Unlinked {
        relation: &'static RelationMetadata,
    },
    /// The fields hold one of these keys.
    Keys {
        fields: Vec<&'static FieldMetadata>,
        keys: Vec<Vec<Value>>,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Some,
    None,
    Every,
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

impl Condition {
    /// Both conditions, in one flat list.
    pub(crate) fn and(self, other: Condition) -> Condition {
        match self {
            Condition::All(mut parts) => {
                parts.push(other);
                Condition::All(parts)
            }
            first => Condition::All(vec![first, other]),
        }
    }

    /// One more condition beside those there are.
    pub(crate) fn beside(first: Option<Condition>, second: Condition) -> Condition {
        match first {
            Some(first) => first.and(second),
            None => second,
        }
    }

    /// Whether it asks about other tables.
    pub(crate) fn is_about_others(&self) -> bool {
        match self {
            Condition::Related { .. } | Condition::Linked { .. } | Condition::Unlinked { .. } => {
                true
            }
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().any(Condition::is_about_others)
            }
            Condition::Not(inner) => inner.is_about_others(),
            _ => false,
        }
    }

    /// Whether it asks for one of a list.
    pub(crate) fn has_list(&self) -> bool {
        match self {
            Condition::In { .. } | Condition::Keys { .. } => true,
            Condition::All(parts) | Condition::Any(parts) => parts.iter().any(Condition::has_list),
            Condition::Not(inner) => inner.has_list(),
            _ => false,
        }
    }

    /// A condition that is always true.
    pub(crate) fn always() -> Condition {
        Condition::All(Vec::new())
    }

    /// A condition that is never true.
    pub(crate) fn never() -> Condition {
        Condition::Any(Vec::new())
    }

    /// Whether it is one that is never true, so that no statement is needed.
    pub(crate) fn is_never(&self) -> bool {
        match self {
            Condition::Any(parts) => parts.is_empty(),
            Condition::All(parts) => parts.iter().any(Condition::is_never),
            _ => false,
        }
    }

    /// Whether it asks about the row alone, and not about other tables.
    pub(crate) fn is_of_row_alone(&self) -> bool {
        match self {
            Condition::Related { .. } | Condition::Linked { .. } | Condition::Unlinked { .. } => {
                false
            }
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().all(Condition::is_of_row_alone)
            }
            Condition::Not(part) => part.is_of_row_alone(),
            _ => true,
        }
    }

    /// Whether it holds for rows that are next to each other by id.
    pub(crate) fn is_range_of_ids(&self, model: &ModelMetadata) -> bool {
        let [id] = model.id else { return false };
        let is_id = |field: &FieldMetadata| *field == model.fields[*id];
        match self {
            Condition::Compare {
                field, operator, ..
            } => *operator != Operator::Ne && is_id(field),
            Condition::Between { field, .. } => is_id(field),
            Condition::All(parts) => parts.iter().all(|part| part.is_range_of_ids(model)),
            _ => false,
        }
    }

    /// Whether it holds for one row at most, which its id identifies.
    pub(crate) fn is_of_one_id(&self, model: &ModelMetadata) -> bool {
        model.id_fields().all(|field| self.fixes(field))
    }

    /// Whether it holds only where the field has one certain value.
    pub(crate) fn fixes(&self, wanted: &FieldMetadata) -> bool {
        match self {
            Condition::Compare {
                field, operator, ..
            } => *operator == Operator::Eq && *field == wanted,
            Condition::All(parts) => parts.iter().any(|part| part.fixes(wanted)),
            _ => false,
        }
    }

    fn or(self, other: Condition) -> Condition {
        match self {
            Condition::Any(mut parts) => {
                parts.push(other);
                Condition::Any(parts)
            }
            first => Condition::Any(vec![first, other]),
        }
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
