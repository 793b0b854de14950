//! `cargo relations diff` and `migrate`, from the first migration to one of all.

mod support;

use support::{Answer, Package};

const SHOP: &str = "\
use relations::prelude::*;

#[derive(Debug, Model)]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}

relations::models! { pub Models = (Supplier) }
";

fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.text)
        .unwrap_or_else(|_| panic!("{}{}", answer.text, answer.errors))
}

fn on_database<T>(url: &str, ask: impl AsyncFnOnce(relations_sqlx::Db) -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = relations_sqlx::Db::connect(url).await.unwrap();
        let asked = ask(db.clone()).await;
        db.close().await;
        asked
    })
}

#[test]
fn models_become_migrations_and_these_a_database() {
    let package = Package::new("migrate_it", &[("src/lib.rs", SHOP)]);
    package.lock();
    package.done(&["init"]);
    let file = |name: &str| format!("sqlite:{}?mode=rwc", package.folder.join(name).display());
    let url = file("shop.db");
    let run = |words: &[&str]| {
        let with_url = [words, &["--url", &url]].concat();
        package.run(&with_url)
    };

    let answer = run(&["diff"]);
    assert_eq!(
        (answer.code, &*answer.text),
        (0, "create table `supplier`\n"),
        "{}",
        answer.errors
    );
    assert_eq!(run(&["diff", "--exit-code"]).code, 1);
    let sql = run(&["diff", "--sql"]).text;
    assert!(sql.contains("CREATE TABLE \"supplier\""), "{sql}");

    let answer = package.run(&[
        "migrate",
        "new",
        "Start!",
        "--databases",
        "sqlite,postgres,mariadb",
    ]);
    assert_eq!(answer.code, 0, "{}{}", answer.text, answer.errors);
    let folder = |database: &str| package.folder.join("migrations").join(database);
    let files = |database: &str| {
        let entries = std::fs::read_dir(folder(database)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    for database in ["sqlite", "postgres", "mariadb"] {
        let names = files(database);
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(names[2].ends_with("_start.up.sql"), "{names:?}");
    }
    let again = package.run(&["migrate", "new", "again"]);
    assert_eq!(again.text, "the models ask for nothing new\n");
    let status = run(&["migrate", "status"]);
    assert_eq!(
        (status.code, status.text.starts_with("pending")),
        (1, true),
        "{}",
        status.text
    );
    let up = run(&["migrate", "up"]);
    assert!(
        up.text.starts_with("done ") && up.code == 0,
        "{}{}",
        up.text,
        up.errors
    );
    // A line a step, beside the answer.
    assert!(
        up.errors
            .contains("_start: step 1 of 1: create table `supplier`\n"),
        "{}",
        up.errors
    );
    assert_eq!(run(&["migrate", "up"]).text, "nothing to do\n");
    assert_eq!(run(&["diff", "--exit-code"]).text, "nothing differs\n");
    assert_eq!(run(&["migrate", "verify"]).code, 0);

    // A column that gets another name without saying so would be lost.
    on_database(&url, async |db| {
        db.sql("INSERT INTO supplier (name) VALUES ('Thor')")
            .execute()
            .await
            .unwrap();
    });
    package.write("src/lib.rs", &SHOP.replace("pub name", "pub title"));
    let answer = run(&["diff", "--json"]);
    let warnings = json(&answer)["warnings"].as_array().unwrap().clone();
    let kinds: Vec<&str> = warnings
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["data_dependent", "destructive", "maybe_rename"],
        "{}",
        answer.text
    );
    assert_eq!(package.run(&["migrate", "lint"]).code, 1);

    package.write(
        "src/lib.rs",
        &SHOP.replace(
            "    pub name",
            "    #[model(was = \"name\")]\n    pub title",
        ),
    );
    assert_eq!(package.run(&["migrate", "lint"]).code, 0);
    package.done(&["migrate", "new", "title"]);
    let up = run(&["migrate", "up", "--json"]);
    assert!(
        json(&up)["done"][0].as_str().unwrap().ends_with("_title"),
        "{}",
        up.text
    );
    assert!(!up.errors.contains("step 1"), "{}", up.errors);
    let title = on_database(&url, async |db| {
        let sql = "SELECT count(*) AS n FROM supplier WHERE title = 'Thor'";
        db.sql(sql).value::<i64>().await.unwrap()
    });
    assert_eq!(title, 1);
    let down = run(&["migrate", "down"]);
    assert!(
        down.text.ends_with("_title\n") && down.code == 0,
        "{}{}",
        down.text,
        down.errors
    );
    assert!(
        down.errors.contains("_title: down, step 1 of "),
        "{}",
        down.errors
    );
    assert_eq!(run(&["migrate", "verify"]).code, 1);
    run(&["migrate", "up"]);

    // A database from before is told apart from one that has to be made.
    let other = file("other.db");
    let baseline = package.run(&["migrate", "baseline", "--url", &other]);
    assert_eq!(
        (baseline.code, &*baseline.text),
        (1, "create table `supplier`\n")
    );
    on_database(&other, async |db| {
        let sql =
            "CREATE TABLE supplier (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL)";
        db.sql(sql).execute().await.unwrap();
    });
    assert_eq!(
        package.run(&["migrate", "baseline", "--url", &other]).code,
        0
    );
    assert_eq!(package.run(&["migrate", "verify", "--url", &other]).code, 0);

    package.done(&["migrate", "squash"]);
    assert_eq!(files("sqlite").len(), 3);
    let fresh = file("fresh.db");
    for url in [&url, &other, &fresh] {
        let up = package.run(&["migrate", "up", "--url", url]);
        assert_eq!(
            (up.code, up.text.contains("squashed")),
            (0, url == &fresh),
            "{}{}",
            up.text,
            up.errors
        );
        assert_eq!(package.run(&["migrate", "verify", "--url", url]).code, 0);
    }

    // A file that was changed by hand is told.
    let up = files("sqlite").pop().unwrap();
    let path = folder("sqlite").join(up);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}SELECT 1;\n")).unwrap();
    let status = package.run(&["migrate", "status", "--url", &fresh]);
    assert!(status.text.starts_with("changed"), "{}", status.text);
    assert_eq!(package.run(&["migrate", "up", "--url", &fresh]).code, 2);
}

