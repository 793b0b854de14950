//! Shops that rent films, as a well-known sample database has them: staff and shops that refer to each other, an enum, a set or an array, a
//! year, a domain, partitions, views, rules, and triggers that note the last change. Each relation is loaded in all ways.

use crate::support::{Sql, TestDb, database_test};
use crate::ways::compare;
use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use relations::{Db, Dialect, ErrorKind, Predicate, prelude::*};
use rust_decimal::Decimal;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ColumnType)]
#[model(db_enum = "mpaa_rating")]
enum Rating {
    G,
    #[serde(rename = "PG")]
    #[model(rename = "PG")]
    Pg,
    #[serde(rename = "PG-13")]
    #[model(rename = "PG-13")]
    Pg13,
    R,
    #[serde(rename = "NC-17")]
    #[model(rename = "NC-17")]
    Nc17,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(City)]
struct Country {
    #[model(id, column = "country_id")]
    id: i32,
    country: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Address, name = "addresses")]
struct City {
    #[model(id, column = "city_id")]
    id: i32,
    city: String,
    #[belongs_to(Country)]
    country_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Customer)]
#[has_one(Store)]
#[has_one(Staff, name = "lodger")]
struct Address {
    #[model(id, column = "address_id")]
    id: i32,
    address: String,
    #[belongs_to(City)]
    city_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Staff, name = "staff")]
#[has_many(Customer)]
#[has_many(Inventory, name = "inventory")]
#[has_many(Film, through(Inventory))]
struct Store {
    #[model(id, column = "store_id")]
    id: i32,
    #[belongs_to(Staff, name = "manager")]
    #[model(unique)]
    manager_staff_id: i32,
    #[belongs_to(Address)]
    address_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_one(Store, name = "managed", key_to = "manager_staff_id")]
#[has_many(Rental)]
#[has_many(Payment)]
struct Staff {
    #[model(id, column = "staff_id")]
    id: i32,
    first_name: String,
    #[belongs_to(Address)]
    address_id: i32,
    #[belongs_to(Store)]
    store_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Rental)]
#[has_many(Payment)]
#[has_many(Inventory, name = "rented", through(Rental))]
#[has_one(CustomerList, name = "listed", key_to = "id")]
struct Customer {
    #[model(id, column = "customer_id")]
    id: i32,
    #[belongs_to(Store)]
    store_id: i32,
    first_name: String,
    #[belongs_to(Address)]
    address_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Film)]
#[has_many(Film, name = "translated", key_to = "original_language_id")]
struct Language {
    #[model(id, column = "language_id")]
    id: i32,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Inventory, name = "copies")]
#[has_many(Actor, through(FilmActor))]
#[has_many(FilmActor, name = "roles")]
#[has_one(FilmSales, name = "sales", key_to = "id")]
struct Film {
    #[model(id, column = "film_id")]
    id: i32,
    title: String,
    release_year: Option<i32>,
    #[belongs_to(Language)]
    language_id: i32,
    #[belongs_to(Language, name = "original_language")]
    original_language_id: Option<i32>,
    rental_rate: Decimal,
    rating: Option<Rating>,
    last_update: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Film, through(FilmActor))]
struct Actor {
    #[model(id, column = "actor_id")]
    id: i32,
    first_name: String,
    last_update: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct FilmActor {
    #[belongs_to(Actor)]
    #[model(id)]
    actor_id: i32,
    #[belongs_to(Film)]
    #[model(id)]
    film_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Rental)]
