//! Rows as a stream: loaded in blocks, each of which goes on after the last row of the one before.

use crate::driver::{Connection, Pending};
use crate::error::{Error, ErrorKind, Result};
use crate::load::{Find, Found, Level};
use crate::query::{Cursor, OrderBy, Plan, Seek, Side, with_ties};
use crate::typed::tree::{Tree, assembled};
use futures_core::Stream;
use serde::Serialize;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// How many rows are loaded at once. A statement for this many costs little beside the rows, and these little memory.
const BLOCK: u64 = 1_000;

/// The rows of a query, one after the other, from [`Query::stream`](crate::Query::stream).
///
/// A [`Stream`] of results, for `futures` and for the bodies of web frameworks; [`try_next`](RowStream::try_next) needs neither.
#[must_use = "a stream loads nothing until it is polled"]
pub struct RowStream<'c, T: Tree> {
    connection: &'c dyn Connection,
    blocks: Blocks,
    loading: Option<Pending<'c, Level>>,
    rows: std::vec::IntoIter<T::Output>,
}

impl<T: Tree> fmt::Debug for RowStream<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream")
            .field("plan", &self.blocks.plan)
            .finish_non_exhaustive()
    }
}

impl<'c, T: Tree> RowStream<'c, T> {
    pub(crate) fn new(connection: &'c dyn Connection, plan: Plan) -> Self {
        RowStream {
            connection,
            blocks: Blocks::new(plan),
            loading: None,
            rows: Vec::new().into_iter(),
        }
    }

    /// Gives the next row; `None` after the last.
    ///
    /// # Errors
    /// Those of [`Query::all`](crate::Query::all), and of [`Query::cursor_of`](crate::Query::cursor_of). The stream ends with the first.
    pub async fn try_next(&mut self) -> Result<Option<T::Output>> {
        poll_fn(|context| self.poll_row(context)).await.transpose()
    }

    /// The rows as JSON, each in a line of its own with its end, for exports and for the bodies of responses.
    ///
    /// A row that does not serialise is an error of the kind `InvalidValue`.
    pub fn json_lines(self) -> JsonLines<'c, T>
    where
        T::Output: Serialize,
    {
        JsonLines(self)
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T::Output>>> {
        loop {
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            if self.loading.is_none() {
                let Some(plan) = self.blocks.next_plan() else {
                    return Poll::Ready(None);
                };
                self.loading = Some(load(self.connection, plan));
            }
            let Some(loading) = &mut self.loading else {
                return Poll::Ready(None);
            };
            let loaded = ready!(loading.as_mut().poll(context));
            self.loading = None;
            match loaded.and_then(|level| self.blocks.go_on(&level).map(|()| level)) {
                Ok(level) => self.rows = assembled::<T>(level).into_iter(),
                Err(error) => {
                    self.blocks.is_done = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

/// Rows are moved out and never pinned.
impl<T: Tree> Unpin for RowStream<'_, T> {}

impl<T: Tree> Stream for RowStream<'_, T> {
    type Item = Result<T::Output>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_row(context)
    }
}

/// The rows of a query as lines of JSON, from [`RowStream::json_lines`].
#[must_use = "a stream loads nothing until it is polled"]
#[derive(Debug)]
pub struct JsonLines<'c, T: Tree>(RowStream<'c, T>);

impl<T: Tree<Output: Serialize>> JsonLines<'_, T> {
    /// Gives the next line; `None` after the last.
    ///
    /// # Errors
    /// Those of [`RowStream::try_next`], and `InvalidValue` where a row does not serialise.
    pub async fn try_next(&mut self) -> Result<Option<String>> {
        poll_fn(|context| self.poll_line(context)).await.transpose()
    }

    fn poll_line(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<String>>> {
        let row = ready!(self.0.poll_row(context));
        Poll::Ready(row.map(|row| line(&row?)))
    }
}

impl<T: Tree<Output: Serialize>> Stream for JsonLines<'_, T> {
    type Item = Result<String>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_line(context)
    }
}

fn line(row: &impl Serialize) -> Result<String> {
    let mut line = serde_json::to_string(row).map_err(|error| {
        let message = "a row cannot be written as JSON";
        Error::new(ErrorKind::InvalidValue, message).with_source(error)
    })?;
    line.push('\n');
    Ok(line)
}

/// The plans of the blocks, one after the other.
struct Blocks {
    plan: Plan,
    order: Vec<OrderBy>,
    /// How many rows there may still be, where the query has a limit.
    left: Option<u64>,
    is_done: bool,
}

impl Blocks {
    fn new(plan: Plan) -> Blocks {
        Blocks {
            order: with_ties(plan.model, &plan.order),
            left: plan.limit,
            is_done: false,
            plan,
        }
    }

    /// Rows before a cursor are counted from their end, so that they come together.
    fn is_whole(&self) -> bool {
        self.plan.counts_from_end()
    }

    fn next_plan(&mut self) -> Option<Plan> {
        if self.is_done || self.left == Some(0) {
            return None;
        }
        let mut plan = self.plan.clone();
        if !self.is_whole() {
            plan.limit = Some(self.left.map_or(BLOCK, |left| left.min(BLOCK)));
        }
        Some(plan)
    }

    /// Goes on after the last row of a block.
    fn go_on(&mut self, level: &Level) -> Result<()> {
        let count = level.rows.len() as u64;
        let is_full = count == self.left.map_or(BLOCK, |left| left.min(BLOCK));
        if self.is_whole() || !is_full {
            self.is_done = true;
            return Ok(());
        }
        self.left = self.left.map(|left| left - count);
        let (model, last) = (self.plan.model, level.rows.len() - 1);
        let cursor = Cursor::new(model, &self.order, |field| level.rows.value(last, field))?;
        let seek = Seek::new(cursor, Side::After, model, &self.plan.order);
        self.plan.seek = Some(Box::new(seek));
        // The first block has passed over them.
        self.plan.offset = None;
        Ok(())
    }
}

fn load(connection: &dyn Connection, plan: Plan) -> Pending<'_, Level> {
    let find = Find {
        plan,
        single: false,
        whole: None,
    };
    let finding = find.run_on(connection);
    Box::pin(async move {
        match finding.await? {
            Found::Level(level) => Ok(level),
            Found::Whole(_) => unreachable!("only what the caller gives is filled"),
        }
    })
}
