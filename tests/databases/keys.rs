//! Keys of every shape: composite, not the id, text, UUID, bytes, null.

use crate::support::{Sql, TestDb, database_test};
use relations::ErrorKind;
use relations::prelude::*;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Mayor, key_from = ["country", "number"], key_to = ["city_country", "city_number"])]
pub struct City {
    #[model(id)]
    pub country: String,
    #[model(id)]
    pub number: i64,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[belongs_to(City, key_from = ["city_country", "city_number"])]
pub struct Mayor {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
    #[model(length = 20)]
    pub city_country: Option<String>,
    pub city_number: Option<i64>,
}

async fn cities(db: &TestDb) -> (CityRepository<&Db>, MayorRepository<&Db>) {
    db.schema::<(City, Mayor)>().create().await.unwrap();
    db.execute("INSERT INTO city VALUES ('SE', 1, 'Kiruna'), ('SE', 2, 'Umea'), ('NO', 1, 'Oslo'), ('NO', 2, 'Bodo')").await;
    let (cities, mayors) = (CityRepository::new(&**db), MayorRepository::new(&**db));
    for (country, number, name) in [("SE", 2, "Ulla"), ("NO", 1, "Olav"), ("SE", 1, "Kim")] {
        cities
            .mayor((country.to_owned(), number))
            .create(Mayor::draft().name(name))
            .await
            .unwrap();
    }
    db.ran();
    (cities, mayors)
}

#[database_test]
async fn composite_keys_create_find_patch_and_delete(db: TestDb) {
    let (cities, mayors) = cities(&db).await;
    let key = || ("SE".to_owned(), 1_i64);
    let kim = cities.mayor(key()).get().await.unwrap();
    assert_eq!(
        (
            kim.name.as_str(),
            kim.city_country.as_deref(),
            kim.city_number
        ),
        ("Kim", Some("SE"), Some(1))
    );
    db.assert_sql([Sql::Same(
        r#"SELECT "t0"."id", "t0"."name", "t0"."city_country", "t0"."city_number" FROM "mayor" AS "t0" WHERE "t0"."city_country" = ? AND "t0"."city_number" = ? ORDER BY "t0"."id" ASC"#,
    )]);
    let city = cities.find_by_id(key()).get().await.unwrap();
    assert_eq!(cities.mayor(&city).get().await.unwrap(), kim);
    assert_eq!(mayors.city(kim.id).get().await.unwrap(), city);
    assert_eq!(mayors.city(&kim).get().await.unwrap(), city);
    assert_eq!(
        cities
            .mayor(key())
            .patch(Mayor::patch().name("Kai"))
            .await
            .unwrap(),
        1
    );
    let set = cities
        .mayor(key())
        .set(Mayor::draft().name("Kaj"))
        .await
        .unwrap();
    assert_eq!((set.id, set.name.as_str()), (kim.id, "Kaj"));
    assert_eq!(cities.mayor(key()).delete().await.unwrap(), 1);
    assert_eq!(mayors.find().count().await.unwrap(), 2);
}

#[database_test]
async fn composite_keys_are_unique_and_named_in_errors(db: TestDb) {
    let (cities, _) = cities(&db).await;
    let error = cities
        .mayor(("SE".to_owned(), 1))
        .create(Mayor::draft().name("x"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::AlreadyExists, Some("mayor"))
    );
    assert_eq!(
        error.to_string(),
        "`City.mayor` has its row already: the `city_country`, `city_number` is taken (of the `City` with `country` \"SE\" and `number` 1)"
    );
    let error = cities
        .mayor(("SE".to_owned(), 9))
        .create(Mayor::draft().name("x"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("mayor"))
    );
}

#[database_test]
async fn composite_keys_are_included_both_ways(db: TestDb) {
    let (cities, mayors) = cities(&db).await;
    mayors.create(Mayor::draft().name("Nobody")).await.unwrap();
    mayors
        .create(Mayor::draft().name("Half").city_country("SE"))
        .await
        .unwrap();
    db.ran();
    let rows = cities.find().include(City::MAYOR).all().await.unwrap();
    let names: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.name.as_str(),
                row.mayor.as_ref().map(|mayor| mayor.name.as_str()),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("Oslo", Some("Olav")),
            ("Bodo", None),
            ("Kiruna", Some("Kim")),
            ("Umea", Some("Ulla"))
        ]
    );
    db.ran();
    let expected = [Some("Umea"), Some("Oslo"), Some("Kiruna"), None, None];
    for limit in [10, 100] {
        let rows = mayors
            .find()
            .limit(limit)
            .include(Mayor::CITY)
            .all()
            .await
            .unwrap();
        let names: Vec<_> = rows
            .iter()
            .map(|row| row.city.as_ref().map(|city| city.name.as_str()))
            .collect();
        assert_eq!(names, expected, "limit {limit}");
    }
    let sql = db.statements();
    let expected = Sql::Each {
        sqlite: r#"SELECT "k"."relations_at", "t0"."country", "t0"."number", "t0"."name" FROM (SELECT key AS relations_at, json_extract(value, '$[0]') AS k0, json_extract(value, '$[1]') AS k1 FROM json_each(?)) AS "k" INNER JOIN "city" AS "t0" ON "t0"."country" = "k"."k0" AND "t0"."number" = "k"."k1""#,
        postgres: r#"SELECT "k"."relations_at", "t0"."country", "t0"."number", "t0"."name" FROM (SELECT list.ordinality AS relations_at, list."country" AS k0, list."number" AS k1 FROM json_populate_recordset((SELECT relations_row FROM "city" AS relations_row WHERE FALSE), CAST($1 AS json)) WITH ORDINALITY AS list) AS "k" INNER JOIN "city" AS "t0" ON "t0"."country" = "k"."k0" AND "t0"."number" = "k"."k1""#,
        mysql: "SELECT `k`.`relations_at`, `t0`.`country`, `t0`.`number`, `t0`.`name` FROM (SELECT at AS relations_at, JSON_UNQUOTE(k0) AS k0, k1 AS k1 FROM JSON_TABLE(?, '$[*]' COLUMNS (at FOR ORDINALITY, k0 JSON PATH '$[0]', k1 BIGINT PATH '$[1]')) AS list) AS `k` INNER JOIN `city` AS `t0` ON `t0`.`country` = `k`.`k0` AND `t0`.`number` = `k`.`k1`",
    };
    assert_eq!(sql.last(), Some(&expected.of(db.dialect())));
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Locker, key_from = "badge", key_to = "badge")]
pub struct Worker {
    #[model(id, generated)]
    pub id: i64,
    #[model(unique)]
    pub badge: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Locker {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Worker, name = "worker", key_to = "badge")]
    pub badge: String,
}

