//! The repository of one model, and the operations it offers.

/// `Clone` and `Debug` of the repository of a relation: a connection, and one field that says of which source.
macro_rules! of_relation {
    ($repository:ident, $bound:ident, $field:ident) => {
        impl<R: $bound, C> Clone for $repository<'_, R, C> {
            fn clone(&self) -> Self {
                $repository {
                    connection: self.connection,
                    $field: self.$field.clone(),
                }
            }
        }

        impl<R: $bound, C> ::std::fmt::Debug for $repository<'_, R, C> {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($repository))
                    .field("relation", &R::metadata().path())
                    .finish_non_exhaustive()
            }
        }
    };
}

mod belongs_to;
mod belongs_to_any;
mod change_with;
mod constraint;
mod create_all;
mod delete_linked;
#[cfg(feature = "serde_json")]
mod edit_embedded;
#[cfg(feature = "serde_json")]
mod embedded;
mod find_with;
mod has_many;
mod has_one;
mod nested_draft;
mod own_links;
mod patch;
mod references_many;
mod through;
mod upsert;
use crate::driver::{Connection, Pending};
use crate::error::Result;
use crate::model::{IntoKey, Key, Model};
use crate::query::fields_equal;
use crate::resolver::ResolversOf;
use crate::sql::describe_key;
use crate::typed::{
    BelongsTo, FindOne, HasManyThrough, HasOne, Polymorphic, Query, ReferencesMany, Relation, Root,
    SourceId, SourceKey, SourceRow, kinds, not_found,
};
use crate::value::Value;
use crate::write::{Data, Drafted, IntoDraft, IntoPatch, IntoRow, Wanted, change, insert};
pub use belongs_to::{BelongsToRepository, FindOfSource};
pub use belongs_to_any::BelongsToAnyRepository;
pub use create_all::{CreateAll, CreateMissing};
pub use delete_linked::DeleteLinked;
#[cfg(feature = "serde_json")]
pub use embedded::{Embedded, EmbedsManyRepository, EmbedsOneRepository, HoldsMany, HoldsOne};
pub use has_many::HasManyRepository;
pub use has_one::{Built, HasOneRepository};
pub use nested_draft::{NestedDraft, NestedDrafts, NestedLinks};
pub use own_links::{LinkNames, OwnLink, OwnLinkKey, OwnLinks};
pub use patch::{Delete, NeedsFilterOrAllRows, Patch, Restricted, SaysWhich};
pub use references_many::{FindListed, ReferencesManyRepository};
use std::fmt;
use std::marker::PhantomData;
pub use through::{HasManyThroughRepository, LinkDraft, PlainLinks};
pub use upsert::{Upsert, UpsertAll, Upserted};

/// Create, find, patch, replace and delete for the rows of one model.
///
/// The derive makes a type of its own for each model, such as `SupplierRepository`, which dereferences to this one and
/// adds the model's relations.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let customers = CustomerRepository::new(&db); // which dereferences to a `Repository<Customer, _>`
/// let sif = customers.create(Customer::draft().name("Sif")).await?;
/// assert_eq!(customers.patch_by_id(sif.id, Customer::patch().city("Asgard")).await?, 1);
/// assert_eq!(customers.get_by_id(sif.id).await?.city.as_deref(), Some("Asgard"));
///
/// let in_asgard = Customer::CITY.eq("Asgard");
/// assert_eq!(customers.patch(Customer::patch().city(None)).filter(in_asgard).await?, 2);
/// assert_eq!(customers.delete_by_id(sif.id).await?, 1);
/// assert!(customers.find_by_id(sif.id).await?.is_none());
/// # Ok(()) });
/// ```
pub struct Repository<M, C> {
    connection: C,
    model: PhantomData<fn() -> M>,
}

impl<M, C: Clone> Clone for Repository<M, C> {
    fn clone(&self) -> Self {
        Repository {
            connection: self.connection.clone(),
            model: PhantomData,
        }
    }
}

impl<M: Model, C> fmt::Debug for Repository<M, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("model", &M::NAME)
            .finish_non_exhaustive()
    }
}

impl<M: Model, C: Connection> Repository<M, C> {
    /// The repository on `Db`, `&Db`, `Tx` or `&Tx`. No statement runs.
    pub fn new(connection: C) -> Self {
        Repository {
            connection,
            model: PhantomData,
        }
    }

    /// The connection it works on, for repositories of other models.
    pub fn connection(&self) -> &C {
        &self.connection
    }

