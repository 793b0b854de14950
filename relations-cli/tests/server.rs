//! From a database to a running REST server, and its OpenAPI document: `discover`, `server`, `init`, `openapi`.

mod support;

use relations_sqlx::Db;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use support::Package;

const TABLES: &[&str] = &[
    "CREATE TABLE suppliers (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, since DATETIME)",
    "CREATE TABLE accounts (id INTEGER NOT NULL PRIMARY KEY, manager TEXT, supplier_id INTEGER NOT NULL UNIQUE REFERENCES suppliers (id))",
    "CREATE TABLE parts (id INTEGER NOT NULL PRIMARY KEY, \"type\" TEXT)",
    "CREATE TABLE supplied (supplier_id INTEGER NOT NULL REFERENCES suppliers (id), part_id INTEGER NOT NULL REFERENCES parts (id), PRIMARY KEY (supplier_id, part_id))",
    "INSERT INTO suppliers VALUES (1, 'Thor', '2026-01-31 10:00:00')",
    "INSERT INTO accounts VALUES (7, 'Odin', 1)",
    "INSERT INTO parts VALUES (3, 'bolt')",
    "INSERT INTO supplied VALUES (1, 3)",
];

fn create(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = Db::connect(url).await.unwrap();
        for statement in TABLES {
            db.sql(*statement).execute().await.unwrap();
        }
        db.close().await;
    });
}

/// The server of a package, which ends with the test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(package: &Package, url: &str) -> Server {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut child = Command::new(env!("CARGO"))
            .args(["run", "--offline", "--quiet", "--manifest-path"])
            .arg(package.folder.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(target)
            .args(["--", url, "127.0.0.1:0"])
            .env("RUSTFLAGS", "")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line
            .strip_prefix("http://")
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_else(|| panic!("the server did not start: {line:?}"))
            .to_owned();
        Server { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
            .split_once("\r\n\r\n")
            .map(|(_, body)| body.to_owned())
            .unwrap_or(answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_database_is_served() {
    let lib = "//! A shop.\n\nmod own {\n    #[derive(Debug, relations::Model)]\n    struct Plain {\n        #[model(id)]\n        id: i64,\n    }\n}\n";
    let package = Package::new("server-it", &[("src/lib.rs", lib)]);
    package.lock();
    let url = format!(
        "sqlite:{}?mode=rwc",
        package.folder.join("shop.db").display()
    );
    create(&url);
    package.done(&["discover", "--url", &url, "--serde"]);
    let with_module = lib.replace("mod own", "pub mod models;\nmod own");
    assert_eq!(package.read("src/lib.rs"), with_module);
    let said = package.done(&["server"]);
    assert!(
        said.contains("left    own::Plain: it does not derive `Serialize`"),
        "{said}"
    );
    assert!(package.done(&["server"]).ends_with("nothing to change\n"));
    let api = package.read("src/api.rs");
    for part in [
        "        .model::<crate::models::Account>(|rows| rows.relation(crate::models::Account::SUPPLIER))\n",
        "rows.relation(crate::models::Supplier::ACCOUNT)\n                .relation(crate::models::Supplier::PARTS)",
        ".info(\"server_it\", env!(\"CARGO_PKG_VERSION\"))",
    ] {
        assert!(api.contains(part), "{part}\n{api}");
    }
    let manifest = package.read("Cargo.toml");
    let rest = "relations-rest\", features = [\"sqlite\", \"postgres\", \"mysql\"] }";
    assert!(
        manifest.contains(rest) && manifest.contains("default-run = \"server-it\""),
        "{manifest}"
    );

    package.done(&["init"]);
    package.done(&["openapi", "--out", "openapi.json"]);
    let document: serde_json::Value = serde_json::from_str(&package.read("openapi.json")).unwrap();
    assert_eq!(document["info"]["title"], "server_it");
    assert!(document["paths"]["/suppliers/{id}/account"].is_object());
    let again = package.done(&["openapi", "--out", "openapi.json"]);
    assert!(again.ends_with("nothing to change\n"), "{again}");

    let server = Server::start(&package, &url);
    let body = server.get("/suppliers?filter[include][]=account&filter[include][]=parts");
    let rows: serde_json::Value = serde_json::from_str(&body).unwrap();
    let expected = serde_json::json!([{
        "id": 1, "name": "Thor", "since": "2026-01-31T10:00:00",
        "account": {"id": 7, "manager": "Odin", "supplier_id": 1},
        "parts": [{"id": 3, "type": "bolt"}],
    }]);
    assert_eq!(rows, expected);
    assert!(server.get("/suppliers/1/account").contains("Odin"));
}

#[test]
fn a_server_needs_models_that_can_be_answered() {
    let package = Package::new("server_none", &[("src/main.rs", "fn main() {}\n")]);
    package.refused("no_library", &["server"]);
    package.write("src/lib.rs", "");
    package.refused("unknown_model", &["server"]);
    let model = "#[derive(Debug, relations::Model, serde::Serialize)]\npub struct Supplier {\n    #[model(id)]\n    pub id: i64,\n}\n";
    package.write("src/lib.rs", model);
    package.refused("file_exists", &["server"]);
    std::fs::remove_file(package.folder.join("src/main.rs")).unwrap();
    let manifest = package
        .read("Cargo.toml")
        .replace("relations-orm", "other-orm");
    package.write("Cargo.toml", &manifest);
    package.refused("no_dependency", &["server"]);
}
