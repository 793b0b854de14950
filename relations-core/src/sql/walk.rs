//! The walk through what is asked for: it makes the cache key of a statement, and collects the values.
//!
//! Whatever it meets is taken apart to the last field and variant, so that one which is added does not compile until it is
//! decided here: it belongs to the key, is a value, or has no say in the text. The key may hold more than the text depends on;
//! then a text is kept more than once.

mod condition;
mod expression;
mod plan;

use crate::error::Result;
use crate::model::{FieldMetadata, ForeignKey, ModelMetadata, RelationMetadata};
use crate::query::Values;
use crate::sql::binder::Binder;
use crate::sql::key_list::List;
use crate::sql::parameter::{Page, Parameter, Source};
use crate::sql::postgres_type::PostgresType;
use crate::sql::request::{InsertForm, Request};
use crate::sql::select::{page, page_of_one};
use crate::sql::{separate, time_text};
use crate::value::{Dialect, hash};
use sea_query::Value as SqlValue;
use std::cell::Cell;
use std::ptr;

/// All rows, without a limit.
const ALL: Page = [None, None];

pub(crate) struct Walk {
    dialect: Dialect,
    /// What decides the text. Metadata is told apart by its address: one address has one content, though the same content
    /// may have several. Each word says how many more follow, so no two keys have the same words.
    pub(crate) key: Vec<usize>,
    pub(crate) values: Vec<SqlValue>,
    /// Where the value of each parameter stands, if a text is to be built.
    places: Option<Box<hash::Map<Source, usize>>>,
    /// Whether a run-time filter asks, and not the program.
    pub(crate) is_of_filter: bool,
    /// How many scopes of relations this part is within.
    scopes: usize,
    /// The models of the statement, if a text is to be built.
    models: Vec<&'static ModelMetadata>,
}

thread_local! {
    /// Room for the key of a walk, so that a statement that is found in the cache allocates none.
    static KEY: Cell<Vec<usize>> = const { Cell::new(Vec::new()) };
}

impl Walk {
    /// The same walk, for the builder of the text.
    pub(crate) fn with_places(request: &Request, dialect: Dialect) -> Result<Binder> {
        let mut walk = Walk::new(dialect);
        walk.places = Some(Box::default());
        walk.request(request)?;
        walk.models
            .iter()
            .try_for_each(|model| model.check_table())?;
        Ok(Binder {
            dialect,
            values: walk.values,
            places: *walk.places.unwrap_or_default(),
        })
    }

    pub(crate) fn new(dialect: Dialect) -> Walk {
        let dialect_word = match dialect {
            Dialect::Sqlite => 0,
            Dialect::Postgres => 1,
            Dialect::MySql { returning } => 2 + usize::from(returning),
        };
        let mut key = KEY.take();
        key.clear();
        key.push(dialect_word);
        Walk {
            dialect,
            key,
            values: Vec::new(),
            places: None,
            models: Vec::new(),
            is_of_filter: false,
            scopes: 0,
        }
    }

    /// Leaves the room of its key to the next walk of this thread.
    pub(crate) fn end(self) {
        KEY.set(self.key);
    }

    /// Takes note of all that a statement depends on.
    pub(crate) fn request(&mut self, request: &Request) -> Result<()> {
        match *request {
            Request::Select(plan, single) => {
                self.words([0, usize::from(single)]);
                self.plan(plan, if single { ALL } else { page(plan) })
            }
            Request::SelectCounted(plan) => {
                self.word(15);
                self.plan(plan, page(plan))
            }
            Request::SelectLocked(plan, lock) => {
                self.words([1, lock as usize]);
                self.plan(plan, ALL)
            }
            Request::OfSource(relation, plan, source) => {
                self.word(2);
                self.relation(relation);
                self.plan(plan, ALL)?;
                self.condition(relation.source(), source)
            }
            Request::HolderOf(key, referred) => {
                self.word(3);
                self.foreign_key(key);
                self.optional(key.referred, referred)
            }
            Request::Count(plan) => {
                self.word(4);
                self.plan(plan, page(plan))
            }
            Request::CountNow(plan) => {
                self.word(5);
                self.plan(plan, ALL)
            }
            Request::Exists(plan) => {
                self.word(6);
                self.plan(plan, page_of_one(plan))
            }
            Request::Values(selected) => {
                self.word(14);
                self.selected(selected)
            }
            Request::ByKeys(include, keys) => {
                self.word(7);
                let are_few = separate::are_few(include, keys);
                self.word(usize::from(are_few));
                match are_few && !separate::is_lateral(self.dialect) {
                    true => self.each(keys)?,
                    false => self.keys(keys)?,
                }
                self.separate(include, are_few)
            }
            Request::CountByKeys(include, keys) => {
                self.word(8);
                self.keys(keys)?;
                self.aggregates(include)?;
                self.separate(include, false)
            }
            Request::ByIds(ids) => {
                self.word(9);
                self.keys(ids)
            }
            Request::Insert(model, rows, form) => {
                self.word(10);
                self.insert_form(form);
                self.rows(model, rows)?;
                match (form, rows) {
                    (InsertForm::OrUpdate(_), [row, ..]) => self.expected(model, row),
                    _ => Ok(()),
                }
            }
            Request::Update(model, values, condition) => {
                self.word(11);
                self.rows(model, &[values])?;
                self.computed(model, &values.computed)?;
                self.expected(model, values)?;
                self.optional(model, condition)
            }
            Request::Overwrite(model, values, condition) => {
                self.word(12);
                self.rows(model, &[values])?;
                self.computed(model, &values.computed)?;
                self.expected(model, values)?;
                self.condition(model, condition)
            }
            Request::Delete(model, condition) => {
                self.word(13);
                self.model(model);
                self.optional(model, condition)
            }
        }
    }

