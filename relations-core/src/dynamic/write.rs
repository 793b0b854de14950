//! Writing rows.

use crate::driver::{self, Pending, RowsSink, Session, Work};
use crate::dynamic::{
    DynamicBody, DynamicFilter, DynamicKey, DynamicRepository, DynamicRows, DynamicWhere, Source,
    rows,
};
use crate::error::{Error, ErrorKind, ProblemCode, Problems, Result};
use crate::filter::{IncludePart, not_true};
use crate::model::{FieldMetadata, ModelMetadata, RelationKind, RelationMetadata, Rows};
use crate::query::{Condition, NestedRow, Plan, Quantifier, Values, Which, fields_equal};
use crate::sql::{self, RowLock};
use crate::typed::Count;
use crate::value::{Dialect, Value};
use crate::write::{
    ChangeLinks, CreateNested, Data, Own, Set, Stale, UnlinkAndDelete, Wanted, change, imposed,
};
use std::collections::HashMap;

impl DynamicRepository<'_> {
    /// Adds a row, or each of a list, all or none; gives them as stored, in their order. Statements as of
    /// [`Repository::create_all`](crate::Repository::create_all).
    ///
    /// # Errors
    /// Those of [`Repository::create`](crate::Repository::create), and `NotAllowed` where a guard does not allow a row.
    pub fn create(&self, body: DynamicBody) -> Pending<'_, DynamicRows> {
        Box::pin(async move {
            let includes = body.includes(self.model);
            let rows = self.read_new(body)?;
            if rows.is_empty() {
                return Ok(rows::stored(self.model, self.model.new_rows()));
            }
            let of = match &self.of {
                Some(source) => Some((source.relation, self.source_key()?)),
                None => None,
            };
            let create = CreateNested {
                model: self.model,
                rows,
                of,
            };
            let stored = driver::run(self.connection, create).await?;
            for rows in &stored {
                self.check_stored(&**rows, None).await?;
            }
            // A link belongs to its target, and does not count for itself.
            let links = self
                .of
                .as_ref()
                .filter(|source| source.relation.through().is_some());
            let own = 1 + usize::from(links.is_some());
            let nested: usize = stored.iter().skip(own).map(|rows| rows.len()).sum();
            let created = stored.into_iter().next();
            let created = rows::stored(self.model, created.expect("the rows come first"));
            let created = match includes.is_empty() {
                true => created,
                false => self.with_nested(created, includes).await?,
            };
            Ok(DynamicRows {
                nested: nested as u64,
                ..created
            })
        })
    }

    /// What a body says of new rows, and of the links to them.
    fn read_new(&self, body: DynamicBody) -> Result<Vec<NestedRow<Values>>> {
        let are_many = body.is_list();
        let source = self.of.as_ref();
        if let Some(source) = source.filter(|source| source.relation.through().is_some()) {
            let (relation, key) = (source.relation, self.source_key()?);
            return NestedRow::read_linked(body.linked(relation), are_many, relation, &key);
        }
        let wanted = self.imposed(Wanted::create(self.model))?;
        let drafts = body.many();
        let rows = match are_many {
            true => Data::read_all(drafts, &wanted)?,
            false => vec![only(drafts).read(&wanted)?],
        };
        let rows = rows.into_iter().map(|values| NestedRow {
            values,
            link: Values::default(),
        });
        Ok(rows.collect())
    }

    /// New rows with those that were created with them. Rows that cannot be found again, as those of another tenant, are given alone.
    async fn with_nested(
        &self,
        created: DynamicRows,
        includes: Vec<IncludePart>,
    ) -> Result<DynamicRows> {
        let mut filter = DynamicFilter::new(self.model);
        let ids = created.keys.iter().flat_map(|key| key.values.clone());
        filter.parts.add_condition(Condition::Keys {
            fields: self.model.id_fields().collect(),
            values: ids.collect(),
        });
        filter.parts.includes = includes;
        let found = self.of_model().find(filter).await?;
        if found.keys.len() < created.keys.len() {
            return Ok(created);
        }
        let keys = found.keys.iter().map(DynamicKey::to_texts);
        let mut rows: HashMap<Vec<String>, _> = keys.zip(found.rows).collect();
        let in_order = created.keys.iter().map(|key| rows.remove(&key.to_texts()));
        match in_order.collect() {
            Some(rows) => Ok(DynamicRows { rows, ..created }),
            None => Ok(created),
        }
    }

    /// Creates the row of a `has_one`, or changes the one there is, which keeps its id.
    ///
    /// # Errors
    /// Those of [`create`](Self::create).
    pub fn set(&self, body: DynamicBody) -> Pending<'_, DynamicRows> {
        Box::pin(async move {
            let Some(source) = &self.of else {
                return Err(no_relation(self.model));
            };
            let mut values = body.one().read(&self.imposed(Wanted::set(self.model))?)?;
            self.expect_version(&mut values);
            self.check_none_kept_back(source).await?;
            let set = Set::new(source.relation, values, source.targets());
            let stored = driver::run(self.connection, set).await?;
            self.check_stored(&*stored, None).await?;
            Ok(rows::stored(self.model, stored))
        })
    }

    /// Changes fields of some rows, or of all; gives their number.
    ///
    /// # Errors
    /// Those of [`Repository::patch`](crate::Repository::patch), and `NotAllowed` where a guard does not allow what a row becomes.
    pub fn patch(&self, rows: Option<&DynamicWhere>, body: DynamicBody) -> Pending<'_, u64> {
        let condition = self.of_where(rows);
        Box::pin(async move {
            let values = body.one().read(&self.kept(Wanted::patch(self.model)))?;
            self.change(Which::from(condition?).of_filter(), values)
                .await
        })
    }

    /// Changes fields of the row with this id. Gives the number of rows: 1, or 0 where there is none.
    ///
    /// # Errors
    /// Those of [`patch`](Self::patch).
    pub fn patch_by_id(&self, key: &DynamicKey, body: DynamicBody) -> Pending<'_, u64> {
        let (id, condition) = (key.values.clone(), self.of_key(key));
        Box::pin(async move {
            let wanted = self.kept(Wanted::patch_of(self.model, id));
            let values = body.one().read(&wanted)?;
            self.change(condition.into(), values).await
        })
    }

    /// Overwrites all fields of the row with this id. What is not given becomes null.
    ///
    /// # Errors
    /// `NotFound` where there is none, and those of [`patch`](Self::patch).
    pub fn replace_by_id<'a>(&'a self, key: &'a DynamicKey, body: DynamicBody) -> Pending<'a, ()> {
        let condition = self.of_key(key);
        Box::pin(async move {
            let body = body.with_id(self.model, &key.values);
            let mut values = body.one().read(&self.kept(Wanted::replace(self.model)))?;
            self.check_id(&values, key)?;
            values.fields.retain(|(at, _)| !self.model.fields[*at].id);
            let rows = match values.fields.is_empty() && self.expected.is_none() {
                true => u64::from(self.exists(key).await?),
                false => self.change(condition.into(), values).await?,
            };
            match rows {
                0 => Err(self.not_found()),
                _ => Ok(()),
            }
        })
    }

    /// Adds the row with this id, where the id is none that the database makes.
    ///
    /// # Errors
    /// `NotFound` where the database makes it, and those of [`create`](Self::create).
    pub fn create_with_id<'a>(
        &'a self,
        key: &'a DynamicKey,
        body: DynamicBody,
    ) -> Pending<'a, DynamicRows> {
        Box::pin(async move {
            if self.model.id_fields().any(|field| field.generated) {
                return Err(self.not_found());
            }
            let body = body.with_id(self.model, &key.values);
            let values = body
                .clone()
                .one()
                .read(&self.imposed(Wanted::create(self.model))?)?;
            self.check_id(&values, key)?;
            self.create(body).await
        })
    }

    /// Deletes some rows, or all; gives their number. Through links only targets are deleted to which no other source is linked.
    ///
    /// # Errors
    /// `ForeignKeyViolation` where another row still refers to one.
    pub fn delete(&self, rows: Option<&DynamicWhere>) -> Pending<'_, u64> {
        let condition = self.of_where(rows);
        Box::pin(async move { self.remove(Which::from(condition?).of_filter()).await })
    }

    /// Deletes the row with this id. Gives the number of rows: 1, or 0 where there is none.
    ///
    /// # Errors
    /// Those of [`delete`](Self::delete).
    pub fn delete_by_id(&self, key: &DynamicKey) -> Pending<'_, u64> {
        let condition = self.of_key(key);
        Box::pin(async move { self.remove(condition.into()).await })
    }

    /// Links a target, unless it is linked: `body` has further fields of the link.
    ///
    /// # Errors
    /// Those of [`create`](Self::create), for a row of the links.
    pub fn link<'a>(&'a self, target: &'a DynamicKey, body: DynamicBody) -> Pending<'a, ()> {
        Box::pin(async move {
            let Some(source) = &self.of else {
                return Err(no_relation(self.model));
            };
            let (relation, own) = (source.relation, self.source_key()?);
            let Some(through) = relation.through() else {
                return Err(no_relation(self.model));
            };
            let target = self.key_of_target(relation, target).await?;
            let is = |key: &[Value]| -> Vec<Own> { key.iter().cloned().map(Own::Is).collect() };
            let (from, to) = (through.source_fields(), through.target_fields());
            let wanted = Wanted::create(through.model());
            let wanted = wanted.through(relation, imposed(relation, &from, &is(&own)));
            let wanted = wanted.through(relation, imposed(relation, &to, &is(&target)));
            let change = ChangeLinks {
                relation,
                source: own,
                removed: None,
                links: vec![body.one().read(&wanted)?],
                is_again: false,
            };
            driver::run(self.connection, change).await?;
            self.check_links(relation, &target).await
        })
    }

    /// Removes the links to a target, and leaves the target. Gives their number. At most two statements.
    ///
    /// # Errors
    /// `NotFound` where there is no such target, or a guard keeps it back.
    pub fn unlink<'a>(&'a self, target: &'a DynamicKey) -> Pending<'a, u64> {
        Box::pin(async move {
            let Some(source) = &self.of else {
                return Err(no_relation(self.model));
            };
            let Some(through) = source.relation.through() else {
                return Err(no_relation(self.model));
            };
            let target = self.key_of_target(source.relation, target).await?;
            let of_target = fields_equal(through.target_fields(), target);
            let links = source.links().and(of_target);
            let condition = self.guards.beside(through.model(), Some(links));
            change::delete(self.connection, through.model(), condition, None).await
        })
    }

    /// Locks the row with this id until the transaction ends; `false` where there is none. One statement.
    ///
    /// # Errors
    /// `Conflict` where another transaction holds it for too long.
    pub fn lock(&self, key: &DynamicKey) -> Pending<'_, bool> {
        let mut plan = Plan::new(self.model);
        plan.condition = self.of_key(key);
        Box::pin(async move { driver::run(self.connection, Lock { plan }).await })
    }

    /// What links hold of a target with this id, which must be there.
    async fn key_of_target(
        &self,
        relation: &'static RelationMetadata,
        target: &DynamicKey,
    ) -> Result<Vec<Value>> {
        let mut plan = Plan::new(self.model);
        let of_id = fields_equal(self.model.id_fields(), target.values.clone());
        plan.condition = self.guards.beside(self.model, Some(of_id));
        let level = crate::graph::load(self.connection, plan, true).await?;
        match level.rows.len() {
            0 => Err(self.not_found()),
            _ => Ok(keys_of(&*level.rows, relation)),
        }
    }

    async fn change(&self, which: Which, mut values: Values) -> Result<u64> {
        self.expect_version(&mut values);
        let through = self.of.as_ref().map(|source| source.relation);
        if self.guards.is_empty() {
            let values = Ok(values);
            return change::patch(self.connection, self.model, values, which, through).await;
        }
        let values = crate::write::changes(self.model, values)?;
        let stale = Stale::new(self.model, &values, which.condition.as_ref());
        let written: Vec<usize> = values.fields.iter().map(|(at, _)| *at).collect();
        let returning = crate::write::Returning {
            model: self.model,
            which,
            through,
            stale,
            values: Some(values),
        };
        let changed = driver::run(self.connection, returning).await?;
        self.check_stored(&*changed, Some(&written)).await?;
        Ok(changed.len() as u64)
    }

    /// Asks for the version that the rows must have.
    fn expect_version(&self, values: &mut Values) {
        if let Some((field, version)) = self.model.version().zip(self.expected.as_ref()) {
            values.set(self.model.position(field), version.clone());
        }
    }

    async fn remove(&self, which: Which) -> Result<u64> {
        match &self.of {
            Some(source) if source.relation.through().is_some() => {
                let links = source.relation.through().map(|through| through.model());
                let model = links.expect("it goes through links");
                let of_links = self.guards.beside(model, Some(source.links()));
                let delete = UnlinkAndDelete {
                    relation: source.relation,
                    which,
                    of_links: of_links.unwrap_or_else(Condition::always),
                    expected: self.expected.clone(),
                };
                driver::run(self.connection, delete).await
            }
            _ => {
                let expected = self.expected.clone();
                change::delete(self.connection, self.model, which, expected).await
            }
        }
    }

    /// What a new row must hold because of its source.
    fn imposed(&self, wanted: Wanted) -> Result<Wanted> {
        match &self.of {
            Some(_) => {
                self.source_key()?;
                Ok(self.kept(wanted))
            }
            None => Ok(wanted),
        }
    }

    /// What a row must keep because of its source.
    fn kept(&self, wanted: Wanted) -> Wanted {
        let Some(source) = &self.of else {
            return wanted;
        };
        let (relation, fields) = (source.relation, source.relation.target_fields());
        let wanted = wanted.in_scope_of(relation);
        if relation.through().is_some() || relation.kind == RelationKind::BelongsTo {
            return wanted.through(relation, fields.into_iter().map(|field| (field, Own::Kept)));
        }
        let key = source.key.clone().unwrap_or_default();
        let key: Vec<Own> = key.into_iter().map(Own::Is).collect();
        wanted.through(relation, imposed(relation, &fields, &key))
    }

    fn source_key(&self) -> Result<Vec<Value>> {
        let Some(source) = &self.of else {
            return Err(no_relation(self.model));
        };
        let key = source.key.clone();
        key.ok_or_else(|| crate::write::insert::null_key(source.relation))
    }

    /// Refuses data with another id than that of the row.
    fn check_id(&self, values: &Values, key: &DynamicKey) -> Result<()> {
        let mut problems = Problems::default();
        for (at, own) in self.model.id.iter().zip(&key.values) {
            if values.get(*at).is_some_and(|given| given != own) {
                problems.at_key(self.model.fields[*at].json_name, |problems| {
                    let message = "it is not the id of the row that is to change";
                    problems.add(ProblemCode::NotAllowed, message);
                });
            }
        }
        let what = format!("the data of `{}`", self.model.name);
        let checked = problems.finish((), ErrorKind::InvalidData, &what);
        checked.map_err(|error| error.of_model(self.model.name))
    }

    /// Refuses rows that the guards do not allow, as they are stored, and those whose keys were made to refer to rows which may not be
    /// seen. All fields were written, or those at these positions.
    async fn check_stored(&self, rows: &dyn Rows, written: Option<&[usize]>) -> Result<()> {
        if self.guards.is_empty() || rows.len() == 0 {
            return Ok(());
        }
        let model = rows.model();
        let ids = (0..rows.len()).flat_map(|row| rows.values(row, model.id));
        let of_ids = Condition::Keys {
            fields: model.id_fields().collect(),
            values: ids.collect(),
        };
        // Which of several problems is told must not depend on rows that may not be seen: keys first.
        let is_written = |field: &&'static FieldMetadata| {
            written.is_none_or(|written| written.contains(&model.position(field)))
        };
        for relation in model.relations {
            let type_field = relation.discriminator().and_then(|name| model.field(name));
            let mut fields = relation.source_fields().into_iter().chain(type_field);
            if !fields.any(|field| is_written(&field)) {
                continue;
            }
            for condition in self.refers_to_seen(relation) {
                let condition = of_ids.clone().and(condition);
                if self.number(model, Some(condition)).await? < rows.len() as u64 {
                    return Err(dangling(relation));
                }
            }
        }
        if self.guards.guards(model) {
            let condition = self.guards.beside(model, Some(of_ids));
            if self.number(model, condition).await? < rows.len() as u64 {
                let message = format!("a guard does not allow this `{}`", model.name);
                return Err(Error::new(ErrorKind::NotAllowed, message).of_model(model.name));
            }
        }
        Ok(())
    }

    /// What must hold of rows whose keys lead only to rows that may be seen.
    fn refers_to_seen(&self, relation: &'static RelationMetadata) -> Vec<Condition> {
        let target = relation.target();
        let related = |quantifier, condition| Condition::Related {
            relation,
            quantifier,
            condition: Some(Box::new(condition)),
        };
        match relation.kind {
            RelationKind::BelongsTo if relation.is_to_any() => self.any_seen(relation),
            RelationKind::BelongsTo => match self.guards.of(target) {
                Some(guard) => {
                    let mut allowed = is_null(relation);
                    allowed.push(related(Quantifier::Some, guard.clone()));
                    vec![Condition::Any(allowed)]
                }
                None => Vec::new(),
            },
            RelationKind::ReferencesMany => match self.guards.of(target) {
                Some(guard) => vec![related(Quantifier::None, not_true(guard))],
                None => Vec::new(),
            },
            RelationKind::HasOne | RelationKind::HasMany => Vec::new(),
        }
    }

    /// A key that may refer to rows of several models refers to none that has a guard: no predicate follows it.
    fn any_seen(&self, relation: &'static RelationMetadata) -> Vec<Condition> {
        let words = relation.discriminator_values().iter();
        let models = relation.targets().into_iter().zip(words);
        let guarded = models.filter(|(model, _)| self.guards.guards(model));
        let values: Vec<Value> = guarded
            .map(|(_, word)| Value::Text((*word).to_owned()))
            .collect();
        let field = relation
            .discriminator()
            .and_then(|name| relation.source().field(name));
        match field {
            Some(field) if !values.is_empty() => {
                let mut allowed = is_null(relation);
                allowed.push(Condition::In {
                    field,
                    values,
                    negated: true,
                });
                vec![Condition::Any(allowed)]
            }
            _ => Vec::new(),
        }
    }

    /// Refuses to change a target that may not be seen: its key is taken.
    async fn check_none_kept_back(&self, source: &Source) -> Result<()> {
        if !self.guards.guards(self.model) {
            return Ok(());
        }
        let targets = source.targets();
        let all = self.number(self.model, Some(targets.clone())).await?;
        let seen = self.guards.beside(self.model, Some(targets));
        if self.number(self.model, seen).await? == all {
            return Ok(());
        }
        let (path, target) = (source.relation.path(), self.model.name);
        let message = format!("`{path}`: there is a `{target}` already");
        let error = Error::new(ErrorKind::AlreadyExists, message).of_model(target);
        let error = error.of_relation(source.relation.name);
        Err(error.of_fields(source.relation.key_to.to_vec()))
    }

    /// Refuses the links of the source to targets as they are stored, like any rows.
    async fn check_links(
        &self,
        relation: &'static RelationMetadata,
        targets: &[Value],
    ) -> Result<()> {
        let Some(through) = relation.through() else {
            return Ok(());
        };
        if self.guards.is_empty() {
            return Ok(());
        }
        // Whatever the scope of the relation: a link may lead out of it.
        let of_source = fields_equal(through.source_fields(), self.source_key()?);
        let mut plan = Plan::new(through.model());
        plan.condition = Some(of_source.and(Condition::Keys {
            fields: through.target_fields(),
            values: targets.to_vec(),
        }));
        let links = crate::graph::load(self.connection, plan, false).await?;
        self.check_stored(&*links.rows, None).await
    }

    async fn number(
        &self,
        model: &'static ModelMetadata,
        condition: Option<Condition>,
    ) -> Result<u64> {
        let mut plan = Plan::new(model);
        plan.condition = condition;
        driver::run(self.connection, Count { plan }).await
    }
}

