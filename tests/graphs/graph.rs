//! Run-time filters on a database: what they find, what they include, and what they give.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Error, ErrorKind, Filter, Graph};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
#[has_many(Purchase)]
#[has_one(Address)]
#[has_one(Audit, include = false)]
#[has_many(Note, discriminator = "subject_type")]
pub struct Customer {
    #[model(id)]
    pub id: i64,
    pub full_name: String,
    pub age: Option<i32>,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub password: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    #[model(id)]
    pub id: i64,
    pub city: String,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Audit {
    #[model(id)]
    pub id: i64,
    pub secret: String,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
#[has_many(Product, through = Line)]
pub struct Purchase {
    #[model(id)]
    pub id: i64,
    pub total: i64,
    #[belongs_to(Customer)]
    pub customer_id: Option<i64>,
    #[references_many(Product, name = "wishes")]
    pub wish_ids: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Note, discriminator = "subject_type", name = "reviews")]
pub struct Product {
    #[model(id)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Line {
    #[model(id)]
    #[belongs_to(Purchase)]
    pub purchase_id: i64,
    #[model(id)]
    #[belongs_to(Product)]
    pub product_id: i64,
}

/// A note on a customer or a product.
#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    #[model(id)]
    pub id: i64,
    pub text: String,
    pub subject_type: Option<String>,
    #[belongs_to(Subject, discriminator = "subject_type")]
    pub subject_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, PolymorphicModel)]
#[serde(untagged)]
pub enum Subject {
    Customer(Customer),
    Product(Product),
}

pub(crate) type Models = (Customer, Address, Audit, Purchase, Product, Line, Note);

/// | customer | age | address | purchases: total, products, wishes |
/// |---|---|---|---|
/// | 1 Thor | 30 | Asgard | 11: 5, hammer and goat, none; 12: 9, hammer, goat twice; 13: 7 |
/// | 2 Odin | NULL | none | 14: 20, none, hammer |
/// | 3 Loki | 20 | Jotunheim | none |
/// | none | | | 15: 1 |
///
/// The notes 71 on Thor, 72 on the hammer, 73 on nothing, 74 on a product that is gone.
pub(crate) async fn world(db: &TestDb) -> CustomerRepository<&Db> {
    db.schema::<Models>().create().await.unwrap();
    let customers = CustomerRepository::new(&**db);
    let people = [
        (1, "Thor", Some(30)),
        (2, "Odin", None),
        (3, "Loki", Some(20)),
    ];
    let people = people.map(|(id, name, age)| Customer {
        id,
        full_name: name.into(),
        age,
        password: format!("secret{id}"),
    });
    customers.create_all(people).await.unwrap();
    let products = [(1, "hammer"), (2, "goat")];
    let products = products.map(|(id, name)| Product {
        id,
        name: name.into(),
    });
    ProductRepository::new(&**db)
        .create_all(products)
        .await
        .unwrap();
    let purchases = [
        (11, 5, Some(1), vec![]),
        (12, 9, Some(1), vec![2, 2]),
        (13, 7, Some(1), vec![]),
        (14, 20, Some(2), vec![1]),
        (15, 1, None, vec![]),
    ];
    let purchases = purchases.map(|(id, total, customer_id, wish_ids)| Purchase {
        id,
        total,
        customer_id,
        wish_ids,
    });
    PurchaseRepository::new(&**db)
        .create_all(purchases)
        .await
        .unwrap();
    for sql in [
        "INSERT INTO address VALUES (51, 'Asgard', 1), (52, 'Jotunheim', 3)",
        "INSERT INTO audit VALUES (61, 'late payer', 1)",
        "INSERT INTO line VALUES (11, 1), (11, 2), (12, 1)",
        "INSERT INTO note VALUES (71, 'loud', 'Customer', 1), (72, 'heavy', 'Product', 1)",
        "INSERT INTO note VALUES (73, 'lost', NULL, NULL), (74, 'old', 'Product', 99)",
    ] {
        db.execute(sql).await;
    }
    db.ran();
    customers
}

