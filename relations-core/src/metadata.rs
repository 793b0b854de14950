//! What a model says of itself: static, public data that schema, filters and users read.

use crate::check::Text;
use crate::column_type::ColumnType;
use crate::graph::Graphing;
use crate::model::Model;
use crate::predicate::{Condition, Operator};
use crate::rows::Rows;
use crate::value::{Kind, Value};
use std::any::TypeId;
use std::fmt;

/// A model: its table, fields and relations.
pub struct ModelMetadata {
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) fields: &'static [FieldMetadata],
    pub(crate) relations: &'static [RelationMetadata],
    pub(crate) id: &'static [usize],
    rows: fn() -> Box<dyn Rows>,
    pub(crate) graphing: Graphing,
    type_id: fn() -> TypeId,
}

/// What knows the type of a model: makes a list of its rows, makes graphs of them, and names it.
type Types = (fn() -> Box<dyn Rows>, Graphing, fn() -> TypeId);

impl ModelMetadata {
    /// For the derive.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        table: &'static str,
        fields: &'static [FieldMetadata],
        relations: &'static [RelationMetadata],
        id: &'static [usize],
        (rows, graphing, type_id): Types,
    ) -> Self {
        ModelMetadata {
            name,
            table,
            fields,
            relations,
            id,
            rows,
            graphing,
            type_id,
        }
    }

    /// The name of the struct.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the table.
    pub fn table(&self) -> &'static str {
        self.table
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

    /// The relation of that name.
    pub fn relation(&self, name: &str) -> Option<&'static RelationMetadata> {
        self.relations.iter().find(|relation| relation.name == name)
    }
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

/// A field of a model and its column.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldMetadata {
    pub(crate) name: &'static str,
    pub(crate) json_name: &'static str,
    pub(crate) column: &'static str,
    pub(crate) type_name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    pub(crate) id: bool,
    pub(crate) generated: bool,
    pub(crate) unique: bool,
    pub(crate) index: bool,
    pub(crate) hidden: bool,
    pub(crate) default: Option<&'static str>,
    pub(crate) length: Option<u32>,
    pub(crate) db_type: Option<&'static str>,
}

impl FieldMetadata {
    /// For the derive, as are the methods that follow.
    #[doc(hidden)]
    pub const fn new<T: ColumnType>(
        name: &'static str,
        json_name: &'static str,
        column: &'static str,
    ) -> Self {
        FieldMetadata {
            name,
            json_name,
            column,
            type_name: T::NAME,
            kind: T::KIND,
            nullable: T::NULLABLE,
            id: false,
            generated: false,
            unique: false,
            index: false,
            hidden: false,
            default: None,
            length: None,
            db_type: None,
        }
    }

    #[doc(hidden)]
    pub const fn with_id(mut self) -> Self {
        self.id = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_generated(mut self) -> Self {
        self.generated = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_unique(mut self) -> Self {
        self.unique = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_index(mut self) -> Self {
        self.index = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    #[doc(hidden)]
    pub const fn with_default(mut self, sql: &'static str) -> Self {
        self.default = Some(sql);
        self
    }

    #[doc(hidden)]
    pub const fn with_length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    #[doc(hidden)]
    pub const fn with_db_type(mut self, db_type: &'static str) -> Self {
        self.db_type = Some(db_type);
        self
    }

    /// The name of the field in Rust, without `r#`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the property in JSON and filters, from the struct's own `#[serde(..)]`.
    pub fn json_name(&self) -> &'static str {
        self.json_name
    }

    /// The name of the column.
    pub fn column(&self) -> &'static str {
        self.column
    }

    /// What the column stores.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the column may be NULL: whether the field is an `Option`.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// Whether the field is the id, or part of it.
    pub fn is_id(&self) -> bool {
        self.id
    }

    /// Whether the database makes the value of a new row.
    pub fn is_generated(&self) -> bool {
        self.generated
    }

    /// Whether no two rows share a value.
    pub fn is_unique(&self) -> bool {
        self.unique
    }

    /// Whether an index is asked for.
    pub fn is_indexed(&self) -> bool {
        self.index
    }

    /// Whether run-time filters can neither select, search nor sort by it, and JSON results leave it out.
    pub fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// The SQL of the column's default.
    pub fn default(&self) -> Option<&'static str> {
        self.default
    }

    /// The longest text, in characters.
    pub fn length(&self) -> Option<u32> {
        self.length
    }

    /// The column's type in a schema, where the usual one is not wanted.
    pub fn db_type(&self) -> Option<&'static str> {
        self.db_type
    }
}

