//! How much a run-time filter may ask for.

use super::graph::Customer;
use super::graph::world;
use crate::asked::*;
use crate::support::{TestDb, database_test};
use relations::{Filter, filter::Budget, filter::FilterReader};
use serde_json::json;

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
