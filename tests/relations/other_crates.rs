//! Models of another crate, two databases, and functions over any model.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Connection, Relation, Repository};
use test_models::{Customer, CustomerRepository, Order, Track, TrackRepository};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_and_belongs_to_many(test_models::Track)]
pub struct Review {
    #[model(id, generated)]
    pub id: i64,
    pub text: String,
    #[belongs_to(test_models::Customer)]
    pub customer_id: i64,
}

type Models = (Customer, Order, Track, Review);

#[database_test]
async fn a_relation_leads_into_another_crate(db: TestDb) {
    db.schema::<Models>().create().await.unwrap();
    let customers = CustomerRepository::new(&*db);
    let freya = customers
        .create(Customer::draft().name("Freya"))
        .await
        .unwrap();
    let reviews = ReviewRepository::new(&*db);
    let draft = Review::draft().text("good").customer_id(freya.id);
    let review = reviews.create(draft).await.unwrap();
    let tracks = TrackRepository::new(&*db);
    let track = tracks
        .create(Track::draft().title("Sunrise"))
        .await
        .unwrap();
    reviews.tracks(&review).link(&track).await.unwrap();
    let row = reviews
        .find()
        .include(Review::CUSTOMER.include(Customer::ORDERS))
        .include(Review::TRACKS)
        .get()
        .await
        .unwrap();
    assert_eq!(
        (&*row.customer.name, row.customer.orders.len()),
        ("Freya", 0)
    );
    assert_eq!(row.tracks[0].title, "Sunrise");
    let of_freya = Review::CUSTOMER.some(Customer::NAME.eq("Freya"));
    assert_eq!(reviews.find().filter(of_freya).count().await.unwrap(), 1);
}

/// Of any model.
async fn count<M: Model>(connection: &impl Connection) -> u64 {
    Repository::<M, _>::new(connection)
        .find()
        .count()
        .await
        .unwrap()
}

/// Of any relation.
async fn with_targets<R: Relation>(relation: R, connection: &impl Connection) -> u64 {
    let sources = Repository::<R::Source, _>::new(connection);
    sources
        .find()
        .filter(relation.exists())
        .count()
        .await
        .unwrap()
}

#[database_test]
async fn functions_take_any_model_on_any_database(db: TestDb) {
    let other = Db::connect("sqlite::memory:").await.unwrap();
    db.schema::<Models>().create().await.unwrap();
    other.schema::<Models>().create().await.unwrap();
    let customers = CustomerRepository::new(&*db);
    let freya = Customer::draft()
        .name("Freya")
        .orders([Order::draft().total(5)]);
    customers.create(freya).await.unwrap();
    let others = CustomerRepository::new(&other);
    others.create(Customer::draft().name("Loki")).await.unwrap();
    others.create(Customer::draft().name("Thor")).await.unwrap();
    assert_eq!(
        (
            count::<Customer>(&*db).await,
            count::<Customer>(&other).await
        ),
        (1, 2)
    );
    assert_eq!(
        (count::<Order>(&*db).await, count::<Order>(&other).await),
        (1, 0)
    );
    assert_eq!(with_targets(Customer::ORDERS, &*db).await, 1);
    assert_eq!(with_targets(Customer::ORDERS, &other).await, 0);
}
