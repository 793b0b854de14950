//! Every column type goes to the database and comes back exactly, or is refused.

use crate::support::{Sql, TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use relations::ErrorKind;
use relations::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

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
pub struct Optional {
    #[model(id)]
    pub id: i64,
    pub flag: Option<bool>,
    pub b: Option<i16>,
    pub c: Option<i32>,
    pub d: Option<i64>,
    pub e: Option<u8>,
    pub f: Option<u16>,
    pub g: Option<u32>,
    pub h: Option<u64>,
    pub i: Option<f32>,
    pub j: Option<f64>,
    pub k: Option<String>,
    pub l: Option<Vec<u8>>,
    pub m: Option<NaiveDate>,
    pub n: Option<NaiveTime>,
    pub o: Option<NaiveDateTime>,
    pub p: Option<DateTime<Utc>>,
    pub q: Option<Uuid>,
    pub r: Option<Decimal>,
    pub s: Option<serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Texts {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub bytes: Vec<u8>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Moment {
    #[model(id)]
    pub id: i64,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub naive: NaiveDateTime,
    pub utc: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Price {
    #[model(id)]
    pub id: i64,
    pub amount: Decimal,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Document {
    #[model(id)]
    pub id: Uuid,
    pub body: serde_json::Value,
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
async fn null_of_every_type(db: TestDb) {
    db.schema::<Optional>().create().await.unwrap();
    let repository = OptionalRepository::new(&*db);
    let none = repository
        .create(Optional::draft().id(1_i64))
        .await
        .unwrap();
    let same = Optional {
        id: 2,
        ..none.clone()
    };
    assert_eq!(repository.create(same.clone()).await.unwrap(), same);
    repository.replace(same.clone()).await.unwrap();
    assert_eq!(repository.find().all().await.unwrap(), [none.clone(), same]);
    let full = Optional {
        id: 1,
        flag: Some(true),
        b: Some(2),
        c: Some(3),
        d: Some(4),
        e: Some(5),
        f: Some(6),
        g: Some(7),
        h: Some(8),
        i: Some(0.5),
        j: Some(0.25),
        k: Some(String::new()),
        l: Some(Vec::new()),
        m: Some(NaiveDate::MIN.with_year_safe()),
        n: Some(NaiveTime::MIN),
        o: Some(NaiveDate::MIN.with_year_safe().and_time(NaiveTime::MIN)),
        p: Some(DateTime::UNIX_EPOCH),
        q: Some(Uuid::nil()),
        r: Some(Decimal::ZERO),
        s: Some(json!(null)),
    };
    repository.replace(full.clone()).await.unwrap();
    assert_eq!(repository.find_by_id(1).get().await.unwrap(), full);
    // "" and NULL are two things.
    assert_eq!(
        repository
            .find()
            .filter(Optional::K.is_null())
            .count()
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        repository
            .find()
            .filter(Optional::K.eq(""))
            .count()
            .await
            .unwrap(),
        1
    );
    let patch = Optional::patch()
        .k(None)
        .l(None)
        .p(None)
        .q(None)
        .r(None)
        .s(None)
        .h(None)
        .m(None)
        .n(None)
        .o(None);
    repository.patch_by_id(1, patch).await.unwrap();
    let patched = repository.find_by_id(1).get().await.unwrap();
    assert_eq!(
        (
            patched.k, patched.l, patched.p, patched.q, patched.r, patched.s
        ),
        (None, None, None, None, None, None)
    );
}

trait WithYearSafe {
    fn with_year_safe(self) -> NaiveDate;
}

impl WithYearSafe for NaiveDate {
    /// The first day that every database can store.
    fn with_year_safe(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(1, 1, 1).expect("it is a day")
    }
}

#[database_test]
async fn text_and_bytes(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let texts = [
        "",
        " ",
        "trailing ",
        "it's \"quoted\" `here` \\ and \\n",
        "line\nbreak\r\n\ttab",
        "Ünïcödé ßẞ 日本語",
        "😀👨‍👩‍👧",
        "e\u{301}",
        "NULL",
        "$1 ? :name %s {}",
        "\u{feff}bom",
        "\u{10ffff}",
    ];
    for (id, text) in texts.into_iter().enumerate() {
        let row = Texts {
            id: id as i64,
            text: text.into(),
            bytes: text.into(),
            note: Some(text.into()),
        };
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        let found = repository
            .find()
            .filter(Texts::TEXT.eq(text) & Texts::BYTES.eq(text.as_bytes()))
            .all()
            .await
            .unwrap();
        assert_eq!(found, [row.clone()], "{text:?}");
        let listed = repository
            .find()
            .filter(Texts::TEXT.in_([text]) & Texts::BYTES.in_([text.as_bytes()]));
        assert_eq!(listed.all().await.unwrap(), [row], "{text:?}");
    }
}

#[database_test]
async fn every_byte(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let bytes: Vec<u8> = (0..=255).collect();
    let row = Texts {
        id: 1,
        text: String::new(),
        bytes: bytes.clone(),
        note: None,
    };
    assert_eq!(repository.create(row.clone()).await.unwrap(), row);
    assert_eq!(
        repository
            .find()
            .filter(Texts::BYTES.eq(bytes.clone()))
            .count()
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        repository
            .find()
            .filter(Texts::BYTES.in_([bytes]))
            .count()
            .await
            .unwrap(),
        1
    );
}

#[database_test]
async fn the_character_nul_fits_or_is_refused_by_name(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let row = Texts {
        id: 1,
        text: "a\0b".into(),
        bytes: b"a\0b".to_vec(),
        note: None,
    };
    if db.can.nul_in_text {
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        assert_eq!(
            repository
                .find()
                .filter(Texts::TEXT.eq("a\0b"))
                .all()
                .await
                .unwrap(),
            [row.clone()]
        );
        assert_eq!(
            repository
                .find()
                .filter(Texts::TEXT.in_(["a\0b"]))
                .all()
                .await
                .unwrap(),
            [row]
        );
        return;
    }
    let error = repository.create(row).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(
        error.to_string(),
        "cannot store `Texts::text`: PostgreSQL cannot store a NUL character in text"
    );
}

#[database_test]
async fn large_text_and_bytes(db: TestDb) {
    db.schema::<Texts>().create().await.unwrap();
    let repository = TextsRepository::new(&*db);
    let text: String = "äöü☃😀x".chars().cycle().take(100_000).collect();
    let bytes: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
    let row = Texts {
        id: 1,
        text: text.clone(),
        bytes,
        note: Some(text.clone()),
    };
    assert!(repository.create(row.clone()).await.unwrap() == row);
    assert!(repository.find_by_id(1).get().await.unwrap() == row);
    assert!(
        repository
            .find()
            .filter(Texts::TEXT.eq(&text))
            .exists()
            .await
            .unwrap(),
        "eq"
    );
    assert!(
        repository
            .find()
            .filter(Texts::TEXT.in_([&text]))
            .exists()
            .await
            .unwrap(),
        "in_"
    );
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("it is a day")
}

fn moment(id: i64, naive: NaiveDateTime) -> Moment {
    Moment {
        id,
        date: naive.date(),
        time: naive.time(),
        naive,
        utc: naive.and_utc(),
    }
}

#[database_test]
async fn dates_and_times_to_the_microsecond(db: TestDb) {
    db.schema::<Moment>().create().await.unwrap();
    let repository = MomentRepository::new(&*db);
    let moments = [
        day(1970, 1, 1).and_time(NaiveTime::MIN),
        day(2024, 2, 29)
            .and_hms_micro_opt(23, 59, 59, 999_999)
            .unwrap(),
        day(2038, 1, 19).and_hms_micro_opt(3, 14, 8, 1).unwrap(),
        day(1000, 1, 1).and_hms_micro_opt(0, 0, 0, 100_000).unwrap(),
        day(1969, 12, 31)
            .and_hms_micro_opt(23, 59, 59, 500_000)
            .unwrap(),
        day(9999, 12, 31).and_hms_micro_opt(12, 0, 0, 0).unwrap(),
    ];
    for (id, naive) in moments.into_iter().enumerate() {
        let row = moment(id as i64, naive);
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        assert_eq!(repository.find_by_id(row.id).get().await.unwrap(), row);
        let found = repository.find().filter(
            Moment::DATE.eq(row.date)
                & Moment::TIME.eq(row.time)
                & Moment::NAIVE.eq(row.naive)
                & Moment::UTC.eq(row.utc),
        );
        assert_eq!(found.all().await.unwrap(), [row.clone()], "eq {naive}");
        let listed = repository.find().filter(
            Moment::DATE.in_([row.date])
                & Moment::TIME.in_([row.time])
                & Moment::NAIVE.in_([row.naive])
                & Moment::UTC.in_([row.utc]),
        );
        assert_eq!(listed.all().await.unwrap(), [row], "in_ {naive}");
    }
    let by = async |order| -> Vec<i64> {
        let rows = repository.find().order_by(order).all().await.unwrap();
        rows.iter().map(|row| row.id).collect()
    };
    let expected = [3, 4, 0, 1, 2, 5];
    assert_eq!(by(Moment::DATE.asc()).await, expected);
    assert_eq!(by(Moment::NAIVE.asc()).await, expected);
    assert_eq!(by(Moment::UTC.asc()).await, expected);
    let after = repository
        .find()
        .filter(Moment::UTC.gt(day(1970, 1, 1).and_time(NaiveTime::MIN).and_utc()));
    assert_eq!(after.count().await.unwrap(), 3);
}

#[database_test]
async fn times_of_a_day_sort(db: TestDb) {
    db.schema::<Moment>().create().await.unwrap();
    let repository = MomentRepository::new(&*db);
    let times = [(9, 0), (9, 500_000), (9, 50_000), (10, 0), (0, 1)];
    for (id, (second, micro)) in times.into_iter().enumerate() {
        let naive = day(2024, 1, 1)
            .and_hms_micro_opt(1, 1, second, micro)
            .unwrap();
        repository.create(moment(id as i64, naive)).await.unwrap();
    }
    for order in [Moment::TIME.asc(), Moment::NAIVE.asc(), Moment::UTC.asc()] {
        let rows = repository.find().order_by(order).all().await.unwrap();
        assert_eq!(
            rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            [4, 0, 2, 1, 3]
        );
    }
    let bound = day(2024, 1, 1).and_hms_micro_opt(1, 1, 9, 0).unwrap();
    assert_eq!(
        repository
            .find()
            .filter(Moment::TIME.gt(bound.time()))
            .count()
            .await
            .unwrap(),
        3
    );
    assert_eq!(
        repository
            .find()
            .filter(Moment::NAIVE.ge(bound))
            .count()
            .await
            .unwrap(),
        4
    );
    assert_eq!(
        repository
            .find()
            .filter(Moment::UTC.le(bound.and_utc()))
            .count()
            .await
            .unwrap(),
        2
    );
}

#[database_test]
async fn nanoseconds_are_cut_to_what_the_database_keeps(db: TestDb) {
    db.schema::<Moment>().create().await.unwrap();
    let repository = MomentRepository::new(&*db);
    let naive = day(2024, 1, 1)
        .and_hms_nano_opt(1, 2, 3, 123_456_789)
        .unwrap();
    let stored = match db.can.nanoseconds {
        true => moment(1, naive),
        false => moment(1, naive - TimeDelta::nanoseconds(789)),
    };
    // The row that comes back says what is stored.
    assert_eq!(repository.create(moment(1, naive)).await.unwrap(), stored);
    assert_eq!(repository.find_by_id(1).get().await.unwrap(), stored);
    repository.replace(moment(1, naive)).await.unwrap();
    let patch = Moment::patch().utc(naive.and_utc());
    repository.patch_by_id(1, patch).await.unwrap();
    assert_eq!(repository.find_by_id(1).get().await.unwrap(), stored);
    // And it is found by what was written.
    let found = [
        Moment::TIME.eq(naive.time()),
        Moment::NAIVE.eq(naive),
        Moment::UTC.eq(naive.and_utc()),
        Moment::UTC.in_([naive.and_utc()]),
        Moment::UTC.between(naive.and_utc(), naive.and_utc()),
    ];
    for predicate in found {
        let query = repository.find().filter(predicate.clone());
        assert_eq!(query.count().await.unwrap(), 1, "{predicate:?}");
    }
    let later = naive + TimeDelta::microseconds(1);
    let query = repository.find().filter(Moment::UTC.ge(later.and_utc()));
    assert_eq!(query.count().await.unwrap(), 0);
}

#[database_test]
async fn uuids(db: TestDb) {
    db.schema::<Document>().create().await.unwrap();
    let repository = DocumentRepository::new(&*db);
    let ids = [
        Uuid::nil(),
        Uuid::max(),
        Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
    ];
    for id in ids {
        repository
            .create(Document {
                id,
                body: json!({}),
            })
            .await
            .unwrap();
        assert_eq!(repository.find_by_id(id).get().await.unwrap().id, id);
    }
    let sorted: Vec<Uuid> = repository
        .find()
        .all()
        .await
        .unwrap()
        .iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(sorted, [ids[0], ids[2], ids[1]]);
    assert_eq!(
        repository
            .find()
            .filter(Document::ID.gt(ids[0]))
            .count()
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        repository
            .find()
            .filter(Document::ID.in_([ids[0], ids[1]]))
            .count()
            .await
            .unwrap(),
        2
    );
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

#[database_test]
async fn json_documents(db: TestDb) {
    db.schema::<Document>().create().await.unwrap();
    let repository = DocumentRepository::new(&*db);
    let bodies = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(""),
        json!("text 'quoted' \"\\ 😀"),
        json!([]),
        json!({}),
        json!({"a": [1, {"b": null}], "ü": "☃", "": 1}),
    ];
    for (id, body) in bodies.into_iter().enumerate() {
        let row = Document {
            id: Uuid::from_u128(id as u128),
            body,
        };
        assert_eq!(repository.create(row.clone()).await.unwrap(), row);
        assert_eq!(repository.find_by_id(row.id).get().await.unwrap(), row);
        let patch = Document::patch().body(json!({"was": row.body}));
        assert_eq!(repository.patch_by_id(row.id, patch).await.unwrap(), 1);
        assert_eq!(
            repository.find_by_id(row.id).get().await.unwrap().body,
            json!({"was": row.body})
        );
    }
}

#[database_test]
async fn a_null_in_a_required_field_is_a_decode_error(db: TestDb) {
    db.execute("CREATE TABLE texts (id BIGINT PRIMARY KEY, text VARCHAR(9), bytes VARCHAR(9), note VARCHAR(9))").await;
    db.execute("INSERT INTO texts VALUES (1, NULL, NULL, NULL)")
        .await;
    let error = TextsRepository::new(&*db).find().all().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Texts"))
    );
    assert_eq!(
        error.to_string(),
        "cannot read column `text` of the row with `id` 1 into `Texts::text: String`: it is NULL, and the field is not an `Option`"
    );
}

#[database_test]
async fn a_number_that_does_not_fit_its_field_is_a_decode_error(db: TestDb) {
    db.execute(
        "CREATE TABLE numbers (id BIGINT PRIMARY KEY, flag BOOLEAN, b BIGINT, c BIGINT, d BIGINT, e BIGINT, \
         f BIGINT, g BIGINT, h BIGINT)",
    )
    .await;
    let repository = NumbersRepository::new(&*db);
    let cases = [
        (
            "TRUE, 40000, 0, 0, 0, 0, 0, 0",
            "`b` of the row with `id` 0 into `Numbers::b: i16`: 40000 does not fit in `i16`",
        ),
        (
            "TRUE, 0, 3000000000, 0, 0, 0, 0, 0",
            "`c` of the row with `id` 1 into `Numbers::c: i32`: 3000000000 does not fit in `i32`",
        ),
        (
            "TRUE, 0, 0, 0, -1, 0, 0, 0",
            "`e` of the row with `id` 2 into `Numbers::e: u8`: -1 does not fit in `u8`",
        ),
        (
            "TRUE, 0, 0, 0, 0, 0, 0, -1",
            "`h` of the row with `id` 3 into `Numbers::h: u64`: -1 is negative",
        ),
    ];
    for (id, (values, message)) in cases.into_iter().enumerate() {
        db.execute(&format!("INSERT INTO numbers VALUES ({id}, {values})"))
            .await;
        let error = repository.find_by_id(id as i64).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::Decode, Some("Numbers"))
        );
        assert_eq!(error.to_string(), format!("cannot read column {message}"));
    }
    db.execute(
        "CREATE TABLE floats (id BIGINT PRIMARY KEY, i DOUBLE PRECISION, j DOUBLE PRECISION)",
    )
    .await;
    db.execute("INSERT INTO floats VALUES (1, 0.1, 0.1)").await;
    let error = FloatsRepository::new(&*db).find().all().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read column `i` of the row with `id` 1 into `Floats::i: f32`: 0.1 does not fit in `f32`"
    );
}

#[database_test]
async fn a_column_of_another_type_is_a_decode_error(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE texts (id INTEGER PRIMARY KEY, text ANY, bytes ANY, note ANY) STRICT",
        postgres: "CREATE TABLE texts (id BIGINT PRIMARY KEY, text BIGINT, bytes BYTEA, note TEXT)",
        mysql: "CREATE TABLE texts (id BIGINT PRIMARY KEY, text BIGINT, bytes BLOB, note TEXT)",
    })
    .await;
    db.execute("INSERT INTO texts VALUES (1, 5, '', '')").await;
    let error = TextsRepository::new(&*db).find().all().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Texts"))
    );
    assert!(
        error.to_string().starts_with(
            "cannot read column `text` of the row with `id` 1 into `Texts::text: String`: "
        ),
        "{error}"
    );
}

