//! Loading the rows of a plan and its includes for models that are known by their metadata only.
//!
//! The same plan, the same statements and the same rules as for a typed query (`include.rs`, `load.rs`); only what is
//! decoded is decided here at run time.

use super::rows::Rows;
use crate::connection::{Operation, RowReader, RowSink, Session};
use crate::error::{Error, Result};
use crate::hash;
use crate::key::Key as KeyValue;
use crate::load::{KeySet, Keys, place};
use crate::metadata::{FieldMetadata, ModelMetadata, RelationKind, RelationMetadata};
use crate::plan::{Plan, PlannedInclude, Strategy};
use crate::polymorphic::unknown_word;
use crate::slot::Groups;
use crate::statement;
use crate::value::Value;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::sync::Arc;

/// A key as values; floats and the like are no keys.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Key(Vec<Value>);

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for value in &self.0 {
            match value {
                Value::Int(value) => value.hash(state),
                Value::Uint(value) => value.hash(state),
                Value::Text(value) => value.hash(state),
                Value::Bytes(value) => value.hash(state),
                #[cfg(feature = "uuid")]
                Value::Uuid(value) => value.hash(state),
                #[cfg(feature = "chrono")]
                Value::Date(value) => value.hash(state),
                _ => {}
            }
        }
    }
}

impl KeyValue for Key {
    fn push_values(&self, values: &mut Vec<Value>) {
        values.extend_from_slice(&self.0);
    }
}

/// The rows of one level with what was loaded for them.
pub(super) struct Level {
    pub(super) rows: Box<dyn Rows>,
    /// One for each include of the plan.
    pub(super) branches: Vec<Branch>,
}

impl Level {
    /// How many rows were loaded at this level and below it, and how many were told whose they are.
    pub(super) fn weight(&self) -> u64 {
        let branches = self.branches.iter().map(|branch| {
            let placed = match &branch.places {
                Places::Groups(groups) => groups.items(),
                Places::Any(places) => places.len(),
            };
            let below = branch.targets.iter().map(Level::weight);
            placed as u64 + below.sum::<u64>()
        });
        self.rows.len() as u64 + branches.sum::<u64>()
    }
}

/// What was loaded for one include.
pub(super) struct Branch {
    /// One level, or one for each model of a polymorphic relation.
    pub(super) targets: Vec<Level>,
    pub(super) places: Places,
}

/// Which targets are whose.
pub(super) enum Places {
    /// The positions of each source's targets.
    Groups(Groups),
    /// The model of each source's target, and its position.
    Any(Vec<Option<(usize, usize)>>),
}

/// Loads the rows of a plan.
pub(super) struct FindGraphs {
    pub(super) plan: Plan,
    /// Whether the condition holds for one row at most.
    pub(super) single: bool,
}

impl Operation for FindGraphs {
    type Output = Level;

    fn is_read_only(&self) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        self.plan.is_short(self.single)
    }

    async fn run<S: Session>(mut self, session: &mut S) -> Result<Level> {
        if self.plan.is_empty() {
            return Ok(empty(&self.plan));
        }
        match self.load(Strategy::Fast, session).await {
            Err(error) if error.wants_care() => self.load(Strategy::Careful, session).await,
            loaded => loaded,
        }
    }
}

impl FindGraphs {
    async fn load<S: Session>(&mut self, strategy: Strategy, session: &mut S) -> Result<Level> {
        let plan = &mut self.plan;
        plan.decide(strategy, session.dialect(), self.single);
        let statement = statement::select(plan, self.single, session.dialect())?;
        let sink = session.fetch(statement, Sink::new(plan, strategy)).await?;
        finish(sink.columns, &plan.includes, strategy, session).await
    }
}

/// A level without rows.
fn empty(plan: &Plan) -> Level {
    let branches = plan.includes.iter().map(|include| Branch {
        targets: targets_of(include).map(|plan| empty(&plan)).collect(),
        places: match include.relation.is_to_any() {
            true => Places::Any(Vec::new()),
            false => Places::Groups(Groups::empty(0)),
        },
    });
    Level {
        rows: plan.model.new_rows(),
        branches: branches.collect(),
    }
}

