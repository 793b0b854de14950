//! The foreign keys that relations stand on.

use crate::model::field::FieldMetadata;
use crate::model::metadata::ModelMetadata;
use crate::model::relation::RelationMetadata;

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
