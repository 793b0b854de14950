//! The repository of a `has_many` through links: the targets that one source is linked to.

use crate::driver::{Connection, Pending};
use crate::error::Result;
use crate::model::{IntoKey, Key, Model, ThroughMetadata, into_models};
use crate::query::{Condition, NestedRow, Values, fields_equal};
use crate::repository::constraint::Constraint;
use crate::repository::delete_linked::DeleteLinked;
use crate::repository::patch::{NeedsFilterOrAllRows, Patch};
use crate::typed::{FindOne, HasManyThrough, KeyOfTarget, Query, Root, TargetKey};
use crate::write::{
    ChangeLinks, Changes, CreateLinked, Data, Drafted, FillKey, IntoDraft, IntoPatch, LeaveKey,
    Own, Wanted, change, imposed,
    insert::{self, null_target_key},
};
use std::marker::PhantomData;

/// The targets that one source is linked to, from `playlists.tracks(id)`.
///
/// The source's key is in every statement and in every new link; nothing here can reach another source's links. Several
/// statements run all or none, in a transaction of their own, or in a savepoint of the transaction that the repository
/// works on.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let playlists = PlaylistRepository::new(&db);
/// let tracks = playlists.tracks(1);
/// let birds = tracks.create(Track::draft().title("Birds")).await?; // the track, and the link to it
/// assert!(tracks.is_linked(birds.id).await?);
/// tracks.unlink(birds.id).await?;
/// tracks.set([birds.id, 1]).await?; // these, and no others
/// assert_eq!(tracks.find().count().await?, 2);
/// # Ok(()) });
/// ```
pub struct HasManyThroughRepository<'c, R: HasManyThrough, C> {
    pub(super) connection: &'c C,
    pub(super) constraint: Constraint<R>,
}

of_relation!(HasManyThroughRepository, HasManyThrough, constraint);

/// A draft of a link that is complete once the relation has filled in the keys of both sides.
///
/// An empty draft is one if the link has no further required fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make a link of this relation",
    label = "expected a draft of the link, without its keys"
)]
pub trait LinkDraft<R: HasManyThrough> {
    #[doc(hidden)]
    fn into_link(self) -> Data;
}

// Not kept from messages of the compiler: what it reports is then the field that the draft lacks, or the key that it has.
impl<R, D> LinkDraft<R> for D
where
    R: HasManyThrough,
    D: FillKey<R::LinkFrom, Output: FillKey<R::LinkTo, Output: IntoDraft<R::Link>>>,
{
    fn into_link(self) -> Data {
        self.into_data()
    }
}

/// A relation whose links need nothing but their keys.
#[diagnostic::on_unimplemented(
    message = "the links of `{Self}` have further required fields",
    label = "give a draft of the link as well",
    note = "a draft of the link goes into `create_linked(draft, link)`, `link_with(target, link)`, or, within another draft, into a pair `(draft, link)`"
)]
pub trait PlainLinks: HasManyThrough {}

#[diagnostic::do_not_recommend]
impl<R> PlainLinks for R
where
    R: HasManyThrough<Link: Drafted>,
    PlainLink<R>: LinkDraft<R>,
{
}

/// A new link to whose keys nothing needs to be added.
type PlainLink<R> = <<R as HasManyThrough>::Link as Drafted>::Draft;

impl<'c, R: HasManyThrough, C: Connection> HasManyThroughRepository<'c, R, C> {
    pub(super) fn new(connection: &'c C, key: Option<R::Key>) -> Self {
        HasManyThroughRepository {
            connection,
            constraint: Constraint { key },
        }
    }

    /// Creates a target, and the link to it; both or neither. Two statements; on MySQL without `RETURNING` four.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where there is no such source; `ConstraintMismatch`, before any statement, where the source's
    /// key is null, or where that of the new target is; and those of [`Repository::create`](crate::Repository::create).
    pub fn create(&self, draft: impl IntoDraft<R::Target>) -> Pending<'c, R::Target>
    where
        R::Target: Drafted,
        R: PlainLinks,
    {
        self.create_row(NestedRow::new(draft.into_data()))
    }

    /// Creates a target, and the link to it with further columns; both or neither. Statements and errors are those of
    /// [`create`](HasManyThroughRepository::create).
    pub fn create_linked(
        &self,
        draft: impl IntoDraft<R::Target>,
        link: impl LinkDraft<R>,
    ) -> Pending<'c, R::Target>
    where
        R::Target: Drafted,
    {
        self.create_row(NestedRow {
            values: draft.into_data(),
            link: link.into_link(),
        })
    }

