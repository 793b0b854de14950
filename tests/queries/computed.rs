//! What the database computes: in predicates, in orders, and in patches.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use relations::prelude::*;
use relations::query::{Computed, SqlFragment};
use relations::{ErrorKind, Predicate};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Parcel)]
pub struct Sender {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Parcel {
    #[model(id)]
    pub id: i64,
    pub name: String,
    pub note: Option<String>,
    pub weight: i64,
    pub limit: i64,
    pub extra: Option<i64>,
    pub pieces: i32,
    pub places: u32,
    pub size: f64,
    pub price: Decimal,
    pub paid: Decimal,
    pub ordered: DateTime<Utc>,
    pub shipped: Option<DateTime<Utc>>,
    pub packed: NaiveDateTime,
    pub due: NaiveDate,
    #[belongs_to(Sender)]
    pub sender_id: i64,
}

fn parcel(id: i64, name: &str) -> Parcel {
    Parcel {
        id,
        name: name.into(),
        note: None,
        weight: 7,
        limit: 10,
        extra: None,
        pieces: 2,
        places: 3,
        size: 2.5,
        price: "10.0".parse().unwrap(),
        paid: "9.5".parse().unwrap(),
        ordered: "2024-02-29T23:30:00Z".parse().unwrap(),
        shipped: None,
        packed: "2023-12-31T23:59:59.5".parse().unwrap(),
        due: "2025-01-02".parse().unwrap(),
        sender_id: 1,
    }
}

async fn parcels(db: &TestDb, rows: Vec<Parcel>) -> ParcelRepository<&Db> {
    db.schema::<(Sender, Parcel)>().create().await.unwrap();
    let sender = Sender {
        id: 1,
        name: "Thor".into(),
    };
    SenderRepository::new(&**db).create(sender).await.unwrap();
    let parcels = ParcelRepository::new(&**db);
    parcels.create_all(rows).await.unwrap();
    db.ran();
    parcels
}

async fn ids(parcels: &ParcelRepository<&Db>, predicate: Predicate<Parcel>) -> Vec<i64> {
    let found = parcels.find().filter(predicate).all().await.unwrap();
    found.iter().map(|parcel| parcel.id).collect()
}

/// Asserts that the value is this one, for the one parcel there is.
async fn assert_is<T: ColumnType + std::fmt::Debug + Clone>(
    parcels: &ParcelRepository<&Db>,
    computed: Computed<Parcel, T>,
    expected: impl relations::query::Operand<Parcel, T::Base, relations::query::AsValue>,
) {
    let shown = format!("{computed:?}");
    assert_eq!(ids(parcels, computed.eq(expected)).await, [1], "{shown}");
}

#[database_test]
async fn a_column_is_compared_with_another(db: TestDb) {
    let mut late = parcel(1, "late");
    late.shipped = Some("2024-03-01T00:00:00Z".parse().unwrap());
    let mut early = parcel(2, "early");
    early.shipped = Some(early.ordered);
    early.weight = 12;
    early.paid = "10.00".parse().unwrap();
    let parcels = parcels(&db, vec![late, early, parcel(3, "waits")]).await;

    assert_eq!(
        ids(&parcels, Parcel::SHIPPED.gt(Parcel::ORDERED)).await,
        [1]
    );
    assert_eq!(
        ids(&parcels, Parcel::SHIPPED.eq(Parcel::ORDERED)).await,
        [2]
    );
    assert_eq!(
        ids(&parcels, Parcel::ORDERED.lt(Parcel::SHIPPED)).await,
        [1]
    );
    assert_eq!(ids(&parcels, Parcel::WEIGHT.gt(Parcel::LIMIT)).await, [2]);
    assert_eq!(
        ids(&parcels, !Parcel::WEIGHT.gt(Parcel::LIMIT)).await,
        [1, 3]
    );
    // Numbers, and not their digits.
    assert_eq!(ids(&parcels, Parcel::PAID.lt(Parcel::PRICE)).await, [1, 3]);
    assert_eq!(ids(&parcels, Parcel::PAID.eq(Parcel::PRICE)).await, [2]);
    // NULL is neither.
    assert_eq!(
        ids(&parcels, Parcel::SHIPPED.ne(Parcel::ORDERED)).await,
        [1]
    );
}

#[database_test]
async fn numbers_are_computed(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a")]).await;
    assert_is(&parcels, Parcel::WEIGHT.add(5), 12).await;
    assert_is(&parcels, Parcel::WEIGHT.sub(Parcel::LIMIT), -3).await;
    assert_is(&parcels, Parcel::WEIGHT.mul(Parcel::LIMIT).add(1), 71).await;
    assert_is(
        &parcels,
        Parcel::WEIGHT.add(1).mul(Parcel::LIMIT.sub(8)),
        16,
    )
    .await;
    assert_is(&parcels, Parcel::PIECES.mul(-3), -6).await;
    assert_is(&parcels, Parcel::SIZE.mul(2.0), 5.0).await;
    assert_is(&parcels, Parcel::SIZE.div(2.0), 1.25).await;
    // Unsigned numbers may have a negative difference.
    assert_eq!(ids(&parcels, Parcel::PLACES.sub(5).lt(0_u32)).await, [1]);
    // More bits than the columns have.
    assert_eq!(
        ids(&parcels, Parcel::PIECES.mul(i32::MAX).gt(i32::MAX)).await,
        [1]
    );
    // With NULL comes NULL.
    assert_eq!(
        ids(&parcels, Parcel::WEIGHT.add(Parcel::EXTRA).is_null()).await,
        [1]
    );
    assert_is(&parcels, Parcel::WEIGHT.add(Parcel::EXTRA.coalesce(1)), 8).await;
}

#[database_test]
async fn integers_are_divided_without_a_remainder(db: TestDb) {
    let mut row = parcel(1, "a");
    row.extra = Some(-7);
    let parcels = parcels(&db, vec![row]).await;
    assert_is(&parcels, Parcel::WEIGHT.div(2), 3).await;
    assert_is(&parcels, Parcel::EXTRA.div(2), -3).await;
    assert_is(&parcels, Parcel::PIECES.div(3), 0).await;
    assert_eq!(ids(&parcels, Parcel::WEIGHT.div(0).is_null()).await, [1]);
    assert_eq!(ids(&parcels, Parcel::SIZE.div(0.0).is_null()).await, [1]);
}

#[database_test]
async fn an_integer_that_is_too_great_is_an_error(db: TestDb) {
    let mut row = parcel(1, "a");
    row.weight = i64::MAX;
    let parcels = parcels(&db, vec![row]).await;
    for too_great in [
        Parcel::WEIGHT.add(1),
        Parcel::WEIGHT.mul(2),
        Parcel::WEIGHT.add(1).sub(1),
    ] {
        let found = parcels.find().filter(too_great.clone().gt(0)).all().await;
        assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidValue);
        let patch = Parcel::patch().weight(too_great);
        let patched = parcels.patch(patch).all_rows().await;
        assert_eq!(patched.unwrap_err().kind(), ErrorKind::InvalidValue);
    }
    assert_is(&parcels, Parcel::WEIGHT.sub(1).add(1), i64::MAX).await;
}

