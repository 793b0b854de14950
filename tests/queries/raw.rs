//! Statements in the user's own words.

use crate::support::{Sql, TestDb, database_test};
use chrono::{DateTime, NaiveDate, Utc};
use relations::query::{AssertSqlSafe, FromRow};
use relations::{Dialect, ErrorKind, prelude::*};
use sea_query::{Expr, ExprTrait, Query};

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Invoice {
    #[model(id, generated)]
    pub id: i64,
    pub country: String,
    pub total: i32,
    #[model(column = "paidAt")]
    pub paid_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, FromRow)]
struct Revenue {
    country: String,
    #[model(column = "how_many")]
    count: i64,
    last: Option<DateTime<Utc>>,
}

async fn invoices(db: &TestDb) -> Vec<Invoice> {
    db.schema::<Invoice>().create().await.unwrap();
    let drafts = [("NO", 10), ("SE", 20), ("NO", 30)].map(|(country, total)| {
        let paid = (total > 10).then(|| {
            day(total as u32 - 10)
                .and_hms_opt(6, 0, 0)
                .unwrap()
                .and_utc()
        });
        Invoice::draft().country(country).total(total).paid_at(paid)
    });
    let invoices = InvoiceRepository::new(&**db);
    invoices.create_all(drafts).await.unwrap()
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, day).unwrap()
}

/// The text with placeholders of the database: `?1` is `$1` on PostgreSQL, and `?` on MySQL.
fn text(db: &TestDb, sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(match db.dialect() {
        Dialect::Sqlite => sql.to_owned(),
        Dialect::Postgres => sql.replace('?', "$"),
        _ => (1..=3).fold(sql.replace('"', "`"), |sql, n| {
            sql.replace(&format!("?{n}"), "?")
        }),
    })
}

#[database_test]
async fn rows_are_read_into_models_by_name(db: TestDb) {
    let stored = invoices(&db).await;
    let sql = text(
        &db,
        r#"SELECT 1 AS more, total, "paidAt", id, country FROM invoice WHERE country = ?1 ORDER BY id"#,
    );
    let found: Vec<Invoice> = db.sql(sql.clone()).bind("NO").all().await.unwrap();
    assert_eq!(found, [stored[0].clone(), stored[2].clone()]);
    let first: Option<Invoice> = db.sql(sql.clone()).bind("NO").first().await.unwrap();
    assert_eq!(first.as_ref(), Some(&stored[0]));
    assert_eq!(
        db.sql(sql.clone())
            .bind("FI")
            .first::<Invoice>()
            .await
            .unwrap(),
        None
    );
    let error = db.sql(sql).bind("FI").get::<Invoice>().await.unwrap_err();
    assert_eq!(
        (error.kind(), &*error.to_string()),
        (ErrorKind::NotFound, "the statement gives no row")
    );
}

#[database_test]
async fn rows_are_read_into_structs_and_tuples(db: TestDb) {
    let stored = invoices(&db).await;
    let sql = text(
        &db,
        r#"SELECT country, max("paidAt") AS last, count(*) AS how_many FROM invoice GROUP BY country ORDER BY country"#,
    );
    let revenues: Vec<Revenue> = db.sql(sql).all().await.unwrap();
    let revenue = |country: &str, count, last| Revenue {
        country: country.to_owned(),
        count,
        last,
    };
    assert_eq!(
        revenues,
        [
            revenue("NO", 2, stored[2].paid_at),
            revenue("SE", 1, stored[1].paid_at)
        ]
    );
    let sql = "SELECT id, country, total FROM invoice ORDER BY id DESC";
    let rows: Vec<(i64, String, i32)> = db.sql(sql).all().await.unwrap();
    assert_eq!(rows[0], (stored[2].id, "NO".to_owned(), 30));
    let ids: Vec<i64> = db
        .sql("SELECT id FROM invoice ORDER BY id")
        .values()
        .await
        .unwrap();
    assert_eq!(
        ids,
        stored.iter().map(|invoice| invoice.id).collect::<Vec<_>>()
    );
    let count: i64 = db
        .sql("SELECT count(*) FROM invoice")
        .value()
        .await
        .unwrap();
    assert_eq!(count, 3);
}

#[database_test]
async fn values_of_all_types_are_bound(db: TestDb) {
    let stored = invoices(&db).await;
    let sql = text(
        &db,
        r#"SELECT id FROM invoice WHERE "paidAt" = ?1 AND total > ?2 AND country = ?3"#,
    );
    let found = db
        .sql(sql)
        .bind(stored[1].paid_at.unwrap())
        .bind(19)
        .bind("SE".to_owned());
    assert_eq!(found.values::<i64>().await.unwrap(), [stored[1].id]);
    let list = Sql::Each {
        sqlite: "SELECT id FROM invoice WHERE total IN (SELECT value FROM json_each(?)) ORDER BY id",
        postgres: "SELECT id FROM invoice WHERE total = ANY($1) ORDER BY id",
        mysql: "SELECT id FROM invoice WHERE total IN \
            (SELECT one FROM JSON_TABLE(?, '$[*]' COLUMNS (one INT PATH '$')) AS list) ORDER BY id",
    };
    let list = AssertSqlSafe(list.of(db.dialect()));
    let found = db
        .sql(list)
        .bind(vec![10, 30])
        .values::<i64>()
        .await
        .unwrap();
    assert_eq!(found, [stored[0].id, stored[2].id]);
}

