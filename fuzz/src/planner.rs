//! A connection without a database: each statement is built for a dialect, and gives one row, so that includes go on.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::driver::{
    DecodeError, Executed, Operation, Pending, RowReader, RowSink, Session, Statement,
};
use relations::{Connection, Dialect, InclusionResolvers, Result, value::Kind, value::Value};

/// Builds statements for a dialect.
pub struct Planner {
    dialect: Dialect,
    resolvers: InclusionResolvers,
}

impl Planner {
    pub fn new(dialect: Dialect) -> Self {
        Planner {
            dialect,
            resolvers: InclusionResolvers::new(),
        }
    }
}

impl Connection for Planner {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn inclusion_resolvers(&self) -> &InclusionResolvers {
        &self.resolvers
    }

    fn run(&self, mut operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
        Box::pin(async move {
            operation.run(&mut Planning(self.dialect)).await?;
            Ok(operation)
        })
    }
}

struct Planning(Dialect);

impl Session for Planning {
    fn dialect(&self) -> Dialect {
        self.0
    }

    fn fetch<'s>(&'s mut self, statement: Statement, sink: &'s mut dyn RowSink) -> Pending<'s, ()> {
        assert!(statement.sql.starts_with("SELECT "), "{statement}");
        Box::pin(async move { sink.row(&mut Ones) })
    }

    fn execute(&mut self, statement: Statement) -> Pending<'_, Executed> {
        panic!("a filter only reads: {statement}")
    }
}

/// A row in which every column is 1, or what comes closest.
struct Ones;

impl RowReader for Ones {
    fn columns(&self) -> Vec<String> {
        Vec::new()
    }

    fn is_null(&mut self, _: usize) -> Result<bool, DecodeError> {
        Ok(false)
    }

    fn int(&mut self, _: usize) -> Result<i64, DecodeError> {
        Ok(1)
    }

    fn uint(&mut self, _: usize) -> Result<u64, DecodeError> {
        Ok(1)
    }

    fn float(&mut self, _: usize) -> Result<f64, DecodeError> {
        Ok(1.0)
    }

    fn boolean(&mut self, _: usize) -> Result<bool, DecodeError> {
        Ok(true)
    }

    /// A discriminator, should one be asked for.
    fn text(&mut self, _: usize) -> Result<String, DecodeError> {
        Ok("Thing".to_owned())
    }

    fn bytes(&mut self, _: usize) -> Result<Vec<u8>, DecodeError> {
        Ok(vec![1])
    }

    fn date(&mut self, _: usize) -> Result<NaiveDate, DecodeError> {
        Ok(NaiveDate::default())
    }

    fn time(&mut self, _: usize) -> Result<NaiveTime, DecodeError> {
        Ok(NaiveTime::default())
    }

    fn date_time(&mut self, _: usize) -> Result<NaiveDateTime, DecodeError> {
        Ok(NaiveDateTime::default())
    }

    fn date_time_utc(&mut self, _: usize) -> Result<DateTime<Utc>, DecodeError> {
        Ok(DateTime::default())
    }

    fn uuid(&mut self, _: usize) -> Result<uuid::Uuid, DecodeError> {
        Ok(uuid::Uuid::from_u128(1))
    }

    fn decimal(&mut self, _: usize) -> Result<rust_decimal::Decimal, DecodeError> {
        Ok(rust_decimal::Decimal::ONE)
    }

    fn json(&mut self, _: usize) -> Result<serde_json::Value, DecodeError> {
        Ok(1.into())
    }

    fn list(&mut self, _: usize, _: Kind) -> Result<Vec<Value>, DecodeError> {
        Ok(vec![Value::Int(1)])
    }
}
