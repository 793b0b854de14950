//! With a feature for TLS.

use crate::support::{TestDb, database_test};
use crate::{Mode, connect, parameters};
use relations::prelude::*;
use relations::{Dialect, Error, ErrorKind};

/// The same by a name that the certificate does not have.
async fn connect_by_name(db: &TestDb, mode: Mode, authority: &str) -> Result<Db, Error> {
    let (url, _) = db.url().split_once('?').expect("the tests say no to TLS");
    let url = url.replace("127.0.0.1", "localhost");
    let parameters = parameters(db.dialect(), mode, Some(authority));
    Db::connect(&format!("{url}?{parameters}")).await
}

/// A view that says whether the connection that reads it is encrypted.
#[derive(Debug, Model)]
pub struct Encryption {
    #[model(id)]
    pub id: i32,
    pub is_on: bool,
}

async fn create_view(db: &TestDb) {
    let sql = match db.dialect() {
        Dialect::Postgres => {
            "CREATE VIEW encryption AS
             SELECT 1 AS id, ssl AS is_on FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        }
        _ => {
            "CREATE VIEW encryption AS SELECT 1 AS id, VARIABLE_VALUE <> '' AS is_on
             FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_version'"
        }
    };
    db.execute(sql).await;
}

async fn is_encrypted(db: &Db) -> bool {
    let found = EncryptionRepository::new(db).find_by_id(1).get().await;
    found.unwrap().is_on
}

#[track_caller]
fn assert_refused(result: Result<Db, Error>) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    let message = error.to_string().to_lowercase();
    assert!(message.contains("certificate"), "{message}");
}

#[database_test(postgres, mysql)]
async fn a_url_that_requires_tls_gets_it(db: TestDb) {
    create_view(&db).await;
    assert!(!is_encrypted(&db).await);
    let secret = connect(&db, Mode::Require, None).await.unwrap();
    assert!(is_encrypted(&secret).await);
    // The pool of sqlx beside it has the same options.
    let over_pool = Db::from_pool(secret.pool().clone()).await.unwrap();
    assert!(is_encrypted(&over_pool).await);
    let in_transaction = secret.transaction(async |tx| {
        let found = EncryptionRepository::new(&tx).find_by_id(1).get().await?;
        Ok::<_, Error>(found.is_on)
    });
    assert!(in_transaction.await.unwrap());
    secret.close().await;
}

#[database_test(postgres, mysql)]
async fn a_certificate_is_accepted_from_its_authority_alone(db: TestDb) {
    create_view(&db).await;
    for mode in [Mode::VerifyCa, Mode::VerifyFull] {
        let right = connect(&db, mode, Some("RELATIONS_TLS_CA")).await.unwrap();
        assert!(is_encrypted(&right).await);
        right.close().await;
        assert_refused(connect(&db, mode, Some("RELATIONS_TLS_OTHER_CA")).await);
        // The public ones did not sign it.
        assert_refused(connect(&db, mode, None).await);
    }
}

#[database_test(postgres, mysql)]
async fn the_name_of_the_server_is_verified_where_it_is_asked_for(db: TestDb) {
    let any_name = connect_by_name(&db, Mode::VerifyCa, "RELATIONS_TLS_CA").await;
    any_name.unwrap().close().await;
    assert_refused(connect_by_name(&db, Mode::VerifyFull, "RELATIONS_TLS_CA").await);
}