/// The kind of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RelationKind {
    /// The target holds the key, at most one row.
    HasOne,
    /// The target holds the key, any number of rows; or rows of a third model link both.
    HasMany,
    /// The source holds the key.
    BelongsTo,
    /// The source holds a list of keys.
    ReferencesMany,
}

/// What happens to the rows that refer to a row when that row is deleted, or its key changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReferentialAction {
    /// The change is refused.
    NoAction,
    /// The change is refused, at once even where constraints are deferred.
    Restrict,
    /// The rows are deleted, or follow the key.
    Cascade,
    /// Their key becomes NULL.
    SetNull,
    /// Their key becomes its default.
    SetDefault,
}

/// What makes a relation polymorphic.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Polymorphism {
    /// It leads to rows of several models; a field of the source says to which.
    Any {
        field: &'static str,
        words: &'static [&'static str],
        models: &'static [fn() -> &'static ModelMetadata],
    },
    /// Its targets belong to rows of several models; a field of the target holds this word for the source.
    One {
        field: &'static str,
        word: &'static [&'static str; 1],
    },
}

/// The two models of a relation.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    pub(crate) source: fn() -> &'static ModelMetadata,
    pub(crate) target: fn() -> &'static ModelMetadata,
    pub(crate) names: [&'static str; 2],
}

macro_rules! kinds {
    ($($kind:ident $variant:ident)*) => { $(
        /// For the derive: what a model says of a relation, with its names in Rust and in JSON, and its keys.
        #[doc(hidden)]
        pub const fn $kind(
            self,
            names: [&'static str; 2],
            key_from: &'static [&'static str],
            key_to: &'static [&'static str],
        ) -> RelationMetadata {
            RelationMetadata::new(self, RelationKind::$variant, names, key_from, key_to)
        }
    )* };
}

impl Ends {
    kinds! {
        has_one HasOne
        has_many HasMany
        belongs_to BelongsTo
        references_many ReferencesMany
    }
}

/// A relation between two models.
pub struct RelationMetadata {
    pub(crate) name: &'static str,
    pub(crate) json_name: &'static str,
    pub(crate) kind: RelationKind,
    pub(crate) source: fn() -> &'static ModelMetadata,
    pub(crate) target: fn() -> &'static ModelMetadata,
    /// The names of both, for checks by the compiler.
    pub(crate) source_name: &'static str,
    pub(crate) target_name: &'static str,
    pub(crate) key_from: &'static [&'static str],
    pub(crate) key_to: &'static [&'static str],
    pub(crate) through: Option<ThroughMetadata>,
    pub(crate) polymorphic: Option<Polymorphism>,
    pub(crate) on_delete: Option<ReferentialAction>,
    pub(crate) on_update: Option<ReferentialAction>,
    pub(crate) included: bool,
}

