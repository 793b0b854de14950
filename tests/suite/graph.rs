//! Run-time filters on a database: what they find, what they include, and what they give.

use super::support::TestDb;
use relations::prelude::*;
use relations::{Filter, Graph};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
#[has_many(Purchase)]
#[has_one(Address)]
#[has_one(Audit, include = false)]
pub struct Customer {
    #[model(id)]
    pub id: i64,
    pub full_name: String,
    pub age: Option<i32>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub password: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    #[model(id)]
    pub id: i64,
    pub city: String,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Audit {
    #[model(id)]
    pub id: i64,
    pub secret: String,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
#[has_many(Product, through = Line)]
pub struct Purchase {
    #[model(id)]
    pub id: i64,
    pub total: i64,
    #[belongs_to(Customer)]
    pub customer_id: Option<i64>,
    #[references_many(Product, name = "wishes")]
    pub wish_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Product {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Line {
    #[model(id)]
    #[belongs_to(Purchase)]
    pub purchase_id: i64,
    #[model(id)]
    #[belongs_to(Product)]
    pub product_id: i64,
}

pub(crate) type Models = (Customer, Address, Audit, Purchase, Product, Line);

/// | customer | age | address | purchases: total, products, wishes |
/// |---|---|---|---|
/// | 1 Thor | 30 | Asgard | 11: 5, hammer and goat, none; 12: 9, hammer, goat twice; 13: 7 |
/// | 2 Odin | NULL | none | 14: 20, none, hammer |
/// | 3 Loki | 20 | Jotunheim | none |
/// | none | | | 15: 1 |
pub(crate) async fn world(db: &TestDb) -> CustomerRepository<&Db> {
    db.schema::<Models>().create().await.unwrap();
    let customers = CustomerRepository::new(&**db);
    let people = [
        (1, "Thor", Some(30)),
        (2, "Odin", None),
        (3, "Loki", Some(20)),
    ];
    let people = people.map(|(id, name, age)| Customer {
        id,
        full_name: name.into(),
        age,
        password: format!("secret{id}"),
    });
    customers.create_all(people).await.unwrap();
    let products = [(1, "hammer"), (2, "goat")];
    let products = products.map(|(id, name)| Product {
        id,
        name: name.into(),
    });
    ProductRepository::new(&**db)
        .create_all(products)
        .await
        .unwrap();
    let purchases = [
        (11, 5, Some(1), vec![]),
        (12, 9, Some(1), vec![2, 2]),
        (13, 7, Some(1), vec![]),
        (14, 20, Some(2), vec![1]),
        (15, 1, None, vec![]),
    ];
    let purchases = purchases.map(|(id, total, customer_id, wish_ids)| Purchase {
        id,
        total,
        customer_id,
        wish_ids,
    });
    PurchaseRepository::new(&**db)
        .create_all(purchases)
        .await
        .unwrap();
    for sql in [
        "INSERT INTO address VALUES (51, 'Asgard', 1), (52, 'Jotunheim', 3)",
        "INSERT INTO audit VALUES (61, 'late payer', 1)",
        "INSERT INTO line VALUES (11, 1), (11, 2), (12, 1)",
    ] {
        db.execute(sql).await;
    }
    db.ran();
    customers
}

fn as_json<M: Model + Serialize>(graphs: &[Graph<M>]) -> Value {
    serde_json::to_value(graphs).unwrap()
}

pub(crate) async fn a_filter_finds_and_includes(db: TestDb) {
    let customers = world(&db).await;
    let filter = r#"{
        "where": {"fullName": {"inq": ["Thor", "Odin"]}},
        "fields": ["id", "fullName"],
        "order": "fullName",
        "include": ["address", {"relation": "purchases", "scope": {
            "fields": {"customerId": false, "wishIds": false},
            "order": ["total DESC"],
            "limit": 2,
            "include": ["products", "wishes", "customer"]
        }}]
    }"#;
    let found = customers.find_with(filter).await.unwrap();
    assert_eq!(db.count(), 5);
    let customer =
        |id: i64, name: &str, age: Option<i32>| json!({"id": id, "fullName": name, "age": age});
    let (hammer, goat) = (
        json!({"id": 1, "name": "hammer"}),
        json!({"id": 2, "name": "goat"}),
    );
    let (thor, odin) = (customer(1, "Thor", Some(30)), customer(2, "Odin", None));
    assert_eq!(
        as_json(&found),
        json!([
            {"id": 2, "fullName": "Odin", "address": null, "purchases": [
                {"id": 14, "total": 20, "products": [], "wishes": [hammer], "customer": odin},
            ]},
            {"id": 1, "fullName": "Thor", "address": {"id": 51, "city": "Asgard", "customerId": 1}, "purchases": [
                {"id": 12, "total": 9, "products": [hammer], "wishes": [goat, goat], "customer": thor},
                {"id": 13, "total": 7, "products": [], "wishes": [], "customer": thor},
            ]},
        ])
    );
}

pub(crate) async fn a_graph_is_read_by_type(db: TestDb) {
    let customers = world(&db).await;
    let filter = Filter::new()
        .order_by(Customer::ID.asc())
        .include(Customer::ADDRESS)
        .include_with(
            Customer::PURCHASES,
            Filter::new()
                .include(Purchase::PRODUCTS)
                .include(Purchase::WISHES),
        );
    let found = customers.find_with(&filter).await.unwrap();
    let [thor, odin, loki] = found.as_slice() else {
        panic!("three customers");
    };
    assert_eq!(thor.full_name, "Thor");
    assert_eq!(thor.password, "secret1");
    let address: Option<Option<&Graph<Address>>> = thor.get(Customer::ADDRESS);
    assert_eq!(address.unwrap().unwrap().city, "Asgard");
    assert!(odin.get(Customer::ADDRESS).unwrap().is_none());
    assert!(thor.get(Customer::AUDIT).is_none());
    let purchases: Option<&[Graph<Purchase>]> = thor.get(Customer::PURCHASES);
    let purchases = purchases.unwrap();
    assert_eq!(purchases.len(), 3);
    assert!(loki.get(Customer::PURCHASES).unwrap().is_empty());
    assert_eq!(purchases[0].get(Purchase::PRODUCTS).unwrap().len(), 2);
    assert_eq!(purchases[1].get(Purchase::WISHES).unwrap()[1].name, "goat");
    assert!(purchases[0].get(Purchase::CUSTOMER).is_none());
}
