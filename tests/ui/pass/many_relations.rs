//! Many relations in one model, and includes of many at once.
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[allow(clippy::duplicated_attributes)] // Relations to one model.
#[has_many(Order, name = "orders_0", key_to = "key_0")]
#[has_many(Order, name = "orders_1", key_to = "key_1")]
#[has_many(Order, name = "orders_2", key_to = "key_2")]
#[has_many(Order, name = "orders_3", key_to = "key_3")]
#[has_many(Order, name = "orders_4", key_to = "key_4")]
#[has_many(Order, name = "orders_5", key_to = "key_5")]
#[has_many(Order, name = "orders_6", key_to = "key_6")]
#[has_many(Order, name = "orders_7", key_to = "key_7")]
#[has_many(Order, name = "orders_8", key_to = "key_8")]
#[has_many(Order, name = "orders_9", key_to = "key_9")]
#[has_many(Order, name = "orders_10", key_to = "key_10")]
#[has_many(Order, name = "orders_11", key_to = "key_11")]
#[has_one(Order, name = "earliest", key_to = "key_0")]
#[has_many(Product, through(Order, key_from = "key_0", key_to = "product_id"))]
#[has_many(Customer, name = "others", through(Order, key_from = "key_1", key_to = "key_2"))]
struct Customer {
    #[model(id, generated)]
    id: i64,
    #[references_many(Product, name = "wishes")]
    wish_ids: Vec<i64>,
    #[references_many(Order, name = "seen")]
    seen_ids: Option<Vec<i64>>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Order {
    #[model(id, generated)]
    id: i64,
    key_0: Option<i64>,
    key_1: Option<i64>,
    key_2: Option<i64>,
    key_3: Option<i64>,
    key_4: Option<i64>,
    key_5: Option<i64>,
    key_6: Option<i64>,
    key_7: Option<i64>,
    key_8: Option<i64>,
    key_9: Option<i64>,
    key_10: Option<i64>,
    key_11: Option<i64>,
    #[belongs_to(Product)]
    product_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Product {
    #[model(id, generated)]
    id: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Customer, Order, Product)>().create().await?;
    let customers = CustomerRepository::new(&db);
    let draft = Customer::draft()
        .wish_ids([])
        .orders_0([Order::draft()])
        .orders_1([Order::draft()])
        .orders_2([Order::draft()])
        .orders_3([Order::draft()])
        .orders_4([Order::draft()])
        .orders_5([Order::draft()])
        .orders_6([Order::draft()])
        .orders_7([Order::draft()])
        .orders_8([Order::draft()])
        .orders_9([Order::draft()])
        .orders_10([Order::draft()])
        .orders_11([Order::draft()]);
    customers.create(draft).await?;
    let found = customers
        .find()
        .include(Customer::ORDERS_0)
        .include(Customer::ORDERS_1)
        .include(Customer::ORDERS_2)
        .include(Customer::ORDERS_3)
        .include(Customer::ORDERS_4)
        .include(Customer::EARLIEST)
        .include(Customer::PRODUCTS)
        .include(Customer::OTHERS.linked().counted())
        .include(Customer::WISHES)
        .include(Customer::SEEN)
        .get()
        .await?;
    assert_eq!(found.orders_0.len() + found.orders_4.len(), 2);
    assert_eq!(found.earliest.as_ref(), found.orders_0.first());
    assert!(found.clone() == found);
    Ok(())
}
