//! `cargo relations import-lb3`: LoopBack 3's own examples, and every kind of relation with every way of leaving out keys.

mod support;

use support::Package;

/// As in <https://loopback.io/doc/en/lb3/HasOne-relations.html>, comments and all.
const SUPPLIER: &str = r#"{
  "name": "supplier",
  "base": "PersistedModel",
  "idInjection": true,
  "properties": {
    "name": {
      "type": "string"
    }
  },
  "validations": [],
  "relations": {
    "supplier_acct": {
      "type": "hasOne",
      "model": "account",
      "foreignKey": "supplierId",
      "primaryKey": "id" // optional
    }
  },
  "acls": [],
  "methods": []
}"#;

const ACCOUNT: &str = r#"{
  "name": "account",
  "base": "PersistedModel",
  "idInjection": true,
  "properties": {
    "id": {
      "type": "number",
      "required": true
    },
    "acctmgr": {
      "type": "string"
    },
    "supplierId": {
      "type": "number",
      "required": true
    }
  },
  "validations": [],
  "relations": {},
  "acls": [],
  "methods": []
}"#;

const EXPECTED: &str = r#"use relations::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[model(discriminator = "account")]
pub struct Account {
    #[model(id)]
    pub id: i64,
    pub acctmgr: Option<String>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[model(discriminator = "supplier")]
#[has_one(Account, name = "supplier_acct")]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: Option<String>,
}
"#;

const PROGRAM: &str = r#"
mod models;

use models::{Account, Supplier, SupplierRepository};
use relations::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<(Supplier, Account)>().create().await?;
    let suppliers = SupplierRepository::new(&db);
    let thor = suppliers.create(Supplier::draft().name("Thor".to_owned())).await?;
    suppliers.supplier_acct(thor.id).create(Account::draft().id(7).acctmgr("Odin".to_owned())).await?;
    let rows = suppliers.find().include(Supplier::SUPPLIER_ACCT).await?;
    assert_eq!(rows[0].supplier_acct.as_ref().map(|account| account.id), Some(7));
    Ok(())
}
"#;

#[test]
fn the_supplier_and_the_account_of_loopbacks_documentation_run() {
    let files = [
        ("common/models/supplier.json", SUPPLIER),
        ("common/models/account.json", ACCOUNT),
        ("src/main.rs", PROGRAM),
    ];
    let package = Package::new("lb3_supplier", &files);
    let arguments = ["import-lb3", "common/models"];
    package.done(&arguments);
    assert_eq!(package.read("src/models.rs"), EXPECTED);
    assert!(package.done(&arguments).ends_with("nothing to change\n"));
    package.compile("run");
}

