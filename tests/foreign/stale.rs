//! What a connection prepared before the table changed: the server then no longer takes it.

use crate::support::{Sql, TestDb, database_test};
use relations::{ErrorKind, prelude::*};

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Item {
    #[model(id)]
    pub id: i64,
    pub qty: i64,
}

async fn a_table(db: &TestDb) {
    db.execute(
        "CREATE TABLE item (id BIGINT PRIMARY KEY, qty INTEGER NOT NULL); INSERT INTO item VALUES (1, 7)",
    )
    .await;
}

/// A service goes on while a column becomes wider.
const WIDER: Sql = Sql::Each {
    sqlite: "ALTER TABLE item ADD COLUMN note TEXT",
    postgres: "ALTER TABLE item ALTER qty TYPE BIGINT",
    mysql: "ALTER TABLE item MODIFY qty BIGINT NOT NULL",
};

#[database_test]
async fn reads_and_writes_go_on_when_a_column_changes(db: TestDb) {
    a_table(&db).await;
    let items = ItemRepository::new(&*db);
    // On several connections, where the database has them.
    let prepare = async || {
        let reads = (0..8).map(|_| {
            let db = (*db).clone();
            tokio::spawn(async move { ItemRepository::new(&db).find_by_id(1).await })
        });
        for read in reads.collect::<Vec<_>>() {
            assert_eq!(read.await.unwrap().unwrap().unwrap().qty, 7);
        }
    };
    prepare().await;
    items.create(Item::draft().id(2).qty(1)).await.unwrap();
    db.execute_sql(WIDER).await;
    items.create(Item::draft().id(3).qty(1)).await.unwrap();
    prepare().await;
    items.patch_by_id(3, Item::patch().qty(2)).await.unwrap();
    assert_eq!(items.get_by_id(3).await.unwrap().qty, 2);
    assert_eq!(items.find().count().await.unwrap(), 3);
}

#[database_test(postgres)]
async fn inside_a_transaction_it_is_a_conflict_that_retry_knows(db: TestDb) {
    a_table(&db).await;
    let items = ItemRepository::new(&*db);
    items.find_by_id(1).await.unwrap();
    db.execute_sql(WIDER).await;
    let once = db.transaction(async |tx| {
        let found = ItemRepository::new(&tx).find_by_id(1).await;
        let error = found.as_ref().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.is_retryable());
        found
    });
    assert!(once.await.unwrap_err().is_conflict());

    // The statements of a connection that was idle are forgotten, so the next transaction meets none of them.
    let again = db.transaction(async |tx| ItemRepository::new(&tx).get_by_id(1).await);
    assert_eq!(again.await.unwrap().qty, 7);

    db.execute("ALTER TABLE item ALTER qty TYPE INTEGER").await;
    let retried = db.retry(1);
    let qty = retried.transaction(|tx| async move {
        let item = ItemRepository::new(&tx).get_by_id(1).await?;
        Ok::<_, relations::Error>(item.qty)
    });
    assert_eq!(qty.await.unwrap(), 7);
}

/// A trigger or a balancer may drop what a connection prepared.
#[database_test(postgres)]
async fn statements_that_are_not_there_are_prepared_again(db: TestDb) {
    a_table(&db).await;
    db.execute(
        "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS \
            $$ BEGIN EXECUTE 'DEALLOCATE ALL'; RETURN NULL; END $$; \
        CREATE TRIGGER forget AFTER DELETE ON item FOR EACH STATEMENT EXECUTE FUNCTION forget()",
    )
    .await;
    let items = ItemRepository::new(&*db);
    items.find_by_id(1).await.unwrap();
    items.create(Item::draft().id(2).qty(1)).await.unwrap();
    items.delete_by_id(2).await.unwrap();
    assert_eq!(items.get_by_id(1).await.unwrap().qty, 7);
    items.create(Item::draft().id(2).qty(1)).await.unwrap();
    items.delete_by_id(2).await.unwrap();
    items.patch_by_id(1, Item::patch().qty(8)).await.unwrap();
    let error = db.ran().into_iter().filter_map(|ran| ran.error).next();
    let error = error.expect("the first statement that was not there failed");
    assert!(error.contains("does not exist"), "{error}");
}
