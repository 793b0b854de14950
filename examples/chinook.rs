//! Relations over tables that were there before: the Chinook database, a shop for music.
//!
//! `cargo run --example chinook -- path/to/chinook.sqlite`

#![allow(missing_docs)] // The fields say what they are.
#![allow(clippy::print_stdout)] // Printing is what the example is for.

use relations::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Someone who works for the shop.
#[derive(Debug, Clone, Model)]
#[model(table = "Employee")]
pub struct Employee {
    #[model(id, column = "EmployeeId")]
    pub id: i64,
    #[model(column = "FirstName")]
    pub first_name: String,
    #[model(column = "LastName")]
    pub last_name: String,
    #[model(column = "ReportsTo")]
    #[belongs_to(Employee, name = "manager")]
    pub reports_to: Option<i64>,
}

/// Someone who buys there.
#[derive(Debug, Clone, Model)]
#[model(table = "Customer")]
pub struct Customer {
    #[model(id, column = "CustomerId")]
    pub id: i64,
    #[model(column = "FirstName")]
    pub first_name: String,
    #[model(column = "Country")]
    pub country: Option<String>,
    #[model(column = "SupportRepId")]
    #[belongs_to(Employee, name = "support_rep")]
    pub support_rep_id: Option<i64>,
}

/// Who made an album.
#[derive(Debug, Clone, Model)]
#[model(table = "Artist")]
pub struct Artist {
    #[model(id, column = "ArtistId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: Option<String>,
}

/// Tracks that were published together.
#[derive(Debug, Clone, Model)]
#[model(table = "Album")]
pub struct Album {
    #[model(id, column = "AlbumId")]
    pub id: i64,
    #[model(column = "Title")]
    pub title: String,
    #[model(column = "ArtistId")]
    #[belongs_to(Artist)]
    pub artist_id: i64,
}

/// A piece of music.
#[derive(Debug, Clone, Model)]
#[model(table = "Track")]
pub struct Track {
    #[model(id, column = "TrackId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: String,
    #[model(column = "Milliseconds")]
    pub milliseconds: i64,
    #[model(column = "AlbumId")]
    #[belongs_to(Album)]
    pub album_id: Option<i64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("give the path of the Chinook SQLite file")?;
    let statements = Arc::new(AtomicUsize::new(0));
    let counter = statements.clone();
    let db = Db::connect(&format!("sqlite:{path}?mode=ro")).await?;
    let db = db.observed(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });

    println!("Employees and whom they report to:");
    let employees = EmployeeRepository::new(&db)
        .find()
        .include(Employee::MANAGER)
        .all()
        .await?;
    for employee in &employees {
        let manager = employee
            .manager
            .as_ref()
            .map_or("nobody", |manager| &manager.first_name);
        println!(
            "  {} {} reports to {manager}",
            employee.first_name, employee.last_name
        );
    }
    println!("  ({} statements)", statements.swap(0, Ordering::Relaxed));

    println!("\nCustomers in Canada, with their support representative:");
    let customers = CustomerRepository::new(&db)
        .find()
        .filter(Customer::COUNTRY.eq("Canada"))
        .order_by(Customer::FIRST_NAME.asc())
        .include(Customer::SUPPORT_REP)
        .all()
        .await?;
    for customer in &customers {
        let rep = customer
            .support_rep
            .as_ref()
            .map_or("nobody", |rep| &rep.first_name);
        println!("  {} asks {rep}", customer.first_name);
    }
    println!("  ({} statements)", statements.swap(0, Ordering::Relaxed));

    println!("\nAll tracks with album and artist, the longest ten of them:");
    let mut tracks = TrackRepository::new(&db)
        .find()
        .order_by(Track::MILLISECONDS.desc())
        .include(Track::ALBUM.include(Album::ARTIST))
        .all()
        .await?;
    let count = tracks.len();
    tracks.truncate(10);
    for track in &tracks {
        let Some(album) = &track.album else { continue };
        let artist = album.artist.name.as_deref().unwrap_or("unknown");
        println!("  {} from {} by {artist}", track.name, album.title);
    }
    println!(
        "  ({count} tracks, {} statements)",
        statements.swap(0, Ordering::Relaxed)
    );
    Ok(())
}
