//! Creating and dropping the tables of models.

use crate::db::Db;
use relations_core::{Connection, ModelSet, Result, Schema};
use std::fmt;
use std::marker::PhantomData;

/// The tables of some models in one database, from [`Db::schema`].
pub struct DbSchema<'d, S> {
    db: &'d Db,
    /// Kept as a function, so that the methods need no bound on `S`: what is no model is reported once, at `schema`.
    schema: fn() -> Result<Schema>,
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
