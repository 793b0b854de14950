//! Conditions as long and as deep as somebody else's list.

use crate::support::{TestDb, database_test};
use relations::{Dialect, ErrorKind, Predicate, prelude::*};
use rust_decimal::Decimal;

#[derive(Debug, Model)]
#[has_many(Item)]
struct Price {
    #[model(id)]
    id: i64,
    qty: i64,
}

#[derive(Debug, Model)]
struct Item {
    #[model(id)]
    id: i64,
    #[belongs_to(Price)]
    price_id: i64,
}

async fn prices(db: &TestDb) -> PriceRepository<&relations::Db> {
    db.schema::<(Price, Item)>().create().await.unwrap();
    let prices = PriceRepository::new(&**db);
    let rows = (1..=3).map(|id| Price { id, qty: id * 10 });
    prices.create_all(rows).await.unwrap();
    prices
}

#[database_test]
async fn a_chain_of_thousands_of_alternatives_is_one_level_deep(db: TestDb) {
    let prices = prices(&db).await;
    let any = (0..5000)
        .map(|at| Price::QTY.eq(at))
        .reduce(|a, b| a | b)
        .unwrap();
    let found = prices.find().filter(any.clone()).count().await.unwrap();
    assert_eq!(found, 3);
    // From the right, too.
    let other = (0..5000)
        .map(|at| Price::QTY.eq(at))
        .reduce(|a, b| b | a)
        .unwrap();
    assert_eq!(prices.find().filter(other).count().await.unwrap(), 3);
    let all = (100..5100)
        .map(|at| Price::QTY.ne(at))
        .reduce(|a, b| a & b)
        .unwrap();
    assert_eq!(prices.find().filter(all & !any).count().await.unwrap(), 0);
    // Twice not is nothing.
    let not = (0..100_001).fold(Price::QTY.eq(10), |predicate, _| !predicate);
    assert_eq!(prices.find().filter(not).count().await.unwrap(), 2);
}

/// `a | (b & (c | ..))`, so many levels deep.
fn nested(levels: i64) -> Predicate<Price> {
    (0..levels).fold(Price::QTY.eq(10), |inner, at| match at % 2 {
        0 => inner & Price::ID.gt(-at),
        _ => inner | Price::ID.eq(-1 - at),
    })
}

#[database_test]
async fn a_condition_that_is_nested_too_deeply_is_an_error(db: TestDb) {
    let prices = prices(&db).await;
    let found = prices.find().filter(nested(100)).count().await.unwrap();
    assert_eq!(found, 1);
    db.ran();
    for levels in [1_000, 100_000] {
        let error = prices
            .find()
            .filter(nested(levels))
            .all()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidFilter);
        assert_eq!(
            error.to_string(),
            "a predicate on `Price` is nested too deeply\nhelp: join many alternatives by `|`, or use `in_`"
        );
        let delete = prices.delete().filter(!nested(levels));
        assert!(delete.await.is_err());
    }
    let related = (0..1_000).fold(Price::QTY.eq(1), |inner, _| {
        Price::ITEMS.some(Item::PRICE.some(inner))
    });
    assert!(prices.find().filter(related).all().await.is_err());
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn more_values_than_a_statement_takes_are_an_error_before_it(db: TestDb) {
    let prices = prices(&db).await;
    let any = (0..70_000)
        .map(|at| Price::QTY.eq(at))
        .reduce(|a, b| a | b)
        .unwrap();
    db.ran();
    let error = prices.find().filter(any).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    assert!(
        error
            .to_string()
            .starts_with("the statement has 70000 values"),
        "{error}"
    );
    assert_eq!(db.count(), 0);
    let list = prices.find().filter(Price::QTY.in_(0..70_000)).count();
    assert_eq!(list.await.unwrap(), 3);
}

#[derive(Debug, Model)]
struct Account {
    #[model(id)]
    id: i64,
    #[model(default = "0.00")]
    balance: Decimal,
}

#[database_test]
async fn decimals_are_equal_by_number_however_they_are_written(db: TestDb) {
    db.schema::<Account>().create().await.unwrap();
    let accounts = AccountRepository::new(&*db);
    accounts.create(Account::draft().id(1)).await.unwrap();
    db.execute("INSERT INTO account (id, balance) VALUES (2, '1.50'), (3, '-0.0')")
        .await;
    if db.dialect() == Dialect::Sqlite {
        db.execute("INSERT INTO account (id, balance) VALUES (4, '+1.5'), (5, '0150e-2')")
            .await;
    }
    let same = if db.dialect() == Dialect::Sqlite {
        3
    } else {
        1
    };
    let n = async |predicate| accounts.find().filter(predicate).count().await.unwrap();
    let (zero, half) = (Decimal::ZERO, "1.5".parse::<Decimal>().unwrap());
    assert_eq!(n(Account::BALANCE.eq(zero)).await, 2);
    assert_eq!(n(Account::BALANCE.in_([zero])).await, 2);
    assert_eq!(n(Account::BALANCE.ne(zero)).await, same);
    assert_eq!(n(Account::BALANCE.not_in([zero])).await, same);
    assert_eq!(
        n(Account::BALANCE.ge(zero) & Account::BALANCE.le(zero)).await,
        2
    );
    assert_eq!(n(Account::BALANCE.eq(half)).await, same);
    assert_eq!(n(Account::BALANCE.in_([half, zero])).await, 2 + same);
}
