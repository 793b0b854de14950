//! Dates and times as PostgreSQL sends them: days and microseconds since the year 2000. The largest and the smallest number
//! stand for infinity. <https://www.postgresql.org/docs/15/datatype-datetime.html>

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use relations_core::driver::DecodeError;

/// The first day of the year 2000.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("it is a day");

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

pub(super) fn date(days: i32) -> Result<NaiveDate, DecodeError> {
    check_finite(days == i32::MAX, days == i32::MIN)?;
    let date = EPOCH.checked_add_signed(TimeDelta::days(days.into()));
    date.ok_or_else(|| beyond(&format!("the date {days} days from 2000-01-01")))
}

/// A time of day. PostgreSQL also has 24:00:00, which is not a time of any day.
pub(super) fn time(microseconds: i64) -> Result<NaiveTime, DecodeError> {
    if !(0..DAY).contains(&microseconds) {
        return Err(DecodeError::new(
            "it is 24:00:00, which is not a time of day",
        ));
    }
    Ok(NaiveTime::MIN + TimeDelta::microseconds(microseconds))
}

pub(super) fn date_time(microseconds: i64) -> Result<NaiveDateTime, DecodeError> {
    check_finite(microseconds == i64::MAX, microseconds == i64::MIN)?;
    let epoch = EPOCH.and_time(NaiveTime::MIN);
    let time = epoch.checked_add_signed(TimeDelta::microseconds(microseconds));
    time.ok_or_else(|| beyond(&format!("the time {microseconds} µs from 2000-01-01")))
}

fn check_finite(is_largest: bool, is_smallest: bool) -> Result<(), DecodeError> {
    match (is_largest, is_smallest) {
        (true, _) => Err(DecodeError::new("it is `infinity`")),
        (_, true) => Err(DecodeError::new("it is `-infinity`")),
        _ => Ok(()),
    }
}

fn beyond(what: &str) -> DecodeError {
    DecodeError::new(format!("{what} lies beyond what `chrono` holds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_panics() {
        for number in [0, 1, -1, i32::MAX, i32::MAX - 1, i32::MIN, i32::MIN + 1] {
            let _ = date(number);
        }
        for number in [
            0,
            1,
            -1,
            DAY - 1,
            DAY,
            i64::MAX,
            i64::MAX - 1,
            i64::MIN,
            i64::MIN + 1,
        ] {
            let _ = (time(number), date_time(number));
        }
        assert_eq!(date(-1).unwrap().to_string(), "1999-12-31");
        assert_eq!(time(1).unwrap().to_string(), "00:00:00.000001");
        assert_eq!(date_time(DAY).unwrap().to_string(), "2000-01-02 00:00:00");
        assert!(time(DAY).is_err() && time(-1).is_err());
    }
}
