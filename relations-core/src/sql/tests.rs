//! The statement from the cache is the one that is built anew, for random plans on each dialect.

mod models;
mod random;

use crate::model::{FieldMetadata, Model, ModelMetadata, RelationMetadata};
use crate::query::{Condition, Operator, Plan, PlannedInclude, Selected, Values};
use crate::sql::cache::{anew, is_same};
use crate::sql::key_list::List;
use crate::sql::request::{InsertForm, Request, RowLock};
use crate::sql::separate::key_of_source;
use crate::sql::walk::Walk;
use crate::value::{Dialect, Value};
use models::{Author, Book, Tag, WideTag};
use random::Random;
use std::ptr;

const DIALECTS: &[Dialect] = &[
    #[cfg(feature = "sqlite")]
    Dialect::Sqlite,
    #[cfg(feature = "postgres")]
    Dialect::Postgres,
    #[cfg(feature = "mysql")]
    Dialect::MySql { returning: true },
    #[cfg(feature = "mysql")]
    Dialect::MySql { returning: false },
];

/// What statements are asked for with.
struct Parts {
    plan: Plan,
    single: bool,
    relation: &'static RelationMetadata,
    include: PlannedInclude,
    keys: Vec<Value>,
    rows: Vec<Values>,
    selected: Selected,
}

impl Parts {
    /// One structure gives parts that differ in their values alone.
    fn new(structure: u64, values: u64) -> Parts {
        let mut random = Random::new(structure, values);
        let model = random.any(&[Author::metadata(), Book::metadata()]);
        let relation = random.relation(model);
        Parts {
            plan: random.plan(model, 2),
            single: random.is(),
            relation,
            include: random.include(relation, 2),
            keys: random.keys_sent(&key_of_source(relation).1),
            rows: random.rows(model),
            selected: random.selected(model),
        }
    }

    /// What is made of each statement that can be asked for.
    fn each<T>(&self, make: impl Fn(&Request) -> T) -> Vec<T> {
        let mut made = Vec::new();
        let mut ask = |request: Request| made.push(make(&request));
        let (plan, model, relation) = (&self.plan, self.plan.model, self.relation);
        let condition = plan.condition.as_ref();
        ask(Request::Select(plan, self.single));
        ask(Request::SelectCounted(plan));
        ask(Request::SelectLocked(plan, RowLock::Delete));
        ask(Request::SelectLocked(plan, RowLock::Change));
        ask(Request::Values(&self.selected));
        ask(Request::Count(plan));
        ask(Request::CountNow(plan));
        ask(Request::Exists(plan));
        ask(Request::Delete(model, condition));
        ask(Request::Update(model, &self.rows[0], condition));
        if let Some(condition) = condition {
            ask(Request::OfSource(relation, &self.include.scope, condition));
            ask(Request::Overwrite(model, &self.rows[0], condition));
        }
        for key in relation.foreign_keys() {
            let is_of_model = ptr::eq(key.referred, model);
            ask(Request::HolderOf(&key, condition.filter(|_| is_of_model)));
        }
        let (holder, fields) = key_of_source(relation);
        let keys = List::new(holder, &fields, &self.keys);
        ask(Request::ByKeys(&self.include, keys));
        ask(Request::CountByKeys(&self.include, keys));
        ask(Request::ByIds(keys));
        let rows: Vec<&Values> = self.rows.iter().collect();
        let id: Vec<&FieldMetadata> = model.id_fields().collect();
        ask(Request::Insert(model, &rows, InsertForm::Returning));
        ask(Request::Insert(model, &rows, InsertForm::Plain));
        ask(Request::Insert(model, &rows, InsertForm::Links));
        ask(Request::Insert(model, &rows, InsertForm::OrUpdate(&id)));
        ask(Request::Insert(model, &rows, InsertForm::New(&id)));
        made
    }
}

#[test]
fn a_statement_from_the_cache_is_the_one_that_is_built_anew() {
    for structure in 1..=400 {
        let (parts, others) = (Parts::new(structure, 1), Parts::new(structure, 2));
        for dialect in DIALECTS.iter().copied() {
            let key = |request: &Request| {
                let mut walk = Walk::new(dialect);
                walk.request(request).unwrap();
                walk.key
            };
            assert_eq!(parts.each(key), others.each(key));
            parts.each(|request| request.statement(dialect).unwrap());
            others.each(|request| {
                let cached = request.statement(dialect).unwrap();
                let anew = anew(request, dialect).unwrap();
                assert!(is_same(&cached, &anew), "{cached:?} and not {anew:?}");
                assert_eq!(placeholders(&cached.sql), cached.values.0.len(), "{cached}");
            });
        }
    }
}

/// How many placeholders a text has: none of the texts here has a question mark or a dollar otherwise.
fn placeholders(sql: &str) -> usize {
    sql.replace("'$", "").matches(['?', '$']).count()
}

/// Two models of one table, whose numbers differ in width.
#[test]
fn a_text_says_as_what_its_parameters_are_sent() {
    if !cfg!(feature = "postgres") {
        return;
    }
    let text = |model: &'static ModelMetadata| {
        let mut plan = Plan::new(model);
        plan.add_condition(Condition::Compare {
            field: model.field("size").unwrap(),
            operator: Operator::Eq,
            value: Value::Int(1),
        });
        let statement = Request::Count(&plan).statement(Dialect::Postgres);
        statement.unwrap().sql
    };
    assert_ne!(text(Tag::metadata()), text(WideTag::metadata()));
}