#[database_test]
async fn writes_say_how_many_rows_and_take_part_in_transactions(db: TestDb) {
    invoices(&db).await;
    let rise = text(
        &db,
        "UPDATE invoice SET total = total + ?1 WHERE country = ?2",
    );
    assert_eq!(
        db.sql(rise.clone())
            .bind(1)
            .bind("NO")
            .execute()
            .await
            .unwrap(),
        2
    );
    let sum = || {
        db.sql("SELECT CAST(sum(total) AS CHAR(9)) FROM invoice")
            .value::<String>()
    };
    assert_eq!(sum().await.unwrap().trim(), "62");
    let undone = db.transaction(async |tx| {
        assert_eq!(
            tx.sql(rise.clone()).bind(100).bind("SE").execute().await?,
            1
        );
        let inside: String = tx
            .sql("SELECT CAST(sum(total) AS CHAR(9)) FROM invoice")
            .value()
            .await?;
        assert_eq!(inside.trim(), "162");
        tx.sql("SELECT x FROM nowhere").execute().await.map(drop)
    });
    assert!(undone.await.is_err());
    assert_eq!(sum().await.unwrap().trim(), "62");
}

#[database_test]
async fn a_snapshot_takes_what_reads(db: TestDb) {
    invoices(&db).await;
    let counted = db.snapshot().transaction(async |tx| {
        let count: i64 = tx.sql("  select count(*) from invoice").value().await?;
        let with: i64 = tx
            .sql("WITH deleted AS (SELECT 1 AS one) SELECT one FROM deleted")
            .value()
            .await?;
        let write = tx.sql("DELETE FROM invoice").execute().await;
        Ok::<_, relations::Error>((count, with, write.is_err()))
    });
    assert_eq!(counted.await.unwrap(), (3, 1, true));
    let left: i64 = db
        .sql("SELECT count(*) FROM invoice")
        .value()
        .await
        .unwrap();
    assert_eq!(left, 3);
}

#[database_test]
async fn statements_of_sea_query_run_as_they_are(db: TestDb) {
    let stored = invoices(&db).await;
    let mut select = Query::select();
    select
        .columns(["id", "country", "total", "paidAt"])
        .from("invoice");
    select
        .and_where(Expr::col("total").gt(15))
        .order_by("id", sea_query::Order::Desc);
    let found: Vec<Invoice> = db.sql(&select).all().await.unwrap();
    assert_eq!(found, [stored[2].clone(), stored[1].clone()]);
    let mut delete = Query::delete();
    delete
        .from_table("invoice")
        .and_where(Expr::col("country").eq("NO"));
    assert_eq!(db.sql(delete).execute().await.unwrap(), 2);
}

#[database_test]
async fn what_does_not_fit_is_said(db: TestDb) {
    let stored = invoices(&db).await;
    let error = db
        .sql("SELECT id, total FROM invoice")
        .all::<Invoice>()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), &*error.to_string()),
        (
            ErrorKind::Decode,
            "cannot read a row into `Invoice`: the statement gives no column `country`; it gives `id`, `total`"
        )
    );
    let sql = text(
        &db,
        r#"SELECT id, total AS id, total, country, "paidAt" FROM invoice"#,
    );
    let error = db.sql(sql).all::<Invoice>().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read a row into `Invoice`: the statement gives several columns `id`\n\
         help: give all but one another name by AS"
    );
    let error = db
        .sql("SELECT id, NULL FROM invoice")
        .all::<(i64, String)>()
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with(": it is NULL, and the field is not an `Option`"),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("cannot read a row into `(i64, String)`: column `"),
        "{error}"
    );
    let error = db
        .sql("SELECT id FROM invoice")
        .all::<(i64, i64)>()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read a row into `(i64, i64)`: the statement gives only `id`"
    );
    let sql = text(
        &db,
        "SELECT country, count(*) AS how_many, NULL AS last FROM invoice WHERE id = ?1 GROUP BY country",
    );
    let row: Revenue = db.sql(sql).bind(stored[0].id).get().await.unwrap();
    assert_eq!(row.last, None);
    // A value that is missing is not taken for NULL.
    let sql = text(&db, "SELECT id FROM invoice WHERE id = ?1");
    let error = db.sql(sql).all::<(i64,)>().await.unwrap_err();
    assert!(!error.to_string().is_empty());
    // What the database says of the statement.
    let error = db.sql("SELECT x FROM nowhere").execute().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[database_test]
async fn a_sum_of_integers_is_read_as_an_integer(db: TestDb) {
    invoices(&db).await;
    let sums = db.sql("SELECT sum(total), sum(id + 0), sum(-total) FROM invoice");
    let (totals, ids, negative): (i64, i64, i64) = sums.get().await.unwrap();
    assert_eq!((totals, negative), (60, -60));
    let invoices = InvoiceRepository::new(&*db);
    let all = invoices.find().all().await.unwrap();
    assert_eq!(ids, all.iter().map(|invoice| invoice.id).sum::<i64>());
    // NUMERIC on PostgreSQL, DECIMAL on MySQL: whatever is no `i64` is an error, and never cut.
    for (number, read) in [
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("10000", Some(10_000)),
        ("1.5", None),
        ("0.0", Some(0)),
    ] {
        if db.dialect() == Dialect::Sqlite {
            break;
        }
        let sql = AssertSqlSafe(format!("SELECT CAST({number} AS DECIMAL(30, 2)) AS n"));
        let found = db.sql(sql).get::<(i64,)>().await;
        match read {
            Some(read) => assert_eq!(found.unwrap().0, read),
            None => assert_eq!(found.unwrap_err().kind(), ErrorKind::Decode),
        }
    }
    let text = text(&db, "SELECT country FROM invoice");
    assert!(db.sql(text).all::<(i64,)>().await.is_err());
}

#[database_test]
async fn the_debug_form_shows_no_values(db: TestDb) {
    let query = db.sql("SELECT 1").bind("secret");
    assert_eq!(
        format!("{query:?}"),
        r#"SqlQuery { sql: Ok("SELECT 1"), .. }"#
    );
}
