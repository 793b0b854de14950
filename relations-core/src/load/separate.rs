//! Includes that are loaded with statements of their own, for all sources at once.

use crate::driver::Session;
use crate::error::Result;
use crate::load::index::Index;
use crate::load::keys::{KeyColumns, Keys};
use crate::load::level::{Branch, Level, LinkRows, Places};
use crate::load::sink::{Columns, CountSink, Finding, LinkSink, PlanSink, Position, TargetSink};
use crate::load::{Stop, finish};
use crate::model::{FieldMetadata, Groups, ModelMetadata, RelationKind, RelationMetadata, Rows};
use crate::query::{Plan, PlannedInclude, Strategy, TargetValues};
use crate::sql;
use crate::sql::KeyList;
use crate::value::{KeyPart, hash};

/// Loads and counts the targets of all sources.
pub(super) async fn load(
    sources: &dyn Rows,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut dyn Session,
) -> Result<Branch, Stop> {
    let relation = include.relation;
    if let Some(aggregates) = &include.aggregates {
        aggregates.check(relation)?;
    }
    let are_own = matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany);
    let keys = Keys::of(sources, &relation.source_fields(), are_own);
    let is_empty = keys.is_empty() || include.scope.is_empty();
    let mut branch = if is_empty || !include.loads {
        Branch::empty(include, sources.len())
    } else {
        let found = match relation.through() {
            Some(_) => by_links(&keys, include, strategy, session).await?,
            None => by_key(&keys, include, strategy, session).await?,
        };
        let (groups, of_items) = place(include, keys.of_sources(), &found);
        let links = found.links.map(|rows| LinkRows { rows, of_items });
        let below = &include.scope.includes;
        let level = finish(found.columns, below, strategy, session).await?;
        Branch {
            links,
            ..Branch::new(vec![level], Places::Groups(groups))
        }
    };
    if include.counts {
        (branch.counts, branch.values) = counts(&keys, include, session).await?;
    }
    Ok(branch)
}

/// The targets of some keys.
struct Found {
    columns: Columns,
    /// The positions of each key's links; where there are none, of its targets.
    of_keys: Groups,
    /// The target of each link.
    target_of_links: Option<Vec<usize>>,
    links: Option<Box<dyn Rows>>,
}

/// Loads the targets that hold the keys themselves.
async fn by_key(
    keys: &Keys,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut dyn Session,
) -> Result<Found, Stop> {
    let (relation, dialect) = (include.relation, session.dialect());
    let key = relation.target_fields();
    let has_positions = sql::gives_positions(&key);
    let mut sink = TargetSink {
        plan: PlanSink::new(&include.scope, strategy),
        position: None,
        of_targets: Vec::new(),
    };
    for KeyList { statement, before } in sql::select_by_keys(include, keys.values(), dialect)? {
        sink.position = has_positions.then(|| position(keys, before, session));
        session.fetch(statement, &mut sink).await?;
    }
    let TargetSink {
        plan, of_targets, ..
    } = sink;
    let rows = &*plan.columns.rows;
    // Each id has one target, so a joined `has_one` has repeated some; they come in no order, and so unseen by the sink.
    let has_repeats = relation.refers_to_id() && rows.len() > keys.len();
    if plan.is_surprised || (strategy == Strategy::Fast && has_repeats) {
        return Err(Stop::Surprised);
    }
    let of_targets = match has_positions {
        true => of_targets,
        false => compared(rows, &key, keys.index()),
    };
    // Behind those of the keys, there is a group for what belongs to none of them.
    let mut of_keys = Groups::sorted(keys.len() + 1, &of_targets);
    if let (true, Some(id)) = (sql::is_sorted_in_memory(include), rows.model().number_id()) {
        let ids = (0..rows.len()).map(|row| match rows.key_part(row, id) {
            KeyPart::Int(id) => id,
            _ => 0,
        });
        of_keys.sort_each(&ids.collect::<Vec<i64>>());
    }
    Ok(Found {
        columns: plan.columns,
        of_keys,
        target_of_links: None,
        links: None,
    })
}

fn position(keys: &Keys, before: usize, session: &dyn Session) -> Position {
    Position {
        first: sql::first_position(session.dialect()),
        before,
        keys: keys.len(),
    }
}

