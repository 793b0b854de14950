//! Work on a thread that may be blocked.

use super::lease::InProcessLease;
use super::pool::PooledConnection;
use relations_core::{Error, ErrorKind, Result};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

impl InProcessLease {
    /// Does the work on a thread that may be blocked. If the future is dropped meanwhile, the work is stopped and its outcome
    /// lost, and the connection comes back here or to the pool when that thread is done with it.
    pub(super) async fn elsewhere<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut InProcessLease) -> T + Send + 'static,
    ) -> Result<T> {
        let (connection, give) = self.send_away().await?;
        let stop = StopOnDrop(Some(connection.stop().clone()));
        let output = spawn(connection, give, work).await;
        stop.disarm();
        match output {
            Ok(output) => {
                self.here().await?;
                Ok(output)
            }
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => Err(shut_down(error)),
        }
    }
}

/// Starts the work. Its events are seen by whoever sees those of the caller.
fn spawn<T: Send + 'static>(
    connection: PooledConnection,
    give: oneshot::Sender<PooledConnection>,
    work: impl FnOnce(&mut InProcessLease) -> T + Send + 'static,
) -> JoinHandle<T> {
    let span = tracing::Span::current();
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    let run = move || {
        let mut lease = InProcessLease::on_a_blocking_thread(connection);
        let output = work(&mut lease);
        if let Some(connection) = lease.into_connection() {
            // Where nobody waits for it any more, it goes back to the pool.
            let _ = give.send(connection);
        }
        output
    };
    tokio::task::spawn_blocking(move || {
        tracing::dispatcher::with_default(&dispatch, || span.in_scope(run))
    })
}

/// Stops the work elsewhere once nobody waits for it.
struct StopOnDrop(Option<Arc<AtomicBool>>);

impl StopOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if let Some(stop) = &self.0 {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

/// The outcome of a future that never waits for anything but this thread.
pub(super) fn finished<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!(
            "a bug in `relations-orm`: an operation waits for something other than its database"
        ),
    }
}

/// For a connection that stopped in the middle of an operation, whose caller is gone.
pub(super) fn stopped() -> Error {
    let message = "the operation was stopped, since nobody waited for it";
    Error::new(ErrorKind::Database, message)
}

/// For a runtime that takes no more work.
pub(super) fn shut_down(error: tokio::task::JoinError) -> Error {
    let message = format!("the runtime shut down: {error}");
    Error::new(ErrorKind::Connection, message).with_source(error)
}
