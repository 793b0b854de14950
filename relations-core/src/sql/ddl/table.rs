//! One table: its columns, constraints and indexes as SQL.

use crate::error::Result;
use crate::model::{
    ConstraintNames, FieldMetadata, ForeignKey, ModelMetadata, ReferentialAction, check_name,
};
use crate::sql;
use crate::sql::ddl::column::{check_of_enum, check_of_length, column_type};
use crate::sql::ddl::comment::{column_comment, literal, table_comment};
use crate::sql::ddl::limits::{TextType, text_types};
use crate::sql::ddl::on_update::{OnUpdate, on_update_clause};
use crate::sql::quote;
use crate::value::Dialect;

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) model: &'static ModelMetadata,
    /// The columns whose values no two rows share, as each `has_one` implies.
    pub(crate) unique: Vec<Columns>,
    pub(crate) indexes: Vec<Columns>,
    /// Those that relations need, until they are among the others.
    implied: Vec<Columns>,
    pub(crate) foreign_keys: Vec<KeyConstraint>,
}

pub(crate) type Columns = Vec<&'static FieldMetadata>;

/// A foreign key, which a relation implies whichever side declares it.
#[derive(Debug, Clone)]
pub(crate) struct KeyConstraint {
    pub(crate) key: ForeignKey,
    pub(crate) on_delete: Option<ReferentialAction>,
    pub(crate) on_update: Option<ReferentialAction>,
}

impl Table {
    pub(crate) fn new(model: &'static ModelMetadata) -> Table {
        let each = |wanted: fn(&FieldMetadata) -> bool| {
            model
                .fields
                .iter()
                .filter(move |field| wanted(field))
                .map(|field| vec![field])
                .collect()
        };
        let mut table = Table {
            model,
            unique: each(|field| field.unique),
            indexes: each(|field| field.index && !field.unique),
            implied: Vec::new(),
            foreign_keys: Vec::new(),
        };
        model.unique().for_each(|group| table.add_unique(group));
        model.indexes().for_each(|group| table.add_index(group));
        table
    }

    /// Whether it is the table of this model. Two modules may have a model of one name, and two relations the model of their links.
    pub(crate) fn is_of(&self, model: &ModelMetadata) -> bool {
        self.is_at(model) && self.model.name == model.name
    }

    /// Whether the table of this model has the same name and schema.
    pub(crate) fn is_at(&self, model: &ModelMetadata) -> bool {
        self.model.table == model.table && self.model.schema == model.schema
    }

    pub(crate) fn add_unique(&mut self, columns: Columns) {
        self.indexes.retain(|index| *index != columns);
        // The order of the columns does not matter: links are unique whichever side declares it.
        let same = |other: &Columns| {
            other.len() == columns.len() && columns.iter().all(|column| other.contains(column))
        };
        let id: Columns = self.model.id_fields().collect();
        if !self.unique.iter().any(same) && !same(&id) {
            self.unique.push(columns);
        }
    }

    pub(crate) fn add_index(&mut self, columns: Columns) {
        let has_index = self.unique.contains(&columns) || self.indexes.contains(&columns);
        if !has_index && !self.is_primary(&columns) {
            self.indexes.push(columns);
        }
    }

    /// A relation finds rows by these columns.
    pub(crate) fn imply_index(&mut self, columns: Columns) {
        if !self.implied.contains(&columns) {
            self.implied.push(columns);
        }
    }

    /// Adds what relations need, but for what a longer key begins with: that of links is mostly their id.
    pub(crate) fn add_implied(&mut self) {
        for columns in std::mem::take(&mut self.implied) {
            let begins = |key: &Columns| key.starts_with(&columns);
            if !self.keys().any(|key| begins(&key)) {
                self.indexes.push(columns);
            }
        }
    }

    fn is_primary(&self, columns: &Columns) -> bool {
        self.model.id_fields().collect::<Columns>() == *columns
    }

    /// The columns of the id, of each unique constraint and of each index.
    pub(super) fn keys(&self) -> impl Iterator<Item = Columns> {
        let id: Columns = self.model.id_fields().collect();
        let others = self.unique.iter().chain(&self.indexes);
        std::iter::once(id).chain(others.cloned())
    }

