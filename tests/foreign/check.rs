//! What a check says of tables that do not have what the models need.

use crate::support::{Sql, TestDb, database_test};
use relations::schema::DifferenceKind;
use relations::{Db, Dialect, ErrorKind, prelude::*};

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
    assert_eq!(
        (difference.model(), difference.fields()),
        ("Account", &["balance"][..])
    );
    assert_eq!(
        (difference.table(), difference.columns()),
        ("account", &["balance".to_owned()][..])
    );
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
    (
        "SPM",
        "`Supplier::id`: the database makes no value for column `id` of table `supplier`, and the field is `generated`: creating a `Supplier` fails",
    ),
    (
        "P",
        "`Supplier::name`: column `name` of table `supplier` is `character varying(20)`: it refuses more than 20 characters, and the field has up to 255",
    ),
    (
        "M",
        "`Supplier::name`: column `name` of table `supplier` is `varchar(20)`: it refuses more than 20 characters, and the field has up to 255",
    ),
    (
        "SPM",
        "`Supplier::city`: column `city` of table `supplier` cannot be NULL, and the field is an `Option`: storing `None` fails",
    ),
    (
        "SPM",
        "`Supplier::street`: column `street` of table `supplier` can be NULL, and the field is not an `Option`: reading such a row fails",
    ),
    (
        "SPM",
        "`Supplier::rank`: column `rank` of table `supplier` has no default: creating a `Supplier` without a value for it fails",
    ),
    (
        "SPM",
        "`Supplier`: column `code` of table `supplier` needs a value, and the model has no field for it: creating a `Supplier` fails",
    ),
    (
        "SPM",
        "`Supplier::name`: nothing makes `name` of table `supplier` unique: two rows can have one value",
    ),
    (
        "S",
        "`Account::balance`: column `balance` of table `account` is `TEXT`, from which no `i64` can be read",
    ),
    (
        "PM",
        "`Account::balance`: column `balance` of table `account` is `text`, from which no `i64` can be read",
    ),
    (
        "P",
        "`Account::credit`: column `credit` of table `account` is `integer`: it refuses numbers below -2147483648 and above 2147483647",
    ),
    (
        "M",
        "`Account::credit`: column `credit` of table `account` is `int(10) unsigned`: it refuses numbers below 0 and above 4294967295",
    ),
    (
        "P",
        "`Account::age`: column `age` of table `account` is `integer`: a number below -128 or above 127 cannot be read into `i8`",
    ),
    (
        "M",
        "`Account::age`: column `age` of table `account` is `int(11)`: a number below -128 or above 127 cannot be read into `i8`",
    ),
    (
        "P",
        "`Account::rate`: column `rate` of table `account` is `real`: it keeps about 7 digits of an `f64`",
    ),
    (
        "M",
        "`Account::rate`: column `rate` of table `account` is `float`: it keeps about 7 digits of an `f64`",
    ),
    (
        "S",
        "`Account::kind`: column `kind` of table `account` is `STRING`: a text that looks like a number is stored as one, and cannot be read",
    ),
    (
        "P",
        "`Account::kind`: column `kind` of table `account` is `xml`, from which no `String` can be read",
    ),
    (
        "M",
        "`Account::kind`: column `kind` of table `account` is `int(11)`, from which no `String` can be read",
    ),
    (
        "SPM",
        "`Account::total`: column `total` of table `account` is always made by the database, and the field is not `generated`: creating an `Account` with a value for it fails",
    ),
    (
        "SPM",
        "`Account`: nothing makes `number` of table `account` unique (the table has no primary key): two rows can have one id, and a change by id changes both",
    ),
    (
        "SPM",
        "`Supplier.account`: nothing makes `supplier_id` of table `account` unique: of two rows `get` gives one, and `patch` and `delete` change both",
    ),
    (
        "SPM",
        "`Account.supplier`: table `account` has no foreign key on `supplier_id`: a row can refer to a `Supplier` that is not there, and a `Supplier` can be deleted while rows refer to it",
    ),
    (
        "SPM",
        "`Account::kind`: no index of table `account` begins with `kind`: a search by it reads the whole table",
    ),
    (
        "SPM",
        "`Line.order`: the database has ON DELETE RESTRICT, and the model CASCADE: deleting an `Order` fails while rows of table `line` refer to it",
    ),
    (
        "SPM",
        "`Line.supplier`: the foreign key of table `line` on `supplier_id` refers to `customer` (`id`), and not to `supplier` (`id`): a key that is only there is refused",
    ),
    (
        "SP",
        "`Order.lines`: no index of table `line` begins with `order_id`: finding the rows of an `Order` reads the whole table",
    ),
    (
        "SP",
        "`Line.supplier`: no index of table `line` begins with `supplier_id`: deleting a `Supplier` reads the whole table",
    ),
    (
        "SPM",
        "`Order.tags`: nothing makes (`order_id`, `tag_id`) of table `order_tag` unique: a target can be linked twice",
    ),
    (
        "SPM",
        "`OrderTag.order`: the database has ON DELETE CASCADE, and the model NO ACTION: deleting an `Order` deletes the rows of table `order_tag` that refer to it",
    ),
    (
        "SP",
        "`OrderTag.tag`: the database has ON DELETE SET NULL, and the model NO ACTION: deleting a `Tag` makes `tag_id` NULL in the rows of table `order_tag` that refer to it",
    ),
    (
        "M",
        "`OrderTag.tag`: table `order_tag` has no foreign key on `tag_id`: a row can refer to a `Tag` that is not there, and a `Tag` can be deleted while rows refer to it",
    ),
    (
        "SPM",
        "`Order.tags`: no index of table `order_tag` begins with `tag_id`: finding the rows of an `Order` reads the whole table",
    ),
    (
        "S",
        "`OrderTag.tag`: the collation of `tag_id` of table `order_tag` is `BINARY`, and that of `word` of table `tag` is `NOCASE`: which texts are equal depends on the side that is asked",
    ),
    (
        "P",
        "`OrderTag.tag`: the collation of `tag_id` of table `order_tag` is `C`, and that of `word` of table `tag` is `POSIX`: the database refuses to compare them, so that whatever joins them fails",
    ),
    (
        "M",
        "`OrderTag.tag`: the collation of `tag_id` of table `order_tag` is `utf8mb4_unicode_ci`, and that of `word` of table `tag` is `utf8mb4_general_ci`: the database refuses to compare them, so that whatever joins them fails",
    ),
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
    let report = REPORT
        .iter()
        .filter(|(databases, _)| databases.contains(database));
    let report: Vec<&str> = report.map(|(_, line)| *line).collect();
    assert_eq!(check.to_string(), report.join("\n"));
    let indexes = [DifferenceKind::MissingIndex];
    let others = check.clone().without(&indexes);
    let is_index = |line: &&&str| line.contains("no index");
    let slow = report.iter().filter(is_index).count();
    assert_eq!(others.differences().len(), report.len() - slow);
    let error = check.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSchema);
}

