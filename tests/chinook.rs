//! A database that was there before us: Chinook, a music shop, <https://github.com/lerocha/chinook-database>.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.
#![cfg(feature = "sqlite")]

#[path = "chinook/reports.rs"]
mod reports;

use relations::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Employee")]
#[has_many(Employee, name = "reports", key_to = "reports_to")]
pub struct Employee {
    #[model(id, column = "EmployeeId")]
    pub id: i64,
    #[model(column = "FirstName")]
    pub first_name: String,
    #[model(column = "LastName")]
    pub last_name: String,
    #[model(column = "Title")]
    pub title: Option<String>,
    #[belongs_to(Employee, name = "manager")]
    #[model(column = "ReportsTo")]
    pub reports_to: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Customer")]
#[has_many(Invoice)]
pub struct Customer {
    #[model(id, column = "CustomerId")]
    pub id: i64,
    #[model(column = "FirstName")]
    pub first_name: String,
    #[model(column = "LastName")]
    pub last_name: String,
    #[model(column = "Company")]
    pub company: Option<String>,
    #[model(column = "Country")]
    pub country: Option<String>,
    #[belongs_to(Employee, name = "support_representative")]
    #[model(column = "SupportRepId")]
    pub support_rep_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Artist")]
#[has_many(Album)]
pub struct Artist {
    #[model(id, column = "ArtistId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Album")]
#[has_many(Track)]
pub struct Album {
    #[model(id, column = "AlbumId")]
    pub id: i64,
    #[model(column = "Title")]
    pub title: String,
    #[belongs_to(Artist)]
    #[model(column = "ArtistId")]
    pub artist_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Track")]
#[has_many(Playlist, through = PlaylistTrack)]
pub struct Track {
    #[model(id, column = "TrackId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: String,
    #[belongs_to(Album)]
    #[model(column = "AlbumId")]
    pub album_id: Option<i64>,
    #[belongs_to(Genre)]
    #[model(column = "GenreId")]
    pub genre_id: Option<i64>,
    #[model(column = "Composer")]
    pub composer: Option<String>,
    #[model(column = "Milliseconds")]
    pub milliseconds: i32,
    #[model(column = "UnitPrice")]
    pub unit_price: f64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Genre")]
pub struct Genre {
    #[model(id, column = "GenreId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Playlist")]
#[has_many(Track, through = PlaylistTrack)]
pub struct Playlist {
    #[model(id, column = "PlaylistId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "PlaylistTrack")]
pub struct PlaylistTrack {
    #[belongs_to(Playlist)]
    #[model(id, column = "PlaylistId")]
    pub playlist_id: i64,
    #[belongs_to(Track)]
    #[model(id, column = "TrackId")]
    pub track_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "Invoice")]
pub struct Invoice {
    #[model(id, column = "InvoiceId")]
    pub id: i64,
    #[belongs_to(Customer)]
    #[model(column = "CustomerId")]
    pub customer_id: i64,
    #[model(column = "Total")]
    pub total: f64,
}

fn path() -> PathBuf {
    let path = match std::env::var_os("RELATIONS_CHINOOK") {
        Some(path) => PathBuf::from(path),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/chinook.sqlite"),
    };
    assert!(
        path.is_file(),
        "{} is not there; set RELATIONS_CHINOOK to the path of Chinook_Sqlite.sqlite",
        path.display()
    );
    path
}

/// The database, and a count of its statements since the last look.
async fn chinook() -> (Db, impl Fn() -> usize) {
    // `immutable`, since the folder cannot be written either.
    let url = format!("sqlite:{}?mode=ro&immutable=true", path().display());
    let db = Db::connect(&url).await.unwrap();
    let statements = Arc::new(Mutex::new(0));
    let seen = statements.clone();
    let db = db.observed(move |_| *seen.lock().unwrap() += 1);
    (db, move || std::mem::take(&mut *statements.lock().unwrap()))
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn counts_are_those_of_the_database() {
    let (db, statements) = chinook().await;
    assert_eq!(
        EmployeeRepository::new(&db).find().count().await.unwrap(),
        8
    );
    assert_eq!(
        CustomerRepository::new(&db).find().count().await.unwrap(),
        59
    );
    assert_eq!(
        ArtistRepository::new(&db).find().count().await.unwrap(),
        275
    );
    assert_eq!(AlbumRepository::new(&db).find().count().await.unwrap(), 347);
    assert_eq!(
        TrackRepository::new(&db).find().count().await.unwrap(),
        3503
    );
    assert_eq!(statements(), 5);
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn employees_know_their_managers() {
    let (db, statements) = chinook().await;
    let employees = EmployeeRepository::new(&db);
    let nested = Employee::MANAGER.include(Employee::MANAGER);
    let rows = employees.find().include(nested).all().await.unwrap();
    assert_eq!(statements(), 3);
    let lines: Vec<(&str, Option<&str>, Option<&str>)> = rows
        .iter()
        .map(|row| {
            let manager = row.manager.as_ref();
            let above = manager.and_then(|manager| manager.manager.as_ref());
            (
                row.first_name.as_str(),
                manager.map(|manager| manager.first_name.as_str()),
                above.map(|above| above.first_name.as_str()),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("Andrew", None, None),
            ("Nancy", Some("Andrew"), None),
            ("Jane", Some("Nancy"), Some("Andrew")),
            ("Margaret", Some("Nancy"), Some("Andrew")),
            ("Steve", Some("Nancy"), Some("Andrew")),
            ("Michael", Some("Andrew"), None),
            ("Robert", Some("Michael"), Some("Andrew")),
            ("Laura", Some("Michael"), Some("Andrew")),
        ]
    );
    assert_eq!(
        employees.manager(3).get().await.unwrap().last_name,
        "Edwards"
    );
    assert_eq!(employees.manager(1).find().await.unwrap(), None);
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn customers_share_their_support_representatives() {
    let (db, statements) = chinook().await;
    let rows = CustomerRepository::new(&db)
        .find()
        .include(Customer::SUPPORT_REPRESENTATIVE)
        .all()
        .await
        .unwrap();
    assert_eq!(statements(), 2);
    let mut counts = std::collections::BTreeMap::new();
    for row in &rows {
        let name = row
            .support_representative
            .as_ref()
            .map(|employee| employee.first_name.clone());
        *counts.entry(name).or_insert(0) += 1;
    }
    let expected = [("Jane", 21), ("Margaret", 20), ("Steve", 18)];
    let counts: Vec<(&str, i32)> = counts
        .iter()
        .map(|(name, count)| (name.as_deref().unwrap(), *count))
        .collect();
    assert_eq!(counts, expected);
    let luis = &rows[0];
    assert_eq!(
        (luis.first_name.as_str(), luis.last_name.as_str()),
        ("Luís", "Gonçalves")
    );
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn a_track_leads_to_its_album_and_artist() {
    let (db, statements) = chinook().await;
    let tracks = TrackRepository::new(&db);
    let first = tracks
        .find_by_id(1)
        .include(Track::ALBUM.include(Album::ARTIST))
        .get()
        .await
        .unwrap();
    assert_eq!(statements(), 1);
    let album = first.album.as_ref().unwrap();
    assert_eq!(first.name, "For Those About To Rock (We Salute You)");
    assert_eq!(
        (album.title.as_str(), album.artist.name.as_deref()),
        ("For Those About To Rock We Salute You", Some("AC/DC"))
    );
    assert_eq!(first.unit_price, 0.99);
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn all_tracks_with_album_and_artist_take_three_statements() {
    let (db, statements) = chinook().await;
    let tracks = TrackRepository::new(&db);
    let rows = tracks
        .find()
        .include(Track::ALBUM.include(Album::ARTIST))
        .all()
        .await
        .unwrap();
    assert_eq!(statements(), 3);
    assert_eq!(rows.len(), 3503);
    let of_iron_maiden = rows.iter().filter(|row| {
        row.album
            .as_ref()
            .is_some_and(|album| album.artist.name.as_deref() == Some("Iron Maiden"))
    });
    assert_eq!(of_iron_maiden.count(), 213);
    let page = tracks
        .find()
        .limit(20)
        .include(Track::ALBUM.include(Album::ARTIST))
        .all()
        .await
        .unwrap();
    assert_eq!(statements(), 1);
    assert_eq!(page, rows[..20]);
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn artists_lead_to_albums_tracks_and_genres_in_four_statements() {
    let (db, statements) = chinook().await;
    let artists = ArtistRepository::new(&db)
        .find()
        .include(Artist::ALBUMS.include(Album::TRACKS.include(Track::GENRE)))
        .all()
        .await
        .unwrap();
    assert_eq!(statements(), 4);
    let albums = artists.iter().flat_map(|artist| &artist.albums);
    assert_eq!(albums.clone().count(), 347);
    let tracks = albums.flat_map(|album| &album.tracks);
    assert_eq!(tracks.clone().count(), 3503);
    let rock = tracks.filter(|track| {
        let genre = track.genre.as_ref();
        genre.is_some_and(|genre| genre.name.as_deref() == Some("Rock"))
    });
    assert_eq!(rock.count(), 1297);
    assert_eq!(
        artists
            .iter()
            .filter(|artist| artist.albums.is_empty())
            .count(),
        71
    );
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn playlists_lead_to_their_tracks_by_links() {
    let (db, statements) = chinook().await;
    let playlists = PlaylistRepository::new(&db);
    let longest = Playlist::TRACKS
        .scope(|tracks| tracks.order_by(Track::MILLISECONDS.desc()).limit(2))
        .counted();
    let rows = playlists.find().include(longest).all().await.unwrap();
    assert_eq!(statements(), 3);
    let counts: Vec<u64> = rows.iter().map(|row| row.tracks.count).collect();
    let expected = [
        3290, 0, 213, 0, 1477, 0, 0, 3290, 1, 213, 39, 75, 25, 25, 25, 15, 26, 1,
    ];
    assert_eq!(counts, expected);
    assert!(
        rows.iter()
            .all(|row| row.tracks.len() as u64 == row.tracks.count.min(2))
    );
    let names: Vec<&str> = rows[2]
        .tracks
        .iter()
        .map(|track| track.name.as_str())
        .collect();
    assert_eq!(names, ["Occupation / Precipice", "Through a Looking Glass"]);

    let all = playlists
        .find()
        .include(Playlist::TRACKS)
        .all()
        .await
        .unwrap();
    assert_eq!(statements(), 2);
    assert_eq!(all.iter().map(|row| row.tracks.len()).sum::<usize>(), 8715);
    let shared = all[7]
        .tracks
        .iter()
        .find(|track| track.id == all[0].tracks[0].id);
    assert!(Arc::ptr_eq(shared.unwrap(), &all[0].tracks[0]));
    assert_eq!(playlists.tracks(3).find().count().await.unwrap(), 213);
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn top_three_invoices_of_each_customer_take_two_statements() {
    let (db, statements) = chinook().await;
    let top =
        Customer::INVOICES.scope(|invoices| invoices.order_by(Invoice::TOTAL.desc()).limit(3));
    let rows = CustomerRepository::new(&db)
        .find()
        .include(top)
        .all()
        .await
        .unwrap();
    assert_eq!(statements(), 2);
    let totals = |row: usize| -> Vec<f64> {
        rows[row]
            .invoices
            .iter()
            .map(|invoice| invoice.total)
            .collect()
    };
    assert_eq!(totals(0), [13.86, 8.91, 5.94]);
    assert!(rows.iter().all(|row| row.invoices.len() == 3));
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn employees_know_who_reports_to_them() {
    let (db, statements) = chinook().await;
    let rows = EmployeeRepository::new(&db)
        .find()
        .include(Employee::REPORTS.include(Employee::REPORTS.count()))
        .all()
        .await
        .unwrap();
    assert_eq!(statements(), 3);
    let reports = rows[0].reports.iter();
    let reports: Vec<(&str, u64)> = reports
        .map(|row| (row.first_name.as_str(), row.reports.count))
        .collect();
    assert_eq!(reports, [("Nancy", 3), ("Michael", 2)]);
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn artists_are_found_by_their_tracks() {
    let (db, statements) = chinook().await;
    let is_long = Track::MILLISECONDS.gt(45 * 60 * 1000);
    let artists = ArtistRepository::new(&db);
    let makers = Artist::ALBUMS.some(Album::TRACKS.some(is_long));
    assert_eq!(artists.find().filter(makers).count().await.unwrap(), 3);
    assert_eq!(
        artists
            .find()
            .filter(!Artist::ALBUMS.exists())
            .count()
            .await
            .unwrap(),
        71
    );
    assert_eq!(statements(), 2);
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn filters_find_what_is_there() {
    let (db, _) = chinook().await;
    let customers = CustomerRepository::new(&db);
    assert_eq!(
        customers
            .find()
            .filter(Customer::COMPANY.is_not_null())
            .count()
            .await
            .unwrap(),
        10
    );
    assert_eq!(
        customers
            .find()
            .filter(Customer::COUNTRY.eq("USA"))
            .count()
            .await
            .unwrap(),
        13
    );
    let tracks = TrackRepository::new(&db);
    let longest = tracks
        .find()
        .order_by(Track::MILLISECONDS.desc())
        .get()
        .await
        .unwrap();
    assert_eq!(longest.name, "Occupation / Precipice");
}

#[tokio::test]
#[ignore = "it needs the file of Chinook: scripts/test"]
async fn nothing_can_be_written() {
    let (db, _) = chinook().await;
    let error = ArtistRepository::new(&db)
        .create(Artist {
            id: 9999,
            name: None,
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), relations::ErrorKind::Database);
}
