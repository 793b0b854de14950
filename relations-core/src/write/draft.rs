//! Rows that are not saved yet, and partial updates.
//!
//! A draft knows in its type which fields were given. The type is one list, with an entry for each field that must be
//! given or is a foreign key; entries are found by counting, `Next<Next<First>>` being the third.

use crate::model::{FieldAt, Flag, IntoKey, Key, Model, RelationKind, RowOfAny};
use crate::query::{
    AsComputed, AsValue, Column, Computed, Either, Given as GivenValue, IntoComputed, Nested,
    NestedRow,
};
use crate::typed::Relation;
use crate::value::{ColumnType, IntoField};
use crate::write::data::{Data, TypedData};
use std::fmt;
use std::marker::PhantomData;

/// State of a field that must still be given.
#[derive(Debug, Clone, Copy)]
pub struct Missing;

/// State of a field that may stay unset.
#[derive(Debug, Clone, Copy)]
pub struct Optional;

/// State of a field that was given.
#[derive(Debug, Clone, Copy)]
pub struct Given;

/// See [`Initially`].
pub trait Start {
    /// The state.
    type State;
}

/// The state in which a field starts: [`Missing`], or [`Optional`] where its type is an `Option`.
///
/// `Probe` tells, since the answer must not need a trait of the field's type, or a type that cannot be a column would be
/// reported here as well.
pub type Initially<const OPTIONAL: bool> = <Flag<OPTIONAL> as Start>::State;

impl Start for Flag<false> {
    type State = Missing;
}

impl Start for Flag<true> {
    type State = Optional;
}

/// State of a field that a relation fills in. Another relation may fill it in as well: both keys of a link can hold one field.
#[derive(Debug, Clone, Copy)]
pub struct Filled;

/// The first entry of a state list.
#[derive(Debug, Clone, Copy)]
pub struct First;

/// The entry after `At`.
#[derive(Debug, Clone, Copy)]
pub struct Next<At>(PhantomData<At>);

/// A model whose rows are written. A view's are not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a view, whose rows are only read",
    label = "rows of a view cannot be written",
    note = "write rows of the models of its tables"
)]
pub trait Drafted {
    /// The states of a new draft.
    #[doc(hidden)]
    type Initial;
    /// A new draft.
    #[doc(hidden)]
    type Draft;
}

/// A model with a version, `#[model(version)]`, which each write increments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no version",
    label = "of which version?",
    note = "add an integer field with `#[model(version)]`"
)]
pub trait Versioned: Model {
    /// The type of the field.
    type Version: ColumnType;
}

/// A field that can be created without: its state is not [`Missing`].
pub trait Settled {}

impl Settled for Optional {}

impl Settled for Given {}

impl Settled for Filled {}

/// A field that was not given yet.
#[diagnostic::on_unimplemented(
    message = "this field was given already",
    label = "given a second time",
    note = "each required field and foreign key is given once"
)]
pub trait Open {}

impl Open for Missing {}

impl Open for Optional {}

impl Open for Filled {}

/// Reads one entry of a state list.
pub trait StateAt<At> {
    /// The entry.
    type State;
}

impl<State, Rest> StateAt<First> for (State, Rest) {
    type State = State;
}

impl<State, Rest: StateAt<At>, At> StateAt<Next<At>> for (State, Rest) {
    type State = Rest::State;
}

/// Changes one entry of a state list.
pub trait GiveAt<At>: StateAt<At> {
    /// The list where the entry is [`Given`].
    type Output;
    /// The list where the entry is `Filled`.
    type Filled;
}

impl<State, Rest> GiveAt<First> for (State, Rest) {
    type Output = (Given, Rest);
    type Filled = (Filled, Rest);
}

impl<State, Rest: GiveAt<At>, At> GiveAt<Next<At>> for (State, Rest) {
    type Output = (State, Rest::Output);
    type Filled = (State, Rest::Filled);
}

impl NestedRow<Data> {
    pub(crate) fn new(values: Data) -> Self {
        NestedRow {
            values,
            link: Data::none(),
        }
    }
}

/// What a generated draft or patch of `M` holds; `S` is the state list.
pub struct Draft<M, S> {
    data: TypedData,
    types: PhantomData<fn() -> (M, S)>,
}

impl<M, S> Clone for Draft<M, S> {
    fn clone(&self) -> Self {
        Draft {
            data: self.data.clone(),
            types: PhantomData,
        }
    }
}

impl<M, S> fmt::Debug for Draft<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.data.values.show(&self.data.nested, f)
    }
}

impl<M, S> Draft<M, S> {
    /// No field given yet.
    #[allow(clippy::new_without_default)] // The state decides which of them is the first.
    pub fn new() -> Self {
        Draft {
            data: TypedData::default(),
            types: PhantomData,
        }
    }

    /// Sets the field at a position, and changes the state to `T`.
    pub fn set<const AT: usize, T>(mut self, value: impl IntoField<M::Type>) -> Draft<M, T>
    where
        M: FieldAt<AT>,
    {
        self.data.values.set(AT, value.into_field().into_value());
        self.into_state()
    }

    /// Gives the field at a position a new value, which may be computed from the row, and changes the state to `T`.
    pub fn change<const AT: usize, P, K, T>(
        mut self,
        value: impl NewValue<P, M::Type, K>,
    ) -> Draft<M, T>
    where
        M: FieldAt<AT>,
    {
        match value.into_new_value().0 {
            Either::Value(value) => self.data.values.set(AT, value),
            Either::Computed(expression) => self.data.values.compute(AT, expression),
        }
        self.into_state()
    }