#[database_test]
async fn texts_are_computed(db: TestDb) {
    let mut row = parcel(1, "Thor");
    row.note = Some("Añå€😀".into());
    let parcels = parcels(&db, vec![row]).await;
    assert_is(&parcels, Parcel::NAME.lower(), "thor").await;
    assert_is(&parcels, Parcel::NAME.upper(), "THOR").await;
    // Characters, and not bytes.
    assert_is(&parcels, Parcel::NOTE.length(), 5).await;
    assert_is(&parcels, Parcel::NAME.length().add(Parcel::WEIGHT), 11).await;
    assert_is(&parcels, Parcel::PIECES.to_text(), "2").await;
    assert_is(&parcels, Parcel::PIECES.to_f64().div(4.0), 0.5).await;
    assert_is(&parcels, Parcel::SIZE.to_i64(), 2).await;
    assert_is(&parcels, Parcel::SIZE.mul(-1.1).to_i64(), -2).await;
    if db.can.folds_all_letters {
        assert_is(&parcels, Parcel::NOTE.lower(), "añå€😀").await;
    }
}

#[database_test]
async fn what_is_not_null_comes_first(db: TestDb) {
    let mut row = parcel(2, "b");
    row.note = Some("fragile".into());
    let parcels = parcels(&db, vec![parcel(1, "a"), row]).await;
    let shown = Parcel::NOTE.coalesce(Parcel::NAME);
    assert_eq!(ids(&parcels, shown.clone().eq("a")).await, [1]);
    assert_eq!(ids(&parcels, shown.in_(["fragile", "x"])).await, [2]);
    assert_eq!(
        ids(&parcels, Parcel::NOTE.coalesce("none").eq("none")).await,
        [1]
    );
    let sent = Parcel::SHIPPED.coalesce(Parcel::ORDERED);
    assert_eq!(ids(&parcels, sent.eq(Parcel::ORDERED)).await, [1, 2]);
    assert_eq!(
        ids(&parcels, Parcel::NAME.lower().in_(Vec::<String>::new())).await,
        [0; 0]
    );
}

