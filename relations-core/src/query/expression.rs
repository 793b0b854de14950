//! An expression without its type: what is computed from the columns of a row.

use crate::model::FieldMetadata;
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
    /// Expressions that are nested too deeply, which every statement refuses.
    TooDeep,
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
            Expression::Field(_) | Expression::Value(_) | Expression::TooDeep => Vec::new(),
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
            Expression::TooDeep => Kind::Bool,
        }
    }

    /// Whether it has words of the user's own, which may ask about other tables.
    pub(crate) fn has_fragment(&self) -> bool {
        matches!(self, Expression::Fragment(_))
            || self.parts().into_iter().any(Expression::has_fragment)
    }

    /// Whether it reads the field, as far as can be told.
    pub(crate) fn reads(&self, field: &FieldMetadata) -> bool {
        let reads_itself = matches!(self, Expression::Field(own) if *own == field);
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