/// The scope of an include for each model that it leads to.
fn targets_of(include: &PlannedInclude) -> Box<dyn Iterator<Item = Plan> + '_> {
    match include.relation.is_to_any() {
        true => Box::new(include.relation.targets().into_iter().map(Plan::new)),
        false => Box::new(std::iter::once(include.scope.clone())),
    }
}

/// The rows of one statement at one level, and what is needed of them to load their includes.
struct Columns {
    model: &'static ModelMetadata,
    rows: Box<dyn Rows>,
    includes: Vec<IncludeColumns>,
}

/// What is read of each row for one include.
struct IncludeColumns {
    relation: &'static RelationMetadata,
    /// The position and the field of each part of the key.
    key: Vec<(usize, &'static FieldMetadata)>,
    /// The position of a polymorphic relation's discriminator.
    word: Option<usize>,
    keys: KeySet<Key>,
    /// The model that each row refers to, and the key; of a polymorphic relation.
    references: Vec<Option<(usize, Key)>>,
    joined: Option<Box<Joined>>,
}

/// The targets that came with their sources.
struct Joined {
    targets: Columns,
    of_sources: Vec<Option<usize>>,
    /// The targets of a `belongs_to` by their keys: each is read once, however many sources share it.
    of_keys: hash::Map<Key, Option<usize>>,
}

impl Columns {
    fn new(plan: &Plan) -> Self {
        let model = plan.model;
        let includes = plan.includes.iter().map(|include| {
            let relation = include.relation;
            let fields = relation.source_fields().into_iter();
            let word = relation.discriminator().filter(|_| relation.is_to_any());
            IncludeColumns {
                relation,
                key: fields.map(|field| (model.position(field), field)).collect(),
                word: word
                    .and_then(|name| model.fields.iter().position(|field| field.name == name)),
                keys: KeySet::default(),
                references: Vec::new(),
                joined: include.joined.then(|| {
                    Box::new(Joined {
                        targets: Columns::new(&include.scope),
                        of_sources: Vec::new(),
                        of_keys: hash::Map::default(),
                    })
                }),
            }
        });
        Columns {
            model,
            rows: model.new_rows(),
            includes: includes.collect(),
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
        let mut at = start + self.model.fields.len();
        for (columns, include) in self.includes.iter_mut().zip(includes) {
            // The targets of a joined `has_one` have one source each, so no key tells them apart.
            let needs_keys = !include.joined || include.relation.kind == RelationKind::BelongsTo;
            let keys = match needs_keys {
                true => columns.read_keys(self.model, row, start)?,
                false => Vec::new(),
            };
            if let Some(joined) = &mut columns.joined {
                joined.read(keys.into_iter().next(), row, at, include)?;
                at += include.scope.columns();
            } else {
                columns.keys.push(keys);
            }
        }
        Ok(at)
    }
}

impl IncludeColumns {
    /// The keys that a row has of its targets.
    fn read_keys(
        &mut self,
        model: &'static ModelMetadata,
        row: &mut dyn RowReader,
        start: usize,
    ) -> Result<Vec<Key>> {
        let key = read_key(model, &self.key, row, start)?;
        if let Some(at) = self.word {
            let word = read_value(model, at, row, start)?;
            self.references.push(self.reference(word, key)?);
            return Ok(Vec::new());
        }
        Ok(match key {
            None => Vec::new(),
            Some(key) if self.relation.kind == RelationKind::ReferencesMany => {
                let lists = key.0.into_iter();
                let values = lists.flat_map(|list| match list {
                    Value::List(values) => values,
                    other => vec![other],
                });
                values.map(|value| Key(vec![value])).collect()
            }
            Some(key) => vec![key],
        })
    }

