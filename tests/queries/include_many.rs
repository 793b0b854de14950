//! Inclusion of `has_many`, and of what lies around it: lists, their limits, and levels below levels.

use crate::support::{Sql, TestDb, database_test};
use relations::prelude::*;
use serde::Serialize;
use serde_json::{json, to_value};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Purchase)]
pub struct Customer {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Item)]
#[has_one(Invoice)]
pub struct Purchase {
    #[model(id)]
    pub id: i64,
    pub total: Option<i64>,
    #[belongs_to(Customer)]
    pub customer_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct Item {
    #[model(id)]
    pub id: i64,
    pub label: String,
    #[belongs_to(Product)]
    pub product_id: Option<i64>,
    #[belongs_to(Purchase)]
    pub purchase_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Item)]
pub struct Product {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Payment)]
pub struct Invoice {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Purchase)]
    pub purchase_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct Payment {
    #[model(id)]
    pub id: i64,
    pub amount: i64,
    #[belongs_to(Invoice)]
    pub invoice_id: i64,
}

async fn schema(db: &TestDb) {
    db.schema::<(Customer, Purchase, Item, Product, Invoice, Payment)>()
        .create()
        .await
        .unwrap();
}

/// Thor has purchases 11 to 13, Odin 14, Loki none, and 15 is nobody's.
async fn shop(db: &TestDb) -> CustomerRepository<&Db> {
    schema(db).await;
    db.execute("INSERT INTO customer VALUES (1, 'Thor'), (2, 'Odin'), (3, 'Loki')")
        .await;
    db.execute(
        "INSERT INTO purchase VALUES (15, 1, NULL), (13, 7, 1), (14, NULL, 2), (12, 7, 1), (11, 5, 1)",
    )
    .await;
    db.execute("INSERT INTO product VALUES (91, 'hammer'), (92, 'eye')")
        .await;
    db.execute(
        "INSERT INTO item VALUES (22, 'b', NULL, 11), (21, 'a', 91, 11), (25, 'e', 91, 15), (23, 'c', 92, 12), (24, 'd', 91, 14)",
    )
    .await;
    db.execute("INSERT INTO invoice VALUES (31, 11), (32, 14)")
        .await;
    db.execute("INSERT INTO payment VALUES (41, 10, 31), (42, 20, 31), (43, 30, 32)")
        .await;
    db.ran();
    CustomerRepository::new(&**db)
}

const NONE: [i64; 0] = [];

fn ids(purchases: &[Purchase]) -> Vec<i64> {
    purchases.iter().map(|purchase| purchase.id).collect()
}

macro_rules! ids {
    ($rows:expr) => {
        $rows.iter().map(|row| row.id).collect::<Vec<i64>>()
    };
}

#[database_test]
async fn a_has_many_is_one_statement_more(db: TestDb) {
    let customers = shop(&db).await;
    let query = customers.find().include(Customer::PURCHASES);
    let rows = query.all().await.unwrap();
    db.assert_sql([
        Sql::Same(
            r#"SELECT "t0"."id", "t0"."name" FROM "customer" AS "t0" ORDER BY "t0"."id" ASC"#,
        ),
        Sql::Each {
            sqlite: r#"SELECT "t0"."id", "t0"."total", "t0"."customer_id" FROM "purchase" AS "t0" WHERE "t0"."customer_id" IN (SELECT value FROM json_each(?))"#,
            postgres: r#"SELECT "t0"."id", "t0"."total", "t0"."customer_id" FROM "purchase" AS "t0" WHERE "t0"."customer_id" = ANY($1)"#,
            mysql: "SELECT `t0`.`id`, `t0`.`total`, `t0`.`customer_id` FROM `purchase` AS `t0` WHERE `t0`.`customer_id` IN (SELECT k0 FROM JSON_TABLE(?, '$[*]' COLUMNS (k0 BIGINT PATH '$')) AS list)",
        },
    ]);
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), ids(&row.purchases)))
        .collect();
    let expected = [
        ("Thor", vec![11, 12, 13]),
        ("Odin", vec![14]),
        ("Loki", vec![]),
    ];
    assert_eq!(found, expected);
    let purchase = Purchase {
        id: 14,
        total: None,
        customer_id: Some(2),
    };
    assert_eq!(rows[1].purchases, [purchase]);
}

