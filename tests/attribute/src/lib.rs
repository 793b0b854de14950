//! `#[database_test]`, for tests of this workspace only.

use proc_macro::{Ident, TokenStream, TokenTree};

/// A lane: the name of its tests, the feature that it needs, its type in `crate::support`.
const LANES: [(&str, &str, &str); 4] = [
    ("sqlite_memory", "sqlite", "SqliteInMemory"),
    ("sqlite_file", "sqlite", "SqliteInFile"),
    ("postgres", "postgres", "Postgres"),
    ("mysql", "mysql", "MySql"),
];

/// Makes tests of `async fn name(db: TestDb)`, one on each kind of database: `name::sqlite_memory`, `name::sqlite_file`,
/// `name::postgres`, `name::mysql`. `#[database_test(mysql)]` makes only the tests that are named.
///
/// Tests that need a server are ignored unless they are asked for, which `scripts/test` does.
#[proc_macro_attribute]
pub fn database_test(lanes: TokenStream, function: TokenStream) -> TokenStream {
    let asked_for: Vec<String> = lanes
        .into_iter()
        .filter(|token| matches!(token, TokenTree::Ident(_)))
        .map(|lane| lane.to_string())
        .collect();
    if let Some(unknown) = asked_for
        .iter()
        .find(|lane| LANES.iter().all(|(name, ..)| name != lane))
    {
        return error(&format!("there is no lane `{unknown}`"));
    }
    let Some(name) = name_of(&function) else {
        return error("`#[database_test]` stands on a function");
    };
    let mut tests = String::new();
    for (lane, feature, database) in LANES {
        if !asked_for.is_empty() && asked_for.iter().all(|asked| asked != lane) {
            continue;
        }
        if feature != "sqlite" {
            tests += "#[ignore = \"it needs a server: scripts/test\"]";
        }
        tests += &format!(
            "#[test] #[cfg(feature = {feature:?})]
             fn {lane}() {{ crate::support::run(crate::support::{database}, test) }}"
        );
    }
    let tests: TokenStream = format!(
        "mod {name} {{
             fn test(db: crate::support::TestDb) -> crate::support::Test {{ ::std::boxed::Box::pin(super::{name}(db)) }}
             {tests}
         }}"
    )
    .parse()
    .expect("the text is Rust");
    function.into_iter().chain(tests).collect()
}

fn name_of(function: &TokenStream) -> Option<Ident> {
    let mut tokens = function.clone().into_iter();
    tokens.find(|token| token.to_string() == "fn")?;
    match tokens.next() {
        Some(TokenTree::Ident(name)) => Some(name),
        _ => None,
    }
}

fn error(message: &str) -> TokenStream {
    format!("::std::compile_error!({message:?});")
        .parse()
        .expect("the text is Rust")
}
