//! Aggregates over the targets of each source, beside an include.

use crate::error::{Error, ErrorKind, Result};
use crate::model::RelationMetadata;
use crate::query::expression::{Aggregate, AggregateFunction, Expression};
use crate::value::{DecodeError, Kind, RowReader, Value};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The values of one source, whose type the include knows.
pub(crate) type TargetValues = Arc<dyn Any + Send + Sync>;

/// Reads the values that begin at a column.
pub(crate) type ReadValues = fn(&mut dyn RowReader, usize) -> Result<TargetValues, DecodeError>;

/// What is computed over the targets of each source.
#[doc(hidden)]
#[derive(Clone)]
pub struct TargetAggregates {
    pub(crate) expressions: Arc<[Expression]>,
    pub(crate) read: ReadValues,
}

impl fmt::Debug for TargetAggregates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expressions.fmt(f)
    }
}

impl TargetAggregates {
    /// Refuses what is computed of aggregates: the database has no row to compute it from, where a source has no targets.
    pub(crate) fn check(&self, relation: &RelationMetadata) -> Result<()> {
        let is_plain = |expression| matches!(expression, &Expression::Aggregate(_));
        if self.expressions.iter().all(is_plain) {
            return Ok(());
        }
        let message = format!(
            "`{}`: only aggregates themselves, such as `sum()`, are computed over targets\nhelp: compute further with the values",
            relation.path()
        );
        let error = Error::new(ErrorKind::InvalidValue, message);
        Err(error.of_model(relation.target().name))
    }

    /// Of a source without targets: numbers of rows are 0, all else is NULL.
    pub(crate) fn of_none(&self) -> TargetValues {
        let mut row = NoTargets(&self.expressions);
        (self.read)(&mut row, 0).expect("an aggregate is a number of rows, or may be NULL")
    }
}

/// The row of a source without targets.
struct NoTargets<'a>(&'a [Expression]);

impl NoTargets<'_> {
    fn is_number_of_rows(&self, at: usize) -> bool {
        use AggregateFunction::{Count, CountDistinct};
        matches!(
            &self.0[at],
            Expression::Aggregate(Aggregate {
                function: Count | CountDistinct,
                ..
            })
        )
    }
}

fn null<T>() -> Result<T, DecodeError> {
    Err(DecodeError::null())
}

impl RowReader for NoTargets<'_> {
    fn columns(&self) -> Vec<String> {
        Vec::new()
    }

    fn is_null(&mut self, at: usize) -> Result<bool, DecodeError> {
        Ok(!self.is_number_of_rows(at))
    }

    fn int(&mut self, at: usize) -> Result<i64, DecodeError> {
        match self.is_number_of_rows(at) {
            true => Ok(0),
            false => null(),
        }
    }

    fn uint(&mut self, _: usize) -> Result<u64, DecodeError> {
        null()
    }

    fn float(&mut self, _: usize) -> Result<f64, DecodeError> {
        null()
    }

    fn boolean(&mut self, _: usize) -> Result<bool, DecodeError> {
        null()
    }

    fn text(&mut self, _: usize) -> Result<String, DecodeError> {
        null()
    }

    fn bytes(&mut self, _: usize) -> Result<Vec<u8>, DecodeError> {
        null()
    }

    #[cfg(feature = "chrono")]
    fn date(&mut self, _: usize) -> Result<chrono::NaiveDate, DecodeError> {
        null()
    }

    #[cfg(feature = "chrono")]
    fn time(&mut self, _: usize) -> Result<chrono::NaiveTime, DecodeError> {
        null()
    }

    #[cfg(feature = "chrono")]
    fn date_time(&mut self, _: usize) -> Result<chrono::NaiveDateTime, DecodeError> {
        null()
    }

    #[cfg(feature = "chrono")]
    fn date_time_utc(&mut self, _: usize) -> Result<chrono::DateTime<chrono::Utc>, DecodeError> {
        null()
    }

    #[cfg(feature = "uuid")]
    fn uuid(&mut self, _: usize) -> Result<uuid::Uuid, DecodeError> {
        null()
    }

    #[cfg(feature = "rust_decimal")]
    fn decimal(&mut self, _: usize) -> Result<rust_decimal::Decimal, DecodeError> {
        null()
    }

    #[cfg(feature = "serde_json")]
    fn json(&mut self, _: usize) -> Result<serde_json::Value, DecodeError> {
        null()
    }

    fn list(&mut self, _: usize, _: Kind) -> Result<Vec<Value>, DecodeError> {
        null()
    }
}
