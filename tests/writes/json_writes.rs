//! Writes from JSON: what is wrong is told all at once, before any statement; the rest is as with drafts and patches.

use crate::support::{TestDb, database_test};
use relations::{Error, ErrorKind, ProblemCode};
use relations::{Json, prelude::*};
use serde::Serialize;
use serde_json::{Value, json, to_value};

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "camelCase")]
#[has_one(Account)]
#[has_many(Order)]
#[has_many(Part, through = Supply)]
#[has_many(Note, discriminator = "about_type")]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub full_name: String,
    #[serde(rename = "phone")]
    pub phone_number: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub account_manager: String,
    pub balance: Option<i64>,
    #[model(default = "'open'")]
    pub state: String,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

/// Its id is not generated, and it may be nobody's.
#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    #[model(id)]
    pub id: i64,
    pub amount: i32,
    #[belongs_to(Supplier)]
    pub supplier_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[has_many(Supply, name = "supplies")]
pub struct Part {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique)]
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Supply {
    #[model(id)]
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
    #[model(id)]
    #[belongs_to(Part)]
    pub part_id: i64,
    pub price: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, PolymorphicModel)]
#[serde(untagged)]
pub enum About {
    Supplier(Supplier),
}

#[derive(Debug, Clone, PartialEq, Model, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    #[model(id, generated)]
    pub id: i64,
    pub text: String,
    pub about_type: Option<String>,
    #[belongs_to(About, discriminator = "about_type")]
    pub about_id: Option<i64>,
}

type Models = (Supplier, Account, Order, Part, Supply, Note);

/// Thor is 1 and Loki is 2, with the statements forgotten.
pub(crate) async fn suppliers(db: &TestDb) -> SupplierRepository<&Db> {
    db.schema::<Models>().create().await.unwrap();
    let suppliers = SupplierRepository::new(&**db);
    for name in ["Thor", "Loki"] {
        let draft = Supplier::draft().full_name(name);
        suppliers.create(draft).await.unwrap();
    }
    db.ran();
    suppliers
}

/// Where something is wrong, and what kind of thing.
fn problems(error: &Error) -> Vec<(&str, ProblemCode)> {
    let problems = error.problems().iter();
    problems
        .map(|problem| (problem.path(), problem.code()))
        .collect()
}

/// Asserts what is wrong with data, and that no statement found it out.
#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(
    db: &TestDb,
    result: Result<T, Error>,
    expected: &[(&str, ProblemCode)],
) -> Error {
    let error = result.unwrap_err();
    assert_eq!(problems(&error), expected, "{error}");
    let only_keys = expected
        .iter()
        .all(|(_, code)| *code == ProblemCode::ConstraintMismatch);
    let kind = match only_keys {
        true => ErrorKind::ConstraintMismatch,
        false => ErrorKind::InvalidData,
    };
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(error.relation().is_some(), only_keys, "{error:?}");
    assert!(error.model().is_some());
    assert_eq!(db.count(), 0);
    error
}

#[database_test]
async fn create_takes_texts_and_values(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let value = json!({"fullName": "Odin", "phone": "1"});
    let text = value.to_string();
    let rows = [
        suppliers.create(Json(text.as_str())).await.unwrap(),
        suppliers.create(Json(&text)).await.unwrap(),
        suppliers.create(Json(text)).await.unwrap(),
        suppliers.create(Json(&value)).await.unwrap(),
        suppliers.create(Json(value)).await.unwrap(),
    ];
    for row in rows {
        assert_eq!(
            (&*row.full_name, row.phone_number.as_deref()),
            ("Odin", Some("1"))
        );
        let stored = suppliers.find_by_id(row.id).get().await.unwrap();
        assert_eq!(stored, row);
    }
}

