//! The suite on SQLite, in memory and in a file.

use crate::support::{Capabilities, Database};
use std::path::PathBuf;

const SQLITE: Capabilities = Capabilities {
    large_unsigned: false,
    nanoseconds: true,
    nul_in_text: true,
    nan: false,
    infinity: true,
    negative_zero: false,
    folds_all_letters: false,
    transactional_schema: true,
    set_in_one_statement: true,
    concurrent_writers: false,
    columns_take_anything: true,
    in_a_file: false,
};

struct Memory;

impl Database for Memory {
    const CAPABILITIES: Capabilities = SQLITE;

    async fn create(&self, _: &str) -> String {
        "sqlite::memory:".to_owned()
    }

    async fn remove(&self, _: &str) {}
}

struct File;

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{name}.db"))
}

impl Database for File {
    const CAPABILITIES: Capabilities = Capabilities {
        in_a_file: true,
        ..SQLITE
    };

    async fn create(&self, name: &str) -> String {
        format!("sqlite:{}?mode=rwc", path(name).display())
    }

    async fn remove(&self, name: &str) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path(name).display()));
        }
    }
}

mod memory {
    suite!(crate::sqlite::Memory);
}

mod file {
    suite!(crate::sqlite::File);
}

/// What only SQLite has.
mod itself {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Row {
        #[model(id)]
        pub id: i64,
    }

    async fn pragma(db: &Db, name: &'static str) -> String {
        let relations::Pool::Sqlite(pool) = db.pool() else {
            panic!("it is SQLite")
        };
        let mut found = Vec::new();
        let mut leases = Vec::new();
        // On each connection of the pool.
        for _ in 0..3 {
            let mut lease = pool.acquire().await.unwrap();
            let value: String = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
                "SELECT CAST({name} AS TEXT) FROM pragma_{name}"
            )))
            .fetch_one(&mut *lease)
            .await
            .unwrap();
            found.push(value);
            leases.push(lease);
        }
        found.dedup();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found.remove(0)
    }

    #[tokio::test]
    async fn a_file_gets_a_write_ahead_log_and_foreign_keys() {
        let path = crate::sqlite::path(&format!(
            "{}pragma_{}",
            crate::support::PREFIX,
            std::process::id()
        ));
        let url = format!("sqlite:{}?mode=rwc", path.display());
        let db = Db::connect(&url).await.unwrap();
        assert_eq!(pragma(&db, "journal_mode").await, "wal");
        assert_eq!(pragma(&db, "foreign_keys").await, "1");
        db.schema::<Row>().create().await.unwrap();
        RowRepository::new(&db).create(Row { id: 1 }).await.unwrap();
        drop(db);
        // What was written outlives the connection, and is read without the right to write.
        let again = Db::connect(&format!("sqlite:{}?mode=ro", path.display()))
            .await
            .unwrap();
        assert_eq!(
            RowRepository::new(&again).find().all().await.unwrap(),
            [Row { id: 1 }]
        );
        assert!(
            RowRepository::new(&again)
                .create(Row { id: 2 })
                .await
                .is_err()
        );
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
        }
    }

    #[tokio::test]
    async fn memory_has_foreign_keys() {
        let db = Db::connect("sqlite::memory:").await.unwrap();
        assert_eq!(pragma(&db, "foreign_keys").await, "1");
    }

    #[tokio::test]
    async fn each_memory_is_a_database_of_its_own() {
        let first = Db::connect("sqlite::memory:").await.unwrap();
        let second = Db::connect("sqlite::memory:").await.unwrap();
        first.schema::<Row>().create().await.unwrap();
        RowRepository::new(&first)
            .create(Row { id: 1 })
            .await
            .unwrap();
        second.schema::<Row>().create().await.unwrap();
        assert_eq!(RowRepository::new(&second).find().count().await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_file_that_is_not_there_is_not_made() {
        let error = Db::connect("sqlite:/tmp/relations_test_no_such_file.db")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), relations::ErrorKind::Connection);
        assert!(
            error.to_string().contains("relations_test_no_such_file.db"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_pool_of_ones_own() {
        use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
        let options: SqliteConnectOptions = "sqlite::memory:".parse().unwrap();
        let options = relations::with_decimal_order(options);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .unwrap();
        let db = Db::from_pool(pool).await.unwrap();
        db.schema::<Row>().create().await.unwrap();
        RowRepository::new(&db).create(Row { id: 1 }).await.unwrap();
        assert_eq!(RowRepository::new(&db).find().count().await.unwrap(), 1);
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Word {
        #[model(id)]
        pub id: i64,
        pub text: String,
    }

    #[tokio::test]
    async fn regular_expressions_on_a_pool_of_ones_own() {
        use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
        // Each with a database of its own, which clones of the options would share.
        let options = || -> SqliteConnectOptions { "sqlite::memory:".parse().unwrap() };
        for (options, is_known) in [(options(), false), (options().with_regexp(), true)] {
            let one = SqlitePoolOptions::new().max_connections(1);
            let db = Db::from_pool(one.connect_with(options).await.unwrap());
            let db = db.await.unwrap();
            db.schema::<Word>().create().await.unwrap();
            let words = WordRepository::new(&db);
            let found = words.find().filter(Word::TEXT.regexp("a")).all().await;
            if is_known {
                assert_eq!(found.unwrap(), []);
                continue;
            }
            let error = found.unwrap_err();
            assert_eq!(error.kind(), relations::ErrorKind::Database);
            let message = error.to_string();
            assert!(
                message.ends_with(
                    "no such function: REGEXP\nhelp: connect with `SqliteConnectOptions::with_regexp`"
                ),
                "{message}"
            );
        }
    }
}
