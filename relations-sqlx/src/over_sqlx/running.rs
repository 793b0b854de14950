//! What runs on a connection, and goes on when its caller gives up.

use super::SqlxDatabase;
use super::canceller::{GRACE, Mark, Overdue};
use super::held::Held;
use futures_util::future::{BoxFuture, Either, select};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Something that has a connection, and gives it back with what came of it.
type Work<D, T> = BoxFuture<'static, (Held<D>, T)>;

/// Work while somebody waits for it. Dropped before it is done it goes on as a task: until the statement is done that was sent, since a
/// connection can be used again only after that.
pub(super) struct Running<'l, D: SqlxDatabase, T: Send + 'static> {
    work: Option<Work<D, T>>,
    mark: Arc<Mark<D>>,
    /// Where the connection comes back to the lease from that task.
    away: &'l mut Option<oneshot::Receiver<Held<D>>>,
}

impl<'l, D: SqlxDatabase, T: Send + 'static> Running<'l, D, T> {
    pub(super) fn new(
        work: Work<D, T>,
        mark: Arc<Mark<D>>,
        away: &'l mut Option<oneshot::Receiver<Held<D>>>,
    ) -> Self {
        Running {
            work: Some(work),
            mark,
            away,
        }
    }
}

impl<D: SqlxDatabase, T: Send + 'static> Future for Running<'_, D, T> {
    type Output = (Held<D>, T);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // Taken out, so that work that panicked does not go on.
        let mut work = self.work.take().expect("work that is done is not polled");
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<D: SqlxDatabase, T: Send + 'static> Drop for Running<'_, D, T> {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        // Without a runtime the connection is closed.
        if let Ok(runtime) = Handle::try_current() {
            self.mark.stop();
            let (give, take) = oneshot::channel();
            *self.away = Some(take);
            runtime.spawn(finish(work, self.mark.clone(), give));
        }
    }
}

/// Lets work end, and gives the connection to its lease, or back where that is gone.
async fn finish<D: SqlxDatabase, T>(
    mut work: Work<D, T>,
    mark: Arc<Mark<D>>,
    mut give: oneshot::Sender<Held<D>>,
) {
    let held = match select(&mut work, pin!(give.closed())).await {
        Either::Left(((held, _), _)) => held,
        Either::Right(_) => {
            if let Some((held, was_cancelled)) = end_unwanted(work, mark).await {
                held.give_back(was_cancelled).await;
            }
            return;
        }
    };
    if let Err(held) = give.send(held) {
        held.give_back(false).await;
    }
}

/// Lets work end that nobody wants, and says whether it was cancelled for it. Where it does not end, its connection is closed.
async fn end_unwanted<D: SqlxDatabase, T>(
    mut work: Work<D, T>,
    mark: Arc<Mark<D>>,
) -> Option<(Held<D>, bool)> {
    if let Ok((held, _)) = tokio::time::timeout(GRACE, &mut work).await {
        return Some((held, false));
    }
    let overdue = Overdue::new(mark);
    let held = match select(&mut work, pin!(overdue.cancel())).await {
        Either::Left(((held, _), _)) => held,
        Either::Right(_) => return None,
    };
    let was_cancelled = overdue.was_cancelled().await;
    Some((held, was_cancelled))
}

/// Gives a connection back that a lease had, whatever state it is in.
pub(super) fn put_away<D: SqlxDatabase>(held: Held<D>) {
    match Handle::try_current() {
        Ok(runtime) if held.needs_order() => drop(runtime.spawn(held.give_back(false))),
        _ => drop(held),
    }
}