/// Models of all kinds. Each relation has its name from how it leaves out its keys.
const ALL: &[(&str, &str)] = &[
    (
        "customer",
        r#"{
        // Whom we deliver to.
        "name": "Customer", "plural": "Customers", "description": ["Buys things.", "And \"pays\" for them */ \\ }"],
        "options": {"mysql": {"table": "tbl_customer"}},
        "hidden": ["secret"],
        "protected": ["email"],
        "properties": {
            /* first
               and last */
            "fullName": {"type": "string", "required": true, "length": 80, "index": true},
            "email": {"type": "String", "index": {"unique": true}},
            "secret": "string",
            "type": {"type": "string", "default": "it's"},
            "balance": {"type": "number", "default": 0},
            "rate": {"type": "number", "default": 1.5},
            "price": {"type": "number", "mysql": {"dataType": "decimal", "dataPrecision": 10, "dataScale": 2}},
            "isActive": {"type": "boolean", "default": true},
            "born": {"type": "date", "postgresql": {"dataType": "date", "columnName": "birthday"}},
            "createdAt": {"type": "date", "defaultFn": "now"},
            "updatedAt": {"type": "date", "default": "$now"},
            "guid": {"type": "string", "defaultFn": "guid"},
            "short": {"type": "string", "defaultFn": "shortid"},
            "wrong": {"type": "number", "default": "none"},
            "tags": ["string"],
            "scores": {"type": ["number"]},
            "things": {"type": ["Thing"]},
            "settings": {"type": "object", "default": {"a": [1, "'"]}},
            "anything": {"type": "any"},
            "where is": {"type": "geopoint"},
            "picture": {"type": "buffer"},
            "2nd": {"type": {"a": "string"}},
            "full_name": "string",
        },
        "relations": {
            "orders": {"type": "hasMany", "model": "Order"},
            "ordersEmpty": {"type": "hasMany", "model": "Order", "foreignKey": ""},
            "buys": {"type": "hasMany", "model": "Order", "foreignKey": "buyerId", "options": {"disableInclude": true}},
            "profile": {"type": "hasOne", "model": "Profile", "foreignKey": "id"},
            "address": {"type": "hasOne", "model": "Address", "scope": {"where": {"a": 1}}},
            "find": {"type": "hasOne", "model": "Address", "foreignKey": "finderId"},
            "byEmail": {"type": "hasMany", "model": "Letter", "primaryKey": "email", "foreignKey": "to"},
            "groups": {"type": "hasAndBelongsToMany", "model": "Group"},
            "friends": {"type": "hasMany", "model": "Customer", "through": "Friendship", "foreignKey": "oneId", "keyThrough": "otherId"},
            "badFriends": {"type": "hasMany", "model": "Customer", "through": "Friendship"},
            "doctors": {"type": "hasMany", "model": "Doctor", "through": "Appointment"},
            "wishes": {"type": "referencesMany", "model": "Thing-of-all", "foreignKey": "wishIds"},
            "plainWishes": {"type": "referencesMany", "model": "Thing-of-all"},
            "billing": {"type": "embedsOne", "model": "Embedded", "property": "billingAddress"},
            "embeddeds": {"type": "embedsMany", "model": "Embedded"},
            "pictures": {"type": "hasMany", "model": "Picture", "polymorphic": "imageable"},
            "labels": {"type": "embedsMany", "model": "Label", "property": "labels"},
            "count": {"type": "embedsMany", "model": "Label", "property": "counted"},
            "secrets": {"type": "embedsMany", "model": "Secret"},
            "big": {"type": "hasMany", "model": "Order", "foreignKey": "bigId", "scope": {"where": {"total": {"gte": 100, "neq": 7}, "or": [{"note": "it's \"\\ big"}, {"note": null, "isPaid": true}, {"note": {"inq": ["a", "b"]}}, {"total": {"between": [1, 2]}}, {"rate": {"lt": 1}}]}, "order": ["total DESC", "note"], "limit": 10}},
            "odd": {"type": "hasMany", "model": "Order", "foreignKey": "oddId", "scope": {"where": {"note": {"regexp": "^a"}}}},
            "none": {"type": "hasMany", "model": "Order", "foreignKey": "noneId", "scope": {"where": {"nothing": 1}}},
            "openDoctors": {"type": "hasMany", "model": "Doctor", "through": "Appointment", "scope": {"where": {"id": {"gt": 1}}, "order": "id"}},
            "bestGroups": {"type": "hasAndBelongsToMany", "model": "Group", "through": "BestGroup", "scope": {"order": "id DESC"}},
            "marks": {"type": "hasAndBelongsToMany", "model": "Tag", "throughTable": "tagged", "foreignKey": "ownerId", "scope": {"where": {"name": {"neq": "none"}}}},
            "parent": {"type": "belongsTo", "model": "Customer"},
            "children": {"type": "hasMany", "model": "Customer", "foreignKey": "parentId"},
            "account": {"type": "belongsTo", "model": "User", "foreignKey": "userId"},
            "nowhere": {"type": "hasMany", "model": "Nothing"},
            "strange": {"type": "hasSome", "model": "Order"},
        },
        "scope": {"where": {"isActive": true}},
        "acls": [{"principalType": "ROLE"}],
        "methods": {"greet": {}},
        "indexes": {
            "both": {"keys": {"fullName": 1, "email": -1}, "options": {"unique": true}},
            "one": {"columns": "balance, rate"},
            "none": {"keys": {"nothing": 1}},
        },
    }"#,
    ),
    (
        "order",
        r#"{"name": "Order", "properties": {"total": {"type": "number", "required": true}, "note": "string", "isPaid": "boolean", "rate": {"type": "number", "default": 0.5}}, "relations": {
        "customer": {"type": "belongsTo", "model": "Customer", "foreignKey": ""},
        "buyer": {"type": "belongsTo", "model": "Customer", "foreignKey": "buyerId"}}}"#,
    ),
    (
        "profile",
        r#"{"name": "Profile", "base": "Base", "properties": {"id": {"type": "number", "id": true, "generated": true}, "bio": "string", "gone": null}}"#,
    ),
    (
        "base",
        r#"{"name": "Base", "properties": {"note": "string", "gone": "string"}, "relations": {"author": {"type": "belongsTo", "model": "Customer"}}}"#,
    ),
    (
        "address",
        r#"{"name": "Address", "idInjection": false, "properties": {"street": {"type": "string", "id": true}}, "relations": {"customer": {"type": "belongsTo", "model": "Customer", "foreignKey": "customerId"}}}"#,
    ),
    (
        "letter",
        r#"{"name": "Letter", "properties": {"to": "string"}}"#,
    ),
    (
        "group",
        r#"{"name": "Group", "relations": {"members": {"type": "hasAndBelongsToMany", "model": "Customer"}, "things": {"type": "hasAndBelongsToMany", "model": "Thing-of-all", "throughTable": "group_things"}, "self": {"type": "hasAndBelongsToMany", "model": "Group"}}}"#,
    ),
    (
        "thing",
        r#"{"name": "Thing-of-all", "idInjection": false, "properties": {"code": {"type": "string", "id": true, "length": 20}}}"#,
    ),
    (
        "friendship",
        r#"{"name": "Friendship", "relations": {"one": {"type": "belongsTo", "model": "Customer"}}}"#,
    ),
    (
        "doctor",
        r#"{"name": "Doctor", "relations": {"patients": {"type": "hasMany", "model": "Customer", "through": "Appointment", "foreignKey": "doctorId", "keyThrough": "customerId"}}}"#,
    ),
    (
        "appointment",
        r#"{"name": "Appointment", "properties": {"at": {"type": "date", "required": true}}, "relations": {"doctor": {"type": "belongsTo", "model": "Doctor"}, "customer": {"type": "belongsTo", "model": "Customer"}}}"#,
    ),
    (
        "embedded",
        r#"{"name": "Embedded", "base": "Model", "properties": {"a": "string"}}"#,
    ),
    (
        "label",
        r#"{"name": "Label", "base": "Model", "idInjection": false, "properties": {"id": {"type": "string", "id": true, "defaultFn": "guid"}, "text": {"type": "string", "required": true}, "sentAt": "date"}}"#,
    ),
    (
        "secret",
        r#"{"name": "Secret", "base": "Model", "hidden": ["key"], "properties": {"key": "string"}}"#,
    ),
    (
        "tag",
        r#"{"name": "Tag", "properties": {"name": "string"}, "relations": {"owners": {"type": "hasAndBelongsToMany", "model": "Customer", "keyThrough": "ownerId"}}}"#,
    ),
    (
        "picture",
        r#"{"name": "Picture", "relations": {"imageable": {"type": "belongsTo", "polymorphic": true}, "owner": {"type": "belongsTo", "polymorphic": {"foreignKey": "ofId", "discriminator": "ofKind"}}}}"#,
    ),
    (
        "product",
        r#"{"name": "product", "relations": {
        "picture": {"type": "hasOne", "model": "Picture", "polymorphic": {"as": "imageable", "foreignKey": "imageableId", "discriminator": "imageableType"}},
        "owned": {"type": "hasMany", "model": "Picture", "polymorphic": {"selector": "owner", "foreignKey": "ofId", "discriminator": "ofKind"}},
        "linked": {"type": "hasMany", "model": "Order", "through": "Appointment", "polymorphic": "it"}}}"#,
    ),
    (
        "member",
        r#"{"name": "Member", "base": "User", "relations": {"accessTokens": {"type": "hasMany", "model": "AccessToken", "foreignKey": "userId"}}}"#,
    ),
    ("not-a-model", r#"{"hello": true}"#),
];

