//! Tables from metadata: the SQL that creates and drops them, in an order that foreign keys allow.

mod column;
mod comment;
mod limits;
mod on_update;
mod table;

use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    ConstraintNames, FieldMetadata, ForeignKey, Model, ModelMetadata, RelationKind,
    RelationMetadata, fields,
};
use crate::sql;
pub(crate) use crate::sql::ddl::column::{
    check_of_enum, check_of_length, column_type, plain_type, texts,
};
pub(crate) use crate::sql::ddl::comment::{column_comment, literal, table_comment};
pub(crate) use crate::sql::ddl::limits::text_types;
pub(crate) use crate::sql::ddl::on_update::{OnUpdate, on_update_clause};
use crate::sql::ddl::table::Columns;
pub(crate) use crate::sql::ddl::table::{KeyConstraint, Table};
use crate::sql::quote;
use crate::value::Dialect;

/// One model, or a tuple of up to sixteen sets of models, so that tuples nest.
///
/// This trait is sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a model nor a tuple of models",
    label = "not a set of models"
)]
pub trait ModelSet: sealed::Sealed {
    /// The models, in the order in which they were named.
    fn models() -> Vec<&'static ModelMetadata>;
}

/// Keeps others from implementing `ModelSet`, so that it can grow.
mod sealed {
    pub trait Sealed {}
}

#[diagnostic::do_not_recommend]
impl<M: Model> sealed::Sealed for M {}

#[diagnostic::do_not_recommend]
impl<M: Model> ModelSet for M {
    fn models() -> Vec<&'static ModelMetadata> {
        vec![M::metadata()]
    }
}

