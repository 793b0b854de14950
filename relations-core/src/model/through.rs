//! The model that a `has_many` goes through.

use crate::model::field::{FieldMetadata, fields};
use crate::model::metadata::ModelMetadata;
use crate::model::relation::{RelationKind, RelationMetadata};
use std::fmt;

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
    /// Whether the derive made the model.
    pub(crate) own: bool,
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

    /// Whether the links are those of a `has_and_belongs_to_many`, of which the derive made the model.
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// The fields of a link that refer to its source.
    pub(crate) fn source_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.model(), self.key_from())
    }

    /// The fields of a link that refer to its target.
    pub(crate) fn target_fields(&self) -> Vec<&'static FieldMetadata> {
        fields(self.model(), self.key_to())
    }

    /// The fields of a link that say what it links: those of both keys, each once. The keys may share fields, such as the tenant
    /// of all rows.
    pub(crate) fn pair_fields(&self) -> Vec<&'static FieldMetadata> {
        let mut pair = self.source_fields();
        for field in self.target_fields() {
            if !pair.contains(&field) {
                pair.push(field);
            }
        }
        pair
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
