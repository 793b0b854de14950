//! Dates and times go to the database and come back to the microsecond.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Moment {
    #[model(id)]
    pub id: i64,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub naive: NaiveDateTime,
    pub utc: DateTime<Utc>,
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
