//! Rows that are created, or found by a unique key and changed; and updates and deletes that give their rows.

use crate::support::{TestDb, database_test};
use relations::prelude::*;
use relations::{Dialect, ErrorKind, Json};

#[derive(Debug, Clone, PartialEq, Model)]
#[has_many(Visit)]
#[has_one(Badge)]
pub struct Person {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique, length = 80)]
    pub email: String,
    pub name: String,
    pub age: Option<i64>,
    #[model(unique, length = 80)]
    pub nick: Option<String>,
}

/// With an id of two parts.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Visit {
    #[model(id)]
    #[belongs_to(Person)]
    pub person_id: i64,
    #[model(id)]
    pub day: i64,
    pub count: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Badge {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Person)]
    pub person_id: i64,
    pub color: String,
}

async fn people(db: &TestDb) -> PersonRepository<&Db> {
    db.schema::<(Person, Visit, Badge)>()
        .create()
        .await
        .unwrap();
    PersonRepository::new(db)
}

#[database_test]
async fn a_row_is_created_and_then_changed(db: TestDb) {
    let people = people(&db).await;
    let draft = |name: &str| Person::draft().email("thor@asgard.no").name(name);
    let created = people
        .upsert(draft("Thor").age(30))
        .on(Person::EMAIL)
        .await
        .unwrap();
    assert!(created.is_created);
    let changed = people.upsert(draft("T.")).on(Person::EMAIL).await.unwrap();
    assert!(!changed.is_created);
    // What the draft does not set stays.
    let name = "T.".to_owned();
    assert_eq!(
        changed.row,
        Person {
            name,
            ..created.row
        }
    );
    assert_eq!(people.find().count().await.unwrap(), 1);

    // Only what is named.
    let draft = draft("Loki").age(99);
    let changed = people
        .upsert(draft.clone())
        .on(Person::EMAIL)
        .change(Person::AGE)
        .await
        .unwrap();
    assert_eq!((&*changed.row.name, changed.row.age), ("T.", Some(99)));
    let both = (Person::AGE, Person::NAME);
    let changed = people
        .upsert(draft.age(None))
        .on(Person::EMAIL)
        .change(both)
        .await
        .unwrap();
    assert_eq!((&*changed.row.name, changed.row.age), ("Loki", None));
}

#[database_test]
async fn find_or_create_changes_nothing(db: TestDb) {
    let people = people(&db).await;
    let draft = |name: &str| Person::draft().email("thor@asgard.no").name(name);
    let first = people
        .find_or_create(draft("Thor"))
        .on(Person::EMAIL)
        .await
        .unwrap();
    assert!(first.is_created);
    db.ran();
    let second = people
        .find_or_create(draft("Loki"))
        .on(Person::EMAIL)
        .await
        .unwrap();
    assert_eq!((second.is_created, &second.row), (false, &first.row));
    assert_eq!(db.count(), 1);
}

#[database_test]
async fn the_id_is_the_key_if_nothing_is_said(db: TestDb) {
    let people = people(&db).await;
    let person = people
        .create(Person::draft().email("t").name("Thor"))
        .await
        .unwrap();
    let visits = VisitRepository::new(&*db);
    let visit = |count| Visit {
        person_id: person.id,
        day: 7,
        count,
    };
    assert!(visits.upsert(visit(1)).await.unwrap().is_created);
    let second = visits.upsert(visit(2)).await.unwrap();
    assert_eq!((second.is_created, second.row.count), (false, 2));
    let error = people
        .upsert(Person::draft().email("t").name("T."))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::InvalidValue, Some("Person"))
    );
    assert_eq!(
        error.to_string(),
        "an upsert of `Person` looks for its row by `id`, which is not given\n\
         help: say another unique key by `.on(..)`"
    );
}