pub(crate) fn as_json<M: Model + Serialize>(graphs: &[Graph<M>]) -> Value {
    serde_json::to_value(graphs).unwrap()
}

#[database_test]
async fn a_filter_finds_and_includes(db: TestDb) {
    let customers = world(&db).await;
    let filter = r#"{
        "where": {"fullName": {"inq": ["Thor", "Odin"]}},
        "fields": ["id", "fullName"],
        "order": "fullName",
        "include": ["address", {"relation": "purchases", "scope": {
            "fields": {"customerId": false, "wishIds": false},
            "order": ["total DESC"],
            "limit": 2,
            "include": ["products", "wishes", "customer"]
        }}]
    }"#;
    let found = customers.find_with(filter).await.unwrap();
    assert_eq!(db.count(), 5);
    let customer =
        |id: i64, name: &str, age: Option<i32>| json!({"id": id, "fullName": name, "age": age});
    let (hammer, goat) = (
        json!({"id": 1, "name": "hammer"}),
        json!({"id": 2, "name": "goat"}),
    );
    let (thor, odin) = (customer(1, "Thor", Some(30)), customer(2, "Odin", None));
    assert_eq!(
        as_json(&found),
        json!([
            {"id": 2, "fullName": "Odin", "address": null, "purchases": [
                {"id": 14, "total": 20, "products": [], "wishes": [hammer], "customer": odin},
            ]},
            {"id": 1, "fullName": "Thor", "address": {"id": 51, "city": "Asgard", "customerId": 1}, "purchases": [
                {"id": 12, "total": 9, "products": [hammer], "wishes": [goat, goat], "customer": thor},
                {"id": 13, "total": 7, "products": [], "wishes": [], "customer": thor},
            ]},
        ])
    );
}

#[database_test]
async fn a_graph_is_read_by_type(db: TestDb) {
    let customers = world(&db).await;
    let filter = Filter::new()
        .order_by(Customer::ID.asc())
        .include(Customer::ADDRESS)
        .include_with(
            Customer::PURCHASES,
            Filter::new()
                .include(Purchase::PRODUCTS)
                .include(Purchase::WISHES),
        );
    let found = customers.find_with(&filter).await.unwrap();
    let [thor, odin, loki] = found.as_slice() else {
        panic!("three customers");
    };
    assert_eq!(thor.full_name, "Thor");
    assert_eq!(thor.password, "secret1");
    let address: Option<Option<&Graph<Address>>> = thor.get(Customer::ADDRESS);
    assert_eq!(address.unwrap().unwrap().city, "Asgard");
    assert!(odin.get(Customer::ADDRESS).unwrap().is_none());
    assert!(thor.get(Customer::AUDIT).is_none());
    let purchases: Option<&[Graph<Purchase>]> = thor.get(Customer::PURCHASES);
    let purchases = purchases.unwrap();
    assert_eq!(purchases.len(), 3);
    assert!(loki.get(Customer::PURCHASES).unwrap().is_empty());
    assert_eq!(purchases[0].get(Purchase::PRODUCTS).unwrap().len(), 2);
    assert_eq!(purchases[1].get(Purchase::WISHES).unwrap()[1].name, "goat");
    assert!(purchases[0].get(Purchase::CUSTOMER).is_none());
}

/// Asserts that a filter runs the statements of a typed query, gives its rows, and is the same once written and read.
macro_rules! same {
    ($db:ident, $model:ident, $rows:expr, $filter:expr, $query:expr) => {{
        let text: &str = $filter;
        let typed = $query.all().await.unwrap();
        let statements = $db.statements();
        let filter: Filter<$model> = text.parse().unwrap();
        let found = $rows.find_with(&filter).await.unwrap();
        assert_eq!($db.statements(), statements, "{text}");
        assert_eq!(as_json(&found), json!(typed), "{text}");
        let written = serde_json::to_string(&filter).unwrap();
        assert_eq!(written.parse::<Filter<$model>>().unwrap(), filter, "{text}");
    }};
}

