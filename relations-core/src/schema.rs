//! Tables from metadata: the SQL that creates and drops them, in an order that foreign keys allow.

use crate::connection::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::{
    FieldMetadata, ModelMetadata, ReferentialAction, RelationKind, RelationMetadata,
};
use crate::model::Model;
use crate::statement::quote;
use crate::value::Kind;

/// One model, or a tuple of up to sixteen sets of models, so that tuples nest.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a model nor a tuple of models",
    label = "not a set of models"
)]
pub trait ModelSet {
    /// The models, in the order in which they were named.
    fn models() -> Vec<&'static ModelMetadata>;
}

impl<M: Model> ModelSet for M {
    fn models() -> Vec<&'static ModelMetadata> {
        vec![M::metadata()]
    }
}

macro_rules! model_set {
    ($($name:ident),*) => {
        impl<$($name: ModelSet),*> ModelSet for ($($name,)*) {
            fn models() -> Vec<&'static ModelMetadata> {
                let mut models = Vec::new();
                $(models.extend($name::models());)*
                models
            }
        }
    };
}

model_set!(A);
model_set!(A, B);
model_set!(A, B, C);
model_set!(A, B, C, D);
model_set!(A, B, C, D, E);
model_set!(A, B, C, D, E, F);
model_set!(A, B, C, D, E, F, G);
model_set!(A, B, C, D, E, F, G, H);
model_set!(A, B, C, D, E, F, G, H, I);
model_set!(A, B, C, D, E, F, G, H, I, J);
model_set!(A, B, C, D, E, F, G, H, I, J, K);
model_set!(A, B, C, D, E, F, G, H, I, J, K, L);
model_set!(A, B, C, D, E, F, G, H, I, J, K, L, M);
model_set!(A, B, C, D, E, F, G, H, I, J, K, L, M, N);
model_set!(A, B, C, D, E, F, G, H, I, J, K, L, M, N, O);
model_set!(A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P);

/// The tables of some models, with primary keys, foreign keys, unique constraints and indexes.
#[derive(Debug, Clone)]
pub struct Schema {
    tables: Vec<Table>,
}

#[derive(Debug, Clone)]
struct Table {
    model: &'static ModelMetadata,
    /// The columns whose values no two rows share, as each `has_one` implies.
    unique: Vec<Columns>,
    indexes: Vec<Columns>,
    foreign_keys: Vec<ForeignKey>,
}

type Columns = Vec<&'static FieldMetadata>;

/// A foreign key, which a relation implies whichever side declares it.
#[derive(Debug, Clone)]
struct ForeignKey {
    declared_by: &'static RelationMetadata,
    columns: Columns,
    referred: &'static ModelMetadata,
    referred_columns: Columns,
    on_delete: Option<ReferentialAction>,
    on_update: Option<ReferentialAction>,
}

impl Schema {
    /// The schema of these models.
    ///
    /// # Errors
    /// `InvalidSchema` where two sides of a relation disagree about a key, a relation leads to a model that was not
    /// named, or two models share a table.
    pub fn of<S: ModelSet>() -> Result<Schema> {
        Schema::from_models(&S::models())
    }

    fn from_models(models: &[&'static ModelMetadata]) -> Result<Schema> {
        let mut tables: Vec<Table> = Vec::new();
        for model in models {
            match tables.iter().find(|table| table.model.table == model.table) {
                Some(table) if table.model.name == model.name => {}
                Some(table) => {
                    return Err(invalid(format!(
                        "`{}` and `{}` share the table `{}`",
                        table.model.name, model.name, model.table
                    )));
                }
                None => tables.push(Table::new(model)),
            }
        }
        for model in models {
            for relation in model.relations {
                add_relation(&mut tables, relation)?;
            }
        }
        Ok(Schema {
            tables: in_order_of_dependency(tables),
        })
    }

    /// The statements that create the tables.
    pub fn create(&self, dialect: Dialect) -> Vec<String> {
        let mut statements = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            let created: Vec<&str> = self.tables[..=at]
                .iter()
                .map(|table| table.model.table)
                .collect();
            statements.push(table.create(&created, dialect));
            statements.extend(table.create_indexes(dialect));
        }
        for (at, table) in self.tables.iter().enumerate() {
            let created: Vec<&str> = self.tables[..=at]
                .iter()
                .map(|table| table.model.table)
                .collect();
            statements.extend(table.late_foreign_keys(&created, dialect));
        }
        statements
    }

