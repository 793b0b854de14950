//! `cargo relations discover`: models of a database that create the tables of which the same models are discovered.

mod support;

use relations_sqlx::Db;
use support::Package;

/// Runs statements, one a line that ends in `;`.
fn run_sql(url: &str, script: &str) {
    let statements = script.split(";\n").map(str::trim);
    let statements = statements.filter(|statement| !statement.is_empty());
    run_all(url, &statements.map(str::to_owned).collect::<Vec<_>>());
}

fn run_all(url: &str, statements: &[String]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = Db::connect(url).await.unwrap();
        for statement in statements {
            let run = db
                .sql(relations_core::AssertSqlSafe(statement.clone()))
                .execute()
                .await;
            run.unwrap_or_else(|error| panic!("{statement}\n{error:?}"));
        }
        db.close().await;
    });
}

/// A program that creates the tables of the models in the database of its argument.
fn program(text: &str) -> String {
    let mut names = Vec::new();
    for model in text.split("\n\n").filter(|model| !is_view(model)) {
        let names_of = model
            .lines()
            .filter_map(|line| line.strip_prefix("pub struct "));
        let names_of = names_of.map(|name| format!("models::{},", name.trim_end_matches(" {")));
        names.extend(names_of);
    }
    // A tuple has no more than 12 models, and may hold tuples.
    let groups: Vec<String> = names
        .chunks(8)
        .map(|names| format!("({}),", names.concat()))
        .collect();
    format!(
        "#![allow(dead_code)]\n#[allow(clippy::all)]\nmod models;\n#[tokio::main(flavor = \"current_thread\")]\n\
        async fn main() -> relations::Result<()> {{\n    let url = std::fs::read_to_string(\"url\").unwrap();\n\
        let db = relations::Db::connect(&url).await?;\n    db.schema::<({})>().create().await\n}}\n",
        groups.concat()
    )
}

/// Whether a model is of a view, on one line or on several.
fn is_view(model: &str) -> bool {
    let marks = [", view", "(view", "\n    view"];
    marks.iter().any(|mark| model.contains(mark))
}

/// The models without what no schema keeps: remarks, views, which columns are computed, and documentation on SQLite.
fn kept(text: &str, has_comments: bool) -> String {
    let models = text.split("\n\n").filter(|model| !is_view(model));
    let lines = models.flat_map(|model| model.lines().chain([""]));
    let is_remark =
        |line: &str| line.starts_with("//") && !(has_comments && line.starts_with("///"));
    let lines = lines.filter(|line| !is_remark(line.trim_start()));
    let lines = lines.filter(|line| *line != "    #[model(generated)]");
    lines.collect::<Vec<_>>().join("\n")
}

/// Discovers, creates in an empty database, and discovers again.
fn is_a_fixed_point(package: &Package, url: &str, empty: &str) -> String {
    package.done(&["discover", "--url", url]);
    package.formatted("src/models.rs");
    let text = package.read("src/models.rs");
    package.write("src/main.rs", &program(&text));
    package.write("url", empty);
    package.compile("run");
    package.done(&["discover", "--url", empty, "--out", "again.rs"]);
    let has_comments = !url.starts_with("sqlite");
    let again = package.read("again.rs");
    assert_eq!(kept(&again, has_comments), kept(&text, has_comments));
    text
}

fn contains(text: &str, parts: &[&str]) {
    let missing: Vec<_> = parts.iter().filter(|part| !text.contains(**part)).collect();
    assert!(missing.is_empty(), "{missing:#?}\n---\n{text}");
}

