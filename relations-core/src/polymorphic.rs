//! Relations to a row of one of several models: the source holds the key and a word that says which model it refers to.

use crate::connection::{Connection, Operation, Row, RowReader, Session};
use crate::error::{Error, ErrorKind, Result};
use crate::hash;
use crate::include::{Include, LastId, Tree, WithSlot};
use crate::key::{Key, KeyFields, KeysOf, same_key};
use crate::metadata::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::model::{Field, FieldAt, Model};
use crate::plan::{Plan, PlannedInclude, Strategy};
use crate::query::Models;
use crate::relation::Shared;
use crate::statement;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// An enum with `#[derive(PolymorphicModel)]`: a row of one of several models.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a polymorphic model",
    label = "not a polymorphic model",
    note = "add `#[derive(PolymorphicModel)]` to an enum of models"
)]
pub trait PolymorphicModel: Sized + Send + Sync + 'static {
    /// The value that identifies a row, the same for all models.
    type Id: Key;
    /// The enum itself. Naming it through here makes the compiler report an enum that is none only once.
    #[doc(hidden)]
    type This;

    /// The name of the enum.
    const NAME: &'static str;
    /// The word that stands for each model, in the order of the variants.
    const TYPES: &'static [&'static str];
    /// The models, in the order of the variants.
    const MODELS: &'static [fn() -> &'static ModelMetadata];
    /// The id of the first model.
    #[doc(hidden)]
    const ID: Option<&'static FieldMetadata>;

    /// The first model.
    #[doc(hidden)]
    fn first() -> &'static ModelMetadata {
        (Self::MODELS[0])()
    }

    /// Loads the rows of one model with these ids.
    #[doc(hidden)]
    fn load<S: Session>(
        at: usize,
        keys: Vec<Self::Id>,
        session: &mut S,
    ) -> impl Future<Output = Result<Vec<(Self::Id, Self)>>> + Send;
}

/// Loads the rows of the model `M` with these ids, as variants of `P`.
pub async fn load_variant<M: Model, P: PolymorphicModel, S: Session>(
    keys: Vec<P::Id>,
    wrap: fn(M) -> P,
    session: &mut S,
) -> Result<Vec<(P::Id, P)>> {
    let mut rows = Vec::with_capacity(keys.len());
    for statement in statement::select_by_ids(M::metadata(), &keys, session.dialect())? {
        let Models(found) = session.fetch(statement, Models::<M>(Vec::new())).await?;
        rows.extend(
            found
                .into_iter()
                .filter_map(|row| Some((same_key(row.id())?, wrap(row)))),
        );
    }
    Ok(rows)
}

/// A field that says which model a key refers to: `String`, or `Option` of it.
pub trait Discriminator {
    /// The word, unless it is null.
    fn word(&self) -> Option<&str>;
}

impl Discriminator for String {
    fn word(&self) -> Option<&str> {
        Some(self)
    }
}

impl Discriminator for Option<String> {
    fn word(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// The type that a field has which does not exist or is no text; that was reported.
impl Discriminator for i64 {
    fn word(&self) -> Option<&str> {
        None
    }
}

/// A `belongs_to` that leads to a row of one of several models.
pub trait Polymorphic: Copy + Send + Sync + 'static {
    /// The model that declares the relation.
    type Source: Model;
    /// The enum of the models it leads to.
    type Target: PolymorphicModel;
    /// The field of the source that holds the key.
    #[doc(hidden)]
    type KeyFrom: KeyFields<Self::Source>;
    /// The field of the source that says which model it refers to.
    #[doc(hidden)]
    type TypeFrom: TypeField<Self::Source>;

    /// The position among the source's relations.
    #[doc(hidden)]
    const AT: usize;

    /// What the source says of this relation.
    fn metadata() -> &'static RelationMetadata {
        &Self::Source::metadata().relations[Self::AT]
    }
}

/// Reads which model a key refers to.
#[doc(hidden)]
pub trait TypeField<M> {
    fn word(model: &M) -> Option<&str>;
}

impl<M: FieldAt<AT, Type: Discriminator>, const AT: usize> TypeField<M> for Field<M, AT> {
    fn word(model: &M) -> Option<&str> {
        model.get().word()
    }
}