#[database_test]
async fn what_a_draft_may_leave_out_json_may(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let accounts = AccountRepository::new(&*db);
    let row = accounts.create(Json(r#"{"accountManager": "Odin", "supplierId": 1}"#));
    let row = row.await.unwrap();
    assert_eq!(
        (row.balance, &*row.state, row.supplier_id),
        (None, "open", 1)
    );
    let nulls = json!({"fullName": "Odin", "phone": null});
    let row = suppliers.create(Json(nulls)).await.unwrap();
    assert_eq!(row.phone_number, None);
    let orders = OrderRepository::new(&*db);
    let row = orders.create(Json(json!({"id": 7, "amount": 5}))).await;
    assert_eq!(row.unwrap().supplier_id, None);
}

#[database_test]
async fn all_that_is_wrong_is_told_at_once(db: TestDb) {
    suppliers(&db).await;
    let accounts = AccountRepository::new(&*db);
    let text = r#"{"balance": "5", "acountManager": "Odin", "id": 1, "state": null, "state": "x", "supplier": {}}"#;
    let error = assert_refused(
        &db,
        accounts.create(Json(text)).await,
        &[
            ("state", ProblemCode::Duplicate),
            ("balance", ProblemCode::WrongType),
            ("acountManager", ProblemCode::UnknownProperty),
            ("id", ProblemCode::NotAllowed),
            ("state", ProblemCode::WrongType),
            ("supplier", ProblemCode::NavigationalProperty),
            ("accountManager", ProblemCode::Missing),
            ("supplierId", ProblemCode::Missing),
        ],
    );
    let expected = "the data of `Account` is invalid\n  \
        state: `state` is given twice\n  \
        balance: expected an integer, not \"5\"\n  \
        acountManager: `Account` has no such property; expected one of `accountManager`, `balance`, `state`, `supplierId`\n  \
        id: the database makes this value\n  \
        state: expected a text, not null\n  \
        supplier: `supplier` is a relation; set `supplierId` instead\n  \
        accountManager: a value is required\n  \
        supplierId: a value is required";
    assert_eq!(error.to_string(), expected);
    assert_eq!(error.model(), Some("Account"));
    assert_eq!(error.problems()[2].allowed()[0], "accountManager");
    assert_eq!(accounts.find().count().await.unwrap(), 0);
}

#[database_test]
async fn what_is_no_object_is_refused(db: TestDb) {
    let suppliers = suppliers(&db).await;
    for text in ["", "{", "{\"fullName\": \"x\"} x", "{'fullName': 1}"] {
        let created = suppliers.create(Json(text)).await;
        assert_refused(&db, created, &[("", ProblemCode::Syntax)]);
    }
    for text in [
        "[]",
        "null",
        "7",
        "1e999",
        "\"{}\"",
        "[{\"fullName\": \"x\"}]",
    ] {
        let created = suppliers.create(Json(text)).await;
        assert_refused(&db, created, &[("", ProblemCode::WrongType)]);
    }
    let patched = suppliers.patch(Json("[]")).all_rows().await;
    assert_refused(&db, patched, &[("", ProblemCode::WrongType)]);
    let deep = "[".repeat(100_000);
    let error = suppliers.create(Json(deep)).await.unwrap_err();
    assert_eq!(problems(&error), [("", ProblemCode::Syntax)]);
    assert_eq!(suppliers.find().count().await.unwrap(), 2);
}

#[database_test]
async fn relations_in_data_are_refused(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let navigational = ProblemCode::NavigationalProperty;
    let data = json!({"fullName": "x", "account": null, "orders": [], "parts": [], "notes": []});
    let error = assert_refused(
        &db,
        suppliers.create(Json(data)).await,
        &["account", "notes", "orders", "parts"].map(|name| (name, navigational)),
    );
    let message = "`account` is a relation; write its rows through `SupplierRepository::account`";
    assert_eq!(error.problems()[0].message(), message);
    // A row as it is loaded with an include goes back without its slots only.
    let loaded = suppliers
        .find()
        .include(Supplier::ORDERS)
        .all()
        .await
        .unwrap();
    let loaded: Vec<Value> = loaded.iter().map(|row| to_value(row).unwrap()).collect();
    db.ran();
    let replaced = suppliers.replace(Json(&loaded[0])).await;
    assert_refused(&db, replaced, &[("orders", navigational)]);
    let patched = suppliers.patch_by_id(1, Json(&loaded[0])).await;
    assert_refused(&db, patched, &[("orders", navigational)]);
    let patched = suppliers
        .patch(Json(json!({"orders": []})))
        .all_rows()
        .await;
    assert_refused(&db, patched, &[("orders", navigational)]);
    let rows = [
        json!({"fullName": "x"}),
        json!({"fullName": "y", "orders": []}),
    ];
    let created = suppliers.create_all(rows.map(Json)).await;
    assert_refused(&db, created, &[("[1].orders", navigational)]);
    let note = json!({"text": "x", "about": {}});
    let error = NoteRepository::new(&*db)
        .create(Json(note))
        .await
        .unwrap_err();
    assert_eq!(
        error.problems()[0].message(),
        "`about` is a relation; set `aboutId`, `aboutType` instead"
    );
    assert_eq!(suppliers.find().count().await.unwrap(), 2);
}

#[database_test]
async fn create_all_checks_all_rows_together(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let orders = suppliers.orders(1);
    let rows = [
        json!({"id": 1, "amount": 1.5}),
        json!({"id": 2, "amount": 2}),
        json!({"amount": 3, "supplierId": 2}),
        json!([]),
    ];
    assert_refused(
        &db,
        orders.create_all(rows.map(Json)).await,
        &[
            ("[0].amount", ProblemCode::WrongType),
            ("[2].supplierId", ProblemCode::ConstraintMismatch),
            ("[2].id", ProblemCode::Missing),
            ("[3]", ProblemCode::WrongType),
        ],
    );
    let rows = [json!({"fullName": "x"}), json!({})];
    let created = suppliers.create_all(rows.map(Json)).await;
    assert_refused(&db, created, &[("[1].fullName", ProblemCode::Missing)]);
    let rows = [3, 1, 2].map(|id| Json(json!({"id": id, "amount": id, "supplierId": 1})));
    let rows = orders.create_all(rows).await.unwrap();
    let found: Vec<_> = rows.iter().map(|row| (row.id, row.supplier_id)).collect();
    assert_eq!(found, [(3, Some(1)), (1, Some(1)), (2, Some(1))]);
}

#[database_test]
async fn a_key_that_a_relation_imposes_is_filled_in_or_compared(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let of_thor = suppliers.account(1);
    let mismatch = ProblemCode::ConstraintMismatch;
    for other in [json!(2), json!(null)] {
        let data = json!({"accountManager": "Odin", "supplierId": other});
        let error = assert_refused(
            &db,
            of_thor.create(Json(&data)).await,
            &[("supplierId", mismatch)],
        );
        assert_eq!(
            (error.model(), error.relation()),
            (Some("Account"), Some("account"))
        );
        assert_refused(
            &db,
            of_thor.set(Json(&data)).await,
            &[("supplierId", mismatch)],
        );
        assert_refused(&db, of_thor.build(Json(&data)), &[("supplierId", mismatch)]);
        let patched = of_thor.patch(Json(data)).await;
        assert_refused(&db, patched, &[("supplierId", mismatch)]);
        let order = json!({"id": 1, "amount": 1, "supplierId": other});
        let created = suppliers.orders(1).create(Json(&order)).await;
        assert_refused(&db, created, &[("supplierId", mismatch)]);
        assert_refused(
            &db,
            suppliers.orders(1).build(Json(order)),
            &[("supplierId", mismatch)],
        );
    }
    let data = json!({"accountManager": "Odin", "supplierId": 2});
    let error = of_thor.create(Json(data)).await.unwrap_err();
    let message = "the data of `Account` is invalid: supplierId: `supplierId` is 1 through `Supplier.account`, and the data says 2";
    assert_eq!(error.to_string(), message);
    // A text is not a number, not even through a relation.
    let data = json!({"accountManager": "Odin", "supplierId": "1"});
    let created = of_thor.create(Json(data)).await;
    assert_refused(&db, created, &[("supplierId", ProblemCode::WrongType)]);

    let created = of_thor.create(Json(json!({"accountManager": "Odin", "supplierId": 1})));
    let account = created.await.unwrap();
    assert_eq!(account.supplier_id, 1);
    let created = suppliers
        .account(2)
        .create(Json(json!({"accountManager": "Laufey"})));
    assert_eq!(created.await.unwrap().supplier_id, 2);
    let set = of_thor
        .set(Json(json!({"accountManager": "Freya"})))
        .await
        .unwrap();
    assert_eq!((set.id, &*set.account_manager), (account.id, "Freya"));
    let built = suppliers
        .orders(1)
        .build(Json(json!({"id": 4, "amount": 1})));
    let order = OrderRepository::new(&*db).create(built.unwrap()).await;
    assert_eq!(order.unwrap().supplier_id, Some(1));
}

#[database_test]
async fn a_discriminator_that_a_relation_imposes_is_filled_in_or_compared(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let notes = suppliers.notes(1);
    let mismatch = ProblemCode::ConstraintMismatch;
    let data = json!({"text": "x", "aboutType": "Customer", "aboutId": 2});
    let created = notes.create(Json(data)).await;
    assert_refused(
        &db,
        created,
        &[("aboutId", mismatch), ("aboutType", mismatch)],
    );
    let data = json!({"text": "x", "aboutType": null});
    let created = notes.create(Json(data)).await;
    assert_refused(&db, created, &[("aboutType", mismatch)]);
    let data = json!({"text": "x", "aboutType": "Supplier", "aboutId": 1});
    let created = notes.create(Json(data)).await.unwrap();
    let filled = notes.create(Json(json!({"text": "y"}))).await.unwrap();
    for note in [created, filled] {
        assert_eq!(
            (note.about_type.as_deref(), note.about_id),
            (Some("Supplier"), Some(1))
        );
    }
    db.ran();
    let patched = notes
        .patch(Json(json!({"aboutType": "Customer"})))
        .all_rows();
    assert_refused(&db, patched.await, &[("aboutType", mismatch)]);
}

#[database_test]
async fn patches_change_what_is_given(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let patch = json!({"phone": "1"});
    let patched = suppliers
        .patch(Json(patch))
        .filter(Supplier::ID.eq(1))
        .await;
    assert_eq!(patched.unwrap(), 1);
    let patched = suppliers.patch_by_id(2, Json(json!({"fullName": "Sigyn", "id": 2})));
    assert_eq!(patched.await.unwrap(), 1);
    let rows = suppliers.find().all().await.unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (&*row.full_name, row.phone_number.as_deref()))
        .collect();
    assert_eq!(rows, [("Thor", Some("1")), ("Sigyn", None)]);
    let patched = suppliers.patch_by_id(1, Json(json!({"phone": null})));
    assert_eq!(patched.await.unwrap(), 1);
    let thor = suppliers.find_by_id(1).get().await.unwrap();
    assert_eq!(thor.phone_number, None);
}

#[database_test]
async fn patches_are_checked(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let data = json!({"id": 1, "fullName": null, "bogus": 1});
    let expected = [
        ("bogus", ProblemCode::UnknownProperty),
        ("fullName", ProblemCode::WrongType),
        ("id", ProblemCode::NotAllowed),
    ];
    let patched = suppliers.patch(Json(&data)).all_rows().await;
    let error = assert_refused(&db, patched, &expected);
    assert_eq!(error.problems()[0].allowed(), ["phone", "fullName"]);
    let patched = suppliers.patch_by_id(2, Json(&data)).await;
    assert_refused(&db, patched, &expected);
    let patched = suppliers.patch_by_id(2, Json(json!({"id": null}))).await;
    assert_refused(&db, patched, &[("id", ProblemCode::WrongType)]);

    // The same through a relation.
    suppliers
        .orders(1)
        .create(Json(json!({"id": 5, "amount": 1})))
        .await
        .unwrap();
    db.ran();
    let orders = suppliers.orders(1);
    let patched = orders
        .patch_by_id(5, Json(json!({"id": 6, "amount": 2})))
        .await;
    assert_refused(&db, patched, &[("id", ProblemCode::NotAllowed)]);
    let patched = orders
        .patch(Json(json!({"supplierId": 2})))
        .all_rows()
        .await;
    assert_refused(
        &db,
        patched,
        &[("supplierId", ProblemCode::ConstraintMismatch)],
    );
    let patched = orders
        .patch_by_id(5, Json(json!({"supplierId": null})))
        .await;
    assert_refused(
        &db,
        patched,
        &[("supplierId", ProblemCode::ConstraintMismatch)],
    );
    let row = json!({"id": 5, "amount": 2, "supplierId": 1});
    assert_eq!(orders.patch_by_id(5, Json(&row)).await.unwrap(), 1);
    assert_eq!(to_value(orders.find().get().await.unwrap()).unwrap(), row);
}

#[database_test]
async fn an_empty_patch_is_an_error_without_a_statement(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let errors = [
        suppliers.patch(Json("{}")).all_rows().await,
        suppliers.patch_by_id(1, Json("{}")).await,
        suppliers.patch_by_id(1, Json(r#"{"id": 1}"#)).await,
        suppliers.account(1).patch(Json("{}")).await,
        suppliers.orders(1).patch(Json("{}")).all_rows().await,
        suppliers.parts(1).patch(Json("{}")).all_rows().await,
    ];
    for error in errors {
        assert_eq!(error.unwrap_err().kind(), ErrorKind::EmptyPatch);
    }
    assert_eq!(db.count(), 0);
    // The key that the relation imposes is a change as any, of a value to itself; LoopBack's patch runs as well.
    let account = json!({"accountManager": "Odin"});
    suppliers.account(1).create(Json(account)).await.unwrap();
    let patched = suppliers.account(1).patch(Json(json!({"supplierId": 1})));
    assert_eq!(patched.await.unwrap(), 1);
}

#[database_test]
async fn replace_writes_all_of_a_row(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let row = json!({"id": 1, "fullName": "Odin", "phone": "1"});
    suppliers.replace(Json(&row)).await.unwrap();
    let found = suppliers.find_by_id(1).get().await.unwrap();
    assert_eq!(to_value(&found).unwrap(), row);
    // What may be null and is not there becomes so.
    suppliers
        .replace(Json(r#"{"fullName": "Thor", "id": 1}"#))
        .await
        .unwrap();
    let found = suppliers.find_by_id(1).get().await.unwrap();
    assert_eq!((&*found.full_name, found.phone_number), ("Thor", None));
    suppliers
        .account(1)
        .create(Json(
            json!({"accountManager": "Odin", "balance": 5, "state": "shut"}),
        ))
        .await
        .unwrap();
    let accounts = AccountRepository::new(&*db);
    db.ran();
    let replaced = accounts.replace(Json(json!({"state": "open"}))).await;
    let missing = ["id", "accountManager", "supplierId"];
    assert_refused(
        &db,
        replaced,
        &missing.map(|name| (name, ProblemCode::Missing)),
    );
    let replaced = accounts.replace(Json(
        json!({"id": 1, "accountManager": "x", "supplierId": 1}),
    ));
    assert_refused(&db, replaced.await, &[("state", ProblemCode::Missing)]);
    let replaced = suppliers.replace(Json(json!({"id": null, "fullName": 1, "bogus": 1})));
    let expected = [
        ("bogus", ProblemCode::UnknownProperty),
        ("fullName", ProblemCode::WrongType),
        ("id", ProblemCode::WrongType),
    ];
    assert_refused(&db, replaced.await, &expected);
    let replaced = suppliers
        .replace(Json(json!({"id": 99, "fullName": "x"})))
        .await;
    assert_eq!(replaced.unwrap_err().kind(), ErrorKind::NotFound);
}

#[database_test]
async fn targets_and_links_of_relations_through_links(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let parts = suppliers.parts(1);
    let created = parts.create(Json(json!({"id": 1, "suppliers": []}))).await;
    let expected = [
        ("id", ProblemCode::NotAllowed),
        ("suppliers", ProblemCode::UnknownProperty),
        ("code", ProblemCode::Missing),
    ];
    assert_refused(&db, created, &expected);
    let rows = [json!({"code": "a"}), json!({"code": 1})];
    let created = parts.create_all(rows.map(Json)).await;
    assert_refused(&db, created, &[("[1].code", ProblemCode::WrongType)]);
    // The new part has no key yet that data could be right about.
    let link = json!({"price": "5", "supplierId": 2, "partId": 1});
    let created = parts.create_linked(Json(json!({})), Json(link)).await;
    let expected = [
        ("code", ProblemCode::Missing),
        ("link.partId", ProblemCode::NotAllowed),
        ("link.price", ProblemCode::WrongType),
        ("link.supplierId", ProblemCode::ConstraintMismatch),
    ];
    assert_refused(&db, created, &expected);
    let created = parts.create_linked(Part::draft().code("x"), Json(json!({"partId": 1})));
    let error = assert_refused(
        &db,
        created.await,
        &[("link.partId", ProblemCode::NotAllowed)],
    );
    let message = "`Supplier.parts` fills in the key of the new `Part`";
    assert_eq!(error.problems()[0].message(), message);

    let link = json!({"price": 5, "supplierId": 1});
    let part = parts
        .create_linked(Json(json!({"code": "a"})), Json(link))
        .await
        .unwrap();
    let other = parts.create(Json(json!({"code": "b"}))).await.unwrap();
    db.ran();
    let of_loki = suppliers.parts(2);
    let link = json!({"partId": other.id, "supplierId": 1});
    let linked = of_loki.link_with(part.id, Json(link)).await;
    let mismatch = ProblemCode::ConstraintMismatch;
    assert_refused(
        &db,
        linked,
        &[("partId", mismatch), ("supplierId", mismatch)],
    );
    let link = json!({"partId": part.id, "price": 7});
    of_loki.link_with(part.id, Json(link)).await.unwrap();
    let links = SupplyRepository::new(&*db).find().all().await.unwrap();
    let mut links: Vec<_> = links
        .iter()
        .map(|link| (link.supplier_id, link.part_id, link.price))
        .collect();
    links.sort();
    let expected = [
        (1, part.id, Some(5)),
        (1, other.id, None),
        (2, part.id, Some(7)),
    ];
    assert_eq!(links, expected);

    db.ran();
    let patched = parts
        .patch(Json(json!({"id": part.id, "code": "c"})))
        .all_rows()
        .await;
    assert_refused(&db, patched, &[("id", mismatch)]);
    let patched = parts
        .patch_by_id(part.id, Json(json!({"id": other.id})))
        .await;
    assert_refused(&db, patched, &[("id", mismatch)]);
    let patched = parts.patch_by_id(part.id, Json(json!({"id": part.id, "code": "c"})));
    assert_eq!(patched.await.unwrap(), 1);
}

#[database_test]
async fn json_within_drafts(db: TestDb) {
    let suppliers = suppliers(&db).await;
    let draft = || Supplier::draft().full_name("Odin");
    let orders = [
        json!({"id": 1, "amount": 1}),
        json!({"id": 2, "amount": "2"}),
    ];
    let link = json!({"price": null, "partId": 1});
    let bad = draft()
        .account(Json(json!({"accountManager": 1, "supplierId": 1})))
        .orders(orders.map(Json))
        .parts([(Part::draft().code("a"), Json(link))]);
    let error = suppliers.create(bad).await;
    let expected = [
        ("account.accountManager", ProblemCode::WrongType),
        ("account.supplierId", ProblemCode::NotAllowed),
        ("orders[1].amount", ProblemCode::WrongType),
        ("parts[0].link.partId", ProblemCode::NotAllowed),
    ];
    let error = assert_refused(&db, error, &expected);
    let message = "`Supplier.account` fills in the key of the new `Supplier`";
    assert_eq!(error.problems()[1].message(), message);
    let several = suppliers.create_all([draft().orders([Json("{}")])]).await;
    let expected = ["[0].orders[0].id", "[0].orders[0].amount"];
    assert_refused(
        &db,
        several,
        &expected.map(|path| (path, ProblemCode::Missing)),
    );
    assert_eq!(suppliers.find().count().await.unwrap(), 2);

    let good = draft()
        .account(Json(json!({"accountManager": "Frigg"})))
        .orders([Json(r#"{"id": 1, "amount": 1}"#)])
        .parts([(Json(r#"{"code": "a"}"#), Json(r#"{"price": 3}"#))])
        .notes([Json(r#"{"text": "x"}"#)]);
    let odin = suppliers.create(good).await.unwrap();
    let account = suppliers.account(odin.id).get().await.unwrap();
    assert_eq!(
        (&*account.account_manager, account.supplier_id),
        ("Frigg", odin.id)
    );
    assert_eq!(suppliers.orders(odin.id).count().await.unwrap(), 1);
    assert_eq!(suppliers.parts(odin.id).count().await.unwrap(), 1);
    assert_eq!(suppliers.notes(odin.id).count().await.unwrap(), 1);
}

#[database_test]
async fn bytes_are_json_too(db: TestDb) {
    db.schema::<Models>().create().await.unwrap();
    let suppliers = SupplierRepository::new(&*db);
    let body = br#"{"fullName": "Thor"}"#.as_slice();
    assert_eq!(
        suppliers.create(Json(body)).await.unwrap().full_name,
        "Thor"
    );
    let created = suppliers.create(Json(body.to_vec())).await.unwrap();
    assert_eq!(created.full_name, "Thor");
    db.ran();
    let refused = suppliers.create(Json(b"\xff".as_slice())).await;
    assert_refused(&db, refused, &[("", ProblemCode::Syntax)]);
}
