//! The key of one source, which a relation imposes on what is read and written through it.

use crate::draft::Values;
use crate::error::{Error, ErrorKind, Result};
use crate::key::Key;
use crate::metadata::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::predicate::Condition;
use crate::query::fields_equal;
use crate::relation::{HasManyThrough, Relation};
use crate::statement::describe_key;
use crate::value::Value;

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
    pub(super) fn filled(&self, mut values: Values) -> Result<Values> {
        let (relation, key) = (R::metadata(), self.values()?);
        let target = relation.target();
        fill(
            &mut values,
            relation,
            target,
            &relation.target_fields(),
            &key,
        )?;
        Ok(values)
    }

    /// The values of a patch, which does not change the key.
    pub(super) fn checked(&self, values: Values) -> Result<Values> {
        let relation = R::metadata();
        let own = self.key.clone().map(Key::into_values).unwrap_or_default();
        let target = relation.target();
        for (field, own) in imposed(relation, &relation.target_fields(), &own) {
            check(&values, relation, target, field, &own)?;
        }
        Ok(values)
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
        let through = R::metadata().through().expect("it goes through links");
        match &self.key {
            Some(key) => fields_equal(through.source_fields(), key.clone().into_values()),
            None => Condition::never(),
        }
    }
}

/// What a relation imposes on rows of a model: the fields of the key, and, on a target that can belong to several models,
/// the one that says which.
fn imposed(
    relation: &'static RelationMetadata,
    fields: &[&'static FieldMetadata],
    key: &[Value],
) -> Vec<(&'static FieldMetadata, Value)> {
    let key = fields.iter().copied().zip(key.iter().cloned());
    let is_target = relation.through().is_none();
    let which = relation.imposed_type().filter(|_| is_target);
    key.chain(which).collect()
}

/// Fills a key into the values of a new row.
pub(super) fn fill(
    values: &mut Values,
    relation: &'static RelationMetadata,
    model: &'static ModelMetadata,
    fields: &[&'static FieldMetadata],
    key: &[Value],
) -> Result<()> {
    for (field, own) in imposed(relation, fields, key) {
        check(values, relation, model, field, &own)?;
        values.set(model.position(field), own);
    }
    Ok(())
}

/// Refuses a value for a field of the key that is not the source's.
fn check(
    values: &Values,
    relation: &'static RelationMetadata,
    model: &'static ModelMetadata,
    field: &'static FieldMetadata,
    own: &Value,
) -> Result<()> {
    match values.get(model.position(field)) {
        Some(given) if given != own => {
            let message = format!(
                "`{}` is {} through `{}`, and the data says {}",
                field.name,
                own.display(),
                relation.path(),
                given.display()
            );
            let error = Error::new(ErrorKind::ConstraintMismatch, message);
            Err(error.of_model(model.name).of_relation(relation))
        }
        _ => Ok(()),
    }
}

pub(super) fn null_key(relation: &'static RelationMetadata) -> Error {
    let message = format!("`{}`: the source's key is null", relation.path());
    let error = Error::new(ErrorKind::ConstraintMismatch, message);
    error.of_model(relation.target().name).of_relation(relation)
}