#[database_test]
async fn dates_have_parts(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a")]).await;
    assert_is(&parcels, Parcel::ORDERED.year(), 2024).await;
    assert_is(&parcels, Parcel::ORDERED.month(), 2).await;
    assert_is(&parcels, Parcel::ORDERED.day(), 29).await;
    assert_is(&parcels, Parcel::PACKED.year(), 2023).await;
    assert_is(&parcels, Parcel::PACKED.day(), 31).await;
    assert_is(&parcels, Parcel::DUE.month(), 1).await;
    assert_is(&parcels, Parcel::DUE.day(), 2).await;
    assert_eq!(ids(&parcels, Parcel::SHIPPED.year().is_null()).await, [1]);
}

#[database_test]
async fn rows_are_sorted_by_what_is_computed(db: TestDb) {
    let mut rows = vec![parcel(1, "ccc"), parcel(2, "b"), parcel(3, "dd")];
    rows[1].extra = Some(4);
    let parcels = parcels(&db, rows).await;
    let sorted = async |order: relations::Order<Parcel>| {
        let query = parcels.find().order_by(order).limit(5);
        let found = query.all().await.unwrap();
        found.iter().map(|parcel| parcel.id).collect::<Vec<_>>()
    };
    assert_eq!(sorted(Parcel::NAME.length().asc()).await, [2, 3, 1]);
    assert_eq!(sorted(Parcel::NAME.length().desc()).await, [1, 3, 2]);
    // NULL is below all others, and ties go by id.
    assert_eq!(sorted(Parcel::EXTRA.add(1).asc()).await, [1, 3, 2]);
    assert_eq!(sorted(Parcel::EXTRA.add(1).desc()).await, [2, 3, 1]);

    let senders = SenderRepository::new(&*db);
    let by_length = Parcel::NAME.length().mul(-1).asc();
    let two = Sender::PARCELS.scope(|parcels| parcels.order_by(by_length).limit(2));
    let sender = senders.find().include(two).get().await.unwrap();
    let of_sender: Vec<i64> = sender.parcels.iter().map(|parcel| parcel.id).collect();
    assert_eq!(of_sender, [1, 3]);

    let page = parcels
        .find()
        .order_by(Parcel::NAME.length().asc())
        .limit(2)
        .page()
        .await;
    let error = page.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    assert!(error.to_string().contains("have no cursor"), "{error}");
}

#[database_test]
async fn computed_predicates_hold_of_related_rows(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a"), parcel(2, "bb")]).await;
    let senders = SenderRepository::new(&*db);
    let long = Sender::PARCELS.some(Parcel::NAME.length().gt(1));
    assert_eq!(senders.find().filter(long).count().await.unwrap(), 1);
    let longer = Sender::PARCELS.some(Parcel::NAME.length().gt(Parcel::WEIGHT));
    assert_eq!(senders.find().filter(longer).count().await.unwrap(), 0);
    let deleted = parcels.delete().filter(Parcel::NAME.length().eq(2)).await;
    assert_eq!(deleted.unwrap(), 1);
}

