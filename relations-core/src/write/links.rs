//! Links: what is created with them, added, and removed.

use crate::driver::{AnyRow, Number, RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{RelationMetadata, Rows, ThroughMetadata};
use crate::query::{Condition, NestedRow, Plan, Values, Which, fields_equal};
use crate::sql::{self, InsertForm, RowLock, Statement};
use crate::value::{Dialect, Value};
use crate::write::attempt::Attempt;
use crate::write::change::delete_rows;
use crate::write::insert::{are_few, batches, insert_targets};
use crate::write::stale::Stale;
use std::collections::HashSet;

/// Creates targets and the links to them.
pub(crate) struct CreateLinked {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) key: Vec<Value>,
    pub(crate) drafts: Vec<NestedRow<Values>>,
}

compiled_once!(CreateLinked => Box<dyn Rows>);

impl Work for CreateLinked {
    type Output = Box<dyn Rows>;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        are_few(self.drafts.iter().map(|row| &row.values))
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Box<dyn Rows>> {
        let key = &self.key;
        let drafts = self.drafts.iter().cloned().map(|row| (key.clone(), row));
        let stored = insert_targets(self.relation, drafts.collect(), session).await?;
        let targets = stored.into_iter().next();
        Ok(targets.expect("the targets come first"))
    }
}

/// Removes links and adds others.
pub(crate) struct ChangeLinks {
    pub(crate) relation: &'static RelationMetadata,
    /// The key of the source.
    pub(crate) source: Vec<Value>,
    pub(crate) removed: Option<Condition>,
    pub(crate) links: Vec<Values>,
    /// Whether it ran before, and somebody got in its way.
    pub(crate) is_again: bool,
}

compiled_once!(ChangeLinks => ());

impl Work for ChangeLinks {
    type Output = ();

    fn is_atomic(&self, _: Dialect) -> bool {
        self.removed.is_some() || self.links.len() > 1
    }

