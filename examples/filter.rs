//! LoopBack's filter at run time, on the Chinook database: prints what it finds as JSON, and the statements it took.
//!
//! ```text
//! cargo run --example filter -- path/to/chinook.sqlite artist '{"where": {"name": {"like": "A%"}}, "include": ["albums"]}'
//! cargo run --example filter -- path/to/chinook.sqlite customer 'filter[limit]=2&filter[include][]=invoices'
//! ```

#![allow(clippy::print_stdout)] // Printing is what the example is for.

#[path = "models/chinook.rs"]
mod models;

use models::{
    AlbumRepository, ArtistRepository, CustomerRepository, EmployeeRepository, InvoiceRepository,
    PlaylistRepository, TrackRepository,
};
use relations::prelude::*;
use relations::{Filter, Repository};
use serde::Serialize;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, model, filter] = arguments.as_slice() else {
        return Err(
            "give the path of the Chinook SQLite file, a model such as `artist`, and a filter"
                .into(),
        );
    };
    let db = Db::connect(&format!("sqlite:{path}?mode=ro")).await?;
    let db = db.observed(|event| println!("{}", event.sql));
    let printed = match model.as_str() {
        "album" => print(&AlbumRepository::new(&db), filter).await,
        "artist" => print(&ArtistRepository::new(&db), filter).await,
        "customer" => print(&CustomerRepository::new(&db), filter).await,
        "employee" => print(&EmployeeRepository::new(&db), filter).await,
        "invoice" => print(&InvoiceRepository::new(&db), filter).await,
        "playlist" => print(&PlaylistRepository::new(&db), filter).await,
        "track" => print(&TrackRepository::new(&db), filter).await,
        other => return Err(format!("there is no model `{other}`").into()),
    };
    match printed {
        Err(error) if error.is_invalid_filter() => {
            for problem in error.problems() {
                println!("{} ({})", problem, problem.code());
            }
            Err("the filter is invalid, and no statement ran".into())
        }
        printed => Ok(printed?),
    }
}

/// Finds rows by a filter, which is JSON or stands in brackets.
async fn print<M: Model + Serialize>(
    repository: &Repository<M, &Db>,
    filter: &str,
) -> relations::Result<()> {
    let filter: Filter<M> = match filter.starts_with("filter") {
        true => Filter::from_query(filter)?,
        false => filter.parse()?,
    };
    let rows = repository.find_with(filter).await?;
    let json = serde_json::to_string_pretty(&rows).expect("every model serialises");
    println!("{json}");
    Ok(())
}
