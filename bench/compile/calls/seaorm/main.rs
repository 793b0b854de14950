#![allow(dead_code)]

use sea_orm::{Database, DbErr};

mod models;

#[tokio::main]
async fn main() -> Result<(), DbErr> {
    let file = std::env::args().nth(1).expect("a file");
    let db = Database::connect(format!("sqlite:{file}")).await?;
    // The calls.
    drop(db);
    Ok(())
}
