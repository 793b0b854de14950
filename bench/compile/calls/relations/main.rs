#![allow(dead_code)]

use relations::prelude::*;

mod models;

#[tokio::main]
async fn main() -> relations::Result<()> {
    let file = std::env::args().nth(1).expect("a file");
    let db = Db::connect(&format!("sqlite:{file}")).await?;
    // The calls.
    drop(db);
    Ok(())
}
