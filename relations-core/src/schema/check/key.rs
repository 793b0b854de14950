//! Compares what relations and fields need of keys with those that a table has.

use super::{Checker, On, columns_listed, listed, name_of_table};
use crate::error::with_article;
use crate::model::{FieldMetadata, ReferentialAction, RelationKind, RelationMetadata};
use crate::schema::catalog::{ForeignKey, Index, Table};
use crate::schema::difference::DifferenceKind as Kind;
use crate::schema::expected::{Columns, Expected, ExpectedKey};
use crate::value::Dialect;

impl<'c> Checker<'c> {
    pub(super) fn check_keys(&mut self, on: On<'c>, expected: &Expected) {
        self.check_primary_key(on);
        for (columns, relation) in &expected.uniques {
            self.check_unique(on, columns, *relation);
        }
        for key in &expected.foreign_keys {
            self.check_foreign_key(on, key);
        }
        for (columns, relation) in &expected.indexes {
            self.check_index(on, columns, *relation);
        }
    }

    fn check_primary_key(&mut self, on: On<'c>) {
        let id: Columns = on.model.id_fields().collect();
        if !self.has_all(on.table, &id) || self.is_unique(on.table, &id) {
            return;
        }
        let has = match on.table.primary_key.is_empty() {
            true => "the table has no primary key".to_owned(),
            false => format!(
                "the primary key is {}",
                listed(names(&on.table.primary_key))
            ),
        };
        let what = format!(
            "nothing makes {} of table `{}` unique ({has}): two rows can have one id, and a change by id changes both",
            columns_listed(&id),
            on.table_name()
        );
        let mut difference = on.difference(Kind::PrimaryKey, on.model.name, &id, &what);
        let key = &on.table.primary_key;
        difference.in_database = (!key.is_empty()).then(|| key.join(", "));
        difference.in_model = Some(joined(&id));
        self.report(difference);
    }

    fn check_unique(
        &mut self,
        on: On<'c>,
        columns: &Columns,
        relation: Option<&'static RelationMetadata>,
    ) {
        if !self.has_all(on.table, columns) || self.is_unique(on.table, columns) {
            return;
        }
        let nothing = format!(
            "nothing makes {} of table `{}` unique",
            columns_listed(columns),
            on.table_name()
        );
        let difference = match relation {
            None => {
                let what = format!("{nothing}: two rows can have one value");
                on.of_field(Kind::MissingUnique, columns[0], &what)
            }
            Some(relation) if relation.kind() == RelationKind::HasOne => {
                let what = format!(
                    "{nothing}: of two rows `get` gives one, and `patch` and `delete` change both"
                );
                on.of_relation(Kind::MissingUnique, relation, columns, &what)
            }
            Some(relation) => {
                let what = format!("{nothing}: a target can be linked twice");
                on.of_relation(Kind::MissingUnique, relation, columns, &what)
            }
        };
        self.report(difference);
    }

    fn check_index(
        &mut self,
        on: On<'c>,
        columns: &Columns,
        relation: Option<&'static RelationMetadata>,
    ) {
        if !self.has_all(on.table, columns) || self.has_index(on.table, columns, relation) {
            return;
        }
        let none = format!(
            "no index of table `{}` begins with {}",
            on.table_name(),
            columns_listed(columns)
        );
        let difference = match relation {
            None => {
                let what = format!("{none}: a search by it reads the whole table");
                on.of_field(Kind::MissingIndex, columns[0], &what)
            }
            Some(relation) => {
                let slow = match relation.kind() {
                    RelationKind::BelongsTo if !relation.is_to_any() => {
                        format!("deleting {}", with_article(relation.target().name))
                    }
                    _ => format!(
                        "finding the rows of {}",
                        with_article(relation.source().name)
                    ),
                };
                let what = format!("{none}: {slow} reads the whole table");
                on.of_relation(Kind::MissingIndex, relation, columns, &what)
            }
        };
        self.report(difference);
    }

    fn check_foreign_key(&mut self, on: On<'c>, expected: &ExpectedKey) {
        let key = &expected.key;
        let referred_table = self.table_of(key.referred);
        // Nothing can refer to a view.
        if !self.has_all(on.table, &key.fields) || referred_table.is_some_and(|table| table.is_view)
        {
            return;
        }
        let same_columns = |found: &&ForeignKey| self.is_set(&found.columns, &key.fields);
        let mut found = on.table.foreign_keys.iter().filter(same_columns).peekable();
        let Some(first) = found.peek().copied() else {
            return self.report_missing_foreign_key(on, expected);
        };
        match found.find(|found| self.refers(found, expected, referred_table)) {
            Some(found) => {
                let actions = [
                    (Kind::OnDelete, found.on_delete, expected.on_delete),
                    (Kind::OnUpdate, found.on_update, expected.on_update),
                ];
                for (kind, has, needs) in actions {
                    self.check_action(on, expected, kind, has, needs);
                }
            }
            None => self.report_other_foreign_key(on, expected, first),
        }
    }

