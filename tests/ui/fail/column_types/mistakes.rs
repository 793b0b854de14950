//! What `#[derive(ColumnType)]` refuses.

use relations::prelude::*;

#[derive(Debug, ColumnType)]
enum Empty {}

#[derive(Debug, ColumnType)]
enum Holding {
    Plain,
    Full(i64),
}

#[derive(Debug, ColumnType)]
struct Named {
    value: i64,
}

#[derive(Debug, ColumnType)]
struct Generic<T>(T);

#[derive(Debug, ColumnType)]
struct Maybe(Option<i64>);

#[derive(Debug, ColumnType)]
#[model(integer, db_enum = "status")]
enum Both {
    One,
}

#[derive(Debug, ColumnType)]
#[model(rename_all = "snakecase")]
enum NoRule {
    One,
}

#[derive(Debug, ColumnType)]
#[model(rename_all = "lowercase")]
enum Twice {
    One,
    #[model(rename = "one")]
    Other,
}

#[derive(Debug, serde::Serialize, ColumnType)]
#[serde(rename_all = "UPPERCASE")]
#[model(rename_all = "lowercase")]
enum Contradicting {
    One,
}

#[derive(Debug, ColumnType)]
#[model(table = "status")]
enum Unknown {
    #[model(column = "x")]
    One,
}

fn main() {}