impl RelationMetadata {
    /// For the derive, as are the methods that follow.
    #[doc(hidden)]
    pub const fn new(
        ends: Ends,
        kind: RelationKind,
        [name, json_name]: [&'static str; 2],
        key_from: &'static [&'static str],
        key_to: &'static [&'static str],
    ) -> Self {
        RelationMetadata {
            name,
            json_name,
            kind,
            source: ends.source,
            target: ends.target,
            source_name: ends.names[0],
            target_name: ends.names[1],
            key_from,
            key_to,
            through: None,
            polymorphic: None,
            on_delete: None,
            on_update: None,
            included: true,
        }
    }

    #[doc(hidden)]
    pub const fn with_on_delete(mut self, action: ReferentialAction) -> Self {
        self.on_delete = Some(action);
        self
    }

    #[doc(hidden)]
    pub const fn with_on_update(mut self, action: ReferentialAction) -> Self {
        self.on_update = Some(action);
        self
    }

    #[doc(hidden)]
    pub const fn with_links<L: Model>(mut self) -> Self {
        self.through = Some(ThroughMetadata {
            model: L::metadata,
            sides: [self.source_name, self.target_name],
            keys: [&[], &[]],
            unique: true,
        });
        self
    }

    #[doc(hidden)]
    pub const fn with_link_keys(
        mut self,
        key_from: &'static [&'static str],
        key_to: &'static [&'static str],
    ) -> Self {
        if let Some(through) = &mut self.through {
            through.keys = [key_from, key_to];
        }
        self
    }

    #[doc(hidden)]
    pub const fn with_repeated_links(mut self) -> Self {
        if let Some(through) = &mut self.through {
            through.unique = false;
        }
        self
    }

    #[doc(hidden)]
    pub const fn with_discriminator(
        mut self,
        field: &'static str,
        word: &'static [&'static str; 1],
    ) -> Self {
        self.polymorphic = Some(Polymorphism::One { field, word });
        self
    }

    #[doc(hidden)]
    pub const fn with_types(
        mut self,
        field: &'static str,
        words: &'static [&'static str],
        models: &'static [fn() -> &'static ModelMetadata],
    ) -> Self {
        self.polymorphic = Some(Polymorphism::Any {
            field,
            words,
            models,
        });
        self
    }

    #[doc(hidden)]
    pub const fn without_include(mut self) -> Self {
        self.included = false;
        self
    }

    /// The name, as callers type it in `include`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name in JSON and filters, which follows the struct's own `#[serde(rename_all)]`.
    pub fn json_name(&self) -> &'static str {
        self.json_name
    }

    /// Which kind of relation it is.
    pub fn kind(&self) -> RelationKind {
        self.kind
    }

    /// The model that declares the relation.
    pub fn source(&self) -> &'static ModelMetadata {
        (self.source)()
    }

    /// The model it leads to.
    pub fn target(&self) -> &'static ModelMetadata {
        (self.target)()
    }

    /// The fields of the source that hold the key, in order.
    pub fn key_from(&self) -> &'static [&'static str] {
        self.key_from
    }

    /// The fields of the target that hold the key, in order.
    pub fn key_to(&self) -> &'static [&'static str] {
        self.key_to
    }

    /// Whether one source can have several targets.
    pub fn targets_many(&self) -> bool {
        match self.kind {
            RelationKind::HasOne | RelationKind::BelongsTo => false,
            RelationKind::HasMany | RelationKind::ReferencesMany => true,
        }
    }

    /// The model whose rows link source and target, and its keys; `None` where one of the two holds the key.
    pub fn through(&self) -> Option<&ThroughMetadata> {
        self.through.as_ref()
    }

    /// The models it leads to: one, or all of a polymorphic `belongs_to`, of which [`target`](Self::target) is the first.
    pub fn targets(&self) -> Vec<&'static ModelMetadata> {
        match self.polymorphic {
            Some(Polymorphism::Any { models, .. }) => models.iter().map(|model| model()).collect(),
            _ => vec![self.target()],
        }
    }

    /// Of a polymorphic relation: the field that says which model the key refers to. It stands beside the key, in the source
    /// of a `belongs_to` and in the target of others.
    pub fn discriminator(&self) -> Option<&'static str> {
        match self.polymorphic? {
            Polymorphism::Any { field, .. } | Polymorphism::One { field, .. } => Some(field),
        }
    }

    /// Of a polymorphic relation: the words that its discriminator may hold, in the order of [`targets`](Self::targets); that
    /// of the source alone where the target holds it.
    pub fn discriminator_values(&self) -> &'static [&'static str] {
        match self.polymorphic {
            Some(Polymorphism::Any { words, .. }) => words,
            Some(Polymorphism::One { word, .. }) => word,
            None => &[],
        }
    }

    /// What becomes of referring rows when a row is deleted.
    pub fn on_delete(&self) -> ReferentialAction {
        self.on_delete.unwrap_or(ReferentialAction::NoAction)
    }

    /// What becomes of referring rows when a key changes.
    pub fn on_update(&self) -> ReferentialAction {
        self.on_update.unwrap_or(ReferentialAction::NoAction)
    }

    /// Whether run-time filters may include it.
    pub fn is_included(&self) -> bool {
        self.included
    }

    /// `Supplier.account`, for messages.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.source().name, self.name)
    }

    /// Whether each key has one target at most, whatever constraints are missing: only ids are certain to be unique.
    pub(crate) fn refers_to_id(&self) -> bool {
        let refers = matches!(
            self.kind,
            RelationKind::BelongsTo | RelationKind::ReferencesMany
        );
        refers && self.target_fields().iter().all(|field| field.id)
    }

    /// What tells the targets from rows that belong to another model under the same key.
    pub(crate) fn restriction(&self) -> Option<Condition> {
        let (field, value) = self.imposed_type()?;
        Some(Condition::Compare {
            field,
            operator: Operator::Eq,
            value,
        })
    }

    /// The discriminator of the target, and what it holds for this source.
    pub(crate) fn imposed_type(&self) -> Option<(&'static FieldMetadata, Value)> {
        let Some(Polymorphism::One { field, word }) = self.polymorphic else {
            return None;
        };
        let field = fields(self.target(), &[field])[0];
        Some((field, Value::Text(word[0].to_owned())))
    }

    /// Whether it leads to rows of several models.
    pub(crate) fn is_to_any(&self) -> bool {
        matches!(self.polymorphic, Some(Polymorphism::Any { .. }))
    }

    /// The fields of the source that hold the key.
    pub(crate) fn source_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.source(), self.key_from)
    }

    /// The fields of the target that hold the key.
    pub(crate) fn target_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.target(), self.key_to)
    }
}