    fn report_missing_foreign_key(&mut self, on: On<'_>, expected: &ExpectedKey) {
        let key = &expected.key;
        let referred = with_article(key.referred.name);
        let what = format!(
            "table `{}` has no foreign key on {}: a row can refer to {referred} that is not there, \
             and {referred} can be deleted while rows refer to it",
            on.table_name(),
            columns_listed(&key.fields)
        );
        let difference = on.of_relation(Kind::MissingForeignKey, key.relation, &key.fields, &what);
        self.report(difference);
    }

    fn report_other_foreign_key(&mut self, on: On<'_>, expected: &ExpectedKey, found: &ForeignKey) {
        let key = &expected.key;
        let has = format!(
            "`{}` (`{}`)",
            found.referred_table,
            found.referred_columns.join("`, `")
        );
        let columns = key.referred_fields.iter().map(|field| field.column);
        let needs = format!(
            "`{}` (`{}`)",
            name_of_table(key.referred),
            columns.collect::<Vec<_>>().join("`, `")
        );
        let what = format!(
            "the foreign key of table `{}` on {} refers to {has}, and not to {needs}: \
             a key that is only there is refused",
            on.table_name(),
            columns_listed(&key.fields)
        );
        let difference = on.of_relation(Kind::OtherForeignKey, key.relation, &key.fields, &what);
        self.report(difference.with(has, needs));
    }

    fn check_action(
        &mut self,
        on: On<'_>,
        expected: &ExpectedKey,
        kind: Kind,
        has: ReferentialAction,
        needs: Option<ReferentialAction>,
    ) {
        let Some(needs) = needs else {
            return;
        };
        if is_same_action(has, needs) {
            return;
        }
        let key = &expected.key;
        let (event, change) = match kind {
            Kind::OnDelete => (
                "DELETE",
                format!("deleting {}", with_article(key.referred.name)),
            ),
            _ => (
                "UPDATE",
                format!("changing the key of {}", with_article(key.referred.name)),
            ),
        };
        let rows = format!("the rows of table `{}` that refer to it", on.table_name());
        let columns = columns_listed(&key.fields);
        let does = match (has, kind) {
            (ReferentialAction::Cascade, Kind::OnDelete) => format!("deletes {rows}"),
            (ReferentialAction::Cascade, _) => format!("changes {rows}"),
            (ReferentialAction::SetNull, _) => format!("makes {columns} NULL in {rows}"),
            (ReferentialAction::SetDefault, _) => {
                format!("gives {columns} its default in {rows}")
            }
            _ => format!(
                "fails while rows of table `{}` refer to it",
                on.table_name()
            ),
        };
        let (has, needs) = (has.sql(), needs.sql());
        let what =
            format!("the database has ON {event} {has}, and the model {needs}: {change} {does}");
        let difference = on.of_relation(kind, key.relation, &key.fields, &what);
        self.report(difference.with(has, needs));
    }

    /// Texts of a key that the database compares differently on both sides of a relation.
    pub(super) fn check_collations(&mut self, on: On<'c>, expected: &Expected) {
        let keys = expected.foreign_keys.iter().map(|expected| &expected.key);
        for key in keys.chain(&expected.polymorphic) {
            let Some(referred) = self.table_of(key.referred) else {
                continue;
            };
            for (field, other) in key.fields.iter().zip(&key.referred_fields) {
                self.check_collation(on, key.relation, field, (referred, other));
            }
        }
    }

