//! The repository of a `has_one`: the target of one source.

use crate::driver::{Connection, Pending};
use crate::error::Result;
use crate::model::{Model, into_models};
use crate::query::{Values, by_id};
use crate::repository::constraint::Constraint;
use crate::typed::{FindOne, HasOne, Query, Relation, Root};
use crate::write::{
    Changes, Data, Drafted, FillKey, IntoDraft, LeaveKey, Set, change, create, only,
};
use std::fmt;
use std::marker::PhantomData;

/// The target that one source has through a `has_one`, from `suppliers.account(id)`.
///
/// The source's key is in every statement and in every new row; nothing here can reach another source's target.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let suppliers = SupplierRepository::new(&db);
/// let account = suppliers.account(1).get().await?;
/// assert_eq!(account.account_manager, "Odin");
///
/// // For the supplier without one.
/// let made = suppliers.account(2).create(Account::draft().account_manager("Frigg")).await?;
/// assert_eq!(made.supplier_id, 2);
/// suppliers.account(2).patch(Account::patch().account_manager("Odin")).await?;
/// assert_eq!(suppliers.account(2).delete().await?, 1);
/// # Ok(()) });
/// ```
pub struct HasOneRepository<'c, R: Relation, C> {
    pub(super) connection: &'c C,
    pub(super) constraint: Constraint<R>,
}

of_relation!(HasOneRepository, Relation, constraint);

impl<'c, R: HasOne, C: Connection> HasOneRepository<'c, R, C> {
    pub(super) fn new(connection: &'c C, key: Option<R::Key>) -> Self {
        HasOneRepository {
            connection,
            constraint: Constraint { key },
        }
    }

    /// Creates the target; the key is filled in. One statement; on MySQL without `RETURNING` two.
    ///
    /// # Errors
    /// `AlreadyExists` where the source has its target, also when two callers create at once;
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
        Box::pin(async move {
            let values = this.constraint.filled(data)?;
            let created = create(this.connection, vec![values], Some(R::metadata())).await;
            let result = created.and_then(only);
            result.map_err(|error| this.constraint.name_key(error))
        })
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

    /// Makes the draft the target: creates it, or overwrites the existing target, where columns that the draft leaves
    /// out become NULL or their default. The id stays. One statement; on MySQL up to four.
    ///
    /// # Errors
    /// Those of [`create`](HasOneRepository::create) but `AlreadyExists`, which is left for other unique values.
    pub fn set(
        &self,
        draft: impl FillKey<R::KeyTo, Output: IntoDraft<R::Target>>,
    ) -> Pending<'c, R::Target>
    where
        R::Target: Drafted,
    {
        let (this, data) = (self.clone(), draft.into_data());
        Box::pin(async move {
            let values = this.constraint.filled_to_set(data)?;
            let set = Set::new(R::metadata(), values, this.constraint.condition());
            let set = set.run_on(this.connection).await;
            let result = set.map(into_models).and_then(only);
            result.map_err(|error| this.constraint.name_key(error))
        })
    }

    /// Finds the target: await it for an `Option`, or add `.filter(..)`, `.include(..)`, `.get()`. One statement, and
    /// one for each include that is not joined; none where the source's key is null.
    pub fn find(&self) -> FindOne<'c, R::Target, Root<R::Target>, C> {
        let mut query = Query::new(self.connection);
        query.plan.add_condition(self.constraint.condition());
        // Without the unique constraint there may be two rows, of which the first by id is taken.
        query.plan.order = by_id(R::Target::metadata());
        self.constraint.find_only(query)
    }

    /// Gives the target. One statement.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self) -> Result<R::Target> {
        self.find().get().await
    }

    /// Changes fields of the target. Gives the number of rows: 1, or 0 where there is none. One statement.
    ///
    /// # Errors
    /// `EmptyPatch` where nothing is set, `ConstraintMismatch` where the patch holds another key, and those of
    /// [`Repository::patch_by_id`](crate::Repository::patch_by_id).
    pub fn patch(&self, patch: impl LeaveKey<R::KeyTo>) -> Pending<'c, u64>
    where
        R::Target: Drafted,
    {
        let values = self.constraint.checked(patch.into_data());
        let condition = Some(self.constraint.condition());
        let (target, through) = (R::Target::metadata(), Some(R::metadata()));
        change::patch(self.connection, target, values, condition, through)
    }

    /// Deletes the target. Gives the number of rows: 1, or 0 where there is none. One statement.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where another row still refers to it.
    pub async fn delete(&self) -> Result<u64>
    where
        R::Target: Drafted,
    {
        let condition = Some(self.constraint.condition());
        change::delete(self.connection, R::Target::metadata(), condition, None).await
    }
}

/// A draft whose relation has filled in the key, from [`HasOneRepository::build`] and its like.
pub struct Built<M> {
    values: Values,
    model: PhantomData<fn() -> M>,
}

impl<M> Built<M> {
    pub(super) fn new(values: Values) -> Self {
        Built {
            values,
            model: PhantomData,
        }
    }
}

// Not derived, which would ask the same of `M`.
impl<M> Clone for Built<M> {
    fn clone(&self) -> Self {
        Built {
            values: self.values.clone(),
            model: PhantomData,
        }
    }
}

impl<M> fmt::Debug for Built<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoDraft<M> for Built<M> {}

impl<M> Changes for Built<M> {
    fn into_data(self) -> Data {
        Data::typed(self.values, Vec::new())
    }
}
