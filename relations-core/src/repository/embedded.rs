//! The repositories of `embeds_one` and `embeds_many`: rows that are kept as JSON within a row of another model.

use crate::driver::{Connection, Pending};
use crate::error::{Error, ErrorKind, Missing, Result};
use crate::model::{IntoKey, Key, Model, ModelMetadata};
use crate::query::Values;
use crate::repository::edit_embedded::{Edit, EditEmbedded};
use crate::sql::describe_key;
use crate::value::Value;
use crate::write::{Data, Drafted, IntoDraft, IntoPatch, Wanted};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use std::fmt;
use std::marker::PhantomData;

/// A model whose rows can be kept within those of others: serde writes and reads it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    label = "not a model that serde writes and reads",
    note = "derive `Model`, `Serialize` and `Deserialize`"
)]
pub trait Embedded: Model + Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<E: Model + Serialize + DeserializeOwned> Embedded for E {}

/// The type of a field that holds rows of `E`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold rows of `{E}`",
    label = "expected `Vec<{E}>`",
    note = "`embeds_many` stands on a list"
)]
pub trait HoldsMany<E> {}

impl<E> HoldsMany<E> for Vec<E> {}

impl<E> HoldsMany<E> for Option<Vec<E>> {}

/// The type of a field that holds a row of `E`, or none.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold a row of `{E}` or none",
    label = "expected `Option<{E}>`",
    note = "`embeds_one` stands on an `Option`"
)]
pub trait HoldsOne<E> {}

impl<E> HoldsOne<E> for Option<E> {}

/// Where rows are kept: a field of one row.
struct Place<'c, M: Model, C> {
    connection: &'c C,
    id: M::Id,
    field: usize,
    /// Whether the field holds a list.
    is_list: bool,
}

impl<M: Model, C> Clone for Place<'_, M, C> {
    fn clone(&self) -> Self {
        Place {
            connection: self.connection,
            id: self.id.clone(),
            field: self.field,
            is_list: self.is_list,
        }
    }
}

impl<'c, M: Model, C: Connection> Place<'c, M, C> {
    /// Runs an edit on the rows of `E`; gives those that it is about.
    fn edit<E: Embedded>(&self, edit: Result<Edit>) -> Pending<'c, Vec<E>> {
        let (connection, id) = (self.connection, self.id.clone().into_values());
        let (field, is_list) = (self.field, self.is_list);
        Box::pin(async move {
            let edit = EditEmbedded {
                model: M::metadata(),
                id,
                field,
                is_list,
                embedded: E::metadata(),
                edit: edit?,
            };
            let rows = edit.run_on(connection).await?;
            rows.into_iter()
                .map(|row| read::<M, E>(row, field))
                .collect()
        })
    }

    fn path(&self) -> String {
        let model = M::metadata();
        format!("{}.{}", model.name, model.fields[self.field].name)
    }
}

/// The rows of `E` within one row of `M`, from `customers.addresses(id)`.
///
/// Each change reads the row of `M`, keeps others from changing it, and writes the field as a whole, in one transaction.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// use relations::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Model)]
/// struct Owner {
///     #[model(id, generated)]
///     id: i64,
///     #[model(json)]
///     #[embeds_many(Home)]
///     homes: Vec<Home>,
/// }
///
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
/// struct Home {
///     #[model(id, generated)]
///     id: i64,
///     city: String,
/// }
///
/// db.schema::<Owner>().create().await?;
/// let owners = OwnerRepository::new(&db);
/// let owner = owners.create(Owner::draft().homes(vec![])).await?;
/// let homes = owners.homes(&owner);
/// let oslo = homes.create(Home::draft().city("Oslo")).await?;
/// homes.patch_by_id(oslo.id, Home::patch().city("Bergen")).await?;
/// assert_eq!(homes.find().await?[0].city, "Bergen");
/// assert_eq!(homes.delete_by_id(oslo.id).await?, 1);
/// # Ok(()) });
/// ```
pub struct EmbedsManyRepository<'c, M: Model, E, C> {
    place: Place<'c, M, C>,
    embedded: PhantomData<fn() -> E>,
}

