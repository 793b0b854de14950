//! What `Db::tables` says of a schema.

use crate::support::{Sql, TestDb, database_test};
use relations::prelude::*;

#[derive(Debug, Model)]
#[has_one(Account)]
#[model(check = "rating > 0")]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    #[model(length = 40, unique)]
    name: String,
    rating: i32,
}

#[derive(Debug, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Supplier, on_delete = "cascade")]
    supplier_id: i64,
}

#[database_test]
async fn all_tables_and_views_are_read_with_their_keys_and_checks(db: TestDb) {
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    db.execute_sql(Sql::Same(
        "CREATE VIEW best AS SELECT id, name FROM supplier",
    ))
    .await;
    let mut tables = db.tables(None).await.unwrap();
    // A hostile database has tables of others beside them.
    tables.retain(|table| !["log", "others"].contains(&&*table.name));
    let names: Vec<_> = tables
        .iter()
        .map(|table| (&*table.name, table.is_view))
        .collect();
    assert_eq!(
        names,
        [("account", false), ("best", true), ("supplier", false)]
    );
    let [account, best, supplier] = tables.as_slice() else {
        unreachable!("there are three");
    };
    let key = &account.foreign_keys[0];
    assert_eq!(
        (&key.columns[..], &*key.referred_table),
        (&["supplier_id".to_owned()][..], "supplier")
    );
    assert_eq!(key.on_delete, relations::schema::ReferentialAction::Cascade);
    assert!(account.indexes.iter().any(|index| index.is_unique));
    assert_eq!(best.columns.len(), 2);
    assert_eq!((supplier.primary_key.len(), supplier.checks.len()), (1, 1));
    assert!(
        supplier.checks[0].sql.contains("rating"),
        "{:?}",
        supplier.checks
    );
}

#[database_test]
async fn a_schema_that_is_not_there_has_no_tables(db: TestDb) {
    assert_eq!(db.tables(Some("no_such_schema")).await.unwrap(), []);
}
