//! Columns as fields.

use super::{Discovery, quoted, types};
use crate::code::{FieldCode, field_name, literal, sql_literal};
use crate::names::pascal_case;
use crate::output::Status;
use relations_core::Dialect;
use relations_core::catalog::{Column, Generation, Table};
use std::collections::HashMap;

/// Rules by which columns may be named after fields.
const RULES: &[&str] = &[
    "PascalCase",
    "camelCase",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
];

impl Discovery<'_> {
    /// Adds the fields of the last model, and says which column each is of.
    pub(super) fn columns(&mut self, table: &Table, id: &[String]) -> HashMap<String, usize> {
        let at = self.code.models.len() - 1;
        let rule = rule_of(&table.columns);
        self.code.models[at]
            .arguments
            .extend(rule.map(|rule| format!("columns = \"{rule}\"")));
        let mut fields = HashMap::new();
        for column in &table.columns {
            let Some(field) = self.column(table, column, id, rule) else {
                let message = format!("no field has the type {}", quoted(&column.type_name));
                let remark = format!(
                    "Not taken over: column {}: {message}.",
                    quoted(&column.name)
                );
                self.code.models[at].remarks.push(remark);
                self.said(
                    format!("{}.{}", table.name, column.name),
                    Status::Left,
                    message,
                );
                continue;
            };
            fields.insert(column.name.clone(), self.code.models[at].fields.len());
            self.code.models[at].fields.push(field);
        }
        fields
    }

    fn column(
        &mut self,
        table: &Table,
        column: &Column,
        id: &[String],
        rule: Option<&str>,
    ) -> Option<FieldCode> {
        let at = self.code.models.len() - 1;
        let is_id = id.contains(&column.name);
        let (ty, mut more) = match column.values.is_empty() {
            false => (self.enum_of(table, column), Vec::new()),
            true => {
                let ty = types::of(column, table, self.dialect, self.times)?;
                let own = ty
                    .names_own
                    .then(|| format!("db_type = {}", literal(&column.type_name)));
                (ty.name, ty.arguments.into_iter().chain(own).collect())
            }
        };
        let name = self.code.models[at].free_field_name(&field_name(&column.name));
        let mut arguments: Vec<String> = is_id.then(|| "id".to_owned()).into_iter().collect();
        let default = self.default_of(column);
        let is_counted = column.generation == Some(Generation::IfNotGiven)
            || column.default.as_deref().is_some_and(is_sequence);
        let is_made = is_counted || column.generation == Some(Generation::Always);
        let is_integer = ty.starts_with(['i', 'u']) && types::KEYS.contains(&ty.as_str());
        if is_made && (!is_id || (id.len() == 1 && is_integer)) && !table.is_view {
            arguments.push("generated".to_owned());
        } else if let Some(default) = default.filter(|_| !table.is_view) {
            arguments.push(format!("default = {}", literal(&default)));
        }
        if column.is_set_on_update && !is_id && types::is_date_time(&ty) && !table.is_view {
            arguments
                .retain(|argument| argument != "generated" && !argument.starts_with("default = "));
            arguments.push("on_update_now".to_owned());
        }
        if named(&name, rule) != column.name {
            arguments.push(format!("column = {}", literal(&column.name)));
        }
        arguments.append(&mut more);
        Some(FieldCode {
            docs: column.comment.iter().cloned().collect(),
            name,
            ty,
            is_optional: column.is_nullable && !is_id,
            arguments,
            ..FieldCode::default()
        })
    }

    /// The SQL of a default; what a sequence counts, and NULL, is none.
    fn default_of(&self, column: &Column) -> Option<String> {
        let default = column.default.as_deref()?;
        if default.eq_ignore_ascii_case("null")
            || default.starts_with("NULL::")
            || is_sequence(default)
        {
            return None;
        }
        // An enum of MySQL without a default has its first text, which is given as it is.
        if !column.values.is_empty() && matches!(self.dialect, Dialect::MySql { .. }) {
            let text = default.trim_matches('\'').replace("''", "'");
            return column.values.contains(&text).then(|| sql_literal(&text));
        }
        Some(default.to_owned())
    }
}

fn is_sequence(default: &str) -> bool {
    default.starts_with("nextval(")
}

/// The rule that names the most columns, where some do not have the names of their fields.
fn rule_of(columns: &[Column]) -> Option<&'static str> {
    let fits = |rule: Option<&str>| {
        let named = columns
            .iter()
            .filter(|column| named(&field_name(&column.name), rule) == column.name);
        named.count()
    };
    let plain = fits(None);
    let best = RULES.iter().map(|rule| (fits(Some(rule)), *rule));
    // Of equals the first one.
    let best = best.rev().max_by_key(|(count, _)| *count)?;
    (best.0 > plain && best.0 > 1).then_some(best.1)
}

/// A field's column under a rule.
fn named(field: &str, rule: Option<&str>) -> String {
    match rule {
        Some("PascalCase") => pascal_case(field),
        Some("camelCase") => {
            let pascal = pascal_case(field);
            let first = pascal.chars().next().map_or(0, char::len_utf8);
            pascal[..first].to_lowercase() + &pascal[first..]
        }
        Some("SCREAMING_SNAKE_CASE") => field.to_uppercase(),
        Some("kebab-case") => field.replace('_', "-"),
        _ => field.to_owned(),
    }
}
