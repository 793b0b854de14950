//! What a relation leads to from one row.

use crate::driver::Pending;
use crate::dynamic::{DynamicFilter, DynamicKey, DynamicRepository, DynamicRow, Source};
use crate::error::{Error, ErrorKind, Missing, Result};
use crate::filter::{IncludePart, Included, Parts};
use crate::graph;
use crate::model::RelationMetadata;
use crate::query::{Condition, Links, Plan, fields_equal};
use crate::value::Value;

impl Source {
    /// The condition of its targets.
    pub(super) fn targets(&self) -> Condition {
        let relation = self.relation;
        if let Some(keys) = &self.linked {
            let linked = Condition::Keys {
                fields: relation.target_fields(),
                values: keys.clone(),
            };
            return match relation.fixed_condition() {
                Some(fixed) => linked.and(fixed.clone()),
                None => linked,
            };
        }
        let Some(key) = &self.key else {
            return Condition::never();
        };
        if relation.through().is_some() {
            return Condition::Linked {
                relation,
                key: key.clone(),
            };
        }
        let of_source = fields_equal(relation.target_fields(), key.clone());
        match relation.restriction() {
            Some(restriction) => of_source.and(restriction),
            None => of_source,
        }
    }

    /// The condition of its links.
    pub(super) fn links(&self) -> Condition {
        match (self.relation.through(), &self.key) {
            (Some(_), Some(key)) => self.relation.links_of(key.clone()),
            _ => Condition::never(),
        }
    }
}

impl<'c> DynamicRepository<'c> {
    /// The repository of what a relation leads to from the row with this id. One statement, and one more where a guard says which links
    /// count. Not for a list of keys and a polymorphic `belongs_to`, for which there is [`followed`](Self::followed).
    ///
    /// # Errors
    /// `NotFound` with [`Missing::Source`] where there is no such row.
    pub async fn related(
        &self,
        key: &DynamicKey,
        relation: &'static RelationMetadata,
    ) -> Result<DynamicRepository<'c>> {
        let mut plan = Plan::new(self.model);
        plan.condition = self.of_key(key);
        let level = graph::load(self.connection, plan, true).await?;
        if level.rows.len() == 0 {
            return Err(no_source(relation));
        }
        let fields = relation.source_fields().into_iter();
        let fields: Vec<usize> = fields.map(|field| self.model.position(field)).collect();
        let mut source = Source {
            relation,
            key: level.rows.key(0, &fields),
            linked: None,
        };
        source.linked = self.linked(&source).await?;
        Ok(DynamicRepository {
            connection: self.connection,
            model: relation.target(),
            guards: self.guards.clone(),
            of: Some(source),
            expected: None,
        })
    }

    /// The keys of targets behind links that a guard lets be seen.
    async fn linked(&self, source: &Source) -> Result<Option<Vec<Value>>> {
        let through = source.relation.through();
        let Some(through) = through.filter(|through| self.guards.guards(through.model())) else {
            return Ok(None);
        };
        let model = through.model();
        let mut plan = Plan::new(model);
        plan.condition = self.guards.beside(model, Some(source.links()));
        let level = graph::load(self.connection, plan, false).await?;
        let fields = through.target_fields().into_iter();
        let fields: Vec<usize> = fields.map(|field| model.position(field)).collect();
        let keys = (0..level.rows.len()).filter_map(|row| level.rows.key(row, &fields));
        Ok(Some(keys.flatten().collect()))
    }

    /// What any relation leads to from the row with this id, as an include gives it: a row, or a list in its order. `None` where a
    /// relation to one row leads to none.
    ///
    /// # Errors
    /// `NotFound` with [`Missing::Source`] where there is no such row.
    pub async fn followed(
        &self,
        key: &DynamicKey,
        relation: &'static RelationMetadata,
        filter: DynamicFilter,
    ) -> Result<Option<DynamicRow>> {
        let mut parts = Parts::new(self.model);
        parts.condition = Some(fields_equal(self.model.id_fields(), key.values.clone()));
        parts.includes = vec![IncludePart::new(Included::Relation {
            relation,
            scope: filter.parts,
            links: Links::default(),
        })];
        let (parts, allowed) = self.checked(parts)?;
        let mut level = graph::load(self.connection, parts.plan(), true).await?;
        if level.rows.len() == 0 {
            return Err(no_source(relation));
        }
        let branch = level.branches.pop().expect("each include has its branch");
        let scope = match &parts.includes[0].included {
            Included::Relation { scope, .. } => scope,
            Included::Resolver { .. } => unreachable!("it is a relation"),
        };
        let row = graph::followed(branch, scope, relation.targets_many(), &allowed).await?;
        let row = DynamicRow::new(row);
        let is_one = !relation.targets_many();
        Ok(Some(row).filter(|row| !(is_one && row.is_none())))
    }

    /// The row that a relation to one leads to.
    pub fn find_one(&self, filter: DynamicFilter) -> Pending<'_, Option<DynamicRow>> {
        Box::pin(async move {
            let found = self.find(filter.with_limit(1)).await?;
            Ok(found.rows.into_iter().next())
        })
    }
}

fn no_source(relation: &'static RelationMetadata) -> Error {
    let (path, source) = (relation.path(), relation.source().name);
    let message = format!("`{path}`: no `{source}` has this id");
    let error = Error::new(ErrorKind::NotFound, message);
    let error = error.of_model(source).of_relation(relation.name);
    error.of_missing(Missing::Source)
}
