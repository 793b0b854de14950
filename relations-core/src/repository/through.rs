//! The repository of a `has_many` through links: the targets that one source is linked to.

use crate::driver::{AnyRow, Connection, Number, Pending, RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{IntoKey, Key, Model, RelationMetadata, Rows, ThroughMetadata, into_models};
use crate::query::{Condition, NestedRow, Plan, Predicate, Values, fields_equal};
use crate::repository::constraint::Constraint;
use crate::repository::patch::{NeedsFilterOrAllRows, Patch, Restricted};
use crate::sql::{self, RowLock, Statement};
use crate::typed::{FindOne, HasManyThrough, KeyOfTarget, Query, Root, TargetKey};
use crate::value::{ColumnType, Dialect, IntoField, Value};
use crate::write::insert::null_target_key;
use crate::write::{
    Change, Changes, Data, Drafted, FillKey, IntoDraft, IntoPatch, LeaveKey, Own, Stale, Versioned,
    Wanted, Write, are_few, change, imposed, insert, insert_targets,
};
use std::fmt;
use std::future::IntoFuture;
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

impl<R: HasManyThrough, C> Clone for HasManyThroughRepository<'_, R, C> {
    fn clone(&self) -> Self {
        HasManyThroughRepository {
            connection: self.connection,
            constraint: self.constraint.clone(),
        }
    }
}

impl<R: HasManyThrough, C> fmt::Debug for HasManyThroughRepository<'_, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HasManyThroughRepository")
            .field("relation", &R::metadata().path())
            .finish_non_exhaustive()
    }
}

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
        let id = id.into_key().into_values();
        let sought = self.constraint.sought(Some(&id));
        let mut query = self.find();
        query
            .plan
            .add_condition(fields_equal(R::Target::metadata().id_fields(), id));
        FindOne { query, sought }
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
            condition: self.constraint.linked(),
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
        delete.condition = delete.condition.and(of_id);
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

/// Creates targets and the links to them.
pub(crate) struct CreateLinked {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) key: Vec<Value>,
    pub(crate) drafts: Vec<NestedRow<Values>>,
}

compiled_once!(CreateLinked => Box<dyn Rows>);

impl Work for CreateLinked {
    type Output = Box<dyn Rows>;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        are_few(self.drafts.iter().map(|row| &row.values))
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Box<dyn Rows>> {
        let key = &self.key;
        let drafts = self.drafts.iter().cloned().map(|row| (key.clone(), row));
        let stored = insert_targets(self.relation, drafts.collect(), session).await?;
        let targets = stored.into_iter().next();
        Ok(targets.expect("the targets come first"))
    }
}

/// Removes links and adds others.
pub(crate) struct ChangeLinks {
    pub(crate) relation: &'static RelationMetadata,
    /// The key of the source.
    pub(crate) source: Vec<Value>,
    pub(crate) removed: Option<Condition>,
    pub(crate) links: Vec<Values>,
    /// Whether it ran before, and somebody got in its way.
    pub(crate) is_again: bool,
}

compiled_once!(ChangeLinks => ());

impl Work for ChangeLinks {
    type Output = ();

    fn is_atomic(&self, _: Dialect) -> bool {
        self.removed.is_some() || self.links.len() > 1
    }

