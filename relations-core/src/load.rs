//! The loader: runs a plan on a session, and gives its rows in levels. It knows models by their metadata only, and so is
//! compiled once, whatever is asked for; typed rows and graphs are put together from levels without I/O.

mod find;
mod index;
mod keys;
mod level;
mod separate;
mod sink;
use crate::driver::Session;
use crate::error::{Error, ErrorKind};
use crate::load::sink::Columns;
use crate::model::{Groups, Rows};
use crate::query::{PlannedInclude, Strategy};
use crate::sql::describe_key;
pub(crate) use find::{Find, FindCounted, FindTarget, Found, OfSource, WholeRows};
pub(crate) use level::{Branch, Level, LinkRows, Places};
use std::pin::Pin;

/// Why loading stopped.
enum Stop {
    Failed(Error),
    /// The data surprised the fast way, so the plan is to be loaded again with [`Strategy::Careful`].
    Surprised,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Failed(error)
    }
}

type Loading<'a, T> = Pin<Box<dyn Future<Output = Result<T, Stop>> + Send + 'a>>;

/// The rows with their includes, of which those that were not joined are loaded now.
fn finish<'a>(
    columns: Columns,
    includes: &'a [PlannedInclude],
    strategy: Strategy,
    session: &'a mut dyn Session,
) -> Loading<'a, Level> {
    Box::pin(async move {
        let Columns { rows, joined } = columns;
        let mut branches = Vec::with_capacity(includes.len());
        for (joined, include) in joined.into_iter().zip(includes) {
            let branch = match joined {
                Some(joined) => {
                    let places = Places::Groups(Groups::of_each(&joined.of_sources));
                    let below = &include.scope.includes;
                    let level = finish(joined.targets, below, strategy, session).await?;
                    Branch::new(vec![level], places)
                }
                None if include.relation.is_to_any() => {
                    separate::of_any(&*rows, include, session).await?
                }
                None => separate::load(&*rows, include, strategy, session).await?,
            };
            if include.is_required {
                check_present(&*rows, include, &branch, strategy)?;
            }
            branches.push(branch);
        }
        Ok(Level { rows, branches })
    })
}

/// A required key must lead to a row.
fn check_present(
    rows: &dyn Rows,
    include: &PlannedInclude,
    branch: &Branch,
    strategy: Strategy,
) -> Result<(), Stop> {
    let Places::Groups(groups) = &branch.places else {
        return Ok(());
    };
    let Some(source) = (0..groups.len()).find(|source| groups.get(*source).is_empty()) else {
        return Ok(());
    };
    if strategy == Strategy::Fast && !include.joined {
        // The target may have been deleted, source and all, after the source was read.
        return Err(Stop::Surprised);
    }
    let relation = include.relation;
    let fields = relation.source_fields().into_iter();
    let fields: Vec<usize> = fields.map(|field| rows.model().position(field)).collect();
    let key = describe_key(relation.key_to, &rows.values(source, &fields));
    let message = format!(
        "`{}`: no `{}` has {key}, which a required key refers to",
        relation.path(),
        relation.target().name
    );
    let error = Error::new(ErrorKind::DanglingKey, message);
    Err(error
        .of_model(relation.source().name)
        .of_relation(relation.name)
        .into())
}