#[database_test]
async fn by_id_only_that_rows_targets_are_loaded(db: TestDb) {
    let customers = shop(&db).await;
    let thor = customers.find_by_id(1).include(Customer::PURCHASES);
    assert_eq!(ids(&thor.get().await.unwrap().purchases), [11, 12, 13]);
    let ran = db.ran();
    assert_eq!((ran.len(), ran[0].rows, ran[1].rows), (2, 1, 3));
    let loki = customers.find_by_id(3).include(Customer::PURCHASES);
    assert_eq!(loki.await.unwrap().unwrap().purchases, []);
    let none = customers.find_by_id(9).include(Customer::PURCHASES);
    db.ran();
    assert!(none.await.unwrap().is_none());
    assert_eq!(db.count(), 1);
    let first = customers.find().filter(Customer::NAME.eq("Odin"));
    let first = first.include(Customer::PURCHASES).first().await.unwrap();
    assert_eq!(ids(&first.unwrap().purchases), [14]);
}

#[database_test]
async fn sources_without_rows_take_one_statement(db: TestDb) {
    let customers = shop(&db).await;
    let none = customers.find().filter(Customer::NAME.eq("nobody"));
    let rows = none.include(Customer::PURCHASES.include(Purchase::ITEMS));
    assert!(rows.all().await.unwrap().is_empty());
    assert_eq!(db.count(), 1);
    let loki = customers.find().filter(Customer::NAME.eq("Loki"));
    let rows = loki.include(Customer::PURCHASES.include(Purchase::ITEMS));
    assert!(rows.all().await.unwrap()[0].purchases.is_empty());
    assert_eq!(db.count(), 2, "no statement for items of no purchases");
}

#[database_test]
async fn the_number_of_rows_does_not_change_the_number_of_statements(db: TestDb) {
    const ROWS: i64 = 20_000;
    schema(&db).await;
    db.execute_sql(Sql::Each {
        sqlite: "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)
            INSERT INTO customer SELECT n, 's' || n FROM n",
        postgres: "INSERT INTO customer SELECT n, 's' || n FROM generate_series(1, 20000) AS n",
        mysql: "INSERT INTO customer SELECT seq, CONCAT('s', seq) FROM seq_1_to_20000",
    })
    .await;
    for part in 0..3 {
        db.execute(&format!(
            "INSERT INTO purchase SELECT {part} * 100000 + id, {part}, id FROM customer WHERE id % 3 >= {part}"
        ))
        .await;
    }
    db.execute("INSERT INTO item SELECT id, 'x', NULL, id FROM purchase WHERE total = 1")
        .await;
    db.ran();
    let rows = CustomerRepository::new(&*db)
        .find()
        .include(Customer::PURCHASES.include(Purchase::ITEMS))
        .all()
        .await
        .unwrap();
    let ran = db.ran();
    assert_eq!(ran.len(), 3);
    assert!(ran.iter().all(|ran| ran.parameters <= 1), "{ran:?}");
    assert_eq!(rows.len() as i64, ROWS);
    for (row, id) in rows.iter().zip(1..) {
        let expected: Vec<i64> = (0..=id % 3).map(|part| part * 100_000 + id).collect();
        assert_eq!((row.id, ids!(row.purchases)), (id, expected));
        for purchase in &row.purchases {
            let items = usize::from(purchase.total == Some(1));
            assert_eq!(purchase.items.len(), items);
            assert!(purchase.items.iter().all(|item| item.id == purchase.id));
        }
    }
}

/// The purchases of Thor, Odin and Loki.
async fn purchases_of_each(
    customers: &CustomerRepository<&Db>,
    limit: Option<u64>,
    offset: Option<u64>,
    order: &[relations::Order<Purchase>],
) -> [Vec<i64>; 3] {
    let scope = Customer::PURCHASES.scope(|mut purchases| {
        for by in order {
            purchases = purchases.order_by(by.clone());
        }
        if let Some(limit) = limit {
            purchases = purchases.limit(limit);
        }
        if let Some(offset) = offset {
            purchases = purchases.offset(offset);
        }
        purchases
    });
    let rows = customers.find().include(scope).all().await.unwrap();
    let lists: Vec<_> = rows.iter().map(|row| ids(&row.purchases)).collect();
    lists.try_into().unwrap()
}