/// Whether a part of the relation's key is null.
fn is_null(relation: &'static RelationMetadata) -> Vec<Condition> {
    let fields = relation.source_fields().into_iter();
    let nullable = fields.filter(|field| field.nullable);
    let null = |field| Condition::IsNull {
        field,
        negated: false,
    };
    nullable.map(null).collect()
}

/// What the database says of a key that refers to no row; so a row that may not be seen is as one that is not there.
fn dangling(relation: &'static RelationMetadata) -> Error {
    let (path, target) = (relation.path(), relation.target().name);
    let message = format!("`{path}`: there is no `{target}` with this key");
    let error = Error::new(ErrorKind::ForeignKeyViolation, message);
    let error = error
        .of_model(relation.source().name)
        .of_relation(relation.name);
    error.of_fields(relation.key_from.to_vec())
}

fn no_relation(model: &'static ModelMetadata) -> Error {
    let message = format!(
        "these rows of `{}` are not those of such a relation",
        model.name
    );
    Error::new(ErrorKind::InvalidSchema, message).of_model(model.name)
}

fn only(mut rows: Vec<Data>) -> Data {
    rows.pop().expect("a body that is no list is one row")
}

fn keys_of(rows: &dyn Rows, relation: &'static RelationMetadata) -> Vec<Value> {
    let fields = relation.target_fields().into_iter();
    let fields: Vec<usize> = fields.map(|field| rows.model().position(field)).collect();
    (0..rows.len())
        .flat_map(|row| rows.values(row, &fields))
        .collect()
}

/// Locks the rows of a plan.
struct Lock {
    plan: Plan,
}

impl Work for Lock {
    type Output = bool;

    fn is_atomic(&self, _: Dialect) -> bool {
        true
    }

    fn is_short(&self) -> bool {
        true
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<bool> {
        let statement = sql::select_locked(&self.plan, RowLock::Delete, session.dialect())?;
        let mut rows = RowsSink(self.plan.model.new_rows());
        session.fetch(statement, &mut rows).await?;
        Ok(rows.0.len() > 0)
    }
}
