//! Relations with a scope of their own: which rows are the targets, in which order, and what new ones hold.

use crate::support::{TestDb, database_test};
use relations::dynamic::{DynamicBody, DynamicFilter, DynamicKey, DynamicRepository};
use relations::prelude::*;
use relations::{ErrorKind, FixedScope, Json};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Order)]
#[has_many(Order, name = "open_orders", scope = open)]
#[has_many(Order, name = "packed_orders", scope = "packed")]
#[has_many(Tag, through = Label)]
#[has_many(Tag, name = "red_tags", through = Label, scope = self::red)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Item)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    #[model(length = 20)]
    pub state: Option<String>,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Item {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Order, on_delete = "cascade")]
    pub order_id: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
pub struct Tag {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    #[model(length = 20)]
    pub colour: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(unique("customer_id", "tag_id"))]
pub struct Label {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Customer)]
    pub customer_id: i64,
    #[belongs_to(Tag)]
    pub tag_id: i64,
}

fn open(orders: FixedScope<Order>) -> FixedScope<Order> {
    orders
        .filter(Order::STATE.eq("open"))
        .order_by(Order::NAME.desc())
}

/// Asks about rows of a third model, and so has no value of its own.
fn packed(orders: FixedScope<Order>) -> FixedScope<Order> {
    orders.filter(Order::ITEMS.exists())
}

fn red(tags: FixedScope<Tag>) -> FixedScope<Tag> {
    tags.filter(Tag::COLOUR.eq("red"))
        .order_by(Tag::NAME.desc())
}

/// Thor has the open orders `a` and `b`, the latter with an item, `c` which is closed and `d` without a state; Odin has the
/// open `e`. Thor is linked to the red tags `x` and `y`, and to `z` which is blue; Odin to `x`.
async fn stored(db: &TestDb) -> (CustomerRepository<&Db>, Customer, Customer) {
    db.schema::<(Customer, Order, Item, Tag, Label)>()
        .create()
        .await
        .unwrap();
    let customers = CustomerRepository::new(&**db);
    let drafts = ["Thor", "Odin"].map(|name| Customer::draft().name(name));
    let mut rows = customers.create_all(drafts).await.unwrap();
    let (odin, thor) = (rows.pop().unwrap(), rows.pop().unwrap());
    for (customer, name, state) in [
        (&thor, "a", Some("open")),
        (&thor, "b", Some("open")),
        (&thor, "c", Some("closed")),
        (&thor, "d", None),
        (&odin, "e", Some("open")),
    ] {
        let draft = Order::draft().name(name).state(state.map(str::to_owned));
        let order = customers.orders(customer).create(draft).await.unwrap();
        if name == "b" {
            let orders = OrderRepository::new(&**db);
            orders.items(&order).create(Item::draft()).await.unwrap();
        }
    }
    for (name, colour) in [("x", "red"), ("y", "red"), ("z", "blue")] {
        let draft = Tag::draft().name(name).colour(colour);
        let tag = customers.tags(&thor).create(draft).await.unwrap();
        if name == "x" {
            customers.tags(&odin).link(&tag).await.unwrap();
        }
    }
    db.ran();
    (customers, thor, odin)
}

fn names(orders: &[Order]) -> String {
    orders.iter().map(|order| order.name.as_str()).collect()
}

fn tags<'t>(tags: impl IntoIterator<Item = &'t Tag>) -> String {
    tags.into_iter().map(|tag| tag.name.as_str()).collect()
}

#[database_test]
async fn finding_keeps_to_the_scope_and_its_order(db: TestDb) {
    let (customers, thor, odin) = stored(&db).await;
    let open = customers.open_orders(&thor);
    assert_eq!(names(&open.find().all().await.unwrap()), "ba");
    let by_name = open.find().order_by(Order::NAME.asc());
    assert_eq!(names(&by_name.all().await.unwrap()), "ab");
    let by_id = open.find().order_by(Order::ID.asc()).limit(1);
    assert_eq!(names(&by_id.all().await.unwrap()), "a");
    assert_eq!(open.find().first().await.unwrap().unwrap().name, "b");
    assert_eq!(open.count().await.unwrap(), 2);
    assert!(customers.open_orders(&odin).exists().await.unwrap());
    assert_eq!(customers.orders(&thor).count().await.unwrap(), 4);
    let packed = customers.packed_orders(&thor).find().all().await.unwrap();
    assert_eq!(names(&packed), "b");

    // `c` is Thor's, but not open.
    let c = customers.orders(&thor).find().filter(Order::NAME.eq("c"));
    let c = c.get().await.unwrap();
    assert_eq!(open.find_by_id(c.id).await.unwrap(), None);
    assert!(open.get_by_id(c.id).await.unwrap_err().is_not_found());

    // Values of which each comes once are sorted by themselves.
    let states = open.find().select((Order::STATE,)).distinct();
    assert_eq!(states.all().await.unwrap(), [(Some("open".to_owned()),)]);
}

