//! Operations through a `has_many`: `customers.orders(id).create(..)` and its like.

use crate::support::{Sql, TestDb, database_test};
use relations::ErrorKind;
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
    #[model(default = "'open'", length = 20)]
    pub state: String,
    #[model(unique)]
    pub number: Option<i64>,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

/// Thor and Odin, with the statements forgotten.
async fn two_customers(db: &TestDb) -> (CustomerRepository<&Db>, Customer, Customer) {
    db.schema::<(Customer, Order)>().create().await.unwrap();
    let customers = CustomerRepository::new(&**db);
    let drafts = ["Thor", "Odin"].map(|name| Customer::draft().name(name));
    let mut rows = customers.create_all(drafts).await.unwrap();
    db.ran();
    let odin = rows.pop().unwrap();
    (customers, rows.pop().unwrap(), odin)
}

/// Orders `a` of 1, `b` of 2 and `c` of NULL for Thor, `d` of 4 for Odin, with the statements forgotten.
async fn orders(db: &TestDb) -> (CustomerRepository<&Db>, Customer, Customer) {
    let (customers, thor, odin) = two_customers(db).await;
    for (customer, name, total) in [
        (&thor, "a", Some(1)),
        (&thor, "b", Some(2)),
        (&odin, "d", Some(4)),
        (&thor, "c", None),
    ] {
        let draft = Order::draft().name(name).total(total);
        customers.orders(customer).create(draft).await.unwrap();
    }
    db.ran();
    (customers, thor, odin)
}

fn names(orders: &[Order]) -> Vec<&str> {
    orders.iter().map(|order| order.name.as_str()).collect()
}

async fn everything(db: &TestDb) -> Vec<Order> {
    OrderRepository::new(&**db).find().all().await.unwrap()
}

fn inserts(db: &TestDb) -> usize {
    let sql = db.statements().into_iter();
    sql.filter(|sql| sql.starts_with("INSERT")).count()
}

#[database_test]
async fn create_fills_the_foreign_key(db: TestDb) {
    let (customers, _, odin) = two_customers(&db).await;
    let order = customers
        .orders(odin.id)
        .create(Order::draft().name("hammer"))
        .await
        .unwrap();
    db.assert_sql([Sql::Same(
        r#"INSERT INTO "order" ("name", "customer_id") VALUES (?, ?) RETURNING "id", "name", "total", "state", "number", "customer_id""#,
    )]);
    let expected = Order {
        id: order.id,
        name: "hammer".into(),
        total: None,
        state: "open".into(),
        number: None,
        customer_id: odin.id,
    };
    assert_eq!(order, expected);
    assert_eq!(everything(&db).await, [expected]);
}

#[database_test]
async fn create_takes_the_source_by_reference(db: TestDb) {
    let (customers, thor, odin) = two_customers(&db).await;
    for customer in [&thor, &odin, &thor] {
        let draft = Order::draft().name(&customer.name);
        let order = customers.orders(customer).create(draft).await.unwrap();
        assert_eq!(order.customer_id, customer.id);
    }
    assert_eq!(customers.orders(&thor).count().await.unwrap(), 2);
    assert_eq!(customers.orders(&odin).count().await.unwrap(), 1);
}

#[database_test]
async fn create_all_is_one_statement_in_the_order_of_the_drafts(db: TestDb) {
    let (customers, thor, _) = two_customers(&db).await;
    let drafts = ["c", "a", "b"].map(|name| Order::draft().name(name).total(1));
    let created = customers.orders(thor.id).create_all(drafts).await.unwrap();
    db.assert_sql([Sql::Same(
        r#"INSERT INTO "order" ("name", "total", "customer_id") VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?) RETURNING "id", "name", "total", "state", "number", "customer_id""#,
    )]);
    assert_eq!(names(&created), ["c", "a", "b"]);
    assert!(created.iter().all(|order| order.customer_id == thor.id));
    assert_eq!(everything(&db).await, created);
}

