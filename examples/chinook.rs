//! Relations over tables that were there before: the Chinook database, a shop for music.
//!
//! `cargo run --example chinook -- path/to/chinook.sqlite`

#![allow(clippy::print_stdout)] // Printing is what the example is for.

#[path = "models/chinook.rs"]
mod models;

use models::{
    Album, Artist, ArtistRepository, Customer, CustomerRepository, Employee, EmployeeRepository,
    Invoice, Playlist, PlaylistRepository, Track,
};
use relations::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    let print_statements = || {
        println!("  ({} statements)\n", statements.swap(0, Ordering::Relaxed));
    };

    println!("Employees, whom they report to, and who reports to them:");
    employees(&db).await?;
    print_statements();
    println!("Customers in Canada, their support representative, and their top three invoices:");
    customers(&db).await?;
    print_statements();
    println!("Artists with most albums, the tracks of these, and their genres:");
    artists(&db).await?;
    print_statements();
    println!("Playlists, how many tracks they have, and the longest two of them:");
    playlists(&db).await?;
    print_statements();
    println!("Artists who have made anything longer than 45 minutes:");
    long_tracks(&db).await?;
    print_statements();
    Ok(())
}

async fn employees(db: &Db) -> relations::Result<()> {
    let employees = EmployeeRepository::new(db)
        .find()
        .include(Employee::MANAGER)
        .include(Employee::REPORTS)
        .all()
        .await?;
    for employee in &employees {
        let manager = employee.manager.as_ref();
        let manager = manager.map_or("nobody", |manager| &manager.first_name);
        println!(
            "  {} {} reports to {manager} and has {} reports",
            employee.first_name,
            employee.last_name,
            employee.reports.len()
        );
    }
    Ok(())
}

async fn customers(db: &Db) -> relations::Result<()> {
    let customers = CustomerRepository::new(db)
        .find()
        .filter(Customer::COUNTRY.eq("Canada"))
        .order_by(Customer::FIRST_NAME.asc())
        .include(Customer::SUPPORT_REP)
        .include(
            Customer::INVOICES.scope(|invoices| invoices.order_by(Invoice::TOTAL.desc()).limit(3)),
        )
        .all()
        .await?;
    for customer in &customers {
        let rep = customer.support_rep.as_ref();
        let rep = rep.map_or("nobody", |rep| &rep.first_name);
        let totals = customer.invoices.iter().map(|invoice| invoice.total);
        let totals: Vec<f64> = totals.collect();
        println!("  {} asks {rep} and paid {totals:?}", customer.first_name);
    }
    Ok(())
}

async fn artists(db: &Db) -> relations::Result<()> {
    let mut artists = ArtistRepository::new(db)
        .find()
        .include(Artist::ALBUMS.include(Album::TRACKS.include(Track::GENRE)))
        .all()
        .await?;
    artists.sort_by_key(|artist| std::cmp::Reverse(artist.albums.len()));
    for artist in artists.iter().take(5) {
        let tracks = artist.albums.iter().flat_map(|album| &album.tracks);
        let genres = tracks.clone().filter_map(|track| track.genre.as_ref());
        let mut genres: Vec<&str> = genres.filter_map(|genre| genre.name.as_deref()).collect();
        genres.sort_unstable();
        genres.dedup();
        println!(
            "  {}: {} albums, {} tracks of {}",
            artist.name.as_deref().unwrap_or("unknown"),
            artist.albums.len(),
            tracks.count(),
            genres.join(", ")
        );
    }
    Ok(())
}

async fn playlists(db: &Db) -> relations::Result<()> {
    let longest = Playlist::TRACKS
        .scope(|tracks| tracks.order_by(Track::MILLISECONDS.desc()).limit(2))
        .counted();
    let playlists = PlaylistRepository::new(db)
        .find()
        .filter(Playlist::TRACKS.exists())
        .include(longest)
        .all()
        .await?;
    for playlist in &playlists {
        let names = playlist.tracks.iter().map(|track| track.name.as_str());
        println!(
            "  {}: {} tracks, {}",
            playlist.name.as_deref().unwrap_or("unnamed"),
            playlist.tracks.count,
            names.collect::<Vec<_>>().join(" and ")
        );
    }
    Ok(())
}

async fn long_tracks(db: &Db) -> relations::Result<()> {
    let is_long = Track::MILLISECONDS.gt(45 * 60 * 1000);
    let artists = ArtistRepository::new(db)
        .find()
        .filter(Artist::ALBUMS.some(Album::TRACKS.some(is_long)))
        .order_by(Artist::NAME.asc())
        .all()
        .await?;
    let names = artists.iter().filter_map(|artist| artist.name.as_deref());
    println!("  {}", names.collect::<Vec<_>>().join(", "));
    Ok(())
}