#[database_test]
async fn limit_and_offset_of_a_scope_count_per_source(db: TestDb) {
    let customers = shop(&db).await;
    let cases: [(Option<u64>, Option<u64>, [&[i64]; 3]); 9] = [
        (Some(2), None, [&[11, 12], &[14], &[]]),
        (Some(1), None, [&[11], &[14], &[]]),
        (None, Some(1), [&[12, 13], &[], &[]]),
        (Some(1), Some(1), [&[12], &[], &[]]),
        (Some(1), Some(0), [&[11], &[14], &[]]),
        (Some(5), Some(2), [&[13], &[], &[]]),
        (Some(u64::MAX), None, [&[11, 12, 13], &[14], &[]]),
        (Some(u64::MAX), Some(2), [&[13], &[], &[]]),
        (Some(3), Some(u64::MAX), [&[], &[], &[]]),
    ];
    for (limit, offset, expected) in cases {
        let found = purchases_of_each(&customers, limit, offset, &[]).await;
        assert_eq!(found, expected, "{limit:?} {offset:?}");
        assert_eq!(db.count(), 2);
    }
}

#[database_test]
async fn ties_within_a_scope_are_broken_by_id(db: TestDb) {
    let customers = shop(&db).await;
    let total = [Purchase::TOTAL.desc()];
    let found = purchases_of_each(&customers, None, None, &total).await;
    assert_eq!(found, [vec![13, 12, 11], vec![14], vec![]]);
    let found = purchases_of_each(&customers, Some(1), None, &total).await;
    assert_eq!(found, [vec![13], vec![14], vec![]]);
    let found = purchases_of_each(&customers, Some(2), Some(1), &total).await;
    assert_eq!(found, [vec![12, 11], vec![], vec![]]);
    let both = [Purchase::TOTAL.desc(), Purchase::ID.desc()];
    let found = purchases_of_each(&customers, Some(2), None, &both).await;
    assert_eq!(found, [vec![13, 12], vec![14], vec![]]);
    let by_id = [Purchase::ID.desc()];
    let found = purchases_of_each(&customers, None, None, &by_id).await;
    assert_eq!(found, [vec![13, 12, 11], vec![14], vec![]]);
}

#[database_test]
async fn null_sorts_first_within_a_limited_scope(db: TestDb) {
    let customers = shop(&db).await;
    db.execute("UPDATE purchase SET total = NULL WHERE id = 13")
        .await;
    let (asc, desc) = ([Purchase::TOTAL.asc()], [Purchase::TOTAL.desc()]);
    for limit in [None, Some(2)] {
        let take = |ids: &[i64]| ids[..limit.unwrap_or(3) as usize].to_vec();
        let found = purchases_of_each(&customers, limit, None, &asc).await;
        assert_eq!(found[0], take(&[13, 11, 12]));
        let found = purchases_of_each(&customers, limit, None, &desc).await;
        assert_eq!(found[0], take(&[12, 11, 13]));
    }
}

#[database_test]
async fn a_limit_of_zero_takes_no_statement(db: TestDb) {
    let customers = shop(&db).await;
    let found = purchases_of_each(&customers, Some(0), None, &[]).await;
    assert_eq!(found, [NONE; 3]);
    let found = purchases_of_each(&customers, Some(0), Some(1), &[]).await;
    assert_eq!(found, [NONE; 3]);
    assert_eq!(db.count(), 2);
}

#[database_test]
async fn a_scope_filters_targets_never_sources(db: TestDb) {
    let customers = shop(&db).await;
    let scoped = async |predicate| {
        let scope = Customer::PURCHASES.scope(|purchases| purchases.filter(predicate));
        let rows = customers.find().include(scope).all().await.unwrap();
        rows.iter()
            .map(|row| ids(&row.purchases))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        scoped(Purchase::TOTAL.gt(5)).await,
        [vec![12, 13], vec![], vec![]]
    );
    assert_eq!(
        scoped(Purchase::TOTAL.is_null() | Purchase::ID.eq(11)).await,
        [vec![11], vec![14], vec![]]
    );
    assert_eq!(scoped(Purchase::TOTAL.gt(500)).await, [NONE; 3]);
    assert_eq!(
        scoped(Purchase::CUSTOMER_ID.eq(2)).await,
        [vec![], vec![14], vec![]]
    );
}

