//! Dates and times of the libraries `time` and `jiff`, which are kept as those of chrono are.

use crate::value::column_type::ColumnType;
use crate::value::decode_error::DecodeError;
use crate::value::key_part::KeyPart;
use crate::value::kind::Kind;
use crate::value::row::RowReader;
use crate::value::standard::kept_as;
use crate::value::{Check, JsonForm, Value, value_row};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Timelike};

/// What a library does not hold: years beyond 9999, leap seconds.
fn held<T, E>(converted: Result<T, E>, of: impl std::fmt::Display) -> Result<T, DecodeError> {
    converted.map_err(|_| DecodeError::new(format!("{of} is beyond what the field holds")))
}

fn date_value(date: Option<NaiveDate>) -> Value {
    date.map_or(Value::Unstorable("the year is out of range"), Value::Date)
}

fn moment_value(seconds: i64, nanoseconds: u32) -> Value {
    let moment = DateTime::from_timestamp(seconds, nanoseconds);
    moment.map_or(
        Value::Unstorable("the year is out of range"),
        Value::DateTimeUtc,
    )
}

fn time_value(hour: u32, minute: u32, second: u32, nanosecond: u32) -> NaiveTime {
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond).unwrap_or_default()
}

fn date_time_value(date: Option<NaiveDate>, time: NaiveTime) -> Value {
    let date_time = date.map(|date| date.and_time(time));
    date_time.map_or(
        Value::Unstorable("the year is out of range"),
        Value::DateTime,
    )
}

#[cfg(feature = "time")]
mod of_time {
    use super::*;
    use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};

    kept_as! {
        Date, "time::Date", Date, Plain, |row, at| date(row.date(at)?), |value| date_value(to_date(*value));
        Time, "time::Time", Time, Plain, |row, at| time(row.time(at)?), |value| Value::Time(to_time(*value));
        PrimitiveDateTime, "PrimitiveDateTime", DateTime, Time, |row, at| {
            let read = row.date_time(at)?;
            Ok(PrimitiveDateTime::new(date(read.date())?, time(read.time())?))
        }, |value| date_time_value(to_date(value.date()), to_time(value.time()));
        OffsetDateTime, "OffsetDateTime", DateTimeUtc, Time, |row, at| Ok(utc(row.date_time_utc(at)?)?.into()), |value| {
            moment_value(value.unix_timestamp(), value.nanosecond())
        };
        UtcDateTime, "UtcDateTime", DateTimeUtc, Time, |row, at| utc(row.date_time_utc(at)?), |value| {
            moment_value(value.unix_timestamp(), value.nanosecond())
        };
    }

    fn date(date: NaiveDate) -> Result<Date, DecodeError> {
        // A year has 366 days at most.
        held(
            Date::from_ordinal_date(date.year(), date.ordinal() as u16),
            date,
        )
    }

    fn time(time: NaiveTime) -> Result<Time, DecodeError> {
        let [hour, minute, second] =
            [time.hour(), time.minute(), time.second()].map(|part| part as u8);
        held(
            Time::from_hms_nano(hour, minute, second, time.nanosecond()),
            time,
        )
    }

    fn utc(moment: DateTime<chrono::Utc>) -> Result<UtcDateTime, DecodeError> {
        let seconds = held(UtcDateTime::from_unix_timestamp(moment.timestamp()), moment)?;
        held(
            seconds.replace_nanosecond(moment.timestamp_subsec_nanos()),
            moment,
        )
    }

    fn to_date(date: Date) -> Option<NaiveDate> {
        NaiveDate::from_yo_opt(date.year(), date.ordinal().into())
    }

    fn to_time(time: Time) -> NaiveTime {
        let (hour, minute, second, nanosecond) = time.as_hms_nano();
        time_value(hour.into(), minute.into(), second.into(), nanosecond)
    }
}

#[cfg(feature = "jiff")]
mod of_jiff {
    use super::*;
    use jiff::Timestamp;
    use jiff::civil;

    kept_as! {
        civil::Date, "civil::Date", Date, Plain, |row, at| date(row.date(at)?), |value| date_value(to_date(*value));
        civil::Time, "civil::Time", Time, Plain, |row, at| time(row.time(at)?), |value| Value::Time(to_time(*value));
        civil::DateTime, "civil::DateTime", DateTime, Plain, |row, at| {
            let read = row.date_time(at)?;
            Ok(civil::DateTime::from_parts(date(read.date())?, time(read.time())?))
        }, |value| date_time_value(to_date(value.date()), to_time(value.time()));
        Timestamp, "Timestamp", DateTimeUtc, Plain, |row, at| timestamp(row.date_time_utc(at)?), |value| {
            let nanoseconds = value.as_nanosecond();
            let (seconds, rest) = (nanoseconds.div_euclid(SECOND), nanoseconds.rem_euclid(SECOND));
            // A timestamp is within the years from -9999 to 9999.
            moment_value(seconds as i64, rest as u32)
        };
    }

    const SECOND: i128 = 1_000_000_000;

    fn date(date: NaiveDate) -> Result<civil::Date, DecodeError> {
        let year = held(i16::try_from(date.year()), date)?;
        held(
            civil::Date::new(year, date.month() as i8, date.day() as i8),
            date,
        )
    }

    fn time(time: NaiveTime) -> Result<civil::Time, DecodeError> {
        let [hour, minute, second] =
            [time.hour(), time.minute(), time.second()].map(|part| part as i8);
        let nanosecond = held(i32::try_from(time.nanosecond()), time)?;
        held(civil::Time::new(hour, minute, second, nanosecond), time)
    }

    fn timestamp(moment: DateTime<chrono::Utc>) -> Result<Timestamp, DecodeError> {
        let nanoseconds = i128::from(moment.timestamp()) * SECOND;
        let nanoseconds = nanoseconds + i128::from(moment.timestamp_subsec_nanos());
        held(Timestamp::from_nanosecond(nanoseconds), moment)
    }

    fn to_date(date: civil::Date) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(date.year().into(), date.month() as u32, date.day() as u32)
    }

    fn to_time(time: civil::Time) -> NaiveTime {
        let [hour, minute, second] =
            [time.hour(), time.minute(), time.second()].map(|part| part as u32);
        time_value(hour, minute, second, time.subsec_nanosecond() as u32)
    }
}
