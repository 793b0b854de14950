//! Calls of sqlx that a damaged message may make panic.
//!
//! sqlx takes what a server sends for well-formed, and indexes into it. A message that was altered or cut on its way is a broken
//! connection, which says nothing against the task that waits for it. A panic leaves the connection in no known state; every caller
//! here closes it for the error.

use crate::driver::DecodeError;
use futures_util::FutureExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

const UNREADABLE: &str = "the driver cannot read what the server sent";

/// What a call of sqlx gives.
pub(crate) async fn guarded<T>(
    call: impl Future<Output = sqlx::Result<T>> + Send,
) -> sqlx::Result<T> {
    let done = AssertUnwindSafe(call).catch_unwind().await;
    done.unwrap_or_else(|_| Err(sqlx::Error::Protocol(UNREADABLE.to_owned())))
}

/// What sqlx reads from a row.
pub(crate) fn guarded_value<T>(
    read: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let done = catch_unwind(AssertUnwindSafe(read));
    done.unwrap_or_else(|_| Err(DecodeError::new(UNREADABLE)))
}
