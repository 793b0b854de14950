//! Running migrations: by several programs at once, after one that stopped, and with files that changed.

use crate::changes::{Design, migration, reset};
use crate::support::{TestDb, database_test, given_up};
use relations::migrate::{MigrationState, Migrations, dialect_name};
use relations::schema::catalog::{ForeignKey, Index};
use relations::schema::{SchemaDiff, SchemaState};
use relations::{Dialect, ErrorKind};

fn files(db: &TestDb, files: &[(&str, &str)]) -> Migrations {
    let database = dialect_name(db.dialect());
    let files = files.iter().map(|(name, text)| (database, *name, *text));
    Migrations::of_files(&files.collect::<Vec<_>>()).unwrap()
}

const FIRST: (&str, &str) = (
    "1_first.up.sql",
    "CREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY, text VARCHAR(40) NOT NULL);\nINSERT INTO note VALUES (1, 'a;b');",
);
const BACK: (&str, &str) = ("1_first.down.sql", "DROP TABLE note;");

async fn states(db: &TestDb, migrations: &Migrations) -> Vec<MigrationState> {
    let status = db.migrations(migrations).status().await.unwrap();
    status.into_iter().map(|status| status.state).collect()
}

#[database_test]
async fn migrations_run_once_and_go_back(db: TestDb) {
    let migrations = files(
        &db,
        &[
            FIRST,
            BACK,
            ("2_more.up.sql", "INSERT INTO note VALUES (2, 'c')"),
        ],
    );
    assert_eq!(states(&db, &migrations).await, [MigrationState::Pending; 2]);
    assert_eq!(
        db.migrate(&migrations).await.unwrap(),
        ["1_first", "2_more"]
    );
    assert_eq!(db.migrate(&migrations).await.unwrap(), [""; 0]);
    assert_eq!(db.number("SELECT count(*) FROM note").await, 2);
    assert_eq!(states(&db, &migrations).await, [MigrationState::Done; 2]);
    let error = db.migrations(&migrations).down(1).await.unwrap_err();
    assert!(
        error.to_string().contains("`2_more` has no way back"),
        "{error}"
    );
    let one = files(&db, &[FIRST, BACK]);
    let error = db.migrate(&one).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`2_more` was run on this database, and has no file"),
        "{error}"
    );
    db.execute("DELETE FROM relations_migrations WHERE version = 2")
        .await;
    assert_eq!(db.migrations(&one).down(5).await.unwrap(), ["1_first"]);
    assert_eq!(states(&db, &one).await, [MigrationState::Pending]);
    assert!(db.try_execute("SELECT * FROM note").await.is_err());
}

#[database_test]
async fn a_file_that_changed_is_refused(db: TestDb) {
    db.migrate(&files(&db, &[FIRST])).await.unwrap();
    let changed = files(&db, &[(FIRST.0, "SELECT 1"), ("2_more.up.sql", "SELECT 2")]);
    let error = db.migrate(&changed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidSchema);
    assert!(
        error.to_string().contains("its file is another one now"),
        "{error}"
    );
    let windows = FIRST.1.replace('\n', "\r\n");
    assert!(
        db.migrate(&files(&db, &[(FIRST.0, &windows)]))
            .await
            .unwrap()
            .is_empty()
    );
    let earlier = files(&db, &[("0001_first.up.sql", FIRST.1)]);
    assert!(
        db.migrate(&earlier).await.unwrap().is_empty(),
        "the version is a number"
    );
    let skipped = files(&db, &[FIRST, ("3_c.up.sql", "SELECT 3")]);
    db.migrate(&skipped).await.unwrap();
    let late = files(
        &db,
        &[
            FIRST,
            ("2_b.up.sql", "SELECT 2"),
            ("3_c.up.sql", "SELECT 3"),
        ],
    );
    let error = db.migrate(&late).await.unwrap_err();
    assert!(
        error.to_string().contains("give it a later version"),
        "{error}"
    );
}

