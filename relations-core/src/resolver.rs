//! Inclusion resolvers: which relations run-time filters may include, and what users add to them.

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Held, Model, ModelMetadata, RelationMetadata, Rows};
use serde::Serialize;
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

/// Adds data to the rows of `M` that a run-time filter includes under a name of its own: data that is not in this database.
///
/// Registered by [`ResolversOf::register`]. It is called once for all rows of a level, after the database was read and its
/// connection given back, and not at all where there are none.
///
/// A closure from `&[M]` to a future of `Result<Vec<_>, BoxError>` is one too, as long as the future keeps nothing of the
/// slice: take what it needs first.
///
/// ```
/// # use relations_derive::Model;
/// # use relations_core::BoxError;
/// # #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// # struct Film { #[model(id, generated)] id: i64, title: String }
/// # async fn fetch(ids: Vec<i64>) -> Result<Vec<u8>, BoxError> { Ok(vec![5; ids.len()]) }
/// # fn resolver() -> impl relations_core::InclusionResolver<Film> {
/// |films: &[Film]| {
///     let ids: Vec<i64> = films.iter().map(|film| film.id).collect();
///     async move { fetch(ids).await }
/// }
/// # }
/// ```
///
/// # Examples
/// ```
/// # use relations_derive::Model;
/// # use relations_core::{InclusionResolver, BoxError};
/// # #[derive(Debug, Model)]
/// # #[model(crate = "relations_core")]
/// # struct Film { #[model(id, generated)] id: i64, title: String }
/// struct Ratings;
///
/// impl InclusionResolver<Film> for Ratings {
///     type Included = Option<u8>;
///
///     async fn resolve(
///         &self,
///         films: &[Film],
///         _scope: Option<&serde_json::Value>,
///     ) -> Result<Vec<Option<u8>>, BoxError> {
///         // One request for all films; one answer a film, in their order.
///         Ok(films.iter().map(|film| (film.title == "Alien").then_some(5)).collect())
///     }
/// }
/// // films.inclusion_resolvers().register("rating", Ratings)?;
/// // films.find_with(r#"{"include": ["rating"]}"#).await?[0].resolved::<Option<u8>>("rating")
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an inclusion resolver of `{M}`",
    label = "not a resolver of `{M}`",
    note = "implement `InclusionResolver<{M}>`, or give a closure from `&[{M}]` to a future"
)]
pub trait InclusionResolver<M: Model>: Send + Sync + 'static {
    /// What is added to one row: an `Option<..>` if there may be nothing, a `Vec<..>` if there may be several.
    type Included: Serialize + Send + Sync + 'static;

    /// Gives what is added to each of the rows, in their order. `scope` is the include's `scope` as the filter has it; from
    /// brackets in a query string all of its values are texts.
    fn resolve(
        &self,
        sources: &[M],
        scope: Option<&serde_json::Value>,
    ) -> impl Future<Output = Result<Vec<Self::Included>, BoxError>> + Send;
}

/// Any error, as a resolver gives it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

#[diagnostic::do_not_recommend]
impl<M, F, T, Answer> InclusionResolver<M> for F
where
    M: Model,
    F: Fn(&[M]) -> Answer + Send + Sync + 'static,
    T: Serialize + Send + Sync + 'static,
    Answer: Future<Output = Result<Vec<T>, BoxError>> + Send + 'static,
{
    type Included = T;

    fn resolve(
        &self,
        sources: &[M],
        _: Option<&serde_json::Value>,
    ) -> impl Future<Output = Result<Vec<T>, BoxError>> + Send {
        self(sources)
    }
}

/// What a resolver of the user's gives, without its types.
type Resolving<'r> = Pin<Box<dyn Future<Output = Result<Vec<Box<dyn Held>>>> + Send + 'r>>;

/// A resolver without the model's type: `sources` is a `Vec<M>`.
pub(crate) trait AnyResolver: Send + Sync {
    fn resolve<'r>(
        &'r self,
        sources: &'r dyn Rows,
        name: &'r str,
        scope: Option<&'r serde_json::Value>,
    ) -> Resolving<'r>;
}

struct Typed<M, R>(R, PhantomData<fn() -> M>);

