//! The models that several themes work on.

use crate::support::TestDb;
use axum::Router;
use relations::prelude::*;
use relations_rest::Api;
use serde::Serialize;

#[derive(Debug, Clone, Serialize, Model)]
#[has_one(Account)]
#[serde(rename_all = "camelCase")]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub city: Option<String>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub secret: Option<String>,
}

#[derive(Debug, Clone, Serialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub account_manager: String,
    pub balance: Option<i64>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Order)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Line)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub total: i64,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

/// A row with a composite id, which the client gives.
#[derive(Debug, Clone, Serialize, Model)]
pub struct Line {
    #[model(id)]
    #[belongs_to(Order)]
    pub order_id: i64,
    #[model(id)]
    pub number: i64,
    pub text: Option<String>,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Track, through = PlaylistTrack)]
pub struct Playlist {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Model)]
#[has_many(Playlist, through = PlaylistTrack)]
pub struct Track {
    #[model(id, generated)]
    pub id: i64,
    pub title: String,
}

#[derive(Debug, Clone, Serialize, Model)]
pub struct PlaylistTrack {
    #[model(id)]
    #[belongs_to(Playlist)]
    pub playlist_id: i64,
    #[model(id)]
    #[belongs_to(Track)]
    pub track_id: i64,
    pub position: Option<i64>,
}

/// A row with a text id, which the client gives, and a list of keys.
#[derive(Debug, Clone, Serialize, Model)]
pub struct Listener {
    #[model(id)]
    pub name: String,
    pub age: Option<i64>,
    #[references_many(Track)]
    pub favourite_ids: Vec<i64>,
}

pub(crate) async fn tables(db: &TestDb) {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    db.schema::<(Customer, Order, Line)>()
        .create()
        .await
        .unwrap();
    db.schema::<(Playlist, Track, PlaylistTrack, Listener)>()
        .create()
        .await
        .unwrap();
}

/// All of them with their relations.
pub(crate) fn all_routes(db: &Db) -> Router {
    Api::new(db.clone())
        .model::<Supplier>(|suppliers| suppliers.relation(Supplier::ACCOUNT))
        .model::<Account>(|accounts| accounts.relation(Account::SUPPLIER))
        .model::<Customer>(|customers| customers.relation(Customer::ORDERS))
        .model::<Order>(|orders| orders.relation(Order::LINES))
        .model::<Line>(|lines| lines)
        .model::<Playlist>(|playlists| playlists.relation(Playlist::TRACKS))
        .model::<Listener>(|listeners| listeners.relation(Listener::FAVOURITES))
        .router()
}
