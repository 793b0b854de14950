//! The operations that load rows.

use crate::driver::{Number, RowSink, Session, Work, compiled_once};
use crate::error::{Error, Result};
use crate::load::level::Level;
use crate::load::sink::{PlanSink, is_absent};
use crate::load::{Stop, finish};
use crate::model::RelationMetadata;
use crate::query::{Condition, Plan, PlannedInclude, Strategy, fields_equal};
use crate::sql;
use crate::value::{RowReader, Value};
use std::any::Any;
use std::sync::Arc;

/// Loads the rows of a plan with their includes.
pub(crate) struct Find {
    pub(crate) plan: Plan,
    /// Whether the condition holds for one row at most.
    pub(crate) single: bool,
    /// What decodes rows whose includes are all joined straight into what the query gives, where the caller has it.
    pub(crate) whole: Option<Box<dyn WholeRows>>,
}

/// Rows that are decoded with all of their includes at once. Each row is complete when it is read, so nothing needs to be put
/// together; it is there because it is faster than levels where all includes are joined.
pub(crate) trait WholeRows: Any + Send {
    /// Decodes one row. Gives `false` where the data surprised, and the rows are to be loaded with care.
    fn read(&mut self, row: &mut dyn RowReader, includes: &[PlannedInclude]) -> Result<bool>;
}

/// What a [`Find`] gives.
pub(crate) enum Found {
    Level(Level),
    Whole(Box<dyn WholeRows>),
}

compiled_once!(Find => Found);

impl Work for Find {
    type Output = Found;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        self.plan.is_short(self.single)
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Found> {
        if self.plan.is_empty() {
            return Ok(Found::Level(Level::empty(&self.plan)));
        }
        load(self, session).await
    }
}

/// What is loaded the fast way, and again with care where the rows surprise.
trait Load: Send {
    type Found: Send;

    fn load(
        &mut self,
        strategy: Strategy,
        session: &mut dyn Session,
    ) -> impl Future<Output = Result<Self::Found, Stop>> + Send;
}

async fn load<L: Load>(loading: &mut L, session: &mut dyn Session) -> Result<L::Found> {
    for strategy in [Strategy::Fast, Strategy::Careful] {
        match loading.load(strategy, session).await {
            Ok(found) => return Ok(found),
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Surprised) => {}
        }
    }
    unreachable!("nothing surprises the careful way")
}

impl Load for Find {
    type Found = Found;

    async fn load(&mut self, strategy: Strategy, session: &mut dyn Session) -> Result<Found, Stop> {
        let (plan, dialect) = (&mut self.plan, session.dialect());
        plan.decide(strategy, self.single);
        let statement = sql::select(plan, self.single, dialect)?;
        if strategy == Strategy::Fast
            && plan.comes_whole(self.single)
            && let Some(rows) = self.whole.take()
        {
            let mut sink = WholeSink {
                rows,
                includes: &plan.includes,
                is_surprised: false,
            };
            session.fetch(statement, &mut sink).await?;
            return match sink.is_surprised {
                true => Err(Stop::Surprised),
                false => Ok(Found::Whole(sink.rows)),
            };
        }
        let mut sink = PlanSink::new(plan, strategy);
        session.fetch(statement, &mut sink).await?;
        if sink.is_surprised {
            return Err(Stop::Surprised);
        }
        let columns = sink.columns;
        if plan.includes.is_empty() {
            return Ok(Found::Level(Level {
                rows: columns.rows,
                branches: Vec::new(),
            }));
        }
        let includes = Arc::clone(&plan.includes);
        Ok(Found::Level(
            finish(columns, &includes, strategy, session).await?,
        ))
    }
}

/// Loads the rows of a plan that has a limit, and counts those that there are without it.
pub(crate) struct FindCounted {
    pub(crate) plan: Plan,
}

compiled_once!(FindCounted => (Level, u64));

impl Work for FindCounted {
    type Output = (Level, u64);

    fn is_read_only(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<(Level, u64)> {
        if self
            .plan
            .condition
            .as_ref()
            .is_some_and(Condition::is_never)
        {
            return Ok((Level::empty(&self.plan), 0));
        }
        load(self, session).await
    }
}

impl Load for FindCounted {
    type Found = (Level, u64);