    /// Adds drafts of rows that the relation `R` leads to; of a `has_one` the last one counts.
    pub fn nest<R: Relation<Source = M>>(
        mut self,
        rows: impl IntoIterator<Item = NestedRow<Data>>,
    ) -> Self {
        let relation = R::metadata();
        let rows: Vec<NestedRow<Data>> = rows.into_iter().collect();
        if rows.is_empty() {
            return self;
        }
        let known = self.data.nested.iter_mut();
        match known.into_iter().find(|nested| nested.relation == relation) {
            Some(nested) if relation.kind == RelationKind::HasOne => nested.rows = rows,
            Some(nested) => nested.rows.extend(rows),
            None => self.data.nested.push(Nested { relation, rows }),
        }
        self
    }

    /// Sets the fields of a polymorphic key, that of the discriminator and that of the id, and changes the state to `T`.
    pub fn refer<P, T>(mut self, fields: [usize; 2], row: impl RowOfAny<P>) -> Draft<M, T> {
        for (at, value) in fields.into_iter().zip(row.reference()) {
            self.data.values.set(at, value);
        }
        self.into_state()
    }

    /// The same values under another state.
    pub fn into_state<T>(self) -> Draft<M, T> {
        Draft {
            data: self.data,
            types: PhantomData,
        }
    }

    /// What was given.
    pub fn given(&mut self) -> &mut TypedData {
        &mut self.data
    }
}

/// A draft whose row gets an id that its database would make otherwise.
///
/// For fixtures, imports and tests. On SQLite and MySQL the ids that the database makes from then on are greater. PostgreSQL goes on
/// counting where it was: tell it by `SELECT setval(pg_get_serial_sequence('customer', 'id'), max(id)) FROM customer`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// use relations_core::WithId;
///
/// let customers = CustomerRepository::new(&db);
/// let balder = customers.create(Customer::draft().name("Balder").with_id(70)).await?;
/// assert_eq!(balder.id, 70);
/// # Ok(()) });
/// ```
pub trait WithId<M: Model>: Generated + Sized {
    /// Sets the id. `create` gives `AlreadyExists` where it is taken.
    fn with_id(mut self, id: impl IntoKey<M::Id>) -> Self {
        let values = id.into_key().into_values();
        for (at, value) in M::metadata().id.iter().zip(values) {
            self.given().values.set(*at, value);
        }
        self
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, D: Generated<As = DraftOf<M>>> WithId<M> for D {}

/// Everything `create` needs for a new row of `M`: a complete draft, or a model whose id is not generated.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::{IntoDraft, Json, Result};
/// /// Takes a draft or JSON.
/// async fn welcome(db: &Db, customer: impl IntoDraft<Customer>) -> Result<String> {
///     let customer = CustomerRepository::new(db).create(customer).await?;
///     Ok(format!("Welcome, {}!", customer.name))
/// }
///
/// assert_eq!(welcome(&db, Customer::draft().name("Sif")).await?, "Welcome, Sif!");
/// assert_eq!(welcome(&db, Json(r#"{"name": "Idun"}"#)).await?, "Welcome, Idun!");
/// # Ok(()) });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a draft of `{M}`",
    label = "expected a complete draft, from `{M}::draft()` or `Json(..)`"
)]
pub trait IntoDraft<M>: Changes {}

/// A partial update of `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a patch of `{M}`",
    label = "expected `{M}::patch()`"
)]
pub trait IntoPatch<M>: Changes {}

/// What a patch `P` stores in a field of type `T`: a value, a column of the same model and type, or what is computed from columns.
///
/// The compiler finds `K` by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be given for a field of type `{T}`",
    label = "expected a value for `{T}`"
)]
pub trait NewValue<P, T, K> {
    #[doc(hidden)]
    fn into_new_value(self) -> GivenValue;
}

#[diagnostic::do_not_recommend]
impl<P, T: ColumnType, V: IntoField<T>> NewValue<P, T, AsValue> for V {
    fn into_new_value(self) -> GivenValue {
        GivenValue::of(self.into_field())
    }
}

macro_rules! new_value {
    ($($ty:ident)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<P: IntoPatch<M>, M: Model, T: ColumnType> NewValue<P, T, AsComputed> for $ty<M, T> {
            fn into_new_value(self) -> GivenValue {
                self.into_computed().into()
            }
        }

        // A field that may be NULL takes what is not.
        #[diagnostic::do_not_recommend]
        impl<P: IntoPatch<M>, M: Model, T: ColumnType<Base = T>> NewValue<P, Option<T>, AsComputed>
            for $ty<M, T>
        {
            fn into_new_value(self) -> GivenValue {
                self.into_computed().into()
            }
        }
    )* };
}

new_value! { Column Computed }

/// What a draft or a patch sets.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a draft nor a patch",
    label = "expected a draft or a patch"
)]
pub trait Changes {
    fn into_data(self) -> Data;
}

/// A draft or a patch that the derive makes, and what follows from that alone: written here once, and not for each model.
#[doc(hidden)]
pub trait Generated {
    /// [`DraftOf`] a model, or [`PatchOf`] one.
    type As;
    fn given(&mut self) -> &mut TypedData;
}

/// See [`Generated`].
#[doc(hidden)]
#[derive(Debug)]
pub struct DraftOf<M>(PhantomData<fn() -> M>);

/// See [`Generated`].
#[doc(hidden)]
#[derive(Debug)]
pub struct PatchOf<M>(PhantomData<fn() -> M>);

#[diagnostic::do_not_recommend]
impl<D: Generated> Changes for D {
    fn into_data(mut self) -> Data {
        let TypedData { values, nested } = std::mem::take(self.given());
        Data::typed(values, nested)
    }
}

#[diagnostic::do_not_recommend]
impl<M, P: Generated<As = PatchOf<M>>> IntoPatch<M> for P {}