#[test]
fn every_kind_of_relation_compiles() {
    let paths: Vec<String> = ALL
        .iter()
        .map(|(name, _)| format!("common/models/{name}.json"))
        .collect();
    let mut files: Vec<(&str, &str)> = paths
        .iter()
        .zip(ALL)
        .map(|(path, (_, text))| (path.as_str(), *text))
        .collect();
    files.push(("src/main.rs", TABLES));
    let package = Package::new("lb3_all", &files);
    let text = package.done(&["import-lb3", "common/models"]);
    package.formatted("src/models.rs");
    let says = |line: &str| {
        assert!(
            text.lines().any(|other| other.starts_with(line)),
            "{line}\n{text}"
        )
    };
    for line in [
        "taken   Customer: struct `Customer`",
        "taken   Customer.fullName: `full_name: String`",
        "changed Customer.where is: `where_is: Option<serde_json::Value>`: there is no type of points",
        "left    Customer.short.defaultFn: ",
        "left    Customer.wrong: its default `\"none\"`",
        "left    Customer.acls: ",
        "left    Customer.methods: ",
        "left    Customer.scope: ",
        "left    Customer.protected: ",
        "left    Customer.indexes.none: ",
        "taken   Customer.relations.orders: `has_many` `orders`",
        "taken   Customer.relations.ordersEmpty: `has_many` `orders_empty`",
        "taken   Customer.relations.buys: `has_many` `buys`, closed to filters",
        "taken   Customer.relations.profile: `has_one` `profile`",
        "left    Customer.relations.address.scope: ",
        "changed Customer.relations.find: `has_one` `find_rel`",
        "taken   Customer.relations.groups: `has_and_belongs_to_many` `groups`",
        "taken   Customer.relations.bestGroups: `has_and_belongs_to_many` `best_groups`",
        "taken   Group.relations.members: `has_and_belongs_to_many` `members`",
        "taken   Group.relations.things: `has_and_belongs_to_many` `things`",
        "taken   Customer.relations.marks: `has_and_belongs_to_many` `marks`",
        "taken   Tag.relations.owners: `has_and_belongs_to_many` `owners`",
        "taken   Customer.relations.big.scope: `scope = big_of_customer`",
        "left    Customer.relations.big.scope.limit: ",
        "taken   Customer.relations.odd.scope: `scope = odd_of_customer`",
        "left    Customer.relations.none.scope: `nothing` is not a property",
        "taken   Customer.relations.openDoctors.scope: ",
        "taken   Customer.relations.bestGroups.scope: ",
        "left    Group.relations.self: ",
        "taken   Customer.relations.wishes: `references_many` `wishes`",
        "taken   Customer.relations.billing: `embeds_one` over the field `billing_address`",
        "taken   Customer.relations.embeddeds: `embeds_many` over the field `_embeddeds`",
        "taken   Customer.relations.labels: `embeds_many` over the field `_labels`",
        "changed Customer.relations.count: `embeds_many` over the field `counted`, as `count_rel`",
        "changed Customer.relations.secrets: `_secrets`, a column of JSON",
        "taken   Embedded: struct `Embedded`",
        "left    Secret: its base is `Model`",
        "taken   Customer.relations.pictures: polymorphic `has_many` `pictures`",
        "taken   Picture.relations.imageable: `belongs_to` to the enum `Imageable`",
        "taken   Picture.relations.owner: `belongs_to` to the enum `Owner`",
        "changed product.relations.picture: it is a `has_many`",
        "left    product.relations.linked: ",
        "left    Customer.relations.nowhere: there is no model `Nothing`",
        "left    Customer.relations.strange: `hasSome`",
        "added   User: a model of LoopBack's own",
        "changed Profile.base: what it has from `Base`",
        "left    Customer.relations.badFriends: ",
        "left    common/models/not-a-model.json: ",
    ] {
        says(line);
    }
    package.done(&[
        "import-lb3",
        "common/models",
        "--keep-names",
        "--no-serde",
        "--out",
        "src/kept.rs",
    ]);
    let kept = package.read("src/kept.rs");
    assert!(
        kept.contains("table = \"Order\"")
            && kept.contains("column = \"customerId\"")
            && !kept.contains("serde::"),
        "{kept}"
    );
    package.compile("run");
}

