//! `cargo relations relation` and `model`: what they write, and what they refuse.

mod support;

use support::Package;

const SHOP: &str = "\
use relations::prelude::*;

#[derive(Debug, Clone, Model)] // who delivers
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String, // as on its invoices
}

#[derive(Debug, Clone, Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub balance: Option<i64>, // in cents
}
";

fn shop(name: &str) -> Package {
    Package::new(
        name,
        &[("src/lib.rs", "mod shop;\n"), ("src/shop.rs", SHOP)],
    )
}

#[test]
fn has_one_and_its_key_are_lines_of_their_own() {
    let package = shop("has_one");
    let answer = package.done(&["relation", "Supplier", "has_one", "Account"]);
    assert_eq!(answer, "changed src/shop.rs (+3 lines)\n");
    let expected = SHOP
        .replace(
            "// who delivers\n",
            "// who delivers\n#[has_one(Account)]\n",
        )
        .replace(
            "// in cents\n",
            "// in cents\n    #[belongs_to(Supplier)]\n    pub supplier_id: i64,\n",
        );
    assert_eq!(package.read("src/shop.rs"), expected);
    assert_eq!(
        package.done(&["relation", "Supplier", "has_one", "Account"]),
        "nothing to change\n"
    );
    assert_eq!(package.read("src/shop.rs"), expected);
}

#[test]
fn all_arguments_are_written() {
    let package = shop("arguments");
    let arguments = [
        "relation",
        "Supplier",
        "has_many",
        "Account",
        "--name",
        "books",
        "--foreign-key",
        "owner_id",
        "--optional",
        "--cascade",
    ];
    package.done(&arguments);
    let text = package.read("src/shop.rs");
    assert!(
        text.contains("#[has_many(Account, name = \"books\", key_to = \"owner_id\")]\n"),
        "{text}"
    );
    let field =
        "    #[belongs_to(Supplier, on_delete = \"cascade\")]\n    pub owner_id: Option<i64>,\n";
    assert!(text.contains(field), "{text}");
    assert_eq!(package.done(&arguments), "nothing to change\n");
    package.done(&["relation", "Account", "references_many", "Supplier"]);
    package.done(&[
        "relation",
        "Account",
        "belongs_to",
        "Account",
        "--name",
        "parent",
        "--optional",
    ]);
    let text = package.read("src/shop.rs");
    let fields = "    #[references_many(Supplier)]\n    pub supplier_ids: Vec<i64>,\n    #[belongs_to(Account, name = \"parent\")]\n";
    assert!(
        text.contains(&fields.replace(", name = \"parent\"", "")),
        "{text}"
    );
    package.compile("check");
}

#[test]
fn links_get_the_keys_that_they_lack() {
    let package = shop("through");
    package.refused(
        "unknown_model",
        &[
            "relation",
            "Supplier",
            "has_many",
            "Account",
            "--through",
            "Contract",
        ],
    );
    package.done(&["model", "Contract", "since:i32"]);
    let arguments = [
        "relation",
        "Supplier",
        "has_many",
        "Account",
        "--through",
        "Contract",
    ];
    package.done(&arguments);
    let text = package.read("src/shop.rs");
    assert!(
        text.contains("#[has_many(Account, through = Contract)]\n"),
        "{text}"
    );
    assert!(
        text.contains("    #[belongs_to(Account)]\n    pub account_id: i64,\n"),
        "{text}"
    );
    assert_eq!(package.done(&arguments), "nothing to change\n");
    let to_itself = [
        "relation",
        "Supplier",
        "has_many",
        "Supplier",
        "--through",
        "Contract",
        "--name",
        "partners",
    ];
    package.refused("key_contradicts", &to_itself);
    let mut keys = to_itself.to_vec();
    keys.extend(["--foreign-key", "supplier_id", "--key", "partner_id"]);
    package.refused("ambiguous_key", &keys);
    let named = package.read("src/shop.rs").replace(
        "through = Contract",
        "through(Contract, key_from = supplier_id)",
    );
    package.write("src/shop.rs", &named);
    package.done(&keys);
    assert_eq!(package.done(&keys), "nothing to change\n");
    package.compile("check");
}

