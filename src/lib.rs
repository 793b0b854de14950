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
//! - The guide for the first days, `docs/guide` in the repository: relations, reading, writing, your database, from LoopBack.
//! - [`derive@Model`]: the attributes, with their arguments and defaults.
//! - [`derive@PolymorphicModel`]: an enum of models, for a key that may refer to any of them.
//! - [`Repository`]: create, find, patch, replace, delete. The same through a relation: [`HasOneRepository`](repository::HasOneRepository),
//!   [`HasManyRepository`](repository::HasManyRepository), [`HasManyThroughRepository`](repository::HasManyThroughRepository), [`BelongsToRepository`](repository::BelongsToRepository), [`BelongsToAnyRepository`](repository::BelongsToAnyRepository), [`EmbedsOneRepository`](repository::EmbedsOneRepository), [`EmbedsManyRepository`](repository::EmbedsManyRepository),
//!   [`ReferencesManyRepository`](repository::ReferencesManyRepository).
//! - [`Query`]: filter, order, limit, include. [`Column`]: what a filter can say. [`Relation`]: scopes and nested includes,
//!   predicates and orders by related rows, counts. [`Inclusion`](query::Inclusion): links and counts of an include.
//! - [`Filter`], [`Where`], [`Graph`]: LoopBack's filter at run time. [`FilterReader`](filter::FilterReader) and [`Budget`](filter::Budget) bound it,
//!   [`InclusionResolvers`] and [`InclusionResolver`] say what it may include.
//! - [`Json`]: rows and changes from JSON. [`Problem`]: one thing that is wrong with it.
//! - [`Db`], [`Tx`]: connections and transactions. [`Db::schema`]: creating tables.
//! - [`Error`]: what can go wrong. [`Model::metadata`]: what a model says of itself.
//!
//! # Models of the examples
//!
//! Examples in this documentation work on these models, and on a few rows of each.
//!
//! ```
//! # use relations::prelude::*;
//! #[derive(Debug, Clone, Model)]
//! #[has_one(Account)]
//! pub struct Supplier { #[model(id, generated)] pub id: i64, pub name: String }
//!
//! #[derive(Debug, Clone, Model)]
//! pub struct Account {
//!     #[model(id, generated)] pub id: i64,
//!     pub account_manager: String,
//!     #[belongs_to(Supplier)] pub supplier_id: i64,
//! }
//!
//! #[derive(Debug, Clone, Model)]
//! #[has_many(Order)]
//! pub struct Customer { #[model(id, generated)] pub id: i64, pub name: String, pub city: Option<String> }
//!
//! #[derive(Debug, Clone, Model)]
//! pub struct Order {
//!     #[model(id, generated)] pub id: i64,
//!     pub total: i64,
//!     #[belongs_to(Customer)] pub customer_id: i64,
//! }
//!
//! #[derive(Debug, Clone, Model)]
//! pub struct Listener {
//!     #[model(id, generated)] pub id: i64,
//!     pub name: String,
//!     #[references_many(Track)] pub favourite_ids: Vec<i64>,
//! }
//!
//! #[derive(Debug, Clone, Model)]
//! #[has_many(Track, through = PlaylistTrack)]
//! #[has_many(Note, discriminator = "about_type")]
//! pub struct Playlist { #[model(id, generated)] pub id: i64, pub name: String }
//!
//! #[derive(Debug, Clone, Model)]
//! #[has_many(Playlist, through = PlaylistTrack)]
//! #[has_many(Note, discriminator = "about_type")]
//! pub struct Track { #[model(id, generated)] pub id: i64, pub title: String }
//!
//! #[derive(Debug, Clone, Model)]
//! pub struct PlaylistTrack {
//!     #[model(id)] #[belongs_to(Playlist)] pub playlist_id: i64,
//!     #[model(id)] #[belongs_to(Track)] pub track_id: i64,
//!     pub position: Option<i32>,
//! }
//!
//! #[derive(Debug, Clone, Model)]
//! pub struct Note {
//!     #[model(id, generated)] pub id: i64,
//!     pub text: String,
//!     pub about_type: String, // "Playlist" or "Track"
//!     #[belongs_to(About, discriminator = "about_type")] pub about_id: i64,
//! }
//!
//! #[derive(Debug, Clone, PolymorphicModel)]
//! pub enum About { Playlist(Playlist), Track(Track) }
//! ```
//!
//! # JSON
//!
//! [`Json`] is accepted wherever a draft, a patch or a model is. All problems are reported at once, before any statement
//! runs.
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
//! An include takes no statement if there are no sources, or all of their keys are null. At most 30
//! relations are joined. Rows that are loaded by different statements may be of different moments; in a [`Db::snapshot`] they
//! are all of one.
//!
//! # Features
//!
//! `sqlite` (default), `postgres`, `mysql` (with MariaDB); `chrono`, `uuid`, `rust_decimal`, `serde_json` for columns of
//! these libraries' types; `tls-rustls`, `tls-native` for encrypted connections to servers. With both of these the system's
//! library is used. The URL says whether to use TLS: `?sslmode=verify-full`, or `?ssl-mode=VERIFY_IDENTITY` for MySQL.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private {
    pub use relations_core::__private::*;
    pub use relations_sqlx::Db;
}