#[database_test]
async fn create_all_takes_drafts_of_different_fields(db: TestDb) {
    let (customers, thor, _) = two_customers(&db).await;
    let drafts = [
        Order::draft().name("a"),
        Order::draft().name("b").total(2),
        Order::draft().name("c"),
        Order::draft().name("d").state("closed"),
        Order::draft().total(5).name("e"),
    ];
    let created = customers.orders(&thor).create_all(drafts).await.unwrap();
    assert_eq!(inserts(&db), 3);
    let found: Vec<_> = created
        .iter()
        .map(|order| (order.name.as_str(), order.total, order.state.as_str()))
        .collect();
    let expected = [
        ("a", None, "open"),
        ("b", Some(2), "open"),
        ("c", None, "open"),
        ("d", None, "closed"),
        ("e", Some(5), "open"),
    ];
    assert_eq!(found, expected);
    let mut stored = everything(&db).await;
    stored.sort_by(|one, other| one.name.cmp(&other.name));
    assert_eq!(stored, created);
}

#[database_test]
async fn create_all_of_nothing_creates_nothing(db: TestDb) {
    let (customers, thor, _) = two_customers(&db).await;
    let none = [Order::draft().name("a")].into_iter().take(0);
    let created = customers.orders(&thor).create_all(none).await.unwrap();
    assert_eq!(created, []);
    assert_eq!(db.count(), 0);
    assert_eq!(everything(&db).await, []);
}

#[database_test]
async fn create_all_creates_all_or_nothing(db: TestDb) {
    let (customers, thor, odin) = two_customers(&db).await;
    customers
        .orders(&odin)
        .create(Order::draft().name("first").number(7))
        .await
        .unwrap();
    let alike = [
        Order::draft().name("a").number(1),
        Order::draft().name("b").number(7),
        Order::draft().name("c").number(3),
    ];
    let different = [
        Order::draft().name("a"),
        Order::draft().name("b").total(1),
        Order::draft().name("c").number(7),
        Order::draft().name("d").state("closed"),
    ];
    for drafts in [alike.to_vec(), different.to_vec()] {
        let error = customers
            .orders(&thor)
            .create_all(drafts)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!((error.model(), error.relation()), (Some("Order"), None));
        assert_eq!(
            error.to_string(),
            "an `Order` with this `number` exists already"
        );
        assert_eq!(names(&everything(&db).await), ["first"]);
    }
}

#[database_test]
async fn create_all_of_very_many_creates_all_or_nothing(db: TestDb) {
    const ROWS: i64 = 40_001;
    let (customers, thor, odin) = two_customers(&db).await;
    let first = Order::draft().name("first").number(ROWS - 1);
    customers.orders(&odin).create(first).await.unwrap();
    db.ran();
    let orders = customers.orders(&thor);
    let drafts = || (0..ROWS).map(|n| Order::draft().name("x").number(n));
    let error = orders.create_all(drafts()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(inserts(&db) > 1);
    assert_eq!(db.number(r"SELECT COUNT(*) FROM customer").await, 2);
    assert_eq!(names(&everything(&db).await), ["first"]);

    customers.orders(&odin).delete().all_rows().await.unwrap();
    let created = orders.create_all(drafts()).await.unwrap();
    let numbers = created.iter().map(|order| order.number);
    assert!(numbers.eq((0..ROWS).map(Some)));
    assert_eq!(orders.count().await.unwrap(), ROWS as u64);
}

#[database_test]
async fn build_fills_the_key_without_a_statement(db: TestDb) {
    let (customers, thor, _) = two_customers(&db).await;
    let built = ["a", "b"].map(|name| {
        let draft = Order::draft().name(name);
        customers.orders(&thor).build(draft).unwrap()
    });
    assert_eq!(db.count(), 0);
    let created = OrderRepository::new(&*db).create_all(built).await.unwrap();
    assert_eq!(names(&created), ["a", "b"]);
    assert!(created.iter().all(|order| order.customer_id == thor.id));
}

#[database_test]
async fn find_gives_the_rows_of_its_source_by_id(db: TestDb) {
    let (customers, thor, odin) = orders(&db).await;
    let found = customers.orders(thor.id).find().all().await.unwrap();
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."name", "t0"."total", "t0"."state", "t0"."number", "t0"."customer_id" FROM "order" AS "t0" WHERE "t0"."customer_id" = ? ORDER BY "t0"."id" ASC"#,
    )]);
    assert_eq!(names(&found), ["a", "b", "c"]);
    let found = customers.orders(&odin).find().all().await.unwrap();
    assert_eq!(names(&found), ["d"]);
    assert_eq!(customers.orders(4711).find().all().await.unwrap(), []);
}

