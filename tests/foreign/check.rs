//! What a check says of tables that do not have what the models need.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::schema::DifferenceKind;

#[derive(Debug, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Model)]
struct Account {
    #[model(id)]
    id: i64,
    balance: i64,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[database_test]
async fn a_missing_table_and_a_missing_column_are_told(db: TestDb) {
    let schema = db.schema::<(Supplier, Account)>();
    let check = schema.check().await.unwrap();
    assert_eq!(
        check.to_string(),
        "`Supplier`: there is no table `supplier`\n\
         `Account`: there is no table `account`"
    );
    schema.create().await.unwrap();
    db.execute("ALTER TABLE account DROP COLUMN balance").await;
    let check = schema.check().await.unwrap();
    assert_eq!(
        check.to_string(),
        "`Account::balance`: table `account` has no column `balance`: whatever reads or writes an `Account` fails"
    );
    let difference = &check.differences()[0];
    assert_eq!(difference.kind(), DifferenceKind::MissingColumn);
    assert_eq!((difference.model(), difference.fields()), ("Account", &["balance"][..]));
    assert_eq!((difference.table(), difference.columns()), ("account", &["balance".to_owned()][..]));
}
