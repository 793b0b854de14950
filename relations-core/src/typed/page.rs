//! Pages: a few rows in an order, and where the order goes on from them.

use crate::driver::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::load;
use crate::model::{ModelMetadata, Rows};
use crate::query::{Cursor, OrderBy, Plan, Side, with_ties};
use crate::typed::tree::{Tree, assembled};
use std::ops::Range;

/// Some rows of a query in its order, from [`Query::page`](crate::Query::page).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// For [`Query::after`](crate::Query::after): `None` where no rows follow.
    pub next: Option<Cursor>,
    /// For [`Query::before`](crate::Query::before): `None` where no rows come before.
    pub previous: Option<Cursor>,
}

pub(crate) async fn page<T: Tree>(
    connection: &dyn Connection,
    mut plan: Plan,
) -> Result<Page<T::Output>> {
    let cut = Cut::of(&mut plan);
    let find = load::Find {
        plan,
        single: false,
        whole: None,
    };
    let load::Found::Level(level) = find.run_on(connection).await? else {
        unreachable!("only what the caller gives is filled")
    };
    let (kept, next, previous) = cut.of_rows(&*level.rows)?;
    let mut rows = assembled::<T>(level);
    rows.truncate(kept.end);
    rows.drain(..kept.start);
    Ok(Page {
        rows,
        next,
        previous,
    })
}

/// What of the rows of a plan is the page, of which one more is asked for: it shows whether there is a further page.
pub(crate) struct Cut {
    model: &'static ModelMetadata,
    order: Vec<OrderBy>,
    limit: Option<u64>,
    side: Option<Side>,
    is_cut_at_start: bool,
}

impl Cut {
    pub(crate) fn of(plan: &mut Plan) -> Cut {
        let limit = plan.limit;
        plan.limit = limit.map(|limit| limit.saturating_add(1));
        Cut {
            model: plan.model,
            order: with_ties(plan.model, &plan.order),
            limit,
            side: side(plan),
            is_cut_at_start: plan.offset.is_some_and(|rows| rows > 0),
        }
    }

    /// Which rows are of the page, and the cursors to those next to it.
    pub(crate) fn of_rows(
        &self,
        rows: &dyn Rows,
    ) -> Result<(Range<usize>, Option<Cursor>, Option<Cursor>)> {
        let kept = kept(rows.len(), self.limit, self.side);
        let cursor =
            |row: usize| Cursor::new(self.model, &self.order, |field| rows.value(row, field));
        let has_more = kept.len() < rows.len();
        // Behind the page is the cursor's row, or what an offset passed over.
        let came_from = self.side.is_some() || self.is_cut_at_start;
        let (has_next, has_previous) = match self.side {
            Some(Side::Before) => (came_from, has_more),
            _ => (has_more, came_from),
        };
        let (first, last) = (kept.start, kept.end.checked_sub(1));
        let is_empty = kept.is_empty();
        let next = last.filter(|_| has_next && !is_empty).map(cursor);
        let previous = (has_previous && !is_empty).then(|| cursor(first));
        Ok((kept, next.transpose()?, previous.transpose()?))
    }
}

/// The rows of one number, and how many there are in all, from [`Query::page_at`](crate::Query::page_at).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NumberedPage<R> {
    /// The rows; none where the page is behind the last.
    pub rows: Vec<R>,
    /// The number of the page, from 1.
    pub number: u64,
    /// How many rows a page has at most.
    pub size: u64,
    /// How many rows there are on all pages.
    pub total: u64,
}

impl<R> NumberedPage<R> {
    /// How many pages there are; 0 where there is no row.
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(self.size)
    }

    /// Whether a page follows.
    pub fn has_next(&self) -> bool {
        self.number < self.pages()
    }
}

pub(crate) async fn page_at<T: Tree>(
    connection: &dyn Connection,
    mut plan: Plan,
    number: u64,
    size: u64,
) -> Result<NumberedPage<T::Output>> {
    if number == 0 || size == 0 {
        let message = format!(
            "page {number} of {size} rows each: pages are counted from 1, and have one row at least"
        );
        let error = Error::new(ErrorKind::InvalidValue, message);
        return Err(error.of_model(plan.model.name));
    }
    plan.limit = Some(size);
    plan.offset = Some((number - 1).saturating_mul(size));
    plan.seek = None;
    let (level, total) = load::FindCounted { plan }.run_on(connection).await?;
    Ok(NumberedPage {
        rows: assembled::<T>(level),
        number,
        size,
        total,
    })
}

fn side(plan: &Plan) -> Option<Side> {
    plan.seek.as_deref().map(|seek| seek.side)
}

/// Which of the rows are of the page, and not the one more.
fn kept(found: usize, limit: Option<u64>, side: Option<Side>) -> Range<usize> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let more = limit.map_or(0, |limit| found.saturating_sub(limit));
    match side {
        Some(Side::Before) => more..found,
        _ => 0..found - more,
    }
}
