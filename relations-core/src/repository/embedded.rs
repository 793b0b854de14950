//! The repositories of `embeds_one` and `embeds_many`: rows that are kept as JSON within a row of another model.

use crate::driver::{Connection, Pending, RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Missing, Result};
use crate::json::{JsonValue, from_value_in};
use crate::model::{FieldMetadata, IntoKey, Key, Model, ModelMetadata};
use crate::query::{Plan, Values, fields_equal};
use crate::repository::references_many::no_source;
use crate::sql::{self, RowLock, describe_key};
use crate::value::{Dialect, Value};
use crate::write::{Data, Drafted, IntoDraft, IntoPatch, Wanted, update_locked};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};
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

/// What is done with the rows that a field holds.
enum Edit {
    Read,
    Find(Vec<Value>),
    Add(Values),
    /// Of an `embeds_one`: only where there is none.
    PutFirst(Values),
    Put(Values),
    /// Of the row with an id, or of the only one.
    Patch(Option<Vec<Value>>, Values),
    Replace(Values),
    Set(Vec<Values>),
    Remove(Option<Vec<Value>>),
}

/// Runs an edit; gives the rows that it is about.
struct EditEmbedded {
    model: &'static ModelMetadata,
    id: Vec<Value>,
    field: usize,
    is_list: bool,
    embedded: &'static ModelMetadata,
    edit: Edit,
}

compiled_once!(EditEmbedded => Vec<Json>);

impl Work for EditEmbedded {
    type Output = Vec<Json>;

    fn is_atomic(&self, _: Dialect) -> bool {
        !self.reads()
    }

    fn is_read_only(&self) -> bool {
        self.reads()
    }

    fn is_short(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Vec<Json>> {
        let (model, dialect) = (self.model, session.dialect());
        let mut plan = Plan::new(model);
        plan.add_condition(fields_equal(model.id_fields(), self.id.clone()));
        let mut sources = RowsSink(model.new_rows());
        let statement = match self.reads() {
            true => sql::select(&plan, true, dialect)?,
            // Locked, so that of two callers none overwrites what the other did.
            false => sql::select_locked(&plan, RowLock::Change, dialect)?,
        };
        session.fetch(statement, &mut sources).await?;
        if sources.0.len() == 0 {
            return Err(no_source(model, &self.id));
        }
        let mut rows = self.rows_in(sources.0.value(0, self.field))?;
        let before = rows.clone();
        let about = self.apply(&mut rows)?;
        if rows == before {
            return Ok(about);
        }
        let mut values = Values::default();
        values.set(self.field, self.held(rows));
        update_locked(model, self.id.clone(), values, session).await?;
        Ok(about)
    }
}

impl EditEmbedded {
    fn reads(&self) -> bool {
        matches!(self.edit, Edit::Read | Edit::Find(_))
    }

    /// The rows in what the field holds.
    fn rows_in(&self, held: Value) -> Result<Vec<Json>> {
        match held {
            Value::Null | Value::Json(Json::Null) => Ok(Vec::new()),
            Value::Json(Json::Array(rows)) if self.is_list => Ok(rows),
            Value::Json(row @ Json::Object(_)) if !self.is_list => Ok(vec![row]),
            _ => {
                let (model, embedded) = (self.model.name, self.embedded.name);
                let field = self.model.fields[self.field].name;
                let message = format!("`{model}.{field}` holds no `{embedded}`");
                Err(Error::new(ErrorKind::Decode, message).of_model(model))
            }
        }
    }

    /// What the field holds of these rows.
    fn held(&self, mut rows: Vec<Json>) -> Value {
        match self.is_list {
            true => Value::Json(Json::Array(rows)),
            false => rows.pop().map_or(Value::Null, Value::Json),
        }
    }