#[database_test]
async fn an_empty_scope_changes_nothing(db: TestDb) {
    let customers = shop(&db).await;
    let plain = customers.find().include(Customer::PURCHASES);
    let scope = Customer::PURCHASES.scope(|purchases| purchases.filter(None));
    let scoped = customers.find().include(scope);
    assert_eq!(plain.all().await.unwrap(), scoped.all().await.unwrap());
    let sql = db.statements();
    assert_eq!(sql[..2], sql[2..]);
}

#[database_test]
async fn levels_of_every_kind_nest(db: TestDb) {
    let customers = shop(&db).await;
    let rows = customers
        .find()
        .include(
            Customer::PURCHASES
                .include(Purchase::ITEMS.include(Item::PRODUCT.include(Product::ITEMS))),
        )
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 5);
    let thor = &rows[0];
    assert_eq!(ids!(thor.purchases), [11, 12, 13]);
    assert_eq!(ids!(thor.purchases[0].items), [21, 22]);
    assert!(thor.purchases[2].items.is_empty());
    let hammer = thor.purchases[0].items[0].product.as_ref().unwrap();
    assert_eq!(
        (&*hammer.name, ids!(hammer.items)),
        ("hammer", vec![21, 24, 25])
    );
    assert!(thor.purchases[0].items[1].product.is_none());
    let of_odin = rows[1].purchases[0].items[0].product.as_ref().unwrap();
    assert!(Arc::ptr_eq(hammer, of_odin), "sources share a target");
    assert!(rows[2].purchases.is_empty());
}

#[database_test]
async fn scopes_nest_and_each_limits_its_own_level(db: TestDb) {
    let customers = shop(&db).await;
    let rows = customers
        .find()
        .filter(Customer::NAME.ne("Odin"))
        .include(Customer::PURCHASES.scope(|purchases| {
            purchases
                .filter(Purchase::TOTAL.is_not_null())
                .order_by(Purchase::TOTAL.asc())
                .limit(2)
                .include(Purchase::ITEMS.scope(|items| {
                    items
                        .order_by(Item::LABEL.desc())
                        .limit(1)
                        .include(Item::PRODUCT.scope(|products| {
                            products.filter(Product::NAME.eq("eye")).include(
                                Product::ITEMS.scope(|items| items.filter(Item::LABEL.ne("z"))),
                            )
                        }))
                }))
        }))
        .all()
        .await
        .unwrap();
    // 22 has no product, so all keys of products come from 23.
    assert_eq!(db.count(), 5);
    assert_eq!(ids!(rows), [1, 3]);
    let purchases = &rows[0].purchases;
    assert_eq!(ids!(purchases), [11, 12]);
    assert_eq!(ids!(purchases[0].items), [22]);
    assert_eq!(ids!(purchases[1].items), [23]);
    assert!(purchases[0].items[0].product.is_none());
    let eye = purchases[1].items[0].product.as_ref().unwrap();
    assert_eq!(ids!(eye.items), [23]);
    assert!(rows[1].purchases.is_empty());
}

#[database_test]
async fn a_has_one_is_joined_within_a_has_many(db: TestDb) {
    let customers = shop(&db).await;
    let rows = customers
        .find()
        .include(Customer::PURCHASES.include(Purchase::INVOICE))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    let invoices: Vec<_> = rows[0]
        .purchases
        .iter()
        .map(|row| row.invoice.as_ref().map(|invoice| invoice.id))
        .collect();
    assert_eq!(invoices, [Some(31), None, None]);
    let limited = Customer::PURCHASES.scope(|purchases| {
        purchases
            .order_by(Purchase::ID.desc())
            .limit(2)
            .offset(1)
            .include(Purchase::INVOICE.scope(|invoices| invoices.filter(Invoice::ID.gt(0))))
    });
    let rows = customers.find().include(limited).all().await.unwrap();
    assert_eq!(db.count(), 2);
    let found: Vec<_> = rows
        .iter()
        .flat_map(|row| &row.purchases)
        .map(|row| (row.id, row.invoice.as_ref().map(|invoice| invoice.id)))
        .collect();
    assert_eq!(found, [(12, None), (11, Some(31))]);
}

