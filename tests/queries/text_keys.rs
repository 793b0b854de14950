//! Keys of text, of which only the database knows which are equal: however targets are loaded, it decides whose they are.

use crate::support::{Sql, TestDb, database_test};
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(City, key_to = "code")]
#[has_one(Capital, key_to = "code")]
#[has_many(
    Language,
    through(Spoken, key_from = "country_code", key_to = "language_code")
)]
pub struct Country {
    #[model(id)]
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct City {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Country, name = "country")]
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Capital {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Country, name = "country")]
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Language {
    #[model(id)]
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Spoken {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Country, name = "country")]
    pub country_code: String,
    #[belongs_to(Language, name = "language")]
    pub language_code: String,
}

/// Tables that somebody else made, whose codes have a type that is none of ours. Countries SE and NO; the cities 1 and 2 and the
/// capital 9 are in `se`, written in three ways; Swedish and Sami are spoken there.
async fn tables(db: &TestDb, [sqlite, postgres, mysql]: [&str; 3], spelled: [&str; 3]) {
    let create = |ty: &str| {
        let [one, two, three] = spelled;
        format!(
            "CREATE TABLE country (code {ty} PRIMARY KEY);
            CREATE TABLE language (code {ty} PRIMARY KEY);
            CREATE TABLE city (id BIGINT PRIMARY KEY, code {ty} NOT NULL);
            CREATE TABLE capital (id BIGINT PRIMARY KEY, code {ty} NOT NULL UNIQUE);
            CREATE TABLE spoken (id BIGINT PRIMARY KEY, country_code {ty} NOT NULL, language_code {ty} NOT NULL);
            INSERT INTO country VALUES ('{one}'), ('NO');
            INSERT INTO language VALUES ('SV'), ('SMI');
            INSERT INTO city VALUES (1, '{one}'), (2, '{two}');
            INSERT INTO capital VALUES (9, '{three}');
            INSERT INTO spoken VALUES (1, '{two}', 'SV'), (2, '{three}', 'SMI')"
        )
    };
    match db.dialect() {
        relations::Dialect::Sqlite => db.execute(&create(sqlite)).await,
        relations::Dialect::Postgres => db.execute(&create(postgres)).await,
        _ => db.execute(&create(mysql)).await,
    }
}

/// All ways lead to the same rows.
async fn assert_loaded(db: &TestDb) {
    let countries = CountryRepository::new(&**db);
    let all = countries.find().order_by(Country::CODE.desc());
    let sweden = all.clone().first().await.unwrap().unwrap();
    assert!(countries.find_by_id(&sweden.code).exists().await.unwrap());
    let same = countries.find().filter(Country::CODE.in_([&sweden.code]));
    assert_eq!(same.count().await.unwrap(), 1);
    assert_eq!(countries.cities(&sweden).count().await.unwrap(), 2);
    assert_eq!(countries.languages(&sweden).count().await.unwrap(), 2);

    let rows = all
        .clone()
        .include(Country::CITIES.counted())
        .include(Country::CAPITAL)
        .include(Country::LANGUAGES)
        .all()
        .await
        .unwrap();
    let ids = |cities: &[City]| cities.iter().map(|city| city.id).collect::<Vec<_>>();
    assert_eq!(ids(&rows[0].cities), [1, 2]);
    assert_eq!((rows[0].cities.count, rows[1].cities.count), (2, 0));
    assert_eq!(rows[0].capital.as_ref().map(|capital| capital.id), Some(9));
    assert_eq!(rows[0].languages.len(), 2);
    assert!(rows[1].cities.is_empty() && rows[1].capital.is_none());

    // Apart, and a few of each source.
    let rows = all
        .include(Country::CITIES.scope(|cities| cities.order_by(City::ID.desc()).limit(1)))
        .include(Country::CAPITAL.scope(|capital| capital.limit(1)))
        .include(Country::LANGUAGES.scope(|languages| languages.limit(1)))
        .all()
        .await
        .unwrap();
    assert_eq!(ids(&rows[0].cities), [2]);
    assert_eq!(rows[0].capital.as_ref().map(|capital| capital.id), Some(9));
    assert_eq!(rows[0].languages.len(), 1);

    let cities = CityRepository::new(&**db);
    let batched = cities.find().include(City::COUNTRY).all().await.unwrap();
    let joined = cities.find().include(City::COUNTRY).limit(5);
    assert_eq!(batched, joined.all().await.unwrap());
    assert!(batched.iter().all(|city| *city.country == sweden));

    let graphs = countries
        .find_with(r#"{"include": ["cities", "capital"], "order": "code DESC"}"#)
        .await
        .unwrap();
    assert_eq!(graphs[0].get(Country::CITIES).unwrap().len(), 2);
    assert!(graphs[0].get(Country::CAPITAL).unwrap().is_some());
}

#[database_test]
async fn keys_whose_collation_does_not_mind_case(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "SELECT 1",
        postgres: "CREATE EXTENSION citext",
        mysql: "SELECT 1",
    })
    .await;
    let types = [
        "TEXT COLLATE NOCASE",
        "CITEXT",
        "VARCHAR(9) COLLATE utf8mb4_unicode_ci",
    ];
    tables(&db, types, ["SE", "se", "Se"]).await;
    assert_loaded(&db).await;
}

#[database_test]
async fn keys_that_are_padded(db: TestDb) {
    let types = [
        "TEXT COLLATE RTRIM",
        "CHAR(5)",
        "VARCHAR(9) CHARACTER SET latin1",
    ];
    tables(&db, types, ["SE", "SE ", "SE  "]).await;
    assert_loaded(&db).await;
}

#[database_test]
async fn keys_of_an_enum(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "SELECT 1",
        postgres: "CREATE TYPE code AS ENUM ('NO', 'SE', 'SMI', 'SV')",
        mysql: "SELECT 1",
    })
    .await;
    let types = ["TEXT", "code", "ENUM('NO', 'SE', 'SMI', 'SV')"];
    tables(&db, types, ["SE", "SE", "SE"]).await;
    assert_loaded(&db).await;
}