impl<M: Model, R: InclusionResolver<M>> AnyResolver for Typed<M, R> {
    fn resolve<'r>(
        &'r self,
        sources: &'r dyn Rows,
        name: &'r str,
        scope: Option<&'r serde_json::Value>,
    ) -> Resolving<'r> {
        let failed = move |what: String| {
            let message = format!("the inclusion resolver `{name}` of `{}` {what}", M::NAME);
            Error::new(ErrorKind::Resolver, message).of_model(M::NAME)
        };
        Box::pin(async move {
            let sources: &dyn Any = sources;
            let sources: &Vec<M> = sources.downcast_ref().expect("the rows are of this model");
            let resolved = self.0.resolve(sources, scope).await;
            let resolved =
                resolved.map_err(|error| failed(format!("failed: {error}")).with_source(error))?;
            if resolved.len() != sources.len() {
                let (given, rows) = (resolved.len(), sources.len());
                return Err(failed(format!("gave {given} answers for {rows} rows")));
            }
            let held = resolved.into_iter();
            Ok(held
                .map(|held| Box::new(Resolved(held)) as Box<dyn Held>)
                .collect())
        })
    }
}

/// What a resolver gave for one row.
pub(crate) struct Resolved<T>(pub(crate) T);

/// Which relations run-time filters may include, for all models: an allow-list, shared by all clones.
///
/// A [`Db`](https://docs.rs/relations-orm/latest/relations/struct.Db.html) has one, which its transactions share, and so has
/// every repository on it. At first every declared relation may be included, but for those declared with
/// `include = false`. [`repository.inclusion_resolvers()`](crate::Repository::inclusion_resolvers) is the part of one model.
///
/// A relation that may not be included is refused in every part of a filter, at every depth: what may not be seen may not be
/// asked about either. Typed queries are not concerned, so read what comes from outside by
/// [`repository.filter_reader()`](crate::Repository::filter_reader) where a [`Where`](crate::Where) is to become a predicate of one.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::{Filter, InclusionResolvers};
/// let asked = r#"{"include": ["orders"]}"#;
/// CustomerRepository::new(&db).find_with(asked).await?;
///
/// // A handle for visitors, who may not see orders.
/// let resolvers = InclusionResolvers::new();
/// resolvers.of::<Customer>().remove("orders")?;
/// let public = db.with_inclusion_resolvers(resolvers);
/// let error = CustomerRepository::new(&public).find_with(asked).await.unwrap_err();
/// assert!(error.is_invalid_filter());
/// # Ok(()) });
/// ```
#[derive(Clone, Default)]
pub struct InclusionResolvers {
    state: Arc<RwLock<Allowed>>,
}

/// The allow-list at one moment.
#[derive(Clone, Default)]
pub(crate) struct Allowed {
    /// The only relations that are open, whatever is declared and said of models.
    only: Option<Arc<Vec<&'static RelationMetadata>>>,
    /// By the type of the model.
    models: Arc<HashMap<TypeId, OfModel>>,
}

/// What is said of the relations of one model.
#[derive(Clone, Default)]
struct OfModel {
    name: &'static str,
    /// The relations that differ from their declaration: whether each may be included.
    relations: HashMap<&'static str, bool>,
    resolvers: Vec<(String, Arc<dyn AnyResolver>)>,
}

impl OfModel {
    /// Takes out a resolver.
    fn take(&mut self, name: &str) -> Option<Arc<dyn AnyResolver>> {
        let mut resolvers = self.resolvers.iter();
        let at = resolvers.position(|(known, _)| known == name)?;
        Some(self.resolvers.remove(at).1)
    }
}

impl InclusionResolvers {
    /// Every declared relation that is not closed.
    pub fn new() -> Self {
        InclusionResolvers::default()
    }

    /// The part of one model.
    pub fn of<M: Model>(&self) -> ResolversOf<M> {
        ResolversOf {
            all: self.clone(),
            model: PhantomData,
        }
    }

    /// A copy in which these relations may be included and no others, whatever models declare; with the registered resolvers.
    pub fn only(
        &self,
        relations: impl IntoIterator<Item = &'static RelationMetadata>,
    ) -> InclusionResolvers {
        let mut allowed = self.allowed();
        allowed.only = Some(Arc::new(relations.into_iter().collect()));
        InclusionResolvers {
            state: Arc::new(RwLock::new(allowed)),
        }
    }

    pub(crate) fn allowed(&self) -> Allowed {
        // What is behind the lock is replaced at once, so that it is whole whatever panicked.
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.clone()
    }

    fn change<T>(
        &self,
        model: &'static ModelMetadata,
        change: impl FnOnce(&mut OfModel) -> T,
    ) -> T {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let models = Arc::make_mut(&mut state.models);
        let of_model = models.entry(model.type_id()).or_default();
        of_model.name = model.name;
        change(of_model)
    }
}

impl fmt::Debug for InclusionResolvers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.allowed().fmt(f)
    }
}

impl fmt::Debug for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.models.values().map(|of_model| of_model.name);
        f.debug_list().entries(names).finish()
    }
}

/// Which relations of `M` run-time filters may include; see [`InclusionResolvers`].
pub struct ResolversOf<M> {
    all: InclusionResolvers,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> fmt::Debug for ResolversOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResolversOf").field(&self.names()).finish()
    }
}

