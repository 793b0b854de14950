//! `cargo relations discover --merge`: what people edited stays, what changed in the database comes, and conflicts are told.

mod support;

use relations_sqlx::Db;
use support::Package;

fn run_sql(url: &str, statements: &[&'static str]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = Db::connect(url).await.unwrap();
        for statement in statements {
            db.sql(*statement).execute().await.unwrap();
        }
        db.close().await;
    });
}

/// A package with the models of two tables.
fn package(name: &str) -> (Package, String) {
    let package = Package::new(name, &[("src/main.rs", "")]);
    let url = format!(
        "sqlite:{}?mode=rwc",
        package.folder.join("shop.db").display()
    );
    run_sql(
        &url,
        &[
            "CREATE TABLE suppliers (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, city TEXT)",
            "CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, total INTEGER NOT NULL, supplier_id INTEGER NOT NULL REFERENCES suppliers (id))",
        ],
    );
    package.done(&["discover", "--url", &url]);
    (package, url)
}

fn edit(package: &Package, from: &str, to: &str) {
    let text = package.read("src/models.rs");
    assert!(text.contains(from), "{from}\n{text}");
    package.write("src/models.rs", &text.replace(from, to));
}

#[test]
fn edits_stay_and_what_is_new_comes() {
    let (package, url) = package("merge_both");
    let merge = ["discover", "--url", &url, "--merge"];
    assert!(package.done(&merge).ends_with("nothing to change\n"));
    edit(
        &package,
        "pub struct Supplier {",
        "/// Who delivers.\npub struct Supplier {",
    );
    edit(
        &package,
        "    pub total: i64,\n",
        "    pub total: i64, // in cents\n",
    );
    package.write(
        "src/models.rs",
        &(package.read("src/models.rs") + "\nimpl Supplier {}\n"),
    );
    let edited = package.read("src/models.rs");
    package.done(&merge);
    assert_eq!(package.read("src/models.rs"), edited);
    run_sql(
        &url,
        &[
            "ALTER TABLE suppliers ADD COLUMN note TEXT",
            "CREATE TABLE addresses (id INTEGER NOT NULL PRIMARY KEY, street TEXT)",
            "CREATE INDEX suppliers_city ON suppliers (city)",
        ],
    );
    let answer = package.run(&[&merge[..], &["--dry-run"]].concat());
    assert_eq!(
        (answer.code, package.read("src/models.rs")),
        (1, edited.clone())
    );
    package.done(&merge);
    let text = package.read("src/models.rs");
    for part in [
        "/// Who delivers.\npub struct Supplier {",
        "    pub total: i64, // in cents\n",
        "    #[model(index)]\n    pub city: Option<String>,\n    pub note: Option<String>,\n",
        "pub struct Address {",
        "\nimpl Supplier {}\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(package.done(&merge).ends_with("nothing to change\n"));
    package.write("src/models.rs", &text.replace('\n', "\r\n"));
    run_sql(&url, &["ALTER TABLE addresses ADD COLUMN city TEXT"]);
    package.done(&merge);
    let text = package.read("src/models.rs");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert!(text.contains("    pub street: Option<String>,\r\n    pub city: Option<String>,\r\n}"));
}

#[test]
fn a_conflict_is_marked_until_it_is_settled() {
    let (package, url) = package("merge_conflict");
    let merge = ["discover", "--url", &url, "--merge"];
    edit(
        &package,
        "    pub city: Option<String>,\n",
        "    pub town: Option<String>,\n",
    );
    run_sql(
        &url,
        &[
            "ALTER TABLE suppliers DROP COLUMN city",
            "ALTER TABLE suppliers ADD COLUMN place INTEGER",
        ],
    );
    let marked = "    pub town: Option<String>,\n\
        // CONFLICT: the lines above were edited, and the database says:\n\
        //     pub place: Option<i64>,\n\
        // END OF CONFLICT\n";
    for _ in 0..2 {
        let answer = package.run(&merge);
        assert_eq!(answer.code, 1, "{}{}", answer.text, answer.errors);
        assert!(
            answer.text.contains("conflict src/models.rs:"),
            "{}",
            answer.text
        );
        assert!(package.read("src/models.rs").contains(marked));
    }
    edit(&package, marked, "    pub place: Option<i64>,\n");
    assert!(package.done(&merge).ends_with("nothing to change\n"));
}

#[test]
fn without_the_last_result_nothing_is_guessed() {
    let (package, url) = package("merge_lost");
    let merge = ["discover", "--url", &url, "--merge"];
    std::fs::remove_file(package.folder.join("src/.models.rs.discovered")).unwrap();
    package.done(&merge);
    std::fs::remove_file(package.folder.join("src/.models.rs.discovered")).unwrap();
    edit(&package, "pub city", "pub town");
    package.refused("no_last_result", &merge);
    let edited = package.read("src/models.rs");
    package.done(&[&merge[..], &["--force"]].concat());
    assert_eq!(package.read("src/models.rs"), edited);
    package.done(&merge);
    edit(&package, "pub struct Supplier {", "pub struct Supplier {{");
    run_sql(&url, &["ALTER TABLE suppliers ADD COLUMN note TEXT"]);
    package.refused("merge_failed", &merge);
}
