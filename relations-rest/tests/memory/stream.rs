//! A list of a whole table.

use crate::models::{Customer, CustomerRepository, Order, OrderRepository, tables};
use crate::rss::{alone, resident};
use crate::support::{TestDb, database_test};
use axum::body::{Body, HttpBody};
use axum::http::Request;
use relations_rest::Api;
use std::future::poll_fn;
use std::pin::Pin;
use tower::ServiceExt;

/// 64,000 customers, each with a long name, and the first with an order.
async fn many(db: &TestDb) {
    tables(db).await;
    let some = (0..1_000).map(|_| Customer::draft().name("x".repeat(200)));
    let customers = CustomerRepository::new(&**db);
    let customers = customers.create_all(some).await.unwrap();
    let orders = customers.iter();
    let orders = orders.map(|customer| Order::draft().total(7).customer_id(customer.id));
    OrderRepository::new(&**db)
        .create_all(orders)
        .await
        .unwrap();
    for _ in 0..6 {
        let double = "INSERT INTO customer (name) SELECT name FROM customer";
        db.execute(double).await;
    }
}

#[database_test]
async fn a_list_of_a_table_takes_no_more_memory_than_a_block_of_it(db: TestDb) {
    let _alone = alone().await;
    many(&db).await;
    let app = Api::new((*db).clone())
        .model::<Customer>(|customers| {
            let customers = customers.page(100, u64::MAX);
            customers.relation(Customer::ORDERS)
        })
        .model::<Order>(|orders| orders)
        .router();
    let all = "/customers?filter[limit]=1000000&filter[include][]=orders";
    let request = Request::get(all).body(Body::empty()).unwrap();
    let mut body = app.oneshot(request).await.unwrap().into_body();
    let (mut bytes, mut parts, mut before, mut most) = (0, 0, 0, 0);
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        bytes += frame.unwrap().into_data().unwrap().len() as u64;
        parts += 1;
        most = most.max(resident());
        // The first blocks take what all others use again.
        if parts == 8 {
            before = most;
        }
    }
    assert_eq!(parts, 128);
    assert!(bytes > 13 << 20, "{bytes}");
    let grown = most - before;
    assert!(grown < 4 << 20, "{grown} bytes more, of {bytes}");
}