    fn is_short(&self) -> bool {
        self.removed.is_none() && are_few(self.links.iter())
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<()> {
        let through = self.relation.through().expect("it goes through links");
        let (model, dialect) = (through.model(), session.dialect());
        let is_again = std::mem::replace(&mut self.is_again, true);
        // Locked, so that two callers do not each add their own; and so that whoever met another caller meets none again.
        if self.is_atomic(dialect) && (self.removed.is_some() || is_again) {
            self.lock_source(session).await?;
        }
        if let Some(condition) = self.removed.clone() {
            let statement = sql::delete(model, Some(&condition), dialect)?;
            if let Err(error) = session.execute(statement).await {
                let change = Change::Delete(Some(condition));
                let write = Write {
                    model,
                    through: None,
                    change,
                };
                return Err(write.explain(error, session).await);
            }
        }
        add_links(self.relation, self.links.clone(), session).await
    }
}

impl ChangeLinks {
    async fn lock_source(&self, session: &mut dyn Session) -> Result<()> {
        let mut source = Plan::new(self.relation.source());
        let key = self.source.clone();
        source.add_condition(fields_equal(self.relation.source_fields(), key));
        let statement = sql::select_locked(&source, RowLock::Change, session.dialect())?;
        AnyRow::of(statement, session).await.map(drop)
    }
}

/// Adds links; where they are unique, those that are there stay.
async fn add_links(
    relation: &'static RelationMetadata,
    mut links: Vec<Values>,
    session: &mut dyn Session,
) -> Result<()> {
    let through = relation.through().expect("it goes through links");
    let (model, dialect) = (through.model(), session.dialect());
    if let Some(nested) = links.iter().find_map(|link| link.nested.first()) {
        let path = nested.relation.path();
        let message = format!(
            "a link may be there already, so it takes no drafts of `{path}`\nhelp: create these on their own"
        );
        return Err(Error::new(ErrorKind::InvalidValue, message).of_model(model.name));
    }
    if through.unique {
        links = distinct(through, links);
        // Callers that add the same links then lock them in the same order. An id that the database makes tells the order that
        // was asked for, so that is kept.
        if !model.fields.iter().any(|field| field.generated) {
            links.sort_by_cached_key(|link| shown(&target_of(through, link)));
        }
    }
    for batch in insert::batches(&links, dialect, false) {
        let rows: Vec<&Values> = batch.iter().map(|at| &links[*at]).collect();
        if through.unique {
            add_missing(relation, &rows, session).await?;
        } else {
            let statement = sql::insert_plain(model, &rows, dialect)?;
            insert_of(relation, &rows, statement, session).await?;
        }
    }
    Ok(())
}

/// So often a link is added again that was there and then was not: somebody removed it just then.
const TRIES: u32 = 5;

/// Adds the links that are not there.
async fn add_missing(
    relation: &'static RelationMetadata,
    links: &[&Values],
    session: &mut dyn Session,
) -> Result<()> {
    let through = relation.through().expect("it goes through links");
    let (model, dialect) = (through.model(), session.dialect());
    for _ in 0..TRIES {
        let statement = sql::insert_links(model, links, dialect)?;
        let added = insert_of(relation, links, statement, session).await?;
        // MySQL counts a row that was there as well.
        let are_all_new = added >= links.len() as u64 && !dialect.is_mysql();
        if are_all_new || are_linked(through, links, session).await? {
            return Ok(());
        }
    }
    // It is not there, and is kept from being there: another of its unique values is taken.
    let message = format!("a `{}` with this unique value exists already", model.name);
    Err(Error::new(ErrorKind::AlreadyExists, message).of_model(model.name))
}

/// Runs a statement that adds links. Gives the number of rows.
async fn insert_of(
    relation: &'static RelationMetadata,
    links: &[&Values],
    statement: Statement,
    session: &mut dyn Session,
) -> Result<u64> {
    match session.execute(statement).await {
        Ok(executed) => Ok(executed.rows),
        Err(error) => {
            let through = relation.through().expect("it goes through links");
            let write = Write {
                model: through.model(),
                through: Some(relation),
                change: Change::Values(links.iter().map(|link| (*link).clone()).collect()),
            };
            Err(write.explain(error, session).await)
        }
    }
}

/// The links without repetitions.
fn distinct(through: &ThroughMetadata, links: Vec<Values>) -> Vec<Values> {
    let mut seen = std::collections::HashSet::new();
    let mut links = links;
    links.retain(|link| seen.insert(shown(&target_of(through, link))));
    links
}

fn shown(key: &[Value]) -> Vec<String> {
    key.iter().map(Value::display).collect()
}

/// The values of a link that refer to its target.
fn target_of(through: &ThroughMetadata, link: &Values) -> Vec<Value> {
    let fields = through.target_fields().into_iter();
    let value = |field| link.get(through.model().position(field)).cloned();
    fields
        .map(|field| value(field).unwrap_or(Value::Null))
        .collect()
}

/// Whether all of these links are there.
async fn are_linked(
    through: &ThroughMetadata,
    links: &[&Values],
    session: &mut dyn Session,
) -> Result<bool> {
    let model = through.model();
    let source = through.source_fields().into_iter();
    let of_source = source.map(|field| links[0].get(model.position(field)).cloned());
    let of_source = of_source
        .map(|value| value.unwrap_or(Value::Null))
        .collect();
    let mut plan = Plan::new(model);
    plan.add_condition(fields_equal(through.source_fields(), of_source));
    plan.add_condition(Condition::Keys {
        fields: through.target_fields(),
        values: links
            .iter()
            .flat_map(|link| target_of(through, link))
            .collect(),
    });
    let dialect = session.dialect();
    // Without locks at first, in which callers may meet. A transaction of MySQL does not see then what others linked since it began.
    for statement in [sql::count(&plan, dialect)?, sql::count_now(&plan, dialect)?] {
        if Number::of(statement, session).await? >= links.len() as u64 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Unlinks targets of one source, and deletes those that no other source is linked to, from
/// [`HasManyThroughRepository::delete`].
///
/// It says which by [`filter`](DeleteLinked::filter) or [`all_rows`](DeleteLinked::all_rows); only then it can be awaited,
/// for the number of targets that were deleted, or `ForeignKeyViolation` where another row still refers to one of them or to
/// its link; then nothing is unlinked either.
#[must_use = "a delete does nothing until `filter(..)` or `all_rows()` is awaited"]
pub struct DeleteLinked<'c, R, C, S> {
    connection: &'c C,
    condition: Condition,
    of_links: Condition,
    expected: Option<Value>,
    types: PhantomData<fn() -> (R, S)>,
}

impl<R, C, S> fmt::Debug for DeleteLinked<'_, R, C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeleteLinked")
            .field("condition", &self.condition)
            .finish_non_exhaustive()
    }
}

