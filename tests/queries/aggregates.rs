//! Aggregates over related rows: in slots, in predicates, and in orders.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::query::Aggregated;
use relations::{Counted, ErrorKind};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
#[has_many(Order)]
#[has_many(Tag, through = Label)]
#[has_many(Note, discriminator = "owner_type", key_to = "owner_id")]
pub struct Customer {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Line, name = "order_lines")]
pub struct Order {
    #[model(id)]
    pub id: i64,
    pub total: Option<i64>,
    pub rate: f64,
    pub word: String,
    #[belongs_to(Customer)]
    pub customer_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Line {
    #[model(id)]
    pub id: i64,
    pub price: i64,
    #[belongs_to(Order)]
    pub order_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Tag {
    #[model(id)]
    pub id: i64,
    pub weight: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Label {
    #[model(id)]
    #[belongs_to(Customer)]
    pub customer_id: i64,
    #[model(id)]
    #[belongs_to(Tag)]
    pub tag_id: i64,
    pub old: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, PolymorphicModel)]
pub enum Owner {
    Customer(Customer),
    Tag(Tag),
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Note {
    #[model(id)]
    pub id: i64,
    pub size: i64,
    pub owner_type: String,
    #[belongs_to(Owner, discriminator = "owner_type")]
    pub owner_id: i64,
}

/// | customer | orders: total, rate, word | lines: price | tags: weight | notes: size |
/// |---|---|---|---|---|
/// | 1 | 11: 5, 0.5, b; 12: 9, 1.5, a; 13: NULL, 4, c | 21: 1 and 22: 2 of 11, 23: 4 of 12 | 1: 10, 2: 20 (old) | 3 and 4 |
/// | 2 | 14: 2, 1, z | | 2: 20 | 5 |
/// | 3 | none | | none | none |
///
/// Tag 1 has a note, too, of 100.
async fn customers(db: &TestDb) -> CustomerRepository<&Db> {
    db.schema::<(Customer, Order, Line, Tag, Label, Note)>()
        .create()
        .await
        .unwrap();
    for sql in [
        "INSERT INTO customer (id, name) VALUES (1, 'Thor'), (2, 'Odin'), (3, 'Loki')",
        "INSERT INTO tag (id, weight) VALUES (1, 10), (2, 20)",
    ] {
        db.execute(sql).await;
    }
    let orders = [
        (11, Some(5), 0.5, "b", 1),
        (12, Some(9), 1.5, "a", 1),
        (13, None, 4.0, "c", 1),
        (14, Some(2), 1.0, "z", 2),
    ];
    let orders = orders.map(|(id, total, rate, word, customer)| Order {
        id,
        total,
        rate,
        word: word.to_owned(),
        customer_id: Some(customer),
    });
    OrderRepository::new(&**db)
        .create_all(orders)
        .await
        .unwrap();
    let lines = [(21, 1, 11), (22, 2, 11), (23, 4, 12)];
    let lines = lines.map(|(id, price, order_id)| Line {
        id,
        price,
        order_id,
    });
    LineRepository::new(&**db).create_all(lines).await.unwrap();
    let labels = [(1, 1, false), (1, 2, true), (2, 2, false)];
    let labels = labels.map(|(customer_id, tag_id, old)| Label {
        customer_id,
        tag_id,
        old,
    });
    LabelRepository::new(&**db)
        .create_all(labels)
        .await
        .unwrap();
    let notes = [
        (31, 3, "Customer", 1),
        (32, 4, "Customer", 1),
        (33, 5, "Customer", 2),
        (34, 100, "Tag", 1),
    ];
    let notes = notes.map(|(id, size, owner, owner_id)| Note {
        id,
        size,
        owner_type: owner.to_owned(),
        owner_id,
    });
    NoteRepository::new(&**db).create_all(notes).await.unwrap();
    db.ran();
    CustomerRepository::new(db)
}

#[database_test]
async fn each_source_has_the_values_of_its_targets(db: TestDb) {
    let customers = customers(&db).await;
    let values = (
        Order::TOTAL.sum(),
        Order::TOTAL.avg(),
        Order::WORD.min(),
        Order::RATE.max(),
    );
    let rows = customers
        .find()
        .include(Customer::ORDERS.aggregate(values))
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    let found: Vec<_> = rows.iter().map(|row| row.orders.values.clone()).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        found,
        [
            (Some(14), Some(7.0), text("a"), Some(4.0)),
            (Some(2), Some(2.0), text("z"), Some(1.0)),
            (None, None, None, None),
        ]
    );
    // Numbers of rows and of values.
    let values = (
        Order::TOTAL.count(),
        relations::query::count_rows::<Order>(),
        Order::WORD.count_distinct(),
    );
    let rows = customers
        .find()
        .include(Customer::ORDERS.aggregate(values))
        .await
        .unwrap();
    let found: Vec<_> = rows.iter().map(|row| row.orders.values).collect();
    assert_eq!(found, [(2, 3, 3), (1, 1, 1), (0, 0, 0)]);
}

#[database_test]
async fn a_limit_leaves_them_and_a_filter_does_not(db: TestDb) {
    let customers = customers(&db).await;
    let sums = || (Order::TOTAL.sum(),);
    let orders = Customer::ORDERS
        .filter(Order::RATE.gt(0.7))
        .order_by(Order::TOTAL.desc())
        .limit(1)
        .include(Order::ORDER_LINES.aggregated((Line::PRICE.sum(),)))
        .aggregated(sums())
        .counted();
    let rows = customers.find().include(orders).await.unwrap();
    let found = rows.iter().map(|row| {
        let orders: &Counted<Aggregated<(Option<i64>,), Vec<_>>> = &row.orders;
        let first = orders.rows.rows.first();
        let lines = first.map(|order| (order.id, order.order_lines.values.0));
        (orders.count, orders.rows.values.0, lines)
    });
    let found: Vec<_> = found.collect();
    assert_eq!(
        found,
        [
            (2, Some(9), Some((12, Some(4)))),
            (1, Some(2), Some((14, None))),
            (0, None, None),
        ]
    );
    // The sources may be limited, too.
    let rows = customers
        .find()
        .order_by(Customer::ORDERS.sum(Order::TOTAL).desc())
        .limit(1)
        .include(Customer::ORDERS.aggregated(sums()))
        .await
        .unwrap();
    assert_eq!((rows[0].id, rows[0].orders.values), (1, (Some(14),)));
    assert_eq!(rows[0].orders.rows.len(), 3);
}

#[database_test]
async fn targets_of_links_and_polymorphic_ones_count_for_their_sources(db: TestDb) {
    let customers = customers(&db).await;
    let weights = (Tag::WEIGHT.sum(), Tag::WEIGHT.max());
    let rows = customers
        .find()
        .include(Customer::TAGS.aggregate(weights))
        .include(Customer::NOTES.aggregate((Note::SIZE.sum(), Note::SIZE.min())))
        .await
        .unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.tags.values, row.notes.values))
        .collect();
    assert_eq!(
        found,
        [
            ((Some(30), Some(20)), (Some(7), Some(3))),
            ((Some(20), Some(20)), (Some(5), Some(5))),
            ((None, None), (None, None)),
        ]
    );
    // Only over some links.
    let new = Customer::TAGS
        .filter_links(Label::OLD.eq(false))
        .aggregate((Tag::WEIGHT.sum(),));
    let rows = customers.find().include(new).await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| row.tags.values.0).collect();
    assert_eq!(found, [Some(10), Some(20), None]);

    // In predicates and orders each source has its own as well, whatever is included or joined beside.
    let ids = async |query: relations::Result<Vec<Customer>>| {
        query.unwrap().iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let heavy = Customer::TAGS.sum(Tag::WEIGHT).gt(20);
    assert_eq!(ids(customers.find().filter(heavy).await).await, [1]);
    let light = Customer::NOTES.max(Note::SIZE).le(4);
    assert_eq!(ids(customers.find().filter(light).await).await, [1]);
    let none = Customer::NOTES.total().eq(0);
    assert_eq!(ids(customers.find().filter(none).await).await, [3]);
    let by_mean = Customer::TAGS.avg(Tag::WEIGHT).desc();
    assert_eq!(
        ids(customers.find().order_by(by_mean).await).await,
        [2, 1, 3]
    );
    let by_least = Customer::NOTES.min(Note::SIZE).asc();
    assert_eq!(
        ids(customers.find().order_by(by_least).await).await,
        [3, 1, 2]
    );
    let by_orders = customers
        .find()
        .order_by(Customer::ORDERS.total().desc())
        .include(Customer::NOTES.limit(1))
        .limit(2)
        .await
        .unwrap();
    let found: Vec<_> = by_orders
        .iter()
        .map(|row| (row.id, row.notes.len()))
        .collect();
    assert_eq!(found, [(1, 1), (2, 1)]);
}

