//! For databases on a server: where it is, and what earlier runs left there.

use super::{PREFIX, seconds};

/// Databases of tests that were killed are removed after so many seconds.
const LEFTOVER: u64 = 15 * 60;

/// Whether a database of this name was left behind by a run that did not end well.
pub(crate) fn is_leftover(name: &str) -> bool {
    let made = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split('_').next()?.parse::<u64>().ok());
    made.is_some_and(|made| made + LEFTOVER < seconds())
}

/// What `scripts/databases` says in the environment.
pub(crate) fn from_environment(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!(
            "{variable} is not set: run the tests with `scripts/test`, \
             or start the databases first: `eval \"$(scripts/databases start)\"`"
        )
    })
}

/// Whether the databases of tests are as foreign ones may be: with other collations, schemas and settings.
pub(crate) fn is_hostile() -> bool {
    std::env::var_os("RELATIONS_HOSTILE").is_some()
}

/// The URL of a server, without TLS, which takes long to agree upon; `tests/tls` turns it on.
pub(crate) fn server_url(variable: &str, no_tls: &str) -> String {
    let url = from_environment(variable);
    match url.contains('?') {
        true => url,
        false => format!("{url}?{no_tls}"),
    }
}

/// The URL of another database on the same server.
pub(crate) fn with_database(url: &str, name: &str) -> String {
    let (server, rest) = url.rsplit_once('/').expect("the URL names a database");
    let parameters = rest.find('?').map_or("", |at| &rest[at..]);
    format!("{server}/{name}{parameters}")
}
