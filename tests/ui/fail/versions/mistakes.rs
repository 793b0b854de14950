use relations::prelude::*;

#[derive(Model)]
struct Text {
    #[model(id, generated)]
    id: i64,
    #[model(version)]
    version: String,
}

#[derive(Model)]
struct Optional {
    #[model(id, generated)]
    id: i64,
    #[model(version)]
    version: Option<i64>,
}

#[derive(Model)]
struct Unsigned {
    #[model(id, generated)]
    id: i64,
    #[model(version)]
    version: u64,
}

#[derive(Model)]
struct Twice {
    #[model(id, generated)]
    id: i64,
    #[model(version)]
    version: i64,
    #[model(version)]
    revision: i64,
}

#[derive(Model)]
struct Id {
    #[model(id, version)]
    id: i64,
}

#[derive(Model)]
struct Generated {
    #[model(id, generated)]
    id: i64,
    #[model(version, generated)]
    version: i64,
}

#[derive(Model)]
#[model(version)]
struct OnTheStruct {
    #[model(id, generated)]
    id: i64,
}

fn main() {}
