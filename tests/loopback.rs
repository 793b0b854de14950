//! What `loopback.md` names is there: tests by theme and function, and programs that do not compile.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn catalogue() -> String {
    fs::read_to_string(tests().join("loopback.md")).expect("the catalogue can be read")
}

/// The tests of all databases, as `theme::name`.
fn database_tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let crates = fs::read_dir(tests()).expect("the tests can be listed");
    let crates = crates.map(|entry| entry.expect("an entry can be read").path());
    for folder in crates.filter(|path| path.join("main.rs").exists()) {
        for file in fs::read_dir(folder).expect("a folder can be listed") {
            let file = file.expect("an entry can be read").path();
            if file.is_dir() {
                continue;
            }
            let theme = file.file_stem().expect("a file has a name");
            let theme = theme.to_string_lossy().into_owned();
            let source = fs::read_to_string(&file).expect("a source can be read");
            let mut lines = source.lines().map(str::trim);
            while let Some(line) = lines.next() {
                if line.starts_with("#[database_test") {
                    let function = lines
                        .by_ref()
                        .find_map(|line| line.strip_prefix("async fn "));
                    let name = function.and_then(|function| function.split('(').next());
                    found.insert(format!("{theme}::{}", name.expect("a test is a function")));
                }
            }
        }
    }
    found
}

/// What stands between backticks.
fn names(catalogue: &str) -> impl Iterator<Item = &str> {
    catalogue.split('`').skip(1).step_by(2)
}

#[test]
fn the_tests_it_names_are_there() {
    let (catalogue, tests) = (catalogue(), database_tests());
    assert!(tests.len() > 400, "only {} tests were found", tests.len());
    let named: Vec<&str> = names(&catalogue)
        .filter(|name| name.contains("::"))
        .collect();
    assert!(named.len() > 200, "only {} names were found", named.len());
    let missing: BTreeSet<&str> = named
        .into_iter()
        .filter(|name| !tests.contains(*name))
        .collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

#[test]
fn the_programs_it_names_are_there() {
    let catalogue = catalogue();
    let missing: BTreeSet<&str> = names(&catalogue)
        .filter(|name| name.starts_with("ui/"))
        .filter(|name| {
            ["rs", "stderr"]
                .iter()
                .any(|kind| !tests().join(format!("{name}.{kind}")).exists())
        })
        .collect();
    assert!(missing.is_empty(), "no such programs: {missing:#?}");
}

#[test]
fn no_case_is_left_out() {
    let catalogue = catalogue();
    let cases = catalogue.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim);
        let number = cells.nth(1)?.parse::<usize>().ok()?;
        let (case, place) = (cells.next()?, cells.next()?);
        assert!(!case.is_empty() && !place.is_empty(), "{line}");
        Some(number)
    });
    assert!(cases.eq(1..=238), "each has one row, in order");
}
