//! A query built step by step keeps its type.

use relations::prelude::*;

#[derive(Debug, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
    rating: Option<i32>,
}

#[derive(Debug, Model)]
struct Account {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[derive(Debug, Default)]
struct Search<'s> {
    name: Option<&'s str>,
    ratings: Option<Vec<i32>>,
    newest_first: bool,
    page: Option<u64>,
}

async fn search(db: &Db, search: &Search<'_>) -> relations::Result<Vec<i64>> {
    let suppliers = SupplierRepository::new(db);
    let mut query = suppliers.find().include(Supplier::ACCOUNT);
    if let Some(name) = search.name {
        query = query.filter(Supplier::NAME.like(format!("{name}%")));
    }
    query = query.filter(
        search
            .ratings
            .clone()
            .map(|ratings| Supplier::RATING.in_(ratings)),
    );
    query = match search.newest_first {
        true => query.order_by(Supplier::ID.desc()),
        false => query
            .order_by(Supplier::NAME.asc())
            .order_by(Supplier::ID.asc()),
    };
    if let Some(page) = search.page {
        query = query.limit(2).offset(page * 2);
    }
    Ok(query
        .all()
        .await?
        .iter()
        .map(|supplier| supplier.id)
        .collect())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    for (name, rating) in [("Thor", Some(3)), ("Loki", None), ("Thorin", Some(5))] {
        suppliers
            .create(Supplier::draft().name(name).rating(rating))
            .await?;
    }
    assert_eq!(search(&db, &Search::default()).await?, [2, 1, 3]);
    let named = Search {
        name: Some("Thor"),
        newest_first: true,
        ..Search::default()
    };
    assert_eq!(search(&db, &named).await?, [3, 1]);
    let rated = Search {
        ratings: Some(vec![3, 4]),
        ..Search::default()
    };
    assert_eq!(search(&db, &rated).await?, [1]);
    let paged = Search {
        page: Some(1),
        ..Search::default()
    };
    assert_eq!(search(&db, &paged).await?, [3]);
    let minimum = Some(4);
    let predicate = Supplier::NAME.ne("x") & minimum.map(|minimum| Supplier::RATING.ge(minimum));
    // Not Loki: comparing with NULL is neither true nor false.
    assert_eq!(
        suppliers
            .find()
            .filter(!predicate.clone() | predicate)
            .count()
            .await?,
        2
    );
    Ok(())
}