#[test]
fn a_composite_key_is_held_by_as_many_fields() {
    let lines = "use relations::prelude::*;\n#[derive(Debug, Model)]\npub struct Phone {\n    #[model(id)]\n    pub country: i16,\n    #[model(id)]\n    pub number: String,\n}\n\n#[derive(Debug, Model)]\npub struct Call {\n    #[model(id, generated)]\n    pub id: i64,\n}\n";
    let package = Package::new("composite", &[("src/lib.rs", lines)]);
    let arguments = ["relation", "Phone", "has_many", "Call"];
    package.done(&arguments);
    let text = package.read("src/lib.rs");
    assert!(
        text.contains("#[has_many(Call, key_to = [\"phone_country\", \"phone_number\"])]\n"),
        "{text}"
    );
    assert!(
        text.contains("#[belongs_to(Phone, key_from = [\"phone_country\", \"phone_number\"])]\n"),
        "{text}"
    );
    assert_eq!(package.done(&arguments), "nothing to change\n");
    package.compile("check");
}

#[test]
fn what_contradicts_the_source_is_refused() {
    let package = shop("refusals");
    let problem = package.refused(
        "unknown_model",
        &["relation", "Supplier", "has_one", "Acount"],
    );
    assert_eq!(
        problem,
        "there is no model `Acount`\nhelp: did you mean `Account`?\n"
    );
    package.refused("usage", &["relation", "Supplier", "has_on", "Account"]);
    package.refused("usage", &["relation", "Supplier"]);
    let problem = package.refused(
        "name_taken",
        &[
            "relation", "Supplier", "has_one", "Account", "--name", "name",
        ],
    );
    let place = "\n ╭─[src/shop.rs:7:5]\n7 │     pub name: String, // as on its invoices\n  ·     ────────────────\n";
    assert!(
        problem.contains(&place.replace("\n ╭", "\n  ╭")),
        "{problem}"
    );
    package.refused(
        "invalid_name",
        &[
            "relation", "Supplier", "has_one", "Account", "--name", "find",
        ],
    );
    package.refused(
        "unknown_field",
        &["relation", "Supplier", "has_one", "Account", "--key", "nam"],
    );
    package.refused(
        "key_not_unique",
        &[
            "relation", "Supplier", "has_one", "Account", "--key", "name",
        ],
    );
    let one = ["relation", "Supplier", "has_one", "Account"];
    package.refused(
        "key_type",
        &[
            "relation",
            "Supplier",
            "belongs_to",
            "Account",
            "--foreign-key",
            "name",
        ],
    );
    package.done(&one);
    package.refused(
        "key_contradicts",
        &["relation", "Supplier", "has_many", "Account"],
    );
    package.refused("key_contradicts", &[&one[..], &["--optional"]].concat());
    package.refused(
        "required_cycle",
        &[
            "relation",
            "Supplier",
            "belongs_to",
            "Account",
            "--name",
            "main",
        ],
    );
    package.refused(
        "required_cycle",
        &[
            "relation",
            "Supplier",
            "belongs_to",
            "Supplier",
            "--name",
            "parent",
        ],
    );
    package.write("src/other.rs", SHOP);
    package.write("src/lib.rs", "mod shop;\nmod other;\n");
    package.refused("ambiguous_model", &one);
    package.done(&["relation", "other::Supplier", "has_one", "other::Account"]);
    package.write("src/other.rs", "struct Supplier {");
    package.write("src/lib.rs", "mod shop;\nmod other;\nfn {");
    assert_eq!(package.done(&one), "nothing to change\n");
    let problem = package.refused(
        "unknown_model",
        &["relation", "Supplier", "has_one", "Order"],
    );
    assert!(problem.contains("[src/lib.rs:3:"), "{problem}");
}

