//! Rows that are not saved yet, and partial updates.
//!
//! A draft knows in its type which fields were given. The type is one list, with an entry for each field that must be
//! given or is a foreign key; entries are found by counting, `Next<Next<First>>` being the third.

use crate::column_type::{ColumnType, IntoField};
use crate::data::Data;
use crate::key::Typed;
use crate::metadata::{RelationKind, RelationMetadata};
use crate::model::{Field, FieldAt};
use crate::relation::Relation;
use crate::value::Value;
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

/// A constant as a type.
#[derive(Debug)]
pub struct Flag<const SET: bool>;

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

/// The first entry of a state list.
#[derive(Debug, Clone, Copy)]
pub struct First;

/// The entry after `At`.
#[derive(Debug, Clone, Copy)]
pub struct Next<At>(PhantomData<At>);

/// A model whose drafts start with a list of states.
pub trait Drafted {
    /// The states of a new draft.
    type Initial;
    /// A new draft.
    type Draft;
}

/// A field that can be created without: its state is not [`Missing`].
pub trait Settled {}

impl Settled for Optional {}
impl Settled for Given {}

/// A field that was not given yet.
#[diagnostic::on_unimplemented(
    message = "this field was given already",
    label = "given a second time",
    note = "each required field and foreign key is given once"
)]
pub trait Open {}

impl Open for Missing {}
impl Open for Optional {}

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

/// Changes one entry of a state list to [`Given`].
pub trait GiveAt<At>: StateAt<At> {
    /// The list after the change.
    type Output;
}

impl<State, Rest> GiveAt<First> for (State, Rest) {
    type Output = (Given, Rest);
}

impl<State, Rest: GiveAt<At>, At> GiveAt<Next<At>> for (State, Rest) {
    type Output = (State, Rest::Output);
}

/// The values of a row, by the position of their field, the last one of each; and those of further rows.
#[derive(Clone, Default)]
pub(crate) struct Values {
    pub(crate) fields: Vec<(usize, Value)>,
    pub(crate) nested: Vec<Nested<Values>>,
}

/// Rows that a relation leads to from a row which is not saved yet either: [`Data`] at first, [`Values`] once it is checked.
#[derive(Clone)]
pub(crate) struct Nested<D> {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) rows: Vec<NestedRow<D>>,
}

/// One such row, and the link to it, where the relation goes through links.
#[derive(Debug, Clone)]
pub struct NestedRow<D = Data> {
    pub(crate) values: D,
    pub(crate) link: D,
}

impl NestedRow {
    pub(crate) fn new(values: Data) -> Self {
        NestedRow {
            values,
            link: Data::none(),
        }
    }
}

impl Values {
    pub(crate) fn all(values: Vec<Value>) -> Values {
        Values {
            fields: values.into_iter().enumerate().collect(),
            nested: Vec::new(),
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Value> {
        self.fields
            .iter()
            .find(|(field, _)| *field == at)
            .map(|(_, value)| value)
    }

    pub(crate) fn set(&mut self, at: usize, value: Value) {
        match self.fields.iter_mut().find(|(field, _)| *field == at) {
            Some((_, old)) => *old = value,
            None => self.fields.push((at, value)),
        }
    }
}

impl Values {
    /// Shows which fields are set, never their values: drafts end up in logs.
    pub(crate) fn show<D: fmt::Debug>(
        &self,
        nested: &[Nested<D>],
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.fields.iter().map(|(at, _)| at));
        for nested in nested {
            let rows: Vec<&D> = nested.rows.iter().map(|row| &row.values).collect();
            list.entry(&(nested.relation.name, rows));
        }
        list.finish()
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(&self.nested, f)
    }
}

/// What a generated draft or patch of `M` holds; `S` is the state list.
pub struct Draft<M, S> {
    values: Values,
    nested: Vec<Nested<Data>>,
    types: PhantomData<fn() -> (M, S)>,
}

impl<M, S> Clone for Draft<M, S> {
    fn clone(&self) -> Self {
        Draft {
            values: self.values.clone(),
            nested: self.nested.clone(),
            types: PhantomData,
        }
    }
}

impl<M, S> fmt::Debug for Draft<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.show(&self.nested, f)
    }
}

impl<M, S> Draft<M, S> {
    /// No field given yet.
    #[allow(clippy::new_without_default)] // The state decides which of them is the first.
    pub fn new() -> Self {
        Draft {
            values: Values::default(),
            nested: Vec::new(),
            types: PhantomData,
        }
    }

    /// Sets the field at a position, and changes the state to `T`.
    pub fn set<const AT: usize, T>(mut self, value: impl IntoField<M::Type>) -> Draft<M, T>
    where
        M: FieldAt<AT>,
    {
        self.values.set(AT, value.into_field().into_value());
        self.into_state()
    }

    /// Adds drafts of rows that the relation `R` leads to; of a `has_one` the last one counts.
    pub fn nest<R: Relation<Source = M>>(
        mut self,
        rows: impl IntoIterator<Item = NestedRow>,
    ) -> Self {
        let relation = R::metadata();
        let rows: Vec<NestedRow> = rows.into_iter().collect();
        if rows.is_empty() {
            return self;
        }
        let known = self.nested.iter_mut();
        match known.into_iter().find(|nested| nested.relation == relation) {
            Some(nested) if relation.kind == RelationKind::HasOne => nested.rows = rows,
            Some(nested) => nested.rows.extend(rows),
            None => self.nested.push(Nested { relation, rows }),
        }
        self
    }

