use relations::prelude::*;

struct Name(String);

async fn count(db: &Db, name: Name) {
    let sql = "SELECT count(*) FROM supplier WHERE name = ?";
    let _ = db.sql(sql).bind(name).value::<i64>().await;
}

fn main() {}
