//! JSON values to the values of fields and back, only where nothing is lost.

use crate::error::{ProblemCode, Problems, Step, shortened};
use crate::json::{JsonValue, number};
use crate::value::{JsonForm, Kind, Value, wide_from_text, wide_to_text};

/// Why a term is no value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Misfit {
    pub(crate) code: ProblemCode,
    pub(crate) message: String,
    /// Where in the term; empty for the whole.
    pub(crate) within: Vec<Step>,
}

impl Misfit {
    pub(crate) fn new(code: ProblemCode, message: String) -> Misfit {
        Misfit {
            code,
            message,
            within: Vec::new(),
        }
    }

    /// Notes it as a problem of the term, which stands at the current place.
    pub(crate) fn note(self, problems: &mut Problems) {
        problems.at_steps(&self.within, |problems| {
            problems.add(self.code, self.message);
        });
    }

    fn wrong(expected: &str, term: &JsonValue) -> Misfit {
        let message = format!("expected {expected}, not {}", term.describe());
        Misfit::new(ProblemCode::WrongType, message)
    }

    fn invalid(message: String) -> Misfit {
        Misfit::new(ProblemCode::InvalidValue, message)
    }

    fn too_long(written: &str) -> Misfit {
        let written = shortened(written);
        Misfit::invalid(format!("{written} has more digits than a float holds"))
    }
}

/// The value of a field of this kind. `texts` says that a text may stand for a number or a boolean, as in query strings.
pub(crate) fn to_value(term: &JsonValue, kind: Kind, texts: bool) -> Result<Value, Misfit> {
    match kind {
        Kind::Bool => boolean(term, texts),
        kind if kind.is_integer() => integer(term, kind, texts),
        Kind::F32 => float(term, texts).and_then(narrowed),
        Kind::F64 => float(term, texts),
        Kind::Text => text(term, "a text").map(|text| Value::Text(text.to_owned())),
        Kind::Bytes => bytes(term, texts),
        #[cfg(feature = "chrono")]
        Kind::Date => parsed(term, "a date such as \"2026-01-31\"", |text| {
            text.parse().ok().map(Value::Date)
        }),
        #[cfg(feature = "chrono")]
        Kind::Time => parsed(term, "a time such as \"23:59:59\"", |text| {
            text.parse().ok().map(Value::Time)
        }),
        #[cfg(feature = "chrono")]
        Kind::DateTime => parsed(
            term,
            "a date and time such as \"2026-01-31T23:59:59\"",
            |text| text.parse().ok().map(Value::DateTime),
        ),
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc => parsed(
            term,
            "a date and time such as \"2026-01-31T23:59:59Z\"",
            |text| text.parse().ok().map(Value::DateTimeUtc),
        ),
        #[cfg(feature = "uuid")]
        Kind::Uuid => parsed(term, "a UUID", |text| text.parse().ok().map(Value::Uuid)),
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => decimal(term),
        #[cfg(feature = "serde_json")]
        Kind::Json => json(term),
        Kind::List(of) => list(term, *of, texts),
        #[allow(unreachable_patterns)] // Which arms there are depends on the features.
        _ => Err(Misfit::wrong("nothing", term)),
    }
}

/// The value of a field of this kind, which JSON writes in this form; see [`to_value`].
pub(crate) fn to_value_in(
    term: &JsonValue,
    (kind, form): (Kind, JsonForm),
    texts: bool,
) -> Result<Value, Misfit> {
    match form {
        JsonForm::Plain => to_value(term, kind, texts),
        JsonForm::Duration => duration(term, texts),
        JsonForm::Wide => wide(term),
        #[cfg(feature = "time")]
        JsonForm::Time => match term {
            JsonValue::Text(text) => to_value(&JsonValue::Text(iso(text, kind)), kind, texts),
            term => to_value(term, kind, texts),
        },
    }
}

