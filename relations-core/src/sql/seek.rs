//! The condition that rows come after those of a cursor, or before them.

use crate::model::FieldMetadata;
use crate::query::{Direction, Place, Seek, Side};
use crate::sql::condition::{Scope, constant};
use crate::sql::parameter::Parameter;
use crate::sql::{ddl, related, template, time_text};
use crate::value::Dialect;
#[cfg(feature = "rust_decimal")]
use crate::value::Kind;
use sea_query::{Expr, ExprTrait};

/// That a row comes strictly after, or before, the place of the cursor.
pub(crate) fn condition(scope: &Scope, seek: &Seek) -> Expr {
    let parts = parts(scope, seek);
    if can_be_compared_at_once(scope.dialect(), &parts) {
        return rows_compared(scope.dialect(), parts);
    }
    // On MySQL an index serves the alternatives as they are, and their common bound would only be one more range.
    let has_bound = !scope.dialect().is_mysql();
    alternatives(&parts, has_bound)
}

/// The same as conditions of which each row meets one at most, and an index over the columns finds the rows of each in their order:
/// `a = x AND b > y`, and `a > x`. SQLite merges such rows as they are asked for. It would go through all rows with `a = x` otherwise, if
/// `b` is its own id for rows. `None` where that is of no use, or they would be too many.
pub(crate) fn ranges(scope: &Scope, seek: &Seek) -> Option<Vec<Expr>> {
    const MOST: usize = 4;
    let parts = parts(scope, seek);
    let is_plain = |part: &Part| part.is_own && !part.is_collated && !part.has_texts;
    let is_of_use = scope.dialect() == Dialect::Sqlite && parts.len() > 1;
    if !is_of_use || parts.len() > MOST || !parts.iter().all(is_plain) {
        return None;
    }
    let mut ranges = Vec::new();
    for (at, part) in parts.iter().enumerate().rev() {
        for after in part.afters() {
            let same = parts[..at].iter().map(Part::same);
            ranges.push(same.chain([after]).reduce(Expr::and)?);
        }
    }
    Some(ranges).filter(|ranges| !ranges.is_empty())
}

fn parts(scope: &Scope, seek: &Seek) -> Vec<Part> {
    let places = seek.places.iter().flatten();
    let turns = seek.side == Side::Before;
    let part = |place| Part::new(scope, place, turns);
    places.map(part).collect()
}

/// One of the orders: what the row has, and what the cursor has.
struct Part {
    column: Expr,
    value: Value,
    /// In which direction the rows wanted lie.
    direction: Direction,
    nullable: bool,
    /// Whether it is a column of the row itself.
    is_own: bool,
    /// Whether only the order's own collation tells which is greater.
    is_collated: bool,
    /// Whether one value may have several texts.
    has_texts: bool,
}

enum Value {
    Null,
    /// The value, in each of the texts that it may have in the column, the lowest first; see `time_text.rs`.
    Known(Vec<Expr>),
    /// A sub-select, which may give NULL.
    Unknown(Expr),
}

impl Part {
    fn new(scope: &Scope, place: &Place, turns: bool) -> Part {
        let Place { by, values } = place;
        let (column, nullable) = related::ordered(scope, by);
        let value = match (values, by.path.is_empty()) {
            (None, _) => Value::Null,
            (Some(values), true) => {
                let bind = |form| {
                    let parameter =
                        Parameter::Compared(scope.model, field_of(place), &values[0], form);
                    scope.binder.bind_unseen(parameter)
                };
                let forms = time_text::each(by.by.kind(), scope.dialect());
                Value::Known(forms.map(bind).collect())
            }
            (Some(values), false) => Value::Unknown(related::ordered_from(scope, by, values)),
        };
        let (column, value) = match value {
            Value::Known(values) if values.len() == 1 => by_position(scope, place, column, values),
            other => (column, other),
        };
        Part {
            column,
            direction: match turns {
                true => by.direction.reversed(),
                false => by.direction,
            },
            nullable,
            is_own: by.path.is_empty(),
            has_texts: matches!(&value, Value::Known(texts) if texts.len() > 1),
            value,
            is_collated: is_collated(scope, place),
        }
    }

    /// That the row's value comes after the cursor's.
    fn after(&self) -> Option<Expr> {
        let column = || self.column.clone();
        Some(match (&self.value, self.direction.ends_in_null()) {
            (Value::Null, false) => column().is_not_null(),
            (Value::Null, true) => return None,
            (Value::Known(texts), _) => self.or_null(self.beyond(texts)),
            (Value::Unknown(value), false) => {
                let behind_null = value.clone().is_null().and(column().is_not_null());
                self.is_beyond(value.clone()).or(behind_null)
            }
            (Value::Unknown(value), true) => {
                let is_null = column().is_null().and(value.clone().is_not_null());
                self.is_beyond(value.clone()).or(is_null)
            }
        })
    }

    /// The same as conditions of which one holds.
    fn afters(&self) -> Vec<Expr> {
        match (&self.value, self.ends_in_null()) {
            (Value::Known(texts), true) => {
                vec![self.beyond(texts), self.column.clone().is_null()]
            }
            _ => self.after().into_iter().collect(),
        }
    }

