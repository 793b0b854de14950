//! A row that is created, or found by a unique key and changed.

use crate::driver::{RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMetadata, ModelMetadata, Rows};
use crate::query::{Condition, Plan, Values, fields_equal};
use crate::sql;
use crate::sql::RowLock;
use crate::value::{Dialect, Value};
use crate::write::attempt::Attempt;
use crate::write::defaults::{make, touch};
use crate::write::insert::insert_unless_there;
use crate::write::stale::Stale;

/// How often a row is looked for and added at most. It takes more than two only where others add and delete it in between.
const TRIES: u32 = 4;

/// Creates rows, or changes those that have their key.
pub(crate) struct Upsert {
    pub(crate) model: &'static ModelMetadata,
    /// What is given; the rest is made for a new row only.
    pub(crate) rows: Vec<Values>,
    /// The unique key by which a row is found.
    pub(crate) key: Vec<&'static FieldMetadata>,
    pub(crate) changed: Changed,
}

/// Which fields change of a row that is there.
#[derive(Debug, Clone)]
pub(crate) enum Changed {
    /// Those that are given, but for the key.
    Given,
    Only(Vec<&'static FieldMetadata>),
}

/// The rows as they are stored, and of each whether it was created.
pub(crate) struct Stored {
    pub(crate) rows: Box<dyn Rows>,
    pub(crate) are_created: Vec<bool>,
}

compiled_once!(Upsert => Stored);

impl Work for Upsert {
    type Output = Stored;

    fn is_atomic(&self, _: Dialect) -> bool {
        let only_finds = matches!(&self.changed, Changed::Only(fields) if fields.is_empty());
        self.rows.len() > 1 || !only_finds
    }

    fn is_short(&self) -> bool {
        self.rows.len() == 1
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Stored> {
        let mut stored = Stored {
            rows: self.model.new_rows(),
            are_created: Vec::with_capacity(self.rows.len()),
        };
        for row in &self.rows {
            let (found, is_created) = self.one(row, session).await?;
            stored.rows.append(found);
            stored.are_created.push(is_created);
        }
        Ok(stored)
    }
}

impl Upsert {
    async fn one(&self, row: &Values, session: &mut dyn Session) -> Result<(Box<dyn Rows>, bool)> {
        self.check_nested(row)?;
        let of_key = fields_equal(self.key.iter().copied(), self.key_of(row)?);
        let changes = self.changes(row);
        // A row is rather found than created where nothing of it changes. MySQL cannot add a row only where no other has this key.
        let mut looks_first = changes.is_empty() || session.dialect().is_mysql();
        for _ in 0..TRIES {
            if looks_first && let Some(found) = self.found(&of_key, &changes, session).await? {
                return Ok((found, false));
            }
            looks_first = true;
            if let Some(created) = self.created(row, session).await? {
                return Ok((created, true));
            }
        }
        Err(self.taken())
    }

    /// The row that is there, with its changes.
    async fn found(
        &self,
        of_key: &Condition,
        changes: &Values,
        session: &mut dyn Session,
    ) -> Result<Option<Box<dyn Rows>>> {
        let dialect = session.dialect();
        if !changes.is_empty() {
            let update = sql::update(self.model, changes, &of_key.clone().into(), dialect)?;
            let rows = [changes];
            let attempt = Attempt::to_store(self.model, None, &rows);
            if attempt.execute(update, session).await? == 0 {
                if let Some(stale) = Stale::new(self.model, changes, Some(of_key)) {
                    stale.check(session).await?;
                }
                return Ok(None);
            }
        }
        let mut stored = RowsSink(self.model.new_rows());
        // As it is now, and not as a transaction of MySQL has seen it first.
        let statement = match dialect.is_mysql() {
            true => {
                let mut plan = Plan::new(self.model);
                plan.add_condition(of_key.clone());
                sql::select_locked(&plan, RowLock::Change, dialect)?
            }
            false => sql::select_by_fields(self.model, of_key.clone(), dialect)?,
        };
        session.fetch(statement, &mut stored).await?;
        match stored.0.len() {
            0 => Ok(None),
            1 => Ok(Some(stored.0)),
            several => Err(self.several(several)),
        }
    }

    fn several(&self, rows: usize) -> Error {
        let names = self.key.iter().map(|field| format!("`{}`", field.name));
        let names: Vec<String> = names.collect();
        let message = format!(
            "an upsert of `{}` found {rows} rows with one {}, so its table lacks the unique constraint that the model declares\nhelp: `db.schema::<{}>().check()` lists what a table lacks",
            self.model.name,
            names.join(" and "),
            self.model.name
        );
        Error::new(ErrorKind::ConstraintMismatch, message).of_model(self.model.name)
    }

    /// The new row, unless one with its key is there.
    async fn created(
        &self,
        row: &Values,
        session: &mut dyn Session,
    ) -> Result<Option<Box<dyn Rows>>> {
        let mut row = row.clone();
        let is_version = |at: usize| self.model.fields[at].version;
        row.fields.retain(|(at, _)| !is_version(*at));
        make(self.model, &mut row, |_| true);
        insert_unless_there(self.model, None, &row, &self.key, session).await
    }

    fn key_of(&self, row: &Values) -> Result<Vec<Value>> {
        let value = |field: &&'static FieldMetadata| {
            let given = row.get(self.model.position(field)).cloned();
            given.ok_or_else(|| {
                let message = format!(
                    "an upsert of `{}` looks for its row by `{}`, which is not given\nhelp: say another unique key by `.on(..)`",
                    self.model.name, field.name
                );
                Error::new(ErrorKind::InvalidValue, message).of_model(self.model.name)
            })
        };
        self.key.iter().map(value).collect()
    }

    /// What changes of a row that is there.
    fn changes(&self, row: &Values) -> Values {
        let is_changed = |at: usize| {
            let field = &self.model.fields[at];
            match &self.changed {
                // It says which row may change, whatever else of it does.
                _ if field.version => true,
                Changed::Given => !field.id && !self.key.contains(&field),
                Changed::Only(fields) => fields.contains(&field),
            }
        };
        let fields = row.fields.iter();
        let mut changes = Values {
            fields: fields.filter(|(at, _)| is_changed(*at)).cloned().collect(),
            computed: Vec::new(),
            nested: Vec::new(),
            expected: None,
        };
        let is_version = |at: usize| self.model.fields[at].version;
        if changes.fields.iter().all(|(at, _)| is_version(*at)) {
            return Values::default();
        }
        touch(self.model, &mut changes);
        changes
    }

    fn check_nested(&self, row: &Values) -> Result<()> {
        let Some(nested) = row.nested.first() else {
            return Ok(());
        };
        let message = format!(
            "an upsert of `{}` writes one row, and the draft has rows of `{}`\nhelp: create these on their own",
            self.model.name,
            nested.relation.path()
        );
        Err(Error::new(ErrorKind::InvalidValue, message).of_model(self.model.name))
    }

    /// No row has the key, and yet none can be added.
    fn taken(&self) -> Error {
        let message = format!(
            "a `{}` with this unique value exists already",
            self.model.name
        );
        Error::new(ErrorKind::AlreadyExists, message).of_model(self.model.name)
    }
}
