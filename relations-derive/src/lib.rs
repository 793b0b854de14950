//! The derive macro of [`relations`](https://docs.rs/relations-orm): see [`Model`].

mod attr;
mod check;
mod column_type;
mod embed;
mod errors;
mod expand;
mod fallback;
mod from_row;
mod links;
mod model;
mod names;
mod polymorphic;
#[cfg(test)]
mod tests;

use errors::Errors;
use proc_macro::TokenStream;

/// Makes a struct a model: one row of one table, with its relations.
///
#[doc = include_str!("../docs/model.md")]
///
/// Fields are integers, `f32`, `f64`, `bool`, `String`, `Vec<u8>`, the types behind the features `chrono`, `uuid`,
/// `rust_decimal` and `serde_json`, and `Option` of each, which is a column that may be NULL.
///
/// # What it makes
///
/// For `Supplier`: a column for each field (`Supplier::NAME`), a relation for each attribute (`Supplier::ACCOUNT`),
/// `SupplierRepository`, `Supplier::draft()`, `Supplier::patch()`, and, where it has relations, `SupplierWith<..>` with
/// a slot for each. All of them are as visible as the struct and its fields.
///
/// A slot holds `Option<Target>` for a `has_one`; `Vec<Target>` for a `has_many`, `Vec<Arc<Target>>` where it goes through links
/// and for a `references_many`; `Arc<Target>` for a `belongs_to`, or `Option<Arc<Target>>` where its key
/// is optional or the include has a scope; `TargetWith<..>` in place of `Target` where more is included below; and
/// `NotIncluded` until then. Rows dereference to the model, and `into_model()` gives it back.
///
/// # `#[model(..)]` on the struct
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `table = "…"` | the name of the table | the name of the struct in snake_case |
/// | `was = "…"` | the former name of the table, by which `cargo relations diff` and `migrate` know it | |
/// | `schema = "…"` | the schema of the table, the database on MySQL, an attached database on SQLite | that of the connection |
/// | `view` | the model of a view: rows are only read, and schemas leave it out | a table |
/// | `unique("a", "b")` | no two rows share the values of all these fields; several are allowed | |
/// | `index("a", "b")` | the schema has an index over these fields, in this order; several are allowed | |
/// | `check = "…"` | SQL, with names of columns, that must hold for every row; several are allowed | |
/// | `columns = "PascalCase"` | the rule by which columns are named after fields, one of serde's; `column` of a field goes before | the name of the field |
/// | `comments` | what stands in `///` above the struct and its fields is a comment on the table and on its columns; SQLite has none | no comments |
/// | `crate = "…"` | the path of `relations`, where it is re-exported | `::relations` |
/// | `discriminator = "…"` | the word for this model where a key may refer to one of several | the name of the struct |
///
/// # `#[model(..)]` on a field
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `id` | the field identifies a row; several make a composite id | |
/// | `generated` | the database makes the value; drafts and patches leave it out. An id is an integer, or has a `default` | |
/// | `column = "…"` | the name of the column | the name of the field |
/// | `was = "…"` | the former name of the column, by which `cargo relations diff` and `migrate` know it | |
/// | `unique` | no two rows share a value | |
/// | `index` | the schema has an index | |
/// | `hidden` | run-time filters can neither select, search nor sort by it, and JSON results leave it out | |
/// | `read_only` | JSON from outside cannot set it: `create` and `patch` refuse it, `replace` leaves what is there | |
/// | `default = "…"` | the SQL of the column's default; drafts may leave the field out | |
/// | `default_with = function` | a function, called where a new row is given no value; drafts may leave the field out. Patches and `replace` do not use it | |
/// | `created_at` | the time at which the row was added; JSON cannot set it, drafts may | |
/// | `updated_at` | the time at which the row was last written by `create`, `patch`, `replace` or a relation; as `created_at` | |
/// | `on_update_now` | as `updated_at`; and where another program updates the row, or SQL of your own, the database sets the time: schemas make an `ON UPDATE` on MySQL, a trigger on PostgreSQL and SQLite | |
/// | `version` | an integer that counts the writes of a row, so that none overwrites another unseen; see below | |
/// | `length = 80` | the longest text, in characters | none, or 255 for keys on MySQL |
/// | `precision = 10, scale = 2` | how many digits a `Decimal` has, and how many of them behind the point: `DECIMAL(10, 2)`. Others are refused before any statement | what the type holds; `scale` 0 |
/// | `json` | kept as JSON, as serde writes it: of any type that is `Serialize` and `DeserializeOwned`, or `Option` of one. Needs the feature `serde_json` | |
/// | `db_type = "…"` | the column's type in the schema | after the field's type |
///
/// With `version` each write of a row adds 1 in the same statement. A new row has version 1, or the column's `default`. `replace` expects the
/// version of the row that it is given, a patch that of `.if_version(..)` or of its JSON, `delete()` that of `.if_version(..)`: where the row is there and has
/// another, nothing is written, and the error is `Stale`. The field is an integer up to `i64`; a model has one.
///
/// A hidden field needs `#[serde(skip_serializing)]` as well where the struct implements `Serialize`, and the compiler asks for
/// it. Code in Rust reads, writes and filters by the field like any other; the key of a relation may be hidden.
///
/// Of a field with `json` filters compare what is inside, `Customer::ADDRESS.path("city").eq("Oslo")` or
/// `{"where": {"address.city": "Oslo"}}`; so they do of a `serde_json::Value`. `None` is NULL. A row whose JSON serde does not read as the
/// field's type gives a `Decode` error, and JSON from outside is refused where serde does not read it.
///
/// # `#[has_one(Target, ..)]` on the struct
///
/// The target holds the key, and the schema gives it a unique constraint.
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `name = "…"` | the relation's name | the target's name in snake_case |
/// | `key_from = "…"` | a field of this struct: the id, or a unique one | the id |
/// | `key_to = "…"` | the field of the target whose values equal those of `key_from` | `<this struct>_id` |
/// | `include = false` | run-time filters may not include it; `.include(..)` in Rust may | `true` |
/// | `vis = "…"` | how visible the relation is | as the struct |
/// | `discriminator = "…"` | the field of the target that says which model its key refers to; `key_to` then defaults to that name with `_id` for `_type` | |
///
/// # `#[has_many(Target, ..)]` on the struct
///
/// The target holds the key, any number of rows. The arguments are those of `has_one`; `name` defaults to the plural.
///
/// `scope = function` names a `fn(FixedScope<Target>) -> FixedScope<Target>`, which says which rows are the targets and in which
/// order they come, wherever the relation is used. What it says by `eq` is filled into new rows.
///
/// With `through = Link`, or `through(Link, ..)`, rows of a third model link source and target. Then `key_to` is the target's
/// id, and the schema makes links unique.
///
/// | argument of `through` | meaning | default |
/// |---|---|---|
/// | `key_from = "…"` | the fields of the link that refer to this struct | those of the link's only `belongs_to` to it |
/// | `key_to = "…"` | the fields of the link that refer to the target | those of the link's only `belongs_to` to it |
/// | `unique = false` | a target may be linked several times | `true` |
///
/// Limits and counts trust the unique constraint: in a table that lacks it they are of links.
///
/// # `#[has_and_belongs_to_many(Target, ..)]` on the struct
///
/// A `has_many` through links of which the derive makes the model: a table of two keys, which are its primary key. Where the target declares
/// it too, both share the table. Links are deleted with the rows that they link. `name`, `include`, `vis` and `scope` are those of
/// `has_many`.
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `table = "…"` | the table of the links | after both models, in the order of the alphabet: `assembly_part` |
/// | `key_from = "…"` | what refers to this struct | `<this struct>_id` |
/// | `key_to = "…"` | what refers to the target | `<target>_id` |
///
/// # `#[references_many(Target, ..)]` on a list of ids
///
/// The field is a `Vec` of the target's id, or `Option` of it: integers, `String` or `Uuid`. It is an array on PostgreSQL, JSON
/// elsewhere, and has no foreign keys. `name` defaults to the field's without `_ids`, in the plural. `key_to`, `include`
/// and `vis` are those of `belongs_to`.
///
/// # `#[embeds_one(Target, ..)]` and `#[embeds_many(Target, ..)]` on a field with `#[model(json)]`
///
/// The field holds rows of the target as JSON: an `Option` of one, or a list. The target derives `Model`, `Serialize` and `Deserialize`, and
/// needs no table. `name` is that of the method of the repository and defaults to the field's; `vis` is that of `belongs_to`.
///
/// # `#[belongs_to(Target, ..)]` on the foreign key, or on the struct
///
/// This struct holds the key.
///
/// | argument | meaning | default |
/// |---|---|---|
/// | `name = "…"` | the relation's name | the field's name without `_id`, in which it must end; on the struct as for `has_one` |
/// | `key_from = "…"` | on the struct only: the foreign key | `<target>_id` |
/// | `key_to = "…"` | the field of the target: its id, or a unique one | the id |
/// | `on_delete = "…"` | what a delete of the target does to this row: `cascade`, `restrict`, `set_null`, `set_default`, `no_action` | `no_action` |
/// | `on_update = "…"` | what a change of the target's key does | `no_action` |
/// | `discriminator = "…"` | the field that says which model the key refers to; the target is then an enum, see [`PolymorphicModel`](macro@PolymorphicModel) | |
/// | `include`, `vis` | as for `has_one` | |
///
/// Keys are named by strings or bare identifiers, composite keys by lists: `key_to = ["country", "number"]`. They are
/// checked against the target by the compiler: that the field is there, and that both have one type but for `Option`.
///
/// Several relations to one model are told apart by `name`. Clippy takes them for repetitions; quiet it with
/// `#[allow(clippy::duplicated_attributes)]` on the struct.
///
/// Names in JSON follow the struct's own `#[serde(rename)]` and `#[serde(rename_all)]`. Refused is what serde would give another
/// form: `flatten`, `skip`, `with`, `serialize_with` and `deserialize_with` on a field; `tag`, `transparent`, `from`, `try_from`
/// and `into` on the struct. Generic structs, enums and structs without named fields are refused.
#[proc_macro_derive(
    Model,
    attributes(
        model,
        has_one,
        has_many,
        has_and_belongs_to_many,
        belongs_to,
        references_many,
        embeds_one,
        embeds_many
    )
)]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expanded(&input).into()
}

