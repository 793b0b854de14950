//! What sets the time of an update where another program writes the row: a part of the column on MySQL, a trigger elsewhere.

use crate::model::fitted_name;
use crate::sql::quote;
use crate::value::Dialect;

/// The column of a table that holds the time of the last update.
pub(crate) struct OnUpdate<'t> {
    /// Empty for that of the connection.
    pub(crate) schema: &'t str,
    pub(crate) table: &'t str,
    pub(crate) column: &'t str,
    pub(crate) type_name: &'t str,
    /// The columns by which SQLite finds the row again.
    pub(crate) key: Vec<&'t str>,
    /// All columns of the table.
    pub(crate) columns: Vec<&'t str>,
}

impl OnUpdate<'_> {
    /// The statements that make the trigger; none on MySQL, where it is said of the column.
    pub(crate) fn create(&self, dialect: Dialect) -> Vec<String> {
        match dialect {
            Dialect::Sqlite => vec![self.sqlite_trigger()],
            Dialect::Postgres => self.postgres_trigger(),
            Dialect::MySql { .. } => Vec::new(),
        }
    }

    /// The statements that drop it.
    pub(crate) fn drop(&self, dialect: Dialect) -> Vec<String> {
        let name = self.in_schema(&self.name(dialect), dialect);
        match dialect {
            Dialect::Sqlite => vec![format!("DROP TRIGGER IF EXISTS {name}")],
            // With the trigger that calls it.
            Dialect::Postgres => vec![format!("DROP FUNCTION IF EXISTS {name}() CASCADE")],
            Dialect::MySql { .. } => Vec::new(),
        }
    }

    /// The driver knows it again: on SQLite by this name, on PostgreSQL by what the function does. No table has a dot in its name, so no
    /// two columns share one.
    fn name(&self, dialect: Dialect) -> String {
        let name = format!("on_update_{}.{}", self.table, self.column);
        match dialect {
            Dialect::Sqlite => name,
            _ => fitted_name(name),
        }
    }

    fn in_schema(&self, name: &str, dialect: Dialect) -> String {
        match self.schema {
            "" => quote(name, dialect),
            schema => format!("{}.{}", quote(schema, dialect), quote(name, dialect)),
        }
    }

    // As on MySQL, an update that gives the time itself keeps it, and one that changes nothing leaves it.
    fn postgres_trigger(&self) -> Vec<String> {
        let dialect = Dialect::Postgres;
        let column = quote(self.column, dialect);
        let function = self.in_schema(&self.name(dialect), dialect);
        let zone = match has_zone(self.type_name) {
            true => "",
            false => " AT TIME ZONE 'UTC'",
        };
        vec![
            format!(
                "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $on_update$ \
                 BEGIN IF NEW.{column} IS NOT DISTINCT FROM OLD.{column} AND NEW *<> OLD THEN \
                 NEW.{column} := statement_timestamp(){zone}; END IF; RETURN NEW; END $on_update$"
            ),
            format!(
                "CREATE TRIGGER {} BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION {function}()",
                quote(&self.name(dialect), dialect),
                self.in_schema(self.table, dialect)
            ),
        ]
    }

    // SQLite cannot change the row before it is written. The trigger does not run for what it writes itself, also where
    // `recursive_triggers` is on, since it never writes the value that is there.
    fn sqlite_trigger(&self) -> String {
        let dialect = Dialect::Sqlite;
        let now = "strftime('%Y-%m-%d %H:%M:%f', 'now')";
        let same = |name: &str, is: &str| {
            let name = quote(name, dialect);
            format!("NEW.{name} {is} OLD.{name}")
        };
        let others = self.columns.iter().filter(|other| **other != self.column);
        let others: Vec<String> = others.map(|other| same(other, "IS NOT")).collect();
        let changed = match others.is_empty() {
            true => String::new(),
            false => format!(" AND ({})", others.join(" OR ")),
        };
        let key = self.key.iter().map(|name| {
            let name = quote(name, dialect);
            format!("{name} IS NEW.{name}")
        });
        let key: Vec<String> = match self.key.is_empty() {
            true => vec!["rowid = NEW.rowid".to_owned()],
            false => key.collect(),
        };
        let (table, column) = (quote(self.table, dialect), quote(self.column, dialect));
        format!(
            "CREATE TRIGGER IF NOT EXISTS {} AFTER UPDATE ON {table} FOR EACH ROW \
             WHEN {} AND OLD.{column} IS NOT {now}{changed} \
             BEGIN UPDATE {table} SET {column} = {now} WHERE {}; END",
            self.in_schema(&self.name(dialect), dialect),
            same(self.column, "IS"),
            key.join(" AND ")
        )
    }
}

/// Whether the type of PostgreSQL holds a moment, whatever the time zone of the connection.
fn has_zone(type_name: &str) -> bool {
    let name = type_name.to_lowercase();
    name.contains("timestamptz") || name.contains("with time zone")
}

/// What stands behind a column of MySQL; as many digits of a second as its type keeps.
pub(crate) fn on_update_clause(type_name: &str) -> String {
    let digits = type_name.find('(').map_or("", |at| &type_name[at..]);
    format!(" ON UPDATE CURRENT_TIMESTAMP{digits}")
}
