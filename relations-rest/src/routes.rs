//! What is said of the routes of a model and of its relations.

use crate::policy::{Policy, Refused};
use axum::http::request::Parts;
use relations::{Model, ModelMetadata, Relation, RelationKind, RelationMetadata, Where};
use serde::Serialize;
use std::marker::PhantomData;
use std::sync::Arc;

/// The routes of a model, from [`Api::model`](crate::Api::model).
///
/// # Examples
/// ```
/// # use relations::prelude::*;
/// # use relations_rest::{Api, ExposeRelation, Refused};
/// # #[derive(Debug, serde::Serialize, Model)]
/// # #[has_many(Todo)]
/// # struct TodoList { #[model(id, generated)] id: i64, title: String, owner: String }
/// # #[derive(Debug, serde::Serialize, Model)]
/// # struct Todo { #[model(id, generated)] id: i64, title: String, #[belongs_to(TodoList)] todo_list_id: i64 }
/// # fn api(db: Db) -> Api {
/// Api::new(db).model::<TodoList>(|lists| {
///     lists
///         .path("/lists")
///         .relation(TodoList::TODOS.path("items")) // /lists/{id}/items
///         .page(20, 100)
///         .policy(|request| match request.headers.get("x-user").map(|user| user.to_str()) {
///             Some(Ok(user)) => Ok(TodoList::OWNER.eq(user).into()), // only these rows, at every level
///             _ => Err(Refused::unauthorized()),
///         })
/// })
/// # }
/// ```
#[must_use = "routes are given back to `Api::model`"]
pub struct Routes<M> {
    pub(crate) settings: Settings,
    model: PhantomData<fn() -> M>,
}

impl<M> std::fmt::Debug for Routes<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes")
            .field("model", &self.settings.model.name())
            .finish_non_exhaustive()
    }
}

/// What is said of a model, without its type.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) path: String,
    pub(crate) may_write: bool,
    pub(crate) relations: Vec<RelationSettings>,
    pub(crate) includable: Vec<&'static RelationMetadata>,
    pub(crate) page: Option<(u64, u64)>,
    pub(crate) policy: Option<Policy>,
    pub(crate) requires_if_match: bool,
    pub(crate) writes_all: Option<bool>,
}

#[derive(Debug, Clone)]
pub(crate) struct RelationSettings {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) path: String,
    pub(crate) may_write: Option<bool>,
    /// Relations of its targets.
    pub(crate) nested: Vec<RelationSettings>,
}

impl<M: Model> Routes<M> {
    pub(crate) fn new() -> Self {
        let model = M::metadata();
        Routes {
            settings: Settings {
                model,
                path: crate::table::default_path(model.name()),
                may_write: !model.is_view(),
                relations: Vec::new(),
                includable: Vec::new(),
                page: None,
                policy: None,
                requires_if_match: false,
                writes_all: None,
            },
            model: PhantomData,
        }
    }

    /// The path of its rows; else its name in the plural, `/todo-lists` of `TodoList`.
    pub fn path(mut self, path: &str) -> Self {
        self.settings.path = format!("/{}", path.trim_matches('/'));
        self
    }

    /// Rows are read and written. So it is by default, but for views.
    pub fn read_write(mut self) -> Self {
        self.settings.may_write = !self.settings.model.is_view();
        self
    }

    /// Rows are only read, those of its relations too.
    pub fn read_only(mut self) -> Self {
        self.settings.may_write = false;
        self
    }

    /// Exposes a relation, at its name in JSON below a row, and lets filters include it: `TodoList::TODOS`, or
    /// `TodoList::TODOS.path("items")`, or `TodoList::TODOS.read_only()`.
    pub fn relation(mut self, relation: impl IntoRelationRoutes<M>) -> Self {
        self.settings
            .relations
            .push(relation.into_relation_routes().settings);
        self
    }

    /// Exposes a relation by its name, such as a polymorphic `belongs_to`.
    ///
    /// # Panics
    /// If the model declares no such relation.
    pub fn relation_named(mut self, name: &str) -> Self {
        let relation = named::<M>(name);
        self.settings
            .relations
            .push(RelationSettings::new(relation));
        self
    }

    /// Lets filters include these relations, which have no routes of their own: `(Todo::LIST, Todo::OWNER)`, or `[Todo::LIST]`.
    pub fn includable<R: IncludableRelations<M>>(mut self, _: R) -> Self {
        self.settings.includable.extend(R::metadata());
        self
    }

    /// How many rows a list has where the filter has no limit, and at most.
    pub fn page(mut self, default: u64, most: u64) -> Self {
        self.settings.page = Some((default, most));
        self
    }

    /// Which rows a request may see and write. It holds at every level: for rows, for those that are included or asked about, for
    /// counts, for targets that are linked, and for keys that are written. An empty `Where` is every row.
    ///
    /// A row that may not be seen is as one that is not there. Only unique values, which are those of the whole table, tell that they
    /// are taken.
    pub fn policy(
        mut self,
        policy: impl Fn(&Parts) -> Result<Where<M>, Refused> + Send + Sync + 'static,
    ) -> Self {
        self.settings.policy = Some(Arc::new(move |parts, guards| {
            Ok(guards.with::<M>(policy(parts)?))
        }));
        self
    }

    /// Writes of a row need `If-Match`: without it they are answered by 428.
    pub fn requires_if_match(mut self) -> Self {
        self.settings.requires_if_match = true;
        self
    }

