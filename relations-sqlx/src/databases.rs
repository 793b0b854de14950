//! The list of databases. To add one is to add a folder, its line here, and its features in the `Cargo.toml`s.

use crate::backend::Backend;
use crate::connect_error::ConnectError;
use crate::options::DbOptions;
use std::sync::Arc;

/// What connecting gives: a pool of sqlx for the user's own statements, and the connections that operations lease.
pub(crate) struct Connected<P> {
    pub(crate) pool: P,
    pub(crate) backend: Arc<dyn Backend>,
}

/// Each line names a database's feature, its variant of [`Pool`], the pool of sqlx in it, its folder, and the schemes of its
/// URLs. The folder has `connect`, which takes a URL, and `over`, which takes a pool of the user's.
macro_rules! databases {
    ($(
        $feature:literal: $variant:ident($pool:ident) in $folder:ident,
        schemes $first:literal $($other:literal)* $(, also $alias:literal)*;
    )*) => {
        #[cfg(not(any($(feature = $feature),*)))]
        compile_error!(concat!("turn on at least one of the features", $(" `", $feature, "`"),*));

        /// A pool of sqlx, for [`Db::from_pool`](crate::Db::from_pool).
        ///
        /// # Examples
        /// ```
        /// # docs_models::run(async |db| {
        /// # use docs_models::*;
        /// # use relations::Pool;
        /// // SQL of your own goes to the pool of sqlx.
        /// let pool = match db.pool() {
        ///     Pool::Sqlite(pool) => pool,
        ///     _ => unreachable!("the URL is one of SQLite"),
        /// };
        /// let one: i64 = sqlx::query_scalar("SELECT 1").fetch_one(pool).await.unwrap();
        /// assert_eq!(one, 1);
        /// # Ok(()) });
        /// ```
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        #[allow(missing_docs)] // Each is named after its database.
        pub enum Pool {
            $(#[cfg(feature = $feature)] $variant(sqlx::$pool),)*
        }

        $(
            #[cfg(feature = $feature)]
            impl From<sqlx::$pool> for Pool {
                fn from(pool: sqlx::$pool) -> Pool {
                    Pool::$variant(pool)
                }
            }
        )*

        impl Pool {
            /// The database behind a pool of the user's.
            pub(crate) fn backend(&self) -> Arc<dyn Backend> {
                match self {
                    $(#[cfg(feature = $feature)] Pool::$variant(pool) => crate::$folder::over(pool.clone()),)*
                }
            }
        }

        /// Connects to the database of a URL.
        pub(crate) async fn connect(url: &str, options: DbOptions) -> Result<Connected<Pool>, ConnectError> {
            match url.split(':').next().unwrap_or("") {
                $(
                    #[cfg(feature = $feature)]
                    $first $(| $other)* $(| $alias)* => {
                        let connected = crate::$folder::connect(url, options).await?;
                        Ok(Connected { pool: connected.pool.into(), backend: connected.backend })
                    }
                    #[cfg(not(feature = $feature))]
                    $first $(| $other)* $(| $alias)* => Err(not_turned_on($feature)),
                )*
                _ => Err(unknown(&[$($first, $($other,)*)*])),
            }
        }
    };
}

databases! {
    "sqlite": Sqlite(SqlitePool) in sqlite, schemes "sqlite";
    "postgres": Postgres(PgPool) in postgres, schemes "postgres", also "postgresql";
    "mysql": MySql(MySqlPool) in mysql, schemes "mysql" "mariadb";
}

#[allow(dead_code)] // With all databases on there is none that is off.
fn not_turned_on(feature: &str) -> ConnectError {
    let why = format!("the feature `{feature}` of `relations-orm` is not turned on");
    sqlx::Error::Configuration(why.into()).into()
}

fn unknown(schemes: &[&str]) -> ConnectError {
    let shown: Vec<String> = schemes
        .iter()
        .map(|scheme| format!("`{scheme}:`"))
        .collect();
    let (last, others) = shown.split_last().expect("there are databases");
    let why = format!("the URL must start with {} or {last}", others.join(", "));
    let help = "a file of SQLite is `sqlite:` and its path";
    ConnectError::from(sqlx::Error::Configuration(why.into())).with_help(Some(help))
}
