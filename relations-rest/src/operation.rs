//! The table of operations: everything that an API answers to, as data.

use crate::path;
use axum::http::Method;
use relations::{FieldMetadata, ModelMetadata, RelationMetadata};

/// One operation of an API: a method and a path, and what is done there.
///
/// The router is made of the table, and so can be whatever describes the API; see [`Api::operations`](crate::Api::operations).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Operation {
    /// A name that stays the same: `supplier.account.create`.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path below the place where the router is mounted, with parameters in braces: `/suppliers/{id}/account`. The parts of
    /// a composite id are separated by commas: `/lines/{order_id},{number}`.
    pub path: String,
    /// The model that the path starts from.
    pub model: &'static ModelMetadata,
    /// The relations that lead from it to the row whose relation is followed, in their order: none, but for routes of
    /// [`nest`](crate::ExposeRelation::nest).
    pub via: Vec<&'static RelationMetadata>,
    /// The relation that is followed from it, or from where `via` leads.
    pub relation: Option<&'static RelationMetadata>,
    /// What is done.
    pub kind: OperationKind,
    /// The path as the router takes it, in which an id is one parameter.
    pub(crate) route: String,
}

impl Operation {
    /// The model of the rows that are read or written.
    pub(crate) fn rows(&self) -> &'static ModelMetadata {
        let relation = self.relation;
        relation.map_or(self.model, |relation| relation.target())
    }

    /// The models of the ids in the path, in their order.
    pub(crate) fn models_of_keys(&self) -> Vec<&'static ModelMetadata> {
        let via = self.via.iter().filter(|relation| relation.targets_many());
        let related = via.copied().chain(self.relation);
        let mut models = vec![self.model];
        models.extend(related.map(|relation| relation.target()));
        models.truncate(
            self.route
                .split('/')
                .filter(|part| path::is_id(part))
                .count(),
        );
        models
    }

    /// The names of the path's parameters and the fields of ids that they are of, an entry for each id.
    pub(crate) fn parameters(&self) -> Vec<Vec<(String, &'static FieldMetadata)>> {
        let models = self.models_of_keys().into_iter().enumerate();
        models.map(|(at, model)| parameters(model, at)).collect()
    }

    /// All models whose rows it is about.
    pub(crate) fn models(&self) -> Vec<&'static ModelMetadata> {
        let related = self.via.iter().copied().chain(self.relation);
        let targets = related.map(|relation| relation.target());
        std::iter::once(self.model).chain(targets).collect()
    }

    /// Whether it is about the one row behind a relation to one.
    pub(crate) fn is_of_one(&self) -> bool {
        let relation = self.relation;
        relation.is_some_and(|relation| !relation.targets_many())
    }
}

/// The parameters of the id that stands in a path after so many others: `id`, `fk`, `fk2`, and of a composite id one for each of its
/// fields.
pub(crate) fn parameters(
    model: &'static ModelMetadata,
    at: usize,
) -> Vec<(String, &'static FieldMetadata)> {
    let name = parameter(at);
    let fields: Vec<&'static FieldMetadata> = model.id_fields().collect();
    let is_alone = fields.len() == 1;
    let name = |field: &FieldMetadata| match (is_alone, at) {
        (true, _) => name.clone(),
        (false, 0) => field.json_name().to_owned(),
        (false, _) => format!("{name}_{}", field.json_name()),
    };
    fields
        .into_iter()
        .map(|field| (name(field), field))
        .collect()
}

/// The name of the parameter that is an id, after so many others.
pub(crate) fn parameter(at: usize) -> String {
    match at {
        0 => "id".to_owned(),
        1 => "fk".to_owned(),
        at => format!("fk{at}"),
    }
}

/// What an [`Operation`] does: with rows of the model, or with those that its relation leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperationKind {
    /// Finds rows by a filter.
    Find,
    /// The number of rows.
    Count,
    /// Adds a row or several.
    Create,
    /// Changes rows by `where`.
    Patch,
    /// Deletes rows by `where`.
    Delete,
    /// Finds a row by its id.
    FindById,
    /// Whether there is a row with this id.
    Exists,
    /// Changes fields of a row.
    PatchById,
    /// Replaces a row, or creates it where the id is the client's.
    ReplaceById,
    /// Deletes a row.
    DeleteById,
    /// Finds the row behind a relation to one.
    FindOne,
    /// Creates the row of a `has_one`, or changes the one there is.
    Set,
    /// Finds what a relation leads to as an include gives it: a list of keys, or a row of one of several models.
    Follow,
    /// Whether a target is linked.
    IsLinked,
    /// Links a target.
    Link,
    /// Removes the links to a target.
    Unlink,
}

impl OperationKind {
    /// The last word of the id of an operation.
    pub(crate) fn word(self) -> &'static str {
        match self {
            OperationKind::Find | OperationKind::FindOne | OperationKind::Follow => "find",
            OperationKind::Count => "count",
            OperationKind::Create => "create",
            OperationKind::Patch => "patch",
            OperationKind::Delete => "delete",
            OperationKind::FindById => "findById",
            OperationKind::Exists => "exists",
            OperationKind::PatchById => "patchById",
            OperationKind::ReplaceById => "replaceById",
            OperationKind::DeleteById => "deleteById",
            OperationKind::Set => "set",
            OperationKind::IsLinked => "isLinked",
            OperationKind::Link => "link",
            OperationKind::Unlink => "unlink",
        }
    }

    pub(crate) fn method(self) -> Method {
        match self {
            OperationKind::Create => Method::POST,
            OperationKind::Patch | OperationKind::PatchById => Method::PATCH,
            OperationKind::Delete | OperationKind::DeleteById | OperationKind::Unlink => {
                Method::DELETE
            }
            OperationKind::ReplaceById | OperationKind::Set | OperationKind::Link => Method::PUT,
            OperationKind::IsLinked => Method::HEAD,
            _ => Method::GET,
        }
    }

    /// Whether it changes something.
    pub fn is_write(self) -> bool {
        !matches!(self.method(), Method::GET | Method::HEAD)
    }

    /// Whether it takes the parameter `filter`.
    pub fn takes_filter(self) -> bool {
        matches!(
            self,
            OperationKind::Find
                | OperationKind::FindById
                | OperationKind::FindOne
                | OperationKind::Follow
        )
    }

    /// Whether it takes the parameter `where`.
    pub fn takes_where(self) -> bool {
        matches!(
            self,
            OperationKind::Count | OperationKind::Patch | OperationKind::Delete
        )
    }

    /// Whether it takes a body.
    pub fn takes_body(self) -> bool {
        self.is_write() && self.method() != Method::DELETE
    }
}
