//! Creating the tables that are not there, while other programs may do the same.

use super::tables_of;
use crate::db::Db;
use relations_core::catalog::TableName;
use relations_core::{
    Connection, Creation, Error, ErrorKind, ModelMetadata, Pending, Result, Schema, TableCreation,
};
use std::error::Error as _;
use std::time::Duration;

/// How often it gives way to another program.
const MOST_TRIES: u32 = 5;

/// How often it looks whether a table is there that the database says exists: who makes it may take long, as may its disk.
const MOST_LOOKS: u32 = 30;

/// How long it waits before it tries again, the first time.
const PAUSE: Duration = Duration::from_millis(20);

/// Boxed, so that it is compiled here and not where it is awaited.
pub(super) fn create_missing(db: &Db, schema: Schema) -> Pending<'_, Vec<String>> {
    Box::pin(async move {
        match db.backend.has_transactional_schema() {
            true => create_together(db, &schema).await,
            false => create_one_by_one(db, &schema).await,
        }
    })
}

/// Creates all in one transaction, and again where another program made some of them meanwhile. Its tables are seen once it has
/// committed.
async fn create_together(db: &Db, schema: &Schema) -> Result<Vec<String>> {
    let mut missing = missing(db, db, schema).await?;
    for _ in 0..MOST_TRIES {
        let error = match try_together(db, schema).await {
            Ok(made) => return Ok(made),
            Err(error) => error,
        };
        let left = self::missing(db, db, schema).await?;
        let is_in_the_way = error.is_retryable() || error.kind() == ErrorKind::AlreadyExists;
        if left == missing && !is_in_the_way {
            return Err(error);
        }
        missing = left;
    }
    try_together(db, schema).await
}

async fn try_together(db: &Db, schema: &Schema) -> Result<Vec<String>> {
    db.transaction(async |tx| {
        let missing = missing(db, &tx, schema).await?;
        let creation = creation(db, schema, &missing)?;
        let made = creation.tables.iter().map(name).collect();
        tx.run_script(&creation.into_statements()).await?;
        Ok(made)
    })
    .await
}

/// Creates tables where each statement stays. A table that another program made meanwhile has its indexes from there.
async fn create_one_by_one(db: &Db, schema: &Schema) -> Result<Vec<String>> {
    let missing = missing(db, db, schema).await?;
    let creation = creation(db, schema, &missing)?;
    for statement in &creation.before {
        run(db, statement).await?;
    }
    let mut made = Vec::new();
    for table in &creation.tables {
        let Some((create, indexes)) = table.statements.split_first() else {
            continue;
        };
        if !create_one(db, table.model, create).await? {
            continue;
        }
        made.push(table);
        for statement in indexes {
            run(db, statement).await?;
        }
    }
    for statement in made.iter().flat_map(|table| &table.late) {
        run(db, statement).await?;
    }
    Ok(made.into_iter().map(name).collect())
}

/// Creates one table; false where another program did so. Of one that is just being made MariaDB says that it exists, and does not
/// show it yet, so an error stands only if it stays.
async fn create_one(db: &Db, model: &'static ModelMetadata, create: &String) -> Result<bool> {
    let mut tries = 1;
    loop {
        let error = match run(db, create).await {
            Ok(()) => return Ok(true),
            Err(error) => error,
        };
        if !is_missing(db, model).await? {
            return Ok(false);
        }
        let most = match says_that_it_exists(&error) {
            true => MOST_LOOKS,
            false => MOST_TRIES,
        };
        if tries >= most {
            return Err(error);
        }
        tokio::time::sleep(PAUSE * tries.min(MOST_TRIES)).await;
        tries += 1;
    }
}

/// Only of databases that create tables one by one, which give this code.
fn says_that_it_exists(error: &Error) -> bool {
    let source = error.source().and_then(|it| it.downcast_ref());
    let code = source.and_then(sqlx::Error::as_database_error);
    code.is_some_and(|it| it.code().as_deref() == Some("42S01"))
}

/// Runs a statement, and again where it gave way to another program: two foreign keys that are added in a circle are a deadlock.
async fn run(db: &Db, statement: &String) -> Result<()> {
    let (backend, statement) = (&db.backend, std::slice::from_ref(statement));
    for tries in 1..MOST_TRIES {
        match backend.run_script(statement, &db.context).await {
            Err(error) if error.is_retryable() => tokio::time::sleep(PAUSE * tries).await,
            result => return result,
        }
    }
    backend.run_script(statement, &db.context).await
}

async fn is_missing(db: &Db, model: &'static ModelMetadata) -> Result<bool> {
    let found = tables_of(db, db, std::iter::once(model)).await?;
    Ok(found[0].is_none())
}

/// The tables of a schema that are not there.
async fn missing(db: &Db, connection: &dyn Connection, schema: &Schema) -> Result<Vec<TableName>> {
    let tables = tables_of(db, connection, schema.models()).await?;
    let pairs = schema.models().zip(tables);
    let missing = pairs.filter(|(_, table)| table.is_none());
    Ok(missing.map(|(model, _)| TableName::of(model)).collect())
}

/// The statements that create the tables of these names.
fn creation(db: &Db, schema: &Schema, missing: &[TableName]) -> Result<Creation> {
    schema.creation(db.dialect(), |model| {
        missing.contains(&TableName::of(model))
    })
}

/// The name of a table that is created.
fn name(table: &TableCreation) -> String {
    TableName::of(table.model).to_string()
}