#[database_test]
async fn find_takes_all_that_a_query_takes(db: TestDb) {
    let (customers, thor, _) = orders(&db).await;
    let orders = customers.orders(&thor);
    let found = orders.find().filter(Order::TOTAL.ge(2)).all();
    assert_eq!(names(&found.await.unwrap()), ["b"]);
    let found = orders.find().filter(None).all().await.unwrap();
    assert_eq!(found.len(), 3);
    let by_total = || orders.find().order_by(Order::TOTAL.desc());
    assert_eq!(names(&by_total().all().await.unwrap()), ["b", "a", "c"]);
    let page = by_total().limit(1).offset(1).all().await.unwrap();
    assert_eq!(names(&page), ["a"]);
    assert_eq!(by_total().first().await.unwrap().unwrap().name, "b");
    assert_eq!(by_total().get().await.unwrap().name, "b");
    assert_eq!(by_total().limit(2).count().await.unwrap(), 2);
    db.ran();
    let found = orders.find().include(Order::CUSTOMER).all().await.unwrap();
    assert_eq!(db.count(), 2);
    assert!(found.iter().all(|order| *order.customer == thor));
}

#[database_test]
async fn count_and_exists_take_one_statement(db: TestDb) {
    let (customers, thor, odin) = orders(&db).await;
    assert_eq!(customers.orders(&thor).count().await.unwrap(), 3);
    assert!(customers.orders(&odin).exists().await.unwrap());
    db.assert_sql([
        Sql::Same(r#"SELECT COUNT(*) FROM "order" AS "t0" WHERE "t0"."customer_id" = ?"#),
        Sql::Same(r#"SELECT 1 FROM "order" AS "t0" WHERE "t0"."customer_id" = ? LIMIT 1"#),
    ]);
    assert_eq!(customers.orders(4711).count().await.unwrap(), 0);
    assert!(!customers.orders(4711).exists().await.unwrap());
}

#[database_test]
async fn patch_changes_the_rows_of_its_source(db: TestDb) {
    let (customers, thor, odin) = orders(&db).await;
    let some = customers
        .orders(&thor)
        .patch(Order::patch().state("sent"))
        .filter(Order::TOTAL.is_not_null());
    assert_eq!(some.await.unwrap(), 2);
    db.assert_sql([Sql::Same(
        r#"UPDATE "order" SET "state" = ? WHERE "customer_id" = ? AND "total" IS NOT NULL"#,
    )]);
    let found = everything(&db).await;
    let states: Vec<_> = found
        .iter()
        .map(|order| {
            (
                order.name.as_str(),
                order.state.as_str(),
                order.customer_id == thor.id,
            )
        })
        .collect();
    let expected = [
        ("a", "sent", true),
        ("b", "sent", true),
        ("d", "open", false),
        ("c", "open", true),
    ];
    assert_eq!(states, expected);
    let all = customers.orders(&thor).patch(Order::patch().state("sent"));
    assert_eq!(all.all_rows().await.unwrap(), 3);
    let none = customers.orders(4711).patch(Order::patch().state("lost"));
    assert_eq!(none.all_rows().await.unwrap(), 0);
    let of_odin = customers.orders(&odin).find().get().await.unwrap();
    assert_eq!(of_odin.state, "open");
}

#[database_test]
async fn delete_removes_the_rows_of_its_source(db: TestDb) {
    let (customers, thor, _) = orders(&db).await;
    let some = customers.orders(&thor).delete();
    assert_eq!(some.filter(Order::TOTAL.lt(5)).await.unwrap(), 2);
    db.assert_sql([Sql::Same(
        r#"DELETE FROM "order" WHERE "customer_id" = ? AND "total" < ?"#,
    )]);
    assert_eq!(names(&everything(&db).await), ["d", "c"]);
    let all = customers.orders(&thor).delete().all_rows();
    assert_eq!(all.await.unwrap(), 1);
    let again = customers.orders(&thor).delete().all_rows();
    assert_eq!(again.await.unwrap(), 0);
    assert_eq!(names(&everything(&db).await), ["d"]);
}

#[database_test]
async fn further_filters_of_a_patch_and_a_delete_all_apply(db: TestDb) {
    let (customers, thor, _) = orders(&db).await;
    let orders = customers.orders(&thor);
    let either = || Order::NAME.eq("a") | Order::NAME.eq("c");
    let patch = orders
        .patch(Order::patch().state("sent"))
        .filter(either())
        .filter(Order::TOTAL.is_null());
    assert_eq!(patch.await.unwrap(), 1);
    let delete = orders
        .delete()
        .filter(either())
        .filter(Order::STATE.eq("open"));
    assert_eq!(delete.await.unwrap(), 1);
    assert_eq!(names(&everything(&db).await), ["b", "d", "c"]);
}

#[database_test]
async fn by_id_reaches_a_row_of_its_source(db: TestDb) {
    let (customers, thor, _) = orders(&db).await;
    let orders = customers.orders(&thor);
    let b = orders.find().filter(Order::NAME.eq("b")).get();
    let b = b.await.unwrap();
    db.ran();
    assert_eq!(orders.find_by_id(b.id).await.unwrap(), Some(b.clone()));
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."name", "t0"."total", "t0"."state", "t0"."number", "t0"."customer_id" FROM "order" AS "t0" WHERE "t0"."customer_id" = ? AND "t0"."id" = ?"#,
    )]);
    let with = orders.find_by_id(b.id).include(Order::CUSTOMER).get();
    assert_eq!(*with.await.unwrap().customer, thor);
    assert_eq!(db.count(), 1);
    assert!(orders.find_by_id(b.id).exists().await.unwrap());
    let rich = orders.find_by_id(b.id).filter(Order::TOTAL.gt(5));
    assert_eq!(rich.await.unwrap(), None);
    let patch = Order::patch().total(20);
    assert_eq!(orders.patch_by_id(b.id, patch).await.unwrap(), 1);
    assert_eq!(orders.find_by_id(b.id).get().await.unwrap().total, Some(20));
    assert_eq!(orders.delete_by_id(b.id).await.unwrap(), 1);
    assert_eq!(names(&everything(&db).await), ["a", "d", "c"]);
}

