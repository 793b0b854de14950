//! Times that a database holds and `chrono` does not: an error that names the column, and never another time.

use crate::support::{Sql, TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::{Dialect, prelude::*};

#[derive(Debug, Model)]
struct Lease {
    #[model(id)]
    id: i64,
    day: Option<NaiveDate>,
    time: Option<NaiveTime>,
    at: Option<NaiveDateTime>,
    until: Option<DateTime<Utc>>,
}

async fn leases(db: &TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE lease (id INTEGER PRIMARY KEY, day TEXT, time TEXT, at TEXT, until TEXT)",
        postgres: "CREATE TABLE lease (id BIGINT PRIMARY KEY, day DATE, time TIME, at TIMESTAMP, until TIMESTAMPTZ)",
        mysql: "CREATE TABLE lease (id BIGINT PRIMARY KEY, day DATE, time TIME(6), at DATETIME(6), until DATETIME(6))",
    })
    .await;
}

/// What a column holds, and how the error says it.
type Held = (&'static str, &'static str, &'static str);

const OF_SQLITE: &[Held] = &[
    ("day", "'infinity'", ""),
    ("time", "'24:00:00'", "invalid time: 24:00:00"),
    ("at", "'never'", "invalid datetime: never"),
    ("until", "5", "invalid datetime: 5"),
];

const OF_POSTGRES: &[Held] = &[
    ("day", "'infinity'", "it is `infinity`"),
    ("day", "'-infinity'", "it is `-infinity`"),
    ("day", "'500000-01-01'", "beyond what `chrono` holds"),
    (
        "time",
        "'24:00:00'",
        "it is 24:00:00, which is no time of a day",
    ),
    ("at", "'infinity'", "it is `infinity`"),
    ("at", "'270000-01-01'", "beyond what `chrono` holds"),
    ("until", "'infinity'", "it is `infinity`"),
    ("until", "'-infinity'", "it is `-infinity`"),
    ("until", "'290000-01-01'", "beyond what `chrono` holds"),
];

const OF_MYSQL: &[Held] = &[
    ("day", "'0000-00-00'", "it is 0000-00-00, which is no day"),
    ("day", "'2024-00-10'", "2024/0/10"),
    (
        "time",
        "'-01:00:00'",
        "it is -1:00:00, which is no time of a day",
    ),
    (
        "time",
        "'24:00:00'",
        "it is 24:00:00, which is no time of a day",
    ),
    (
        "time",
        "'838:59:59'",
        "it is 838:59:59, which is no time of a day",
    ),
    (
        "at",
        "'0000-00-00 00:00:00'",
        "it is 0000-00-00, which is no day",
    ),
    (
        "until",
        "'0000-00-00 00:00:00'",
        "it is 0000-00-00, which is no day",
    ),
];

#[database_test]
async fn a_time_that_chrono_has_not_is_an_error_that_names_the_column(db: TestDb) {
    leases(&db).await;
    let leases = LeaseRepository::new(&*db);
    let (held, before) = match db.dialect() {
        Dialect::Sqlite => (OF_SQLITE, ""),
        Dialect::Postgres => (OF_POSTGRES, ""),
        _ => (OF_MYSQL, "SET sql_mode = ''; "),
    };
    for (column, value, says) in held {
        let insert = format!(
            "{before}DELETE FROM lease; INSERT INTO lease (id, {column}) VALUES (1, {value})"
        );
        db.execute(&insert).await;
        let error = leases.find().all().await.unwrap_err();
        assert!(error.is_decode(), "{column} {value}: {error}");
        let message = error.to_string();
        assert!(message.contains(&format!("`{column}`")), "{message}");
        assert!(message.contains(says), "{column} {value}: {message}");
        // Nothing is left in a state that the next caller meets.
        db.execute("DELETE FROM lease").await;
        assert!(leases.find().await.unwrap().is_empty());
    }
}
