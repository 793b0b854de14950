//! What a model says of itself: static, public data that schema, filters and users read.

use crate::error::{Error, ErrorKind, Result};
use crate::model::field::FieldMetadata;
use crate::model::graphs::Graphing;
use crate::model::relation::RelationMetadata;
use crate::model::rows::Rows;
use std::any::TypeId;
use std::fmt;

/// A model: its table, fields and relations.
///
/// # Examples
/// ```
/// # use docs_models::*;
/// let order = Order::metadata();
/// assert_eq!((order.name(), order.table()), ("Order", "order"));
/// assert!(order.field("total").is_some_and(|total| !total.is_nullable()));
/// assert_eq!(order.relation("customer").unwrap().target().name(), "Customer");
/// ```
pub struct ModelMetadata {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) schema: Option<&'static str>,
    pub(crate) was: Option<&'static str>,
    /// The comment on its table.
    pub(crate) comment: Option<&'static str>,
    pub(crate) fields: &'static [FieldMetadata],
    pub(crate) relations: &'static [RelationMetadata],
    pub(crate) id: &'static [usize],
    pub(crate) view: bool,
    pub(crate) unique: &'static [&'static [usize]],
    indexes: &'static [&'static [usize]],
    pub(crate) checks: &'static [&'static str],
    rows: fn() -> Box<dyn Rows>,
    pub(crate) graphing: Graphing,
    type_id: fn() -> TypeId,
    /// Whether it implements `Serialize`.
    pub(crate) serializes: bool,
}

/// What knows the type of a model: makes a list of its rows, makes graphs of them, names it, and tells whether it implements
/// `Serialize`.
type Types = (fn() -> Box<dyn Rows>, Graphing, fn() -> TypeId, bool);

impl ModelMetadata {
    /// For tests of what is said of a model: no row of it is ever read.
    #[cfg(test)]
    pub(crate) const fn without_rows(
        name: &'static str,
        table: &'static str,
        fields: &'static [FieldMetadata],
    ) -> Self {
        let types: Types = (
            || unreachable!(),
            |_, _, _| unreachable!(),
            TypeId::of::<()>,
            false,
        );
        ModelMetadata::new(name, table, fields, &[], &[0], types)
    }

