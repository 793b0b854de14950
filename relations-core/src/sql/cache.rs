//! Shapes: what of a statement decides its text. The text of each is built once.
//!
//! A shape is read off a plan in the order in which the text names its placeholders, so that the values are at hand when the
//! text is. Building a text takes longer than all else between a call and its database.

use crate::error::Result;
use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::query::{Condition, OrderBy, Plan, PlannedInclude, Values};
use crate::sql::condition::Scope;
use crate::sql::select::{Limits, limits};
use crate::sql::{Statement, key_list, separate, sql_value, stored_value, writer};
use crate::value::{Dialect, Value, hash};
use sea_query::Value as SqlValue;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// The texts that were built for the program's own calls, by the words of their shapes.
static OWN: LazyLock<RwLock<Texts>> = LazyLock::new(RwLock::default);

/// The texts that were built for run-time filters, which cannot push out those of the program.
static OF_FILTERS: LazyLock<RwLock<Texts>> = LazyLock::new(RwLock::default);

type Texts = hash::Map<Box<[usize]>, Arc<str>>;

/// So many texts are kept of each. A program has a few hundred; run-time filters may make any number.
const MOST_TEXTS: usize = 4096;

/// A text of more bytes is not kept: it is likely one of many, such as for each length of a list that is no single parameter.
const LONGEST_TEXT: usize = 8 * 1024;

/// Not a number is no number's equal, but the same.
fn is_same(a: &Statement, b: &Statement) -> bool {
    a == b || format!("{a:?}") == format!("{b:?}")
}

/// What a statement does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    Select,
    OfSource,
    Count,
    Exists,
    ByKeys,
    CountByKeys,
    Insert,
    Update,
    Delete,
}

/// What decides a text, as words, and the values for its placeholders.
///
/// Metadata is told apart by its address: one address has one content, though the same content may have several, and its text
/// is then kept more than once. Each word says how many more follow, so no two shapes have the same words.
pub(crate) struct Shape {
    form: Form,
    dialect: Dialect,
    texts: &'static LazyLock<RwLock<Texts>>,
    words: Vec<usize>,
    values: Vec<SqlValue>,
}

impl Shape {
    pub(crate) fn new(form: Form, dialect: Dialect) -> Shape {
        let dialect_word = match dialect {
            Dialect::Sqlite => 0,
            Dialect::Postgres => 1,
            Dialect::MySql { returning } => 2 + usize::from(returning),
        };
        let mut words = Vec::with_capacity(32);
        words.extend([form as usize, dialect_word]);
        Shape {
            form,
            dialect,
            texts: &OWN,
            words,
            values: Vec::new(),
        }
    }

    /// The statement: its text from those that were built before, or built now.
    pub(crate) fn statement(self, build: impl FnOnce() -> Result<Statement>) -> Result<Statement> {
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        let known = texts.get(self.words.as_slice()).cloned();
        drop(texts);
        let values = sea_query::Values(self.values);
        if let Some(sql) = known {
            let statement = Statement { sql, values };
            debug_assert!(
                is_same(&statement, &build()?),
                "its shape is that of {statement}"
            );
            return Ok(statement);
        }
        let built = build()?;
        let read = Statement {
            sql: built.sql.clone(),
            values,
        };
        let is_in_order = is_same(&read, &built);
        debug_assert!(is_in_order, "{built:?}, and not {:?}", read.values);
        if is_in_order && built.sql.len() <= LONGEST_TEXT {
            let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
            if texts.len() >= MOST_TEXTS {
                texts.clear();
            }
            texts.insert(self.words.into(), built.sql.clone());
        }
        Ok(built)
    }

    fn word(&mut self, word: usize) {
        self.words.push(word);
    }

    fn flag(&mut self, flag: bool) {
        self.word(usize::from(flag));
    }

    fn model(&mut self, model: &'static ModelMetadata) {
        self.word(std::ptr::from_ref(model).addr());
    }

    fn relation(&mut self, relation: &'static RelationMetadata) {
        self.word(std::ptr::from_ref(relation).addr());
    }

    fn field(&mut self, field: &'static FieldMetadata) {
        self.word(std::ptr::from_ref(field).addr());
    }

    fn value(&mut self, model: &ModelMetadata, field: &FieldMetadata, value: &Value) -> Result<()> {
        self.values
            .push(sql_value(model, field, value, self.dialect)?);
        Ok(())
    }

    /// Notes whom the plan comes from.
    pub(crate) fn origin(&mut self, plan: &Plan) {
        if plan.is_of_filter {
            self.texts = &OF_FILTERS;
        }
    }