#[database_test]
async fn json_a_has_ones_key_and_null(db: TestDb) {
    let people = people(&db).await;
    let body = Json(r#"{"email": "t", "name": "Thor"}"#);
    let person = people.upsert(body).on(Person::EMAIL).await.unwrap().row;
    let wrong = Json(r#"{"email": "t", "nmae": "Thor"}"#);
    let error = people.upsert(wrong).on(Person::EMAIL).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);

    let badges = BadgeRepository::new(&*db);
    let badge = |color: &str| Badge::draft().person_id(person.id).color(color);
    let red = badges
        .upsert(badge("red"))
        .on(Badge::PERSON_ID)
        .await
        .unwrap();
    let blue = badges
        .upsert(badge("blue"))
        .on(Badge::PERSON_ID)
        .await
        .unwrap();
    assert_eq!(
        (red.is_created, blue.is_created, blue.row.id),
        (true, false, red.row.id)
    );

    // NULL is equal to nothing.
    for email in ["a", "b"] {
        let draft = Person::draft().email(email).name("x").nick(None);
        assert!(
            people
                .upsert(draft)
                .on(Person::NICK)
                .await
                .unwrap()
                .is_created
        );
    }
}

#[database_test]
async fn another_unique_value_is_refused_and_nothing_is_kept(db: TestDb) {
    let people = people(&db).await;
    let draft = |email: &str, nick: &str| Person::draft().email(email).name("x").nick(nick);
    people
        .create_all([draft("a", "A"), draft("b", "B")])
        .await
        .unwrap();
    for draft in [draft("c", "A"), draft("b", "A")] {
        let error = people.upsert(draft).on(Person::EMAIL).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::AlreadyExists, Some("Person")),
            "{error}"
        );
    }
    let drafts = [draft("d", "D"), draft("a", "AA"), draft("e", "B")];
    let error = people
        .upsert_all(drafts)
        .on(Person::EMAIL)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    let nicks = people
        .find()
        .order_by(Person::EMAIL.asc())
        .all()
        .await
        .unwrap();
    let nicks: Vec<_> = nicks
        .iter()
        .map(|person| person.nick.as_deref().unwrap())
        .collect();
    assert_eq!(nicks, ["A", "B"]);

    let nested = draft("f", "F").visits([Visit {
        person_id: 0,
        day: 1,
        count: 1,
    }]);
    let error = people.upsert(nested).on(Person::EMAIL).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the draft has rows of `Person.visits`"),
        "{error}"
    );
}

#[database_test]
async fn several_come_back_in_the_order_of_their_drafts(db: TestDb) {
    let people = people(&db).await;
    let draft = |email: &str, name: &str| Person::draft().email(email).name(name);
    people
        .create_all([draft("b", "old"), draft("d", "old")])
        .await
        .unwrap();
    let drafts = ["d", "a", "b", "c", "a"].map(|email| draft(email, "new"));
    let found = people.upsert_all(drafts).on(Person::EMAIL).await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|it| (&*it.row.email, it.is_created))
        .collect();
    assert_eq!(
        told,
        [
            ("d", false),
            ("a", true),
            ("b", false),
            ("c", true),
            ("a", false)
        ]
    );
    assert!(found.iter().all(|it| it.row.name == "new"));
    assert_eq!(people.find().count().await.unwrap(), 4);
}

#[database_test]
async fn callers_at_once_leave_one_row(db: TestDb) {
    let people = people(&db).await;
    for email in ["a", "b", "c"] {
        let calls = (0..8).map(|caller| {
            let db = (*db).clone();
            tokio::spawn(async move {
                let people = PersonRepository::new(&db);
                let draft = Person::draft().email(email).name("x").age(caller);
                match caller % 2 {
                    0 => people.upsert(draft).on(Person::EMAIL).await,
                    _ => people.find_or_create(draft).on(Person::EMAIL).await,
                }
            })
        });
        let mut created = 0;
        for call in calls.collect::<Vec<_>>() {
            created += u32::from(call.await.unwrap().unwrap().is_created);
        }
        assert_eq!(created, 1);
    }
    assert_eq!(people.find().count().await.unwrap(), 3);
}

