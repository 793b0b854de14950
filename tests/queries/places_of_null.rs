//! NULL before or behind all values, where an order says so.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, Utc};
use relations::query::count_rows;
use relations::{Db, ErrorKind, Filter, Order, prelude::*};
use rust_decimal::Decimal;
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Runner)]
#[has_many(Runner, name = "guests", through(Visit, key_to = "guest_id"))]
struct Club {
    #[model(id, generated)]
    id: i64,
    name: String,
    grade: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Runner {
    #[model(id, generated)]
    id: i64,
    name: String,
    rank: Option<i64>,
    since: Option<DateTime<Utc>>,
    fee: Option<Decimal>,
    body: Option<serde_json::Value>,
    #[belongs_to(Club)]
    club_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Visit {
    #[model(id)]
    #[belongs_to(Club)]
    club_id: i64,
    #[model(id)]
    #[belongs_to(Runner)]
    guest_id: i64,
    day: Option<i64>,
}

type Repositories<'db> = (ClubRepository<&'db Db>, RunnerRepository<&'db Db>);

async fn runners(db: &TestDb) -> Repositories<'_> {
    db.schema::<(Club, Runner, Visit)>().create().await.unwrap();
    let clubs = ClubRepository::new(&**db);
    for (name, grade) in [("A", Some(1)), ("B", None), ("C", Some(-3))] {
        let club = Club::draft().name(name).grade(grade);
        clubs.create(club).await.unwrap();
    }
    let rows = [
        ("a", Some(1), Some(1), Some(json!({"v": 1}))),
        ("b", None, Some(1), Some(json!({}))),
        ("c", Some(3), None, Some(json!({"v": 3}))),
        ("d", Some(2), Some(2), Some(json!({"v": 2}))),
        ("e", None, None, None),
        ("f", Some(2), Some(3), Some(json!({"v": null}))),
        ("g", None, Some(3), Some(json!({"v": null}))),
    ];
    let runner = |(name, rank, club, body): (&str, Option<i64>, _, _)| {
        let draft = Runner::draft().name(name).rank(rank).club_id(club);
        let since = rank.map(|rank| DateTime::from_timestamp(rank, 0).unwrap());
        let fee = rank.map(|rank| Decimal::new(rank, 1));
        draft.since(since).fee(fee).body(body)
    };
    let runners = RunnerRepository::new(&**db);
    runners.create_all(rows.map(runner)).await.unwrap();
    (clubs, runners)
}

fn names<'r>(rows: impl IntoIterator<Item = &'r Runner>) -> String {
    rows.into_iter().map(|row| &*row.name).collect()
}

#[database_test]
async fn rows_without_a_value_come_first_or_last(db: TestDb) {
    let (_, runners) = runners(&db).await;
    let cases = [
        (Runner::RANK.asc(), "begadfc"),
        (Runner::RANK.asc().nulls_first(), "begadfc"),
        (Runner::RANK.asc().nulls_last(), "adfcbeg"),
        (Runner::RANK.desc(), "cfdageb"),
        (Runner::RANK.desc().nulls_last(), "cfdageb"),
        (Runner::RANK.desc().nulls_first(), "gebcfda"),
        (Runner::RANK.desc().nulls_first().nulls_last(), "cfdageb"),
        (Runner::SINCE.asc().nulls_last(), "adfcbeg"),
        (Runner::FEE.desc().nulls_first(), "gebcfda"),
        // What is computed, with a value of the program; JSON's null, and a path that leads nowhere.
        (Runner::RANK.add(1).desc().nulls_first(), "gebcfda"),
        (
            Runner::RANK.coalesce(Runner::CLUB_ID).asc().nulls_last(),
            "abdfcge",
        ),
        (Runner::BODY.path("v").asc().nulls_last(), "adcbefg"),
        (Runner::BODY.path("v").desc().nulls_first(), "gfebcda"),
        // The related row has none, or there is no related row.
        (
            Runner::CLUB.order(Club::GRADE.asc().nulls_last()),
            "fgabcde",
        ),
        (
            Runner::CLUB.order(Club::GRADE.desc().nulls_first()),
            "edcbagf",
        ),
    ];
    for (order, expected) in cases {
        let shown = format!("{order:?}");
        let found = runners.find().order_by(order).await.unwrap();
        assert_eq!(names(&found), expected, "{shown}");
    }
}

