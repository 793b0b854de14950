//! `#[derive(ColumnType)]`: enums and newtypes as types of columns and of keys.

use crate::support::{Sql, TestDb, database_test};
use relations::{ColumnType, Dialect, ErrorKind, Json, prelude::*};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ColumnType)]
struct SupplierId(i64);

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ColumnType)]
struct Code(String);

/// Neither `Clone` nor `Eq`: a type of a column, and no key.
#[derive(Debug, PartialEq, Serialize, ColumnType)]
struct Weight(f64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ColumnType)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    PaidInFull,
    #[serde(rename = "it's gone")]
    Gone,
}

#[derive(Debug, Clone, PartialEq, Serialize, ColumnType)]
#[model(integer)]
#[repr(i16)]
enum Level {
    Low = -1,
    Usual,
    High = 10,
}

#[derive(Debug, Clone, PartialEq, Serialize, ColumnType)]
#[model(db_enum = "mood of the day", rename_all = "UPPERCASE")]
enum Mood {
    #[serde(rename = "GLAD")]
    Glad,
    #[serde(rename = "SAD")]
    Sad,
}

#[derive(Debug, PartialEq, Serialize, Model)]
#[has_many(Part)]
struct Supplier {
    #[model(id, generated)]
    id: SupplierId,
    #[model(unique)]
    code: Code,
    status: Status,
    #[model(default = "0")]
    level: Level,
    mood: Option<Mood>,
    weight: Option<Weight>,
}

#[derive(Debug, PartialEq, Serialize, Model)]
struct Part {
    #[model(id)]
    code: Code,
    #[model(id)]
    status: Status,
    #[belongs_to(Supplier)]
    supplier_id: Option<SupplierId>,
}

async fn suppliers(db: &TestDb) -> SupplierRepository<&relations::Db> {
    let schema = db.schema::<(Supplier, Part)>();
    schema.drop().await.unwrap();
    schema.create().await.unwrap();
    SupplierRepository::new(&**db)
}

fn thor() -> impl relations::IntoDraft<Supplier> {
    Supplier::draft()
        .code(Code("a".into()))
        .status(Status::PaidInFull)
        .level(Level::High)
        .mood(Mood::Sad)
        .weight(Weight(1.5))
}

