use relations::prelude::*;

async fn find(db: &Db, name: &str) {
    let sql = format!("SELECT id FROM supplier WHERE name = '{name}'");
    let _ = db.sql(sql).values::<i64>().await;
}

fn main() {}