    /// Changes the rows; gives those that it is about.
    fn apply(&self, rows: &mut Vec<Json>) -> Result<Vec<Json>> {
        match &self.edit {
            Edit::Read => Ok(rows.clone()),
            Edit::Find(id) => Ok(self
                .with_id(rows, &self.id_json(id))
                .map(|at| rows[at].clone())
                .into_iter()
                .collect()),
            Edit::Add(values) => {
                let row = self.new_row(values, rows)?;
                self.check_free(rows, &row)?;
                rows.push(row.clone());
                Ok(vec![row])
            }
            Edit::PutFirst(_) if !rows.is_empty() => Err(self.exists("there is one")),
            Edit::PutFirst(values) | Edit::Put(values) => {
                let row = self.new_row(values, &[])?;
                *rows = vec![row.clone()];
                Ok(vec![row])
            }
            Edit::Patch(id, values) => {
                let at = match id {
                    Some(id) => self.with_id(rows, &self.id_json(id)),
                    None => (!rows.is_empty()).then_some(0),
                };
                let Some(Json::Object(row)) = at.map(|at| &mut rows[at]) else {
                    return Ok(Vec::new());
                };
                row.extend(self.properties(values));
                Ok(vec![Json::Object(row.clone())])
            }
            Edit::Replace(values) => {
                let row = Json::Object(self.properties(values));
                let Some(at) = self.with_id(rows, &self.id_of(&row)) else {
                    return Ok(Vec::new());
                };
                rows[at] = row.clone();
                Ok(vec![row])
            }
            Edit::Set(all) => {
                rows.clear();
                for values in all {
                    let row = Json::Object(self.properties(values));
                    self.check_free(rows, &row)?;
                    rows.push(row);
                }
                Ok(Vec::new())
            }
            Edit::Remove(None) => Ok(std::mem::take(rows)),
            Edit::Remove(Some(id)) => {
                let at = self.with_id(rows, &self.id_json(id));
                Ok(at.map(|at| rows.remove(at)).into_iter().collect())
            }
        }
    }

    /// The position of the row with this id.
    fn with_id(&self, rows: &[Json], id: &[Json]) -> Option<usize> {
        rows.iter().position(|row| self.id_of(row) == id)
    }

    fn id_of(&self, row: &Json) -> Vec<Json> {
        let fields = self.embedded.id_fields();
        fields.map(|field| row[field.json_name].clone()).collect()
    }

    fn id_json(&self, id: &[Value]) -> Vec<Json> {
        let pairs = self.embedded.id_fields().zip(id);
        pairs.map(|(field, value)| json_of(value, field)).collect()
    }

    fn check_free(&self, rows: &[Json], row: &Json) -> Result<()> {
        match self.with_id(rows, &self.id_of(row)) {
            Some(_) => Err(self.exists("another has its id")),
            None => Ok(()),
        }
    }

    fn exists(&self, why: &str) -> Error {
        let (model, field) = (self.model.name, self.model.fields[self.field].name);
        let embedded = self.embedded.name;
        let message = format!("`{model}.{field}`: the `{embedded}` cannot be added, since {why}");
        Error::new(ErrorKind::AlreadyExists, message).of_model(embedded)
    }

    /// What these values are as properties.
    fn properties(&self, values: &Values) -> Map<String, Json> {
        let given = values.fields.iter().map(|(at, value)| {
            let field = &self.embedded.fields[*at];
            (field.json_name.to_owned(), json_of(value, field))
        });
        given.collect()
    }

    /// A new row, with what no one gave.
    fn new_row(&self, values: &Values, others: &[Json]) -> Result<Json> {
        let mut row = self.properties(values);
        for field in self.embedded.fields {
            if row.contains_key(field.json_name) {
                continue;
            }
            let made = match field.id && field.kind.is_integer() {
                true => greatest(others, field.json_name)?.into(),
                false if field.nullable => Json::Null,
                false => return Err(self.not_made(field)),
            };
            row.insert(field.json_name.to_owned(), made);
        }
        Ok(Json::Object(row))
    }

    fn not_made(&self, field: &FieldMetadata) -> Error {
        let (name, field) = (self.embedded.name, field.name);
        let message = format!(
            "`{name}.{field}` has no value: within another row no database makes it\nhelp: give it, or add `default_with`"
        );
        Error::new(ErrorKind::InvalidData, message).of_model(name)
    }
}

/// The greatest of these ids, and one.
fn greatest(rows: &[Json], id: &str) -> Result<i64> {
    let ids = rows.iter().filter_map(|row| row[id].as_i64());
    let next = ids.max().unwrap_or(0).checked_add(1);
    next.ok_or_else(|| Error::new(ErrorKind::InvalidValue, "no greater id is left"))
}

fn json_of(value: &Value, field: &FieldMetadata) -> Json {
    let json = from_value_in(value, (field.kind, field.form));
    json.and_then(JsonValue::into_json).unwrap_or(Json::Null)
}
