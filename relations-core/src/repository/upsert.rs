//! Creating a row, or finding and changing the one that is there.

use crate::driver::{Connection, Pending};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMetadata, Model, ModelMetadata, into_models};
use crate::query::Columns;
use crate::repository::Repository;
use crate::write::{Changed, Data, Drafted, IntoDraft, Stored, Wanted, upsert};
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

/// A row that was upserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upserted<M> {
    /// The row as it is stored.
    pub row: M,
    /// Whether it was created; otherwise it was there.
    pub is_created: bool,
}

impl<M: Model, C: Connection> Repository<M, C> {
    /// Creates a row, or changes the one that is there: `users.upsert(draft).on(User::EMAIL)`. Await it for the row, and whether it was
    /// created.
    ///
    /// A row is there if it has the draft's id, or its value of the unique key that [`on`](Upsert::on) names. It gets what the draft
    /// sets, or only what [`change`](Upsert::change) names. One transaction: of one statement where the row is new, of three where it was
    /// there; on MySQL of two and two.
    pub fn upsert(&self, draft: impl IntoDraft<M>) -> Upsert<'_, M, C>
    where
        M: Drafted,
    {
        Upsert::new(&self.connection, vec![draft.into_data()], Changed::Given)
    }

    /// Upserts several rows, all or none: `users.upsert_all(drafts).on(User::EMAIL)`. Await it for the rows in the order of the drafts. One
    /// transaction, with the statements of an [`upsert`](Repository::upsert) for each row.
    pub fn upsert_all<D: IntoDraft<M>>(
        &self,
        drafts: impl IntoIterator<Item = D>,
    ) -> UpsertAll<'_, M, C>
    where
        M: Drafted,
    {
        let rows = drafts.into_iter().map(D::into_data).collect();
        UpsertAll(Upsert::new(&self.connection, rows, Changed::Given))
    }

    /// Finds the row that has the draft's value of a unique key, or creates it: `tags.find_or_create(draft).on(Tag::NAME)`. Await it for the
    /// row, and whether it was created. One statement where the row is there, two where it is new.
    pub fn find_or_create(&self, draft: impl IntoDraft<M>) -> Upsert<'_, M, C>
    where
        M: Drafted,
    {
        let nothing = Changed::Only(Vec::new());
        Upsert::new(&self.connection, vec![draft.into_data()], nothing)
    }
}

/// A row to be created, or to be found and changed, from [`Repository::upsert`] and [`Repository::find_or_create`].
///
/// Two callers at once leave one row.
///
/// # Errors
/// Awaiting it gives `InvalidValue` where the draft does not give the key; `InvalidSchema` where the model does not say that the key is
/// unique; `AlreadyExists` where another unique value is taken; `Database` where PostgreSQL or SQLite has no unique constraint on
/// the key; `Stale` where the draft has another version than the row that is there; and those of [`Repository::create`].
#[must_use = "an upsert does nothing until it is awaited"]
pub struct Upsert<'c, M, C> {
    connection: &'c C,
    rows: Vec<Data>,
    key: Option<Vec<&'static FieldMetadata>>,
    changed: Changed,
    model: PhantomData<fn() -> M>,
}

/// Rows to be created, or to be found and changed, from [`Repository::upsert_all`]. See [`Upsert`].
#[must_use = "an upsert does nothing until it is awaited"]
#[derive(Debug)]
pub struct UpsertAll<'c, M, C>(Upsert<'c, M, C>);

impl<M, C> fmt::Debug for Upsert<'_, M, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upsert")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<'c, M: Model, C: Connection> Upsert<'c, M, C> {
    fn new(connection: &'c C, rows: Vec<Data>, changed: Changed) -> Self {
        Upsert {
            connection,
            rows,
            key: None,
            changed,
            model: PhantomData,
        }
    }

    /// The unique key by which a row is found: a column, or a tuple of columns that are unique together. Without it, the id.
    pub fn on(mut self, key: impl Columns<M>) -> Self {
        self.key = Some(key.fields());
        self
    }

    /// The columns that change of a row that is there: a column, or a tuple of columns. Without it, all that the draft sets.
    pub fn change(mut self, columns: impl Columns<M>) -> Self {
        self.changed = Changed::Only(columns.fields());
        self
    }

    fn run(self) -> Pending<'c, Vec<Upserted<M>>> {
        let id = || M::metadata().id_fields().collect();
        let (key, changed) = (self.key.unwrap_or_else(id), self.changed);
        let rows = Data::read_all(self.rows, &Wanted::upsert(M::metadata()));
        let key = unique(M::metadata(), key);
        Box::pin(async move {
            let key = key?;
            let upsert = upsert::Upsert {
                model: M::metadata(),
                rows: rows?,
                key,
                changed,
            };
            upsert.run_on(self.connection).await.map(upserted)
        })
    }
}

/// The key, if no two rows can have it in common.
fn unique(
    model: &'static ModelMetadata,
    key: Vec<&'static FieldMetadata>,
) -> Result<Vec<&'static FieldMetadata>> {
    if model.is_unique(&key) {
        return Ok(key);
    }
    let names: Vec<String> = key
        .iter()
        .map(|field| format!("`{}`", field.name))
        .collect();
    let names = names.join(", ");
    let help = match key.len() {
        1 => "say `#[model(unique)]` on the field",
        _ => "say `#[model(unique(..))]` on the struct",
    };
    let message = format!(
        "`{}`: several rows may have the same {names}, so none is found by it\nhelp: {help}, where the table has the constraint",
        model.name
    );
    Err(Error::new(ErrorKind::InvalidSchema, message).of_model(model.name))
}

fn upserted<M: Model>(stored: Stored) -> Vec<Upserted<M>> {
    let rows = into_models::<M>(stored.rows).into_iter();
    let rows = rows.zip(stored.are_created);
    rows.map(|(row, is_created)| Upserted { row, is_created })
        .collect()
}

impl<'c, M: Model, C: Connection> UpsertAll<'c, M, C> {
    /// The unique key by which rows are found; see [`Upsert::on`].
    pub fn on(self, key: impl Columns<M>) -> Self {
        UpsertAll(self.0.on(key))
    }

    /// The columns that change of rows that are there; see [`Upsert::change`].
    pub fn change(self, columns: impl Columns<M>) -> Self {
        UpsertAll(self.0.change(columns))
    }
}

impl<'c, M: Model, C: Connection> IntoFuture for Upsert<'c, M, C> {
    type Output = Result<Upserted<M>>;
    type IntoFuture = Pending<'c, Upserted<M>>;

    fn into_future(self) -> Self::IntoFuture {
        let upserted = self.run();
        Box::pin(async move {
            let mut upserted = upserted.await?;
            Ok(upserted.pop().expect("one draft is one row"))
        })
    }
}

impl<'c, M: Model, C: Connection> IntoFuture for UpsertAll<'c, M, C> {
    type Output = Result<Vec<Upserted<M>>>;
    type IntoFuture = Pending<'c, Vec<Upserted<M>>>;

    fn into_future(self) -> Self::IntoFuture {
        self.0.run()
    }
}