#[database_test]
async fn an_upsert_takes_part_in_a_transaction(db: TestDb) {
    let people = people(&db).await;
    let undone = db.transaction(async |tx| {
        let people = PersonRepository::new(&tx);
        let draft = || Person::draft().email("t").name("Thor");
        assert!(people.upsert(draft()).on(Person::EMAIL).await?.is_created);
        assert!(!people.upsert(draft()).on(Person::EMAIL).await?.is_created);
        Err::<(), relations::Error>(people.get_by_id(0).await.unwrap_err())
    });
    assert_eq!(undone.await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(people.find().count().await.unwrap(), 0);
}

#[database_test]
async fn what_was_changed_and_deleted_is_given(db: TestDb) {
    let people = people(&db).await;
    let drafts = [("c", 30), ("a", 10), ("b", 20)];
    let drafts = drafts.map(|(email, age)| Person::draft().email(email).name("x").age(age));
    let stored = people.create_all(drafts).await.unwrap();
    let patch = people
        .patch(Person::patch().age(20))
        .filter(Person::AGE.ge(20));
    let changed = patch.returning().await.unwrap();
    let age = Some(20);
    assert_eq!(
        changed,
        [
            Person {
                age,
                ..stored[0].clone()
            },
            stored[2].clone()
        ]
    );
    let none = people
        .patch(Person::patch().age(1))
        .filter(Person::AGE.gt(99));
    assert!(none.returning().await.unwrap().is_empty());
    let error = people
        .patch(Person::patch())
        .all_rows()
        .returning()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::EmptyPatch);

    let visits = people.visits(stored[0].id);
    let drafts = [1, 2, 3].map(|day| Visit {
        person_id: stored[0].id,
        day,
        count: day,
    });
    visits.create_all(drafts).await.unwrap();
    let gone = visits
        .delete()
        .filter(Visit::DAY.ge(2))
        .returning()
        .await
        .unwrap();
    assert_eq!(
        gone.iter().map(|visit| visit.day).collect::<Vec<_>>(),
        [2, 3]
    );
    let error = people.delete().all_rows().returning().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("visits"))
    );
    assert_eq!(people.find().count().await.unwrap(), 3);
    let gone = people
        .delete()
        .filter(Person::EMAIL.eq("a"))
        .returning()
        .await
        .unwrap();
    assert_eq!(gone, [stored[1].clone()]);
}

#[database_test]
async fn a_key_that_is_not_unique_is_refused_before_any_statement(db: TestDb) {
    let people = people(&db).await;
    db.ran();
    let draft = Person::draft().email("thor@asgard.no").name("Thor");
    let upsert = people.upsert(draft.clone()).on(Person::NAME).await;
    let find = people.find_or_create(draft).on(Person::NAME).await;
    for error in [upsert.unwrap_err(), find.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::InvalidSchema);
        assert_eq!(
            error.to_string(),
            "`Person`: several rows may have the same `name`, so none is found by it\n\
             help: say `#[model(unique)]` on the field, where the table has the constraint"
        );
    }
    db.assert_sql([]);
}

#[database_test]
async fn rows_that_are_there_are_left_out(db: TestDb) {
    let people = people(&db).await;
    let draft = |email: &str| Person::draft().email(email).name(email);
    let there = people.create(draft("a").nick("A")).await.unwrap();
    let drafts = [
        draft("a").age(1),
        draft("b").age(2),
        draft("c").nick("A"), // of another unique value
        draft("b").age(3),    // of a draft before it
        draft("d"),
    ];
    let created = people.create_all(drafts).ignore_existing().await.unwrap();
    let emails: Vec<Option<&str>> = created
        .iter()
        .map(|row| row.as_ref().map(|row| row.email.as_str()))
        .collect();
    assert_eq!(emails, [None, Some("b"), None, None, Some("d")]);
    assert_eq!(people.get_by_id(there.id).await.unwrap(), there);
    for row in created.into_iter().flatten() {
        assert_eq!(people.get_by_id(row.id).await.unwrap(), row);
    }
    assert_eq!(people.find().count().await.unwrap(), 3);

    let none = people.create_all(Vec::<Json<&str>>::new());
    assert_eq!(none.ignore_existing().await.unwrap(), []);
    let json = [
        r#"{"email": "a", "name": "x"}"#,
        r#"{"email": "e", "name": "x"}"#,
    ];
    let created = people.create_all(json.map(Json)).ignore_existing().await;
    assert_eq!(created.unwrap().iter().flatten().count(), 1);
}

