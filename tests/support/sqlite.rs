//! SQLite, in memory and in a file.

use super::{Capabilities, Database, is_hostile};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection, SqlitePool};
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

pub(crate) struct SqliteInMemory;

impl Database for SqliteInMemory {
    const CAPABILITIES: Capabilities = SQLITE;

    async fn create(&self, _: &str) -> String {
        "sqlite::memory:".to_owned()
    }

    async fn remove(&self, _: &str) {}
}

pub(crate) struct SqliteInFile;

pub(crate) fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{name}.db"))
}

impl Database for SqliteInFile {
    const CAPABILITIES: Capabilities = Capabilities {
        in_a_file: true,
        ..SQLITE
    };

    async fn create(&self, name: &str) -> String {
        let url = format!("sqlite:{}?mode=rwc", path(name).display());
        if is_hostile() {
            let connection = SqliteConnection::connect(&url).await;
            let mut connection = connection.expect("the file can be made");
            let made = sqlx::raw_sql(FOREIGN_FILE).execute(&mut connection).await;
            made.expect("SQLite takes the settings");
            connection.close().await.expect("the connection closes");
        }
        url
    }

    async fn remove(&self, name: &str) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", path(name).display()));
        }
    }
}

/// Settings that a file keeps, and tables of somebody else.
const FOREIGN_FILE: &str = "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16le'; PRAGMA auto_vacuum = FULL; \
    CREATE TABLE others (id INTEGER PRIMARY KEY, note TEXT COLLATE NOCASE); INSERT INTO others VALUES (7, 'Ours');";

/// Makes tables that were just created what others might have: strict, without numbers of rows where keys are given, and with triggers
/// that add rows elsewhere.
pub(crate) async fn make_hostile(pool: &SqlitePool) {
    const MADE: &str = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT IN \
        (SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger' OR name IN ('others', 'sqlite_sequence', 'log')) ORDER BY rowid";
    let made = sqlx::query(MADE).fetch_all(pool).await;
    let made = made.expect("SQLite lists its tables");
    let mut script =
        "CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, of TEXT) STRICT;".to_owned();
    let (mut drops, mut indexes) = (String::new(), String::new());
    for row in made {
        let (kind, name, sql): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        if kind != "table" {
            indexes.push_str(&format!("{sql};"));
            continue;
        }
        drops.push_str(&format!("DROP TABLE \"{name}\";"));
        script.push_str(&strict(&sql));
        for change in ["INSERT", "UPDATE", "DELETE"] {
            script.push_str(&format!(
                "CREATE TRIGGER \"{name} {change}\" AFTER {change} ON \"{name}\" BEGIN INSERT INTO log (of) VALUES ('{change}'); END;"
            ));
        }
    }
    let script =
        format!("PRAGMA foreign_keys = OFF; {drops}{script}{indexes} PRAGMA foreign_keys = ON;");
    let script = sqlx::raw_sql(AssertSqlSafe(script));
    script
        .execute(pool)
        .await
        .expect("SQLite takes them strict");
}

/// The table with types that a strict one may have, unless the model has types of its own.
fn strict(sql: &str) -> String {
    let (head, columns) = sql.split_once('(').expect("it has columns");
    let lines = columns
        .lines()
        .map(|line| match line.split_once(" VARCHAR(") {
            Some((name, rest)) => {
                let (_, rest) = rest.split_once(')').expect("its length");
                format!("{name} TEXT{rest}")
            }
            None => line.replace(" BOOLEAN", " INTEGER"),
        });
    let lines: Vec<String> = lines.collect();
    let mut options = Vec::new();
    if lines.iter().all(|line| has_strict_type(line)) {
        options.push("STRICT");
    }
    if !sql.contains("AUTOINCREMENT") {
        options.push("WITHOUT ROWID");
    }
    format!("{head}({} {};", lines.join("\n"), options.join(", "))
}

/// Whether a line of `CREATE TABLE` is a column of such a type, or none.
fn has_strict_type(line: &str) -> bool {
    let Some((_, rest)) = line
        .strip_prefix("  \"")
        .and_then(|line| line.split_once("\" "))
    else {
        return true;
    };
    let ty = rest.split([' ', ',']).next().unwrap_or_default();
    ["INTEGER", "REAL", "TEXT", "BLOB"].contains(&ty)
}
