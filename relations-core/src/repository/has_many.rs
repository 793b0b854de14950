//! The repository of a `has_many`: the targets of one source, which hold its key.

use crate::driver::{Connection, Pending};
use crate::error::Result;
use crate::model::{IntoKey, Key, Model};
use crate::query::{Condition, Values, fields_equal};
use crate::repository::constraint::Constraint;
use crate::repository::create_all::CreateAll;
use crate::repository::has_one::Built;
use crate::repository::patch::{Delete, NeedsFilterOrAllRows, Patch};
use crate::typed::{FindOne, Query, Relation, Root, kinds};
use crate::value::Value;
use crate::write::{Changes, Drafted, FillKey, IntoDraft, LeaveKey, change, create, only};

/// The targets that one source has through a `has_many`, from `customers.orders(id)`.
///
/// The source's key is in every statement and in every new row; nothing here can reach another source's targets.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let customers = CustomerRepository::new(&db);
/// let freya = customers.get_by_id(1).await?;
/// let orders = customers.orders(&freya); // or `orders(1)`
/// orders.create(Order::draft().total(7)).await?;
/// assert_eq!(orders.find().filter(Order::TOTAL.gt(6)).count().await?, 2);
/// assert_eq!(orders.delete().all_rows().await?, 3); // all of hers, nobody else's
/// # Ok(()) });
/// ```
pub struct HasManyRepository<'c, R: Relation, C> {
    pub(super) connection: &'c C,
    pub(super) constraint: Constraint<R>,
}

of_relation!(HasManyRepository, Relation, constraint);

impl<'c, R: Relation<Kind = kinds::HasMany>, C: Connection> HasManyRepository<'c, R, C> {
    pub(super) fn new(connection: &'c C, key: Option<R::Key>) -> Self {
        HasManyRepository {
            connection,
            constraint: Constraint { key },
        }
    }

    /// Creates a target; the key is filled in. One statement; on MySQL without `RETURNING` two.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where there is no such source, unless the relation is polymorphic and so has no foreign key;
    /// `ConstraintMismatch`, before any statement, where the draft
    /// holds another key or the source's key is null; and those of [`Repository::create`](crate::Repository::create).
    pub fn create(
        &self,
        draft: impl FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
    ) -> Pending<'c, R::Target>
    where
        R::Target: Drafted,
    {
        let (this, data) = (self.clone(), draft.into_data());
        Box::pin(async move { only(this.insert(vec![this.constraint.filled(data)?]).await?) })
    }

    /// Creates several targets, all or none, or those that are not there by [`ignore_existing`](CreateAll::ignore_existing). Await it for
    /// them in the order of the drafts. As many statements as
    /// [`Repository::create_all`](crate::Repository::create_all) takes.
    ///
    /// # Errors
    /// Those of [`create`](HasManyRepository::create).
    pub fn create_all(
        &self,
        drafts: impl IntoIterator<Item: FillKey<R::KeyTo, Output: IntoDraft<R::Target>>>,
    ) -> CreateAll<'c, R::Target, C>
    where
        R::Target: Drafted,
    {
        let drafts = drafts.into_iter().map(Changes::into_data).collect();
        let rows = self.constraint.all_filled(drafts);
        CreateAll::new(
            self.connection,
            rows,
            Some(R::metadata()),
            self.constraint.describe(),
        )
    }

    async fn insert(&self, rows: Vec<Values>) -> Result<Vec<R::Target>> {
        let result = create(self.connection, rows, Some(R::metadata())).await;
        result.map_err(|error| self.constraint.name_key(error))
    }

    /// Gives the draft with the key filled in, for a [`create`](crate::Repository::create) later on. No statement runs.
    ///
    /// # Errors
    /// `ConstraintMismatch` where the draft holds another key, or the source's key is null.
    pub fn build(
        &self,
        draft: impl FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
    ) -> Result<Built<R::Target>> {
        let built = self.constraint.filled_to_set(draft.into_data());
        built.map(Built::new)
    }

    /// Starts a query for the targets; it ends in `all`, `first`, `get`, `count` or `exists`. No statement runs where the
    /// source's key is null.
    pub fn find(&self) -> Query<R::Target, Root<R::Target>, &'c C> {
        let mut query = Query::new(self.connection);
        query.plan.add_condition(self.constraint.condition());
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

    /// Finds the target with this id, if it is one of this source: await it for an `Option`, or add `.filter(..)`,
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

    /// Changes fields of targets: `patch(changes).filter(predicate)`, or `patch(changes).all_rows()` for all targets of this
    /// source. Await it for the number of rows. One statement.
    ///
    /// Awaiting it gives `ConstraintMismatch` where the patch holds another key, `EmptyPatch` where nothing is set.
    pub fn patch(
        &self,
        patch: impl LeaveKey<R::KeyTo>,
    ) -> Patch<'c, R::Target, C, NeedsFilterOrAllRows>
    where
        R::Target: Drafted,
    {
        let values = self.constraint.checked(patch.into_data());
        let condition = self.constraint.condition();
        Patch::of_relation(self.connection, values, condition, R::metadata())
    }

    /// Changes fields of the target with this id. Gives the number of rows: 1, or 0 where this source has no such target.
    /// One statement.
    ///
    /// # Errors
    /// Those of [`patch`](HasManyRepository::patch).
    pub fn patch_by_id(
        &self,
        id: impl IntoKey<<R::Target as Model>::Id>,
        patch: impl LeaveKey<R::KeyTo>,
    ) -> Pending<'c, u64>
    where
        R::Target: Drafted,
    {
        let id = id.into_key().into_values();
        let condition = self.with_id(id.clone());
        let values = self.constraint.checked_of(id, patch.into_data());
        let (target, relation) = (R::Target::metadata(), Some(R::metadata()));
        change::patch(self.connection, target, values, Some(condition), relation)
    }

    /// Deletes targets: `delete().filter(predicate)`, or `delete().all_rows()` for all targets of this source. Await it for
    /// the number of rows. One statement.
    pub fn delete(&self) -> Delete<'c, R::Target, C, NeedsFilterOrAllRows>
    where
        R::Target: Drafted,
    {
        Delete::of_relation(self.connection, self.constraint.condition())
    }

    /// Deletes the target with this id. Gives the number of rows: 1, or 0 where this source has no such target. One
    /// statement.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where another row still refers to it.
    pub fn delete_by_id(&self, id: impl IntoKey<<R::Target as Model>::Id>) -> Pending<'c, u64>
    where
        R::Target: Drafted,
    {
        let condition = self.with_id(id.into_key().into_values());
        change::delete(
            self.connection,
            R::Target::metadata(),
            Some(condition),
            None,
        )
    }

    /// The condition that a row is the target with this id.
    fn with_id(&self, id: Vec<Value>) -> Condition {
        let of_id = fields_equal(R::Target::metadata().id_fields(), id);
        self.constraint.condition().and(of_id)
    }
}