#[database_test]
async fn rows_that_are_left_out_take_no_statement_each(db: TestDb) {
    let people = people(&db).await;
    let draft = |at: i64| Person::draft().email(format!("{at}")).name("x");
    let mut counts = Vec::new();
    // All new, a third of them new, none new.
    for drafts in [0..20, 10..25, 0..20] {
        db.ran();
        let all = drafts.clone();
        let created = people
            .create_all(drafts.map(draft))
            .ignore_existing()
            .await
            .unwrap();
        let statements = db.statements();
        let is_own = |sql: &&String| sql.starts_with("INSERT") || sql.starts_with("SELECT");
        counts.push(statements.iter().filter(is_own).count());
        for (at, row) in all.zip(created) {
            if let Some(row) = row {
                assert_eq!(row.email, format!("{at}"));
                assert_eq!(people.get_by_id(row.id).await.unwrap(), row);
            }
        }
    }
    match db.dialect() {
        // The rows; those that are there by their one key that was given; the rest.
        Dialect::MySql { returning: true } => assert_eq!(counts, [1, 3, 2]),
        // A row, and the row as it is stored.
        Dialect::MySql { returning: false } => assert_eq!(counts, [40, 20, 20]),
        _ => assert_eq!(counts, [1, 1, 1]),
    }
    assert_eq!(people.find().count().await.unwrap(), 25);
}

#[database_test]
async fn a_composite_id_says_which_rows_were_left_out(db: TestDb) {
    let people = people(&db).await;
    let ids: Vec<i64> = people
        .create_all(["a", "b"].map(|email| Person::draft().email(email).name("x")))
        .await
        .unwrap()
        .into_iter()
        .map(|person| person.id)
        .collect();
    let visits = VisitRepository::new(&*db);
    let visit = |person_id, day, count| Visit {
        person_id,
        day,
        count,
    };
    visits.create(visit(ids[1], 2, 0)).await.unwrap();
    let drafts = [
        visit(ids[1], 2, 1),
        visit(ids[1], 1, 2),
        visit(ids[0], 2, 3),
        visit(ids[1], 1, 4), // of a draft before it
    ];
    let created = visits.create_all(drafts).ignore_existing().await.unwrap();
    let counts: Vec<Option<i64>> = created
        .iter()
        .map(|visit| visit.as_ref().map(|visit| visit.count))
        .collect();
    assert_eq!(counts, [None, Some(2), Some(3), None]);
}

#[database_test]
async fn an_empty_row_of_defaults_is_created(db: TestDb) {
    let places = places(&db).await;
    let drafts = (0..3).map(|_| Place::draft());
    let created = places.create_all(drafts).ignore_existing().await.unwrap();
    let mut ids: Vec<i64> = created.iter().flatten().map(|place| place.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

/// Its unique values are not all known to the model.
#[derive(Debug, Clone, PartialEq, Model)]
pub struct Place {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique, length = 80)]
    pub code: Option<String>,
    #[model(length = 80)]
    pub name: Option<String>,
    pub size: Option<i64>,
}

async fn places(db: &TestDb) -> PlaceRepository<&Db> {
    db.schema::<(Place,)>().create().await.unwrap();
    PlaceRepository::new(db)
}

