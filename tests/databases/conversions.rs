//! Types that say themselves how they are kept, as columns and as keys; and keys of types of the standard library.

use crate::support::{TestDb, database_test};
use relations::value::ColumnConversion;
use relations::{ErrorKind, Filter, Json, prelude::*};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::time::Duration;

/// `SE-0007` in its column.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ColumnType)]
#[serde(into = "String", try_from = "String")]
#[model(conversion)]
struct Article {
    country: String,
    number: u16,
}

impl ColumnConversion for Article {
    type Column = String;
    type Error = String;

    fn to_column(&self) -> String {
        format!("{}-{:04}", self.country, self.number)
    }

    fn from_column(column: String) -> Result<Self, String> {
        let wrong = || format!("{column:?} is no article");
        let (country, number) = column.split_once('-').ok_or_else(wrong)?;
        let number = number.parse().map_err(|_| wrong())?;
        let article = Article {
            country: country.to_owned(),
            number,
        };
        // One text for one value.
        match article.to_column() == column {
            true => Ok(article),
            false => Err(wrong()),
        }
    }
}

impl From<Article> for String {
    fn from(article: Article) -> String {
        article.to_column()
    }
}

impl TryFrom<String> for Article {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Article::from_column(text)
    }
}

/// An enum with fields, kept as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ColumnType)]
#[model(conversion)]
#[serde(into = "i32")]
enum Level {
    Off,
    On { strength: u8 },
}

impl ColumnConversion for Level {
    type Column = i32;
    type Error = &'static str;

    fn to_column(&self) -> i32 {
        match self {
            Level::Off => -1,
            Level::On { strength } => i32::from(*strength),
        }
    }

    fn from_column(column: i32) -> Result<Self, &'static str> {
        match (column, u8::try_from(column)) {
            (-1, _) => Ok(Level::Off),
            (_, Ok(strength)) => Ok(Level::On { strength }),
            _ => Err("no such level"),
        }
    }
}

impl From<Level> for i32 {
    fn from(level: Level) -> i32 {
        level.to_column()
    }
}

/// A newtype of an enum has the values of the enum.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
struct Wrapped(Size);

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
enum Size {
    Small,
    Large,
}

#[derive(Debug, PartialEq, Serialize, Model)]
#[has_many(Part)]
struct Product {
    #[model(id)]
    article: Article,
    level: Level,
    size: Option<Wrapped>,
    other: Option<Level>,
}

#[derive(Debug, PartialEq, Serialize, Model)]
struct Part {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Product)]
    product_id: Article,
    #[belongs_to(Host, name = "host")]
    host_address: Option<IpAddr>,
    #[belongs_to(Wide)]
    wide_id: Option<u128>,
    lasts: Option<Duration>,
}

#[derive(Debug, PartialEq, Serialize, Model)]
#[has_many(Part, name = "parts", key_to = "host_address")]
struct Host {
    #[model(id)]
    address: IpAddr,
}

#[derive(Debug, PartialEq, Serialize, Model)]
#[has_many(Part)]
struct Wide {
    #[model(id)]
    id: u128,
}

fn article(number: u16) -> Article {
    Article {
        country: "SE".to_owned(),
        number,
    }
}

async fn products(db: &TestDb) -> ProductRepository<&relations::Db> {
    let schema = db.schema::<(Product, Part, Host, Wide)>();
    schema.create().await.unwrap();
    ProductRepository::new(&**db)
}

#[database_test]
async fn they_are_columns_and_keys(db: TestDb) {
    let products = products(&db).await;
    for (number, level) in [(7, Level::On { strength: 255 }), (8, Level::Off)] {
        let draft = Product::draft().article(article(number)).level(level);
        let product = products.create(draft).await.unwrap();
        assert_eq!((product.level, product.other), (level, None));
        let parts = [Part::draft(), Part::draft()];
        products
            .parts(article(number))
            .create_all(parts)
            .await
            .unwrap();
        assert_eq!(products.parts(&product).find().count().await.unwrap(), 2);
    }
    let found = products.get_by_id(article(7)).await.unwrap();
    assert_eq!(products.parts(&found).find().await.unwrap().len(), 2);
    let asked = Product::LEVEL.lt(Level::On { strength: 0 }) & Product::ARTICLE.gt(article(7));
    let found = products
        .find()
        .filter(asked)
        .include(Product::PARTS)
        .get()
        .await
        .unwrap();
    assert_eq!((found.parts.len(), &found.article), (2, &article(8)));
    let parts = PartRepository::new(&*db)
        .find()
        .include(Part::PRODUCT)
        .await
        .unwrap();
    assert!(
        parts
            .iter()
            .all(|part| part.product.article == part.product_id)
    );
    let graphs = products.find_with(r#"{"where": {"level": {"gte": 0}}, "include": ["parts"]}"#);
    let json = serde_json::to_value(graphs.await.unwrap()).unwrap();
    assert_eq!(json[0]["article"], "SE-0007");
    assert_eq!(json[0]["parts"][1]["product_id"], "SE-0007");
    let patch = Product::patch()
        .other(Level::Off)
        .size(Wrapped(Size::Large));
    products.patch_by_id(article(8), patch).await.unwrap();
    let changed = products.get_by_id(article(8)).await.unwrap();
    assert_eq!(
        (changed.other, changed.size),
        (Some(Level::Off), Some(Wrapped(Size::Large)))
    );
}

#[database_test]
async fn what_is_no_value_is_refused(db: TestDb) {
    let products = products(&db).await;
    db.ran();
    let json = r#"{"article": "SE-7", "level": 256, "size": "Huge", "other": -1}"#;
    let error = products.create(Json(json)).await.unwrap_err();
    let paths: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| problem.path())
        .collect();
    assert_eq!(paths, ["article", "level", "size"]);
    assert!(
        error.to_string().contains("\"SE-7\" is no article"),
        "{error}"
    );
    assert_eq!(error.problems()[2].allowed(), ["Large", "Small"]);
    let read = r#"{"where": {"level": {"inq": [1, 256]}}}"#.parse::<Filter<Product>>();
    assert_eq!(read.unwrap_err().problems()[0].path(), "where.level.inq[1]");
    assert_eq!(db.count(), 0);
    let json = r#"{"article": "SE-0007", "level": 255, "size": "Large"}"#;
    assert_eq!(
        products.create(Json(json)).await.unwrap().article,
        article(7)
    );
    assert!(
        db.try_execute("UPDATE product SET size = 'Huge'")
            .await
            .is_err()
    );
    db.execute("UPDATE product SET level = 256").await;
    let error = products.get_by_id(article(7)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().ends_with("no such level"), "{error}");
}

