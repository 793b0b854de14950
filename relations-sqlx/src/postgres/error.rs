//! PostgreSQL's errors as sqlx gives them.

use super::codes;
use crate::fault::Fault;
use crate::over_sqlx::DatabaseErrors;
use relations_core::{ErrorKind, Violation};
use sqlx::Postgres;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

impl DatabaseErrors for Postgres {
    fn fault(error: &dyn DatabaseError) -> Fault {
        let error = error.try_downcast_ref::<PgDatabaseError>();
        error.map_or(Fault::Refused(ErrorKind::Database), codes::fault)
    }

    fn violation(error: &dyn DatabaseError) -> Violation {
        let error = error.try_downcast_ref::<PgDatabaseError>();
        error.map(violation).unwrap_or_default()
    }
}

/// The constraint with its table and columns: `Key (supplier_id)=(1) already exists.`
fn violation(error: &PgDatabaseError) -> Violation {
    let mut violation = Violation::default();
    violation.constraint = error.constraint().map(str::to_owned);
    violation.table = error.table().map(str::to_owned);
    violation.columns = error.column().map(str::to_owned).into_iter().collect();
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
    // An index of expressions, which are no columns.
    if violation.columns.iter().any(|column| column.contains('(')) {
        violation.columns.clear();
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
