use relations::prelude::*;

#[derive(Model)]
#[model(table_name = "people")]
#[has_many(Phone, foreign_key = "person_id")]
struct Person {
    #[model(id, primary_key, auto_increment)]
    id: i64,
    #[model(nullable)]
    name: String,
    #[model(skip)]
    age: i64,
}

#[derive(Model)]
struct Phone {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Person, foreign_key = "person_id")]
    person_id: i64,
}

fn main() {}
