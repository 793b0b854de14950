//! Messages of the server that were altered or cut on their way: an error of the call that reads them, and of no other.

use crate::support::{Damage, Proxy, TestDb, database_test};
use relations::{Db, Error, ErrorKind, prelude::*};
use std::time::Duration;

/// Values that the driver reads in different ways.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Sample {
    #[model(id)]
    pub id: i64,
    pub number: i32,
    pub part: Option<f64>,
    pub word: String,
    pub is_new: bool,
    pub at: chrono::DateTime<chrono::Utc>,
    pub day: chrono::NaiveDate,
    pub key: uuid::Uuid,
    pub price: rust_decimal::Decimal,
    pub data: serde_json::Value,
}

fn sample(id: i64) -> Sample {
    Sample {
        id,
        number: 7,
        part: (id > 1).then_some(1.5),
        word: "word".to_owned(),
        is_new: true,
        at: "2026-01-02T03:04:05Z".parse().unwrap(),
        day: "2026-01-02".parse().unwrap(),
        key: uuid::Uuid::from_u128(7),
        price: "12.50".parse().unwrap(),
        data: serde_json::json!({"a": [1, 2]}),
    }
}

/// A call waits no longer for a message whose length grew.
const LIMIT: Duration = Duration::from_millis(100);

const GENEROUS: Duration = Duration::from_secs(20);

const DAMAGES: [Damage; 5] = [
    Damage::Altered(0x01),
    Damage::Altered(0x02),
    Damage::Altered(0x80),
    Damage::Altered(0xff),
    Damage::Cut,
];

/// Connects through the proxy. A damaged greeting is not waited for longer than that.
async fn connect(proxy: &Proxy) -> Db {
    let mut limit = LIMIT * 5;
    loop {
        let options = Db::options().max_connections(4).connect_timeout(limit);
        if let Ok(db) = options.connect(proxy.url()).await {
            return db;
        }
        // Nothing was damaged, so the machine was slower than that.
        limit *= 2;
    }
}

/// Whether an undamaged call failed because the machine was slower than its limit. It is then made again, with a longer one.
fn was_slow<T>(result: &Result<T, Error>, has_damaged: bool, limit: &mut Duration) -> bool {
    let is_too_late = |error: &Error| error.is_timeout() || error.is_connection();
    let was_slow = !has_damaged && result.as_ref().is_err_and(is_too_late);
    if was_slow {
        *limit *= 2;
    }
    was_slow
}

/// Some of the bytes of an answer, each kind of damage in turn.
fn damages(step: usize) -> impl Iterator<Item = (usize, Damage)> {
    let damages = DAMAGES.iter().cycle();
    (0..)
        .step_by(step)
        .zip(damages)
        .map(|(at, damage)| (at, *damage))
}

/// As a user would see it, whichever byte it was.
fn assert_told(error: &Error, place: &str) {
    let kinds = [
        ErrorKind::Connection,
        ErrorKind::Timeout,
        ErrorKind::Decode,
        ErrorKind::Database,
        // The number of a prepared statement, which the server then does not know.
        ErrorKind::Conflict,
    ];
    assert!(kinds.contains(&error.kind()), "{place}: {error:?}");
}

#[database_test(postgres, mysql)]
async fn a_damaged_answer_to_a_read_is_an_error(db: TestDb) {
    db.schema::<Sample>().create().await.unwrap();
    let rows: Vec<_> = (1..=2).map(sample).collect();
    let direct = SampleRepository::new(&*db);
    direct.create_all(rows.clone()).await.unwrap();
    let proxy = Proxy::before(db.url()).await;
    let through = connect(&proxy).await;
    let (mut limit, mut errors) = (LIMIT, 0);
    for (at, damage) in damages(4) {
        let place = format!("{damage:?} after {at}");
        let (read, has_damaged) = loop {
            let limited = SampleRepository::new(through.with_timeout(limit));
            let healthy = SampleRepository::new(&through);
            healthy.find().all().await.unwrap();
            proxy.damage(at, damage);
            let reading = tokio::time::timeout(GENEROUS, limited.find().all());
            let read = reading.await.expect(&place);
            let has_damaged = proxy.has_damaged();
            if !was_slow(&read, has_damaged, &mut limit) {
                break (read, has_damaged);
            }
        };
        if !has_damaged {
            assert_eq!(read.unwrap(), rows);
            break;
        }
        if let Err(error) = read {
            errors += 1;
            assert_told(&error, &place);
            assert!(!error.outcome_is_unknown(), "{place}: {error:?}");
        }
        // The next call has another connection, or one that is in step.
        let healthy = SampleRepository::new(&through);
        let reading = tokio::time::timeout(GENEROUS, healthy.find().all());
        assert_eq!(reading.await.expect(&place).expect(&place), rows, "{place}");
    }
    assert!(errors > 10, "{errors}");
}

