#![allow(dead_code)]

use diesel::prelude::*;

mod models;
mod schema;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).expect("a file");
    let mut db = SqliteConnection::establish(&file)?;
    // The calls.
    drop(db);
    Ok(())
}
