//! Versions of rows: each write increments them, and a write that expects another one is refused.

use crate::support::{TestDb, database_test};
use relations::dynamic::{DynamicBody, DynamicKey, DynamicRepository};
use relations::prelude::*;
use relations::{Error, ErrorKind, Json, Result};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Barrier;

#[derive(Debug, Clone, PartialEq, Model, Serialize, Deserialize)]
#[has_one(Seal)]
#[has_many(Entry)]
#[has_many(Label, through = LedgerLabel)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub balance: i64,
    #[model(version)]
    pub row_version: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Seal {
    #[model(id, generated)]
    pub id: i64,
    pub text: String,
    #[belongs_to(Ledger)]
    pub ledger_id: i64,
    #[model(version)]
    pub version: i16,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Entry {
    #[model(id, generated)]
    pub id: i64,
    pub amount: i64,
    #[belongs_to(Ledger)]
    pub ledger_id: i64,
    #[model(version)]
    pub version: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Label {
    #[model(id)]
    pub name: String,
    pub color: Option<String>,
    #[references_many(Ledger)]
    pub ledger_ids: Vec<i64>,
    #[model(version, default = "10")]
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct LedgerLabel {
    #[model(id)]
    #[belongs_to(Ledger)]
    pub ledger_id: i64,
    #[model(id)]
    #[belongs_to(Label)]
    pub label_id: String,
    #[model(version)]
    pub version: i64,
}

/// Of which the database makes nothing, so that a row is a draft as well.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Setting {
    #[model(id, length = 40)]
    pub key: String,
    pub value: String,
    #[model(version)]
    pub version: i64,
}

async fn ledgers(db: &TestDb) -> LedgerRepository<&Db> {
    let schema = db.schema::<(Ledger, Seal, Entry, Label, LedgerLabel, Setting)>();
    schema.create().await.unwrap();
    LedgerRepository::new(db)
}

async fn ledger(ledgers: &LedgerRepository<&Db>) -> Ledger {
    let draft = Ledger::draft().name("main").balance(0);
    ledgers.create(draft).await.unwrap()
}

#[track_caller]
fn is_stale(error: &Error, model: &str, field: &str) {
    assert!(error.is_stale(), "{error}");
    assert_eq!(error.kind(), ErrorKind::Stale);
    assert_eq!(error.http_status(), 409);
    assert_eq!(error.model(), Some(model));
    assert_eq!(error.fields(), [field]);
    assert!(!error.is_retryable());
}

#[database_test]
async fn a_new_row_has_the_first_version(db: TestDb) {
    let ledgers = ledgers(&db).await;
    assert_eq!(ledger(&ledgers).await.row_version, 1);
    let json = Json(r#"{"name": "json", "balance": 3}"#);
    assert_eq!(ledgers.create(json).await.unwrap().row_version, 1);
    let given = Ledger::draft().name("import").balance(0).row_version(7);
    assert_eq!(ledgers.create(given).await.unwrap().row_version, 7);
    let several = (0..30).map(|at| Ledger::draft().name(format!("{at}")).balance(at));
    let several = ledgers.create_all(several).await.unwrap();
    assert!(several.iter().all(|row| row.row_version == 1));

    // The column's own default goes before.
    let labels = LabelRepository::new(&*db);
    let label = labels
        .create(Label::draft().name("red").ledger_ids(vec![]))
        .await
        .unwrap();
    assert_eq!(label.version, 10);
    let json = Json(r#"{"name": "blue", "ledger_ids": []}"#);
    assert_eq!(labels.create(json).await.unwrap().version, 10);

    let nested = Ledger::draft().name("nested").balance(0);
    let nested = nested.seal(Seal::draft().text("s"));
    let nested = nested.entries([Entry::draft().amount(1), Entry::draft().amount(2)]);
    let id = ledgers.create(nested).await.unwrap().id;
    assert_eq!(ledgers.seal(id).get().await.unwrap().version, 1);
    for entry in ledgers.entries(id).find().all().await.unwrap() {
        assert_eq!(entry.version, 1);
    }
}

#[database_test]
async fn json_does_not_say_with_which_version_a_row_starts(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let json = Json(r#"{"name": "json", "balance": 3, "rowVersion": 9223372036854775807}"#);
    let error = ledgers.create(json).await.unwrap_err();
    assert!(error.is_invalid_data());
    assert_eq!(error.problems()[0].path(), "rowVersion");
    assert!(!ledgers.find().exists().await.unwrap());
}

#[database_test]
async fn each_patch_increments_the_version_in_its_statement(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    db.statements();
    let patch = Ledger::patch().balance(Ledger::BALANCE.add(5));
    assert_eq!(ledgers.patch_by_id(id, patch).await.unwrap(), 1);
    assert_eq!(db.statements().len(), 1);
    let all = ledgers.patch(Ledger::patch().name("n")).all_rows();
    assert_eq!(all.await.unwrap(), 1);
    let json = Json(r#"{"name": "m"}"#);
    assert_eq!(ledgers.patch_by_id(id, json).await.unwrap(), 1);
    let returned = ledgers.patch(Ledger::patch().name("r"));
    let returned = returned.all_rows().returning().await.unwrap();
    assert_eq!((returned[0].row_version, returned[0].balance), (5, 5));
    // A field may be computed from the version, which is the one before.
    let patch = Ledger::patch().balance(Ledger::ROW_VERSION);
    ledgers.patch_by_id(id, patch).await.unwrap();
    let row = ledgers.get_by_id(id).await.unwrap();
    assert_eq!((row.row_version, row.balance), (6, 5));
}

#[database_test]
async fn a_patch_that_expects_another_version_writes_nothing(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let patch = |version: i64| Ledger::patch().balance(9).if_version(version);
    assert_eq!(ledgers.patch_by_id(id, patch(1)).await.unwrap(), 1);
    let stored = ledgers.get_by_id(id).await.unwrap();
    assert_eq!((stored.row_version, stored.balance), (2, 9));

    let late = Ledger::patch().balance(1).if_version(1);
    let error = ledgers.patch_by_id(id, late.clone()).await.unwrap_err();
    is_stale(&error, "Ledger", "row_version");
    assert_eq!(
        error.to_string(),
        format!(
            "`Ledger` with `id` {id} is not at `row_version` 1 any more\nhelp: read the row again, and decide anew"
        )
    );
    let of_name = ledgers.patch(late.clone()).filter(Ledger::NAME.eq("main"));
    is_stale(&of_name.await.unwrap_err(), "Ledger", "row_version");
    let returning = ledgers.patch(late.clone()).all_rows().returning();
    is_stale(&returning.await.unwrap_err(), "Ledger", "row_version");
    let json = Json(r#"{"balance": 1, "rowVersion": 1}"#);
    is_stale(
        &ledgers.patch_by_id(id, json).await.unwrap_err(),
        "Ledger",
        "row_version",
    );
    let json = Json(r#"{"balance": 1, "rowVersion": 9223372036854775807}"#);
    is_stale(
        &ledgers.patch_by_id(id, json).await.unwrap_err(),
        "Ledger",
        "row_version",
    );
    assert_eq!(ledgers.get_by_id(id).await.unwrap(), stored);

    // Where there is no row, none is stale.
    assert_eq!(ledgers.patch_by_id(id + 1, late).await.unwrap(), 0);
    let json = Json(r#"{"balance": 4, "rowVersion": 2}"#);
    assert_eq!(ledgers.patch_by_id(id, json).await.unwrap(), 1);
    assert_eq!(ledgers.get_by_id(id).await.unwrap().row_version, 3);
}

#[database_test]
async fn a_version_alone_changes_nothing(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let error = ledgers.patch_by_id(id, Ledger::patch().if_version(1)).await;
    assert!(error.unwrap_err().is_empty_patch());
    let error = ledgers.patch_by_id(id, Json(r#"{"rowVersion": 1}"#)).await;
    assert!(error.unwrap_err().is_empty_patch());
}

#[database_test]
async fn replace_compares_the_version_of_the_row(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let mut first = ledger(&ledgers).await;
    let mut second = first.clone();
    first.balance = 1;
    second.balance = 2;
    ledgers.replace(first.clone()).await.unwrap();
    let error = ledgers.replace(second.clone()).await.unwrap_err();
    is_stale(&error, "Ledger", "row_version");
    let stored = ledgers.get_by_id(first.id).await.unwrap();
    assert_eq!((stored.balance, stored.row_version), (1, 2));

    let json = serde_json::to_string(&second).unwrap();
    let error = ledgers.replace(Json(json.as_str())).await.unwrap_err();
    is_stale(&error, "Ledger", "row_version");
    // Without the version it is nobody's business which one the row has.
    let json = format!(r#"{{"id": {}, "name": "j", "balance": 5}}"#, first.id);
    ledgers.replace(Json(json.as_str())).await.unwrap();
    let stored = ledgers.get_by_id(first.id).await.unwrap();
    assert_eq!((stored.balance, stored.row_version), (5, 3));
    second.id += 1;
    assert!(ledgers.replace(second).await.unwrap_err().is_not_found());
}

#[database_test]
async fn a_delete_may_expect_a_version(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let delete = || ledgers.delete().filter(Ledger::ID.eq(id));
    is_stale(
        &delete().if_version(2).await.unwrap_err(),
        "Ledger",
        "row_version",
    );
    let returning = delete().if_version(2).returning();
    is_stale(&returning.await.unwrap_err(), "Ledger", "row_version");
    assert!(ledgers.find().exists().await.unwrap());
    let deleted = delete().if_version(1).returning().await.unwrap();
    assert_eq!(deleted.len(), 1);
    assert_eq!(delete().if_version(1).await.unwrap(), 0);
}

#[database_test]
async fn writes_through_a_relation_keep_to_versions(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let seal = ledgers.seal(id);
    seal.create(Seal::draft().text("a")).await.unwrap();
    assert_eq!(
        seal.patch(Seal::patch().text("b").if_version(1))
            .await
            .unwrap(),
        1
    );
    let error = seal.patch(Seal::patch().text("c").if_version(1)).await;
    is_stale(&error.unwrap_err(), "Seal", "version");
    assert_eq!(seal.patch(Json(r#"{"text": "c"}"#)).await.unwrap(), 1);
    let error = seal.patch(Json(r#"{"text": "d", "version": 2}"#)).await;
    is_stale(&error.unwrap_err(), "Seal", "version");
    let stored = seal.get().await.unwrap();
    assert_eq!((stored.text.as_str(), stored.version), ("c", 3));

    let entries = ledgers.entries(id);
    let entry = entries.create(Entry::draft().amount(1)).await.unwrap();
    let patch = Entry::patch().amount(2).if_version(entry.version);
    assert_eq!(
        entries.patch_by_id(entry.id, patch.clone()).await.unwrap(),
        1
    );
    let error = entries
        .patch_by_id(entry.id, patch.clone())
        .await
        .unwrap_err();
    is_stale(&error, "Entry", "version");
    let other = ledgers.create(Ledger::draft().name("other").balance(0));
    let other = ledgers.entries(other.await.unwrap().id);
    // It is not a row of this source.
    assert_eq!(other.patch_by_id(entry.id, patch).await.unwrap(), 0);
    let deleted = entries.delete().all_rows().if_version(1).await;
    is_stale(&deleted.unwrap_err(), "Entry", "version");
    assert_eq!(entries.delete().all_rows().if_version(2).await.unwrap(), 1);

    let labels = ledgers.labels(id);
    labels
        .create(Label::draft().name("red").ledger_ids(vec![]))
        .await
        .unwrap();
    let patch = Label::patch().color("red").if_version(10);
    assert_eq!(labels.patch_by_id("red", patch.clone()).await.unwrap(), 1);
    let error = labels.patch_by_id("red", patch).await.unwrap_err();
    is_stale(&error, "Label", "version");
    let deleted = labels.delete().all_rows().if_version(10).await;
    is_stale(&deleted.unwrap_err(), "Label", "version");
    assert!(labels.exists().await.unwrap());
    assert_eq!(labels.delete().all_rows().if_version(11).await.unwrap(), 1);
}

#[database_test]
async fn a_list_of_keys_that_changes_is_a_write_of_its_row(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let labels = LabelRepository::new(&*db);
    let draft = Label::draft().name("red").ledger_ids(vec![]);
    labels.create(draft).await.unwrap();
    labels.ledgers("red").add(id).await.unwrap();
    assert_eq!(labels.get_by_id("red").await.unwrap().version, 11);
    labels.ledgers("red").remove(id).await.unwrap();
    assert_eq!(labels.get_by_id("red").await.unwrap().version, 12);
}

#[database_test]
async fn set_compares_a_version_that_is_given(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let seal = ledgers.seal(ledger(&ledgers).await.id);
    // There is no row yet, and the new one starts with its own version.
    let first = seal.set(Seal::draft().text("a").version(40)).await.unwrap();
    assert_eq!(first.version, 1);
    let second = seal.set(Seal::draft().text("b")).await.unwrap();
    assert_eq!((second.id, second.version), (first.id, 2));
    let third = seal
        .set(Json(r#"{"text": "c", "version": 2}"#))
        .await
        .unwrap();
    assert_eq!((third.text.as_str(), third.version), ("c", 3));
    for draft in [
        Seal::draft().text("d").version(2),
        Seal::draft().text("d").version(4),
    ] {
        is_stale(&seal.set(draft).await.unwrap_err(), "Seal", "version");
    }
    let error = seal.set(Json(r#"{"text": "d", "version": 2}"#)).await;
    is_stale(&error.unwrap_err(), "Seal", "version");
    assert_eq!(seal.get().await.unwrap(), third);
}

#[database_test]
async fn an_upsert_compares_a_version_that_is_given(db: TestDb) {
    ledgers(&db).await;
    let settings = SettingRepository::new(&*db);
    let setting = |value: &str, version| Setting {
        key: "a".into(),
        value: value.into(),
        version,
    };
    let created = settings.upsert(setting("1", 5)).await.unwrap();
    assert!(created.is_created);
    assert_eq!(created.row.version, 1);
    let changed = settings.upsert(setting("2", 1)).await.unwrap();
    assert!(!changed.is_created);
    assert_eq!(changed.row, setting("2", 2));
    let error = settings.upsert(setting("3", 1)).await.unwrap_err();
    is_stale(&error, "Setting", "version");
    let error = settings
        .upsert(setting("3", 1))
        .change(Setting::VALUE)
        .await;
    is_stale(&error.unwrap_err(), "Setting", "version");
    let draft = Setting::draft().key("a").value("4");
    assert_eq!(settings.upsert(draft).await.unwrap().row, setting("4", 3));
    let json = Json(r#"{"key": "a", "value": "5", "version": 3}"#);
    assert_eq!(settings.upsert(json).await.unwrap().row, setting("5", 4));
    let error = settings
        .upsert(Json(r#"{"key": "a", "value": "6", "version": 3}"#))
        .await;
    is_stale(&error.unwrap_err(), "Setting", "version");
    // None of several is written where one is stale.
    let other = Setting::draft().key("b").value("1");
    let stale = Setting::draft().key("a").value("7").version(1);
    assert!(
        settings
            .upsert_all([other, stale])
            .await
            .unwrap_err()
            .is_stale()
    );
    assert_eq!(settings.find().all().await.unwrap(), [setting("5", 4)]);
    // What is only found is not written.
    let found = settings
        .find_or_create(Setting::draft().key("a").value("x"))
        .await
        .unwrap();
    assert_eq!(found.row.version, 4);
}

#[database_test]
async fn repositories_that_know_metadata_only_keep_to_versions(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let dynamic = || DynamicRepository::new(&*db, Ledger::metadata());
    let key = DynamicKey::from_texts(Ledger::metadata(), &[id.to_string()]).unwrap();
    let body = |json: &str| DynamicBody::from_json(json.as_bytes());
    let patched = dynamic().patch_by_id(&key, body(r#"{"balance": 1}"#)).await;
    assert_eq!(patched.unwrap(), 1);
    let late = dynamic()
        .patch_by_id(&key, body(r#"{"balance": 2, "rowVersion": 1}"#))
        .await;
    is_stale(&late.unwrap_err(), "Ledger", "row_version");
    let late = dynamic()
        .replace_by_id(
            &key,
            body(r#"{"name": "r", "balance": 2, "rowVersion": 1}"#),
        )
        .await;
    is_stale(&late.unwrap_err(), "Ledger", "row_version");

    let at = |version| dynamic().at_version(version);
    let late = at(1).patch_by_id(&key, body(r#"{"balance": 2}"#)).await;
    is_stale(&late.unwrap_err(), "Ledger", "row_version");
    is_stale(
        &at(1).delete_by_id(&key).await.unwrap_err(),
        "Ledger",
        "row_version",
    );
    assert_eq!(
        at(2)
            .patch_by_id(&key, body(r#"{"balance": 2}"#))
            .await
            .unwrap(),
        1
    );
    assert_eq!(ledgers.get_by_id(id).await.unwrap().row_version, 3);

    let ledger = dynamic();
    let seals = ledger.related(&key, Ledger::metadata().relation("seal").unwrap());
    let seals = seals.await.unwrap();
    seals.set(body(r#"{"text": "a"}"#)).await.unwrap();
    let late = seals
        .clone()
        .at_version(7)
        .set(body(r#"{"text": "b"}"#))
        .await;
    is_stale(&late.unwrap_err(), "Seal", "version");
    seals
        .clone()
        .at_version(1)
        .set(body(r#"{"text": "b"}"#))
        .await
        .unwrap();
    SealRepository::new(&*db).delete().all_rows().await.unwrap();
    assert_eq!(at(3).delete_by_id(&key).await.unwrap(), 1);
    assert_eq!(at(3).delete_by_id(&key).await.unwrap(), 0);
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Page)]
pub struct Book {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
pub struct Page {
    #[model(id)]
    pub id: i64,
    pub text: String,
    #[belongs_to(Book)]
    pub book_id: i64,
    #[model(version, read_only)]
    pub version: i64,
}

#[database_test]
async fn a_version_that_json_does_not_set_is_compared(db: TestDb) {
    db.schema::<(Book, Page)>().create().await.unwrap();
    let (books, pages) = (BookRepository::new(&*db), PageRepository::new(&*db));
    let book = books.create(Book { id: 1 }).await.unwrap();
    let page = Page::draft().id(7).text("a");
    let page = books.pages(&book).create(page).await.unwrap();
    let as_read = || Json(serde_json::to_value(&page).unwrap());
    pages.replace(as_read()).await.unwrap();
    is_stale(
        &pages.replace(as_read()).await.unwrap_err(),
        "Page",
        "version",
    );
    let late = Json(r#"{"text": "b", "version": 1}"#);
    is_stale(
        &pages.patch_by_id(7, late).await.unwrap_err(),
        "Page",
        "version",
    );

    // What a relation builds names no version unless its draft does.
    let built = |draft| books.pages(&book).build(draft).unwrap();
    let upserted = pages
        .upsert(built(Page::draft().id(7).text("c")))
        .await
        .unwrap();
    assert_eq!((&*upserted.row.text, upserted.row.version), ("c", 3));
    let created = pages
        .create(built(Page::draft().id(8).text("d")))
        .await
        .unwrap();
    assert_eq!(created.version, 1);
}

#[database_test]
async fn inside_a_transaction_a_stale_write_does_not_end_it(db: TestDb) {
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let done: Result<()> = db
        .transaction(async |tx| {
            let ledgers = LedgerRepository::new(&tx);
            let error = ledgers
                .patch_by_id(id, Ledger::patch().balance(1).if_version(8))
                .await;
            assert!(error.unwrap_err().is_stale());
            ledgers
                .patch_by_id(id, Ledger::patch().balance(2).if_version(1))
                .await?;
            Ok(())
        })
        .await;
    done.unwrap();
    assert_eq!(ledgers.get_by_id(id).await.unwrap().balance, 2);
}

/// Reads, computes and writes, again where another was first. Gives how often it was too late.
async fn deposit(db: Db, id: i64, amount: i64) -> Result<u32> {
    let ledgers = LedgerRepository::new(&db);
    let mut late = 0;
    loop {
        let row = ledgers.get_by_id(id).await?;
        tokio::task::yield_now().await;
        let patch = Ledger::patch().balance(row.balance + amount);
        match ledgers
            .patch_by_id(id, patch.if_version(row.row_version))
            .await
        {
            Ok(_) => return Ok(late),
            Err(error) if error.is_stale() || error.is_retryable() => late += 1,
            Err(error) => return Err(error),
        }
    }
}

#[database_test]
async fn sixteen_tasks_lose_no_update(db: TestDb) {
    const TASKS: i64 = 16;
    let ledgers = ledgers(&db).await;
    let id = ledger(&ledgers).await.id;
    let barrier = Arc::new(Barrier::new(TASKS as usize));
    let tasks: Vec<_> = (1..=TASKS)
        .map(|amount| {
            let (db, barrier) = ((*db).clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                // Computed by the database, and expecting no version.
                let patch = Ledger::patch().balance(Ledger::BALANCE.add(amount));
                LedgerRepository::new(&db).patch_by_id(id, patch).await?;
                // Computed here, from the row that was read.
                deposit(db, id, amount).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let row = ledgers.get_by_id(id).await.unwrap();
    assert_eq!(row.balance, 2 * (1..=TASKS).sum::<i64>());
    assert_eq!(row.row_version, 1 + 2 * TASKS);
}