impl<M: Model, E, C> Clone for EmbedsManyRepository<'_, M, E, C> {
    fn clone(&self) -> Self {
        EmbedsManyRepository {
            place: self.place.clone(),
            embedded: PhantomData,
        }
    }
}

impl<M: Model, E, C: Connection> fmt::Debug for EmbedsManyRepository<'_, M, E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbedsManyRepository")
            .field("field", &self.place.path())
            .finish_non_exhaustive()
    }
}

impl<'c, M: Model, E: Embedded, C: Connection> EmbedsManyRepository<'c, M, E, C> {
    pub(super) fn new(connection: &'c C, id: M::Id, field: usize) -> Self {
        EmbedsManyRepository {
            place: Place {
                connection,
                id,
                field,
                is_list: true,
            },
            embedded: PhantomData,
        }
    }

    /// Gives all rows, in their order. One statement.
    ///
    /// # Errors
    /// `NotFound` where there is no such row of `M`, `Decode` where the field holds something else.
    pub fn find(&self) -> Pending<'c, Vec<E>> {
        self.place.edit(Ok(Edit::Read))
    }

    /// Gives the row with this id, if it is there. One statement.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub fn find_by_id(&self, id: impl IntoKey<E::Id>) -> Pending<'c, Option<E>> {
        let id = id.into_key().into_values();
        let found = self.place.edit(Ok(Edit::Find(id)));
        Box::pin(async move { Ok(found.await?.pop()) })
    }

    /// Gives the row with this id. One statement.
    ///
    /// # Errors
    /// `NotFound` where it is not there; `missing()` of the error says whether the row of `M` is. And those of [`find`](Self::find).
    pub fn get_by_id(&self, id: impl IntoKey<E::Id>) -> Pending<'c, E> {
        let id = id.into_key().into_values();
        let missing = no_row(&self.place.path(), E::metadata(), &id);
        let found = self.place.edit::<E>(Ok(Edit::Find(id)));
        Box::pin(async move { found.await?.pop().ok_or(missing) })
    }

    /// The number of rows. One statement.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub fn count(&self) -> Pending<'c, u64> {
        counted(self.find())
    }

    /// Adds a row at the end. An id that is a number and not given is the greatest there is, and one.
    ///
    /// # Errors
    /// `AlreadyExists` where a row has the id, `InvalidData` where a value is missing that only a database would make, `NotFound` where
    /// there is no such row of `M`.
    pub fn create(&self, draft: impl IntoDraft<E>) -> Pending<'c, E>
    where
        M: Drafted,
    {
        let values = draft.into_data().read(&Wanted::create(E::metadata()));
        only(self.place.edit(values.map(Edit::Add)))
    }

    /// Changes fields of the row with this id. Gives the number of rows: 1, or 0 where it is not there.
    ///
    /// # Errors
    /// `EmptyPatch` where nothing is set, `NotFound` where there is no such row of `M`.
    pub fn patch_by_id(&self, id: impl IntoKey<E::Id>, patch: impl IntoPatch<E>) -> Pending<'c, u64>
    where
        M: Drafted,
    {
        let id = id.into_key().into_values();
        let wanted = Wanted::patch_of(E::metadata(), id.clone());
        let values = patched::<E>(patch.into_data(), &wanted);
        counted(
            self.place
                .edit::<E>(values.map(|values| Edit::Patch(Some(id), values))),
        )
    }

    /// Puts a row in the place of that with its id. Gives the number of rows: 1, or 0 where it is not there.
    ///
    /// # Errors
    /// `NotFound` where there is no such row of `M`.
    pub fn replace(&self, row: E) -> Pending<'c, u64>
    where
        M: Drafted,
    {
        counted(
            self.place
                .edit::<E>(Ok(Edit::Replace(Values::all(row.into_values())))),
        )
    }

    /// Makes these the rows, whatever there was.
    ///
    /// # Errors
    /// `AlreadyExists` where two have one id, `NotFound` where there is no such row of `M`.
    pub fn set(&self, rows: impl IntoIterator<Item = E>) -> Pending<'c, ()>
    where
        M: Drafted,
    {
        let rows = rows.into_iter().map(|row| Values::all(row.into_values()));
        let set = self.place.edit::<E>(Ok(Edit::Set(rows.collect())));
        Box::pin(async move { set.await.map(drop) })
    }

    /// Removes the row with this id. Gives the number of rows: 1, or 0 where it is not there.
    ///
    /// # Errors
    /// `NotFound` where there is no such row of `M`.
    pub fn delete_by_id(&self, id: impl IntoKey<E::Id>) -> Pending<'c, u64>
    where
        M: Drafted,
    {
        let id = id.into_key().into_values();
        counted(self.place.edit::<E>(Ok(Edit::Remove(Some(id)))))
    }

    /// Removes all rows. Gives their number.
    ///
    /// # Errors
    /// `NotFound` where there is no such row of `M`.
    pub fn delete_all(&self) -> Pending<'c, u64>
    where
        M: Drafted,
    {
        counted(self.place.edit::<E>(Ok(Edit::Remove(None))))
    }
}

