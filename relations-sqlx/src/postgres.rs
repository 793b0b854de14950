//! PostgreSQL: rows and violations.

use relations_core::Violation;
use relations_core::connection::{Misread, RowReader};
use sqlx::postgres::{PgDatabaseError, PgRow};
use sqlx::{Decode, Postgres, Row, Type, TypeInfo, ValueRef};

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

pub(crate) struct Reader<'r>(pub(crate) &'r PgRow);

impl<'r> Reader<'r> {
    fn get<T: Decode<'r, Postgres> + Type<Postgres>>(&self, at: usize) -> Result<T, Misread> {
        let value = self.0.try_get_raw(at).map_err(Misread::from_driver)?;
        if value.is_null() {
            return Err(Misread::new("it is NULL, and the field is not an `Option`"));
        }
        let of_type = value.type_info();
        if !T::compatible(&of_type) {
            return Err(Misread::new(format!(
                "the column's type is {}",
                of_type.name()
            )));
        }
        T::decode(value).map_err(Misread::from_driver)
    }

    fn type_name(&self, at: usize) -> Result<String, Misread> {
        let value = self.0.try_get_raw(at).map_err(Misread::from_driver)?;
        Ok(value.type_info().name().to_owned())
    }
}

impl RowReader for Reader<'_> {
    fn is_null(&mut self, at: usize) -> Result<bool, Misread> {
        Ok(self
            .0
            .try_get_raw(at)
            .map_err(Misread::from_driver)?
            .is_null())
    }

    fn int(&mut self, at: usize) -> Result<i64, Misread> {
        match self.type_name(at)?.as_str() {
            "INT2" => self.get::<i16>(at).map(i64::from),
            "INT4" => self.get::<i32>(at).map(i64::from),
            _ => self.get(at),
        }
    }

    fn uint(&mut self, at: usize) -> Result<u64, Misread> {
        let value = self.int(at)?;
        u64::try_from(value).map_err(|_| Misread::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, Misread> {
        match self.type_name(at)?.as_str() {
            "FLOAT4" => self.get::<f32>(at).map(f64::from),
            _ => self.get(at),
        }
    }

    fn boolean(&mut self, at: usize) -> Result<bool, Misread> {
        self.get(at)
    }

    fn text(&mut self, at: usize) -> Result<String, Misread> {
        self.get(at)
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
        self.get(at)
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, Misread> {
        self.get(at)
    }
}