    /// Adds a row, and gives it as the database stored it. One statement; on MySQL without `RETURNING` two. Rows drafted
    /// with it are added in the same transaction: all of one relation and level as [`create_all`](Repository::create_all)
    /// adds them.
    ///
    /// # Errors
    /// `AlreadyExists` where the id or a unique value is taken, `ForeignKeyViolation` where a key refers to no row,
    /// `InvalidValue` where the database cannot hold a value, `InvalidData` where [`Json`](crate::Json) does not fit.
    pub fn create(&self, draft: impl IntoDraft<M>) -> Pending<'_, M>
    where
        M: Drafted,
    {
        let data = draft.into_data();
        Box::pin(async move {
            let rows = vec![data.read(&Wanted::create(M::metadata()))?];
            let created = insert::create(&self.connection, rows, None).await;
            created.and_then(insert::only)
        })
    }

    /// Adds several rows, all or none, or those that are not there by [`ignore_existing`](CreateAll::ignore_existing). Await it for the
    /// rows as stored, in the order of the drafts, which is that of their ids where all
    /// drafts set the same fields. One statement for drafts of the same fields, as long as their values are no more than the
    /// database takes at once; on MariaDB one for each power of two that more than 20 rows are made of, on MySQL, which has no
    /// `RETURNING`, two a row.
    ///
    /// # Errors
    /// Those of [`create`](Repository::create).
    pub fn create_all<D: IntoDraft<M>>(
        &self,
        drafts: impl IntoIterator<Item = D>,
    ) -> CreateAll<'_, M, C>
    where
        M: Drafted,
    {
        let rows: Vec<Data> = drafts.into_iter().map(D::into_data).collect();
        let rows = Data::read_all(rows, &Wanted::create(M::metadata()));
        CreateAll::new(&self.connection, rows, None, None)
    }

    /// Starts a query for rows; it ends in `all`, `first`, `get`, `count` or `exists`.
    pub fn find(&self) -> Query<M, Root<M>, &C> {
        Query::new(&self.connection)
    }

