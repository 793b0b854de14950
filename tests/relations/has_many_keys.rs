//! The keys of a `has_many`: of several fields, other than the id, null, to the same model; and data that says another one.

use crate::support::{TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;

#[database_test]
async fn a_key_that_is_not_the_id(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Book, key_from = "code", key_to = "shelf_code")]
    pub struct Shelf {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique, length = 20)]
        pub code: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Book {
        #[model(id, generated)]
        pub id: i64,
        pub title: String,
        #[belongs_to(Shelf, name = "shelf", key_to = "code")]
        pub shelf_code: String,
    }

    db.schema::<(Shelf, Book)>().create().await.unwrap();
    let shelves = ShelfRepository::new(&*db);
    let drafts = ["B", "A"].map(|code| Shelf::draft().code(code));
    let rows = shelves.create_all(drafts).await.unwrap();
    let drafts = ["x", "y"].map(|title| Book::draft().title(title));
    let books = shelves.books("A").create_all(drafts).await.unwrap();
    assert!(books.iter().all(|book| book.shelf_code == "A"));
    assert_eq!(shelves.books(&rows[1]).find().all().await.unwrap(), books);
    assert!(!shelves.books(&rows[0]).exists().await.unwrap());
    let with = shelves.find().include(Shelf::BOOKS).all().await.unwrap();
    assert_eq!(
        (&with[0].books, &with[1].books),
        (&Vec::new(), &books),
        "shelf B, then A"
    );
    let patch = Book::patch().title("z");
    let patched = shelves.books("B").patch_by_id(books[0].id, patch).await;
    assert_eq!(patched.unwrap(), 0);
    let error = shelves
        .books("none")
        .create(Book::draft().title("z"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("books"))
    );
    let message = error.to_string();
    assert!(
        message.starts_with(
            "`Shelf.books`: the `shelf_code` refers to no `Shelf` (of the `Shelf` with `code`"
        ),
        "{message}"
    );
}

#[database_test]
async fn composite_keys(db: TestDb) {
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
    pub struct House {
        #[model(id)]
        pub street: i64,
        #[model(id)]
        pub door: i64,
        #[model(length = 20)]
        pub city_country: Option<String>,
        pub city_number: Option<i64>,
    }

    db.schema::<(City, House)>().create().await.unwrap();
    db.execute("INSERT INTO city VALUES ('SE', 1), ('SE', 2), ('NO', 1)")
        .await;
    db.execute("INSERT INTO house VALUES (9, 9, 'SE', NULL), (9, 8, NULL, 1)")
        .await;
    let cities = CityRepository::new(&*db);
    let key = |country: &str, number: i64| (country.to_owned(), number);
    let house = |street, door| House::draft().street(street).door(door);
    for (country, number, street) in [("SE", 1, 1), ("SE", 2, 2), ("NO", 1, 3)] {
        let drafts = [house(street, 2), house(street, 1)];
        let houses = cities.houses(key(country, number));
        let created = houses.create_all(drafts).await.unwrap();
        let doors: Vec<_> = created.iter().map(|house| house.door).collect();
        assert_eq!(doors, [2, 1]);
    }
    let doors = |houses: &[House]| -> Vec<(i64, i64)> {
        houses
            .iter()
            .map(|house| (house.street, house.door))
            .collect()
    };
    let kiruna = cities.find_by_id(key("SE", 1)).get().await.unwrap();
    let found = cities.houses(&kiruna).find().all().await.unwrap();
    assert_eq!(doors(&found), [(1, 1), (1, 2)]);
    db.ran();
    let rows = cities
        .find()
        .include(City::HOUSES.scope(|houses| houses.order_by(House::DOOR.desc()).limit(1)))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 2);
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.country.as_str(), row.number, doors(&row.houses)))
        .collect();
    let expected = [
        ("NO", 1, vec![(3, 2)]),
        ("SE", 1, vec![(1, 2)]),
        ("SE", 2, vec![(2, 2)]),
    ];
    assert_eq!(found, expected);
    let counts = cities.find().include(City::HOUSES.count()).all().await;
    let counts = counts.unwrap();
    assert!(counts.iter().all(|row| row.houses.count == 2));
    let of_oslo = cities.houses(key("NO", 1));
    assert_eq!(of_oslo.delete_by_id((1_i64, 1_i64)).await.unwrap(), 0);
    assert_eq!(of_oslo.delete_by_id((3_i64, 1_i64)).await.unwrap(), 1);
    let error = cities
        .houses(key("DK", 1))
        .create(house(5, 5))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("houses"))
    );
    let other = House {
        street: 7,
        door: 7,
        city_country: Some("NO".into()),
        city_number: Some(2),
    };
    let error = of_oslo.create(other.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
    let same = House {
        city_number: Some(1),
        ..other
    };
    assert_eq!(of_oslo.create(same.clone()).await.unwrap(), same);
}

