//! TLS to servers, whose certificate for 127.0.0.1 `scripts/databases` made.
//!
//! `--all-features` tests the system's library; `.ci/run` also tests rustls, and a build without TLS.

#![allow(missing_docs, unreachable_pub)] // Models of tests are written as users write theirs.

#[path = "../support/all_databases.rs"]
mod all_databases;
#[path = "../support/mod.rs"]
mod support;

#[cfg(any(feature = "tls-rustls", feature = "tls-native"))]
mod encrypted;
#[cfg(not(any(feature = "tls-rustls", feature = "tls-native")))]
mod unavailable;

use relations::{Db, Dialect, Error};
use support::{TestDb, from_environment};

/// How far a client goes, in the words of either database.
#[derive(Clone, Copy)]
enum Mode {
    Require,
    VerifyCa,
    VerifyFull,
}

/// What a URL says of TLS.
fn parameters(dialect: Dialect, mode: Mode, authority: Option<&str>) -> String {
    let is_postgres = dialect == Dialect::Postgres;
    let mode = match (is_postgres, mode) {
        (true, Mode::Require) => "sslmode=require",
        (true, Mode::VerifyCa) => "sslmode=verify-ca",
        (true, Mode::VerifyFull) => "sslmode=verify-full",
        (false, Mode::Require) => "ssl-mode=REQUIRED",
        (false, Mode::VerifyCa) => "ssl-mode=VERIFY_CA",
        (false, Mode::VerifyFull) => "ssl-mode=VERIFY_IDENTITY",
    };
    let name = if is_postgres { "sslrootcert" } else { "ssl-ca" };
    match authority {
        Some(variable) => format!("{mode}&{name}={}", from_environment(variable)),
        None => mode.to_owned(),
    }
}

/// A second `Db` on the same database, with TLS.
async fn connect(db: &TestDb, mode: Mode, authority: Option<&str>) -> Result<Db, Error> {
    let (url, _) = db.url().split_once('?').expect("the tests say no to TLS");
    Db::connect(&format!(
        "{url}?{}",
        parameters(db.dialect(), mode, authority)
    ))
    .await
}
