//! Names of constraints, from which an error of the database is mapped back to its relation.

use crate::model::field::FieldMetadata;
use crate::model::metadata::ModelMetadata;
use std::collections::HashSet;

/// PostgreSQL cuts longer names, and MySQL refuses them from one character more.
const LONGEST_NAME: usize = 63;

/// The names of the constraints and indexes of a schema, each of which is given once.
///
/// `user_group`.`id` and `user`.`group_id` would have one name. The first keeps it, the other has its hash at the end.
#[derive(Debug, Default)]
pub(crate) struct ConstraintNames {
    given: HashSet<String>,
}

impl ConstraintNames {
    /// The name of a constraint of this model over these columns.
    pub(crate) fn of(
        &mut self,
        prefix: &str,
        model: &ModelMetadata,
        fields: &[&FieldMetadata],
    ) -> String {
        let plain = constraint_name(prefix, model, fields);
        match self.given.insert(plain.clone()) {
            true => plain,
            false => hashed_name(prefix, model, fields),
        }
    }
}

/// `ck_order_1`: the name of a check of this model, counted from 1.
pub(crate) fn check_name(model: &ModelMetadata, nth: usize) -> String {
    fitted_name(format!("ck_{}_{nth}", model.table))
}

/// The name, or its beginning and a hash where it is too long.
pub(crate) fn fitted_name(name: String) -> String {
    match name.len() <= LONGEST_NAME {
        true => name,
        false => with_hash(&name, &name),
    }
}

/// The name with a hash that tells the table from the columns.
fn hashed_name(prefix: &str, model: &ModelMetadata, fields: &[&FieldMetadata]) -> String {
    let columns: Vec<&str> = fields.iter().map(|field| field.column).collect();
    let parts = format!("{prefix}\0{}\0{}", model.table, columns.join("\0"));
    with_hash(&plain_name(prefix, model, fields), &parts)
}

/// `fk_account_supplier_id`: the name from which an error is mapped back to its relation.
fn constraint_name(prefix: &str, model: &ModelMetadata, fields: &[&FieldMetadata]) -> String {
    fitted_name(plain_name(prefix, model, fields))
}

fn plain_name(prefix: &str, model: &ModelMetadata, fields: &[&FieldMetadata]) -> String {
    let columns: Vec<&str> = fields.iter().map(|field| field.column).collect();
    format!("{prefix}_{}_{}", model.table, columns.join("_"))
}

/// The name, cut so that the hash of the text stands behind it.
fn with_hash(name: &str, text: &str) -> String {
    // FNV-1a, so that the name is the same in every build.
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut end = name.len().min(LONGEST_NAME - 17);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash:016x}", &name[..end])
}

/// The columns of a constraint of this model that has one of our names.
pub(crate) fn constraint_columns(model: &'static ModelMetadata, name: &str) -> Vec<String> {
    let single = model.fields.iter().map(|field| vec![field]);
    let single = single.chain(model.unique());
    let keys = model.relations.iter().flat_map(|relation| {
        let keys = relation.foreign_keys().into_iter();
        keys.map(|key| (key.holder, key.fields))
    });
    let candidates = single.map(|columns| (model, columns)).chain(keys);
    for (holder, columns) in candidates {
        let is_named = |prefix: &&str| {
            constraint_name(prefix, holder, &columns) == name
                || hashed_name(prefix, holder, &columns) == name
        };
        if ["uq", "fk"].iter().any(is_named) {
            return columns
                .iter()
                .map(|field| field.column.to_owned())
                .collect();
        }
    }
    // A composite `has_one` is declared by the other model, so only the name tells its columns.
    let Some(listed) = name.strip_prefix(&format!("uq_{}_", model.table)) else {
        return Vec::new();
    };
    columns_listed(model, listed)
}

/// `country_number` as columns `country` and `number`.
fn columns_listed(model: &ModelMetadata, listed: &str) -> Vec<String> {
    for field in model.fields {
        let Some(rest) = listed.strip_prefix(field.column) else {
            continue;
        };
        if rest.is_empty() {
            return vec![field.column.to_owned()];
        }
        if let Some(rest) = rest.strip_prefix('_') {
            let further = columns_listed(model, rest);
            if !further.is_empty() {
                return [vec![field.column.to_owned()], further].concat();
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::field::FieldMetadata;

    static FIELDS: [FieldMetadata; 3] = [
        FieldMetadata::new::<i64>("id", "id", "id"),
        FieldMetadata::new::<String>("country", "country", "country"),
        FieldMetadata::new::<i64>("number", "number", "the_number"),
    ];
    static MODEL: ModelMetadata = ModelMetadata::without_rows("Account", "account", &FIELDS);

    #[test]
    fn long_names_are_cut_and_stay_different() {
        static LONG: ModelMetadata = ModelMetadata::without_rows(
            "Long",
            "a_table_with_a_name_that_is_longer_than_anyone_would_want_to_type",
            &FIELDS,
        );
        let name = |field| constraint_name("fk", &LONG, &[&FIELDS[field]]);
        assert_eq!(name(0).len(), LONGEST_NAME);
        assert_ne!(name(0), name(1));
        assert_eq!(constraint_columns(&LONG, &name(1)), ["country"]);
    }

    #[test]
    fn the_columns_of_a_composite_constraint_are_found_in_its_name() {
        let columns = [&FIELDS[1], &FIELDS[2]];
        let name = constraint_name("uq", &MODEL, &columns);
        assert_eq!(name, "uq_account_country_the_number");
        assert_eq!(constraint_columns(&MODEL, &name), ["country", "the_number"]);
        assert!(constraint_columns(&MODEL, "uq_account_other").is_empty());
    }
}
