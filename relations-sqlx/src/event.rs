//! What became of a statement, for those who want to see the SQL.

use crate::backend::Backend;
use crate::constraint::Constraints;
use crate::driver::Operation;
use crate::options::FILTER_TIMEOUT;
use relations_core::{Dialect, Error, InclusionResolvers};
use std::sync::Arc;
use std::time::Duration;

/// One statement that was sent, given to the observer of [`Db::observed`](crate::Db::observed).
#[derive(Debug)]
#[non_exhaustive]
pub struct StatementEvent<'s> {
    /// The text, with placeholders; values are never shown.
    pub sql: &'s str,
    /// How many values went with it.
    pub parameters: usize,
    /// How many rows came back, or were inserted, updated or deleted.
    pub rows: u64,
    /// How long it took, decoding included.
    pub elapsed: Duration,
    /// Why it failed, if it did.
    pub error: Option<&'s Error>,
}

type Observer = Arc<dyn Fn(&StatementEvent<'_>) + Send + Sync>;

/// What the statements of one `Db` share.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) dialect: Dialect,
    pub(crate) observers: Arc<[Observer]>,
    pub(crate) resolvers: InclusionResolvers,
    pub(crate) constraints: Constraints,
    pub(crate) limits: Limits,
}

/// How long a call of a repository may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Any call.
    pub(crate) call: Option<Duration>,
    /// A call with a run-time filter.
    pub(crate) filter: Duration,
}

impl Limits {
    /// How long this operation may take.
    pub(crate) fn of(self, operation: &dyn Operation) -> Option<Duration> {
        let filter = operation.is_of_filter().then_some(self.filter);
        [self.call, filter].into_iter().flatten().min()
    }
}

impl Context {
    pub(crate) fn new(dialect: Dialect, backend: &Arc<dyn Backend>) -> Context {
        Context {
            dialect,
            observers: Arc::new([]),
            resolvers: InclusionResolvers::new(),
            constraints: Constraints::new(backend),
            limits: Limits {
                call: None,
                filter: FILTER_TIMEOUT,
            },
        }
    }

    pub(crate) fn observed(&self, observer: Observer) -> Context {
        let observers = self.observers.iter().cloned().chain([observer]).collect();
        Context {
            observers,
            ..self.clone()
        }
    }

    pub(crate) fn report(&self, event: &StatementEvent<'_>) {
        tracing::debug!(
            target: "relations::statement",
            sql = event.sql,
            parameters = event.parameters,
            rows = event.rows,
            elapsed = ?event.elapsed,
            error = event.error.map(tracing::field::display),
        );
        for observer in self.observers.iter() {
            observer(event);
        }
    }
}