#[test]
fn models_of_other_modules_are_named_by_their_paths() {
    let parts = SHOP.split("\n\n").collect::<Vec<_>>();
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "mod supplier;\npub use supplier::Supplier;\n"),
        (
            "src/a/supplier.rs",
            &format!("{}\n\n{}\n", parts[0], parts[1]),
        ),
        (
            "src/b/mod.rs",
            "#[path = \"kept elsewhere.rs\"]\npub(crate) mod account;\n",
        ),
        (
            "src/b/kept elsewhere.rs",
            &format!("{}\n\n{}", parts[0], parts[2]),
        ),
    ];
    let package = Package::new("modules", &files);
    package.done(&["relation", "Supplier", "has_one", "Account"]);
    let text = package.read("src/a/supplier.rs");
    assert!(
        text.contains("#[has_one(crate::b::account::Account)]"),
        "{text}"
    );
    let text = package.read("src/b/kept elsewhere.rs");
    assert!(text.contains("#[belongs_to(crate::a::Supplier)]"), "{text}");
    package.compile("check");
}

#[test]
fn a_model_goes_to_the_file_of_the_others() {
    let package = Package::new("model", &[("src/lib.rs", "")]);
    package.done(&[
        "model",
        "Supplier",
        "name:String",
        "balance:Option<i64>",
        "type:i16",
    ]);
    assert_eq!(package.read("src/lib.rs"), "pub mod models;\n");
    let expected = "use relations::prelude::*;\n\n#[derive(Debug, Clone, Model)]\npub struct Supplier {\n    #[model(id, generated)]\n    pub id: i64,\n    pub name: String,\n    pub balance: Option<i64>,\n    pub r#type: i16,\n}\n";
    assert_eq!(package.read("src/models.rs"), expected);
    assert_eq!(
        package.done(&["model", "Supplier", "name:String", "balance:Option<i64>"]),
        "nothing to change\n"
    );
    package.refused("model_exists", &["model", "Supplier", "name:i64"]);
    package.refused("invalid_type", &["model", "Order", "total:i64>"]);
    package.refused("invalid_type", &["model", "Order", "total:int"]);
    package.refused("invalid_type", &["model", "Order", "note:Option<string>"]);
    package.refused("invalid_name", &["model", "order"]);
    package.refused("not_a_module", &["model", "Order", "--file", "src/a/b.rs"]);
    package.done(&["model", "Order", "id:uuid::Uuid", "total:i64"]);
    assert!(package.read("src/models.rs").starts_with(expected));
    package.compile("check");
}

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let package = shop("dry");
    let arguments = [
        "relation",
        "Supplier",
        "has_one",
        "Account",
        "--dry-run",
        "--diff",
    ];
    let before = package.sources();
    let answer = package.run(&arguments);
    assert_eq!((answer.code, package.sources()), (1, before));
    assert!(
        answer.text.contains("\n+#[has_one(Account)]\n"),
        "{}",
        answer.text
    );
    assert!(
        answer
            .text
            .ends_with("would change src/shop.rs (+3 lines)\n"),
        "{}",
        answer.text
    );
}

#[test]
fn json_has_one_form() {
    let package = shop("json");
    let json = |arguments: &[&str]| -> serde_json::Value {
        let answer = package.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&answer.text).unwrap()
    };
    let done = json(&["relation", "Supplier", "has_one", "Account"]);
    assert_eq!(done["version"], 1);
    assert_eq!(
        (&done["changed"], &done["written"]),
        (&true.into(), &true.into())
    );
    assert_eq!(done["files"][0]["path"], "src/shop.rs");
    let error = json(&["relation", "Supplier", "has_many", "Account"]);
    assert_eq!(error["error"]["code"], "key_contradicts");
    assert_eq!(
        (&error["error"]["file"], &error["error"]["span"]["line"]),
        (&"src/shop.rs".into(), &4.into())
    );
}

/// Each attribute that a model can have, as they are written in the guide.
const NEWER: &str = "\
use relations::FixedScope;
use relations::prelude::*;
use serde::{Deserialize, Serialize};

