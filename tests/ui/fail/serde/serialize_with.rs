use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[serde(serialize_with = "serialize")]
    name: String,
}

fn serialize<S: serde::Serializer>(name: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(name)
}

fn main() {}
