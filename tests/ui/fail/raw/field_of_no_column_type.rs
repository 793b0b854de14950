use relations::query::FromRow;

struct Country;

#[derive(FromRow)]
struct Revenue {
    country: Country,
    total: i64,
}

fn main() {}
