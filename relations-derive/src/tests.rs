//! What the derive makes, as text: a snapshot of each kind of relation, and a limit on how much it is.

use std::fmt::Write;
use std::path::Path;
use syn::DeriveInput;

/// What the derive of `Model` makes of a struct.
fn parsed_expansion(input: &str) -> syn::File {
    let input: DeriveInput = syn::parse_str(input).expect("the test's struct is Rust");
    syn::parse2(crate::expanded(&input)).expect("the expansion is Rust")
}

/// The same as text, formatted.
fn expansion(input: &str) -> String {
    prettyplease::unparse(&parsed_expansion(input))
}

/// What the derive of `PolymorphicModel` makes of an enum, as text.
fn polymorphic_expansion(input: &str) -> String {
    let input: DeriveInput = syn::parse_str(input).expect("the test's enum is Rust");
    let file = syn::parse2(crate::polymorphic::expanded(&input)).expect("the expansion is Rust");
    prettyplease::unparse(&file)
}

/// Compares with the file in `tests/expansion`; `RELATIONS_BLESS=1` writes it anew.
fn assert_snapshot(name: &str, input: &str) {
    assert_snapshot_of(name, input, expansion(input));
}

fn assert_snapshot_of(name: &str, input: &str, expansion: String) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/expansion/{name}.rs"));
    let commented: String = input
        .lines()
        .fold(String::new(), |text, line| text + "// " + line + "\n");
    let found = format!("{commented}\n{expansion}");
    if std::env::var_os("RELATIONS_BLESS").is_some() {
        std::fs::write(&file, found).expect("the snapshot can be written");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = expected
        .lines()
        .zip(found.lines())
        .position(|(a, b)| a != b);
    let line = differs.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
    assert!(
        expected == found,
        "{} differs from line {}: `{}` is now `{}`\nhelp: run with RELATIONS_BLESS=1 and read the difference",
        file.display(),
        line + 1,
        expected.lines().nth(line).unwrap_or_default(),
        found.lines().nth(line).unwrap_or_default(),
    );
}

#[test]
fn a_source_with_a_has_one_expands_to() {
    assert_snapshot(
        "has_one",
        "#[derive(Model)]
#[has_one(Account, key_to = \"supplier_id\")]
pub struct Supplier {
    #[model(id, generated)]
    pub id: i64,
    pub name: String,
}",
    );
}

#[test]
fn a_source_with_a_belongs_to_expands_to() {
    assert_snapshot(
        "belongs_to",
        "#[derive(Model)]
pub struct Account {
    #[model(id, generated)]
    pub id: i64,
    pub balance: Option<i64>,
    #[belongs_to(Supplier)]
    pub supplier_id: i64,
}",
    );
}

#[test]
fn a_source_with_a_has_many_through_links_expands_to() {
    assert_snapshot(
        "has_many_through",
        "#[derive(Model)]
#[has_many(Track, through(PlaylistTrack, key_from = \"playlist_id\"))]
pub struct Playlist {
    #[model(id, generated)]
    pub id: i64,
}",
    );
}

#[test]
fn a_field_whose_type_is_not_known_by_its_name_expands_to() {
    assert_snapshot(
        "unknown_type",
        "#[derive(Model)]
pub struct Order {
    #[model(id)]
    pub id: i64,
    pub status: Status,
}",
    );
}

#[test]
fn an_enum_of_models_expands_to() {
    let input = "#[derive(PolymorphicModel)]
pub enum Owner {
    Customer(Customer),
    Supplier(crate::Supplier),
}";
    assert_snapshot_of("polymorphic_enum", input, polymorphic_expansion(input));
}

#[test]
fn a_source_with_a_polymorphic_belongs_to_expands_to() {
    assert_snapshot(
        "polymorphic_belongs_to",
        "#[derive(Model)]
pub struct Contact {
    #[model(id, generated)]
    pub id: i64,
    pub owner_type: String,
    #[belongs_to(Owner, discriminator = \"owner_type\")]
    pub owner_id: i64,
}",
    );
}

#[test]
fn a_struct_that_cannot_be_a_model_expands_to() {
    assert_snapshot(
        "broken_struct",
        "#[derive(Model)]
#[model(crate = \"crate::orm\")]
pub struct Supplier(i64);",
    );
}

#[test]
fn a_struct_with_mistakes_expands_to() {
    assert_snapshot(
        "mistakes",
        "#[derive(Model)]
#[has_one(Account, key_too = \"supplier_id\")]
pub struct Supplier {
    pub number: i64,
    #[model(lenght = 80)]
    pub name: String,
}",
    );
}

#[test]
fn a_model_without_relations_expands_to() {
    assert_snapshot(
        "no_relations",
        "#[derive(Model)]
struct Supplier {
    #[model(id)]
    code: String,
}",
    );
}

/// The impls of traits in the items, also in those within `const _: () = { .. }`.
fn trait_impls(items: Vec<syn::Item>) -> Vec<syn::ItemImpl> {
    let mut impls = Vec::new();
    for item in items {
        match item {
            syn::Item::Impl(item) if item.trait_.is_some() => impls.push(item),
            syn::Item::Const(item) => {
                let syn::Expr::Block(block) = *item.expr else {
                    continue;
                };
                let inner = block.block.stmts.into_iter().filter_map(|stmt| match stmt {
                    syn::Stmt::Item(item) => Some(item),
                    _ => None,
                });
                impls.extend(trait_impls(inner.collect()));
            }
            _ => {}
        }
    }
    impls
}

