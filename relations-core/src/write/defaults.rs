//! Values that nobody gave: what a function makes for a new row, and the time of a write.

use crate::model::{FieldMetadata, Made, ModelMetadata};
use crate::query::{Bound, Expression, Operation, Values};
use crate::value::{Kind, Value};
use std::time::{SystemTime, UNIX_EPOCH};

/// Makes the values of a new row that are not there, of the fields that are wanted. All times in it are one.
pub(crate) fn make(
    model: &ModelMetadata,
    values: &mut Values,
    is_wanted: impl Fn(&FieldMetadata) -> bool,
) {
    let mut now = None;
    for (at, field) in model.fields.iter().enumerate() {
        let Some(made) = &field.made else { continue };
        if values.get(at).is_some() || !is_wanted(field) {
            continue;
        }
        let value = match made {
            Made::By(maker) => (maker.0)(),
            Made::Time => time(field.kind, *now.get_or_insert_with(microseconds)),
        };
        values.set(at, value);
    }
}

/// Sets what holds the time of the last write, where the changes do not do so themselves, and makes the version the next one.
pub(crate) fn touch(model: &'static ModelMetadata, values: &mut Values) {
    let mut now = None;
    for (at, field) in model.fields.iter().enumerate() {
        if field.updated && !values.gives(at) {
            let now = *now.get_or_insert_with(microseconds);
            values.set(at, time(field.kind, now));
        }
    }
    take_expected_version(model, values);
    increment_version(model, values);
}

/// Takes the version that is given for the one that a row which is there must have, and makes the first of a new row.
pub(crate) fn start_version(model: &'static ModelMetadata, values: &mut Values) {
    take_expected_version(model, values);
    make(model, values, |field| field.version);
}

/// Makes the version the next one of the row.
pub(crate) fn increment_version(model: &'static ModelMetadata, values: &mut Values) {
    let Some(field) = model.version() else {
        return;
    };
    let one = Bound {
        value: Value::Int(1),
        kind: Kind::I64,
    };
    let next = Expression::Arithmetic {
        operation: Operation::Add,
        kind: Kind::I64,
        left: Box::new(Expression::Field(field)),
        right: Box::new(Expression::Value(Box::new(one))),
    };
    values.compute(model.position(field), next);
}

/// Takes the version that is given for the one that the row must have.
fn take_expected_version(model: &'static ModelMetadata, values: &mut Values) {
    let is_version = |at: usize| model.fields[at].version;
    if let Some(given) = values.fields.iter().position(|(at, _)| is_version(*at)) {
        values.expected = Some(values.fields.remove(given).1);
    }
}

/// The time now, in microseconds since 1970: no finer than all databases keep it.
fn microseconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_micros() as i64)
}

/// A time as a field of that kind holds it.
fn time(kind: Kind, microseconds: i64) -> Value {
    #[cfg(feature = "chrono")]
    if let Some(time) = chrono::DateTime::from_timestamp_micros(microseconds) {
        return match kind {
            Kind::DateTimeUtc => Value::DateTimeUtc(time),
            _ => Value::DateTime(time.naive_utc()),
        };
    }
    let _ = (kind, microseconds);
    Value::Null
}
