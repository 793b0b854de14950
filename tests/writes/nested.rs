//! Drafts within drafts: rows that are created with the row they belong to.

use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Order)]
#[has_one(Address)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Letter)]
pub struct Address {
    #[model(id, generated)]
    pub id: i64,
    pub street: String,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Letter {
    #[model(id, generated)]
    pub id: i64,
    pub text: String,
    #[belongs_to(Address)]
    pub address_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Line)]
pub struct Order {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    pub total: Option<i64>,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Line {
    #[model(id, generated)]
    pub id: i64,
    pub label: String,
    #[model(unique)]
    pub number: Option<i64>,
    #[belongs_to(Product)]
    pub product_id: Option<i64>,
    #[belongs_to(Order)]
    pub order_id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Product {
    #[model(id)]
    pub id: i64,
}

async fn shop(db: &TestDb) -> CustomerRepository<&Db> {
    db.schema::<(Customer, Address, Letter, Order, Line, Product)>()
        .create()
        .await
        .unwrap();
    db.ran();
    CustomerRepository::new(&**db)
}

/// How many rows there are of customers, addresses, letters, orders and lines.
async fn rows(db: &TestDb) -> [u64; 5] {
    [
        CustomerRepository::new(&**db).find().count().await.unwrap(),
        AddressRepository::new(&**db).find().count().await.unwrap(),
        LetterRepository::new(&**db).find().count().await.unwrap(),
        OrderRepository::new(&**db).find().count().await.unwrap(),
        LineRepository::new(&**db).find().count().await.unwrap(),
    ]
}

fn inserts(db: &TestDb) -> usize {
    let sql = db.statements().into_iter();
    sql.filter(|sql| sql.starts_with("INSERT")).count()
}

/// Each order with the labels of its lines.
async fn orders_of<C: Connection>(
    customers: &CustomerRepository<C>,
    id: i64,
) -> Vec<(String, Vec<String>)> {
    let found = customers.orders(id).find().include(Order::LINES).all();
    let found = found.await.unwrap().into_iter();
    found
        .map(|order| {
            let labels = order.lines.iter().map(|line| line.label.clone());
            (order.name.clone(), labels.collect())
        })
        .collect()
}

fn listed(orders: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    orders
        .iter()
        .map(|(name, lines)| {
            let lines = lines.iter().map(|line| (*line).to_owned());
            ((*name).to_owned(), lines.collect())
        })
        .collect()
}

#[database_test]
async fn a_has_one_and_has_manys_three_levels_deep(db: TestDb) {
    let customers = shop(&db).await;
    let line = |label: &str| Line::draft().label(label);
    let letter = |text: &str| Letter::draft().text(text);
    let draft = Customer::draft()
        .address(
            Address::draft()
                .street("Bilskirnir")
                .letters([letter("x"), letter("y")]),
        )
        .orders([
            Order::draft().name("a").lines([line("a1"), line("a2")]),
            Order::draft().name("b"),
            Order::draft().name("c").lines([line("c1")]),
        ])
        .name("Thor");
    let thor = customers.create(draft).await.unwrap();
    assert_eq!(inserts(&db), 5, "one for each model");
    assert_eq!(thor.name, "Thor");
    assert_eq!(rows(&db).await, [1, 1, 2, 3, 3]);
    let expected = listed(&[("a", &["a1", "a2"]), ("b", &[]), ("c", &["c1"])]);
    assert_eq!(orders_of(&customers, thor.id).await, expected);
    let address = customers.address(thor.id).find().include(Address::LETTERS);
    let address = address.get().await.unwrap();
    assert_eq!(
        (address.customer_id, &*address.street),
        (thor.id, "Bilskirnir")
    );
    let texts: Vec<_> = address.letters.iter().map(|letter| &*letter.text).collect();
    assert_eq!(texts, ["x", "y"]);
}

#[database_test]
async fn setters_add_up_and_may_be_left_empty(db: TestDb) {
    let customers = shop(&db).await;
    let order = |name: &str| Order::draft().name(name);
    let draft = Customer::draft()
        .name("Thor")
        .orders([order("a")])
        .orders([order("b"), order("c")])
        .orders(Vec::from([order("d")]))
        .orders([order("e")].into_iter().take(0));
    let thor = customers.create(draft).await.unwrap();
    assert_eq!(inserts(&db), 2);
    let expected = listed(&[("a", &[]), ("b", &[]), ("c", &[]), ("d", &[])]);
    assert_eq!(orders_of(&customers, thor.id).await, expected);
    let none = [order("e")].into_iter().take(0);
    db.ran();
    let odin = customers.create(Customer::draft().name("Odin").orders(none));
    assert!(
        orders_of(&customers, odin.await.unwrap().id)
            .await
            .is_empty()
    );
    assert_eq!(inserts(&db), 1);
}

#[database_test]
async fn drafts_of_different_fields_take_further_statements(db: TestDb) {
    let customers = shop(&db).await;
    let line = |label: &str| Line::draft().label(label);
    let draft = Customer::draft().name("Thor").orders([
        Order::draft()
            .name("a")
            .lines([line("a1"), line("a2").number(2)]),
        Order::draft().name("b").total(1).lines([line("b1")]),
        Order::draft().name("c").lines([line("c1").number(3)]),
    ]);
    let thor = customers.create(draft).await.unwrap();
    assert_eq!(inserts(&db), 5);
    let mut found = orders_of(&customers, thor.id).await;
    found.sort();
    let expected = listed(&[("a", &["a1", "a2"]), ("b", &["b1"]), ("c", &["c1"])]);
    assert_eq!(found, expected);
}

#[database_test]
async fn children_go_to_the_parent_they_were_drafted_with(db: TestDb) {
    let customers = shop(&db).await;
    let names = ["f", "b", "e", "a", "d", "c"];
    let drafts = names.iter().enumerate().map(|(at, name)| {
        let orders = (0..at).map(|n| {
            let lines = (0..n).map(|m| Line::draft().label(format!("{name}{n}{m}")));
            let order = Order::draft().name(format!("{name}{n}"));
            order.lines(lines.collect::<Vec<_>>())
        });
        let draft = Customer::draft().name(*name);
        let draft = draft.orders(orders.collect::<Vec<_>>());
        match at % 2 {
            0 => draft,
            _ => draft.address(Address::draft().street(*name)),
        }
    });
    let created = customers.create_all(drafts).await.unwrap();
    assert_eq!(inserts(&db), 4);
    assert_eq!(rows(&db).await, [6, 3, 0, 15, 20]);
    let found: Vec<&str> = created.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(found, names);
    for (at, row) in created.iter().enumerate() {
        let name = &row.name;
        let expected: Vec<(String, Vec<String>)> = (0..at)
            .map(|n| {
                let lines = (0..n).map(|m| format!("{name}{n}{m}"));
                (format!("{name}{n}"), lines.collect())
            })
            .collect();
        assert_eq!(orders_of(&customers, row.id).await, expected);
        let address = customers.address(row.id).find().await.unwrap();
        let street = address.map(|address| address.street);
        assert_eq!(street, (at % 2 == 1).then(|| name.clone()));
    }
}

#[database_test]
async fn very_many_children_take_several_statements(db: TestDb) {
    const LINES: i64 = 25_000;
    let customers = shop(&db).await;
    let lines = |order: i64| {
        let line = move |n| Line::draft().label("x").number(order * LINES + n);
        (0..LINES).map(line).collect::<Vec<_>>()
    };
    let orders = [0, 1].map(|order| Order::draft().name("o").lines(lines(order)));
    let draft = Customer::draft().name("Thor").orders(orders);
    let thor = customers.create(draft.clone()).await.unwrap();
    assert!(inserts(&db) > 3);
    let found = customers.orders(thor.id).find().include(Order::LINES).all();
    for (order, at) in found.await.unwrap().iter().zip(0..) {
        let numbers = order.lines.iter().map(|line| line.number.unwrap());
        assert!(numbers.eq(at * LINES..(at + 1) * LINES));
    }
    let error = customers.create(draft).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(rows(&db).await, [1, 0, 0, 2, 2 * LINES as u64]);
}

fn with_lines(name: &str, numbers: &[i64]) -> OrderAndLines {
    OrderAndLines {
        name: name.to_owned(),
        numbers: numbers.to_vec(),
    }
}

struct OrderAndLines {
    name: String,
    numbers: Vec<i64>,
}

macro_rules! draft {
    ($order:expr) => {{
        let order = $order;
        let lines = order.numbers.into_iter();
        let lines = lines.map(|n| Line::draft().label(n.to_string()).number(n));
        Order::draft()
            .name(order.name)
            .lines(lines.collect::<Vec<_>>())
    }};
}

#[database_test]
async fn a_grandchild_that_is_refused_leaves_nothing(db: TestDb) {
    let customers = shop(&db).await;
    let taken = draft!(with_lines("a", &[1, 2]));
    let thor = Customer::draft().name("Thor").orders([taken]);
    customers.create(thor).await.unwrap();
    let before = rows(&db).await;
    let draft = || {
        let address = Address::draft().street("Valaskjalf");
        let address = address.letters([Letter::draft().text("x")]);
        Customer::draft().name("Odin").address(address)
    };
    let repeated = draft!(with_lines("b", &[3, 4, 2]));
    let error = customers.create(draft().orders([repeated])).await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.relation()),
        (ErrorKind::AlreadyExists, Some("Line"), None)
    );
    assert_eq!(rows(&db).await, before);

