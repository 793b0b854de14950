//! What a check says of tables that do not have what the models need.

use crate::support::{Sql, TestDb, database_test};
use relations::{Dialect, ErrorKind, prelude::*};
use relations::schema::DifferenceKind;

#[derive(Debug, Model)]
#[has_one(Account)]
struct Supplier {
    #[model(id, generated)]
    id: i64,
    name: String,
}

#[derive(Debug, Model)]
struct Account {
    #[model(id)]
    id: i64,
    balance: i64,
    #[belongs_to(Supplier)]
    supplier_id: i64,
}

#[database_test]
async fn a_missing_table_and_a_missing_column_are_told(db: TestDb) {
    let schema = db.schema::<(Supplier, Account)>();
    let check = schema.check().await.unwrap();
    assert_eq!(
        check.to_string(),
        "`Supplier`: there is no table `supplier`\n\
         `Account`: there is no table `account`"
    );
    schema.create().await.unwrap();
    db.execute("ALTER TABLE account DROP COLUMN balance").await;
    let check = schema.check().await.unwrap();
    assert_eq!(
        check.to_string(),
        "`Account::balance`: table `account` has no column `balance`: whatever reads or writes an `Account` fails"
    );
    let difference = &check.differences()[0];
    assert_eq!(difference.kind(), DifferenceKind::MissingColumn);
    assert_eq!((difference.model(), difference.fields()), ("Account", &["balance"][..]));
    assert_eq!((difference.table(), difference.columns()), ("account", &["balance".to_owned()][..]));
}

/// Tables that others made, each wrong in its own way.
mod faults {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[has_one(Account)]
    pub struct Supplier {
        #[model(id, generated)]
        pub id: i64,
        #[model(unique, length = 255)]
        pub name: String,
        pub city: Option<String>,
        pub street: String,
        #[model(default = "0")]
        pub rank: i64,
    }

    #[derive(Debug, Model)]
    pub struct Account {
        #[model(id)]
        pub number: i64,
        pub balance: i64,
        pub credit: i64,
        pub age: i8,
        pub rate: f64,
        #[model(index)]
        pub kind: String,
        pub total: i64,
        #[belongs_to(Supplier)]
        pub supplier_id: i64,
    }

    #[derive(Debug, Model)]
    #[has_many(Line)]
    #[has_many(Tag, through = OrderTag)]
    pub struct Order {
        #[model(id)]
        pub id: i64,
    }

    #[derive(Debug, Model)]
    pub struct Line {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Order, on_delete = "cascade")]
        pub order_id: i64,
        #[belongs_to(Supplier)]
        pub supplier_id: Option<i64>,
    }

    #[derive(Debug, Model)]
    pub struct Tag {
        #[model(id)]
        pub word: String,
    }

    #[derive(Debug, Model)]
    pub struct OrderTag {
        #[model(id)]
        pub id: i64,
        #[belongs_to(Order)]
        pub order_id: i64,
        #[belongs_to(Tag)]
        pub tag_id: String,
    }

    pub type Models = (Supplier, Account, Order, Line, Tag, OrderTag);
}