    async fn load(
        &mut self,
        strategy: Strategy,
        session: &mut dyn Session,
    ) -> Result<(Level, u64), Stop> {
        let (plan, dialect) = (&mut self.plan, session.dialect());
        plan.decide(strategy, false);
        let statement = sql::select_counted(plan, dialect)?;
        let mut sink = CountedSink {
            plan: PlanSink::new(plan, strategy),
            at: plan.columns(),
            total: None,
        };
        session.fetch(statement, &mut sink).await?;
        if sink.plan.is_surprised {
            return Err(Stop::Surprised);
        }
        let (columns, total) = (sink.plan.columns, sink.total);
        let total = match total {
            Some(total) => total,
            // Where there is no row, none says how many there are before it.
            None if plan.offset.is_none_or(|rows| rows == 0) => 0,
            None => {
                let all = Plan {
                    limit: None,
                    offset: None,
                    ..plan.clone()
                };
                Number::of(sql::count(&all, dialect)?, session).await?
            }
        };
        let includes = Arc::clone(&plan.includes);
        let level = finish(columns, &includes, strategy, session).await?;
        Ok((level, total))
    }
}

/// Reads rows of which each has the number of all behind its columns.
struct CountedSink<'p> {
    plan: PlanSink<'p>,
    /// Where the number stands.
    at: usize,
    total: Option<u64>,
}

impl RowSink for CountedSink<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        self.plan.read(row, 0)?;
        if self.total.is_none() {
            self.total = Some(row.int(self.at)? as u64);
        }
        Ok(())
    }
}

struct WholeSink<'p> {
    rows: Box<dyn WholeRows>,
    includes: &'p [PlannedInclude],
    is_surprised: bool,
}

impl RowSink for WholeSink<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        if !self.is_surprised {
            self.is_surprised = !self.rows.read(row, self.includes)?;
        }
        Ok(())
    }
}

/// Finds the target of the source with this id, in one statement that tells a missing source from a missing target.
pub(crate) struct FindTarget {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) plan: Plan,
    pub(crate) id: Vec<Value>,
}

/// What came of looking for a source with its target.
pub(crate) enum OfSource {
    NoSource,
    NoTarget,
    Target(Level),
}

compiled_once!(FindTarget => OfSource);

impl Work for FindTarget {
    type Output = OfSource;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        self.plan.is_short(true)
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<OfSource> {
        load(self, session).await
    }
}

impl Load for FindTarget {
    type Found = OfSource;

    async fn load(
        &mut self,
        strategy: Strategy,
        session: &mut dyn Session,
    ) -> Result<OfSource, Stop> {
        let (plan, dialect) = (&mut self.plan, session.dialect());
        plan.decide(strategy, true);
        let source = fields_equal(self.relation.source().id_fields(), self.id.clone());
        let statement = sql::of_source(self.relation, plan, &source, dialect)?;
        let mut sink = OfSourceSink {
            plan: PlanSink::new(plan, strategy),
            is_fast: strategy == Strategy::Fast,
            has_source: false,
        };
        session.fetch(statement, &mut sink).await?;
        if sink.plan.is_surprised {
            return Err(Stop::Surprised);
        }
        let (columns, has_source) = (sink.plan.columns, sink.has_source);
        if columns.rows.len() == 0 {
            return Ok(match has_source {
                true => OfSource::NoTarget,
                false => OfSource::NoSource,
            });
        }
        let includes = Arc::clone(&plan.includes);
        Ok(OfSource::Target(
            finish(columns, &includes, strategy, session).await?,
        ))
    }
}

struct OfSourceSink<'p> {
    plan: PlanSink<'p>,
    is_fast: bool,
    has_source: bool,
}

impl RowSink for OfSourceSink<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        let rows = &self.plan.columns.rows;
        if rows.len() > 0 {
            // A second row: a joined `has_one` has several targets, or a constraint is missing on the key.
            self.plan.is_surprised |= self.is_fast;
            return Ok(());
        }
        self.has_source = true;
        match is_absent(rows.model(), row, 0) {
            Ok(true) => Ok(()),
            Ok(false) => self.plan.read(row, 0),
            Err(error) => Err::<(), Error>(error),
        }
    }
}