#[test]
fn all_trait_impls_are_marked_as_derived() {
    let inputs = [
        // With an id that is not generated, so that it is a draft of itself.
        "#[has_one(Account)]
        #[has_many(Tag, through = Label)]
        struct Supplier {
            #[model(id)] id: i64,
            #[belongs_to(Country)] country_id: i64,
            #[references_many(Shop)] shop_ids: Vec<i64>,
            kind: String,
            #[belongs_to(Owner, discriminator = kind)] owner_id: i64,
        }",
        "enum Supplier { Company }",
    ];
    for input in inputs {
        let impls = trait_impls(parsed_expansion(input).items);
        assert!(!impls.is_empty(), "{input}");
        for item in impls {
            let is_marked = |attr: &syn::Attribute| attr.path().is_ident("automatically_derived");
            let trait_ = item
                .trait_
                .map(|(_, path, _)| path.segments.last().cloned());
            assert!(
                item.attrs.iter().any(is_marked),
                "{:?}",
                trait_.flatten().map(|segment| segment.ident.to_string())
            );
        }
    }
}

#[test]
fn what_is_made_after_an_error_names_the_crate_of_the_attribute() {
    let inputs = [
        "#[model(crate = \"::orm\")] enum Supplier { Company }",
        "#[model(crate = \"::orm\")] struct Supplier(i64);",
        "#[model(crate = \"::orm\")] struct Supplier { name: String }",
        "#[model(crate = \"::orm\", tabel = \"suppliers\")] struct Supplier { #[model(id)] id: i64 }",
    ];
    for input in inputs {
        let (as_model, as_enum) = (expansion(input), polymorphic_expansion(input));
        for found in [as_model, as_enum] {
            assert!(found.contains("compile_error"), "{found}");
            assert!(found.contains("::orm::__private"), "{found}");
            assert!(!found.contains("::relations"), "{found}");
        }
    }
}

/// The lines of a model with two relations and so many columns.
fn lines(columns: usize) -> usize {
    lines_of(
        "#[has_one(Address, key_to = \"supplier_id\")]",
        "#[belongs_to(Country)]",
        columns,
    )
}

/// The lines of a model with relations on the struct and on a field.
fn lines_of(on_struct: &str, on_field: &str, columns: usize) -> usize {
    let mut input = format!(
        "{on_struct}
        pub struct Supplier {{
            #[model(id, generated)]
            pub id: i64,
            {on_field}
            pub country_id: i64,"
    );
    for column in 2..columns {
        let ty = if column % 2 == 0 {
            "String"
        } else {
            "Option<i32>"
        };
        write!(input, "pub column_{column}: {ty},").expect("a string takes what is written");
    }
    expansion(&(input + "}")).lines().count()
}

#[test]
fn six_columns_and_two_relations_take_at_most_500_lines() {
    let pairs = [
        ("#[has_one(Address)]", "#[belongs_to(Country)]"),
        ("#[has_one(Address)] #[has_many(Order)]", ""),
        ("#[has_many(Order)]", "#[belongs_to(Country)]"),
        (
            "#[has_many(Part, through = Offer)] #[has_many(Shop, through(Visit, key_to = \"shop_id\"))]",
            "",
        ),
        (
            "#[has_and_belongs_to_many(Part)] #[has_and_belongs_to_many(Shop, table = \"sold\")]",
            "",
        ),
    ];
    for (on_struct, on_field) in pairs {
        let lines = lines_of(on_struct, on_field, 6);
        assert!(lines <= 500, "{lines} lines with {on_struct} {on_field}");
    }
}

#[test]
fn a_further_column_takes_at_most_45_lines_however_many_there_are() {
    let counts = [6, 8, 10, 30].map(lines);
    // Two columns, of which one is required.
    let pair = counts[1] - counts[0];
    assert!(pair <= 2 * 45, "{counts:?}");
    assert_eq!(counts[2] - counts[1], pair, "{counts:?}");
    // Positions of two digits make a few lines longer than one.
    assert!(counts[3] - counts[2] <= 10 * (pair + 4), "{counts:?}");
}

#[test]
fn a_source_with_links_of_its_own_expands_to() {
    assert_snapshot(
        "has_and_belongs_to_many",
        "#[derive(Model)]
#[has_and_belongs_to_many(Part)]
pub struct Assembly {
    #[model(id, generated)]
    pub id: i64,
}",
    );
}

#[test]
fn links_with_names_of_their_own_and_a_scope_expand_to() {
    assert_snapshot(
        "has_and_belongs_to_many_in_scope",
        "#[derive(Model)]
#[model(columns = \"PascalCase\")]
#[has_and_belongs_to_many(Part, name = \"spare_parts\", table = \"spares\", key_to = \"spare_id\", scope = spares)]
pub struct Assembly {
    #[model(id, generated)]
    pub id: i64,
}",
    );
}

#[test]
fn a_source_with_a_scope_expands_to() {
    assert_snapshot(
        "scoped",
        "#[derive(Model)]
#[has_many(Order, name = \"open_orders\", scope = open)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
}",
    );
}

#[cfg(feature = "serde_json")]
#[test]
fn a_row_that_holds_another_expands_to() {
    assert_snapshot(
        "embeds_one",
        "#[derive(Model)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    #[model(json)]
    #[embeds_one(Address)]
    pub home: Option<Address>,
}",
    );
}

#[cfg(feature = "serde_json")]
#[test]
fn a_row_that_holds_several_expands_to() {
    assert_snapshot(
        "embeds_many",
        "#[derive(Model)]
pub struct Customer {
    #[model(id, generated)]
    pub id: i64,
    #[model(json)]
    #[embeds_many(Address, name = \"addresses\")]
    pub address_list: Vec<Address>,
}",
    );
}
