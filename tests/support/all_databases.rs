//! A test that stands first in each crate and says what is left out, since tests that are ignored or not compiled fail nobody.

use std::io::Write;

/// The databases on servers: name, feature, whether it is on, the variable of the URL.
const SERVERS: [(&str, &str, bool, &str); 2] = [
    (
        "PostgreSQL",
        "postgres",
        cfg!(feature = "postgres"),
        "RELATIONS_POSTGRES_URL",
    ),
    (
        "MariaDB",
        "mysql",
        cfg!(feature = "mysql"),
        "RELATIONS_MYSQL_URL",
    ),
];

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some()
}

/// Why a database is left out, if it is.
fn reason((name, feature, is_on, url): (&str, &str, bool, &str)) -> Option<String> {
    let are_asked_for =
        std::env::args().any(|argument| ["--include-ignored", "--ignored"].contains(&&*argument));
    if !is_on {
        Some(format!("{name} (the feature `{feature}` is off)"))
    } else if !is_set(url) {
        Some(format!("{name} ({url} is not set)"))
    } else if !are_asked_for {
        Some(format!("{name} (`-- --include-ignored` is not given)"))
    } else {
        None
    }
}

#[test]
fn are_tested_or_named() {
    let left_out: Vec<String> = SERVERS.into_iter().filter_map(reason).collect();
    if left_out.is_empty() {
        return;
    }
    let message = format!(
        "NOT TESTED: {}. `scripts/test` tests all databases.",
        left_out.join(" and ")
    );
    assert!(!is_set("RELATIONS_REQUIRE_ALL_DATABASES"), "{message}");
    // `eprintln!` is captured, and shown only where a test fails.
    let _ = writeln!(std::io::stderr(), "\n{message}\n");
}
