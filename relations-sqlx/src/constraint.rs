//! The columns of constraints that other programs named, asked of the catalog once each.

use crate::backend::Backend;
use crate::driver::{Operation, RowReader, RowSink, Session, Statement};
use crate::event::Context;
use crate::operation::returned;
use relations_core::catalog::TableName;
use relations_core::{Pending, Result};
use sea_query::{Value, Values};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

/// How long an error waits for another connection, to say what it is about.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is known of the constraints of one database.
#[derive(Clone)]
pub(crate) struct Constraints(Arc<Inner>);

struct Inner {
    backend: Weak<dyn Backend>,
    known: Mutex<HashMap<(TableName, String), Vec<String>>>,
}

impl Constraints {
    pub(crate) fn new(backend: &Arc<dyn Backend>) -> Constraints {
        Constraints(Arc::new(Inner {
            backend: Arc::downgrade(backend),
            known: Mutex::default(),
        }))
    }

    pub(crate) fn get(&self, table: &TableName, name: &str) -> Option<Vec<String>> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(table.clone(), name.to_owned())).cloned()
    }

    pub(crate) fn keep(&self, table: &TableName, name: &str, columns: &[String]) {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((table.clone(), name.to_owned()), columns.to_vec());
    }

    /// Asks on another connection, where this one takes no statement now. None is waited for long, since the caller may hold them
    /// all.
    pub(crate) async fn ask_elsewhere(
        &self,
        asking: Asking,
        context: &Context,
    ) -> Result<Option<Vec<String>>> {
        let Some(backend) = self.0.backend.upgrade() else {
            return Ok(None);
        };
        let asked = backend.run(Box::new(asking), context);
        let Ok(done) = tokio::time::timeout(PATIENCE, asked).await else {
            return Ok(None);
        };
        Ok(Some(returned::<Asking>(done?).columns))
    }
}

/// The question for the columns of one constraint.
pub(crate) struct Asking {
    statement: Statement,
    columns: Vec<String>,
}

impl Asking {
    /// `sql` takes the schema of the table, which is empty for that of the connection, the table and the constraint.
    pub(crate) fn new(sql: &str, table: &TableName, name: &str) -> Asking {
        let schema = table.schema.as_deref().unwrap_or_default();
        let values = [schema, &table.name, name];
        let values = values.map(|value| Value::String(Some(value.to_owned())));
        Asking {
            statement: Statement::new(sql, Values(values.to_vec())),
            columns: Vec::new(),
        }
    }

    pub(crate) async fn on(mut self, session: &mut dyn Session) -> Result<Vec<String>> {
        self.run(session).await?;
        Ok(self.columns)
    }
}

impl Operation for Asking {
    fn is_read_only(&self) -> bool {
        true
    }

    fn run<'s>(&'s mut self, session: &'s mut dyn Session) -> Pending<'s, ()> {
        Box::pin(async move {
            let mut columns = ColumnsSink(Vec::new());
            session.fetch(self.statement.clone(), &mut columns).await?;
            self.columns = columns.0;
            Ok(())
        })
    }
}

struct ColumnsSink(Vec<String>);

impl RowSink for ColumnsSink {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        self.0.push(row.text(0)?);
        Ok(())
    }
}
