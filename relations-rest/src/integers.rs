//! Integers that JavaScript cannot hold.

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// How integers of which a JavaScript number holds another one are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Integers {
    Numbers,
    /// As texts, for `?bigint=string`.
    Strings,
}

/// `Number.MAX_SAFE_INTEGER`.
const SAFE: i128 = (1 << 53) - 1;

impl Integers {
    pub(crate) fn to_json(self, value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
        let mut json = Vec::with_capacity(128);
        match self {
            Integers::Numbers => serde_json::to_writer(&mut json, value)?,
            Integers::Strings => {
                let quoting = Quoting { in_string: false };
                value.serialize(&mut Serializer::with_formatter(&mut json, quoting))?;
            }
        }
        Ok(json)
    }
}

/// Writes large integers in quotes.
struct Quoting {
    /// An integer that is the key of a map stands in a string already.
    in_string: bool,
}

impl Quoting {
    fn integer<W: ?Sized + Write>(&self, writer: &mut W, value: i128) -> io::Result<()> {
        match value.abs() > SAFE && !self.in_string {
            true => write!(writer, "\"{value}\""),
            false => write!(writer, "{value}"),
        }
    }
}

impl Formatter for Quoting {
    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        self.integer(writer, i128::from(value))
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        self.integer(writer, i128::from(value))
    }

    fn write_i128<W: ?Sized + Write>(&mut self, writer: &mut W, value: i128) -> io::Result<()> {
        self.integer(writer, value)
    }

    fn write_u128<W: ?Sized + Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        match i128::try_from(value) {
            Ok(value) => self.integer(writer, value),
            Err(_) if self.in_string => write!(writer, "{value}"),
            Err(_) => write!(writer, "\"{value}\""),
        }
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.in_string = true;
        CompactFormatter.begin_string(writer)
    }

    fn end_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.in_string = false;
        CompactFormatter.end_string(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn written(value: &impl Serialize) -> String {
        String::from_utf8(Integers::Strings.to_json(value).unwrap()).unwrap()
    }

    #[test]
    fn only_what_javascript_cannot_hold_is_a_text() {
        let numbers = [
            0,
            SAFE as i64,
            SAFE as i64 + 1,
            -(SAFE as i64) - 1,
            i64::MIN,
        ];
        let expected =
            r#"[0,9007199254740991,"9007199254740992","-9007199254740992","-9223372036854775808"]"#;
        assert_eq!(written(&numbers), expected);
        assert_eq!(written(&u128::MAX), format!("\"{}\"", u128::MAX));
        assert_eq!(
            written(&(u64::MAX, 1.5, "a\"b")),
            r#"["18446744073709551615",1.5,"a\"b"]"#
        );
    }

    #[test]
    fn keys_are_texts_once() {
        let map = BTreeMap::from([(i64::MAX, i64::MAX)]);
        assert_eq!(
            written(&map),
            r#"{"9223372036854775807":"9223372036854775807"}"#
        );
    }
}
