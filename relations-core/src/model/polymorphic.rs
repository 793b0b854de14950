//! Relations to rows of several models: the enum of the models, and the field that tells them apart.

use crate::model::field::FieldMetadata;
use crate::model::key::Key;
use crate::model::metadata::ModelMetadata;
use crate::model::rows::{RowBox, into_models};
use crate::model::{AsModel, Field, FieldAt, Model};
use crate::value::{KeyPart, Value};
use std::borrow::Cow;

/// An enum with `#[derive(PolymorphicModel)]`: a row of one of several models.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let notes = NoteRepository::new(&db).find().include(Note::ABOUT).await?;
/// match notes[0].about.as_deref() {
///     Some(About::Track(track)) => assert_eq!(track.title, "Coffee"),
///     Some(About::Playlist(playlist)) => unreachable!("about {}", playlist.name),
///     None => unreachable!("the track was deleted since"),
/// }
/// # Ok(()) });
/// ```
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
    /// The discriminator value of each model, in the order of the variants.
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

/// A model of which the enum `P` has a variant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not one of the models of `{P}`",
    label = "expected a row of one of the models of `{P}`"
)]
pub trait VariantOf<P>: Model {
    /// Which one.
    const AT: usize;
}

/// The row that a polymorphic key is to refer to: one of a model of the enum `P`, by reference, or the enum itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of one of the models of `{P}`",
    label = "expected a reference to a row"
)]
pub trait RowOfAny<P> {
    /// The discriminator of its model, and its id.
    #[doc(hidden)]
    fn reference(self) -> [Value; 2];
}

#[diagnostic::do_not_recommend]
impl<P: PolymorphicModel, W: AsModel<Model: VariantOf<P>>> RowOfAny<P> for &W {
    fn reference(self) -> [Value; 2] {
        let word = P::TYPES[<W::Model as VariantOf<P>>::AT];
        let id = self.as_model().id().into_values().into_iter().next();
        [Value::Text(word.to_owned()), id.unwrap_or(Value::Null)]
    }
}

/// Rows of the model `M`, as variants of `P`.
pub fn wrap_rows<M: Model, P>(rows: RowBox, wrap: fn(M) -> P) -> Vec<P> {
    into_models::<M>(rows).into_iter().map(wrap).collect()
}

/// A field that says which model a key refers to: `String`, or `Option` of it.
pub trait Discriminator {}

impl Discriminator for String {}

impl Discriminator for Option<String> {}

/// The type that a field has which does not exist or is not a text; that was reported.
impl Discriminator for i64 {}

/// Reads which model a key refers to.
#[doc(hidden)]
pub trait TypeField<M> {
    fn value(model: &M) -> Option<&str>;
}

impl<M: FieldAt<AT, Type: Discriminator>, const AT: usize> TypeField<M> for Field<M, AT> {
    fn value(model: &M) -> Option<&str> {
        match model.key_part(AT) {
            // A `String` lends its text.
            KeyPart::Text(Cow::Borrowed(value)) => Some(value),
            _ => None,
        }
    }
}
