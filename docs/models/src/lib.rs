//! The models that examples in the documentation work on, and the rows that they find there.
//!
//! An example starts with two hidden lines, `use docs_models::*;` and `run(async |db| {`, so that what shows is what it is about.
#![allow(missing_docs)] // The names say it.

pub use relations::prelude::*;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub account_manager: String,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Order)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub city: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub total: i64,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Listener {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    #[references_many(Track)]
    pub favourite_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Track, through = PlaylistTrack)]
#[has_many(Note, discriminator = "about_type")]
pub struct Playlist {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Playlist, through = PlaylistTrack)]
#[has_many(Note, discriminator = "about_type")]
pub struct Track {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct PlaylistTrack {
    #[model(id)]
    #[belongs_to(Playlist)]
    pub playlist_id: i64,
    #[model(id)]
    #[belongs_to(Track)]
    pub track_id: i64,
    pub position: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Note {
    #[model(id, generated)]
    pub id: i64,
    pub text: String,
    pub about_type: String,
    #[belongs_to(About, discriminator = "about_type")]
    pub about_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, PolymorphicModel)]
#[serde(untagged)]
pub enum About {
    Playlist(Playlist),
    Track(Track),
}

/// Runs an example on a database of its own, in memory, which has these rows:
///
/// - the supplier "Thor", whose account "Odin" manages, and the supplier "Loki" without an account
/// - the customer "Freya" of Asgard with orders of 5 and 9, and the customer "Hel" of no city and without orders
/// - the playlist "Morning" with the tracks "Sunrise" and "Coffee", and a note "loud" about "Coffee"
/// - the listener "Sif", whose favourites are "Coffee" and "Sunrise"
///
/// # Panics
/// If the example gives an error.
pub fn run(example: impl AsyncFnOnce(Db) -> relations::Result<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime of one thread");
    let done: relations::Result<()> = runtime.block_on(async {
        let db = Db::connect("sqlite::memory:").await?;
        fill(&db).await?;
        example(db).await
    });
    done.expect("the example gives no error");
}

async fn fill(db: &Db) -> relations::Result<()> {
    db.schema::<(Supplier, Account, Customer, Order)>()
        .create()
        .await?;
    db.schema::<(Listener, Playlist, Track, PlaylistTrack, Note)>()
        .create()
        .await?;

    let odin = Account::draft().account_manager("Odin");
    let suppliers = SupplierRepository::new(db);
    suppliers
        .create(Supplier::draft().name("Thor").account(odin))
        .await?;
    suppliers.create(Supplier::draft().name("Loki")).await?;

    let orders = [5, 9].map(|total| Order::draft().total(total));
    let freya = Customer::draft()
        .name("Freya")
        .city("Asgard")
        .orders(orders);
    let customers = CustomerRepository::new(db);
    customers.create(freya).await?;
    customers.create(Customer::draft().name("Hel")).await?;

    let tracks = ["Sunrise", "Coffee"].map(|title| Track::draft().title(title));
    let playlists = PlaylistRepository::new(db);
    let morning = Playlist::draft().name("Morning").tracks(tracks);
    playlists.create(morning).await?;
    let tracks = TrackRepository::new(db);
    let coffee = tracks
        .find()
        .filter(Track::TITLE.eq("Coffee"))
        .get()
        .await?;
    tracks
        .notes(&coffee)
        .create(Note::draft().text("loud"))
        .await?;

    let sif = Listener::draft().name("Sif").favourite_ids([2, 1]);
    ListenerRepository::new(db).create(sif).await?;
    Ok(())
}