/// The position of the key of each row.
fn compared(rows: &dyn Rows, key: &[&'static FieldMetadata], index: &Index) -> Vec<usize> {
    let fields: Vec<usize> = key
        .iter()
        .map(|field| rows.model().position(field))
        .collect();
    let of_row = |row| index.of_row(rows, row, &fields).unwrap_or(index.len());
    (0..rows.len()).map(of_row).collect()
}

/// How the rows of a statement say by which of these keys they were found; the key stands in their first columns.
fn finding<'k>(
    keys: &'k Keys,
    (model, fields): (&'static ModelMetadata, Vec<&'static FieldMetadata>),
    before: usize,
    session: &dyn Session,
) -> Finding<'k> {
    if sql::gives_positions(&fields) {
        return Finding::Position(position(keys, before, session));
    }
    Finding::Key {
        index: keys.index(),
        columns: KeyColumns {
            start: 0,
            model,
            fields,
        },
    }
}

/// Loads the targets that links lead to.
async fn by_links(
    keys: &Keys,
    include: &PlannedInclude,
    strategy: Strategy,
    session: &mut dyn Session,
) -> Result<Found, Stop> {
    let (relation, dialect) = (include.relation, session.dialect());
    let through = relation.through().expect("it goes through links");
    let holder = || (through.model(), through.source_fields());
    let to = sql::key_of_linked(relation);
    let mut plan = PlanSink::new(&include.scope, strategy);
    let mut sink = LinkSink {
        // Targets come once for each link, and those of one source may be the same again.
        watches_repeats: plan.take_watch(),
        plan,
        from: finding(keys, holder(), 0, session),
        known: Index::of(&to.1, 0),
        to: KeyColumns {
            start: match sql::gives_positions(&through.source_fields()) {
                true => 1,
                false => through.source_fields().len(),
            },
            model: to.0,
            fields: to.1,
        },
        links: include.links.are_loaded.then(|| through.model().new_rows()),
        seen: hash::Set::default(),
        key_of_links: Vec::new(),
        target_of_links: Vec::new(),
    };
    for KeyList { statement, before } in sql::select_by_keys(include, keys.values(), dialect)? {
        sink.from = finding(keys, holder(), before, session);
        session.fetch(statement, &mut sink).await?;
    }
    if sink.plan.is_surprised {
        return Err(Stop::Surprised);
    }
    Ok(Found {
        of_keys: Groups::sorted(keys.len(), &sink.key_of_links),
        columns: sink.plan.columns,
        target_of_links: Some(sink.target_of_links),
        links: sink.links,
    })
}

/// Which targets are whose, and the link that leads to each.
fn place(include: &PlannedInclude, of_sources: &Groups, found: &Found) -> (Groups, Vec<usize>) {
    let of_keys = &found.of_keys;
    match &found.target_of_links {
        Some(targets) => place_linked(include.relation, of_sources, found, targets),
        None if include.relation.kind == RelationKind::ReferencesMany => {
            (of_lists(of_sources, of_keys, &include.scope), Vec::new())
        }
        None => (of_sources.through(of_keys), Vec::new()),
    }
}