/// A program that creates all tables, those with LoopBack's names too.
const TABLES: &str = r#"
#![allow(dead_code)]

mod kept;
mod models;

macro_rules! all {
    ($module:ident $(, $links:ident)*) => {
        (
            ($module::Customer, $module::Order, $module::Profile, $module::Address, $module::Letter, $module::Group),
            ($module::ThingOfAll, $module::Friendship, $module::Doctor, $module::Appointment, $module::Picture),
            ($module::Product, $module::Member, $module::User, $module::AccessToken),
            ($module::Tag, $module::Base $(, $module::$links)*),
        )
    };
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = relations::Db::connect("sqlite::memory:").await?;
    db.schema::<all!(models)>().create().await?;
    let db = relations::Db::connect("sqlite::memory:").await?;
    db.schema::<all!(kept, CustomerGroup, BestGroup, GroupThingOfAll, CustomerTag)>().create().await
}
"#;

#[test]
fn the_report_is_json_too() {
    let files = [
        ("m/supplier.json", SUPPLIER),
        ("m/account.json", ACCOUNT),
        ("src/lib.rs", ""),
    ];
    let package = Package::new("lb3_json", &files);
    let answer = package.run(&["import-lb3", "m", "--json", "--out", "-"]);
    let json: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!((answer.code, &json["text"]), (0, &EXPECTED.into()));
    assert_eq!(json["report"][0]["subject"], "account");
    assert_eq!(
        package.run(&["import-lb3", "m", "--out", "-"]).text,
        EXPECTED
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    let package = Package::new(
        "lb3_broken",
        &[
            ("m/a.json", "{\"name\": \"A\",\n \"properties\" {}}"),
            ("src/models.rs", "mine"),
        ],
    );
    let problem = package.refused("broken_json", &["import-lb3", "m"]);
    assert!(problem.contains("[m/a.json:2:"), "{problem}");
    package.refused("unreadable", &["import-lb3", "nowhere"]);
    package.write("m/a.json", "{\"a\": 1}");
    package.refused("no_models", &["import-lb3", "m"]);
    package.write("m/a.json", SUPPLIER);
    package.refused("file_exists", &["import-lb3", "m"]);
    package.write(
        "config.json",
        "{\"_meta\": {}, \"supplier\": {\"dataSource\": null}}",
    );
    let text = package.done(&[
        "import-lb3",
        "m",
        "--model-config",
        "config.json",
        "--force",
    ]);
    assert!(
        text.contains("left    supplier: the model configuration attaches it to no data source"),
        "{text}"
    );
}

/// Names and texts that are written to become code.
const HOSTILE: &[&str] = &[
    "a\"; fn main() { std::process::abort() } //",
    "*/ pub struct X; /*",
    "}}{{",
    "r#fn",
    "self",
    "Self",
    "crate::x",
    "'static",
    "\u{202e}drow",
    "\n#![no_std]\n",
    "//",
    "",
    " ",
    "0",
    "null",
    "type",
    "Option",
    "émoji🎉",
    "a.b",
    "\\",
    "\"",
    "#[model(id)]",
];

#[test]
fn names_and_texts_never_become_code() {
    let text = |text: &str| serde_json::Value::String(text.to_owned());
    let mut files: Vec<(String, String)> = Vec::new();
    for (at, name) in HOSTILE.iter().enumerate() {
        let other = HOSTILE[(at + 1) % HOSTILE.len()];
        // A name that is empty is that of the file.
        let target = if other.is_empty() {
            format!("m{}", at + 1)
        } else {
            other.to_owned()
        };
        let mut properties = serde_json::Map::new();
        for (nth, other) in HOSTILE.iter().enumerate() {
            let property = serde_json::json!({
                "type": "string", "default": other, "description": other, "index": nth % 3 == 0,
                "mysql": {"columnName": format!("{nth}{other}")},
            });
            properties.insert((*other).to_owned(), property);
        }
        let scope = serde_json::json!({"where": {*name: *name, "or": [{*name: {"inq": HOSTILE}}, {*name: null}]}, "order": "a.b DESC"});
        let json = serde_json::json!({
            "name": name, "description": [name, "*/"], "options": {"mysql": {"table": format!("t{at}{name}")}},
            "properties": properties,
            "relations": {
                format!("{name}1"): {"type": "hasMany", "model": target, "foreignKey": format!("{name}key"), "scope": scope},
                format!("{name}2"): {"type": "belongsTo", "model": target, "foreignKey": format!("{name}other")},
                format!("{name}3"): {"type": "hasAndBelongsToMany", "model": target, "throughTable": format!("l{at}{name}")},
                format!("{name}4"): {"type": "embedsMany", "model": "m_within", "property": format!("{name}rows")},
            },
        });
        files.push((format!("m/m{at}.json"), json.to_string()));
    }
    let within = serde_json::json!({"name": "m_within", "base": "Model", "description": text("*/ // }"), "properties": {"a\"b": "string"}});
    files.push(("m/within.json".to_owned(), within.to_string()));
    files.push((
        "src/main.rs".to_owned(),
        "#![allow(dead_code, non_snake_case, uncommon_codepoints)]\nmod models;\nfn main() {}\n"
            .to_owned(),
    ));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let package = Package::new("lb3_hostile", &files);
    package.done(&["import-lb3", "m"]);
    let text = package.read("src/models.rs");
    let structs = text.lines().filter(|line| line.starts_with("pub struct "));
    assert_eq!(structs.count(), HOSTILE.len() + 1);
    package.compile("check");
}

const SHOP: &[(&str, &str)] = &[
    (
        "shop",
        r#"{"name": "Shop", "properties": {"name": "string", "isOpen": "boolean", "stars": "number"}, "relations": {
            "address": {"type": "embedsOne", "model": "Address", "property": "_address"},
            "former": {"type": "embedsMany", "model": "Address", "property": "_address"},
            "sellers": {"type": "hasAndBelongsToMany", "model": "Agent"},
            "best": {"type": "hasOne", "model": "Item", "foreignKey": "shopId", "scope": {"order": "price DESC"}},
            "items": {"type": "hasMany", "model": "Item", "foreignKey": "shopId"},
            "manager": {"type": "hasOne", "model": "Agent", "foreignKey": "homeId", "scope": {"where": {"name": "a"}}}
        },
        "scopes": {
            "open": {"where": {"isOpen": true, "or": [{"stars": {"gt": 3}}, {"name": {"like": "%best%"}}]}},
            "top 10": {"where": {"name": {"regexp": "/^a/i"}}, "order": "stars DESC", "limit": 10, "include": "items"},
            "odd": {"where": {"place": {"near": "here"}}},
            "all": {}
        }}"#,
    ),
    (
        "agent",
        r#"{"name": "Agent", "properties": {"name": "string"}, "relations": {
            "shops": {"type": "hasAndBelongsToMany", "model": "Shop", "foreignKey": "whoId"}}}"#,
    ),
    (
        "item",
        r#"{"name": "Item", "properties": {"price": "number"}}"#,
    ),
    (
        "address",
        r#"{"name": "Address", "base": "Model", "properties": {"id": {"type": "number", "id": true}, "street": "string"}}"#,
    ),
];

