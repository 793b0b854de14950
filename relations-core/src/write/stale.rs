//! Writes that expect a version of their row.

use crate::driver::{RowsSink, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{Condition, Plan, Values, fields_equal};
use crate::sql;
use crate::sql::describe_key;
use crate::value::Value;

/// Rows that are written only at a version, and tells where that is why none was.
#[derive(Debug, Clone)]
pub(crate) struct Stale {
    model: &'static ModelMetadata,
    version: &'static FieldMetadata,
    expected: Value,
    /// Which rows, at whatever version.
    condition: Option<Condition>,
}

impl Stale {
    /// Of an update, where it expects a version.
    pub(crate) fn new(
        model: &'static ModelMetadata,
        values: &Values,
        condition: Option<&Condition>,
    ) -> Option<Stale> {
        Stale::of(model, values.expected.clone(), condition)
    }

    pub(crate) fn of(
        model: &'static ModelMetadata,
        expected: Option<Value>,
        condition: Option<&Condition>,
    ) -> Option<Stale> {
        Some(Stale {
            model,
            version: model.version()?,
            expected: expected?,
            condition: condition.cloned(),
        })
    }

    /// The condition that a row is one of them, at the version.
    pub(crate) fn at_version(&self) -> Condition {
        let at_version = fields_equal([self.version], vec![self.expected.clone()]);
        Condition::beside(self.condition.clone(), at_version)
    }

    /// Nothing was written: an error, unless there is no row at any version.
    pub(crate) async fn check(&self, session: &mut dyn Session) -> Result<()> {
        let mut plan = Plan::new(self.model);
        plan.condition = self.condition.clone();
        plan.limit = Some(1);
        let mut found = RowsSink(self.model.new_rows());
        let statement = sql::select(&plan, false, session.dialect())?;
        session.fetch(statement, &mut found).await?;
        match found.0.len() {
            0 => Ok(()),
            _ => Err(self.error(&found.0.values(0, self.model.id))),
        }
    }

    /// Not at which version the row is: a transaction may still see it as it was.
    fn error(&self, id: &[Value]) -> Error {
        let names: Vec<&str> = self.model.id_fields().map(|field| field.name).collect();
        let message = format!(
            "`{}` with {} is not at {} any more\nhelp: read the row again, and decide anew",
            self.model.name,
            describe_key(&names, id),
            describe_key(&[self.version.name], std::slice::from_ref(&self.expected)),
        );
        let error = Error::new(ErrorKind::Stale, message).of_model(self.model.name);
        error.of_fields(vec![self.version.name])
    }
}