/// The model and the key that a source refers to; `None` where one of both is null.
fn reference<R: Polymorphic>(source: &R::Source) -> Result<Option<(usize, Id<R>)>> {
    let Some(word) = R::TypeFrom::word(source) else {
        return Ok(None);
    };
    let Some(at) = R::Target::TYPES.iter().position(|known| *known == word) else {
        return Err(unknown::<R>(word));
    };
    let key = R::KeyFrom::read(source).and_then(same_key);
    Ok(key.map(|key| (at, key)))
}

type Id<R> = <<R as Polymorphic>::Target as PolymorphicModel>::Id;

fn unknown<R: Polymorphic>(word: &str) -> Error {
    unknown_word(R::metadata(), word)
}

/// The error of a discriminator that stands for no model.
pub(crate) fn unknown_word(relation: &'static RelationMetadata, word: &str) -> Error {
    let message = format!(
        "`{}`: `{}` is {word:?}, which is none of `{}`",
        relation.path(),
        relation.discriminator().unwrap_or_default(),
        relation.discriminator_values().join("`, `")
    );
    Error::new(ErrorKind::Decode, message)
        .of_model(relation.source().name)
        .of_relation(relation)
}

/// A polymorphic relation as a value, such as `Contact::OWNER`, for `include`.
///
/// The slot holds `Option<Arc<Owner>>`, of the enum of the models. A null key or discriminator leaves it empty, and so does
/// a key that no row has, since no foreign key rules that out. One statement for each of the models that are referred to.
pub struct BelongsToAny<R>(PhantomData<fn() -> R>);

impl<R> BelongsToAny<R> {
    /// For the derive.
    #[doc(hidden)]
    pub const fn new() -> Self {
        BelongsToAny(PhantomData)
    }
}

impl<R> Clone for BelongsToAny<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for BelongsToAny<R> {}

impl<R> Default for BelongsToAny<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Polymorphic> fmt::Debug for BelongsToAny<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&R::metadata().path())
    }
}

#[diagnostic::do_not_recommend]
impl<M, T, R> Include<M, T> for BelongsToAny<R>
where
    M: Model,
    R: Polymorphic<Source = M>,
    T: Tree<Model = M>,
    T::With: WithSlot<R, Slot<R>>,
    <T::With as WithSlot<R, Slot<R>>>::Output: 'static,
{
    type Tree = AndAny<T, R>;
    type Was = <T::With as WithSlot<R, Slot<R>>>::Was;

    fn into_plan(self) -> PlannedInclude {
        PlannedInclude::new(R::metadata(), Plan::new(R::Target::first()))
    }
}

type Slot<R> = Option<Arc<<R as Polymorphic>::Target>>;

/// The rows of `T` with the polymorphic relation `R` included.
pub struct AndAny<T, R>(PhantomData<fn() -> (T, R)>);

impl<T, R> fmt::Debug for AndAny<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AndAny")
    }
}

impl<T, R> Tree for AndAny<T, R>
where
    R: Polymorphic,
    T: Tree<Model = R::Source>,
    T::With: WithSlot<R, Slot<R>>,
    <T::With as WithSlot<R, Slot<R>>>::Output: Shared + 'static,
{
    type Model = T::Model;
    type Output = <T::With as WithSlot<R, Slot<R>>>::Output;
    type With = Self::Output;
    type Columns = T::Columns;
    const INCLUDES: usize = T::INCLUDES + 1;

    fn with(output: Self::Output) -> Self::Output {
        output
    }

    fn read<D: RowReader>(
        columns: &mut Self::Columns,
        row: &mut Row<'_, D>,
        includes: &[PlannedInclude],
    ) -> Result<()> {
        T::read(columns, row, includes)
    }

    fn read_whole<D: RowReader>(
        _: &mut Row<'_, D>,
        _: &[PlannedInclude],
        _: Option<&mut LastId<Self::Model>>,
    ) -> Result<Self::Output> {
        unreachable!("its targets are of several models, and so never joined")
    }

    fn models(columns: &Self::Columns) -> &[Self::Model] {
        T::models(columns)
    }

    async fn finish<S: Session>(
        columns: Self::Columns,
        includes: &[PlannedInclude],
        strategy: Strategy,
        session: &mut S,
    ) -> Result<Vec<Self::Output>> {
        let references = T::models(&columns).iter().map(reference::<R>);
        let references: Vec<Option<(usize, Id<R>)>> = references.collect::<Result<_>>()?;
        let sources = T::finish(columns, includes, strategy, session).await?;
        let targets = Box::pin(targets::<R, S>(&references, session)).await?;
        let rows = sources.into_iter().zip(references);
        let rows = rows.map(|(source, reference)| {
            let target = reference.and_then(|(at, key)| targets[at].get(&key).cloned());
            T::with(source).fill(target)
        });
        Ok(rows.collect())
    }
}