#[test]
fn nothing_depends_on_the_order_of_the_files() {
    let import = |arguments: &[&str], prefixes: [&str; 4]| {
        let named = SHOP.iter().zip(prefixes);
        let paths: Vec<(String, &str)> = named
            .map(|((name, text), prefix)| (format!("models/{prefix}_{name}.json"), *text))
            .collect();
        let mut files: Vec<(&str, &str)> =
            paths.iter().map(|(path, text)| (&**path, *text)).collect();
        files.push(("src/lib.rs", ""));
        let name = format!("lb3_order{}{}", prefixes[0], arguments.len());
        let package = Package::new(&name, &files);
        package.done(&[&["import-lb3", "models"], arguments].concat());
        // A struct and its attributes, a part each.
        let text = package.read("src/models.rs");
        let mut parts: Vec<String> = text.split("\n\n").map(|it| it.trim().to_owned()).collect();
        parts.sort();
        parts
    };
    for arguments in [&[][..], &["--keep-names"]] {
        let one = import(arguments, ["1", "2", "3", "4"]);
        let other = import(arguments, ["4", "3", "2", "1"]);
        assert_eq!(one, other);
    }
}

#[test]
fn a_report_says_one_thing_of_each() {
    let paths = SHOP
        .iter()
        .map(|(name, text)| (format!("models/{name}.json"), *text));
    let paths: Vec<(String, &str)> = paths.collect();
    let mut files: Vec<(&str, &str)> = paths.iter().map(|(path, text)| (&**path, *text)).collect();
    files.push(("src/lib.rs", "pub mod models;\n"));
    let package = Package::new("lb3_scopes", &files);
    let text = package.done(&["import-lb3", "models"]);
    for (subject, want) in [
        ("Shop.relations.former", "left"),
        ("Shop.relations.best", "changed"),
        ("Shop.relations.best.scope", "taken"),
        ("Shop.relations.manager", "taken"),
        ("Shop.relations.manager.scope", "left"),
        ("Shop.scopes.open", "taken"),
        ("Shop.scopes.odd", "left"),
    ] {
        let lines = text
            .lines()
            .filter(|line| line.contains(&format!(" {subject}: ")));
        let lines: Vec<&str> = lines.collect();
        assert_eq!(lines.len(), 1, "{subject}\n{text}");
        assert!(lines[0].starts_with(want), "{}", lines[0]);
    }
    for says in [
        "Shop.scopes.top 10.limit: write the query: `.find().filter(top_10_of_shop()).order_by(Shop::STARS.desc()).limit(10)`",
        ".limit(10).include(Shop::ITEMS)`",
    ] {
        assert!(text.contains(says), "{text}");
    }
    let code = package.read("src/models.rs");
    assert!(
        code.contains("pub fn open_of_shop() -> Predicate<Shop> {"),
        "{code}"
    );
    package.compile("check");
}