#[database_test]
async fn an_included_column_that_cannot_be_read_names_its_own_model(db: TestDb) {
    db.execute("CREATE TABLE owner (id BIGINT PRIMARY KEY)")
        .await;
    db.execute("CREATE TABLE pet (id BIGINT PRIMARY KEY, owner_id BIGINT, name VARCHAR(9))")
        .await;
    db.execute("INSERT INTO owner VALUES (1)").await;
    db.execute("INSERT INTO pet VALUES (1, 1, NULL)").await;
    let error = OwnerRepository::new(&*db)
        .find()
        .include(Owner::PET)
        .all()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Pet"))
    );
    assert!(
        error.to_string().starts_with(
            "cannot read column `name` of the row with `id` 1 into `Pet::name: String`: "
        ),
        "{error}"
    );
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Pet)]
pub struct Owner {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Pet {
    #[model(id)]
    pub id: i64,
    pub owner_id: i64,
    pub name: String,
}

/// Rust's keywords, SQL's keywords, quotes and spaces.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "select")]
pub struct Awkward {
    #[model(id)]
    pub id: i64,
    pub r#type: String,
    #[model(column = "from \"where\" `now`")]
    pub order: i64,
    pub group: Option<bool>,
}

#[database_test]
async fn any_name_can_be_a_column(db: TestDb) {
    db.schema::<Awkward>().create().await.unwrap();
    let repository = AwkwardRepository::new(&*db);
    let row = Awkward {
        id: 1,
        r#type: "t".into(),
        order: 2,
        group: Some(true),
    };
    repository.create(row.clone()).await.unwrap();
    repository
        .patch_by_id(1, Awkward::patch().order(3).r#type("u"))
        .await
        .unwrap();
    let found = repository
        .find()
        .filter(Awkward::ORDER.eq(3) & Awkward::GROUP.eq(true))
        .order_by(Awkward::TYPE.asc());
    assert_eq!(
        found.all().await.unwrap(),
        [Awkward {
            r#type: "u".into(),
            order: 3,
            ..row
        }]
    );
}

#[database_test]
async fn what_sqlite_stores_in_any_column_is_checked(db: TestDb) {
    if !db.can.columns_take_anything {
        return;
    }
    db.schema::<(Price, Moment, Document)>()
        .create()
        .await
        .unwrap();
    db.execute("INSERT INTO price VALUES (1, 'abc'), (2, 5), (3, 2.5)")
        .await;
    let prices = PriceRepository::new(&*db);
    let error = prices.find_by_id(1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Price"))
    );
    assert!(error.to_string().contains("`amount`"), "{error}");
    assert_eq!(
        prices.find_by_id(2).get().await.unwrap().amount,
        Decimal::from(5)
    );
    db.execute("INSERT INTO moment VALUES (1, '2024-13-01', '', '', '')")
        .await;
    let error = MomentRepository::new(&*db).find().all().await.unwrap_err();
    assert!(
        error.to_string().contains("`Moment::date: NaiveDate`"),
        "{error}"
    );
    db.execute("INSERT INTO document VALUES ('not a uuid', '{')")
        .await;
    let error = DocumentRepository::new(&*db)
        .find()
        .all()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("`Document::id: Uuid`"),
        "{error}"
    );
}
