//! Operations through a `belongs_to`: `orders.customer(id).find()`.

use crate::support::{Sql, TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Shipment {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique)]
    pub number: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Customer)]
    pub customer_id: i64,
    #[belongs_to(Shipment, name = "shipment", key_to = "number")]
    pub shipped_with: Option<String>,
}

async fn schema(db: &TestDb) -> (CustomerRepository<&Db>, OrderRepository<&Db>) {
    db.schema::<(Customer, Shipment, Order)>()
        .create()
        .await
        .unwrap();
    (CustomerRepository::new(&**db), OrderRepository::new(&**db))
}

async fn order_of_ann(db: &TestDb) -> (OrderRepository<&Db>, Customer, Order) {
    let (customers, orders) = schema(db).await;
    customers
        .create(Customer::draft().name("Bob"))
        .await
        .unwrap();
    let ann = customers
        .create(Customer::draft().name("Ann"))
        .await
        .unwrap();
    let order = orders
        .create(Order::draft().customer_id(ann.id))
        .await
        .unwrap();
    db.ran();
    (orders, ann, order)
}

#[database_test]
async fn finds_the_target_by_the_sources_id_in_one_statement(db: TestDb) {
    let (orders, ann, order) = order_of_ann(&db).await;
    assert_eq!(
        orders.customer(order.id).find().await.unwrap(),
        Some(ann.clone())
    );
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."name" FROM "order" AS "s" LEFT JOIN "customer" AS "t0" ON "t0"."id" = "s"."customer_id" WHERE "s"."id" = ?"#,
    )]);
    assert_eq!(orders.customer(order.id).get().await.unwrap(), ann);
    assert_eq!(db.count(), 1);
}

#[database_test]
async fn finds_the_target_by_the_source_itself(db: TestDb) {
    let (orders, ann, order) = order_of_ann(&db).await;
    assert_eq!(orders.customer(&order).get().await.unwrap(), ann);
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."name" FROM "customer" AS "t0" WHERE "t0"."id" = ?"#,
    )]);
}

#[database_test]
async fn finds_the_target_by_a_key_of_another_name_that_is_not_its_id(db: TestDb) {
    let (customers, orders) = schema(&db).await;
    let ann = customers
        .create(Customer::draft().name("Ann"))
        .await
        .unwrap();
    let shipment = ShipmentRepository::new(&*db)
        .create(Shipment::draft().number("S-1"))
        .await
        .unwrap();
    let draft = Order::draft().customer_id(ann.id).shipped_with("S-1");
    let order = orders.create(draft).await.unwrap();
    assert_eq!(orders.shipment(order.id).get().await.unwrap(), shipment);
    assert_eq!(orders.shipment(&order).get().await.unwrap(), shipment);
    let with = orders
        .find_by_id(order.id)
        .include(Order::SHIPMENT)
        .get()
        .await
        .unwrap();
    assert_eq!(with.shipment.as_deref(), Some(&shipment));
}

#[database_test]
async fn a_null_key_has_no_target_and_takes_no_statement(db: TestDb) {
    let (orders, _, order) = order_of_ann(&db).await;
    assert_eq!(orders.shipment(&order).find().await.unwrap(), None);
    assert_eq!(db.count(), 0);
    assert_eq!(orders.shipment(order.id).find().await.unwrap(), None);
    assert_eq!(db.count(), 1);
    let error = orders.shipment(&order).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Shipment"), Some("shipment"))
    );
}

/// Tables without foreign keys, so that the target can go.
async fn loose(db: &TestDb) -> OrderRepository<&Db> {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE \"order\" (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, shipped_with TEXT)",
        postgres: "CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE \"order\" (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL, shipped_with TEXT)",
        mysql: "CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE `order` (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL, shipped_with TEXT)",
    })
    .await;
    db.execute("INSERT INTO customer VALUES (1, 'Ann')").await;
    db.execute_sql(Sql::Same(
        r#"INSERT INTO "order" VALUES (1, 1, NULL), (2, 77, NULL)"#,
    ))
    .await;
    OrderRepository::new(&**db)
}