#[database_test]
async fn a_has_many_below_a_joined_has_one(db: TestDb) {
    shop(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let nested = || Purchase::INVOICE.include(Invoice::PAYMENTS);
    let rows = purchases.find().include(nested()).all().await.unwrap();
    assert_eq!(db.count(), 2);
    let payments: Vec<_> = rows
        .iter()
        .map(|row| row.invoice.as_ref().map(|invoice| ids!(invoice.payments)))
        .collect();
    let expected = [Some(vec![41, 42]), None, None, Some(vec![43]), None];
    assert_eq!(payments, expected);
    let limited = Purchase::INVOICE.include(
        Invoice::PAYMENTS.scope(|payments| payments.order_by(Payment::AMOUNT.desc()).limit(1)),
    );
    let rows = purchases.find().limit(2).include(limited).all().await;
    let rows = rows.unwrap();
    assert_eq!(ids!(rows[0].invoice.as_ref().unwrap().payments), [42]);
    let customers = CustomerRepository::new(&*db);
    db.ran();
    let rows = customers
        .find()
        .include(Customer::PURCHASES.include(nested()))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let invoice = rows[0].purchases[0].invoice.as_ref().unwrap();
    assert_eq!(ids!(invoice.payments), [41, 42]);
}

#[database_test]
async fn a_has_many_below_a_belongs_to_joined_or_not(db: TestDb) {
    shop(&db).await;
    let items = ItemRepository::new(&*db);
    for limit in [1000, 20] {
        let nested = Item::PURCHASE.include(Purchase::ITEMS);
        let query = items.find().limit(limit).include(nested);
        let rows = query.all().await.unwrap();
        assert_eq!(db.count(), if limit > 20 { 3 } else { 2 });
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.id, ids!(row.purchase.items)))
            .collect();
        let expected = [
            (21, vec![21, 22]),
            (22, vec![21, 22]),
            (23, vec![23]),
            (24, vec![24]),
            (25, vec![25]),
        ];
        assert_eq!(found, expected, "limit {limit}");
        assert!(Arc::ptr_eq(&rows[0].purchase, &rows[1].purchase));
        let nested = Item::PRODUCT.include(Product::ITEMS.scope(|items| items.offset(1)));
        let query = items.find().limit(limit).include(nested);
        let rows = query.all().await.unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| row.product.as_ref().map(|product| ids!(product.items)))
            .collect();
        let hammer = Some(vec![24, 25]);
        let expected = [hammer.clone(), None, Some(vec![]), hammer.clone(), hammer];
        assert_eq!(found, expected, "limit {limit}");
        db.ran();
    }
}

#[database_test]
async fn find_through_a_relation_takes_includes(db: TestDb) {
    let customers = shop(&db).await;
    let query = customers.purchases(1).find().include(Purchase::ITEMS);
    let rows = query.order_by(Purchase::ID.desc()).all().await.unwrap();
    assert_eq!(db.count(), 2);
    let items: Vec<_> = rows.iter().map(|row| ids!(row.items)).collect();
    assert_eq!(items, [vec![], vec![23], vec![21, 22]]);
    let by_id = customers.purchases(1).find_by_id(11);
    let row = by_id.include(Purchase::ITEMS).get().await.unwrap();
    assert_eq!(ids!(row.items), [21, 22]);
    let purchases = PurchaseRepository::new(&*db);
    let customer = purchases.customer(12).find().include(Customer::PURCHASES);
    assert_eq!(ids(&customer.get().await.unwrap().purchases), [11, 12, 13]);
    let invoice = purchases.invoice(11).find().include(Invoice::PAYMENTS);
    assert_eq!(ids!(invoice.get().await.unwrap().payments), [41, 42]);
}

#[database_test]
async fn several_relations_in_one_query(db: TestDb) {
    shop(&db).await;
    let rows = PurchaseRepository::new(&*db)
        .find()
        .order_by(Purchase::ID.desc())
        .include(Purchase::ITEMS.scope(|items| items.filter(Item::LABEL.ne("b"))))
        .include(Purchase::INVOICE)
        .include(Purchase::CUSTOMER.include(Customer::PURCHASES))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 4);
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let customer = row.customer.as_ref();
            (
                row.id,
                ids!(row.items),
                row.invoice.as_ref().map(|invoice| invoice.id),
                customer.map(|customer| (customer.id, ids(&customer.purchases))),
            )
        })
        .collect();
    let thor = || Some((1, vec![11, 12, 13]));
    let expected = [
        (15, vec![25], None, None),
        (14, vec![24], Some(32), Some((2, vec![14]))),
        (13, vec![], None, thor()),
        (12, vec![23], None, thor()),
        (11, vec![21], Some(31), thor()),
    ];
    assert_eq!(found, expected);
}

