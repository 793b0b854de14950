//! What takes the rows of statements.

use crate::driver::RowSink;
use crate::error::{Error, Result};
use crate::load::index::Index;
use crate::load::keys::KeyColumns;
use crate::model::{ModelMetadata, RelationKind, Rows};
use crate::query::{Plan, PlannedInclude, Strategy, TargetAggregates, TargetValues};
use crate::value::{DecodeError, RowReader, hash};

/// The rows of one statement, and the targets that came with them.
pub(super) struct Columns {
    pub(super) rows: Box<dyn Rows>,
    /// One for each include; nothing where it is not joined.
    pub(super) joined: Vec<Option<Box<Joined>>>,
}

/// The targets that came with their sources.
pub(super) struct Joined {
    pub(super) targets: Columns,
    /// The target of each source.
    pub(super) of_sources: Vec<Option<usize>>,
    shared: Option<Shared>,
}

/// The targets of a `belongs_to` by their keys: each is read once, however many sources share it.
struct Shared {
    /// The fields of a source that hold the key.
    fields: Vec<usize>,
    index: Index,
    /// The target of each key.
    targets: Vec<Option<usize>>,
}

impl Columns {
    pub(super) fn new(plan: &Plan) -> Columns {
        let joined = plan.includes.iter().map(|include| {
            let joined = || Box::new(Joined::new(plan.model, include));
            include.joined.then(joined)
        });
        Columns {
            rows: plan.model.new_rows(),
            joined: joined.collect(),
        }
    }

    /// Reads one row whose columns start there: the model, then each joined include. Gives where they end.
    fn read(
        &mut self,
        row: &mut dyn RowReader,
        start: usize,
        includes: &[PlannedInclude],
    ) -> Result<usize> {
        self.rows.read(row, start)?;
        let mut at = start + self.rows.model().fields.len();
        for (joined, include) in self.joined.iter_mut().zip(includes) {
            if let Some(joined) = joined {
                joined.read(&*self.rows, row, at, include)?;
                at += include.scope.columns();
            }
        }
        Ok(at)
    }
}

impl Joined {
    fn new(source: &'static ModelMetadata, include: &PlannedInclude) -> Joined {
        let is_shared = include.relation.kind == RelationKind::BelongsTo;
        let shared = || {
            let key = include.relation.source_fields();
            Shared {
                fields: key.iter().map(|field| source.position(field)).collect(),
                index: Index::of(&key, 0),
                targets: Vec::new(),
            }
        };
        Joined {
            targets: Columns::new(&include.scope),
            of_sources: Vec::new(),
            shared: is_shared.then(shared),
        }
    }

    /// Reads the columns of the target of the last source.
    fn read(
        &mut self,
        sources: &dyn Rows,
        row: &mut dyn RowReader,
        at: usize,
        include: &PlannedInclude,
    ) -> Result<()> {
        let source = sources.len() - 1;
        let known = self.shared.as_ref().and_then(|shared| {
            let position = shared.index.of_row(sources, source, &shared.fields)?;
            Some(shared.targets[position])
        });
        let target = match known {
            Some(target) => target,
            None => {
                let target = self.read_target(row, at, include)?;
                if let Some(shared) = &mut self.shared {
                    let position = shared.targets.len();
                    let Shared { index, fields, .. } = shared;
                    index.set(sources, source, fields, position);
                    shared.targets.push(target);
                }
                target
            }
        };
        self.of_sources.push(target);
        Ok(())
    }

    fn read_target(
        &mut self,
        row: &mut dyn RowReader,
        at: usize,
        include: &PlannedInclude,
    ) -> Result<Option<usize>> {
        if is_absent(include.scope.model, row, at)? {
            return Ok(None);
        }
        self.targets.read(row, at, &include.scope.includes)?;
        Ok(Some(self.targets.rows.len() - 1))
    }
}

/// Whether the columns that start there are those of a missing row: its id is NULL.
pub(super) fn is_absent(
    model: &'static ModelMetadata,
    row: &mut dyn RowReader,
    at: usize,
) -> Result<bool> {
    let id = model.id[0];
    let absent = row.is_null(at + id);
    absent.map_err(|error| Error::decode(model, &model.fields[id], error))
}

/// Reads the rows of one statement of a plan.
pub(super) struct PlanSink<'p> {
    pub(super) columns: Columns,
    includes: &'p [PlannedInclude],
    /// Whether a row with the id of the row before shows that a joined `has_one` has several targets.
    watches_repeats: bool,
    /// Whether such a row came. Whatever follows is passed over.
    pub(super) is_surprised: bool,
}

impl<'p> PlanSink<'p> {
    pub(super) fn new(plan: &'p Plan, strategy: Strategy) -> Self {
        PlanSink {
            columns: Columns::new(plan),
            includes: &plan.includes,
            watches_repeats: strategy == Strategy::Fast && plan.has_joins(),
            is_surprised: false,
        }
    }

    /// Leaves it to the caller to watch for repeated rows; says whether it is needed.
    pub(super) fn take_watch(&mut self) -> bool {
        std::mem::take(&mut self.watches_repeats)
    }