macro_rules! model_set {
    ($($name:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: ModelSet),*> sealed::Sealed for ($($name,)*) {}

        #[diagnostic::do_not_recommend]
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
///
/// # Examples
/// ```
/// # docs_models::run(async |_| {
/// # use docs_models::*;
/// # use relations::Dialect;
/// # use relations::schema::Schema;
/// let statements = Schema::of::<(Order, Customer)>()?.create(Dialect::Sqlite)?;
/// assert!(statements[0].starts_with(r#"CREATE TABLE "customer""#)); // first, since orders refer to it
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct Schema {
    tables: Vec<Table>,
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
        let models = &with_own_links(models);
        for model in models {
            match tables.iter().find(|table| table.is_at(model)) {
                Some(table) if table.model.type_id() == model.type_id() => {}
                Some(table) if table.is_of(model) && are_own_links(models, model) => {
                    check_same(table.model, model)?;
                }
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
        for model in models {
            for relation in model.relations {
                check_many(&tables, relation)?;
            }
        }
        tables.iter_mut().for_each(Table::add_implied);
        tables.retain(|table| !table.model.view);
        Ok(Schema {
            tables: in_order_of_dependency(tables),
        })
    }

    /// The statements that create the tables.
    ///
    /// # Errors
    /// `InvalidSchema` where the database cannot hold a table: a name that is too long, a key with more bytes than it indexes, a
    /// row that is too wide. The message names the fields.
    pub fn create(&self, dialect: Dialect) -> Result<Vec<String>> {
        Ok(self.creation(dialect, |_| true)?.into_statements())
    }

    /// The statements that create some of the tables, where the others are there.
    ///
    /// # Errors
    /// Those of [`create`](Schema::create), whichever tables are wanted.
    pub fn creation(
        &self,
        dialect: Dialect,
        is_wanted: impl Fn(&'static ModelMetadata) -> bool,
    ) -> Result<Creation> {
        let mut created = Vec::new();
        // Names are given to all, so that they do not depend on what is there.
        let mut names = ConstraintNames::default();
        for (at, table) in self.tables.iter().enumerate() {
            let models: Vec<&ModelMetadata> =
                self.tables[..=at].iter().map(|table| table.model).collect();
            let mut statements = vec![table.create(&models, &mut names, dialect)?];
            statements.extend(table.create_indexes(&mut names, dialect));
            statements.extend(table.create_comments(dialect));
            statements.extend(table.set_times_of_updates(dialect));
            created.push(TableCreation {
                model: table.model,
                statements,
                late: Vec::new(),
            });
        }
        for (at, table) in self.tables.iter().enumerate() {
            let models: Vec<&ModelMetadata> =
                self.tables[..=at].iter().map(|table| table.model).collect();
            created[at].late = table.late_foreign_keys(&models, &mut names, dialect);
        }
        created.retain(|table| is_wanted(table.model));
        let models: Vec<&ModelMetadata> = created.iter().map(|table| table.model).collect();
        let mut before = create_schemas(&models, dialect);
        before.extend(create_enums(&models, dialect));
        Ok(Creation {
            before,
            tables: created,
        })
    }

    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The models whose tables these are, those that others refer to first.
    pub fn models(&self) -> impl Iterator<Item = &'static ModelMetadata> {
        self.tables.iter().map(|table| table.model)
    }

    /// The statements that drop the tables, where they are there.
    pub fn drop(&self, dialect: Dialect) -> Vec<String> {
        let mut statements = Vec::new();
        // Where tables refer to each other in a circle, no order would do.
        match dialect {
            Dialect::Sqlite => statements.push("PRAGMA defer_foreign_keys = ON".to_owned()),
            Dialect::MySql { .. } => statements.push("SET FOREIGN_KEY_CHECKS = 0".to_owned()),
            Dialect::Postgres => {}
        }
        for table in self.tables.iter().rev() {
            let cascade = if dialect == Dialect::Postgres {
                " CASCADE"
            } else {
                ""
            };
            let name = sql::quoted_table(table.model, dialect);
            statements.push(format!("DROP TABLE IF EXISTS {name}{cascade}"));
            // Triggers go with their table, but not the functions that they call.
            if dialect == Dialect::Postgres {
                statements.extend(table.forget_times_of_updates(dialect));
            }
        }
        if dialect.is_mysql() {
            statements.push("SET FOREIGN_KEY_CHECKS = 1".to_owned());
        }
        // An enum that another table still uses stays.
        for (name, _) in enums(&self.models().collect::<Vec<_>>(), dialect) {
            let name = quote(name, dialect);
            statements.push(format!(
                "DO $$ BEGIN DROP TYPE IF EXISTS {name}; \
                 EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$"
            ));
        }
        statements
    }

    /// The statements of [`create`](Schema::create) as one text.
    ///
    /// # Errors
    /// Those of [`create`](Schema::create).
    pub fn to_sql(&self, dialect: Dialect) -> Result<String> {
        let statements = self.create(dialect)?;
        let lines = statements.iter().map(|statement| format!("{statement};\n"));
        Ok(lines.collect())
    }
}

/// The statements that create tables, from [`Schema::creation`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Creation {
    /// Those that go first, of schemas and enums; they do nothing where these are there.
    pub before: Vec<String>,
    /// Those of each table, in an order that foreign keys allow.
    pub tables: Vec<TableCreation>,
}

/// The statements that create one table.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TableCreation {
    /// The model of the table.
    pub model: &'static ModelMetadata,
    /// The one that creates the table, then those of its indexes and triggers.
    pub statements: Vec<String>,
    /// Those of foreign keys to tables that are created later.
    pub late: Vec<String>,
}

impl Creation {
    /// All statements, in order.
    pub fn into_statements(self) -> Vec<String> {
        let (mut all, mut late) = (self.before, Vec::new());
        for table in self.tables {
            all.extend(table.statements);
            late.extend(table.late);
        }
        all.extend(late);
        all
    }
}

/// The schemas of tables, which on SQLite are attached databases, and never made here.
fn create_schemas(models: &[&ModelMetadata], dialect: Dialect) -> Vec<String> {
    let mut schemas: Vec<&str> = Vec::new();
    for schema in models.iter().filter_map(|model| model.schema) {
        if dialect != Dialect::Sqlite && !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    let create = schemas.iter().map(|schema| quote(schema, dialect));
    create
        .map(|schema| format!("CREATE SCHEMA IF NOT EXISTS {schema}"))
        .collect()
}

/// The fields whose types are enums of the database, each enum once.
fn enums(
    models: &[&ModelMetadata],
    dialect: Dialect,
) -> Vec<(&'static str, &'static FieldMetadata)> {
    let mut enums: Vec<(&str, &FieldMetadata)> = Vec::new();
    if dialect != Dialect::Postgres {
        return enums;
    }
    for field in models.iter().flat_map(|model| model.fields) {
        match field.db_enum {
            Some(name) if !enums.iter().any(|(known, _)| *known == name) => {
                enums.push((name, field));
            }
            _ => {}
        }
    }
    enums
}

/// PostgreSQL has no "if not exists" for a type; a second schema may use the same enum.
fn create_enums(models: &[&ModelMetadata], dialect: Dialect) -> Vec<String> {
    let create = enums(models, dialect).into_iter().map(|(name, field)| {
        let (name, texts) = (quote(name, dialect), column::texts(field.values));
        format!(
            "DO $$ BEGIN CREATE TYPE {name} AS ENUM ({texts}); \
             EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    });
    create.collect()
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidSchema, message)
}

/// The models, and those of the links that relations of theirs bring along. Both sides of such a relation bring their own, of one
/// name and one table.
fn with_own_links(models: &[&'static ModelMetadata]) -> Vec<&'static ModelMetadata> {
    let relations = models.iter().flat_map(|model| model.relations);
    let own = relations.filter_map(|relation| relation.through().filter(|through| through.own));
    let links = own.map(crate::model::ThroughMetadata::model);
    models.iter().copied().chain(links).collect()
}

/// Whether the derive made the model, for links of a relation of these models.
fn are_own_links(models: &[&ModelMetadata], model: &ModelMetadata) -> bool {
    let mut relations = models.iter().flat_map(|model| model.relations);
    relations.any(|relation| {
        let through = relation.through().filter(|through| through.own);
        through.is_some_and(|through| through.model().type_id() == model.type_id())
    })
}

/// Refuses two models of the same links that name their columns differently.
fn check_same(first: &ModelMetadata, second: &ModelMetadata) -> Result<()> {
    let columns = |model: &ModelMetadata| -> Vec<&str> {
        model.fields.iter().map(|field| field.column).collect()
    };
    let (columns, others) = (columns(first), columns(second));
    if columns == others {
        return Ok(());
    }
    Err(invalid(format!(
        "the two sides of the links in `{}` name its columns differently: `{}` and `{}`\n\
         help: what is `key_from` on one side is `key_to` on the other",
        first.table,
        columns.join("`, `"),
        others.join("`, `")
    )))
}

/// Adds what a relation implies: its foreign keys, each with an index, unless another key begins with it, or with a unique constraint for a `has_one`; and
/// that links are unique.
fn add_relation(tables: &mut [Table], relation: &'static RelationMetadata) -> Result<()> {
    for key in relation.foreign_keys() {
        if is_table(key.holder) {
            add_key(tables, relation, key)?;
        }
    }
    if let Some(discriminator) = relation.discriminator() {
        add_discriminated_key(tables, relation, discriminator)?;
    }
    let through = relation.through();
    let through = through.filter(|through| through.unique && is_table(through.model()));
    if let Some(through) = through {
        let columns = through.pair_fields();
        table_of(tables, through.model()).add_unique(columns);
    }
    Ok(())
}

/// Nothing holds for the rows of a view, and nothing refers to them, but what its tables say.
fn is_table(model: &ModelMetadata) -> bool {
    !model.view
}

/// Adds a foreign key of a relation, and its index or unique constraint.
fn add_key(
    tables: &mut [Table],
    relation: &'static RelationMetadata,
    key: ForeignKey,
) -> Result<()> {
    for model in [key.holder, key.referred] {
        check_listed(tables, relation, model)?;
    }
    let table = table_of(tables, key.holder);
    match relation.kind {
        RelationKind::HasOne => table.add_unique(key.fields.clone()),
        _ => table.imply_index(key.fields.clone()),
    }
    if !is_table(key.referred) {
        return Ok(());
    }
    let on_its_side = relation.kind == RelationKind::BelongsTo;
    let key = KeyConstraint {
        on_delete: relation.on_delete.filter(|_| on_its_side),
        on_update: relation.on_update.filter(|_| on_its_side),
        key,
    };
    add_foreign_key(table, key)
}

/// Adds the index or unique constraint of a key to one of several models, which no foreign key can guard.
fn add_discriminated_key(
    tables: &mut [Table],
    relation: &'static RelationMetadata,
    discriminator: &str,
) -> Result<()> {
    let (holder, key) = match relation.kind {
        RelationKind::BelongsTo => (relation.source(), relation.source_fields()),
        _ => (relation.target(), relation.target_fields()),
    };
    if !is_table(holder) {
        return Ok(());
    }
    check_listed(tables, relation, holder)?;
    let mut columns = vec![holder.field(discriminator).expect("checked by the derive")];
    columns.extend(key);
    let table = table_of(tables, holder);
    match relation.kind {
        RelationKind::HasOne => table.add_unique(columns),
        _ => table.imply_index(columns),
    }
    Ok(())
}

/// Refuses a relation to a table whose model is not among those of the schema.
fn check_listed(
    tables: &[Table],
    relation: &'static RelationMetadata,
    model: &'static ModelMetadata,
) -> Result<()> {
    let is_listed = tables.iter().any(|table| table.is_of(model));
    match is_listed || !is_table(model) {
        true => Ok(()),
        false => Err(missing(relation, model)),
    }
}

/// Refuses a polymorphic `has_many` whose targets another model has at most one of: the constraint would hold for both.
fn check_many(tables: &[Table], relation: &'static RelationMetadata) -> Result<()> {
    let (RelationKind::HasMany, Some(discriminator)) = (relation.kind, relation.discriminator())
    else {
        return Ok(());
    };
    let mut columns = fields(relation.target(), &[discriminator]);
    columns.extend(relation.target_fields());
    let mut tables = tables.iter();
    let table = tables.find(|table| table.is_of(relation.target()));
    if table.is_some_and(|table| table.unique.contains(&columns)) {
        return Err(invalid(format!(
            "`{}` leads to many rows, and a `has_one` of another model makes `{}` unique",
            relation.path(),
            field_names(&columns)
        )));
    }
    Ok(())
}

fn missing(relation: &RelationMetadata, model: &ModelMetadata) -> Error {
    invalid(format!(
        "`{}` needs `{}`, which is not among the models of this schema",
        relation.path(),
        model.name
    ))
}

/// The table of a model that is among them.
fn table_of<'t>(tables: &'t mut [Table], model: &ModelMetadata) -> &'t mut Table {
    let mut tables = tables.iter_mut();
    tables
        .find(|table| table.is_of(model))
        .expect("the model was found before")
}

fn add_foreign_key(table: &mut Table, key: KeyConstraint) -> Result<()> {
    let Some(same) = table
        .foreign_keys
        .iter_mut()
        .find(|other| other.key.fields == key.key.fields)
    else {
        table.foreign_keys.push(key);
        return Ok(());
    };
    let agrees = same.key.referred.type_id() == key.key.referred.type_id()
        && same.key.referred_fields == key.key.referred_fields
        && (same.on_delete.is_none() || key.on_delete.is_none() || same.on_delete == key.on_delete)
        && (same.on_update.is_none() || key.on_update.is_none() || same.on_update == key.on_update);
    if !agrees {
        return Err(invalid(format!(
            "`{}` and `{}` disagree about the key `{}` of `{}`",
            same.key.relation.path(),
            key.key.relation.path(),
            field_names(&key.key.fields),
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
            table.foreign_keys.iter().all(|constraint| {
                let referred = constraint.key.referred;
                table.is_of(referred) || ordered.iter().any(|other| other.is_of(referred))
            })
        };
        let next = tables.iter().position(is_ready).unwrap_or(0);
        ordered.push(tables.remove(next));
    }
    ordered
}