#[database_test]
async fn a_constraint_that_the_model_does_not_know_keeps_rows_out_too(db: TestDb) {
    let places = places(&db).await;
    db.execute("CREATE UNIQUE INDEX place_name_is_unique ON place (name)")
        .await;
    let draft = |name: &str| Place::draft().name(name);
    places.create(draft("b")).await.unwrap();
    let names = ["a", "b", "c", "a", "d"];
    let created = places.create_all(names.map(draft)).ignore_existing().await;
    let created: Vec<Option<String>> = created
        .unwrap()
        .into_iter()
        .map(|place| place.and_then(|place| place.name))
        .collect();
    let some = |name: &str| Some(name.to_owned());
    assert_eq!(created, [some("a"), None, some("c"), None, some("d")]);

    // Beside one that it knows, and within a transaction of the caller's.
    let draft = |(code, name): (&str, &str)| Place::draft().code(code).name(name);
    let drafts = [("1", "e"), ("2", "b"), ("1", "f"), ("3", "g")];
    let created = db
        .transaction(async |tx| {
            let places = PlaceRepository::new(&tx);
            places.create(Place::draft().code("3")).await?;
            places.create_all(drafts.map(draft)).ignore_existing().await
        })
        .await
        .unwrap();
    let are_created: Vec<bool> = created.iter().map(Option::is_some).collect();
    assert_eq!(are_created, [true, false, false, false]);
    assert_eq!(places.find().count().await.unwrap(), 6);
}

#[database_test]
async fn a_trigger_that_changes_the_key_mixes_nothing_up(db: TestDb) {
    let places = places(&db).await;
    let is_sqlite = db.dialect() == Dialect::Sqlite;
    match db.dialect() {
        Dialect::Sqlite => {
            db.execute(
                "CREATE TRIGGER shout AFTER INSERT ON place BEGIN
                 UPDATE place SET code = upper(code) || '!' WHERE id = new.id; END",
            )
            .await
        }
        Dialect::Postgres => {
            db.execute(
                "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$
                 BEGIN NEW.code := upper(NEW.code) || '!'; RETURN NEW; END $$;
                 CREATE TRIGGER shout BEFORE INSERT ON place
                 FOR EACH ROW EXECUTE FUNCTION shout()",
            )
            .await
        }
        _ => {
            db.execute(
                "CREATE TRIGGER shout BEFORE INSERT ON place
                 FOR EACH ROW SET NEW.code = concat(upper(NEW.code), '!')",
            )
            .await
        }
    }
    let draft = |(code, size): (&str, i64)| Place::draft().code(code).size(size);
    let first = places.create(draft(("b", 0))).await.unwrap();
    assert_eq!(first.code.as_deref(), Some("B!"));
    let drafts = match is_sqlite {
        // Its triggers change rows that are there by then, and what they violate is an error.
        true => [("a", 1), ("B!", 2), ("d", 3), ("c", 4)],
        false => [("a", 1), ("b", 2), ("A", 3), ("c", 4)],
    };
    let created = places.create_all(drafts.map(draft)).ignore_existing().await;
    let created: Vec<Option<(String, i64)>> = created
        .unwrap()
        .into_iter()
        .map(|place| place.map(|place| (place.code.unwrap(), place.size.unwrap())))
        .collect();
    let some = |code: &str, size| Some((code.to_owned(), size));
    let third = is_sqlite.then(|| ("D!".to_owned(), 3));
    assert_eq!(created, [some("A!", 1), None, third, some("C!", 4)]);
}

#[database_test]
async fn what_is_wrong_otherwise_is_an_error_and_creates_nothing(db: TestDb) {
    let people = people(&db).await;
    let thor = people.create(Person::draft().email("a").name("Thor"));
    let thor = thor.await.unwrap().id;
    let visits = VisitRepository::new(&*db);
    let visit = |person_id, day| Visit {
        person_id,
        day,
        count: 1,
    };
    let created = visits.create_all([visit(thor, 1), visit(thor + 1, 1)]);
    let error = created.ignore_existing().await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(
        (error.model(), error.relation()),
        (Some("Visit"), Some("person"))
    );
    assert!(!visits.find().exists().await.unwrap());

    // A text that is too long for its column, where the database has a length.
    let long = Person::draft().email("x".repeat(300)).name("x");
    let short = Person::draft().email("y").name("y");
    let created = people.create_all([short, long]).ignore_existing().await;
    match created {
        Err(_) => assert_eq!(people.find().count().await.unwrap(), 1),
        Ok(created) => assert_eq!(created[1].as_ref().unwrap().email.len(), 300),
    }
}

