//! How transactions of SQLite begin.

use crate::transaction::Begin;

/// A transaction that starts as a reader and then writes would fail at once where another one writes.
pub(super) fn statement(begin: Begin) -> &'static str {
    match begin.read_only {
        true => "BEGIN",
        false => "BEGIN IMMEDIATE",
    }
}