    /// For the derive.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        table: &'static str,
        fields: &'static [FieldMetadata],
        relations: &'static [RelationMetadata],
        id: &'static [usize],
        (rows, graphing, type_id, serializes): Types,
    ) -> Self {
        ModelMetadata {
            name,
            table,
            schema: None,
            was: None,
            comment: None,
            fields,
            relations,
            id,
            view: false,
            unique: &[],
            indexes: &[],
            checks: &[],
            rows,
            graphing,
            type_id,
            serializes,
        }
    }

    /// For the derive: in a schema, or in a database of MySQL, other than that of the connection.
    #[doc(hidden)]
    pub const fn in_schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    /// For the derive.
    #[doc(hidden)]
    pub const fn with_former_table(mut self, was: &'static str) -> Self {
        self.was = Some(was);
        self
    }

    /// For the derive.
    #[doc(hidden)]
    pub const fn with_comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// For the derive: of a view, whose rows are only read.
    #[doc(hidden)]
    pub const fn as_view(mut self) -> Self {
        self.view = true;
        self
    }

    /// For the derive: groups of fields, of which no two rows share all values.
    #[doc(hidden)]
    pub const fn with_unique(mut self, unique: &'static [&'static [usize]]) -> Self {
        self.unique = unique;
        self
    }

    /// For the derive: groups of fields, each with an index.
    #[doc(hidden)]
    pub const fn with_indexes(mut self, indexes: &'static [&'static [usize]]) -> Self {
        self.indexes = indexes;
        self
    }

    /// For the derive: SQL that holds for every row.
    #[doc(hidden)]
    pub const fn with_checks(mut self, checks: &'static [&'static str]) -> Self {
        self.checks = checks;
        self
    }

    /// The name of the struct.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the table.
    pub fn table(&self) -> &'static str {
        self.table
    }

    /// Refuses a table whose name has a dot: it was meant to name a schema, and would be a table of that very name.
    pub(crate) fn check_table(&self) -> Result<()> {
        let Some((schema, table)) = self.table.split_once('.') else {
            return Ok(());
        };
        let (model, whole) = (self.name, self.table);
        let message = format!(
            "`{model}`: `{whole}` would be a table whose name has a dot\n\
             help: write `#[model(schema = \"{schema}\", table = \"{table}\")]`"
        );
        Err(Error::new(ErrorKind::InvalidSchema, message).of_model(model))
    }

    /// The schema of the table, or the database on MySQL; `None` for that of the connection.
    pub fn schema(&self) -> Option<&'static str> {
        self.schema
    }

    /// The field that counts the writes of a row, where there is one.
    pub fn version(&self) -> Option<&'static FieldMetadata> {
        self.fields.iter().find(|field| field.version)
    }

    /// Whether it is a view, whose rows are only read.
    pub fn is_view(&self) -> bool {
        self.view
    }

    /// The fields, in the order of the struct.
    pub fn fields(&self) -> &'static [FieldMetadata] {
        self.fields
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&'static FieldMetadata> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The position of the id, if it is one field and an `i64` or narrower.
    pub(crate) fn number_id(&self) -> Option<usize> {
        match self.id {
            [id] if self.fields[*id].kind.is_number() => Some(*id),
            _ => None,
        }
    }

    /// The fields that make up the id, in order; at least one.
    pub fn id_fields(&self) -> impl Iterator<Item = &'static FieldMetadata> + use<> {
        let fields = self.fields;
        self.id.iter().map(move |at| &fields[*at])
    }

    /// Whether no two rows have these fields in common: they are the id, unique by themselves or together, or the key of a `has_one`.
    pub(crate) fn is_unique(&'static self, fields: &[&'static FieldMetadata]) -> bool {
        let is_all = |group: &[&FieldMetadata]| {
            group.len() == fields.len() && group.iter().all(|field| fields.contains(field))
        };
        let ids: Vec<&FieldMetadata> = self.id_fields().collect();
        // The side that has one says so; it is known from here where this model has the other side.
        let mut sources = self.relations.iter().flat_map(RelationMetadata::targets);
        is_all(&ids)
            || matches!(fields, [field] if field.is_unique())
            || self.unique().any(|group| is_all(&group))
            || sources.any(|source| {
                let mut keys = source
                    .relations
                    .iter()
                    .filter_map(RelationMetadata::unique_key);
                keys.any(|key| key.holder.type_id() == self.type_id() && is_all(&key.fields))
            })
    }

    /// The groups of fields whose values no two rows share, as `#[model(unique(..))]` of the struct names them. Fields that are
    /// unique by themselves say so.
    pub fn unique(&self) -> impl Iterator<Item = Vec<&'static FieldMetadata>> + use<> {
        groups(self.fields, self.unique)
    }

    /// The groups of fields with an index, as `#[model(index(..))]` of the struct names them.
    pub fn indexes(&self) -> impl Iterator<Item = Vec<&'static FieldMetadata>> + use<> {
        groups(self.fields, self.indexes)
    }

    /// The SQL that must hold for every row, as `#[model(check = "…")]` says it.
    pub fn checks(&self) -> &'static [&'static str] {
        self.checks
    }

    /// The type of the model.
    pub(crate) fn type_id(&self) -> TypeId {
        (self.type_id)()
    }

    /// No rows yet; for what knows models by their metadata only.
    pub(crate) fn new_rows(&self) -> Box<dyn Rows> {
        (self.rows)()
    }

    /// The position of a field of this model.
    pub(crate) fn position(&self, field: &FieldMetadata) -> usize {
        let mut fields = self.fields.iter();
        fields
            .position(|other| other.name == field.name)
            .expect("it is a field of this model")
    }

    /// The relations, in the order of their declaration: those of the struct first, then those of fields.
    pub fn relations(&self) -> &'static [RelationMetadata] {
        self.relations
    }

    /// The model itself, then all that relations lead to from it, each once, the nearest first.
    pub(crate) fn related_models(&'static self) -> Vec<&'static ModelMetadata> {
        let mut found = vec![self];
        let mut at = 0;
        while let Some(model) = found.get(at).copied() {
            for relation in model.relations {
                let links = relation.through().map(|through| through.model());
                for other in relation.targets().into_iter().chain(links) {
                    if !found.iter().any(|known| known.type_id() == other.type_id()) {
                        found.push(other);
                    }
                }
            }
            at += 1;
        }
        found
    }

    /// The relation of that name.
    pub fn relation(&self, name: &str) -> Option<&'static RelationMetadata> {
        self.relations.iter().find(|relation| relation.name == name)
    }
}

fn groups(
    fields: &'static [FieldMetadata],
    groups: &'static [&'static [usize]],
) -> impl Iterator<Item = Vec<&'static FieldMetadata>> {
    let group = move |group: &&[usize]| group.iter().map(|at| &fields[*at]).collect();
    groups.iter().map(group)
}

impl fmt::Debug for ModelMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelMetadata")
            .field("name", &self.name)
            .field("table", &self.table)
            .field("fields", &self.fields)
            .field("relations", &self.relations)
            .finish()
    }
}