    let line = Line::draft().label("x").product_id(4711_i64);
    let order = Order::draft().name("c").lines([line]);
    let error = customers.create(draft().orders([order])).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.relation()),
        (
            ErrorKind::ForeignKeyViolation,
            Some("Line"),
            Some("product")
        )
    );
    assert_eq!(rows(&db).await, before);

    let drafts = [
        draft().orders([draft!(with_lines("d", &[5]))]),
        draft().orders([draft!(with_lines("e", &[6, 5]))]),
    ];
    let error = customers.create_all(drafts).await.unwrap_err();
    assert!(error.is_already_exists(), "{error}");
    assert_eq!(rows(&db).await, before);
}

#[database_test]
async fn of_two_drafts_of_a_has_one_the_last_counts(db: TestDb) {
    let customers = shop(&db).await;
    let draft = Customer::draft()
        .name("Thor")
        .address(Address::draft().street("a"))
        .address(Address::draft().street("b"));
    let thor = customers.create(draft).await.unwrap();
    let address = customers.address(&thor).get().await.unwrap();
    assert_eq!(address.street, "b");
    assert_eq!(rows(&db).await[..2], [1, 1]);
}

#[database_test]
async fn a_transaction_undoes_nested_rows(db: TestDb) {
    shop(&db).await;
    let result: relations::Result<()> = db
        .transaction(async |tx| {
            let customers = CustomerRepository::new(&tx);
            let order = draft!(with_lines("a", &[1, 2]));
            let thor = Customer::draft().name("Thor").orders([order]);
            let thor = customers.create(thor).await?;
            let expected = listed(&[("a", &["1", "2"])]);
            assert_eq!(orders_of(&customers, thor.id).await, expected);
            customers.find_by_id(4711).get().await?;
            Ok(())
        })
        .await;
    assert!(result.unwrap_err().is_not_found());
    assert_eq!(rows(&db).await, [0; 5]);
}

