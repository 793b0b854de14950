use relations::prelude::*;
use serde::Serialize;

#[derive(Model, Serialize)]
struct Supplier {
    #[model(id)]
    id: i64,
    #[serde(with = "text")]
    name: String,
}

mod text {
    pub fn serialize<S: serde::Serializer>(name: &str, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(name)
    }
}

fn main() {}