#[database_test]
async fn pages_go_on_in_the_order_of_the_scope(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let open = customers.open_orders(&thor);
    let first = open.find().limit(1).all().await.unwrap();
    assert_eq!(names(&first), "b");
    let cursor = open.find().cursor_of(&first[0]).unwrap();
    let next = open.find().after(cursor).all().await.unwrap();
    assert_eq!(names(&next), "a");
}

#[database_test]
async fn an_include_keeps_to_the_scope(db: TestDb) {
    let (customers, _, _) = stored(&db).await;
    let rows = customers
        .find()
        .include(Customer::ORDERS)
        .include(Customer::OPEN_ORDERS)
        .include(Customer::PACKED_ORDERS)
        .include(Customer::RED_TAGS)
        .await
        .unwrap();
    let (thor, odin) = (&rows[0], &rows[1]);
    assert_eq!(names(&thor.orders), "abcd");
    assert_eq!(names(&thor.open_orders), "ba");
    assert_eq!(names(&thor.packed_orders), "b");
    assert_eq!(tags(thor.red_tags.iter().map(|tag| &**tag)), "yx");
    assert_eq!(names(&odin.open_orders), "e");
    assert_eq!(tags(odin.red_tags.iter().map(|tag| &**tag)), "x");

    // Beside what the query asks for; of each source so many.
    let some = Customer::OPEN_ORDERS.filter(Order::NAME.ne("b"));
    let rows = customers.find().include(some).await.unwrap();
    assert_eq!(names(&rows[0].open_orders), "a");
    let first = Customer::OPEN_ORDERS.limit(1);
    let rows = customers.find().include(first).await.unwrap();
    assert_eq!(names(&rows[0].open_orders), "b");
    let first = Customer::OPEN_ORDERS.order_by(Order::NAME.asc()).limit(1);
    let rows = customers.find().include(first).await.unwrap();
    assert_eq!(names(&rows[0].open_orders), "a");

    // Counted, and nested.
    let counts = customers.find().include(Customer::OPEN_ORDERS.count());
    let counts: Vec<u64> = counts
        .await
        .unwrap()
        .iter()
        .map(|row| row.open_orders.count)
        .collect();
    assert_eq!(counts, [2, 1]);
    let counts = customers.find().include(Customer::RED_TAGS.count());
    let counts: Vec<u64> = counts
        .await
        .unwrap()
        .iter()
        .map(|row| row.red_tags.count)
        .collect();
    assert_eq!(counts, [2, 1]);
    let nested = Order::CUSTOMER.include(Customer::OPEN_ORDERS);
    let orders = OrderRepository::new(&*db);
    let row = orders
        .find()
        .include(nested)
        .first()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(names(&row.customer.open_orders), "ba");
}