/// A customer.
#[derive(Debug, Clone, Model, Serialize, Deserialize)]
#[serde(rename_all = \"camelCase\")]
#[model(table = \"clients\", was = \"buyers\", columns = \"camelCase\", unique(\"name\", \"rank\"), index(\"rank\", \"name\"))]
#[model(check = \"\\\"rank\\\" > 0\", discriminator = \"client\")]
#[allow(clippy::duplicated_attributes)]
#[has_many(Invoice, name = \"open_invoices\", scope = open)]
#[has_many(Invoice)]
#[has_and_belongs_to_many(Group, name = \"clubs\", table = \"members\", key_from = \"client_id\", scope = any)]
#[has_many(Note, discriminator = \"about_type\")]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    #[model(length = 80, was = \"title\", unique)]
    pub name: String,
    #[model(default = \"1\", index)]
    pub rank: i32,
    #[model(hidden)]
    #[serde(skip_serializing)]
    pub secret: Option<String>,
    #[model(read_only, default = \"FALSE\")]
    pub vetted: bool,
    #[model(created_at)]
    pub created: chrono::DateTime<chrono::Utc>,
    #[model(updated_at)]
    pub updated: chrono::DateTime<chrono::Utc>,
    #[model(version)]
    pub version: i64,
    #[model(precision = 10, scale = 2)]
    pub price: Option<rust_decimal::Decimal>,
    #[model(db_type = \"TEXT\", column = \"Odd Name\")]
    pub odd: Option<String>,
    #[model(default_with = uuid::Uuid::new_v4)]
    pub token: uuid::Uuid,
    #[model(json, default = \"'[]'\")]
    #[embeds_many(Address)]
    pub addresses: Vec<Address>,
    #[model(json)]
    #[embeds_one(Address, name = \"home\")]
    pub home_address: Option<Address>,
    #[references_many(Group)]
    pub group_ids: Vec<i64>,
    #[belongs_to(Group, name = \"main\", on_delete = \"set_null\", on_update = \"cascade\", include = false)]
    pub main_id: Option<i64>,
}

fn open(rows: FixedScope<Invoice>) -> FixedScope<Invoice> {
    rows.filter(Invoice::PAID.eq(false))
}

fn any(rows: FixedScope<Group>) -> FixedScope<Group> {
    rows
}

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
pub struct Address {
    #[model(id, generated)]
    pub id: i64,
    pub city: String,
}

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
pub struct Group {
    #[model(id, generated)]
    pub id: i64,
}

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
pub struct Invoice {
    #[model(id, generated)]
    pub id: i64,
    pub paid: bool,
    #[belongs_to(Customer)]
    pub customer_id: i64,
}

#[derive(Debug, Clone, Model, Serialize, Deserialize)]
pub struct Note {
    #[model(id, generated)]
    pub id: i64,
    pub about_type: String,
    #[belongs_to(About, discriminator = \"about_type\")]
    pub about_id: i64,
}

#[derive(Debug, Clone, PolymorphicModel, Serialize)]
#[serde(untagged)]
pub enum About {
    Customer(Customer),
}

#[derive(Debug, Clone, Model)]
#[model(view)]
pub struct Total {
    #[model(id)]
    pub id: i64,
    pub total: i64,
}
";

