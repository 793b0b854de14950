//! `has_many`: the constrained repository, and inclusion with limits per source.

use super::support::TestDb;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Order)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub total: Option<i64>,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

async fn customers(db: &TestDb, names: &[&str]) -> Vec<Customer> {
    db.schema::<(Customer, Order)>().create().await.unwrap();
    let drafts = names.iter().map(|name| Customer::draft().name(*name));
    CustomerRepository::new(&**db)
        .create_all(drafts)
        .await
        .unwrap()
}

pub(crate) async fn create_fills_the_foreign_key(db: TestDb) {
    let rows = customers(&db, &["Thor", "Odin"]).await;
    let customers = CustomerRepository::new(&*db);
    let order = customers
        .orders(rows[1].id)
        .create(Order::draft().name("hammer"))
        .await
        .unwrap();
    assert_eq!(
        (order.customer_id, order.name.as_str(), order.total),
        (rows[1].id, "hammer", None)
    );
    let found = customers.orders(&rows[1]).find().all().await.unwrap();
    assert_eq!(found, [order]);
    assert_eq!(customers.orders(rows[0].id).count().await.unwrap(), 0);
}

pub(crate) async fn create_all_is_one_statement(db: TestDb) {
    let rows = customers(&db, &["Thor"]).await;
    let customers = CustomerRepository::new(&*db);
    let orders = customers.orders(rows[0].id);
    db.ran();
    let drafts = ["c", "a", "b"].map(|name| Order::draft().name(name).total(1));
    let created = orders.create_all(drafts).await.unwrap();
    assert_eq!(db.count(), 1);
    let names: Vec<&str> = created.iter().map(|order| order.name.as_str()).collect();
    assert_eq!(names, ["c", "a", "b"]);
}

pub(crate) async fn include_limits_count_per_source(db: TestDb) {
    let rows = customers(&db, &["Thor", "Odin", "Loki"]).await;
    let customers = CustomerRepository::new(&*db);
    for row in &rows[..2] {
        let drafts = (0..4).map(|n| Order::draft().name(format!("{}-{n}", row.name)));
        customers.orders(row).create_all(drafts).await.unwrap();
    }
    db.ran();
    let found = customers
        .find()
        .include(
            Customer::ORDERS.scope(|orders| orders.order_by(Order::ID.desc()).limit(2).offset(1)),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    let names: Vec<Vec<&str>> = found
        .iter()
        .map(|row| row.orders.iter().map(|order| order.name.as_str()).collect())
        .collect();
    assert_eq!(
        names,
        [vec!["Thor-2", "Thor-1"], vec!["Odin-2", "Odin-1"], vec![]]
    );
}

pub(crate) async fn counts_come_with_and_without_rows(db: TestDb) {
    let rows = customers(&db, &["Thor", "Odin"]).await;
    let customers = CustomerRepository::new(&*db);
    customers
        .orders(&rows[0])
        .create_all((0..3).map(|n| Order::draft().name("x").total(n)))
        .await
        .unwrap();
    db.ran();
    let found = customers
        .find()
        .include(Customer::ORDERS.count())
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    assert_eq!(
        found.iter().map(|row| row.orders.count).collect::<Vec<_>>(),
        [3, 0]
    );
    let scoped = Customer::ORDERS
        .scope(|orders| orders.filter(Order::TOTAL.ge(1)).limit(1))
        .counted();
    let found = customers.find().include(scoped).all().await.unwrap();
    assert_eq!(db.count(), 3);
    assert_eq!((found[0].orders.count, found[0].orders.len()), (2, 1));
    assert_eq!((found[1].orders.count, found[1].orders.len()), (0, 0));
}

pub(crate) async fn relations_stand_in_predicates_and_orders(db: TestDb) {
    let rows = customers(&db, &["Thor", "Odin", "Loki"]).await;
    let customers = CustomerRepository::new(&*db);
    customers
        .orders(&rows[0])
        .create_all([1, 9].map(|n| Order::draft().name("x").total(n)))
        .await
        .unwrap();
    customers
        .orders(&rows[1])
        .create(Order::draft().name("y"))
        .await
        .unwrap();
    let names = async |predicate| {
        let found = customers.find().filter(predicate).all().await.unwrap();
        found.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert_eq!(
        names(Customer::ORDERS.some(Order::TOTAL.gt(5))).await,
        ["Thor"]
    );
    assert_eq!(
        names(Customer::ORDERS.none(Order::TOTAL.gt(5))).await,
        ["Odin", "Loki"]
    );
    assert_eq!(
        names(Customer::ORDERS.every(Order::TOTAL.gt(0))).await,
        ["Thor", "Loki"]
    );
    assert_eq!(names(Customer::ORDERS.exists()).await, ["Thor", "Odin"]);
    let orders = OrderRepository::new(&*db);
    let found = orders
        .find()
        .filter(Order::CUSTOMER.some(Customer::NAME.ne("Loki")))
        .order_by(Order::CUSTOMER.order(Customer::NAME.asc()))
        .order_by(Order::TOTAL.desc())
        .all()
        .await
        .unwrap();
    let totals: Vec<_> = found.iter().map(|order| order.total).collect();
    assert_eq!(totals, [None, Some(9), Some(1)]);
    // In an update and a delete as well.
    let loud = Customer::patch().name("loud");
    assert_eq!(
        customers
            .patch(loud)
            .filter(Customer::ORDERS.some(Order::TOTAL.gt(5)))
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        orders
            .delete()
            .filter(Order::CUSTOMER.some(Customer::NAME.eq("loud")))
            .await
            .unwrap(),
        2
    );
}

pub(crate) async fn nested_drafts_are_created_together(db: TestDb) {
    customers(&db, &[]).await;
    let customers = CustomerRepository::new(&*db);
    let thor = Customer::draft()
        .name("Thor")
        .orders([Order::draft().name("a"), Order::draft().name("b")])
        .orders([Order::draft().name("c").total(3)]);
    let thor = customers.create(thor).await.unwrap();
    let names: Vec<String> = customers
        .orders(thor.id)
        .find()
        .all()
        .await
        .unwrap()
        .into_iter()
        .map(|order| order.name)
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
}
