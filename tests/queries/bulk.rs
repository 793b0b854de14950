//! A hundred thousand rows: still one statement a level, and every row its own target.

use crate::support::{Sql, TestDb, database_test};
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Account {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
    pub balance: i64,
}

const ROWS: i64 = 100_000;

/// Suppliers 1 to 100,000; each has account 1,000,000 + id, but for every tenth.
async fn fill(db: &TestDb) {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    db.execute_sql(Sql::Each {
        sqlite: "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
            INSERT INTO supplier SELECT n, 's' || n FROM n",
        postgres: "INSERT INTO supplier SELECT n, 's' || n FROM generate_series(1, 100000) AS n",
        mysql: "INSERT INTO supplier SELECT seq, CONCAT('s', seq) FROM seq_1_to_100000",
    })
    .await;
    db.execute(
        "INSERT INTO account SELECT 1000000 + id, id, id * 2 FROM supplier WHERE id % 10 <> 0",
    )
    .await;
    db.ran();
}

#[database_test]
async fn a_hundred_thousand_has_ones_in_one_statement(db: TestDb) {
    fill(&db).await;
    let rows = SupplierRepository::new(&*db)
        .find()
        .include(Supplier::ACCOUNT)
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 1);
    assert_eq!(rows.len() as i64, ROWS);
    for (row, id) in rows.iter().zip(1..) {
        let account = (id % 10 != 0).then(|| Account {
            id: 1_000_000 + id,
            supplier_id: id,
            balance: id * 2,
        });
        assert_eq!((row.id, &row.account), (id, &account));
        assert_eq!(row.name, format!("s{id}"));
    }
}

#[database_test]
async fn a_hundred_thousand_distinct_keys_in_two_statements(db: TestDb) {
    fill(&db).await;
    let rows = AccountRepository::new(&*db)
        .find()
        .include(Account::SUPPLIER)
        .all()
        .await
        .unwrap();
    let ran = db.ran();
    assert_eq!(ran.len(), 2);
    assert_eq!((ran[1].parameters, ran[1].rows), (1, 90_000));
    assert_eq!(rows.len(), 90_000);
    assert!(
        rows.iter()
            .all(|row| row.supplier.id == row.supplier_id && row.id == row.supplier_id + 1_000_000)
    );
}

#[database_test]
async fn a_hundred_thousand_keys_in_a_filter(db: TestDb) {
    fill(&db).await;
    let suppliers = SupplierRepository::new(&*db);
    assert_eq!(
        suppliers
            .find()
            .filter(Supplier::ID.in_(1..=ROWS))
            .count()
            .await
            .unwrap() as i64,
        ROWS
    );
    assert_eq!(
        suppliers
            .find()
            .filter(Supplier::ID.not_in(2..=ROWS))
            .count()
            .await
            .unwrap(),
        1
    );
    let ran = db.ran();
    assert!(ran.iter().all(|ran| ran.parameters == 1));
}

#[database_test]
async fn a_page_of_many_takes_one_statement(db: TestDb) {
    fill(&db).await;
    let suppliers = SupplierRepository::new(&*db);
    let page = suppliers
        .find()
        .order_by(Supplier::ID.desc())
        .limit(20)
        .offset(50_000)
        .include(Supplier::ACCOUNT);
    let rows = page.all().await.unwrap();
    assert_eq!(db.count(), 1);
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, (49_981..=50_000).rev().collect::<Vec<i64>>());
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Order)]
pub struct Customer {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "orders")]
pub struct Order {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[database_test]
async fn two_of_five_children_of_a_hundred_thousand_in_two_statements(db: TestDb) {
    db.schema::<(Customer, Order)>().create().await.unwrap();
    db.execute_sql(Sql::Each {
        sqlite: "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
            INSERT INTO customer SELECT n FROM n",
        postgres: "INSERT INTO customer SELECT n FROM generate_series(1, 100000) AS n",
        mysql: "INSERT INTO customer SELECT seq FROM seq_1_to_100000",
    })
    .await;
    for nth in 0..5 {
        let sql = format!("INSERT INTO orders SELECT id * 5 + {nth}, id FROM customer");
        db.execute(&sql).await;
    }
    db.ran();
    let rows = CustomerRepository::new(&*db)
        .find()
        .include(Customer::ORDERS.scope(|orders| orders.order_by(Order::ID.desc()).limit(2)))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    assert_eq!(rows.len() as i64, ROWS);
    for row in &rows {
        let ids: Vec<i64> = row.orders.iter().map(|order| order.id).collect();
        assert_eq!(ids, [row.id * 5 + 4, row.id * 5 + 3]);
    }
}
