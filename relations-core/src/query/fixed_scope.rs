//! The fixed scope of a relation: which of its targets it has, and their order.

use crate::model::{FieldMetadata, Model, RelationMetadata};
use crate::query::condition::{Condition, Operator};
use crate::query::order::{IntoOrder, OrderBy};
use crate::query::predicate::IntoPredicate;
use crate::value::Value;
use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;

/// What a relation with `scope = path` is given to say which rows of `M` are its targets, and in which order they come.
///
/// It is made once, when the relation is used first, so it holds for as long as the program runs. A condition that
/// depends on the time belongs into a query, or into an expression that the database computes.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// use relations::FixedScope;
/// use relations::prelude::*;
///
/// #[derive(Debug, Model)]
/// #[has_many(Task)]
/// #[has_many(Task, name = "open_tasks", scope = open)]
/// struct Project {
///     #[model(id, generated)]
///     id: i64,
/// }
///
/// #[derive(Debug, Model)]
/// struct Task {
///     #[model(id, generated)]
///     id: i64,
///     title: String,
///     #[model(default = "false")]
///     done: bool,
///     #[belongs_to(Project)]
///     project_id: i64,
/// }
///
/// fn open(tasks: FixedScope<Task>) -> FixedScope<Task> {
///     tasks.filter(Task::DONE.eq(false)).order_by(Task::TITLE.asc())
/// }
///
/// db.schema::<(Project, Task)>().create().await?;
/// let projects = ProjectRepository::new(&db);
/// let project = projects.create(Project::draft()).await?;
/// projects.tasks(&project).create(Task::draft().title("mow").done(true)).await?;
/// projects.open_tasks(&project).create(Task::draft().title("sow")).await?;
///
/// let row = projects.find().include(Project::TASKS).include(Project::OPEN_TASKS).get().await?;
/// assert_eq!((row.tasks.len(), row.open_tasks.len()), (2, 1));
/// # Ok(()) });
/// ```
pub struct FixedScope<M> {
    made: Made,
    model: PhantomData<fn() -> M>,
}

/// What it says, as data.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) condition: Option<Condition>,
    pub(crate) order: Vec<OrderBy>,
}

impl<M> fmt::Debug for FixedScope<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FixedScope")
            .field("condition", &self.made.condition)
            .field("order", &self.made.order)
            .finish()
    }
}

impl<M: Model> FixedScope<M> {
    /// Leaves the rows for which the predicate is true, too.
    ///
    /// A `column.eq(value)` says as well what a row has that is created through the relation.
    #[must_use]
    pub fn filter(mut self, predicate: impl IntoPredicate<M>) -> Self {
        if let Some(predicate) = predicate.into_predicate() {
            let first = self.made.condition.take();
            self.made.condition = Some(Condition::beside(first, predicate.condition));
        }
        self
    }

    /// Sorts the rows where a query asks for no order of its own; further orders break the ties of earlier ones.
    #[must_use]
    pub fn order_by(mut self, by: impl IntoOrder<M>) -> Self {
        self.made.order.extend(by.into_order().by.parts());
        self
    }
}

/// For the derive: where a relation keeps its scope.
#[doc(hidden)]
#[allow(missing_debug_implementations)] // No user sees it.
pub struct ScopeCell(OnceLock<Made>);

impl ScopeCell {
    #[doc(hidden)]
    #[allow(clippy::new_without_default)] // A `static` needs a function that is const.
    pub const fn new() -> Self {
        ScopeCell(OnceLock::new())
    }

    #[doc(hidden)]
    pub fn made<M: Model>(
        &'static self,
        scope: fn(FixedScope<M>) -> FixedScope<M>,
    ) -> &'static (dyn std::any::Any + Send + Sync) {
        self.0.get_or_init(|| {
            let all = FixedScope {
                made: Made::default(),
                model: PhantomData,
            };
            scope(all).made
        })
    }
}

impl RelationMetadata {
    /// The scope that it always has.
    pub(crate) fn fixed_scope(&self) -> Option<&'static Made> {
        let made = self.scope?();
        Some(made.downcast_ref().expect("only a `ScopeCell` makes it"))
    }

    /// The condition of that scope.
    pub(crate) fn fixed_condition(&self) -> Option<&'static Condition> {
        self.fixed_scope()?.condition.as_ref()
    }

    /// The order of its targets where no other is asked for.
    pub(crate) fn fixed_order(&self) -> &'static [OrderBy] {
        self.fixed_scope().map_or(&[], |made| &made.order)
    }

    /// The values that each target has because of that scope.
    pub(crate) fn fixed_values(&self) -> Vec<(&'static FieldMetadata, Value)> {
        let mut values = Vec::new();
        if let Some(condition) = self.fixed_condition() {
            add_values(condition, &mut values);
        }
        values
    }
}

fn add_values(condition: &Condition, values: &mut Vec<(&'static FieldMetadata, Value)>) {
    match condition {
        Condition::All(parts) => parts.iter().for_each(|part| add_values(part, values)),
        Condition::Compare {
            field,
            operator: Operator::Eq,
            value,
        } => values.push((field, value.clone())),
        _ => {}
    }
}