const FAULTS: Sql = Sql::Each {
    sqlite: "CREATE TABLE supplier (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL, code TEXT NOT NULL, \
            city TEXT NOT NULL, street TEXT, rank BIGINT NOT NULL); \
        CREATE TABLE account (number BIGINT NOT NULL, balance TEXT NOT NULL, credit INTEGER NOT NULL, age INTEGER NOT NULL, \
            rate REAL NOT NULL, kind STRING NOT NULL, total INTEGER NOT NULL GENERATED ALWAYS AS (credit + 1) STORED, \
            supplier_id BIGINT NOT NULL); \
        CREATE TABLE customer (id BIGINT PRIMARY KEY); \
        CREATE TABLE \"order\" (id BIGINT PRIMARY KEY); \
        CREATE TABLE line (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL REFERENCES \"order\" (id) ON DELETE RESTRICT, \
            supplier_id BIGINT REFERENCES customer); \
        CREATE TABLE tag (word TEXT PRIMARY KEY COLLATE NOCASE); \
        CREATE TABLE order_tag (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL REFERENCES \"order\" ON DELETE CASCADE, \
            tag_id TEXT NOT NULL REFERENCES tag ON DELETE SET NULL); \
        CREATE INDEX partial ON order_tag (tag_id) WHERE id > 5; CREATE INDEX whole ON order_tag (order_id, id)",
    postgres: "CREATE TABLE supplier (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL, code TEXT NOT NULL, \
            city TEXT NOT NULL, street TEXT, rank BIGINT NOT NULL); \
        CREATE TABLE account (number BIGINT NOT NULL, balance TEXT NOT NULL, credit INTEGER NOT NULL, age INTEGER NOT NULL, \
            rate REAL NOT NULL, kind XML NOT NULL, total BIGINT NOT NULL GENERATED ALWAYS AS (credit + 1) STORED, \
            supplier_id BIGINT NOT NULL); \
        CREATE TABLE customer (id BIGINT PRIMARY KEY); \
        CREATE TABLE \"order\" (id BIGINT PRIMARY KEY); \
        CREATE TABLE line (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL REFERENCES \"order\" (id) ON DELETE RESTRICT, \
            supplier_id BIGINT REFERENCES customer); \
        CREATE TABLE tag (word TEXT COLLATE \"POSIX\" PRIMARY KEY); \
        CREATE TABLE order_tag (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL REFERENCES \"order\" ON DELETE CASCADE, \
            tag_id TEXT COLLATE \"C\" NOT NULL REFERENCES tag ON DELETE SET NULL); \
        CREATE INDEX partial ON order_tag (tag_id) WHERE id > 5; CREATE INDEX whole ON order_tag (order_id, id)",
    mysql: "CREATE TABLE supplier (id BIGINT PRIMARY KEY, name VARCHAR(20) NOT NULL, code VARCHAR(9) NOT NULL, \
            city TEXT NOT NULL, street TEXT, `rank` BIGINT NOT NULL); \
        CREATE TABLE account (number BIGINT NOT NULL, balance TEXT NOT NULL, credit INT UNSIGNED NOT NULL, age INT NOT NULL, \
            rate FLOAT NOT NULL, kind INT NOT NULL, total BIGINT GENERATED ALWAYS AS (credit + 1) STORED, \
            supplier_id BIGINT NOT NULL); \
        CREATE TABLE customer (id BIGINT PRIMARY KEY); \
        CREATE TABLE `order` (id BIGINT PRIMARY KEY); \
        CREATE TABLE line (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL, supplier_id BIGINT, \
            FOREIGN KEY (order_id) REFERENCES `order` (id) ON DELETE RESTRICT, \
            FOREIGN KEY (supplier_id) REFERENCES customer (id)); \
        CREATE TABLE tag (word VARCHAR(99) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY); \
        CREATE TABLE order_tag (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL, \
            tag_id VARCHAR(99) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL, \
            FOREIGN KEY (order_id) REFERENCES `order` (id) ON DELETE CASCADE)",
};

/// The lines of the report on the databases that are named: S, P, M.
const REPORT: &[(&str, &str)] = &[
    ("SPM", "x"),
];

#[database_test]
async fn each_fault_of_a_table_says_what_goes_wrong(db: TestDb) {
    db.execute_sql(FAULTS).await;
    let check = db.schema::<faults::Models>().check().await.unwrap();
    let database = match db.dialect() {
        Dialect::Sqlite => "S",
        Dialect::Postgres => "P",
        _ => "M",
    };
    let report = REPORT.iter().filter(|(databases, _)| databases.contains(database));
    let report: Vec<&str> = report.map(|(_, line)| *line).collect();
    assert_eq!(check.to_string(), report.join("\n"));
    let error = check.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSchema);
}