#[database_test]
async fn two_has_manys_to_one_target_are_told_apart_by_name(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Parcel, name = "sent", key_to = "sender_id")]
    #[has_many(Parcel, name = "received", key_to = "receiver_id")]
    pub struct Person {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, Model)]
    pub struct Parcel {
        #[model(id, generated)]
        pub id: i64,
        #[belongs_to(Person)]
        pub sender_id: i64,
        #[belongs_to(Person)]
        pub receiver_id: Option<i64>,
    }

    db.schema::<(Person, Parcel)>().create().await.unwrap();
    let people = PersonRepository::new(&*db);
    let drafts = ["Ann", "Bob"].map(|name| Person::draft().name(name));
    let rows = people.create_all(drafts).await.unwrap();
    let (ann, bob) = (&rows[0], &rows[1]);
    let first = people
        .sent(ann)
        .create(Parcel::draft().receiver_id(bob.id))
        .await
        .unwrap();
    let second = people
        .received(ann)
        .create(Parcel::draft().sender_id(bob.id))
        .await
        .unwrap();
    let third = people.sent(ann).create(Parcel::draft()).await.unwrap();
    assert_eq!((first.sender_id, first.receiver_id), (ann.id, Some(bob.id)));
    assert_eq!(
        (second.sender_id, second.receiver_id),
        (bob.id, Some(ann.id))
    );
    assert_eq!((third.sender_id, third.receiver_id), (ann.id, None));
    db.ran();
    let with = people
        .find()
        .include(Person::SENT)
        .include(Person::RECEIVED)
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 3);
    assert_eq!(with[0].sent, [first.clone(), third.clone()]);
    assert_eq!(with[0].received, [second.clone()]);
    assert_eq!(with[1].sent, [second]);
    assert_eq!(with[1].received, [first]);
    // A patch through one relation may change the key of the other.
    let patch = Parcel::patch().receiver_id(bob.id);
    assert_eq!(people.sent(ann).patch(patch).all_rows().await.unwrap(), 2);
    assert_eq!(people.received(bob).count().await.unwrap(), 2);
    let error = people
        .received(4711)
        .create(Parcel::draft().sender_id(ann.id))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("received"))
    );
    let error = people
        .received(ann)
        .create(Parcel::draft().sender_id(4711_i64))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("sender"))
    );
}

#[database_test]
async fn a_relation_of_a_model_to_itself(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Employee, name = "reports", key_to = "boss_id")]
    pub struct Employee {
        #[model(id, generated)]
        pub id: i64,
        pub name: String,
        #[belongs_to(Employee, name = "boss")]
        pub boss_id: Option<i64>,
    }

    fn names(employees: &[Employee]) -> Vec<&str> {
        employees.iter().map(|row| row.name.as_str()).collect()
    }

    db.schema::<Employee>().create().await.unwrap();
    let employees = EmployeeRepository::new(&*db);
    let draft = |name: &str| Employee::draft().name(name);
    let odin = employees.create(draft("Odin")).await.unwrap();
    let thor = employees.reports(&odin).create(draft("Thor")).await;
    let thor = thor.unwrap();
    assert_eq!(thor.boss_id, Some(odin.id));
    employees
        .reports(&thor)
        .create_all([draft("Modi"), draft("Magni")])
        .await
        .unwrap();
    let found = employees.reports(odin.id).find().all().await.unwrap();
    assert_eq!(names(&found), ["Thor"]);
    assert_eq!(*employees.boss(thor.id).get().await.unwrap().name, *"Odin");
    db.ran();
    let rows = employees
        .find()
        .filter(Employee::BOSS_ID.is_null())
        .include(Employee::REPORTS.include(Employee::REPORTS.include(Employee::BOSS)))
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 4);
    assert_eq!(rows.len(), 1);
    let below = &rows[0].reports[0].reports;
    assert_eq!(below.len(), 2);
    assert_eq!((&*below[0].name, &*below[1].name), ("Modi", "Magni"));
    assert!(below.iter().all(|row| row.boss.as_deref() == Some(&thor)));
    let error = employees.reports(4711).create(draft("Loki")).await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("reports"))
    );
    let error = employees.delete_by_id(thor.id).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("reports"))
    );
    let deleted = employees.reports(&thor).delete().all_rows();
    assert_eq!(deleted.await.unwrap(), 2);
    assert_eq!(
        names(&employees.find().all().await.unwrap()),
        ["Odin", "Thor"]
    );
}

