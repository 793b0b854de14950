//! What a run-time filter may say, what it means, and what is refused before any statement.

use super::filter_values::Sample;
use super::graph::{Address, Customer, Product, Purchase, PurchaseRepository};
use super::graph::{as_json, world};
use crate::asked::*;
use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Filter, Predicate, Where};
use serde_json::{Value, json};

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
        // NULL is not a value: comparisons leave it out, and only `null` and `exists` ask for it.
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
