//! LoopBack's REST routes on axum, from the metadata of models.
//!
//! An [`Api`] names models and relations, and gives an axum router. What was not named is not there. Rows are read by LoopBack's
//! filter in the query string, and written as JSON.
//!
//! ```
//! use relations::prelude::*;
//! use relations_rest::Api;
//! use serde::Serialize;
//!
//! #[derive(Debug, Serialize, Model)]
//! #[has_many(Todo)]
//! struct TodoList {
//!     #[model(id, generated)]
//!     id: i64,
//!     title: String,
//! }
//!
//! #[derive(Debug, Serialize, Model)]
//! struct Todo {
//!     #[model(id, generated)]
//!     id: i64,
//!     title: String,
//!     #[belongs_to(TodoList)]
//!     todo_list_id: i64,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> relations::Result<()> {
//! let db = Db::connect("sqlite::memory:").await?;
//! db.schema::<(TodoList, Todo)>().create().await?;
//! let api = Api::new(db)
//!     .model::<TodoList>(|lists| lists.relation(TodoList::TODOS)) // GET /todo-lists/1/todos and so on
//!     .model::<Todo>(|todos| todos.page(20, 100));
//! let app: axum::Router = axum::Router::new().nest("/api", api.router());
//! # Ok(()) }
//! ```
//!
//! # Where to look
//!
//! - [`Api`]: what is exposed, limits and statuses. [`Routes`]: what is said of one model, [`RelationRoutes`] of a relation.
//! - [`Operation`]: the table of operations from which the router is made.
//! - [`OpenApi`]: the document that describes the operations.
//! - [`FilterQuery`], [`RestError`]: for handlers of your own.
//! - [`Refused`]: what policies and permissions answer.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod api;
mod call;
mod etag;
#[cfg(feature = "explorer")]
mod explorer;
mod extract;
mod integers;
mod openapi;
mod operation;
mod path;
mod policy;
mod prefer;
mod read;
mod rest_error;
mod router;
mod routes;
mod stream;
mod table;
pub mod tool;
mod write;

pub use api::Api;
pub use extract::FilterQuery;
pub use openapi::OpenApi;
pub use operation::{Operation, OperationKind};
pub use policy::Refused;
pub use rest_error::RestError;
pub use routes::{ExposeRelation, IncludableRelations, IntoRelationRoutes, RelationRoutes, Routes};

// The guide's code is tested with the crate.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/rest.md")]
#[doc = include_str!("../../docs/guide/rest-from-loopback.md")]
struct Guide;
