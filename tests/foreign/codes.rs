//! The codes of servers' errors, each provoked by a trigger that raises it, and some by what they stand for.

use crate::support::{TestDb, database_test};
use relations::{Db, Error, ErrorKind, prelude::*};

#[derive(Debug, Model)]
struct Fault {
    #[model(id, generated)]
    id: i64,
    code: String,
}

/// The error that a write ends with, within a transaction, where nothing is run again, and without one.
async fn errors(db: &TestDb, code: &str) -> [Error; 2] {
    let inside = db.transaction(async |tx| {
        let faults = FaultRepository::new(&tx);
        faults.create(Fault::draft().code(code)).await
    });
    let inside = inside.await.unwrap_err();
    // What is worth another try is tried again for a second or two, with the same end.
    let outside = match inside.is_retryable() && !inside.is_connection() {
        true => return [inside, Error::new(ErrorKind::Conflict, "not tried")],
        false => {
            FaultRepository::new(&**db)
                .create(Fault::draft().code(code))
                .await
        }
    };
    [inside, outside.unwrap_err()]
}

async fn check(db: &TestDb, codes: &[(&str, ErrorKind)], lost: &[&str]) {
    for (code, kind) in codes {
        let [inside, _] = errors(db, code).await;
        assert_eq!(inside.kind(), *kind, "{code}: {inside}");
        assert!(
            !inside.outcome_is_unknown(),
            "{code}: the transaction was undone"
        );
        let is_retryable = matches!(kind, ErrorKind::Conflict);
        assert!(inside.is_retryable() || !is_retryable, "{code}");
        assert!(
            !inside.is_retryable() || kind != &ErrorKind::Timeout,
            "{code}"
        );
    }
    for code in lost {
        let [inside, outside] = errors(db, code).await;
        assert!(
            inside.is_connection() && inside.is_retryable(),
            "{code}: {inside:?}"
        );
        assert!(
            outside.is_connection() && outside.outcome_is_unknown(),
            "{code}: {outside:?}"
        );
        assert!(!outside.is_retryable(), "{code}");
    }
    // None of them leaves a connection behind that cannot be used.
    for _ in 0..12 {
        assert_eq!(FaultRepository::new(&**db).find().count().await.unwrap(), 0);
    }
}

#[database_test(postgres)]
async fn postgres(db: TestDb) {
    db.schema::<Fault>().create().await.unwrap();
    db.execute(
        "CREATE FUNCTION raise() RETURNS trigger LANGUAGE plpgsql AS \
            $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = NEW.code; END $$; \
        CREATE TRIGGER raise BEFORE INSERT ON fault FOR EACH ROW EXECUTE FUNCTION raise()",
    )
    .await;
    use ErrorKind::*;
    let codes = [
        ("23001", ForeignKeyViolation),
        ("23502", NotNullViolation),
        ("23503", ForeignKeyViolation),
        ("23505", AlreadyExists),
        ("23514", CheckViolation),
        ("23P01", AlreadyExists),
        ("22001", InvalidValue),
        ("22003", InvalidValue),
        ("40001", Conflict),
        ("40P01", Conflict),
        ("55P03", Conflict),
        ("26000", Conflict),
        ("42P05", Conflict),
        ("57014", Timeout),
        ("25P04", Timeout),
        ("25P03", Connection),
        ("57P01", Connection),
        ("57P02", Connection),
        ("57P03", Connection),
        ("57P04", Connection),
        ("57P05", Connection),
        ("53300", Connection),
        ("08004", Connection),
        ("3D000", Connection),
        ("53100", Database),
        ("53200", Database),
        ("0A000", Database),
        ("XX000", Database),
        ("P0001", Database),
    ];
    check(&db, &codes, &["08000", "08003", "08006", "08007", "40003"]).await;
}

