//! `cargo relations init` and `check`.

mod support;

use support::Package;

const LIB: &str = "\
pub mod shop;
mod own {
    #[derive(Debug, relations::Model)]
    struct Hidden {
        #[model(id)]
        id: i64,
    }
}
";

const SHOP: &str = "\
use relations::prelude::*;

#[derive(Debug, Model)]
#[has_one(Account)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
}

#[derive(Debug, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}
";

#[test]
fn the_program_of_the_package_compares_its_models() {
    let package = Package::new("check-it", &[("src/lib.rs", LIB), ("src/shop.rs", SHOP)]);
    package.lock();
    package.refused("not_set_up", &["check", "--url", "sqlite::memory:"]);
    let manifest = package.read("Cargo.toml");
    let answer = package.done(&["init"]);
    assert!(
        answer.contains("left    own::Hidden: it is not `pub`"),
        "{answer}"
    );
    let list = "\nrelations::models! {\n    /// All models, for `cargo relations`.\n    pub Models = (\n        shop::Supplier,\n        shop::Account,\n    )\n}\n";
    assert_eq!(package.read("src/lib.rs"), format!("{LIB}{list}"));
    assert!(package.read("Cargo.toml").starts_with(&manifest));
    assert!(
        package
            .read("src/bin/relations.rs")
            .contains("relations::tool::run::<check_it::Models>()")
    );
    assert!(package.done(&["init"]).ends_with("nothing to change\n"));

    let url = format!(
        "sqlite:{}?mode=rwc",
        package.folder.join("shop.db").display()
    );
    let answer = package.run(&["check", "--url", &url]);
    assert_eq!(answer.code, 1, "{}{}", answer.text, answer.errors);
    assert!(answer.text.starts_with("MissingTable: "), "{}", answer.text);
    assert!(
        answer.text.contains("not compared: own::Hidden: "),
        "{}",
        answer.text
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = relations_sqlx::Db::connect(&url).await.unwrap();
        db.sql("CREATE TABLE supplier (id INTEGER PRIMARY KEY)").execute().await.unwrap();
        let account = "CREATE TABLE account (id INTEGER PRIMARY KEY, supplier_id INTEGER NOT NULL UNIQUE REFERENCES supplier (id))";
        db.sql(account).execute().await.unwrap();
        db.close().await;
    });
    let answer = package.run(&["check", "--url", &url, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(
        (answer.code, &json["same"], &json["differences"]),
        (0, &true.into(), &serde_json::json!([]))
    );
    assert_eq!(json["warnings"][0]["model"], "own::Hidden");
    let answer = package.run(&["check", "--url", "nowhere:"]);
    assert_eq!(answer.code, 2);
    assert!(
        answer.errors.contains("error[program_failed]: "),
        "{}",
        answer.errors
    );
}

#[test]
fn a_package_without_a_library_is_refused() {
    let package = Package::new("check_none", &[("src/main.rs", SHOP)]);
    package.refused("no_library", &["init"]);
}
