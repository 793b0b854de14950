//! Settings of servers and sessions that others chose: what a program gets is the same under each of them.
//!
//! A server's own settings are changed for the moment in which one connection is opened.

use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use relations::query::{AssertSqlSafe, count_rows};
use relations::{Db, Filter, Json, prelude::*};
use rust_decimal::Decimal;
use serde::Serialize;
use std::fmt::Debug;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
#[model(db_enum = "mood")]
enum Mood {
    Merry,
    Angry,
    Calm,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Song)]
struct Band {
    #[model(id)]
    id: i64,
    #[model(length = 40, unique)]
    name: String,
    founded: Option<NaiveDate>,
    logo: Vec<u8>,
    #[model(precision = 10, scale = 4)]
    fee: Decimal,
    active: bool,
    rank: Option<u32>,
    notes: Option<serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Song {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Band)]
    band_id: Option<i64>,
    #[model(length = 40)]
    title: String,
    mood: Mood,
    starts: NaiveTime,
    recorded: DateTime<Utc>,
    length: f64,
}

/// Texts in which SQL has signs.
const NAMES: [&str; 7] = [
    "a\\b",
    "it's",
    "50%_",
    "",
    "\"?\" $1 :x",
    "\\",
    "Ærø \u{1F3B8}\t",
];

fn band(at: usize) -> Band {
    let id = at as i64;
    Band {
        id,
        name: NAMES[at].to_owned(),
        founded: NaiveDate::from_ymd_opt(1969 + at as i32, 2, 1 + at as u32).filter(|_| at != 3),
        logo: vec![0, 39, 92, 34, 255, at as u8],
        fee: Decimal::new(12_345 * id - 3, 4),
        active: at.is_multiple_of(2),
        rank: (at > 1).then_some(u32::MAX - at as u32),
        notes: (at != 2).then(|| serde_json::json!({"a\\": ["\"", at], "city": NAMES[at]})),
    }
}

async fn write(db: &Db, steps: &mut Vec<String>) -> relations::Result<()> {
    let (bands, songs) = (BandRepository::new(db), SongRepository::new(db));
    steps.push(shown(bands.create(band(0)).await?));
    steps.push(shown(bands.create_all((1..6).map(band)).await?));
    let json = r#"{"id": 6, "name": "Ærø 🎸\t", "logo": [92, 0], "fee": "0.5", "active": false, "notes": "\\"}"#;
    steps.push(shown(bands.create(Json(json)).await?));
    let recorded: DateTime<Utc> = "2026-03-29T01:30:00.25Z".parse().expect("a time");
    let drafts = (0..12_i64).map(|at| {
        Song::draft()
            .band_id((at % 5 > 0).then_some(at % 5))
            .title(NAMES[at as usize % 7])
            .mood([Mood::Calm, Mood::Merry, Mood::Angry][at as usize % 3])
            .starts(NaiveTime::from_hms_opt(at as u32, 59, 1).expect("a time"))
            .recorded(recorded)
            .length(at as f64 / 8.0 + 0.0625)
    });
    steps.push(shown(songs.create_all(drafts).await?));
    let upsert = bands
        .upsert(Band {
            active: true,
            ..band(1)
        })
        .await?;
    steps.push(format!("{upsert:?}"));
    let patch = Band::patch().rank(Band::RANK.add(1)).name("b\\'\"");
    steps.push(shown(bands.patch_by_id(3, patch).await?));
    let same = Band::patch().active(true);
    steps.push(shown(
        bands
            .patch(same.clone())
            .filter(Band::ACTIVE.eq(true))
            .await?,
    ));
    let negative = Song::patch().length(Song::LENGTH.sub(1.0));
    steps.push(shown(
        songs.patch(negative).filter(Song::LENGTH.lt(0.1)).await?,
    ));
    steps.push(shown(songs.delete().filter(Song::TITLE.eq("\\")).await?));
    let kept: relations::Result<()> = db
        .transaction(async |tx| {
            BandRepository::new(&tx).delete_by_id(6).await?;
            Err(relations::Error::new(
                relations::ErrorKind::NotFound,
                "undone",
            ))
        })
        .await;
    steps.push(format!("{:?}", kept.map_err(|error| error.kind())));
    Ok(())
}