    /// The rows of a plan with their joined includes.
    pub(crate) fn rows(&mut self, plan: &Plan, single: bool) -> Result<()> {
        self.origin(plan);
        self.model(plan.model);
        self.flag(single);
        let limits = match single {
            true => (None, None),
            false => limits(plan),
        };
        let is_limited_first = limits != (None, None) && plan.has_joins();
        self.flag(is_limited_first);
        if !is_limited_first {
            self.joins(plan)?;
            self.restriction(plan)?;
            self.order(&plan.order)?;
            self.limit(limits);
        } else {
            // The limit is in a sub-select, which comes first.
            self.restriction(plan)?;
            self.order(&plan.order)?;
            self.limit(limits);
            self.joins(plan)?;
            self.order(&plan.order)?;
        }
        Ok(())
    }

    /// The rows of a model for which a condition is true, without their columns.
    pub(crate) fn rows_of(
        &mut self,
        model: &'static ModelMetadata,
        condition: Option<&Condition>,
    ) -> Result<()> {
        self.model(model);
        self.optional(model, condition)
    }

    fn restriction(&mut self, plan: &Plan) -> Result<()> {
        self.optional(plan.model, plan.condition.as_ref())
    }

    pub(crate) fn optional(
        &mut self,
        model: &'static ModelMetadata,
        condition: Option<&Condition>,
    ) -> Result<()> {
        self.flag(condition.is_some());
        match condition {
            Some(condition) => self.condition(model, condition),
            None => Ok(()),
        }
    }

    pub(crate) fn limit(&mut self, (limit, offset): Limits) {
        self.flag(limit.is_some());
        limit.into_iter().for_each(|limit| self.limit_to(limit));
        self.optional_number(offset);
    }

    fn limit_to(&mut self, limit: u64) {
        if writer::is_written(limit, self.dialect) {
            // One more, since 0 stands for a limit that is bound.
            return self.word(limit as usize + 1);
        }
        self.word(0);
        self.values.push(limit.into());
    }

    /// A number that the statement binds, if it is there.
    fn optional_number(&mut self, number: Option<impl Into<SqlValue>>) {
        self.flag(number.is_some());
        self.values.extend(number.map(Into::into));
    }

    fn joins(&mut self, plan: &Plan) -> Result<()> {
        for include in plan.includes.iter().filter(|include| include.joined) {
            self.flag(true);
            self.relation(include.relation);
            self.imposed_type(include.relation)?;
            self.restriction(&include.scope)?;
            self.joins(&include.scope)?;
        }
        self.flag(false);
        Ok(())
    }

    /// What tells the targets of a relation from others; see [`RelationMetadata::restriction`].
    fn imposed_type(&mut self, relation: &'static RelationMetadata) -> Result<()> {
        match relation.restriction() {
            Some(restriction) => self.condition(relation.target(), &restriction),
            None => Ok(()),
        }
    }

    fn order(&mut self, order: &[OrderBy]) -> Result<()> {
        self.word(order.len());
        for by in order {
            self.word(by.path.len());
            for relation in &by.path {
                self.relation(relation);
            }
            // Sub-selects, the innermost of which has the column.
            for relation in by.path.iter().rev() {
                self.imposed_type(relation)?;
                if !relation.refers_to_id() {
                    self.limit_to(1);
                }
            }
            self.field(by.field);
            self.flag(by.descending);
        }
        Ok(())
    }

    /// The target of the source for which a condition is true.
    pub(crate) fn of_source(
        &mut self,
        relation: &'static RelationMetadata,
        plan: &Plan,
        source: &Condition,
    ) -> Result<()> {
        self.relation(relation);
        self.restriction(plan)?;
        self.joins(plan)?;
        self.condition(relation.source(), source)?;
        match relation.refers_to_id() {
            true => Ok(()),
            false => self.order(&plan.order),
        }
    }

