//! Updates and deletes of rows that meet a condition.

use crate::driver::{Connection, Pending, Session, Work};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ModelMetadata, RelationKind, RelationMetadata};
use crate::query::{Condition, Expression, Values, Which, fields_equal};
use crate::sql::Statement;
use crate::value::Value;
use crate::write::attempt::Attempt;
use crate::write::defaults::touch;
use crate::write::stale::Stale;
use crate::{driver, sql};

/// Changes the rows of a model for which the condition is true; `None` is every row.
pub(crate) fn patch<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    values: Result<Values>,
    which: impl Into<Which>,
    through: Option<&'static RelationMetadata>,
) -> Pending<'c, u64> {
    let which = which.into();
    Box::pin(async move {
        let values = changes(model, values?)?;
        let condition = &which.condition;
        if condition.as_ref().is_some_and(Condition::is_never) {
            return Ok(0);
        }
        let dialect = connection.dialect();
        let execute = Execute {
            statement: sql::update(model, &values, &which, dialect)?,
            is_of_filter: which.is_of_filter,
            is_short: is_of_one_row(model, condition.as_ref(), through),
            stale: Stale::new(model, &values, condition.as_ref()),
            model,
            through,
            change: Change::Update(values),
        };
        driver::run(connection, execute).await
    })
}

/// The values of a patch that changes something, with the time of the change.
pub(crate) fn changes(model: &'static ModelMetadata, mut values: Values) -> Result<Values> {
    let is_version = |at: usize| model.fields[at].version;
    if values.computed.is_empty() && values.fields.iter().all(|(at, _)| is_version(*at)) {
        let message = format!("the patch of `{}` changes nothing", model.name);
        return Err(Error::new(ErrorKind::EmptyPatch, message).of_model(model.name));
    }
    touch(model, &mut values);
    if values
        .computed
        .iter()
        .any(|(_, expression)| expression.has_targets())
    {
        let message = format!(
            "the patch of `{}` computes a field from related rows\nhelp: read them first, in a transaction",
            model.name
        );
        return Err(Error::new(ErrorKind::InvalidValue, message).of_model(model.name));
    }
    values.computed = in_turn(model, values.computed)?;
    Ok(values)
}

/// What is computed, in an order in which each is computed before a field that it reads is changed. MySQL computes with new values where
/// others compute with old ones.
fn in_turn(
    model: &'static ModelMetadata,
    mut left: Vec<(usize, Expression)>,
) -> Result<Vec<(usize, Expression)>> {
    let mut turns = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_read = |at: usize| {
            let mut others = left.iter().filter(|(other, _)| *other != at);
            others.any(|(_, expression)| expression.reads(&model.fields[at]))
        };
        let Some(next) = left.iter().position(|(at, _)| !is_read(*at)) else {
            return Err(read_each_other(model, &left));
        };
        turns.push(left.remove(next));
    }
    Ok(turns)
}

fn read_each_other(model: &ModelMetadata, fields: &[(usize, Expression)]) -> Error {
    let names = fields.iter().map(|(at, _)| model.fields[*at].name);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let message = format!(
        "the patch of `{}` computes {} from each other, which MySQL cannot do at once\nhelp: change them one after the other, in a transaction",
        model.name,
        names.join(" and ")
    );
    Error::new(ErrorKind::InvalidValue, message).of_model(model.name)
}

/// Deletes the rows of a model for which the condition is true; `None` is every row.
pub(crate) fn delete<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    which: impl Into<Which>,
    expected: Option<Value>,
) -> Pending<'c, u64> {
    let mut which = which.into();
    Box::pin(async move {
        if which.condition.as_ref().is_some_and(Condition::is_never) {
            return Ok(0);
        }
        let stale = Stale::of(model, expected, which.condition.as_ref());
        if let Some(stale) = &stale {
            which.condition = Some(stale.at_version());
        }
        // Where other rows hold the model's key, any number of them may follow.
        let is_held = model
            .relations
            .iter()
            .any(|relation| matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany));
        let execute = Execute {
            statement: sql::delete(model, &which, connection.dialect())?,
            is_short: !is_held && is_of_one_row(model, which.condition.as_ref(), None),
            is_of_filter: which.is_of_filter,
            stale,
            model,
            through: None,
            change: Change::Delete(which.condition),
        };
        driver::run(connection, execute).await
    })
}

/// Whether the condition holds for one row at most, which its id or the key of a `has_one` identifies.
fn is_of_one_row(
    model: &ModelMetadata,
    condition: Option<&Condition>,
    through: Option<&RelationMetadata>,
) -> bool {
    let Some(condition) = condition else {
        return false;
    };
    let has_one = through.filter(|relation| relation.kind == RelationKind::HasOne);
    let is_by_key = has_one.is_some_and(|relation| {
        let mut key = relation.target_fields().into_iter();
        key.all(|field| condition.fixes(field))
    });
    condition.is_of_row_alone() && (is_by_key || condition.is_of_one_id(model))
}

/// Changes a row that a caller has locked, with the time of the change.
pub(crate) async fn update_locked(
    model: &'static ModelMetadata,
    id: Vec<Value>,
    mut values: Values,
    session: &mut dyn Session,
) -> Result<()> {
    touch(model, &mut values);
    let of_id = Which::from(fields_equal(model.id_fields(), id));
    let statement = sql::update(model, &values, &of_id, session.dialect())?;
    let rows = [&values];
    let attempt = Attempt::to_store(model, None, &rows);
    attempt.execute(statement, session).await.map(drop)
}

/// Deletes rows within an operation; gives their number.
pub(crate) async fn delete_rows(
    model: &'static ModelMetadata,
    condition: &Condition,
    session: &mut dyn Session,
) -> Result<u64> {
    let which = Which::from(condition.clone());
    let statement = sql::delete(model, &which, session.dialect())?;
    let attempt = Attempt::to_delete(model, Some(condition));
    attempt.execute(statement, session).await
}

enum Change {
    Update(Values),
    /// Deletes the rows for which the condition is true.
    Delete(Option<Condition>),
}

/// Runs one statement; gives the number of rows.
struct Execute {
    statement: Statement,
    model: &'static ModelMetadata,
    through: Option<&'static RelationMetadata>,
    change: Change,
    /// What it means that no row was met.
    stale: Option<Stale>,
    is_short: bool,
    is_of_filter: bool,
}

impl Work for Execute {
    type Output = u64;

    fn is_of_filter(&self) -> bool {
        self.is_of_filter
    }

    fn is_short(&self) -> bool {
        self.is_short
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<u64> {
        let statement = self.statement.clone();
        let rows = match &self.change {
            Change::Update(values) => {
                let rows = [values];
                let attempt = Attempt::to_store(self.model, self.through, &rows);
                attempt.execute(statement, session).await?
            }
            Change::Delete(condition) => {
                let attempt = Attempt::to_delete(self.model, condition.as_ref());
                attempt.execute(statement, session).await?
            }
        };
        if let Some(stale) = self.stale.as_ref().filter(|_| rows == 0) {
            stale.check(session).await?;
        }
        Ok(rows)
    }
}
