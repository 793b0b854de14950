//! Which statements there are.

use crate::error::Result;
use crate::model::{FieldMetadata, ForeignKey, ModelMetadata, RelationMetadata};
use crate::query::{Condition, FEW, Plan, PlannedInclude, Selected, Values};
use crate::sql::binder::Binder;
use crate::sql::key_list::List;
use crate::sql::writer::Text;
use crate::sql::{Statement, cache, select, separate, write};
use crate::value::Dialect;

/// A statement that is asked for. What each one is says the function that asks for it, such as [`select::select`].
#[derive(Clone, Copy)]
pub(crate) enum Request<'p> {
    /// And whether there is one row at most.
    Select(&'p Plan, bool),
    /// With the number of all rows.
    SelectCounted(&'p Plan),
    SelectLocked(&'p Plan, RowLock),
    OfSource(&'static RelationMetadata, &'p Plan, &'p Condition),
    HolderOf(&'p ForeignKey, Option<&'p Condition>),
    Count(&'p Plan),
    CountNow(&'p Plan),
    Exists(&'p Plan),
    Values(&'p Selected),
    ByKeys(&'p PlannedInclude, List<'p>),
    CountByKeys(&'p PlannedInclude, List<'p>),
    ByIds(List<'p>),
    Insert(&'static ModelMetadata, &'p [&'p Values], InsertForm<'p>),
    Update(&'static ModelMetadata, &'p Values, Option<&'p Condition>),
    Overwrite(&'static ModelMetadata, &'p Values, &'p Condition),
    Delete(&'static ModelMetadata, Option<&'p Condition>),
}

/// What the caller is going to do with the rows that it locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowLock {
    /// Delete them: nobody else may refer to them meanwhile.
    Delete,
    /// Change them, or what belongs to them, but not their keys. On PostgreSQL others may go on to insert rows that refer to them.
    Change,
}

/// How rows are added.
#[derive(Clone, Copy)]
pub(crate) enum InsertForm<'p> {
    /// And given back, where the dialect can.
    Returning,
    /// Nothing is given back.
    Plain,
    /// But for the links that are there; nothing is given back. What keeps a link from being added may also be another unique value.
    Links,
    /// And given back, unless a row with the same key is there; without a key, unless one has any of its unique values. Not for
    /// MySQL, which would leave out a row that shares any unique value.
    New(&'p [&'static FieldMetadata]),
    /// And given back; a row with the same key, where one is there, gets all the new row's values but the id. Not for MySQL, whose
    /// form of it would also change a row that shares another unique value.
    OrUpdate(&'p [&'static FieldMetadata]),
}

impl Request<'_> {
    pub(crate) fn statement(self, dialect: Dialect) -> Result<Statement> {
        cache::statement(&self, false, dialect)
    }

    /// The same, where its condition may be that of a run-time filter.
    pub(crate) fn statement_of(self, is_of_filter: bool, dialect: Dialect) -> Result<Statement> {
        cache::statement(&self, is_of_filter, dialect)
    }

    /// A text for each number of rows would be too many.
    pub(crate) fn is_cached(&self) -> bool {
        !matches!(self, Request::Insert(_, rows, _) if rows.len() as u64 > FEW)
    }

    /// Builds the text.
    pub(crate) fn text(&self, binder: &Binder) -> Text {
        match *self {
            Request::Select(plan, single) => select::build_select(plan, single, binder),
            Request::SelectCounted(plan) => select::build_counted(plan, binder),
            Request::SelectLocked(plan, lock) => select::build_locked(plan, lock, binder),
            Request::OfSource(relation, plan, source) => {
                select::build_of_source(relation, plan, source, binder)
            }
            Request::HolderOf(key, referred) => select::build_holder_of(key, referred, binder),
            Request::Count(plan) => select::build_count(plan, binder),
            Request::CountNow(plan) => select::build_count_now(plan, binder),
            Request::Exists(plan) => select::build_exists(plan, binder),
            Request::Values(selected) => select::build_values(selected, binder),
            Request::ByKeys(include, keys) => separate::build_by_keys(include, keys, binder),
            Request::CountByKeys(include, keys) => separate::build_count(include, keys, binder),
            Request::ByIds(ids) => separate::build_by_ids(ids, binder),
            Request::Insert(model, rows, form) => write::build_insert(model, rows, form, binder),
            Request::Update(model, values, condition) => {
                write::build_update(model, values, condition, binder)
            }
            Request::Overwrite(model, values, condition) => {
                write::build_overwrite(model, values, condition, binder)
            }
            Request::Delete(model, condition) => write::build_delete(model, condition, binder),
        }
    }
}
