//! Behaviour on a database, written once. Each file is a theme; models sit in the test that needs them.

pub(crate) mod has_one;
pub(crate) mod support;

/// Makes a test of each function of a theme.
macro_rules! theme {
    ($database:path, $theme:ident: $($test:ident)*) => {
        mod $theme {
            $(
                #[tokio::test]
                async fn $test() {
                    crate::suite::support::run($database, |db| {
                        Box::pin(crate::suite::$theme::$test(db))
                    })
                    .await;
                }
            )*
        }
    };
}

/// Runs every test on one kind of database.
macro_rules! suite {
    ($database:path) => {
        theme! { $database, has_one:
            create_fills_the_foreign_key
        }
    };
}
