//! MySQL and MariaDB: rows and violations.

use futures_util::future::BoxFuture;
use relations_core::connection::{Misread, RowReader};
use relations_core::{Kind, Value, Violation};
use sqlx::mysql::{MySqlConnectOptions, MySqlRow, MySqlValueRef};
use sqlx::{Decode, MySql, Row, Type, TypeInfo, ValueRef};

/// Reads the constraint out of the message, the only place that names it:
/// "Duplicate entry '1' for key 'uq_account_supplier_id'", and "… (`db`.`account`, CONSTRAINT `fk_account_supplier_id`
/// FOREIGN KEY (`supplier_id`) REFERENCES `supplier` (`id`))".
pub(crate) fn violation(message: &str) -> Violation {
    let mut violation = Violation::default();
    if let Some((_, key)) = message.rsplit_once(" for key '") {
        violation.constraint = Some(key.trim_end_matches('\'').to_owned());
    }
    violation.still_referred = message.starts_with("Cannot delete or update a parent row");
    if let Some((before, after)) = message.split_once(", CONSTRAINT `") {
        violation.table = before.rsplit('`').nth(1).map(str::to_owned);
        violation.constraint = after.split('`').next().map(str::to_owned);
        let columns = after
            .split_once("FOREIGN KEY (")
            .and_then(|(_, rest)| rest.split_once(')'));
        if let Some((columns, _)) = columns {
            violation.columns = columns
                .split(", ")
                .map(|name| name.trim_matches('`').to_owned())
                .collect();
        }
    }
    let column = message
        .strip_prefix("Column '")
        .or_else(|| message.strip_prefix("Field '"));
    if let Some((column, _)) = column.and_then(|rest| rest.split_once('\'')) {
        violation.columns = vec![column.to_owned()];
    }
    violation
}

/// The options for a URL. Where it does not say how many prepared statements a connection keeps, they are more than sqlx's 100,
/// unless connections are many: when one has to go, sqlx writes a packet that has no answer, and the next one then waits for
/// about 40 ms, since its sockets do not set `TCP_NODELAY`.
pub(crate) fn options(url: &str, connections: u32) -> Result<MySqlConnectOptions, sqlx::Error> {
    // Servers keep 16,382 for all connections, unless they are told otherwise.
    const OF_ALL: usize = 4096;
    let options: MySqlConnectOptions = url.parse()?;
    let statements = (OF_ALL / connections as usize).clamp(100, 256);
    Ok(match url.contains("statement-cache-capacity=") {
        true => options,
        false => options.statement_cache_capacity(statements),
    })
}

/// Refuses values that do not fit, which servers may be set to cut.
pub(crate) const STRICT: &str = "SET sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')";

/// See [`STRICT`].
pub(crate) fn be_strict<'c>(
    connection: &'c mut sqlx::MySqlConnection,
    _: sqlx::pool::PoolConnectionMetadata,
) -> BoxFuture<'c, Result<(), sqlx::Error>> {
    Box::pin(async move { sqlx::raw_sql(STRICT).execute(connection).await.map(drop) })
}

pub(crate) struct Reader<'r>(pub(crate) &'r MySqlRow);

impl<'r> Reader<'r> {
    /// The value, unless it is NULL.
    fn value(&self, at: usize) -> Result<MySqlValueRef<'r>, Misread> {
        let value = self.0.try_get_raw(at).map_err(Misread::from_driver)?;
        match value.is_null() {
            true => Err(Misread::null()),
            false => Ok(value),
        }
    }

    fn get<T: Decode<'r, MySql> + Type<MySql>>(&self, at: usize) -> Result<T, Misread> {
        decode(self.value(at)?)
    }

    /// A value that comes as text, whatever the column's type.
    fn written(&self, at: usize) -> Result<String, Misread> {
        <String as Decode<MySql>>::decode(self.value(at)?).map_err(Misread::from_driver)
    }

    fn is_of_type(&self, at: usize, name: &str) -> Result<bool, Misread> {
        Ok(self.value(at)?.type_info().name() == name)
    }
}

