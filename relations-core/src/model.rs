//! What the derive implements for a struct.

mod as_model;
mod check;
mod constraint_name;
mod field;
mod foreign_key;
mod graphs;
mod json_shape;
mod key;
mod key_fields;
mod metadata;
mod nullability;
mod polymorphic;
mod probe;
mod relation;
mod rows;
mod serialize;
mod slot;
mod target_groups;
mod through;
mod unstored;
mod violation;
use crate::value::{ColumnType, DecodeError, FieldValue, KeyPart, Row, Value};
pub use as_model::AsModel;
pub use check::{
    UNKNOWN, can_be_generated, find, has_field, has_id_for, has_id_in_links, has_id_in_list,
    has_id_of, has_own_word, has_relation, has_typed_key, id_and_field, id_and_link, id_field,
    id_name, id_part, is_decimal, is_discriminator, is_key, is_left_out, is_list_of, is_time,
    is_unique, is_untyped_key, is_variant, is_version, key_at, keys_differ, link_at, links_join,
    links_to, list_at, refers_to_any, relation_at, same_id, same_type, type_at,
};
pub(crate) use constraint_name::{ConstraintNames, check_name, fitted_name};
pub use field::FieldMetadata;
pub(crate) use field::{Made, fields};
pub(crate) use foreign_key::ForeignKey;
pub use graphs::AnyGraph;
pub(crate) use graphs::{AnyNode, Graphs, Held, Nodes, Shape, Shown};
pub use json_shape::JsonShape;
pub(crate) use key::same_key;
pub use key::{IntoKey, Key, KeyColumn};
pub use key_fields::{KeyFields, KeysOf, ListField, Typed};
pub use metadata::ModelMetadata;
pub(crate) use nullability::Need;
pub use nullability::Required;
pub(crate) use polymorphic::TypeField;
pub use polymorphic::{PolymorphicModel, RowOfAny, VariantOf, wrap_rows};
pub use probe::{
    Cloned, EmbeddedProbe, Flag, MaybeClone, NotEmbedded, NotOptional, NotSerialize, Probe,
    SerializeProbe, clone_model,
};
pub use relation::{Ends, ReferentialAction, RelationKind, RelationMetadata};
pub use rows::RowBox;
pub(crate) use rows::{Rows, into_models, new_rows};
pub use serialize::{Erase, SerializeSlot, SlotNames};
pub(crate) use serialize::{serialize_fields, serialize_some};
pub use slot::{Aggregated, Counted, Linked, NotIncluded, Shared};
pub(crate) use slot::{Loaded, SlotOf};
use std::marker::PhantomData;
pub(crate) use target_groups::Groups;
pub use through::ThroughMetadata;
pub use unstored::{ColumnOf, ColumnProbe, DeclaredAt, NotColumn};

/// A struct with `#[derive(Model)]`: one row of one table.
///
/// # Examples
/// ```
/// # use docs_models::*;
/// /// Code for any model goes by what the model says of itself.
/// fn describe<M: Model>() -> String {
///     let fields: Vec<&str> = M::metadata().fields().iter().map(|field| field.name()).collect();
///     format!("{}: {}", M::metadata().table(), fields.join(", "))
/// }
///
/// assert_eq!(describe::<Order>(), "order: id, total, customer_id");
/// assert_eq!(describe::<PlaylistTrack>(), "playlist_track: playlist_id, track_id, position");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` to `{Self}`"
)]
pub trait Model: Sized + Send + Sync + 'static {
    /// The value that identifies a row: the type of the id field, or a tuple for a composite id.
    type Id: Key;
    /// The row with its slots, nothing included yet.
    type With: From<Self> + Send + Sync;
    /// The model itself. Naming a model through it makes the compiler report a struct that is none only once.
    #[doc(hidden)]
    type This;

    /// The name of the struct.
    const NAME: &'static str;
    /// The fields; a constant, since the keys of relations are checked against it.
    const FIELDS: &'static [FieldMetadata];

    /// The discriminator value of the model in polymorphic relations.
    const DISCRIMINATOR: &'static str = Self::NAME;

    #[doc(hidden)]
    const METADATA: &'static ModelMetadata;

    /// How to serialise a row whose type is only known here; `None` where the model does not implement `Serialize`.
    #[doc(hidden)]
    const SERIALIZE: Erase<Self>;

    /// The model's table, fields and relations.
    fn metadata() -> &'static ModelMetadata {
        Self::METADATA
    }

    /// The value that identifies this row.
    fn id(&self) -> Self::Id {
        let mut parts = Self::METADATA.id.iter().map(|at| self.key_part(*at));
        let id = Self::Id::from_parts(&mut parts);
        id.expect("the fields of the id are keys, and never null")
    }

    /// Reads the fields from consecutive columns.
    #[doc(hidden)]
    fn read(row: &mut Row<'_>) -> Result<Self, DecodeError>;

    /// The field at a position.
    #[doc(hidden)]
    fn column_value(&self, at: usize) -> FieldValue<'_>;

    /// The field at a position, as part of a key.
    #[doc(hidden)]
    fn key_part(&self, at: usize) -> KeyPart<'_> {
        self.column_value(at).as_part()
    }

    /// The value of each field.
    #[doc(hidden)]
    fn into_values(self) -> Vec<Value> {
        let fields = 0..Self::FIELDS.len();
        fields.map(|at| self.column_value(at).as_value()).collect()
    }
}

/// The field of a model at a position, for relations whose derive cannot see the model.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` is not a model", label = "not a model")]
pub trait FieldAt<const AT: usize>: Model {
    type Type: ColumnType;
    /// How drafts keep track of the field; see `FillAt`.
    type Entry;
}

// A field that does not exist is reported by `check::has_field`; here it merely must not add errors of its own.
impl<M: Model> FieldAt<UNKNOWN> for M {
    type Type = i64;
    type Entry = Untracked;
}

/// A field that drafts do not keep track of.
#[derive(Debug)]
pub struct Untracked;

/// A field whose state is the entry `At` of a draft's list.
#[derive(Debug)]
pub struct Tracked<At>(PhantomData<At>);

/// The entry of a field that is no foreign key.
pub trait NoKey {}
impl NoKey for Untracked {}
impl<At> NoKey for Tracked<At> {}

/// Names the field of `M` at a position, as a type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Field<M, const AT: usize>(PhantomData<fn() -> M>);

/// Names the column at which reading a row stopped, and the row.
#[cold]
fn undecoded(
    model: &'static ModelMetadata,
    row: &mut Row<'_>,
    start: usize,
    error: DecodeError,
) -> crate::error::Error {
    let field = &model.fields[row.at() - start];
    let id = model.id.iter();
    let id = id.map(|at| row.value_at(start + at, model.fields[*at].kind));
    let id: Vec<Value> = id.collect::<Result<_, _>>().unwrap_or_default();
    crate::error::Error::decode_row(model, field, &id, error)
}

/// Decodes the fields of a model, and names the one that cannot be read.
pub(crate) fn read<M: Model>(row: &mut Row<'_>) -> crate::error::Result<M> {
    let start = row.at();
    M::read(row).map_err(|error| undecoded(M::metadata(), row, start, error))
}