/// The row of `E` within one row of `M`, from `customers.passport(id)`.
///
/// Each change reads the row of `M`, keeps others from changing it, and writes the field as a whole, in one transaction.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// use relations::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Model)]
/// struct Traveller {
///     #[model(id, generated)]
///     id: i64,
///     #[model(json)]
///     #[embeds_one(Passport)]
///     passport: Option<Passport>,
/// }
///
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
/// struct Passport {
///     #[model(id)]
///     number: String,
///     country: String,
/// }
///
/// db.schema::<Traveller>().create().await?;
/// let travellers = TravellerRepository::new(&db);
/// let freya = travellers.create(Traveller::draft()).await?;
/// let passport = travellers.passport(&freya);
/// passport.create(Passport::draft().number("A1").country("NO")).await?;
/// assert_eq!(passport.patch(Passport::patch().country("SE")).await?, 1);
/// assert_eq!(passport.get().await?.country, "SE");
/// # Ok(()) });
/// ```
pub struct EmbedsOneRepository<'c, M: Model, E, C> {
    place: Place<'c, M, C>,
    embedded: PhantomData<fn() -> E>,
}

impl<M: Model, E, C> Clone for EmbedsOneRepository<'_, M, E, C> {
    fn clone(&self) -> Self {
        EmbedsOneRepository {
            place: self.place.clone(),
            embedded: PhantomData,
        }
    }
}

impl<M: Model, E, C: Connection> fmt::Debug for EmbedsOneRepository<'_, M, E, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbedsOneRepository")
            .field("field", &self.place.path())
            .finish_non_exhaustive()
    }
}

impl<'c, M: Model, E: Embedded, C: Connection> EmbedsOneRepository<'c, M, E, C> {
    pub(super) fn new(connection: &'c C, id: M::Id, field: usize) -> Self {
        EmbedsOneRepository {
            place: Place {
                connection,
                id,
                field,
                is_list: false,
            },
            embedded: PhantomData,
        }
    }