    /// The statements that drop the tables, where they are there.
    pub fn drop(&self, dialect: Dialect) -> Vec<String> {
        let mut statements = Vec::new();
        // Where tables refer to each other in a circle, no order would do.
        if dialect.is_mysql() {
            statements.push("SET FOREIGN_KEY_CHECKS = 0".to_owned());
        }
        for table in self.tables.iter().rev() {
            let cascade = if dialect == Dialect::Postgres {
                " CASCADE"
            } else {
                ""
            };
            let name = quote(table.model.table, dialect);
            statements.push(format!("DROP TABLE IF EXISTS {name}{cascade}"));
        }
        if dialect.is_mysql() {
            statements.push("SET FOREIGN_KEY_CHECKS = 1".to_owned());
        }
        statements
    }

    /// The statements of [`create`](Schema::create) as one text.
    pub fn to_sql(&self, dialect: Dialect) -> String {
        self.create(dialect)
            .iter()
            .map(|statement| format!("{statement};\n"))
            .collect()
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidSchema, message)
}

impl Table {
    fn new(model: &'static ModelMetadata) -> Table {
        let each = |wanted: fn(&FieldMetadata) -> bool| {
            model
                .fields
                .iter()
                .filter(move |field| wanted(field))
                .map(|field| vec![field])
                .collect()
        };
        Table {
            model,
            unique: each(|field| field.unique),
            indexes: each(|field| field.index && !field.unique),
            foreign_keys: Vec::new(),
        }
    }

    fn add_unique(&mut self, columns: Columns) {
        self.indexes.retain(|index| *index != columns);
        if !self.unique.contains(&columns) && !self.is_primary(&columns) {
            self.unique.push(columns);
        }
    }

    fn add_index(&mut self, columns: Columns) {
        let has_index = self.unique.contains(&columns) || self.indexes.contains(&columns);
        if !has_index && !self.is_primary(&columns) {
            self.indexes.push(columns);
        }
    }

    fn is_primary(&self, columns: &Columns) -> bool {
        self.model.id_fields().collect::<Columns>() == *columns
    }

    fn create(&self, created: &[&str], dialect: Dialect) -> String {
        let mut parts: Vec<String> = self
            .model
            .fields
            .iter()
            .map(|field| self.column(field, dialect))
            .collect();
        if !self.has_inline_primary_key(dialect) {
            let id: Columns = self.model.id_fields().collect();
            parts.push(format!("PRIMARY KEY ({})", names(&id, dialect)));
        }
        for columns in &self.unique {
            let name = quote(&constraint_name("uq", self.model, columns), dialect);
            parts.push(format!(
                "CONSTRAINT {name} UNIQUE ({})",
                names(columns, dialect)
            ));
        }
        for key in self
            .foreign_keys
            .iter()
            .filter(|key| key.is_inline(created, dialect))
        {
            parts.push(self.foreign_key(key, dialect));
        }
        let options = match dialect {
            // Texts compare as they do in Rust and on the other databases.
            Dialect::MySql { .. } => " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
            _ => "",
        };
        let table = quote(self.model.table, dialect);
        format!(
            "CREATE TABLE {table} (\n  {}\n){options}",
            parts.join(",\n  ")
        )
    }

    /// SQLite numbers rows by itself only in a column declared as primary key.
    fn has_inline_primary_key(&self, dialect: Dialect) -> bool {
        let mut id = self.model.id_fields();
        let generated = id.next().is_some_and(|field| field.generated) && id.next().is_none();
        dialect == Dialect::Sqlite && generated && self.id_is_integer()
    }