#[database_test]
async fn by_id_cannot_reach_a_row_of_another_source(db: TestDb) {
    let (customers, thor, odin) = orders(&db).await;
    let of_odin = customers.orders(&odin).find().get().await.unwrap();
    let (orders, id) = (customers.orders(thor.id), of_odin.id);
    assert_eq!(orders.find_by_id(id).await.unwrap(), None);
    assert!(!orders.find_by_id(id).exists().await.unwrap());
    let patch = Order::patch().total(20);
    assert_eq!(orders.patch_by_id(id, patch).await.unwrap(), 0);
    assert_eq!(orders.delete_by_id(id).await.unwrap(), 0);
    let error = orders.find_by_id(id).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Order"), Some("orders"))
    );
    let expected = format!(
        "`Customer.orders`: no `Order` with `id` {id} for the `Customer` with `id` {}",
        thor.id
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(customers.orders(&odin).find().get().await.unwrap(), of_odin);
}

#[database_test]
async fn a_filter_on_the_key_cannot_leave_the_source(db: TestDb) {
    let (customers, thor, odin) = orders(&db).await;
    let orders = customers.orders(&thor);
    let of_odin = || Order::CUSTOMER_ID.eq(odin.id);
    assert_eq!(orders.find().filter(of_odin()).all().await.unwrap(), []);
    let either = || of_odin() | Order::NAME.eq("a");
    let found = orders.find().filter(either()).all().await.unwrap();
    assert_eq!(names(&found), ["a"]);
    let not_mine = || !Order::CUSTOMER_ID.eq(thor.id);
    assert_eq!(orders.find().filter(not_mine()).count().await.unwrap(), 0);
    let patch = orders.patch(Order::patch().total(9)).filter(either());
    assert_eq!(patch.await.unwrap(), 1);
    let found = orders.find_by_id(4711).filter(either()).await.unwrap();
    assert_eq!(found, None);
    assert_eq!(orders.delete().filter(either()).await.unwrap(), 1);
    assert_eq!(orders.delete().filter(of_odin()).await.unwrap(), 0);
    assert_eq!(names(&everything(&db).await), ["b", "d", "c"]);
}

