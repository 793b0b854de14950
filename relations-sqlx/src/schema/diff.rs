//! Models compared with a database as a whole, so that one can be made of the other.

use crate::db::Db;
use relations_core::catalog::Table;
use relations_core::{Connection, Dialect, Result, SchemaDiff, SchemaState};

/// The table of what was migrated.
const OF_MIGRATIONS: &str = "relations_migrations";

impl Db {
    /// The tables that this database has in the schemas of a state, told as that tells them. The table of what was migrated is left
    /// out, and so are views.
    ///
    /// # Errors
    /// Those of reading the database's catalog.
    pub async fn schema_state(&self, like: &SchemaState) -> Result<SchemaState> {
        let mut tables = self.tables(None).await?;
        let own = tables.first().map(|table| table.schema.clone());
        let own = own.unwrap_or_default();
        let mut schemas: Vec<&str> = Vec::new();
        for table in &like.tables {
            let is_other = !table.schema.is_empty() && table.schema != own;
            if is_other && !schemas.contains(&table.schema.as_str()) {
                schemas.push(&table.schema);
            }
        }
        for schema in schemas {
            tables.extend(self.tables(Some(schema)).await?);
        }
        if self.folds_case().await? {
            tables = spelled_like(tables, like);
        }
        let state = SchemaState::of_database(tables, &own, self.dialect());
        Ok(state.with_tables(|table| table.name != OF_MIGRATIONS))
    }

    /// Whether the server of MySQL takes names of tables in any case, as it does on Windows and macOS.
    async fn folds_case(&self) -> Result<bool> {
        match self.dialect() {
            Dialect::MySql { .. } => {
                let setting = self.sql("SELECT @@lower_case_table_names").value::<i64>();
                Ok(setting.await? > 0)
            }
            _ => Ok(false),
        }
    }

    /// What makes this database's tables what a state says. Tables that it does not have are other programs', and stay, unless
    /// `known` has them.
    ///
    /// # Errors
    /// Those of reading the database's catalog.
    pub async fn schema_diff(&self, want: &SchemaState, known: &SchemaState) -> Result<SchemaDiff> {
        let mut like = want.clone();
        like.tables.extend_from_slice(&known.tables);
        let have = self.schema_state(&like).await?;
        let is_in = |state: &SchemaState, table: &Table| {
            let mut tables = state.tables.iter();
            tables.any(|other| (&other.schema, &other.name) == (&table.schema, &table.name))
        };
        let was = |table: &Table| {
            let mut renames = want.renames.iter().filter(|rename| rename.column.is_none());
            renames.any(|rename| (&rename.schema, &rename.was) == (&table.schema, &table.name))
        };
        let have =
            have.with_tables(|table| is_in(want, table) || is_in(known, table) || was(table));
        Ok(SchemaDiff::of(&have, want, self.dialect()))
    }
}

/// The tables with their names, and those that keys refer to, in the letters that a state has, where only the case differs.
fn spelled_like(mut tables: Vec<Table>, like: &SchemaState) -> Vec<Table> {
    let spelled = |name: &mut String| {
        let mut wanted = like.tables.iter().map(|table| &table.name);
        let found = wanted.find(|wanted| wanted.to_lowercase() == name.to_lowercase());
        if let Some(found) = found {
            name.clone_from(found);
        }
    };
    for table in &mut tables {
        spelled(&mut table.name);
        for key in &mut table.foreign_keys {
            spelled(&mut key.referred_table);
        }
    }
    tables
}
