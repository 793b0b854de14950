//! Every column type goes to the database and comes back exactly, or is refused.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

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
pub struct Document {
    #[model(id)]
    pub id: Uuid,
    pub body: serde_json::Value,
}

/// The first day that every database can store.
fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).expect("it is a day")
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
        m: Some(first_day()),
        n: Some(NaiveTime::MIN),
        o: Some(first_day().and_time(NaiveTime::MIN)),
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