/// Makes an enum a polymorphic model: a row of one of several models, to which a `belongs_to` with a `discriminator` leads.
///
#[doc = include_str!("../docs/polymorphic_model.md")]
///
/// The ids of all models have one type. The discriminator holds the name of the model's struct, or what the struct's
/// `#[model(discriminator = "…")]` says. Each model converts into the enum by `From`.
///
/// To serialise rows as LoopBack does, derive `Serialize` with `#[serde(untagged)]`.
#[proc_macro_derive(PolymorphicModel, attributes(model))]
pub fn derive_polymorphic_model(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    polymorphic::expanded(&input).into()
}

/// Makes an enum or a struct a type that a field of a model can have.
///
#[doc = include_str!("../docs/column_type.md")]
///
/// An **enum** is kept as the text of its variant. Other texts are refused: in JSON and filters by an error that lists the values,
/// in rows by `Decode`; a schema makes a check of it.
///
/// | On the enum | Meaning | Default |
/// |---|---|---|
/// | `#[model(rename_all = "…")]` | the rule by which the texts are made, one of serde's | the enum's `#[serde(rename_all)]`, else the names as they are |
/// | `#[model(integer)]` | kept as the integer of the variant, `#[repr(i16)]` says of which width | |
/// | `#[model(db_enum = "…")]` | an enum of the database, of this name on PostgreSQL, which the schema makes | |
/// | `#[model(conversion)]` | kept as `impl ColumnConversion` of the type says; on any enum or struct | |
/// | `#[model(rename = "…")]` on a variant | its text | `#[serde(rename)]`, else the rule |
///
/// A **newtype** is kept as what it holds. Where it is `Clone`, `Eq` and `Hash`, and what it holds can be a key, it can be one
/// too: give an id and the foreign keys to it the same newtype, and the id of another model does not compile in its place.
///
/// Any other type, an enum with fields or a struct of several, takes `#[model(conversion)]` and an `impl` of `ColumnConversion`, of
/// `relations::value`, which says what becomes of a value in the column, and back. It is a key where a newtype would be one.
///
/// All can be null as `Option`.
#[proc_macro_derive(ColumnType, attributes(model))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    column_type::expanded(&input).into()
}