#[database_test]
async fn rows_within_a_row_that_is_left_out_are_left_out_with_it(db: TestDb) {
    let people = people(&db).await;
    let draft = |email: &str, days: [i64; 2]| {
        let visits = days.map(|day| Visit::draft().day(day).count(0));
        Person::draft().email(email).name(email).visits(visits)
    };
    people.create(draft("a", [1, 2])).await.unwrap();
    let created = people.create_all([draft("a", [3, 4]), draft("b", [5, 6])]);
    let created = created.ignore_existing().await.unwrap();
    let id = created[1].as_ref().unwrap().id;
    let visits = VisitRepository::new(&*db);
    let days = visits
        .find()
        .order_by(Visit::DAY.asc())
        .all()
        .await
        .unwrap();
    let days: Vec<i64> = days.iter().map(|visit| visit.day).collect();
    assert_eq!(days, [1, 2, 5, 6]);

    // Through a relation.
    let of_b = people.visits(id);
    let again = [5, 7].map(|day| Visit::draft().day(day).count(1));
    let created = of_b.create_all(again).ignore_existing().await.unwrap();
    assert!(created[0].is_none() && created[1].is_some());
    let error = people
        .visits(id + 1)
        .create_all([Visit::draft().day(1).count(1)]);
    let error = error.ignore_existing().await.unwrap_err();
    assert_eq!(error.relation(), Some("visits"));
    assert!(error.to_string().contains("`Person` with `id`"), "{error}");
}

#[database_test]
async fn eight_imports_at_once_create_each_row_once(db: TestDb) {
    let people = people(&db).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let db = (*db).clone();
            tokio::spawn(async move {
                let drafts = (0..10).map(|at| Person::draft().email(format!("{at}")).name("x"));
                let drafts: Vec<_> = drafts.collect();
                let created = db
                    .retry(20)
                    .transaction(async |tx| {
                        let drafts = drafts.clone();
                        PersonRepository::new(&tx)
                            .create_all(drafts)
                            .ignore_existing()
                            .await
                    })
                    .await;
                created.map(|created| created.into_iter().flatten().count())
            })
        })
        .collect();
    let mut created = 0;
    for task in tasks {
        created += task.await.unwrap().unwrap();
    }
    assert_eq!(created, 10);
    assert_eq!(people.find().count().await.unwrap(), 10);
}

#[database_test]
async fn a_table_that_lacks_the_unique_constraint_is_told(db: TestDb) {
    db.execute(
        "CREATE TABLE person (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) NOT NULL, \
         name VARCHAR(80) NOT NULL, age BIGINT, nick VARCHAR(80))",
    )
    .await;
    for id in [1, 2] {
        db.execute(&format!(
            "INSERT INTO person (id, email, name) VALUES ({id}, 'a', 'old')"
        ))
        .await;
    }
    let people = PersonRepository::new(&*db);
    let draft = |email: &str| Person::draft().email(email).name("new");
    let upsert = people.upsert_all([draft("a"), draft("b")]);
    let error = upsert.on(Person::EMAIL).await.unwrap_err();
    // Where one statement does it, the database itself asks for the constraint.
    let (kind, says) = match db.dialect() {
        Dialect::MySql { .. } => (
            ErrorKind::ConstraintMismatch,
            "an upsert of `Person` found 2 rows with one `email`, so its table lacks the unique",
        ),
        _ => (ErrorKind::Database, "ON CONFLICT"),
    };
    assert_eq!(error.kind(), kind);
    assert!(error.to_string().contains(says), "{error}");
    let new = "SELECT count(*) FROM person WHERE name = 'new'";
    assert_eq!(db.number(new).await, 0);
}