pub(crate) fn fields(model: &ModelMetadata, names: &[&str]) -> Vec<&'static FieldMetadata> {
    names
        .iter()
        .map(|name| {
            model
                .field(name)
                .expect("the derive has checked that the field exists")
        })
        .collect()
}

impl PartialEq for RelationMetadata {
    fn eq(&self, other: &Self) -> bool {
        let (source, others) = (self.source(), other.source());
        self.name == other.name && source.name == others.name && source.table == others.table
    }
}

impl fmt::Debug for RelationMetadata {
    // Models point at each other, so the models are shown by name only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelationMetadata")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("source", &self.source().name)
            .field("target", &self.target().name)
            .field("key_from", &self.key_from)
            .field("key_to", &self.key_to)
            .field("through", &self.through)
            .finish()
    }
}

/// The model that a `has_many` goes through, each row of which links one source and one target.
#[derive(Clone, Copy)]
pub struct ThroughMetadata {
    pub(crate) model: fn() -> &'static ModelMetadata,
    /// The names of the models on both sides.
    pub(crate) sides: [&'static str; 2],
    /// The fields for each side as the attribute gives them; none where they are those of the link's only `belongs_to` that
    /// leads there.
    pub(crate) keys: [&'static [&'static str]; 2],
    pub(crate) unique: bool,
}

