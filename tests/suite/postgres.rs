//! The suite on PostgreSQL, whose URL is in `RELATIONS_POSTGRES_URL`. Each test has a database of its own.

use crate::server::{is_leftover, server_url, with_database};
use crate::support::{Capabilities, Database, PREFIX};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;

struct Postgres;

impl Database for Postgres {
    const CAPABILITIES: Capabilities = Capabilities {
        large_unsigned: false,
        nanoseconds: false,
        nul_in_text: false,
        nan: true,
        infinity: true,
        negative_zero: true,
        folds_all_letters: true,
        transactional_schema: true,
        set_in_one_statement: true,
        concurrent_writers: true,
        columns_take_anything: false,
        in_a_file: true,
    };

    async fn create(&self, name: &str) -> String {
        static CLEAN: OnceCell<()> = OnceCell::const_new();
        CLEAN.get_or_init(remove_leftovers).await;
        execute(&format!("CREATE DATABASE {name}")).await;
        with_database(&url(), name)
    }

    async fn remove(&self, name: &str) {
        execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

fn url() -> String {
    server_url("RELATIONS_POSTGRES_URL")
}

async fn connect() -> PgConnection {
    let connection = PgConnection::connect(&url()).await;
    connection.expect("RELATIONS_POSTGRES_URL answers; `scripts/databases start` starts it")
}

async fn execute(sql: &str) {
    let mut connection = connect().await;
    let result = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await;
    result.expect("the server makes and removes databases");
    connection.close().await.expect("the connection closes");
}

async fn remove_leftovers() {
    let mut connection = connect().await;
    let names: Vec<String> =
        sqlx::query_scalar("SELECT datname::text FROM pg_database WHERE datname LIKE $1")
            .bind(format!("{PREFIX}%"))
            .fetch_all(&mut connection)
            .await
            .expect("the server lists its databases");
    for name in names.iter().filter(|name| is_leftover(name)) {
        execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
}

suite!(crate::postgres::Postgres);

/// What one connection costs the server.
mod counted_by_the_server {
    use crate::support::{Test, TestDb, run};
    use relations::prelude::*;

    /// The statements that the server has prepared for the connection that asks.
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "pg_prepared_statements")]
    pub struct Prepared {
        #[model(id)]
        pub name: String,
        pub statement: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Twig)]
    pub struct Branch {
        #[model(id, generated)]
        pub id: i64,
        pub n: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Twig {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(Branch)]
        pub branch_id: i64,
    }

    fn no_second_preparation(db: TestDb) -> Test {
        Box::pin(async move {
            db.schema::<(Branch, Twig)>().create().await.unwrap();
            let (branches, prepared) = (BranchRepository::new(&*db), PreparedRepository::new(&*db));
            let ask = async |length: i64| {
                let branch = branches.create(Branch::draft().n(length)).await.unwrap();
                branches
                    .twigs(branch.id)
                    .create(Twig::draft())
                    .await
                    .unwrap();
                let found = branches
                    .find()
                    .filter(Branch::N.in_(0..=length))
                    .include(Branch::TWIGS.include(Twig::BRANCH))
                    .all()
                    .await
                    .unwrap();
                assert_eq!(found.len(), length as usize);
            };
            ask(1).await;
            prepared.find().all().await.unwrap();
            let before = prepared.find().all().await.unwrap();
            // The inserts of both models, the branches found, the twigs of their keys, the branches of theirs, and this one.
            assert_eq!(before.len(), 6, "{before:#?}");
            for length in 2..20 {
                ask(length).await;
            }
            // One connection does all of it, since one is free whenever one is needed.
            assert_eq!(prepared.find().all().await.unwrap(), before);
        })
    }

    fn limits_in_the_text(db: TestDb) -> Test {
        Box::pin(async move {
            let text = |limit| {
                let branches = BranchRepository::new(&*db);
                branches.find().limit(limit).offset(1).to_sql().unwrap()
            };
            assert!(
                text(1000).ends_with("LIMIT 1000 OFFSET $1"),
                "{}",
                text(1000)
            );
            assert!(text(1001).ends_with("LIMIT $1 OFFSET $2"), "{}", text(1001));
        })
    }

    #[tokio::test]
    async fn limits_are_in_the_text_up_to_a_thousand() {
        run(super::Postgres, limits_in_the_text).await;
    }

    #[tokio::test]
    async fn operations_do_not_prepare_again_whatever_the_number_of_keys() {
        run(super::Postgres, no_second_preparation).await;
    }
}