#[database_test]
async fn they_serialise_beside_the_rows(db: TestDb) {
    let customers = customers(&db).await;
    let orders = Customer::ORDERS
        .filter(Order::ID.eq(12))
        .aggregated((Order::TOTAL.sum(), Order::TOTAL.count()));
    let row = customers.find().include(orders).first().await.unwrap();
    let json = serde_json::to_value(row.unwrap()).unwrap();
    assert_eq!(json["orders"][0]["id"], 12);
    assert_eq!(json["ordersValues"], serde_json::json!([9, 1]));
    let alone = Customer::ORDERS.aggregate((Order::TOTAL.sum(),));
    let row = customers.find().include(alone).first().await.unwrap();
    let json = serde_json::to_value(row.unwrap()).unwrap();
    assert_eq!(json.get("orders"), None);
    assert_eq!(json["ordersValues"], serde_json::json!([14]));
}

#[database_test]
async fn no_sources_have_no_values_and_a_sum_that_is_too_great_is_an_error(db: TestDb) {
    let customers = customers(&db).await;
    let none = customers
        .find()
        .filter(Customer::ID.eq(9))
        .include(Customer::ORDERS.aggregated((Order::TOTAL.sum(),)));
    assert!(none.await.unwrap().is_empty());
    let orders = OrderRepository::new(&*db);
    let great = Order::patch().total(i64::MAX);
    orders
        .patch(great)
        .filter(Order::CUSTOMER_ID.eq(1))
        .await
        .unwrap();
    let sum = Customer::ORDERS.aggregate((Order::TOTAL.sum(),));
    assert!(customers.find().include(sum).await.is_err());
    // What is no aggregate, and what is computed further.
    for other in [Order::TOTAL.of_group(), Order::TOTAL.sum().add(1)] {
        let other = Customer::ORDERS.aggregate((other,));
        let error = customers.find().include(other).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert_eq!(
            error.to_string(),
            "`Customer.orders`: only aggregates themselves, such as `sum()`, are computed over targets\n\
             help: compute further with the values"
        );
    }
}
