//! The variants of an enum that a column holds, by their places.

use crate::value::decode_error::DecodeError;
use crate::value::key_part::KeyPart;
use crate::value::row::RowReader;

/// Reads the place of a text among those that an enum has.
///
/// A CHAR column fills its texts up with spaces, which are no part of a variant's name.
pub fn read_text_variant(
    row: &mut dyn RowReader,
    at: usize,
    texts: &[&str],
) -> Result<usize, DecodeError> {
    let text = row.text(at)?;
    let place = place_of(&text, texts).or_else(|| place_of(text.trim_end_matches(' '), texts));
    place.ok_or_else(|| {
        let known = texts.join("`, `");
        DecodeError::new(format!("it is {text:?}, which is not one of `{known}`"))
    })
}

/// Reads the place of an integer among those that an enum has.
pub fn read_integer_variant(
    row: &mut dyn RowReader,
    at: usize,
    integers: &[i64],
) -> Result<usize, DecodeError> {
    let integer = row.int(at)?;
    let place = integers.iter().position(|known| *known == integer);
    place.ok_or_else(|| {
        let known: Vec<String> = integers.iter().map(i64::to_string).collect();
        DecodeError::new(format!(
            "it is {integer}, which is not one of {}",
            known.join(", ")
        ))
    })
}

/// The place of a key's part among the texts of an enum.
pub fn text_variant(part: KeyPart<'_>, texts: &[&str]) -> Option<usize> {
    match part {
        KeyPart::Text(text) => place_of(&text, texts),
        _ => None,
    }
}

/// The place of a key's part among the integers of an enum.
pub fn integer_variant(part: KeyPart<'_>, integers: &[i64]) -> Option<usize> {
    match part {
        KeyPart::Int(integer) => integers.iter().position(|known| *known == integer),
        _ => None,
    }
}

fn place_of(text: &str, texts: &[&str]) -> Option<usize> {
    texts.iter().position(|known| *known == text)
}
