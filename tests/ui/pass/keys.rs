//! Keys by identifiers, several relations to one target, relations to the model itself, and what their slots are.

use relations::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone, Model)]
#[has_one(Person, name = "successor", key_to = predecessor_id)]
struct Person {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    code: String,
    #[belongs_to(Person)]
    predecessor_id: Option<i64>,
}

#[derive(Debug, Clone, Model)]
#[belongs_to(Person, name = owner, key_from = owner_code, key_to = code)]
struct House {
    #[model(id, generated)]
    id: i64,
    owner_code: String,
    #[belongs_to(Person)]
    builder_id: i64,
    #[belongs_to(Person, name = "guest", on_delete = set_null, on_update = "cascade")]
    visitor: Option<i64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Person, House)>().create().await?;
    let people = PersonRepository::new(&db);
    let odin = people.create(Person::draft().code("odin")).await?;
    let thor = people
        .successor(&odin)
        .create(Person::draft().code("thor"))
        .await?;
    let houses = HouseRepository::new(&db);
    let draft = House::draft().owner_code("thor").builder_id(odin.id);
    houses.create(draft).await?;

    let house = houses
        .find()
        .include(House::OWNER)
        .include(House::BUILDER.include(Person::SUCCESSOR.include(Person::PREDECESSOR)))
        .include(House::GUEST)
        .get()
        .await?;
    let owner: Arc<Person> = house.owner;
    let builder: Arc<PersonWith<Option<PersonWith<_, Option<Arc<Person>>>>>> = house.builder;
    let guest: Option<Arc<Person>> = house.guest;
    assert_eq!(owner.id, thor.id);
    let successor = builder.successor.as_ref().unwrap();
    assert_eq!(successor.predecessor.as_ref().unwrap().id, odin.id);
    assert!(guest.is_none());

    let scoped = houses
        .find()
        .include(House::OWNER.scope(|people| people.limit(1)));
    let owner: Option<Arc<Person>> = scoped.get().await?.owner;
    assert!(owner.is_some());
    let predecessor = people.predecessor(&thor).find().await?;
    assert_eq!(predecessor.unwrap().code, "odin");
    Ok(())
}
