//! All tables of a schema, as the database has them.

use crate::catalog;
use crate::db::Db;
use relations_core::Result;
use relations_core::catalog::Table;

impl Db {
    /// Reads the tables and views of a schema, as the database has them, in the order of their names: with `None` those of the
    /// connection's own schema, the database of the URL on MySQL. At most five statements, which only read.
    ///
    /// Tables of the system are left out, and so are parts of partitioned tables, virtual tables of SQLite and sequences.
    ///
    /// # Errors
    /// Those of reading the database's catalog. A schema that is not there has no tables.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// let tables = db.tables(None).await?;
    /// let order = tables.iter().find(|table| table.name == "order").unwrap();
    /// assert_eq!(order.foreign_keys[0].referred_table, "customer");
    /// # Ok(()) });
    /// ```
    pub async fn tables(&self, schema: Option<&str>) -> Result<Vec<Table>> {
        catalog::read_all(self, self.backend.catalog(), schema).await
    }
}
