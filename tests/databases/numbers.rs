//! Integers, floats and decimals go to the database and come back exactly, or are refused.

use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Numbers {
    #[model(id)]
    pub id: i64,
    pub flag: bool,
    pub b: i16,
    pub c: i32,
    pub d: i64,
    pub e: u8,
    pub f: u16,
    pub g: u32,
    pub h: u64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Floats {
    #[model(id)]
    pub id: i64,
    pub i: f32,
    pub j: f64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Tiny {
    #[model(id)]
    pub id: i8,
    pub a: Option<i8>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Price {
    #[model(id)]
    pub id: i64,
    pub amount: Decimal,
}

fn numbers(id: i64) -> Numbers {
    Numbers {
        id,
        flag: false,
        b: 0,
        c: 0,
        d: 0,
        e: 0,
        f: 0,
        g: 0,
        h: 0,
    }
}

#[database_test]
async fn integers_at_their_ends(db: TestDb) {
    db.schema::<Numbers>().create().await.unwrap();
    let repository = NumbersRepository::new(&*db);
    let least = Numbers {
        b: i16::MIN,
        c: i32::MIN,
        d: i64::MIN,
        ..numbers(i64::MIN)
    };
    let most = Numbers {
        id: i64::MAX,
        flag: true,
        b: i16::MAX,
        c: i32::MAX,
        d: i64::MAX,
        e: u8::MAX,
        f: u16::MAX,
        g: u32::MAX,
        h: i64::MAX as u64,
    };
    for row in [least, numbers(0), most] {
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        assert_eq!(repository.find_by_id(row.id).get().await.unwrap(), row);
        let same = repository.find().filter(
            Numbers::B.eq(row.b)
                & Numbers::C.eq(row.c)
                & Numbers::D.eq(row.d)
                & Numbers::E.eq(row.e)
                & Numbers::F.eq(row.f)
                & Numbers::G.eq(row.g)
                & Numbers::H.eq(row.h)
                & Numbers::FLAG.eq(row.flag),
        );
        assert_eq!(same.all().await.unwrap(), [row.clone()]);
        let listed = repository.find().filter(
            Numbers::B.in_([row.b])
                & Numbers::C.in_([row.c])
                & Numbers::D.in_([row.d])
                & Numbers::E.in_([row.e])
                & Numbers::F.in_([row.f])
                & Numbers::G.in_([row.g])
                & Numbers::H.in_([row.h])
                & Numbers::FLAG.in_([row.flag]),
        );
        assert_eq!(listed.all().await.unwrap(), [row.clone()]);
        repository.replace(row.clone()).await.unwrap();
    }
    let sorted = repository
        .find()
        .order_by(Numbers::D.desc())
        .all()
        .await
        .unwrap();
    assert_eq!(
        sorted.iter().map(|row| row.d).collect::<Vec<_>>(),
        [i64::MAX, 0, i64::MIN]
    );
}

#[database_test]
async fn large_unsigned_integers_fit_or_are_refused_by_name(db: TestDb) {
    db.schema::<Numbers>().create().await.unwrap();
    let repository = NumbersRepository::new(&*db);
    let row = Numbers {
        h: u64::MAX,
        ..numbers(1)
    };
    if db.can.large_unsigned {
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        assert_eq!(
            repository
                .find()
                .filter(Numbers::H.eq(u64::MAX))
                .count()
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            repository
                .find()
                .filter(Numbers::H.in_([u64::MAX, 3]))
                .count()
                .await
                .unwrap(),
            1
        );
        return;
    }
    repository.create(numbers(2)).await.unwrap();
    db.ran();
    let errors = [
        repository.create(row.clone()).await.unwrap_err(),
        repository.replace(row).await.unwrap_err(),
        repository
            .patch_by_id(2, Numbers::patch().h(u64::MAX))
            .await
            .unwrap_err(),
        repository
            .find()
            .filter(Numbers::H.eq(u64::MAX))
            .all()
            .await
            .unwrap_err(),
        repository
            .find()
            .filter(Numbers::H.in_([u64::MAX]))
            .all()
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::InvalidValue, Some("Numbers"))
        );
        assert_eq!(
            error.to_string(),
            "cannot store `Numbers::h`: this database has no unsigned integers above 9223372036854775807"
        );
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn floats_at_their_ends(db: TestDb) {
    db.schema::<Floats>().create().await.unwrap();
    let repository = FloatsRepository::new(&*db);
    let zero = if db.can.negative_zero { -0.0 } else { 0.0 };
    let doubles = [
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        f64::EPSILON,
        zero,
        0.1,
        1e300,
        5e-324,
        123456789.123456789,
        9007199254740993.0,
    ];
    let singles = [
        f32::MIN,
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::EPSILON,
        zero as f32,
        0.1,
        1e30,
        16777217.0,
        1.0 / 3.0,
        1e-38,
    ];
    for (at, (i, j)) in singles.into_iter().zip(doubles).enumerate() {
        let row = Floats {
            i,
            j,
            id: at as i64,
        };
        let stored = repository.create(row.clone()).await.unwrap();
        assert_eq!(
            (stored.i.to_bits(), stored.j.to_bits()),
            (i.to_bits(), j.to_bits()),
            "{i} {j}"
        );
        let found = repository.find_by_id(row.id).get().await.unwrap();
        assert_eq!(
            (found.i.to_bits(), found.j.to_bits()),
            (i.to_bits(), j.to_bits()),
            "{i} {j}"
        );
        assert!(
            repository
                .find()
                .filter(Floats::ID.eq(row.id) & Floats::J.eq(j))
                .exists()
                .await
                .unwrap(),
            "{j}"
        );
        assert!(
            repository
                .find()
                .filter(Floats::ID.eq(row.id) & Floats::J.in_([j]))
                .exists()
                .await
                .unwrap(),
            "{j}"
        );
    }
}

#[database_test]
async fn singles_are_found_by_their_value(db: TestDb) {
    db.schema::<Floats>().create().await.unwrap();
    let repository = FloatsRepository::new(&*db);
    repository
        .create(Floats {
            i: 0.1,
            id: 1,
            j: 0.0,
        })
        .await
        .unwrap();
    assert!(
        repository
            .find()
            .filter(Floats::I.eq(0.1_f32))
            .exists()
            .await
            .unwrap(),
        "eq"
    );
    assert!(
        repository
            .find()
            .filter(Floats::I.in_([0.1_f32]))
            .exists()
            .await
            .unwrap(),
        "in_"
    );
}

#[database_test]
async fn the_smallest_integers(db: TestDb) {
    db.schema::<Tiny>().create().await.unwrap();
    let repository = TinyRepository::new(&*db);
    let rows = [i8::MIN, 0, i8::MAX].map(|id| Tiny { id, a: Some(id) });
    for row in &rows {
        assert_eq!(repository.create(row.clone()).await.unwrap(), *row);
        assert_eq!(repository.find_by_id(row.id).get().await.unwrap(), *row);
        let listed = repository.find().filter(Tiny::A.in_([row.id]));
        assert_eq!(listed.all().await.unwrap(), [row.clone()]);
    }
    assert_eq!(repository.find().all().await.unwrap(), rows);
    repository
        .patch_by_id(0_i8, Tiny::patch().a(None))
        .await
        .unwrap();
    assert_eq!(repository.find_by_id(0_i8).get().await.unwrap().a, None);
}

#[database_test]
async fn floats_that_are_no_numbers(db: TestDb) {
    db.schema::<Floats>().create().await.unwrap();
    let repository = FloatsRepository::new(&*db);
    let cases = [
        (f64::INFINITY, db.can.infinity),
        (f64::NEG_INFINITY, db.can.infinity),
        (f64::NAN, db.can.nan),
    ];
    for (at, (value, stored)) in cases.into_iter().enumerate() {
        let row = Floats {
            i: value as f32,
            j: value,
            id: at as i64,
        };
        db.ran();
        match repository.create(row).await {
            Ok(row) => {
                assert!(stored, "{value}");
                assert_eq!(
                    (row.j.to_string(), row.i.to_string()),
                    (value.to_string(), value.to_string())
                );
            }
            Err(error) => {
                assert!(!stored, "{value}: {error}");
                assert_eq!(
                    (error.kind(), error.model()),
                    (ErrorKind::InvalidValue, Some("Floats"))
                );
                assert!(error.to_string().contains("`Floats::i`"), "{error}");
                assert_eq!(db.count(), 0);
            }
        }
    }
}

#[database_test]
async fn decimals_are_exact(db: TestDb) {
    db.schema::<Price>().create().await.unwrap();
    let repository = PriceRepository::new(&*db);
    let amounts = [
        "0",
        "0.1",
        "-0.1",
        "1.10",
        "10",
        "9",
        "-9",
        "100",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "0.0000000000000000000000000001",
        "7.9228162514264337593543950335",
        "1234567890123456789012345678",
        "12345678901234.56789012345678",
    ];
    for (id, amount) in amounts.into_iter().enumerate() {
        let amount: Decimal = amount.parse().unwrap();
        let row = Price {
            id: id as i64,
            amount,
        };
        assert_eq!(
            repository.create(row.clone()).await.unwrap(),
            row,
            "{amount}"
        );
        let found = repository
            .find()
            .filter(Price::AMOUNT.eq(amount))
            .all()
            .await
            .unwrap();
        assert_eq!(found, [row.clone()], "eq {amount}");
        let listed = repository
            .find()
            .filter(Price::AMOUNT.in_([amount]))
            .all()
            .await
            .unwrap();
        assert_eq!(listed, [row], "in_ {amount}");
    }
}

#[database_test]
async fn decimals_sort_and_compare_as_numbers(db: TestDb) {
    db.schema::<Price>().create().await.unwrap();
    let repository = PriceRepository::new(&*db);
    let amounts = ["10", "9", "-1", "-10", "9.5", "100", "0", "9.50"];
    for (id, amount) in amounts.into_iter().enumerate() {
        repository
            .create(Price {
                id: id as i64,
                amount: amount.parse().unwrap(),
            })
            .await
            .unwrap();
    }
    let ids = async |query: relations::Predicate<Price>| -> Vec<i64> {
        let rows = repository
            .find()
            .filter(query)
            .order_by(Price::AMOUNT.asc())
            .all()
            .await
            .unwrap();
        rows.iter().map(|row| row.id).collect()
    };
    let of = |text: &str| -> Decimal { text.parse().unwrap() };
    assert_eq!(ids(Price::ID.ge(0_i64)).await, [3, 2, 6, 1, 4, 7, 0, 5]);
    assert_eq!(ids(Price::AMOUNT.gt(of("9"))).await, [4, 7, 0, 5]);
    assert_eq!(
        ids(Price::AMOUNT.between(of("-1"), of("9.5"))).await,
        [2, 6, 1, 4, 7]
    );
    assert_eq!(ids(Price::AMOUNT.eq(of("9.500"))).await, [4, 7]);
    assert_eq!(
        ids(Price::AMOUNT.in_([of("9.500"), of("10.0")])).await,
        [4, 7, 0]
    );
    assert_eq!(ids(Price::AMOUNT.ne(of("9.5"))).await, [3, 2, 6, 1, 0, 5]);
}
