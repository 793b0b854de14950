//! A leased connection to SQLite in the process: statements, transactions, and the way to a thread that may be blocked.

use super::PATIENCE;
use super::engine::Seat;
use super::error::{from_rusqlite, is_worth_waiting};
use super::reader::InPlace;
use super::value::Bound;
use crate::session::Counting;
use relations_core::connection::Executed;
use relations_core::{Error, ErrorKind, Result};
use rusqlite::CachedStatement;
use sea_query::Values;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// A leased connection. Statements run on the thread that asks for them, and are done when they return.
pub(crate) struct Leased {
    /// `None` while it is on another thread.
    seat: Option<Seat>,
    /// Gives the connection back from there.
    away: Option<oneshot::Receiver<Seat>>,
    /// Whether this is the other thread, which may be blocked.
    may_block: bool,
    /// Whether something long ran on it, so that the end of the transaction may take long as well.
    was_long: bool,
}

impl Leased {
    pub(crate) fn new(seat: Seat) -> Leased {
        Leased {
            seat: Some(seat),
            away: None,
            may_block: false,
            was_long: false,
        }
    }

    /// Runs a statement and hands its rows to the sink.
    pub(crate) async fn fetch(
        &mut self,
        sql: &str,
        values: &Values,
        sink: &mut Counting<'_>,
    ) -> Result<()> {
        self.run(|seat| match fetch(seat, sql, values, sink) {
            // A row that was handed over cannot be taken back, so then it is not tried again.
            Err(Failure::Database(error)) if sink.rows > 0 => {
                Err(Failure::Ours(from_rusqlite(error)))
            }
            result => result,
        })
        .await
    }

    /// Runs a statement that gives no rows.
    pub(crate) async fn execute(&mut self, sql: &str, values: &Values) -> Result<Executed> {
        self.run(|seat| execute(seat, sql, values)).await
    }

    /// Runs statements that have no values.
    pub(crate) async fn run_raw(&mut self, sql: &str) -> Result<()> {
        self.run(|seat| Ok(seat.connection().execute_batch(sql)?))
            .await
    }

    /// Begins a transaction. Without an [`end`](Leased::end) it is rolled back when the connection is given back.
    pub(crate) async fn begin(&mut self, statement: &str) -> Result<()> {
        self.control(statement).await
    }

    pub(crate) async fn end(mut self, statement: &'static str) -> Result<()> {
        if self.was_long {
            // There may be much to write.
            let ending = move |leased: &mut Leased| finished(leased.control(statement));
            return self.elsewhere(ending).await?;
        }
        self.control(statement).await
    }

    /// Whether the transaction is no longer there: SQLite undoes it when a write in it is interrupted, or the disk is full.
    pub(crate) async fn is_undone(&mut self) -> bool {
        match self.here().await {
            Ok(seat) => seat.connection().is_autocommit(),
            Err(_) => true,
        }
    }

    async fn control(&mut self, statement: &str) -> Result<()> {
        let none = Values(Vec::new());
        self.execute(statement, &none).await.map(drop)
    }

    /// Runs a statement, and again for as long as somebody else holds a lock that it needs. Within the program nobody does,
    /// but for the pool of sqlx: turns are waited for before.
    async fn run<T>(
        &mut self,
        mut statement: impl FnMut(&Seat) -> Result<T, Failure>,
    ) -> Result<T> {
        let may_block = self.may_block;
        let seat = self.here().await?;
        let mut waiting = None;
        loop {
            // Between two statements there is nothing for SQLite to stop.
            if seat.stop().load(Ordering::Relaxed) {
                return Err(stopped());
            }
            let error = match statement(seat) {
                Ok(done) => return Ok(done),
                Err(Failure::Ours(error)) => return Err(error),
                Err(Failure::Database(error)) => error,
            };
            let waiting = waiting.get_or_insert_with(Waiting::new);
            if !is_worth_waiting(&error) || waiting.is_over() {
                return Err(from_rusqlite(error));
            }
            match may_block {
                true => std::thread::sleep(waiting.next()),
                false => tokio::time::sleep(waiting.next()).await,
            }
        }
    }

