//! Drafts of rows within the draft of the row they belong to.

use super::through::{LinkDraft, PlainLink};
use crate::draft::{Changes, Drafted, FillKey, IntoDraft, NestedRow};
use crate::relation::{HasManyThrough, Relation};

/// The draft of a row that holds the key of another which is drafted with it: complete but for the key.
pub trait NestedDraft<R: Relation> {
    #[doc(hidden)]
    fn into_rows(self) -> [NestedRow; 1];
}

// Not kept from messages of the compiler: what it reports is then the field that the draft lacks.
impl<R, D> NestedDraft<R> for D
where
    R: Relation,
    D: FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
{
    fn into_rows(self) -> [NestedRow; 1] {
        [NestedRow::new(self.into_values())]
    }
}

/// A list of such drafts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of drafts",
    label = "expected a list, such as an array of drafts"
)]
pub trait NestedDrafts<R: Relation> {
    #[doc(hidden)]
    fn into_rows(self) -> Vec<NestedRow>;
}

impl<R: Relation, I: IntoIterator<Item: NestedDraft<R>>> NestedDrafts<R> for I {
    fn into_rows(self) -> Vec<NestedRow> {
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
    fn into_row(self) -> NestedRow;
}

impl<R, D> NestedLinked<R> for D
where
    R: HasManyThrough<Link: Drafted>,
    D: Changes + IntoDraft<R::Target>,
    PlainLink<R>: LinkDraft<R>,
{
    fn into_row(self) -> NestedRow {
        NestedRow::new(self.into_values())
    }
}

impl<R, D, L> NestedLinked<R> for (D, L)
where
    R: HasManyThrough,
    D: IntoDraft<R::Target>,
    L: LinkDraft<R>,
{
    fn into_row(self) -> NestedRow {
        NestedRow {
            values: self.0.into_values(),
            link: self.1.into_link(),
        }
    }
}

/// A list of such drafts or pairs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of drafts",
    label = "expected a list, such as an array of drafts"
)]
pub trait NestedLinks<R: HasManyThrough> {
    #[doc(hidden)]
    fn into_rows(self) -> Vec<NestedRow>;
}

impl<R: HasManyThrough, I: IntoIterator<Item: NestedLinked<R>>> NestedLinks<R> for I {
    fn into_rows(self) -> Vec<NestedRow> {
        let rows = self.into_iter();
        rows.map(<I::Item as NestedLinked<R>>::into_row).collect()
    }
}
