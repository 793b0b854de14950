//! What a draft becomes when a relation fills its key, as types.

use crate::model::{Field, FieldAt, NoKey, Typed, Untracked};
use crate::write::draft::{Changes, DraftOf, Generated, PatchOf};

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
/// [`Untracked`](crate::model::Untracked), as [`Tracked`](crate::model::Tracked), or, for a foreign key, as a type of its own, whose impl can name the field.
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

#[diagnostic::do_not_recommend]
impl<M, D: Generated<As = DraftOf<M>>> FillAt<M, Untracked> for D {
    type Output = D;
}

#[diagnostic::do_not_recommend]
impl<M, E: NoKey, P: Generated<As = PatchOf<M>>> LeaveAt<M, E> for P {}

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