#[test]
fn each_finding_has_its_file_and_its_statement() {
    let package = Package::new("migrate_lint", &[("src/lib.rs", SHOP)]);
    package.lock();
    package.done(&["init"]);
    let url = format!(
        "sqlite:{}?mode=rwc",
        package.folder.join("shop.db").display()
    );
    let url = ["--url", url.as_str()];
    package.done(&["migrate", "new", "start", "--databases", "sqlite"]);
    package.done(&[&["migrate", "up"][..], &url].concat());

    let with = |fields: &str| SHOP.replace("    pub name: String,\n", fields);
    package.write("src/lib.rs", &with("    pub town: String,\n"));
    package.done(&["migrate", "new", "town", "--json"]);
    package.write(
        "src/lib.rs",
        &with("    pub town: String,\n    pub street: String,\n"),
    );
    package.done(&["migrate", "new", "street", "--json"]);
    package.write("src/lib.rs", &with("    pub street: String,\n"));

    let findings = |arguments: &[&str]| {
        let arguments = [&["migrate", "lint", "--json"], arguments].concat();
        let answer = package.run(&arguments);
        assert_eq!(answer.code, 1, "{}", answer.errors);
        let json = json(&answer);
        let findings = json["warnings"].as_array().unwrap().iter().map(|found| {
            let file = found["file"].as_str().map(str::to_owned);
            let statement = found["statement"].as_str().unwrap_or_default();
            if let Some(file) = &file {
                let line = usize::try_from(found["line"].as_u64().unwrap()).unwrap();
                let text = std::fs::read_to_string(file).unwrap();
                let at = text.lines().nth(line - 1).unwrap();
                assert!(
                    statement.starts_with(at.trim_end_matches(';')),
                    "{at}\n{statement}"
                );
            }
            assert!(statement.contains("supplier"), "{found}");
            let name = file
                .as_deref()
                .and_then(|file| file.rsplit(['/', '\\']).next());
            let name = name
                .and_then(|name| name.split_once('_'))
                .map(|(_, name)| name.to_owned());
            (
                found["kind"].as_str().unwrap().to_owned(),
                name.unwrap_or_default(),
            )
        });
        findings.collect::<Vec<_>>()
    };
    let found = |kinds: &[(&str, &str)]| -> Vec<(String, String)> {
        let owned = kinds
            .iter()
            .map(|(kind, file)| ((*kind).to_owned(), (*file).to_owned()));
        owned.collect()
    };
    let town = [
        ("data_dependent", "town.up.sql"),
        ("destructive", "town.up.sql"),
        ("maybe_rename", "town.up.sql"),
    ];
    let street = [("data_dependent", "street.up.sql")];
    let next = [("destructive", "")];
    assert_eq!(findings(&[]), found(&[&street[..], &next].concat()));
    let all = found(&[&town[..], &street, &next].concat());
    assert_eq!(findings(&["--all"]), all);
    assert_eq!(findings(&url), all);
    let text = package.run(&["migrate", "lint"]).text;
    let up = "_street.up.sql:";
    assert!(text.contains("    by ") && text.contains(up), "{text}");

    package.done(&[&["migrate", "up"][..], &url].concat());
    assert_eq!(findings(&url), found(&next));
}