#[database_test]
async fn a_source_whose_key_is_null_has_no_rows_and_takes_no_statement(db: TestDb) {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[has_many(Leaf, key_from = "code", key_to = "tree_code")]
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
    db.execute("INSERT INTO tree VALUES (1, NULL), (2, 7)")
        .await;
    db.execute("INSERT INTO leaf VALUES (10, NULL), (11, 7)")
        .await;
    let trees = TreeRepository::new(&*db);
    let bare = trees.find_by_id(1).get().await.unwrap();
    db.ran();
    let leaves = trees.leafs(&bare);
    assert_eq!(leaves.find().all().await.unwrap(), []);
    assert_eq!(leaves.find().first().await.unwrap(), None);
    assert_eq!(leaves.count().await.unwrap(), 0);
    assert!(!leaves.exists().await.unwrap());
    assert_eq!(leaves.find_by_id(10).await.unwrap(), None);
    assert!(!leaves.find_by_id(10).exists().await.unwrap());
    assert_eq!(leaves.delete().all_rows().await.unwrap(), 0);
    assert_eq!(leaves.delete_by_id(10).await.unwrap(), 0);
    assert_eq!(
        leaves.find_by_id(10).get().await.unwrap_err().to_string(),
        "`Tree.leafs`: no `Leaf` with `id` 10 for a null key"
    );
    let draft = || Leaf::draft().id(12);
    let errors = [
        leaves.create(draft()).await.unwrap_err(),
        leaves.create_all([draft()]).await.unwrap_err(),
        leaves.build(draft()).unwrap_err(),
        leaves
            .create(Leaf {
                id: 12,
                tree_code: None,
            })
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
        assert_eq!(error.to_string(), "`Tree.leafs`: the source's key is null");
    }
    assert_eq!(db.count(), 0);
    let rows = trees.find().include(Tree::LEAFS).all().await.unwrap();
    assert_eq!(rows[0].leafs, []);
    assert_eq!(rows[1].leafs[0].id, 11);
    let null = trees.find().filter(Tree::CODE.is_null());
    db.ran();
    let rows = null.clone().include(Tree::LEAFS).all().await.unwrap();
    assert_eq!(rows[0].leafs, []);
    let rows = null.include(Tree::LEAFS.count()).all().await.unwrap();
    assert_eq!(rows[0].leafs.count, 0);
    assert_eq!(db.count(), 2);
    assert_eq!(LeafRepository::new(&*db).find().count().await.unwrap(), 2);
}

/// Its id is not generated, so it is a draft of itself, key and all.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Ticket {
    #[model(id)]
    pub number: i64,
    #[belongs_to(Visitor)]
    pub visitor_id: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Ticket)]
pub struct Visitor {
    #[model(id)]
    pub id: i64,
}

fn ticket(number: i64, visitor_id: Option<i64>) -> Ticket {
    Ticket { number, visitor_id }
}

async fn visitors(db: &TestDb) -> VisitorRepository<&Db> {
    db.schema::<(Visitor, Ticket)>().create().await.unwrap();
    db.execute("INSERT INTO visitor VALUES (1), (2)").await;
    db.ran();
    VisitorRepository::new(&**db)
}

#[database_test]
async fn a_model_with_the_same_key_can_be_created(db: TestDb) {
    let visitors = visitors(&db).await;
    let tickets = visitors.tickets(1);
    let created = tickets.create(ticket(5, Some(1))).await.unwrap();
    assert_eq!(created, ticket(5, Some(1)));
    let models = [ticket(9, Some(1)), ticket(7, Some(1)), ticket(8, Some(1))];
    let created = tickets.create_all(models.clone()).await.unwrap();
    assert_eq!(created, models);
    let built = tickets.build(ticket(6, Some(1))).unwrap();
    TicketRepository::new(&*db).create(built).await.unwrap();
    assert_eq!(tickets.count().await.unwrap(), 5);
}

#[database_test]
async fn data_with_another_key_is_refused_before_any_statement(db: TestDb) {
    let visitors = visitors(&db).await;
    let tickets = visitors.tickets(1);
    for (key, says) in [(Some(2), "2"), (None, "NULL")] {
        let errors = [
            tickets.create(ticket(5, key)).await.unwrap_err(),
            tickets.build(ticket(5, key)).unwrap_err(),
            tickets
                .create_all([ticket(4, Some(1)), ticket(5, key)])
                .await
                .unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::ConstraintMismatch);
            assert_eq!(
                (error.model(), error.relation()),
                (Some("Ticket"), Some("tickets"))
            );
            let message = error.to_string().to_uppercase();
            let expected =
                format!("`visitor_id` is 1 through `Visitor.tickets`, and the data says {says}");
            assert_eq!(message, expected.to_uppercase());
        }
    }
    assert_eq!(db.count(), 0);
}

#[database_test]
async fn rows_without_a_key_are_nobodys(db: TestDb) {
    let visitors = visitors(&db).await;
    let tickets = TicketRepository::new(&*db);
    tickets.create(Ticket::draft().number(5)).await.unwrap();
    let created = visitors.tickets(2).create(Ticket::draft().number(6));
    assert_eq!(created.await.unwrap().visitor_id, Some(2));
    assert_eq!(visitors.tickets(1).find_by_id(5).await.unwrap(), None);
    let rows = visitors.find().include(Visitor::TICKETS).all().await;
    let rows = rows.unwrap();
    assert_eq!(rows[0].tickets, []);
    assert_eq!(rows[1].tickets, [ticket(6, Some(2))]);
    let freed = tickets.patch_by_id(6, Ticket::patch().visitor_id(None));
    assert_eq!(freed.await.unwrap(), 1);
    assert!(!visitors.tickets(2).exists().await.unwrap());
}