    pub(crate) fn create(
        &self,
        created: &[&ModelMetadata],
        names_given: &mut ConstraintNames,
        dialect: Dialect,
    ) -> Result<String> {
        let texts = text_types(self, dialect)?;
        let fields = self.model.fields.iter().zip(&texts);
        let mut parts: Vec<String> = fields
            .map(|(field, text)| self.column(field, *text, dialect))
            .collect();
        if !self.has_inline_primary_key(dialect) {
            let id: Columns = self.model.id_fields().collect();
            parts.push(format!("PRIMARY KEY ({})", names(&id, dialect)));
        }
        for columns in &self.unique {
            let name = quote(&names_given.of("uq", self.model, columns), dialect);
            parts.push(format!(
                "CONSTRAINT {name} UNIQUE ({})",
                names(columns, dialect)
            ));
        }
        for (check, nth) in self.model.checks.iter().zip(1..) {
            let name = quote(&check_name(self.model, nth), dialect);
            parts.push(format!("CONSTRAINT {name} CHECK ({check})"));
        }
        for key in self
            .foreign_keys
            .iter()
            .filter(|key| key.is_inline(created, dialect))
        {
            parts.push(self.foreign_key(key, names_given, dialect));
        }
        let options = match dialect {
            // Texts compare as they do in Rust and on the other databases: by case, and by spaces at their end.
            Dialect::MySql { returning: true } => {
                " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"
            }
            Dialect::MySql { returning: false } => {
                " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin"
            }
            _ => "",
        };
        let comment = table_comment(self.model, dialect).filter(|_| dialect.is_mysql());
        let comment = comment.map(|comment| format!(" COMMENT={}", literal(&comment, dialect)));
        let table = sql::quoted_table(self.model, dialect);
        Ok(format!(
            "CREATE TABLE {table} (\n  {}\n){options}{}",
            parts.join(",\n  "),
            comment.unwrap_or_default()
        ))
    }

    /// The comments, where they are statements of their own.
    pub(crate) fn create_comments(&self, dialect: Dialect) -> Vec<String> {
        if dialect != Dialect::Postgres {
            return Vec::new();
        }
        let table = sql::quoted_table(self.model, dialect);
        let columns = self.model.fields.iter().filter_map(|field| {
            let comment = literal(&column_comment(field, dialect)?, dialect);
            let column = quote(field.column, dialect);
            Some(format!("COMMENT ON COLUMN {table}.{column} IS {comment}"))
        });
        let own = table_comment(self.model, dialect);
        let own = own
            .map(|comment| format!("COMMENT ON TABLE {table} IS {}", literal(&comment, dialect)));
        own.into_iter().chain(columns).collect()
    }

    /// SQLite numbers rows by itself only in a column declared as primary key.
    fn has_inline_primary_key(&self, dialect: Dialect) -> bool {
        let mut id = self.model.id_fields();
        let generated = id.next().is_some_and(|field| field.generated) && id.next().is_none();
        dialect == Dialect::Sqlite && generated && self.id_is_integer()
    }

    /// Whether the database counts the values of this column.
    pub(crate) fn is_numbered(&self, field: &FieldMetadata) -> bool {
        field.id && field.generated && field.default.is_none() && self.id_is_integer()
    }

    fn id_is_integer(&self) -> bool {
        self.model.id_fields().all(|field| field.kind.is_integer())
    }

    fn column(&self, field: &FieldMetadata, text: Option<TextType>, dialect: Dialect) -> String {
        let name = quote(field.column, dialect);
        let type_name = column_type(field, text, dialect);
        let mut sql = format!("{name} {type_name}");
        if field.id && self.has_inline_primary_key(dialect) {
            // AUTOINCREMENT, so that the id of a deleted row is never given again, as on the other databases.
            sql.push_str(" PRIMARY KEY AUTOINCREMENT");
            return sql;
        }
        let numbered = self.is_numbered(field);
        if numbered && dialect == Dialect::Postgres {
            sql.push_str(" GENERATED BY DEFAULT AS IDENTITY");
        }
        if !field.nullable {
            sql.push_str(" NOT NULL");
        }
        if numbered && dialect.is_mysql() {
            sql.push_str(" AUTO_INCREMENT");
        }
        if let Some(default) = field.default {
            sql.push_str(&format!(" DEFAULT ({default})"));
        }
        if field.on_update_now && dialect.is_mysql() {
            sql.push_str(&on_update_clause(&type_name));
        }
        if let Some(check) = check_of_enum(field, dialect) {
            sql.push_str(&format!(" CHECK ({check})"));
        }
        if let Some(check) = check_of_length(field, text, dialect) {
            sql.push_str(&format!(" CHECK ({check})"));
        }
        if let Some(comment) = column_comment(field, dialect).filter(|_| dialect.is_mysql()) {
            sql.push_str(&format!(" COMMENT {}", literal(&comment, dialect)));
        }
        sql
    }