/// Tables that others made in their own way, which do as well.
mod equivalents {
    use relations::prelude::*;

    #[derive(Debug, Model)]
    #[has_one(Badge, key_to = "owner_id")]
    #[has_many(Visit)]
    pub struct Guest {
        #[model(id, generated)]
        pub id: i32,
        #[model(unique)]
        pub email: Option<String>,
        pub is_child: bool,
        pub mood: Mood,
    }

    #[derive(Debug, Clone, PartialEq, ColumnType)]
    pub enum Mood {
        Calm,
        Cross,
    }

    #[derive(Debug, Model)]
    pub struct Badge {
        #[model(id)]
        pub guest_id: i32,
        #[model(id)]
        pub year: i16,
        #[belongs_to(Guest, name = "owner")]
        pub owner_id: i32,
    }

    #[derive(Debug, Model)]
    pub struct Visit {
        #[model(id)]
        pub number: i64,
        #[belongs_to(Guest)]
        pub guest_id: Option<i32>,
    }

    /// What a view shows of guests and their visits.
    #[derive(Debug, Model)]
    #[model(table = "guest_visit")]
    pub struct GuestVisit {
        #[model(id)]
        pub number: i64,
        #[model(unique)]
        pub email: Option<String>,
        #[belongs_to(Guest)]
        pub guest_id: i32,
    }

    pub type Models = (Guest, Badge, Visit, GuestVisit);
}

