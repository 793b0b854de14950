//! The key of one source, which a relation imposes on what is read and written through it.

use crate::error::{Error, Result};
use crate::model::{Key, Model, RelationMetadata};
use crate::query::{Condition, Values, fields_equal};
use crate::sql::describe_key;
use crate::typed::{FindOne, HasManyThrough, Query, Relation, Root, Sought};
use crate::value::Value;
use crate::write::insert::null_key;
use crate::write::{Data, Own, Wanted, imposed};

/// The key of one source of the relation `R`.
pub(super) struct Constraint<R: Relation> {
    /// `None` where the key is null, so that there are no targets.
    pub(super) key: Option<R::Key>,
}

impl<R: Relation> Clone for Constraint<R> {
    fn clone(&self) -> Self {
        Constraint {
            key: self.key.clone(),
        }
    }
}

impl<R: Relation> Constraint<R> {
    /// The key's values; an error where it is null.
    pub(super) fn values(&self) -> Result<Vec<Value>> {
        match &self.key {
            Some(key) => Ok(key.clone().into_values()),
            None => Err(null_key(R::metadata())),
        }
    }

    /// The condition that a row is a target of this source, where the target holds the key.
    pub(super) fn condition(&self) -> Condition {
        let Some(key) = &self.key else {
            return Condition::never();
        };
        let relation = R::metadata();
        let of_source = fields_equal(relation.target_fields(), key.clone().into_values());
        match relation.restriction() {
            Some(restriction) => of_source.and(restriction),
            None => of_source,
        }
    }

    /// The values of a new target, with the key filled in.
    pub(super) fn filled(&self, data: Data) -> Result<Values> {
        let wanted = self.impose(Wanted::create(R::metadata().target()), self.values()?);
        data.read(&wanted)
    }

    /// The values of a target that may be there already: its version is not made, and where it is given it is compared.
    pub(super) fn filled_to_set(&self, data: Data) -> Result<Values> {
        let wanted = self.impose(Wanted::set(R::metadata().target()), self.values()?);
        data.read(&wanted)
    }

    /// The values of several new targets.
    pub(super) fn all_filled(&self, rows: Vec<Data>) -> Result<Vec<Values>> {
        let wanted = self.impose(Wanted::create(R::metadata().target()), self.values()?);
        Data::read_all(rows, &wanted)
    }

    /// The values of a patch of some targets, which does not change the key.
    pub(super) fn checked(&self, data: Data) -> Result<Values> {
        data.read(&self.keep(Wanted::patch(R::metadata().target())))
    }

    /// The values of a patch of one target.
    pub(super) fn checked_of(&self, id: Vec<Value>, data: Data) -> Result<Values> {
        data.read(&self.keep(Wanted::patch_of(R::metadata().target(), id)))
    }

    fn keep(&self, wanted: Wanted) -> Wanted {
        let own = self.key.clone().map(Key::into_values);
        self.impose(wanted, own.unwrap_or_default())
    }

    fn impose(&self, wanted: Wanted, key: Vec<Value>) -> Wanted {
        let relation = R::metadata();
        let key: Vec<Own> = key.into_iter().map(Own::Is).collect();
        let wanted = wanted.in_scope_of(relation);
        wanted.through(relation, imposed(relation, &relation.target_fields(), &key))
    }

    /// Finds the only target.
    pub(super) fn find_only<'c, C>(
        &self,
        query: Query<R::Target, Root<R::Target>, &'c C>,
    ) -> FindOne<'c, R::Target, Root<R::Target>, C> {
        let (id, of) = (None, Some(self.followed()));
        FindOne {
            query,
            sought: Sought { id, of },
        }
    }

    /// Finds the one of the targets that has this id.
    pub(super) fn find_by_id<'c, C>(
        &self,
        targets: Query<R::Target, Root<R::Target>, &'c C>,
        id: <R::Target as Model>::Id,
    ) -> FindOne<'c, R::Target, Root<R::Target>, C> {
        FindOne::by_id(targets, id, Some(self.followed()))
    }

    /// The relation, and the source's key.
    fn followed(&self) -> (&'static RelationMetadata, Option<Vec<Value>>) {
        (R::metadata(), self.key.clone().map(Key::into_values))
    }

    /// "`Supplier` with `id` 7"
    pub(super) fn describe(&self) -> Option<String> {
        let relation = R::metadata();
        let values = self.key.clone()?.into_values();
        let key = describe_key(relation.key_from, &values);
        Some(format!("`{}` with {key}", relation.source().name))
    }

    /// Adds the key to an error of this relation.
    pub(super) fn name_key(&self, error: Error) -> Error {
        match (self.describe(), error.relation()) {
            (Some(source), Some(name)) if name == R::metadata().name => error.with_context(&source),
            _ => error,
        }
    }
}

impl<R: HasManyThrough> Constraint<R> {
    /// The condition that links lead to a row from this source.
    pub(super) fn linked(&self) -> Condition {
        match &self.key {
            Some(key) => Condition::Linked {
                relation: R::metadata(),
                key: key.clone().into_values(),
            },
            None => Condition::never(),
        }
    }

    /// The condition that a link is one of this source.
    pub(super) fn of_links(&self) -> Condition {
        match &self.key {
            Some(key) => R::metadata().links_of(key.clone().into_values()),
            None => Condition::never(),
        }
    }
}