    fn check_collation(
        &mut self,
        on: On<'c>,
        relation: &RelationMetadata,
        field: &'static FieldMetadata,
        (referred, other): (&'c Table, &FieldMetadata),
    ) {
        let column = self.column_of(on.table, field);
        let other_column = self.column_of(referred, other);
        let (Some(column), Some(other_column)) = (column, other_column) else {
            return;
        };
        let (Some(has), Some(refers)) = (&column.collation, &other_column.collation) else {
            return;
        };
        if has.eq_ignore_ascii_case(refers) {
            return;
        }
        let outcome = outcome_of_collations(has, refers, self.dialect);
        let what = format!(
            "the collation of `{}` of table `{}` is `{has}`, and that of `{}` of table `{}` is `{refers}`: {outcome}",
            field.column,
            on.table_name(),
            other.column,
            referred.name
        );
        let difference = on.of_relation(Kind::Collation, relation, &[field], &what);
        self.report(difference.with(has, refers));
    }

    fn has_all(&self, table: &'c Table, columns: &Columns) -> bool {
        columns
            .iter()
            .all(|field| self.column_of(table, field).is_some())
    }

    fn is_one_of(&self, name: &str, columns: &[&FieldMetadata]) -> bool {
        columns.iter().any(|field| self.is_name(name, field.column))
    }

    fn is_set(&self, names: &[String], columns: &Columns) -> bool {
        names.len() == columns.len() && names.iter().all(|name| self.is_one_of(name, columns))
    }

    /// Whether no two rows have the same values in these columns: not even in some of them.
    fn is_unique(&self, table: &Table, columns: &Columns) -> bool {
        let key = &table.primary_key;
        if !key.is_empty() && key.iter().all(|name| self.is_one_of(name, columns)) {
            return true;
        }
        let is_among = |column: &Option<String>| {
            let name = column.as_deref();
            name.is_some_and(|name| self.is_one_of(name, columns))
        };
        let guards = |index: &Index| {
            index.is_unique && index.covers_all_rows() && index.columns.iter().all(is_among)
        };
        table.indexes.iter().any(guards)
    }

    /// Whether an index begins with these columns, in any order. Where a discriminator stands beside a key, the key is enough.
    fn has_index(
        &self,
        table: &Table,
        columns: &Columns,
        relation: Option<&RelationMetadata>,
    ) -> bool {
        let discriminator = relation.and_then(RelationMetadata::discriminator);
        let plain_key: Columns = columns
            .iter()
            .copied()
            .filter(|field| Some(field.name) != discriminator)
            .collect();
        let begins = |indexed: Vec<Option<&str>>| {
            [columns, &plain_key].into_iter().any(|columns| {
                let first = indexed.get(..columns.len());
                first.is_some_and(|first| {
                    first
                        .iter()
                        .all(|name| name.is_some_and(|name| self.is_one_of(name, columns)))
                })
            })
        };
        let primary = table.primary_key.iter().map(|name| Some(name.as_str()));
        let mut indexes = table.indexes.iter().filter(|index| index.covers_all_rows());
        begins(primary.collect())
            || indexes.any(|index| begins(index.columns.iter().map(Option::as_deref).collect()))
    }

    /// Whether a foreign key refers to the model's table and to the columns that belong together.
    fn refers(
        &self,
        found: &ForeignKey,
        expected: &ExpectedKey,
        referred_table: Option<&Table>,
    ) -> bool {
        let key = &expected.key;
        let is_table = match referred_table {
            Some(table) => {
                self.is_name(&found.referred_table, &table.name)
                    && self.is_name(&found.referred_schema, &table.schema)
            }
            None => self.is_name(&found.referred_table, key.referred.table),
        };
        let pairs: Vec<_> = key.fields.iter().zip(&key.referred_fields).collect();
        let mut columns = found.columns.iter().zip(&found.referred_columns);
        is_table
            && columns.all(|(own, other)| {
                pairs.iter().any(|(field, referred)| {
                    self.is_name(own, field.column) && self.is_name(other, referred.column)
                })
            })
    }
}

/// What becomes of a comparison of texts with two collations.
fn outcome_of_collations(one: &str, other: &str, dialect: Dialect) -> &'static str {
    const REFUSED: &str = "the database refuses to compare them, so that whatever joins them fails";
    const BY_ONE: &str = "a comparison goes by one of them, and may not use an index of the other";
    let both = [one, other];
    match dialect {
        Dialect::Sqlite => "which texts are equal depends on the side that is asked",
        // The default gives way to any other.
        Dialect::Postgres if both.contains(&"default") => BY_ONE,
        Dialect::Postgres => REFUSED,
        Dialect::MySql { .. } => {
            let character_set = |name: &str| name.split('_').next().map(str::to_owned);
            let is_binary = |name: &str| name.ends_with("_bin");
            let is_same_set = character_set(one) == character_set(other);
            match is_same_set && is_binary(one) == is_binary(other) {
                true => REFUSED,
                false => BY_ONE,
            }
        }
    }
}

/// They differ where constraints are deferred, and both refuse.
fn is_same_action(one: ReferentialAction, other: ReferentialAction) -> bool {
    let refuses = |action| {
        matches!(
            action,
            ReferentialAction::NoAction | ReferentialAction::Restrict
        )
    };
    one == other || (refuses(one) && refuses(other))
}

fn names(columns: &[String]) -> impl Iterator<Item = &str> {
    columns.iter().map(String::as_str)
}

fn joined(fields: &[&FieldMetadata]) -> String {
    let columns: Vec<&str> = fields.iter().map(|field| field.column).collect();
    columns.join(", ")
}
