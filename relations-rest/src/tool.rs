//! What `cargo relations` asks of a program that serves an API.

use crate::Api;
use relations::{Db, tool};
use std::process::ExitCode;

/// Answers `cargo relations` as [`relations::tool::run`] does, and `cargo relations openapi` with the document of an API.
///
/// `cargo relations init` writes a program that calls [`relations::tool::run`]; this goes in its place. The [`Db`] is that of
/// the environment variable `DATABASE_URL`, `sqlite::memory:` where nothing else is said, and nothing is asked of it.
///
/// # Examples
/// ```no_run
/// use relations::prelude::*;
/// use relations_rest::Api;
/// # #[derive(Debug, serde::Serialize, Model)]
/// # pub struct Supplier { #[model(id, generated)] id: i64, name: String }
///
/// relations::models! {
///     pub Models = (Supplier)
/// }
///
/// fn api(db: Db) -> Api {
///     Api::new(db).model::<Supplier>(|suppliers| suppliers)
/// }
///
/// fn main() -> std::process::ExitCode {
///     relations_rest::tool::run::<Models>(api)
/// }
/// ```
pub fn run<S: relations::schema::ModelSet>(api: impl FnOnce(Db) -> Api) -> ExitCode {
    tool::run_with::<S>("openapi", async |db| {
        Ok(api(db).openapi().to_json_pretty()?)
    })
}