async fn read(db: &Db, steps: &mut Vec<String>) -> relations::Result<()> {
    let (bands, songs) = (BandRepository::new(db), SongRepository::new(db));
    for name in NAMES {
        steps.push(shown(
            bands.find().filter(Band::NAME.eq(name)).count().await?,
        ));
    }
    for pattern in ["a\\\\%", "%\\_", "%'%", "%\\\\", "ær%", "%"] {
        steps.push(shown(
            bands
                .find()
                .filter(Band::NAME.like(pattern))
                .count()
                .await?,
        ));
        steps.push(shown(
            bands
                .find()
                .filter(Band::NAME.ilike(pattern))
                .count()
                .await?,
        ));
    }
    for pattern in [r"^a\\", r"\$1", r"^\s*$", "[\"']", "A"] {
        let found = bands.find().filter(Band::NAME.regexp(pattern));
        steps.push(shown(found.count().await?));
    }
    let some = [
        Band::NAME.in_(NAMES),
        Band::NAME.not_in(["", "\\"]),
        Band::RANK.is_null(),
        Band::ID.eq(0),
        !(Band::ID.gt(2) & Band::RANK.gt(5_u32)),
        Band::FEE.eq(Decimal::new(-3, 4)),
        Band::LOGO.eq(vec![0, 39, 92, 34, 255, 5]),
        Band::FOUNDED.between(NaiveDate::MIN.max(day(1970)), day(1972)),
        Band::NOTES.path("city").eq("a\\b"),
        Band::NOTES.path("city").like("%\\%\\_"),
        Band::SONGS.some(Song::MOOD.eq(Mood::Angry)),
        Band::SONGS.none(Song::LENGTH.gt(0.2)),
        Band::ID.mul(2).gt(5),
        Band::NAME.length().eq(1),
        Band::NAME.lower().eq("ærø \u{1F3B8}\t"),
        Band::FOUNDED.year().eq(1971),
    ];
    for predicate in some {
        let found = bands.find().filter(predicate).order_by(Band::ID.desc());
        steps.push(shown(
            found
                .all()
                .await?
                .iter()
                .map(|band| band.id)
                .collect::<Vec<_>>(),
        ));
    }
    let last = Band::SONGS.order_by(Song::MOOD.desc()).limit(2);
    steps.push(shown(bands.find().include(last).all().await?));
    let with_band = songs
        .find()
        .include(Song::BAND)
        .order_by(Song::STARTS.desc());
    steps.push(shown(with_band.clone().limit(2).all().await?));
    steps.push(shown(with_band.all().await?));
    steps.push(shown(bands.songs(2).find().all().await?));
    let by_band = Song::BAND.order(Band::NAME.desc());
    let query = songs
        .find()
        .order_by(by_band)
        .order_by(Song::TITLE.asc())
        .limit(4);
    let (mut page, mut pages) = (query.clone().page().await?, 0);
    while let Some(next) = page.next.take() {
        steps.push(shown(page.rows));
        page = query.clone().after(next).page().await?;
        pages += 1;
    }
    steps.push(format!("{pages} pages, then {}", shown(page.rows)));
    let groups = songs.find().select((
        Song::MOOD,
        count_rows(),
        Song::LENGTH.avg(),
        Song::RECORDED.max(),
    ));
    let groups = groups.group_by(Song::MOOD).order_by(count_rows().desc());
    let mut groups: Vec<String> = groups.all().await?.into_iter().map(shown).collect();
    groups.sort();
    steps.push(groups.join(", "));
    let ratios = bands
        .find()
        .select((Band::ID.div(4), Band::NAME.upper(), Band::ACTIVE));
    steps.push(shown(ratios.all().await?));
    let filter = r#"{"where": {"or": [{"name": {"like": "%'%"}}, {"active": false}]}, "order": "name DESC, id",
        "include": [{"relation": "songs", "scope": {"limit": 1, "order": "title"}}]}"#;
    let filter: Filter<Band> = filter.parse()?;
    steps.push(serde_json::to_string(&bands.find_with(filter).await?).expect("it is JSON"));
    Ok(())
}

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).expect("a day")
}

