//! Running operations of this crate's own, which keep what they found.

use crate::driver::Operation;
use relations_core::{Connection, Result};
use std::any::Any;

/// Runs an operation, and gives it back with what it found.
pub(crate) async fn run<O: Operation>(connection: &dyn Connection, operation: O) -> Result<Box<O>> {
    let done = connection.run(Box::new(operation)).await?;
    Ok(returned(done))
}

/// An operation that a connection has run, as what it was.
pub(crate) fn returned<O: Operation>(done: Box<dyn Operation>) -> Box<O> {
    let done: Box<dyn Any> = done;
    match done.downcast() {
        Ok(operation) => operation,
        Err(_) => unreachable!("a connection gives back the operation that it has run"),
    }
}
