//! Run-time filters that are refused.

use super::graph::{Address, Customer, CustomerRepository, Purchase, PurchaseRepository};
use super::graph::{Models, as_json, world};
use crate::asked::*;
use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Filter, Where};
use serde_json::json;

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
