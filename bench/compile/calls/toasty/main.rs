#![allow(dead_code)]

mod models;

#[tokio::main]
async fn main() -> toasty::Result<()> {
    let file = std::env::args().nth(1).expect("a file");
    let mut db = toasty::Db::builder()
        .models(toasty::models!(crate::*))
        .connect(&format!("sqlite:{file}"))
        .await?;
    // The calls.
    drop(db);
    Ok(())
}
