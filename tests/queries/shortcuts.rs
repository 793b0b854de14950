//! The short ways of saying what is said most often.

use crate::support::{TestDb, database_test};
use relations::{Missing, prelude::*};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Order)]
struct Customer {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    total: i64,
    #[belongs_to(Customer)]
    customer_id: i64,
}

async fn customer(db: &TestDb) -> Customer {
    db.schema::<(Customer, Order)>().create().await.unwrap();
    let customers = CustomerRepository::new(&**db);
    let orders = [3, 1, 2].map(|total| Order::draft().total(total));
    let draft = Customer::draft().name("Thor").orders(orders);
    customers.create(draft).await.unwrap()
}

#[database_test]
async fn awaiting_a_query_gives_all_rows(db: TestDb) {
    let customer = customer(&db).await;
    let customers = CustomerRepository::new(&*db);
    assert_eq!(customers.find().await.unwrap(), [customer.clone()]);
    let rows = customers.find().include(Customer::ORDERS).await.unwrap();
    assert_eq!(rows[0].orders.len(), 3);
    let orders = customers.orders(customer.id);
    let small = orders.find().filter(Order::TOTAL.lt(3)).await.unwrap();
    assert_eq!(small.len(), 2);
}

#[database_test]
async fn a_query_outlives_a_repository_on_a_reference(db: TestDb) {
    let customer = customer(&db).await;
    let db: &Db = &db;
    let query = OrderRepository::new(db).find().filter(Order::TOTAL.ge(2));
    assert_eq!(query.clone().count().await.unwrap(), 2);
    let found = CustomerRepository::new(db).find_by_id(customer.id);
    assert_eq!(found.get().await.unwrap(), customer);

    // From a function, and within a transaction.
    fn large(db: &Db) -> relations::query::Query<Order, relations::query::Root<Order>, &Db> {
        OrderRepository::new(db).find().filter(Order::TOTAL.ge(3))
    }
    assert_eq!(large(db).await.unwrap().len(), 1);
    let locked = db
        .transaction(async |tx| {
            let query = OrderRepository::new(&tx).find().for_update();
            query.all().await
        })
        .await;
    assert_eq!(locked.unwrap().len(), 3);

    // A repository with a database of its own, and one of any connection, lend theirs.
    async fn all<C: Connection>(orders: &OrderRepository<C>) -> usize {
        let query = orders.find();
        query.all().await.unwrap().len()
    }
    let own = OrderRepository::new(db.clone());
    assert_eq!(own.find().await.unwrap().len(), 3);
    assert_eq!(
        (all(&own).await, all(&OrderRepository::new(db)).await),
        (3, 3)
    );
}

#[database_test]
async fn an_include_is_filtered_sorted_and_cut_without_a_scope(db: TestDb) {
    customer(&db).await;
    let customers = CustomerRepository::new(&*db);
    let totals = async |query: relations::Result<Vec<CustomerWith<Vec<Order>>>>| {
        let rows = query.unwrap();
        rows[0]
            .orders
            .iter()
            .map(|order| order.total)
            .collect::<Vec<_>>()
    };
    let find = || customers.find();
    let some = Customer::ORDERS.filter(Order::TOTAL.gt(1));
    assert_eq!(totals(find().include(some).await).await, [3, 2]);
    let sorted = Customer::ORDERS.order_by(Order::TOTAL.asc()).limit(2);
    assert_eq!(totals(find().include(sorted).await).await, [1, 2]);
    let last = Customer::ORDERS
        .order_by(Order::TOTAL.asc())
        .limit(1)
        .offset(2);
    assert_eq!(totals(find().include(last).await).await, [3]);
    let both = Customer::ORDERS
        .limit(2)
        .filter(Order::TOTAL.ne(3))
        .filter(None);
    assert_eq!(totals(find().include(both).await).await, [1, 2]);
    // The same statement as with a scope.
    db.ran();
    let short = Customer::ORDERS.order_by(Order::TOTAL.desc()).limit(1);
    find().include(short).await.unwrap();
    let long = Customer::ORDERS.scope(|orders| orders.order_by(Order::TOTAL.desc()).limit(1));
    let with_short = db.statements();
    find().include(long).await.unwrap();
    assert_eq!(db.statements(), with_short);
    // Under a filter the target of a `belongs_to` may be left out.
    let orders = OrderRepository::new(&*db);
    let odin = Order::CUSTOMER.filter(Customer::NAME.eq("Odin"));
    let rows = orders.find().include(odin).await.unwrap();
    assert!(rows.iter().all(|order| order.customer.is_none()));
}

#[database_test]
async fn a_row_is_got_by_its_id(db: TestDb) {
    let customer = customer(&db).await;
    let customers = CustomerRepository::new(&*db);
    assert_eq!(customers.get_by_id(customer.id).await.unwrap(), customer);
    let error = customers.get_by_id(99).await.unwrap_err();
    assert_eq!(error.to_string(), "no `Customer` has `id` 99");
    assert_eq!(error.missing(), Some(Missing::Target));
    assert_eq!(error.http_status(), 404);
    let orders = customers.orders(customer.id);
    let order = orders.find().first().await.unwrap().unwrap();
    assert_eq!(orders.get_by_id(order.id).await.unwrap(), order);
}

#[database_test]
async fn a_missing_source_is_told_from_a_missing_target(db: TestDb) {
    let customer = customer(&db).await;
    let customers = CustomerRepository::new(&*db);
    let error = customers
        .orders(customer.id)
        .get_by_id(99)
        .await
        .unwrap_err();
    assert_eq!(error.missing(), Some(Missing::Target));
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Order"), Some("orders"))
    );
    let error = customers.orders(99).get_by_id(1).await.unwrap_err();
    assert_eq!(error.missing(), Some(Missing::Source));
    assert_eq!((error.model(), error.relation()), (Some("Customer"), None));
    assert_eq!(error.to_string(), "no `Customer` has `id` 99");
    let orders = OrderRepository::new(&*db);
    let error = orders.customer(99).get().await.unwrap_err();
    assert_eq!(error.missing(), Some(Missing::Source));
}
