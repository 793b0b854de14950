//! Types of the user's own that are kept as another type.

use crate::value::Value;
use crate::value::column_type::ColumnType;
use crate::value::decode_error::DecodeError;
use crate::value::key_part::KeyPart;
use crate::value::row::RowReader;
use crate::value::value_row;
use std::fmt::Display;

/// How a type of your own becomes what a column holds, and back; for `#[derive(ColumnType)]` with `#[model(conversion)]`.
///
/// Values that are equal must become equal ones, and what became of a value must become that value again. Filters and JSON from
/// outside give what the column holds, `1250` below; so let serde write the type alike, `#[serde(into = "i64", try_from = "i64")]`.
/// They are refused where `from_column` refuses.
///
/// A type of another library goes into a struct of your own: `struct Site(url::Url);`.
///
/// # Examples
/// ```
/// use relations::prelude::*;
/// use relations::value::ColumnConversion;
///
/// /// An amount that is not negative, in cents in its column.
/// #[derive(Debug, Clone, Copy, PartialEq, ColumnType)]
/// #[model(conversion)]
/// struct Money {
///     cents: u32,
/// }
///
/// impl ColumnConversion for Money {
///     type Column = i64;
///     type Error = String;
///
///     fn to_column(&self) -> i64 {
///         self.cents.into()
///     }
///
///     fn from_column(cents: i64) -> Result<Self, String> {
///         match cents.try_into() {
///             Ok(cents) => Ok(Money { cents }),
///             Err(_) => Err(format!("{cents} is not an amount of money")),
///         }
///     }
/// }
///
/// #[derive(Debug, Model)]
/// struct Invoice {
///     #[model(id, generated)]
///     id: i64,
///     total: Money,
///     discount: Option<Money>,
/// }
///
/// # docs_models::run(async |db| {
/// # db.schema::<Invoice>().create().await?;
/// let invoices = InvoiceRepository::new(&db);
/// invoices.create(Invoice::draft().total(Money { cents: 1250 })).await?;
/// let large = invoices.find().filter(Invoice::TOTAL.gt(Money { cents: 1000 })).get().await?;
/// assert_eq!(large.total, Money { cents: 1250 });
/// assert!(invoices.find_with(r#"{"where": {"total": -1}}"#).await.is_err());
/// # Ok(()) });
/// ```
#[diagnostic::on_unimplemented(
    message = "nothing says how `{Self}` becomes what a column holds",
    label = "no conversion",
    note = "`#[model(conversion)]` goes with `impl ColumnConversion for {Self}`"
)]
pub trait ColumnConversion: Sized + Send + Sync + 'static {
    /// What the column holds; not an `Option`, which goes around this type.
    type Column: ColumnType;
    /// Why a column's value is none of this type; it is shown in the `Decode` error.
    type Error: Display;

    /// What the column holds of the value.
    fn to_column(&self) -> Self::Column;

    /// The value of what the column holds.
    ///
    /// # Errors
    /// Where it is none.
    fn from_column(column: Self::Column) -> Result<Self, Self::Error>;
}

/// Fails to compile where the column may be NULL.
pub const fn holds_no_option<T: ColumnConversion>() {
    assert!(
        !<T::Column as ColumnType>::NULLABLE,
        "a conversion is to no `Option`: make the field one"
    );
}

/// Reads a column into a type with a conversion.
pub fn read_conversion<T: ColumnConversion>(
    row: &mut dyn RowReader,
    at: usize,
) -> Result<T, DecodeError> {
    let column = <T::Column as ColumnType>::read(row, at)?;
    T::from_column(column).map_err(|error| DecodeError::new(error.to_string()))
}

/// What a column holds of a value, as a value.
pub fn conversion_value<T: ColumnConversion>(value: &T) -> Value {
    value.to_column().into_value()
}

/// The value as part of a key.
pub fn conversion_part<T: ColumnConversion>(value: &T) -> KeyPart<'static> {
    KeyPart::of(conversion_value(value))
}

/// Whether a value becomes one of the type.
pub fn check_conversion<T: ColumnType>(value: &Value) -> Result<(), String> {
    value_row::check::<T>(value)
}
