use relations::prelude::*;

#[derive(Model)]
struct Shelf {
    #[model(id)]
    area: i32,
    #[model(id)]
    number: i64,
}

#[derive(Model)]
#[belongs_to(Shelf, key_from = ["area", "shelf_number"], on_delete = "set_null")]
struct Parcel {
    #[model(id, generated)]
    id: i64,
    area: i32,
    shelf_number: Option<i64>,
}

fn main() {}
