use relations::prelude::*;
use serde::Deserialize;

#[derive(Model, Deserialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[serde(deserialize_with = "deserialize")]
    name: String,
}

fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from)
}

fn main() {}
