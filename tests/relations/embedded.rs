//! Rows that are kept as JSON within a row of another model.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{ErrorKind, Json, Missing};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    #[model(json)]
    #[embeds_many(Address)]
    pub addresses: Vec<Address>,
    #[model(json)]
    #[embeds_many(Label, name = "tags")]
    pub labels: Option<Vec<Label>>,
    #[model(json)]
    #[embeds_one(Passport)]
    pub passport: Option<Passport>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    #[model(id, generated)]
    pub id: i64,
    pub city_name: String,
    pub zip: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
pub struct Label {
    #[model(id)]
    pub word: String,
    #[model(default = "1")]
    pub weight: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
pub struct Passport {
    #[model(id)]
    pub number: String,
    #[model(default_with = norway)]
    pub country: String,
}

fn norway() -> String {
    "NO".to_owned()
}

/// Thor, whose addresses are in Oslo and Bergen, and Odin, who has none.
async fn stored(db: &TestDb) -> (CustomerRepository<&Db>, Customer, Customer) {
    db.schema::<Customer>().create().await.unwrap();
    let customers = CustomerRepository::new(&**db);
    let drafts = ["Thor", "Odin"].map(|name| Customer::draft().name(name).addresses(vec![]));
    let mut rows = customers.create_all(drafts).await.unwrap();
    let (odin, thor) = (rows.pop().unwrap(), rows.pop().unwrap());
    for city in ["Oslo", "Bergen"] {
        let draft = Address::draft().city_name(city);
        customers.addresses(&thor).create(draft).await.unwrap();
    }
    (customers, thor, odin)
}

fn cities(addresses: &[Address]) -> Vec<(i64, &str)> {
    let cities = addresses.iter();
    cities
        .map(|address| (address.id, address.city_name.as_str()))
        .collect()
}

#[database_test]
async fn rows_are_created_and_found_within_theirs(db: TestDb) {
    let (customers, thor, odin) = stored(&db).await;
    let addresses = customers.addresses(&thor);
    let all = addresses.find().await.unwrap();
    assert_eq!(cities(&all), [(1, "Oslo"), (2, "Bergen")]);
    assert_eq!(
        addresses.find_by_id(2).await.unwrap().unwrap().city_name,
        "Bergen"
    );
    assert_eq!(addresses.find_by_id(3).await.unwrap(), None);
    assert_eq!(addresses.count().await.unwrap(), 2);
    assert_eq!(customers.addresses(odin.id).count().await.unwrap(), 0);
    // They are a property of the row like any other, in JSON too, and filters look inside.
    let row = customers.get_by_id(thor.id).await.unwrap();
    assert_eq!(row.addresses, all);
    let graphs = customers
        .find_with(r#"{"where": {"name": "Thor"}}"#)
        .await
        .unwrap();
    let json = serde_json::to_value(&graphs).unwrap();
    assert_eq!(json[0]["addresses"][1]["cityName"], "Bergen");
    // The list that is not there yet.
    let tags = customers.tags(&thor);
    assert_eq!(tags.find().await.unwrap(), []);
    tags.create(Label::draft().word("god").weight(3))
        .await
        .unwrap();
    assert_eq!(
        customers
            .get_by_id(thor.id)
            .await
            .unwrap()
            .labels
            .unwrap()
            .len(),
        1
    );
}

#[database_test]
async fn ids_are_the_greatest_and_one(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let addresses = customers.addresses(&thor);
    let far = Address::draft().city_name("Tromsø").with_id(70);
    assert_eq!(addresses.create(far).await.unwrap().id, 70);
    assert_eq!(addresses.delete_by_id(1).await.unwrap(), 1);
    let next = addresses
        .create(Address::draft().city_name("Bodø").zip("8001"))
        .await
        .unwrap();
    assert_eq!((next.id, next.zip.as_deref()), (71, Some("8001")));
    let json = addresses
        .create(Json(r#"{"cityName": "Moss"}"#))
        .await
        .unwrap();
    assert_eq!((json.id, json.zip), (72, None));
    let all = addresses.find().await.unwrap();
    assert_eq!(
        cities(&all),
        [(2, "Bergen"), (70, "Tromsø"), (71, "Bodø"), (72, "Moss")]
    );
}

#[database_test]
async fn what_is_wrong_is_refused(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let addresses = customers.addresses(&thor);
    let again = Address::draft().city_name("Oslo").with_id(2);
    let error = addresses.create(again).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.model(), Some("Address"));
    let twice = vec![
        Address {
            id: 1,
            city_name: "A".into(),
            zip: None
        };
        2
    ];
    assert!(addresses.set(twice).await.unwrap_err().is_already_exists());
    let error = addresses.get_by_id(9).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        (error.model(), error.missing()),
        (Some("Address"), Some(Missing::Target))
    );
    assert_eq!(
        error.to_string(),
        "`Customer.addresses`: no `Address` has `id` 9"
    );
    let error = customers.addresses(99).find().await.unwrap_err();
    assert_eq!(
        (error.model(), error.missing()),
        (Some("Customer"), Some(Missing::Source))
    );
    let error = customers
        .addresses(99)
        .create(Address::draft().city_name("A"))
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    let error = addresses
        .patch_by_id(1, Address::patch())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EmptyPatch);
    let error = addresses
        .create(Json(r#"{"cityName": 7}"#))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    let computed = Address::patch().city_name(Address::CITY_NAME.lower());
    let error = addresses.patch_by_id(1, computed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    // The database would make it, but not within a row.
    let error = customers
        .tags(&thor)
        .create(Label::draft().word("god"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(
        cities(&addresses.find().await.unwrap()),
        [(1, "Oslo"), (2, "Bergen")]
    );
}

#[database_test]
async fn rows_are_changed_replaced_and_removed(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let addresses = customers.addresses(&thor);
    let patch = Address::patch().zip("0150");
    assert_eq!(addresses.patch_by_id(1, patch.clone()).await.unwrap(), 1);
    assert_eq!(addresses.patch_by_id(9, patch).await.unwrap(), 0);
    let oslo = addresses.get_by_id(1).await.unwrap();
    assert_eq!(
        (&*oslo.city_name, oslo.zip.as_deref()),
        ("Oslo", Some("0150"))
    );
    let json = Json(r#"{"zip": null}"#);
    assert_eq!(addresses.patch_by_id(1, json).await.unwrap(), 1);
    assert_eq!(addresses.get_by_id(1).await.unwrap().zip, None);
    let moved = Address {
        id: 2,
        city_name: "Voss".to_owned(),
        zip: None,
    };
    assert_eq!(addresses.replace(moved.clone()).await.unwrap(), 1);
    assert_eq!(
        addresses.replace(Address { id: 9, ..moved }).await.unwrap(),
        0
    );
    assert_eq!(
        cities(&addresses.find().await.unwrap()),
        [(1, "Oslo"), (2, "Voss")]
    );
    assert_eq!(addresses.delete_by_id(1).await.unwrap(), 1);
    assert_eq!(addresses.delete_by_id(1).await.unwrap(), 0);
    addresses.set([oslo.clone()]).await.unwrap();
    assert_eq!(addresses.find().await.unwrap(), [oslo]);
    assert_eq!(addresses.delete_all().await.unwrap(), 1);
    assert_eq!(customers.get_by_id(thor.id).await.unwrap().addresses, []);
}

#[database_test]
async fn of_one_row_there_is_one(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let passport = customers.passport(&thor);
    assert_eq!(passport.find().await.unwrap(), None);
    let error = passport.get().await.unwrap_err();
    assert_eq!(
        (error.model(), error.missing()),
        (Some("Passport"), Some(Missing::Target))
    );
    assert_eq!(
        passport
            .patch(Passport::patch().country("SE"))
            .await
            .unwrap(),
        0
    );
    let made = passport
        .create(Passport::draft().number("A1"))
        .await
        .unwrap();
    assert_eq!(made.country, "NO");
    let error = passport
        .create(Passport::draft().number("B2"))
        .await
        .unwrap_err();
    assert!(error.is_already_exists());
    assert_eq!(
        passport
            .patch(Passport::patch().country("SE"))
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        passport.get().await.unwrap(),
        Passport {
            number: "A1".into(),
            country: "SE".into()
        }
    );
    passport.set(Passport::draft().number("B2")).await.unwrap();
    assert_eq!(
        customers
            .get_by_id(thor.id)
            .await
            .unwrap()
            .passport
            .unwrap()
            .number,
        "B2"
    );
    assert_eq!(passport.delete().await.unwrap(), 1);
    assert_eq!(passport.delete().await.unwrap(), 0);
    assert_eq!(customers.get_by_id(thor.id).await.unwrap().passport, None);
}

#[database_test]
async fn callers_at_once_lose_nothing(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..16 {
        let (db, id) = (db.clone(), thor.id);
        tasks.spawn(async move {
            let customers = CustomerRepository::new(&db);
            let draft = Address::draft().city_name(format!("city {number}"));
            customers.addresses(id).create(draft).await.unwrap();
        });
    }
    tasks.join_all().await;
    let all = customers.addresses(&thor).find().await.unwrap();
    let ids: Vec<i64> = all.iter().map(|address| address.id).collect();
    assert_eq!(ids, (1..=18).collect::<Vec<_>>());
}

#[database_test]
async fn a_transaction_takes_them_back(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let id = thor.id;
    let result = db
        .transaction(async |tx| {
            let customers = CustomerRepository::new(&tx);
            customers.addresses(id).delete_all().await?;
            customers.addresses(id).get_by_id(1).await
        })
        .await;
    assert!(result.unwrap_err().is_not_found());
    assert_eq!(customers.addresses(&thor).count().await.unwrap(), 2);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
pub struct Place {
    #[model(id)]
    pub id: i64,
    pub height: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
pub struct Tour {
    #[model(id)]
    pub id: i64,
    #[model(json)]
    #[embeds_many(Place)]
    pub places: Vec<Place>,
}

#[database_test]
async fn a_value_that_json_cannot_hold_is_not_written(db: TestDb) {
    db.schema::<Tour>().create().await.unwrap();
    let tours = TourRepository::new(&*db);
    tours
        .create(Tour {
            id: 1,
            places: vec![],
        })
        .await
        .unwrap();
    let places = tours.places(1);
    for height in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = places.create(Place { id: 1, height }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert_eq!(
            error.to_string(),
            "`Place.height` has a value that JSON cannot hold"
        );
    }
    assert_eq!(tours.get_by_id(1).await.unwrap().places, []);
    let low = Place {
        id: 1,
        height: -1.5,
    };
    places.create(low.clone()).await.unwrap();
    let patch = Place::patch().height(f64::NAN);
    let error = places.patch_by_id(1, patch).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(tours.get_by_id(1).await.unwrap().places, [low]);
}