#[database_test]
async fn a_filter_runs_the_statements_of_a_typed_query(db: TestDb) {
    let customers = world(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let products = ProductRepository::new(&*db);
    let notes = NoteRepository::new(&*db);
    same!(db, Customer, customers, "{}", customers.find());
    same!(
        db,
        Customer,
        customers,
        r#"{"where": {"fullName": {"like": "%o%"}, "age": {"gt": 1, "lt": 40}}, "order": "fullName DESC", "limit": 2, "offset": 1}"#,
        customers
            .find()
            .filter(Customer::FULL_NAME.like("%o%") & Customer::AGE.gt(1) & Customer::AGE.lt(40))
            .order_by(Customer::FULL_NAME.desc())
            .limit(2)
            .offset(1)
    );
    same!(
        db,
        Customer,
        customers,
        r#"{"where": {"purchases.total": {"gt": 6}}, "order": ["address.city DESC", "id DESC"], "include": ["address", "notes"]}"#,
        customers
            .find()
            .filter(Customer::PURCHASES.some(Purchase::TOTAL.gt(6)))
            .order_by(Customer::ADDRESS.order(Address::CITY.desc()))
            .order_by(Customer::ID.desc())
            .include(Customer::ADDRESS)
            .include(Customer::NOTES)
    );
    same!(
        db,
        Customer,
        customers,
        r#"{"where": {"purchases": {"some": {"products.name": "goat"}}}, "include": [{"relation": "address", "scope": {"where": {"city": "x"}}}]}"#,
        customers
            .find()
            .filter(Customer::PURCHASES.some(Purchase::PRODUCTS.some(Product::NAME.eq("goat"))))
            .include(Customer::ADDRESS.scope(|address| address.filter(Address::CITY.eq("x"))))
    );
    // A limit of each source's rows at both levels, and a `has_one` that is not joined.
    same!(
        db,
        Customer,
        customers,
        r#"{"include": [
            {"relation": "purchases", "scope": {"order": "total DESC", "limit": 2, "skip": 1, "include": [
                {"relation": "products", "scope": {"limit": 1, "order": "name", "include": ["reviews"]}},
                {"relation": "wishes", "scope": {"offset": 1}}
            ]}},
            {"relation": "address", "scope": {"limit": 1}}
        ]}"#,
        customers
            .find()
            .include(Customer::PURCHASES.scope(|purchases| {
                purchases
                    .order_by(Purchase::TOTAL.desc())
                    .limit(2)
                    .offset(1)
                    .include(Purchase::PRODUCTS.scope(|products| {
                        products
                            .limit(1)
                            .order_by(Product::NAME.asc())
                            .include(Product::REVIEWS)
                    }))
                    .include(Purchase::WISHES.scope(|wishes| wishes.offset(1)))
            }))
            .include(Customer::ADDRESS.scope(|address| address.limit(1)))
    );
    // A `belongs_to` is joined where few rows are asked for, else loaded with a statement of its own.
    for limit in [20, 21] {
        same!(
            db,
            Purchase,
            purchases,
            &format!(
                r#"{{"limit": {limit}, "include": [{{"relation": "customer", "scope": {{"include": ["address", "purchases"]}}}}]}}"#
            ),
            purchases.find().limit(limit).include(
                Purchase::CUSTOMER
                    .include(Customer::ADDRESS)
                    .include(Customer::PURCHASES)
            )
        );
    }
    same!(
        db,
        Product,
        products,
        r#"{"include": [{"relation": "reviews", "scope": {"include": ["subject"]}}]}"#,
        products
            .find()
            .include(Product::REVIEWS.include(Note::SUBJECT))
    );
    same!(
        db,
        Note,
        notes,
        r#"{"where": {"id": {"neq": 71}}, "include": "subject"}"#,
        notes.find().filter(Note::ID.ne(71)).include(Note::SUBJECT)
    );
}

