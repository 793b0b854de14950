//! Relations and queries with the types of their models; loaded levels become typed rows here, without I/O.

mod at;
mod find_one;
mod include;
mod kind;
mod page;
mod polymorphic;
mod query;
mod relation;
mod row_type;
mod select;
mod source;
mod stream;
mod tree;
pub use at::At;
pub use find_one::FindOne;
pub(crate) use find_one::{Sought, no_target, not_found};
pub use include::{
    AggregateOnly, Aggregating, CountOnly, Counting, InScope, Include, Inclusion, Plain,
    RelationOf, TargetSelection, WithLinks, WithSlot,
};
pub(crate) use include::{Unlinked, Vacant};
pub use kind::kinds;
pub(crate) use page::Cut;
pub use page::{NumberedPage, Page};
pub use polymorphic::{BelongsToAny, Polymorphic};
pub(crate) use polymorphic::{Id, reference};
pub(crate) use query::Count;
pub use query::Query;
pub use relation::{BelongsTo, HasMany, HasManyThrough, HasOne, ReferencesMany, Relation, ToOne};
pub use row_type::{LessVisible, PlainSlot, RowWithSlot, TargetAt};
pub use select::{GroupKeys, Named, Select, SelectValue, SelectedRow, Selection};
pub(crate) use source::KeyOfTarget;
pub use source::{Origin, SourceId, SourceKey, SourceRow, TargetKey};
pub use stream::{JsonLines, RowStream};
pub use tree::{And, Root, Tree};
pub(crate) use tree::{assembled, find};
