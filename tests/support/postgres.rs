//! PostgreSQL, whose URL is in `RELATIONS_POSTGRES_URL`. Each test has a database of its own.

use super::server::{is_hostile, is_leftover, server_url, with_database};
use super::{Capabilities, Database, PREFIX};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;

pub(crate) struct Postgres;

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
        if is_hostile() {
            let locale = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0";
            execute(&format!("CREATE DATABASE {name} {locale}")).await;
            make_hostile(name).await;
        } else {
            execute(&format!("CREATE DATABASE {name}")).await;
        }
        with_database(&url(), name)
    }

    async fn remove(&self, name: &str) {
        execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
    }
}

fn url() -> String {
    server_url("RELATIONS_POSTGRES_URL", "sslmode=disable")
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

/// What `RELATIONS_HOSTILE` makes of a database: texts are compared as in English, tables stand in a schema of another name, and dates, bytes
/// and zones are written in forms of their own.
async fn make_hostile(name: &str) {
    let settings = [
        "search_path = 'app schema'",
        "datestyle = 'SQL, DMY'",
        "intervalstyle = 'sql_standard'",
        "bytea_output = 'escape'",
        "timezone = 'America/St_Johns'",
        "extra_float_digits = 0",
    ];
    for setting in settings {
        execute(&format!("ALTER DATABASE {name} SET {setting}")).await;
    }
    let url = with_database(&url(), name);
    let connection = PgConnection::connect(&url).await;
    let mut connection = connection.expect("a database that was made answers");
    let sql = r#"CREATE SCHEMA "app schema""#;
    let made = sqlx::raw_sql(sql).execute(&mut connection).await;
    made.expect("the server makes a schema");
    connection.close().await.expect("the connection closes");
}