#[database_test]
async fn an_include_sees_rows_that_were_moved(db: TestDb) {
    let customers = shop(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let lists = async || {
        let rows = customers.find().include(Customer::PURCHASES).all().await;
        let rows = rows.unwrap();
        rows.iter()
            .map(|row| ids(&row.purchases))
            .collect::<Vec<_>>()
    };
    let moved = purchases.patch_by_id(12, Purchase::patch().customer_id(3));
    assert_eq!(moved.await.unwrap(), 1);
    assert_eq!(lists().await, [vec![11, 13], vec![14], vec![12]]);
    let purchase = purchases.find_by_id(14).get().await.unwrap();
    let moved = Purchase {
        customer_id: Some(3),
        ..purchase
    };
    purchases.replace(moved).await.unwrap();
    assert_eq!(lists().await, [vec![11, 13], vec![], vec![12, 14]]);
    let freed = purchases
        .patch(Purchase::patch().customer_id(None))
        .filter(Purchase::ID.le(12));
    assert_eq!(freed.await.unwrap(), 2);
    assert_eq!(lists().await, [vec![13], vec![], vec![14]]);
}

#[database_test]
async fn an_include_sees_the_rows_of_its_transaction(db: TestDb) {
    shop(&db).await;
    let result: relations::Result<()> = db
        .transaction(async |tx| {
            let customers = CustomerRepository::new(&tx);
            let draft = Purchase::draft().id(16);
            customers.purchases(3).create(draft).await?;
            customers.purchases(2).delete_by_id(15).await?;
            let rows = customers.find().include(Customer::PURCHASES).all().await?;
            let lists: Vec<_> = rows.iter().map(|row| ids(&row.purchases)).collect();
            assert_eq!(lists, [vec![11, 12, 13], vec![14], vec![16]]);
            customers
                .purchases(3)
                .create(Purchase::draft().id(16))
                .await?;
            Ok(())
        })
        .await;
    assert!(result.unwrap_err().is_already_exists());
    let customers = CustomerRepository::new(&*db);
    assert!(!customers.purchases(3).exists().await.unwrap());
}

#[database_test]
async fn a_slot_owns_its_list(db: TestDb) {
    let customers = shop(&db).await;
    let thor = customers.find_by_id(1).include(Customer::PURCHASES);
    let mut thor = thor.get().await.unwrap();
    let copy = thor.clone();
    let taken: Vec<Purchase> = std::mem::take(&mut thor.purchases);
    assert_eq!(ids(&taken), [11, 12, 13]);
    assert_ne!(thor, copy);
    let shown = format!("{thor:?}");
    assert_eq!(
        shown,
        r#"CustomerWith { model: Customer { id: 1, name: "Thor" }, purchases: [] }"#
    );
    let model = Customer {
        name: "Donar".into(),
        ..thor.into_model()
    };
    customers.replace(model).await.unwrap();
    assert_eq!(customers.purchases(1).count().await.unwrap(), 3);
}

/// Tables whose constraints are missing: two invoices for purchase 11, in an order that is not that of their ids.
async fn repeated(db: &TestDb) -> CustomerRepository<&Db> {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE purchase (id INTEGER PRIMARY KEY, total INTEGER, customer_id INTEGER);
            CREATE TABLE invoice (id INTEGER, purchase_id INTEGER NOT NULL);
            CREATE TABLE item (id INTEGER, label TEXT NOT NULL, product_id INTEGER, purchase_id INTEGER NOT NULL);
            CREATE TABLE payment (id INTEGER, amount INTEGER NOT NULL, invoice_id INTEGER NOT NULL)",
        postgres: "CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE purchase (id BIGINT PRIMARY KEY, total BIGINT, customer_id BIGINT);
            CREATE TABLE invoice (id BIGINT, purchase_id BIGINT NOT NULL);
            CREATE TABLE item (id BIGINT, label TEXT NOT NULL, product_id BIGINT, purchase_id BIGINT NOT NULL);
            CREATE TABLE payment (id BIGINT, amount BIGINT NOT NULL, invoice_id BIGINT NOT NULL)",
        mysql: "CREATE TABLE customer (id BIGINT PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE purchase (id BIGINT PRIMARY KEY, total BIGINT, customer_id BIGINT);
            CREATE TABLE invoice (id BIGINT, purchase_id BIGINT NOT NULL);
            CREATE TABLE item (id BIGINT, label TEXT NOT NULL, product_id BIGINT, purchase_id BIGINT NOT NULL);
            CREATE TABLE payment (id BIGINT, amount BIGINT NOT NULL, invoice_id BIGINT NOT NULL)",
    })
    .await;
    db.execute("INSERT INTO customer VALUES (1, 'Thor'), (2, 'Odin')")
        .await;
    db.execute("INSERT INTO purchase VALUES (11, 1, 1), (12, 2, 1), (13, 3, 2)")
        .await;
    db.execute("INSERT INTO invoice VALUES (39, 11), (31, 11), (33, 12), (35, 11)")
        .await;
    db.execute("INSERT INTO item VALUES (22, 'b', NULL, 11), (21, 'a', NULL, 11)")
        .await;
    db.execute("INSERT INTO payment VALUES (42, 0, 31), (41, 0, 31), (43, 0, 39)")
        .await;
    db.ran();
    CustomerRepository::new(&**db)
}

