//! Finding rows by a run-time filter, and putting together what was loaded.

use crate::driver::{Connection, OfFilter, Pending, compiled_once};
use crate::error::{ErrorKind, ProblemCode, Problems, Result};
use crate::filter::{Filter, FilterReader, Included, IntoFilter, Parts};
use crate::graph::Graph;
use crate::load::{Branch, Find, Found, Level, Places};
use crate::model::{Graphs, Held, Model, ModelMetadata, RelationMetadata, Shape};
use crate::query::{Condition, Plan};
use crate::resolver::Allowed;
use crate::typed::{Cut, Page};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

/// The rows of a repository, on which run-time filters work.
pub(crate) struct GraphFinder<'c, M: Model, C> {
    connection: &'c C,
    /// What holds for all of its rows.
    condition: Option<Condition>,
    /// The relation that leads to them.
    relation: Option<&'static RelationMetadata>,
    /// Whether it holds for one row at most.
    single: bool,
    model: std::marker::PhantomData<fn() -> M>,
}

/// The rows for which a condition is true; `None` is every row.
pub(crate) fn graphs<M: Model, C: Connection>(
    connection: &C,
    condition: Option<Condition>,
) -> GraphFinder<'_, M, C> {
    GraphFinder {
        connection,
        condition,
        relation: None,
        single: false,
        model: std::marker::PhantomData,
    }
}

compiled_once!(OfFilter<Find> => Found);

compiled_once!(OfFilter<crate::typed::Count> => u64);

impl<'c, M: Model, C: Connection> GraphFinder<'c, M, C> {
    /// The targets of a relation.
    pub(crate) fn through(mut self, relation: &'static RelationMetadata) -> Self {
        self.relation = Some(relation);
        self
    }

    pub(crate) fn single(mut self) -> Self {
        self.single = true;
        self
    }

    pub(crate) fn all(self, filter: impl IntoFilter<M>) -> Pending<'c, Vec<Graph<M>>> {
        let filter = self.checked(filter);
        Box::pin(async move {
            let (filter, allowed) = filter?;
            let plan = filter.parts.plan();
            self.load(plan, &filter.parts, &allowed).await
        })
    }

    pub(crate) fn first(self, filter: impl IntoFilter<M>) -> Pending<'c, Option<Graph<M>>> {
        let filter = self.checked(filter);
        Box::pin(async move {
            let (filter, allowed) = filter?;
            let mut plan = filter.parts.plan();
            if plan.counts_from_end() {
                // A limit of one would keep the last of them.
                return Ok(self
                    .load(plan, &filter.parts, &allowed)
                    .await?
                    .into_iter()
                    .next());
            }
            if let Some(seek) = &mut plan.seek {
                seek.counts_from_cursor = false;
            }
            plan.limit = Some(plan.limit.unwrap_or(1).min(1));
            Ok(self.load(plan, &filter.parts, &allowed).await?.pop())
        })
    }

    pub(crate) fn page(self, filter: impl IntoFilter<M>) -> Pending<'c, Page<Graph<M>>> {
        let filter = self.checked(filter);
        Box::pin(async move {
            let (filter, allowed) = filter?;
            let mut plan = filter.parts.plan();
            let cut = Cut::of(&mut plan);
            let level = load(self.connection, plan, false).await?;
            let (kept, next, previous) = cut.of_rows(&*level.rows)?;
            let mut rows = typed(graphs_of(level, &filter.parts, &allowed).await?);
            rows.truncate(kept.end);
            rows.drain(..kept.start);
            Ok(Page {
                rows,
                next,
                previous,
            })
        })
    }

    pub(crate) fn count(self, filter: impl IntoFilter<M>) -> Pending<'c, u64> {
        let filter = self.checked(filter);
        Box::pin(async move {
            let (filter, _) = filter?;
            let plan = filter.parts.plan();
            let count = crate::typed::Count { plan };
            OfFilter(count).run_on(self.connection).await
        })
    }

    /// The filter on the rows of this repository, once it is read and asks for nothing that is closed on this connection; and the allow-list by which that
    /// was decided, which may change meanwhile.
    fn checked(&self, filter: impl IntoFilter<M>) -> Result<(Filter<M>, Allowed)> {
        let resolvers = self.connection.inclusion_resolvers();
        let mut filter = filter.into_filter(&FilterReader::allowing(resolvers))?;
        let parts = &mut filter.parts;
        if let Some(relation) = self.relation {
            parts.order_as(relation);
        }
        let allowed = checked(self.connection, parts)?;
        let own = self.condition.clone();
        parts.condition = match parts.condition.take() {
            Some(asked) => Some(Condition::beside(own, asked)),
            None => own,
        };
        Ok((filter, allowed))
    }

    async fn load(self, plan: Plan, parts: &Parts, allowed: &Allowed) -> Result<Vec<Graph<M>>> {
        let level = load(self.connection, plan, self.single).await?;
        Ok(typed(graphs_of(level, parts, allowed).await?))
    }
}