impl ThroughMetadata {
    /// The model of the links.
    pub fn model(&self) -> &'static ModelMetadata {
        (self.model)()
    }

    /// The fields of a link that refer to its source, in order.
    pub fn key_from(&self) -> &'static [&'static str] {
        self.key(0)
    }

    /// The fields of a link that refer to its target, in order.
    pub fn key_to(&self) -> &'static [&'static str] {
        self.key(1)
    }

    fn key(&self, side: usize) -> &'static [&'static str] {
        if !self.keys[side].is_empty() {
            return self.keys[side];
        }
        let leads_there = |relation: &&RelationMetadata| {
            relation.kind == RelationKind::BelongsTo && relation.target_name == self.sides[side]
        };
        let relation = self.model().relations.iter().find(leads_there);
        relation
            .expect("the derive has checked that the link belongs to both")
            .key_from
    }

    /// Whether a source and a target are linked once at most.
    pub fn is_unique(&self) -> bool {
        self.unique
    }

    /// The fields of a link that refer to its source.
    pub(crate) fn source_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.model(), self.key_from())
    }

    /// The fields of a link that refer to its target.
    pub(crate) fn target_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.model(), self.key_to())
    }
}

impl fmt::Debug for ThroughMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThroughMetadata")
            .field("model", &self.model().name)
            .field("key_from", &self.key_from())
            .field("key_to", &self.key_to())
            .finish()
    }
}

/// A foreign key that a relation stands on.
#[derive(Debug, Clone)]
pub(crate) struct ForeignKey {
    pub(crate) relation: &'static RelationMetadata,
    /// The model whose rows hold the key.
    pub(crate) holder: &'static ModelMetadata,
    pub(crate) fields: Vec<&'static FieldMetadata>,
    pub(crate) referred: &'static ModelMetadata,
    pub(crate) referred_fields: Vec<&'static FieldMetadata>,
}

impl ForeignKey {
    pub(crate) fn columns(&self) -> Vec<&'static str> {
        self.fields.iter().map(|field| field.column).collect()
    }
}

impl RelationMetadata {
    /// The key of a `has_one`, which no two targets share; with the discriminator, where it is polymorphic.
    pub(crate) fn unique_key(&'static self) -> Option<ForeignKey> {
        let discriminator = self.imposed_type().map(|(field, _)| field);
        (self.kind == RelationKind::HasOne).then(|| ForeignKey {
            relation: self,
            holder: self.target(),
            fields: discriminator
                .into_iter()
                .chain(self.target_fields())
                .collect(),
            referred: self.source(),
            referred_fields: self.source_fields(),
        })
    }

    /// The foreign keys that the relation stands on: one, two where it goes through links, none for a list of keys.
    pub(crate) fn foreign_keys(&'static self) -> Vec<ForeignKey> {
        let key = |holder, fields, referred, referred_fields| ForeignKey {
            relation: self,
            holder,
            fields,
            referred,
            referred_fields,
        };
        let (source, target) = (self.source(), self.target());
        let (of_source, of_target) = (self.source_fields(), self.target_fields());
        match (self.kind, &self.through) {
            (RelationKind::ReferencesMany, _) => Vec::new(),
            _ if self.polymorphic.is_some() => Vec::new(),
            (RelationKind::BelongsTo, _) => vec![key(source, of_source, target, of_target)],
            (_, None) => vec![key(target, of_target, source, of_source)],
            (_, Some(through)) => vec![
                key(through.model(), through.source_fields(), source, of_source),
                key(through.model(), through.target_fields(), target, of_target),
            ],
        }
    }
}

impl FieldMetadata {
    /// Whether its type is a column type, as it must be. Where it is none, checks of the model say nothing of the field.
    pub(crate) const fn is_column(&self) -> bool {
        !self.type_name.is_empty()
    }

    /// `supplier_id` is `i64`, for messages of the compiler.
    pub(crate) const fn describe(&self, text: Text, model: &str) -> Text {
        text.put("`")
            .put(model)
            .put("::")
            .put(self.name)
            .put("` is `")
            .put(self.type_name)
            .put("`")
    }
}
