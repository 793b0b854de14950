//! Models, relations, queries and statements of [`relations`](https://docs.rs/relations-orm), without I/O.
//!
//! Users depend on the facade, `relations-orm`; this crate is for those who write a driver. A driver implements
//! [`Connection`], [`Session`](connection::Session) and [`RowReader`](connection::RowReader).

// Without a database there is no SQL to write; such a build only serves those who read metadata.
#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres", feature = "mysql")),
    allow(unreachable_code, unused_variables)
)]

#[doc(hidden)]
pub mod __private;
mod check;
mod column;
mod column_type;
pub mod connection;
mod data;
mod draft;
mod error;
mod filter;
mod graph;
mod hash;
mod include;
mod json;
mod key;
mod keys;
mod kind;
mod load;
mod metadata;
mod model;
mod pattern;
mod plan;
mod polymorphic;
mod predicate;
mod probe;
mod problem;
mod query;
mod relation;
mod repository;
mod resolver;
mod rows;
mod schema;
mod serialize;
mod slot;
mod statement;
mod term;
mod unstored;
mod value;

pub use column::{Column, Order};
pub use column_type::{ColumnType, IntoField};
pub use connection::{Connection, Dialect, Pending};
pub use data::IntoRow;
pub use draft::{IntoDraft, IntoPatch};
pub use error::{Error, ErrorKind, Result, Violation};
pub use filter::{Budget, Filter, FilterInclude, FilterReader, IntoFilter, Where};
pub use graph::{AnyGraph, Graph, HeldBy};
pub use include::{And, Include, Inclusion, NotIncluded, Root};
pub use json::{Json, JsonSource};
pub use key::{IntoKey, Key, KeyColumn};
pub use metadata::{
    FieldMetadata, ModelMetadata, ReferentialAction, RelationKind, RelationMetadata,
    ThroughMetadata,
};
pub use model::Model;
pub use polymorphic::{BelongsToAny, BelongsToAnyRepository, Polymorphic, PolymorphicModel};
pub use predicate::{IntoPredicate, Predicate};
pub use problem::{Problem, ProblemCode};
pub use query::{FindOne, Query};
pub use relation::{
    BelongsTo, HasMany, HasManyThrough, HasOne, ReferencesMany, Relation, SourceId, SourceKey,
    SourceRow, ToOne,
};
pub use repository::{
    BelongsToRepository, Built, Delete, DeleteLinked, FindListed, FindOfSource, HasManyRepository,
    HasManyThroughRepository, HasOneRepository, LinkDraft, Patch, PlainLinks,
    ReferencesManyRepository, Repository, Restricted, SaysWhich, Unrestricted,
};
pub use resolver::{BoxError, InclusionResolver, InclusionResolvers, ResolversOf};
pub use schema::{ModelSet, Schema};
pub use slot::{Counted, Linked};
#[cfg(feature = "rust_decimal")]
pub use value::decimal_from_text;
pub use value::{KeyPart, Kind, Value, list_from_json};