fn typed<M: Model>(graphs: Box<dyn Graphs>) -> Vec<Graph<M>> {
    *graphs
        .into_any()
        .downcast()
        .expect("the rows are of this model")
}

/// Refuses what is closed on this connection; gives the allow-list by which that was decided.
pub(crate) fn checked(connection: &dyn Connection, parts: &Parts) -> Result<Allowed> {
    let allowed = connection.inclusion_resolvers().allowed();
    let mut problems = Problems::default();
    allowed.check(parts, connection.dialect(), &mut problems);
    finished(parts.model, problems, allowed)
}

/// Loads the rows of a plan, with what comes with them.
pub(crate) async fn load(connection: &dyn Connection, plan: Plan, single: bool) -> Result<Level> {
    let find = Find {
        plan,
        single,
        whole: None,
    };
    match OfFilter(find).run_on(connection).await? {
        Found::Level(level) => Ok(level),
        Found::Whole(_) => unreachable!("nothing else was asked for"),
    }
}

/// Makes graphs of what was loaded, with what resolvers of the user's add.
pub(crate) async fn graphs_of(
    level: Level,
    parts: &Parts,
    allowed: &Allowed,
) -> Result<Box<dyn Graphs>> {
    let resolved = resolve(&level, parts, allowed).await?;
    let loaded = level.weight();
    let graphs = assembled(level, parts, resolved);
    check_size(parts.model, graphs.size(), loaded)?;
    Ok(graphs)
}

/// What one row holds of a relation, of which the branch is all that was loaded.
pub(crate) async fn followed(
    branch: Branch,
    scope: &Parts,
    many: bool,
    allowed: &Allowed,
) -> Result<Box<dyn Held>> {
    let below = match branch.targets.first() {
        Some(level) => resolve(level, scope, allowed).await?,
        None => Answers::default(),
    };
    let loaded = branch.targets.iter().map(Level::weight).sum();
    let held = of_branch(branch, scope, below, many, 1).pop();
    let held = held.expect("there is one row");
    check_size(scope.model, held.size(), loaded)?;
    Ok(held)
}

fn finished<T>(model: &'static ModelMetadata, problems: Problems, made: T) -> Result<T> {
    let what = format!("the filter of `{}`", model.name);
    let finished = problems.finish(made, ErrorKind::InvalidFilter, &what);
    finished.map_err(|error| error.of_model(model.name))
}

/// Rows that are shared are loaded once, but written wherever they belong, so that relations there and back would make an
/// answer of any size of a few rows.
fn check_size(model: &'static ModelMetadata, size: u64, loaded: u64) -> Result<()> {
    const ALWAYS_FINE: u64 = 1_000_000;
    const MOST_EACH: u64 = 100;
    if size <= ALWAYS_FINE.max(loaded.saturating_mul(MOST_EACH)) {
        return Ok(());
    }
    let mut problems = Problems::default();
    problems.at_key("include", |problems| {
        let message = format!("the answer would repeat {loaded} rows until there are {size}");
        problems.add(ProblemCode::OverBudget, message);
    });
    finished(model, problems, ())
}