/// Makes a struct one that rows of your own statements are read into, by the names of its fields.
///
/// ```text
/// #[derive(Debug, FromRow)]
/// struct Revenue {
///     country: String,
///     #[model(column = "sum")]                 // another name than the field's
///     total: Option<i64>,
/// }
/// let sql = "SELECT country, sum(total) AS sum FROM invoice GROUP BY country";
/// let revenues: Vec<Revenue> = db.sql(sql).all().await?;
/// ```
///
/// Each field has a type that a column can have. The statement gives a column of each name, once; it may give others, in any order.
#[proc_macro_derive(FromRow, attributes(model))]
pub fn derive_from_row(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    from_row::expanded(&input).into()
}

/// The errors, and the code that is generated in spite of them.
fn expanded(input: &syn::DeriveInput) -> proc_macro2::TokenStream {
    let mut errors = Errors::new();
    let code = match model::Model::from_input(input, &mut errors) {
        Some(model) => expand::model(&model),
        None => {
            let attr = attr::ModelAttr::from_attributes(&input.attrs, &mut errors);
            fallback::model(input, &attr.krate)
        }
    };
    let errors = errors.finish();
    quote::quote!(#errors #code)
}

/// The migrations of a folder of the package, `migrations` where none is named, as a part of the program: a
/// `Result<Migrations>` for `db.migrate(..)` at its start.
///
/// A file that changes is seen by Cargo, a new one only where the build script has a line
/// `println!("cargo:rerun-if-changed=migrations");`.
///
/// # Examples
/// ```ignore
/// db.migrate(&relations::migrate!("migrations")?).await?;
/// ```
#[proc_macro]
pub fn migrate(input: TokenStream) -> TokenStream {
    embed::migrations(input.into()).into()
}