fn shown(value: impl Debug) -> String {
    format!("{value:?}")
}

/// Everything that the program got, on tables that it makes and removes.
async fn tour(db: &Db) -> relations::Result<Vec<String>> {
    db.schema::<(Band, Song)>().create().await?;
    let mut steps = Vec::new();
    write(db, &mut steps).await?;
    read(db, &mut steps).await?;
    db.schema::<(Band, Song)>().drop().await?;
    Ok(steps)
}

async fn one_connection(db: &TestDb) -> Db {
    let one = Db::options().max_connections(1).connect(db.url());
    one.await.unwrap()
}

/// What differs for the program on a connection with this setting.
async fn difference(db: &TestDb, setting: &str, expected: &[String]) -> Option<String> {
    let one = one_connection(db).await;
    // Some of SQLite's give a row.
    let set = one.sql(AssertSqlSafe(setting.to_owned()));
    set.values::<Option<i64>>().await.unwrap();
    different(db, one, setting, expected).await
}

async fn different(db: &TestDb, one: Db, setting: &str, expected: &[String]) -> Option<String> {
    let steps = tour(&one).await;
    one.close().await;
    match steps {
        Ok(steps) => {
            let mut pairs = steps.iter().zip(expected);
            let differing = pairs.find(|(step, expected)| step != expected);
            differing.map(|(step, expected)| format!("{setting}:\n  {step}\n  {expected}"))
        }
        Err(error) => {
            db.schema::<(Band, Song)>().drop().await.unwrap();
            Some(format!("{setting}: {error}"))
        }
    }
}

