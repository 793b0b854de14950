//! Connections without the question whether they are alive, which sqlx's pool asks whenever one comes back.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// A pool in its smallest form: a semaphore and a list.
pub struct Leases<C> {
    free: Mutex<Vec<C>>,
    permits: Semaphore,
}

/// A connection, which goes back when dropped.
pub struct Lease<'l, C> {
    connection: Option<C>,
    leases: &'l Leases<C>,
    _permit: SemaphorePermit<'l>,
}

impl<C> Leases<C> {
    pub fn new(connections: Vec<C>) -> Leases<C> {
        Leases {
            permits: Semaphore::new(connections.len()),
            free: Mutex::new(connections),
        }
    }

    pub async fn lease(&self) -> Lease<'_, C> {
        let permit = self.permits.acquire().await.expect("nobody closes it");
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = Some(free.pop().expect("there is one for each permit"));
        Lease {
            connection,
            leases: self,
            _permit: permit,
        }
    }
}

impl<C> Deref for Lease<'_, C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.connection.as_ref().expect("only a drop takes it")
    }
}

impl<C> DerefMut for Lease<'_, C> {
    fn deref_mut(&mut self) -> &mut C {
        self.connection.as_mut().expect("only a drop takes it")
    }
}

impl<C> Drop for Lease<'_, C> {
    fn drop(&mut self) {
        let mut free = self.leases.free.lock();
        let free = free.as_mut().unwrap_or_else(|poisoned| poisoned.get_mut());
        free.extend(self.connection.take());
    }
}
