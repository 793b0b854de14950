//! A predicate without its type: what statements and filters are made of.

use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::expression::{Expression, Fragment};
use crate::query::path::PathTest;
use crate::query::pattern::Pattern;
use crate::value::Value;

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
        pattern: Pattern,
    },
    Regexp {
        field: &'static FieldMetadata,
        pattern: Pattern,
    },
    IsNull {
        field: &'static FieldMetadata,
        negated: bool,
    },
    /// What is asked of a value inside a column of JSON.
    Path {
        field: &'static FieldMetadata,
        path: String,
        test: PathTest,
    },
    /// Two values that are computed, or columns.
    Computed {
        left: Expression,
        operator: Operator,
        right: Expression,
    },
    ComputedIsNull {
        expression: Expression,
        negated: bool,
    },
    /// In the user's own words.
    Fragment(Fragment),
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
    /// The row is a link whose target is in the scope that the relation always has.
    LeadsIntoScope {
        relation: &'static RelationMetadata,
    },
    /// No link leads to the row.
    Unlinked {
        relation: &'static RelationMetadata,
    },
    /// The fields hold one of these keys, which follow one another.
    Keys {
        fields: Vec<&'static FieldMetadata>,
        values: Vec<Value>,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Conditions that are nested too deeply, which every statement refuses.
    TooDeep,
}

/// The rows that a write is for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// Without one every row.
    pub(crate) condition: Option<Condition>,
    /// Whether the condition is that of a run-time filter, which may come from anybody.
    pub(crate) is_of_filter: bool,
}

impl Which {
    /// Those of them that meet this condition as well.
    pub(crate) fn and(self, other: Condition) -> Which {
        Which {
            condition: Some(Condition::beside(self.condition, other)),
            ..self
        }
    }

    pub(crate) fn of_filter(self) -> Which {
        Which {
            is_of_filter: true,
            ..self
        }
    }
}

impl From<Option<Condition>> for Which {
    fn from(condition: Option<Condition>) -> Which {
        Which {
            condition,
            is_of_filter: false,
        }
    }
}

impl From<Condition> for Which {
    fn from(condition: Condition) -> Which {
        Some(condition).into()
    }
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

    /// How many conditions are nested in each other, at most.
    pub(crate) fn depth(&self) -> usize {
        let inner = match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().map(Condition::depth).max()
            }
            Condition::Not(inner) => Some(inner.depth()),
            Condition::Related { condition, .. } => condition.as_deref().map(Condition::depth),
            _ => None,
        };
        1 + inner.unwrap_or(0)
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
            Condition::Related { .. }
            | Condition::Linked { .. }
            | Condition::LeadsIntoScope { .. }
            | Condition::Unlinked { .. } => true,
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().any(Condition::is_about_others)
            }
            Condition::Not(inner) => inner.is_about_others(),
            other => other.computes_of_others(),
        }
    }

    /// Whether what it computes asks about other tables, as words of the user's own may do.
    fn computes_of_others(&self) -> bool {
        match self {
            Condition::Computed { left, right, .. } => {
                left.is_about_others() || right.is_about_others()
            }
            Condition::ComputedIsNull { expression, .. } => expression.is_about_others(),
            Condition::Fragment(_) => true,
            _ => false,
        }
    }

    /// Whether all rows of a group meet it or none.
    pub(crate) fn is_of_group(&self, keys: &[Expression]) -> bool {
        match self {
            Condition::Computed { left, right, .. } => {
                left.is_of_group(keys) && right.is_of_group(keys)
            }
            Condition::ComputedIsNull { expression, .. } => expression.is_of_group(keys),
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().all(|part| part.is_of_group(keys))
            }
            Condition::Not(inner) => inner.is_of_group(keys),
            _ => false,
        }
    }

    /// How many relations it asks about, also of related rows.
    pub(crate) fn relations(&self) -> usize {
        match self {
            Condition::Related { condition, .. } => {
                1 + condition.as_deref().map_or(0, Condition::relations)
            }
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().map(Condition::relations).sum()
            }
            Condition::Not(inner) => inner.relations(),
            _ => 0,
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
            Condition::Related { .. }
            | Condition::Linked { .. }
            | Condition::LeadsIntoScope { .. }
            | Condition::Unlinked { .. } => false,
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().all(Condition::is_of_row_alone)
            }
            Condition::Not(part) => part.is_of_row_alone(),
            other => !other.computes_of_others(),
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
}
