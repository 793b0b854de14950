//! Times, which SQLite keeps as text and so compares as text: only one form of them sorts as they do, the one of SQLite's own
//! `CURRENT_TIMESTAMP`. Others are refused, or a comparison would be silently wrong.

use crate::driver::DecodeError;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

/// Further forms of <https://sqlite.org/lang_datefunc.html>, with the one that sorts.
const TIMES: &[&str] = &["%R", "%RZ", "%T%.fZ", "%R%:z", "%T%.f%:z"];

const DATE_TIMES: &[&str] = &[
    "%F",
    "%F %T%.f",
    "%F %R",
    "%F %RZ",
    "%F %T%.fZ",
    "%FT%R",
    "%FT%RZ",
    "%FT%T%.f",
    "%FT%T%.fZ",
];

const ZONED: &[&str] = &["%F %R%:z", "%F %T%.f%:z", "%FT%R%:z", "%FT%T%.f%:z"];

pub(super) fn date(text: &str) -> Result<NaiveDate, DecodeError> {
    sorted_date(text.as_bytes()).ok_or_else(|| {
        refused("a date", text, || {
            let date = NaiveDate::parse_from_str(text, "%F").ok();
            let date = date.or_else(|| any_date_time(text).map(|time| time.date()));
            date.map(|date| date.format("%F").to_string())
        })
    })
}

pub(super) fn time(text: &str) -> Result<NaiveTime, DecodeError> {
    sorted_time(text.as_bytes()).ok_or_else(|| {
        refused("a time", text, || {
            let mut forms = TIMES.iter();
            let time = forms.find_map(|form| NaiveTime::parse_from_str(text, form).ok());
            time.map(|time| time.format("%T%.f").to_string())
        })
    })
}

/// A date with its time. One of a `DateTime<Utc>` is in UTC.
pub(super) fn date_time(text: &str) -> Result<NaiveDateTime, DecodeError> {
    sorted_date_time(text.as_bytes()).ok_or_else(|| {
        refused("a date with its time", text, || {
            any_date_time(text).map(|time| time.format("%F %T%.f").to_string())
        })
    })
}

/// The time of a text in any form, in UTC where it has an offset.
fn any_date_time(text: &str) -> Option<NaiveDateTime> {
    let zoned = ZONED.iter();
    let mut zoned = zoned.filter_map(|form| DateTime::parse_from_str(text, form).ok());
    if let Some(time) = zoned.next() {
        return Some(time.naive_utc());
    }
    let mut forms = DATE_TIMES.iter();
    let start = NaiveTime::MIN;
    forms.find_map(|form| match *form {
        "%F" => Some(NaiveDate::parse_from_str(text, form).ok()?.and_time(start)),
        form => NaiveDateTime::parse_from_str(text, form).ok(),
    })
}

fn refused(what: &str, text: &str, sorted: impl Fn() -> Option<String>) -> DecodeError {
    match sorted() {
        Some(sorted) => DecodeError::new(format!(
            "`{text}` is {what}, but SQLite compares texts, and this one does not sort as it should\n\
             help: write all of the column as `{sorted}`, as CURRENT_TIMESTAMP does; SQLite's `datetime(..)` converts it"
        )),
        None => DecodeError::new(format!("`{text}` is not {what}")),
    }
}

/// `2024-05-01`.
fn sorted_date(text: &[u8]) -> Option<NaiveDate> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text else {
        return None;
    };
    let year = number(&[y0, y1, y2, y3])? as i32;
    NaiveDate::from_ymd_opt(year, number(&[m0, m1])?, number(&[d0, d1])?)
}

/// `06:00:00`, or with up to nine digits of a fraction.
fn sorted_time(text: &[u8]) -> Option<NaiveTime> {
    let (clock, fraction) = text.split_at_checked(8)?;
    let &[h0, h1, b':', m0, m1, b':', s0, s1] = clock else {
        return None;
    };
    let nanosecond = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            number(digits)? * 10_u32.pow(9 - digits.len() as u32)
        }
        _ => return None,
    };
    let (hour, minute) = (number(&[h0, h1])?, number(&[m0, m1])?);
    match number(&[s0, s1])? {
        // A leap second.
        60 => NaiveTime::from_hms_nano_opt(hour, minute, 59, 1_000_000_000 + nanosecond),
        second => NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond),
    }
}

/// `2024-05-01 06:00:00`.
fn sorted_date_time(text: &[u8]) -> Option<NaiveDateTime> {
    let (date, time) = text.split_at_checked(10)?;
    let time = time.strip_prefix(b" ")?;
    Some(sorted_date(date)?.and_time(sorted_time(time)?))
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sorts_is_read() {
        for text in [
            "2024-05-01 06:00:00",
            "0000-12-31 23:59:59.123456789",
            "9999-01-01 00:00:00.5",
        ] {
            let form = "%F %T%.f";
            assert_eq!(
                date_time(text).unwrap(),
                NaiveDateTime::parse_from_str(text, form).unwrap()
            );
        }
        let leap = time("23:59:60.250").unwrap();
        assert_eq!(leap.format("%T%.f").to_string(), "23:59:60.250");
        assert_eq!(date("2024-02-29").unwrap().to_string(), "2024-02-29");
    }

    #[test]
    fn other_forms_are_refused_with_the_one_that_sorts() {
        let wrong = [
            ("2024-05-01T03:00:00Z", "2024-05-01 03:00:00"),
            ("2024-05-01T03:00:00.250+02:00", "2024-05-01 01:00:00.250"),
            ("2024-05-01 03:00", "2024-05-01 03:00:00"),
            ("2024-5-1 03:00:00", "2024-05-01 03:00:00"),
            ("2024-05-01", "2024-05-01 00:00:00"),
        ];
        for (text, sorted) in wrong {
            let message = format!("{:?}", date_time(text).unwrap_err());
            assert!(message.contains(&format!("as `{sorted}`,")), "{message}");
        }
        assert!(format!("{:?}", date("2024-5-1").unwrap_err()).contains("as `2024-05-01`"));
        assert!(format!("{:?}", time("03:00").unwrap_err()).contains("as `03:00:00`"));
        for text in [
            "",
            "soon",
            "2024-13-01 00:00:00",
            "2024-05-01 24:00:00",
            "2024-05-01 ",
            "é024-05-01 00:00:00",
        ] {
            let message = format!("{:?}", date_time(text).unwrap_err());
            assert!(message.contains("is not a date with its time"), "{message}");
        }
    }
}
