//! An expression without its type: what is computed from the columns of a row.

use crate::model::{FieldMetadata, RelationMetadata};
use crate::value::{Kind, Value};
use std::sync::Arc;

/// A value that the database computes for each row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Field(&'static FieldMetadata),
    Value(Box<Bound>),
    Arithmetic {
        operation: Operation,
        /// What the operands are.
        kind: Kind,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    Call {
        function: Function,
        of: Box<Expression>,
    },
    /// The first of both that is not NULL.
    Coalesce(Box<Expression>, Box<Expression>),
    Fragment(Fragment),
    /// Of the rows of a group, or of all rows that a query keeps.
    Aggregate(Aggregate),
    /// Of the targets of a relation.
    OfTargets {
        relation: &'static RelationMetadata,
        aggregate: Aggregate,
    },
    /// What a value inside a column of JSON is sorted by.
    AtPath {
        field: &'static FieldMetadata,
        path: String,
        part: PathPlace,
    },
    /// Expressions that are nested too deeply, which every statement refuses.
    TooDeep,
}

/// JSON is sorted by the type, then among numbers and among texts by the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathPlace {
    Type,
    /// NULL for what is not a number.
    Number,
    /// NULL for what is not a text.
    Text,
}

/// A value of an expression, and what it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bound {
    pub(crate) value: Value,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Sub,
    Mul,
    Div,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Lower,
    Upper,
    Length,
    Year,
    Month,
    Day,
    /// An integer as a text.
    ToText,
    /// An integer as a float.
    ToFloat,
    /// A float without its fraction.
    ToInteger,
}

/// A text in the user's own words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fragment {
    /// With `{}` where the parts go.
    pub(crate) text: Arc<str>,
    pub(crate) parts: Vec<Expression>,
    pub(crate) kind: Kind,
}

/// One value of many rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aggregate {
    pub(crate) function: AggregateFunction,
    /// Of each row; nothing, where rows are counted.
    pub(crate) of: Option<Box<Expression>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AggregateFunction {
    Count,
    CountDistinct,
    Sum,
    Min,
    Max,
    Average,
}

impl Aggregate {
    pub(crate) fn new(function: AggregateFunction, of: Option<Expression>) -> Aggregate {
        Aggregate {
            function,
            of: of.map(Box::new),
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        let of = self.of.as_ref().map_or(Kind::I64, |of| of.kind());
        match self.function {
            AggregateFunction::Count | AggregateFunction::CountDistinct => Kind::I64,
            AggregateFunction::Sum if of == Kind::F64 => Kind::F64,
            AggregateFunction::Sum => Kind::I64,
            AggregateFunction::Min | AggregateFunction::Max => of,
            AggregateFunction::Average => Kind::F64,
        }
    }
}

/// Expressions that are nested more deeply are refused, as predicates are.
const DEEPEST: usize = 100;

impl Expression {
    pub(crate) fn value(value: Value, kind: Kind) -> Expression {
        Expression::Value(Box::new(Bound { value, kind }))
    }

    /// The same, unless it is nested too deeply.
    pub(crate) fn bounded(self) -> Expression {
        match self.depth() > DEEPEST {
            true => Expression::TooDeep,
            false => self,
        }
    }

    fn depth(&self) -> usize {
        let inner = self.parts().into_iter().map(Expression::depth).max();
        1 + inner.unwrap_or(0)
    }

    /// The expressions that it is made of.
    fn parts(&self) -> Vec<&Expression> {
        match self {
            Expression::Arithmetic { left, right, .. } | Expression::Coalesce(left, right) => {
                vec![left, right]
            }
            Expression::Call { of, .. } => vec![of],
            Expression::Fragment(fragment) => fragment.parts.iter().collect(),
            Expression::Aggregate(aggregate) => aggregate.of.as_deref().into_iter().collect(),
            Expression::Field(_)
            | Expression::Value(_)
            // Is computed from other rows.
            | Expression::OfTargets { .. }
            | Expression::AtPath { .. }
            | Expression::TooDeep => Vec::new(),
        }
    }

    /// What the database gives for it.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Expression::Field(field) => field.kind,
            Expression::Value(bound) => bound.kind,
            Expression::Arithmetic { kind, .. } => *kind,
            Expression::Call { function, .. } => function.kind(),
            Expression::Coalesce(first, _) => first.kind(),
            Expression::Fragment(fragment) => fragment.kind,
            Expression::Aggregate(aggregate) | Expression::OfTargets { aggregate, .. } => {
                aggregate.kind()
            }
            Expression::AtPath { part, .. } => match part {
                PathPlace::Type => Kind::I64,
                PathPlace::Number => Kind::F64,
                PathPlace::Text => Kind::Text,
            },
            Expression::TooDeep => Kind::Bool,
        }
    }

    /// Whether it asks about other tables, as words of the user's own may do.
    pub(crate) fn is_about_others(&self) -> bool {
        matches!(self, Expression::Fragment(_) | Expression::OfTargets { .. })
            || self.parts().into_iter().any(Expression::is_about_others)
    }

    /// Whether it asks about the targets of a relation.
    pub(crate) fn has_targets(&self) -> bool {
        matches!(self, Expression::OfTargets { .. })
            || self.parts().into_iter().any(Expression::has_targets)
    }

    pub(crate) fn has_aggregate(&self) -> bool {
        matches!(self, Expression::Aggregate(_))
            || self.parts().into_iter().any(Expression::has_aggregate)
    }

    pub(crate) fn has_value(&self) -> bool {
        matches!(self, Expression::Value(_)) || self.parts().into_iter().any(Expression::has_value)
    }

    /// Whether all rows of a group have one value of it.
    pub(crate) fn is_of_group(&self, keys: &[Expression]) -> bool {
        match self {
            Expression::Aggregate(_) | Expression::Value(_) => true,
            one if keys.contains(one) => true,
            Expression::Field(_) | Expression::OfTargets { .. } | Expression::AtPath { .. } => {
                false
            }
            other => other.parts().into_iter().all(|part| part.is_of_group(keys)),
        }
    }

    /// Whether it reads the field, as far as can be told.
    pub(crate) fn reads(&self, field: &FieldMetadata) -> bool {
        let reads_itself = match self {
            Expression::Field(own) | Expression::AtPath { field: own, .. } => *own == field,
            _ => false,
        };
        reads_itself || self.parts().into_iter().any(|part| part.reads(field))
    }
}

impl Function {
    fn kind(self) -> Kind {
        match self {
            Function::Lower | Function::Upper | Function::ToText => Kind::Text,
            Function::Length | Function::Year | Function::Month | Function::Day => Kind::I64,
            Function::ToInteger => Kind::I64,
            Function::ToFloat => Kind::F64,
        }
    }
}