#[database_test]
async fn create_for_a_source_that_is_not_there_is_a_foreign_key_violation(db: TestDb) {
    let (customers, _, _) = two_customers(&db).await;
    let orders = customers.orders(4711);
    let errors = [
        orders.create(Order::draft().name("a")).await.unwrap_err(),
        orders
            .create_all(["a", "b"].map(|name| Order::draft().name(name)))
            .await
            .unwrap_err(),
        orders
            .create_all([Order::draft().name("a"), Order::draft().name("b").total(1)])
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(
            (error.model(), error.relation()),
            (Some("Order"), Some("orders"))
        );
        assert_eq!(
            error.to_string(),
            "`Customer.orders`: the `customer_id` refers to no `Customer` (of the `Customer` with `id` 4711)"
        );
    }
    assert_eq!(everything(&db).await, []);
}

#[database_test]
async fn an_empty_patch_is_an_error_without_a_statement(db: TestDb) {
    let (customers, thor, _) = orders(&db).await;
    let orders = customers.orders(&thor);
    let errors = [
        orders.patch(Order::patch()).all_rows().await.unwrap_err(),
        orders
            .patch(Order::patch())
            .filter(Order::TOTAL.gt(0))
            .await
            .unwrap_err(),
        orders.patch_by_id(1, Order::patch()).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::EmptyPatch);
        assert_eq!(error.model(), Some("Order"));
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_patch_to_a_taken_unique_value_is_refused(db: TestDb) {
    let (customers, thor, odin) = orders(&db).await;
    let number = || Order::patch().number(7);
    let of_odin = customers.orders(&odin).patch(number()).all_rows();
    assert_eq!(of_odin.await.unwrap(), 1);
    let of_thor = customers.orders(&thor).patch(number());
    let error = of_thor.filter(Order::NAME.eq("a")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.relation()),
        (ErrorKind::AlreadyExists, Some("Order"), None)
    );
}

#[database_test]
async fn deleting_a_source_that_has_rows_is_refused(db: TestDb) {
    let (customers, thor, _) = orders(&db).await;
    let by_id = customers.delete_by_id(thor.id).await.unwrap_err();
    let all = customers.delete().all_rows().await.unwrap_err();
    for error in [by_id, all] {
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert_eq!(
            (error.model(), error.relation()),
            (Some("Customer"), Some("orders"))
        );
        assert_eq!(
            error.to_string(),
            "`Customer.orders`: an `Order` still refers to this row"
        );
    }
    customers.orders(&thor).delete().all_rows().await.unwrap();
    assert_eq!(customers.delete_by_id(thor.id).await.unwrap(), 1);
}

