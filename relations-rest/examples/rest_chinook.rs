//! The music shop Chinook as a server: eight tables that are there already, and what leads from one to another.
//!
//! ```text
//! cargo run -p relations-rest --example rest_chinook -- sqlite:///path/to/chinook.db
//! curl -g 'localhost:3000/artists?filter[limit]=2&filter[include][][relation]=albums'
//! ```
//!
//! The second argument is the address, else `127.0.0.1:3000`. `--openapi sqlite::memory:` writes its OpenAPI document and stops.

#[path = "../../examples/models/chinook.rs"]
mod chinook;

use chinook::{Album, Artist, Customer, Employee, Genre, Invoice, Playlist, PlaylistTrack, Track};
use relations::prelude::*;
use relations_rest::{Api, ExposeRelation};
use serde_json::json;
use std::io::Write;

fn api(db: Db) -> Api {
    Api::new(db)
        .model::<Employee>(|routes| {
            routes
                .relation(Employee::REPORTS)
                .relation(Employee::MANAGER)
        })
        .model::<Customer>(|routes| {
            routes
                .relation(Customer::INVOICES)
                .relation(Customer::SUPPORT_REP.path("support-rep"))
        })
        .model::<Invoice>(|routes| routes.read_only().relation(Invoice::CUSTOMER))
        .model::<Artist>(|routes| routes.relation(Artist::ALBUMS.nest(Album::TRACKS)))
        .model::<Album>(|routes| routes.relation(Album::TRACKS).relation(Album::ARTIST))
        .model::<Genre>(|routes| routes)
        .model::<Track>(|routes| {
            let routes = routes.relation(Track::PLAYLISTS).relation(Track::ALBUM);
            routes.includable([Track::GENRE])
        })
        .model::<Playlist>(|routes| routes.relation(Playlist::TRACKS))
        .model::<PlaylistTrack>(|routes| routes)
        .info("Chinook", "1.0.0")
        .about("description", "A shop of music.")
        .about("license", json!({"name": "MIT", "identifier": "MIT"}))
        .about(
            "contact",
            json!({"name": "The project", "url": "https://docs.rs/relations-rest"}),
        )
        .openapi_at("/openapi.json")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, arguments): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let url = arguments
        .first()
        .ok_or("the URL of the database is missing")?;
    let address = arguments.get(1).map_or("127.0.0.1:3000", String::as_str);
    let api = api(Db::connect(url).await?);
    if flags.iter().any(|flag| flag == "--openapi") {
        let document = api.openapi().to_json_pretty()?;
        return Ok(writeln!(std::io::stdout(), "{document}")?);
    }
    let listener = tokio::net::TcpListener::bind(address).await?;
    eprintln!("http://{} answers", listener.local_addr()?);
    Ok(axum::serve(listener, api.router()).await?)
}
