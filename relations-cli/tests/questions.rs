//! The questions of `cargo relations relation`, answered on a terminal.

#![cfg(unix)]

mod support;

use rexpect::session::{PtySession, spawn_command};
use std::process::Command;
use support::Package;

const MODELS: &str = "\
use relations::prelude::*;

#[derive(Debug, Model)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
}

#[derive(Debug, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
}

#[derive(Debug, Model)]
pub struct Link {
    #[model(id, generated)]
    pub id: i64,
}
";

/// The command on a terminal, without the arguments that it asks for.
fn ask(package: &Package, arguments: &[&str]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-relations"));
    command
        .arg("relations")
        .args(arguments)
        .current_dir(&package.folder)
        .env("TERM", "xterm")
        .env("NO_COLOR", "1");
    // Others build at the same time.
    spawn_command(command, Some(60_000)).unwrap()
}

/// Waits for each question, and answers it with the keys.
fn answer(session: &mut PtySession, answers: &[(&str, &str)]) {
    for (question, keys) in answers {
        let seen = session.exp_string(question);
        seen.unwrap_or_else(|error| panic!("{question}: {error}"));
        session.send(keys).unwrap();
        session.flush().unwrap();
    }
    session.exp_eof().unwrap();
}

#[test]
fn each_step_is_asked() {
    let package = Package::new("questions_all", &[("src/lib.rs", MODELS)]);
    let mut session = ask(&package, &["relation"]);
    let answers = [
        ("Which model gets the relation?", "Suppl\r"),
        ("What kind of relation?", "has_one\r"),
        ("Which model does it lead to?", "Acc\r"),
        ("Name of the relation?", "ledger\r"),
        ("Field of the foreign key?", "owner_id\r"),
        ("May the key be null?", "y\r"),
        ("Are rows deleted together", "y\r"),
        ("Write this?", "y\r"),
    ];
    answer(&mut session, &answers);
    let text = package.read("src/lib.rs");
    for part in [
        "#[has_one(Account, name = \"ledger\", key_to = \"owner_id\")]\npub struct Supplier",
        "    #[belongs_to(Supplier, on_delete = \"cascade\")]\n    pub owner_id: Option<i64>,\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn an_empty_answer_is_as_usual_and_links_are_asked_for() {
    let package = Package::new("questions_links", &[("src/lib.rs", MODELS)]);
    let mut session = ask(&package, &["relation", "Supplier"]);
    let answers = [
        ("What kind of relation?", "has_many\r"),
        ("Which model does it lead to?", "Acc\r"),
        ("Does it go through links?", "y\r"),
        ("Which model are the links?", "Link\r"),
        ("Name of the relation?", "\r"),
        ("Field of the foreign key?", "\r"),
        ("May the key be null?", "\r"),
        ("Are rows deleted together", "\r"),
        ("Write this?", "\r"),
    ];
    answer(&mut session, &answers);
    let text = package.read("src/lib.rs");
    let part = "#[has_many(Account, through = Link)]\npub struct Supplier";
    assert!(text.contains(part), "{text}");
    assert!(
        text.contains("    #[belongs_to(Supplier)]\n    pub supplier_id: i64,\n"),
        "{text}"
    );
}

#[test]
fn nothing_is_written_where_the_answer_is_no_or_escape() {
    let package = Package::new("questions_no", &[("src/lib.rs", MODELS)]);
    let mut session = ask(&package, &["relation", "Supplier", "has_one", "Account"]);
    answer(&mut session, &[("Write this?", "n\r")]);
    assert_eq!(package.read("src/lib.rs"), MODELS);
    let mut session = ask(&package, &["relation", "Supplier"]);
    answer(&mut session, &[("What kind of relation?", "\x1b")]);
    assert_eq!(package.read("src/lib.rs"), MODELS);
}

#[test]
fn rows_within_rows_and_links_without_a_model_are_asked_for_less() {
    let package = Package::new("questions_within", &[("src/lib.rs", MODELS)]);
    let mut session = ask(&package, &["relation", "Supplier"]);
    let answers = [
        ("What kind of relation?", "has_and\r"),
        ("Which model does it lead to?", "Acc\r"),
        ("Name of the relation?", "\r"),
        ("Write this?", "y\r"),
    ];
    answer(&mut session, &answers);
    let text = package.read("src/lib.rs");
    let part = "#[has_and_belongs_to_many(Account)]\npub struct Supplier";
    assert!(text.contains(part), "{text}");

    let serialized = MODELS.replacen("#[derive(", "#[derive(serde::Serialize, ", 3);
    package.write("src/lib.rs", &serialized);
    let mut session = ask(&package, &["relation", "Supplier"]);
    let answers = [
        ("What kind of relation?", "embeds_many\r"),
        ("Which model does it lead to?", "Acc\r"),
        ("Name of the relation?", "\r"),
        ("Field that holds the rows?", "ledgers\r"),
        ("Write this?", "y\r"),
    ];
    answer(&mut session, &answers);
    let text = package.read("src/lib.rs");
    let part = "    #[model(json)]\n    #[embeds_many(Account)]\n    pub ledgers: Vec<Account>,\n";
    assert!(text.contains(part), "{text}");
}
