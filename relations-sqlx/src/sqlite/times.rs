//! Times, which SQLite keeps as text.

use crate::driver::DecodeError;
use chrono::{DateTime, FixedOffset, NaiveDateTime, NaiveTime};

/// The forms of <https://sqlite.org/lang_datefunc.html>, the one we write first. They are those that sqlx reads.
const TIMES: &[&str] = &["%T%.f", "%R", "%RZ", "%T%.fZ", "%R%:z", "%T%.f%:z"];

const DATE_TIMES: &[&str] = &[
    "%F %T%.f",
    "%F %R",
    "%F %RZ",
    "%F %R%:z",
    "%F %T%.fZ",
    "%F %T%.f%:z",
    "%FT%R",
    "%FT%RZ",
    "%FT%R%:z",
    "%FT%T%.f",
    "%FT%T%.fZ",
    "%FT%T%.f%:z",
];

pub(super) fn time(text: &str) -> Result<NaiveTime, DecodeError> {
    let mut forms = TIMES.iter();
    let time = forms.find_map(|form| NaiveTime::parse_from_str(text, form).ok());
    time.ok_or_else(|| DecodeError::new(format!("invalid time: {text}")))
}

/// A time with its zone, which is UTC where the text has none.
pub(super) fn date_time(text: &str) -> Result<DateTime<FixedOffset>, DecodeError> {
    if let Ok(time) = NaiveDateTime::parse_from_str(text, DATE_TIMES[0]) {
        return Ok(time.and_utc().fixed_offset());
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time);
    }
    let read = |form: &&str| {
        let zoned = DateTime::parse_from_str(text, form).ok();
        zoned.or_else(|| {
            let naive = NaiveDateTime::parse_from_str(text, form).ok()?;
            Some(naive.and_utc().fixed_offset())
        })
    };
    let time = DATE_TIMES.iter().find_map(read);
    time.ok_or_else(|| DecodeError::new(format!("invalid datetime: {text}")))
}