fn duration(term: &JsonValue, texts: bool) -> Result<Value, Misfit> {
    let JsonValue::Map(entries) = term else {
        let nanoseconds = integer(term, Kind::I64, texts)?;
        return match nanoseconds {
            Value::Int(0..) => Ok(nanoseconds),
            _ => Err(Misfit::invalid("a duration is not negative".to_owned())),
        };
    };
    let expected = "nanoseconds, or `secs` and `nanos`";
    let part = |name: &str| {
        let mut entries = entries.iter().filter(|(key, _)| key == name);
        match (entries.next(), entries.next()) {
            (Some((_, JsonValue::Int(part))), None) => Some(*part),
            _ => None,
        }
    };
    let (Some(seconds), Some(nanoseconds), 2) = (part("secs"), part("nanos"), entries.len()) else {
        return Err(Misfit::wrong(expected, term));
    };
    let all = seconds
        .checked_mul(1_000_000_000)
        .filter(|_| seconds >= 0 && (0..1_000_000_000).contains(&nanoseconds))
        .and_then(|all| i64::try_from(all + nanoseconds).ok());
    let misfit = || Misfit::invalid(format!("{expected}, of 292 years at most"));
    all.map(Value::Int).ok_or_else(misfit)
}

/// What the library `time` writes, `2026-01-31 23:59:59.0 +00:00:00`, as ISO 8601 has it; other texts as they are. It leaves out the
/// offset of what is always in UTC.
#[cfg(feature = "time")]
fn iso(text: &str, kind: Kind) -> String {
    let mut parts = text.split(' ');
    let (Some(date), Some(time), offset, None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return text.to_owned();
    };
    let zone = match (kind, offset) {
        (Kind::DateTimeUtc, None) => "Z",
        (_, offset) => offset.unwrap_or_default(),
    };
    // An offset of hours and minutes, as all are that are used today.
    let zone = match zone.len() {
        9 => zone.strip_suffix(":00").unwrap_or(zone),
        _ => zone,
    };
    format!("{date}T{time}{zone}")
}

fn wide(term: &JsonValue) -> Result<Value, Misfit> {
    let number = match term {
        JsonValue::Int(number) => u128::try_from(*number).ok(),
        JsonValue::Text(text) => text
            .parse()
            .ok()
            .filter(|number: &u128| number.to_string() == *text),
        JsonValue::Digits(written) => written.parse().ok(),
        JsonValue::Float(_) => {
            let message = "a float does not hold it exactly; write it as a text";
            return Err(Misfit::invalid(message.to_owned()));
        }
        other => return Err(Misfit::wrong("a number, or a text with one", other)),
    };
    let misfit = || Misfit::invalid(format!("it is not between 0 and {}", u128::MAX));
    let number = number.ok_or_else(misfit)?;
    Ok(Value::Text(wide_to_text(number)))
}

fn boolean(term: &JsonValue, texts: bool) -> Result<Value, Misfit> {
    match term {
        JsonValue::Bool(value) => Ok(Value::Bool(*value)),
        JsonValue::Text(text) if texts && text == "true" => Ok(Value::Bool(true)),
        JsonValue::Text(text) if texts && text == "false" => Ok(Value::Bool(false)),
        other => Err(Misfit::wrong("`true` or `false`", other)),
    }
}

/// From here on floats skip integers, so that one may stand for another.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn integer(term: &JsonValue, kind: Kind, texts: bool) -> Result<Value, Misfit> {
    let number = match term {
        JsonValue::Int(number) => *number,
        JsonValue::Float(number) if number.fract() == 0.0 && number.abs() < EXACT => {
            *number as i128
        }
        // Only as an integer is written, so that no two texts stand for one value.
        JsonValue::Text(text) if texts => text
            .parse::<i128>()
            .ok()
            .filter(|number| number.to_string() == *text)
            .ok_or_else(|| Misfit::wrong("an integer", term))?,
        // Beyond an `i128`.
        JsonValue::Digits(written) if !written.contains(['.', 'e', 'E']) => {
            let (least, most) = range(kind);
            let written = shortened(written);
            let message = format!("{written} is not between {least} and {most}");
            return Err(Misfit::invalid(message));
        }
        other => return Err(Misfit::wrong("an integer", other)),
    };
    let (least, most) = range(kind);
    if number < least || number > most {
        let message = format!("{number} is not between {least} and {most}");
        return Err(Misfit::invalid(message));
    }
    Ok(match kind {
        Kind::U64 => Value::Uint(number as u64),
        _ => Value::Int(number as i64),
    })
}