#[database_test]
async fn limits_of_scopes_links_and_streams_go_by_it(db: TestDb) {
    let (clubs, runners) = runners(&db).await;
    let best =
        Club::RUNNERS.scope(|of_club| of_club.order_by(Runner::RANK.asc().nulls_last()).limit(1));
    let rows = clubs.find().include(best).await.unwrap();
    assert_eq!(names(rows.iter().flat_map(|row| &row.runners)), "adf");
    let unranked = |of_club: relations::Query<Runner, _, ()>| {
        of_club.order_by(Runner::RANK.desc().nulls_first()).limit(1)
    };
    let row = clubs
        .find_by_id(1)
        .include(Club::RUNNERS.scope(unranked))
        .get()
        .await
        .unwrap();
    assert_eq!(names(&row.runners), "b");

    let visits = [(1, None), (2, Some(1)), (3, Some(2))];
    let visit = |(guest, day)| Visit::draft().club_id(1).guest_id(guest).day(day);
    VisitRepository::new(&*db)
        .create_all(visits.map(visit))
        .await
        .unwrap();
    let by_day = Club::GUESTS.order_by_links(Visit::DAY.asc().nulls_last());
    let rows = clubs.find().include(by_day).await.unwrap();
    assert_eq!(names(rows[0].guests.iter().map(|guest| &**guest)), "bca");
    let found = clubs
        .guests(1)
        .find()
        .order_by(Runner::RANK.asc().nulls_last());
    assert_eq!(names(&found.await.unwrap()), "acb");

    let by_largest = Club::RUNNERS.max(Runner::RANK).desc().nulls_first();
    clubs.create(Club::draft().name("D")).await.unwrap();
    assert_eq!(
        clubs
            .find()
            .order_by(by_largest)
            .first()
            .await
            .unwrap()
            .unwrap()
            .name,
        "D"
    );

    let mut stream = runners
        .find()
        .order_by(Runner::RANK.asc().nulls_last())
        .stream();
    let mut streamed = Vec::new();
    while let Some(row) = stream.try_next().await.unwrap() {
        streamed.push(row);
    }
    assert_eq!(names(&streamed), "adfcbeg");
}

#[database_test]
async fn groups_and_distinct_values_are_sorted_by_it(db: TestDb) {
    let (_, runners) = runners(&db).await;
    let ranks = runners
        .find()
        .select((Runner::RANK, count_rows::<Runner>()))
        .group_by(Runner::RANK);
    let ranks = ranks.order_by(Runner::RANK.of_group().asc().nulls_last());
    assert_eq!(
        ranks.all().await.unwrap(),
        [(Some(1), 1), (Some(2), 2), (Some(3), 1), (None, 3)]
    );
    let sums = runners
        .find()
        .select((Runner::CLUB_ID, Runner::FEE.max()))
        .group_by(Runner::CLUB_ID);
    let sums = sums
        .order_by(Runner::RANK.sum().desc().nulls_last())
        .all()
        .await
        .unwrap();
    assert_eq!(sums[0].0, None);
    let squares = runners
        .find()
        .select((Runner::RANK.mul(Runner::RANK), Runner::ID.count()))
        .group_by(Runner::RANK.mul(Runner::RANK));
    let squares = squares.order_by(
        Runner::RANK
            .mul(Runner::RANK)
            .of_group()
            .desc()
            .nulls_first(),
    );
    assert_eq!(
        squares.all().await.unwrap(),
        [(None, 3), (Some(9), 1), (Some(4), 2), (Some(1), 1)]
    );
    let by_rank = runners.find().order_by(Runner::RANK.asc().nulls_last());
    let ranks = by_rank
        .select((Runner::RANK,))
        .distinct()
        .all()
        .await
        .unwrap();
    assert_eq!(ranks, [(Some(1),), (Some(2),), (Some(3),), (None,)]);
}

/// All pages of so many rows, there and back.
async fn walk(runners: &RunnerRepository<&Db>, order: &[Order<Runner>], rows: u64) {
    let query = || {
        order
            .iter()
            .cloned()
            .fold(runners.find(), |query, by| query.order_by(by))
    };
    let all = query().all().await.unwrap();
    let (mut there, mut after) = (Vec::new(), None);
    let mut before;
    loop {
        let page = query().limit(rows).after(after).page().await.unwrap();
        there.extend(page.rows.clone());
        before = page.previous;
        after = page.next.map(|next| next.to_string());
        if after.is_none() {
            assert_eq!(there, all, "{order:?}");
            there = page.rows;
            break;
        }
    }
    while let Some(cursor) = before {
        let page = query().limit(rows).before(cursor).page().await.unwrap();
        there.splice(..0, page.rows);
        before = page.previous;
    }
    assert_eq!(there, all, "{order:?}");
}

#[database_test]
async fn pages_go_on_behind_null_and_before_it(db: TestDb) {
    let (_, runners) = runners(&db).await;
    let orders = [
        Runner::RANK.asc(),
        Runner::RANK.desc(),
        Runner::SINCE.desc(),
        Runner::FEE.asc(),
        Runner::CLUB.order(Club::GRADE.asc()),
        Runner::CLUB.order(Club::NAME.desc()),
    ];
    for by in orders {
        for rows in 1..4 {
            walk(&runners, &[by.clone().nulls_last()], rows).await;
            walk(
                &runners,
                &[by.clone().nulls_first(), Runner::NAME.desc()],
                rows,
            )
            .await;
            let mixed = [
                by.clone().nulls_last(),
                Runner::SINCE.desc().nulls_first(),
                Runner::CLUB_ID.asc(),
            ];
            walk(&runners, &mixed, rows).await;
        }
    }
    let cursor = runners
        .find()
        .order_by(Runner::RANK.asc())
        .limit(1)
        .page()
        .await
        .unwrap()
        .next;
    let other = runners
        .find()
        .order_by(Runner::RANK.asc().nulls_last())
        .limit(1);
    let error = other.after(cursor).page().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
}

#[database_test]
async fn a_filter_made_in_rust_may_have_it_and_json_has_no_word_for_it(db: TestDb) {
    let (_, runners) = runners(&db).await;
    let filter = Filter::new().order_by(Runner::RANK.asc().nulls_last());
    let found = runners.find_with(&filter).await.unwrap();
    assert_eq!(names(found.iter().map(|row| &**row)), "adfcbeg");
    assert!(serde_json::to_string(&filter).is_err());
}
