use relations::query::FromRow;

#[derive(FromRow)]
struct Revenue {
    country: String,
    #[model(name = "sum")]
    total: i64,
}

fn main() {}