#[database_test]
async fn addresses_and_wide_integers_are_keys(db: TestDb) {
    let products = products(&db).await;
    let (hosts, wides) = (HostRepository::new(&*db), WideRepository::new(&*db));
    let draft = Product::draft().article(article(1)).level(Level::Off);
    products.create(draft).await.unwrap();
    let address: IpAddr = "2001:db8::1".parse().unwrap();
    hosts.create(Host { address }).await.unwrap();
    let draft = Part::draft()
        .product_id(article(1))
        .lasts(Duration::from_millis(1500));
    let part = hosts.parts(address).create(draft).await.unwrap();
    wides.create(Wide { id: u128::MAX }).await.unwrap();
    wides.create(Wide { id: 2 }).await.unwrap();
    let parts = PartRepository::new(&*db);
    parts
        .patch_by_id(part.id, Part::patch().wide_id(u128::MAX))
        .await
        .unwrap();
    let query = parts.find().include(Part::HOST).include(Part::WIDE);
    let found = query.get().await.unwrap();
    assert_eq!(found.host.as_ref().unwrap().address, address);
    assert_eq!(found.wide.as_ref().unwrap().id, u128::MAX);
    assert_eq!(wides.parts(u128::MAX).find().count().await.unwrap(), 1);
    let sorted = wides
        .find()
        .order_by(Wide::ID.asc())
        .include(Wide::PARTS)
        .await
        .unwrap();
    assert_eq!(
        sorted.iter().map(|row| row.parts.len()).collect::<Vec<_>>(),
        [0, 1]
    );
    let json = r#"{"where": {"wide_id": "340282366920938463463374607431768211455", "lasts": {"between": [0, 1500000000]}}}"#;
    let filter: Filter<Part> = json.parse().unwrap();
    let again: Filter<Part> = serde_json::to_string(&filter).unwrap().parse().unwrap();
    assert_eq!(again, filter);
    assert_eq!(parts.find_with(filter).await.unwrap().len(), 1);
    let json = Json(r#"{"lasts": {"secs": 2, "nanos": 5}}"#);
    parts.patch_by_id(part.id, json).await.unwrap();
    let found = parts.get_by_id(part.id).await.unwrap();
    assert_eq!(found.lasts, Some(Duration::new(2, 5)));
    for json in [
        r#"{"lasts": -1}"#,
        r#"{"lasts": {"secs": 1}}"#,
        r#"{"lasts": {"secs": 9223372037, "nanos": 0}}"#,
        r#"{"wide_id": -1}"#,
        r#"{"wide_id": "01"}"#,
        r#"{"wide_id": 1e30}"#,
        r#"{"host_address": "1.2.3"}"#,
    ] {
        let error = parts.patch_by_id(part.id, Json(json)).await.unwrap_err();
        assert!(error.problems().len() == 1, "{json}: {error}");
    }
}

#[derive(Debug, Model)]
struct Log {
    #[model(id, generated)]
    id: i64,
    #[model(created_at)]
    made: jiff::Timestamp,
    #[model(updated_at)]
    changed: time::OffsetDateTime,
    #[model(default_with = time::UtcDateTime::now)]
    other: time::UtcDateTime,
}

#[database_test]
async fn the_times_of_writes_are_of_any_library(db: TestDb) {
    db.schema::<Log>().create().await.unwrap();
    let logs = LogRepository::new(&*db);
    let log = logs.create(Log::draft()).await.unwrap();
    assert_eq!(
        log.made.as_microsecond(),
        (log.changed.unix_timestamp_nanos() / 1000) as i64
    );
    assert!((log.other.unix_timestamp() - log.made.as_second()).abs() <= 60);
}