    /// The same values under another state.
    pub fn into_state<T>(self) -> Draft<M, T> {
        Draft {
            values: self.values,
            nested: self.nested,
            types: PhantomData,
        }
    }

    /// What was given.
    pub fn into_data(self) -> Data {
        Data::typed(self.values, self.nested)
    }
}

/// Everything `create` needs for a new row of `M`: a complete draft, or a model whose id is not generated.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a row of `{M}`",
    label = "expected a complete draft, from `{M}::draft()` or `Json(..)`"
)]
pub trait IntoDraft<M>: Changes {}

/// A partial update of `M`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a patch of `{M}`",
    label = "expected `{M}::patch()`"
)]
pub trait IntoPatch<M>: Changes {}

/// What a draft or a patch sets.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a draft nor a patch",
    label = "expected a draft or a patch"
)]
pub trait Changes {
    fn into_data(self) -> Data;
}

/// A draft in which a relation may fill in the key `K`, one [`Field`] or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be created through this relation",
    label = "expected a draft of the relation's target, without its key"
)]
pub trait FillKey<K>: Changes {
    /// The draft with the key given. Only its type matters: the relation adds the key to the values.
    type Output;
}

/// A patch that does not touch the key `K`, one [`Field`] or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be applied through this relation",
    label = "expected a patch of the relation's target, without its key"
)]
pub trait LeaveKey<K>: Changes {}

/// A draft of `M` in which a relation may fill in one field, of which `Entry` tells how drafts keep track of it: as
/// [`Untracked`], as [`Tracked`], or, for a foreign key, as a type of its own, whose impl can name the field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be created through this relation",
    label = "expected a draft of `{M}`"
)]
pub trait FillAt<M, Entry>: Changes {
    /// The draft with the field given.
    type Output;
}

/// A patch of `M` that does not touch one field; see [`FillAt`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be applied through this relation",
    label = "expected a patch of `{M}`"
)]
pub trait LeaveAt<M, Entry>: Changes {}

/// A field that drafts do not keep track of.
#[derive(Debug)]
pub struct Untracked;

/// A field whose state is the entry `At` of a draft's list.
#[derive(Debug)]
pub struct Tracked<At>(PhantomData<At>);

impl<D, M, const AT: usize> FillKey<Field<M, AT>> for D
where
    M: FieldAt<AT>,
    D: FillAt<M, M::Entry>,
{
    type Output = D::Output;
}

impl<P, M, const AT: usize> LeaveKey<Field<M, AT>> for P
where
    M: FieldAt<AT>,
    P: LeaveAt<M, M::Entry>,
{
}

// None of the impls for several fields goes by way of that for fewer: the compiler would try one after the other while it
// does not know the key yet, without end.
macro_rules! leave_several {
    ($key:ty: $($at:ident)*) => {
        impl<P, M, $(const $at: usize),*> LeaveKey<$key> for P
        where
            M: $(FieldAt<$at> +)*,
            P: $(LeaveAt<M, <M as FieldAt<$at>>::Entry> +)*
        {
        }
    };
}

leave_several!((Field<M, A>, Field<M, B>): A B);
leave_several!((Field<M, A>, Field<M, B>, Field<M, C>): A B C);
leave_several!((Field<M, A>, Field<M, B>, Field<M, C>, Field<M, E>): A B C E);
leave_several!(Typed<Field<M, A>, Field<M, B>>: A B);

/// A draft of `M` with one field filled in.
type Filled<D, M, const AT: usize> = <D as FillAt<M, <M as FieldAt<AT>>::Entry>>::Output;

macro_rules! fill_two {
    ($key:ty) => {
        impl<D, M, const A: usize, const B: usize> FillKey<$key> for D
        where
            M: FieldAt<A> + FieldAt<B>,
            D: FillAt<M, <M as FieldAt<A>>::Entry>,
            Filled<D, M, A>: FillAt<M, <M as FieldAt<B>>::Entry>,
        {
            type Output = Filled<Filled<D, M, A>, M, B>;
        }
    };
}

fill_two!((Field<M, A>, Field<M, B>));
fill_two!(Typed<Field<M, A>, Field<M, B>>);

impl<D, M, const A: usize, const B: usize, const C: usize>
    FillKey<(Field<M, A>, Field<M, B>, Field<M, C>)> for D
where
    M: FieldAt<A> + FieldAt<B> + FieldAt<C>,
    D: FillAt<M, <M as FieldAt<A>>::Entry>,
    Filled<D, M, A>: FillAt<M, <M as FieldAt<B>>::Entry>,
    Filled<Filled<D, M, A>, M, B>: FillAt<M, <M as FieldAt<C>>::Entry>,
{
    type Output = Filled<Filled<Filled<D, M, A>, M, B>, M, C>;
}

impl<D, M, const A: usize, const B: usize, const C: usize, const E: usize>
    FillKey<(Field<M, A>, Field<M, B>, Field<M, C>, Field<M, E>)> for D
where
    M: FieldAt<A> + FieldAt<B> + FieldAt<C> + FieldAt<E>,
    D: FillAt<M, <M as FieldAt<A>>::Entry>,
    Filled<D, M, A>: FillAt<M, <M as FieldAt<B>>::Entry>,
    Filled<Filled<D, M, A>, M, B>: FillAt<M, <M as FieldAt<C>>::Entry>,
    Filled<Filled<Filled<D, M, A>, M, B>, M, C>: FillAt<M, <M as FieldAt<E>>::Entry>,
{
    type Output = Filled<Filled<Filled<Filled<D, M, A>, M, B>, M, C>, M, E>;
}
