"""The models that are compiled, and how each contestant's users write them.

A contestant is a function from models to files. `CONTESTANTS` at the end names them all.
"""

import re
from collections import namedtuple
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# `key` is the foreign key: the target's for has_one and has_many, the model's own for belongs_to.
Relation = namedtuple("Relation", "kind name target key")
Model = namedtuple("Model", "name columns relations")

# Schemas ------------------------------------------------------------------------------------------


def chain(count):
    """A ring of models of four columns, each with a has_one and a belongs_to."""
    models = []
    for at in range(count):
        columns = [("id", "i64"), ("name", "String"), ("amount", "Option<i64>"), ("next_id", "i64")]
        relations = [
            Relation("has_one", "previous", f"Link{(at - 1) % count}", "next_id"),
            Relation("belongs_to", "next", f"Link{(at + 1) % count}", "next_id"),
        ]
        models.append(Model(f"Link{at}", columns, relations))
    return models


def five(count):
    """Supplier, account, customer with an address, order and manufacturer, again and again."""
    text, maybe_text, number, flag = "String", "Option<String>", "i64", "bool"
    models = []
    for n in range(count // 5):

        def model(name, columns, *relations):
            relations = [Relation(kind, to_name, f"{target}{n}", key) for kind, to_name, target, key in relations]
            models.append(Model(f"{name}{n}", [("id", number), *columns], relations))

        model(
            "Supplier",
            [("name", text), ("country", maybe_text)],
            ("has_one", "account", "Account", "supplier_id"),
            ("has_many", "manufacturers", "Manufacturer", "supplier_id"),
        )
        model(
            "Account",
            [("account_manager", text), ("balance", "Option<i64>"), ("supplier_id", number)],
            ("belongs_to", "supplier", "Supplier", "supplier_id"),
        )
        model(
            "Customer",
            [("name", text), ("email", text), ("street", maybe_text), ("city", maybe_text)],
            ("has_many", "orders", "Order", "customer_id"),
        )
        model(
            "Order",
            [("name", text), ("quantity", number), ("is_paid", flag), ("customer_id", number)],
            ("belongs_to", "customer", "Customer", "customer_id"),
            ("has_many", "manufacturers", "Manufacturer", "order_id"),
        )
        model(
            "Manufacturer",
            [("name", text), ("founded", "Option<i64>"), ("order_id", number), ("supplier_id", number)],
            ("belongs_to", "order", "Order", "order_id"),
            ("belongs_to", "supplier", "Supplier", "supplier_id"),
        )
    return models


SCHEMAS = {"chain": chain, "five": five}

# What a user does to one model --------------------------------------------------------------------


def with_column(models):
    """The models, of which one in the middle has a column more."""
    at = len(models) // 2
    model = models[at]
    changed = model._replace(columns=[*model.columns, ("remark", "Option<String>")])
    return [*models[:at], changed, *models[at + 1 :]]


def with_method(contestant, models, files):
    """The files, of which that of the same model ends in a method: an edit that leaves the model itself as it is."""
    name = models[len(models) // 2].name
    path = f"{name.lower()}.rs"
    owner = "Model" if contestant.name == "SeaORM" else name
    method = f"\nimpl {owner} {{\n    pub fn label(&self) -> String {{\n        format!(\"number {{}}\", self.id)\n    }}\n}}\n"
    return {**files, path: files[path] + method}


# What the contestants share -----------------------------------------------------------------------


def struct(name, attributes, fields):
    """A struct; `fields` are pairs of attributes and `name: Type`."""
    lines = [*attributes, f"pub struct {name} {{"]
    for attributes, field in fields:
        lines += [f"    {attribute}" for attribute in attributes]
        lines.append(f"    pub {field},")
    return "\n".join([*lines, "}"]) + "\n"


def imports(model, path="crate::{file}::{target}", kinds=("has_one", "has_many", "belongs_to")):
    targets = sorted({relation.target for relation in model.relations if relation.kind in kinds})
    return "".join(f"use {path.format(file=target.lower(), target=target)};\n" for target in targets)


def lib(models, first=""):
    return first + "".join(f"pub mod {model.name.lower()};\n" for model in models)


def of_kind(model, *kinds):
    return [relation for relation in model.relations if relation.kind in kinds]


def unique_keys(models):
    """The foreign keys, as (model, column), that a has_one refers to."""
    return {(r.target, r.key) for model in models for r in of_kind(model, "has_one")}


# The contestants ----------------------------------------------------------------------------------


def relations(models):
    files = {"lib.rs": lib(models)}
    for model in models:
        own = {r.key: r for r in of_kind(model, "belongs_to")}
        attributes = ["#[derive(Debug, Clone, Model)]"]
        for r in of_kind(model, "has_one", "has_many"):
            attributes.append(f'#[{r.kind}({r.target}, name = "{r.name}", key_to = "{r.key}")]')
        fields = []
        for column, ty in model.columns:
            attribute = []
            if column == "id":
                attribute = ["#[model(id, generated)]"]
            elif column in own:
                attribute = [f'#[belongs_to({own[column].target}, name = "{own[column].name}")]']
            fields.append((attribute, f"{column}: {ty}"))
        files[f"{model.name.lower()}.rs"] = (
            f"use relations::prelude::*;\n{imports(model)}\n" + struct(model.name, attributes, fields)
        )
    return files


def diesel(models, is_read_only=False):
    sql = {"i64": "BigInt", "String": "Text", "bool": "Bool"}
    sql |= {f"Option<{ty}>": f"Nullable<{name}>" for ty, name in list(sql.items())}
    # The macro that allows joins takes one step of recursion a table, and the compiler's default is 128.
    limit = f'#![recursion_limit = "{len(models) * 2}"]\n' if len(models) > 100 else ""
    files, schema = {"lib.rs": lib(models, f"{limit}pub mod schema;\n")}, ""
    for model in models:
        table = model.name.lower()
        columns = "".join(f"        {column} -> {sql[ty]},\n" for column, ty in model.columns)
        schema += f"diesel::table! {{\n    {table} (id) {{\n{columns}    }}\n}}\n\n"
        belongs = of_kind(model, "belongs_to")
        derives = ["Debug", "Clone", "Queryable", "Selectable", "Identifiable"]
        derives += ["Associations"] if belongs else []
        derives += [] if is_read_only else ["AsChangeset"]
        attributes = [f"#[derive({', '.join(derives)})]", f"#[diesel(table_name = {table})]"]
        attributes += [f"#[diesel(belongs_to({r.target}, foreign_key = {r.key}))]" for r in belongs]
        attributes.append("#[diesel(check_for_backend(diesel::sqlite::Sqlite))]")
        fields = [([], f"{column}: {ty}") for column, ty in model.columns]
        new = ["#[derive(Debug, Clone, Insertable)]", f"#[diesel(table_name = {table})]"]
        files[f"{table}.rs"] = (
            f"use diesel::prelude::*;\nuse crate::schema::{table};\n{imports(model, kinds=['belongs_to'])}\n"
            + struct(model.name, attributes, fields)
            + ("" if is_read_only else "\n" + struct(f"New{model.name}", new, fields[1:]))
        )
    for model in models:
        for r in of_kind(model, "belongs_to"):
            schema += f"diesel::joinable!({model.name.lower()} -> {r.target.lower()} ({r.key}));\n"
    # All of them together, as `diesel print-schema` does by default; its groups by foreign keys save some 4 % here.
    tables = ", ".join(model.name.lower() for model in models)
    schema += f"\ndiesel::allow_tables_to_appear_in_same_query!({tables});\n"
    return {**files, "schema.rs": schema}


def sea_orm(models):
    files, unique = {"lib.rs": lib(models)}, unique_keys(models)
    wrappers = {"has_one": "HasOne", "has_many": "HasMany", "belongs_to": "BelongsTo"}
    for model in models:
        table = model.name.lower()
        attributes = [
            "#[sea_orm::model]",
            "#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]",
            f'#[sea_orm(table_name = "{table}")]',
        ]
        fields = []
        for column, ty in model.columns:
            attribute = ["#[sea_orm(primary_key)]"] if column == "id" else []
            attribute += ["#[sea_orm(unique)]"] if (model.name, column) in unique else []
            fields.append((attribute, f"{column}: {ty}"))
        for r in model.relations:
            keys = f', from = "{r.key}", to = "id"' if r.kind == "belongs_to" else ""
            ty = f"{wrappers[r.kind]}<super::{r.target.lower()}::Entity>"
            fields.append(([f"#[sea_orm({r.kind}{keys})]"], f"{r.name}: {ty}"))
        files[f"{table}.rs"] = (
            "use sea_orm::entity::prelude::*;\n\n"
            + struct("Model", attributes, fields)
            + "\nimpl ActiveModelBehavior for ActiveModel {}\n"
        )
    return files


def toasty(models):
    # The compiler follows a chain of models to its end when it looks at what their paths drop; its default is 128 steps.
    limit = f'#![recursion_limit = "{len(models) * 16}"]\n' if len(models) > 10 else ""
    files, unique = {"lib.rs": lib(models, limit)}, unique_keys(models)
    wrappers = {"has_one": "Option<{}>", "has_many": "Vec<{}>", "belongs_to": "{}"}
    # Toasty finds the other side by itself where it is named after the model, number and all.
    pairs = {(model.name, r.key): r.name for model in models for r in of_kind(model, "belongs_to")}
    for model in models:
        keys = {r.key for r in of_kind(model, "belongs_to")}
        fields = []
        for column, ty in model.columns:
            attribute = ["#[key]", "#[auto]"] if column == "id" else []
            if column in keys:
                attribute = ["#[unique]" if (model.name, column) in unique else "#[index]"]
            fields.append((attribute, f"{column}: {ty}"))
        for r in model.relations:
            if r.kind == "belongs_to":
                keys = f"key = {r.key}, references = id"
            else:
                keys = f"pair = {pairs[r.target, r.key]}"
            ty = wrappers[r.kind].format(r.target)
            fields.append(([f"#[{r.kind}({keys})]"], f"{r.name}: toasty::Deferred<{ty}>"))
        files[f"{model.name.lower()}.rs"] = imports(model) + struct(
            model.name, ["#[derive(Debug, Clone, toasty::Model)]"], fields
        )
    return files


def sqlx(models):
    files = {"lib.rs": lib(models)}
    for model in models:
        fields = [([], f"{column}: {ty}") for column, ty in model.columns]
        files[f"{model.name.lower()}.rs"] = struct(
            model.name, ["#[derive(Debug, Clone, sqlx::FromRow)]"], fields
        )
    return files


def bare(files):
    """The same structs with nothing but the derives of the standard library: what is no ORM's output."""
    ours = ["Debug", "Clone", "PartialEq", "Eq"]

    def strip(text):
        # Attributes, imports, impls, and the fields that stand for a relation: names of what the derives made.
        text = re.sub(r"^( *#\[(?!derive\()|use |impl | +pub \w+: (?!Option)[\w:]+<).*\n", "", text, flags=re.M)
        keep = lambda found: "#[derive(" + ", ".join(d for d in found[1].split(", ") if d in ours) + ")]"
        return re.sub(r"#\[derive\((.*)\)\]", keep, text)

    return {
        path: strip(text).replace("pub mod schema;\n", "")
        for path, text in files.items()
        if path != "schema.rs"
    }


Contestant = namedtuple("Contestant", "name dependencies render")

DIESEL = """\
diesel = { version = "=2.3.14", features = ["sqlite"] }
libsqlite3-sys = { version = "=0.37.0", features = ["bundled"] }
"""

# Default features, and SQLite: what a first `Cargo.toml` has. The key names the crate; no key starts with another.
CONTESTANTS = {
    "relations": Contestant(
        "relations", f'relations-orm = {{ path = "{REPOSITORY}" }}\n', relations
    ),
    "diesel": Contestant("Diesel", DIESEL, diesel),
    # The least that can be called Diesel with relations; the others write, too.
    "reading-diesel": Contestant(
        "Diesel, reading only", DIESEL, lambda models: diesel(models, is_read_only=True)
    ),
    "toasty": Contestant("Toasty", 'toasty = { version = "=0.11.0", features = ["sqlite"] }\n', toasty),
    "seaorm": Contestant(
        "SeaORM", 'sea-orm = { version = "=2.0.4", features = ["sqlx-sqlite", "runtime-tokio"] }\n', sea_orm
    ),
    "sqlx": Contestant(
        "sqlx `FromRow`", 'sqlx = { version = "=0.9.0", features = ["sqlite", "runtime-tokio"] }\n', sqlx
    ),
}
