//! What the relations and fields of models need of one table.

use crate::model::{
    FieldMetadata, ForeignKey, ModelMetadata, ReferentialAction, RelationKind, RelationMetadata,
};

pub(super) type Columns = Vec<&'static FieldMetadata>;

/// The keys that a table should have, each with the relation that needs it, if it is one.
#[derive(Debug, Default)]
pub(super) struct Expected {
    pub(super) uniques: Vec<(Columns, Option<&'static RelationMetadata>)>,
    pub(super) indexes: Vec<(Columns, Option<&'static RelationMetadata>)>,
    pub(super) foreign_keys: Vec<ExpectedKey>,
    /// Keys of polymorphic relations, which have no foreign key.
    pub(super) polymorphic: Vec<ForeignKey>,
}

/// A foreign key, whichever side of the relation declares it.
#[derive(Debug)]
pub(super) struct ExpectedKey {
    pub(super) key: ForeignKey,
    /// What the side says that holds the key; `None` where none of its models was named.
    pub(super) on_delete: Option<ReferentialAction>,
    pub(super) on_update: Option<ReferentialAction>,
}

impl Expected {
    /// What a table needs for this model, and for the relations of all `models`.
    ///
    /// Other than for creating tables, the models need not be complete: of a relation that leads elsewhere its own side is
    /// looked at.
    pub(super) fn of(model: &'static ModelMetadata, models: &[&'static ModelMetadata]) -> Expected {
        let mut expected = Expected::default();
        for field in model.fields() {
            if field.is_unique() {
                expected.add_unique(vec![field], None);
            }
        }
        model
            .unique()
            .for_each(|columns| expected.add_unique(columns, None));
        let relations = models.iter().flat_map(|model| model.relations());
        for relation in relations.clone() {
            expected.add_uniques_of(relation, model);
        }
        for relation in relations {
            expected.add_keys_of(relation, model);
        }
        for field in model.fields() {
            if field.is_indexed() {
                expected.add_index(vec![field], None);
            }
        }
        model
            .indexes()
            .for_each(|columns| expected.add_index(columns, None));
        expected
    }

    fn add_uniques_of(
        &mut self,
        relation: &'static RelationMetadata,
        model: &'static ModelMetadata,
    ) {
        if let Some(key) = relation.unique_key().filter(|key| is(key.holder, model)) {
            self.add_unique(key.fields, Some(relation));
        }
        let through = relation.through();
        if let Some(through) =
            through.filter(|through| through.unique && is(through.model(), model))
        {
            let columns = through.pair_fields();
            self.add_unique(columns, Some(relation));
        }
    }

    fn add_keys_of(&mut self, relation: &'static RelationMetadata, model: &'static ModelMetadata) {
        let keys = relation.foreign_keys().into_iter();
        // No foreign key can refer to a view.
        for key in keys.filter(|key| is(key.holder, model) && !key.referred.is_view()) {
            self.add_index(key.fields.clone(), Some(relation));
            self.add_foreign_key(key);
        }
        let Some(discriminator) = relation.discriminator() else {
            return;
        };
        let (holder, key) = match relation.kind() {
            RelationKind::BelongsTo => (relation.source(), relation.source_fields()),
            _ => (relation.target(), relation.target_fields()),
        };
        if !is(holder, model) {
            return;
        }
        let referred: Vec<_> = match relation.is_to_any() {
            true => relation
                .targets()
                .into_iter()
                .map(|target| (target, target.id_fields().collect()))
                .collect(),
            false => vec![(relation.source(), relation.source_fields())],
        };
        for (referred, referred_fields) in referred {
            let mut known = self.polymorphic.iter();
            if !known.any(|known| known.fields == key && is(known.referred, referred)) {
                self.polymorphic.push(ForeignKey {
                    relation,
                    holder,
                    fields: key.clone(),
                    referred,
                    referred_fields,
                });
            }
        }
        let discriminator = holder.field(discriminator).into_iter();
        self.add_index(discriminator.chain(key).collect(), Some(relation));
    }

    fn add_unique(&mut self, columns: Columns, relation: Option<&'static RelationMetadata>) {
        if !self
            .uniques
            .iter()
            .any(|(other, _)| is_same_set(other, &columns))
        {
            self.uniques.push((columns, relation));
        }
    }

    /// A relation whose targets are found by the key tells more of it than one that holds it.
    fn add_index(&mut self, columns: Columns, relation: Option<&'static RelationMetadata>) {
        if self
            .uniques
            .iter()
            .any(|(other, _)| is_same_set(other, &columns))
        {
            return;
        }
        match self.indexes.iter_mut().find(|(other, _)| *other == columns) {
            None => self.indexes.push((columns, relation)),
            Some((_, known)) => {
                let holds = known.is_some_and(|known| known.kind() == RelationKind::BelongsTo);
                if holds && relation.is_some() {
                    *known = relation;
                }
            }
        }
    }

    /// Only the side that holds the key says what happens to it; it is also the one that is named.
    fn add_foreign_key(&mut self, key: ForeignKey) {
        let is_holder = key.relation.kind() == RelationKind::BelongsTo;
        let said = |action: ReferentialAction| is_holder.then_some(action);
        let added = ExpectedKey {
            on_delete: said(key.relation.on_delete()),
            on_update: said(key.relation.on_update()),
            key,
        };
        let mut known = self.foreign_keys.iter_mut();
        let known = known.find(|known| {
            known.key.fields == added.key.fields && is(known.key.referred, added.key.referred)
        });
        match known {
            Some(known) if is_holder => {
                *known = ExpectedKey {
                    on_delete: stronger(known.on_delete, added.on_delete),
                    on_update: stronger(known.on_update, added.on_update),
                    key: added.key,
                };
            }
            Some(_) => {}
            None => self.foreign_keys.push(added),
        }
    }
}

/// The action that was said, of two relations that hold one key.
fn stronger(
    one: Option<ReferentialAction>,
    other: Option<ReferentialAction>,
) -> Option<ReferentialAction> {
    match other {
        None | Some(ReferentialAction::NoAction) => one.or(other),
        other => other,
    }
}

pub(super) fn is(one: &ModelMetadata, other: &ModelMetadata) -> bool {
    one.type_id() == other.type_id()
}

fn is_same_set(one: &Columns, other: &Columns) -> bool {
    one.len() == other.len() && other.iter().all(|column| one.contains(column))
}