    fn word(&mut self, word: usize) {
        self.key.push(word);
    }

    fn words<const N: usize>(&mut self, words: [usize; N]) {
        self.key.extend_from_slice(&words);
    }

    fn model(&mut self, model: &'static ModelMetadata) {
        if self.places.is_some() {
            self.models.push(model);
        }
        self.word(ptr::from_ref(model).addr());
    }

    fn relation(&mut self, relation: &'static RelationMetadata) {
        self.word(ptr::from_ref(relation).addr());
    }

    fn field(&mut self, field: &'static FieldMetadata) {
        self.word(ptr::from_ref(field).addr());
    }

    fn fields(&mut self, fields: &[&'static FieldMetadata]) {
        self.word(fields.len());
        fields.iter().for_each(|field| self.field(field));
    }

    // Inlined, since each caller knows which parameter it is.
    #[inline(always)]
    fn parameter(&mut self, parameter: Parameter) -> Result<()> {
        let value = parameter.value(self.dialect)?;
        if self.dialect == Dialect::Postgres {
            self.word(PostgresType::of(&value).number());
        }
        if let Some(places) = &mut self.places {
            places.insert(parameter.source(), self.values.len());
        }
        self.values.push(value);
        Ok(())
    }

    /// Makes room for this many parameters.
    fn reserve(&mut self, parameters: usize) {
        self.values.reserve(parameters);
        if let Some(places) = &mut self.places {
            places.reserve(parameters);
        }
    }

    /// A list of keys that travels as one, whatever their number.
    fn keys(&mut self, list: List) -> Result<()> {
        let List {
            model,
            fields,
            // Are the values.
            values: _,
        } = list;
        self.model(model);
        self.fields(fields);
        let mut parameters = 0..list.parameters(self.dialect);
        parameters.try_for_each(|at| self.parameter(Parameter::List(list, at)))
    }

    /// A list of keys of which each value is a parameter.
    fn each(&mut self, list: List) -> Result<()> {
        self.model(list.model);
        self.fields(list.fields);
        self.word(list.values.len());
        let mut values = list.values.iter().zip(list.fields.iter().cycle());
        values.try_for_each(|(value, field)| {
            let forms = time_text::each(field.kind, self.dialect);
            self.compared(list.model, field, value, forms)
        })
    }

    fn foreign_key(&mut self, key: &ForeignKey) {
        let ForeignKey {
            relation,
            holder,
            fields,
            referred,
            referred_fields,
        } = key;
        self.relation(relation);
        self.model(holder);
        self.fields(fields);
        self.model(referred);
        self.fields(referred_fields);
    }

    fn insert_form(&mut self, form: InsertForm) {
        match form {
            InsertForm::Returning => self.word(0),
            InsertForm::Plain => self.word(1),
            InsertForm::Links => self.word(2),
            InsertForm::New(key) => {
                self.word(4);
                self.fields(key);
            }
            InsertForm::OrUpdate(key) => {
                self.word(3);
                self.fields(key);
            }
        }
    }

    /// The version that a row must have.
    fn expected(&mut self, model: &'static ModelMetadata, values: &Values) -> Result<()> {
        let expected = model.version().zip(values.expected.as_ref());
        self.word(usize::from(expected.is_some()));
        match expected {
            Some((field, value)) => self.parameter(Parameter::Stored(model, field, value)),
            None => Ok(()),
        }
    }

    /// Rows that give values for the same fields.
    fn rows(&mut self, model: &'static ModelMetadata, rows: &[&Values]) -> Result<()> {
        self.model(model);
        self.word(rows.len());
        let Some(Values {
            fields,
            // Only an update has them, which asks for them by itself.
            computed: _,
            // Are rows of other statements.
            nested: _,
            // Only what changes rows has it, which asks for it by itself.
            expected: _,
        }) = rows.first()
        else {
            return Ok(());
        };
        self.reserve(rows.len() * fields.len());
        self.word(fields.len());
        fields.iter().for_each(|(at, _)| self.word(*at));
        for values in rows {
            for (at, _) in fields {
                let value = values.stored(*at);
                self.parameter(Parameter::Stored(model, &model.fields[*at], value))?;
            }
        }
        Ok(())
    }
}
