//! What generated code names. No promises: the derive and this crate are released together.
//!
//! Some of it is here only because types of generated code contain it, and messages of the compiler then name it by a path
//! that exists for users.

pub use crate::__row as row_type;
pub use crate::__row_target as row_target;
pub use crate::__source_key as source_key;
pub use crate::driver::Connection;
pub use crate::driver::RowReader;
pub use crate::model::Required;
/// What a slot may hold: rows are loaded on one thread and read on others.
pub use crate::model::Shared;
use crate::model::serialize_fields;
pub use crate::model::{
    AsModel, Cloned, ColumnOf, ColumnProbe, DeclaredAt, EmbeddedProbe, Ends, Erase, Field, FieldAt,
    FieldMetadata, Flag, Key, KeyColumn, KeyFields, KeysOf, ListField, MaybeClone, Model,
    ModelMetadata, NoKey, NotColumn, NotEmbedded, NotIncluded, NotOptional, NotSerialize,
    PolymorphicModel, Probe, ReferentialAction, RelationKind, RelationMetadata, RowBox, RowOfAny,
    SerializeProbe, SerializeSlot, SlotNames, Tracked, Typed, UNKNOWN, Untracked, VariantOf,
    can_be_generated, clone_model, find, has_field, has_id_for, has_id_in_links, has_id_in_list,
    has_id_of, has_own_word, has_relation, has_typed_key, id_and_field, id_and_link, id_field,
    id_name, id_part, is_decimal, is_discriminator, is_key, is_left_out, is_list_of, is_time,
    is_unique, is_untyped_key, is_variant, is_version, key_at, keys_differ, link_at, links_join,
    links_to, list_at, refers_to_any, relation_at, same_id, same_type, type_at, wrap_rows,
};
pub use crate::query::{Column, FixedScope, NestedRow, PlannedInclude, ScopeCell};
pub use crate::raw::FromRow;
pub use crate::repository::{
    BelongsToAnyRepository, BelongsToRepository, HasManyRepository, HasManyThroughRepository,
    HasOneRepository, LinkNames, NestedDraft, NestedDrafts, NestedLinks, OwnLink, OwnLinkKey,
    OwnLinks, ReferencesManyRepository, Repository,
};
#[cfg(feature = "serde_json")]
pub use crate::repository::{EmbedsManyRepository, EmbedsOneRepository, HoldsMany, HoldsOne};
pub use crate::typed::{
    AggregateOnly, Aggregating, And, At, BelongsTo, BelongsToAny, CountOnly, Counting,
    HasManyThrough, HasOne, InScope, Include, LessVisible, Origin, Plain, PlainSlot, Polymorphic,
    Relation, RelationOf, Root, RowWithSlot, SourceId, SourceKey, SourceRow, TargetAt, TargetKey,
    Tree, WithLinks, WithSlot, kinds,
};
/// What a setter takes.
pub use crate::value::IntoField as For;
#[cfg(feature = "serde_json")]
pub use crate::value::{AsJson, JsonChecked, JsonProbe, NotJson, OptionalJson};
pub use crate::value::{
    Check, ColumnConversion, ColumnType, DecodeError, FieldValue, IntoField, JsonForm, Row, Value,
};
pub use crate::value::{
    check_conversion, conversion_part, conversion_value, holds_no_option, read_conversion,
};
pub use crate::value::{integer_variant, read_integer_variant, read_text_variant, text_variant};
pub use crate::write::NewValue as New;
pub use crate::write::{
    Changes, Data, Draft, DraftOf, Drafted, FillAt, FillKey, First, Generated, GiveAt, Given,
    Initially, IntoDraft, IntoPatch, LeaveAt, LeaveKey, Missing, Next, Open, Optional, PatchOf,
    Settled, Start, StateAt, TypedData, Versioned,
};
pub use crate::{IntoKey, KeyPart, Kind};
pub use core::clone::Clone;
pub use core::cmp::PartialEq;
pub use core::fmt::{Debug, Formatter, Result as FmtResult};
pub use serde::ser::{Serialize, SerializeMap, Serializer};

