//! PostgreSQL: rows and violations; the values of statements are in `postgres/arguments.rs`.

mod arguments;

pub(crate) use arguments::arguments;

use relations_core::connection::{Misread, RowReader};
use relations_core::{Kind, Value, Violation};
use sqlx::postgres::{PgColumn, PgDatabaseError, PgRow, PgTypeInfo, PgTypeKind, PgValueRef};
use sqlx::{Column, Decode, Postgres, Row, Type, TypeInfo, ValueRef};

/// The constraint with its table and columns: `Key (supplier_id)=(1) already exists.`
pub(crate) fn violation(error: &PgDatabaseError) -> Violation {
    let mut violation = Violation {
        constraint: error.constraint().map(str::to_owned),
        table: error.table().map(str::to_owned),
        columns: error.column().map(str::to_owned).into_iter().collect(),
        still_referred: false,
    };
    let listed = error
        .detail()
        .and_then(|detail| detail.strip_prefix("Key ("));
    let listed = listed.and_then(|listed| listed.split_once(")=("));
    if let Some((columns, _)) = listed {
        violation.columns = columns
            .split(", ")
            .map(|name| name.trim_matches('"').to_owned())
            .collect();
    }
    // What a delete violates is a key of another table, and the detail lists the columns here.
    if error
        .detail()
        .is_some_and(|detail| detail.contains("is still referenced from table"))
    {
        violation.columns.clear();
        violation.still_referred = true;
    }
    violation
}

/// What the columns of a statement hold, as far as it is asked for often. Found once, and not for each row.
#[derive(Default)]
pub(crate) struct Columns(Vec<Form>);

#[derive(Clone, Copy)]
enum Form {
    Int2,
    Int4,
    Int8,
    Text,
    Other,
}

impl Columns {
    /// A reader of the next row of the statement.
    pub(crate) fn read<'r>(&'r mut self, row: &'r PgRow) -> Reader<'r> {
        if self.0.is_empty() {
            let types = row.columns().iter().map(PgColumn::type_info);
            self.0 = types.map(Form::of).collect();
        }
        Reader {
            row,
            forms: &self.0,
        }
    }
}

impl Form {
    fn of(info: &PgTypeInfo) -> Form {
        if <i64 as Type<Postgres>>::compatible(info) {
            Form::Int8
        } else if <i32 as Type<Postgres>>::compatible(info) {
            Form::Int4
        } else if <i16 as Type<Postgres>>::compatible(info) {
            Form::Int2
        } else if <String as Type<Postgres>>::compatible(info) {
            Form::Text
        } else {
            match info.kind() {
                PgTypeKind::Enum(_) => Form::Text,
                PgTypeKind::Domain(of) => Form::of(of),
                _ => Form::Other,
            }
        }
    }
}

pub(crate) struct Reader<'r> {
    row: &'r PgRow,
    forms: &'r [Form],
}

impl<'r> Reader<'r> {
    /// The value, unless it is NULL.
    fn value(&self, at: usize) -> Result<PgValueRef<'r>, Misread> {
        let value = self.row.try_get_raw(at).map_err(Misread::from_driver)?;
        match value.is_null() {
            true => Err(Misread::null()),
            false => Ok(value),
        }
    }

    /// The bytes of the value, unless it is NULL: sqlx asks for the binary form of what has parameters, if none at all. The value itself is a large one, which is better not handed around for
    /// each column.
    #[inline]
    fn binary(&self, at: usize) -> Result<&'r [u8], Misread> {
        match self.row.try_get_raw(at) {
            Ok(value) if value.is_null() => Err(Misread::null()),
            Ok(value) => value.as_bytes().map_err(Misread::from_driver),
            Err(error) => Err(Misread::from_driver(error)),
        }
    }

    /// An integer in network order.
    #[inline]
    fn fixed<const N: usize>(&self, at: usize) -> Result<[u8; N], Misread> {
        self.binary(at)?.try_into().map_err(Misread::from_driver)
    }

    fn get<T: Decode<'r, Postgres> + Type<Postgres>>(&self, at: usize) -> Result<T, Misread> {
        let value = self.value(at)?;
        if !is::<T>(&value) {
            let name = value.type_info().name().to_owned();
            return Err(Misread::new(format!("the column's type is {name}")));
        }
        T::decode(value).map_err(Misread::from_driver)
    }
}

impl Reader<'_> {
    /// A list of something else than integers.
    fn other_list(&self, at: usize) -> Result<Vec<Value>, Misread> {
        #[cfg(feature = "uuid")]
        if is::<Vec<uuid::Uuid>>(&self.value(at)?) {
            let ids = self.get::<Vec<uuid::Uuid>>(at)?.into_iter();
            return Ok(ids.map(Value::Uuid).collect());
        }
        let texts = self.get::<Vec<String>>(at)?.into_iter();
        Ok(texts.map(Value::Text).collect())
    }
}

/// Whether a value of this column can be read as a `T`.
fn is<T: Type<Postgres>>(value: &PgValueRef<'_>) -> bool {
    T::compatible(&value.type_info())
}

