//! Compares models with the tables that a database has. Without I/O.

mod column;
mod key;

use crate::error::with_article;
use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata};
use crate::schema::catalog::{Column, Table, TableName};
use crate::schema::difference::{Difference, DifferenceKind, SchemaCheck};
use crate::schema::expected::{Expected, is};
use crate::value::Dialect;

impl SchemaCheck {
    /// Compares models with their tables, given in the same order; `None` for one that is not there.
    pub fn of(
        models: &[&'static ModelMetadata],
        tables: &[Option<Table>],
        dialect: Dialect,
    ) -> SchemaCheck {
        let mut checker = Checker {
            models,
            tables,
            dialect,
            differences: Vec::new(),
        };
        for (model, table) in models.iter().zip(tables) {
            match table {
                Some(table) => checker.check_table(On { model, table }),
                None => checker.differences.push(missing_table(model)),
            }
        }
        SchemaCheck {
            differences: checker.differences,
        }
    }
}

struct Checker<'c> {
    models: &'c [&'static ModelMetadata],
    tables: &'c [Option<Table>],
    dialect: Dialect,
    differences: Vec<Difference>,
}

/// A model and its table.
#[derive(Clone, Copy)]
struct On<'c> {
    model: &'static ModelMetadata,
    table: &'c Table,
}

impl<'c> Checker<'c> {
    fn check_table(&mut self, on: On<'c>) {
        self.check_columns(on);
        let expected = Expected::of(on.model, self.models);
        if !on.table.is_view && !on.model.is_view() {
            self.check_keys(on, &expected);
        }
        self.check_collations(on, &expected);
    }

    /// The table of a model that was named.
    fn table_of(&self, model: &ModelMetadata) -> Option<&'c Table> {
        let at = self.models.iter().position(|other| is(other, model))?;
        self.tables[at].as_ref()
    }

    /// The column of a field, as the database compares names.
    fn column_of(&self, table: &'c Table, field: &FieldMetadata) -> Option<&'c Column> {
        let mut columns = table.columns.iter();
        columns.find(|column| self.is_name(&column.name, field.column))
    }

    fn is_name(&self, one: &str, other: &str) -> bool {
        one == other || (self.dialect != Dialect::Postgres && one.eq_ignore_ascii_case(other))
    }

    fn report(&mut self, difference: Difference) {
        self.differences.push(difference);
    }
}

impl On<'_> {
    /// The table's name for messages, as the model has it.
    fn table_name(self) -> String {
        name_of_table(self.model)
    }

    /// A difference of a field, whose text goes on after the field's path.
    fn of_field(self, kind: DifferenceKind, field: &FieldMetadata, what: &str) -> Difference {
        let path = format!("{}::{}", self.model.name, field.name);
        self.difference(kind, &path, &[field], what)
    }

    /// A difference that a relation notices, whose text goes on after the relation's path.
    fn of_relation(
        self,
        kind: DifferenceKind,
        relation: &RelationMetadata,
        fields: &[&'static FieldMetadata],
        what: &str,
    ) -> Difference {
        let mut difference = self.difference(kind, &relation.path(), fields, what);
        difference.relation = Some(relation.name);
        difference
    }

    fn difference(
        self,
        kind: DifferenceKind,
        path: &str,
        fields: &[&FieldMetadata],
        what: &str,
    ) -> Difference {
        Difference {
            kind,
            model: self.model.name,
            relation: None,
            fields: fields.iter().map(|field| field.name).collect(),
            table: self.table_name(),
            columns: fields.iter().map(|field| field.column.to_owned()).collect(),
            in_database: None,
            in_model: None,
            message: format!("`{path}`: {what}"),
        }
    }
}

impl Difference {
    /// What each side has.
    fn with(mut self, in_database: impl Into<String>, in_model: impl Into<String>) -> Difference {
        self.in_database = Some(in_database.into());
        self.in_model = Some(in_model.into());
        self
    }
}

fn name_of_table(model: &ModelMetadata) -> String {
    TableName::of(model).to_string()
}

fn missing_table(model: &ModelMetadata) -> Difference {
    let table = name_of_table(model);
    let what = if model.is_view() { "view" } else { "table" };
    Difference {
        kind: DifferenceKind::MissingTable,
        model: model.name,
        relation: None,
        fields: Vec::new(),
        columns: Vec::new(),
        in_database: None,
        in_model: Some(table.clone()),
        message: format!("`{}`: there is no {what} `{table}`", model.name),
        table,
    }
}

/// `` `a` `` and, of several, `` (`a`, `b`) ``.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let text = names.join("`, `");
    match names.len() {
        1 => format!("`{text}`"),
        _ => format!("(`{text}`)"),
    }
}

fn columns_listed(fields: &[&FieldMetadata]) -> String {
    listed(fields.iter().map(|field| field.column))
}

/// "creating an `Account`".
fn creating(model: &ModelMetadata) -> String {
    format!("creating {}", with_article(model.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::catalog::Index;

    static FIELDS: [FieldMetadata; 3] = [
        FieldMetadata::new::<i64>("id", "id", "id").with_id(),
        FieldMetadata::new::<String>("email", "email", "e_mail").with_unique(),
        FieldMetadata::new::<Option<i64>>("age", "age", "age"),
    ];
    static MODEL: ModelMetadata = ModelMetadata::without_rows("Member", "member", &FIELDS);

    fn column(name: &str, type_name: &str, is_nullable: bool) -> Column {
        Column {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
            is_nullable,
            ..Column::default()
        }
    }

    fn table() -> Table {
        let unique = Index {
            columns: vec![Some("e_mail".to_owned())],
            is_unique: true,
            ..Index::default()
        };
        Table {
            columns: vec![
                column("id", "bigint", false),
                column("e_mail", "text", false),
                column("age", "bigint", true),
            ],
            primary_key: vec!["id".to_owned()],
            indexes: vec![unique],
            ..Table::default()
        }
    }

    fn kinds(table: Table, dialect: Dialect) -> Vec<DifferenceKind> {
        let check = SchemaCheck::of(&[&MODEL], &[Some(table)], dialect);
        let differences = check.differences().iter();
        differences.map(Difference::kind).collect()
    }

    #[test]
    fn a_table_that_has_all_does_not_differ() {
        assert!(kinds(table(), Dialect::Postgres).is_empty());
    }

    #[test]
    fn names_are_compared_as_the_database_does() {
        let mut upper = table();
        upper.columns[1].name = "E_MAIL".to_owned();
        assert!(kinds(upper.clone(), Dialect::Sqlite).is_empty());
        let told = [
            DifferenceKind::MissingColumn,
            DifferenceKind::RequiredColumn,
        ];
        assert_eq!(kinds(upper, Dialect::Postgres), told);
    }

    #[test]
    fn a_unique_index_must_cover_all_rows_and_no_other_column() {
        let with = |change: fn(&mut Index)| {
            let mut table = table();
            change(&mut table.indexes[0]);
            kinds(table, Dialect::Postgres)
        };
        let missing = [DifferenceKind::MissingUnique];
        assert_eq!(with(|index| index.is_unique = false), missing);
        assert_eq!(with(|index| index.columns.push(None)), missing);
        assert_eq!(
            with(|index| index.columns.push(Some("age".to_owned()))),
            missing
        );
        assert_eq!(
            with(|index| index.condition = Some("age > 5".to_owned())),
            missing
        );
        let not_null = |index: &mut Index| {
            index.condition = Some("(\"e_mail\" IS NOT NULL)".to_owned());
        };
        assert!(with(not_null).is_empty());
    }
}