    fn is_short(&self) -> bool {
        self.removed.is_none() && are_few(self.links.iter())
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<()> {
        let through = self.relation.through().expect("it goes through links");
        let dialect = session.dialect();
        let is_again = std::mem::replace(&mut self.is_again, true);
        // Locked, so that two callers do not each add their own; and so that whoever met another caller meets none again.
        if self.is_atomic(dialect) && (self.removed.is_some() || is_again) {
            self.lock_source(session).await?;
        }
        if let Some(condition) = &self.removed {
            delete_rows(through.model(), condition, session).await?;
        }
        add_links(self.relation, self.links.clone(), session).await
    }
}

impl ChangeLinks {
    async fn lock_source(&self, session: &mut dyn Session) -> Result<()> {
        let mut source = Plan::new(self.relation.source());
        let key = self.source.clone();
        source.add_condition(fields_equal(self.relation.source_fields(), key));
        let statement = sql::select_locked(&source, RowLock::Change, session.dialect())?;
        AnyRow::of(statement, session).await.map(drop)
    }
}

/// Adds links; where they are unique, those that are there stay.
async fn add_links(
    relation: &'static RelationMetadata,
    mut links: Vec<Values>,
    session: &mut dyn Session,
) -> Result<()> {
    let through = relation.through().expect("it goes through links");
    let (model, dialect) = (through.model(), session.dialect());
    if let Some(nested) = links.iter().find_map(|link| link.nested.first()) {
        let path = nested.relation.path();
        let message = format!(
            "a link may be there already, so it takes no drafts of `{path}`\nhelp: create these on their own"
        );
        return Err(Error::new(ErrorKind::InvalidValue, message).of_model(model.name));
    }
    if through.unique {
        links = distinct(through, links);
        // Callers that add the same links then lock them in the same order. An id that the database makes tells the order that
        // was asked for, so that is kept.
        if !model.fields.iter().any(|field| field.generated) {
            links.sort_by_cached_key(|link| shown(&target_of(through, link)));
        }
    }
    for batch in batches(&links, dialect, false) {
        let rows: Vec<&Values> = batch.iter().map(|at| &links[*at]).collect();
        if through.unique {
            add_missing(relation, &rows, session).await?;
        } else {
            let statement = sql::insert(model, &rows, InsertForm::Plain, dialect)?;
            insert_of(relation, &rows, statement, session).await?;
        }
    }
    Ok(())
}

/// How often a link is added again that was there and then was not: somebody removed it just then.
const TRIES: u32 = 5;

/// Adds the links that are not there.
async fn add_missing(
    relation: &'static RelationMetadata,
    links: &[&Values],
    session: &mut dyn Session,
) -> Result<()> {
    let through = relation.through().expect("it goes through links");
    let (model, dialect) = (through.model(), session.dialect());
    for _ in 0..TRIES {
        let statement = sql::insert(model, links, InsertForm::Links, dialect)?;
        let added = insert_of(relation, links, statement, session).await?;
        // MySQL counts a row that was there as well.
        let are_all_new = added >= links.len() as u64 && !dialect.is_mysql();
        if are_all_new || are_linked(through, links, session).await? {
            return Ok(());
        }
    }
    // It is not there, and is kept from being there: another of its unique values is taken.
    let message = format!("a `{}` with this unique value exists already", model.name);
    Err(Error::new(ErrorKind::AlreadyExists, message).of_model(model.name))
}

/// Runs a statement that adds links. Gives the number of rows.
async fn insert_of(
    relation: &'static RelationMetadata,
    links: &[&Values],
    statement: Statement,
    session: &mut dyn Session,
) -> Result<u64> {
    let through = relation.through().expect("it goes through links");
    let attempt = Attempt::to_store(through.model(), Some(relation), links);
    attempt.execute(statement, session).await
}

/// The links without repetitions.
fn distinct(through: &ThroughMetadata, links: Vec<Values>) -> Vec<Values> {
    let mut seen = HashSet::new();
    let mut links = links;
    links.retain(|link| seen.insert(shown(&target_of(through, link))));
    links
}

fn shown(key: &[Value]) -> Vec<String> {
    key.iter().map(Value::display).collect()
}

/// The values of a link that refer to its target.
fn target_of(through: &ThroughMetadata, link: &Values) -> Vec<Value> {
    let fields = through.target_fields().into_iter();
    let value = |field| link.get(through.model().position(field)).cloned();
    fields
        .map(|field| value(field).unwrap_or(Value::Null))
        .collect()
}

/// Whether all of these links are there.
async fn are_linked(
    through: &ThroughMetadata,
    links: &[&Values],
    session: &mut dyn Session,
) -> Result<bool> {
    let model = through.model();
    let source = through.source_fields().into_iter();
    let of_source = source.map(|field| links[0].get(model.position(field)).cloned());
    let of_source = of_source
        .map(|value| value.unwrap_or(Value::Null))
        .collect();
    let mut plan = Plan::new(model);
    plan.add_condition(fields_equal(through.source_fields(), of_source));
    plan.add_condition(Condition::Keys {
        fields: through.target_fields(),
        values: links
            .iter()
            .flat_map(|link| target_of(through, link))
            .collect(),
    });
    let dialect = session.dialect();
    // Without locks at first, in which callers may meet. A transaction of MySQL does not see then what others linked since it began.
    for statement in [sql::count(&plan, dialect)?, sql::count_now(&plan, dialect)?] {
        if Number::of(statement, session).await? >= links.len() as u64 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Removes the links of one source to targets, and deletes those targets that no other source is linked to.
pub(crate) struct UnlinkAndDelete {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) which: Which,
    pub(crate) of_links: Condition,
    /// The version that the targets must have.
    pub(crate) expected: Option<Value>,
}

compiled_once!(UnlinkAndDelete => u64);

impl Work for UnlinkAndDelete {
    type Output = u64;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    fn is_of_filter(&self) -> bool {
        self.which.is_of_filter
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<u64> {
        let (relation, dialect) = (self.relation, session.dialect());
        let target = relation.target();
        let through = relation.through().expect("it goes through links");
        let mut plan = Plan::new(target);
        let condition = self.which.condition.as_ref();
        let stale = Stale::of(target, self.expected.clone(), condition);
        let at_version = stale.as_ref().map(Stale::at_version);
        plan.condition = at_version.or_else(|| condition.cloned());
        plan.is_of_filter = self.which.is_of_filter;
        // Locked, so that nobody links one of them before it is gone.
        let statement = sql::select_locked(&plan, RowLock::Delete, dialect)?;
        let mut targets = RowsSink(target.new_rows());
        session.fetch(statement, &mut targets).await?;
        let fields = relation.target_fields().into_iter();
        let fields: Vec<usize> = fields.map(|field| target.position(field)).collect();
        let keys = (0..targets.0.len()).filter_map(|row| targets.0.key(row, &fields));
        let keys: Vec<Value> = keys.flatten().collect();
        if keys.is_empty() {
            if let Some(stale) = stale {
                stale.check(session).await?;
            }
            return Ok(0);
        }
        let of_targets = |fields| Condition::Keys {
            fields,
            values: keys.clone(),
        };
        let links = self
            .of_links
            .clone()
            .and(of_targets(through.target_fields()));
        delete_rows(through.model(), &links, session).await?;
        let unlinked = Condition::Unlinked { relation };
        let unlinked = of_targets(relation.target_fields()).and(unlinked);
        delete_rows(target, &unlinked, session).await
    }
}
