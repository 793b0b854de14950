//! Models compared with a database as a whole, so that one can be made of the other.

use crate::db::Db;
use relations_core::catalog::Table;
use relations_core::{Connection, Result, SchemaDiff, SchemaState};

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
        let state = SchemaState::of_database(tables, &own, self.dialect());
        Ok(state.with_tables(|table| table.name != OF_MIGRATIONS))
    }

    /// What makes this database's tables what a state says. Tables that it does not have are other programs', and stay, unless
    /// `known` has them.
    ///
    /// # Errors
    /// Those of reading the database's catalog.
    pub async fn schema_diff(&self, want: &SchemaState, known: &SchemaState) -> Result<SchemaDiff> {
        let have = self.schema_state(want).await?;
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