fn decode<'r, T: Decode<'r, MySql> + Type<MySql>>(value: MySqlValueRef<'r>) -> Result<T, Misread> {
    let of_type = value.type_info();
    if !T::compatible(&of_type) {
        let name = of_type.name();
        return Err(Misread::new(format!("the column's type is {name}")));
    }
    T::decode(value).map_err(Misread::from_driver)
}

fn is_unsigned(value: &MySqlValueRef<'_>) -> bool {
    <u64 as Type<MySql>>::compatible(&value.type_info())
}

impl RowReader for Reader<'_> {
    fn is_null(&mut self, at: usize) -> Result<bool, Misread> {
        let value = self.0.try_get_raw(at).map_err(Misread::from_driver)?;
        Ok(value.is_null())
    }

    fn int(&mut self, at: usize) -> Result<i64, Misread> {
        let value = self.value(at)?;
        if !is_unsigned(&value) {
            return decode(value);
        }
        let value = decode::<u64>(value)?;
        i64::try_from(value).map_err(|_| Misread::new(format!("{value} does not fit in `i64`")))
    }

    fn uint(&mut self, at: usize) -> Result<u64, Misread> {
        let value = self.value(at)?;
        if is_unsigned(&value) {
            return decode(value);
        }
        let value = decode::<i64>(value)?;
        u64::try_from(value).map_err(|_| Misread::new(format!("{value} is negative")))
    }

    fn float(&mut self, at: usize) -> Result<f64, Misread> {
        match self.is_of_type(at, "FLOAT")? {
            true => self.get::<f32>(at).map(f64::from),
            false => self.get(at),
        }
    }

    fn boolean(&mut self, at: usize) -> Result<bool, Misread> {
        match self.int(at)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Misread::new(format!("{other} is neither 0 nor 1"))),
        }
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
        // Stored as a DATETIME in UTC; a TIMESTAMP of someone else's table comes in the connection's zone, also UTC.
        match self.is_of_type(at, "DATETIME")? {
            true => self
                .get::<chrono::NaiveDateTime>(at)
                .map(|naive| naive.and_utc()),
            false => self.get(at),
        }
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, at: usize) -> Result<uuid::Uuid, Misread> {
        self.get(at)
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, at: usize) -> Result<rust_decimal::Decimal, Misread> {
        // A DECIMAL comes as text, with as many digits as the column has.
        let text = self.written(at)?;
        let digits = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => &text,
        };
        relations_core::decimal_from_text(digits)
            .ok_or_else(|| Misread::new("it does not fit in a `Decimal`"))
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, at: usize) -> Result<serde_json::Value, Misread> {
        let text = self.written(at)?;
        serde_json::from_str(&text).map_err(Misread::from_driver)
    }

    fn list(&mut self, at: usize, of: Kind) -> Result<Vec<Value>, Misread> {
        let text = self.written(at)?;
        relations_core::list_from_json(&text, of)
    }
}

#[cfg(test)]
mod tests {
    use super::violation;

    #[test]
    fn violations_are_read_from_messages() {
        let unique = violation("Duplicate entry '1' for key 'uq_account_supplier_id'");
        assert_eq!(unique.constraint.as_deref(), Some("uq_account_supplier_id"));

        let foreign = violation(
            "Cannot add or update a child row: a foreign key constraint fails (`db`.`account`, CONSTRAINT \
             `fk_account_supplier_id` FOREIGN KEY (`supplier_id`, `b`) REFERENCES `supplier` (`id`, `b`))",
        );
        assert_eq!(foreign.table.as_deref(), Some("account"));
        assert_eq!(
            foreign.constraint.as_deref(),
            Some("fk_account_supplier_id")
        );
        assert_eq!(foreign.columns, ["supplier_id", "b"]);

        assert_eq!(violation("Column 'name' cannot be null").columns, ["name"]);
        assert_eq!(
            violation("Field 'name' doesn't have a default value").columns,
            ["name"]
        );
    }
}
