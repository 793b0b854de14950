//! `#[model(json)]`: fields of any type that serde knows, and paths into JSON.

use crate::support::{TestDb, database_test};
use relations::query::JsonPath;
use relations::{ErrorKind, Filter, Json, Predicate, prelude::*};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Address {
    city: String,
    zip: Option<i64>,
    #[serde(default)]
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Line {
    price: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
enum Contact {
    Mail { to: String },
    None,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Order)]
struct Customer {
    #[model(id)]
    id: i64,
    #[model(json)]
    address: Address,
    #[model(json)]
    contact: Option<Contact>,
    #[model(json)]
    #[serde(rename = "allTags")]
    tags: Vec<String>,
    free: Option<serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Order {
    #[model(id)]
    id: i64,
    #[belongs_to(Customer)]
    customer_id: i64,
}

fn address(city: &str) -> Address {
    Address {
        city: city.into(),
        zip: None,
        lines: Vec::new(),
    }
}

async fn customers(db: &TestDb) -> CustomerRepository<&relations::Db> {
    db.schema::<(Customer, Order)>().create().await.unwrap();
    CustomerRepository::new(&**db)
}

#[database_test]
async fn values_are_written_read_and_changed(db: TestDb) {
    let customers = customers(&db).await;
    let contact = Contact::Mail {
        to: "it's \"me\" \\ 💡".into(),
    };
    let oslo = Address {
        city: "Øslo ' \" \\ \n 💡".into(),
        zip: Some(i64::MIN),
        lines: vec![Line { price: f64::MAX }, Line { price: -0.1 }],
    };
    let full = Customer {
        id: 1,
        address: oslo.clone(),
        contact: Some(contact.clone()),
        tags: vec!["".into(), "ж".into()],
        free: Some(serde_json::json!({"a": [1, null]})),
    };
    assert_eq!(customers.create(full.clone()).await.unwrap(), full);
    let draft = Customer::draft().id(2).address(address("")).tags(vec![]);
    let empty = customers.create(draft).await.unwrap();
    assert_eq!((&empty.contact, empty.tags.len()), (&None, 0));
    assert_eq!(customers.find().await.unwrap(), [full.clone(), empty]);
    // By reference, as an `Option`, and back to NULL.
    let patch = Customer::patch().address(&oslo).contact(&contact);
    customers.patch_by_id(2, patch).await.unwrap();
    let changed = customers.get_by_id(2).await.unwrap();
    assert_eq!((&changed.address, &changed.contact), (&oslo, &full.contact));
    let patch = Customer::patch().contact(None).tags(vec!["x".to_owned()]);
    customers.patch_by_id(2, patch).await.unwrap();
    let changed = customers.get_by_id(2).await.unwrap();
    assert_eq!((changed.contact, changed.tags), (None, vec!["x".into()]));
    assert_eq!(
        db.number("SELECT count(*) FROM customer WHERE contact IS NULL")
            .await,
        1
    );
    let asked = Customer::CONTACT.is_not_null() & Customer::ADDRESS.eq(oslo);
    if db.dialect() == relations::Dialect::Postgres {
        // Elsewhere the texts of JSON are compared.
        assert_eq!(customers.find().filter(asked).count().await.unwrap(), 1);
    }
}

#[database_test]
async fn json_is_read_as_serde_reads_it(db: TestDb) {
    let customers = customers(&db).await;
    let json = r#"{"id": 1, "address": {"city": "Oslo", "zip": 5}, "contact": {"kind": "mail", "to": "x"}, "allTags": ["a"]}"#;
    let created = customers.create(Json(json)).await.unwrap();
    assert_eq!(created.address.zip, Some(5));
    assert_eq!(created.contact, Some(Contact::Mail { to: "x".into() }));
    let graphs = customers.find_with("{}").await.unwrap();
    let written = serde_json::to_value(&graphs[0]).unwrap();
    assert_eq!(written["address"]["city"], "Oslo");
    assert_eq!(written["allTags"], serde_json::json!(["a"]));
    db.ran();
    let json = r#"{"id": 2, "address": {"zip": 5}, "contact": {"kind": "post"}, "allTags": [5]}"#;
    let error = customers.create(Json(json)).await.unwrap_err();
    let problems: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| problem.path())
        .collect();
    assert_eq!(problems, ["address", "contact", "allTags"]);
    assert!(
        error.to_string().contains("missing field `city`"),
        "{error}"
    );
    let error = customers.patch_by_id(1, Json(r#"{"address": null}"#)).await;
    assert_eq!(error.unwrap_err().problems()[0].path(), "address");
    assert_eq!(db.count(), 0);
    let patch = Json(r#"{"contact": null}"#);
    customers.patch_by_id(1, patch).await.unwrap();
    assert_eq!(customers.get_by_id(1).await.unwrap().contact, None);
}

#[database_test]
async fn a_row_whose_json_does_not_fit_is_a_decode_error(db: TestDb) {
    let customers = customers(&db).await;
    let row = "INSERT INTO customer (id, address, tags) VALUES (1, '{\"zip\": 1}', '[]')";
    db.execute(row).await;
    let error = customers.get_by_id(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("its JSON does not fit"),
        "{error}"
    );
}

#[derive(Debug, Model)]
struct Odd {
    #[model(id)]
    id: i64,
    #[model(json)]
    map: HashMap<Vec<u8>, i64>,
}

#[database_test]
async fn what_serde_does_not_write_is_refused(db: TestDb) {
    db.schema::<Odd>().create().await.unwrap();
    let odd = Odd {
        id: 1,
        map: HashMap::from([(vec![1], 1)]),
    };
    let error = OddRepository::new(&*db).create(odd).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(
        error
            .to_string()
            .contains("serde does not write it as JSON"),
        "{error}"
    );
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Setting {
    #[model(id)]
    id: i64,
    #[model(json)]
    body: Option<BTreeMap<String, serde_json::Value>>,
}

const BODIES: [&str; 12] = [
    r#"{"city": "Oslo", "a": {"b": [10, {"c": "x"}]}}"#,
    r#"{"city": "oslo"}"#,
    r#"{"city": "Bergen"}"#,
    r#"{"city": 5}"#,
    r#"{"city": 5.5}"#,
    r#"{"city": true}"#,
    r#"{"city": false}"#,
    r#"{"city": null}"#,
    r#"{"city": ["Oslo"]}"#,
    r#"{}"#,
    r#"{"city": "5"}"#,
    r#"{"city": 9007199254740993, "it is": "Ж💡", "0": "zero"}"#,
];

/// Thirteen rows: those of `BODIES` by their numbers from 1, and one whose column is NULL.
async fn settings(db: &TestDb) -> SettingRepository<&relations::Db> {
    db.schema::<Setting>().create().await.unwrap();
    let settings = SettingRepository::new(&**db);
    let bodies = BODIES
        .iter()
        .map(|body| serde_json::from_str(body).unwrap());
    let rows = bodies.chain([None]).zip(1..);
    let rows = rows.map(|(body, id)| Setting { id, body });
    settings.create_all(rows).await.unwrap();
    settings
}

fn city() -> JsonPath<Setting> {
    Setting::BODY.path("city")
}

#[database_test]
async fn paths_are_compared_by_type_and_value(db: TestDb) {
    let settings = settings(&db).await;
    if db.dialect() == relations::Dialect::Sqlite {
        let through_sqlx = relations::Db::from_pool(db.pool().clone()).await.unwrap();
        check_paths(&SettingRepository::new(&through_sqlx)).await;
    }
    check_paths(&settings).await;
    let changed = settings.patch(Setting::patch().body(None));
    assert_eq!(changed.filter(city().gt(1e300)).await.unwrap(), 0);
    let deleted = settings.delete().filter(city().ge(5)).await.unwrap();
    assert_eq!(deleted, 3);
}

async fn check_paths(settings: &SettingRepository<&relations::Db>) {
    let body = |path: &str| Setting::BODY.path(path);
    let cases: [(Predicate<Setting>, &[i64]); 29] = [
        (city().eq("Oslo"), &[1]),
        (city().eq(5), &[4]),
        (city().eq(5.0), &[4]),
        (city().eq(5.5), &[5]),
        (city().eq("5"), &[11]),
        (city().eq(true), &[6]),
        (city().eq(false), &[7]),
        (city().eq(1), &[]),
        (city().eq(9007199254740993_i64), &[12]),
        (city().eq(9007199254740992_i64), &[]),
        (city().ne("Oslo"), &[2, 3, 4, 5, 6, 7, 9, 11, 12]),
        (city().ne(5), &[1, 2, 3, 5, 6, 7, 9, 11, 12]),
        (!city().eq("Oslo"), &[2, 3, 4, 5, 6, 7, 9, 11, 12]),
        (city().gt(5), &[5, 12]),
        (city().ge(5) & city().lt(6), &[4, 5]),
        (city().le(5.4), &[4]),
        (city().between("A", "C"), &[3]),
        (city().in_(["Oslo", "Bergen", "x"]), &[1, 3]),
        (city().in_(Vec::<i64>::new()), &[]),
        (city().not_in(["Oslo", "oslo"]), &[3, 4, 5, 6, 7, 9, 11, 12]),
        (
            city().not_in(Vec::<i64>::new()),
            &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
        ),
        (city().like("O%"), &[1]),
        (city().ilike("o%"), &[1, 2]),
        (city().not_like("O%"), &[2, 3, 4, 5, 6, 7, 9, 11, 12]),
        (city().is_null(), &[8, 10, 13]),
        (city().is_not_null() & body("a").is_not_null(), &[1]),
        (body("a.b.0").eq(10), &[1]),
        (body("a").path("b.1").path("c").eq("x"), &[1]),
        (body("it is").eq("Ж💡") & body("0").is_null(), &[12]),
    ];
    for (asked, expected) in cases {
        let shown = format!("{asked:?}");
        let found = settings.find().filter(asked).await.unwrap();
        let found: Vec<i64> = found.iter().map(|row| row.id).collect();
        assert_eq!(found, expected, "{shown}");
    }
}

#[database_test]
async fn run_time_filters_take_paths(db: TestDb) {
    let settings = settings(&db).await;
    let cases: [(&str, &[i64]); 14] = [
        (r#"{"body.city": "Oslo"}"#, &[1]),
        (r#"{"body.city": 5}"#, &[4]),
        (r#"{"body.city": null}"#, &[8, 10, 13]),
        (r#"{"body.city": {"neq": null, "lt": 6}}"#, &[4, 5]),
        (
            r#"{"body.city": {"neq": true}}"#,
            &[1, 2, 3, 4, 5, 7, 9, 11, 12],
        ),
        (r#"{"body.city": {"between": [5, 6]}}"#, &[4, 5]),
        (r#"{"body.city": {"inq": ["Oslo", 5, true]}}"#, &[1, 4, 6]),
        (
            r#"{"body.city": {"nin": ["Oslo", 5, true]}}"#,
            &[2, 3, 5, 7, 9, 11, 12],
        ),
        (r#"{"body.city": {"ilike": "OSL_"}}"#, &[1, 2]),
        (
            r#"{"body.city": {"nlike": "O%"}}"#,
            &[2, 3, 4, 5, 6, 7, 9, 11, 12],
        ),
        (r#"{"body.city": {"exists": false}}"#, &[8, 10, 13]),
        (r#"{"body.a.b.1.c": "x"}"#, &[1]),
        (
            r#"{"or": [{"body.city": "Bergen"}, {"not such": 1, "id": 2}]}"#,
            &[],
        ),
        (r#"{"body.it is": {"gt": "Ж"}}"#, &[12]),
    ];
    for (filter, expected) in cases {
        let text = format!(r#"{{"where": {filter}}}"#);
        if filter.contains("not such") {
            assert!(text.parse::<Filter<Setting>>().is_err());
            continue;
        }
        let filter: Filter<Setting> = text.parse().unwrap();
        let again: Filter<Setting> = serde_json::to_string(&filter).unwrap().parse().unwrap();
        assert_eq!(again, filter, "{text}");
        let found = settings.find_with(filter).await.unwrap();
        let found: Vec<i64> = found.iter().map(|row| row.id).collect();
        assert_eq!(found, expected, "{text}");
    }
    let filter = Filter::<Setting>::from_query("filter[where][body.city]=Oslo").unwrap();
    assert_eq!(settings.find_with(filter).await.unwrap().len(), 1);
}

/// Each is the key of one document, and leads to that document only.
#[database_test]
async fn keys_may_have_signs_that_paths_have(db: TestDb) {
    let settings = settings(&db).await;
    settings.delete().all_rows().await.unwrap();
    let keys = [
        "a b", "$", "[0]", "*", "**", "日本", "😀", "a`b", "a-b", "a$b", "@", "?", "%", "a/b",
        "null", "true", "A", "a", "{}", "a,b", " ", "a:b", "#", "length", "1e3", "1-", "+1",
        "last",
    ];
    for (id, key) in (1..).zip(keys) {
        let body = serde_json::json!({key: id, "within": {key: [0, {"y": key}]}});
        settings
            .create(Setting {
                id,
                body: Some(serde_json::from_value(body).unwrap()),
            })
            .await
            .unwrap();
    }
    for (id, key) in (1..).zip(keys) {
        let inner = Setting::BODY.path("within").path(key).path("1.y");
        let asked = Setting::BODY.path(key).eq(id) & inner.eq(key);
        let found = settings.find().filter(asked).await.unwrap();
        assert_eq!(
            found.iter().map(|row| row.id).collect::<Vec<_>>(),
            [id],
            "{key}"
        );
        let last = settings.find().order_by(Setting::BODY.path(key).desc());
        assert_eq!(last.first().await.unwrap().unwrap().id, id, "{key}");
        let property = format!("body.{key}");
        let filter = serde_json::json!({"where": {&property: id}, "order": {&property: "DESC"}});
        let found = settings.find_with(&*filter.to_string()).await.unwrap();
        assert_eq!(
            found.iter().map(|row| row.id).collect::<Vec<_>>(),
            [id],
            "{key}"
        );
    }
}

#[database_test]
async fn what_is_no_path_is_refused(db: TestDb) {
    let settings = settings(&db).await;
    db.ran();
    for path in [
        "",
        "a.",
        ".a",
        "a..b",
        "a\"b",
        "a'b",
        "a\\b",
        "a\nb",
        "-1",
        "a.-b",
        "99999999999",
    ] {
        let found = settings.find().filter(Setting::BODY.path(path).eq(1)).await;
        assert_eq!(found.unwrap_err().kind(), ErrorKind::InvalidValue, "{path}");
        let filter = serde_json::json!({"where": {format!("body.{path}"): 1}});
        let read = filter.to_string().parse::<Filter<Setting>>();
        assert_eq!(
            read.unwrap_err().problems()[0].path(),
            format!("where.{}", key(path))
        );
    }
    for (filter, says) in [
        (
            r#"{"body.city": {"regexp": "x"}}"#,
            "no operator `regexp` on a path",
        ),
        (r#"{"body.city": {}}"#, "an empty object"),
        (
            r#"{"body.city": [1]}"#,
            "expected a text, a number or a truth value",
        ),
        (
            r#"{"body.city": {"between": [1]}}"#,
            "expected two values, not 1",
        ),
        (r#"{"body.city": {"gt": null}}"#, "no comparison with null"),
        (r#"{"body.city": 9223372036854775808}"#, "larger than"),
        (r#"{"id.city": 1}"#, "has no property or relation"),
    ] {
        let read = format!(r#"{{"where": {filter}}}"#).parse::<Filter<Setting>>();
        let error = read.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    assert_eq!(db.count(), 0);
}

/// How a path of a filter names a key.
fn key(path: &str) -> String {
    let error = format!(
        r#"{{"where": {{{}: 1}}}}"#,
        serde_json::json!(format!("no.{path}"))
    );
    let error = error.parse::<Filter<Setting>>().unwrap_err();
    let shown = error.problems()[0]
        .path()
        .trim_start_matches("where")
        .trim_start_matches('.');
    shown.replacen("no.", "body.", 1)
}

#[database_test]
async fn paths_go_through_relations(db: TestDb) {
    let customers = customers(&db).await;
    for (id, city) in [(1, "Oslo"), (2, "Bergen")] {
        let draft = Customer::draft().id(id).address(address(city)).tags(vec![]);
        customers.create(draft).await.unwrap();
        customers
            .orders(id)
            .create(Order::draft().id(id))
            .await
            .unwrap();
    }
    let orders = OrderRepository::new(&*db);
    let asked = Order::CUSTOMER.some(Customer::ADDRESS.path("city").eq("Oslo"));
    assert_eq!(orders.find().filter(asked).get().await.unwrap().id, 1);
    let filter = r#"{"where": {"customer.address.city": "Oslo"}}"#;
    let found = orders.find_with(filter).await.unwrap();
    assert_eq!((found.len(), found[0].id), (1, 1));
    let scope =
        customers.find().include(Customer::ORDERS.scope(|orders| {
            orders.filter(Order::CUSTOMER.some(Customer::TAGS.path("0").is_null()))
        }));
    assert_eq!(scope.await.unwrap()[0].orders.len(), 1);
}
