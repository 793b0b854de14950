//! Loading targets with statements of their own, for all sources at once.

use crate::connection::{Row, RowReader, RowSink, Session};
use crate::error::{Error, Result};
use crate::hash;
use crate::include::{LastId, Tree, is_absent};
use crate::key::{Key, KeyFields, KeysOf, same_key};
use crate::kind::{Kind, LinkOf};
use crate::metadata::{FieldMetadata, ModelMetadata, RelationKind};
use crate::model::{self, Model};
use crate::plan::{Plan, PlannedInclude, Strategy};
use crate::relation::Relation;
use crate::slot::{Groups, Loaded};
use crate::statement;
use std::marker::PhantomData;
use std::sync::Arc;

/// The keys of some sources, each once, and which of them each source holds.
#[derive(Debug)]
pub struct Keys<K> {
    /// The position of each key. Shared with the sinks that read the rows, which may be on another thread.
    at: Arc<hash::Map<K, usize>>,
    distinct: Vec<K>,
    of_sources: Groups,
}

/// The keys of sources, as they come.
pub(crate) struct KeySet<K> {
    at: hash::Map<K, usize>,
    distinct: Vec<K>,
    of_sources: Groups,
}

impl<K> Default for KeySet<K> {
    fn default() -> Self {
        KeySet {
            at: hash::Map::default(),
            distinct: Vec::new(),
            of_sources: Groups::default(),
        }
    }
}

impl<K: Key> KeySet<K> {
    /// With room for so many keys of so many sources.
    fn with_capacity(keys: usize, sources: usize) -> Self {
        KeySet {
            at: hash::map_for(keys),
            distinct: Vec::with_capacity(keys),
            of_sources: Groups::with_capacity(sources, sources),
        }
    }

    /// Adds the keys of the next source.
    pub(crate) fn push(&mut self, keys: impl IntoIterator<Item = K>) {
        for key in keys {
            let next = self.distinct.len();
            let distinct = &mut self.distinct;
            let position = *self.at.entry(key).or_insert_with_key(|key: &K| {
                distinct.push(key.clone());
                next
            });
            self.of_sources.push(position);
        }
        self.of_sources.close();
    }

    pub(crate) fn finish(self) -> Keys<K> {
        Keys {
            at: Arc::new(self.at),
            distinct: self.distinct,
            of_sources: self.of_sources,
        }
    }
}

impl<K: Key> Keys<K> {
    pub(crate) fn of<R: Relation<Key = K>>(sources: &[R::Source]) -> Self {
        // Of a source's own key there are as many as sources; what sources refer to, they share.
        let many = match R::metadata().kind {
            RelationKind::HasOne | RelationKind::HasMany => sources.len(),
            RelationKind::BelongsTo | RelationKind::ReferencesMany => 0,
        };
        let mut keys = KeySet::with_capacity(many, sources.len());
        for source in sources {
            keys.push(R::KeyFrom::read(source));
        }
        keys.finish()
    }

    /// Each key once.
    pub(crate) fn distinct(&self) -> &[K] {
        &self.distinct
    }

    /// The positions of the keys that each source holds.
    pub(crate) fn of_sources(&self) -> &Groups {
        &self.of_sources
    }

    /// The position of each key.
    pub(crate) fn at(&self) -> Arc<hash::Map<K, usize>> {
        self.at.clone()
    }

    /// The first key of a source.
    pub(crate) fn of_source(&self, source: usize) -> Option<K> {
        let first = self.of_sources.get(source).first()?;
        Some(self.distinct[*first].clone())
    }
}

/// The targets of some keys.
#[derive(Debug)]
pub struct Found<T, L> {
    targets: Vec<T>,
    /// For each key, the positions among its ties.
    of_keys: Groups,
    /// The target of each tie; where there are no links, each target is its own.
    ties: Option<Vec<usize>>,
    /// The link of each tie, if asked for.
    links: Vec<Option<L>>,
}