async fn assert_all_same(db: &TestDb, settings: &[&str]) {
    let expected = tour(db).await.unwrap();
    let mut differences = Vec::new();
    for setting in settings {
        differences.extend(difference(db, setting, &expected).await);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

const POSTGRES: [&str; 18] = [
    "SET standard_conforming_strings = off",
    "SET backslash_quote = off",
    "SET transform_null_equals = on",
    "SET array_nulls = off",
    "SET quote_all_identifiers = on",
    "SET default_transaction_isolation = 'serializable'",
    "SET default_transaction_deferrable = on",
    "SET DateStyle = 'German, YMD'",
    "SET IntervalStyle = 'iso_8601'",
    "SET bytea_output = 'escape'",
    "SET extra_float_digits = -15",
    "SET TimeZone = 'Pacific/Chatham'",
    "SET client_encoding = 'UTF8'",
    "SET plan_cache_mode = force_generic_plan",
    "SET join_collapse_limit = 1",
    "SET enable_seqscan = off",
    "SET enable_sort = off",
    "SET work_mem = '64kB'",
];

#[database_test(postgres)]
async fn a_program_gets_the_same_under_settings_of_postgres(db: TestDb) {
    assert_all_same(&db, &POSTGRES).await;
}

const MYSQL: [&str; 17] = [
    "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
    "SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')",
    "SET sql_mode = CONCAT(@@sql_mode, ',PAD_CHAR_TO_FULL_LENGTH')",
    "SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT,IGNORE_SPACE,HIGH_NOT_PRECEDENCE')",
    "SET sql_mode = REPLACE(@@sql_mode, 'PIPES_AS_CONCAT', '')",
    "SET sql_mode = CONCAT(@@sql_mode, ',NO_UNSIGNED_SUBTRACTION,REAL_AS_FLOAT')",
    "SET sql_mode = CONCAT(@@sql_mode, ',ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,TRADITIONAL')",
    "SET sql_mode = CONCAT(@@sql_mode, ',TIME_ROUND_FRACTIONAL,SIMULTANEOUS_ASSIGNMENT')",
    "SET sql_mode = CONCAT(@@sql_mode, ',MSSQL')",
    "SET time_zone = '-09:30'",
    "SET max_sort_length = 64",
    "SET div_precision_increment = 0",
    "SET group_concat_max_len = 4",
    "SET collation_connection = 'utf8mb4_general_ci'",
    "SET tx_isolation = 'SERIALIZABLE'",
    "SET default_week_format = 3, lc_time_names = 'de_DE'",
    "SET optimizer_switch = 'derived_merge=off,split_materialized=off,semijoin=off'",
];

#[database_test(mysql)]
async fn a_program_gets_the_same_under_settings_of_mysql(db: TestDb) {
    assert_all_same(&db, &MYSQL).await;
}

/// Those that a connection has when it is opened, and must not keep.
const OF_THE_SERVER: [(&str, &str); 7] = [
    ("sql_mode", "'ORACLE'"),
    ("sql_mode", "'NO_BACKSLASH_ESCAPES'"),
    ("sql_mode", "'EMPTY_STRING_IS_NULL'"),
    ("sql_select_limit", "2"),
    ("sql_safe_updates", "1"),
    ("sql_auto_is_null", "1"),
    ("autocommit", "0"),
];

#[database_test(mysql)]
async fn a_program_gets_the_same_on_a_server_with_other_defaults(db: TestDb) {
    let expected = tour(&db).await.unwrap();
    let mut differences = Vec::new();
    for (name, value) in OF_THE_SERVER {
        let kept = format!("SET @kept = @@GLOBAL.{name}; SET GLOBAL {name} = {value}");
        let settings = one_connection(&db).await;
        settings_of(&settings, &kept).await;
        let one = one_connection(&db).await;
        settings_of(&settings, &format!("SET GLOBAL {name} = @kept")).await;
        let modes: String = one.sql("SELECT @@sql_mode").value().await.unwrap();
        assert!(
            modes.contains("STRICT_ALL_TABLES") && !modes.contains("NO_BACKSLASH_ESCAPES"),
            "{name} = {value}: {modes}"
        );
        settings.close().await;
        let setting = format!("{name} = {value}");
        differences.extend(different(&db, one, &setting, &expected).await);
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

async fn settings_of(one: &Db, sql: &str) {
    for sql in sql.split("; ") {
        one.sql(AssertSqlSafe(sql.to_owned()))
            .execute()
            .await
            .unwrap();
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
struct Kept {
    #[model(id)]
    id: i64,
}

/// Without a transaction of the program's own each write is kept at once, for others to see.
#[database_test(mysql)]
async fn a_write_is_kept_where_the_server_begins_transactions_by_itself(db: TestDb) {
    db.schema::<Kept>().create().await.unwrap();
    let settings = one_connection(&db).await;
    settings_of(&settings, "SET GLOBAL autocommit = 0").await;
    let one = one_connection(&db).await;
    settings_of(&settings, "SET GLOBAL autocommit = 1").await;
    settings.close().await;
    KeptRepository::new(&one)
        .create(Kept { id: 1 })
        .await
        .unwrap();
    assert_eq!(KeptRepository::new(&*db).find().count().await.unwrap(), 1);
    one.close().await;
}

const SQLITE: [&str; 13] = [
    "PRAGMA case_sensitive_like = ON",
    "PRAGMA reverse_unordered_selects = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA full_column_names = ON",
    "PRAGMA short_column_names = OFF",
    "PRAGMA count_changes = ON",
    "PRAGMA empty_result_callbacks = ON",
    "PRAGMA legacy_alter_table = ON",
    "PRAGMA automatic_index = OFF",
    "PRAGMA defer_foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = 1",
];

#[database_test(sqlite_file)]
async fn a_program_gets_the_same_under_settings_of_sqlite(db: TestDb) {
    assert_all_same(&db, &SQLITE).await;
}