    fn id_is_integer(&self) -> bool {
        let is_integer = |kind| {
            matches!(
                kind,
                Kind::I8
                    | Kind::I16
                    | Kind::I32
                    | Kind::I64
                    | Kind::U8
                    | Kind::U16
                    | Kind::U32
                    | Kind::U64
            )
        };
        self.model.id_fields().all(|field| is_integer(field.kind))
    }

    fn column(&self, field: &FieldMetadata, dialect: Dialect) -> String {
        let in_key = field.id
            || field.unique
            || [&self.unique, &self.indexes]
                .iter()
                .any(|all| all.iter().flatten().any(|key| *key == field));
        let mut sql = format!(
            "{} {}",
            quote(field.column, dialect),
            column_type(field, in_key, dialect)
        );
        if field.id && self.has_inline_primary_key(dialect) {
            // AUTOINCREMENT, so that the id of a deleted row is never given again, as on the other databases.
            sql.push_str(" PRIMARY KEY AUTOINCREMENT");
            return sql;
        }
        let numbered =
            field.id && field.generated && field.default.is_none() && self.id_is_integer();
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
        sql
    }

    fn create_indexes(&self, dialect: Dialect) -> Vec<String> {
        let index = |columns: &Columns| {
            let name = quote(&constraint_name("ix", self.model, columns), dialect);
            let table = quote(self.model.table, dialect);
            format!(
                "CREATE INDEX {name} ON {table} ({})",
                names(columns, dialect)
            )
        };
        self.indexes.iter().map(index).collect()
    }

    fn foreign_key(&self, key: &ForeignKey, dialect: Dialect) -> String {
        let name = quote(&constraint_name("fk", self.model, &key.columns), dialect);
        let mut sql = format!(
            "CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({})",
            names(&key.columns, dialect),
            quote(key.referred.table, dialect),
            names(&key.referred_columns, dialect)
        );
        for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
            if let Some(action) = action {
                sql.push_str(&format!(" ON {event} {}", action_sql(action)));
            }
        }
        sql
    }

    /// The foreign keys to tables that are created later, added once all tables are there.
    fn late_foreign_keys(&self, created: &[&str], dialect: Dialect) -> Vec<String> {
        let late = self
            .foreign_keys
            .iter()
            .filter(|key| !key.is_inline(created, dialect));
        let table = quote(self.model.table, dialect);
        late.map(|key| format!("ALTER TABLE {table} ADD {}", self.foreign_key(key, dialect)))
            .collect()
    }
}

impl ForeignKey {
    /// SQLite takes a key to a table that is not there yet, and takes no key later.
    fn is_inline(&self, created: &[&str], dialect: Dialect) -> bool {
        dialect == Dialect::Sqlite || created.contains(&self.referred.table)
    }
}

fn action_sql(action: ReferentialAction) -> &'static str {
    match action {
        ReferentialAction::NoAction => "NO ACTION",
        ReferentialAction::Restrict => "RESTRICT",
        ReferentialAction::Cascade => "CASCADE",
        ReferentialAction::SetNull => "SET NULL",
        ReferentialAction::SetDefault => "SET DEFAULT",
    }
}

/// Adds what a relation implies: a foreign key with an index, or with a unique constraint for a `has_one`.
fn add_relation(tables: &mut [Table], relation: &'static RelationMetadata) -> Result<()> {
    let (holder, columns, referred, referred_columns) = match relation.kind {
        RelationKind::BelongsTo => (
            relation.source(),
            relation.source_fields(),
            relation.target(),
            relation.target_fields(),
        ),
        RelationKind::HasOne => (
            relation.target(),
            relation.target_fields(),
            relation.source(),
            relation.source_fields(),
        ),
    };
    for model in [holder, referred] {
        if !tables.iter().any(|table| table.model.name == model.name) {
            return Err(invalid(format!(
                "`{}` needs `{}`, which is not among the models of this schema",
                relation.path(),
                model.name
            )));
        }
    }
    let key = ForeignKey {
        declared_by: relation,
        columns: columns.clone(),
        referred,
        referred_columns,
        on_delete: relation.on_delete,
        on_update: relation.on_update,
    };
    let table = tables
        .iter_mut()
        .find(|table| table.model.name == holder.name);
    let table = table.expect("the holder was found above");
    if relation.kind == RelationKind::HasOne {
        table.add_unique(columns);
    } else {
        table.add_index(columns);
    }
    add_foreign_key(table, key)
}