#[database_test]
async fn a_loaded_row_is_a_key_like_its_model(db: TestDb) {
    let (customers, thor, _) = orders(&db).await;
    let loaded = customers
        .find_by_id(thor.id)
        .include(Customer::ORDERS)
        .get()
        .await
        .unwrap();
    assert_eq!(names(&loaded.orders), ["a", "b", "c"]);
    let deleted = customers.orders(&*loaded).delete().all_rows();
    assert_eq!(deleted.await.unwrap(), 3);
    assert_eq!(customers.delete_by_id(loaded.id).await.unwrap(), 1);
}

#[database_test]
async fn errors_name_no_values_of_the_row(db: TestDb) {
    let (customers, thor, _) = two_customers(&db).await;
    let secret = || Order::draft().name("hush-hush").number(987_654);
    customers.orders(&thor).create(secret()).await.unwrap();
    let errors = [
        customers.orders(&thor).create(secret()).await.unwrap_err(),
        customers
            .orders(&thor)
            .create_all([secret().total(1), secret()])
            .await
            .unwrap_err(),
        customers
            .orders(4711)
            .create(secret().number(1))
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert!(!error.to_string().contains("hush-hush"), "{error}");
        assert!(!error.to_string().contains("987654"), "{error}");
    }
}

#[database_test]
async fn many_creates_at_once_all_succeed(db: TestDb) {
    let (customers, thor, _) = two_customers(&db).await;
    let creates = (0..30).map(|n| {
        let (db, id) = ((*db).clone(), thor.id);
        tokio::spawn(async move {
            let drafts = ["x", "y"].map(|name| Order::draft().name(name).total(n));
            let [x, y] = drafts;
            let customers = CustomerRepository::new(db);
            customers.orders(id).create_all([x, y.number(n)]).await
        })
    });
    for create in creates.collect::<Vec<_>>() {
        assert_eq!(names(&create.await.unwrap().unwrap()), ["x", "y"]);
    }
    assert_eq!(customers.orders(&thor).count().await.unwrap(), 60);
}

#[database_test]
async fn what_a_transaction_did_is_undone_with_it(db: TestDb) {
    let (_, thor, odin) = orders(&db).await;
    let before = everything(&db).await;
    let result: relations::Result<()> = db
        .transaction(async |tx| {
            let customers = CustomerRepository::new(&tx);
            let orders = customers.orders(&thor);
            orders.create(Order::draft().name("e")).await?;
            orders
                .create_all([Order::draft().name("f"), Order::draft().name("g").total(1)])
                .await?;
            assert_eq!(orders.count().await?, 6);
            orders.patch(Order::patch().total(0)).all_rows().await?;
            customers.orders(&odin).delete().all_rows().await?;
            assert!(!customers.orders(&odin).exists().await?);
            orders.create(Order::draft().name("h").number(1)).await?;
            orders.create(Order::draft().name("i").number(1)).await?;
            Ok(())
        })
        .await;
    assert!(result.unwrap_err().is_already_exists());
    assert_eq!(everything(&db).await, before);
}

#[database_test]
async fn create_all_that_fails_leaves_its_transaction_usable(db: TestDb) {
    let (_, thor, _) = two_customers(&db).await;
    db.transaction(async |tx| {
        let customers = CustomerRepository::new(&tx);
        let orders = customers.orders(&thor);
        orders.create(Order::draft().name("a").number(1)).await?;
        // Two statements, of which the first succeeds.
        let drafts = [
            Order::draft().name("b").total(1),
            Order::draft().name("c").number(1),
        ];
        let error = orders.create_all(drafts).await.unwrap_err();
        assert!(error.is_already_exists(), "{error}");
        assert_eq!(names(&orders.find().all().await?), ["a"]);
        orders.create(Order::draft().name("d")).await
    })
    .await
    .unwrap();
    assert_eq!(names(&everything(&db).await), ["a", "d"]);
}