#[test]
fn sources_with_every_attribute_keep_their_promises() {
    let files = [("src/lib.rs", "pub mod all;\n"), ("src/all.rs", NEWER)];
    let package = Package::new("newer", &files);
    // What is there is known, whatever stands beside it.
    for there in [
        &["Customer", "has_many", "Invoice"][..],
        &[
            "Customer",
            "has_and_belongs_to_many",
            "Group",
            "--name",
            "clubs",
        ],
        &["Customer", "embeds_many", "Address"],
        &[
            "Customer",
            "embeds_one",
            "Address",
            "--name",
            "home",
            "--foreign-key",
            "home_address",
        ],
        &["Customer", "references_many", "Group"],
        &["Customer", "belongs_to", "Group", "--name", "main"],
        &["Invoice", "belongs_to", "Customer"],
    ] {
        let arguments = [&["relation"], there].concat();
        assert_eq!(package.done(&arguments), "nothing to change\n", "{there:?}");
    }
    for (code, asked) in [
        (
            "name_taken",
            &[
                "Customer",
                "has_and_belongs_to_many",
                "Invoice",
                "--name",
                "clubs",
            ][..],
        ),
        (
            "name_taken",
            &["Customer", "has_one", "Note", "--name", "home"],
        ),
        (
            "name_taken",
            &["Customer", "has_one", "Note", "--name", "open_invoices"],
        ),
        (
            "key_contradicts",
            &[
                "Customer",
                "embeds_one",
                "Group",
                "--foreign-key",
                "addresses",
            ],
        ),
        (
            "key_contradicts",
            &[
                "Customer",
                "embeds_one",
                "Address",
                "--foreign-key",
                "addresses",
            ],
        ),
        (
            "key_type",
            &["Customer", "embeds_one", "Address", "--foreign-key", "name"],
        ),
        ("not_serialized", &["Customer", "embeds_one", "Total"]),
        (
            "invalid_name",
            &["Customer", "embeds_one", "Address", "--name", "find"],
        ),
        ("usage", &["Group", "has_and_belongs_to_many", "Group"]),
        (
            "usage",
            &[
                "Group",
                "has_and_belongs_to_many",
                "Invoice",
                "--foreign-key",
                "a",
            ],
        ),
        ("usage", &["Group", "embeds_one", "Invoice", "--optional"]),
    ] {
        let arguments = [&["relation"], asked].concat();
        let text = package.refused(code, &arguments);
        let has_place = text.contains("src/all.rs:");
        assert!(
            has_place || ["usage", "invalid_name"].contains(&code),
            "{text}"
        );
    }
    let mut expected = NEWER.to_owned();
    for (asked, after, added) in [
        (
            &["Group", "has_and_belongs_to_many", "Invoice"][..],
            "#[derive(Debug, Clone, Model, Serialize, Deserialize)]\npub struct Group",
            "#[derive(Debug, Clone, Model, Serialize, Deserialize)]\n#[has_and_belongs_to_many(Invoice)]\npub struct Group",
        ),
        (
            &["Invoice", "embeds_many", "Address"],
            "    pub customer_id: i64,\n",
            "    pub customer_id: i64,\n    #[model(json)]\n    #[embeds_many(Address)]\n    pub addresses: Vec<Address>,\n",
        ),
        (
            &["Invoice", "embeds_one", "Address", "--name", "to"],
            "    pub addresses: Vec<Address>,\n}",
            "    pub addresses: Vec<Address>,\n    #[model(json)]\n    #[embeds_one(Address)]\n    pub to: Option<Address>,\n}",
        ),
        (
            &["Customer", "has_one", "Address", "--name", "last"],
            "#[has_many(Note, discriminator = \"about_type\")]\n",
            "#[has_many(Note, discriminator = \"about_type\")]\n#[has_one(Address, name = \"last\")]\n",
        ),
    ] {
        let arguments = [&["relation"], asked].concat();
        package.done(&arguments);
        expected = expected.replace(after, added);
        if asked[1] == "has_one" {
            let city = "    pub city: String,\n";
            let key = "    #[belongs_to(Customer)]\n    pub customer_id: i64,\n";
            expected = expected.replace(city, &format!("{city}{key}"));
        }
        assert_eq!(package.read("src/all.rs"), expected, "{asked:?}");
        assert_eq!(package.done(&arguments), "nothing to change\n", "{asked:?}");
    }
    package.done(&["model", "Fresh", "name:String"]);
    package.done(&["diagram"]);
    package.compile("check");
}

#[test]
fn a_model_says_what_its_package_lacks() {
    let package = Package::new("model_needs", &[("src/lib.rs", "")]);
    package.write(
        "Cargo.toml",
        "[package]\nname = \"model_needs\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nrelations-orm = \"0.1\"\n",
    );
    let says = package.done(&[
        "model",
        "Event",
        "at:chrono::NaiveDate",
        "key:Option<uuid::Uuid>",
    ]);
    for line in [
        "left    Cargo.toml: `relations-orm` lacks the features `chrono`, `uuid`, which the models need: `cargo add relations-orm --features chrono,uuid`",
        "left    Cargo.toml: it has no `chrono`, which the models need: `cargo add chrono`",
        "left    Cargo.toml: it has no `uuid`, which the models need: `cargo add uuid`",
        "made src/models.rs (+9 lines)",
    ] {
        assert!(says.lines().any(|other| other == line), "{says}");
    }
    package.run(&["model", "Event", "at:chrono::NaiveDate", "--json"]);
    let plain = package.done(&["model", "Plain", "name:String"]);
    assert!(!plain.contains("Cargo.toml"), "{plain}");
}