struct Inventory {
    #[model(id, column = "inventory_id")]
    id: i32,
    #[belongs_to(Film)]
    film_id: i32,
    #[belongs_to(Store)]
    store_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[has_many(Payment)]
struct Rental {
    #[model(id, column = "rental_id")]
    id: i32,
    rental_date: NaiveDateTime,
    #[belongs_to(Inventory)]
    inventory_id: i32,
    #[belongs_to(Customer)]
    customer_id: i32,
    return_date: Option<NaiveDateTime>,
    #[belongs_to(Staff)]
    staff_id: i32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
struct Payment {
    #[model(id, column = "payment_id")]
    id: i32,
    #[belongs_to(Customer)]
    customer_id: i32,
    #[belongs_to(Staff)]
    staff_id: i32,
    #[belongs_to(Rental)]
    rental_id: Option<i32>,
    amount: Decimal,
    #[model(id)]
    payment_date: NaiveDateTime,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(view)]
struct CustomerList {
    #[belongs_to(Customer, name = "customer")]
    #[model(id)]
    id: i32,
    name: String,
    country: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(view)]
struct FilmSales {
    #[belongs_to(Film, name = "film")]
    #[model(id)]
    id: i32,
    rentals: i64,
}

/// SQLite has no exact numbers, which are texts there.
const TABLES: Sql = Sql::Each {
    sqlite: "
        CREATE TABLE country (country_id INTEGER PRIMARY KEY, country TEXT NOT NULL);
        CREATE TABLE city (city_id INTEGER PRIMARY KEY, city TEXT NOT NULL, country_id INT NOT NULL REFERENCES country);
        CREATE TABLE address (address_id INTEGER PRIMARY KEY, address TEXT NOT NULL, city_id INT NOT NULL REFERENCES city);
        CREATE TABLE store (store_id INTEGER PRIMARY KEY, manager_staff_id INT NOT NULL UNIQUE REFERENCES staff DEFERRABLE INITIALLY DEFERRED,
            address_id INT NOT NULL REFERENCES address);
        CREATE TABLE staff (staff_id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, address_id INT NOT NULL REFERENCES address,
            store_id INT NOT NULL REFERENCES store DEFERRABLE INITIALLY DEFERRED);
        CREATE TABLE customer (customer_id INTEGER PRIMARY KEY, store_id INT NOT NULL REFERENCES store, first_name TEXT NOT NULL,
            address_id INT NOT NULL REFERENCES address);
        CREATE TABLE language (language_id INTEGER PRIMARY KEY, name CHAR(20) NOT NULL);
        CREATE TABLE film (film_id INTEGER PRIMARY KEY, title TEXT NOT NULL, release_year YEAR, language_id INT NOT NULL REFERENCES language,
            original_language_id INT REFERENCES language, rental_rate TEXT NOT NULL DEFAULT '4.99',
            rating TEXT DEFAULT 'G' CHECK (rating IN ('G', 'PG', 'PG-13', 'R', 'NC-17')), special_features TEXT, last_update TIMESTAMP NOT NULL);
        CREATE TABLE actor (actor_id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_update TIMESTAMP NOT NULL);
        CREATE TABLE film_actor (actor_id INT NOT NULL REFERENCES actor, film_id INT NOT NULL REFERENCES film, PRIMARY KEY (actor_id, film_id));
        CREATE TABLE inventory (inventory_id INTEGER PRIMARY KEY, film_id INT NOT NULL REFERENCES film, store_id INT NOT NULL REFERENCES store);
        CREATE TABLE rental (rental_id INTEGER PRIMARY KEY, rental_date TIMESTAMP NOT NULL, inventory_id INT NOT NULL REFERENCES inventory,
            customer_id INT NOT NULL REFERENCES customer, return_date TIMESTAMP, staff_id INT NOT NULL REFERENCES staff);
        CREATE TABLE payment (payment_id INT NOT NULL, customer_id INT NOT NULL REFERENCES customer, staff_id INT NOT NULL REFERENCES staff,
            rental_id INT REFERENCES rental, amount TEXT NOT NULL, payment_date TIMESTAMP NOT NULL, PRIMARY KEY (payment_id, payment_date));
        CREATE TRIGGER film_changed AFTER UPDATE ON film BEGIN
            UPDATE film SET last_update = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE film_id = NEW.film_id; END;
        CREATE TRIGGER actor_changed AFTER UPDATE ON actor BEGIN
            UPDATE actor SET last_update = strftime('%Y-%m-%d %H:%M:%f', 'now') WHERE actor_id = NEW.actor_id; END",
    postgres: "
        CREATE TYPE mpaa_rating AS ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17');
        CREATE DOMAIN year AS integer CHECK (VALUE >= 1901 AND VALUE <= 2155);
        CREATE TABLE country (country_id SERIAL PRIMARY KEY, country TEXT NOT NULL);
        CREATE TABLE city (city_id SERIAL PRIMARY KEY, city TEXT NOT NULL, country_id INT NOT NULL REFERENCES country);
        CREATE TABLE address (address_id SERIAL PRIMARY KEY, address TEXT NOT NULL, city_id INT NOT NULL REFERENCES city);
        CREATE TABLE store (store_id SERIAL PRIMARY KEY, manager_staff_id INT NOT NULL UNIQUE, address_id INT NOT NULL REFERENCES address);
        CREATE TABLE staff (staff_id SERIAL PRIMARY KEY, first_name TEXT NOT NULL, address_id INT NOT NULL REFERENCES address,
            store_id INT NOT NULL REFERENCES store DEFERRABLE INITIALLY DEFERRED);
        ALTER TABLE store ADD FOREIGN KEY (manager_staff_id) REFERENCES staff DEFERRABLE INITIALLY DEFERRED;
        CREATE TABLE customer (customer_id SERIAL PRIMARY KEY, store_id INT NOT NULL REFERENCES store, first_name TEXT NOT NULL,
            address_id INT NOT NULL REFERENCES address);
        CREATE TABLE language (language_id SERIAL PRIMARY KEY, name CHAR(20) NOT NULL);
        CREATE TABLE film (film_id SERIAL PRIMARY KEY, title TEXT NOT NULL, release_year year, language_id INT NOT NULL REFERENCES language,
            original_language_id INT REFERENCES language, rental_rate NUMERIC(4,2) NOT NULL DEFAULT 4.99, rating mpaa_rating DEFAULT 'G',
            special_features TEXT[], last_update TIMESTAMPTZ NOT NULL DEFAULT now());
        CREATE TABLE actor (actor_id SERIAL PRIMARY KEY, first_name TEXT NOT NULL, last_update TIMESTAMPTZ NOT NULL DEFAULT now());
        CREATE TABLE film_actor (actor_id INT NOT NULL REFERENCES actor, film_id INT NOT NULL REFERENCES film, PRIMARY KEY (actor_id, film_id));
        CREATE TABLE inventory (inventory_id SERIAL PRIMARY KEY, film_id INT NOT NULL REFERENCES film, store_id INT NOT NULL REFERENCES store);
        CREATE TABLE rental (rental_id SERIAL PRIMARY KEY, rental_date TIMESTAMP NOT NULL, inventory_id INT NOT NULL REFERENCES inventory,
            customer_id INT NOT NULL REFERENCES customer, return_date TIMESTAMP, staff_id INT NOT NULL REFERENCES staff);
        CREATE TABLE payment (payment_id SERIAL, customer_id INT NOT NULL REFERENCES customer, staff_id INT NOT NULL REFERENCES staff,
            rental_id INT REFERENCES rental, amount NUMERIC(5,2) NOT NULL, payment_date TIMESTAMP NOT NULL, PRIMARY KEY (payment_id, payment_date))
            PARTITION BY RANGE (payment_date);
        CREATE TABLE payment_2007_01 PARTITION OF payment FOR VALUES FROM ('2007-01-01') TO ('2007-02-01');
        CREATE TABLE payment_2007_02 PARTITION OF payment FOR VALUES FROM ('2007-02-01') TO ('2007-03-01');
        CREATE TABLE payment_later PARTITION OF payment DEFAULT;
        CREATE FUNCTION last_updated() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.last_update = now(); RETURN NEW; END';
        CREATE TRIGGER last_updated BEFORE UPDATE ON film FOR EACH ROW EXECUTE FUNCTION last_updated();
        CREATE TRIGGER last_updated BEFORE UPDATE ON actor FOR EACH ROW EXECUTE FUNCTION last_updated();
        CREATE TABLE renamed (actor_id INT, first_name TEXT);
        CREATE RULE renamed AS ON UPDATE TO actor DO ALSO INSERT INTO renamed VALUES (OLD.actor_id, OLD.first_name);
        CREATE RULE kept AS ON DELETE TO language DO INSTEAD NOTHING",
    mysql: "
        CREATE TABLE country (country_id INT AUTO_INCREMENT PRIMARY KEY, country VARCHAR(50) NOT NULL);
        CREATE TABLE city (city_id INT AUTO_INCREMENT PRIMARY KEY, city VARCHAR(50) NOT NULL, country_id INT NOT NULL REFERENCES country (country_id));
        CREATE TABLE address (address_id INT AUTO_INCREMENT PRIMARY KEY, address VARCHAR(50) NOT NULL, city_id INT NOT NULL REFERENCES city (city_id));
        CREATE TABLE store (store_id INT AUTO_INCREMENT PRIMARY KEY, manager_staff_id INT NOT NULL UNIQUE,
            address_id INT NOT NULL REFERENCES address (address_id));
        CREATE TABLE staff (staff_id INT AUTO_INCREMENT PRIMARY KEY, first_name VARCHAR(45) NOT NULL,
            address_id INT NOT NULL REFERENCES address (address_id), store_id INT NOT NULL REFERENCES store (store_id));
        ALTER TABLE store ADD FOREIGN KEY (manager_staff_id) REFERENCES staff (staff_id);
        CREATE TABLE customer (customer_id INT AUTO_INCREMENT PRIMARY KEY, store_id INT NOT NULL REFERENCES store (store_id),
            first_name VARCHAR(45) NOT NULL, address_id INT NOT NULL REFERENCES address (address_id));
        CREATE TABLE language (language_id INT AUTO_INCREMENT PRIMARY KEY, name CHAR(20) NOT NULL);
        CREATE TABLE film (film_id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(128) NOT NULL, release_year YEAR,
            language_id INT NOT NULL REFERENCES language (language_id), original_language_id INT REFERENCES language (language_id),
            rental_rate DECIMAL(4,2) NOT NULL DEFAULT 4.99, rating ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17') DEFAULT 'G',
            special_features SET ('Trailers', 'Commentaries', 'Deleted Scenes', 'Behind the Scenes'),
            last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
        CREATE TABLE actor (actor_id INT AUTO_INCREMENT PRIMARY KEY, first_name VARCHAR(45) NOT NULL,
            last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE film_actor (actor_id INT NOT NULL REFERENCES actor (actor_id), film_id INT NOT NULL REFERENCES film (film_id),
            PRIMARY KEY (actor_id, film_id));
        CREATE TABLE inventory (inventory_id INT AUTO_INCREMENT PRIMARY KEY, film_id INT NOT NULL REFERENCES film (film_id),
            store_id INT NOT NULL REFERENCES store (store_id));
        CREATE TABLE rental (rental_id INT AUTO_INCREMENT PRIMARY KEY, rental_date DATETIME NOT NULL,
            inventory_id INT NOT NULL REFERENCES inventory (inventory_id), customer_id INT NOT NULL REFERENCES customer (customer_id),
            return_date DATETIME, staff_id INT NOT NULL REFERENCES staff (staff_id));
        CREATE TABLE payment (payment_id INT NOT NULL, customer_id INT NOT NULL, staff_id INT NOT NULL, rental_id INT, amount DECIMAL(5,2) NOT NULL,
            payment_date DATETIME NOT NULL, PRIMARY KEY (payment_id, payment_date)) PARTITION BY RANGE (MONTH(payment_date))
            (PARTITION first VALUES LESS THAN (2), PARTITION later VALUES LESS THAN MAXVALUE);
        CREATE TRIGGER actor_changed BEFORE UPDATE ON actor FOR EACH ROW SET NEW.last_update = CURRENT_TIMESTAMP",
};

const VIEWS: Sql = Sql::Each {
    sqlite: "CREATE VIEW customer_list AS SELECT customer_id AS id, first_name || ' of ' || city AS name, country FROM customer
            JOIN address USING (address_id) JOIN city USING (city_id) JOIN country USING (country_id);
        CREATE VIEW film_sales AS SELECT film_id AS id, count(*) AS rentals FROM rental JOIN inventory USING (inventory_id) GROUP BY film_id",
    postgres: "CREATE VIEW customer_list AS SELECT customer_id AS id, first_name || ' of ' || city AS name, country FROM customer
            JOIN address USING (address_id) JOIN city USING (city_id) JOIN country USING (country_id);
        CREATE VIEW film_sales AS SELECT film_id AS id, count(*) AS rentals FROM rental JOIN inventory USING (inventory_id) GROUP BY film_id",
    mysql: "CREATE VIEW customer_list AS SELECT customer_id AS id, concat(first_name, ' of ', city) AS name, country FROM customer
            JOIN address USING (address_id) JOIN city USING (city_id) JOIN country USING (country_id);
        CREATE VIEW film_sales AS SELECT film_id AS id, count(*) AS rentals FROM rental JOIN inventory USING (inventory_id) GROUP BY film_id",
};

/// Each needs the other, so they come together.
const STORES: Sql = Sql::Each {
    sqlite: "BEGIN; INSERT INTO store VALUES (1, 1, 1), (2, 2, 2); INSERT INTO staff VALUES (1, 'Mike', 3, 1), (2, 'Jon', 4, 2), (3, 'Ann', 4, 2); COMMIT",
    postgres: "BEGIN; INSERT INTO store VALUES (1, 1, 1), (2, 2, 2); INSERT INTO staff VALUES (1, 'Mike', 3, 1), (2, 'Jon', 4, 2), (3, 'Ann', 4, 2); COMMIT",
    mysql: "SET FOREIGN_KEY_CHECKS = 0; INSERT INTO store VALUES (1, 1, 1), (2, 2, 2);
        INSERT INTO staff VALUES (1, 'Mike', 3, 1), (2, 'Jon', 4, 2), (3, 'Ann', 5, 2); SET FOREIGN_KEY_CHECKS = 1; COMMIT",
};

fn long_ago() -> DateTime<Utc> {
    "2006-02-15T05:03:42Z".parse().expect("a time")
}

fn day(month: u32, day: u32) -> NaiveDateTime {
    let date = chrono::NaiveDate::from_ymd_opt(2007, month, day);
    date.and_then(|date| date.and_hms_opt(10, 30, 0))
        .expect("a day")
}

/// Rows of a table, made by their numbers.
macro_rules! rows {
    ($db:expr, $repository:ident, $numbers:expr, $row:expr) => {
        let rows: Vec<_> = $numbers.map($row).collect();
        $repository::new(&**$db).create_all(rows).await.unwrap();
    };
}

async fn fill(db: &TestDb) {
    db.execute_sql(TABLES).await;
    db.execute_sql(VIEWS).await;
    rows!(db, CountryRepository, 1..=3, |id| Country {
        id,
        country: format!("country {id}"),
    });
    rows!(db, CityRepository, 1..=4, |id| City {
        id,
        city: format!("city {id}"),
        country_id: 1 + id % 2,
    });
    rows!(db, AddressRepository, 1..=8, |id| Address {
        id,
        address: format!("{id} Main Street"),
        city_id: 1 + id % 3,
    });
    db.execute_sql(STORES).await;
    rows!(db, CustomerRepository, 1..=6, |id| Customer {
        id,
        store_id: 1 + id % 2,
        first_name: format!("Customer {id}"),
        address_id: 2 + id % 5,
    });
    films(db).await;
    rows!(db, InventoryRepository, 1..=9, |id| Inventory {
        id,
        film_id: 1 + id % 5,
        store_id: 1 + id % 2,
    });
    rows!(db, RentalRepository, 1..=12, |id| Rental {
        id,
        rental_date: day(1, id as u32),
        inventory_id: 1 + id % 7,
        customer_id: 1 + id % 5,
        return_date: (id % 3 > 0).then(|| day(2, id as u32)),
        staff_id: 1 + id % 3,
    });
    rows!(db, PaymentRepository, 1..=15, |id| Payment {
        id,
        customer_id: 1 + id % 5,
        staff_id: 1 + id % 2,
        rental_id: (id % 4 > 0).then_some(1 + id % 12),
        amount: Decimal::new(i64::from(id) * 99, 2),
        payment_date: day(1 + id as u32 % 3, id as u32),
    });
}

async fn films(db: &TestDb) {
    rows!(db, LanguageRepository, 1..=3, |id| Language {
        id,
        name: format!("language {id}"),
    });
    let ratings = [Rating::G, Rating::Pg, Rating::Pg13, Rating::R, Rating::Nc17];
    rows!(db, FilmRepository, 1..=7, |id| Film {
        id,
        title: format!("Film {id}"),
        release_year: (id % 3 > 0).then_some(1990 + id),
        language_id: 1 + id % 2,
        original_language_id: (id % 2 > 0).then_some(1 + id % 3),
        rental_rate: Decimal::new(99 + 100 * i64::from(id), 2),
        rating: ratings.get(id as usize - 1).copied(),
        last_update: long_ago(),
    });
    rows!(db, ActorRepository, 1..=5, |id| Actor {
        id,
        first_name: format!("Actor {id}"),
        last_update: long_ago(),
    });
    let casts = (1..=5).flat_map(|actor_id| (1..=6).map(move |film_id| (actor_id, film_id)));
    let casts = casts.filter(|(actor_id, film_id)| (actor_id * film_id) % 3 == 1);
    rows!(db, FilmActorRepository, casts, |(actor_id, film_id)| {
        FilmActor { actor_id, film_id }
    });
}

/// A relation between rows with keys of one column, and the two columns of SQL by hand.
macro_rules! same {
    ($db:expr, $repository:ident, $relation:expr, $name:literal, $sql:literal) => {
        compare!($db, $repository, $relation, $name, ["id"], ["id"], $sql)
    };
}

#[database_test]
async fn each_relation_of_people_and_places_leads_to_the_same_rows(db: TestDb) {
    fill(&db).await;
    let db = &db;
    let sql = "SELECT country_id, city_id FROM city";
    compare!(
        db,
        CountryRepository,
        Country::CITIES,
        "cities",
        ["id"],
        ["id"],
        sql
    );
    same!(
        db,
        CityRepository,
        City::COUNTRY,
        "country",
        "SELECT city_id, country_id FROM city"
    );
    same!(
        db,
        CityRepository,
        City::ADDRESSES,
        "addresses",
        "SELECT city_id, address_id FROM address"
    );
    same!(
        db,
        AddressRepository,
        Address::CITY,
        "city",
        "SELECT address_id, city_id FROM address"
    );
    same!(
        db,
        AddressRepository,
        Address::CUSTOMERS,
        "customers",
        "SELECT address_id, customer_id FROM customer"
    );
    same!(
        db,
        AddressRepository,
        Address::STORE,
        "store",
        "SELECT address_id, store_id FROM store"
    );
    same!(
        db,
        StoreRepository,
        Store::MANAGER,
        "manager",
        "SELECT store_id, manager_staff_id FROM store"
    );
    same!(
        db,
        StoreRepository,
        Store::ADDRESS,
        "address",
        "SELECT store_id, address_id FROM store"
    );
    same!(
        db,
        StoreRepository,
        Store::STAFF,
        "staff",
        "SELECT store_id, staff_id FROM staff"
    );
    same!(
        db,
        StoreRepository,
        Store::CUSTOMERS,
        "customers",
        "SELECT store_id, customer_id FROM customer"
    );
    same!(
        db,
        StoreRepository,
        Store::INVENTORY,
        "inventory",
        "SELECT store_id, inventory_id FROM inventory"
    );
    same!(
        db,
        StaffRepository,
        Staff::MANAGED,
        "managed",
        "SELECT manager_staff_id, store_id FROM store"
    );
    same!(
        db,
        StaffRepository,
        Staff::STORE,
        "store",
        "SELECT staff_id, store_id FROM staff"
    );
    same!(
        db,
        StaffRepository,
        Staff::ADDRESS,
        "address",
        "SELECT staff_id, address_id FROM staff"
    );
    same!(
        db,
        StaffRepository,
        Staff::RENTALS,
        "rentals",
        "SELECT staff_id, rental_id FROM rental"
    );
    same!(
        db,
        StaffRepository,
        Staff::PAYMENTS,
        "payments",
        "SELECT staff_id, payment_id FROM payment"
    );
    same!(
        db,
        CustomerRepository,
        Customer::STORE,
        "store",
        "SELECT customer_id, store_id FROM customer"
    );
    same!(
        db,
        CustomerRepository,
        Customer::ADDRESS,
        "address",
        "SELECT customer_id, address_id FROM customer"
    );
    same!(
        db,
        CustomerRepository,
        Customer::RENTALS,
        "rentals",
        "SELECT customer_id, rental_id FROM rental"
    );
    same!(
        db,
        CustomerRepository,
        Customer::PAYMENTS,
        "payments",
        "SELECT customer_id, payment_id FROM payment"
    );
    same!(
        db,
        CustomerRepository,
        Customer::LISTED,
        "listed",
        "SELECT customer_id, id FROM customer JOIN customer_list ON id = customer_id"
    );
    same!(
        db,
        CustomerListRepository,
        CustomerList::CUSTOMER,
        "customer",
        "SELECT id, customer_id FROM customer JOIN customer_list ON id = customer_id"
    );
}

#[database_test]
async fn each_relation_of_films_and_rentals_leads_to_the_same_rows(db: TestDb) {
    fill(&db).await;
    let db = &db;
    same!(
        db,
        LanguageRepository,
        Language::FILMS,
        "films",
        "SELECT language_id, film_id FROM film"
    );
    same!(
        db,
        LanguageRepository,
        Language::TRANSLATED,
        "translated",
        "SELECT original_language_id, film_id FROM film WHERE original_language_id IS NOT NULL"
    );
    same!(
        db,
        FilmRepository,
        Film::LANGUAGE,
        "language",
        "SELECT film_id, language_id FROM film"
    );
    same!(
        db,
        FilmRepository,
        Film::ORIGINAL_LANGUAGE,
        "original_language",
        "SELECT film_id, original_language_id FROM film WHERE original_language_id IS NOT NULL"
    );
    same!(
        db,
        FilmRepository,
        Film::COPIES,
        "copies",
        "SELECT film_id, inventory_id FROM inventory"
    );
    same!(
        db,
        FilmRepository,
        Film::ACTORS,
        "actors",
        "SELECT film_id, actor_id FROM film_actor"
    );
    compare!(
        db,
        FilmRepository,
        Film::ROLES,
        "roles",
        ["id"],
        ["actor_id", "film_id"],
        "SELECT film_id, actor_id * 100 + film_id FROM film_actor"
    );
    same!(
        db,
        FilmRepository,
        Film::SALES,
        "sales",
        "SELECT DISTINCT film_id, film_id AS same FROM inventory JOIN rental USING (inventory_id)"
    );
    same!(
        db,
        FilmSalesRepository,
        FilmSales::FILM,
        "film",
        "SELECT DISTINCT film_id, film_id AS same FROM inventory JOIN rental USING (inventory_id)"
    );
    same!(
        db,
        ActorRepository,
        Actor::FILMS,
        "films",
        "SELECT actor_id, film_id FROM film_actor"
    );
    compare!(
        db,
        FilmActorRepository,
        FilmActor::FILM,
        "film",
        ["actor_id", "film_id"],
        ["id"],
        "SELECT actor_id * 100 + film_id, film_id FROM film_actor"
    );
    compare!(
        db,
        FilmActorRepository,
        FilmActor::ACTOR,
        "actor",
        ["actor_id", "film_id"],
        ["id"],
        "SELECT actor_id * 100 + film_id, actor_id FROM film_actor"
    );
    // Through rows of which several lead to the same one.
    same!(
        db,
        StoreRepository,
        Store::FILMS,
        "films",
        "SELECT DISTINCT store_id, film_id FROM inventory"
    );
    same!(
        db,
        CustomerRepository,
        Customer::RENTED,
        "rented",
        "SELECT DISTINCT customer_id, inventory_id FROM rental"
    );
    same!(
        db,
        InventoryRepository,
        Inventory::FILM,
        "film",
        "SELECT inventory_id, film_id FROM inventory"
    );
    same!(
        db,
        InventoryRepository,
        Inventory::STORE,
        "store",
        "SELECT inventory_id, store_id FROM inventory"
    );
    same!(
        db,
        InventoryRepository,
        Inventory::RENTALS,
        "rentals",
        "SELECT inventory_id, rental_id FROM rental"
    );
    same!(
        db,
        RentalRepository,
        Rental::INVENTORY,
        "inventory",
        "SELECT rental_id, inventory_id FROM rental"
    );
    same!(
        db,
        RentalRepository,
        Rental::CUSTOMER,
        "customer",
        "SELECT rental_id, customer_id FROM rental"
    );
    same!(
        db,
        RentalRepository,
        Rental::STAFF,
        "staff",
        "SELECT rental_id, staff_id FROM rental"
    );
    same!(
        db,
        RentalRepository,
        Rental::PAYMENTS,
        "payments",
        "SELECT rental_id, payment_id FROM payment WHERE rental_id IS NOT NULL"
    );
    same!(
        db,
        PaymentRepository,
        Payment::RENTAL,
        "rental",
        "SELECT payment_id, rental_id FROM payment WHERE rental_id IS NOT NULL"
    );
    same!(
        db,
        PaymentRepository,
        Payment::CUSTOMER,
        "customer",
        "SELECT payment_id, customer_id FROM payment"
    );
    same!(
        db,
        PaymentRepository,
        Payment::STAFF,
        "staff",
        "SELECT payment_id, staff_id FROM payment"
    );
}

#[database_test]
async fn values_of_foreign_types_come_back_and_are_searched(db: TestDb) {
    fill(&db).await;
    let films = FilmRepository::new(&*db);
    let count = async |filter: Predicate<Film>| films.find().filter(filter).count().await.unwrap();
    assert_eq!(count(Film::RELEASE_YEAR.between(1992, 1995)).await, 3);
    assert_eq!(count(Film::RATING.eq(Rating::Pg13)).await, 1);
    assert_eq!(count(Film::RATING.in_([Rating::G, Rating::Nc17])).await, 2);
    assert_eq!(count(Film::RENTAL_RATE.gt(Decimal::new(499, 2))).await, 3);
    let filter = r#"{"where": {"release_year": 1994, "rating": "R", "rental_rate": "4.99"}}"#;
    let found = films.find_with(filter).await.unwrap();
    assert_eq!(found.len(), 1);
    // Payments of all partitions, by their day and by both parts of their key.
    let payments = PaymentRepository::new(&*db);
    let found = payments.find().filter(Payment::PAYMENT_DATE.ge(day(2, 1)));
    assert_eq!(found.count().await.unwrap(), 10);
    let row = payments.get_by_id((4, day(2, 4))).await.unwrap();
    assert_eq!(row.amount, Decimal::new(396, 2));
    let patch = Payment::patch().amount(Decimal::ONE);
    payments.patch_by_id((4, day(2, 4)), patch).await.unwrap();
    let error = payments.get_by_id((4, day(1, 4))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    // A text of `CHAR(20)`, which PostgreSQL fills with blanks that do not count.
    let languages = LanguageRepository::new(&*db);
    let language = languages.get_by_id(2).await.unwrap();
    assert_eq!(language.name.trim_end(), "language 2");
    for name in ["language 2", &language.name] {
        let by_name = languages.find().filter(Language::NAME.eq(name));
        assert_eq!(by_name.count().await.unwrap(), 1);
    }
}

#[database_test]
async fn what_triggers_and_rules_do_is_seen(db: TestDb) {
    fill(&db).await;
    let (films, actors) = (FilmRepository::new(&*db), ActorRepository::new(&*db));
    let film = films.get_by_id(1).await.unwrap();
    assert_eq!(film.last_update, long_ago());
    films
        .patch_by_id(1, Film::patch().title("New"))
        .await
        .unwrap();
    let film = films.get_by_id(1).await.unwrap();
    assert_eq!(&film.title, "New");
    assert!(film.last_update.year() > 2020, "{film:?}");
    let patch = Actor::patch().first_name("Thora");
    let patched = actors.patch(patch).filter(Actor::ID.le(2)).await.unwrap();
    assert_eq!(patched, 2);
    for actor in actors.find().filter(Actor::ID.le(2)).all().await.unwrap() {
        assert!(actor.last_update.year() > 2020, "{actor:?}");
        assert_eq!(&actor.first_name, "Thora");
    }
    if db.dialect() == Dialect::Postgres {
        assert_eq!(db.number("SELECT count(*) FROM renamed").await, 2);
        // A rule keeps it, so nothing was deleted, and that is what is said.
        let languages = LanguageRepository::new(&*db);
        assert_eq!(languages.delete_by_id(3).await.unwrap(), 0);
        assert_eq!(languages.find().count().await.unwrap(), 3);
    }
}

/// What others left out, and nothing that a field could not be read from or written to.
#[database_test]
async fn the_check_finds_what_is_missing(db: TestDb) {
    fill(&db).await;
    type Models = (
        (Country, City, Address, Store, Staff, Customer, CustomerList),
        (Language, Film, Actor, FilmActor, Inventory, FilmSales),
        (Rental, Payment),
    );
    let db: &Db = &db;
    let check = db.schema::<Models>().check().await.unwrap().to_string();
    let mut found: Vec<&str> = check.lines().collect();
    // Foreign keys bring no index, and a table of MariaDB with partitions has no foreign keys.
    let (mut slow, mut unbound) = (0, 0);
    found.retain(|line| {
        slow += usize::from(line.contains(": no index of table `"));
        unbound += usize::from(line.contains(": table `payment` has no foreign key on `"));
        !line.contains(": no index of table `") && !line.contains(" has no foreign key on `")
    });
    let is_mysql = matches!(db.dialect(), Dialect::MySql { .. });
    assert_eq!(unbound, if is_mysql { 3 } else { 0 });
    assert!(slow > 0);
    let missing = [
        "`Address.store`: nothing makes `address_id` of table `store` unique",
        "`Address.lodger`: nothing makes `address_id` of table `staff` unique",
        "`Store.films`: nothing makes (`store_id`, `film_id`) of table `inventory` unique",
        "`Customer.rented`: nothing makes (`customer_id`, `inventory_id`) of table `rental` unique",
    ];
    found.sort();
    let mut missing = missing.to_vec();
    missing.sort();
    let told = found.iter().map(|line| line.split(" unique: ").next());
    let missing: Vec<_> = missing
        .iter()
        .map(|it| it.strip_suffix(" unique"))
        .collect();
    assert_eq!(told.collect::<Vec<_>>(), missing, "{found:#?}");
}

/// `text[]` of PostgreSQL.
#[cfg(feature = "postgres")]
mod array {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Model)]
    #[model(table = "film")]
    struct Features {
        #[model(id, column = "film_id")]
        id: i32,
        special_features: Option<Vec<String>>,
    }

    #[database_test(postgres)]
    async fn features_are_an_array(db: TestDb) {
        fill(&db).await;
        let films = FeaturesRepository::new(&*db);
        let features = vec!["Trailers".to_owned(), "Deleted Scenes".to_owned()];
        let patch = Features::patch().special_features(features.clone());
        films.patch_by_id(2, patch).await.unwrap();
        let film = films.get_by_id(2).await.unwrap();
        assert_eq!(film.special_features, Some(features));
        assert_eq!(films.get_by_id(1).await.unwrap().special_features, None);
    }
}

/// `SET` of MariaDB.
#[cfg(feature = "mysql")]
mod set {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Model)]
    #[model(table = "film")]
    struct Features {
        #[model(id, column = "film_id")]
        id: i32,
        special_features: Option<String>,
    }

    #[database_test(mysql)]
    async fn features_are_a_set(db: TestDb) {
        fill(&db).await;
        let films = FeaturesRepository::new(&*db);
        let patch = Features::patch().special_features("Deleted Scenes,Trailers");
        films.patch_by_id(2, patch).await.unwrap();
        // In the order of the set.
        let film = films.get_by_id(2).await.unwrap();
        assert_eq!(
            film.special_features.as_deref(),
            Some("Trailers,Deleted Scenes")
        );
        let none = films.find().filter(Features::SPECIAL_FEATURES.is_null());
        assert_eq!(none.count().await.unwrap(), 6);
        let wrong = Features::patch().special_features("Popcorn");
        films.patch_by_id(2, wrong).await.unwrap_err();
    }
}
