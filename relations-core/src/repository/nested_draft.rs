//! Drafts of rows within the draft of the row they belong to.

use crate::query::NestedRow;
use crate::repository::through::{LinkDraft, PlainLinks};
use crate::typed::{HasManyThrough, Relation};
use crate::write::{Changes, Data, Drafted, FillKey, IntoDraft};

/// The draft of a row that holds the key of another which is drafted with it: complete but for the key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be created through this relation",
    label = "expected a draft of the relation's target, without its key"
)]
pub trait NestedDraft<R: Relation> {
    #[doc(hidden)]
    fn into_rows(self) -> [NestedRow<Data>; 1];
}

// Not kept from messages of the compiler: what it reports is then the field that the draft lacks.
impl<R, D> NestedDraft<R> for D
where
    R: Relation<Target: Drafted>,
    D: FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
{
    fn into_rows(self) -> [NestedRow<Data>; 1] {
        [NestedRow::new(self.into_data())]
    }
}

/// A list of such drafts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of drafts",
    label = "expected a list, such as an array of drafts"
)]
pub trait NestedDrafts<R: Relation> {
    #[doc(hidden)]
    fn into_rows(self) -> Vec<NestedRow<Data>>;
}

impl<R: Relation, I: IntoIterator<Item: NestedDraft<R>>> NestedDrafts<R> for I {
    fn into_rows(self) -> Vec<NestedRow<Data>> {
        let rows = self.into_iter();
        rows.flat_map(<I::Item as NestedDraft<R>>::into_rows)
            .collect()
    }
}

/// The draft of a target of a relation through links, alone or as a pair with the draft of the link.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be created through this relation",
    label = "expected a draft of the relation's target, or a pair of it and a draft of the link"
)]
pub trait NestedLinked<R: HasManyThrough> {
    #[doc(hidden)]
    fn into_row(self) -> NestedRow<Data>;
}

// One impl for both forms, so that the compiler reports what is wrong about a draft, and not that neither form fits.
impl<R, D> NestedLinked<R> for D
where
    R: HasManyThrough<Target: Drafted>,
    D: MaybePair<Draft: IntoDraft<R::Target>, Link: NestedLink<R>>,
{
    fn into_row(self) -> NestedRow<Data> {
        let (draft, link) = self.split();
        NestedRow {
            values: draft.into_data(),
            link: NestedLink::<R>::into_link(link),
        }
    }
}

/// A draft, or a pair of a draft and that of a link.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be created through this relation",
    label = "expected a draft of the relation's target, or a pair of it and a draft of the link"
)]
pub trait MaybePair {
    /// The draft of the target.
    type Draft;
    /// [`Alone`] or [`Paired`].
    type Link;
    #[doc(hidden)]
    fn split(self) -> (Self::Draft, Self::Link);
}

/// Without the draft of a link.
#[derive(Debug)]
pub struct Alone;

/// With the draft of a link.
#[derive(Debug)]
pub struct Paired<L>(L);

impl<D: Changes> MaybePair for D {
    type Draft = D;
    type Link = Alone;

    fn split(self) -> (D, Alone) {
        (self, Alone)
    }
}

impl<D: Changes, L: Changes> MaybePair for (D, L) {
    type Draft = D;
    type Link = Paired<L>;

    fn split(self) -> (D, Paired<L>) {
        (self.0, Paired(self.1))
    }
}

/// What goes into the link besides its keys.
pub trait NestedLink<R: HasManyThrough> {
    #[doc(hidden)]
    fn into_link(self) -> Data;
}

impl<R: PlainLinks> NestedLink<R> for Alone {
    fn into_link(self) -> Data {
        Data::none()
    }
}

impl<R: HasManyThrough, L: LinkDraft<R>> NestedLink<R> for Paired<L> {
    fn into_link(self) -> Data {
        self.0.into_link()
    }
}

/// A list of such drafts or pairs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of drafts",
    label = "expected a list, such as an array of drafts"
)]
pub trait NestedLinks<R: HasManyThrough> {
    #[doc(hidden)]
    fn into_rows(self) -> Vec<NestedRow<Data>>;
}

impl<R: HasManyThrough, I: IntoIterator<Item: NestedLinked<R>>> NestedLinks<R> for I {
    fn into_rows(self) -> Vec<NestedRow<Data>> {
        let rows = self.into_iter();
        rows.map(<I::Item as NestedLinked<R>>::into_row).collect()
    }
}