#[database_test]
async fn a_has_one_from_a_field_that_is_not_the_id(db: TestDb) {
    db.schema::<(Worker, Locker)>().create().await.unwrap();
    let (workers, lockers) = (WorkerRepository::new(&*db), LockerRepository::new(&*db));
    let ann = workers.create(Worker::draft().badge("A-1")).await.unwrap();
    let bob = workers.create(Worker::draft()).await.unwrap();
    let locker = workers.locker("A-1").create(Locker::draft()).await.unwrap();
    assert_eq!(locker.badge, "A-1");
    assert_eq!(workers.locker(&ann).get().await.unwrap(), locker);
    assert_eq!(lockers.worker(&locker).get().await.unwrap(), ann);
    assert_eq!(lockers.worker(locker.id).get().await.unwrap(), ann);
    let rows = workers.find().include(Worker::LOCKER).all().await.unwrap();
    assert_eq!(
        (rows[0].locker.as_ref(), rows[1].locker.as_ref()),
        (Some(&locker), None)
    );
    for limit in [5, 50] {
        let rows = lockers
            .find()
            .limit(limit)
            .include(Locker::WORKER)
            .all()
            .await
            .unwrap();
        assert_eq!(*rows[0].worker, ann, "limit {limit}");
    }
    // A source whose key is null has no target, and cannot get one.
    db.ran();
    assert_eq!(workers.locker(&bob).find().await.unwrap(), None);
    assert!(!workers.locker(&bob).find().exists().await.unwrap());
    assert_eq!(workers.locker(&bob).delete().await.unwrap(), 0);
    for error in [
        workers
            .locker(&bob)
            .create(Locker::draft())
            .await
            .unwrap_err(),
        workers.locker(&bob).set(Locker::draft()).await.unwrap_err(),
        workers.locker(&bob).build(Locker::draft()).unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.relation()),
            (ErrorKind::ConstraintMismatch, Some("locker"))
        );
    }
    assert!(workers.locker(&bob).get().await.unwrap_err().is_not_found());
    assert_eq!(db.count(), 0);
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Employee, name = "deputy", key_to = "deputy_of")]
pub struct Employee {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Employee, name = "manager")]
    pub manager_id: Option<i64>,
    #[belongs_to(Employee, name = "principal")]
    pub deputy_of: Option<i64>,
}