/// Loads the rows that are referred to, those of each model by their id.
async fn targets<R: Polymorphic, S: Session>(
    references: &[Option<(usize, Id<R>)>],
    session: &mut S,
) -> Result<Vec<hash::Map<Id<R>, Arc<R::Target>>>> {
    let mut targets = Vec::with_capacity(R::Target::TYPES.len());
    for at in 0..R::Target::TYPES.len() {
        let own = references
            .iter()
            .flatten()
            .filter(|(other, _)| *other == at);
        let mut seen = hash::Set::default();
        let keys: Vec<Id<R>> = own
            .map(|(_, key)| key.clone())
            .filter(|key| seen.insert(key.clone()))
            .collect();
        let rows = match keys.is_empty() {
            true => Vec::new(),
            false => R::Target::load(at, keys, session).await?,
        };
        targets.push(
            rows.into_iter()
                .map(|(key, row)| (key, Arc::new(row)))
                .collect(),
        );
    }
    Ok(targets)
}

/// The row that one source refers to through a polymorphic `belongs_to`, from `contacts.owner(&contact)`.
pub struct BelongsToAnyRepository<'c, R: Polymorphic, C> {
    connection: &'c C,
    reference: Result<Option<(usize, Id<R>)>, Arc<str>>,
}

impl<R: Polymorphic, C> fmt::Debug for BelongsToAnyRepository<'_, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BelongsToAnyRepository")
            .field("relation", &R::metadata().path())
            .finish_non_exhaustive()
    }
}

impl<'c, R: Polymorphic, C: Connection> BelongsToAnyRepository<'c, R, C> {
    pub(crate) fn new(connection: &'c C, source: &R::Source) -> Self {
        let word = || R::TypeFrom::word(source).unwrap_or_default();
        BelongsToAnyRepository {
            connection,
            reference: reference::<R>(source).map_err(|_| word().into()),
        }
    }

    /// Finds the row. One statement; none where the key or the discriminator is null.
    ///
    /// # Errors
    /// `Decode` where the discriminator stands for no model.
    pub async fn find(&self) -> Result<Option<R::Target>> {
        match &self.reference {
            Err(word) => Err(unknown::<R>(word)),
            Ok(None) => Ok(None),
            Ok(Some((at, key))) => {
                let find = FindAny::<R> {
                    at: *at,
                    key: key.clone(),
                };
                self.connection.run(find).await
            }
        }
    }

    /// Gives the row. Statements are those of [`find`](BelongsToAnyRepository::find).
    ///
    /// # Errors
    /// `NotFound` when there is none, and those of [`find`](BelongsToAnyRepository::find).
    pub async fn get(&self) -> Result<R::Target> {
        let found = self.find().await?;
        found.ok_or_else(|| {
            let relation = R::metadata();
            let message = format!("`{}`: no row for this source", relation.path());
            Error::new(ErrorKind::NotFound, message)
                .of_model(R::Target::NAME)
                .of_relation(relation)
        })
    }
}

struct FindAny<R: Polymorphic> {
    at: usize,
    key: Id<R>,
}

impl<R: Polymorphic> Operation for FindAny<R> {
    type Output = Option<R::Target>;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        true
    }

    async fn run<S: Session>(self, session: &mut S) -> Result<Option<R::Target>> {
        let mut rows = R::Target::load(self.at, vec![self.key], session).await?;
        Ok(rows.pop().map(|(_, row)| row))
    }
}
