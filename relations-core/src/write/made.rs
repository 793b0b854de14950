//! Values that nobody gave: what a function makes for a new row, and the time of a write.

use crate::model::{FieldMetadata, Made, ModelMetadata};
use crate::query::Values;
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

/// Sets what holds the time of the last write, where the changes do not do so themselves.
pub(crate) fn touch(model: &ModelMetadata, values: &mut Values) {
    let mut now = None;
    for (at, field) in model.fields.iter().enumerate() {
        if field.updated && !values.gives(at) {
            let now = *now.get_or_insert_with(microseconds);
            values.set(at, time(field.kind, now));
        }
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