#[database_test]
async fn a_relation_of_a_model_to_itself(db: TestDb) {
    db.schema::<Employee>().create().await.unwrap();
    let employees = EmployeeRepository::new(&*db);
    for (id, manager_id, deputy_of) in [
        (1, None, None),
        (2, Some(1), None),
        (3, Some(1), None),
        (4, Some(3), None),
    ] {
        employees
            .create(Employee {
                id,
                manager_id,
                deputy_of,
            })
            .await
            .unwrap();
    }
    let deputy = employees
        .deputy(2)
        .create(Employee {
            id: 5,
            manager_id: Some(2),
            deputy_of: Some(2),
        })
        .await
        .unwrap();
    assert_eq!(deputy.deputy_of, Some(2));
    for limit in [10, 100] {
        let nested = Employee::MANAGER.include(Employee::MANAGER);
        let query = employees
            .find()
            .limit(limit)
            .include(nested)
            .include(Employee::DEPUTY)
            .include(Employee::PRINCIPAL);
        let rows = query.all().await.unwrap();
        let managers: Vec<_> = rows
            .iter()
            .map(|row| row.manager.as_ref().map(|m| m.id))
            .collect();
        assert_eq!(managers, [None, Some(1), Some(1), Some(3), Some(2)]);
        let of_managers: Vec<_> = rows
            .iter()
            .map(|row| {
                row.manager
                    .as_ref()
                    .and_then(|m| m.manager.as_ref())
                    .map(|m| m.id)
            })
            .collect();
        assert_eq!(of_managers, [None, None, None, Some(1), Some(1)]);
        assert_eq!(rows[1].deputy.as_ref().unwrap().id, 5);
        assert_eq!(rows[4].principal.as_ref().unwrap().id, 2);
    }
    assert_eq!(employees.manager(4).get().await.unwrap().id, 3);
    assert_eq!(employees.manager(1).find().await.unwrap(), None);
    let error = employees.delete_by_id(3).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Address, name = "home", key_to = "lives_there")]
