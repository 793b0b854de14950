//! Inclusion resolvers: which relations run-time filters may include, and resolvers of the program's own.

use super::graph::{Address, Customer, CustomerRepository, Purchase, PurchaseRepository};
use super::graph::{as_json, world};
use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{
    Error, ErrorKind, Filter, InclusionResolver, InclusionResolvers, filter::BoxError,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// The path and the code of each problem, and the names that could stand there.
fn offences(error: &Error) -> Vec<(&str, &str, String)> {
    assert!(error.is_invalid_filter(), "{error:?}");
    let problems = error.problems().iter();
    problems
        .map(|problem| {
            (
                problem.path(),
                problem.code().as_str(),
                problem.allowed().join(" "),
            )
        })
        .collect()
}

/// Notes for which rows it is called, and with which scope.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<(Vec<i64>, Option<Value>)>>>);

impl Calls {
    fn take(&self) -> Vec<(Vec<i64>, Option<Value>)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// The same without the order of the rows.
    fn take_sorted(&self) -> Vec<(Vec<i64>, Option<Value>)> {
        let mut calls = self.take();
        calls.iter_mut().for_each(|(ids, _)| ids.sort());
        calls
    }
}

/// Twice the age of a customer.
struct Doubled(Calls);

#[derive(Debug, PartialEq, Serialize)]
struct Age {
    doubled: i32,
}

impl InclusionResolver<Customer> for Doubled {
    type Included = Option<Age>;

    async fn resolve(
        &self,
        customers: &[Customer],
        scope: Option<&Value>,
    ) -> Result<Vec<Option<Age>>, BoxError> {
        let ids = customers.iter().map(|customer| customer.id).collect();
        self.0.0.lock().unwrap().push((ids, scope.cloned()));
        tokio::task::yield_now().await;
        let doubled = |customer: &Customer| customer.age.map(|age| Age { doubled: 2 * age });
        Ok(customers.iter().map(doubled).collect())
    }
}

#[database_test]
async fn names_are_open_relations_then_resolvers(db: TestDb) {
    let customers = world(&db).await;
    let resolvers = customers.inclusion_resolvers();
    assert_eq!(resolvers.names(), ["purchases", "address", "notes"]);
    resolvers
        .register("doubled", Doubled(Calls::default()))
        .unwrap();
    resolvers.restore("audit").unwrap();
    let names = ["purchases", "address", "audit", "notes", "doubled"];
    assert_eq!(resolvers.names(), names);
    assert!(resolvers.contains("doubled") && !resolvers.contains("password"));
    assert_eq!(format!("{resolvers:?}"), format!("ResolversOf({names:?})"));
    let purchases = PurchaseRepository::new(&*db).inclusion_resolvers();
    assert_eq!(purchases.names(), ["products", "customer", "wishes"]);
    resolvers.remove("address").unwrap();
    resolvers.remove("address").unwrap();
    resolvers.remove("doubled").unwrap();
    for none in ["doubled", "nope", "Address"] {
        let error = resolvers.remove(none).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSchema);
        let message = format!(
            "no inclusion resolver `{none}` for `Customer`: that is none of its relations \
             `purchases`, `address`, `audit`, `notes`"
        );
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(resolvers.names(), ["purchases", "audit", "notes"]);
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_removed_relation_is_unknown_wherever_it_is_named(db: TestDb) {
    let customers = world(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let before: Filter<Purchase> = r#"{
        "where": {"customer.address.city": "Asgard"},
        "order": ["id", "customer.address.city"],
        "include": [{"relation": "customer", "scope": {"include": ["address"]}}]
    }"#
    .parse()
    .unwrap();
    assert_eq!(purchases.find_with(&before).await.unwrap().len(), 3);
    db.ran();
    customers.inclusion_resolvers().remove("address").unwrap();
    // Read before it was removed.
    let error = purchases.find_with(&before).await.unwrap_err();
    let others = || "notes purchases".to_owned();
    assert_eq!(
        offences(&error),
        [
            ("where.customer.address", "unknown_relation", others()),
            ("order[1]", "unknown_relation", others()),
            ("include[0].scope.include[0]", "unknown_relation", others()),
        ]
    );
    assert!(purchases.count_with(&before).await.is_err());
    let only_where = r#"{"where": {"customer.address.city": "Asgard"}}"#;
    let ready = Filter::<Purchase>::from_json(only_where).unwrap();
    let error = purchases.delete_with(ready).await.unwrap_err();
    let closed = ("where.customer.address", "unknown_relation", others());
    assert_eq!(offences(&error), [closed]);
    assert!(
        purchases
            .find_by_id_with(
                11,
                Filter::new()
                    .include_with(Purchase::CUSTOMER, Filter::new().include(Customer::ADDRESS),)
            )
            .await
            .is_err()
    );
    for (filter, path, code) in [
        (
            r#"{"include": ["address"]}"#,
            "include[0]",
            "unknown_relation",
        ),
        (
            r#"{"where": {"address.city": "x"}}"#,
            "where.address.city",
            "unknown_property",
        ),
        (
            r#"{"where": {"address": {"some": {}}}}"#,
            "where.address",
            "unknown_property",
        ),
        (r#"{"order": "address.city"}"#, "order", "unknown_property"),
    ] {
        let error = customers.find_with(filter).await.unwrap_err();
        let offence = offences(&error).remove(0);
        assert_eq!((offence.0, offence.1), (path, code), "{filter}");
        assert!(
            !offence.2.split(' ').any(|name| name == "address"),
            "{error}"
        );
    }
    let nested = r#"{"include": [{"relation": "customer", "scope": {"include": ["address"]}}]}"#;
    let error = purchases.find_with(nested).await.unwrap_err();
    assert_eq!(
        offences(&error),
        [("include[0].scope.include[0]", "unknown_relation", others())]
    );
    assert!(purchases.filter_reader().json::<Purchase>(nested).is_err());
    // So it is through a relation.
    let error = customers.purchases(1).find_with(nested).await.unwrap_err();
    assert_eq!(offences(&error).len(), 1);
    assert_eq!(db.count(), 0);
    // A filter that is parsed on its own does not know of it, and typed queries do not care.
    assert!(nested.parse::<Filter<Purchase>>().is_ok());
    let rows = customers.find().include(Customer::ADDRESS).all().await;
    assert!(rows.unwrap()[0].address.is_some());

    customers.inclusion_resolvers().restore("address").unwrap();
    assert_eq!(purchases.find_with(&before).await.unwrap().len(), 3);
}

#[database_test]
async fn relations_of_every_kind_can_be_removed(db: TestDb) {
    let customers = world(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let notes = super::graph::NoteRepository::new(&*db);
    db.ran();
    for name in ["purchases", "address", "notes"] {
        customers.inclusion_resolvers().remove(name).unwrap();
        let error = customers.find_with(json!({"include": [name]})).await;
        assert_eq!(
            offences(&error.unwrap_err())[0].1,
            "unknown_relation",
            "{name}"
        );
    }
    for name in ["customer", "products", "wishes"] {
        purchases.inclusion_resolvers().remove(name).unwrap();
        let error = purchases.find_with(json!({"include": [name]})).await;
        assert_eq!(
            offences(&error.unwrap_err())[0].1,
            "unknown_relation",
            "{name}"
        );
    }
    notes.inclusion_resolvers().remove("subject").unwrap();
    let error = notes
        .find_with(r#"{"include": ["subject"]}"#)
        .await
        .unwrap_err();
    assert_eq!(
        offences(&error),
        [("include[0]", "unknown_relation", String::new())]
    );
    let built = Filter::new().include(super::graph::Note::SUBJECT);
    assert!(
        notes
            .find_with(built)
            .await
            .unwrap_err()
            .is_invalid_filter()
    );
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_closed_relation_can_be_opened(db: TestDb) {
    let customers = world(&db).await;
    customers.inclusion_resolvers().restore("audit").unwrap();
    let filter = r#"{"where": {"audit.secret": {"like": "l%"}}, "order": "audit.id", "fields": ["id"], "include": ["audit"]}"#;
    let found = customers.find_with(filter).await.unwrap();
    let audit = json!({"id": 61, "secret": "late payer", "customer_id": 1});
    assert_eq!(as_json(&found), json!([{"id": 1, "audit": audit}]));
}

#[database_test]
async fn a_resolver_is_called_once_for_all_rows_of_a_level(db: TestDb) {
    let customers = world(&db).await;
    let calls = Calls::default();
    let resolver = Doubled(calls.clone());
    customers
        .inclusion_resolvers()
        .register("doubled", resolver)
        .unwrap();
    let filter =
        r#"{"order": "fullName", "include": ["address", "doubled", "notes"], "fields": ["id"]}"#;
    let found = customers.find_with(filter).await.unwrap();
    assert_eq!(db.count(), 2);
    assert_eq!(calls.take(), [(vec![3, 2, 1], None)]);
    assert_eq!(
        as_json(&found),
        json!([
            {"id": 3, "address": {"id": 52, "city": "Jotunheim", "customerId": 3}, "doubled": {"doubled": 40}, "notes": []},
            {"id": 2, "address": null, "doubled": null, "notes": []},
            {"id": 1, "address": {"id": 51, "city": "Asgard", "customerId": 1}, "doubled": {"doubled": 60},
             "notes": [{"id": 71, "text": "loud", "subjectType": "Customer", "subjectId": 1}]},
        ])
    );
    let doubled: Option<&Option<Age>> = found[0].resolved("doubled");
    assert_eq!(doubled, Some(&Some(Age { doubled: 40 })));
    assert_eq!(found[1].resolved::<Option<Age>>("doubled"), Some(&None));
    // Of another type, under another name, or a relation.
    assert_eq!(found[0].resolved::<Age>("doubled"), None);
    assert_eq!(found[0].resolved::<Option<Age>>("tripled"), None);
    assert_eq!(found[0].resolved::<Option<Age>>("address"), None);

    // Without a row there is nothing to resolve.
    for filter in [
        r#"{"where": {"id": 99}, "include": ["doubled"]}"#,
        r#"{"limit": 0, "include": ["doubled"]}"#,
    ] {
        assert!(customers.find_with(filter).await.unwrap().is_empty());
    }
    let counted = r#"{"include": ["doubled"]}"#;
    assert_eq!(customers.count_with(counted).await.unwrap(), 3);
    assert_eq!(calls.take(), []);
    let built = Filter::new().include_resolved("doubled");
    assert_eq!(built, customers.filter_reader().json(counted).unwrap());
    let first = customers.find_by_id_with(1, &built).await.unwrap();
    assert_eq!(json!(first)["doubled"], json!({"doubled": 60}));
    assert_eq!(calls.take(), [(vec![1], None)]);
}

#[database_test]
async fn a_resolver_gets_its_scope_and_stands_in_scopes(db: TestDb) {
    let customers = world(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let calls = Calls::default();
    let resolver = Doubled(calls.clone());
    customers
        .inclusion_resolvers()
        .register("doubled", resolver)
        .unwrap();
    let scope = json!({"factor": 3, "of": ["age", null, 1.5, {"x": true}]});
    let doubled = json!({"relation": "doubled", "scope": scope});
    // Each customer is there once, however many purchases are its own; that of none has none.
    for limit in [20, 21] {
        let filter = json!({"limit": limit, "fields": ["id"], "include": [
            {"relation": "customer", "scope": {"fields": ["id"], "include": [doubled]}}
        ]});
        let found = as_json(&purchases.find_with(&filter).await.unwrap());
        assert_eq!(
            calls.take_sorted(),
            [(vec![1, 2], Some(scope.clone()))],
            "limit {limit}"
        );
        let thor = json!({"id": 1, "doubled": {"doubled": 60}});
        assert_eq!(found[0], json!({"id": 11, "customer": thor}));
        assert_eq!(found[3]["customer"], json!({"id": 2, "doubled": null}));
        assert_eq!(found[4], json!({"id": 15, "customer": null}));
    }
    // At two levels of one filter, and below a level without rows.
    let nested = json!({"relation": "purchases", "scope": {"where": {"id": 12}, "include": [
        {"relation": "customer", "scope": {"include": ["doubled"]}}
    ]}});
    customers
        .find_with(json!({"include": ["doubled", nested]}))
        .await
        .unwrap();
    assert_eq!(calls.take(), [(vec![1, 2, 3], None), (vec![1], None)]);
    let empty = json!({"where": {"id": 3}, "include": [nested]});
    let found = customers.find_with(empty).await.unwrap();
    assert_eq!(as_json(&found)[0]["purchases"], json!([]));
    assert_eq!(calls.take(), []);
    let query = "filter[include][0][relation]=doubled&filter[include][0][scope][factor]=3";
    let filter: Filter<Customer> = customers.filter_reader().query(query).unwrap();
    customers.find_first_with(&filter).await.unwrap();
    assert_eq!(calls.take(), [(vec![1], Some(json!({"factor": "3"})))]);
    // A filter with it is written and read again.
    let written = serde_json::to_string(&filter).unwrap();
    assert_eq!(
        customers
            .filter_reader()
            .json::<Customer>(&written)
            .unwrap(),
        filter
    );
    // Nothing of a scope is lost on the way.
    let twice = r#"{"include": [{"relation": "doubled", "scope": {"of": {"a": 1, "a": 2}}}]}"#;
    let error = customers.find_with(twice).await.unwrap_err();
    assert_eq!(
        offences(&error),
        [("include[0].scope.of.a", "duplicate", String::new())]
    );
}

#[database_test]
async fn a_closure_is_a_resolver(db: TestDb) {
    let customers = world(&db).await;
    let resolvers = customers.inclusion_resolvers();
    let initials = |customers: &[Customer]| {
        let initials = customers
            .iter()
            .map(|customer| customer.full_name.chars().next());
        let initials: Vec<Option<char>> = initials.collect();
        async move { Ok(initials) }
    };
    resolvers.register("initial", initials).unwrap();
    let filter = r#"{"where": {"id": {"neq": 2}}, "fields": ["id"], "include": ["initial"]}"#;
    let found = customers.find_with(filter).await.unwrap();
    let expected = json!([{"id": 1, "initial": "T"}, {"id": 3, "initial": "L"}]);
    assert_eq!(as_json(&found), expected);
    // Registering a name again replaces the resolver.
    let lengths = |customers: &[Customer]| {
        let lengths = customers
            .iter()
            .map(|customer| vec![customer.full_name.len()]);
        std::future::ready(Ok(lengths.collect::<Vec<_>>()))
    };
    resolvers.register("initial", lengths).unwrap();
    assert_eq!(
        resolvers
            .names()
            .iter()
            .filter(|name| *name == "initial")
            .count(),
        1
    );
    let found = customers.find_with(filter).await.unwrap();
    assert_eq!(found[0].resolved::<Vec<usize>>("initial"), Some(&vec![4]));
    // It asks other tables of the same database: its connection was given back.
    let other = Db::clone(&db);
    let count = move |customers: &[Customer]| {
        let ids: Vec<i64> = customers.iter().map(|customer| customer.id).collect();
        let other = other.clone();
        async move {
            let purchases = PurchaseRepository::new(&other);
            let mut counts = Vec::new();
            for id in ids {
                let of_one = purchases.find().filter(Purchase::CUSTOMER_ID.eq(id));
                counts.push(of_one.count().await?);
            }
            Ok(counts)
        }
    };
    resolvers.register("purchaseCount", count).unwrap();
    let filter = r#"{"fields": ["id"], "include": ["purchaseCount"]}"#;
    let found = as_json(&customers.find_with(filter).await.unwrap());
    let row = |id: i64, count: u64| json!({"id": id, "purchaseCount": count});
    assert_eq!(found, json!([row(1, 3), row(2, 1), row(3, 0)]));
}

#[database_test]
async fn names_that_are_taken_are_refused(db: TestDb) {
    let customers = world(&db).await;
    let resolvers = customers.inclusion_resolvers();
    let before = resolvers.names();
    for name in ["id", "fullName", "password", "address", "audit"] {
        let error = resolvers
            .register(name, Doubled(Calls::default()))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidSchema, "{name}");
        assert_eq!(error.model(), Some("Customer"), "{name}");
        let expected = format!(
            "no inclusion resolver `{name}` for `Customer`: that is a property, or one of its \
             relations `purchases`, `address`, `audit`, `notes`"
        );
        assert_eq!(error.to_string(), expected);
    }
    // Also once the relation was removed.
    resolvers.remove("address").unwrap();
    resolvers
        .register("address", Doubled(Calls::default()))
        .unwrap_err();
    resolvers.restore("address").unwrap();
    for name in ["nope", "fullName", "doubled"] {
        let error = resolvers.restore(name).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "no inclusion resolver `{name}` for `Customer`: that is none of its relations \
                 `purchases`, `address`, `audit`, `notes`"
            )
        );
    }
    assert_eq!(resolvers.names(), before);
    // The name of a field in Rust is none in JSON.
    resolvers
        .register("full_name", Doubled(Calls::default()))
        .unwrap();
}

#[database_test]
async fn what_a_resolver_gives_is_no_property(db: TestDb) {
    let customers = world(&db).await;
    let resolvers = customers.inclusion_resolvers();
    resolvers
        .register("doubled", Doubled(Calls::default()))
        .unwrap();
    db.ran();
    for (filter, path) in [
        (r#"{"where": {"doubled": 60}}"#, "where.doubled"),
        (
            r#"{"where": {"doubled.doubled": 60}}"#,
            "where.doubled.doubled",
        ),
        (r#"{"where": {"doubled": {"some": {}}}}"#, "where.doubled"),
        (r#"{"order": "doubled"}"#, "order"),
        (r#"{"fields": ["doubled"]}"#, "fields[0]"),
    ] {
        let error = customers.find_with(filter).await.unwrap_err();
        let offence = offences(&error).remove(0);
        assert_eq!(
            (offence.0, offence.1),
            (path, "unknown_property"),
            "{filter}"
        );
        assert!(!offence.2.contains("doubled"), "{error}");
    }
    let error = customers
        .find_with(r#"{"include": ["doubld"]}"#)
        .await
        .unwrap_err();
    assert_eq!(error.problems()[0].allowed()[0], "doubled");
    // A resolver that was removed meanwhile, or never registered, is refused.
    let filter = Filter::new().include_resolved("doubled");
    customers.find_with(&filter).await.unwrap();
    resolvers.remove("doubled").unwrap();
    db.ran();
    for filter in [filter, Filter::new().include_resolved("nope")] {
        let error = customers.find_with(filter).await.unwrap_err();
        let offence = offences(&error).remove(0);
        assert_eq!((offence.0, offence.1), ("include[0]", "unknown_relation"));
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_resolver_that_fails_is_named(db: TestDb) {
    let customers = world(&db).await;
    let resolvers = customers.inclusion_resolvers();
    resolvers
        .register("broken", |_: &[Customer]| async {
            Err::<Vec<i32>, BoxError>("the other service is away".into())
        })
        .unwrap();
    resolvers
        .register("short", |_: &[Customer]| async { Ok(vec![1, 2]) })
        .unwrap();
    let error = customers
        .find_with(r#"{"include": ["broken"]}"#)
        .await
        .unwrap_err();
    assert!(
        error.is_resolver() && error.model() == Some("Customer"),
        "{error:?}"
    );
    assert_eq!(
        error.to_string(),
        "the inclusion resolver `broken` of `Customer` failed: the other service is away"
    );
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the other service is away");
    let error = customers
        .find_with(r#"{"include": ["short"]}"#)
        .await
        .unwrap_err();
    assert!(error.is_resolver(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the inclusion resolver `short` of `Customer` gave 2 answers for 3 rows"
    );
    let two = r#"{"limit": 2, "include": ["short"]}"#;
    let found = customers.find_with(two).await.unwrap();
    assert_eq!(found[1].resolved("short"), Some(&2));
    let nested = r#"{"include": [{"relation": "customer", "scope": {"include": ["broken"]}}]}"#;
    let error = PurchaseRepository::new(&*db).find_with(nested).await;
    assert!(error.unwrap_err().is_resolver());
}

#[database_test]
async fn clones_and_transactions_share_one_registry(db: TestDb) {
    let customers = world(&db).await;
    let other = CustomerRepository::new(Db::clone(&db));
    other.inclusion_resolvers().remove("address").unwrap();
    assert!(!customers.inclusion_resolvers().contains("address"));
    let result = db.transaction(async |tx| {
        let customers = CustomerRepository::new(&tx);
        assert!(!customers.inclusion_resolvers().contains("address"));
        let error = customers.find_with(r#"{"include": ["address"]}"#).await;
        assert!(error.unwrap_err().is_invalid_filter());
        let resolvers = customers.inclusion_resolvers();
        resolvers.register("doubled", Doubled(Calls::default()))?;
        let found = customers.find_with(r#"{"include": ["doubled"]}"#).await?;
        assert_eq!(json!(found[0])["doubled"], json!({"doubled": 60}));
        Ok::<(), Error>(())
    });
    result.await.unwrap();
    // What a transaction registers is not undone, nor bound to it.
    assert!(customers.inclusion_resolvers().contains("doubled"));
    let found = customers.find_with(r#"{"include": ["doubled"]}"#).await;
    assert_eq!(found.unwrap().len(), 3);
}

#[database_test]
async fn a_database_can_have_a_registry_of_its_own(db: TestDb) {
    let customers = world(&db).await;
    let guests = InclusionResolvers::new();
    guests.of::<Customer>().remove("address").unwrap();
    guests.of::<Address>().remove("customer").unwrap();
    let guest_db = db.with_inclusion_resolvers(guests.clone());
    let of_guests = CustomerRepository::new(&guest_db);
    let filter = r#"{"where": {"address.city": "Asgard"}, "include": ["address"]}"#;
    assert!(
        of_guests
            .find_with(filter)
            .await
            .unwrap_err()
            .is_invalid_filter()
    );
    assert_eq!(customers.find_with(filter).await.unwrap().len(), 1);
    let result = guest_db.transaction(async |tx| {
        let customers = CustomerRepository::new(&tx);
        assert!(
            customers
                .find_with(filter)
                .await
                .unwrap_err()
                .is_invalid_filter()
        );
        Ok::<(), Error>(())
    });
    result.await.unwrap();
    // It can be changed from where it was made, and by way of the database.
    guests.of::<Customer>().restore("address").unwrap();
    assert_eq!(of_guests.find_with(filter).await.unwrap().len(), 1);
    of_guests.inclusion_resolvers().remove("notes").unwrap();
    assert!(!guests.of::<Customer>().contains("notes"));
    assert!(customers.inclusion_resolvers().contains("notes"));
    assert!(format!("{guests:?}").contains("Customer"));
}

#[database_test]
async fn a_list_that_changes_meanwhile_changes_nothing_of_a_query(db: TestDb) {
    world(&db).await;
    let resolvers = InclusionResolvers::new();
    let of_customers = resolvers.of::<Customer>();
    of_customers
        .register("doubled", Doubled(Calls::default()))
        .unwrap();
    let during = resolvers.of::<Customer>();
    let db = db.with_inclusion_resolvers(resolvers);
    let db = db.observed(move |_| {
        let _ = during.remove("doubled");
    });
    let customers = CustomerRepository::new(&db);
    let filter = r#"{"where": {"id": 1}, "include": ["doubled", "purchases"]}"#;
    let found = customers.find_with(filter).await.unwrap();
    let doubled: Option<&Option<Age>> = found[0].resolved("doubled");
    assert_eq!(doubled, Some(&Some(Age { doubled: 60 })));
    assert_eq!(found[0].get(Customer::PURCHASES).unwrap().len(), 3);
    assert!(customers.find_with(filter).await.is_err());
}

#[database_test]
async fn two_models_of_one_name_are_told_apart(db: TestDb) {
    use super::graph::elsewhere;
    let customers = world(&db).await;
    let others = elsewhere::CustomerRepository::new(&*db);
    others
        .inclusion_resolvers()
        .register("one", |rows: &[elsewhere::Customer]| {
            let ones = vec![1; rows.len()];
            async move { Ok(ones) }
        })
        .unwrap();
    let found = others
        .find_with(r#"{"include": ["audit", "one"]}"#)
        .await
        .unwrap();
    assert_eq!(found[0].resolved("one"), Some(&1));
    let error = customers
        .find_with(r#"{"include": ["audit", "one"]}"#)
        .await
        .unwrap_err();
    let paths: Vec<&str> = offences(&error)
        .into_iter()
        .map(|(path, ..)| path)
        .collect();
    assert_eq!(paths, ["include[0]", "include[1]"]);
}