fn range(kind: Kind) -> (i128, i128) {
    match kind {
        Kind::I8 => (i8::MIN.into(), i8::MAX.into()),
        Kind::I16 => (i16::MIN.into(), i16::MAX.into()),
        Kind::I32 => (i32::MIN.into(), i32::MAX.into()),
        Kind::U8 => (0, u8::MAX.into()),
        Kind::U16 => (0, u16::MAX.into()),
        Kind::U32 => (0, u32::MAX.into()),
        Kind::U64 => (0, u64::MAX.into()),
        _ => (i64::MIN.into(), i64::MAX.into()),
    }
}

fn float(term: &JsonValue, texts: bool) -> Result<Value, Misfit> {
    let number = match term {
        JsonValue::Float(number) => *number,
        JsonValue::Int(number) => {
            let written = number.to_string();
            number::float(&written).ok_or_else(|| Misfit::too_long(&written))?
        }
        JsonValue::Digits(written) => {
            number::float(written).ok_or_else(|| Misfit::too_long(written))?
        }
        // As JSON writes numbers: `parse` would also take "inf" and "+1".
        JsonValue::Text(text) if texts => match JsonValue::from_json(text) {
            Ok(number @ (JsonValue::Int(_) | JsonValue::Float(_) | JsonValue::Digits(_))) => {
                return float(&number, false);
            }
            _ => return Err(Misfit::wrong("a number", term)),
        },
        other => return Err(Misfit::wrong("a number", other)),
    };
    Ok(Value::Float(number))
}

/// The closest `f32`, if the number is how that one is written.
fn narrowed(value: Value) -> Result<Value, Misfit> {
    let Value::Float(number) = value else {
        return Ok(value);
    };
    let narrow = number as f32;
    let is_written_so = narrow.to_string().parse() == Ok(number);
    if is_written_so || f64::from(narrow) == number {
        return Ok(Value::Float(narrow.into()));
    }
    let message = format!("{number} has more digits than this field holds");
    Err(Misfit::invalid(message))
}

fn text<'t>(term: &'t JsonValue, expected: &str) -> Result<&'t str, Misfit> {
    match term {
        JsonValue::Text(text) => Ok(text),
        other => Err(Misfit::wrong(expected, other)),
    }
}

#[cfg(any(feature = "chrono", feature = "uuid"))]
fn parsed(
    term: &JsonValue,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<Value>,
) -> Result<Value, Misfit> {
    let text = text(term, expected)?;
    parse(text).ok_or_else(|| {
        let message = format!("expected {expected}, not \"{}\"", shortened(text));
        Misfit::invalid(message)
    })
}

