use relations::prelude::*;

async fn count(db: &Db) -> relations::Result<i64> {
    db.sql("SELECT count(*) FROM supplier").get::<i64>().await
}

fn main() {}