#[database_test(postgres, mysql)]
async fn a_damaged_answer_to_a_write_may_have_happened(db: TestDb) {
    db.schema::<Sample>().create().await.unwrap();
    let direct = SampleRepository::new(&*db);
    direct.create(sample(1)).await.unwrap();
    let proxy = Proxy::before(db.url()).await;
    let through = connect(&proxy).await;
    let patient = SampleRepository::new(through.with_timeout(LIMIT * 20));
    let (mut limit, mut unknown) = (LIMIT, 0);
    for (at, damage) in damages(2) {
        let place = format!("{damage:?} after {at}");
        // A length that was made smaller leaves bytes behind, on which the next call of that connection breaks.
        let reset = || patient.patch_by_id(1, Sample::patch().number(-1));
        let number = at as i32;
        let (written, has_damaged) = loop {
            if reset().await.is_err() {
                reset().await.expect(&place);
            }
            let limited = SampleRepository::new(through.with_timeout(limit));
            proxy.damage(at, damage);
            let patch = limited.patch_by_id(1, Sample::patch().number(number));
            let written = tokio::time::timeout(GENEROUS, patch).await.expect(&place);
            let has_damaged = proxy.has_damaged();
            if !was_slow(&written, has_damaged, &mut limit) {
                break (written, has_damaged);
            }
        };
        if !has_damaged {
            written.unwrap();
            break;
        }
        let stored = direct.get_by_id(1).await.unwrap().number;
        match written {
            Ok(_) => assert_eq!(stored, number, "{place}"),
            Err(error) => {
                assert_told(&error, &place);
                unknown += usize::from(error.outcome_is_unknown());
                let is_told = error.outcome_is_unknown() || stored == -1;
                assert!(is_told, "{place}: {error:?}");
            }
        }
    }
    assert!(unknown > 3, "{unknown}");
}

#[database_test(postgres, mysql)]
async fn a_damaged_greeting_is_an_error(db: TestDb) {
    db.schema::<Sample>().create().await.unwrap();
    let proxy = Proxy::before(db.url()).await;
    let mut limit = LIMIT;
    for (at, damage) in damages(7) {
        let place = format!("{damage:?} after {at}");
        let (connected, has_damaged) = loop {
            proxy.damage(at, damage);
            let options = Db::options().max_connections(1).connect_timeout(limit);
            let options = options.acquire_timeout(limit * 2);
            let connecting = tokio::time::timeout(GENEROUS, options.connect(proxy.url()));
            let connected = connecting.await.expect(&place);
            let has_damaged = proxy.has_damaged();
            if !was_slow(&connected, has_damaged, &mut limit) {
                break (connected, has_damaged);
            }
        };
        match connected {
            Err(error) => assert_told(&error, &place),
            Ok(db) => db.close_within(LIMIT).await.unwrap_or_default(),
        }
        if !has_damaged {
            break;
        }
    }
}

/// Of a message that says to be longer than it is, the rest is waited for: no longer than a statement may take, if that is limited.
#[database_test(postgres, mysql)]
async fn a_limit_of_statements_ends_the_wait_for_a_message_whose_length_grew(db: TestDb) {
    db.schema::<Sample>().create().await.unwrap();
    let direct = SampleRepository::new(&*db);
    direct.create(sample(1)).await.unwrap();
    let proxy = Proxy::before(db.url()).await;
    let options = Db::options().max_connections(1).statement_timeout(LIMIT);
    let limited = options.connect(proxy.url()).await.unwrap();
    let samples = SampleRepository::new(&limited);
    let mut timeouts = 0;
    // The length of the first message, whose lowest byte comes first on MySQL, and last on PostgreSQL.
    for at in 0..5 {
        // Again where the machine was slower than the limit.
        while samples.find().all().await.is_err() {}
        proxy.damage(at, Damage::Altered(0x40));
        let reading = tokio::time::timeout(GENEROUS, samples.find().all());
        // A read whose connection broke is made again.
        if let Err(error) = reading.await.expect("it ends") {
            assert_told(&error, &format!("after {at}"));
            timeouts += usize::from(error.is_timeout());
        }
    }
    assert!(timeouts > 0, "nothing was waited for");
    assert_eq!(direct.find().all().await.unwrap(), [sample(1)]);
}