#[database_test]
async fn a_missing_target_is_told_apart_from_a_missing_source(db: TestDb) {
    let orders = loose(&db).await;
    assert_eq!(orders.customer(2).find().await.unwrap(), None);
    let missing_target = orders.customer(2).get().await.unwrap_err();
    assert_eq!(missing_target.kind(), ErrorKind::NotFound);
    assert_eq!(
        (missing_target.model(), missing_target.relation()),
        (Some("Customer"), Some("customer"))
    );
    assert_eq!(
        missing_target.to_string(),
        "`Order.customer`: no `Customer` for the `Order` with `id` 2"
    );
    for error in [
        orders.customer(3).find().await.unwrap_err(),
        orders.customer(3).get().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!((error.model(), error.relation()), (Some("Order"), None));
        assert_eq!(error.to_string(), "no `Order` has `id` 3");
    }
}

#[database_test]
async fn including_a_required_key_that_dangles_is_an_error_however_it_is_loaded(db: TestDb) {
    let orders = loose(&db).await;
    let errors = [
        orders
            .find()
            .include(Order::CUSTOMER)
            .all()
            .await
            .unwrap_err(),
        orders
            .find()
            .limit(5)
            .include(Order::CUSTOMER)
            .all()
            .await
            .unwrap_err(),
        orders
            .find_by_id(2)
            .include(Order::CUSTOMER)
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::DanglingKey);
        assert_eq!(
            (error.model(), error.relation()),
            (Some("Order"), Some("customer"))
        );
        assert_eq!(
            error.to_string(),
            "`Order.customer`: no `Customer` has `id` 77, which a required key refers to"
        );
    }
    let healthy = orders
        .find_by_id(1)
        .include(Order::CUSTOMER)
        .get()
        .await
        .unwrap();
    assert_eq!(healthy.customer.name, "Ann");
}

#[database_test]
async fn a_scope_makes_room_for_a_missing_target(db: TestDb) {
    let orders = loose(&db).await;
    let rows = orders
        .find()
        .include(Order::CUSTOMER.scope(|customers| customers))
        .all()
        .await
        .unwrap();
    let names: Vec<_> = rows
        .iter()
        .map(|row| row.customer.as_ref().map(|c| c.name.as_str()))
        .collect();
    assert_eq!(names, [Some("Ann"), None]);
}

#[database_test]
async fn find_takes_a_filter_and_includes(db: TestDb) {
    let (orders, ann, order) = order_of_ann(&db).await;
    for by_id in [true, false] {
        let find = || match by_id {
            true => orders.customer(order.id).find(),
            false => orders.customer(&order).find(),
        };
        assert_eq!(find().filter(Customer::NAME.eq("Bob")).await.unwrap(), None);
        assert_eq!(
            find().filter(Customer::NAME.eq("Ann")).await.unwrap(),
            Some(ann.clone())
        );
        assert!(
            find()
                .filter(Customer::NAME.eq("Bob"))
                .get()
                .await
                .unwrap_err()
                .is_not_found()
        );
    }
}

