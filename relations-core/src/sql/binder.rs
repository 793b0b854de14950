//! What a builder puts into a text for the parameters.

use crate::sql::parameter::{Parameter, Source, is_written};
use crate::sql::template;
use crate::value::{Dialect, hash};
use sea_query::{Expr, Value as SqlValue};

/// The parameters of a statement whose text is built, as a walk has named them.
///
/// A builder that binds a parameter puts the place of its value in the walk into the text. The writer makes a placeholder of
/// it, so that a builder may bind them in any order, and one of them twice.
pub(crate) struct Binder {
    pub(crate) dialect: Dialect,
    pub(crate) values: Vec<SqlValue>,
    pub(crate) places: hash::Map<Source, usize>,
}

/// What the writer is to put for a number of a statement.
pub(crate) enum Tag {
    /// A placeholder for the value at that place of the walk.
    Parameter { at: usize, has_type: bool },
    /// The number itself.
    Number(u64),
}

/// No limit is as high.
const PARAMETER: u64 = 1 << 63;

const WITHOUT_TYPE: u64 = 1 << 62;

impl Tag {
    pub(crate) fn of(number: u64) -> Tag {
        match number & PARAMETER {
            0 => Tag::Number(number),
            _ => Tag::Parameter {
                at: (number & !(PARAMETER | WITHOUT_TYPE)) as usize,
                has_type: number & WITHOUT_TYPE == 0,
            },
        }
    }
}

impl Binder {
    pub(crate) fn bind(&self, parameter: Parameter) -> Expr {
        Expr::val(self.tag(parameter))
    }

    /// For a parameter whose value has no say in how rows are found. SQLite, where it has statistics, plans by the values that are bound,
    /// and prepares a statement again for each; the sign keeps it from looking at them.
    pub(crate) fn bind_unseen(&self, parameter: Parameter) -> Expr {
        let bound = self.bind(parameter);
        match self.dialect {
            Dialect::Sqlite => template("+?", [bound], Dialect::Sqlite),
            _ => bound,
        }
    }

    /// For a parameter whose place in the text has a type already, such as in a second row of `VALUES`.
    pub(crate) fn bind_again(&self, parameter: Parameter) -> Expr {
        Expr::val(self.tag(parameter) | WITHOUT_TYPE)
    }

    /// A limit or an offset, for sea-query, which takes numbers.
    pub(crate) fn number(&self, parameter: Parameter) -> u64 {
        match parameter {
            Parameter::Limit(limit) if is_written(limit, self.dialect) => limit,
            _ => self.tag(parameter),
        }
    }

    fn tag(&self, parameter: Parameter) -> u64 {
        let place = self.places.get(&parameter.source());
        let place = *place.expect("the walk names every parameter");
        debug_assert_eq!(
            format!("{:?}", parameter.value(self.dialect).ok()),
            format!("{:?}", Some(&self.values[place])),
            "the walk and the builder send one value"
        );
        PARAMETER | place as u64
    }
}