/// Bytes are a list of numbers, as serde has them.
fn bytes(term: &JsonValue, texts: bool) -> Result<Value, Misfit> {
    let expected = "a list of bytes, each from 0 to 255";
    let JsonValue::List(terms) = term else {
        return Err(Misfit::wrong(expected, term));
    };
    let byte = |term: &JsonValue| match to_value(term, Kind::U8, texts) {
        Ok(Value::Int(byte)) => u8::try_from(byte).ok(),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = terms.iter().map(byte).collect();
    let misfit = || Misfit::invalid(format!("expected {expected}"));
    bytes.map(Value::Bytes).ok_or_else(misfit)
}

/// An exact number: a text, a number as it was written, or a float of so few digits that it stands for one decimal only.
#[cfg(feature = "rust_decimal")]
fn decimal(term: &JsonValue) -> Result<Value, Misfit> {
    let written = match term {
        JsonValue::Text(text) => text.clone(),
        JsonValue::Int(number) => number.to_string(),
        JsonValue::Float(number) => number.to_string(),
        JsonValue::Digits(written) => written.clone(),
        other => return Err(Misfit::wrong("a number, or a text with one", other)),
    };
    let digits = written.chars().filter(char::is_ascii_digit).count();
    if matches!(term, JsonValue::Float(_)) && digits > f64::DIGITS as usize {
        let message = format!("a float does not hold {written} exactly; write it as a text");
        return Err(Misfit::invalid(message));
    }
    crate::value::decimal_from_text(&written)
        .map(Value::Decimal)
        .ok_or_else(|| {
            let written = shortened(&written);
            Misfit::invalid(format!(
                "\"{written}\" is not a number that a decimal holds"
            ))
        })
}

#[cfg(feature = "serde_json")]
fn json(term: &JsonValue) -> Result<Value, Misfit> {
    if let Some(key) = term.repeated_key() {
        let message = format!("the key `{}` is given twice", shortened(key));
        return Err(Misfit::new(ProblemCode::Duplicate, message));
    }
    if let Some((within, written)) = term.long_number() {
        let misfit = Misfit::too_long(&written);
        return Err(Misfit { within, ..misfit });
    }
    let misfit = || Misfit::invalid("a number of it is out of range".to_owned());
    term.clone().into_json().map(Value::Json).ok_or_else(misfit)
}

fn list(term: &JsonValue, of: Kind, texts: bool) -> Result<Value, Misfit> {
    let JsonValue::List(terms) = term else {
        return Err(Misfit::wrong("a list", term));
    };
    let values = terms.iter().map(|term| to_value(term, of, texts));
    Ok(Value::List(values.collect::<Result<_, _>>()?))
}

/// The term that stands for a value, in this form; see [`from_value`].
pub(crate) fn from_value_in(value: &Value, (kind, form): (Kind, JsonForm)) -> Option<JsonValue> {
    match (form, value) {
        (JsonForm::Wide, Value::Text(text)) => {
            let number = wide_from_text(text)?;
            Some(match u64::try_from(number) {
                Ok(number) => JsonValue::Int(number.into()),
                Err(_) => JsonValue::Text(number.to_string()),
            })
        }
        _ => from_value(value, kind),
    }
}

/// The term that stands for a value of a kind; none where JSON has no such number.
pub(crate) fn from_value(value: &Value, kind: Kind) -> Option<JsonValue> {
    Some(match value {
        Value::Null => JsonValue::Null,
        Value::Bool(value) => JsonValue::Bool(*value),
        Value::Int(value) => JsonValue::Int((*value).into()),
        Value::Uint(value) => JsonValue::Int((*value).into()),
        Value::Float(value) if !value.is_finite() => return None,
        // The shortest number that becomes this one again.
        Value::Float(value) if kind == Kind::F32 => {
            JsonValue::Float((*value as f32).to_string().parse().ok()?)
        }
        Value::Float(value) => JsonValue::Float(*value),
        Value::Text(text) => JsonValue::Text(text.clone()),
        Value::Bytes(bytes) => {
            let terms = bytes.iter().map(|byte| JsonValue::Int((*byte).into()));
            JsonValue::List(terms.collect())
        }
        #[cfg(feature = "chrono")]
        Value::Date(value) => JsonValue::Text(value.to_string()),
        #[cfg(feature = "chrono")]
        Value::Time(value) => JsonValue::Text(value.to_string()),
        // `Debug` is the form of ISO 8601, with a `T`.
        #[cfg(feature = "chrono")]
        Value::DateTime(value) => JsonValue::Text(format!("{value:?}")),
        #[cfg(feature = "chrono")]
        Value::DateTimeUtc(value) => JsonValue::Text(format!("{value:?}")),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => JsonValue::Text(value.to_string()),
        #[cfg(feature = "rust_decimal")]
        Value::Decimal(value) => JsonValue::Text(value.to_string()),
        #[cfg(feature = "serde_json")]
        Value::Json(value) => JsonValue::from_value(value.clone()).ok()?,
        Value::Unstorable(_) => return None,
        Value::List(values) => {
            let of = match kind {
                Kind::List(of) => *of,
                other => other,
            };
            let terms = values.iter().map(|value| from_value(value, of));
            JsonValue::List(terms.collect::<Option<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, kind: Kind) -> Result<Value, String> {
        let term = JsonValue::from_json(text).expect("JSON");
        to_value(&term, kind, true).map_err(|misfit| misfit.message)
    }

    #[test]
    fn values_are_read_where_nothing_is_lost() {
        let cases = [
            ("true", Kind::Bool, Value::Bool(true)),
            ("\"false\"", Kind::Bool, Value::Bool(false)),
            ("-128", Kind::I8, Value::Int(-128)),
            ("1e3", Kind::I32, Value::Int(1000)),
            ("\"12\"", Kind::I64, Value::Int(12)),
            ("18446744073709551615", Kind::U64, Value::Uint(u64::MAX)),
            ("3", Kind::F64, Value::Float(3.0)),
            ("\"2.5\"", Kind::F64, Value::Float(2.5)),
            ("0.10000000000000001", Kind::F64, Value::Float(0.1)),
            (
                "123456789012345680000",
                Kind::F64,
                Value::Float(123_456_789_012_345_680_000.0),
            ),
            ("0.1", Kind::F32, Value::Float(f64::from(0.1_f32))),
            ("\"12\"", Kind::Text, Value::Text("12".into())),
            ("[0, \"255\"]", Kind::Bytes, Value::Bytes(vec![0, 255])),
            (
                "[1, \"2\"]",
                Kind::List(&Kind::I32),
                Value::List(vec![Value::Int(1), Value::Int(2)]),
            ),
        ];
        for (text, kind, expected) in cases {
            assert_eq!(read(text, kind), Ok(expected), "{text} as {kind:?}");
        }
    }

    #[test]
    fn values_that_would_change_are_refused() {
        let cases = [
            ("1", Kind::Bool),
            ("\"1\"", Kind::Bool),
            ("128", Kind::I8),
            ("-1", Kind::U8),
            ("1.5", Kind::I64),
            ("9007199254740993.0", Kind::I64),
            ("1e300", Kind::I64),
            ("99999999999999999999", Kind::I64),
            ("\"01\"", Kind::I64),
            ("\"+1\"", Kind::I64),
            ("\" 1\"", Kind::I64),
            ("\"\"", Kind::I64),
            ("\"inf\"", Kind::F64),
            ("\"NaN\"", Kind::F64),
            ("9007199254740993", Kind::F64),
            ("99999999999999999999", Kind::F64),
            ("0.33333333333333333333", Kind::F64),
            ("1e309", Kind::F64),
            ("1e-400", Kind::F64),
            ("\"1e309\"", Kind::F64),
            ("0.12345678901", Kind::F32),
            ("1e300", Kind::F32),
            ("5", Kind::Text),
            ("[256]", Kind::Bytes),
            ("\"ab\"", Kind::Bytes),
            ("[1.5]", Kind::List(&Kind::I32)),
            ("{}", Kind::I64),
            ("[]", Kind::I64),
        ];
        for (text, kind) in cases {
            assert!(read(text, kind).is_err(), "{text} as {kind:?}");
        }
    }

    #[test]
    #[cfg(feature = "rust_decimal")]
    fn decimals_are_exact() {
        let decimal = |text: &str| Value::Decimal(text.parse().expect("a decimal"));
        assert_eq!(read("0.1", Kind::Decimal), Ok(decimal("0.1")));
        assert_eq!(read("\"1.10\"", Kind::Decimal), Ok(decimal("1.10")));
        assert_eq!(
            read("0.1234567890123456789012345678", Kind::Decimal),
            Ok(decimal("0.1234567890123456789012345678"))
        );
        assert_eq!(
            read("79228162514264337593543950335", Kind::Decimal),
            Ok(Value::Decimal(rust_decimal::Decimal::MAX))
        );
        assert!(read("79228162514264337593543950336", Kind::Decimal).is_err());
        assert!(read("1e400", Kind::Decimal).is_err());
        assert!(read("1e-400", Kind::Decimal).is_err());
        let float = JsonValue::Float(0.123_456_789_012_345_67);
        assert!(to_value(&float, Kind::Decimal, false).is_err());
        assert!(read("\"x\"", Kind::Decimal).is_err());
    }
}