#[database_test]
async fn creating_with_a_key_to_no_row_names_the_relation(db: TestDb) {
    let (_, orders) = schema(&db).await;
    let error = orders
        .create(Order::draft().customer_id(4711))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Order"), Some("customer"))
    );
    assert_eq!(
        error.to_string(),
        "`Order.customer`: the `customer_id` refers to no `Customer`"
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[database_test]
async fn patching_a_key_to_no_row_names_the_relation(db: TestDb) {
    let (orders, _, order) = order_of_ann(&db).await;
    let by_id = orders
        .patch_by_id(order.id, Order::patch().shipped_with("S-9"))
        .await
        .unwrap_err();
    let by_filter = orders
        .patch(Order::patch().shipped_with("S-9"))
        .filter(Order::ID.gt(0))
        .await
        .unwrap_err();
    for error in [by_id, by_filter] {
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(
            (error.model(), error.relation()),
            (Some("Order"), Some("shipment"))
        );
        assert_eq!(
            error.to_string(),
            "`Order.shipment`: the `shipped_with` refers to no `Shipment`"
        );
    }
}

#[database_test]
async fn deleting_a_row_that_is_referred_to_is_refused(db: TestDb) {
    let (_, ann, _) = order_of_ann(&db).await;
    let customers = CustomerRepository::new(&*db);
    let error = customers.delete_by_id(ann.id).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(error.model(), Some("Customer"));
    assert_eq!(customers.find().count().await.unwrap(), 2);
}

mod zero {
    use relations::prelude::*;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_one(Address)]
    #[has_many(Order)]
    pub struct Customer {
        #[model(id)]
        pub id: i64,
        #[model(unique)]
        pub code: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Address {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Customer)]
        pub customer_id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Order {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Customer)]
        pub customer_id: Option<i64>,
        #[belongs_to(Customer, name = "agent", key_to = "code")]
        pub agent_code: Option<String>,
    }
}

/// LoopBack takes 0 and the empty text for no key at all.
#[database_test]
async fn zero_and_the_empty_text_are_keys_like_any_other(db: TestDb) {
    use zero::*;
    db.schema::<(Customer, Address, Order)>()
        .create()
        .await
        .unwrap();
    let (customers, orders) = (CustomerRepository::new(&*db), OrderRepository::new(&*db));
    let named = |id, code: &str| Customer {
        id,
        code: code.to_owned(),
    };
    let (nobody, ann) = (named(0, ""), named(1, "ann"));
    let all = [nobody.clone(), ann.clone()];
    customers.create_all(all).await.unwrap();
    let draft = || Order::draft().agent_code("");
    let order = customers.orders(0).create(draft().id(0)).await.unwrap();
    assert_eq!(order.customer_id, Some(0));
    let of_ann = draft().id(1).customer_id(1);
    orders.create(of_ann).await.unwrap();
    orders.create(Order::draft().id(2)).await.unwrap();

    // From the order of id 0, and from the row.
    for _ in 0..2 {
        assert_eq!(orders.customer(0).get().await.unwrap(), nobody);
        assert_eq!(orders.customer(&order).get().await.unwrap(), nobody);
        assert_eq!(orders.agent(0).find().await.unwrap(), Some(nobody.clone()));
        let agent = orders.agent(&order).get().await.unwrap();
        assert_eq!(agent, nobody);
    }
    assert_eq!(orders.customer(1).get().await.unwrap(), ann);
    assert_eq!(orders.customer(2).find().await.unwrap(), None);

    // To the customer of id 0.
    let address = customers.address(0).create(Address::draft().id(0));
    let address = address.await.unwrap();
    assert_eq!(customers.address(0).get().await.unwrap(), address);
    assert_eq!(customers.address(1).find().await.unwrap(), None);
    assert_eq!(customers.orders(0).find().all().await.unwrap(), [order]);

    // Joined and apart.
    for limit in [3, 1_000_000] {
        let rows = orders
            .find()
            .limit(limit)
            .include(Order::CUSTOMER)
            .include(Order::AGENT)
            .all()
            .await
            .unwrap();
        let found = rows.iter().map(|row| {
            let code = |customer: &Option<std::sync::Arc<Customer>>| {
                customer.as_ref().map(|customer| customer.code.clone())
            };
            (code(&row.customer), code(&row.agent))
        });
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            found.collect::<Vec<_>>(),
            [(text(""), text("")), (text("ann"), text("")), (None, None)]
        );
    }
    let rows = customers
        .find()
        .include(Customer::ADDRESS)
        .include(Customer::ORDERS)
        .all()
        .await
        .unwrap();
    assert_eq!(rows[0].address, Some(address.clone()));
    assert_eq!(rows[0].orders.len(), 1);
    assert_eq!(customers.orders(0).delete().all_rows().await.unwrap(), 1);
    assert_eq!(customers.address(0).delete().await.unwrap(), 1);
    assert_eq!(orders.find().count().await.unwrap(), 2);
}
