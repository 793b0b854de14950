//! What a stored integer stands for.

use crate::driver::DecodeError;

/// A number that was stored as an integer, where a fraction may stand.
pub(super) fn exact_float(value: i64) -> Result<f64, DecodeError> {
    let float = value as f64;
    if float as i128 == i128::from(value) {
        Ok(float)
    } else {
        Err(DecodeError::new(format!("{value} does not fit in `f64`")))
    }
}

pub(super) fn boolean(value: i64) -> Result<bool, DecodeError> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(DecodeError::new(format!("{other} is neither 0 nor 1"))),
    }
}
