//! Models of views: they are read like tables, and neither written nor created.

use crate::support::{Sql, TestDb, database_test};
use relations::Db;
use relations::prelude::*;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Purchase)]
#[has_one(Spending, key_to = "customer_id")]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Purchase {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Customer)]
    customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(view)]
#[has_many(Purchase, name = "purchases_made", key_to = "customer_id")]
struct Spending {
    #[model(id)]
    #[belongs_to(Customer)]
    customer_id: i64,
    purchases: i64,
}

/// Thor bought three things, Freya one.
async fn shop(db: &TestDb) -> SpendingRepository<&Db> {
    // The view is not there yet.
    let schema = Db::schema::<(Spending, Customer, Purchase)>(db);
    schema.create().await.unwrap();
    db.execute_sql(Sql::Same(
        "CREATE VIEW spending AS \
         SELECT customer_id, COUNT(*) AS purchases FROM purchase GROUP BY customer_id",
    ))
    .await;
    let customers = CustomerRepository::new(&**db);
    for (name, bought) in [("Thor", 3), ("Freya", 1)] {
        let purchases = (0..bought).map(|_| Purchase::draft());
        let draft = Customer::draft().name(name).purchases(purchases);
        customers.create(draft).await.unwrap();
    }
    SpendingRepository::new(&**db)
}

#[database_test]
async fn rows_of_a_view_are_found_and_included(db: TestDb) {
    let spendings = shop(&db).await;
    assert!(Spending::metadata().is_view());
    let large = spendings.find().filter(Spending::PURCHASES.gt(1));
    let large = large
        .include(Spending::CUSTOMER)
        .include(Spending::PURCHASES_MADE)
        .await
        .unwrap();
    assert_eq!(large.len(), 1);
    assert_eq!(
        (large[0].customer.name.as_str(), large[0].purchases),
        ("Thor", 3)
    );
    let customers = CustomerRepository::new(&*db);
    let all = customers.find().include(Customer::SPENDING).await.unwrap();
    let counts = all
        .iter()
        .map(|row| row.spending.as_ref().map(|of| of.purchases));
    assert_eq!(counts.collect::<Vec<_>>(), [Some(3), Some(1)]);
    let of_thor = customers.spending(all[0].id).get().await.unwrap();
    assert_eq!(of_thor, spendings.get_by_id(all[0].id).await.unwrap());
    let rich = customers
        .find()
        .filter(Customer::SPENDING.some(Spending::PURCHASES.gt(2)));
    assert_eq!(rich.count().await.unwrap(), 1);
}

#[database_test]
async fn a_view_is_searched_by_run_time_filters(db: TestDb) {
    let spendings = shop(&db).await;
    let filter = r#"{"where": {"purchases": {"lt": 2}}, "include": ["customer"]}"#;
    let filter = relations::Filter::from_json(filter).unwrap();
    let found = spendings.find_with(filter).await.unwrap();
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json[0]["customer"]["name"], "Freya");
}

#[database_test]
async fn a_schema_leaves_views_out(db: TestDb) {
    let with = db
        .schema::<(Customer, Purchase, Spending)>()
        .to_sql()
        .unwrap();
    let without = db.schema::<(Customer, Purchase)>().to_sql().unwrap();
    assert_eq!(with, without);
    assert!(!with.contains("spending"), "{with}");
}

#[database_test]
async fn the_check_of_a_schema_looks_at_the_columns_of_a_view(db: TestDb) {
    let without = db.schema::<Spending>().check().await.unwrap();
    assert_eq!(
        without.to_string(),
        "`Spending`: there is no view `spending`"
    );
    shop(&db).await;
    let schema = db.schema::<(Customer, Purchase, Spending)>();
    let check = schema.check().await.unwrap();
    assert!(check.is_empty(), "{check}");
    // What is there is not made again, and a view is never made.
    schema.create_missing().await.unwrap();
    assert_eq!(
        SpendingRepository::new(&*db).find().count().await.unwrap(),
        2
    );
}