fn add_foreign_key(table: &mut Table, key: ForeignKey) -> Result<()> {
    let Some(same) = table
        .foreign_keys
        .iter_mut()
        .find(|other| other.columns == key.columns)
    else {
        table.foreign_keys.push(key);
        return Ok(());
    };
    let agrees = same.referred.name == key.referred.name
        && same.referred_columns == key.referred_columns
        && (same.on_delete.is_none() || key.on_delete.is_none() || same.on_delete == key.on_delete)
        && (same.on_update.is_none() || key.on_update.is_none() || same.on_update == key.on_update);
    if !agrees {
        return Err(invalid(format!(
            "`{}` and `{}` disagree about the key `{}` of `{}`",
            same.declared_by.path(),
            key.declared_by.path(),
            field_names(&key.columns),
            table.model.name
        )));
    }
    same.on_delete = same.on_delete.or(key.on_delete);
    same.on_update = same.on_update.or(key.on_update);
    Ok(())
}

fn field_names(fields: &Columns) -> String {
    fields
        .iter()
        .map(|field| field.name)
        .collect::<Vec<_>>()
        .join("`, `")
}

/// Referred tables first; a circle is entered at the table named first.
fn in_order_of_dependency(mut tables: Vec<Table>) -> Vec<Table> {
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let is_ready = |table: &Table| {
            table.foreign_keys.iter().all(|key| {
                key.referred.name == table.model.name
                    || ordered
                        .iter()
                        .any(|other| other.model.name == key.referred.name)
            })
        };
        let next = tables.iter().position(is_ready).unwrap_or(0);
        ordered.push(tables.remove(next));
    }
    ordered
}

fn names(fields: &Columns, dialect: Dialect) -> String {
    let names: Vec<String> = fields
        .iter()
        .map(|field| quote(field.column, dialect))
        .collect();
    names.join(", ")
}

/// PostgreSQL cuts longer names, and MySQL refuses them from one character more.
const LONGEST_NAME: usize = 63;

/// `fk_account_supplier_id`: the name from which an error is mapped back to its relation.
fn constraint_name(prefix: &str, model: &ModelMetadata, fields: &Columns) -> String {
    let columns: Vec<&str> = fields.iter().map(|field| field.column).collect();
    let name = format!("{prefix}_{}_{}", model.table, columns.join("_"));
    if name.len() <= LONGEST_NAME {
        return name;
    }
    // FNV-1a, so that the name is the same in every build.
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut end = LONGEST_NAME - 17;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash:016x}", &name[..end])
}

