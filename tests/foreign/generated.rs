//! What the database makes is never written.

use crate::support::{TestDb, database_test};
use relations::{Json, prelude::*};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Line {
    #[model(id)]
    id: i64,
    qty: i64,
    price: i64,
    #[model(generated)]
    total: i64,
}

/// A table whose total the database computes.
async fn lines(db: &TestDb) -> LineRepository<&relations::Db> {
    db.execute(
        "CREATE TABLE line (id BIGINT PRIMARY KEY, qty BIGINT NOT NULL, price BIGINT NOT NULL, \
         total BIGINT GENERATED ALWAYS AS (qty * price) STORED)",
    )
    .await;
    LineRepository::new(&**db)
}

#[database_test]
async fn a_row_as_read_can_be_replaced(db: TestDb) {
    let lines = lines(&db).await;
    let draft = Line::draft().id(1).qty(2).price(3);
    let mut line = lines.create(draft).await.unwrap();
    assert_eq!(line.total, 6);
    line.qty = 4;
    lines.replace(line.clone()).await.unwrap();
    assert_eq!(lines.find_by_id(1).get().await.unwrap().total, 12);
    // JSON too, where the computed value may be left out.
    line.qty = 5;
    let json = serde_json::to_value(&line).unwrap();
    lines.replace(Json(json)).await.unwrap();
    assert_eq!(lines.find_by_id(1).get().await.unwrap().total, 15);
    let json = r#"{"id": 1, "qty": 6, "price": 3}"#;
    lines.replace(Json(json)).await.unwrap();
    assert_eq!(lines.find_by_id(1).get().await.unwrap().total, 18);
}