/// The connection of a repository whose type names none. The facade has its own `Db` in its place; without it there is none.
#[allow(missing_debug_implementations)] // There is no value.
pub enum Db {}

/// The value of a relation's key.
pub type KeyOf<K, M> = <K as KeysOf<M>>::Key;

/// What reading a row gives.
pub type ReadResult<T> = Result<T, DecodeError>;

/// What serialising gives.
pub type SerializeResult<S> = Result<<S as Serializer>::Ok, <S as Serializer>::Error>;

/// What a model says of itself.
pub type Metadata = &'static ModelMetadata;

/// Makes what a model says of itself.
#[derive(Debug)]
pub struct About<M>(core::marker::PhantomData<fn() -> M>);

/// See [`About`].
pub const fn about<M: Model>() -> About<M> {
    About(core::marker::PhantomData)
}

impl<M: Model> About<M> {
    /// With the names of the struct and of the table.
    pub const fn model(
        self,
        names: (&'static str, &'static str),
        relations: &'static [RelationMetadata],
        id: &'static [usize],
    ) -> ModelMetadata {
        ModelMetadata::new(
            names.0,
            names.1,
            M::FIELDS,
            relations,
            id,
            (
                crate::model::new_rows::<M>,
                crate::graph::graphing::<M>,
                std::any::TypeId::of::<M>,
                M::SERIALIZE.is_some(),
            ),
        )
    }
}

/// Starts to show a row with slots: its name, and the model.
pub fn debug_with<'f, 'a>(
    f: &'f mut Formatter<'a>,
    name: &str,
    model: &dyn Debug,
) -> core::fmt::DebugStruct<'f, 'a> {
    let mut shown = f.debug_struct(name);
    shown.field("model", model);
    shown
}

/// The models of a relation from `M` to `T`.
pub const fn ends<M: Model, T: Model>() -> Ends {
    Ends::of::<M, T>()
}

/// The model of a relation that leads from `M` to one of several models.
pub const fn ends_any<M: Model, P: PolymorphicModel>() -> Ends {
    Ends {
        source: M::metadata,
        target: P::first,
        names: [M::NAME, P::NAME],
    }
}

/// The name of the ids of the models of `P`.
pub const fn any_id_name<P: PolymorphicModel>() -> &'static str {
    match P::ID {
        Some(id) => id.name,
        None => "",
    }
}

/// The function that gives what a model says of itself.
pub const fn metadata<M: Model>() -> fn() -> &'static ModelMetadata {
    M::metadata
}

/// A map that holds the fields of a model, for its slots to be added.
pub fn start_map<M: Serialize, S: Serializer>(
    model: &M,
    serializer: S,
) -> Result<S::SerializeMap, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    serialize_fields(model, &mut map)?;
    Ok(map)
}

/// A model as a draft that gives every field.
pub fn all_data<M: Model>(model: M) -> Data {
    Data::all(model)
}

/// What a model says of one field.
pub const fn field<M: FieldAt<AT>, const AT: usize>(
    name: &'static str,
    json_name: &'static str,
    column: &'static str,
) -> FieldMetadata {
    FieldMetadata::new::<M::Type>(name, json_name, column)
}

/// What a function made for a field.
pub fn made<M: FieldAt<AT>, const AT: usize>(value: impl IntoField<M::Type>) -> Value {
    value.into_field().into_value()
}

/// Reads the next column into a field.
pub fn read<M: FieldAt<AT>, const AT: usize>(row: &mut Row<'_>) -> Result<M::Type, DecodeError> {
    row.read()
}

/// A field without its type.
pub fn column_value<M: FieldAt<AT>, const AT: usize>(field: &M::Type) -> FieldValue<'_> {
    FieldValue::Column(field)
}

/// A column of a model.
pub const fn column<M, T>(at: usize) -> Column<M, T> {
    Column::new(at)
}
