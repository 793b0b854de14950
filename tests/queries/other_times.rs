//! Dates and times of `time` and `jiff`: the least, the greatest, and their parts; and numbers that are compared only.

use crate::support::{TestDb, database_test};
use jiff::civil;
use relations::prelude::*;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Flight)]
struct Pilot {
    #[model(id, generated)]
    id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Flight {
    #[model(id)]
    id: i64,
    #[belongs_to(Pilot)]
    pilot_id: i64,
    day: Date,
    planned: PrimitiveDateTime,
    start: Option<OffsetDateTime>,
    end: UtcDateTime,
    clock: Option<Time>,
    sold: civil::Date,
    packed: civil::DateTime,
    logged: Option<jiff::Timestamp>,
    lunch: Option<civil::Time>,
    metres: Option<u64>,
    height: Option<f32>,
}

fn flight(id: i64, day: civil::Date, metres: u64, height: f32) -> Flight {
    let date = Date::from_ordinal_date(day.year().into(), day.day_of_year() as u16).unwrap();
    Flight {
        id,
        pilot_id: 1,
        day: date,
        planned: date.midnight(),
        start: Some(date.midnight().assume_utc()),
        end: UtcDateTime::new(date, Time::MIDNIGHT),
        clock: Some(Time::MIDNIGHT),
        sold: day,
        packed: day.at(23, 59, 59, 0),
        logged: Some(moment(day)),
        lunch: Some(civil::time(12, 30, 0, 0)),
        metres: Some(metres),
        height: Some(height),
    }
}

fn moment(day: civil::Date) -> jiff::Timestamp {
    let utc = day.at(21, 30, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    utc.unwrap().timestamp()
}

const LEAP: civil::Date = civil::date(2024, 2, 29);
const BEFORE: civil::Date = civil::date(1969, 12, 31);
const LAST: civil::Date = civil::date(9999, 12, 30);
const FAR: u64 = i64::MAX as u64;

async fn flights(
    db: &TestDb,
) -> (
    PilotRepository<&relations::Db>,
    FlightRepository<&relations::Db>,
) {
    db.schema::<(Pilot, Flight)>().create().await.unwrap();
    let pilots = PilotRepository::new(&**db);
    pilots
        .create_all([Pilot::draft(), Pilot::draft()])
        .await
        .unwrap();
    let flights = FlightRepository::new(&**db);
    let rows = [
        flight(1, LEAP, 1, 0.1),
        flight(2, BEFORE, 7, f32::MIN),
        flight(3, LAST, FAR, 0.2),
    ];
    flights.create_all(rows).await.unwrap();
    (pilots, flights)
}

#[database_test]
async fn the_least_and_the_greatest_are_of_the_type_of_the_column(db: TestDb) {
    let (pilots, flights) = flights(&db).await;
    let first = flight(0, BEFORE, 0, 0.0);
    let last = flight(0, LAST, 0, 0.0);
    let of_time = (
        Flight::DAY.min(),
        Flight::PLANNED.max(),
        Flight::START.max(),
        Flight::END.min(),
        Flight::CLOCK.min(),
    );
    let found = flights.find().select(of_time).all().await.unwrap();
    let expected = (
        Some(first.day),
        Some(last.planned),
        last.start,
        Some(first.end),
        first.clock,
    );
    assert_eq!(found, [expected]);
    let of_jiff = (
        Flight::SOLD.min(),
        Flight::PACKED.max(),
        Flight::LOGGED.max(),
        Flight::LUNCH.min(),
    );
    let found = flights.find().select(of_jiff).all().await.unwrap();
    assert_eq!(
        found,
        [(Some(BEFORE), Some(last.packed), last.logged, last.lunch)]
    );
    let numbers = (
        Flight::METRES.max(),
        Flight::HEIGHT.max(),
        Flight::HEIGHT.min(),
    );
    let found = flights.find().select(numbers).all().await.unwrap();
    assert_eq!(found, [(Some(FAR), Some(0.2), Some(f32::MIN))]);

    let of_pilot = (
        Flight::LOGGED.max(),
        Flight::START.min(),
        Flight::METRES.max(),
    );
    let latest_first = Pilot::FLIGHTS.max(Flight::LOGGED).desc();
    let rows = pilots
        .find()
        .order_by(latest_first)
        .include(Pilot::FLIGHTS.aggregate(of_pilot));
    let values: Vec<_> = rows
        .await
        .unwrap()
        .iter()
        .map(|row| row.flights.values)
        .collect();
    assert_eq!(
        values,
        [(last.logged, first.start, Some(FAR)), (None, None, None)]
    );
}

#[database_test]
async fn they_have_years_months_and_days(db: TestDb) {
    let (_, flights) = flights(&db).await;
    let parts = (
        Flight::SOLD.year(),
        Flight::LOGGED.day(),
        Flight::PLANNED.month(),
        Flight::END.year(),
    );
    let found = flights.find().select(parts).all().await.unwrap();
    let expected = [
        (2024, Some(29), 2, 2024),
        (1969, Some(31), 12, 1969),
        (9999, Some(30), 12, 9999),
    ];
    assert_eq!(found, expected);
    let found = flights
        .find()
        .filter(Flight::START.year().lt(2000) & Flight::DAY.day().eq(31));
    assert_eq!(found.all().await.unwrap()[0].id, 2);
    let years = flights
        .find()
        .select((Flight::PACKED.year(), Flight::ID.count()))
        .group_by(Flight::PACKED.year());
    let years = years
        .having(Flight::LOGGED.max().gt(moment(BEFORE)))
        .all()
        .await
        .unwrap();
    assert_eq!(years, [(2024, 1), (9999, 1)]);
}