/// What resolvers of the user's gave for the rows of one level and below it.
#[derive(Default)]
struct Answers {
    /// For each include of a resolver what it gave, one for each row.
    own: VecDeque<Vec<Box<dyn Held>>>,
    /// For each included relation.
    below: VecDeque<Answers>,
}

type Resolving<'a> = Pin<Box<dyn Future<Output = Result<Answers>> + Send + 'a>>;

/// Calls the resolvers, each once for all rows of a level. The database's connection was given back before.
fn resolve<'a>(level: &'a Level, parts: &'a Parts, allowed: &'a Allowed) -> Resolving<'a> {
    Box::pin(async move {
        let mut answers = Answers::default();
        let mut branches = level.branches.iter();
        for part in &parts.includes {
            match &part.included {
                Included::Relation { scope, .. } => {
                    let branch = branches.next().and_then(|branch| branch.targets.first());
                    let below = match branch {
                        Some(level) => resolve(level, scope, allowed).await?,
                        None => Answers::default(),
                    };
                    answers.below.push_back(below);
                }
                Included::Resolver { name, scope } => {
                    let resolver = allowed.resolver(parts.model, name);
                    let resolver = resolver.expect("the filter was checked by this list");
                    let mut held = Vec::new();
                    if level.rows.len() > 0 {
                        held = resolver.resolve(&*level.rows, name, scope.as_ref()).await?;
                    }
                    answers.own.push_back(held);
                }
            }
        }
        Ok(answers)
    })
}

/// Puts rows and what belongs to them together, from the innermost level outwards.
fn assembled(level: Level, parts: &Parts, mut answers: Answers) -> Box<dyn Graphs> {
    let rows = level.rows.len();
    let mut held: Vec<Vec<Box<dyn Held>>> = Vec::with_capacity(rows);
    held.resize_with(rows, || Vec::with_capacity(parts.includes.len()));
    let mut branches = level.branches.into_iter();
    for part in &parts.includes {
        let column = match &part.included {
            Included::Relation {
                relation, scope, ..
            } => {
                let branch = branches.next().expect("each relation has its branch");
                let below = answers.below.pop_front().unwrap_or_default();
                of_branch(branch, scope, below, relation.targets_many(), rows)
            }
            Included::Resolver { .. } => answers.own.pop_front().unwrap_or_default(),
        };
        for (held, cell) in held.iter_mut().zip(column) {
            held.push(cell);
        }
    }
    let graphing = level.rows.model().graphing;
    graphing(level.rows, Arc::new(Shape::of(parts)), held)
}

/// What each row holds of one relation.
fn of_branch(
    branch: Branch,
    scope: &Parts,
    below: Answers,
    many: bool,
    rows: usize,
) -> Vec<Box<dyn Held>> {
    match branch.places {
        Places::Groups(groups) => {
            let mut targets = branch.targets.into_iter();
            let level = targets.next().expect("the relation leads to one model");
            let targets = assembled(level, scope, below);
            let held = (0..rows).map(|row| match many {
                true => targets.many(groups.get(row)),
                false => targets.one(groups.get(row).first().copied()),
            });
            held.collect()
        }
        Places::Any(places) => {
            let targets = branch.targets.into_iter();
            let plain = targets.map(|level| {
                let scope = Parts::new(level.rows.model());
                assembled(level, &scope, Answers::default())
            });
            let targets: Vec<Box<dyn Graphs>> = plain.collect();
            let held = places.into_iter().map(|place| match place {
                Some((variant, at)) => targets[variant].one(Some(at)),
                None => targets[0].one(None),
            });
            held.collect()
        }
    }
}