impl RowReader for Reader<'_> {
    fn is_null(&mut self, at: usize) -> Result<bool, Misread> {
        let value = self.row.try_get_raw(at).map_err(Misread::from_driver)?;
        Ok(value.is_null())
    }

    fn int(&mut self, at: usize) -> Result<i64, Misread> {
        match self.forms[at] {
            Form::Int8 => self.fixed(at).map(i64::from_be_bytes),
            Form::Int4 => self.fixed(at).map(i32::from_be_bytes).map(i64::from),
            Form::Int2 => self.fixed(at).map(i16::from_be_bytes).map(i64::from),
            _ => self.get(at),
        }
    }

    fn uint(&mut self, at: usize) -> Result<u64, Misread> {
        let value = self.int(at)?;
        u64::try_from(value).map_err(|_| Misread::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, Misread> {
        match is::<f32>(&self.value(at)?) {
            true => self.get::<f32>(at).map(f64::from),
            false => self.get(at),
        }
    }

    fn boolean(&mut self, at: usize) -> Result<bool, Misread> {
        self.get(at)
    }

    fn text(&mut self, at: usize) -> Result<String, Misread> {
        match self.forms[at] {
            Form::Text => {
                let text = std::str::from_utf8(self.binary(at)?);
                text.map(str::to_owned).map_err(Misread::from_driver)
            }
            _ => self.get(at),
        }
    }

    fn bytes(&mut self, at: usize) -> Result<Vec<u8>, Misread> {
        self.get(at)
    }

    #[cfg(feature = "chrono")]
    fn date(&mut self, at: usize) -> Result<chrono::NaiveDate, Misread> {
        self.get(at)
    }

    #[cfg(feature = "chrono")]
    fn time(&mut self, at: usize) -> Result<chrono::NaiveTime, Misread> {
        self.get(at)
    }

    #[cfg(feature = "chrono")]
    fn date_time(&mut self, at: usize) -> Result<chrono::NaiveDateTime, Misread> {
        self.get(at)
    }

    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, at: usize) -> Result<chrono::DateTime<chrono::Utc>, Misread> {
        self.get(at)
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, Misread> {
        self.get(at)
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, Misread> {
        // sqlx rounds what does not fit, so only its check of the type is used.
        self.get::<rust_decimal::Decimal>(at)?;
        let value = self.row.try_get_raw(at).map_err(Misread::from_driver)?;
        let bytes = value.as_bytes().map_err(Misread::from_driver)?;
        numeric::to_text(bytes)
            .and_then(|text| relations_core::decimal_from_text(&text))
            .ok_or_else(|| Misread::new("it does not fit in a `Decimal`"))
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, Misread> {
        self.get(at)
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, Misread> {
        let list = self.value(at)?;
        let ints = if is::<Vec<i64>>(&list) {
            self.get::<Vec<i64>>(at)?
        } else if is::<Vec<i32>>(&list) {
            let ints = self.get::<Vec<i32>>(at)?.into_iter();
            ints.map(i64::from).collect()
        } else if is::<Vec<i16>>(&list) {
            let ints = self.get::<Vec<i16>>(at)?.into_iter();
            ints.map(i64::from).collect()
        } else {
            return self.other_list(at);
        };
        let value = |int: i64| match of {
            Kind::U64 => u64::try_from(int)
                .map(Value::Uint)
                .map_err(|_| Misread::new(format!("{int} is negative"))),
            _ => Ok(Value::Int(int)),
        };
        ints.into_iter().map(value).collect()
    }
}

/// NUMERIC as PostgreSQL sends it: a header, then groups of four decimal digits.
/// <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/adt/numeric.c#L1082>
#[cfg(feature = "rust_decimal")]
mod numeric {
    /// The number with all its digits; `None` for NaN and infinity.
    pub(super) fn to_text(bytes: &[u8]) -> Option<String> {
        let (words, rest) = bytes.as_chunks::<2>();
        let words: Vec<i16> = words.iter().map(|word| i16::from_be_bytes(*word)).collect();
        let [_, weight, sign, _, groups @ ..] = words.as_slice() else {
            return None;
        };
        let is_negative = match *sign as u16 {
            0x0000 => false,
            0x4000 => true,
            _ => return None,
        };
        // The first group counts ten thousands to the power of the weight.
        let group = |at: i32| {
            let group = usize::try_from(at).ok().and_then(|at| groups.get(at));
            format!("{:04}", group.unwrap_or(&0))
        };
        let weight = i32::from(*weight);
        let whole: String = (0..=weight).map(group).collect();
        let fraction: String = (weight + 1..groups.len() as i32).map(group).collect();
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let sign = if is_negative { "-" } else { "" };
        debug_assert!(rest.is_empty(), "the message consists of 16-bit numbers");
        let whole = if whole.is_empty() { "0" } else { whole };
        let point = if fraction.is_empty() { "" } else { "." };
        Some(format!("{sign}{whole}{point}{fraction}"))
    }

    #[cfg(test)]
    mod tests {
        use super::to_text;

        #[test]
        fn all_digits_are_kept() {
            let numeric = |words: &[i16]| -> Vec<u8> {
                words.iter().flat_map(|word| word.to_be_bytes()).collect()
            };
            let cases: [(&[i16], &str); 5] = [
                (&[0, 0, 0, 0], "0"),
                (&[2, 0, 0, 2, 12, 3400], "12.34"),
                (&[1, 1, 0x4000, 0, 5], "-50000"),
                (&[1, -2, 0, 8, 7], "0.00000007"),
                (&[3, 1, 0, 4, 1, 2345, 6789], "12345.6789"),
            ];
            for (words, text) in cases {
                assert_eq!(to_text(&numeric(words)).as_deref(), Some(text), "{words:?}");
            }
            assert_eq!(to_text(&numeric(&[0, 0, -16384, 0])), None, "NaN");
        }
    }
}