/// Loads the targets of all sources.
pub(crate) async fn targets<R: Relation, Q: Tree<Model = R::Target>, S: Session>(
    keys: &Keys<R::Key>,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<Loaded<Q::Output, LinkOf<R>>> {
    let sources = keys.of_sources.len();
    if keys.distinct.is_empty() || include.scope.is_empty() {
        return Ok(Loaded::none(sources));
    }
    let found = R::Kind::load::<Q, S>(keys, include, strategy, session).await?;
    let (of_sources, links) = place(
        include,
        &keys.of_sources,
        &found.of_keys,
        found.ties.as_deref(),
        found.targets.len(),
        found.links,
    );
    Ok(Loaded {
        targets: found.targets,
        of_sources,
        links,
    })
}

/// Which of so many targets are whose, and the links that lead there. `of_keys` has the positions of each key's ties,
/// `ties` the target of each, where a tie is not the target itself.
pub(crate) fn place<L>(
    include: &PlannedInclude,
    of_sources: &Groups,
    of_keys: &Groups,
    ties: Option<&[usize]>,
    targets: usize,
    mut links: Vec<Option<L>>,
) -> (Groups, Vec<L>) {
    if include.relation.kind == RelationKind::ReferencesMany {
        return (of_lists(of_sources, of_keys, &include.scope), Vec::new());
    }
    let items = Ord::max(of_sources.items(), of_keys.items());
    let mut placed = Groups::with_capacity(of_sources.len(), items);
    let mut placed_links = Vec::with_capacity(links.len());
    // Without the unique constraint several links can lead from one source to one target, of which the first counts.
    let through = include.relation.through();
    let is_unique = through.is_some_and(|through| through.unique);
    let mut last_source = vec![usize::MAX; if is_unique { targets } else { 0 }];
    for source in 0..of_sources.len() {
        let keys = of_sources.get(source).iter();
        for tie in keys.flat_map(|key| of_keys.get(*key)) {
            let target = ties.map_or(*tie, |ties| ties[*tie]);
            if is_unique && std::mem::replace(&mut last_source[target], source) == source {
                continue;
            }
            if let Some(link) = links.get_mut(*tie) {
                // A link belongs to one source.
                let Some(link) = link.take() else { continue };
                placed_links.push(link);
            }
            placed.push(target);
        }
        placed.close();
    }
    (placed, placed_links)
}

/// The targets of sources that hold lists of keys: in the order of the list unless the scope asks for one, then within its
/// limit and offset. A target can be in many lists, so no statement could count those of each.
fn of_lists(lists: &Groups, of_keys: &Groups, scope: &Plan) -> Groups {
    let mut groups = Groups::with_capacity(lists.len(), of_keys.len());
    let most = |rows: u64| usize::try_from(rows).unwrap_or(usize::MAX);
    for source in 0..lists.len() {
        let keys = lists.get(source).iter();
        let mut targets: Vec<usize> = keys.flat_map(|key| of_keys.get(*key)).copied().collect();
        if !scope.order.is_empty() {
            targets.sort_unstable();
        }
        let targets = targets.into_iter().skip(most(scope.offset.unwrap_or(0)));
        for target in targets.take(most(scope.limit.unwrap_or(u64::MAX))) {
            groups.push(target);
        }
        groups.close();
    }
    groups
}

/// Loads the targets that hold the keys themselves.
pub(crate) async fn by_key<R: Relation, Q: Tree<Model = R::Target>, S: Session>(
    keys: &Keys<R::Key>,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<Found<Q::Output, ()>> {
    let scope = &include.scope;
    let mut sink = Sink::<Q>::new(scope, strategy);
    for statement in statement::select_by_keys(include, &keys.distinct, session.dialect())? {
        sink = session.fetch(statement, sink).await?;
    }
    let found = Q::models(&sink.columns).len();
    if strategy == Strategy::Fast && include.relation.refers_to_id() && found > keys.distinct.len()
    {
        // Each id has one target, so a joined `has_one` has repeated some; they come in no order, and so unseen by the sink.
        return Err(Error::needs_care());
    }
    // A target whose key is none of ours, as the database compares keys, is put behind all groups.
    let stray = keys.distinct.len();
    let targets = Q::models(&sink.columns);
    let key_of = |target| R::key_to(target).and_then(|key| keys.at.get(&key).copied());
    let of_targets = targets.iter().map(|target| key_of(target).unwrap_or(stray));
    let mut of_keys = Groups::sorted(stray + 1, &of_targets.collect::<Vec<usize>>());
    if statement::is_sorted_in_memory(include) {
        let ids = targets.iter().filter_map(|target| target.id().number());
        of_keys.sort_each(&ids.collect::<Vec<i64>>());
    }
    Ok(Found {
        targets: Q::finish(sink.columns, &scope.includes, strategy, session).await?,
        of_keys,
        ties: None,
        links: Vec::new(),
    })
}

/// Decodes the rows of one statement.
pub(crate) struct Sink<T: Tree> {
    pub(crate) columns: T::Columns,
    includes: Arc<Vec<PlannedInclude>>,
    /// Whether a row with the model of the row before shows that a joined `has_one` has several targets.
    watches_repeats: bool,
}

impl<T: Tree> Sink<T> {
    pub(crate) fn new(plan: &Plan, strategy: Strategy) -> Self {
        Sink {
            columns: T::Columns::default(),
            includes: plan.includes.clone(),
            watches_repeats: strategy == Strategy::Fast && plan.has_joins(),
        }
    }
}

impl<T: Tree> RowSink for Sink<T> {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        T::read(&mut self.columns, &mut Row::new(row), &self.includes)?;
        if self.watches_repeats
            && let [.., before, last] = T::models(&self.columns)
            && before.id() == last.id()
        {
            return Err(Error::needs_care());
        }
        Ok(())
    }
}

/// Decodes the rows of a statement with which all includes come.
pub(crate) struct Whole<T: Tree> {
    pub(crate) rows: Vec<T::Output>,
    includes: Arc<Vec<PlannedInclude>>,
    last: LastId<T::Model>,
}

impl<T: Tree> Whole<T> {
    pub(crate) fn new(plan: &Plan) -> Self {
        Whole {
            rows: Vec::new(),
            includes: plan.includes.clone(),
            last: None,
        }
    }
}

impl<T: Tree> RowSink for Whole<T> {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        let last = Some(&mut self.last);
        self.rows
            .push(T::read_whole(&mut Row::new(row), &self.includes, last)?);
        Ok(())
    }
}

