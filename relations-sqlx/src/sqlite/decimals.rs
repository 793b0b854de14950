//! Decimals, which SQLite keeps as text.

use sqlx::sqlite::SqliteConnectOptions;

/// Adds the collation by which decimals, which SQLite keeps as text, compare as numbers.
///
/// [`Db::connect`](crate::Db::connect) does so by itself. It is for those who bring their own `SqlitePool` and sort or
/// compare by a `Decimal` column.
pub fn with_decimal_order(options: SqliteConnectOptions) -> SqliteConnectOptions {
    #[cfg(feature = "rust_decimal")]
    return options.collation("relations_decimal", compare_decimals);
    #[cfg(not(feature = "rust_decimal"))]
    options
}

#[cfg(feature = "rust_decimal")]
pub(super) fn compare_decimals(a: &str, b: &str) -> std::cmp::Ordering {
    let decimal = |text: &str| relations_core::decimal_from_text(text);
    match (decimal(a), decimal(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}
