//! What is said of an argument that another attribute takes, or that another library calls so.

use super::relation::WITH_OWN_LINKS;

/// Arguments that are known, but not to this attribute, and what to do instead.
pub(super) const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "has_one",
        "scope",
        "a scope is for several rows; declare a `has_many` with it, and take the `first()` of those",
    ),
    (
        "belongs_to",
        "scope",
        "the key alone says which row it is; filter where it is included",
    ),
    (
        "model",
        "crate",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "table",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "schema",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "id",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "generated",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "check",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "view",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "columns",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "comments",
        "it goes into the `#[model(..)]` of the struct",
    ),
    (
        "model",
        "hidden",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "read_only",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "column",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "default",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "length",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "default_with",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "precision",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "json",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "scale",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "created_at",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "updated_at",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "on_update_now",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "version",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "model",
        "db_type",
        "it goes into the `#[model(..)]` of the field",
    ),
    (
        "belongs_to",
        "key_from",
        "the field below is the key; remove it, or move the attribute to the struct",
    ),
    (
        "has_one",
        "on_delete",
        "it goes into the `belongs_to` of the target",
    ),
    (
        "has_one",
        "on_update",
        "it goes into the `belongs_to` of the target",
    ),
    (
        "has_many",
        "on_delete",
        "it goes into the `belongs_to` of the target, or of the link",
    ),
    (
        "has_many",
        "on_update",
        "it goes into the `belongs_to` of the target, or of the link",
    ),
    ("has_one", "through", "only a `has_many` goes through links"),
    (
        "belongs_to",
        "through",
        "only a `has_many` goes through links",
    ),
    (
        "references_many",
        "through",
        "only a `has_many` goes through links",
    ),
    (
        "references_many",
        "key_from",
        "the field below is the list; remove it",
    ),
    (
        "references_many",
        "discriminator",
        "a list refers to rows of one model",
    ),
    (
        "references_many",
        "on_delete",
        "a list has no foreign key in the database, which could act on it",
    ),
    (
        "references_many",
        "on_update",
        "a list has no foreign key in the database, which could act on it",
    ),
    ("has_many", "unique", "it goes into `through(..)`"),
    (
        WITH_OWN_LINKS,
        "through",
        "the model of the links is made; write a `has_many` to go through one of yours",
    ),
    (
        WITH_OWN_LINKS,
        "on_delete",
        "links go with either row; for another rule write a model of the links, and a `has_many` with `through`",
    ),
    (
        WITH_OWN_LINKS,
        "discriminator",
        "links lead to rows of one model",
    ),
    (
        "through",
        "on_delete",
        "it goes into the `belongs_to` of the link",
    ),
    (
        "through",
        "on_update",
        "it goes into the `belongs_to` of the link",
    ),
];

/// What Diesel, SeaORM and LoopBack call it.
pub(super) const WORDS_OF_OTHERS: &[(&str, &str, &str)] = &[
    (
        "model",
        "primary_key",
        "it is called `id` here, on the field",
    ),
    (
        "model",
        "auto_increment",
        "it is called `generated` here, on the field",
    ),
    (
        "model",
        "table_name",
        "it is called `table` here, on the struct",
    ),
    (
        "model",
        "column_name",
        "it is called `column` here, on the field",
    ),
    (
        "model",
        "column_type",
        "it is called `db_type` here, on the field",
    ),
    (
        "model",
        "sql_type",
        "it is called `db_type` here, on the field",
    ),
    (
        "model",
        "default_value",
        "it is called `default` here, on the field, and is SQL",
    ),
    (
        "model",
        "nullable",
        "make the type of the field an `Option`",
    ),
    (
        "model",
        "required",
        "a field is required unless its type is an `Option`",
    ),
    (
        "model",
        "rename",
        "`column` names the column, `#[serde(rename = \"..\")]` the property in JSON",
    ),
    (
        "model",
        "skip",
        "each field is a column; keep other values in a struct of your own",
    ),
    (
        "model",
        "ignore",
        "each field is a column; keep other values in a struct of your own",
    ),
    ("has_one", "foreign_key", "it is called `key_to` here"),
    ("has_many", "foreign_key", "it is called `key_to` here"),
    (
        "has_many",
        "via",
        "it is called `through` here, and names the model of the links",
    ),
    (
        "belongs_to",
        "foreign_key",
        "put the attribute on the foreign key, or give `key_from` on the struct",
    ),
    (
        "belongs_to",
        "from",
        "put the attribute on the foreign key, or give `key_from` on the struct",
    ),
    ("belongs_to", "to", "it is called `key_to` here"),
];
