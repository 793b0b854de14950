//! LoopBack's model relations for Rust, checked by the compiler.
//!
//! A struct is annotated the way LoopBack 4 decorates a class. From that come typed columns, drafts, a repository, and
//! for each relation a repository constrained to it and a slot in which its rows are loaded.
//!
//! ```
//! use relations::prelude::*;
//!
//! #[derive(Debug, Model)]
//! #[has_one(Account, key_to = "supplier_id")]
//! struct Supplier {
//!     #[model(id, generated)]
//!     id: i64,
//!     name: String,
//! }
//!
//! #[derive(Debug, Model)]
//! struct Account {
//!     #[model(id, generated)]
//!     id: i64,
//!     account_manager: String,
//!     #[belongs_to(Supplier)]
//!     supplier_id: i64,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> relations::Result<()> {
//! let db = Db::connect("sqlite::memory:").await?;
//! db.schema::<(Supplier, Account)>().create().await?;
//! let suppliers = SupplierRepository::new(&db);
//!
//! let thor = suppliers.create(Supplier::draft().name("Thor")).await?;
//! // INSERT INTO "account" ("account_manager", "supplier_id") VALUES (?, ?) RETURNING ..
//! suppliers.account(thor.id).create(Account::draft().account_manager("Odin")).await?;
//!
//! // SELECT .. FROM "supplier" AS "t0" LEFT JOIN "account" AS "t1" ON .. ORDER BY "t0"."id" ASC
//! let rows = suppliers.find().include(Supplier::ACCOUNT).all().await?;
//! assert_eq!(rows[0].name, "Thor"); // the supplier's fields
//! assert_eq!(rows[0].account.as_ref().unwrap().account_manager, "Odin"); // and a slot for its account
//! # Ok(()) }
//! ```
//!
//! # Where to look
//!
//! - [`derive@Model`]: the attributes, with their arguments and defaults.
//! - [`derive@PolymorphicModel`]: an enum of models, for a key that may refer to any of them.
//! - [`Repository`]: create, find, patch, replace, delete. The same through a relation: [`HasOneRepository`](repository::HasOneRepository),
//!   [`HasManyRepository`](repository::HasManyRepository), [`HasManyThroughRepository`](repository::HasManyThroughRepository), [`BelongsToRepository`](repository::BelongsToRepository), [`BelongsToAnyRepository`](repository::BelongsToAnyRepository),
//!   [`ReferencesManyRepository`](repository::ReferencesManyRepository).
//! - [`Query`]: filter, order, limit, include. [`Column`]: what a filter can say. [`Relation`]: scopes and nested includes,
//!   predicates and orders by related rows, counts. [`Inclusion`](query::Inclusion): links and counts of an include.
//! - [`Filter`], [`Where`], [`Graph`]: LoopBack's filter at run time. [`FilterReader`](filter::FilterReader) and [`Budget`](filter::Budget) bound it,
//!   [`InclusionResolvers`] and [`InclusionResolver`] say what it may include.
//! - [`Json`]: rows and changes from JSON. [`Problem`]: what is wrong with it.
//! - [`Db`], [`Tx`]: connections and transactions. [`Db::schema`]: creating tables.
//! - [`Error`]: what can go wrong. [`Model::metadata`]: what a model says of itself.
//!
//! # JSON
//!
//! [`Json`] is accepted wherever a draft, a patch or a model is. All that is wrong with it is told at once, before any
//! statement runs.
//!
//! ```
//! use relations::ProblemCode;
//! use relations::{Json, prelude::*};
//!
//! #[derive(Debug, Model)]
//! #[has_many(Order)]
//! struct Customer {
//!     #[model(id, generated)]
//!     id: i64,
//!     name: String,
//! }
//!
//! #[derive(Debug, Model)]
//! struct Order {
//!     #[model(id, generated)]
//!     id: i64,
//!     amount: i64,
//!     #[belongs_to(Customer)]
//!     customer_id: i64,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> relations::Result<()> {
//! # let db = Db::connect("sqlite::memory:").await?;
//! # db.schema::<(Customer, Order)>().create().await?;
//! let customers = CustomerRepository::new(&db);
//! let thor = customers.create(Json(r#"{"name": "Thor"}"#)).await?;
//! customers.orders(thor.id).create(Json(r#"{"amount": 5}"#)).await?;
//!
//! let body = r#"{"amuont": 5, "customer_id": 99}"#;
//! let error = customers.orders(thor.id).create(Json(body)).await.unwrap_err();
//! let problems: Vec<_> = error.problems().iter().map(|problem| (problem.path(), problem.code())).collect();
//! assert_eq!(problems, [
//!     ("amuont", ProblemCode::UnknownProperty),
//!     ("customer_id", ProblemCode::ConstraintMismatch),
//!     ("amount", ProblemCode::Missing),
//! ]);
//! assert_eq!(error.problems()[0].allowed()[0], "amount"); // the closest name first
//! # Ok(()) }
//! ```
//!
//! # How many statements run
//!
//! | call | statements |
//! |---|---|
//! | a write by predicate or id | 1 |
//! | `create` | 1; on MySQL, which has no `RETURNING`, 2 |
//! | `create_all` | 1 for drafts of the same fields, as long as the database takes as many parameters; MySQL 2 a row |
//! | `create` with nested drafts | 1 for each relation and level, 2 through links, in a transaction |
//! | a query | 1, and those of its includes |
//! | include of a `has_one` | joined: 0; 1 where its scope has a limit or an offset |
//! | include of a `belongs_to` | joined where one row or at most 20 are asked for: 0; else 1 |
//! | include of a `has_many`, through links or not, or of a `references_many` | 1 |
//! | include of a polymorphic `belongs_to` | 1 for each model that is referred to |
//! | `.count()`, `.counted()` | 1, or 1 more |
//! | `link`, `link_all` | 1, and 1 more where some were linked or on MySQL |
//! | `delete` through links | 3 in a transaction |
//!
//! An include without sources, or whose keys are all null, takes none. Text keys are never joined on MySQL, nor more than 30
//! relations. Sources and targets loaded by different statements may be of different moments; in [`Db::snapshot`] they are
//! of one.
//!
//! # Features
//!
//! `sqlite` (default), `postgres`, `mysql` (with MariaDB); `chrono`, `uuid`, `rust_decimal`, `serde_json` for columns of
//! these libraries' types; `tls-rustls`, `tls-native` for encrypted connections to servers. With both of these the system's
//! library is used. The URL says whether TLS is wanted: `?sslmode=verify-full`, or `?ssl-mode=VERIFY_IDENTITY` for MySQL.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private {
    pub use relations_core::__private::*;
    pub use relations_sqlx::Db;
}

