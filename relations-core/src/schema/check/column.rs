//! Compares the fields of a model with the columns of its table.

use super::{Checker, On, creating};
use crate::model::FieldMetadata;
use crate::schema::catalog::{Column, Generation};
use crate::schema::difference::DifferenceKind as Kind;
use crate::schema::type_fit::{Misfit, length, misfit};
use crate::value::Dialect;

impl<'c> Checker<'c> {
    pub(super) fn check_columns(&mut self, on: On<'c>) {
        for field in on.model.fields {
            match self.column_of(on.table, field) {
                Some(column) => self.check_column(on, field, column),
                None => self.report_missing_column(on, field),
            }
        }
        for column in &on.table.columns {
            let mut fields = on.model.fields.iter();
            let has_field = fields.any(|field| self.is_name(&column.name, field.column));
            if !has_field && !on.table.is_view && !column.may_be_left_out() {
                self.report_required_column(on, column);
            }
        }
    }

    fn report_missing_column(&mut self, on: On<'_>, field: &FieldMetadata) {
        let what = format!(
            "table `{}` has no column `{}`: whatever reads or writes {} fails",
            on.table_name(),
            field.column,
            crate::error::with_article(on.model.name)
        );
        self.report(on.of_field(Kind::MissingColumn, field, &what));
    }

    fn report_required_column(&mut self, on: On<'_>, column: &Column) {
        let what = format!(
            "column `{}` of table `{}` needs a value, and the model has no field for it: {} fails",
            column.name,
            on.table_name(),
            creating(on.model)
        );
        let mut difference = on.difference(Kind::RequiredColumn, on.model.name, &[], &what);
        difference.columns = vec![column.name.clone()];
        difference.in_database = Some(column.type_name.clone());
        self.report(difference);
    }

    fn check_column(&mut self, on: On<'_>, field: &FieldMetadata, column: &Column) {
        self.check_type(on, field, column);
        self.check_values(on, field, column);
        // Of a view the database does not say where its values come from.
        if on.table.is_view {
            return;
        }
        self.check_null(on, field, column);
        self.check_generation(on, field, column);
        // SQLite does not tell the triggers of an attached database here.
        let is_told = self.dialect != Dialect::Sqlite || on.model.schema.is_none();
        if field.on_update_now && !column.is_set_on_update && is_told {
            let what = format!(
                "the database does not set {} on an update: where another program writes a row, the time before stays",
                column_name(on, field)
            );
            self.report(on.of_field(Kind::NotSetOnUpdate, field, &what));
        }
    }

    fn check_null(&mut self, on: On<'_>, field: &FieldMetadata, column: &Column) {
        let name = column_name(on, field);
        let (null, not_null) = ("NULL", "NOT NULL");
        if column.is_nullable && !field.nullable && !is_computed(column) {
            let what = format!(
                "{name} can be NULL, and the field is not an `Option`: reading such a row fails"
            );
            let difference = on.of_field(Kind::NullableColumn, field, &what);
            self.report(difference.with(null, not_null));
        }
        if !column.is_nullable && field.nullable && !field.generated {
            let what = format!(
                "{name} cannot be NULL, and the field is an `Option`: storing `None` fails"
            );
            let difference = on.of_field(Kind::NotNullColumn, field, &what);
            self.report(difference.with(not_null, null));
        }
    }

    fn check_type(&mut self, on: On<'_>, field: &FieldMetadata, column: &Column) {
        let name = column_name(on, field);
        let (ty, field_type) = (&column.type_name, field.type_name);
        if let Some(misfit) = misfit(field, column, self.dialect) {
            let (kind, why) = match misfit {
                Misfit::Unreadable => {
                    let why = format!("from which no `{field_type}` can be read");
                    (Kind::Type, format!("{name} is `{ty}`, {why}"))
                }
                Misfit::SometimesUnreadable(why) => {
                    (Kind::Type, format!("{name} is `{ty}`: {why}"))
                }
                Misfit::Range(why) => (Kind::Range, format!("{name} is `{ty}`: {why}")),
            };
            let difference = on.of_field(kind, field, &why);
            self.report(difference.with(ty, field_type));
            return;
        }
        let longest = field.values.iter().map(|text| text.chars().count() as u32);
        let needed = field.length.or(longest.max());
        let bound = length(column, self.dialect);
        if let (Some(needed), Some(bound)) = (needed, bound)
            && bound < needed
        {
            let unit = match field.kind {
                crate::value::Kind::Bytes => "bytes",
                _ => "characters",
            };
            let what = format!(
                "{name} is `{ty}`: it refuses more than {bound} {unit}, and the field has up to {needed}"
            );
            let difference = on.of_field(Kind::Length, field, &what);
            self.report(difference.with(bound.to_string(), needed.to_string()));
        }
    }

    /// The texts of an enum that only one side has.
    fn check_values(&mut self, on: On<'_>, field: &FieldMetadata, column: &Column) {
        if column.values.is_empty() || field.values.is_empty() {
            return;
        }
        let in_column = |value: &&&str| column.values.iter().any(|other| other == *value);
        let refused: Vec<&str> = field
            .values
            .iter()
            .filter(|value| !in_column(value))
            .copied()
            .collect();
        let in_field = |value: &&String| field.values.contains(&value.as_str());
        let unreadable = column.values.iter().filter(|value| !in_field(value));
        let unreadable: Vec<&str> = unreadable.map(String::as_str).collect();
        let mut said = Vec::new();
        if !refused.is_empty() {
            said.push(format!("it refuses `{}`", refused.join("`, `")));
        }
        if !unreadable.is_empty() {
            let (values, ty) = (unreadable.join("`, `"), field.type_name);
            said.push(format!("`{values}` cannot be read into `{ty}`"));
        }
        if !said.is_empty() {
            let name = column_name(on, field);
            let what = format!("{name} is an enum: {}", said.join(", and "));
            let difference = on.of_field(Kind::Values, field, &what);
            self.report(difference.with(column.values.join(", "), field.values.join(", ")));
        }
    }

    /// Who makes the value of a new row.
    fn check_generation(&mut self, on: On<'_>, field: &FieldMetadata, column: &Column) {
        let name = column_name(on, field);
        let is_left_out = field.generated || field.default.is_some();
        let has_value = column.default.is_some() || column.generation.is_some();
        if column.generation == Some(Generation::Always) && !field.generated {
            let what = format!(
                "{name} is always made by the database, and the field is not `generated`: {} with a value for it fails",
                creating(on.model)
            );
            let difference = on.of_field(Kind::ReadOnlyColumn, field, &what);
            self.report(difference);
        }
        // What is neither an id nor needed may be filled by a trigger.
        if !is_left_out || has_value || (column.is_nullable && !field.id) {
            return;
        }
        let creating = creating(on.model);
        let difference = match field.default {
            Some(default) => {
                let what =
                    format!("{name} has no default: {creating} without a value for it fails");
                let difference = on.of_field(Kind::MissingDefault, field, &what);
                let mut difference = difference.with("", default);
                difference.in_database = None;
                difference
            }
            None => {
                let what = format!(
                    "the database makes no value for {name}, and the field is `generated`: {creating} fails"
                );
                on.of_field(Kind::NotGenerated, field, &what)
            }
        };
        self.report(difference);
    }
}

fn is_computed(column: &Column) -> bool {
    column.generation == Some(Generation::Always)
}

/// "column `a` of table `b`".
fn column_name(on: On<'_>, field: &FieldMetadata) -> String {
    format!("column `{}` of table `{}`", field.column, on.table_name())
}