/// Which targets are whose where links lead to them, each to the target at its position.
fn place_linked(
    relation: &RelationMetadata,
    of_sources: &Groups,
    found: &Found,
    target_of_links: &[usize],
) -> (Groups, Vec<usize>) {
    let of_keys = &found.of_keys;
    let items = Ord::max(of_sources.items(), of_keys.items());
    let mut placed = Groups::with_capacity(of_sources.len(), items);
    let mut links = Vec::new();
    let has_links = found.links.is_some();
    // Without the unique constraint several links can lead from one source to one target, of which the first counts.
    let is_unique = relation.through().is_some_and(|through| through.unique);
    let targets = if is_unique {
        found.columns.rows.len()
    } else {
        0
    };
    let mut last_source = vec![usize::MAX; targets];
    let mut is_taken = vec![false; if has_links { of_keys.items() } else { 0 }];
    for source in 0..of_sources.len() {
        let keys = of_sources.get(source).iter();
        for item in keys.flat_map(|key| of_keys.get(*key)) {
            let target = target_of_links[*item];
            if is_unique && std::mem::replace(&mut last_source[target], source) == source {
                continue;
            }
            if has_links {
                // A link belongs to one source.
                if std::mem::replace(&mut is_taken[*item], true) {
                    continue;
                }
                links.push(*item);
            }
            placed.push(target);
        }
        placed.close();
    }
    (placed, links)
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

/// Counts the targets of each source, and computes what else is asked over them.
async fn counts(
    keys: &Keys,
    include: &PlannedInclude,
    session: &mut dyn Session,
) -> Result<(Vec<u64>, Vec<TargetValues>), Stop> {
    let relation = include.relation;
    let holder = || match relation.through() {
        Some(through) => (through.model(), through.source_fields()),
        None => (relation.target(), relation.target_fields()),
    };
    let mut sink = CountSink {
        key: finding(keys, holder(), 0, session),
        model: holder().0,
        counts: vec![0; keys.len()],
        aggregates: include.aggregates.as_ref(),
        values: vec![None; keys.len()],
    };
    if !keys.is_empty() {
        let dialect = session.dialect();
        for KeyList { statement, before } in sql::count_by_keys(include, keys.values(), dialect)? {
            sink.key = finding(keys, holder(), before, session);
            session.fetch(statement, &mut sink).await?;
        }
    }
    let of_sources = keys.of_sources();
    let of_source = |source| {
        of_sources
            .get(source)
            .iter()
            .map(|key| sink.counts[*key])
            .sum()
    };
    let counts = (0..of_sources.len()).map(of_source).collect();
    let values = include.aggregates.iter().flat_map(|aggregates| {
        // Only relations whose sources have one key, or none, take them.
        let of_source = |source| {
            let key = of_sources.get(source).first();
            key.and_then(|key| sink.values[*key].clone())
        };
        let of_sources = (0..of_sources.len()).map(of_source);
        of_sources.map(|values| values.unwrap_or_else(|| aggregates.of_none()))
    });
    Ok((counts, values.collect()))
}

/// Loads the rows behind a polymorphic `belongs_to`, those of each model with statements of their own.
pub(super) async fn of_any(
    sources: &dyn Rows,
    include: &PlannedInclude,
    session: &mut dyn Session,
) -> Result<Branch, Stop> {
    let models = include.relation.targets();
    let (references, keys) = references(sources, include.relation, &models);
    let (mut targets, mut of_keys) = (Vec::new(), Vec::new());
    for (model, keys) in models.into_iter().zip(&keys) {
        let (level, of_key) = by_ids(model, keys, session).await?;
        targets.push(level);
        of_keys.push(of_key);
    }
    let places = references.into_iter().map(|reference| {
        let (variant, key) = reference?;
        Some((variant, of_keys[variant][key]?))
    });
    let places = Places::Any(places.collect());
    Ok(Branch::new(targets, places))
}

/// The model that each source refers to, with the position of its key among those of the model.
#[allow(clippy::type_complexity)] // Named, it would not be clearer.
fn references(
    sources: &dyn Rows,
    relation: &'static RelationMetadata,
    models: &[&'static ModelMetadata],
) -> (Vec<Option<(usize, usize)>>, Vec<Keys>) {
    let position = |name: &str| {
        let mut fields = relation.source().fields.iter();
        fields.position(|field| field.name == name)
    };
    let discriminator = relation.discriminator().and_then(position);
    let fields: Vec<usize> = relation
        .key_from
        .iter()
        .filter_map(|name| position(name))
        .collect();
    let keys = models.iter().map(|model| {
        let id: Vec<&'static FieldMetadata> = model.id_fields().collect();
        Keys::new(&id, 0, 0)
    });
    let mut keys: Vec<Keys> = keys.collect();
    let mut references = Vec::with_capacity(sources.len());
    for row in 0..sources.len() {
        let part = discriminator.map(|field| sources.key_part(row, field));
        let Some(KeyPart::Text(value)) = part else {
            references.push(None);
            continue;
        };
        let mut values = relation.discriminator_values().iter();
        // A value that stands for no model leads nowhere, as a key of no row does.
        let Some(variant) = values.position(|known| *known == value) else {
            references.push(None);
            continue;
        };
        let of_model = &mut keys[variant];
        of_model.push_row(sources, row, &fields);
        let all = of_model.of_sources();
        let key = all.get(all.len() - 1).first();
        references.push(key.map(|key| (variant, *key)));
    }
    (references, keys)
}

/// The rows of a model with these ids, and the position of each key's row.
async fn by_ids(
    model: &'static ModelMetadata,
    keys: &Keys,
    session: &mut dyn Session,
) -> Result<(Level, Vec<Option<usize>>), Stop> {
    let plan = Plan::new(model);
    let id: Vec<&'static FieldMetadata> = model.id_fields().collect();
    let has_positions = sql::gives_positions(&id);
    let mut sink = TargetSink {
        plan: PlanSink::new(&plan, Strategy::Careful),
        position: None,
        of_targets: Vec::new(),
    };
    if !keys.is_empty() {
        let dialect = session.dialect();
        for KeyList { statement, before } in sql::select_by_ids(model, keys.values(), dialect)? {
            sink.position = has_positions.then(|| position(keys, before, session));
            session.fetch(statement, &mut sink).await?;
        }
    }
    let rows = sink.plan.columns.rows;
    let of_targets = match has_positions {
        true => sink.of_targets,
        false => compared(&*rows, &id, keys.index()),
    };
    let mut of_keys = vec![None; keys.len() + 1];
    for (row, key) in of_targets.into_iter().enumerate() {
        of_keys[key] = Some(row);
    }
    let level = Level {
        rows,
        branches: Vec::new(),
    };
    Ok((level, of_keys))
}
