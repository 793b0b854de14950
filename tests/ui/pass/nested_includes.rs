//! Includes four levels deep, with the type written out.

use relations::{NotIncluded, prelude::*};
use std::sync::Arc;

#[derive(Debug, Model)]
#[has_one(City)]
struct Country {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Model)]
#[has_one(Street)]
struct City {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Country)]
    country_id: i64,
}

#[derive(Debug, Model)]
#[has_one(House)]
struct Street {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(City)]
    city_id: i64,
}

#[derive(Debug, Model)]
#[has_one(Person)]
struct House {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Street)]
    street_id: i64,
}

#[derive(Debug, Model)]
struct Person {
    #[model(id, generated)]
    id: i64,
    name: String,
    #[belongs_to(House)]
    house_id: Option<i64>,
}

type Deep = CountryWith<Option<CityWith<Option<StreetWith<Option<HouseWith<Option<Person>>>>>>>>;
type Up = PersonWith<
    Option<
        Arc<
            HouseWith<
                NotIncluded,
                Arc<StreetWith<NotIncluded, Arc<CityWith<NotIncluded, Arc<Country>>>>>,
            >,
        >,
    >,
>;

async fn down(db: &Db) -> relations::Result<Vec<Deep>> {
    let countries = CountryRepository::new(db);
    countries
        .find()
        .include(Country::CITY.include(City::STREET.include(Street::HOUSE.include(House::PERSON))))
        .all()
        .await
}

async fn up(db: &Db, name: &str) -> relations::Result<Up> {
    let people = PersonRepository::new(db);
    people
        .find()
        .filter(Person::NAME.eq(name))
        .include(Person::HOUSE.include(House::STREET.include(Street::CITY.include(City::COUNTRY))))
        .get()
        .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Country, City, Street, House, Person)>()
        .create()
        .await?;
    let countries = CountryRepository::new(&db);
    let country = countries.create(Country::draft().name("Asgard")).await?;
    let city = countries.city(&country).create(City::draft()).await?;
    let street = CityRepository::new(&db)
        .street(&city)
        .create(Street::draft())
        .await?;
    let house = StreetRepository::new(&db)
        .house(&street)
        .create(House::draft())
        .await?;
    let houses = HouseRepository::new(&db);
    houses
        .person(&house)
        .create(Person::draft().name("Thor"))
        .await?;

    let deep = down(&db).await?;
    let city = deep[0].city.as_ref().unwrap();
    let house = city.street.as_ref().unwrap().house.as_ref().unwrap();
    assert_eq!(house.person.as_ref().unwrap().name, "Thor");

    let thor = up(&db, "Thor").await?;
    assert_eq!(
        thor.house.as_ref().unwrap().street.city.country.name,
        "Asgard"
    );
    Ok(())
}