/// In all databases; what differs is in braces.
const HOSTILE: &str = r#"
CREATE TABLE authors (id {id}, name VARCHAR(80) NOT NULL, email VARCHAR(120) UNIQUE, rating {double} DEFAULT 0.5 NOT NULL, note {text});
CREATE TABLE author_profile (author_id BIGINT NOT NULL PRIMARY KEY REFERENCES authors (id) ON DELETE CASCADE, bio {text} NOT NULL);
CREATE TABLE category (id {id}, parent_id BIGINT, FOREIGN KEY (parent_id) REFERENCES category (id) ON DELETE SET NULL);
CREATE TABLE books (isbn VARCHAR(13) NOT NULL PRIMARY KEY, author_id BIGINT NOT NULL, editor_id BIGINT, pages INTEGER, price DECIMAL(10,2) DEFAULT 1.50, CHECK (pages > 0), FOREIGN KEY (author_id) REFERENCES authors (id), FOREIGN KEY (editor_id) REFERENCES authors (id) ON UPDATE CASCADE);
CREATE TABLE book_category (book_isbn VARCHAR(13) NOT NULL, category_id BIGINT NOT NULL, PRIMARY KEY (book_isbn, category_id), FOREIGN KEY (book_isbn) REFERENCES books (isbn), FOREIGN KEY (category_id) REFERENCES category (id));
CREATE TABLE friends (one_id BIGINT NOT NULL, other_id BIGINT NOT NULL, PRIMARY KEY (one_id, other_id), FOREIGN KEY (one_id) REFERENCES authors (id), FOREIGN KEY (other_id) REFERENCES authors (id));
CREATE TABLE shelf (room INTEGER NOT NULL, spot INTEGER NOT NULL, label VARCHAR(20), PRIMARY KEY (room, spot));
CREATE UNIQUE INDEX shelf_label ON shelf (label, room);
CREATE TABLE copies (id {id}, shelf_room INTEGER, shelf_spot INTEGER, FOREIGN KEY (shelf_room, shelf_spot) REFERENCES shelf (room, spot));
CREATE TABLE mails (id {id}, author_email VARCHAR(120) NOT NULL REFERENCES authors (email));
CREATE INDEX mails_both ON mails (author_email, id);
CREATE TABLE {q}Type{q} ({q}TypeId{q} BIGINT NOT NULL PRIMARY KEY, {q}self{q} INTEGER, {q}fn{q} INTEGER, {q}Some Thing{q} INTEGER, {q}2nd{q} INTEGER, {q}"); drop --{q} INTEGER);
CREATE TABLE {q}select{q} (id {id}, find_id BIGINT REFERENCES {q}Type{q} ({q}TypeId{q}), {q}größe{q} INTEGER, {q}größe {q} INTEGER);
CREATE TABLE {q}// */ }} fn main() {{{q} (id {id});
CREATE TABLE option (id {id}, vec INTEGER);
CREATE TABLE no_key (a INTEGER);
CREATE TABLE only_unique (code VARCHAR(5) NOT NULL UNIQUE, a INTEGER);
CREATE VIEW author_names AS SELECT id, name FROM authors;
"#;

fn hostile(id: &str, double: &str, text: &str, quote: &str) -> String {
    let script = HOSTILE
        .replace("{id}", id)
        .replace("{double}", double)
        .replace("{text}", text);
    script
        .replace("{q}", quote)
        .replace("{{", "{")
        .replace("}}", "}")
}

const PARTS: &[&str] = &[
    "#[has_one(AuthorProfile)]\n",
    "#[has_many(Book, name = \"author_books\")]\n",
    "#[has_many(Book, name = \"editor_books\", key_to = \"editor_id\")]\n",
    "    #[belongs_to(Author, on_delete = \"cascade\")]\n    pub author_id: i64,\n",
    "    #[belongs_to(Author, on_update = \"cascade\")]\n    pub editor_id: Option<i64>,\n",
    "#[has_many(Category, key_to = \"parent_id\")]\n",
    "#[has_many(Category, through = BookCategory)]\n",
    "#[has_many(\n    Author,\n    name = \"others\",\n    through(Friend, key_from = \"one_id\", key_to = \"other_id\")\n)]\n",
    "#[belongs_to(Shelf, key_from = [\"shelf_room\", \"shelf_spot\"])]\n",
    "#[model(unique(\"label\", \"room\"))]\n",
    "    #[belongs_to(Author, name = \"author\", key_to = \"email\")]\n    pub author_email: String,\n",
    "index(\"author_email\", \"id\")",
    "pub struct OptionRow {\n",
    "    pub nself: Option<",
    "    pub r#fn: Option<",
    "// Table `no_key`: nothing tells its rows apart",
    "view)]",
];

#[test]
fn models_of_sqlite_create_what_they_were_discovered_of() {
    let package = Package::new("discover_sqlite", &[("src/main.rs", "")]);
    let file = |name: &str| format!("sqlite:{}?mode=rwc", package.folder.join(name).display());
    let script = hostile("INTEGER NOT NULL PRIMARY KEY", "REAL", "TEXT", "`")
        .replace("\"); drop", "\"\"); drop");
    let more = "CREATE TABLE odd (id INTEGER PRIMARY KEY, -- its number\n at DATETIME DEFAULT CURRENT_TIMESTAMP, day DATE, flag BOOLEAN DEFAULT TRUE, raw BLOB, kind TEXT CHECK (kind IN ('a', 'it''s')), json JSON, uuid UUID, short SMALLINT, `plain`, weird \"x); DROP TABLE a; --\", twice INTEGER GENERATED ALWAYS AS (short * 2))";
    run_sql(
        &file("there.db"),
        &format!("{script}{more};\nCREATE INDEX part ON odd (day) WHERE flag;\n"),
    );
    let text = is_a_fixed_point(&package, &file("there.db"), &file("new.db"));
    contains(&text, PARTS);
    contains(
        &text,
        &[
            "    /// its number\n",
            "#[model(default = \"CURRENT_TIMESTAMP\", db_type = \"DATETIME\")]\n    pub at: Option<chrono::NaiveDateTime>,",
            "check = \"kind IN ( 'a' , 'it''s' )\"",
            "// Not taken over: column `weird`: no field has the type",
            "// Not taken over: index `part`.",
            "    #[model(generated)]\n    pub twice: Option<i64>,",
        ],
    );
    for (library, day, at) in [
        ("time", "time::Date", "time::PrimitiveDateTime"),
        ("jiff", "jiff::civil::Date", "jiff::civil::DateTime"),
    ] {
        let url = file("there.db");
        let text = package.done(&["discover", "--url", &url, "--times", library, "--out", "-"]);
        let (head, day, at) = (
            format!("// Needs the features and crates: {library}, uuid, serde_json."),
            format!("    pub day: Option<{day}>,"),
            format!("    pub at: Option<{at}>,"),
        );
        contains(&text, &[&head, &day, &at]);
    }
    let answer = package.run(&[
        "discover",
        "--url",
        &file("there.db"),
        "--tables",
        "author",
        "--json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(
        (answer.code, &json["error"]["code"]),
        (2, &"unknown_table".into())
    );
    assert_eq!(json["error"]["help"], "did you mean `authors`?");
    let answer = package.run(&[
        "discover",
        "--url",
        &file("there.db"),
        "--tables",
        "authors,no_key",
        "--json",
        "--out",
        "-",
    ]);
    let json: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(json["report"][1]["status"], "left");
    package.refused("database", &["discover", "--url", "nowhere:x"]);
}

#[test]
fn models_of_chinook_create_what_they_were_discovered_of() {
    let given = std::env::var_os("RELATIONS_CHINOOK").map(std::path::PathBuf::from);
    let beside = || {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/chinook.sqlite")
    };
    let path = given.unwrap_or_else(beside);
    let path_shown = path.display();
    assert!(
        path.is_file(),
        "{path_shown} is not there; set RELATIONS_CHINOOK to the path of Chinook_Sqlite.sqlite"
    );
    let package = Package::new("discover_chinook", &[("src/main.rs", "")]);
    let there = package.folder.join("chinook.sqlite");
    std::fs::copy(path, &there).unwrap();
    let url = |path: &std::path::Path| format!("sqlite:{}?mode=rwc", path.display());
    let text = is_a_fixed_point(&package, &url(&there), &url(&package.folder.join("new.db")));
    contains(
        &text,
        &[
            "#[model(table = \"Employee\", columns = \"PascalCase\")]\n",
            "#[has_many(Customer, key_to = \"support_rep_id\")]\n",
            "#[has_many(Track, through = PlaylistTrack)]\n",
            "    #[belongs_to(Album)]\n    pub album_id: Option<i64>,\n",
        ],
    );
    package.write("src/main.rs", LOADS);
    package.write("url", &url(&there));
    package.compile("run");
}

/// Compares what relations of Chinook load with what statements by hand say.
const LOADS: &str = r#"#![allow(dead_code)]
mod models;
use models::*;
use relations::prelude::*;

async fn count(db: &Db, sql: &'static str) -> usize {
    let count: i64 = db.sql(sql).value().await.unwrap();
    count as usize
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect(&std::fs::read_to_string("url").unwrap()).await?;
    let playlists = PlaylistRepository::new(&db).find().include(Playlist::TRACKS).all().await?;
    let loaded: usize = playlists.iter().map(|playlist| playlist.tracks.len()).sum();
    assert_eq!(loaded, count(&db, "SELECT count(*) FROM PlaylistTrack").await);
    let tracks = TrackRepository::new(&db).find().include(Track::PLAYLISTS).include(Track::INVOICE_LINES).include(Track::ALBUM).include(Track::GENRE).all().await?;
    let loaded: usize = tracks.iter().map(|track| track.playlists.len()).sum();
    assert_eq!(loaded, count(&db, "SELECT count(*) FROM PlaylistTrack").await);
    let loaded: usize = tracks.iter().map(|track| track.invoice_lines.len()).sum();
    assert_eq!(loaded, count(&db, "SELECT count(*) FROM InvoiceLine").await);
    assert!(tracks.iter().all(|track| track.album.as_ref().map(|album| album.album_id) == track.album_id));
    let employees = EmployeeRepository::new(&db).find().include(Employee::EMPLOYEE).include(Employee::EMPLOYEES).include(Employee::CUSTOMERS).all().await?;
    let loaded: usize = employees.iter().map(|employee| employee.employees.len()).sum();
    assert_eq!(loaded, count(&db, "SELECT count(*) FROM Employee WHERE ReportsTo IS NOT NULL").await);
    let loaded: usize = employees.iter().map(|employee| employee.customers.len()).sum();
    assert_eq!(loaded, count(&db, "SELECT count(*) FROM Customer WHERE SupportRepId IS NOT NULL").await);
    assert!(employees.iter().all(|employee| employee.employee.as_ref().map(|other| other.employee_id) == employee.reports_to));
    let invoices = InvoiceRepository::new(&db).find().include(Invoice::CUSTOMER).include(Invoice::INVOICE_LINES).all().await?;
    let loaded: usize = invoices.iter().map(|invoice| invoice.invoice_lines.len()).sum();
    assert_eq!((loaded, invoices.len()), (count(&db, "SELECT count(*) FROM InvoiceLine").await, count(&db, "SELECT count(*) FROM Invoice").await));
    let artists = ArtistRepository::new(&db).find().include(Artist::ALBUMS.include(Album::TRACKS)).all().await?;
    let loaded: usize = artists.iter().flat_map(|artist| &artist.albums).map(|album| album.tracks.len()).sum();
    assert_eq!(loaded, count(&db, "SELECT count(*) FROM Track").await);
    Ok(())
}
"#;

/// A database of this name that has nothing in it.
fn emptied(url: &str, name: &str) -> String {
    run_sql(
        url,
        &format!("DROP DATABASE IF EXISTS {name};\nCREATE DATABASE {name};\n"),
    );
    let (start, _) = url.rsplit_once('/').unwrap();
    format!("{start}/{name}")
}

#[test]
#[ignore = "needs RELATIONS_POSTGRES_URL"]
fn models_of_postgres_create_what_they_were_discovered_of() {
    let url = std::env::var("RELATIONS_POSTGRES_URL").unwrap();
    let package = Package::new("discover_postgres", &[("src/main.rs", "")]);
    let (there, new) = (emptied(&url, "cli_there"), emptied(&url, "cli_new"));
    let script = hostile(
        "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        "DOUBLE PRECISION",
        "TEXT",
        "\"",
    )
    .replace("\"\"); drop --\"", "\"\"\"); drop --\"");
    let more = "CREATE TYPE mood AS ENUM ('ok', 'not \"so\" ok', 'it''s');
CREATE TYPE \"My Kind\" AS ENUM ('A', 'a');
CREATE DOMAIN short_text AS VARCHAR(10);
CREATE TABLE odd (id SERIAL PRIMARY KEY, mood mood DEFAULT 'ok' NOT NULL, kind \"My Kind\", tags TEXT[], numbers BIGINT[], days DATE[] DEFAULT '{}', hours TIME[], stamps TIMESTAMP[], ats TIMESTAMPTZ(3)[], prices NUMERIC(10,2)[], sums NUMERIC[], ids UUID[], letters CHAR(3)[], ips INET[], json JSON, jsonb JSONB DEFAULT '{}', uuid UUID, at TIMESTAMPTZ DEFAULT now(), at3 TIMESTAMP(3), day DATE, time TIME, char CHAR(3), plain VARCHAR, domain short_text, big NUMERIC, ip INET, money MONEY, flag BOOLEAN DEFAULT true, raw BYTEA, small SMALLINT, f REAL, CHECK (small > 0 AND plain <> 'x'));
COMMENT ON TABLE odd IS 'What is /* odd\n}} \"of\" it';
COMMENT ON COLUMN odd.mood IS 'How it is';
CREATE INDEX part ON odd (day) WHERE flag;
";
    run_sql(&there, &format!("{script}{more}"));
    let text = is_a_fixed_point(&package, &there, &new);
    contains(&text, PARTS);
    contains(
        &text,
        &[
            "/// What is /* odd\n/// }} \"of\" it\n",
            "    /// How it is\n    #[model(default = \"'ok'::mood\")]\n    pub mood: Mood,",
            "#[model(db_enum = \"My Kind\")]\npub enum MyKind {\n    A,\n",
            "    pub tags: Option<Vec<String>>,",
            "    pub days: Option<Vec<chrono::NaiveDate>>,",
            "    pub hours: Option<Vec<chrono::NaiveTime>>,",
            "    pub stamps: Option<Vec<chrono::NaiveDateTime>>,",
            "    #[model(db_type = \"timestamp(3) with time zone[]\")]\n    pub ats: Option<Vec<chrono::DateTime<chrono::Utc>>>,",
            "    #[model(db_type = \"numeric(10,2)[]\")]\n    pub prices: Option<Vec<rust_decimal::Decimal>>,",
            "    pub sums: Option<Vec<rust_decimal::Decimal>>,",
            "    pub ids: Option<Vec<uuid::Uuid>>,",
            "// Not taken over: column `ips`: no field has the type `inet[]`.",
            "// Not taken over: column `ip`: no field has the type `inet`.",
            "db_type = \"character(3)\"",
        ],
    );
}

#[test]
#[ignore = "needs RELATIONS_MYSQL_URL"]
fn models_of_mariadb_create_what_they_were_discovered_of() {
    let url = std::env::var("RELATIONS_MYSQL_URL").unwrap();
    let package = Package::new("discover_mysql", &[("src/main.rs", "")]);
    let (there, new) = (emptied(&url, "cli_there"), emptied(&url, "cli_new"));
    let script = hostile(
        "BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
        "DOUBLE",
        "LONGTEXT",
        "`",
    );
    // A name of a column does not end in a blank there.
    let script = script
        .replace("`größe `", "`größe  2`")
        .replace("TABLE option", "TABLE `option`");
    let more = "CREATE TABLE odd (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'its number', mood ENUM('ok', 'it''s', '') DEFAULT 'ok', sets SET('a', 'b'), tiny TINYINT, flag TINYINT(1) DEFAULT 1, medium MEDIUMINT, json JSON, at DATETIME DEFAULT CURRENT_TIMESTAMP, at6 DATETIME(6), stamp TIMESTAMP NULL, year YEAR, time TIME, raw BLOB, bin BINARY(16), char3 CHAR(3), plain TEXT, f FLOAT, bits BIT(3), ip4 INET4, ip6 INET6 NOT NULL, big BIGINT UNSIGNED, CHECK (tiny > 0)) COMMENT 'What is odd';
CREATE TABLE other (id INT NOT NULL PRIMARY KEY, a INT, CHECK (a > 1));
";
    run_sql(&there, &format!("{script}{more}"));
    let text = is_a_fixed_point(&package, &there, &new);
    contains(&text, PARTS);
    contains(
        &text,
        &[
            "/// What is odd\n",
            "    /// its number\n    #[model(id, generated)]\n    pub id: u32,",
            "    pub mood: Option<Mood>,",
            "    #[model(db_type = \"inet4\")]\n    pub ip4: Option<std::net::Ipv4Addr>,",
            "    #[model(db_type = \"inet6\")]\n    pub ip6: std::net::Ipv6Addr,",
            "db_type = \"set('a','b')\"",
            "    pub json: Option<serde_json::Value>,",
            "// Not taken over: column `bits`: no field has the type `bit(3)`.",
        ],
    );
}

/// What names are made of: what ends a text, a comment or a statement, what Rust and SQL mean something by, and letters of all sorts.
const PIECES: &[&str] = &[
    "a",
    "Z",
    "_",
    "9",
    " ",
    "\"",
    "`",
    "'",
    "\\",
    "\n",
    "\t",
    "\r",
    "*/",
    "/*",
    "//",
    "--",
    ";",
    "{",
    "}",
    "(",
    ")",
    "#",
    "[",
    "]",
    "$$",
    "r#",
    "é",
    "ß",
    "İ",
    "名",
    "\u{202e}",
    "\u{200b}",
    "\u{301}",
    "fn",
    "self",
    "Self",
    "type",
    "id",
    "Model",
    "crate",
    "_id",
    "select",
    "%",
    "?",
    ":",
    ",",
    ".",
    "\u{a0}",
    "ǆ",
    "ﬁ",
    "relations_anew",
    "find",
    "async",
    "draft",
    "\u{7f}",
    "&",
    "|",
    "=",
    "<",
    ">",
];

/// Names by chance, but the same ones each time: none twice, whatever the case of their letters.
struct Names {
    state: u64,
    /// Schemas make no table with a dot in its name, and say so.
    has_dots: bool,
    seen: std::collections::BTreeSet<String>,
}

impl Names {
    fn number(&mut self) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % 1_000_003).unwrap()
    }

    fn name(&mut self) -> String {
        loop {
            let count = 1 + self.number() % 5;
            let pieces = (0..count).map(|_| PIECES[self.number() % PIECES.len()]);
            let name: String = pieces.collect();
            // MariaDB has no names with a blank at their end, and compares them without accents.
            let folded = name
                .to_lowercase()
                .replace(['é', '\u{301}', '\u{200b}', '\u{202e}', '\u{7f}'], "e");
            let is_usual = !name.ends_with(char::is_whitespace)
                && !name.starts_with("sqlite_")
                && (self.has_dots || !name.contains('.'));
            if is_usual && self.seen.insert(folded.trim().to_owned()) {
                return name;
            }
        }
    }
}

/// Tables of random names, which refer to each other by random columns.
fn random_tables(seed: u64, quote: char, id: &str) -> Vec<String> {
    let quoted = |name: &str| {
        format!(
            "{quote}{}{quote}",
            name.replace(quote, &format!("{quote}{quote}"))
        )
    };
    let mut tables = Names {
        state: seed,
        has_dots: false,
        seen: Default::default(),
    };
    let mut statements = Vec::new();
    let mut referred: Option<(String, String)> = None;
    for _ in 0..60 {
        let table = quoted(&tables.name());
        let mut columns = Names {
            state: tables.state,
            has_dots: true,
            seen: Default::default(),
        };
        let [key, one, other, link] = [0; 4].map(|_| quoted(&columns.name()));
        let mut parts = vec![
            format!("{key} {id}"),
            format!("{one} INTEGER UNIQUE"),
            format!("{other} BIGINT"),
        ];
        parts.push(format!("{link} BIGINT"));
        if let Some((target, to)) = &referred {
            parts.push(format!("FOREIGN KEY ({link}) REFERENCES {target} ({to})"));
        }
        statements.push(format!("CREATE TABLE {table} ({})", parts.join(", ")));
        referred = Some((table, key));
        tables.number();
    }
    statements
}

/// The models of them compile, make the same tables, and hold no more than models.
fn random_names_are_data(package: &Package, there: &str, new: &str, statements: &[String]) {
    run_all(there, statements);
    let text = is_a_fixed_point(package, there, new);
    let file = syn::parse_file(&text).unwrap();
    let structs = file
        .items
        .iter()
        .filter(|item| matches!(item, syn::Item::Struct(_)));
    assert_eq!(structs.count(), statements.len(), "{text}");
    let is_use = |item: &&syn::Item| matches!(item, syn::Item::Use(_));
    let uses = file.items.iter().filter(is_use).count();
    assert_eq!(uses + statements.len(), file.items.len(), "{text}");
    assert_eq!(
        text.matches("#[belongs_to(").count(),
        statements.len() - 1,
        "{text}"
    );
}

#[test]
fn random_names_of_sqlite_are_data() {
    let package = Package::new("discover_random_sqlite", &[("src/main.rs", "")]);
    let file = |name: &str| format!("sqlite:{}?mode=rwc", package.folder.join(name).display());
    let statements = random_tables(0x5eed_0001, '"', "INTEGER NOT NULL PRIMARY KEY");
    random_names_are_data(&package, &file("there.db"), &file("new.db"), &statements);
}

#[test]
#[ignore = "needs RELATIONS_POSTGRES_URL"]
fn random_names_of_postgres_are_data() {
    let url = std::env::var("RELATIONS_POSTGRES_URL").unwrap();
    let package = Package::new("discover_random_postgres", &[("src/main.rs", "")]);
    let (there, new) = (emptied(&url, "cli_random"), emptied(&url, "cli_random_new"));
    let statements = random_tables(0x5eed_0002, '"', "BIGINT NOT NULL PRIMARY KEY");
    random_names_are_data(&package, &there, &new, &statements);
}

#[test]
#[ignore = "needs RELATIONS_MYSQL_URL"]
fn random_names_of_mariadb_are_data() {
    let url = std::env::var("RELATIONS_MYSQL_URL").unwrap();
    let package = Package::new("discover_random_mariadb", &[("src/main.rs", "")]);
    let (there, new) = (emptied(&url, "cli_random"), emptied(&url, "cli_random_new"));
    let statements = random_tables(0x5eed_0003, '`', "BIGINT NOT NULL PRIMARY KEY");
    random_names_are_data(&package, &there, &new, &statements);
}