#[database_test(mysql)]
async fn mysql(db: TestDb) {
    db.schema::<Fault>().create().await.unwrap();
    db.execute(
        "CREATE TRIGGER raise BEFORE INSERT ON fault FOR EACH ROW \
        BEGIN \
            DECLARE number INT DEFAULT CAST(NEW.code AS SIGNED); \
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'raised', MYSQL_ERRNO = number; \
        END",
    )
    .await;
    use ErrorKind::*;
    let codes = [
        ("1062", AlreadyExists),
        ("1451", ForeignKeyViolation),
        ("1452", ForeignKeyViolation),
        ("1048", NotNullViolation),
        ("1364", NotNullViolation),
        ("3819", CheckViolation),
        ("4025", CheckViolation),
        ("1264", InvalidValue),
        ("1406", InvalidValue),
        ("1153", InvalidValue),
        ("1020", Conflict),
        ("1205", Conflict),
        ("1213", Conflict),
        ("3572", Conflict),
        ("1243", Conflict),
        ("1461", Conflict),
        ("1615", Conflict),
        ("1317", Timeout),
        ("1969", Timeout),
        ("3024", Timeout),
        ("1040", Connection),
        ("1203", Connection),
        ("1226", Connection),
        ("1053", Connection),
        ("1047", Connection),
        ("1927", Connection),
        ("3169", Connection),
        ("4031", Connection),
        ("1045", Connection),
        ("1049", Connection),
        ("1105", Database),
        ("1290", Database),
    ];
    check(&db, &codes, &["2006", "2013", "1158", "1160"]).await;
}

#[derive(Debug, Model)]
struct Team {
    #[model(id)]
    id: i64,
}

#[derive(Debug, Model)]
struct Player {
    #[model(id)]
    id: i64,
    #[belongs_to(Team, on_delete = "restrict")]
    team_id: i64,
}

#[database_test]
async fn a_restricted_delete_is_a_foreign_key_violation(db: TestDb) {
    db.schema::<(Team, Player)>().create().await.unwrap();
    let teams = TeamRepository::new(&*db);
    teams.create(Team::draft().id(1)).await.unwrap();
    let players = PlayerRepository::new(&*db);
    players
        .create(Player::draft().id(1).team_id(1))
        .await
        .unwrap();
    let error = teams.delete_by_id(1).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    let pool = db.pool().clone();
    let teams_of_pool = Db::from_pool(pool).await.unwrap();
    let error = TeamRepository::new(&teams_of_pool)
        .delete_by_id(1)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
}

#[database_test(sqlite_memory, sqlite_file)]
async fn a_trigger_that_refuses_is_told_in_its_own_words(db: TestDb) {
    db.schema::<(Team, Player)>().create().await.unwrap();
    db.execute("CREATE TRIGGER t BEFORE INSERT ON team BEGIN SELECT RAISE(ABORT, 'full'); END")
        .await;
    let error = TeamRepository::new(&*db)
        .create(Team::draft().id(1))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database);
    assert_eq!(error.to_string(), "the database refused: full");
}

#[database_test(sqlite_file)]
async fn a_file_that_cannot_be_written_or_is_none(db: TestDb) {
    db.schema::<(Team, Player)>().create().await.unwrap();
    let (file, _) = db.url().split_once('?').unwrap_or((db.url(), ""));
    let read_only = Db::connect(&format!("{file}?mode=ro")).await.unwrap();
    let error = TeamRepository::new(&read_only)
        .create(Team::draft().id(1))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error}");
    assert!(!error.is_retryable());
    read_only.close().await;

    let none = format!(
        "{}.none",
        file.trim_start_matches("sqlite:").trim_start_matches("//")
    );
    std::fs::write(
        &none,
        "this is no database, and long enough to be read as the start of one: ".repeat(9),
    )
    .unwrap();
    let error = Db::connect(&format!("sqlite:{none}")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    std::fs::remove_file(none).unwrap();
}

#[derive(Debug, Model)]
struct Blob {
    #[model(id)]
    id: i64,
    bytes: Vec<u8>,
}

/// The server closes a connection on which it was sent more than it takes.
#[database_test(mysql)]
async fn a_blob_larger_than_a_packet_costs_nobody_else_anything(db: TestDb) {
    db.schema::<Blob>().create().await.unwrap();
    let one = Db::options()
        .max_connections(1)
        .connect(db.url())
        .await
        .unwrap();
    let blobs = BlobRepository::new(&one);
    let most = db
        .number("SELECT CAST(@@max_allowed_packet AS SIGNED)")
        .await as usize;
    for id in 0..3 {
        let bytes = vec![0; most + 1];
        let error = blobs
            .create(Blob::draft().id(id).bytes(bytes))
            .await
            .unwrap_err();
        let expected = [ErrorKind::InvalidValue, ErrorKind::Connection];
        assert!(expected.contains(&error.kind()), "{error:?}");
        // A write, since a read would be run again.
        blobs
            .create(Blob::draft().id(10 + id).bytes(vec![1]))
            .await
            .unwrap();
    }
    assert_eq!(blobs.find().count().await.unwrap(), 3);
}