#[has_one(Address, name = "office", key_to = "works_there")]
pub struct Person {
    #[model(id)]
    pub id: i64,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Address {
    #[model(id, generated)]
    pub id: i64,
    pub street: String,
    #[belongs_to(Person, name = "resident")]
    pub lives_there: Option<i64>,
    #[belongs_to(Person, name = "worker")]
    pub works_there: Option<i64>,
}

#[database_test]
async fn two_has_ones_to_one_target(db: TestDb) {
    db.schema::<(Person, Address)>().create().await.unwrap();
    let people = PersonRepository::new(&*db);
    for id in [1, 2] {
        people.create(Person { id }).await.unwrap();
    }
    people
        .home(1)
        .create(Address::draft().street("Home 1"))
        .await
        .unwrap();
    people
        .office(1)
        .create(Address::draft().street("Office 1"))
        .await
        .unwrap();
    // One house, where the second lives and the first cannot work twice.
    people
        .home(2)
        .create(Address::draft().street("Home 2"))
        .await
        .unwrap();
    let error = people
        .office(1)
        .create(Address::draft().street("x"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::AlreadyExists, Some("office"))
    );
    let error = people
        .home(9)
        .create(Address::draft().street("x"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("home"))
    );
    db.ran();
    let rows = people
        .find()
        .include(Person::HOME)
        .include(Person::OFFICE)
        .all()
        .await
        .unwrap();
    assert_eq!(db.count(), 1);
    let street = |address: &Option<Address>| address.as_ref().map(|address| address.street.clone());
    let found: Vec<_> = rows
        .iter()
        .map(|row| (street(&row.home), street(&row.office)))
        .collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        found,
        [(text("Home 1"), text("Office 1")), (text("Home 2"), None)]
    );
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Secret, key_to = "machine")]
pub struct Machine {
    #[model(id)]
    pub id: Uuid,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Secret {
    #[model(id)]
    pub hash: Vec<u8>,
    #[belongs_to(Machine, name = "owner")]
    pub machine: Uuid,
    #[belongs_to(Secret, name = "previous")]
    pub previous_hash: Option<Vec<u8>>,
}

#[database_test]
async fn uuid_and_byte_keys(db: TestDb) {
    db.schema::<(Machine, Secret)>().create().await.unwrap();
    let (machines, secrets) = (MachineRepository::new(&*db), SecretRepository::new(&*db));
    let ids = [
        Uuid::from_u128(1),
        Uuid::from_u128(u128::MAX),
        Uuid::from_u128(0xabcdef << 64),
    ];
    for id in ids {
        machines
            .create(Machine {
                id,
                name: id.to_string(),
            })
            .await
            .unwrap();
    }
    let hashes = [vec![0_u8, 1, 255], vec![0xde, 0xad, 0, 0], vec![1]];
    for (at, hash) in hashes.iter().enumerate() {
        let previous_hash = at.checked_sub(1).map(|before| hashes[before].clone());
        let secret = Secret {
            hash: hash.clone(),
            machine: ids[at],
            previous_hash,
        };
        assert_eq!(
            machines
                .secret(ids[at])
                .create(secret.clone())
                .await
                .unwrap(),
            secret
        );
    }
    assert_eq!(
        machines.find_by_id(ids[1]).get().await.unwrap().name,
        ids[1].to_string()
    );
    assert_eq!(
        secrets
            .find_by_id(hashes[1].as_slice())
            .get()
            .await
            .unwrap()
            .machine,
        ids[1]
    );
    assert_eq!(
        secrets.owner(hashes[2].clone()).get().await.unwrap().id,
        ids[2]
    );
    assert_eq!(
        secrets
            .find()
            .filter(Secret::HASH.in_([&hashes[0], &hashes[2]]))
            .count()
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        machines
            .find()
            .filter(Machine::ID.in_(ids))
            .count()
            .await
            .unwrap(),
        3
    );
    for limit in [10, 100] {
        let query = secrets
            .find()
            .limit(limit)
            .include(Secret::OWNER)
            .include(Secret::PREVIOUS);
        let rows = query.all().await.unwrap();
        assert_eq!(rows.len(), 3);
        for row in &rows {
            assert_eq!(row.owner.id, row.machine);
            assert_eq!(
                row.previous.as_ref().map(|previous| &previous.hash),
                row.previous_hash.as_ref()
            );
        }
    }
    let rows = machines
        .find()
        .include(Machine::SECRET)
        .all()
        .await
        .unwrap();
    assert!(
        rows.iter()
            .all(|row| row.secret.as_ref().unwrap().machine == row.id)
    );
    let error = secrets.find_by_id(vec![9_u8]).get().await.unwrap_err();
    assert_eq!(error.to_string(), "no `Secret` has `hash` x'09'");
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Country {
    #[model(id)]
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct River {
    #[model(id)]
    pub id: i64,
    #[belongs_to(Country)]
    pub country_id: Option<String>,
}

#[database_test]
async fn text_keys_are_matched_exactly(db: TestDb) {
    db.schema::<(Country, River)>().create().await.unwrap();
    let (countries, rivers) = (CountryRepository::new(&*db), RiverRepository::new(&*db));
    let codes = ["de", "DE", "", "dé", "d'e\"\\", "🇩🇪"];
    for (id, code) in codes.iter().enumerate() {
        countries
            .create(Country {
                code: (*code).into(),
            })
            .await
            .unwrap();
        rivers
            .create(River {
                id: id as i64,
                country_id: Some((*code).into()),
            })
            .await
            .unwrap();
    }
    for limit in [10, 100] {
        let rows = rivers
            .find()
            .limit(limit)
            .include(River::COUNTRY)
            .all()
            .await
            .unwrap();
        let found: Vec<_> = rows
            .iter()
            .map(|row| row.country.as_ref().unwrap().code.as_str())
            .collect();
        assert_eq!(found, codes, "limit {limit}");
    }
    for (id, code) in codes.iter().enumerate() {
        assert_eq!(rivers.country(id as i64).get().await.unwrap().code, *code);
        let row = rivers
            .find_by_id(id as i64)
            .include(River::COUNTRY)
            .get()
            .await
            .unwrap();
        assert_eq!(row.country.as_ref().unwrap().code, *code);
    }
}

#[database_test]
async fn text_keys_that_differ_in_trailing_spaces_are_different(db: TestDb) {
    db.schema::<(Country, River)>().create().await.unwrap();
    let countries = CountryRepository::new(&*db);
    countries
        .create(Country { code: "de".into() })
        .await
        .unwrap();
    countries
        .create(Country { code: "de ".into() })
        .await
        .unwrap();
    assert_eq!(countries.find_by_id("de ").get().await.unwrap().code, "de ");
}

#[derive(Debug, Clone, PartialEq, Model)]
#[has_one(Small, key_to = "wide")]
pub struct Wide {
    #[model(id)]
    pub id: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
pub struct Small {
    #[model(id)]
    pub id: i16,
    #[belongs_to(Wide, name = "parent")]
    pub wide: u32,
}

#[database_test]
async fn narrow_and_unsigned_integer_keys(db: TestDb) {
    db.schema::<(Wide, Small)>().create().await.unwrap();
    let (wides, smalls) = (WideRepository::new(&*db), SmallRepository::new(&*db));
    for (id, wide) in [(i16::MIN, u32::MAX), (0, 0), (i16::MAX, 7)] {
        wides.create(Wide { id: wide }).await.unwrap();
        wides.small(wide).create(Small { id, wide }).await.unwrap();
    }
    for limit in [10, 100] {
        let rows = smalls
            .find()
            .limit(limit)
            .include(Small::PARENT)
            .all()
            .await
            .unwrap();
        let found: Vec<_> = rows.iter().map(|row| (row.id, row.parent.id)).collect();
        assert_eq!(found, [(i16::MIN, u32::MAX), (0, 0), (i16::MAX, 7)]);
    }
    assert_eq!(
        wides
            .find()
            .filter(Wide::ID.in_([u32::MAX, 0]))
            .count()
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        smalls
            .find_by_id(i16::MIN)
            .include(Small::PARENT)
            .get()
            .await
            .unwrap()
            .parent
            .id,
        u32::MAX
    );
}

#[database_test]
async fn a_violated_key_to_the_model_itself_names_the_side_that_was_written(db: TestDb) {
    db.schema::<Employee>().create().await.unwrap();
    let employees = EmployeeRepository::new(&*db);
    let row = |id, deputy_of| Employee {
        id,
        manager_id: None,
        deputy_of,
    };
    let error = employees.create(row(1, Some(99))).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("principal"))
    );
    assert_eq!(
        error.to_string(),
        "`Employee.principal`: the `deputy_of` refers to no `Employee`"
    );
    employees.create(row(1, None)).await.unwrap();
    employees.deputy(1).create(row(2, Some(1))).await.unwrap();
    let error = employees.delete_by_id(1).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.relation()),
        (ErrorKind::ForeignKeyViolation, Some("deputy"))
    );
    assert_eq!(
        error.to_string(),
        "`Employee.deputy`: an `Employee` still refers to this row"
    );
}