    pub(crate) fn create_indexes(
        &self,
        names_given: &mut ConstraintNames,
        dialect: Dialect,
    ) -> Vec<String> {
        let index = |columns: &Columns| {
            let name = quote(&names_given.of("ix", self.model, columns), dialect);
            // On SQLite it is the index that is in a schema.
            let (name, table) = match (dialect, self.model.schema) {
                (Dialect::Sqlite, Some(schema)) => (
                    format!("{}.{name}", quote(schema, dialect)),
                    quote(self.model.table, dialect),
                ),
                _ => (name, sql::quoted_table(self.model, dialect)),
            };
            format!(
                "CREATE INDEX {name} ON {table} ({})",
                names(columns, dialect)
            )
        };
        self.indexes.iter().map(index).collect()
    }

    /// The statements that make the database set the times of updates.
    pub(crate) fn set_times_of_updates(&self, dialect: Dialect) -> Vec<String> {
        self.times_of_updates(|time| time.create(dialect), dialect)
    }

    /// The statements that make it no longer do so.
    pub(crate) fn forget_times_of_updates(&self, dialect: Dialect) -> Vec<String> {
        self.times_of_updates(|time| time.drop(dialect), dialect)
    }

    fn times_of_updates(
        &self,
        statements: impl Fn(OnUpdate<'_>) -> Vec<String>,
        dialect: Dialect,
    ) -> Vec<String> {
        let fields = self.model.fields.iter().filter(|field| field.on_update_now);
        let each = fields.flat_map(|field| {
            statements(OnUpdate {
                schema: self.model.schema.unwrap_or_default(),
                table: self.model.table,
                column: field.column,
                // No text, so nothing depends on the keys of the table.
                type_name: &column_type(field, None, dialect),
                key: self.model.id_fields().map(|field| field.column).collect(),
                columns: self.model.fields.iter().map(|field| field.column).collect(),
            })
        });
        each.collect()
    }

    fn foreign_key(
        &self,
        constraint: &KeyConstraint,
        names_given: &mut ConstraintNames,
        dialect: Dialect,
    ) -> String {
        let key = &constraint.key;
        let name = quote(&names_given.of("fk", self.model, &key.fields), dialect);
        // SQLite looks for it beside the table, in the same attached database, and takes no other name.
        let referred = match dialect {
            Dialect::Sqlite => quote(key.referred.table, dialect),
            _ => sql::quoted_table(key.referred, dialect),
        };
        let mut sql = format!(
            "CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({})",
            names(&key.fields, dialect),
            referred,
            names(&key.referred_fields, dialect)
        );
        let actions = [
            ("DELETE", constraint.on_delete),
            ("UPDATE", constraint.on_update),
        ];
        for (event, action) in actions {
            if let Some(action) = action {
                sql.push_str(&format!(" ON {event} {}", action.sql()));
            }
        }
        sql
    }

    /// The foreign keys to tables that are created later, added once all tables are there.
    pub(crate) fn late_foreign_keys(
        &self,
        created: &[&ModelMetadata],
        names_given: &mut ConstraintNames,
        dialect: Dialect,
    ) -> Vec<String> {
        let late = self
            .foreign_keys
            .iter()
            .filter(|key| !key.is_inline(created, dialect));
        let table = sql::quoted_table(self.model, dialect);
        late.map(|key| {
            let key = self.foreign_key(key, names_given, dialect);
            format!("ALTER TABLE {table} ADD {key}")
        })
        .collect()
    }
}

impl KeyConstraint {
    /// SQLite takes a key to a table that is not there yet, and takes no key later.
    pub(crate) fn is_inline(&self, created: &[&ModelMetadata], dialect: Dialect) -> bool {
        dialect == Dialect::Sqlite
            || created
                .iter()
                .any(|model| model.type_id() == self.key.referred.type_id())
    }
}

fn names(fields: &Columns, dialect: Dialect) -> String {
    let names: Vec<String> = fields
        .iter()
        .map(|field| quote(field.column, dialect))
        .collect();
    names.join(", ")
}