#[test]
fn migrations_written_by_hand_are_looked_at_by_their_statements() {
    let package = Package::new("migrate_by_hand", &[("src/lib.rs", SHOP)]);
    package.lock();
    package.done(&["init"]);
    package.done(&["migrate", "new", "start", "--databases", "sqlite"]);
    package.write(
        "migrations/sqlite/20900101000000_cleanup.up.sql",
        "-- DROP TABLE legacy;\nCREATE TABLE scratch (id INTEGER);\nDROP TABLE scratch;\n\n\
         DROP TABLE legacy;\nDELETE FROM supplier\nWHERE name = 'DROP TABLE supplier';\n",
    );
    let findings = |arguments: &[&str]| {
        let arguments = [&["migrate", "lint", "--json"], arguments].concat();
        let answer = package.run(&arguments);
        let json = json(&answer);
        let found = json["warnings"].as_array().unwrap().iter().map(|found| {
            let file = found["file"].as_str().unwrap_or_default();
            let file = file.rsplit(['/', '\\', '_']).next().unwrap_or_default();
            format!(
                "{} {file}:{} {}",
                found["kind"].as_str().unwrap(),
                found["line"],
                found["statement"].as_str().unwrap().lines().next().unwrap()
            )
        });
        found.collect::<Vec<_>>()
    };
    let cleanup = [
        "destructive cleanup.up.sql:5 DROP TABLE legacy",
        "destructive cleanup.up.sql:6 DELETE FROM supplier",
    ];
    assert_eq!(findings(&[]), cleanup);

    // The next one counts from the last snapshot, and is not blamed for the one before.
    let later = SHOP.replace("    pub name", "    pub town: String,\n    pub name");
    package.write("src/lib.rs", &later);
    package.done(&["migrate", "new", "town"]);
    let town = findings(&[]);
    assert_eq!(town.len(), 1, "{town:?}");
    assert!(
        town[0].starts_with("data_dependent town.up.sql:"),
        "{town:?}"
    );
    let all = findings(&["--all"]);
    assert_eq!(all, [&cleanup.map(str::to_owned)[..], &town].concat());

    // What was written into a file by hand is looked at, too.
    let folder = package.folder.join("migrations/sqlite");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with("_town.up.sql"))
        .collect();
    let path = files.pop().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n-- step: tidy\nDROP TABLE other;\n")).unwrap();
    let found = findings(&[]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].ends_with(" DROP TABLE other"), "{found:?}");

    let squash = package.run(&["migrate", "squash"]);
    assert_eq!(squash.code, 2, "{}", squash.text);
    assert!(
        squash.errors.contains("was written by hand"),
        "{}",
        squash.errors
    );
}