#[database_test]
async fn predicates_and_totals_keep_to_the_scope(db: TestDb) {
    let (customers, thor, odin) = stored(&db).await;
    customers
        .open_orders(&odin)
        .delete()
        .all_rows()
        .await
        .unwrap();
    let found = async |predicate| {
        let rows = customers.find().filter(predicate).all().await.unwrap();
        rows.into_iter()
            .map(|row| row.name)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(found(Customer::OPEN_ORDERS.exists()).await, "Thor");
    assert_eq!(
        found(Customer::OPEN_ORDERS.some(Order::NAME.eq("c"))).await,
        ""
    );
    assert_eq!(
        found(Customer::ORDERS.some(Order::NAME.eq("c"))).await,
        "Thor"
    );
    assert_eq!(
        found(Customer::OPEN_ORDERS.none(Order::NAME.eq("c"))).await,
        "Thor Odin"
    );
    assert_eq!(found(Customer::OPEN_ORDERS.none(None)).await, "Odin");
    // `c` and `d` are none of which it must be true.
    assert_eq!(
        found(Customer::OPEN_ORDERS.every(Order::NAME.lt("c"))).await,
        "Thor Odin"
    );
    assert_eq!(
        found(Customer::ORDERS.every(Order::NAME.lt("c"))).await,
        "Odin"
    );
    assert_eq!(found(Customer::RED_TAGS.some(Tag::NAME.eq("z"))).await, "");
    assert_eq!(
        found(Customer::RED_TAGS.some(Tag::NAME.eq("y"))).await,
        "Thor"
    );
    let more = Customer::OPEN_ORDERS.total().eq(2);
    assert_eq!(found(more & Customer::ID.eq(thor.id)).await, "Thor");
    assert_eq!(
        found(Customer::PACKED_ORDERS.every(Order::NAME.eq("b"))).await,
        "Thor Odin"
    );
}

#[database_test]
async fn a_new_row_has_the_values_of_the_scope(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let open = customers.open_orders(&thor);
    let row = open.create(Order::draft().name("f")).await.unwrap();
    assert_eq!(row.state.as_deref(), Some("open"));
    let row = open
        .create(Order::draft().name("g").state("open"))
        .await
        .unwrap();
    assert_eq!(row.state.as_deref(), Some("open"));
    let closed = Order::draft().name("h").state("closed");
    let error = open.create(closed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    assert_eq!(error.relation(), Some("open_orders"));
    let json = Json(r#"{"name": "i"}"#);
    let row = open.create(json).await.unwrap();
    assert_eq!(row.state.as_deref(), Some("open"));
    assert_eq!(names(&open.find().all().await.unwrap()), "igfba");

    // Within the draft of another row, and beside a link.
    let nested = Customer::draft()
        .name("Loki")
        .open_orders([Order::draft().name("j")]);
    let loki = customers.create(nested).await.unwrap();
    assert_eq!(
        names(&customers.open_orders(&loki).find().all().await.unwrap()),
        "j"
    );
    let tag = customers
        .red_tags(&loki)
        .create(Tag::draft().name("w"))
        .await
        .unwrap();
    assert_eq!(tag.colour.as_deref(), Some("red"));
    let blue = Tag::draft().name("v").colour("blue");
    let error = customers.red_tags(&loki).create(blue).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);

    // A condition that is no `eq` says nothing of new rows.
    let row = customers
        .packed_orders(&thor)
        .create(Order::draft().name("k"))
        .await
        .unwrap();
    assert_eq!(row.state, None);
}

#[database_test]
async fn patches_and_deletes_keep_to_the_scope(db: TestDb) {
    let (customers, thor, odin) = stored(&db).await;
    let open = customers.open_orders(&thor);
    // A patch may lead out of the scope.
    let closed = open
        .patch(Order::patch().state("closed"))
        .filter(Order::NAME.ne("b"));
    assert_eq!(closed.await.unwrap(), 1);
    assert_eq!(names(&open.find().all().await.unwrap()), "b");
    let c = customers.orders(&thor).find().filter(Order::NAME.eq("c"));
    let c = c.get().await.unwrap();
    let patch = Order::patch().name("C");
    assert_eq!(open.patch_by_id(c.id, patch).await.unwrap(), 0);
    assert_eq!(open.delete_by_id(c.id).await.unwrap(), 0);
    let red = customers.red_tags(&thor);
    let patched = red
        .patch(Tag::patch().name("X"))
        .filter(Tag::NAME.ne("y"))
        .await;
    assert_eq!(patched.unwrap(), 1);
    assert_eq!(open.delete().all_rows().await.unwrap(), 1);
    let left = customers.orders(&thor).find().all().await.unwrap();
    assert_eq!(names(&left), "acd");
    assert_eq!(customers.open_orders(&odin).count().await.unwrap(), 1);

    // `y` is Thor's alone, `X` is Odin's too, `z` is not red.
    assert_eq!(red.delete().all_rows().await.unwrap(), 1);
    let tags_left = customers.tags(&thor).find().all().await.unwrap();
    assert_eq!(tags(&tags_left), "z");
    assert_eq!(customers.red_tags(&odin).count().await.unwrap(), 1);
}

#[database_test]
async fn links_are_those_to_targets_in_the_scope(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let red = customers.red_tags(&thor);
    let all = TagRepository::new(&*db).find().all().await.unwrap();
    let (x, y, z) = (&all[0], &all[1], &all[2]);
    assert!(red.is_linked(x).await.unwrap());
    assert!(!red.is_linked(z).await.unwrap());
    assert_eq!(red.unlink(z).await.unwrap(), 0);
    red.set([y]).await.unwrap();
    let left = customers.tags(&thor).find().all().await.unwrap();
    assert_eq!(tags(&left), "yz");
    assert_eq!(red.unlink_all().await.unwrap(), 1);
    let left = customers.tags(&thor).find().all().await.unwrap();
    assert_eq!(tags(&left), "z");
    red.link(x).await.unwrap();
    assert_eq!(tags(&red.find().all().await.unwrap()), "x");
}

#[database_test]
async fn filters_keep_to_the_scope(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let text = r#"{"include": ["open_orders", "red_tags",
        {"relation": "packed_orders", "scope": {"fields": ["name"]}}]}"#;
    let filter: relations::Filter<Customer> = text.parse().unwrap();
    let graphs = customers.find_with(filter).await.unwrap();
    let json = serde_json::to_value(&graphs).unwrap();
    let names = |relation: &str| {
        let rows = json[0][relation].as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap())
            .collect::<String>()
    };
    assert_eq!(
        (names("open_orders"), names("red_tags")),
        ("ba".into(), "yx".into())
    );
    assert_eq!(names("packed_orders"), "b");

    let text = r#"{"where": {"open_orders": {"some": {"name": "c"}}}}"#;
    assert_eq!(customers.count_with(text).await.unwrap(), 0);
    let text = r#"{"where": {"open_orders": {"every": {"name": {"lt": "c"}}}}}"#;
    assert_eq!(customers.count_with(text).await.unwrap(), 1);

    // On the relation's repository.
    let open = customers.open_orders(&thor);
    let found = async |text: &str| {
        let graphs = open.find_with(text).await.unwrap();
        let json = serde_json::to_value(&graphs).unwrap();
        let rows = json.as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(found("{}").await, "ba");
    assert_eq!(found(r#"{"order": "name ASC"}"#).await, "ab");
    assert_eq!(found(r#"{"where": {"name": "c"}}"#).await, "");
    assert_eq!(open.count_with("{}").await.unwrap(), 2);
}

#[database_test]
async fn dynamic_repositories_keep_to_the_scope(db: TestDb) {
    let (_, thor, _) = stored(&db).await;
    let customers = DynamicRepository::new(&*db, Customer::metadata());
    let key = DynamicKey::from_texts(Customer::metadata(), &[&thor.id.to_string()]).unwrap();
    let relation = |name| Customer::metadata().relation(name).unwrap();
    assert!(relation("open_orders").has_scope() && !relation("orders").has_scope());
    let open = customers
        .related(&key, relation("open_orders"))
        .await
        .unwrap();
    let names = async |rows: &DynamicRepository<'_>| {
        let found = rows.find(DynamicFilter::new(rows.model())).await.unwrap();
        let json = serde_json::to_value(&found.rows).unwrap();
        let rows = json.as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(names(&open).await, "ba");
    assert_eq!(open.count(None).await.unwrap(), 2);
    open.create(DynamicBody::from_json(br#"{"name": "f"}"#))
        .await
        .unwrap();
    assert_eq!(names(&open).await, "fba");
    let closed = DynamicBody::from_json(br#"{"name": "g", "state": "closed"}"#);
    let error = open.create(closed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    let red = customers.related(&key, relation("red_tags")).await.unwrap();
    assert_eq!(names(&red).await, "yx");
    red.create(DynamicBody::from_json(br#"{"name": "w"}"#))
        .await
        .unwrap();
    assert_eq!(names(&red).await, "yxw");
}

#[database_test]
async fn groups_are_not_in_the_order_of_the_scope(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let open = customers.open_orders(&thor);
    let states = open.find().select((Order::STATE, Order::ID.count()));
    let states = states.group_by(Order::STATE).all().await.unwrap();
    assert_eq!(states, [(Some("open".to_owned()), 2)]);
    let all = open
        .find()
        .select((Order::ID.count(),))
        .all()
        .await
        .unwrap();
    assert_eq!(all, [(2,)]);
}

#[database_test]
async fn a_row_that_is_replaced_through_the_relation_stays_in_its_scope(db: TestDb) {
    let (customers, thor, _) = stored(&db).await;
    let order = customers.open_orders(&thor).find().get().await.unwrap();
    let dynamic = DynamicRepository::new(&*db, Customer::metadata());
    let key = DynamicKey::from_texts(Customer::metadata(), &[&thor.id.to_string()]).unwrap();
    let relation = Customer::metadata().relation("open_orders").unwrap();
    let open = dynamic.related(&key, relation).await.unwrap();
    let key = DynamicKey::from_texts(Order::metadata(), &[&order.id.to_string()]).unwrap();
    let body = || DynamicBody::from_json(br#"{"name": "again"}"#);
    for _ in 0..2 {
        open.replace_by_id(&key, body()).await.unwrap();
    }
    let order = OrderRepository::new(&*db)
        .get_by_id(order.id)
        .await
        .unwrap();
    assert_eq!(
        (&*order.name, order.state.as_deref()),
        ("again", Some("open"))
    );
    let closed = DynamicBody::from_json(br#"{"name": "again", "state": "closed"}"#);
    let error = open.replace_by_id(&key, closed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Knot, key_to = "knot_id", scope = endless)]
pub struct Knot {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Knot)]
    pub knot_id: Option<i64>,
}

/// Asks about the relation that it is the scope of.
fn endless(knots: FixedScope<Knot>) -> FixedScope<Knot> {
    knots.filter(Knot::KNOTS.exists())
}

#[database_test]
async fn a_scope_that_asks_about_itself_is_refused(db: TestDb) {
    db.schema::<Knot>().create().await.unwrap();
    let knots = KnotRepository::new(&*db);
    let knot = knots.create(Knot::draft()).await.unwrap();
    let error = knots.knots(&knot).find().all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    let error = knots.find().include(Knot::KNOTS).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
}
