//! What all handles of one transaction share.

use super::Transaction;
use super::error::{lost, refused};
use super::savepoint::SavepointEnd;
use super::state::State;
use crate::event::Context;
use crate::rules::Rules;
use relations_core::{Error, ErrorKind, Result};
use std::sync::Mutex as SyncMutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;

/// What the handles of one transaction share.
pub(super) struct Shared {
    pub(super) context: Context,
    pub(super) rules: Rules,
    pub(super) read_only: bool,
    pub(super) state: Mutex<State>,
    /// Set when the closure is over, also where the state could not be taken at once.
    closed: AtomicBool,
    /// Set when a call that ran went over its limit, also where the state could not be taken at once.
    lost: AtomicBool,
    /// Whether a statement met another transaction, which makes the whole worth another try.
    conflicted: AtomicBool,
    /// Levels whose future was dropped; they are rolled back before the next statement, since a drop cannot wait.
    abandoned: SyncMutex<Vec<u64>>,
}

impl Shared {
    pub(super) fn new(
        transaction: Box<dyn Transaction>,
        context: Context,
        read_only: bool,
    ) -> Self {
        Shared {
            context,
            rules: transaction.rules(),
            read_only,
            state: Mutex::new(State::new(transaction)),
            closed: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            conflicted: AtomicBool::new(false),
            abandoned: SyncMutex::default(),
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_conflicted(&self) -> bool {
        self.conflicted.load(Ordering::Relaxed)
    }

    /// Whether everything in the transaction may be kept.
    pub(super) async fn check_whole(&self, state: &mut State) -> Result<()> {
        self.settle(state).await?;
        if state.failed.is_some() {
            return Err(refused());
        }
        if state.levels.len() > 1 {
            let message = "a transaction inside this one was still open, so nothing was kept";
            return Err(Error::new(ErrorKind::TransactionBusy, message));
        }
        Ok(())
    }

    /// Deals with what dropped futures left behind.
    pub(super) async fn settle(&self, state: &mut State) -> Result<()> {
        if self.lost.load(Ordering::Relaxed) {
            state.give_up();
        }
        if state.in_flight {
            state.is_lost |= self.rules.drop_loses_connection;
            state.look().await;
            // Only now, since this future may be dropped as well.
            state.in_flight = false;
        }
        if state.is_lost {
            return Err(lost());
        }
        self.roll_back_abandoned(state).await
    }

    /// Gives up the transaction, whose statement was dropped while it ran, so that it is cancelled.
    pub(super) fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
        // Where another call has the state already, it or the next one does this.
        if let Ok(mut state) = self.state.try_lock() {
            state.give_up();
        }
    }

    pub(super) fn note(&self, error: &Error) {
        if error.is_retryable() {
            self.conflicted.store(true, Ordering::Relaxed);
        }
    }

    async fn roll_back_abandoned(&self, state: &mut State) -> Result<()> {
        let abandoned = self.abandoned().clone();
        let mut levels = state.levels.iter();
        let Some(first) = levels.position(|level| abandoned.contains(level)) else {
            return Ok(());
        };
        state.end_savepoint(SavepointEnd::RollBack, first).await?;
        self.abandoned().clear();
        Ok(())
    }

    pub(super) fn abandoned(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.abandoned
            .lock()
            .expect("nothing panics with this lock")
    }
}