impl<M: Model> ResolversOf<M> {
    /// The names that a filter may include: relations in the order of their declaration, then registered resolvers.
    pub fn names(&self) -> Vec<String> {
        self.all.allowed().names(M::metadata())
    }

    /// Whether a filter may include this name.
    pub fn contains(&self, name: &str) -> bool {
        self.names().iter().any(|known| known == name)
    }

    /// Takes a relation or a resolver out, by its name in JSON; nothing changes where a relation was taken out before.
    ///
    /// # Errors
    /// `InvalidSchema` where there is none of this name, so that a misspelled one does not stay open.
    pub fn remove(&self, name: &str) -> Result<()> {
        let declared = declared(M::metadata(), name);
        // Dropped only when the lock is free again: it may hold whatever the program likes.
        let removed = self.all.change(M::metadata(), |of_model| {
            if let Some(relation) = declared {
                of_model.relations.insert(relation.name, false);
            }
            of_model.take(name)
        });
        match declared.is_some() || removed.is_some() {
            true => Ok(()),
            false => Err(self.unfit(name, "is none of")),
        }
    }

    /// Lets filters include a declared relation, by its name in JSON: one that was removed, or is declared with
    /// `include = false`.
    ///
    /// # Errors
    /// `InvalidSchema` where the model declares no such relation.
    pub fn restore(&self, name: &str) -> Result<()> {
        let Some(relation) = declared(M::metadata(), name) else {
            return Err(self.unfit(name, "is none of"));
        };
        self.all.change(M::metadata(), |of_model| {
            of_model.relations.insert(relation.name, true);
        });
        Ok(())
    }

    /// The error of a name that does not fit.
    fn unfit(&self, name: &str, why: &str) -> Error {
        let names = M::metadata().relations.iter();
        let names: Vec<&str> = names.map(|relation| relation.json_name).collect();
        let message = format!(
            "no inclusion resolver `{name}` for `{}`: that {why} its relations `{}`",
            M::NAME,
            names.join("`, `")
        );
        Error::new(ErrorKind::InvalidSchema, message).of_model(M::NAME)
    }

    /// Registers a resolver that is called where a filter includes this name. It replaces an earlier one of the same name.
    ///
    /// # Errors
    /// `InvalidSchema` where the name is that of a property or a declared relation.
    pub fn register(&self, name: &str, resolver: impl InclusionResolver<M>) -> Result<()> {
        let model = M::metadata();
        let is_property = model.fields.iter().any(|field| field.json_name == name);
        if is_property || declared(model, name).is_some() {
            return Err(self.unfit(name, "is a property, or one of"));
        }
        let resolver: Arc<dyn AnyResolver> = Arc::new(Typed::<M, _>(resolver, PhantomData));
        // Dropped only when the lock is free again: it may hold whatever the program likes.
        let _earlier = self.all.change(model, |of_model| {
            let earlier = of_model.take(name);
            of_model.resolvers.push((name.to_owned(), resolver));
            earlier
        });
        Ok(())
    }
}

pub(crate) fn declared(
    model: &'static ModelMetadata,
    name: &str,
) -> Option<&'static RelationMetadata> {
    let mut relations = model.relations.iter();
    relations.find(|relation| relation.json_name == name)
}

impl Allowed {
    fn of(&self, model: &'static ModelMetadata) -> Option<&OfModel> {
        self.models.get(&model.type_id())
    }

    /// Whether a relation may be included.
    pub(crate) fn is_open(&self, relation: &'static RelationMetadata) -> bool {
        if let Some(only) = &self.only {
            return only.contains(&relation);
        }
        let said = self.of(relation.source());
        let said = said.and_then(|of_model| of_model.relations.get(relation.name));
        said.copied().unwrap_or(relation.included)
    }

    pub(crate) fn resolver(
        &self,
        model: &'static ModelMetadata,
        name: &str,
    ) -> Option<Arc<dyn AnyResolver>> {
        let mut resolvers = self.of(model)?.resolvers.iter();
        let found = resolvers.find(|(known, _)| known == name);
        found.map(|(_, resolver)| resolver.clone())
    }

    /// All names that a filter may include.
    pub(crate) fn names(&self, model: &'static ModelMetadata) -> Vec<String> {
        let relations = model.relations.iter();
        let open = relations.filter(|relation| self.is_open(relation));
        let mut names: Vec<String> = open.map(|relation| relation.json_name.to_owned()).collect();
        if let Some(of_model) = self.of(model) {
            names.extend(of_model.resolvers.iter().map(|(name, _)| name.clone()));
        }
        names
    }
}