#[database_test]
async fn by_id_first_and_count_run_the_statements_of_typed_queries(db: TestDb) {
    let customers = world(&db).await;
    let include = r#"{"include": ["address", {"relation": "purchases", "scope": {"include": ["customer"]}}]}"#;
    let typed = |id| {
        customers
            .find_by_id(id)
            .include(Customer::ADDRESS)
            .include(Customer::PURCHASES.include(Purchase::CUSTOMER))
    };
    for id in [1, 2, 99] {
        let row = typed(id).await.unwrap();
        let statements = db.statements();
        let graph = customers.find_by_id_with(id, include).await.unwrap();
        assert_eq!(db.statements(), statements);
        assert_eq!(json!(graph), json!(row));
    }
    let filter = r#"{"where": {"age": {"exists": true}}, "order": "age", "include": ["address"]}"#;
    let typed = || {
        let query = customers.find().filter(Customer::AGE.is_not_null());
        query.order_by(Customer::AGE.asc())
    };
    let row = typed().include(Customer::ADDRESS).first().await.unwrap();
    let statements = db.statements();
    let graph = customers.find_first_with(filter).await.unwrap();
    assert_eq!(db.statements(), statements);
    assert_eq!(json!(graph), json!(row));
    assert_eq!(graph.unwrap().id, 3);
    let none = customers.find_first_with(r#"{"where": {"id": 99}}"#).await;
    assert!(none.unwrap().is_none());
    db.ran();

    assert_eq!(typed().count().await.unwrap(), 2);
    let statements = db.statements();
    assert_eq!(customers.count_with(filter).await.unwrap(), 2);
    assert_eq!(db.statements(), statements);
    for (filter, count) in [
        ("{}", 3),
        (r#"{"limit": 2}"#, 2),
        (r#"{"offset": 1, "limit": 5}"#, 2),
        (r#"{"where": {"purchases.total": {"gt": 0}}}"#, 2),
    ] {
        assert_eq!(
            customers.count_with(filter).await.unwrap(),
            count,
            "{filter}"
        );
        assert_eq!(db.count(), 1, "{filter}");
    }
    assert_eq!(customers.count_with(r#"{"limit": 0}"#).await.unwrap(), 0);
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn by_id_nothing_else_may_say_which_row(db: TestDb) {
    let customers = world(&db).await;
    let filter = r#"{"where": {"id": 2}, "order": "id", "limit": 0, "skip": 1, "fields": ["id"]}"#;
    let error = customers.find_by_id_with(1, filter).await.unwrap_err();
    let problems = error.problems().iter();
    let problems = problems.map(|problem| (problem.path(), problem.code().as_str()));
    assert_eq!(
        problems.collect::<Vec<_>>(),
        [
            ("where", "not_allowed"),
            ("order", "not_allowed"),
            ("limit", "not_allowed"),
            ("offset", "not_allowed"),
        ]
    );
    assert_eq!(db.count(), 0);
    let graph = customers
        .find_by_id_with(1, r#"{"fields": ["id"], "where": {}, "limit": 5}"#)
        .await;
    assert_eq!(json!(graph.unwrap()), json!({"id": 1}));
}

#[database_test]
async fn a_filter_through_a_relation_cannot_leave_the_source(db: TestDb) {
    let customers = world(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let of_thor = customers.purchases(1);
    let ids = async |filter: &str| -> Vec<i64> {
        let found = of_thor.find_with(filter).await.unwrap();
        found.iter().map(|row| row.id).collect()
    };
    assert_eq!(ids("{}").await, [11, 12, 13]);
    assert_eq!(
        ids(r#"{"order": "total DESC", "limit": 2}"#).await,
        [12, 13]
    );
    for escape in [
        r#"{"where": {"customerId": 2}}"#,
        r#"{"where": {"id": 14}}"#,
        r#"{"where": {"or": [{"id": 14}, {"customerId": 2}, {"customerId": null}]}}"#,
        r#"{"where": {"nor": [{"customerId": 1}]}}"#,
    ] {
        assert_eq!(ids(escape).await, [0; 0], "{escape}");
        assert_eq!(of_thor.count_with(escape).await.unwrap(), 0, "{escape}");
        let first = of_thor.find_first_with(escape).await.unwrap();
        assert!(first.is_none(), "{escape}");
    }
    let either = r#"{"where": {"or": [{"id": 14}, {"id": 12}]}, "include": ["customer"]}"#;
    assert_eq!(ids(either).await, [12]);
    assert_eq!(of_thor.count_with(either).await.unwrap(), 1);
    let last = of_thor.find_first_with(r#"{"order": "id DESC"}"#).await;
    assert_eq!(last.unwrap().unwrap().id, 13);

    let address = customers.address(1);
    let found = address.find_with(r#"{"include": ["customer"]}"#).await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.get(Address::CUSTOMER).unwrap().unwrap().id, 1);
    for escape in [
        r#"{"where": {"customerId": 3}}"#,
        r#"{"where": {"city": "x"}}"#,
    ] {
        assert!(
            address.find_with(escape).await.unwrap().is_none(),
            "{escape}"
        );
    }
    assert!(
        customers
            .address(2)
            .find_with("{}")
            .await
            .unwrap()
            .is_none()
    );

    let bought = purchases.products(12);
    let found = bought.find_with(r#"{"include": ["reviews"]}"#).await;
    assert_eq!(
        as_json(&found.unwrap()),
        json!([{"id": 1, "name": "hammer", "reviews":
            [{"id": 72, "text": "heavy", "subjectType": "Product", "subjectId": 1}]}])
    );
    let goat = r#"{"where": {"or": [{"name": "goat"}, {"name": "goat"}]}}"#;
    assert!(bought.find_with(goat).await.unwrap().is_empty());
    assert!(bought.find_first_with(goat).await.unwrap().is_none());
    assert_eq!(bought.count_with(goat).await.unwrap(), 0);
    assert_eq!(purchases.products(11).count_with(goat).await.unwrap(), 1);
    db.ran();
    let wrong = bought.find_with(r#"{"where": {"nam": 1}}"#).await;
    assert_eq!(wrong.unwrap_err().model(), Some("Product"));
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn a_row_of_one_of_several_models(db: TestDb) {
    world(&db).await;
    let notes = NoteRepository::new(&*db);
    let found = notes
        .find_with(r#"{"include": ["subject"]}"#)
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    let subjects: Vec<Value> = found
        .iter()
        .map(|note| json!(note)["subject"].clone())
        .collect();
    assert_eq!(
        subjects,
        [
            json!({"id": 1, "fullName": "Thor", "age": 30}),
            json!({"id": 1, "name": "hammer"}),
            Value::Null,
            Value::Null,
        ]
    );
    let subject = found[0].get_any(Note::SUBJECT).unwrap().unwrap();
    assert_eq!(subject.model().name(), "Customer");
    assert_eq!(subject.of::<Customer>().unwrap().full_name, "Thor");
    assert!(subject.of::<Product>().is_none());
    assert_eq!(format!("{subject:?}"), r#"AnyGraph("Customer")"#);
    assert!(found[2].get_any(Note::SUBJECT).unwrap().is_none());
    let plain = notes.find_with("{}").await.unwrap();
    assert!(plain[0].get_any(Note::SUBJECT).is_none());
    let built = Filter::new().include(Note::SUBJECT);
    assert_eq!(
        as_json(&notes.find_with(&built).await.unwrap()),
        as_json(&found)
    );
    assert_eq!(built, r#"{"include": "subject"}"#.parse().unwrap());
    db.execute("UPDATE note SET subject_type = 'Giant' WHERE id = 72")
        .await;
    // A discriminator that stands for no model leads to no row, and the other rows keep theirs.
    let found = notes.find_with(built).await.unwrap();
    let giant = found.iter().find(|note| note.id == 72).unwrap();
    assert!(giant.get_any(Note::SUBJECT).unwrap().is_none());
    assert!(found[0].get_any(Note::SUBJECT).unwrap().is_some());
}

#[database_test]
async fn links_to_rows_of_several_models_show_the_fields_asked_for(db: TestDb) {
    let customers = world(&db).await;
    let filter = r#"{"where": {"id": 1}, "fields": ["id"], "include": [
        {"relation": "notes", "scope": {"fields": ["text"], "include": ["subject"]}}
    ]}"#;
    let found = customers.find_with(filter).await.unwrap();
    assert_eq!(db.count(), 3);
    let subject = json!({"id": 1, "fullName": "Thor", "age": 30});
    assert_eq!(
        as_json(&found),
        json!([{"id": 1, "notes": [{"text": "loud", "subject": subject}]}])
    );
}

#[database_test]
async fn what_was_not_asked_for_is_absent(db: TestDb) {
    let customers = world(&db).await;
    let found = customers
        .find_with(r#"{"where": {"id": 3}}"#)
        .await
        .unwrap();
    assert_eq!(
        as_json(&found),
        json!([{"id": 3, "fullName": "Loki", "age": 20}])
    );
    let filter = r#"{"where": {"id": 3}, "fields": ["age"], "include": ["purchases", "notes"]}"#;
    let found = customers.find_with(filter).await.unwrap();
    assert_eq!(
        as_json(&found),
        json!([{"age": 20, "purchases": [], "notes": []}])
    );
    // What the result leaves out is loaded all the same.
    assert_eq!(found[0].full_name, "Loki");
}

/// Tables without the constraints that these models ask for.
mod loose {
    use relations::prelude::*;
    use serde::Serialize;

    #[derive(Debug, Clone, PartialEq, Serialize, Model)]
    #[has_one(Account)]
    #[has_many(Account, name = "accounts")]
    pub struct Supplier {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Model)]
    pub struct Account {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Supplier)]
        pub supplier_id: i64,
    }
}

/// Account 11 and 12 of supplier 1, and 13 of supplier 9, who is not there.
async fn loose_tables(db: &TestDb) {
    for sql in [
        "CREATE TABLE supplier (id BIGINT PRIMARY KEY)",
        "CREATE TABLE account (id BIGINT PRIMARY KEY, supplier_id BIGINT NOT NULL)",
        "INSERT INTO supplier VALUES (1), (2)",
        "INSERT INTO account VALUES (12, 1), (11, 1), (13, 9)",
    ] {
        db.execute(sql).await;
    }
}

#[database_test]
async fn a_dangling_key_gives_null_and_keeps_the_row(db: TestDb) {
    use loose::*;
    loose_tables(&db).await;
    let accounts = AccountRepository::new(&*db);
    for filter in [
        // Joined, and loaded apart.
        r#"{"include": ["supplier"], "limit": 10}"#,
        r#"{"include": ["supplier"]}"#,
        r#"{"include": [{"relation": "supplier", "scope": {"include": ["accounts"]}}], "fields": ["id"]}"#,
    ] {
        let found = accounts.find_with(filter).await.unwrap();
        let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
        assert_eq!(ids, [11, 12, 13], "{filter}");
        assert_eq!(json!(found[2])["supplier"], Value::Null, "{filter}");
        let supplier = found[0].get(Account::SUPPLIER).unwrap();
        assert_eq!(supplier.unwrap().id, 1, "{filter}");
    }
    let found = accounts
        .find_by_id_with(13, r#"{"include": ["supplier"]}"#)
        .await;
    let found = found.unwrap().unwrap();
    assert_eq!(
        json!(found),
        json!({"id": 13, "supplier_id": 9, "supplier": null})
    );
}

#[database_test]
async fn of_two_rows_behind_a_has_one_the_first_by_id_is_taken(db: TestDb) {
    use loose::*;
    loose_tables(&db).await;
    let suppliers = SupplierRepository::new(&*db);
    let accounts = AccountRepository::new(&*db);
    let account = |id: i64| json!({"id": id, "supplier_id": 1});
    let found = suppliers
        .find_with(r#"{"include": ["account"]}"#)
        .await
        .unwrap();
    assert_eq!(
        as_json(&found),
        json!([{"id": 1, "account": account(11)}, {"id": 2, "account": null}])
    );
    let found = suppliers
        .find_by_id_with(1, r#"{"include": ["account"]}"#)
        .await;
    assert_eq!(
        json!(found.unwrap()),
        json!({"id": 1, "account": account(11)})
    );
    let last = r#"{"include": [{"relation": "account", "scope": {"order": "id DESC"}}]}"#;
    let found = suppliers.find_with(last).await.unwrap();
    assert_eq!(as_json(&found)[0]["account"], account(12));
    for limit in [10, 100] {
        let nested = format!(
            r#"{{"where": {{"supplier_id": 1}}, "limit": {limit}, "include": [
                {{"relation": "supplier", "scope": {{"include": ["account", "accounts"]}}}}
            ]}}"#
        );
        let found = accounts.find_with(nested).await.unwrap();
        let supplier =
            json!({"id": 1, "account": account(11), "accounts": [account(11), account(12)]});
        let row = |id: i64| json!({"id": id, "supplier_id": 1, "supplier": supplier});
        assert_eq!(as_json(&found), json!([row(11), row(12)]), "limit {limit}");
    }
    let of_one = suppliers.account(1).find_with("{}").await.unwrap();
    assert_eq!(of_one.unwrap().id, 11);
}

#[database_test]
async fn a_filter_inside_a_transaction_sees_its_rows(db: TestDb) {
    world(&db).await;
    let filter = r#"{"where": {"purchases.total": 99}, "include": ["purchases"]}"#;
    let result = db.transaction(async |tx| {
        let customers = CustomerRepository::new(&tx);
        let purchase = Purchase {
            id: 16,
            total: 99,
            customer_id: Some(3),
            wish_ids: vec![],
        };
        PurchaseRepository::new(&tx).create(purchase).await?;
        let found = customers.find_with(filter).await?;
        assert_eq!(found[0].get(Customer::PURCHASES).unwrap()[0].id, 16);
        assert_eq!(customers.count_with(filter).await?, 1);
        let of_loki = customers.purchases(3).find_with("{}").await?;
        assert_eq!(of_loki.len(), 1);
        Err::<(), Error>(Error::new(relations::ErrorKind::Database, "no"))
    });
    result.await.unwrap_err();
    let customers = CustomerRepository::new(&*db);
    assert_eq!(customers.count_with(filter).await.unwrap(), 0);
}

#[database_test]
async fn a_model_that_does_not_serialise_is_named(db: TestDb) {
    #[derive(Debug, Clone, Serialize, Model)]
    #[has_one(Vault)]
    pub struct Bank {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, Model)]
    pub struct Vault {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Bank)]
        pub bank_id: i64,
    }

    db.schema::<(Bank, Vault)>().create().await.unwrap();
    db.execute("INSERT INTO bank VALUES (1), (2)").await;
    db.execute("INSERT INTO vault VALUES (7, 1)").await;
    db.ran();

    // Beside a bank, which is to be written, it counts as closed.
    let banks = BankRepository::new(&*db);
    let error = banks
        .find_with(r#"{"include": ["vault"]}"#)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    let [problem] = error.problems() else {
        panic!("{error}")
    };
    assert_eq!(problem.path(), "include[0]");
    assert_eq!(
        problem.message(),
        "`vault` cannot be included: `Vault` does not implement `Serialize`"
    );
    db.assert_sql([]);

    // One that is found without being written is no matter.
    let vaults = VaultRepository::new(&*db);
    let found = vaults.find_with(r#"{"include": ["bank"]}"#).await.unwrap();
    assert_eq!(found[0].get(Vault::BANK).unwrap().unwrap().id, 1);
}

#[database_test]
async fn a_graph_is_cloned_shown_and_taken_apart(db: TestDb) {
    let customers = world(&db).await;
    let filter = r#"{"where": {"id": 1}, "include": ["address", "purchases"]}"#;
    let thor = customers.find_first_with(filter).await.unwrap().unwrap();
    assert_eq!(
        format!("{thor:?}"),
        r#"Graph { model: "Customer", id: "1", included: ["address", "purchases"] }"#
    );
    let clone = thor.clone();
    assert!(std::ptr::eq(&*clone, &*thor));
    let thor = thor.into_model().unwrap_err();
    assert_eq!(json!(thor), json!(clone));
    drop(clone);
    let model: Customer = thor.into_model().unwrap();
    assert_eq!((model.id, model.password.as_str()), (1, "secret1"));
}

#[database_test]
async fn many_rows_with_what_they_have(db: TestDb) {
    world(&db).await;
    let purchases = PurchaseRepository::new(&*db);
    let many = (100..3_100).map(|id| Purchase {
        id,
        total: id,
        customer_id: Some(id % 3 + 1),
        wish_ids: vec![],
    });
    purchases.create_all(many).await.unwrap();
    db.ran();
    let filter = r#"{"where": {"id": {"gte": 100}}, "include": ["customer", "products"]}"#;
    let found = purchases.find_with(filter).await.unwrap();
    assert_eq!((found.len(), db.count()), (3_000, 3));
    let customer = |at: usize| found[at].get(Purchase::CUSTOMER).unwrap().unwrap();
    assert_eq!(customer(4).id, 104 % 3 + 1);
    assert!(
        std::ptr::eq(&**customer(0), &**customer(3)),
        "shared, not copied"
    );
}

/// Another struct of the same name on the same table.
pub mod elsewhere {
    use relations::prelude::*;
    use serde::Serialize;

    #[derive(Debug, Clone, PartialEq, Serialize, Model)]
    #[has_one(super::Audit)]
    pub struct Customer {
        #[model(id)]
        pub id: i64,
    }
}

#[database_test]
async fn an_answer_cannot_grow_out_of_all_proportion(db: TestDb) {
    let customers = world(&db).await;
    let many = (100..400).map(|id| Purchase {
        id,
        total: 1,
        customer_id: Some(1),
        wish_ids: Vec::new(),
    });
    let purchases = PurchaseRepository::new(&*db);
    purchases.create_all(many).await.unwrap();
    // Each of the 303 purchases leads back to the customer, who leads to each of them again.
    let scope = json!({"include": [{"relation": "customer", "scope": {"include": ["purchases"]}}]});
    let filter =
        json!({"where": {"id": 1}, "include": [{"relation": "purchases", "scope": scope}]});
    let found = customers.find_with(&filter).await.unwrap();
    assert_eq!(found[0].get(Customer::PURCHASES).unwrap().len(), 303);

    let scope = json!({"include": [{"relation": "customer", "scope": {"include": [{"relation": "purchases", "scope": scope}]}}]});
    let filter =
        json!({"where": {"id": 1}, "include": [{"relation": "purchases", "scope": scope}]});
    let error = customers.find_with(&filter).await.unwrap_err();
    assert!(error.is_invalid_filter());
    let problem = &error.problems()[0];
    assert_eq!(
        (problem.path(), problem.code().as_str()),
        ("include", "over_budget")
    );
    let message = problem.message();
    assert!(message.starts_with("the answer would repeat "), "{message}");
}