    fn create_row(&self, draft: NestedRow<Data>) -> Pending<'c, R::Target> {
        let rows = self.create_rows(vec![draft], false);
        Box::pin(async move { rows.await.and_then(insert::only) })
    }

    fn create_rows(
        &self,
        drafts: Vec<NestedRow<Data>>,
        are_many: bool,
    ) -> Pending<'c, Vec<R::Target>> {
        let this = self.clone();
        Box::pin(async move {
            let key = this.constraint.values()?;
            let create = CreateLinked {
                relation: R::metadata(),
                drafts: NestedRow::read_linked(drafts, are_many, R::metadata(), &key)?,
                key,
            };
            let result = create.run_on(this.connection).await;
            result
                .map(into_models)
                .map_err(|error| this.constraint.name_key(error))
        })
    }

    /// Creates several targets, and the links to them; all or none. Gives them in the order of the drafts. As many statements
    /// as [`Repository::create_all`](crate::Repository::create_all) takes for the targets, and for the links.
    ///
    /// # Errors
    /// Those of [`create`](HasManyThroughRepository::create).
    pub fn create_all(
        &self,
        drafts: impl IntoIterator<Item: IntoDraft<R::Target>>,
    ) -> Pending<'c, Vec<R::Target>>
    where
        R::Target: Drafted,
        R: PlainLinks,
    {
        let drafts = drafts.into_iter().map(Changes::into_data);
        self.create_rows(drafts.map(NestedRow::new).collect(), true)
    }

    /// Starts a query for the targets; it ends in `all`, `first`, `get`, `count` or `exists`. Each target comes once. No
    /// statement runs where the source's key is null.
    ///
    /// What links hold besides their keys comes with the targets by an include: `Playlist::TRACKS.linked()`.
    pub fn find(&self) -> Query<R::Target, Root<R::Target>, &'c C> {
        let mut query = Query::new(self.connection);
        query.plan.add_condition(self.constraint.linked());
        query.plan.order_as(R::metadata());
        query
    }

    /// Counts the targets. One statement.
    ///
    /// # Errors
    /// Those of [`Query::count`].
    pub async fn count(&self) -> Result<u64> {
        self.find().count().await
    }

    /// Whether there is a target. One statement.
    ///
    /// # Errors
    /// Those of [`Query::exists`].
    pub async fn exists(&self) -> Result<bool> {
        self.find().exists().await
    }

    /// Finds the target with this id, if this source is linked to it: await it for an `Option`, or add `.filter(..)`,
    /// `.include(..)`, `.get()`. One statement, and one for each include that is not joined.
    pub fn find_by_id(
        &self,
        id: impl IntoKey<<R::Target as Model>::Id>,
    ) -> FindOne<'c, R::Target, Root<R::Target>, C> {
        self.constraint.find_by_id(self.find(), id.into_key())
    }

    /// Gives the target with this id: [`find_by_id`](Self::find_by_id)`.get()`. One statement; where it finds nothing, one more.
    ///
    /// # Errors
    /// `NotFound` when there is none; `missing()` of the error says whether the source is there.
    pub fn get_by_id(&self, id: impl IntoKey<<R::Target as Model>::Id>) -> Pending<'c, R::Target> {
        Box::pin(self.find_by_id(id).get())
    }

    /// Links the source to a target, given by its key. If it is linked already, nothing changes. One statement; one
    /// more if it was linked, or on MySQL.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where source or target is not there, `ConstraintMismatch` where the source's key is null,
    /// `AlreadyExists` where another unique value of the link is taken.
    pub fn link(&self, target: impl TargetKey<R>) -> Pending<'c, ()>
    where
        R: PlainLinks,
    {
        self.add_links(vec![(target.target_key(), Data::none())])
    }

    /// Links the source to a target, with further columns of the link. An existing link keeps its own.
    ///
    /// # Errors
    /// Those of [`link`](HasManyThroughRepository::link).
    pub fn link_with(&self, target: impl TargetKey<R>, link: impl LinkDraft<R>) -> Pending<'c, ()> {
        self.add_links(vec![(target.target_key(), link.into_link())])
    }

    /// Links the source to several targets, all or none; those that are linked already stay so. As many statements as
    /// [`Repository::create_all`](crate::Repository::create_all) takes, and one more where some were linked or on MySQL.
    ///
    /// # Errors
    /// Those of [`link`](HasManyThroughRepository::link).
    pub fn link_all<T: TargetKey<R>>(&self, targets: impl IntoIterator<Item = T>) -> Pending<'c, ()>
    where
        R: PlainLinks,
    {
        let targets = targets.into_iter();
        self.add_links(
            targets
                .map(|target| (target.target_key(), Data::none()))
                .collect(),
        )
    }

    fn add_links(&self, targets: Vec<(Option<KeyOfTarget<R>>, Data)>) -> Pending<'c, ()> {
        self.change_links(None, targets)
    }

    /// Links the source to exactly these targets: others are unlinked, links that are there stay as they are. If links
    /// need not be unique, all of them are deleted and inserted again. One transaction of three statements, or four
    /// where some were linked or on MySQL; of two callers, one waits for the other.
    ///
    /// # Errors
    /// Those of [`link`](HasManyThroughRepository::link).
    pub fn set<T: TargetKey<R>>(&self, targets: impl IntoIterator<Item = T>) -> Pending<'c, ()>
    where
        R: PlainLinks,
    {
        let targets = targets.into_iter().map(TargetKey::target_key);
        let targets: Vec<_> = targets.collect();
        let mut old = self.constraint.of_links();
        if through::<R>().unique {
            let keys = targets.iter().cloned();
            old = old.and(Condition::Not(Box::new(links_to::<R>(keys))));
        }
        let targets = targets.into_iter().map(|target| (target, Data::none()));
        self.change_links(Some(old), targets.collect())
    }

    /// Removes the links for which the condition is true, if given, and adds others.
    fn change_links(
        &self,
        removed: Option<Condition>,
        added: Vec<(Option<KeyOfTarget<R>>, Data)>,
    ) -> Pending<'c, ()> {
        let this = self.clone();
        Box::pin(async move {
            let (relation, link) = (R::metadata(), through::<R>());
            let (model, source) = (link.model(), this.constraint.values()?);
            let (from, to) = (link.source_fields(), link.target_fields());
            let of_source: Vec<Own> = source.iter().cloned().map(Own::Is).collect();
            let of_source = imposed(relation, &from, &of_source);
            let mut links = Vec::with_capacity(added.len());
            for (target, data) in added {
                let target = target.ok_or_else(|| null_target_key(relation))?;
                let of_target: Vec<Own> = target.into_values().into_iter().map(Own::Is).collect();
                let wanted = Wanted::create(model).through(relation, of_source.clone());
                let wanted = wanted.through(relation, imposed(relation, &to, &of_target));
                links.push(data.read(&wanted)?);
            }
            let change = ChangeLinks {
                relation,
                source,
                removed,
                links,
                is_again: false,
            };
            let result = change.run_on(this.connection).await;
            result.map_err(|error| this.constraint.name_key(error))
        })
    }

    /// Removes the links to a target, which itself stays. Gives the number of links. One statement.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where another row refers to the link.
    pub fn unlink(&self, target: impl TargetKey<R>) -> Pending<'c, u64>
    where
        R::Link: Drafted,
    {
        let of_target = links_to_one::<R>(target.target_key());
        self.remove_links(self.constraint.of_links().and(of_target))
    }

    /// Removes the links to several targets, which themselves stay. Gives the number of links. One statement.
    ///
    /// # Errors
    /// Those of [`unlink`](HasManyThroughRepository::unlink).
    pub fn unlink_each<T: TargetKey<R>>(
        &self,
        targets: impl IntoIterator<Item = T>,
    ) -> Pending<'c, u64>
    where
        R::Link: Drafted,
    {
        let targets = links_to::<R>(targets.into_iter().map(TargetKey::target_key));
        self.remove_links(self.constraint.of_links().and(targets))
    }

    /// Removes all links of the source; the targets stay. Gives the number of links. One statement.
    ///
    /// # Errors
    /// Those of [`unlink`](HasManyThroughRepository::unlink).
    pub fn unlink_all(&self) -> Pending<'c, u64>
    where
        R::Link: Drafted,
    {
        self.remove_links(self.constraint.of_links())
    }

    fn remove_links(&self, condition: Condition) -> Pending<'c, u64> {
        change::delete(self.connection, R::Link::metadata(), Some(condition), None)
    }

    /// Whether the source is linked to a target, given by its key. One statement.
    ///
    /// # Errors
    /// Those of [`Query::exists`].
    pub async fn is_linked(&self, target: impl TargetKey<R>) -> Result<bool> {
        let mut query = Query::<R::Link, Root<R::Link>, _>::new(self.connection);
        let of_target = links_to_one::<R>(target.target_key());
        query
            .plan
            .add_condition(self.constraint.of_links().and(of_target));
        query.exists().await
    }

    /// Changes fields of targets: `patch(changes).filter(predicate)`, or `patch(changes).all_rows()` for all targets of this
    /// source. Await it for the number of rows. One statement. Other sources that are linked to a target see the change.
    ///
    /// Awaiting it gives `EmptyPatch` where nothing is set, `ConstraintMismatch` where the patch changes the key that links
    /// have of the target.
    pub fn patch(
        &self,
        patch: impl IntoPatch<R::Target> + LeaveKey<R::KeyTo>,
    ) -> Patch<'c, R::Target, C, NeedsFilterOrAllRows>
    where
        R::Target: Drafted,
    {
        let values = keep_key::<R>(Wanted::patch(R::Target::metadata()), patch.into_data());
        Patch::of_relation(
            self.connection,
            values,
            self.constraint.linked(),
            R::metadata(),
        )
    }

    /// Changes fields of the target with this id. Gives the number of rows: 1, or 0 where the source is not linked to it.
    /// One statement.
    ///
    /// # Errors
    /// Those of [`patch`](HasManyThroughRepository::patch).
    pub fn patch_by_id(
        &self,
        id: impl IntoKey<<R::Target as Model>::Id>,
        patch: impl IntoPatch<R::Target> + LeaveKey<R::KeyTo>,
    ) -> Pending<'c, u64>
    where
        R::Target: Drafted,
    {
        let (target, id) = (R::Target::metadata(), id.into_key().into_values());
        let of_id = fields_equal(target.id_fields(), id.clone());
        let condition = self.constraint.linked().and(of_id);
        let values = keep_key::<R>(Wanted::patch_of(target, id), patch.into_data());
        change::patch(
            self.connection,
            target,
            values,
            Some(condition),
            Some(R::metadata()),
        )
    }

    /// Unlinks targets, and deletes those that no other source is linked to: `delete().filter(predicate)`, or
    /// `delete().all_rows()` for all targets of this source. Await it for the number of targets that were deleted. One
    /// transaction of three statements.
    pub fn delete(&self) -> DeleteLinked<'c, R, C, NeedsFilterOrAllRows>
    where
        R::Target: Drafted,
    {
        DeleteLinked {
            connection: self.connection,
            which: self.constraint.linked().into(),
            of_links: self.constraint.of_links(),
            expected: None,
            types: PhantomData,
        }
    }

    /// Unlinks the target with this id, and deletes it if no other source is linked to it. Gives the number of targets that
    /// were deleted. One transaction of three statements.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where another row still refers to it.
    pub fn delete_by_id(&self, id: impl IntoKey<<R::Target as Model>::Id>) -> Pending<'c, u64>
    where
        R::Target: Drafted,
    {
        let mut delete = self.delete();
        let of_id = fields_equal(
            R::Target::metadata().id_fields(),
            id.into_key().into_values(),
        );
        delete.which = delete.which.and(of_id);
        delete.restricted().into_future()
    }
}

fn through<R: HasManyThrough>() -> &'static ThroughMetadata {
    R::metadata().through().expect("it goes through links")
}

/// The condition that a link leads to this target.
fn links_to_one<R: HasManyThrough>(target: Option<KeyOfTarget<R>>) -> Condition {
    match target {
        Some(key) => fields_equal(through::<R>().target_fields(), key.into_values()),
        None => Condition::never(),
    }
}

/// The condition that a link leads to one of these targets.
fn links_to<R: HasManyThrough>(targets: impl Iterator<Item = Option<KeyOfTarget<R>>>) -> Condition {
    Condition::Keys {
        fields: through::<R>().target_fields(),
        values: targets.flatten().flat_map(Key::into_values).collect(),
    }
}

/// The values of a patch, which does not change what links refer to.
fn keep_key<R: HasManyThrough>(wanted: Wanted, patch: Data) -> Result<Values> {
    let relation = R::metadata();
    let key = relation.target_fields().into_iter();
    patch.read(&wanted.through(relation, key.map(|field| (field, Own::Kept))))
}