impl<'c, R: HasManyThrough, C> DeleteLinked<'c, R, C, NeedsFilterOrAllRows> {
    /// All targets of the source.
    pub fn all_rows(self) -> DeleteLinked<'c, R, C, Restricted> {
        self.restricted()
    }
}

impl<'c, R: HasManyThrough, C, S> DeleteLinked<'c, R, C, S> {
    /// Only targets for which the predicate is true; further filters apply as well.
    pub fn filter(mut self, predicate: Predicate<R::Target>) -> DeleteLinked<'c, R, C, Restricted> {
        self.condition = self.condition.and(predicate.condition);
        self.restricted()
    }

    fn restricted(self) -> DeleteLinked<'c, R, C, Restricted> {
        DeleteLinked {
            connection: self.connection,
            condition: self.condition,
            of_links: self.of_links,
            expected: self.expected,
            types: PhantomData,
        }
    }
}

impl<'c, R: HasManyThrough, C, S> DeleteLinked<'c, R, C, S> {
    /// Only targets at this version; see [`Delete::if_version`](crate::Delete::if_version). Where it gives `Stale`, nothing is unlinked either.
    pub fn if_version(mut self, version: impl IntoField<<R::Target as Versioned>::Version>) -> Self
    where
        R::Target: Versioned,
    {
        self.expected = Some(version.into_field().into_value());
        self
    }
}

impl<'c, R, C, S> IntoFuture for DeleteLinked<'c, R, C, S>
where
    R: HasManyThrough,
    C: Connection,
    S: super::SaysWhich,
{
    type Output = Result<u64>;
    type IntoFuture = Pending<'c, u64>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if self.condition.is_never() {
                return Ok(0);
            }
            let delete = UnlinkAndDelete {
                relation: R::metadata(),
                condition: self.condition,
                of_links: self.of_links,
                expected: self.expected,
            };
            delete.run_on(self.connection).await
        })
    }
}

pub(crate) struct UnlinkAndDelete {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) condition: Condition,
    pub(crate) of_links: Condition,
    /// The version that the targets must have.
    pub(crate) expected: Option<Value>,
}

compiled_once!(UnlinkAndDelete => u64);

impl Work for UnlinkAndDelete {
    type Output = u64;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<u64> {
        let (relation, dialect) = (self.relation, session.dialect());
        let target = relation.target();
        let through = relation.through().expect("it goes through links");
        let mut plan = Plan::new(target);
        let stale = Stale::of(target, self.expected.clone(), Some(&self.condition));
        let at_version = stale.as_ref().map(Stale::at_version);
        plan.add_condition(at_version.unwrap_or_else(|| self.condition.clone()));
        // Locked, so that nobody links one of them before it is gone.
        let statement = sql::select_locked(&plan, RowLock::Delete, dialect)?;
        let mut targets = RowsSink(target.new_rows());
        session.fetch(statement, &mut targets).await?;
        let fields = relation.target_fields().into_iter();
        let fields: Vec<usize> = fields.map(|field| target.position(field)).collect();
        let keys = (0..targets.0.len()).filter_map(|row| targets.0.key(row, &fields));
        let keys: Vec<Value> = keys.flatten().collect();
        if keys.is_empty() {
            if let Some(stale) = stale {
                stale.check(session).await?;
            }
            return Ok(0);
        }
        let of_targets = |fields| Condition::Keys {
            fields,
            values: keys.clone(),
        };
        let links = self
            .of_links
            .clone()
            .and(of_targets(through.target_fields()));
        delete_rows(through.model(), links, session).await?;
        let unlinked = Condition::Unlinked { relation };
        let unlinked = of_targets(relation.target_fields()).and(unlinked);
        delete_rows(target, unlinked, session).await
    }
}

async fn delete_rows(
    model: &'static crate::model::ModelMetadata,
    condition: Condition,
    session: &mut dyn Session,
) -> Result<u64> {
    let statement = sql::delete(model, Some(&condition), session.dialect())?;
    match session.execute(statement).await {
        Ok(executed) => Ok(executed.rows),
        Err(error) => {
            let write = Write {
                model,
                through: None,
                change: Change::Delete(Some(condition)),
            };
            Err(write.explain(error, session).await)
        }
    }
}