    /// PATCH and DELETE of rows do not need a `where`: without one they are of all rows.
    pub fn writes_all_rows(mut self) -> Self {
        self.settings.writes_all = Some(true);
        self
    }
}

fn named<M: Model>(name: &str) -> &'static RelationMetadata {
    let relation = M::metadata().relation(name);
    relation.unwrap_or_else(|| panic!("`{}` has no relation `{name}`", M::NAME))
}

impl RelationSettings {
    fn new(relation: &'static RelationMetadata) -> Self {
        RelationSettings {
            relation,
            path: relation.json_name().to_owned(),
            may_write: None,
            nested: Vec::new(),
        }
    }
}

/// Whether routes can go on below a target: it must be known which model it is of.
fn check_nest(relation: &RelationMetadata) {
    let is_to_any =
        relation.kind() == RelationKind::BelongsTo && !relation.discriminator_values().is_empty();
    let is_list = relation.kind() == RelationKind::ReferencesMany;
    let (source, name) = (relation.source().name(), relation.name());
    assert!(
        !is_to_any && !is_list,
        "nothing can be nested below `{source}::{name}`, whose targets have no routes"
    );
}

/// The routes of a relation of `M`, from [`ExposeRelation`].
#[derive(Debug)]
pub struct RelationRoutes<M, T> {
    settings: RelationSettings,
    models: PhantomData<fn() -> (M, T)>,
}

impl<M, T> RelationRoutes<M, T> {
    /// The last part of the path; else the relation's name in JSON.
    pub fn path(mut self, path: &str) -> Self {
        self.settings.path = path.trim_matches('/').to_owned();
        self
    }

    /// Its rows are only read.
    pub fn read_only(mut self) -> Self {
        self.settings.may_write = Some(false);
        self
    }

    /// Routes of a relation of its targets, below each of them. See [`ExposeRelation::nest`].
    ///
    /// # Panics
    /// As [`ExposeRelation::nest`].
    pub fn nest(mut self, relation: impl IntoRelationRoutes<T>) -> Self {
        check_nest(self.settings.relation);
        let nested = relation.into_relation_routes().settings;
        self.settings.nested.push(nested);
        self
    }
}

/// What can be said of a relation where it is exposed.
pub trait ExposeRelation: Relation<Target: Serialize> {
    /// The last part of the path; else the relation's name in JSON.
    fn path(self, path: &str) -> RelationRoutes<Self::Source, Self::Target> {
        self.into_relation_routes().path(path)
    }

    /// Its rows are only read.
    fn read_only(self) -> RelationRoutes<Self::Source, Self::Target> {
        self.into_relation_routes().read_only()
    }

    /// Routes of a relation of its targets, below each of them: `Customer::ORDERS.nest(Order::LINES)` is
    /// `/customers/{id}/orders/{fk}/lines` beside `/customers/{id}/orders`. Each row on the way must be one of the row before it. What is
    /// only read stays so below. Filters may include it only where it is named by [`Routes::relation`] or [`Routes::includable`], too.
    ///
    /// # Panics
    /// Below a list of keys and a polymorphic `belongs_to`.
    fn nest(
        self,
        relation: impl IntoRelationRoutes<Self::Target>,
    ) -> RelationRoutes<Self::Source, Self::Target> {
        self.into_relation_routes().nest(relation)
    }
}

impl<R: Relation<Target: Serialize>> ExposeRelation for R {}

/// What [`Routes::relation`] takes: a relation of `M`, or what [`ExposeRelation`] makes of it.
pub trait IntoRelationRoutes<M> {
    /// The model of the rows that the relation leads to.
    type Target;

    /// The routes.
    fn into_relation_routes(self) -> RelationRoutes<M, Self::Target>;
}

impl<M, T> IntoRelationRoutes<M> for RelationRoutes<M, T> {
    type Target = T;

    fn into_relation_routes(self) -> RelationRoutes<M, T> {
        self
    }
}

impl<M: Model, R: Relation<Source = M, Target: Serialize>> IntoRelationRoutes<M> for R {
    type Target = R::Target;

    fn into_relation_routes(self) -> RelationRoutes<M, R::Target> {
        RelationRoutes {
            settings: RelationSettings::new(R::metadata()),
            models: PhantomData,
        }
    }
}

/// What [`Routes::includable`] takes: a list of one relation, or a tuple of up to eight, each of which is a type of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of relations of `{M}`",
    label = "expected relations of `{M}`",
    note = "write one relation as `[A]`, several as `(A, B)`; their targets are `Serialize`"
)]
pub trait IncludableRelations<M> {
    /// What the relations say of themselves.
    fn metadata() -> impl IntoIterator<Item = &'static RelationMetadata>;
}

impl<M, R, const N: usize> IncludableRelations<M> for [R; N]
where
    R: Relation<Source = M, Target: Serialize>,
{
    fn metadata() -> impl IntoIterator<Item = &'static RelationMetadata> {
        [R::metadata(); N]
    }
}

macro_rules! includable_tuples {
    ($first:ident $($others:ident)*) => {
        impl<M, $first, $($others,)*> IncludableRelations<M> for ($first, $($others,)*)
        where
            $first: Relation<Source = M, Target: Serialize>,
            $($others: Relation<Source = M, Target: Serialize>,)*
        {
            fn metadata() -> impl IntoIterator<Item = &'static RelationMetadata> {
                [$first::metadata(), $($others::metadata(),)*]
            }
        }
        includable_tuples!($($others)*);
    };
    () => {};
}
includable_tuples!(A B C D E F G H);
