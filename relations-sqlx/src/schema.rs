//! Creating and dropping the tables of models.

use crate::catalog;
use crate::db::Db;
use relations_core::catalog::TableName;
use relations_core::{
    Connection, Creation, Error, ErrorKind, ModelMetadata, ModelSet, Result, Schema, SchemaCheck,
};
use std::fmt;
use std::marker::PhantomData;

/// So often creating what is missing gives way to another program.
const MOST_TRIES: u32 = 5;

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

    /// Creates the tables that are not there, with their constraints and indexes, and gives their names. A table that is there, or a
    /// view, is left as it is, whatever it has: [`check`](DbSchema::check) tells what it lacks.
    ///
    /// Several programs may do so at once: each table is made by one of them, and no other minds. All is done in one transaction,
    /// but for MySQL, which has none for tables.
    ///
    /// # Errors
    /// `InvalidSchema` as for [`create`](DbSchema::create); `Database` where the database refuses a table, such as for a foreign key to
    /// a table of others that has no such column.
    pub async fn create_missing(&self) -> Result<Vec<String>> {
        let schema = (self.schema)()?;
        let mut missing = self.missing(self.db, &schema).await?;
        for _ in 0..MOST_TRIES {
            let error = match self.make(&schema).await {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            // Another program may have made some meanwhile, and what it made is there once it has committed.
            let left = self.missing(self.db, &schema).await?;
            let is_in_the_way = error.is_retryable() || error.kind() == ErrorKind::AlreadyExists;
            if left == missing && !is_in_the_way {
                return Err(error);
            }
            missing = left;
        }
        self.make(&schema).await
    }

    async fn make(&self, schema: &Schema) -> Result<Vec<String>> {
        if !self.db.backend.has_transactional_schema() {
            let missing = self.missing(self.db, schema).await?;
            return self
                .make_one_by_one(creation(schema, &missing, self.db)?)
                .await;
        }
        self.db
            .transaction(async |tx| {
                let missing = self.missing(&tx, schema).await?;
                let creation = creation(schema, &missing, &tx)?;
                let made = names(&creation);
                tx.run_script(&creation.into_statements()).await?;
                Ok::<_, Error>(made)
            })
            .await
    }

    /// Makes tables where each statement stays: a table that another program was faster with has its indexes from there.
    async fn make_one_by_one(&self, mut creation: Creation) -> Result<Vec<String>> {
        let (backend, context) = (&self.db.backend, &self.db.context);
        backend.run_script(&creation.before, context).await?;
        let mut made = Vec::new();
        for table in std::mem::take(&mut creation.tables) {
            let (create, indexes) = table.statements.split_at(1);
            match backend.run_script(create, context).await {
                Ok(()) => {
                    backend.run_script(indexes, context).await?;
                    made.push(table);
                }
                Err(error) if self.is_missing(table.model).await? => return Err(error),
                Err(_) => {}
            }
        }
        for table in &made {
            backend.run_script(&table.late, context).await?;
        }
        creation.tables = made;
        Ok(names(&creation))
    }

    async fn is_missing(&self, model: &ModelMetadata) -> Result<bool> {
        let name = vec![TableName::of(model)];
        let found = catalog::read(self.db, self.db.backend.catalog(), name).await?;
        Ok(found[0].is_none())
    }

    /// The tables of a schema that are not there.
    async fn missing(
        &self,
        connection: &dyn Connection,
        schema: &Schema,
    ) -> Result<Vec<TableName>> {
        let names: Vec<TableName> = schema.models().map(TableName::of).collect();
        let catalog = self.db.backend.catalog();
        let tables = catalog::read(connection, catalog, names.clone()).await?;
        let pairs = names.into_iter().zip(tables);
        let missing = pairs.filter(|(_, table)| table.is_none());
        Ok(missing.map(|(name, _)| name).collect())
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

/// The statements that create the tables of these names.
fn creation(
    schema: &Schema,
    missing: &[TableName],
    connection: &dyn Connection,
) -> Result<Creation> {
    let dialect = connection.dialect();
    schema.creation(dialect, |model| missing.contains(&TableName::of(model)))
}

/// The names of the tables that are created.
fn names(creation: &Creation) -> Vec<String> {
    let names = creation
        .tables
        .iter()
        .map(|table| TableName::of(table.model));
    names.map(|name| name.to_string()).collect()
}
