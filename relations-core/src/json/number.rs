//! Numbers as they were written, of which serde_json keeps what fits in 64 bits.

use crate::json::JsonValue;
use std::borrow::Cow;

/// No float has more significant digits, written in full.
const MOST_DIGITS: usize = 767;

/// The term of a number as it is written, which loses nothing.
pub(super) fn number(written: &str) -> JsonValue {
    if let Ok(number) = written.parse() {
        return JsonValue::Int(number);
    }
    match float(written) {
        Some(number) if Digits::of(written).text.len() <= f64::DIGITS as usize => {
            JsonValue::Float(number)
        }
        _ => JsonValue::Digits(written.to_owned()),
    }
}

/// The float that a number stands for: written with as many digits, that float is the number.
pub(crate) fn float(written: &str) -> Option<f64> {
    let number: f64 = written
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    let digits = Digits::of(written);
    let is_same = match digits.text.len() {
        0 => true,
        1..=MOST_DIGITS => digits == Digits::of(&format!("{number:.*e}", digits.text.len() - 1)),
        _ => false,
    };
    is_same.then_some(number)
}

/// The significant digits of a number, and the power of ten of the first of them.
#[derive(PartialEq)]
struct Digits {
    text: String,
    exponent: Option<i64>,
}

impl Digits {
    fn of(written: &str) -> Digits {
        let (mantissa, exponent) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
        let mantissa = mantissa.trim_start_matches('-');
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let text = all.trim_start_matches('0');
        let skipped = all.len() - text.len();
        let exponent = exponent.parse::<i64>().ok();
        Digits {
            text: text.trim_end_matches('0').to_owned(),
            exponent: exponent
                .and_then(|exponent| exponent.checked_add(whole.len() as i64 - 1 - skipped as i64)),
        }
    }
}

/// The numbers of a text that a parser would round or refuse, each with its number among all numbers.
pub(super) type Long<'t> = Vec<(usize, &'t str)>;

/// The text with zeros in place of its long numbers, and these.
pub(super) fn without_long(text: &str) -> (Cow<'_, str>, Long<'_>) {
    let mut long = Vec::new();
    let mut short = Cow::Borrowed(text);
    for (count, start, written) in Numbers::of(text) {
        if is_long(written) {
            let end = start + written.len();
            let zeros = format!("0.{}", "0".repeat(written.len() - 2));
            short.to_mut().replace_range(start..end, &zeros);
            long.push((count, written));
        }
    }
    (short, long)
}

/// Puts long numbers back where they stood.
pub(super) fn put_back(term: &mut JsonValue, long: &[(usize, &str)]) {
    if !long.is_empty() {
        put(term, &mut 0, &mut long.iter());
    }
}

fn put(term: &mut JsonValue, count: &mut usize, long: &mut std::slice::Iter<'_, (usize, &str)>) {
    match term {
        JsonValue::Int(_) | JsonValue::Float(_) | JsonValue::Digits(_) => {
            if let Some((at, written)) = long.as_slice().first()
                && at == count
            {
                *term = number(written);
                long.next();
            }
            *count += 1;
        }
        JsonValue::List(terms) => terms.iter_mut().for_each(|term| put(term, count, long)),
        JsonValue::Map(entries) => entries
            .iter_mut()
            .for_each(|(_, term)| put(term, count, long)),
        JsonValue::Null | JsonValue::Bool(_) | JsonValue::Text(_) => {}
    }
}

/// An integer of a text that would become another number: neither 64 bits hold it, nor does a float stand for it.
#[cfg(feature = "serde_json")]
pub(super) fn long_integer(text: &str) -> Option<&str> {
    let is_integer = |written: &str| !written.contains(['.', 'e', 'E']);
    let mut written = Numbers::of(text).map(|(_, _, written)| written);
    written.find(|written| is_integer(written) && is_long(written) && float(written).is_none())
}

/// Whether serde_json would give another number, or none.
fn is_long(written: &str) -> bool {
    // Most numbers are short, and so no question.
    if written.len() <= f64::DIGITS as usize && !written.contains(['e', 'E']) {
        return false;
    }
    match number(written) {
        JsonValue::Int(number) => i64::try_from(number).is_err() && u64::try_from(number).is_err(),
        JsonValue::Float(_) => false,
        _ => is_number(written),
    }
}

