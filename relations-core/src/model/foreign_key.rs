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

    /// The key with its fields in the order in which the model that it refers to has them, however the relation names them: InnoDB
    /// finds rows by an index in this order only, and both sides of a relation then have one key.
    pub(crate) fn in_order_of_referred(mut self) -> Self {
        let own = |group: &Vec<&FieldMetadata>| {
            group.len() == self.referred_fields.len()
                && group
                    .iter()
                    .all(|field| self.referred_fields.contains(field))
        };
        let id = std::iter::once(self.referred.id_fields().collect());
        let Some(group) = id.chain(self.referred.unique()).find(own) else {
            return self;
        };
        let place = |field| group.iter().position(|other| *other == field);
        let mut pairs: Vec<_> = self.referred_fields.into_iter().zip(self.fields).collect();
        pairs.sort_by_key(|(referred, _)| place(*referred));
        (self.referred_fields, self.fields) = pairs.into_iter().unzip();
        self
    }
}