/// Loads the targets that links lead to. Each target is decoded once, however many links lead to it.
pub(crate) async fn by_links<R, L, From, To, Q, S>(
    keys: &Keys<R::Key>,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut S,
) -> Result<Found<Q::Output, L>>
where
    R: Relation,
    L: Model,
    From: KeyFields<L> + 'static,
    To: KeyFields<L> + 'static,
    Q: Tree<Model = R::Target>,
    S: Session,
{
    let scope = &include.scope;
    let mut sink = LinkSink::<R, L, From, To, Q> {
        at: keys.at.clone(),
        include: include.clone(),
        watches_repeats: strategy == Strategy::Fast && scope.has_joins(),
        seen: hash::Set::default(),
        columns: Q::Columns::default(),
        known: hash::Map::default(),
        key_of_ties: Vec::new(),
        ties: Vec::new(),
        links: Vec::new(),
        types: PhantomData,
    };
    for statement in statement::select_by_keys(include, &keys.distinct, session.dialect())? {
        sink = session.fetch(statement, sink).await?;
    }
    let (ties, links) = (sink.ties, sink.links);
    Ok(Found {
        of_keys: Groups::sorted(keys.distinct.len(), &sink.key_of_ties),
        targets: Q::finish(sink.columns, &scope.includes, strategy, session).await?,
        ties: Some(ties),
        links,
    })
}

/// Decodes rows of a link and its target.
struct LinkSink<R: Relation, L, From, To: KeysOf<L>, Q: Tree> {
    at: Arc<hash::Map<R::Key, usize>>,
    include: PlannedInclude,
    /// Whether a second row of one source and target shows that a joined `has_one` has several targets.
    watches_repeats: bool,
    seen: hash::Set<(usize, usize)>,
    columns: Q::Columns,
    /// The targets that were read, by the key that links have of them.
    known: hash::Map<To::Key, usize>,
    /// For each link the position of its source's key, and of its target.
    key_of_ties: Vec<usize>,
    ties: Vec<usize>,
    links: Vec<Option<L>>,
    types: PhantomData<fn() -> From>,
}