/// Whether it is a number as JSON writes them. What is none is left for the parser to refuse.
fn is_number(written: &str) -> bool {
    let (mantissa, exponent) = match written.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (written, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = are_digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    is_whole && fraction.is_none_or(are_digits) && exponent.is_none_or(are_digits)
}

/// The numbers of a text of JSON, with how many were before and where each begins.
struct Numbers<'t> {
    text: &'t str,
    at: usize,
    count: usize,
}

impl<'t> Numbers<'t> {
    fn of(text: &'t str) -> Numbers<'t> {
        Numbers {
            text,
            at: 0,
            count: 0,
        }
    }

    /// Goes behind the text in quotes that begins here.
    fn skip_text(&mut self) {
        let bytes = self.text.as_bytes();
        self.at += 1;
        while let Some(byte) = bytes.get(self.at) {
            self.at += match byte {
                b'"' => break,
                b'\\' => 2,
                _ => 1,
            };
        }
        self.at += 1;
    }
}

impl<'t> Iterator for Numbers<'t> {
    type Item = (usize, usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at)? {
                b'"' => self.skip_text(),
                b'-' | b'0'..=b'9' => break,
                _ => self.at += 1,
            }
        }
        let start = self.at;
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        self.at += bytes[start..].iter().take_while(is_part).count();
        self.count += 1;
        Some((self.count - 1, start, &self.text[start..self.at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_stands_for_what_it_is_written_as() {
        let same = [
            "0",
            "-0.0",
            "0e9999",
            "0.1",
            "1e23",
            "123456789012345680000",
            "0.10000000000000001",
            "4.9e-324",
            "5e-324",
            "1.7976931348623157e308",
            "0.1000000000000000055511151231257827021181583404541015625",
            "9007199254740992",
            "1.000000000000000000000000",
        ];
        for written in same {
            assert_eq!(float(written), written.parse().ok(), "{written}");
        }
        let other = [
            "9007199254740993",
            "99999999999999999999",
            "1.0000000000000001",
            "1e309",
            "-1e400",
            "1e-400",
            "1.234567e-323",
            "0.33333333333333333333",
            "1e99999999999999999999",
        ];
        for written in other {
            assert_eq!(float(written), None, "{written}");
        }
        assert_eq!(float(&format!("0.{}", "1".repeat(100_000))), None);
    }

    #[test]
    fn long_numbers_are_kept_as_they_were_written() {
        let text = r#"{"a\"1e999": [1, -99999999999999999999, "12345678901234567890123", 1e999], "b": 0.12345678901234567890, "c": 2}"#;
        let term = JsonValue::from_json(text).expect("JSON");
        let list = vec![
            JsonValue::Int(1),
            JsonValue::Int(-99_999_999_999_999_999_999),
            JsonValue::Text("12345678901234567890123".into()),
            JsonValue::Digits("1e999".into()),
        ];
        let entries = vec![
            ("a\"1e999".to_owned(), JsonValue::List(list)),
            (
                "b".to_owned(),
                JsonValue::Digits("0.12345678901234567890".into()),
            ),
            ("c".to_owned(), JsonValue::Int(2)),
        ];
        assert_eq!(term, JsonValue::Map(entries));
    }

    #[test]
    #[cfg(feature = "serde_json")]
    fn only_integers_that_would_change_are_long() {
        assert_eq!(
            long_integer("[1, -99999999999999999999]"),
            Some("-99999999999999999999")
        );
        let kept = r#"["99999999999999999999", 1e30, 18446744073709551615, 100000000000000000000, 0.33333333333333333333]"#;
        assert_eq!(long_integer(kept), None);
    }

    #[test]
    fn what_is_no_number_is_still_refused() {
        let texts = [
            "99999999999999999999x",
            "09999999999999999999",
            "--99999999999999999999",
            "1.2.34567890123456789",
            "1e+",
            "[1e999",
            "\"\\",
            "1.e99999",
            "-",
        ];
        for text in texts {
            assert!(JsonValue::from_json(text).is_err(), "{text}");
        }
    }
}
