//! MariaDB or MySQL, whose URL is in `RELATIONS_MYSQL_URL`. Each test has a database of its own.

use super::server::{is_hostile, is_leftover, server_url, with_database};
use super::{Capabilities, Database, PREFIX};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use tokio::sync::OnceCell;

pub(crate) struct MySql;

impl Database for MySql {
    const CAPABILITIES: Capabilities = Capabilities {
        large_unsigned: true,
        nanoseconds: false,
        nul_in_text: true,
        nan: false,
        infinity: false,
        negative_zero: false,
        folds_all_letters: true,
        transactional_schema: false,
        set_in_one_statement: false,
        concurrent_writers: true,
        columns_take_anything: false,
        in_a_file: true,
    };

    async fn create(&self, name: &str) -> String {
        static CLEAN: OnceCell<()> = OnceCell::const_new();
        CLEAN.get_or_init(prepare).await;
        let collation = match is_hostile() {
            true => "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
            false => "",
        };
        execute(&format!("CREATE DATABASE {name} {collation}")).await;
        with_database(&url(), name)
    }

    async fn remove(&self, name: &str) {
        execute(&format!("DROP DATABASE {name}")).await;
    }
}

fn url() -> String {
    server_url("RELATIONS_MYSQL_URL", "ssl-mode=DISABLED")
}

async fn connect() -> MySqlConnection {
    let connection = MySqlConnection::connect(&url()).await;
    connection.expect("RELATIONS_MYSQL_URL answers; `scripts/databases start` starts it")
}

async fn execute(sql: &str) {
    let mut connection = connect().await;
    let result = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await;
    result.expect("the server makes and removes databases");
    connection.close().await.expect("the connection closes");
}

/// Removes what earlier runs left, and chooses the settings of the server, which outlive a run.
async fn prepare() {
    remove_leftovers().await;
    let settings = match is_hostile() {
        true => [
            "sql_mode = 'ANSI,TRADITIONAL,EMPTY_STRING_IS_NULL'",
            "sql_safe_updates = 1",
            "autocommit = 0",
            "time_zone = '+05:45'",
            "group_concat_max_len = 4",
            "lc_messages = 'de_DE'",
        ],
        false => [
            "sql_mode = DEFAULT",
            "sql_safe_updates = 0",
            "autocommit = 1",
            "time_zone = DEFAULT",
            "group_concat_max_len = DEFAULT",
            "lc_messages = 'en_US'",
        ],
    };
    for setting in settings {
        execute(&format!("SET GLOBAL {setting}")).await;
    }
}

async fn remove_leftovers() {
    let mut connection = connect().await;
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT CAST(schema_name AS CHAR) FROM information_schema.schemata WHERE schema_name LIKE ?",
    )
    .bind(format!("{PREFIX}%"))
    .fetch_all(&mut connection)
    .await
    .expect("the server lists its databases");
    for name in names.iter().filter(|name| is_leftover(name)) {
        execute(&format!("DROP DATABASE IF EXISTS {name}")).await;
    }
}
