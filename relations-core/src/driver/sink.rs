//! Sinks for the answers of single statements: a number, whether there is a row, all rows.

use crate::driver::{RowSink, Session};
use crate::error::Result;
use crate::model::Rows;
use crate::sql::Statement;
use crate::value::RowReader;

/// Reads one number.
pub(crate) struct Number(u64);

impl Number {
    /// The number that a statement gives.
    pub(crate) async fn of(statement: Statement, session: &mut dyn Session) -> Result<u64> {
        let mut sink = Number(0);
        session.fetch(statement, &mut sink).await?;
        Ok(sink.0)
    }
}

impl RowSink for Number {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        self.0 = row.int(0)? as u64;
        Ok(())
    }
}

/// Notes whether a row came.
pub(crate) struct AnyRow(bool);

impl AnyRow {
    /// Whether a statement gives a row.
    pub(crate) async fn of(statement: Statement, session: &mut dyn Session) -> Result<bool> {
        let mut sink = AnyRow(false);
        session.fetch(statement, &mut sink).await?;
        Ok(sink.0)
    }
}

impl RowSink for AnyRow {
    fn row(&mut self, _: &mut dyn RowReader) -> Result<()> {
        self.0 = true;
        Ok(())
    }
}

/// Collects the rows of one statement.
pub(crate) struct RowsSink(pub(crate) Box<dyn Rows>);

impl RowSink for RowsSink {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        self.0.read(row, 0)
    }
}
