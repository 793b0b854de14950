//! The tables of Chinook that the examples use.

#![allow(missing_docs)] // The fields say what they are.
#![allow(unreachable_pub)] // Models are public, as they are in a crate of models.

use relations::prelude::*;
use serde::Serialize;

/// Someone who works for the shop.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Employee")]
#[has_many(Employee, name = "reports", key_to = "reports_to")]
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
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Customer")]
#[has_many(Invoice)]
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

/// What was sold at once.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Invoice")]
pub struct Invoice {
    #[model(id, column = "InvoiceId")]
    pub id: i64,
    #[model(column = "Total")]
    pub total: f64,
    #[model(column = "CustomerId")]
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

/// Who made an album.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Artist")]
#[has_many(Album)]
pub struct Artist {
    #[model(id, column = "ArtistId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: Option<String>,
}

/// Tracks that were published together.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Album")]
#[has_many(Track)]
pub struct Album {
    #[model(id, column = "AlbumId")]
    pub id: i64,
    #[model(column = "Title")]
    pub title: String,
    #[model(column = "ArtistId")]
    #[belongs_to(Artist)]
    pub artist_id: i64,
}

/// A kind of music.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Genre")]
pub struct Genre {
    #[model(id, column = "GenreId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: Option<String>,
}

/// A piece of music.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Track")]
#[has_many(Playlist, through = PlaylistTrack)]
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
    #[model(column = "GenreId")]
    #[belongs_to(Genre)]
    pub genre_id: Option<i64>,
}

/// Tracks that someone likes to hear together.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "Playlist")]
#[has_many(Track, through = PlaylistTrack)]
pub struct Playlist {
    #[model(id, column = "PlaylistId")]
    pub id: i64,
    #[model(column = "Name")]
    pub name: Option<String>,
}

/// That a track is on a playlist.
#[derive(Debug, Clone, Model, Serialize)]
#[model(table = "PlaylistTrack")]
pub struct PlaylistTrack {
    #[model(id, column = "PlaylistId")]
    #[belongs_to(Playlist)]
    pub playlist_id: i64,
    #[model(id, column = "TrackId")]
    #[belongs_to(Track)]
    pub track_id: i64,
}