    /// The targets of an include, or their number, by the keys of their sources, which these fields hold.
    pub(crate) fn by_keys(
        &mut self,
        include: &PlannedInclude,
        (holder, fields): (&'static ModelMetadata, &[&'static FieldMetadata]),
        keys: &[Value],
    ) -> Result<()> {
        let (relation, scope, links) = (include.relation, &include.scope, &include.links);
        let is_counted = matches!(self.form, Form::CountByKeys);
        let is_ranked = !is_counted && separate::is_ranked(include);
        let has_positions = separate::gives_positions(fields);
        self.origin(scope);
        self.relation(relation);
        self.flag(links.are_loaded);
        self.flag(is_ranked);
        if is_ranked {
            self.order(&links.order)?;
            self.order(&scope.order)?;
        } else if !is_counted && !has_positions {
            self.joins(scope)?;
        }
        self.list(holder, fields, keys)?;
        if !is_ranked && !is_counted && has_positions {
            // The list comes first in the statement.
            self.joins(scope)?;
        }
        self.optional(holder, links.condition.as_ref())?;
        self.imposed_type(relation)?;
        self.restriction(scope)?;
        if is_ranked {
            self.joins(scope)?;
            let (above, last) = separate::ranks(scope);
            self.optional_number(above);
            self.optional_number(last);
        } else if !is_counted && separate::is_ordered(include) {
            self.order(&links.order)?;
            self.order(&scope.order)?;
        }
        Ok(())
    }

    /// A list of keys, which is one value whatever their number, or one for each column.
    fn list(
        &mut self,
        model: &'static ModelMetadata,
        fields: &[&'static FieldMetadata],
        values: &[Value],
    ) -> Result<bool> {
        let list = key_list::parameters(model, fields, values, self.dialect)?;
        let is_list = list.is_some();
        self.values.extend(list.into_iter().flatten());
        Ok(is_list)
    }

    fn condition(&mut self, model: &'static ModelMetadata, condition: &Condition) -> Result<()> {
        match condition {
            Condition::Compare {
                field,
                operator,
                value,
            } => {
                self.words.extend([0, *operator as usize]);
                self.field(field);
                self.value(model, field, value)?;
            }
            Condition::Between { field, low, high } => {
                self.word(1);
                self.field(field);
                self.value(model, field, low)?;
                self.value(model, field, high)?;
            }
            Condition::In {
                field,
                values,
                negated,
            } => {
                self.words.extend([2, usize::from(*negated)]);
                self.field(field);
                self.flag(values.is_empty());
                if values.is_empty() || self.list(model, &[field], values)? {
                    self.word(0);
                } else {
                    self.word(values.len());
                    for value in values {
                        self.value(model, field, value)?;
                    }
                }
            }
            Condition::Like {
                field,
                pattern,
                negated,
                ignore_case,
            } => {
                self.words
                    .extend([3, usize::from(*negated), usize::from(*ignore_case)]);
                self.field(field);
                let scope = Scope::alone(model, self.dialect);
                self.values
                    .push(scope.like_pattern(field, pattern, *ignore_case)?);
            }
            Condition::Regexp {
                field,
                pattern,
                negated,
                ignore_case,
            } => {
                self.words
                    .extend([4, usize::from(*negated), usize::from(*ignore_case)]);
                self.field(field);
                let scope = Scope::alone(model, self.dialect);
                self.values
                    .push(scope.regexp_pattern(field, pattern, *ignore_case)?);
            }
            Condition::IsNull { field, negated } => {
                self.words.extend([5, usize::from(*negated)]);
                self.field(field);
            }
            Condition::Related {
                relation,
                quantifier,
                condition,
            } => {
                self.words.extend([6, *quantifier as usize]);
                self.relation(relation);
                self.imposed_type(relation)?;
                self.optional(relation.target(), condition.as_deref())?;
                if self.dialect == Dialect::Sqlite {
                    self.limit_to(1);
                }
            }
            Condition::Linked { relation, key } => {
                self.word(7);
                self.relation(relation);
                if let Some(through) = relation.through() {
                    for (field, value) in through.source_fields().into_iter().zip(key) {
                        self.value(through.model(), field, value)?;
                    }
                }
            }
            Condition::Unlinked { relation } => {
                self.word(8);
                self.relation(relation);
            }
            Condition::Keys { fields, keys } => {
                self.words
                    .extend([9, usize::from(keys.is_empty()), fields.len()]);
                for field in fields {
                    self.field(field);
                }
                if !keys.is_empty() {
                    self.list(model, fields, &keys.concat())?;
                }
            }
            Condition::All(parts) => self.parts(10, model, parts)?,
            Condition::Any(parts) => self.parts(11, model, parts)?,
            Condition::Not(inner) => {
                self.word(12);
                self.condition(model, inner)?;
            }
        }
        Ok(())
    }

    fn parts(
        &mut self,
        word: usize,
        model: &'static ModelMetadata,
        parts: &[Condition],
    ) -> Result<()> {
        self.words.extend([word, parts.len()]);
        parts
            .iter()
            .try_for_each(|part| self.condition(model, part))
    }

    /// New rows that give values for the same fields.
    pub(crate) fn new_rows(
        &mut self,
        model: &'static ModelMetadata,
        rows: &[&Values],
    ) -> Result<()> {
        self.model(model);
        self.word(rows.len());
        let Some(first) = rows.first() else {
            return Ok(());
        };
        self.word(first.fields.len());
        for (at, _) in &first.fields {
            self.word(*at);
        }
        for values in rows {
            for (at, _) in &first.fields {
                let value = values.get(*at).expect("the rows give the same fields");
                self.stored(model, &model.fields[*at], value)?;
            }
        }
        Ok(())
    }

    /// New values of fields.
    pub(crate) fn changes(&mut self, model: &'static ModelMetadata, values: &Values) -> Result<()> {
        self.model(model);
        self.word(values.fields.len());
        for (at, value) in &values.fields {
            self.word(*at);
            self.stored(model, &model.fields[*at], value)?;
        }
        Ok(())
    }

    fn stored(
        &mut self,
        model: &ModelMetadata,
        field: &FieldMetadata,
        value: &Value,
    ) -> Result<()> {
        self.values
            .push(stored_value(model, field, value, self.dialect)?);
        Ok(())
    }
}