    /// Gives the row, if there is one. One statement.
    ///
    /// # Errors
    /// `NotFound` where there is no such row of `M`, `Decode` where the field holds something else.
    pub fn find(&self) -> Pending<'c, Option<E>> {
        let found = self.place.edit(Ok(Edit::Read));
        Box::pin(async move { Ok(found.await?.pop()) })
    }

    /// Gives the row. One statement.
    ///
    /// # Errors
    /// `NotFound` where there is none; `missing()` of the error says whether the row of `M` is there. And those of [`find`](Self::find).
    pub fn get(&self) -> Pending<'c, E> {
        let missing = no_row(&self.place.path(), E::metadata(), &[]);
        let found = self.find();
        Box::pin(async move { found.await?.ok_or(missing) })
    }

    /// Puts a row in.
    ///
    /// # Errors
    /// `AlreadyExists` where there is one, `InvalidData` where a value is missing that only a database would make, `NotFound` where there
    /// is no such row of `M`.
    pub fn create(&self, draft: impl IntoDraft<E>) -> Pending<'c, E>
    where
        M: Drafted,
    {
        let values = draft.into_data().read(&Wanted::create(E::metadata()));
        only(self.place.edit(values.map(Edit::PutFirst)))
    }

    /// Puts a row in, whatever there was.
    ///
    /// # Errors
    /// Those of [`create`](Self::create) but `AlreadyExists`.
    pub fn set(&self, draft: impl IntoDraft<E>) -> Pending<'c, E>
    where
        M: Drafted,
    {
        let values = draft.into_data().read(&Wanted::create(E::metadata()));
        only(self.place.edit(values.map(Edit::Put)))
    }

    /// Changes fields of the row. Gives the number of rows: 1, or 0 where there is none.
    ///
    /// # Errors
    /// `EmptyPatch` where nothing is set, `NotFound` where there is no such row of `M`.
    pub fn patch(&self, patch: impl IntoPatch<E>) -> Pending<'c, u64>
    where
        M: Drafted,
    {
        let values = patched::<E>(patch.into_data(), &Wanted::patch(E::metadata()));
        counted(
            self.place
                .edit::<E>(values.map(|values| Edit::Patch(None, values))),
        )
    }

    /// Takes the row out. Gives the number of rows: 1, or 0 where there was none.
    ///
    /// # Errors
    /// `NotFound` where there is no such row of `M`.
    pub fn delete(&self) -> Pending<'c, u64>
    where
        M: Drafted,
    {
        counted(self.place.edit::<E>(Ok(Edit::Remove(None))))
    }
}

fn counted<'c, E: Send + 'c>(rows: Pending<'c, Vec<E>>) -> Pending<'c, u64> {
    Box::pin(async move { Ok(rows.await?.len() as u64) })
}

fn only<'c, E: Send + 'c>(rows: Pending<'c, Vec<E>>) -> Pending<'c, E> {
    Box::pin(async move {
        let row = rows.await?.pop();
        Ok(row.expect("an edit gives what it adds"))
    })
}

fn patched<E: Model>(data: Data, wanted: &Wanted) -> Result<Values> {
    let values = data.read(wanted)?;
    if !values.computed.is_empty() {
        let message = format!(
            "`{}` is within another row, so nothing is computed from its columns\nhelp: give a value",
            E::NAME
        );
        return Err(Error::new(ErrorKind::InvalidValue, message).of_model(E::NAME));
    }
    match values.is_empty() {
        true => {
            let message = format!("the patch of `{}` sets nothing", E::NAME);
            Err(Error::new(ErrorKind::EmptyPatch, message).of_model(E::NAME))
        }
        false => Ok(values),
    }
}

fn read<M: Model, E: Embedded>(row: Json, field: usize) -> Result<E> {
    serde_json::from_value(row).map_err(|error| {
        let model = M::metadata();
        let (name, field) = (model.name, model.fields[field].name);
        let message = format!("`{name}.{field}` holds no `{}`: {error}", E::NAME);
        Error::new(ErrorKind::Decode, message).of_model(name)
    })
}

fn no_row(path: &str, embedded: &ModelMetadata, id: &[Value]) -> Error {
    let name = embedded.name;
    let message = match id.is_empty() {
        true => format!("`{path}`: there is no `{name}`"),
        false => {
            let names: Vec<&str> = embedded.id_fields().map(|field| field.name).collect();
            format!("`{path}`: no `{name}` has {}", describe_key(&names, id))
        }
    };
    let error = Error::new(ErrorKind::NotFound, message).of_model(name);
    error.of_missing(Missing::Target)
}