#[database_test]
async fn of_two_programs_one_runs_a_migration(db: TestDb) {
    let mut text = FIRST.1.to_owned();
    for id in 2..30 {
        text.push_str(&format!("\nINSERT INTO note VALUES ({id}, 'x');"));
    }
    let migrations = files(
        &db,
        &[
            (FIRST.0, &text),
            ("2_more.up.sql", "DELETE FROM note WHERE id = 2"),
        ],
    );
    let mut others = Vec::new();
    for _ in 0..3 {
        // Another handle on a database in memory is another database.
        others.push(match db.url().contains("memory") {
            true => (*db).clone(),
            false => db.another().await,
        });
    }
    let runs = others.iter().map(|other| other.migrate(&migrations));
    let mut done = Vec::new();
    for run in futures(runs.collect()).await {
        done.extend(run.unwrap());
    }
    done.sort();
    assert_eq!(done, ["1_first", "2_more"]);
    assert_eq!(db.number("SELECT count(*) FROM note").await, 28);
}

/// Waits for all of them, side by side.
async fn futures<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(|it| (Box::pin(it), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in &mut running {
            if output.is_none()
                && let std::task::Poll::Ready(done) = future.as_mut().poll(context)
            {
                *output = Some(done);
            }
        }
        match running.iter().all(|(_, output)| output.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running
        .into_iter()
        .filter_map(|(_, output)| output)
        .collect()
}

/// A migration is stopped at each of its statements: what was kept is either nothing, or all up to there, and the next run goes on.
#[database_test]
async fn a_migration_that_stops_goes_on_where_it_stopped(db: TestDb) {
    let dialect = db.dialect();
    let mut design = Design::new(dialect);
    design.table("team", &["name name"]);
    let before = design.state.clone();
    design.table("event", &["title name", "size int = 1"]);
    let more = design.column("city name?");
    design.of("team").columns.push(more);
    design.toggle_index("team", "name");
    design.check("team", "ck_team_1", "name <> 'x'");
    let after = design.state.clone();
    let diff = SchemaDiff::of(&before, &after, dialect);
    let whole = migration(&before, &after, &diff, dialect, 5);
    let steps = whole.of(dialect)[0].up.clone();
    let apart = steps
        .iter()
        .position(|step| step.is_apart)
        .unwrap_or(steps.len());
    for stop in 0..=steps.len() {
        reset(&db, &before).await;
        db.execute("INSERT INTO team (name) VALUES ('red')").await;
        let mut text = String::new();
        for (nth, step) in steps.iter().enumerate() {
            if nth == stop {
                text.push_str("-- step: a mistake\nINSERT INTO no_such_table VALUES (1);\n");
            }
            let mark = if step.is_apart { ", apart" } else { "" };
            text.push_str(&format!(
                "-- step{mark}: {}\n{};\n",
                step.about,
                step.statements.join(";\n")
            ));
        }
        if stop == steps.len() {
            text.push_str("-- step: a mistake\nINSERT INTO no_such_table VALUES (1);\n");
        }
        let broken = files(&db, &[("5_case.up.sql", &text)]);
        let error = db.migrate(&broken).await.unwrap_err();
        let said = format!(
            "`5_case`, step {} of {}, a mistake",
            stop + 1,
            steps.len() + 1
        );
        assert!(error.to_string().contains(&said), "{error}");
        // What comes before the steps apart is one transaction with the mistake.
        let is_kept = matches!(dialect, Dialect::MySql { .. }) || stop > apart;
        let stopped = MigrationState::Stopped {
            is_down: false,
            done: stop,
            of: steps.len() + 1,
        };
        let state = if is_kept {
            stopped
        } else {
            MigrationState::Pending
        };
        assert_eq!(states(&db, &broken).await, [state]);
        if !is_kept {
            assert!(db.schema_diff(&before, &after).await.unwrap().is_empty());
        }
        // The mistake is found, and the file is put right.
        db.migrate(&whole).await.unwrap();
        assert_eq!(states(&db, &whole).await, [MigrationState::Done]);
        assert!(db.schema_diff(&after, &before).await.unwrap().is_empty());
        assert_eq!(db.number("SELECT count(*) FROM team").await, 1);
    }
}

/// A step of MySQL that was done, and not written down, is not done twice.
#[database_test]
async fn a_step_that_was_done_before_the_program_died_is_found_done(db: TestDb) {
    if !matches!(db.dialect(), Dialect::MySql { .. }) {
        return;
    }
    let text = "CREATE TABLE a (id INT);\nALTER TABLE a ADD COLUMN b INT;\nCREATE INDEX i ON a (b);\n\
        ALTER TABLE a DROP COLUMN id;\nALTER TABLE a RENAME TO c;\nDROP INDEX i ON c;\nDROP TABLE c;";
    let migrations = files(&db, &[("1_a.up.sql", text)]);
    let steps = &migrations.of(db.dialect())[0].up;
    for died in 0..steps.len() {
        let _ = db.try_execute("DROP TABLE relations_migrations").await;
        db.migrate(&Migrations::default()).await.unwrap();
        for step in &steps[..=died] {
            db.execute(&step.statements[0]).await;
        }
        let checksum = &migrations.of(db.dialect())[0].checksum;
        db.execute(&format!(
            "INSERT INTO relations_migrations VALUES (1, '1_a', '{checksum}', 'up', {died}, 7, 0)"
        ))
        .await;
        assert_eq!(db.migrate(&migrations).await.unwrap(), ["1_a"]);
    }
}

#[database_test]
async fn names_of_others_are_never_sql(db: TestDb) {
    let dialect = db.dialect();
    let names = [
        "a\"b",
        "a`b",
        "a'b",
        "a;b",
        "-- a",
        "a\n-- step: x\nDROP TABLE keep;",
        "/* a",
        "$$ a $$",
        "select",
        "Ä ö 中文",
        "a\\",
        "a]b[c",
        "x'); DROP TABLE keep; --",
        "${a}",
        "%s",
        " a b ",
    ];
    db.execute("CREATE TABLE keep (id INT)").await;
    for (nth, name) in names.iter().enumerate() {
        // MySQL takes no name that ends in a space.
        let name = format!("{name}.");
        let other = names[(nth + 5) % names.len()].to_owned() + "!";
        let mut design = Design::new(dialect);
        let title = design.column("title name?");
        let table = design.table(&name, &[]);
        let mut first = title.clone();
        first.name = other.clone();
        table.columns.push(first);
        let before = design.state.clone();
        let mut second = title.clone();
        second.name = format!("{other}2");
        second.default = Some("'x'".to_owned());
        design.of(&name).columns.push(second);
        design.rename(&name, &other, &format!("{other}3"));
        let after = design.state.clone();
        let empty = SchemaState::default();
        for (version, (have, want)) in [(&empty, &before), (&before, &after), (&after, &empty)]
            .iter()
            .enumerate()
        {
            let diff = SchemaDiff::of(have, want, dialect);
            let run = migration(have, want, &diff, dialect, version as i64 + 1);
            let _ = db.try_execute("DROP TABLE relations_migrations").await;
            let up = db.migrate(&run).await;
            assert!(up.is_ok(), "{name:?}: {}", up.unwrap_err());
            let left = db.schema_diff(want, have).await.unwrap();
            assert!(left.is_empty(), "{name:?}: {:?}", left.changes());
            let snapshot = SchemaState::from_json(&want.to_json(), dialect).unwrap();
            assert_eq!(snapshot.hash(), want.hash());
        }
        assert_eq!(db.number("SELECT count(*) FROM keep").await, 0);
    }
}

#[database_test]
async fn a_row_that_would_refer_to_none_undoes_the_migration(db: TestDb) {
    let dialect = db.dialect();
    let mut design = Design::new(dialect);
    design.table("team", &["name name"]);
    design.table("member", &["team_id big"]);
    let before = design.state.clone();
    let mut key = relations::schema::catalog::ForeignKey::default();
    key.name = Some("fk_member_team_id".to_owned());
    key.columns = vec!["team_id".to_owned()];
    key.referred_table = "team".to_owned();
    key.referred_columns = vec!["id".to_owned()];
    design.of("member").foreign_keys.push(key);
    let after = design.state.clone();
    reset(&db, &before).await;
    db.execute("INSERT INTO member (team_id) VALUES (7)").await;
    let diff = SchemaDiff::of(&before, &after, dialect);
    let warnings = diff.warnings();
    let query = warnings[0].query.as_deref().unwrap();
    assert_eq!(db.number(query).await, 1, "{query}");
    let run = migration(&before, &after, &diff, dialect, 1);
    assert!(db.migrate(&run).await.is_err());
    db.execute("DELETE FROM member").await;
    // On PostgreSQL the key is there, and rows are looked at once more.
    assert_eq!(db.migrate(&run).await.unwrap(), ["1_case"]);
    assert!(db.schema_diff(&after, &before).await.unwrap().is_empty());
}

#[database_test]
async fn a_program_has_its_migrations_in_it(db: TestDb) {
    let migrations = relations::migrate!("tests/migrations/files").unwrap();
    assert_eq!(db.migrate(&migrations).await.unwrap(), ["1_start"]);
    assert_eq!(db.number("SELECT count(*) FROM embedded").await, 0);
    assert_eq!(
        db.migrations(&migrations).down(1).await.unwrap(),
        ["1_start"]
    );
}

/// SQLite makes a table anew, with which they would go.
#[database_test]
async fn what_stands_on_a_table_that_is_made_anew_is_there_again(db: TestDb) {
    let dialect = db.dialect();
    if dialect != Dialect::Sqlite {
        return;
    }
    let mut design = Design::new(dialect);
    design.table("team", &["name name", "city name?"]);
    let before = design.state.clone();
    reset(&db, &before).await;
    for sql in [
        "CREATE TABLE seen (name TEXT)",
        "CREATE TRIGGER tr AFTER INSERT ON team BEGIN INSERT INTO seen VALUES (new.name); END",
        "CREATE UNIQUE INDEX some ON team (city) WHERE city <> 'x'",
        "CREATE INDEX lower_name ON team (lower(name))",
        "CREATE VIEW all_teams AS SELECT name FROM team",
        "INSERT INTO team (name, city) VALUES ('red', 'Oslo')",
    ] {
        db.execute(sql).await;
    }
    design.column_of("team", "name").default = Some("'none'".to_owned());
    let after = design.state.clone();
    let diff = SchemaDiff::of(&before, &after, dialect);
    db.migrate(&migration(&before, &after, &diff, dialect, 2))
        .await
        .unwrap();
    db.execute("INSERT INTO team (city) VALUES ('Rome')").await;
    assert_eq!(db.number("SELECT count(*) FROM seen").await, 2);
    assert_eq!(db.number("SELECT count(*) FROM all_teams").await, 2);
    let indexes = "SELECT count(*) FROM sqlite_schema WHERE name IN ('some', 'lower_name')";
    assert_eq!(db.number(indexes).await, 2);
    // A column that one of them uses cannot go without it.
    design
        .of("team")
        .columns
        .retain(|column| column.name != "city");
    let without = design.state.clone();
    let diff = SchemaDiff::of(&after, &without, dialect);
    let error = db
        .migrate(&migration(&after, &without, &diff, dialect, 3))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("has no file"), "{error}");
    db.execute("DELETE FROM relations_migrations").await;
    let error = db
        .migrate(&migration(&after, &without, &diff, dialect, 3))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("`some` does not fit"), "{error}");
    assert_eq!(
        db.number("SELECT count(*) FROM team WHERE city = 'Oslo'")
            .await,
        1
    );
}