#[database_test]
async fn fragments_stand_wherever_values_stand(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a'b"), parcel(2, "b")]).await;
    let odd = || SqlFragment::new("{} % {} = 1").with(Parcel::ID).bind(2);
    assert_eq!(ids(&parcels, odd().predicate()).await, [1]);
    assert_eq!(ids(&parcels, !odd().predicate()).await, [2]);
    let replaced = SqlFragment::new("REPLACE({}, {}, {})")
        .with(Parcel::NAME.lower())
        .bind("'")
        .bind("?$1{}");
    let replaced = replaced.value::<String>();
    assert_eq!(ids(&parcels, replaced.clone().eq("a?$1{}b")).await, [1]);
    assert_eq!(ids(&parcels, replaced.length().eq(1)).await, [2]);
    let remainder = SqlFragment::new("{} % {}").with(Parcel::ID).bind(2_i64);
    let order = remainder.value::<i64>().asc();
    let first = parcels.find().order_by(order).first().await.unwrap();
    assert_eq!(first.unwrap().id, 2);
    // Texts that differ are no one statement, nor are those of one text with other parts.
    let of = |text: &'static str| SqlFragment::<Parcel>::new(text).with(Parcel::ID);
    assert_eq!(ids(&parcels, of("{} = 1").predicate()).await, [1]);
    assert_eq!(ids(&parcels, of("{} = 2").predicate()).await, [2]);

    let set = SqlFragment::new("{} * 2")
        .with(Parcel::WEIGHT)
        .value::<i64>();
    let patch = Parcel::patch().weight(set);
    parcels
        .patch(patch)
        .filter(odd().predicate())
        .await
        .unwrap();
    assert_eq!(ids(&parcels, Parcel::WEIGHT.eq(14)).await, [1]);

    for wrong in ["{} = {}", "1 = 1", "{", "} {}", "{} = ?", "{} = $1"] {
        let found = parcels.find().filter(of(wrong).predicate()).all().await;
        assert_eq!(
            found.unwrap_err().kind(),
            ErrorKind::InvalidFilter,
            "{wrong}"
        );
    }
}

#[database_test]
async fn a_patch_computes_new_values(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a"), parcel(2, "b")]).await;
    let patch = Parcel::patch()
        .weight(Parcel::WEIGHT.add(5))
        .limit(Parcel::WEIGHT)
        .extra(Parcel::WEIGHT.mul(2))
        .note(Parcel::NAME.upper())
        .pieces(Parcel::PIECES.add(1))
        .name("new");
    let patched = parcels
        .patch(patch)
        .filter(Parcel::ID.eq(1))
        .returning()
        .await;
    let expected = Parcel {
        weight: 12,
        // What others have read is what was there before.
        limit: 7,
        extra: Some(14),
        note: Some("A".into()),
        pieces: 3,
        ..parcel(1, "new")
    };
    assert_eq!(patched.unwrap(), [expected]);
    assert_eq!(parcels.find_by_id(2).await.unwrap(), Some(parcel(2, "b")));

    // The last one counts, as it does of values.
    let patch = Parcel::patch().weight(Parcel::WEIGHT.add(5)).weight(1);
    parcels.patch(patch).filter(Parcel::ID.eq(2)).await.unwrap();
    let patch = Parcel::patch().weight(9).weight(Parcel::WEIGHT.add(5));
    parcels.patch(patch).filter(Parcel::ID.eq(2)).await.unwrap();
    assert_eq!(parcels.find_by_id(2).await.unwrap().unwrap().weight, 6);

    let swap = Parcel::patch().weight(Parcel::LIMIT).limit(Parcel::WEIGHT);
    let error = parcels.patch(swap).all_rows().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}

#[database_test]
async fn a_patch_stores_nothing_that_its_field_does_not_hold(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a")]).await;
    for patch in [
        Parcel::patch().pieces(Parcel::PIECES.mul(i32::MAX)),
        Parcel::patch().places(Parcel::PLACES.sub(5)),
        Parcel::patch().places(Parcel::PLACES.mul(u32::MAX)),
    ] {
        let error = parcels.patch(patch).all_rows().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
    }
    assert_eq!(parcels.find_by_id(1).await.unwrap(), Some(parcel(1, "a")));
}

#[database_test]
async fn a_patch_through_a_relation_computes_new_values(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a")]).await;
    let senders = SenderRepository::new(&*db);
    let patch = || Parcel::patch().weight(Parcel::WEIGHT.add(5));
    let patched = senders.parcels(1).patch(patch()).all_rows().await;
    assert_eq!(patched.unwrap(), 1);
    let patched = senders.parcels(2).patch(patch()).all_rows().await;
    assert_eq!(patched.unwrap(), 0);
    let found = senders.parcels(1).patch_by_id(1, patch()).await;
    found.unwrap();
    assert_eq!(parcels.find_by_id(1).await.unwrap().unwrap().weight, 17);
}

#[database_test]
async fn no_addition_is_lost(db: TestDb) {
    let parcels = parcels(&db, vec![parcel(1, "a")]).await;
    let tasks = (0..16).map(|_| {
        let db = Db::clone(&db);
        tokio::spawn(async move {
            for _ in 0..5 {
                let patch = Parcel::patch().weight(Parcel::WEIGHT.add(1));
                ParcelRepository::new(&db)
                    .patch_by_id(1, patch)
                    .await
                    .unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(parcels.find_by_id(1).await.unwrap().unwrap().weight, 7 + 80);
}