    pub(super) fn read(&mut self, row: &mut dyn RowReader, start: usize) -> Result<()> {
        if self.is_surprised {
            return Ok(());
        }
        self.columns.read(row, start, self.includes)?;
        let rows = &self.columns.rows;
        if self.watches_repeats && rows.len() > 1 {
            let last = rows.len() - 1;
            self.is_surprised = rows.are_same(last - 1, last);
        }
        Ok(())
    }
}

impl RowSink for PlanSink<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        self.read(row, 0)
    }
}

/// How a row says which of the keys it was found by.
pub(super) enum Finding<'k> {
    /// By the position of the key, which is its first column.
    Position(Position),
    /// By the key itself.
    Key {
        index: &'k Index,
        columns: KeyColumns,
    },
}

/// The column that holds the position of a key.
#[derive(Clone, Copy)]
pub(super) struct Position {
    /// What the database counts from.
    pub(super) first: usize,
    /// How many keys earlier statements had.
    pub(super) before: usize,
    /// How many keys there are in all statements.
    pub(super) keys: usize,
}

impl Position {
    fn read(self, row: &mut dyn RowReader, model: &'static ModelMetadata) -> Result<usize> {
        let failed = |error| Error::decode(model, &model.fields[model.id[0]], error);
        let position = row.int(0).map_err(failed)?;
        let counted = usize::try_from(position).ok();
        let key = counted.and_then(|counted| Some(counted.checked_sub(self.first)? + self.before));
        key.filter(|key| *key < self.keys).ok_or_else(|| {
            let reason = format!(
                "{position} is not the position of one of {} keys",
                self.keys
            );
            failed(DecodeError::new(reason))
        })
    }
}

impl Finding<'_> {
    /// The number of columns that say it.
    fn columns(&self) -> usize {
        match self {
            Finding::Position(_) => 1,
            Finding::Key { columns, .. } => columns.fields.len(),
        }
    }

    fn read(
        &self,
        row: &mut dyn RowReader,
        model: &'static ModelMetadata,
    ) -> Result<Option<usize>> {
        match self {
            Finding::Position(position) => position.read(row, model).map(Some),
            Finding::Key { index, columns } => index.read(row, columns),
        }
    }
}

/// Reads targets that hold the keys of their sources.
pub(super) struct TargetSink<'p> {
    pub(super) plan: PlanSink<'p>,
    /// Where the database says by which key it found a row; the keys are compared afterwards otherwise.
    pub(super) position: Option<Position>,
    pub(super) of_targets: Vec<usize>,
}

impl RowSink for TargetSink<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        let Some(position) = self.position else {
            return self.plan.read(row, 0);
        };
        let position = position.read(row, self.plan.columns.rows.model())?;
        self.of_targets.push(position);
        self.plan.read(row, 1)
    }
}

/// Reads links, each with its target. A target is read once, however many links lead to it.
pub(super) struct LinkSink<'p> {
    pub(super) plan: PlanSink<'p>,
    pub(super) from: Finding<'p>,
    /// The key of the target, and the targets that were read.
    pub(super) to: KeyColumns,
    pub(super) known: Index,
    /// The links, if asked for.
    pub(super) links: Option<Box<dyn Rows>>,
    /// Whether a second row of one source and target shows that a joined `has_one` has several targets.
    pub(super) watches_repeats: bool,
    pub(super) seen: hash::Set<(usize, usize)>,
    /// For each link the position of its source's key, and of its target.
    pub(super) key_of_links: Vec<usize>,
    pub(super) target_of_links: Vec<usize>,
}

impl RowSink for LinkSink<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        if self.plan.is_surprised {
            return Ok(());
        }
        let mut at = self.from.columns() + self.to.fields.len();
        let Some(key) = self.from.read(row, self.to.model)? else {
            return Ok(());
        };
        let Some((target, is_new)) = self.known.read_or_add(row, &self.to)? else {
            return Ok(());
        };
        if let Some(links) = &mut self.links {
            links.read(row, at)?;
            at += links.model().fields.len();
        }
        if is_new {
            self.plan.read(row, at)?;
        }
        if self.watches_repeats && !self.seen.insert((key, target)) {
            self.plan.is_surprised = true;
        }
        self.key_of_links.push(key);
        self.target_of_links.push(target);
        Ok(())
    }
}

/// Reads keys with a number each.
pub(super) struct CountSink<'k> {
    pub(super) key: Finding<'k>,
    pub(super) model: &'static ModelMetadata,
    pub(super) counts: Vec<u64>,
    /// What else is computed of each key's targets.
    pub(super) aggregates: Option<&'k TargetAggregates>,
    pub(super) values: Vec<Option<TargetValues>>,
}

impl RowSink for CountSink<'_> {
    fn row(&mut self, row: &mut dyn RowReader) -> Result<()> {
        let key = self.key.read(row, self.model)?;
        let failed = |error| Error::decode(self.model, &self.model.fields[0], error);
        let count = row.uint(self.key.columns()).map_err(failed)?;
        if let Some(key) = key {
            self.counts[key] += count;
            if let Some(aggregates) = self.aggregates {
                let read = (aggregates.read)(row, self.key.columns() + 1);
                self.values[key] = Some(read.map_err(failed)?);
            }
        }
        Ok(())
    }
}
