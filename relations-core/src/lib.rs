//! Models, relations, queries and statements of [`relations`](https://docs.rs/relations-orm), without I/O.
//!
//! Users depend on the facade, `relations-orm`; this crate is for those who write a driver. A driver implements
//! [`Connection`], [`Session`](driver::Session) and [`RowReader`](driver::RowReader).

#![cfg_attr(docsrs, feature(doc_cfg))]
// Without a database there is no SQL to write; such a build only serves those who read metadata.
#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(unreachable_code, unused_mut, unused_variables)
)]

// What the derive generates names the facade, and so does it for the models of tests.
#[cfg(test)]
extern crate self as relations;

#[doc(hidden)]
pub mod __private;

// The layers, each of which uses those above it only; `tests/layers.rs` holds that.
pub mod driver;
pub mod dynamic;
mod error;
mod filter;
mod graph;
mod json;
mod load;
mod model;
mod query;
mod raw;
mod repository;
mod resolver;
mod schema;
mod sql;
mod typed;
mod value;
mod write;

pub use crate::driver::{Connection, InTransaction, Pending};
pub use crate::error::{Error, ErrorKind, Missing, Problem, ProblemCode, Result, Violation};
pub use crate::filter::{Budget, Filter, FilterInclude, FilterReader, Guards, IntoFilter, Where};
pub use crate::graph::{Graph, HeldBy};

#[cfg(feature = "serde_json")]
pub use crate::json::json_from_text;
pub use crate::json::list_from_json;
pub use crate::model::{
    Aggregated, AnyGraph, AsModel, Counted, FieldMetadata, IntoKey, JsonShape, Key, KeyColumn,
    Linked, Model, ModelMetadata, NotIncluded, PolymorphicModel, ReferentialAction, RelationKind,
    RelationMetadata, ThroughMetadata,
};
pub use crate::query::{
    AsComputed, AsValue, Column, Columns, Computed, Cursor, Dated, FixedScope, Groups, Integer,
    IntoComputed, IntoCursor, IntoOrder, IntoPredicate, Nullness, Number, Operand, Order,
    Predicate, count_rows,
};
#[cfg(feature = "serde_json")]
pub use crate::query::{JsonPath, JsonScalar};
pub use crate::raw::{
    AssertSqlSafe, FromRow, IntoBound, IntoFragment, IntoSql, SqlFragment, SqlQuery,
};
pub use crate::repository::{
    BelongsToAnyRepository, BelongsToRepository, Built, CreateAll, CreateMissing, Delete,
    DeleteLinked, FindListed, FindOfSource, HasManyRepository, HasManyThroughRepository,
    HasOneRepository, LinkDraft, NeedsFilterOrAllRows, Patch, PlainLinks, ReferencesManyRepository,
    Repository, Restricted, SaysWhich, Upsert, UpsertAll, Upserted,
};
#[cfg(feature = "serde_json")]
pub use crate::repository::{Embedded, EmbedsManyRepository, EmbedsOneRepository};
pub use crate::resolver::{BoxError, InclusionResolver, InclusionResolvers, ResolversOf};
pub use crate::schema::{
    Change, ChangeWarning, ChangeWarningKind, Difference, DifferenceKind, Rename, SchemaCheck,
    SchemaDiff, SchemaState, Step, catalog,
};
pub use crate::sql::{Creation, ModelSet, Schema, TableCreation};
pub use crate::typed::{
    And, BelongsTo, BelongsToAny, FindOne, GroupKeys, HasMany, HasManyThrough, HasOne, Include,
    Inclusion, JsonLines, Named, NumberedPage, Page, Polymorphic, Query, ReferencesMany, Relation,
    Root, RowStream, Select, SelectValue, SelectedRow, Selection, SourceId, SourceKey, SourceRow,
    TargetKey, TargetSelection, ToOne,
};
#[cfg(feature = "rust_decimal")]
pub use crate::value::decimal_from_text;
#[cfg(feature = "serde_json")]
pub use crate::value::{AsJson, JsonColumn, JsonContent, OptionalJson};
pub use crate::value::{ColumnConversion, ColumnType, Dialect, IntoField, KeyPart, Kind, Value};
pub use crate::write::{
    Drafted, IntoDraft, IntoPatch, IntoRow, Json, JsonSource, NewValue, Only, Versioned, WithId,
};