pub use relations_core::row;
pub use relations_core::{
    Column, ColumnType, Connection, Counted, Dialect, Error, ErrorKind, FieldMetadata, Filter,
    FixedScope, Graph, InclusionResolver, InclusionResolvers, IntoDraft, Json, Key, Linked,
    Missing, Model, ModelMetadata, NotIncluded, Order, PolymorphicModel, Predicate, Problem,
    ProblemCode, Query, ReferentialAction, Relation, RelationKind, RelationMetadata, Repository,
    Result, Violation, Where,
};
pub use relations_derive::{ColumnType, Model, PolymorphicModel, migrate};
pub use relations_sqlx::{Db, Isolation, Pool, Tx};

/// What most programs need: `use relations::prelude::*;`.
///
/// `Json` is not here, since web frameworks have a `Json` of their own.
///
/// # Examples
/// ```
/// use relations::prelude::*;
///
/// #[derive(Debug, Model)]
/// struct Customer {
///     #[model(id, generated)]
///     id: i64,
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations::Result<()> {
/// let db = Db::connect("sqlite::memory:").await?;
/// db.schema::<Customer>().create().await?;
/// assert!(!CustomerRepository::new(&db).find().exists().await?);
/// # Ok(()) }
/// ```
pub mod prelude {
    pub use crate::repository::WithId;
    pub use crate::{ColumnType, Connection, Db, Model, PolymorphicModel, Relation, Tx};
}

/// Queries: what is asked for, and what comes with it.
///
/// # Examples
/// ```
/// use relations::prelude::*;
/// use relations::query::{Predicate, Query, Root};
/// # #[derive(Debug, Model)]
/// # #[has_many(Order)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # struct Order { #[model(id, generated)] id: i64, total: i64, #[belongs_to(Customer)] customer_id: i64 }
///
/// /// A page of customers. What is a `Query` before is one after, and can go on.
/// fn page<C>(query: Query<Customer, Root<Customer>, C>, number: u64) -> Query<Customer, Root<Customer>, C> {
///     query.order_by(Customer::NAME.asc()).offset(number * 20).limit(20)
/// }
///
/// fn with_large_orders() -> Predicate<Customer> {
///     Customer::ORDERS.some(Order::TOTAL.gt(1_000))
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # db.schema::<(Customer, Order)>().create().await?;
/// # CustomerRepository::new(&db).create(Customer::draft().name("Thor").orders([Order::draft().total(5)])).await?;
/// let customers = CustomerRepository::new(&db);
/// let query = page(customers.find(), 0).filter(with_large_orders()).include(Customer::ORDERS);
/// assert_eq!(query.await?.len(), 0);
/// # Ok(()) }
/// ```
pub mod query {
    pub use relations_core::{
        Aggregated, And, AsComputed, AsValue, BelongsToAny, Column, Columns, Computed, Counted,
        Cursor, Dated, FindOne, GroupKeys, Groups, Include, Inclusion, Integer, IntoComputed,
        IntoCursor, IntoOrder, IntoPredicate, JsonLines, Linked, Named, NewValue, NotIncluded,
        Nullness, Number, NumberedPage, Operand, Order, Page, Predicate, Query, Root, RowStream,
        Select, SelectValue, SelectedRow, Selection, TargetSelection, count_rows,
    };
    pub use relations_core::{
        AssertSqlSafe, FromRow, IntoBound, IntoFragment, IntoSql, SqlFragment, SqlQuery,
    };
    #[cfg(feature = "serde_json")]
    pub use relations_core::{JsonPath, JsonScalar};
    pub use relations_derive::FromRow;
}

/// Repositories of models that are known by their metadata only: for routes, tools, and whatever else is told at run time what to
/// read and write.
///
/// # Examples
/// ```
/// use relations::dynamic::{DynamicFilter, DynamicRepository};
/// use relations::prelude::*;
/// # #[derive(Debug, Model)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # db.schema::<Customer>().create().await?;
/// let customers = DynamicRepository::new(&db, Customer::metadata());
/// let filter = DynamicFilter::from_query(&customers.filter_reader(), customers.model(), "filter[where][name]=Thor")?;
/// assert_eq!(customers.find(filter).await?.rows.len(), 0);
/// # Ok(()) }
/// ```
pub mod dynamic {
    pub use relations_core::dynamic::{
        DynamicBlocks, DynamicBody, DynamicFilter, DynamicKey, DynamicRepository, DynamicRow,
        DynamicRows, DynamicWhere, Guards,
    };
}

/// Relations as types: what generic code over relations is written with.
///
/// # Examples
/// ```
/// use relations::prelude::*;
/// use relations::relation::HasMany;
/// # #[derive(Debug, Model)]
/// # #[has_many(Order)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # struct Order { #[model(id, generated)] id: i64, total: i64, #[belongs_to(Customer)] customer_id: i64 }
/// /// What the relation is called, and where it leads.
/// fn describe<R: HasMany>(_: R) -> String {
///     format!("{}.{} -> {}", R::Source::NAME, R::metadata().name(), R::Target::NAME)
/// }
///
/// assert_eq!(describe(Customer::ORDERS), "Customer.orders -> Order");
/// ```
pub mod relation {
    pub use relations_core::{
        AsModel, BelongsTo, HasMany, HasManyThrough, HasOne, Polymorphic, ReferencesMany, Relation,
        SourceId, SourceKey, SourceRow, TargetKey, ToOne,
    };
}

/// Repositories of models and of relations, and what their methods take and give.
///
/// # Examples
/// ```
/// use relations::prelude::*;
/// use relations::relation::HasOne;
/// use relations::repository::HasOneRepository;
/// # #[derive(Debug, Model)]
/// # #[has_one(Account)]
/// # struct Supplier { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # struct Account { #[model(id, generated)] id: i64, balance: i64, #[belongs_to(Supplier)] supplier_id: i64 }
///
/// /// Of any model that has one account.
/// async fn balance<R, C>(account: HasOneRepository<'_, R, C>) -> relations::Result<i64>
/// where
///     R: HasOne<Target = Account>,
///     C: Connection,
/// {
///     Ok(account.find().await?.map_or(0, |account| account.balance))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # db.schema::<(Supplier, Account)>().create().await?;
/// let suppliers = SupplierRepository::new(&db);
/// suppliers.create(Supplier::draft().name("Thor").account(Account::draft().balance(100))).await?;
/// assert_eq!(balance(suppliers.account(1)).await?, 100);
/// # Ok(()) }
/// ```
pub mod repository {
    pub use relations_core::{
        BelongsToAnyRepository, BelongsToRepository, Built, CreateAll, CreateMissing, Delete,
        DeleteLinked, Drafted, FindListed, FindOfSource, HasManyRepository,
        HasManyThroughRepository, HasOneRepository, IntoDraft, IntoPatch, IntoRow, JsonSource,
        LinkDraft, NeedsFilterOrAllRows, Only, Patch, PlainLinks, ReferencesManyRepository,
        Repository, Restricted, SaysWhich, Upsert, UpsertAll, Upserted, Versioned, WithId,
    };
    #[cfg(feature = "serde_json")]
    pub use relations_core::{Embedded, EmbedsManyRepository, EmbedsOneRepository};
}

/// Run-time filters, the graphs they give, and which relations they may include.
///
/// # Examples
/// ```
/// use relations::filter::{Budget, Filter};
/// use relations::prelude::*;
/// # #[derive(Debug, Model)]
/// # #[has_many(Order)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # struct Order { #[model(id, generated)] id: i64, total: i64, #[belongs_to(Customer)] customer_id: i64 }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # db.schema::<(Customer, Order)>().create().await?;
/// # CustomerRepository::new(&db).create(Customer::draft().name("Thor").orders([Order::draft().total(5)])).await?;
/// let customers = CustomerRepository::new(&db);
/// let reader = customers.filter_reader().budget(Budget::default().limit(50));
/// let filter: Filter<Customer> = reader.query("filter[where][name][like]=T%25&filter[include][]=orders")?;
///
/// let found = customers.find_with(&filter).await?;
/// assert_eq!(found[0].get(Customer::ORDERS).map(|orders| orders.len()), Some(1));
/// # Ok(()) }
/// ```
pub mod filter {
    pub use relations_core::{
        AnyGraph, BoxError, Budget, Filter, FilterInclude, FilterReader, Graph, HeldBy,
        InclusionResolver, InclusionResolvers, IntoFilter, ResolversOf, Where,
    };
}

/// Types of columns and keys, and their values.
///
/// | field | SQLite | PostgreSQL | MySQL, MariaDB | refused on writing |
/// |---|---|---|---|---|
/// | `bool` | `BOOLEAN` | `BOOLEAN` | `BOOLEAN` | |
/// | `i8`, `i16`, `i32`, `i64` | `INTEGER` | `SMALLINT` (both), `INTEGER`, `BIGINT` | `TINYINT`, `SMALLINT`, `INT`, `BIGINT` | |
/// | `u8`, `u16`, `u32`, `u64` | `INTEGER` | `SMALLINT`, `INTEGER`, `BIGINT` (both) | the same, `UNSIGNED` | above `i64::MAX` on SQLite and PostgreSQL |
/// | `u128` | `TEXT` of 39 digits | `TEXT` | `LONGTEXT` | |
/// | `f32`, `f64` | `REAL` | `REAL`, `DOUBLE PRECISION` | `FLOAT`, `DOUBLE` | NaN on SQLite and MySQL, infinities on MySQL |
/// | `String` | `TEXT` | `TEXT` | `LONGTEXT`, `VARCHAR(255)` as a key | the character NUL on PostgreSQL |
/// | `Vec<u8>` | `BLOB` | `BYTEA` | `LONGBLOB` | |
/// | `Duration`, in nanoseconds | `INTEGER` | `BIGINT` | `BIGINT` | more than 292 years |
/// | `IpAddr`, `Ipv4Addr`, `Ipv6Addr`; sorted as texts | `TEXT` | `TEXT` | `LONGTEXT` | |
/// | `NaiveDate`, `time::Date`, `jiff::civil::Date` | `TEXT` | `DATE` | `DATE` | years before -4711 on PostgreSQL; others but 0 to 9999 elsewhere |
/// | `NaiveTime`, `time::Time`, `civil::Time` | `TEXT` | `TIME` | `TIME(6)` | leap seconds but on SQLite |
/// | `NaiveDateTime`, `PrimitiveDateTime`, `civil::DateTime` | `TEXT` | `TIMESTAMP` | `DATETIME(6)` | as dates and times |
/// | `DateTime<Utc>`, `OffsetDateTime`, `UtcDateTime`, `Timestamp` | `TEXT` | `TIMESTAMPTZ` | `DATETIME(6)`, in UTC | as dates and times |
/// | `Uuid` | `TEXT` | `UUID` | `BINARY(16)` | |
/// | `Decimal` | `TEXT` | `NUMERIC` | `DECIMAL(57, 28)` | what `precision` and `scale` leave no room for |
/// | `serde_json::Value`, `#[model(json)]` | `TEXT` | `JSONB` | `JSON` | the character NUL on PostgreSQL; what serde does not write as JSON |
/// | `Vec` of `i16` to `i64`, `u16` to `u64`, `f32`, `f64`, `bool`, `String`, `Uuid`, `Decimal`, dates and times of `chrono`; others with `#[model(json)]` | `TEXT` with JSON | an array | `JSON` | as its elements; but on PostgreSQL, NaN and infinities |
/// | enum as text, as integer | as `String`, as its integer, with a `CHECK` | the same | the same | |
/// | enum with `db_enum` | `TEXT` with a `CHECK` | a type of its own | `ENUM (..)` | |
/// | newtype, `#[model(conversion)]` | as what it holds, or becomes | the same | the same | |
///
/// `Option` of each is the same column, and NULL. Times are cut to microseconds, but on SQLite; an `OffsetDateTime` is read in UTC.
/// Keys are integers, `u128`, `String`, `Vec<u8>`, `Uuid`, dates and times, `Duration`, addresses, and what is kept as one of these. On
/// SQLite relations find a time that is a key in the text that is written here: with no fraction, or with three, six or nine digits of
/// one, as few as will do.
///
/// In JSON and run-time filters a value is as serde writes it. A `Duration` may also be its nanoseconds, and is nothing else in a
/// filter; a `u128` of more than 64 bits is a text. Times of the library `time` are as it writes them with `serde-human-readable`, or as
/// ISO 8601 has them.
///
/// # Examples
/// ```
/// use relations::prelude::*;
/// use relations::value::Kind;
///
/// #[derive(Debug, Clone, PartialEq, ColumnType)]
/// #[model(integer)]
/// #[repr(i16)]
/// enum Priority {
///     Low = 1,
///     High = 5,
/// }
///
/// assert_eq!(Priority::INTEGERS, [1, 5]);
/// assert_eq!(<Option<String> as ColumnType>::KIND, Kind::Text);
/// # let _ = (Priority::Low, Priority::High);
/// ```
pub mod value {
    #[cfg(feature = "serde_json")]
    pub use relations_core::{AsJson, JsonColumn, JsonContent, OptionalJson};
    pub use relations_core::{
        ColumnConversion, ColumnType, IntoField, IntoKey, Key, KeyColumn, KeyPart, Kind, Value,
    };
}

/// What models say of themselves, and the schemas made from it.
///
/// # Examples
/// ```
/// use relations::Dialect;
/// use relations::prelude::*;
/// use relations::schema::Schema;
/// # #[derive(Debug, Model)]
/// # #[has_many(Order)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # struct Order { #[model(id, generated)] id: i64, total: i64, #[belongs_to(Customer)] customer_id: i64 }
/// # fn main() -> relations::Result<()> {
/// let schema = Schema::of::<(Customer, Order)>()?;
/// let sql = schema.to_sql(Dialect::Sqlite)?; // for a migration tool, say
/// assert!(sql.contains(r#"REFERENCES "customer" ("id")"#));
///
/// let keys = Order::metadata().relation("customer").unwrap().key_from();
/// assert_eq!(keys, ["customer_id"]);
/// # Ok(()) }
/// ```
pub mod schema {
    pub use relations_core::{
        Change, ChangeWarning, ChangeWarningKind, Creation, Difference, DifferenceKind,
        FieldMetadata, JsonShape, ModelMetadata, ModelSet, ReferentialAction, RelationKind,
        RelationMetadata, Rename, Schema, SchemaCheck, SchemaDiff, SchemaState, Step,
        TableCreation, ThroughMetadata, catalog,
    };
    pub use relations_sqlx::DbSchema;
}

/// Migrations: files of steps, run against a database at a program's start or by `cargo relations migrate`.
pub mod migrate {
    pub use relations_sqlx::migrate::{
        Migration, MigrationState, MigrationStatus, MigrationStep, Migrations, Migrator,
        NewMigration, dialect_name, dialect_of_name,
    };
}

/// What `cargo relations` asks of a program.
///
/// # Examples
/// ```no_run
/// use relations::prelude::*;
/// # #[derive(Debug, Model)]
/// # pub struct Customer { #[model(id, generated)] id: i64, name: String }
/// relations::models! {
///     /// All models of the program.
///     pub Models = (Customer)
/// }
///
/// fn main() -> std::process::ExitCode {
///     relations::tool::run::<Models>()
/// }
/// ```
pub mod tool {
    pub use relations_sqlx::tool::{run, run_with};
}

/// Gives a set of any number of models a name, for [`Db::schema`] and for `cargo relations`.
///
/// # Examples
/// ```
/// use relations::prelude::*;
/// # #[derive(Debug, Model)]
/// # pub struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # pub struct Order { #[model(id, generated)] id: i64, total: i64 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations::Result<()> {
/// relations::models! { pub Models = (Customer, Order) }
///
/// # let db = Db::connect("sqlite::memory:").await?;
/// db.schema::<Models>().create().await?;
/// # Ok(()) }
/// ```
#[macro_export]
macro_rules! models {
    ($(#[$meta:meta])* $vis:vis $name:ident = ($($model:ty),+ $(,)?)) => {
        $(#[$meta])*
        $vis type $name = $crate::__models!($($model,)+);
    };
}

/// A tuple of models, with the ninth and those behind it in one of their own.
#[doc(hidden)]
#[macro_export]
macro_rules! __models {
    ($a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g:ty, $h:ty, $($more:ty,)+) => {
        ($a, $b, $c, $d, $e, $f, $g, $h, $crate::__models!($($more,)+))
    };
    ($($model:ty,)+) => {
        ($($model,)+)
    };
}

/// Connections to databases, and what a driver of another database implements.
///
/// A connection of your own can wrap another one: here it counts operations.
///
/// # Examples
/// ```
/// use relations::driver::{Dialect, Operation, Pending};
/// use relations::filter::InclusionResolvers;
/// use relations::prelude::*;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// struct Counting {
///     db: Db,
///     operations: AtomicU64,
/// }
///
/// impl Connection for Counting {
///     fn dialect(&self) -> Dialect {
///         self.db.dialect()
///     }
///
///     fn inclusion_resolvers(&self) -> &InclusionResolvers {
///         self.db.inclusion_resolvers()
///     }
///
///     fn run(&self, operation: Box<dyn Operation>) -> Pending<'_, Box<dyn Operation>> {
///         self.operations.fetch_add(1, Ordering::Relaxed);
///         self.db.run(operation)
///     }
/// }
/// # #[derive(Debug, Model)]
/// # #[has_many(Order)]
/// # struct Customer { #[model(id, generated)] id: i64, name: String }
/// # #[derive(Debug, Model)]
/// # struct Order { #[model(id, generated)] id: i64, total: i64, #[belongs_to(Customer)] customer_id: i64 }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> relations::Result<()> {
/// # let db = Db::connect("sqlite::memory:").await?;
/// # db.schema::<(Customer, Order)>().create().await?;
/// # CustomerRepository::new(&db).create(Customer::draft().name("Thor").orders([Order::draft().total(5)])).await?;
/// let counting = Counting { db, operations: AtomicU64::new(0) };
/// CustomerRepository::new(&counting).find().await?;
/// assert_eq!(counting.operations.into_inner(), 1);
/// # Ok(()) }
/// ```
pub mod driver {
    #[cfg(feature = "rust_decimal")]
    pub use relations_core::decimal_from_text;
    pub use relations_core::driver::{
        Connection, DecodeError, Dialect, Executed, InTransaction, Operation, Pending, Row,
        RowReader, RowSink, Session, Statement,
    };
    #[cfg(feature = "serde_json")]
    pub use relations_core::json_from_text;
    pub use relations_core::list_from_json;
    #[cfg(feature = "sqlite")]
    pub use relations_sqlx::with_decimal_order;
    pub use relations_sqlx::{
        Db, DbOptions, Isolation, Pool, Retrying, StatementEvent, TransactionOptions, Tx,
    };
}

/// Runs the README's examples as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// Runs the examples of the derives, which cannot use this crate themselves.
#[cfg(doctest)]
#[doc = include_str!("../relations-derive/docs/model.md")]
#[doc = include_str!("../relations-derive/docs/polymorphic_model.md")]
#[doc = include_str!("../relations-derive/docs/column_type.md")]
struct Derives;

/// Runs the examples of the guide, a page each.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../docs/guide/relations.md")]
    struct Relations;

    #[doc = include_str!("../docs/guide/reading.md")]
    struct Reading;

    #[doc = include_str!("../docs/guide/writing.md")]
    struct Writing;

    #[doc = include_str!("../docs/guide/your-database.md")]
    struct YourDatabase;

    #[doc = include_str!("../docs/guide/migrations.md")]
    struct Migrations;

    #[doc = include_str!("../docs/guide/from-loopback.md")]
    struct FromLoopback;
}
