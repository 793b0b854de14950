//! A column that does not hold what its field says is an error that names the field.

use crate::columns::{Document, DocumentRepository};
use crate::dates_and_times::{Moment, MomentRepository};
use crate::numbers::{FloatsRepository, NumbersRepository, Price, PriceRepository};
use crate::support::{Sql, TestDb, database_test};
use crate::texts_and_bytes::TextsRepository;
use relations::ErrorKind;
use relations::prelude::*;
use rust_decimal::Decimal;

#[database_test]
async fn a_null_in_a_required_field_is_a_decode_error(db: TestDb) {
    db.execute("CREATE TABLE texts (id BIGINT PRIMARY KEY, text VARCHAR(9), bytes VARCHAR(9), note VARCHAR(9))").await;
    db.execute("INSERT INTO texts VALUES (1, NULL, NULL, NULL)")
        .await;
    let error = TextsRepository::new(&*db).find().all().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Texts"))
    );
    assert_eq!(
        error.to_string(),
        "cannot read column `text` of the row with `id` 1 into `Texts::text: String`: it is NULL, and the field is not an `Option`"
    );
}

#[database_test]
async fn a_number_that_does_not_fit_its_field_is_a_decode_error(db: TestDb) {
    db.execute(
        "CREATE TABLE numbers (id BIGINT PRIMARY KEY, flag BOOLEAN, b BIGINT, c BIGINT, d BIGINT, e BIGINT, \
         f BIGINT, g BIGINT, h BIGINT)",
    )
    .await;
    let repository = NumbersRepository::new(&*db);
    let cases = [
        (
            "TRUE, 40000, 0, 0, 0, 0, 0, 0",
            "`b` of the row with `id` 0 into `Numbers::b: i16`: 40000 does not fit in `i16`",
        ),
        (
            "TRUE, 0, 3000000000, 0, 0, 0, 0, 0",
            "`c` of the row with `id` 1 into `Numbers::c: i32`: 3000000000 does not fit in `i32`",
        ),
        (
            "TRUE, 0, 0, 0, -1, 0, 0, 0",
            "`e` of the row with `id` 2 into `Numbers::e: u8`: -1 does not fit in `u8`",
        ),
        (
            "TRUE, 0, 0, 0, 0, 0, 0, -1",
            "`h` of the row with `id` 3 into `Numbers::h: u64`: -1 is negative",
        ),
    ];
    for (id, (values, message)) in cases.into_iter().enumerate() {
        db.execute(&format!("INSERT INTO numbers VALUES ({id}, {values})"))
            .await;
        let error = repository.find_by_id(id as i64).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::Decode, Some("Numbers"))
        );
        assert_eq!(error.to_string(), format!("cannot read column {message}"));
    }
    db.execute(
        "CREATE TABLE floats (id BIGINT PRIMARY KEY, i DOUBLE PRECISION, j DOUBLE PRECISION)",
    )
    .await;
    db.execute("INSERT INTO floats VALUES (1, 0.1, 0.1)").await;
    let error = FloatsRepository::new(&*db).find().all().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read column `i` of the row with `id` 1 into `Floats::i: f32`: 0.1 does not fit in `f32`"
    );
}

#[database_test]
async fn a_column_of_another_type_is_a_decode_error(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE texts (id INTEGER PRIMARY KEY, text ANY, bytes ANY, note ANY) STRICT",
        postgres: "CREATE TABLE texts (id BIGINT PRIMARY KEY, text BIGINT, bytes BYTEA, note TEXT)",
        mysql: "CREATE TABLE texts (id BIGINT PRIMARY KEY, text BIGINT, bytes BLOB, note TEXT)",
    })
    .await;
    db.execute("INSERT INTO texts VALUES (1, 5, '', '')").await;
    let error = TextsRepository::new(&*db).find().all().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Texts"))
    );
    assert!(
        error.to_string().starts_with(
            "cannot read column `text` of the row with `id` 1 into `Texts::text: String`: "
        ),
        "{error}"
    );
}

#[database_test]
async fn an_included_column_that_cannot_be_read_names_its_own_model(db: TestDb) {
    db.execute("CREATE TABLE owner (id BIGINT PRIMARY KEY)")
        .await;
    db.execute("CREATE TABLE pet (id BIGINT PRIMARY KEY, owner_id BIGINT, name VARCHAR(9))")
        .await;
    db.execute("INSERT INTO owner VALUES (1)").await;
    db.execute("INSERT INTO pet VALUES (1, 1, NULL)").await;
    let error = OwnerRepository::new(&*db)
        .find()
        .include(Owner::PET)
        .all()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Pet"))
    );
    assert!(
        error.to_string().starts_with(
            "cannot read column `name` of the row with `id` 1 into `Pet::name: String`: "
        ),
        "{error}"
    );
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Pet)]
pub struct Owner {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Pet {
    #[model(id)]
    pub id: i64,
    pub owner_id: i64,
    pub name: String,
}

#[database_test]
async fn what_sqlite_stores_in_any_column_is_checked(db: TestDb) {
    if !db.can.columns_take_anything {
        return;
    }
    db.schema::<(Price, Moment, Document)>()
        .create()
        .await
        .unwrap();
    db.execute("INSERT INTO price VALUES (1, 'abc'), (2, 5), (3, 2.5)")
        .await;
    let prices = PriceRepository::new(&*db);
    let error = prices.find_by_id(1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Decode, Some("Price"))
    );
    assert!(error.to_string().contains("`amount`"), "{error}");
    assert_eq!(
        prices.find_by_id(2).get().await.unwrap().amount,
        Decimal::from(5)
    );
    db.execute("INSERT INTO moment VALUES (1, '2024-13-01', '', '', '')")
        .await;
    let error = MomentRepository::new(&*db).find().all().await.unwrap_err();
    assert!(
        error.to_string().contains("`Moment::date: NaiveDate`"),
        "{error}"
    );
    db.execute("INSERT INTO document VALUES ('not a uuid', '{')")
        .await;
    let error = DocumentRepository::new(&*db)
        .find()
        .all()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("`Document::id: Uuid`"),
        "{error}"
    );
}
