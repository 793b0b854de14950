//! Creating and dropping the tables of models.

use crate::catalog;
use crate::db::Db;
use relations_core::catalog::TableName;
use relations_core::{Connection, ModelMetadata, ModelSet, Result, Schema, SchemaCheck};
use std::fmt;
use std::marker::PhantomData;

/// The tables of some models in one database, from [`Db::schema`].
pub struct DbSchema<'d, S> {
    db: &'d Db,
    /// Kept as a function, so that the methods need no bound on `S`: what is no model is reported once, at `schema`.
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
        self.run(&statements).await
    }

    /// Drops the tables that are there.
    ///
    /// # Errors
    /// `InvalidSchema` as for [`create`](DbSchema::create). Where a table of another schema still refers to one of these,
    /// SQLite answers `ForeignKeyViolation`, PostgreSQL drops the constraint, and MySQL leaves it dangling.
    pub async fn drop(&self) -> Result<()> {
        let statements = (self.schema)()?.drop(self.db.dialect());
        self.run(&statements).await
    }

    /// The statements of [`create`](DbSchema::create) for this database, as one text.
    ///
    /// # Errors
    /// `InvalidSchema` as for [`create`](DbSchema::create).
    pub fn to_sql(&self) -> Result<String> {
        (self.schema)()?.to_sql(self.db.dialect())
    }

    /// Compares the models with the tables that the database has, those of other programs too, and says what would go wrong.
    /// Nothing differs after [`create`](DbSchema::create). A view does as well as a table, and has no keys to compare. Columns that
    /// the models do not have may be there, as long as they need no value.
    ///
    /// The models need not be complete: of a relation that leads to another model its own side is compared. Three statements, which
    /// only read.
    ///
    /// # Errors
    /// Those of reading the database's catalog. What differs is no error; [`SchemaCheck::into_result`] makes one of it.
    pub async fn check(&self) -> Result<SchemaCheck> {
        let models = (self.named)();
        let names = models.iter().map(|model| TableName::of(model)).collect();
        let tables = catalog::read(self.db, self.db.backend.catalog(), names).await?;
        Ok(SchemaCheck::of(&models, &tables, self.db.dialect()))
    }

    async fn run(&self, statements: &[String]) -> Result<()> {
        if !self.db.backend.has_transactional_schema() {
            let context = &self.db.context;
            return self.db.backend.run_script(statements, context).await;
        }
        self.db
            .transaction(async |tx| tx.run_script(statements).await)
            .await
    }
}
