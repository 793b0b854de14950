//! What generated code names. No promises: the derive and this crate are released together.

pub use crate::check::{
    UNKNOWN, find, has_field, has_id_of, id_name, id_part, is_key, is_unique, key_at, same_type,
};
pub use crate::connection::{Misread, Row, RowReader};
pub use crate::draft::{
    Changes, Draft, Drafted, FillAt, FillKey, First, Flag, GiveAt, Given, Initially, IntoDraft,
    IntoPatch, LeaveAt, LeaveKey, Missing, Next, NotOptional, Open, Optional, Probe, Settled,
    Start, StateAt, Tracked, Untracked, Values,
};
pub use crate::include::{And, Include, NotIncluded, Plain, RelationOf, Root, Tree, WithSlot};
pub use crate::key::{KeyFields, Need};
pub use crate::model::{Field, FieldAt};
pub use crate::plan::PlannedInclude;
pub use crate::relation::Origin;
pub use crate::serialize::{SerializeSlot, serialize_fields};
pub use crate::{
    BelongsTo, BelongsToRepository, Column, ColumnType, Connection, FieldMetadata, HasOne,
    HasOneRepository, IntoField, Key, KeyColumn, Model, ModelMetadata, ReferentialAction, Relation,
    RelationKind, RelationMetadata, Repository, SourceKey, SourceRow, Value,
};
pub use serde::ser::{Serialize, SerializeMap, Serializer};

/// A clone of a model, for a row with slots whose model may not be `Clone`.
///
/// `where Supplier: Clone` is refused by the compiler where `Supplier` is not; with a lifetime in it, as in
/// `for<'a> Cloned<'a, Supplier>: MaybeClone<Supplier>`, it merely makes an impl not apply.
#[derive(Debug)]
pub struct Cloned<'a, T>(core::marker::PhantomData<&'a T>);

/// See [`Cloned`].
pub trait MaybeClone<T> {
    fn clone_model(model: &T) -> T;
}

impl<T: Clone> MaybeClone<T> for Cloned<'_, T> {
    fn clone_model(model: &T) -> T {
        model.clone()
    }
}

/// The values of a model, for an insert.
pub type ValueList = Vec<Value>;

/// A model as a draft that gives every field.
pub fn all_values<M: Model>(model: M) -> Values {
    Values::all(model.into_values())
}

/// What a model says of one field.
pub const fn field<M: FieldAt<AT>, const AT: usize>(
    name: &'static str,
    json_name: &'static str,
    column: &'static str,
) -> FieldMetadata {
    FieldMetadata::new::<M::Type>(name, json_name, column)
}

/// Reads the next column into a field.
pub fn read<M: FieldAt<AT>, const AT: usize, R: RowReader>(
    row: &mut Row<'_, R>,
) -> Result<M::Type, Misread> {
    row.read()
}

/// The value of a field.
pub fn value<M: FieldAt<AT>, const AT: usize>(field: M::Type) -> Value {
    field.into_value()
}

/// A column of a model.
pub const fn column<M, T>(at: usize) -> Column<M, T> {
    Column::new(at)
}

/// See [`Cloned`].
pub fn clone_model<M>(model: &M) -> M
where
    for<'a> Cloned<'a, M>: MaybeClone<M>,
{
    <Cloned<'_, M> as MaybeClone<M>>::clone_model(model)
}