    /// The connection, back from wherever it is.
    async fn here(&mut self) -> Result<&mut Seat> {
        if let Some(away) = &mut self.away {
            // Nothing comes from a thread that panicked.
            let seat = away.await.map_err(|_| stopped())?;
            seat.stop().store(false, Ordering::Relaxed);
            self.seat = Some(seat);
            self.away = None;
        }
        self.seat.as_mut().ok_or_else(stopped)
    }

    /// Does the work on a thread that may be blocked. If the future is dropped meanwhile, the work is stopped and its outcome
    /// lost, and the connection comes back here or to the engine when that thread is done with it.
    pub(crate) async fn elsewhere<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Leased) -> T + Send + 'static,
    ) -> Result<T> {
        self.here().await?;
        let Some(seat) = self.seat.take() else {
            return Err(stopped());
        };
        self.was_long = true;
        let (give, take) = oneshot::channel();
        self.away = Some(take);
        let stop = StopOnDrop(Some(seat.stop().clone()));
        // So that events are seen by whoever sees those of the caller.
        let (span, dispatch) = (
            tracing::Span::current(),
            tracing::dispatcher::get_default(Clone::clone),
        );
        let task = tokio::task::spawn_blocking(move || {
            tracing::dispatcher::with_default(&dispatch, || {
                span.in_scope(|| {
                    let mut leased = Leased {
                        may_block: true,
                        ..Leased::new(seat)
                    };
                    let output = work(&mut leased);
                    if let Some(seat) = leased.seat {
                        // Where nobody waits for it any more, it goes back to the engine.
                        let _ = give.send(seat);
                    }
                    output
                })
            })
        });
        let output = task.await;
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

/// The wait for a lock.
struct Waiting {
    until: Instant,
    next: Duration,
}

impl Waiting {
    fn new() -> Waiting {
        Waiting {
            until: Instant::now() + PATIENCE,
            next: Duration::from_millis(1),
        }
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// How long to wait before the next try: longer each time, up to a hundredth of a second or two.
    fn next(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(Duration::from_millis(20));
        wait
    }
}

/// Why a statement did not run.
enum Failure {
    Database(rusqlite::Error),
    /// A sink refused a row, or what it took cannot be undone.
    Ours(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        Failure::Database(error)
    }
}

fn fetch(seat: &Seat, sql: &str, values: &Values, sink: &mut Counting<'_>) -> Result<(), Failure> {
    let mut statement = prepare(seat, sql, values)?;
    let is_write = !statement.readonly();
    let mut rows = statement.raw_query();
    let mut result = Ok(());
    while let Some(row) = rows.next()? {
        if result.is_ok() {
            result = sink.row(InPlace(row)).map_err(Failure::Ours);
        }
        // A write commits at its end, where it still may fail.
        if result.is_err() && !is_write {
            break;
        }
    }
    result
}

fn execute(seat: &Seat, sql: &str, values: &Values) -> Result<Executed, Failure> {
    let mut statement = prepare(seat, sql, values)?;
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    drop(rows);
    Ok(Executed {
        rows: seat.connection().changes(),
        last_insert_id: Some(seat.connection().last_insert_rowid()),
    })
}

fn prepare<'s>(
    seat: &'s Seat,
    sql: &str,
    values: &Values,
) -> rusqlite::Result<CachedStatement<'s>> {
    let mut statement = seat.connection().prepare_cached(sql)?;
    for (at, value) in values.0.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, Bound(value))?;
    }
    Ok(statement)
}

/// The outcome of a future that never waits for anything but this thread.
pub(crate) fn finished<F: Future>(future: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!(
            "a bug in `relations-orm`: an operation waits for something other than its database"
        ),
    }
}

/// For a connection that stopped in the middle of an operation, whose caller is gone.
fn stopped() -> Error {
    let message = "the operation was stopped, since nobody waited for it";
    Error::new(ErrorKind::Database, message)
}

/// For a runtime that takes no more work.
pub(crate) fn shut_down(error: tokio::task::JoinError) -> Error {
    let message = format!("the runtime shut down: {error}");
    Error::new(ErrorKind::Connection, message).with_source(error)
}