    /// That the row's value is none of these texts of one value, and not before it.
    fn beyond(&self, texts: &[Expr]) -> Expr {
        let last = match self.direction.descending {
            true => 0,
            false => texts.len() - 1,
        };
        self.is_beyond(texts[last].clone())
    }

    fn is_beyond(&self, value: Expr) -> Expr {
        match self.direction.descending {
            true => self.column.clone().lt(value),
            false => self.column.clone().gt(value),
        }
    }

    /// Whether there may be rows without a value, behind all others.
    fn ends_in_null(&self) -> bool {
        self.nullable && self.direction.ends_in_null()
    }

    fn same(&self) -> Expr {
        let column = || self.column.clone();
        match &self.value {
            Value::Null => column().is_null(),
            Value::Known(texts) if texts.len() > 1 => column().is_in(texts.clone()),
            Value::Known(texts) => column().eq(texts[0].clone()),
            Value::Unknown(value) => {
                let both_null = column().is_null().and(value.clone().is_null());
                column().eq(value.clone()).or(both_null)
            }
        }
    }

    /// That it comes after or is the same, in a form that an index serves; where there is one.
    fn bound(&self) -> Option<Expr> {
        let Value::Known(texts) = &self.value else {
            return None;
        };
        let column = self.column.clone();
        Some(self.or_null(match self.direction.descending {
            false => column.gte(texts[0].clone()),
            true => column.lte(texts[texts.len() - 1].clone()),
        }))
    }

    fn or_null(&self, condition: Expr) -> Expr {
        match self.ends_in_null() {
            true => condition.or(self.column.clone().is_null()),
            false => condition,
        }
    }
}

/// The field of an order that has a cursor.
fn field_of(place: &Place) -> &'static FieldMetadata {
    place.by.by.field().expect("the walk refuses other orders")
}

/// MySQL sorts a column of ENUM by the position of its value, and compares it with a text as a text.
fn by_position(scope: &Scope, place: &Place, column: Expr, mut value: Vec<Expr>) -> (Expr, Value) {
    let dialect = scope.dialect();
    let Some(field) = place.by.by.field() else {
        return (column, Value::Known(value));
    };
    if !dialect.is_mysql() || field.db_enum.is_none() {
        return (column, Value::Known(value));
    }
    let words = ddl::texts(field.values);
    let position = format!("FIELD(?, {})", words.replace('?', "??"));
    (
        template("(? + 0)", [column], dialect),
        Value::Known(vec![template(&position, [value.remove(0)], dialect)]),
    )
}

#[allow(unused_variables)] // Whether they are used depends on the features.
fn is_collated(scope: &Scope, place: &Place) -> bool {
    #[cfg(feature = "rust_decimal")]
    if place.by.by.kind() == Kind::Decimal && scope.dialect() == Dialect::Sqlite {
        return true;
    }
    false
}

/// Whether `(a, b) > (x, y)` says it: all in one direction, without NULLs above. An index over the columns serves this form on
/// SQLite, <https://www.sqlite.org/rowvalue.html#scrolling_window_queries>, and PostgreSQL; on MySQL it does not.
fn can_be_compared_at_once(dialect: Dialect, parts: &[Part]) -> bool {
    let descending = parts[0].direction.descending;
    let fits = |part: &Part| {
        let is_known = matches!(part.value, Value::Known(_));
        // A comparison leaves NULL out.
        let is_without_null = !part.ends_in_null();
        is_known
            && is_without_null
            && part.direction.descending == descending
            && !part.is_collated
            && !part.has_texts
    };
    !dialect.is_mysql() && parts.len() > 1 && parts.iter().all(fits)
}

fn rows_compared(dialect: Dialect, parts: Vec<Part>) -> Expr {
    let sign = if parts[0].direction.descending {
        "<"
    } else {
        ">"
    };
    let (columns, values): (Vec<Expr>, Vec<Expr>) = parts
        .into_iter()
        .map(|part| match part.value {
            Value::Known(mut texts) => (part.column, texts.remove(0)),
            _ => unreachable!("all values are known"),
        })
        .unzip();
    let rows = [Expr::tuple(columns), Expr::tuple(values)];
    template(&format!("? {sign} ?"), rows, dialect)
}

/// `a > x OR (a = x AND b > y)`; with the bound `a >= x AND (a > x OR b > y)`, of which an index serves the first part.
fn alternatives(parts: &[Part], has_bound: bool) -> Expr {
    let Some((first, rest)) = parts.split_first() else {
        return constant(false);
    };
    let after = first.after();
    if rest.is_empty() {
        return after.unwrap_or_else(|| constant(false));
    }
    let rest = alternatives(rest, false);
    let Some(after) = after else {
        return first.same().and(rest);
    };
    match first.bound().filter(|_| has_bound) {
        // Where it is neither after nor before, it is the same.
        Some(bound) => bound.and(after.or(rest)),
        None => after.or(first.same().and(rest)),
    }
}