const EQUIVALENTS: Sql = Sql::Each {
    sqlite: "CREATE TABLE Guest (ID INTEGER PRIMARY KEY, Email VARCHAR(200), is_child TINYINT NOT NULL DEFAULT 0, mood TEXT NOT NULL, \
            note TEXT, since TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP); \
        CREATE UNIQUE INDEX emails ON guest (email) WHERE email IS NOT NULL; \
        CREATE TABLE badge (guest_id INT NOT NULL, year INT NOT NULL, owner_id INT NOT NULL REFERENCES guest ON DELETE RESTRICT, \
            UNIQUE (year, guest_id)); \
        CREATE UNIQUE INDEX owners ON badge (owner_id); \
        CREATE TABLE visit (number BIGINT NOT NULL UNIQUE, guest_id INT REFERENCES guest (id)); \
        CREATE INDEX visits ON visit (guest_id, number); \
        CREATE VIEW guest_visit AS SELECT v.number, g.email, g.id AS guest_id FROM visit v JOIN guest g ON g.id = v.guest_id",
    postgres: "CREATE DOMAIN address AS VARCHAR(200); \
        CREATE TABLE guest (id SERIAL PRIMARY KEY, email address, is_child BOOLEAN NOT NULL DEFAULT FALSE, mood CHAR(9) NOT NULL, \
            note TEXT, since TIMESTAMP NOT NULL DEFAULT now(), plus INT GENERATED ALWAYS AS (1 + 1) STORED); \
        CREATE UNIQUE INDEX emails ON guest (email) WHERE email IS NOT NULL; \
        CREATE TABLE badge (guest_id INT NOT NULL, year SMALLINT NOT NULL, owner_id INT NOT NULL REFERENCES guest ON DELETE RESTRICT, \
            UNIQUE (year, guest_id)); \
        CREATE UNIQUE INDEX owners ON badge (owner_id) INCLUDE (year); \
        CREATE TABLE visit (number BIGINT NOT NULL UNIQUE, guest_id INT REFERENCES guest (id)); \
        CREATE INDEX visits ON visit (guest_id, number); \
        CREATE VIEW guest_visit AS SELECT v.number, g.email, g.id AS guest_id FROM visit v JOIN guest g ON g.id = v.guest_id",
    mysql: "CREATE TABLE guest (ID INT PRIMARY KEY AUTO_INCREMENT, Email VARCHAR(200) UNIQUE, is_child TINYINT(1) NOT NULL DEFAULT 0, \
            mood ENUM ('Cross', 'Calm') NOT NULL, note TEXT, since TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, \
            level ENUM ('low', 'high') NOT NULL); \
        CREATE TABLE badge (guest_id INT NOT NULL, year SMALLINT NOT NULL, owner_id INT NOT NULL, UNIQUE (year, guest_id), \
            FOREIGN KEY (owner_id) REFERENCES guest (id) ON DELETE RESTRICT); \
        CREATE UNIQUE INDEX owners ON badge (owner_id); \
        CREATE TABLE visit (number BIGINT NOT NULL UNIQUE, guest_id INT, FOREIGN KEY (guest_id) REFERENCES guest (id)); \
        CREATE INDEX visits ON visit (guest_id, number); \
        CREATE VIEW guest_visit AS SELECT v.number, g.email, g.id AS guest_id FROM visit v JOIN guest g ON g.id = v.guest_id",
};

#[database_test]
async fn what_does_as_well_is_no_difference(db: TestDb) {
    db.execute_sql(EQUIVALENTS).await;
    let check = db.schema::<equivalents::Models>().check().await.unwrap();
    assert_eq!(
        check.to_string(),
        "the database has all that the models need"
    );
    assert_eq!(db.count(), 3);
    check.into_result().unwrap();
}

#[derive(Debug, Clone, PartialEq, ColumnType)]
#[model(db_enum = "mood")]
enum Mood {
    Calm,
    Cross,
}

#[derive(Debug, Model)]
#[model(table = "guest")]
struct Moody {
    #[model(id)]
    id: i64,
    mood: Mood,
}