#[database_test]
async fn of_two_rows_behind_a_has_one_within_a_has_many_the_first_is_taken(db: TestDb) {
    let customers = repeated(&db).await;
    for limit in [None, Some(2)] {
        let scope = Customer::PURCHASES.scope(|mut purchases| {
            if let Some(limit) = limit {
                purchases = purchases.limit(limit);
            }
            purchases
                .include(Purchase::INVOICE.include(Invoice::PAYMENTS))
                .include(Purchase::ITEMS)
        });
        let rows = customers.find().include(scope).all().await.unwrap();
        let found: Vec<Vec<_>> = rows
            .iter()
            .map(|row| {
                let purchases = row.purchases.iter();
                let purchases = purchases.map(|purchase| {
                    let invoice = purchase.invoice.as_ref();
                    (
                        purchase.id,
                        invoice.map(|invoice| (invoice.id, ids!(invoice.payments))),
                        ids!(purchase.items),
                    )
                });
                purchases.collect()
            })
            .collect();
        let expected = [
            vec![
                (11, Some((31, vec![41, 42])), vec![21, 22]),
                (12, Some((33, vec![])), vec![]),
            ],
            vec![(13, None, vec![])],
        ];
        assert_eq!(found, expected, "limit {limit:?}");
    }
}

#[database_test]
async fn of_two_rows_behind_a_has_one_below_a_belongs_to_the_first_is_taken(db: TestDb) {
    repeated(&db).await;
    db.execute("DELETE FROM invoice").await;
    db.execute("DELETE FROM item").await;
    // So many that PostgreSQL reads the invoices and looks their purchases up: those of one purchase are far apart.
    let invoices = (0..5000).map(|n| format!("({}, {})", 100_000 - n, 1000 + n % 500));
    let invoices: Vec<String> = invoices.collect();
    db.execute(&format!(
        "INSERT INTO invoice VALUES {}",
        invoices.join(", ")
    ))
    .await;
    let purchases: Vec<String> = (0..500).map(|n| format!("({}, 0, 2)", 1000 + n)).collect();
    let sql = format!("INSERT INTO purchase VALUES {}", purchases.join(", "));
    db.execute(&sql).await;
    db.execute("INSERT INTO item SELECT id, 'x', NULL, id FROM purchase WHERE id >= 1000")
        .await;
    db.execute_sql(Sql::Each {
        sqlite: "ANALYZE",
        postgres: "ANALYZE",
        mysql: "ANALYZE TABLE purchase, invoice",
    })
    .await;
    let items = ItemRepository::new(&*db);
    let nested = Item::PURCHASE.include(Purchase::INVOICE);
    let rows = items.find().include(nested).all().await.unwrap();
    assert_eq!(rows.len(), 500);
    for row in &rows {
        let first = 100_000 - 4500 - (row.id - 1000);
        let invoice = row.purchase.invoice.as_ref().unwrap();
        assert_eq!(invoice.id, first, "of purchase {}", row.id);
    }
}