#[database_test]
async fn nested_rows_that_are_refused_leave_their_transaction_usable(db: TestDb) {
    shop(&db).await;
    db.transaction(async |tx| {
        let customers = CustomerRepository::new(&tx);
        let draft = |name: &str, orders: OrderAndLines| {
            Customer::draft().name(name).orders([draft!(orders)])
        };
        customers
            .create(draft("Thor", with_lines("a", &[1])))
            .await?;
        let refused = customers.create(draft("Odin", with_lines("b", &[2, 1])));
        assert!(refused.await.unwrap_err().is_already_exists());
        customers.create(draft("Loki", with_lines("c", &[2]))).await
    })
    .await
    .unwrap();
    assert_eq!(rows(&db).await, [2, 0, 0, 2, 2]);
    let names = CustomerRepository::new(&*db).find().all().await.unwrap();
    let names: Vec<_> = names.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Thor", "Loki"]);
}

#[database_test]
async fn a_has_many_repository_creates_nested_rows(db: TestDb) {
    let customers = shop(&db).await;
    let thor = customers.create(Customer::draft().name("Thor")).await;
    let thor = thor.unwrap();
    db.ran();
    let order = draft!(with_lines("a", &[1, 2]));
    let order = customers.orders(&thor).create(order).await.unwrap();
    assert_eq!(inserts(&db), 2);
    assert_eq!((order.customer_id, order.name.as_str()), (thor.id, "a"));
    let several = [
        draft!(with_lines("b", &[3])),
        Order::draft().name("c"),
        draft!(with_lines("d", &[4, 5])),
    ];
    db.ran();
    let created = customers.orders(&thor).create_all(several).await.unwrap();
    assert_eq!(inserts(&db), 2);
    let names: Vec<_> = created.iter().map(|order| order.name.as_str()).collect();
    assert_eq!(names, ["b", "c", "d"]);
    let expected = listed(&[
        ("a", &["1", "2"]),
        ("b", &["3"]),
        ("c", &[]),
        ("d", &["4", "5"]),
    ]);
    assert_eq!(orders_of(&customers, thor.id).await, expected);
    let error = customers
        .orders(4711)
        .create(draft!(with_lines("e", &[6])))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Customer.orders`: the `customer_id` refers to no `Customer` (of the `Customer` with `id` 4711)"
    );
    let error = customers
        .orders(&thor)
        .create(draft!(with_lines("e", &[1])))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.relation()),
        (ErrorKind::AlreadyExists, Some("Line"), None)
    );
    assert_eq!(rows(&db).await, [1, 0, 0, 4, 5]);
}

#[database_test]
async fn a_has_one_repository_creates_nested_rows(db: TestDb) {
    let customers = shop(&db).await;
    let thor = customers.create(Customer::draft().name("Thor")).await;
    let thor = thor.unwrap();
    let address = || {
        let letters = ["x", "y"].map(|text| Letter::draft().text(text));
        Address::draft().street("a").letters(letters)
    };
    db.ran();
    let created = customers.address(&thor).create(address()).await.unwrap();
    assert_eq!(inserts(&db), 2);
    assert_eq!(created.customer_id, thor.id);
    let letters = AddressRepository::new(&*db).letters(&created).count().await;
    assert_eq!(letters.unwrap(), 2);
    let error = customers.address(&thor).create(address()).await;
    assert!(error.unwrap_err().is_already_exists());
    assert_eq!(rows(&db).await, [1, 1, 2, 0, 0]);
}

#[database_test]
async fn set_refuses_nested_rows_before_any_statement(db: TestDb) {
    let customers = shop(&db).await;
    let draft = Customer::draft()
        .name("Thor")
        .address(Address::draft().street("a"));
    let thor = customers.create(draft).await.unwrap();
    db.ran();
    let address = Address::draft()
        .street("b")
        .letters([Letter::draft().text("x")]);
    let error = customers.address(&thor).set(address).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::InvalidValue, Some("Address"))
    );
    let message = error.to_string();
    assert!(message.contains("`Customer.address`"), "{message}");
    assert!(message.contains("`Address.letters`"), "{message}");
    assert_eq!(db.count(), 0);
    let address = customers.address(&thor).get().await.unwrap();
    assert_eq!(address.street, "a");
}

#[database_test]
async fn set_takes_a_draft_with_an_empty_list(db: TestDb) {
    let customers = shop(&db).await;
    let thor = customers.create(Customer::draft().name("Thor")).await;
    let none = [Letter::draft().text("x")].into_iter().take(0);
    let address = Address::draft().street("a").letters(none);
    let address = customers.address(&thor.unwrap()).set(address).await;
    assert_eq!(address.unwrap().street, "a");
}

#[database_test]
async fn build_keeps_nested_rows(db: TestDb) {
    let customers = shop(&db).await;
    let thor = customers.create(Customer::draft().name("Thor")).await;
    let thor = thor.unwrap();
    let order = draft!(with_lines("a", &[1, 2]));
    let built = customers.orders(&thor).build(order).unwrap();
    assert_eq!(rows(&db).await, [1, 0, 0, 0, 0]);
    OrderRepository::new(&*db).create(built).await.unwrap();
    let expected = listed(&[("a", &["1", "2"])]);
    assert_eq!(orders_of(&customers, thor.id).await, expected);
}

#[database_test]
async fn debug_of_a_draft_shows_no_values(db: TestDb) {
    shop(&db).await;
    let order = Order::draft().name("hush-hush").total(987_654);
    let draft = Customer::draft().name("secret").orders([order]);
    let shown = format!("{draft:?}");
    for value in ["hush-hush", "987654", "secret"] {
        assert!(!shown.contains(value), "{shown}");
    }
    assert!(shown.contains("orders"), "{shown}");
}

#[database_test]
async fn a_tree_of_one_model(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Node, name = "children", key_to = "parent_id")]
    pub struct Node {
        #[model(id, generated)]
        pub id: i64,
        pub label: String,
        #[belongs_to(Node, name = "parent")]
        pub parent_id: Option<i64>,
    }

    db.schema::<Node>().create().await.unwrap();
    let nodes = NodeRepository::new(&*db);
    db.ran();
    let node = |label: &str| Node::draft().label(label);
    let root = node("1").children([
        node("1.1").children([node("1.1.1"), node("1.1.2").children([node("1.1.2.1")])]),
        node("1.2"),
        node("1.3").children([node("1.3.1")]),
    ]);
    let root = nodes.create(root).await.unwrap();
    assert_eq!(inserts(&db), 4, "one for each level");
    assert_eq!(root.parent_id, None);
    let all = nodes.find().include(Node::PARENT).all().await.unwrap();
    assert_eq!(all.len(), 8);
    for row in &all {
        let expected = row.label.rsplit_once('.').map(|(parent, _)| parent);
        let parent = row.parent.as_ref().map(|parent| parent.label.as_str());
        assert_eq!(parent, expected);
    }
}

#[database_test]
async fn keys_that_are_not_a_single_id(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(House, key_from = ["country", "number"], key_to = ["city_country", "city_number"])]
    pub struct City {
        #[model(id)]
        pub country: String,
        #[model(id)]
        pub number: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    #[belongs_to(City, key_from = ["city_country", "city_number"])]
    #[has_many(Room, key_from = "plot", key_to = "house_plot")]
    pub struct House {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique, length = 20)]
        pub plot: String,
        #[model(length = 20)]
        pub city_country: Option<String>,
        pub city_number: Option<i64>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Room {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(House, name = "house", key_to = "plot")]
        pub house_plot: String,
    }

    db.schema::<(City, House, Room)>().create().await.unwrap();
    let cities = CityRepository::new(&*db);
    let city = |country: &str, number: i64, plots: &[&str]| {
        let houses = plots.iter().map(|plot| {
            let rooms = [Room::draft(), Room::draft()];
            House::draft().plot(*plot).rooms(rooms)
        });
        let houses: Vec<_> = houses.collect();
        City::draft().country(country).number(number).houses(houses)
    };
    let drafts = [
        city("SE", 2, &["p", "q"]),
        city("NO", 2, &["r"]),
        city("SE", 1, &[]),
    ];
    let created = cities.create_all(drafts).await.unwrap();
    let keys: Vec<_> = created
        .iter()
        .map(|city| (city.country.as_str(), city.number))
        .collect();
    assert_eq!(keys, [("SE", 2), ("NO", 2), ("SE", 1)]);
    let rows = cities.find().include(City::HOUSES.include(House::ROOMS));
    let rows = rows.all().await.unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|city| {
            let houses = city.houses.iter();
            let houses = houses.map(|house| (house.plot.as_str(), house.rooms.len()));
            (city.country.as_str(), city.number, houses.collect())
        })
        .collect();
    let expected = [
        ("NO", 2, vec![("r", 2)]),
        ("SE", 1, vec![]),
        ("SE", 2, vec![("p", 2), ("q", 2)]),
    ];
    assert_eq!(found, expected);
}

#[database_test]
async fn a_row_whose_key_is_null_takes_no_children(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Leaf, name = "leaves", key_from = "code", key_to = "tree_code")]
    pub struct Tree {
        #[model(id)]
        pub id: i64,
        #[model(unique)]
        pub code: Option<i64>,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Leaf {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Tree, name = "tree", key_to = "code")]
        pub tree_code: Option<i64>,
    }

    db.schema::<(Tree, Leaf)>().create().await.unwrap();
    let trees = TreeRepository::new(&*db);
    let draft = |id: i64| Tree::draft().id(id).leaves([Leaf::draft().id(id)]);
    let created = trees.create(draft(1).code(7)).await.unwrap();
    assert_eq!(trees.leaves(&created).count().await.unwrap(), 1);
    let error = trees.create(draft(2)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Leaf"), Some("leaves"))
    );
    assert_eq!(trees.find().count().await.unwrap(), 1);
    assert_eq!(LeafRepository::new(&*db).find().count().await.unwrap(), 1);
}

#[database_test]
async fn a_nested_model_with_another_key_is_refused(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Ticket)]
    pub struct Visitor {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Ticket {
        #[model(id)]
        pub number: i64,
        #[belongs_to(Visitor)]
        pub visitor_id: Option<i64>,
    }

    db.schema::<(Visitor, Ticket)>().create().await.unwrap();
    let visitors = VisitorRepository::new(&*db);
    let draft = |id: i64, keys: &[Option<i64>]| {
        let tickets = keys.iter().zip(10 * id..).map(|(key, number)| Ticket {
            number,
            visitor_id: *key,
        });
        let tickets: Vec<_> = tickets.collect();
        Visitor::draft().id(id).tickets(tickets)
    };
    visitors
        .create(draft(1, &[Some(1), Some(1)]))
        .await
        .unwrap();
    assert_eq!(visitors.tickets(1).count().await.unwrap(), 2);
    for key in [Some(1), None] {
        let error = visitors.create(draft(2, &[Some(2), key])).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
        assert_eq!(
            (error.model(), error.relation()),
            (Some("Ticket"), Some("tickets"))
        );
    }
    assert_eq!(visitors.find().count().await.unwrap(), 1);
    assert_eq!(TicketRepository::new(&*db).find().count().await.unwrap(), 2);
}
