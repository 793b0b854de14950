//! The repository of a polymorphic `belongs_to`: the row of one of several models that a source refers to.

use crate::driver::{Connection, Pending};
use crate::error::{Error, ErrorKind, Missing, Result};
use crate::load::{Find, Found};
use crate::model::{Key, Model, ModelMetadata, PolymorphicModel, Rows, into_models};
use crate::query::{Plan, fields_equal};
use crate::repository::belongs_to::missing_source;
use crate::typed::{Id, Polymorphic, SourceId, reference};
use crate::value::Value;
use std::fmt;

/// The row that one source refers to through a polymorphic `belongs_to`, from `contacts.owner(&contact)` or `contacts.owner(7)`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let notes = NoteRepository::new(&db);
/// let about = notes.about(1).get().await?; // of the note with this id
/// assert!(matches!(about, About::Track(track) if track.title == "Coffee"));
/// # Ok(()) });
/// ```
pub struct BelongsToAnyRepository<'c, R: Polymorphic, C> {
    connection: &'c C,
    source: Source<R>,
}

/// The source: what it refers to, or its id.
enum Source<R: Polymorphic> {
    Given(Option<(usize, Id<R>)>),
    Id(<R::Source as Model>::Id),
}

impl<R: Polymorphic, C> fmt::Debug for BelongsToAnyRepository<'_, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BelongsToAnyRepository")
            .field("relation", &R::metadata().path())
            .finish_non_exhaustive()
    }
}

impl<'c, R: Polymorphic, C: Connection> BelongsToAnyRepository<'c, R, C> {
    pub(crate) fn new(connection: &'c C, source: impl SourceId<R::Source>) -> Self {
        let source = match source.given_source() {
            Some(row) => Source::Given(reference::<R>(row)),
            None => Source::Id(source.source_id()),
        };
        BelongsToAnyRepository { connection, source }
    }

    /// Finds the row. One statement, and one before it for the source where only its id was given; none if the key or the
    /// discriminator is null, or the discriminator is not the value of a model.
    ///
    /// # Errors
    /// `NotFound` where there is no source with the id.
    pub async fn find(&self) -> Result<Option<R::Target>> {
        let Some((at, key)) = self.reference().await? else {
            return Ok(None);
        };
        let model = (R::Target::MODELS[at])();
        let rows = rows_of_id(self.connection, model, key.into_values()).await?;
        Ok(R::Target::wrap(at, rows).pop())
    }

    async fn reference(&self) -> Result<Option<(usize, Id<R>)>> {
        let id = match &self.source {
            Source::Given(reference) => return Ok(reference.clone()),
            Source::Id(id) => id.clone(),
        };
        let model = R::Source::metadata();
        let rows = rows_of_id(self.connection, model, id.clone().into_values()).await?;
        match into_models::<R::Source>(rows).first() {
            Some(source) => Ok(reference::<R>(source)),
            None => Err(missing_source(R::metadata(), id)),
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
                .of_relation(relation.name)
                .of_missing(Missing::Target)
        })
    }
}

/// The row with this id, or none.
fn rows_of_id<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    id: Vec<Value>,
) -> Pending<'c, Box<dyn Rows>> {
    let mut plan = Plan::new(model);
    plan.add_condition(fields_equal(model.id_fields(), id));
    let find = Find {
        plan,
        single: true,
        whole: None,
    };
    Box::pin(async move {
        match find.run_on(connection).await? {
            Found::Level(level) => Ok(level.rows),
            Found::Whole(_) => unreachable!("nothing else was asked for"),
        }
    })
}