#[database_test(postgres, mysql)]
async fn the_texts_of_an_enum_are_compared(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "",
        postgres: "CREATE TYPE mood AS ENUM ('Cross', 'Glad'); CREATE DOMAIN moods AS mood; \
            CREATE TABLE guest (id BIGINT PRIMARY KEY, mood moods NOT NULL)",
        mysql: "CREATE TABLE guest (id BIGINT PRIMARY KEY, mood ENUM ('Cross', 'Glad') NOT NULL)",
    })
    .await;
    let check = db.schema::<Moody>().check().await.unwrap();
    assert_eq!(
        check.to_string(),
        "`Moody::mood`: column `mood` of table `guest` is an enum: it refuses `Calm`, and `Glad` cannot be read into `Mood`"
    );
    let difference = &check.differences()[0];
    assert_eq!(difference.kind(), DifferenceKind::Values);
    assert_eq!(difference.in_database(), Some("Cross, Glad"));
    assert_eq!(difference.in_model(), Some("Calm, Cross"));
}

#[derive(Debug, Model)]
#[model(schema = "relations_sales")]
#[has_one(Receipt)]
struct Sale {
    #[model(id, generated)]
    id: i64,
    #[model(unique)]
    number: String,
}

#[derive(Debug, Model)]
#[model(schema = "relations_sales")]
struct Receipt {
    #[model(id, generated)]
    id: i64,
    #[belongs_to(Sale, on_delete = "cascade")]
    sale_id: i64,
}

/// Over sqlx, where the only connection has another database attached.
#[database_test(sqlite_memory)]
async fn the_tables_of_an_attached_database_are_found_there(_db: TestDb) {
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    let sql = "ATTACH ':memory:' AS relations_sales; CREATE TABLE sale (id INTEGER)";
    sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    let db = Db::from_pool(pool.clone()).await.unwrap();
    let schema = db.schema::<(Sale, Receipt)>();
    let made = schema.create_missing().await.unwrap();
    assert_eq!(made, ["relations_sales.sale", "relations_sales.receipt"]);
    assert!(schema.create_missing().await.unwrap().is_empty());
    assert!(schema.check().await.unwrap().is_empty());
    let sql = "DROP TABLE relations_sales.receipt";
    sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    let check = schema.check().await.unwrap();
    assert_eq!(
        check.to_string(),
        "`Receipt`: there is no table `relations_sales.receipt`"
    );
}

#[derive(Debug, Model)]
#[model(table = "owner")]
#[has_one(Remark, discriminator = "about_type", key_to = "about_id")]
struct Owner {
    #[model(id)]
    code: String,
}

#[derive(Debug, Model)]
#[model(table = "remark")]
struct Remark {
    #[model(id)]
    id: i64,
    about_type: String,
    #[belongs_to(About, name = "about", discriminator = "about_type")]
    about_id: String,
}

#[derive(Debug, PolymorphicModel)]
#[allow(dead_code)] // The check reads its metadata alone.
enum About {
    Owner(Owner),
}

#[database_test]
async fn keys_of_polymorphic_relations_are_compared(db: TestDb) {
    db.execute_sql(Sql::Each {
        sqlite: "CREATE TABLE owner (code TEXT PRIMARY KEY COLLATE NOCASE); \
            CREATE TABLE remark (id INTEGER PRIMARY KEY, about_type TEXT NOT NULL, about_id TEXT NOT NULL)",
        postgres: "CREATE TABLE owner (code TEXT COLLATE \"C\" PRIMARY KEY); \
            CREATE TABLE remark (id BIGINT PRIMARY KEY, about_type TEXT NOT NULL, about_id TEXT NOT NULL)",
        mysql: "CREATE TABLE owner (code VARCHAR(99) COLLATE utf8mb4_bin PRIMARY KEY); \
            CREATE TABLE remark (id BIGINT PRIMARY KEY, about_type VARCHAR(99) NOT NULL, \
                about_id VARCHAR(99) COLLATE utf8mb4_general_ci NOT NULL)",
    })
    .await;
    let check = db.schema::<(Owner, Remark)>().check().await.unwrap();
    let kinds: Vec<_> = check.differences().iter().map(|one| one.kind()).collect();
    let told = [DifferenceKind::MissingUnique, DifferenceKind::Collation];
    assert_eq!(kinds, told, "{check}");
    db.execute("CREATE UNIQUE INDEX one ON remark (about_id, about_type)")
        .await;
    let check = db.schema::<(Owner, Remark)>().check().await.unwrap();
    assert_eq!(check.differences().len(), 1, "{check}");
}
