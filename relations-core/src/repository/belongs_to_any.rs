//! The repository of a polymorphic `belongs_to`: the row of one of several models that a source refers to.

use crate::driver::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::load::{Find, Found};
use crate::model::{Key, PolymorphicModel};
use crate::query::{Plan, fields_equal};
use crate::typed::{Id, Polymorphic, reference};
use std::fmt;

/// The row that one source refers to through a polymorphic `belongs_to`, from `contacts.owner(&contact)`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let notes = NoteRepository::new(&db);
/// let note = notes.get_by_id(1).await?;
/// let about = notes.about(&note).get().await?;
/// assert!(matches!(about, About::Track(track) if track.title == "Coffee"));
/// # Ok(()) });
/// ```
pub struct BelongsToAnyRepository<'c, R: Polymorphic, C> {
    connection: &'c C,
    reference: Option<(usize, Id<R>)>,
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
        BelongsToAnyRepository {
            connection,
            reference: reference::<R>(source),
        }
    }

    /// Finds the row. One statement; none if the key or the discriminator is null, or the discriminator is not the
    /// value of a model.
    pub async fn find(&self) -> Result<Option<R::Target>> {
        let Some((at, key)) = &self.reference else {
            return Ok(None);
        };
        let model = (R::Target::MODELS[*at])();
        let mut plan = Plan::new(model);
        plan.add_condition(fields_equal(model.id_fields(), key.clone().into_values()));
        let find = Find {
            plan,
            single: true,
            whole: None,
        };
        match find.run_on(self.connection).await? {
            Found::Level(level) => Ok(R::Target::wrap(*at, level.rows).pop()),
            Found::Whole(_) => unreachable!("nothing else was asked for"),
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
        })
    }
}