#[test]
fn what_relations_imply_is_there_for_all() {
    let models = [
        (
            "models/product.json",
            r#"{"name": "product", "properties": {"price": {"type": "number", "scale": 2, "precision": 8}, "theme": {"type": "string", "default": null}}, "relations": {
                "category": {"type": "belongsTo", "model": "category"},
                "notes": {"type": "hasMany", "model": "note", "polymorphic": {"as": "about", "foreignKey": "aboutId", "discriminator": "aboutType"}},
                "labels": {"type": "hasMany", "model": "label", "polymorphic": "of"}},
                "indexes": {"both": {"keys": {"categoryId": 1, "price": -1}}}}"#,
        ),
        (
            "models/category.json",
            r#"{"name": "category", "relations": {"notes": {"type": "hasOne", "model": "note", "polymorphic": {"as": "about"}}}}"#,
        ),
        (
            "models/note.json",
            r#"{"name": "note", "properties": {"text": "string"}}"#,
        ),
        ("models/label.json", r#"{"name": "label"}"#),
        (
            "models/code.json",
            r#"{"name": "code", "properties": {"id": {"type": "string", "id": true, "mysql": {"columnName": "id", "dataType": "varchar", "dataLength": 8}}}, "relations": {"labels": {"type": "hasMany", "model": "label", "polymorphic": "of"}}}"#,
        ),
        ("src/lib.rs", "pub mod models;\n"),
    ];
    let package = Package::new("lb3_implied", &models);
    let text = package.done(&["import-lb3", "models"]);
    for line in [
        "taken   product.indexes.both: `index(\"category_id\", \"price\")`",
        "taken   product.price: `price: Option<rust_decimal::Decimal>`",
        "taken   product.theme: `theme: Option<String>`",
        "taken   note.relations.about: `belongs_to` to the enum `About`, as `about`",
        "changed category.relations.notes: it is a `has_many` `notes`",
        "left    label.relations.of: the ids of the models that it can refer to are of several types",
        "left    product.relations.labels: the key that it goes by has no `belongs_to`",
        "left    code.relations.labels: the key that it goes by has no `belongs_to`",
    ] {
        let is_said = text.lines().any(|other| other.starts_with(line));
        assert!(is_said, "{line}\n{text}");
    }
    assert!(!text.contains("theme: its default"), "{text}");
    package.formatted("src/models.rs");
    package.compile("check");
}