impl<R, L, From, To, Q> RowSink for LinkSink<R, L, From, To, Q>
where
    R: Relation,
    L: Model,
    From: KeyFields<L> + 'static,
    To: KeyFields<L> + 'static,
    Q: Tree<Model = R::Target>,
{
    fn row<D: RowReader>(&mut self, row: &mut D) -> Result<()> {
        let mut row = Row::new(row);
        let through = self
            .include
            .relation
            .through()
            .expect("it goes through links");
        let fields = || [through.source_fields(), through.target_fields()].concat();
        let key = From::decode(&mut row)
            .map_err(|misread| misread_key(through.model(), &fields(), row.at(), misread))?;
        let target = To::decode(&mut row)
            .map_err(|misread| misread_key(through.model(), &fields(), row.at(), misread))?;
        let link = match self.include.links.are_loaded {
            true => Some(model::read::<L, D>(&mut row)?),
            false => None,
        };
        let key = key
            .and_then(same_key)
            .and_then(|key| self.at.get(&key).copied());
        let (Some(key), Some(target)) = (key, target) else {
            return Ok(());
        };
        let tie = match self.known.get(&target) {
            Some(known) => *known,
            None => {
                Q::read(&mut self.columns, &mut row, &self.include.scope.includes)?;
                let position = Q::models(&self.columns).len() - 1;
                self.known.insert(target, position);
                position
            }
        };
        if self.watches_repeats && !self.seen.insert((key, tie)) {
            return Err(Error::needs_care());
        }
        self.key_of_ties.push(key);
        self.ties.push(tie);
        if link.is_some() {
            self.links.push(link);
        }
        Ok(())
    }
}

fn misread_key(
    model: &'static ModelMetadata,
    fields: &[&'static FieldMetadata],
    at: usize,
    misread: crate::connection::Misread,
) -> Error {
    Error::decode(model.name, fields[at], misread)
}

/// Counts the targets of each source.
pub(crate) async fn counts<R: Relation, S: Session>(
    keys: &Keys<R::Key>,
    include: &PlannedInclude,
    session: &mut S,
) -> Result<Vec<u64>> {
    let mut sink = CountSink::<R> {
        at: keys.at.clone(),
        counts: vec![0; keys.distinct.len()],
    };
    if !keys.distinct.is_empty() {
        for statement in statement::count_by_keys(include, &keys.distinct, session.dialect())? {
            sink = session.fetch(statement, sink).await?;
        }
    }
    let of_source = |source| {
        let keys = keys.of_sources.get(source).iter();
        keys.map(|key| sink.counts[*key]).sum()
    };
    Ok((0..keys.of_sources.len()).map(of_source).collect())
}

/// Reads keys with a number each.
struct CountSink<R: Relation> {
    at: Arc<hash::Map<R::Key, usize>>,
    counts: Vec<u64>,
}

impl<R: Relation> RowSink for CountSink<R> {
    fn row<D: RowReader>(&mut self, row: &mut D) -> Result<()> {
        let mut row = Row::new(row);
        let misread = |misread| {
            let relation = R::metadata();
            let (model, fields) = match relation.through() {
                Some(through) => (through.model(), through.source_fields()),
                None => (relation.target(), relation.target_fields()),
            };
            Error::decode(model.name, fields[0], misread)
        };
        let key = R::Kind::decode(&mut row).map_err(misread)?;
        let count = row.read::<i64>().map_err(misread)?;
        if let Some(at) = key.and_then(|key| self.at.get(&key).copied()) {
            self.counts[at] += count as u64;
        }
        Ok(())
    }
}

/// Reads the columns of a joined include; gives the position of the target, if the row has one.
pub(crate) fn read_joined<Q: Tree, D: RowReader>(
    targets: &mut Q::Columns,
    row: &mut Row<'_, D>,
    include: &PlannedInclude,
) -> Result<Option<usize>> {
    if is_absent(include.scope.model, row)? {
        row.skip(include.scope.columns());
        return Ok(None);
    }
    Q::read(targets, row, &include.scope.includes)?;
    Ok(Some(Q::models(targets).len() - 1))
}