#[database_test]
async fn values_are_stored_read_compared_and_found(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let thor = suppliers.create(thor()).await.unwrap();
    let expected = Supplier {
        id: thor.id,
        code: Code("a".into()),
        status: Status::PaidInFull,
        level: Level::High,
        mood: Some(Mood::Sad),
        weight: Some(Weight(1.5)),
    };
    assert_eq!(thor, expected);
    let odin = Supplier::draft()
        .code(Code("b".into()))
        .status(Status::Gone);
    let odin = suppliers.create(odin).await.unwrap();
    assert_eq!((&odin.level, &odin.mood), (&Level::Usual, &None));
    assert_eq!(suppliers.get_by_id(thor.id).await.unwrap(), thor);
    let found = async |predicate| {
        let found = suppliers.find().filter(predicate).await.unwrap();
        found.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(found(Supplier::STATUS.eq(Status::Gone)).await, [odin.id]);
    assert_eq!(found(Supplier::LEVEL.gt(Level::Usual)).await, [thor.id]);
    assert_eq!(found(Supplier::MOOD.eq(Mood::Sad)).await, [thor.id]);
    assert_eq!(found(Supplier::MOOD.is_null()).await, [odin.id]);
    assert_eq!(
        found(Supplier::ID.in_([thor.id, SupplierId(99)])).await,
        [thor.id]
    );
    let codes = [Code("a".into()), Code("b".into())];
    assert_eq!(found(Supplier::CODE.in_(codes)).await, [thor.id, odin.id]);
    assert_eq!(found(Supplier::WEIGHT.lt(Weight(2.0))).await, [thor.id]);
    let patch = Supplier::patch().mood(Mood::Glad).level(Level::Low);
    suppliers.patch_by_id(odin.id, patch).await.unwrap();
    let odin = suppliers.get_by_id(odin.id).await.unwrap();
    assert_eq!((odin.level, odin.mood), (Level::Low, Some(Mood::Glad)));
}

#[database_test]
async fn newtypes_and_enums_are_keys(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let thor = suppliers.create(thor()).await.unwrap();
    let parts = suppliers.parts(thor.id);
    let draft = |code: &str, status| Part::draft().code(Code(code.into())).status(status);
    let drafts = [draft("x", Status::Open), draft("x", Status::Gone)];
    parts.create_all(drafts).await.unwrap();
    let all_parts = PartRepository::new(&*db);
    let alone = all_parts.create(draft("y", Status::Open)).await.unwrap();
    assert_eq!(alone.supplier_id, None);
    let id = (Code("x".into()), Status::Gone);
    let gone = all_parts.get_by_id(id).await.unwrap();
    assert_eq!(gone.supplier_id, Some(thor.id));
    let rows = suppliers.find().include(Supplier::PARTS).await.unwrap();
    assert_eq!(rows[0].parts.len(), 2);
    let rows = all_parts.find().include(Part::SUPPLIER).await.unwrap();
    let with = rows.iter().filter(|part| part.supplier.is_some()).count();
    assert_eq!((rows.len(), with), (3, 2));
    assert_eq!(suppliers.parts(&thor).find().count().await.unwrap(), 2);
    let graphs = suppliers
        .find_with(r#"{"include": ["parts"]}"#)
        .await
        .unwrap();
    let json = serde_json::to_value(&graphs[0]).unwrap();
    assert_eq!(json["parts"][0]["code"], "x");
    assert_eq!(json["status"], "paid_in_full");
}

#[database_test]
async fn json_and_filters_take_the_values_of_an_enum_only(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let json = r#"{"code": "a", "status": "it's gone", "level": 10, "mood": "GLAD"}"#;
    let created = suppliers.create(Json(json)).await.unwrap();
    assert_eq!(created.status, Status::Gone);
    db.ran();
    let json = r#"{"code": "b", "status": "opn", "level": 3}"#;
    let error = suppliers.create(Json(json)).await.unwrap_err();
    let problems: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| (problem.path(), problem.allowed().to_vec()))
        .collect();
    let texts = ["open", "it's gone", "paid_in_full"]
        .map(str::to_owned)
        .to_vec();
    let levels = ["0", "-1", "10"].map(str::to_owned).to_vec();
    assert_eq!(problems, [("status", texts.clone()), ("level", levels)]);
    let error = suppliers.find_with(r#"{"where": {"status": "opn"}}"#).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    assert_eq!(error.problems()[0].allowed(), texts);
    assert_eq!(db.count(), 0);
    let found = suppliers
        .find_with(r#"{"where": {"level": {"gt": 0}}}"#)
        .await;
    assert_eq!(found.unwrap().len(), 1);
}

#[database_test]
async fn a_value_that_the_enum_has_not_is_refused_by_the_schema_and_on_reading(db: TestDb) {
    let suppliers = suppliers(&db).await;
    suppliers.create(thor()).await.unwrap();
    assert!(
        db.try_execute("UPDATE supplier SET status = 'lost'")
            .await
            .is_err()
    );
    assert!(
        db.try_execute("UPDATE supplier SET level = 5")
            .await
            .is_err()
    );
    assert!(
        db.try_execute("UPDATE supplier SET mood = 'ANGRY'")
            .await
            .is_err()
    );
    // A table of somebody else has no such check.
    db.schema::<(Supplier, Part)>().drop().await.unwrap();
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE supplier (id INTEGER PRIMARY KEY, code TEXT, status CHAR(20), level INTEGER, mood TEXT, weight REAL)",
        postgres: "CREATE TABLE supplier (id SERIAL8 PRIMARY KEY, code TEXT, status CHAR(20), level INTEGER, mood TEXT, weight FLOAT8)",
        mysql: "CREATE TABLE supplier (id BIGINT PRIMARY KEY, code TEXT, status CHAR(20), level BIGINT, mood TEXT, weight DOUBLE)",
    })
    .await;
    db.execute("INSERT INTO supplier VALUES (1, 'a', 'open', 10, 'SAD', 1), (2, 'b', 'lost', 10, NULL, 1), (3, 'b', 'open', 11, NULL, 1)")
        .await;
    assert_eq!(
        suppliers.get_by_id(SupplierId(1)).await.unwrap().status,
        Status::Open
    );
    let open = suppliers.find().filter(Supplier::STATUS.eq(Status::Open));
    assert_eq!(open.count().await.unwrap(), 2);
    let error = suppliers.get_by_id(SupplierId(2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let says = "which is not one of `open`, `paid_in_full`, `it's gone`";
    assert!(error.to_string().contains(says), "{error}");
    let error = suppliers.get_by_id(SupplierId(3)).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it is 11, which is not one of -1, 0, 10"),
        "{error}"
    );
}

#[database_test]
async fn metadata_tells_the_values(db: TestDb) {
    let field = |name| Supplier::metadata().field(name).unwrap();
    assert_eq!(
        field("status").values(),
        ["open", "paid_in_full", "it's gone"]
    );
    assert_eq!(field("level").integers(), [-1, 0, 10]);
    assert_eq!(field("mood").db_enum(), Some("mood of the day"));
    let sql = db.schema::<(Supplier, Part)>().to_sql().unwrap();
    let mood = match db.dialect() {
        Dialect::Sqlite => r#""mood" TEXT CHECK ("mood" IN ('GLAD', 'SAD'))"#,
        Dialect::Postgres => r#""mood" "mood of the day""#,
        _ => "`mood` ENUM ('GLAD', 'SAD')",
    };
    assert!(sql.contains(mood), "{sql}");
}