/// The columns of a constraint of this model that has one of our names.
pub(crate) fn constraint_columns(model: &'static ModelMetadata, name: &str) -> Vec<String> {
    let single = model.fields.iter().map(|field| vec![field]);
    let keys = model.relations.iter().map(|relation| match relation.kind {
        RelationKind::BelongsTo => (relation.source(), relation.source_fields()),
        RelationKind::HasOne => (relation.target(), relation.target_fields()),
    });
    let candidates = single.map(|columns| (model, columns)).chain(keys);
    for (holder, columns) in candidates {
        if ["uq", "fk"]
            .iter()
            .any(|prefix| constraint_name(prefix, holder, &columns) == name)
        {
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

fn column_type(field: &FieldMetadata, in_key: bool, dialect: Dialect) -> String {
    if let Some(own) = field.db_type {
        return own.to_owned();
    }
    if field.kind == Kind::Text && (field.length.is_some() || (in_key && dialect.is_mysql())) {
        // MySQL indexes text only up to a length.
        return format!("VARCHAR({})", field.length.unwrap_or(255));
    }
    if field.kind == Kind::Bytes && in_key && dialect.is_mysql() {
        return format!("VARBINARY({})", field.length.unwrap_or(255));
    }
    // MySQL's plain TEXT and BLOB end at 64 KiB.
    let [sqlite, postgres, mysql] = match field.kind {
        Kind::Bool => ["BOOLEAN", "BOOLEAN", "BOOLEAN"],
        Kind::I8 => ["INTEGER", "SMALLINT", "TINYINT"],
        Kind::I16 => ["INTEGER", "SMALLINT", "SMALLINT"],
        Kind::I32 => ["INTEGER", "INTEGER", "INT"],
        Kind::I64 => ["INTEGER", "BIGINT", "BIGINT"],
        Kind::U8 => ["INTEGER", "SMALLINT", "TINYINT UNSIGNED"],
        Kind::U16 => ["INTEGER", "INTEGER", "SMALLINT UNSIGNED"],
        Kind::U32 => ["INTEGER", "BIGINT", "INT UNSIGNED"],
        Kind::U64 => ["INTEGER", "BIGINT", "BIGINT UNSIGNED"],
        Kind::F32 => ["REAL", "REAL", "FLOAT"],
        Kind::F64 => ["REAL", "DOUBLE PRECISION", "DOUBLE"],
        Kind::Text => ["TEXT", "TEXT", "LONGTEXT"],
        Kind::Bytes => ["BLOB", "BYTEA", "LONGBLOB"],
        #[cfg(feature = "chrono")]
        Kind::Date => ["TEXT", "DATE", "DATE"],
        #[cfg(feature = "chrono")]
        Kind::Time => ["TEXT", "TIME", "TIME(6)"],
        #[cfg(feature = "chrono")]
        Kind::DateTime => ["TEXT", "TIMESTAMP", "DATETIME(6)"],
        #[cfg(feature = "chrono")]
        Kind::DateTimeUtc => ["TEXT", "TIMESTAMPTZ", "DATETIME(6)"],
        #[cfg(feature = "uuid")]
        Kind::Uuid => ["TEXT", "UUID", "BINARY(16)"],
        // 29 digits before the point and 28 after it hold every `Decimal`.
        #[cfg(feature = "rust_decimal")]
        Kind::Decimal => ["TEXT", "NUMERIC", "DECIMAL(57, 28)"],
        #[cfg(feature = "serde_json")]
        Kind::Json => ["TEXT", "JSONB", "JSON"],
    };
    match dialect {
        Dialect::Sqlite => sqlite,
        Dialect::Postgres => postgres,
        Dialect::MySql { .. } => mysql,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    static FIELDS: [FieldMetadata; 3] = [
        FieldMetadata::new::<i64>("id", "id", "id"),
        FieldMetadata::new::<String>("country", "country", "country"),
        FieldMetadata::new::<i64>("number", "number", "the_number"),
    ];
    static MODEL: ModelMetadata = ModelMetadata::new("Account", "account", &FIELDS, &[], &[0]);

    #[test]
    fn long_names_are_cut_and_stay_different() {
        static LONG: ModelMetadata = ModelMetadata::new(
            "Long",
            "a_table_with_a_name_that_is_longer_than_anyone_would_want_to_type",
            &FIELDS,
            &[],
            &[0],
        );
        let name = |field| constraint_name("fk", &LONG, &vec![&FIELDS[field]]);
        assert_eq!(name(0).len(), LONGEST_NAME);
        assert_ne!(name(0), name(1));
        assert_eq!(constraint_columns(&LONG, &name(1)), ["country"]);
    }

    #[test]
    fn the_columns_of_a_composite_constraint_are_found_in_its_name() {
        let columns = vec![&FIELDS[1], &FIELDS[2]];
        let name = constraint_name("uq", &MODEL, &columns);
        assert_eq!(name, "uq_account_country_the_number");
        assert_eq!(constraint_columns(&MODEL, &name), ["country", "the_number"]);
        assert!(constraint_columns(&MODEL, "uq_account_other").is_empty());
    }
}
