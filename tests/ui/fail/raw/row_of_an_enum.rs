use relations::query::FromRow;

#[derive(FromRow)]
enum Revenue {
    Total,
}

fn main() {}