    /// Finds the row with this id: await it for an `Option`, or add `.include(..)`, `.get()`. One statement, and one
    /// for each include that is not joined.
    pub fn find_by_id(&self, id: impl IntoKey<M::Id>) -> FindOne<'_, M, Root<M>, C> {
        FindOne::by_id(self.find(), id.into_key(), None)
    }

    /// Gives the row with this id: [`find_by_id`](Self::find_by_id)`.get()`. One statement.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub fn get_by_id(&self, id: impl IntoKey<M::Id>) -> Pending<'_, M> {
        Box::pin(self.find_by_id(id).get())
    }

    /// Changes fields of some rows: `patch(changes).filter(predicate)`, or `patch(changes).all_rows()`. Await it for
    /// the number of rows. One statement.
    pub fn patch(&self, patch: impl IntoPatch<M>) -> Patch<'_, M, C, NeedsFilterOrAllRows>
    where
        M: Drafted,
    {
        Patch::new(&self.connection, patch.into_data())
    }

    /// Changes fields of the row with this id. Gives the number of rows: 1, or 0 where there is none. One statement.
    ///
    /// # Errors
    /// `EmptyPatch` where nothing is set, `InvalidData` where [`Json`](crate::Json) does not fit, `Stale` where the patch expects another
    /// version (`if_version`, or the version in JSON) than the row has, and those of [`create`](Repository::create).
    pub fn patch_by_id(&self, id: impl IntoKey<M::Id>, patch: impl IntoPatch<M>) -> Pending<'_, u64>
    where
        M: Drafted,
    {
        let (id, data) = (id.into_key().into_values(), patch.into_data());
        let condition = fields_equal(M::metadata().id_fields(), id.clone());
        let values = data.read(&Wanted::patch_of(M::metadata(), id));
        change::patch(
            &self.connection,
            M::metadata(),
            values,
            Some(condition),
            None,
        )
    }

    /// Overwrites all fields of an existing row, given as a model or as [`Json`](crate::Json). One statement.
    ///
    /// # Errors
    /// `NotFound` where no row has this id, `Stale` where it has another version than the given one, and those of
    /// [`create`](Repository::create).
    pub fn replace(&self, row: impl IntoRow<M>) -> Pending<'_, ()>
    where
        M: Drafted,
    {
        let data = row.into_row();
        Box::pin(async move { self.replace_row(data).await })
    }

    async fn replace_row(&self, row: Data) -> Result<()> {
        let model = M::metadata();
        let mut values = row.read(&Wanted::replace(model))?;
        let id = model.id.iter().map(|at| values.get(*at).cloned());
        let id: Vec<Value> = id.map(|value| value.unwrap_or(Value::Null)).collect();
        let what = format!("has {}", describe_id::<M>(&id));
        values.fields.retain(|(at, _)| !M::FIELDS[*at].is_id());
        if values.fields.is_empty() {
            let found = self.query_by_id(id).exists().await?;
            return if found {
                Ok(())
            } else {
                Err(not_found(M::NAME, &what))
            };
        }
        let condition = fields_equal(M::metadata().id_fields(), id);
        let patch = change::patch(&self.connection, model, Ok(values), Some(condition), None);
        let rows = patch.await?;
        if rows == 0 {
            Err(not_found(M::NAME, &what))
        } else {
            Ok(())
        }
    }

    /// Deletes some rows: `delete().filter(predicate)`, or `delete().all_rows()`. Await it for the number of rows.
    /// One statement.
    pub fn delete(&self) -> Delete<'_, M, C, NeedsFilterOrAllRows>
    where
        M: Drafted,
    {
        Delete::new(&self.connection)
    }

    /// Deletes the row with this id, whatever its version. Gives the number of rows: 1, or 0 where there is none. One statement.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where another row still refers to it.
    pub fn delete_by_id(&self, id: impl IntoKey<M::Id>) -> Pending<'_, u64>
    where
        M: Drafted,
    {
        let condition = fields_equal(M::metadata().id_fields(), id.into_key().into_values());
        change::delete(&self.connection, M::metadata(), Some(condition), None)
    }

    fn query_by_id(&self, id: Vec<Value>) -> Query<M, Root<M>, &C> {
        let mut query = self.find();
        query
            .plan
            .add_condition(fields_equal(M::metadata().id_fields(), id));
        query
    }

    /// For generated repositories: the repository of a `has_one`.
    #[doc(hidden)]
    pub fn has_one<R: HasOne<Source = M>>(
        &self,
        source: impl SourceKey<R>,
    ) -> HasOneRepository<'_, R, C> {
        HasOneRepository::new(&self.connection, source.source_key())
    }

    /// For generated repositories: the repository of a `has_many`.
    #[doc(hidden)]
    pub fn has_many<R>(&self, source: impl SourceKey<R>) -> HasManyRepository<'_, R, C>
    where
        R: Relation<Source = M, Kind = kinds::HasMany>,
    {
        HasManyRepository::new(&self.connection, source.source_key())
    }

    /// For generated repositories: the repository of a `has_many` through links.
    #[doc(hidden)]
    pub fn has_many_through<R: HasManyThrough<Source = M>>(
        &self,
        source: impl SourceKey<R>,
    ) -> HasManyThroughRepository<'_, R, C> {
        HasManyThroughRepository::new(&self.connection, source.source_key())
    }

    /// For generated repositories: the repository of a `references_many`.
    #[doc(hidden)]
    pub fn references_many<R: ReferencesMany<Source = M>>(
        &self,
        source: impl SourceId<M>,
    ) -> ReferencesManyRepository<'_, R, C> {
        ReferencesManyRepository::new(&self.connection, source.source_id())
    }

    /// For generated repositories: the repository of the rows that a field of type `F` holds.
    #[cfg(feature = "serde_json")]
    #[doc(hidden)]
    pub fn embeds_many<E: Embedded, F: HoldsMany<E>>(
        &self,
        source: impl SourceId<M>,
        field: usize,
    ) -> EmbedsManyRepository<'_, M, E, C> {
        EmbedsManyRepository::new(&self.connection, source.source_id(), field)
    }

    /// For generated repositories: the repository of the row that a field of type `F` holds.
    #[cfg(feature = "serde_json")]
    #[doc(hidden)]
    pub fn embeds_one<E: Embedded, F: HoldsOne<E>>(
        &self,
        source: impl SourceId<M>,
        field: usize,
    ) -> EmbedsOneRepository<'_, M, E, C> {
        EmbedsOneRepository::new(&self.connection, source.source_id(), field)
    }

    /// For generated repositories: the repository of a polymorphic `belongs_to`.
    #[doc(hidden)]
    pub fn belongs_to_any<R: Polymorphic<Source = M>>(
        &self,
        source: impl SourceId<M>,
    ) -> BelongsToAnyRepository<'_, R, C> {
        BelongsToAnyRepository::new(&self.connection, source)
    }

    /// For generated repositories: the repository of a `belongs_to`.
    #[doc(hidden)]
    pub fn belongs_to<R: BelongsTo<Source = M>>(
        &self,
        source: impl SourceRow<R>,
    ) -> BelongsToRepository<'_, R, C> {
        BelongsToRepository::new(&self.connection, source.source_row())
    }
}

/// "`id` 7"
fn describe_id<M: Model>(values: &[Value]) -> String {
    let names: Vec<&str> = M::metadata()
        .id_fields()
        .map(|field| field.name())
        .collect();
    describe_key(&names, values)
}

impl<M: Model, C: Connection> Repository<M, C> {
    /// Which relations run-time filters may include, on this connection: lists, removes and registers them.
    pub fn inclusion_resolvers(&self) -> ResolversOf<M> {
        self.connection().inclusion_resolvers().of::<M>()
    }
}
