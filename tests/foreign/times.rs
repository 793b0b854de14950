//! Times that a database holds and `chrono` does not, and texts of SQLite that do not sort as times: an error that names the column,
//! and never another time.

use crate::support::{Sql, TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::query::Predicate;
use relations::{Dialect, Filter, prelude::*};

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
    ("day", "'infinity'", "`infinity` is not a date"),
    ("time", "'24:00:00'", "`24:00:00` is not a time"),
    ("at", "'never'", "`never` is not a date with its time"),
    ("until", "5", "`5` is not a date with its time"),
];

const OF_POSTGRES: &[Held] = &[
    ("day", "'infinity'", "it is `infinity`"),
    ("day", "'-infinity'", "it is `-infinity`"),
    ("day", "'500000-01-01'", "beyond what `chrono` holds"),
    (
        "time",
        "'24:00:00'",
        "it is 24:00:00, which is not a time of day",
    ),
    ("at", "'infinity'", "it is `infinity`"),
    ("at", "'270000-01-01'", "beyond what `chrono` holds"),
    ("until", "'infinity'", "it is `infinity`"),
    ("until", "'-infinity'", "it is `-infinity`"),
    ("until", "'290000-01-01'", "beyond what `chrono` holds"),
];

const OF_MYSQL: &[Held] = &[
    (
        "day",
        "'0000-00-00'",
        "it is 0000-00-00, which is not a day",
    ),
    ("day", "'2024-00-10'", "2024/0/10"),
    (
        "time",
        "'-01:00:00'",
        "it is -1:00:00, which is not a time of day",
    ),
    (
        "time",
        "'24:00:00'",
        "it is 24:00:00, which is not a time of day",
    ),
    (
        "time",
        "'838:59:59'",
        "it is 838:59:59, which is not a time of day",
    ),
    (
        "at",
        "'0000-00-00 00:00:00'",
        "it is 0000-00-00, which is not a day",
    ),
    (
        "until",
        "'0000-00-00 00:00:00'",
        "it is 0000-00-00, which is not a day",
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

const OTHER_FORMS: &[(&str, &str, &str)] = &[
    ("day", "2024-5-1", "2024-05-01"),
    ("day", "2024-05-01 00:00:00", "2024-05-01"),
    ("time", "03:00", "03:00:00"),
    ("at", "2024-05-01T03:00:00", "2024-05-01 03:00:00"),
    ("at", "2024-05-01 03:00", "2024-05-01 03:00:00"),
    ("until", "2024-05-01T03:00:00Z", "2024-05-01 03:00:00"),
    ("until", "2024-05-01 03:00:00+02:00", "2024-05-01 01:00:00"),
];

#[database_test(sqlite_memory, sqlite_file)]
async fn a_text_that_does_not_sort_as_a_time_is_refused_with_the_one_that_does(db: TestDb) {
    leases(&db).await;
    let leases = LeaseRepository::new(&*db);
    for (column, text, sorted) in OTHER_FORMS {
        let insert =
            format!("DELETE FROM lease; INSERT INTO lease (id, {column}) VALUES (7, '{text}')");
        db.execute(&insert).await;
        let error = leases.find().all().await.unwrap_err();
        assert!(error.is_decode(), "{text}: {error}");
        let message = error.to_string();
        let start = format!(
            "cannot read column `{column}` of the row with `id` 7 into `Lease::{column}: Option<"
        );
        assert!(message.starts_with(&start), "{message}");
        assert!(
            message.contains(&format!("write all of the column as `{sorted}`")),
            "{message}"
        );
    }
}

/// Rails, Django and `strftime('%f')` write as many digits of a second as they keep, zeros too.
#[database_test(sqlite_memory, sqlite_file)]
async fn zeros_behind_a_time_change_nothing(db: TestDb) {
    leases(&db).await;
    db.execute(
        "INSERT INTO lease (id, time, at, until) VALUES \
         (1, '03:00:00', '2024-05-01 03:00:00', '2024-05-01 03:00:00'), \
         (2, '03:00:00.000', '2024-05-01 03:00:00.000', '2024-05-01 03:00:00.000'), \
         (3, '03:00:00.000000', '2024-05-01 03:00:00.000000', '2024-05-01 03:00:00.000000'), \
         (4, '03:00:00.000000000', '2024-05-01 03:00:00.000000000', '2024-05-01 03:00:00.000000000'), \
         (5, '03:00:00.250', '2024-05-01 03:00:00.250', '2024-05-01 03:00:00.250'), \
         (6, '03:00:00.250000', '2024-05-01 03:00:00.250000', '2024-05-01 03:00:00.250000')",
    )
    .await;
    let rows = LeaseRepository::new(&*db).find().all().await.unwrap();
    for (held, same, others) in [(&rows[1], 1..=4, 5..=6), (&rows[5], 5..=6, 1..=4)] {
        let (time, at, until) = (held.time.unwrap(), held.at.unwrap(), held.until.unwrap());
        let (same, others): (Vec<i64>, Vec<i64>) = (same.collect(), others.collect());
        let is_first = same[0] == 1;
        let (before, behind) = match is_first {
            true => (vec![], others.clone()),
            false => (others.clone(), vec![]),
        };
        let upto: Vec<i64> = before.iter().chain(&same).copied().collect();
        let from: Vec<i64> = same.iter().chain(&behind).copied().collect();
        check(
            &db,
            &same,
            [
                Lease::TIME.eq(time),
                Lease::AT.eq(at),
                Lease::UNTIL.eq(until),
            ],
        )
        .await;
        check(
            &db,
            &others,
            [
                Lease::TIME.ne(time),
                Lease::AT.ne(at),
                Lease::UNTIL.ne(until),
            ],
        )
        .await;
        check(
            &db,
            &before,
            [
                Lease::TIME.lt(time),
                Lease::AT.lt(at),
                Lease::UNTIL.lt(until),
            ],
        )
        .await;
        check(
            &db,
            &upto,
            [
                Lease::TIME.le(time),
                Lease::AT.le(at),
                Lease::UNTIL.le(until),
            ],
        )
        .await;
        check(
            &db,
            &behind,
            [
                Lease::TIME.gt(time),
                Lease::AT.gt(at),
                Lease::UNTIL.gt(until),
            ],
        )
        .await;
        check(
            &db,
            &from,
            [
                Lease::TIME.ge(time),
                Lease::AT.ge(at),
                Lease::UNTIL.ge(until),
            ],
        )
        .await;
        check(
            &db,
            &same,
            [
                Lease::TIME.in_([time]),
                Lease::AT.in_([at]),
                Lease::UNTIL.in_([until]),
            ],
        )
        .await;
        let not_in = [
            Lease::TIME.not_in([time]),
            Lease::AT.not_in([at]),
            Lease::UNTIL.not_in([until]),
        ];
        check(&db, &others, not_in).await;
        let between = [
            Lease::TIME.between(time, time),
            Lease::AT.between(at, at),
            Lease::UNTIL.between(until, until),
        ];
        check(&db, &same, between).await;
        let filter = format!(r#"{{"where": {{"at": "{}"}}}}"#, at.format("%FT%T%.f"));
        let filter = Filter::from_json(&filter).unwrap();
        let found = LeaseRepository::new(&*db).find_with(&filter).await.unwrap();
        assert_eq!(found.len(), same.len());
    }
}

/// Each predicate finds the rows with these ids.
async fn check(db: &TestDb, ids: &[i64], predicates: [Predicate<Lease>; 3]) {
    for predicate in predicates {
        let leases = LeaseRepository::new(&**db);
        let query = leases.find().filter(predicate);
        let shown = format!("{query:?}");
        let found: Vec<i64> = query
            .all()
            .await
            .unwrap()
            .iter()
            .map(|row| row.id)
            .collect();
        assert_eq!(found, ids, "{shown}");
    }
}

/// A page goes on behind a row whose time has zeros that the cursor does not know of.
#[database_test(sqlite_memory, sqlite_file)]
async fn pages_go_on_behind_times_with_zeros(db: TestDb) {
    leases(&db).await;
    for id in 1..=9 {
        let at = format!("2024-05-01 03:00:0{}.{}00000", id / 3, id % 3);
        db.execute(&format!("INSERT INTO lease (id, at) VALUES ({id}, '{at}')"))
            .await;
    }
    let leases = LeaseRepository::new(&*db);
    for order in [Lease::AT.asc(), Lease::AT.desc()] {
        let query = leases.find().order_by(order).limit(2);
        let mut found = Vec::new();
        let mut rows = query.clone().all().await.unwrap();
        while let Some(last) = rows.last() {
            found.extend(rows.iter().map(|row| row.id));
            assert!(found.len() < 20, "{found:?}");
            let cursor = query.cursor_of(last).unwrap();
            rows = query.clone().after(cursor).all().await.unwrap();
        }
        found.sort();
        assert_eq!(found, (1..=9).collect::<Vec<_>>());
    }
}