#[database_test]
async fn lists_as_json(db: TestDb) {
    let customers = shop(&db).await;
    let rows = customers
        .find()
        .filter(Customer::ID.ge(2))
        .order_by(Customer::ID.asc());
    let plain = rows.clone().all().await.unwrap();
    assert_eq!(
        to_value(&plain).unwrap(),
        json!([{"id": 2, "name": "Odin"}, {"id": 3, "name": "Loki"}])
    );
    let nested = Customer::PURCHASES.include(Purchase::ITEMS);
    let with = rows.include(nested).all().await.unwrap();
    assert_eq!(
        serde_json::to_string(&with).unwrap(),
        concat!(
            r#"[{"id":2,"name":"Odin","purchases":[{"id":14,"total":null,"customer_id":2,"#,
            r#""items":[{"id":24,"label":"d","product_id":91,"purchase_id":14}]}]},"#,
            r#"{"id":3,"name":"Loki","purchases":[]}]"#
        )
    );
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "camelCase")]
#[has_many(SoldTicket, key_to = "box_office")]
pub struct BoxOffice {
    #[model(id)]
    pub id: i64,
    pub door_code: i64,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct SoldTicket {
    #[model(id)]
    pub id: i64,
    #[belongs_to(BoxOffice, name = "office")]
    pub box_office: i64,
}

#[database_test]
async fn counts_as_json(db: TestDb) {
    db.schema::<(BoxOffice, SoldTicket)>()
        .create()
        .await
        .unwrap();
    db.execute("INSERT INTO box_office VALUES (1, 5), (2, 6)")
        .await;
    db.execute("INSERT INTO sold_ticket VALUES (7, 1), (8, 1)")
        .await;
    let offices = BoxOfficeRepository::new(&*db);
    let counts = offices.find().include(BoxOffice::SOLD_TICKETS.count());
    assert_eq!(
        to_value(counts.all().await.unwrap()).unwrap(),
        json!([
            {"id": 1, "doorCode": 5, "soldTicketsCount": 2},
            {"id": 2, "doorCode": 6, "soldTicketsCount": 0},
        ])
    );
    let scope = BoxOffice::SOLD_TICKETS.scope(|tickets| tickets.limit(1));
    let counted = offices.find().include(scope.counted()).all().await;
    assert_eq!(
        to_value(counted.unwrap()).unwrap(),
        json!([
            {"id": 1, "doorCode": 5, "soldTickets": [{"id": 7, "box_office": 1}], "soldTicketsCount": 2},
            {"id": 2, "doorCode": 6, "soldTickets": [], "soldTicketsCount": 0},
        ])
    );
    let tickets = SoldTicketRepository::new(&*db);
    let nested = SoldTicket::OFFICE.include(BoxOffice::SOLD_TICKETS.count());
    let ticket = tickets.find_by_id(8).include(nested).get().await.unwrap();
    assert_eq!(
        to_value(ticket).unwrap(),
        json!({"id": 8, "box_office": 1, "office": {"id": 1, "doorCode": 5, "soldTicketsCount": 2}})
    );
}

#[database_test]
async fn a_count_in_snake_case_as_json(db: TestDb) {
    let customers = shop(&db).await;
    let loki = customers.find_by_id(3);
    let counted = loki.include(Customer::PURCHASES.counted()).get().await;
    assert_eq!(
        to_value(counted.unwrap()).unwrap(),
        json!({"id": 3, "name": "Loki", "purchases": [], "purchases_count": 0})
    );
}

#[database_test]
async fn a_second_scope_goes_on_from_the_first(db: TestDb) {
    db.schema::<(scoped::Owner, scoped::Thing)>()
        .create()
        .await
        .unwrap();
    let owners = scoped::OwnerRepository::new(&*db);
    let things = [1, 2, 3, 4].map(|size| scoped::Thing::draft().size(size));
    owners
        .create(scoped::Owner::draft().things(things))
        .await
        .unwrap();
    let counted = scoped::Owner::THINGS.counted();
    let large = counted.scope(|things| things.filter(scoped::Thing::SIZE.gt(1)));
    let cut = large
        .scope(|things| things.limit(2))
        .include(scoped::Thing::OWNER);
    let rows = owners.find().include(cut).all().await.unwrap();
    let sizes: Vec<i64> = rows[0].things.iter().map(|thing| thing.size).collect();
    assert_eq!((sizes, rows[0].things.count), (vec![2, 3], 3));
    assert_eq!(rows[0].things[0].owner.id, rows[0].id);
}

mod scoped {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[has_many(Thing)]
    pub struct Owner {
        #[model(id, generated)]
        pub id: i64,
    }

    #[derive(Debug, Model)]
    pub struct Thing {
        #[model(id, generated)]
        pub id: i64,
        pub size: i64,
        #[belongs_to(Owner)]
        pub owner_id: i64,
    }
}
