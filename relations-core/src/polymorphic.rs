//! Relations to a row of one of several models: the source holds the key and a word that says which model it refers to.

use crate::connection::{self, Connection, Row};
use crate::error::{Error, ErrorKind, Result};
use crate::include::{Branches, Include, LastId, RowBox, Tree, WithSlot};
use crate::key::{Key, KeyFields, KeysOf, same_key};
use crate::load::{Find, Found, Places};
use crate::metadata::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::model::{Field, FieldAt, Model};
use crate::plan::{Plan, PlannedInclude};
use crate::query::fields_equal;
use crate::relation::Shared;
use crate::rows::into_models;
use crate::value::KeyPart;
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

    /// Loaded rows of one model, as variants.
    #[doc(hidden)]
    fn wrap(at: usize, rows: RowBox) -> Vec<Self>;
}

/// Rows of the model `M`, as variants of `P`.
pub fn wrap_rows<M: Model, P>(rows: RowBox, wrap: fn(M) -> P) -> Vec<P> {
    into_models::<M>(rows).into_iter().map(wrap).collect()
}

/// A field that says which model a key refers to: `String`, or `Option` of it.
pub trait Discriminator {}

impl Discriminator for String {}
impl Discriminator for Option<String> {}
/// The type that a field has which does not exist or is no text; that was reported.
impl Discriminator for i64 {}

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
        match model.key_part(AT) {
            KeyPart::Text(word) => Some(word),
            _ => None,
        }
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
    const INCLUDES: usize = T::INCLUDES + 1;

    fn with(output: Self::Output) -> Self::Output {
        output
    }

    fn assemble(rows: RowBox, branches: &mut Branches) -> Vec<Self::Output> {
        let sources = T::assemble(rows, branches);
        let branch = branches.take();
        let targets = branch.targets.into_iter().enumerate();
        let targets = targets.map(|(at, level)| {
            let rows = R::Target::wrap(at, level.rows).into_iter();
            rows.map(Arc::new).collect()
        });
        let targets: Vec<Vec<Arc<R::Target>>> = targets.collect();
        let Places::Any(places) = branch.places else {
            unreachable!("the relation leads to several models")
        };
        let rows = sources.into_iter().zip(places);
        let rows = rows.map(|(source, place)| {
            let target = place.map(|(variant, at)| targets[variant][at].clone());
            T::with(source).fill(target)
        });
        rows.collect()
    }

    fn read_whole(
        _: &mut Row<'_>,
        _: &[PlannedInclude],
        _: Option<&mut LastId<Self::Model>>,
    ) -> Result<Option<Self::Output>> {
        unreachable!("its targets are of several models, and so never joined")
    }
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
                let model = (R::Target::MODELS[*at])();
                let mut plan = Plan::new(model);
                plan.add_condition(fields_equal(model.id_fields(), key.clone().into_values()));
                let find = Find {
                    plan,
                    single: true,
                    whole: None,
                };
                match connection::run(self.connection, find).await? {
                    Found::Level(level) => Ok(R::Target::wrap(*at, level.rows).pop()),
                    Found::Whole(_) => unreachable!("nothing else was asked for"),
                }
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
