//! The one target of a `has_one`, which is created or overwritten.

use crate::driver::{RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{RelationMetadata, Rows};
use crate::query::{Condition, Values};
use crate::sql::{self, InsertForm};
use crate::write::attempt::Attempt;
use crate::write::defaults::{increment_version, start_version};
use crate::write::insert::insert;
use crate::write::stale::Stale;

/// Creates or changes the one row.
pub(crate) struct Set {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) values: Values,
    pub(crate) condition: Condition,
}

compiled_once!(Set => Box<dyn Rows>);

impl Work for Set {
    type Output = Box<dyn Rows>;

    fn is_short(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Box<dyn Rows>> {
        let (relation, model) = (self.relation, self.relation.target());
        if let Some(nested) = self.values.nested.first() {
            let message = format!(
                "`{}`: `set` changes one row, and the draft has rows of `{}`\nhelp: create these on their own",
                relation.path(),
                nested.relation.path()
            );
            return Err(Error::new(ErrorKind::InvalidValue, message).of_model(model.name));
        }
        let result = if session.dialect().is_mysql() {
            self.in_steps(session).await
        } else {
            self.at_once(session).await
        };
        match result {
            Ok(row) => Ok(row),
            Err(error) => {
                let rows = [&self.values];
                let attempt = Attempt::to_store(model, Some(relation), &rows);
                Err(attempt.explain(error, session).await)
            }
        }
    }
}

impl Set {
    pub(crate) fn new(
        relation: &'static RelationMetadata,
        mut values: Values,
        condition: Condition,
    ) -> Set {
        start_version(relation.target(), &mut values);
        Set {
            relation,
            values,
            condition,
        }
    }

    async fn at_once(&self, session: &mut dyn Session) -> Result<Box<dyn Rows>> {
        let (relation, model) = (self.relation, self.relation.target());
        let mut key = relation.target_fields();
        key.extend(relation.imposed_type().map(|(field, _)| field));
        let form = InsertForm::OrUpdate(&key);
        let statement = sql::insert(model, &[&self.values], form, session.dialect())?;
        let mut stored = RowsSink(model.new_rows());
        session.fetch(statement, &mut stored).await?;
        if stored.0.len() == 0 {
            self.check_version(session).await?;
        }
        Ok(stored.0)
    }

    /// No row was changed: an error where one is there, at another version than the data says.
    async fn check_version(&self, session: &mut dyn Session) -> Result<()> {
        let model = self.relation.target();
        match Stale::new(model, &self.values, Some(&self.condition)) {
            Some(stale) => stale.check(session).await,
            None => Ok(()),
        }
    }

    /// For MySQL: updates, and inserts where there was no row. Not in a transaction, where two callers would block each
    /// other; who loses the race to insert finds the other's row and updates it.
    async fn in_steps(&self, session: &mut dyn Session) -> Result<Box<dyn Rows>> {
        let (model, dialect) = (self.relation.target(), session.dialect());
        let mut changes = self.values.clone();
        increment_version(model, &mut changes);
        let changes = sql::overwrite(model, &changes, &self.condition, dialect)?;
        for last_try in [false, true] {
            if session.execute(changes.clone()).await?.rows > 0 {
                let row = sql::select_by_fields(model, self.condition.clone(), dialect)?;
                let mut stored = RowsSink(model.new_rows());
                session.fetch(row, &mut stored).await?;
                return Ok(stored.0);
            }
            self.check_version(session).await?;
            let rows = std::slice::from_ref(&self.values);
            match insert(model, Some(self.relation), rows, session).await {
                Err(error) if error.is_already_exists() && !last_try => {}
                result => return result,
            }
        }
        Ok(model.new_rows())
    }
}