pub use relations_core::{
    Column, ColumnType, Connection, Counted, Dialect, Error, ErrorKind, FieldMetadata, Filter,
    Graph, InclusionResolver, InclusionResolvers, IntoDraft, Json, Key, Linked, Missing, Model,
    ModelMetadata, NotIncluded, Order, PolymorphicModel, Predicate, Problem, ProblemCode, Query,
    ReferentialAction, Relation, RelationKind, RelationMetadata, Repository, Result, Violation,
    Where,
};
pub use relations_derive::{ColumnType, Model, PolymorphicModel};
pub use relations_sqlx::{Db, Isolation, Pool, Tx};

/// What most programs need: `use relations::prelude::*;`.
///
/// `Json` is not here, since web frameworks have a `Json` of their own.
pub mod prelude {
    pub use crate::{ColumnType, Connection, Db, Model, PolymorphicModel, Relation, Tx};
}

/// Queries: what is asked for, and what comes with it.
pub mod query {
    pub use relations_core::{
        And, BelongsToAny, Column, Counted, FindOne, Include, Inclusion, IntoPredicate, Linked,
        NotIncluded, Order, Predicate, Query, Root,
    };
    pub use relations_core::{AssertSqlSafe, FromRow, IntoBound, IntoSql, SqlQuery};
    pub use relations_derive::FromRow;
}

/// Relations as types: what generic code over relations is written with.
pub mod relation {
    pub use relations_core::{
        BelongsTo, HasMany, HasManyThrough, HasOne, Polymorphic, ReferencesMany, Relation,
        SourceId, SourceKey, SourceRow, ToOne,
    };
}

/// Repositories of models and of relations, and what their methods take and give.
pub mod repository {
    pub use relations_core::{
        BelongsToAnyRepository, BelongsToRepository, Built, Delete, DeleteLinked, Drafted,
        FindListed, FindOfSource, HasManyRepository, HasManyThroughRepository, HasOneRepository,
        IntoDraft, IntoPatch, IntoRow, JsonSource, LinkDraft, Only, Patch, PlainLinks,
        ReferencesManyRepository, Repository, Restricted, SaysWhich, Unrestricted,
    };
}

/// Run-time filters, the graphs they give, and which relations they may include.
pub mod filter {
    pub use relations_core::{
        AnyGraph, BoxError, Budget, Filter, FilterInclude, FilterReader, Graph, HeldBy,
        InclusionResolver, InclusionResolvers, IntoFilter, ResolversOf, Where,
    };
}

/// Types of columns and keys, and their values.
pub mod value {
    pub use relations_core::{
        ColumnType, IntoField, IntoKey, Key, KeyColumn, KeyPart, Kind, Value,
    };
}

/// What models say of themselves, and the schemas made from it.
pub mod schema {
    pub use relations_core::{
        FieldMetadata, ModelMetadata, ModelSet, ReferentialAction, RelationKind, RelationMetadata,
        Schema, ThroughMetadata,
    };
    pub use relations_sqlx::DbSchema;
}

/// Connections to databases, and what a driver of another database implements.
pub mod driver {
    #[cfg(feature = "rust_decimal")]
    pub use relations_core::decimal_from_text;
    pub use relations_core::driver::{
        Connection, DecodeError, Dialect, Executed, Operation, Pending, Row, RowReader, RowSink,
        Session, Statement,
    };
    pub use relations_core::list_from_json;
    #[cfg(feature = "sqlite")]
    pub use relations_sqlx::with_decimal_order;
    pub use relations_sqlx::{
        Db, DbOptions, Isolation, Pool, Retrying, StatementEvent, TransactionOptions, Tx,
    };
}

/// Runs the README's example as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
