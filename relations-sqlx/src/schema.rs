//! Creating, dropping and checking the tables of models.

mod diff;
mod missing;

use crate::catalog;
use crate::db::Db;
use crate::transaction::Tx;
use missing::create_missing;
use relations_core::catalog::{Table, TableName};
use relations_core::{Connection, ModelMetadata, ModelSet, Pending, Result, Schema, SchemaCheck};
use std::fmt;
use std::marker::PhantomData;

/// The tables of some models in one database, from [`Db::schema`].
pub struct DbSchema<'d, S> {
    db: &'d Db,
    /// Kept as a function, so that the methods need no bound on `S`: what is not a model is reported once, at `schema`.
    schema: fn() -> Result<Schema>,
    named: fn() -> Vec<&'static ModelMetadata>,
    models: PhantomData<fn() -> S>,
}

impl<S> fmt::Debug for DbSchema<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbSchema").field("db", self.db).finish()
    }
}

impl<'d, S: ModelSet> DbSchema<'d, S> {
    pub(crate) fn new(db: &'d Db) -> Self {
        DbSchema {
            db,
            schema: Schema::of::<S>,
            named: S::models,
            models: PhantomData,
        }
    }
}

impl<S> DbSchema<'_, S> {
    /// Creates the tables in an order that foreign keys allow, with primary keys, foreign keys, a unique constraint for
    /// each `has_one`, and an index for each other foreign key. In one transaction, but for MySQL, which has none for
    /// tables: what was created before an error stays there.
    ///
    /// # Errors
    /// `InvalidSchema` where the models do not fit together, before any statement; `Database` where a table exists.
    pub async fn create(&self) -> Result<()> {
        let statements = (self.schema)()?.create(self.db.dialect())?;
        run(self.db, statements).await
    }

    /// Creates the tables that are not there, with their constraints and indexes, and gives their names. A table that is
    /// there, or a view, is left as it is: where it lacks a column, [`check`](DbSchema::check) says so.
    ///
    /// Several programs may do so at once: each table is made by one of them, and the others do without. In one
    /// transaction, but for MySQL, which has none for tables: what was created before an error stays there, a table perhaps
    /// without its indexes.
    ///
    /// # Errors
    /// `InvalidSchema` as for [`create`](DbSchema::create); `Database` where the database refuses a table, such as one with a
    /// foreign key to a column that an existing table does not have.
    pub async fn create_missing(&self) -> Result<Vec<String>> {
        create_missing(self.db, (self.schema)()?).await
    }

    /// Compares the models with the tables that the database has, those of other programs too, and says what would go
    /// wrong. Nothing differs after [`create`](DbSchema::create). Three statements, which only read.
    ///
    /// A view does as well as a table, and has no keys to compare. Columns that the models do not have may be there, as long
    /// as they need no value. A type, an index or a constraint that does as well is not a difference, whatever its name.
    ///
    /// The models need not be complete: of a relation that leads to a model which was not named, its own side is compared.
    ///
    /// # Errors
    /// Those of reading the database's catalog. What differs is not an error; [`SchemaCheck::into_result`] makes one of it.
    pub async fn check(&self) -> Result<SchemaCheck> {
        check(self.db, (self.named)()).await
    }

    /// Drops the tables that are there.
    ///
    /// # Errors
    /// `InvalidSchema` as for [`create`](DbSchema::create). Where a table of another schema still refers to one of these,
    /// SQLite answers `ForeignKeyViolation`, PostgreSQL drops the constraint, and MySQL leaves it dangling.
    pub async fn drop(&self) -> Result<()> {
        let statements = (self.schema)()?.drop(self.db.dialect());
        run(self.db, statements).await
    }

    /// The statements of [`create`](DbSchema::create) for this database, as one text.
    ///
    /// # Errors
    /// `InvalidSchema` as for [`create`](DbSchema::create).
    pub fn to_sql(&self) -> Result<String> {
        (self.schema)()?.to_sql(self.db.dialect())
    }
}

// Boxed, so that they are compiled here and not where they are awaited.

fn run(db: &Db, statements: Vec<String>) -> Pending<'_, ()> {
    Box::pin(async move {
        if !db.backend.has_transactional_schema() {
            return db.backend.run_script(&statements, &db.context).await;
        }
        let run = async |tx: Tx| tx.run_script(&statements).await;
        db.transaction(run).await
    })
}

fn check<'d>(db: &'d Db, models: Vec<&'static ModelMetadata>) -> Pending<'d, SchemaCheck> {
    Box::pin(async move {
        let tables = tables_of(db, db, models.iter().copied()).await?;
        Ok(SchemaCheck::of(&models, &tables, db.dialect()))
    })
}

/// The tables of models as the database has them, read on a connection to it.
async fn tables_of(
    db: &Db,
    connection: &dyn Connection,
    models: impl Iterator<Item = &'static ModelMetadata>,
) -> Result<Vec<Option<Table>>> {
    let names = models.map(TableName::of).collect();
    catalog::read(connection, db.backend.catalog(), names).await
}
