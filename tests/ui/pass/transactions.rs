//! Every form of a transaction, in tasks that may move between threads.

use relations::prelude::*;
use relations::{Isolation, Result};

#[derive(Debug, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    manager: String,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[derive(Debug)]
enum Failure {
    Database(relations::Error),
    Refused(String),
}

impl From<relations::Error> for Failure {
    fn from(error: relations::Error) -> Self {
        Failure::Database(error)
    }
}

async fn create<C: Connection>(connection: C, name: &str) -> Result<Supplier> {
    let suppliers = SupplierRepository::new(connection);
    let supplier = suppliers.create(Supplier::draft().name(name)).await?;
    suppliers
        .account(&supplier)
        .create(Account::draft().manager(name))
        .await?;
    Ok(supplier)
}

async fn captures_by_reference(db: &Db, name: &str) -> Result<i64> {
    let created = db.transaction(async |tx| create(&tx, name).await).await?;
    Ok(created.id)
}

async fn captures_by_move(db: Db, name: String) -> Result<i64> {
    let id = db
        .transaction(async move |tx| {
            let created = create(&tx, &name).await?;
            drop(name);
            Ok(created.id)
        })
        .await?;
    Ok(id)
}

async fn changes_what_it_captures(db: &Db) -> Result<u64> {
    let mut count = 0;
    let mut names = Vec::new();
    db.transaction(async |tx| {
        let suppliers = SupplierRepository::new(&tx);
        count += suppliers.find().count().await?;
        names.extend(
            suppliers
                .find()
                .all()
                .await?
                .into_iter()
                .map(|supplier| supplier.name),
        );
        Ok(())
    })
    .await?;
    assert_eq!(names.len() as u64, count);
    Ok(count)
}

async fn fails_in_its_own_way(db: &Db, name: &str) -> Result<(), Failure> {
    db.try_transaction(async |tx| {
        create(&tx, name).await?;
        Err(Failure::Refused(name.to_owned()))
    })
    .await
}

async fn nested(db: &Db, name: &str) -> Result<u64> {
    db.transaction(async |tx| {
        create(&tx, name).await?;
        let inner: Result<(), Failure> = tx
            .try_transaction(async |inner| {
                create(&inner, name).await?;
                Err(Failure::Refused(String::new()))
            })
            .await;
        assert!(matches!(inner, Err(Failure::Refused(_))));
        tx.transaction(async |inner| create(inner, name).await)
            .await?;
        SupplierRepository::new(&tx)
            .find()
            .filter(Supplier::NAME.eq(name))
            .count()
            .await
    })
    .await
}

async fn isolated(db: &Db, name: &str) -> Result<i64> {
    let options = db.isolation(Isolation::Serializable);
    let created = options
        .transaction(async |tx| create(&tx, name).await)
        .await?;
    Ok(created.id)
}

async fn retried(db: &Db, name: &str) -> Result<i64> {
    let created = db
        .retry(3)
        .transaction(async |tx| create(&tx, name).await)
        .await?;
    Ok(created.id)
}

async fn retried_with_its_own_error(db: &Db, name: &str) -> Result<i64, Failure> {
    db.retry(3)
        .try_transaction(async |tx| {
            let created = create(&tx, name).await?;
            if created.name.is_empty() {
                return Err(Failure::Refused(created.name));
            }
            Ok(created.id)
        })
        .await
}

async fn isolated_and_retried(db: &Db, name: &str) -> Result<i64> {
    db.isolation(Isolation::RepeatableRead)
        .retry(2)
        .transaction(async |tx| Ok(create(&tx, name).await?.id))
        .await
}

async fn snapshot(db: &Db, name: &str) -> Result<usize> {
    db.snapshot()
        .transaction(async |tx| {
            let suppliers = SupplierRepository::new(tx);
            let named = suppliers.find().filter(Supplier::NAME.eq(name));
            Ok(named.include(Supplier::ACCOUNT).all().await?.len())
        })
        .await
}

#[tokio::main]
async fn main() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    db.schema::<(Supplier, Account)>().create().await.unwrap();
    tokio::spawn(async move {
        let name = String::from("Thor");
        captures_by_reference(&db, &name).await.unwrap();
        captures_by_move(db.clone(), name.clone()).await.unwrap();
        assert_eq!(changes_what_it_captures(&db).await.unwrap(), 2);
        let failure = fails_in_its_own_way(&db, &name).await.unwrap_err();
        assert!(
            matches!(&failure, Failure::Refused(refused) if *refused == name),
            "{failure:?}"
        );
        assert_eq!(nested(&db, &name).await.unwrap(), 4);
        isolated(&db, &name).await.unwrap();
        retried(&db, &name).await.unwrap();
        retried_with_its_own_error(&db, &name).await.unwrap();
        isolated_and_retried(&db, &name).await.unwrap();
        assert_eq!(snapshot(&db, &name).await.unwrap(), 8);
        let count = db
            .transaction(async |tx| {
                let suppliers = SupplierRepository::new(&tx);
                suppliers
                    .find()
                    .filter(Supplier::NAME.eq(&name))
                    .count()
                    .await
            })
            .await
            .unwrap();
        assert_eq!(count, 8);
    })
    .await
    .unwrap();
}
