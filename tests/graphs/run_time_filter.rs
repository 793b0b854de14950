//! What a run-time filter may say, what it means, and what is refused before any statement.

use super::graph::{Address, Customer, CustomerRepository, Product, Purchase, PurchaseRepository};
use super::graph::{Models, as_json, world};
use crate::support::{TestDb, database_test};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use relations::prelude::*;
use relations::{
    Error, Filter, Predicate, Repository, Where, filter::Budget, filter::FilterReader,
    filter::IntoFilter,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

const NONE: &[i64] = &[];
const ALL: &[i64] = &[1, 2, 3];

async fn ids<M: Model<Id = i64>>(
    rows: &Repository<M, &Db>,
    filter: impl IntoFilter<M>,
) -> Vec<i64> {
    let found = rows.find_with(filter).await.unwrap();
    found.iter().map(|row| row.id()).collect()
}

/// Asserts for each `where` that it is the predicate, that it runs the same statements, and which rows it finds.
async fn asks<M: Model<Id = i64>>(
    db: &TestDb,
    rows: &Repository<M, &Db>,
    cases: Vec<(&str, Predicate<M>, &[i64])>,
) {
    for (json, predicate, expected) in cases {
        let asked: Where<M> = json.parse().unwrap();
        assert_eq!(asked, predicate.clone().into(), "{json}");
        db.ran();
        rows.find().filter(predicate).all().await.unwrap();
        let statements = db.statements();
        let filter = format!(r#"{{"where": {json}}}"#);
        assert_eq!(ids(rows, &filter).await, expected, "{json}");
        assert_eq!(db.statements(), statements, "{json}");
        assert_eq!(ids(rows, asked).await, expected, "{json}");
    }
}

/// The path and the code of each problem.
fn offences(error: &Error) -> Vec<(&str, &str)> {
    let problems = error.problems().iter();
    problems
        .map(|problem| (problem.path(), problem.code().as_str()))
        .collect()
}

/// Asserts that a filter of customers is refused for one reason.
#[track_caller]
fn refused(filter: &str, path: &str, code: &str) -> Error {
    let error = filter.parse::<Filter<Customer>>().unwrap_err();
    assert!(error.is_invalid_filter(), "{filter}");
    assert_eq!(error.model(), Some("Customer"), "{filter}");
    assert_eq!(offences(&error), [(path, code)], "{filter}: {error}");
    error
}

#[database_test]
async fn operators_are_those_of_typed_columns(db: TestDb) {
    let customers = world(&db).await;
    let (id, name, age) = (Customer::ID, Customer::FULL_NAME, Customer::AGE);
    let none = [0_i64; 0];
    let cases: Vec<(&str, Predicate<Customer>, &[i64])> = vec![
        (r#"{"id": 2}"#, id.eq(2), &[2]),
        (r#"{"id": {"eq": 2}}"#, id.eq(2), &[2]),
        (r#"{"id": {"neq": 2}}"#, id.ne(2), &[1, 3]),
        (r#"{"id": {"gt": 1}}"#, id.gt(1), &[2, 3]),
        (r#"{"id": {"gte": 2}}"#, id.ge(2), &[2, 3]),
        (r#"{"id": {"lt": 2}}"#, id.lt(2), &[1]),
        (r#"{"id": {"lte": 2}}"#, id.le(2), &[1, 2]),
        (r#"{"id": {"between": [2, 3]}}"#, id.between(2, 3), &[2, 3]),
        (r#"{"id": {"between": [3, 2]}}"#, id.between(3, 2), NONE),
        (r#"{"id": {"inq": [3, 1, 3]}}"#, id.in_([3, 1, 3]), &[1, 3]),
        (r#"{"id": {"nin": [1]}}"#, id.not_in([1]), &[2, 3]),
        (r#"{"id": {"inq": []}}"#, id.in_(none), NONE),
        (r#"{"id": {"nin": []}}"#, id.not_in(none), ALL),
        (r#"{"fullName": "Thor"}"#, name.eq("Thor"), &[1]),
        (r#"{"fullName": "thor"}"#, name.eq("thor"), NONE),
        (
            r#"{"fullName": {"like": "%o%"}}"#,
            name.like("%o%"),
            &[1, 3],
        ),
        (
            r#"{"fullName": {"nlike": "%o%"}}"#,
            name.not_like("%o%"),
            &[2],
        ),
        (
            r#"{"fullName": {"ilike": "o_I%"}}"#,
            name.ilike("o_I%"),
            &[2],
        ),
        (
            r#"{"fullName": {"nilike": "o%"}}"#,
            name.not_ilike("o%"),
            &[1, 3],
        ),
        (
            r#"{"fullName": {"regexp": "^[TL]"}}"#,
            name.regexp("^[TL]"),
            &[1, 3],
        ),
        (
            r#"{"fullName": {"regexp": "/^T/"}}"#,
            name.regexp("^T"),
            &[1],
        ),
        (
            r#"{"fullName": {"regexp": "/^t/i"}}"#,
            name.iregexp("^t"),
            &[1],
        ),
        (
            r#"{"fullName": {"regexp": "/O/gi"}}"#,
            name.iregexp("O"),
            ALL,
        ),
        (
            r#"{"fullName": {"nregexp": "^T"}}"#,
            name.not_regexp("^T"),
            &[2, 3],
        ),
        (
            r#"{"fullName": {"nregexp": "/^t/i"}}"#,
            name.not_iregexp("^t"),
            &[2, 3],
        ),
        // NULL is no value: comparisons leave it out, and only `null` and `exists` ask for it.
        (r#"{"age": null}"#, age.is_null(), &[2]),
        (r#"{"age": {"eq": null}}"#, age.is_null(), &[2]),
        (r#"{"age": {"neq": null}}"#, age.is_not_null(), &[1, 3]),
        (r#"{"age": {"exists": true}}"#, age.is_not_null(), &[1, 3]),
        (r#"{"age": {"exists": false}}"#, age.is_null(), &[2]),
        (r#"{"age": {"neq": 30}}"#, age.ne(30), &[3]),
        (r#"{"age": {"nin": [30]}}"#, age.not_in([30]), &[3]),
        (r#"{"id": null}"#, id.is_null(), NONE),
    ];
    asks(&db, &customers, cases).await;
}

#[database_test]
async fn all_that_a_where_says_must_hold(db: TestDb) {
    let customers = world(&db).await;
    let (id, name, age) = (Customer::ID, Customer::FULL_NAME, Customer::AGE);
    let cases: Vec<(&str, Predicate<Customer>, &[i64])> = vec![
        // Several operators on one property.
        (
            r#"{"age": {"gt": 10, "lt": 25}}"#,
            age.gt(10) & age.lt(25),
            &[3],
        ),
        (
            r#"{"id": {"gt": 1, "neq": 3}, "fullName": "Odin"}"#,
            id.gt(1) & id.ne(3) & name.eq("Odin"),
            &[2],
        ),
        (
            r#"{"and": [{"id": 1}, {"id": 2}]}"#,
            id.eq(1) & id.eq(2),
            NONE,
        ),
        (
            r#"{"or": [{"id": 1}, {"id": 2}]}"#,
            id.eq(1) | id.eq(2),
            &[1, 2],
        ),
        (
            r#"{"nor": [{"id": 1}, {"id": 2}]}"#,
            !(id.eq(1) | id.eq(2)),
            &[3],
        ),
        (r#"{"nor": [{"id": 1}]}"#, !id.eq(1), &[2, 3]),
        (r#"{"nor": [{"age": 30}]}"#, !age.eq(30), &[3]),
        (
            r#"{"or": [{"id": 1, "age": 30}, {"and": [{"id": 2}, {"age": null}]}]}"#,
            (id.eq(1) & age.eq(30)) | (id.eq(2) & age.is_null()),
            &[1, 2],
        ),
        (
            r#"{"or": [{"nor": [{"id": 1}, {"id": 2}]}, {"id": 1}], "age": {"gt": 20}}"#,
            (!(id.eq(1) | id.eq(2)) | id.eq(1)) & age.gt(20),
            &[1],
        ),
    ];
    asks(&db, &customers, cases).await;
}

#[database_test]
async fn empty_groups(db: TestDb) {
    let customers = world(&db).await;
    for (rows, expected) in [
        ("{}", ALL),
        (r#"{"and": []}"#, ALL),
        (r#"{"nor": []}"#, ALL),
        (r#"{"and": [{}]}"#, ALL),
        (r#"{"or": [{}]}"#, ALL),
        (r#"{"or": [{"id": 1}, {}]}"#, ALL),
        (r#"{"id": 1, "and": []}"#, &[1]),
        (r#"{"nor": [{}]}"#, NONE),
        (r#"{"or": []}"#, NONE),
        (r#"{"id": 1, "or": []}"#, NONE),
        (r#"{"and": [{"or": []}]}"#, NONE),
        (r#"{"or": [{"or": []}, {"id": 2}]}"#, &[2]),
    ] {
        let rows: Where<Customer> = rows.parse().unwrap();
        assert_eq!(ids(&customers, &rows).await, expected, "{rows:?}");
        let count = customers.count_with(&rows).await.unwrap();
        assert_eq!(count, expected.len() as u64, "{rows:?}");
    }
    db.ran();
    assert_eq!(ids(&customers, r#"{"where": {"or": []}}"#).await, NONE);
    assert_eq!(db.count(), 0, "there cannot be a row");
    assert!("{}".parse::<Where<Customer>>().unwrap().is_empty());
    assert!(!r#"{"or": []}"#.parse::<Where<Customer>>().unwrap().is_empty());
}

#[database_test]
async fn related_rows_in_a_where(db: TestDb) {
    let customers = world(&db).await;
    let (total, city, product) = (Purchase::TOTAL, Address::CITY, Product::NAME);
    let purchases = Customer::PURCHASES;
    let cases: Vec<(&str, Predicate<Customer>, &[i64])> = vec![
        (
            r#"{"address.city": "Asgard"}"#,
            Customer::ADDRESS.some(city.eq("Asgard")),
            &[1],
        ),
        (
            r#"{"purchases.total": {"gt": 6}}"#,
            purchases.some(total.gt(6)),
            &[1, 2],
        ),
        // One purchase meets both, or two meet one each.
        (
            r#"{"purchases.total": {"gt": 9, "lt": 20}}"#,
            purchases.some(total.gt(9) & total.lt(20)),
            NONE,
        ),
        (
            r#"{"and": [{"purchases.total": {"gt": 8}}, {"purchases.total": {"lt": 6}}]}"#,
            purchases.some(total.gt(8)) & purchases.some(total.lt(6)),
            &[1],
        ),
        (
            r#"{"purchases.products.name": "goat"}"#,
            purchases.some(Purchase::PRODUCTS.some(product.eq("goat"))),
            &[1],
        ),
        (
            r#"{"purchases.wishes.name": "hammer"}"#,
            purchases.some(Purchase::WISHES.some(product.eq("hammer"))),
            &[2],
        ),
        (
            r#"{"purchases": {"some": {}}}"#,
            purchases.exists(),
            &[1, 2],
        ),
        (r#"{"purchases": {"none": {}}}"#, purchases.none(None), &[3]),
        (
            r#"{"purchases": {"none": {"total": {"gt": 9}}}}"#,
            purchases.none(total.gt(9)),
            &[1, 3],
        ),
        (
            r#"{"purchases": {"every": {"total": {"lt": 10}}}}"#,
            purchases.every(total.lt(10)),
            &[1, 3],
        ),
        (
            r#"{"purchases": {"some": {"total": 5}, "none": {"total": 20}}}"#,
            purchases.some(total.eq(5)) & purchases.none(total.eq(20)),
            &[1],
        ),
        (
            r#"{"purchases": {"some": {"products": {"none": {}}, "wishes": {"none": {}}}}}"#,
            purchases.some(Purchase::PRODUCTS.none(None) & Purchase::WISHES.none(None)),
            &[1],
        ),
        (
            r#"{"notes.text": {"like": "l%"}}"#,
            Customer::NOTES.some(super::graph::Note::TEXT.like("l%")),
            &[1],
        ),
    ];
    asks(&db, &customers, cases).await;
    let every = r#"{"where": {"purchases": {"every": {}}}}"#;
    assert_eq!(ids(&customers, every).await, ALL);

    let of_thor = || Customer::FULL_NAME.eq("Thor");
    let cases: Vec<(&str, Predicate<Purchase>, &[i64])> = vec![
        (
            r#"{"customer.fullName": "Thor"}"#,
            Purchase::CUSTOMER.some(of_thor()),
            &[11, 12, 13],
        ),
        (
            r#"{"customer": {"none": {}}}"#,
            Purchase::CUSTOMER.none(None),
            &[15],
        ),
        (
            r#"{"customer.address.city": {"neq": "x"}, "products.name": "hammer"}"#,
            Purchase::CUSTOMER.some(Customer::ADDRESS.some(city.ne("x")))
                & Purchase::PRODUCTS.some(product.eq("hammer")),
            &[11, 12],
        ),
    ];
    asks(&db, &PurchaseRepository::new(&*db), cases).await;
}

#[database_test]
async fn forms_of_order(db: TestDb) {
    let customers = world(&db).await;
    let cases: Vec<(Value, &[i64])> = vec![
        (json!("fullName"), &[3, 2, 1]),
        (json!("fullName ASC"), &[3, 2, 1]),
        (json!("fullName desc"), &[1, 2, 3]),
        (json!("  fullName   Desc "), &[1, 2, 3]),
        (json!(["fullName DESC"]), &[1, 2, 3]),
        (json!({"fullName": "DESC"}), &[1, 2, 3]),
        (json!({"fullName": "asc"}), &[3, 2, 1]),
        // NULL comes before all values, and after them where they descend.
        (json!("age"), &[2, 3, 1]),
        (json!("age DESC, id"), &[1, 3, 2]),
        (json!(["age DESC", "id ASC"]), &[1, 3, 2]),
        (json!([{"age": "DESC"}, {"id": "ASC"}]), &[1, 3, 2]),
        (json!(["age DESC,id", {"fullName": "ASC"}]), &[1, 3, 2]),
        (json!("address.city"), &[2, 1, 3]),
        (json!("address.city DESC"), &[3, 1, 2]),
        (json!({"address.customer.fullName": "DESC"}), &[1, 3, 2]),
        (json!([]), ALL),
    ];
    for (order, expected) in cases {
        let filter = json!({"order": order});
        assert_eq!(ids(&customers, &filter).await, expected, "{order}");
    }
    let by_customer = r#"{"order": ["customer.address.city DESC", "total DESC"]}"#;
    let purchases = PurchaseRepository::new(&*db);
    assert_eq!(ids(&purchases, by_customer).await, [12, 13, 11, 14, 15]);
    let scoped = r#"{"where": {"id": 1}, "include": [{"relation": "purchases", "scope": {
        "order": {"total": "DESC"}, "fields": ["total"]
    }}]}"#;
    let found = customers.find_with(scoped).await.unwrap();
    let totals = json!([{"total": 9}, {"total": 7}, {"total": 5}]);
    assert_eq!(as_json(&found)[0]["purchases"], totals);
}

#[database_test]
async fn orders_that_are_refused(db: TestDb) {
    for (order, path, code) in [
        (json!("fullName up"), "order", "invalid_value"),
        (json!("fullName DESC NULLS"), "order", "syntax"),
        (json!(""), "order", "syntax"),
        (json!("id,"), "order", "syntax"),
        // Of several keys the order may be lost on the way.
        (json!({"age": "ASC", "id": "ASC"}), "order", "wrong_type"),
        (json!(5), "order", "wrong_type"),
        (json!(null), "order", "wrong_type"),
        (json!(["id", ["age"]]), "order[1]", "wrong_type"),
        (json!({"id": 1}), "order.id", "wrong_type"),
        (json!([{"id": "down"}]), "order[0].id", "invalid_value"),
        (json!("nope"), "order", "unknown_property"),
        (json!("address"), "order", "unknown_property"),
        (json!("address.cty"), "order", "unknown_property"),
        (json!("purchases.total"), "order", "invalid_value"),
        (
            json!("address.customer.purchases.id"),
            "order",
            "invalid_value",
        ),
    ] {
        refused(&json!({"order": order}).to_string(), path, code);
    }
    let error = refused(r#"{"order": "id DES"}"#, "order", "invalid_value");
    assert_eq!(error.problems()[0].allowed(), ["DESC", "ASC"]);
    let error = r#"{"order": "wishIds"}"#.parse::<Filter<Purchase>>();
    assert_eq!(offences(&error.unwrap_err()), [("order", "invalid_value")]);
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn limits_and_offsets(db: TestDb) {
    let customers = world(&db).await;
    for (filter, expected) in [
        (r#"{"limit": 2}"#, &[1, 2][..]),
        (r#"{"limit": 2, "offset": 1}"#, &[2, 3]),
        (r#"{"limit": 2, "skip": 2}"#, &[3]),
        (r#"{"offset": 1}"#, &[2, 3]),
        (r#"{"skip": 3}"#, NONE),
        (r#"{"limit": "1", "offset": "1"}"#, &[2]),
        (r#"{"limit": 1.0}"#, &[1]),
        (r#"{"limit": 9223372036854775807, "offset": 0}"#, ALL),
    ] {
        assert_eq!(ids(&customers, filter).await, expected, "{filter}");
    }
    let filter = |text: &str| text.parse::<Filter<Customer>>().unwrap();
    assert_eq!(filter(r#"{"skip": 1}"#), filter(r#"{"offset": 1}"#));
    db.ran();
    assert_eq!(
        ids(&customers, r#"{"limit": 0, "include": ["notes"]}"#).await,
        NONE
    );
    assert_eq!(db.count(), 0);
    let none_each =
        r#"{"include": [{"relation": "purchases", "scope": {"limit": 0}}], "fields": ["id"]}"#;
    let found = customers.find_with(none_each).await.unwrap();
    assert_eq!(db.count(), 1);
    assert_eq!(as_json(&found)[0], json!({"id": 1, "purchases": []}));

    for (filter, path, code) in [
        (r#"{"skip": 1, "offset": 1}"#, "offset", "duplicate"),
        (r#"{"offset": 1, "skip": 1}"#, "skip", "duplicate"),
        (r#"{"limit": 1, "limit": 1}"#, "limit", "duplicate"),
        (r#"{"limit": -1}"#, "limit", "invalid_value"),
        (r#"{"offset": -1}"#, "offset", "invalid_value"),
        (r#"{"skip": "-1"}"#, "skip", "invalid_value"),
        (
            r#"{"limit": 9223372036854775808}"#,
            "limit",
            "invalid_value",
        ),
        (r#"{"limit": 1.5}"#, "limit", "wrong_type"),
        (r#"{"limit": "many"}"#, "limit", "wrong_type"),
        (r#"{"limit": ""}"#, "limit", "wrong_type"),
        (r#"{"limit": null}"#, "limit", "wrong_type"),
        (r#"{"offset": [1]}"#, "offset", "wrong_type"),
    ] {
        refused(filter, path, code);
    }
}

#[database_test]
async fn forms_of_fields(db: TestDb) {
    let customers = world(&db).await;
    let all = json!({"id": 1, "fullName": "Thor", "age": 30});
    for (fields, expected) in [
        (json!(["id", "age"]), json!({"id": 1, "age": 30})),
        (json!(["age", "id", "age"]), json!({"id": 1, "age": 30})),
        (json!("fullName"), json!({"fullName": "Thor"})),
        (json!({"id": true}), json!({"id": 1})),
        (json!({"id": "true"}), json!({"id": 1})),
        (json!({"id": false}), json!({"fullName": "Thor", "age": 30})),
        // Where some are wanted, all others are not.
        (json!({"id": true, "age": false}), json!({"id": 1})),
        (
            json!({"id": false, "age": false, "fullName": false}),
            json!({}),
        ),
        (json!([]), all.clone()),
        (json!({}), all),
    ] {
        let filter = json!({"fields": fields, "where": {"id": 1}});
        let found = customers.find_with(&filter).await.unwrap();
        assert_eq!(as_json(&found), json!([expected]), "{fields}");
    }
    // The key of an include need not be there.
    let filter = r#"{"where": {"id": 1}, "fields": {"id": false}, "include": [
        {"relation": "address", "scope": {"fields": {"customerId": false, "id": false}}},
        {"relation": "purchases", "scope": {"fields": ["total"], "limit": 1, "include": [
            {"relation": "products", "scope": {"fields": {"id": false}}}
        ]}}
    ]}"#;
    let found = customers.find_with(filter).await.unwrap();
    assert_eq!(
        as_json(&found),
        json!([{"fullName": "Thor", "age": 30, "address": {"city": "Asgard"}, "purchases": [
            {"total": 5, "products": [{"name": "hammer"}, {"name": "goat"}]},
        ]}])
    );
    let typed = Filter::new().field(Customer::AGE).field(Customer::ID);
    assert_eq!(typed, r#"{"fields": ["id", "age"]}"#.parse().unwrap());

    for (fields, path, code) in [
        (json!(["id", "nope"]), "fields[1]", "unknown_property"),
        (json!(["address"]), "fields[0]", "unknown_property"),
        (json!({"nope": false}), "fields.nope", "unknown_property"),
        (json!({"id": 1}), "fields.id", "wrong_type"),
        (json!([1]), "fields[0]", "wrong_type"),
        (json!(true), "fields", "wrong_type"),
        (json!(null), "fields", "wrong_type"),
    ] {
        refused(&json!({"fields": fields}).to_string(), path, code);
    }
}

#[database_test]
async fn forms_of_include(db: TestDb) {
    let customers = world(&db).await;
    let filter = |include: Value| json!({"include": include}).to_string();
    let built = Filter::new().include(Customer::ADDRESS);
    for include in [
        json!("address"),
        json!(["address"]),
        json!({"relation": "address"}),
        json!([{"relation": "address"}]),
        json!([{"relation": "address", "scope": {}}]),
    ] {
        let read: Filter<Customer> = filter(include.clone()).parse().unwrap();
        assert_eq!(read, built, "{include}");
    }
    let nested = filter(json!([
        "address",
        {"relation": "purchases", "scope": {"include": {"relation": "customer", "scope": {
            "include": ["address"]
        }}}},
    ]));
    let customer = Filter::new().include(Customer::ADDRESS);
    let purchases = Filter::new().include_with(Purchase::CUSTOMER, customer);
    let built = built.include_with(Customer::PURCHASES, purchases);
    assert_eq!(nested.parse::<Filter<Customer>>().unwrap(), built);
    // LoopBack 3's forms.
    for include in [
        json!(["address", {"purchases": {"customer": "address"}}]),
        json!({"address": [], "purchases": [{"customer": ["address"]}]}),
    ] {
        let read: Filter<Customer> = filter(include.clone()).parse().unwrap();
        assert_eq!(read, built, "{include}");
    }
    let found = customers.find_with(built).await.unwrap();
    let thor = &as_json(&found)[0];
    assert_eq!(thor["purchases"][2]["customer"]["address"], thor["address"]);
    // Including it again replaces its scope.
    let again = Filter::new()
        .include_with(Customer::PURCHASES, Filter::new().limit(1))
        .include(Customer::PURCHASES);
    assert_eq!(again, filter(json!("purchases")).parse().unwrap());
    let none: Filter<Customer> = filter(json!([])).parse().unwrap();
    assert_eq!(none, Filter::new());

    for (include, path, code) in [
        (json!(["nope"]), "include[0]", "unknown_relation"),
        (json!("nope"), "include", "unknown_relation"),
        (json!(["fullName"]), "include[0]", "unknown_relation"),
        (json!([""]), "include[0]", "unknown_relation"),
        (
            json!([{"relation": "nope"}]),
            "include[0].relation",
            "unknown_relation",
        ),
        (json!(["address", "address"]), "include[1]", "duplicate"),
        (
            json!(["purchases", {"relation": "purchases", "scope": {"limit": 1}}]),
            "include[1]",
            "duplicate",
        ),
        (json!([{}]), "include[0]", "missing"),
        (
            json!([{"purchases": "nope"}]),
            "include[0].purchases",
            "unknown_relation",
        ),
        (
            json!({"purchases": "customer", "nope": []}),
            "include.nope",
            "unknown_relation",
        ),
        (json!([{"scope": {}}]), "include[0]", "missing"),
        (
            json!([{"relation": 5}]),
            "include[0].relation",
            "wrong_type",
        ),
        (
            json!([{"relation": "address", "scop": {}}]),
            "include[0].scop",
            "unknown_key",
        ),
        (
            json!([{"relation": "address", "scope": null}]),
            "include[0].scope",
            "wrong_type",
        ),
        (
            json!([{"relation": "address", "scope": [1]}]),
            "include[0].scope",
            "wrong_type",
        ),
        (json!([["address"]]), "include[0]", "wrong_type"),
        (json!(5), "include", "wrong_type"),
        (json!(null), "include", "wrong_type"),
        (
            json!([{"relation": "purchases", "scope": {"include": ["produts"]}}]),
            "include[0].scope.include[0]",
            "unknown_relation",
        ),
        (
            json!([{"relation": "notes", "scope": {"include": [
                {"relation": "subject", "scope": {"limit": 1}}
            ]}}]),
            "include[0].scope.include[0].scope",
            "not_allowed",
        ),
        (
            json!([{"relation": "notes", "scope": {"include": [
                {"relation": "subject", "scope": {"fields": ["id"]}}
            ]}}]),
            "include[0].scope.include[0].scope",
            "not_allowed",
        ),
    ] {
        refused(&filter(include), path, code);
    }
    let empty = r#"{"include": [{"relation": "subject", "scope": {}}]}"#;
    assert!(empty.parse::<Filter<super::graph::Note>>().is_ok());
}

#[database_test]
async fn an_unknown_relation_is_refused_also_when_there_is_no_row(db: TestDb) {
    // LoopBack runs the main query first, and does not look at nested includes without a row.
    db.schema::<Models>().create().await.unwrap();
    db.ran();
    let customers = CustomerRepository::new(&*db);
    for (include, path) in [
        (json!(["home"]), "include[0]"),
        (json!([{"relation": "home"}]), "include[0].relation"),
        (
            json!([{"relation": "address", "scope": {"include": ["home"]}}]),
            "include[0].scope.include[0]",
        ),
        (
            json!([{"relation": "purchases", "scope": {"include": [
                {"relation": "products", "scope": {"include": [{"relation": "home"}]}}
            ]}}]),
            "include[0].scope.include[0].scope.include[0].relation",
        ),
        (
            json!([{"relation": "purchases", "scope": {"include": [
                {"relation": "wishes", "scope": {"include": ["home"]}}
            ]}}]),
            "include[0].scope.include[0].scope.include[0]",
        ),
    ] {
        let filter = json!({"where": {"id": 99}, "include": include});
        let expected = [(path, "unknown_relation")];
        let error = customers.find_with(&filter).await.unwrap_err();
        assert_eq!(offences(&error), expected, "{filter}");
        let error = customers.find_first_with(&filter).await.unwrap_err();
        assert_eq!(offences(&error), expected, "{filter}");
        let error = customers.count_with(&filter).await.unwrap_err();
        assert_eq!(offences(&error), expected, "{filter}");
        let filter = json!({"include": include});
        let error = customers.find_by_id_with(99, &filter).await.unwrap_err();
        assert_eq!(offences(&error), expected, "{filter}");
    }
    let purchases = PurchaseRepository::new(&*db);
    for unknown in [
        json!(["home"]),
        json!([{"relation": "customer", "scope": {"include": ["home"]}}]),
    ] {
        let error = purchases.find_with(json!({"include": unknown})).await;
        assert!(error.unwrap_err().is_invalid_filter(), "{unknown}");
    }
    let notes = super::graph::NoteRepository::new(&*db);
    let error = notes
        .find_with(r#"{"include": ["stakeholder"]}"#)
        .await
        .unwrap_err();
    assert_eq!(error.problems()[0].allowed(), ["subject"]);
    assert_eq!(db.count(), 0, "all of it is refused before any statement");
}

#[database_test]
async fn all_that_is_wrong_is_told_at_once(db: TestDb) {
    let customers = world(&db).await;
    let filter = r#"{
        "where": {
            "nmae": 1,
            "age": {"gt": "x", "foo": 1, "lt": null},
            "or": [{"id": 1}, {"adress.city": "x"}],
            "address": {"any": {}},
            "address.cty": "x",
            "purchases": 5
        },
        "fields": ["id", "fulName", 7],
        "order": ["agee DESC", "age up", "fullName DESC NULLS"],
        "limit": -1,
        "offset": "x",
        "skp": 1,
        "include": [
            "nope",
            {"relation": "purchases", "scope": {
                "where": {"totl": 1}, "limit": 1.5, "include": ["prodcts"]
            }},
            {"scope": {}},
            {"relation": "address", "scop": 1},
            "address",
            5
        ]
    }"#;
    let error = customers.find_with(filter).await.unwrap_err();
    assert_eq!(
        offences(&error),
        [
            ("where.nmae", "unknown_property"),
            ("where.age.gt", "wrong_type"),
            ("where.age.foo", "unknown_operator"),
            ("where.age.lt", "invalid_value"),
            ("where.or[1].adress.city", "unknown_property"),
            ("where.address.any", "unknown_operator"),
            ("where.address.cty", "unknown_property"),
            ("where.purchases", "wrong_type"),
            ("fields[1]", "unknown_property"),
            ("fields[2]", "wrong_type"),
            ("order[0]", "unknown_property"),
            ("order[1]", "invalid_value"),
            ("order[2]", "syntax"),
            ("limit", "invalid_value"),
            ("offset", "wrong_type"),
            ("skp", "unknown_key"),
            ("include[0]", "unknown_relation"),
            ("include[1].scope.where.totl", "unknown_property"),
            ("include[1].scope.limit", "wrong_type"),
            ("include[1].scope.include[0]", "unknown_relation"),
            ("include[2]", "missing"),
            ("include[3].scop", "unknown_key"),
            ("include[4]", "duplicate"),
            ("include[5]", "wrong_type"),
        ]
    );
    assert_eq!(db.count(), 0);
    let closest = |at: usize| error.problems()[at].allowed()[0].as_str();
    let found: Vec<&str> = [2, 4, 6, 8, 10, 15, 17, 19, 21].map(closest).into();
    assert_eq!(
        found,
        [
            "eq", "address", "city", "fullName", "age", "skip", "total", "products", "scope"
        ]
    );
    let quantifiers = error.problems()[5].allowed();
    assert_eq!(quantifiers.len(), 3, "{quantifiers:?}");
    assert_eq!(
        json!(error.problems()[19]),
        json!({
            "path": "include[1].scope.include[0]",
            "code": "unknown_relation",
            "message": "`Purchase` has no relation `prodcts`",
            "allowed": ["products", "wishes", "customer"],
        })
    );
}

#[database_test]
async fn messages_say_what_could_stand_there(db: TestDb) {
    let message = |filter: &str| filter.parse::<Filter<Customer>>().unwrap_err().to_string();
    assert_eq!(
        message(r#"{"include": ["addres"]}"#),
        "the filter of `Customer` is invalid: include[0]: `Customer` has no relation `addres`; \
         expected one of `address`, `notes`, `purchases`"
    );
    assert_eq!(
        message(r#"{"limit": -1, "offset": true}"#),
        "the filter of `Customer` is invalid\n  limit: it cannot be negative\n  \
         offset: expected an integer, not `true`"
    );
    assert_eq!(
        message(r#"{"where": {"age": {"like": "3%"}}}"#),
        "the filter of `Customer` is invalid: where.age.like: `like` does not go with `age`, which is no text; \
         expected one of `lte`, `gte`, `lt`, `inq`, `nin`, `eq`, `neq`, `gt`, `exists`, `between`"
    );
    let rows = r#"{"nmae": 1}"#.parse::<Where<Address>>().unwrap_err();
    assert_eq!(
        rows.to_string(),
        "the where of `Address` is invalid: nmae: `Address` has no property or relation `nmae`; \
         expected one of `id`, `city`, `customer`, `customerId`"
    );
    for text in [r#"{"limit": 1"#, "", "{} {}", "{limit: 1}", "filter"] {
        let error = refused(text, "", "syntax");
        let start = "the filter of `Customer` is invalid: it is not JSON: ";
        assert!(error.to_string().starts_with(start), "{error}");
    }
    for text in ["[]", "5", "null", "\"address\""] {
        refused(text, "", "wrong_type");
    }
    // What others wrote is repeated in part only.
    let long = json!({"where": {"a\u{7}b".repeat(1000): 1}}).to_string();
    let error = long.parse::<Filter<Customer>>().unwrap_err().to_string();
    assert!(error.len() < 500 && !error.contains('\u{7}'), "{error}");
    let many = format!("[{}]", vec!["\"x\""; 60].join(","));
    let error = format!(r#"{{"fields": {many}}}"#).parse::<Filter<Customer>>();
    let error = error.unwrap_err();
    assert_eq!(error.problems().len(), 50);
    assert!(error.to_string().ends_with("\n  and 10 more"), "{error}");
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn wheres_that_are_refused(db: TestDb) {
    for (rows, path, code) in [
        (
            r#"{"__proto__": {"x": 1}}"#,
            "where.__proto__",
            "unknown_property",
        ),
        (
            r#"{"constructor": {}}"#,
            "where.constructor",
            "unknown_property",
        ),
        (r#"{"": 1}"#, "where.", "unknown_property"),
        (
            r#"{"full_name": "x"}"#,
            "where.full_name",
            "unknown_property",
        ),
        (r#"{"address": "Asgard"}"#, "where.address", "wrong_type"),
        (r#"{"address": null}"#, "where.address", "wrong_type"),
        (r#"{"address": {}}"#, "where.address", "wrong_type"),
        (
            r#"{"address": {"city": "x"}}"#,
            "where.address.city",
            "unknown_operator",
        ),
        (r#"{"address.": 1}"#, "where.address.", "unknown_property"),
        (
            r#"{"address.city.x": 1}"#,
            "where.address.city.x",
            "unknown_property",
        ),
        (r#"{"age.x": 1}"#, "where.age.x", "unknown_property"),
        (
            r#"{"notes.subject.id": 1}"#,
            "where.notes.subject.id",
            "unknown_property",
        ),
        (r#"{"and": {}}"#, "where.and", "wrong_type"),
        (r#"{"or": null}"#, "where.or", "wrong_type"),
        (r#"{"nor": [5]}"#, "where.nor[0]", "wrong_type"),
        (r#"{"and": [[]]}"#, "where.and[0]", "wrong_type"),
        (r#"{"not": [{}]}"#, "where.not", "unknown_property"),
        (r#"{"id": 1, "id": 1}"#, "where.id", "duplicate"),
        (r#"{"id": {"gt": 1, "gt": 2}}"#, "where.id.gt", "duplicate"),
        (
            r#"{"purchases": {"some": {}, "some": {}}}"#,
            "where.purchases.some",
            "duplicate",
        ),
        (r#"{"id": []}"#, "where.id", "wrong_type"),
        (r#"{"id": {}}"#, "where.id", "wrong_type"),
        (r#"{"id": {"ge": 1}}"#, "where.id.ge", "unknown_operator"),
        (r#"{"id": {"eq": {}}}"#, "where.id.eq", "wrong_type"),
        (r#"{"id": {"gt": null}}"#, "where.id.gt", "invalid_value"),
        (r#"{"id": {"inq": 5}}"#, "where.id.inq", "wrong_type"),
        (r#"{"id": {"inq": null}}"#, "where.id.inq", "wrong_type"),
        (
            r#"{"id": {"inq": [1, null]}}"#,
            "where.id.inq[1]",
            "invalid_value",
        ),
        (
            r#"{"id": {"nin": [1, "x"]}}"#,
            "where.id.nin[1]",
            "wrong_type",
        ),
        (
            r#"{"id": {"between": [1]}}"#,
            "where.id.between",
            "wrong_type",
        ),
        (
            r#"{"id": {"between": [1, 2, 3]}}"#,
            "where.id.between",
            "wrong_type",
        ),
        (
            r#"{"id": {"between": 1}}"#,
            "where.id.between",
            "wrong_type",
        ),
        (
            r#"{"id": {"between": [1, null]}}"#,
            "where.id.between[1]",
            "invalid_value",
        ),
        (r#"{"id": {"exists": 1}}"#, "where.id.exists", "wrong_type"),
        (
            r#"{"id": {"exists": null}}"#,
            "where.id.exists",
            "wrong_type",
        ),
        (r#"{"fullName": 5}"#, "where.fullName", "wrong_type"),
        (
            r#"{"fullName": {"like": 5}}"#,
            "where.fullName.like",
            "wrong_type",
        ),
        (
            r#"{"fullName": {"like": null}}"#,
            "where.fullName.like",
            "wrong_type",
        ),
        (
            r#"{"fullName": {"regexp": "("}}"#,
            "where.fullName.regexp",
            "invalid_value",
        ),
        (
            r#"{"fullName": {"regexp": "/a/x"}}"#,
            "where.fullName.regexp",
            "invalid_value",
        ),
        (
            r#"{"fullName": {"nregexp": "(a*)*"}}"#,
            "where.fullName.nregexp",
            "invalid_value",
        ),
    ] {
        refused(&format!(r#"{{"where": {rows}}}"#), path, code);
    }
    for rows in ["5", "null", "[]", "\"id\""] {
        refused(&format!(r#"{{"where": {rows}}}"#), "where", "wrong_type");
    }
    // A list of keys is not compared; its rows are.
    let list = r#"{"where": {"wishIds": {"eq": [1]}}}"#.parse::<Filter<Purchase>>();
    assert_eq!(
        offences(&list.unwrap_err()),
        [("where.wishIds.eq", "unknown_operator")]
    );
    assert_eq!(db.count(), 0);
}

/// A row with a column of each type.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Sample {
    #[model(id)]
    pub id: i64,
    pub flag: bool,
    pub tiny: i8,
    pub small: i16,
    pub int: i32,
    pub big: i64,
    pub byte: u8,
    pub word: u16,
    pub dword: u32,
    pub huge: u64,
    pub single: f32,
    pub double: f64,
    pub text: String,
    pub bytes: Vec<u8>,
    pub date: NaiveDate,
    pub time: NaiveTime,
    pub naive: NaiveDateTime,
    pub utc: DateTime<Utc>,
    pub uuid: Uuid,
    pub amount: Decimal,
    pub document: serde_json::Value,
    pub nothing: Option<serde_json::Value>,
}

async fn sample(db: &TestDb) -> SampleRepository<&Db> {
    db.schema::<Sample>().create().await.unwrap();
    let samples = SampleRepository::new(&**db);
    let naive: NaiveDateTime = "2026-01-31T23:59:58.123456".parse().unwrap();
    let sample = Sample {
        id: i64::MIN,
        flag: true,
        tiny: i8::MIN,
        small: i16::MAX,
        int: i32::MIN,
        big: i64::MAX,
        byte: u8::MAX,
        word: u16::MAX,
        dword: u32::MAX,
        huge: i64::MAX as u64,
        single: 0.1,
        double: 0.1,
        text: "12 ü".into(),
        bytes: vec![0, 255],
        date: naive.date(),
        time: naive.time(),
        naive,
        utc: naive.and_utc(),
        uuid: "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap(),
        amount: "12.50".parse().unwrap(),
        document: json!({"a": 1}),
        nothing: None,
    };
    samples.create(sample).await.unwrap();
    db.ran();
    samples
}

#[database_test]
async fn values_of_every_type(db: TestDb) {
    let samples = sample(&db).await;
    for rows in [
        r#"{"id": -9223372036854775808}"#,
        r#"{"id": "-9223372036854775808"}"#,
        r#"{"flag": true}"#,
        r#"{"flag": "true"}"#,
        r#"{"flag": {"neq": false}}"#,
        r#"{"tiny": -128}"#,
        r#"{"tiny": {"lt": 127}}"#,
        r#"{"small": 32767}"#,
        r#"{"int": -2147483648}"#,
        r#"{"int": {"between": ["-2147483648", 2147483647]}}"#,
        r#"{"big": 9223372036854775807}"#,
        r#"{"big": {"inq": [1, "9223372036854775807"]}}"#,
        r#"{"byte": 255}"#,
        r#"{"byte": 255.0}"#,
        r#"{"word": 65535}"#,
        r#"{"dword": 4294967295}"#,
        r#"{"huge": 9223372036854775807}"#,
        r#"{"huge": {"gt": 0}}"#,
        r#"{"single": 0.1}"#,
        r#"{"single": {"gt": 0, "lt": "0.5"}}"#,
        r#"{"double": 0.1}"#,
        r#"{"double": "1e-1"}"#,
        r#"{"double": {"gt": -1}}"#,
        r#"{"text": "12 ü"}"#,
        r#"{"text": {"gt": "12"}}"#,
        r#"{"bytes": {"eq": [0, 255]}}"#,
        r#"{"bytes": {"inq": [[1], [0, 255]]}}"#,
        r#"{"bytes": {"neq": []}}"#,
        r#"{"date": "2026-01-31"}"#,
        r#"{"date": {"between": ["2026-01-01", "2026-02-01"]}}"#,
        r#"{"time": "23:59:58.123456"}"#,
        r#"{"time": {"gt": "23:59:58"}}"#,
        r#"{"naive": "2026-01-31T23:59:58.123456"}"#,
        r#"{"utc": "2026-01-31T23:59:58.123456Z"}"#,
        r#"{"utc": "2026-02-01T01:59:58.123456+02:00"}"#,
        r#"{"utc": {"lt": "2026-02-01T00:00:00Z"}}"#,
        r#"{"uuid": "67e55044-10b1-426f-9247-bb680e5fe0c8"}"#,
        r#"{"uuid": {"inq": ["67E55044-10B1-426F-9247-BB680E5FE0C8"]}}"#,
        r#"{"amount": 12.5}"#,
        r#"{"amount": "12.50"}"#,
        r#"{"amount": {"gt": 12, "lt": "12.6"}}"#,
        r#"{"amount": {"inq": [1, 12.5]}}"#,
        r#"{"document": {"exists": true}}"#,
        r#"{"document": {"neq": null}}"#,
        r#"{"nothing": null}"#,
        r#"{"nothing": {"exists": false}}"#,
    ] {
        let asked: Where<Sample> = rows.parse().unwrap();
        assert_eq!(samples.count_with(&asked).await.unwrap(), 1, "{rows}");
        let written = serde_json::to_string(&asked).unwrap();
        assert_eq!(
            written.parse::<Where<Sample>>().unwrap(),
            asked,
            "{written}"
        );
    }
    let largest = r#"{"where": {"huge": 18446744073709551615}}"#;
    match samples.count_with(largest).await {
        Ok(count) => assert_eq!((count, db.can.large_unsigned), (0, true)),
        Err(error) => assert!(
            error.problems()[0].path() == "where.huge" && !db.can.large_unsigned,
            "{error}"
        ),
    }
}

#[database_test]
async fn values_that_would_change_are_refused(db: TestDb) {
    for (rows, path, code) in [
        (r#"{"flag": 1}"#, "flag", "wrong_type"),
        (r#"{"flag": "yes"}"#, "flag", "wrong_type"),
        (r#"{"tiny": 128}"#, "tiny", "invalid_value"),
        (r#"{"tiny": -129}"#, "tiny", "invalid_value"),
        (r#"{"small": "32768"}"#, "small", "invalid_value"),
        (r#"{"int": 2147483648}"#, "int", "invalid_value"),
        (r#"{"int": 1.5}"#, "int", "wrong_type"),
        (r#"{"int": "1.0"}"#, "int", "wrong_type"),
        (r#"{"int": "01"}"#, "int", "wrong_type"),
        (r#"{"int": " 1"}"#, "int", "wrong_type"),
        (r#"{"int": ""}"#, "int", "wrong_type"),
        (r#"{"int": true}"#, "int", "wrong_type"),
        (r#"{"int": [1]}"#, "int", "wrong_type"),
        (r#"{"int": {"like": "1%"}}"#, "int.like", "unknown_operator"),
        (
            r#"{"int": {"regexp": "1"}}"#,
            "int.regexp",
            "unknown_operator",
        ),
        (r#"{"big": 9223372036854775808}"#, "big", "invalid_value"),
        (r#"{"big": 1e30}"#, "big", "wrong_type"),
        (r#"{"byte": 256}"#, "byte", "invalid_value"),
        (r#"{"byte": -1}"#, "byte", "invalid_value"),
        (r#"{"word": -1}"#, "word", "invalid_value"),
        (r#"{"dword": 4294967296}"#, "dword", "invalid_value"),
        (r#"{"huge": -1}"#, "huge", "invalid_value"),
        (
            r#"{"huge": "18446744073709551616"}"#,
            "huge",
            "invalid_value",
        ),
        (r#"{"single": 0.12345678901}"#, "single", "invalid_value"),
        (r#"{"single": 1e300}"#, "single", "invalid_value"),
        (r#"{"double": "NaN"}"#, "double", "wrong_type"),
        (r#"{"double": "inf"}"#, "double", "wrong_type"),
        (r#"{"double": 9007199254740993}"#, "double", "invalid_value"),
        (r#"{"text": 12}"#, "text", "wrong_type"),
        (r#"{"text": true}"#, "text", "wrong_type"),
        (r#"{"bytes": "AP8="}"#, "bytes", "wrong_type"),
        (r#"{"bytes": {"eq": [256]}}"#, "bytes.eq", "invalid_value"),
        (
            r#"{"bytes": {"like": "a"}}"#,
            "bytes.like",
            "unknown_operator",
        ),
        (r#"{"date": "2026-02-30"}"#, "date", "invalid_value"),
        (r#"{"date": 20260131}"#, "date", "wrong_type"),
        (
            r#"{"date": "2026-01-31T00:00:00"}"#,
            "date",
            "invalid_value",
        ),
        (r#"{"time": "25:00:00"}"#, "time", "invalid_value"),
        (
            r#"{"naive": "2026-01-31T10:00:00Z"}"#,
            "naive",
            "invalid_value",
        ),
        (r#"{"utc": "2026-01-31T10:00:00"}"#, "utc", "invalid_value"),
        (r#"{"uuid": "x"}"#, "uuid", "invalid_value"),
        (r#"{"uuid": 5}"#, "uuid", "wrong_type"),
        (r#"{"amount": "1,5"}"#, "amount", "invalid_value"),
        (
            r#"{"amount": 0.12345678901234567}"#,
            "amount",
            "invalid_value",
        ),
        (r#"{"amount": true}"#, "amount", "wrong_type"),
        (
            r#"{"document": {"eq": {"a": 1}}}"#,
            "document.eq",
            "unknown_operator",
        ),
        (
            r#"{"document": {"a": 1}}"#,
            "document.a",
            "unknown_operator",
        ),
        (
            r#"{"document": {"inq": []}}"#,
            "document.inq",
            "unknown_operator",
        ),
        (r#"{"nothing": 5}"#, "nothing", "unknown_operator"),
    ] {
        let error = rows.parse::<Where<Sample>>().unwrap_err();
        assert_eq!(offences(&error), [(path, code)], "{rows}: {error}");
    }
    let error = r#"{"document": {"gt": 1}}"#.parse::<Where<Sample>>().unwrap_err();
    assert_eq!(error.problems()[0].allowed(), ["exists"]);
    let error = r#"{"order": "document"}"#.parse::<Filter<Sample>>().unwrap_err();
    assert_eq!(offences(&error), [("order", "invalid_value")]);
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn hidden_properties_are_unknown(db: TestDb) {
    let customers = world(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    for (filter, path) in [
        (r#"{"where": {"password": "secret1"}}"#, "where.password"),
        (
            r#"{"where": {"password": {"like": "s%"}}}"#,
            "where.password",
        ),
        (
            r#"{"where": {"or": [{"password": {"exists": true}}]}}"#,
            "where.or[0].password",
        ),
        (
            r#"{"where": {"address.customer.password": "x"}}"#,
            "where.address.customer.password",
        ),
        (
            r#"{"where": {"address": {"some": {"customer.password": "x"}}}}"#,
            "where.address.some.customer.password",
        ),
        (r#"{"order": "password"}"#, "order"),
        (r#"{"order": "address.customer.password DESC"}"#, "order"),
        (r#"{"fields": ["password"]}"#, "fields[0]"),
        (r#"{"fields": {"password": false}}"#, "fields.password"),
    ] {
        let error = refused(filter, path, "unknown_property");
        let allowed = error.problems()[0].allowed();
        assert!(!allowed.is_empty(), "{filter}");
        assert!(!allowed.iter().any(|name| name == "password"), "{filter}");
    }
    db.ran();
    let error = purchases
        .find_with(r#"{"where": {"customer.password": "x"}}"#)
        .await;
    assert_eq!(
        offences(&error.unwrap_err()),
        [("where.customer.password", "unknown_property")]
    );
    assert_eq!(db.count(), 0);
    let nested = r#"{"where": {"id": 11}, "include": [
        {"relation": "customer", "scope": {"include": ["purchases"], "fields": {"age": false}}}
    ]}"#;
    let found = as_json(&purchases.find_with(nested).await.unwrap());
    assert_eq!(found[0]["customer"]["fullName"], "Thor");
    assert!(!found.to_string().contains("secret"), "{found}");
    // Rust may ask about it, and still does not show it.
    let typed = Filter::new().filter(Customer::PASSWORD.eq("secret2"));
    let found = customers.find_with(typed.clone()).await.unwrap();
    assert_eq!(
        as_json(&found),
        json!([{"id": 2, "fullName": "Odin", "age": null}])
    );
    let found = customers
        .find_with(typed.field(Customer::PASSWORD))
        .await
        .unwrap();
    assert_eq!(as_json(&found), json!([{}]));
}

#[database_test]
async fn closed_relations_are_unknown(db: TestDb) {
    let customers = world(&db).await;
    for (filter, path, code) in [
        (
            r#"{"include": ["audit"]}"#,
            "include[0]",
            "unknown_relation",
        ),
        (
            r#"{"include": [{"relation": "address", "scope": {"include": [
                {"relation": "customer", "scope": {"include": ["audit"]}}
            ]}}]}"#,
            "include[0].scope.include[0].scope.include[0]",
            "unknown_relation",
        ),
        (
            r#"{"where": {"audit.secret": {"like": "l%"}}}"#,
            "where.audit.secret",
            "unknown_property",
        ),
        (
            r#"{"where": {"audit": {"some": {}}}}"#,
            "where.audit",
            "unknown_property",
        ),
        (
            r#"{"where": {"address.customer.audit.id": 1}}"#,
            "where.address.customer.audit.id",
            "unknown_property",
        ),
        (r#"{"order": "audit.secret"}"#, "order", "unknown_property"),
        (
            r#"{"order": "address.customer.audit.id"}"#,
            "order",
            "unknown_property",
        ),
    ] {
        let error = refused(filter, path, code);
        let allowed = error.problems()[0].allowed();
        assert!(!allowed.is_empty(), "{filter}");
        assert!(!allowed.iter().any(|name| name == "audit"), "{filter}");
    }
    // Nor may a filter that was built in Rust.
    db.ran();
    let asks = Filter::new().filter(Customer::AUDIT.exists() | Customer::ID.eq(1));
    let sorts = Filter::new().order_by(Customer::AUDIT.order(super::graph::Audit::ID.asc()));
    let includes = Filter::new().include(Customer::AUDIT);
    let nested = Filter::new().include_with(
        Customer::ADDRESS,
        Filter::new().include_with(Address::CUSTOMER, includes.clone()),
    );
    for (filter, path) in [
        (asks, "where.audit"),
        (sorts, "order[0]"),
        (includes, "include[0]"),
        (nested, "include[0].scope.include[0].scope.include[0]"),
    ] {
        let error = customers.find_with(&filter).await.unwrap_err();
        assert_eq!(offences(&error), [(path, "unknown_relation")], "{error}");
        let error = customers.count_with(&filter).await.unwrap_err();
        assert_eq!(offences(&error), [(path, "unknown_relation")], "{error}");
    }
    assert_eq!(db.count(), 0);
    // Typed queries are not concerned.
    let rows = customers.find().include(Customer::AUDIT).all().await;
    assert_eq!(rows.unwrap()[0].audit.as_ref().unwrap().id, 61);
}

/// Asserts that a budget allows the one filter, and why not the other.
#[track_caller]
fn bounded(budget: Budget, within: &str, beyond: &str, path: &str) {
    let reader = FilterReader::new().budget(budget);
    reader.json::<Customer>(within).unwrap();
    let error = reader.json::<Customer>(beyond).unwrap_err();
    assert_eq!(offences(&error), [(path, "over_budget")], "{error}");
}

#[database_test]
async fn a_budget_bounds_what_is_asked_for(db: TestDb) {
    let budget = Budget::default;
    bounded(budget().text(12), r#"{"limit": 1}"#, r#"{"limit": 10}"#, "");
    bounded(
        budget().list(2),
        r#"{"where": {"id": {"inq": [1, 2], "nin": [3, 4]}}}"#,
        r#"{"where": {"id": {"inq": [1, 2], "nin": [3, 4, 5]}}}"#,
        "where.id.nin",
    );
    bounded(
        budget().conditions(3),
        r#"{"where": {"id": {"gt": 1, "lt": 5}}, "order": "id"}"#,
        r#"{"where": {"id": {"gt": 1, "lt": 5}}, "order": "id,age"}"#,
        "order",
    );
    bounded(
        budget().conditions(2),
        r#"{"where": {"address.city": "x"}}"#,
        r#"{"where": {"address.city": "x"}, "include": [
            {"relation": "address", "scope": {"where": {"id": 1}}}
        ]}"#,
        "include[0].scope.where.id",
    );
    bounded(
        budget().includes(2),
        r#"{"include": ["address", {"relation": "purchases"}]}"#,
        r#"{"include": ["address", {"relation": "purchases", "scope": {"include": ["customer"]}}]}"#,
        "include[1].scope.include[0]",
    );
    bounded(
        budget().limit(10),
        r#"{"limit": 10, "include": [{"relation": "purchases", "scope": {"limit": 10}}, "notes"]}"#,
        r#"{"limit": 10, "include": [{"relation": "purchases", "scope": {"limit": 11}}]}"#,
        "include[0].scope.limit",
    );
    bounded(
        budget().limit(10),
        r#"{"limit": 0}"#,
        r#"{"limit": 11}"#,
        "limit",
    );
    // Who gives none gets that of the budget, of each to-many relation too.
    let reader = FilterReader::new().budget(budget().limit(10));
    let filter = reader.json::<Customer>(r#"{"include": ["address", "purchases"]}"#);
    let purchases = Filter::new().limit(10);
    let expected = Filter::new()
        .limit(10)
        .include(Customer::ADDRESS)
        .include_with(Customer::PURCHASES, purchases);
    assert_eq!(filter.unwrap(), expected);
    assert_eq!(db.count(), 0);
}

/// So many groups around a comparison.
fn groups(levels: usize) -> String {
    let (open, close) = (r#"{"and": ["#.repeat(levels), "]}".repeat(levels));
    format!(r#"{{"where": {open}{{"id": 1}}{close}}}"#)
}

/// So many includes in each other; each has a scope.
fn includes(levels: usize) -> String {
    let mut filter = r#"{"limit": 1}"#.to_owned();
    for level in (0..levels).rev() {
        let relation = ["purchases", "customer"][level % 2];
        filter = format!(r#"{{"include": [{{"relation": "{relation}", "scope": {filter}}}]}}"#);
    }
    filter
}

#[database_test]
async fn a_budget_bounds_how_deep_a_filter_goes(db: TestDb) {
    let customers = world(&db).await;
    let scopes = |levels| vec!["include[0].scope"; levels].join(".");
    for levels in [1, 2, 8, 15] {
        let budget = Budget::default().depth(levels);
        let inner = vec!["and[0]"; levels].join(".");
        let path = format!("where.{inner}.and");
        bounded(budget.clone(), &groups(levels), &groups(levels + 1), &path);
        let path = format!("{}.include[0]", scopes(levels));
        bounded(budget, &includes(levels), &includes(levels + 1), &path);
    }
    let path = format!("{}.include[0]", scopes(8));
    bounded(Budget::default(), &includes(8), &includes(9), &path);
    let beyond = format!("where.{}.and", vec!["and[0]"; 16].join("."));
    bounded(
        Budget::default().depth(99),
        &groups(16),
        &groups(17),
        &beyond,
    );
    // Related rows are a level each, whichever way they are named.
    bounded(
        Budget::default().depth(2),
        r#"{"where": {"purchases.products.name": "x"}, "order": "address.customer.id"}"#,
        r#"{"where": {"purchases.products.reviews.text": "x"}}"#,
        "where.purchases.products.reviews.text",
    );
    bounded(
        Budget::default().depth(2),
        r#"{"where": {"purchases": {"some": {"products": {"none": {"id": 1}}}}}}"#,
        r#"{"where": {"purchases": {"some": {"products": {"none": {"reviews.id": 1}}}}}}"#,
        "where.purchases.some.products.none.reviews.id",
    );
    bounded(
        Budget::default().depth(1),
        r#"{"order": "address.city", "include": "address"}"#,
        r#"{"order": "address.customer.id"}"#,
        "order",
    );
    // What is allowed runs.
    let reader = FilterReader::new().budget(Budget::default().depth(16).includes(30));
    for filter in [groups(16), includes(12)] {
        let filter: Filter<Customer> = reader.json(&filter).unwrap();
        let found = customers.find_with(filter).await.unwrap();
        assert_eq!(found[0].id, 1);
    }
}

#[database_test]
async fn very_large_filters_are_refused_and_never_match_everything(db: TestDb) {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    let many = |item: &str, count: usize| vec![item; count].join(",");
    for filter in [
        deep("[", "]"),
        format!(r#"{{"where": {}}}"#, deep(r#"{"or": ["#, "]}")),
        format!(
            r#"{{"where": {{"or": [{}]}}}}"#,
            many(r#"{"id": 1}"#, 10_000)
        ),
        format!(r#"{{"where": {{"or": [{}]}}}}"#, many("{}", 10_000)),
        format!(
            r#"{{"where": {{"id": {{"inq": [{}]}}}}}}"#,
            many("1", 10_000)
        ),
        format!(r#"{{"order": "{}"}}"#, many("id", 10_000)),
        format!(
            r#"{{"where": {{"{}": 1}}}}"#,
            "address.customer.".repeat(5_000) + "id"
        ),
        format!(r#"{{"limit": {}}}"#, "1".repeat(2_000_000)),
    ] {
        let error = filter.parse::<Filter<Customer>>().unwrap_err();
        assert!(
            error.is_invalid_filter() && error.problems().len() == 1,
            "{error}"
        );
    }
    let mut value = json!({"id": 1});
    for _ in 0..500 {
        value = json!({"and": [value]});
    }
    let error = Filter::<Customer>::from_value(json!({"where": value})).unwrap_err();
    assert_eq!(offences(&error), [("", "over_budget")]);
    let brackets = format!("filter[where]{}[id]=1", "[and][0]".repeat(5_000));
    let error = Filter::<Customer>::from_query(&brackets).unwrap_err();
    assert_eq!(offences(&error), [("", "over_budget")]);
    let query = format!("filter[where][fullName]={}", "x".repeat(2_000_000));
    let error = Filter::<Customer>::from_query(&query).unwrap_err();
    assert_eq!(offences(&error), [("", "over_budget")]);
    // At their limits they are taken.
    let list = format!(
        r#"{{"where": {{"id": {{"inq": [{}]}}}}}}"#,
        many("1", 1_000)
    );
    let customers = world(&db).await;
    assert_eq!(ids(&customers, list).await, [1]);
    let branches = format!(r#"{{"where": {{"or": [{}]}}}}"#, many(r#"{"id": 2}"#, 50));
    assert_eq!(ids(&customers, branches).await, [2]);
}

#[database_test]
async fn query_strings_say_the_same_as_json(db: TestDb) {
    let customers = world(&db).await;
    for (query, filter) in [
        ("", "{}"),
        ("page=2&filter=", "{}"),
        (
            "?filter[limit]=2&filter[skip]=1",
            r#"{"limit": 2, "offset": 1}"#,
        ),
        ("filter[where][id]=2", r#"{"where": {"id": 2}}"#),
        (
            "filter[where][age][gt]=10&filter[where][age][lt]=25",
            r#"{"where": {"age": {"gt": 10, "lt": 25}}}"#,
        ),
        (
            "filter[where][or][0][id]=1&filter[where][or][1][id]=3&filter[order]=id%20DESC",
            r#"{"where": {"or": [{"id": 1}, {"id": 3}]}, "order": "id DESC"}"#,
        ),
        (
            "filter[where][id][inq][]=1&filter[where][id][inq][]=2",
            r#"{"where": {"id": {"inq": [1, 2]}}}"#,
        ),
        (
            "filter[where][age][exists]=false&filter[fields][id]=true",
            r#"{"where": {"age": {"exists": false}}, "fields": {"id": true}}"#,
        ),
        (
            "filter[include][]=address&filter[include][][relation]=purchases",
            r#"{"include": ["address", "purchases"]}"#,
        ),
        (
            "filter[include][0][relation]=purchases&filter[include][0][scope][limit]=1\
             &filter[include][0][scope][include]=products",
            r#"{"include": [{"relation": "purchases", "scope": {"limit": 1, "include": ["products"]}}]}"#,
        ),
        (
            "filter%5Bwhere%5D%5BfullName%5D%5Blike%5D=%25o%25",
            r#"{"where": {"fullName": {"like": "%o%"}}}"#,
        ),
        (
            "filter=%7B%22where%22%3A%7B%22address.city%22%3A%22Asgard%22%7D%7D",
            r#"{"where": {"address.city": "Asgard"}}"#,
        ),
        (
            "filter={\"where\":{\"age\":null}}&filter[include][]=notes&filter[limit]=1",
            r#"{"where": {"age": null}, "include": ["notes"], "limit": 1}"#,
        ),
    ] {
        let read = customers.filter_reader().query(query).unwrap();
        let expected: Filter<Customer> = filter.parse().unwrap();
        assert_eq!(read, expected, "{query}");
        let found = as_json(&customers.find_with(read).await.unwrap());
        let expected = as_json(&customers.find_with(filter).await.unwrap());
        assert_eq!(found, expected, "{query}");
    }
    let rows = Where::<Customer>::from_query("where[id][gt]=1&filter[where][id]=7").unwrap();
    assert_eq!(rows, Customer::ID.gt(1).into());
    assert_eq!(customers.count_with(rows).await.unwrap(), 2);
    assert!(Where::<Customer>::from_query("").unwrap().is_empty());

    for (query, path, code) in [
        (
            "filter[where][__proto__]=x",
            "where.__proto__",
            "unknown_property",
        ),
        (
            "filter[where][password]=x",
            "where.password",
            "unknown_property",
        ),
        ("filter[limt]=x", "limt", "unknown_key"),
        ("filter[limit]=x", "limit", "wrong_type"),
        ("filter[include][]=nope", "include[0]", "unknown_relation"),
        ("filter[where]=x", "where", "wrong_type"),
        ("filter=x", "", "syntax"),
        ("filter[where", "", "syntax"),
        ("filter[limit]=1&filter[limit]=2", "limit", "duplicate"),
        ("filter={\"limit\":1}&filter[limit]=2", "limit", "duplicate"),
        ("filter={\"offset\":1}&filter[skip]=2", "skip", "duplicate"),
        ("filter={}&filter={}", "", "duplicate"),
        (
            "filter[where][id][inq][]=1&filter[where][id][inq][x]=2",
            "where.id.inq",
            "syntax",
        ),
    ] {
        let error = Filter::<Customer>::from_query(query).unwrap_err();
        assert_eq!(offences(&error), [(path, code)], "{query}: {error}");
    }
}

#[database_test]
async fn filters_are_values(db: TestDb) {
    let customers = world(&db).await;
    let text = r#"{"where":{"id":{"gt":1}},"order":["id DESC"],"limit":1,"include":[{"relation":"notes"}]}"#;
    let filter: Filter<Customer> = text.parse().unwrap();
    assert_eq!(serde_json::to_string(&filter).unwrap(), text);
    assert_eq!(
        serde_json::from_str::<Filter<Customer>>(text).unwrap(),
        filter
    );
    assert_eq!(Filter::from_json(text).unwrap(), filter);
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(Filter::from_value(value.clone()).unwrap(), filter);
    assert_eq!(format!("{filter:?}"), format!("Filter::<Customer>({text})"));
    assert_ne!(filter, filter.clone().offset(1));
    let rows = filter.to_where();
    assert_eq!(format!("{rows:?}"), r#"Where::<Customer>({"id":{"gt":1}})"#);
    assert_eq!(rows, Customer::ID.gt(1).into());
    assert_eq!(
        Filter::from(rows.clone()),
        Filter::new().filter(Customer::ID.gt(1))
    );
    assert_eq!(Filter::<Customer>::default(), "{}".parse().unwrap());
    for (taken, expected) in [
        (ids(&customers, text).await, &[3][..]),
        (ids(&customers, text.to_owned()).await, &[3]),
        (ids(&customers, &value).await, &[3]),
        (ids(&customers, value).await, &[3]),
        (ids(&customers, &filter).await, &[3]),
        (ids(&customers, filter).await, &[3]),
        (ids(&customers, &rows).await, &[2, 3]),
    ] {
        assert_eq!(taken, expected);
    }
    // A typed query takes a `where` too.
    let typed = customers.find().filter(rows).count().await;
    assert_eq!(typed.unwrap(), 2);
    let infinite = Where::from(Sample::DOUBLE.lt(f64::INFINITY));
    serde_json::to_string(&infinite).unwrap_err();
    assert_eq!(format!("{infinite:?}"), "Where::<Sample>(..)");
    let error = serde_json::from_str::<Filter<Customer>>(r#"{"limt": 1}"#).unwrap_err();
    assert!(
        error.to_string().contains("limt: a filter has no `limt`"),
        "{error}"
    );
}
