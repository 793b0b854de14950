//! Why a transaction, or a handle to it, cannot be used.

use relations_core::{Error, ErrorKind};

pub(super) fn closed() -> Error {
    let message = "the transaction has ended, and its handle cannot be used any more";
    Error::new(ErrorKind::TransactionClosed, message)
}

/// For a transaction of which the server may have kept nothing, or half a savepoint.
pub(super) fn lost() -> Error {
    let message = "the transaction cannot go on: the database undid it, or a statement was dropped while it ran";
    Error::new(ErrorKind::TransactionClosed, message)
}

/// For a closure that went on after an error, as if nothing had been.
pub(super) fn refused() -> Error {
    let message = "a statement of this transaction failed, so PostgreSQL keeps nothing of it\nhelp: put what may fail into a `tx.transaction(..)` of its own";
    Error::new(ErrorKind::Database, message)
}
