//! What generated code names. No promises: the derive and this crate are released together.

pub use crate::check::{UNKNOWN, find, has_field, has_id_of, id_at, id_name, is_unique, same_type};
pub use crate::connection::{Misread, Row, RowReader};
pub use crate::draft::{
    Draft, Drafted, FillKey, First, Flag, GiveAt, Given, IntoDraft, IntoPatch, LeaveKey, Missing,
    Next, NotOptional, Open, Optional, Probe, Settled, Start, StateAt, Values,
};
pub use crate::include::{And, Include, NotIncluded, Plain, RelationOf, Root, Tree, WithSlot};
pub use crate::key::{Need, key_of};
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