    fn reference(&self, word: Value, key: Option<Key>) -> Result<Option<(usize, Key)>> {
        let Value::Text(word) = word else {
            return Ok(None);
        };
        let mut words = self.relation.discriminator_values().iter();
        let Some(at) = words.position(|known| *known == word) else {
            return Err(unknown_word(self.relation, &word));
        };
        Ok(key.map(|key| (at, key)))
    }
}

impl Joined {
    /// Reads the columns of the target of one row.
    fn read(
        &mut self,
        key: Option<Key>,
        row: &mut dyn RowReader,
        at: usize,
        include: &PlannedInclude,
    ) -> Result<()> {
        let known = key.as_ref().and_then(|key| self.of_keys.get(key));
        let target = match known {
            Some(target) => *target,
            None => self.read_target(row, at, include)?,
        };
        if let Some(key) = key {
            self.of_keys.insert(key, target);
        }
        self.of_sources.push(target);
        Ok(())
    }

    fn read_target(
        &mut self,
        row: &mut dyn RowReader,
        at: usize,
        include: &PlannedInclude,
    ) -> Result<Option<usize>> {
        let model = include.scope.model;
        let id = model.id[0];
        let absent = row.is_null(at + id);
        if absent.map_err(|misread| Error::decode(model.name, &model.fields[id], misread))? {
            return Ok(None);
        }
        self.targets.read(row, at, &include.scope.includes)?;
        Ok(Some(self.targets.rows.len() - 1))
    }
}

fn read_value(
    model: &'static ModelMetadata,
    at: usize,
    row: &mut dyn RowReader,
    start: usize,
) -> Result<Value> {
    let field = &model.fields[at];
    let mut row = row;
    let value = Value::read(&mut row, start + at, field.kind);
    value.map_err(|misread| Error::decode(model.name, field, misread))
}

/// The key in these columns; none where a part is null.
fn read_key(
    model: &'static ModelMetadata,
    fields: &[(usize, &'static FieldMetadata)],
    row: &mut dyn RowReader,
    start: usize,
) -> Result<Option<Key>> {
    let mut values = Vec::with_capacity(fields.len());
    for (at, field) in fields {
        let mut row = &mut *row;
        let value = Value::read(&mut row, start + at, field.kind);
        values.push(value.map_err(|misread| Error::decode(model.name, field, misread))?);
    }
    Ok((!values.contains(&Value::Null)).then_some(Key(values)))
}

/// Reads the rows of one statement.
struct Sink {
    columns: Columns,
    includes: Arc<Vec<PlannedInclude>>,
    /// Whether a row with the id of the row before shows that a joined `has_one` has several targets.
    watches_repeats: bool,
    id: Vec<(usize, &'static FieldMetadata)>,
    last: Option<Key>,
}

impl Sink {
    fn new(plan: &Plan, strategy: Strategy) -> Self {
        Sink {
            columns: Columns::new(plan),
            includes: plan.includes.clone(),
            watches_repeats: strategy == Strategy::Fast && plan.has_joins(),
            id: id_of(plan.model),
            last: None,
        }
    }

    fn read(&mut self, row: &mut dyn RowReader, start: usize) -> Result<()> {
        self.columns.read(row, start, &self.includes)?;
        if self.watches_repeats {
            let id = read_key(self.columns.model, &self.id, row, start)?;
            if id == self.last {
                return Err(Error::needs_care());
            }
            self.last = id;
        }
        Ok(())
    }
}

impl RowSink for Sink {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        self.read(row, 0)
    }
}

fn id_of(model: &'static ModelMetadata) -> Vec<(usize, &'static FieldMetadata)> {
    let id = model.id.iter();
    id.map(|at| (*at, &model.fields[*at])).collect()
}

/// Reads targets that hold the keys of their sources.
struct KeyedSink {
    sink: Sink,
    key: Vec<(usize, &'static FieldMetadata)>,
    at: Arc<hash::Map<Key, usize>>,
    /// The key of each target; a stray one where the database compares keys otherwise.
    of_targets: Vec<usize>,
    /// The field that holds the id of each target, and the ids, where targets are still to be sorted by them.
    ids: Option<(usize, Vec<i64>)>,
}

impl RowSink for KeyedSink {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        let key = read_key(self.sink.columns.model, &self.key, row, 0)?;
        let at = key.and_then(|key| self.at.get(&key).copied());
        self.of_targets.push(at.unwrap_or(self.at.len()));
        if let Some((at, ids)) = &mut self.ids {
            let model = self.sink.columns.model;
            let id = row.int(*at);
            ids.push(id.map_err(|misread| Error::decode(model.name, &model.fields[*at], misread))?);
        }
        self.sink.read(row, 0)
    }
}

/// Reads links, each with its target.
struct LinkSink {
    sink: Sink,
    link: &'static ModelMetadata,
    /// The fields of a link that hold the key of its source, and of its target.
    from: Vec<&'static FieldMetadata>,
    to: Vec<&'static FieldMetadata>,
    at: Arc<hash::Map<Key, usize>>,
    /// Whether a second row of one source and target shows that a joined `has_one` has several targets.
    watches_repeats: bool,
    seen: hash::Set<(usize, usize)>,
    /// The targets that were read, by the key that links have of them.
    known: hash::Map<Key, usize>,
    key_of_ties: Vec<usize>,
    ties: Vec<usize>,
}

impl RowSink for LinkSink {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        let key = read_key(self.link, &numbered(&self.from), row, 0)?;
        let target = read_key(self.link, &numbered(&self.to), row, self.from.len())?;
        let key = key.and_then(|key| self.at.get(&key).copied());
        let (Some(key), Some(target)) = (key, target) else {
            return Ok(());
        };
        let tie = match self.known.get(&target) {
            Some(known) => *known,
            None => {
                self.sink.read(row, self.from.len() + self.to.len())?;
                let position = self.sink.columns.rows.len() - 1;
                self.known.insert(target, position);
                position
            }
        };
        if self.watches_repeats && !self.seen.insert((key, tie)) {
            return Err(Error::needs_care());
        }
        self.key_of_ties.push(key);
        self.ties.push(tie);
        Ok(())
    }
}

/// Fields that stand one after the other.
fn numbered(fields: &[&'static FieldMetadata]) -> Vec<(usize, &'static FieldMetadata)> {
    fields.iter().copied().enumerate().collect()
}

type Finishing<'a> = Pin<Box<dyn Future<Output = Result<Level>> + Send + 'a>>;

/// Loads the includes that were not joined.
fn finish<'a, S: Session>(
    columns: Columns,
    includes: &'a [PlannedInclude],
    strategy: Strategy,
    session: &'a mut S,
) -> Finishing<'a> {
    Box::pin(async move {
        let mut branches = Vec::with_capacity(includes.len());
        for (columns, include) in columns.includes.into_iter().zip(includes) {
            branches.push(match columns.joined {
                Some(joined) => joined_branch(*joined, include, strategy, session).await?,
                None if include.relation.is_to_any() => {
                    any_branch(columns.references, include, session).await?
                }
                None => apart(columns.keys.finish(), include, strategy, session).await?,
            });
        }
        Ok(Level {
            rows: columns.rows,
            branches,
        })
    })
}

async fn joined_branch<S: Session>(
    joined: Joined,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<Branch> {
    let groups = Groups::of_each(&joined.of_sources);
    let level = finish(joined.targets, &include.scope.includes, strategy, session).await?;
    Ok(Branch {
        targets: vec![level],
        places: Places::Groups(groups),
    })
}

/// Loads the targets of all sources with statements of their own.
async fn apart<S: Session>(
    keys: Keys<Key>,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<Branch> {
    if keys.distinct().is_empty() || include.scope.is_empty() {
        return Ok(Branch {
            targets: vec![empty(&include.scope)],
            places: Places::Groups(Groups::empty(keys.of_sources().len())),
        });
    }
    let (columns, of_keys, ties) = match include.relation.through() {
        Some(_) => by_links(&keys, include, strategy, session).await?,
        None => by_key(&keys, include, strategy, session).await?,
    };
    let targets = columns.rows.len();
    let (groups, _) = place::<()>(
        include,
        keys.of_sources(),
        &of_keys,
        ties.as_deref(),
        targets,
        Vec::new(),
    );
    let level = finish(columns, &include.scope.includes, strategy, session).await?;
    Ok(Branch {
        targets: vec![level],
        places: Places::Groups(groups),
    })
}

/// The rows found, for each key the positions among its ties, and the target of each tie where links made them.
type Found = (Columns, Groups, Option<Vec<usize>>);

async fn by_key<S: Session>(
    keys: &Keys<Key>,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<Found> {
    let (scope, relation) = (&include.scope, include.relation);
    let fields = relation.target_fields().into_iter();
    let mut sink = KeyedSink {
        // A repeated row shows by the number of rows, since targets come in no order.
        sink: Sink::new(scope, strategy),
        key: fields
            .map(|field| (scope.model.position(field), field))
            .collect(),
        at: keys.at(),
        of_targets: Vec::new(),
        ids: match statement::is_sorted_in_memory(include) {
            true => scope.model.number_id().map(|id| (id, Vec::new())),
            false => None,
        },
    };
    let statements = statement::select_by_keys(include, keys.distinct(), session.dialect())?;
    for statement in statements {
        sink = session.fetch(statement, sink).await?;
    }
    let stray = keys.distinct().len();
    let found = sink.of_targets.len();
    if strategy == Strategy::Fast && relation.refers_to_id() && found > stray {
        return Err(Error::needs_care());
    }
    let mut groups = Groups::sorted(stray + 1, &sink.of_targets);
    if let Some((_, ids)) = &sink.ids {
        groups.sort_each(ids);
    }
    Ok((sink.sink.columns, groups, None))
}

async fn by_links<S: Session>(
    keys: &Keys<Key>,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<Found> {
    let through = include.relation.through().expect("it goes through links");
    let mut targets = Sink::new(&include.scope, strategy);
    let watches_repeats = std::mem::take(&mut targets.watches_repeats);
    let mut sink = LinkSink {
        sink: targets,
        link: through.model(),
        from: through.source_fields(),
        to: through.target_fields(),
        at: keys.at(),
        watches_repeats,
        seen: hash::Set::default(),
        known: hash::Map::default(),
        key_of_ties: Vec::new(),
        ties: Vec::new(),
    };
    let statements = statement::select_by_keys(include, keys.distinct(), session.dialect())?;
    for statement in statements {
        sink = session.fetch(statement, sink).await?;
    }
    let groups = Groups::sorted(keys.distinct().len(), &sink.key_of_ties);
    Ok((sink.sink.columns, groups, Some(sink.ties)))
}

/// Loads the rows behind a polymorphic `belongs_to`, those of each model with statements of their own.
async fn any_branch<S: Session>(
    references: Vec<Option<(usize, Key)>>,
    include: &PlannedInclude,
    session: &mut S,
) -> Result<Branch> {
    let (mut targets, mut positions) = (Vec::new(), Vec::new());
    for (variant, model) in include.relation.targets().into_iter().enumerate() {
        let mut keys = KeySet::default();
        let own = references.iter().flatten().filter(|(at, _)| *at == variant);
        own.for_each(|(_, key)| keys.push([key.clone()]));
        let keys = keys.finish();
        let plan = Plan::new(model);
        let mut sink = KeyedSink {
            sink: Sink::new(&plan, Strategy::Careful),
            key: id_of(model),
            at: keys.at(),
            of_targets: Vec::new(),
            ids: None,
        };
        let distinct = keys.distinct();
        if !distinct.is_empty() {
            for statement in statement::select_by_ids(model, distinct, session.dialect())? {
                sink = session.fetch(statement, sink).await?;
            }
        }
        let mut of_keys = vec![None; keys.distinct().len() + 1];
        for (at, key) in sink.of_targets.iter().enumerate() {
            of_keys[*key] = Some(at);
        }
        positions.push((keys, of_keys));
        targets.push(Level {
            rows: sink.sink.columns.rows,
            branches: Vec::new(),
        });
    }
    let places = references.into_iter().map(|reference| {
        let (variant, key) = reference?;
        let (keys, of_keys) = &positions[variant];
        let at = of_keys[*keys.at().get(&key)?]?;
        Some((variant, at))
    });
    Ok(Branch {
        targets,
        places: Places::Any(places.collect()),
    })
}