#[database_test]
async fn a_migration_that_is_dropped_leaves_nothing_to_the_next_caller(db: TestDb) {
    db.execute("CREATE TABLE probe (n INTEGER NOT NULL)").await;
    for polls in 1..40 {
        let name = format!("{polls}_dropped.up.sql");
        let text = "INSERT INTO probe VALUES (-1); INSERT INTO probe VALUES (-2);";
        let migrations = files(&db, &[(&name, text)]);
        given_up(db.migrate(&migrations), polls).await;
        // The next one is begun from its first row as well.
        let _ = db.sql("DELETE FROM relations_migrations").execute().await;
        let insert = db.sql("INSERT INTO probe VALUES (1)").execute();
        assert_eq!(insert.await.unwrap(), 1);
        // Another connection sees it, so it was kept.
        let seen = db.number("SELECT count(*) FROM probe WHERE n = 1").await;
        assert_eq!(seen, polls as i64);
        if db.dialect() == Dialect::Sqlite {
            let checked: i64 = db.sql("PRAGMA foreign_keys").value().await.unwrap();
            assert_eq!(checked, 1, "after {polls} polls");
        }
    }
}

#[database_test]
async fn the_order_in_which_a_key_pairs_its_columns_means_nothing(db: TestDb) {
    let dialect = db.dialect();
    let mut design = Design::new(dialect);
    design.table("team", &["city int", "number int"]);
    design.table("member", &["team_city int", "team_number int"]);
    for columns in [["city", "number"], ["number", "city"]] {
        let mut index = Index::default();
        index.name = format!("team_{}", columns.join("_"));
        index.columns = columns.map(|column| Some(column.to_owned())).to_vec();
        index.is_unique = true;
        design.of("team").indexes.push(index);
    }
    let mut key = ForeignKey::default();
    key.name = Some("fk_member_team".to_owned());
    key.columns = vec!["team_number".to_owned(), "team_city".to_owned()];
    key.referred_table = "team".to_owned();
    key.referred_columns = vec!["number".to_owned(), "city".to_owned()];
    design.of("member").foreign_keys.push(key);
    let of_before = design.state.clone();
    reset(&db, &of_before).await;

    let key = &mut design.of("member").foreign_keys[0];
    key.columns.reverse();
    key.referred_columns.reverse();
    let of_today = design.state.clone();
    let left = SchemaDiff::of(&of_before, &of_today, dialect);
    assert!(left.is_empty(), "{:?}", left.changes());
    let left = db.schema_diff(&of_today, &of_before).await.unwrap();
    assert!(left.is_empty(), "{:?}", left.changes());

    // Other pairs of the same columns are another key.
    design.of("member").foreign_keys[0].columns.reverse();
    let left = SchemaDiff::of(&of_before, &design.state, dialect);
    assert_eq!(left.changes().len(), 2, "{:?}", left.changes());
}

#[database_test]
async fn what_was_squashed_can_be_squashed_again(db: TestDb) {
    let more = ("3_more.up.sql", "INSERT INTO note VALUES (2, 'c')");
    let once = format!("-- replaces: 1 2\n{}", FIRST.1);
    let once = files(&db, &[("2_squashed.up.sql", &once), more]);
    db.migrate(&once).await.unwrap();
    // This database has seen no 1.
    let again = format!("-- replaces: 1 2 3\n{}", FIRST.1);
    let again = files(&db, &[("3_squashed.up.sql", &again)]);
    assert_eq!(db.migrate(&again).await.unwrap(), [""; 0]);
    assert_eq!(states(&db, &again).await, [MigrationState::Done]);
    assert_eq!(db.number("SELECT count(*) FROM note").await, 2);
    // One that lacks a migration is told.
    db.execute("UPDATE relations_migrations SET version = 2, name = '2_other'")
        .await;
    let error = db.migrate(&again).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("of which this database has seen 1"),
        "{error}"
    );
}
